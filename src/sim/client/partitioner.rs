//! Which partition a record goes to: murmur2 for keys, sticky or in turn for none.

use serde::{Deserialize, Serialize};

/// The 32-bit murmur2 hash with Kafka's seed (`Utils.murmur2`).
pub fn murmur2(data: &[u8]) -> i32 {
    const SEED: u32 = 0x9747_b28c;
    const MIX: u32 = 0x5bd1_e995;

    let mut hash = SEED ^ data.len() as u32;
    let mut words = data.chunks_exact(4);
    for word in &mut words {
        let mut k = little_endian(word).wrapping_mul(MIX);
        k ^= k >> 24;
        hash = hash.wrapping_mul(MIX) ^ k.wrapping_mul(MIX);
    }
    let rest = words.remainder();
    if !rest.is_empty() {
        hash = (hash ^ little_endian(rest)).wrapping_mul(MIX);
    }
    hash ^= hash >> 13;
    hash = hash.wrapping_mul(MIX);
    hash ^= hash >> 15;
    hash.cast_signed()
}

/// Up to four bytes as one number, the first byte lowest.
fn little_endian(bytes: &[u8]) -> u32 {
    bytes.iter().rev().fold(0, |number, &byte| number << 8 | u32::from(byte))
}

/// Clears the sign bit, as Kafka does before it takes a remainder (`Utils.toPositive`).
fn positive(draw: i32) -> u32 {
    draw.cast_unsigned() & 0x7fff_ffff
}

/// The partition of a record with this key (`BuiltInPartitioner.partitionForKey`).
/// A topic has at least one partition; `partitions` of 0 is read as 1.
pub fn partition_for_key(key: &[u8], partitions: u32) -> u32 {
    positive(murmur2(key)) % partitions.max(1)
}

/// One partition by chance: among those with a leader, or among all when none has one.
/// `draw` is any random 32-bit number.
pub fn uniform(available: &[u32], partitions: u32, draw: i32) -> u32 {
    in_turn(available, partitions, positive(draw))
}

fn in_turn(available: &[u32], partitions: u32, turn: u32) -> u32 {
    match available.len() as u32 {
        0 => turn % partitions.max(1),
        some => available[(turn % some) as usize],
    }
}

/// The uniform sticky partitioner of one topic (`BuiltInPartitioner`, KIP-480 and KIP-794): keyless
/// records stay on one partition until about `batch.size` bytes went there, so that batches fill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sticky {
    /// Bytes after which to move on: `batch.size`, at least 1.
    batch_size: u32,
    /// The partition of the moment; none before the first record.
    current: Option<u32>,
    /// Bytes that went to `current` since it was chosen.
    produced: u64,
}

impl Sticky {
    /// A partitioner that has chosen nothing yet. A `batch_size` of 0 counts as 1, as in Kafka.
    pub fn new(batch_size: u32) -> Self {
        Self { batch_size: batch_size.max(1), current: None, produced: 0 }
    }

    /// The partition for the next keyless record; `choose` is asked for one only the first time.
    pub fn partition(&mut self, choose: impl FnOnce() -> u32) -> u32 {
        *self.current.get_or_insert_with(choose)
    }

    /// Counts `bytes` appended to the current partition and says whether it moved on to a new one,
    /// which `choose` then names (possibly the same).
    ///
    /// `switch_enabled` is false while the partition's last batch is not full: leaving it would
    /// make small batches. At twice the batch size the partitioner moves on nevertheless.
    pub fn on_append(
        &mut self,
        bytes: u32,
        switch_enabled: bool,
        choose: impl FnOnce() -> u32,
    ) -> bool {
        self.produced += u64::from(bytes);
        let enough = u64::from(self.batch_size);
        let switch =
            self.produced >= enough && switch_enabled || self.produced >= enough.saturating_mul(2);
        if switch {
            self.current = Some(choose());
            self.produced = 0;
        }
        switch
    }
}

/// Weights that favour partitions with short queues (KIP-794,
/// `partitioner.adaptive.partitioning.enable`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoadTable {
    /// For each eligible partition the running sum of weights: its share ends before this number.
    ends: Vec<(u32, u32)>,
}

impl LoadTable {
    /// Builds the table from `(partition, batches waiting)` of the eligible partitions, those with
    /// a leader that answers in time; `with_leader` is the number of partitions before slow ones
    /// were left out. `None` when there is nothing to prefer: the choice is then [`uniform`].
    pub fn new(queues: &[(u32, u32)], with_leader: u32) -> Option<Self> {
        let longest = queues.iter().map(|&(_, waiting)| waiting).max()?;
        let all_equal = queues.iter().all(|&(_, waiting)| waiting == longest);
        let none_excluded = queues.len() as u64 == u64::from(with_leader);
        if with_leader < 2 || all_equal && none_excluded {
            return None;
        }
        let mut end = 0u32;
        let ends = queues.iter().map(|&(partition, waiting)| {
            end = end.saturating_add((longest - waiting).saturating_add(1));
            (partition, end)
        });
        Some(Self { ends: ends.collect() })
    }

    /// The end of the range from which a draw is taken.
    pub fn range_end(&self) -> u32 {
        self.ends.last().map_or(0, |&(_, end)| end)
    }

    /// The partition into whose share the draw falls. `draw` is any random 32-bit number.
    pub fn pick(&self, draw: i32) -> u32 {
        let point = positive(draw) % self.range_end().max(1);
        let index = self.ends.partition_point(|&(_, end)| end <= point);
        self.ends.get(index).map_or(0, |&(partition, _)| partition)
    }
}

/// Partitions in turn, whatever the key (`RoundRobinPartitioner`); one per topic.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundRobin {
    turn: u32,
}

impl RoundRobin {
    /// The next partition among those with a leader, in the order of the metadata.
    pub fn next(&mut self, available: &[u32], partitions: u32) -> u32 {
        let turn = self.turn;
        self.turn = turn.wrapping_add(1);
        in_turn(available, partitions, turn & 0x7fff_ffff)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_without_leaders_still_gets_a_partition() {
        assert_eq!(uniform(&[], 3, 7), 1);
        assert_eq!(uniform(&[], 0, 7), 0);
        assert_eq!(uniform(&[4, 9], 12, i32::MIN), 4);
        assert_eq!(uniform(&[4, 9], 12, -1), 9);
    }

    #[test]
    fn sticky_moves_on_when_full_and_at_twice_the_size_anyway() {
        let mut sticky = Sticky::new(100);
        assert_eq!(sticky.partition(|| 2), 2);
        assert_eq!(sticky.partition(|| 5), 2);
        assert!(!sticky.on_append(100, false, || 5));
        assert!(!sticky.on_append(99, false, || 5));
        assert!(sticky.on_append(1, false, || 5));
        assert_eq!(sticky.partition(|| 7), 5);
        assert!(sticky.on_append(100, true, || 7));
    }

    #[test]
    fn round_robin_survives_the_wrap() {
        let mut turns = RoundRobin { turn: u32::MAX };
        assert_eq!(turns.next(&[], 2), 1);
        assert_eq!(turns.next(&[], 2), 0);
    }
}
