//! The metadata log as the quorum keeps it: records with epochs, compared by epoch and offset,
//! truncated where logs diverge (org.apache.kafka.raft.ReplicatedLog).

use std::sync::Arc;

use crate::sim::id::{Epoch, Offset};
use crate::sim::wire::{MetadataEntry, MetadataRecord};

/// The most records in one answer to somebody who is far behind.
const FETCH_RECORDS: usize = 1000;

/// Records from `start` on; what lies before has gone into an image for good.
#[derive(Clone, Debug, Default)]
pub struct MetadataLog {
    start: Offset,
    /// The epoch of the last record before `start`.
    start_epoch: Epoch,
    entries: Vec<Arc<MetadataEntry>>,
}

impl MetadataLog {
    /// The offset of the next record.
    pub fn end(&self) -> Offset {
        self.start + self.entries.len() as Offset
    }

    /// The epoch of the last record; 0 in a log that never had one.
    pub fn last_epoch(&self) -> Epoch {
        self.entries.last().map_or(self.start_epoch, |entry| entry.epoch)
    }

    /// The records that are kept, from the first on.
    pub fn entries(&self) -> &[Arc<MetadataEntry>] {
        &self.entries
    }

    /// The record at an offset, if it is kept.
    pub fn get(&self, offset: Offset) -> Option<&Arc<MetadataEntry>> {
        self.entries.get(self.position(offset)?)
    }

    fn position(&self, offset: Offset) -> Option<usize> {
        usize::try_from(offset - self.start).ok()
    }

    pub(super) fn append(&mut self, epoch: Epoch, record: MetadataRecord) {
        self.entries.push(Arc::new(MetadataEntry { epoch, record }));
    }

    pub(super) fn extend(&mut self, entries: &[Arc<MetadataEntry>]) {
        self.entries.extend_from_slice(entries);
    }

    /// Records from an offset on, not more than fit into one answer.
    pub(super) fn read(&self, from: Offset) -> Vec<Arc<MetadataEntry>> {
        let from = self.position(from).unwrap_or(0).min(self.entries.len());
        self.entries[from..].iter().take(FETCH_RECORDS).map(Arc::clone).collect()
    }

    /// The greatest epoch up to this one that the log knows, and where it ends
    /// (endOffsetForEpoch).
    fn end_of_epoch(&self, epoch: Epoch) -> (Epoch, Offset) {
        let upto = self.entries.partition_point(|entry| entry.epoch <= epoch);
        let found = self.entries[..upto].last().map_or(self.start_epoch, |entry| entry.epoch);
        (found.min(epoch), self.start + upto as Offset)
    }

    /// Where a log that ends with this epoch and offset leaves this one; none if it is a part of
    /// it (validateOffsetAndEpoch).
    pub(super) fn divergence(&self, offset: Offset, epoch: Epoch) -> Option<(Epoch, Offset)> {
        if offset == 0 && epoch == 0 {
            return None;
        }
        let (known, end) = self.end_of_epoch(epoch);
        (known != epoch || end < offset).then_some((known, end))
    }

    /// Throws away what the leader does not have (truncateToEndOffset).
    pub(super) fn truncate_to(&mut self, (epoch, end): (Epoch, Offset)) {
        let (known, own_end) = self.end_of_epoch(epoch);
        let to = match known {
            _ if epoch == 0 => end,
            known if known == epoch => own_end.min(end),
            _ => own_end,
        };
        self.entries.truncate(self.position(to).unwrap_or(0));
    }

    /// Forgets records below `offset`, which somebody has applied for good.
    pub(super) fn forget_before(&mut self, offset: Offset) {
        let count = self.position(offset).unwrap_or(0).min(self.entries.len());
        if let Some(last) = self.entries[..count].last() {
            self.start_epoch = last.epoch;
            self.start += count as Offset;
            self.entries.drain(..count);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::id::ControllerId;

    fn log(epochs: &[Epoch]) -> MetadataLog {
        let mut log = MetadataLog::default();
        for epoch in epochs {
            log.append(*epoch, MetadataRecord::LeaderChange { leader: ControllerId(1) });
        }
        log
    }

    #[test]
    fn a_log_that_is_a_part_does_not_diverge() {
        let leader = log(&[1, 1, 2, 2, 5]);
        assert_eq!(leader.divergence(0, 0), None);
        assert_eq!(leader.divergence(2, 1), None);
        assert_eq!(leader.divergence(4, 2), None);
        assert_eq!(leader.divergence(5, 5), None);
    }

    #[test]
    fn a_log_with_a_tail_of_its_own_is_cut_where_the_epochs_part() {
        let leader = log(&[1, 1, 2, 2, 5]);
        // It wrote more in epoch 1 than anybody else has.
        assert_eq!(leader.divergence(4, 1), Some((1, 2)));
        // It led in epoch 4, of which the leader knows nothing.
        assert_eq!(leader.divergence(6, 4), Some((2, 4)));
        let mut follower = log(&[1, 1, 2, 4, 4, 4]);
        follower.truncate_to((2, 4));
        assert_eq!((follower.end(), follower.last_epoch()), (3, 2));
        assert_eq!(leader.divergence(3, 2), None);
    }

    #[test]
    fn what_is_forgotten_still_counts() {
        let mut log = log(&[1, 1, 2, 3]);
        log.forget_before(3);
        assert_eq!((log.end(), log.last_epoch(), log.entries().len()), (4, 3, 1));
        log.truncate_to((2, 3));
        assert_eq!((log.end(), log.last_epoch()), (3, 2));
    }
}
