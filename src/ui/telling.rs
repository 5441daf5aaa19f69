//! What is worth saying of what happened: the narration's sentence, the list's lines, and the words
//! for those who listen.

use std::collections::VecDeque;

use super::entity;
use crate::locale::{Lang, Words};
use crate::scene::view::Entity;
use crate::session::Session;
use crate::session::journal::is_notable;
use crate::sim::id::{BrokerId, Node, Partition};
use crate::sim::image::OFFSETS_TOPIC;
use crate::sim::{Event, Span, Stamped, World};

/// How much an event matters to somebody who watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Tone {
    /// Daily life: told when nothing else is.
    Murmur,
    /// Something changed.
    Say,
    /// Something broke, or was saved.
    Alarm,
}

fn tone(world: &World, event: &Event) -> Option<Tone> {
    match event {
        Event::Crashed
        | Event::BrokerFenced(_)
        | Event::LeaderElected { .. }
        | Event::IsrShrank { .. }
        | Event::Truncated { .. }
        | Event::ProduceFailed { .. }
        | Event::SendFailed { .. }
        | Event::NoOffset { .. }
        | Event::PartitionsLost { .. }
        | Event::AdminRefused { .. } => Some(Tone::Alarm),
        Event::Commanded(_) => None,
        Event::Appended { .. }
        | Event::HighWatermarkMoved { as_leader: true, .. }
        | Event::Acked { .. }
        | Event::Polled { .. }
        | Event::Committed { .. } => Some(Tone::Murmur),
        event => is_notable(event, world).then_some(Tone::Say),
    }
}

/// The partition that an event is about.
fn partition_of(event: &Event) -> Option<Partition> {
    match event {
        Event::LeaderElected { partition, .. }
        | Event::IsrShrank { partition, .. }
        | Event::IsrGrew { partition, .. }
        | Event::Appended { partition, .. }
        | Event::Truncated { partition, .. }
        | Event::HighWatermarkMoved { partition, .. }
        | Event::LogStartMoved { partition, .. }
        | Event::Acked { partition, .. }
        | Event::ProduceFailed { partition, .. }
        | Event::ProduceRetried { partition, .. }
        | Event::PositionSet { partition, .. }
        | Event::NoOffset { partition } => Some(*partition),
        _ => None,
    }
}

/// Whether it is about Kafka's own topics, of which a person is told nothing.
fn is_internal(world: &World, event: &Event) -> bool {
    let topic = partition_of(event).map(|partition| partition.topic).or(match event {
        Event::TopicCreated { topic, .. } => Some(*topic),
        _ => None,
    });
    let topic = topic.and_then(|topic| world.metadata().topics.get(&topic));
    topic.is_some_and(|topic| &*topic.name == OFFSETS_TOPIC)
}

/// The thing that an event is about, to go there.
fn about(world: &World, stamped: &Stamped) -> Option<Entity> {
    let node = entity::of_node(stamped.node);
    let replica = |partition: Partition| {
        let leader = world.metadata().partition(partition).and_then(|state| state.leader);
        leader.or(stamped.node.broker()).map(|broker| Entity::Replica(broker, partition))
    };
    match &stamped.event {
        Event::BrokerRegistered { broker, .. }
        | Event::BrokerFenced(broker)
        | Event::BrokerUnfenced(broker) => Some(Entity::Broker(*broker)),
        Event::TopicCreated { topic, .. } | Event::PartitionsAdded { topic, .. } => {
            Some(Entity::Topic(*topic))
        }
        Event::GroupRebalancing { group }
        | Event::GroupFormed { group, .. }
        | Event::MemberJoined { group, .. }
        | Event::MemberGone { group, .. } => Some(Entity::Group(group.clone())),
        Event::LinkCut(other) | Event::LinkHealed(other) => {
            Some(entity::link(stamped.node, *other))
        }
        Event::Acked { .. } | Event::ProduceFailed { .. } | Event::ProduceRetried { .. } => node,
        event => match partition_of(event) {
            Some(partition) => replica(partition),
            None => node,
        },
    }
}

/// An event and why it matters.
fn sentence(words: Words, world: &World, stamped: &Stamped) -> Option<String> {
    if let (Event::Crashed, Node::Broker(_)) = (&stamped.event, stamped.node) {
        let timeout = Span::from_config_ms(world.config.broker_session_timeout_ms);
        let since = world.now.since(stamped.at);
        if let left @ 1.. = timeout.0.saturating_sub(since.0) {
            let left = words.span(left.next_multiple_of(100_000));
            return Some(words.event_crashed_wait(&words.node(stamped.node, world), &left));
        }
    }
    let mut said = words.tell(stamped, world)?;
    if let Event::Appended { partition, batch, .. } = &stamped.event
        && let Some((high_watermark, slowest)) = awaited(world, *partition)
        && high_watermark < batch.next_offset()
    {
        let slowest = words.node(Node::Broker(slowest), world);
        said.push(' ');
        said.push_str(&words.event_high_watermark_waits(&slowest, high_watermark));
    }
    Some(said)
}

