//! Sticky shares that nobody has to stop reading for (`CooperativeStickyAssignor`, KIP-429).

use super::sticky::{Group, Outcome, assign, named, subscribed};
use super::{Assignment, Member, Topic};

/// The cooperative sticky assignor (`CooperativeStickyAssignor`): as [`sticky`](super::sticky()),
/// less what somebody else has to give up first. That is dealt in a follow-up round: whoever loses
/// something ([`partitions_lost`]) joins again. Among different subscriptions the follow-up may,
/// rarely, take something away itself.
pub fn cooperative_sticky<T: Copy + Ord + AsRef<str>>(
    topics: &[Topic<'_, T>],
    members: &[Member<'_, T>],
) -> Assignment<T> {
    let topics = subscribed(topics, members);
    let group = Group::new(&topics, members);
    let Outcome { mut shares, transferring } = assign(&group);
    for (partition, member) in transferring.unwrap_or_else(|| transfers(&group, &shares)) {
        shares[member].retain(|mine| *mine != partition);
    }
    named(&topics, &shares)
}

/// What is new to a member and taken from another one, with the former
/// (`computePartitionsTransferringOwnership`).
fn transfers(group: &Group<'_>, shares: &[Vec<usize>]) -> Vec<(usize, usize)> {
    let mut revoked = vec![false; group.partitions.len()];
    for (member, share) in group.members.iter().zip(shares) {
        for &partition in member.claims.iter().filter(|claimed| !share.contains(claimed)) {
            revoked[partition] = true;
        }
    }
    let mut transfers = Vec::new();
    for (at, member) in group.members.iter().enumerate() {
        for &partition in shares[at].iter().filter(|mine| !member.claims.contains(mine)) {
            if revoked[partition] {
                transfers.push((partition, at));
            }
        }
    }
    transfers
}

/// How many partitions members had and have no longer. Under the cooperative protocol each member
/// sees what it loses itself, and joins again if there is any: one is enough for a follow-up
/// rebalance (`ConsumerCoordinator.onJoinComplete`).
pub fn partitions_lost<T: PartialEq>(members: &[Member<'_, T>], assignment: &Assignment<T>) -> u32 {
    let mut lost = 0;
    for (member, share) in members.iter().zip(assignment) {
        lost += member.owned.iter().filter(|owned| !share.contains(owned)).count() as u32;
    }
    lost
}
