//! The transactions that a cleaner passes: what was aborted goes, and a marker may go once nothing
//! of its transaction is left (CleanedTransactionMetadata).

use super::transactions::Aborted;
use crate::sim::id::Offset;
use crate::sim::ordered::{self, Map, Set};
use crate::sim::wire::{BatchKind, ProducerId, RecordBatch, Value};

/// A transaction that was aborted, and whether something of it was still there.
type Seen = (Aborted, bool);

/// What is known at one place of a pass over a log.
#[derive(Debug)]
pub(super) struct CleanedTransactions {
    /// Those that begin later, the next one last.
    ahead: Vec<Aborted>,
    ongoing_aborted: Map<ProducerId, Seen>,
    ongoing_committed: Set<ProducerId>,
    /// Those of which something is still there (cleanedIndex).
    left: Vec<Aborted>,
}

impl CleanedTransactions {
    /// For a pass from one offset to another (TransactionIndex.collectAbortedTxns).
    pub(super) fn new(aborted: &[Aborted], from: Offset, to: Offset) -> CleanedTransactions {
        let concerns = |it: &&Aborted| it.last_offset >= from && it.first_offset < to;
        let mut ahead: Vec<Aborted> = aborted.iter().filter(concerns).copied().collect();
        ordered::sort_by_key(&mut ahead, |it| -it.first_offset);
        CleanedTransactions {
            ahead,
            ongoing_aborted: Map::new(),
            ongoing_committed: Set::new(),
            left: Vec::new(),
        }
    }

    /// The aborted transactions of which a reader must still be told.
    pub(super) fn left(&self) -> &[Aborted] {
        &self.left
    }

    /// Passes a batch; true if nothing speaks for it: it was aborted, or marks the end of a
    /// transaction of which nothing is left.
    pub(super) fn read(&mut self, batch: &RecordBatch) -> bool {
        while let Some(next) = self.ahead.pop_if(|it| it.first_offset <= batch.last_offset()) {
            self.ongoing_aborted.entry(next.producer).or_insert((next, false));
        }
        let Some(stamp) = batch.producer else { return false };
        let producer = stamp.producer.id;
        match batch.kind {
            BatchKind::Plain => false,
            BatchKind::Control => self.ends(producer, batch),
            BatchKind::Transactional => match self.ongoing_aborted.get_mut(&producer) {
                Some((_, seen)) => {
                    *seen = true;
                    true
                }
                None => {
                    self.ongoing_committed.insert(producer);
                    false
                }
            },
        }
    }

    fn ends(&mut self, producer: ProducerId, marker: &RecordBatch) -> bool {
        match marker.records.first().map(|record| &record.value) {
            Some(Value::EndTransaction { committed: true, .. }) => {
                !self.ongoing_committed.remove(&producer)
            }
            Some(Value::EndTransaction { committed: false, .. }) => {
                let ended = self.ongoing_aborted.remove(&producer).filter(|(_, seen)| *seen);
                self.left.extend(ended.map(|(aborted, _)| aborted));
                ended.is_none()
            }
            // An empty one is only there for its producer.
            _ => true,
        }
    }
}
