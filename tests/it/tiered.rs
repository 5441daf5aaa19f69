//! Tiered storage (KIP-405): what is copied to remote storage, what brokers keep themselves, and
//! who reads what from where.

use expect_test::expect;
use kafkascope::sim::command::ConfigTarget;
use kafkascope::sim::event::RemoteLogEvent;
use kafkascope::sim::handling::{Act, SeekTo};
use kafkascope::sim::id::{BrokerId, Offset};
use kafkascope::sim::log::Log;
use kafkascope::sim::log::retention::SegmentDeletion;
use kafkascope::sim::transacting::{Transacting, TransactionAct};
use kafkascope::sim::wire::ErrorCode;
use kafkascope::sim::{Command, Event, Node, Span, Time};

use crate::cluster::{Story, Told, consumer, ms, secs, story};

const NOW: (&str, &str) = ("linger.ms", "0");
const EARLIEST: (&str, &str) = ("auto.offset.reset", "earliest");

/// Segments of two records; each second somebody looks for what is to be copied or deleted.
fn tiered() -> Story {
    story()
        .cluster_config("remote.log.storage.system.enable", "true")
        .cluster_config("remote.log.manager.task.interval.ms", "1000")
        .cluster_config("log.initial.task.delay.ms", "1500")
        .cluster_config("log.retention.check.interval.ms", "1000")
        .topic_config("remote.storage.enable", "true")
        .topic_config("segment.bytes", "400")
        .producer("app", &[NOW])
}

/// The same, and of closed segments brokers keep what fits 500 bytes.
fn small_disks() -> Story {
    tiered().topic_config("local.retention.bytes", "500")
}

fn produce(told: &mut Told, count: usize) {
    for _ in 0..count {
        told.produce("app").run(ms(20));
    }
}

fn log(told: &Told, broker: BrokerId) -> &Log {
    &told.world.brokers[&broker].disk.logs[&told.orders(0)]
}

/// Where the log begins, where it does on the broker's own disk, and where it ends.
fn spans(told: &Told) -> Vec<(Offset, Offset, Offset)> {
    let logs = (1..=3).map(|broker| log(told, BrokerId(broker)));
    logs.map(|log| (log.start(), log.local_start(), log.end())).collect()
}

/// First and last offsets of what is in remote storage.
fn remote(told: &Told) -> Vec<(Offset, Offset)> {
    let segments = told.world.remote.segments(told.orders(0)).iter();
    segments.map(|segment| (segment.base(), segment.end)).collect()
}

fn leader(told: &Told) -> BrokerId {
    told.leader(told.orders(0)).expect("it has a leader")
}

fn follower(told: &Told) -> BrokerId {
    let leader = leader(told);
    (1..=3).map(BrokerId).find(|id| *id != leader).expect("there are three")
}

fn tells(told: &Told) -> impl Iterator<Item = (Node, &RemoteLogEvent)> {
    told.events().filter_map(|stamped| match &stamped.event {
        Event::RemoteLog(event) => Some((stamped.node, event)),
        _ => None,
    })
}

/// What an application has worked on.
fn processed(told: &Told) -> Vec<Offset> {
    let events = told.events().filter_map(|stamped| match stamped.event {
        Event::Processed { offset, .. } => Some(offset),
        _ => None,
    });
    events.collect()
}

fn late(config: &[(&str, &str)]) -> Command {
    Command::AddConsumer(consumer("late", config))
}

