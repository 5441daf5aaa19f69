//! The producer's sender thread: takes batches that are ready to their leaders and learns what
//! became of them (Sender.runOnce). It looks only when something has changed or is due.

use std::sync::Arc;

use super::accumulator::Urgency;
use super::batch::Batch;
use super::in_flight::Flight;
use super::metadata::{Manners, is_invalid_metadata};
use super::producer::{Ask, Obstacle, Producer};
use super::sequences::{renumber, signature};
use super::transactions::TxnRequest;
use crate::sim::effect::Ctx;
use crate::sim::event::Event;
use crate::sim::id::{BrokerId, Node, Offset, Partition};
use crate::sim::time::{Span, Time};
use crate::sim::wire::{
    Acks, BatchKind, Body, Channel, Envelope, ErrorCode, InitProducerIdRequest, PartitionProduce,
    ProduceRequest, ProduceResponse, ProducerIdAndEpoch, Request, Response,
};

/// What one look at the accumulator came to.
struct Look {
    sent: bool,
    /// When to look again.
    next_at: Time,
}

impl Producer {
    pub(in crate::sim) fn on_message(&mut self, ctx: &mut Ctx<'_>, envelope: &Arc<Envelope>) {
        match &*envelope.body {
            Body::Response(response) => {
                match (self.network.answered(ctx, envelope).map(|flight| flight.ask), response) {
                    (Some(Ask::Metadata), Response::Metadata(response)) => {
                        let manners = self.manners();
                        self.metadata.on_response(ctx, response, &manners);
                    }
                    (Some(Ask::InitProducerId), Response::InitProducerId(response)) => {
                        self.producer_id_answered(ctx, response.producer);
                    }
                    (Some(Ask::Transaction(asked)), response) => {
                        self.transaction_answered(ctx, asked, Some(response));
                    }
                    (Some(Ask::Produce(batches)), Response::Produce(response)) => {
                        self.on_produce_response(ctx, batches, response);
                    }
                    _ => {}
                }
            }
            Body::Disconnect => {
                if let Some(broker) = envelope.from.broker() {
                    self.hang_up(ctx, broker, ErrorCode::NetworkException);
                }
            }
            Body::Request(_) => {}
        }
        self.run_sender(ctx);
    }

    /// Does all that can be done now and sets the alarms for what comes next.
    pub(super) fn run_sender(&mut self, ctx: &mut Ctx<'_>) {
        let manners = self.manners();
        let (next_at, held) = loop {
            let network = &mut self.network;
            self.metadata.maybe_update(ctx, network, &manners, || Ask::Metadata);
            // As in Kafka, nothing goes and nothing expires while there is no producer id, or while
            // a coordinator is asked (Sender.runOnce).
            let held = self.await_producer_id(ctx);
            let look = match held {
                Some(next_at) => Look { sent: false, next_at },
                None => {
                    let look = self.send_what_is_ready(ctx);
                    self.expire(ctx);
                    look
                }
            };
            let called = self.transactions.is_some()
                && ctx.extension.is_some_and(|it| (it.client.call_transactions)(self, ctx));
            if !self.resume_send(ctx) && !look.sent && !called {
                break (look.next_at, held.is_some());
            }
        };
        let ongoing = self.transactions.as_ref().is_some_and(|it| it.is_ongoing());
        if self.closing && self.blocked().is_none() && self.is_done() && !ongoing {
            ctx.exit();
            return;
        }
        let delivery = self.delivery_timeout();
        let expiry = match held {
            true => Time::NEVER,
            false => self.accumulator.next_expiry(delivery),
        };
        self.sender_alarm.set(ctx, next_at.min(expiry));
        let flights = self.network.iter().filter_map(|(_, flight)| match &flight.ask {
            Ask::Produce(batches) => batches.first(),
            Ask::Metadata | Ask::InitProducerId | Ask::Transaction(_) => None,
        });
        let expiry = flights.map(|batch| batch.created + delivery).min().unwrap_or(Time::NEVER);
        self.deadline_alarm.set_by(ctx, self.network.next_deadline().min(expiry));
        self.set_application_alarm(ctx);
    }

