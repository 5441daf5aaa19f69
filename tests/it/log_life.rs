//! What becomes of old records: retention, records deleted on demand, compaction.

use expect_test::expect;
use kafkascope::sim::command::ConfigTarget;
use kafkascope::sim::config::teaching_scale;
use kafkascope::sim::id::{BrokerId, Key, Offset, Partition};
use kafkascope::sim::log::Log;
use kafkascope::sim::log::retention::SegmentDeletion;
use kafkascope::sim::scenario::Workload;
use kafkascope::sim::wire::{ErrorCode, Record, Value};
use kafkascope::sim::{Command, Event, Node};

use crate::cluster::{Story, Told, b, ms, secs, story};

const NOW: (&str, &str) = ("linger.ms", "0");

/// Segments of two records, and a look for old ones each second.
fn short_lived() -> Story {
    story()
        .cluster_config("log.initial.task.delay.ms", "1000")
        .cluster_config("log.retention.check.interval.ms", "1000")
        .topic_config("segment.bytes", "400")
        .producer("app", &[NOW])
}

fn log(told: &Told, broker: u32) -> &Log {
    &told.world.brokers[&BrokerId(broker)].disk.logs[&told.orders(0)]
}

fn starts(told: &Told) -> Vec<Offset> {
    (1..=3).map(|broker| log(told, broker).start()).collect()
}

fn leader(told: &Told) -> BrokerId {
    told.leader(told.orders(0)).expect("it has a leader")
}

fn produce(told: &mut Told, count: usize) {
    for _ in 0..count {
        told.produce("app").run(ms(20));
    }
}

fn deleted(told: &Told) -> Vec<SegmentDeletion> {
    let told = told.events().filter(|it| matches!(it.node, Node::Broker(BrokerId(1))));
    let reasons = told.filter_map(|stamped| match &stamped.event {
        Event::SegmentsDeleted { reason, .. } => Some(*reason),
        _ => None,
    });
    reasons.collect()
}

fn delete_before(offset: Offset) -> Command {
    Command::DeleteRecords { topic: "orders".into(), partition: 0, offset }
}

fn set(name: &str, value: &str) -> Command {
    let target = ConfigTarget::Topic("orders".into());
    Command::SetConfig { target, name: name.into(), value: value.into() }
}

/// The oldest segments go until the log is as small as it may be; their files stay for a minute,
/// and a broker that starts leaves them out.
#[test]
fn retention_by_size_frees_the_disk_a_minute_later() {
    let mut told = short_lived().topic_config("retention.bytes", "500").boot();
    produce(&mut told, 7);
    told.run(secs(2));
    assert_eq!(starts(&told), [4, 4, 4]);
    assert_eq!(deleted(&told), [SegmentDeletion::RetentionSizeBreach]);
    let (kept, now) = (log(&told, 1).bytes(), told.world.now);
    assert!(log(&told, 1).bytes_on_disk(now) > kept, "the files are still there");
    assert_eq!(log(&told, 1).bytes_on_disk(now + secs(61)), kept);
    told.crash(b(1)).run(secs(1)).start(b(1)).run(secs(1));
    assert_eq!(log(&told, 1).bytes_on_disk(told.world.now), log(&told, 1).bytes());
}

/// LogSegment.shouldRoll: an index of 24 bytes has room for two times, and keeps one place for the
/// entry that closes it; so one entry closes the segment, and it comes with the second record.
#[test]
fn a_full_index_closes_a_segment() {
    let story = story()
        .topic_config("segment.index.bytes", "24")
        .topic_config("index.interval.bytes", "0")
        .producer("app", &[NOW]);
    let mut told = story.boot();
    produce(&mut told, 5);
    told.run(ms(200));
    for broker in 1..=3 {
        let log = log(&told, broker);
        let bases: Vec<Offset> = log.segments().iter().map(|segment| segment.base).collect();
        assert_eq!(bases, [0, 2, 4], "broker {broker}");
    }
}

/// Nobody writes any more: in the end the active segment goes, too, and an empty one begins. That
/// one stays.
#[test]
fn even_the_active_segment_grows_old() {
    let mut told = short_lived().topic_config("retention.ms", "5000").boot();
    produce(&mut told, 3);
    told.begin().run(secs(9));
    let bases: Vec<Offset> = log(&told, 1).segments().iter().map(|it| it.base).collect();
    assert_eq!((starts(&told), bases), (vec![3, 3, 3], vec![3]));
    told.begin().run(secs(9));
    assert_eq!(deleted(&told), []);
    produce(&mut told, 1);
    assert_eq!(log(&told, 1).end(), 4, "the log goes on where it was");
}

