//! Partitions that move to other brokers (KIP-455): who comes is in sync before anybody goes.

use expect_test::expect;
use kafkascope::sim::id::{BrokerId, Name};
use kafkascope::sim::scenario::{BrokerSpec, Workload};
use kafkascope::sim::wire::ElectionType;
use kafkascope::sim::{Command, Event, Partition, Refusal};

use crate::cluster::{Told, b, facts, ms, secs, story};

fn ids(ids: &[u32]) -> Vec<BrokerId> {
    ids.iter().copied().map(BrokerId).collect()
}

fn reassign(replicas: &[u32]) -> Command {
    Command::ReassignPartition { topic: "orders".into(), partition: 0, replicas: ids(replicas) }
}

fn cancel() -> Command {
    Command::CancelReassignment { topic: "orders".into(), partition: 0 }
}

fn elect() -> Command {
    Command::ElectLeaders { topic: "orders".into(), election: ElectionType::Preferred }
}

/// `orders-0` on brokers 1, 2 and 3 with ten records, and an empty broker 4 beside them.
fn four_brokers() -> (Told, Partition) {
    let mut told = story().producer("app", &[("linger.ms", "0")]).boot();
    told.does(Command::AddBroker(BrokerSpec { id: BrokerId(4), rack: None })).run(secs(3));
    let orders = told.orders(0);
    told.does(reassign(&[1, 2, 3])).run(secs(3));
    // Leadership goes to the first of them if it was not there.
    told.does(elect()).run(secs(1));
    for _ in 0..10 {
        told.produce("app").run(ms(20));
    }
    told.run(secs(1)).begin();
    assert_eq!(told.leader(orders), Some(BrokerId(1)));
    (told, orders)
}

/// Where there is a log of a partition, up or down.
fn copies(told: &Told, partition: Partition) -> Vec<u32> {
    let brokers = told.world.brokers.iter();
    let holders = brokers.filter(|(_, broker)| broker.disk.logs.contains_key(&partition));
    holders.map(|(id, _)| id.0).collect()
}

