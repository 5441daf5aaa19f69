//! The whole truth of a session: the scenario and every command with its time; all else follows.

use crate::sim::ordered;
use crate::sim::{Command, Flaw, Refusal, Scenario, Stamped, Time, World};

/// A command and when it is done: after everything that is due at that time.
pub type Timed = (Time, Command);

/// When a person said that a command be done, and together with which others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Told {
    /// Before its time, if it was planned; the script of a scenario is told at its beginning.
    pub at: Time,
    /// One deed may need several commands; a script's are none of a person's.
    pub deed: Option<u32>,
}

impl Told {
    const SCRIPT: Told = Told { at: Time::ZERO, deed: None };
}

/// Where in time we are, and what was done on the way.
///
/// The cursor never rests within a microsecond: whatever is due at its time has happened. So the
/// time alone tells where a command belongs, and playing again from the start gives the same
/// world.
#[derive(Clone, Debug)]
pub struct Timeline {
    scenario: Scenario,
    /// In order of time; those at equal times in order of doing.
    commands: Vec<Timed>,
    /// The same about each.
    told: Vec<Told>,
    /// The number of the deed that is being done.
    deed: u32,
    /// How many of the commands are done.
    done: usize,
    refused: Vec<(usize, Refusal)>,
    cursor: World,
    /// Makes another cursor like this one; none as long as the engine is not whole. (To copy a
    /// world takes more code than to run it: the first download does without.)
    copy: Option<fn(&Timeline) -> Timeline>,
}

/// Where a cursor stands: all of a timeline that depends on the time.
#[derive(Clone, Debug)]
pub(super) struct Place {
    world: World,
    done: usize,
    refused: Vec<(usize, Refusal)>,
}

impl Place {
    /// The first moment of a scenario.
    pub(super) fn first(scenario: &Scenario) -> Result<Place, Flaw> {
        Ok(Place { world: World::new(scenario)?, done: 0, refused: Vec::new() })
    }

    pub(super) fn now(&self) -> Time {
        self.world.now
    }
}

impl Timeline {
    /// The first moment of a scenario, with commands to come.
    ///
    /// # Errors
    /// If the scenario cannot be: where and why. Commands are checked when their time comes.
    pub fn new(scenario: Scenario, mut commands: Vec<Timed>) -> Result<Timeline, Flaw> {
        let cursor = World::new(&scenario)?;
        ordered::sort_by_key(&mut commands, |(at, _)| *at);
        let copy: fn(&Timeline) -> Timeline = Timeline::clone;
        let told = vec![Told::SCRIPT; commands.len()];
        let (refused, copy) = (Vec::new(), Some(copy));
        Ok(Timeline { scenario, commands, told, deed: 0, done: 0, refused, cursor, copy })
    }

    /// The first moment of the opening scenario; commands come when it is complete.
    pub(super) fn opening(scenario: Scenario) -> Timeline {
        let cursor = World::opening(&scenario);
        let (commands, told, refused) = (Vec::new(), Vec::new(), Vec::new());
        Timeline { scenario, commands, told, deed: 0, done: 0, refused, cursor, copy: None }
    }

    /// The rest of the engine is here now.
    pub(super) fn complete(&mut self) {
        self.cursor.complete();
        self.copy = Some(Timeline::clone);
    }

    /// Whether the engine is whole.
    pub(super) fn is_whole(&self) -> bool {
        self.copy.is_some()
    }

    /// A second cursor at the same place, if the engine is whole.
    pub(super) fn twin(&self) -> Option<Timeline> {
        self.copy.map(|copy| copy(self))
    }

    /// Where the cursor stands.
    pub(super) fn place(&self) -> Place {
        Place { world: self.cursor.clone(), done: self.done, refused: self.refused.clone() }
    }

    /// Puts the cursor where it once stood, with the same commands before it.
    pub(super) fn return_to(&mut self, place: Place) {
        (self.cursor, self.done, self.refused) = (place.world, place.done, place.refused);
    }

    /// Genesis.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// Every command, done or to come.
    pub fn commands(&self) -> &[Timed] {
        &self.commands
    }

    /// Commands of a script that could not be done when their time came, by their place in
    /// [`Timeline::commands`].
    pub fn refused(&self) -> &[(usize, Refusal)] {
        &self.refused
    }

    /// The world as it is now.
    pub fn world(&self) -> &World {
        &self.cursor
    }

    /// Where the cursor stands.
    pub fn now(&self) -> Time {
        self.cursor.now
    }

    /// When something will happen next: by itself or by command.
    pub fn next_at(&self) -> Option<Time> {
        let command = self.next_command_at();
        self.cursor.next_at().into_iter().chain(command).min()
    }

    /// When the next command of the script is due.
    pub fn next_command_at(&self) -> Option<Time> {
        self.commands.get(self.done).map(|(at, _)| *at)
    }

    /// Does a command now and writes it down.
    ///
    /// # Errors
    /// If it cannot be done; then nothing has changed.
    pub fn submit(&mut self, command: Command, log: &mut Vec<Stamped>) -> Result<(), Refusal> {
        let now = self.cursor.now;
        self.cursor.submit(&command, log)?;
        self.cursor.run_until(now, log);
        self.write(self.done, now, command);
        for (place, _) in self.refused.iter_mut().filter(|(place, _)| *place >= self.done) {
            *place += 1;
        }
        self.done += 1;
        Ok(())
    }

