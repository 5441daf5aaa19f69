//! ConsumerGroupHeartbeat: what one brings about (GroupMetadataManager.consumerGroupHeartbeat).
//!
//! A heartbeat changes nothing by itself. It says what to write and what to answer once that is
//! committed; [`ConsumerGroup::apply`] makes it true.

use super::assignor::ASSIGNORS;
use super::group::ConsumerGroup;
use super::member::ConsumerGroupMember;
use super::reconciliation::{Target, next_assignment};
use super::target::Roster;
use crate::sim::id::{Epoch, Name, Partition};
use crate::sim::mutant::{Mutant, breaks};
use crate::sim::ordered::Set;
use crate::sim::time::{Span, Time};
use crate::sim::wire::{
    ConsumerGroupHeartbeatRequest, ConsumerGroupHeartbeatResponse, ErrorCode,
    JOIN_GROUP_MEMBER_EPOCH, LEAVE_GROUP_MEMBER_EPOCH, LEAVE_GROUP_STATIC_MEMBER_EPOCH, MemberId,
    ModernRecord, SubscribedTopicMetadata,
};

/// A topic by its name, as the coordinator's metadata has it.
pub type Topics<'a> = &'a dyn Fn(&str) -> Option<SubscribedTopicMetadata>;

/// What a coordinator knows beside the group.
#[derive(Clone, Copy)]
pub struct CoordinatorView<'a> {
    /// `group.consumer.heartbeat.interval.ms`.
    pub heartbeat_interval: Span,
    /// `group.consumer.max.size`.
    pub max_size: u32,
    /// Topics by name, as its metadata has them now.
    pub topics: Topics<'a>,
    /// The id of a newcomer that brings none.
    pub new_member: MemberId,
}

/// What a heartbeat brings about.
#[derive(Clone, Debug)]
pub struct Transition {
    /// For `__consumer_offsets`, in this order and at once.
    pub records: Vec<ModernRecord>,
    /// To be sent when they are committed.
    pub response: ConsumerGroupHeartbeatResponse,
    /// Whose session begins anew.
    heard: Option<MemberId>,
}

/// A member that speaks, and whom it replaces.
struct Speaker {
    member: ConsumerGroupMember,
    replaced: Option<MemberId>,
}

/// The answer to a heartbeat that comes to nothing.
pub fn refused(error: ErrorCode) -> ConsumerGroupHeartbeatResponse {
    ConsumerGroupHeartbeatResponse {
        error,
        member: None,
        member_epoch: 0,
        heartbeat_interval: Span::ZERO,
        assignment: None,
    }
}

impl ConsumerGroup {
    /// What this heartbeat brings about. A group that is not there has to be made first if the
    /// request joins one (`member_epoch` 0); otherwise the answer is GROUP_ID_NOT_FOUND.
    ///
    /// # Errors
    /// INVALID_REQUEST, UNSUPPORTED_ASSIGNOR, GROUP_MAX_SIZE_REACHED, UNKNOWN_MEMBER_ID,
    /// FENCED_MEMBER_EPOCH, and for static members UNRELEASED_INSTANCE_ID and FENCED_INSTANCE_ID.
    pub fn heartbeat(
        &self,
        request: &ConsumerGroupHeartbeatRequest,
        view: CoordinatorView<'_>,
    ) -> Result<Transition, ErrorCode> {
        check(request)?;
        match (request.member_epoch, request.member) {
            (LEAVE_GROUP_MEMBER_EPOCH | LEAVE_GROUP_STATIC_MEMBER_EPOCH, Some(id)) => {
                self.leave(id, request, view)
            }
            (_, id) => self.stay(id.unwrap_or(view.new_member), request, view),
        }
    }

    /// Makes it so: its records are in the log. Nobody may be told before they are committed.
    pub fn apply(&mut self, transition: &Transition, now: Time, session_timeout: Span) {
        let mut moved = false;
        for record in &transition.records {
            self.replay(record);
            moved |= matches!(record, ModernRecord::CurrentMemberAssignment { .. });
        }
        if let Some(id) = transition.heard {
            self.arm(id, now, session_timeout, moved);
        }
    }

