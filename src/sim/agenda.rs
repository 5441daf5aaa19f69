//! What is due when, in the order of time and birth.

use super::effect::Timer;
use super::id::{Node, Seq};
use super::ordered::Map;
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
    /// Latest first: the earliest is taken from the end, and what is new mostly goes near it.
    due: Vec<(Time, Seq, Due)>,
    /// Every timer that was ever armed; none while it is silent.
    timers: Map<Bell, Option<(Time, Seq)>>,
}

/// One timer of one node.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Bell {
    /// As one number, which is quick to compare.
    node: u64,
    timer: Timer,
}

impl Bell {
    fn of(node: Node, timer: Timer) -> Bell {
        Bell { node: node.rank(), timer }
    }
}

impl Agenda {
    pub(super) fn schedule(&mut self, at: Time, seq: Seq, due: Due) {
        let place = self.place(at, seq);
        self.due.insert(place, (at, seq, due));
    }

    /// Where something due then stands, or would.
    fn place(&self, at: Time, seq: Seq) -> usize {
        let later = |other_at: Time, other: Seq| {
            other_at.0 > at.0 || (other_at.0 == at.0 && other.0 > seq.0)
        };
        self.due.partition_point(|(other_at, other, _)| later(*other_at, *other))
    }

    fn cancel(&mut self, (at, seq): (Time, Seq)) {
        let place = self.place(at, seq);
        if self.due.get(place).is_some_and(|(_, there, _)| *there == seq) {
            self.due.remove(place);
        }
    }

    /// Arms a timer; one that was armed before rings no more.
    pub(super) fn arm(&mut self, node: Node, timer: Timer, at: Time, seq: Seq) {
        let place = self.timers.entry(Bell::of(node, timer)).or_default();
        if let Some(before) = place.replace((at, seq)) {
            self.cancel(before);
        }
        self.schedule(at, seq, Due::Ring(node, timer));
    }

    pub(super) fn disarm(&mut self, node: Node, timer: Timer) {
        if let Some(when) = self.fall_silent(node, timer) {
            self.cancel(when);
        }
    }

    fn fall_silent(&mut self, node: Node, timer: Timer) -> Option<(Time, Seq)> {
        self.timers.get_mut(&Bell::of(node, timer))?.take()
    }

    /// Forgets all timers of a node, as its crash does.
    pub(super) fn silence(&mut self, node: Node) {
        self.timers.retain(|bell, _| bell.node != node.rank());
        self.due.retain(|(_, _, due)| !matches!(due, Due::Ring(owner, _) if *owner == node));
    }

    /// When the next due thing is due.
    pub fn next_at(&self) -> Option<Time> {
        self.due.last().map(|(at, _, _)| *at)
    }

    /// When a node's timer rings, if armed.
    pub fn rings_at(&self, node: Node, timer: Timer) -> Option<Time> {
        self.timers.get(&Bell::of(node, timer))?.map(|(at, _)| at)
    }

    /// Takes the earliest thing due at or before `until`.
    pub(super) fn pop(&mut self, until: Time) -> Option<(Time, Due)> {
        let (at, _, due) = self.due.pop_if(|(at, _, _)| *at <= until)?;
        if let Due::Ring(node, timer) = &due {
            self.fall_silent(*node, *timer);
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
