//! The messages of late: who sent each, and which other was being handled then.

use std::collections::VecDeque;
use std::sync::Arc;

use super::step::Step;
use crate::sim::id::{Node, Seq};
use crate::sim::wire::Envelope;
use crate::sim::{Event, Stamped, Time};

/// So many are kept: a message is handled soon after it is sent, or its receiver was frozen.
const KEPT: usize = 20_000;
/// So many steps are followed back.
const FAR: usize = 40;

/// A message when it was sent.
#[derive(Clone, Debug)]
pub(super) struct Hop {
    /// The number of the event.
    pub number: u64,
    pub at: Time,
    pub cause: Option<Seq>,
    pub envelope: Arc<Envelope>,
}

impl Hop {
    pub(super) fn step(&self) -> Step {
        let event = Event::Sent(Arc::clone(&self.envelope));
        Step::of(&Stamped { at: self.at, node: self.envelope.from, cause: self.cause, event })
    }
}

/// Where a chain of messages begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Source {
    pub at: Time,
    pub node: Node,
    /// Whether nothing caused it: else the chain is longer than is followed.
    pub first: bool,
}

#[derive(Debug, Default)]
pub(super) struct Traffic {
    sent: VecDeque<Hop>,
}

impl Traffic {
    pub(super) fn note(&mut self, number: u64, stamped: &Stamped) {
        let Event::Sent(envelope) = &stamped.event else { return };
        if self.sent.len() == KEPT {
            self.sent.pop_front();
        }
        let (at, cause) = (stamped.at, stamped.cause);
        self.sent.push_back(Hop { number, at, cause, envelope: Arc::clone(envelope) });
    }

    /// When and why a message was sent.
    pub(super) fn hop(&self, message: Seq) -> Option<&Hop> {
        self.sent.iter().rev().find(|hop| hop.envelope.id == message)
    }

    /// From what happened back through the messages, the latest first.
    pub(super) fn back(&self, stamped: &Stamped) -> (Vec<&Hop>, Source) {
        let mut hops = Vec::new();
        let (mut at, mut node, mut cause) = (stamped.at, stamped.node, stamped.cause);
        while let Some(hop) = cause.and_then(|seq| self.hop(seq)).filter(|_| hops.len() < FAR) {
            (at, node, cause) = (hop.at, hop.envelope.from, hop.cause);
            hops.push(hop);
        }
        (hops, Source { at, node, first: cause.is_none() })
    }
}
