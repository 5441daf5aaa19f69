//! A share group as its coordinator sees it: members, epochs, and who gets what
//! (ShareGroup, GroupMetadataManager.shareGroupHeartbeat).
//!
//! Every change is a record, and a record is the only way to change anything but session
//! deadlines. So a group that is loaded from its records is the group that wrote them.

use std::sync::Arc;

use super::ShareGroupConfig;
use crate::sim::id::{Partition, TopicId};
use crate::sim::ordered::{Map, Set};
use crate::sim::time::Time;
use crate::sim::wire::{
    ErrorCode, MemberId, ShareGroupHeartbeatRequest, ShareGroupHeartbeatResponse,
    ShareMemberAssignment, ShareMemberMetadata, ShareRecord,
};

const JOIN: i32 = ShareGroupHeartbeatRequest::JOIN_GROUP_MEMBER_EPOCH;
const LEAVE: i32 = ShareGroupHeartbeatRequest::LEAVE_GROUP_MEMBER_EPOCH;

/// The id and number of partitions of a topic, if it exists.
pub type Topics<'a> = &'a dyn Fn(&str) -> Option<(TopicId, u32)>;

/// A member of a share group (ShareGroupMember).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ShareMember {
    pub metadata: Arc<ShareMemberMetadata>,
    pub assignment: ShareMemberAssignment,
    /// Gone if not heard of by then.
    pub session_deadline: Time,
}

/// A share group: every member gets every partition of the topics that it subscribes to, at once.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ShareGroup {
    /// Counts changes of members, subscriptions and topics.
    pub group_epoch: i32,
    /// The group epoch that the targets are made for.
    pub assignment_epoch: i32,
    pub members: Map<MemberId, ShareMember>,
    /// What members subscribe to and exists.
    partitions: Arc<[Partition]>,
    targets: Map<MemberId, Arc<[Partition]>>,
}

/// What to answer once the records are committed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ShareHeartbeat {
    pub response: ShareGroupHeartbeatResponse,
    pub records: Vec<ShareRecord>,
}

impl ShareGroup {
    /// A member joins, leaves, or says that it is there. The records count already.
    ///
    /// # Errors
    /// INVALID_REQUEST, GROUP_MAX_SIZE_REACHED, UNKNOWN_MEMBER_ID, FENCED_MEMBER_EPOCH. Whether
    /// there is such a group (GROUP_ID_NOT_FOUND, unless the epoch is 0) is the caller's to know.
    pub fn heartbeat(
        &mut self,
        request: &ShareGroupHeartbeatRequest,
        config: &ShareGroupConfig,
        topics: Topics<'_>,
        now: Time,
    ) -> Result<ShareHeartbeat, ErrorCode> {
        let id = request.member;
        let mut response = ShareGroupHeartbeatResponse {
            error: ErrorCode::None,
            member_epoch: LEAVE,
            heartbeat_interval: config.heartbeat_interval,
            assignment: None,
        };
        if request.member_epoch == LEAVE {
            let known = self.members.contains_key(&id);
            let records = self.fence(id, topics);
            return match known {
                true => Ok(ShareHeartbeat { response, records }),
                false => Err(ErrorCode::UnknownMemberId),
            };
        }
        let before = self.admit(request, config)?;
        let mut records = Vec::new();
        self.subscribe(request, topics, &mut records);
        if self.group_epoch > self.assignment_epoch {
            self.update_targets(topics, &mut records);
        }
        let after = self.reconcile(id, before.clone(), &mut records);
        if let Some(member) = self.members.get_mut(&id) {
            member.session_deadline = now + config.session_timeout;
        }
        response.member_epoch = after.member_epoch;
        // Who says everything may not have heard the last answer.
        let all = request.member_epoch == JOIN || request.subscribed_topic_names.is_some();
        response.assignment = (all || after.assigned != before.assigned).then_some(after.assigned);
        Ok(ShareHeartbeat { response, records })
    }

    /// A member that was not heard of in time.
    pub fn silent(&self, now: Time) -> Option<MemberId> {
        let mut all = self.members.iter();
        all.find(|(_, member)| member.session_deadline <= now).map(|(id, _)| *id)
    }

