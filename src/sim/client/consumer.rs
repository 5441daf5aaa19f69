//! A consuming application and its KafkaConsumer: what it knows, and the order in which it does
//! things. The application's own loop is in `poll`.

use std::sync::Arc;

use super::alarm::Alarm;
use super::fetcher::Fetcher;
use super::in_flight::{Flight, InFlight};
use super::membership::{Generation, MemberState, Membership};
use super::metadata::{Manners, Metadata};
use super::modern::Modern;
use super::offsets::{Purpose, Reading, Reset};
pub(super) use super::poll::Done;
use super::poll::{Application, Portion, Work};
use super::share::Share;
use crate::sim::config::ConsumerConfig;
use crate::sim::effect::{Ctx, Order, Timer};
use crate::sim::handling::Handling;
use crate::sim::id::{BrokerId, ClientId, Name, Offset, Partition, Seq};
use crate::sim::ordered::Map;
use crate::sim::scenario::ConsumerSpec;
use crate::sim::time::{Span, Time};
use crate::sim::wire::{Body, Channel, Envelope, ErrorCode, Response};

/// `max.in.flight.requests.per.connection` of consumers.
const MAX_IN_FLIGHT: u32 = 100;

/// What a consumer waits for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Ask {
    Metadata,
    FindCoordinator,
    JoinGroup(Generation),
    SyncGroup(Generation),
    Heartbeat(Generation),
    LeaveGroup,
    ConsumerGroupHeartbeat {
        leaving: bool,
    },
    ShareFetch {
        broker: BrokerId,
        acknowledges: bool,
    },
    ShareAcknowledge(BrokerId),
    OffsetFetch(Generation),
    OffsetCommit {
        generation: Generation,
        offsets: Arc<[(Partition, Offset)]>,
        purpose: Purpose,
    },
    ListOffsets(Reset, Vec<Partition>),
    /// Partitions with the offset each was asked from.
    Fetch(Vec<(Partition, Offset)>),
}

/// A consumer's place in its group in one word, for pictures.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Standing {
    /// It does not know whom to talk to; a member it may be all the same.
    FindingCoordinator,
    /// No member, and about to join at the next `poll()`.
    Outside,
    /// It commits before it gives up its partitions.
    Preparing,
    /// JoinGroup is under way.
    Joining,
    /// SyncGroup is under way.
    Syncing,
    Stable,
    /// It has said good-bye, or is about to.
    Leaving,
}

/// The moments at which something held back may go on; found anew each time it looks around.
#[derive(Clone, Copy, Debug)]
pub(super) struct Later {
    /// Group protocol and offsets.
    pub group: Time,
    pub fetch: Time,
}

#[derive(Clone, Debug)]
pub(super) struct Alarms {
    poll: Alarm,
    heartbeat: Alarm,
    coordinator: Alarm,
    fetch: Alarm,
    requests: Alarm,
    pub(super) processed: Alarm,
}

impl Alarms {
    fn new() -> Alarms {
        Alarms {
            poll: Alarm::new(Timer::Poll),
            heartbeat: Alarm::new(Timer::Heartbeat),
            coordinator: Alarm::new(Timer::Coordinator),
            fetch: Alarm::new(Timer::Fetch),
            requests: Alarm::new(Timer::Requests),
            processed: Alarm::new(Timer::Processed),
        }
    }
}

/// A consumer and its application.
// Simplified: responses are taken in when they arrive, even while the application works; in Kafka
// the heartbeat thread sees to that, within retry.backoff.ms.
// Simplified: configs may change while it runs; a real consumer needs a restart for that.
#[derive(Clone, Debug)]
pub struct Consumer {
    pub id: ClientId,
    pub name: Name,
    pub config: ConsumerConfig,
    pub group: Name,
    pub topics: Vec<Name>,
    /// How long the application works on one record.
    pub processing: Span,
    /// The next record takes so long instead.
    pub(super) slow_record: Option<Span>,
    /// Records of these partitions take so long instead.
    pub(super) slow_partitions: Vec<(Partition, Span)>,
    pub handling: Handling,
    /// `client.rack`
    pub rack: Option<Name>,
    /// `group.instance.id` of a static member (KIP-345)
    pub instance: Option<Name>,
    pub(super) metadata: Metadata,
    pub(super) network: InFlight<Ask>,
    pub(super) membership: Membership,
    /// The same by the protocol of KIP-848.
    pub(super) modern: Modern,
    /// What it has of a share group.
    pub(super) share: Share,
    /// What it has been assigned, and how far it has read there (SubscriptionState).
    pub(super) readings: Map<Partition, Reading>,
    pub(super) fetcher: Fetcher,
    pub(super) application: Application,
    /// The records that were worked on, for a processor to take.
    pub(super) done: Option<Vec<Done>>,
    pub(super) later: Later,
    pub(super) alarms: Alarms,
}

