//! Connections as the engine keeps them: answers, hanging up, and what a kernel says of both.

use std::sync::Arc;

use super::connection::{Connection, ConnectionKey};
use super::effect::ReplyTo;
use super::engine::Outgoing;
use super::event::{Event, Stamped};
use super::id::{Node, Seq};
use super::time::Time;
use super::wire::{Body, Envelope};
use super::world::World;

impl World {
    pub(super) fn reply(
        &mut self,
        node: Node,
        to: ReplyTo,
        body: Arc<Body>,
        log: &mut Vec<Stamped>,
    ) {
        let id = self.take_seq();
        let sent = Outgoing {
            id,
            to: to.node,
            channel: to.channel,
            incarnation: to.connection,
            answers: Some(to.request),
            held: false,
            body,
        };
        let key = ConnectionKey::new(to.node, node, to.channel);
        let now = self.now;
        let Some(connection) = self.connections.get_mut(&key) else { return };
        let closes = matches!(*sent.body, Body::Disconnect);
        if closes || !connection.hears(to.connection, now) {
            connection.closed = connection.closed.max(Some(to.connection));
        }
        if connection.incarnation != to.connection {
            // The asker hung up meanwhile: its kernel answers RST.
            let there = self.network.spec(node, to.node).latency;
            if !closes {
                self.refuse_answer(key, to.connection, now + there);
            }
        } else if connection.reset.is_none_or(|(which, _)| which != to.connection) {
            self.send(node, sent, log);
        }
    }

    /// An answer reaches a machine at a time, but its asker has hung up there. The server learns
    /// it when the RST is back (RFC 9293, 3.6.1); until then it can write on, to nobody.
    // Simplified: neither the answer nor the RST is seen on its way, or held up by other traffic.
    fn refuse_answer(&mut self, key: ConnectionKey, incarnation: u32, reached: Time) {
        if self.network.cut_since(key.client, key.server).is_some() {
            return;
        }
        let back = self.network.spec(key.client, key.server).latency;
        if let Some(connection) = self.connections.get_mut(&key)
            && connection.deaf.is_none_or(|(which, _)| which < incarnation)
        {
            connection.deaf = Some((incarnation, reached + back));
        }
    }

    /// Whether a message still belongs to the connection it was sent on. A request that was on its
    /// way when the opener hung up is still read: the FIN comes after it. Unless the server has
    /// closed its end, too: what has come in Kafka's Selector hands on for as long as answers leave
    /// (Selector.close, CloseMode.GRACEFUL).
    pub(super) fn connection_lives(&self, envelope: &Envelope) -> bool {
        let Some(connection) = self.connections.get(&connection_of(envelope)) else { return false };
        let which = envelope.connection;
        let open = connection.closed.is_none_or(|closed| which > closed);
        match *envelope.body {
            Body::Request(_) => {
                let reset = connection.reset;
                open && !reset.is_some_and(|(it, seq)| it == which && envelope.id >= seq)
            }
            Body::Disconnect if envelope.from.client().is_some() => open,
            Body::Response(_) | Body::Disconnect => connection.incarnation == which,
        }
    }

    /// A message reached a machine where nobody listens: the kernel answers RST.
    pub(super) fn refuse_connection(&mut self, envelope: &Arc<Envelope>, log: &mut Vec<Stamped>) {
        let node = envelope.to;
        self.cause = Some(envelope.id);
        self.stamp(node, Event::Lost(Arc::clone(envelope)), log);
        if let Body::Request(_) = *envelope.body {
            let id = self.take_seq();
            let sent = Outgoing {
                id,
                to: envelope.from,
                channel: envelope.channel,
                incarnation: envelope.connection,
                answers: Some(envelope.id),
                held: false,
                body: Arc::new(Body::Disconnect),
            };
            self.send(node, sent, log);
        }
        self.cause = None;
    }

    /// Ends every connection of a process that is gone. Peers learn it from a FIN, which takes the
    /// same way as all else: behind a cut it waits.
    pub(super) fn drop_connections(&mut self, node: Node, log: &mut Vec<Stamped>) {
        let open: Vec<(ConnectionKey, Connection)> = self
            .connections
            .iter()
            .filter(|(key, connection)| {
                connection.open && (key.client == node || key.server == node)
            })
            .map(|(key, connection)| (*key, *connection))
            .collect();
        for (key, connection) in open {
            if key.client == node {
                self.close_connection(key, log);
            } else if !connection.connecting {
                if let Some(connection) = self.connections.get_mut(&key) {
                    connection.closed = Some(connection.incarnation);
                }
                self.send_disconnect(key, connection.incarnation, log);
            }
        }
    }

    /// Tells the opener of a connection that it has ended.
    pub(super) fn send_disconnect(
        &mut self,
        key: ConnectionKey,
        incarnation: u32,
        log: &mut Vec<Stamped>,
    ) -> Seq {
        let id = self.take_seq();
        let sent = Outgoing {
            id,
            to: key.client,
            channel: key.channel,
            incarnation,
            answers: None,
            held: false,
            body: Arc::new(Body::Disconnect),
        };
        self.send(key.server, sent, log);
        id
    }

    /// The end of a connection as its server hears of it: behind all requests, if it wants to.
    pub(super) fn send_end(
        &mut self,
        key: ConnectionKey,
        incarnation: u32,
        log: &mut Vec<Stamped>,
    ) -> Option<Seq> {
        let connection = self.connections.get(&key)?;
        if connection.watched != Some(incarnation) {
            return None;
        }
        let id = self.take_seq();
        let sent = Outgoing {
            id,
            to: key.server,
            channel: key.channel,
            incarnation,
            answers: None,
            held: false,
            body: Arc::new(Body::Disconnect),
        };
        self.send(key.client, sent, log);
        Some(id)
    }

    /// The opener hangs up: what is under way on the connection is lost.
    // Simplified: requests that a cut held back are lost with the connection, although a real
    // kernel goes on retransmitting them for a while after close().
    pub(super) fn close_connection(&mut self, key: ConnectionKey, log: &mut Vec<Stamped>) {
        let connection = self.connections.entry(key).or_default();
        let incarnation = connection.incarnation;
        connection.incarnation += 1;
        connection.open = false;
        let gone: Vec<Seq> = self
            .wire
            .values()
            .filter(|e| connection_of(e) == key && e.connection == incarnation)
            .filter(|e| e.answers.is_some() || e.arrives_at == Time::NEVER)
            .map(|e| e.id)
            .collect();
        for seq in gone {
            if let Some(envelope) = self.wire.remove(&seq) {
                if envelope.answers.is_some() && envelope.arrives_at != Time::NEVER {
                    self.refuse_answer(key, incarnation, envelope.arrives_at);
                }
                self.stamp(key.client, Event::Lost(envelope), log);
            }
        }
        self.send_end(key, incarnation, log);
    }
}

/// The connection that an envelope travels on: requests go to the server, all else to the client;
/// only the end of a connection goes either way. Whoever is told of one was called by a client.
pub(super) fn connection_of(envelope: &Envelope) -> ConnectionKey {
    let (client, server) = match *envelope.body {
        Body::Request(_) => (envelope.from, envelope.to),
        Body::Disconnect if envelope.from.client().is_some() => (envelope.from, envelope.to),
        Body::Response(_) | Body::Disconnect => (envelope.to, envelope.from),
    };
    ConnectionKey::new(client, server, envelope.channel)
}
