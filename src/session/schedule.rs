//! What is planned: commands at a time to come, once or again and again. They are part of the tape
//! like any other, so a tape with plans is played again as it was.

use super::Session;
use crate::sim::command::Quantity;
use crate::sim::scenario::limits;
use crate::sim::time::Repeated;
use crate::sim::{Command, Refusal, Span, Time};

/// Plans in all: so many times the repetitions of one.
const PLANS: usize = 10;

/// One command that is planned.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Planned {
    pub command: Command,
    /// The next time.
    pub at: Time,
    /// Between that and the one after it, if there is one.
    pub every: Option<Span>,
    /// The last time.
    pub last: Time,
    /// How often it is still to be done.
    pub left: usize,
}

/// A command that was refused when its time came.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NotDone {
    pub command: Command,
    /// The first time that it was.
    pub at: Time,
    /// Why.
    pub refusal: Refusal,
}

impl Session {
    /// Has a command done after some time, and then again and again if so wished: until so long
    /// from now, or for as long as nobody strikes it out, but at most [`limits::REPETITIONS`]
    /// times. Whether it can be done is found when its time comes: [`Session::not_done`].
    ///
    /// # Errors
    /// If that would be too long or too often, or over before it begins; then nothing has changed.
    pub fn plan(
        &mut self,
        command: &Command,
        after: Span,
        every: Option<Span>,
        until: Option<Span>,
    ) -> Result<(), Refusal> {
        let longest = after.max(every.unwrap_or_default());
        let shortest = every.unwrap_or(Span::secs(1));
        if longest > limits::SPAN || shortest < Span::ms(1) {
            let ms = |span: Span| i64::try_from(span.0 / 1000).unwrap_or(i64::MAX);
            let value = ms(if longest > limits::SPAN { longest } else { shortest });
            let (what, max) = (Quantity::Delay, ms(limits::SPAN));
            return Err(Refusal::OutOfBounds { what, value, min: 1, max });
        }
        if let Some(until) = until.filter(|until| *until < after || *until > limits::SPAN) {
            let secs = |span: Span| i64::try_from(span.0 / 1_000_000).unwrap_or(i64::MAX);
            let (what, value) = (Quantity::Until, secs(until));
            let (min, max) = (secs(after).max(1), secs(limits::SPAN));
            return Err(Refusal::OutOfBounds { what, value, min, max });
        }
        let now = self.timeline.now();
        let (at, most) = (now + after, limits::REPETITIONS);
        let too_many = |most| Refusal::TooMany { what: Quantity::Repetitions, most };
        let times = match every {
            None => vec![at],
            Some(every) => {
                let until = until.map_or(at + every * u64::from(most - 1), |until| now + until);
                Repeated { at, every, until }.all(most).ok_or(too_many(most))?
            }
        };
        let all = PLANS * most as usize;
        if self.timeline.to_come().len() + times.len() > all {
            return Err(too_many(all as u32));
        }
        self.begin_deed(command);
        self.plans.push((at, command.clone()));
        for at in times {
            self.timeline.plan(at, command);
        }
        self.playback.interrupt();
        Ok(())
    }

    /// Strikes out a command wherever it is planned.
    pub fn unplan(&mut self, command: &Command) {
        self.part(None);
        self.timeline.strike(command);
        self.playback.interrupt();
    }

    /// What is planned, each command once, the next one first.
    pub fn planned(&self) -> Vec<Planned> {
        let mut all: Vec<Planned> = Vec::new();
        for (at, command) in self.timeline.to_come() {
            match all.iter_mut().find(|known| known.command == *command) {
                Some(known) => {
                    known.every.get_or_insert(at.since(known.at));
                    (known.left, known.last) = (known.left + 1, *at);
                }
                None => {
                    let (at, command) = (*at, command.clone());
                    all.push(Planned { command, at, every: None, last: at, left: 1 });
                }
            }
        }
        all
    }

    /// What was planned, or of a script, and could not be done: each plan once, however often it
    /// was tried in vain, the first one first. New ones only ever come at the end.
    pub fn not_done(&self) -> Vec<NotDone> {
        let mut all: Vec<(Option<usize>, NotDone)> = Vec::new();
        for (place, refusal) in self.timeline.refused() {
            let Some((at, command)) = self.timeline.commands().get(*place) else { continue };
            // What is planned anew after it failed may fail anew.
            let plans = &mut self.plans.iter();
            let plan = plans.rposition(|(first, planned)| first <= at && planned == command);
            if !all.iter().any(|(known, it)| *known == plan && it.command == *command) {
                let (at, command, refusal) = (*at, command.clone(), refusal.clone());
                all.push((plan, NotDone { command, at, refusal }));
            }
        }
        all.into_iter().map(|(_, it)| it).collect()
    }
}
