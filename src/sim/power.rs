//! Power and cables: starting, stopping, freezing and cutting, as the engine does them.

use super::agenda::Due;
use super::effect::Timer;
use super::engine::Input;
use super::event::{Event, Stamped};
use super::id::{BrokerId, Node, Seq};
use super::process::{Power, Process};
use super::time::{Span, Time};
use super::wire::Envelope;
use super::world::World;

impl World {
    /// Adds a process that is down.
    pub(super) fn add_process(&mut self, node: Node) {
        self.processes.insert(node, Process::down());
    }

    /// Lets a process that is down start at `at`.
    pub(super) fn start_at(&mut self, node: Node, at: Time) {
        let seq = self.take_seq();
        self.agenda.arm(node, Timer::Workload, at, seq);
    }

    pub(super) fn power_on(&mut self, node: Node, log: &mut Vec<Stamped>) {
        self.set_power(node, Power::Up);
        self.stamp(node, Event::Started, log);
        self.dispatch(node, Input::Start, log);
    }

    /// Ends a process: its memory, timers and connections go, its disk stays.
    pub(super) fn power_off(&mut self, node: Node, how: Event, log: &mut Vec<Stamped>) {
        if self.power(node) == Power::Down {
            return;
        }
        self.set_power(node, Power::Down);
        self.agenda.silence(node);
        let clean = how == Event::Stopped;
        if let Some(process) = self.processes.get_mut(&node) {
            process.crashed = !clean;
        }
        self.stamp(node, how, log);
        match node {
            Node::Broker(id) => {
                if let Some(broker) = self.brokers.get_mut(&id) {
                    broker.power_off(clean);
                }
            }
            Node::Controller(id) => {
                if let Some(controller) = self.controllers.get_mut(&id) {
                    controller.power_off();
                }
            }
            Node::Client(id) => {
                if let Some(client) = self.clients.get_mut(&id) {
                    client.power_off();
                }
            }
            Node::Admin => {}
        }
        self.drop_connections(node, log);
        let leaving = self.processes.get(&node).is_some_and(|process| process.leaving);
        if let (true, Some(id)) = (leaving, node.client()) {
            self.forget_client(id);
        }
    }

    /// What a broker's page cache held is gone.
    pub(super) fn lose_unflushed(&mut self, id: BrokerId, log: &mut Vec<Stamped>) {
        let Some(broker) = self.brokers.get_mut(&id) else { return };
        for event in broker.disk.lose_unflushed() {
            self.stamp(Node::Broker(id), event, log);
        }
    }

    fn set_power(&mut self, node: Node, power: Power) {
        let now = self.now;
        if let Some(process) = self.processes.get_mut(&node) {
            process.power = power;
            process.since = now;
            process.stopping = false;
            process.busy_until = now;
            if power == Power::Down {
                process.held.clear();
            }
        }
    }

    pub(super) fn pause(&mut self, node: Node, log: &mut Vec<Stamped>) {
        self.set_power(node, Power::Paused);
        self.stamp(node, Event::Paused, log);
    }

    /// Everything that came due meanwhile happens now, in its order.
    pub(super) fn resume(&mut self, node: Node, log: &mut Vec<Stamped>) {
        self.set_power(node, Power::Up);
        self.stamp(node, Event::Resumed, log);
        let held = self
            .processes
            .get_mut(&node)
            .map(|process| std::mem::take(&mut process.held))
            .unwrap_or_default();
        for due in held {
            let (now, seq) = (self.now, self.take_seq());
            match due {
                Due::Ring(node, timer) => {
                    // Something may have armed it anew meanwhile; then that stands.
                    if self.agenda.rings_at(node, timer).is_none() {
                        self.agenda.arm(node, timer, now, seq);
                    }
                }
                other => self.agenda.schedule(now, seq, other),
            }
        }
    }

    pub(super) fn slow(&mut self, node: Node, delay: Span, log: &mut Vec<Stamped>) {
        if let Some(process) = self.processes.get_mut(&node) {
            process.delay = delay;
        }
        self.stamp(node, Event::Slowed(delay), log);
    }

    /// Nothing arrives any more, not even what is on its way: TCP will send it again when healed.
    pub(super) fn cut_link(&mut self, a: Node, b: Node, log: &mut Vec<Stamped>) {
        self.network.cut(a, b, self.now);
        for seq in self.travelling_between(a, b) {
            self.rewrite(seq, |envelope| envelope.arrives_at = Time::NEVER);
        }
        self.stamp(a, Event::LinkCut(b), log);
    }

    pub(super) fn heal_link(&mut self, a: Node, b: Node, log: &mut Vec<Stamped>) {
        self.network.heal(a, b);
        self.stamp(a, Event::LinkHealed(b), log);
        for seq in self.travelling_between(a, b) {
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

    fn travelling_between(&self, a: Node, b: Node) -> Vec<Seq> {
        self.wire
            .values()
            .filter(|e| (e.from == a && e.to == b) || (e.from == b && e.to == a))
            // What arrived at a slow or paused node is past the link.
            .filter(|e| e.arrives_at > self.now)
            .map(|e| e.id)
            .collect()
    }

    fn rewrite(&mut self, seq: Seq, change: impl FnOnce(&mut Envelope)) {
        if let Some(envelope) = self.wire.get_mut(&seq) {
            change(std::sync::Arc::make_mut(envelope));
        }
    }
}
