//! Requests that wait for a condition or a deadline (DelayedOperationPurgatory).

use std::fmt;

use super::Running;
use super::fetch_session::{FetchSession, WaitingFetch};
use super::retention::WaitingDelete;
use super::share::ShareRole;
use crate::sim::effect::{Ctx, ReplyTo, Timer};
use crate::sim::id::{BrokerId, Name, Offset, Partition};
use crate::sim::ordered::Map;
use crate::sim::time::Time;
use crate::sim::wire::{Acks, ErrorCode, FetchPartition, FetchRequest, MemberId, Response};

/// A batch that was appended, or refused.
#[derive(Clone, Debug)]
pub(super) struct WaitingAppend {
    pub partition: Partition,
    pub base_offset: Offset,
    /// The high watermark that commits it.
    pub required: Offset,
    /// Its fate, once known.
    pub error: Option<ErrorCode>,
}

#[derive(Clone, Debug)]
pub(super) struct WaitingProduce {
    pub to: ReplyTo,
    /// Size of the request, which counts when it is answered.
    pub bytes: u32,
    pub appends: Vec<WaitingAppend>,
}

/// A coordinator's own record on its way to being committed.
#[derive(Clone, Debug)]
pub(super) struct WaitingRecord {
    pub append: WaitingAppend,
    pub then: Then,
}

/// The answer that says why not. Where the function lies is nothing to be printed: what is printed
/// of a world is the same everywhere.
#[derive(Clone)]
pub(super) struct WhyNot(pub(super) fn(ErrorCode) -> Response);

impl fmt::Debug for WhyNot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WhyNot")
    }
}

/// What a coordinator does when its record is committed, or could not be.
#[derive(Clone, Debug)]
pub(super) enum Then {
    /// Answer OffsetCommit.
    Commit { to: ReplyTo, offsets: Vec<(Partition, Offset)> },
    /// Answer everyone who waits in SyncGroup of this generation.
    Sync { group: Name, generation: i32 },
    /// Answer the JoinGroup of a static member that is back.
    Join { group: Name, generation: i32, member: MemberId },
    /// It has counted since it was written.
    Nothing,
    /// Give this answer, or the one that says why not.
    Answer { to: ReplyTo, good: Box<Response>, bad: WhyNot },
    /// What is kept for later under this number (see `transaction`).
    Later(u64),
    /// Tell that offsets are forgotten, and perhaps the group.
    Expire { group: Name, partitions: Vec<Partition>, group_too: bool },
}

#[derive(Clone, Debug)]
pub(super) enum Waiting {
    Produce(WaitingProduce),
    Fetch {
        to: ReplyTo,
        request: FetchRequest,
    },
    FollowerFetch(WaitingFetch),
    Record(WaitingRecord),
    /// Of the share request under this number.
    ShareFetch(u64),
    DeleteRecords(WaitingDelete),
}

/// All that wait, in order of arrival, each with its deadline.
#[derive(Clone, Debug, Default)]
pub(super) struct Purgatory {
    waiting: Map<u64, (Time, Waiting)>,
    next: u64,
}

impl Purgatory {
    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }

    fn concerning(
        &self,
        partition: Partition,
        sessions: &Map<BrokerId, FetchSession>,
        shares: &ShareRole,
    ) -> Vec<u64> {
        self.waiting
            .iter()
            .filter(|(_, (_, waiting))| match waiting {
                Waiting::Produce(produce) => {
                    produce.appends.iter().any(|append| append.partition == partition)
                }
                Waiting::Fetch { request, .. } => {
                    request.partitions.iter().any(|p| p.partition == partition)
                }
                Waiting::FollowerFetch(fetch) => {
                    sessions.get(&fetch.follower).is_none_or(|session| session.holds(partition))
                }
                Waiting::Record(record) => record.append.partition == partition,
                Waiting::ShareFetch(request) => shares.concerns(*request, partition),
                Waiting::DeleteRecords(delete) => delete.partition == partition,
            })
            .map(|(id, _)| *id)
            .collect()
    }

    fn earliest(&self) -> Option<Time> {
        self.waiting.values().map(|(deadline, _)| *deadline).min()
    }
}

