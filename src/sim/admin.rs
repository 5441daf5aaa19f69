//! The person's admin client: carries wishes about topics to the controller, and about records to
//! the leaders of their partitions, and retries what may be retried, as Kafka's tools do.

use std::collections::VecDeque;
use std::sync::Arc;

use super::effect::{Ctx, Timer};
use super::event::Event;
use super::id::{BrokerId, ControllerId, Name, Node, Partition, Seq};
use super::time::{Span, Time};
use super::wire::{
    Body, Channel, Envelope, ErrorCode, MetadataRequest, MetadataResponse, Request, Response,
};

/// Wait before a retry (`retry.backoff.ms`).
const RETRY: Span = Span::ms(100);

/// `request.timeout.ms` and `default.api.timeout.ms` of an admin client.
const REQUEST_TIMEOUT: Span = Span::secs(30);
pub(super) const API_TIMEOUT: Span = Span::secs(60);

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
    /// What to ask for, as it is sent however often, and what it is about.
    queue: VecDeque<(Arc<Body>, Name)>,
    in_flight: Option<Seq>,
    /// bootstrap.servers, for what a partition's leader is asked.
    brokers: Arc<[BrokerId]>,
    /// Who leads the partition of the wish at hand, once that is known.
    leader: Option<BrokerId>,
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
        self.queue.push_back((Arc::new(Body::Request(request)), subject));
    }

    /// Whom to ask about leaders.
    pub(super) fn know(&mut self, brokers: Arc<[BrokerId]>) {
        self.brokers = brokers;
    }

    /// The partition that the wish at hand is about, if its leader is to be asked.
    fn partition(&self) -> Option<Partition> {
        match &*self.queue.front()?.0 {
            Body::Request(Request::DeleteRecords(request)) => Some(request.partition),
            _ => None,
        }
    }

    /// Whom the next request goes to.
    fn target(&self) -> Option<Node> {
        let turn = |count: usize| self.turn as usize % count.max(1);
        if self.partition().is_none() {
            return self.voters.get(turn(self.voters.len())).copied().map(Node::Controller);
        }
        let anybody = self.brokers.get(turn(self.brokers.len())).copied();
        self.leader.or(anybody).map(Node::Broker)
    }

    /// Who leads, as somebody has said (PartitionLeaderStrategy); false if that is nobody.
    fn learn(&mut self, metadata: &MetadataResponse) -> bool {
        let Some(partition) = self.partition() else { return false };
        let topic = metadata.topics.iter().find(|topic| topic.topic == Some(partition.topic));
        let known =
            topic.and_then(|it| it.partitions.iter().find(|it| it.index == partition.index));
        self.leader = known.and_then(|known| known.leader);
        self.leader.is_some()
    }

    pub(super) fn on_timer(&mut self, ctx: &mut Ctx<'_>) {
        let Some(target) = self.target() else { return };
        if self.in_flight.take().is_some() {
            // No answer in time.
            ctx.close(target, Channel::Admin);
            self.turn += 1;
            self.leader = None;
            return self.try_again(ctx, ErrorCode::RequestTimedOut);
        }
        if let Some((request, subject)) = self.queue.front() {
            self.give_up_at.get_or_insert(ctx.now + API_TIMEOUT);
            let sought = self.partition().is_some() && self.leader.is_none();
            let body = match sought.then(|| Some(vec![subject.clone()])) {
                Some(topics) => {
                    Arc::new(Body::Request(Request::Metadata(MetadataRequest { topics })))
                }
                None => Arc::clone(request),
            };
            self.in_flight = Some(ctx.request_body(target, Channel::Admin, body));
            ctx.arm_in(Timer::Sender, REQUEST_TIMEOUT);
        }
    }

    pub(super) fn on_message(&mut self, ctx: &mut Ctx<'_>, envelope: &Arc<Envelope>) {
        let gone = matches!(*envelope.body, Body::Disconnect)
            && self.in_flight.is_some()
            && Some(envelope.from) == self.target();
        if envelope.answers != self.in_flight && !gone {
            return;
        }
        self.in_flight = None;
        let error = match &*envelope.body {
            Body::Response(Response::Metadata(metadata)) => match self.learn(metadata) {
                true => return self.on_timer(ctx),
                false => Some(ErrorCode::LeaderNotAvailable),
            },
            Body::Response(response) => response.error(),
            _ => Some(ErrorCode::NetworkException),
        };
        match error {
            Some(error) if self.may_retry(error) => {
                let elsewhere = [ErrorCode::NotController, ErrorCode::NetworkException];
                self.turn += u32::from(elsewhere.contains(&error));
                self.leader = self.leader.filter(|_| error == ErrorCode::RequestTimedOut);
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
        self.leader = None;
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

fn cancels(request: &Body) -> bool {
    let Body::Request(Request::AlterPartitionReassignments(wish)) = request else { return false };
    wish.replicas.is_none()
}
