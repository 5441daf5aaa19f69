//! Stories about committed offsets: where a group begins without any, and when they expire.

use expect_test::expect;
use kafkascope::sim::command::ConfigTarget;
use kafkascope::sim::config::{Scope, spec};
use kafkascope::sim::handling::{Act, CommitMode, Handling, PollMode};
use kafkascope::sim::{Command, Event, Node, Partition, Time};

use crate::cluster::{Told, consumer, ms, secs, story};
use crate::consuming::{application, told_of};

/// Nobody was there for offsets.retention.minutes: the group is forgotten, and its member begins
/// where auto.offset.reset says. What came meanwhile is missed.
#[test]
fn offsets_expire_with_an_empty_group() {
    let mut told = story()
        .cluster_config("offsets.topic.num.partitions", "1")
        .cluster_config("group.initial.rebalance.delay.ms", "0")
        .cluster_config("offsets.retention.minutes", "1")
        .cluster_config("offsets.retention.check.interval.ms", "10000")
        .producer("app", &[("linger.ms", "0")])
        .boot();
    told.produce("app").run(secs(1)).begin();
    told.does(Command::AddConsumer(application(CommitMode::Sync, ms(1), &[])));
    told.run(secs(70));
    let c1 = told.client("c1");
    told.does(Command::Stop(Node::Client(c1))).run(secs(55)).produce("app").run(secs(20));
    told.set(ConfigTarget::Client(c1), "auto.offset.reset", "latest");
    told.start(Node::Client(c1)).run(secs(5));
    expect![[r#"
        +0.142112 c1        ·           position orders-0@0 by reset
        +0.146112 c1        ·           poll: 1 records
        +0.147112 c1        ·           processed orders-0@0
        +0.153112 c1        ·           committed orders-0@1
        +70.004000 c1        ·           stopped
        +130.010000 b1        ·           group billing: offsets of orders-0 expired, the group is gone
        +145.034000 c1        ·           position orders-0@2 by reset
    "#]].assert_eq(&told.text_of(told_of));
}

/// What expired stays so when another broker takes over, and what has not is still there.
#[test]
fn a_new_coordinator_reads_tombstones() {
    let mut told = story()
        .cluster_config("offsets.topic.num.partitions", "1")
        .cluster_config("offsets.retention.minutes", "1")
        .cluster_config("offsets.retention.check.interval.ms", "10000")
        .producer("app", &[("linger.ms", "0")])
        .boot();
    let mut stays = application(CommitMode::Sync, ms(1), &[]);
    (stays.name, stays.group) = ("c2".into(), "audit".into());
    told.does(Command::AddConsumer(stays));
    told.does(Command::AddConsumer(application(CommitMode::Sync, ms(1), &[])));
    told.run(secs(8)).produce("app").run(secs(2));
    let c1 = told.client("c1");
    told.does(Command::Stop(Node::Client(c1))).run(secs(90));
    let (offsets, _) =
        told.world.metadata().topic_named("__consumer_offsets").expect("it is there");
    let partition = Partition { topic: offsets, index: 0 };
    let old = told.leader(partition).expect("it is led");
    told.crash(Node::Broker(old)).run(secs(20));
    let new = told.leader(partition).expect("it is led again");
    let live = told.world.brokers[&new].live.as_ref().expect("it runs");
    let committed = |group: &str| {
        let known = live.committed(group).and_then(|all| all.get(&told.orders(0)));
        known.map(|committed| committed.offset)
    };
    assert_ne!(old, new);
    assert_eq!((committed("billing"), committed("audit")), (None, Some(1)));
    assert_eq!(live.groups().map(|group| &*group.name).collect::<Vec<_>>(), ["audit"]);
}

/// A commit that could not be replicated in time has failed for its application. But it is in the
/// log, and counts for the coordinator: when it is committed after all, it is the group's offset.
#[test]
fn a_commit_that_timed_out_counts_once_it_is_committed() {
    let mut told = story()
        .cluster_config("offsets.topic.num.partitions", "1")
        .cluster_config("group.initial.rebalance.delay.ms", "0")
        .producer("app", &[("linger.ms", "0")])
        .boot();
    told.does(Command::AddConsumer(application(CommitMode::Sync, ms(1), &[])));
    told.run(secs(8)).produce("app").run(secs(2));
    let (topic, _) = told.world.metadata().topic_named("__consumer_offsets").expect("it is there");
    let leaders = [told.leader(Partition { topic, index: 0 }), told.leader(told.orders(0))];
    let coordinator = leaders[0].expect("it is led");
    let brokers: Vec<_> = told.world.brokers.keys().copied().collect();
    let spare = brokers.into_iter().find(|id| !leaders.contains(&Some(*id)));
    let spare = Node::Broker(spare.expect("there are three"));
    let offsets = ConfigTarget::Topic("__consumer_offsets".into());
    told.set(offsets, "min.insync.replicas", "3").run(secs(2)).crash(spare).run(secs(40));
    told.begin().produce("app").run(secs(4)).run(secs(2));
    let seen = |told: &Told| {
        let live = told.world.brokers[&coordinator].live.as_ref().expect("it runs");
        let committed = live.committed("billing").and_then(|all| all.get(&told.orders(0)));
        (live.latest_offset("billing", told.orders(0)), committed.map(|it| it.offset))
    };
    let failed = |event: &Event| matches!(event, Event::CommitFailed { .. });
    expect![[r#"
        +5.011000 c1        ·           commit failed: COORDINATOR_NOT_AVAILABLE
    "#]]
    .assert_eq(&told.text_of(failed));
    assert_eq!(seen(&told), (Some(2), Some(1)), "it is written, not committed");
    // Nobody tries again.
    told.crash(Node::Client(told.client("c1"))).start(spare).run(secs(30));
    assert_eq!(seen(&told), (Some(2), Some(2)));
}

/// A group of KIP-848 counts from the commit, not from when it became empty: its offset goes although
/// nobody was there for no more than half a minute, and the group with it. So does the next
/// coordinator see it.
#[test]
fn offsets_of_a_group_of_kip_848_expire_with_the_age_of_their_commits() {
    let mut told = story()
        .cluster_config("offsets.topic.num.partitions", "1")
        .cluster_config("offsets.retention.minutes", "1")
        .cluster_config("offsets.retention.check.interval.ms", "10000")
        .producer("app", &[("linger.ms", "0")])
        .boot();
    told.produce("app").run(secs(1)).begin();
    let modern = [("group.protocol", "consumer")];
    told.does(Command::AddConsumer(application(CommitMode::Sync, ms(1), &modern)));
    told.run(secs(70));
    let c1 = told.client("c1");
    told.does(Command::Stop(Node::Client(c1))).run(secs(30)).produce("app").run(secs(1));
    told.set(ConfigTarget::Client(c1), "auto.offset.reset", "latest");
    told.start(Node::Client(c1)).run(secs(2));
    expect![[r#"
        +0.134112 c1        ·           position orders-0@0 by reset
        +0.138112 c1        ·           poll: 1 records
        +0.139112 c1        ·           processed orders-0@0
        +0.145112 c1        ·           committed orders-0@1
        +70.006000 c1        ·           stopped
        +70.010000 b1        ·           group billing: offsets of orders-0 expired, the group is gone
        +101.026000 c1        ·           position orders-0@2 by reset
    "#]].assert_eq(&told.text_of(told_of));

    told.does(Command::Stop(Node::Client(c1))).run(secs(20));
    let coordinates = |told: &Told| {
        let live = told.world.brokers.values().filter_map(|broker| broker.live.as_ref());
        live.flat_map(|live| live.consumer_groups()).count()
    };
    assert_eq!(coordinates(&told), 0, "an empty group without offsets goes");
    let (topic, _) = told.world.metadata().topic_named("__consumer_offsets").expect("it is there");
    let old = told.leader(Partition { topic, index: 0 }).expect("it is led");
    told.crash(Node::Broker(old)).run(secs(20));
    assert_eq!(coordinates(&told), 0, "whoever takes over reads the tombstones");
}

/// While somebody is subscribed to its topic no offset expires, however old its commit is.
#[test]
fn a_group_of_kip_848_keeps_what_it_is_subscribed_to() {
    let mut told = story()
        .cluster_config("offsets.topic.num.partitions", "1")
        .cluster_config("offsets.retention.minutes", "1")
        .cluster_config("offsets.retention.check.interval.ms", "10000")
        .producer("app", &[("linger.ms", "0")])
        .boot();
    let modern = [("group.protocol", "consumer")];
    told.does(Command::AddConsumer(application(CommitMode::Sync, ms(1), &modern)));
    told.run(secs(8)).produce("app").run(secs(120));
    let live = told.world.brokers.values().filter_map(|broker| broker.live.as_ref());
    let mut committed = live.filter_map(|live| live.committed("billing")?.get(&told.orders(0)));
    assert_eq!(committed.next().map(|committed| committed.offset), Some(1));
}

/// auto.offset.reset=by_duration begins at the first record of the last so many seconds.
#[test]
fn a_new_group_begins_some_time_ago() {
    let mut told = story()
        .cluster_config("group.initial.rebalance.delay.ms", "0")
        .producer("app", &[("linger.ms", "0")])
        .boot();
    for _ in 0..3 {
        told.produce("app").run(secs(10));
    }
    told.begin();
    let late = consumer("late", &[("auto.offset.reset", "by_duration:PT25S")]);
    told.does(Command::AddConsumer(late)).run(secs(5));
    expect![[r#"
        +0.142112 late      ·           position orders-0@1 by reset
        +0.146112 late      ·           poll: 2 records
        +0.147112 late      ·           processed orders-0@1
        +0.148112 late      ·           processed orders-0@2
    "#]]
    .assert_eq(&told.text_of(told_of));
}

/// Without a reset policy poll() throws, and the application closes.
#[test]
fn no_reset_policy_ends_an_application() {
    let mut told = story()
        .cluster_config("group.initial.rebalance.delay.ms", "0")
        .consumer("c1", &[("auto.offset.reset", "none")])
        .run_to(Time::ZERO);
    told.run(secs(9));
    expect![[r#"
        +1.139354 c1        ·           NoOffsetForPartitionException: orders-0
        +1.143354 c1        ·           stopped
    "#]]
    .assert_eq(&told.text_of(told_of));
}

/// `by_duration:` takes what java.time.Duration takes, if it is not negative.
#[test]
fn durations_are_written_as_in_kafka() {
    let spec = spec(Scope::Consumer, "auto.offset.reset").expect("it is a config");
    let shown = |text: &str| spec.parse(text).map(|value| spec.show(value));
    for (written, expected) in [
        ("latest", "latest"),
        ("none", "none"),
        ("by_duration:PT1H30M", "by_duration:PT1H30M"),
        ("by_duration:P1DT90S", "by_duration:PT24H1M30S"),
        ("by_duration:PT0.5S", "by_duration:PT0.500S"),
        ("by_duration:PT0S", "by_duration:PT0S"),
        ("by_duration:P2D", "by_duration:PT48H"),
    ] {
        assert_eq!(shown(written).as_deref(), Some(expected), "{written}");
    }
    for wrong in ["by_duration", "by_duration:", "1H", "PT", "P", "P1H", "PT1D", "PT1M1H"] {
        let durations = [wrong.to_owned(), format!("by_duration:{wrong}")];
        assert!(durations.iter().all(|it| shown(it).is_none()), "{wrong}");
    }
    for wrong in ["by_duration:-PT1S", "by_duration:PT-1S", "by_duration:PT1.5H"] {
        assert_eq!(shown(wrong), None, "{wrong}");
    }
}

/// Whatever is changed of an application that is down, it does nothing until it starts.
#[test]
fn an_application_that_is_down_does_nothing() {
    let mut told = story().consumer("c1", &[]).run_to(Time::ZERO + secs(9));
    let c1 = told.client("c1");
    told.crash(Node::Client(c1)).run(secs(1)).begin();
    told.set(ConfigTarget::Client(c1), "auto.offset.reset", "none");
    let (client, handling) = (c1, Handling { poll: PollMode::OnCommand, ..Handling::default() });
    told.does(Command::Consume { client, act: Act::Handle(handling) }).run(secs(1));
    let of_c1 = |told: &Told| told.events().filter(|it| it.node == Node::Client(c1)).count();
    assert_eq!(of_c1(&told), 0, "{}", told.text());
    told.start(Node::Client(c1)).run(secs(1));
    let consumer = told.world.clients[&c1].as_consumer().expect("it is one");
    assert!(consumer.is_waiting(), "it has learned to poll on command");
}
