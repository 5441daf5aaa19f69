//! Links: latency, bandwidth, cuts. Kafka runs over TCP, so each connection keeps its order and a
//! cut is silence, not loss.

use super::dice::{Stream, node_words};
use super::id::{BrokerId, Node};
use super::scenario::{ClusterSpec, LinkSpec};
use super::time::{Span, Time};
use super::wire::Channel;
use crate::sim::ordered::{Map, Set};

/// Between two roles of one process; a value of the model.
const LOOPBACK: LinkSpec = LinkSpec { latency: Span(50), jitter: Span::ZERO, bandwidth: 0 };

/// One direction between two nodes.
#[derive(Clone, Debug)]
struct Direction {
    /// The wire is busy with earlier bytes until then.
    free_at: Time,
    /// Last arrival on each connection, so that nothing overtakes.
    last_arrival: Map<Channel, Time>,
    luck: Stream,
}

/// From whom to whom, each as one number: every message looks for its way.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Way {
    from: u64,
    to: u64,
}

/// All links. A pair that nobody configured has the scenario's link.
#[derive(Clone, Debug)]
pub struct Network {
    seed: u64,
    /// Controller n runs in the process of broker n (`process.roles=broker,controller`).
    combined: bool,
    between_servers: LinkSpec,
    to_clients: LinkSpec,
    /// By direction, as are the cuts: from whom, to whom.
    specs: Map<(Node, Node), LinkSpec>,
    cuts: Map<(Node, Node), Time>,
    directions: Map<Way, Direction>,
}

impl Network {
    pub(super) fn new(seed: u64, cluster: &ClusterSpec) -> Network {
        Network {
            seed,
            combined: cluster.combined,
            between_servers: cluster.network,
            to_clients: cluster.client_network,
            specs: Map::new(),
            cuts: Map::new(),
            directions: Map::new(),
        }
    }

    /// Whether controller n runs in the process of broker n.
    pub fn is_combined(&self) -> bool {
        self.combined
    }

    /// Where a node is plugged in: in combined mode the machine goes by the name of its broker.
    pub(super) fn machine(&self, node: Node) -> Node {
        match node {
            Node::Controller(id) if self.combined => Node::Broker(BrokerId(id.0)),
            other => other,
        }
    }

    fn way(&self, from: Node, to: Node) -> (Node, Node) {
        (self.machine(from), self.machine(to))
    }

    /// How messages from one node to another travel.
    pub fn spec(&self, from: Node, to: Node) -> LinkSpec {
        let way = self.way(from, to);
        let fallback = match way {
            (Node::Client(_), _) | (_, Node::Client(_)) => self.to_clients,
            (from, to) if from == to => LOOPBACK,
            _ => self.between_servers,
        };
        self.specs.get(&way).copied().unwrap_or(fallback)
    }

    /// Since when nothing that one node sends reaches the other, if so.
    pub fn cut_from(&self, from: Node, to: Node) -> Option<Time> {
        self.cuts.get(&self.way(from, to)).copied()
    }

    /// Since when the link between two nodes is cut, in one direction at least.
    pub fn cut_since(&self, a: Node, b: Node) -> Option<Time> {
        self.cut_from(a, b).into_iter().chain(self.cut_from(b, a)).min()
    }

    /// All links that are cut, in one direction at least, each once, and since when.
    pub fn cuts(&self) -> impl Iterator<Item = ((Node, Node), Time)> + '_ {
        let first = |(from, to): &(Node, Node)| from < to || !self.cuts.contains_key(&(*to, *from));
        let cut = self.cuts.iter().filter(move |(way, _)| first(way));
        cut.map(|((from, to), since)| {
            let other = self.cut_from(*to, *from);
            (pair(*from, *to), other.map_or(*since, |other| other.min(*since)))
        })
    }

    /// Every pair of nodes whose link is not as the scenario made it, once.
    pub fn changed(&self) -> Set<(Node, Node)> {
        let ways = self.cuts.keys().chain(self.specs.keys());
        ways.map(|(from, to)| pair(*from, *to)).collect()
    }

    pub(super) fn set_spec(&mut self, from: Node, to: Node, spec: LinkSpec) {
        let way = self.way(from, to);
        self.specs.insert(way, spec);
    }

    /// From now on nothing passes in this direction; where that is so already, nothing changes.
    pub(super) fn cut(&mut self, from: Node, to: Node, now: Time) {
        let way = self.way(from, to);
        self.cuts.entry(way).or_insert(now);
    }

    pub(super) fn heal(&mut self, from: Node, to: Node) {
        let way = self.way(from, to);
        self.cuts.remove(&way);
    }

    pub(super) fn heal_all(&mut self) {
        self.cuts = Map::new();
    }

    /// When a message sent now will arrive: `Time::NEVER` while its direction is cut.
    pub(super) fn arrival(
        &mut self,
        now: Time,
        from: Node,
        to: Node,
        channel: Channel,
        bytes: u32,
    ) -> Time {
        if self.cut_from(from, to).is_some() {
            return Time::NEVER;
        }
        let spec = self.spec(from, to);
        let seed = self.seed;
        let direction =
            self.directions.entry(Way { from: from.rank(), to: to.rank() }).or_insert_with(|| {
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
            rate => Span(u64::from(bytes) * 1_000_000 / rate),
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
