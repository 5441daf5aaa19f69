//! Fetch: consumers and followers ask for what comes after an offset.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{BatchKind, CompressionType, ErrorCode, ProducerId, ProducerStamp, Record};
use crate::sim::id::{BrokerId, Epoch, Name, Offset, Partition};
use crate::sim::time::Span;

/// A batch as it stands in a log: shared and never changed once appended.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RecordBatch {
    pub base_offset: Offset,
    /// The epoch of the leader that appended it.
    pub leader_epoch: Epoch,
    /// Of an idempotent producer.
    pub producer: Option<ProducerStamp>,
    pub kind: BatchKind,
    pub records: Arc<[Record]>,
    /// Where compaction has passed.
    pub cleaned: Option<Arc<Cleaned>>,
    pub compression: CompressionType,
    /// Encoded size (format v2) in bytes, compressed if it is.
    pub bytes: u32,
}

/// What compaction leaves of a batch: records may be gone, offsets stay.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Cleaned {
    /// How far each record that is left lies behind the base offset.
    pub deltas: Vec<u32>,
    /// The offset of the last record that there ever was.
    pub last_offset: Offset,
    /// From when on its tombstones, or its end of a transaction, may go, too: by the wall clock,
    /// in ms (deleteHorizonMs).
    pub delete_horizon: Option<u64>,
    /// The newest timestamp that is left, in ms; that of the whole batch if nothing is.
    pub max_timestamp: u64,
}

impl RecordBatch {
    /// The newest timestamp of its records, in ms (maxTimestamp).
    pub fn max_timestamp(&self) -> u64 {
        match &self.cleaned {
            Some(cleaned) => cleaned.max_timestamp,
            None => self.records.iter().map(|it| it.timestamp.as_millis()).max().unwrap_or(0),
        }
    }

    /// From when on its tombstones, or its end of a transaction, may go: by the wall clock, in ms.
    pub fn delete_horizon(&self) -> Option<u64> {
        self.cleaned.as_ref()?.delete_horizon
    }

    /// Offset of the last record, even if compaction took that.
    pub fn last_offset(&self) -> Offset {
        self.next_offset() - 1
    }

    /// The offset that follows the batch.
    pub fn next_offset(&self) -> Offset {
        match &self.cleaned {
            Some(cleaned) => cleaned.last_offset + 1,
            None => self.base_offset + self.records.len() as Offset,
        }
    }

    fn offset_at(&self, index: usize) -> Offset {
        let cleaned = self.cleaned.as_ref().and_then(|it| it.deltas.get(index).copied());
        self.base_offset + cleaned.map_or(index as Offset, Offset::from)
    }

    /// The records with their offsets.
    pub fn iter(&self) -> impl Iterator<Item = (Offset, &Record)> {
        self.records.iter().enumerate().map(|(index, record)| (self.offset_at(index), record))
    }

    /// The record at an offset, unless compaction took it.
    pub fn at(&self, offset: Offset) -> Option<&Record> {
        let index = match &self.cleaned {
            None => usize::try_from(offset - self.base_offset).ok()?,
            Some(cleaned) => {
                let delta = u32::try_from(offset - self.base_offset).ok()?;
                cleaned.deltas.binary_search(&delta).ok()?
            }
        };
        self.records.get(index)
    }

    /// The next records from an offset on that follow each other without a gap: the first offset
    /// and the one after the last; none if there are no more.
    pub fn run_from(&self, offset: Offset) -> Option<(Offset, Offset)> {
        let Some(cleaned) = &self.cleaned else {
            let first = offset.max(self.base_offset);
            return (first < self.next_offset()).then(|| (first, self.next_offset()));
        };
        let offsets = cleaned.deltas.iter().map(|delta| self.base_offset + Offset::from(*delta));
        let mut left = offsets.skip_while(|it| *it < offset);
        let first = left.next()?;
        let mut end = first + 1;
        for next in left {
            if next != end {
                break;
            }
            end += 1;
        }
        Some((first, end))
    }
}

/// A transaction that was aborted, as a consumer is told of it: what its producer wrote from there
/// on, up to the marker, does not count.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct AbortedTransaction {
    pub producer: ProducerId,
    pub first_offset: Offset,
}

