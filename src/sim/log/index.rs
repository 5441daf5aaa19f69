//! How full the indexes of a segment are (OffsetIndex, TimeIndex): a full one closes the segment.

use crate::sim::config::TopicConfig;
use crate::sim::wire::RecordBatch;

/// Bytes of an entry of the offset index, and of one of the time index.
const OFFSET_ENTRY: i64 = 8;
const TIME_ENTRY: i64 = 12;

/// What a segment's indexes hold. Nobody here needs to look anything up in them: only how many
/// entries there are is kept.
// Simplified: changed configs count at once, not with the next segment; after truncation entries
// are counted anew as if nothing had been cut off.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(super) struct Indexes {
    offsets: i64,
    times: i64,
    /// Timestamp of the last entry in the time index, in ms.
    last_time: u64,
    /// Bytes appended since the last entry.
    since: i64,
    /// `index.interval.bytes` when it was last written to.
    interval: i64,
}

impl Indexes {
    /// A batch of so many bytes is appended; `newest` is the segment's largest timestamp in ms
    /// (LogSegment.append).
    pub(super) fn note(&mut self, bytes: u32, newest: u64, interval_bytes: i64) {
        self.interval = interval_bytes;
        if self.since > interval_bytes {
            self.offsets += 1;
            if newest > self.last_time {
                self.last_time = newest;
                self.times += 1;
            }
            self.since = 0;
        }
        self.since += i64::from(bytes);
    }

    /// The indexes of the batches that are left when the others are cut off.
    pub(super) fn of<'a>(&self, batches: impl Iterator<Item = &'a RecordBatch>) -> Indexes {
        let (mut new, mut newest) = (Indexes::default(), 0);
        for batch in batches {
            newest = batch.max_timestamp().max(newest);
            new.note(batch.bytes, newest, self.interval);
        }
        new
    }

    /// Whether either of them has no room any more (AbstractIndex.isFull, TimeIndex.isFull, which
    /// keeps a place for the entry that closes the segment).
    pub(super) fn are_full(&self, config: &TopicConfig) -> bool {
        self.offsets >= config.segment_index_bytes / OFFSET_ENTRY
            || self.times >= config.segment_index_bytes / TIME_ENTRY - 1
    }
}

#[cfg(test)]
mod tests {
    use super::Indexes;
    use crate::sim::config::TopicConfig;

    fn config(segment_index_bytes: i64) -> TopicConfig {
        TopicConfig { segment_index_bytes, ..TopicConfig::default() }
    }

    #[test]
    fn an_entry_comes_only_after_more_than_the_interval() {
        let mut indexes = Indexes::default();
        (1..=3).for_each(|time| indexes.note(50, time, 100));
        assert_eq!((indexes.offsets, indexes.times), (0, 0), "100 bytes lay before the third");
        indexes.note(50, 4, 100);
        assert_eq!((indexes.offsets, indexes.times), (1, 1));
    }

    #[test]
    fn the_time_index_keeps_a_place_for_its_last_entry() {
        let mut indexes = Indexes::default();
        (1..=2).for_each(|time| indexes.note(10, time, 0));
        assert!(indexes.are_full(&config(24)), "one of two entries: the other closes it");
        assert!(!indexes.are_full(&config(36)));
    }

    #[test]
    fn time_that_stands_still_fills_the_offset_index_first() {
        let mut indexes = Indexes::default();
        (0..5).for_each(|_| indexes.note(10, 7, 0));
        assert_eq!((indexes.offsets, indexes.times), (4, 1));
        assert!(indexes.are_full(&config(36)), "36 bytes are four entries of offsets");
    }
}
