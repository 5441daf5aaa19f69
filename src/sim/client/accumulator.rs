//! The producer's memory: batches that wait per partition, and the rules by which they go
//! (RecordAccumulator, BufferPool).

use std::collections::VecDeque;

use super::batch::Batch;
use super::metadata::{KnownTopic, Leader, Metadata};
use super::partitioner::{LoadTable, Sticky, partition_for_key, uniform};
use super::sequences::Sequences;
use crate::sim::config::ProducerConfig;
use crate::sim::effect::Ctx;
use crate::sim::id::{BrokerId, Key, Partition};
use crate::sim::log::compression::{INITIAL_ESTIMATION, update_estimation};
use crate::sim::log::size::RecordSize;
use crate::sim::ordered::Map;
use crate::sim::time::{Span, Time};
use crate::sim::wire::{CompressionType, Record};

/// Batches that wait, oldest first, per partition.
#[derive(Clone, Debug)]
pub struct Accumulator {
    queues: Map<Partition, VecDeque<Batch>>,
    /// Bytes of `buffer.memory` that are taken, also by batches in flight.
    used: u64,
    /// Where the next request to a broker starts among its partitions.
    drain_index: Map<BrokerId, u32>,
    sticky: Sticky,
    /// Partitions with short queues are preferred; none while all are alike.
    load: Option<LoadTable>,
    /// To how many thousandths records are expected to be compressed, for each codec
    /// (CompressionRatioEstimator).
    estimations: [u32; 5],
    /// The application's thread, which compresses what it sends, is busy until then.
    // Simplified: send() returns at once all the same, and the next record is not sent later.
    compresses_until: Time,
}

/// What became of a record.
pub(super) enum Appended {
    /// It waits in the last batch of this partition. `wake` when the sender must know.
    Done { partition: Partition, wake: bool },
    /// No memory for another batch now.
    NoMemory,
}

/// What the sender finds when it looks.
#[derive(Default)]
pub(super) struct Readiness {
    /// Brokers with something to send to.
    pub nodes: Vec<BrokerId>,
    /// Batches wait for a partition without a leader.
    pub leaderless: bool,
    /// When more may be ready.
    pub next_at: Option<Time>,
}

/// All that changes the rules of the moment.
#[derive(Clone, Copy)]
pub(super) struct Urgency {
    /// An application thread waits for memory: everything goes.
    pub exhausted: bool,
    /// The producer closes: everything goes.
    pub closing: bool,
}

impl Accumulator {
    pub(super) fn new(config: &ProducerConfig) -> Accumulator {
        Accumulator {
            queues: Map::new(),
            used: 0,
            drain_index: Map::new(),
            sticky: Sticky::new(size(config.batch_size)),
            load: None,
            estimations: [INITIAL_ESTIMATION; 5],
            compresses_until: Time::ZERO,
        }
    }

    /// The batches that wait for their partition's turn, oldest first.
    pub fn queues(&self) -> impl Iterator<Item = (Partition, &VecDeque<Batch>)> {
        self.queues.iter().map(|(partition, queue)| (*partition, queue))
    }

    /// Bytes of `buffer.memory` that are taken.
    pub fn used(&self) -> u64 {
        self.used
    }

    /// Whether nothing waits to be sent.
    pub fn is_drained(&self) -> bool {
        self.queues.values().all(VecDeque::is_empty)
    }

    /// `batch.size` changed: the sticky partitioner starts over.
    pub(super) fn reconfigure(&mut self, config: &ProducerConfig) {
        self.sticky = Sticky::new(size(config.batch_size));
    }

