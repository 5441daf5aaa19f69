//! The hunt: a second cursor plays ahead until something is so, and tells when. The session itself
//! stays where it is: it goes there, or plays until then.

use super::Session;
use super::journal::is_notable;
use super::mark::Kind;
use super::subject::Subject;
use super::timeline::Timeline;
use crate::metrics::Metrics;
use crate::metrics::gauges::{Lag, high_watermark, lags};
use crate::metrics::ledger::{Entry, Told};
use crate::sim::id::{Name, Offset, RecordId};
use crate::sim::image::is_internal;
use crate::sim::wire::Envelope;
use crate::sim::{Event, Partition, Span, Stamped, Time, World};

/// So far ahead it looks.
pub const REACH: Span = Span::secs(600);

/// What may become of a record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fate {
    /// Its producer was told that all is well.
    Acked,
    /// The high watermark has passed it.
    Committed,
    /// A reader of read_committed may get it: the last stable offset has passed it.
    Visible,
    /// A group has worked on it.
    Processed,
    /// Promised, and gone.
    Lost,
}

impl Fate {
    /// All of them, in the order of a record's life.
    pub const ALL: [Fate; 5] =
        [Fate::Acked, Fate::Committed, Fate::Visible, Fate::Processed, Fate::Lost];
}

/// What is waited for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Until {
    /// A message of something is sent or arrives.
    Message(Subject),
    /// An event of a kind.
    Event(Kind),
    /// Somewhere the ISR gets smaller than `min.insync.replicas`.
    UnderMinIsr,
    /// A group falls more than so many records behind in a partition; any group, if none is named.
    Lag { group: Option<Name>, above: u64 },
    /// This becomes of a record, which need not be there yet.
    Record(RecordId, Fate),
    /// One more record is lost.
    AnyLost,
    /// One more record stands in its log twice, or is processed again.
    AnyDuplicated,
}

/// What it was that made it so.
#[derive(Clone, PartialEq, Debug)]
pub enum Sight {
    /// This was sent or arrived, or happened.
    Event(Stamped),
    /// This partition.
    Partition(Partition),
    /// So many records behind.
    Lag(Lag),
    /// This record; where it is, if it is anywhere.
    Record(RecordId, Option<Partition>),
}

/// How far a hunt has come.
#[derive(Clone, PartialEq, Debug)]
pub enum Search {
    /// So many thousandths of the way.
    Going(u32),
    /// It is so from this moment on.
    Found(Time, Sight),
    /// It is so already, and will stay so.
    Already(Sight),
    /// It is not so until then.
    Nothing(Time),
}

/// Somebody who looks ahead for something.
#[derive(Debug)]
pub struct Hunt {
    ahead: Timeline,
    metrics: Metrics,
    until: Until,
    from: Time,
    /// Whether it was so just now: what lasts counts when it becomes so.
    held: bool,
    /// Records that were lost, or there twice, at the beginning.
    known: Vec<RecordId>,
    log: Vec<Stamped>,
}

impl Session {
    /// Looks ahead from here, if the engine is whole.
    pub fn hunt(&self, until: Until) -> Option<Hunt> {
        let (ahead, metrics) = (self.timeline.twin()?, self.metrics.clone());
        let (from, known, log) = (ahead.now(), Vec::new(), Vec::new());
        let mut hunt = Hunt { ahead, metrics, until, from, held: false, known, log };
        let ledger = hunt.metrics.ledger();
        hunt.known = match hunt.until {
            Until::AnyLost => ids(ledger.entries().filter(|it| it.is_lost())),
            Until::AnyDuplicated => ids(ledger.entries().filter(|it| it.is_duplicated())),
            _ => Vec::new(),
        };
        hunt.held = hunt.state().is_some();
        Some(hunt)
    }
}

fn ids<'a>(entries: impl Iterator<Item = &'a Entry>) -> Vec<RecordId> {
    entries.map(|entry| entry.record).collect()
}

impl Hunt {
    /// Handles about `most` moments more.
    pub fn go_on(&mut self, most: u32) -> Search {
        if let (true, Until::Record(..)) = (self.held, &self.until)
            && let Some(sight) = self.state()
        {
            return Search::Already(sight);
        }
        let end = self.from + REACH;
        for _ in 0..most {
            let Some(at) = self.ahead.next_at().filter(|at| *at <= end) else {
                return Search::Nothing(end);
            };
            self.ahead.advance(at, u32::MAX, &mut self.log);
            if let Some(sight) = self.look() {
                return Search::Found(at, sight);
            }
        }
        let (gone, whole) = (self.ahead.now().since(self.from).0, REACH.0);
        Search::Going(u32::try_from(gone.saturating_mul(1_000) / whole).unwrap_or(1_000))
    }

