//! A share group's sheet: its members, what became of its deliveries, and each record in flight.

use super::{Clerk, Mood, Part, Sheet};
use crate::metrics::stoppage::Course;
use crate::sim::World;
use crate::sim::broker::share::group::ShareGroup;
use crate::sim::broker::share::in_flight::{InFlightBatch, InFlightState, RecordState};
use crate::sim::broker::share::partition::SharePartition;
use crate::sim::id::{BrokerId, ClientId, Name, Node, Offset, Partition};

/// How many runs of records of a partition are told one by one.
const TOLD: usize = 12;

/// Neighbours of which the same is to be said.
type Run = (Offset, Offset, InFlightState);

impl Clerk<'_> {
    /// None if nobody coordinates a share group of this name.
    pub(super) fn share_group(self, name: &Name) -> Option<Sheet> {
        let (words, world) = (self.words, self.world());
        let (broker, group) = coordinated(world, name)?;
        let mut own = Part::default();
        let coordinator = Node::Broker(broker);
        own.fact(words.ui_coordinator(), self.node(coordinator)).at_node(coordinator);
        own.fact(words.ui_fact_protocol(), "share (KIP-932)");
        own.fact(words.ui_fact_group_epoch(), group.group_epoch.to_string());
        own.fact(words.ui_fact_target_epoch(), group.assignment_epoch.to_string());
        let live = world.brokers.values().filter_map(|broker| broker.live.as_ref());
        let all = live.flat_map(|live| live.share_partitions());
        let mut shares: Vec<(Partition, &SharePartition)> = all
            .filter(|(key, _)| key.group == *name)
            .map(|(key, share)| (key.partition, share))
            .collect();
        shares.sort_by_key(|(partition, _)| *partition);
        let mut parts = vec![own, self.sharers(group, &shares), self.deliveries(name, &shares)];
        parts.extend(shares.iter().map(|(partition, share)| self.share(*partition, share)));
        let kind = words.ui_kind_share_group().to_owned();
        Some(Sheet { title: name.to_string(), kind, parts, deeds: Vec::new() })
    }

    /// Who reads where, and how much each works on.
    fn sharers(self, group: &ShareGroup, shares: &[(Partition, &SharePartition)]) -> Part {
        let words = self.words;
        let mut part = Part::new(words.ui_fact_members());
        for (id, member) in &group.members {
            let node = Node::Client(id.client);
            let assigned = &member.assignment.assigned;
            let names: Vec<String> = assigned.iter().map(|it| self.part(*it)).collect();
            let held = words.ui_share_held(acquired(shares, Some(id.client)));
            part.fact(self.node(node), format!("{} · {held}", names.join(" "))).at_node(node);
        }
        if part.facts.is_empty() {
            part.fact(words.ui_fact_members(), words.ui_fact_nobody());
        }
        part
    }

    /// What is under way, and what became of all before.
    fn deliveries(self, name: &Name, shares: &[(Partition, &SharePartition)]) -> Part {
        let words = self.words;
        let course = self.session.stoppages().group(name);
        let told = course.map(Course::deliveries).unwrap_or_default();
        let number = |count: u64| words.number(i64::try_from(count).unwrap_or(i64::MAX));
        let odd = |count: u64| if count > 0 { Mood::Doubt } else { Mood::Plain };
        let mut part = Part::new(words.ui_share_deliveries());
        part.fact(words.ui_share_now(), words.number(acquired(shares, None)));
        part.fact(words.ui_share_acquired(), number(told.acquired));
        part.fact(words.ui_share_again(), number(told.redelivered)).mood(odd(told.redelivered));
        part.fact(words.ui_share_acknowledged(), number(told.acknowledged));
        part.fact(words.ui_share_available(), number(told.available)).mood(odd(told.available));
        part.fact(words.ui_share_timed_out(), number(told.timed_out)).mood(odd(told.timed_out));
        let lost = if told.archived > 0 { Mood::Bad } else { Mood::Plain };
        part.fact(words.ui_share_archived(), number(told.archived)).mood(lost);
        part.why = Some(words.ui_share_why().to_owned());
        part
    }

    /// A partition: its two ends, and every record between them.
    fn share(self, partition: Partition, share: &SharePartition) -> Part {
        let words = self.words;
        let mut part = Part::new(self.part(partition));
        let (start, next) = (share.start_offset(), share.next_offset());
        part.fact("start_offset", start.to_string());
        let end = if next > start { (next - 1).to_string() } else { "–".to_owned() };
        part.fact("end_offset", end);
        let leader = self.world().metadata().partition(partition).and_then(|state| state.leader);
        let leader = leader.and_then(|id| self.world().brokers.get(&id));
        let fresh = leader.map_or(0, |leader| leader.high_watermark(partition) - next);
        part.fact(words.ui_share_fresh(), words.number(fresh.max(0)));
        let runs = runs(share);
        for (first, last, state) in runs.iter().take(TOLD) {
            let offsets = match first == last {
                true => first.to_string(),
                false => format!("{first}–{last}"),
            };
            let (name, mood) = state_name(state);
            part.fact(format!("{offsets} {name}"), self.state_of(state)).mood(mood);
        }
        if runs.len() > TOLD {
            part.why = Some(words.ui_share_more((runs.len() - TOLD) as i64));
        }
        part
    }

    /// Whose a record is, how often it was delivered, and how much longer it is locked.
    fn state_of(self, state: &InFlightState) -> String {
        let words = self.words;
        let mut value = words.ui_share_delivery(i64::from(state.delivery_count));
        if let RecordState::Acquired { by, until } = state.state {
            let left = until.since(self.world().now).0.div_ceil(1_000_000) * 1_000_000;
            let lock = words.ui_share_lock(&words.span(left));
            value = format!("{} · {value} · {lock}", self.node(Node::Client(by.client)));
        }
        if state.transition.is_some() {
            value = format!("{value} · {}", words.ui_share_persisting());
        }
        value
    }
}

