//! The broker as coordinator of share groups and of their states: writes what is asked, and answers
//! once that is committed (GroupCoordinatorService, ShareCoordinatorService).

use std::sync::Arc;

use super::ShareGroupConfig;
use super::group::ShareGroup;
use crate::sim::broker::Running;
use crate::sim::broker::coordinator::TIMER_RETRY_BACKOFF;
use crate::sim::broker::modern::Membership;
use crate::sim::broker::purgatory::{Then, Waiting, WaitingAppend, WaitingRecord, WhyNot};
use crate::sim::effect::{Ctx, ReplyTo};
use crate::sim::event::Departure;
use crate::sim::id::{Name, Partition, TopicId};
use crate::sim::image::{MetadataImage, SHARE_GROUP_STATE_TOPIC};
use crate::sim::java_hash::partition_for;
use crate::sim::time::Span;
use crate::sim::wire::{
    CoordinatorRecord, ErrorCode, MemberId, ReadShareGroupStateRequest,
    ReadShareGroupStateResponse, Response, ShareGroupHeartbeatRequest, ShareGroupHeartbeatResponse,
    SharePartitionKey, ShareRecord, ShareState, ShareStateRecord, Value,
    WriteShareGroupStateRequest, WriteShareGroupStateResponse,
};

fn topic(image: &MetadataImage, name: &str) -> Option<(TopicId, u32)> {
    let (id, topic) = image.topic_named(name)?;
    Some((id, topic.partitions.len() as u32))
}

fn refused(error: ErrorCode) -> Response {
    Response::ShareGroupHeartbeat(ShareGroupHeartbeatResponse {
        error,
        member_epoch: 0,
        heartbeat_interval: Span::ZERO,
        assignment: None,
    })
}

fn not_read(error: ErrorCode) -> Response {
    let state = ShareState::default();
    Response::ReadShareGroupState(ReadShareGroupStateResponse { error, state })
}

fn written(error: ErrorCode) -> Response {
    Response::WriteShareGroupState(WriteShareGroupStateResponse { error })
}

/// The key by which a share-partition finds its coordinator (SharePartitionKey.asCoordinatorKey).
fn coordinator_key(key: &SharePartitionKey) -> String {
    let Partition { topic, index } = key.partition;
    [&*key.group, &topic.0.to_string(), &index.to_string()].join(":")
}

/// The group epoch that these records bring, if they do.
fn bumped(records: &[ShareRecord]) -> Option<i32> {
    records.iter().rev().find_map(|record| match record {
        ShareRecord::GroupMetadata(epoch) => Some(*epoch),
        _ => None,
    })
}

