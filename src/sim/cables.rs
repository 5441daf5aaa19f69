//! Cables: cutting, splitting, healing and resetting, as the engine does it.

use std::sync::Arc;

use super::agenda::Due;
use super::event::{Event, Stamped};
use super::id::{Node, Seq};
use super::sockets::connection_of;
use super::time::{Span, Time};
use super::wire::{Body, Envelope};
use super::world::World;
use crate::sim::ordered::Set;

impl World {
    /// Nothing arrives any more, not even what is on its way: TCP will send it again when healed.
    pub(super) fn cut_link(&mut self, a: Node, b: Node, log: &mut Vec<Stamped>) {
        self.network.cut(a, b, self.now);
        self.network.cut(b, a, self.now);
        self.hold_back();
        self.stamp(a, Event::LinkCut(b), log);
    }

    /// What the one sends does not reach the other any more; the other way is open.
    // Simplified: while one direction is cut, everything that the other end sends on connections
    // that stand already still arrives; a real TCP, which hears no acknowledgement, sends about ten
    // segments more and then only repeats itself. New connections cannot be made: that needs both
    // directions.
    pub(super) fn cut_direction(&mut self, from: Node, to: Node, log: &mut Vec<Stamped>) {
        self.network.cut(from, to, self.now);
        self.hold_back();
        self.stamp(from, Event::DirectionCut(to), log);
    }

    pub(super) fn heal_link(&mut self, a: Node, b: Node, log: &mut Vec<Stamped>) {
        self.network.heal(a, b);
        self.network.heal(b, a);
        self.stamp(a, Event::LinkHealed(b), log);
        self.let_go();
    }

    pub(super) fn heal_direction(&mut self, from: Node, to: Node, log: &mut Vec<Stamped>) {
        self.network.heal(from, to);
        self.stamp(from, Event::DirectionHealed(to), log);
        self.let_go();
    }

    /// The links between an island and all other nodes there are now.
    // Simplified: a node that is added later reaches both islands.
    pub(super) fn shores(&self, island: &[Node]) -> Vec<(Node, Node)> {
        let machine = |node: &Node| self.network.machine(*node);
        let island: Set<Node> = island.iter().map(machine).collect();
        let all: Set<Node> = self.processes.keys().map(machine).collect();
        let mut shores = Vec::new();
        for inside in &island {
            let outside = all.iter().filter(|node| !island.contains(node));
            shores.extend(outside.filter(|it| meet(*inside, **it)).map(|it| (*inside, *it)));
        }
        shores
    }

    pub(super) fn split(&mut self, island: &[Node], log: &mut Vec<Stamped>) {
        for (a, b) in self.shores(island) {
            self.network.cut(a, b, self.now);
            self.network.cut(b, a, self.now);
        }
        self.hold_back();
        self.stamp(Node::Admin, Event::NetworkSplit(island.into()), log);
    }

    pub(super) fn heal_all(&mut self, log: &mut Vec<Stamped>) {
        self.network.heal_all();
        self.stamp(Node::Admin, Event::NetworkHealed, log);
        self.let_go();
    }

    /// What travels towards a cut does not arrive.
    fn hold_back(&mut self) {
        for seq in self.on_the_way(|world, e| world.network.cut_from(e.from, e.to).is_some()) {
            self.rewrite(seq, |envelope| envelope.arrives_at = Time::NEVER);
        }
    }

    /// What was held back and may pass now is sent again.
    fn let_go(&mut self) {
        let network = &self.network;
        for (key, connection) in &mut self.connections {
            let whole = network.cut_since(key.client, key.server).is_none();
            connection.connecting &= !whole;
        }
        let free = |world: &World, e: &Envelope| {
            let connecting =
                world.connections.get(&connection_of(e)).is_some_and(|it| it.connecting);
            e.arrives_at == Time::NEVER
                && !connecting
                && world.network.cut_from(e.from, e.to).is_none()
        };
        for seq in self.on_the_way(free) {
            let Some(envelope) = self.wire.get(&seq) else { continue };
            let (from, to, channel) = (envelope.from, envelope.to, envelope.channel);
            let bytes = envelope.bytes;
            let (now, order) = (self.now, self.take_seq());
            let at = self.network.arrival(now, from, to, channel, bytes);
            self.rewrite(seq, |envelope| {
                envelope.sent_at = now;
                envelope.arrives_at = at;
            });
            self.agenda.schedule(at, order, Due::Arrive(seq));
        }
    }

