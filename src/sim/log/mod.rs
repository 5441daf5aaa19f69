//! What lives here: what is on disk. A log knows offsets, batches, segments and leader epochs.
//! Who may knock: brokers, who own logs; pictures and panels to look.
//! Never here: leadership, high watermarks, networks. A log does not know why it is written.

mod cleaned_transactions;
pub mod cleaner;
#[cfg(test)]
mod cleaner_tests;
pub mod compression;
pub mod epochs;
mod index;
pub mod producers;
pub mod remote;
pub mod retention;
pub mod segment;
pub mod size;
pub mod tier;
pub mod transactions;

use std::sync::Arc;

use serde::Serialize;

use self::epochs::EpochCache;
use self::producers::Producers;
use self::segment::Segment;
use self::transactions::Transactions;
use super::config::TopicConfig;
use super::id::{Epoch, Offset};
use super::time::Time;
use super::wire::{AbortedTransaction, PartitionProduce, RecordBatch};

/// One replica's log (UnifiedLog).
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Log {
    /// First offset that can be read.
    start: Offset,
    /// The next offset to be written: known here because every fetch asks for it.
    #[serde(skip)]
    end: Offset,
    /// Closed segments are shared between copies of the world; the last one is active.
    segments: Vec<Arc<Segment>>,
    epochs: EpochCache,
    producers: Producers,
    transactions: Transactions,
    /// All before it is on disk, whatever happens to the machine.
    flushed: Offset,
    /// Where the log ended at earlier looks of the page cache.
    dirty: Vec<(Time, Offset)>,
    /// Up to here a cleaner has passed.
    cleaned_until: Option<Offset>,
    /// Bytes of deleted segments whose files are still there, and until when.
    lingering: Vec<(Time, u64)>,
}

impl Default for Log {
    fn default() -> Self {
        Log::starting_at(0)
    }
}

impl Log {
    fn starting_at(offset: Offset) -> Log {
        Log {
            start: offset,
            end: offset,
            segments: vec![Arc::new(Segment::new(offset))],
            epochs: EpochCache::default(),
            producers: Producers::default(),
            transactions: Transactions::default(),
            flushed: offset,
            dirty: Vec::new(),
            cleaned_until: None,
            lingering: Vec::new(),
        }
    }

    /// First offset that can be read (logStartOffset).
    pub fn start(&self) -> Offset {
        self.start
    }

    /// The next offset to be written (logEndOffset).
    pub fn end(&self) -> Offset {
        self.end
    }

    /// The leader epochs that wrote this log.
    pub fn epochs(&self) -> &EpochCache {
        &self.epochs
    }

    /// All before it is on disk, whatever happens to the machine (recoveryPoint).
    pub fn flushed(&self) -> Offset {
        self.flushed
    }

    /// Everything written goes to disk.
    pub fn flush(&mut self) {
        self.flush_to(self.end);
    }

    fn flush_to(&mut self, offset: Offset) {
        self.flushed = self.flushed.max(offset);
        self.dirty.retain(|(_, end)| *end > offset);
    }

    /// The operating system writes what has been in the page cache since `since`.
    pub fn write_back(&mut self, now: Time, since: Time) {
        let old = self.dirty.iter().filter(|(at, _)| *at <= since).map(|(_, end)| *end).max();
        old.into_iter().for_each(|end| self.flush_to(end));
        if self.dirty.last().map_or(self.flushed, |(_, end)| *end) < self.end {
            self.dirty.push((now, self.end));
        }
    }

    /// The machine went off: only whole batches that were flushed are left. Where the log ended
    /// and ends now, if anything was lost.
    pub fn lose_unflushed(&mut self) -> Option<(Offset, Offset)> {
        let from = self.end;
        let cut = self.batches_from(self.flushed).next().map(|batch| batch.base_offset);
        self.truncate_to(cut?);
        Some((from, self.end))
    }

    /// The idempotent producers that write to this log.
    pub fn producers(&self) -> &Producers {
        &self.producers
    }

    /// What their transactions mean to readers.
    pub fn transactions(&self) -> &Transactions {
        &self.transactions
    }

    /// The end of what is decided and committed.
    pub fn last_stable_offset(&self, high_watermark: Offset) -> Offset {
        self.transactions.last_stable_offset(high_watermark, self.start)
    }

