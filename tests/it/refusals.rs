//! Bad wishes: each gets its reason, in words of both languages, and changes nothing.

use kafkascope::locale::{Lang, Words};
use kafkascope::sim::command::{ConfigTarget, Quantity};
use kafkascope::sim::handling::{Act, Handling, PollMode, SeekTo};
use kafkascope::sim::id::{BrokerId, ClientId, ControllerId, Key, Name};
use kafkascope::sim::scenario::{BrokerSpec, ProducerSpec, TopicSpec, Workload};
use kafkascope::sim::{Command, Node, Refusal, Time};

use crate::cluster::{Told, b, consumer, secs, story};

fn world() -> Told {
    story().producer("app", &[]).consumer("c1", &[]).boot()
}

/// The command is refused for this reason, the world stays as it was, and both languages can say
/// why.
fn refused(command: Command, expected: &Refusal) {
    let mut told = world();
    let before = format!("{:?}", told.world);
    let events = told.log.len();
    let refusal = told.submit(command.clone()).expect_err("it should have been refused");
    assert_eq!(&refusal, expected, "{command:?}");
    assert_eq!(before, format!("{:?}", told.world), "{command:?} changed something");
    assert_eq!(events, told.log.len(), "{command:?} told something");
    for lang in Lang::ALL {
        let said = Words(lang).refusal(&refusal, &told.world);
        assert!(said.len() > 10, "{lang:?}: {said:?}");
    }
}

fn topic(name: &str, partitions: u32, replication_factor: u32) -> Command {
    Command::CreateTopic(TopicSpec {
        name: name.into(),
        partitions: Some(partitions),
        replication_factor: Some(replication_factor),
        assignment: Vec::new(),
        config: Default::default(),
    })
}

fn set(name: &str, value: &str) -> Command {
    let target = ConfigTarget::Client(ClientId(1));
    Command::SetConfig { target, name: name.into(), value: value.into() }
}

#[test]
fn numbers_out_of_bounds() {
    let out = |what, value, min, max| Refusal::OutOfBounds { what, value, min, max };
    let workload = Workload { rate: 4_000_000_000, keys: 1, bytes: 1, ..Workload::default() };
    refused(
        Command::SetWorkload { client: ClientId(1), workload },
        &out(Quantity::Rate, 4_000_000_000, 0, 10_000),
    );
    refused(topic("t", 0, 1), &out(Quantity::Partitions, 0, 1, 1000));
    refused(topic("t", 1_000_000, 1), &out(Quantity::Partitions, 1_000_000, 1, 1000));
    refused(topic("t", 1, 0), &out(Quantity::ReplicationFactor, 0, 1, 32767));
    refused(
        Command::SetProcessing { client: ClientId(2), processing: secs(1_000_000) },
        &out(Quantity::Processing, 1_000_000_000, 0, 86_400_000),
    );
    refused(
        Command::Produce { client: ClientId(1), key: Some(Key(u32::MAX)) },
        &out(Quantity::Keys, i64::from(u32::MAX), 0, 10_000),
    );
}

#[test]
fn more_replicas_than_brokers() {
    let expected = Refusal::ReplicationFactorAboveBrokers { wanted: 4, brokers: 3 };
    refused(topic("t", 1, 4), &expected);
}

#[test]
fn names_that_are_none() {
    for name in ["", "<b>orders</b>", "a b", "..", "é", &"x".repeat(250)] {
        refused(topic(name, 1, 1), &Refusal::InvalidName(name.into()));
    }
    refused(topic("orders", 1, 1), &Refusal::NameTaken("orders".into()));
    refused(topic("__mine", 1, 1), &Refusal::NameReserved("__mine".into()));
    refused(Command::AddConsumer(consumer("c1", &[])), &Refusal::NameTaken("c1".into()));
}

#[test]
fn configs_that_are_none() {
    let invalid =
        |name: &str, value: &str| Refusal::InvalidConfig { name: name.into(), value: value.into() };
    refused(set("acks", "2"), &invalid("acks", "2"));
    refused(set("linger.ms", "-1"), &invalid("linger.ms", "-1"));
    refused(set("linger.ms", "1e3"), &invalid("linger.ms", "1e3"));
    refused(set("batch.size", "99999999999"), &invalid("batch.size", "99999999999"));
    refused(set("no.such.config", "1"), &Refusal::UnknownConfig("no.such.config".into()));
    refused(set("delivery.timeout.ms", "10"), &Refusal::DeliveryTimeoutTooShort);
    let (mut told, client) = (story().producer("app", &[("acks", "1")]).boot(), ClientId(1));
    let idempotence = Command::SetConfig {
        target: ConfigTarget::Client(client),
        name: "enable.idempotence".into(),
        value: "true".into(),
    };
    assert_eq!(told.submit(idempotence), Err(Refusal::IdempotenceImpossible));
}

