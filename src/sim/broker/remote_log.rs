//! What a broker does with remote storage: leaders copy closed segments there and delete old ones,
//! followers look up to where that has come (RemoteLogManager, KIP-405).

use super::Running;
use super::remote_fetch::RemoteRead;
use crate::sim::effect::{Ctx, Timer};
use crate::sim::event::{Event, RemoteLogEvent};
use crate::sim::id::{Offset, Partition};
use crate::sim::image::is_internal;
use crate::sim::log::remote::{RemoteSegment, copy_time};
use crate::sim::log::retention::SegmentDeletion;
use crate::sim::ordered::Map;
use crate::sim::time::{Span, Time};

/// What the process knows of remote storage.
#[derive(Clone, Debug, Default)]
pub(super) struct RemoteLogTasks {
    tasks: Map<Partition, Task>,
    pub(super) reads: Vec<RemoteRead>,
}

impl RemoteLogTasks {
    /// Whether it has nothing to do with remote storage.
    pub(super) fn is_idle(&self) -> bool {
        self.tasks.is_empty()
    }

    /// Up to where a partition is known to be there, that offset included; -1 if nothing is.
    pub(super) fn highest_offset(&self, partition: Partition) -> Offset {
        self.tasks.get(&partition).map_or(-1, |task| task.highest)
    }

    fn next_at(&self) -> Option<Time> {
        let tasks = self.tasks.values().map(Task::next_at);
        tasks.chain(self.reads.iter().map(|read| read.at)).min()
    }
}

/// The tasks of one partition: RLMCopyTask and RLMExpirationTask of a leader, or RLMFollowerTask.
// Simplified: each partition has threads of its own (remote.log.manager.copier.thread.pool.size and
// so on), and there are no quotas for copying and reading.
#[derive(Clone, Debug)]
struct Task {
    leads: bool,
    /// highestOffsetInRemoteStorage
    highest: Offset,
    /// The last offset that is copied; none before this leader has looked.
    copied: Option<Offset>,
    upload: Option<Upload>,
    next_copy: Time,
    next_expiry: Time,
}

/// A segment on its way.
#[derive(Clone, Debug)]
struct Upload {
    segment: RemoteSegment,
    done_at: Time,
    /// The last stable offset when this round of copying began.
    last_stable_offset: Offset,
}

impl Task {
    fn new(leads: bool, highest: Offset, now: Time) -> Task {
        Task { leads, highest, copied: None, upload: None, next_copy: now, next_expiry: now }
    }

    fn next_at(&self) -> Time {
        let copy = self.upload.as_ref().map_or(self.next_copy, |upload| upload.done_at);
        if self.leads { copy.min(self.next_expiry) } else { self.next_copy }
    }
}

