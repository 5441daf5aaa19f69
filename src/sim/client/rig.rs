//! A bench for one client alone: the test plays the brokers and turns the clock.

use std::sync::Arc;

use super::Client;
use super::producer::Producer;
use super::transactions::ConsumerGroupMetadata;
use crate::sim::config::ProducerConfig;
use crate::sim::dice::Dice;
use crate::sim::effect::{Ctx, Effect, Order, Timer};
use crate::sim::event::Event;
use crate::sim::extension::EXTENSION;
use crate::sim::id::{BrokerId, ClientId, Node, Offset, Partition, Seq, TopicId};
use crate::sim::log::remote::RemoteStorage;
use crate::sim::ordered::Map;
use crate::sim::scenario::{ProducerSpec, Workload};
use crate::sim::time::{Span, Time};
use crate::sim::transacting::Transacting;
use crate::sim::wire::{
    ApiVersionsResponse, Body, Channel, Envelope, ErrorCode, MetadataResponse, PartitionMetadata,
    Request, Response, TopicMetadata,
};

pub(super) const ME: ClientId = ClientId(1);

/// A request that the client sent.
#[derive(Clone, Debug)]
pub(super) struct Sent {
    pub at: Time,
    pub id: Seq,
    pub to: BrokerId,
    pub channel: Channel,
    pub request: Request,
}

pub(super) struct Rig {
    pub client: Client,
    pub now: Time,
    pub sent: Vec<Sent>,
    pub told: Vec<(Time, Event)>,
    pub exited: bool,
    pub rings: u32,
    /// Brokers that refuse connections.
    pub dead: Vec<BrokerId>,
    /// The level of `transaction.version`.
    pub transaction_version: i16,
    dice: Dice,
    next: Seq,
    timers: Map<Timer, (Time, Seq)>,
}

enum Input<'a> {
    Start,
    Message(Arc<Envelope>),
    Timer(Timer),
    Close,
    Order(&'a Order),
    Offsets(Vec<(Partition, Offset)>, ConsumerGroupMetadata),
}

impl Rig {
    pub fn new(client: Client) -> Rig {
        Rig {
            client,
            now: Time::ZERO,
            sent: Vec::new(),
            told: Vec::new(),
            exited: false,
            rings: 0,
            dead: Vec::new(),
            transaction_version: 2,
            dice: Dice::new(7),
            next: Seq(1),
            timers: Map::new(),
        }
    }

    /// A producer to topic `t` that has started and sends only what it is told to.
    pub fn producer(config: ProducerConfig) -> Rig {
        let spec = producer_spec();
        let bootstrap: Arc<[BrokerId]> = [BrokerId(1), BrokerId(2), BrokerId(3)].into();
        let producer = Producer::new(ME, &spec, config, bootstrap);
        let mut rig = Rig::new(Client::Producer(Box::new(producer)));
        rig.start();
        rig
    }

    /// The same with a `transactional.id`, in a cluster of this `transaction.version`.
    pub fn transactional(
        config: ProducerConfig,
        id: &str,
        transaction: Transacting,
        version: i16,
    ) -> Rig {
        let spec = ProducerSpec { transactional: Some(id.into()), transaction, ..producer_spec() };
        let bootstrap: Arc<[BrokerId]> = [BrokerId(1), BrokerId(2), BrokerId(3)].into();
        let producer = Producer::new(ME, &spec, config, bootstrap);
        let mut rig = Rig::new(Client::Producer(Box::new(producer)));
        rig.transaction_version = version;
        rig.start();
        rig
    }

    /// The application calls sendOffsetsToTransaction().
    pub fn send_offsets(
        &mut self,
        offsets: Vec<(Partition, Offset)>,
        metadata: ConsumerGroupMetadata,
    ) {
        self.feed(Input::Offsets(offsets, metadata));
    }

    fn feed(&mut self, input: Input<'_>) {
        let mut out = Vec::new();
        let mut ctx = Ctx {
            extension: Some(&EXTENSION),
            now: self.now,
            me: Node::Client(ME),
            dice: &mut self.dice,
            next: &mut self.next,
            out: &mut out,
            clock_ahead: 0,
            connections: &Map::new(),
            remote: &mut RemoteStorage::default(),
        };
        match input {
            Input::Start => self.client.on_start(&mut ctx),
            Input::Message(envelope) => self.client.on_message(&mut ctx, &envelope),
            Input::Timer(timer) => self.client.on_timer(&mut ctx, timer),
            Input::Close => self.client.on_close(&mut ctx),
            Input::Order(order) => self.client.on_order(&mut ctx, order),
            Input::Offsets(offsets, metadata) => {
                let Client::Producer(producer) = &mut self.client else { panic!("no producer") };
                producer.send_offsets(offsets, metadata);
                producer.run_sender(&mut ctx);
            }
        }
        let mut greetings = Vec::new();
        for effect in out {
            match effect {
                Effect::Request { id, to, channel, body } => {
                    let to = to.broker().expect("clients talk to brokers");
                    let Body::Request(request) = (*body).clone() else { continue };
                    match request {
                        Request::ApiVersions => greetings.push((id, to, channel)),
                        _ => self.sent.push(Sent { at: self.now, id, to, channel, request }),
                    }
                }
                Effect::Arm { timer, at } => {
                    self.next.0 += 1;
                    self.timers.insert(timer, (at.max(self.now), self.next));
                }
                Effect::Disarm(timer) => {
                    self.timers.remove(&timer);
                }
                Effect::Tell(event) => self.told.push((self.now, event)),
                Effect::Exit => self.exited = true,
                _ => {}
            }
        }
        for (id, broker, channel) in greetings {
            let features = ApiVersionsResponse { transaction_version: self.transaction_version };
            let welcome = Body::Response(Response::ApiVersions(features));
            let body = if self.dead.contains(&broker) { Body::Disconnect } else { welcome };
            self.deliver(broker, channel, Some(id), body);
        }
    }

