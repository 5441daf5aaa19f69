//! What an admin client asks of the controller.

use serde::{Deserialize, Serialize};

use super::ErrorCode;
use crate::sim::id::Name;

// Simplified: admin requests carry one topic each and go straight to the controller (KIP-919),
// not through a broker that forwards them; a broker forwards only the creation of its own topics.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CreateTopicsRequest {
    pub name: Name,
    pub partitions: u32,
    pub replication_factor: u32,
    pub configs: Vec<(Name, Name)>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CreateTopicsResponse {
    pub name: Name,
    pub error: ErrorCode,
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