impl Running<'_> {
    pub(in crate::sim::broker) fn share_group_heartbeat(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        request: &ShareGroupHeartbeatRequest,
    ) {
        if let Err(error) = self.try_share_group_heartbeat(ctx, to, request) {
            self.reply(ctx, to, refused(error));
        }
        self.arm_groups(ctx);
    }

    /// Ok when the answer comes later.
    fn try_share_group_heartbeat(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        request: &ShareGroupHeartbeatRequest,
    ) -> Result<(), ErrorCode> {
        let name = &request.group;
        if !self.coordinates(name) {
            return Err(ErrorCode::NotCoordinator);
        }
        let joins = request.member_epoch == ShareGroupHeartbeatRequest::JOIN_GROUP_MEMBER_EPOCH;
        let coordinator = &self.live.coordinator;
        let known = coordinator.share_groups.get(name);
        let taken = coordinator.consumer_groups.contains_key(name);
        let mut group = known.cloned().unwrap_or_default();
        if known.is_none() && (!joins || taken || !self.is_free(name)) {
            return Err(ErrorCode::GroupIdNotFound);
        }
        let before = group.members.len();
        let config = ShareGroupConfig::of(self.config);
        let image = &self.disk.image;
        let heard = group.heartbeat(request, &config, &|name| topic(image, name), ctx.now)?;
        let after = group.members.len();
        let good = Response::ShareGroupHeartbeat(heard.response);
        let then = Then::Answer { to, good: Box::new(good), bad: WhyNot(refused) };
        if heard.records.is_empty() {
            self.when_all_is_committed(ctx, name, then);
        } else if !self.write_share_group(ctx, name, &heard.records, then) {
            return Ok(());
        }
        self.live.coordinator.share_groups.insert(name.clone(), group);
        let change = Membership { before, after, epoch: bumped(&heard.records) };
        let subscribes = request.subscribed_topic_names.is_some();
        change.tell(ctx, name, request.member, Departure::Left, subscribes);
        Ok(())
    }

    /// Whether they are in the log.
    fn write_share_group(
        &mut self,
        ctx: &mut Ctx<'_>,
        name: &Name,
        records: &[ShareRecord],
        then: Then,
    ) -> bool {
        let wrapped = records.iter().map(|record| {
            let record = Box::new(record.clone());
            CoordinatorRecord::ShareGroup { group: name.clone(), record }
        });
        self.write_coordinator_records(ctx, name, wrapped.collect(), then)
    }

    /// Members that were not heard of in time are out, each by itself
    /// (GroupMetadataManager.scheduleShareGroupSessionTimeout).
    pub(in crate::sim::broker) fn expire_share_group_members(&mut self, ctx: &mut Ctx<'_>) {
        let names: Vec<Name> = self.live.coordinator.share_groups.keys().cloned().collect();
        for name in names {
            while let Some((mut group, member)) = self.silent_share_member(ctx, &name) {
                let before = group.members.len();
                let image = &self.disk.image;
                let records = group.fence(member, &|name| topic(image, name));
                if self.write_share_group(ctx, &name, &records, Then::Nothing) {
                    let after = group.members.len();
                    let change = Membership { before, after, epoch: bumped(&records) };
                    change.tell(ctx, &name, member, Departure::SessionExpired, false);
                    self.live.coordinator.share_groups.insert(name.clone(), group);
                } else if let Some(group) = self.live.coordinator.share_groups.get_mut(&name) {
                    group.postpone(member, ctx.now + TIMER_RETRY_BACKOFF);
                }
            }
        }
    }

    fn silent_share_member(&self, ctx: &Ctx<'_>, name: &Name) -> Option<(ShareGroup, MemberId)> {
        let group = self.live.coordinator.share_groups.get(name)?;
        Some((group.clone(), group.silent(ctx.now)?))
    }

    /// A coordinator reads what another one wrote.
    pub(in crate::sim::broker) fn load_share_groups(
        &mut self,
        ctx: &mut Ctx<'_>,
        records: &[Arc<CoordinatorRecord>],
    ) {
        let config = ShareGroupConfig::of(self.config);
        let groups = &mut self.live.coordinator.share_groups;
        for record in records {
            if let CoordinatorRecord::ShareGroup { group, record } = &**record {
                let group: &mut ShareGroup = groups.entry(group.clone()).or_default();
                group.replay(record);
                group.loaded(&config, ctx.now);
            }
        }
    }

    /// The partition of `__share_group_state` that keeps a share-partition's state.
    pub(super) fn state_partition(&self, key: &SharePartitionKey) -> Option<Partition> {
        let (topic, count) = topic(&self.disk.image, SHARE_GROUP_STATE_TOPIC)?;
        Some(Partition { topic, index: partition_for(&coordinator_key(key), count) })
    }

    fn led_state_partition(&self, key: &SharePartitionKey) -> Result<Partition, ErrorCode> {
        let partition = self.state_partition(key).ok_or(ErrorCode::CoordinatorNotAvailable)?;
        let led = self.live.shares.led.contains(&partition.index);
        if led { Ok(partition) } else { Err(ErrorCode::NotCoordinator) }
    }

    pub(in crate::sim::broker) fn read_share_state(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        request: &ReadShareGroupStateRequest,
    ) {
        let most = ShareGroupConfig::of(self.config).snapshot_update_records_per_snapshot;
        let read = self.led_state_partition(&request.key).and_then(|partition| {
            let (state, record) = self.live.shares.coordinator.read_state(request, most)?;
            Ok((partition, state, record))
        });
        let (partition, state, record) = match read {
            Ok(read) => read,
            Err(error) => return self.reply(ctx, to, not_read(error)),
        };
        let good = ReadShareGroupStateResponse { error: ErrorCode::None, state };
        let good = Box::new(Response::ReadShareGroupState(good));
        let then = Then::Answer { to, good, bad: WhyNot(not_read) };
        if let Some(record) = record {
            self.write_share_record(ctx, partition, record, then);
            return;
        }
        // What it says has to be committed before anybody goes by it.
        let required = self.disk.logs.get(&partition).map_or(0, |log| log.end());
        let append = WaitingAppend { partition, base_offset: 0, required, error: None };
        let timeout = Span::from_config_ms(self.config.offsets_commit_timeout_ms);
        let deadline = ctx.now + timeout;
        self.wait(ctx, deadline, Waiting::Record(WaitingRecord { append, then }));
    }

    fn write_share_record(
        &mut self,
        ctx: &mut Ctx<'_>,
        partition: Partition,
        record: ShareStateRecord,
        then: Then,
    ) {
        let records = vec![CoordinatorRecord::ShareState(Box::new(record.clone()))];
        if self.write_records(ctx, partition, records, then) {
            self.live.shares.coordinator.replay(&record);
        }
    }

    pub(in crate::sim::broker) fn write_share_state(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        request: &WriteShareGroupStateRequest,
    ) {
        let most = ShareGroupConfig::of(self.config).snapshot_update_records_per_snapshot;
        let record = self.led_state_partition(&request.key).and_then(|partition| {
            let record = self.live.shares.coordinator.write_state(request, most)?;
            Ok((partition, record))
        });
        match record {
            Ok((partition, record)) => {
                let good = Box::new(written(ErrorCode::None));
                let then = Then::Answer { to, good, bad: WhyNot(written) };
                self.write_share_record(ctx, partition, record, then);
            }
            Err(error) => self.reply(ctx, to, written(error)),
        }
    }

    /// This broker leads a partition in a new epoch, or no longer: what it knew of it as a leader
    /// counts no more, and states are loaded or forgotten.
    pub(in crate::sim::broker) fn share_leadership_changed(
        &mut self,
        ctx: &mut Ctx<'_>,
        partition: Partition,
        leads: bool,
    ) {
        let held = self.live.shares.held.keys().filter(|key| key.partition == partition);
        let gone: Vec<SharePartitionKey> = held.cloned().collect();
        for key in &gone {
            self.live.shares.held.remove(key);
            self.live.shares.persister.forget(key);
        }
        if !gone.is_empty() {
            let waiting: Vec<u64> = self.live.shares.requests.keys().copied().collect();
            for id in waiting {
                self.settle_share(ctx, Some(id), partition, ErrorCode::NotLeaderOrFollower);
            }
            self.check_waiting(ctx, partition);
        }
        let Some((state_topic, count)) = topic(&self.disk.image, SHARE_GROUP_STATE_TOPIC) else {
            return;
        };
        if state_topic != partition.topic {
            return;
        }
        let lost = |key: &SharePartitionKey| {
            partition_for(&coordinator_key(key), count) == partition.index
        };
        self.live.shares.coordinator.forget(lost);
        if !leads {
            self.live.shares.led.remove(&partition.index);
            return;
        }
        self.live.shares.led.insert(partition.index);
        let Some(log) = self.disk.logs.get(&partition) else { return };
        for record in log.batches_from(log.start()).flat_map(|batch| batch.records.iter()) {
            if let Value::Coordinator(record) = &record.value
                && let CoordinatorRecord::ShareState(record) = &**record
            {
                self.live.shares.coordinator.replay(record);
            }
        }
    }
}
