//! Where the transaction of one `transactional.id` stands, and where it may go next
//! (TransactionMetadata, TransactionCoordinator).

use std::sync::Arc;

use crate::sim::id::Partition;
use crate::sim::mutant::{Mutant, breaks};
use crate::sim::ordered::Set;
use crate::sim::time::{Span, Time};
use crate::sim::wire::{
    ErrorCode, ProducerId, ProducerIdAndEpoch, TransactionLogValue, TransactionState,
};

/// Before the first producer, and where no epoch is remembered (RecordBatch.NO_PRODUCER_EPOCH).
const NO_PRODUCER_EPOCH: i16 = -1;

/// What the coordinator knows of a `transactional.id`. Every change of it is a record: it is
/// prepared, written, and true once that is committed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TransactionMetadata {
    /// As the log has it, but for partitions whose markers are written.
    pub value: TransactionLogValue,
    /// The state that is being written; until it is there, nothing else may be begun.
    pub pending: Option<TransactionState>,
    /// A fence could not be written: its epoch was given to nobody, and will do once more.
    failed_epoch_fence: bool,
}

/// What becomes of a wish to end a transaction.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Ending {
    /// This is to be written.
    Write(TransactionLogValue),
    /// It has ended like that before: the producer did not hear of it.
    Done(ProducerIdAndEpoch),
}

/// The last epoch but one is kept for the coordinator, so that it can fence whoever has it.
pub(super) fn is_epoch_exhausted(epoch: i16) -> bool {
    epoch >= i16::MAX - 1
}

impl TransactionMetadata {
    pub(super) fn new(producer_id: ProducerId, timeout: Span, now: Time) -> Self {
        Self::loaded(TransactionLogValue {
            producer_id,
            previous_producer_id: None,
            next_producer_id: None,
            producer_epoch: NO_PRODUCER_EPOCH,
            last_producer_epoch: NO_PRODUCER_EPOCH,
            timeout,
            state: TransactionState::Empty,
            partitions: Arc::from([]),
            start: None,
            update: now,
            version_two: false,
        })
    }

    pub(super) fn loaded(value: TransactionLogValue) -> Self {
        TransactionMetadata { value, pending: None, failed_epoch_fence: false }
    }

    /// Who may write in its name.
    pub fn producer(&self) -> ProducerIdAndEpoch {
        ProducerIdAndEpoch { id: self.value.producer_id, epoch: self.value.producer_epoch }
    }

    /// Whether the next InitProducerId of this producer needs another id, because the epochs of
    /// this one are used up.
    pub(super) fn wants_new_id(&self, expected: Option<ProducerIdAndEpoch>) -> bool {
        let epoch = self.value.producer_epoch;
        is_epoch_exhausted(epoch) && expected.is_none_or(|producer| producer.epoch == epoch)
    }

    /// A producer begins with this `transactional.id`, or wants the next epoch of `expected`
    /// (prepareInitProducerIdTransit). None if there is a transaction to be fenced first.
    ///
    /// # Errors
    /// CONCURRENT_TRANSACTIONS, PRODUCER_FENCED; COORDINATOR_LOAD_IN_PROGRESS for want of an id.
    pub(super) fn init_producer_id(
        &mut self,
        expected: Option<ProducerIdAndEpoch>,
        new_id: Option<ProducerId>,
        timeout: Span,
        now: Time,
    ) -> Result<Option<TransactionLogValue>, ErrorCode> {
        let value = &self.value;
        if self.pending.is_some() {
            return Err(ErrorCode::ConcurrentTransactions);
        }
        let known = |producer: ProducerIdAndEpoch| {
            let retries = Some(producer.id) == value.previous_producer_id
                && is_epoch_exhausted(producer.epoch);
            value.producer_epoch == NO_PRODUCER_EPOCH || producer.id == value.producer_id || retries
        };
        if !expected.is_none_or(known) {
            return Err(ErrorCode::ProducerFenced);
        }
        match value.state {
            TransactionState::Ongoing => return Ok(None),
            TransactionState::Empty
            | TransactionState::CompleteCommit
            | TransactionState::CompleteAbort => {}
            _ => return Err(ErrorCode::ConcurrentTransactions),
        }
        let mut next = self.prepared(TransactionState::Empty, now);
        if self.wants_new_id(expected) {
            next.producer_id = new_id.ok_or(ErrorCode::CoordinatorLoadInProgress)?;
            next.producer_epoch = 0;
            let last = expected.map(|_| value.producer_epoch);
            next.last_producer_epoch = last.unwrap_or(NO_PRODUCER_EPOCH);
        } else {
            let (epoch, last) = next_epoch(value, expected.map(|producer| producer.epoch))?;
            (next.producer_epoch, next.last_producer_epoch) = (epoch, last);
        }
        (next.timeout, next.start, next.partitions) = (timeout, None, Arc::from([]));
        self.pending = Some(next.state);
        Ok(Some(next))
    }

