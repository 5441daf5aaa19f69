//! What waits for a record to be committed, and what happens then
//! (TransactionStateManager.appendTransactionToLog).

use super::metadata::TransactionMetadata;
use crate::sim::broker::Running;
use crate::sim::broker::coordinator::{coordinator_batch, coordinator_error};
use crate::sim::broker::purgatory::Then;
use crate::sim::effect::{Ctx, ReplyTo};
use crate::sim::event::Event;
use crate::sim::id::{Epoch, Name, Partition};
use crate::sim::time::Span;
use crate::sim::wire::{
    AddOffsetsToTxnResponse, AddPartitionsToTxnResponse, CoordinatorRecord, EndTxnResponse,
    ErrorCode, InitProducerIdResponse, ProducerIdAndEpoch, Response, TransactionLogValue,
    TransactionRecord, TransactionState,
};

/// `request.timeout.ms` of a broker.
pub(super) const REQUEST_TIMEOUT: Span = Span::secs(30);

/// Whom a transition is made for.
#[derive(Clone, Debug)]
pub(super) enum Asker {
    InitProducerId(ReplyTo),
    /// InitProducerId again, but there was a transaction to be fenced first.
    Fence(ReplyTo),
    AddPartitions(ReplyTo, Vec<Partition>),
    AddOffsets(ReplyTo),
    EndTxn(ReplyTo),
    /// The coordinator itself; `true` if that fences a producer.
    Nobody(bool),
}

impl Asker {
    fn fences(&self) -> bool {
        matches!(self, Asker::Fence(_) | Asker::Nobody(true))
    }
}

/// A record under way, and what hangs on it.
#[derive(Clone, Debug)]
pub(super) enum Later {
    Transition {
        id: Name,
        /// Of the coordinator that wrote it.
        epoch: Epoch,
        value: TransactionLogValue,
        asker: Asker,
    },
    /// The id has expired.
    Tombstone { id: Name, epoch: Epoch },
    /// A marker in one partition, of so many of a request.
    Marker { request: u64, marker: u32, partition: Partition },
    /// TxnOffsetCommit.
    Offsets { to: ReplyTo, partitions: Vec<Partition> },
}

