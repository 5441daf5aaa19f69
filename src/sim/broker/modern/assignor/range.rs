//! The range assignor (RangeAssignor): of each topic one stretch for each of its subscribers.

use std::cmp::Ordering;

use super::{GroupAssignment, GroupSpec, MemberSpec};
use crate::sim::id::Partition;
use crate::sim::ordered;

/// Static members come first, by instance id, then the others by member id.
fn by_identity(a: &MemberSpec<'_>, b: &MemberSpec<'_>) -> Ordering {
    match (a.instance_id, b.instance_id) {
        (Some(a), Some(b)) => a.cmp(b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => a.id.cmp(&b.id),
    }
}

/// Each topic's partitions in one stretch per subscriber, the first ones taking one more when it
/// does not divide evenly. What members had before does not matter.
pub fn range(spec: &GroupSpec<'_>) -> GroupAssignment {
    let members = &spec.members;
    let order = ordered::order(members.len(), &|a, b| by_identity(&members[a], &members[b]));
    let mut assignment: GroupAssignment = members.iter().map(|_| Vec::new()).collect();
    for topic in spec.topics {
        let subscribes = |member: &&usize| members[**member].topics.contains(&topic.topic);
        let mut left = order.iter().filter(subscribes).count() as u32;
        let mut from = 0;
        for member in order.iter().filter(subscribes) {
            let to = from + (topic.num_partitions - from).div_ceil(left);
            let stretch = (from..to).map(|index| Partition { topic: topic.topic, index });
            assignment[*member].extend(stretch);
            from = to;
            left -= 1;
        }
    }
    assignment
}
