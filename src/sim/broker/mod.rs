//! What lives here: a broker, with what its disk remembers and what its memory holds.
//! Who may knock: the engine, with one thing to handle at a time; pictures and panels to look.
//! Never here: other brokers, the controller, clients. They meet on the wire.

mod any_group;
mod classic;
mod connections;
mod coordinator;
mod counted;
mod disk;
mod expiration;
mod extension;
mod fetch;
mod fetch_session;
mod fetcher;
mod isr;
mod lifecycle;
mod log_cleaner;
mod metadata;
pub mod modern;
mod offsets;
mod produce;
mod producer_ids;
mod purgatory;
mod quotas;
mod remote_fetch;
mod remote_log;
pub mod replica;
mod retention;
mod selector;
pub mod share;
pub mod transaction;

use std::sync::Arc;

pub use self::any_group::AnyGroup;
pub use self::classic::{Group, GroupState, Member};
pub use self::counted::CountedOffset;
pub use self::disk::Disk;
pub(in crate::sim) use self::extension::{BROKER_EXTENSION, BrokerExtension};
pub use self::lifecycle::LifecycleState;
pub use self::modern::{ConsumerGroup, ConsumerGroupState};
pub use self::replica::{FollowerState, Leader, Replica, Role};

use self::connections::Connections;
use self::coordinator::Coordinator;
use self::fetch_session::FetchSession;
use self::fetcher::Fetcher;
use self::isr::PendingIsr;
use self::lifecycle::Lifecycle;
use self::metadata::Publisher;
use self::producer_ids::ProducerIds;
use self::purgatory::Purgatory;
use self::quotas::Quotas;
use self::remote_log::RemoteLogTasks;
use self::share::ShareRole;
use self::share::group::ShareGroup;
use self::share::partition::SharePartition;
use self::transaction::TransactionRole;
use self::transaction::metadata::TransactionMetadata;
use super::config::ClusterConfig;
use super::effect::{Ctx, ReplyTo, Timer};
use super::id::{BrokerId, ClientId, ControllerId, Name, Node, Offset, Partition};
use super::log::Log;
use super::raft::Raft;
use super::time::{Span, Time};
use super::wire::{
    ApiVersionsResponse, Body, Channel, Envelope, Request, Response, SharePartitionKey,
};
use crate::sim::ordered::Map;

/// A broker. A crash is `live = None`: it forgets by construction.
#[derive(Clone, Debug)]
pub struct Broker {
    pub id: BrokerId,
    pub rack: Option<Name>,
    pub config: ClusterConfig,
    pub disk: Disk,
    pub live: Option<Live>,
    /// How often the process was started.
    pub incarnation: u32,
    raft: Raft,
}

/// What the process knows.
#[derive(Clone, Debug, Default)]
pub struct Live {
    pub replicas: Map<Partition, Replica>,
    lifecycle: Lifecycle,
    metadata: Publisher,
    connections: Connections,
    purgatory: Purgatory,
    fetchers: Map<BrokerId, Fetcher>,
    sessions: Map<BrokerId, FetchSession>,
    pending_isr: PendingIsr,
    coordinator: Coordinator,
    producer_ids: ProducerIds,
    shares: ShareRole,
    transactions: TransactionRole,
    quotas: Quotas,
    remote: RemoteLogTasks,
}

impl Live {
    /// Where the broker is between boot and shutdown.
    pub fn state(&self) -> LifecycleState {
        self.lifecycle.state
    }

    /// The groups that this broker coordinates now.
    pub fn groups(&self) -> impl Iterator<Item = &Group> {
        self.coordinator.groups.values()
    }

    /// The groups of KIP-848 that this broker coordinates now.
    pub fn consumer_groups(&self) -> impl Iterator<Item = &ConsumerGroup> {
        self.coordinator.consumer_groups.values()
    }

