//! What a voter answers, and what a node learns from answers (KafkaRaftClient's handlers).

use super::leader::WaitingFetch;
use super::role::Role;
use super::{ELECTION_BACKOFF_MAX, FETCH_TIMEOUT, FETCH_WAIT, Raft};
use crate::sim::effect::{Ctx, ReplyTo};
use crate::sim::id::{ControllerId, Node, Seq};
use crate::sim::mutant::{Mutant, breaks};
use crate::sim::time::Span;
use crate::sim::wire::{
    EndQuorumEpochRequest, ErrorCode, FetchMetadataLogRequest, FetchMetadataLogResponse,
    QuorumView, Request, Response, VoteRequest, VoteResponse,
};

impl Raft {
    /// Handles a request if it is one of the quorum's.
    pub(in crate::sim) fn on_request(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        request: &Request,
    ) -> bool {
        match request {
            Request::FetchMetadataLog(request) => self.on_fetch(ctx, to, request),
            Request::Vote(request) => self.on_vote_request(ctx, to, request),
            Request::BeginQuorumEpoch(request) => {
                let view = self.hear_leader(ctx, request.leader, request.epoch);
                ctx.reply(to, Response::BeginQuorumEpoch(view));
            }
            Request::EndQuorumEpoch(request) => {
                let view = self.hear_leader(ctx, request.leader, request.epoch);
                if view.error == ErrorCode::None {
                    self.on_resignation(ctx, request);
                }
                ctx.reply(to, Response::EndQuorumEpoch(view));
            }
            _ => return false,
        }
        self.poll(ctx);
        true
    }

    fn view(&self, error: ErrorCode) -> QuorumView {
        QuorumView { error, leader: self.election.leader, epoch: self.election.epoch }
    }

    /// A leader made itself heard, if it is not one of the past.
    fn hear_leader(&mut self, ctx: &mut Ctx<'_>, leader: ControllerId, epoch: i32) -> QuorumView {
        if epoch < self.election.epoch {
            return self.view(ErrorCode::FencedLeaderEpoch);
        }
        self.heard_of(ctx, Some(leader), epoch);
        self.view(ErrorCode::None)
    }

    fn on_vote_request(&mut self, ctx: &mut Ctx<'_>, to: ReplyTo, request: &VoteRequest) {
        if request.epoch < self.election.epoch {
            let quorum = self.view(ErrorCode::FencedLeaderEpoch);
            return ctx.reply(to, Response::Vote(VoteResponse { quorum, granted: false }));
        }
        if request.epoch > self.election.epoch {
            self.become_unattached(ctx, request.epoch);
        }
        let own = (self.log.last_epoch(), self.log.end());
        let is_up_to_date =
            (request.last_epoch, request.last_offset) >= own || breaks(Mutant::VotesForAnyLog);
        let granted = self.grants(request, is_up_to_date);
        if granted && !request.pre_vote {
            self.vote_for(ctx, request.candidate);
        }
        let response = VoteResponse { quorum: self.view(ErrorCode::None), granted };
        ctx.reply(to, Response::Vote(response));
    }

    /// Each state's canGrantVote.
    fn grants(&self, request: &VoteRequest, is_up_to_date: bool) -> bool {
        let voted = self.election.voted;
        let by_vote = match voted {
            _ if breaks(Mutant::VotesTwice) => is_up_to_date,
            Some(candidate) => candidate == request.candidate,
            None => self.election.leader.is_none() && is_up_to_date,
        };
        match &self.role {
            Role::Unattached { .. } | Role::Prospective { .. } if request.pre_vote => is_up_to_date,
            Role::Unattached { .. } | Role::Prospective { .. } => by_vote,
            // Who hears from its leader does not help anybody against it.
            Role::Follower { has_fetched, .. } if request.pre_vote => is_up_to_date && !has_fetched,
            Role::Follower { .. } => voted == Some(request.candidate),
            Role::Candidate { .. } | Role::Resigned { .. } => request.pre_vote && is_up_to_date,
            Role::Leader(_) => false,
        }
    }

