//! Choosing leaders (PartitionChangeBuilder): a pure function from a partition's state and what is
//! wanted to the record that changes it.
//!
//! Nobody votes and the longest log does not matter: the first replica in assignment order that is
//! alive and in the ISR leads; where the ISR is empty, one of the Eligible Leader Replicas
//! (KIP-966), who left it while it was below min.insync.replicas and so lack nothing committed.

use crate::sim::id::{BrokerId, Partition};
use crate::sim::image::PartitionState;
use crate::sim::mutant::{Mutant, breaks};
use crate::sim::ordered;
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

/// What is wanted of a partition.
#[derive(Clone, Debug)]
pub struct PartitionChange<'a> {
    /// What it is now.
    pub state: &'a PartitionState,
    /// The ISR it shall have.
    pub isr: Vec<BrokerId>,
    /// The replicas it shall have, while it is reassigned those that come and go among them.
    pub replicas: Vec<BrokerId>,
    /// The replicas that come.
    pub adding: Vec<BrokerId>,
    /// The replicas that go.
    pub removing: Vec<BrokerId>,
    /// Who may lead.
    pub election: Election,
    /// The leader says that it has recovered from an unclean election.
    pub recovered: bool,
    /// min.insync.replicas, but not more than there are replicas.
    pub min_isr: u32,
    /// Whether there are Eligible Leader Replicas.
    pub elr: bool,
    /// Came back without having said good-bye: its log may lack what it had.
    pub unclean_shutdown: Vec<BrokerId>,
}

/// Who shall lead, and whether that may lose records.
struct Elected {
    leader: Option<BrokerId>,
    unclean: bool,
}

impl<'a> PartitionChange<'a> {
    /// Wants nothing but a leader, from what the partition is now.
    pub fn of(state: &'a PartitionState) -> Self {
        Self {
            state,
            isr: state.isr.clone(),
            replicas: state.replicas.clone(),
            adding: state.adding.clone(),
            removing: state.removing.clone(),
            election: Election::Online,
            recovered: false,
            min_isr: 1,
            elr: false,
            unclean_shutdown: Vec::new(),
        }
    }

    /// The record that brings it about; none when nothing changes.
    pub fn build(
        mut self,
        partition: Partition,
        acceptable: impl Fn(BrokerId) -> bool,
    ) -> Option<PartitionChangeRecord> {
        self.complete_reassignment();
        let before = self.state;
        let mut elr = self.target_elr();
        let Elected { leader, unclean } = self.elect(&elr, acceptable);
        let moved = leader != before.leader;
        let unclean = unclean && moved;
        if let Some(leader) = leader.filter(|leader| moved && elr.contains(leader)) {
            self.isr = vec![leader];
            elr.retain(|id| *id != leader);
        }
        if unclean || !self.elr {
            elr.clear();
        }
        let loses_replica = before.replicas.iter().any(|id| !self.replicas.contains(id));
        let isr = match leader {
            Some(leader) if unclean => Some(vec![leader]),
            // Without ELR the ISR is never emptied: the last replica standing stays in it, alone
            // able to come back.
            _ if self.isr.is_empty() && !self.elr => None,
            _ => Some(std::mem::take(&mut self.isr)),
        };
        let isr = isr.filter(|isr| *isr != before.isr);
        let record = PartitionChangeRecord {
            partition,
            last_known_elr: self.last_known_leader(isr.as_deref(), leader),
            isr,
            // A lost replica raises the leader epoch even where the leader stays.
            leader: (moved || loses_replica).then_some(leader),
            elr: (elr != before.elr).then_some(elr),
            recovering: match unclean {
                true => (!before.recovering).then_some(true),
                false => (before.recovering && self.recovered).then_some(false),
            },
            replicas: (self.replicas != before.replicas).then_some(self.replicas),
            adding: (self.adding != before.adding).then_some(self.adding),
            removing: (self.removing != before.removing).then_some(self.removing),
        };
        (!record.is_empty()).then_some(record)
    }

    /// All that come are in sync: those that go may go
    /// (PartitionReassignmentReplicas.maybeCompleteReassignment).
    fn complete_reassignment(&mut self) {
        if self.adding.is_empty() && self.removing.is_empty() {
            return;
        }
        let stays = |id: &&BrokerId| !self.removing.contains(id);
        let mut isr: Vec<BrokerId> = self.isr.iter().filter(stays).copied().collect();
        let replicas: Vec<BrokerId> = self.replicas.iter().filter(stays).copied().collect();
        if breaks(Mutant::CompletesTooEarly) {
            isr.clone_from(&replicas);
        }
        if isr.is_empty() || replicas.iter().any(|id| !isr.contains(id)) {
            return;
        }
        (self.isr, self.replicas) = (isr, replicas);
        self.adding.clear();
        self.removing.clear();
    }

    /// Who left the ISR while that was too small, in the order of their ids.
    // Simplified: who is no replica any more is not eligible either; Kafka's controller forgets it
    // only when the ISR is large enough again, and could elect it when it comes back with an empty
    // log.
    fn target_elr(&self) -> Vec<BrokerId> {
        if !self.elr {
            return self.state.elr.clone();
        }
        if self.isr.len() >= self.min_isr as usize {
            return Vec::new();
        }
        let known = self.state.elr.iter().chain(&self.state.isr).copied();
        let mut elr: Vec<BrokerId> = known
            .filter(|id| !self.isr.contains(id) && !self.unclean_shutdown.contains(id))
            .filter(|id| self.replicas.contains(id))
            .collect();
        ordered::sort(&mut elr);
        elr.dedup();
        elr
    }

