//! Sticky shares when all subscribe to the same topics
//! (`AbstractStickyAssignor.ConstrainedAssignmentBuilder`).

use super::Outcome;
use super::group::Group;
use crate::sim::ordered;

/// Everyone gets ⌊partitions / members⌋ or one more. What a member had it keeps up to that; the
/// rest is dealt in a circle to who has too few, then by one to who may have one more, both in the
/// order of ids. Racks go first.
pub(super) fn assign(group: &Group<'_>) -> Outcome {
    let (owned, disputed) = group.owned();
    // Nobody gets nothing.
    let (partitions, members) = (group.partitions.len(), group.members.len().max(1));
    let mut deal = Deal {
        group,
        disputed,
        shares: owned.iter().map(|_| Vec::new()).collect(),
        transferring: Vec::new(),
        given_up_by: vec![None; partitions],
        under: Vec::new(),
        at_minimum: Vec::new(),
        min_quota: partitions / members,
        max_quota: partitions.div_ceil(members),
        may_be_over: partitions % members,
    };
    for (member, owned) in owned.iter().enumerate() {
        deal.keep(member, owned);
    }
    let mut free = vec![true; partitions];
    for partition in deal.shares.iter().flatten() {
        free[*partition] = false;
    }
    let mut unassigned: Vec<usize> = (0..partitions).filter(|at| free[*at]).collect();
    ordered::sort_by_key(&mut deal.under, |&member| group.members[member].id);
    ordered::sort_by_key(&mut deal.at_minimum, |&member| group.members[member].id);
    group.racks.sort(&mut unassigned);
    if group.racks.decide() {
        deal.on_racks(&mut unassigned);
    }
    deal.in_a_circle(&unassigned);
    Outcome { shares: deal.shares, transferring: Some(deal.transferring) }
}

/// An assignment in the making.
struct Deal<'a> {
    group: &'a Group<'a>,
    disputed: Vec<bool>,
    shares: Vec<Vec<usize>>,
    /// What goes from one member to another, with the latter.
    transferring: Vec<(usize, usize)>,
    /// For each partition who had it and does not keep it.
    given_up_by: Vec<Option<usize>>,
    /// Who has less than the least.
    under: Vec<usize>,
    /// Who has the least and may have one more.
    at_minimum: Vec<usize>,
    min_quota: usize,
    max_quota: usize,
    /// How many more members may have more than the least.
    may_be_over: usize,
}

impl Deal<'_> {
    /// A member keeps what it had, up to its share.
    fn keep(&mut self, member: usize, owned: &[usize]) {
        let mut kept = Vec::new();
        for &partition in owned {
            if self.group.racks.mismatch(member, partition) {
                self.given_up_by[partition] = Some(member);
            } else if !self.disputed[partition] {
                kept.push(partition);
            }
        }
        ordered::sort_by_key(&mut kept, |&at| (self.group.partitions[at].1, at));
        let quota = if kept.len() < self.min_quota {
            self.under.push(member);
            kept.len()
        } else if kept.len() >= self.max_quota && self.may_be_over > 0 {
            self.one_is_over();
            self.max_quota
        } else {
            if self.may_be_over > 0 {
                self.at_minimum.push(member);
            }
            self.min_quota
        };
        for partition in kept.drain(quota..) {
            self.given_up_by[partition] = Some(member);
        }
        self.shares[member] = kept;
    }

    /// As soon as nobody else may have more than the least, who has that is done.
    fn one_is_over(&mut self) {
        self.may_be_over -= 1;
        if self.may_be_over == 0 {
            self.at_minimum.clear();
        }
    }

    /// What has a taker on one of its racks goes there.
    fn on_racks(&mut self, unassigned: &mut Vec<usize>) {
        let mut next = 0;
        unassigned.retain(|&partition| {
            let taker = self.taker_on_rack(partition, &mut next);
            if let Some(member) = taker {
                self.give(partition, member);
            }
            taker.is_none()
        });
    }

    fn taker_on_rack(&mut self, partition: usize, next: &mut usize) -> Option<usize> {
        let racks = &self.group.racks;
        if let Some(place) = racks.next(partition, &self.under, *next) {
            let member = self.under[place];
            let count = self.shares[member].len() + 1;
            *next = place + 1;
            if count >= self.min_quota {
                self.under.remove(place);
                *next = place;
                if count < self.max_quota && self.may_be_over > 0 {
                    self.at_minimum.push(member);
                }
            }
            if *next >= self.under.len() {
                *next = 0;
            }
            return Some(member);
        }
        let place = racks.next(partition, &self.at_minimum, 0)?;
        let member = self.at_minimum.remove(place);
        self.one_is_over();
        Some(member)
    }

    fn in_a_circle(&mut self, unassigned: &[usize]) {
        let mut next = 0;
        for &partition in unassigned {
            if next >= self.under.len() {
                next = 0;
            }
            if let Some(&member) = self.under.get(next) {
                self.give(partition, member);
                next += 1;
                if self.shares[member].len() == self.min_quota {
                    next -= 1;
                    self.under.remove(next);
                    self.at_minimum.push(member);
                }
            } else if !self.at_minimum.is_empty() {
                let member = self.at_minimum.remove(0);
                self.give(partition, member);
            }
        }
    }

    fn give(&mut self, partition: usize, member: usize) {
        self.shares[member].push(partition);
        let from_another = self.given_up_by[partition].is_some_and(|other| other != member);
        if from_another || self.disputed[partition] {
            self.transferring.push((partition, member));
        }
    }
}
