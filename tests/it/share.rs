//! Stories about share groups (KIP-932): records are shared out one by one, come again when nobody
//! says what became of them, and not for ever.

use kafkascope::metrics::Metrics;
use kafkascope::metrics::sharing::Deliveries;
use kafkascope::sim::handling::OnError;
use kafkascope::sim::id::Offset;
use kafkascope::sim::scenario::ConsumerSpec;
use kafkascope::sim::wire::DeliveryState;
use kafkascope::sim::{Command, Event, Node, Span, Time};

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

#[test]
fn an_application_that_dies_keeps_its_records_until_the_locks_end() {
    let mut dies = explicit("c1", OnError::Die);
    dies.processing = ms(500);
    let mut told = with(vec![dies], 1);
    poison(&mut told);
    told.run(secs(2));
    told.does(Command::AddConsumer(explicit("c2", OnError::Skip)));
    told.run(secs(1));
    assert_eq!(acquired(&told), [("c1".to_owned(), 0, 1)]);
    told.run(secs(5));
    assert_eq!(acquired(&told), [("c1".to_owned(), 0, 1), ("c2".to_owned(), 0, 2)]);
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
