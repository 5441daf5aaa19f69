//! Offsets of groups of KIP-848 that nobody needs any more, and such groups without any
//! (ConsumerGroup.offsetExpirationCondition, createGroupTombstoneRecords).

use crate::sim::broker::Running;
use crate::sim::effect::Ctx;
use crate::sim::id::Name;
use crate::sim::ordered::Set;
use crate::sim::wire::{CoordinatorRecord, ModernRecord};

impl Running<'_> {
    /// Unlike with the classic protocol it is all the same when the group became empty: an offset
    /// expires with the age of its commit, as soon as nobody is subscribed to its topic. Share
    /// groups have no offsets here, and stay (ShareGroup.shouldExpire).
    pub(in crate::sim::broker) fn clean_up_consumer_groups(&mut self, ctx: &mut Ctx<'_>) {
        let coordinator = &self.live.coordinator;
        let mut names: Set<Name> = coordinator.consumer_groups.keys().cloned().collect();
        // Whoever commits offsets in a transaction need not be a member of any group.
        let orphans = coordinator.offsets.all_committed().map(|(name, _)| name);
        names.extend(orphans.filter(|name| !coordinator.groups.contains_key(*name)).cloned());
        for name in &names {
            let group = self.live.coordinator.consumer_groups.get(name);
            let members = || group.into_iter().flat_map(|group| group.members.values());
            let subscribed = |topic: &Name| {
                members().any(|member| member.metadata.subscribed_topic_names.contains(topic))
            };
            let (expired, all) = self.expired_offsets(name, ctx.wall(), None, &subscribed);
            let ends = all && group.is_some_and(|group| group.members.is_empty());
            let tombstones = if ends { tombstones(name) } else { Vec::new() };
            if self.expire(ctx, name, expired, tombstones) && ends {
                self.live.coordinator.consumer_groups.remove(name);
            }
        }
    }
}

/// What ends a group without members; that of its epoch is the last.
fn tombstones(group: &Name) -> Vec<CoordinatorRecord> {
    let records = [
        ModernRecord::TargetAssignmentMetadata { assignment_epoch: None },
        ModernRecord::PartitionMetadata { topics: None },
        ModernRecord::GroupMetadata { epoch: None },
    ];
    let of_group = |record| {
        let group = group.clone();
        CoordinatorRecord::ConsumerGroup { group, record: Box::new(record) }
    };
    records.into_iter().map(of_group).collect()
}
