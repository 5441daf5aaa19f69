//! Sentences about share groups, from the leaders of their partitions.

use super::Teller;
use crate::sim::event::Event;
use crate::sim::id::{Offset, Partition};
use crate::sim::wire::DeliveryState;

impl Teller<'_> {
    pub(super) fn share(&self, event: &Event) -> Option<String> {
        let words = self.words;
        Some(match event {
            Event::SharePartitionInitialized { group, partition, start_offset } => {
                words.event_share_initialized(group, *start_offset, &self.partition(*partition))
            }
            Event::RecordsAcquired { group, member, partition, records } => {
                let what = self.offsets_of(*partition, records.first_offset, records.last_offset);
                let count = i64::from(records.delivery_count);
                words.event_records_acquired(&self.member(*member), &what, group, count)
            }
            Event::RecordsAcknowledged { member, partition, batch, .. } => {
                let what = self.offsets_of(*partition, batch.first_offset, batch.last_offset);
                let member = &self.member(*member);
                match batch.delivery_state {
                    DeliveryState::Acknowledged => words.event_records_accepted(member, &what),
                    DeliveryState::Available => words.event_records_released(member, &what),
                    DeliveryState::Archived => words.event_records_archived(member, &what),
                }
            }
            Event::AcquisitionLockTimedOut { group, partition, batch } => {
                let what = self.offsets_of(*partition, batch.first_offset, batch.last_offset);
                match batch.delivery_state {
                    DeliveryState::Available => words.event_lock_timed_out(group, &what),
                    _ => words.event_lock_timed_out_last(group, &what),
                }
            }
            _ => return None,
        })
    }

    /// Offsets of a partition, from the first to the last.
    fn offsets_of(&self, partition: Partition, first: Offset, last: Offset) -> String {
        let partition = self.partition(partition);
        match first == last {
            true => self.words.event_one_offset(first, &partition),
            false => self.words.event_some_offsets(first, last, &partition),
        }
    }
}
