//! A log of which a part is in remote storage only: what is copied there, what may go here for it,
//! and what may go there (UnifiedLog, RLMCopyTask, RLMExpirationTask, TierStateMachine).

use std::sync::Arc;

use super::Log;
use super::remote::{RemoteSegment, RemoteStorage, with_records};
use super::retention::SegmentDeletion;
use crate::sim::config::TopicConfig;
use crate::sim::id::{Epoch, Offset, Partition};
use crate::sim::wire::AbortedTransaction;

/// What is left of `local.retention.ms` and `local.retention.bytes` to be like the whole log's.
const AS_RETENTION: i64 = -2;

/// `local.retention.ms` and `local.retention.bytes` (LogConfig.localRetentionMs,
/// localRetentionBytes); -1 is no limit.
pub(super) fn local_retention(config: &TopicConfig) -> (i64, i64) {
    let (ms, bytes) = (config.local_retention_ms, config.local_retention_bytes);
    let ms = if ms == AS_RETENTION { config.retention_ms } else { ms };
    (ms, if bytes == AS_RETENTION { config.retention_bytes } else { bytes })
}

/// What is no longer needed in remote storage, and why.
#[derive(Clone, Debug, Default)]
pub struct RemoteExpiry {
    pub segments: Vec<(SegmentDeletion, Arc<RemoteSegment>)>,
    /// Where the log begins without them.
    pub start: Option<Offset>,
}

impl Log {
    /// First offset that is on this disk (localLogStartOffset); what is before it, from the log's
    /// start on, is in remote storage.
    pub fn local_start(&self) -> Offset {
        self.start.max(self.segments.first().map_or(0, |first| first.base))
    }

    /// The segment to be copied next, if `copied` is the last offset that was, as it will be there:
    /// a closed one that ends before the last stable offset (RLMCopyTask.candidateLogSegments).
    pub fn next_to_copy(
        &self,
        partition: Partition,
        copied: Offset,
        last_stable_offset: Offset,
        remote: &RemoteStorage,
    ) -> Option<RemoteSegment> {
        let from = self.start.max(copied + 1);
        let at = self.segments.partition_point(|it| it.base <= from).checked_sub(1)?;
        let (segment, next) = (self.segments.get(at)?, self.segments.get(at + 1)?.base);
        if next > last_stable_offset {
            return None;
        }
        let mut lineage = self.epochs.clone();
        lineage.truncate_from_end(next);
        let mut epochs = lineage.clone();
        epochs.truncate_from_start(segment.base);
        // What producers had done before it, the segment before it remembers.
        // Simplified: of what was written before the first segment that was ever copied, nothing
        // is remembered.
        let before = segment.base - 1;
        let epoch = self.epochs.epoch_of(before);
        let before = epoch.and_then(|epoch| remote.segment_at(partition, epoch, before));
        let mut producers = before.map(|it| it.producers.clone()).unwrap_or_default();
        for batch in &segment.batches {
            producers.note(batch);
        }
        let within = |at: Offset| segment.base <= at && at < next;
        let aborted = self.transactions.aborted().iter();
        let aborted = aborted.filter(|it| within(it.last_offset)).copied().collect();
        let segment = Arc::clone(segment);
        Some(RemoteSegment { segment, end: next - 1, epochs, lineage, producers, aborted })
    }

