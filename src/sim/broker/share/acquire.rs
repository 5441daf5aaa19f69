//! Giving records to a member: first those that are available again, then new ones
//! (SharePartition.acquire).

use std::sync::Arc;

use super::in_flight::{InFlightState, RecordState};
use super::partition::SharePartition;
use crate::sim::id::Offset;
use crate::sim::time::Time;
use crate::sim::wire::{AcquiredRecords, MemberId, RecordBatch};

/// How much a member asks for (ShareFetchRequest).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FetchLimits {
    /// Batches are not cut for it: it may become more.
    pub max_records: u32,
    /// New records are taken up in batches of about so many.
    pub batch_size: u32,
}

impl SharePartition {
    /// Gives a member what it may have of batches that were read at
    /// [`SharePartition::next_fetch_offset`]. They are its own until the lock ends.
    pub fn acquire(
        &mut self,
        member: MemberId,
        batches: &[Arc<RecordBatch>],
        limits: FetchLimits,
        now: Time,
    ) -> Vec<AcquiredRecords> {
        let mut acquired = Vec::new();
        let (Some(first), Some(last)) = (batches.first(), batches.last()) else { return acquired };
        let mut last = last.last_offset();
        if first.base_offset > self.next_offset {
            // There is nothing before it: the log begins later than the group knew.
            self.move_log_start(first.base_offset);
        }
        let locks = self.config.partition_max_record_locks;
        let mut wanted = locks.saturating_sub(self.in_flight_records()).min(limits.max_records);
        if wanted == 0 {
            // No lock is left for new records; released ones have theirs still.
            let again = u32::try_from(self.next_offset - self.next_fetch_offset()).unwrap_or(0);
            wanted = again.min(limits.max_records);
            last = last.min(self.next_offset - 1);
        }
        let until = now + self.config.record_lock_duration;
        let lock = RecordState::Acquired { by: member, until };
        let again = self.acquire_again(lock, first.base_offset, last, wanted, &mut acquired);
        if again < wanted && last >= self.next_offset {
            let limits = FetchLimits { max_records: wanted - again, ..limits };
            self.acquire_new(lock, batches, last, limits, &mut acquired);
        }
        acquired
    }

    /// Goes through the batches that were acquired before, as far as they were read again; how many
    /// records that gives.
    fn acquire_again(
        &mut self,
        lock: RecordState,
        base: Offset,
        last: Offset,
        wanted: u32,
        acquired: &mut Vec<AcquiredRecords>,
    ) -> u32 {
        let mut count = 0;
        for batch in &mut self.in_flight {
            if count >= wanted {
                break;
            }
            if batch.last_offset < base || batch.first_offset > last {
                continue;
            }
            if !batch.lies_within(base, last)
                && batch.batch_state().is_some_and(InFlightState::is_available)
            {
                batch.split();
            }
            for (first_offset, last_offset, state) in batch.runs_mut() {
                if first_offset >= base && last_offset <= last && state.is_available() {
                    state.state = lock;
                    state.delivery_count += 1;
                    count += (last_offset - first_offset + 1) as u32;
                    let delivery_count = state.delivery_count;
                    acquired.push(AcquiredRecords { first_offset, last_offset, delivery_count });
                }
            }
        }
        count
    }

    /// Takes up records that nobody had before (acquireNewBatchRecords, createBatches).
    fn acquire_new(
        &mut self,
        lock: RecordState,
        batches: &[Arc<RecordBatch>],
        last: Offset,
        limits: FetchLimits,
        acquired: &mut Vec<AcquiredRecords>,
    ) {
        let within = self.next_offset + Offset::from(limits.max_records) - 1;
        let whole = batches.iter().map(|batch| batch.last_offset()).find(|end| *end >= within);
        let last = last.min(whole.unwrap_or(last));
        let batch_size = Offset::from(limits.batch_size.max(1));
        let in_parts = last - self.next_offset >= batch_size;
        for batch in batches.iter().filter(|batch| batch.base_offset <= last) {
            if in_parts && batch.base_offset - self.next_offset >= batch_size {
                self.take_up(lock, batch.base_offset - 1, acquired);
            }
        }
        self.take_up(lock, last, acquired);
    }

    /// Makes one batch of what follows, up to and with `last`.
    fn take_up(&mut self, lock: RecordState, last: Offset, acquired: &mut Vec<AcquiredRecords>) {
        let (first_offset, delivery_count) = (self.next_offset, 1);
        self.append(last, InFlightState::new(lock, delivery_count));
        acquired.push(AcquiredRecords { first_offset, last_offset: last, delivery_count });
    }
}
