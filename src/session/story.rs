//! Story pace: crawls while messages of interest fly, glides over quiet stretches. A glide is
//! planned: it is known where it ends, so that it can slow down before it is there.

use super::interest::Interest;
use super::playback::Phase;
use super::scout::Scout;
use super::timeline::Timeline;
use crate::sim::{Span, Time};

/// Eye time of the flight of a message on a typical link: long enough to follow.
const FLIGHT_MS: f64 = 450.0;

/// Links slower than this do not make the crawl faster: nothing else could be followed.
const FASTEST_CRAWL: f64 = 0.1;

/// A crawl ends here even when messages are still flying.
const LONGEST_CRAWL_MS: f64 = 8_000.0;

/// A crawl that follows something notable lasts at least so long: it must be read.
const LOOK_MS: f64 = 2_500.0;

/// Virtual length of one glide after the other, while nothing notable happens, in milliseconds.
const RUNGS_MS: [u64; 6] = [300, 600, 1_200, 2_500, 5_000, 10_000];

/// Eye time of the shortest glide, and what each rung adds.
const GLIDE_MS: f64 = 1_500.0;
const RUNG_MS: f64 = 100.0;

/// How much a glide may be longer than its rung to end where something sets out.
const PATIENCE: Span = Span::secs(1);

/// Running back, how much faster than a crawl it is where nothing flies.
const BACK: f64 = 100.0;

/// After a command the future is another one; it is not scouted before the hand rests.
const REST_MS: f64 = 250.0;

/// How fast the crawl's ratio follows its target.
const SETTLE_MS: f64 = 150.0;

/// Where in the story we are.
#[derive(Clone, Debug)]
pub(super) struct Story {
    /// Natural logarithm of the momentary ratio.
    log_ratio: f64,
    glide: Option<Glide>,
    /// Eye time of this crawl so far.
    crawled_ms: f64,
    /// The crawl lasts at least so long.
    least_ms: f64,
    rung: usize,
    /// None until it is needed, and after each command.
    scout: Option<Scout>,
    rested_ms: f64,
}

impl Default for Story {
    fn default() -> Self {
        Story {
            log_ratio: (1.0 / FLIGHT_MS).ln(),
            glide: None,
            crawled_ms: 0.0,
            least_ms: 0.0,
            rung: 0,
            scout: None,
            rested_ms: REST_MS,
        }
    }
}

impl Story {
    pub(super) fn ratio(&self) -> f64 {
        self.log_ratio.exp()
    }

    pub(super) fn phase(&self) -> Phase {
        if self.glide.is_some() { Phase::Glide } else { Phase::Crawl }
    }

    /// A person did something: look closely at what follows, from this moment on.
    pub(super) fn interrupt(&mut self) {
        if self.glide.take().is_some() {
            self.log_ratio = (1.0 / FLIGHT_MS).ln();
        }
        self.scout = None;
        self.rested_ms = 0.0;
        self.look();
    }

    fn look(&mut self) {
        self.rung = 0;
        self.crawled_ms = 0.0;
        self.least_ms = LOOK_MS;
    }

    /// How many microseconds of virtual time go by in the next `wall_ms`.
    pub(super) fn pass(&mut self, wall_ms: f64, timeline: &Timeline, interest: &Interest) -> f64 {
        self.scout_ahead(wall_ms, timeline, interest);
        let now = timeline.now();
        let crawl = crawl_ratio(interest).ln();
        if self.glide.as_ref().is_some_and(|glide| now >= glide.end) {
            self.land();
        }
        if self.glide.is_none() {
            self.crawled_ms += wall_ms;
            self.log_ratio += (crawl - self.log_ratio) * (1.0 - (-wall_ms / SETTLE_MS).exp());
            if self.may_glide(now, interest) {
                self.glide = self.plan(now, crawl, timeline.is_whole());
            }
        }
        match &mut self.glide {
            Some(glide) => {
                let to = glide.pass(wall_ms, now);
                self.log_ratio = glide.log_ratio();
                to
            }
            None => wall_ms * 1000.0 * self.ratio(),
        }
    }

    /// How fast time runs back, and follows its target as it does ahead.
    pub(super) fn back(&mut self, wall_ms: f64, now: Time, interest: &Interest) -> f64 {
        self.glide = None;
        self.scout = None;
        let hurry = if interest.busy_until() > now { 1.0 } else { BACK };
        let target = (crawl_ratio(interest) * hurry).ln();
        self.log_ratio += (target - self.log_ratio) * (1.0 - (-wall_ms / SETTLE_MS).exp());
        self.ratio()
    }

    fn scout_ahead(&mut self, wall_ms: f64, timeline: &Timeline, interest: &Interest) {
        self.rested_ms += wall_ms;
        let now = timeline.now();
        if self.scout.as_ref().is_some_and(|scout| scout.reach() < now) {
            self.scout = None;
        }
        if self.scout.is_none() && self.rested_ms >= REST_MS {
            self.scout = timeline.twin().map(|ahead| Scout::new(ahead, interest));
        }
        let news = self.scout.as_mut().is_some_and(|scout| scout.go_on(now));
        if news && self.glide.is_none() {
            self.look();
        }
    }

    fn land(&mut self) {
        let Some(glide) = self.glide.take() else { return };
        self.rung = (self.rung + 1).min(RUNGS_MS.len() - 1);
        self.crawled_ms = 0.0;
        self.least_ms = 0.0;
        match glide.landing {
            Landing::Arrest => self.look(),
            Landing::Bout => {}
            // Nothing to see here: on to the next glide.
            Landing::None => self.crawled_ms = LONGEST_CRAWL_MS,
        }
    }

