//! The beginning of a log: where it moves to, which segments go for it, and how long their files
//! stay (UnifiedLog.deleteOldSegments, LocalLog.deleteSegmentFiles).

use serde::{Deserialize, Serialize};

use super::Log;
use super::segment::Segment;
use super::tier::local_retention;
use crate::sim::config::TopicConfig;
use crate::sim::id::Offset;
use crate::sim::time::{Span, Time};

/// Why segments are deleted (SegmentDeletionReason).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum SegmentDeletion {
    /// All that is in them lies before the log's start: DeleteRecords moved that, or the leader.
    StartOffsetBreach,
    /// `retention.bytes`.
    RetentionSizeBreach,
    /// `retention.ms`.
    RetentionMsBreach,
    /// `local.retention.bytes`: they are in remote storage.
    LocalRetentionSizeBreach,
    /// `local.retention.ms`: they are in remote storage.
    LocalRetentionMsBreach,
    /// In remote storage: they are of leader epochs that the log does not know any more.
    EpochTruncation,
}

/// Segments that went for one reason.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Deleted {
    pub reason: SegmentDeletion,
    pub segments: u32,
    pub bytes: u64,
    /// Where the first of them began.
    pub from: Offset,
    /// Where the next one begins, or would.
    pub to: Offset,
    /// The log must not be without a segment: this one was begun.
    pub rolled: Option<Offset>,
}

/// What keeps a segment that is not active: whichever ends first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Lease {
    /// When even its newest record is as old as `retention.ms` allows, by the broker's wall clock,
    /// in ms; none, where age does not matter.
    pub until_ms: Option<u64>,
    /// So many bytes may still be written before `retention.bytes` is exceeded without it; none,
    /// where size does not matter.
    pub room: Option<u64>,
}

/// The clocks of one look for old segments.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// When files are deleted goes by this.
    pub now: Time,
    /// What is old is said by the broker's wall clock, in ms.
    pub wall_ms: u64,
}

impl Log {
    /// Moves the start of the log (maybeIncrementLogStartOffset). Segments before it go when
    /// somebody looks for old ones.
    pub fn advance_start(&mut self, start: Offset) {
        if start > self.start {
            self.start = start;
            self.epochs.truncate_from_start(start);
            self.transactions.advance_start(start);
        }
    }

    /// Deletes old segments: those before the log's start, and unless the log is only compacted
    /// those that its size and then its age do not allow. Nothing at or above the high watermark
    /// goes.
    ///
    /// Of a log that is copied to remote storage, `copied` is the last offset that is there: only
    /// what is before it goes, by local retention, and the log begins where it did.
    pub fn delete_old_segments(
        &mut self,
        moment: Moment,
        high_watermark: Offset,
        config: &TopicConfig,
        copied: Option<Offset>,
    ) -> Vec<Deleted> {
        let mut deleted = Vec::new();
        let start = self.start;
        let files_gone = moment.now + Span::from_config_ms(config.file_delete_delay_ms);
        let mut delete = |log: &mut Log, reason, goes: &mut dyn FnMut(&Segment, Offset) -> bool| {
            let limits = (high_watermark, copied);
            deleted.extend(log.delete_while(limits, files_gone, reason, goes));
        };
        delete(self, SegmentDeletion::StartOffsetBreach, &mut |_, next| next <= start);
        if !config.deletes() {
            return deleted;
        }
        let (by_size, by_age, (keep_ms, keep_bytes)) = match copied {
            None => (
                SegmentDeletion::RetentionSizeBreach,
                SegmentDeletion::RetentionMsBreach,
                (config.retention_ms, config.retention_bytes),
            ),
            Some(_) => (
                SegmentDeletion::LocalRetentionSizeBreach,
                SegmentDeletion::LocalRetentionMsBreach,
                local_retention(config),
            ),
        };
        if let Ok(keep) = u64::try_from(keep_bytes)
            && let Some(mut excess) = self.bytes().checked_sub(keep)
        {
            delete(self, by_size, &mut |segment, _| {
                let left = excess.checked_sub(segment.bytes);
                excess = left.unwrap_or(excess);
                left.is_some()
            });
        }
        if let Ok(keep) = u64::try_from(keep_ms) {
            delete(self, by_age, &mut |segment, _| {
                moment.wall_ms.saturating_sub(segment.max_timestamp) > keep
            });
        }
        deleted
    }

