//! Coordinating groups: who is responsible, loading and resigning (GroupCoordinatorService).
//! The coordinator of a group is the leader of its partition of `__consumer_offsets`.

use std::sync::Arc;

use super::Running;
use super::classic::Group;
use super::counted::{CountedOffset, Offsets};
use super::modern::ConsumerGroup;
use super::purgatory::{Then, Waiting, WaitingAppend, WaitingRecord};
use super::share::group::ShareGroup;
use crate::sim::effect::{Ctx, ReplyTo, Timer};
use crate::sim::event::Event;
use crate::sim::id::{Name, Offset, Partition, TopicId};
use crate::sim::image::{OFFSETS_TOPIC, SHARE_GROUP_STATE_TOPIC, TRANSACTION_STATE_TOPIC};
use crate::sim::java_hash::partition_for;
use crate::sim::mutant::{Mutant, breaks};
use crate::sim::ordered::{Map, Set};
use crate::sim::time::{Span, Time};
use crate::sim::wire::{
    Acks, BatchKind, Channel, CompressionType, CoordinatorKey, CoordinatorRecord,
    CreateTopicsRequest, ErrorCode, FindCoordinatorRequest, FindCoordinatorResponse,
    PartitionProduce, ProducerId, Record, RecordBatch, Request, Response, Value,
};

/// The groups and offsets of the partitions that this broker leads.
// Simplified: a new coordinator loads its partition at once; what expires is looked for in all
// of its partitions at the same time.
#[derive(Clone, Debug, Default)]
pub(super) struct Coordinator {
    led: Set<u32>,
    pub groups: Map<Name, Group>,
    pub consumer_groups: Map<Name, ConsumerGroup>,
    pub share_groups: Map<Name, ShareGroup>,
    pub offsets: Offsets,
    /// A request to create `__consumer_offsets` is under way.
    pub creating_topic: bool,
}

/// Where a record is that counts from now on: in this partition of `__consumer_offsets`, in a batch
/// that ends there.
#[derive(Clone, Copy, Debug)]
pub(in crate::sim) struct Replayed {
    pub partition: Partition,
    pub end: Offset,
}

/// Bytes of a coordinator's record beside its batch header; keys and values are small.
const RECORD_BYTES: u32 = 90;

/// What a timer of a group wanted to write is tried again after that long
/// (CoordinatorRuntime.EventBasedCoordinatorTimer).
pub(super) const TIMER_RETRY_BACKOFF: Span = Span::ms(500);

