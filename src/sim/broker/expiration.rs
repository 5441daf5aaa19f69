//! Offsets that nobody needs any more, and empty groups without any
//! (OffsetMetadataManager.cleanupExpiredOffsets, GroupMetadataManager.maybeDeleteGroup).

use std::sync::Arc;

use super::Running;
use super::classic::GroupState;
use super::purgatory::Then;
use crate::sim::effect::{Ctx, Timer};
use crate::sim::event::Event;
use crate::sim::id::{Name, Partition};
use crate::sim::time::{Span, Time};
use crate::sim::wire::CoordinatorRecord;

impl Running<'_> {
    pub(super) fn expiration_interval(&self) -> Span {
        Span::from_config_ms(self.config.offsets_retention_check_interval_ms)
    }

    pub(super) fn clean_up_groups(&mut self, ctx: &mut Ctx<'_>) {
        let names: Vec<Name> = self.live.coordinator.groups.keys().cloned().collect();
        for name in &names {
            self.clean_up_group(ctx, name);
        }
        if let Some(extension) = ctx.extension {
            (extension.broker.clean_up)(self, ctx);
        }
        ctx.arm_in(Timer::GroupMetadataExpiration, self.expiration_interval());
    }

    /// An empty group keeps its offsets for `offsets.retention.minutes` from when it became empty;
    /// a stable one keeps those of topics that nobody is subscribed to as long as that from their
    /// commits (ClassicGroup.offsetExpirationCondition).
    fn clean_up_group(&mut self, ctx: &mut Ctx<'_>, name: &Name) {
        let Some(group) = self.live.coordinator.groups.get(name) else { return };
        let empty = group.state == GroupState::Empty;
        if !empty && group.state != GroupState::Stable {
            return;
        }
        let since = group.empty_since.filter(|_| empty);
        let subscribed = |topic: &Name| {
            group.members.values().any(|member| member.metadata.topics.contains(topic))
        };
        let (expired, all) = self.expired_offsets(name, ctx.wall(), since, &subscribed);
        let tombstone = (all && empty).then(|| CoordinatorRecord::GroupTombstone(name.clone()));
        let ends = tombstone.is_some();
        if self.expire(ctx, name, expired, tombstone.into_iter().collect()) && ends {
            self.live.coordinator.groups.remove(name);
        }
    }

    /// The partitions whose offsets have expired, and whether these are all: counted from `since`,
    /// or else from each commit, unless the group is subscribed to the topic.
    pub(super) fn expired_offsets(
        &self,
        group: &Name,
        now: Time,
        since: Option<Time>,
        subscribed: &dyn Fn(&Name) -> bool,
    ) -> (Vec<Partition>, bool) {
        let mut expired = Vec::new();
        let offsets = self.live.coordinator.offsets.all_latest(group);
        let minutes = self.config.offsets_retention_minutes.unsigned_abs();
        let retention = Span::secs(60) * minutes;
        let pending = &self.live.transactions.offsets;
        for (partition, committed) in &offsets {
            if pending.is_pending(group, *partition) {
                continue;
            }
            let topic = self.disk.image.topics.get(&partition.topic);
            let since = since.unwrap_or(committed.commit_timestamp);
            if now >= since + retention && !topic.is_some_and(|topic| subscribed(&topic.name)) {
                expired.push(*partition);
            }
        }
        // Nor does a group go while it has a transaction open.
        let all = expired.len() == offsets.len() && !pending.concerns(group);
        (expired, all)
    }

    /// Writes the tombstones of offsets, and those that end the group if it ends. Whether they are
    /// in the log.
    pub(super) fn expire(
        &mut self,
        ctx: &mut Ctx<'_>,
        name: &Name,
        partitions: Vec<Partition>,
        of_group: Vec<CoordinatorRecord>,
    ) -> bool {
        let group_too = !of_group.is_empty();
        let mut records: Vec<CoordinatorRecord> = Vec::new();
        for partition in &partitions {
            let (group, partition) = (name.clone(), *partition);
            records.push(CoordinatorRecord::Offset { group, partition, committed: None });
        }
        records.extend(of_group);
        let then = Then::Expire { group: name.clone(), partitions, group_too };
        !records.is_empty() && self.write_coordinator_records(ctx, name, records, then)
    }

    /// The tombstones are committed.
    pub(super) fn expired(
        &mut self,
        ctx: &mut Ctx<'_>,
        name: &Name,
        partitions: &[Partition],
        group_gone: bool,
    ) {
        let (group, partitions) = (name.clone(), Arc::from(partitions));
        ctx.tell(Event::OffsetsExpired { group, partitions, group_gone });
    }
}
