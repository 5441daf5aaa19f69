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
