//! Up, paused, down: what a process is, apart from what it knows.

use super::agenda::Due;
use super::time::{Span, Time};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Power {
    Up,
    /// Stopped by SIGSTOP: holds its connections and its memory, does nothing.
    Paused,
    Down,
}

/// One process of the world.
#[derive(Clone, Debug)]
pub struct Process {
    pub power: Power,
    /// Since when it is in this state.
    pub since: Time,
    /// Extra time per message; the mark of a slow machine.
    pub delay: Span,
    /// A slow node works on earlier messages until then.
    pub(super) busy_until: Time,
    /// What came due while it was paused.
    pub(super) held: Vec<Due>,
    /// It is down because it ended without a word.
    pub crashed: bool,
    /// It was told to end in good order and has not yet.
    pub stopping: bool,
    /// It is to be taken away once it has ended.
    pub(super) leaving: bool,
}

impl Process {
    pub(super) fn down() -> Process {
        Process {
            power: Power::Down,
            since: Time::ZERO,
            delay: Span::ZERO,
            busy_until: Time::ZERO,
            held: Vec::new(),
            crashed: false,
            stopping: false,
            leaving: false,
        }
    }

    /// Whether it handles messages.
    pub fn is_up(&self) -> bool {
        self.power == Power::Up
    }
}
