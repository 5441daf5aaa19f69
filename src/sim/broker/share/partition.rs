//! One group's view of one partition, on the partition's leader: which records are delivered, to
//! whom, and how often (SharePartition).
//!
//! Nothing is sent from here. What must be persisted comes back as a [`StateWrite`], and takes
//! effect with [`SharePartition::written`]; locks end when [`SharePartition::next_deadline`] is due
//! and [`SharePartition::release_expired_locks`] is called.

use super::ShareGroupConfig;
use super::in_flight::{InFlightBatch, InFlightState, RecordState, WriteId, state_batch};
use crate::sim::id::{Epoch, Offset};
use crate::sim::mutant::{Mutant, breaks};
use crate::sim::time::Time;
use crate::sim::wire::{DeliveryState, MemberId, ShareState, ShareStateChange, StateBatch};

/// What the share coordinator shall keep, and by which name its success is to be told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StateWrite {
    pub id: WriteId,
    pub change: ShareStateChange,
}

/// A group's records of a partition, from the share-partition start offset (SPSO) on.
// Simplified: a lock cannot be renewed (KIP-1222), records near the delivery limit are not
// delivered apart from others, and a log has neither gaps nor aborted transactions.
#[derive(Clone, Debug)]
pub struct SharePartition {
    pub(super) config: ShareGroupConfig,
    leader_epoch: Epoch,
    state_epoch: i32,
    /// In the order of their offsets, without a gap.
    pub(super) in_flight: Vec<InFlightBatch>,
    pub(super) start_offset: Offset,
    pub(super) next_offset: Offset,
    writes: u32,
}

impl SharePartition {
    /// A leader takes up what its predecessors have persisted; if that is nothing, the group
    /// begins at `reset_offset`. What they had delivered and heard nothing of is available again,
    /// its last delivery not counted.
    pub fn new(
        config: ShareGroupConfig,
        leader_epoch: Epoch,
        persisted: &ShareState,
        reset_offset: Offset,
    ) -> SharePartition {
        let start_offset = persisted.start_offset.unwrap_or(reset_offset);
        let mut partition = SharePartition {
            config,
            leader_epoch,
            state_epoch: persisted.state_epoch,
            in_flight: Vec::new(),
            start_offset,
            next_offset: start_offset,
            writes: 0,
        };
        for batch in &persisted.state_batches {
            let gap = InFlightState::new(RecordState::Available, 0);
            partition.append(batch.first_offset - 1, gap);
            let state = InFlightState::new(batch.delivery_state.into(), batch.delivery_count);
            partition.append(batch.last_offset, state);
        }
        partition.advance_start_offset();
        partition
    }

    /// Takes up what follows, up to and with `last`, if there is anything.
    pub(super) fn append(&mut self, last: Offset, state: InFlightState) {
        if self.next_offset <= last {
            self.in_flight.push(InFlightBatch::new(self.next_offset, last, state));
            self.next_offset = last + 1;
        }
    }

    /// All before it is done for the group (SPSO).
    pub fn start_offset(&self) -> Offset {
        self.start_offset
    }

    /// The first offset that was never acquired: one past the share-partition end offset (SPEO).
    pub fn next_offset(&self) -> Offset {
        self.next_offset
    }

    /// The records between fetched and done.
    pub fn in_flight(&self) -> &[InFlightBatch] {
        &self.in_flight
    }

    /// The state of a record that is in flight.
    pub fn state_at(&self, offset: Offset) -> Option<&InFlightState> {
        let batch = self.in_flight.iter().find(|batch| batch.last_offset >= offset)?;
        let mut runs = batch.runs();
        runs.find(|(first, last, _)| (*first..=*last).contains(&offset)).map(|(_, _, state)| state)
    }

    /// From where the log is to be read: the first record that is available, or what was never
    /// acquired.
    pub fn next_fetch_offset(&self) -> Offset {
        let mut runs = self.in_flight.iter().flat_map(InFlightBatch::runs);
        runs.find(|(_, _, state)| state.is_available())
            .map_or(self.next_offset, |(first, _, _)| first)
    }

    /// How many records there are between the start offset and the end offset, done or not.
    pub(super) fn in_flight_records(&self) -> u32 {
        u32::try_from(self.next_offset - self.start_offset).unwrap_or(0)
    }

    /// Whether a fetch could get anything: a released record, or a new one while locks are left.
    pub fn can_acquire_records(&self) -> bool {
        self.next_fetch_offset() != self.next_offset
            || self.in_flight_records() < self.config.partition_max_record_locks
    }

    /// When the next lock ends.
    pub fn next_deadline(&self) -> Option<Time> {
        let runs = self.in_flight.iter().flat_map(InFlightBatch::runs);
        runs.filter_map(|(_, _, state)| match state.state {
            RecordState::Acquired { until, .. } => Some(until),
            _ => None,
        })
        .min()
    }

