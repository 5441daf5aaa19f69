//! A consumer as a member of a group of KIP-848 (`group.protocol=consumer`): it says what it owns,
//! is told what it shall own, and gets there by itself (ConsumerMembershipManager,
//! ConsumerHeartbeatRequestManager).

use std::sync::Arc;

use super::consumer::{Ask, Consumer, Standing};
use super::membership::{Generation, MemberState};
use super::offsets::Reading;
use crate::sim::config::REMOTE_ASSIGNORS;
use crate::sim::effect::Ctx;
use crate::sim::event::Event;
use crate::sim::id::{Epoch, Name, Partition};
use crate::sim::ordered::Set;
use crate::sim::time::{Span, Time};
use crate::sim::wire::{
    Channel, ConsumerGroupHeartbeatRequest, ConsumerGroupHeartbeatResponse, ErrorCode,
    JOIN_GROUP_MEMBER_EPOCH, LEAVE_GROUP_MEMBER_EPOCH, LEAVE_GROUP_STATIC_MEMBER_EPOCH, MemberId,
    Request, ShareGroupHeartbeatRequest,
};

/// What such a member is doing (org.apache.kafka.clients.consumer.internals.MemberState).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Debug)]
pub enum ModernState {
    #[default]
    Unsubscribed,
    Joining,
    /// It commits, hands partitions back and takes others, within `poll()`.
    Reconciling,
    /// It has to say that it is done.
    Acknowledging,
    Stable,
    /// The coordinator gave it up; the next `poll()` counts its partitions as lost.
    Fenced,
    Leaving,
    /// It left because nobody polled; the next `poll()` joins again.
    Stale,
    /// The coordinator does not want it; `poll()` throws.
    Fatal,
}

/// An assignment under a number of the member's own (LocalAssignment).
type Local = (u32, Set<Partition>);

/// What the last heartbeat said; what has not changed since is left out of the next.
#[derive(Clone, Debug, Default)]
struct Sent {
    topics: Option<Vec<Name>>,
    rebalance_timeout: Option<Span>,
    assignor: Option<i64>,
    local: Option<Local>,
}

/// Its place in the group, as it sees it.
// Simplified: as with a ConsumerRebalanceListener, partitions are handed back and taken within
// poll() alone; and what is assigned is taken before its topic is in the metadata.
#[derive(Clone, Debug)]
pub struct Modern {
    /// `group.protocol` as it was when the process started.
    pub(super) chosen: bool,
    pub state: ModernState,
    pub member_epoch: Epoch,
    member: Option<MemberId>,
    target: Option<Local>,
    current: Option<Local>,
    /// What it is about to hand back: nothing of it goes to the application any more.
    pub(super) pending_revocation: Vec<Partition>,
    sent: Sent,
    in_flight: bool,
    interval: Span,
    next_at: Time,
    attempts: u32,
}

impl Default for Modern {
    fn default() -> Modern {
        Modern {
            chosen: false,
            state: ModernState::Unsubscribed,
            member_epoch: JOIN_GROUP_MEMBER_EPOCH,
            member: None,
            target: None,
            current: None,
            pending_revocation: Vec::new(),
            sent: Sent::default(),
            in_flight: false,
            interval: Span::ZERO,
            next_at: Time::ZERO,
            attempts: 0,
        }
    }
}

impl Modern {
    /// Whether the heartbeat thread has nothing to do.
    fn is_silent(&self) -> bool {
        use ModernState::{Fatal, Fenced, Stale, Unsubscribed};
        matches!(self.state, Unsubscribed | Fenced | Stale | Fatal)
    }

    /// Its id, as soon as it has joined for the first time.
    pub(super) fn member(&self) -> Option<MemberId> {
        self.member
    }

    /// When the next heartbeat is due.
    pub(super) fn next_heartbeat(&self, poll_deadline: Time) -> Time {
        match () {
            () if self.is_silent() => Time::NEVER,
            () if self.in_flight => poll_deadline,
            () => self.next_at.min(poll_deadline),
        }
    }