    /// Some request was under way for too long: its connection is given up.
    pub(super) fn give_up_waiting(&mut self, ctx: &mut Ctx<'_>) {
        for ask in self.network.end_waiting(ctx) {
            self.on_failure(ctx, ask, ErrorCode::RequestTimedOut);
        }
        while let Some((broker, _)) = self.network.overdue(ctx.now) {
            self.hang_up(ctx, broker, ErrorCode::RequestTimedOut);
        }
    }

    /// A connection ended: everything under way on it failed.
    fn hang_up(&mut self, ctx: &mut Ctx<'_>, broker: BrokerId, error: ErrorCode) {
        for ask in self.network.close(ctx, broker, Channel::Client) {
            self.on_failure(ctx, ask, error);
        }
        self.metadata.request_update(false);
    }

    fn on_failure(&mut self, ctx: &mut Ctx<'_>, ask: Ask, error: ErrorCode) {
        match ask {
            Ask::Metadata => {
                let manners = self.manners();
                self.metadata.on_failure(ctx, &manners);
            }
            Ask::InitProducerId => self.producer_id_answered(ctx, None),
            Ask::Transaction(asked) => self.transaction_answered(ctx, asked, None),
            Ask::Produce(batches) => {
                for batch in batches {
                    self.complete(ctx, batch, error, -1);
                }
            }
        }
    }

    /// Sees to it that an idempotent producer has an id and the epoch it needs; until when to wait
    /// if it has none.
    fn await_producer_id(&mut self, ctx: &mut Ctx<'_>) -> Option<Time> {
        if self.transactions.is_some() {
            let extension = ctx.extension?;
            return (extension.client.run_transactions)(self, ctx);
        }
        let sequences = self.sequences.as_mut()?;
        sequences.resolve();
        for (partition, renumbered) in sequences.bump_epoch() {
            let flights = self.network.iter_mut().filter_map(|flight| match &mut flight.ask {
                Ask::Produce(batches) => Some(batches),
                Ask::Metadata | Ask::InitProducerId | Ask::Transaction(_) => None,
            });
            let mine = |batch: &&mut Batch| batch.partition == partition;
            renumber(flights.flatten().filter(mine), &renumbered);
            renumber(self.accumulator.waiting_for(partition), &renumbered);
        }
        if !sequences.is_waiting() {
            return None;
        }
        let Some(at) = sequences.must_ask() else { return Some(Time::NEVER) };
        if at > ctx.now {
            return Some(at);
        }
        let most = u32::try_from(self.config.max_in_flight_requests_per_connection).unwrap_or(1);
        let brokers = self.metadata.brokers();
        let Some(broker) = self.network.least_loaded(ctx, brokers, Channel::Client, most) else {
            return Some(ctx.now + Span::from_config_ms(self.config.retry_backoff_ms));
        };
        sequences.asked();
        let timeout = Span::from_config_ms(self.config.request_timeout_ms);
        let to = (broker, Channel::Client);
        self.network.send(
            ctx,
            to,
            Request::InitProducerId(InitProducerIdRequest::default()),
            timeout,
            Ask::InitProducerId,
        );
        Some(Time::NEVER)
    }

    fn transaction_answered(
        &mut self,
        ctx: &mut Ctx<'_>,
        asked: TxnRequest,
        response: Option<&Response>,
    ) {
        if let Some(extension) = ctx.extension {
            (extension.client.transaction_answered)(self, ctx, asked, response);
        }
    }

    fn producer_id_answered(&mut self, ctx: &mut Ctx<'_>, id: Option<ProducerIdAndEpoch>) {
        let retry_at = ctx.now + Span::from_config_ms(self.config.retry_backoff_ms);
        if let Some(sequences) = &mut self.sequences {
            sequences.answered(id, retry_at);
        }
    }

