//! What lives here: the KRaft controller, which keeps the metadata log and decides by it.
//! Who may knock: the engine with messages and timers; everyone may read the image.
//! Never here: records of applications, and any broker's or client's memory.

pub mod election;
mod heartbeats;
mod partitions;
pub mod placement;
mod producer_ids;
mod reassignment;
mod topics;

use std::sync::Arc;

use self::heartbeats::Session;
use super::config::ClusterConfig;
use super::effect::{Ctx, ReplyTo, Timer};
use super::event::Event;
use super::id::{BrokerId, ControllerId, Offset};
use super::image::MetadataImage;
use super::time::{Span, Time};
use super::wire::{
    Body, Envelope, FetchMetadataLogRequest, FetchMetadataLogResponse, MetadataRecord, Request,
    Response,
};
use crate::sim::ordered::Map;

/// How long a metadata fetch waits for news (KafkaRaftClient.MAX_FETCH_WAIT_MS).
const FETCH_WAIT: Span = Span::ms(500);
/// The most records in one answer to a broker that is far behind.
const FETCH_RECORDS: usize = 1000;

/// The controller. Its log and image are on disk; sessions and waiting fetches are memory.
// Simplified: the quorum has one voter, so a record is committed as soon as it is written.
#[derive(Clone, Debug)]
pub struct Controller {
    pub id: ControllerId,
    pub config: ClusterConfig,
    image: MetadataImage,
    log: Vec<Arc<MetadataRecord>>,
    sessions: Map<BrokerId, Session>,
    waiting: Vec<WaitingFetch>,
}

#[derive(Clone, Copy, Debug)]
struct WaitingFetch {
    to: ReplyTo,
    offset: Offset,
    deadline: Time,
}

impl Controller {
    pub(super) fn new(id: ControllerId, config: ClusterConfig) -> Controller {
        Controller {
            id,
            config,
            image: MetadataImage::default(),
            log: Vec::new(),
            sessions: Map::new(),
            waiting: Vec::new(),
        }
    }

    /// What the metadata log adds up to.
    pub fn image(&self) -> &MetadataImage {
        &self.image
    }

    /// The metadata log from its first record.
    pub fn metadata_log(&self) -> &[Arc<MetadataRecord>] {
        &self.log
    }

    pub(super) fn on_start(&mut self, ctx: &mut Ctx<'_>) {
        // A controller that takes office gives every broker a whole session to be heard of.
        let unfenced: Vec<BrokerId> =
            self.image.brokers.iter().filter(|(_, r)| !r.fenced).map(|(id, _)| *id).collect();
        for broker in unfenced {
            self.sessions.insert(broker, Session::begun(ctx.now));
        }
        self.arm_sessions(ctx);
        self.arm_leader_balance(ctx);
        self.arm_unclean_elections(ctx);
    }

    pub(super) fn power_off(&mut self) {
        self.sessions.clear();
        self.waiting.clear();
    }

    pub(super) fn on_message(&mut self, ctx: &mut Ctx<'_>, envelope: &Arc<Envelope>) {
        let Body::Request(request) = &*envelope.body else { return };
        let to = ReplyTo::of(envelope);
        match request {
            Request::FetchMetadataLog(request) => self.fetch(ctx, to, request),
            Request::BrokerRegistration(request) => self.register(ctx, to, request),
            Request::BrokerHeartbeat(request) => self.heartbeat(ctx, to, request),
            Request::AlterPartition(request) => self.alter_partition(ctx, to, request),
            Request::CreateTopics(request) => self.create_topic(ctx, to, request),
            Request::CreatePartitions(request) => self.create_partitions(ctx, to, request),
            Request::IncrementalAlterConfigs(request) => self.alter_config(ctx, to, request),
            Request::ElectLeaders(request) => self.elect_leaders(ctx, to, request),
            Request::AlterPartitionReassignments(request) => {
                self.alter_partition_reassignments(ctx, to, request);
            }
            Request::UnregisterBroker(request) => self.unregister(ctx, to, *request),
            Request::AllocateProducerIds(request) => {
                self.allocate_producer_ids(ctx, to, request);
            }
            _ => {}
        }
        self.answer_fetches(ctx);
    }

    pub(super) fn on_timer(&mut self, ctx: &mut Ctx<'_>, timer: Timer) {
        match timer {
            Timer::Sessions => self.expire_sessions(ctx),
            Timer::MetadataFetches => {}
            Timer::LeaderBalance => self.balance_leaders(ctx),
            Timer::UncleanElections => self.elect_unclean_leaders(ctx),
            _ => return,
        }
        self.answer_fetches(ctx);
    }

    /// Writes a record and applies it; tells what changed for people.
    fn write(&mut self, ctx: &mut Ctx<'_>, record: MetadataRecord) {
        match &record {
            MetadataRecord::PartitionChange(change) => partitions::tell(&self.image, ctx, change),
            MetadataRecord::BrokerRegistrationChange { broker, change, .. } => {
                heartbeats::tell(ctx, *broker, *change);
            }
            MetadataRecord::RegisterBroker { broker, broker_epoch, .. } => {
                ctx.tell(Event::BrokerRegistered { broker: *broker, broker_epoch: *broker_epoch });
            }
            MetadataRecord::Config { topic, name, value } => {
                let (topic, name, value) = (*topic, name.clone(), value.clone());
                ctx.tell(Event::TopicConfigChanged { topic, name, value });
            }
            MetadataRecord::UnregisterBroker { broker, .. } => {
                ctx.tell(Event::BrokerUnregistered(*broker));
            }
            MetadataRecord::Topic { .. }
            | MetadataRecord::Partition(_)
            | MetadataRecord::ProducerIds { .. } => {}
        }
        self.image.apply(&record);
        self.log.push(Arc::new(record));
    }

    fn end(&self) -> Offset {
        self.log.len() as Offset
    }

    fn fetch(&mut self, ctx: &mut Ctx<'_>, to: ReplyTo, request: &FetchMetadataLogRequest) {
        let deadline = ctx.now + FETCH_WAIT;
        self.waiting.push(WaitingFetch { to, offset: request.fetch_offset, deadline });
        if request.fetch_offset >= self.end() {
            self.arm_fetches(ctx);
        }
    }

    /// Answers every waiting fetch that has news or has waited long enough.
    fn answer_fetches(&mut self, ctx: &mut Ctx<'_>) {
        let (end, now) = (self.end(), ctx.now);
        let ready = |w: &WaitingFetch| w.offset < end || w.deadline <= now;
        if !self.waiting.iter().any(ready) {
            return;
        }
        let (answered, waiting) = self.waiting.drain(..).partition(ready);
        self.waiting = waiting;
        let answered: Vec<WaitingFetch> = answered;
        for fetch in answered {
            let base_offset = fetch.offset.clamp(0, end);
            let records = self.log[base_offset as usize..]
                .iter()
                .take(FETCH_RECORDS)
                .map(|record| MetadataRecord::clone(record))
                .collect();
            let response = FetchMetadataLogResponse { base_offset, records, high_watermark: end };
            ctx.reply(fetch.to, Response::FetchMetadataLog(response));
        }
        self.arm_fetches(ctx);
    }

    fn arm_fetches(&self, ctx: &mut Ctx<'_>) {
        if let Some(deadline) = self.waiting.iter().map(|w| w.deadline).min() {
            ctx.arm(Timer::MetadataFetches, deadline);
        }
    }
}