impl Consumer {
    /// A client that is down. `bootstrap` stands for bootstrap.servers.
    pub fn new(
        id: ClientId,
        spec: &ConsumerSpec,
        config: ConsumerConfig,
        bootstrap: Arc<[BrokerId]>,
    ) -> Consumer {
        Consumer {
            id,
            name: spec.name.clone(),
            config,
            group: spec.group.clone(),
            topics: spec.topics.clone(),
            processing: spec.processing,
            slow_record: None,
            slow_partitions: Vec::new(),
            handling: spec.handling,
            rack: spec.rack.clone(),
            instance: spec.instance.clone(),
            metadata: Metadata::new(bootstrap),
            network: InFlight::default(),
            membership: Membership::default(),
            modern: Modern::default(),
            share: Share::new(spec.share),
            readings: Map::new(),
            fetcher: Fetcher::default(),
            application: Application::new(spec.handling.poll),
            done: None,
            later: Later { group: Time::NEVER, fetch: Time::NEVER },
            alarms: Alarms::new(),
        }
    }

    /// What it knows of the cluster.
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// Its place in the group, as it sees it.
    pub fn membership(&self) -> &Membership {
        &self.membership
    }

    /// Its place in a group of KIP-848, as it sees it.
    pub fn modern(&self) -> &Modern {
        &self.modern
    }

    /// Its place in the group in one word.
    pub fn standing(&self) -> Standing {
        let membership = &self.membership;
        match membership.state {
            _ if self.is_closing() => Standing::Leaving,
            _ if membership.coordinator.is_none() => Standing::FindingCoordinator,
            _ if self.is_modern() => self.modern.standing(),
            _ if membership.is_preparing() => Standing::Preparing,
            MemberState::Unjoined => Standing::Outside,
            MemberState::PreparingRebalance => Standing::Joining,
            MemberState::CompletingRebalance => Standing::Syncing,
            MemberState::Stable => Standing::Stable,
        }
    }

    /// The partitions it was assigned, with position, committed offset and high watermark.
    pub fn readings(&self) -> impl Iterator<Item = (Partition, &Reading)> {
        self.readings.iter().map(|(partition, reading)| (*partition, reading))
    }

    /// What it has fetched and not yet handed to the application.
    pub fn fetched(&self) -> &Fetcher {
        &self.fetcher
    }

    /// What the application does now.
    pub fn work(&self) -> &Work {
        &self.application.work
    }

    /// What another thread of the application works on, oldest first.
    pub fn handed(&self) -> impl Iterator<Item = &Portion> {
        self.application.handed.iter()
    }

    /// Whether the application's thread is outside of `poll()` and has nothing to do.
    pub fn is_waiting(&self) -> bool {
        matches!(self.application.work, Work::Waiting) && !self.is_closing()
    }

    /// When the application last called `poll()`; now, if it is in it.
    pub fn last_poll(&self, now: Time) -> Time {
        if self.application.is_polling() { now } else { self.application.last_poll }
    }

    /// Whether `close()` was called.
    pub fn is_closing(&self) -> bool {
        self.application.closing.is_some()
    }

    /// Requests that wait for an answer, oldest first.
    pub fn in_flight(&self) -> impl Iterator<Item = (Seq, &Flight<Ask>)> {
        self.network.iter()
    }

    pub(in crate::sim) fn on_start(&mut self, ctx: &mut Ctx<'_>) {
        self.modern.chosen = self.config.group_protocol != 0 || self.share.chosen;
        self.metadata.want_only(&self.topics);
        self.application = Application::new(self.handling.poll);
        self.application.running = true;
        self.turn(ctx);
    }

    pub(in crate::sim) fn on_message(&mut self, ctx: &mut Ctx<'_>, envelope: &Arc<Envelope>) {
        match &*envelope.body {
            Body::Response(response) => {
                if let Some(flight) = self.network.answered(ctx, envelope) {
                    self.on_response(ctx, flight.ask, response);
                }
            }
            Body::Disconnect => {
                if let Some(broker) = envelope.from.broker() {
                    self.hang_up(ctx, broker, envelope.channel);
                }
            }
            Body::Request(_) => {}
        }
        self.turn(ctx);
    }

