//! What lives here: even shares that move as little as possible (`StickyAssignor`; KIP-54,
//! KIP-341).
//! Who may knock: the other assignors; the cooperative one is this one and a little more.
//! Never here: names. Members, topics and partitions are numbers, so that this code is there once.

mod group;
mod racks;
mod constrained;
mod general;
mod movements;

use super::{Assignment, Member, Topic};
pub(super) use group::{Group, named, subscribed};

/// The sticky assignor (`StickyAssignor`): everyone keeps what it had, as far as the shares stay
/// even; of those who claim the same partition, the one with the higher generation had it.
///
/// Where Kafka goes through members in the order of a hash map, this goes through them in the order
/// given: [`hash_map_order`](crate::sim::java_hash::hash_map_order) of their ids is Kafka's.
pub fn sticky<T: Copy + Ord + AsRef<str>>(
    topics: &[Topic<'_, T>],
    members: &[Member<'_, T>],
) -> Assignment<T> {
    let topics = subscribed(topics, members);
    named(&topics, &assign(&Group::new(&topics, members)).shares)
}

/// What the two sticky assignors have in common (`AbstractStickyAssignor`).
pub(super) struct Outcome {
    /// For each member its partitions.
    pub shares: Vec<Vec<usize>>,
    /// What goes from one member to another, with the latter; None if nobody kept count, which is
    /// so among different subscriptions.
    pub transferring: Option<Vec<(usize, usize)>>,
}

/// `AbstractStickyAssignor.assignPartitions`.
pub(super) fn assign(group: &Group<'_>) -> Outcome {
    match group.alike {
        true => constrained::assign(group),
        false => Outcome { shares: general::assign(group), transferring: None },
    }
}
