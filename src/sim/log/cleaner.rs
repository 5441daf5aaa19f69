//! Compaction: of each key the last record stays, and every record that stays keeps its offset
//! (LogCleaner.Cleaner, LogCleanerManager).

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Log;
use super::cleaned_transactions::CleanedTransactions;
use super::retention::Moment;
use super::segment::Segment;
use super::size::{BATCH_OVERHEAD, RecordSize};
use crate::sim::config::{RATIO, TopicConfig};
use crate::sim::id::Offset;
use crate::sim::mutant::{Mutant, breaks};
use crate::sim::ordered::Map;
use crate::sim::time::Span;
use crate::sim::wire::{BatchKind, Cleaned, ProducerId, Record, RecordBatch, RecordKey, Value};

/// What could be cleaned of a log now (LogToClean).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LogToClean {
    /// Up to here it was cleaned before.
    pub first_dirty_offset: Offset,
    /// From here on it stays as it is: where a segment begins.
    pub first_uncleanable_offset: Offset,
    pub clean_bytes: u64,
    pub cleanable_bytes: u64,
    /// Something has waited for `max.compaction.lag.ms`.
    pub need_compaction_now: bool,
}

impl LogToClean {
    /// Whether there is enough of it (grabFilthiestCompactedLog).
    pub fn is_worth_it(&self, config: &TopicConfig) -> bool {
        let total = self.clean_bytes + self.cleanable_bytes;
        let ratio = config.min_cleanable_dirty_ratio.unsigned_abs();
        (self.need_compaction_now && self.cleanable_bytes > 0)
            || self.cleanable_bytes.saturating_mul(RATIO) > total.saturating_mul(ratio)
    }

    /// Whether more of it is dirty, by ratio.
    pub fn is_filthier_than(&self, other: &LogToClean) -> bool {
        let ratio = |it: &LogToClean| {
            let total = it.clean_bytes + it.cleanable_bytes;
            it.cleanable_bytes.saturating_mul(RATIO).checked_div(total)
        };
        ratio(self) > ratio(other)
    }
}

/// What a round did (CleanerStats).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CleanerStats {
    pub bytes_read: u64,
    pub bytes_written: u64,
    pub messages_read: u64,
    pub messages_written: u64,
}

/// The last offset of each key in the part that is dirty.
// Simplified: there is room for every key; Kafka's map holds some five million and cleans no
// further when it is full.
type OffsetMap = Map<RecordKey, Offset>;

impl Log {
    /// Up to here the log was cleaned before; its start, if never, or if that lies later
    /// (the cleaner-offset-checkpoint file, LogCleanerManager.cleanableOffsets).
    pub fn first_dirty_offset(&self) -> Offset {
        let known = self.cleaned_until.filter(|it| (self.start..=self.end).contains(it));
        known.unwrap_or(self.start)
    }

    /// The segments that hold something from `from` up to `to` (LogSegments.values).
    fn segments_between(&self, from: Offset, to: Offset) -> &[Arc<Segment>] {
        if from >= to {
            return &[];
        }
        let first = self.segments.partition_point(|it| it.base <= from).saturating_sub(1);
        let end = self.segments.partition_point(|it| it.base < to);
        &self.segments[first..end]
    }

    /// What could be cleaned now: neither the active segment, nor what is undecided or not
    /// committed, nor what is younger than `min.compaction.lag.ms`.
    pub fn to_clean(
        &self,
        now_ms: u64,
        high_watermark: Offset,
        config: &TopicConfig,
    ) -> LogToClean {
        let first_dirty_offset = self.first_dirty_offset();
        let active = self.active().base;
        let dirty = self.segments_between(first_dirty_offset, active);
        let least_ms = now_ms.saturating_sub(config.min_compaction_lag_ms.unsigned_abs());
        let too_young = dirty.iter().find(|it| it.max_timestamp > least_ms);
        let too_young = too_young.filter(|_| config.min_compaction_lag_ms > 0);
        let uncleanable = too_young.map_or(active, |segment| segment.base);
        let stable = match breaks(Mutant::CleansWhatIsNotStable) {
            true => Offset::MAX,
            false => self.last_stable_offset(high_watermark),
        };
        let uncleanable = uncleanable.min(stable);
        let uncleanable = uncleanable.max(first_dirty_offset);
        let first = self.segments_between(uncleanable, active).first();
        let first_uncleanable_offset = first.map_or(active, |segment| segment.base);
        let bytes = |segments: &[Arc<Segment>]| segments.iter().map(|it| it.bytes).sum();
        let from = first_dirty_offset.min(first_uncleanable_offset);
        let most_ms = now_ms.saturating_sub(config.max_compaction_lag_ms.unsigned_abs());
        let mut waits = dirty.iter().filter_map(|it| it.first_timestamp);
        LogToClean {
            first_dirty_offset,
            first_uncleanable_offset,
            clean_bytes: bytes(self.segments_between(-1, first_dirty_offset)),
            cleanable_bytes: bytes(self.segments_between(from, first_uncleanable_offset)),
            need_compaction_now: waits.any(|at| at > 0 && at < most_ms),
        }
    }

