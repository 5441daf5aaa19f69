//! What makes a producer idempotent: its id, the sequence numbers that it writes on batches, and
//! what it does when they no longer fit (the part of TransactionManager without transactions,
//! TxnPartitionMap).

use super::batch::Batch;
use crate::sim::id::Partition;
use crate::sim::ordered::{Map, Set};
use crate::sim::time::Time;
use crate::sim::wire::{
    ErrorCode, ProducerId, ProducerIdAndEpoch, ProducerStamp, increment_sequence,
};

/// The id of who has none (RecordBatch.NO_PRODUCER_ID).
const NOBODY: ProducerId = ProducerId(-1);

/// The sequence numbers of one partition (TxnPartitionEntry).
#[derive(Clone, Debug, Default)]
struct Entry {
    /// Whose sequence numbers these are.
    producer: Option<ProducerIdAndEpoch>,
    next: i32,
    last_acked: Option<i32>,
    /// What was sent and is not settled, with the number of records, in order. Batches that wait
    /// for another attempt are among them.
    in_flight: Vec<(ProducerStamp, i32)>,
}

impl Entry {
    fn is_next(&self, sequence: i32) -> bool {
        sequence.checked_sub(self.last_acked.unwrap_or(-1)) == Some(1)
    }

    /// Counts from 0 again; what is in flight gets new numbers.
    fn start_at_beginning(&mut self, producer: ProducerIdAndEpoch) -> Vec<Renumbered> {
        let mut renumbered = Vec::new();
        self.next = 0;
        for (stamp, records) in &mut self.in_flight {
            let new = ProducerStamp { producer, base_sequence: self.next };
            renumbered.push(Renumbered { old: std::mem::replace(stamp, new), new });
            self.next += *records;
        }
        self.producer = Some(producer);
        self.last_acked = None;
        renumbered
    }
}

/// What a broker is told of who wrote a batch.
pub(super) fn signature(batch: &Batch) -> Option<ProducerStamp> {
    batch.stamp().filter(|stamp| stamp.producer.id != NOBODY)
}

/// A batch in flight whose stamp is another one for its next attempt.
#[derive(Clone, Copy, Debug)]
pub(super) struct Renumbered {
    old: ProducerStamp,
    new: ProducerStamp,
}

/// Gives batches of a partition their new stamps.
pub(super) fn renumber<'a>(
    batches: impl Iterator<Item = &'a mut Batch>,
    renumbered: &[Renumbered],
) {
    for batch in batches {
        if let Some(found) = renumbered.iter().find(|each| batch.stamp() == Some(each.old)) {
            batch.restamp(found.new);
        }
    }
}

/// A producer's id and all its sequence numbers.
#[derive(Clone, Debug, Default)]
pub struct Sequences {
    producer: Option<ProducerIdAndEpoch>,
    /// InitProducerId is under way.
    asking: bool,
    /// Until when the next attempt to get an id is held back.
    not_before: Time,
    partitions: Map<Partition, Entry>,
    /// A higher epoch is needed, so that these partitions can count from 0 again.
    bump: bool,
    rewrite: Set<Partition>,
    /// Batches were given up that may have been written; with the sequence number after the last.
    unresolved: Map<Partition, i32>,
    /// The partitions that the open transaction knows of: only to those anything is sent. None
    /// without a `transactional.id`.
    pub(super) in_transaction: Option<Set<Partition>>,
}

impl Sequences {
    pub(super) fn new(transactional: bool) -> Sequences {
        Sequences { in_transaction: transactional.then(Set::new), ..Sequences::default() }
    }

    /// The id that brokers know it by; none before InitProducerId was answered.
    pub fn producer(&self) -> Option<ProducerIdAndEpoch> {
        self.producer
    }

    /// The sequence number of the next record for a partition.
    pub fn next_sequence(&self, partition: Partition) -> i32 {
        self.partitions.get(&partition).map_or(0, |entry| entry.next)
    }

    /// When to ask for an id; none if there is one, or the answer is awaited.
    pub(super) fn must_ask(&self) -> Option<Time> {
        (self.producer.is_none() && !self.asking).then_some(self.not_before)
    }

    /// Until when nothing can be sent: for lack of an id.
    pub(super) fn is_waiting(&self) -> bool {
        self.producer.is_none()
    }

    pub(super) fn asked(&mut self) {
        self.asking = true;
    }

