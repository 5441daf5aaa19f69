//! Transactions: what a producer asks of the coordinator of its `transactional.id`, what that
//! coordinator asks of leaders and writes down (KIP-98, KIP-890).

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{ErrorCode, MemberId, ProducerId, ProducerIdAndEpoch};
use crate::sim::id::{Epoch, Name, Offset, Partition};
use crate::sim::time::{Span, Time};

/// A producer is about to write to these partitions; or, with `verify_only`, a leader asks whether
/// it has said so (KIP-890).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AddPartitionsToTxnRequest {
    pub transactional_id: Name,
    pub producer: ProducerIdAndEpoch,
    pub verify_only: bool,
    pub partitions: Vec<Partition>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AddPartitionsToTxnResponse {
    pub partitions: Vec<(Partition, ErrorCode)>,
}

/// A producer is about to commit offsets of a group.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AddOffsetsToTxnRequest {
    pub transactional_id: Name,
    pub producer: ProducerIdAndEpoch,
    pub group: Name,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AddOffsetsToTxnResponse {
    pub error: ErrorCode,
}

/// Offsets that count when the transaction is committed; to the group's coordinator.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TxnOffsetCommitRequest {
    pub transactional_id: Name,
    pub group: Name,
    pub producer: ProducerIdAndEpoch,
    /// Of the consumer that read them; -1 and none without.
    pub generation: i32,
    pub member: Option<MemberId>,
    pub instance_id: Option<Name>,
    /// Next offset to read, per partition.
    pub offsets: Vec<(Partition, Offset)>,
    /// Whether the coordinator adds its partition to the transaction itself (KIP-890, version 2).
    pub implicit: bool,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TxnOffsetCommitResponse {
    pub partitions: Vec<(Partition, ErrorCode)>,
}

/// A producer commits or aborts.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct EndTxnRequest {
    pub transactional_id: Name,
    pub producer: ProducerIdAndEpoch,
    pub committed: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct EndTxnResponse {
    pub error: ErrorCode,
    /// Who the producer is from now on (KIP-890, version 2); none where it stays who it was.
    pub producer: Option<ProducerIdAndEpoch>,
}

/// How a transaction ended, for the leaders of its partitions.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TxnMarker {
    pub producer: ProducerIdAndEpoch,
    pub committed: bool,
    pub coordinator_epoch: Epoch,
    pub partitions: Vec<Partition>,
}

/// The coordinator of transactions tells a leader how they ended.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct WriteTxnMarkersRequest {
    pub markers: Vec<TxnMarker>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct WriteTxnMarkersResponse {
    /// For each marker, what became of it in each partition.
    pub markers: Vec<(ProducerId, Vec<(Partition, ErrorCode)>)>,
}

/// Where a transaction stands (TransactionState).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum TransactionState {
    Empty,
    Ongoing,
    /// It will be committed, whatever happens: this is the point of no return.
    PrepareCommit,
    PrepareAbort,
    CompleteCommit,
    CompleteAbort,
    /// Its time was up, and a newer epoch keeps its producer out.
    PrepareEpochFence,
    /// Its id has expired.
    Dead,
}

impl TransactionState {
    /// By its name in Kafka's tools.
    pub fn name(self) -> &'static str {
        match self {
            TransactionState::Empty => "Empty",
            TransactionState::Ongoing => "Ongoing",
            TransactionState::PrepareCommit => "PrepareCommit",
            TransactionState::PrepareAbort => "PrepareAbort",
            TransactionState::CompleteCommit => "CompleteCommit",
            TransactionState::CompleteAbort => "CompleteAbort",
            TransactionState::PrepareEpochFence => "PrepareEpochFence",
            TransactionState::Dead => "Dead",
        }
    }
}

/// A record of `__transaction_state` (TransactionLogValue).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TransactionLogValue {
    pub producer_id: ProducerId,
    /// Who it was before its epochs were used up.
    pub previous_producer_id: Option<ProducerId>,
    /// Who it will be when this transaction is over, if its epochs are used up.
    pub next_producer_id: Option<ProducerId>,
    pub producer_epoch: i16,
    /// The epoch before that; -1 for none.
    pub last_producer_epoch: i16,
    pub timeout: Span,
    pub state: TransactionState,
    pub partitions: Arc<[Partition]>,
    /// When the transaction began, and when it was last changed, by the coordinator's wall clock.
    pub start: Option<Time>,
    pub update: Time,
    /// Whether its producer is of version 2 (KIP-890).
    pub version_two: bool,
}

/// A key of `__transaction_state` with its value; a tombstone without.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TransactionRecord {
    pub transactional_id: Name,
    pub value: Option<TransactionLogValue>,
}

/// Administrators ask a leader who writes to a partition (DescribeProducers, KIP-664).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DescribeProducersRequest {
    pub partition: Partition,
}

/// A producer as a partition's leader knows it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ActiveProducer {
    pub producer: ProducerIdAndEpoch,
    pub last_sequence: i32,
    /// In ms.
    pub last_timestamp: u64,
    pub coordinator_epoch: Epoch,
    /// Where its open transaction begins.
    pub transaction_start: Option<Offset>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DescribeProducersResponse {
    pub error: ErrorCode,
    pub producers: Vec<ActiveProducer>,
}