    /// All groups that this broker coordinates now, whichever protocol they speak.
    pub fn any_groups(&self) -> impl Iterator<Item = AnyGroup<'_>> {
        let modern = self.consumer_groups().map(AnyGroup::Consumer);
        self.groups().map(AnyGroup::Classic).chain(modern)
    }

    /// What the groups that this broker coordinates have committed.
    pub fn all_committed(&self) -> impl Iterator<Item = (&Name, &Map<Partition, CountedOffset>)> {
        self.coordinator.offsets.all_committed()
    }

    /// What a group has committed, if this broker coordinates it.
    pub fn committed(&self, group: &str) -> Option<&Map<Partition, CountedOffset>> {
        self.coordinator.offsets.committed(group)
    }

    /// The offset of a partition that counts for a group's coordinator, although its record may
    /// not be committed yet.
    pub fn latest_offset(&self, group: &str, partition: Partition) -> Option<Offset> {
        Some(self.coordinator.offsets.latest(group, partition)?.offset)
    }

    /// The share groups that this broker coordinates now.
    pub fn share_groups(&self) -> impl Iterator<Item = (&Name, &ShareGroup)> {
        self.coordinator.share_groups.iter()
    }

    /// What share groups make of the partitions that this broker leads.
    pub fn share_partitions(&self) -> impl Iterator<Item = (&SharePartitionKey, &SharePartition)> {
        self.shares.partitions()
    }

    /// The transactional ids that this broker coordinates now.
    pub fn transactions(&self) -> impl Iterator<Item = (&Name, &TransactionMetadata)> {
        self.transactions.known()
    }

    /// When a follower of a partition that this broker leads last had everything.
    pub fn caught_up_at(&self, partition: Partition, follower: BrokerId) -> Option<Time> {
        let session = self.sessions.get(&follower);
        let quiet = session.and_then(|session| session.quiet_since(partition));
        let leader = self.replicas.get(&partition)?.as_leader()?;
        quiet.or(leader.followers.get(&follower)?.last_caught_up)
    }

    /// Clients of which it does not read a connection, each with the end of that.
    pub fn throttled(&self) -> impl Iterator<Item = (ClientId, Time)> {
        self.quotas.throttled()
    }

    /// Requests that wait for replication, for data or for group members.
    pub fn waiting(&self) -> usize {
        self.purgatory.len() + self.remote.reads.len()
    }

    /// Up to where a partition is known to be in remote storage, that offset included; -1 if
    /// nothing is.
    pub fn highest_offset_in_remote_storage(&self, partition: Partition) -> Offset {
        self.remote.highest_offset(partition)
    }
}

/// A broker at work: all that its handlers may touch.
pub(in crate::sim) struct Running<'a> {
    id: BrokerId,
    rack: &'a Option<Name>,
    config: &'a ClusterConfig,
    incarnation: u32,
    raft: &'a mut Raft,
    disk: &'a mut Disk,
    live: &'a mut Live,
}

impl Broker {
    pub(super) fn new(
        id: BrokerId,
        rack: Option<Name>,
        config: ClusterConfig,
        voters: Arc<[ControllerId]>,
    ) -> Broker {
        let raft = Raft::new(Node::Broker(id), voters);
        Broker { id, rack, config, disk: Disk::default(), live: None, incarnation: 0, raft }
    }

    /// Its view of the quorum, which it only observes.
    pub fn raft(&self) -> &Raft {
        &self.raft
    }

    /// The high watermark of a replica, as this broker knows it now or wrote it last.
    pub fn high_watermark(&self, partition: Partition) -> Offset {
        self.live
            .as_ref()
            .and_then(|live| live.replicas.get(&partition))
            .map(|replica| replica.high_watermark)
            .or_else(|| self.disk.high_watermarks.get(&partition).copied())
            .unwrap_or(0)
    }