    /// Sender.sendProducerData: one request to each broker that is ready.
    fn send_what_is_ready(&mut self, ctx: &mut Ctx<'_>) -> Look {
        let urgency = Urgency {
            exhausted: self.blocked().is_some_and(|call| call.on == Obstacle::Memory),
            closing: self.closing
                || self.flushing
                || self.transactions.as_ref().is_some_and(|it| it.is_completing()),
        };
        let linger = Span::from_config_ms(self.config.linger_ms);
        let network = &self.network;
        let in_order = self.config.max_in_flight_requests_per_connection == 1;
        let muted = |partition| in_order && network.iter().any(|(_, f)| carries(f, partition));
        let found = self.accumulator.ready(ctx.now, linger, &self.metadata, urgency, muted);
        if let Some(topic) = self.metadata.topic_named(&self.topic) {
            self.accumulator.weigh(topic);
        }
        if found.leaderless && !self.metadata.is_stale() {
            self.metadata.request_update(false);
            let manners = self.manners();
            self.metadata.maybe_update(ctx, &mut self.network, &manners, || Ask::Metadata);
        }
        let mut look = Look { sent: false, next_at: found.next_at.unwrap_or(Time::NEVER) };
        let most = self.manners().max_in_flight;
        for broker in found.nodes {
            if !self.network.ready(ctx, (broker, Channel::Client)) {
                let open_at = self.network.sends_at(broker, Channel::Client);
                if open_at > ctx.now {
                    look.next_at = look.next_at.min(open_at);
                }
            } else if self.network.load(broker, Channel::Client) < most {
                look.sent |= self.send_to(ctx, broker, in_order);
            }
        }
        look
    }

    fn send_to(&mut self, ctx: &mut Ctx<'_>, broker: BrokerId, in_order: bool) -> bool {
        let network = &self.network;
        let muted = |partition| in_order && network.iter().any(|(_, f)| carries(f, partition));
        let most = u32::try_from(self.config.max_request_size).unwrap_or(0);
        let (metadata, sequences) = (&self.metadata, self.sequences.as_mut());
        let mut batches = self.accumulator.drain(ctx.now, broker, most, metadata, muted, sequences);
        if batches.is_empty() {
            return false;
        }
        let timeout = Span::from_config_ms(self.config.request_timeout_ms);
        let transactional_id = self.transactions.as_ref().map(|it| it.id.clone());
        let kind = match transactional_id {
            Some(_) => BatchKind::Transactional,
            None => BatchKind::Plain,
        };
        let partitions = batches
            .iter_mut()
            .map(|batch| PartitionProduce {
                partition: batch.partition,
                producer: signature(batch),
                kind,
                records: batch.seal(),
                compression: batch.compression,
                bytes: batch.bytes(),
            })
            .collect();
        let acks = match self.config.acks {
            0 => Acks::None,
            1 => Acks::Leader,
            _ => Acks::All,
        };
        let request =
            Request::Produce(ProduceRequest { acks, timeout, transactional_id, partitions });
        let to = (broker, Channel::Client);
        if acks == Acks::None {
            // Nothing to remember: no answer will come.
            ctx.request(Node::Broker(broker), Channel::Client, request);
            for batch in batches {
                self.complete(ctx, batch, ErrorCode::None, -1);
            }
        } else {
            self.network.send(ctx, to, request, timeout, Ask::Produce(batches));
        }
        true
    }

    fn on_produce_response(
        &mut self,
        ctx: &mut Ctx<'_>,
        batches: Vec<Batch>,
        response: &ProduceResponse,
    ) {
        for batch in batches {
            let said = response.partitions.iter().find(|said| said.partition == batch.partition);
            // An answer that leaves a partition out is as good as none.
            let (error, offset) =
                said.map_or((ErrorCode::NetworkException, -1), |s| (s.error, s.base_offset));
            self.complete(ctx, batch, error, offset);
        }
    }

