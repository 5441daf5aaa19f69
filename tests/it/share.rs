//! Stories about share groups (KIP-932): records are shared out one by one, come again when nobody
//! says what became of them, and not for ever.

use expect_test::expect;
use kafkascope::metrics::Metrics;
use kafkascope::metrics::sharing::Deliveries;
use kafkascope::sim::command::ConfigTarget;
use kafkascope::sim::handling::{CommitMode, OnError};
use kafkascope::sim::id::{BrokerId, Offset};
use kafkascope::sim::scenario::ConsumerSpec;
use kafkascope::sim::wire::{Body, DeliveryState, Request};
use kafkascope::sim::{Command, Event, Node, Partition, Span, Time};

use crate::cluster::{Told, consumer, ms, secs, story};

/// A member of the share group `billing` that works so long on each record.
fn sharer(name: &str, processing: Span, config: &[(&str, &str)]) -> ConsumerSpec {
    let mut spec = consumer(name, config);
    spec.share = true;
    spec.processing = processing;
    spec
}

fn explicit(name: &str, on_error: OnError) -> ConsumerSpec {
    let mut spec = sharer(name, ms(10), &[("share.acknowledgement.mode", "explicit")]);
    spec.handling.on_error = on_error;
    spec
}

/// A cluster with a producer; its members are at work.
fn with(members: Vec<ConsumerSpec>, partitions: u32) -> Told {
    let mut setting = story()
        .partitions(partitions)
        .cluster_config("offsets.topic.num.partitions", "1")
        .cluster_config("share.coordinator.state.topic.num.partitions", "1")
        .cluster_config("share.auto.offset.reset", "earliest")
        .cluster_config("group.share.record.lock.duration.ms", "4000")
        .producer("app", &[("linger.ms", "0")]);
    setting.scenario.consumers = members;
    setting.run_to(Time::ZERO + secs(20))
}

fn shared(event: &Event) -> bool {
    matches!(
        event,
        Event::RecordsAcquired { .. }
            | Event::RecordsAcknowledged { .. }
            | Event::AcquisitionLockTimedOut { .. }
            | Event::SharePartitionInitialized { .. }
            | Event::Processed { .. }
            | Event::HandlingFailed { .. }
            | Event::CommitFailed { .. }
    )
}

fn poison(told: &mut Told) {
    let client = told.client("app");
    told.does(Command::ProducePoison { client, key: None });
}

/// What was acquired: by whom, which offset, for the how-manieth time.
fn acquired(told: &Told) -> Vec<(String, Offset, u16)> {
    let mut all = Vec::new();
    for stamped in told.events() {
        if let Event::RecordsAcquired { member, records, .. } = &stamped.event {
            let name = told.world.clients[&member.client].name().to_string();
            let each = records.first_offset..=records.last_offset;
            all.extend(each.map(|offset| (name.clone(), offset, records.delivery_count)));
        }
    }
    all
}

fn states(told: &Told, state: DeliveryState) -> usize {
    let batches = told.events().filter_map(|stamped| match &stamped.event {
        Event::RecordsAcknowledged { batch, .. } | Event::AcquisitionLockTimedOut { batch, .. } => {
            Some(*batch)
        }
        _ => None,
    });
    let of = batches.filter(|batch| batch.delivery_state == state);
    of.map(|batch| (batch.last_offset - batch.first_offset + 1) as usize).sum()
}

/// What the books say of the group.
fn deliveries(told: &Told) -> Deliveries {
    let mut metrics = Metrics::default();
    told.log.iter().for_each(|stamped| metrics.fold(stamped));
    let course = metrics.stoppages().group("billing").expect("it was assigned something");
    course.deliveries()
}

fn start_offset(told: &Told) -> Offset {
    let live = told.world.brokers.values().filter_map(|broker| broker.live.as_ref());
    let mut starts = live.flat_map(|live| live.share_partitions().map(|(_, it)| it.start_offset()));
    starts.next().expect("somebody leads it")
}

#[test]
fn two_members_share_the_records_of_one_partition() {
    let slow = |name| sharer(name, ms(700), &[("max.poll.records", "1")]);
    let mut told = with(vec![slow("c1"), slow("c2")], 1);
    for _ in 0..6 {
        told.produce("app").run(ms(100));
    }
    told.run(secs(6));
    let all = acquired(&told);
    let of = |name: &str| all.iter().filter(|(member, _, _)| member == name).count();
    assert_eq!((all.len(), of("c1"), of("c2")), (6, 3, 3), "{all:?}");
    assert_eq!(states(&told, DeliveryState::Acknowledged), 6);
    assert_eq!(start_offset(&told), 6);
}

