//! Several clients in one process: each acts as if it were alone, with connections and alarms.

use crate::sim::effect::{Ctx, Effect, Timer};
use crate::sim::event::Event;
use crate::sim::wire::Channel;

/// Which of the clients.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Half {
    Consumer,
    Producer,
    /// The consumer that restores its stores, of whose polls and positions nobody hears.
    Restore,
}

impl Half {
    /// The connection that it has instead.
    fn channel(self, channel: Channel) -> Channel {
        match self {
            Half::Consumer => channel,
            Half::Producer => Channel::Producer,
            Half::Restore => Channel::Restore,
        }
    }

    /// The alarm that it has instead; none if it never needs one.
    fn timer(self, timer: Timer) -> Option<Timer> {
        Some(match (self, timer) {
            (Half::Producer, Timer::Metadata) => Timer::ProducerMetadata,
            (Half::Producer, Timer::Requests) => Timer::ProducerRequests,
            (Half::Restore, Timer::Metadata) => Timer::RestoreMetadata,
            (Half::Restore, Timer::Requests) => Timer::RestoreRequests,
            (Half::Restore, Timer::Fetch) => Timer::RestoreFetch,
            (Half::Restore, Timer::Poll) => Timer::RestorePoll,
            (Half::Restore, _) => return None,
            (_, timer) => timer,
        })
    }

    /// Whose alarm rings, and which of its own that is.
    pub fn of(timer: Timer) -> (Half, Timer) {
        match timer {
            Timer::ProducerMetadata => (Half::Producer, Timer::Metadata),
            Timer::ProducerRequests => (Half::Producer, Timer::Requests),
            Timer::Sender | Timer::Workload => (Half::Producer, timer),
            Timer::RestoreMetadata => (Half::Restore, Timer::Metadata),
            Timer::RestoreRequests => (Half::Restore, Timer::Requests),
            Timer::RestoreFetch => (Half::Restore, Timer::Fetch),
            Timer::RestorePoll => (Half::Restore, Timer::Poll),
            _ => (Half::Consumer, timer),
        }
    }
}

/// What a client did while it had the thread.
#[derive(Clone, Copy, Default)]
pub(super) struct Ran {
    pub exited: bool,
    /// It told of a record that will not be written.
    pub failed: bool,
    /// It told why its transaction is aborted.
    pub thrown: bool,
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
            Effect::Tell(Event::TransactionFailed { .. }) => ran.thrown = true,
            Effect::Tell(Event::Polled { .. } | Event::PositionSet { .. })
                if half == Half::Restore =>
            {
                continue;
            }
            Effect::Request { channel, .. } | Effect::Close { channel, .. } => {
                *channel = half.channel(*channel);
            }
            Effect::Arm { timer, .. } | Effect::Disarm(timer) => {
                let Some(own) = half.timer(*timer) else { continue };
                *timer = own;
            }
            _ => {}
        }
        ctx.out.push(effect);
    }
    ran
}
