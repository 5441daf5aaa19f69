//! The person's admin client: carries wishes about topics to the controller and retries what may
//! be retried, as kafka-topics.sh does.

use std::collections::VecDeque;
use std::sync::Arc;

use super::effect::{Ctx, Timer};
use super::event::Event;
use super::id::{ControllerId, Name, Node, Seq};
use super::time::Span;
use super::wire::{Body, Channel, Envelope, ErrorCode, Request};

/// Wait before a retry, and give up after that many.
const RETRY: Span = Span::ms(100);
const RETRIES: u32 = 100;

/// Requests are made one after another, in the order of the wishes.
#[derive(Clone, Debug, Default)]
pub(super) struct Admin {
    queue: VecDeque<(Request, Name)>,
    in_flight: Option<Seq>,
    attempts: u32,
}

impl Admin {
    pub(super) fn ask(&mut self, request: Request, subject: Name) {
        self.queue.push_back((request, subject));
    }

    pub(super) fn on_timer(&mut self, ctx: &mut Ctx<'_>) {
        if self.in_flight.is_none()
            && let Some((request, _)) = self.queue.front()
        {
            let controller = Node::Controller(ControllerId(1));
            self.in_flight = Some(ctx.request(controller, Channel::Admin, request.clone()));
        }
    }

    pub(super) fn on_message(&mut self, ctx: &mut Ctx<'_>, envelope: &Arc<Envelope>) {
        if envelope.answers != self.in_flight {
            return;
        }
        self.in_flight = None;
        let error = match &*envelope.body {
            Body::Response(response) => response.error(),
            _ => Some(ErrorCode::NetworkException),
        };
        match error {
            Some(error) if self.may_retry(error) && self.attempts < RETRIES => {
                self.attempts += 1;
                ctx.arm_in(Timer::Sender, RETRY);
                return;
            }
            Some(error) => {
                if let Some((_, subject)) = self.queue.front() {
                    ctx.tell(Event::AdminRefused { error, subject: subject.clone() });
                }
            }
            None => {}
        }
        self.attempts = 0;
        self.queue.pop_front();
        self.on_timer(ctx);
    }

    /// Brokers may still be booting when somebody wants replicas on them.
    fn may_retry(&self, error: ErrorCode) -> bool {
        let wants_brokers = !self.queue.front().is_some_and(|(request, _)| cancels(request));
        let booting = [ErrorCode::InvalidReplicationFactor, ErrorCode::InvalidReplicaAssignment];
        error.retriable() || wants_brokers && booting.contains(&error)
    }
}

fn cancels(request: &Request) -> bool {
    matches!(request, Request::AlterPartitionReassignments(wish) if wish.replicas.is_none())
}
