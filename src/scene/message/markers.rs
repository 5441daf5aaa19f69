//! Markers on their way from a coordinator of transactions to the leaders of their partitions.

use crate::sim::Partition;
use crate::sim::wire::{Body, Envelope, Request};

/// One of them.
#[derive(Clone, Copy, Debug)]
pub struct Marker {
    /// Where it is to be written.
    pub partition: Partition,
    /// What it says.
    pub committed: bool,
}

/// The markers that a message carries.
pub(in crate::scene) fn markers(envelope: &Envelope) -> Vec<Marker> {
    let Body::Request(Request::WriteTxnMarkers(request)) = &*envelope.body else {
        return Vec::new();
    };
    let one = |partition: &Partition, committed| Marker { partition: *partition, committed };
    let all = request
        .markers
        .iter()
        .flat_map(|it| it.partitions.iter().map(|partition| one(partition, it.committed)));
    all.collect()
}