/// The leader copies closed segments, one after the other; each broker then deletes of its own copy
/// what local retention does not allow. The log begins where it did.
#[test]
fn closed_segments_are_copied_and_go_from_the_disks() {
    let mut told = small_disks().boot();
    produce(&mut told, 9);
    told.begin().run(secs(3));
    assert_eq!(remote(&told), [(0, 1), (2, 3), (4, 5), (6, 7)]);
    assert_eq!(spans(&told), [(0, 6, 9); 3]);
    let facts =
        told.text_of(|event| matches!(event, Event::RemoteLog(_) | Event::SegmentsDeleted { .. }));
    expect![[r#"
        +0.126034 b3        ·           orders-0 copied to remote storage: [0..1], 340 B
        +0.226068 b3        ·           orders-0 copied to remote storage: [2..3], 340 B
        +0.320000 b3        ·           orders-0 deletes 2 segments, 680 B: local.retention.bytes
        +0.326102 b3        ·           orders-0 copied to remote storage: [4..5], 340 B
        +0.426136 b3        ·           orders-0 copied to remote storage: [6..7], 340 B
        +1.320000 b1        ·           orders-0 deletes 3 segments, 1020 B: local.retention.bytes
        +1.320000 b2        ·           orders-0 deletes 3 segments, 1020 B: local.retention.bytes
        +1.320000 b3        ·           orders-0 deletes 1 segment, 340 B: local.retention.bytes
    "#]]
    .assert_eq(&facts);
    let orders = told.orders(0);
    let live = told.world.brokers[&follower(&told)].live.as_ref().expect("it is up");
    assert_eq!(live.highest_offset_in_remote_storage(orders), 7, "followers know");
    assert_eq!(told.world.remote.bytes(orders), 4 * 340);
    let log = log(&told, BrokerId(1));
    let later = told.world.now + secs(61);
    assert_eq!(log.bytes_on_disk(later), log.bytes(), "what is remote takes no disk");
    assert!(log.bytes() < 600);
}

/// As long as nothing is copied, nothing goes, however small the disks are meant to be.
#[test]
fn what_is_not_copied_stays() {
    let mut told =
        small_disks().cluster_config("remote.log.manager.task.interval.ms", "20000").boot();
    produce(&mut told, 9);
    told.run(secs(5));
    assert_eq!((remote(&told), spans(&told)), (vec![], vec![(0, 0, 9); 3]));
    told.run(secs(45));
    assert_eq!(spans(&told), [(0, 6, 9); 3]);
}

/// An active segment that is too old is closed, so that it can be copied; then it goes.
#[test]
fn even_the_active_segment_is_copied_in_the_end() {
    let mut told = tiered().topic_config("local.retention.ms", "5000").boot();
    produce(&mut told, 3);
    told.run(secs(4));
    assert_eq!(remote(&told), [(0, 1)]);
    told.run(secs(6));
    assert_eq!(remote(&told), [(0, 1), (2, 2)]);
    assert_eq!(spans(&told), [(0, 3, 3); 3]);
}

/// Remote storage holds only what is committed: what the followers do not have is not copied.
#[test]
fn only_what_is_committed_is_copied() {
    let mut told = tiered().producer("fast", &[NOW, ("acks", "1")]).boot();
    let leader = leader(&told);
    for other in (1..=3).map(BrokerId).filter(|id| *id != leader) {
        told.does(Command::CutLink(Node::Broker(leader), Node::Broker(other)));
    }
    for _ in 0..5 {
        told.produce("fast").run(ms(20));
    }
    told.run(secs(3));
    assert_eq!((log(&told, leader).end(), remote(&told)), (5, vec![]));
    told.does(Command::HealAll).run(secs(10));
    assert_eq!(remote(&told), [(0, 1), (2, 3)]);
}

/// A consumer that begins at the beginning gets from remote storage what is only there, segment by
/// segment, and goes on with what is on the leader's disk.
#[test]
fn a_consumer_reads_what_is_only_remote() {
    let mut told = small_disks().boot();
    produce(&mut told, 9);
    told.run(secs(3)).begin();
    told.does(late(&[EARLIEST])).run(secs(10));
    assert_eq!(processed(&told), (0..9).collect::<Vec<Offset>>());
    let read: Vec<(Offset, Offset)> = tells(&told)
        .filter_map(|(_, event)| match event {
            RemoteLogEvent::Read { from, to, .. } => Some((*from, *to)),
            _ => None,
        })
        .collect();
    assert_eq!(read, [(0, 2), (2, 4), (4, 6)]);
}

/// Remote storage takes longer than the broker waits: the consumer gets nothing, asks again, and
/// stays where it is.
#[test]
fn a_read_that_is_late_brings_nothing() {
    let mut told = small_disks().cluster_config("remote.fetch.max.wait.ms", "10").boot();
    produce(&mut told, 9);
    told.run(secs(3)).begin();
    told.does(late(&[EARLIEST])).run(secs(10));
    assert!(processed(&told).is_empty());
    assert!(!told.events().any(|it| matches!(it.event, Event::OffsetOutOfRange { .. })));
    told.set(ConfigTarget::Cluster, "remote.fetch.max.wait.ms", "500").run(secs(5));
    assert_eq!(processed(&told).len(), 9);
}

/// A replica that begins from nothing copies only what the leader has on its disk; of what is
/// before, it takes the leader epochs. It joins the ISR, and can lead.
#[test]
fn a_new_replica_begins_behind_what_is_remote() {
    let mut told = small_disks().boot();
    produce(&mut told, 5);
    let (old, other) = (leader(&told), follower(&told));
    told.crash(Node::Broker(old)).run(secs(15)).start(Node::Broker(old)).run(secs(5));
    produce(&mut told, 4);
    told.run(secs(3)).crash(Node::Broker(other)).run(secs(1));
    let orders = told.orders(0);
    let broker = told.world.brokers.get_mut(&other).expect("it exists");
    broker.disk.logs.remove(&orders);
    told.begin().start(Node::Broker(other)).run(secs(20));
    let built = tells(&told).any(|(node, event)| {
        node == Node::Broker(other) && matches!(event, RemoteLogEvent::StateBuilt { offset: 6, .. })
    });
    assert!(built);
    produce(&mut told, 1);
    let leads = leader(&told);
    assert_eq!(spans(&told), [(0, 6, 10); 3]);
    assert_eq!(log(&told, other).epochs(), log(&told, leads).epochs());
    assert_eq!(log(&told, other).producers(), log(&told, leads).producers());
    assert!(log(&told, other).epochs().entries().len() > 1, "more than one leader wrote");
    assert_eq!(told.isr(orders), [1, 2, 3]);
    for broker in (1..=3).map(BrokerId).filter(|id| *id != other) {
        told.crash(Node::Broker(broker)).run(secs(12));
    }
    assert_eq!(leader(&told), other);
    told.begin().does(late(&[EARLIEST])).run(secs(60));
    assert_eq!(processed(&told), (0..10).collect::<Vec<Offset>>(), "and knows what is remote");
}

/// Another leader goes on where the last one was: by its leader epochs it finds what is there.
#[test]
fn a_new_leader_copies_nothing_twice() {
    let mut told = tiered().boot();
    produce(&mut told, 5);
    told.run(secs(2));
    assert_eq!(remote(&told), [(0, 1), (2, 3)]);
    told.crash(Node::Broker(leader(&told))).run(secs(15));
    produce(&mut told, 4);
    told.run(secs(3));
    assert_eq!(remote(&told), [(0, 1), (2, 3), (4, 5), (6, 7)]);
}

/// The whole log's retention goes by both parts together, and takes what is remote; the log then
/// begins later, on every replica.
#[test]
fn retention_deletes_what_is_remote() {
    let mut told = small_disks()
        .topic_config("local.retention.bytes", "300")
        .topic_config("retention.bytes", "1100")
        .boot();
    produce(&mut told, 13);
    told.begin().run(secs(4));
    let mut gone = 0;
    for (_, event) in tells(&told) {
        if let RemoteLogEvent::SegmentsDeleted { reason, segments, .. } = event {
            assert_eq!(*reason, SegmentDeletion::RetentionSizeBreach);
            gone += segments;
        }
    }
    assert_eq!(gone, 3);
    assert_eq!(remote(&told), [(6, 7), (8, 9), (10, 11)]);
    assert!(spans(&told).iter().all(|(start, ..)| *start == 6), "{:?}", spans(&told));
}

/// The same by age; and nothing is left of a log that nobody writes to.
#[test]
fn what_is_old_goes_from_remote_storage() {
    let mut told = tiered()
        .topic_config("local.retention.ms", "2000")
        .topic_config("retention.ms", "8000")
        .boot();
    produce(&mut told, 5);
    told.run(secs(5));
    assert_eq!((remote(&told).len(), spans(&told)), (3, vec![(0, 5, 5); 3]));
    told.run(secs(8));
    assert_eq!((remote(&told), spans(&told)), (vec![], vec![(5, 5, 5); 3]));
}

/// kafka-delete-records.sh: what lies before the log's new start goes from remote storage, too.
#[test]
fn deleted_records_go_from_remote_storage() {
    let mut told = small_disks().boot();
    produce(&mut told, 9);
    told.run(secs(3)).begin();
    told.does(Command::DeleteRecords { topic: "orders".into(), partition: 0, offset: 5 });
    told.run(secs(3));
    assert_eq!(remote(&told), [(4, 5), (6, 7)]);
    assert_eq!(spans(&told), [(5, 6, 9); 3]);
    told.begin().does(late(&[EARLIEST])).run(secs(10));
    assert_eq!(processed(&told), [5, 6, 7, 8]);
}

/// A time is looked for in remote storage first.
#[test]
fn times_are_found_in_remote_storage() {
    let mut told = small_disks().consumer("late", &[EARLIEST]).boot();
    told.run(secs(5));
    produce(&mut told, 3);
    told.run(secs(5));
    produce(&mut told, 7);
    told.run(secs(5)).begin();
    let client = told.client("late");
    let act = Act::Seek { topic: "orders".into(), partition: 0, to: SeekTo::Ago(secs(8)) };
    told.does(Command::Consume { client, act }).run(secs(5));
    assert_eq!(processed(&told), (3..10).collect::<Vec<Offset>>());
}

/// What the controller does not take: remote storage that brokers do not have, of a compacted
/// topic, or off again; and more here than there is in all.
#[test]
fn what_remote_storage_is_not_for() {
    let refused = |told: &Told| {
        let events = told.events().filter_map(|stamped| match &stamped.event {
            Event::AdminRefused { error, .. } => Some(*error),
            _ => None,
        });
        events.collect::<Vec<_>>()
    };
    let topic = || ConfigTarget::Topic("orders".into());
    let mut told = story().boot();
    told.set(topic(), "remote.storage.enable", "true").run(secs(1));
    assert_eq!(refused(&told), [ErrorCode::InvalidConfig]);
    let mut told = tiered().topic_config("retention.bytes", "1000").boot();
    for (name, value) in [
        ("cleanup.policy", "compact"),
        ("remote.storage.enable", "false"),
        ("local.retention.bytes", "2000"),
        ("local.retention.bytes", "-1"),
    ] {
        told.begin().set(topic(), name, value).run(secs(1));
        assert_eq!(refused(&told), [ErrorCode::InvalidConfig], "{name}={value}");
    }
    told.begin().set(topic(), "local.retention.bytes", "800").run(secs(1));
    assert_eq!(refused(&told), []);
}

/// Beside a segment it is kept which transactions were aborted: who reads what is committed gets
/// nothing else from remote storage, not even from a leader that has it from nobody's log.
#[test]
fn aborted_transactions_are_known_in_remote_storage() {
    let mut setting = small_disks()
        .cluster_config("offsets.topic.num.partitions", "1")
        .cluster_config("offsets.topic.replication.factor", "1")
        .cluster_config("transaction.state.log.num.partitions", "1")
        .producer("p", &[NOW]);
    let spec = setting.scenario.producers.last_mut().expect("it was just added");
    spec.transactional = Some("tx".into());
    spec.transaction = Transacting { records: 0, time: Span::ZERO, aborts: 0 };
    let mut told = setting.run_to(Time::ZERO + secs(20));
    let client = told.client("p");
    let mut committed = Vec::new();
    for round in 0..6 {
        told.does(Command::Transact { client, act: TransactionAct::Begin }).run(ms(50));
        told.produce("p").run(ms(50)).produce("p").run(ms(50));
        let end = log(&told, leader(&told)).end();
        let aborts = round % 2 == 0;
        let act = if aborts { TransactionAct::Abort } else { TransactionAct::Commit };
        committed.extend((end - 2..end).filter(|_| !aborts));
        told.does(Command::Transact { client, act }).run(ms(200));
    }
    let other = follower(&told);
    told.run(secs(3)).crash(Node::Broker(other)).run(secs(1));
    let orders = told.orders(0);
    told.world.brokers.get_mut(&other).expect("it exists").disk.logs.remove(&orders);
    told.start(Node::Broker(other)).run(secs(20));
    assert!(log(&told, other).local_start() > 8, "most is remote only: {:?}", spans(&told));
    for broker in (1..=3).map(BrokerId).filter(|id| *id != other) {
        told.does(Command::Stop(Node::Broker(broker))).run(secs(12));
    }
    assert_eq!(leader(&told), other);
    told.begin().does(late(&[EARLIEST, ("isolation.level", "read_committed")])).run(secs(60));
    assert_eq!(processed(&told), committed);
}