impl Running<'_> {
    /// Whether a partition is copied to remote storage (UnifiedLog.isRemoteLogEnabled).
    pub(super) fn remote_log_enabled(&self, partition: Partition) -> bool {
        let topic = self.disk.image.topics.get(&partition.topic);
        self.config.remote_log_storage_system_enable != 0
            && topic.is_some_and(|topic| {
                let config = &topic.config;
                config.remote_storage_enable != 0 && !config.compacts() && !is_internal(&topic.name)
            })
    }

    /// Replicas or their roles may have changed (RemoteLogManager.onLeadershipChange): who leads
    /// from now on, or no longer, begins anew.
    pub(super) fn remote_logs_changed(&mut self, ctx: &mut Ctx<'_>) {
        let mut tasks = std::mem::take(&mut self.live.remote.tasks);
        let left = |partition: &Partition| {
            self.live.replicas.contains_key(partition) && self.remote_log_enabled(*partition)
        };
        tasks.retain(|partition, _| left(partition));
        for (partition, replica) in &self.live.replicas {
            if self.remote_log_enabled(*partition) {
                let leads = replica.as_leader().is_some();
                let task = tasks.entry(*partition).or_insert_with(|| Task::new(leads, -1, ctx.now));
                if task.leads != leads {
                    *task = Task::new(leads, task.highest, ctx.now);
                }
            }
        }
        self.live.remote.tasks = tasks;
        self.arm_remote_log(ctx);
    }

    pub(super) fn arm_remote_log(&self, ctx: &mut Ctx<'_>) {
        if let Some(at) = self.live.remote.next_at() {
            ctx.arm(Timer::RemoteLog, at);
        }
    }

    /// Something is due.
    pub(super) fn on_remote_log_timer(&mut self, ctx: &mut Ctx<'_>) {
        let due = |task: &Task| task.next_at() <= ctx.now;
        let due: Vec<Partition> = self
            .live
            .remote
            .tasks
            .iter()
            .filter(|(_, task)| due(task))
            .map(|(partition, _)| *partition)
            .collect();
        let interval = Span::from_config_ms(self.config.remote_log_manager_task_interval_ms);
        for partition in due {
            let Some(mut task) = self.live.remote.tasks.remove(&partition) else { continue };
            if task.leads {
                self.copy_segments(ctx, partition, &mut task, interval);
                if task.next_expiry <= ctx.now {
                    task.next_expiry = ctx.now + interval;
                    self.expire_remote_segments(ctx, partition, &task);
                }
            } else {
                task.highest = task.highest.max(self.find_highest_offset(ctx, partition));
                task.next_copy = ctx.now + interval;
            }
            self.live.remote.tasks.insert(partition, task);
        }
        self.finish_remote_reads(ctx);
        self.arm_remote_log(ctx);
    }

    /// Up to where what is in remote storage is of this very log.
    fn find_highest_offset(&self, ctx: &Ctx<'_>, partition: Partition) -> Offset {
        let log = self.disk.logs.get(&partition);
        log.map_or(-1, |log| ctx.remote.highest_offset(partition, log.epochs(), log.end()))
    }

    /// One segment after the other; what has come to be closed meanwhile waits for the next round
    /// (RLMCopyTask.copyLogSegmentsToRemote).
    fn copy_segments(
        &mut self,
        ctx: &mut Ctx<'_>,
        partition: Partition,
        task: &mut Task,
        interval: Span,
    ) {
        let last_stable_offset = match task.upload.take() {
            Some(upload) if upload.done_at > ctx.now => {
                task.upload = Some(upload);
                return;
            }
            Some(Upload { segment, last_stable_offset, .. }) => {
                let (base, end, bytes) = (segment.base(), segment.end, segment.bytes());
                ctx.remote.add(partition, segment);
                task.copied = Some(end);
                task.highest = task.highest.max(end);
                let copied = RemoteLogEvent::SegmentCopied { partition, base, end, bytes };
                ctx.tell(Event::RemoteLog(copied));
                last_stable_offset
            }
            None if task.next_copy > ctx.now => return,
            None => {
                let found = self.replica_and_log(partition);
                found.map_or(0, |(it, log)| log.last_stable_offset(it.high_watermark))
            }
        };
        if task.copied.is_none() {
            self.find_log_start(ctx, partition);
            let copied = self.find_highest_offset(ctx, partition);
            task.copied = Some(copied);
            task.highest = task.highest.max(copied);
        }
        let copied = task.copied.unwrap_or(-1);
        let log = self.disk.logs.get(&partition).filter(|_| copied < last_stable_offset);
        let next =
            log.and_then(|it| it.next_to_copy(partition, copied, last_stable_offset, ctx.remote));
        task.upload = next.map(|segment| {
            let done_at = ctx.now + copy_time(segment.bytes());
            Upload { segment, done_at, last_stable_offset }
        });
        task.next_copy = ctx.now + interval;
    }

    /// A new leader's log begins where remote storage does
    /// (maybeUpdateLogStartOffsetOnBecomingLeader).
    fn find_log_start(&mut self, ctx: &mut Ctx<'_>, partition: Partition) {
        let Some(log) = self.disk.logs.get(&partition) else { return };
        let there = ctx.remote.start_offset(partition, log.epochs());
        let start = there.unwrap_or_else(|| log.local_start());
        self.move_log_start(ctx, partition, start);
    }

    /// UnifiedLog.updateLogStartOffsetFromRemoteTier.
    fn move_log_start(&mut self, ctx: &mut Ctx<'_>, partition: Partition, to: Offset) {
        let Some((replica, log)) = self.replica_and_log(partition) else { return };
        let from = log.start();
        if to <= from || to > replica.high_watermark {
            return;
        }
        self.stir(partition);
        if let Some(log) = self.disk.logs.get_mut(&partition) {
            log.advance_start(to);
        }
        ctx.tell(Event::LogStartMoved { partition, from, to });
    }

    /// What the whole log's retention does not allow goes from remote storage; the log begins
    /// behind it first.
    fn expire_remote_segments(&mut self, ctx: &mut Ctx<'_>, partition: Partition, task: &Task) {
        let Some(log) = self.disk.logs.get(&partition) else { return };
        let Some(topic) = self.disk.image.topics.get(&partition.topic) else { return };
        let wall = ctx.wall().as_millis();
        let expiry = log.remote_expiry(partition, task.highest, wall, &topic.config, ctx.remote);
        if let Some(start) = expiry.start {
            self.move_log_start(ctx, partition, start);
        }
        let mut told: Vec<(SegmentDeletion, u32, u64)> = Vec::new();
        for (reason, segment) in &expiry.segments {
            ctx.remote.remove(partition, segment);
            match told.iter_mut().find(|(it, ..)| it == reason) {
                Some((_, segments, bytes)) => {
                    *segments += 1;
                    *bytes += segment.bytes();
                }
                None => told.push((*reason, 1, segment.bytes())),
            }
        }
        for (reason, segments, bytes) in told {
            let deleted = RemoteLogEvent::SegmentsDeleted { partition, reason, segments, bytes };
            ctx.tell(Event::RemoteLog(deleted));
        }
    }
}
