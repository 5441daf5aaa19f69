//! What a leader of the quorum knows of its voters: how far they have come, and whether they are
//! still there (LeaderState).

use super::FETCH_TIMEOUT;
use crate::sim::effect::ReplyTo;
use crate::sim::id::{ControllerId, Offset};
use crate::sim::ordered::{self, Map, Set};
use crate::sim::time::{Span, Time};
use crate::sim::wire::FetchMetadataLogRequest;

/// A leader that a majority has not fetched from for so long gives up.
const CHECK_QUORUM: Span = Span(FETCH_TIMEOUT.0 * 3 / 2);
/// Voters that have not fetched for so long are told who leads.
const BEGIN_QUORUM_EPOCH: Span = Span(FETCH_TIMEOUT.0 / 2);

#[derive(Clone, Copy, Debug, Default)]
struct Voter {
    /// Where its log ends, once it has fetched.
    end: Option<Offset>,
    last_fetch: Option<Time>,
}

/// A fetch that waits for records, or for a higher high watermark.
#[derive(Clone, Copy, Debug)]
pub(super) struct WaitingFetch {
    pub to: ReplyTo,
    pub request: FetchMetadataLogRequest,
    pub deadline: Time,
}

/// The leader of an epoch.
#[derive(Clone, Debug)]
pub struct Leader {
    me: ControllerId,
    /// Where the log ended when it was elected: nothing counts as committed before a record of its
    /// own epoch is.
    pub(super) epoch_start: Offset,
    voters: Map<ControllerId, Voter>,
    /// Who fetched since the majority was last seen.
    fetched: Set<ControllerId>,
    check_quorum_at: Time,
    begin_at: Time,
    pub(super) waiting: Vec<WaitingFetch>,
}

impl Leader {
    pub(super) fn new(
        me: ControllerId,
        voters: &[ControllerId],
        epoch_start: Offset,
        now: Time,
    ) -> Leader {
        let alone = voters.len() == 1;
        let voters = voters.iter().map(|id| (*id, Voter::default())).collect();
        Leader {
            me,
            epoch_start,
            voters,
            fetched: Set::new(),
            check_quorum_at: if alone { Time::NEVER } else { now + CHECK_QUORUM },
            begin_at: if alone { Time::NEVER } else { now },
            waiting: Vec::new(),
        }
    }

    pub(super) fn deadline(&self) -> Time {
        let waiting = self.waiting.iter().map(|fetch| fetch.deadline).min();
        self.check_quorum_at.min(self.begin_at).min(waiting.unwrap_or(Time::NEVER))
    }

    /// Where a voter's log ends, as far as the leader has heard.
    pub fn log_end_of(&self, voter: ControllerId) -> Option<Offset> {
        self.voters.get(&voter)?.end
    }

    pub(super) fn set_own_end(&mut self, end: Offset) {
        if let Some(voter) = self.voters.get_mut(&self.me) {
            voter.end = Some(end);
        }
    }

    /// A voter fetched from an offset: it has everything before.
    pub(super) fn on_fetch(&mut self, voter: ControllerId, offset: Offset, now: Time) {
        let Some(state) = self.voters.get_mut(&voter) else { return };
        state.end = Some(offset.max(state.end.unwrap_or(0)));
        state.last_fetch = Some(now);
        self.fetched.insert(voter);
        // The leader is one of the majority and never fetches from itself.
        if self.fetched.len() >= self.voters.len() / 2 {
            self.fetched = Set::new();
            self.check_quorum_at = now + CHECK_QUORUM;
        }
    }

    pub(super) fn has_lost_its_majority(&self, now: Time) -> bool {
        self.check_quorum_at <= now
    }

    /// What a majority has, once that covers a record of this epoch (maybeUpdateHighWatermark).
    pub(super) fn majority_end(&self) -> Option<Offset> {
        let mut ends: Vec<Option<Offset>> = self.voters.values().map(|voter| voter.end).collect();
        ordered::sort_by(&mut ends, |a, b| b.cmp(a));
        ends.get(ends.len() / 2).copied().flatten().filter(|end| *end > self.epoch_start)
    }

    /// Voters to be told of this leader now, because they do not fetch.
    pub(super) fn take_untold(&mut self, now: Time) -> Vec<ControllerId> {
        if self.begin_at > now {
            return Vec::new();
        }
        self.begin_at = now + BEGIN_QUORUM_EPOCH;
        let silent = |voter: &Voter| {
            voter.last_fetch.is_none_or(|last| now.since(last) >= BEGIN_QUORUM_EPOCH)
        };
        let others = self.voters.iter().filter(|(id, voter)| **id != self.me && silent(voter));
        others.map(|(id, _)| *id).collect()
    }

    /// The other voters, those with the longest log first (nonLeaderVotersByDescendingFetchOffset).
    pub(super) fn successors(&self) -> Vec<ControllerId> {
        let others = self.voters.iter().filter(|(id, _)| **id != self.me);
        let mut by_end: Vec<(Option<Offset>, ControllerId)> =
            others.map(|(id, voter)| (voter.end, *id)).collect();
        ordered::sort_by(&mut by_end, |(a, _), (b, _)| b.cmp(a));
        by_end.into_iter().map(|(_, id)| id).collect()
    }
}
