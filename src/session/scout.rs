//! The scout: a second cursor that runs ahead, so that story pace knows where to slow down before
//! it is there. What it sees is what will happen, as long as nobody interferes.

use std::collections::VecDeque;
use std::mem::{Discriminant, discriminant};

use super::interest::Interest;
use super::journal::is_notable;
use super::timeline::Timeline;
use crate::sim::{Event, Node, Span, Stamped, Time};

/// How far ahead it looks.
const HORIZON: Span = Span::secs(25);

/// How many due things it handles in one frame.
const PER_FRAME: u32 = 400;

/// How many bouts it remembers; with more of them there is no need to look further.
const MOST_BOUTS: usize = 1_000;

/// An event of the same kind at the same node is no news for this long: a producer that tries again
/// each second would otherwise hold the tape for ever.
const NEWS: Span = Span::secs(5);

/// What is ahead.
#[derive(Clone, Debug)]
pub(super) struct Scout {
    ahead: Timeline,
    interest: Interest,
    /// When messages of interest fly: from the first to the last of each bout.
    bouts: VecDeque<(Time, Time)>,
    /// When something notable and new happens.
    arrests: VecDeque<Time>,
    known: Vec<(Discriminant<Event>, Node, Time)>,
    log: Vec<Stamped>,
}

impl Scout {
    pub(super) fn new(ahead: Timeline, interest: &Interest) -> Scout {
        Scout {
            ahead,
            interest: interest.clone(),
            bouts: VecDeque::new(),
            arrests: VecDeque::new(),
            known: Vec::new(),
            log: Vec::new(),
        }
    }

    /// Everything up to here is known.
    pub(super) fn reach(&self) -> Time {
        self.ahead.now()
    }

    /// Goes on a little and forgets what is past. True if something notable happened since the last
    /// time.
    pub(super) fn go_on(&mut self, now: Time) -> bool {
        let horizon = now + HORIZON;
        if self.bouts.len() < MOST_BOUTS && self.reach() < horizon {
            self.ahead.advance(horizon, PER_FRAME, &mut self.log);
            self.look();
        }
        while self.bouts.front().is_some_and(|(_, end)| *end < now) {
            self.bouts.pop_front();
        }
        let passed = self.arrests.iter().take_while(|at| **at <= now).count();
        self.arrests.drain(..passed);
        passed > 0
    }

    fn look(&mut self) {
        for stamped in std::mem::take(&mut self.log) {
            let busy_until = self.interest.busy_until();
            self.interest.see(&stamped, self.ahead.world());
            let (at, end) = (stamped.at, self.interest.busy_until());
            if end > busy_until {
                match self.bouts.back_mut().filter(|(_, last)| *last >= at) {
                    Some((_, last)) => *last = end,
                    None => self.bouts.push_back((at, end)),
                }
            }
            if is_notable(&stamped.event, self.ahead.world()) && self.is_news(&stamped) {
                self.arrests.push_back(at);
            }
        }
    }

    fn is_news(&mut self, stamped: &Stamped) -> bool {
        let (kind, node, now) = (discriminant(&stamped.event), stamped.node, stamped.at);
        if let Event::Commanded(_) = stamped.event {
            self.known.clear();
            return true;
        }
        self.known.retain(|(_, _, at)| now.since(*at) <= NEWS);
        let known = self.known.iter_mut().find(|(k, n, _)| *k == kind && *n == node);
        match known {
            Some((_, _, at)) => {
                *at = now;
                false
            }
            None => {
                self.known.push((kind, node, now));
                true
            }
        }
    }

    /// The next notable event after `now`, if it is known.
    pub(super) fn arrest_after(&self, now: Time) -> Option<Time> {
        self.arrests.iter().copied().find(|at| *at > now)
    }

    /// The first moment from `at` on, up to `most` later, at which messages of interest set out
    /// into the quiet; `at` itself if it is never quiet until then. None if nothing flies.
    pub(super) fn bout_from(&self, at: Time, most: Span) -> Option<Time> {
        let first = self.bouts.partition_point(|(_, end)| *end < at);
        let mut coming = self.bouts.range(first..).map(|(start, _)| *start);
        let begins = coming.clone().find(|start| *start >= at).filter(|start| *start <= at + most);
        begins.or_else(|| coming.next().filter(|start| *start < at).map(|_| at))
    }
}
