//! The classic group protocol: find the coordinator, join, sync, beat, leave.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::ErrorCode;
use crate::sim::id::{BrokerId, ClientId, Name, Partition};
use crate::sim::time::Span;

/// `member.id`: the client and a serial number where Kafka appends a random UUID.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct MemberId {
    pub client: ClientId,
    pub serial: u32,
}

impl fmt::Display for MemberId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.client, self.serial)
    }
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FindCoordinatorRequest {
    pub key: CoordinatorKey,
}

/// Whose coordinator is looked for (FindCoordinatorRequest.CoordinatorType).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum CoordinatorKey {
    Group(Name),
    /// A `transactional.id`.
    Transaction(Name),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FindCoordinatorResponse {
    pub error: ErrorCode,
    pub coordinator: Option<BrokerId>,
}

/// `partition.assignment.strategy`: who shares the partitions out, by its name in JoinGroup.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Assignor {
    Range,
    RoundRobin,
    Sticky,
    CooperativeSticky,
}

impl Assignor {
    /// As Kafka's logs and tools call it.
    pub fn name(self) -> &'static str {
        match self {
            Assignor::Range => "range",
            Assignor::RoundRobin => "roundrobin",
            Assignor::Sticky => "sticky",
            Assignor::CooperativeSticky => "cooperative-sticky",
        }
    }
}

/// Why a member joins (JoinGroupRequest's reason, KIP-800).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum JoinReason {
    /// It was in no group before, or was put out of it.
    Newcomer,
    /// It was told that the others join anew.
    Rebalance,
    /// It handed partitions back, which others are to get now (cooperative).
    Revoked,
    /// As the leader it saw that there are other topics or partitions now.
    Topics,
    /// It subscribes to other topics.
    Subscription,
    /// Its last attempt came to nothing.
    Failed,
}

/// What a member says about itself when it joins.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct MemberMetadata {
    /// The application's name (`client.id`), by which assignors order members.
    pub client_id: Name,
    /// `group.instance.id` of a static member (KIP-345).
    pub instance_id: Option<Name>,
    pub session_timeout: Span,
    /// `max.poll.interval.ms`: how long the others wait for it in a rebalance.
    pub rebalance_timeout: Span,
    /// Assignors it supports, preferred first.
    pub protocols: Arc<[Assignor]>,
    pub topics: Vec<Name>,
    /// What it owns while it joins, and the generation that it is in: -1 for none.
    pub owned: Arc<[Partition]>,
    pub generation: i32,
    /// What the sticky assignor remembers of its last assignment, handed back by now.
    pub remembered: Option<(Arc<[Partition]>, i32)>,
}

impl MemberMetadata {
    /// Whether the group may go on with what it knows of this member (ClassicGroupMember.matches).
    pub fn matches(&self, other: &MemberMetadata) -> bool {
        self.protocols == other.protocols
            && self.topics == other.topics
            && self.owned == other.owned
            && self.generation == other.generation
            && self.remembered == other.remembered
    }
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct JoinGroupRequest {
    pub group: Name,
    /// None on the very first join (KIP-394).
    pub member: Option<MemberId>,
    pub metadata: Arc<MemberMetadata>,
    pub reason: JoinReason,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct JoinGroupResponse {
    pub error: ErrorCode,
    pub generation: i32,
    pub protocol: Option<Assignor>,
    pub leader: Option<MemberId>,
    pub member: Option<MemberId>,
    /// A static leader that came back leads on without sharing out anew (KIP-814).
    pub skip_assignment: bool,
    /// All members, for the leader alone.
    pub members: Vec<(MemberId, Arc<MemberMetadata>)>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SyncGroupRequest {
    pub group: Name,
    pub generation: i32,
    pub member: MemberId,
    pub instance_id: Option<Name>,
    /// Everyone's partitions, from the leader alone.
    pub assignments: Vec<(MemberId, Arc<[Partition]>)>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SyncGroupResponse {
    pub error: ErrorCode,
    pub assignment: Arc<[Partition]>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct HeartbeatRequest {
    pub group: Name,
    pub generation: i32,
    pub member: MemberId,
    pub instance_id: Option<Name>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct HeartbeatResponse {
    pub error: ErrorCode,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LeaveGroupRequest {
    pub group: Name,
    pub member: MemberId,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LeaveGroupResponse {
    pub error: ErrorCode,
}
