//! Offsets that count when their transaction is committed: until then they hold the group's
//! consumers back (OffsetMetadataManager.pendingTransactionalOffsets).

use crate::sim::broker::Running;
use crate::sim::broker::coordinator::Replayed;
use crate::sim::broker::counted::CountedOffset;
use crate::sim::id::{Name, Offset, Partition};
use crate::sim::mutant::{Mutant, breaks};
use crate::sim::wire::{CoordinatorRecord, ProducerId, Record, Value};

/// One of them.
#[derive(Clone, Debug)]
struct PendingOffset {
    producer: ProducerId,
    /// The partition of `__consumer_offsets` that its record is in.
    log: Partition,
    group: Name,
    of: Partition,
    counted: CountedOffset,
}

/// All of the groups that this broker coordinates.
#[derive(Clone, Debug, Default)]
pub(in crate::sim::broker) struct PendingOffsets {
    pending: Vec<PendingOffset>,
}

impl PendingOffsets {
    /// Whether what a group has committed of a partition may change any moment.
    pub(in crate::sim::broker) fn is_pending(&self, group: &str, of: Partition) -> bool {
        self.pending.iter().any(|it| it.of == of && *it.group == *group)
    }

    /// Whether any transaction that is open has committed offsets of a group.
    pub(in crate::sim::broker) fn concerns(&self, group: &str) -> bool {
        self.pending.iter().any(|it| *it.group == *group)
    }

    /// Somebody else coordinates the groups of a partition of `__consumer_offsets`, or this broker
    /// is about to read it.
    pub(in crate::sim::broker) fn forget(&mut self, log: Partition) {
        self.pending.retain(|it| it.log != log);
    }

    /// A producer commits another offset of the same partition instead, or the first.
    fn add(&mut self, new: PendingOffset) {
        let same = |it: &PendingOffset| {
            it.producer == new.producer && it.of == new.of && it.group == new.group
        };
        self.pending.retain(|it| !same(it));
        self.pending.push(new);
    }
}

impl Running<'_> {
    /// A record of `__consumer_offsets` counts, by the state machine of transactions: an offset in
    /// one is pending, a tombstone ends what is pending of its partition, and a marker lets count
    /// what is pending of its producer, unless a later record counts already
    /// (OffsetMetadataManager.replay, replayEndTransactionMarker).
    pub(in crate::sim::broker) fn replay_transactional(
        &mut self,
        at: Replayed,
        producer: Option<ProducerId>,
        (record_offset, record): (Offset, &Record),
    ) {
        let log = (at.partition, at.end);
        match (&record.value, producer) {
            (Value::Coordinator(record), producer) => {
                let CoordinatorRecord::Offset { group, partition: of, committed } = &**record
                else {
                    return;
                };
                let pending = &mut self.live.transactions.offsets;
                let (Some(it), Some(producer)) = (committed, producer) else {
                    if committed.is_none() {
                        pending.pending.retain(|it| it.of != *of || it.group != *group);
                    }
                    return;
                };
                let counted = CountedOffset {
                    offset: it.offset,
                    commit_timestamp: it.commit_timestamp,
                    record_offset,
                };
                if breaks(Mutant::OffsetsCountAtOnce) {
                    let offsets = &mut self.live.coordinator.offsets;
                    offsets.replay(log, (group, *of), Some(counted));
                }
                let (group, of) = (group.clone(), *of);
                pending.add(PendingOffset { producer, log: at.partition, group, of, counted });
            }
            (Value::EndTransaction { committed, .. }, Some(producer)) => {
                let ends = |it: &PendingOffset| it.producer == producer && it.log == at.partition;
                let pending = &mut self.live.transactions.offsets.pending;
                let (ended, open) =
                    std::mem::take(pending).into_iter().partition::<Vec<_>, _>(ends);
                *pending = open;
                let offsets = &mut self.live.coordinator.offsets;
                for PendingOffset { group, of, counted, .. } in ended {
                    let known = offsets.latest(&group, of);
                    let newest = known.is_none_or(|it| counted.record_offset > it.record_offset);
                    if *committed && newest {
                        offsets.replay(log, (&group, of), Some(counted));
                    }
                }
            }
            _ => {}
        }
    }
}
