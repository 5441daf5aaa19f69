//! A group in numbers: members, topics and partitions by their places.

use super::super::{Assignment, Member, Topic};
use super::racks::Racks;
use crate::sim::java_hash::java_hash;
use crate::sim::ordered;

/// What the sticky assignors decide upon. Partitions are numbered through, by topic and number.
pub struct Group<'a> {
    pub members: Vec<Claimant<'a>>,
    pub topics: Vec<Subject>,
    /// For each partition its topic and its number there.
    pub partitions: Vec<(usize, u32)>,
    pub racks: Racks<'a>,
    /// Whether all subscribe to the same topics.
    pub alike: bool,
}

/// A member and what it says it had.
pub struct Claimant<'a> {
    pub id: &'a str,
    /// -1 is none (`AbstractStickyAssignor.DEFAULT_GENERATION`).
    pub generation: i32,
    pub claims: Vec<usize>,
    /// What of its topics exists.
    pub topics: Vec<usize>,
}

/// A topic and who may read it.
pub struct Subject {
    /// Its partition 0.
    pub first: usize,
    pub partitions: u32,
    pub subscribers: Vec<usize>,
    /// `String.hashCode` of its name.
    pub hash: i32,
}

/// The topics with partitions that somebody subscribes to, in their order.
pub fn subscribed<'a, T: Copy + Ord>(
    topics: &[Topic<'a, T>],
    members: &[Member<'_, T>],
) -> Vec<Topic<'a, T>> {
    let wanted = |topic: T| members.iter().any(|member| member.topics.contains(&topic));
    let exist = topics.iter().filter(|topic| topic.partitions > 0 && wanted(topic.topic));
    let mut topics: Vec<_> = exist.copied().collect();
    ordered::sort_by_key(&mut topics, |topic| topic.topic);
    topics
}

/// Whether all subscribe to the same topics. Members without any that come first do not count, as
/// in `AbstractStickyAssignor.allSubscriptionsEqual`.
fn alike<T: Ord>(members: &[Member<'_, T>]) -> bool {
    let mut rest = members.iter().map(|member| member.topics).skip_while(|all| all.is_empty());
    let Some(first) = rest.next() else { return true };
    rest.all(|all| all.len() == first.len() && all.iter().all(|topic| first.contains(topic)))
}

/// An assignment in the words of who asked for it.
pub fn named<T: Copy>(topics: &[Topic<'_, T>], shares: &[Vec<usize>]) -> Assignment<T> {
    let mut partitions = Vec::new();
    for topic in topics {
        partitions.extend((0..topic.partitions).map(|index| (topic.topic, index)));
    }
    shares.iter().map(|share| share.iter().map(|&at| partitions[at]).collect()).collect()
}

impl<'a> Group<'a> {
    /// Simplified: what a member had of a topic that has fewer partitions by now is forgotten;
    /// Kafka's sticky assignors go on with it.
    pub fn new<T: Copy + Ord + AsRef<str>>(
        topics: &[Topic<'a, T>],
        members: &[Member<'a, T>],
    ) -> Self {
        let mut group = Group {
            members: Vec::new(),
            topics: Vec::new(),
            partitions: Vec::new(),
            racks: Racks::new(topics, members),
            alike: alike(members),
        };
        for (at, topic) in topics.iter().enumerate() {
            let takes = |member: &usize| members[*member].topics.contains(&topic.topic);
            group.topics.push(Subject {
                first: group.partitions.len(),
                partitions: topic.partitions,
                subscribers: (0..members.len()).filter(takes).collect(),
                hash: java_hash(topic.topic.as_ref()),
            });
            group.partitions.extend((0..topic.partitions).map(|index| (at, index)));
        }
        for (at, member) in members.iter().enumerate() {
            let place = |&(topic, index): &(T, u32)| {
                let found = topics.binary_search_by(|there| there.topic.cmp(&topic)).ok()?;
                let topic = &group.topics[found];
                (index < topic.partitions).then_some(topic.first + index as usize)
            };
            let reads = |topic: &usize| group.topics[*topic].subscribers.contains(&at);
            group.members.push(Claimant {
                id: member.id,
                generation: member.generation.unwrap_or(-1),
                claims: member.owned.iter().filter_map(place).collect(),
                topics: (0..topics.len()).filter(reads).collect(),
            });
        }
        group
    }

    /// The topic of a partition.
    pub fn topic(&self, partition: usize) -> &Subject {
        &self.topics[self.partitions[partition].0]
    }

    /// Who had what, and what more than one of the same generation had: that belongs to none of
    /// them (`AbstractStickyAssignor.allSubscriptionsEqual`).
    pub fn owned(&self) -> (Vec<Vec<usize>>, Vec<bool>) {
        let mut owned: Vec<Vec<usize>> = self.members.iter().map(|_| Vec::new()).collect();
        let mut owners: Vec<Option<usize>> = vec![None; self.partitions.len()];
        let mut disputed = vec![false; self.partitions.len()];
        for (at, member) in self.members.iter().enumerate() {
            for &partition in &member.claims {
                let mut gains = true;
                if let Some(other) = owners[partition] {
                    let rival = self.members[other].generation;
                    if member.generation < rival {
                        continue;
                    }
                    owned[other].retain(|owned| *owned != partition);
                    gains = member.generation > rival;
                    disputed[partition] |= !gains;
                }
                owners[partition] = Some(at);
                if gains {
                    owned[at].push(partition);
                }
            }
        }
        (owned, disputed)
    }
}
