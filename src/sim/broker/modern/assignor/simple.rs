//! The assignor of share groups (SimpleAssignor, KIP-932): everybody reads everything.

use super::{GroupAssignment, GroupSpec, partitions};

/// Every member gets all partitions of the topics it subscribes to.
pub fn simple(spec: &GroupSpec<'_>) -> GroupAssignment {
    let all = |topics: &[_]| {
        let subscribed = spec.topics.iter().filter(|topic| topics.contains(&topic.topic));
        subscribed.flat_map(|topic| partitions(*topic)).collect()
    };
    spec.members.iter().map(|member| all(&member.topics)).collect()
}
