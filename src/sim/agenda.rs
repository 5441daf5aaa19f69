//! What is due when: an ordered map from (time, order of birth) to the due thing.

use std::collections::BTreeMap;

use super::effect::Timer;
use super::id::{Node, Seq};
use super::time::Time;

/// Something that happens by itself at its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Due {
    /// The envelope with this number reaches its receiver.
    Arrive(Seq),
    /// A slow node gets round to an envelope that arrived earlier.
    Handle(Seq),
    /// A node's timer rings.
    Ring(Node, Timer),
}

/// All due things, earliest first; among equals the one scheduled first.
#[derive(Clone, Debug, Default)]
pub struct Agenda {
    due: BTreeMap<(Time, Seq), Due>,
    timers: BTreeMap<(Node, Timer), (Time, Seq)>,
}

impl Agenda {
    pub(super) fn schedule(&mut self, at: Time, seq: Seq, due: Due) {
        self.due.insert((at, seq), due);
    }

    /// Arms a timer; one that was armed before rings no more.
    pub(super) fn arm(&mut self, node: Node, timer: Timer, at: Time, seq: Seq) {
        if let Some(before) = self.timers.insert((node, timer), (at, seq)) {
            self.due.remove(&before);
        }
        self.due.insert((at, seq), Due::Ring(node, timer));
    }

    pub(super) fn disarm(&mut self, node: Node, timer: Timer) {
        if let Some(when) = self.timers.remove(&(node, timer)) {
            self.due.remove(&when);
        }
    }

    /// Forgets all timers of a node, as its crash does.
    pub(super) fn silence(&mut self, node: Node) {
        let due = &mut self.due;
        self.timers.retain(|(owner, _), when| {
            if *owner == node {
                due.remove(when);
            }
            *owner != node
        });
    }

    /// When the next due thing is due.
    pub fn next_at(&self) -> Option<Time> {
        self.due.first_key_value().map(|((at, _), _)| *at)
    }

    /// When a node's timer rings, if armed.
    pub fn rings_at(&self, node: Node, timer: Timer) -> Option<Time> {
        self.timers.get(&(node, timer)).map(|(at, _)| *at)
    }

    /// Takes the earliest thing due at or before `until`.
    pub(super) fn pop(&mut self, until: Time) -> Option<(Time, Due)> {
        let entry = self.due.first_entry()?;
        if entry.key().0 > until {
            return None;
        }
        let ((at, _), due) = entry.remove_entry();
        if let Due::Ring(node, timer) = &due {
            self.timers.remove(&(*node, *timer));
        }
        Some((at, due))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::id::BrokerId;

    const B1: Node = Node::Broker(BrokerId(1));

    #[test]
    fn equals_keep_the_order_of_birth_and_rearming_replaces() {
        let mut agenda = Agenda::default();
        agenda.schedule(Time(5), Seq(2), Due::Arrive(Seq(9)));
        agenda.schedule(Time(5), Seq(1), Due::Arrive(Seq(8)));
        agenda.arm(B1, Timer::IsrShrink, Time(3), Seq(3));
        agenda.arm(B1, Timer::IsrShrink, Time(7), Seq(4));
        let order: Vec<Due> =
            std::iter::from_fn(|| agenda.pop(Time(9))).map(|(_, due)| due).collect();
        let ring = Due::Ring(B1, Timer::IsrShrink);
        assert_eq!(order, [Due::Arrive(Seq(8)), Due::Arrive(Seq(9)), ring]);
    }
}
