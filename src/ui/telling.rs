//! What is worth saying of what happened: the narration's sentence, the list's lines, and the words
//! for those who listen.

use std::collections::VecDeque;

use super::entity;
use crate::locale::{Lang, Words};
use crate::scene::view::Entity;
use crate::session::Session;
use crate::session::journal::is_notable;
use crate::sim::id::{BrokerId, Node, Partition};
use crate::sim::image;
use crate::sim::process::Power;
use crate::sim::raft::QuorumRole;
use crate::sim::wire::ErrorCode;
use crate::sim::{Event, Span, Stamped, Time, World};

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
        | Event::PowerLost
        | Event::StorageFailed
        | Event::BrokerFenced(_)
        | Event::LeaderElected { .. }
        | Event::IsrShrank { .. }
        | Event::Truncated { .. }
        | Event::UnflushedLost { .. }
        | Event::SendFailed { .. }
        | Event::NoOffset { .. }
        | Event::OffsetOutOfRange { .. }
        | Event::HandlingFailed { .. }
        | Event::PartitionsLost { .. }
        | Event::InstanceFenced { .. }
        | Event::TransactionTimedOut { .. }
        | Event::TransactionFailed { .. }
        | Event::ProducerFenced { .. }
        | Event::MembershipRefused { .. }
        | Event::QuorumRole { role: QuorumRole::Resigned, .. }
        | Event::AdminRefused { .. } => Some(Tone::Alarm),
        Event::ProduceFailed { error, .. } => match error {
            ErrorCode::None => Some(Tone::Say),
            _ => Some(Tone::Alarm),
        },
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
        | Event::ElrChanged { partition, .. }
        | Event::ReassignmentBegun { partition, .. }
        | Event::ReassignmentDone { partition, .. }
        | Event::ReassignmentCancelled { partition, .. }
        | Event::ReplicaDeleted { partition, .. }
        | Event::DuplicateFound { partition, .. }
        | Event::Appended { partition, .. }
        | Event::Truncated { partition, .. }
        | Event::UnflushedLost { partition, .. }
        | Event::HighWatermarkMoved { partition, .. }
        | Event::SegmentsDeleted { partition, .. }
        | Event::CleanerRan { partition, .. }
        | Event::LogStartMoved { partition, .. }
        | Event::Acked { partition, .. }
        | Event::ProduceFailed { partition, .. }
        | Event::ProduceRetried { partition, .. }
        | Event::PositionSet { partition, .. }
        | Event::Sought { partition, .. }
        | Event::OffsetOutOfRange { partition, .. }
        | Event::HandlingFailed { partition, .. }
        | Event::NoOffset { partition } => Some(*partition),
        Event::RemoteLog(of) => Some(of.partition()),
        _ => None,
    }
}

/// Whether it is about Kafka's own topics, of which a person is told nothing.
fn is_of_internal_topic(world: &World, event: &Event) -> bool {
    let topic = partition_of(event).map(|partition| partition.topic).or(match event {
        Event::TopicCreated { topic, .. } => Some(*topic),
        _ => None,
    });
    let topic = topic.and_then(|topic| world.metadata().topics.get(&topic));
    topic.is_some_and(|topic| image::is_internal(&topic.name))
}

/// The thing that an event is about, to go there.
pub(super) fn about(world: &World, stamped: &Stamped) -> Option<Entity> {
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
        Event::GroupRebalancing { group, .. }
        | Event::OffsetsExpired { group, .. }
        | Event::GroupFormed { group, .. }
        | Event::SharePartitionInitialized { group, .. }
        | Event::RecordsAcquired { group, .. }
        | Event::RecordsAcknowledged { group, .. }
        | Event::AcquisitionLockTimedOut { group, .. }
        | Event::MemberJoined { group, .. }
        | Event::GroupEpochBumped { group, .. }
        | Event::MemberReturned { group, .. }
        | Event::MemberGone { group, .. } => Some(Entity::Group(group.clone())),
        Event::LinkCut(other)
        | Event::LinkHealed(other)
        | Event::DirectionCut(other)
        | Event::DirectionHealed(other)
        | Event::LinkSet(other, _)
        | Event::DirectionSet(other, _)
        | Event::ConnectionReset(other) => Some(entity::link(stamped.node, *other)),
        Event::Acked { .. } | Event::ProduceFailed { .. } | Event::ProduceRetried { .. } => node,
        event => match partition_of(event) {
            Some(partition) => replica(partition),
            None => node,
        },
    }
}

