//! What compaction makes of transactions and of producers: what no vector of Kafka's covers.

use super::Log;
use super::retention::Moment;
use super::size::BATCH_OVERHEAD;
use crate::sim::config::TopicConfig;
use crate::sim::id::{Key, Offset, Partition, TopicId};
use crate::sim::time::Time;
use crate::sim::wire::{
    BatchKind, CompressionType, ErrorCode, PartitionProduce, ProducerId, ProducerIdAndEpoch,
    ProducerStamp, Record, Value,
};

/// A compacted log of which everything is committed; markers may go after ten seconds.
struct Rig {
    log: Log,
    config: TopicConfig,
    now_ms: u64,
    /// Of all producers.
    epoch: i16,
}

impl Rig {
    fn new() -> Rig {
        let config = TopicConfig {
            cleanup_policy: 1,
            delete_retention_ms: 10_000,
            ..TopicConfig::default()
        };
        Rig { log: Log::default(), config, now_ms: 100_000, epoch: 0 }
    }

    fn append(&mut self, kind: BatchKind, producer: Option<(i64, i32)>, records: Vec<Record>) {
        let epoch = self.epoch;
        let stamp = |(id, base_sequence)| {
            let producer = ProducerIdAndEpoch { id: ProducerId(id), epoch };
            ProducerStamp { producer, base_sequence }
        };
        let batch = PartitionProduce {
            partition: Partition { topic: TopicId(0), index: 0 },
            producer: producer.map(stamp),
            kind,
            records: records.into(),
            compression: CompressionType::None,
            bytes: 100,
        };
        self.log.append_as_leader(&batch, 0, &self.config);
    }

    fn record(&self, key: Option<u32>, value: Value) -> Record {
        let timestamp = Time(self.now_ms * 1000);
        Record { id: None, key: key.map(Key), timestamp, value }
    }

    fn plain(&mut self, key: u32) {
        let record = self.record(Some(key), Value::Bytes(10));
        self.append(BatchKind::Plain, None, vec![record]);
    }

    /// One record in a transaction of its own.
    fn transaction(&mut self, producer: (i64, i32), key: u32, committed: bool) {
        let record = self.record(Some(key), Value::Bytes(10));
        self.append(BatchKind::Transactional, Some(producer), vec![record]);
        let end = Value::EndTransaction { committed, coordinator_epoch: 0 };
        let marker = self.record(None, end);
        self.append(BatchKind::Control, Some((producer.0, -1)), vec![marker]);
    }

    /// Rolls, so that everything can be cleaned, and cleans it.
    fn clean(&mut self) {
        self.log.roll();
        self.log.high_watermark_moved(self.log.end());
        let range = self.log.to_clean(self.now_ms, self.log.end(), &self.config);
        let moment = Moment { now: Time::ZERO, wall_ms: self.now_ms };
        self.log.clean(&range, moment, &self.config);
    }

    /// Where batches begin, and how many records they have.
    fn left(&self) -> Vec<(Offset, usize)> {
        self.log.batches_from(0).map(|it| (it.base_offset, it.records.len())).collect()
    }

    fn aborted(&self) -> usize {
        self.log.transactions().aborted().len()
    }
}

#[test]
fn what_was_aborted_goes_and_its_marker_last() {
    let mut rig = Rig::new();
    rig.transaction((1, 0), 1, false);
    rig.plain(2);
    rig.transaction((2, 0), 1, true);
    rig.clean();
    // The aborted record does not count as the last of its key. Its batch is its producer's last:
    // that stays, empty; and as long as it was there, readers are told of the abort.
    assert_eq!(rig.left(), [(0, 0), (1, 1), (2, 1), (3, 1), (4, 1)]);
    let empty = rig.log.batch_at(0).expect("it is there");
    assert_eq!((empty.bytes, empty.next_offset()), (BATCH_OVERHEAD, 1));
    assert_eq!((rig.aborted(), rig.log.batch_at(1).and_then(|it| it.delete_horizon())), (1, None));

    rig.transaction((1, 1), 3, true);
    rig.clean();
    assert_eq!(rig.left(), [(1, 1), (2, 1), (3, 1), (4, 1), (5, 1), (6, 1)]);
    assert_eq!(rig.aborted(), 1, "the empty batch was still seen");

    rig.plain(4);
    rig.clean();
    assert_eq!(rig.aborted(), 0, "nothing of it is left but the marker");
    let horizon = rig.log.batch_at(1).and_then(|it| it.delete_horizon());
    assert_eq!(horizon, Some(110_000));

    rig.now_ms = 109_999;
    rig.plain(5);
    rig.clean();
    assert!(rig.left().contains(&(1, 1)));
    rig.now_ms = 110_000;
    rig.plain(5);
    rig.clean();
    assert!(!rig.left().contains(&(1, 1)));
}

