//! What stream processors promise: with exactly_once_v2 each record has its result once among what
//! is committed, with at_least_once at least once, when all is quiet.

use super::isolation::{Outcome, outcome_in};
use super::{Broken, broken, spoilt};
use crate::sim::client::processor::stores::Progress;
use crate::sim::client::{Client, Processor};
use crate::sim::event::{Event, Stamped};
use crate::sim::id::{Key, Name, Partition, TopicId};
use crate::sim::image::{OFFSETS_TOPIC, TRANSACTION_STATE_TOPIC};
use crate::sim::ordered::{Map, Set};
use crate::sim::processing::ProcessingGuarantee;
use crate::sim::wire::{BatchKind, Origin, Record, Value};
use crate::sim::world::World;

/// Remembers of which groups nothing can be said any more.
#[derive(Clone, Debug, Default)]
pub(super) struct ProcessingChecker {
    /// Their offsets have expired, or somebody moved them: they begin again somewhere.
    moved: Set<Name>,
    /// How many of their transactions were committed.
    committed: u32,
}

/// What is there is counted so often: what is there too often stays.
const EVERY: u32 = 16;

impl ProcessingChecker {
    pub(super) fn check(
        &mut self,
        world: &World,
        stamped: &Stamped,
        excused: &Set<Partition>,
    ) -> Result<(), Broken> {
        match &stamped.event {
            Event::OffsetsExpired { group, .. } => {
                self.moved.insert(group.clone());
            }
            Event::Sought { .. } => {
                let client = stamped.node.client().and_then(|id| world.clients.get(&id));
                if let Some(consumer) = client.and_then(|it| it.as_consumer()) {
                    self.moved.insert(consumer.group.clone());
                }
            }
            Event::TransactionCompleted { transactional_id: id, committed: true } => {
                for processor in processors(world) {
                    if processor.producer().transactions().is_some_and(|it| it.id == *id) {
                        self.committed += 1;
                        return match self.committed.is_multiple_of(EVERY) {
                            true => self.results(world, processor, excused, false),
                            false => Ok(()),
                        };
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// When everything is whole and nothing comes any more, all results are there.
    pub(super) fn finished(&self, world: &World, excused: &Set<Partition>) -> Result<(), Broken> {
        processors(world).try_for_each(|it| self.results(world, it, excused, true))?;
        stores_agree(world, excused)
    }

    fn results(
        &self,
        world: &World,
        processor: &Processor,
        excused: &Set<Partition>,
        finished: bool,
    ) -> Result<(), Broken> {
        let Some((inputs, results)) = self.topics(world, processor, excused) else { return Ok(()) };
        let exactly = processor.guarantee == ProcessingGuarantee::ExactlyOnceV2;
        let group = &processor.consumer().group;
        let own = |record: &Record| {
            let client = record.id.and_then(|id| world.clients.get(&id.client));
            client.and_then(Client::as_processor).is_some_and(|it| it.consumer().group == *group)
        };
        // Of each record that is there, or of which there is a result: is one due, and how many
        // are there?
        let mut found: Map<Origin, (bool, u64)> = Map::new();
        let mut counts = Counts::default();
        committed(world, &inputs, |origin, record| {
            let due = processor.transform.answers(record);
            found.insert(origin, (due, 0));
            if due {
                counts.count(origin, record);
            }
        });
        committed(world, &[results], |_, record| {
            if let Some(origin) = record.origin().filter(|_| own(record)) {
                found.entry(origin).or_insert((false, 0)).1 += 1;
                counts.compare(origin, record, exactly);
            }
        });
        if let Some((origin, what)) = counts.wrong {
            let what = format!("{}: {what}", processor.name);
            let partition = Some(origin.partition);
            return Err(Broken { invariant: "CountsAreRight", partition, what });
        }
        for (origin, (due, there)) in &found {
            let invariant = match (exactly, finished) {
                (true, _) if *there > u64::from(*due) => "ProcessedAtMostOnce",
                (_, true) if *due && *there == 0 => "ProcessedAtLeastOnce",
                _ => continue,
            };
            let what = format!("{}: {there} results of {origin:?}", processor.name);
            return Err(Broken { invariant, partition: Some(origin.partition), what });
        }
        Ok(())
    }

    /// The topics that a processor reads, and the one it writes to; none if more than its kind
    /// takes part in its group, or less than everything is promised.
    fn topics(
        &self,
        world: &World,
        processor: &Processor,
        excused: &Set<Partition>,
    ) -> Option<(Vec<TopicId>, TopicId)> {
        let consumer = processor.consumer();
        let group = &consumer.group;
        let to = &processor.producer().topic;
        let others = world.clients.values().any(|client| match client {
            Client::Producer(_) => false,
            Client::Processor(other) => {
                let same = other.transform == processor.transform && other.producer().topic == *to;
                other.consumer().group == *group && !same
            }
            Client::Consumer(consumer) => consumer.group == *group,
        });
        // Whoever begins at the end has not to do with what is there.
        if others || self.moved.contains(group) || consumer.config.auto_offset_reset != 1 {
            return None;
        }
        let image = world.metadata();
        let topic = |name: &str| {
            let (topic, state) = image.topic_named(name)?;
            let mut all =
                (0..state.partitions.len() as u32).map(|index| Partition { topic, index });
            let whole = |it: Partition| !spoilt(world, it, excused) && is_there(world, it);
            all.all(whole).then_some(topic)
        };
        // What these two have lost with a machine's power may have been decided or committed.
        let exactly = processor.guarantee == ProcessingGuarantee::ExactlyOnceV2;
        let keepers = [OFFSETS_TOPIC, TRANSACTION_STATE_TOPIC];
        for name in keepers.into_iter().take(1 + usize::from(exactly)) {
            let (topic, _) = image.topic_named(name)?;
            let mut all = image.partitions().filter(|(it, _)| it.topic == topic);
            if all.any(|(it, _)| spoilt(world, it, excused)) {
                return None;
            }
        }
        if let Some(stores) = processor.stores() {
            // What is not acknowledged by all may be missing from it, and so from the counts.
            let (changelog, _) = image.topic_named(&stores.changelog)?;
            let mut all = image.partitions().filter(|(it, _)| it.topic == changelog);
            if all.any(|(it, _)| spoilt(world, it, excused)) {
                return None;
            }
        }
        let inputs = consumer.topics.iter().map(|name| topic(name)).collect::<Option<_>>()?;
        Some((inputs, topic(to)?))
    }
}

/// How many records there were with a key when a record was read.
#[derive(Default)]
struct Counts {
    keys: Map<(Partition, Option<Key>), u64>,
    due: Map<Origin, u64>,
    wrong: Option<(Origin, String)>,
}

impl Counts {
    fn count(&mut self, origin: Origin, record: &Record) {
        let count = self.keys.entry((origin.partition, record.key)).or_default();
        *count += 1;
        self.due.insert(origin, *count);
    }

    /// A count is never too low, and with exactly_once_v2 it is never too high.
    fn compare(&mut self, origin: Origin, record: &Record, exactly: bool) {
        let Value::Derived(derived) = &record.value else { return };
        let (Some(count), Some(due)) = (derived.count, self.due.get(&origin)) else { return };
        if count < *due || exactly && count > *due {
            let what = format!("{:?} is counted as {count} and not {due}", record.key);
            self.wrong.get_or_insert((origin, what));
        }
    }
}

/// A store agrees with what its changelog says, once nothing is under way.
fn stores_agree(world: &World, excused: &Set<Partition>) -> Result<(), Broken> {
    for processor in processors(world).filter(|it| it.is_idle()) {
        let tasks = processor.stores().into_iter().flat_map(|stores| stores.tasks());
        for (_, task) in tasks.filter(|(_, task)| task.progress == Progress::Running) {
            let Some(changelog) = task.changelog else { continue };
            let readable = !spoilt(world, changelog, excused) && is_led(world, changelog);
            let mut said: Map<Key, u64> = Map::new();
            committed(world, &[changelog.topic], |origin, record| {
                if let (Some(key), Value::Derived(it)) = (record.key, &record.value)
                    && origin.partition == changelog
                {
                    said.insert(key, it.count.unwrap_or(0));
                }
            });
            if readable && !task.counts().eq(said.iter().map(|(key, count)| (*key, *count))) {
                let held: Vec<(Key, u64)> = task.counts().collect();
                let what = format!("{} has {held:?}, its changelog {said:?}", processor.name);
                return broken("StoreIsItsChangelog", changelog, what);
            }
        }
    }
    Ok(())
}

fn is_led(world: &World, partition: Partition) -> bool {
    world.metadata().partition(partition).is_some_and(|state| state.leader.is_some())
}

fn processors(world: &World) -> impl Iterator<Item = &Processor> {
    world.clients.values().filter_map(|client| client.as_processor())
}

/// Whether a partition has a leader, and all that was ever written to it on this disk.
fn is_there(world: &World, partition: Partition) -> bool {
    let leader = world.metadata().partition(partition).and_then(|state| state.leader);
    let broker = leader.and_then(|id| world.brokers.get(&id));
    let log = broker.and_then(|broker| broker.disk.logs.get(&partition));
    log.is_some_and(|log| log.local_start() == 0 && log.first_dirty_offset() == 0)
}

/// What is committed in some topics, record by record, with its place.
fn committed(world: &World, topics: &[TopicId], mut tell: impl FnMut(Origin, &Record)) {
    let image = world.metadata();
    for (partition, state) in image.partitions().filter(|(it, _)| topics.contains(&it.topic)) {
        let broker = state.leader.and_then(|id| world.brokers.get(&id));
        let Some(log) = broker.and_then(|it| it.disk.logs.get(&partition)) else { continue };
        for batch in log.batches_from(0).filter(|it| it.kind != BatchKind::Control) {
            if matches!(outcome_in(log, batch), None | Some(Outcome::Committed)) {
                for (offset, record) in batch.iter() {
                    tell(Origin { record: record.id, partition, offset }, record);
                }
            }
        }
    }
}