impl Running<'_> {
    pub(super) fn offsets_topic(&self) -> Option<(TopicId, u32)> {
        let (id, topic) = self.disk.image.topic_named(OFFSETS_TOPIC)?;
        Some((id, topic.partitions.len() as u32))
    }

    /// The partition of `__consumer_offsets` that a group belongs to.
    pub(super) fn partition_of_group(&self, group: &str) -> Option<Partition> {
        let (topic, count) = self.offsets_topic()?;
        Some(Partition { topic, index: partition_for(group, count) })
    }

    pub(super) fn find_coordinator(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        request: &FindCoordinatorRequest,
    ) {
        let partition = match &request.key {
            CoordinatorKey::Group(group) => self.partition_of_group(group),
            CoordinatorKey::Transaction(id) => self.partition_of_transaction(id),
        };
        if partition.is_none() {
            self.create_topic_of(ctx, &request.key);
        }
        let image = &self.disk.image;
        let coordinator = partition
            .and_then(|partition| image.partition(partition)?.leader)
            .filter(|id| image.brokers.get(id).is_some_and(|r| !r.fenced));
        let error = match coordinator {
            Some(_) => ErrorCode::None,
            None => ErrorCode::CoordinatorNotAvailable,
        };
        let response = FindCoordinatorResponse { error, coordinator };
        self.reply(ctx, to, Response::FindCoordinator(response));
    }

    pub(super) fn create_topic_of(&mut self, ctx: &mut Ctx<'_>, key: &CoordinatorKey) {
        let config = self.config;
        let (name, partitions, replicas) = match key {
            CoordinatorKey::Group(_) => (
                OFFSETS_TOPIC,
                config.offsets_topic_num_partitions,
                config.offsets_topic_replication_factor,
            ),
            CoordinatorKey::Transaction(_) => (
                TRANSACTION_STATE_TOPIC,
                config.transaction_state_log_num_partitions,
                config.transaction_state_log_replication_factor,
            ),
        };
        self.create_internal_topic(ctx, name, (partitions, replicas));
    }

    /// The partition of `__transaction_state` that a `transactional.id` belongs to.
    pub(super) fn partition_of_transaction(&self, id: &str) -> Option<Partition> {
        let (topic, state) = self.disk.image.topic_named(TRANSACTION_STATE_TOPIC)?;
        Some(Partition { topic, index: partition_for(id, state.partitions.len() as u32) })
    }

    /// The first group of a cluster makes its broker ask for the topic (AutoTopicCreationManager).
    pub(super) fn create_internal_topic(
        &mut self,
        ctx: &mut Ctx<'_>,
        name: &str,
        (partitions, replicas): (i64, i64),
    ) {
        if self.live.coordinator.creating_topic {
            return;
        }
        let Some(controller) = self.controller() else { return };
        self.live.coordinator.creating_topic = true;
        let count = |value: i64| u32::try_from(value).unwrap_or(u32::MAX);
        let request = CreateTopicsRequest {
            name: name.into(),
            partitions: count(partitions),
            replication_factor: count(replicas),
            assignments: Vec::new(),
            configs: self.internal_topic_configs(name),
        };
        ctx.request(controller, Channel::Admin, Request::CreateTopics(request));
    }

    /// GroupCoordinatorService.groupMetadataTopicConfigs, TransactionStateManager
    /// .transactionTopicConfigs, ShareCoordinatorService.shareGroupStateTopicConfigs.
    fn internal_topic_configs(&self, name: &str) -> Vec<(Name, Name)> {
        let compacted = |segment_bytes: i64| {
            vec![
                ("cleanup.policy".into(), "compact".into()),
                ("segment.bytes".into(), segment_bytes.to_string().into()),
            ]
        };
        match name {
            SHARE_GROUP_STATE_TOPIC => vec![("retention.ms".into(), "-1".into())],
            TRANSACTION_STATE_TOPIC => {
                let mut configs = compacted(self.config.transaction_state_log_segment_bytes);
                let min_isr = self.config.transaction_state_log_min_isr.to_string();
                configs.push(("min.insync.replicas".into(), min_isr.into()));
                configs.push(("unclean.leader.election.enable".into(), "false".into()));
                configs
            }
            _ => compacted(self.config.offsets_topic_segment_bytes),
        }
    }

    /// Whether this broker answers for a group now.
    pub(super) fn coordinates(&self, group: &str) -> bool {
        self.partition_of_group(group)
            .is_some_and(|partition| self.live.coordinator.led.contains(&partition.index))
    }

    /// This broker now leads a partition of `__consumer_offsets`: reads what is in it.
    pub(super) fn lead_offsets_partition(&mut self, ctx: &mut Ctx<'_>, partition: Partition) {
        if self.offsets_topic().map(|(id, _)| id) != Some(partition.topic) {
            return;
        }
        if self.live.coordinator.led.is_empty() {
            ctx.arm_in(Timer::GroupMetadataExpiration, self.expiration_interval());
        }
        // Who leads in another epoch already knows, and has who waits
        // (CoordinatorRuntime.scheduleLoadOperation).
        if !self.live.coordinator.led.insert(partition.index) {
            return;
        }
        let loaded = self.read_offsets_partition(ctx, partition);
        for record in &loaded {
            match &**record {
                CoordinatorRecord::GroupTombstone(group) => {
                    self.live.coordinator.groups.remove(group);
                }
                CoordinatorRecord::Group(value) => {
                    let group = Group::loaded(value, ctx.now);
                    self.live.coordinator.groups.insert(value.group.clone(), group);
                }
                CoordinatorRecord::Offset { .. }
                | CoordinatorRecord::ConsumerGroup { .. }
                | CoordinatorRecord::ShareGroup { .. }
                | CoordinatorRecord::ShareState(_)
                | CoordinatorRecord::Transaction(_) => {}
            }
        }
        if let Some(extension) = ctx.extension {
            (extension.broker.load)(self, ctx, &loaded);
        }
        if !loaded.is_empty() {
            ctx.tell(Event::CoordinatorLoaded { index: partition.index });
        }
        self.arm_groups(ctx);
    }

    /// All there is in a partition of `__consumer_offsets`, committed or not, in its order
    /// (CoordinatorLoaderImpl); offsets count as they are read.
    fn read_offsets_partition(
        &mut self,
        ctx: &Ctx<'_>,
        partition: Partition,
    ) -> Vec<Arc<CoordinatorRecord>> {
        let mut read = Vec::new();
        let Some(log) = self.disk.logs.get(&partition) else { return read };
        let batches: Vec<Arc<RecordBatch>> = log.batches_from(log.start()).cloned().collect();
        let high_watermark = self.live.replicas.get(&partition).map_or(0, |it| it.high_watermark);
        for batch in batches {
            let at = Replayed { partition, end: batch.next_offset() };
            let producer = batch.producer.map(|stamp| stamp.producer.id);
            for (record_offset, record) in batch.iter() {
                if let Value::Coordinator(record) = &record.value
                    && batch.kind == BatchKind::Plain
                {
                    read.push(Arc::clone(record));
                }
                if !breaks(Mutant::LoadsNoOffsets) {
                    self.replay(ctx, at, producer, (record_offset, record));
                }
            }
            self.live.coordinator.offsets.committed_up_to(partition, high_watermark);
        }
        read
    }

    /// A record about offsets is written or read: it counts, although it may not be committed yet
    /// (OffsetMetadataManager.replay).
    pub(super) fn replay(
        &mut self,
        ctx: &Ctx<'_>,
        at: Replayed,
        producer: Option<ProducerId>,
        (record_offset, record): (Offset, &Record),
    ) {
        let plain = producer.is_none();
        if let Value::Coordinator(record) = &record.value
            && let CoordinatorRecord::Offset { group, partition: of, committed } = &**record
            && (plain || committed.is_none())
        {
            let counted = committed.map(|it| CountedOffset {
                offset: it.offset,
                commit_timestamp: it.commit_timestamp,
                record_offset,
            });
            let log = (at.partition, at.end);
            self.live.coordinator.offsets.replay(log, (group, *of), counted);
        }
        if let Some(extension) = ctx.extension {
            (extension.broker.replay)(self, at, producer, (record_offset, record));
        }
    }

    /// Someone else leads that partition now: who waits here has to look for it.
    pub(super) fn resign_offsets_partition(&mut self, ctx: &mut Ctx<'_>, partition: Partition) {
        let Some((topic, count)) = self.offsets_topic() else { return };
        if topic != partition.topic {
            return;
        }
        let coordinator = &mut self.live.coordinator;
        coordinator.led.remove(&partition.index);
        let ours = |name: &Name| partition_for(name, count) == partition.index;
        coordinator.offsets.forget(partition, ours);
        coordinator.consumer_groups.retain(|name, _| !ours(name));
        coordinator.share_groups.retain(|name, _| !ours(name));
        let (gone, kept) =
            std::mem::take(&mut coordinator.groups).into_iter().partition(|(name, _)| ours(name));
        coordinator.groups = kept;
        let gone: Map<Name, Group> = gone;
        for group in gone.into_values() {
            self.dismiss(ctx, group, ErrorCode::NotCoordinator);
        }
    }

    /// Writes records to the group's partition; `then` happens when they are committed. Whether
    /// they are in the log.
    pub(super) fn write_coordinator_records(
        &mut self,
        ctx: &mut Ctx<'_>,
        group: &str,
        records: Vec<CoordinatorRecord>,
        then: Then,
    ) -> bool {
        let Some(partition) = self.partition_of_group(group) else {
            self.coordinator_record_settled(ctx, then, ErrorCode::NotCoordinator);
            return false;
        };
        self.write_records(ctx, partition, records, then)
    }

    /// The same to a partition of either internal topic.
    pub(super) fn write_records(
        &mut self,
        ctx: &mut Ctx<'_>,
        partition: Partition,
        records: Vec<CoordinatorRecord>,
        then: Then,
    ) -> bool {
        let timeout = Span::from_config_ms(self.config.offsets_commit_timeout_ms);
        let batch = coordinator_batch(partition, records, ctx.wall());
        self.write_batch(ctx, &batch, timeout, then)
    }

    /// The same with a batch, and so much time for it to be committed.
    pub(super) fn write_batch(
        &mut self,
        ctx: &mut Ctx<'_>,
        batch: &PartitionProduce,
        timeout: Span,
        then: Then,
    ) -> bool {
        let (partition, now) = (batch.partition, ctx.now);
        match self.append(ctx, batch, self.acks_of_own(partition)) {
            Ok(base_offset) => {
                let required = base_offset + batch.records.len() as Offset;
                self.replay_written(ctx, batch, base_offset, required);
                if breaks(Mutant::AnswersCommitsAtOnce) && matches!(then, Then::Commit { .. }) {
                    self.live.coordinator.offsets.committed_up_to(partition, required);
                    self.coordinator_record_settled(ctx, then, ErrorCode::None);
                    return true;
                }
                let append = WaitingAppend { partition, base_offset, required, error: None };
                self.wait(ctx, now + timeout, Waiting::Record(WaitingRecord { append, then }));
                true
            }
            Err(error) => {
                self.coordinator_record_settled(ctx, then, error);
                false
            }
        }
    }

    /// What is in `__consumer_offsets` from now on counts at once.
    fn replay_written(
        &mut self,
        ctx: &Ctx<'_>,
        batch: &PartitionProduce,
        base_offset: Offset,
        end: Offset,
    ) {
        let partition = batch.partition;
        if self.offsets_topic().map(|(topic, _)| topic) != Some(partition.topic) {
            return;
        }
        let producer = batch.producer.map(|stamp| stamp.producer.id);
        for (record_offset, record) in (base_offset..).zip(batch.records.iter()) {
            self.replay(ctx, Replayed { partition, end }, producer, (record_offset, record));
        }
        self.offsets_committed(partition);
    }

    /// By CoordinatorRuntime a leader writes for itself, however small the ISR; what is not
    /// committed in time has failed (CoordinatorPartitionWriter.append). Transactions are written
    /// as by producers with acks=all (TransactionStateManager.appendTransactionToLog,
    /// KafkaApis.handleWriteTxnMarkersRequest).
    pub(super) fn acks_of_own(&self, partition: Partition) -> Acks {
        let image = &self.disk.image;
        let topic = image.topics.get(&partition.topic).map(|topic| &*topic.name);
        match topic {
            Some(OFFSETS_TOPIC | SHARE_GROUP_STATE_TOPIC) => Acks::Leader,
            _ => Acks::All,
        }
    }

    /// The high watermark of a partition may have moved: what of its offsets is committed.
    pub(super) fn offsets_committed(&mut self, partition: Partition) {
        let replica = self.live.replicas.get(&partition);
        let high_watermark = replica.map_or(0, |it| it.high_watermark);
        self.live.coordinator.offsets.committed_up_to(partition, high_watermark);
    }

    /// Nothing new is to be written, but the answer may rest on what is not committed yet: it
    /// waits for that (CoordinatorRuntime.append).
    pub(super) fn when_all_is_committed(&mut self, ctx: &mut Ctx<'_>, group: &str, then: Then) {
        let timeout = Span::from_config_ms(self.config.offsets_commit_timeout_ms);
        let pending = self.partition_of_group(group).and_then(|partition| {
            let end = self.disk.logs.get(&partition)?.end();
            let high_watermark = self.live.replicas.get(&partition)?.high_watermark;
            (high_watermark < end).then_some((partition, end))
        });
        let Some((partition, end)) = pending else {
            return self.coordinator_record_settled(ctx, then, ErrorCode::None);
        };
        let append = WaitingAppend { partition, base_offset: end, required: end, error: None };
        self.wait(ctx, ctx.now + timeout, Waiting::Record(WaitingRecord { append, then }));
    }

    /// A record is committed, or could not be: does what depended on it.
    pub(super) fn coordinator_record_settled(
        &mut self,
        ctx: &mut Ctx<'_>,
        then: Then,
        error: ErrorCode,
    ) {
        if let Then::Later(number) = then {
            if let Some(extension) = ctx.extension {
                (extension.broker.settled)(self, ctx, number, error);
            }
            return;
        }
        let error = coordinator_error(error);
        match then {
            Then::Commit { to, offsets } => self.answer_commit(ctx, to, &offsets, error),
            Then::Sync { group, generation } => self.sync_settled(ctx, &group, generation, error),
            Then::Join { group, generation, member } => {
                self.static_join_settled(ctx, &group, generation, member, error);
            }
            Then::Nothing | Then::Later(_) => {}
            Then::Answer { to, good, bad } => {
                let answer = if error == ErrorCode::None { *good } else { (bad.0)(error) };
                self.reply(ctx, to, answer);
            }
            Then::Expire { group, partitions, group_too } => {
                if error == ErrorCode::None {
                    self.expired(ctx, &group, &partitions, group_too);
                }
            }
        }
    }
}