    /// Messages that are not past the link yet; what arrived at a slow or paused node is.
    fn on_the_way(&self, which: impl Fn(&World, &Envelope) -> bool) -> Vec<Seq> {
        let travelling = self.wire.values().filter(|e| e.arrives_at > self.now);
        travelling.filter(|e| which(self, e)).map(|e| e.id).collect()
    }

    fn rewrite(&mut self, seq: Seq, change: impl FnOnce(&mut Envelope)) {
        if let Some(envelope) = self.wire.get_mut(&seq) {
            change(Arc::make_mut(envelope));
        }
    }

    /// A message that is on its way on a connection that stands, if this is one.
    pub(super) fn resettable(&self, seq: Seq) -> Option<&Arc<Envelope>> {
        let envelope = self.wire.get(&seq).filter(|e| e.arrives_at > self.now)?;
        let closing = matches!(*envelope.body, Body::Disconnect);
        let connection = self.connections.get(&connection_of(envelope))?;
        let lives = connection.incarnation == envelope.connection
            && connection.reset.is_none_or(|(which, _)| which != envelope.connection);
        (lives && !closing && !connection.connecting).then_some(envelope)
    }

    /// Of the messages from one node to another, the one that arrives next.
    pub(super) fn next_between(&self, from: Node, to: Node) -> Option<Seq> {
        let flying = self.wire.values().filter(|e| e.from == from && e.to == to);
        let open = flying.filter(|e| self.resettable(e.id).is_some());
        open.min_by_key(|e| (e.arrives_at, e.id)).map(|e| e.id)
    }

    /// Something on the way, as a firewall that forgot the connection, answers a message with RST
    /// to both ends: it and all behind it are lost.
    // Simplified: what was under way in the other direction still arrives, and the server goes on
    // with what it had read already, as it does after a FIN.
    pub(super) fn reset_connection(&mut self, seq: Seq, log: &mut Vec<Stamped>) {
        let Some(chosen) = self.resettable(seq).cloned() else { return };
        let key = connection_of(&chosen);
        let is_request = chosen.from == key.client;
        // Requests from here on reach a server that has got the RST.
        let first = if is_request { seq } else { self.next };
        if let Some(connection) = self.connections.get_mut(&key) {
            connection.reset = Some((chosen.connection, first));
        }
        self.stamp(chosen.from, Event::ConnectionReset(chosen.to), log);
        let behind = self.on_the_way(|_, e| {
            let same = connection_of(e) == key && e.connection == chosen.connection;
            same && e.from == chosen.from && e.id >= seq
        });
        for gone in behind {
            if let Some(envelope) = self.wire.remove(&gone) {
                self.stamp(envelope.to, Event::Lost(envelope), log);
            }
        }
        let rst = self.send_disconnect(key, chosen.connection, log);
        let to_server = self.send_end(key, chosen.connection, log);
        if chosen.arrives_at == Time::NEVER {
            return; // Behind a cut there is no place from which it would come.
        }
        // It comes from where the message was: on to the client, or back to it.
        let (gone, left) = (self.now.since(chosen.sent_at), chosen.arrives_at.since(self.now));
        let (before, after) = if is_request { (left, gone) } else { (gone, left) };
        self.comes_from_the_way(rst, before, after);
        if let Some(seq) = to_server {
            self.comes_from_the_way(seq, after, before);
        }
    }

    /// A message looks as if it had been sent some time ago, and arrives some time from now.
    fn comes_from_the_way(&mut self, seq: Seq, before: Span, after: Span) {
        let sent_at = Time(self.now.0.saturating_sub(before.0));
        let arrives_at = self.now + after;
        let order = self.take_seq();
        self.rewrite(seq, |envelope| {
            envelope.sent_at = sent_at;
            envelope.arrives_at = arrives_at;
        });
        self.agenda.schedule(arrives_at, order, Due::Arrive(seq));
    }
}

/// Whether two nodes ever talk: clients do so with brokers alone.
fn meet(a: Node, b: Node) -> bool {
    match (a, b) {
        (Node::Client(_), other) | (other, Node::Client(_)) => other.broker().is_some(),
        _ => true,
    }
}