#[test]
fn an_open_transaction_holds_the_cleaner_back() {
    let mut rig = Rig::new();
    rig.plain(1);
    rig.log.roll();
    rig.plain(1);
    let record = rig.record(Some(2), Value::Bytes(10));
    rig.append(BatchKind::Transactional, Some((1, 0)), vec![record]);
    rig.log.roll();
    rig.plain(1);
    let range = rig.log.to_clean(rig.now_ms, rig.log.end(), &rig.config);
    assert_eq!(range.first_uncleanable_offset, 1, "the segment in which it begins stays whole");
    assert_eq!((range.clean_bytes, range.cleanable_bytes), (0, 100));
}

#[test]
fn neighbours_are_merged_up_to_the_size_of_a_segment() {
    let mut rig = Rig::new();
    rig.config.segment_bytes = 250;
    for key in 0..5 {
        rig.plain(key);
        rig.log.roll();
    }
    rig.clean();
    let bases: Vec<Offset> = rig.log.segments().iter().map(|it| it.base).collect();
    assert_eq!(bases, [0, 2, 4, 5]);
}

#[test]
fn a_record_that_is_too_young_waits_and_one_that_waits_too_long_does_not() {
    let mut rig = Rig::new();
    rig.config.min_compaction_lag_ms = 5_000;
    rig.config.max_compaction_lag_ms = 60_000;
    rig.config.min_cleanable_dirty_ratio = 900_000;
    rig.plain(1);
    rig.log.roll();
    let range = |rig: &Rig| rig.log.to_clean(rig.now_ms, rig.log.end(), &rig.config);
    assert_eq!(range(&rig).cleanable_bytes, 0);
    rig.now_ms += 5_000;
    assert_eq!(range(&rig).cleanable_bytes, 100);
    rig.clean();
    rig.plain(1);
    rig.log.roll();
    rig.now_ms += 60_000;
    assert!(!range(&rig).is_worth_it(&rig.config), "half of it is dirty, not nine tenths");
    rig.now_ms += 1;
    assert!(range(&rig).is_worth_it(&rig.config));
}

/// A producer whose batches were compacted away is still known after the log is cut.
#[test]
fn producers_are_remembered_where_a_cleaner_has_passed() {
    let mut rig = Rig::new();
    for sequence in 0..3 {
        let record = rig.record(Some(1), Value::Bytes(10));
        rig.append(BatchKind::Plain, Some((7, sequence)), vec![record]);
    }
    rig.clean();
    rig.plain(2);
    rig.log.truncate_to(3);
    let producer = ProducerIdAndEpoch { id: ProducerId(7), epoch: 0 };
    let stamp = |base_sequence| ProducerStamp { producer, base_sequence };
    assert!(rig.log.producers().duplicate(stamp(1), 1).is_some());
    assert_eq!(rig.log.producers().validate(stamp(3)), Ok(()));
    assert!(rig.log.producers().validate(stamp(4)).is_err());
}

/// Of a producer whose last epoch is cut off, the log still knows the one before it, though a
/// cleaner has passed there, as by the snapshots of ProducerStateManager: an older one is fenced.
#[test]
fn after_a_cut_the_epochs_in_what_was_cleaned_still_fence() {
    let mut rig = Rig::new();
    rig.epoch = 5;
    rig.transaction((4, 0), 1, true);
    rig.plain(2);
    rig.clean();
    let cleaned = rig.log.end();
    rig.epoch = 6;
    rig.transaction((4, 0), 1, true);
    rig.log.truncate_to(cleaned);
    let stamp = |epoch| {
        let producer = ProducerIdAndEpoch { id: ProducerId(4), epoch };
        ProducerStamp { producer, base_sequence: 0 }
    };
    let may = |epoch| rig.log.producers().validate(stamp(epoch));
    assert_eq!(may(4), Err(ErrorCode::InvalidProducerEpoch));
    assert_eq!(may(6), Ok(()));
    let state = rig.log.producers().get(ProducerId(4)).map(|it| (it.epoch, it.transaction));
    assert_eq!(state, Some((5, None)), "its transaction is over");
}