    /// Appends a record to the last batch of its partition, or to a new one. `to` is the partition,
    /// if the application names one.
    pub(super) fn append(
        &mut self,
        ctx: &mut Ctx<'_>,
        config: &ProducerConfig,
        topic: &KnownTopic,
        mut record: Record,
        to: Option<u32>,
    ) -> Appended {
        let bytes = RecordSize::of(&record);
        let count = topic.leaders.len() as u32;
        let keyed = record.key.filter(|_| config.partitioner_ignore_keys == 0);
        let fixed = to.or_else(|| keyed.map(|key| partition_of(key, count)));
        loop {
            let index = fixed.unwrap_or_else(|| {
                self.sticky.partition(|| choose(self.load.as_ref(), topic, ctx))
            });
            let partition = Partition { topic: topic.topic, index };
            if fixed.is_none() && self.moves_on(0, partition, topic, ctx) {
                continue;
            }
            let queue = self.queues.entry(partition).or_default();
            if let Some(last) = queue.back_mut() {
                let before = last.records_bytes();
                match last.try_append(record, bytes) {
                    Ok(added) => {
                        let wake = queue.len() > 1 || queue.back().is_some_and(Batch::is_full);
                        self.compress(partition, before, ctx.now);
                        if fixed.is_none() {
                            self.moves_on(added, partition, topic, ctx);
                        }
                        return Appended::Done { partition, wake };
                    }
                    Err(back) => {
                        last.close();
                        record = back;
                    }
                }
            }
            let codec = CompressionType::of_producer(config.compression_type);
            let batch = Batch::open(partition, size(config.batch_size), bytes, ctx.now);
            let mut batch = batch.compressed(codec, self.estimations[codec as usize]);
            let memory = u64::try_from(config.buffer_memory).unwrap_or(0);
            if self.used + u64::from(batch.capacity()) > memory {
                return Appended::NoMemory;
            }
            if fixed.is_none() && self.moves_on(0, partition, topic, ctx) {
                continue;
            }
            self.used += u64::from(batch.capacity());
            // The first record always fits.
            let _ = batch.try_append(record, bytes);
            let added = batch.bytes();
            self.queues.entry(partition).or_default().push_back(batch);
            self.compress(partition, 0, ctx.now);
            if fixed.is_none() {
                self.moves_on(added, partition, topic, ctx);
            }
            return Appended::Done { partition, wake: true };
        }
    }

    /// Lets the application's thread compress what has just been added to the last batch of a
    /// partition, which had so many bytes of records before.
    fn compress(&mut self, partition: Partition, before: u32, now: Time) {
        let last = self.queues.get_mut(&partition).and_then(VecDeque::back_mut);
        if let Some(last) = last.filter(|batch| batch.compression != CompressionType::None) {
            let time = last.compression.compress_time(last.records_bytes() - before);
            self.compresses_until = self.compresses_until.max(now) + time;
            last.compressed_at = self.compresses_until;
        }
    }

    /// Tells the sticky partitioner of bytes that went to `partition`; whether it moved on.
    fn moves_on(
        &mut self,
        bytes: u32,
        partition: Partition,
        topic: &KnownTopic,
        ctx: &mut Ctx<'_>,
    ) -> bool {
        let enabled = self.queues.get(&partition).is_none_or(all_full);
        if bytes == 0 && !enabled {
            return false;
        }
        let load = self.load.as_ref();
        self.sticky.on_append(bytes, enabled, || choose(load, topic, ctx))
    }

    /// Which brokers can be sent to now, and when to look again (RecordAccumulator.ready).
    pub(super) fn ready(
        &mut self,
        now: Time,
        linger: Span,
        metadata: &Metadata,
        urgency: Urgency,
        muted: impl Fn(Partition) -> bool,
    ) -> Readiness {
        let mut found = Readiness::default();
        for (partition, queue) in &mut self.queues {
            let length = queue.len();
            let Some(first) = queue.front_mut() else { continue };
            let leader = metadata.leader(*partition);
            let Some(Leader { broker: Some(broker), epoch }) = leader else {
                found.leaderless = true;
                continue;
            };
            first.see_leader_epoch(epoch);
            if found.nodes.contains(&broker) || muted(*partition) {
                continue;
            }
            let backing_off = first.backing_off(now);
            let at_once = length > 1 || first.is_full() || urgency.exhausted || urgency.closing;
            let due = match backing_off {
                true => first.backs_off_until(),
                false if at_once => Time::ZERO,
                false => first.waits_since() + linger,
            };
            let due = due.max(first.compressed_at);
            if due <= now {
                found.nodes.push(broker);
            } else {
                found.next_at = Some(found.next_at.map_or(due, |at| at.min(due)));
            }
        }
        found
    }

