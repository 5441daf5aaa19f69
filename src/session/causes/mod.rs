//! What lives here: why a record is lost, there twice or in doubt; the chain back to a command.
//! Who may knock: panels and tests. Nothing is remembered for it while a tape plays.
//! Never here: words, or what allows a loss (that is `metrics::loss`).

mod faults; // what is broken now, and who broke it
mod reign; // who leads, who is in sync, and what led to it
mod step; // one line of a chain
mod traffic; // who sent which message, and because of which other
mod witness; // what belongs to one record's story

pub use self::step::{Role, Step, What};

use self::witness::Witness;
use super::timeline::Timeline;
use crate::metrics::ledger::{Entry, Told};
use crate::sim::{Flaw, Stamped, Time};

/// What there is to explain of a record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Question {
    /// Promised, and gone.
    Lost,
    /// It stands in its log more than once.
    WrittenAgain,
    /// A group worked on it more than once.
    ProcessedAgain,
    /// After a record that was sent later.
    OutOfOrder,
    /// Nobody was told, or a failure that is none.
    InDoubt,
}

impl Question {
    /// The gravest that a record raises; none if all is well with it.
    pub fn of(entry: &Entry) -> Option<Question> {
        let copied = entry.copies() > 1;
        let raised = [
            (entry.is_lost(), Question::Lost),
            (copied, Question::WrittenAgain),
            (entry.is_duplicated() && !copied, Question::ProcessedAgain),
            (entry.is_reordered(), Question::OutOfOrder),
            (entry.is_in_doubt(), Question::InDoubt),
        ];
        raised.into_iter().find(|(holds, _)| *holds).map(|(_, question)| question)
    }
}

/// How far the search has come.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Search {
    /// So many thousandths of the way.
    Going(u32),
    /// From the first cause to the fact.
    Done(Vec<Step>),
}

/// The tape played once more from its beginning, with an eye on one record.
pub struct Causes {
    timeline: Timeline,
    witness: Witness,
    until: Time,
    log: Vec<Stamped>,
}

impl Causes {
    /// Why this has become of a record, as its account stands now.
    ///
    /// # Errors
    /// If the scenario cannot be; it could before.
    pub fn of(tape: &Timeline, entry: &Entry, question: Question) -> Result<Causes, Flaw> {
        let now = tape.now();
        let until = match (question, entry.loss) {
            (Question::Lost, Some(loss)) => loss.at.max(entry.told_at),
            (Question::InDoubt, _) if entry.told != Told::Waiting => entry.told_at,
            _ => now,
        };
        let done = tape.commands().iter().filter(|(at, _)| *at <= now).cloned();
        Ok(Causes {
            timeline: Timeline::new(tape.scenario().clone(), done.collect())?,
            witness: Witness::new(entry, question, tape.world()),
            until: until.min(now),
            log: Vec::new(),
        })
    }

    /// Handles up to `most` due things more.
    pub fn go_on(&mut self, most: u32) -> Search {
        let arrived = self.timeline.advance(self.until, most, &mut self.log);
        for stamped in self.log.drain(..) {
            self.witness.see(&stamped);
        }
        if arrived || self.witness.is_done() {
            return Search::Done(self.witness.account(self.timeline.now()));
        }
        let (now, until) = (self.timeline.now().0, self.until.0.max(1));
        Search::Going(u32::try_from(now.saturating_mul(1000) / until).unwrap_or(1000))
    }
}
