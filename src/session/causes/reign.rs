//! Who leads one partition and who is in its ISR, each with the chain of what led to it.

use std::collections::VecDeque;

use super::faults::{Faults, Numbered};
use super::step::{Step, What};
use super::traffic::{Source, Traffic};
use crate::sim::id::{BrokerId, Node, Partition, Seq};
use crate::sim::{Event, Stamped, Time};

/// So many of the latest elections are kept.
const ELECTIONS: usize = 6;
/// So many of the controller's latest words about brokers are kept.
const WORDS: usize = 16;
/// Of a longer chain of messages only the ends are told.
const NEAR: usize = 2;

/// An election and how it came.
#[derive(Debug)]
pub(super) struct Election {
    pub number: u64,
    pub leader: Option<BrokerId>,
    pub steps: Vec<Numbered>,
}

#[derive(Debug, Default)]
pub(super) struct Reign {
    pub traffic: Traffic,
    pub faults: Faults,
    /// Fenced and unfenced of late.
    words: VecDeque<Stamped>,
    /// Who came into service when, and how its process began, if it was gone before.
    served: Vec<(BrokerId, u64, Vec<Numbered>)>,
    /// What was decided in this breath.
    decided: Vec<(u64, Stamped)>,
    pub elections: VecDeque<Election>,
    /// Who took office last.
    pub leader: Option<BrokerId>,
    /// Who fell out of the ISR and is not back.
    shrinks: Vec<(BrokerId, Vec<Numbered>)>,
}

impl Reign {
    /// Events have numbers that leave room for two steps before each.
    pub(super) fn note(&mut self, number: u64, stamped: &Stamped, of: Partition) {
        if self.decided.first().is_some_and(|(_, first)| breath(first) != breath(stamped)) {
            self.settle();
        }
        self.traffic.note(number, stamped);
        self.faults.note(number, stamped);
        let own = match &stamped.event {
            Event::BrokerFenced(broker) | Event::BrokerUnfenced(broker) => {
                if self.words.len() == WORDS {
                    self.words.pop_front();
                }
                self.words.push_back(stamped.clone());
                if let Event::BrokerUnfenced(_) = stamped.event {
                    self.serves(number, *broker);
                }
                false
            }
            Event::LeaderElected { partition, .. } | Event::IsrShrank { partition, .. } => {
                *partition == of
            }
            Event::BecameLeader { partition, .. } => {
                if *partition == of {
                    self.leader = stamped.node.broker();
                }
                false
            }
            Event::IsrGrew { partition, added, .. } => {
                if *partition == of {
                    self.shrinks.retain(|(out, _)| !added.contains(out));
                }
                false
            }
            _ => false,
        };
        if own {
            self.decided.push((number, stamped.clone()));
        }
    }

    /// A broker that comes into service again and again was started once only.
    fn serves(&mut self, number: u64, broker: BrokerId) {
        let before = self.served.iter().find(|(it, ..)| *it == broker).map_or(0, |it| it.1);
        let mut life = Vec::new();
        self.faults.life_after(Node::Broker(broker), before, &mut life);
        self.served.retain(|(it, ..)| *it != broker);
        self.served.push((broker, number, life));
    }

    /// The controller first writes what becomes of partitions, then of the broker that they were
    /// taken from: only what it said in one breath tells why.
    fn settle(&mut self) {
        for (number, stamped) in std::mem::take(&mut self.decided) {
            let steps = self.chain(number, &stamped);
            match &stamped.event {
                Event::LeaderElected { leader, .. } => {
                    if self.elections.len() == ELECTIONS {
                        self.elections.pop_front();
                    }
                    self.elections.push_back(Election { number, leader: *leader, steps });
                }
                Event::IsrShrank { removed, .. } => {
                    for broker in removed {
                        self.shrinks.retain(|(out, _)| out != broker);
                        self.shrinks.push((*broker, steps.clone()));
                    }
                }
                _ => {}
            }
        }
    }

    /// Why this broker is out of the ISR, if it is; or why each of them is.
    pub(super) fn out(&self, of: Option<BrokerId>, steps: &mut Vec<Numbered>) {
        for (_, chain) in self.shrinks.iter().filter(|(out, _)| of.is_none_or(|it| it == *out)) {
            steps.extend_from_slice(chain);
        }
    }

    /// What happened, and the chain of what led to it.
    fn chain(&self, number: u64, fact: &Stamped) -> Vec<Numbered> {
        let mut steps = vec![(number, Step::of(fact))];
        let mut fenced = Vec::new();
        let concerned = self.concerned(fact);
        for word in self.words.iter().filter(|word| breath(word) == breath(fact)) {
            match word.event {
                Event::BrokerFenced(broker) if concerned.contains(&broker) => fenced.push(broker),
                Event::BrokerUnfenced(broker) if concerned.contains(&broker) => {
                    for (_, _, life) in self.served.iter().filter(|(it, ..)| *it == broker) {
                        steps.extend_from_slice(life);
                    }
                }
                _ => continue,
            }
            steps.push((number - 1, Step::of(word)));
        }
        let (hops, source) = self.traffic.back(fact);
        for (index, hop) in hops.iter().enumerate() {
            if index < NEAR || index + 1 == hops.len() {
                steps.push((hop.number, hop.step()));
            }
        }
        let begun = hops.last().map_or(number, |hop| hop.number);
        let mut tell = |number: u64, what| {
            steps.push((number, Step::new(source.at, source.node, what)));
        };
        if hops.len() > NEAR + 1 {
            tell(begun + 1, What::Omitted((hops.len() - NEAR - 1) as u32));
        }
        if source.first {
            self.beginning(begun, source, fact, &fenced, &mut steps);
        } else {
            tell(begun - 2, What::Further);
        }
        steps
    }

    /// What nothing else caused: a command, a start, or a clock of the node.
    fn beginning(
        &self,
        number: u64,
        source: Source,
        fact: &Stamped,
        fenced: &[BrokerId],
        steps: &mut Vec<Numbered>,
    ) {
        let Source { at, node, .. } = source;
        if let Some(command) = self.faults.command_to(node, at) {
            self.faults.life_after(node, command.0, steps);
            steps.push(command);
            return;
        }
        let what = match (&fact.event, node) {
            (Event::IsrShrank { removed, .. }, Node::Broker(_)) => {
                self.troubles(node, removed, steps);
                What::Lagging(removed.clone())
            }
            (_, Node::Controller(_)) if !fenced.is_empty() => {
                self.troubles(node, fenced, steps);
                for broker in fenced {
                    steps.push((number - 2, Step::new(at, node, What::SessionOver(*broker))));
                }
                return;
            }
            _ => What::Timer,
        };
        steps.push((number - 2, Step::new(at, node, what)));
    }

    /// What keeps these brokers from talking to that node.
    fn troubles(&self, with: Node, brokers: &[BrokerId], steps: &mut Vec<Numbered>) {
        for broker in brokers {
            self.faults.among(&[with, Node::Broker(*broker)], steps);
        }
    }

    /// The brokers that a decision is about.
    fn concerned(&self, fact: &Stamped) -> Vec<BrokerId> {
        match &fact.event {
            Event::IsrShrank { removed, .. } => removed.clone(),
            Event::LeaderElected { leader, .. } => {
                let mut both = Vec::from_iter(*leader);
                both.extend(self.leader);
                both
            }
            _ => Vec::new(),
        }
    }
}

/// All that one node says while it handles one thing.
fn breath(stamped: &Stamped) -> (Time, Node, Option<Seq>) {
    (stamped.at, stamped.node, stamped.cause)
}
