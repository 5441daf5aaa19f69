//! Two clients in one process: each acts as if it were alone, on connections and alarms of its own.

use crate::sim::effect::{Ctx, Effect, Timer};
use crate::sim::event::Event;
use crate::sim::wire::Channel;

/// Which of the two clients.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Half {
    Consumer,
    Producer,
}

/// What a client did while it had the thread.
#[derive(Clone, Copy, Default)]
pub(super) struct Ran {
    pub exited: bool,
    /// It told of a record that will not be written.
    pub failed: bool,
}

/// Lets one of the clients do something as if it were alone in its process: it has connections and
/// alarms of its own, and when it is closed the process goes on.
pub(super) fn lend(ctx: &mut Ctx<'_>, half: Half, act: impl FnOnce(&mut Ctx<'_>)) -> Ran {
    let mut out = Vec::new();
    act(&mut Ctx {
        now: ctx.now,
        me: ctx.me,
        dice: &mut *ctx.dice,
        next: &mut *ctx.next,
        out: &mut out,
        clock_ahead: ctx.clock_ahead,
        connections: ctx.connections,
        remote: &mut *ctx.remote,
        extension: ctx.extension,
    });
    let mut ran = Ran::default();
    for mut effect in out {
        match &mut effect {
            Effect::Exit => {
                ran.exited = true;
                continue;
            }
            Effect::Tell(Event::ProduceFailed { .. } | Event::SendFailed { .. }) => {
                ran.failed = true;
            }
            Effect::Request { channel, .. } | Effect::Close { channel, .. }
                if half == Half::Producer =>
            {
                *channel = Channel::Producer;
            }
            Effect::Arm { timer, .. } | Effect::Disarm(timer) if half == Half::Producer => {
                *timer = match *timer {
                    Timer::Metadata => Timer::ProducerMetadata,
                    Timer::Requests => Timer::ProducerRequests,
                    other => other,
                };
            }
            _ => {}
        }
        ctx.out.push(effect);
    }
    ran
}
