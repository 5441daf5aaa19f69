//! A consumer group as its records make it (ConsumerGroup, ModernGroup).
//!
//! Nothing but [`ConsumerGroup::replay`] changes what a group is: a coordinator that loads its
//! records has the same group as the one that wrote them, but for when members are due.

use super::member::{ConsumerGroupMember, Deadlines, at_epoch};
use crate::sim::event::Departure;
use crate::sim::id::{Epoch, Name, Partition};
use crate::sim::ordered::{Map, Set};
use crate::sim::time::{Span, Time};
use crate::sim::wire::{
    ErrorCode, LEAVE_GROUP_MEMBER_EPOCH, MemberId, MemberState, ModernRecord,
    SubscribedTopicMetadata,
};

/// What a group is busy with (ConsumerGroupState).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum ConsumerGroupState {
    Empty,
    /// The target assignment is older than the group.
    Assigning,
    /// Some members are not there yet.
    Reconciling,
    Stable,
}

/// A group and where each of its members stands.
#[derive(Clone, Debug)]
pub struct ConsumerGroup {
    pub name: Name,
    /// Goes up whenever members, subscriptions or topics change.
    pub group_epoch: Epoch,
    /// The group epoch that the target assignment was made for.
    pub assignment_epoch: Epoch,
    pub members: Map<MemberId, ConsumerGroupMember>,
    pub target_assignment: Map<MemberId, Set<Partition>>,
    /// The topics that members subscribe to, as far as they exist.
    pub subscription_metadata: Map<Name, SubscribedTopicMetadata>,
    deadlines: Map<MemberId, Deadlines>,
}

impl ConsumerGroup {
    /// A group that nobody has joined yet.
    pub fn new(name: Name) -> ConsumerGroup {
        ConsumerGroup {
            name,
            group_epoch: 0,
            assignment_epoch: 0,
            members: Map::new(),
            target_assignment: Map::new(),
            subscription_metadata: Map::new(),
            deadlines: Map::new(),
        }
    }

    /// Makes what a record says true (GroupMetadataManager.replay).
    pub fn replay(&mut self, record: &ModernRecord) {
        match record {
            ModernRecord::GroupMetadata { epoch } => self.group_epoch = epoch.unwrap_or(0),
            ModernRecord::PartitionMetadata { topics } => {
                self.subscription_metadata = topics.clone().unwrap_or_default();
            }
            ModernRecord::MemberMetadata { member, value: Some(value) } => {
                self.member_to_be(*member).metadata.clone_from(value);
            }
            ModernRecord::MemberMetadata { member, value: None } => {
                self.members.remove(member);
                self.deadlines.remove(member);
            }
            ModernRecord::TargetAssignmentMetadata { assignment_epoch } => {
                self.assignment_epoch = assignment_epoch.unwrap_or(0);
            }
            ModernRecord::TargetAssignmentMember { member, topic_partitions: Some(target) } => {
                self.target_assignment.insert(*member, target.clone());
            }
            ModernRecord::TargetAssignmentMember { member, topic_partitions: None } => {
                self.target_assignment.remove(member);
            }
            ModernRecord::CurrentMemberAssignment { member, value: Some(value) } => {
                self.member_to_be(*member).current.clone_from(value);
            }
            ModernRecord::CurrentMemberAssignment { member, value: None } => {
                if let Some(member) = self.members.get_mut(member) {
                    member.current = at_epoch(LEAVE_GROUP_MEMBER_EPOCH, LEAVE_GROUP_MEMBER_EPOCH);
                }
            }
        }
    }

    fn member_to_be(&mut self, id: MemberId) -> &mut ConsumerGroupMember {
        self.members.entry(id).or_insert_with(ConsumerGroupMember::unknown)
    }

    /// All records are replayed: every member gets a whole session, and as long as it ever had to
    /// revoke its partitions (GroupMetadataManager.onLoaded).
    pub fn loaded(&mut self, now: Time, session_timeout: Span) {
        let members: Vec<MemberId> = self.members.keys().copied().collect();
        for id in members {
            self.arm(id, now, session_timeout, true);
        }
    }

    /// A member was heard of; `moved` if its assignment was written, too.
    pub(super) fn arm(&mut self, id: MemberId, now: Time, session_timeout: Span, moved: bool) {
        let Some(member) = self.members.get(&id) else { return };
        let session = now + session_timeout;
        let rebalance = match member.current.state {
            _ if !moved => self.deadlines.get(&id).and_then(|deadlines| deadlines.rebalance),
            MemberState::UnrevokedPartitions => {
                Some((now + member.metadata.rebalance_timeout, member.current.member_epoch))
            }
            MemberState::Stable | MemberState::UnreleasedPartitions => None,
        };
        self.deadlines.insert(id, Deadlines { session, rebalance });
    }