    fn may_glide(&self, now: Time, interest: &Interest) -> bool {
        let quiet = now > interest.busy_until() || self.crawled_ms >= LONGEST_CRAWL_MS;
        quiet && self.crawled_ms >= self.least_ms
    }

    /// The next glide, if there is anything to glide over. Where nobody can look ahead, because
    /// the engine is not whole, it is a short one into the unknown.
    fn plan(&self, now: Time, crawl: f64, whole: bool) -> Option<Glide> {
        let length = Span::ms(RUNGS_MS[self.rung]);
        let wanted = now + length;
        let (bout, arrest, reach) = match &self.scout {
            Some(scout) => {
                let bout = scout.bout_from(wanted, length + PATIENCE);
                (bout, scout.arrest_after(now), scout.reach())
            }
            None if whole => return None,
            None => (None, None, wanted),
        };
        let end = bout.unwrap_or(wanted).min(arrest.unwrap_or(Time::NEVER)).min(reach);
        let landing = match () {
            () if arrest == Some(end) => Landing::Arrest,
            () if bout == Some(end) => Landing::Bout,
            () => Landing::None,
        };
        let wall_ms = GLIDE_MS + RUNG_MS * self.rung as f64;
        let mean = end.since(now).0 as f64 / (wall_ms * 1000.0);
        // What a crawl would pass as well is no quiet stretch.
        if mean < 2.0 * crawl.exp() {
            return None;
        }
        let to = if landing == Landing::None { mean.ln() } else { crawl };
        Some(Glide::new(now, end, landing, self.log_ratio, to, wall_ms))
    }
}

/// So fast that the flight of a message on a typical link can be followed.
fn crawl_ratio(interest: &Interest) -> f64 {
    let typical_ms = interest.typical_flight().0 as f64 / 1000.0;
    (typical_ms / FLIGHT_MS).clamp(1.0 / FLIGHT_MS, FASTEST_CRAWL)
}

/// What is at the end of a glide.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Landing {
    /// Something notable.
    Arrest,
    /// Messages of interest.
    Bout,
    None,
}

/// How finely a glide is integrated.
const SLICES: usize = 96;

/// The share of a glide's eye time in which it speeds up, and in which it slows down.
const RAMP: f64 = 0.4;

/// A stretch of virtual time that passes in a given eye time, with a ratio that rises and falls
/// smoothly on a log scale and fits its surroundings at both ends.
#[derive(Clone, Debug)]
struct Glide {
    start: Time,
    end: Time,
    landing: Landing,
    from: f64,
    to: f64,
    wall_ms: f64,
    /// How much is added at the top.
    height: f64,
    /// Which share of the virtual time has passed at the end of each slice.
    passed: Vec<f64>,
    /// Share of the eye time that has passed.
    at: f64,
}

impl Glide {
    fn new(start: Time, end: Time, landing: Landing, from: f64, to: f64, wall_ms: f64) -> Glide {
        let mean = end.since(start).0 as f64 / (wall_ms * 1000.0);
        let (mut low, mut high) = (-20.0, 20.0);
        for _ in 0..40 {
            let middle = (low + high) / 2.0;
            let total: f64 = slices().map(|at| log_ratio(from, to, middle, at).exp()).sum();
            if total / (SLICES as f64) < mean { low = middle } else { high = middle }
        }
        let height = low;
        let mut passed = Vec::with_capacity(SLICES);
        let mut sum = 0.0;
        for at in slices() {
            sum += log_ratio(from, to, height, at).exp();
            passed.push(sum);
        }
        passed.iter_mut().for_each(|part| *part /= sum);
        Glide { start, end, landing, from, to, wall_ms, height, passed, at: 0.0 }
    }

    fn log_ratio(&self) -> f64 {
        log_ratio(self.from, self.to, self.height, self.at)
    }

    /// Goes on by `wall_ms`; how many microseconds there are from `now` to where it should be. When
    /// the world is behind, the glide waits for it.
    fn pass(&mut self, wall_ms: f64, now: Time) -> f64 {
        let length = self.end.since(self.start).0 as f64;
        let done = now.since(self.start).0 as f64;
        // A microsecond is lost to rounding in each frame; more is the world being slow.
        if done + 2.0 >= length * self.share() {
            self.at = (self.at + wall_ms / self.wall_ms).min(1.0);
        }
        (length * self.share() - done).max(0.0)
    }

    /// Share of the virtual time that should have passed.
    fn share(&self) -> f64 {
        let place = self.at * SLICES as f64;
        let slice = (place as usize).min(SLICES - 1);
        let before = if slice == 0 { 0.0 } else { self.passed[slice - 1] };
        let within = (place - slice as f64).min(1.0);
        before + (self.passed[slice] - before) * within
    }
}

fn slices() -> impl Iterator<Item = f64> {
    (0..SLICES).map(|slice| (slice as f64 + 0.5) / SLICES as f64)
}

/// From one ratio to another, with a hill between; all on a log scale.
fn log_ratio(from: f64, to: f64, height: f64, at: f64) -> f64 {
    let hill = smooth(at / RAMP) * smooth((1.0 - at) / RAMP);
    from + (to - from) * smooth(at) + height * hill
}

/// From 0 to 1 without corners.
fn smooth(at: f64) -> f64 {
    let at = at.clamp(0.0, 1.0);
    at * at * (3.0 - 2.0 * at)
}