    /// The aborted transactions that a reader must know who got what is between two offsets, and
    /// maybe some more: up to the end of the last one's segment
    /// (LocalLog.addAbortedTransactions).
    // Simplified: no index tells an offset nearer than that.
    pub fn aborted_from(&self, from: Offset, last: Offset) -> Vec<AbortedTransaction> {
        let next = self.segments.iter().map(|segment| segment.base).find(|base| *base > last);
        self.transactions.aborted_between(from, next.unwrap_or(self.end))
    }

    /// Markers of transactions that are committed hold nobody back any more.
    pub fn high_watermark_moved(&mut self, to: Offset) {
        self.transactions.high_watermark_moved(to);
    }

    /// Forgets producers that wrote nothing for so long (`producer.id.expiration.ms`).
    pub fn expire_producers(&mut self, now_ms: u64, after_ms: u64) {
        self.producers.expire(now_ms, after_ms);
    }

    /// All segments, the active one last.
    pub fn segments(&self) -> &[Arc<Segment>] {
        &self.segments
    }

    /// Bytes on disk.
    pub fn bytes(&self) -> u64 {
        self.segments.iter().map(|segment| segment.bytes).sum()
    }

    /// Epoch of the last record, for a follower's fetch.
    pub fn last_epoch(&self) -> Option<Epoch> {
        self.epochs.latest()
    }

    /// Where this log parts from its leader's, if it does: what it holds from there on the leader
    /// does not have, and it will be cut off. What has not been fetched yet is no difference.
    pub fn parts_from(&self, leader: &Log) -> Option<Offset> {
        let same = self.epochs.same_until(self.end, &leader.epochs, leader.end)?;
        (same < self.end).then_some(same.max(self.start))
    }

    /// A leader takes office: what follows is of its epoch.
    pub fn begin_epoch(&mut self, epoch: Epoch) {
        let end = self.end();
        self.epochs.assign(epoch, end);
    }

    /// Gives records their offsets and writes them. Also tells the base of a segment rolled for
    /// them.
    pub fn append_as_leader(
        &mut self,
        batch: &PartitionProduce,
        epoch: Epoch,
        config: &TopicConfig,
    ) -> (Arc<RecordBatch>, Option<Offset>) {
        let batch = Arc::new(RecordBatch {
            base_offset: self.end(),
            leader_epoch: epoch,
            producer: batch.producer,
            kind: batch.kind,
            records: Arc::clone(&batch.records),
            cleaned: None,
            compression: batch.compression,
            bytes: batch.bytes,
        });
        let rolled = self.append(&batch, config);
        (batch, rolled)
    }

    /// Writes a batch as the leader gave it. It must not begin before this log ends; what lies
    /// between, compaction has taken from the leader's. Into the middle of a batch the leader's
    /// start can fall alone: an empty log that begins there begins with the batch
    /// (Partition.appendRecordsToFollowerOrFutureReplica).
    pub fn append_as_follower(
        &mut self,
        batch: &Arc<RecordBatch>,
        config: &TopicConfig,
    ) -> Option<Offset> {
        if batch.base_offset < self.end {
            if self.start != self.end || batch.next_offset() <= self.end {
                return None;
            }
            self.restart_at(batch.base_offset);
        }
        self.append(batch, config)
    }

    fn append(&mut self, batch: &Arc<RecordBatch>, config: &TopicConfig) -> Option<Offset> {
        let rolls = self.active().must_roll(batch, config);
        self.epochs.assign(batch.leader_epoch, batch.base_offset);
        let ended = self.producers.note(batch);
        self.transactions.note(batch, ended);
        let rolled = rolls.then(|| self.roll());
        if let Some(active) = self.segments.last_mut() {
            Arc::make_mut(active).append(Arc::clone(batch), config);
        }
        self.end = batch.next_offset();
        // A closed segment is flushed at once; else the page cache keeps it until the operating
        // system writes it, or `flush.messages` says so.
        let unflushed = self.end - self.flushed;
        match rolled {
            _ if unflushed >= config.flush_messages => self.flush(),
            Some(base) => self.flush_to(base),
            None => {}
        }
        rolled
    }

    /// Closes the active segment, unless it is empty, and begins one at the log's end; where that
    /// is.
    pub fn roll(&mut self) -> Offset {
        let base = self.end();
        if self.active().base < base {
            self.segments.push(Arc::new(Segment::new(base)));
        }
        base
    }

    fn active(&self) -> &Segment {
        // There is always one: a log is made with a segment and never loses its last.
        &self.segments[self.segments.len() - 1]
    }

