//! What lives here: the tape. Where in time we are, how fast it runs, what happened lately, and
//! how that is told as text.
//! Who may knock: panels, tests and the native player.
//! Never here: a browser, a picture, a person's language.

pub mod branches; // other futures
pub mod causes; // why a record is lost or there twice
pub mod delivery; // at most once, at least once
pub mod hunt; // ahead, until something is so
pub mod interest; // which messages a person follows
pub mod journal; // recent events
pub mod playback; // wall time to virtual time
pub mod link; // a session as a line of text
pub mod mark; // what is worth a mark on the tape
mod past; // moments that are kept
mod schedule; // commands for later
mod scout; // a cursor that runs ahead
pub mod seek; // to any moment
mod story; // story pace
pub mod subject; // what a message is about
pub mod timeline; // scenario, commands, cursor
pub mod transcript;
pub mod twin; // two branches side by side
pub mod vary; // the same with one thing changed
pub mod verification; // every rule, looked at again
pub mod worst; // a crash between processing and commit

pub use self::interest::Interest;
pub use self::journal::Journal;
pub use self::playback::{Clock, Pace, Phase, Ratio};
pub use self::schedule::{NotDone, Planned};
pub use self::timeline::{Timed, Timeline};

use self::branches::Branches;
use self::past::Past;
use self::playback::Playback;
use self::worst::Trial;
use crate::metrics::{Backlogs, Gauges, Ledger, Metrics, Stoppages};
use crate::sim::{Command, Flaw, Refusal, Scenario, Span, Stamped, Time, World};

/// Where the page opens the tape. Applications start at 1 s; the first group waits
/// `group.initial.rebalance.delay.ms` (3 s) for company, and as long again because a second member
/// came. By now it has been stable for most of a second and records flow all the way.
pub const OPENING: Time = Time(8_000_000);

/// The most due things handled in one frame. A frame that needs more shows less time passing
/// instead of freezing the page.
const MOST_PER_FRAME: u32 = 4_000;

/// So many due things are handled before the past is looked after.
const PIECE: u32 = 500;

/// How far a step looks for something to stop at.
const STEP_REACH: Span = Span::secs(60);

/// What it takes to rewind; the first download does without.
#[derive(Clone, Copy, Debug)]
struct Rewinding {
    keep: fn(&mut Session),
    go_back: fn(&mut Session, f64) -> bool,
}

/// One world being watched: its tape, its pace and what it adds up to.
#[derive(Clone, Debug)]
pub struct Session {
    timeline: Timeline,
    journal: Journal,
    interest: Interest,
    metrics: Metrics,
    playback: Playback,
    /// When somebody began to look.
    opened: Time,
    /// Every plan that a person made, with its first time.
    plans: Vec<Timed>,
    /// The last crash at a worst moment.
    trial: Option<Trial>,
    past: Past,
    branches: Branches,
    jumps: u32,
    /// While several commands are one deed: whether it has begun.
    joined: Option<bool>,
    /// None as long as the engine is not whole.
    rewinding: Option<Rewinding>,
    /// Events of the moment, reused.
    log: Vec<Stamped>,
}

impl Session {
    /// A world at its first moment, playing at story pace.
    ///
    /// # Errors
    /// If the scenario cannot be: where in it, and why.
    pub fn new(scenario: Scenario) -> Result<Session, Flaw> {
        Session::scripted(scenario, Vec::new())
    }

    /// As [`Session::new`], with commands to come. Those that cannot be done when their time comes
    /// are found in [`Timeline::refused`].
    ///
    /// # Errors
    /// If the scenario cannot be.
    pub fn scripted(scenario: Scenario, commands: Vec<Timed>) -> Result<Session, Flaw> {
        let mut session = Session::of(Timeline::new(scenario, commands)?);
        session.remember();
        Ok(session)
    }

    /// As [`Session::scripted`] of a tape that a person made up to `now`: every command is a deed
    /// that can be undone, and what lies after `now` was planned.
    ///
    /// # Errors
    /// If the scenario cannot be.
    pub fn taped(scenario: Scenario, commands: Vec<Timed>, now: Time) -> Result<Session, Flaw> {
        let mut session = Session::scripted(scenario, commands)?;
        session.timeline.take_for_deeds(now);
        Ok(session)
    }

    /// The opening scenario at its first moment, playing at story pace. It cannot take commands
    /// until it is complete.
    pub fn opening(scenario: Scenario) -> Session {
        Session::of(Timeline::opening(scenario))
    }

    /// The rest of the engine is here now.
    pub fn complete(&mut self) {
        self.timeline.complete();
        self.remember();
    }

    /// From now on moments are kept.
    fn remember(&mut self) {
        self.rewinding = Some(Rewinding { keep: Session::keep, go_back: Session::go_back });
        self.past.begin();
    }

    fn of(timeline: Timeline) -> Session {
        Session {
            timeline,
            journal: Journal::default(),
            interest: Interest::default(),
            metrics: Metrics::default(),
            playback: Playback::default(),
            opened: Time::ZERO,
            plans: Vec::new(),
            trial: None,
            past: Past::default(),
            branches: Branches::default(),
            jumps: 0,
            joined: None,
            rewinding: None,
            log: Vec::new(),
        }
    }