    /// Cleans that part and everything before it again, with what the part says of its keys. Also
    /// tells the offsets of the records that went.
    pub fn clean(
        &mut self,
        range: &LogToClean,
        moment: Moment,
        config: &TopicConfig,
    ) -> (CleanerStats, Vec<Offset>) {
        let end = range.first_uncleanable_offset;
        let last_of_producers = self.producers.iter().map(|(id, state)| {
            (id, (state.batches.last().map(|batch| batch.last_offset), state.epoch))
        });
        let mut round = Round {
            map: self.offset_map(range.first_dirty_offset, end),
            transactions: CleanedTransactions::new(self.transactions.aborted(), 0, end),
            last_of_producers: last_of_producers.collect(),
            end,
            now_ms: moment.wall_ms,
            delete_retention_ms: config.delete_retention_ms.unsigned_abs(),
            removed: Vec::new(),
        };
        let count = self.segments.partition_point(|it| it.base < end);
        let old: Vec<Arc<Segment>> = self.segments.drain(..count).collect();
        let mut stats =
            CleanerStats { bytes_read: 0, bytes_written: 0, messages_read: 0, messages_written: 0 };
        let mut new = Vec::new();
        for group in groups_by_size(&old, config.segment_bytes.unsigned_abs()) {
            new.push(Arc::new(round.clean_segments(group, &mut stats)));
        }
        self.segments.splice(0..0, new);
        self.transactions.were_cleaned(end, round.transactions.left());
        self.cleaned_until = Some(end);
        let files_gone = moment.now + Span::from_config_ms(config.file_delete_delay_ms);
        self.lingering.push((files_gone, stats.bytes_read));
        (stats, round.removed)
    }

    /// Cleaner.buildOffsetMap: what was aborted does not count.
    fn offset_map(&self, start: Offset, end: Offset) -> OffsetMap {
        let mut map = OffsetMap::new();
        let mut transactions = CleanedTransactions::new(self.transactions.aborted(), start, end);
        let dirty = self.segments_between(start, end).iter().flat_map(|it| &it.batches);
        for batch in dirty {
            if transactions.read(batch) || batch.kind == BatchKind::Control {
                continue;
            }
            for (offset, record) in batch.iter().filter(|(offset, _)| *offset >= start) {
                if let Some(key) = record.compaction_key() {
                    map.insert(key, offset);
                }
            }
        }
        map
    }
}

/// Neighbours that fit into one segment together (Cleaner.groupSegmentsBySize).
// Simplified: the sizes of indexes and the distance of offsets never part them.
fn groups_by_size(segments: &[Arc<Segment>], segment_bytes: u64) -> Vec<&[Arc<Segment>]> {
    let (mut groups, mut from, mut bytes) = (Vec::new(), 0, 0);
    for (index, segment) in segments.iter().enumerate() {
        if index > from && bytes + segment.bytes > segment_bytes {
            groups.push(&segments[from..index]);
            (from, bytes) = (index, 0);
        }
        bytes += segment.bytes;
    }
    if from < segments.len() {
        groups.push(&segments[from..]);
    }
    groups
}

/// One round over one log.
struct Round {
    map: OffsetMap,
    transactions: CleanedTransactions,
    /// Where the last data of each active producer ends, and its epoch (LastRecord).
    last_of_producers: Map<ProducerId, (Option<Offset>, i16)>,
    end: Offset,
    now_ms: u64,
    delete_retention_ms: u64,
    removed: Vec<Offset>,
}

impl Round {
    fn clean_segments(&mut self, group: &[Arc<Segment>], stats: &mut CleanerStats) -> Segment {
        let mut cleaned = Segment::new(group.first().map_or(0, |first| first.base));
        for batch in group.iter().flat_map(|segment| &segment.batches) {
            stats.bytes_read += u64::from(batch.bytes);
            stats.messages_read += batch.records.len() as u64;
            let left = self.filter(batch);
            let mut kept = left.iter().flat_map(|batch| batch.iter()).peekable();
            for (offset, _) in batch.iter() {
                if kept.next_if(|(next, _)| *next == offset).is_none() {
                    self.removed.push(offset);
                }
            }
            drop(kept);
            if let Some(batch) = left {
                stats.bytes_written += u64::from(batch.bytes);
                stats.messages_written += batch.records.len() as u64;
                cleaned.push(batch);
            }
        }
        if cleaned.batches.is_empty() {
            // Its file is as old as the last one's (lastModified).
            cleaned.max_timestamp = group.last().map_or(0, |last| last.max_timestamp);
        }
        cleaned
    }

