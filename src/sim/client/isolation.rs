//! What no application gets to see of what was fetched: markers, and what was written in
//! transactions that were aborted (CompletedFetch.nextFetchedRecord). It is the consumer that
//! leaves it out; the broker sends everything and says which transactions they were.

use std::collections::VecDeque;

use crate::sim::ordered::{self, Set};
use crate::sim::wire::{AbortedTransaction, BatchKind, ProducerId, RecordBatch};

/// What to leave out of one answer, going through its batches in order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hidden {
    /// Aborted transactions that begin further on.
    aborted: VecDeque<AbortedTransaction>,
    /// The producers of those that have begun and not ended.
    aborting: Set<ProducerId>,
}

impl Hidden {
    /// With the transactions that the answer names.
    pub fn new(aborted: &[AbortedTransaction]) -> Hidden {
        let mut aborted = aborted.to_vec();
        ordered::sort_by_key(&mut aborted, |it| it.first_offset);
        Hidden { aborted: aborted.into(), aborting: Set::new() }
    }

    /// Whether a batch is none of the application's business.
    pub fn hides(&mut self, batch: &RecordBatch) -> bool {
        if batch.kind == BatchKind::Plain {
            return false;
        }
        let last = batch.last_offset();
        while let Some(begun) = self.aborted.pop_front_if(|it| it.first_offset <= last) {
            self.aborting.insert(begun.producer);
        }
        let Some(producer) = batch.producer.map(|stamp| stamp.producer.id) else { return false };
        if batch.kind == BatchKind::Control {
            self.aborting.remove(&producer);
            return true;
        }
        self.aborting.contains(&producer)
    }
}
