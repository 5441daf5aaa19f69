//! What stream processors promise: with exactly_once_v2 each record has its result once among what
//! is committed, with at_least_once at least once, when all is quiet.

use super::isolation::{Outcome, outcome_in};
use super::{Broken, spoilt};
use crate::sim::client::{Client, Processor};
use crate::sim::event::{Event, Stamped};
use crate::sim::id::{Key, Name, Partition, TopicId};
use crate::sim::image::{OFFSETS_TOPIC, TRANSACTION_STATE_TOPIC};
use crate::sim::ordered::{Map, Set};
use crate::sim::processing::ProcessingGuarantee;
use crate::sim::wire::BatchKind;
use crate::sim::world::World;

/// How many records have a key.
type Count = Map<Option<Key>, u64>;

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
        processors(world).try_for_each(|it| self.results(world, it, excused, true))
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
        let (inputs, results) = (count(world, &inputs), count(world, &[results]));
        let expected = |key: Option<Key>| {
            let results = processor.transform.apply(key)?;
            inputs.get(&key).filter(|_| results == key).copied()
        };
        let mut keys: Set<Option<Key>> = inputs.keys().copied().collect();
        keys.extend(results.keys().copied());
        for key in keys.iter().copied() {
            let (due, there) = (expected(key).unwrap_or(0), results.get(&key).copied());
            let there = there.unwrap_or(0);
            let invariant = match (exactly, finished) {
                (true, _) if there > due => "ProcessedAtMostOnce",
                (_, true) if there < due => "ProcessedAtLeastOnce",
                _ => continue,
            };
            let name = &processor.name;
            let what = format!("{name}: {key:?} is {due} times there, with {there} results");
            return Err(Broken { invariant, partition: None, what });
        }
        Ok(())
    }

    /// The topics that a processor reads, and the one it writes to; none if more than its group
    /// decides what is there, or less than everything is promised.
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
            Client::Producer(producer) => producer.topic == *to,
            Client::Processor(other) => {
                let rival =
                    other.consumer().group != *group || other.transform != processor.transform;
                rival && other.producer().topic == *to
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
        topic(OFFSETS_TOPIC)?;
        if processor.guarantee == ProcessingGuarantee::ExactlyOnceV2 {
            topic(TRANSACTION_STATE_TOPIC)?;
        }
        let inputs = consumer.topics.iter().map(|name| topic(name)).collect::<Option<_>>()?;
        Some((inputs, topic(to)?))
    }
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

/// What is committed in some topics, by its key.
fn count(world: &World, topics: &[TopicId]) -> Count {
    let image = world.metadata();
    let mut count = Count::new();
    for (partition, state) in image.partitions().filter(|(it, _)| topics.contains(&it.topic)) {
        let broker = state.leader.and_then(|id| world.brokers.get(&id));
        let Some(log) = broker.and_then(|it| it.disk.logs.get(&partition)) else { continue };
        for batch in log.batches_from(0).filter(|it| it.kind != BatchKind::Control) {
            let counts = matches!(outcome_in(log, batch), None | Some(Outcome::Committed));
            for record in batch.records.iter().filter(|_| counts) {
                *count.entry(record.key).or_default() += 1;
            }
        }
    }
    count
}
