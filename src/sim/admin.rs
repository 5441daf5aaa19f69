//! The person's admin client: carries wishes about topics to the controller and retries what may
//! be retried, as kafka-topics.sh does.

use std::collections::VecDeque;
use std::sync::Arc;

use super::effect::{Ctx, Timer};
use super::event::Event;
use super::id::{ControllerId, Name, Node, Seq};
use super::time::{Span, Time};
use super::wire::{Body, Channel, Envelope, ErrorCode, Request};

/// Wait before a retry (`retry.backoff.ms`).
const RETRY: Span = Span::ms(100);

/// `request.timeout.ms` and `default.api.timeout.ms` of an admin client.
const REQUEST_TIMEOUT: Span = Span::secs(30);
const API_TIMEOUT: Span = Span::secs(60);

/// Requests are made one after another, in the order of the wishes.
// Simplified: it asks the controllers in turn until one is active; a real one asks any of them who
// that is.
#[derive(Clone, Debug, Default)]
pub(super) struct Admin {
    voters: Arc<[ControllerId]>,
    /// Which of them it takes for the active one.
    turn: u32,
    /// When the wish at hand is given up.
    give_up_at: Option<Time>,
    queue: VecDeque<(Request, Name)>,
    in_flight: Option<Seq>,
}

impl Admin {
    pub(super) fn new(voters: Arc<[ControllerId]>) -> Admin {
        Admin { voters, ..Admin::default() }
    }

    /// Whether something is wished for and not done yet.
    pub(super) fn is_busy(&self) -> bool {
        !self.queue.is_empty()
    }

    pub(super) fn ask(&mut self, request: Request, subject: Name) {
        self.queue.push_back((request, subject));
    }

    fn controller(&self) -> Option<Node> {
        let turn = self.turn as usize % self.voters.len().max(1);
        self.voters.get(turn).copied().map(Node::Controller)
    }

    pub(super) fn on_timer(&mut self, ctx: &mut Ctx<'_>) {
        let Some(controller) = self.controller() else { return };
        if self.in_flight.take().is_some() {
            // No answer in time.
            ctx.close(controller, Channel::Admin);
            self.turn += 1;
            return self.try_again(ctx, ErrorCode::RequestTimedOut);
        }
        if let Some((request, _)) = self.queue.front() {
            self.give_up_at.get_or_insert(ctx.now + API_TIMEOUT);
            self.in_flight = Some(ctx.request(controller, Channel::Admin, request.clone()));
            ctx.arm_in(Timer::Sender, REQUEST_TIMEOUT);
        }
    }

    pub(super) fn on_message(&mut self, ctx: &mut Ctx<'_>, envelope: &Arc<Envelope>) {
        let gone = matches!(*envelope.body, Body::Disconnect)
            && self.in_flight.is_some()
            && Some(envelope.from) == self.controller();
        if envelope.answers != self.in_flight && !gone {
            return;
        }
        self.in_flight = None;
        let error = match &*envelope.body {
            Body::Response(response) => response.error(),
            _ => Some(ErrorCode::NetworkException),
        };
        match error {
            Some(error) if self.may_retry(error) => {
                let elsewhere = [ErrorCode::NotController, ErrorCode::NetworkException];
                self.turn += u32::from(elsewhere.contains(&error));
                self.try_again(ctx, error);
            }
            error => self.finish(ctx, error),
        }
    }

    fn try_again(&mut self, ctx: &mut Ctx<'_>, error: ErrorCode) {
        if self.give_up_at.is_some_and(|at| at <= ctx.now) {
            // A real admin client says TimeoutException, whatever the last error was, unless that
            // tells more.
            let told = if may_time_out(error) { ErrorCode::RequestTimedOut } else { error };
            return self.finish(ctx, Some(told));
        }
        ctx.arm_in(Timer::Sender, RETRY);
    }

    fn finish(&mut self, ctx: &mut Ctx<'_>, error: Option<ErrorCode>) {
        let wish = self.queue.pop_front();
        if let (Some(error), Some((_, subject))) = (error, wish) {
            ctx.tell(Event::AdminRefused { error, subject });
        }
        self.give_up_at = None;
        ctx.disarm(Timer::Sender);
        self.on_timer(ctx);
    }

    /// Brokers may still be booting when somebody wants replicas on them.
    fn may_retry(&self, error: ErrorCode) -> bool {
        let wants_brokers = !self.queue.front().is_some_and(|(request, _)| cancels(request));
        let booting = [ErrorCode::InvalidReplicationFactor, ErrorCode::InvalidReplicaAssignment];
        error.retriable() || wants_brokers && booting.contains(&error)
    }
}

/// Nobody who could decide was found.
fn may_time_out(error: ErrorCode) -> bool {
    [ErrorCode::NotController, ErrorCode::NetworkException].contains(&error)
}

fn cancels(request: &Request) -> bool {
    matches!(request, Request::AlterPartitionReassignments(wish) if wish.replicas.is_none())
}
