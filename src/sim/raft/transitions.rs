//! From role to role: timeouts, elections won and lost, epochs heard of (QuorumState).

use super::role::{ElectionState, QuorumRole, Role, Votes};
use super::{ELECTION_TIMEOUT, FETCH_TIMEOUT, Leader, Raft};
use crate::sim::effect::Ctx;
use crate::sim::event::Event;
use crate::sim::id::{ControllerId, Epoch};
use crate::sim::time::{Span, Time};
use crate::sim::wire::{ErrorCode, MetadataRecord};

impl Raft {
    /// The process starts with what its disk remembers (QuorumState.initialize).
    pub(in crate::sim) fn start(&mut self, ctx: &mut Ctx<'_>) {
        let election = self.election;
        if election.epoch < self.log.last_epoch() {
            self.election = ElectionState { epoch: self.log.last_epoch(), ..Default::default() };
        }
        self.role = match self.election.leader {
            // Whoever led before it went down does not lead any more, and must not vote either.
            Some(id) if Some(id) == self.voter() => Role::Resigned {
                election_at: self.election_timeout(ctx),
                untold: self.voters.iter().copied().filter(|other| *other != id).collect(),
                successors: Vec::new(),
            },
            Some(_) => Role::Follower { fetch_by: ctx.now + FETCH_TIMEOUT, has_fetched: false },
            None => Role::Unattached { election_at: self.election_timeout(ctx) },
        };
        if self.is_only_voter() {
            self.become_prospective(ctx);
        }
        self.poll(ctx);
    }

    /// When a voter that hears of no leader will act; a broker never will.
    pub(super) fn election_timeout(&self, ctx: &mut Ctx<'_>) -> Time {
        if self.voter().is_none() {
            return Time::NEVER;
        }
        ctx.now + ELECTION_TIMEOUT + Span(ctx.chance(ELECTION_TIMEOUT.0))
    }

    /// Acts upon one deadline that has passed; false when there is none.
    pub(super) fn expire(&mut self, ctx: &mut Ctx<'_>) -> bool {
        if self.voter().is_none() {
            return false;
        }
        let late = self.role.deadline() <= ctx.now;
        match &self.role {
            Role::Unattached { .. } | Role::Follower { .. } | Role::Candidate { .. } if late => {
                self.become_prospective(ctx);
            }
            Role::Prospective { votes, .. } if late || votes.is_lost() => self.give_up(ctx),
            Role::Leader(leader) if leader.has_lost_its_majority(ctx.now) => self.resign(ctx),
            // A new epoch: nobody may take this node for the leader of the old one any more.
            Role::Resigned { .. } if late => self.become_unattached(ctx, self.election.epoch + 1),
            _ => return false,
        }
        true
    }

    /// Enters a role; what was asked in the old one is of no interest any more.
    fn enter(&mut self, ctx: &mut Ctx<'_>, role: Role) {
        if let Role::Leader(leader) = std::mem::replace(&mut self.role, role) {
            for fetch in leader.waiting {
                self.answer_fetch_with(ctx, fetch.to, ErrorCode::NotLeaderOrFollower);
            }
        }
        self.connections.values_mut().for_each(super::requests::Connection::forget);
        if self.voters.len() > 1 && self.voter().is_some() {
            let role = self.role.name();
            ctx.tell(Event::QuorumRole { role, epoch: self.election.epoch });
        }
    }

    pub(super) fn become_unattached(&mut self, ctx: &mut Ctx<'_>, epoch: Epoch) {
        // Whoever waited for an election already does not wait longer for hearing of another.
        let election_at = match &self.role {
            Role::Unattached { election_at }
            | Role::Candidate { election_at, .. }
            | Role::Resigned { election_at, .. } => *election_at,
            Role::Prospective { election_at, votes } if !votes.is_lost() => *election_at,
            _ => self.election_timeout(ctx),
        };
        let voted = self.election.voted.filter(|_| epoch == self.election.epoch);
        self.election = ElectionState { epoch, leader: None, voted };
        self.enter(ctx, Role::Unattached { election_at });
    }

