//! Where a new topic's replicas go: Kafka's striped placement, bit for bit.

use crate::sim::java_hash::{hash_map_order, java_hash};
use crate::sim::ordered;

/// Java's `java.util.Random`: a 48-bit linear congruential generator. Kafka places replicas with
/// it, so the same seed gives the same placement here.
#[derive(Clone, Debug)]
pub struct JavaRandom(u64);

impl JavaRandom {
    const MULTIPLIER: u64 = 0x5_DEEC_E66D;
    const MASK: u64 = (1 << 48) - 1;

    /// The generator that Java makes from `seed`.
    pub fn new(seed: i64) -> Self {
        Self((seed.cast_unsigned() ^ Self::MULTIPLIER) & Self::MASK)
    }

    fn next_31_bits(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(Self::MULTIPLIER).wrapping_add(0xB) & Self::MASK;
        (self.0 >> 17) as u32
    }

    /// A number below `bound` (`Random.nextInt(int)`); `bound` is from 1 to 2^31 - 1.
    pub fn below(&mut self, bound: u32) -> u32 {
        let mut bits = self.next_31_bits();
        if bound.is_power_of_two() {
            return ((u64::from(bits) * u64::from(bound)) >> 31) as u32;
        }
        // Draws from the last, incomplete stretch would favour small numbers: Java draws again.
        let bound = bound.max(1);
        loop {
            let number = bits % bound;
            if u64::from(bits - number) + u64::from(bound) <= 1 << 31 {
                return number;
            }
            bits = self.next_31_bits();
        }
    }

    /// Shuffles from the end towards the front (`Collections.shuffle`).
    fn shuffle<T>(&mut self, list: &mut [T]) {
        for end in (2..=list.len()).rev() {
            list.swap(end - 1, self.below(end as u32) as usize);
        }
    }
}

/// A registered broker, as the controller sees it when it places replicas.
#[derive(Clone, Copy, Debug)]
pub struct UsableBroker<'a, Id> {
    /// `node.id`.
    pub id: Id,
    /// `broker.rack`; brokers without one share a nameless rack.
    pub rack: Option<&'a str>,
    /// A fenced broker gets replicas last and never leads at first.
    pub fenced: bool,
}

/// Why replicas cannot be placed (`InvalidReplicationFactorException`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unplaceable {
    /// The replication factor is zero.
    NotPositive,
    /// Nobody could lead: every broker is fenced, or there is none.
    AllFenced,
    /// More replicas are wanted than brokers are registered.
    TooFewBrokers {
        /// Brokers that are registered, fenced ones included.
        registered: u32,
    },
}

