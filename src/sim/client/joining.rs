//! Joining a group: JoinGroup, SyncGroup and taking the assignment in (AbstractCoordinator's
//! response handlers, ConsumerCoordinator.onJoinComplete).

use std::sync::Arc;

use super::consumer::{Ask, Consumer};
use super::membership::{Generation, MemberState};
use super::offsets::{Reading, is_coordinator_gone};
use crate::sim::effect::Ctx;
use crate::sim::event::Event;
use crate::sim::id::Partition;
use crate::sim::time::Span;
use crate::sim::wire::{
    Assignor, Channel, ErrorCode, JoinGroupRequest, JoinGroupResponse, JoinReason, MemberId,
    MemberMetadata, Request, SyncGroupRequest, SyncGroupResponse,
};

/// What the client waits longer for a JoinGroup than the group does
/// (AbstractCoordinator.JOIN_GROUP_TIMEOUT_LAPSE).
const JOIN_GROUP_TIMEOUT_LAPSE: Span = Span::secs(5);

impl Consumer {
    pub(super) fn send_join_group(&mut self, ctx: &mut Ctx<'_>) {
        let Some(coordinator) = self.membership.coordinator else { return };
        let rebalance_timeout = Span::from_config_ms(self.config.max_poll_interval_ms);
        let generation = self.membership.generation;
        let assignors = self.assignors();
        let sticky = assignors.contains(&Assignor::Sticky);
        let metadata = MemberMetadata {
            client_id: self.name.clone(),
            instance_id: self.instance.clone(),
            session_timeout: Span::from_config_ms(self.config.session_timeout_ms),
            rebalance_timeout,
            protocols: assignors.into(),
            topics: self.topics.clone(),
            owned: self.readings.keys().copied().collect(),
            generation: generation.id,
            remembered: self.membership.remembered.clone().filter(|_| sticky),
        };
        self.membership.joined_topics = Some(self.topics.clone());
        let request = Request::JoinGroup(JoinGroupRequest {
            group: self.group.clone(),
            member: generation.member,
            metadata: Arc::new(metadata),
            reason: self.membership.reason,
        });
        let timeout = self.request_timeout().max(rebalance_timeout + JOIN_GROUP_TIMEOUT_LAPSE);
        let to = (coordinator, Channel::Coordinator);
        self.network.send(ctx, to, request, timeout, Ask::JoinGroup(generation));
        self.membership.state = MemberState::PreparingRebalance;
        self.membership.joining = true;
    }

    pub(super) fn on_join_group(
        &mut self,
        ctx: &mut Ctx<'_>,
        sent: Generation,
        response: &JoinGroupResponse,
    ) {
        let membership = &mut self.membership;
        match response.error {
            ErrorCode::None if membership.state == MemberState::PreparingRebalance => {
                membership.state = MemberState::CompletingRebalance;
                membership.generation =
                    Generation { id: response.generation, member: response.member };
                self.enable_heartbeat(ctx);
                if response.leader.is_some() && response.leader == response.member {
                    self.lead(ctx, response);
                } else {
                    self.send_sync_group(ctx, Vec::new());
                }
            }
            // It left the group meanwhile (UnjoinedGroupException).
            ErrorCode::None => self.join_failed(ctx, ErrorCode::NetworkException),
            ErrorCode::MemberIdRequired => {
                membership.generation = Generation { id: -1, member: response.member };
                self.join_failed(ctx, response.error);
            }
            error => {
                if error == ErrorCode::UnknownMemberId && sent == membership.generation {
                    membership.reset(true);
                }
                self.maybe_fenced(ctx, error);
                if is_coordinator_gone(error) {
                    self.coordinator_unknown(ctx);
                }
                self.join_failed(ctx, error);
            }
        }
    }

    /// JoinGroup or SyncGroup came to nothing: at once or after a pause it starts over.
    pub(super) fn join_failed(&mut self, ctx: &mut Ctx<'_>, error: ErrorCode) {
        let at_once = matches!(
            error,
            ErrorCode::MemberIdRequired
                | ErrorCode::UnknownMemberId
                | ErrorCode::IllegalGeneration
                | ErrorCode::RebalanceInProgress
        );
        let retry_backoff = self.retry_backoff();
        let membership = &mut self.membership;
        membership.joining = false;
        membership.waiting = None;
        if error != ErrorCode::MemberIdRequired {
            membership.request_rejoin(JoinReason::Failed);
        }
        if at_once {
            membership.retry_at = ctx.now;
        } else if error.retriable() {
            membership.retry_at = ctx.now + retry_backoff;
        } else {
            self.membership_refused(ctx, error);
        }
    }