    /// That a member is gone could not be written: it is looked at again then.
    pub fn postpone(&mut self, id: MemberId, until: Time) {
        if let Some(member) = self.members.get_mut(&id) {
            member.session_deadline = until;
        }
    }

    /// When the next member may be gone.
    pub fn next_deadline(&self) -> Option<Time> {
        self.members.values().map(|member| member.session_deadline).min()
    }

    /// A new coordinator has loaded the group: every member gets a whole session.
    pub fn loaded(&mut self, config: &ShareGroupConfig, now: Time) {
        for member in self.members.values_mut() {
            member.session_deadline = now + config.session_timeout;
        }
    }

    /// Whether a member may come in, or go on; where it stands.
    fn admit(
        &self,
        request: &ShareGroupHeartbeatRequest,
        config: &ShareGroupConfig,
    ) -> Result<ShareMemberAssignment, ErrorCode> {
        let joins = request.member_epoch == JOIN;
        let names = request.subscribed_topic_names.as_ref();
        if request.member_epoch < JOIN || joins && names.is_none_or(|names| names.is_empty()) {
            return Err(ErrorCode::InvalidRequest);
        }
        let Some(member) = self.members.get(&request.member) else {
            return match joins {
                _ if self.members.len() as u64 >= u64::from(config.max_size) => {
                    Err(ErrorCode::GroupMaxSizeReached)
                }
                true => Ok(newcomer()),
                false => Err(ErrorCode::UnknownMemberId),
            };
        };
        let known = &member.assignment;
        // The answer with the new epoch may have been lost: then the previous one is as good. And
        // who was fenced joins again under its own name (KAFKA-19233).
        if joins
            || [known.member_epoch, known.previous_member_epoch].contains(&request.member_epoch)
        {
            Ok(known.clone())
        } else {
            Err(ErrorCode::FencedMemberEpoch)
        }
    }

    /// What the member says of itself, and what that means for the group epoch.
    fn subscribe(
        &mut self,
        request: &ShareGroupHeartbeatRequest,
        topics: Topics<'_>,
        records: &mut Vec<ShareRecord>,
    ) {
        let known = self.members.get(&request.member).map(|member| &*member.metadata);
        let mut metadata = known.cloned().unwrap_or_default();
        if let Some(rack) = &request.rack {
            metadata.rack = Some(rack.clone());
        }
        if let Some(names) = &request.subscribed_topic_names {
            metadata.subscribed_topic_names.clone_from(names);
        }
        let subscribed = known.map(|known| &known.subscribed_topic_names);
        let mut bump = subscribed != Some(&metadata.subscribed_topic_names);
        if known != Some(&metadata) {
            let record = ShareRecord::MemberMetadata(request.member, Some(Arc::new(metadata)));
            self.write(record, records);
        }
        bump |= self.refresh_partitions(topics, records);
        if bump {
            self.write(ShareRecord::GroupMetadata(self.group_epoch + 1), records);
        }
    }

    /// Looks anew at the topics that members subscribe to; whether there was anything new.
    fn refresh_partitions(&mut self, topics: Topics<'_>, records: &mut Vec<ShareRecord>) -> bool {
        let mut names = Set::new();
        for member in self.members.values() {
            names.extend(member.metadata.subscribed_topic_names.iter().cloned());
        }
        let partitions = ShareMemberMetadata { rack: None, subscribed_topic_names: names };
        let partitions = assign(&partitions, topics);
        let changed = partitions != self.partitions;
        if changed {
            self.write(ShareRecord::PartitionMetadata(partitions), records);
        }
        changed
    }

    /// The simple assignor (SimpleAssignor, TargetAssignmentBuilder): a record for each member
    /// whose target is another now.
    fn update_targets(&mut self, topics: Topics<'_>, records: &mut Vec<ShareRecord>) {
        let mut changed = Vec::new();
        for (id, member) in &self.members {
            let target = assign(&member.metadata, topics);
            if self.targets.get(id) != Some(&target) {
                changed.push(ShareRecord::TargetAssignmentMember(*id, Some(target)));
            }
        }
        changed.push(ShareRecord::TargetAssignmentMetadata(self.group_epoch));
        for record in changed {
            self.write(record, records);
        }
    }

