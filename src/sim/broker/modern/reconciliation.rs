//! How one member comes from what it has to what it shall have (CurrentAssignmentBuilder).
//!
//! It gives up first what is not to be its own, then comes to the target's epoch, and there takes
//! each partition as soon as nobody else has it.

use crate::sim::id::{Epoch, Partition};
use crate::sim::ordered::Set;
use crate::sim::wire::{
    ConsumerGroupCurrentMemberAssignmentValue as CurrentAssignment, MemberState,
};

/// The target assignment of one member, and how to tell whether a partition of it is free.
#[derive(Clone, Copy)]
pub struct Target<'a> {
    pub epoch: Epoch,
    pub partitions: &'a Set<Partition>,
    /// Whether anybody has a partition still, this member among them.
    pub is_held: &'a dyn Fn(Partition) -> bool,
}

/// A member's next step; the same again if it cannot make one. `owned` is what the member said it
/// owns, if it said so.
pub fn next_assignment(
    current: &CurrentAssignment,
    target: Target<'_>,
    owned: Option<&Set<Partition>>,
) -> CurrentAssignment {
    let epoch = match current.state {
        MemberState::Stable if current.member_epoch == target.epoch => return current.clone(),
        MemberState::UnrevokedPartitions => {
            if may_own(owned, &current.partitions_pending_revocation) {
                return current.clone();
            }
            current.member_epoch + 1
        }
        MemberState::Stable | MemberState::UnreleasedPartitions => current.member_epoch,
    };

    let (mut assigned, mut revoked) = (Set::new(), Set::new());
    for partition in &current.assigned_partitions {
        let stays = target.partitions.contains(partition);
        if stays {
            assigned.insert(*partition)
        } else {
            revoked.insert(*partition)
        };
    }
    let previous_member_epoch = current.member_epoch;
    if !revoked.is_empty() && may_own(owned, &revoked) {
        return CurrentAssignment {
            member_epoch: epoch,
            previous_member_epoch,
            state: MemberState::UnrevokedPartitions,
            assigned_partitions: assigned,
            partitions_pending_revocation: revoked,
        };
    }
    let mut state = MemberState::Stable;
    for partition in target.partitions {
        if current.assigned_partitions.contains(partition) {
            continue;
        }
        if (target.is_held)(*partition) {
            state = MemberState::UnreleasedPartitions;
        } else {
            assigned.insert(*partition);
        }
    }
    CurrentAssignment {
        member_epoch: target.epoch,
        previous_member_epoch,
        state,
        assigned_partitions: assigned,
        partitions_pending_revocation: Set::new(),
    }
}

/// Whether a member may own any of these still: it says so, or says nothing.
fn may_own(owned: Option<&Set<Partition>>, revoked: &Set<Partition>) -> bool {
    owned.is_none_or(|owned| owned.iter().any(|partition| revoked.contains(partition)))
}
