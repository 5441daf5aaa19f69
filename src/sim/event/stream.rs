//! What happens to the stores of stream processors (StateRestoreListener).

use serde::{Deserialize, Serialize};

use crate::sim::id::{Offset, Partition};

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum StreamEvent {
    /// A task begins to read its changelog, up to `to`, that one excluded; until then it processes
    /// nothing (onRestoreStart).
    RestoreStarted { changelog: Partition, from: Offset, to: Offset },
    /// Its store is as the changelog says: so many records of it were applied, and so many keys
    /// have a value (onRestoreEnd).
    RestoreEnded { changelog: Partition, records: u64, keys: u32 },
    /// The task is closed, and its store with it: it was taken away, or held what a transaction
    /// wrote that is aborted.
    StoreDropped { changelog: Partition, keys: u32 },
}

impl StreamEvent {
    /// The partition of the changelog that it is about.
    pub fn changelog(&self) -> Partition {
        match self {
            StreamEvent::RestoreStarted { changelog, .. }
            | StreamEvent::RestoreEnded { changelog, .. }
            | StreamEvent::StoreDropped { changelog, .. } => *changelog,
        }
    }
}