    /// Joins, or goes on.
    fn stay(
        &self,
        id: MemberId,
        request: &ConsumerGroupHeartbeatRequest,
        view: CoordinatorView<'_>,
    ) -> Result<Transition, ErrorCode> {
        let full = self.members.len() as u64 >= u64::from(view.max_size);
        if full && !self.members.contains_key(&id) {
            return Err(ErrorCode::GroupMaxSizeReached);
        }
        let mut records = Vec::new();
        let Speaker { member, replaced } = self.speaker(id, request, &mut records)?;

        let metadata = member.updated(request);
        if metadata != member.metadata {
            let value = Some(metadata.clone());
            records.push(ModernRecord::MemberMetadata { member: id, value });
        }
        let mut roster = Roster::of(self, replaced);
        roster.enrol(id, &metadata, replaced);
        let resubscribed =
            metadata.subscribed_topic_names != member.metadata.subscribed_topic_names;
        let (epoch, partitions) = self.target(&roster, id, resubscribed, view, &mut records);
        let is_held = &|partition| {
            self.current_partition_epoch(partition).is_some()
                && !breaks(Mutant::DoesNotWaitForRelease)
        };
        let target = Target { epoch, partitions: &partitions, is_held };
        let current = next_assignment(&member.current, target, request.topic_partitions.as_ref());
        if current != member.current {
            let value = Some(current.clone());
            records.push(ModernRecord::CurrentMemberAssignment { member: id, value });
        }

        let is_full_request = request.member_epoch == JOIN_GROUP_MEMBER_EPOCH
            || request.rebalance_timeout.is_some()
                && request.subscribed_topic_names.is_some()
                && request.topic_partitions.is_some();
        let changed = current.assigned_partitions != member.current.assigned_partitions;
        let response = ConsumerGroupHeartbeatResponse {
            error: ErrorCode::None,
            member: Some(id),
            member_epoch: current.member_epoch,
            heartbeat_interval: view.heartbeat_interval,
            assignment: (is_full_request || changed).then_some(current.assigned_partitions),
        };
        Ok(Transition { records, response, heard: Some(id) })
    }

    /// What a member shall have, and in which epoch. If subscriptions or topics have changed, or
    /// members have gone, everybody's target is made anew.
    fn target(
        &self,
        roster: &Roster<'_>,
        id: MemberId,
        resubscribed: bool,
        view: CoordinatorView<'_>,
        records: &mut Vec<ModernRecord>,
    ) -> (Epoch, Set<Partition>) {
        // Kafka looks at topics when its metadata says that one of them changed, and every ten
        // minutes; to look each time finds the same.
        let known = records.len();
        let topics = roster.subscription_metadata(view.topics, records);
        let mut group_epoch = self.group_epoch;
        if resubscribed || records.len() > known {
            group_epoch += 1;
            records.push(ModernRecord::GroupMetadata { epoch: Some(group_epoch) });
        }
        if group_epoch > self.assignment_epoch {
            (group_epoch, roster.assign(group_epoch, &topics, id, records))
        } else {
            (self.assignment_epoch, roster.target_of(id))
        }
    }

    /// Who speaks here, if it may.
    fn speaker(
        &self,
        id: MemberId,
        request: &ConsumerGroupHeartbeatRequest,
        records: &mut Vec<ModernRecord>,
    ) -> Result<Speaker, ErrorCode> {
        let joins = request.member_epoch == JOIN_GROUP_MEMBER_EPOCH;
        let known = self.members.get(&id);
        if let Some(instance) = &request.instance_id {
            match self.static_member(instance) {
                Some(previous) if joins => return self.replace(previous, id, records),
                None if joins => {
                    let member = known.cloned().unwrap_or_else(ConsumerGroupMember::unknown);
                    return Ok(Speaker { member, replaced: None });
                }
                found => check_instance(found, id)?,
            }
        }
        let member = match known {
            Some(member) => member.clone(),
            None if joins => ConsumerGroupMember::unknown(),
            None => return Err(ErrorCode::UnknownMemberId),
        };
        member.validate_epoch(request.member_epoch, request.topic_partitions.as_ref())?;
        Ok(Speaker { member, replaced: None })
    }

