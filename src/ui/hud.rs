//! What the page shows at all times, in slices that compare: read from the session at most ten
//! times a second.

use std::ops::Deref;
use std::rc::Rc;

use super::hotspots::{self, Stop};
use super::ledger::{self, Ground};
use super::panels::{self, Panels};
use super::state::UiState;
use super::telling::{self, Narrator, Said};
use super::time::Tape;
use super::tooltip::{self, Tip};
use crate::lens::Lens;
use crate::lens::handle::Put;
use crate::lens::looker::Looker;
use crate::metrics::gauges::{Health, Lag, Percentiles, health, lags};
use crate::metrics::ledger::Sums;
use crate::session::{Clock, Session};
use crate::sim::Span;

/// The least eye time between two readings, in milliseconds.
const READING: f64 = 100.0;
/// Over how much virtual time a rate is counted.
const RATE_SPAN: Span = Span::secs(5);

/// A slice of what there is to show. It keeps its identity while it stays the same.
#[derive(Debug)]
pub struct Slice<T>(Rc<T>);

impl<T> Clone for Slice<T> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<T> PartialEq for Slice<T> {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl<T> Deref for Slice<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: PartialEq> Slice<T> {
    /// The old one, if the new one is equal.
    pub fn renewed(new: T, old: Option<&Self>) -> Self {
        old.filter(|old| ***old == new).map_or_else(|| Self(Rc::new(new)), Clone::clone)
    }
}

/// What the page shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Hud {
    /// What the clock shows.
    pub clock: Clock,
    /// What became of the promises.
    pub sums: Sums,
    /// Records that some group will never process.
    pub missing: u64,
    /// What the narrator says.
    pub said: Slice<Said>,
    /// Rates, latencies, health.
    pub numbers: Slice<Numbers>,
    /// What the scrubber shows.
    pub tape: Slice<Tape>,
    /// What the side panel shows.
    pub panels: Panels,
    /// The things of the picture, for the keyboard.
    pub stops: Slice<Vec<Stop>>,
    /// What the pointer is over.
    pub tip: Option<Tip>,
    /// Where the ledger may stand.
    pub ground: Ground,
}

/// Rates, latencies, health.
#[derive(Clone, Debug, PartialEq)]
pub struct Numbers {
    /// Produced records per second, in thousandths.
    pub produced: u64,
    /// Processed records per second, in thousandths.
    pub consumed: u64,
    /// From `send()` to processed.
    pub end_to_end: Option<Percentiles>,
    /// Records that all groups together have still to commit.
    pub lag: u64,
    /// Partitions in trouble.
    pub health: Health,
    /// Brokers that are in service, and all.
    pub brokers: (u32, u32),
}

/// Reads the session for the panels.
pub struct Reader {
    lens: Lens,
    narrator: Narrator,
    /// The session that the narrator tells of.
    told: (Put, u32),
    /// The page's memory, as it was last read for.
    state: Option<UiState>,
    since: f64,
    hud: Option<Hud>,
}

impl Reader {
    /// One that looks where the lens does.
    pub fn new(lens: Lens) -> Self {
        let told = (lens.handle().put(), lens.handle().read(Session::jumps));
        Self {
            lens,
            narrator: Narrator::since(told.0.since),
            told,
            state: None,
            since: 0.0,
            hud: None,
        }
    }

    /// Reads everything anew for a page with this memory, and keeps what is the same.
    pub fn read(&mut self, ui: &UiState) -> Hud {
        let wall_ms = std::mem::take(&mut self.since);
        self.state = Some(ui.clone());
        let (handle, looker) = (self.lens.handle(), self.lens.looker().borrow());
        let told = (handle.put(), handle.read(Session::jumps));
        if self.told != told {
            let same = self.told.0 == told.0;
            let lately = if same { handle.read(telling::lately) } else { told.0.since };
            (self.told, self.narrator) = (told, Narrator::since(lately));
        }
        let (narrator, before) = (&mut self.narrator, self.hud.as_ref());
        let hud = handle.read(|session| {
            narrator.listen(session, wall_ms);
            let said = narrator.say(ui.lang, session);
            Hud::read(session, ui, &looker, said, before)
        });
        handle.show(hud.stops.iter().map(|stop| stop.entity.clone()).collect());
        self.hud.insert(hud).clone()
    }

    /// What is new after so many milliseconds more; ten times a second.
    pub fn after(&mut self, elapsed: f64) -> Option<Hud> {
        self.since += elapsed;
        let state = self.state.as_ref().filter(|_| self.since >= READING)?.clone();
        let before = self.hud.clone();
        let hud = self.read(&state);
        (before.as_ref() != Some(&hud)).then_some(hud)
    }
}

impl Hud {
    fn read(
        session: &Session,
        ui: &UiState,
        looker: &Looker,
        said: Said,
        before: Option<&Self>,
    ) -> Self {
        let stops = looker.scene().map(|scene| hotspots::stops(session, ui.words(), scene));
        let stops = stops.unwrap_or_default();
        Self {
            clock: session.clock(),
            sums: session.ledger().sums(),
            missing: session.ledger().missing(session.world()),
            ground: ledger::ground(looker),
            tip: tooltip::tip(looker, session, ui),
            stops: Slice::renewed(stops, before.map(|hud| &hud.stops)),
            said: Slice::renewed(said, before.map(|hud| &hud.said)),
            tape: Slice::renewed(
                Tape::read(session, ui.words(), ui.zoom, before.map(|hud| &*hud.tape)),
                before.map(|hud| &hud.tape),
            ),
            numbers: Slice::renewed(numbers(session), before.map(|hud| &hud.numbers)),
            panels: panels::read(session, ui, before.map(|hud| &hud.panels)),
        }
    }
}

fn numbers(session: &Session) -> Numbers {
    let (world, gauges) = (session.world(), session.gauges());
    let rate = |count: u64| count * 1_000_000_000 / RATE_SPAN.0;
    let image = world.metadata();
    let active = world.brokers.keys().filter(|id| image.is_active(**id)).count();
    Numbers {
        produced: rate(gauges.produced.sum(world.now, RATE_SPAN)),
        consumed: rate(gauges.consumed.sum(world.now, RATE_SPAN)),
        end_to_end: gauges.end_to_end.percentiles(),
        lag: lags(world).iter().filter_map(Lag::records).sum(),
        health: health(world),
        brokers: (active as u32, world.brokers.len() as u32),
    }
}
