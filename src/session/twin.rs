//! Two branches on one clock: where they first differ, what each went through from there on, and
//! what became of their promises by the same moment.

use super::branches::BranchId;
use super::journal::is_notable;
use super::timeline::Timeline;
use super::{Flaw, Session};
use crate::metrics::{Metrics, Sums};
use crate::sim::id::Node;
use crate::sim::image::MetadataImage;
use crate::sim::{Partition, Stamped, Time, World, ordered};

/// How many notable differences are kept.
const MOST: usize = 200;

/// What happened in each of two worlds, at the same moment; none where nothing did.
pub type Pair = [Option<Stamped>; 2];

/// Two worlds that are played side by side.
#[derive(Debug)]
pub struct Twin {
    worlds: [(Timeline, Metrics); 2],
    from: Time,
    until: Time,
    first: Option<Pair>,
    notable: Vec<Pair>,
    more: u64,
    logs: [Vec<Stamped>; 2],
}

/// What came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// Both were played so far.
    pub until: Time,
    /// The first thing that happened in one world and not, or otherwise, in the other.
    pub first: Option<Pair>,
    /// What is notable from there on, in order of time; equal where both did the same.
    pub notable: Vec<Pair>,
    /// So many more are not kept.
    pub more: u64,
    /// What was promised in each by then, and what became of it.
    pub sums: [Sums; 2],
}

impl Session {
    /// Puts this branch beside another one: from their beginning to the furthest moment that both
    /// were played to. None if there is no such branch.
    ///
    /// # Errors
    /// If the scenario cannot be; it could before.
    pub fn twin(&self, with: BranchId) -> Result<Option<Twin>, Flaw> {
        let Some((other, reach)) = self.tape_of(with) else { return Ok(None) };
        // Where one was hardly played yet, both are played as far as the other.
        let (least, most) = (self.reach().min(reach), self.reach().max(reach));
        let until = if least <= self.parted(with) { most } else { least };
        let world = |tape: &Timeline| -> Result<_, Flaw> {
            let done = tape.commands().iter().filter(|(at, _)| *at <= until).cloned();
            let timeline = Timeline::new(tape.scenario().clone(), done.collect())?;
            Ok((timeline, Metrics::default()))
        };
        Ok(Some(Twin {
            worlds: [world(&self.timeline)?, world(other)?],
            from: Time::ZERO,
            until,
            first: None,
            notable: Vec::new(),
            more: 0,
            logs: [Vec::new(), Vec::new()],
        }))
    }
}

impl Twin {
    /// Handles about `most` due things more. None as long as it is not done.
    pub fn go_on(&mut self, most: u32) -> Option<Comparison> {
        let mut left = most;
        while left > 0 {
            let [a, b] = &self.worlds;
            let next = [a, b].into_iter().filter_map(|(timeline, _)| timeline.next_at()).min();
            let Some(at) = next.filter(|at| *at <= self.until) else {
                return Some(self.comparison());
            };
            for ((timeline, metrics), log) in self.worlds.iter_mut().zip(&mut self.logs) {
                timeline.advance(at, u32::MAX, log);
                log.iter().for_each(|stamped| metrics.fold(stamped));
            }
            self.look();
            self.from = at;
            left -= 1;
        }
        None
    }

    /// How far it is, in thousandths.
    pub fn progress(&self) -> u32 {
        let part = self.from.0.saturating_mul(1_000) / self.until.0.max(1);
        u32::try_from(part.min(1_000)).unwrap_or(1_000)
    }

    /// What happened in this microsecond in both worlds.
    fn look(&mut self) {
        let [a, b] = self.logs.each_mut().map(std::mem::take);
        if self.first.is_none() {
            let same = a.iter().zip(&b).take_while(|(a, b)| same(a, b)).count();
            if same == a.len() && same == b.len() {
                self.clear(a, b);
                return;
            }
            self.first = Some([a.get(same).cloned(), b.get(same).cloned()]);
        }
        let [(own, _), (other, _)] = &self.worlds;
        let notable = |of: &Timeline, it: &Stamped| is_notable(&it.event, of.world());
        let mut others: Vec<&Stamped> = b.iter().filter(|it| notable(other, it)).collect();
        let mut found: Vec<Pair> = Vec::new();
        for stamped in a.iter().filter(|it| notable(own, it)) {
            let twin = others.iter().position(|it| same(it, stamped)).map(|at| others.remove(at));
            found.push([Some(stamped.clone()), twin.cloned()]);
        }
        found.extend(others.into_iter().map(|it| [None, Some(it.clone())]));
        let room = MOST.saturating_sub(self.notable.len());
        self.more += found.len().saturating_sub(room) as u64;
        self.notable.extend(found.into_iter().take(room));
        self.clear(a, b);
    }

    /// Gives the logs back, to be filled again.
    fn clear(&mut self, mut a: Vec<Stamped>, mut b: Vec<Stamped>) {
        a.clear();
        b.clear();
        self.logs = [a, b];
    }

    fn comparison(&self) -> Comparison {
        Comparison {
            until: self.until,
            first: self.first.clone(),
            notable: self.notable.clone(),
            more: self.more,
            sums: self.worlds.each_ref().map(|(_, metrics)| metrics.ledger().sums()),
        }
    }
}

/// What stands otherwise in one world than in the other, of what lasts longer than a message.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Difference {
    /// It is up in one and not in the other.
    Node(Node),
    /// It has another leader, or another ISR.
    Partition(Partition),
}

/// All that stands otherwise now, each once.
pub fn differences(a: &World, b: &World) -> Vec<Difference> {
    let mut nodes = nodes(a);
    nodes.extend(self::nodes(b));
    ordered::sort_by_key(&mut nodes, |node| *node);
    nodes.dedup();
    // What does not exist is down.
    let differ = nodes.into_iter().filter(|node| a.power(*node) != b.power(*node));
    let mut found: Vec<Difference> = differ.map(Difference::Node).collect();
    let (own, other) = (a.metadata(), b.metadata());
    let mut partitions: Vec<Partition> = own.partitions().map(|(it, _)| it).collect();
    partitions.extend(other.partitions().map(|(it, _)| it));
    ordered::sort_by_key(&mut partitions, |it| *it);
    partitions.dedup();
    let stands =
        |of: &MetadataImage, it: Partition| of.partition(it).map(|s| (s.leader, s.isr.clone()));
    let differ = partitions.into_iter().filter(|it| stands(own, *it) != stands(other, *it));
    found.extend(differ.map(Difference::Partition));
    found
}

fn nodes(world: &World) -> Vec<Node> {
    let controllers = world.controllers.keys().map(|id| Node::Controller(*id));
    let brokers = world.brokers.keys().map(|id| Node::Broker(*id));
    let clients = world.clients.keys().map(|id| Node::Client(*id));
    controllers.chain(brokers).chain(clients).collect()
}

/// The same thing at the same time. What brought it about bears a number, and numbers part when one
/// world has sent a message more.
fn same(a: &Stamped, b: &Stamped) -> bool {
    (a.at, a.node) == (b.at, b.node) && a.event == b.event
}