    /// A static member is back under another id and takes over all that it had, if it had said
    /// that it would be back (GroupMetadataManager.replaceMember).
    fn replace(
        &self,
        previous: MemberId,
        id: MemberId,
        records: &mut Vec<ModernRecord>,
    ) -> Result<Speaker, ErrorCode> {
        let known = self.members.get(&previous).ok_or(ErrorCode::UnknownMemberId)?;
        if known.current.member_epoch != LEAVE_GROUP_STATIC_MEMBER_EPOCH {
            return Err(ErrorCode::UnreleasedInstanceId);
        }
        let mut member = known.clone();
        member.current.member_epoch = 0;
        member.current.previous_member_epoch = 0;
        remove(previous, records);
        let target = self.target_assignment.get(&previous).cloned();
        records.extend([
            ModernRecord::MemberMetadata { member: id, value: Some(member.metadata.clone()) },
            ModernRecord::TargetAssignmentMember {
                member: id,
                topic_partitions: Some(target.unwrap_or_default()),
            },
            ModernRecord::CurrentMemberAssignment {
                member: id,
                value: Some(member.current.clone()),
            },
        ]);
        Ok(Speaker { member, replaced: Some(previous) })
    }

    /// Leaves for good, or for a while (GroupMetadataManager.consumerGroupLeave).
    fn leave(
        &self,
        id: MemberId,
        request: &ConsumerGroupHeartbeatRequest,
        view: CoordinatorView<'_>,
    ) -> Result<Transition, ErrorCode> {
        if let Some(instance) = &request.instance_id {
            check_instance(self.static_member(instance), id)?;
        }
        let member = self.members.get(&id).ok_or(ErrorCode::UnknownMemberId)?;
        let records = if request.member_epoch == LEAVE_GROUP_STATIC_MEMBER_EPOCH {
            let mut current = member.current.clone();
            current.member_epoch = LEAVE_GROUP_STATIC_MEMBER_EPOCH;
            current.partitions_pending_revocation = Set::new();
            vec![ModernRecord::CurrentMemberAssignment { member: id, value: Some(current) }]
        } else {
            self.fence(id, view.topics)
        };
        let mut response = refused(ErrorCode::None);
        response.member = Some(id);
        response.member_epoch = request.member_epoch;
        Ok(Transition { records, response, heard: None })
    }

    /// The records that take a member out, because it left or its time is up
    /// (GroupMetadataManager.consumerGroupFenceMember). Who takes over its partitions is decided
    /// when the next one is heard of.
    pub fn fence(&self, id: MemberId, topics: Topics<'_>) -> Vec<ModernRecord> {
        let mut records = Vec::new();
        remove(id, &mut records);
        Roster::of(self, Some(id)).subscription_metadata(topics, &mut records);
        records.push(ModernRecord::GroupMetadata { epoch: Some(self.group_epoch + 1) });
        records
    }
}

/// Only who joined last with an instance id may use it.
fn check_instance(found: Option<MemberId>, id: MemberId) -> Result<(), ErrorCode> {
    match found {
        None => Err(ErrorCode::UnknownMemberId),
        Some(other) if other != id => Err(ErrorCode::FencedInstanceId),
        Some(_) => Ok(()),
    }
}

fn remove(member: MemberId, records: &mut Vec<ModernRecord>) {
    records.extend([
        ModernRecord::CurrentMemberAssignment { member, value: None },
        ModernRecord::TargetAssignmentMember { member, topic_partitions: None },
        ModernRecord::MemberMetadata { member, value: None },
    ]);
}

/// What is wrong with a request whatever the group is like
/// (GroupMetadataManager.throwIfConsumerGroupHeartbeatRequestIsInvalid).
fn check(request: &ConsumerGroupHeartbeatRequest) -> Result<(), ErrorCode> {
    let is_empty = |name: &Name| name.is_empty();
    let subscribes = request.subscribed_topic_names.as_ref().is_some_and(|names| !names.is_empty());
    let owns_nothing = request.topic_partitions.as_ref().is_some_and(|owned| owned.is_empty());
    let is_complete = match request.member_epoch {
        JOIN_GROUP_MEMBER_EPOCH => {
            request.rebalance_timeout.is_some() && owns_nothing && subscribes
        }
        LEAVE_GROUP_STATIC_MEMBER_EPOCH => {
            request.member.is_some() && request.instance_id.is_some()
        }
        LEAVE_GROUP_MEMBER_EPOCH | 1..=Epoch::MAX => request.member.is_some(),
        _ => false,
    };
    let nameless = is_empty(&request.group) || request.instance_id.as_ref().is_some_and(is_empty);
    if nameless || !is_complete {
        return Err(ErrorCode::InvalidRequest);
    }
    let is_known = |name: &Name| ASSIGNORS.iter().any(|(known, _)| *known == &**name);
    match request.server_assignor.as_ref().is_none_or(is_known) {
        true => Ok(()),
        false => Err(ErrorCode::UnsupportedAssignor),
    }
}