/// An event and why it matters.
fn sentence(words: Words, session: &Session, item: &Item) -> Option<String> {
    let (world, stamped) = (session.world(), &item.stamped);
    if is_unnoticed(world, stamped) {
        let timeout = Span::from_config_ms(world.config.broker_session_timeout_ms);
        let left = timeout.0.saturating_sub(world.now.since(stamped.at).0);
        let left = words.span(left.next_multiple_of(100_000));
        let node = words.node(stamped.node, world);
        return Some(capitalized(words.event_crashed_wait(&node, &left)));
    }
    let mut said = match (&stamped.event, &item.also[..]) {
        (Event::LeaderElected { partition, leader: Some(leader), .. }, [also @ .., last]) => {
            let name = |partition: &Partition| words.partition(*partition, world);
            let mut first = name(partition);
            for partition in also {
                first.push_str(", ");
                first.push_str(&name(partition));
            }
            let leader = words.node(Node::Broker(*leader), world);
            words.event_leaders_elected(&words.event_and(&first, &name(last)), &leader)
        }
        _ => words.tell(stamped, world)?,
    };
    if let Some(more) = consequence(words, session, item) {
        said.push(' ');
        said.push_str(&more);
    }
    Some(capitalized(said))
}

/// What follows from it, as far as can be seen by now.
fn consequence(words: Words, session: &Session, item: &Item) -> Option<String> {
    let world = session.world();
    match &item.stamped.event {
        Event::Appended { partition, batch, .. } => {
            let (high_watermark, slowest) = awaited(world, *partition)?;
            let slowest = words.node(Node::Broker(slowest), world);
            let waits = high_watermark < batch.next_offset();
            waits.then(|| words.event_high_watermark_waits(&slowest, high_watermark))
        }
        Event::LeaderElected { partition, leader: Some(leader), epoch, .. } => {
            // Only when the new leader has taken office is it known what its log lacks.
            let live = world.brokers.get(leader)?.live.as_ref()?;
            let replica = live.replicas.get(partition)?;
            if replica.as_leader().is_none() || replica.leader_epoch < *epoch {
                return None;
            }
            match session.ledger().sums().lost.saturating_sub(item.lost) {
                0 => Some(words.event_nothing_lost().to_owned()),
                lost => Some(words.event_lost(lost as i64, &words.partition(*partition, world))),
            }
        }
        _ => None,
    }
}

/// A broker that is down and that the controller still takes for alive.
fn is_unnoticed(world: &World, stamped: &Stamped) -> bool {
    let (Event::Crashed | Event::PowerLost, Node::Broker(id)) = (&stamped.event, stamped.node)
    else {
        return false;
    };
    let known = world.metadata().brokers.get(&id);
    world.power(stamped.node) == Power::Down && known.is_some_and(|known| !known.fenced)
}

