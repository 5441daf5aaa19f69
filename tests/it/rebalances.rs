//! Stories about rebalances: eager against cooperative, static members, and a coordinator that
//! dies in the middle of one.

use expect_test::expect;
use kafkascope::sim::command::ConfigTarget;
use kafkascope::sim::scenario::{ConsumerSpec, Workload};
use kafkascope::sim::{Command, Event, Node, Time};

use crate::cluster::{Told, consumer, ms, secs, story};
use crate::groups::membership;

const COOPERATIVE: (&str, &str) = (
    "partition.assignment.strategy",
    "org.apache.kafka.clients.consumer.CooperativeStickyAssignor",
);
const STICKY: (&str, &str) =
    ("partition.assignment.strategy", "org.apache.kafka.clients.consumer.StickyAssignor");

/// A consumer with a `group.instance.id`.
fn instance(name: &str, id: &str, config: &[(&str, &str)]) -> ConsumerSpec {
    ConsumerSpec { instance: Some(id.into()), ..consumer(name, config) }
}

/// The partitions of a consumer, by index.
fn owned(told: &Told, name: &str) -> Vec<u32> {
    let client = &told.world.clients[&told.client(name)];
    client.as_consumer().expect("a consumer").readings().map(|(p, _)| p.index).collect()
}

