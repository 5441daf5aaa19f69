//! A batch of records in a producer's accumulator (ProducerBatch, MemoryRecordsBuilder).

use std::sync::Arc;

use crate::sim::id::{Epoch, Partition};
use crate::sim::log::compression::INITIAL_ESTIMATION;
use crate::sim::log::size::{BatchSize, RecordSize, millis};
use crate::sim::time::{Span, Time};
use crate::sim::wire::{CompressionType, ProducerStamp, Record};

/// Records of one partition that travel together.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Batch {
    pub partition: Partition,
    /// When its first record came.
    pub created: Time,
    /// How often it was sent in vain.
    pub attempts: u32,
    /// Records while it takes more; empty once it is sealed.
    open: Vec<Record>,
    /// Records once it takes no more.
    sealed: Option<Arc<[Record]>>,
    size: BatchSize,
    pub compression: CompressionType,
    /// Until when the application's thread compresses its records.
    pub(super) compressed_at: Time,
    /// Takes no more records although some bytes are left.
    closed: bool,
    /// Whose it is and which of theirs, for idempotent producers; it may change while it waits
    /// for another attempt.
    stamp: Option<ProducerStamp>,
    restamped: bool,
    /// Born of a batch that was too large; its memory is not the pool's.
    pub(super) split: bool,
    /// When it came back from its last attempt, and how long it stays away from the next.
    last_attempt: Time,
    backoff: Span,
    /// The newest leader epoch seen, and at which attempt it was new.
    leader_epoch: Option<Epoch>,
    leader_changed_at: u32,
}

impl Batch {
    /// An empty batch with room for at least `first`.
    pub(super) fn open(
        partition: Partition,
        batch_size: u32,
        first: RecordSize,
        now: Time,
    ) -> Batch {
        Batch {
            partition,
            created: now,
            attempts: 0,
            open: Vec::new(),
            sealed: None,
            size: BatchSize::open(batch_size, first),
            compression: CompressionType::None,
            compressed_at: now,
            closed: false,
            stamp: None,
            restamped: false,
            split: false,
            last_attempt: now,
            backoff: Span::ZERO,
            leader_epoch: None,
            leader_changed_at: 0,
        }
    }

    /// The same, for records that are compressed, as is expected, to so many thousandths.
    pub(super) fn compressed(self, compression: CompressionType, estimation: u32) -> Batch {
        let compresses = compression != CompressionType::None;
        let size = if compresses { self.size.compressed(estimation) } else { self.size };
        Batch { size, compression, ..self }
    }

    /// The records in it.
    pub fn records(&self) -> &[Record] {
        self.sealed.as_deref().unwrap_or(&self.open)
    }

    /// Encoded size so far, in bytes; of records that are being compressed, an estimate.
    pub fn bytes(&self) -> u32 {
        match &self.sealed {
            Some(_) => self.compression.batch_bytes(self.size.records_bytes()),
            None => self.size.bytes(),
        }
    }

    /// Bytes of its records before they are compressed.
    pub(super) fn records_bytes(&self) -> u32 {
        self.size.records_bytes()
    }

    /// The most bytes that it can hold: `batch.size`, or what one large record needs.
    pub fn capacity(&self) -> u32 {
        self.size.buffer()
    }

    /// Whether it takes no more records.
    pub fn is_full(&self) -> bool {
        self.closed || self.sealed.is_some() || self.size.is_full()
    }

    /// Since when it waits: its birth, or its return from the last attempt.
    pub fn waits_since(&self) -> Time {
        self.last_attempt
    }

    /// Until when a retry is held back.
    pub fn backs_off_until(&self) -> Time {
        self.last_attempt + self.backoff
    }

    /// Adds a record if it fits; returns the bytes it took, or gives it back.
    pub(super) fn try_append(&mut self, record: Record, size: RecordSize) -> Result<u32, Record> {
        let timestamp = millis(record.timestamp);
        if self.closed || self.sealed.is_some() || !self.size.has_room_for(size, timestamp) {
            return Err(record);
        }
        let before = self.size.bytes();
        self.size.append(size, timestamp);
        self.open.push(record);
        Ok(self.size.bytes() - before)
    }

    pub(super) fn close(&mut self) {
        self.closed = true;
    }

    /// Takes no more records; from now on they are shared.
    pub(super) fn seal(&mut self) -> Arc<[Record]> {
        let open = std::mem::take(&mut self.open);
        Arc::clone(self.sealed.get_or_insert_with(|| open.into()))
    }

    /// Whose it is and which of theirs: the sequence number of its first record.
    pub fn stamp(&self) -> Option<ProducerStamp> {
        self.stamp
    }

    /// Gets its sequence number.
    pub(super) fn set_stamp(&mut self, stamp: ProducerStamp) {
        self.stamp = Some(stamp);
    }

    /// Gets another one for its next attempt (resetProducerState).
    pub(super) fn restamp(&mut self, stamp: ProducerStamp) {
        self.stamp = Some(stamp);
        self.restamped = true;
    }

    /// The producer is idempotent no more.
    pub(super) fn clear_stamp(&mut self) {
        self.stamp = None;
    }

    /// Whether its sequence number is not the one of its first attempt.
    pub(super) fn was_restamped(&self) -> bool {
        self.restamped
    }

    /// Goes back to the accumulator for another attempt.
    pub(super) fn reenqueued(&mut self, now: Time, backoff: Span) {
        self.attempts += 1;
        self.last_attempt = now;
        self.backoff = backoff;
    }

    /// Notes the leader epoch that is known now (KAFKA-15415).
    pub(super) fn see_leader_epoch(&mut self, epoch: Epoch) {
        if self.leader_epoch.is_none_or(|seen| seen < epoch) {
            self.leader_epoch = Some(epoch);
            self.leader_changed_at = self.attempts;
        }
    }

    /// Whether a retry is held back; a new leader may be tried at once.
    pub(super) fn backing_off(&self, now: Time) -> bool {
        let leader_changed = self.attempts == self.leader_changed_at;
        self.attempts > 0 && !leader_changed && now < self.backs_off_until()
    }

    /// The same records in batches of at most `batch_size` bytes, each as if never tried.
    pub(super) fn split(mut self, batch_size: u32) -> Vec<Batch> {
        let mut parts: Vec<Batch> = Vec::new();
        for record in self.seal().iter() {
            let size = RecordSize::of(record);
            let record = match parts.last_mut() {
                Some(part) => part.try_append(record.clone(), size),
                None => Err(record.clone()),
            };
            if let Err(record) = record {
                let part = Batch::open(self.partition, batch_size, size, self.created);
                let mut part = part.compressed(self.compression, INITIAL_ESTIMATION);
                part.split = true;
                // The first record always fits.
                let _ = part.try_append(record, size);
                parts.push(part);
            }
        }
        for part in &mut parts {
            part.close();
        }
        parts
    }
}
