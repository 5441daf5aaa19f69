//! The uniform assignor (UniformAssignor), Kafka's default: even shares, and few partitions move.

use super::uniform_heterogeneous::heterogeneous;
use super::{GroupAssignment, GroupSpec, partitions};
use crate::sim::id::Partition;

/// Gives everybody as many partitions as everybody else, or one less, and leaves where it is what
/// may stay; as nearly as that can be when members subscribe to different topics.
pub fn uniform(spec: &GroupSpec<'_>) -> GroupAssignment {
    if spec.homogeneous { homogeneous(spec) } else { heterogeneous(spec) }
}

/// All want the same (UniformHomogeneousAssignmentBuilder): who has more than its share gives up
/// what it has last, and the first members with room take what is free.
fn homogeneous(spec: &GroupSpec<'_>) -> GroupAssignment {
    let Some(first) = spec.members.first() else { return Vec::new() };
    let subscribed = spec.topics.iter().filter(|topic| first.topics.contains(&topic.topic));
    let all: Vec<Partition> = subscribed.flat_map(|topic| partitions(*topic)).collect();
    let is_assigned = |partition| spec.members.iter().any(|m| m.target.contains(partition));
    let mut unassigned: Vec<Partition> =
        all.iter().filter(|partition| !is_assigned(partition)).copied().collect();

    let count = spec.members.len();
    let (quota, extra) = (all.len() / count, all.len() % count);
    let quota = |member: usize| quota + usize::from(member < extra);
    let mut assignment = Vec::with_capacity(count);
    for (index, member) in spec.members.iter().enumerate() {
        let wanted = |partition: &&Partition| first.topics.contains(&partition.topic);
        let mut kept: Vec<Partition> = member.target.iter().filter(wanted).copied().collect();
        if kept.len() > quota(index) {
            unassigned.extend(kept.drain(quota(index)..));
        }
        assignment.push(kept);
    }
    let mut free = unassigned.into_iter();
    for (index, kept) in assignment.iter_mut().enumerate() {
        let room = quota(index) - kept.len();
        kept.extend(free.by_ref().take(room));
    }
    assignment
}
