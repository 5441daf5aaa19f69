//! Producer ids: who hands them out, and what a batch says of who wrote it (KIP-98).

use std::fmt;

use serde::{Deserialize, Serialize};

use super::ErrorCode;
use crate::sim::id::{BrokerId, Name};
use crate::sim::time::Span;

/// A number that tells the brokers which producer wrote a batch (`producerId`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ProducerId(pub i64);

impl fmt::Display for ProducerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A producer's id with the epoch that it has raised it to (ProducerIdAndEpoch).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct ProducerIdAndEpoch {
    pub id: ProducerId,
    pub epoch: i16,
}

/// What an idempotent producer writes on a batch: who it is, and the place of the batch's first
/// record among all that it wrote to the partition.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct ProducerStamp {
    pub producer: ProducerIdAndEpoch,
    pub base_sequence: i32,
}

impl ProducerStamp {
    /// The sequence number of the last of so many records.
    pub fn last_sequence(&self, records: usize) -> i32 {
        increment_sequence(self.base_sequence, i32::try_from(records).unwrap_or(1) - 1)
    }
}

/// What coordinators write in a producer's name has no place among what that wrote itself
/// (RecordBatch.NO_SEQUENCE).
pub const NO_SEQUENCE: i32 = -1;

/// After the largest sequence number comes 0 (DefaultRecordBatch.incrementSequence).
pub fn increment_sequence(sequence: i32, by: i32) -> i32 {
    match sequence.checked_add(by) {
        Some(next) => next,
        None => by - (i32::MAX - sequence) - 1,
    }
}

/// Without transactions a producer asks any broker for an id; with them, the coordinator of its
/// `transactional.id`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct InitProducerIdRequest {
    pub transactional_id: Option<Name>,
    /// `transaction.timeout.ms`: how long a transaction may stay open.
    pub transaction_timeout: Span,
    /// Who it was before, if it wants a new epoch of that.
    pub producer: Option<ProducerIdAndEpoch>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct InitProducerIdResponse {
    pub error: ErrorCode,
    /// None with an error.
    pub producer: Option<ProducerIdAndEpoch>,
}

/// A broker asks the controller for ids to hand out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AllocateProducerIdsRequest {
    pub broker: BrokerId,
    pub broker_epoch: i64,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AllocateProducerIdsResponse {
    pub error: ErrorCode,
    pub first: ProducerId,
    pub count: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequences_wrap_to_zero() {
        assert_eq!(increment_sequence(3, 4), 7);
        assert_eq!(increment_sequence(i32::MAX - 1, 1), i32::MAX);
        assert_eq!(increment_sequence(i32::MAX, 1), 0);
        assert_eq!(increment_sequence(i32::MAX - 1, 5), 3);
    }
}
