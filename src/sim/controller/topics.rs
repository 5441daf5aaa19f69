//! Topics: creating them, giving them partitions and configs (ReplicationControlManager).

use crate::sim::config::{Scope, TopicConfig, spec};
use crate::sim::effect::{Ctx, ReplyTo};
use crate::sim::event::Event;
use crate::sim::id::{BrokerId, Partition, TopicId};
use crate::sim::ordered::Set;
use crate::sim::wire::{
    CreatePartitionsRequest, CreatePartitionsResponse, CreateTopicsRequest, CreateTopicsResponse,
    ErrorCode, IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse, MetadataRecord,
    PartitionRecord, Response,
};

use super::Controller;
use super::placement::{JavaRandom, UsableBroker, place};

impl Controller {
    pub(super) fn create_topic(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        request: &CreateTopicsRequest,
    ) {
        let error = self.try_create_topic(ctx, request).err().unwrap_or(ErrorCode::None);
        let response = CreateTopicsResponse { name: request.name.clone(), error };
        ctx.reply(to, Response::CreateTopics(response));
    }

    fn try_create_topic(
        &mut self,
        ctx: &mut Ctx<'_>,
        request: &CreateTopicsRequest,
    ) -> Result<(), ErrorCode> {
        if self.image.topic_named(&request.name).is_some() {
            return Err(ErrorCode::TopicAlreadyExists);
        }
        if request.partitions == 0 && request.assignments.is_empty() {
            return Err(ErrorCode::InvalidPartitions);
        }
        for (name, value) in &request.configs {
            check_config(name, value)?;
        }
        let mut config = TopicConfig::default();
        for (name, value) in &request.configs {
            set_config(&mut config, name, Some(value));
        }
        self.check_tier(false, &config)?;
        let placed = if request.assignments.is_empty() {
            self.place(ctx, request.partitions, request.replication_factor)?
        } else {
            self.check_assignments(&request.assignments)?;
            request.assignments.clone()
        };
        let topic = TopicId(self.image.topics.len() as u32);
        self.write(ctx, MetadataRecord::Topic { topic, name: request.name.clone() });
        for (name, value) in &request.configs {
            let (name, value) = (name.clone(), Some(value.clone()));
            self.write(ctx, MetadataRecord::Config { topic, name, value });
        }
        self.write_partitions(ctx, topic, 0, placed);
        let partitions = self.image.topics.get(&topic).map_or(0, |t| t.partitions.len() as u32);
        let name = request.name.clone();
        ctx.tell(Event::TopicCreated { topic, name, partitions });
        Ok(())
    }

    /// Each partition needs different brokers that are known, one of them alive
    /// (ReplicationControlManager.validateManualPartitionAssignment).
    fn check_assignments(&self, assignments: &[Vec<BrokerId>]) -> Result<(), ErrorCode> {
        for replicas in assignments {
            let different: Set<BrokerId> = replicas.iter().copied().collect();
            let known = replicas.iter().all(|id| self.image.brokers.contains_key(id));
            let alive = replicas.iter().any(|id| self.image.is_active(*id));
            if different.len() != replicas.len() || !known || !alive {
                return Err(ErrorCode::InvalidReplicaAssignment);
            }
        }
        Ok(())
    }

    pub(super) fn create_partitions(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        request: &CreatePartitionsRequest,
    ) {
        let error = self.try_create_partitions(ctx, request).err().unwrap_or(ErrorCode::None);
        let response = CreatePartitionsResponse { name: request.name.clone(), error };
        ctx.reply(to, Response::CreatePartitions(response));
    }

    fn try_create_partitions(
        &mut self,
        ctx: &mut Ctx<'_>,
        request: &CreatePartitionsRequest,
    ) -> Result<(), ErrorCode> {
        let (id, topic) =
            self.image.topic_named(&request.name).ok_or(ErrorCode::UnknownTopicOrPartition)?;
        let have = topic.partitions.len() as u32;
        if request.count <= have {
            return Err(ErrorCode::InvalidPartitions);
        }
        let replicas = topic.partitions.first().map_or(1, |state| state.replicas.len()) as u32;
        let placed = self.place(ctx, request.count - have, replicas)?;
        self.write_partitions(ctx, id, have, placed);
        ctx.tell(Event::PartitionsAdded { topic: id, count: request.count });
        Ok(())
    }