    /// What just happened.
    fn look(&mut self) -> Option<Sight> {
        let log = std::mem::take(&mut self.log);
        log.iter().for_each(|stamped| self.metrics.fold(stamped));
        let world = self.ahead.world();
        let met = |stamped: &&Stamped| match (&self.until, &stamped.event) {
            (Until::Message(subject), event) => {
                message(event).is_some_and(|it| subject.concerns(it))
            }
            (Until::Event(kind), event) => {
                Kind::of(event) == Some(*kind) && is_notable(event, world)
            }
            _ => false,
        };
        let found = log.iter().find(met).cloned().map(Sight::Event);
        let found = found.or_else(|| match self.until {
            Until::Message(_) | Until::Event(_) => None,
            _ if log.is_empty() => None,
            _ => {
                let state = self.state();
                let held = std::mem::replace(&mut self.held, state.is_some());
                state.filter(|_| !held)
            }
        });
        self.log = log;
        self.log.clear();
        found
    }

    /// Whether it is so, of what lasts.
    fn state(&self) -> Option<Sight> {
        let (world, ledger) = (self.ahead.world(), self.metrics.ledger());
        let record = |entry: &Entry| Sight::Record(entry.record, entry.partition);
        match &self.until {
            Until::Message(_) | Until::Event(_) => None,
            Until::UnderMinIsr => under_min_isr(world).map(Sight::Partition),
            Until::Lag { group, above } => {
                let own = |lag: &Lag| group.as_ref().is_none_or(|group| *group == lag.group);
                let behind = |lag: &Lag| lag.records().is_some_and(|records| records > *above);
                lags(world).into_iter().find(|lag| own(lag) && behind(lag)).map(Sight::Lag)
            }
            Until::Record(id, fate) => {
                ledger.entry(*id).filter(|entry| has(world, entry, *fate)).map(record)
            }
            Until::AnyLost => {
                ledger.entries().find(|it| it.is_lost() && self.is_new(it)).map(record)
            }
            Until::AnyDuplicated => {
                ledger.entries().find(|it| it.is_duplicated() && self.is_new(it)).map(record)
            }
        }
    }

    fn is_new(&self, entry: &Entry) -> bool {
        !self.known.contains(&entry.record)
    }
}

/// What was sent, or has arrived.
fn message(event: &Event) -> Option<&Envelope> {
    match event {
        Event::Sent(envelope) | Event::Arrived(envelope) => Some(envelope),
        _ => None,
    }
}

/// The first partition of people's topics with fewer in its ISR than `min.insync.replicas`
/// (UnderMinIsrPartitionCount).
fn under_min_isr(world: &World) -> Option<Partition> {
    let image = world.metadata();
    let topics = image.topics.iter().filter(|(_, topic)| !is_internal(&topic.name));
    topics
        .flat_map(|(id, topic)| {
            let wanted = usize::try_from(topic.config.min_insync_replicas).unwrap_or(usize::MAX);
            let under = topic
                .partitions
                .iter()
                .enumerate()
                .filter(move |(_, state)| state.isr.len() < wanted.min(state.replicas.len()));
            under.map(|(index, _)| Partition { topic: *id, index: index as u32 })
        })
        .next()
}

/// Whether this has become of a record.
fn has(world: &World, entry: &Entry, fate: Fate) -> bool {
    let beyond = |end: fn(&World, Partition) -> Offset| {
        let end = entry.partition.map_or(0, |partition| end(world, partition));
        entry.places.iter().any(|place| place.survives && end > place.offset)
    };
    match fate {
        Fate::Acked => matches!(entry.told, Told::Acked(_)),
        Fate::Committed => beyond(high_watermark),
        Fate::Visible => !entry.is_aborted() && beyond(last_stable_offset),
        Fate::Processed => entry.processed.iter().any(|(_, times)| *times > 0),
        Fate::Lost => entry.is_lost(),
    }
}

/// The last stable offset that readers of read_committed see: the leader's; 0 if there is none.
fn last_stable_offset(world: &World, partition: Partition) -> Offset {
    let state = world.metadata().partition(partition);
    let leader = state.and_then(|state| world.brokers.get(&state.leader?));
    let log = leader.and_then(|leader| Some((leader, leader.disk.logs.get(&partition)?)));
    log.map_or(0, |(leader, log)| log.last_stable_offset(leader.high_watermark(partition)))
}
