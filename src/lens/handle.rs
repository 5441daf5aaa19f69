//! The only door to the session. It never changes its identity and renders nobody.

use std::cell::{Cell, RefCell};

use super::look::Look;
use super::tape;
use crate::scene::view::Entity;
use crate::session::delivery::Guarantee;
use crate::session::{Clock, Pace, Session};
use crate::sim::id::Name;
use crate::sim::{Command, Flaw, Refusal, Scenario, Span, Time};

/// When a session was put on the deck; it differs for every one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Put {
    number: u32,
    /// The number of the next event of its journal.
    pub since: u64,
}

struct Deck {
    session: RefCell<Session>,
    put: Cell<Put>,
    /// The session before the one of a file.
    before: RefCell<Option<Session>>,
    /// How it is looked at.
    look: RefCell<Look>,
    /// Everything that can be chosen now, in reading order.
    things: RefCell<Vec<Entity>>,
    /// Whether anything changed since the picture was painted.
    stale: Cell<bool>,
    /// The moment that is being gone to.
    aim: Cell<Option<Time>>,
}

/// Everyone's door to the world. What is behind it is borrowed only within these functions: no
/// callback is ever called while it is.
///
/// There is a deck as long as there is a page: nothing is written that would take one apart.
#[derive(Clone)]
pub struct Handle(&'static Deck);

impl PartialEq for Handle {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl Handle {
    /// Puts a session on the deck.
    pub fn new(session: Session, look: Look) -> Self {
        Self(Box::leak(Box::new(Deck {
            put: Cell::new(Put { number: 0, since: session.journal().total() }),
            session: RefCell::new(session),
            before: RefCell::new(None),
            look: RefCell::new(look),
            things: RefCell::new(Vec::new()),
            stale: Cell::new(true),
            aim: Cell::new(None),
        })))
    }

    /// The rest of the engine is here: commands can be done.
    pub fn complete(&self) {
        self.0.session.borrow_mut().complete();
    }

    /// Looks at the session.
    pub fn read<T>(&self, look: impl FnOnce(&Session) -> T) -> T {
        look(&self.0.session.borrow())
    }

    fn change<T>(&self, act: impl FnOnce(&mut Session) -> T) -> T {
        self.0.stale.set(true);
        act(&mut self.0.session.borrow_mut())
    }

    /// Lets time pass. True if the picture is no longer what was painted.
    pub fn advance(&self, wall_ms: f64) -> bool {
        let moved = self.0.session.borrow_mut().advance(wall_ms);
        self.0.stale.replace(false) || moved
    }

    /// Has the picture painted anew, though no time passes.
    pub fn repaint(&self) {
        self.0.stale.set(true);
    }

    /// How it is looked at.
    pub fn look(&self) -> Look {
        self.0.look.borrow().clone()
    }

    /// Has it looked at in this way from now on.
    pub fn set_look(&self, look: Look) {
        self.0.look.replace(look);
        self.repaint();
    }

    /// When the session was put on the deck.
    pub fn put(&self) -> Put {
        self.0.put.get()
    }

    /// What can be chosen from now on.
    pub fn show(&self, things: Vec<Entity>) {
        self.0.things.replace(things);
    }

    /// The thing so many places after what is chosen.
    pub fn beside(&self, by: isize) -> Option<Entity> {
        let things = self.0.things.borrow();
        let at =
            self.look().chosen.and_then(|chosen| things.iter().position(|thing| *thing == chosen));
        let count = isize::try_from(things.len()).ok().filter(|count| *count > 0)?;
        let start = match at {
            Some(at) => isize::try_from(at).ok()?,
            None if by > 0 => -1,
            None => 0,
        };
        things.get(usize::try_from((start + by).rem_euclid(count)).ok()?).cloned()
    }

    /// Does what a person asks.
    ///
    /// # Errors
    /// If it cannot be done; then nothing has changed.
    pub fn submit(&self, command: Command) -> Result<(), Refusal> {
        let done = self.change(|session| session.submit(command));
        if done.is_ok() {
            self.read(tape::keep);
        }
        done
    }

    /// Has something done later, once or again and again, until so long from now.
    ///
    /// # Errors
    /// If that would be too long or too often, or over before it begins.
    pub fn plan(
        &self,
        command: &Command,
        after: Span,
        every: Option<Span>,
        until: Option<Span>,
    ) -> Result<(), Refusal> {
        let planned = self.change(|session| session.plan(command, after, every, until));
        if planned.is_ok() {
            self.read(tape::keep);
        }
        planned
    }

    /// Sets what a guarantee wants of a group and of those who produce for it.
    ///
    /// # Errors
    /// The first refusal.
    pub fn deliver(&self, group: &str, guarantee: Guarantee) -> Result<(), Refusal> {
        let done = self.change(|session| session.deliver(group, guarantee));
        self.read(tape::keep);
        done
    }

    /// Crashes a member of a group between processing and commit; false if there is no such moment.
    ///
    /// # Errors
    /// If the member cannot be crashed.
    pub fn crash_at_worst(&self, group: &Name) -> Result<bool, Refusal> {
        let done = self.change(|session| session.crash_at_worst(group));
        self.read(tape::keep);
        done
    }

    /// Strikes out what was to be done later.
    pub fn unplan(&self, command: &Command) {
        self.change(|session| session.unplan(command));
        self.read(tape::keep);
    }

    /// Runs the clock, or holds it.
    pub fn play_pause(&self) {
        self.change(|session| match session.clock() {
            Clock { playing: true, backwards: false, .. } => session.pause(),
            _ => session.play(),
        });
    }

    /// Holds the clock.
    pub fn hold(&self) {
        self.change(Session::pause);
    }

    /// Runs the clock.
    pub fn play(&self) {
        self.change(Session::play);
    }

    /// Runs the clock until a moment.
    pub fn play_until(&self, stop: Time) {
        self.change(|session| session.play_until(stop));
    }

    /// To the next event.
    pub fn step(&self) {
        self.change(Session::step);
    }

    /// To the event before.
    pub fn step_back(&self) {
        self.change(Session::step_back);
    }

    /// Runs the clock back, or holds it.
    pub fn play_back_pause(&self) {
        self.change(|session| match session.clock() {
            Clock { playing: true, backwards: true, .. } => session.pause(),
            _ => session.play_back(),
        });
    }

    /// Goes towards a moment, at most so many due things; true when it is there.
    pub fn seek_on(&self, to: Time, most: u32) -> bool {
        self.change(|session| session.seek_on(to, most))
    }

    /// The moment that is being gone to, if that takes long.
    pub fn aim(&self) -> Option<Time> {
        self.0.aim.get()
    }

    /// Goes to a moment, or no longer.
    pub fn set_aim(&self, aim: Option<Time>) {
        self.0.aim.set(aim);
    }

    /// Takes the last deed back. False if there is none.
    pub fn undo(&self) -> bool {
        let done = self.change(Session::undo);
        self.read(tape::keep);
        done
    }

    /// Does again what was taken back last. False if there is nothing.
    pub fn redo(&self) -> bool {
        let done = self.change(Session::redo);
        self.read(tape::keep);
        done
    }

    /// Changes the branches of the tape.
    pub fn branch<T>(&self, act: impl FnOnce(&mut Session) -> T) -> T {
        let done = self.change(act);
        self.read(tape::keep);
        done
    }

    /// How fast it runs.
    pub fn set_pace(&self, pace: Pace) {
        self.change(|session| session.set_pace(pace));
    }

    /// Puts another session on the deck; the one before can be brought back once.
    pub fn replace(&self, session: Session) {
        let before = self.exchange(session);
        self.0.before.replace(Some(before));
    }

    /// Begins the scenario again, without what was done.
    ///
    /// # Errors
    /// If the scenario cannot be; it could before.
    pub fn restart(&self) -> Result<(), Flaw> {
        self.restart_with(|_| {})
    }

    /// Begins the scenario again with something in it changed.
    ///
    /// # Errors
    /// If that scenario cannot be; then nothing has changed.
    pub fn restart_with(&self, change: impl FnOnce(&mut Scenario)) -> Result<(), Flaw> {
        let mut scenario = self.read(|session| session.timeline().scenario().clone());
        change(&mut scenario);
        let mut session = Session::new(scenario)?;
        session.open();
        let pace = self.read(|session| session.clock().pace);
        session.set_pace(pace);
        self.replace(session);
        Ok(())
    }

    /// Brings the session before back.
    pub fn bring_back(&self) {
        if let Some(before) = self.0.before.take() {
            self.exchange(before);
        }
    }

    fn exchange(&self, session: Session) -> Session {
        tape::keep(&session);
        let number = self.put().number.wrapping_add(1);
        self.0.put.set(Put { number, since: session.journal().total() });
        self.change(|own| std::mem::replace(own, session))
    }
}