    fn running(&mut self) -> Option<Running<'_>> {
        Some(Running {
            id: self.id,
            rack: &self.rack,
            config: &self.config,
            incarnation: self.incarnation,
            raft: &mut self.raft,
            disk: &mut self.disk,
            live: self.live.as_mut()?,
        })
    }

    pub(super) fn on_start(&mut self, ctx: &mut Ctx<'_>) {
        self.incarnation += 1;
        self.live = Some(Live::default());
        if let Some(mut running) = self.running() {
            running.start(ctx);
        }
    }

    pub(super) fn on_message(&mut self, ctx: &mut Ctx<'_>, envelope: &Arc<Envelope>) {
        let Some(mut running) = self.running() else { return };
        match &*envelope.body {
            Body::Response(_) | Body::Disconnect if extension::speaks_on(envelope.channel) => {
                if let Some(extension) = ctx.extension {
                    (extension.broker.answered)(&mut running, ctx, envelope);
                }
            }
            Body::Disconnect if envelope.from.client().is_none() => {
                running.on_disconnect(ctx, envelope.from, envelope.channel);
            }
            // What the opener of a connection sends is read in its order.
            Body::Request(_) | Body::Disconnect => {
                if running.live.connections.admit(envelope) {
                    running.on_request(ctx, envelope);
                }
            }
            Body::Response(response) => running.on_response(ctx, envelope, response),
        }
        running.handle_admitted(ctx);
    }

    pub(super) fn on_timer(&mut self, ctx: &mut Ctx<'_>, timer: Timer) {
        let Some(mut running) = self.running() else { return };
        match timer {
            Timer::Lifecycle => running.on_lifecycle_timer(ctx),
            Timer::Quorum => running.on_quorum_timer(ctx),
            Timer::ToController(Channel::AlterPartition) => running.on_alter_partition_timer(ctx),
            Timer::IsrShrink => running.shrink_isrs(ctx),
            Timer::HighWatermarkCheckpoint => running.checkpoint(ctx),
            Timer::WriteBack => running.write_back(ctx),
            Timer::ProducerIdExpiration => running.expire_producers(ctx),
            Timer::ReplicaFetch(leader) => running.on_fetcher_timer(ctx, leader),
            Timer::Purgatory => running.expire_waiting(ctx),
            Timer::Groups => running.on_groups_timer(ctx),
            Timer::GroupMetadataExpiration => running.clean_up_groups(ctx),
            // One of the wider protocols'.
            _ => {
                running.arm_log_timer(ctx, timer);
                if let Some(extension) = ctx.extension {
                    (extension.broker.timer)(&mut running, ctx, timer);
                }
            }
        }
        running.handle_admitted(ctx);
    }

    /// A controlled shutdown: leaderships move first, then the process ends.
    pub(super) fn on_close(&mut self, ctx: &mut Ctx<'_>) {
        if let Some(mut running) = self.running() {
            running.begin_shutdown(ctx);
        }
    }

    pub(super) fn power_off(&mut self, clean: bool) {
        // On a full disk the checkpoints fail, and it is as if it had crashed.
        if clean
            && !self.disk.full
            && let Some(mut running) = self.running()
        {
            running.write_high_watermarks();
            running.disk.logs.values_mut().for_each(Log::flush);
            running.disk.clean_shutdown = running.live.lifecycle.broker_epoch;
        }
        self.raft.power_off();
        self.live = None;
    }
}

