//! Links: latency, bandwidth, cuts. Kafka runs over TCP, so each connection keeps its order and a
//! cut is silence, not loss.

use super::dice::{Stream, node_words};
use super::id::Node;
use super::scenario::{ClusterSpec, LinkSpec};
use super::time::{Span, Time};
use super::wire::Channel;
use crate::sim::ordered::Map;

/// One direction between two nodes.
#[derive(Clone, Debug)]
struct Direction {
    /// The wire is busy with earlier bytes until then.
    free_at: Time,
    /// Last arrival on each connection, so that nothing overtakes.
    last_arrival: Map<Channel, Time>,
    luck: Stream,
}

/// All links. A pair that nobody configured has the scenario's link.
#[derive(Clone, Debug)]
pub struct Network {
    seed: u64,
    between_servers: LinkSpec,
    to_clients: LinkSpec,
    specs: Map<(Node, Node), LinkSpec>,
    cuts: Map<(Node, Node), Time>,
    directions: Map<(Node, Node), Direction>,
}

impl Network {
    pub(super) fn new(seed: u64, cluster: &ClusterSpec) -> Network {
        Network {
            seed,
            between_servers: cluster.network,
            to_clients: cluster.client_network,
            specs: Map::new(),
            cuts: Map::new(),
            directions: Map::new(),
        }
    }

    /// How the link between two nodes behaves.
    pub fn spec(&self, a: Node, b: Node) -> LinkSpec {
        let fallback = match (a, b) {
            (Node::Client(_), _) | (_, Node::Client(_)) => self.to_clients,
            _ => self.between_servers,
        };
        self.specs.get(&pair(a, b)).copied().unwrap_or(fallback)
    }

    /// Since when the link between two nodes is cut, if it is.
    pub fn cut_since(&self, a: Node, b: Node) -> Option<Time> {
        self.cuts.get(&pair(a, b)).copied()
    }

    /// All cut links and since when.
    pub fn cuts(&self) -> impl Iterator<Item = ((Node, Node), Time)> + '_ {
        self.cuts.iter().map(|(pair, since)| (*pair, *since))
    }

    pub(super) fn set_spec(&mut self, a: Node, b: Node, spec: LinkSpec) {
        self.specs.insert(pair(a, b), spec);
    }

    pub(super) fn cut(&mut self, a: Node, b: Node, now: Time) {
        self.cuts.insert(pair(a, b), now);
    }

    pub(super) fn heal(&mut self, a: Node, b: Node) {
        self.cuts.remove(&pair(a, b));
    }

    /// When a message sent now will arrive: `Time::NEVER` while the link is cut.
    pub(super) fn arrival(
        &mut self,
        now: Time,
        from: Node,
        to: Node,
        channel: Channel,
        bytes: u32,
    ) -> Time {
        if self.cuts.contains_key(&pair(from, to)) {
            return Time::NEVER;
        }
        let spec = self.spec(from, to);
        let seed = self.seed;
        let direction = self.directions.entry((from, to)).or_insert_with(|| {
            let [a, b] = node_words(from);
            let [c, d] = node_words(to);
            Direction {
                free_at: Time::ZERO,
                last_arrival: Map::new(),
                luck: Stream::new(seed, &[9, a, b, c, d]),
            }
        });
        let start = now.max(direction.free_at);
        let transmission = match spec.bandwidth {
            0 => Span::ZERO,
            rate => Span(u64::from(bytes).saturating_mul(1_000_000) / rate),
        };
        direction.free_at = start + transmission;
        // At least a microsecond: over a link without latency two nodes could otherwise talk for
        // ever within one moment.
        let latency = spec.latency.max(Span(1));
        let sampled = direction.free_at + latency + direction.luck.up_to(spec.jitter);
        let last = direction.last_arrival.entry(channel).or_default();
        *last = sampled.max(*last);
        *last
    }
}

/// The two ends of a link in their one order.
pub(super) fn pair(a: Node, b: Node) -> (Node, Node) {
    if a <= b { (a, b) } else { (b, a) }
}
