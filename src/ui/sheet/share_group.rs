//! A share group's sheet: its members, and how far it is in each partition.

use super::{Clerk, Part, Sheet};
use crate::sim::World;
use crate::sim::broker::share::group::ShareGroup;
use crate::sim::broker::share::in_flight::RecordState;
use crate::sim::broker::share::partition::SharePartition;
use crate::sim::id::{BrokerId, Name, Node, Offset};

impl Clerk<'_> {
    /// None if nobody coordinates a share group of this name.
    pub(super) fn share_group(self, name: &Name) -> Option<Sheet> {
        let (words, world) = (self.words, self.world());
        let (broker, group) = coordinated(world, name)?;
        let mut own = Part::default();
        let coordinator = Node::Broker(broker);
        own.fact(words.ui_coordinator(), self.node(coordinator)).at_node(coordinator);
        own.fact("group_epoch", group.group_epoch.to_string());
        let mut members = Part::new(words.ui_fact_members());
        for (id, member) in &group.members {
            let node = Node::Client(id.client);
            let assigned = &member.assignment.assigned;
            let parts: Vec<String> = assigned.iter().map(|it| self.part(*it)).collect();
            members.fact(self.node(node), parts.join(", ")).at_node(node);
        }
        if members.facts.is_empty() {
            members.fact(words.ui_fact_members(), words.ui_fact_nobody());
        }
        let mut parts = vec![own, members];
        let live = world.brokers.values().filter_map(|broker| broker.live.as_ref());
        for (key, partition) in live.flat_map(|live| live.share_partitions()) {
            if key.group == *name {
                let mut part = Part::new(self.part(key.partition));
                part.fact("start_offset", partition.start_offset().to_string());
                part.fact("end_offset", (partition.next_offset() - 1).to_string());
                for (offsets, count) in acquired(partition) {
                    let times = words.ui_share_delivery(i64::from(count));
                    part.fact(words.ui_share_acquired(), format!("{offsets} · {times}"));
                }
                parts.push(part);
            }
        }
        let kind = words.ui_kind_share_group().to_owned();
        Some(Sheet { title: name.to_string(), kind, parts, deeds: Vec::new() })
    }
}

/// The records that members work on, neighbours of one count together.
fn acquired(partition: &SharePartition) -> Vec<(String, u16)> {
    let mut runs: Vec<(Offset, Offset, u16)> = Vec::new();
    for (first, last, state) in partition.in_flight().iter().flat_map(|batch| batch.runs()) {
        if !matches!(state.state, RecordState::Acquired { .. }) {
            continue;
        }
        match runs.last_mut() {
            Some(run) if run.1 + 1 == first && run.2 == state.delivery_count => run.1 = last,
            _ => runs.push((first, last, state.delivery_count)),
        }
    }
    let text = |first: Offset, last: Offset| match first == last {
        true => first.to_string(),
        false => format!("{first}–{last}"),
    };
    runs.into_iter().map(|(first, last, count)| (text(first, last), count)).collect()
}

/// The broker that coordinates a share group now, and the group as it sees it.
fn coordinated<'a>(world: &'a World, name: &Name) -> Option<(BrokerId, &'a ShareGroup)> {
    world.brokers.iter().find_map(|(id, broker)| {
        let mut groups = broker.live.as_ref()?.share_groups();
        groups.find(|(known, _)| *known == name).map(|(_, group)| (*id, group))
    })
}
