//! The read path, for followers and consumers (ReplicaManager.fetchMessages,
//! Partition.fetchRecords, DelayedFetch).

use super::Running;
use super::purgatory::Waiting;
use super::replica::Replica;
use crate::sim::effect::{Ctx, ReplyTo};
use crate::sim::id::{BrokerId, Epoch, Offset, Partition};
use crate::sim::log::Log;
use crate::sim::mutant::{Mutant, breaks};
use crate::sim::wire::{
    ErrorCode, FetchPartition, FetchPartitionResponse, FetchRequest, FetchResponse, HEADER,
    IsolationLevel, QuotaType, Response,
};

/// For whom is read: followers see all there is, consumers what is committed.
#[derive(Clone, Copy)]
pub(super) enum Reader<'a> {
    Follower(BrokerId),
    Consumer { rack: Option<&'a str>, isolation: IsolationLevel },
}

impl Running<'_> {
    pub(super) fn fetch(&mut self, ctx: &mut Ctx<'_>, to: ReplyTo, request: &FetchRequest) {
        if let Some(replica) = request.replica {
            return self.fetch_as_follower(ctx, to, request, replica);
        }
        let capped = self.cap_fetch(to, request);
        let request = capped.as_ref().unwrap_or(request);
        let answers = self.read_for_consumer(request);
        if !self.live.remote.is_idle()
            && let Some(extension) = ctx.extension
            && (extension.broker.remote_fetch)(self, ctx, to, request, &answers)
        {
            return;
        }
        // A fetch beyond what may be read does not wait (DelayedFetch, case F): it is asked by
        // whoever has read more elsewhere already.
        let mut both = request.partitions.iter().zip(&answers);
        let end = |answer: &FetchPartitionResponse| match request.isolation {
            IsolationLevel::ReadUncommitted => answer.high_watermark,
            IsolationLevel::ReadCommitted => answer.last_stable_offset,
        };
        let beyond = both.any(|(asked, answer)| asked.fetch_offset > end(answer));
        if beyond
            || must_answer(&answers, request.min_bytes)
            || request.max_wait.0 == 0
            || request.partitions.is_empty()
        {
            return self.answer_consumer(ctx, to, answers);
        }
        // What was just read says that there is nothing yet: no need to look again.
        let deadline = ctx.now + request.max_wait;
        self.shelve(ctx, deadline, Waiting::Fetch { to, request: request.clone() });
    }

    /// Answers with whatever there is now.
    pub(super) fn answer_fetch(&mut self, ctx: &mut Ctx<'_>, to: ReplyTo, request: &FetchRequest) {
        let answers = self.read_for_consumer(request);
        self.answer_consumer(ctx, to, answers);
    }

    fn read_for_consumer(&self, request: &FetchRequest) -> Vec<FetchPartitionResponse> {
        let (rack, isolation) = (request.rack.as_deref(), request.isolation);
        self.read_all(&request.partitions, Reader::Consumer { rack, isolation }, request.max_bytes)
    }

    pub(super) fn answer_consumer(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        partitions: Vec<FetchPartitionResponse>,
    ) {
        let mut response =
            FetchResponse { error: ErrorCode::None, session: 0, partitions, throttle_time_ms: 0 };
        let bytes = HEADER + response.bytes();
        response.throttle_time_ms = self.throttle_time_ms(ctx, to, QuotaType::Fetch, bytes);
        if response.throttle_time_ms > 0 {
            response.partitions.clear();
        }
        self.reply(ctx, to, Response::Fetch(response));
    }

    /// Reads until the answer is full.
    pub(super) fn read_all(
        &self,
        asked: &[FetchPartition],
        reader: Reader<'_>,
        max_bytes: u32,
    ) -> Vec<FetchPartitionResponse> {
        let mut left = u64::from(max_bytes);
        let mut answers = Vec::with_capacity(asked.len());
        // Where the next partition is likely to be found: requests name them in order.
        let mut near = asked.first().map_or(0, |fetch| fetch.partition.index);
        for fetch in asked {
            // The first batch of the whole answer may exceed every limit, so that readers go on.
            let first = left == u64::from(max_bytes);
            answers.push(FetchPartitionResponse::error(fetch.partition, ErrorCode::None));
            let Some(answer) = answers.last_mut() else { continue };
            if let Err(error) = self.read_one(reader, fetch, (left, first), &mut near, answer) {
                answer.error = error;
            }
            left = left.saturating_sub(bytes_of(answer));
        }
        answers
    }

    fn read_one(
        &self,
        reader: Reader<'_>,
        fetch: &FetchPartition,
        (left, first): (u64, bool),
        near: &mut u32,
        answer: &mut FetchPartitionResponse,
    ) -> Result<(), ErrorCode> {
        let epoch = fetch.current_leader_epoch;
        let (replica, log) = self.replica_near(near, fetch.partition, epoch)?;
        if let Reader::Follower(follower) = reader
            && !replica.as_leader().is_some_and(|l| l.followers.contains_key(&follower))
        {
            return Err(ErrorCode::NotLeaderOrFollower);
        }
        answer.high_watermark = replica.high_watermark;
        answer.last_stable_offset = log.last_stable_offset(replica.high_watermark);
        answer.log_start_offset = log.start();
        if let Reader::Consumer { rack: Some(rack), .. } = reader {
            answer.preferred_read_replica = self.preferred_read_replica(replica, fetch, rack);
            if answer.preferred_read_replica.is_some() {
                return Ok(());
            }
        }
        match divergence(log, fetch) {
            _ if fetch.fetch_offset < log.start() => answer.error = ErrorCode::OffsetOutOfRange,
            Err(error) => answer.error = error,
            Ok(parts) => answer.diverging_epoch = parts,
        }
        if let (ErrorCode::OffsetOutOfRange, Reader::Follower(_)) = (answer.error, reader) {
            answer.diverging_epoch = Some((epoch, log.end()));
        }
        if !answer.is_ordinary() {
            return Ok(());
        }
        if fetch.fetch_offset < log.local_start() {
            self.moved_to_tiered_storage(reader, log, answer);
            return Ok(());
        }
        let limit = match reader {
            Reader::Follower(_) => log.end(),
            Reader::Consumer { isolation: IsolationLevel::ReadUncommitted, .. } => {
                replica.high_watermark
            }
            Reader::Consumer { .. } => answer.last_stable_offset,
        };
        let max_bytes = left.min(u64::from(fetch.max_bytes));
        if fetch.fetch_offset < limit {
            answer.batches = log.read(fetch.fetch_offset, limit, max_bytes, first);
        }
        if let Reader::Consumer { isolation: IsolationLevel::ReadCommitted, .. } = reader
            && let Some(last) = answer.batches.last()
        {
            answer.aborted = log.aborted_from(fetch.fetch_offset, last.last_offset());
        }
        Ok(())
    }

    /// What is fetched is in remote storage only: followers are told so, and consumers get nothing
    /// from here (ReplicaManager.handleOffsetOutOfRangeError).
    // Simplified: where the leader's own segments begin, and in which epoch what is before them
    // ends, comes with the error; Kafka's followers ask for it by ListOffsets and
    // OffsetForLeaderEpoch.
    fn moved_to_tiered_storage(
        &self,
        reader: Reader<'_>,
        log: &Log,
        answer: &mut FetchPartitionResponse,
    ) {
        if !self.remote_log_enabled(answer.partition) {
            answer.error = ErrorCode::OffsetOutOfRange;
        } else if let Reader::Follower(_) = reader {
            let start = log.local_start();
            answer.error = ErrorCode::OffsetMovedToTieredStorage;
            answer.diverging_epoch = log.epochs().epoch_of(start - 1).map(|epoch| (epoch, start));
        }
    }

    /// This broker's replica if it leads in the epoch that the asker knows
    /// (Partition.localLogWithEpochOrThrow).
    pub(super) fn leader_of(
        &self,
        partition: Partition,
        known_epoch: Epoch,
    ) -> Result<(&Replica, &Log), ErrorCode> {
        let mut near = partition.index;
        let found = self.replica_near(&mut near, partition, known_epoch)?;
        if found.0.as_leader().is_none() {
            return Err(ErrorCode::NotLeaderOrFollower);
        }
        Ok(found)
    }

    /// The same, whoever leads: consumers read from followers, too.
    fn replica_near(
        &self,
        near: &mut u32,
        partition: Partition,
        known_epoch: Epoch,
    ) -> Result<(&Replica, &Log), ErrorCode> {
        let Some((place, replica)) = self.live.replicas.get_near(*near, &partition) else {
            return Err(match self.disk.image.partition(partition) {
                Some(_) => ErrorCode::NotLeaderOrFollower,
                None => ErrorCode::UnknownTopicOrPartition,
            });
        };
        if known_epoch < replica.leader_epoch {
            return Err(ErrorCode::FencedLeaderEpoch);
        }
        if known_epoch > replica.leader_epoch {
            return Err(ErrorCode::UnknownLeaderEpoch);
        }
        *near = place + 1;
        let log = self.disk.logs.get_near(place, &partition);
        Ok((replica, log.ok_or(ErrorCode::NotLeaderOrFollower)?.1))
    }

    /// A replica here and its log. The keys of both are nearly always the same, so that where the
    /// one is found the other is, too.
    pub(super) fn replica_and_log(&self, partition: Partition) -> Option<(&Replica, &Log)> {
        let (place, replica) = self.live.replicas.get_near(partition.index, &partition)?;
        let (_, log) = self.disk.logs.get_near(place, &partition)?;
        Some((replica, log))
    }

    /// Whether the metadata know a later registration of that broker.
    pub(super) fn is_of_a_former_life(&self, follower: BrokerId, broker_epoch: i64) -> bool {
        let registered = self.disk.image.brokers.get(&follower).map(|r| r.broker_epoch);
        registered.is_some_and(|epoch| epoch > broker_epoch)
    }

    /// Partition.updateFollowerFetchState: the fetch offset is the follower's log end.
    pub(super) fn note_follower_fetch(
        &mut self,
        ctx: &mut Ctx<'_>,
        follower: BrokerId,
        broker_epoch: i64,
        fetch: &FetchPartition,
    ) {
        let partition = fetch.partition;
        let logs = &self.disk.logs;
        let Some((place, log)) = logs.get_near(partition.index, &partition) else { return };
        let log_end = log.end();
        let replica = self.live.replicas.get_near_mut(place, &partition);
        let Some(leader) = replica.and_then(Replica::as_leader_mut) else { return };
        let Some(state) = leader.followers.get_mut(&follower) else { return };
        let before = state.log_end;
        let start = state.log_start.replace(fetch.log_start_offset);
        let low_watermark_moves = start.is_some_and(|start| start < fetch.log_start_offset);
        state.fetched(fetch.fetch_offset, ctx.now, log_end, broker_epoch);
        if !leader.isr.contains(&follower) {
            self.expand_isr(ctx, partition, follower);
        }
        // As in Kafka, only a log end that moved can move the high watermark.
        let moved =
            before != Some(fetch.fetch_offset) && self.advance_high_watermark(ctx, partition);
        if moved || low_watermark_moves {
            self.check_waiting(ctx, partition);
        }
    }

    /// DelayedFetch.tryComplete: whether there is enough for a reader, or reason to answer at once.
    /// A follower has no isolation level.
    pub(super) fn fetch_is_satisfied<'a>(
        &self,
        asked: impl Iterator<Item = &'a FetchPartition>,
        reader: Option<IsolationLevel>,
        min_bytes: u32,
    ) -> bool {
        let mut bytes = 0;
        for fetch in asked {
            let (partition, epoch) = (fetch.partition, fetch.current_leader_epoch);
            let found = match reader {
                None => self.leader_of(partition, epoch),
                Some(_) => self.replica_near(&mut { partition.index }, partition, epoch),
            };
            let Ok((replica, log)) = found else { return true };
            let end = match reader {
                None => log.end(),
                Some(IsolationLevel::ReadUncommitted) => replica.high_watermark,
                Some(IsolationLevel::ReadCommitted) => {
                    log.last_stable_offset(replica.high_watermark)
                }
            };
            if fetch.fetch_offset > end {
                return true; // The log was truncated meanwhile.
            }
            if fetch.fetch_offset < end {
                let available = log.bytes_between(fetch.fetch_offset, end);
                bytes += available.min(u64::from(fetch.max_bytes));
            }
            if diverges(log, fetch) {
                return true;
            }
        }
        bytes >= u64::from(min_bytes)
    }
}

