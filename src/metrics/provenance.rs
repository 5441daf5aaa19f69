//! What stream processors made of each record that they read, and whether it counts: who reads what
//! is committed finds one result, whatever crashed on the way, or more, or none.

use crate::sim::client::{Client, Processor};
use crate::sim::id::{Name, Offset, RecordId};
use crate::sim::log::Log;
use crate::sim::ordered;
use crate::sim::processing::ProcessingGuarantee;
use crate::sim::wire::{BatchKind, Origin, Record, RecordBatch};
use crate::sim::{Partition, World};

/// What readers are given of something that a stream processor wrote.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Fate {
    /// Not all replicas have it that must: nobody is given it yet.
    Unreplicated,
    /// Its transaction is open, or not all replicas know how it ended, or one before it is still
    /// open: only readers with `read_uncommitted` are given it.
    Undecided,
    /// All readers are given it: its transaction is committed, or it is part of none.
    Committed,
    /// Its transaction is aborted: only readers with `read_uncommitted` are given it.
    Aborted,
}

/// Something that a stream processor made of a record, in the log of its partition's leader.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Made {
    /// Of what it was made.
    pub from: Origin,
    /// Its own name; the client in it is the processor.
    pub record: Option<RecordId>,
    pub partition: Partition,
    pub offset: Offset,
    pub fate: Fate,
}

/// How many results of one record there are.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Seen {
    pub unreplicated: u64,
    pub undecided: u64,
    pub committed: u64,
    pub aborted: u64,
}

impl Seen {
    fn add(&mut self, fate: Fate) {
        match fate {
            Fate::Unreplicated => self.unreplicated += 1,
            Fate::Undecided => self.undecided += 1,
            Fate::Committed => self.committed += 1,
            Fate::Aborted => self.aborted += 1,
        }
    }

    /// What a reader with `isolation.level=read_committed` is given.
    pub fn read_committed(&self) -> u64 {
        self.committed
    }

    /// What a reader with `isolation.level=read_uncommitted` is given.
    pub fn read_uncommitted(&self) -> u64 {
        self.committed + self.undecided + self.aborted
    }
}

/// How an application's stream processors have served the records that they read, counted in
/// records of its input topics that stand in their leaders' logs and that it is given. For whoever
/// reads its results with `read_committed`.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Totals {
    /// Records with exactly one result.
    pub once: u64,
    /// With more than one.
    pub repeated: u64,
    /// With none, and the application has not committed past them: it will get to them.
    pub waiting: u64,
    /// With none, and the application has committed past them.
    pub missing: u64,
    /// To which none is due: what a filter drops, or what has no key to count by.
    pub dropped: u64,
    /// With none that is still there: retention or compaction took results from the topic.
    pub unknown: u64,
    /// All its results together.
    pub results: Seen,
}

impl Totals {
    /// All records together.
    pub fn records(&self) -> u64 {
        self.once + self.repeated + self.waiting + self.missing + self.dropped + self.unknown
    }
}

/// What all stream processors have made of a record, in the topics of their results, by partition
/// and offset. Their changelogs do not count.
pub fn results(world: &World, record: RecordId) -> Vec<Made> {
    let mut all = made(world, |_| true);
    all.retain(|it| it.from.record == Some(record));
    all
}

/// The same of whatever record stands at an offset.
pub fn results_at(world: &World, partition: Partition, offset: Offset) -> Vec<Made> {
    let mut all = made(world, |_| true);
    all.retain(|it| (it.from.partition, it.from.offset) == (partition, offset));
    all
}

/// How many there are of one record.
pub fn seen(world: &World, record: RecordId) -> Seen {
    let mut seen = Seen::default();
    results(world, record).iter().for_each(|it| seen.add(it.fate));
    seen
}

/// How the records were served that an application reads; none if it has no stream processors.
/// `group` is its `application.id`.
pub fn totals(world: &World, group: &str) -> Option<Totals> {
    let mut own = processors(world).filter(|it| &*it.consumer().group == group);
    let processor = own.next()?;
    let mut totals = Totals::default();
    let mut made = made(world, |it| &*it.consumer().group == group);
    ordered::sort_by_key(&mut made, |it| it.from);
    made.iter().for_each(|it| totals.results.add(it.fate));
    let whole = is_whole(world, &processor.producer().topic);
    for name in &processor.consumer().topics {
        for partition in partitions(world, name) {
            let committed = super::effects::committed(world, group, partition);
            let strict = processor.guarantee == ProcessingGuarantee::ExactlyOnceV2;
            for_each_readable(world, partition, strict, |origin, record| {
                let from = made.partition_point(|it| it.from < origin);
                let made = made.get(from..).unwrap_or_default();
                let made = made.iter().take_while(|it| it.from == origin);
                let count = made.filter(|it| it.fate == Fate::Committed).count();
                let past = committed.is_some_and(|committed| origin.offset < committed);
                *match count {
                    1 => &mut totals.once,
                    0 if !processor.transform.answers(record) => &mut totals.dropped,
                    0 if !past => &mut totals.waiting,
                    0 if !whole => &mut totals.unknown,
                    0 => &mut totals.missing,
                    _ => &mut totals.repeated,
                } += 1;
            });
        }
    }
    Some(totals)
}