    /// Locks that end now: the records may be delivered again, unless that was often enough.
    /// Takes effect at once, whether it can be persisted or not.
    pub fn release_expired_locks(&mut self, now: Time) -> Option<StateWrite> {
        let start = self.start_offset;
        let limit = self.config.delivery_count_limit;
        let mut changed = Vec::new();
        for batch in &mut self.in_flight {
            let whole = batch.batch_state().is_some_and(|whole| whole.state.is_expired(now));
            if whole && batch.is_divided_by(start) {
                batch.split();
            }
            for (first, last, state) in batch.runs_mut().filter(|(_, _, s)| s.state.is_expired(now))
            {
                let too_often =
                    state.delivery_count >= limit && !breaks(Mutant::DeliversWithoutLimit);
                let given_up = last < start || too_often;
                let to = if given_up { DeliveryState::Archived } else { DeliveryState::Available };
                state.state = to.into();
                changed.push(state_batch(first, last, to, state.delivery_count));
            }
        }
        self.persist(changed)
    }

    /// A member is gone, or has closed its share session: what it had is available again, and that
    /// delivery does not count (releaseAcquiredRecords).
    pub fn release_acquired_records(&mut self, member: MemberId) -> Option<StateWrite> {
        let write = self.next_write();
        let start = self.start_offset;
        let mut changed = Vec::new();
        for batch in &mut self.in_flight {
            let whole = batch.batch_state().is_some_and(|whole| whole.state.is_acquired_by(member));
            if whole && batch.is_divided_by(start) {
                batch.split();
            }
            for (first, last, state) in batch.runs_mut() {
                match state.state {
                    RecordState::Acquired { by, .. } if by == member => {}
                    // Kafka looks no further in a batch, then; the rest waits for its locks.
                    RecordState::Acquired { .. } => break,
                    _ => continue,
                }
                let to = match last < start {
                    true => DeliveryState::Archived,
                    false => DeliveryState::Available,
                };
                state.begin(write, to);
                if to == DeliveryState::Available {
                    state.delivery_count = state.delivery_count.saturating_sub(1);
                }
                changed.push(state_batch(first, last, to, state.delivery_count));
            }
        }
        self.persist(changed)
    }

    /// The log begins later now: what was available before that is gone. What is being worked on
    /// stays until its lock ends (updateCacheAndOffsets).
    pub fn move_log_start(&mut self, log_start: Offset) {
        let start = self.start_offset;
        if log_start <= start {
            return;
        }
        for batch in self.in_flight.iter_mut().take_while(|batch| batch.first_offset < log_start) {
            let available = |state: &InFlightState| state.state == RecordState::Available;
            if !batch.lies_within(start, log_start - 1)
                && batch.batch_state().is_some_and(available)
            {
                batch.split();
            }
            for (first, last, state) in batch.runs_mut() {
                if first >= start && last < log_start && available(state) {
                    *state = InFlightState::new(RecordState::Archived, state.delivery_count);
                }
            }
        }
        self.start_offset = log_start;
        self.next_offset = self.next_offset.max(log_start);
    }

    /// The share coordinator has persisted a write, or could not: what was under way takes effect,
    /// or is as it was. Locks may have ended meanwhile: look at [`Self::next_deadline`] again.
    pub fn written(&mut self, write: WriteId, committed: bool) {
        for batch in &mut self.in_flight {
            batch.runs_mut().for_each(|(_, _, state)| state.complete(write, committed));
        }
        self.advance_start_offset();
    }

    /// The write that [`Self::persist`] hands out next.
    pub(super) fn next_write(&self) -> WriteId {
        WriteId(self.writes)
    }

    pub(super) fn persist(&mut self, state_batches: Vec<StateBatch>) -> Option<StateWrite> {
        if state_batches.is_empty() {
            return None;
        }
        let id = self.next_write();
        self.writes = self.writes.wrapping_add(1);
        let (state_epoch, leader_epoch) = (self.state_epoch, self.leader_epoch);
        let start_offset = self.start_offset;
        let change = ShareStateChange { state_epoch, leader_epoch, start_offset, state_batches };
        Some(StateWrite { id, change })
    }

    /// Leaves behind what is done at the head; batches go as a whole
    /// (maybeUpdateCachedStateAndOffsets).
    fn advance_start_offset(&mut self) {
        let runs = self.in_flight.iter().flat_map(InFlightBatch::runs);
        let done = runs.take_while(|(_, _, state)| state.is_done()).last();
        let Some((_, last_done, _)) = done else { return };
        self.in_flight.retain(|batch| batch.last_offset > last_done);
        let first = self.in_flight.first().map_or(self.next_offset, |batch| batch.first_offset);
        self.start_offset = self.start_offset.max(first.max(last_done + 1));
    }
}