    /// The answer, or none for a failure.
    pub(super) fn answered(&mut self, producer: Option<ProducerIdAndEpoch>, retry_at: Time) {
        self.asking = false;
        self.not_before = retry_at;
        self.producer = producer.or(self.producer);
    }

    fn has_in_flight(&self, partition: Partition) -> bool {
        self.partitions.get(&partition).is_some_and(|entry| !entry.in_flight.is_empty())
    }

    /// Whether this batch must not be taken now (shouldStopDrainBatchesForPartition).
    pub(super) fn holds_back(&self, first: &Batch) -> bool {
        let Some(producer) = self.producer else { return true };
        if let Some(allowed) = &self.in_transaction
            && !allowed.contains(&first.partition)
        {
            return true;
        }
        let entry = self.partitions.get(&first.partition);
        let in_flight = entry.and_then(|entry| entry.in_flight.first());
        match (first.stamp(), in_flight) {
            // A new epoch starts only when all of the old one is settled.
            (None, Some(_)) if entry.and_then(|entry| entry.producer) != Some(producer) => true,
            (None, _) => self.unresolved.contains_key(&first.partition),
            // What is tried again goes one by one, in order.
            (Some(stamp), Some((head, _))) => stamp.base_sequence != head.base_sequence,
            (Some(_), None) => false,
        }
    }

    /// A batch is taken to be sent: it gets its numbers, unless it has them from an attempt before.
    pub(super) fn stamp(&mut self, batch: &mut Batch) {
        let Some(producer) = self.producer.filter(|_| batch.stamp().is_none()) else { return };
        let entry = self.partitions.entry(batch.partition).or_default();
        if entry.producer != Some(producer) && entry.in_flight.is_empty() {
            entry.start_at_beginning(producer);
        }
        let stamp = ProducerStamp { producer, base_sequence: entry.next };
        let records = batch.records().len() as i32;
        entry.next = increment_sequence(entry.next, records);
        entry.in_flight.push((stamp, records));
        batch.set_stamp(stamp);
    }

    /// Parts of a batch that was too large take its place.
    pub(super) fn split(&mut self, batch: &Batch, parts: &mut [Batch]) {
        self.forget(batch);
        let Some(mut stamp) = batch.stamp() else { return };
        let entry = self.partitions.entry(batch.partition).or_default();
        for part in parts {
            let records = part.records().len() as i32;
            let at = entry.in_flight.partition_point(|(other, _)| *other < stamp);
            entry.in_flight.insert(at, (stamp, records));
            part.set_stamp(stamp);
            stamp.base_sequence = increment_sequence(stamp.base_sequence, records);
        }
    }

    fn forget(&mut self, batch: &Batch) {
        if let Some(entry) = self.partitions.get_mut(&batch.partition) {
            entry.in_flight.retain(|(stamp, _)| Some(*stamp) != batch.stamp());
        }
    }

    /// A batch is written and known to be (handleCompletedBatch).
    pub(super) fn completed(&mut self, batch: &Batch) {
        let records = batch.records().len();
        if let Some(stamp) = batch.stamp()
            && let Some(entry) = self.partitions.get_mut(&batch.partition)
        {
            let last = stamp.last_sequence(records);
            entry.last_acked = entry.last_acked.max(Some(last));
        }
        self.forget(batch);
    }

    /// A batch has failed (handleFailedBatch). `certain` if it surely was not written.
    pub(super) fn failed(&mut self, batch: &Batch, error: ErrorCode, certain: bool) {
        self.forget(batch);
        if certain || error == ErrorCode::OutOfOrderSequenceNumber {
            self.request_bump(batch.partition);
        }
    }

    /// A batch was given up after an attempt that may have succeeded: what comes after it waits
    /// until all others are settled (markSequenceUnresolved).
    pub(super) fn unresolved(&mut self, batch: &Batch) {
        let Some(stamp) = batch.stamp() else { return };
        let next = increment_sequence(stamp.last_sequence(batch.records().len()), 1);
        let noted = self.unresolved.entry(batch.partition).or_insert_with(|| next);
        *noted = next.max(*noted);
    }

