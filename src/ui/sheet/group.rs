//! A consumer group's sheet.

use super::{Clerk, Mood, Part, Sheet};
use crate::metrics::gauges::lags;
use crate::sim::World;
use crate::sim::broker::{Group, GroupState};
use crate::sim::id::{BrokerId, Name, Node};

impl Clerk<'_> {
    pub(super) fn group(self, name: &Name) -> Option<Sheet> {
        let (words, world) = (self.words, self.world());
        if !world.group_names().contains(name) {
            return None;
        }
        if let Some(sheet) = self.share_group(name) {
            return Some(sheet);
        }
        let mut own = Part::default();
        let found = coordinated(world, name);
        let Some((broker, group)) = found else {
            own.fact(words.ui_coordinator(), words.ui_fact_none()).mood(Mood::Doubt);
            return Some(Sheet {
                title: name.to_string(),
                kind: words.ui_kind_group().to_owned(),
                parts: vec![own, self.lags(name)],
                deeds: Vec::new(),
            });
        };
        let coordinator = Node::Broker(broker);
        own.fact(words.ui_coordinator(), self.node(coordinator)).at_node(coordinator);
        let (state, mood) = state_of(group.state);
        own.fact(words.ui_fact_state(), state).mood(mood);
        own.fact(words.ui_fact_generation(), group.generation.to_string());
        if let Some(protocol) = &group.protocol {
            own.fact(words.ui_fact_assignor(), protocol.name());
        }
        let mut members = Part::new(words.ui_fact_members());
        for (id, member) in &group.members {
            let node = Node::Client(id.client);
            let parts: Vec<String> = member.assignment.iter().map(|p| self.part(*p)).collect();
            let value =
                if parts.is_empty() { words.ui_idle().to_owned() } else { parts.join(", ") };
            let mut name = self.node(node);
            if group.leader == Some(*id) {
                name = words.ui_leads_group(&name);
            }
            members.fact(name, value).at_node(node);
        }
        if members.facts.is_empty() {
            members.fact(words.ui_fact_members(), words.ui_fact_nobody());
        }
        Some(Sheet {
            title: name.to_string(),
            kind: words.ui_kind_group().to_owned(),
            parts: vec![own, members, self.lags(name)],
            deeds: Vec::new(),
        })
    }

    /// How far behind the group is, per partition of its topics.
    fn lags(self, name: &Name) -> Part {
        let words = self.words;
        let mut part = Part::new(words.ui_fact_lag());
        for lag in lags(self.world()).iter().filter(|lag| lag.group == *name) {
            let value = match lag.committed.zip(lag.records()) {
                Some((offset, records)) => {
                    let behind = words.ui_behind(records as i64);
                    words.ui_committed_of(offset, lag.high_watermark, &behind)
                }
                None => words.ui_nothing_committed().to_owned(),
            };
            part.fact(self.part(lag.partition), value);
        }
        part
    }
}

/// A state under Kafka's own name.
fn state_of(state: GroupState) -> (&'static str, Mood) {
    match state {
        GroupState::Empty => ("Empty", Mood::Plain),
        GroupState::PreparingRebalance => ("PreparingRebalance", Mood::Doubt),
        GroupState::CompletingRebalance => ("CompletingRebalance", Mood::Doubt),
        GroupState::Stable => ("Stable", Mood::Plain),
    }
}

/// The broker that coordinates a group now, and the group as it sees it.
fn coordinated<'a>(world: &'a World, name: &Name) -> Option<(BrokerId, &'a Group)> {
    world.brokers.iter().find_map(|(id, broker)| {
        let live = broker.live.as_ref()?;
        live.groups().find(|group| group.name == *name).map(|group| (*id, group))
    })
}