    /// When a member is fenced if it stays silent or as it is, and why.
    fn due(&self, id: MemberId, deadlines: &Deadlines) -> (Time, Departure) {
        let epoch = self.members.get(&id).map(|member| member.current.member_epoch);
        match deadlines.rebalance {
            Some((at, within)) if Some(within) == epoch && at < deadlines.session => {
                (at, Departure::MissedRebalance)
            }
            _ => (deadlines.session, Departure::SessionExpired),
        }
    }

    /// The next moment at which [`ConsumerGroup::expired`] names somebody.
    pub fn next_deadline(&self) -> Option<Time> {
        self.deadlines.iter().map(|(id, deadlines)| self.due(*id, deadlines).0).min()
    }

    /// What ends a member's time could not be written: it is due again then.
    pub(super) fn postpone(&mut self, id: MemberId, until: Time) {
        if let Some(deadlines) = self.deadlines.get_mut(&id) {
            deadlines.session = deadlines.session.max(until);
            if let Some((at, _)) = &mut deadlines.rebalance {
                *at = until.max(*at);
            }
        }
    }

    /// Somebody whose time is up, and why: to be fenced, one after the other.
    pub fn expired(&self, now: Time) -> Option<(MemberId, Departure)> {
        self.deadlines.iter().find_map(|(id, deadlines)| {
            let (at, why) = self.due(*id, deadlines);
            (at <= now).then_some((*id, why))
        })
    }

    /// What the group is busy with (ConsumerGroup.maybeUpdateGroupState).
    pub fn state(&self) -> ConsumerGroupState {
        if self.members.is_empty() {
            ConsumerGroupState::Empty
        } else if self.group_epoch > self.assignment_epoch {
            ConsumerGroupState::Assigning
        } else if self.members.values().all(|m| m.is_reconciled_to(self.assignment_epoch)) {
            ConsumerGroupState::Stable
        } else {
            ConsumerGroupState::Reconciling
        }
    }

    /// The epoch of the member that has a partition, or has not given it back
    /// (ConsumerGroup.currentPartitionEpoch); none if it is free.
    pub fn current_partition_epoch(&self, partition: Partition) -> Option<Epoch> {
        let holder = self.members.values().find(|member| member.holds(partition));
        holder.map(|member| member.current.member_epoch)
    }

    /// The member with this `group.instance.id`.
    pub(super) fn static_member(&self, instance: &Name) -> Option<MemberId> {
        let is_it =
            |member: &ConsumerGroupMember| member.metadata.instance_id.as_ref() == Some(instance);
        self.members.iter().find(|(_, member)| is_it(member)).map(|(id, _)| *id)
    }

    /// Whether offsets may be committed (ConsumerGroup.validateOffsetCommit): by members in their
    /// epoch, and by anybody without an epoch while there are no members.
    ///
    /// # Errors
    /// UNKNOWN_MEMBER_ID, STALE_MEMBER_EPOCH.
    pub fn validate_offset_commit(
        &self,
        member: Option<MemberId>,
        member_epoch: Epoch,
    ) -> Result<(), ErrorCode> {
        if member_epoch < 0 && self.members.is_empty() {
            return Ok(());
        }
        self.validate_member_epoch(member, member_epoch)
    }

    /// Whether committed offsets may be fetched (ConsumerGroup.validateOffsetFetch): by members in
    /// their epoch, and by who is no member at all.
    ///
    /// # Errors
    /// UNKNOWN_MEMBER_ID, STALE_MEMBER_EPOCH.
    // Simplified: what is written of the group counts here; in Kafka, what of it is committed.
    pub fn validate_offset_fetch(
        &self,
        member: Option<MemberId>,
        member_epoch: Epoch,
    ) -> Result<(), ErrorCode> {
        if member.is_none() && member_epoch < 0 {
            return Ok(());
        }
        self.validate_member_epoch(member, member_epoch)
    }

    fn validate_member_epoch(
        &self,
        member: Option<MemberId>,
        member_epoch: Epoch,
    ) -> Result<(), ErrorCode> {
        match member.and_then(|id| self.members.get(&id)) {
            None => Err(ErrorCode::UnknownMemberId),
            Some(known) if known.current.member_epoch == member_epoch => Ok(()),
            Some(_) => Err(ErrorCode::StaleMemberEpoch),
        }
    }
}