    fn is_of(&self, producer: ProducerIdAndEpoch) -> Result<(), ErrorCode> {
        if self.value.producer_id != producer.id {
            return Err(ErrorCode::InvalidProducerIdMapping);
        }
        match self.value.producer_epoch == producer.epoch {
            false if !breaks(Mutant::WritesForZombies) => Err(ErrorCode::ProducerFenced),
            _ => Ok(()),
        }
    }

    fn is_being_ended(&self) -> bool {
        matches!(self.value.state, TransactionState::PrepareCommit | TransactionState::PrepareAbort)
    }

    /// Whether this producer may write to partitions now: each of them, and for all if not
    /// (handleVerifyPartitionsInTransaction).
    ///
    /// # Errors
    /// INVALID_PRODUCER_ID_MAPPING, PRODUCER_FENCED, CONCURRENT_TRANSACTIONS.
    pub(super) fn verify(
        &self,
        producer: ProducerIdAndEpoch,
        partition: Partition,
    ) -> Result<(), ErrorCode> {
        self.is_of(producer)?;
        if self.is_being_ended() {
            return Err(ErrorCode::ConcurrentTransactions);
        }
        match self.value.partitions.contains(&partition) {
            true => Ok(()),
            false => Err(ErrorCode::TransactionAbortable),
        }
    }

    /// A producer is about to write to partitions (handleAddPartitionsToTransaction); with the
    /// first a transaction begins. None if they are in it already.
    ///
    /// # Errors
    /// INVALID_PRODUCER_ID_MAPPING, PRODUCER_FENCED, CONCURRENT_TRANSACTIONS.
    pub(super) fn add_partitions(
        &mut self,
        producer: ProducerIdAndEpoch,
        partitions: &[Partition],
        version_two: bool,
        now: Time,
    ) -> Result<Option<TransactionLogValue>, ErrorCode> {
        self.is_of(producer)?;
        let ends = self.pending.is_some() || self.is_being_ended();
        if ends && !(breaks(Mutant::BeginsWhileItEnds) && self.is_being_ended()) {
            return Err(ErrorCode::ConcurrentTransactions);
        }
        let goes_on = self.value.state == TransactionState::Ongoing;
        if goes_on && partitions.iter().all(|it| self.value.partitions.contains(it)) {
            return Ok(None);
        }
        let mut next = self.prepared(TransactionState::Ongoing, now);
        let all: Set<Partition> =
            next.partitions.iter().copied().chain(partitions.iter().copied()).collect();
        next.partitions = all.into_iter().collect();
        if !goes_on {
            next.start = Some(now);
        }
        next.version_two = version_two;
        self.pending = Some(next.state);
        Ok(Some(next))
    }

    /// Whether the next EndTxn of a producer of version 2 needs another id.
    pub(super) fn ends_its_epochs(&self) -> bool {
        is_epoch_exhausted(self.value.producer_epoch)
    }

