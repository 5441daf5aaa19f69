//! Choosing leaders (PartitionChangeBuilder): a pure function from a partition's state and what is
//! wanted to the record that changes it.
//!
//! Nobody votes and the longest log does not matter: the first replica in assignment order that is
//! alive and in the ISR leads.
// Simplified: Eligible Leader Replicas (KIP-966) are off, as on clusters from before 4.1.

use crate::sim::id::{BrokerId, Partition};
use crate::sim::image::PartitionState;
use crate::sim::wire::PartitionChangeRecord;

/// What kind of election is allowed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Election {
    /// From the ISR only.
    Online,
    /// As `Online`, but the first replica takes over even from a leader that is well.
    Preferred,
    /// From the ISR if possible, otherwise any live replica (`unclean.leader.election.enable`).
    Unclean,
}

/// The change that brings a partition to `target_isr` with an acceptable leader; none when nothing
/// changes. `recovered` says that the leader has reported its recovery from an unclean election.
pub fn change(
    partition: Partition,
    state: &PartitionState,
    target_isr: &[BrokerId],
    election: Election,
    recovered: bool,
    acceptable: impl Fn(BrokerId) -> bool,
) -> Option<PartitionChangeRecord> {
    let valid = |id: &BrokerId| target_isr.contains(id) && acceptable(*id);
    let preferred = (election == Election::Preferred)
        .then(|| state.replicas.first().copied())
        .flatten()
        .filter(|id| valid(id));
    let elected = preferred
        .or(state.leader)
        .filter(|leader| valid(leader))
        .or_else(|| state.replicas.iter().copied().find(|id| valid(id)));
    let unclean = match (elected, election) {
        (None, Election::Unclean) => state.replicas.iter().copied().find(|id| acceptable(*id)),
        _ => None,
    };
    let leader = elected.or(unclean);
    // Without ELR the ISR is never emptied: the last replica standing stays in it, alone able to
    // come back.
    let isr: &[BrokerId] = match &unclean {
        Some(leader) => std::slice::from_ref(leader),
        None if target_isr.is_empty() => &state.isr,
        None => target_isr,
    };
    let record = PartitionChangeRecord {
        partition,
        isr: (isr != state.isr).then(|| isr.to_vec()),
        leader: (leader != state.leader).then_some(leader),
        recovering: match unclean {
            Some(_) => Some(true),
            None => (state.recovering && recovered).then_some(false),
        },
    };
    let changes = record.isr.is_some() || record.leader.is_some() || record.recovering.is_some();
    changes.then_some(record)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::id::TopicId;

    const P: Partition = Partition { topic: TopicId(0), index: 0 };

    fn state(isr: &[u32], leader: Option<u32>) -> PartitionState {
        PartitionState {
            replicas: [1, 2, 3].map(BrokerId).to_vec(),
            isr: isr.iter().copied().map(BrokerId).collect(),
            leader: leader.map(BrokerId),
            leader_epoch: 0,
            partition_epoch: 0,
            recovering: false,
        }
    }

    fn check(
        isr: &[u32],
        leader: Option<u32>,
        target: &[u32],
        up: &[u32],
        election: Election,
        expect: (Option<u32>, &[u32]),
    ) {
        let mut state = state(isr, leader);
        let target: Vec<BrokerId> = target.iter().copied().map(BrokerId).collect();
        let change = change(P, &state, &target, election, false, |id| up.contains(&id.0));
        if let Some(change) = change {
            state.merge(&change);
        }
        let isr: Vec<u32> = state.isr.iter().map(|id| id.0).collect();
        assert_eq!((state.leader.map(|id| id.0), &isr[..]), expect);
    }

    #[test]
    fn the_first_live_member_of_the_isr_leads() {
        check(&[1, 2, 3], Some(1), &[2, 3], &[2, 3], Election::Online, (Some(2), &[2, 3]));
        check(&[1, 3], Some(1), &[3], &[2, 3], Election::Online, (Some(3), &[3]));
    }

    #[test]
    fn the_last_replica_standing_keeps_its_place() {
        check(&[1], Some(1), &[], &[2, 3], Election::Online, (None, &[1]));
        check(&[1], None, &[1], &[1, 2, 3], Election::Online, (Some(1), &[1]));
    }

    #[test]
    fn only_an_unclean_election_leaves_the_isr() {
        check(&[1], Some(1), &[], &[2, 3], Election::Unclean, (Some(2), &[2]));
    }
}