    /// The batch that holds `offset`, if any.
    pub fn batch_at(&self, offset: Offset) -> Option<&Arc<RecordBatch>> {
        self.batches_from(offset).next().filter(|batch| batch.base_offset <= offset)
    }

    /// All batches that end after `offset`, in order.
    pub fn batches_from(&self, offset: Offset) -> impl Iterator<Item = &Arc<RecordBatch>> {
        let first = self.segments.partition_point(|s| s.base <= offset).saturating_sub(1);
        let own = &self.segments[first];
        let rest = self.segments[first + 1..].iter().flat_map(|segment| &segment.batches);
        own.batches.iter().skip(own.before(offset)).chain(rest)
    }

    /// The first record that was stamped then or later, in ms (UnifiedLog.searchOffsetInLocalLog).
    pub fn offset_of(&self, timestamp: u64) -> Option<Offset> {
        let segment = self.segments.iter().find(|it| it.max_timestamp >= timestamp)?;
        let records = segment.batches.iter().flat_map(|batch| batch.iter());
        let mut young = records.filter(|(_, record)| record.timestamp.as_millis() >= timestamp);
        young.find(|(offset, _)| *offset >= self.start).map(|(offset, _)| offset)
    }

    /// Whole batches from `offset` up to `limit` (exclusive) within `max_bytes`; with
    /// `at_least_one` the first even if it is larger (KIP-74).
    pub fn read(
        &self,
        offset: Offset,
        limit: Offset,
        max_bytes: u64,
        at_least_one: bool,
    ) -> Vec<Arc<RecordBatch>> {
        let mut taken = 0;
        self.batches_from(offset)
            .take_while(|batch| batch.next_offset() <= limit)
            .take_while(|batch| {
                let first = taken == 0 && at_least_one;
                taken += u64::from(batch.bytes);
                first || taken <= max_bytes
            })
            .cloned()
            .collect()
    }

    /// Bytes of the whole batches between two offsets.
    pub fn bytes_between(&self, from: Offset, to: Offset) -> u64 {
        self.batches_from(from)
            .take_while(|batch| batch.next_offset() <= to)
            .map(|batch| u64::from(batch.bytes))
            .sum()
    }

    /// Throws away everything at or above `to`, and the batch that holds `to` with it. What comes
    /// next is written at `to` all the same, as in UnifiedLog.truncateTo.
    pub fn truncate_to(&mut self, to: Offset) {
        if to >= self.end() {
            // A leader that wrote nothing still noted its epoch at the end; that goes in any case.
            let end = self.end();
            self.epochs.truncate_from_end(end);
            return;
        }
        if to < self.local_start() {
            self.restart_at(to);
            return;
        }
        while self.segments.len() > 1 && self.active().base >= to {
            self.segments.pop();
        }
        if let Some(active) = self.segments.last_mut() {
            let active = Arc::make_mut(active);
            while active.batches.back().is_some_and(|batch| batch.next_offset() > to) {
                active.batches.pop_back();
            }
            active.recount();
        }
        self.end = to;
        self.flushed = self.flushed.min(to);
        self.dirty.retain(|(_, end)| *end <= to);
        self.epochs.truncate_from_end(to);
        self.cleaned_until = self.cleaned_until.map(|until| until.min(to));
        self.reload();
    }

    /// Looks through what is left of the log for what its producers did. Where a cleaner has
    /// passed, there is not all of that any more: it is remembered.
    fn reload(&mut self) {
        let mut all = self.segments.iter().flat_map(|segment| &segment.batches);
        let start = all.next().map_or(self.end, |batch| batch.base_offset);
        let start = start.max(self.cleaned_until.unwrap_or(0));
        let all = || self.segments.iter().flat_map(|segment| &segment.batches);
        let left = all().filter(|batch| batch.base_offset >= start);
        self.producers.reload(start, all().filter(|batch| batch.base_offset < start));
        let open = self.producers.iter().filter_map(|(id, state)| Some((state.transaction?, id)));
        self.transactions.reload(start, open);
        for batch in left {
            let ended = self.producers.note(batch);
            self.transactions.note(batch, ended);
        }
    }

    /// Throws everything away and goes on at `offset` (truncateFullyAndStartAt).
    pub fn restart_at(&mut self, offset: Offset) {
        *self = Log::starting_at(offset);
    }
}