#[test]
fn a_lock_that_ends_gives_the_record_to_another() {
    let mut told = with(vec![sharer("c1", secs(60), &[])], 1);
    told.produce("app").run(secs(1));
    told.does(Command::AddConsumer(sharer("c2", ms(10), &[]))).run(secs(8));
    let all = acquired(&told);
    assert_eq!(all, [("c1".to_owned(), 0, 1), ("c2".to_owned(), 0, 2)]);
    assert_eq!(states(&told, DeliveryState::Acknowledged), 1);
    let (acquired, redelivered, acknowledged) = (2, 1, 1);
    let (available, timed_out, archived) = (1, 1, 0);
    let books = Deliveries { acquired, redelivered, acknowledged, available, timed_out, archived };
    assert_eq!(deliveries(&told), books);
}

#[test]
fn what_is_released_comes_again_until_it_was_delivered_five_times() {
    let mut told = with(vec![explicit("c1", OnError::Retry)], 1);
    poison(&mut told);
    told.run(secs(10));
    let counts: Vec<u16> = acquired(&told).iter().map(|(_, _, count)| *count).collect();
    assert_eq!(counts, [1, 2, 3, 4, 5], "{}", told.text_of(shared));
    assert_eq!(states(&told, DeliveryState::Available), 4);
    assert_eq!(states(&told, DeliveryState::Archived), 1);
    assert_eq!(start_offset(&told), 1);
    let (acquired, redelivered, acknowledged) = (5, 4, 0);
    let (available, timed_out, archived) = (4, 0, 1);
    let books = Deliveries { acquired, redelivered, acknowledged, available, timed_out, archived };
    assert_eq!(deliveries(&told), books);
}

#[test]
fn what_is_rejected_never_comes_again() {
    let mut told = with(vec![explicit("c1", OnError::Skip)], 1);
    poison(&mut told);
    told.produce("app").run(secs(10));
    let all = acquired(&told);
    assert!(all.iter().all(|(_, _, count)| *count == 1), "{all:?}");
    assert_eq!(states(&told, DeliveryState::Archived), 1);
    assert_eq!(states(&told, DeliveryState::Acknowledged), 1);
}

