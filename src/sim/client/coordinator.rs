//! A consumer and its group coordinator: finding it, sending it heartbeats, losing it, leaving
//! (AbstractCoordinator and its HeartbeatThread).

use super::consumer::{Ask, Consumer};
use super::membership::{Generation, MemberState};
use crate::sim::effect::Ctx;
use crate::sim::event::Event;
use crate::sim::id::BrokerId;
use crate::sim::time::{Span, Time};
use crate::sim::wire::{
    Channel, CoordinatorKey, ErrorCode, FindCoordinatorRequest, FindCoordinatorResponse,
    HeartbeatRequest, JoinReason, LeaveGroupRequest, Request,
};

/// When heartbeats go and what they prove (org.apache.kafka.clients.consumer.internals.Heartbeat).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Heartbeat {
    /// When the next one is due.
    pub next_at: Time,
    /// Without an answer until then the coordinator counts as unknown.
    pub session_ends: Time,
    attempts: u32,
    enabled: bool,
}

impl Default for Heartbeat {
    fn default() -> Self {
        Heartbeat { next_at: Time::NEVER, session_ends: Time::NEVER, attempts: 0, enabled: false }
    }
}

/// The search for the coordinator.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) struct Lookup {
    in_flight: bool,
    attempts: u32,
    retry_at: Time,
}

impl Consumer {
    /// Whether something of the group may go now; if not, its time is noted.
    pub(super) fn group_may(&mut self, ctx: &Ctx<'_>, at: Time) -> bool {
        if at > ctx.now {
            self.later.group = self.later.group.min(at);
        }
        at <= ctx.now
    }

    /// The coordinator, if it is known; else it is looked for.
    pub(super) fn coordinator(&mut self, ctx: &mut Ctx<'_>) -> Option<BrokerId> {
        if self.membership.coordinator.is_some() || self.membership.lookup.in_flight {
            return self.membership.coordinator;
        }
        let retry_at = self.membership.lookup.retry_at;
        if !self.group_may(ctx, retry_at) {
            return None;
        }
        let most = self.manners().max_in_flight;
        let brokers = self.metadata.brokers();
        let Some(broker) = self.network.least_loaded(ctx, brokers, Channel::Client, most) else {
            self.lookup_failed(ctx);
            return None;
        };
        let group = self.group.clone();
        let request =
            Request::FindCoordinator(FindCoordinatorRequest { key: CoordinatorKey::Group(group) });
        let (to, timeout) = ((broker, Channel::Client), self.request_timeout());
        self.network.send(ctx, to, request, timeout, Ask::FindCoordinator);
        self.membership.lookup.in_flight = true;
        None
    }

    pub(super) fn on_find_coordinator(
        &mut self,
        ctx: &mut Ctx<'_>,
        response: &FindCoordinatorResponse,
    ) {
        let found = response.coordinator.filter(|_| response.error == ErrorCode::None);
        let open = |broker: &BrokerId| self.network.available_at(*broker, Channel::Coordinator);
        let reachable = found.filter(|broker| open(broker) <= ctx.now);
        if reachable.is_none() {
            self.lookup_failed(ctx);
            return;
        }
        self.membership.lookup = Lookup::default();
        self.membership.coordinator = reachable;
        if let Some(broker) = reachable {
            self.network.ready(ctx, (broker, Channel::Coordinator));
        }
        self.membership.heartbeat.session_ends = ctx.now + self.session_timeout();
    }

    /// Nobody knows the coordinator, or it cannot be reached: another try after a pause.
    pub(super) fn lookup_failed(&mut self, ctx: &mut Ctx<'_>) {
        let attempts = self.membership.lookup.attempts;
        let retry_at = ctx.now + self.backoff(ctx, attempts);
        self.membership.lookup = Lookup { in_flight: false, attempts: attempts + 1, retry_at };
        self.later.group = self.later.group.min(retry_at);
        self.metadata.request_update(false);
    }

    /// AbstractCoordinator.markCoordinatorUnknown: what is under way to it fails as well.
    pub(super) fn coordinator_unknown(&mut self, ctx: &mut Ctx<'_>) {
        if let Some(broker) = self.membership.coordinator.take() {
            self.close_connection(ctx, broker, Channel::Coordinator);
        }
    }

    /// HeartbeatThread.enable, when the group has been joined.
    pub(super) fn enable_heartbeat(&mut self, ctx: &Ctx<'_>) {
        self.membership.heartbeat = Heartbeat {
            next_at: ctx.now + self.heartbeat_interval(),
            session_ends: ctx.now + self.session_timeout(),
            attempts: 0,
            enabled: true,
        };
    }