    /// The member gets its target and the epoch of it, without waiting for anybody
    /// (ShareGroupAssignmentBuilder).
    fn reconcile(
        &mut self,
        id: MemberId,
        before: ShareMemberAssignment,
        records: &mut Vec<ShareRecord>,
    ) -> ShareMemberAssignment {
        if before.member_epoch == self.assignment_epoch {
            return before;
        }
        let after = ShareMemberAssignment {
            member_epoch: self.assignment_epoch,
            previous_member_epoch: before.member_epoch,
            assigned: self.targets.get(&id).cloned().unwrap_or_default(),
        };
        self.write(ShareRecord::CurrentMemberAssignment(id, Some(after.clone())), records);
        after
    }

    /// Takes a member out (shareGroupFenceMember); the others hear of it when they say that they
    /// are there. Nothing to write if there is no such member.
    pub fn fence(&mut self, id: MemberId, topics: Topics<'_>) -> Vec<ShareRecord> {
        let mut records = Vec::new();
        if self.members.contains_key(&id) {
            self.write(ShareRecord::CurrentMemberAssignment(id, None), &mut records);
            self.write(ShareRecord::TargetAssignmentMember(id, None), &mut records);
            self.write(ShareRecord::MemberMetadata(id, None), &mut records);
            self.refresh_partitions(topics, &mut records);
            self.write(ShareRecord::GroupMetadata(self.group_epoch + 1), &mut records);
        }
        records
    }

    fn write(&mut self, record: ShareRecord, records: &mut Vec<ShareRecord>) {
        self.replay(&record);
        records.push(record);
    }

    /// Takes in a record: one that was just written, or one that a new coordinator finds in its
    /// log.
    pub fn replay(&mut self, record: &ShareRecord) {
        match record {
            ShareRecord::MemberMetadata(id, Some(metadata)) => {
                match self.members.get_mut(id) {
                    Some(member) => member.metadata = Arc::clone(metadata),
                    None => {
                        let (metadata, assignment) = (Arc::clone(metadata), newcomer());
                        let session_deadline = Time::NEVER;
                        let member = ShareMember { metadata, assignment, session_deadline };
                        self.members.insert(*id, member);
                    }
                };
            }
            ShareRecord::MemberMetadata(id, None) => {
                self.members.remove(id);
            }
            ShareRecord::PartitionMetadata(partitions) => {
                self.partitions = Arc::clone(partitions);
            }
            ShareRecord::GroupMetadata(epoch) => self.group_epoch = *epoch,
            ShareRecord::TargetAssignmentMember(id, Some(target)) => {
                self.targets.insert(*id, Arc::clone(target));
            }
            ShareRecord::TargetAssignmentMember(id, None) => {
                self.targets.remove(id);
            }
            ShareRecord::TargetAssignmentMetadata(epoch) => self.assignment_epoch = *epoch,
            ShareRecord::CurrentMemberAssignment(id, assignment) => {
                if let Some(member) = self.members.get_mut(id) {
                    member.assignment = assignment.clone().unwrap_or_else(newcomer);
                }
            }
        }
    }
}

/// Where a member stands that has not been given anything (ShareGroupMember.Builder).
fn newcomer() -> ShareMemberAssignment {
    ShareMemberAssignment { member_epoch: 0, previous_member_epoch: -1, assigned: Arc::from([]) }
}

/// All partitions of the topics that somebody subscribes to, of those that exist.
fn assign(member: &ShareMemberMetadata, topics: Topics<'_>) -> Arc<[Partition]> {
    let mut partitions = Set::new();
    for (topic, count) in member.subscribed_topic_names.iter().filter_map(|name| topics(name)) {
        partitions.extend((0..count).map(|index| Partition { topic, index }));
    }
    partitions.iter().copied().collect()
}
