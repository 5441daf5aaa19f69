//! The thread of a producing application: the pace at which it makes records, and the call of
//! `send()` that does not return.

use std::collections::VecDeque;

use super::alarm::Alarm;
use crate::sim::effect::{Ctx, Timer};
use crate::sim::id::{Key, Name, RecordId};
use crate::sim::time::{Span, Time};
use crate::sim::wire::Value;

/// Why `send()` does not return.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Obstacle {
    /// The topic is not known yet.
    Metadata,
    /// `buffer.memory` is exhausted.
    Memory,
}

/// A call of `send()` that has not returned.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Blocked {
    pub record: RecordId,
    pub key: Option<Key>,
    pub since: Time,
    /// `max.block.ms` later it fails.
    pub deadline: Time,
    pub on: Obstacle,
    pub(super) value: Value,
    /// Another topic than the application's, and which of its partitions.
    pub(super) to: Option<(Name, u32)>,
    /// CreateTime: fixed once the topic is known.
    pub(super) timestamp: Time,
}

/// A record that somebody else than the workload wants.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub key: Option<Key>,
    pub value: Value,
    /// Another topic than the application's, and which of its partitions.
    pub to: Option<(Name, u32)>,
}

/// The application: one thread that makes records at its pace.
#[derive(Clone, Debug)]
pub(super) struct Application {
    pub blocked: Option<Blocked>,
    /// What is to be sent as soon as `send()` is not blocked.
    pub orders: VecDeque<Wanted>,
    /// When the next record is due by the bare rate, and with a little jitter, so that two
    /// applications do not march in step.
    beat: Time,
    pub due: Time,
    /// What the division of a second by the rate left over.
    remainder: u64,
    pub alarm: Alarm,
}

impl Application {
    pub fn new() -> Application {
        Application {
            blocked: None,
            orders: VecDeque::new(),
            beat: Time::ZERO,
            due: Time::NEVER,
            remainder: 0,
            alarm: Alarm::new(Timer::Workload),
        }
    }

    /// Starts to beat at this rate, somewhere within the first interval.
    pub fn restart(&mut self, ctx: &mut Ctx<'_>, rate: u32) {
        self.remainder = 0;
        self.due = Time::NEVER;
        if rate > 0 {
            self.beat = ctx.now + Span(ctx.chance(1_000_000 / u64::from(rate)));
            self.due = self.beat;
        }
    }

    /// One beat further. Beats that were missed are not made up for.
    pub fn advance(&mut self, ctx: &mut Ctx<'_>, rate: u32) {
        if rate == 0 {
            self.due = Time::NEVER;
            return;
        }
        let rate = u64::from(rate);
        let second = 1_000_000 + self.remainder;
        self.remainder = second % rate;
        let interval = Span(second / rate);
        self.beat += interval;
        if self.beat <= ctx.now {
            self.beat = ctx.now + interval;
        }
        self.due = self.beat + Span(ctx.chance(interval.0 / 4 + 1));
    }
}
