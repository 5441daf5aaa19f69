//! Offsets: where a log ends, and how far a group has read.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::ErrorCode;
use super::consumer_group::ModernRecord;
use super::fetch::IsolationLevel;
use super::groups::{Assignor, MemberId, MemberMetadata};
use super::share_group::ShareRecord;
use super::share_state::ShareStateRecord;
use super::transactions::TransactionRecord;
use crate::sim::id::{Epoch, Name, Offset, Partition};
use crate::sim::time::Time;

/// Which place of a log is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum OffsetSpec {
    Earliest,
    Latest,
    /// The first record stamped then or later, in milliseconds since 1970.
    Timestamp(u64),
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ListOffsetsRequest {
    pub spec: OffsetSpec,
    /// Whether the latest offset is the last stable one.
    pub isolation: IsolationLevel,
    /// With the leader epoch that the asker knows.
    pub partitions: Vec<(Partition, Epoch)>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ListedOffset {
    pub partition: Partition,
    pub error: ErrorCode,
    /// -1 where no record is that young.
    pub offset: Offset,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ListOffsetsResponse {
    pub partitions: Vec<ListedOffset>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OffsetCommitRequest {
    pub group: Name,
    pub generation: i32,
    pub member: MemberId,
    pub instance_id: Option<Name>,
    /// Next offset to read, per partition.
    pub offsets: Vec<(Partition, Offset)>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CommittedOffset {
    pub partition: Partition,
    pub error: ErrorCode,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OffsetCommitResponse {
    pub partitions: Vec<CommittedOffset>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OffsetFetchRequest {
    pub group: Name,
    /// By the protocol of KIP-848: who asks, and in which epoch.
    pub member: Option<MemberId>,
    pub member_epoch: Epoch,
    /// Offsets that a transaction is about to commit are waited for (requireStable).
    pub require_stable: bool,
    pub partitions: Vec<Partition>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OffsetFetchResponse {
    pub error: ErrorCode,
    /// No offset where the group never committed.
    pub offsets: Vec<(Partition, Option<Offset>)>,
}

/// A record of `__consumer_offsets`: what a coordinator must know after a failover.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum CoordinatorRecord {
    /// OffsetCommitKey and Value; a tombstone without a value.
    Offset { group: Name, partition: Partition, committed: Option<OffsetAndMetadata> },
    /// GroupMetadataKey and Value, written at the end of each rebalance.
    Group(GroupMetadataValue),
    /// GroupMetadataKey without a value: the group is gone.
    GroupTombstone(Name),
    /// What a group of KIP-848 is made of.
    ConsumerGroup { group: Name, record: Box<ModernRecord> },
    /// What a share group is made of.
    ShareGroup { group: Name, record: Box<ShareRecord> },
    /// A record of `__share_group_state`.
    ShareState(Box<ShareStateRecord>),
    /// A record of `__transaction_state`.
    Transaction(Box<TransactionRecord>),
}

/// What a group has committed of one partition.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OffsetAndMetadata {
    pub offset: Offset,
    /// By the wall clock of the coordinator.
    pub commit_timestamp: Time,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct GroupMetadataValue {
    pub group: Name,
    pub generation: i32,
    pub protocol: Option<Assignor>,
    pub leader: Option<MemberId>,
    /// Since when it has no members (currentStateTimestamp), by the wall clock of the coordinator.
    pub empty_since: Option<Time>,
    pub members: Vec<(MemberId, Arc<MemberMetadata>, Arc<[Partition]>)>,
}
