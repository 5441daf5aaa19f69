//! The thread that compacts logs: the filthiest first, until none is worth it (LogCleaner,
//! LogCleanerManager). Each broker cleans its own replicas, whether it leads or not.

use super::Running;
use crate::sim::effect::Ctx;
use crate::sim::event::Event;
use crate::sim::id::Partition;
use crate::sim::log::cleaner::LogToClean;
use crate::sim::log::retention::Moment;

impl Running<'_> {
    /// CleanerThread.doWork.
    // Simplified: cleaning takes no time, and there is one thread (log.cleaner.threads).
    pub(super) fn clean_logs(&mut self, ctx: &mut Ctx<'_>) {
        while let Some((partition, range)) = self.grab_filthiest(ctx) {
            // What is left is written anew.
            if !self.can_write(ctx) {
                return;
            }
            self.clean(ctx, partition, &range);
            self.delete_old_segments(ctx, true);
        }
        self.delete_old_segments(ctx, true);
    }

    /// LogCleanerManager.grabFilthiestCompactedLog.
    fn grab_filthiest(&self, ctx: &Ctx<'_>) -> Option<(Partition, LogToClean)> {
        let now_ms = ctx.wall().as_millis();
        let mut filthiest: Option<(Partition, LogToClean)> = None;
        for (partition, log) in &self.disk.logs {
            let Some(topic) = self.disk.image.topics.get(&partition.topic) else { continue };
            let Some(replica) = self.live.replicas.get(partition) else { continue };
            if !topic.config.compacts() {
                continue;
            }
            let range = log.to_clean(now_ms, replica.high_watermark, &topic.config);
            let filthier = filthiest.is_none_or(|(_, known)| range.is_filthier_than(&known));
            if filthier && range.is_worth_it(&topic.config) {
                filthiest = Some((*partition, range));
            }
        }
        filthiest
    }

    fn clean(&mut self, ctx: &mut Ctx<'_>, partition: Partition, range: &LogToClean) {
        let moment = Moment { now: ctx.now, wall_ms: ctx.wall().as_millis() };
        let Some(topic) = self.disk.image.topics.get(&partition.topic) else { return };
        let Some(log) = self.disk.logs.get_mut(&partition) else { return };
        let (stats, removed) = log.clean(range, moment, &topic.config);
        let (from, to) = (range.first_dirty_offset, range.first_uncleanable_offset);
        let removed = removed.into();
        ctx.tell(Event::CleanerRan { partition, from, to, stats: Box::new(stats), removed });
    }
}
