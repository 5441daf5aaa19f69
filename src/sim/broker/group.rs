//! One classic group: its members, its state and what it is waiting for (ClassicGroup).

use std::sync::Arc;

use crate::sim::effect::ReplyTo;
use crate::sim::id::{Name, Partition};
use crate::sim::ordered::Map;
use crate::sim::time::{Span, Time};
use crate::sim::wire::{GroupMetadataValue, MemberId, MemberMetadata};

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum GroupState {
    Empty,
    /// Waits for members to (re)join.
    PreparingRebalance,
    /// Waits for the leader's assignment.
    CompletingRebalance,
    Stable,
}

#[derive(Clone, Debug)]
pub struct Member {
    pub metadata: Arc<MemberMetadata>,
    pub assignment: Arc<[Partition]>,
    /// Gone if not heard of by then.
    pub session_deadline: Time,
    pub(super) joining: Option<ReplyTo>,
    pub(super) syncing: Option<ReplyTo>,
}

impl Member {
    pub(super) fn new(metadata: Arc<MemberMetadata>, now: Time) -> Member {
        let session_deadline = now + metadata.session_timeout;
        let assignment = Arc::from([]);
        Member { metadata, assignment, session_deadline, joining: None, syncing: None }
    }

    pub(super) fn heard_of(&mut self, now: Time) {
        self.session_deadline = now + self.metadata.session_timeout;
    }
}

/// A group as its coordinator sees it.
#[derive(Clone, Debug)]
pub struct Group {
    pub name: Name,
    pub state: GroupState,
    pub generation: i32,
    pub leader: Option<MemberId>,
    pub protocol: Option<Name>,
    pub members: Map<MemberId, Member>,
    /// Ids handed out to those who have not joined with them yet, and until when.
    pub(super) pending: Map<MemberId, Time>,
    /// When the join or sync barrier gives up waiting.
    pub(super) barrier: Option<Time>,
    /// The first rebalance of an empty group waits for company.
    pub(super) initial: Option<InitialDelay>,
    /// In what order members joined; the first leads.
    pub(super) arrivals: Vec<MemberId>,
    /// Since when its last member is gone, by the wall clock.
    pub(super) empty_since: Option<Time>,
}

/// `group.initial.rebalance.delay.ms`, extended by newcomers (InitialDelayedJoin).
#[derive(Clone, Copy, Debug)]
pub(super) struct InitialDelay {
    pub until: Time,
    pub remaining: Span,
    pub newcomer: bool,
}

impl Group {
    pub(super) fn new(name: Name) -> Group {
        Group {
            name,
            state: GroupState::Empty,
            generation: 0,
            leader: None,
            protocol: None,
            members: Map::new(),
            pending: Map::new(),
            barrier: None,
            initial: None,
            arrivals: Vec::new(),
            empty_since: None,
        }
    }

    /// As written at the end of its last rebalance; everyone gets a whole session.
    pub(super) fn loaded(value: &GroupMetadataValue, now: Time) -> Group {
        let mut group = Group::new(value.group.clone());
        group.generation = value.generation;
        group.leader = value.leader;
        group.empty_since = value.empty_since;
        group.protocol.clone_from(&value.protocol);
        for (id, metadata, assignment) in &value.members {
            let mut member = Member::new(Arc::clone(metadata), now);
            member.assignment = Arc::clone(assignment);
            group.members.insert(*id, member);
            group.arrivals.push(*id);
        }
        if !group.members.is_empty() {
            group.state = GroupState::Stable;
        }
        group
    }

    pub(super) fn as_record(&self) -> GroupMetadataValue {
        GroupMetadataValue {
            group: self.name.clone(),
            generation: self.generation,
            protocol: self.protocol.clone(),
            leader: self.leader,
            empty_since: self.empty_since,
            members: self
                .members
                .iter()
                .map(|(id, m)| (*id, Arc::clone(&m.metadata), Arc::clone(&m.assignment)))
                .collect(),
        }
    }

    /// The longest that any member may take to rejoin.
    pub(super) fn rebalance_timeout(&self) -> Span {
        self.members.values().map(|m| m.metadata.rebalance_timeout).max().unwrap_or_default()
    }

    pub(super) fn everyone_joined(&self) -> bool {
        self.pending.is_empty() && self.members.values().all(|member| member.joining.is_some())
    }

    /// The assignor that all support and most prefer (ClassicGroup.selectProtocol).
    pub(super) fn choose_protocol(&self) -> Option<Name> {
        let first = self.members.values().next()?;
        let common = first.metadata.protocols.iter().filter(|protocol| {
            self.members.values().all(|member| member.metadata.protocols.contains(protocol))
        });
        let votes = |candidate: &Name| {
            self.members
                .values()
                .filter(|m| m.metadata.protocols.first() == Some(candidate))
                .count()
        };
        common.max_by_key(|candidate| votes(candidate)).cloned()
    }

    /// The next moment at which something must be looked at.
    pub(super) fn next_deadline(&self) -> Option<Time> {
        let sessions = self
            .members
            .values()
            .filter(|member| member.joining.is_none())
            .map(|member| member.session_deadline);
        sessions
            .chain(self.pending.values().copied())
            .chain(self.barrier)
            .chain(self.initial.map(|initial| initial.until))
            .min()
    }
}
