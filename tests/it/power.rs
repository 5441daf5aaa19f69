//! Stories about disks: what survives a process, and what survives a machine.

use expect_test::expect;
use kafkascope::metrics::loss::Allowed;
use kafkascope::sim::id::Offset;
use kafkascope::sim::{Command, Event, Node, Partition};

use crate::cluster::{Told, secs, story};
use crate::ledger::books;

const NOW: (&str, &str) = ("linger.ms", "0");

/// Three replicas that have two records, written so long ago that the first is on disk.
fn two_records(flush_messages: Option<&str>) -> (Told, Partition) {
    let mut story = story().topic_config("min.insync.replicas", "2").producer("app", &[NOW]);
    if let Some(messages) = flush_messages {
        story = story.topic_config("flush.messages", messages);
    }
    let mut told = story.boot();
    let orders = told.orders(0);
    told.produce("app").run(secs(40)).produce("app").run(secs(2)).begin();
    (told, orders)
}

fn ends(told: &Told, partition: Partition) -> Vec<Offset> {
    let replicas = told.replicas(partition);
    replicas.into_iter().map(|id| told.log_end(id, partition)).collect()
}

fn of_power(event: &Event) -> bool {
    matches!(event, Event::PowerLost | Event::UnflushedLost { .. } | Event::LeaderElected { .. })
}

/// The process dies, the machine goes on: the page cache is written all the same.
#[test]
fn a_crash_of_all_processes_loses_nothing() {
    let (mut told, orders) = two_records(None);
    let all = told.replicas(orders);
    for id in &all {
        told.crash(Node::Broker(*id));
    }
    assert_eq!(ends(&told, orders), [2, 2, 2]);
    for id in &all {
        told.start(Node::Broker(*id));
    }
    told.run(secs(30));
    assert_eq!(ends(&told, orders), [2, 2, 2]);
    assert!(told.leader(orders).is_some());
}

/// One machine goes off: it lacks what was not on its disk, fetches it again, and nothing is lost.
#[test]
fn one_machine_without_power_loses_nothing_for_good() {
    let (mut told, orders) = two_records(None);
    let leader = told.replicas(orders)[0];
    told.does(Command::PowerLoss(leader));
    assert_eq!(ends(&told, orders), [1, 2, 2]);
    assert_eq!(books(&told).ledger().sums().lost, 0, "two others have it");
    told.run(secs(15)).start(Node::Broker(leader)).run(secs(15));
    assert_eq!(ends(&told, orders), [2, 2, 2]);
    expect![[r#"
        +0.000000 b3        ·           lost its power
        +0.000000 b3        ·           orders-0 lost unflushed 2 → 1
        +7.169001 ctrl      ·           orders-0 leader b1, epoch 1
    "#]]
    .assert_eq(&told.text_of(of_power));
}

/// All machines go off at once: what was acknowledged by all and on no disk yet is lost. Replicas
/// are what keeps records safe, and they must not share a socket.
#[test]
fn a_power_loss_of_all_replicas_loses_what_was_acknowledged() {
    let (mut told, orders) = two_records(None);
    let all = told.replicas(orders);
    for id in &all {
        told.does(Command::PowerLoss(*id));
    }
    for id in &all {
        told.start(Node::Broker(*id));
    }
    told.run(secs(30));
    assert_eq!(ends(&told, orders), [1, 1, 1]);
    let metrics = books(&told);
    assert_eq!(metrics.ledger().sums().lost, 1);
    let lost = metrics.ledger().entries().find(|entry| entry.is_lost()).unwrap();
    assert_eq!(lost.allowed(Some(2)), Allowed::Power);
    assert!(told.leader(orders).is_some());
}

/// With flush.messages=1 a record is on disk before anybody is told.
#[test]
fn what_is_flushed_survives() {
    let (mut told, orders) = two_records(Some("1"));
    for id in told.replicas(orders) {
        told.does(Command::PowerLoss(id));
    }
    assert_eq!(ends(&told, orders), [2, 2, 2]);
}