    /// The remote segment that holds an offset of this log (RemoteLogManager.read).
    pub fn remote_segment<'a>(
        &self,
        partition: Partition,
        offset: Offset,
        remote: &'a RemoteStorage,
    ) -> Option<&'a Arc<RemoteSegment>> {
        remote.segment_at(partition, self.epochs.epoch_of(offset)?, offset)
    }

    /// The aborted transactions that a reader of a remote segment must know, from `from` on
    /// (RemoteLogManager.addAbortedTransactions): they may end in later segments, here or there.
    pub fn aborted_in(
        &self,
        partition: Partition,
        from: Offset,
        read: &RemoteSegment,
        remote: &RemoteStorage,
    ) -> Vec<AbortedTransaction> {
        let there = remote.segments(partition).iter();
        let there = there.filter(|it| it.is_within(self.epochs.entries(), self.end));
        let there = there.flat_map(|it| &it.aborted);
        let mut found: Vec<AbortedTransaction> = Vec::new();
        for it in there.chain(self.transactions.aborted()) {
            let (producer, first_offset) = (it.producer, it.first_offset);
            let told = AbortedTransaction { producer, first_offset };
            if it.last_offset >= from && first_offset <= read.end && !found.contains(&told) {
                found.push(told);
            }
        }
        found
    }

    /// The first record that was stamped then or later, in ms, in remote storage or here
    /// (RemoteLogManager.findOffsetByTimestamp).
    pub fn offset_of_tiered(
        &self,
        partition: Partition,
        timestamp: u64,
        remote: &RemoteStorage,
    ) -> Option<Offset> {
        let mut offset = self.start;
        while offset < self.local_start() {
            let Some(found) = self.remote_segment(partition, offset, remote) else { break };
            let records = found.segment.batches.iter().flat_map(|batch| batch.iter());
            let mut young = records.filter(|(_, it)| it.timestamp.as_millis() >= timestamp);
            if let Some((found, _)) = young.find(|(at, _)| *at >= offset) {
                return Some(found);
            }
            offset = found.end + 1;
        }
        self.offset_of(timestamp)
    }

    /// Throws everything away and goes on behind a remote segment, with what is remembered beside
    /// it; the log begins where the leader's does (TierStateMachine.buildRemoteLogAuxState).
    pub fn restart_behind(&mut self, segment: &RemoteSegment, start: Offset) {
        let next = segment.end + 1;
        self.restart_at(next);
        self.epochs = segment.lineage.clone();
        self.producers = segment.producers.clone();
        let open = self.producers.iter().filter_map(|(id, state)| Some((state.transaction?, id)));
        self.transactions.reload(next, open);
        self.start = start.min(next);
        self.epochs.truncate_from_start(self.start);
    }

    /// What may go of the remote part, the oldest first and of this lineage alone: what lies before
    /// the log's start, what retention.ms and retention.bytes do not allow; and what is of epochs
    /// before the log's first (RLMExpirationTask.cleanupExpiredRemoteLogSegments). `copied` is the
    /// last offset that is known to be there.
    pub fn remote_expiry(
        &self,
        partition: Partition,
        copied: Offset,
        wall_ms: u64,
        config: &TopicConfig,
        remote: &RemoteStorage,
    ) -> RemoteExpiry {
        let mut expiry = RemoteExpiry::default();
        let lineage = with_records(self.epochs.entries());
        let mut excess = self.excess(partition, copied, config, remote, &lineage);
        let oldest_kept = u64::try_from(config.retention_ms).ok();
        let oldest_kept = oldest_kept.map(|keep| wall_ms.checked_sub(keep));
        for (epoch, _) in &lineage {
            for segment in remote.of_epoch(partition, *epoch) {
                if expiry.segments.iter().any(|(_, it)| Arc::ptr_eq(it, segment)) {
                    continue;
                }
                let old = |(first, _): &(Epoch, Offset)| {
                    segment.epochs.latest().is_some_and(|it| it <= *first)
                };
                if lineage.first().is_some_and(old) && segment.end < self.start {
                    let gone = (SegmentDeletion::StartOffsetBreach, Arc::clone(segment));
                    expiry.segments.push(gone);
                    continue;
                }
                if !segment.is_within(&lineage, self.end) {
                    continue;
                }
                let newest = segment.segment.max_timestamp;
                let reason = if oldest_kept.flatten().is_some_and(|until| newest <= until) {
                    excess = excess.saturating_sub(segment.bytes());
                    SegmentDeletion::RetentionMsBreach
                } else if excess > 0 && segment.bytes() <= excess {
                    excess -= segment.bytes();
                    SegmentDeletion::RetentionSizeBreach
                } else {
                    expiry.add_unreferenced(self, partition, remote);
                    return expiry;
                };
                expiry.start = expiry.start.max(Some(segment.end + 1));
                expiry.segments.push((reason, Arc::clone(segment)));
            }
        }
        expiry.add_unreferenced(self, partition, remote);
        expiry
    }

    /// By how many bytes the log is larger than retention.bytes, there and here; what is in both
    /// counts once (buildRetentionSizeData).
    fn excess(
        &self,
        partition: Partition,
        copied: Offset,
        config: &TopicConfig,
        remote: &RemoteStorage,
        lineage: &[(Epoch, Offset)],
    ) -> u64 {
        let Ok(keep) = u64::try_from(config.retention_bytes) else { return 0 };
        let here = self.segments.iter().filter(|it| it.base >= copied);
        let here: u64 = here.map(|it| it.bytes).sum();
        let there = remote.segments(partition).iter();
        let there = there.filter(|it| it.is_within(lineage, self.end));
        let there: u64 = there.map(|it| it.bytes()).sum();
        (here + there).saturating_sub(keep)
    }
}

impl RemoteExpiry {
    /// Segments of epochs that the log does not know any more
    /// (deleteLogSegmentsDueToLeaderEpochCacheTruncation).
    fn add_unreferenced(&mut self, log: &Log, partition: Partition, remote: &RemoteStorage) {
        let Some((earliest, _)) = log.epochs.entries().first() else { return };
        for segment in remote.segments(partition) {
            let known = self.segments.iter().any(|(_, it)| Arc::ptr_eq(it, segment));
            if !known && segment.epochs.latest().is_some_and(|epoch| epoch < *earliest) {
                self.segments.push((SegmentDeletion::EpochTruncation, Arc::clone(segment)));
            }
        }
    }
}
