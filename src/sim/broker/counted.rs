//! Offsets as their coordinator counts with them, and what of that is committed
//! (OffsetMetadataManager.Offsets, in a TimelineHashMap).

use crate::sim::id::{Name, Offset, Partition};
use crate::sim::ordered::{Map, Set};
use crate::sim::time::Time;

/// What a group has committed of one partition (OffsetAndMetadata.fromRecord).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CountedOffset {
    pub offset: Offset,
    /// By the wall clock of the coordinator.
    pub commit_timestamp: Time,
    /// Where its record is: the latest counts, whichever way it was committed.
    pub record_offset: Offset,
}

/// A record that may be lost yet.
#[derive(Clone, Debug)]
struct Written {
    /// The partition of `__consumer_offsets` it is in, and the high watermark that commits it.
    partition: Partition,
    end: Offset,
    group: Name,
    of: Partition,
    /// None for a tombstone.
    counted: Option<CountedOffset>,
}

impl Written {
    fn is_about(&self, group: &str, of: Partition) -> bool {
        self.of == of && *self.group == *group
    }
}

/// All of the groups that a broker coordinates. What is written counts at once for the coordinator
/// itself; who may only see what is committed sees it later.
#[derive(Clone, Debug, Default)]
pub(super) struct Offsets {
    committed: Map<Name, Map<Partition, CountedOffset>>,
    /// In the order of the log.
    written: Vec<Written>,
}

impl Offsets {
    /// A record of a group is written, or read; it is committed when the high watermark of its
    /// partition has come to `end`.
    pub(super) fn replay(
        &mut self,
        (partition, end): (Partition, Offset),
        (group, of): (&Name, Partition),
        counted: Option<CountedOffset>,
    ) {
        self.written.push(Written { partition, end, group: group.clone(), of, counted });
    }

    /// SnapshottableCoordinator.updateLastCommittedOffset.
    pub(super) fn committed_up_to(&mut self, partition: Partition, high_watermark: Offset) {
        if self.written.is_empty() {
            return;
        }
        let committed = &mut self.committed;
        self.written.retain(|it| {
            if it.partition != partition || it.end > high_watermark {
                return true;
            }
            match it.counted {
                Some(counted) => {
                    committed.entry(it.group.clone()).or_default().insert(it.of, counted);
                }
                None => {
                    if let Some(known) = committed.get_mut(&it.group) {
                        known.remove(&it.of);
                    }
                }
            }
            false
        });
    }

    /// Somebody else coordinates these groups from now on.
    pub(super) fn forget(&mut self, partition: Partition, ours: impl Fn(&Name) -> bool) {
        self.written.retain(|it| it.partition != partition);
        self.committed.retain(|group, _| !ours(group));
    }

    /// What counts, committed or not.
    pub(super) fn latest(&self, group: &str, of: Partition) -> Option<CountedOffset> {
        let mut newest = self.written.iter().rev();
        match newest.find(|it| it.is_about(group, of)) {
            Some(written) => written.counted,
            None => self.committed.get(group)?.get(&of).copied(),
        }
    }

    /// All that counts of a group, committed or not.
    pub(super) fn all_latest(&self, group: &Name) -> Vec<(Partition, CountedOffset)> {
        let committed = self.committed.get(group).into_iter().flat_map(|known| known.keys());
        let mut all: Set<Partition> = committed.copied().collect();
        all.extend(self.written.iter().filter(|it| it.group == *group).map(|it| it.of));
        all.iter().filter_map(|of| Some((*of, self.latest(group, *of)?))).collect()
    }

    /// What of a group is committed, as far as the coordinator knows.
    pub(super) fn committed(&self, group: &str) -> Option<&Map<Partition, CountedOffset>> {
        self.committed.get(group)
    }

    /// The same of all groups.
    pub(super) fn all_committed(
        &self,
    ) -> impl Iterator<Item = (&Name, &Map<Partition, CountedOffset>)> {
        self.committed.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::id::TopicId;

    const LOG: Partition = Partition { topic: TopicId(1), index: 0 };
    const ORDERS: Partition = Partition { topic: TopicId(2), index: 0 };

    fn counted(offset: Offset) -> Option<CountedOffset> {
        Some(CountedOffset { offset, commit_timestamp: Time::ZERO, record_offset: offset })
    }

    fn seen(offsets: &Offsets, group: &str) -> (Option<Offset>, Option<Offset>) {
        let committed = offsets.committed(group).and_then(|known| known.get(&ORDERS));
        (offsets.latest(group, ORDERS).map(|it| it.offset), committed.map(|it| it.offset))
    }

    #[test]
    fn what_is_written_counts_and_what_is_committed_is_seen() {
        let group: Name = "billing".into();
        let mut offsets = Offsets::default();
        offsets.replay((LOG, 1), (&group, ORDERS), counted(10));
        assert_eq!(seen(&offsets, &group), (Some(10), None));
        offsets.committed_up_to(LOG, 1);
        offsets.replay((LOG, 2), (&group, ORDERS), counted(20));
        offsets.replay((LOG, 3), (&group, ORDERS), None);
        assert_eq!(seen(&offsets, &group), (None, Some(10)));
        assert!(offsets.all_latest(&group).is_empty());
        offsets.committed_up_to(LOG, 2);
        assert_eq!(seen(&offsets, &group), (None, Some(20)));
        offsets.committed_up_to(LOG, 3);
        assert_eq!(seen(&offsets, &group), (None, None));
    }

    #[test]
    fn what_was_not_committed_goes_with_the_office() {
        let group: Name = "billing".into();
        let mut offsets = Offsets::default();
        offsets.replay((LOG, 1), (&group, ORDERS), counted(10));
        offsets.forget(LOG, |_| true);
        offsets.committed_up_to(LOG, 1);
        assert_eq!(seen(&offsets, &group), (None, None));
    }
}
