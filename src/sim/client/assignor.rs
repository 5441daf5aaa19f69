//! Who reads which partitions: the assignors that a group's leader runs.

use std::cmp::Ordering;

use crate::sim::ordered::{self, Map, Set};

/// A member of a consumer group with what it told the coordinator when it joined.
#[derive(Clone, Copy, Debug)]
pub struct Member<'a, T> {
    /// `member.id`, given by the coordinator.
    pub id: &'a str,
    /// `group.instance.id` of a static member (KIP-345).
    pub instance_id: Option<&'a str>,
    /// `client.rack` (KIP-881).
    pub rack: Option<&'a str>,
    /// The topics it subscribes to.
    pub topics: &'a [T],
}

/// A topic that exists, as the group's leader sees it in its metadata.
#[derive(Clone, Copy, Debug)]
pub struct Topic<'a, T> {
    /// Its name or id.
    pub topic: T,
    /// How many partitions it has.
    pub partitions: u32,
    /// For each partition the racks of its replicas; empty when racks are not known.
    pub racks: &'a [Vec<&'a str>],
}

/// The partitions of each member, in the order in which members were given.
pub type Assignment<T> = Vec<Vec<(T, u32)>>;

/// Static members first, by instance id, then the others by member id: an order that survives
/// restarts of static members (`AbstractPartitionAssignor.MemberInfo`).
fn by_identity<T>(a: &Member<'_, T>, b: &Member<'_, T>) -> Ordering {
    match (a.instance_id, b.instance_id) {
        (Some(a), Some(b)) => a.cmp(b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => a.id.cmp(b.id),
    }
}

/// Indices of the members in order of identity.
fn sorted<T>(members: &[Member<'_, T>]) -> Vec<usize> {
    ordered::order(members.len(), &|a, b| by_identity(&members[a], &members[b]))
}

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

/// The round-robin assignor (`RoundRobinAssignor`): all partitions of all topics are dealt in a
/// circle; who does not subscribe to a topic is passed over.
pub fn round_robin<T: Copy + Ord>(
    topics: &[Topic<'_, T>],
    members: &[Member<'_, T>],
) -> Assignment<T> {
    let order = sorted(members);
    let mut assignment: Assignment<T> = members.iter().map(|_| Vec::new()).collect();
    let mut topics: Vec<_> = topics.iter().collect();
    ordered::sort_by_key(&mut topics, |topic| topic.topic);

    let mut next = 0;
    for topic in topics {
        let wants = |member: usize| members[member].topics.contains(&topic.topic);
        if !order.iter().any(|&member| wants(member)) {
            continue;
        }
        for partition in 0..topic.partitions {
            while !wants(order[next % order.len()]) {
                next += 1;
            }
            assignment[order[next % order.len()]].push((topic.topic, partition));
            next += 1;
        }
    }
    assignment
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member<'a>(id: &'a str, topics: &'a [&'a str]) -> Member<'a, &'a str> {
        Member { id, instance_id: None, rack: None, topics }
    }

    #[test]
    fn nobody_and_nothing_are_fine() {
        let topic = Topic { topic: "t", partitions: 3, racks: &[] };
        assert!(range(&[topic], &[]).is_empty());
        assert!(round_robin(&[topic], &[]).is_empty());
        let other = [member("a", &["other"])];
        assert_eq!(range(&[topic], &other), [vec![]]);
        assert_eq!(round_robin(&[topic], &other), [vec![]]);
    }

    #[test]
    fn static_members_come_first() {
        let topic = Topic { topic: "t", partitions: 3, racks: &[] };
        let fixed = Member { instance_id: Some("z"), ..member("zz", &["t"]) };
        let members = [member("a", &["t"]), fixed];
        assert_eq!(range(&[topic], &members), [vec![("t", 2)], vec![("t", 0), ("t", 1)]]);
    }
}