/// The broker hears from the kernel of a machine whose process is gone: its records are available
/// again at once, as if they had not been delivered.
#[test]
fn an_application_that_dies_gives_its_records_back() {
    let mut dies = explicit("c1", OnError::Die);
    dies.processing = ms(500);
    let mut told = with(vec![dies, explicit("c2", OnError::Skip)], 1);
    told.begin();
    poison(&mut told);
    told.run(secs(4));
    let first: Vec<String> = acquired(&told).into_iter().map(|(name, _, _)| name).collect();
    assert_eq!(first.first().map(String::as_str), Some("c1"), "{first:?}");
    expect![[r#"
        +0.008692 b3        ·           c1 acquires orders-0@0, delivery 1
        +0.510692 c1        ·           throws at orders-0@0
        +0.510692 c1        ·           crashed
        +0.514792 b3        ·           orders-0@0 of c1 is Available now
        +0.514792 b3        ·           c2 acquires orders-0@0, delivery 1
        +0.526792 c2        ·           throws at orders-0@0
        +0.530892 b3        ·           orders-0@0 of c2 is Archived now
    "#]]
    .assert_eq(&told.text_of(|event| shared(event) || *event == Event::Crashed));
}

/// Nobody hears of a process that stands still: its records wait for the end of their locks.
#[test]
fn an_application_that_stands_still_keeps_its_records_until_the_locks_end() {
    let mut told = with(vec![sharer("c1", secs(1), &[])], 1);
    told.produce("app").run(ms(500));
    let c1 = told.client("c1");
    told.does(Command::Pause(Node::Client(c1)));
    told.does(Command::AddConsumer(sharer("c2", ms(10), &[]))).run(secs(3));
    assert_eq!(acquired(&told), [("c1".to_owned(), 0, 1)]);
    told.run(secs(5));
    assert_eq!(acquired(&told), [("c1".to_owned(), 0, 1), ("c2".to_owned(), 0, 2)]);
}

/// With its last member a group leaves a broker altogether. Whoever comes next makes it read again
/// what was persisted.
#[test]
fn a_group_that_left_is_read_anew() {
    let mut told = with(vec![sharer("c1", ms(10), &[])], 1);
    told.produce("app").run(secs(2)).begin();
    let c1 = Node::Client(told.client("c1"));
    told.crash(c1).run(secs(1));
    let live = told.world.brokers.values().filter_map(|broker| broker.live.as_ref());
    assert_eq!(live.flat_map(|live| live.share_partitions()).count(), 0);
    told.start(c1).run(secs(4)).produce("app").run(secs(1));
    expect![[r#"
        +1.020100 b3        ·           group billing begins at orders-0@1
        +5.004000 b3        ·           c1 acquires orders-0@1, delivery 1
        +5.016000 c1        ·           processed orders-0@1
        +5.020100 b3        ·           orders-0@1 of c1 is Acknowledged now
    "#]]
    .assert_eq(&told.text_of(shared));
}

fn acknowledges(told: &Told) -> usize {
    let sent = told.events().filter(|stamped| match &stamped.event {
        Event::Sent(envelope) => {
            matches!(&*envelope.body, Body::Request(Request::ShareAcknowledge(_)))
        }
        _ => false,
    });
    sent.count()
}

/// The only replica of the states is down, and all know it: what a member says cannot be persisted.
fn without_states(lock_ms: &str) -> (Told, Node) {
    let mut patient = sharer("c1", ms(10), &[("enable.auto.commit", "false")]);
    patient.handling.commit = CommitMode::Sync;
    let mut setting = story()
        .cluster_config("share.coordinator.state.topic.num.partitions", "1")
        .cluster_config("share.coordinator.state.topic.replication.factor", "1")
        .cluster_config("share.auto.offset.reset", "earliest")
        .cluster_config("group.share.record.lock.duration.ms", lock_ms)
        .producer("app", &[("linger.ms", "0")]);
    setting.scenario.consumers.push(patient);
    setting.scenario.topics[0].assignment = vec![[1, 2, 3].map(BrokerId).into()];
    (setting.scenario.topics[0].partitions, setting.scenario.topics[0].replication_factor) =
        (None, None);
    let mut told = setting.run_to(Time::ZERO + secs(20));
    let (topic, _) = told.world.metadata().topic_named("__share_group_state").expect("it is there");
    let keeper = told.leader(Partition { topic, index: 0 }).expect("it is led");
    assert_ne!(told.leader(told.orders(0)), Some(keeper), "the records stay where they are");
    told.crash(Node::Broker(keeper)).run(secs(20)).begin();
    (told, Node::Broker(keeper))
}

/// The leader tries for half a minute and gives up; the member says it again, and is heard in the
/// end.
#[test]
fn an_acknowledgement_that_could_not_be_persisted_is_sent_again() {
    let (mut told, keeper) = without_states("60000");
    told.produce("app").run(secs(35));
    assert_eq!((states(&told, DeliveryState::Acknowledged), acknowledges(&told)), (0, 2));
    told.start(keeper).run(secs(20));
    expect![[r#"
        +0.008000 b1        ·           c1 acquires orders-0@0, delivery 1
        +0.020000 c1        ·           processed orders-0@0
        +35.525172 b1        ·           orders-0@0 of c1 is Acknowledged now
    "#]]
    .assert_eq(&told.text_of(shared));
    assert_eq!(acquired(&told), [("c1".to_owned(), 0, 1)]);
}

/// That goes on for default.api.timeout.ms and no longer; a request whose answer does not come in time
/// is not even repeated.
#[test]
fn an_acknowledgement_is_given_up_after_a_minute() {
    for (timeout, error) in [("60000", "REQUEST_TIMED_OUT"), ("20000", "UNKNOWN_SERVER_ERROR")] {
        let (mut told, _) = without_states("60000");
        let c1 = told.client("c1");
        told.set(ConfigTarget::Client(c1), "request.timeout.ms", timeout);
        told.produce("app").run(secs(95));
        let failed = told.text_of(|event| matches!(event, Event::CommitFailed { .. }));
        assert_eq!(failed.lines().count(), 1, "{failed}");
        assert!(failed.contains(error), "{failed}");
    }
}

/// Locks are lost with the leader that gave them: nobody else is told, and the records come again.
#[test]
fn what_came_from_a_former_leader_is_not_acknowledged_to_the_next() {
    let mut slow =
        sharer("c1", secs(25), &[("enable.auto.commit", "false"), ("metadata.max.age.ms", "5000")]);
    slow.handling.commit = CommitMode::Sync;
    let mut told = with(vec![slow], 1);
    told.produce("app").run(secs(1)).begin();
    let leader = told.leader(told.orders(0)).expect("it has one");
    told.crash(Node::Broker(leader)).run(secs(30));
    expect![[r#"
        +24.010692 c1        ·           processed orders-0@0
        +24.010692 c1        ·           commit failed: NOT_LEADER_OR_FOLLOWER
        +24.018792 b1        ·           group billing begins at orders-0@0
        +24.018792 b1        ·           c1 acquires orders-0@0, delivery 1
        +28.018792 b1        ·           the lock on orders-0@0 ends: Available
    "#]]
    .assert_eq(&told.text_of(shared));
}

/// Share groups stay although nobody is in them and they have no offsets.
#[test]
fn an_empty_share_group_does_not_expire() {
    let mut setting = story()
        .cluster_config("offsets.topic.num.partitions", "1")
        .cluster_config("offsets.retention.minutes", "1")
        .cluster_config("offsets.retention.check.interval.ms", "10000");
    setting.scenario.consumers.push(sharer("c1", ms(10), &[]));
    let mut told = setting.run_to(Time::ZERO + secs(20));
    let c1 = told.client("c1");
    told.does(Command::Stop(Node::Client(c1))).run(secs(120));
    let live = told.world.brokers.values().filter_map(|broker| broker.live.as_ref());
    let members = live.flat_map(|live| live.share_groups().map(|(_, group)| group.members.len()));
    assert_eq!(members.collect::<Vec<_>>(), [0]);
}

/// The new leader asks the share coordinator what was done already.
#[test]
fn a_new_leader_goes_on_where_the_old_one_was() {
    let mut told = with(vec![sharer("c1", ms(10), &[])], 1);
    for _ in 0..3 {
        told.produce("app").run(ms(500));
    }
    assert_eq!(start_offset(&told), 3);
    let leader = told.leader(told.orders(0)).expect("it has one");
    told.begin();
    told.crash(Node::Broker(leader)).run(secs(30));
    told.produce("app").run(secs(10));
    assert_ne!(told.leader(told.orders(0)), Some(leader));
    let begins = told.events().find_map(|stamped| match stamped.event {
        Event::SharePartitionInitialized { start_offset, .. } => Some(start_offset),
        _ => None,
    });
    assert_eq!(begins, Some(3), "{}", told.text_of(shared));
    assert_eq!(acquired(&told), [("c1".to_owned(), 3, 1)]);
    assert_eq!(start_offset(&told), 4);
}

/// Members stay who they are when somebody else coordinates their group.
#[test]
fn a_new_coordinator_knows_the_members() {
    let mut told = with(vec![sharer("c1", ms(10), &[]), sharer("c2", ms(10), &[])], 1);
    let groups = |told: &Told| {
        let live = told.world.brokers.values().filter_map(|broker| {
            Some((broker.id, broker.live.as_ref()?.share_groups().next()?.1.clone()))
        });
        live.collect::<Vec<_>>()
    };
    let before = groups(&told);
    let [(coordinator, group)] = &before[..] else { panic!("{before:?}") };
    assert_eq!(group.members.len(), 2);
    told.begin();
    told.crash(Node::Broker(*coordinator)).run(secs(30));
    let after = groups(&told);
    let [(_, loaded)] = &after[..] else { panic!("{after:?}") };
    assert_eq!(loaded.group_epoch, group.group_epoch);
    assert!(group.members.keys().eq(loaded.members.keys()));
    assert!(!told.events().any(|it| matches!(it.event, Event::MemberJoined { .. })));
    told.produce("app").run(secs(10));
    assert_eq!(acquired(&told).len(), 1);
}

/// The point of it all: there may be more members than partitions, and none is idle.
#[test]
fn more_members_than_partitions_all_work() {
    let slow = |name| sharer(name, secs(1), &[("max.poll.records", "1")]);
    let members = ["c1", "c2", "c3", "c4", "c5"];
    let mut told = with(members.map(slow).into(), 2);
    for _ in 0..20 {
        told.produce("app").run(ms(50));
    }
    told.run(secs(15));
    let all = acquired(&told);
    assert_eq!(all.len(), 20);
    for name in members {
        assert!(all.iter().any(|(member, _, _)| member == name), "{name} has nothing: {all:?}");
    }
    assert_eq!(states(&told, DeliveryState::Acknowledged), 20);
}

/// Who closes gives back what it has not begun, and that delivery does not count.
#[test]
fn who_leaves_gives_its_records_back() {
    let mut told = with(vec![sharer("c1", secs(1), &[]), sharer("c2", secs(1), &[])], 1);
    let group = |told: &Told| {
        let mut live = told.world.brokers.values().filter_map(|broker| broker.live.as_ref());
        live.find_map(|live| Some(live.share_groups().next()?.1.members.len()))
    };
    assert_eq!(group(&told), Some(2));
    let c1 = told.client("c1");
    told.does(Command::Stop(Node::Client(c1))).run(secs(3));
    assert_eq!(group(&told), Some(1));
    told.produce("app").run(secs(5));
    assert_eq!(acquired(&told), [("c2".to_owned(), 0, 1)]);
    assert_eq!(states(&told, DeliveryState::Acknowledged), 1);
}