    /// Whoever voted gives the candidate time to win.
    fn vote_for(&mut self, ctx: &mut Ctx<'_>, candidate: ControllerId) {
        if self.election.voted == Some(candidate) {
            return;
        }
        self.election.voted = Some(candidate);
        let timeout = self.election_timeout(ctx);
        if let Role::Unattached { election_at } | Role::Prospective { election_at, .. } =
            &mut self.role
        {
            *election_at = timeout;
        }
    }

    /// The leader resigned: its first choice stands at once, the others a little later.
    fn on_resignation(&mut self, ctx: &mut Ctx<'_>, request: &EndQuorumEpochRequest) {
        let Role::Follower { fetch_by, .. } = &mut self.role else { return };
        let successors = &request.preferred_successors;
        let me = self.me;
        let place = successors.iter().position(|id| Node::Controller(*id) == me);
        let base = ELECTION_BACKOFF_MAX.0 >> successors.len().saturating_sub(1).min(20);
        let wait = match place.unwrap_or(successors.len()) {
            0 => 0,
            place if place >= successors.len() => ELECTION_BACKOFF_MAX.0,
            place => (base << (place - 1)).min(ELECTION_BACKOFF_MAX.0),
        };
        *fetch_by = ctx.now + Span(wait);
    }

    fn on_fetch(&mut self, ctx: &mut Ctx<'_>, to: ReplyTo, request: &FetchMetadataLogRequest) {
        let request = *request;
        match self.fetched(ctx, &request) {
            Ok(response) if is_news(&response, &request) => {
                ctx.reply(to, Response::FetchMetadataLog(response));
            }
            Ok(_) => {
                let deadline = ctx.now + FETCH_WAIT;
                if let Some(leader) = self.as_leader_mut() {
                    leader.waiting.push(WaitingFetch { to, request, deadline });
                }
            }
            Err(error) => self.answer_fetch_with(ctx, to, error),
        }
    }

    /// tryCompleteFetchRequest.
    fn fetched(
        &mut self,
        ctx: &mut Ctx<'_>,
        request: &FetchMetadataLogRequest,
    ) -> Result<FetchMetadataLogResponse, ErrorCode> {
        let asked = request.current_leader_epoch;
        if asked < self.election.epoch {
            return Err(ErrorCode::FencedLeaderEpoch);
        } else if asked > self.election.epoch {
            return Err(ErrorCode::UnknownLeaderEpoch);
        }
        let offset = request.fetch_offset;
        let diverging = self.log.divergence(offset, request.last_fetched_epoch);
        let Some(leader) = self.as_leader_mut() else {
            return Err(ErrorCode::NotLeaderOrFollower);
        };
        let mut records = Vec::new();
        if diverging.is_none() {
            if let Node::Controller(voter) = request.replica {
                leader.on_fetch(voter, offset, ctx.now);
                self.advance_high_watermark();
            }
            records = self.log.read(offset);
        }
        Ok(FetchMetadataLogResponse {
            quorum: self.view(ErrorCode::None),
            base_offset: offset,
            records,
            diverging,
            high_watermark: self.high_watermark.unwrap_or(-1),
        })
    }

    pub(super) fn answer_fetch_with(&self, ctx: &mut Ctx<'_>, to: ReplyTo, error: ErrorCode) {
        let response = FetchMetadataLogResponse {
            quorum: self.view(error),
            base_offset: 0,
            records: Vec::new(),
            diverging: None,
            high_watermark: -1,
        };
        ctx.reply(to, Response::FetchMetadataLog(response));
    }

