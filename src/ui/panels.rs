//! What the side panel shows, in slices that compare.

use super::hud::Slice;
use super::sheet::figure::Chart;
use super::sheet::{Clerk, Sheet};
use super::state::{Plate, UiState};
use super::switchboard::{Delivered, delivered};
use super::telling::{self, Line};
use crate::locale::Words;
use crate::metrics::gauges::{Lag, lags};
use crate::scene::view::Entity;
use crate::session::{NotDone, Planned, Session};
use crate::sim::command::ConfigTarget;
use crate::sim::config::{Scope, specs};
use crate::sim::id::{BrokerId, ClientId, Name, Offset, Partition, TopicId};
use crate::sim::image::is_internal;
use crate::sim::{Command, World};

/// What the panels show. A panel renders when the slices that it shows change, and only then.
#[derive(Clone, Debug, PartialEq)]
pub struct Panels {
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
    /// What groups are given, while somebody looks.
    pub groups: Slice<Vec<Delivered>>,
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
    /// When each group stood still.
    pub stops: Chart,
    /// What is to be done later.
    pub plans: Vec<Plan>,
    /// What was to be done and could not be, in a sentence each.
    pub not_done: Vec<String>,
    /// Whether any link is cut.
    pub cut: bool,
    /// Topics are being made.
    pub asked: bool,
}

/// Something that is to be done later.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// In few words.
    pub what: String,
    /// When, and how often.
    pub when: String,
    /// The thing itself.
    pub command: Command,
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
    /// Topics are being made.
    pub asked: bool,
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

/// Reads everything anew, and keeps what is the same.
pub fn read(session: &Session, ui: &UiState, old: Option<&Panels>) -> Panels {
    let words = ui.words();
    let world = session.world();
    let sheet = ui.chosen.as_ref().and_then(|it| Clerk { words, session }.sheet(it));
    let groups = match ui.plate {
        Some(Plate::Delivery) => delivered(words, session),
        _ => Vec::new(),
    };
    Panels {
        sheet: sheet.map(|new| Slice::renewed(new, old.and_then(|it| it.sheet.as_ref()))),
        overview: Slice::renewed(overview(ui, session), old.map(|it| &it.overview)),
        roster: Slice::renewed(roster(world), old.map(|it| &it.roster)),
        configs: Slice::renewed(configs(world, &target(world, ui)), old.map(|it| &it.configs)),
        groups: Slice::renewed(groups, old.map(|it| &it.groups)),
        lines: Slice::renewed(telling::lines(words, session), old.map(|it| &it.lines)),
    }
}

fn overview(ui: &UiState, session: &Session) -> Overview {
    let world = session.world();
    let (words, image) = (ui.words(), world.metadata());
    let own = |topic: &TopicId| image.topics.get(topic).is_some_and(|t| !is_internal(&t.name));
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
            replicas: state.replication_factor() as u32,
            marks,
        });
    }
    let named = |lag: Lag| (words.partition(lag.partition, world), lag);
    let plans = session.planned().into_iter().map(|it| plan(words, world, it)).collect();
    let not_done = session.not_done().into_iter().map(|it| vain(words, world, &it)).collect();
    let cut = world.network.cuts().next().is_some();
    let asked = world.is_asked();
    let lags = lags(world).into_iter().map(named).collect();
    let stops = Clerk { words, session }.compared();
    Overview { rows, lags, stops, plans, not_done, cut, asked }
}

fn vain(words: Words, world: &World, it: &NotDone) -> String {
    let (clock, _) = words.clock(it.at.0);
    let what = words.command(&it.command, world);
    words.ui_not_done(&what, &clock, &words.refusal(&it.refusal, world))
}

fn plan(words: Words, world: &World, planned: Planned) -> Plan {
    let Planned { command, at, every, last, left } = planned;
    let (clock, _) = words.clock(at.0);
    let when = match every {
        None => words.ui_planned_at(&clock),
        Some(every) => {
            let (last, _) = words.clock(last.0);
            words.ui_planned_every(&clock, &words.span(every.0), &last, left as i64)
        }
    };
    Plan { what: words.command(&command, world), when, command }
}

fn roster(world: &World) -> Roster {
    let topics = world.metadata().topics.iter().filter(|(_, t)| !is_internal(&t.name));
    let named = |producers: bool| {
        let clients = world.clients.iter();
        let wanted = clients.filter(move |(_, c)| c.as_producer().is_some() == producers);
        wanted.map(|(id, client)| (*id, client.name().clone())).collect()
    };
    Roster {
        asked: world.is_asked(),
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
