//! Sentences about remote storage: what is copied there, read there, and gone from there.

use super::Teller;
use crate::sim::event::{Event, RemoteLogEvent};
use crate::sim::log::retention::SegmentDeletion;

impl Teller<'_> {
    pub(super) fn remote_log(&self, event: &Event) -> Option<String> {
        let Event::RemoteLog(event) = event else { return None };
        let (words, me) = (self.words, &*self.me);
        let partition = &self.partition(event.partition());
        Some(match event {
            RemoteLogEvent::SegmentCopied { base, end, bytes, .. } => {
                words.event_segment_copied(me, partition, *base, *end, bytes.cast_signed())
            }
            RemoteLogEvent::SegmentsDeleted { reason, segments, bytes, .. } => {
                let (segments, bytes) = (i64::from(*segments), bytes.cast_signed());
                let why = match reason {
                    SegmentDeletion::RetentionSizeBreach => words.event_remote_too_large(),
                    SegmentDeletion::RetentionMsBreach => words.event_remote_too_old(),
                    SegmentDeletion::EpochTruncation => words.event_remote_unreferenced(),
                    _ => words.event_remote_before_start(),
                };
                words.event_remote_segments_deleted(me, partition, segments, bytes, why)
            }
            RemoteLogEvent::Read { reader, from, to, bytes, .. } => {
                let reader = &words.node(*reader, self.names);
                let (last, bytes) = (to - 1, bytes.cast_signed());
                words.event_remote_read(me, partition, reader, *from, last, bytes)
            }
            RemoteLogEvent::StateBuilt { offset, .. } => {
                words.event_remote_state_built(me, partition, *offset)
            }
        })
    }
}
