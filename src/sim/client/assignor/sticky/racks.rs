//! Who is near which partition (`AbstractStickyAssignor.RackInfo`, KIP-881).

use super::super::{Member, Topic};
use crate::sim::ordered::{self, Set};

/// The racks of members and partitions, where they decide anything.
pub struct Racks<'a> {
    /// Of each member; all None when racks do not decide.
    members: Vec<Option<&'a str>>,
    /// Of each partition's replicas.
    partitions: Vec<&'a [&'a str]>,
}

impl<'a> Racks<'a> {
    /// They decide only if members and replicas share some, and not every partition is on all.
    pub fn new<T: Copy>(topics: &[Topic<'a, T>], members: &[Member<'a, T>]) -> Self {
        let racks = members.iter().map(|member| member.rack.filter(|rack| !rack.is_empty()));
        let mut members: Vec<Option<&str>> = racks.collect();
        let mut partitions: Vec<&[&str]> = Vec::new();
        for topic in topics {
            let racks = |index| topic.racks.get(index as usize).map_or(&[][..], Vec::as_slice);
            partitions.extend((0..topic.partitions).map(racks));
        }
        let all: Set<&str> = partitions.iter().copied().flatten().copied().collect();
        let met = members.iter().flatten().any(|rack| all.contains(rack));
        let everywhere = |here: &&[&str]| all.iter().all(|rack| here.contains(rack));
        if !met || partitions.iter().all(everywhere) {
            members.fill(None);
        }
        Racks { members, partitions }
    }

    /// Whether anything is decided by racks.
    pub fn decide(&self) -> bool {
        self.members.iter().any(Option::is_some)
    }

    /// Whether the member has a rack that the partition is not on.
    pub fn mismatch(&self, member: usize, partition: usize) -> bool {
        self.members[member].is_some() && !self.meet(member, partition)
    }

    /// Whether the member has a rack that the partition is on.
    fn meet(&self, member: usize, partition: usize) -> bool {
        self.members[member].is_some_and(|rack| self.partitions[partition].contains(&rack))
    }

    /// The place in `members` of the next one near the partition, in a circle from `first`.
    pub fn next(&self, partition: usize, members: &[usize], first: usize) -> Option<usize> {
        let mut circle = (first..members.len()).chain(0..first.min(members.len()));
        circle.find(|&place| self.meet(members[place], partition))
    }

    /// Puts partitions that fewer members are near before others.
    pub fn sort(&self, partitions: &mut [usize]) {
        let all = 0..self.members.len();
        let near = |partition: usize| all.clone().filter(|&at| self.meet(at, partition)).count();
        if self.decide() {
            ordered::sort_by_key(partitions, |&partition| near(partition));
        }
    }
}
