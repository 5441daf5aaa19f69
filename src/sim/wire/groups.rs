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
    pub group: Name,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FindCoordinatorResponse {
    pub error: ErrorCode,
    pub coordinator: Option<BrokerId>,
}

/// What a member says about itself when it joins.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct MemberMetadata {
    /// The application's name (`client.id`), by which assignors order members.
    pub client_id: Name,
    pub session_timeout: Span,
    /// `max.poll.interval.ms`: how long the others wait for it in a rebalance.
    pub rebalance_timeout: Span,
    /// Assignors it supports, preferred first.
    pub protocols: Vec<Name>,
    pub topics: Vec<Name>,
    /// What it owned before (for sticky assignors).
    pub owned: Vec<Partition>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct JoinGroupRequest {
    pub group: Name,
    /// None on the very first join (KIP-394).
    pub member: Option<MemberId>,
    pub metadata: Arc<MemberMetadata>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct JoinGroupResponse {
    pub error: ErrorCode,
    pub generation: i32,
    pub protocol: Option<Name>,
    pub leader: Option<MemberId>,
    pub member: Option<MemberId>,
    /// All members, for the leader alone.
    pub members: Vec<(MemberId, Arc<MemberMetadata>)>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SyncGroupRequest {
    pub group: Name,
    pub generation: i32,
    pub member: MemberId,
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