    /// Lets `wall_ms` milliseconds of a person's time pass. True if virtual time passed.
    pub fn advance(&mut self, wall_ms: f64) -> bool {
        if let Some(rewinding) = self.rewinding.filter(|_| self.playback.backwards) {
            return (rewinding.go_back)(self, wall_ms);
        }
        let from = self.timeline.now();
        let Some(until) = self.playback.pass(wall_ms, &self.timeline, &self.interest) else {
            return false;
        };
        let stop = self.playback.stop;
        self.playback.lagging = !self.go_on(until.min(stop), MOST_PER_FRAME);
        if self.timeline.now() >= stop {
            self.playback.playing = false;
            self.playback.stop = Time::NEVER;
        }
        self.timeline.now() > from
    }

    /// Plays on to `until`, but stops when about `most` due things were handled. True when it got
    /// there.
    fn go_on(&mut self, until: Time, most: u32) -> bool {
        let mut left = most;
        loop {
            let piece = left.min(PIECE);
            let arrived = self.timeline.advance(until, piece, &mut self.log);
            self.take_note();
            if let Some(rewinding) = self.rewinding
                && self.past.is_due(self.journal.total())
            {
                (rewinding.keep)(self);
            }
            left -= piece;
            if arrived || left == 0 {
                return arrived;
            }
        }
    }

    /// Does what a person asks, now.
    ///
    /// # Errors
    /// If it cannot be done; then nothing has changed.
    pub fn submit(&mut self, command: Command) -> Result<(), Refusal> {
        self.check(&command)?;
        self.begin_deed(&command);
        self.timeline.submit(command, &mut self.log)?;
        self.playback.interrupt();
        self.take_note();
        Ok(())
    }

    /// Whether a command would be done; why not, if not.
    ///
    /// # Errors
    /// The refusal that [`Session::submit`] would give.
    pub fn check(&self, command: &Command) -> Result<(), Refusal> {
        self.timeline.world().check(command)
    }

    /// Goes to the next moment at which a person would look up, and pauses there: a message of
    /// interest is sent or arrives, or something happens at a node. False if nothing comes within
    /// a minute of virtual time.
    pub fn step(&mut self) -> bool {
        (self.playback.playing, self.playback.backwards) = (false, false);
        self.playback.stop = Time::NEVER;
        let reach = self.timeline.now() + STEP_REACH;
        while let Some(at) = self.timeline.next_at().filter(|at| *at <= reach) {
            self.timeline.advance(at, u32::MAX, &mut self.log);
            if self.take_note() {
                return true;
            }
        }
        self.timeline.advance(reach, u32::MAX, &mut self.log);
        self.take_note()
    }

    /// Lets time pass again.
    pub fn play(&mut self) {
        (self.playback.playing, self.playback.backwards) = (true, false);
    }

    /// Lets time pass until a moment. Whatever a person does in between ends that, and so does
    /// going elsewhere.
    pub fn play_until(&mut self, stop: Time) {
        self.play();
        self.playback.stop = stop;
    }

    /// Holds time.
    pub fn pause(&mut self) {
        self.playback.playing = false;
    }

    /// Changes how fast the tape runs.
    pub fn set_pace(&mut self, pace: Pace) {
        self.playback.set_pace(pace);
    }

    /// Goes to a moment at once; the past stays where it is.
    pub fn run_to(&mut self, at: Time) {
        while !self.go_on(at, u32::MAX) {}
    }

    /// Goes on to a moment, but handles at most so many due things. True when it got there.
    pub fn approach(&mut self, at: Time, most: u32) -> bool {
        self.go_on(at, most)
    }

    /// Goes to the opening: somebody begins to look.
    pub fn open(&mut self) {
        self.run_to(OPENING);
        self.opened = self.timeline.now();
    }

    /// When somebody began to look: of what was before, no trace lingers in the picture.
    pub fn opened(&self) -> Time {
        self.opened
    }

    /// The world as it is now.
    pub fn world(&self) -> &World {
        self.timeline.world()
    }

    /// Scenario and commands: all that is needed to be here again.
    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// What happened lately.
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// Which messages under way are of interest.
    pub fn interest(&self) -> &Interest {
        &self.interest
    }

    /// What was promised, and what became of it.
    pub fn ledger(&self) -> &Ledger {
        self.metrics.ledger()
    }

    /// Rates and latencies.
    pub fn gauges(&self) -> &Gauges {
        self.metrics.gauges()
    }

    /// Who read which partition, and how long nobody did.
    pub fn stoppages(&self) -> &Stoppages {
        self.metrics.stoppages()
    }

    /// How far groups are behind, over time.
    pub fn backlogs(&self) -> &Backlogs {
        self.metrics.backlogs()
    }

    /// What a clock shows.
    pub fn clock(&self) -> Clock {
        self.playback.clock(self.timeline.now())
    }

    /// Lets everyone who keeps books see what just happened. True if a person would look up.
    fn take_note(&mut self) -> bool {
        let mut look_up = false;
        for stamped in self.log.drain(..) {
            look_up |= self.interest.see(&stamped, self.timeline.world());
            self.metrics.fold(&stamped);
            self.journal.note(stamped, self.timeline.world());
        }
        look_up
    }
}