/// The first look for old segments is half a minute after the start, however often they are then
/// looked for.
#[test]
fn the_first_look_takes_its_time() {
    let mut told = story()
        .cluster_config("log.retention.check.interval.ms", "1000")
        .topic_config("retention.ms", "1000")
        .producer("app", &[NOW])
        .boot();
    produce(&mut told, 3);
    told.run(secs(25));
    assert_eq!(starts(&told), [0, 0, 0]);
    told.run(secs(10));
    assert_eq!(starts(&told), [3, 3, 3]);
}

/// kafka-delete-records.sh: the leader's log begins later at once, the followers hear of it with
/// their next fetches, and only then is the answer given. Segments go with the next look.
#[test]
fn deleted_records_are_gone_everywhere() {
    let mut told = short_lived().boot();
    produce(&mut told, 5);
    told.run(secs(2)).begin();
    told.does(delete_before(3)).run(secs(2));
    assert_eq!(starts(&told), [3, 3, 3]);
    assert_eq!(deleted(&told), [SegmentDeletion::StartOffsetBreach]);
    let bases: Vec<Offset> = log(&told, 1).segments().iter().map(|it| it.base).collect();
    assert_eq!(bases, [2, 4], "the segment that holds the start stays");
    expect![[r#"
        +0.000000 admin     ·           DeleteRecords { topic: "orders", partition: 0, offset: 3 }
        +0.002000 admin     → b3        DeleteRecords orders-0@3
        +0.003000 b3        ·           orders-0 log start 0 → 3
        +0.493000 b1        ·           orders-0 log start 0 → 3
        +0.493000 b1        → b3        Fetch orders-0@5
        +0.493000 b2        ·           orders-0 log start 0 → 3
        +0.493000 b2        → b3        Fetch orders-0@5
        +0.900000 b1        ·           orders-0 deletes 1 segment, 340 B: before the log's start
        +0.900000 b2        ·           orders-0 deletes 1 segment, 340 B: before the log's start
        +0.900000 b3        ·           orders-0 deletes 1 segment, 340 B: before the log's start
    "#]]
    .assert_eq(&told.text());
}

/// As far as it is committed, everything can go: -1 stands for that.
#[test]
fn all_that_is_committed_can_be_deleted() {
    let mut told = short_lived().boot();
    produce(&mut told, 5);
    told.run(secs(1)).does(delete_before(-1)).run(secs(2));
    assert_eq!(starts(&told), [5, 5, 5]);
    produce(&mut told, 2);
    assert_eq!(log(&told, 1).end(), 7);
}

/// What the leader refuses, the admin is told.
#[test]
fn what_cannot_be_deleted() {
    let refused = |told: &Told| {
        let events = told.events().filter_map(|stamped| match &stamped.event {
            Event::AdminRefused { error, .. } => Some(*error),
            _ => None,
        });
        events.collect::<Vec<_>>()
    };
    let mut told = short_lived().boot();
    produce(&mut told, 2);
    told.run(secs(1)).begin().does(delete_before(3)).run(secs(1));
    assert_eq!(refused(&told), [ErrorCode::OffsetOutOfRange]);
    told.does(set("cleanup.policy", "compact")).run(secs(1)).begin();
    told.does(delete_before(1)).run(secs(1));
    assert_eq!(refused(&told), [ErrorCode::PolicyViolation]);
    assert_eq!(starts(&told), [0, 0, 0]);
    assert!(told.submit(delete_before(-2)).is_err());
}

/// A follower that is down keeps nobody waiting; one that is alive and does not fetch does, until
/// the admin client has waited for a minute.
#[test]
fn a_deletion_waits_for_followers_that_are_alive() {
    let mut told = short_lived().boot();
    produce(&mut told, 5);
    let leader = leader(&told);
    let other = (1..=3).map(BrokerId).find(|id| *id != leader).expect("there are three");
    told.run(secs(1)).begin().does(Command::CutLink(Node::Broker(leader), Node::Broker(other)));
    told.does(delete_before(3)).run(secs(5));
    assert!(told.world.is_asked(), "it waits");
    told.does(Command::HealAll).run(secs(40));
    assert!(!told.world.is_asked());
    assert_eq!(starts(&told), [3, 3, 3]);
}

/// A consumer that has not read what is deleted is sent to where its auto.offset.reset says.
#[test]
fn a_consumer_behind_the_start_is_out_of_range() {
    let mut told = short_lived().consumer("slow", &[("auto.offset.reset", "earliest")]).boot();
    told.run(secs(5));
    let node = Node::Client(told.client("slow"));
    told.does(Command::Pause(node));
    produce(&mut told, 5);
    told.run(secs(1)).does(delete_before(3)).run(secs(2)).begin();
    told.does(Command::Resume(node)).run(secs(5));
    let reset = told.events().find_map(|stamped| match stamped.event {
        Event::PositionSet { offset, by_reset: true, .. } => Some(offset),
        _ => None,
    });
    assert_eq!(reset, Some(3));
}

/// The leader's start lies within a batch: a replica that begins from nothing takes the whole batch
/// and begins its log in the middle of it, too.
#[test]
fn a_new_replica_begins_in_the_middle_of_a_batch() {
    let mut told = story().producer("app", &[("linger.ms", "50")]).boot();
    for _ in 0..4 {
        told.produce("app");
    }
    told.run(secs(1)).does(delete_before(2)).run(secs(2));
    let leader = leader(&told);
    let other = (1..=3).find(|id| BrokerId(*id) != leader).expect("there are three");
    told.crash(b(other)).run(secs(1));
    let partition = told.orders(0);
    let broker = told.world.brokers.get_mut(&BrokerId(other)).expect("it exists");
    broker.disk.logs.remove(&partition);
    told.start(b(other)).run(secs(20));
    let copy = log(&told, other);
    assert_eq!((copy.start(), copy.end()), (2, 4));
    assert_eq!(copy.batches_from(2).count(), 1);
}

#[test]
fn segments_of_a_lecture_are_known_for_what_they_are() {
    assert_eq!(teaching_scale("segment.bytes", 400), Some(1_048_576));
    assert_eq!(teaching_scale("segment.bytes", 1_048_576), None);
    assert_eq!(teaching_scale("retention.ms", 1), None);
}

/// A compacted topic with segments of two records, cleaned every second.
fn compacted() -> Story {
    story()
        .cluster_config("log.cleaner.backoff.ms", "1000")
        .topic_config("cleanup.policy", "compact")
        .topic_config("min.cleanable.dirty.ratio", "0.1")
        .topic_config("segment.bytes", "400")
        .producer("app", &[NOW])
}

fn keyed(told: &mut Told, keys: &[u32]) {
    let client = told.client("app");
    for key in keys {
        told.does(Command::Produce { client, key: Some(Key(*key)) }).run(ms(20));
    }
}

fn left(log: &Log) -> Vec<(Offset, u32, bool)> {
    let records = log.batches_from(0).flat_map(|batch| batch.iter());
    let key = |record: &Record| record.key.map_or(u32::MAX, |key| key.0);
    records.map(|(at, record)| (at, key(record), record.value == Value::Null)).collect()
}

/// Of each key the last record stays, where it was; the active segment is left alone. Every broker
/// cleans its own copy.
#[test]
fn of_each_key_the_last_record_stays() {
    let mut told = compacted().boot();
    told.begin();
    keyed(&mut told, &[1, 2, 1, 1, 2, 3, 1]);
    told.run(secs(2));
    // The last batch of the round stays in any case; the active segment keeps what it has.
    let expected = [(3, 1, false), (4, 2, false), (5, 3, false), (6, 1, false)];
    for broker in 1..=3 {
        assert_eq!(left(log(&told, broker)), expected, "broker {broker}");
    }
    let cleaned = told.text_of(|event| matches!(event, Event::CleanerRan { .. }));
    expect![[r#"
        +1.000000 b1        ·           orders-0 compacts [0..6): 6 → 3 records, 1032 → 516 B
        +1.000000 b2        ·           orders-0 compacts [0..6): 6 → 3 records, 1032 → 516 B
        +1.000000 b3        ·           orders-0 compacts [0..6): 6 → 3 records, 1032 → 516 B
    "#]]
    .assert_eq(&cleaned);
}

/// A tombstone stays for delete.retention.ms after the round that found it; then its key is gone.
#[test]
fn tombstones_go_in_the_end() {
    let mut told = compacted().topic_config("delete.retention.ms", "5000").boot();
    keyed(&mut told, &[1, 2, 3]);
    let client = told.client("app");
    told.does(Command::ProduceTombstone { client, key: Key(1) }).run(ms(20));
    keyed(&mut told, &[2, 3, 3, 3]);
    told.run(secs(3));
    assert!(left(log(&told, 1)).contains(&(3, 1, true)));
    told.run(secs(10));
    // Only a round finds that its time has come, and only something new brings one.
    assert!(left(log(&told, 1)).contains(&(3, 1, true)));
    keyed(&mut told, &[2, 2, 2, 2]);
    told.run(secs(3));
    assert!(!left(log(&told, 1)).iter().any(|(_, key, _)| *key == 1));
}

/// A record without a key could never be compacted: the leader does not take it.
#[test]
fn a_compacted_topic_takes_no_record_without_a_key() {
    let mut told = compacted().boot();
    told.begin().produce("app").run(secs(1));
    let refused = told.events().find_map(|stamped| match &stamped.event {
        Event::ProduceFailed { error, .. } => Some(*error),
        _ => None,
    });
    assert_eq!(refused, Some(ErrorCode::InvalidRecord));
    assert_eq!(log(&told, 1).end(), 0);
}

/// A consumer that begins at the start of a compacted log reads what is left, over the gaps, and
/// commits past them.
#[test]
fn a_consumer_reads_over_the_gaps() {
    let mut told = compacted().boot();
    keyed(&mut told, &[1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 3]);
    told.run(secs(3)).begin();
    let spec = crate::cluster::consumer("late", &[("auto.offset.reset", "earliest")]);
    told.does(Command::AddConsumer(spec)).run(secs(15));
    let read: Vec<Offset> = told
        .events()
        .filter_map(|stamped| match stamped.event {
            Event::Processed { offset, .. } => Some(offset),
            _ => None,
        })
        .collect();
    let kept: Vec<Offset> = left(log(&told, 1)).iter().map(|(offset, ..)| *offset).collect();
    assert_eq!(read, kept);
    assert!(read.len() < 11);
    let committed = told.world.brokers.values().filter_map(|broker| broker.live.as_ref());
    let mut committed = committed.filter_map(|live| live.committed("billing"));
    let orders = told.orders(0);
    assert!(committed.any(|offsets| offsets.get(&orders).is_some_and(|it| it.offset == 11)));
}

/// A replica that begins from nothing copies what is left, with its gaps, and is in sync.
#[test]
fn a_new_replica_copies_the_gaps() {
    let mut told = compacted().boot();
    keyed(&mut told, &[1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 3]);
    told.run(secs(3));
    let leader = leader(&told);
    let other = (1..=3).find(|id| BrokerId(*id) != leader).expect("there are three");
    told.crash(b(other)).run(secs(1));
    let partition = told.orders(0);
    let broker = told.world.brokers.get_mut(&BrokerId(other)).expect("it exists");
    broker.disk.logs.remove(&partition);
    told.start(b(other)).run(secs(20));
    assert_eq!(left(log(&told, other)), left(log(&told, leader.0)));
    let state = told.world.metadata().partition(partition).expect("it exists");
    assert_eq!(state.isr.len(), 3);
}

/// `__consumer_offsets` is compacted like any other: a coordinator that starts reads as many
/// records as there are keys, not as there were commits.
#[test]
fn committed_offsets_are_compacted() {
    let mut told = story()
        .cluster_config("log.cleaner.backoff.ms", "1000")
        .cluster_config("offsets.topic.num.partitions", "1")
        .cluster_config("offsets.topic.segment.bytes", "1000")
        .busy_producer("app", Workload { rate: 20, ..Workload::default() }, &[NOW])
        .consumer("reader", &[("auto.commit.interval.ms", "200")])
        .boot();
    told.run(secs(60));
    let (topic, _) = told.world.metadata().topic_named("__consumer_offsets").expect("it exists");
    let offsets = Partition { topic, index: 0 };
    let coordinator = told.leader(offsets).expect("it has a leader");
    let committed = |told: &Told| {
        let mut live = told.world.brokers.values().filter_map(|broker| broker.live.as_ref());
        live.find_map(|live| {
            live.committed("billing")?.get(&told.orders(0)).map(|committed| committed.offset)
        })
    };
    let log = &told.world.brokers[&coordinator].disk.logs[&offsets];
    let records: usize = log.batches_from(0).map(|batch| batch.records.len()).sum();
    assert!(log.end() > 200, "there were {} commits", log.end());
    assert!(records < 40, "{records} are left");
    let before = committed(&told).expect("something is committed");
    told.crash(Node::Broker(coordinator)).run(secs(20));
    assert!(committed(&told).expect("the next coordinator knows it") >= before);
}

/// By share of the workload, for a table that also loses rows.
#[test]
fn a_workload_can_have_tombstones() {
    let workload = Workload { rate: 50, keys: 10, tombstones: 30, ..Workload::default() };
    let mut told = story().busy_producer("app", workload, &[NOW]).boot();
    told.run(secs(20));
    let all = left(log(&told, 1));
    let tombstones = all.iter().filter(|(_, _, is_tombstone)| *is_tombstone).count();
    assert!((all.len() / 5..all.len() / 2).contains(&tombstones), "{tombstones} of {}", all.len());
}
