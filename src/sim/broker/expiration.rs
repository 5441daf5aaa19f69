//! Offsets that nobody needs any more, and empty groups without any
//! (OffsetMetadataManager.cleanupExpiredOffsets, GroupMetadataManager.maybeDeleteGroup).

use std::sync::Arc;

use super::Running;
use super::classic::{Group, GroupState};
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
        for name in names {
            self.clean_up_group(ctx, name);
        }
        ctx.arm_in(Timer::GroupMetadataExpiration, self.expiration_interval());
    }

    fn clean_up_group(&mut self, ctx: &mut Ctx<'_>, name: Name) {
        let Some(group) = self.live.coordinator.groups.get(&name) else { return };
        let (partitions, all) = self.expiring(group, ctx.wall());
        let group_too = all && group.state == GroupState::Empty;
        let mut records: Vec<CoordinatorRecord> = Vec::new();
        for partition in &partitions {
            let (group, partition) = (name.clone(), *partition);
            records.push(CoordinatorRecord::Offset { group, partition, committed: None });
        }
        if group_too {
            records.push(CoordinatorRecord::GroupTombstone(name.clone()));
        }
        if !records.is_empty() {
            let then = Then::Expire { group: name.clone(), partitions, group_too };
            self.write_coordinator_records(ctx, &name, records, then);
        }
    }

    /// The partitions whose offsets have expired, and whether these are all. An empty group keeps
    /// its offsets for `offsets.retention.minutes` from when it became empty; a stable one keeps
    /// those of topics that nobody is subscribed to as long as that from their commits.
    fn expiring(&self, group: &Group, now: Time) -> (Vec<Partition>, bool) {
        let mut expired = Vec::new();
        let Some(offsets) = self.live.coordinator.offsets.get(&group.name) else {
            return (expired, true);
        };
        let empty = group.state == GroupState::Empty;
        if !empty && group.state != GroupState::Stable {
            return (expired, false);
        }
        let minutes = self.config.offsets_retention_minutes.unsigned_abs();
        let retention = Span::secs(60) * minutes;
        let pending = &self.live.transactions.offsets;
        for (partition, committed) in offsets {
            if pending.is_pending(&group.name, *partition) {
                continue;
            }
            let since = group.empty_since.filter(|_| empty).unwrap_or(committed.commit_timestamp);
            if now >= since + retention && !self.is_subscribed(group, *partition) {
                expired.push(*partition);
            }
        }
        let all = expired.len() == offsets.len();
        (expired, all)
    }

    fn is_subscribed(&self, group: &Group, partition: Partition) -> bool {
        let Some(topic) = self.disk.image.topics.get(&partition.topic) else { return false };
        group.members.values().any(|member| member.metadata.topics.contains(&topic.name))
    }

    /// The tombstones are committed.
    pub(super) fn expired(
        &mut self,
        ctx: &mut Ctx<'_>,
        name: &Name,
        partitions: &[Partition],
        group_too: bool,
    ) {
        let coordinator = &mut self.live.coordinator;
        if let Some(offsets) = coordinator.offsets.get_mut(name) {
            offsets.retain(|partition, _| !partitions.contains(partition));
        }
        // Somebody may have joined meanwhile.
        let empty = coordinator.groups.get(name).is_some_and(|it| it.state == GroupState::Empty);
        let group_gone = group_too && empty;
        if group_gone {
            coordinator.groups.remove(name);
            coordinator.offsets.remove(name);
        }
        let (group, partitions) = (name.clone(), Arc::from(partitions));
        ctx.tell(Event::OffsetsExpired { group, partitions, group_gone });
    }
}
