//! Looking for old segments, and deleting records on demand (LogManager.cleanupLogs,
//! Partition.deleteRecordsOnLeader, DelayedDeleteRecords).

use super::Running;
use super::purgatory::Waiting;
use crate::sim::effect::{Ctx, ReplyTo};
use crate::sim::event::Event;
use crate::sim::id::{BrokerId, Offset, Partition};
use crate::sim::image::is_internal;
use crate::sim::log::Log;
use crate::sim::log::retention::Moment;
use crate::sim::mutant::{Mutant, breaks};
use crate::sim::ordered::Map;
use crate::sim::wire::{DeleteRecordsRequest, DeleteRecordsResponse, ErrorCode, Response};

/// A request that waits for followers to begin their logs as late as it asks.
#[derive(Clone, Copy, Debug)]
pub(in crate::sim) struct WaitingDelete {
    to: ReplyTo,
    pub partition: Partition,
    required: Offset,
}

impl Running<'_> {
    /// Old segments go, on leaders and followers alike. Those of logs that are compacted, too, are
    /// the cleaner's business.
    pub(super) fn clean_up_logs(&mut self, ctx: &mut Ctx<'_>) {
        self.delete_old_segments(ctx, false);
    }

    /// In the logs of topics that are compacted, or in all others.
    pub(super) fn delete_old_segments(&mut self, ctx: &mut Ctx<'_>, compacted: bool) {
        let moment = Moment { now: ctx.now, wall_ms: ctx.wall().as_millis() };
        let mut moved = Vec::new();
        // Of what is copied to remote storage, up to where that has come.
        let tiered = self.live.replicas.keys().filter(|it| self.remote_log_enabled(**it));
        let tiered: Map<Partition, Offset> =
            tiered.map(|it| (*it, self.live.remote.highest_offset(*it))).collect();
        for (partition, log) in &mut self.disk.logs {
            let Some(topic) = self.disk.image.topics.get(&partition.topic) else { continue };
            let Some(replica) = self.live.replicas.get(partition) else { continue };
            if topic.config.compacts() != compacted {
                continue;
            }
            let (partition, from) = (*partition, log.start());
            log.forget_deleted_files(ctx.now);
            let most = match breaks(Mutant::DeletesWhatIsNotCommitted) {
                true => log.end(),
                false => replica.high_watermark,
            };
            let copied = tiered
                .get(&partition)
                .copied()
                .map(|it| if breaks(Mutant::DeletesWhatIsNotCopied) { log.end() } else { it });
            for deleted in log.delete_old_segments(moment, most, &topic.config, copied) {
                if let Some(base) = deleted.rolled {
                    ctx.tell(Event::SegmentRolled { partition, base });
                }
                if deleted.segments == 0 {
                    continue;
                }
                ctx.tell(Event::SegmentsDeleted {
                    partition,
                    reason: deleted.reason,
                    segments: deleted.segments,
                    bytes: deleted.bytes,
                    from: deleted.from,
                    to: deleted.to,
                });
            }
            if log.start() > from {
                ctx.tell(Event::LogStartMoved { partition, from, to: log.start() });
                moved.push(partition);
            }
        }
        moved.into_iter().for_each(|partition| self.stir(partition));
    }

    pub(super) fn delete_records(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        request: &DeleteRecordsRequest,
    ) {
        let partition = request.partition;
        match self.delete_records_on_leader(ctx, partition, request.offset) {
            Err(error) => self.answer_delete(ctx, to, -1, error),
            Ok(required) => {
                let waiting = WaitingDelete { to, partition, required };
                self.wait(ctx, ctx.now + request.timeout, Waiting::DeleteRecords(waiting));
            }
        }
    }

    /// Where the log must begin at least, on every replica.
    fn delete_records_on_leader(
        &mut self,
        ctx: &mut Ctx<'_>,
        partition: Partition,
        offset: Offset,
    ) -> Result<Offset, ErrorCode> {
        let topic = self.disk.image.topics.get(&partition.topic);
        let topic = topic.ok_or(ErrorCode::UnknownTopicOrPartition)?;
        if is_internal(&topic.name) {
            return Err(ErrorCode::InvalidTopic);
        }
        let replica = self.live.replicas.get(&partition).filter(|it| it.as_leader().is_some());
        let high_watermark = replica.ok_or(ErrorCode::NotLeaderOrFollower)?.high_watermark;
        if !topic.config.deletes() {
            return Err(ErrorCode::PolicyViolation);
        }
        let to =
            if offset == DeleteRecordsRequest::HIGH_WATERMARK { high_watermark } else { offset };
        if to < 0 || to > high_watermark {
            return Err(ErrorCode::OffsetOutOfRange);
        }
        let from = self.disk.logs.get(&partition).map_or(0, Log::start);
        if to > from {
            self.stir(partition);
            if let Some(log) = self.disk.logs.get_mut(&partition) {
                log.advance_start(to);
            }
            ctx.tell(Event::LogStartMoved { partition, from, to });
        }
        Ok(to)
    }

    /// DelayedDeleteRecords.tryComplete; when it is late, the answer says so.
    pub(super) fn try_delete(
        &mut self,
        ctx: &mut Ctx<'_>,
        waiting: WaitingDelete,
        late: bool,
    ) -> bool {
        let (low_watermark, error) = match self.low_watermark(waiting.partition) {
            Ok(low) if low >= waiting.required => (low, ErrorCode::None),
            Ok(low) if late => (low, ErrorCode::RequestTimedOut),
            Ok(_) => return false,
            Err(error) => (-1, error),
        };
        self.answer_delete(ctx, waiting.to, low_watermark, error);
        true
    }

    /// Where the last of the replicas begins whose brokers are alive
    /// (Partition.lowWatermarkIfLeader).
    fn low_watermark(&self, partition: Partition) -> Result<Offset, ErrorCode> {
        let replica = self.live.replicas.get(&partition);
        let replica = replica.ok_or(ErrorCode::UnknownTopicOrPartition)?;
        let leader = replica.as_leader().ok_or(ErrorCode::NotLeaderOrFollower)?;
        let own = self.disk.logs.get(&partition).map_or(0, Log::start);
        let brokers = &self.disk.image.brokers;
        let is_alive = |id: &BrokerId| brokers.get(id).is_some_and(|known| !known.fenced);
        let alive = leader.followers.iter().filter(|(id, _)| is_alive(id));
        Ok(alive.map(|(_, follower)| follower.log_start.unwrap_or(-1)).fold(own, Offset::min))
    }

    fn answer_delete(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        low_watermark: Offset,
        error: ErrorCode,
    ) {
        let response = DeleteRecordsResponse { low_watermark, error };
        self.reply(ctx, to, Response::DeleteRecords(response));
    }
}
