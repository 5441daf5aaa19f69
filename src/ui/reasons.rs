//! A chain of causes in words: when, what, and the thing that each step is about.

use super::entity;
use super::sheet::Clerk;
use super::telling::{about, capitalized};
use crate::scene::view::Entity;
use crate::session::causes::{Step, What};
use crate::sim::id::{BrokerId, Node, Partition};
use crate::sim::wire::Acks;
use crate::sim::{Command, Event, Stamped};

/// A step of a chain in words.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    /// When, as the clock reads; empty where it is the moment of the step before.
    pub at: String,
    /// What, with strong words.
    pub text: String,
    /// What it is about, as of its moment.
    pub about: Option<Entity>,
}

impl Clerk<'_> {
    /// A chain of causes, step by step.
    pub fn reasons(self, steps: &[Step]) -> Vec<Reason> {
        let mut before = None;
        let mut reasons = Vec::new();
        for step in steps {
            let now = Some(step.at).filter(|_| before != Some(step.at));
            before = Some(step.at);
            reasons.push(Reason {
                at: now.map(|at| self.words.clock(at.0).0).unwrap_or_default(),
                text: capitalized(self.reason(step)),
                about: self.concerned(step),
            });
        }
        reasons
    }

    fn reason(self, step: &Step) -> String {
        let (words, world) = (self.words, self.session.world());
        let me = &words.node(step.node, world);
        let part = |partition: &Partition| words.partition(*partition, world);
        match &step.what {
            What::Event(Event::Commanded(command)) => {
                words.event_why_command(&words.command(command, world))
            }
            What::Event(event) => words.tell(&stamped(step, event), world).unwrap_or_default(),
            What::Workload => words.event_why_workload(me),
            What::Timer => words.event_why_timer(me),
            What::SessionOver(broker) => words.event_why_session(me, &self.named(*broker)),
            What::Lagging(brokers) => {
                let all: Vec<String> = brokers.iter().map(|id| self.named(*id)).collect();
                words.event_why_lagging(me, &all.join(", "))
            }
            What::NoAnswer => words.event_why_no_answer(me),
            What::Written { partition, offset, epoch, times: 1 } => {
                words.event_why_written(me, *offset, &part(partition), i64::from(*epoch))
            }
            What::Written { partition, offset, times, .. } => {
                words.event_why_written_again(me, *offset, &part(partition), i64::from(*times))
            }
            What::Copied { offset, .. } => words.event_why_copied(me, *offset),
            What::Committed { partition, offset } => {
                words.event_why_committed(&part(partition), *offset)
            }
            What::Confirmed { acks: Acks::All } => words.event_why_confirmed_all(me),
            What::Confirmed { acks: Acks::Leader } => words.event_why_confirmed_one(me),
            What::Confirmed { acks: Acks::None } => words.event_why_confirmed_none(me),
            What::Overtaken { by, offset, .. } => {
                let client = words.node(Node::Client(by.client), world);
                let number = words.number(by.number as i64);
                words.event_why_overtaken(me, &client, &number, *offset)
            }
            What::Lacking { partition, epoch, from } => {
                words.event_why_lacking(me, &part(partition), *from, i64::from(*epoch))
            }
            What::Cut { partition, to } => words.event_why_cut(me, &part(partition), *to),
            What::Processed { group, times: 1, .. } => words.event_why_processed(me, group),
            What::Processed { group, times, .. } => {
                words.event_why_processed_again(me, group, i64::from(*times))
            }
            What::Untold => words.event_why_untold(me),
            What::Further => words.event_why_further().to_owned(),
            What::Omitted(count) => words.event_why_omitted(i64::from(*count)),
        }
    }

    fn named(self, broker: BrokerId) -> String {
        self.words.node(Node::Broker(broker), self.session.world())
    }

    /// What a step is about, as of its moment: there a record stands where it was written.
    fn concerned(self, step: &Step) -> Option<Entity> {
        let broker = step.node.broker();
        let replica =
            |partition: &Partition| broker.map(|broker| Entity::Replica(broker, *partition));
        match &step.what {
            What::Event(Event::Commanded(command)) => target(command),
            What::Event(event) => about(self.session.world(), &stamped(step, event)),
            What::SessionOver(broker) => Some(Entity::Broker(*broker)),
            What::Lagging(brokers) => brokers.first().map(|broker| Entity::Broker(*broker)),
            What::Written { partition, offset, .. }
            | What::Copied { partition, offset }
            | What::Overtaken { partition, offset, .. } => {
                broker.map(|broker| Entity::Record(broker, *partition, *offset))
            }
            What::Committed { partition, .. }
            | What::Lacking { partition, .. }
            | What::Cut { partition, .. } => replica(partition),
            What::Further | What::Omitted(_) => None,
            _ => entity::of_node(step.node),
        }
    }
}

fn stamped(step: &Step, event: &Event) -> Stamped {
    Stamped { at: step.at, node: step.node, cause: None, event: event.clone() }
}

/// What a command was done to.
fn target(command: &Command) -> Option<Entity> {
    match command {
        Command::Crash(node)
        | Command::Start(node)
        | Command::Stop(node)
        | Command::Pause(node)
        | Command::Resume(node)
        | Command::Slow { node, .. } => entity::of_node(*node),
        Command::PowerLoss(id)
        | Command::SlowDisk { broker: id, .. }
        | Command::FillDisk(id)
        | Command::FreeDisk(id) => Some(Entity::Broker(*id)),
        Command::CutLink(a, b) => Some(entity::link(*a, *b)),
        Command::CutDirection { from, to } => Some(entity::link(*from, *to)),
        Command::Produce { client, .. } | Command::SetWorkload { client, .. } => {
            Some(Entity::Client(*client))
        }
        _ => None,
    }
}
