//! Share groups (KIP-932): heartbeat, fetch, acknowledge, and what a group's coordinator writes.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{ConsumerGroupHeartbeatResponse, ErrorCode, MemberId, RecordBatch};
use crate::sim::id::{Name, Offset, Partition};
use crate::sim::ordered::Set;
use crate::sim::time::Span;

/// Joins with epoch 0, leaves with epoch -1, else says that the member is there.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ShareGroupHeartbeatRequest {
    pub group: Name,
    /// Made by the client (KIP-1082).
    pub member: MemberId,
    pub member_epoch: i32,
    pub rack: Option<Name>,
    /// None if they are what they were.
    pub subscribed_topic_names: Option<Set<Name>>,
}

impl ShareGroupHeartbeatRequest {
    /// Whether it only says that the member is alive.
    pub fn says_nothing_new(&self) -> bool {
        self.member_epoch > 0 && self.subscribed_topic_names.is_none()
    }

    /// The epoch of a member that joins.
    pub const JOIN_GROUP_MEMBER_EPOCH: i32 = 0;
    /// The epoch of a member that leaves.
    pub const LEAVE_GROUP_MEMBER_EPOCH: i32 = -1;
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ShareGroupHeartbeatResponse {
    pub error: ErrorCode,
    pub member_epoch: i32,
    pub heartbeat_interval: Span,
    /// None if it is what it was.
    pub assignment: Option<Arc<[Partition]>>,
}

impl From<ShareGroupHeartbeatResponse> for ConsumerGroupHeartbeatResponse {
    fn from(said: ShareGroupHeartbeatResponse) -> Self {
        ConsumerGroupHeartbeatResponse {
            error: said.error,
            member: None,
            member_epoch: said.member_epoch,
            heartbeat_interval: said.heartbeat_interval,
            assignment: said.assignment.map(|all| all.iter().copied().collect()),
        }
    }
}

/// What an application has done with a record.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum AcknowledgeType {
    /// There was no record at this offset (0).
    Gap,
    /// Done (1).
    Accept,
    /// Someone may try again (2).
    Release,
    /// Nobody shall try again (3).
    Reject,
}

/// From the first offset to the last, both included.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AcknowledgementBatch {
    pub first_offset: Offset,
    pub last_offset: Offset,
    /// One for all, or one for each offset.
    pub acknowledge_types: Vec<AcknowledgeType>,
}

impl AcknowledgementBatch {
    /// What is said of an offset of it.
    pub fn type_at(&self, offset: Offset) -> AcknowledgeType {
        let index = match self.acknowledge_types.len() {
            0 | 1 => 0,
            _ => usize::try_from(offset - self.first_offset).unwrap_or(0),
        };
        self.acknowledge_types.get(index).copied().unwrap_or(AcknowledgeType::Gap)
    }
}

/// What a member got to work on: from the first offset to the last, both included.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AcquiredRecords {
    pub first_offset: Offset,
    pub last_offset: Offset,
    /// How often they were delivered, this time included.
    pub delivery_count: u16,
}

/// Which fetch of a share session a request is (ShareRequestMetadata).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ShareSessionEpoch(pub i32);

impl ShareSessionEpoch {
    /// Opens a session.
    pub const INITIAL: ShareSessionEpoch = ShareSessionEpoch(0);
    /// Closes it.
    pub const FINAL: ShareSessionEpoch = ShareSessionEpoch(-1);

    /// The epoch of the request after this one, which never opens a session again.
    pub fn next(self) -> ShareSessionEpoch {
        ShareSessionEpoch(self.0.checked_add(1).unwrap_or(1))
    }
}

/// The acknowledgements of one partition.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AcknowledgePartition {
    pub partition: Partition,
    pub acknowledgement_batches: Vec<AcknowledgementBatch>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ShareFetchRequest {
    pub group: Name,
    pub member: MemberId,
    pub share_session_epoch: ShareSessionEpoch,
    pub max_wait: Span,
    pub min_bytes: u32,
    pub max_bytes: u32,
    /// How many records the member wants, give or take the rest of a batch.
    pub max_records: u32,
    /// How many records the batches that it acknowledges had better have.
    pub batch_size: u32,
    /// Those that are new to the session.
    pub partitions: Vec<Partition>,
    /// No longer wanted within the session.
    pub forgotten: Vec<Partition>,
    /// What rides along.
    pub acknowledgements: Vec<AcknowledgePartition>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ShareFetchPartitionResponse {
    pub partition: Partition,
    pub error: ErrorCode,
    /// Of the acknowledgements that rode along.
    pub acknowledge_error: ErrorCode,
    /// Whole batches as they stand in the log; only what is acquired is delivered.
    pub batches: Vec<Arc<RecordBatch>>,
    pub acquired_records: Vec<AcquiredRecords>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ShareFetchResponse {
    /// Of the session; then there are no partitions.
    pub error: ErrorCode,
    /// How long acquired records are the member's.
    pub acquisition_lock_timeout: Span,
    pub partitions: Vec<ShareFetchPartitionResponse>,
}

impl ShareFetchResponse {
    pub(super) fn bytes(&self) -> u32 {
        let records = self.partitions.iter().flat_map(|p| &p.batches).map(|b| b.bytes);
        records.sum::<u32>() + self.partitions.len() as u32 * 32
    }

    pub(super) fn first_error(&self) -> ErrorCode {
        let parts = self.partitions.iter().flat_map(|p| [p.error, p.acknowledge_error]);
        let mut all = [self.error].into_iter().chain(parts);
        all.find(|error| *error != ErrorCode::None).unwrap_or(ErrorCode::None)
    }
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ShareAcknowledgeRequest {
    pub group: Name,
    pub member: MemberId,
    pub share_session_epoch: ShareSessionEpoch,
    pub partitions: Vec<AcknowledgePartition>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ShareAcknowledgeResponse {
    /// Of the session; then there are no partitions.
    pub error: ErrorCode,
    pub partitions: Vec<(Partition, ErrorCode)>,
}

/// What a member says of itself (ShareGroupMemberMetadataValue).
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct ShareMemberMetadata {
    pub rack: Option<Name>,
    pub subscribed_topic_names: Set<Name>,
}

/// Where a member stands (ShareGroupCurrentMemberAssignmentValue).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ShareMemberAssignment {
    pub member_epoch: i32,
    /// Accepted, too: the answer with the new epoch may have been lost.
    pub previous_member_epoch: i32,
    pub assigned: Arc<[Partition]>,
}

/// A record of `__consumer_offsets` about one share group; without a value it is a tombstone.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum ShareRecord {
    /// ShareGroupMemberMetadataKey and Value.
    MemberMetadata(MemberId, Option<Arc<ShareMemberMetadata>>),
    /// ShareGroupPartitionMetadataKey and Value: the topics that members subscribe to, each with
    /// its partitions.
    PartitionMetadata(Arc<[Partition]>),
    /// ShareGroupMetadataKey and Value: the group epoch.
    GroupMetadata(i32),
    /// ShareGroupTargetAssignmentMemberKey and Value.
    TargetAssignmentMember(MemberId, Option<Arc<[Partition]>>),
    /// ShareGroupTargetAssignmentMetadataKey and Value: the group epoch that targets are made for.
    TargetAssignmentMetadata(i32),
    /// ShareGroupCurrentMemberAssignmentKey and Value.
    CurrentMemberAssignment(MemberId, Option<ShareMemberAssignment>),
}
