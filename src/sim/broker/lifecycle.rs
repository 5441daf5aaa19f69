//! Registration, heartbeats, controlled shutdown (BrokerLifecycleManager).

use serde::{Deserialize, Serialize};

use super::Running;
use crate::sim::effect::{Ctx, Timer};
use crate::sim::id::Node;
use crate::sim::time::{Span, Time};
use crate::sim::wire::{
    BrokerHeartbeatRequest, BrokerHeartbeatResponse, BrokerRegistrationRequest,
    BrokerRegistrationResponse, Channel, ErrorCode, Request,
};

/// Between boot and shutdown (BrokerState).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
pub enum LifecycleState {
    /// Registering, and reading the metadata log up to its own registration.
    #[default]
    Starting,
    /// Caught up; waits to be unfenced.
    Recovery,
    Running,
    ControlledShutdown,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Lifecycle {
    pub state: LifecycleState,
    /// From the registration; none before.
    pub broker_epoch: Option<i64>,
    /// From the life before, if it ended in good order.
    pub previous_broker_epoch: Option<i64>,
    /// Which controller was asked and has not answered.
    in_flight: Option<Node>,
    /// Since when the request at hand looks for a controller that answers it.
    since: Option<Time>,
    attempts: u32,
    /// A controlled shutdown that the controller does not grant ends by then all the same.
    shutdown_deadline: Option<Time>,
}

/// After the first answer while starting, the next heartbeat comes this soon.
const STARTING_HEARTBEAT: Span = Span::ms(10);
/// Wait before somebody else is asked, and while nobody knows whom to ask.
const RECONNECT: Span = Span::ms(50);
const NO_CONTROLLER: Span = Span::ms(100);
/// First wait after a failure; it doubles up to the session timeout.
const RETRY: Span = Span::ms(100);
/// While a controlled shutdown is pending.
const SHUTDOWN_HEARTBEAT: Span = Span::ms(50);
/// How long BrokerServer.shutdown waits for its controlled shutdown.
const SHUTDOWN_PATIENCE: Span = Span::secs(300);
/// `controller.socket.timeout.ms` of the heartbeat channel.
const REQUEST_TIMEOUT: Span = Span::ms(4500);

impl Running<'_> {
    /// The epoch of the current registration; -1 before there is one.
    pub(super) fn broker_epoch(&self) -> i64 {
        self.live.lifecycle.broker_epoch.unwrap_or(-1)
    }

    pub(super) fn send_lifecycle(&mut self, ctx: &mut Ctx<'_>) {
        let controller = self.controller();
        let lifecycle = &mut self.live.lifecycle;
        lifecycle.since.get_or_insert(ctx.now);
        let Some(controller) = controller else {
            return ctx.arm_in(Timer::Lifecycle, NO_CONTROLLER);
        };
        lifecycle.in_flight = Some(controller);
        let request = match lifecycle.broker_epoch {
            None => Request::BrokerRegistration(BrokerRegistrationRequest {
                broker: self.id,
                rack: self.rack.clone(),
                incarnation: self.incarnation,
                previous_broker_epoch: lifecycle.previous_broker_epoch.unwrap_or(-1),
            }),
            Some(broker_epoch) => Request::BrokerHeartbeat(BrokerHeartbeatRequest {
                broker: self.id,
                broker_epoch,
                current_metadata_offset: self.disk.image.next_offset - 1,
                want_fence: lifecycle.state == LifecycleState::Starting,
                want_shut_down: lifecycle.state == LifecycleState::ControlledShutdown,
            }),
        };
        ctx.request(controller, Channel::Lifecycle, request);
        ctx.arm_in(Timer::Lifecycle, REQUEST_TIMEOUT);
    }