/// A record's state under Kafka's name, and whether that is as it should be.
fn state_name(state: &InFlightState) -> (&'static str, Mood) {
    let again = |often: bool| if often { Mood::Doubt } else { Mood::Plain };
    match state.state {
        RecordState::Available => ("Available", again(state.delivery_count > 0)),
        RecordState::Acquired { .. } => ("Acquired", again(state.delivery_count > 1)),
        RecordState::Acknowledged => ("Acknowledged", Mood::Plain),
        RecordState::Archived => ("Archived", Mood::Bad),
    }
}

/// How many records are being worked on, by one member or by all.
fn acquired(shares: &[(Partition, &SharePartition)], member: Option<ClientId>) -> i64 {
    let batches = shares.iter().flat_map(|(_, share)| share.in_flight());
    let held = batches.flat_map(InFlightBatch::runs).filter(|(_, _, state)| match state.state {
        RecordState::Acquired { by, .. } => member.is_none_or(|member| member == by.client),
        _ => false,
    });
    held.map(|(first, last, _)| last - first + 1).sum()
}

/// The records in flight, neighbours of one state together.
fn runs(share: &SharePartition) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (first, last, state) in share.in_flight().iter().flat_map(InFlightBatch::runs) {
        match runs.last_mut() {
            Some(run) if run.1 + 1 == first && run.2 == *state => run.1 = last,
            _ => runs.push((first, last, *state)),
        }
    }
    runs
}

/// The broker that coordinates a share group now, and the group as it sees it.
fn coordinated<'a>(world: &'a World, name: &Name) -> Option<(BrokerId, &'a ShareGroup)> {
    world.brokers.iter().find_map(|(id, broker)| {
        let mut groups = broker.live.as_ref()?.share_groups();
        groups.find(|(known, _)| *known == name).map(|(_, group)| (*id, group))
    })
}
