//! A segment: a stretch of a log that is rolled, kept and deleted as one (LogSegment).

use std::sync::Arc;

use serde::Serialize;

use super::index::Indexes;
use crate::sim::config::TopicConfig;
use crate::sim::id::Offset;
use crate::sim::shelf::Shelf;
use crate::sim::wire::RecordBatch;

/// Whether a batch is too large for any segment (RecordBatchTooLargeException, which clients know
/// as RECORD_LIST_TOO_LARGE).
pub fn exceeds_segment(batch_bytes: u32, config: &TopicConfig) -> bool {
    i64::from(batch_bytes) > config.segment_bytes
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Segment {
    /// The offset that names the file.
    pub base: Offset,
    pub bytes: u64,
    /// Timestamp of the first batch, in ms; time-based rolling counts from it.
    pub first_timestamp: Option<u64>,
    /// Largest record timestamp in ms; time-based retention counts from it.
    pub max_timestamp: u64,
    pub batches: Shelf<Arc<RecordBatch>>,
    /// They follow from the batches.
    #[serde(skip)]
    indexes: Indexes,
}

impl Segment {
    pub(super) fn new(base: Offset) -> Segment {
        Segment {
            base,
            bytes: 0,
            first_timestamp: None,
            max_timestamp: 0,
            batches: Shelf::default(),
            indexes: Indexes::default(),
        }
    }

    pub(super) fn push(&mut self, batch: Arc<RecordBatch>) {
        let newest = batch.max_timestamp();
        self.first_timestamp.get_or_insert(newest);
        self.max_timestamp = self.max_timestamp.max(newest);
        self.bytes += u64::from(batch.bytes);
        self.batches.push_back(batch);
    }

    /// Writes a batch to the active segment (LogSegment.append).
    pub(super) fn append(&mut self, batch: Arc<RecordBatch>, config: &TopicConfig) {
        let bytes = batch.bytes;
        self.push(batch);
        self.indexes.note(bytes, self.max_timestamp, config.index_interval_bytes);
    }

    /// How many of its batches lie wholly before `offset`.
    pub(super) fn before(&self, offset: Offset) -> usize {
        // Nearly everyone reads at the end: a few steps back are cheaper than a search.
        let near = self.batches.len().saturating_sub(4);
        let is_before = |batch: &Arc<RecordBatch>| batch.next_offset() <= offset;
        match self.batches.get(near) {
            Some(batch) if is_before(batch) => {
                near + self.batches.iter().skip(near).take_while(|batch| is_before(batch)).count()
            }
            _ => self.batches.partition_point(is_before),
        }
    }

    /// Whether a batch must go to a new segment (LogSegment.shouldRoll).
    // Simplified: relative-offset overflow never forces a roll.
    pub(super) fn must_roll(&self, batch: &RecordBatch, config: &TopicConfig) -> bool {
        let segment_bytes = config.segment_bytes.unsigned_abs();
        let segment_ms = config.segment_ms.unsigned_abs();
        let waited =
            self.first_timestamp.map_or(0, |first| batch.max_timestamp().saturating_sub(first));
        self.bytes > segment_bytes.saturating_sub(u64::from(batch.bytes))
            || (self.bytes > 0 && (waited > segment_ms || self.indexes.are_full(config)))
    }

    /// Recomputes the sums after batches were cut off.
    pub(super) fn recount(&mut self) {
        let batches = std::mem::take(&mut self.batches);
        let indexes = self.indexes.of(batches.iter().map(|batch| &**batch));
        *self = Segment { indexes, ..Segment::new(self.base) };
        for batch in &batches {
            self.push(Arc::clone(batch));
        }
    }
}
