//! A leader asks the coordinator whether a partition is in a transaction, or has it added, before
//! it writes (AddPartitionsToTxnManager, ReplicaManager.handleProduceAppend).

use super::later::REQUEST_TIMEOUT;
use crate::sim::broker::Running;
use crate::sim::effect::{Ctx, ReplyTo, Timer};
use crate::sim::id::{BrokerId, Name, Node, Partition, Seq};
use crate::sim::mutant::{Mutant, breaks};
use crate::sim::ordered::Map;
use crate::sim::time::{Span, Time};
use crate::sim::wire::{
    AddPartitionsToTxnRequest, BatchKind, Body, Channel, Envelope, ErrorCode, NO_SEQUENCE,
    ProduceRequest, ProducerIdAndEpoch, ProducerStamp, Request, Response, TxnOffsetCommitRequest,
};

/// `add.partitions.to.txn.retry.backoff.ms` and its `max`: while the transaction before is still
/// being ended, a leader asks again before it bothers the producer.
const BACKOFF: Span = Span::ms(20);
const BACKOFF_MAX: Span = Span::ms(100);

/// What is to be written.
#[derive(Clone, Debug)]
pub(super) enum Write {
    Produce(ProduceRequest),
    Offsets(TxnOffsetCommitRequest),
}

/// A request that waits for the coordinator's word.
#[derive(Clone, Debug)]
struct Asking {
    to: ReplyTo,
    write: Write,
    since: Time,
    guards: Vec<(Partition, u64)>,
    refused: Vec<(Partition, ErrorCode)>,
}

/// All of them.
// Simplified: each question is about one request; Kafka puts those to one coordinator together.
#[derive(Clone, Debug, Default)]
pub(super) struct AddPartitions {
    in_flight: Map<Seq, (BrokerId, Time, Asking)>,
    again: Vec<(Time, Asking)>,
}

/// What is asked of the coordinator.
struct Question {
    id: Name,
    producer: ProducerIdAndEpoch,
    version_two: bool,
}

