//! What a voter is in the current epoch (QuorumState and its states).

use serde::{Deserialize, Serialize};

use super::leader::Leader;
use crate::sim::id::{ControllerId, Epoch};
use crate::sim::ordered::{Map, Set};
use crate::sim::time::Time;

/// The quorum-state file: whoever forgot it could vote twice in one epoch.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ElectionState {
    pub epoch: Epoch,
    pub leader: Option<ControllerId>,
    pub voted: Option<ControllerId>,
}

/// Who granted a vote and who did not; none has not answered yet (EpochElection).
#[derive(Clone, Debug)]
pub struct Votes(Map<ControllerId, Option<bool>>);

impl Votes {
    /// A nominee votes for itself.
    pub(super) fn of(me: ControllerId, voters: &[ControllerId]) -> Votes {
        Votes(voters.iter().map(|id| (*id, (*id == me).then_some(true))).collect())
    }

    pub(super) fn record(&mut self, voter: ControllerId, granted: bool) {
        if let Some(vote) = self.0.get_mut(&voter) {
            *vote = Some(granted);
        }
    }

    fn count(&self, what: Option<bool>) -> usize {
        self.0.values().filter(|vote| **vote == what).count()
    }

    fn majority(&self) -> usize {
        self.0.len() / 2 + 1
    }

    pub(super) fn is_won(&self) -> bool {
        self.count(Some(true)) >= self.majority()
    }

    /// No majority is possible any more.
    pub(super) fn is_lost(&self) -> bool {
        self.count(Some(true)) + self.count(None) < self.majority()
    }

    pub(super) fn unrecorded(&self) -> Vec<ControllerId> {
        self.0.iter().filter(|(_, vote)| vote.is_none()).map(|(id, _)| *id).collect()
    }

    /// Votes granted so far and votes needed.
    pub fn tally(&self) -> (usize, usize) {
        (self.count(Some(true)), self.majority())
    }
}

/// The state of a node in its epoch. Brokers are only ever unattached or followers.
#[derive(Clone, Debug)]
pub enum Role {
    /// Knows no leader; a voter waits until then for one to be heard of.
    Unattached {
        election_at: Time,
    },
    /// Fetches from the leader; a voter that was not answered until then doubts that it lives.
    Follower {
        fetch_by: Time,
        has_fetched: bool,
    },
    /// Asks whether it would win before it disturbs anybody (pre-vote, KIP-996).
    Prospective {
        election_at: Time,
        votes: Votes,
    },
    Candidate {
        election_at: Time,
        votes: Votes,
    },
    Leader(Box<Leader>),
    /// Gave up leading in this epoch, and tells those who have not heard of it.
    Resigned {
        election_at: Time,
        untold: Set<ControllerId>,
        successors: Vec<ControllerId>,
    },
}

/// The name of a role, for people.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum QuorumRole {
    Unattached,
    Follower,
    Prospective,
    Candidate,
    Leader,
    Resigned,
}

impl Role {
    pub fn name(&self) -> QuorumRole {
        match self {
            Role::Unattached { .. } => QuorumRole::Unattached,
            Role::Follower { .. } => QuorumRole::Follower,
            Role::Prospective { .. } => QuorumRole::Prospective,
            Role::Candidate { .. } => QuorumRole::Candidate,
            Role::Leader(_) => QuorumRole::Leader,
            Role::Resigned { .. } => QuorumRole::Resigned,
        }
    }

    /// When it will act if nobody comes by.
    pub(super) fn deadline(&self) -> Time {
        match self {
            Role::Unattached { election_at }
            | Role::Prospective { election_at, .. }
            | Role::Candidate { election_at, .. }
            | Role::Resigned { election_at, .. } => *election_at,
            Role::Follower { fetch_by, .. } => *fetch_by,
            Role::Leader(leader) => leader.deadline(),
        }
    }
}