    /// In the words that fit all members.
    pub(super) fn standing(&self) -> Standing {
        match self.state {
            ModernState::Unsubscribed
            | ModernState::Fenced
            | ModernState::Stale
            | ModernState::Fatal => Standing::Outside,
            ModernState::Joining => Standing::Joining,
            ModernState::Reconciling => Standing::Preparing,
            ModernState::Acknowledging => Standing::Syncing,
            ModernState::Stable => Standing::Stable,
            ModernState::Leaving => Standing::Leaving,
        }
    }
}

impl Consumer {
    pub(super) fn coordinate_modern(&mut self, ctx: &mut Ctx<'_>) {
        match self.modern.state {
            ModernState::Unsubscribed => self.join_modern(ctx),
            ModernState::Stale | ModernState::Fenced => {
                self.give_up_assignment(ctx);
                self.join_modern(ctx);
            }
            ModernState::Reconciling => self.reconcile(ctx),
            _ => {}
        }
        self.beat_modern(ctx);
    }

    /// AbstractMembershipManager.transitionToJoining. The id is the same for as long as the
    /// process lives (KIP-1082).
    fn join_modern(&mut self, ctx: &Ctx<'_>) {
        let serial = u32::try_from(ctx.now.as_millis()).unwrap_or(u32::MAX);
        let id = MemberId { client: self.id, serial };
        self.metadata.want_only(&self.topics);
        let modern = &mut self.modern;
        modern.member.get_or_insert(id);
        modern.state = ModernState::Joining;
        modern.target = None;
        modern.current = None;
        modern.next_at = ctx.now;
        self.at_epoch(JOIN_GROUP_MEMBER_EPOCH);
    }

    /// The epoch that it is at; commits go by it.
    fn at_epoch(&mut self, epoch: Epoch) {
        self.modern.member_epoch = epoch;
        let (id, state) =
            if epoch > 0 { (epoch, MemberState::Stable) } else { (-1, MemberState::Unjoined) };
        self.membership.generation = Generation { id, member: self.modern.member };
        self.membership.state = state;
    }

    /// AbstractMembershipManager.maybeReconcile: commits, hands back, takes.
    fn reconcile(&mut self, ctx: &mut Ctx<'_>) {
        let Some(target) = self.modern.target.clone() else { return };
        if self.modern.current.as_ref().is_some_and(|(_, current)| *current == target.1) {
            return self.acknowledge(ctx, target);
        }
        let shall = |partition: &Partition| target.1.contains(partition);
        let revoked: Arc<[Partition]> =
            self.readings.keys().copied().filter(|partition| !shall(partition)).collect();
        self.modern.pending_revocation = revoked.to_vec();
        if self.auto_commits() && !self.last_commit_done(ctx) {
            return;
        }
        self.membership.end_preparing();
        self.modern.pending_revocation.clear();
        self.revoke(ctx, &revoked);
        let partitions: Arc<[Partition]> = target.1.iter().copied().collect();
        let new = |partition: &&Partition| !self.readings.contains_key(partition);
        let added: Arc<[Partition]> = partitions.iter().filter(new).copied().collect();
        self.readings.extend(added.iter().map(|partition| (*partition, Reading::new())));
        let interval = Span::from_config_ms(self.config.auto_commit_interval_ms);
        self.application.next_commit = ctx.now + interval;
        self.membership.offsets_attempts = 0;
        self.membership.offsets_retry_at = ctx.now;
        let (group, generation) = (self.group.clone(), self.modern.member_epoch);
        ctx.tell(Event::Assigned { group, generation, partitions, added, cooperative: true });
        self.acknowledge(ctx, target);
    }

    /// The coordinator is told at once, so that others may have what was handed back.
    fn acknowledge(&mut self, ctx: &Ctx<'_>, target: Local) {
        self.modern.current = Some(target);
        self.modern.state = ModernState::Acknowledging;
        self.modern.next_at = ctx.now;
    }