    pub(in crate::sim) fn on_timer(&mut self, ctx: &mut Ctx<'_>, timer: Timer) {
        match timer {
            Timer::Processed => {
                self.alarms.processed.rang();
                if !self.application.handed.is_empty() {
                    self.work_on_handed(ctx);
                } else if !self.work_on(ctx) {
                    return;
                }
            }
            Timer::Poll => self.alarms.poll.rang(),
            Timer::Heartbeat => self.alarms.heartbeat.rang(),
            Timer::Coordinator => self.alarms.coordinator.rang(),
            Timer::Fetch => self.alarms.fetch.rang(),
            Timer::Metadata => self.metadata.on_alarm(),
            Timer::Requests => {
                self.alarms.requests.rang();
                for ask in self.network.end_waiting(ctx) {
                    self.on_failure(ctx, ask);
                }
                while let Some((broker, channel)) = self.network.overdue(ctx.now) {
                    self.hang_up(ctx, broker, channel);
                }
            }
            _ => {}
        }
        self.turn(ctx);
    }

    pub(in crate::sim) fn on_order(&mut self, ctx: &mut Ctx<'_>, order: &Order) {
        match order {
            Order::Processing(span) => self.processing = *span,
            Order::Configure { name, value } => {
                self.config.set(name, *value);
                self.turn(ctx);
            }
            Order::Act(act, partition) => {
                self.act(ctx, act, *partition);
                self.turn(ctx);
            }
            Order::Produce(_)
            | Order::ProducePoison(_)
            | Order::ProduceTombstone(_)
            | Order::Workload(_)
            | Order::Transact(_) => {}
        }
    }

    /// The process is gone and knows nothing any more: when it starts again it is a new member.
    pub(in crate::sim) fn power_off(&mut self) {
        self.metadata.forget();
        self.network = InFlight::default();
        self.membership = Membership::default();
        self.modern = Modern::default();
        self.share = Share::new(self.share.chosen);
        self.readings.clear();
        self.fetcher = Fetcher::default();
        self.application = Application::new(self.handling.poll);
        self.alarms = Alarms::new();
    }

    /// Does all that can be done now, in the order of KafkaConsumer.poll, and sets the alarms for
    /// what comes next.
    pub(super) fn turn(&mut self, ctx: &mut Ctx<'_>) {
        if !self.application.running {
            return;
        }
        loop {
            self.later = Later { group: Time::NEVER, fetch: Time::NEVER };
            self.mind_heartbeat(ctx);
            if !self.application_goes_on(ctx) {
                break;
            }
        }
        if self.application.has_exited {
            return;
        }
        let manners = self.manners();
        self.metadata.maybe_update(ctx, &mut self.network, &manners, || Ask::Metadata);
        let mut poll_at = Time::NEVER;
        if self.application.is_polling() {
            let next_commit = self.application.next_commit;
            // A commit that is due but cannot go now is waited for elsewhere.
            if self.auto_commits() && next_commit > ctx.now {
                poll_at = next_commit;
            }
            if self.application.poll_until > ctx.now {
                poll_at = poll_at.min(self.application.poll_until);
            }
        }
        self.alarms.poll.set(ctx, poll_at);
        self.alarms.heartbeat.set(ctx, self.next_heartbeat());
        self.alarms.coordinator.set(ctx, self.later.group);
        self.alarms.fetch.set(ctx, self.later.fetch);
        self.alarms.requests.set_by(ctx, self.network.next_deadline());
    }

