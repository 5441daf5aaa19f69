//! Things of the picture, as panels speak of them.

use crate::scene::view::Entity;
use crate::sim::id::Node;

/// A node as a thing of the picture; the person is not in it.
pub fn of_node(node: Node) -> Option<Entity> {
    Some(match node {
        Node::Admin => return None,
        Node::Controller(id) => Entity::Controller(id),
        Node::Broker(id) => Entity::Broker(id),
        Node::Client(id) => Entity::Client(id),
    })
}

/// The link between two nodes, in their one order.
pub fn link(a: Node, b: Node) -> Entity {
    Entity::Link(a.min(b), a.max(b))
}