    /// Sender.completeBatch: success, another attempt, or failure.
    // Simplified: answers do not name the new leader (KIP-951); refreshed metadata does.
    fn complete(
        &mut self,
        ctx: &mut Ctx<'_>,
        mut batch: Batch,
        error: ErrorCode,
        base_offset: Offset,
    ) {
        let (partition, records) = (batch.partition, batch.seal());
        let late = batch.created + self.delivery_timeout() <= ctx.now;
        let tries_left = i64::from(batch.attempts) < self.config.retries;
        if error == ErrorCode::None {
            if let Some(sequences) = &mut self.sequences {
                sequences.completed(&batch);
            }
            self.accumulator.release(&batch);
            ctx.tell(Event::Acked { partition, base_offset, records });
        } else if error == ErrorCode::MessageTooLarge && records.len() > 1 {
            let batch_size = u32::try_from(self.config.batch_size).unwrap_or(0);
            ctx.tell(Event::ProduceRetried { partition, records, error });
            self.accumulator.split(batch, batch_size, self.sequences.as_mut());
        } else if !late && tries_left && self.can_retry(&batch, error) {
            let manners = self.manners();
            let (base, most) = (manners.retry_backoff, manners.retry_backoff_max);
            let pause = ctx.backoff(base, most, batch.attempts);
            ctx.tell(Event::ProduceRetried { partition, records, error });
            self.accumulator.reenqueue(batch, ctx.now, pause);
        } else {
            // Of one that has used up its attempts nobody knows whether it was written.
            self.note_failure(ctx, &batch, error, tries_left);
            self.accumulator.release(&batch);
            ctx.tell(Event::ProduceFailed { partition, records, error });
        }
        if is_invalid_metadata(error) {
            self.metadata.request_update(false);
        }
    }

    /// Notes that a batch has failed, surely or not.
    fn note_failure(&mut self, ctx: &mut Ctx<'_>, batch: &Batch, error: ErrorCode, certain: bool) {
        if let Some(extension) = ctx.extension.filter(|_| self.transactions.is_some()) {
            (extension.client.batch_failed)(self, batch, error, certain);
        } else if let Some(sequences) = &mut self.sequences {
            sequences.failed(batch, error, certain);
        }
    }

    fn can_retry(&mut self, batch: &Batch, error: ErrorCode) -> bool {
        match &mut self.sequences {
            Some(sequences)
                if self.transactions.is_some() && error == ErrorCode::OutOfOrderSequenceNumber =>
            {
                sequences.is_early(batch)
            }
            Some(sequences) => sequences.can_retry(batch, error),
            None => error.retriable(),
        }
    }

    /// Fails the batches that waited longer than `delivery.timeout.ms`, in flight or not. The
    /// broker may have them all the same.
    fn expire(&mut self, ctx: &mut Ctx<'_>) {
        let timeout = self.delivery_timeout();
        let mut gone = self.accumulator.expired(ctx.now, timeout);
        for flight in self.network.iter_mut() {
            if let Ask::Produce(batches) = &mut flight.ask
                && batches.iter().any(|batch| batch.created + timeout <= ctx.now)
            {
                gone.extend(batches.extract_if(.., |batch| batch.created + timeout <= ctx.now));
            }
        }
        for mut batch in gone {
            let error = ErrorCode::RequestTimedOut;
            self.note_failure(ctx, &batch, error, false);
            if let Some(sequences) = self.sequences.as_mut().filter(|_| batch.attempts > 0) {
                sequences.unresolved(&batch);
            }
            self.accumulator.release(&batch);
            let (partition, records) = (batch.partition, batch.seal());
            ctx.tell(Event::ProduceFailed { partition, records, error });
        }
    }

    /// Whether nothing is left to send or to wait for.
    pub(super) fn is_done(&self) -> bool {
        self.accumulator.is_drained() && self.network.iter().next().is_none()
    }

    fn delivery_timeout(&self) -> Span {
        Span::from_config_ms(self.config.delivery_timeout_ms)
    }

    fn manners(&self) -> Manners {
        let config = &self.config;
        let most = config.max_in_flight_requests_per_connection;
        Manners {
            max_age: Span::from_config_ms(config.metadata_max_age_ms),
            retry_backoff: Span::from_config_ms(config.retry_backoff_ms),
            retry_backoff_max: Span::from_config_ms(config.retry_backoff_max_ms),
            request_timeout: Span::from_config_ms(config.request_timeout_ms),
            max_in_flight: u32::try_from(most).unwrap_or(1),
        }
    }
}

/// Whether a request under way carries records of this partition.
fn carries(flight: &Flight<Ask>, partition: Partition) -> bool {
    match &flight.ask {
        Ask::Produce(batches) => batches.iter().any(|batch| batch.partition == partition),
        Ask::Metadata | Ask::InitProducerId | Ask::Transaction(_) => false,
    }
}