    /// Weighs the partitions by the lengths of their queues, for keyless records (KIP-794).
    pub(super) fn weigh(&mut self, topic: &KnownTopic) {
        // Until each partition had a batch the choice stays uniform.
        if self.queues.len() < topic.leaders.len() {
            return;
        }
        let mut lengths = self.queues.values().map(VecDeque::len);
        let first = lengths.next().unwrap_or(0);
        let led = |index: u32| {
            topic.leaders.get(index as usize).is_some_and(|leader| leader.broker.is_some())
        };
        if lengths.all(|length| length == first) {
            self.load = None;
            return;
        }
        let waiting: Vec<(u32, u32)> = self
            .queues
            .iter()
            .filter(|(partition, _)| led(partition.index))
            .map(|(partition, queue)| (partition.index, queue.len() as u32))
            .collect();
        self.load = LoadTable::new(&waiting, waiting.len() as u32);
    }

    /// Takes one batch of each partition that `broker` leads, as far as one request can hold them
    /// (RecordAccumulator.drainBatchesForOneNode).
    pub(super) fn drain(
        &mut self,
        now: Time,
        broker: BrokerId,
        max_request_size: u32,
        metadata: &Metadata,
        muted: impl Fn(Partition) -> bool,
        mut sequences: Option<&mut Sequences>,
    ) -> Vec<Batch> {
        let parts: Vec<(Partition, i32)> = metadata
            .topics()
            .flat_map(|topic| {
                (0..).zip(&topic.leaders).map(move |(index, leader)| {
                    let partition = Partition { topic: topic.topic, index };
                    (partition, leader)
                })
            })
            .filter(|(_, leader)| leader.broker == Some(broker))
            .map(|(partition, leader)| (partition, leader.epoch))
            .collect();
        let mut taken: Vec<Batch> = Vec::new();
        let mut bytes = 0u32;
        let count = parts.len() as u32;
        let index = self.drain_index.entry(broker).or_default();
        let start = if count == 0 { 0 } else { *index % count };
        for step in 0..count {
            *index = (start + step) % count;
            let Some((partition, epoch)) = parts.get(*index as usize).copied() else { break };
            if muted(partition) {
                continue;
            }
            let Some(queue) = self.queues.get_mut(&partition) else { continue };
            let Some(first) = queue.front_mut() else { continue };
            first.see_leader_epoch(epoch);
            if first.backing_off(now) || first.compressed_at > now {
                continue;
            }
            if bytes.saturating_add(first.bytes()) > max_request_size && !taken.is_empty() {
                break;
            }
            // As in Kafka, one partition that must wait lets all that follow it wait, too.
            if sequences.as_ref().is_some_and(|sequences| sequences.holds_back(first)) {
                break;
            }
            if let Some(mut batch) = queue.pop_front() {
                if let Some(sequences) = &mut sequences {
                    sequences.stamp(&mut batch);
                }
                batch.seal();
                let codec = batch.compression;
                let estimation = &mut self.estimations[codec as usize];
                *estimation = update_estimation(*estimation, codec.permille());
                bytes = bytes.saturating_add(batch.bytes());
                taken.push(batch);
            }
        }
        taken
    }

    /// A batch comes back for another attempt, ahead of all that waits: without idempotence a
    /// later batch that got through meanwhile is overtaken, with it those that come back keep
    /// their order.
    pub(super) fn reenqueue(&mut self, mut batch: Batch, now: Time, backoff: Span) {
        batch.reenqueued(now, backoff);
        self.insert(batch);
    }

