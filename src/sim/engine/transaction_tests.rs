//! Brokers and transactions, asked by hand: what each request is answered, and what is in the logs.

use super::Outgoing;
use crate::sim::connection::ConnectionKey;
use crate::sim::event::{Event, Stamped};
use crate::sim::id::{BrokerId, Name, Node, Offset, Partition};
use crate::sim::log::Log;
use crate::sim::scenario::{Scenario, TopicSpec};
use crate::sim::time::{EPOCH, Span, Time};
use crate::sim::wire::*;
use crate::sim::world::World;

/// A cluster of three, with the topics `orders` of two partitions and the internal ones of one.
struct Rig {
    world: World,
    log: Vec<Stamped>,
    connections: u32,
}

const TX: &str = "tx";

impl Rig {
    fn new(config: &[(&str, &str)]) -> Rig {
        let mut scenario = Scenario::opening("orders", ["p1", "p2"], "g");
        (scenario.producers, scenario.consumers) = (Vec::new(), Vec::new());
        scenario.topics = vec![TopicSpec {
            name: "orders".into(),
            partitions: Some(2),
            replication_factor: Some(3),
            assignment: Vec::new(),
            config: [("min.insync.replicas".to_owned(), "2".to_owned())].into_iter().collect(),
        }];
        let one = ["offsets.topic.num.partitions", "transaction.state.log.num.partitions"];
        let one = one.map(|name| (name, "1"));
        for (name, value) in one.iter().chain(config) {
            scenario.cluster.config.insert((*name).to_owned(), (*value).to_owned());
        }
        let mut world = World::new(&scenario).expect("it is valid");
        let mut log = Vec::new();
        world.run_until(Time::ZERO + Span::secs(3), &mut log);
        Rig { world, log, connections: 0 }
    }

    fn run(&mut self, span: Span) {
        let until = self.world.now + span;
        self.world.run_until(until, &mut self.log);
    }

    /// Sends a request to a broker; the place in the log from where on its answer may come.
    fn send(&mut self, broker: BrokerId, request: Request) -> Seq {
        let id = self.world.take_seq();
        let (to, channel) = (Node::Broker(broker), Channel::Client);
        let key = ConnectionKey { client: Node::Admin, server: to, channel };
        // Each on its own connection: none waits for another.
        self.connections += 1;
        let connection = self.world.connections.entry(key).or_default();
        (connection.open, connection.incarnation) = (true, self.connections);
        let incarnation = self.connections;
        let body = Body::Request(request);
        let sent = Outgoing { id, to, channel, incarnation, answers: None, held: false, body };
        self.world.send(Node::Admin, sent, &mut self.log);
        id
    }

    fn answer(&self, id: Seq) -> Option<Response> {
        self.log.iter().find_map(|stamped| match &stamped.event {
            Event::Sent(envelope) if envelope.answers == Some(id) => match &*envelope.body {
                Body::Response(response) => Some(response.clone()),
                _ => None,
            },
            _ => None,
        })
    }

    fn ask(&mut self, broker: BrokerId, request: Request) -> Response {
        let id = self.send(broker, request);
        for _ in 0..400 {
            self.run(Span::ms(5));
            if let Some(answer) = self.answer(id) {
                return answer;
            }
        }
        panic!("no answer")
    }

    fn partition(&self, topic: &str, index: u32) -> Partition {
        let (topic, _) = self.world.metadata().topic_named(topic).expect("it exists");
        Partition { topic, index }
    }

    fn orders(&self, index: u32) -> Partition {
        self.partition("orders", index)
    }

    fn leader(&self, partition: Partition) -> BrokerId {
        let state = self.world.metadata().partition(partition).expect("it exists");
        state.leader.expect("it is led")
    }

    fn log_of(&self, partition: Partition) -> &Log {
        &self.world.brokers[&self.leader(partition)].disk.logs[&partition]
    }

    /// Whoever coordinates `tx`, once its topic is there.
    fn coordinator(&mut self) -> BrokerId {
        self.find(CoordinatorKey::Transaction(TX.into()))
    }

    fn find(&mut self, key: CoordinatorKey) -> BrokerId {
        for _ in 0..20 {
            let request = Request::FindCoordinator(FindCoordinatorRequest { key: key.clone() });
            if let Response::FindCoordinator(FindCoordinatorResponse {
                coordinator: Some(found),
                ..
            }) = self.ask(self.alive(), request)
            {
                return found;
            }
            self.run(Span::ms(200));
        }
        panic!("nobody coordinates")
    }