    pub fn start(&mut self) {
        self.feed(Input::Start);
    }

    pub fn close(&mut self) {
        self.feed(Input::Close);
    }

    pub fn order(&mut self, order: &Order) {
        self.feed(Input::Order(order));
    }

    pub fn configure(&mut self, name: &str, value: i64) {
        self.order(&Order::Configure { name: name.into(), value });
    }

    /// Lets time pass, ringing what rings.
    pub fn pass(&mut self, span: Span) {
        let until = self.now + span;
        while let Some((timer, at, _)) = self
            .timers
            .iter()
            .map(|(timer, (at, seq))| (*timer, *at, *seq))
            .min_by_key(|(_, at, seq)| (*at, *seq))
            && at <= until
        {
            self.timers.remove(&timer);
            self.now = at;
            self.rings += 1;
            assert!(self.rings < 100_000, "{timer:?} rings without end at {at}");
            self.feed(Input::Timer(timer));
        }
        self.now = until;
    }

    /// The oldest request of this API that was not looked at yet.
    pub fn take(&mut self, api: &str) -> Sent {
        self.try_take(api).unwrap_or_else(|| panic!("no {api} was sent, but {:?}", self.sent))
    }

    pub fn try_take(&mut self, api: &str) -> Option<Sent> {
        let index = self.sent.iter().position(|sent| sent.request.api() == api)?;
        Some(self.sent.remove(index))
    }

    pub fn answer(&mut self, sent: &Sent, response: Response) {
        self.deliver(sent.to, sent.channel, Some(sent.id), Body::Response(response));
    }

    /// The broker is gone: FIN on every connection it had.
    pub fn kill(&mut self, broker: u32, channels: &[Channel]) {
        self.dead.push(BrokerId(broker));
        for channel in channels {
            self.deliver(BrokerId(broker), *channel, None, Body::Disconnect);
        }
    }

    fn deliver(&mut self, from: BrokerId, channel: Channel, answers: Option<Seq>, body: Body) {
        self.next.0 += 1;
        let envelope = Envelope {
            id: self.next,
            from: Node::Broker(from),
            to: Node::Client(ME),
            channel,
            connection: 0,
            sent_at: self.now,
            arrives_at: self.now,
            answers,
            bytes: 0,
            body: Arc::new(body),
        };
        self.feed(Input::Message(Arc::new(envelope)));
    }

    /// Answers the Metadata request with brokers 1 to 3 and a topic `t` with these leaders.
    pub fn answer_metadata(&mut self, leaders: &[Option<u32>], epoch: i32) {
        let sent = self.take("Metadata");
        self.answer(&sent, metadata(leaders, epoch));
    }

    /// All events of one kind, picked out and mapped.
    pub fn events<T>(&self, pick: impl Fn(&Event) -> Option<T>) -> Vec<T> {
        self.told.iter().filter_map(|(_, event)| pick(event)).collect()
    }
}

fn producer_spec() -> ProducerSpec {
    ProducerSpec {
        name: "p".into(),
        topic: "t".into(),
        workload: Workload { rate: 0, keys: 0, bytes: 100, ..Workload::default() },
        config: Default::default(),
        start: Time::ZERO,
        transactional: None,
        transaction: Transacting::default(),
    }
}

/// Brokers 1 to 3 and a topic `t` with these leaders.
pub(super) fn metadata(leaders: &[Option<u32>], epoch: i32) -> Response {
    let partitions = (0..).zip(leaders).map(|(index, leader)| PartitionMetadata {
        index,
        leader: leader.map(BrokerId),
        leader_epoch: epoch,
        replicas: Vec::new(),
        isr: Vec::new(),
    });
    let topic = TopicMetadata {
        error: ErrorCode::None,
        name: "t".into(),
        topic: Some(TopicId(1)),
        partitions: partitions.collect(),
    };
    let brokers = (1..=3).map(BrokerId).collect();
    Response::Metadata(Arc::new(MetadataResponse { brokers, topics: vec![topic] }))
}

/// Brokers 1 to 3 and no topic `t`.
pub(super) fn no_topic() -> Response {
    let topic = TopicMetadata {
        error: ErrorCode::UnknownTopicOrPartition,
        name: "t".into(),
        topic: None,
        partitions: Vec::new(),
    };
    let brokers = (1..=3).map(BrokerId).collect();
    Response::Metadata(Arc::new(MetadataResponse { brokers, topics: vec![topic] }))
}
