//! A broker's disk and the page cache before it: what survives what.

use super::Running;
use crate::sim::effect::{Ctx, Timer};
use crate::sim::event::Event;
use crate::sim::id::{Offset, Partition};
use crate::sim::image::MetadataImage;
use crate::sim::log::Log;
use crate::sim::ordered::Map;
use crate::sim::time::{Span, Time};

/// How often Linux looks for what is to be written (`vm.dirty_writeback_centisecs`).
pub(super) const WRITE_BACK: Span = Span::secs(5);
/// How long it may stay in memory before (`vm.dirty_expire_centisecs`).
// Simplified: there is always enough memory; under pressure Linux writes earlier.
const DIRTY_EXPIRE: Span = Span::secs(30);

/// What survives the process.
// A crash loses nothing that was written: Kafka does not fsync, but the page cache outlives
// kill -9. A machine that loses its power takes along what was not on disk yet.
#[derive(Clone, Debug, Default)]
pub struct Disk {
    pub logs: Map<Partition, Log>,
    /// The replication-offset-checkpoint file.
    pub high_watermarks: Map<Partition, Offset>,
    /// This broker's copy of the metadata log, as what it adds up to.
    pub image: MetadataImage,
    /// Written at the end of a controlled stop: the broker epoch that it had
    /// (CleanShutdownFileHandler).
    pub(super) clean_shutdown: Option<i64>,
    /// There is no space left on it.
    pub full: bool,
}

impl Disk {
    /// The machine went off with what was not written yet; what that was.
    pub(in crate::sim) fn lose_unflushed(&mut self) -> Vec<Event> {
        let lost = self.logs.iter_mut().filter_map(|(partition, log)| {
            let (from, to) = log.lose_unflushed()?;
            Some(Event::UnflushedLost { partition: *partition, from, to })
        });
        lost.collect()
    }
}

impl Running<'_> {
    /// Whether something can be written now. If not, the broker halts: its only log directory is
    /// offline (LogDirFailureChannel, LogManager.handleLogDirFailure).
    // Simplified: it halts before it answers anybody; in Kafka, KAFKA_STORAGE_ERROR may still get
    // through. Segments that retention deletes make no room, and truncation needs none.
    pub(super) fn can_write(&mut self, ctx: &mut Ctx<'_>) -> bool {
        if self.disk.full {
            ctx.halt();
        }
        !self.disk.full
    }

    /// Logs that were not closed in good order are recovered, and that writes, too: snapshots of
    /// producers (LogLoader.recoverSegment), leader epochs.
    // Simplified: nothing is lost by it; in Kafka, a segment whose recovery fails is cut to nothing
    // (LogLoader.recoverLog).
    pub(super) fn can_recover(&mut self, ctx: &mut Ctx<'_>) -> bool {
        // Files of deleted segments are left out (LogLoader.removeTempFilesAndCollectSwapFiles).
        self.disk.logs.values_mut().for_each(|log| log.forget_deleted_files(Time::NEVER));
        self.disk.clean_shutdown.is_some() || self.disk.logs.is_empty() || self.can_write(ctx)
    }

    /// The operating system writes what is older than half a minute.
    pub(super) fn write_back(&mut self, ctx: &mut Ctx<'_>) {
        ctx.arm_in(Timer::WriteBack, WRITE_BACK);
        let since = Time(ctx.now.0.saturating_sub(DIRTY_EXPIRE.0));
        for log in self.disk.logs.values_mut() {
            log.write_back(ctx.now, since);
        }
    }
}
