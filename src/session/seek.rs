//! To any moment of the tape: from the nearest one that is kept, by playing again what followed.

pub use super::past::Glimpse;
use super::past::{Ahead, Keyframe};
use super::timeline::Place;
use super::{Journal, Session};
use crate::metrics::health;
use crate::sim::{Span, Stamped, Time};

/// What is seen for a moment after it happened: so much is played before the moment that is shown,
/// at the pace of real time.
const TRACES: Span = Span::secs(2);

/// Such long traces are played again at most: at a fast pace there are more to be seen, and none is
/// missed among them.
const LONGEST_TRACES: Span = Span::secs(8);

impl Session {
    /// Goes to a moment, back or ahead. Where nobody has been yet, the tape is played on until
    /// there.
    pub fn seek(&mut self, to: Time) {
        while !self.seek_on(to, u32::MAX) {}
    }

    /// As [`Session::seek`], but handles at most `most` due things. True when it is there; until
    /// then it is somewhere on the way.
    pub fn seek_on(&mut self, to: Time, most: u32) -> bool {
        let pace = self.playback.clock(self.now()).ratio.clamp(1.0, 4.0);
        let traces = Span((TRACES.0 as f64 * pace) as u64).min(LONGEST_TRACES);
        let from = Time(to.0.saturating_sub(traces.0));
        let now = self.now();
        let nearest = self.past.before(from).filter(|frame| to < now || frame.at() > now).cloned();
        match nearest {
            Some(frame) => self.restore(&frame),
            None if to < now => self.rewind(),
            None => {}
        }
        self.go_on(to, most)
    }

    /// Goes back to the last moment at which a person would look up, and pauses there; at the
    /// beginning if there is none. False if it was there already.
    pub fn step_back(&mut self) -> bool {
        self.playback.playing = false;
        let now = self.now();
        let mut end = now;
        while end > Time::ZERO {
            let before = self.past.before(Time(end.0 - 1)).cloned();
            match &before {
                Some(frame) => self.restore(frame),
                None => self.rewind(),
            }
            let start = self.now();
            let mut last = None;
            while self.timeline.next_at().is_some_and(|at| at < end) {
                let Some(at) = self.timeline.next_at() else { break };
                self.timeline.advance(at, u32::MAX, &mut self.log);
                if self.take_note() {
                    last = Some(at);
                }
            }
            if let Some(last) = last {
                self.seek(last);
                return true;
            }
            end = start;
        }
        now > Time::ZERO
    }

    /// Lets time run back, until the beginning.
    pub fn play_back(&mut self) {
        (self.playback.playing, self.playback.backwards) = (true, true);
    }

    /// As [`Session::advance`] while time runs back.
    pub(super) fn go_back(&mut self, wall_ms: f64) -> bool {
        let now = self.now();
        let to = self.playback.pass_back(wall_ms, now, &self.interest);
        let Some(to) = to.filter(|to| *to < now) else { return false };
        // What was being done goes on: it is no interruption.
        let playback = self.playback.clone();
        self.seek(to);
        self.playback = playback;
        if to == Time::ZERO {
            self.pause();
        }
        true
    }

    /// How often the cursor went elsewhere than on: whoever follows what happens begins anew.
    pub fn jumps(&self) -> u32 {
        self.jumps
    }

    /// How far the tape was played.
    pub fn reach(&self) -> Time {
        self.past.reach(self.now())
    }

    /// Goes to a kept moment at which nothing of what is done at `at` was done.
    pub(super) fn go_back_before(&mut self, at: Time) {
        let from = at.0.checked_sub(TRACES.0).map(Time);
        match from.and_then(|from| self.past.before(from)).cloned() {
            Some(frame) => self.restore(&frame),
            None => self.rewind(),
        }
    }

    /// What a person would mark on the tape as far as it was played, oldest first, each with its
    /// number.
    pub fn marks(&self) -> impl DoubleEndedIterator<Item = (u64, &Stamped)> {
        let ahead = self.past.ahead.as_ref().filter(|ahead| ahead.at > self.now());
        let journal = ahead.map_or(&self.journal, |ahead| &ahead.journal);
        journal.notable()
    }

    /// How the tape went so far, at some moments from its beginning on.
    pub fn course(&self) -> impl Iterator<Item = Glimpse> {
        self.past.glimpses()
    }

    /// Keeps this moment, or a glimpse of it.
    pub(super) fn keep(&mut self) {
        let (world, events) = (self.world(), self.journal.total());
        let (at, sums) = (world.now, self.ledger().sums());
        self.past.glance(events, Glimpse { at, sums, health: health(world) });
        if !self.past.is_frame_due(events) {
            return;
        }
        let (interest, metrics) = (self.interest.clone(), self.metrics.clone());
        let (place, journal) = (self.timeline.place(), self.journal.without_moments());
        self.past.keep(Keyframe { place, journal, interest, metrics });
    }

    fn restore(&mut self, frame: &Keyframe) {
        self.leave();
        self.timeline.return_to(frame.place.clone());
        self.journal.clone_from(&frame.journal);
        self.interest.clone_from(&frame.interest);
        self.metrics.clone_from(&frame.metrics);
    }

    /// To the first moment of the scenario.
    fn rewind(&mut self) {
        let Ok(place) = Place::first(self.timeline.scenario()) else { return };
        self.leave();
        self.timeline.return_to(place);
        self.journal = Journal::default();
        self.interest = super::Interest::default();
        self.metrics = crate::metrics::Metrics::default();
    }

    /// Writes down how far the tape was played before the cursor goes elsewhere.
    fn leave(&mut self) {
        let at = self.now();
        if self.past.ahead.as_ref().is_none_or(|ahead| ahead.at <= at) {
            let (journal, sums) = (self.journal.without_moments(), self.ledger().sums());
            self.past.ahead = Some(Ahead { at, journal, sums });
        }
        self.jumps += 1;
        // Whatever is seen from now on is seen for itself.
        self.opened = Time::ZERO;
        self.playback.interrupt();
    }

    fn now(&self) -> Time {
        self.timeline.now()
    }
}