    fn alive(&self) -> BrokerId {
        let mut alive = self.world.brokers.iter().filter(|(_, broker)| broker.live.is_some());
        *alive.next().expect("somebody is alive").0
    }

    /// InitProducerId until it is neither loading nor concurrent; the last answer.
    fn init(&mut self) -> ProducerIdAndEpoch {
        for _ in 0..50 {
            let answer = self.init_once();
            if let Some(producer) = answer.producer {
                return producer;
            }
            assert!(answer.error.retriable(), "{answer:?}");
            self.run(Span::ms(50));
        }
        panic!("no producer id")
    }

    fn init_once(&mut self) -> InitProducerIdResponse {
        let coordinator = self.coordinator();
        let request = InitProducerIdRequest {
            transactional_id: Some(TX.into()),
            transaction_timeout: Span::secs(20),
            producer: None,
        };
        match self.ask(coordinator, Request::InitProducerId(request)) {
            Response::InitProducerId(response) => response,
            other => panic!("{other:?}"),
        }
    }

    fn add(&mut self, producer: ProducerIdAndEpoch, partitions: &[Partition]) -> ErrorCode {
        let coordinator = self.coordinator();
        let request = Request::AddPartitionsToTxn(AddPartitionsToTxnRequest {
            transactional_id: TX.into(),
            producer,
            verify_only: false,
            partitions: partitions.to_vec(),
        });
        self.ask(coordinator, request).error().unwrap_or(ErrorCode::None)
    }

    fn batch(&self, producer: ProducerIdAndEpoch, to: Partition, seq: i32) -> PartitionProduce {
        let timestamp = Time(EPOCH.0 + self.world.now.0);
        let record = Record { id: None, key: None, timestamp, value: Value::Bytes(10) };
        PartitionProduce {
            partition: to,
            producer: Some(ProducerStamp { producer, base_sequence: seq }),
            kind: BatchKind::Transactional,
            records: [record].into(),
            bytes: 80,
        }
    }

    fn produce_request(&self, batch: PartitionProduce) -> Request {
        Request::Produce(ProduceRequest {
            acks: Acks::All,
            timeout: Span::secs(30),
            transactional_id: Some(TX.into()),
            partitions: vec![batch],
        })
    }

    /// Where a record was written in a transaction.
    fn produce(
        &mut self,
        producer: ProducerIdAndEpoch,
        to: Partition,
        sequence: i32,
    ) -> Result<Offset, ErrorCode> {
        let request = self.produce_request(self.batch(producer, to, sequence));
        match self.ask(self.leader(to), request) {
            Response::Produce(response) => match response.partitions[0].error {
                ErrorCode::None => Ok(response.partitions[0].base_offset),
                error => Err(error),
            },
            other => panic!("{other:?}"),
        }
    }

    fn end_once(&mut self, producer: ProducerIdAndEpoch, committed: bool) -> EndTxnResponse {
        let coordinator = self.coordinator();
        let transactional_id: Name = TX.into();
        let request = Request::EndTxn(EndTxnRequest { transactional_id, producer, committed });
        match self.ask(coordinator, request) {
            Response::EndTxn(response) => response,
            other => panic!("{other:?}"),
        }
    }

    fn end(&mut self, producer: ProducerIdAndEpoch, committed: bool) -> EndTxnResponse {
        let answer = self.end_once(producer, committed);
        self.run(Span::ms(600));
        answer
    }

    /// Kinds and epochs of what is in a partition, in order.
    fn kinds(&self, partition: Partition) -> String {
        let mut text = String::new();
        let log = self.log_of(partition);
        for batch in log.batches_from(log.start()) {
            let epoch = batch.producer.map_or(-1, |stamp| stamp.producer.epoch);
            text += &match batch.records.first().map(|record| &record.value) {
                Some(Value::EndTransaction { committed: true, .. }) => format!("C{epoch} "),
                Some(Value::EndTransaction { committed: false, .. }) => format!("A{epoch} "),
                _ => format!("t{epoch} "),
            };
        }
        text.trim_end().to_owned()
    }

    fn stable(&self, partition: Partition) -> (Offset, Offset) {
        let broker = &self.world.brokers[&self.leader(partition)];
        let high_watermark = broker.high_watermark(partition);
        (self.log_of(partition).last_stable_offset(high_watermark), high_watermark)
    }

    /// The states that the coordinator has written, in order.
    fn states(&self) -> Vec<(TransactionState, i16, u32)> {
        let log = self.log_of(self.partition("__transaction_state", 0));
        let records = log.batches_from(log.start()).flat_map(|batch| batch.records.iter());
        let mut states = Vec::new();
        for record in records {
            if let Value::Coordinator(record) = &record.value
                && let CoordinatorRecord::Transaction(record) = &**record
                && let Some(value) = &record.value
            {
                states.push((value.state, value.producer_epoch, value.partitions.len() as u32));
            }
        }
        states
    }