/// Which records a consumer gets (`isolation.level`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
pub enum IsolationLevel {
    /// All up to the high watermark.
    #[default]
    ReadUncommitted,
    /// Up to the last stable offset, and nothing of aborted transactions.
    ReadCommitted,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FetchPartition {
    pub partition: Partition,
    /// The fetcher has everything before it.
    pub fetch_offset: Offset,
    /// The leader epoch that the fetcher knows; checked against the leader's.
    pub current_leader_epoch: Epoch,
    /// Epoch of the fetcher's last record (followers only), so that divergence is found.
    pub last_fetched_epoch: Option<Epoch>,
    /// The fetcher's own log start (followers only).
    pub log_start_offset: Offset,
    pub max_bytes: u32,
}

/// Which incremental fetch a request is (FetchMetadata, KIP-227).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FetchSessionState {
    /// As the broker gave it; 0 is none.
    pub id: i32,
    /// How many fetches of the session there were; 0 begins one.
    pub epoch: i32,
}

impl FetchSessionState {
    /// The epoch of a fetch that names all its partitions and asks for a session.
    pub const INITIAL: i32 = 0;
    /// Not asked for: this fetch stands for itself.
    pub const NONE: FetchSessionState = FetchSessionState { id: 0, epoch: -1 };

    /// The epoch after this one, which is never [`Self::INITIAL`] again (FetchMetadata.nextEpoch).
    pub fn next_epoch(epoch: i32) -> i32 {
        epoch.checked_add(1).unwrap_or(1)
    }
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FetchRequest {
    /// The follower and its broker epoch; none for consumers.
    pub replica: Option<(BrokerId, i64)>,
    pub max_wait: Span,
    pub min_bytes: u32,
    pub max_bytes: u32,
    pub session: FetchSessionState,
    /// All partitions, or within a session those that are new or changed.
    pub partitions: Vec<FetchPartition>,
    /// No longer wanted within the session.
    pub forgotten: Vec<Partition>,
    /// `client.rack` of a consumer (KIP-392).
    pub rack: Option<Name>,
    pub isolation: IsolationLevel,
}

impl FetchRequest {
    pub(super) fn bytes(&self) -> u32 {
        let rack = self.rack.as_ref().map_or(0, |rack| rack.len() as u32);
        self.partitions.len() as u32 * 40 + self.forgotten.len() as u32 * 8 + rack
    }
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FetchPartitionResponse {
    pub partition: Partition,
    pub error: ErrorCode,
    pub high_watermark: Offset,
    /// What is before it is decided: no transaction that began there is open.
    pub last_stable_offset: Offset,
    pub log_start_offset: Offset,
    /// The fetcher's log parts from the leader's here: (epoch, end offset of that epoch) (KIP-595).
    pub diverging_epoch: Option<(Epoch, Offset)>,
    /// Whom the consumer had better ask; then there are no records (KIP-392).
    pub preferred_read_replica: Option<BrokerId>,
    /// For who reads what is committed only.
    pub aborted: Vec<AbortedTransaction>,
    pub batches: Vec<Arc<RecordBatch>>,
}

impl FetchPartitionResponse {
    /// Whether it is no error, and the fetcher's log does not part from the leader's.
    pub fn is_ordinary(&self) -> bool {
        self.error == ErrorCode::None && self.diverging_epoch.is_none()
    }

    /// An answer that carries an error and nothing else.
    pub fn error(partition: Partition, error: ErrorCode) -> FetchPartitionResponse {
        FetchPartitionResponse {
            partition,
            error,
            high_watermark: -1,
            last_stable_offset: -1,
            log_start_offset: -1,
            diverging_epoch: None,
            preferred_read_replica: None,
            aborted: Vec::new(),
            batches: Vec::new(),
        }
    }
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FetchResponse {
    /// Of the session; then there are no partitions.
    pub error: ErrorCode,
    /// The session that the next fetch may go on with; 0 is none.
    pub session: i32,
    /// All partitions, or within a session those of which there is something to tell.
    pub partitions: Vec<FetchPartitionResponse>,
    /// The consumer has got too much, gets nothing now, and must wait so long.
    pub throttle_time_ms: u32,
}

impl FetchResponse {
    /// Without its header.
    pub(in crate::sim) fn bytes(&self) -> u32 {
        let records = self.partitions.iter().flat_map(|p| &p.batches).map(|b| b.bytes);
        records.sum::<u32>() + self.partitions.len() as u32 * 32
    }
}
