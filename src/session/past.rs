//! Moments of the tape that are kept, so that any other can be gone to. They are a cache: scenario
//! and commands are the truth.

use std::sync::Arc;

use super::interest::Interest;
use super::journal::Journal;
use super::timeline::Place;
use crate::metrics::{Health, Metrics, Sums};
use crate::sim::Time;

/// How many moments are kept of one tape, however long it is: a copy of the opening's world takes
/// about 300 kB, most of which it shares with the moments beside it.
const MOST: usize = 128;

/// How many of a branch that nobody is on.
const PARKED: usize = 16;

/// How many events lie between two moments of a short tape: they are played again in 4 ms.
const EVENTS: u64 = 4_000;

/// So many glimpses lie between two moments.
const GLIMPSES: u64 = 8;

/// How the tape went: some figures of a moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Glimpse {
    pub at: Time,
    /// What was promised by then, and what became of it.
    pub sums: Sums,
    /// How the partitions were.
    pub health: Health,
}

/// Everything that depends on the time.
#[derive(Clone, Debug)]
pub(super) struct Keyframe {
    pub place: Place,
    /// Without what is seen for a moment only.
    pub journal: Journal,
    pub interest: Interest,
    pub metrics: Metrics,
}

impl Keyframe {
    pub(super) fn at(&self) -> Time {
        self.place.now()
    }
}

/// The moments that are kept, and how far the tape was played.
#[derive(Clone, Debug)]
pub(super) struct Past {
    /// In order of time; shared with other branches up to where they parted.
    frames: Vec<Arc<Keyframe>>,
    /// In order of time, more of them than moments.
    glimpses: Vec<(u64, Glimpse)>,
    /// So many events lie between two moments.
    every: u64,
    /// How many events there will be when the next one is due.
    frame_due: u64,
    /// The same of the next glimpse; never, until somebody can look back.
    due: u64,
    /// The furthest that was played, if the cursor is not there.
    pub ahead: Option<Ahead>,
}

/// The furthest moment of a tape.
#[derive(Clone, Debug)]
pub(super) struct Ahead {
    pub at: Time,
    /// What happened by then.
    pub journal: Journal,
    /// What was promised by then, and what became of it.
    pub sums: Sums,
}

impl Default for Past {
    fn default() -> Self {
        Past {
            frames: Vec::new(),
            glimpses: Vec::new(),
            every: EVENTS,
            frame_due: 0,
            due: u64::MAX,
            ahead: None,
        }
    }
}

impl Past {
    /// From now on moments are kept.
    pub(super) fn begin(&mut self) {
        self.due = 0;
    }

    /// Whether a glimpse or a moment is to be kept.
    pub(super) fn is_due(&self, events: u64) -> bool {
        events >= self.due
    }

    /// Whether a moment is to be kept.
    pub(super) fn is_frame_due(&self, events: u64) -> bool {
        events >= self.frame_due
    }

    /// Keeps a glimpse of when there were so many events.
    pub(super) fn glance(&mut self, events: u64, glimpse: Glimpse) {
        self.glimpses.push((events, glimpse));
        self.due = events + self.every / GLIMPSES;
    }

    /// How the tape went, oldest first.
    pub(super) fn glimpses(&self) -> impl Iterator<Item = Glimpse> {
        self.glimpses.iter().map(|(_, glimpse)| *glimpse)
    }

    /// Keeps a moment. When there are too many, every second one goes.
    pub(super) fn keep(&mut self, frame: Keyframe) {
        let events = frame.journal.total();
        if self.frames.len() >= MOST {
            self.thin();
        }
        let place = self.frames.partition_point(|known| known.journal.total() <= events);
        self.frames.insert(place, Arc::new(frame));
        self.frame_due = events + self.every;
    }

    /// The last moment that is kept at or before a time.
    pub(super) fn before(&self, at: Time) -> Option<&Arc<Keyframe>> {
        let after = self.frames.partition_point(|frame| frame.at() <= at);
        self.frames.get(after.checked_sub(1)?)
    }

    /// How far the tape was played, with a cursor that is here.
    pub(super) fn reach(&self, now: Time) -> Time {
        self.ahead.as_ref().map_or(now, |ahead| ahead.at.max(now))
    }

    /// The same with fewer moments, for a branch that nobody is on.
    pub(super) fn thinned(&self) -> Past {
        let mut past = self.clone();
        while past.frames.len() > PARKED {
            past.thin();
        }
        past
    }

    fn thin(&mut self) {
        let mut index = 0;
        self.frames.retain(|_| {
            index += 1;
            index % 2 == 1
        });
        index = 0;
        self.glimpses.retain(|_| {
            index += 1;
            index % 2 == 1
        });
        self.every *= 2;
    }

    /// Forgets what lies after a time: the tape goes on in another way from there.
    pub(super) fn forget_after(&mut self, at: Time) {
        self.forget(|known| known > at);
    }

    /// Forgets a time, too: something that was done then is undone.
    pub(super) fn forget_from(&mut self, at: Time) {
        self.forget(|known| known >= at);
    }

    fn forget(&mut self, gone: impl Fn(Time) -> bool) {
        self.frames.retain(|frame| !gone(frame.at()));
        self.ahead = None;
        let last = self.frames.last().map_or(0, |frame| frame.journal.total());
        self.frame_due = last + self.every;
        self.glimpses.retain(|(_, glimpse)| !gone(glimpse.at));
        let last = self.glimpses.last().map_or(0, |(events, _)| *events);
        self.due = last + self.every / GLIMPSES;
    }
}
