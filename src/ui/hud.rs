//! What the panels show, in slices that compare: read from the session at most ten times a second.

use std::ops::Deref;
use std::rc::Rc;

use super::sheet::{Clerk, Sheet};
use super::state::UiState;
use super::telling::{self, Line, Said};
use crate::metrics::gauges::{Health, Lag, Percentiles, health, lags};
use crate::metrics::ledger::Sums;
use crate::scene::view::Entity;
use crate::session::{Clock, Session};
use crate::sim::command::ConfigTarget;
use crate::sim::config::{Scope, specs};
use crate::sim::id::{BrokerId, ClientId, Name, Offset, Partition, TopicId};
use crate::sim::image::OFFSETS_TOPIC;
use crate::sim::{Span, World};

/// Over how much virtual time a rate is counted.
const RATE_SPAN: Span = Span::secs(5);

/// A slice of what there is to show. It keeps its identity while it stays the same.
#[derive(Debug)]
pub struct Slice<T>(Rc<T>);

impl<T> Clone for Slice<T> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<T> PartialEq for Slice<T> {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl<T> Deref for Slice<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: PartialEq> Slice<T> {
    /// The old one, if the new one is equal.
    pub fn renewed(new: T, old: Option<&Self>) -> Self {
        old.filter(|old| ***old == new).map_or_else(|| Self(Rc::new(new)), Clone::clone)
    }
}

/// What the page shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Hud {
    /// What the clock shows.
    pub clock: Clock,
    /// What became of the promises.
    pub sums: Sums,
    /// What the narrator says.
    pub said: Slice<Said>,
    /// What the side panel shows, and others take from.
    pub panels: Panels,
}

/// What the panels show. A panel renders when the slices that it shows change, and only then.
#[derive(Clone, Debug, PartialEq)]
pub struct Panels {
    /// Rates, latencies, health.
    pub numbers: Slice<Numbers>,
    /// What is chosen.
    pub sheet: Option<Slice<Sheet>>,
    /// Partitions and groups.
    pub overview: Slice<Overview>,
    /// What there is, by name.
    pub roster: Slice<Roster>,
    /// The values of the configs that are shown.
    pub configs: Slice<Configs>,
    /// The list of events.
    pub lines: Slice<Vec<Line>>,
}

/// Rates, latencies, health.
#[derive(Clone, Debug, PartialEq)]
pub struct Numbers {
    /// Produced records per second, in thousandths.
    pub produced: u64,
    /// Processed records per second, in thousandths.
    pub consumed: u64,
    /// From `send()` to processed.
    pub end_to_end: Option<Percentiles>,
    /// Records that all groups together have still to commit.
    pub lag: u64,
    /// Partitions in trouble.
    pub health: Health,
    /// Brokers that are in service, and all.
    pub brokers: (u32, u32),
}

/// A partition of the overview.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Which one.
    pub partition: Partition,
    /// As it is called.
    pub name: String,
    /// Who leads it.
    pub leader: Option<BrokerId>,
    /// Who is in its ISR.
    pub isr: Vec<BrokerId>,
    /// How many replicas it has.
    pub replicas: u32,
    /// The leader's high watermark and log end.
    pub marks: Option<(Offset, Offset)>,
}

/// Partitions and groups.
#[derive(Clone, Debug, PartialEq)]
pub struct Overview {
    /// Every partition of people's topics.
    pub rows: Vec<Row>,
    /// How far each group is behind; with the partition's name.
    pub lags: Vec<(String, Lag)>,
}

/// What there is, by name.
#[derive(Clone, Debug, PartialEq)]
pub struct Roster {
    /// People's topics.
    pub topics: Vec<(TopicId, Name)>,
    /// Producers.
    pub producers: Vec<(ClientId, Name)>,
    /// Consumers.
    pub consumers: Vec<(ClientId, Name)>,
    /// Groups.
    pub groups: Vec<Name>,
    /// Brokers, up or down.
    pub brokers: Vec<BrokerId>,
}

/// The values of the configs of one thing.
#[derive(Clone, Debug, PartialEq)]
pub struct Configs {
    /// Whose.
    pub target: ConfigTarget,
    /// Of what kind.
    pub scope: Scope,
    /// In the order of the specs.
    pub values: Vec<i64>,
}