#[test]
fn deeds_that_make_no_sense_now() {
    refused(Command::Crash(b(9)), &Refusal::UnknownNode(b(9)));
    refused(Command::Start(b(1)), &Refusal::AlreadyRunning(b(1)));
    refused(Command::Resume(b(1)), &Refusal::NotPaused(b(1)));
    refused(Command::CutLink(b(1), b(1)), &Refusal::LinkToItself);
    refused(Command::HealLink(b(1), b(2)), &Refusal::LinkNotCut);
    let controller = Node::Controller(ControllerId(9));
    refused(Command::CutLink(b(1), controller), &Refusal::UnknownNode(controller));
    let to_a_consumer = Command::Produce { client: ClientId(2), key: None };
    refused(to_a_consumer, &Refusal::NotPossible(Node::Client(ClientId(2))));
    refused(
        Command::AddBroker(BrokerSpec { id: BrokerId(1), rack: None }),
        &Refusal::NameTaken("1".into()),
    );
    refused(Command::RemoveBroker(BrokerId(1)), &Refusal::AlreadyRunning(b(1)));
    refused(
        Command::AddPartitions { topic: "orders".into(), count: 1 },
        &Refusal::PartitionsOnlyGrow { topic: "orders".into(), have: 1 },
    );
}

/// What only some consumers can be told, at some times.
#[test]
fn deeds_of_applications() {
    let (client, topic) = (ClientId(2), Name::from("orders"));
    let consume = |act| Command::Consume { client, act };
    let not_yet = Refusal::NotAssigned { topic: topic.clone(), index: 0 };
    let to = SeekTo::Offset(3);
    refused(consume(Act::Seek { topic: topic.clone(), partition: 0, to }), &not_yet);
    refused(consume(Act::Pause { topic: topic.clone(), partition: 0 }), &not_yet);
    refused(
        consume(Act::Resume { topic: topic.clone(), partition: 7 }),
        &Refusal::UnknownPartition { topic, index: 7 },
    );
    let node = Node::Client(client);
    refused(consume(Act::Commit), &Refusal::PollsByItself(node));
    refused(consume(Act::Poll(secs(1))), &Refusal::PollsByItself(node));
    let to_a_producer = Command::Consume { client: ClientId(1), act: Act::Commit };
    refused(to_a_producer, &Refusal::NotPossible(Node::Client(ClientId(1))));

    let mut told = story().consumer("c1", &[]).run_to(Time::ZERO + secs(9));
    let client = told.client("c1");
    let mut consume = |act| told.submit(Command::Consume { client, act });
    let (topic, to) = ("orders".into(), SeekTo::Offset(-1));
    let negative =
        Refusal::OutOfBounds { what: Quantity::Offset, value: -1, min: 0, max: i64::MAX };
    assert_eq!(consume(Act::Seek { topic, partition: 0, to }), Err(negative));
    let on_command = Handling { poll: PollMode::OnCommand, ..Handling::default() };
    assert_eq!(consume(Act::Handle(on_command)), Ok(()));
    let busy = Refusal::Busy(Node::Client(client));
    assert_eq!(consume(Act::Poll(secs(1))), Err(busy), "it is in its last poll() still");
}

/// A scenario is checked whole before there is a world.
#[test]
fn a_scenario_says_where_it_is_wrong() {
    let mut scenario = story().scenario;
    scenario.producers.push(ProducerSpec {
        name: "app".into(),
        topic: "orders".into(),
        workload: Workload { rate: u32::MAX, keys: 0, bytes: 0, ..Workload::default() },
        config: Default::default(),
        start: Time::ZERO,
        transactional: None,
        transaction: Default::default(),
    });
    let flaw = kafkascope::sim::World::new(&scenario).expect_err("the rate is absurd");
    assert_eq!(flaw.place, "producer[0]");
    assert!(matches!(flaw.refusal, Refusal::OutOfBounds { what: Quantity::Rate, .. }));
}
