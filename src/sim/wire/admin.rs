//! What an admin client asks of the controller.

use serde::{Deserialize, Serialize};

use super::ErrorCode;
use crate::sim::id::{BrokerId, Name, Offset, Partition};
use crate::sim::time::Span;

// Simplified: admin requests carry one topic each and go straight to the controller (KIP-919),
// not through a broker that forwards them; a broker forwards only the creation of its own topics.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CreateTopicsRequest {
    pub name: Name,
    pub partitions: u32,
    pub replication_factor: u32,
    /// Replicas per partition, chosen by hand; empty leaves it to the controller.
    pub assignments: Vec<Vec<BrokerId>>,
    pub configs: Vec<(Name, Name)>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CreateTopicsResponse {
    pub name: Name,
    pub error: ErrorCode,
}

/// What kind of election an admin asks for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum ElectionType {
    /// Give leadership back to the first replica, if it is in the ISR.
    Preferred,
    /// Let any live replica lead where there is no leader, and lose what it has not.
    Unclean,
}

/// For all partitions of a topic.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ElectLeadersRequest {
    pub topic: Name,
    pub election: ElectionType,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ElectLeadersResponse {
    /// An error of the whole request.
    pub error: ErrorCode,
    /// By partition index.
    pub partitions: Vec<ErrorCode>,
}

/// Raises a topic's partitions to `count` in all.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CreatePartitionsRequest {
    pub name: Name,
    pub count: u32,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CreatePartitionsResponse {
    pub name: Name,
    pub error: ErrorCode,
}

/// Sets one config of a topic.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct IncrementalAlterConfigsRequest {
    pub topic: Name,
    pub name: Name,
    pub value: Option<Name>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct IncrementalAlterConfigsResponse {
    pub topic: Name,
    pub error: ErrorCode,
}

/// Other replicas for one partition, in order of preference; none cancels what is under way
/// (KIP-455).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AlterPartitionReassignmentsRequest {
    pub topic: Name,
    pub partition: u32,
    pub replicas: Option<Vec<BrokerId>>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AlterPartitionReassignmentsResponse {
    pub topic: Name,
    pub error: ErrorCode,
}

/// A broker will not come back (KIP-746).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct UnregisterBrokerRequest {
    pub broker: BrokerId,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct UnregisterBrokerResponse {
    pub error: ErrorCode,
}

/// Asks a partition's leader to let its log begin later (KIP-107).
// Simplified: each request is about one partition.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DeleteRecordsRequest {
    pub partition: Partition,
    /// The first offset to keep.
    pub offset: Offset,
    /// How long the leader may wait for its followers.
    pub timeout: Span,
}

impl DeleteRecordsRequest {
    /// Everything that is committed goes.
    pub const HIGH_WATERMARK: Offset = -1;
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DeleteRecordsResponse {
    /// Where the last of the replicas begins; -1 where that is not known.
    pub low_watermark: Offset,
    pub error: ErrorCode,
}
