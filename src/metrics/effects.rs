//! What became of records outside of Kafka: which of them a group has processed, which more than
//! once, and which it will never be given.

use super::ledger::{Entry, Place};
use crate::sim::client::Consumer;
use crate::sim::client::poll::{Portion, Work};
use crate::sim::id::{ClientId, Name, Node, Offset};
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

/// A partition that a group reads.
#[derive(Clone, Debug)]
struct Share {
    partition: Partition,
    /// Where the group began. What was there before it is none of its business.
    from: Offset,
    /// As members were told; the coordinator knows better, while there is one.
    committed: Option<Offset>,
    /// Where records stand that the group has not processed, in order.
    left: Vec<Offset>,
    /// Those of them that stand in transactions that were aborted.
    aborted: Vec<Offset>,
}

/// A group that has members, or had some.
#[derive(Clone, Debug)]
struct Own {
    name: Name,
    members: Vec<ClientId>,
    /// Processed and repeated; what is missing is found when somebody asks.
    effect: Effect,
    shares: Vec<Share>,
}

/// What all groups have done. There are few of them, and each reads few partitions: they are looked
/// for one by one.
#[derive(Clone, Debug, Default)]
pub(super) struct Effects {
    groups: Vec<Own>,
}

impl Effects {
    /// Takes one event into account. If a group begins to read a partition, it is to be shown
    /// every record that stands there.
    pub(super) fn fold(&mut self, stamped: &Stamped) -> Option<Partition> {
        match &stamped.event {
            Event::Assigned { group, .. } => {
                let member = member(stamped)?;
                let own = self.group(group);
                if !own.members.contains(&member) {
                    own.members.push(member);
                }
            }
            Event::PositionSet { partition, offset, .. } => {
                let member = member(stamped)?;
                let own = self.groups.iter_mut().find(|own| own.members.contains(&member))?;
                if own.share(*partition).is_none() {
                    let (partition, from) = (*partition, *offset);
                    let (left, aborted) = (Vec::new(), Vec::new());
                    own.shares.push(Share { partition, from, committed: None, left, aborted });
                    return Some(partition);
                }
            }
            Event::Committed { group, offsets } => {
                for (partition, offset) in offsets.iter() {
                    if let Some(share) = self.group(group).share(*partition) {
                        share.committed = Some(*offset);
                    }
                }
            }
            Event::OffsetsExpired { group, partitions, .. } => {
                for partition in partitions.iter() {
                    if let Some(share) = self.group(group).share(*partition) {
                        share.committed = None;
                    }
                }
            }
            _ => {}
        }
        None
    }

    fn group(&mut self, name: &Name) -> &mut Own {
        let at = self.groups.iter().position(|own| own.name == *name).unwrap_or_else(|| {
            let (name, effect) = (name.clone(), Effect::default());
            self.groups.push(Own { name, members: Vec::new(), effect, shares: Vec::new() });
            self.groups.len() - 1
        });
        &mut self.groups[at]
    }

    /// A record stands at a place, or does not stand there any more.
    pub(super) fn stands(&mut self, entry: &Entry, place: Place) {
        let Some(partition) = entry.partition else { return };
        for own in &mut self.groups {
            let due = place.survives && entry.processed_by(&own.name) == 0;
            let Some(share) = own.share(partition) else { continue };
            let due = due && place.offset >= share.from;
            keep(&mut share.left, place.offset, due);
            keep(&mut share.aborted, place.offset, due && entry.is_aborted());
        }
    }

    /// A record was processed; its account knows of it already, if it is still kept.
    pub(super) fn processed(&mut self, group: &Name, entry: Option<&Entry>) {
        let own = self.group(group);
        match entry.map_or(1, |entry| entry.processed_by(group)) {
            1 => own.effect.processed += 1,
            2 => own.effect.repeated += 1,
            _ => {}
        }
        if let Some(entry) = entry {
            entry.places.iter().for_each(|place| self.stands(entry, *place));
        }
    }

    /// The account of a record is kept no longer.
    pub(super) fn forget(&mut self, entry: &Entry) {
        for place in &entry.places {
            self.stands(entry, Place { survives: false, ..*place });
        }
    }

    /// What each group has done, as the world stands.
    pub(super) fn of(&self, world: &World) -> Vec<(Name, Effect)> {
        let done = |own: &Own| {
            let missing = own.shares.iter().map(|share| own.missing(share, world).len() as u64);
            (own.name.clone(), Effect { missing: missing.sum(), ..own.effect })
        };
        self.groups.iter().map(done).collect()
    }

    /// Whether a group will never be given a record, as the world stands.
    pub(super) fn misses(&self, world: &World, group: &str, entry: &Entry) -> bool {
        let Some(own) = self.groups.iter().find(|own| &*own.name == group) else { return false };
        let share = own.shares.iter().find(|share| Some(share.partition) == entry.partition);
        let missing = share.map(|share| own.missing(share, world)).unwrap_or_default();
        entry.places.iter().any(|place| missing.contains(&place.offset))
    }
}

/// Puts an offset in its place, or takes it away.
fn keep(offsets: &mut Vec<Offset>, offset: Offset, due: bool) {
    match offsets.binary_search(&offset) {
        Err(at) if due => offsets.insert(at, offset),
        Ok(at) if !due => drop(offsets.remove(at)),
        _ => {}
    }
}

/// The member that an event is of.
fn member(stamped: &Stamped) -> Option<ClientId> {
    match stamped.node {
        Node::Client(member) => Some(member),
        _ => None,
    }
}

impl Own {
    fn share(&mut self, partition: Partition) -> Option<&mut Share> {
        self.shares.iter_mut().find(|share| share.partition == partition)
    }

    /// Whether it is shown nothing of aborted transactions (`isolation.level` is read_committed).
    fn is_strict(&self, world: &World) -> bool {
        let mut members = world.clients.values().filter_map(|client| client.as_consumer());
        members.all(|it| it.group != self.name || it.config.isolation_level == 1)
    }

    /// Where records stand that are committed, and that nobody has processed or works on.
    fn missing(&self, share: &Share, world: &World) -> Vec<Offset> {
        let committed = committed(world, &self.name, share.partition).or(share.committed);
        let end = share.left.partition_point(|offset| Some(*offset) < committed);
        let mut missing = share.left.get(..end).unwrap_or_default().to_vec();
        if missing.is_empty() {
            return missing;
        }
        missing.retain(|offset| !was_outdated(world, share.partition, *offset));
        if self.is_strict(world) {
            missing.retain(|offset| share.aborted.binary_search(offset).is_err());
        }
        for (id, client) in &world.clients {
            let Some(consumer) = client.as_consumer() else { continue };
            if consumer.group == self.name && world.power(Node::Client(*id)) != Power::Down {
                for work in in_hand(consumer).filter(|it| it.partition == share.partition) {
                    missing.retain(|offset| !(work.next..work.end).contains(offset));
                }
            }
        }
        missing
    }
}

/// Whether compaction took a record because its key has a newer one: nobody misses it.
fn was_outdated(world: &World, partition: Partition, offset: Offset) -> bool {
    let image = world.metadata();
    let compacts = image.topics.get(&partition.topic).is_some_and(|it| it.config.compacts());
    let leader = image.partition(partition).and_then(|state| state.leader);
    let log = leader.and_then(|id| world.brokers.get(&id)?.disk.logs.get(&partition));
    compacts
        && log.is_some_and(|log| {
            let batch = log.batch_at(offset);
            offset >= log.start() && !batch.is_some_and(|it| it.iter().any(|(at, _)| at == offset))
        })
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
