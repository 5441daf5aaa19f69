//! What of a transaction goes to a coordinator next: one request at a time, and nothing else is
//! sent meanwhile (Sender.maybeSendAndPollTransactionalRequest, TransactionManager.nextRequest).

use super::super::batch::Batch;
use super::super::producer::{Ask, Producer};
use super::{CoordinatorType, State, Transactions, TxnRequest};
use crate::sim::effect::Ctx;
use crate::sim::event::Event;
use crate::sim::id::BrokerId;
use crate::sim::time::{Span, Time};
use crate::sim::wire::{
    AddOffsetsToTxnRequest, AddPartitionsToTxnRequest, Channel, CoordinatorKey, EndTxnRequest,
    ErrorCode, FindCoordinatorRequest, InitProducerIdRequest, ProducerId, ProducerIdAndEpoch,
    Request, TxnOffsetCommitRequest,
};

/// The longest sleep before partitions are added again when the transaction before is not over
/// yet (ADD_PARTITIONS_RETRY_BACKOFF_MS).
const HURRIED_BACKOFF: Span = Span::ms(20);

/// Whose coordinator a request goes to; none: any broker's.
pub(super) fn coordinator_of(request: TxnRequest) -> Option<CoordinatorType> {
    match request {
        TxnRequest::FindCoordinator(_) => None,
        TxnRequest::TxnOffsetCommit => Some(CoordinatorType::Group),
        _ => Some(CoordinatorType::Transaction),
    }
}

impl Transactions {
    /// TransactionManager.lookupCoordinator.
    pub(super) fn look_up(&mut self, whose: CoordinatorType) {
        match whose {
            CoordinatorType::Group => self.group_coordinator = None,
            CoordinatorType::Transaction => self.coordinator = None,
        }
        self.enqueue(TxnRequest::FindCoordinator(whose), false);
    }

    fn known(&self, whose: CoordinatorType) -> Option<BrokerId> {
        match whose {
            CoordinatorType::Group => self.group_coordinator,
            CoordinatorType::Transaction => self.coordinator,
        }
    }
}

impl Producer {
    /// The sender's round as far as transactions go; until when nothing else is sent, if so.
    pub(in crate::sim::client) fn run_transactions(&mut self, ctx: &mut Ctx<'_>) -> Option<Time> {
        let gap = self.sequences.as_mut().is_some_and(|it| it.resolve_in_transaction());
        loop {
            let transactions = self.transactions.as_mut()?;
            if gap {
                transactions.doubtful(ErrorCode::RequestTimedOut);
            }
            if transactions.state == State::FatalError {
                self.abort_batches(ctx, true);
                return Some(Time::NEVER);
            }
            if transactions.in_flight {
                return Some(Time::NEVER);
            }
            if transactions.sleeps_until > ctx.now {
                return Some(transactions.sleeps_until);
            }
            if matches!(transactions.state, State::AbortableError | State::AbortingTransaction) {
                self.abort_batches(ctx, false);
            }
            let request = self.next_request()?;
            if let Some(until) = self.try_ask(ctx, request) {
                return Some(until);
            }
        }
    }

    /// What goes next: not the end before all batches are settled.
    fn next_request(&mut self) -> Option<TxnRequest> {
        let incomplete = !self.accumulator.is_drained() || self.has_batches_in_flight();
        let transactions = self.transactions.as_mut()?;
        if !transactions.new_partitions.is_empty() {
            for partition in std::mem::take(&mut transactions.new_partitions).iter().copied() {
                transactions.pending_partitions.insert(partition);
            }
            transactions.enqueue(TxnRequest::AddPartitionsToTxn, false);
        }
        loop {
            let transactions = self.transactions.as_mut()?;
            let first = transactions.pending.iter().map(|pending| pending.request).min()?;
            let ends = matches!(first, TxnRequest::EndTxn { .. });
            if ends && incomplete {
                return None;
            }
            let finds = matches!(first, TxnRequest::FindCoordinator(_));
            if transactions.has_error() && !finds {
                // The call that waits for it throws.
                transactions.pending.retain(|pending| pending.request != first);
            } else if ends && !transactions.started {
                // No coordinator knows of it.
                transactions.pending.retain(|pending| pending.request != first);
                self.complete_transaction();
            } else {
                return Some(first);
            }
        }
    }

