//! Offsets that count when their transaction is committed: until then they hold the group's
//! consumers back (OffsetMetadataManager.pendingTransactionalOffsets).

use std::sync::Arc;

use crate::sim::broker::Running;
use crate::sim::id::{Name, Offset, Partition};
use crate::sim::java_hash::partition_for;
use crate::sim::mutant::{Mutant, breaks};
use crate::sim::wire::{
    BatchKind, CoordinatorRecord, OffsetAndMetadata, ProducerId, Record, RecordBatch, Value,
};

/// One of them.
#[derive(Clone, Debug)]
struct PendingOffset {
    producer: ProducerId,
    group: Name,
    partition: Partition,
    committed: OffsetAndMetadata,
    /// Where its record is: the latest counts, whichever way it was committed.
    record_offset: Offset,
}

/// All of the groups that this broker coordinates.
#[derive(Clone, Debug, Default)]
pub(in crate::sim::broker) struct PendingOffsets {
    pending: Vec<PendingOffset>,
    /// The last of each partition that a transaction has committed.
    counted: Vec<PendingOffset>,
}

impl PendingOffsets {
    /// Whether what a group has committed of a partition may change any moment.
    pub(in crate::sim::broker) fn is_pending(&self, group: &str, partition: Partition) -> bool {
        self.pending.iter().any(|it| it.partition == partition && *it.group == *group)
    }

    fn forget(&mut self, lost: impl Fn(&Name) -> bool) {
        self.pending.retain(|it| !lost(&it.group));
        self.counted.retain(|it| !lost(&it.group));
    }

    /// A producer commits another offset of the same partition instead, or the first.
    fn add(&mut self, new: PendingOffset) {
        self.pending.retain(|it| !it.is_about(&new) || it.producer != new.producer);
        self.pending.push(new);
    }
}

impl PendingOffset {
    fn is_about(&self, other: &PendingOffset) -> bool {
        self.partition == other.partition && self.group == other.group
    }
}

/// A record about a committed offset: whose, of which partition, and which.
fn offset_record(record: &Record) -> Option<(&Name, Partition, Option<OffsetAndMetadata>)> {
    let Value::Coordinator(record) = &record.value else { return None };
    match &**record {
        CoordinatorRecord::Offset { group, partition, committed } => {
            Some((group, *partition, *committed))
        }
        _ => None,
    }
}

impl Running<'_> {
    /// Offsets of a producer's transaction are in the log, from this place on.
    pub(super) fn note_pending_offsets(
        &mut self,
        producer: ProducerId,
        records: &[Record],
        base_offset: Offset,
    ) {
        for (record, record_offset) in records.iter().zip(base_offset..) {
            if let Some((group, partition, Some(committed))) = offset_record(record) {
                let group = group.clone();
                if breaks(Mutant::OffsetsCountAtOnce) {
                    let offsets = self.live.coordinator.offsets.entry(group.clone()).or_default();
                    offsets.insert(partition, committed);
                }
                let new = PendingOffset { producer, group, partition, committed, record_offset };
                self.live.transactions.offsets.add(new);
            }
        }
    }

    /// A transaction is over in a partition of `__consumer_offsets`: what it committed counts, if
    /// nothing later does (replayEndTransactionMarker).
    // Simplified: it counts once the marker is committed; Kafka lets those who may read what is
    // pending see it as soon as it is written.
    pub(super) fn end_pending_offsets(
        &mut self,
        of: Partition,
        producer: ProducerId,
        committed: bool,
    ) {
        let Some((topic, count)) = self.offsets_topic() else { return };
        if topic != of.topic {
            return;
        }
        let mut ended: Vec<PendingOffset> = Vec::new();
        let here = |it: &PendingOffset| {
            it.producer == producer && partition_for(&it.group, count) == of.index
        };
        for it in std::mem::take(&mut self.live.transactions.offsets.pending) {
            let kept = &mut self.live.transactions.offsets.pending;
            if here(&it) { &mut ended } else { kept }.push(it);
        }
        for it in ended.into_iter().filter(|_| committed) {
            if self.is_overtaken(of, &it) {
                continue;
            }
            let offsets = self.live.coordinator.offsets.entry(it.group.clone()).or_default();
            offsets.insert(it.partition, it.committed);
            let counted = &mut self.live.transactions.offsets.counted;
            counted.retain(|other| !other.is_about(&it));
            counted.push(it);
        }
    }

    /// Whether a later record of the same group and partition counts already.
    fn is_overtaken(&self, of: Partition, it: &PendingOffset) -> bool {
        let counted = &self.live.transactions.offsets.counted;
        if counted.iter().any(|other| other.is_about(it) && other.record_offset > it.record_offset)
        {
            return true;
        }
        let Some(log) = self.disk.logs.get(&of) else { return false };
        let later = log.batches_from(it.record_offset + 1);
        later.filter(|batch| batch.kind == BatchKind::Plain).any(|batch| {
            let mut records = batch.records.iter().filter_map(offset_record);
            records.any(|(group, partition, _)| partition == it.partition && *group == it.group)
        })
    }

    /// This broker leads a partition, or no longer: if it is one of `__consumer_offsets`, what its
    /// transactions left there is read again.
    pub(super) fn load_pending_offsets(&mut self, of: Partition, leads: bool) {
        let Some((_, count)) = self.offsets_topic() else { return };
        let here = |group: &Name| partition_for(group, count) == of.index;
        self.live.transactions.offsets.forget(here);
        let Some(log) = self.disk.logs.get(&of).filter(|_| leads) else { return };
        let all = log.batches_from(log.start()).filter(|it| it.kind != BatchKind::Plain);
        let all: Vec<Arc<RecordBatch>> = all.cloned().collect();
        for batch in all {
            let Some(stamp) = batch.producer else { continue };
            let producer = stamp.producer.id;
            match batch.records.first().map(|record| &record.value) {
                Some(Value::EndTransaction { committed, .. }) => {
                    self.end_pending_offsets(of, producer, *committed);
                }
                _ => self.note_pending_offsets(producer, &batch.records, batch.base_offset),
            }
        }
    }
}