#[test]
fn a_replica_comes_before_another_goes_and_takes_the_leadership_along() {
    let (mut told, orders) = four_brokers();
    told.does(reassign(&[4, 2, 3])).run(ms(4));
    told.produce("app").run(secs(2));
    expect![[r#"
        +0.000000 admin     ·           ReassignPartition { topic: "orders", partition: 0, replicas: [BrokerId(4), BrokerId(2), BrokerId(3)] }
        +0.001000 ctrl      ·           orders-0 reassigned to [4,2,3]: adds {4}, removes {1}
        +0.002000 b4        ·           orders-0 follows b1, epoch 1
        +0.004000 b4        ·           orders-0 append [0..1)
        +0.004000 b4        ·           orders-0 append [1..2)
        +0.004000 b4        ·           orders-0 append [2..3)
        +0.004000 b4        ·           orders-0 append [3..4)
        +0.004000 b4        ·           orders-0 append [4..5)
        +0.004000 b4        ·           orders-0 append [5..6)
        +0.004000 b4        ·           orders-0 append [6..7)
        +0.004000 b4        ·           orders-0 append [7..8)
        +0.004000 b4        ·           orders-0 append [8..9)
        +0.004000 b4        ·           orders-0 append [9..10)
        +0.004000 b4        ·           orders-0 HW 0 → 10
        +0.004000 admin     ·           Produce { client: ClientId(1), key: None }
        +0.004000 app       ·           send #10 no key to orders-0
        +0.006000 b1        ·           orders-0 append [10..11)
        +0.006000 ctrl      ·           orders-0 reassigned: replicas [4,2,3]
        +0.006000 ctrl      ·           orders-0 ISR grows to {3,2,4}
        +0.006000 ctrl      ·           orders-0 leader b4, epoch 2
        +0.007000 b2        ·           orders-0 append [10..11)
        +0.007000 b3        ·           orders-0 append [10..11)
        +0.007000 b4        ·           orders-0 append [10..11)
        +0.007000 b4        ·           orders-0 leads from 11, epoch 2
        +0.007000 b1        ·           orders-0 deletes its replica
        +0.007000 b2        ·           orders-0 follows b4, epoch 2
        +0.007000 b3        ·           orders-0 follows b4, epoch 2
        +0.008000 b4        ·           orders-0 HW 10 → 11
        +0.009000 app       ·           orders-0×1 retries: NOT_LEADER_OR_FOLLOWER
        +0.019000 b4        ·           orders-0 duplicate of [10..
        +0.021000 app       ·           acked orders-0[10..11)
        +0.509000 b2        ·           orders-0 HW 10 → 11
        +0.509000 b3        ·           orders-0 HW 10 → 11
    "#]].assert_eq(&told.text_of(facts));
    assert_eq!(told.replicas(orders), ids(&[4, 2, 3]));
    assert_eq!(told.isr(orders), [2, 3, 4]);
    assert_eq!(copies(&told, orders), [2, 3, 4]);
    for id in [2, 3, 4] {
        assert_eq!(told.log_end(BrokerId(id), orders), 11, "broker {id}");
    }
}

#[test]
fn nobody_goes_while_a_newcomer_is_not_in_sync() {
    let (mut told, orders) = four_brokers();
    told.crash(b(4)).run(secs(15));
    told.does(reassign(&[2, 4])).run(secs(60));
    let state = told.world.metadata().partition(orders).expect("it exists").clone();
    assert_eq!(state.replicas, ids(&[2, 4, 1, 3]));
    assert_eq!((state.adding, state.removing), (ids(&[4]), ids(&[1, 3])));
    assert_eq!(told.leader(orders), Some(BrokerId(1)), "nothing has moved");
    assert_eq!(told.isr(orders), [1, 2, 3]);
    told.begin().start(b(4)).run(secs(20));
    let begun = |event: &Event| {
        matches!(
            event,
            Event::ReassignmentDone { .. }
                | Event::LeaderElected { .. }
                | Event::IsrGrew { .. }
                | Event::IsrShrank { .. }
                | Event::ReplicaDeleted { .. }
        )
    };
    expect![[r#"
        +0.522000 ctrl      ·           orders-0 reassigned: replicas [2,4]
        +0.522000 ctrl      ·           orders-0 ISR grows to {2,4}
        +0.522000 ctrl      ·           orders-0 leader b2, epoch 2
        +0.523000 b1        ·           orders-0 deletes its replica
        +0.523000 b3        ·           orders-0 deletes its replica
    "#]]
    .assert_eq(&told.text_of(begun));
    assert_eq!(copies(&told, orders), [2, 4]);
}

#[test]
fn a_cancelled_reassignment_leaves_everything_where_it_was() {
    let (mut told, orders) = four_brokers();
    told.crash(b(4)).run(secs(15));
    told.does(reassign(&[4, 2, 3])).run(secs(1));
    told.does(cancel()).run(secs(1));
    // As in Kafka, those that were to go come last now.
    assert_eq!(told.replicas(orders), ids(&[2, 3, 1]));
    told.start(b(4)).run(secs(20));
    assert_eq!(copies(&told, orders), [1, 2, 3]);
    assert_eq!((told.leader(orders), told.isr(orders)), (Some(BrokerId(1)), vec![1, 2, 3]));
    let refused = told.submit(cancel());
    let (topic, index): (Name, u32) = ("orders".into(), 0);
    assert_eq!(refused, Err(Refusal::NotReassigning { topic, index }));
}

/// What comes by a first wish and is not in the second one goes again.
#[test]
fn another_wish_replaces_the_first() {
    let (mut told, orders) = four_brokers();
    told.crash(b(4)).run(secs(15));
    told.does(reassign(&[4, 2, 3])).run(secs(1)).does(reassign(&[2, 1])).run(secs(1));
    let state = told.world.metadata().partition(orders).expect("it exists").clone();
    assert_eq!(state.replicas, ids(&[2, 1]));
    assert!(!state.is_reassigning());
    told.start(b(4)).run(secs(20));
    assert_eq!(copies(&told, orders), [1, 2]);
}

/// When only those that come are in sync, a way back would lose records: it is refused as long as
/// the topic allows no unclean election (PartitionReassignmentRevert).
#[test]
fn a_way_back_that_would_lose_records_is_refused() {
    let (mut told, orders) = four_brokers();
    told.does(reassign(&[1])).run(secs(2)).crash(b(3)).run(secs(15));
    told.does(reassign(&[4, 3])).run(secs(5)).crash(b(1)).run(secs(15));
    assert_eq!((told.leader(orders), told.isr(orders)), (Some(BrokerId(4)), vec![4]));
    told.begin().does(cancel()).run(secs(1));
    expect![[r#"
        +0.000000 admin     ·           CancelReassignment { topic: "orders", partition: 0 }
        +0.002000 admin     ·           orders-0 refused: INVALID_REPLICA_ASSIGNMENT
    "#]]
    .assert_eq(&told.text_of(facts));
    let target = kafkascope::sim::command::ConfigTarget::Topic("orders".into());
    told.set(target, "unclean.leader.election.enable", "true").run(secs(1));
    told.does(cancel()).run(secs(1));
    assert_eq!(told.replicas(orders), ids(&[1]));
    told.start(b(1)).start(b(3)).run(secs(20));
    assert_eq!((told.leader(orders), copies(&told, orders)), (Some(BrokerId(1)), vec![1]));
}

/// LogManager.isStrayReplica: what was taken away while it was down is deleted at the next start.
#[test]
fn a_replica_that_was_taken_away_meanwhile_is_deleted_at_the_start() {
    let (mut told, orders) = four_brokers();
    told.crash(b(3)).run(secs(15));
    told.does(reassign(&[1, 2])).run(secs(5));
    assert_eq!(copies(&told, orders), [1, 2, 3], "nobody is there to delete it");
    told.start(b(3)).run(secs(20));
    assert_eq!(copies(&told, orders), [1, 2]);
    assert_eq!(told.isr(orders), [1, 2]);
}

/// A replica that goes raises the leader epoch, although the leader stays: who fetches by the old
/// epoch is told so (triggerLeaderEpochBumpForReplicaReassignmentIfNeeded). That is no election.
#[test]
fn a_leader_that_stays_has_a_new_epoch() {
    let (mut told, orders) = four_brokers();
    let epoch = |told: &Told| {
        let state = told.world.metadata().partition(orders);
        state.map(|state| (state.leader, state.leader_epoch)).expect("it exists")
    };
    let (leader, before) = epoch(&told);
    told.does(reassign(&[1, 2])).run(secs(1));
    assert_eq!(epoch(&told), (leader, before + 1));
    assert!(!told.events().any(|it| matches!(it.event, Event::LeaderElected { .. })));
    told.produce("app").run(secs(1));
    assert_eq!(told.log_end(BrokerId(2), orders), 11);
}

/// In order of preference only: no replica comes or goes, so it is done at once.
#[test]
fn another_order_moves_nothing_but_the_preference() {
    let (mut told, orders) = four_brokers();
    told.does(reassign(&[3, 1, 2])).run(secs(1));
    assert_eq!(told.replicas(orders), ids(&[3, 1, 2]));
    assert_eq!(told.leader(orders), Some(BrokerId(1)), "who leads well goes on");
    assert_eq!(copies(&told, orders), [1, 2, 3]);
}

#[test]
fn nothing_acked_is_lost_while_a_partition_moves_under_load() {
    let workload = Workload { rate: 100, keys: 0, bytes: 100, ..Workload::default() };
    let config = [("acks", "all")];
    let mut told = story().busy_producer("app", workload, &config).boot();
    told.does(Command::AddBroker(BrokerSpec { id: BrokerId(4), rack: None })).run(secs(3));
    let orders = told.orders(0);
    for target in [[4, 2, 3], [4, 1, 3], [2, 4, 1], [3, 2, 1]] {
        told.does(reassign(&target)).run(secs(5));
        assert_eq!(told.replicas(orders), ids(&target));
        told.does(elect()).run(secs(2));
        assert_eq!(told.leader(orders), Some(BrokerId(target[0])));
    }
    let client = told.client("app");
    let stop = Workload { rate: 0, ..workload };
    told.does(Command::SetWorkload { client, workload: stop }).run(secs(5));
    let mut sent = 0;
    let mut acked = 0;
    for stamped in &told.log {
        match &stamped.event {
            Event::Produced { .. } => sent += 1,
            Event::Acked { records, .. } => acked += records.len() as i64,
            Event::ProduceFailed { error, .. } => panic!("{error}"),
            _ => {}
        }
    }
    assert!(sent > 2000);
    assert_eq!((acked, told.log_end(BrokerId(3), orders)), (sent, sent));
    assert_eq!(copies(&told, orders), [1, 2, 3]);
}

#[test]
fn a_broker_that_holds_no_replica_can_be_removed() {
    let (mut told, orders) = four_brokers();
    told.does(Command::Stop(b(1))).run(secs(5));
    let remove = Command::RemoveBroker(BrokerId(1));
    assert_eq!(told.submit(remove.clone()), Err(Refusal::HoldsReplicas(BrokerId(1))));
    told.does(reassign(&[2, 3, 4])).run(secs(10));
    told.does(remove).run(secs(1));
    assert!(!told.world.brokers.contains_key(&BrokerId(1)));
    assert!(!told.world.metadata().brokers.contains_key(&BrokerId(1)), "it is forgotten");
    assert_eq!(told.isr(orders), [2, 3, 4]);
    // Nothing is placed on a broker that is no more.
    let topic = kafkascope::sim::scenario::TopicSpec {
        name: "payments".into(),
        partitions: Some(6),
        replication_factor: Some(3),
        assignment: Vec::new(),
        config: Default::default(),
    };
    told.does(Command::CreateTopic(topic)).run(secs(2));
    let (_, payments) = told.world.metadata().topic_named("payments").expect("it is created");
    assert!(payments.partitions.iter().all(|state| !state.replicas.contains(&BrokerId(1))));
}

#[test]
fn impossible_wishes_are_refused() {
    let (mut told, _) = four_brokers();
    let (topic, index): (Name, u32) = ("orders".into(), 0);
    let nothing = Refusal::NothingToReassign { topic: topic.clone(), index };
    assert_eq!(told.submit(reassign(&[1, 2, 3])), Err(nothing));
    assert_eq!(told.submit(reassign(&[1, 1])), Err(Refusal::ReplicaTwice(BrokerId(1))));
    assert_eq!(told.submit(reassign(&[1, 9])), Err(Refusal::UnknownNode(b(9))));
    assert!(matches!(told.submit(reassign(&[])), Err(Refusal::OutOfBounds { min: 1, .. })));
    let beyond = Command::CancelReassignment { topic: topic.clone(), partition: 7 };
    assert_eq!(told.submit(beyond), Err(Refusal::UnknownPartition { topic, index: 7 }));
}

/// A broker is added and the replicas are spread over all of them: it gets its share, and nothing
/// is lost on the way.
#[test]
fn replicas_are_spread_over_a_new_broker() {
    let mut told = story().partitions(4).producer("app", &[("linger.ms", "0")]).boot();
    let held = |told: &crate::cluster::Told| {
        let id = kafkascope::sim::id::BrokerId(4);
        (0..4).filter(|index| told.replicas(told.orders(*index)).contains(&id)).count()
    };
    let id = kafkascope::sim::id::BrokerId(4);
    let spec = kafkascope::sim::scenario::BrokerSpec { id, rack: None };
    told.does(Command::AddBroker(spec)).run(secs(5));
    for _ in 0..5 {
        told.produce("app").run(ms(20));
    }
    assert_eq!(held(&told), 0);
    told.does(Command::SpreadReplicas { topic: "orders".into() }).run(secs(20));
    assert_eq!(held(&told), 3, "twelve replicas on four brokers");
    for index in 0..4 {
        let partition = told.orders(index);
        let state = told.world.metadata().partition(partition).unwrap();
        assert!(!state.is_reassigning() && state.isr.len() == 3, "{state:?}");
    }
    assert_eq!(crate::ledger::books(&told).ledger().sums().lost, 0);
    let none = Command::SpreadReplicas { topic: "nothing".into() };
    assert_eq!(told.submit(none), Err(Refusal::UnknownTopic("nothing".into())));
}