    /// What is left of a batch (Cleaner.cleanInto, MemoryRecords.filterTo).
    fn filter(&mut self, batch: &Arc<RecordBatch>) -> Option<Arc<RecordBatch>> {
        let is_control = batch.kind == BatchKind::Control;
        let can_discard = self.transactions.read(batch);
        let is_due = batch.delete_horizon().is_some_and(|horizon| horizon <= self.now_ms);
        let discards = can_discard && (!is_control || is_due);
        let mut left = Vec::new();
        if !discards {
            let stays = |(offset, record): &(Offset, &Record)| {
                is_control || self.retains(batch, *offset, record)
            };
            left.extend(batch.iter().filter(stays));
        }
        if left.is_empty() {
            let stays = self.is_last_of_producer(batch) || batch.next_offset() == self.end;
            return stays.then(|| emptied(batch));
        }
        let has_tombstones = left.iter().any(|(_, record)| record.is_tombstone());
        let may_go = has_tombstones || (is_control && can_discard);
        let new_horizon = may_go && batch.delete_horizon().is_none();
        if left.len() == batch.records.len() && !new_horizon {
            return Some(Arc::clone(batch));
        }
        let horizon = match new_horizon {
            true => Some(self.now_ms.saturating_add(self.delete_retention_ms)),
            false => batch.delete_horizon(),
        };
        Some(rebuilt(batch, &left, horizon))
    }

    /// Cleaner.shouldRetainRecord.
    fn retains(&self, batch: &RecordBatch, offset: Offset, record: &Record) -> bool {
        let Some(key) = record.compaction_key() else { return false };
        let newer = self.map.get(&key).is_some_and(|last| *last > offset);
        let newer = newer || breaks(Mutant::CleansTheLastOfAKey) && self.map.contains_key(&key);
        let horizon = batch.delete_horizon().filter(|_| record.is_tombstone());
        !newer && horizon.is_none_or(|horizon| self.now_ms < horizon)
    }

    /// Its sequence number must stay known (isBatchLastRecordOfProducer).
    fn is_last_of_producer(&self, batch: &RecordBatch) -> bool {
        let Some(stamp) = batch.producer else { return false };
        match self.last_of_producers.get(&stamp.producer.id) {
            Some((Some(last), _)) => batch.last_offset() == *last,
            Some((None, epoch)) => {
                batch.kind == BatchKind::Control && stamp.producer.epoch == *epoch
            }
            None => false,
        }
    }
}

/// A batch of which only its place and its producer are left (writeEmptyHeader).
fn emptied(batch: &RecordBatch) -> Arc<RecordBatch> {
    with(batch, Vec::new(), None, batch.max_timestamp(), BATCH_OVERHEAD)
}

/// A batch with these of its records.
fn rebuilt(
    batch: &RecordBatch,
    left: &[(Offset, &Record)],
    delete_horizon: Option<u64>,
) -> Arc<RecordBatch> {
    let stamped = |record: &Record| record.timestamp.as_millis();
    // The horizon takes the place of the first timestamp, from which all others count.
    let first = left.first().map_or(0, |(_, record)| stamped(record));
    let base = delete_horizon.unwrap_or(first).cast_signed();
    let whole = batch.bytes.saturating_sub(BATCH_OVERHEAD);
    let mut bytes = BATCH_OVERHEAD;
    for (offset, record) in left {
        bytes += match record.value {
            // The cluster's own records are of a typical size.
            Value::Coordinator(_) | Value::EndTransaction { .. } => {
                whole / (batch.records.len() as u32).max(1)
            }
            Value::Bytes(_) | Value::Poison(_) | Value::Null | Value::Derived(_) => {
                let delta = u32::try_from(offset - batch.base_offset).unwrap_or(0);
                RecordSize::of(record).in_batch(delta, stamped(record).cast_signed() - base)
            }
        };
    }
    let newest = left.iter().map(|(_, record)| stamped(record)).max().unwrap_or(0);
    let bytes = batch.compression.batch_bytes(bytes - BATCH_OVERHEAD);
    with(batch, left.to_vec(), delete_horizon, newest, bytes)
}

fn with(
    batch: &RecordBatch,
    left: Vec<(Offset, &Record)>,
    delete_horizon: Option<u64>,
    max_timestamp: u64,
    bytes: u32,
) -> Arc<RecordBatch> {
    let delta = |offset: Offset| u32::try_from(offset - batch.base_offset).unwrap_or(0);
    let deltas = left.iter().map(|(offset, _)| delta(*offset)).collect();
    let last_offset = batch.last_offset();
    let cleaned = Cleaned { deltas, last_offset, delete_horizon, max_timestamp };
    Arc::new(RecordBatch {
        base_offset: batch.base_offset,
        leader_epoch: batch.leader_epoch,
        producer: batch.producer,
        kind: batch.kind,
        records: left.into_iter().map(|(_, record)| record.clone()).collect(),
        cleaned: Some(Arc::new(cleaned)),
        compression: batch.compression,
        bytes,
    })
}
