//! What lives here: the producer's half of transactions (KIP-98, KIP-890): what it knows of its
//! own, what it asks of coordinators, and when its application begins and ends them
//! (TransactionManager but for what `sequences` has).
//! Who may knock: a producer and its sender, by way of the extension; processors; pictures to look.
//! Never here: brokers. They meet on the wire.

mod answers; // what the coordinators said
mod application; // who calls, and when
mod requests; // what goes next

use super::batch::Batch;
use super::producer::{Ask, Producer};
use super::sequences::renumber;
use crate::sim::id::{BrokerId, Name, Offset, Partition};
use crate::sim::ordered::Set;
use crate::sim::scenario::ProducerSpec;
use crate::sim::time::Time;
use crate::sim::transacting::Transacting;
use crate::sim::wire::{ErrorCode, MemberId, ProducerIdAndEpoch};

/// Where it stands (TransactionManager.State).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Debug)]
pub enum State {
    #[default]
    Uninitialized,
    Initializing,
    Ready,
    InTransaction,
    CommittingTransaction,
    AbortingTransaction,
    /// What is left is to abort.
    AbortableError,
    /// What is left is to close.
    FatalError,
}

impl State {
    /// By its name in Kafka's client.
    pub fn name(self) -> &'static str {
        match self {
            State::Uninitialized => "UNINITIALIZED",
            State::Initializing => "INITIALIZING",
            State::Ready => "READY",
            State::InTransaction => "IN_TRANSACTION",
            State::CommittingTransaction => "COMMITTING_TRANSACTION",
            State::AbortingTransaction => "ABORTING_TRANSACTION",
            State::AbortableError => "ABORTABLE_ERROR",
            State::FatalError => "FATAL_ERROR",
        }
    }

    /// Whether a call threw.
    pub fn is_error(self) -> bool {
        self >= State::AbortableError
    }
}

/// Whose coordinator (FindCoordinatorRequest.CoordinatorType).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum CoordinatorType {
    Group,
    Transaction,
}

/// A request of the transaction, in the order in which they go (TransactionManager.Priority).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum TxnRequest {
    FindCoordinator(CoordinatorType),
    InitProducerId,
    AddPartitionsToTxn,
    AddOffsetsToTxn,
    TxnOffsetCommit,
    EndTxn {
        committed: bool,
    },
    /// InitProducerId once more, for the next epoch.
    BumpEpoch,
}

/// A request that waits for its turn.
#[derive(Clone, Copy, Debug)]
struct Pending {
    request: TxnRequest,
    /// It failed before: first the sender sleeps.
    retry: bool,
}

/// A call in which the application's thread is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Call {
    InitTransactions,
    SendOffsetsToTransaction,
    CommitTransaction,
    AbortTransaction,
}

/// A consumer's place in its group, as its producer says it (ConsumerGroupMetadata).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConsumerGroupMetadata {
    pub group: Name,
    /// -1 without.
    pub generation: i32,
    pub member: Option<MemberId>,
    pub instance_id: Option<Name>,
}

/// What sendOffsetsToTransaction() was given.
#[derive(Clone, Debug)]
struct Offsets {
    metadata: ConsumerGroupMetadata,
    all: Vec<(Partition, Offset)>,
    /// What the group's coordinator has not taken yet.
    pending: Vec<(Partition, Offset)>,
}

/// A producer's transactions.
// Simplified: a call that has blocked for max.block.ms throws TimeoutException in Kafka, and the
// application may call again; here it goes on waiting.
#[derive(Clone, Debug)]
pub struct Transactions {
    /// `transactional.id`
    pub id: Name,
    /// When the application ends them.
    pub transacting: Transacting,
    state: State,
    last_error: Option<ErrorCode>,
    pending: Vec<Pending>,
    in_flight: bool,
    /// The sender sleeps before it tries again.
    sleeps_until: Time,
    /// The next retry comes sooner than usual.
    hurries: bool,
    coordinator: Option<BrokerId>,
    group_coordinator: Option<BrokerId>,
    /// To be added, and being added. What is added already is in `Sequences::in_transaction`.
    new_partitions: Set<Partition>,
    pending_partitions: Set<Partition>,
    /// The coordinator may know of the transaction.
    started: bool,
    /// The producer must ask for the next epoch when the transaction is over.
    bump: bool,
    /// `transaction.version` is 2 or more: partitions and offsets are added by who gets them, and
    /// each transaction has an epoch of its own (KIP-890).
    version_two: bool,
    offsets: Option<Offsets>,
    call: Option<Call>,
    /// Of the open transaction.
    records: u32,
    begun_at: Time,
}

