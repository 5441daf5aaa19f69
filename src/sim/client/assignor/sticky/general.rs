//! Sticky shares among different subscriptions
//! (`AbstractStickyAssignor.GeneralAssignmentBuilder`).

use super::group::Group;
use super::movements::Movements;
use crate::sim::ordered;

/// Everyone keeps what it had and still may have; the rest goes, one by one, to whoever has least
/// among its subscribers, on their racks first. Then partitions move for as long as that evens out
/// the shares; if the sum of all differences is no smaller in the end, they move back.
pub(super) fn assign(group: &Group<'_>) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..group.partitions.len()).collect();
    ordered::sort_by_key(&mut order, |&at| group.topic(at).subscribers.len());

    let mut balance = Balance::new(group);
    let revoked = balance.revoke();
    let mut unassigned = order.clone();
    unassigned.retain(|&at| balance.owner[at].is_none());
    let initializing = balance.shares.iter().all(Vec::is_empty);
    if group.racks.decide() {
        for &partition in &unassigned {
            balance.give(partition, true);
        }
    }
    for &partition in &unassigned {
        balance.give(partition, false);
    }

    let may_move = |partition: &usize| group.topic(*partition).subscribers.len() > 1;
    order.retain(may_move);
    unassigned.retain(may_move);
    balance.leave_out_the_fixed();
    let before = balance.shares.clone();
    if !revoked {
        balance.even_out(&unassigned);
    }
    let moved = balance.even_out(&order);
    if !initializing && moved && balance.score(&balance.shares) >= balance.score(&before) {
        return before;
    }
    balance.shares
}

/// An assignment being evened out.
struct Balance<'a> {
    group: &'a Group<'a>,
    /// Of each member, in the order in which it came by them.
    shares: Vec<Vec<usize>>,
    owner: Vec<Option<usize>>,
    /// For each partition the latest of those whose generation is over.
    previous: Vec<Option<usize>>,
    /// Whom nothing can be given to or taken from.
    fixed: Vec<bool>,
    movements: Movements,
}

impl<'a> Balance<'a> {
    fn new(group: &'a Group<'a>) -> Self {
        // Simplified: what is no more than a previous assignment is told by the highest generation
        // in the group; Kafka's leader compares with the highest that it has ever seen.
        let latest = group.members.iter().map(|member| member.generation).max().unwrap_or(-1);
        let mut previous: Vec<Option<usize>> = vec![None; group.partitions.len()];
        for (at, member) in group.members.iter().enumerate() {
            for &partition in member.claims.iter().filter(|_| member.generation < latest) {
                let known = previous[partition].map(|other| group.members[other].generation);
                if known.is_none_or(|generation| member.generation > generation) {
                    previous[partition] = Some(at);
                }
            }
        }
        Balance {
            group,
            shares: group.owned().0,
            owner: vec![None; group.partitions.len()],
            previous,
            fixed: vec![false; group.members.len()],
            movements: Movements::default(),
        }
    }

    /// Takes from members what they do not subscribe to any more or is not on their racks; whether
    /// there was any.
    fn revoke(&mut self) -> bool {
        let group = self.group;
        let mut revoked = false;
        for (member, share) in self.shares.iter_mut().enumerate() {
            share.retain(|&partition| {
                let keeps = group.topic(partition).subscribers.contains(&member)
                    && !group.racks.mismatch(member, partition);
                if keeps {
                    self.owner[partition] = Some(member);
                }
                revoked |= !keeps;
                keeps
            });
        }
        revoked
    }

    fn load(&self, member: usize) -> usize {
        self.shares[member].len()
    }

    /// Gives what nobody has to the subscriber with the least, by id where they have the same.
    fn give(&mut self, partition: usize, on_rack: bool) {
        if self.owner[partition].is_some() {
            return;
        }
        if let Some(member) = self.least_loaded(partition, on_rack) {
            self.owner[partition] = Some(member);
            self.shares[member].push(partition);
        }
    }

    fn least_loaded(&self, partition: usize, on_rack: bool) -> Option<usize> {
        let subscribers = self.group.topic(partition).subscribers.iter().copied();
        subscribers
            .filter(|&member| !on_rack || !self.group.racks.mismatch(member, partition))
            .min_by_key(|&member| (self.load(member), self.group.members[member].id))
    }

    /// A member takes part only if it could have more than it has, or shares a topic with others.
    fn leave_out_the_fixed(&mut self) {
        for member in 0..self.fixed.len() {
            let shared = |at: &usize| self.group.topic(*at).subscribers.len() > 1;
            self.fixed[member] =
                self.load(member) >= self.most(member) && !self.shares[member].iter().any(shared);
        }
    }

    /// All partitions of its topics.
    fn most(&self, member: usize) -> usize {
        let topics = self.group.members[member].topics.iter();
        topics.map(|&topic| self.group.topics[topic].partitions as usize).sum()
    }

    /// Moves partitions until none can be moved to even out the shares; whether one was.
    fn even_out(&mut self, partitions: &[usize]) -> bool {
        let mut any = false;
        loop {
            let mut moved = false;
            for &partition in partitions {
                if self.is_even() {
                    break;
                }
                if let Some((from, to)) = self.better(partition) {
                    self.move_to(partition, from, to);
                    moved = true;
                }
            }
            if !moved {
                return any;
            }
            any = true;
        }
    }

    /// Who has the partition and who should: the one who had it before, else the subscriber with
    /// the least, if the difference is at least two.
    // Simplified: where the one who had a partition before has all it can get by now, and nobody
    // to share it with, Kafka's sticky assignors fail; here the partition goes to another one.
    fn better(&self, partition: usize) -> Option<(usize, usize)> {
        let from = self.owner[partition]?;
        let improves = |to: &usize| self.load(from) > self.load(*to) + 1;
        let previous = self.previous[partition].filter(|member| !self.fixed[*member]);
        let to = previous.filter(improves);
        let to = to.or_else(|| self.least_loaded(partition, false).filter(improves))?;
        Some((from, to))
    }

    fn move_to(&mut self, partition: usize, from: usize, to: usize) {
        let partition = self.movements.instead_of(partition, from, to, self.group);
        let Some(from) = self.owner[partition] else { return };
        self.movements.note(partition, from, to);
        self.shares[from].retain(|at| *at != partition);
        self.shares[to].push(partition);
        self.owner[partition] = Some(to);
    }

    /// Whether nobody who could have more has two less than who has that.
    fn is_even(&self) -> bool {
        (0..self.fixed.len()).filter(|&member| !self.fixed[member]).all(|member| {
            let load = self.load(member);
            let full = load == self.most(member);
            let improves = |owner: &Option<usize>| owner.is_some_and(|o| self.load(o) > load + 1);
            full || !self.group.members[member].topics.iter().any(|&topic| {
                let topic = &self.group.topics[topic];
                self.owner[topic.first..][..topic.partitions as usize].iter().any(improves)
            })
        })
    }

    /// The sum of the differences of each two members who take part.
    fn score(&self, shares: &[Vec<usize>]) -> usize {
        let mut score = 0;
        for (member, share) in shares.iter().enumerate().filter(|(at, _)| !self.fixed[*at]) {
            for (_, other) in shares[..member].iter().enumerate().filter(|(at, _)| !self.fixed[*at])
            {
                score += share.len().abs_diff(other.len());
            }
        }
        score
    }
}