/// The applications that have stream processors, by `application.id`.
pub fn applications(world: &World) -> Vec<Name> {
    let mut names: Vec<Name> = processors(world).map(|it| it.consumer().group.clone()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn processors(world: &World) -> impl Iterator<Item = &Processor> {
    world.clients.values().filter_map(Client::as_processor)
}

/// All partitions of a topic; none if it is not there.
fn partitions(world: &World, topic: &str) -> Vec<Partition> {
    let Some((topic, state)) = world.metadata().topic_named(topic) else { return Vec::new() };
    (0..state.partitions.len() as u32).map(|index| Partition { topic, index }).collect()
}

/// A partition's log as its leader has it, with its high watermark.
fn log_of(world: &World, partition: Partition) -> Option<(&Log, Offset)> {
    let leader = world.metadata().partition(partition)?.leader?;
    let broker = world.brokers.get(&leader)?;
    Some((broker.disk.logs.get(&partition)?, broker.high_watermark(partition)))
}

/// Whether everything that was ever written to a topic is still on its leaders' disks.
fn is_whole(world: &World, topic: &str) -> bool {
    let logs = partitions(world, topic).into_iter().map(|it| log_of(world, it));
    logs.into_iter().all(|found| {
        found.is_some_and(|(log, _)| log.local_start() == 0 && log.first_dirty_offset() == 0)
    })
}

/// What some processors have written to the topics of their results.
fn made(world: &World, whose: impl Fn(&Processor) -> bool) -> Vec<Made> {
    let own: Vec<&Processor> = processors(world).filter(|it| whose(it)).collect();
    let mut topics: Vec<&Name> = own.iter().map(|it| &it.producer().topic).collect();
    topics.sort_unstable();
    topics.dedup();
    let mut made = Vec::new();
    for partition in topics.into_iter().flat_map(|topic| partitions(world, topic)) {
        let Some((log, high_watermark)) = log_of(world, partition) else { continue };
        for batch in log.batches_from(log.start()) {
            for (offset, record) in batch.iter().filter(|(offset, _)| *offset >= log.start()) {
                let Some(from) = record.origin() else { continue };
                let by = record.id.map(|id| id.client);
                if own.iter().any(|it| Some(it.id) == by) {
                    let (record, fate) = (record.id, fate(log, high_watermark, batch, offset));
                    made.push(Made { from, record, partition, offset, fate });
                }
            }
        }
    }
    made
}

/// Tells of every record that an application with this isolation is given.
fn for_each_readable(
    world: &World,
    partition: Partition,
    strict: bool,
    mut tell: impl FnMut(Origin, &Record),
) {
    let Some((log, high_watermark)) = log_of(world, partition) else { return };
    let stable = if strict { log.last_stable_offset(high_watermark) } else { high_watermark };
    for batch in log.batches_from(log.start()).filter(|it| it.kind != BatchKind::Control) {
        for (offset, record) in batch.iter().filter(|(offset, _)| *offset >= log.start()) {
            let aborted = strict && fate(log, high_watermark, batch, offset) == Fate::Aborted;
            if offset < stable && !aborted {
                tell(Origin { record: record.id, partition, offset }, record);
            }
        }
    }
}

/// What readers are given of a record.
fn fate(log: &Log, high_watermark: Offset, batch: &RecordBatch, offset: Offset) -> Fate {
    if offset >= high_watermark {
        return Fate::Unreplicated;
    }
    let stamp = batch.producer.filter(|_| batch.kind == BatchKind::Transactional);
    let Some(producer) = stamp.map(|stamp| stamp.producer.id) else { return Fate::Committed };
    let transactions = log.transactions();
    if transactions.ongoing().any(|(first, of)| of == producer && first <= offset) {
        return Fate::Undecided;
    }
    let ended = transactions
        .aborted()
        .iter()
        .find(|it| it.producer == producer && (it.first_offset..=it.last_offset).contains(&offset));
    match ended {
        Some(ended) if ended.last_offset < high_watermark => Fate::Aborted,
        None if offset < log.last_stable_offset(high_watermark) => Fate::Committed,
        _ => Fate::Undecided,
    }
}
