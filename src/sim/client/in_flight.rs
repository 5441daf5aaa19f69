//! What a client waits for on each of its connections, and when it may connect again
//! (NetworkClient, InFlightRequests, ClusterConnectionStates).

use std::collections::BTreeMap;

use crate::sim::effect::Ctx;
use crate::sim::id::{BrokerId, Node, Seq};
use crate::sim::time::{Span, Time};
use crate::sim::wire::{Channel, Envelope, Request};

/// `reconnect.backoff.ms`.
const RECONNECT_BACKOFF: Span = Span::ms(50);
/// `reconnect.backoff.max.ms`.
const RECONNECT_BACKOFF_MAX: Span = Span::secs(1);

/// A request that has not been answered. `T` is what the client wants to remember with it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Flight<T> {
    pub to: BrokerId,
    pub channel: Channel,
    pub sent_at: Time,
    /// Without an answer by then the connection is closed.
    pub deadline: Time,
    pub ask: T,
}

/// One connection as the client remembers it.
// Simplified: a connection opens with its first request; socket.connection.setup.timeout.ms and
// the exchange of ApiVersions are not modelled.
#[derive(Clone, Copy, Default, Debug)]
struct Link {
    open: bool,
    /// Ends without an answer in between.
    failures: u32,
    /// No attempt before then.
    not_before: Time,
    tried_at: Time,
    /// Requests under way.
    load: u32,
}

/// All requests under way, oldest first.
#[derive(Clone, Debug)]
pub struct InFlight<T> {
    flights: BTreeMap<Seq, Flight<T>>,
    links: BTreeMap<(BrokerId, Channel), Link>,
}

impl<T> Default for InFlight<T> {
    fn default() -> Self {
        InFlight { flights: BTreeMap::new(), links: BTreeMap::new() }
    }
}

impl<T> InFlight<T> {
    /// All requests under way with their correlation ids, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = (Seq, &Flight<T>)> {
        self.flights.iter().map(|(seq, flight)| (*seq, flight))
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Flight<T>> {
        self.flights.values_mut()
    }

    /// How many requests wait for an answer on this connection.
    pub fn load(&self, broker: BrokerId, channel: Channel) -> u32 {
        self.links.get(&(broker, channel)).map_or(0, |link| link.load)
    }

    /// Since when and whether this broker may be asked: false during the reconnect backoff.
    pub(super) fn available(&self, broker: BrokerId, channel: Channel, now: Time) -> bool {
        self.available_at(broker, channel) <= now
    }

    /// From when on this broker may be asked.
    pub(super) fn available_at(&self, broker: BrokerId, channel: Channel) -> Time {
        match self.links.get(&(broker, channel)) {
            Some(link) if !link.open => link.not_before,
            _ => Time::ZERO,
        }
    }

    /// NetworkClient.leastLoadedNode: an open connection with little under way, else the broker
    /// that was tried least recently; none if all are busy or in their reconnect backoff.
    pub(super) fn least_loaded(
        &self,
        ctx: &mut Ctx<'_>,
        brokers: &[BrokerId],
        channel: Channel,
        most: u32,
    ) -> Option<BrokerId> {
        let count = brokers.len();
        let start = ctx.chance(count as u64) as usize;
        let mut best: Option<(bool, u64, BrokerId)> = None;
        for step in 0..count {
            let broker = *brokers.get((start + step) % count)?;
            let link = self.links.get(&(broker, channel)).copied().unwrap_or_default();
            let rank = if link.open {
                if link.load == 0 {
                    return Some(broker);
                }
                if link.load >= most {
                    continue;
                }
                (false, u64::from(link.load), broker)
            } else if link.not_before <= ctx.now {
                (true, link.tried_at.0, broker)
            } else {
                continue;
            };
            if best.is_none_or(|(closed, order, _)| (rank.0, rank.1) < (closed, order)) {
                best = Some(rank);
            }
        }
        best.map(|(_, _, broker)| broker)
    }

    /// Sends a request and remembers it.
    pub(super) fn send(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: (BrokerId, Channel),
        request: Request,
        timeout: Span,
        ask: T,
    ) -> Seq {
        let (broker, channel) = to;
        let seq = ctx.request(Node::Broker(broker), channel, request);
        let link = self.links.entry(to).or_default();
        link.open = true;
        link.tried_at = ctx.now;
        link.load += 1;
        let deadline = ctx.now + timeout;
        self.flights.insert(seq, Flight { to: broker, channel, sent_at: ctx.now, deadline, ask });
        seq
    }

    /// Sends a request that will not be answered (acks=0).
    pub(super) fn send_blindly(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: (BrokerId, Channel),
        request: Request,
    ) {
        let link = self.links.entry(to).or_default();
        link.open = true;
        link.tried_at = ctx.now;
        ctx.request(Node::Broker(to.0), to.1, request);
    }

    /// The request that this message answers; none if it was given up meanwhile.
    pub(super) fn answered(&mut self, envelope: &Envelope) -> Option<Flight<T>> {
        let flight = self.flights.remove(&envelope.answers?)?;
        let link = self.links.entry((flight.to, flight.channel)).or_default();
        link.load = link.load.saturating_sub(1);
        link.failures = 0;
        Some(flight)
    }

    /// The connection has ended, or this client ends it: all its requests fail, oldest first.
    pub(super) fn close(
        &mut self,
        ctx: &mut Ctx<'_>,
        broker: BrokerId,
        channel: Channel,
    ) -> Vec<Flight<T>> {
        let link = self.links.entry((broker, channel)).or_default();
        let pause = ctx.backoff(RECONNECT_BACKOFF, RECONNECT_BACKOFF_MAX, link.failures);
        *link = Link {
            open: false,
            failures: link.failures + 1,
            not_before: ctx.now + pause,
            tried_at: ctx.now,
            load: 0,
        };
        ctx.close(Node::Broker(broker), channel);
        let gone: Vec<Seq> = self
            .flights
            .iter()
            .filter(|(_, flight)| flight.to == broker && flight.channel == channel)
            .map(|(seq, _)| *seq)
            .collect();
        gone.iter().filter_map(|seq| self.flights.remove(seq)).collect()
    }

    /// A connection on which a request has waited too long.
    pub(super) fn overdue(&self, now: Time) -> Option<(BrokerId, Channel)> {
        let late = self.flights.values().find(|flight| flight.deadline <= now)?;
        Some((late.to, late.channel))
    }

    /// When the first request will have waited too long.
    pub(super) fn next_deadline(&self) -> Time {
        self.flights.values().map(|flight| flight.deadline).min().unwrap_or(Time::NEVER)
    }
}
