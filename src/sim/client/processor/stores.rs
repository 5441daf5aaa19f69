//! The stores of a processor: one per partition that it reads (StreamTask), in memory, written
//! through to the changelog, and restored from there before the task processes anything
//! (ProcessorStateManager, StoreChangelogReader).

use std::sync::Arc;

use super::halves::{Half, lend};
use super::{Processor, reader};
use crate::sim::client::consumer::Consumer;
use crate::sim::client::offsets::{Phase, Reading, Reset};
use crate::sim::client::poll::{Portion, Work};
use crate::sim::config::ConsumerConfig;
use crate::sim::effect::{Ctx, Order};
use crate::sim::event::{Event, StreamEvent};
use crate::sim::handling::Act;
use crate::sim::id::{BrokerId, ClientId, Key, Name, Offset, Partition};
use crate::sim::mutant::{Mutant, breaks};
use crate::sim::ordered::Map;
use crate::sim::processing::ProcessingGuarantee;
use crate::sim::scenario::{ProcessorSpec, limits};
use crate::sim::time::Span;
use crate::sim::wire::Value;

/// How far a task has come with its store (StoreChangelogReader.ChangelogState).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Progress {
    /// It does not know its changelog, or where that ends.
    Registered,
    /// It knows the end, and asks for the beginning.
    Initialized { end: Offset },
    /// It reads up to the end: so many records until now.
    Restoring { end: Offset, records: u64 },
    /// It processes.
    Running,
}

/// What one partition's records are counted in.
// Simplified: the store is in memory and goes with the task, as if its state directory were wiped:
// Kafka restores from a checkpoint there what was closed in order.
#[derive(Clone, Debug)]
pub struct Task {
    pub progress: Progress,
    /// Its partition of the changelog, once that is known.
    pub changelog: Option<Partition>,
    counts: Map<Key, u64>,
    /// Up to here it has applied its changelog.
    applied: Offset,
}

impl Task {
    /// What the store says, by key.
    pub fn counts(&self) -> impl Iterator<Item = (Key, u64)> {
        self.counts.iter().map(|(key, count)| (*key, *count))
    }

    /// Where its restoration stands, and where it ends; none before that is known, or after.
    pub fn restoring(&self) -> Option<(Offset, Offset)> {
        match self.progress {
            Progress::Restoring { end, .. } => Some((self.applied, end)),
            _ => None,
        }
    }
}

/// All tasks, and the consumer that restores their stores.
// Simplified: one thread and no standby replicas; what an instance has restored, no other has.
// Simplified: a processor that is fenced ends; in Kafka Streams its tasks are closed, and it joins
// again (TaskMigratedException).
// Simplified: no cache before the store: each update is written to the changelog and forwarded
// (statestore.cache.max.bytes=0).
#[derive(Clone, Debug)]
pub struct Stores {
    /// The topic behind the store.
    pub changelog: Name,
    pub(super) reader: Consumer,
    /// By the partition that they read.
    tasks: Map<Partition, Task>,
}

impl Stores {
    pub(super) fn new(
        id: ClientId,
        spec: &ProcessorSpec,
        main: &ConsumerConfig,
        bootstrap: &Arc<[BrokerId]>,
    ) -> Stores {
        // No group: it is given its partitions.
        let reads = reader(spec, Name::from(""), vec![spec.changelog()], Span::ZERO);
        let config = ConsumerConfig { auto_offset_reset: 1, group_protocol: 0, ..main.clone() };
        let reader = Consumer::new(id, &reads, config, Arc::clone(bootstrap));
        Stores { changelog: spec.changelog(), reader, tasks: Map::new() }
    }

    /// The tasks, by the partition that they read.
    pub fn tasks(&self) -> impl Iterator<Item = (Partition, &Task)> {
        self.tasks.iter().map(|(partition, task)| (*partition, task))
    }

    pub(super) fn power_off(&mut self) {
        self.reader.power_off();
        self.tasks.clear();
    }

    /// Counts one record more of a key: how many there are now; none if its task is not there.
    pub(super) fn count(&mut self, partition: Partition, key: Key) -> Option<u64> {
        let task = self.tasks.get_mut(&partition)?;
        let count = task.counts.entry(key).or_default();
        *count += 1;
        Some(*count)
    }

    /// Tasks whose partitions are given up are closed, and those of new ones are created.
    fn assign(&mut self, ctx: &mut Ctx<'_>, main: &mut Consumer) {
        let gone: Vec<Partition> =
            self.tasks.keys().filter(|it| !main.readings.contains_key(it)).copied().collect();
        self.close(ctx, gone);
        for (partition, reading) in &mut main.readings {
            let task = self.tasks.entry(*partition).or_insert_with(|| Task {
                progress: Progress::Registered,
                changelog: None,
                counts: Map::new(),
                applied: 0,
            });
            // Until then nothing of it is processed (StreamThread.addToPausedPartitions).
            reading.paused |= task.progress != Progress::Running;
        }
    }

    fn close(&mut self, ctx: &mut Ctx<'_>, gone: Vec<Partition>) {
        for partition in gone {
            let Some(task) = self.tasks.remove(&partition) else { continue };
            let Some(changelog) = task.changelog else { continue };
            self.reader.readings.remove(&changelog);
            let keys = task.counts.len() as u32;
            ctx.tell(Event::Stream(StreamEvent::StoreDropped { changelog, keys }));
        }
    }

    /// All stores are wiped, and restored anew (TaskManager.closeDirtyAndRevive).
    pub(super) fn corrupted(&mut self, ctx: &mut Ctx<'_>) {
        self.close(ctx, self.tasks.keys().copied().collect());
    }