    pub(super) fn on_lifecycle_timer(&mut self, ctx: &mut Ctx<'_>) {
        if self.live.lifecycle.shutdown_deadline.is_some_and(|at| at <= ctx.now) {
            return ctx.exit();
        }
        if let Some(controller) = self.live.lifecycle.in_flight {
            // No answer: hang up and try again.
            ctx.close(controller, Channel::Lifecycle);
            self.lifecycle_failed(ctx);
        } else {
            self.send_lifecycle(ctx);
        }
    }

    pub(super) fn lifecycle_failed(&mut self, ctx: &mut Ctx<'_>) {
        let lifecycle = &mut self.live.lifecycle;
        (lifecycle.in_flight, lifecycle.since) = (None, None);
        let most = Span::from_config_ms(self.config.broker_session_timeout_ms);
        let wait = ctx.backoff(RETRY, most, lifecycle.attempts);
        lifecycle.attempts += 1;
        ctx.arm_in(Timer::Lifecycle, wait);
    }

    /// The controller is gone, or not the active one: the same request looks for another, for as
    /// long as a request may take (NodeToControllerRequestThread.handleResponse).
    pub(super) fn lifecycle_disconnected(&mut self, ctx: &mut Ctx<'_>) {
        let lifecycle = &mut self.live.lifecycle;
        let late = lifecycle.since.is_some_and(|since| ctx.now.since(since) >= REQUEST_TIMEOUT);
        if late {
            return self.lifecycle_failed(ctx);
        }
        if lifecycle.in_flight.take().is_some() {
            ctx.arm_in(Timer::Lifecycle, RECONNECT);
        }
    }

    pub(super) fn on_registered(
        &mut self,
        ctx: &mut Ctx<'_>,
        response: BrokerRegistrationResponse,
    ) {
        match response.error {
            ErrorCode::None => {}
            ErrorCode::NotController => return self.lifecycle_disconnected(ctx),
            _ => return self.lifecycle_failed(ctx),
        }
        let lifecycle = &mut self.live.lifecycle;
        lifecycle.broker_epoch = Some(response.broker_epoch);
        (lifecycle.attempts, lifecycle.since) = (0, None);
        self.send_lifecycle(ctx);
    }

    pub(super) fn on_heartbeat(&mut self, ctx: &mut Ctx<'_>, response: BrokerHeartbeatResponse) {
        match response.error {
            ErrorCode::None => {}
            ErrorCode::NotController => return self.lifecycle_disconnected(ctx),
            _ => return self.lifecycle_failed(ctx),
        }
        let caught_up = response.is_caught_up;
        let lifecycle = &mut self.live.lifecycle;
        (lifecycle.in_flight, lifecycle.since) = (None, None);
        lifecycle.attempts = 0;
        let mut next = Span::from_config_ms(self.config.broker_heartbeat_interval_ms);
        match lifecycle.state {
            LifecycleState::Starting => {
                next = STARTING_HEARTBEAT;
                if caught_up {
                    lifecycle.state = LifecycleState::Recovery;
                    self.publish_everything(ctx);
                }
            }
            LifecycleState::Recovery if !response.is_fenced => {
                lifecycle.state = LifecycleState::Running;
            }
            LifecycleState::Recovery | LifecycleState::Running => {}
            LifecycleState::ControlledShutdown => {
                if response.should_shut_down {
                    return ctx.exit();
                }
                next = SHUTDOWN_HEARTBEAT;
            }
        }
        ctx.arm_in(Timer::Lifecycle, next);
    }

    /// The person asked for a controlled shutdown: the controller moves the leaderships first.
    pub(super) fn begin_shutdown(&mut self, ctx: &mut Ctx<'_>) {
        self.live.lifecycle.state = LifecycleState::ControlledShutdown;
        self.live.lifecycle.shutdown_deadline = Some(ctx.now + SHUTDOWN_PATIENCE);
        if self.live.lifecycle.broker_epoch.is_none() {
            // Nobody knows this broker yet; it may just go.
            return ctx.exit();
        }
        if self.live.lifecycle.in_flight.is_none() {
            self.send_lifecycle(ctx);
        }
    }
}
