//! All partitions dealt in a circle (`RoundRobinAssignor`).

use super::{Assignment, Member, Topic, sorted};
use crate::sim::ordered;

/// The round-robin assignor (`RoundRobinAssignor`): all partitions of all topics are dealt in a
/// circle; who does not subscribe to a topic is passed over.
pub fn round_robin<T: Copy + Ord>(
    topics: &[Topic<'_, T>],
    members: &[Member<'_, T>],
) -> Assignment<T> {
    let order = sorted(members);
    let mut assignment: Assignment<T> = members.iter().map(|_| Vec::new()).collect();
    let mut topics: Vec<_> = topics.iter().collect();
    ordered::sort_by_key(&mut topics, |topic| topic.topic);

    let mut next = 0;
    for topic in topics {
        let wants = |member: usize| members[member].topics.contains(&topic.topic);
        if !order.iter().any(|&member| wants(member)) {
            continue;
        }
        for partition in 0..topic.partitions {
            while !wants(order[next % order.len()]) {
                next += 1;
            }
            assignment[order[next % order.len()]].push((topic.topic, partition));
            next += 1;
        }
    }
    assignment
}