/// Whether a fetch is answered without waiting.
pub(super) fn must_answer(answers: &[FetchPartitionResponse], min_bytes: u32) -> bool {
    let bytes: u64 = answers.iter().map(bytes_of).sum();
    bytes >= u64::from(min_bytes)
        || !answers.iter().all(FetchPartitionResponse::is_ordinary)
        || answers.iter().any(|answer| answer.preferred_read_replica.is_some())
}

/// Where the fetcher's log parts from this one, if it does: (epoch, end offset of that epoch).
///
/// # Errors
/// OFFSET_OUT_OF_RANGE beyond this log's end.
fn divergence(log: &Log, fetch: &FetchPartition) -> Result<Option<(Epoch, Offset)>, ErrorCode> {
    let by_epochs =
        !breaks(Mutant::TruncatesToHighWatermark) && !breaks(Mutant::KeepsDivergentSuffix);
    if let Some(fetched) = fetch.last_fetched_epoch.filter(|_| by_epochs) {
        let found = log.epochs().end_offset_for(fetched, log.end());
        let (epoch, end) = found.ok_or(ErrorCode::OffsetOutOfRange)?;
        if epoch < fetched || end < fetch.fetch_offset {
            return Ok(Some((epoch, end)));
        }
    }
    match fetch.fetch_offset > log.end() {
        true => Err(ErrorCode::OffsetOutOfRange),
        false => Ok(None),
    }
}

fn diverges(log: &Log, fetch: &FetchPartition) -> bool {
    fetch.last_fetched_epoch.is_some_and(|fetched| {
        log.epochs()
            .end_offset_for(fetched, log.end())
            .is_none_or(|(epoch, end): (Epoch, Offset)| epoch < fetched || end < fetch.fetch_offset)
    })
}

fn bytes_of(answer: &FetchPartitionResponse) -> u64 {
    answer.batches.iter().map(|batch| u64::from(batch.bytes)).sum()
}
