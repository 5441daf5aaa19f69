//! Pace: how wall time becomes virtual time. It decides when a person sees what, never what
//! happens.

use crate::sim::Time;

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
    pub pace: Pace,
    /// Virtual time per wall time at this moment; while paused what it will be.
    pub ratio: f64,
    /// None at a fixed pace.
    pub phase: Option<Phase>,
    /// More happens than a frame can handle: time passes more slowly than the ratio says.
    pub lagging: bool,
}