    fn told(&self, keep: impl Fn(&Event) -> bool) -> usize {
        self.log.iter().filter(|stamped| keep(&stamped.event)).count()
    }

    fn crash(&mut self, broker: BrokerId) {
        let crash = crate::sim::command::Command::Crash(Node::Broker(broker));
        self.world.submit(&crash, &mut self.log).expect("it runs");
    }
}

use crate::sim::id::Seq;
use TransactionState::{CompleteCommit, Empty, Ongoing, PrepareCommit};

const V0: (&str, &str) = ("transaction.version", "0");

#[test]
fn a_commit_reaches_all_partitions() {
    let mut rig = Rig::new(&[V0]);
    let producer = rig.init();
    let both = [rig.orders(0), rig.orders(1)];
    assert_eq!(rig.add(producer, &both), ErrorCode::None);
    for partition in both {
        assert_eq!(rig.produce(producer, partition, 0), Ok(0));
        assert_eq!(rig.stable(partition), (0, 1), "it is open");
    }
    let answer = rig.end(producer, true);
    assert_eq!((answer.error, answer.producer), (ErrorCode::None, None));
    for partition in both {
        assert_eq!((rig.kinds(partition).as_str(), rig.stable(partition)), ("t0 C0", (2, 2)));
    }
    let steps = [(Empty, 0, 0), (Ongoing, 0, 2), (PrepareCommit, 0, 2), (CompleteCommit, 0, 0)];
    assert_eq!(rig.states(), steps);
    // It may be asked again, and says the same.
    assert_eq!(rig.end(producer, true).error, ErrorCode::None);
    assert_eq!(rig.end(producer, false).error, ErrorCode::InvalidTxnState);
}

#[test]
fn with_version_2_writing_adds_and_every_end_raises_the_epoch() {
    let mut rig = Rig::new(&[]);
    let mut producer = rig.init();
    let partition = rig.orders(0);
    for (epoch, committed) in [(0, true), (1, false), (2, true)] {
        assert_eq!(producer.epoch, epoch);
        rig.produce(producer, partition, 0).expect("the leader adds the partition");
        let answer = rig.end(producer, committed);
        assert_eq!(answer.error, ErrorCode::None);
        let next = answer.producer.expect("it is told");
        assert_eq!(next, ProducerIdAndEpoch { epoch: epoch + 1, ..producer });
        // A late record of the transaction before is not taken into the next one.
        let late = rig.produce(producer, partition, 1);
        assert_eq!(late, Err(ErrorCode::InvalidProducerEpoch));
        producer = next;
    }
    assert_eq!(rig.kinds(partition), "t0 C1 t1 A2 t2 C3");
    // The answer was lost: the producer asks again as who it was.
    let again = rig.end(ProducerIdAndEpoch { epoch: 2, ..producer }, true);
    assert_eq!((again.error, again.producer), (ErrorCode::None, Some(producer)));
}

#[test]
fn a_second_producer_fences_the_first() {
    for (version, ended, second) in [("0", "t0 A1", 2), ("2", "t0 A2", 3)] {
        let mut rig = Rig::new(&[("transaction.version", version)]);
        let first = rig.init();
        let partition = rig.orders(0);
        assert_eq!(rig.add(first, &[partition]), ErrorCode::None);
        rig.produce(first, partition, 0).expect("it is added");
        assert_eq!(rig.init_once().error, ErrorCode::ConcurrentTransactions);
        assert_eq!(rig.init(), ProducerIdAndEpoch { epoch: second, ..first });
        assert_eq!(rig.kinds(partition), ended);
        assert_eq!(rig.produce(first, partition, 1), Err(ErrorCode::InvalidProducerEpoch));
        assert_eq!(rig.add(first, &[partition]), ErrorCode::ProducerFenced);
        assert_eq!(rig.end(first, true).error, ErrorCode::ProducerFenced);
        assert_eq!(rig.told(|it| matches!(it, Event::TransactionFenced { .. })), 1);
    }
}

