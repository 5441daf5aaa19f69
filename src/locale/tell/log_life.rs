//! What becomes of old records: retention and compaction; and what administrators are refused.

use super::Teller;
use crate::sim::event::Event;
use crate::sim::log::retention::SegmentDeletion;
use crate::sim::wire::ErrorCode;

impl Teller<'_> {
    pub(super) fn log_life(&self, event: &Event) -> Option<String> {
        let (words, me) = (self.words, &*self.me);
        Some(match event {
            Event::SegmentsDeleted { partition, reason, segments, bytes, .. } => {
                let (segments, bytes) = (i64::from(*segments), bytes.cast_signed());
                let partition = &self.partition(*partition);
                match reason {
                    SegmentDeletion::StartOffsetBreach | SegmentDeletion::EpochTruncation => {
                        words.event_segments_before_start(me, partition, segments, bytes)
                    }
                    SegmentDeletion::LocalRetentionSizeBreach => {
                        words.event_segments_locally_too_large(me, partition, segments, bytes)
                    }
                    SegmentDeletion::LocalRetentionMsBreach => {
                        words.event_segments_locally_too_old(me, partition, segments, bytes)
                    }
                    SegmentDeletion::RetentionSizeBreach => {
                        words.event_segments_too_large(me, partition, segments, bytes)
                    }
                    SegmentDeletion::RetentionMsBreach => {
                        words.event_segments_too_old(me, partition, segments, bytes)
                    }
                }
            }
            Event::CleanerRan { partition, from, to, stats, .. } => {
                let (before, after) = (stats.messages_read, stats.messages_written);
                let (before, after) = (before.cast_signed(), after.cast_signed());
                let partition = &self.partition(*partition);
                words.event_cleaner_ran(me, partition, *from, *to, before, after)
            }
            // Only the leader that is to delete records answers so.
            Event::AdminRefused { error: ErrorCode::PolicyViolation, subject } => {
                words.event_delete_refused_policy(subject)
            }
            Event::AdminRefused { error: ErrorCode::OffsetOutOfRange, subject } => {
                words.event_delete_refused_range(subject)
            }
            Event::AdminRefused { error, subject } => {
                words.event_admin_refused(subject, error.name())
            }
            _ => return None,
        })
    }
}
