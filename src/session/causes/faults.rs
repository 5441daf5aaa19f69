//! What is broken at the moment, since when, and by which command.

use super::step::Step;
use crate::sim::id::Node;
use crate::sim::{Command, Event, Stamped, Time};

/// A step and the number of its event, by which steps are put in order.
pub(super) type Numbered = (u64, Step);

/// Something that broke, or a process that began.
#[derive(Debug)]
struct Fault {
    number: u64,
    stamped: Stamped,
    command: Option<Numbered>,
}

/// All that is broken, and how every process came to run.
#[derive(Debug, Default)]
pub(super) struct Faults {
    broken: Vec<Fault>,
    /// How each process ended last, and began again.
    lives: Vec<Fault>,
    /// The last command, and those that take a while.
    command: Option<(u64, Stamped)>,
    stops: Vec<(Node, Numbered)>,
}

/// What an event does to a process or a cable.
enum Change {
    Breaks,
    /// The process is gone.
    Ends,
    Begins,
    /// These are over.
    Heals(fn(&Event, &Event) -> bool),
}

fn change(event: &Event) -> Option<Change> {
    Some(match event {
        Event::Crashed | Event::PowerLost | Event::StorageFailed | Event::Stopped => Change::Ends,
        Event::Started => Change::Begins,
        Event::Slowed(span) if span.0 == 0 => {
            Change::Heals(|old, _| matches!(old, Event::Slowed(_)))
        }
        Event::DiskSlowed(span) if span.0 == 0 => {
            Change::Heals(|old, _| matches!(old, Event::DiskSlowed(_)))
        }
        Event::Paused
        | Event::Slowed(_)
        | Event::DiskSlowed(_)
        | Event::DiskFilled
        | Event::LinkCut(_)
        | Event::DirectionCut(_)
        | Event::NetworkSplit(_) => Change::Breaks,
        Event::Resumed => Change::Heals(|old, _| matches!(old, Event::Paused)),
        Event::DiskFreed => Change::Heals(|old, _| matches!(old, Event::DiskFilled)),
        _ => return None,
    })
}

/// Whether a cable's fault lies between two of these.
fn is_between(fault: &Stamped, nodes: &[Node]) -> bool {
    match &fault.event {
        Event::LinkCut(other) | Event::DirectionCut(other) => {
            nodes.contains(&fault.node) && nodes.contains(other)
        }
        Event::NetworkSplit(island) => {
            let inside = nodes.iter().filter(|node| island.contains(node)).count();
            inside > 0 && inside < nodes.len()
        }
        _ => nodes.contains(&fault.node),
    }
}

/// Whether a command acts on this very node.
fn concerns(command: &Command, node: Node) -> bool {
    match command {
        Command::Crash(it)
        | Command::Start(it)
        | Command::Stop(it)
        | Command::Pause(it)
        | Command::Resume(it)
        | Command::Slow { node: it, .. } => *it == node,
        Command::PowerLoss(id) | Command::SlowDisk { broker: id, .. } => node.broker() == Some(*id),
        Command::Produce { client, .. }
        | Command::SetWorkload { client, .. }
        | Command::RemoveClient(client) => node.client() == Some(*client),
        _ => node == Node::Admin,
    }
}

impl Faults {
    pub(super) fn note(&mut self, number: u64, stamped: &Stamped) {
        if let Event::Commanded(command) = &stamped.event {
            self.command = Some((number, stamped.clone()));
            if let Command::Stop(node) = **command {
                self.stops.retain(|(it, _)| *it != node);
                self.stops.push((node, (number, Step::of(stamped))));
            }
            return;
        }
        self.heal_cables(stamped);
        let node = stamped.node;
        match change(&stamped.event) {
            None => {}
            Some(Change::Breaks) => {
                let again = |old: &Fault| old.stamped.node == node && old.is_like(&stamped.event);
                self.broken.retain(|old| !again(old));
                let fault = self.fault(number, stamped);
                self.broken.push(fault);
            }
            Some(Change::Heals(over)) => {
                let event = &stamped.event;
                self.broken
                    .retain(|old| old.stamped.node != node || !over(&old.stamped.event, event));
            }
            Some(Change::Ends) => {
                let frozen = |old: &Fault| matches!(old.stamped.event, Event::Paused);
                self.broken.retain(|old| old.stamped.node != node || !frozen(old));
                self.lives.retain(|old| old.stamped.node != node);
                let fault = self.fault(number, stamped);
                self.lives.push(fault);
            }
            Some(Change::Begins) => {
                let began = |old: &Fault| matches!(old.stamped.event, Event::Started);
                self.lives.retain(|old| old.stamped.node != node || !began(old));
                let fault = self.fault(number, stamped);
                self.lives.push(fault);
            }
        }
    }