    pub(super) fn send_sync_group(
        &mut self,
        ctx: &mut Ctx<'_>,
        assignments: Vec<(MemberId, Arc<[Partition]>)>,
    ) {
        let generation = self.membership.generation;
        let (Some(coordinator), Some(member)) = (self.membership.coordinator, generation.member)
        else {
            self.join_failed(ctx, ErrorCode::CoordinatorNotAvailable);
            return;
        };
        let request = Request::SyncGroup(SyncGroupRequest {
            group: self.group.clone(),
            generation: generation.id,
            member,
            instance_id: self.instance.clone(),
            assignments,
        });
        let to = (coordinator, Channel::Coordinator);
        let timeout = self.request_timeout();
        self.network.send(ctx, to, request, timeout, Ask::SyncGroup(generation));
    }

    pub(super) fn on_sync_group(
        &mut self,
        ctx: &mut Ctx<'_>,
        sent: Generation,
        response: &SyncGroupResponse,
    ) {
        let membership = &mut self.membership;
        let completing = membership.state == MemberState::CompletingRebalance;
        match response.error {
            ErrorCode::None if completing && membership.generation.id >= 0 => {
                membership.state = MemberState::Stable;
                membership.rejoin_needed = false;
                self.take_assignment(ctx, &response.assignment);
            }
            // The heartbeat thread reset the generation meanwhile.
            ErrorCode::None => self.join_failed(ctx, ErrorCode::IllegalGeneration),
            error => {
                let lost =
                    matches!(error, ErrorCode::UnknownMemberId | ErrorCode::IllegalGeneration);
                if lost && sent == membership.generation {
                    membership.reset(error != ErrorCode::IllegalGeneration);
                }
                self.maybe_fenced(ctx, error);
                if is_coordinator_gone(error) {
                    self.coordinator_unknown(ctx);
                }
                self.join_failed(ctx, error);
            }
        }
    }

    /// ConsumerCoordinator.onJoinComplete.
    fn take_assignment(&mut self, ctx: &mut Ctx<'_>, assignment: &Arc<[Partition]>) {
        self.membership.joining = false;
        self.membership.needs_prepare = true;
        if !self.membership.leads {
            self.membership.assigned_from = None;
        }
        self.membership.offsets_attempts = 0;
        self.membership.offsets_retry_at = ctx.now;
        let interval = Span::from_config_ms(self.config.auto_commit_interval_ms);
        self.application.next_commit = ctx.now + interval;
        self.membership.remembered = Some((Arc::clone(assignment), self.membership.generation.id));
        if self.is_cooperative() {
            let kept = |partition: &Partition| assignment.contains(partition);
            let gone: Arc<[Partition]> =
                self.readings.keys().copied().filter(|partition| !kept(partition)).collect();
            self.revoke(ctx, &gone);
            if !gone.is_empty() {
                self.membership.request_rejoin(JoinReason::Revoked);
            }
        }
        let new = |partition: &&Partition| !self.readings.contains_key(partition);
        let added: Arc<[Partition]> = assignment.iter().filter(new).copied().collect();
        self.readings.retain(|partition, _| assignment.contains(partition));
        self.readings.extend(added.iter().map(|partition| (*partition, Reading::new())));
        ctx.tell(Event::Assigned {
            group: self.group.clone(),
            generation: self.membership.generation.id,
            partitions: Arc::clone(assignment),
            added,
            cooperative: self.is_cooperative(),
        });
    }

    /// `poll()` throws, once, and the application does not catch it.
    pub(super) fn membership_refused(&mut self, ctx: &mut Ctx<'_>, error: ErrorCode) {
        if self.application.closing.is_none() {
            ctx.tell(Event::MembershipRefused { group: self.group.clone(), error });
            self.begin_close(ctx);
        }
    }

    /// Another consumer took its place: `poll()` throws, and the application does not catch that.
    pub(super) fn maybe_fenced(&mut self, ctx: &mut Ctx<'_>, error: ErrorCode) {
        if error == ErrorCode::FencedInstanceId && self.application.closing.is_none() {
            ctx.tell(Event::InstanceFenced { group: self.group.clone() });
            self.begin_close(ctx);
        }
    }
}