/// The high watermark of a partition, and the follower in the ISR that holds it back.
fn awaited(world: &World, partition: Partition) -> Option<(i64, BrokerId)> {
    let leader = world.metadata().partition(partition)?.leader?;
    let replica = world.brokers.get(&leader)?.live.as_ref()?.replicas.get(&partition)?;
    let leader = replica.as_leader()?;
    let in_isr = leader.followers.iter().filter(|(id, _)| leader.isr.contains(id));
    let (slowest, _) = in_isr.min_by_key(|(_, follower)| follower.log_end)?;
    Some((replica.high_watermark, *slowest))
}

/// A line of the list of events.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The event's number.
    pub number: u64,
    /// When, as the clock reads.
    pub at: String,
    /// What, with strong words.
    pub text: String,
    /// Whether something broke.
    pub alarm: bool,
    /// What it is about.
    pub about: Option<Entity>,
}

/// How many lines the list shows.
const LINES: usize = 80;

/// The latest notable events, newest first.
pub fn lines(words: Words, session: &Session) -> Vec<Line> {
    let world = session.world();
    let notable = session.journal().notable().rev();
    let own = notable.filter(|(_, stamped)| !is_internal(world, &stamped.event));
    own.filter_map(|(number, stamped)| {
        let tone = tone(world, &stamped.event)?;
        Some(Line {
            number,
            at: words.clock(stamped.at.0).0,
            text: words.tell(stamped, world)?,
            alarm: tone == Tone::Alarm,
            about: about(world, stamped),
        })
    })
    .take(LINES)
    .collect()
}

/// How long a sentence stays, in milliseconds of eye time, if nothing greater happens.
const fn stays(tone: Tone) -> f64 {
    match tone {
        Tone::Murmur => 1_600.0,
        Tone::Say => 3_200.0,
        Tone::Alarm => 5_000.0,
    }
}

/// How many sentences may wait for their turn; what is older is not news any more.
const WAITING: usize = 4;
/// The least time between two announcements, in milliseconds.
const BREATH: f64 = 2_000.0;

/// Chooses what is said, one thing at a time, so that it can be read.
#[derive(Debug, Default)]
pub struct Narrator {
    /// Events before this number were considered.
    read: u64,
    /// What is said now, and for how long it has been.
    now: Option<(Tone, Stamped, f64)>,
    waiting: VecDeque<(Tone, Stamped)>,
    /// Announced and not yet spoken: the first, and how many more.
    unspoken: Option<(Stamped, u32)>,
    spoken: String,
    since_spoken: f64,
}

/// What the narrator says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Said {
    /// The sentence on the page, with strong words.
    pub line: String,
    /// Whether something broke.
    pub alarm: bool,
    /// What it is about.
    pub about: Option<Entity>,
    /// The sentence for those who listen.
    pub aloud: String,
}

impl Narrator {
    /// Forgets what was said, as when another tape is put in.
    pub fn restart(&mut self, session: &Session) {
        *self = Self { read: session.journal().total(), ..Self::default() };
    }

    /// Takes note of what happened in the last `wall_ms` milliseconds of eye time.
    pub fn listen(&mut self, session: &Session, wall_ms: f64) {
        let world = session.world();
        let mut murmur = None;
        for (_, stamped) in session.journal().read(self.read) {
            match tone(world, &stamped.event) {
                None => {}
                Some(_) if is_internal(world, &stamped.event) => {}
                Some(Tone::Murmur) => murmur = Some(stamped),
                Some(tone) => {
                    self.waiting.push_back((tone, stamped.clone()));
                    let more = self.unspoken.take();
                    let first = more.map_or((stamped.clone(), 0), |(first, n)| (first, n + 1));
                    self.unspoken = Some(first);
                }
            }
        }
        self.read = session.journal().total();
        let hurry = if session.clock().playing { wall_ms } else { f64::INFINITY };
        if let Some((_, _, since)) = &mut self.now {
            *since += hurry;
        }
        self.since_spoken += wall_ms;
        while self.waiting.len() > WAITING {
            // What broke is kept the longest.
            let least = (0..self.waiting.len()).min_by_key(|at| self.waiting[*at].0);
            self.waiting.remove(least.unwrap_or(0));
        }
        let over = self.now.as_ref().is_none_or(|(tone, _, since)| *since >= stays(*tone));
        let greater = |than: Tone| self.waiting.front().is_some_and(|(tone, _)| *tone > than);
        let interrupted = self.now.as_ref().is_some_and(|(tone, _, _)| greater(*tone));
        if over || interrupted {
            if let Some((tone, stamped)) = self.waiting.pop_front() {
                self.now = Some((tone, stamped, 0.0));
            } else if let Some(stamped) = murmur {
                self.now = Some((Tone::Murmur, stamped.clone(), 0.0));
            }
        }
    }

    /// What is said now.
    pub fn say(&mut self, lang: Lang, session: &Session) -> Said {
        let (words, world) = (Words(lang), session.world());
        if self.since_spoken >= BREATH
            && let Some((first, more)) = self.unspoken.take()
        {
            self.since_spoken = 0.0;
            let told = words.tell(&first, world).unwrap_or_default().replace("**", "");
            self.spoken = match more {
                0 => told,
                more => words.event_and_more(&told, i64::from(more)),
            };
        }
        let aloud = self.spoken.clone();
        let Some((tone, stamped, _)) = &self.now else {
            return Said { aloud, ..Said::default() };
        };
        Said {
            line: sentence(words, world, stamped).unwrap_or_default(),
            alarm: *tone == Tone::Alarm,
            about: about(world, stamped),
            aloud,
        }
    }
}
