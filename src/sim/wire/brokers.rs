//! Brokers and their controller: registration, heartbeats, ISR changes.

use serde::{Deserialize, Serialize};

use super::ErrorCode;
use crate::sim::id::{BrokerId, Epoch, Name, Offset, Partition};

/// What a broker can do, in the first answer on every connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct ApiVersionsResponse {
    /// The level of the feature `transaction.version` that the cluster has agreed on.
    pub transaction_version: i16,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BrokerRegistrationRequest {
    pub broker: BrokerId,
    pub rack: Option<Name>,
    /// Which start of the process this is (`incarnationId`).
    pub incarnation: u32,
    /// The broker epoch of the former life if that ended in good order, else -1.
    pub previous_broker_epoch: i64,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BrokerRegistrationResponse {
    pub error: ErrorCode,
    /// Offset of the registration's record in the metadata log.
    pub broker_epoch: i64,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BrokerHeartbeatRequest {
    pub broker: BrokerId,
    pub broker_epoch: i64,
    /// How far the broker has read the metadata log.
    pub current_metadata_offset: Offset,
    pub want_fence: bool,
    pub want_shut_down: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BrokerHeartbeatResponse {
    pub error: ErrorCode,
    pub is_caught_up: bool,
    pub is_fenced: bool,
    pub should_shut_down: bool,
}

impl BrokerHeartbeatResponse {
    /// Nothing but an error.
    pub fn refused(error: ErrorCode) -> Self {
        Self { error, is_caught_up: false, is_fenced: true, should_shut_down: false }
    }
}

/// A leader proposes a new ISR; both epochs must match (compare and set).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AlterPartitionRequest {
    pub broker: BrokerId,
    pub broker_epoch: i64,
    pub partitions: Vec<AlterPartition>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AlterPartition {
    pub partition: Partition,
    pub leader_epoch: Epoch,
    pub partition_epoch: Epoch,
    /// The wanted ISR with the broker epochs under which its members last fetched; -1 is unchecked.
    pub new_isr: Vec<(BrokerId, i64)>,
    pub recovering: bool,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AlterPartitionResponse {
    /// An error of the whole request (a stale broker epoch).
    pub error: ErrorCode,
    pub partitions: Vec<AlteredPartition>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AlteredPartition {
    pub partition: Partition,
    pub error: ErrorCode,
    pub leader: Option<BrokerId>,
    pub leader_epoch: Epoch,
    pub isr: Vec<BrokerId>,
    pub partition_epoch: Epoch,
    pub recovering: bool,
}
