//! What a client waits for on each of its connections, and when it may connect again
//! (NetworkClient, InFlightRequests, ClusterConnectionStates, ConsumerNetworkClient).

use crate::sim::effect::Ctx;
use crate::sim::id::{BrokerId, Node, Seq};
use crate::sim::ordered::Map;
use crate::sim::time::{Span, Time};
use crate::sim::wire::{ApiVersionsResponse, Body, Channel, Envelope, Request, Response};

/// `reconnect.backoff.ms` and `reconnect.backoff.max.ms`.
const RECONNECT_BACKOFF: (Span, Span) = (Span::ms(50), Span::secs(1));
/// `socket.connection.setup.timeout.ms` and `socket.connection.setup.timeout.max.ms`.
const SETUP_TIMEOUT: (Span, Span) = (Span::secs(10), Span::secs(30));

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

/// Where a connection stands (ConnectionState).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Debug)]
pub enum ConnectionState {
    #[default]
    Disconnected,
    /// ApiVersions is under way.
    // Simplified: setting up TCP and the exchange of ApiVersions are one round trip, under the
    // timeout of the former.
    Connecting,
    Ready,
}

/// A request that waits for its connection, or for the end of a throttle.
#[derive(Clone, Debug)]
struct Unsent<T> {
    request: Request,
    timeout: Span,
    /// Who is not sent by then has failed, and may go to somebody else
    /// (ConsumerNetworkClient.failExpiredRequests, NetworkClientDelegate.trySend).
    expires: Time,
    ask: T,
}

/// One connection as the client remembers it.
#[derive(Clone, Debug)]
struct Link<T> {
    state: ConnectionState,
    handshake: Option<Seq>,
    setup_deadline: Time,
    /// What goes as soon as the connection is ready.
    unsent: Vec<Unsent<T>>,
    /// Ends without a handshake in between, and those of them before any handshake.
    failures: u32,
    setup_failures: u32,
    /// No attempt before then.
    not_before: Time,
    tried_at: Time,
    /// Requests under way.
    load: u32,
    /// Nothing is sent before then: the broker said so (KIP-219).
    throttled_until: Time,
}

impl<T> Link<T> {
    fn is_ready(&self, now: Time) -> bool {
        self.state == ConnectionState::Ready && self.throttled_until <= now
    }

    /// When what waits for the end of a throttle can go.
    fn flush_at(&self) -> Option<Time> {
        let waits = self.state == ConnectionState::Ready && !self.unsent.is_empty();
        waits.then_some(self.throttled_until)
    }
}

impl<T> Default for Link<T> {
    fn default() -> Self {
        Link {
            state: ConnectionState::Disconnected,
            handshake: None,
            setup_deadline: Time::NEVER,
            unsent: Vec::new(),
            failures: 0,
            setup_failures: 0,
            not_before: Time::ZERO,
            tried_at: Time::ZERO,
            load: 0,
            throttled_until: Time::ZERO,
        }
    }
}

type To = (BrokerId, Channel);

/// All requests under way, oldest first.
#[derive(Clone, Debug)]
pub struct InFlight<T> {
    flights: Map<Seq, Flight<T>>,
    links: Map<To, Link<T>>,
    /// What the cluster can do, as the last broker said that was greeted.
    pub(super) features: ApiVersionsResponse,
}

