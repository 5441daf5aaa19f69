//! What a node asks of voters, one request at a time each (RequestManager).

use super::role::Role;
use super::{REQUEST_TIMEOUT, Raft};
use crate::sim::effect::Ctx;
use crate::sim::id::{ControllerId, Node, Seq};
use crate::sim::time::{Span, Time};
use crate::sim::wire::{
    BeginQuorumEpochRequest, Channel, EndQuorumEpochRequest, FetchMetadataLogRequest, Request,
    VoteRequest,
};

/// First wait after a connection broke, and the longest (KafkaRaftManager.buildNetworkClient).
const RECONNECT_BACKOFF: Span = Span::ms(50);
const RECONNECT_BACKOFF_MAX: Span = Span::ms(500);

/// What is known of the connection to a voter.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Connection {
    /// The request under way, and when it has taken too long. An answer to a request that was
    /// made in an earlier role says nothing of interest; then there is only the time.
    awaited: Option<Seq>,
    timeout: Option<Time>,
    back_off_until: Time,
    failures: u32,
}

impl Connection {
    pub(super) fn deadline(&self, now: Time) -> Time {
        let busy = self.awaited.and(self.timeout).unwrap_or(Time::NEVER);
        if self.back_off_until > now { busy.min(self.back_off_until) } else { busy }
    }

    /// The role has changed.
    pub(super) fn forget(&mut self) {
        self.awaited = None;
        self.back_off_until = Time::ZERO;
    }

    fn is_backing_off(&self, now: Time) -> bool {
        self.back_off_until > now
    }

    fn is_awaited(&self, now: Time) -> bool {
        self.awaited.is_some() && self.timeout.is_none_or(|at| at > now)
    }

    fn has_timed_out(&self, now: Time) -> bool {
        self.timeout.is_some_and(|at| at <= now)
    }
}

impl Raft {
    /// Sends what the role wants said, to everybody who is not being asked already.
    pub(super) fn send_what_is_due(&mut self, ctx: &mut Ctx<'_>) {
        match &mut self.role {
            Role::Unattached { .. } => self.fetch_from_anybody(ctx),
            Role::Follower { fetch_by, .. } => {
                let late = *fetch_by <= ctx.now;
                self.follow(ctx, late);
            }
            Role::Prospective { votes, .. } | Role::Candidate { votes, .. } if !votes.is_lost() => {
                for voter in votes.unrecorded() {
                    self.ask_for_vote(ctx, voter);
                }
            }
            Role::Prospective { .. } | Role::Candidate { .. } => {}
            Role::Leader(leader) => {
                let (told, epoch) = (leader.take_untold(ctx.now), self.election.epoch);
                let Some(leader) = self.voter() else { return };
                for voter in told {
                    let begin = BeginQuorumEpochRequest { leader, epoch };
                    self.ask(ctx, voter, Request::BeginQuorumEpoch(begin));
                }
            }
            Role::Resigned { untold, successors, .. } => {
                let (untold, preferred_successors) = (untold.clone(), successors.clone());
                let (Some(leader), epoch) = (self.voter(), self.election.epoch) else { return };
                for voter in untold {
                    let preferred_successors = preferred_successors.clone();
                    let end = EndQuorumEpochRequest { leader, epoch, preferred_successors };
                    self.ask(ctx, voter, Request::EndQuorumEpoch(end));
                }
            }
        }
    }

    fn follow(&mut self, ctx: &mut Ctx<'_>, late: bool) {
        let Some(leader) = self.election.leader else { return };
        let connection = self.connections.get(&leader).copied().unwrap_or_default();
        let fails = connection.is_backing_off(ctx.now) || connection.has_timed_out(ctx.now);
        // An observer whose leader does not answer asks the others who leads now; a voter waits
        // for the fetch timeout.
        if self.voter().is_none() && (late || fails) {
            if connection.has_timed_out(ctx.now) {
                self.hang_up(ctx, leader);
            }
            return self.fetch_from_anybody(ctx);
        }
        if self.voter().is_some() || !self.awaits_anything(ctx.now) {
            let fetch = self.fetch_request();
            self.ask(ctx, leader, fetch);
        }
    }

