//! The classic group protocol (GroupMetadataManager.classicGroupJoin and its neighbours).

use std::sync::Arc;

use super::Running;
use super::group::{Group, GroupState, InitialDelay, Member};
use super::purgatory::Then;
use crate::sim::effect::{Ctx, ReplyTo, Timer};
use crate::sim::event::{Departure, Event};
use crate::sim::id::Name;
use crate::sim::time::{Span, Time};
use crate::sim::wire::{
    CoordinatorRecord, ErrorCode, HeartbeatRequest, HeartbeatResponse, JoinGroupRequest,
    JoinGroupResponse, LeaveGroupRequest, LeaveGroupResponse, MemberId, Response, SyncGroupRequest,
    SyncGroupResponse,
};

impl Running<'_> {
    pub(super) fn join_group(
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
    ) -> Result<(), (ErrorCode, Option<MemberId>)> {
        if !self.coordinates(&request.group) {
            return Err((ErrorCode::NotCoordinator, None));
        }
        let timeout = request.metadata.session_timeout;
        let shortest = Span::from_config_ms(self.config.group_min_session_timeout_ms);
        let longest = Span::from_config_ms(self.config.group_max_session_timeout_ms);
        if timeout < shortest || timeout > longest {
            return Err((ErrorCode::InvalidSessionTimeout, None));
        }
        let groups = &mut self.live.coordinator.groups;
        let name = &request.group;
        let group = groups.entry(name.clone()).or_insert_with(|| Group::new(name.clone()));
        let Some(id) = request.member else {
            // KIP-394: a newcomer gets an id and comes again with it.
            let client = to.node.client().ok_or((ErrorCode::InvalidRequest, None))?;
            let serial = u32::try_from(ctx.now.as_millis()).unwrap_or(u32::MAX);
            let id = MemberId { client, serial };
            group.pending.insert(id, ctx.now + timeout);
            return Err((ErrorCode::MemberIdRequired, Some(id)));
        };
        if group.pending.remove(&id).is_some() {
            let mut member = Member::new(Arc::clone(&request.metadata), ctx.now);
            member.joining = Some(to);
            group.members.insert(id, member);
            group.arrivals.push(id);
            if let Some(initial) = &mut group.initial {
                initial.newcomer = true;
            }
            ctx.tell(Event::MemberJoined { group: name.clone(), member: id });
            self.rebalance(ctx, name);
            return Ok(());
        }
        let state = group.state;
        let is_leader = group.leader == Some(id);
        let Some(member) = group.members.get_mut(&id) else {
            return Err((ErrorCode::UnknownMemberId, None));
        };
        member.heard_of(ctx.now);
        let changed = member.metadata != request.metadata;
        let must_rebalance = match state {
            GroupState::PreparingRebalance | GroupState::Empty => true,
            GroupState::CompletingRebalance => changed,
            GroupState::Stable => is_leader || changed,
        };
        if must_rebalance {
            member.metadata = Arc::clone(&request.metadata);
            member.joining = Some(to);
            self.rebalance(ctx, name);
        } else {
            // It did not get the answer before: the generation stands.
            self.answer_join(ctx, name, id, to);
        }
        Ok(())
    }

    /// Everyone has to join again (GroupMetadataManager.prepareRebalance), or just did.
    fn rebalance(&mut self, ctx: &mut Ctx<'_>, name: &Name) {
        let delay = Span::from_config_ms(self.config.group_initial_rebalance_delay_ms);
        let Some(group) = self.live.coordinator.groups.get_mut(name) else { return };
        let mut syncing = Vec::new();
        if group.state != GroupState::PreparingRebalance {
            for member in group.members.values_mut() {
                syncing.extend(member.syncing.take());
            }
            let timeout = group.rebalance_timeout();
            if group.state == GroupState::Empty {
                let remaining = timeout - delay;
                let until = ctx.now + delay;
                group.initial = Some(InitialDelay { until, remaining, newcomer: false });
                group.barrier = None;
            } else {
                group.barrier = Some(ctx.now + timeout);
            }
            group.state = GroupState::PreparingRebalance;
            ctx.tell(Event::GroupRebalancing { group: name.clone() });
        }
        let complete = group.initial.is_none() && group.everyone_joined();
        for to in syncing {
            self.reply(ctx, to, Response::SyncGroup(sync_error(ErrorCode::RebalanceInProgress)));
        }
        if complete {
            self.complete_join(ctx, name);
        }
    }

    /// The barrier falls: whoever joined is the next generation (completeClassicGroupJoin).
    fn complete_join(&mut self, ctx: &mut Ctx<'_>, name: &Name) {
        let Some(group) = self.live.coordinator.groups.get_mut(name) else { return };
        let absent: Vec<MemberId> =
            group.members.iter().filter(|(_, m)| m.joining.is_none()).map(|(id, _)| *id).collect();
        for id in absent {
            remove_member(group, ctx, id, Departure::MissedRebalance);
        }
        group.initial = None;
        group.generation += 1;
        if group.members.is_empty() {
            group.state = GroupState::Empty;
            group.empty_since = Some(ctx.wall());
            group.protocol = None;
            group.leader = None;
            group.barrier = None;
            let (generation, record) = (group.generation, group.as_record());
            let then = Then::Sync { group: name.clone(), generation };
            let records = vec![CoordinatorRecord::Group(record)];
            return self.write_coordinator_records(ctx, name, records, then);
        }
        group.protocol = group.choose_protocol();
        if group.leader.is_none_or(|leader| !group.members.contains_key(&leader)) {
            group.leader = group.arrivals.first().copied();
        }
        group.state = GroupState::CompletingRebalance;
        group.barrier = Some(ctx.now + group.rebalance_timeout());
        let (generation, members) = (group.generation, group.members.len() as u32);
        ctx.tell(Event::GroupFormed { group: name.clone(), generation, members });
        let joined: Vec<(MemberId, ReplyTo)> = group
            .members
            .iter_mut()
            .filter_map(|(id, member)| {
                member.heard_of(ctx.now);
                Some((*id, member.joining.take()?))
            })
            .collect();
        for (id, to) in joined {
            self.answer_join(ctx, name, id, to);
        }
    }

    fn answer_join(&mut self, ctx: &mut Ctx<'_>, name: &Name, id: MemberId, to: ReplyTo) {
        let Some(group) = self.live.coordinator.groups.get(name) else { return };
        let members = if group.leader == Some(id) {
            group.members.iter().map(|(id, m)| (*id, Arc::clone(&m.metadata))).collect()
        } else {
            Vec::new()
        };
        let response = JoinGroupResponse {
            error: ErrorCode::None,
            generation: group.generation,
            protocol: group.protocol.clone(),
            leader: group.leader,
            member: Some(id),
            members,
        };
        self.reply(ctx, to, Response::JoinGroup(response));
    }

    pub(super) fn sync_group(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        request: &SyncGroupRequest,
    ) {
        if let Err(error) = self.try_sync(ctx, to, request) {
            self.reply(ctx, to, Response::SyncGroup(sync_error(error)));
        }
        self.arm_groups(ctx);
    }

    fn try_sync(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        request: &SyncGroupRequest,
    ) -> Result<(), ErrorCode> {
        let group = self.known_member(&request.group, request.member, request.generation)?;
        let is_leader = group.leader == Some(request.member);
        let Some(member) = group.members.get_mut(&request.member) else {
            return Err(ErrorCode::UnknownMemberId);
        };
        member.heard_of(ctx.now);
        match group.state {
            GroupState::Empty => Err(ErrorCode::UnknownMemberId),
            GroupState::PreparingRebalance => Err(ErrorCode::RebalanceInProgress),
            GroupState::Stable => {
                let assignment = Arc::clone(&member.assignment);
                let response = SyncGroupResponse { error: ErrorCode::None, assignment };
                self.reply(ctx, to, Response::SyncGroup(response));
                Ok(())
            }
            GroupState::CompletingRebalance => {
                member.syncing = Some(to);
                if is_leader {
                    for (id, partitions) in &request.assignments {
                        if let Some(member) = group.members.get_mut(id) {
                            member.assignment = Arc::clone(partitions);
                        }
                    }
                    let (name, generation) = (group.name.clone(), group.generation);
                    let records = vec![CoordinatorRecord::Group(group.as_record())];
                    let then = Then::Sync { group: name.clone(), generation };
                    self.write_coordinator_records(ctx, &name, records, then);
                }
                Ok(())
            }
        }
    }

    /// The assignment is committed to `__consumer_offsets`: members may have it.
    pub(super) fn sync_settled(
        &mut self,
        ctx: &mut Ctx<'_>,
        name: &Name,
        generation: i32,
        error: ErrorCode,
    ) {
        let Some(group) = self.live.coordinator.groups.get_mut(name) else { return };
        let current =
            group.generation == generation && group.state == GroupState::CompletingRebalance;
        if !current {
            return;
        }
        if error == ErrorCode::None {
            group.state = GroupState::Stable;
            group.barrier = None;
        }
        let waiting: Vec<(ReplyTo, Arc<_>)> = group
            .members
            .values_mut()
            .filter_map(|member| Some((member.syncing.take()?, Arc::clone(&member.assignment))))
            .collect();
        for (to, assignment) in waiting {
            let assignment = if error == ErrorCode::None { assignment } else { Arc::from([]) };
            self.reply(ctx, to, Response::SyncGroup(SyncGroupResponse { error, assignment }));
        }
        if error != ErrorCode::None {
            self.rebalance(ctx, name);
        }
        self.arm_groups(ctx);
    }

    pub(super) fn group_heartbeat(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        request: &HeartbeatRequest,
    ) {
        let now = ctx.now;
        let checked = self.known_member(&request.group, request.member, request.generation);
        let error = checked.map_or_else(
            |error| error,
            |group| {
                if let Some(member) = group.members.get_mut(&request.member) {
                    member.heard_of(now);
                }
                match group.state {
                    GroupState::Empty => ErrorCode::UnknownMemberId,
                    GroupState::PreparingRebalance => ErrorCode::RebalanceInProgress,
                    GroupState::CompletingRebalance | GroupState::Stable => ErrorCode::None,
                }
            },
        );
        self.reply(ctx, to, Response::Heartbeat(HeartbeatResponse { error }));
    }

    pub(super) fn leave_group(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        request: &LeaveGroupRequest,
    ) {
        let error = if !self.coordinates(&request.group) {
            ErrorCode::NotCoordinator
        } else if self.expel(ctx, &request.group, request.member, Departure::Left) {
            ErrorCode::None
        } else {
            ErrorCode::UnknownMemberId
        };
        self.reply(ctx, to, Response::LeaveGroup(LeaveGroupResponse { error }));
        self.arm_groups(ctx);
    }

    fn known_member(
        &mut self,
        name: &Name,
        member: MemberId,
        generation: i32,
    ) -> Result<&mut Group, ErrorCode> {
        if !self.coordinates(name) {
            return Err(ErrorCode::NotCoordinator);
        }
        let group = self.live.coordinator.groups.get_mut(name).ok_or(ErrorCode::UnknownMemberId)?;
        if !group.members.contains_key(&member) {
            return Err(ErrorCode::UnknownMemberId);
        }
        if group.generation != generation {
            return Err(ErrorCode::IllegalGeneration);
        }
        Ok(group)
    }

    /// Takes a member out; the others rebalance. False if there is no such member.
    fn expel(&mut self, ctx: &mut Ctx<'_>, name: &Name, id: MemberId, why: Departure) -> bool {
        let Some(group) = self.live.coordinator.groups.get_mut(name) else { return false };
        if group.pending.remove(&id).is_none() && !remove_member(group, ctx, id, why) {
            return false;
        }
        match group.state {
            GroupState::Stable | GroupState::CompletingRebalance => self.rebalance(ctx, name),
            GroupState::PreparingRebalance => {
                if group.initial.is_none() && group.everyone_joined() {
                    self.complete_join(ctx, name);
                }
            }
            GroupState::Empty => {}
        }
        true
    }

    pub(super) fn on_groups_timer(&mut self, ctx: &mut Ctx<'_>) {
        let now = ctx.now;
        let names: Vec<Name> = self.live.coordinator.groups.keys().cloned().collect();
        for name in names {
            self.expire_members(ctx, &name, now);
            self.expire_barriers(ctx, &name, now);
        }
        self.arm_groups(ctx);
    }

    fn expire_members(&mut self, ctx: &mut Ctx<'_>, name: &Name, now: Time) {
        let Some(group) = self.live.coordinator.groups.get(name) else { return };
        let silent = group
            .members
            .iter()
            .filter(|(_, m)| m.joining.is_none() && m.session_deadline <= now)
            .map(|(id, _)| *id);
        let never_came = group.pending.iter().filter(|(_, at)| **at <= now).map(|(id, _)| *id);
        let gone: Vec<MemberId> = silent.chain(never_came).collect();
        for id in gone {
            self.expel(ctx, name, id, Departure::SessionExpired);
        }
    }

    fn expire_barriers(&mut self, ctx: &mut Ctx<'_>, name: &Name, now: Time) {
        let delay = Span::from_config_ms(self.config.group_initial_rebalance_delay_ms);
        let Some(group) = self.live.coordinator.groups.get_mut(name) else { return };
        if let Some(initial) = &mut group.initial
            && initial.until <= now
        {
            if initial.newcomer && initial.remaining > Span::ZERO {
                // Someone came while it waited: it waits once more for the next.
                let longer = delay.min(initial.remaining);
                initial.remaining = initial.remaining - longer;
                initial.until = now + longer;
                initial.newcomer = false;
            } else {
                self.complete_join(ctx, name);
            }
            return;
        }
        if group.barrier.is_none_or(|at| at > now) {
            return;
        }
        group.barrier = None;
        match group.state {
            GroupState::PreparingRebalance => self.complete_join(ctx, name),
            GroupState::CompletingRebalance => {
                let late: Vec<MemberId> = group
                    .members
                    .iter()
                    .filter(|(_, m)| m.syncing.is_none())
                    .map(|(id, _)| *id)
                    .collect();
                for id in late {
                    self.expel(ctx, name, id, Departure::MissedRebalance);
                }
            }
            GroupState::Empty | GroupState::Stable => {}
        }
    }

    pub(super) fn arm_groups(&self, ctx: &mut Ctx<'_>) {
        let groups = self.live.coordinator.groups.values();
        if let Some(at) = groups.filter_map(Group::next_deadline).min() {
            ctx.arm(Timer::Groups, at);
        }
    }

    /// This broker no longer coordinates the group: answers all who wait with an error.
    pub(super) fn dismiss(&mut self, ctx: &mut Ctx<'_>, group: Group, error: ErrorCode) {
        for member in group.members.into_values() {
            if let Some(to) = member.joining {
                self.reply(ctx, to, Response::JoinGroup(join_error(error, None)));
            }
            if let Some(to) = member.syncing {
                self.reply(ctx, to, Response::SyncGroup(sync_error(error)));
            }
        }
    }
}

fn remove_member(group: &mut Group, ctx: &mut Ctx<'_>, id: MemberId, why: Departure) -> bool {
    let known = group.members.remove(&id).is_some();
    if known {
        group.arrivals.retain(|other| *other != id);
        ctx.tell(Event::MemberGone { group: group.name.clone(), member: id, why });
    }
    known
}

fn join_error(error: ErrorCode, member: Option<MemberId>) -> JoinGroupResponse {
    JoinGroupResponse {
        error,
        generation: -1,
        protocol: None,
        leader: None,
        member,
        members: Vec::new(),
    }
}

fn sync_error(error: ErrorCode) -> SyncGroupResponse {
    SyncGroupResponse { error, assignment: Arc::from([]) }
}