    /// What was read of changelogs goes into the stores, and tasks go on to what comes next. Those
    /// that process from now on.
    fn restore(&mut self, ctx: &mut Ctx<'_>) -> Vec<Partition> {
        let portions = std::mem::take(&mut self.reader.application.handed);
        portions.iter().for_each(|portion| self.apply(portion));
        let mut restored = Vec::new();
        for (partition, task) in &mut self.tasks {
            if task.progress == Progress::Running {
                continue;
            }
            if task.changelog.is_none() {
                let known = self.reader.metadata().topic_named(&self.changelog);
                let known = known.filter(|it| (partition.index as usize) < it.leaders.len());
                let Some(topic) = known.map(|it| it.topic) else { continue };
                let changelog = Partition { topic, index: partition.index };
                task.changelog = Some(changelog);
                // Nothing is read before it is known from where to where.
                let mut reading = Reading::new();
                reading.paused = true;
                self.reader.readings.insert(changelog, reading);
                self.reader.await_reset(ctx, changelog, Reset::Latest, false);
            }
            let Some(changelog) = task.changelog else { continue };
            let Some(reading) = self.reader.readings.get_mut(&changelog) else { continue };
            let known = reading.position.filter(|_| reading.phase == Phase::Fetching);
            let Some(position) = known else { continue };
            match task.progress {
                Progress::Registered => {
                    task.progress = Progress::Initialized { end: position };
                    self.reader.await_reset(ctx, changelog, Reset::Earliest, false);
                }
                Progress::Initialized { end } => {
                    reading.paused = false;
                    task.progress = Progress::Restoring { end, records: 0 };
                    task.applied = position;
                    let started =
                        StreamEvent::RestoreStarted { changelog, from: position, to: end };
                    ctx.tell(Event::Stream(started));
                }
                Progress::Restoring { .. } => task.applied = task.applied.max(position),
                Progress::Running => {}
            }
            if let Progress::Restoring { end, records } = task.progress
                && (position >= end || breaks(Mutant::RestoresNothing))
            {
                task.progress = Progress::Running;
                self.reader.readings.remove(&changelog);
                restored.push(*partition);
                let keys = task.counts.len() as u32;
                let ended = StreamEvent::RestoreEnded { changelog, records, keys };
                ctx.tell(Event::Stream(ended));
            }
        }
        restored
    }

    /// StoreChangelogReader.restoreChangelog: what lies behind the end is not applied.
    fn apply(&mut self, portion: &Portion) {
        let own = |task: &&mut Task| task.changelog == Some(portion.partition);
        let Some(task) = self.tasks.values_mut().find(own) else { return };
        let Progress::Restoring { end, records } = &mut task.progress else { return };
        if portion.next < task.applied {
            // The log was cut and read from its beginning again.
            task.counts.clear();
        }
        for offset in portion.next..portion.end.min(*end) {
            let Some(record) = portion.batch.at(offset) else { continue };
            match (record.key, &record.value) {
                (Some(key), Value::Derived(derived)) => {
                    task.counts.insert(key, derived.count.unwrap_or(0));
                }
                (Some(key), Value::Null) => {
                    task.counts.remove(&key);
                }
                _ => {}
            }
            *records += 1;
        }
        task.applied = portion.end;
    }

    fn is_restoring(&self) -> bool {
        self.tasks.values().any(|task| task.progress != Progress::Running)
    }
}

impl Processor {
    /// Lets the consumer that restores do something.
    pub(super) fn restoring(
        &mut self,
        ctx: &mut Ctx<'_>,
        act: impl FnOnce(&mut Consumer, &mut Ctx<'_>),
    ) {
        if let Some(stores) = &mut self.stores {
            lend(ctx, Half::Restore, |ctx| act(&mut stores.reader, ctx));
        }
    }

    /// Its process begins: the consumer that restores has no partitions yet.
    pub(super) fn start_stores(&mut self, ctx: &mut Ctx<'_>) {
        let exactly = self.guarantee == ProcessingGuarantee::ExactlyOnceV2;
        if let Some(stores) = &mut self.stores {
            let strict = exactly && !breaks(Mutant::RestoresWhatIsAborted);
            stores.reader.config.isolation_level = i64::from(strict);
            self.producer.metadata.want(&stores.changelog);
        }
        self.restoring(ctx, |reader, ctx| reader.on_start(ctx));
    }

    /// Tasks come and go with the partitions, and their stores are restored.
    pub(super) fn mind_stores(&mut self, ctx: &mut Ctx<'_>) {
        let Some(stores) = &mut self.stores else { return };
        stores.assign(ctx, &mut self.consumer);
        loop {
            let Some(stores) = &mut self.stores else { return };
            let before: Vec<Progress> = stores.tasks.values().map(|it| it.progress).collect();
            let restored = stores.restore(ctx);
            let changed = stores.tasks.values().map(|it| it.progress).ne(before);
            let polls = stores.is_restoring() && matches!(stores.reader.work(), Work::Waiting);
            if polls {
                let order = Order::Act(Act::Poll(limits::SPAN), None);
                self.restoring(ctx, |reader, ctx| reader.on_order(ctx, &order));
            } else if changed {
                self.restoring(ctx, |reader, ctx| reader.turn(ctx));
            }
            for partition in &restored {
                if let Some(reading) = self.consumer.readings.get_mut(partition) {
                    reading.paused = false;
                }
            }
            if !restored.is_empty() {
                self.consuming(ctx, |consumer, ctx| consumer.turn(ctx));
            }
            if !(polls || changed) {
                return;
            }
        }
    }
}