    /// Whether a batch may be sent again after this error.
    pub(super) fn can_retry(&mut self, batch: &Batch, error: ErrorCode) -> bool {
        if error != ErrorCode::OutOfOrderSequenceNumber {
            return error.retriable();
        }
        let partition = batch.partition;
        let sequence = batch.stamp().map_or(0, |stamp| stamp.base_sequence);
        let next = self.partitions.get(&partition).is_some_and(|entry| entry.is_next(sequence));
        match self.unresolved.get(&partition) {
            // One before it is still to come.
            None if batch.was_restamped() || !next => {}
            // There is a gap in the log: only a new epoch goes on.
            None => self.request_bump(partition),
            Some(after) if *after == sequence => self.request_bump(partition),
            Some(_) => {}
        }
        true
    }

    /// Whether a batch of a transaction that was out of order may come in order the next time.
    pub(super) fn is_early(&self, batch: &Batch) -> bool {
        let sequence = batch.stamp().map_or(0, |stamp| stamp.base_sequence);
        let entry = self.partitions.get(&batch.partition);
        let next = entry.is_some_and(|entry| entry.is_next(sequence));
        !self.unresolved.contains_key(&batch.partition) && (batch.was_restamped() || !next)
    }

    /// A batch of a transaction has failed. If it surely was not written, those behind it move up
    /// (adjustSequencesDueToFailedBatch).
    pub(super) fn move_up(&mut self, batch: &Batch, certain: bool) -> Vec<Renumbered> {
        self.forget(batch);
        let mut renumbered = Vec::new();
        let (Some(failed), true) = (batch.stamp(), certain) else { return renumbered };
        let records = batch.records().len() as i32;
        let Some(entry) = self.partitions.get_mut(&batch.partition) else { return renumbered };
        entry.next -= records;
        for (stamp, _) in &mut entry.in_flight {
            if stamp.base_sequence >= failed.base_sequence {
                let base_sequence = stamp.base_sequence - records;
                let new = ProducerStamp { base_sequence, ..*stamp };
                renumbered.push(Renumbered { old: std::mem::replace(stamp, new), new });
            }
        }
        renumbered
    }

    /// Partitions of a transaction that are settled; true if one of them has a gap.
    pub(super) fn resolve_in_transaction(&mut self) -> bool {
        self.resolve();
        self.rewrite.clear();
        std::mem::take(&mut self.bump)
    }

    /// It is somebody else from now on, or the same in a new epoch; all partitions count from 0
    /// again if they are told to (resetSequenceNumbers).
    pub(super) fn rename(&mut self, producer: ProducerIdAndEpoch, reset: bool) {
        self.producer = Some(producer);
        if reset {
            self.partitions.clear();
            self.unresolved.clear();
        }
    }

    fn request_bump(&mut self, partition: Partition) {
        self.bump = true;
        self.rewrite.insert(partition);
    }

    /// Partitions of which nothing is in flight any more: either what was given up was written
    /// after all, or it leaves a gap (maybeResolveSequences).
    pub(super) fn resolve(&mut self) {
        let settled: Vec<Partition> =
            self.unresolved.keys().copied().filter(|it| !self.has_in_flight(*it)).collect();
        for partition in settled {
            self.unresolved.remove(&partition);
            let entry = self.partitions.get(&partition);
            if !entry.is_some_and(|entry| entry.is_next(entry.next)) {
                self.request_bump(partition);
            }
        }
    }

    /// Raises the epoch, if that is needed; after the largest there is another id. What is in
    /// flight in the partitions concerned gets new numbers (bumpIdempotentProducerEpoch).
    pub(super) fn bump_epoch(&mut self) -> Vec<(Partition, Vec<Renumbered>)> {
        let Some(producer) = self.producer.filter(|_| self.bump) else { return Vec::new() };
        self.bump = false;
        let next = producer.epoch.checked_add(1);
        let bumped = next.map(|epoch| ProducerIdAndEpoch { epoch, ..producer });
        self.producer = bumped;
        // After the largest epoch there is no id until another one comes: what is in flight goes
        // on as nobody's, and its retries are no longer recognised.
        let nobody = ProducerIdAndEpoch { id: NOBODY, epoch: -1 };
        let mut renumbered = Vec::new();
        for partition in std::mem::take(&mut self.rewrite).iter().copied() {
            self.unresolved.remove(&partition);
            let entry = self.partitions.entry(partition).or_default();
            renumbered.push((partition, entry.start_at_beginning(bumped.unwrap_or(nobody))));
        }
        renumbered
    }
}
