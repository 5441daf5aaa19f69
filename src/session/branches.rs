//! Branches of the tape: whoever acts in the past begins another future and keeps the old one.

use std::mem::swap;

use super::past::Past;
use super::timeline::Timeline;
use super::vary::Variation;
use super::worst::Trial;
use super::{Interest, Journal, Session, Timed};
use crate::metrics::{Metrics, Sums};
use crate::sim::id::Name;
use crate::sim::{Command, Time};

/// How many branches there are at most: more are no longer told apart. Each keeps moments of its
/// own, fewer while nobody is on it.
const MOST: usize = 16;

/// The longest name of a branch, in characters.
const LONGEST_NAME: usize = 60;

/// Which branch; never used again for another one.
pub type BranchId = u32;

/// One branch, as a list shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    pub id: BranchId,
    /// What a person called it.
    pub name: Option<Name>,
    /// The branch that it parted from; none if that was deleted, or it is the first one.
    pub parent: Option<BranchId>,
    /// Where it parted.
    pub parted: Time,
    /// What made it another: the first deed of its own, or what was undone.
    pub why: Option<Why>,
}

/// What made a branch another than its parent.
#[derive(Clone, Debug, PartialEq)]
pub enum Why {
    /// This was done.
    Done(Command),
    /// This was undone.
    Undone(Command),
    /// It was another scenario from the beginning.
    Varied(Variation),
    /// This was left out, and what came after it was not.
    Without(Command),
}

/// A branch, where it stands and what became of its promises.
#[derive(Clone, Debug, PartialEq)]
pub struct BranchView {
    pub branch: Branch,
    pub is_current: bool,
    /// Where its cursor is.
    pub now: Time,
    /// How far it was played.
    pub reach: Time,
    /// What was promised by then, and what became of it.
    pub sums: Sums,
}

/// All of a session that belongs to a branch, while nobody is on it.
#[derive(Clone, Debug)]
struct Parked {
    timeline: Timeline,
    journal: Journal,
    interest: Interest,
    metrics: Metrics,
    plans: Vec<Timed>,
    trial: Option<Trial>,
    past: Past,
}

/// All branches of a session.
#[derive(Clone, Debug)]
pub(super) struct Branches {
    /// In the order in which they began; the session itself is on the one that has nothing parked.
    all: Vec<(Branch, Option<Box<Parked>>)>,
    next: BranchId,
    /// Branches that undoing has left, the last one last.
    redo: Vec<BranchId>,
}

impl Default for Branches {
    fn default() -> Self {
        let first = Branch { id: 0, name: None, parent: None, parted: Time::ZERO, why: None };
        Branches { all: vec![(first, None)], next: 1, redo: Vec::new() }
    }
}

impl Branches {
    fn place(&self, id: BranchId) -> Option<usize> {
        self.all.iter().position(|(branch, _)| branch.id == id)
    }

    fn current(&self) -> usize {
        self.all.iter().position(|(_, parked)| parked.is_none()).unwrap_or(0)
    }

    fn remove(&mut self, place: usize) {
        let (gone, _) = self.all.remove(place);
        for (branch, _) in self.all.iter_mut().filter(|(it, _)| it.parent == Some(gone.id)) {
            branch.parent = gone.parent;
        }
        self.redo.retain(|id| *id != gone.id);
    }

    /// Makes room for one more: the oldest that nobody named goes.
    fn make_room(&mut self) {
        while self.all.len() >= MOST {
            let spare = |(branch, parked): &(Branch, Option<Box<Parked>>)| {
                parked.is_some() && branch.name.is_none()
            };
            let named = |(_, parked): &(Branch, Option<Box<Parked>>)| parked.is_some();
            let oldest =
                self.all.iter().position(spare).or_else(|| self.all.iter().position(named));
            let Some(oldest) = oldest else { return };
            self.remove(oldest);
        }
    }
}