/// What a coordinator's clients are told of a log's errors (CoordinatorOperationExceptionHelper,
/// TransactionStateManager.appendTransactionToLog).
pub(super) fn coordinator_error(error: ErrorCode) -> ErrorCode {
    match error {
        ErrorCode::NotEnoughReplicas
        | ErrorCode::NotEnoughReplicasAfterAppend
        | ErrorCode::RequestTimedOut
        | ErrorCode::UnknownTopicOrPartition => ErrorCode::CoordinatorNotAvailable,
        ErrorCode::NotLeaderOrFollower | ErrorCode::KafkaStorageError => ErrorCode::NotCoordinator,
        other => other,
    }
}

/// A coordinator's records as a batch.
pub(super) fn coordinator_batch(
    partition: Partition,
    records: Vec<CoordinatorRecord>,
    timestamp: Time,
) -> PartitionProduce {
    let bytes = 61 + RECORD_BYTES * records.len() as u32;
    let records: Vec<Record> = records
        .into_iter()
        .map(|record| Record {
            id: None,
            key: None,
            timestamp,
            value: Value::Coordinator(Arc::new(record)),
        })
        .collect();
    PartitionProduce {
        partition,
        producer: None,
        kind: BatchKind::Plain,
        records: records.into(),
        compression: CompressionType::None,
        bytes,
    }
}
