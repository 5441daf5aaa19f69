//! Faults: what may break and heal, checked and done.

use super::check_spec as check;
use super::command::{Command, Quantity, Refusal};
use super::event::{Event, Stamped};
use super::id::{BrokerId, Node};
use super::process::Power;
use super::scenario::limits;
use super::world::World;

impl World {
    /// Whether a command to a machine or its process makes sense.
    pub(super) fn check_machine(&self, command: &Command) -> Result<(), Refusal> {
        match command {
            Command::Crash(node) | Command::Stop(node) => self.check_running(*node),
            Command::PowerLoss(id) => self.check_running(Node::Broker(*id)),
            Command::Start(node) => match self.known(*node)? {
                Power::Down => Ok(()),
                Power::Up | Power::Paused => Err(Refusal::AlreadyRunning(*node)),
            },
            Command::Pause(node) => match self.known(*node)? {
                Power::Up => Ok(()),
                Power::Paused => Err(Refusal::AlreadyPaused(*node)),
                Power::Down => Err(Refusal::NotRunning(*node)),
            },
            Command::Resume(node) => match self.known(*node)? {
                Power::Paused => Ok(()),
                Power::Up | Power::Down => Err(Refusal::NotPaused(*node)),
            },
            Command::Slow { node, delay } => {
                self.known(*node)?;
                check::span(Quantity::Delay, *delay)
            }
            Command::SetClock { node, ahead_ms } => self.check_clock(*node, *ahead_ms),
            Command::SlowDisk { broker, delay } => {
                self.known(Node::Broker(*broker))?;
                check::span(Quantity::Delay, *delay)
            }
            Command::FillDisk(id) => match self.is_full(*id)? {
                true => Err(Refusal::DiskIsFull(*id)),
                false => Ok(()),
            },
            Command::FreeDisk(id) => match self.is_full(*id)? {
                true => Ok(()),
                false => Err(Refusal::DiskNotFull(*id)),
            },
            _ => Ok(()),
        }
    }

    pub(super) fn do_to_machine(&mut self, command: &Command, log: &mut Vec<Stamped>) {
        match command {
            Command::Crash(node) => self.end_process(*node, || Event::Crashed, log),
            Command::PowerLoss(id) => {
                self.end_process(Node::Broker(*id), || Event::PowerLost, log);
                self.lose_unflushed(*id, log);
            }
            Command::Start(node) => self.roles(*node).for_each(|it| self.power_on(it, log)),
            // The broker leaves first, then the controller (KafkaRaftServer.shutdown).
            Command::Stop(node) => self.stop(self.network.machine(*node), log),
            // While it shuts down its broker is gone before its controller.
            Command::Pause(node) => {
                let roles = self.roles(*node).filter(|it| self.is_up(*it)).collect::<Vec<_>>();
                roles.into_iter().for_each(|it| self.pause(it, log));
            }
            Command::Resume(node) => {
                let paused = |it: &Node| self.power(*it) == Power::Paused;
                let roles = self.roles(*node).filter(paused).collect::<Vec<_>>();
                roles.into_iter().for_each(|it| self.resume(it, log));
            }
            Command::Slow { node, delay } => {
                self.roles(*node).for_each(|it| self.slow(it, *delay, log));
            }
            Command::SetClock { node, ahead_ms } => {
                self.clocks.insert(*node, *ahead_ms);
                self.stamp(*node, Event::ClockSet(*ahead_ms), log);
            }
            Command::SlowDisk { broker, delay } => {
                self.roles(Node::Broker(*broker)).for_each(|it| self.slow_disk(it, *delay, log));
            }
            Command::FillDisk(id) => self.set_full(*id, true, log),
            Command::FreeDisk(id) => self.set_full(*id, false, log),
            _ => {}
        }
    }

    fn check_clock(&self, node: Node, ahead_ms: i64) -> Result<(), Refusal> {
        self.known(node)?;
        refuse_if(!self.has_wall_clock(node), Refusal::NotPossible(node))?;
        let (what, most) = (Quantity::Clock, limits::CLOCK);
        let refusal = Refusal::OutOfBounds { what, value: ahead_ms / 1000, min: -most, max: most };
        refuse_if(!(-most * 1000..=most * 1000).contains(&ahead_ms), refusal)
    }

    fn is_full(&self, id: BrokerId) -> Result<bool, Refusal> {
        let unknown = Refusal::UnknownNode(Node::Broker(id));
        self.brokers.get(&id).map(|broker| broker.disk.full).ok_or(unknown)
    }