impl Transactions {
    pub(super) fn of(spec: &ProducerSpec) -> Option<Box<Transactions>> {
        let id = spec.transactional.clone()?;
        Some(Box::new(Transactions::new(id, spec.transaction)))
    }

    fn new(id: Name, transacting: Transacting) -> Transactions {
        Transactions {
            id,
            transacting,
            state: State::Uninitialized,
            last_error: None,
            pending: Vec::new(),
            in_flight: false,
            sleeps_until: Time::ZERO,
            hurries: false,
            coordinator: None,
            group_coordinator: None,
            new_partitions: Set::new(),
            pending_partitions: Set::new(),
            started: false,
            bump: false,
            version_two: false,
            offsets: None,
            call: None,
            records: 0,
            begun_at: Time::ZERO,
        }
    }

    /// The process is gone: only what its configs say is left.
    pub(super) fn forget(&mut self) {
        *self = Transactions::new(self.id.clone(), self.transacting);
    }

    pub fn state(&self) -> State {
        self.state
    }

    /// The call that has not returned yet.
    pub fn call(&self) -> Option<Call> {
        self.call
    }

    /// Records that the application has sent in the open transaction.
    pub fn records(&self) -> u32 {
        self.records
    }

    /// Whether one is open, in the terms of TransactionManager.hasOngoingTransaction.
    pub fn is_ongoing(&self) -> bool {
        matches!(self.state, State::InTransaction | State::AbortableError) || self.is_completing()
    }

    pub(super) fn is_completing(&self) -> bool {
        matches!(self.state, State::CommittingTransaction | State::AbortingTransaction)
    }

    fn has_error(&self) -> bool {
        matches!(self.state, State::AbortableError | State::FatalError)
    }

    /// Whether the application's thread is free to call `send()`, and would.
    pub(super) fn may_send(&self) -> bool {
        match self.state {
            _ if self.call.is_some() => false,
            State::InTransaction | State::AbortableError => true,
            State::Ready => !self.transacting.is_on_command(),
            _ => false,
        }
    }

    /// When the application has something to do next, if its next record is due then.
    pub(super) fn next_call(&self, due: Time) -> Time {
        let time = self.transacting.time;
        match self.state {
            _ if !self.may_send() => Time::NEVER,
            State::InTransaction | State::AbortableError if time.0 > 0 => {
                due.min(self.begun_at + time)
            }
            _ => due,
        }
    }

    fn enqueue(&mut self, request: TxnRequest, retry: bool) {
        if self.pending.iter().all(|pending| pending.request != request) {
            self.pending.push(Pending { request, retry });
        }
    }

    /// TransactionManager.beginTransaction.
    fn begin(&mut self, now: Time) {
        self.state = State::InTransaction;
        self.records = 0;
        self.begun_at = now;
    }

    /// TransactionManager.beginCommit and beginAbort; the features are those of the moment.
    fn begin_completing(&mut self, committed: bool, transaction_version: i16) {
        self.last_error = None;
        self.state = match committed {
            true => State::CommittingTransaction,
            false => State::AbortingTransaction,
        };
        if !committed {
            self.new_partitions.clear();
        }
        self.enqueue(TxnRequest::EndTxn { committed }, false);
        // What is open ends as it began; the next one begins in an epoch that no old request knows.
        self.bump |= transaction_version >= 2 && !self.version_two;
        if self.bump {
            self.enqueue(TxnRequest::BumpEpoch, false);
        }
    }