    fn heal_cables(&mut self, healed: &Stamped) {
        let here = healed.node;
        match healed.event {
            Event::NetworkHealed => self.broken.retain(|old| !old.is_of_cable()),
            Event::LinkHealed(other) => self
                .broken
                .retain(|old| !old.is_of_cable() || !is_between(&old.stamped, &[here, other])),
            Event::DirectionHealed(to) => self.broken.retain(|old| {
                let cut = matches!(old.stamped.event, Event::DirectionCut(it) if it == to);
                old.stamped.node != here || !cut
            }),
            _ => {}
        }
    }

    fn fault(&self, number: u64, stamped: &Stamped) -> Fault {
        let asked = self.stops.iter().rev().find(|(node, _)| *node == stamped.node);
        let command = match stamped.event {
            Event::Stopped => asked.map(|(_, step)| step.clone()),
            _ => self.command_at(stamped.at).filter(|_| stamped.cause.is_none()),
        };
        Fault { number, stamped: stamped.clone(), command }
    }

    /// The last command, if it was given at this very moment.
    fn command_at(&self, at: Time) -> Option<Numbered> {
        let (number, command) = self.command.as_ref()?;
        (command.at == at).then(|| (*number, Step::of(command)))
    }

    /// The command that made a node do what nothing else caused.
    // A timer of the same node that rings in the same microsecond would be taken for obeying.
    pub(super) fn command_to(&self, node: Node, at: Time) -> Option<Numbered> {
        let (_, stamped) = self.command.as_ref()?;
        let Event::Commanded(command) = &stamped.event else { return None };
        self.command_at(at).filter(|_| concerns(command, node))
    }

    /// What is broken of these nodes and between them, each with its command.
    pub(super) fn among(&self, nodes: &[Node], steps: &mut Vec<Numbered>) {
        for it in &self.lives {
            let node = it.stamped.node;
            if nodes.contains(&node) && it.ends() && !self.runs(node) {
                it.tell(steps);
            }
        }
        for it in self.broken.iter().filter(|it| is_between(&it.stamped, nodes)) {
            it.tell(steps);
        }
    }

    fn runs(&self, node: Node) -> bool {
        self.lives.iter().any(|it| it.stamped.node == node && !it.ends())
    }

    /// If a process began again after this event: how it had ended, and its start.
    pub(super) fn life_after(&self, node: Node, number: u64, steps: &mut Vec<Numbered>) {
        let of = |it: &&Fault| it.stamped.node == node;
        // What runs since the scenario began it was never gone.
        let ended = self.lives.iter().filter(of).any(Fault::ends);
        let began = self.lives.iter().filter(of).any(|it| !it.ends() && it.number > number);
        if ended && began {
            self.lives.iter().filter(of).for_each(|it| it.tell(steps));
        }
    }
}

impl Fault {
    /// A process is gone, rather than there again.
    fn ends(&self) -> bool {
        !matches!(self.stamped.event, Event::Started)
    }

    /// The same trouble of the same process; cuts add up.
    fn is_like(&self, event: &Event) -> bool {
        let same = std::mem::discriminant(&self.stamped.event) == std::mem::discriminant(event);
        same && !self.is_of_cable()
    }

    fn is_of_cable(&self) -> bool {
        let event = &self.stamped.event;
        matches!(event, Event::LinkCut(_) | Event::DirectionCut(_) | Event::NetworkSplit(_))
    }

    fn tell(&self, steps: &mut Vec<Numbered>) {
        steps.extend(self.command.clone());
        steps.push((self.number, Step::of(&self.stamped)));
    }
}