impl<T> Default for InFlight<T> {
    fn default() -> Self {
        InFlight {
            flights: Map::new(),
            links: Map::new(),
            features: ApiVersionsResponse::default(),
        }
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

    /// The connections it has tried, and where they stand.
    pub fn connections(&self) -> impl Iterator<Item = (BrokerId, Channel, ConnectionState)> {
        self.links.iter().map(|((broker, channel), link)| (*broker, *channel, link.state))
    }

    /// How many requests wait for an answer on this connection.
    pub fn load(&self, broker: BrokerId, channel: Channel) -> u32 {
        self.links.get(&(broker, channel)).map_or(0, |link| link.load)
    }

    /// What is waited for, be it under way or still held back by a connection being set up.
    pub(super) fn asks(&self) -> impl Iterator<Item = (BrokerId, &T)> {
        let sent = self.flights.values().map(|flight| (flight.to, &flight.ask));
        let held = self
            .links
            .iter()
            .flat_map(|((broker, _), link)| link.unsent.iter().map(move |it| (*broker, &it.ask)));
        sent.chain(held)
    }

    /// The connections on which a broker has told it to send nothing for a while, with the end of
    /// that, which may be past.
    pub fn throttled(&self) -> impl Iterator<Item = (BrokerId, Time)> {
        let told = self.links.iter().filter(|(_, link)| link.throttled_until > Time::ZERO);
        told.map(|((broker, _), link)| (*broker, link.throttled_until))
    }

    /// From when on this broker may be asked: the end of the reconnect backoff.
    pub(super) fn available_at(&self, broker: BrokerId, channel: Channel) -> Time {
        match self.links.get(&(broker, channel)) {
            Some(link) if link.state == ConnectionState::Disconnected => link.not_before,
            _ => Time::ZERO,
        }
    }

    /// From when on something can be sent: the end of a backoff or of a throttle
    /// (NetworkClient.pollDelayMs).
    pub(super) fn sends_at(&self, broker: BrokerId, channel: Channel) -> Time {
        match self.links.get(&(broker, channel)) {
            Some(link) if link.state == ConnectionState::Ready => link.throttled_until,
            _ => self.available_at(broker, channel),
        }
    }

    /// NetworkClient.leastLoadedNode: a ready connection with little under way, else one being set
    /// up, else the broker tried least recently; none if all are busy or in their backoff.
    pub(super) fn least_loaded(
        &self,
        ctx: &mut Ctx<'_>,
        brokers: &[BrokerId],
        channel: Channel,
        most: u32,
    ) -> Option<BrokerId> {
        let count = brokers.len();
        let start = ctx.chance(count as u64) as usize;
        let mut best: Option<((u8, u64), BrokerId)> = None;
        for step in 0..count {
            let broker = *brokers.get((start + step) % count)?;
            let rank = match self.links.get(&(broker, channel)) {
                None => (2, 0),
                Some(link) => match link.state {
                    ConnectionState::Ready if link.throttled_until > ctx.now => continue,
                    ConnectionState::Ready if link.load < most => (0, u64::from(link.load)),
                    ConnectionState::Ready => continue,
                    ConnectionState::Connecting => (1, 0),
                    ConnectionState::Disconnected if link.not_before > ctx.now => continue,
                    ConnectionState::Disconnected => (2, link.tried_at.0),
                },
            };
            if best.is_none_or(|(least, _)| rank < least) {
                best = Some((rank, broker));
            }
        }
        best.map(|(_, broker)| broker)
    }

    /// NetworkClient.ready: whether a request can go now. If not, a connection is set up, unless
    /// its backoff forbids it.
    pub(super) fn ready(&mut self, ctx: &mut Ctx<'_>, to: To) -> bool {
        let link = self.links.entry(to).or_default();
        if link.state == ConnectionState::Disconnected && link.not_before <= ctx.now {
            let (base, most) = SETUP_TIMEOUT;
            link.setup_deadline = ctx.now + ctx.backoff(base, most, link.setup_failures);
            link.handshake = Some(ctx.request(Node::Broker(to.0), to.1, Request::ApiVersions));
            link.state = ConnectionState::Connecting;
            link.tried_at = ctx.now;
        }
        link.is_ready(ctx.now)
    }

    /// Sends a request and remembers it, at once or as soon as the connection is ready.
    pub(super) fn send(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: To,
        request: Request,
        timeout: Span,
        ask: T,
    ) {
        if self.ready(ctx, to) {
            self.take_off(ctx, to, request, timeout, ask);
        } else {
            let unsent = Unsent { request, timeout, expires: ctx.now + timeout, ask };
            self.links.entry(to).or_default().unsent.push(unsent);
        }
    }

    fn take_off(&mut self, ctx: &mut Ctx<'_>, to: To, request: Request, timeout: Span, ask: T) {
        let seq = ctx.request(Node::Broker(to.0), to.1, request);
        self.links.entry(to).or_default().load += 1;
        let (sent_at, deadline) = (ctx.now, ctx.now + timeout);
        self.flights.insert(seq, Flight { to: to.0, channel: to.1, sent_at, deadline, ask });
    }

    /// The request that this message answers; none if it was given up meanwhile, or if the answer
    /// only makes a connection ready.
    pub(super) fn answered(&mut self, ctx: &mut Ctx<'_>, envelope: &Envelope) -> Option<Flight<T>> {
        let answers = envelope.answers?;
        let to = (envelope.from.broker()?, envelope.channel);
        let link = self.links.entry(to).or_default();
        if link.handshake == Some(answers) {
            link.handshake = None;
            link.state = ConnectionState::Ready;
            link.setup_deadline = Time::NEVER;
            link.failures = 0;
            link.setup_failures = 0;
            if let Body::Response(Response::ApiVersions(features)) = *envelope.body {
                self.features = features;
            }
            self.flush(ctx, to);
            return None;
        }
        let flight = self.flights.remove(&answers)?;
        link.load = link.load.saturating_sub(1);
        if let Body::Response(response) = &*envelope.body
            && response.throttle_time_ms() > 0
        {
            self.throttle(ctx.now, to, Span::ms(response.throttle_time_ms().into()));
        }
        Some(flight)
    }

    /// Nothing goes for so long, and what is under way has so much longer (NetworkClient
    /// .maybeThrottle).
    fn throttle(&mut self, now: Time, to: To, time: Span) {
        let link = self.links.entry(to).or_default();
        link.throttled_until = link.throttled_until.max(now + time);
        for flight in self.flights.values_mut().filter(|it| (it.to, it.channel) == to) {
            flight.deadline += time;
        }
    }

    /// Sends what was held back, if it may go now.
    fn flush(&mut self, ctx: &mut Ctx<'_>, to: To) {
        let link = self.links.entry(to).or_default();
        if link.is_ready(ctx.now) {
            for it in std::mem::take(&mut link.unsent) {
                self.take_off(ctx, to, it.request, it.timeout, it.ask);
            }
        }
    }

    /// Sends what has waited for the end of a throttle. What has waited too long for its connection
    /// fails, and the connection stays.
    pub(super) fn end_waiting(&mut self, ctx: &mut Ctx<'_>) -> Vec<T> {
        let due = |link: &Link<T>| link.flush_at().is_some_and(|at| at <= ctx.now);
        let over: Vec<To> =
            self.links.iter().filter(|(_, link)| due(link)).map(|(to, _)| *to).collect();
        over.into_iter().for_each(|to| self.flush(ctx, to));
        let mut expired = Vec::new();
        for link in self.links.values_mut() {
            while link.unsent.first().is_some_and(|it| it.expires <= ctx.now) {
                expired.push(link.unsent.remove(0).ask);
            }
        }
        expired
    }

    /// The connection has ended, or this client ends it: all its requests fail, oldest first.
    pub(super) fn close(
        &mut self,
        ctx: &mut Ctx<'_>,
        broker: BrokerId,
        channel: Channel,
    ) -> Vec<T> {
        ctx.close(Node::Broker(broker), channel);
        let link = self.links.entry((broker, channel)).or_default();
        let (base, most) = RECONNECT_BACKOFF;
        link.not_before = ctx.now + ctx.backoff(base, most, link.failures);
        link.failures += 1;
        let was_ready = link.state == ConnectionState::Ready;
        link.setup_failures = if was_ready { 0 } else { link.setup_failures + 1 };
        link.state = ConnectionState::Disconnected;
        link.handshake = None;
        link.setup_deadline = Time::NEVER;
        link.tried_at = ctx.now;
        link.load = 0;
        let unsent = std::mem::take(&mut link.unsent);
        let on_it = |flight: &Flight<T>| flight.to == broker && flight.channel == channel;
        let gone: Vec<Seq> =
            self.flights.iter().filter(|(_, f)| on_it(f)).map(|(seq, _)| *seq).collect();
        let sent = gone.iter().filter_map(|seq| self.flights.remove(seq)).map(|f| f.ask);
        sent.chain(unsent.into_iter().map(|it| it.ask)).collect()
    }

    /// A connection on which something has waited too long.
    pub(super) fn overdue(&self, now: Time) -> Option<(BrokerId, Channel)> {
        let late = self.flights.values().find(|flight| flight.deadline <= now);
        let late = late.map(|flight| (flight.to, flight.channel));
        late.or_else(|| {
            let late = self.links.iter().find(|(_, link)| link.setup_deadline <= now);
            late.map(|(to, _)| *to)
        })
    }

    /// When the first request or connection will have waited too long, or may go on.
    pub(super) fn next_deadline(&self) -> Time {
        let flights = self.flights.values().map(|flight| flight.deadline);
        let setups = self.links.values().map(|link| link.setup_deadline);
        let throttled = self.links.values().filter_map(Link::flush_at);
        let unsent = self.links.values().filter_map(|link| Some(link.unsent.first()?.expires));
        flights.chain(setups).chain(throttled).chain(unsent).min().unwrap_or(Time::NEVER)
    }
}