    /// TransactionManager.transitionToAbortableError.
    fn abortable_error(&mut self, error: ErrorCode) {
        if matches!(self.state, State::InTransaction | State::CommittingTransaction) {
            self.state = State::AbortableError;
        }
        self.last_error.get_or_insert(error);
    }

    fn fatal_error(&mut self, error: ErrorCode) {
        self.state = State::FatalError;
        self.last_error = Some(error);
        self.pending.clear();
    }

    /// Of a partition or sequence numbers nobody knows how far they got
    /// (canHandleAbortableError, needToTriggerEpochBumpFromClient).
    fn doubtful(&mut self, error: ErrorCode) {
        if !self.version_two && !self.is_completing() {
            self.bump = true;
        }
        self.abortable_error(error);
    }
}

impl Producer {
    /// KafkaProducer.sendOffsetsToTransaction, as far as the request; a transaction must be open.
    pub(super) fn send_offsets(
        &mut self,
        offsets: Vec<(Partition, Offset)>,
        metadata: ConsumerGroupMetadata,
    ) {
        let Some(transactions) = &mut self.transactions else { return };
        let pending = offsets.clone();
        transactions.offsets = Some(Offsets { metadata, all: offsets, pending });
        transactions.call = Some(Call::SendOffsetsToTransaction);
        if transactions.version_two {
            transactions.started = true;
            transactions.enqueue(TxnRequest::TxnOffsetCommit, false);
        } else {
            transactions.enqueue(TxnRequest::AddOffsetsToTxn, false);
        }
    }

    /// TransactionManager.maybeAddPartition.
    fn add_partition(&mut self, partition: Partition) {
        let Some(transactions) = &mut self.transactions else { return };
        let Some(sequences) = &mut self.sequences else { return };
        let Some(added) = &mut sequences.in_transaction else { return };
        if transactions.version_two {
            added.insert(partition);
            transactions.started = true;
        } else if !added.contains(&partition)
            && !transactions.pending_partitions.contains(&partition)
        {
            transactions.new_partitions.insert(partition);
        }
    }

    /// TransactionManager.completeTransaction.
    fn complete_transaction(&mut self) {
        let Some(transactions) = &mut self.transactions else { return };
        transactions.state = match transactions.bump {
            true => State::Initializing,
            false => State::Ready,
        };
        transactions.last_error = None;
        transactions.bump = false;
        transactions.started = false;
        transactions.new_partitions.clear();
        transactions.pending_partitions.clear();
        transactions.offsets = None;
        if let Some(added) = self.sequences.as_mut().and_then(|it| it.in_transaction.as_mut()) {
            added.clear();
        }
    }

    /// InitProducerId or EndTxn says who this producer is from now on.
    fn rename(&mut self, producer: ProducerIdAndEpoch, reset: bool) {
        if let Some(sequences) = &mut self.sequences {
            sequences.rename(producer, reset);
        }
    }

    /// A batch was given up (TransactionManager.handleFailedBatch); `certain` if it surely was not
    /// written.
    pub(super) fn batch_failed(&mut self, batch: &Batch, error: ErrorCode, certain: bool) {
        let Some(transactions) = &mut self.transactions else { return };
        match error {
            _ if transactions.state == State::FatalError => {}
            ErrorCode::ProducerFenced | ErrorCode::InvalidProducerIdMapping => {
                transactions.fatal_error(error);
            }
            _ => transactions.doubtful(error),
        }
        let certain = certain && transactions.state != State::FatalError;
        let Some(sequences) = &mut self.sequences else { return };
        let renumbered = sequences.move_up(batch, certain);
        let mine = |other: &&mut Batch| other.partition == batch.partition;
        let flights = self.network.iter_mut().filter_map(|flight| match &mut flight.ask {
            Ask::Produce(batches) => Some(batches),
            _ => None,
        });
        renumber(flights.flatten().filter(mine), &renumbered);
        renumber(self.accumulator.waiting_for(batch.partition), &renumbered);
    }
}
