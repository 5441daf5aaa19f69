//! The quorum of controllers: votes, epochs, and fetching the metadata log (KIP-595, KIP-996).

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{ErrorCode, MetadataRecord};
use crate::sim::id::{ControllerId, Epoch, Node, Offset};

/// A record of `__cluster_metadata` with the epoch of the leader that wrote it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct MetadataEntry {
    pub epoch: Epoch,
    pub record: MetadataRecord,
}

/// What every answer of a voter says: an error, and who leads in which epoch as far as it knows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct QuorumView {
    pub error: ErrorCode,
    pub leader: Option<ControllerId>,
    pub epoch: Epoch,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct VoteRequest {
    pub candidate: ControllerId,
    /// The epoch that it wants to lead, or for a pre-vote the one it is in.
    pub epoch: Epoch,
    /// The epoch of its last record, and where its log ends.
    pub last_epoch: Epoch,
    pub last_offset: Offset,
    /// Only asks whether a vote would be granted; binds nobody.
    pub pre_vote: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct VoteResponse {
    pub quorum: QuorumView,
    pub granted: bool,
}

/// A new leader makes itself known to voters that do not fetch from it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BeginQuorumEpochRequest {
    pub leader: ControllerId,
    pub epoch: Epoch,
}

/// A leader resigns; whoever stands first in the list may be a candidate at once.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct EndQuorumEpochRequest {
    pub leader: ControllerId,
    pub epoch: Epoch,
    pub preferred_successors: Vec<ControllerId>,
}

/// A voter or a broker asks for records of the metadata log (Fetch on `__cluster_metadata`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FetchMetadataLogRequest {
    pub replica: Node,
    pub current_leader_epoch: Epoch,
    pub fetch_offset: Offset,
    pub last_fetched_epoch: Epoch,
    /// As far as it knows, -1 for not at all: a leader that knows more answers at once (KIP-1166).
    pub high_watermark: Offset,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FetchMetadataLogResponse {
    pub quorum: QuorumView,
    pub base_offset: Offset,
    pub records: Vec<Arc<MetadataEntry>>,
    /// Epoch and end offset at which the logs may still agree; the asker must truncate.
    pub diverging: Option<(Epoch, Offset)>,
    /// -1 while a new leader has not committed anything of its own epoch.
    pub high_watermark: Offset,
}
