//! A cluster whose brokers are asked by hand, request by request, and whose logs are looked into.

use std::sync::Arc;

use super::Outgoing;
use crate::sim::command::{Command, ConfigTarget};
use crate::sim::connection::ConnectionKey;
use crate::sim::event::{Event, Stamped};
use crate::sim::id::{BrokerId, Name, Node, Offset, Partition, Seq};
use crate::sim::log::Log;
use crate::sim::scenario::{Scenario, TopicSpec};
use crate::sim::time::{EPOCH, Span, Time};
use crate::sim::wire::*;
use crate::sim::world::World;

/// A cluster of three, with the topics `orders` of two partitions and the internal ones of one.
pub(super) struct Rig {
    pub(super) world: World,
    pub(super) log: Vec<Stamped>,
    connections: u32,
}

pub(super) const TX: &str = "tx";

impl Rig {
    pub(super) fn new(config: &[(&str, &str)]) -> Rig {
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

    pub(super) fn run(&mut self, span: Span) {
        let until = self.world.now + span;
        self.world.run_until(until, &mut self.log);
    }

    /// Sends a request to a broker; the place in the log from where on its answer may come.
    pub(super) fn send(&mut self, broker: BrokerId, request: Request) -> Seq {
        let id = self.world.take_seq();
        let (to, channel) = (Node::Broker(broker), Channel::Client);
        let key = ConnectionKey::new(Node::Admin, to, channel);
        // Each on its own connection: none waits for another.
        self.connections += 1;
        let connection = self.world.connections.entry(key).or_default();
        (connection.open, connection.incarnation) = (true, self.connections);
        let incarnation = self.connections;
        let body = Body::Request(request);
        let sent = Outgoing {
            id,
            to,
            channel,
            incarnation,
            answers: None,
            held: false,
            body: Arc::new(body),
        };
        self.world.send(Node::Admin, sent, &mut self.log);
        id
    }

    pub(super) fn answer(&self, id: Seq) -> Option<Response> {
        self.log.iter().find_map(|stamped| match &stamped.event {
            Event::Sent(envelope) if envelope.answers == Some(id) => match &*envelope.body {
                Body::Response(response) => Some(response.clone()),
                _ => None,
            },
            _ => None,
        })
    }

    pub(super) fn ask(&mut self, broker: BrokerId, request: Request) -> Response {
        let id = self.send(broker, request);
        for _ in 0..400 {
            self.run(Span::ms(5));
            if let Some(answer) = self.answer(id) {
                return answer;
            }
        }
        panic!("no answer")
    }

    pub(super) fn partition(&self, topic: &str, index: u32) -> Partition {
        let (topic, _) = self.world.metadata().topic_named(topic).expect("it exists");
        Partition { topic, index }
    }

    pub(super) fn orders(&self, index: u32) -> Partition {
        self.partition("orders", index)
    }

    pub(super) fn leader(&self, partition: Partition) -> BrokerId {
        let state = self.world.metadata().partition(partition).expect("it exists");
        state.leader.expect("it is led")
    }

    pub(super) fn log_of(&self, partition: Partition) -> &Log {
        &self.world.brokers[&self.leader(partition)].disk.logs[&partition]
    }

    /// Whoever coordinates `tx`, once its topic is there.
    pub(super) fn coordinator(&mut self) -> BrokerId {
        self.find(CoordinatorKey::Transaction(TX.into()))
    }

    pub(super) fn find(&mut self, key: CoordinatorKey) -> BrokerId {
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

    pub(super) fn alive(&self) -> BrokerId {
        let mut alive = self.world.brokers.iter().filter(|(_, broker)| broker.live.is_some());
        *alive.next().expect("somebody is alive").0
    }

    /// InitProducerId until it is neither loading nor concurrent; the last answer.
    pub(super) fn init(&mut self) -> ProducerIdAndEpoch {
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

    pub(super) fn init_once(&mut self) -> InitProducerIdResponse {
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

    pub(super) fn add(
        &mut self,
        producer: ProducerIdAndEpoch,
        partitions: &[Partition],
    ) -> ErrorCode {
        let coordinator = self.coordinator();
        let request = Request::AddPartitionsToTxn(AddPartitionsToTxnRequest {
            transactional_id: TX.into(),
            producer,
            verify_only: false,
            partitions: partitions.to_vec(),
        });
        self.ask(coordinator, request).error().unwrap_or(ErrorCode::None)
    }

    pub(super) fn batch(
        &self,
        producer: ProducerIdAndEpoch,
        to: Partition,
        seq: i32,
    ) -> PartitionProduce {
        let timestamp = Time(EPOCH.0 + self.world.now.0);
        let record = Record { id: None, key: None, timestamp, value: Value::Bytes(10) };
        PartitionProduce {
            partition: to,
            producer: Some(ProducerStamp { producer, base_sequence: seq }),
            kind: BatchKind::Transactional,
            records: [record].into(),
            compression: CompressionType::None,
            bytes: 80,
        }
    }

    pub(super) fn produce_request(&self, batch: PartitionProduce) -> Request {
        Request::Produce(ProduceRequest {
            acks: Acks::All,
            timeout: Span::secs(30),
            transactional_id: Some(TX.into()),
            partitions: vec![batch],
        })
    }

    /// Where a record was written in a transaction.
    pub(super) fn produce(
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

    pub(super) fn end_once(
        &mut self,
        producer: ProducerIdAndEpoch,
        committed: bool,
    ) -> EndTxnResponse {
        let coordinator = self.coordinator();
        let transactional_id: Name = TX.into();
        let request = Request::EndTxn(EndTxnRequest { transactional_id, producer, committed });
        match self.ask(coordinator, request) {
            Response::EndTxn(response) => response,
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn end(&mut self, producer: ProducerIdAndEpoch, committed: bool) -> EndTxnResponse {
        let answer = self.end_once(producer, committed);
        self.run(Span::ms(600));
        answer
    }

    /// Kinds and epochs of what is in a partition, in order.
    pub(super) fn kinds(&self, partition: Partition) -> String {
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

    pub(super) fn stable(&self, partition: Partition) -> (Offset, Offset) {
        let broker = &self.world.brokers[&self.leader(partition)];
        let high_watermark = broker.high_watermark(partition);
        (self.log_of(partition).last_stable_offset(high_watermark), high_watermark)
    }

    /// The states that the coordinator has written, in order.
    pub(super) fn states(&self) -> Vec<(TransactionState, i16, u32)> {
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

    pub(super) fn told(&self, keep: impl Fn(&Event) -> bool) -> usize {
        self.log.iter().filter(|stamped| keep(&stamped.event)).count()
    }

    pub(super) fn crash(&mut self, broker: BrokerId) {
        self.does(&Command::Crash(Node::Broker(broker)));
    }

    pub(super) fn start(&mut self, broker: BrokerId) {
        self.does(&Command::Start(Node::Broker(broker)));
    }

    pub(super) fn set_topic(&mut self, topic: &str, name: &str, value: &str) {
        let target = ConfigTarget::Topic(topic.into());
        self.does(&Command::SetConfig { target, name: name.into(), value: value.into() });
        self.run(Span::secs(2));
    }

    fn does(&mut self, command: &Command) {
        self.world.submit(command, &mut self.log).expect("it is possible");
    }
}

impl Rig {
    pub(super) fn commit_offset(
        &mut self,
        producer: ProducerIdAndEpoch,
        offset: Offset,
    ) -> ErrorCode {
        let coordinator = self.find(CoordinatorKey::Group("billing".into()));
        let request = self.commit_request(producer, offset);
        self.ask(coordinator, request).error().unwrap_or(ErrorCode::None)
    }

    pub(super) fn commit_request(&self, producer: ProducerIdAndEpoch, offset: Offset) -> Request {
        let implicit = self.world.config.transaction_version_two();
        Request::TxnOffsetCommit(TxnOffsetCommitRequest {
            transactional_id: TX.into(),
            group: "billing".into(),
            producer,
            generation: -1,
            member: None,
            instance_id: None,
            offsets: vec![(self.orders(0), offset)],
            implicit,
        })
    }

    pub(super) fn fetch_request(&self, require_stable: bool) -> Request {
        Request::OffsetFetch(OffsetFetchRequest {
            group: "billing".into(),
            member: None,
            member_epoch: -1,
            require_stable,
            partitions: vec![self.orders(0)],
        })
    }

    pub(super) fn committed(&mut self, require_stable: bool) -> Result<Option<Offset>, ErrorCode> {
        let coordinator = self.find(CoordinatorKey::Group("billing".into()));
        let request = self.fetch_request(require_stable);
        match self.ask(coordinator, request) {
            Response::OffsetFetch(response) if response.error == ErrorCode::None => {
                Ok(response.offsets[0].1)
            }
            Response::OffsetFetch(response) => Err(response.error),
            other => panic!("{other:?}"),
        }
    }
}