    /// One round of HeartbeatThread.run.
    pub(super) fn mind_heartbeat(&mut self, ctx: &mut Ctx<'_>) {
        if self.is_modern() {
            if let Some(extension) = ctx.extension {
                (extension.client.beat)(self, ctx);
            }
            return;
        }
        self.membership.heartbeat.enabled &= self.membership.has_joined();
        if !self.membership.heartbeat.enabled {
            return;
        }
        if self.membership.coordinator.is_some()
            && self.membership.heartbeat.session_ends <= ctx.now
        {
            self.coordinator_unknown(ctx);
        }
        let Some(coordinator) = self.coordinator(ctx) else { return };
        if self.poll_deadline() <= ctx.now {
            ctx.tell(Event::PollTimedOut { group: self.group.clone() });
            self.leave_group(ctx);
            return;
        }
        if self.membership.heartbeat.next_at > ctx.now {
            return;
        }
        let generation = self.membership.generation;
        let Some(member) = generation.member else { return };
        let request = Request::Heartbeat(HeartbeatRequest {
            group: self.group.clone(),
            generation: generation.id,
            member,
            instance_id: self.instance.clone(),
        });
        let (to, timeout) = ((coordinator, Channel::Coordinator), self.request_timeout());
        self.network.send(ctx, to, request, timeout, Ask::Heartbeat(generation));
        // An interval of 0 must not send without end.
        let interval = self.heartbeat_interval().max(Span::ms(1));
        self.membership.heartbeat.next_at = ctx.now + interval;
    }

    /// When the heartbeat thread has something to do again.
    pub(super) fn next_heartbeat(&self) -> Time {
        let heartbeat = &self.membership.heartbeat;
        if self.is_modern() && self.membership.coordinator.is_some() {
            return self.modern.next_heartbeat(self.poll_deadline());
        }
        if !heartbeat.enabled || self.membership.coordinator.is_none() {
            return Time::NEVER;
        }
        heartbeat.next_at.min(heartbeat.session_ends).min(self.poll_deadline())
    }

    /// When the application must have come back to `poll()`.
    pub(super) fn poll_deadline(&self) -> Time {
        if self.application.is_polling() {
            return Time::NEVER;
        }
        self.application.last_poll + Span::from_config_ms(self.config.max_poll_interval_ms)
    }

    pub(super) fn on_heartbeat(&mut self, ctx: &mut Ctx<'_>, sent: Generation, error: ErrorCode) {
        let session_ends = ctx.now + self.session_timeout();
        let membership = &mut self.membership;
        match error {
            ErrorCode::None | ErrorCode::RebalanceInProgress => {
                if error != ErrorCode::None && membership.state == MemberState::Stable {
                    membership.request_rejoin(JoinReason::Rebalance);
                }
                membership.heartbeat.session_ends = session_ends;
                membership.heartbeat.attempts = 0;
            }
            ErrorCode::IllegalGeneration | ErrorCode::UnknownMemberId => {
                // An answer to what it was before says nothing about what it is now.
                if sent == membership.generation {
                    membership.reset(error != ErrorCode::IllegalGeneration);
                }
            }
            ErrorCode::FencedInstanceId => {
                if sent == membership.generation {
                    self.maybe_fenced(ctx, error);
                }
            }
            ErrorCode::CoordinatorNotAvailable | ErrorCode::NotCoordinator => {
                self.coordinator_unknown(ctx);
                self.heartbeat_failed(ctx);
            }
            _ => self.heartbeat_failed(ctx),
        }
    }

    pub(super) fn heartbeat_failed(&mut self, ctx: &mut Ctx<'_>) {
        let attempts = self.membership.heartbeat.attempts;
        let pause = self.backoff(ctx, attempts);
        self.membership.heartbeat.next_at = ctx.now + pause;
        self.membership.heartbeat.attempts = attempts + 1;
    }

    /// AbstractCoordinator.maybeLeaveGroup: says good-bye if there is someone to say it to, unless
    /// it is a static member, which may be back soon. Either way it is no member any more. Whether
    /// it was said.
    pub(super) fn leave_group(&mut self, ctx: &mut Ctx<'_>) -> bool {
        if self.is_modern() {
            return ctx.extension.is_some_and(|extension| (extension.client.leave)(self, ctx));
        }
        let (state, generation) = (self.membership.state, self.membership.generation);
        let joined =
            generation.member.filter(|_| state != MemberState::Unjoined && self.instance.is_none());
        let said = self.membership.coordinator.zip(joined);
        if let Some((coordinator, member)) = said {
            let group = self.group.clone();
            let request = Request::LeaveGroup(LeaveGroupRequest { group, member });
            let (to, timeout) = ((coordinator, Channel::Coordinator), self.request_timeout());
            self.network.send(ctx, to, request, timeout, Ask::LeaveGroup);
        }
        self.membership.reset(true);
        said.is_some()
    }

    fn session_timeout(&self) -> Span {
        Span::from_config_ms(self.config.session_timeout_ms)
    }

    fn heartbeat_interval(&self) -> Span {
        Span::from_config_ms(self.config.heartbeat_interval_ms)
    }
}