    /// Replicas per partition, by Kafka's own algorithm and this node's luck.
    fn place(
        &self,
        ctx: &mut Ctx<'_>,
        partitions: u32,
        replication_factor: u32,
    ) -> Result<Vec<Vec<BrokerId>>, ErrorCode> {
        let usable: Vec<UsableBroker<'_, BrokerId>> = self
            .image
            .brokers
            .iter()
            .filter(|(_, registration)| !registration.in_controlled_shutdown)
            .map(|(id, r)| UsableBroker { id: *id, rack: r.rack.as_deref(), fenced: r.fenced })
            .collect();
        let mut random = JavaRandom::new(ctx.chance(1 << 48) as i64);
        place(&usable, partitions, replication_factor, &mut random)
            .map_err(|_| ErrorCode::InvalidReplicationFactor)
    }

    fn write_partitions(
        &mut self,
        ctx: &mut Ctx<'_>,
        topic: TopicId,
        first: u32,
        placed: Vec<Vec<BrokerId>>,
    ) {
        for (index, replicas) in (first..).zip(placed) {
            let isr: Vec<BrokerId> =
                replicas.iter().copied().filter(|id| self.image.is_active(*id)).collect();
            let leader = isr.first().copied();
            self.write(
                ctx,
                MetadataRecord::Partition(PartitionRecord {
                    partition: Partition { topic, index },
                    replicas,
                    isr,
                    leader,
                    leader_epoch: 0,
                    partition_epoch: 0,
                }),
            );
        }
    }

    /// Whether a topic may have its segments in remote storage, too, or no longer
    /// (LogConfig.validateTopicLogConfigValues).
    // Simplified: there is no remote.log.delete.on.disable and no remote.log.copy.disable.
    fn check_tier(&self, was_enabled: bool, config: &TopicConfig) -> Result<(), ErrorCode> {
        let allowed = match config.remote_storage_enable != 0 {
            false => !was_enabled,
            true => {
                self.config.remote_log_storage_system_enable != 0
                    && !config.compacts()
                    && within(config.local_retention_ms, config.retention_ms)
                    && within(config.local_retention_bytes, config.retention_bytes)
            }
        };
        allowed.then_some(()).ok_or(ErrorCode::InvalidConfig)
    }

    pub(super) fn alter_config(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        request: &IncrementalAlterConfigsRequest,
    ) {
        let error = self.try_alter_config(ctx, request).err().unwrap_or(ErrorCode::None);
        let response = IncrementalAlterConfigsResponse { topic: request.topic.clone(), error };
        ctx.reply(to, Response::IncrementalAlterConfigs(response));
    }

    fn try_alter_config(
        &mut self,
        ctx: &mut Ctx<'_>,
        request: &IncrementalAlterConfigsRequest,
    ) -> Result<(), ErrorCode> {
        let (topic, known) =
            self.image.topic_named(&request.topic).ok_or(ErrorCode::UnknownTopicOrPartition)?;
        if let Some(value) = &request.value {
            check_config(&request.name, value)?;
        }
        let mut config = known.config.clone();
        set_config(&mut config, &request.name, request.value.as_deref());
        self.check_tier(known.config.remote_storage_enable != 0, &config)?;
        let (name, value) = (request.name.clone(), request.value.clone());
        self.write(ctx, MetadataRecord::Config { topic, name, value });
        if &*request.name == "min.insync.replicas" {
            self.update_elrs(ctx);
        }
        Ok(())
    }
}

fn set_config(config: &mut TopicConfig, name: &str, value: Option<&str>) {
    if let Some(spec) = spec(Scope::Topic, name) {
        config.set(name, value.and_then(|text| spec.parse(text)).unwrap_or(spec.default));
    }
}

/// Nothing may be kept here for longer than the whole log keeps it; -2 is as long
/// (LogConfig.validateRemoteStorageRetentionTime, validateRemoteStorageRetentionSize).
fn within(local: i64, whole: i64) -> bool {
    whole < 0 || local == -2 || (0..=whole).contains(&local)
}

fn check_config(name: &str, value: &str) -> Result<(), ErrorCode> {
    let spec = spec(Scope::Topic, name).ok_or(ErrorCode::InvalidConfig)?;
    spec.parse(value).map(|_| ()).ok_or(ErrorCode::InvalidConfig)
}
