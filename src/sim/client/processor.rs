//! A stream processor: an application that consumes, transforms and produces, with a KafkaConsumer
//! and a KafkaProducer in one process (examples/ExactlyOnceMessageProcessor). Each `poll()` is one
//! piece of work: with exactly_once_v2 its results and its offsets are one transaction, with
//! at_least_once the results are flushed before the offsets are committed.

use std::sync::Arc;

use super::consumer::Consumer;
use super::offsets::Phase;
use super::poll::Work;
use super::producer::Producer;
use super::transactions::{Call, ConsumerGroupMetadata, State};
use crate::sim::config::{ConsumerConfig, ProducerConfig};
use crate::sim::effect::{Ctx, Effect, Order, Timer};
use crate::sim::event::Event;
use crate::sim::handling::{Act, CommitMode, Handling, PollMode};
use crate::sim::id::{BrokerId, ClientId, Name, Offset, Partition};
use crate::sim::mutant::{Mutant, breaks};
use crate::sim::processing::{ProcessingGuarantee, Transform};
use crate::sim::scenario::{
    ConsumerSpec, ProcessorSpec, ProducerSpec, Properties, Workload, limits,
};
use crate::sim::time::Time;
use crate::sim::transacting::Transacting;
use crate::sim::wire::{Channel, Envelope};

/// What the application's thread does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Debug)]
pub enum Stage {
    /// It is in initTransactions(), if it has any.
    #[default]
    Starting,
    /// It polls, or works on what `poll()` returned.
    Working,
    /// It waits until all results are written.
    Flushing,
    /// It is in sendOffsetsToTransaction().
    SendingOffsets,
    /// It is in commitSync() or commitTransaction().
    Committing,
    /// It is in abortTransaction(); then it goes back to what is committed.
    Aborting,
    ClosingConsumer,
    ClosingProducer,
}

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
    stage: Stage,
    /// Something of the last `poll()` is done and not committed.
    worked: bool,
    /// A result could not be written.
    failed: bool,
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

/// Which of the two clients.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Half {
    Consumer,
    Producer,
}