    /// Before all that has no sequence number or a later one (insertInSequenceOrder).
    fn insert(&mut self, batch: Batch) {
        let queue = self.queues.entry(batch.partition).or_default();
        let sequence = |batch: &Batch| batch.stamp().map(|stamp| stamp.base_sequence);
        let before = |other: &&Batch| match (sequence(other), sequence(&batch)) {
            (Some(other), Some(own)) => other < own,
            _ => false,
        };
        let at = queue.iter().take_while(before).count();
        queue.insert(at, batch);
    }

    /// The batches of a partition that wait, to be changed.
    pub(super) fn waiting_for(&mut self, partition: Partition) -> impl Iterator<Item = &mut Batch> {
        self.queues.get_mut(&partition).into_iter().flatten()
    }

    /// Sequence numbers count no more.
    pub(super) fn clear_stamps(&mut self) {
        self.queues.values_mut().flatten().for_each(Batch::clear_stamp);
    }

    /// A batch was too large for the broker: its records come back in smaller ones.
    pub(super) fn split(
        &mut self,
        batch: Batch,
        batch_size: u32,
        sequences: Option<&mut Sequences>,
    ) {
        self.release(&batch);
        self.estimations[batch.compression as usize] = INITIAL_ESTIMATION;
        let mut parts = batch.clone().split(batch_size);
        if let Some(sequences) = sequences {
            sequences.split(&batch, &mut parts);
        }
        for part in parts.into_iter().rev() {
            self.insert(part);
        }
    }

    /// Takes out the batches that waited too long.
    pub(super) fn expired(&mut self, now: Time, delivery_timeout: Span) -> Vec<Batch> {
        let mut gone = Vec::new();
        for queue in self.queues.values_mut() {
            while queue.front().is_some_and(|batch| batch.created + delivery_timeout <= now) {
                gone.extend(queue.pop_front());
            }
        }
        gone
    }

    /// Takes out all that waits, or of that what was never sent (abortBatches,
    /// abortUndrainedBatches).
    pub(super) fn abort(&mut self, also_sent: bool) -> Vec<Batch> {
        let mut gone = Vec::new();
        for queue in self.queues.values_mut() {
            for batch in std::mem::take(queue) {
                if also_sent || batch.stamp().is_none() {
                    gone.push(batch);
                } else {
                    queue.push_back(batch);
                }
            }
        }
        gone
    }

    /// When the first batch that waits will have waited too long.
    pub(super) fn next_expiry(&self, delivery_timeout: Span) -> Time {
        let firsts = self.queues.values().filter_map(VecDeque::front);
        firsts.map(|batch| batch.created + delivery_timeout).min().unwrap_or(Time::NEVER)
    }

    /// A batch is done with: its memory is free again.
    pub(super) fn release(&mut self, batch: &Batch) {
        if !batch.split {
            self.used = self.used.saturating_sub(u64::from(batch.capacity()));
        }
    }
}

fn all_full(queue: &VecDeque<Batch>) -> bool {
    queue.back().is_none_or(Batch::is_full)
}

/// A config in bytes as the arithmetic of sizes wants it.
fn size(config: i64) -> u32 {
    u32::try_from(config).unwrap_or(0)
}

/// The partition of a keyed record: murmur2 over the key's text.
fn partition_of(key: Key, partitions: u32) -> u32 {
    partition_for_key(key.text().as_bytes(), partitions)
}

/// The next partition of keyless records.
fn choose(load: Option<&LoadTable>, topic: &KnownTopic, ctx: &mut Ctx<'_>) -> u32 {
    let draw = (ctx.chance(1 << 32) as u32).cast_signed();
    if let Some(load) = load {
        return load.pick(draw);
    }
    let led: Vec<u32> = (0..)
        .zip(&topic.leaders)
        .filter(|(_, leader)| leader.broker.is_some())
        .map(|(index, _)| index)
        .collect();
    uniform(&led, topic.leaders.len() as u32, draw)
}
