//! Leader-epoch checkpoint: which leader wrote up to where (LeaderEpochFileCache; KIP-101 and
//! KIP-279).

use serde::Serialize;

use crate::sim::id::{Epoch, Offset};

/// One entry per epoch that wrote: its number and its first offset, both strictly rising.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct EpochCache {
    entries: Vec<(Epoch, Offset)>,
}

impl EpochCache {
    /// The entries, oldest first.
    pub fn entries(&self) -> &[(Epoch, Offset)] {
        &self.entries
    }

    /// The newest epoch that wrote.
    pub fn latest(&self) -> Option<Epoch> {
        self.entries.last().map(|(epoch, _)| *epoch)
    }

    /// The epoch that wrote at `offset`, or would; none before the first.
    pub fn epoch_of(&self, offset: Offset) -> Option<Epoch> {
        let after = self.entries.partition_point(|(_, start)| *start <= offset);
        Some(self.entries.get(after.checked_sub(1)?)?.0)
    }

    /// Notes that `epoch` writes from `start` on. Entries that would no longer rise are dropped.
    pub fn assign(&mut self, epoch: Epoch, start: Offset) {
        if self.latest() == Some(epoch) {
            return;
        }
        self.entries.retain(|(e, s)| *e < epoch && *s < start);
        self.entries.push((epoch, start));
    }

    /// Where the records of `epoch` end in a log that ends at `log_end`: the largest epoch not
    /// above the asked one, and the offset where the next begins. None when `epoch` is unknown
    /// because it is newer than all, or when nothing was ever written.
    pub fn end_offset_for(&self, epoch: Epoch, log_end: Offset) -> Option<(Epoch, Offset)> {
        let latest = self.latest()?;
        if epoch == latest {
            return Some((epoch, log_end));
        }
        if epoch > latest {
            return None;
        }
        let next = self.entries.partition_point(|(e, _)| *e <= epoch);
        let (_, end) = *self.entries.get(next)?;
        match next.checked_sub(1).and_then(|floor| self.entries.get(floor)) {
            Some((floor, _)) => Some((*floor, end)),
            // Older than all that is left: the answer is the asked epoch and where the rest begins.
            None => Some((epoch, end)),
        }
    }

    /// Up to where a log that ends at `end` is the same as its leader's, which ends at
    /// `leader_end`: both are asked in turn for the newest epoch that the other knows, as a
    /// follower does fetch by fetch (KIP-279). None when nothing can be said: this one knows an
    /// epoch in which the leader never wrote, because it has not taken office yet.
    pub fn same_until(&self, end: Offset, leader: &Self, leader_end: Offset) -> Option<Offset> {
        let mut asked = self.latest()?;
        // Whoever wrote last in the leader's own epoch has it from the leader.
        if leader.latest() == Some(asked) {
            return Some(end);
        }
        loop {
            let (known, theirs) = leader.end_offset_for(asked, leader_end)?;
            let (own, ours) = self.end_offset_for(known, end)?;
            if own == known {
                return Some(ours.min(theirs));
            }
            asked = own;
        }
    }

    /// Forgets what lies at or above `end`.
    pub fn truncate_from_end(&mut self, end: Offset) {
        self.entries.retain(|(_, start)| *start < end);
    }

    /// Forgets what lies below `start`; the epoch that is in force there begins there.
    pub fn truncate_from_start(&mut self, start: Offset) {
        let next = self.entries.partition_point(|(_, s)| *s <= start);
        if let Some(floor) = next.checked_sub(1) {
            let epoch = self.entries[floor].0;
            self.entries.drain(..floor);
            self.entries[0] = (epoch, start.max(self.entries[0].1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_found_by_the_epoch_that_follows() {
        let mut cache = EpochCache::default();
        cache.assign(1, 0);
        cache.assign(3, 10);
        assert_eq!(cache.end_offset_for(3, 25), Some((3, 25)));
        assert_eq!(cache.end_offset_for(2, 25), Some((1, 10)));
        assert_eq!(cache.end_offset_for(0, 25), Some((0, 0)));
        assert_eq!(cache.end_offset_for(4, 25), None);
        cache.assign(4, 10);
        assert_eq!(cache.entries(), [(1, 0), (4, 10)]);
        cache.truncate_from_end(10);
        assert_eq!(cache.entries(), [(1, 0)]);
    }

    fn cache(entries: &[(Epoch, Offset)]) -> EpochCache {
        EpochCache { entries: entries.to_vec() }
    }

    /// Up to where the first is the same as the second, its leader.
    fn same(own: &[(Epoch, Offset)], end: Offset, leader: &[(Epoch, Offset)]) -> Option<Offset> {
        cache(own).same_until(end, &cache(leader), 12)
    }

    #[test]
    fn logs_part_where_their_epochs_do() {
        let leader = [(1, 0), (3, 10)];
        assert_eq!(same(&[(1, 0)], 12, &leader), Some(10), "as long, of another epoch");
        assert_eq!(same(&[(1, 0)], 20, &leader), Some(10), "longer");
        assert_eq!(same(&[(1, 0)], 7, &leader), Some(7), "it only lags");
        assert_eq!(same(&leader, 11, &leader), Some(11), "it lags in the leader's own epoch");
        assert_eq!(same(&[(1, 0), (2, 8)], 9, &leader), Some(8), "an epoch of its own between");
        assert_eq!(same(&[(1, 0), (2, 10)], 10, &leader), Some(10), "one that wrote nothing");
        let steps = [(0, 0), (2, 4), (6, 8)];
        assert_eq!(same(&[(0, 0), (3, 3), (4, 5)], 9, &steps), Some(3), "several in turn");
        assert_eq!(same(&[(0, 0)], 9, &[(5, 0)]), Some(0), "a leader that begins anew");
        assert_eq!(same(&[(1, 0), (4, 9)], 9, &leader), None, "the leader is not in office yet");
        assert_eq!(same(&[], 0, &leader), None, "nothing was ever written");
    }

    #[test]
    fn what_a_leader_has_deleted_counts_as_the_same() {
        assert_eq!(same(&[(1, 0)], 4, &[(3, 10)]), Some(4));
    }
}
