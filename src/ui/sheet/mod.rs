//! THE SHEETS. What the inspector says about a thing: facts under Kafka's own field names, and what
//! one can do to it. Pure: a world in, plain values out.
//! Who may knock: the inspector, and tests.
//! Never here: markup, or anything that changes the world.

mod bands;
mod broker;
mod client;
mod controller;
mod deed;
pub mod figure;
mod group;
mod link;
mod log_life;
pub mod message;
mod partition;
mod record;
mod results;
mod share_group;
mod transactions; // of producers, coordinators and logs

pub use deed::{Application, Deed, Share};
use figure::{Figure, Tag};

use super::entity;
use crate::locale::Words;
use crate::scene::view::Entity;
use crate::session::Session;
use crate::session::causes::Question;
use crate::sim::World;
use crate::sim::id::{BrokerId, Node, Partition, RecordId};
use crate::sim::process::Power;
use crate::sim::time::Time;

/// All that is known about one thing.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    /// Its name.
    pub title: String,
    /// What kind of thing it is.
    pub kind: String,
    /// The facts, in groups.
    pub parts: Vec<Part>,
    /// What one can do to it.
    pub deeds: Vec<Deed>,
}

/// Facts that belong together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Part {
    /// What they are about, where it is not the thing itself.
    pub heading: Option<String>,
    /// The facts.
    pub facts: Vec<Fact>,
    /// What is better seen.
    pub figure: Option<Figure>,
    /// What they mean, in a sentence or two.
    pub why: Option<String>,
    /// A record's fate that can be explained.
    pub fate: Option<(RecordId, Question)>,
}

/// One fact.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// Kafka's field name, or a word.
    pub name: String,
    /// What it is.
    pub value: String,
    /// Whether it is as it should be.
    pub mood: Mood,
    /// What it speaks of, to go there.
    pub to: Option<Entity>,
    /// The sign under which a figure has it.
    pub tag: Option<Tag>,
}

/// Whether a fact is as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// Nothing to say.
    Plain,
    /// A promise kept.
    Good,
    /// Not known yet.
    Doubt,
    /// Broken.
    Bad,
}

impl Sheet {
    /// The one line that tells most: what is wrong, else its state.
    pub fn brief(&self) -> String {
        let facts = || self.parts.iter().take(1).flat_map(|part| &part.facts);
        let wrong = facts().find(|fact| matches!(fact.mood, Mood::Bad | Mood::Doubt));
        let line = wrong
            .or_else(|| facts().find(|fact| !fact.name.ends_with("id") && fact.name != "offset"));
        line.map(|fact| format!("{}: {}", fact.name, fact.value)).unwrap_or_default()
    }
}

impl Part {
    fn new(heading: impl Into<String>) -> Self {
        Self { heading: Some(heading.into()), ..Self::default() }
    }

    fn fact(&mut self, name: impl Into<String>, value: impl Into<String>) -> &mut Fact {
        let (name, value) = (name.into(), value.into());
        self.facts.push(Fact { name, value, mood: Mood::Plain, to: None, tag: None });
        let last = self.facts.len() - 1;
        &mut self.facts[last]
    }
}

impl Fact {
    fn mood(&mut self, mood: Mood) -> &mut Self {
        self.mood = mood;
        self
    }

    fn to(&mut self, entity: Entity) -> &mut Self {
        self.to = Some(entity);
        self
    }

    fn at_node(&mut self, node: Node) -> &mut Self {
        self.to = entity::of_node(node);
        self
    }
}

/// Who writes a sheet: the language and what there is to know.
#[derive(Clone, Copy)]
pub struct Clerk<'a> {
    /// The language.
    pub words: Words,
    /// The tape, with the world as it is now.
    pub session: &'a Session,
}

impl<'a> Clerk<'a> {
    /// The sheet of a thing; none if it is no more.
    pub fn sheet(self, entity: &Entity) -> Option<Sheet> {
        match entity {
            Entity::Broker(id) => self.broker(*id),
            Entity::Controller(id) => self.controller(*id),
            Entity::Client(id) => self.client(*id),
            Entity::Partition(partition) => self.partition(*partition, None),
            Entity::Replica(broker, partition) => self.partition(*partition, Some(*broker)),
            Entity::Record(broker, partition, offset) => self.record(*broker, *partition, *offset),
            Entity::Message(id) => self.message(*id),
            Entity::Link(a, b) => self.link(*a, *b),
            Entity::Group(name) => self.group(name),
            Entity::Topic(topic) => self.topic(*topic),
        }
    }

