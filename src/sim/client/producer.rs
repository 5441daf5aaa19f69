//! A producing application and its KafkaProducer: the half that calls `send()`. The other half,
//! which talks to brokers, is in `sender`.

use std::collections::VecDeque;
use std::sync::Arc;

use super::accumulator::{Accumulator, Appended};
use super::alarm::Alarm;
use super::batch::Batch;
use super::in_flight::{Flight, InFlight};
use super::metadata::{KnownTopic, Metadata};
use super::sending::{Application, Wanted};
pub use super::sending::{Blocked, Obstacle};
use super::sequences::Sequences;
use super::transactions::{Transactions, TxnRequest};
use crate::sim::config::ProducerConfig;
use crate::sim::effect::{Ctx, Order, Timer};
use crate::sim::event::Event;
use crate::sim::id::{BrokerId, ClientId, Key, Name, Partition, RecordId, Seq};
use crate::sim::log::size::RecordSize;
use crate::sim::scenario::{ProducerSpec, Workload};
use crate::sim::time::{Span, Time};
use crate::sim::wire::{ErrorCode, Record, Value};

/// What a producer waits for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Ask {
    Metadata,
    /// A producer id.
    InitProducerId,
    /// Something of a transaction, of its coordinator or that of a group.
    Transaction(TxnRequest),
    /// The batches of a Produce request that nobody has told the application about yet.
    Produce(Vec<Batch>),
}

/// A producer and its application.
// Simplified: configs may change while it runs; a real producer needs a restart for that.
#[derive(Clone, Debug)]
pub struct Producer {
    pub id: ClientId,
    pub name: Name,
    pub config: ProducerConfig,
    pub topic: Name,
    pub workload: Workload,
    /// Records made so far, over all restarts.
    pub(super) made: u64,
    pub(super) metadata: Metadata,
    pub(super) network: InFlight<Ask>,
    pub(super) accumulator: Accumulator,
    /// None without idempotence: then retries may write a batch twice and, with more than one
    /// request in flight, in another order.
    pub(super) sequences: Option<Sequences>,
    /// None without a `transactional.id`.
    pub(super) transactions: Option<Box<Transactions>>,
    pub(super) application: Application,
    pub(super) closing: bool,
    /// The application is in `flush()`: nothing lingers.
    pub(super) flushing: bool,
    pub(super) sender_alarm: Alarm,
    pub(super) deadline_alarm: Alarm,
}

/// What waits for one partition: for pictures.
#[derive(Clone, Copy, Debug)]
pub struct Bin<'a> {
    pub partition: Partition,
    /// Oldest first; the last one may still take records.
    pub batches: &'a VecDeque<Batch>,
    /// When the first batch goes at the latest, if its leader is known and has room: at once for
    /// a full one, after `linger.ms` or the retry's backoff otherwise.
    pub due: Time,
}

impl Producer {
    /// A client that is down. `bootstrap` stands for bootstrap.servers.
    pub fn new(
        id: ClientId,
        spec: &ProducerSpec,
        config: ProducerConfig,
        bootstrap: Arc<[BrokerId]>,
    ) -> Producer {
        Producer {
            id,
            name: spec.name.clone(),
            topic: spec.topic.clone(),
            workload: spec.workload,
            made: 0,
            metadata: Metadata::new(bootstrap),
            network: InFlight::default(),
            accumulator: Accumulator::new(&config),
            sequences: sequences(&config, spec.transactional.is_some()),
            transactions: Transactions::of(spec),
            application: Application::new(),
            closing: false,
            flushing: false,
            sender_alarm: Alarm::new(Timer::Sender),
            deadline_alarm: Alarm::new(Timer::Requests),
            config,
        }
    }

    /// How many records the application made so far, over all restarts.
    pub fn made(&self) -> u64 {
        self.made
    }

