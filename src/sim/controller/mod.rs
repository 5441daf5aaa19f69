//! What lives here: the KRaft controller, which keeps the metadata log and decides by it.
//! Who may knock: the engine with messages and timers; everyone may read the image.
//! Never here: records of applications, and any broker's or client's memory.

mod client_quotas;
pub mod election;
mod heartbeats;
mod office;
mod partitions;
pub mod placement;
mod producer_ids;
mod reassignment;
mod topics;

use std::sync::Arc;

use self::heartbeats::Session;
use self::office::Deferred;
use super::config::ClusterConfig;
use super::effect::{Ctx, Effect, ReplyTo, Timer};
use super::event::Event;
use super::id::{BrokerId, ControllerId, Epoch, Node, Offset};
use super::image::MetadataImage;
use super::raft::Raft;
use super::wire::{Body, Envelope, ErrorCode, MetadataEntry, MetadataRecord, Request};
use crate::sim::ordered::Map;

/// A controller: a voter of the quorum, and the one that decides while it is active. Its log and
/// image are on disk; sessions and answers that wait are memory.
#[derive(Clone, Debug)]
pub struct Controller {
    pub id: ControllerId,
    pub config: ClusterConfig,
    raft: Raft,
    /// What it decides by: all that is committed, and while it is active all that it has written.
    image: MetadataImage,
    /// What is committed, where the image is ahead of that.
    committed: Option<MetadataImage>,
    /// The epoch in which it decides.
    active: Option<Epoch>,
    sessions: Map<BrokerId, Session>,
    deferred: Vec<Deferred>,
    /// It was told to end, and looks for a successor.
    closing: bool,
}

impl Controller {
    pub(super) fn new(
        id: ControllerId,
        voters: Arc<[ControllerId]>,
        config: ClusterConfig,
    ) -> Controller {
        Controller {
            id,
            config,
            raft: Raft::new(Node::Controller(id), voters),
            image: MetadataImage::default(),
            committed: None,
            active: None,
            sessions: Map::new(),
            deferred: Vec::new(),
            closing: false,
        }
    }

    /// What the committed records of the metadata log add up to, as far as this controller knows.
    pub fn image(&self) -> &MetadataImage {
        self.committed.as_ref().unwrap_or(&self.image)
    }

    /// Its part in the quorum.
    pub fn raft(&self) -> &Raft {
        &self.raft
    }

    /// The metadata log from its first record.
    pub fn metadata_log(&self) -> &[Arc<MetadataEntry>] {
        self.raft.log().entries()
    }

    /// Whether it is the one that decides, as far as it knows.
    pub fn is_active(&self) -> bool {
        self.active.is_some()
    }

    pub(super) fn on_message(&mut self, ctx: &mut Ctx<'_>, envelope: &Arc<Envelope>) {
        match (&*envelope.body, envelope.from) {
            (Body::Request(request), _) => {
                let to = ReplyTo::of(envelope);
                if self.raft.on_request(ctx, to, request) {
                    // The quorum's own business.
                } else if self.active.is_some() {
                    self.decide(ctx, Some(envelope), |it, ctx| it.handle(ctx, to, request));
                } else if let Some(refusal) = request.refused(ErrorCode::NotController) {
                    ctx.reply(to, refusal);
                }
            }
            (Body::Response(response), Node::Controller(from)) => {
                self.raft.on_response(ctx, from, envelope.answers, response);
            }
            (Body::Disconnect, Node::Controller(from)) => self.raft.on_disconnect(ctx, from),
            _ => {}
        }
        self.follow_quorum(ctx);
    }

    fn handle(&mut self, ctx: &mut Ctx<'_>, to: ReplyTo, request: &Request) {
        match request {
            Request::BrokerRegistration(request) => self.register(ctx, to, request),
            Request::BrokerHeartbeat(request) => self.heartbeat(ctx, to, request),
            Request::AlterPartition(request) => self.alter_partition(ctx, to, request),
            Request::CreateTopics(request) => self.create_topic(ctx, to, request),
            Request::AllocateProducerIds(request) => {
                self.allocate_producer_ids(ctx, to, request);
            }
            _ => {
                if let Some(extension) = ctx.extension {
                    (extension.administer)(self, ctx, to, request);
                }
            }
        }
    }

    pub(super) fn on_timer(&mut self, ctx: &mut Ctx<'_>, timer: Timer) {
        match timer {
            Timer::Quorum => self.raft.poll(ctx),
            Timer::Shutdown => return ctx.exit(),
            _ if self.active.is_some() => {
                self.decide(ctx, None, |it, ctx| match timer {
                    Timer::Sessions => it.expire_sessions(ctx),
                    Timer::LeaderBalance => it.balance_leaders(ctx),
                    Timer::UncleanElections => it.elect_unclean_leaders(ctx),
                    _ => {}
                });
            }
            _ => {}
        }
        self.follow_quorum(ctx);
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
            MetadataRecord::ClientQuota(set) => ctx.tell(Event::ClientQuotaChanged(*set)),
            MetadataRecord::UnregisterBroker { broker, .. } => {
                ctx.tell(Event::BrokerUnregistered(*broker));
            }
            MetadataRecord::Topic { .. }
            | MetadataRecord::Partition(_)
            | MetadataRecord::LeaderChange { .. }
            | MetadataRecord::ProducerIds { .. } => {}
        }
        self.image.apply(&record);
        self.raft.append(record);
    }

    fn end(&self) -> Offset {
        self.raft.log().end()
    }
}

/// What only administrators ask for.
pub(super) fn administer(
    controller: &mut Controller,
    ctx: &mut Ctx<'_>,
    to: ReplyTo,
    request: &Request,
) {
    match request {
        Request::CreatePartitions(request) => controller.create_partitions(ctx, to, request),
        Request::IncrementalAlterConfigs(request) => controller.alter_config(ctx, to, request),
        Request::ElectLeaders(request) => controller.elect_leaders(ctx, to, request),
        Request::AlterPartitionReassignments(request) => {
            controller.alter_partition_reassignments(ctx, to, request);
        }
        Request::UnregisterBroker(request) => controller.unregister(ctx, to, *request),
        Request::AlterClientQuotas(request) => controller.alter_client_quotas(ctx, to, request),
        _ => {}
    }
}