    /// A thing's kind and name, for those who do not see it.
    pub fn name(self, entity: &Entity) -> String {
        let (words, world) = (self.words, self.world());
        match entity {
            Entity::Controller(_) | Entity::Broker(_) => {
                entity.node().map(|node| self.node(node)).unwrap_or_default()
            }
            Entity::Client(id) => {
                let kind = match world.clients.get(id) {
                    Some(client) if client.as_processor().is_some() => words.ui_kind_processor(),
                    Some(client) if client.as_producer().is_some() => words.ui_kind_producer(),
                    _ => words.ui_kind_consumer(),
                };
                format!("{kind} {}", self.node(Node::Client(*id)))
            }
            Entity::Topic(id) => {
                let topic = world.metadata().topics.get(id);
                let name = topic.map(|topic| &*topic.name).unwrap_or_default();
                format!("{} {name}", words.ui_kind_topic())
            }
            Entity::Partition(partition) => {
                format!("{} {}", words.ui_kind_partition(), self.part(*partition))
            }
            Entity::Replica(broker, partition) => {
                let (part, broker) = (self.part(*partition), self.node(Node::Broker(*broker)));
                words.ui_replica_name(&part, &broker)
            }
            Entity::Record(_, partition, offset) => {
                words.ui_record_title(&self.part(*partition), *offset)
            }
            Entity::Group(name) => format!("{} {name}", words.ui_kind_group()),
            Entity::Link(a, b) => words.ui_link_name(&self.node(*a), &self.node(*b)),
            Entity::Message(id) => self.message_name(*id),
        }
    }

    fn world(self) -> &'a World {
        self.session.world()
    }

    fn node(self, node: Node) -> String {
        self.words.node(node, self.world())
    }

    fn part(self, partition: Partition) -> String {
        self.words.partition(partition, self.world())
    }

    /// `1, 2, 3`, or nobody.
    fn numbers(self, brokers: &[BrokerId]) -> String {
        let all: Vec<String> = brokers.iter().map(|id| id.0.to_string()).collect();
        if all.is_empty() { self.words.ui_fact_nobody().to_owned() } else { all.join(", ") }
    }

    /// How long ago.
    fn ago(self, at: Time) -> String {
        self.words.ui_ago(&self.words.span(self.world().now.since(at).0))
    }

    fn yes(self, holds: bool) -> String {
        if holds { self.words.ui_config_true() } else { self.words.ui_config_false() }.to_owned()
    }

    /// What a process does, in a word or two.
    fn power(self, node: Node) -> (String, Mood) {
        let (words, world) = (self.words, self.world());
        let Some(process) = world.processes.get(&node) else {
            return (words.ui_stopped().to_owned(), Mood::Bad);
        };
        let span = words.span(world.now.since(process.since).0);
        match process.power {
            Power::Down if process.since == Time::ZERO => {
                (words.ui_not_started().to_owned(), Mood::Doubt)
            }
            Power::Down => (words.ui_down_since(&span), Mood::Bad),
            Power::Paused => (words.ui_frozen_since(&span), Mood::Bad),
            Power::Up if process.stopping => (words.ui_stopping().to_owned(), Mood::Doubt),
            Power::Up => (words.ui_running().to_owned(), Mood::Plain),
        }
    }

    /// How much longer it takes for every message, if it does; and the links that are cut.
    fn trouble(self, part: &mut Part, node: Node) {
        let (words, world) = (self.words, self.world());
        if let Some(process) = world.processes.get(&node)
            && process.delay.0 > 0
        {
            part.fact(words.ui_slow(), words.ui_more_span(&words.span(process.delay.0)))
                .mood(Mood::Bad);
        }
        let ahead_ms = world.clock_ahead(node);
        if ahead_ms != 0 {
            part.fact(words.ui_wall_clock(), words.clock_error(ahead_ms)).mood(Mood::Bad);
        }
        if let Some(process) = world.processes.get(&node)
            && process.disk_delay.0 > 0
        {
            let span = words.ui_disk_slow(&words.span(process.disk_delay.0));
            part.fact(words.ui_fact_disk(), span).mood(Mood::Bad);
        }
        let broker = node.broker().and_then(|id| world.brokers.get(&id));
        if broker.is_some_and(|broker| broker.disk.full) {
            part.fact(words.ui_fact_disk(), words.ui_disk_full()).mood(Mood::Bad);
        }
        for ((a, b), since) in world.network.cuts() {
            if a == node || b == node {
                let other = if a == node { b } else { a };
                let span = words.span(world.now.since(since).0);
                part.fact(words.ui_link_to(&self.node(other)), words.ui_cut_since(&span))
                    .mood(Mood::Bad)
                    .to(entity::link(a, b));
            }
        }
    }
}
