//! Seeded chance: one stream per node and per link, so that adding one thing leaves the luck of
//! all others as it was.

use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, SeedableRng};

use super::id::Node;
use super::time::Span;
use crate::sim::ordered::Map;

/// One stream of chance. Its draws depend only on the seed, the owner and how many came before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream(Xoshiro256PlusPlus);

impl Stream {
    /// The stream of `owner` in the world with this seed.
    pub fn new(seed: u64, owner: &[u64]) -> Stream {
        // SplitMix64's finalizer folds the owner into the seed; neighbours end far apart.
        let mut mixed = seed;
        for &word in owner {
            mixed = finalize(mixed ^ word.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        }
        Stream(Xoshiro256PlusPlus::seed_from_u64(finalize(mixed)))
    }

    /// Uniform over all 64-bit numbers.
    pub fn draw(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// Uniform in `0..bound`; 0 when `bound` is 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        // The high bits of a 128-bit product: no modulo bias worth the name, no rejection loop.
        ((u128::from(self.draw()) * u128::from(bound)) >> 64) as u64
    }

    /// Uniform between nothing and `most`, both included.
    pub fn up_to(&mut self, most: Span) -> Span {
        Span(self.below(most.0.saturating_add(1)))
    }
}

fn finalize(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A node as words to seed by.
pub(super) fn node_words(node: Node) -> [u64; 2] {
    match node {
        Node::Admin => [1, 0],
        Node::Controller(id) => [2, u64::from(id.0)],
        Node::Broker(id) => [3, u64::from(id.0)],
        Node::Client(id) => [4, u64::from(id.0)],
    }
}

/// The streams of all nodes, made when first asked for.
#[derive(Clone, Debug)]
pub struct Dice {
    seed: u64,
    nodes: Map<Node, Stream>,
}

impl Dice {
    pub(super) fn new(seed: u64) -> Dice {
        Dice { seed, nodes: Map::new() }
    }

    pub(super) fn of(&mut self, node: Node) -> &mut Stream {
        let seed = self.seed;
        self.nodes.entry(node).or_insert_with(|| Stream::new(seed, &node_words(node)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Links replay differently if the generator ever changes: pinned to the raw draws.
    #[test]
    fn draws_are_pinned() {
        let mut stream = Stream::new(7, &[3, 1]);
        let draws: Vec<u64> = (0..3).map(|_| stream.draw()).collect();
        assert_eq!(
            draws,
            [13203415098618604878, 18301440749718568095, 10842562507570247427],
            "the generator or the mixing changed: old links would tell other stories"
        );
    }

    #[test]
    fn below_stays_below() {
        let mut stream = Stream::new(1, &[]);
        assert!((0..1000).all(|_| stream.below(3) < 3));
        assert_eq!(stream.below(0), 0);
    }
}