impl Session {
    /// Before a person does something with the help of a command.
    pub(super) fn begin_deed(&mut self, command: &Command) {
        match &mut self.joined {
            Some(true) => return,
            Some(begun) => *begun = true,
            None => {}
        }
        self.timeline.begin_deed();
        self.part(Some(Why::Done(command.clone())));
    }

    /// Before anything is changed: in the past, that begins another branch.
    pub(super) fn part(&mut self, why: Option<Why>) {
        self.branches.redo.clear();
        let now = self.clock().now;
        let ahead = self.past.ahead.as_ref().is_some_and(|ahead| ahead.at > now);
        if ahead || self.timeline.has_deeds_to_come() {
            self.begin_branch(why);
            self.timeline.strike_after(now, None);
            self.past.forget_after(now);
        } else {
            let current = self.branches.current();
            let (branch, _) = &mut self.branches.all[current];
            branch.why = branch.why.take().or(why);
        }
    }

    /// Parks a copy of what there is, and goes on on a branch of its own.
    fn begin_branch(&mut self, why: Option<Why>) {
        self.branches.make_room();
        let parked = Box::new(self.parked());
        let (current, now) = (self.branches.current(), self.clock().now);
        let id = self.branches.next;
        self.branches.next += 1;
        let parent = self.branches.all.get_mut(current).map(|(branch, place)| {
            *place = Some(parked);
            branch.id
        });
        self.branches.all.push((Branch { id, name: None, parent, parted: now, why }, None));
    }

    fn parked(&self) -> Parked {
        Parked {
            timeline: self.timeline.clone(),
            journal: self.journal.clone(),
            interest: self.interest.clone(),
            metrics: self.metrics.clone(),
            plans: self.plans.clone(),
            trial: self.trial.clone(),
            past: self.past.thinned(),
        }
    }

    fn exchange(&mut self, parked: &mut Parked) {
        swap(&mut self.timeline, &mut parked.timeline);
        swap(&mut self.journal, &mut parked.journal);
        swap(&mut self.interest, &mut parked.interest);
        swap(&mut self.metrics, &mut parked.metrics);
        swap(&mut self.plans, &mut parked.plans);
        swap(&mut self.trial, &mut parked.trial);
        swap(&mut self.past, &mut parked.past);
        parked.past = parked.past.thinned();
        self.opened = Time::ZERO;
        self.jumps += 1;
        self.playback.interrupt();
    }

    /// Another future of the whole tape, on which nobody is yet: it stands at its first moment.
    pub(super) fn add_branch(&mut self, tape: Timeline, why: Why) -> BranchId {
        self.branches.make_room();
        let parent = Some(self.branches.all[self.branches.current()].0.id);
        let id = self.branches.next;
        self.branches.next += 1;
        let mut past = Past::default();
        past.begin();
        let parked = Parked {
            timeline: tape,
            journal: Journal::default(),
            interest: Interest::default(),
            metrics: Metrics::default(),
            plans: self.plans.clone(),
            trial: None,
            past,
        };
        let branch = Branch { id, name: None, parent, parted: Time::ZERO, why: Some(why) };
        self.branches.all.push((branch, Some(Box::new(parked))));
        id
    }

    /// Another branch as a session of its own, to be looked at beside this one. It knows of no
    /// branches.
    pub fn beside(&self, id: BranchId) -> Option<Session> {
        let (_, parked) = self.branches.all.get(self.branches.place(id)?)?;
        let parked = parked.as_ref()?;
        let mut session = Session::of(parked.timeline.clone());
        session.journal = parked.journal.clone();
        session.interest = parked.interest.clone();
        session.metrics = parked.metrics.clone();
        session.plans = parked.plans.clone();
        session.past = parked.past.clone();
        (session.rewinding, session.opened) = (self.rewinding, self.opened);
        session.pause();
        Some(session)
    }

    /// The tape of another branch, and how far it was played.
    pub(super) fn tape_of(&self, id: BranchId) -> Option<(&Timeline, Time)> {
        let (_, parked) = self.branches.all.get(self.branches.place(id)?)?;
        let parked = parked.as_ref()?;
        Some((&parked.timeline, parked.past.reach(parked.timeline.now())))
    }