    fn set_full(&mut self, id: BrokerId, full: bool, log: &mut Vec<Stamped>) {
        if let Some(broker) = self.brokers.get_mut(&id) {
            broker.disk.full = full;
        }
        let event = if full { Event::DiskFilled } else { Event::DiskFreed };
        self.stamp(Node::Broker(id), event, log);
    }

    /// Whether a command to the network makes sense.
    pub(super) fn check_cable(&self, command: &Command) -> Result<(), Refusal> {
        let cut = |from: &Node, to: &Node| self.network.cut_from(*from, *to).is_some();
        match command {
            Command::CutLink(a, b) => {
                self.check_link(*a, *b)?;
                refuse_if(cut(a, b) && cut(b, a), Refusal::LinkAlreadyCut)
            }
            Command::HealLink(a, b) => {
                self.check_link(*a, *b)?;
                refuse_if(!cut(a, b) && !cut(b, a), Refusal::LinkNotCut)
            }
            Command::SetLink { a: from, b: to, spec }
            | Command::SetDirection { from, to, spec } => {
                self.check_link(*from, *to)?;
                check::link(spec)
            }
            Command::CutDirection { from, to } => {
                self.check_link(*from, *to)?;
                refuse_if(cut(from, to), Refusal::LinkAlreadyCut)
            }
            Command::HealDirection { from, to } => {
                self.check_link(*from, *to)?;
                refuse_if(!cut(from, to), Refusal::LinkNotCut)
            }
            Command::Split(island) => self.check_island(island),
            Command::HealAll => {
                refuse_if(self.network.cuts().next().is_none(), Refusal::NothingCut)
            }
            Command::ResetConnection(message) => {
                refuse_if(self.resettable(*message).is_none(), Refusal::NotInFlight)
            }
            Command::ResetNext { from, to } => {
                self.check_link(*from, *to)?;
                refuse_if(self.next_between(*from, *to).is_none(), Refusal::NothingInFlight)
            }
            _ => Ok(()),
        }
    }

    pub(super) fn do_to_cable(&mut self, command: &Command, log: &mut Vec<Stamped>) {
        match command {
            Command::CutLink(a, b) => self.cut_link(*a, *b, log),
            Command::HealLink(a, b) => self.heal_link(*a, *b, log),
            Command::SetLink { a, b, spec } => {
                self.network.set_spec(*a, *b, *spec);
                self.network.set_spec(*b, *a, *spec);
                self.stamp(*a, Event::LinkSet(*b, spec.latency), log);
            }
            Command::SetDirection { from, to, spec } => {
                self.network.set_spec(*from, *to, *spec);
                self.stamp(*from, Event::DirectionSet(*to, spec.latency), log);
            }
            Command::CutDirection { from, to } => self.cut_direction(*from, *to, log),
            Command::HealDirection { from, to } => self.heal_direction(*from, *to, log),
            Command::Split(island) => self.split(island, log),
            Command::HealAll => self.heal_all(log),
            Command::ResetConnection(message) => self.reset_connection(*message, log),
            Command::ResetNext { from, to } => {
                if let Some(message) = self.next_between(*from, *to) {
                    self.reset_connection(message, log);
                }
            }
            _ => {}
        }
    }

    fn check_link(&self, a: Node, b: Node) -> Result<(), Refusal> {
        self.known(a)?;
        self.known(b)?;
        refuse_if(self.network.machine(a) == self.network.machine(b), Refusal::LinkToItself)
    }

    /// Every node is there, and something is cut by it that is not cut yet.
    fn check_island(&self, island: &[Node]) -> Result<(), Refusal> {
        check::count(Quantity::Nodes, island.len(), self.processes.len())?;
        island.iter().try_for_each(|node| self.known(*node).map(|_| ()))?;
        let cut = |a: Node, b: Node| self.network.cut_from(a, b).is_some();
        let shores = self.shores(island);
        refuse_if(shores.is_empty(), Refusal::NoIsland)?;
        let all = shores.iter().all(|(a, b)| cut(*a, *b) && cut(*b, *a));
        refuse_if(all, Refusal::LinkAlreadyCut)
    }
}

fn refuse_if(holds: bool, why: Refusal) -> Result<(), Refusal> {
    if holds { Err(why) } else { Ok(()) }
}