    /// Goes on to `until`, but stops when more than `most` due things were handled. True when it
    /// got there.
    pub fn advance(&mut self, until: Time, most: u32, log: &mut Vec<Stamped>) -> bool {
        let mut left = most;
        loop {
            let command_at = self.next_command_at().filter(|at| *at <= until);
            let stop = command_at.unwrap_or(until).max(self.cursor.now);
            while left > 0 && self.cursor.step(stop, log) {
                left -= 1;
            }
            if left == 0 && self.cursor.next_at().is_some_and(|at| at <= stop) {
                self.cursor.run_until(self.cursor.now, log);
                return self.cursor.now >= until;
            }
            self.cursor.run_until(stop, log);
            if command_at.is_none() {
                return true;
            }
            self.do_next(log);
        }
    }

    /// Commands that are to be done, in order of time.
    pub fn to_come(&self) -> &[Timed] {
        self.commands.get(self.done..).unwrap_or_default()
    }

    /// How many commands are done.
    pub fn done(&self) -> usize {
        self.done
    }

    /// Writes down a command for later; what cannot be then is found in [`Timeline::refused`].
    pub(super) fn plan(&mut self, at: Time, command: &Command) {
        let later = self.commands.partition_point(|(other, _)| *other <= at);
        self.write(later.max(self.done), at, command.clone());
    }

    fn write(&mut self, place: usize, at: Time, command: Command) {
        self.commands.insert(place, (at, command));
        self.told.insert(place, Told { at: self.cursor.now, deed: Some(self.deed) });
    }

    /// What is written down from now on is another deed.
    pub(super) fn begin_deed(&mut self) {
        self.deed += 1;
    }

    /// Takes commands for what a person did, one by one, until `now`: those to come were planned.
    pub(super) fn take_for_deeds(&mut self, now: Time) {
        for ((at, _), told) in self.commands.iter().zip(&mut self.told) {
            self.deed += 1;
            *told = Told { at: (*at).min(now), deed: Some(self.deed) };
        }
    }

    /// The last deed that was done up to now, and its first command.
    pub(super) fn last_deed(&self) -> Option<(Told, &Command)> {
        let now = self.cursor.now;
        let deeds = self.told.iter().filter(|told| told.at <= now);
        let last = deeds.filter(|told| told.deed.is_some()).max_by_key(|told| told.deed)?;
        let place = self.told.iter().position(|told| told.deed == last.deed)?;
        Some((*last, &self.commands.get(place)?.1))
    }

    /// Whether there are commands that nobody has thought of yet at the cursor's time.
    pub(super) fn has_deeds_to_come(&self) -> bool {
        self.told.iter().any(|told| told.at > self.cursor.now)
    }

    /// Strikes out what was told after a time, and one deed more.
    pub(super) fn strike_after(&mut self, at: Time, deed: Option<u32>) {
        let goes = |told: &Told| told.at > at || told.deed.is_some() && told.deed == deed;
        let told = std::mem::take(&mut self.told);
        let mut place = 0;
        self.commands.retain(|_| {
            place += 1;
            !told.get(place - 1).is_some_and(goes)
        });
        self.told = told.into_iter().filter(|told| !goes(told)).collect();
    }

    /// The same tape without a command, and without what was done with it as one deed; at its first
    /// moment. None if there is no such command.
    ///
    /// # Errors
    /// If the scenario cannot be.
    pub(super) fn without(&self, place: usize) -> Result<Option<(Timeline, Command)>, Flaw> {
        let Some((_, command)) = self.commands.get(place) else { return Ok(None) };
        let deed = self.told.get(place).and_then(|told| told.deed);
        let goes = |at: usize, told: &Told| at == place || told.deed.is_some() && told.deed == deed;
        let (mut commands, mut told) = (self.commands.clone(), self.told.clone());
        let gone: Vec<bool> = told.iter().enumerate().map(|(at, told)| goes(at, told)).collect();
        let mut kept = gone.iter();
        commands.retain(|_| !kept.next().copied().unwrap_or(false));
        let mut kept = gone.iter();
        told.retain(|_| !kept.next().copied().unwrap_or(false));
        let tape = self.again(self.scenario.clone(), commands, told)?;
        Ok(Some((tape, command.clone())))
    }

    /// A tape of another scenario, with the deeds of this one, at its first moment.
    ///
    /// # Errors
    /// If that scenario cannot be.
    pub(super) fn of_scenario(
        &self,
        scenario: Scenario,
        commands: Vec<Timed>,
    ) -> Result<Timeline, Flaw> {
        self.again(scenario, commands, self.told.clone())
    }

    fn again(
        &self,
        scenario: Scenario,
        commands: Vec<Timed>,
        told: Vec<Told>,
    ) -> Result<Timeline, Flaw> {
        let Timeline { copy, deed, .. } = *self;
        Ok(Timeline { told, deed, copy, ..Timeline::new(scenario, commands)? })
    }

    /// Strikes out a command wherever it is still to come.
    pub(super) fn strike(&mut self, command: &Command) {
        let mut place = self.done;
        while let Some((_, other)) = self.commands.get(place) {
            if other == command {
                self.commands.remove(place);
                self.told.remove(place);
            } else {
                place += 1;
            }
        }
    }

    fn do_next(&mut self, log: &mut Vec<Stamped>) {
        let Some((_, command)) = self.commands.get(self.done) else { return };
        if let Err(refusal) = self.cursor.submit(command, log) {
            self.refused.push((self.done, refusal));
        }
        self.done += 1;
        self.cursor.run_until(self.cursor.now, log);
    }
}