impl Running<'_> {
    /// The partition of `__transaction_state` that an id belongs to, if this broker coordinates
    /// it, with the epoch of that.
    ///
    /// # Errors
    /// NOT_COORDINATOR.
    pub(super) fn coordinated(&self, id: &str) -> Result<(Partition, Epoch), ErrorCode> {
        let led = &self.live.transactions.led;
        let known = self.partition_of_transaction(id);
        let both = known.and_then(|partition| Some((partition, *led.get(&partition.index)?)));
        both.ok_or(ErrorCode::NotCoordinator)
    }

    /// An id that is in use; with it, whether this is its coordinator.
    ///
    /// # Errors
    /// NOT_COORDINATOR; INVALID_PRODUCER_ID_MAPPING if nobody uses it.
    pub(super) fn transactional(
        &mut self,
        id: &str,
    ) -> Result<&mut TransactionMetadata, ErrorCode> {
        self.coordinated(id)?;
        let known = self.live.transactions.known.get_mut(id);
        known.ok_or(ErrorCode::InvalidProducerIdMapping)
    }

    /// Writes where a transaction is to stand next.
    pub(super) fn write_transition(
        &mut self,
        ctx: &mut Ctx<'_>,
        id: &Name,
        value: TransactionLogValue,
        asker: Asker,
    ) {
        let Ok((_, epoch)) = self.coordinated(id) else { return };
        let timeout = value.timeout;
        let record = TransactionRecord { transactional_id: id.clone(), value: Some(value.clone()) };
        let later = Later::Transition { id: id.clone(), epoch, value, asker };
        self.write_transaction_record(ctx, record, timeout, later);
    }

    pub(super) fn write_transaction_record(
        &mut self,
        ctx: &mut Ctx<'_>,
        record: TransactionRecord,
        timeout: Span,
        later: Later,
    ) {
        let Ok((partition, _)) = self.coordinated(&record.transactional_id) else { return };
        let record = CoordinatorRecord::Transaction(Box::new(record));
        let batch = coordinator_batch(partition, vec![record], ctx.wall());
        let number = self.live.transactions.keep(later);
        self.write_batch(ctx, &batch, timeout, Then::Later(number));
    }

    /// What was kept under a number is committed, or could not be.
    pub(in crate::sim::broker) fn later_settled(
        &mut self,
        ctx: &mut Ctx<'_>,
        number: u64,
        error: ErrorCode,
    ) {
        match self.live.transactions.take(number) {
            Some(Later::Transition { id, epoch, value, asker }) => {
                self.transition_settled(ctx, &id, (epoch, value), asker, error);
            }
            Some(Later::Tombstone { id, epoch }) => self.tombstone_settled(&id, epoch, error),
            Some(Later::Marker { request, marker, partition }) => {
                self.marker_settled(ctx, request, marker, partition, error);
            }
            Some(Later::Offsets { to, partitions }) => {
                self.answer_txn_offsets(ctx, to, &partitions, coordinator_error(error));
            }
            None => {}
        }
    }

    fn transition_settled(
        &mut self,
        ctx: &mut Ctx<'_>,
        id: &Name,
        (epoch, value): (Epoch, TransactionLogValue),
        asker: Asker,
        error: ErrorCode,
    ) {
        let error = coordinator_error(error);
        let same = self.coordinated(id).is_ok_and(|(_, now)| now == epoch);
        let known = self.live.transactions.known.get_mut(id).filter(|_| same);
        let Some(known) = known else {
            return self.answer_asker(ctx, asker, Err(ErrorCode::NotCoordinator));
        };
        if error == ErrorCode::None {
            let began = known.value.state != TransactionState::Ongoing;
            let added: Vec<Partition> = value
                .partitions
                .iter()
                .copied()
                .filter(|it| began || !known.value.partitions.contains(it))
                .collect();
            known.complete(value);
            self.tell_transition(ctx, id, &added, began);
            return self.transition_done(ctx, id, asker);
        }
        let completes = matches!(
            value.state,
            TransactionState::CompleteCommit | TransactionState::CompleteAbort
        );
        if completes && error == ErrorCode::CoordinatorNotAvailable {
            return self.complete_again(ctx, id.clone(), value);
        }
        known.pending = None;
        if asker.fences() {
            known.fence_failed();
        }
        self.answer_asker(ctx, asker, Err(error));
    }

    /// A transition is committed: whoever asked is told, and markers are sent if it is the end.
    fn transition_done(&mut self, ctx: &mut Ctx<'_>, id: &Name, asker: Asker) {
        let now = ctx.wall();
        let Some(known) = self.live.transactions.known.get_mut(id) else { return };
        let producer = known.producer();
        let ends = matches!(
            known.value.state,
            TransactionState::PrepareCommit | TransactionState::PrepareAbort
        );
        if !ends {
            return self.answer_asker(ctx, asker, Ok(Some(producer)));
        }
        let marker = known.marker();
        let completed = known.prepare_complete(now);
        let next = completed.version_two.then_some(ProducerIdAndEpoch {
            id: completed.producer_id,
            epoch: completed.producer_epoch,
        });
        self.answer_asker(ctx, asker, Ok(next));
        self.send_markers(ctx, id, marker, completed);
    }

    fn tell_transition(&self, ctx: &mut Ctx<'_>, id: &Name, added: &[Partition], begins: bool) {
        let Some(known) = self.live.transactions.known.get(id) else { return };
        let transactional_id = id.clone();
        let event = match known.value.state {
            TransactionState::Empty => {
                let producer = known.producer();
                Event::TransactionalIdInitialized { transactional_id, producer }
            }
            TransactionState::Ongoing => {
                let partitions = added.into();
                Event::TransactionPartitionsAdded { transactional_id, partitions, begins }
            }
            TransactionState::PrepareCommit | TransactionState::PrepareAbort => {
                let committed = known.value.state == TransactionState::PrepareCommit;
                Event::TransactionPrepared { transactional_id, committed }
            }
            TransactionState::CompleteCommit | TransactionState::CompleteAbort => {
                let committed = known.value.state == TransactionState::CompleteCommit;
                Event::TransactionCompleted { transactional_id, committed }
            }
            TransactionState::PrepareEpochFence | TransactionState::Dead => return,
        };
        ctx.tell(event);
    }

    /// Answers a request; on success with who the producer is now, if it has to know.
    pub(super) fn answer_asker(
        &mut self,
        ctx: &mut Ctx<'_>,
        asker: Asker,
        outcome: Result<Option<ProducerIdAndEpoch>, ErrorCode>,
    ) {
        let (error, producer) = match outcome {
            Ok(producer) => (ErrorCode::None, producer),
            Err(error) => (error, None),
        };
        let (to, response) = match asker {
            Asker::InitProducerId(to) => {
                (to, Response::InitProducerId(InitProducerIdResponse { error, producer }))
            }
            Asker::Fence(to) => {
                // It asks again until the transaction that was open is over.
                let error = match error {
                    ErrorCode::None => ErrorCode::ConcurrentTransactions,
                    error => error,
                };
                let response = InitProducerIdResponse { error, producer: None };
                (to, Response::InitProducerId(response))
            }
            Asker::AddPartitions(to, partitions) => {
                let partitions = partitions.into_iter().map(|it| (it, error)).collect();
                (to, Response::AddPartitionsToTxn(AddPartitionsToTxnResponse { partitions }))
            }
            Asker::AddOffsets(to) => {
                (to, Response::AddOffsetsToTxn(AddOffsetsToTxnResponse { error }))
            }
            Asker::EndTxn(to) => (to, Response::EndTxn(EndTxnResponse { error, producer })),
            Asker::Nobody(_) => return,
        };
        self.reply(ctx, to, response);
    }
}
