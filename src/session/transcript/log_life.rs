//! What becomes of old records, one line each.

use crate::sim::event::Event;
use crate::sim::id::Partition;
use crate::sim::log::retention::SegmentDeletion;

pub(super) fn fact(event: &Event) -> Option<(Partition, String)> {
    Some(match event {
        Event::SegmentsDeleted { partition, reason, segments, bytes, .. } => {
            let why = match reason {
                SegmentDeletion::StartOffsetBreach => "before the log's start",
                SegmentDeletion::RetentionSizeBreach => "retention.bytes",
                SegmentDeletion::RetentionMsBreach => "retention.ms",
            };
            let count = if *segments == 1 {
                "1 segment".to_owned()
            } else {
                format!("{segments} segments")
            };
            (*partition, format!("deletes {count}, {bytes} B: {why}"))
        }
        Event::CleanerRan { partition, from, to, stats, .. } => {
            let (read, written) = (stats.messages_read, stats.messages_written);
            let bytes = format!("{} → {} B", stats.bytes_read, stats.bytes_written);
            (*partition, format!("compacts [{from}..{to}): {read} → {written} records, {bytes}"))
        }
        _ => return None,
    })
}