    /// Deletes from the oldest segment on, as long as `goes` says so of it and of where the next
    /// one begins, or would (deletableSegments, deleteSegments). An empty active segment stays.
    /// An active one that would go, if only it were copied, is closed, so that it will be.
    fn delete_while(
        &mut self,
        (high_watermark, copied): (Offset, Option<Offset>),
        files_gone: Time,
        reason: SegmentDeletion,
        goes: &mut dyn FnMut(&Segment, Offset) -> bool,
    ) -> Option<Deleted> {
        let from = self.segments[0].base;
        let mut deleted = Deleted { reason, segments: 0, bytes: 0, from, to: from, rolled: None };
        while let Some(first) = self.segments.first() {
            let next = self.segments.get(1).map(|next| next.base);
            let upper = match (next, reason) {
                (None, SegmentDeletion::StartOffsetBreach) => break,
                (next, _) => next.unwrap_or(self.end),
            };
            let empty = next.is_none() && first.bytes == 0;
            if high_watermark < upper || empty || !goes(first, upper) {
                break;
            }
            let is_copied = copied.is_none_or(|copied| upper > 0 && upper <= copied + 1);
            if !is_copied && next.is_none_or(|next| self.start < next) {
                deleted.rolled = next.is_none().then(|| self.roll());
                break;
            }
            deleted.segments += 1;
            deleted.bytes += first.bytes;
            deleted.to = upper;
            if next.is_none() {
                deleted.rolled = Some(self.roll());
            }
            self.segments.remove(0);
        }
        if deleted.segments == 0 {
            return deleted.rolled.map(|_| deleted);
        }
        self.lingering.push((files_gone, deleted.bytes));
        if copied.is_none() {
            self.advance_start(self.segments[0].base);
        }
        Some(deleted)
    }

    /// What still keeps each segment, oldest first (deletableSegments).
    pub fn leases<'a>(
        &'a self,
        config: &'a TopicConfig,
    ) -> impl Iterator<Item = (&'a Segment, Lease)> {
        let keeps_bytes = u64::try_from(config.retention_bytes).ok().filter(|_| config.deletes());
        let keeps_ms = u64::try_from(config.retention_ms).ok().filter(|_| config.deletes());
        let (mut after, mut newest) = (self.bytes(), 0);
        self.segments.iter().map(move |segment| {
            let segment = &**segment;
            after = after.saturating_sub(segment.bytes);
            // It goes after those before it, however old it is itself.
            newest = segment.max_timestamp.max(newest);
            let until_ms = keeps_ms.map(|keep| newest.saturating_add(keep));
            let room = keeps_bytes.map(|keep| keep.saturating_sub(after));
            (segment, Lease { until_ms, room })
        })
    }

    /// Bytes of deleted segments whose files are still on the disk, and when the last of them goes.
    pub fn deleted_files(&self, now: Time) -> Option<(u64, Time)> {
        let left = self.lingering.iter().filter(|(gone, _)| *gone > now);
        let last = left.clone().map(|(gone, _)| *gone).max()?;
        Some((left.map(|(_, bytes)| bytes).sum(), last))
    }

    /// Bytes that the log takes on its disk: its segments, and the files of deleted ones until
    /// `file.delete.delay.ms` have passed.
    pub fn bytes_on_disk(&self, now: Time) -> u64 {
        self.bytes() + self.deleted_files(now).map_or(0, |(bytes, _)| bytes)
    }

    /// Whoever looks for old segments forgets files that are gone.
    pub fn forget_deleted_files(&mut self, now: Time) {
        self.lingering.retain(|(gone, _)| *gone > now);
    }
}