    /// Where this branch and another one part at the latest: where the younger one began.
    pub(super) fn parted(&self, with: BranchId) -> Time {
        let of = |id: BranchId| self.branches.all.iter().find(|(it, _)| it.id == id);
        let own = self.branches.all[self.branches.current()].0.id;
        of(own.max(with)).map_or(Time::ZERO, |(branch, _)| branch.parted)
    }

    /// All branches, in the order in which they began.
    pub fn branches(&self) -> impl Iterator<Item = BranchView> {
        self.branches.all.iter().map(|(branch, parked)| {
            let (timeline, past, metrics) = match parked {
                Some(parked) => (&parked.timeline, &parked.past, &parked.metrics),
                None => (&self.timeline, &self.past, &self.metrics),
            };
            let now = timeline.now();
            BranchView {
                branch: branch.clone(),
                is_current: parked.is_none(),
                now,
                reach: past.reach(now),
                sums: match past.ahead.as_ref().filter(|ahead| ahead.at > now) {
                    Some(ahead) => ahead.sums,
                    None => metrics.ledger().sums(),
                },
            }
        })
    }

    /// Goes to another branch, where its cursor was left. False if there is none of that number.
    pub fn switch(&mut self, id: BranchId) -> bool {
        let current = self.branches.current();
        let Some(place) = self.branches.place(id).filter(|place| *place != current) else {
            return self.branches.place(id).is_some();
        };
        let Some(mut parked) = self.branches.all[place].1.take() else { return false };
        self.exchange(&mut parked);
        self.branches.all[current].1 = Some(parked);
        true
    }

    /// Calls a branch by a name; an empty one takes its name away. It is cut where it is too long.
    pub fn name_branch(&mut self, id: BranchId, name: &str) {
        let name: String = name.trim().chars().take(LONGEST_NAME).collect();
        if let Some(place) = self.branches.place(id) {
            self.branches.all[place].0.name =
                Some(name).filter(|it| !it.is_empty()).map(Into::into);
        }
    }

    /// Deletes a branch; what parted from it stays. The one that is shown cannot be deleted.
    pub fn delete_branch(&mut self, id: BranchId) -> bool {
        let place = self.branches.place(id);
        let Some(place) = place.filter(|place| *place != self.branches.current()) else {
            return false;
        };
        self.branches.remove(place);
        true
    }

    /// Goes back to the moment before the last deed, without it. The branch with it is kept, and
    /// [`Session::redo`] goes there. False if nothing was done.
    pub fn undo(&mut self) -> bool {
        let last = self.timeline.last_deed();
        let Some((told, command)) = last.map(|(told, command)| (told, command.clone())) else {
            return false;
        };
        let left = self.branches.all[self.branches.current()].0.id;
        self.begin_branch(Some(Why::Undone(command)));
        self.go_back_before(told.at);
        self.timeline.strike_after(told.at, told.deed);
        self.past.forget_from(told.at);
        self.seek(told.at);
        self.past.ahead = None;
        self.playback.playing = false;
        let current = self.branches.current();
        self.branches.all[current].0.parted = told.at;
        self.branches.redo.push(left);
        true
    }

    /// Goes back to the branch that the last [`Session::undo`] left, as it was left. False if
    /// nothing was undone, or something else was done since.
    pub fn redo(&mut self) -> bool {
        let Some(id) = self.branches.redo.pop() else { return false };
        let leaving = self.branches.all[self.branches.current()].0.clone();
        let watched = self.past.reach(self.clock().now) > leaving.parted;
        if !self.switch(id) {
            return false;
        }
        // Nothing has happened there that did not happen here.
        if let Some(place) = self.branches.place(leaving.id).filter(|_| !watched) {
            self.branches.remove(place);
        }
        self.playback.playing = false;
        true
    }

    /// Whether there is something to undo, and to redo.
    pub fn can_undo_redo(&self) -> (bool, bool) {
        (self.timeline.last_deed().is_some(), !self.branches.redo.is_empty())
    }
}
