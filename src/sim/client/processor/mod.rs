//! What lives here: stream processors, applications that consume, transform and produce, with a
//! KafkaConsumer and a KafkaProducer in one process (examples/ExactlyOnceMessageProcessor). Each
//! `poll()` is one piece of work: with exactly_once_v2 its results and its offsets are one
//! transaction, with at_least_once the results are flushed before the offsets are committed.
//! What counts keeps its counts in stores behind which there is a topic, as Kafka Streams does.
//! Who may knock: clients, by way of the extension; pictures and panels to look.
//! Never here: how its consumer and its producer do what they do. They are clients like others.

mod halves; // its consumers and its producer, each as if alone
mod stage; // what its thread does
pub mod stores; // what it counts in, and how that is restored
mod write; // what it makes of records

use std::sync::Arc;

use self::halves::{Half, lend};
pub use self::stage::Stage;
use self::stores::Stores;
use super::consumer::Consumer;
use super::membership::{Generation, MemberState};
use super::producer::Producer;
use crate::sim::config::{ConsumerConfig, ProducerConfig};
use crate::sim::effect::{Ctx, Order, Timer};
use crate::sim::handling::{CommitMode, Handling, PollMode};
use crate::sim::id::{BrokerId, ClientId, Name, Offset, Partition};
use crate::sim::processing::{ProcessingGuarantee, Transform};
use crate::sim::scenario::{ConsumerSpec, ProcessorSpec, ProducerSpec, Properties, Workload};
use crate::sim::time::Span;
use crate::sim::transacting::Transacting;
use crate::sim::wire::{Channel, Envelope};

/// A processor and its two clients.
// Simplified: while send() blocks, the records behind are worked on all the same.
#[derive(Clone, Debug)]
pub struct Processor {
    pub id: ClientId,
    pub name: Name,
    /// `processing.guarantee`
    pub guarantee: ProcessingGuarantee,
    pub transform: Transform,
    consumer: Consumer,
    producer: Producer,
    /// None if it keeps nothing between two records.
    stores: Option<Box<Stores>>,
    stage: Stage,
    /// As what its consumer was in its group last, be it or not by now: whoever was thrown out
    /// while it worked commits in the name of who it was (ConsumerCoordinator.onJoinComplete,
    /// AsyncKafkaConsumer.updateGroupMetadata).
    joined: Generation,
    /// Something of the last `poll()` is done and not committed.
    worked: bool,
    /// A result could not be written.
    failed: bool,
    /// A call has thrown: its transaction is being aborted, or is already.
    thrown: bool,
    closing: bool,
    /// What its transaction says of its offsets.
    offsets: Arc<[(Partition, Offset)]>,
    /// What its configs say by now, with the `transaction.timeout.ms` of exactly_once_v2.
    pub(in crate::sim) configured: (ProcessingGuarantee, i64),
    /// What it began with.
    spec: Box<ProcessorSpec>,
    bootstrap: Arc<[BrokerId]>,
}