#[test]
fn what_is_open_too_long_is_aborted() {
    let mut rig = Rig::new(&[V0]);
    let producer = rig.init();
    let partition = rig.orders(0);
    rig.add(producer, &[partition]);
    rig.produce(producer, partition, 0).expect("it is added");
    rig.run(Span::secs(19));
    assert_eq!(rig.kinds(partition), "t0");
    rig.run(Span::secs(11));
    assert_eq!((rig.kinds(partition).as_str(), rig.stable(partition)), ("t0 A1", (2, 2)));
    assert_eq!(rig.end(producer, true).error, ErrorCode::ProducerFenced);
    assert_eq!(rig.told(|it| matches!(it, Event::TransactionTimedOut { .. })), 1);
}

#[test]
fn without_the_coordinators_word_nothing_is_written() {
    let mut rig = Rig::new(&[V0]);
    let producer = rig.init();
    let partition = rig.orders(0);
    assert_eq!(rig.produce(producer, partition, 0), Err(ErrorCode::TransactionAbortable));
    let stranger = ProducerIdAndEpoch { id: ProducerId(99_999), epoch: 0 };
    assert_eq!(rig.produce(stranger, partition, 0), Err(ErrorCode::InvalidProducerIdMapping));
    // Markers are not for clients to write.
    let value = Value::EndTransaction { committed: true, coordinator_epoch: 0 };
    let mut marker = rig.batch(producer, partition, -1);
    marker.kind = BatchKind::Control;
    marker.records = [Record { value, ..marker.records[0].clone() }].into();
    let request = rig.produce_request(marker);
    let answer = rig.ask(rig.leader(partition), request);
    assert_eq!(answer.error(), Some(ErrorCode::InvalidRecord));
    assert_eq!(rig.kinds(partition), "");
    // Its own, without a transaction, while one is open.
    rig.add(producer, &[partition]);
    rig.produce(producer, partition, 0).expect("it is added");
    let plain = PartitionProduce { kind: BatchKind::Plain, ..rig.batch(producer, partition, 1) };
    let request = rig.produce_request(plain);
    let answer = rig.ask(rig.leader(partition), request);
    assert_eq!(answer.error(), Some(ErrorCode::InvalidTxnState));
}

#[test]
fn a_new_coordinator_ends_what_the_old_one_had_decided() {
    let mut rig = Rig::new(&[V0]);
    let producer = rig.init();
    let old = rig.coordinator();
    // Leaders that are not the coordinator, so that markers have to travel.
    let partition = [rig.orders(0), rig.orders(1)].into_iter().find(|it| rig.leader(*it) != old);
    let partition = partition.expect("partitions are spread");
    rig.add(producer, &[partition]);
    rig.produce(producer, partition, 0).expect("it is added");
    let cut = crate::sim::command::Command::CutLink(
        Node::Broker(old),
        Node::Broker(rig.leader(partition)),
    );
    let id = {
        let request = Request::EndTxn(EndTxnRequest {
            transactional_id: TX.into(),
            producer,
            committed: true,
        });
        rig.send(old, request)
    };
    while rig.answer(id).is_none() {
        rig.run(Span::us(200));
    }
    rig.world.submit(&cut, &mut rig.log).expect("it is whole");
    rig.crash(old);
    assert_eq!(rig.kinds(partition), "t0", "no marker has arrived");
    rig.run(Span::secs(20));
    assert_ne!(rig.coordinator(), old);
    assert_eq!((rig.kinds(partition).as_str(), rig.stable(partition)), ("t0 C0", (2, 2)));
    assert_eq!(rig.states().last(), Some(&(CompleteCommit, 0, 0)));
    let next = rig.init();
    assert_eq!(next, ProducerIdAndEpoch { epoch: 1, ..producer });
}

#[test]
fn an_open_transaction_outlives_its_leader() {
    let mut rig = Rig::new(&[]);
    let producer = rig.init();
    let old = rig.coordinator();
    let partition = [rig.orders(0), rig.orders(1)].into_iter().find(|it| rig.leader(*it) != old);
    let partition = partition.expect("partitions are spread");
    rig.produce(producer, partition, 0).expect("the leader adds it");
    rig.crash(rig.leader(partition));
    rig.run(Span::secs(15));
    assert_eq!(rig.stable(partition), (0, 1));
    rig.produce(producer, partition, 1).expect("it goes on");
    assert_eq!(rig.end(producer, true).error, ErrorCode::None);
    assert_eq!((rig.kinds(partition).as_str(), rig.stable(partition)), ("t0 t0 C1", (3, 3)));
}

impl Rig {
    fn commit_offset(&mut self, producer: ProducerIdAndEpoch, offset: Offset) -> ErrorCode {
        let coordinator = self.find(CoordinatorKey::Group("billing".into()));
        let implicit = self.world.config.transaction_version_two();
        let request = Request::TxnOffsetCommit(TxnOffsetCommitRequest {
            transactional_id: TX.into(),
            group: "billing".into(),
            producer,
            generation: -1,
            member: None,
            instance_id: None,
            offsets: vec![(self.orders(0), offset)],
            implicit,
        });
        self.ask(coordinator, request).error().unwrap_or(ErrorCode::None)
    }

