//! What happened, where, when and because of which message.

mod causes;
mod remote;
mod stamped;
mod stream;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use self::causes::{Departure, RebalanceCause};
pub use self::remote::RemoteLogEvent;
pub use self::stamped::Stamped;
pub use self::stream::StreamEvent;

use super::command::Command;
use super::id::{BrokerId, ClientId, Epoch, Name, Node, Offset, Partition, RecordId, TopicId};
use super::log::cleaner::CleanerStats;
use super::log::retention::SegmentDeletion;
use super::raft::QuorumRole;
use super::time::Span;
use super::wire::{
    AcquiredRecords, ClientQuota, Envelope, ErrorCode, MemberId, ProducerIdAndEpoch, QuotaType,
    Record, RecordBatch, StateBatch,
};

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Event {
    // The wire.
    Sent(Arc<Envelope>),
    Arrived(Arc<Envelope>),
    /// The connection ended, or nobody lived at the other end.
    Lost(Arc<Envelope>),

    // People and processes.
    Commanded(Arc<Command>),
    Started,
    /// Ended at once, without a word.
    Crashed,
    /// The machine went off, and with it what was not on its disk yet.
    PowerLost,
    /// Ended in good order.
    Stopped,
    Paused,
    Resumed,
    /// Every message now takes this much longer to handle.
    Slowed(Span),
    LinkCut(Node),
    LinkHealed(Node),

    // The controller.
    BrokerRegistered {
        broker: BrokerId,
        broker_epoch: i64,
    },
    BrokerFenced(BrokerId),
    BrokerUnfenced(BrokerId),
    TopicCreated {
        topic: TopicId,
        name: Name,
        partitions: u32,
    },
    PartitionsAdded {
        topic: TopicId,
        count: u32,
    },
    TopicConfigChanged {
        topic: TopicId,
        name: Name,
        value: Option<Name>,
    },
    /// The controller refused what the admin asked.
    AdminRefused {
        error: ErrorCode,
        subject: Name,
    },
    /// A new leader, or none (epoch raised either way).
    LeaderElected {
        partition: Partition,
        leader: Option<BrokerId>,
        epoch: Epoch,
        unclean: bool,
    },
    IsrShrank {
        partition: Partition,
        isr: Vec<BrokerId>,
        removed: Vec<BrokerId>,
    },
    IsrGrew {
        partition: Partition,
        isr: Vec<BrokerId>,
        added: Vec<BrokerId>,
    },
    /// A batch came again; it was written before and is not written twice.
    DuplicateFound {
        partition: Partition,
        base_offset: Offset,
    },
    /// These may lead although they are not in the ISR.
    ElrChanged {
        partition: Partition,
        elr: Vec<BrokerId>,
    },

    // Replicas.
    BecameLeader {
        partition: Partition,
        epoch: Epoch,
        log_end: Offset,
    },
    BecameFollower {
        partition: Partition,
        epoch: Epoch,
        leader: Option<BrokerId>,
    },
    /// A batch was written, by the leader or by a follower that fetched it.
    Appended {
        partition: Partition,
        batch: Arc<RecordBatch>,
        as_leader: bool,
    },
    /// What was written and had not reached the disk is gone.
    UnflushedLost {
        partition: Partition,
        from: Offset,
        to: Offset,
    },
    /// Records from `to` up to `from` were thrown away.
    Truncated {
        partition: Partition,
        from: Offset,
        to: Offset,
    },
    HighWatermarkMoved {
        partition: Partition,
        from: Offset,
        to: Offset,
        as_leader: bool,
    },
    SegmentRolled {
        partition: Partition,
        base: Offset,
    },
    /// What is before it is deleted: the log starts later.
    LogStartMoved {
        partition: Partition,
        from: Offset,
        to: Offset,
    },

    // Producers.
    /// The application called `send()` and the record waits in the accumulator.
    Produced {
        record: RecordId,
        partition: Partition,
        key: Option<super::id::Key>,
    },
    /// `send()` failed before any request (no metadata, no memory).
    SendFailed {
        record: RecordId,
        error: ErrorCode,
    },
    /// The application was told that all is well; the offset is -1 for acks=0.
    Acked {
        partition: Partition,
        base_offset: Offset,
        records: Arc<[Record]>,
    },
    /// The application was told that it failed. The record may be in the log all the same.
    ProduceFailed {
        partition: Partition,
        records: Arc<[Record]>,
        error: ErrorCode,
    },
    /// The producer will try this batch again.
    ProduceRetried {
        partition: Partition,
        records: Arc<[Record]>,
        error: ErrorCode,
    },

    // Groups, as their coordinator sees them.
    CoordinatorLoaded {
        index: u32,
    },
    GroupRebalancing {
        group: Name,
        cause: RebalanceCause,
    },
    /// A group of KIP-848 is at its next epoch: who shall own what is decided anew.
    GroupEpochBumped {
        group: Name,
        epoch: Epoch,
        cause: RebalanceCause,
    },
    MemberJoined {
        group: Name,
        member: MemberId,
    },
    /// A static member is back under another id.
    MemberReturned {
        group: Name,
        member: MemberId,
    },
    MemberGone {
        group: Name,
        member: MemberId,
        why: Departure,
    },
    /// Everyone joined: a new generation.
    GroupFormed {
        group: Name,
        generation: i32,
        members: u32,
    },

    // Consumers.
    /// It may read these partitions now, of which some are new to it.
    Assigned {
        group: Name,
        generation: i32,
        partitions: Arc<[Partition]>,
        added: Arc<[Partition]>,
        /// Whether what it had before was its own all the time.
        cooperative: bool,
    },
    Revoked {
        group: Name,
        partitions: Arc<[Partition]>,
    },
    /// Lost without a chance to commit (session expired, fenced).
    PartitionsLost {
        group: Name,
        partitions: Arc<[Partition]>,
    },
    /// The read position was set: from a committed offset, or by `auto.offset.reset`.
    PositionSet {
        partition: Partition,
        offset: Offset,
        by_reset: bool,
    },
    /// `poll()` throws NoOffsetForPartitionException: nothing is committed, and
    /// `auto.offset.reset=none`. The application closes.
    NoOffset {
        partition: Partition,
    },
    Polled {
        records: u32,
    },
    Processed {
        group: Name,
        partition: Partition,
        offset: Offset,
        record: Option<RecordId>,
    },
    /// The coordinator has the offsets.
    Committed {
        group: Name,
        offsets: Arc<[(Partition, Offset)]>,
    },
    CommitFailed {
        group: Name,
        error: ErrorCode,
    },
    /// Another consumer with the same `group.instance.id` took its place
    /// (FencedInstanceIdException).
    InstanceFenced {
        group: Name,
    },
    /// The coordinator does not want it as a member, and asking again would not help: `poll()`
    /// throws the exception of this error.
    MembershipRefused {
        group: Name,
        error: ErrorCode,
    },
    /// `max.poll.interval.ms` passed without a poll: the client itself leaves.
    PollTimedOut {
        group: Name,
    },

    // The quorum of controllers.
    /// A controller has another role now, or the same in a new epoch.
    QuorumRole {
        role: QuorumRole,
        epoch: Epoch,
    },
    /// A controller has committed a record of its own epoch and decides from now on.
    ControllerActive {
        epoch: Epoch,
    },
    // More of cables.
    /// What this node sends does not reach the other.
    DirectionCut(Node),
    DirectionHealed(Node),
    /// Messages now take this long, both ways.
    LinkSet(Node, Span),
    /// What this node sends to the other now takes this long.
    DirectionSet(Node, Span),
    /// These can talk to one another, and all others among themselves.
    NetworkSplit(Arc<[Node]>),
    NetworkHealed,
    /// Both ends of a connection are told that it is no more.
    ConnectionReset(Node),

    /// Its wall clock is ahead by so many milliseconds; behind, if below zero.
    ClockSet(i64),

    // Disks.
    /// Every write takes this much longer.
    DiskSlowed(Span),
    DiskFilled,
    DiskFreed,
    /// The broker could not write to its log directory and halted.
    StorageFailed,
    // Reassignments.
    /// These replicas are wanted; until those that come are in sync, those that go stay.
    ReassignmentBegun {
        partition: Partition,
        replicas: Vec<BrokerId>,
        adding: Vec<BrokerId>,
        removing: Vec<BrokerId>,
    },
    /// The partition is where it was wanted.
    ReassignmentDone {
        partition: Partition,
        replicas: Vec<BrokerId>,
    },
    /// It stays where it was.
    ReassignmentCancelled {
        partition: Partition,
        replicas: Vec<BrokerId>,
    },
    /// A broker that is no replica any more deletes its log.
    ReplicaDeleted {
        partition: Partition,
    },
    /// The controller has forgotten a broker.
    BrokerUnregistered(BrokerId),

    // More of consumers.
    /// The application moved its position (KafkaConsumer.seek).
    Sought {
        partition: Partition,
        offset: Offset,
    },
    /// `poll()` throws OffsetOutOfRangeException: the position is not in the log, and
    /// `auto.offset.reset=none`. The application closes.
    OffsetOutOfRange {
        partition: Partition,
        offset: Offset,
    },
    /// The application threw while it worked on a record.
    HandlingFailed {
        group: Name,
        partition: Partition,
        offset: Offset,
        record: Option<RecordId>,
    },
    /// `offsets.retention.minutes` have passed; with its last offset an empty group goes, too.
    OffsetsExpired {
        group: Name,
        partitions: Arc<[Partition]>,
        group_gone: bool,
    },

    // Share groups, as the leader of a partition sees them.
    /// It knows from where on a group works on a partition.
    SharePartitionInitialized {
        group: Name,
        partition: Partition,
        start_offset: Offset,
    },
    /// A member got records to work on, until its lock ends.
    RecordsAcquired {
        group: Name,
        member: MemberId,
        partition: Partition,
        records: AcquiredRecords,
    },
    /// What a member has done with its records is persisted.
    RecordsAcknowledged {
        group: Name,
        member: MemberId,
        partition: Partition,
        batch: StateBatch,
    },
    /// Nobody was heard of in time: the lock on these is over.
    AcquisitionLockTimedOut {
        group: Name,
        partition: Partition,
        batch: StateBatch,
    },

    // Transactions, as their coordinators and the leaders of their partitions see them.
    /// A producer has the next epoch of its `transactional.id`: whoever had one before is out.
    TransactionalIdInitialized {
        transactional_id: Name,
        producer: ProducerIdAndEpoch,
    },
    /// The first of them begin a transaction.
    TransactionPartitionsAdded {
        transactional_id: Name,
        partitions: Arc<[Partition]>,
        begins: bool,
    },
    /// An open transaction will be aborted, because its producer is not the newest any more.
    TransactionFenced {
        transactional_id: Name,
        producer: ProducerIdAndEpoch,
    },
    /// The same because it was open for longer than its producer's `transaction.timeout.ms`.
    TransactionTimedOut {
        transactional_id: Name,
        producer: ProducerIdAndEpoch,
    },
    /// How the transaction ends is decided; its partitions do not know yet.
    TransactionPrepared {
        transactional_id: Name,
        committed: bool,
    },
    /// A partition's leader has written how a transaction ended.
    TransactionMarkerWritten {
        partition: Partition,
        producer: ProducerIdAndEpoch,
        committed: bool,
    },
    /// All its partitions know.
    TransactionCompleted {
        transactional_id: Name,
        committed: bool,
    },

    // Transactions, as the producer's application lives through them.
    /// initTransactions() returned: whoever had this `transactional.id` before is kept out.
    TransactionsInitialized {
        transactional_id: Name,
        producer: ProducerIdAndEpoch,
    },
    TransactionBegun {
        transactional_id: Name,
    },
    /// sendOffsetsToTransaction() returned: these count if the transaction is committed.
    OffsetsSentToTransaction {
        transactional_id: Name,
        group: Name,
        offsets: Arc<[(Partition, Offset)]>,
    },
    TransactionCommitted {
        transactional_id: Name,
    },
    TransactionAborted {
        transactional_id: Name,
    },
    /// A call threw: the transaction can only be aborted.
    TransactionFailed {
        transactional_id: Name,
        error: ErrorCode,
    },
    /// A call threw for good: another has this `transactional.id`, or the coordinator has given the
    /// transaction up. The application closes.
    ProducerFenced {
        transactional_id: Name,
        error: ErrorCode,
    },

    // The life of a log.
    /// Old segments are gone; their files stay for `file.delete.delay.ms`.
    SegmentsDeleted {
        partition: Partition,
        reason: SegmentDeletion,
        segments: u32,
        bytes: u64,
        /// The offsets that were in them, whether compaction had left something there or not.
        from: Offset,
        to: Offset,
    },
    /// A log was compacted: from where it was dirty up to where it cannot be cleaned yet, and
    /// everything before that again.
    CleanerRan {
        partition: Partition,
        from: Offset,
        to: Offset,
        stats: Box<CleanerStats>,
        /// The offsets of the records that went, in order.
        removed: Arc<[Offset]>,
    },
    /// From now on a client, or all without a quota of their own, may move so many bytes a second.
    ClientQuotaChanged(ClientQuota),
    /// A broker does not read a client's connection for so long: it moved too many bytes.
    Throttled {
        client: ClientId,
        quota: QuotaType,
        time: Span,
    },
    RemoteLog(RemoteLogEvent),
    Stream(StreamEvent),
}
