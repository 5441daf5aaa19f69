//! Step: take one due thing, let one node handle it, perform its effects. The only place where
//! messages are born, delayed, lost and logged, so nothing is invisible to the picture.

use std::sync::Arc;

use super::admin::Admin;
use super::agenda::Due;
use super::broker::Broker;
use super::client::Client;
use super::connection::ConnectionKey;
use super::controller::Controller;
use super::effect::{Ctx, Effect, Order, Timer};
use super::event::{Event, Stamped};
use super::id::{Node, Seq};
use super::power::Ending;
use super::process::Power;
use super::sockets::connection_of;
use super::time::Time;
use super::wire::{Body, Channel, Envelope};
use super::world::World;

#[cfg(test)]
mod transaction_rig;
#[cfg(test)]
mod transaction_tests;

/// What a node is given to handle.
pub(super) enum Input<'a> {
    Start,
    Message(&'a Arc<Envelope>),
    Timer(Timer),
    /// Close in good order: a controlled shutdown of a broker, `close()` of a client.
    Close,
    /// A person wants something of this very application.
    Order(&'a Order),
}

impl World {
    /// Handles the next due thing at or before `until`; false when there is none.
    pub fn step(&mut self, until: Time, log: &mut Vec<Stamped>) -> bool {
        let Some((at, due)) = self.agenda.pop(until) else { return false };
        self.now = self.now.max(at);
        match due {
            Due::Arrive(seq) => self.arrive(seq, log),
            Due::Handle(seq) => self.handle_late(seq, log),
            Due::Ring(node, timer) => self.ring(node, timer, log),
        }
        true
    }

    /// Runs everything due up to and including `until`, then stands there.
    pub fn run_until(&mut self, until: Time, log: &mut Vec<Stamped>) {
        while self.step(until, log) {}
        self.now = self.now.max(until);
    }

    pub(super) fn stamp(&self, node: Node, event: Event, log: &mut Vec<Stamped>) {
        log.push(Stamped { at: self.now, node, cause: self.cause, event });
    }

    fn arrive(&mut self, seq: Seq, log: &mut Vec<Stamped>) {
        let Some(envelope) = self.wire.remove(&seq) else { return };
        if envelope.arrives_at > self.now {
            // A cut held it back after this arrival was planned.
            self.wire.insert(seq, envelope);
            return;
        }
        let node = envelope.to;
        let power = self.power(node);
        if power == Power::Paused {
            // It reached the machine; the process will read it when it wakes.
            self.wire.insert(seq, envelope);
            self.hold(node, Due::Arrive(seq));
            return;
        }
        if !self.connection_lives(&envelope) {
            self.stamp(node, Event::Lost(envelope), log);
            return;
        }
        if power == Power::Down && node != Node::Admin {
            self.refuse_connection(&envelope, log);
            return;
        }
        let work = self.codec_work(&envelope);
        let process = self.processes.get_mut(&node);
        let waits = process.and_then(|it| it.queue(&envelope, work, self.now));
        if let Some(at) = waits {
            self.wire.insert(seq, envelope);
            let order = self.take_seq();
            self.agenda.schedule(at, order, Due::Handle(seq));
            return;
        }
        self.deliver(envelope, log);
    }

    fn handle_late(&mut self, seq: Seq, log: &mut Vec<Stamped>) {
        let Some(node) = self.wire.get(&seq).map(|envelope| envelope.to) else { return };
        if self.power(node) == Power::Paused {
            self.hold(node, Due::Handle(seq));
            return;
        }
        let Some(envelope) = self.wire.remove(&seq) else { return };
        if self.is_up(node) && self.connection_lives(&envelope) {
            self.deliver(envelope, log);
        } else {
            self.stamp(node, Event::Lost(envelope), log);
        }
    }

    fn deliver(&mut self, envelope: Arc<Envelope>, log: &mut Vec<Stamped>) {
        self.cause = Some(envelope.id);
        self.stamp(envelope.to, Event::Arrived(Arc::clone(&envelope)), log);
        if let Body::Disconnect = *envelope.body {
            let key = connection_of(&envelope);
            if envelope.to == key.client {
                let connection = self.connections.entry(key).or_default();
                connection.open = false;
                connection.incarnation += 1;
            }
        }
        self.dispatch(envelope.to, Input::Message(&envelope), log);
        self.cause = None;
    }

    fn ring(&mut self, node: Node, timer: Timer, log: &mut Vec<Stamped>) {
        match self.power(node) {
            Power::Paused => self.hold(node, Due::Ring(node, timer)),
            Power::Down if node != Node::Admin => {
                // The start of a client is the one alarm that rings for the dead.
                if timer == Timer::Workload {
                    self.power_on(node, log);
                }
            }
            _ => self.dispatch(node, Input::Timer(timer), log),
        }
    }

    fn hold(&mut self, node: Node, due: Due) {
        if let Some(process) = self.processes.get_mut(&node) {
            process.held.push(due);
        }
    }

    pub(super) fn take_seq(&mut self) -> Seq {
        let seq = self.next;
        self.next.0 += 1;
        seq
    }

    /// Lets one node handle one thing and performs what it wants done.
    pub(super) fn dispatch(&mut self, node: Node, input: Input<'_>, log: &mut Vec<Stamped>) {
        let mut out = std::mem::take(&mut self.effects.0);
        let clock_ahead = self.clock_ahead(node);
        let mut ctx = Ctx {
            now: self.now,
            me: node,
            dice: &mut self.dice,
            next: &mut self.next,
            out: &mut out,
            clock_ahead,
            connections: &self.connections,
            remote: &mut self.remote,
            extension: self.extension,
        };
        match node {
            Node::Admin => feed_admin(&mut self.admin, &mut ctx, &input),
            Node::Controller(id) => {
                if let Some(controller) = self.controllers.get_mut(&id) {
                    feed_controller(controller, &mut ctx, &input);
                }
            }
            Node::Broker(id) => {
                if let Some(broker) = self.brokers.get_mut(&id) {
                    feed_broker(broker, &mut ctx, &input);
                }
            }
            Node::Client(id) => {
                if let Some(client) = self.clients.get_mut(&id) {
                    feed_client(client, &mut ctx, &input);
                }
            }
        }
        for effect in out.drain(..) {
            let halts = matches!(effect, Effect::Halt);
            self.perform(node, effect, log);
            if halts {
                break;
            }
        }
        self.effects.0 = out;
    }

    fn perform(&mut self, node: Node, effect: Effect, log: &mut Vec<Stamped>) {
        match effect {
            Effect::Request { id, to, channel, body } => {
                let key = ConnectionKey::new(node, to, channel);
                let connection = self.connections.entry(key).or_default();
                if !connection.open {
                    connection.open = true;
                    connection.connecting = self.network.cut_since(node, to).is_some();
                }
                let (incarnation, held) = (connection.incarnation, connection.connecting);
                let sent = Outgoing { id, to, channel, incarnation, answers: None, held, body };
                self.send(node, sent, log);
            }
            Effect::Reply { to, body } => self.reply(node, to, body, log),
            Effect::Close { to, channel } => {
                let key = ConnectionKey::new(node, to, channel);
                self.close_connection(key, log);
            }
            Effect::Watch(to) => {
                let key = ConnectionKey::new(to.node, node, to.channel);
                if let Some(connection) = self.connections.get_mut(&key) {
                    connection.watched = Some(to.connection);
                    if connection.incarnation != to.connection {
                        self.send_end(key, to.connection, log); // It has hung up meanwhile.
                    }
                }
            }
            Effect::Arm { timer, at } => {
                let seq = self.take_seq();
                self.agenda.arm(node, timer, at.max(self.now), seq);
            }
            Effect::Disarm(timer) => self.agenda.disarm(node, timer),
            Effect::Tell(event) => self.stamp(node, event, log),
            Effect::Exit => self.exit(node, log),
            Effect::Halt => {
                let client = node.client().is_some();
                let how = if client { Ending::Crashed } else { Ending::StorageFailed };
                self.end_process(node, how, log);
            }
        }
    }

    pub(super) fn send(&mut self, from: Node, sent: Outgoing, log: &mut Vec<Stamped>) {
        let bytes = match &*sent.body {
            Body::Request(request) => request.bytes(),
            Body::Response(response) => response.bytes(),
            Body::Disconnect => 40,
        };
        let arrives_at = match sent.held {
            true => Time::NEVER,
            false => self.network.arrival(self.now, from, sent.to, sent.channel, bytes),
        };
        let envelope = Arc::new(Envelope {
            id: sent.id,
            from,
            to: sent.to,
            channel: sent.channel,
            connection: sent.incarnation,
            sent_at: self.now,
            arrives_at,
            answers: sent.answers,
            bytes,
            body: sent.body,
        });
        if arrives_at != Time::NEVER {
            let order = self.take_seq();
            self.agenda.schedule(arrives_at, order, Due::Arrive(envelope.id));
        }
        self.stamp(from, Event::Sent(Arc::clone(&envelope)), log);
        self.wire.insert(envelope.id, envelope);
    }
}

/// A message before the network has had its say.
pub(super) struct Outgoing {
    pub id: Seq,
    pub to: Node,
    pub channel: Channel,
    pub incarnation: u32,
    pub answers: Option<Seq>,
    /// It waits for a handshake that cannot be made now.
    pub held: bool,
    pub body: Arc<Body>,
}

fn feed_admin(admin: &mut Admin, ctx: &mut Ctx<'_>, input: &Input<'_>) {
    match input {
        Input::Message(envelope) => admin.on_message(ctx, envelope),
        Input::Timer(_) => admin.on_timer(ctx),
        Input::Start | Input::Close | Input::Order(_) => {}
    }
}

fn feed_controller(controller: &mut Controller, ctx: &mut Ctx<'_>, input: &Input<'_>) {
    match input {
        Input::Start => controller.on_start(ctx),
        Input::Message(envelope) => controller.on_message(ctx, envelope),
        Input::Timer(timer) => controller.on_timer(ctx, *timer),
        Input::Close => controller.on_close(ctx),
        Input::Order(_) => {}
    }
}

fn feed_broker(broker: &mut Broker, ctx: &mut Ctx<'_>, input: &Input<'_>) {
    match input {
        Input::Start => broker.on_start(ctx),
        Input::Message(envelope) => broker.on_message(ctx, envelope),
        Input::Timer(timer) => broker.on_timer(ctx, *timer),
        Input::Close => broker.on_close(ctx),
        Input::Order(_) => {}
    }
}

fn feed_client(client: &mut Client, ctx: &mut Ctx<'_>, input: &Input<'_>) {
    match input {
        Input::Start => client.on_start(ctx),
        Input::Message(envelope) => client.on_message(ctx, envelope),
        Input::Timer(timer) => client.on_timer(ctx, *timer),
        Input::Close => client.on_close(ctx),
        Input::Order(order) => client.on_order(ctx, order),
    }
}
