//! One classic group: its members, its state and what it is waiting for (ClassicGroup).

use std::sync::Arc;

use crate::sim::effect::ReplyTo;
use crate::sim::id::{Name, Partition};
use crate::sim::ordered::Map;
use crate::sim::time::{Span, Time};
use crate::sim::wire::{Assignor, ErrorCode, GroupMetadataValue, MemberId, MemberMetadata};

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

    /// Who waits for an answer is known to be there.
    pub(super) fn may_expire(&self) -> bool {
        self.joining.is_none() && self.syncing.is_none()
    }

    pub(in crate::sim::broker) fn heard_of(&mut self, now: Time) {
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
    pub protocol: Option<Assignor>,
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
    pub(in crate::sim::broker) empty_since: Option<Time>,
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
    pub(in crate::sim::broker) fn loaded(value: &GroupMetadataValue, now: Time) -> Group {
        let mut group = Group::new(value.group.clone());
        group.generation = value.generation;
        group.leader = value.leader;
        group.empty_since = value.empty_since;
        group.protocol = value.protocol;
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
            protocol: self.protocol,
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

    /// The number of an id that nobody has had: ids are random in Kafka, here they tell when.
    pub(super) fn fresh_serial(&self, now: Time) -> u32 {
        let mut serial = u32::try_from(now.as_millis()).unwrap_or(u32::MAX);
        let taken = |serial| {
            let mut ids = self.members.keys().chain(self.pending.keys());
            ids.any(|id: &MemberId| id.serial == serial)
        };
        while taken(serial) {
            serial = serial.wrapping_add(1);
        }
        serial
    }

    /// Who is the static member of this `group.instance.id` now.
    pub(super) fn static_member(&self, instance: &Name) -> Option<MemberId> {
        let is = |member: &Member| member.metadata.instance_id.as_ref() == Some(instance);
        self.members.iter().find(|(_, member)| is(member)).map(|(id, _)| *id)
    }

    /// Whether a request comes from who it says (ClassicGroup.validateMember).
    pub(in crate::sim::broker) fn validate(
        &self,
        id: MemberId,
        instance: Option<&Name>,
    ) -> Result<(), ErrorCode> {
        if let Some(instance) = instance {
            let known = self.static_member(instance).ok_or(ErrorCode::UnknownMemberId)?;
            if known != id {
                return Err(ErrorCode::FencedInstanceId);
            }
        }
        if self.members.contains_key(&id) { Ok(()) } else { Err(ErrorCode::UnknownMemberId) }
    }

    /// Gives a static member another id; who had the old one is returned, with whoever waits in
    /// its name (ClassicGroup.replaceStaticMember).
    pub(super) fn replace(&mut self, old: MemberId, new: MemberId) -> Option<Member> {
        let former = self.members.remove(&old)?;
        let mut member = former.clone();
        (member.joining, member.syncing) = (None, None);
        self.members.insert(new, member);
        for id in self.arrivals.iter_mut().chain(&mut self.leader) {
            if *id == old {
                *id = new;
            }
        }
        Some(former)
    }

    /// Takes a member out; another leads if it did.
    pub(super) fn remove(&mut self, id: MemberId) -> Option<Member> {
        let member = self.members.remove(&id)?;
        self.arrivals.retain(|other| *other != id);
        if self.leader == Some(id) {
            self.leader = self.arrivals.first().copied();
        }
        Some(member)
    }

    /// Sees to it that somebody leads who has joined; false if nobody has
    /// (ClassicGroup.maybeElectNewJoinedLeader).
    // Simplified: where Kafka takes any member, the one that has been there longest leads.
    pub(super) fn elect_leader(&mut self) -> bool {
        let has_joined =
            |id: &MemberId| self.members.get(id).is_some_and(|member| member.joining.is_some());
        let leader = self.leader.filter(has_joined);
        let joined = leader.or_else(|| self.arrivals.iter().copied().find(has_joined));
        self.leader = joined.or(self.leader);
        joined.is_some()
    }

    /// Whether somebody with these assignors can be a member beside the others
    /// (ClassicGroup.supportsProtocols).
    pub(super) fn supports(&self, joining: &MemberMetadata) -> bool {
        let has = |assignor: &Assignor| {
            let mut members = self.members.values();
            members.all(|member| member.metadata.protocols.contains(assignor))
        };
        joining.protocols.iter().any(has)
    }

    /// The assignor that all support and most prefer (ClassicGroup.selectProtocol).
    pub(super) fn choose_protocol(&self) -> Option<Assignor> {
        let candidate = |assignor: &Assignor| {
            let mut members = self.members.values();
            members.all(|member| member.metadata.protocols.contains(assignor))
        };
        let vote = |member: &Member| member.metadata.protocols.iter().copied().find(candidate);
        let mut best = None;
        for assignor in self.members.values().filter_map(vote) {
            let votes = self.members.values().filter(|m| vote(m) == Some(assignor)).count();
            if best.is_none_or(|(most, _)| votes > most) {
                best = Some((votes, assignor));
            }
        }
        best.map(|(_, assignor)| assignor)
    }

    /// The next moment at which something must be looked at.
    pub(super) fn next_deadline(&self) -> Option<Time> {
        let sessions = self
            .members
            .values()
            .filter(|member| member.may_expire())
            .map(|member| member.session_deadline);
        sessions
            .chain(self.pending.values().copied())
            .chain(self.barrier)
            .chain(self.initial.map(|initial| initial.until))
            .min()
    }
}
