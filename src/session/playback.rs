//! Pace: how wall time becomes virtual time. It decides when a person sees what, never what
//! happens.

use super::interest::Interest;
use super::story::Story;
use super::timeline::Timeline;
use crate::sim::{Span, Time};

/// The longest wall time that one frame may stand for: a tab that was hidden does not rush.
const LONGEST_FRAME_MS: f64 = 100.0;

/// Virtual time per wall time, from 1/1000 to 60.
#[derive(Clone, Copy, PartialEq, PartialOrd, Debug)]
pub struct Ratio(f64);

impl Ratio {
    /// 1/1000x: a millisecond lasts a second.
    pub const SLOWEST: Ratio = Ratio(0.001);
    /// As fast as real time.
    pub const REAL: Ratio = Ratio(1.0);
    /// 60x: a minute lasts a second.
    pub const FASTEST: Ratio = Ratio(60.0);

    /// The nearest ratio that there is.
    pub fn new(ratio: f64) -> Ratio {
        match ratio.is_nan() {
            true => Ratio::REAL,
            false => Ratio(ratio.clamp(Ratio::SLOWEST.0, Ratio::FASTEST.0)),
        }
    }

    /// By place on a slider of equal ratios: 0 is the slowest, 1 the fastest.
    pub fn on_slider(place: f64) -> Ratio {
        let span = (Ratio::FASTEST.0 / Ratio::SLOWEST.0).ln();
        Ratio::new(Ratio::SLOWEST.0 * (place * span).exp())
    }

    /// Where on the slider this is, from 0 to 1.
    pub fn place(self) -> f64 {
        let span = (Ratio::FASTEST.0 / Ratio::SLOWEST.0).ln();
        (self.0 / Ratio::SLOWEST.0).ln() / span
    }

    /// Virtual seconds per wall second.
    pub fn get(self) -> f64 {
        self.0
    }
}

/// How fast the tape runs.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub enum Pace {
    /// Crawls while messages of interest fly, glides over quiet stretches.
    #[default]
    Story,
    /// Always the same.
    Fixed(Ratio),
}

/// What story pace is doing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phase {
    /// Messages can be followed by eye.
    Crawl,
    /// Quiet time passes quickly.
    Glide,
}

/// What a clock shows.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Clock {
    /// Virtual time.
    pub now: Time,
    pub playing: bool,
    /// Time runs back.
    pub backwards: bool,
    pub pace: Pace,
    /// Virtual time per wall time at this moment; while paused what it will be.
    pub ratio: f64,
    /// None at a fixed pace.
    pub phase: Option<Phase>,
    /// More happens than a frame can handle: time passes more slowly than the ratio says.
    pub lagging: bool,
    /// Where time will be held; never, if nowhere.
    pub stop: Time,
}

/// The transport: whether and how fast the tape runs.
#[derive(Clone, Debug)]
pub(super) struct Playback {
    pub playing: bool,
    pub backwards: bool,
    pub lagging: bool,
    /// Where time is to be held; never, if nowhere.
    pub stop: Time,
    pace: Pace,
    story: Story,
    /// Of a microsecond, from frame to frame.
    carry: f64,
}

impl Default for Playback {
    fn default() -> Self {
        Playback {
            playing: true,
            backwards: false,
            lagging: false,
            stop: Time::NEVER,
            pace: Pace::Story,
            story: Story::default(),
            carry: 0.0,
        }
    }
}

impl Playback {
    /// Where the tape should be after `wall_ms` more; none while it is held.
    pub(super) fn pass(
        &mut self,
        wall_ms: f64,
        timeline: &Timeline,
        interest: &Interest,
    ) -> Option<Time> {
        let wall_ms = self.running(wall_ms)?;
        let passed = match self.pace {
            Pace::Fixed(ratio) => wall_ms * 1000.0 * ratio.get(),
            Pace::Story => self.story.pass(wall_ms, timeline, interest),
        };
        let whole = (passed + self.carry).floor();
        self.carry += passed - whole;
        Some(timeline.now() + Span(whole as u64))
    }

    /// Where the tape should be after it has run back for `wall_ms` more. At story pace it crawls
    /// while messages of interest fly, and hurries where none do: what comes is known.
    pub(super) fn pass_back(
        &mut self,
        wall_ms: f64,
        now: Time,
        interest: &Interest,
    ) -> Option<Time> {
        let wall_ms = self.running(wall_ms)?;
        let ratio = match self.pace {
            Pace::Fixed(ratio) => ratio.get(),
            Pace::Story => self.story.back(wall_ms, now, interest),
        };
        let passed = wall_ms * 1000.0 * ratio + self.carry;
        self.carry = passed.fract();
        Some(Time(now.0.saturating_sub(passed as u64)))
    }

    fn running(&self, wall_ms: f64) -> Option<f64> {
        let wall_ms = if wall_ms.is_nan() { 0.0 } else { wall_ms.clamp(0.0, LONGEST_FRAME_MS) };
        (self.playing && wall_ms > 0.0).then_some(wall_ms)
    }

    pub(super) fn set_pace(&mut self, pace: Pace) {
        if self.pace != pace {
            self.story = Story::default();
        }
        self.pace = pace;
    }

    /// A person did something: what was planned is off.
    pub(super) fn interrupt(&mut self) {
        self.story.interrupt();
        self.stop = Time::NEVER;
    }

    pub(super) fn clock(&self, now: Time) -> Clock {
        let (ratio, phase) = match self.pace {
            Pace::Fixed(ratio) => (ratio.get(), None),
            Pace::Story => (self.story.ratio(), Some(self.story.phase())),
        };
        let Playback { playing, backwards, pace, lagging, stop, .. } = *self;
        Clock { now, playing, backwards, pace, ratio, phase, lagging, stop }
    }
}
