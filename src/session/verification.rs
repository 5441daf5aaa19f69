//! The tape played once more from its beginning, with every rule looked at after each moment.

use super::timeline::Timeline;
use crate::sim::check::{Broken, Checker};
use crate::sim::{Flaw, Stamped, Time};

/// How far a verification has come.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Progress {
    /// So many thousandths of the way.
    Going(u32),
    /// Every rule held up to there, through so many events.
    Kept { until: Time, events: u64 },
    /// One did not.
    Broken { at: Time, broken: Broken },
}

/// A second world beside the one that is watched.
pub struct Verification {
    timeline: Timeline,
    checker: Checker,
    until: Time,
    events: u64,
    log: Vec<Stamped>,
}

impl Verification {
    /// Of everything that was done up to now.
    ///
    /// # Errors
    /// If the scenario cannot be; it could before.
    pub fn of(tape: &Timeline) -> Result<Verification, Flaw> {
        let until = tape.now();
        let done = tape.commands().iter().filter(|(at, _)| *at <= until).cloned();
        Ok(Verification {
            timeline: Timeline::new(tape.scenario().clone(), done.collect())?,
            checker: Checker::default(),
            until,
            events: 0,
            log: Vec::new(),
        })
    }

    /// Handles up to `most` due things more.
    pub fn go_on(&mut self, most: u32) -> Progress {
        for _ in 0..most {
            let arrived = self.timeline.advance(self.until, 1, &mut self.log);
            self.events += self.log.len() as u64;
            let checked = self.checker.check(self.timeline.world(), &self.log);
            self.log.clear();
            if let Err(broken) = checked {
                return Progress::Broken { at: self.timeline.now(), broken };
            }
            if arrived {
                return Progress::Kept { until: self.until, events: self.events };
            }
        }
        let (now, until) = (self.timeline.now().0, self.until.0.max(1));
        Progress::Going(u32::try_from(now.saturating_mul(1000) / until).unwrap_or(1000))
    }
}