    pub(super) fn become_follower(
        &mut self,
        ctx: &mut Ctx<'_>,
        epoch: Epoch,
        leader: ControllerId,
    ) {
        let voted = self.election.voted.filter(|_| epoch == self.election.epoch);
        self.election = ElectionState { epoch, leader: Some(leader), voted };
        let fetch_by = ctx.now + FETCH_TIMEOUT;
        self.enter(ctx, Role::Follower { fetch_by, has_fetched: false });
    }

    pub(super) fn become_prospective(&mut self, ctx: &mut Ctx<'_>) {
        let Some(me) = self.voter() else { return };
        let (election_at, votes) = (self.election_timeout(ctx), Votes::of(me, &self.voters));
        self.enter(ctx, Role::Prospective { election_at, votes });
        self.count_votes(ctx);
    }

    /// A pre-vote that cannot be won leads back to where it came from.
    fn give_up(&mut self, ctx: &mut Ctx<'_>) {
        match self.election.leader {
            Some(leader) => self.become_follower(ctx, self.election.epoch, leader),
            None => self.become_unattached(ctx, self.election.epoch),
        }
    }

    /// Acts upon the votes so far.
    pub(super) fn count_votes(&mut self, ctx: &mut Ctx<'_>) {
        match &self.role {
            Role::Prospective { votes, .. } if votes.is_won() => self.become_candidate(ctx),
            Role::Candidate { votes, .. } if votes.is_won() => self.become_leader(ctx),
            Role::Prospective { votes, .. } if votes.is_lost() => self.give_up(ctx),
            // A candidate that has lost waits for its timeout: another may be about to win.
            _ => {}
        }
    }

    fn become_candidate(&mut self, ctx: &mut Ctx<'_>) {
        let Some(me) = self.voter() else { return };
        let epoch = self.election.epoch + 1;
        self.election = ElectionState { epoch, leader: None, voted: Some(me) };
        let (election_at, votes) = (self.election_timeout(ctx), Votes::of(me, &self.voters));
        self.enter(ctx, Role::Candidate { election_at, votes });
        self.count_votes(ctx);
    }

    /// A leader forgets the high watermark until a record of its own epoch is committed; so it
    /// writes one at once.
    fn become_leader(&mut self, ctx: &mut Ctx<'_>) {
        let Some(me) = self.voter() else { return };
        self.election.leader = Some(me);
        self.high_watermark = None;
        let leader = Leader::new(me, &self.voters, self.log.end(), ctx.now);
        self.enter(ctx, Role::Leader(Box::new(leader)));
        self.append(MetadataRecord::LeaderChange { leader: me });
    }

    /// No majority fetches from this leader any more, or its process ends.
    pub(in crate::sim) fn resign(&mut self, ctx: &mut Ctx<'_>) {
        let Some(leader) = self.as_leader() else { return };
        let successors = leader.successors();
        let untold = successors.iter().copied().collect();
        let election_at = self.election_timeout(ctx);
        self.enter(ctx, Role::Resigned { election_at, untold, successors });
    }

    /// Somebody said who leads in which epoch (maybeTransition).
    pub(super) fn heard_of(
        &mut self,
        ctx: &mut Ctx<'_>,
        leader: Option<ControllerId>,
        epoch: Epoch,
    ) {
        let leader = leader.filter(|id| Some(*id) != self.voter());
        match leader {
            Some(leader) if epoch > self.election.epoch => self.become_follower(ctx, epoch, leader),
            None if epoch > self.election.epoch => self.become_unattached(ctx, epoch),
            Some(leader) if epoch == self.election.epoch && self.election.leader.is_none() => {
                self.become_follower(ctx, epoch, leader);
            }
            _ => {}
        }
    }

    pub(super) fn is_prospective(&self) -> bool {
        self.role.name() == QuorumRole::Prospective
    }
}
