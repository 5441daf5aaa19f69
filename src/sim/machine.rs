//! Machines of combined mode (`process.roles=broker,controller`): one process is both a broker and
//! a controller, and what happens to the one happens to the other.

use super::id::{BrokerId, ControllerId, Node};
use super::process::Power;
use super::world::World;

impl World {
    /// The other role of the process that plays this one, if there is one.
    // Simplified: in combined mode Kafka keeps one metadata log for both roles; here the broker
    // fetches its own from the active controller, and only what the broker writes finds out that
    // a disk is full.
    pub fn twin(&self, node: Node) -> Option<Node> {
        let twin = match node {
            _ if !self.network.is_combined() => return None,
            Node::Broker(id) => Node::Controller(ControllerId(id.0)),
            Node::Controller(id) => Node::Broker(BrokerId(id.0)),
            Node::Admin | Node::Client(_) => return None,
        };
        self.processes.contains_key(&twin).then_some(twin)
    }

    /// All roles of a process, the controller first, as KafkaRaftServer starts them.
    pub(super) fn roles(&self, node: Node) -> impl Iterator<Item = Node> + use<> {
        let (first, second) = match (node, self.twin(node)) {
            (Node::Broker(_), Some(twin)) => (twin, Some(node)),
            (_, twin) => (node, twin),
        };
        std::iter::once(first).chain(second)
    }

    /// The state of a whole process: down is who plays no role any more.
    pub(super) fn process_power(&self, node: Node) -> Option<Power> {
        let powers = self.roles(node).filter_map(|role| self.processes.get(&role));
        let mut powers = powers.map(|process| process.power);
        let first = powers.next()?;
        Some(if first == Power::Down { powers.next().unwrap_or(first) } else { first })
    }
}
