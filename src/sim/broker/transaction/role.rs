//! What a broker keeps of transactions: those that it coordinates, and what it has to do with others.

use super::add_partitions::AddPartitions;
use super::later::Later;
use super::markers::Markers;
use super::metadata::TransactionMetadata;
use super::offsets::PendingOffsets;
use super::verification::Verifications;
use super::write_markers::Writing;
use crate::sim::id::{Epoch, Name};
use crate::sim::ordered::Map;

/// All of it.
#[derive(Clone, Debug, Default)]
pub(in crate::sim::broker) struct TransactionRole {
    /// The partitions of `__transaction_state` that it leads, with the epoch of that.
    pub(super) led: Map<u32, Epoch>,
    pub(super) known: Map<Name, TransactionMetadata>,
    pub(super) markers: Markers,
    /// What happens when a record is committed, or could not be, under a number.
    later: Map<u64, Later>,
    next: u64,
    /// Requests of coordinators that are not answered yet.
    pub(super) writing: Map<u64, Writing>,
    pub(super) verifications: Verifications,
    pub(super) adding: AddPartitions,
    pub(in crate::sim::broker) offsets: PendingOffsets,
}

impl TransactionRole {
    /// The transactional ids that it coordinates.
    pub fn known(&self) -> impl Iterator<Item = (&Name, &TransactionMetadata)> {
        self.known.iter()
    }

    /// A number that nothing else goes by.
    pub(super) fn take_number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// Keeps something for later; the number by which to ask for it.
    pub(super) fn keep(&mut self, later: Later) -> u64 {
        let number = self.take_number();
        self.later.insert(number, later);
        number
    }

    pub(super) fn take(&mut self, number: u64) -> Option<Later> {
        self.later.remove(&number)
    }
}