    fn awaits_anything(&self, now: Time) -> bool {
        self.connections.values().any(|connection| connection.is_awaited(now))
    }

    /// Whoever answers says who leads.
    fn fetch_from_anybody(&mut self, ctx: &mut Ctx<'_>) {
        if self.awaits_anything(ctx.now) {
            return;
        }
        let ready = |id: &ControllerId| {
            let connection = self.connections.get(id);
            let backs_off = connection.is_some_and(|it| it.is_backing_off(ctx.now));
            Some(*id) != self.voter() && !backs_off
        };
        let ready: Vec<ControllerId> = self.voters.iter().copied().filter(ready).collect();
        let chosen = match ready.len() {
            0 => return,
            1 => 0,
            several => ctx.chance(several as u64) as usize,
        };
        let fetch = self.fetch_request();
        self.ask(ctx, ready[chosen], fetch);
    }

    fn fetch_request(&self) -> Request {
        Request::FetchMetadataLog(FetchMetadataLogRequest {
            replica: self.me,
            current_leader_epoch: self.election.epoch,
            fetch_offset: self.log.end(),
            last_fetched_epoch: self.log.last_epoch(),
            high_watermark: self.high_watermark.unwrap_or(-1),
        })
    }

    fn ask_for_vote(&mut self, ctx: &mut Ctx<'_>, voter: ControllerId) {
        let Some(candidate) = self.voter() else { return };
        let request = VoteRequest {
            candidate,
            epoch: self.election.epoch,
            last_epoch: self.log.last_epoch(),
            last_offset: self.log.end(),
            pre_vote: self.is_prospective(),
        };
        self.ask(ctx, voter, Request::Vote(request));
    }

    fn ask(&mut self, ctx: &mut Ctx<'_>, voter: ControllerId, request: Request) {
        let connection = self.connections.entry(voter).or_default();
        if connection.is_backing_off(ctx.now) || connection.is_awaited(ctx.now) {
            return;
        }
        if connection.has_timed_out(ctx.now) {
            self.hang_up(ctx, voter);
        }
        let seq = ctx.request(Node::Controller(voter), Channel::Raft, request);
        let connection = self.connections.entry(voter).or_default();
        connection.awaited = Some(seq);
        connection.timeout = Some(ctx.now + REQUEST_TIMEOUT);
    }

    fn hang_up(&mut self, ctx: &mut Ctx<'_>, voter: ControllerId) {
        ctx.close(Node::Controller(voter), Channel::Raft);
        let connection = self.connections.entry(voter).or_default();
        connection.awaited = None;
        connection.timeout = None;
    }

    /// Whether this answer is the one that is waited for; then it is no more.
    pub(super) fn take_awaited(&mut self, voter: ControllerId, answers: Option<Seq>) -> bool {
        let Some(connection) = self.connections.get_mut(&voter) else { return false };
        let expected = connection.awaited.is_some() && connection.awaited == answers;
        if expected || connection.awaited.is_none() {
            connection.timeout = None;
        }
        if expected {
            connection.awaited = None;
            connection.failures = 0;
        }
        expected
    }

    /// Nobody knows who leads.
    // Simplified: whoever asked waits a moment then; Kafka asks somebody else at once.
    pub(super) fn back_off(&mut self, now: Time) {
        for voter in self.voters.iter() {
            let connection = self.connections.entry(*voter).or_default();
            connection.back_off_until = connection.back_off_until.max(now + RECONNECT_BACKOFF);
        }
    }

    /// The connection to a voter broke.
    pub(in crate::sim) fn on_disconnect(&mut self, ctx: &mut Ctx<'_>, voter: ControllerId) {
        let failures = self.connections.get(&voter).map_or(0, |it| it.failures);
        let wait = ctx.backoff(RECONNECT_BACKOFF, RECONNECT_BACKOFF_MAX, failures);
        let back_off_until = ctx.now + wait;
        let failures = failures.saturating_add(1);
        let broken = Connection { back_off_until, failures, ..Connection::default() };
        self.connections.insert(voter, broken);
        self.poll(ctx);
    }
}
