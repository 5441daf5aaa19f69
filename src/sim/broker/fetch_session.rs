//! Incremental fetches: a follower names only what has changed, and a leader answers only what has
//! (KIP-227: FetchManager, FetchSession, IncrementalFetchContext).

use super::fetch::Reader;
use super::replica::Replica;
use super::{Broker, Running};
use crate::sim::effect::{Ctx, ReplyTo};
use crate::sim::id::{BrokerId, Offset, Partition};
use crate::sim::log::Log;
use crate::sim::mutant::{Mutant, breaks};
use crate::sim::ordered::{Map, Set};
use crate::sim::time::Time;
use crate::sim::wire::{
    ErrorCode, FetchPartition, FetchPartitionResponse, FetchRequest, FetchResponse,
    FetchSessionState, Response,
};

/// What a leader remembers of a follower's fetches.
// Simplified: a broker remembers one session for each follower, and none of consumers; Kafka keeps
// up to a thousand of anybody. Partitions are read in their order, whoever was read last.
#[derive(Clone, Debug)]
pub(super) struct FetchSession {
    id: i32,
    /// What the next request must carry.
    epoch: i32,
    partitions: Map<Partition, Cached>,
    /// Those that are looked at with the next fetch. Of all others the follower has everything and
    /// knows it, until they are stirred: looking at them would find nothing.
    restless: Set<Partition>,
    /// The last fetch, and of which life of the follower it was.
    last_fetch: Option<(Time, i64)>,
}

/// A partition as the follower asked for it last (CachedPartition).
#[derive(Clone, Debug)]
struct Cached {
    fetch: FetchPartition,
    /// The high watermark and log start that the follower was told.
    told: Option<(Offset, Offset)>,
}

/// A follower's fetch that waits for data.
#[derive(Clone, Copy, Debug)]
pub(super) struct WaitingFetch {
    pub to: ReplyTo,
    pub follower: BrokerId,
    session: i32,
    min_bytes: u32,
    max_bytes: u32,
}

impl Cached {
    /// Whether there is nothing that the follower would have to be told, or to be watched for.
    fn knows_all(&self, follower: BrokerId, replica: &Replica, log: &Log) -> bool {
        replica.as_leader().is_some_and(|leader| leader.isr.contains(&follower))
            && self.told == Some((replica.high_watermark, log.start()))
            && self.fetch.fetch_offset == log.end()
    }
}

impl FetchSession {
    pub(super) fn holds(&self, partition: Partition) -> bool {
        self.partitions.get_near(partition.index, &partition).is_some()
    }

    fn is_quiet(&self, partition: Partition) -> bool {
        !self.restless.contains(&partition) && self.holds(partition)
    }

    /// When a follower last fetched a partition of which it has everything.
    pub(super) fn quiet_since(&self, partition: Partition) -> Option<Time> {
        self.last_fetch.filter(|_| self.is_quiet(partition)).map(|(at, _)| at)
    }

    fn asked(&self) -> Vec<FetchPartition> {
        let of = |partition: &Partition| {
            let found = self.partitions.get_near(partition.index, partition);
            found.map(|(_, cached)| cached.fetch)
        };
        self.restless.iter().filter_map(of).collect()
    }

    fn update(&mut self, request: &FetchRequest) {
        self.epoch = FetchSessionState::next_epoch(self.epoch);
        for partition in &request.forgotten {
            self.partitions.remove(partition);
            self.restless.remove(partition);
        }
        for fetch in &request.partitions {
            let near = fetch.partition.index;
            let new = || Cached { fetch: *fetch, told: None };
            self.partitions.entry_near(near, fetch.partition).or_insert_with(new).fetch = *fetch;
            self.restless.insert(fetch.partition);
        }
    }

