//! JoinGroup: newcomers, static members that come back, and members that join anew
//! (GroupMetadataManager.classicGroupJoinToClassicGroup).

use std::sync::Arc;

use super::group::{Group, GroupState, Member};
use crate::sim::broker::Running;
use crate::sim::broker::purgatory::Then;
use crate::sim::effect::{Ctx, ReplyTo};
use crate::sim::event::{Event, RebalanceCause};
use crate::sim::id::Name;
use crate::sim::time::Span;
use crate::sim::wire::{
    CoordinatorRecord, ErrorCode, JoinGroupRequest, JoinGroupResponse, MemberId, Response,
};

/// Why a join is refused, and the id that goes with the refusal.
type Refused = (ErrorCode, Option<MemberId>);

impl Running<'_> {
    pub(in crate::sim::broker) fn join_group(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        request: &JoinGroupRequest,
    ) {
        if let Err((error, member)) = self.try_join(ctx, to, request) {
            self.reply(ctx, to, Response::JoinGroup(join_error(error, member)));
        }
        self.arm_groups(ctx);
    }

    /// Ok when the answer comes later or has been given.
    fn try_join(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        request: &JoinGroupRequest,
    ) -> Result<(), Refused> {
        if !self.coordinates(&request.group) {
            return Err((ErrorCode::NotCoordinator, None));
        }
        let timeout = request.metadata.session_timeout;
        let shortest = Span::from_config_ms(self.config.group_min_session_timeout_ms);
        let longest = Span::from_config_ms(self.config.group_max_session_timeout_ms);
        if timeout < shortest || timeout > longest {
            return Err((ErrorCode::InvalidSessionTimeout, None));
        }
        let name = &request.group;
        if self.live.coordinator.share_groups.contains_key(name) {
            return Err((ErrorCode::InconsistentGroupProtocol, None));
        }
        // Simplified: groups are not migrated from one protocol to the other while they have
        // members, as with group.consumer.migration.policy=disabled; nor does a group of KIP-848
        // take in members of the classic protocol, as Kafka's does whatever the policy. An empty
        // group gives way.
        let modern = &mut self.live.coordinator.consumer_groups;
        if modern.get(name).is_some_and(|group| !group.members.is_empty()) {
            return Err((ErrorCode::InconsistentGroupProtocol, request.member));
        }
        modern.remove(name);
        let groups = &mut self.live.coordinator.groups;
        let group = groups.entry(name.clone()).or_insert_with(|| Group::new(name.clone()));
        if !group.supports(&request.metadata) {
            return Err((ErrorCode::InconsistentGroupProtocol, request.member));
        }
        match request.member {
            None => self.join_new(ctx, to, request),
            Some(id) if group.pending.remove(&id).is_some() => {
                self.add_member(ctx, to, request, id);
                Ok(())
            }
            Some(id) => self.join_again(ctx, to, request, id),
        }
    }

    fn join_new(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        request: &JoinGroupRequest,
    ) -> Result<(), Refused> {
        let client = to.node.client().ok_or((ErrorCode::InvalidRequest, None))?;
        let groups = &mut self.live.coordinator.groups;
        let group = groups.get_mut(&request.group).ok_or((ErrorCode::UnknownMemberId, None))?;
        let id = MemberId { client, serial: group.fresh_serial(ctx.now) };
        let Some(instance) = &request.metadata.instance_id else {
            // KIP-394: a newcomer gets an id and comes again with it.
            group.pending.insert(id, ctx.now + request.metadata.session_timeout);
            return Err((ErrorCode::MemberIdRequired, Some(id)));
        };
        match group.static_member(instance) {
            Some(old) => self.replace_static(ctx, to, request, old, id),
            None => self.add_member(ctx, to, request, id),
        }
        Ok(())
    }

    fn add_member(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        request: &JoinGroupRequest,
        id: MemberId,
    ) {
        let name = &request.group;
        let Some(group) = self.live.coordinator.groups.get_mut(name) else { return };
        let mut member = Member::new(Arc::clone(&request.metadata), ctx.now);
        member.joining = Some(to);
        group.members.insert(id, member);
        group.arrivals.push(id);
        if let Some(initial) = &mut group.initial {
            initial.newcomer = true;
        }
        ctx.tell(Event::MemberJoined { group: name.clone(), member: id });
        self.rebalance(ctx, name, RebalanceCause::Joined(id));
    }

    /// A static member is back under another id; who still uses the old one is fenced
    /// (updateStaticMemberThenRebalanceOrCompleteJoin).
    fn replace_static(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        request: &JoinGroupRequest,
        old: MemberId,
        new: MemberId,
    ) {
        let name = &request.group;
        let Some(group) = self.live.coordinator.groups.get_mut(name) else { return };
        let fenced = group.replace(old, new);
        let (state, before) = (group.state, group.protocol);
        if let Some(member) = group.members.get_mut(&new) {
            member.metadata = Arc::clone(&request.metadata);
            member.heard_of(ctx.now);
            member.joining = Some(to);
        }
        let same = group.choose_protocol() == before;
        let (generation, record) = (group.generation, group.as_record());
        if let Some(fenced) = fenced {
            self.fence(ctx, fenced);
        }
        ctx.tell(Event::MemberReturned { group: name.clone(), member: new });
        match state {
            GroupState::Stable if same => {
                let then = Then::Join { group: name.clone(), generation, member: new };
                let records = vec![CoordinatorRecord::Group(record)];
                self.write_coordinator_records(ctx, name, records, then);
            }
            _ => self.rebalance(ctx, name, RebalanceCause::Returned(new)),
        }
    }

    /// The new id of a static member is committed: it may have its old assignment.
    pub(in crate::sim::broker) fn static_join_settled(
        &mut self,
        ctx: &mut Ctx<'_>,
        name: &Name,
        generation: i32,
        id: MemberId,
        error: ErrorCode,
    ) {
        let Some(group) = self.live.coordinator.groups.get_mut(name) else { return };
        if group.generation != generation || group.state != GroupState::Stable {
            return; // A rebalance began meanwhile; it answers.
        }
        let Some(member) = group.members.get_mut(&id) else { return };
        let Some(to) = member.joining.take() else { return };
        member.heard_of(ctx.now);
        if error == ErrorCode::None {
            self.answer_join(ctx, name, id, to, true);
        } else {
            // Simplified: Kafka gives the old id its place back; here the new one keeps it.
            self.reply(ctx, to, Response::JoinGroup(join_error(error, None)));
        }
        self.arm_groups(ctx);
    }

    /// Answers whoever waits in the name of a member that another has taken the place of.
    fn fence(&mut self, ctx: &mut Ctx<'_>, member: Member) {
        let error = ErrorCode::FencedInstanceId;
        if let Some(to) = member.joining {
            self.reply(ctx, to, Response::JoinGroup(join_error(error, None)));
        }
        if let Some(to) = member.syncing {
            self.reply(ctx, to, Response::SyncGroup(super::sync::sync_error(error)));
        }
    }

    fn join_again(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        request: &JoinGroupRequest,
        id: MemberId,
    ) -> Result<(), Refused> {
        let name = &request.group;
        let refused = |error| (error, Some(id));
        let groups = &mut self.live.coordinator.groups;
        let group = groups.get_mut(name).ok_or(refused(ErrorCode::UnknownMemberId))?;
        group.validate(id, request.metadata.instance_id.as_ref()).map_err(refused)?;
        let (state, is_leader) = (group.state, group.leader == Some(id));
        let member = group.members.get_mut(&id).ok_or(refused(ErrorCode::UnknownMemberId))?;
        let changed = !member.metadata.matches(&request.metadata);
        let must_rebalance = match state {
            GroupState::PreparingRebalance => true,
            GroupState::CompletingRebalance => changed,
            GroupState::Stable => is_leader || changed,
            GroupState::Empty => return Err(refused(ErrorCode::UnknownMemberId)),
        };
        if must_rebalance {
            member.metadata = Arc::clone(&request.metadata);
            member.joining = Some(to);
            let cause = RebalanceCause::Rejoined { member: id, reason: request.reason };
            self.rebalance(ctx, name, cause);
        } else {
            // It did not get the answer before: the generation stands.
            self.answer_join(ctx, name, id, to, false);
        }
        Ok(())
    }

    pub(super) fn answer_join(
        &mut self,
        ctx: &mut Ctx<'_>,
        name: &Name,
        id: MemberId,
        to: ReplyTo,
        returned: bool,
    ) {
        let Some(group) = self.live.coordinator.groups.get(name) else { return };
        let leads = group.leader == Some(id);
        let members = if leads {
            group.members.iter().map(|(id, m)| (*id, Arc::clone(&m.metadata))).collect()
        } else {
            Vec::new()
        };
        let response = JoinGroupResponse {
            error: ErrorCode::None,
            generation: group.generation,
            protocol: group.protocol,
            leader: group.leader,
            member: Some(id),
            skip_assignment: returned && leads,
            members,
        };
        self.reply(ctx, to, Response::JoinGroup(response));
    }
}

pub(super) fn join_error(error: ErrorCode, member: Option<MemberId>) -> JoinGroupResponse {
    JoinGroupResponse {
        error,
        generation: -1,
        protocol: None,
        leader: None,
        member,
        skip_assignment: false,
        members: Vec::new(),
    }
}