impl Running<'_> {
    /// Produce of a producer with transactions.
    pub(in crate::sim::broker) fn transactional_produce(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        request: &ProduceRequest,
    ) {
        self.verify_and_write(ctx, to, Write::Produce(request.clone()));
    }

    pub(super) fn verify_and_write(&mut self, ctx: &mut Ctx<'_>, to: ReplyTo, write: Write) {
        let (guards, refused) = (Vec::new(), Vec::new());
        self.ask_coordinator_of(ctx, Asking { to, write, since: ctx.now, guards, refused });
    }

    /// What is to be written where, in whose transaction.
    fn question(&self, write: &Write) -> Option<(Question, Vec<(Partition, ProducerStamp)>)> {
        match write {
            Write::Produce(request) => {
                let mut stamps = Vec::new();
                for batch in &request.partitions {
                    let transactional = batch.kind == BatchKind::Transactional;
                    let stamp = batch.producer.filter(|_| transactional);
                    stamps.extend(stamp.map(|stamp| (batch.partition, stamp)));
                }
                let id = request.transactional_id.clone()?;
                let producer = stamps.first()?.1.producer;
                let version_two = self.config.transaction_version_two();
                Some((Question { id, producer, version_two }, stamps))
            }
            Write::Offsets(request) => {
                let producer = request.producer;
                let stamp = ProducerStamp { producer, base_sequence: NO_SEQUENCE };
                let stamps = vec![(self.partition_of_group(&request.group)?, stamp)];
                let (id, version_two) = (request.transactional_id.clone(), request.implicit);
                Some((Question { id, producer, version_two }, stamps))
            }
        }
    }

    fn ask_coordinator_of(&mut self, ctx: &mut Ctx<'_>, mut asking: Asking) {
        asking.guards.clear();
        asking.refused.clear();
        let enabled = self.config.transaction_partition_verification_enable != 0;
        let question = self
            .question(&asking.write)
            .filter(|(it, _)| it.version_two || enabled)
            .filter(|_| !breaks(Mutant::AddsNoPartitions));
        let Some((Question { id, producer, version_two }, stamps)) = question else {
            return self.write_verified(ctx, asking, false);
        };
        for (partition, stamp) in stamps {
            match self.begin_verification(partition, stamp, version_two) {
                Ok(Some(guard)) => asking.guards.push((partition, guard)),
                Ok(None) => {}
                Err(error) => asking.refused.push((partition, error)),
            }
        }
        if asking.guards.is_empty() {
            return self.write_verified(ctx, asking, true);
        }
        let partitions: Vec<Partition> = asking.guards.iter().map(|(it, _)| *it).collect();
        let image = &self.disk.image;
        let coordinator = self
            .partition_of_transaction(&id)
            .and_then(|partition| image.partition(partition)?.leader)
            .filter(|id| image.brokers.get(id).is_some_and(|it| !it.fenced));
        let Some(coordinator) = coordinator else {
            return self.refuse_all(ctx, asking, ErrorCode::CoordinatorNotAvailable);
        };
        let request = Request::AddPartitionsToTxn(AddPartitionsToTxnRequest {
            transactional_id: id,
            producer,
            verify_only: !version_two,
            partitions,
        });
        let seq = ctx.request(Node::Broker(coordinator), Channel::AddPartitionsToTxn, request);
        let flight = (coordinator, ctx.now + REQUEST_TIMEOUT, asking);
        self.live.transactions.adding.in_flight.insert(seq, flight);
        self.arm_adding(ctx);
    }

    fn arm_adding(&self, ctx: &mut Ctx<'_>) {
        let adding = &self.live.transactions.adding;
        let deadlines = adding.in_flight.values().map(|(_, deadline, _)| *deadline);
        if let Some(at) = adding.again.iter().map(|(at, _)| *at).chain(deadlines).min() {
            ctx.arm(Timer::AddPartitionsToTxn, at);
        }
    }

    /// The coordinator could not be asked.
    fn refuse_all(&mut self, ctx: &mut Ctx<'_>, mut asking: Asking, error: ErrorCode) {
        for (partition, _) in &asking.guards {
            asking.refused.push((*partition, error));
        }
        self.write_verified(ctx, asking, true);
    }

    /// Writes what may be written, and says of the rest why not.
    fn write_verified(&mut self, ctx: &mut Ctx<'_>, asking: Asking, verify: bool) {
        let Asking { to, write, guards, mut refused, .. } = asking;
        let guard_of = |partition: Partition| {
            guards.iter().find(|(it, _)| *it == partition).map(|(_, guard)| *guard)
        };
        match write {
            Write::Produce(request) => {
                let two = self.config.transaction_version_two();
                for (_, error) in &mut refused {
                    *error = produce_error(*error, two);
                }
                for batch in &request.partitions {
                    let known = refused.iter().any(|(it, _)| *it == batch.partition);
                    if verify
                        && !known
                        && let Some(error) = self.unverified(batch, guard_of(batch.partition))
                    {
                        refused.push((batch.partition, error));
                    }
                }
                self.append_produced(ctx, to, &request, &refused);
                for batch in &request.partitions {
                    self.end_verification(batch.partition, batch.producer);
                }
            }
            Write::Offsets(request) => {
                let refusal = refused.first().map(|(_, error)| offsets_error(*error));
                let guard = guards.first().map(|(_, guard)| *guard);
                self.write_txn_offsets(ctx, to, &request, refusal, verify.then_some(guard));
            }
        }
    }

    pub(in crate::sim::broker) fn on_add_partitions_to_txn(
        &mut self,
        ctx: &mut Ctx<'_>,
        envelope: &Envelope,
    ) {
        match &*envelope.body {
            Body::Response(Response::AddPartitionsToTxn(response)) => {
                let flights = &mut self.live.transactions.adding.in_flight;
                let flight = envelope.answers.and_then(|seq| flights.remove(&seq));
                let Some((_, _, asking)) = flight else { return };
                self.coordinator_answered(ctx, asking, &response.partitions);
            }
            Body::Disconnect => {
                if let Some(broker) = envelope.from.broker() {
                    self.coordinator_lost(ctx, broker);
                }
            }
            _ => {}
        }
    }

    fn coordinator_lost(&mut self, ctx: &mut Ctx<'_>, broker: BrokerId) {
        let mut gone = Vec::new();
        for (seq, flight) in std::mem::take(&mut self.live.transactions.adding.in_flight) {
            if flight.0 == broker {
                gone.push(flight.2);
            } else {
                self.live.transactions.adding.in_flight.insert(seq, flight);
            }
        }
        for asking in gone {
            self.refuse_all(ctx, asking, ErrorCode::NetworkException);
        }
    }

    fn coordinator_answered(
        &mut self,
        ctx: &mut Ctx<'_>,
        mut asking: Asking,
        answers: &[(Partition, ErrorCode)],
    ) {
        let mut concurrent = false;
        for (partition, error) in answers {
            concurrent |= *error == ErrorCode::ConcurrentTransactions;
            match error {
                ErrorCode::None => {}
                // What producers expect of a leader.
                ErrorCode::ProducerFenced => {
                    asking.refused.push((*partition, ErrorCode::InvalidProducerEpoch));
                }
                error => asking.refused.push((*partition, *error)),
            }
        }
        let produces = matches!(asking.write, Write::Produce(_));
        let patient = ctx.now.since(asking.since) < BACKOFF_MAX;
        if concurrent && produces && patient && self.config.transaction_version_two() {
            self.live.transactions.adding.again.push((ctx.now + BACKOFF, asking));
            return self.arm_adding(ctx);
        }
        self.write_verified(ctx, asking, true);
    }

    pub(in crate::sim::broker) fn on_add_partitions_timer(&mut self, ctx: &mut Ctx<'_>) {
        let adding = &mut self.live.transactions.adding;
        let flights = adding.in_flight.values();
        let late = flights.filter(|(_, deadline, _)| *deadline <= ctx.now);
        let late: Vec<BrokerId> = late.map(|(broker, _, _)| *broker).collect();
        let mut due = Vec::new();
        for asking in std::mem::take(&mut adding.again) {
            if asking.0 <= ctx.now { &mut due } else { &mut adding.again }.push(asking);
        }
        for broker in late {
            ctx.close(Node::Broker(broker), Channel::AddPartitionsToTxn);
            self.coordinator_lost(ctx, broker);
        }
        for (_, asking) in due {
            self.ask_coordinator_of(ctx, asking);
        }
        self.arm_adding(ctx);
    }
}

/// What a producer is told of a coordinator's errors: such that it tries again.
fn produce_error(error: ErrorCode, version_two: bool) -> ErrorCode {
    match error {
        ErrorCode::NetworkException
        | ErrorCode::CoordinatorLoadInProgress
        | ErrorCode::CoordinatorNotAvailable
        | ErrorCode::NotCoordinator => ErrorCode::NotEnoughReplicas,
        ErrorCode::ConcurrentTransactions if !version_two => ErrorCode::NotEnoughReplicas,
        other => other,
    }
}

/// The same of offsets (CoordinatorOperationExceptionHelper).
fn offsets_error(error: ErrorCode) -> ErrorCode {
    match error {
        ErrorCode::NetworkException => ErrorCode::CoordinatorLoadInProgress,
        other => crate::sim::broker::coordinator::coordinator_error(other),
    }
}
