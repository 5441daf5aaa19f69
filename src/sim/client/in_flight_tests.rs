//! Connections of a client alone: what waits for one on which a broker wants silence.

use std::sync::Arc;

use super::in_flight::InFlight;
use super::rig::ME;
use crate::sim::dice::Dice;
use crate::sim::effect::{Ctx, Effect};
use crate::sim::id::{BrokerId, Node, Seq};
use crate::sim::log::remote::RemoteStorage;
use crate::sim::ordered::Map;
use crate::sim::time::{Span, Time};
use crate::sim::wire::{
    ApiVersionsResponse, Body, Channel, Envelope, ErrorCode, FetchResponse, Request, Response,
};

const BROKER: BrokerId = BrokerId(1);
const TO: (BrokerId, Channel) = (BROKER, Channel::Client);
const TIMEOUT: Span = Span::secs(30);

/// A client's connections at some time, and the last request that it sent.
struct Wires {
    network: InFlight<&'static str>,
    now: Time,
    dice: Dice,
    next: Seq,
    last: Option<Seq>,
}

impl Wires {
    fn act<T>(&mut self, act: impl FnOnce(&mut InFlight<&'static str>, &mut Ctx<'_>) -> T) -> T {
        let mut out = Vec::new();
        let mut ctx = Ctx {
            extension: None,
            now: self.now,
            me: Node::Client(ME),
            dice: &mut self.dice,
            next: &mut self.next,
            out: &mut out,
            clock_ahead: 0,
            connections: &Map::new(),
            remote: &mut RemoteStorage::default(),
        };
        let answer = act(&mut self.network, &mut ctx);
        let mut sent = out.iter().filter_map(|effect| match effect {
            Effect::Request { id, .. } => Some(*id),
            _ => None,
        });
        self.last = sent.next_back().or(self.last);
        answer
    }

    fn send(&mut self, ask: &'static str) {
        self.act(|network, ctx| network.send(ctx, TO, Request::ApiVersions, TIMEOUT, ask));
    }

    /// The broker answers the last request.
    fn answer(&mut self, response: Response) {
        let envelope = Envelope {
            id: Seq(1_000),
            from: Node::Broker(BROKER),
            to: Node::Client(ME),
            channel: Channel::Client,
            connection: 0,
            sent_at: self.now,
            arrives_at: self.now,
            answers: self.last,
            bytes: 0,
            body: Arc::new(Body::Response(response)),
        };
        self.act(|network, ctx| network.answered(ctx, &envelope));
    }

    fn greet(&mut self) {
        let features = ApiVersionsResponse { transaction_version: 2 };
        self.answer(Response::ApiVersions(features));
    }
}

/// A throttle outlives its connection (ClusterConnectionStates.throttle), so that what is meant for
/// a broker may have to wait for longer than its timeout. Then it fails without having been sent
/// (ConsumerNetworkClient.failExpiredRequests, NetworkClientDelegate.trySend), and may go to
/// somebody else; the connection stays.
#[test]
fn what_a_throttle_holds_back_for_too_long_fails() {
    let (network, dice) = (InFlight::default(), Dice::new(7));
    let mut wires = Wires { network, now: Time::ZERO, dice, next: Seq(1), last: None };
    wires.send("fetch");
    wires.greet();
    let (error, partitions) = (ErrorCode::None, Vec::new());
    let throttle_time_ms = 300_000;
    wires.answer(Response::Fetch(FetchResponse {
        error,
        session: 0,
        partitions,
        throttle_time_ms,
    }));
    wires.act(|network, ctx| network.close(ctx, BROKER, Channel::Client));
    wires.now += Span::secs(2);
    wires.send("find coordinator");
    wires.greet();
    let waiting = |wires: &Wires| wires.network.asks().map(|(_, ask)| *ask).collect::<Vec<_>>();
    assert_eq!(waiting(&wires), ["find coordinator"]);
    assert_eq!(wires.network.load(BROKER, Channel::Client), 0, "it is not sent");
    assert_eq!(wires.network.next_deadline(), wires.now + TIMEOUT);
    wires.now += Span::secs(29);
    assert!(wires.act(InFlight::end_waiting).is_empty());
    wires.now += Span::secs(1);
    assert_eq!(wires.act(InFlight::end_waiting), ["find coordinator"]);
    assert!(waiting(&wires).is_empty());
    // When the silence is over, what comes then is sent.
    wires.now = Time::ZERO + Span::secs(299);
    wires.send("fetch again");
    assert_eq!(wires.network.load(BROKER, Channel::Client), 0);
    wires.now += Span::secs(1);
    assert!(wires.act(InFlight::end_waiting).is_empty());
    assert_eq!(wires.network.load(BROKER, Channel::Client), 1);
}
