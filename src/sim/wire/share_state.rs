//! What a share group has done with a partition's records, as the share coordinator keeps it.

use serde::{Deserialize, Serialize};

use super::ErrorCode;
use crate::sim::id::{Epoch, Name, Offset, Partition};

/// A group's view of one partition (SharePartitionKey).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct SharePartitionKey {
    pub group: Name,
    pub partition: Partition,
}

/// What is persisted of a record's state: who works on it now is not. In order of finality.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum DeliveryState {
    /// May be delivered (0).
    Available,
    /// Accepted (2).
    Acknowledged,
    /// Rejected, or delivered too often, or gone from the log (4).
    Archived,
}

/// Neighbours of one state: from the first offset to the last, both included.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StateBatch {
    pub first_offset: Offset,
    pub last_offset: Offset,
    pub delivery_state: DeliveryState,
    pub delivery_count: u16,
}

/// A partition's leader asks for what its predecessors have left.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ReadShareGroupStateRequest {
    pub key: SharePartitionKey,
    pub leader_epoch: Epoch,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ReadShareGroupStateResponse {
    pub error: ErrorCode,
    pub state: ShareState,
}

/// What a leader begins with.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct ShareState {
    pub state_epoch: i32,
    /// None (-1) before anything was written: then `share.auto.offset.reset` decides.
    pub start_offset: Option<Offset>,
    pub state_batches: Vec<StateBatch>,
}

/// What has changed in a partition, and where it starts now.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ShareStateChange {
    pub state_epoch: i32,
    pub leader_epoch: Epoch,
    pub start_offset: Offset,
    pub state_batches: Vec<StateBatch>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct WriteShareGroupStateRequest {
    pub key: SharePartitionKey,
    pub change: ShareStateChange,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct WriteShareGroupStateResponse {
    pub error: ErrorCode,
}

/// A record of `__share_group_state`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ShareStateRecord {
    pub key: SharePartitionKey,
    pub kind: ShareStateKind,
    /// How many snapshots there were before.
    pub snapshot_epoch: u16,
    pub change: ShareStateChange,
}

/// Whether a record stands for itself. An update's state epoch is that of its snapshot.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum ShareStateKind {
    /// ShareSnapshotKey and Value: all there is.
    ShareSnapshot,
    /// ShareUpdateKey and Value: what has changed since.
    ShareUpdate,
}
