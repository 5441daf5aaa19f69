//! The uniform assignor for members that subscribe to different topics
//! (UniformHeterogeneousAssignmentBuilder).

use std::cmp::Ordering;

use super::{GroupAssignment, GroupSpec};
use crate::sim::id::{Partition, TopicId};
use crate::sim::ordered;

/// How often at most all topics are gone through for a better balance.
const MAX_ITERATION_COUNT: u32 = 16;

/// Members go by their place in the group's spec.
struct Topic {
    id: TopicId,
    subscribers: Vec<usize>,
    /// Who shall own it, by partition.
    owners: Vec<Option<usize>>,
}

struct Draft {
    /// In the order in which they are given out.
    topics: Vec<Topic>,
    /// How many partitions each member has.
    sizes: Vec<usize>,
}

/// Keeps what members may keep, gives what is free to those who have least, and then takes from
/// those who have most.
pub(super) fn heterogeneous(spec: &GroupSpec<'_>) -> GroupAssignment {
    let mut draft = Draft::kept(spec);
    for topic in 0..draft.topics.len() {
        draft.assign_remaining(topic);
    }
    draft.balance();

    let mut assignment: GroupAssignment = spec.members.iter().map(|_| Vec::new()).collect();
    for topic in &draft.topics {
        for (index, owner) in topic.owners.iter().enumerate() {
            if let Some(owner) = owner {
                assignment[*owner].push(Partition { topic: topic.id, index: index as u32 });
            }
        }
    }
    assignment
}

/// Most partitions per subscriber first, then fewest subscribers, then by id: what is hardest to
/// spread is spread first.
fn by_difficulty(a: &Topic, b: &Topic) -> Ordering {
    // Quotients compared without dividing.
    let (of_a, of_b) = (a.owners.len() * b.subscribers.len(), b.owners.len() * a.subscribers.len());
    of_b.cmp(&of_a).then(a.subscribers.len().cmp(&b.subscribers.len())).then(a.id.cmp(&b.id))
}

impl Draft {
    /// What is left of the last assignment under the subscriptions of now.
    fn kept(spec: &GroupSpec<'_>) -> Draft {
        let mut topics = Vec::new();
        let mut sizes = vec![0; spec.members.len()];
        for topic in spec.topics {
            let mut subscribers = Vec::new();
            let mut owners = vec![None; topic.num_partitions as usize];
            for (member, subscription) in spec.members.iter().enumerate() {
                if !subscription.topics.contains(&topic.topic) {
                    continue;
                }
                subscribers.push(member);
                for partition in subscription.target.iter().filter(|p| p.topic == topic.topic) {
                    if let Some(owner) = owners.get_mut(partition.index as usize) {
                        *owner = Some(member);
                        sizes[member] += 1;
                    }
                }
            }
            if !subscribers.is_empty() {
                topics.push(Topic { id: topic.topic, subscribers, owners });
            }
        }
        ordered::sort_by(&mut topics, by_difficulty);
        Draft { topics, sizes }
    }

    /// A topic's subscribers, who has least first.
    fn queue(&self, topic: usize) -> Vec<usize> {
        let mut queue = self.topics[topic].subscribers.clone();
        ordered::sort_by_key(&mut queue, |member| self.sizes[*member]);
        queue
    }

    /// Who has least; of several, who stands first.
    fn least_loaded(&self, queue: &[usize]) -> Option<usize> {
        queue.iter().copied().min_by_key(|member| self.sizes[*member])
    }

    fn assign_remaining(&mut self, topic: usize) {
        let queue = self.queue(topic);
        for partition in 0..self.topics[topic].owners.len() {
            if self.topics[topic].owners[partition].is_none()
                && let Some(taker) = self.least_loaded(&queue)
            {
                self.give(topic, partition, taker);
            }
        }
    }

    fn give(&mut self, topic: usize, partition: usize, taker: usize) {
        if let Some(giver) = self.topics[topic].owners[partition].replace(taker) {
            self.sizes[giver] -= 1;
        }
        self.sizes[taker] += 1;
    }

    /// Goes through the topics until nothing has moved since the same topic before, or it has
    /// taken too long: subscriptions that overlap may need many rounds.
    fn balance(&mut self) {
        let mut last_moved = None;
        for _ in 0..MAX_ITERATION_COUNT {
            for topic in 0..self.topics.len() {
                if self.topics[topic].subscribers.len() < 2 {
                    continue;
                }
                if last_moved == Some(topic) {
                    return;
                }
                if self.balance_topic(topic) || last_moved.is_none() {
                    last_moved = Some(topic);
                }
            }
        }
    }

    /// Moves partitions of one topic from who has most to who has least. Whether any moved.
    fn balance_topic(&mut self, topic: usize) -> bool {
        let mut queue = self.queue(topic);
        // What each may be asked for: only what it had before, the last partition first.
        let mut spare: Vec<Vec<usize>> = self.sizes.iter().map(|_| Vec::new()).collect();
        for (partition, owner) in self.topics[topic].owners.iter().enumerate() {
            if let Some(owner) = owner {
                spare[*owner].push(partition);
            }
        }
        let mut moved = false;
        // Behind it stand those who have nothing to give.
        let mut end = queue.len();
        while let Some(place) = (0..end).max_by_key(|place| self.sizes[queue[*place]])
            && let Some(taker) = self.least_loaded(&queue)
        {
            let giver = queue[place];
            let Some(partition) = spare[giver].pop() else {
                end -= 1;
                queue.swap(place, end);
                continue;
            };
            if self.sizes[giver] <= self.sizes[taker] + 1 {
                break;
            }
            self.give(topic, partition, taker);
            moved = true;
        }
        moved
    }
}

#[cfg(test)]
mod tests {
    use super::super::MemberSpec;
    use super::*;
    use crate::sim::id::ClientId;
    use crate::sim::wire::{MemberId, SubscribedTopicMetadata};

    fn of(topic: u32, indices: &[u32]) -> impl Iterator<Item = Partition> {
        indices.iter().map(move |index| Partition { topic: TopicId(topic), index: *index })
    }

    /// Who has nothing to give changes places with who stands last, as in Kafka: if the others
    /// only closed up, the next ones to give would be others.
    #[test]
    fn who_has_nothing_to_give_changes_places() {
        let before: [Vec<Partition>; 5] = [
            vec![],
            of(0, &[2, 3, 4]).chain(of(1, &[0, 3, 4, 5])).collect(),
            vec![],
            of(0, &[0, 1, 5, 6]).collect(),
            of(1, &[1, 2]).collect(),
        ];
        let (both, second) = (vec![TopicId(0), TopicId(1)], vec![TopicId(1)]);
        let subscriptions = [&second, &both, &second, &both, &both];
        let members = before.iter().enumerate().map(|(place, target)| MemberSpec {
            id: MemberId { client: ClientId(place as u32), serial: 0 },
            instance_id: None,
            topics: subscriptions[place].clone(),
            target,
        });
        let topics = [(0, 7), (1, 6)].map(|(id, num_partitions)| SubscribedTopicMetadata {
            topic: TopicId(id),
            num_partitions,
        });
        let spec = GroupSpec { members: members.collect(), topics: &topics, homogeneous: false };
        let after: [Vec<Partition>; 5] = [
            of(1, &[2, 5]).collect(),
            of(0, &[2]).chain(of(1, &[0, 3])).collect(),
            of(1, &[1, 4]).collect(),
            of(0, &[0, 1, 5]).collect(),
            of(0, &[3, 4, 6]).collect(),
        ];
        assert_eq!(heterogeneous(&spec), after);
    }
}
