//! What became of the records that a share group was given (KIP-932), as the leaders of their
//! partitions told it.

use crate::sim::Event;
use crate::sim::id::Offset;
use crate::sim::wire::{DeliveryState, StateBatch};

/// In records; who gets one twice counts twice.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Deliveries {
    /// A member got it to work on.
    pub acquired: u64,
    /// The same, not for the first time.
    pub redelivered: u64,
    /// Accepted.
    pub acknowledged: u64,
    /// Released, or its lock ended, and may be delivered again.
    pub available: u64,
    /// The lock ended before anybody said anything.
    pub timed_out: u64,
    /// Rejected, or delivered too often: nobody gets it any more.
    pub archived: u64,
}

impl Deliveries {
    /// Takes an event of the group into account.
    pub(super) fn fold(&mut self, event: &Event) {
        match event {
            Event::RecordsAcquired { records, .. } => {
                let many = count(records.first_offset, records.last_offset);
                self.acquired += many;
                if records.delivery_count > 1 {
                    self.redelivered += many;
                }
            }
            Event::RecordsAcknowledged { batch, .. } => {
                self.ended(batch);
            }
            Event::AcquisitionLockTimedOut { batch, .. } => self.timed_out += self.ended(batch),
            _ => {}
        }
    }

    /// How many have ended in what they are now.
    fn ended(&mut self, batch: &StateBatch) -> u64 {
        let many = count(batch.first_offset, batch.last_offset);
        match batch.delivery_state {
            DeliveryState::Available => self.available += many,
            DeliveryState::Acknowledged => self.acknowledged += many,
            DeliveryState::Archived => self.archived += many,
        }
        many
    }
}

fn count(first: Offset, last: Offset) -> u64 {
    (last - first + 1).unsigned_abs()
}
