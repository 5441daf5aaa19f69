//! What happens between a broker and remote storage (KIP-405).

use serde::{Deserialize, Serialize};

use crate::sim::id::{Node, Offset, Partition};
use crate::sim::log::retention::SegmentDeletion;

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum RemoteLogEvent {
    /// The leader has copied a closed segment; `end` is its last offset.
    SegmentCopied { partition: Partition, base: Offset, end: Offset, bytes: u64 },
    /// The leader has deleted segments there.
    SegmentsDeleted { partition: Partition, reason: SegmentDeletion, segments: u32, bytes: u64 },
    /// A consumer gets what is only there, up to `to`, that one excluded.
    Read { partition: Partition, reader: Node, from: Offset, to: Offset, bytes: u64 },
    /// A follower begins behind what is there, with the epochs and producers that are remembered
    /// beside it.
    StateBuilt { partition: Partition, offset: Offset },
}

impl RemoteLogEvent {
    /// What it is about.
    pub fn partition(&self) -> Partition {
        match self {
            RemoteLogEvent::SegmentCopied { partition, .. }
            | RemoteLogEvent::SegmentsDeleted { partition, .. }
            | RemoteLogEvent::Read { partition, .. }
            | RemoteLogEvent::StateBuilt { partition, .. } => *partition,
        }
    }
}