    /// Notes what the follower is told; false if that is nothing new
    /// (CachedPartition.maybeUpdateResponseData).
    fn tells(&mut self, answer: &FetchPartitionResponse) -> bool {
        let near = answer.partition.index;
        let cached = self.partitions.get_near_mut(near, &answer.partition);
        let Some(cached) = cached else { return false };
        let now = (answer.high_watermark, answer.log_start_offset);
        let before = cached.told.replace(now);
        before != Some(now) || !answer.batches.is_empty() || !answer.is_ordinary()
    }
}

impl Broker {
    /// A follower that nobody would tell what has changed in a partition: there must be none.
    pub fn forgotten_follower(&self, partition: Partition) -> Option<BrokerId> {
        let live = self.live.as_ref()?;
        let (replica, log) = (live.replicas.get(&partition)?, self.disk.logs.get(&partition)?);
        let forgotten = |follower: BrokerId, session: &FetchSession| {
            let cached = session.partitions.get(&partition).filter(|_| session.is_quiet(partition));
            cached.is_some_and(|cached| !cached.knows_all(follower, replica, log))
        };
        let mut sessions = live.sessions.iter();
        sessions.find(|(follower, session)| forgotten(**follower, session)).map(|(id, _)| *id)
    }
}

impl Running<'_> {
    pub(super) fn fetch_as_follower(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        request: &FetchRequest,
        (follower, broker_epoch): (BrokerId, i64),
    ) {
        let (session, asked) = match self.enter_session(ctx, follower, request) {
            Ok(session) => (session.id, session.asked()),
            Err(error) => {
                let none = FetchResponse {
                    error,
                    session: 0,
                    partitions: Vec::new(),
                    throttle_time_ms: 0,
                };
                return self.reply(ctx, to, Response::Fetch(none));
            }
        };
        let (min_bytes, max_bytes) = (request.min_bytes, request.max_bytes);
        let waiting = WaitingFetch { to, follower, session, min_bytes, max_bytes };
        // What is read is what was there before this very fetch told how far the follower is: so
        // the high watermark in the answer is one fetch behind.
        let answers = self.read_all(&asked, Reader::Follower(follower), max_bytes);
        if !self.is_of_a_former_life(follower, broker_epoch) {
            if let Some(session) = self.live.sessions.get_mut(&follower) {
                session.last_fetch = Some((ctx.now, broker_epoch));
            }
            for (fetch, answer) in asked.iter().zip(&answers) {
                if answer.is_ordinary() {
                    self.note_follower_fetch(ctx, follower, broker_epoch, fetch);
                }
            }
        }
        if super::fetch::must_answer(&answers, min_bytes) || request.max_wait.0 == 0 {
            return self.tell_follower(ctx, waiting, answers);
        }
        let deadline = ctx.now + request.max_wait;
        self.shelve(ctx, deadline, super::purgatory::Waiting::FollowerFetch(waiting));
    }

    /// FetchManager.newContext.
    fn enter_session(
        &mut self,
        ctx: &mut Ctx<'_>,
        follower: BrokerId,
        request: &FetchRequest,
    ) -> Result<&FetchSession, ErrorCode> {
        let FetchSessionState { id, epoch } = request.session;
        let mut known = id;
        if epoch == FetchSessionState::INITIAL {
            known = 1 + i32::try_from(ctx.chance(i32::MAX as u64)).unwrap_or(0);
            let (partitions, restless) = (Map::new(), Set::new());
            let new = FetchSession { id: known, epoch, partitions, restless, last_fetch: None };
            self.live.sessions.insert(follower, new);
        }
        let session = self.live.sessions.get_mut(&follower).filter(|session| session.id == known);
        let session = session.ok_or(ErrorCode::FetchSessionIdNotFound)?;
        if session.epoch != epoch {
            return Err(ErrorCode::InvalidFetchSessionEpoch);
        }
        session.update(request);
        Ok(session)
    }

    /// Answers with whatever there is now.
    pub(super) fn answer_follower(&mut self, ctx: &mut Ctx<'_>, waiting: WaitingFetch) {
        let session = self.live.sessions.get(&waiting.follower);
        let asked = session.map(FetchSession::asked).unwrap_or_default();
        let answers = self.read_all(&asked, Reader::Follower(waiting.follower), waiting.max_bytes);
        self.tell_follower(ctx, waiting, answers);
    }

    fn tell_follower(
        &mut self,
        ctx: &mut Ctx<'_>,
        waiting: WaitingFetch,
        mut answers: Vec<FetchPartitionResponse>,
    ) {
        let follower = waiting.follower;
        let session = self.live.sessions.get_mut(&follower);
        let Some(session) = session.filter(|session| session.id == waiting.session) else {
            // A newer session has begun: this request's connection is gone.
            return self.hang_up(ctx, waiting.to);
        };
        let calm: Vec<Partition> = answers
            .iter()
            .filter(|answer| answer.batches.is_empty() && answer.is_ordinary())
            .map(|answer| answer.partition)
            .collect();
        answers.retain(|answer| session.tells(answer));
        let response = FetchResponse {
            error: ErrorCode::None,
            session: session.id,
            partitions: answers,
            throttle_time_ms: 0,
        };
        for partition in calm {
            self.calm(follower, partition);
        }
        self.reply(ctx, waiting.to, Response::Fetch(response));
    }

    /// Looks no more at a partition of which the follower has everything and knows it.
    fn calm(&mut self, follower: BrokerId, partition: Partition) {
        let Some((replica, log)) = self.replica_and_log(partition) else { return };
        let knows = |cached: &Cached| cached.knows_all(follower, replica, log);
        let session = self.live.sessions.get(&follower);
        let cached = session.and_then(|it| it.partitions.get_near(partition.index, &partition));
        if cached.is_some_and(|(_, cached)| knows(cached))
            && let Some(session) = self.live.sessions.get_mut(&follower)
        {
            session.restless.remove(&partition);
        }
    }

    /// A partition is about to change, or has changed without its log: whoever fetches it from here
    /// is told with its next fetch, and a fetcher of this broker asks for it anew.
    pub(super) fn stir(&mut self, partition: Partition) {
        if breaks(Mutant::ForgetsFollowers) {
            return;
        }
        for fetcher in self.live.fetchers.values_mut() {
            fetcher.ask_anew(partition);
        }
        self.stir_followers(partition);
    }

    /// The same where this broker leads and goes on leading: it fetches nothing of the partition.
    pub(super) fn stir_followers(&mut self, partition: Partition) {
        if breaks(Mutant::ForgetsFollowers) {
            return;
        }
        for (follower, session) in &mut self.live.sessions {
            if !session.is_quiet(partition) {
                continue;
            }
            session.restless.insert(partition);
            // All its fetches up to the last one found the follower at the log's end.
            let Some((at, epoch)) = session.last_fetch else { continue };
            let replica = self.live.replicas.get_near_mut(partition.index, &partition);
            if let Some(leader) = replica.and_then(|replica| replica.as_leader_mut())
                && let Some(state) = leader.followers.get_mut(follower)
            {
                let log = self.disk.logs.get_near(partition.index, &partition);
                let end = log.map_or(0, |(_, log)| log.end());
                state.fetched(end, at, end, epoch);
            }
        }
    }

    /// DelayedFetch.tryComplete, after something happened to `changed`.
    pub(super) fn follower_is_satisfied(&self, waiting: &WaitingFetch, changed: Partition) -> bool {
        let Some(session) = self.live.sessions.get(&waiting.follower) else { return true };
        if waiting.min_bytes > 1 {
            return self.fetch_is_satisfied(session.asked().iter(), None, waiting.min_bytes);
        }
        // Who takes the first byte there is waits for no sum: one look is enough.
        let asked = session.partitions.get_near(changed.index, &changed);
        let asked = asked.map(|(_, cached)| &cached.fetch);
        self.fetch_is_satisfied(asked.into_iter(), None, waiting.min_bytes)
    }
}
