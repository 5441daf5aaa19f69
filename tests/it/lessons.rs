//! Lessons: the scenario files of the page, and what each is to show.

use expect_test::expect;
use kafkascope::metrics::stoppage::Course;
use kafkascope::scenario_file::Script;
use kafkascope::session::Session;
use kafkascope::sim::handling::Act;
use kafkascope::sim::wire::{BatchKind, RecordBatch};
use kafkascope::sim::{Command, Event, Partition, Span, World};

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
