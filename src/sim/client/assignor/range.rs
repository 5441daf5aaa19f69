//! One stretch of each topic per subscriber, on their racks if they have any (`RangeAssignor`).

use super::{Assignment, Member, Topic, sorted};
use crate::sim::ordered::{self, Map, Set};

/// The range assignor (`RangeAssignor`), Kafka's default: each topic's partitions in one stretch
/// per subscriber, the first ones taking one more when it does not divide evenly.
///
/// When members and replicas have racks and some partitions are not on every rack, partitions go
/// to members of their own racks first, as far as the even split allows (KIP-881); topics with the
/// same subscribers and the same number of partitions stay aligned.
pub fn range<T: Copy + Ord>(topics: &[Topic<'_, T>], members: &[Member<'_, T>]) -> Assignment<T> {
    let order = sorted(members);
    let mut assignment: Assignment<T> = members.iter().map(|_| Vec::new()).collect();
    let mut shares: Vec<Share<'_, T>> = topics
        .iter()
        .filter(|topic| topic.partitions > 0)
        .map(|topic| Share::new(*topic, members, &order))
        .collect();

    let racks_matter = shares.iter().any(|share| share.racks_matter);
    if racks_matter {
        match_racks(&mut shares, &mut assignment);
    }
    for share in &mut shares {
        share.split(|_, _| true, &mut assignment);
    }
    if racks_matter {
        for partitions in &mut assignment {
            ordered::sort(partitions);
        }
    }
    assignment
}

/// Gives partitions to members on their racks, topics that belong together side by side.
fn match_racks<T: Copy + Ord>(shares: &mut [Share<'_, T>], assignment: &mut Assignment<T>) {
    let mut alike: Map<(Vec<usize>, u32), Vec<usize>> = Map::new();
    for (index, share) in shares.iter().enumerate().filter(|(_, share)| share.has_racks()) {
        let key = (share.members(), share.topic.partitions);
        alike.entry(key).or_default().push(index);
    }
    for ((members, partitions), together) in alike {
        if let [alone] = together[..] {
            let share = &mut shares[alone];
            if share.racks_matter {
                let racks = share.topic.racks;
                share.split(|rack, partition| on_rack(racks, rack, partition), assignment);
            }
        } else {
            for partition in 0..partitions {
                let fits = |slot: usize| {
                    together.iter().map(|&index| &shares[index]).all(|share| {
                        let rack = share.takers[slot].rack;
                        on_rack(share.topic.racks, rack, partition) && share.room(slot) > 0
                    })
                };
                if let Some(slot) = (0..members.len()).find(|&slot| fits(slot)) {
                    for &index in &together {
                        shares[index].give(slot, &[partition], assignment);
                    }
                }
            }
        }
    }
}

/// A member without a rack is at home everywhere.
fn on_rack(racks: &[Vec<&str>], rack: Option<&str>, partition: u32) -> bool {
    rack.is_none_or(|rack| racks.get(partition as usize).is_some_and(|here| here.contains(&rack)))
}

/// A subscriber of one topic and how much of it it has.
struct Taker<'a> {
    member: usize,
    rack: Option<&'a str>,
    taken: u32,
}

/// One topic being shared out.
struct Share<'a, T> {
    topic: Topic<'a, T>,
    /// Subscribers in order of identity.
    takers: Vec<Taker<'a>>,
    unassigned: Set<u32>,
    /// What everyone gets.
    quota: u32,
    /// How many may still get one more.
    extras: u32,
    racks_matter: bool,
}

impl<'a, T: Copy + Ord> Share<'a, T> {
    fn new(topic: Topic<'a, T>, members: &[Member<'a, T>], order: &[usize]) -> Self {
        let subscribed = order.iter().filter(|&&m| members[m].topics.contains(&topic.topic));
        let takers: Vec<_> = subscribed
            .map(|&member| {
                let rack = members[member].rack.filter(|rack| !rack.is_empty());
                Taker { member, rack, taken: 0 }
            })
            .collect();
        let count = (takers.len() as u32).max(1);
        let racks_matter = racks_matter(&takers, topic);
        Self {
            topic,
            takers,
            unassigned: (0..topic.partitions).collect(),
            quota: topic.partitions / count,
            extras: topic.partitions % count,
            racks_matter,
        }
    }

    fn has_racks(&self) -> bool {
        self.takers.iter().any(|taker| taker.rack.is_some())
    }

    fn members(&self) -> Vec<usize> {
        self.takers.iter().map(|taker| taker.member).collect()
    }

    fn room(&self, slot: usize) -> u32 {
        (self.quota + u32::from(self.extras > 0)).saturating_sub(self.takers[slot].taken)
    }

    /// Goes through the subscribers once; each takes the first partitions it may have.
    fn split(
        &mut self,
        may_have: impl Fn(Option<&str>, u32) -> bool,
        assignment: &mut Assignment<T>,
    ) {
        for slot in 0..self.takers.len() {
            let rack = self.takers[slot].rack;
            let mine = self.unassigned.iter().copied().filter(|&p| may_have(rack, p));
            let mine: Vec<u32> = mine.take(self.room(slot) as usize).collect();
            if !mine.is_empty() {
                self.give(slot, &mine, assignment);
            }
        }
    }

    fn give(&mut self, slot: usize, partitions: &[u32], assignment: &mut Assignment<T>) {
        let taker = &mut self.takers[slot];
        taker.taken += partitions.len() as u32;
        if taker.taken > self.quota {
            self.extras = self.extras.saturating_sub(1);
        }
        for partition in partitions {
            self.unassigned.remove(partition);
            assignment[taker.member].push((self.topic.topic, *partition));
        }
    }
}

/// Racks decide only if members and replicas share some, and not every partition is on all of them.
fn racks_matter<T>(takers: &[Taker<'_>], topic: Topic<'_, T>) -> bool {
    let all: Set<&str> = topic.racks.iter().flatten().copied().collect();
    let shared = takers.iter().filter_map(|taker| taker.rack).any(|rack| all.contains(rack));
    shared && topic.racks.iter().any(|here| all.iter().any(|rack| !here.contains(rack)))
}
