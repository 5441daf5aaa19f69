//! What becomes of old records, one line each.

use crate::sim::event::{Event, RemoteLogEvent, StreamEvent};
use crate::sim::id::Partition;
use crate::sim::log::retention::SegmentDeletion;

pub(super) fn fact(event: &Event) -> Option<(Partition, String)> {
    Some(match event {
        Event::SegmentsDeleted { partition, reason, segments, bytes, .. } => {
            (*partition, deletion("deletes", *segments, *bytes, *reason))
        }
        Event::CleanerRan { partition, from, to, stats, .. } => {
            let (read, written) = (stats.messages_read, stats.messages_written);
            let bytes = format!("{} → {} B", stats.bytes_read, stats.bytes_written);
            (*partition, format!("compacts [{from}..{to}): {read} → {written} records, {bytes}"))
        }
        Event::RemoteLog(event) => (event.partition(), remote(event)),
        Event::Stream(event) => (event.changelog(), store(event)),
        _ => return None,
    })
}

fn remote(event: &RemoteLogEvent) -> String {
    match event {
        RemoteLogEvent::SegmentCopied { base, end, bytes, .. } => {
            format!("copied to remote storage: [{base}..{end}], {bytes} B")
        }
        RemoteLogEvent::SegmentsDeleted { reason, segments, bytes, .. } => {
            deletion("deletes from remote storage", *segments, *bytes, *reason)
        }
        RemoteLogEvent::Read { from, to, bytes, .. } => {
            format!("read from remote storage: [{from}..{to}), {bytes} B")
        }
        RemoteLogEvent::StateBuilt { offset, .. } => {
            format!("begins behind remote storage, at {offset}")
        }
    }
}

fn store(event: &StreamEvent) -> String {
    match event {
        StreamEvent::RestoreStarted { from, to, .. } => format!("restore [{from}..{to})"),
        StreamEvent::RestoreEnded { records, keys, .. } => {
            format!("restored: {records} records, {keys} keys")
        }
        StreamEvent::StoreDropped { keys, .. } => format!("store dropped: {keys} keys"),
    }
}

fn deletion(verb: &str, segments: u32, bytes: u64, reason: SegmentDeletion) -> String {
    let why = match reason {
        SegmentDeletion::StartOffsetBreach => "before the log's start",
        SegmentDeletion::RetentionSizeBreach => "retention.bytes",
        SegmentDeletion::RetentionMsBreach => "retention.ms",
        SegmentDeletion::LocalRetentionSizeBreach => "local.retention.bytes",
        SegmentDeletion::LocalRetentionMsBreach => "local.retention.ms",
        SegmentDeletion::EpochTruncation => "of forgotten epochs",
    };
    let plural = if segments == 1 { "" } else { "s" };
    format!("{verb} {segments} segment{plural}, {bytes} B: {why}")
}