impl Running<'_> {
    fn start(&mut self, ctx: &mut Ctx<'_>) {
        if !self.can_recover(ctx) {
            return;
        }
        self.live.lifecycle.previous_broker_epoch = self.disk.clean_shutdown.take();
        self.raft.start(ctx);
        self.send_lifecycle(ctx);
        ctx.arm_in(Timer::IsrShrink, self.shrink_interval());
        ctx.arm_in(Timer::HighWatermarkCheckpoint, self.checkpoint_interval());
        let delay = Span::from_config_ms(self.config.log_initial_task_delay_ms);
        ctx.arm_in(Timer::Retention, delay);
        self.arm_log_timer(ctx, Timer::LogCleaner);
        ctx.arm_in(Timer::ProducerIdExpiration, producer_ids::EXPIRATION_CHECK);
        ctx.arm_in(Timer::WriteBack, disk::WRITE_BACK);
    }

    fn on_request(&mut self, ctx: &mut Ctx<'_>, envelope: &Arc<Envelope>) {
        let to = ReplyTo::of(envelope);
        let Body::Request(request) = &*envelope.body else {
            return self.connection_ended(ctx, to);
        };
        match request {
            Request::ApiVersions => {
                let level = i16::try_from(self.config.transaction_version).unwrap_or(0);
                let features = ApiVersionsResponse { transaction_version: level };
                self.reply(ctx, to, Response::ApiVersions(features));
            }
            Request::Produce(request) => self.produce(ctx, to, request),
            Request::Fetch(request) => self.fetch(ctx, to, request),
            Request::Metadata(request) => self.describe(ctx, to, request),
            Request::ListOffsets(request) => self.list_offsets(ctx, to, request),
            Request::OffsetCommit(request) => self.offset_commit(ctx, to, request),
            Request::OffsetFetch(request) => self.offset_fetch(ctx, to, request),
            Request::FindCoordinator(request) => self.find_coordinator(ctx, to, request),
            Request::JoinGroup(request) => self.join_group(ctx, to, request),
            Request::SyncGroup(request) => self.sync_group(ctx, to, request),
            Request::Heartbeat(request) => self.group_heartbeat(ctx, to, request),
            Request::LeaveGroup(request) => self.leave_group(ctx, to, request),
            Request::InitProducerId(request) if request.transactional_id.is_none() => {
                self.init_producer_id(ctx, to);
            }
            _ => match ctx.extension {
                Some(extension) => (extension.broker.serve)(self, ctx, to, request),
                None => self.hang_up(ctx, to),
            },
        }
    }

    /// Handles what waited behind a request on its connection that is answered now.
    fn handle_admitted(&mut self, ctx: &mut Ctx<'_>) {
        while let Some(envelope) = self.live.connections.next_admitted() {
            self.on_request(ctx, &envelope);
        }
    }

    /// Answers, and lets the connection's next request in. If the answer cannot be written, the
    /// connection is closed, and what waits on it is dropped (Selector.close with NOTIFY_ONLY).
    fn reply(&mut self, ctx: &mut Ctx<'_>, to: ReplyTo, response: Response) {
        ctx.reply(to, response);
        if ctx.can_answer(to) {
            self.unmute(to);
        } else {
            self.connection_ended(ctx, to);
        }
    }

    /// Nothing more is read of a connection, nor answered on it (SocketServer.processDisconnected).
    fn connection_ended(&mut self, ctx: &mut Ctx<'_>, from: ReplyTo) {
        self.live.connections.close(from);
        if let Some(extension) = ctx.extension {
            (extension.broker.disconnected)(self, ctx, from);
        }
    }

    /// Closes the connection instead of an answer; what waits on it is dropped, too.
    fn hang_up(&mut self, ctx: &mut Ctx<'_>, to: ReplyTo) {
        ctx.hang_up(to);
        self.connection_ended(ctx, to);
    }

    fn on_response(&mut self, ctx: &mut Ctx<'_>, envelope: &Arc<Envelope>, response: &Response) {
        match response {
            Response::FetchMetadataLog(_) => self.on_quorum_response(ctx, envelope, response),
            Response::BrokerRegistration(response) => self.on_registered(ctx, *response),
            Response::BrokerHeartbeat(response) => self.on_heartbeat(ctx, *response),
            Response::AlterPartition(response) => self.on_altered(ctx, envelope, response),
            Response::Fetch(response) => self.on_fetched(ctx, envelope, response),
            Response::AllocateProducerIds(response) => self.on_producer_ids(ctx, response),
            Response::CreateTopics(_) => self.live.coordinator.creating_topic = false,
            _ => {}
        }
    }

    fn on_disconnect(&mut self, ctx: &mut Ctx<'_>, from: Node, channel: Channel) {
        match (from, channel) {
            (Node::Controller(_), Channel::Lifecycle) => self.lifecycle_disconnected(ctx),
            (Node::Controller(id), Channel::Raft) => self.raft.on_disconnect(ctx, id),
            (Node::Controller(_), Channel::AlterPartition) => self.alter_partition_failed(ctx),
            (Node::Controller(_), _) => {
                self.live.coordinator.creating_topic = false;
                self.producer_ids_failed();
            }
            (Node::Broker(leader), Channel::Replica) => self.fetch_failed(ctx, leader),
            _ => {}
        }
    }

    /// The active controller, as far as this broker has heard.
    fn controller(&self) -> Option<Node> {
        self.raft.leader().map(Node::Controller)
    }

    fn checkpoint_interval(&self) -> Span {
        let interval = self.config.replica_high_watermark_checkpoint_interval_ms;
        Span::from_config_ms(interval.max(1))
    }

    /// The next look for old segments, or for logs to compact.
    fn arm_log_timer(&self, ctx: &mut Ctx<'_>, timer: Timer) {
        let interval = match timer {
            Timer::LogCleaner => self.config.log_cleaner_backoff_ms.max(1),
            Timer::Retention => self.config.log_retention_check_interval_ms,
            _ => return,
        };
        ctx.arm_in(timer, Span::from_config_ms(interval));
    }

    fn checkpoint(&mut self, ctx: &mut Ctx<'_>) {
        if !self.live.replicas.is_empty() && !self.can_write(ctx) {
            return;
        }
        self.write_high_watermarks();
        ctx.arm_in(Timer::HighWatermarkCheckpoint, self.checkpoint_interval());
    }

    fn write_high_watermarks(&mut self) {
        let known = self.live.replicas.iter();
        self.disk.high_watermarks.extend(known.map(|(p, replica)| (*p, replica.high_watermark)));
    }
}