    fn committed(&mut self, require_stable: bool) -> Result<Option<Offset>, ErrorCode> {
        let coordinator = self.find(CoordinatorKey::Group("billing".into()));
        let request = Request::OffsetFetch(OffsetFetchRequest {
            group: "billing".into(),
            member: None,
            member_epoch: -1,
            require_stable,
            partitions: vec![self.orders(0)],
        });
        match self.ask(coordinator, request) {
            Response::OffsetFetch(response) if response.error == ErrorCode::None => {
                Ok(response.offsets[0].1)
            }
            Response::OffsetFetch(response) => Err(response.error),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn offsets_count_with_their_transaction() {
    for version in ["0", "2"] {
        let mut rig = Rig::new(&[("transaction.version", version)]);
        let mut producer = rig.init();
        rig.find(CoordinatorKey::Group("billing".into()));
        for (offset, committed, counts) in
            [(5, false, None), (6, true, Some(6)), (9, false, Some(6))]
        {
            if version == "0" {
                assert_eq!(rig.commit_offset(producer, offset), ErrorCode::TransactionAbortable);
                let request = Request::AddOffsetsToTxn(AddOffsetsToTxnRequest {
                    transactional_id: TX.into(),
                    producer,
                    group: "billing".into(),
                });
                let coordinator = rig.coordinator();
                assert_eq!(rig.ask(coordinator, request).error(), None);
            }
            let before = rig.committed(true).expect("nothing is pending");
            assert_eq!(rig.commit_offset(producer, offset), ErrorCode::None);
            assert_eq!(rig.committed(true), Err(ErrorCode::UnstableOffsetCommit));
            assert_eq!(rig.committed(false), Ok(before));
            let answer = rig.end(producer, committed);
            assert_eq!(answer.error, ErrorCode::None);
            producer = answer.producer.unwrap_or(producer);
            assert_eq!(rig.committed(true), Ok(counts), "version {version}");
        }
        // Whoever coordinates the group next reads the same, and what is open.
        let last = rig.partition("__consumer_offsets", 0);
        rig.crash(rig.leader(last));
        rig.run(Span::secs(20));
        assert_eq!(rig.committed(true), Ok(Some(6)));
    }
}

#[test]
fn pending_offsets_outlive_the_groups_coordinator() {
    let mut rig = Rig::new(&[]);
    let producer = rig.init();
    assert_eq!(rig.commit_offset(producer, 5), ErrorCode::None);
    let offsets = rig.partition("__consumer_offsets", 0);
    let (old, coordinator) = (rig.leader(offsets), rig.coordinator());
    rig.crash(old);
    rig.run(Span::secs(15));
    assert_eq!(rig.committed(true), Err(ErrorCode::UnstableOffsetCommit));
    if old != coordinator {
        assert_eq!(rig.coordinator(), coordinator);
    }
    assert_eq!(rig.end(producer, true).error, ErrorCode::None);
    assert_eq!(rig.committed(true), Ok(Some(5)));
}

#[test]
fn an_administrator_sees_who_writes_and_ends_what_hangs() {
    let mut rig = Rig::new(&[("transaction.partition.verification.enable", "false"), V0]);
    let producer = rig.init();
    let partition = rig.orders(0);
    let leader = rig.leader(partition);
    // Nobody verifies, so this is in no transaction that the coordinator knows of.
    assert_eq!(rig.produce(producer, partition, 0), Ok(0));
    let describe = Request::DescribeProducers(DescribeProducersRequest { partition });
    let Response::DescribeProducers(described) = rig.ask(leader, describe.clone()) else {
        panic!("another answer");
    };
    let found = described.producers[0];
    assert_eq!((found.producer, found.last_sequence), (producer, 0));
    assert_eq!((found.transaction_start, found.coordinator_epoch), (Some(0), -1));
    let marker = TxnMarker {
        producer,
        committed: false,
        coordinator_epoch: found.coordinator_epoch.max(0),
        partitions: vec![partition],
    };
    let markers = vec![marker];
    let request = Request::WriteTxnMarkers(WriteTxnMarkersRequest { markers });
    assert_eq!(rig.ask(leader, request).error(), None);
    assert_eq!((rig.kinds(partition).as_str(), rig.stable(partition)), ("t0 A0", (2, 2)));
}