impl Running<'_> {
    /// Lets something wait, unless it can be done at once.
    pub(super) fn wait(&mut self, ctx: &mut Ctx<'_>, deadline: Time, waiting: Waiting) {
        if let Some(waiting) = self.try_complete(ctx, waiting) {
            self.shelve(ctx, deadline, waiting);
        }
    }

    /// Lets something wait that is known not to be ready.
    pub(super) fn shelve(&mut self, ctx: &mut Ctx<'_>, deadline: Time, waiting: Waiting) {
        let purgatory = &mut self.live.purgatory;
        let earlier = purgatory.earliest().is_none_or(|at| deadline < at);
        let id = purgatory.next;
        purgatory.next += 1;
        purgatory.waiting.insert(id, (deadline, waiting));
        if earlier {
            ctx.arm(Timer::Purgatory, deadline);
        }
    }

    /// A partition changed: looks again at everyone who waits for it.
    pub(super) fn check_waiting(&mut self, ctx: &mut Ctx<'_>, partition: Partition) {
        let live = &self.live;
        for id in live.purgatory.concerning(partition, &live.sessions, &live.shares) {
            if !self.settles(id, partition) {
                continue;
            }
            let Some((deadline, waiting)) = self.live.purgatory.waiting.remove(&id) else {
                continue;
            };
            if let Some(waiting) = self.try_complete(ctx, waiting) {
                self.live.purgatory.waiting.insert(id, (deadline, waiting));
            }
        }
    }

    /// Whether what waits under this number may be done with, now that something happened to one of
    /// its partitions. Of what is not, nothing is moved.
    fn settles(&mut self, id: u64, changed: Partition) -> bool {
        let Some((_, waiting)) = self.live.purgatory.waiting.get_mut(&id) else { return false };
        let Waiting::Produce(produce) = waiting else {
            let waiting = self.live.purgatory.waiting.get(&id);
            return waiting.is_some_and(|(_, waiting)| self.may_complete(waiting, changed));
        };
        let mut appends = std::mem::take(&mut produce.appends);
        appends.iter_mut().for_each(|append| self.try_settle(append, Acks::All));
        let all = appends.iter().all(|append| append.error.is_some());
        if let Some((_, Waiting::Produce(produce))) = self.live.purgatory.waiting.get_mut(&id) {
            produce.appends = appends;
        }
        all
    }

    /// Whether a fetch is answered now that something happened to one of its partitions. All else
    /// has to be tried.
    fn may_complete(&self, waiting: &Waiting, changed: Partition) -> bool {
        match waiting {
            Waiting::Fetch { request, .. } => {
                // Who takes the first byte there is waits for no sum: one look is enough.
                let concerned =
                    |fetch: &&FetchPartition| request.min_bytes > 1 || fetch.partition == changed;
                let asked = request.partitions.iter().filter(concerned);
                self.fetch_is_satisfied(asked, Some(request.isolation), request.min_bytes)
            }
            Waiting::FollowerFetch(fetch) => self.follower_is_satisfied(fetch, changed),
            Waiting::Produce(_)
            | Waiting::Record(_)
            | Waiting::ShareFetch(_)
            | Waiting::DeleteRecords(_) => true,
        }
    }

    /// Answers if the condition holds; gives it back otherwise. Fetches are tried only when they
    /// are answered.
    fn try_complete(&mut self, ctx: &mut Ctx<'_>, waiting: Waiting) -> Option<Waiting> {
        match waiting {
            Waiting::Produce(mut produce) => {
                for append in &mut produce.appends {
                    self.try_settle(append, Acks::All);
                }
                if produce.appends.iter().all(|append| append.error.is_some()) {
                    self.answer_produce(ctx, produce.to, produce.bytes, &produce.appends);
                    return None;
                }
                Some(Waiting::Produce(produce))
            }
            Waiting::Fetch { to, request } => {
                self.answer_fetch(ctx, to, &request);
                None
            }
            Waiting::FollowerFetch(fetch) => {
                self.answer_follower(ctx, fetch);
                None
            }
            Waiting::ShareFetch(request) => {
                let done = self.share_fetch_goes_on(ctx, request, false);
                (!done).then_some(Waiting::ShareFetch(request))
            }
            Waiting::DeleteRecords(delete) => {
                let done = self.delete_goes_on(ctx, delete, false);
                (!done).then_some(Waiting::DeleteRecords(delete))
            }
            Waiting::Record(mut record) => {
                let acks = self.acks_of_own(record.append.partition);
                self.try_settle(&mut record.append, acks);
                match record.append.error {
                    Some(error) => {
                        self.coordinator_record_settled(ctx, record.then, error);
                        None
                    }
                    None => Some(Waiting::Record(record)),
                }
            }
        }
    }

    /// Whether a share fetch is answered, or need not wait any longer.
    fn share_fetch_goes_on(&mut self, ctx: &mut Ctx<'_>, request: u64, late: bool) -> bool {
        let extension = ctx.extension.map(|extension| extension.broker.share_fetch);
        extension.is_none_or(|goes_on| goes_on(self, ctx, request, late))
    }

    /// Whether a deletion is answered.
    fn delete_goes_on(&mut self, ctx: &mut Ctx<'_>, delete: WaitingDelete, late: bool) -> bool {
        let extension = ctx.extension.map(|extension| extension.broker.delete_records);
        extension.is_none_or(|goes_on| goes_on(self, ctx, delete, late))
    }

    /// Partition.checkEnoughReplicasReachOffset; by acks=1 it is enough that it is committed
    /// (DeferredEventQueue.completeUpTo).
    fn try_settle(&self, append: &mut WaitingAppend, acks: Acks) {
        if append.error.is_some() {
            return;
        }
        let near = append.partition.index;
        let replica = self.live.replicas.get_near(near, &append.partition);
        let Some((replica, leader)) = replica.and_then(|(_, r)| Some((r, r.as_leader()?))) else {
            append.error = Some(ErrorCode::NotLeaderOrFollower);
            return;
        };
        if replica.high_watermark >= append.required {
            let enough = || self.min_isr(append.partition) <= leader.maximal_isr().len();
            append.error = Some(if acks == Acks::Leader || enough() {
                ErrorCode::None
            } else {
                ErrorCode::NotEnoughReplicasAfterAppend
            });
        }
    }

    /// Whatever has waited long enough is answered as it stands.
    pub(super) fn expire_waiting(&mut self, ctx: &mut Ctx<'_>) {
        let due: Vec<u64> = self
            .live
            .purgatory
            .waiting
            .iter()
            .filter(|(_, (deadline, _))| *deadline <= ctx.now)
            .map(|(id, _)| *id)
            .collect();
        for id in due {
            match self.live.purgatory.waiting.remove(&id) {
                Some((_, Waiting::Produce(mut produce))) => {
                    for append in &mut produce.appends {
                        append.error.get_or_insert(ErrorCode::RequestTimedOut);
                    }
                    self.answer_produce(ctx, produce.to, produce.bytes, &produce.appends);
                }
                Some((_, Waiting::Fetch { to, request })) => self.answer_fetch(ctx, to, &request),
                Some((_, Waiting::FollowerFetch(fetch))) => self.answer_follower(ctx, fetch),
                Some((_, Waiting::Record(record))) => {
                    self.coordinator_record_settled(ctx, record.then, ErrorCode::RequestTimedOut);
                }
                Some((_, Waiting::ShareFetch(request))) => {
                    self.share_fetch_goes_on(ctx, request, true);
                }
                Some((_, Waiting::DeleteRecords(delete))) => {
                    self.delete_goes_on(ctx, delete, true);
                }
                None => {}
            }
        }
        if let Some(earliest) = self.live.purgatory.earliest() {
            ctx.arm(Timer::Purgatory, earliest);
        }
    }
}
