//! SyncGroup, Heartbeat and LeaveGroup (GroupMetadataManager.classicGroupSync and its neighbours).

use std::sync::Arc;

use super::group::{Group, GroupState};
use crate::sim::broker::Running;
use crate::sim::broker::purgatory::Then;
use crate::sim::effect::{Ctx, ReplyTo};
use crate::sim::event::{Departure, RebalanceCause};
use crate::sim::id::Name;
use crate::sim::wire::{
    CoordinatorRecord, ErrorCode, HeartbeatRequest, HeartbeatResponse, LeaveGroupRequest,
    LeaveGroupResponse, MemberId, Response, SyncGroupRequest, SyncGroupResponse,
};

impl Running<'_> {
    pub(in crate::sim::broker) fn sync_group(
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
        let instance = request.instance_id.as_ref();
        let group =
            self.known_member(&request.group, request.member, instance, request.generation)?;
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
                    let given = &request.assignments;
                    for (id, member) in &mut group.members {
                        let own = given.iter().find(|(other, _)| other == id);
                        member.assignment =
                            own.map_or_else(|| Arc::from([]), |(_, own)| Arc::clone(own));
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
    pub(in crate::sim::broker) fn sync_settled(
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
        let now = ctx.now;
        let waiting: Vec<(ReplyTo, Arc<_>)> = group
            .members
            .values_mut()
            .filter_map(|member| {
                let to = member.syncing.take()?;
                member.heard_of(now);
                Some((to, Arc::clone(&member.assignment)))
            })
            .collect();
        for (to, assignment) in waiting {
            let assignment = if error == ErrorCode::None { assignment } else { Arc::from([]) };
            self.reply(ctx, to, Response::SyncGroup(SyncGroupResponse { error, assignment }));
        }
        if error != ErrorCode::None {
            self.rebalance(ctx, name, RebalanceCause::NotStored(error));
        }
        self.arm_groups(ctx);
    }

    pub(in crate::sim::broker) fn group_heartbeat(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        request: &HeartbeatRequest,
    ) {
        let now = ctx.now;
        let instance = request.instance_id.as_ref();
        let checked =
            self.known_member(&request.group, request.member, instance, request.generation);
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

    pub(in crate::sim::broker) fn leave_group(
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
        instance: Option<&Name>,
        generation: i32,
    ) -> Result<&mut Group, ErrorCode> {
        if !self.coordinates(name) {
            return Err(ErrorCode::NotCoordinator);
        }
        let group = self.live.coordinator.groups.get_mut(name).ok_or(ErrorCode::UnknownMemberId)?;
        group.validate(member, instance)?;
        if group.generation != generation {
            return Err(ErrorCode::IllegalGeneration);
        }
        Ok(group)
    }
}

pub(super) fn sync_error(error: ErrorCode) -> SyncGroupResponse {
    SyncGroupResponse { error, assignment: Arc::from([]) }
}
