//! The consumer group protocol of KIP-848: one request, and what a coordinator writes down of it.

use serde::{Deserialize, Serialize};

use super::ErrorCode;
use super::groups::MemberId;
use crate::sim::id::{Epoch, Name, Partition, TopicId};
use crate::sim::ordered::{Map, Set};
use crate::sim::time::Span;

/// `MemberEpoch` of who joins (ConsumerGroupHeartbeatRequest).
pub const JOIN_GROUP_MEMBER_EPOCH: Epoch = 0;
/// `MemberEpoch` of who leaves for good.
pub const LEAVE_GROUP_MEMBER_EPOCH: Epoch = -1;
/// `MemberEpoch` of a static member that leaves and will be back.
pub const LEAVE_GROUP_STATIC_MEMBER_EPOCH: Epoch = -2;

/// What is absent has not changed since the last one.
// Simplified: consumers subscribe to topics by name, never by pattern, and name no rack.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ConsumerGroupHeartbeatRequest {
    pub group: Name,
    /// None if the coordinator shall choose it.
    pub member: Option<MemberId>,
    pub member_epoch: Epoch,
    /// `group.instance.id` (KIP-345).
    pub instance_id: Option<Name>,
    /// `max.poll.interval.ms`: how long the coordinator waits for it to revoke partitions.
    pub rebalance_timeout: Option<Span>,
    pub subscribed_topic_names: Option<Set<Name>>,
    /// `group.remote.assignor`.
    pub server_assignor: Option<Name>,
    /// What the member owns.
    pub topic_partitions: Option<Set<Partition>>,
}

impl ConsumerGroupHeartbeatRequest {
    /// Whether it only says that the member is alive.
    pub fn says_nothing_new(&self) -> bool {
        self.member_epoch > JOIN_GROUP_MEMBER_EPOCH
            && self.topic_partitions.is_none()
            && self.subscribed_topic_names.is_none()
    }
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ConsumerGroupHeartbeatResponse {
    pub error: ErrorCode,
    pub member: Option<MemberId>,
    pub member_epoch: Epoch,
    pub heartbeat_interval: Span,
    /// What the member may own from now on; none if that has not changed.
    pub assignment: Option<Set<Partition>>,
}

/// A record of a consumer group in `__consumer_offsets`; what has no value is a tombstone.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum ModernRecord {
    /// ConsumerGroupMetadataKey and Value; its tombstone ends the group.
    GroupMetadata { epoch: Option<Epoch> },
    /// ConsumerGroupPartitionMetadataKey and Value.
    PartitionMetadata { topics: Option<Map<Name, SubscribedTopicMetadata>> },
    /// ConsumerGroupMemberMetadataKey and Value.
    MemberMetadata { member: MemberId, value: Option<ConsumerGroupMemberMetadataValue> },
    /// ConsumerGroupTargetAssignmentMetadataKey and Value.
    TargetAssignmentMetadata { assignment_epoch: Option<Epoch> },
    /// ConsumerGroupTargetAssignmentMemberKey and Value.
    TargetAssignmentMember { member: MemberId, topic_partitions: Option<Set<Partition>> },
    /// ConsumerGroupCurrentMemberAssignmentKey and Value.
    CurrentMemberAssignment {
        member: MemberId,
        value: Option<ConsumerGroupCurrentMemberAssignmentValue>,
    },
}

/// A topic as it was when the group looked at it last.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SubscribedTopicMetadata {
    pub topic: TopicId,
    pub num_partitions: u32,
}

/// What a member says about itself.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct ConsumerGroupMemberMetadataValue {
    pub instance_id: Option<Name>,
    pub rebalance_timeout: Span,
    pub subscribed_topic_names: Set<Name>,
    pub server_assignor: Option<Name>,
}

/// Where a member stands on its way to the target assignment.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ConsumerGroupCurrentMemberAssignmentValue {
    pub member_epoch: Epoch,
    pub previous_member_epoch: Epoch,
    pub state: MemberState,
    pub assigned_partitions: Set<Partition>,
    pub partitions_pending_revocation: Set<Partition>,
}

/// What a member is waited for, or waits for itself.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum MemberState {
    Stable,
    /// It has to give up partitions first.
    UnrevokedPartitions,
    /// Others have to give up partitions that shall be its own.
    UnreleasedPartitions,
}