/// What a client did while it had the thread.
#[derive(Clone, Copy, Default)]
struct Ran {
    exited: bool,
    /// It told of a record that will not be written.
    failed: bool,
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
        let reads = ConsumerSpec {
            name: spec.name.clone(),
            group: spec.group.clone(),
            topics: spec.topics.clone(),
            processing: spec.processing,
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
        };
        let mut consumer = Consumer::new(id, &reads, consumer, Arc::clone(&bootstrap));
        consumer.done = Some(Vec::new());
        Processor {
            id,
            name: spec.name.clone(),
            guarantee: spec.guarantee,
            transform: spec.transform,
            consumer,
            configured: (spec.guarantee, producer.transaction_timeout_ms),
            producer: writer(id, spec, spec.guarantee, producer, &bootstrap),
            spec: Box::new(spec.clone()),
            bootstrap,
            stage: Stage::Starting,
            worked: false,
            failed: false,
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

    /// What its configs say by now: what it will begin with.
    pub fn configured(&self) -> ProcessingGuarantee {
        self.configured.0
    }

    pub fn stage(&self) -> Stage {
        self.stage
    }

    /// The process is gone: what was not committed is begun again.
    pub(super) fn power_off(&mut self) {
        self.consumer.power_off();
        self.producer.power_off();
        self.consumer.done = Some(Vec::new());
        self.stage = Stage::Starting;
        self.worked = false;
        self.failed = false;
        self.closing = false;
    }

    /// Something happens to the process.
    pub(super) fn on(&mut self, ctx: &mut Ctx<'_>, happens: Happens<'_>) {
        match happens {
            Happens::Start => {
                self.read_configs();
                self.producing(ctx, |producer, ctx| producer.on_start(ctx));
                self.consuming(ctx, |consumer, ctx| consumer.on_start(ctx));
            }
            Happens::Message(envelope) if envelope.channel == Channel::Producer => {
                let own = Envelope { channel: Channel::Client, ..(**envelope).clone() };
                let own = Arc::new(own);
                self.producing(ctx, |producer, ctx| producer.on_message(ctx, &own));
            }
            Happens::Message(envelope) => {
                self.consuming(ctx, |consumer, ctx| consumer.on_message(ctx, envelope));
            }
            Happens::Timer(timer) => {
                let of_producer = match timer {
                    Timer::ProducerMetadata => Some(Timer::Metadata),
                    Timer::ProducerRequests => Some(Timer::Requests),
                    Timer::Sender | Timer::Workload => Some(timer),
                    _ => None,
                };
                match of_producer {
                    Some(own) => self.producing(ctx, |producer, ctx| producer.on_timer(ctx, own)),
                    None => self.consuming(ctx, |consumer, ctx| consumer.on_timer(ctx, timer)),
                }
            }
            Happens::Close => self.closing = true,
            // What a person wants is for its consumer.
            Happens::Order(order) => {
                self.consuming(ctx, |consumer, ctx| consumer.on_order(ctx, order));
            }
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
        if ran.exited {
            self.consumer_closed(ctx);
        }
    }

    fn producing(&mut self, ctx: &mut Ctx<'_>, act: impl FnOnce(&mut Producer, &mut Ctx<'_>)) {
        let ran = lend(ctx, Half::Producer, |ctx| act(&mut self.producer, ctx));
        self.failed |= ran.failed;
        if ran.exited && self.stage == Stage::ClosingProducer {
            ctx.exit();
        } else if ran.exited {
            // It is fenced, and closed by itself.
            self.close_consumer(ctx);
        }
    }

    fn close_consumer(&mut self, ctx: &mut Ctx<'_>) {
        if self.stage < Stage::ClosingConsumer {
            self.stage = Stage::ClosingConsumer;
            self.drop_work();
            self.consuming(ctx, |consumer, ctx| consumer.on_close(ctx));
        }
    }

    fn consumer_closed(&mut self, ctx: &mut Ctx<'_>) {
        if self.producer.is_closing() {
            ctx.exit();
        } else {
            self.stage = Stage::ClosingProducer;
            self.producing(ctx, |producer, ctx| producer.on_close(ctx));
        }
    }

    /// The application's thread does all that it can.
    fn go_on(&mut self, ctx: &mut Ctx<'_>) {
        while self.stage < Stage::ClosingConsumer && self.step(ctx) {}
    }

    fn step(&mut self, ctx: &mut Ctx<'_>) -> bool {
        match self.stage {
            Stage::Starting => match self.producer.transactions() {
                Some(it) if it.state() != State::Ready || it.call().is_some() => false,
                _ => self.poll(ctx),
            },
            Stage::Working => self.work(ctx),
            Stage::Flushing if self.failed => {
                // Nobody catches what the future of send() throws.
                ctx.halt();
                false
            }
            Stage::Flushing => {
                let flushed = self.producer.has_flushed();
                if flushed {
                    self.stage = Stage::Committing;
                    let order = Order::Act(Act::Commit, None);
                    self.consuming(ctx, |consumer, ctx| consumer.on_order(ctx, &order));
                }
                flushed
            }
            Stage::SendingOffsets | Stage::Committing | Stage::Aborting => self.conclude(ctx),
            Stage::ClosingConsumer | Stage::ClosingProducer => false,
        }
    }

    /// The next piece of work, unless it closes.
    fn poll(&mut self, ctx: &mut Ctx<'_>) -> bool {
        self.worked = false;
        if self.closing {
            self.close_consumer(ctx);
            return false;
        }
        self.stage = Stage::Working;
        // Simplified: it polls with a short timeout, again and again; here one call waits.
        let order = Order::Act(Act::Poll(limits::SPAN), None);
        self.consuming(ctx, |consumer, ctx| consumer.on_order(ctx, &order));
        true
    }

    fn work(&mut self, ctx: &mut Ctx<'_>) -> bool {
        let done = self.consumer.done.as_mut().map(std::mem::take).unwrap_or_default();
        let busy = matches!(self.consumer.work(), Work::Processing { .. });
        let state = self.producer.transactions().map(|it| it.state());
        if (busy || !done.is_empty()) && state == Some(State::Ready) {
            self.producing(ctx, |producer, ctx| producer.begin(ctx));
        }
        self.worked |= !done.is_empty();
        for key in done {
            let Some(key) = self.transform.apply(key) else { continue };
            self.producing(ctx, |producer, ctx| producer.on_order(ctx, &Order::Produce(key)));
        }
        let call = self.producer.transactions().and_then(|it| it.call());
        if call == Some(Call::AbortTransaction) {
            self.drop_work();
            self.stage = Stage::Aborting;
            return true;
        }
        match self.consumer.work() {
            Work::Waiting if self.worked => self.end_work(ctx),
            Work::Waiting => self.poll(ctx),
            // KafkaConsumer.wakeup()
            Work::Polling if self.closing => self.poll(ctx),
            _ => false,
        }
    }

    /// All of a `poll()` is processed: offsets, then the end.
    fn end_work(&mut self, ctx: &mut Ctx<'_>) -> bool {
        if self.guarantee == ProcessingGuarantee::AtLeastOnce {
            self.stage = Stage::Flushing;
            self.producing(ctx, |producer, ctx| producer.flush(ctx));
            return true;
        }
        self.offsets = self.consumer.consumed();
        let offsets = self.offsets.to_vec();
        let metadata = group_metadata(&self.consumer);
        self.stage = Stage::SendingOffsets;
        if breaks(Mutant::CommitsOutside) {
            let order = Order::Act(Act::Commit, None);
            self.consuming(ctx, |consumer, ctx| consumer.on_order(ctx, &order));
            return true;
        }
        self.producing(ctx, |producer, ctx| {
            // Of what was taken away meanwhile there is nothing to say.
            if !offsets.is_empty() {
                producer.send_offsets(offsets, metadata);
            }
            producer.run_sender(ctx);
        });
        true
    }

    /// A call that ends a piece of work has returned, perhaps.
    fn conclude(&mut self, ctx: &mut Ctx<'_>) -> bool {
        let Some(transactions) = self.producer.transactions() else {
            return self.consumer.is_waiting() && self.poll(ctx);
        };
        match (transactions.state(), transactions.call(), self.stage) {
            (_, Some(Call::AbortTransaction), Stage::SendingOffsets | Stage::Committing) => {
                self.stage = Stage::Aborting;
                false
            }
            (State::InTransaction, None, Stage::SendingOffsets) => {
                self.stage = Stage::Committing;
                self.producing(ctx, |producer, ctx| {
                    producer.end(true);
                    producer.run_sender(ctx);
                });
                true
            }
            (State::Ready, None, Stage::Committing) => {
                let (group, offsets) = (self.consumer.group.clone(), Arc::clone(&self.offsets));
                for (partition, offset) in offsets.iter() {
                    if let Some(reading) = self.consumer.readings.get_mut(partition) {
                        reading.committed = Some(*offset);
                    }
                }
                ctx.tell(Event::Committed { group, offsets });
                self.poll(ctx)
            }
            (State::Ready, None, Stage::Aborting) => {
                self.rewind();
                self.poll(ctx)
            }
            _ => false,
        }
    }

    /// What it had begun is of no use any more.
    fn drop_work(&mut self) {
        self.producer.drop_orders();
        self.worked = false;
        if let Some(done) = &mut self.consumer.done {
            done.clear();
        }
        if !self.consumer.application.is_polling() {
            self.consumer.application.work = Work::Waiting;
        }
    }

    /// ExactlyOnceMessageProcessor.resetToLastCommittedPositions: it asks what is committed, as if
    /// its partitions were new to it.
    fn rewind(&mut self) {
        for reading in self.consumer.readings.values_mut() {
            reading.phase = Phase::Initializing;
            reading.position = None;
            reading.retry_at = Time::ZERO;
        }
    }
}

/// KafkaConsumer.groupMetadata.
fn group_metadata(consumer: &Consumer) -> ConsumerGroupMetadata {
    let generation = consumer.membership.generation;
    ConsumerGroupMetadata {
        group: consumer.group.clone(),
        generation: generation.id,
        member: generation.member,
        instance_id: consumer.instance.clone(),
    }
}

/// Lets one of the clients do something as if it were alone in its process: it has connections and
/// alarms of its own, and when it is closed the process goes on.
fn lend(ctx: &mut Ctx<'_>, half: Half, act: impl FnOnce(&mut Ctx<'_>)) -> Ran {
    let mut out = Vec::new();
    act(&mut Ctx {
        now: ctx.now,
        me: ctx.me,
        dice: &mut *ctx.dice,
        next: &mut *ctx.next,
        out: &mut out,
        clock_ahead: ctx.clock_ahead,
        connections: ctx.connections,
        remote: &mut *ctx.remote,
        extension: ctx.extension,
    });
    let mut ran = Ran::default();
    for mut effect in out {
        match &mut effect {
            Effect::Exit => {
                ran.exited = true;
                continue;
            }
            Effect::Tell(Event::ProduceFailed { .. } | Event::SendFailed { .. }) => {
                ran.failed = true;
            }
            Effect::Request { channel, .. } | Effect::Close { channel, .. }
                if half == Half::Producer =>
            {
                *channel = Channel::Producer;
            }
            Effect::Arm { timer, .. } | Effect::Disarm(timer) if half == Half::Producer => {
                *timer = match *timer {
                    Timer::Metadata => Timer::ProducerMetadata,
                    Timer::Requests => Timer::ProducerRequests,
                    other => other,
                };
            }
            _ => {}
        }
        ctx.out.push(effect);
    }
    ran
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