    /// A producer wants its transaction to end (endTransaction).
    ///
    /// # Errors
    /// INVALID_PRODUCER_ID_MAPPING, PRODUCER_FENCED, CONCURRENT_TRANSACTIONS, INVALID_TXN_STATE;
    /// COORDINATOR_LOAD_IN_PROGRESS for want of an id.
    pub(super) fn end(
        &mut self,
        producer: ProducerIdAndEpoch,
        committed: bool,
        version_two: bool,
        new_id: Option<ProducerId>,
        now: Time,
    ) -> Result<Ending, ErrorCode> {
        use TransactionState as State;
        let value = &self.value;
        // Of version 2: the answer was lost, and the epoch is the one after already.
        let raised = value.producer_epoch.checked_sub(1) == Some(producer.epoch);
        let replaced = value.previous_producer_id == Some(producer.id)
            && producer.epoch == i16::MAX - 1
            && value.producer_epoch == 0;
        let again = version_two && (raised || replaced);
        if value.producer_id != producer.id && !(version_two && replaced) {
            return Err(ErrorCode::InvalidProducerIdMapping);
        }
        let same = producer.epoch == value.producer_epoch;
        let valid = match value.state {
            State::PrepareCommit | State::PrepareAbort if version_two => raised,
            State::CompleteCommit | State::CompleteAbort if version_two => same || again,
            _ => same,
        };
        if !valid && !breaks(Mutant::EndsForZombies) {
            return Err(ErrorCode::ProducerFenced);
        }
        if self.pending.is_some() {
            return Err(ErrorCode::ConcurrentTransactions);
        }
        // Without a partition there is nothing to commit; with version 2 an abort still brings a
        // new epoch.
        let empty = version_two && !again && !committed;
        match (value.state, committed) {
            (State::Ongoing, _) => {}
            (State::Empty | State::CompleteCommit | State::CompleteAbort, _) if empty => {}
            (State::CompleteCommit, true) | (State::CompleteAbort, false)
                if again || !version_two =>
            {
                return Ok(Ending::Done(self.producer()));
            }
            (State::PrepareCommit, true) | (State::PrepareAbort, false) => {
                return Err(ErrorCode::ConcurrentTransactions);
            }
            _ => return Err(ErrorCode::InvalidTxnState),
        }
        let next = self.next_producer_id(version_two, new_id)?;
        Ok(Ending::Write(self.prepare_end(committed, version_two, next, now)))
    }

    /// Who the producer will be when this transaction is over, if it cannot stay who it is.
    fn next_producer_id(
        &self,
        version_two: bool,
        new_id: Option<ProducerId>,
    ) -> Result<Option<ProducerId>, ErrorCode> {
        match version_two && self.ends_its_epochs() {
            true => new_id.map(Some).ok_or(ErrorCode::CoordinatorLoadInProgress),
            false => Ok(None),
        }
    }

    /// A transaction that is open will be aborted in an epoch that its producer does not have
    /// (prepareFenceProducerEpoch).
    ///
    /// # Errors
    /// COORDINATOR_LOAD_IN_PROGRESS for want of an id.
    pub(super) fn fence(
        &mut self,
        version_two: bool,
        new_id: Option<ProducerId>,
        now: Time,
    ) -> Result<TransactionLogValue, ErrorCode> {
        let next = self.next_producer_id(version_two, new_id)?;
        if !self.failed_epoch_fence {
            self.value.producer_epoch = self.value.producer_epoch.saturating_add(1);
        }
        self.value.last_producer_epoch = NO_PRODUCER_EPOCH;
        Ok(self.prepare_end(false, version_two, next, now))
    }

    /// Its record could not be written; the epoch has been raised all the same.
    pub(super) fn fence_failed(&mut self) {
        self.failed_epoch_fence = true;
    }

