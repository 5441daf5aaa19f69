//! What lives here: who reads which partitions, as the assignors say that a group's leader runs.
//! Who may knock: the membership of a consumer that leads its group.
//! Never here: messages and time. An assignment is a function of members and topics.

use std::cmp::Ordering;

use crate::sim::ordered;

mod range;
mod round_robin;
mod sticky;
mod cooperative;
#[cfg(test)]
mod tests;

pub use cooperative::{cooperative_sticky, partitions_lost};
pub use range::range;
pub use round_robin::round_robin;
pub use sticky::sticky;

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
    /// What it says it had before; range and round-robin do not ask. The sticky assignor reads it
    /// from its own user data, the cooperative one from the subscription (`ownedPartitions`).
    pub owned: &'a [(T, u32)],
    /// In which generation it had that; None and -1 are the same: none.
    pub generation: Option<i32>,
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