    /// What it knows of the cluster.
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// What waits to be sent, per partition; partitions with nothing are left out.
    pub fn bins(&self) -> impl Iterator<Item = Bin<'_>> {
        let linger = Span::from_config_ms(self.config.linger_ms);
        self.accumulator.queues().filter_map(move |(partition, batches)| {
            let first = batches.front()?;
            let due = if first.attempts > 0 {
                first.backs_off_until()
            } else if batches.len() > 1 || first.is_full() {
                first.created
            } else {
                first.waits_since() + linger
            };
            Some(Bin { partition, batches, due })
        })
    }

    /// Requests that wait for an answer, oldest first.
    pub fn in_flight(&self) -> impl Iterator<Item = (Seq, &Flight<Ask>)> {
        self.network.iter()
    }

    /// Bytes of `buffer.memory` that are taken by batches that wait or are in flight.
    pub fn buffer_used(&self) -> u64 {
        self.accumulator.used()
    }

    /// The call of `send()` that does not return, if any.
    pub fn blocked(&self) -> Option<&Blocked> {
        self.application.blocked.as_ref()
    }

    /// Its id and sequence numbers, if it is idempotent.
    pub fn sequences(&self) -> Option<&Sequences> {
        self.sequences.as_ref()
    }

    /// Its transactions, if it has a `transactional.id`.
    pub fn transactions(&self) -> Option<&Transactions> {
        self.transactions.as_deref()
    }

    /// Whether `close()` was called and waits for the rest to be sent.
    pub fn is_closing(&self) -> bool {
        self.closing
    }

    pub(in crate::sim) fn on_start(&mut self, ctx: &mut Ctx<'_>) {
        self.metadata.want(&self.topic);
        self.application.restart(ctx, self.workload.rate);
        self.run_sender(ctx);
    }

    pub(in crate::sim) fn on_timer(&mut self, ctx: &mut Ctx<'_>, timer: Timer) {
        match timer {
            Timer::Workload => {
                self.application.alarm.rang();
                if !self.application_wakes(ctx) {
                    self.set_application_alarm(ctx);
                    return;
                }
            }
            Timer::Sender => self.sender_alarm.rang(),
            Timer::Metadata => self.metadata.on_alarm(),
            Timer::Requests => {
                self.deadline_alarm.rang();
                self.give_up_waiting(ctx);
            }
            _ => {}
        }
        self.run_sender(ctx);
    }

    /// `close()`: no more records; the process ends when everything is sent or has failed. A
    /// `send()` that blocks returns first: it is the same thread that calls `close()`.
    pub(in crate::sim) fn on_close(&mut self, ctx: &mut Ctx<'_>) {
        self.begin_close();
        self.run_sender(ctx);
    }

    /// KafkaProducer.flush: all that was sent goes now.
    pub(super) fn flush(&mut self, ctx: &mut Ctx<'_>) {
        self.flushing = true;
        self.run_sender(ctx);
    }

    /// Whether `flush()` returns: all is settled.
    pub(super) fn has_flushed(&mut self) -> bool {
        let settled =
            !self.is_sending() && self.accumulator.is_drained() && !self.has_batches_in_flight();
        self.flushing &= !settled;
        settled
    }

    /// The application will not send what it had in mind.
    pub(super) fn drop_orders(&mut self) {
        self.application.orders.clear();
    }

    pub(super) fn begin_close(&mut self) {
        self.closing = true;
        self.application.orders.clear();
    }

    pub(in crate::sim) fn on_order(&mut self, ctx: &mut Ctx<'_>, order: &Order) {
        match order {
            Order::Produce(key) => {
                if !self.obey(ctx, *key, Value::Bytes(self.workload.bytes), None) {
                    return;
                }
            }
            Order::ProducePoison(key) => {
                if !self.obey(ctx, *key, Value::Poison(self.workload.bytes), None) {
                    return;
                }
            }
            Order::ProduceTombstone(key) => {
                if !self.obey(ctx, Some(*key), Value::Null, None) {
                    return;
                }
            }
            Order::Workload(workload) => {
                let before = self.workload.rate;
                self.workload = *workload;
                if before != workload.rate {
                    self.application.restart(ctx, workload.rate);
                }
            }
            Order::Configure { name, value } => {
                self.config.set(name, *value);
                self.accumulator.reconfigure(&self.config);
                if self.sequences.is_some() != self.config.is_idempotent() {
                    self.sequences = sequences(&self.config, self.transactions.is_some());
                    self.accumulator.clear_stamps();
                }
            }
            Order::Transact(act) => {
                if let Some(extension) = ctx.extension {
                    (extension.client.transact)(self, ctx, *act);
                }
            }
            Order::Processing(_) | Order::Act(..) => return,
        }
        self.run_sender(ctx);
    }

    /// The process is gone: all that waited is lost. Only the count of records goes on, so that
    /// no two records have the same name.
    pub(in crate::sim) fn power_off(&mut self) {
        self.metadata.forget();
        self.network = InFlight::default();
        self.accumulator = Accumulator::new(&self.config);
        self.sequences = sequences(&self.config, self.transactions.is_some());
        if let Some(transactions) = &mut self.transactions {
            transactions.forget();
        }
        self.application = Application::new();
        self.closing = false;
        self.flushing = false;
        self.sender_alarm.rang();
        self.deadline_alarm.rang();
    }

    pub(super) fn set_application_alarm(&mut self, ctx: &mut Ctx<'_>) {
        let application = &mut self.application;
        let at = match &application.blocked {
            Some(blocked) => blocked.deadline,
            None if self.closing => Time::NEVER,
            None => match &self.transactions {
                None => application.due,
                Some(transactions) => transactions.next_call(application.due),
            },
        };
        application.alarm.set(ctx, at);
    }

    /// Time for the next record, or `send()` has blocked for too long. True when the sender must
    /// know.
    fn application_wakes(&mut self, ctx: &mut Ctx<'_>) -> bool {
        // Time may be up for a transaction, too.
        let mut wake = self.transactions.is_some();
        if let Some(blocked) = self.application.blocked.take_if(|b| b.deadline <= ctx.now) {
            // TimeoutException and BufferExhaustedException both have this code.
            let error = ErrorCode::RequestTimedOut;
            self.fail_send(ctx, blocked.record, error);
            wake = self.take_orders(ctx) || self.closing;
        }
        let free = self.application.blocked.is_none() && !self.closing && self.may_send();
        if free && self.application.due <= ctx.now {
            let keys = u64::from(self.workload.keys);
            let key = (keys > 0).then(|| Key(ctx.chance(keys) as u32));
            let share = u64::from(self.workload.tombstones);
            let value = match key.is_some() && share > 0 && ctx.chance(100) < share {
                true => Value::Null,
                false => Value::Bytes(self.workload.bytes),
            };
            self.application.advance(ctx, self.workload.rate);
            wake |= self.send(ctx, Wanted { key, value, to: None });
        }
        wake
    }

    /// One record that a person asks for, or a stream processor. True when the sender must know.
    pub(super) fn obey(
        &mut self,
        ctx: &mut Ctx<'_>,
        key: Option<Key>,
        value: Value,
        to: Option<(Name, u32)>,
    ) -> bool {
        if !self.closing {
            self.application.orders.push_back(Wanted { key, value, to });
        }
        self.take_orders(ctx)
    }

    /// Sends what a person asked for, until `send()` blocks. True when the sender must know.
    pub(super) fn take_orders(&mut self, ctx: &mut Ctx<'_>) -> bool {
        let mut wake = false;
        while self.application.blocked.is_none()
            && self.may_send()
            && let Some(wanted) = self.application.orders.pop_front()
        {
            wake |= self.send(ctx, wanted);
        }
        wake
    }

    fn send(&mut self, ctx: &mut Ctx<'_>, wanted: Wanted) -> bool {
        let record = RecordId { client: self.id, number: self.made };
        self.made += 1;
        if self.transactions.is_some()
            && let Some(extension) = ctx.extension
            && let Err(error) = (extension.client.before_send)(self, ctx)
        {
            ctx.tell(Event::SendFailed { record, error });
            return true;
        }
        let call = Blocked {
            record,
            key: wanted.key,
            since: ctx.now,
            deadline: ctx.now + Span::from_config_ms(self.config.max_block_ms),
            on: Obstacle::Metadata,
            value: wanted.value,
            to: wanted.to,
            timestamp: ctx.wall(),
        };
        self.try_send(ctx, call)
    }

    /// KafkaProducer.doSend, as far as it gets. True when the sender must know.
    fn try_send(&mut self, ctx: &mut Ctx<'_>, mut call: Blocked) -> bool {
        let Some(topic) = destination(&self.metadata, &self.topic, &call) else {
            self.application.blocked = Some(call);
            self.metadata.request_update(false);
            return true;
        };
        if call.on == Obstacle::Metadata {
            call.timestamp = ctx.wall();
        }
        let record = Record {
            id: Some(call.record),
            key: call.key,
            timestamp: call.timestamp,
            value: call.value.clone(),
        };
        let largest = i64::from(RecordSize::of(&record).upper_bound());
        // Simplified: a batch.size above buffer.memory fails in the same way.
        if largest > self.config.max_request_size
            || largest.max(self.config.batch_size) > self.config.buffer_memory
        {
            self.fail_send(ctx, call.record, ErrorCode::MessageTooLarge);
            return false;
        }
        let to = call.to.as_ref().map(|(_, index)| *index);
        match self.accumulator.append(ctx, &self.config, topic, record, to) {
            Appended::Done { partition, wake } => {
                ctx.tell(Event::Produced { record: call.record, partition, key: call.key });
                if let Some(extension) = ctx.extension.filter(|_| self.transactions.is_some()) {
                    return (extension.client.after_send)(self, ctx, partition) || wake;
                }
                wake
            }
            Appended::NoMemory => {
                call.on = Obstacle::Memory;
                self.application.blocked = Some(call);
                true
            }
        }
    }

    /// The future of `send()` says why its record will not be written.
    fn fail_send(&mut self, ctx: &mut Ctx<'_>, record: RecordId, error: ErrorCode) {
        ctx.tell(Event::SendFailed { record, error });
        if let Some(extension) = ctx.extension.filter(|_| self.transactions.is_some()) {
            (extension.client.send_failed)(self, error);
        }
    }

    /// Whether the application is in `send()`, or has more to send.
    pub(super) fn is_sending(&self) -> bool {
        self.application.blocked.is_some() || !self.application.orders.is_empty()
    }

    /// Whether the application may call `send()` now: not while it waits for a transaction.
    fn may_send(&self) -> bool {
        self.transactions.as_ref().is_none_or(|transactions| transactions.may_send())
    }

    /// Something changed: perhaps `send()` can go on. True when it did.
    pub(super) fn resume_send(&mut self, ctx: &mut Ctx<'_>) -> bool {
        let Some(call) = &self.application.blocked else { return false };
        if call.on == Obstacle::Metadata && destination(&self.metadata, &self.topic, call).is_none()
        {
            return false;
        }
        let Some(call) = self.application.blocked.take() else { return false };
        self.try_send(ctx, call);
        if self.application.blocked.is_some() {
            return false;
        }
        self.take_orders(ctx);
        true
    }
}

/// What an idempotent producer starts with.
fn sequences(config: &ProducerConfig, transactional: bool) -> Option<Sequences> {
    config.is_idempotent().then(|| Sequences::new(transactional))
}

/// The topic that a record is for, once it is known with the partition that is wanted
/// (KafkaProducer.waitOnMetadata).
fn destination<'a>(own: &'a Metadata, topic: &Name, call: &Blocked) -> Option<&'a KnownTopic> {
    let Some((name, index)) = &call.to else { return own.topic_named(topic) };
    own.topic_named(name).filter(|it| (*index as usize) < it.leaders.len())
}
