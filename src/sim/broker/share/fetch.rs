//! ShareFetch and ShareAcknowledge at the leader of partitions (SharePartitionManager,
//! DelayedShareFetch).

use super::ShareGroupConfig;
use super::acquire::FetchLimits;
use super::role::{Held, ShareFetching, ShareRequest};
use crate::sim::broker::Running;
use crate::sim::broker::purgatory::Waiting;
use crate::sim::effect::{Ctx, ReplyTo, Timer};
use crate::sim::event::Event;
use crate::sim::id::{Name, Offset, Partition};
use crate::sim::wire::{
    AcknowledgePartition, ErrorCode, MemberId, Response, ShareAcknowledgeRequest,
    ShareAcknowledgeResponse, ShareFetchPartitionResponse, ShareFetchRequest, ShareFetchResponse,
    SharePartitionKey, ShareSessionEpoch,
};

/// A partition of which there is something to give, and from where up to where.
type Readable = (Partition, Offset, Offset);

fn answer(partition: Partition, error: ErrorCode) -> ShareFetchPartitionResponse {
    ShareFetchPartitionResponse {
        partition,
        error,
        acknowledge_error: ErrorCode::None,
        batches: Vec::new(),
        acquired_records: Vec::new(),
    }
}

impl Running<'_> {
    pub(in crate::sim::broker) fn share_fetch(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        request: &ShareFetchRequest,
    ) {
        let (group, member) = (request.group.clone(), request.member);
        let wanted = match self.live.shares.sessions.fetch(request, to) {
            Ok(wanted) => wanted,
            Err(error) => return self.answer_share_fetch(ctx, to, error, Vec::new()),
        };
        if request.share_session_epoch == ShareSessionEpoch::INITIAL {
            ctx.watch(to);
        }
        let mut wanted: Vec<Partition> = wanted.iter().copied().collect();
        if let Ok(turn) = usize::try_from(request.share_session_epoch.0)
            && !wanted.is_empty()
        {
            // Each partition comes first in its turn (PartitionRotateStrategy).
            let count = wanted.len();
            wanted.rotate_left(turn % count);
        }
        let mut pending = waiting(to, &group, member, &request.acknowledgements);
        pending.closes = request.share_session_epoch == ShareSessionEpoch::FINAL;
        pending.fetch = Some(ShareFetching {
            min_bytes: request.min_bytes,
            max_bytes: request.max_bytes,
            max_records: request.max_records,
            batch_size: request.batch_size,
            wanted: wanted.clone(),
            answers: None,
        });
        let id = self.live.shares.admit(pending);
        self.take_acknowledgements(ctx, id, &group, member, &request.acknowledgements);
        for partition in wanted {
            self.hold_share_partition(ctx, &group, partition);
        }
        let deadline = ctx.now + request.max_wait;
        if !self.try_share_fetch(ctx, id, deadline <= ctx.now) {
            self.shelve(ctx, deadline, Waiting::ShareFetch(id));
        }
    }

    pub(in crate::sim::broker) fn share_acknowledge(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        request: &ShareAcknowledgeRequest,
    ) {
        let (member, epoch) = (request.member, request.share_session_epoch);
        let known = self.live.shares.sessions.acknowledge(&request.group, member, epoch);
        if let Err(error) = known {
            let response = ShareAcknowledgeResponse { error, partitions: Vec::new() };
            return self.reply(ctx, to, Response::ShareAcknowledge(response));
        }
        let mut pending = waiting(to, &request.group, member, &request.partitions);
        pending.closes = epoch == ShareSessionEpoch::FINAL;
        let id = self.live.shares.admit(pending);
        self.take_acknowledgements(ctx, id, &request.group, member, &request.partitions);
        self.answer_share(ctx, id);
    }

    /// SharePartitionManager.acknowledge.
    fn take_acknowledgements(
        &mut self,
        ctx: &mut Ctx<'_>,
        id: u64,
        group: &Name,
        member: MemberId,
        all: &[AcknowledgePartition],
    ) {
        for said in all {
            let partition = said.partition;
            let key = SharePartitionKey { group: group.clone(), partition };
            let taken = match self.live.shares.partition_mut(&key) {
                Some(known) => known.acknowledge(member, &said.acknowledgement_batches),
                None => Err(ErrorCode::UnknownTopicOrPartition),
            };
            match taken {
                Ok(Some(write)) => {
                    self.write_state(ctx, &key, Some(write), Some((member, Some(id))));
                }
                Ok(None) => self.live.shares.settle(id, partition, ErrorCode::None),
                Err(error) => self.live.shares.settle(id, partition, error),
            }
        }
    }

    /// The first fetch of a group makes the leader read the partition's state.
    fn hold_share_partition(&mut self, ctx: &mut Ctx<'_>, group: &Name, partition: Partition) {
        let key = SharePartitionKey { group: group.clone(), partition };
        let replica = self.live.replicas.get(&partition);
        let Some(replica) = replica.filter(|it| it.as_leader().is_some()) else { return };
        if !self.live.shares.held.contains_key(&key) {
            let leader_epoch = replica.leader_epoch;
            self.live.shares.held.insert(key.clone(), Held { leader_epoch, partition: None });
            self.read_state(ctx, key, leader_epoch);
        }
    }

    /// DelayedShareFetch.tryComplete, and onComplete when there is enough or it is late; whether
    /// the fetch is done.
    pub(in crate::sim::broker) fn try_share_fetch(
        &mut self,
        ctx: &mut Ctx<'_>,
        id: u64,
        late: bool,
    ) -> bool {
        let Some(request) = self.live.shares.requests.get(&id) else { return true };
        let Some(fetch) = request.fetch.as_ref().filter(|it| it.answers.is_none()).cloned() else {
            return true;
        };
        let (group, member) = (request.group.clone(), request.member);
        let (mut readable, mut answers, mut bytes) = (Vec::new(), Vec::new(), 0);
        for partition in &fetch.wanted {
            match self.share_readable(&group, *partition) {
                Ok(Some((it, available))) => {
                    readable.push(it);
                    bytes += available;
                }
                Ok(None) => {}
                Err(error) => answers.push(answer(*partition, error)),
            }
        }
        let hopeless = answers.len() == fetch.wanted.len();
        if !late && !hopeless && bytes < u64::from(fetch.min_bytes) {
            return false;
        }
        self.acquire_for(ctx, (&group, member), &fetch, &readable, &mut answers);
        if let Some(request) = self.live.shares.requests.get_mut(&id)
            && let Some(fetch) = &mut request.fetch
        {
            fetch.answers = Some(answers);
        }
        self.arm_share_locks(ctx);
        self.answer_share(ctx, id);
        true
    }

    /// What could be acquired of a partition now, with its bytes.
    fn share_readable(
        &mut self,
        group: &Name,
        partition: Partition,
    ) -> Result<Option<(Readable, u64)>, ErrorCode> {
        let replica = self.live.replicas.get(&partition).filter(|it| it.as_leader().is_some());
        let Some((replica, log)) = replica.zip(self.disk.logs.get(&partition)) else {
            return Err(match self.disk.image.partition(partition) {
                Some(_) => ErrorCode::NotLeaderOrFollower,
                None => ErrorCode::UnknownTopicOrPartition,
            });
        };
        let key = SharePartitionKey { group: group.clone(), partition };
        // Its state could not be read, or a later leader has taken over.
        let held = self.live.shares.held.get_mut(&key).ok_or(ErrorCode::CoordinatorNotAvailable)?;
        let Some(known) = &mut held.partition else { return Ok(None) };
        known.move_log_start(log.start());
        if !known.can_acquire_records() {
            return Ok(None);
        }
        let (from, to) = (known.next_fetch_offset(), replica.high_watermark);
        let bytes = if from < to { log.bytes_between(from, to) } else { 0 };
        Ok((bytes > 0).then_some(((partition, from, to), bytes)))
    }

    /// ShareFetchUtils.processFetchResponse.
    fn acquire_for(
        &mut self,
        ctx: &mut Ctx<'_>,
        (group, member): (&Name, MemberId),
        fetch: &ShareFetching,
        readable: &[Readable],
        answers: &mut Vec<ShareFetchPartitionResponse>,
    ) {
        let mut left = fetch.max_records;
        let each = u64::from(fetch.max_bytes) / (readable.len() as u64).max(1);
        for (partition, from, to) in readable {
            let partition = *partition;
            let key = SharePartitionKey { group: group.clone(), partition };
            let Some(log) = self.disk.logs.get(&partition) else { continue };
            let Some(known) = self.live.shares.partition_mut(&key) else { continue };
            if left == 0 {
                break;
            }
            let mut batches = log.read(*from, *to, each, true);
            let limits = FetchLimits { max_records: left, batch_size: fetch.batch_size };
            let acquired_records = known.acquire(member, &batches, limits, ctx.now);
            let Some(last) = acquired_records.last().map(|it| it.last_offset) else { continue };
            batches.retain(|batch| batch.base_offset <= last);
            for records in &acquired_records {
                let count = records.last_offset - records.first_offset + 1;
                left = left.saturating_sub(u32::try_from(count).unwrap_or(u32::MAX));
                let (group, records) = (group.clone(), *records);
                ctx.tell(Event::RecordsAcquired { group, member, partition, records });
            }
            let plain = answer(partition, ErrorCode::None);
            answers.push(ShareFetchPartitionResponse { batches, acquired_records, ..plain });
        }
    }

    /// The acknowledgements of a partition are persisted, or are not.
    pub(super) fn settle_share(
        &mut self,
        ctx: &mut Ctx<'_>,
        request: Option<u64>,
        partition: Partition,
        error: ErrorCode,
    ) {
        if let Some(id) = request {
            self.live.shares.settle(id, partition, error);
            self.answer_share(ctx, id);
        }
    }

    /// Answers a share request if everything is known by now.
    pub(super) fn answer_share(&mut self, ctx: &mut Ctx<'_>, id: u64) {
        let requests = &mut self.live.shares.requests;
        if !requests.get(&id).is_some_and(ShareRequest::is_complete) {
            return;
        }
        let Some(request) = requests.remove(&id) else { return };
        if request.closes {
            self.release_session(ctx, &request.group, request.member);
        }
        let fates = request.acknowledged.into_iter();
        let fates = fates.map(|(partition, error)| (partition, error.unwrap_or(ErrorCode::None)));
        let Some(mut answers) = request.fetch.map(|fetch| fetch.answers.unwrap_or_default()) else {
            let response =
                ShareAcknowledgeResponse { error: ErrorCode::None, partitions: fates.collect() };
            return self.reply(ctx, request.to, Response::ShareAcknowledge(response));
        };
        for (partition, error) in fates {
            match answers.iter_mut().find(|answer| answer.partition == partition) {
                Some(answer) => answer.acknowledge_error = error,
                None => {
                    let plain = answer(partition, ErrorCode::None);
                    answers.push(ShareFetchPartitionResponse { acknowledge_error: error, ..plain });
                }
            }
        }
        self.answer_share_fetch(ctx, request.to, ErrorCode::None, answers);
    }

    fn answer_share_fetch(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        error: ErrorCode,
        partitions: Vec<ShareFetchPartitionResponse>,
    ) {
        let acquisition_lock_timeout = ShareGroupConfig::of(self.config).record_lock_duration;
        let response = ShareFetchResponse { error, acquisition_lock_timeout, partitions };
        self.reply(ctx, to, Response::ShareFetch(response));
    }

    /// SharePartitionManager.releaseSession.
    fn release_session(&mut self, ctx: &mut Ctx<'_>, group: &Name, member: MemberId) {
        for partition in &self.live.shares.sessions.release(group, member) {
            let key = SharePartitionKey { group: group.clone(), partition: *partition };
            let known = self.live.shares.partition_mut(&key);
            let write = known.and_then(|known| known.release_acquired_records(member));
            self.write_state(ctx, &key, write, Some((member, None)));
        }
    }

    /// A member's connection has ended: what it had acquired is available again. When no member of
    /// a group has a session here any more, the group's states are let go, to be read again by the
    /// next one (ShareSessionCache.maybeRemoveAndNotifyListeners).
    pub(in crate::sim::broker) fn share_connection_ended(
        &mut self,
        ctx: &mut Ctx<'_>,
        from: ReplyTo,
    ) {
        let Some((group, member)) = self.live.shares.sessions.disconnected(from) else { return };
        self.release_session(ctx, &group, member);
        if !self.live.shares.sessions.serves(&group) {
            self.live.shares.held.retain(|key, _| key.group != group);
        }
    }

    /// Lets the alarm ring when the next lock ends.
    pub(super) fn arm_share_locks(&self, ctx: &mut Ctx<'_>) {
        let known = self.live.shares.partitions();
        if let Some(at) = known.filter_map(|(_, partition)| partition.next_deadline()).min() {
            ctx.arm(Timer::ShareLocks, at);
        }
    }

    pub(in crate::sim::broker) fn on_share_timer(&mut self, ctx: &mut Ctx<'_>, timer: Timer) {
        if timer == Timer::SharePersister {
            return self.on_persister_timer(ctx);
        }
        let keys: Vec<SharePartitionKey> = self.live.shares.held.keys().cloned().collect();
        for key in keys {
            let known = self.live.shares.partition_mut(&key);
            let Some(write) = known.and_then(|known| known.release_expired_locks(ctx.now)) else {
                continue;
            };
            let partition = key.partition;
            for batch in &write.change.state_batches {
                let (group, batch) = (key.group.clone(), *batch);
                ctx.tell(Event::AcquisitionLockTimedOut { group, partition, batch });
            }
            self.write_state(ctx, &key, Some(write), None);
            self.check_waiting(ctx, partition);
        }
        self.arm_share_locks(ctx);
    }
}

/// A request of a member with its acknowledgements, of which nothing is known yet.
fn waiting(
    to: ReplyTo,
    group: &Name,
    member: MemberId,
    acknowledgements: &[AcknowledgePartition],
) -> ShareRequest {
    ShareRequest {
        to,
        group: group.clone(),
        member,
        acknowledged: acknowledgements.iter().map(|said| (said.partition, None)).collect(),
        closes: false,
        fetch: None,
    }
}