/// Sentences begin with a large letter, but names keep the letters that people gave them.
pub(super) fn capitalized(mut said: String) -> String {
    let at = if said.starts_with("**") { 2 } else { 0 };
    let rest = &said[at..];
    if rest.starts_with("broker ") || rest.starts_with("controller") {
        let large = rest[..1].to_ascii_uppercase();
        said.replace_range(at..=at, &large);
    }
    said
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
    /// When.
    pub at: Time,
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
    let own = notable.filter(|(_, stamped)| !is_of_internal_topic(world, &stamped.event));
    own.filter_map(|(number, stamped)| {
        let tone = tone(world, &stamped.event)?;
        Some(Line {
            number,
            at: stamped.at,
            text: capitalized(words.tell(stamped, world)?),
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

/// How long it stays while others wait.
const BRIEF: f64 = 2_400.0;
/// How many sentences may wait for their turn; what is older is not news any more.
const WAITING: usize = 4;
/// The least time between two announcements, in milliseconds.
const BREATH: f64 = 2_000.0;

/// Something worth saying.
#[derive(Debug)]
struct Item {
    tone: Tone,
    stamped: Stamped,
    /// Partitions that the same befell at the same moment.
    also: Vec<Partition>,
    /// How many acked records were lost before it.
    lost: u64,
}

/// Chooses what is said, one thing at a time, so that it can be read.
#[derive(Debug, Default)]
pub struct Narrator {
    /// Events before this number were considered.
    read: u64,
    /// What is said now, and for how long it has been.
    now: Option<(Item, f64)>,
    waiting: VecDeque<Item>,
    /// Announced and not yet spoken: the first, and how many more.
    unspoken: Option<(Stamped, u32)>,
    spoken: String,
    since_spoken: f64,
    lost: u64,
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

/// Of how long ago a narrator who comes to a moment still tells.
const LATELY: Span = Span::ms(1_500);

/// The number of the first event of a little while ago.
pub fn lately(session: &Session) -> u64 {
    let since = Time(session.clock().now.0.saturating_sub(LATELY.0));
    let journal = session.journal();
    journal.read(0).find(|(_, it)| it.at >= since).map_or(journal.total(), |(number, _)| number)
}

impl Narrator {
    /// One that tells what happens from this event on.
    pub fn since(event: u64) -> Self {
        Self { read: event, ..Self::default() }
    }

    /// Takes note of what happened in the last `wall_ms` milliseconds of eye time.
    pub fn listen(&mut self, session: &Session, wall_ms: f64) {
        let world = session.world();
        let mut murmur = None;
        for (_, stamped) in session.journal().read(self.read) {
            match tone(world, &stamped.event) {
                None => {}
                Some(_) if is_of_internal_topic(world, &stamped.event) => {}
                Some(Tone::Murmur) => murmur = Some(stamped),
                Some(tone) => self.hear(tone, stamped),
            }
        }
        self.read = session.journal().total();
        self.lost = session.ledger().sums().lost;
        let playing = session.clock().playing;
        if let Some((_, since)) = &mut self.now {
            // Who steps by hand wants to read about this step.
            *since += if playing { wall_ms } else { f64::INFINITY };
        }
        self.since_spoken += wall_ms;
        self.go_on(world, murmur);
    }

    fn hear(&mut self, tone: Tone, stamped: &Stamped) {
        let more = self.unspoken.take();
        self.unspoken = Some(more.map_or((stamped.clone(), 0), |(first, n)| (first, n + 1)));
        if let Event::LeaderElected { partition, leader: Some(leader), unclean: false, .. } =
            &stamped.event
            && let Some(last) = self.waiting.back_mut()
            && let Event::LeaderElected { leader: Some(other), unclean: false, .. } =
                &last.stamped.event
            && (other, last.stamped.at) == (leader, stamped.at)
        {
            return last.also.push(*partition);
        }
        let (stamped, lost) = (stamped.clone(), self.lost);
        self.waiting.push_back(Item { tone, stamped, also: Vec::new(), lost });
        if self.waiting.len() > WAITING {
            // What broke is kept the longest.
            let least = (0..self.waiting.len()).min_by_key(|at| self.waiting[*at].tone);
            self.waiting.remove(least.unwrap_or(0));
        }
    }

    /// The next sentence, if it is time for it.
    fn go_on(&mut self, world: &World, murmur: Option<&Stamped>) {
        let (mut over, mut holds, mut greater) = (true, false, false);
        if let Some((now, since)) = &self.now {
            let stays = if self.waiting.is_empty() { stays(now.tone) } else { BRIEF };
            over = *since >= stays.min(self::stays(now.tone));
            holds = is_unnoticed(world, &now.stamped);
            greater = self.waiting.front().is_some_and(|next| next.tone > now.tone);
        }
        if !(over || greater) {
            return;
        }
        if let Some(next) = self.waiting.pop_front() {
            self.now = Some((next, 0.0));
        } else if let Some(stamped) = murmur.filter(|_| !holds) {
            let (stamped, lost) = (stamped.clone(), self.lost);
            self.now = Some((Item { tone: Tone::Murmur, stamped, also: Vec::new(), lost }, 0.0));
        }
    }

    /// What is said now.
    pub fn say(&mut self, lang: Lang, session: &Session) -> Said {
        let (words, world) = (Words(lang), session.world());
        if self.since_spoken >= BREATH
            && let Some((first, more)) = self.unspoken.take()
        {
            self.since_spoken = 0.0;
            let told = words.tell(&first, world).unwrap_or_default();
            let told = capitalized(told).replace("**", "");
            self.spoken = match more {
                0 => told,
                more => words.event_and_more(&told, i64::from(more)),
            };
        }
        let aloud = self.spoken.clone();
        let Some((item, _)) = &self.now else {
            return Said { aloud, ..Said::default() };
        };
        Said {
            line: sentence(words, session, item).unwrap_or_default(),
            alarm: item.tone == Tone::Alarm,
            about: about(world, &item.stamped),
            aloud,
        }
    }
}
