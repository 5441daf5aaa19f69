//! Reading what is in remote storage only: for consumers, and for followers that are so far behind
//! (DelayedRemoteFetch, RemoteLogReader, TierStateMachine).

use super::Running;
use crate::sim::effect::{Ctx, ReplyTo};
use crate::sim::event::{Event, RemoteLogEvent};
use crate::sim::log::Log;
use crate::sim::log::remote::read_time;
use crate::sim::time::{Span, Time};
use crate::sim::wire::{
    ErrorCode, FetchPartition, FetchPartitionResponse, FetchRequest, IsolationLevel,
};

/// A consumer's fetch that waits for remote storage.
#[derive(Clone, Debug)]
pub(super) struct RemoteRead {
    to: ReplyTo,
    /// When it is answered.
    pub at: Time,
    /// Remote storage takes longer than `remote.fetch.max.wait.ms`.
    late: bool,
    /// What was found here; of the partition that is read there, nothing yet.
    answers: Vec<FetchPartitionResponse>,
    fetch: FetchPartition,
    isolation: IsolationLevel,
    max_bytes: u64,
    /// It gets a batch however large that is.
    at_least_one: bool,
}

impl Running<'_> {
    /// Whether a consumer's fetch has to wait for remote storage. Of one fetch, one partition is
    /// read there, the first; the others get what is here (ReplicaManager.fetchMessages).
    // Simplified: share groups are given nothing that is in remote storage only, as in Kafka 4.0,
    // whose DelayedShareFetch reads logs alone.
    pub(super) fn remote_fetch(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        request: &FetchRequest,
        answers: &[FetchPartitionResponse],
    ) -> bool {
        let mut before = 0;
        for (fetch, answer) in request.partitions.iter().zip(answers) {
            let Some(log) = self.disk.logs.get(&fetch.partition) else { continue };
            let elsewhere = answer.preferred_read_replica.is_some();
            if !is_remote(log, fetch) || !answer.is_ordinary() || elsewhere {
                before += answer.batches.iter().map(|it| u64::from(it.bytes)).sum::<u64>();
                continue;
            }
            let left = u64::from(request.max_bytes).saturating_sub(before);
            let max_bytes = left.min(u64::from(fetch.max_bytes));
            let (at_least_one, offset) = (before == 0, fetch.fetch_offset);
            let segment = log.remote_segment(fetch.partition, offset, ctx.remote);
            let found = segment.map(|it| it.read(offset, max_bytes, at_least_one));
            let bytes = found.iter().flatten().map(|it| u64::from(it.bytes)).sum();
            let most = Span::from_config_ms(self.config.remote_fetch_max_wait_ms);
            let (time, late) = (read_time(bytes).min(most), read_time(bytes) > most);
            self.live.remote.reads.push(RemoteRead {
                to,
                at: ctx.now + time,
                late,
                answers: answers.to_vec(),
                fetch: *fetch,
                isolation: request.isolation,
                max_bytes,
                at_least_one,
            });
            self.arm_remote_log(ctx);
            return true;
        }
        false
    }

    /// Answers those whose time has come (DelayedRemoteFetch.onComplete).
    pub(super) fn finish_remote_reads(&mut self, ctx: &mut Ctx<'_>) {
        let (due, waiting) = std::mem::take(&mut self.live.remote.reads)
            .into_iter()
            .partition::<Vec<RemoteRead>, _>(|read| read.at <= ctx.now);
        self.live.remote.reads = waiting;
        for mut read in due {
            if !read.late {
                self.read_remote(ctx, &mut read);
            }
            self.answer_consumer(ctx, read.to, read.answers);
        }
    }

    /// RemoteLogManager.read: from one segment, and not beyond it.
    fn read_remote(&self, ctx: &mut Ctx<'_>, read: &mut RemoteRead) {
        let (partition, from) = (read.fetch.partition, read.fetch.fetch_offset);
        let answer = read.answers.iter_mut().find(|it| it.partition == partition);
        let (Some(answer), Some(log)) = (answer, self.disk.logs.get(&partition)) else { return };
        let Some(segment) = log.remote_segment(partition, from, ctx.remote) else {
            *answer = FetchPartitionResponse::error(partition, ErrorCode::OffsetOutOfRange);
            return;
        };
        answer.batches = segment.read(from, read.max_bytes, read.at_least_one);
        let Some(last) = answer.batches.last() else { return };
        if read.isolation == IsolationLevel::ReadCommitted {
            answer.aborted = log.aborted_in(partition, from, segment, ctx.remote);
        }
        let (to, reader) = (last.next_offset(), read.to.node);
        let bytes = answer.batches.iter().map(|it| u64::from(it.bytes)).sum();
        ctx.tell(Event::RemoteLog(RemoteLogEvent::Read { partition, reader, from, to, bytes }));
    }

    /// The leader has what this follower needs next in remote storage only: the follower begins
    /// behind that, where the leader's own segments do. Whether it could
    /// (TierStateMachine.start).
    pub(super) fn build_remote_state(
        &mut self,
        ctx: &mut Ctx<'_>,
        answer: &FetchPartitionResponse,
    ) -> bool {
        let partition = answer.partition;
        let Some((epoch, local_start)) = answer.diverging_epoch else { return false };
        let segment = ctx.remote.segment_at(partition, epoch, local_start - 1).cloned();
        let Some(segment) = segment.filter(|_| self.remote_log_enabled(partition)) else {
            return false;
        };
        self.stir(partition);
        let (replica, log) = self.replica_mut(partition);
        log.restart_behind(&segment, answer.log_start_offset);
        let offset = log.end();
        replica.high_watermark = offset;
        ctx.tell(Event::RemoteLog(RemoteLogEvent::StateBuilt { partition, offset }));
        true
    }
}

/// Whether what is fetched is in remote storage only.
fn is_remote(log: &Log, fetch: &FetchPartition) -> bool {
    (log.start()..log.local_start()).contains(&fetch.fetch_offset)
}