impl Hud {
    /// Reads everything anew, and keeps what is the same.
    pub fn read(session: &Session, ui: &UiState, said: Said, before: Option<&Self>) -> Self {
        let words = ui.words();
        let world = session.world();
        let sheet = ui.chosen.as_ref().and_then(|it| Clerk { words, session }.sheet(it));
        let old = before.map(|hud| &hud.panels);
        let panels = Panels {
            numbers: Slice::renewed(numbers(session), old.map(|it| &it.numbers)),
            sheet: sheet.map(|new| Slice::renewed(new, old.and_then(|it| it.sheet.as_ref()))),
            overview: Slice::renewed(overview(ui, world), old.map(|it| &it.overview)),
            roster: Slice::renewed(roster(world), old.map(|it| &it.roster)),
            configs: Slice::renewed(configs(world, &target(world, ui)), old.map(|it| &it.configs)),
            lines: Slice::renewed(telling::lines(words, session), old.map(|it| &it.lines)),
        };
        Self {
            clock: session.clock(),
            sums: session.ledger().sums(),
            said: Slice::renewed(said, before.map(|hud| &hud.said)),
            panels,
        }
    }
}

fn numbers(session: &Session) -> Numbers {
    let (world, gauges) = (session.world(), session.gauges());
    let rate = |count: u64| count * 1_000_000_000 / RATE_SPAN.0;
    let image = world.metadata();
    let active = world.brokers.keys().filter(|id| image.is_active(**id)).count();
    Numbers {
        produced: rate(gauges.produced.sum(world.now, RATE_SPAN)),
        consumed: rate(gauges.consumed.sum(world.now, RATE_SPAN)),
        end_to_end: gauges.end_to_end.percentiles(),
        lag: lags(world).iter().filter_map(Lag::records).sum(),
        health: health(world),
        brokers: (active as u32, world.brokers.len() as u32),
    }
}

fn overview(ui: &UiState, world: &World) -> Overview {
    let (words, image) = (ui.words(), world.metadata());
    let own = |topic: &TopicId| image.topics.get(topic).is_some_and(|t| &*t.name != OFFSETS_TOPIC);
    let mut rows = Vec::new();
    for (partition, state) in image.partitions().filter(|(p, _)| own(&p.topic)) {
        let leader = state.leader.and_then(|id| world.brokers.get(&id));
        let marks = leader.and_then(|leader| {
            let log = leader.disk.logs.get(&partition)?;
            Some((leader.high_watermark(partition), log.end()))
        });
        rows.push(Row {
            partition,
            name: words.partition(partition, world),
            leader: state.leader,
            isr: state.isr.clone(),
            replicas: state.replicas.len() as u32,
            marks,
        });
    }
    let named = |lag: Lag| (words.partition(lag.partition, world), lag);
    Overview { rows, lags: lags(world).into_iter().map(named).collect() }
}

fn roster(world: &World) -> Roster {
    let topics = world.metadata().topics.iter().filter(|(_, t)| &*t.name != OFFSETS_TOPIC);
    let named = |producers: bool| {
        let clients = world.clients.iter();
        let wanted = clients.filter(move |(_, c)| c.as_producer().is_some() == producers);
        wanted.map(|(id, client)| (*id, client.name().clone())).collect()
    };
    Roster {
        topics: topics.map(|(id, topic)| (*id, topic.name.clone())).collect(),
        producers: named(true),
        consumers: named(false),
        groups: world.group_names().into_iter().collect(),
        brokers: world.brokers.keys().copied().collect(),
    }
}

/// Whose configs are shown: those that were asked for, else those of what is chosen.
fn target(world: &World, ui: &UiState) -> ConfigTarget {
    let named = |topic: TopicId| {
        let topic = world.metadata().topics.get(&topic);
        topic.map(|topic| ConfigTarget::Topic(topic.name.clone()))
    };
    let chosen = || match ui.chosen.as_ref()? {
        Entity::Client(id) => Some(ConfigTarget::Client(*id)),
        Entity::Topic(topic) => named(*topic),
        other => named(other.partition()?.topic),
    };
    ui.configs_of.clone().or_else(chosen).unwrap_or(ConfigTarget::Cluster)
}

/// The configs of a thing; the cluster's, if it is no more.
fn configs(world: &World, target: &ConfigTarget) -> Configs {
    let read = |scope: Scope, get: &dyn Fn(&str) -> Option<i64>| Configs {
        target: target.clone(),
        scope,
        values: specs(scope).iter().map(|spec| get(spec.name).unwrap_or(spec.default)).collect(),
    };
    match target {
        ConfigTarget::Cluster => {}
        ConfigTarget::Topic(name) => {
            if let Some((_, topic)) = world.metadata().topic_named(name) {
                return read(Scope::Topic, &|name| topic.config.get(name));
            }
        }
        ConfigTarget::Client(id) => {
            let client = world.clients.get(id);
            if let Some(producer) = client.and_then(|client| client.as_producer()) {
                return read(Scope::Producer, &|name| producer.config.get(name));
            }
            if let Some(consumer) = client.and_then(|client| client.as_consumer()) {
                return read(Scope::Consumer, &|name| consumer.config.get(name));
            }
        }
    }
    let own = read(Scope::Cluster, &|name| world.config.get(name));
    Configs { target: ConfigTarget::Cluster, ..own }
}
