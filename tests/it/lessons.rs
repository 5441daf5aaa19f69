//! Lessons: the scenario files of the page, and what each is to show.

use expect_test::expect;
use kafkascope::metrics::stoppage::Course;
use kafkascope::scenario_file::Script;
use kafkascope::session::Session;
use kafkascope::sim::event::RemoteLogEvent;
use kafkascope::sim::handling::Act;
use kafkascope::sim::log::retention::SegmentDeletion;
use kafkascope::sim::wire::{
    BatchKind, Body, ErrorCode, FetchPartitionResponse, RecordBatch, Response,
};
use kafkascope::sim::{Command, Event, Node, Partition, Span, Time, World};

use crate::scenario_files::read;

fn lesson(name: &str) -> Script {
    let path = format!("{}/lessons/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).expect("the lesson is there");
    read::read(&text).unwrap_or_else(|report| panic!("{}", report.text(name)))
}

/// A lesson, played to its end, with those of its commands that are wanted.
fn played(script: &Script, wanted: fn(&Command) -> bool) -> Session {
    let mut commands = script.commands();
    commands.retain(|(_, command)| wanted(command));
    let mut session = Session::scripted(script.scenario.clone(), commands)
        .unwrap_or_else(|flaw| panic!("{flaw:?}"));
    session.run_to(script.end);
    assert!(session.timeline().refused().is_empty(), "every command was possible in its time");
    session
}

const GROUPS: [&str; 3] = ["eager", "cooperative", "consumer"];

/// How long nobody read, added up over the six partitions of each group.
fn stood(session: &Session) -> [Span; 3] {
    let now = session.world().now;
    GROUPS.map(|group| {
        let course: &Course = session.stoppages().group(group).expect("it has shared out");
        assert_eq!(course.tracks().count(), 6);
        Span(course.tracks().map(|(_, track)| track.stood(now).0).sum())
    })
}

fn told(stood: [Span; 3]) -> String {
    let lines = GROUPS.iter().zip(stood);
    lines.map(|(group, span)| format!("{group}: {} ms\n", span.0 / 1_000)).collect()
}

/// The same joins, departures, crashes and restarts, each while a member works on a long record:
/// under the eager protocol everybody waits for that member, under the cooperative one only the
/// partitions that move, and under KIP-848 only those that it has itself.
#[test]
fn eager_rebalancing_stands_still_for_longest() {
    let session = played(&lesson("rebalances"), |_| true);
    let stood = stood(&session);
    expect![[r#"
        eager: 74269 ms
        cooperative: 41538 ms
        consumer: 28944 ms
    "#]]
    .assert_eq(&told(stood));
    let [eager, cooperative, consumer] = stood;
    assert!(eager > cooperative && cooperative > consumer);
}

/// If everybody comes back to `poll()` at once, it is the second rebalance that costs: a partition
/// that moves cooperatively stands still until all have joined again.
#[test]
fn cooperative_rebalancing_is_not_for_free() {
    let brief =
        |command: &Command| !matches!(command, Command::Consume { act: Act::SlowRecord(_), .. });
    let session = played(&lesson("rebalances"), brief);
    let stood = stood(&session);
    expect![[r#"
        eager: 15546 ms
        cooperative: 29945 ms
        consumer: 25756 ms
    "#]]
    .assert_eq(&told(stood));
    let [eager, cooperative, _] = stood;
    assert!(cooperative > eager);
}

/// A coordinator, a stream processor and a producer crash in the middle of transactions: each of
/// these is decided all the same, and whoever reads what is decided sees each result once.
#[test]
fn transactions_end_whoever_crashes() {
    let session = played(&lesson("transactions"), |_| true);
    let ends = session.journal().notable().filter_map(|(_, stamped)| match &stamped.event {
        Event::TransactionTimedOut { transactional_id, .. } => {
            Some(("timed out", transactional_id))
        }
        Event::TransactionFenced { transactional_id, .. } => Some(("fenced", transactional_id)),
        _ => None,
    });
    let ends: Vec<String> = ends.map(|(how, id)| format!("{id} {how}")).collect();
    assert_eq!(ends, ["pay-pay-1 fenced", "shop-1 timed out"]);
    let world = session.world();
    let decided = |topic: &str| -> u64 {
        let (id, state) = world.metadata().topic_named(topic).expect("it is there");
        let partitions =
            (0..state.partitions.len() as u32).map(|index| Partition { topic: id, index });
        partitions.map(|partition| committed_records(world, partition)).sum()
    };
    assert!(decided("orders") > 50);
    assert_eq!(decided("payments"), decided("orders"));
}

/// How many records a reader of read_committed is given of what a leader has.
fn committed_records(world: &World, partition: Partition) -> u64 {
    let leader = world.metadata().partition(partition).and_then(|it| it.leader).expect("one leads");
    let log = &world.brokers[&leader].disk.logs[&partition];
    let aborted = |batch: &RecordBatch| {
        let producer = batch.producer.map(|stamp| stamp.producer.id);
        log.transactions().aborted().iter().any(|it| {
            Some(it.producer) == producer
                && (it.first_offset..it.last_offset).contains(&batch.base_offset)
        })
    };
    let data = log.batches_from(0).filter(|it| it.kind == BatchKind::Transactional && !aborted(it));
    data.map(|batch| batch.records.len() as u64).sum()
}

/// What the brokers did with old records, one line for each time.
fn went(session: &Session) -> Vec<&Event> {
    let events = session.journal().notable().map(|(_, stamped)| &stamped.event);
    let of_old =
        |event: &&Event| matches!(event, Event::SegmentsDeleted { .. } | Event::CleanerRan { .. });
    events.filter(of_old).collect()
}

/// The auditor comes back at 32 s, and its place in the log is gone.
#[test]
fn who_reads_too_late_is_told_so() {
    let script = lesson("retention");
    let mut session = Session::scripted(script.scenario.clone(), script.commands()).unwrap();
    session.run_to(Time(36_000_000));
    let auditor = session.world().client_named("auditor").map(Node::Client);
    let answers = session.journal().since(Time(32_000_000)).filter(|stamped| {
        let Event::Arrived(envelope) = &stamped.event else { return false };
        let Body::Response(Response::Fetch(fetch)) = &*envelope.body else { return false };
        let refused = |it: &FetchPartitionResponse| it.error == ErrorCode::OffsetOutOfRange;
        Some(stamped.node) == auditor && fetch.partitions.iter().any(refused)
    });
    assert_eq!(answers.count(), 1);
    let reset = session.journal().since(Time(32_000_000)).any(|stamped| {
        matches!(stamped.event, Event::PositionSet { by_reset: true, offset, .. } if offset > 20)
    });
    assert!(reset, "auto.offset.reset sends it to the oldest record that is left");
}

/// Segments go by age, then by size; in the end even the active segment goes, and the log is
/// empty.
#[test]
fn old_records_go_by_time_and_by_size() {
    let session = played(&lesson("retention"), |_| true);
    let reasons = |wanted: SegmentDeletion| {
        let deleted = went(&session).into_iter().filter(
            |event| matches!(event, Event::SegmentsDeleted { reason, .. } if *reason == wanted),
        );
        deleted.count()
    };
    assert!(reasons(SegmentDeletion::RetentionMsBreach) >= 9, "on three brokers");
    assert!(reasons(SegmentDeletion::RetentionSizeBreach) >= 9);
    let world = session.world();
    for broker in world.brokers.values() {
        let log = broker.disk.logs.iter().find(|(partition, _)| {
            world.metadata().topics.get(&partition.topic).is_some_and(|it| &*it.name == "orders")
        });
        let log = log.map(|(_, log)| log).expect("everybody has a replica");
        assert_eq!((log.start(), log.bytes()), (log.end(), 0));
    }
}

/// The cleaner passes again and again; the tombstones outlive a round and go with a later one.
#[test]
fn of_each_key_the_last_record_stays() {
    let session = played(&lesson("compaction"), |_| true);
    let rounds = went(&session);
    let taken: u64 = rounds
        .iter()
        .map(|event| match event {
            Event::CleanerRan { stats, removed, .. } => {
                let gone = stats.messages_read - stats.messages_written;
                assert_eq!(gone, removed.len() as u64, "it tells which");
                gone
            }
            _ => 0,
        })
        .sum();
    assert!(rounds.len() >= 9 && taken >= 60, "{} rounds took {taken}", rounds.len());
    let world = session.world();
    for broker in world.brokers.values() {
        let log = broker.disk.logs.iter().find(|(partition, _)| {
            world.metadata().topics.get(&partition.topic).is_some_and(|it| &*it.name == "prices")
        });
        let log = log.map(|(_, log)| log).expect("everybody has a replica");
        let left = log.batches_from(0).flat_map(|batch| batch.iter());
        let clean = left.filter(|(offset, _)| *offset < log.first_dirty_offset());
        let keys: Vec<u32> = clean.filter_map(|(_, record)| Some(record.key?.0)).collect();
        assert!(!keys.is_empty() && keys.iter().all(|key| *key < 2), "two keys are gone: {keys:?}");
        assert_eq!(log.start(), 0, "compaction moves no log start");
    }
}

/// What brokers have dropped is read from remote storage, under the new leader, too; and a replica
/// that comes back has nothing to copy from there.
#[test]
fn old_records_are_read_from_remote_storage() {
    let session = played(&lesson("tiered"), |_| true);
    let told = |wanted: fn(&RemoteLogEvent) -> bool| -> Vec<(Time, Node)> {
        let all = session.journal().notable().filter_map(|(_, stamped)| match &stamped.event {
            Event::RemoteLog(it) if wanted(it) => Some((stamped.at, stamped.node)),
            _ => None,
        });
        all.collect()
    };
    let reads = told(|it| matches!(it, RemoteLogEvent::Read { .. }));
    let crash = Time::ZERO + Span::secs(30);
    let readers = |before: bool| -> Vec<Node> {
        let these = reads.iter().filter(|(at, _)| (*at < crash) == before).map(|(_, node)| *node);
        let mut nodes: Vec<Node> = these.collect();
        nodes.dedup();
        nodes
    };
    let (before, after) = (readers(true), readers(false));
    assert_eq!((before.len(), after.len()), (1, 1), "it is the leader that reads");
    assert_ne!(before, after);
    assert!(!told(|it| matches!(it, RemoteLogEvent::SegmentsDeleted { .. })).is_empty());
    assert_eq!(session.ledger().sums().lost, 0);
}
