//! What balancing has moved (`AbstractStickyAssignor.PartitionMovements`).

use super::group::Group;
use crate::sim::java_hash::hash_map_order;

/// A partition on its way from who had it before the balancing to who has it now.
struct Movement {
    partition: usize,
    from: usize,
    to: usize,
}

/// All movements, the last one last.
#[derive(Default)]
pub(super) struct Movements(Vec<Movement>);

impl Movements {
    /// Notes that the partition moves; one that comes home never moved.
    pub fn note(&mut self, partition: usize, from: usize, to: usize) {
        let earlier = self.0.iter().position(|moved| moved.partition == partition);
        let from = earlier.map_or(from, |at| self.0.remove(at).from);
        if from != to {
            self.0.push(Movement { partition, from, to });
        }
    }

    /// What should move instead of `partition`: if one of its topic went the other way, that comes
    /// home, so that no two members swap partitions of a topic. Of several, Kafka takes the first
    /// in the order of a hash set.
    pub fn instead_of(&self, partition: usize, from: usize, to: usize, group: &Group<'_>) -> usize {
        let earlier = self.0.iter().find(|moved| moved.partition == partition);
        let from = earlier.map_or(from, |moved| moved.from);
        let topic = group.topic(partition);
        let mut back = Vec::new();
        for moved in self.0.iter().filter(|moved| (moved.from, moved.to) == (to, from)) {
            if group.topic(moved.partition).first == topic.first {
                back.push(moved.partition);
            }
        }
        // TopicPartition.hashCode.
        let hash = |&at: &usize| {
            let number = group.partitions[at].1.cast_signed();
            number.wrapping_add(31).wrapping_mul(31).wrapping_add(topic.hash)
        };
        let hashes: Vec<i32> = back.iter().map(hash).collect();
        hash_map_order(&hashes).first().map_or(partition, |first| back[*first])
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::{Member, Topic};
    use super::*;

    #[test]
    fn what_went_the_other_way_comes_home_first() {
        let topics = ["t", "u"].map(|topic| Topic { topic, partitions: 4, racks: &[] });
        let group = Group::new::<&str>(&topics, &[] as &[Member<'_, &str>]);
        let (a, b, c) = (0, 1, 2);
        let mut movements = Movements::default();
        movements.note(0, a, b);
        movements.note(1, a, b);
        assert_eq!(movements.instead_of(2, b, c, &group), 2);
        assert_eq!(movements.instead_of(6, b, a, &group), 6, "another topic");
        // 31 · (31 + 1) + 't' falls into an earlier bucket of 16 than 31 · 31 + 't'.
        assert_eq!(movements.instead_of(2, b, a, &group), 1);
        // What has moved before counts from where it began.
        movements.note(3, b, c);
        assert_eq!(movements.instead_of(3, c, a, &group), 1);
        movements.note(1, b, a);
        assert_eq!(movements.instead_of(2, b, a, &group), 0);
    }
}
