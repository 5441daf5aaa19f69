//! What became of records outside of Kafka: which of them a group has processed, which more than
//! once, and which it will never be given.

use super::ledger::{Entry, Place};
use crate::sim::client::Consumer;
use crate::sim::client::poll::{Portion, Work};
use crate::sim::id::{ClientId, Name, Node, Offset};
use crate::sim::ordered::{Map, Set};
use crate::sim::process::Power;
use crate::sim::{Event, Partition, Stamped, World};

/// What the applications of a group have done to the world outside, in records.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Effect {
    /// Processed, however often.
    pub processed: u64,
    /// Processed more than once.
    pub repeated: u64,
    /// Below what the group has committed; nobody in it has processed them or works on them.
    pub missing: u64,
}

/// One group and one partition.
#[derive(Clone, Debug)]
struct Share {
    group: Name,
    partition: Partition,
    /// Where the group began. What was there before it is none of its business.
    from: Offset,
    /// As members were told; the coordinator knows better, while there is one.
    committed: Option<Offset>,
    /// Where records stand that the group has not processed.
    left: Set<Offset>,
}

/// What all groups have done.
#[derive(Clone, Debug, Default)]
pub(super) struct Effects {
    /// The group of each member.
    groups: Map<ClientId, Name>,
    /// Processed and repeated; what is missing is found when somebody asks.
    counts: Map<Name, Effect>,
    shares: Vec<Share>,
}

impl Effects {
    /// Takes one event into account. True if a group begins to read a partition; then it is to be
    /// shown every record that stands there.
    pub(super) fn fold(&mut self, stamped: &Stamped) -> Option<Partition> {
        match &stamped.event {
            Event::Assigned { group, .. } => {
                if let Node::Client(member) = stamped.node {
                    self.groups.insert(member, group.clone());
                }
            }
            Event::PositionSet { partition, offset, .. } => {
                let Node::Client(member) = stamped.node else { return None };
                let group = self.groups.get(&member)?.clone();
                if self.share(&group, *partition).is_none() {
                    let (partition, from) = (*partition, *offset);
                    let (committed, left) = (None, Set::new());
                    self.shares.push(Share { group, partition, from, committed, left });
                    return Some(partition);
                }
            }
            Event::Committed { group, offsets } => {
                for (partition, offset) in offsets.iter() {
                    if let Some(share) = self.share(group, *partition) {
                        share.committed = Some(*offset);
                    }
                }
            }
            Event::OffsetsExpired { group, partitions, .. } => {
                for partition in partitions.iter() {
                    if let Some(share) = self.share(group, *partition) {
                        share.committed = None;
                    }
                }
            }
            _ => {}
        }
        None
    }

    fn share(&mut self, group: &Name, partition: Partition) -> Option<&mut Share> {
        let mut shares = self.shares.iter_mut();
        shares.find(|share| share.partition == partition && share.group == *group)
    }

    /// A record stands at a place, or does not stand there any more.
    pub(super) fn stands(&mut self, entry: &Entry, place: Place) {
        let shares =
            self.shares.iter_mut().filter(|share| Some(share.partition) == entry.partition);
        for share in shares {
            if !place.survives {
                share.left.remove(&place.offset);
            } else if place.offset >= share.from && entry.processed_by(&share.group) == 0 {
                share.left.insert(place.offset);
            }
        }
    }

    /// A record was processed; its account knows of it already, if it is still kept.
    pub(super) fn processed(&mut self, group: &Name, entry: Option<&Entry>) {
        let counts = self.counts.entry(group.clone()).or_default();
        match entry.map_or(1, |entry| entry.processed_by(group)) {
            1 => counts.processed += 1,
            2 => counts.repeated += 1,
            _ => {}
        }
        let Some((entry, partition)) = entry.and_then(|entry| Some((entry, entry.partition?)))
        else {
            return;
        };
        if let Some(share) = self.share(group, partition) {
            for place in &entry.places {
                share.left.remove(&place.offset);
            }
        }
    }

    /// The account of a record is kept no longer.
    pub(super) fn forget(&mut self, entry: &Entry) {
        for share in self.shares.iter_mut().filter(|it| Some(it.partition) == entry.partition) {
            for place in &entry.places {
                share.left.remove(&place.offset);
            }
        }
    }

    /// What a group has done, as the world stands.
    pub(super) fn of(&self, world: &World, group: &str) -> Effect {
        let mut effect = self.counts.get(group).copied().unwrap_or_default();
        for share in self.shares.iter().filter(|share| &*share.group == group) {
            effect.missing += share.missing(world).count() as u64;
        }
        effect
    }

    /// Whether a group will never be given a record, as the world stands.
    pub(super) fn misses(&self, world: &World, group: &str, entry: &Entry) -> bool {
        let stands = |offset| entry.places.iter().any(|place| place.offset == offset);
        let own = |it: &&Share| &*it.group == group && Some(it.partition) == entry.partition;
        self.shares.iter().filter(own).any(|share| share.missing(world).any(stands))
    }

    /// The groups that have begun to read, in the order of their names.
    pub(super) fn groups(&self) -> Set<Name> {
        self.shares.iter().map(|share| share.group.clone()).collect()
    }
}

impl Share {
    fn missing(&self, world: &World) -> impl Iterator<Item = Offset> {
        let committed = committed(world, &self.group, self.partition).or(self.committed);
        let end = self.left.partition_point(|offset| Some(*offset) < committed);
        let below = self.left.get(..end).unwrap_or_default();
        let at_work = if below.is_empty() { Vec::new() } else { self.at_work(world) };
        below
            .iter()
            .copied()
            .filter(move |offset| !at_work.iter().any(|(next, end)| (*next..*end).contains(offset)))
    }

    /// What members have in hand: their first offset, and the one after the last.
    fn at_work(&self, world: &World) -> Vec<(Offset, Offset)> {
        let mut at_work = Vec::new();
        for (id, client) in &world.clients {
            let Some(consumer) = client.as_consumer() else { continue };
            if consumer.group == self.group && world.power(Node::Client(*id)) != Power::Down {
                let own = in_hand(consumer).filter(|it| it.partition == self.partition);
                at_work.extend(own.map(|portion| (portion.next, portion.end)));
            }
        }
        at_work
    }
}

/// What an application got from `poll()` and has not finished.
pub fn in_hand(consumer: &Consumer) -> impl Iterator<Item = &Portion> {
    let own = match consumer.work() {
        Work::Processing { portions, .. } => Some(portions),
        Work::Committing { rest, .. } => Some(rest),
        Work::Polling | Work::Waiting => None,
    };
    own.into_iter().flatten().chain(consumer.handed())
}

/// What a group has committed, as its coordinator knows.
pub fn committed(world: &World, group: &str, partition: Partition) -> Option<Offset> {
    let mut live = world.brokers.values().filter_map(|broker| broker.live.as_ref());
    live.find_map(|live| Some(live.committed(group)?.get(&partition)?.offset))
}