/// Only the partition that moves stands still: handed back in one rebalance, given away in the
/// next.
#[test]
fn cooperative_members_keep_what_does_not_move() {
    let mut told =
        story().partitions(3).consumer("c1", &[COOPERATIVE]).run_to(Time::ZERO + secs(9));
    told.does(Command::AddConsumer(consumer("c2", &[COOPERATIVE]))).run(secs(10));
    expect![[r#"
        +0.018000 b1        ·           group billing: c2 joins
        +0.018000 b1        ·           group billing rebalances: c2 joins
        +1.141354 b1        ·           group billing generation 2, 2 members
        +1.149354 c1        ·           revoked orders-2
        +1.149354 c1        ·           assigned orders-0 orders-1 in generation 2, new nothing
        +1.149354 c2        ·           assigned nothing in generation 2, new nothing
        +1.157354 b1        ·           group billing rebalances: c1 rejoins, Revoked
        +4.149354 b1        ·           group billing generation 3, 2 members
        +4.157354 c1        ·           assigned orders-0 orders-1 in generation 3, new nothing
        +4.157354 c2        ·           assigned orders-2 in generation 3, new orders-2
    "#]]
    .assert_eq(&told.text_of(membership));
    assert_eq!((owned(&told, "c1"), owned(&told, "c2")), (vec![0, 1], vec![2]));
}

/// Whoever keeps its partitions goes on reading while the others settle.
#[test]
fn cooperative_members_read_on_in_the_rebalance() {
    let read_on = |config: &[(&str, &str)]| {
        let workload = Workload { rate: 50, keys: 20, ..Workload::default() };
        let mut told = story()
            .partitions(3)
            .busy_producer("app", workload, &[("linger.ms", "0")])
            .consumer("c1", config)
            .run_to(Time::ZERO + secs(9));
        told.does(Command::AddConsumer(consumer("c2", config))).run(secs(10));
        let begun = |e: &Event| matches!(e, Event::GroupRebalancing { .. });
        let (mut waits, mut read) = (false, 0);
        for stamped in told.events() {
            match &stamped.event {
                event if begun(event) => waits = true,
                Event::Assigned { added, .. } if !added.is_empty() => waits = false,
                Event::Revoked { .. } if waits => read = 0,
                Event::Processed { .. } if waits => read += 1,
                _ => {}
            }
        }
        read
    };
    assert_eq!(read_on(&[]), 0, "eager: nobody reads until all have joined");
    assert!(read_on(&[COOPERATIVE]) > 0);
}

/// The sticky assignor is eager: all is handed back, but most comes home.
#[test]
fn sticky_survivors_keep_theirs() {
    let mut base = story().partitions(6);
    for name in ["c1", "c2", "c3"] {
        base = base.consumer(name, &[STICKY, ("session.timeout.ms", "6000")]);
    }
    let mut told = base.run_to(Time::ZERO + secs(12));
    let (c1, c2) = (owned(&told, "c1"), owned(&told, "c2"));
    told.crash(Node::Client(told.client("c3"))).run(secs(20));
    for (name, before) in [("c1", c1), ("c2", c2)] {
        let now = owned(&told, name);
        assert_eq!(now.len(), 3);
        assert!(before.iter().all(|index| now.contains(index)), "{name}: {before:?}, now {now:?}");
    }
}

/// More members than partitions: the last one has nothing to do but to wait for a place
/// (misconception 1).
#[test]
fn a_member_without_a_partition_waits_for_one() {
    let mut base = story().partitions(2);
    for name in ["c1", "c2", "c3"] {
        base = base.consumer(name, &[("session.timeout.ms", "6000")]);
    }
    let mut told = base.run_to(Time::ZERO + secs(12));
    let idle = ["c1", "c2", "c3"].into_iter().find(|name| owned(&told, name).is_empty());
    let idle = idle.expect("two partitions are not enough for three");
    let busy = ["c1", "c2", "c3"].into_iter().find(|name| *name != idle).expect("two are busy");
    told.crash(Node::Client(told.client(busy))).run(secs(20));
    assert_eq!(owned(&told, idle).len(), 1);
}

/// A static member that is back before its session ends gets its partitions again, and nobody
/// else hears of it.
#[test]
fn a_static_member_comes_back() {
    let mut base = story().partitions(2);
    base.scenario.consumers.push(instance("c1", "i1", &[]));
    base.scenario.consumers.push(instance("c2", "i2", &[]));
    let mut told = base.run_to(Time::ZERO + secs(12));
    let c2 = Node::Client(told.client("c2"));
    told.does(Command::Stop(c2)).run(secs(5)).start(c2).run(secs(5));
    expect![[r#"
        +0.006000 c2        ·           revoked orders-1
        +5.014000 b1        ·           group billing: c2 is back
        +5.022000 c2        ·           assigned orders-1 in generation 1
    "#]]
    .assert_eq(&told.text_of(membership));
}

/// One that stays away for longer than its session is given up like any other.
#[test]
fn a_static_member_stays_away() {
    let mut base = story().partitions(2);
    let quick = [("session.timeout.ms", "6000")];
    base.scenario.consumers.push(instance("c1", "i1", &quick));
    base.scenario.consumers.push(instance("c2", "i2", &quick));
    let mut told = base.run_to(Time::ZERO + secs(12));
    told.does(Command::Stop(Node::Client(told.client("c2")))).run(secs(15));
    expect![[r#"
        +0.006000 c2        ·           revoked orders-1
        +6.002000 b1        ·           group billing: c2 gone, SessionExpired
        +6.002000 b1        ·           group billing rebalances: c2 gone, SessionExpired
        +7.130112 c1        ·           revoked orders-0
        +7.132112 b1        ·           group billing generation 2, 1 members
        +7.140112 c1        ·           assigned orders-0 orders-1 in generation 2
    "#]]
    .assert_eq(&told.text_of(membership));
}

/// Two consumers with one group.instance.id: the one that came last is the member, the other ends.
#[test]
fn a_second_instance_fences_the_first() {
    let mut base = story().partitions(2);
    base.scenario.consumers.push(instance("c1", "i1", &[]));
    let mut told = base.run_to(Time::ZERO + secs(9));
    told.does(Command::AddConsumer(instance("copy", "i1", &[]))).run(secs(10));
    expect![[r#"
        +0.014000 b1        ·           group billing: copy is back
        +0.022000 copy      ·           assigned orders-0 orders-1 in generation 1
        +0.135354 c1        ·           fenced in group billing
        +0.139354 c1        ·           revoked orders-0 orders-1
        +0.139354 c1        ·           stopped
    "#]]
    .assert_eq(&told.text_of(|event| {
        membership(event) || matches!(event, Event::InstanceFenced { .. } | Event::Stopped)
    }));
    assert_eq!(owned(&told, "copy"), [0, 1]);
}

/// A rolling restart of static members: no rebalance at all.
#[test]
fn a_rolling_restart_of_static_members_is_quiet() {
    let rebalances = |instances: bool| {
        let mut base = story().partitions(3);
        for (name, id) in [("c1", "i1"), ("c2", "i2"), ("c3", "i3")] {
            let spec = if instances { instance(name, id, &[]) } else { consumer(name, &[]) };
            base.scenario.consumers.push(spec);
        }
        let mut told = base.run_to(Time::ZERO + secs(12));
        for name in ["c1", "c2", "c3"] {
            let node = Node::Client(told.client(name));
            told.does(Command::Stop(node)).run(secs(2)).start(node).run(secs(5));
        }
        told.events().filter(|s| matches!(s.event, Event::GroupRebalancing { .. })).count()
    };
    assert_eq!(rebalances(true), 0);
    assert!(rebalances(false) >= 3);
}

/// The coordinator dies while members wait for each other: they look for the next one, which has
/// read the group's last generation, and join there.
#[test]
fn the_coordinator_crashes_in_mid_rebalance() {
    let mut told = story().partitions(3).consumer("c1", &[]).run_to(Time::ZERO + secs(9));
    told.does(Command::AddConsumer(consumer("c2", &[]))).run(ms(100));
    let coordinator = told.events().find_map(|stamped| match stamped.event {
        Event::GroupRebalancing { .. } => Some(stamped.node),
        _ => None,
    });
    told.crash(coordinator.expect("the newcomer has begun a rebalance")).begin().run(secs(40));
    expect![[r#"
        +8.036001 b3        ·           __consumer_offsets-9 loaded
        +8.173273 b3        ·           group billing: c2 joins
        +8.173273 b3        ·           group billing rebalances: c2 joins
        +8.657354 c1        ·           revoked orders-0 orders-1 orders-2
        +8.659354 b3        ·           group billing generation 2, 2 members
        +8.667354 c1        ·           assigned orders-0 orders-1 in generation 2
        +8.667354 c2        ·           assigned orders-2 in generation 2
    "#]]
    .assert_eq(
        &told
            .text_of(|event| membership(event) || matches!(event, Event::CoordinatorLoaded { .. })),
    );
    let mut all = owned(&told, "c1");
    all.extend(owned(&told, "c2"));
    all.sort_unstable();
    assert_eq!(all, [0, 1, 2]);
}

/// A commit of an earlier generation is refused: the partition may be somebody else's by now.
#[test]
fn a_commit_of_a_former_generation_is_refused() {
    let slow = |name: &str| {
        let mut spec = consumer(
            name,
            &[("enable.auto.commit", "false"), ("auto.offset.reset", "earliest"), COOPERATIVE],
        );
        spec.processing = secs(8);
        spec
    };
    let mut base = story().partitions(2).producer("app", &[("linger.ms", "0")]);
    base.scenario.consumers.push(slow("c1"));
    let mut told = base.run_to(Time::ZERO + secs(9));
    told.produce("app").run(secs(1));
    // While c1 works, its session ends: the coordinator does not hear from it.
    let c1 = Node::Client(told.client("c1"));
    told.does(Command::Pause(c1)).does(Command::AddConsumer(consumer("c2", &[COOPERATIVE])));
    told.run(secs(60)).does(Command::Resume(c1)).begin().run(secs(20));
    let refused = told.events().find_map(|stamped| match &stamped.event {
        Event::CommitFailed { error, .. } => Some(error.name()),
        _ => None,
    });
    assert_eq!(refused, Some("UNKNOWN_MEMBER_ID"), "{}", told.text());
}

/// Partitions are added: the leader of the group sees it at its next look at the metadata.
#[test]
fn new_partitions_are_shared_out() {
    let config = [("metadata.max.age.ms", "1000"), COOPERATIVE];
    let mut told = story()
        .partitions(2)
        .consumer("c1", &config)
        .consumer("c2", &config)
        .run_to(Time::ZERO + secs(12));
    told.does(Command::AddPartitions { topic: "orders".into(), count: 4 }).run(secs(10));
    expect![[r#"
        +0.060000 b1        ·           group billing rebalances: c2 rejoins, Topics
        +1.136112 b1        ·           group billing generation 2, 2 members
        +1.144112 c1        ·           assigned orders-0 orders-2 in generation 2, new orders-2
        +1.144112 c2        ·           assigned orders-1 orders-3 in generation 2, new orders-3
    "#]]
    .assert_eq(&told.text_of(membership));
}

/// One member lists range and cooperative-sticky, the other only cooperative-sticky: the group
/// takes what both have, and the first still hands everything back, because range cannot do else.
#[test]
fn a_group_takes_what_all_have() {
    let mut told = story()
        .partitions(4)
        .consumer("c1", &[])
        .consumer("c2", &[COOPERATIVE])
        .run_to(Time::ZERO + secs(12));
    let groups = told.world.brokers.values().filter_map(|broker| broker.live.as_ref());
    let protocol = groups.flat_map(|live| live.groups()).find_map(|group| group.protocol);
    assert_eq!(protocol.map(|protocol| protocol.name()), Some("cooperative-sticky"));
    assert_eq!((owned(&told, "c1").len(), owned(&told, "c2").len()), (2, 2));
    told.does(Command::AddConsumer(consumer("c3", &[]))).run(secs(15));
    let revoked = |name: &str| {
        let client = Node::Client(told.client(name));
        told.events().find_map(|stamped| match &stamped.event {
            Event::Revoked { partitions, .. } if stamped.node == client => Some(partitions.len()),
            _ => None,
        })
    };
    assert_eq!((revoked("c1"), revoked("c2")), (Some(2), None), "c2 keeps its two");
}

/// A consumer whose assignors nobody else has is not let in: it ends.
#[test]
fn a_member_without_a_common_assignor_is_refused() {
    let mut told = story().consumer("c1", &[COOPERATIVE]).run_to(Time::ZERO + secs(9));
    told.does(Command::AddConsumer(consumer("c2", &[STICKY]))).run(secs(5));
    let stopped = told.events().any(|s| s.event == Event::Stopped);
    assert!(stopped, "{}", told.text());
}

const CONSUMER: (&str, &str) = ("group.protocol", "consumer");

/// KIP-848: the coordinator assigns, and each member gets there by itself. Nobody stops who keeps
/// what it has.
#[test]
fn a_member_joins_by_the_consumer_protocol() {
    let mut told = story().partitions(3).consumer("c1", &[CONSUMER]).run_to(Time::ZERO + secs(9));
    told.does(Command::AddConsumer(consumer("c2", &[CONSUMER]))).run(secs(15));
    expect![[r#"
        +0.014000 b1        ·           group billing: c2 joins
        +0.014000 b1        ·           group billing epoch 2: c2 joins
        +0.018000 c2        ·           assigned nothing in generation 2, new nothing
        +2.227000 c1        ·           revoked orders-2
        +2.227000 c1        ·           assigned orders-0 orders-1 in generation 1, new nothing
        +5.024000 c2        ·           assigned orders-2 in generation 2, new orders-2
    "#]]
    .assert_eq(&told.text_of(membership));
    assert_eq!((owned(&told, "c1").len(), owned(&told, "c2").len()), (2, 1));
}

/// A member that crashes is given up by the coordinator, whose session timeout it is.
#[test]
fn a_member_of_the_consumer_protocol_crashes() {
    let mut told = story()
        .cluster_config("group.consumer.session.timeout.ms", "10000")
        .partitions(2)
        .consumer("c1", &[CONSUMER])
        .consumer("c2", &[CONSUMER])
        .run_to(Time::ZERO + secs(20));
    told.crash(Node::Client(told.client("c2"))).run(secs(30));
    expect![[r#"
        +6.223000 b1        ·           group billing: c2 gone, SessionExpired
        +6.223000 b1        ·           group billing epoch 3: c2 gone, SessionExpired
        +6.235000 c1        ·           assigned orders-0 orders-1 in generation 3, new orders-0
    "#]]
    .assert_eq(&told.text_of(membership));
}

/// A member that cannot hand its partition back, because its application works on and does not
/// poll: the newcomer waits for it, and everybody else reads on.
#[test]
fn a_slow_member_holds_up_nobody_else() {
    let workload = Workload { rate: 4, keys: 20, ..Workload::default() };
    let config = [CONSUMER, ("max.poll.records", "1"), ("auto.offset.reset", "earliest")];
    let mut base = story().partitions(4).busy_producer("app", workload, &[("linger.ms", "0")]);
    base.scenario.consumers.push(ConsumerSpec { processing: secs(12), ..consumer("c1", &config) });
    base.scenario.consumers.push(consumer("c2", &config));
    let mut told = base.run_to(Time::ZERO + secs(60));
    let slow = owned(&told, "c1");
    told.does(Command::AddConsumer(consumer("c3", &config))).run(secs(40));
    expect![[r#"
        +0.014000 b1        ·           group billing: c3 joins
        +0.014000 b1        ·           group billing epoch 3: c3 joins
        +0.018000 c3        ·           assigned nothing in generation 3, new nothing
        +1.148178 c2        ·           revoked orders-3
        +1.148178 c2        ·           assigned orders-2 in generation 2, new nothing
        +5.024000 c3        ·           assigned orders-3 in generation 3, new orders-3
    "#]]
    .assert_eq(&told.text_of(membership));
    let fast: Vec<_> = told
        .events()
        .filter_map(|stamped| match stamped.event {
            Event::Processed { partition, .. } if !slow.contains(&partition.index) => {
                Some(stamped.at)
            }
            _ => None,
        })
        .collect();
    let longest = fast.windows(2).map(|pair| pair[1].since(pair[0])).max();
    assert!(longest.is_some_and(|gap| gap < secs(4)), "{longest:?}");
}

/// The poll takes too long: the client leaves by itself, and joins again at the next one.
#[test]
fn a_slow_poll_leaves_by_the_consumer_protocol() {
    let mut slow = consumer(
        "slow",
        &[CONSUMER, ("auto.offset.reset", "earliest"), ("max.poll.interval.ms", "10000")],
    );
    slow.processing = secs(15);
    let mut base = story().producer("app", &[("linger.ms", "0")]);
    base.scenario.consumers.push(slow);
    let mut told = base.run_to(Time::ZERO + secs(9));
    told.produce("app").run(secs(20));
    expect![[r#"
        +10.010000 slow      ·           max.poll.interval.ms passed: leaves the group
        +10.012000 b1        ·           group billing: slow gone, Left
        +10.012000 b1        ·           group billing epoch 2: slow gone, Left
        +15.010000 slow      ·           processed orders-0@0
        +15.010000 slow      ·           lost orders-0
        +15.012000 b1        ·           group billing: slow joins
        +15.012000 b1        ·           group billing epoch 3: slow joins
        +15.016000 slow      ·           assigned orders-0 in generation 3, new orders-0
    "#]]
    .assert_eq(
        &told.text_of(|event| membership(event) || matches!(event, Event::Processed { .. })),
    );
}

/// A static member says that it will be back (-2), and is: nobody else moves.
#[test]
fn a_static_member_comes_back_by_the_consumer_protocol() {
    let mut base = story().partitions(2);
    base.scenario.consumers.push(instance("c1", "i1", &[CONSUMER]));
    base.scenario.consumers.push(instance("c2", "i2", &[CONSUMER]));
    let mut told = base.run_to(Time::ZERO + secs(20));
    let c2 = Node::Client(told.client("c2"));
    told.does(Command::Stop(c2)).run(secs(5)).start(c2).run(secs(10));
    expect![[r#"
        +0.006000 c2        ·           revoked orders-0
        +5.018000 c2        ·           assigned orders-0 in generation 2, new orders-0
    "#]]
    .assert_eq(&told.text_of(membership));
}

/// The coordinator crashes: the next one reads the group from `__consumer_offsets`, and the
/// members go on with their epochs.
#[test]
fn the_coordinator_of_a_consumer_group_crashes() {
    let mut told = story()
        .partitions(2)
        .consumer("c1", &[CONSUMER])
        .consumer("c2", &[CONSUMER])
        .run_to(Time::ZERO + secs(20));
    let group = |told: &Told| {
        told.world.brokers.iter().find_map(|(id, broker)| {
            let groups = broker.live.as_ref()?.consumer_groups();
            groups.map(|group| (*id, group.group_epoch)).next()
        })
    };
    let (coordinator, epoch) = group(&told).expect("somebody coordinates it");
    told.crash(Node::Broker(coordinator)).run(secs(40));
    let (next, now) = group(&told).expect("somebody does again");
    assert!(next != coordinator && now == epoch, "{next:?}, epoch {now}, was {epoch}");
    assert_eq!((owned(&told, "c1").len(), owned(&told, "c2").len()), (1, 1));
    let lost = told.events().any(|s| matches!(s.event, Event::PartitionsLost { .. }));
    assert!(!lost, "{}", told.text_of(membership));
}

/// The coordinator cannot write that a member is gone: it tries again, and time goes on.
#[test]
fn a_coordinator_that_cannot_write_tries_again() {
    for share in [false, true] {
        let mut base = story()
            .cluster_config("group.consumer.session.timeout.ms", "6000")
            .cluster_config("group.share.session.timeout.ms", "45000")
            .partitions(2);
        for name in ["c1", "c2"] {
            base.scenario.consumers.push(ConsumerSpec { share, ..consumer(name, &[CONSUMER]) });
        }
        let mut told = base.run_to(Time::ZERO + secs(20));
        // An ISR that is too small would not do: a coordinator writes all the same.
        let offsets = ConfigTarget::Topic("__consumer_offsets".into());
        told.set(offsets.clone(), "max.message.bytes", "100").run(secs(5));
        told.crash(Node::Client(told.client("c2"))).begin().run(secs(60));
        let gone = |told: &Told| {
            told.events().filter(|s| matches!(s.event, Event::MemberGone { .. })).count()
        };
        assert_eq!(gone(&told), 0, "it cannot be written");
        told.set(offsets, "max.message.bytes", "1048588").run(secs(30));
        assert!(gone(&told) >= 1, "now it can: {}", told.text_of(membership));
    }
}
