//! Stories about wall clocks that are wrong: where that matters, and where it does not.

use kafkascope::sim::command::Quantity;
use kafkascope::sim::id::ControllerId;
use kafkascope::sim::time::EPOCH;
use kafkascope::sim::wire::ErrorCode;
use kafkascope::sim::{Command, Event, Node, Refusal, Time};

use crate::cluster::{Told, b, ms, secs, story};

const NOW: (&str, &str) = ("linger.ms", "0");
const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

fn app(told: &Told) -> Node {
    Node::Client(told.client("app"))
}

fn failures(told: &Told) -> Vec<ErrorCode> {
    let failed = told.events().filter_map(|stamped| match &stamped.event {
        Event::ProduceFailed { error, .. } => Some(*error),
        _ => None,
    });
    failed.collect()
}

/// A record is stamped by its producer's clock (CreateTime), however wrong that is.
#[test]
fn a_record_bears_the_time_of_its_producer() {
    let mut told = story().producer("app", &[NOW]).boot();
    let node = app(&told);
    let orders = told.orders(0);
    let leader = told.leader(orders).expect("it has a leader");
    told.does(Command::SetClock { node, ahead_ms: -2 * DAY }).produce("app").run(secs(1));
    told.does(Command::SetClock { node, ahead_ms: 0 }).produce("app").run(secs(1));
    let log = &told.world.brokers[&leader].disk.logs[&orders];
    let stamps: Vec<Time> = log.batches_from(0).map(|it| it.records[0].timestamp).collect();
    let [old, right] = stamps[..] else { panic!("two records: {stamps:?}") };
    assert!(old.0 < EPOCH.0 && right.0 > EPOCH.0);
    assert_eq!((right.0 - old.0) / 1_000_000, 2 * 86_400 + 1);
}

/// More than an hour in the future is refused (message.timestamp.after.max.ms, KIP-937, KIP-1030),
/// and for good; any age is taken.
#[test]
fn the_future_is_refused() {
    let mut told = story().producer("app", &[NOW]).boot();
    let node = app(&told);
    told.does(Command::SetClock { node, ahead_ms: HOUR - 1000 }).produce("app").run(secs(1));
    told.does(Command::SetClock { node, ahead_ms: -20 * DAY }).produce("app").run(secs(1));
    assert_eq!(failures(&told), []);
    told.does(Command::SetClock { node, ahead_ms: HOUR + 1000 }).produce("app").run(secs(1));
    assert_eq!(failures(&told), [ErrorCode::InvalidTimestamp]);
    // It is the difference that counts: with a leader that is as wrong nobody notices.
    let leader = told.leader(told.orders(0)).expect("it has a leader");
    told.does(Command::SetClock { node: Node::Broker(leader), ahead_ms: 2 * HOUR });
    told.produce("app").run(secs(1));
    assert_eq!(failures(&told).len(), 1);
}

/// Retention goes by the largest timestamp of a segment: what comes from a clock that is behind is
/// old when it arrives, what comes from the future stays longer, and a broker that is ahead finds
/// everything old.
#[test]
fn retention_believes_the_clocks() {
    let kept = |producer: i64, brokers: i64| {
        let mut told = story()
            .cluster_config("log.initial.task.delay.ms", "1000")
            .cluster_config("log.retention.check.interval.ms", "1000")
            .topic_config("retention.ms", "86400000")
            .producer("app", &[NOW])
            .boot();
        let (node, orders) = (app(&told), told.orders(0));
        told.does(Command::SetClock { node, ahead_ms: producer });
        for broker in 1..=3 {
            told.does(Command::SetClock { node: b(broker), ahead_ms: brokers });
        }
        told.produce("app").run(secs(5));
        let leader = told.leader(orders).expect("it has a leader");
        let log = &told.world.brokers[&leader].disk.logs[&orders];
        log.end() - log.start()
    };
    assert_eq!(kept(0, 0), 1);
    assert_eq!(kept(-2 * DAY, 0), 0, "written and deleted");
    assert_eq!(kept(0, 2 * DAY), 0);
    assert_eq!(kept(-2 * DAY, -2 * DAY), 1);
}

/// Sessions, elections and timeouts go by clocks that nobody sets.
#[test]
fn a_wrong_clock_fences_nobody() {
    let mut told = story().producer("app", &[NOW]).consumer("c1", &[]).boot();
    told.run(secs(10)).begin();
    for broker in 1..=3 {
        let ahead_ms = DAY * i64::from(broker) * if broker == 2 { -1 } else { 1 };
        told.does(Command::SetClock { node: b(broker), ahead_ms });
    }
    told.run(secs(60));
    let disturbed = told.events().any(|stamped| {
        let event = &stamped.event;
        matches!(event, Event::BrokerFenced(_) | Event::IsrShrank { .. } | Event::MemberGone { .. })
    });
    assert!(!disturbed);
}

/// Whose clock does not matter has none to set, and none is wrong by more than thirty days.
#[test]
fn clocks_that_cannot_be_set() {
    let mut told = story().producer("app", &[NOW]).consumer("c1", &[]).boot();
    let consumer = Node::Client(told.client("c1"));
    for node in [Node::Controller(ControllerId(1)), consumer] {
        let refused = told.submit(Command::SetClock { node, ahead_ms: 1000 });
        assert_eq!(refused, Err(Refusal::NotPossible(node)));
    }
    let (most, node) = (30 * 86_400, b(1));
    for wrong in [-most - 1, most + 1, i64::MAX / 1000] {
        let refused = told.submit(Command::SetClock { node, ahead_ms: wrong * 1000 });
        let (what, min, max) = (Quantity::Clock, -most, most);
        assert_eq!(refused, Err(Refusal::OutOfBounds { what, value: wrong, min, max }));
    }
    told.run(ms(1));
}