    /// Sends a request if its coordinator is known and the sender has slept; until when to wait.
    fn try_ask(&mut self, ctx: &mut Ctx<'_>, request: TxnRequest) -> Option<Time> {
        let backoff = Span::from_config_ms(self.config.retry_backoff_ms);
        let most = u32::try_from(self.config.max_in_flight_requests_per_connection).unwrap_or(1);
        let transactions = self.transactions.as_mut()?;
        let broker = match coordinator_of(request) {
            Some(whose) => match transactions.known(whose) {
                Some(broker) => broker,
                None => {
                    transactions.look_up(whose);
                    return None;
                }
            },
            None => {
                let brokers = self.metadata.brokers();
                let found = self.network.least_loaded(ctx, brokers, Channel::Client, most);
                let Some(broker) = found else {
                    transactions.sleeps_until = ctx.now + backoff;
                    return None;
                };
                broker
            }
        };
        let open_at = self.network.available_at(broker, Channel::Client);
        if open_at > ctx.now {
            transactions.sleeps_until = open_at;
            return None;
        }
        if let Some(again) = transactions.pending.iter_mut().find(|it| it.request == request)
            && std::mem::take(&mut again.retry)
        {
            let short = std::mem::take(&mut transactions.hurries);
            let sleep = if short { backoff.min(HURRIED_BACKOFF) } else { backoff };
            transactions.sleeps_until = ctx.now + sleep;
            return None;
        }
        transactions.pending.retain(|pending| pending.request != request);
        // Offsets of a transaction that is over are nobody's business.
        let body = self.body(request)?;
        if let Some(transactions) = &mut self.transactions {
            transactions.in_flight = true;
        }
        let timeout = Span::from_config_ms(self.config.request_timeout_ms);
        let to = (broker, Channel::Client);
        self.network.send(ctx, to, body, timeout, Ask::Transaction(request));
        Some(Time::NEVER)
    }

    fn body(&self, request: TxnRequest) -> Option<Request> {
        let transactions = self.transactions.as_ref()?;
        let transactional_id = transactions.id.clone();
        let producer = self.sequences.as_ref().and_then(|it| it.producer());
        let nobody = ProducerIdAndEpoch { id: ProducerId(-1), epoch: -1 };
        let known = producer.unwrap_or(nobody);
        let offsets = transactions.offsets.as_ref();
        Some(match request {
            TxnRequest::FindCoordinator(whose) => {
                let key = match whose {
                    CoordinatorType::Transaction => CoordinatorKey::Transaction(transactional_id),
                    CoordinatorType::Group => {
                        CoordinatorKey::Group(offsets?.metadata.group.clone())
                    }
                };
                Request::FindCoordinator(FindCoordinatorRequest { key })
            }
            TxnRequest::InitProducerId | TxnRequest::BumpEpoch => {
                Request::InitProducerId(InitProducerIdRequest {
                    transactional_id: Some(transactional_id),
                    transaction_timeout: Span::from_config_ms(self.config.transaction_timeout_ms),
                    producer: producer.filter(|_| request == TxnRequest::BumpEpoch),
                })
            }
            TxnRequest::AddPartitionsToTxn => {
                Request::AddPartitionsToTxn(AddPartitionsToTxnRequest {
                    transactional_id,
                    producer: known,
                    verify_only: false,
                    partitions: transactions.pending_partitions.iter().copied().collect(),
                })
            }
            TxnRequest::AddOffsetsToTxn => Request::AddOffsetsToTxn(AddOffsetsToTxnRequest {
                transactional_id,
                producer: known,
                group: offsets?.metadata.group.clone(),
            }),
            TxnRequest::TxnOffsetCommit => {
                let offsets = offsets?;
                Request::TxnOffsetCommit(TxnOffsetCommitRequest {
                    transactional_id,
                    group: offsets.metadata.group.clone(),
                    producer: known,
                    generation: offsets.metadata.generation,
                    member: offsets.metadata.member,
                    instance_id: offsets.metadata.instance_id.clone(),
                    offsets: offsets.pending.clone(),
                    implicit: transactions.version_two,
                })
            }
            TxnRequest::EndTxn { committed } => {
                Request::EndTxn(EndTxnRequest { transactional_id, producer: known, committed })
            }
        })
    }

    pub(in crate::sim::client) fn has_batches_in_flight(&self) -> bool {
        self.network.iter().any(|(_, flight)| match &flight.ask {
            Ask::Produce(batches) => !batches.is_empty(),
            _ => false,
        })
    }

    /// Drops batches: those that never went, or all (RecordAccumulator.abortUndrainedBatches,
    /// abortBatches).
    fn abort_batches(&mut self, ctx: &mut Ctx<'_>, all: bool) {
        let error = self.transactions.as_ref().and_then(|it| it.last_error);
        let mut gone: Vec<Batch> = self.accumulator.abort(all);
        if all {
            for flight in self.network.iter_mut() {
                if let Ask::Produce(batches) = &mut flight.ask {
                    gone.append(batches);
                }
            }
        }
        // Of an application's own wish there is no error (TransactionAbortedException).
        let error = error.unwrap_or(ErrorCode::None);
        for mut batch in gone {
            self.accumulator.release(&batch);
            let (partition, records) = (batch.partition, batch.seal());
            ctx.tell(Event::ProduceFailed { partition, records, error });
        }
    }
}
