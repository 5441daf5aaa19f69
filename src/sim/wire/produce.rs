//! Produce: a producer hands batches to partition leaders.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{CompressionType, ErrorCode, ProducerStamp};
use crate::sim::id::{Epoch, Key, Name, Offset, Partition, RecordId};
use crate::sim::time::{Span, Time};

/// How many replicas must have a record before the producer is told (`acks`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Acks {
    /// 0: no answer at all.
    None,
    /// 1: the leader has it.
    Leader,
    /// all (-1): every replica that is in the ISR has it.
    All,
}

/// What a batch is about (the attributes isTransactional and isControlBatch).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
pub enum BatchKind {
    #[default]
    Plain,
    /// It counts when its transaction is committed.
    Transactional,
    /// A marker: the end of a transaction. It takes an offset, and no application sees it.
    Control,
}

/// What a record says. Applications see bytes; the coordinator reads its own kind.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Value {
    /// That many bytes of the application's.
    Bytes(u32),
    /// That many bytes that make every application throw.
    Poison(u32),
    /// No value: a tombstone, where a topic is compacted.
    Null,
    /// How a transaction ended, as the coordinator of that epoch said (EndTransactionMarker).
    EndTransaction { committed: bool, coordinator_epoch: Epoch },
    /// A record of `__consumer_offsets`.
    Coordinator(Arc<super::CoordinatorRecord>),
    /// Bytes of a stream processor's, made of a record that it read.
    Derived(Arc<Derived>),
}

/// What a stream processor wrote because of one record that it read.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Derived {
    /// How many bytes of a value it is: all that is on the wire.
    pub bytes: u32,
    /// What these bytes say, where it counts.
    pub count: Option<u64>,
    /// No byte of it is on the wire: nobody in the cluster knows, only who looks on.
    pub from: Origin,
}

/// The record that a stream processor made another of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Origin {
    /// Where it was read.
    pub partition: Partition,
    pub offset: Offset,
    /// As the application that made it called it.
    pub record: Option<RecordId>,
}

impl Record {
    /// What it was made of, if a stream processor made it.
    pub fn origin(&self) -> Option<Origin> {
        match &self.value {
            Value::Derived(derived) => Some(derived.from),
            _ => None,
        }
    }
}

/// One record, before and after it got an offset.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Record {
    /// Which record of which application; none for the cluster's own.
    pub id: Option<RecordId>,
    pub key: Option<Key>,
    /// CreateTime: when `send()` was called.
    pub timestamp: Time,
    pub value: Value,
}

/// A batch on the way to a partition.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PartitionProduce {
    pub partition: Partition,
    /// Of an idempotent producer.
    pub producer: Option<ProducerStamp>,
    pub kind: BatchKind,
    pub records: Arc<[Record]>,
    pub compression: CompressionType,
    /// Encoded size of the record batch (format v2) in bytes, compressed if it is.
    pub bytes: u32,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ProduceRequest {
    pub acks: Acks,
    /// How long the leader may wait for the ISR (`request.timeout.ms`).
    pub timeout: Span,
    /// Of a producer with transactions.
    pub transactional_id: Option<Name>,
    pub partitions: Vec<PartitionProduce>,
}

impl ProduceRequest {
    /// Without its header.
    pub(in crate::sim) fn bytes(&self) -> u32 {
        self.partitions.iter().map(|p| p.bytes + 16).sum()
    }
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PartitionProduceResponse {
    pub partition: Partition,
    pub error: ErrorCode,
    /// Offset of the batch's first record; -1 when nothing is known.
    pub base_offset: Offset,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ProduceResponse {
    pub partitions: Vec<PartitionProduceResponse>,
    /// The producer has sent too much and must wait so long.
    pub throttle_time_ms: u32,
}