/// What may happen to a client's process.
pub(in crate::sim) enum Happens<'a> {
    Start,
    Message(&'a Arc<Envelope>),
    Timer(Timer),
    Close,
    Order(&'a Order),
}

impl Processor {
    /// An application that is down. `bootstrap` stands for bootstrap.servers.
    pub fn new(
        id: ClientId,
        spec: &ProcessorSpec,
        consumer: ConsumerConfig,
        producer: ProducerConfig,
        bootstrap: Arc<[BrokerId]>,
    ) -> Processor {
        let reads = reader(spec, spec.group.clone(), spec.topics.clone(), spec.processing);
        let has_stores = spec.transform.has_store();
        let stores = has_stores.then(|| Stores::new(id, spec, &consumer, &bootstrap).into());
        let mut consumer = Consumer::new(id, &reads, consumer, Arc::clone(&bootstrap));
        consumer.done = Some(Vec::new());
        Processor {
            id,
            name: spec.name.clone(),
            guarantee: spec.guarantee,
            transform: spec.transform,
            stores,
            consumer,
            configured: (spec.guarantee, producer.transaction_timeout_ms),
            producer: writer(id, spec, spec.guarantee, producer, &bootstrap),
            spec: Box::new(spec.clone()),
            bootstrap,
            stage: Stage::Starting,
            joined: Generation::NONE,
            worked: false,
            failed: false,
            thrown: false,
            closing: false,
            offsets: Arc::default(),
        }
    }

    /// What it reads with.
    pub fn consumer(&self) -> &Consumer {
        &self.consumer
    }

    /// What it writes with.
    pub fn producer(&self) -> &Producer {
        &self.producer
    }

    /// What it keeps between two records, if it does.
    pub fn stores(&self) -> Option<&Stores> {
        self.stores.as_deref()
    }

    /// What its configs say by now: what it will begin with.
    pub fn configured(&self) -> ProcessingGuarantee {
        self.configured.0
    }

    /// Whether it waits for records and has nothing that is not committed.
    pub fn is_idle(&self) -> bool {
        self.stage == Stage::Working && !self.worked
    }

    pub fn stage(&self) -> Stage {
        self.stage
    }

    /// The process is gone: what was not committed is begun again.
    pub(super) fn power_off(&mut self) {
        self.consumer.power_off();
        self.producer.power_off();
        if let Some(stores) = &mut self.stores {
            stores.power_off();
        }
        self.consumer.done = Some(Vec::new());
        self.stage = Stage::Starting;
        self.joined = Generation::NONE;
        self.worked = false;
        self.failed = false;
        self.thrown = false;
        self.closing = false;
    }

    /// Something happens to the process.
    pub(super) fn on(&mut self, ctx: &mut Ctx<'_>, happens: Happens<'_>) {
        match happens {
            Happens::Start => {
                self.read_configs();
                self.start_stores(ctx);
                self.producing(ctx, |producer, ctx| producer.on_start(ctx));
                self.consuming(ctx, |consumer, ctx| consumer.on_start(ctx));
            }
            Happens::Message(envelope) => {
                let own = || Envelope { channel: Channel::Client, ..(**envelope).clone() }.into();
                match envelope.channel {
                    Channel::Producer => self.producing(ctx, |it, ctx| it.on_message(ctx, &own())),
                    Channel::Restore => self.restoring(ctx, |it, ctx| it.on_message(ctx, &own())),
                    _ => self.consuming(ctx, |it, ctx| it.on_message(ctx, envelope)),
                }
            }
            Happens::Timer(timer) => match Half::of(timer) {
                (Half::Producer, own) => self.producing(ctx, |it, ctx| it.on_timer(ctx, own)),
                (Half::Restore, own) => self.restoring(ctx, |it, ctx| it.on_timer(ctx, own)),
                (Half::Consumer, own) => self.consuming(ctx, |it, ctx| it.on_timer(ctx, own)),
            },
            Happens::Close => self.closing = true,
            // What a person wants is for its consumer.
            Happens::Order(order) => {
                self.consuming(ctx, |consumer, ctx| consumer.on_order(ctx, order));
            }
        }
        if self.stage < Stage::ClosingConsumer {
            self.mind_stores(ctx);
        }
        self.go_on(ctx);
    }

    /// Its process begins with what the configs say by now: its producer has a `transactional.id`
    /// or none, and its consumer wants what is decided or all that is committed.
    fn read_configs(&mut self) {
        let (guarantee, timeout_ms) = self.configured;
        if guarantee == self.guarantee {
            return;
        }
        self.guarantee = guarantee;
        self.consumer.config.isolation_level =
            i64::from(guarantee == ProcessingGuarantee::ExactlyOnceV2);
        let (made, mut config) = (self.producer.made, self.producer.config.clone());
        config.transaction_timeout_ms = timeout_ms;
        self.producer = writer(self.id, &self.spec, guarantee, config, &self.bootstrap);
        self.producer.made = made;
    }

    fn consuming(&mut self, ctx: &mut Ctx<'_>, act: impl FnOnce(&mut Consumer, &mut Ctx<'_>)) {
        let ran = lend(ctx, Half::Consumer, |ctx| act(&mut self.consumer, ctx));
        let membership = &self.consumer.membership;
        if membership.state == MemberState::Stable && membership.generation.id >= 0 {
            self.joined = membership.generation;
        }
        if ran.exited {
            self.consumer_closed(ctx);
        }
    }

    fn producing(&mut self, ctx: &mut Ctx<'_>, act: impl FnOnce(&mut Producer, &mut Ctx<'_>)) {
        let ran = lend(ctx, Half::Producer, |ctx| act(&mut self.producer, ctx));
        self.failed |= ran.failed;
        self.thrown |= ran.thrown;
        if ran.exited && self.stage == Stage::ClosingProducer {
            ctx.exit();
        } else if ran.exited {
            // It is fenced, and closed by itself.
            self.close_consumer(ctx);
        }
    }
}

/// What a processor reads with: it polls and commits by itself.
fn reader(spec: &ProcessorSpec, group: Name, topics: Vec<Name>, processing: Span) -> ConsumerSpec {
    ConsumerSpec {
        name: spec.name.clone(),
        group,
        topics,
        processing,
        config: Properties::new(),
        start: spec.start,
        rack: None,
        instance: None,
        handling: Handling {
            commit: CommitMode::None,
            poll: PollMode::OnCommand,
            ..Handling::default()
        },
        share: false,
    }
}

/// What a processor writes with.
fn writer(
    id: ClientId,
    spec: &ProcessorSpec,
    guarantee: ProcessingGuarantee,
    config: ProducerConfig,
    bootstrap: &Arc<[BrokerId]>,
) -> Producer {
    let exactly_once = guarantee == ProcessingGuarantee::ExactlyOnceV2;
    let writes = ProducerSpec {
        name: spec.name.clone(),
        topic: spec.to.clone(),
        workload: Workload { rate: 0, ..Workload::default() },
        config: Properties::new(),
        start: spec.start,
        transactional: exactly_once.then(|| spec.transactional_id()),
        transaction: Transacting { records: 0, ..Transacting::default() },
    };
    Producer::new(id, &writes, config, Arc::clone(bootstrap))
}
