//! What the page shows at all times, in slices that compare: read from the session at most ten
//! times a second.

use std::ops::Deref;
use std::rc::Rc;

use super::later;
use super::panels::Panels;
use super::state::UiState;
use super::telling::Said;
use crate::metrics::gauges::{Health, Lag, Percentiles, health, lags};
use crate::metrics::ledger::Sums;
use crate::session::{Clock, Session};
use crate::sim::Span;

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
    /// What the narrator says.
    pub said: Slice<Said>,
    /// Rates, latencies, health.
    pub numbers: Slice<Numbers>,
    /// What the side panel shows, once that is here.
    pub panels: Option<Panels>,
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

impl Hud {
    /// Reads everything anew, and keeps what is the same.
    pub fn read(session: &Session, ui: &UiState, said: Said, before: Option<&Self>) -> Self {
        let panels = before.and_then(|hud| hud.panels.as_ref());
        Self {
            clock: session.clock(),
            sums: session.ledger().sums(),
            said: Slice::renewed(said, before.map(|hud| &hud.said)),
            numbers: Slice::renewed(numbers(session), before.map(|hud| &hud.numbers)),
            panels: later::rest().map(|rest| (rest.read)(session, ui, panels)),
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