    /// AbstractHeartbeatRequestManager.poll.
    pub(super) fn beat_modern(&mut self, ctx: &mut Ctx<'_>) {
        if self.modern.state == ModernState::Unsubscribed || self.coordinator(ctx).is_none() {
            return;
        }
        if self.modern.is_silent() {
            return;
        }
        if self.modern.state != ModernState::Leaving && self.poll_deadline() <= ctx.now {
            ctx.tell(Event::PollTimedOut { group: self.group.clone() });
            self.send_modern_heartbeat(ctx, self.leave_epoch());
            self.modern.in_flight = false;
            self.modern.sent = Sent::default();
            self.modern.state = ModernState::Stale;
            self.at_epoch(LEAVE_GROUP_MEMBER_EPOCH);
            return;
        }
        if !self.modern.in_flight && self.modern.next_at <= ctx.now {
            self.send_modern_heartbeat(ctx, self.modern.member_epoch);
        }
    }

    /// A static member will be back.
    fn leave_epoch(&self) -> Epoch {
        match self.instance {
            Some(_) if !self.is_share() => LEAVE_GROUP_STATIC_MEMBER_EPOCH,
            _ => LEAVE_GROUP_MEMBER_EPOCH,
        }
    }

    fn send_modern_heartbeat(&mut self, ctx: &mut Ctx<'_>, member_epoch: Epoch) {
        let Some(coordinator) = self.membership.coordinator else { return };
        let request = self.modern_heartbeat(member_epoch);
        let to = (coordinator, Channel::Coordinator);
        let timeout = self.request_timeout();
        let ask = Ask::ConsumerGroupHeartbeat { leaving: member_epoch < 0 };
        let request = match self.is_share() {
            true => Request::ShareGroupHeartbeat(self.as_share(request)),
            false => Request::ConsumerGroupHeartbeat(request),
        };
        self.network.send(ctx, to, request, timeout, ask);
        let modern = &mut self.modern;
        modern.in_flight = true;
        // An interval of 0 must not send without end.
        modern.next_at = ctx.now + modern.interval.max(Span::ms(1));
        if modern.state == ModernState::Acknowledging {
            modern.state = match modern.current == modern.target {
                true => ModernState::Stable,
                false => ModernState::Reconciling,
            };
        }
    }

    /// ShareHeartbeatRequestManager.HeartbeatState.buildRequestData.
    fn as_share(&self, said: ConsumerGroupHeartbeatRequest) -> ShareGroupHeartbeatRequest {
        let unnamed = MemberId { client: self.id, serial: 0 };
        ShareGroupHeartbeatRequest {
            group: said.group,
            member: said.member.unwrap_or(unnamed),
            member_epoch: said.member_epoch,
            rack: self.rack.clone().filter(|_| said.subscribed_topic_names.is_some()),
            subscribed_topic_names: said.subscribed_topic_names,
        }
    }

    /// ConsumerHeartbeatRequestManager.HeartbeatState.buildRequestData.
    fn modern_heartbeat(&mut self, member_epoch: Epoch) -> ConsumerGroupHeartbeatRequest {
        let all = self.modern.state == ModernState::Joining;
        let rebalance_timeout = Span::from_config_ms(self.config.max_poll_interval_ms);
        let assignor = self.config.group_remote_assignor;
        let modern = &mut self.modern;
        let sent = &mut modern.sent;
        let timeout_news = all || sent.rebalance_timeout != Some(rebalance_timeout);
        let topics_news = all || sent.topics.as_ref() != Some(&self.topics);
        let assignor_news = assignor > 0 && (all || sent.assignor != Some(assignor));
        let local_news = all || sent.local != modern.current;
        sent.rebalance_timeout = Some(rebalance_timeout);
        sent.topics = Some(self.topics.clone());
        sent.assignor = Some(assignor);
        sent.local.clone_from(&modern.current);
        let name = usize::try_from(assignor).ok().and_then(|index| REMOTE_ASSIGNORS.get(index));
        let owned = modern.current.as_ref().map(|(_, owned)| owned.clone()).unwrap_or_default();
        ConsumerGroupHeartbeatRequest {
            group: self.group.clone(),
            member: modern.member,
            member_epoch,
            instance_id: self.instance.clone(),
            rebalance_timeout: timeout_news.then_some(rebalance_timeout),
            subscribed_topic_names: topics_news.then(|| self.topics.iter().cloned().collect()),
            server_assignor: name.filter(|_| assignor_news).map(|name| (*name).into()),
            topic_partitions: local_news.then_some(owned),
        }
    }