    fn prepare_end(
        &mut self,
        committed: bool,
        version_two: bool,
        next_id: Option<ProducerId>,
        now: Time,
    ) -> TransactionLogValue {
        let state = match committed {
            true => TransactionState::PrepareCommit,
            false => TransactionState::PrepareAbort,
        };
        let mut next = self.prepared(state, now);
        if self.value.state != TransactionState::Ongoing {
            next.start = Some(now);
        }
        next.next_producer_id = next_id;
        if version_two {
            next.last_producer_epoch = next.producer_epoch;
            next.producer_epoch = next.producer_epoch.saturating_add(1);
        }
        next.version_two = version_two;
        self.pending = Some(state);
        next
    }

    /// What is to be written when all markers are (prepareComplete).
    pub(super) fn prepare_complete(&mut self, now: Time) -> TransactionLogValue {
        let state = match self.value.state {
            TransactionState::PrepareCommit => TransactionState::CompleteCommit,
            _ => TransactionState::CompleteAbort,
        };
        self.failed_epoch_fence = false;
        let mut next = self.prepared(state, now);
        next.partitions = Arc::from([]);
        if let Some(new) = self.value.next_producer_id.filter(|_| next.version_two) {
            (next.producer_id, next.producer_epoch) = (new, 0);
        }
        self.pending = Some(state);
        next
    }

    /// Its id has expired: a tombstone is being written.
    pub(super) fn prepare_dead(&mut self) {
        self.pending = Some(TransactionState::Dead);
    }

    /// What stays as it is, in another state.
    fn prepared(&self, state: TransactionState, now: Time) -> TransactionLogValue {
        let mut next = self.value.clone();
        next.previous_producer_id = Some(self.value.producer_id);
        next.next_producer_id = None;
        (next.state, next.update) = (state, now);
        next
    }

    /// A record is committed (completeTransitionTo).
    pub(super) fn complete(&mut self, mut written: TransactionLogValue) {
        // Each record tells who wrote the one before it; it counts only where that could change.
        let renews = match written.state {
            TransactionState::Empty => true,
            TransactionState::CompleteCommit | TransactionState::CompleteAbort => {
                written.version_two
            }
            _ => false,
        };
        if !renews {
            written.previous_producer_id = self.value.previous_producer_id;
        }
        self.value = written;
        self.pending = None;
    }

    /// A marker is written there.
    pub(super) fn remove_partition(&mut self, partition: Partition) {
        let left = self.value.partitions.iter().copied().filter(|it| *it != partition);
        self.value.partitions = left.collect();
    }

    /// Whether it has been open for too long (timedOutTransactions).
    pub(super) fn is_timed_out(&self, now: Time) -> bool {
        let open = self.value.state == TransactionState::Ongoing && self.pending.is_none();
        open && self.value.start.is_some_and(|start| start + self.value.timeout < now)
    }

    /// Whether nobody has used it for so long (shouldExpire).
    pub(super) fn is_expired(&self, now: Time, after: Span) -> bool {
        let quiet = matches!(
            self.value.state,
            TransactionState::Empty
                | TransactionState::CompleteCommit
                | TransactionState::CompleteAbort
        );
        quiet && self.pending.is_none() && self.value.update + after <= now
    }
}

/// The next epoch of a producer, with the one before it where that is its own
/// (prepareIncrementProducerEpoch).
fn next_epoch(value: &TransactionLogValue, expected: Option<i16>) -> Result<(i16, i16), ErrorCode> {
    let epoch = value.producer_epoch;
    let bumped = epoch.checked_add(1).ok_or(ErrorCode::ProducerFenced)?;
    match expected {
        None => Ok((bumped, NO_PRODUCER_EPOCH)),
        Some(expected) if epoch == NO_PRODUCER_EPOCH || expected == epoch => Ok((bumped, epoch)),
        // It has asked before, and did not hear the answer.
        Some(expected) if expected == value.last_producer_epoch => Ok((epoch, expected)),
        Some(_) => Err(ErrorCode::ProducerFenced),
    }
}