/// Places `partitions` partitions of `replicas` replicas each (`StripedReplicaPlacer.place`): for
/// each partition the replica list, its preferred leader first. `brokers` come in order of
/// registration.
///
/// Each partition starts at the next rack and takes one broker from each in turn; within a rack
/// the brokers take turns as well, those unfenced before those fenced. After as many partitions as
/// there are unfenced brokers everything is shuffled, so that patterns do not repeat.
///
/// # Errors
/// When the replication factor cannot be reached.
pub fn place<Id: Copy + Ord>(
    brokers: &[UsableBroker<'_, Id>],
    partitions: u32,
    replicas: u32,
    random: &mut JavaRandom,
) -> Result<Vec<Vec<Id>>, Unplaceable> {
    let unfenced = brokers.iter().filter(|broker| !broker.fenced).count() as u32;
    let registered = brokers.len() as u32;
    if replicas == 0 {
        return Err(Unplaceable::NotPositive);
    }
    if unfenced == 0 {
        return Err(Unplaceable::AllFenced);
    }
    if replicas > registered {
        return Err(Unplaceable::TooFewBrokers { registered });
    }
    let mut stripes = Stripes::new(brokers, unfenced, random);
    Ok((0..partitions).map(|_| stripes.place(replicas as usize, random)).collect())
}

/// Brokers that take turns, from a random start.
struct Turns<Id> {
    brokers: Vec<Id>,
    taken: usize,
    offset: usize,
    round: u32,
}

impl<Id: Copy + Ord> Turns<Id> {
    fn new(mut brokers: Vec<Id>, random: &mut JavaRandom) -> Self {
        ordered::sort(&mut brokers);
        let offset = match brokers.len() as u32 {
            0 => 0,
            some => random.below(some) as usize,
        };
        Self { brokers, taken: 0, offset, round: 0 }
    }

    /// The next broker of this round, none when each had its turn. A new round starts one further.
    fn next(&mut self, round: u32) -> Option<Id> {
        if self.brokers.is_empty() {
            return None;
        }
        if self.round != round {
            self.round = round;
            self.taken = 0;
            self.offset = (self.offset + 1) % self.brokers.len();
        }
        if self.taken >= self.brokers.len() {
            return None;
        }
        let broker = self.brokers[(self.taken + self.offset) % self.brokers.len()];
        self.taken += 1;
        Some(broker)
    }
}

/// One rack's brokers.
struct Rack<Id> {
    fenced: Turns<Id>,
    unfenced: Turns<Id>,
}

/// All racks and where the next partition starts.
struct Stripes<Id> {
    /// In the order in which Java walks its hash map: chance is drawn in this order.
    racks: Vec<Rack<Id>>,
    /// Indices into `racks`: sorted by name at first, then shuffled.
    order: Vec<usize>,
    unfenced: u32,
    round: u32,
    offset: usize,
}

impl<Id: Copy + Ord> Stripes<Id> {
    fn new(brokers: &[UsableBroker<'_, Id>], unfenced: u32, random: &mut JavaRandom) -> Self {
        let mut names: Vec<Option<&str>> = Vec::new();
        for broker in brokers {
            if !names.contains(&broker.rack) {
                names.push(broker.rack);
            }
        }
        let hashes: Vec<i32> = names.iter().map(|name| name.map_or(0, java_hash)).collect();
        let names: Vec<_> = hash_map_order(&hashes).into_iter().map(|i| names[i]).collect();

        let racks = names.iter().map(|name| {
            let mut turns = |fenced: bool| {
                let members = brokers.iter().filter(|b| b.rack == *name && b.fenced == fenced);
                Turns::new(members.map(|b| b.id).collect(), random)
            };
            Rack { fenced: turns(true), unfenced: turns(false) }
        });
        let racks: Vec<_> = racks.collect();
        let order = ordered::order(racks.len(), &|a, b| names[a].cmp(&names[b]));
        let offset = random.below(order.len() as u32) as usize;
        Self { racks, order, unfenced, round: 0, offset }
    }

    /// One partition's replicas. The caller saw to it that there are enough brokers.
    fn place(&mut self, replicas: usize, random: &mut JavaRandom) -> Vec<Id> {
        if self.round == self.unfenced && self.unfenced > 1 {
            self.shuffle(random);
            self.round = 0;
        }
        if self.offset == self.order.len() {
            self.offset = 0;
        }
        let count = self.order.len();
        let mut chosen = Vec::with_capacity(replicas);

        let mut leader_rack = self.offset;
        while chosen.is_empty() {
            let rack = &mut self.racks[self.order[leader_rack]];
            match rack.unfenced.next(self.round) {
                Some(leader) => chosen.push(leader),
                None => leader_rack = (leader_rack + 1) % count,
            }
        }

        // The leader's rack had its turn: it is passed over once.
        let mut passed_over = false;
        let mut at = self.offset;
        while chosen.len() < replicas {
            if at == leader_rack && !passed_over {
                passed_over = true;
            } else {
                let rack = &mut self.racks[self.order[at]];
                let next = rack.unfenced.next(self.round);
                chosen.extend(next.or_else(|| rack.fenced.next(self.round)));
            }
            at = (at + 1) % count;
        }
        self.round += 1;
        self.offset += 1;
        chosen
    }

    fn shuffle(&mut self, random: &mut JavaRandom) {
        random.shuffle(&mut self.order);
        for rack in &mut self.racks {
            random.shuffle(&mut rack.fenced.brokers);
            random.shuffle(&mut rack.unfenced.brokers);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_why_it_cannot_place() {
        let broker = |id, fenced| UsableBroker { id, rack: None, fenced };
        let random = &mut JavaRandom::new(1);
        assert_eq!(place(&[broker(1, false)], 1, 0, random), Err(Unplaceable::NotPositive));
        assert_eq!(place(&[broker(1, true)], 1, 1, random), Err(Unplaceable::AllFenced));
        assert_eq!(place::<u32>(&[], 1, 1, random), Err(Unplaceable::AllFenced));
        let too_few = Unplaceable::TooFewBrokers { registered: 2 };
        assert_eq!(place(&[broker(1, false), broker(2, true)], 1, 3, random), Err(too_few));
    }

    #[test]
    fn draws_like_java() {
        // new Random(42): nextInt(10) gives 0, 3, 8; nextInt(16) after a fresh start gives 11.
        let mut random = JavaRandom::new(42);
        assert_eq!([10, 10, 10].map(|bound| random.below(bound)), [0, 3, 8]);
        assert_eq!(JavaRandom::new(42).below(16), 11);
    }
}