    fn elect(&self, elr: &[BrokerId], acceptable: impl Fn(BrokerId) -> bool) -> Elected {
        let valid = |id: &BrokerId| {
            let in_sync = self.isr.contains(id) || self.isr.is_empty() && elr.contains(id);
            (in_sync || breaks(Mutant::ElectsOutsideTheIsr)) && acceptable(*id)
        };
        let first = self.replicas.first().copied();
        let preferred = first.filter(|id| self.election == Election::Preferred && valid(id));
        let clean = preferred
            .or(self.state.leader.filter(valid))
            .or_else(|| self.replicas.iter().copied().find(valid));
        if clean.is_some() {
            return Elected { leader: clean, unclean: false };
        }
        let leader = self.last_known_electable(elr).filter(|id| acceptable(*id)).or_else(|| {
            let any = self.election == Election::Unclean;
            self.replicas.iter().copied().find(|id| any && acceptable(*id))
        });
        Elected { leader, unclean: leader.is_some() }
    }

    /// Nobody is eligible any more: the last one who led knows most. It must be alive since
    /// KAFKA-19522.
    fn last_known_electable(&self, elr: &[BrokerId]) -> Option<BrokerId> {
        match self.state.last_known_elr[..] {
            [leader] if self.elr && self.isr.is_empty() && elr.is_empty() => Some(leader),
            _ => None,
        }
    }

    /// Remembers who led when the ISR became empty, until there is a leader again
    /// (maybeUpdateLastKnownLeader).
    fn last_known_leader(
        &self,
        isr: Option<&[BrokerId]>,
        leader: Option<BrokerId>,
    ) -> Option<Vec<BrokerId>> {
        if !self.elr {
            return None;
        }
        let known = &self.state.last_known_elr;
        let led: Vec<BrokerId> = self.state.leader.into_iter().collect();
        if isr.is_some_and(<[BrokerId]>::is_empty) {
            return (*known != led).then_some(led);
        }
        (leader.is_some() && !known.is_empty()).then(Vec::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::id::TopicId;

    const P: Partition = Partition { topic: TopicId(0), index: 0 };

    fn ids(ids: &[u32]) -> Vec<BrokerId> {
        ids.iter().copied().map(BrokerId).collect()
    }

    fn numbers(ids: &[BrokerId]) -> Vec<u32> {
        ids.iter().map(|id| id.0).collect()
    }

    fn state(isr: &[u32], leader: Option<u32>) -> PartitionState {
        PartitionState {
            isr: ids(isr),
            leader: leader.map(BrokerId),
            ..PartitionState::new(ids(&[1, 2, 3]))
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
        let wish = PartitionChange { isr: ids(target), election, ..PartitionChange::of(&state) };
        if let Some(change) = wish.build(P, |id| up.contains(&id.0)) {
            state.merge(&change);
        }
        assert_eq!((state.leader.map(|id| id.0), &numbers(&state.isr)[..]), expect);
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

    #[test]
    fn who_leaves_an_isr_that_is_too_small_stays_eligible() {
        let mut state = state(&[1, 2], Some(1));
        let gone = |target: &[u32], state: &PartitionState, up: &[u32]| {
            let wish = PartitionChange {
                isr: ids(target),
                min_isr: 2,
                elr: true,
                ..PartitionChange::of(state)
            };
            wish.build(P, |id| up.contains(&id.0)).expect("something changes")
        };
        state.merge(&gone(&[2], &state, &[2, 3]));
        assert_eq!((numbers(&state.isr), numbers(&state.elr)), (vec![2], vec![1]));
        state.merge(&gone(&[], &state, &[3]));
        assert_eq!((numbers(&state.isr), numbers(&state.elr)), (vec![], vec![1, 2]));
        assert_eq!((state.leader, numbers(&state.last_known_elr)), (None, vec![2]));
        state.merge(&gone(&[], &state, &[1, 3]));
        assert_eq!(state.leader, Some(BrokerId(1)), "eligible, though not the last who led");
        assert_eq!((numbers(&state.isr), numbers(&state.elr)), (vec![1], vec![2]));
        assert!(!state.recovering && state.last_known_elr.is_empty());
    }

    #[test]
    fn a_reassignment_ends_when_all_that_come_are_in_sync() {
        let mut state = PartitionState {
            replicas: ids(&[4, 2, 3, 1]),
            adding: ids(&[4]),
            removing: ids(&[1]),
            ..state(&[1, 2, 3], Some(1))
        };
        let wish = PartitionChange { isr: ids(&[1, 2, 3, 4]), ..PartitionChange::of(&state) };
        let change = wish.build(P, |_| true).expect("something changes");
        state.merge(&change);
        assert_eq!(numbers(&state.replicas), [4, 2, 3]);
        assert_eq!((numbers(&state.isr), state.leader), (vec![2, 3, 4], Some(BrokerId(4))));
        assert!(state.adding.is_empty() && state.removing.is_empty());
    }
}