    /// Answers every waiting fetch that there is news for, or that has waited long enough.
    pub(super) fn complete_fetches(&mut self, ctx: &mut Ctx<'_>) {
        let (end, high_watermark) = (self.log.end(), self.high_watermark.unwrap_or(-1));
        let Some(leader) = self.as_leader_mut() else { return };
        let ready = |fetch: &WaitingFetch| {
            fetch.request.fetch_offset < end
                || fetch.request.high_watermark < high_watermark
                || fetch.deadline <= ctx.now
        };
        if !leader.waiting.iter().any(ready) {
            return;
        }
        let (answered, waiting): (Vec<WaitingFetch>, Vec<WaitingFetch>) =
            leader.waiting.drain(..).partition(ready);
        leader.waiting = waiting;
        for fetch in answered {
            if let Ok(response) = self.fetched(ctx, &fetch.request) {
                ctx.reply(fetch.to, Response::FetchMetadataLog(response));
            }
        }
    }

    /// The leader counts what a majority has.
    pub(super) fn advance_high_watermark(&mut self) {
        let mut majority_end = self.as_leader().and_then(super::Leader::majority_end);
        if breaks(Mutant::QuorumOfOne) && self.as_leader().is_some() {
            majority_end = Some(self.log.end());
        }
        if majority_end > self.high_watermark {
            self.high_watermark = majority_end;
        }
    }

    /// Takes in an answer of a voter.
    pub(in crate::sim) fn on_response(
        &mut self,
        ctx: &mut Ctx<'_>,
        from: ControllerId,
        answers: Option<Seq>,
        response: &Response,
    ) {
        if self.take_awaited(from, answers) {
            match response {
                Response::FetchMetadataLog(response) => {
                    self.on_fetched(ctx, response);
                    if self.election.leader.is_none() {
                        self.back_off(ctx.now);
                    }
                }
                Response::Vote(response) => self.on_vote(ctx, from, *response),
                Response::BeginQuorumEpoch(view) => {
                    self.take_view(ctx, *view);
                }
                Response::EndQuorumEpoch(view) => {
                    if self.take_view(ctx, *view)
                        && let Role::Resigned { untold, .. } = &mut self.role
                    {
                        untold.remove(&from);
                    }
                }
                _ => {}
            }
        }
        self.poll(ctx);
    }

    /// Whether what came with this view of the quorum is for the role that this node is in now
    /// (maybeHandleCommonResponse).
    fn take_view(&mut self, ctx: &mut Ctx<'_>, view: QuorumView) -> bool {
        if view.epoch < self.election.epoch || view.error == ErrorCode::UnknownLeaderEpoch {
            return false;
        }
        let same = view.epoch == self.election.epoch;
        self.heard_of(ctx, view.leader, view.epoch);
        same && view.error == ErrorCode::None
    }

    fn on_vote(&mut self, ctx: &mut Ctx<'_>, from: ControllerId, response: VoteResponse) {
        if !self.take_view(ctx, response.quorum) {
            return;
        }
        if let Role::Prospective { votes, .. } | Role::Candidate { votes, .. } = &mut self.role {
            votes.record(from, response.granted);
            self.count_votes(ctx);
        }
    }

    fn on_fetched(&mut self, ctx: &mut Ctx<'_>, response: &FetchMetadataLogResponse) {
        if !self.take_view(ctx, response.quorum) {
            return;
        }
        let Role::Follower { fetch_by, has_fetched } = &mut self.role else { return };
        (*fetch_by, *has_fetched) = (ctx.now + FETCH_TIMEOUT, true);
        if let Some(diverging) = response.diverging {
            self.log.truncate_to(diverging);
            return;
        }
        if response.base_offset == self.log.end() {
            self.log.extend(&response.records);
        }
        let known = response.high_watermark.min(self.log.end());
        if known >= 0 && self.high_watermark.is_none_or(|old| old < known) {
            self.high_watermark = Some(known);
        }
    }
}

/// Whether a fetch is answered at once.
fn is_news(response: &FetchMetadataLogResponse, request: &FetchMetadataLogRequest) -> bool {
    !response.records.is_empty()
        || response.diverging.is_some()
        || response.high_watermark > request.high_watermark
}
