//! Stories about consumers that no group takes: what `poll()` throws, once, and what it leaves
//! alone.

use expect_test::expect;
use kafkascope::sim::scenario::ConsumerSpec;
use kafkascope::sim::{Command, Event, Node, Time};

use crate::cluster::{Told, consumer, secs, story};
use crate::groups::membership;

const CONSUMER: (&str, &str) = ("group.protocol", "consumer");
const COOPERATIVE: (&str, &str) = (
    "partition.assignment.strategy",
    "org.apache.kafka.clients.consumer.CooperativeStickyAssignor",
);
const STICKY: (&str, &str) =
    ("partition.assignment.strategy", "org.apache.kafka.clients.consumer.StickyAssignor");

/// A static member; all of them are the same instance.
fn instance(name: &str) -> ConsumerSpec {
    ConsumerSpec { instance: Some("i1".into()), ..consumer(name, &[CONSUMER]) }
}

/// The partitions of a consumer, by index.
fn owned(told: &Told, name: &str) -> Vec<u32> {
    let client = &told.world.clients[&told.client(name)];
    client.as_consumer().expect("a consumer").readings().map(|(p, _)| p.index).collect()
}

/// What a consumer goes through that is refused, and what the group has afterwards.
fn refused(told: &mut Told, spec: ConsumerSpec) -> String {
    let name = spec.name.clone();
    told.does(Command::AddConsumer(spec)).run(secs(10));
    let node = Node::Client(told.client(&name));
    let heard: Vec<_> = told.events().filter(|stamped| stamped.node == node).cloned().collect();
    let refusals = heard.iter().filter(|it| matches!(it.event, Event::MembershipRefused { .. }));
    assert_eq!(refusals.count(), 1, "poll() throws once: {}", told.text());
    assert!(!told.world.is_up(node), "nobody catches what poll() throws");
    assert!(owned(told, "c1").contains(&0), "who was there reads on");
    told.text_of(|event| {
        membership(event) || matches!(event, Event::MembershipRefused { .. } | Event::Stopped)
    })
}

/// Who speaks the classic protocol cannot join a group of the other, nor the other way round: the
/// application is told, and ends.
#[test]
fn protocols_do_not_mix() {
    let with =
        |config: &[(&str, &str)]| story().consumer("c1", config).run_to(Time::ZERO + secs(12));
    expect![[r#"
        +0.016000 c2        ·           refused by group billing: GROUP_ID_NOT_FOUND
        +0.016000 c2        ·           stopped
    "#]]
    .assert_eq(&refused(&mut with(&[]), consumer("c2", &[CONSUMER])));
    expect![[r#"
        +0.016000 c2        ·           refused by group billing: INCONSISTENT_GROUP_PROTOCOL
        +0.016000 c2        ·           stopped
    "#]]
    .assert_eq(&refused(&mut with(&[CONSUMER]), consumer("c2", &[])));
    // Nor does a share group go by the name of a group that reads by positions.
    let sharer = ConsumerSpec { share: true, ..consumer("c2", &[]) };
    expect![[r#"
        +0.016000 c2        ·           refused by group billing: GROUP_ID_NOT_FOUND
        +0.016000 c2        ·           stopped
    "#]]
    .assert_eq(&refused(&mut with(&[]), sharer));
    // Two assignors of which neither knows the other's.
    expect![[r#"
        +0.016000 c2        ·           refused by group billing: INCONSISTENT_GROUP_PROTOCOL
        +0.016000 c2        ·           stopped
    "#]]
    .assert_eq(&refused(&mut with(&[STICKY]), consumer("c2", &[COOPERATIVE])));
}

/// What else a coordinator refuses for good: a session that it does not allow, one member too many,
/// an instance that is still there.
#[test]
fn some_are_refused_for_good() {
    let mut told = story().consumer("c1", &[]).run_to(Time::ZERO + secs(12));
    let brief = consumer("c2", &[("session.timeout.ms", "5000")]);
    expect![[r#"
        +0.016000 c2        ·           refused by group billing: INVALID_SESSION_TIMEOUT
        +0.016000 c2        ·           stopped
    "#]]
    .assert_eq(&refused(&mut told, brief));

    let full = story().cluster_config("group.consumer.max.size", "1");
    let mut told = full.consumer("c1", &[CONSUMER]).run_to(Time::ZERO + secs(12));
    expect![[r#"
        +0.016000 c2        ·           refused by group billing: GROUP_MAX_SIZE_REACHED
        +0.016000 c2        ·           stopped
    "#]]
    .assert_eq(&refused(&mut told, consumer("c2", &[CONSUMER])));

    let mut base = story();
    base.scenario.consumers.push(instance("c1"));
    let mut told = base.run_to(Time::ZERO + secs(12));
    expect![[r#"
        +0.016000 c2        ·           refused by group billing: UNRELEASED_INSTANCE_ID
        +0.016000 c2        ·           stopped
    "#]]
    .assert_eq(&refused(&mut told, instance("c2")));
}

/// The name of a share group is taken, even when nobody is in it.
#[test]
fn a_share_group_takes_no_consumers() {
    let mut base = story();
    base.scenario.consumers.push(ConsumerSpec { share: true, ..consumer("c1", &[]) });
    let mut told = base.run_to(Time::ZERO + secs(12));
    let c1 = Node::Client(told.client("c1"));
    told.does(Command::Stop(c1)).run(secs(5));
    told.does(Command::AddConsumer(consumer("c2", &[]))).run(secs(10));
    let c2 = Node::Client(told.client("c2"));
    let refused = |event: &Event| matches!(event, Event::MembershipRefused { .. });
    let told_so = told.events().any(|s| s.node == c2 && refused(&s.event));
    assert!(told_so, "{}", told.text());
}
