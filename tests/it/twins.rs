//! The same tape with one thing changed: what is changed differs, and nothing else; beside one
//! another on one clock.

use kafkascope::session::branches::Why;
use kafkascope::session::twin::{Difference, differences};
use kafkascope::session::vary::{Variation, Whose};
use kafkascope::session::{Session, Timed};
use kafkascope::sim::command::ConfigTarget;
use kafkascope::sim::scenario::Scenario;
use kafkascope::sim::{Command, Time};

use crate::cluster::b;

fn at(millis: u64) -> Time {
    Time(millis * 1_000)
}

fn opened(commands: Vec<Timed>) -> Session {
    let scenario = Scenario::opening("orders", ["checkout", "app"], "billing");
    let mut session = Session::taped(scenario, commands, at(0)).unwrap();
    session.open();
    session
}

fn varied(session: &mut Session, whose: Whose, name: &str, value: &str) -> u32 {
    let variation = Variation::of(session, whose, name.into(), value.into());
    session.vary(variation).unwrap()
}

#[test]
fn the_same_scenario_with_other_acks_keeps_its_commands_and_its_luck() {
    let mut session = opened(vec![(at(12_000), Command::Crash(b(2)))]);
    session.run_to(at(20_000));
    let id = varied(&mut session, Whose::Producers, "acks", "1");
    let mut other = session.beside(id).unwrap();
    assert_eq!(other.clock().now, Time::ZERO);
    other.seek(at(20_000));
    let acks = |session: &Session| -> Vec<i64> {
        let clients = session.world().clients.values();
        clients.filter_map(|client| Some(client.as_producer()?.config.acks)).collect()
    };
    assert_eq!((acks(&session), acks(&other)), (vec![2, 2], vec![1, 1]));
    assert_eq!(other.timeline().commands(), session.timeline().commands());
    assert_ne!(session.ledger().sums(), other.ledger().sums());
    let branch = session.branches().find(|it| it.branch.id == id).unwrap().branch;
    assert_eq!((branch.parted, branch.parent), (Time::ZERO, Some(0)));
    assert!(matches!(branch.why, Some(Why::Varied(_))));
}

/// What is changed for those who read leaves those who write as they were.
#[test]
fn only_what_was_changed_differs() {
    let mut session = opened(Vec::new());
    session.run_to(at(20_000));
    let id = varied(&mut session, Whose::Consumers, "max.poll.records", "1");
    let mut other = session.beside(id).unwrap();
    other.seek(at(20_000));
    let produced = |session: &Session| -> Vec<_> {
        let entries = session.ledger().entries();
        entries.map(|it| (it.record, it.produced_at, it.key, it.told, it.told_at)).collect()
    };
    assert_eq!(produced(&session), produced(&other));
    assert_ne!(format!("{:?}", session.world()), format!("{:?}", other.world()));
}

#[test]
fn a_config_of_one_thing_is_changed_for_that_one_alone() {
    let mut session = opened(Vec::new());
    let (first, _) = session.world().clients.iter().next().unwrap();
    let first = *first;
    let own = Whose::Of(ConfigTarget::Client(first));
    let id = varied(&mut session, own, "linger.ms", "50");
    let mut other = session.beside(id).unwrap();
    other.seek(at(8_000));
    let lingers: Vec<i64> = other
        .world()
        .clients
        .values()
        .filter_map(|client| Some(client.as_producer()?.config.linger_ms))
        .collect();
    assert_eq!(lingers, [50, 5]);
    let topic = Whose::Of(ConfigTarget::Topic("orders".into()));
    let id = varied(&mut session, topic, "min.insync.replicas", "1");
    let mut other = session.beside(id).unwrap();
    other.seek(at(8_000));
    let (_, topic) = other.world().metadata().topic_named("orders").unwrap();
    assert_eq!(topic.config.min_insync_replicas, 1);
}

#[test]
fn what_cannot_be_is_refused_and_leaves_no_branch() {
    let mut session = opened(Vec::new());
    let variation = Variation::of(&session, Whose::Producers, "acks".into(), "most of them".into());
    let flaw = session.vary(variation).unwrap_err();
    assert!(flaw.place.starts_with("producer"), "{flaw:?}");
    assert_eq!(session.branches().count(), 1);
    assert_eq!(session.leave_out(7).unwrap(), None);
}

#[test]
fn without_a_fault_what_came_after_it_stays() {
    let commands = vec![(at(12_000), Command::Crash(b(2))), (at(40_000), Command::Crash(b(3)))];
    let mut session = opened(commands);
    session.run_to(at(30_000));
    let id = session.leave_out(0).unwrap().unwrap();
    let mut other = session.beside(id).unwrap();
    assert_eq!(other.timeline().commands(), [(at(40_000), Command::Crash(b(3)))]);
    other.seek(at(30_000));
    let found = differences(session.world(), other.world());
    assert!(found.contains(&Difference::Node(b(2))), "{found:?}");
    let leads = |session: &Session| {
        session.world().metadata().partitions().any(|(_, it)| it.leader == b(2).broker())
    };
    assert!(!leads(&session) && leads(&other));
    assert!(found.iter().any(|it| matches!(it, Difference::Partition(_))));
    // Both reach the second crash.
    other.seek(at(45_000));
    assert!(other.timeline().refused().is_empty());
}

/// A frame at a time, back and forth: the one beside is always what a straight run is.
#[test]
fn the_other_world_follows_the_clock() {
    let mut session = opened(vec![(at(12_000), Command::Crash(b(2)))]);
    session.run_to(at(16_000));
    let id = varied(&mut session, Whose::Producers, "acks", "1");
    let mut other = session.beside(id).unwrap();
    for millis in [9_000, 9_016, 9_033, 16_000, 3_000, 3_016, 15_999] {
        while !other.seek_on(at(millis), 700) {}
        let mut straight = session.beside(id).unwrap();
        straight.run_to(at(millis));
        assert_eq!(format!("{:?}", other.world()), format!("{:?}", straight.world()));
        assert_eq!(other.ledger().sums(), straight.ledger().sums());
    }
    assert!(differences(other.world(), other.world()).is_empty());
}

/// A branch that nobody has played yet is played as far as this one to be compared with it.
#[test]
fn what_was_never_played_is_compared_all_the_same() {
    let mut session = opened(Vec::new());
    session.run_to(at(14_000));
    let id = varied(&mut session, Whose::Producers, "acks", "1");
    let mut twin = session.twin(id).unwrap().unwrap();
    let found = (0..1_000).find_map(|_| twin.go_on(500)).unwrap();
    assert_eq!(found.until, at(14_000));
    assert!(found.first.is_some());
}
