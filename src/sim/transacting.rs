//! How a producing application divides what it sends into transactions, and what it can be told to
//! do with them.

use serde::{Deserialize, Serialize};

use super::time::Span;

/// When an application with a `transactional.id` ends a transaction. It begins one with the first
/// record to send.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Transacting {
    /// After so many records; 0: their number does not matter.
    pub records: u32,
    /// So long after it began; zero: its age does not matter.
    pub time: Span,
    /// Of a hundred transactions so many are aborted.
    pub aborts: u32,
}

impl Default for Transacting {
    fn default() -> Self {
        Transacting { records: 10, time: Span::ZERO, aborts: 0 }
    }
}

impl Transacting {
    /// Whether it begins and ends transactions only when it is told to.
    pub fn is_on_command(&self) -> bool {
        self.records == 0 && self.time == Span::ZERO
    }
}

/// What the code of a producing application does with its transaction.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum TransactionAct {
    /// beginTransaction(), of an application that waits for commands.
    Begin,
    /// commitTransaction()
    Commit,
    /// abortTransaction()
    Abort,
    /// It divides its records in another way from the next one on.
    Divide(Transacting),
}
