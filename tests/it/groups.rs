//! Stories about groups: joining, leaving, crashing, and what a commit is worth.

use expect_test::expect;
use kafkascope::sim::scenario::Workload;
use kafkascope::sim::{Command, Event, Node, Time};

use crate::cluster::{consumer, facts, ms, secs, story};

pub fn membership(event: &Event) -> bool {
    matches!(
        event,
        Event::GroupRebalancing { .. }
            | Event::GroupEpochBumped { .. }
            | Event::MemberJoined { .. }
            | Event::MemberReturned { .. }
            | Event::MemberGone { .. }
            | Event::GroupFormed { .. }
            | Event::Assigned { .. }
            | Event::Revoked { .. }
            | Event::PartitionsLost { .. }
            | Event::PollTimedOut { .. }
    )
}

/// An empty group waits group.initial.rebalance.delay.ms for company; then the range assignor deals
/// the partitions.
#[test]
fn a_group_forms() {
    let mut told = story().partitions(3).consumer("c1", &[]).consumer("c2", &[]).run_to(Time::ZERO);
    told.run(secs(9));
    expect![[r#"
        +1.122112 b1        ·           group billing: c2 joins
        +1.122112 b1        ·           group billing rebalances: c2 joins
        +1.127354 b1        ·           group billing: c1 joins
        +7.122112 b1        ·           group billing generation 1, 2 members
        +7.130112 c1        ·           assigned orders-0 orders-1 in generation 1
        +7.130112 c2        ·           assigned orders-2 in generation 1
    "#]]
    .assert_eq(&told.text_of(membership));
}

/// A newcomer makes everyone rejoin; nobody reads meanwhile (eager rebalancing).
#[test]
fn a_member_joins() {
    let mut told = story().partitions(3).consumer("c1", &[]).run_to(Time::ZERO + secs(9));
    told.does(Command::AddConsumer(consumer("c2", &[]))).run(secs(10));
    expect![[r#"
        +0.018000 b1        ·           group billing: c2 joins
        +0.018000 b1        ·           group billing rebalances: c2 joins
        +1.139354 c1        ·           revoked orders-0 orders-1 orders-2
        +1.141354 b1        ·           group billing generation 2, 2 members
        +1.149354 c1        ·           assigned orders-0 orders-1 in generation 2
        +1.149354 c2        ·           assigned orders-2 in generation 2
    "#]]
    .assert_eq(&told.text_of(membership));
}

/// A member that closes says good-bye: the others take over as soon as they have heard of it.
#[test]
fn a_member_leaves() {
    let mut told =
        story().partitions(3).consumer("c1", &[]).consumer("c2", &[]).run_to(Time::ZERO + secs(9));
    let c2 = told.client("c2");
    told.does(Command::RemoveClient(c2)).run(secs(10));
    expect![[r#"
        +0.006000 client2   ·           revoked orders-2
        +0.008000 b1        ·           group billing: client2 gone, Left
        +0.008000 b1        ·           group billing rebalances: client2 gone, Left
        +1.134112 c1        ·           revoked orders-0 orders-1
        +1.136112 b1        ·           group billing generation 2, 1 members
        +1.144112 c1        ·           assigned orders-0 orders-1 orders-2 in generation 2
    "#]]
    .assert_eq(&told.text_of(membership));
}

/// A member that crashes says nothing: its partitions wait for session.timeout.ms.
#[test]
fn a_member_crashes() {
    let mut told =
        story().partitions(3).consumer("c1", &[]).consumer("c2", &[]).run_to(Time::ZERO + secs(9));
    let c2 = told.client("c2");
    told.crash(Node::Client(c2)).run(secs(60));
    expect![[r#"
        +43.128112 b1        ·           group billing: c2 gone, SessionExpired
        +43.128112 b1        ·           group billing rebalances: c2 gone, SessionExpired
        +46.134112 c1        ·           revoked orders-0 orders-1
        +46.136112 b1        ·           group billing generation 2, 1 members
        +46.144112 c1        ·           assigned orders-0 orders-1 orders-2 in generation 2
    "#]]
    .assert_eq(&told.text_of(membership));
}

/// From poll to commit: auto-commit happens inside a later poll, after auto.commit.interval.ms
/// (misconception 18).
#[test]
fn auto_commit_happens_inside_poll() {
    let mut told = story()
        .producer("app", &[("linger.ms", "0")])
        .consumer("c1", &[("auto.offset.reset", "earliest")])
        .run_to(Time::ZERO + secs(9));
    told.produce("app").run(secs(12));
    expect![[r#"
        +0.010000 c1        ·           poll: 1 records
        +0.011000 c1        ·           processed orders-0@0
        +0.136112 c1        ·           committed orders-0@1
        +5.136112 c1        ·           committed orders-0@1
        +10.136112 c1        ·           committed orders-0@1
    "#]]
    .assert_eq(&told.text_of(|e| {
        matches!(e, Event::Polled { .. } | Event::Processed { .. } | Event::Committed { .. })
    }));
}

/// A consumer that dies between processing and commit: the next one reads again from the committed
/// offset (misconception 20).
#[test]
fn what_was_not_committed_is_read_again() {
    let workload = Workload { rate: 10, keys: 0, bytes: 100, ..Workload::default() };
    let mut told = story()
        .busy_producer("app", workload, &[])
        .consumer("c1", &[("auto.offset.reset", "earliest"), ("session.timeout.ms", "6000")])
        .run_to(Time::ZERO + secs(13));
    let c1 = told.client("c1");
    let position = |told: &crate::cluster::Told| {
        told.log.iter().rev().find_map(|stamped| match stamped.event {
            Event::Processed { offset, .. } => Some(offset + 1),
            _ => None,
        })
    };
    let processed = position(&told).expect("it has read something");
    told.crash(Node::Client(c1)).run(ms(100)).start(Node::Client(c1)).run(secs(20));
    let resumed = told
        .events()
        .find_map(|stamped| match stamped.event {
            Event::PositionSet { offset, by_reset: false, .. } => Some(offset),
            _ => None,
        })
        .expect("the new member found a committed offset");
    assert!(resumed > 0 && resumed < processed, "resumes at {resumed}, had processed {processed}");
}

/// latest begins where the log ends now: what came before is never read (misconception 22).
#[test]
fn latest_misses_what_came_before() {
    let mut told = story().producer("app", &[("linger.ms", "0")]).boot();
    told.produce("app").run(secs(1));
    told.does(Command::AddConsumer(consumer("c1", &[("auto.offset.reset", "latest")])));
    told.run(secs(9)).produce("app").run(secs(1));
    expect![[r#"
        +4.142112 c1        ·           position orders-0@1 by reset
        +10.007000 c1        ·           processed orders-0@1
    "#]]
    .assert_eq(&told.text_of(|e| matches!(e, Event::PositionSet { .. } | Event::Processed { .. })));
}

/// max.poll.interval.ms: the client itself leaves when its application works too long between two
/// polls (misconception 16).
#[test]
fn a_slow_application_leaves_its_group() {
    let mut slow =
        consumer("slow", &[("auto.offset.reset", "earliest"), ("max.poll.interval.ms", "10000")]);
    slow.processing = secs(15);
    let mut base = story().producer("app", &[("linger.ms", "0")]);
    base.scenario.consumers.push(slow);
    let mut told = base.run_to(Time::ZERO + secs(9));
    told.produce("app").run(secs(20));
    expect![[r#"
        +10.010000 slow      ·           max.poll.interval.ms passed: leaves the group
        +10.012000 b1        ·           group billing: slow gone, Left
        +10.012000 b1        ·           group billing rebalances: slow gone, Left
        +15.010000 slow      ·           processed orders-0@0
        +15.010000 slow      ·           lost orders-0
        +15.016000 b1        ·           group billing: slow joins
        +15.016000 b1        ·           group billing rebalances: slow joins
        +18.016000 b1        ·           group billing generation 3, 1 members
        +18.024000 slow      ·           assigned orders-0 in generation 3
    "#]]
    .assert_eq(&told.text_of(|e| {
        membership(e) || matches!(e, Event::Processed { .. } | Event::CommitFailed { .. })
    }));
}

/// The coordinator's broker crashes: the group finds the new one, which has loaded what it must
/// know, and goes on from the committed offsets.
#[test]
fn the_coordinator_fails_over() {
    let mut told = story()
        .cluster_config("offsets.topic.num.partitions", "1")
        .producer("app", &[("linger.ms", "0")])
        .consumer("c1", &[("auto.offset.reset", "earliest")])
        .run_to(Time::ZERO + secs(9));
    told.produce("app").run(secs(8));
    let (offsets, _) =
        told.world.metadata().topic_named("__consumer_offsets").expect("the group needed it");
    let partition = kafkascope::sim::Partition { topic: offsets, index: 0 };
    let coordinator = Node::Broker(told.leader(partition).expect("it is led"));
    told.begin().crash(coordinator).run(secs(20)).produce("app").run(secs(10));
    expect![[r#"
        +8.143001 ctrl      ·           b1 fenced
        +8.144001 b2        ·           __consumer_offsets-0 loaded
        +8.268384 c1        ·           committed orders-0@1
        +13.264384 c1        ·           committed orders-0@1
        +18.264384 c1        ·           committed orders-0@1
        +20.007000 c1        ·           processed orders-0@1
        +23.264384 c1        ·           committed orders-0@2
        +28.264384 c1        ·           committed orders-0@2
    "#]]
    .assert_eq(&told.text_of(|e| {
        membership(e)
            || matches!(
                e,
                Event::CoordinatorLoaded { .. }
                    | Event::Processed { .. }
                    | Event::Committed { .. }
                    | Event::BrokerFenced(_)
            )
    }));
    assert!(told.events().any(|s| facts(&s.event)));
}