    pub(super) fn on_modern_heartbeat(
        &mut self,
        ctx: &mut Ctx<'_>,
        response: &ConsumerGroupHeartbeatResponse,
    ) {
        self.modern.in_flight = false;
        if self.modern.is_silent() || self.modern.state == ModernState::Leaving {
            return;
        }
        if response.error != ErrorCode::None {
            return self.modern_refused(ctx, response.error);
        }
        self.modern.attempts = 0;
        if self.modern.interval != response.heartbeat_interval {
            self.modern.interval = response.heartbeat_interval;
            self.modern.next_at = ctx.now + self.modern.interval.max(Span::ms(1));
        }
        if self.modern.member_epoch != response.member_epoch {
            self.at_epoch(response.member_epoch);
        }
        let Some(assignment) = &response.assignment else { return };
        let modern = &mut self.modern;
        if modern.target.as_ref().is_none_or(|(_, target)| target != assignment) {
            let number = modern.target.as_ref().map_or(0, |(number, _)| number + 1);
            modern.target = Some((number, assignment.clone()));
        }
        if modern.current != modern.target {
            modern.state = ModernState::Reconciling;
        } else if matches!(modern.state, ModernState::Reconciling | ModernState::Joining) {
            modern.state = ModernState::Stable;
        }
    }

    /// AbstractHeartbeatRequestManager.onErrorResponse.
    fn modern_refused(&mut self, ctx: &mut Ctx<'_>, error: ErrorCode) {
        self.modern_heartbeat_failed(ctx);
        match error {
            ErrorCode::NotCoordinator | ErrorCode::CoordinatorNotAvailable => {
                self.coordinator_unknown(ctx);
            }
            ErrorCode::CoordinatorLoadInProgress => {}
            ErrorCode::FencedMemberEpoch | ErrorCode::UnknownMemberId => {
                self.modern.state = ModernState::Fenced;
                self.membership.end_preparing();
                self.at_epoch(JOIN_GROUP_MEMBER_EPOCH);
            }
            error => {
                self.maybe_fenced(ctx, error);
                self.membership_refused(ctx, error);
                // AbstractMembershipManager.transitionToFatal: what it has counts as lost, and
                // there is no group to leave.
                self.modern.state = ModernState::Fatal;
                self.membership.end_preparing();
                self.at_epoch(LEAVE_GROUP_MEMBER_EPOCH);
            }
        }
    }

    /// The next one says everything again.
    pub(super) fn modern_heartbeat_failed(&mut self, ctx: &mut Ctx<'_>) {
        let pause = self.backoff(ctx, self.modern.attempts);
        let modern = &mut self.modern;
        modern.in_flight = false;
        modern.sent = Sent::default();
        modern.attempts += 1;
        modern.next_at = ctx.now + pause;
    }

    pub(super) fn leave_modern(&mut self, ctx: &mut Ctx<'_>) -> bool {
        let said = !self.modern.is_silent() && self.membership.coordinator.is_some();
        if said {
            self.modern.state = ModernState::Leaving;
            self.send_modern_heartbeat(ctx, self.leave_epoch());
        }
        self.at_epoch(LEAVE_GROUP_MEMBER_EPOCH);
        said
    }
}
