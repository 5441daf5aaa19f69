//! Power: starting, stopping, freezing and slowing processes, as the engine does it.

use std::sync::Arc;

use super::agenda::Due;
use super::effect::Timer;
use super::engine::Input;
use super::event::{Event, Stamped};
use super::id::{BrokerId, Node};
use super::process::{DiskQueue, Power, Process};
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

    /// Ends a process in all its roles, without a word.
    pub(super) fn end_process(&mut self, node: Node, how: fn() -> Event, log: &mut Vec<Stamped>) {
        for role in self.roles(node) {
            self.power_off(role, how(), log);
        }
    }

    /// A role has ended in good order; another of the same process ends after it.
    pub(super) fn exit(&mut self, node: Node, log: &mut Vec<Stamped>) {
        self.power_off(node, Event::Stopped, log);
        if let Some(twin) = self.twin(node).filter(|twin| self.is_up(*twin)) {
            self.stop(twin, log);
        }
    }

    /// Ends a role of a process: its memory, timers and connections go, its disk stays.
    pub(super) fn power_off(&mut self, node: Node, how: Event, log: &mut Vec<Stamped>) {
        if self.power(node) == Power::Down {
            return;
        }
        self.set_power(node, Power::Down);
        self.agenda.silence(node);
        let clean = matches!(how, Event::Stopped);
        if let Some(process) = self.processes.get_mut(&node) {
            process.crashed = !clean;
            process.lost_power = matches!(how, Event::PowerLost);
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
            process.told_to_stop = false;
            process.busy_until = now;
            process.disk = DiskQueue::default();
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
        let told_to_stop = self.processes.get(&node).is_some_and(|process| process.told_to_stop);
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
        if told_to_stop {
            self.stop(node, log);
        }
    }

    pub(super) fn slow(&mut self, node: Node, delay: Span, log: &mut Vec<Stamped>) {
        self.set_delays(node, |process| process.delay = delay);
        self.stamp(node, Event::Slowed(delay), log);
    }

    pub(super) fn slow_disk(&mut self, node: Node, delay: Span, log: &mut Vec<Stamped>) {
        self.set_delays(node, |process| process.disk_delay = delay);
        self.stamp(node, Event::DiskSlowed(delay), log);
    }

    /// What waits already waits no longer than it would if it came now.
    fn set_delays(&mut self, node: Node, set: impl FnOnce(&mut Process)) {
        let now = self.now;
        let Some(process) = self.processes.get_mut(&node) else { return };
        let before = (process.delay, process.disk_delay);
        set(process);
        let shorter = process.delay < before.0 || process.disk_delay < before.1;
        if !shorter || !process.is_up() {
            return;
        }
        process.busy_until = now;
        process.disk = DiskQueue::default();
        let arrived = self.wire.values().filter(|e| e.to == node && e.arrives_at <= now);
        let mut waiting: Vec<Arc<Envelope>> = arrived.cloned().collect();
        crate::sim::ordered::sort_by_key(&mut waiting, |e| (e.arrives_at, e.id));
        for envelope in waiting {
            let process = self.processes.get_mut(&node);
            let at = process.and_then(|process| process.queue(&envelope, now)).unwrap_or(now);
            let order = self.take_seq();
            self.agenda.schedule(at, order, Due::Handle(envelope.id));
        }
    }
}
