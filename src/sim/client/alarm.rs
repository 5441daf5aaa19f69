//! One alarm of a client that knows when it rings, so that it is armed only when that changes.

use crate::sim::effect::{Ctx, Timer};
use crate::sim::time::Time;

/// A timer and the moment it is armed for; [`Time::NEVER`] while it is silent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Alarm {
    timer: Timer,
    at: Time,
}

impl Alarm {
    pub(super) const fn new(timer: Timer) -> Alarm {
        Alarm { timer, at: Time::NEVER }
    }

    /// It has just rung, or its owner has lost all memory.
    pub(super) fn rang(&mut self) {
        self.at = Time::NEVER;
    }

    /// Rings exactly at `at`.
    pub(super) fn set(&mut self, ctx: &mut Ctx<'_>, at: Time) {
        if at == self.at {
            return;
        }
        self.at = at;
        if at == Time::NEVER {
            ctx.disarm(self.timer);
        } else {
            ctx.arm(self.timer, at);
        }
    }

    /// Rings at `at` or earlier. A deadline that keeps moving away costs one early ring now and
    /// then instead of a new arming at each move.
    pub(super) fn set_by(&mut self, ctx: &mut Ctx<'_>, at: Time) {
        if at < self.at {
            self.set(ctx, at);
        }
    }
}