    fn on_response(&mut self, ctx: &mut Ctx<'_>, ask: Ask, response: &Response) {
        match (ask, response) {
            (Ask::Metadata, Response::Metadata(response)) => {
                let manners = self.manners();
                self.metadata.on_response(ctx, response, &manners);
            }
            (Ask::FindCoordinator, Response::FindCoordinator(response)) => {
                self.on_find_coordinator(ctx, response);
            }
            (Ask::JoinGroup(sent), Response::JoinGroup(response)) => {
                self.on_join_group(ctx, sent, response);
            }
            (Ask::SyncGroup(sent), Response::SyncGroup(response)) => {
                self.on_sync_group(ctx, sent, response);
            }
            (Ask::Heartbeat(sent), Response::Heartbeat(response)) => {
                self.on_heartbeat(ctx, sent, response.error);
            }
            (Ask::LeaveGroup, Response::LeaveGroup(_))
            | (Ask::ConsumerGroupHeartbeat { leaving: true }, _) => self.application.left = true,
            (Ask::ShareFetch { broker, acknowledges }, response) => {
                self.share_answered(ctx, broker, acknowledges, Some(response));
            }
            (Ask::ShareAcknowledge(broker), response) => {
                self.share_answered(ctx, broker, false, Some(response));
            }
            (Ask::ConsumerGroupHeartbeat { leaving: false }, response) => {
                if let Some(extension) = ctx.extension {
                    (extension.client.on_heartbeat)(self, ctx, response);
                }
            }
            (Ask::OffsetFetch(sent), Response::OffsetFetch(response)) => {
                self.on_offset_fetch(ctx, sent, response);
            }
            (Ask::OffsetCommit { generation, offsets, purpose }, Response::OffsetCommit(r)) => {
                let errors = r.partitions.iter().map(|partition| partition.error);
                let error = errors.into_iter().find(|error| *error != ErrorCode::None);
                let error = error.unwrap_or(ErrorCode::None);
                self.on_offset_commit(ctx, generation, &offsets, purpose, error);
            }
            (Ask::ListOffsets(reset, asked), Response::ListOffsets(response)) => {
                self.on_list_offsets(ctx, reset, &asked, response);
            }
            (Ask::Fetch(asked), Response::Fetch(response)) => {
                self.fetcher.on_response(&asked, response);
            }
            _ => {}
        }
    }

    /// A connection ended: everything under way on it failed.
    fn hang_up(&mut self, ctx: &mut Ctx<'_>, broker: BrokerId, channel: Channel) {
        self.metadata.request_update(false);
        if channel == Channel::Coordinator && self.membership.coordinator == Some(broker) {
            self.membership.coordinator = None;
        }
        self.close_connection(ctx, broker, channel);
    }

    pub(super) fn close_connection(
        &mut self,
        ctx: &mut Ctx<'_>,
        broker: BrokerId,
        channel: Channel,
    ) {
        for ask in self.network.close(ctx, broker, channel) {
            self.on_failure(ctx, ask);
        }
    }

    fn on_failure(&mut self, ctx: &mut Ctx<'_>, ask: Ask) {
        let error = ErrorCode::NetworkException;
        match ask {
            Ask::Metadata => {
                let manners = self.manners();
                self.metadata.on_failure(ctx, &manners);
            }
            Ask::FindCoordinator => self.lookup_failed(ctx),
            Ask::JoinGroup(_) | Ask::SyncGroup(_) => self.join_failed(ctx, error),
            Ask::Heartbeat(_) => self.heartbeat_failed(ctx),
            Ask::LeaveGroup | Ask::ConsumerGroupHeartbeat { leaving: true } => {
                self.application.left = true;
            }
            Ask::ConsumerGroupHeartbeat { leaving: false } => {
                if let Some(extension) = ctx.extension {
                    (extension.client.heartbeat_failed)(self, ctx);
                }
            }
            Ask::ShareFetch { broker, acknowledges } => {
                self.share_answered(ctx, broker, acknowledges, None);
            }
            Ask::ShareAcknowledge(broker) => self.share_answered(ctx, broker, false, None),
            Ask::OffsetFetch(_) => self.offset_fetch_failed(ctx),
            Ask::OffsetCommit { generation, offsets, purpose } => {
                self.on_offset_commit(ctx, generation, &offsets, purpose, error);
            }
            Ask::ListOffsets(_, asked) => self.list_offsets_failed(ctx, &asked),
            // The reconnect backoff holds the next fetch back.
            Ask::Fetch(asked) => self.forget_preferred(&asked),
        }
    }

    pub(super) fn auto_commits(&self) -> bool {
        self.config.enable_auto_commit != 0
    }

    pub(super) fn retry_backoff(&self) -> Span {
        Span::from_config_ms(self.config.retry_backoff_ms)
    }

    /// Kafka's exponential backoff with this consumer's configs.
    pub(super) fn backoff(&self, ctx: &mut Ctx<'_>, attempts: u32) -> Span {
        let most = Span::from_config_ms(self.config.retry_backoff_max_ms);
        ctx.backoff(self.retry_backoff(), most, attempts)
    }

    pub(super) fn request_timeout(&self) -> Span {
        Span::from_config_ms(self.config.request_timeout_ms)
    }

    pub(super) fn manners(&self) -> Manners {
        Manners {
            max_age: Span::from_config_ms(self.config.metadata_max_age_ms),
            retry_backoff: self.retry_backoff(),
            retry_backoff_max: Span::from_config_ms(self.config.retry_backoff_max_ms),
            request_timeout: self.request_timeout(),
            max_in_flight: MAX_IN_FLIGHT,
        }
    }
}
