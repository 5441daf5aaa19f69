//! What became of the records that share groups were given (KIP-932), as the leaders of their
//! partitions told it.

use crate::sim::id::{Name, Offset};
use crate::sim::wire::DeliveryState;
use crate::sim::{Event, Stamped};

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
    fn ended(&mut self, state: DeliveryState, records: u64) {
        match state {
            DeliveryState::Available => self.available += records,
            DeliveryState::Acknowledged => self.acknowledged += records,
            DeliveryState::Archived => self.archived += records,
        }
    }
}

/// The deliveries of all share groups. There are few of them: they are looked for one by one.
#[derive(Clone, Debug, Default)]
pub(super) struct Sharing {
    groups: Vec<(Name, Deliveries)>,
}

impl Sharing {
    /// Nothing, of a group that never was given anything.
    pub(super) fn of(&self, group: &str) -> Deliveries {
        let own = self.groups.iter().find(|(name, _)| &**name == group);
        own.map(|(_, deliveries)| *deliveries).unwrap_or_default()
    }

    /// Takes one event into account.
    pub(super) fn fold(&mut self, stamped: &Stamped) {
        let count = |first: Offset, last: Offset| u64::try_from(last - first + 1).unwrap_or(0);
        match &stamped.event {
            Event::RecordsAcquired { group, records, .. } => {
                let many = count(records.first_offset, records.last_offset);
                let own = self.group(group);
                own.acquired += many;
                own.redelivered += if records.delivery_count > 1 { many } else { 0 };
            }
            Event::RecordsAcknowledged { group, batch, .. } => {
                let many = count(batch.first_offset, batch.last_offset);
                self.group(group).ended(batch.delivery_state, many);
            }
            Event::AcquisitionLockTimedOut { group, batch, .. } => {
                let many = count(batch.first_offset, batch.last_offset);
                let own = self.group(group);
                own.timed_out += many;
                own.ended(batch.delivery_state, many);
            }
            _ => {}
        }
    }

    fn group(&mut self, name: &Name) -> &mut Deliveries {
        let at = match self.groups.iter().position(|(known, _)| known == name) {
            Some(at) => at,
            None => {
                self.groups.push((name.clone(), Deliveries::default()));
                self.groups.len() - 1
            }
        };
        &mut self.groups[at].1
    }
}
