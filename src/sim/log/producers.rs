//! What a log remembers of the idempotent producers that write to it, so that a batch that comes
//! again is known and one that is missing is missed (ProducerStateManager, ProducerAppendInfo).

use std::sync::Arc;

use serde::Serialize;

use crate::sim::id::Offset;
use crate::sim::mutant::{Mutant, breaks};
use crate::sim::ordered::Map;
use crate::sim::wire::{ErrorCode, ProducerId, ProducerStamp, RecordBatch};

/// How many batches of a producer are remembered (ProducerStateEntry.NUM_BATCHES_TO_RETAIN): as
/// many as may be in flight.
const REMEMBERED: usize = 5;

/// A batch that was written (BatchMetadata).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct WrittenBatch {
    pub first_sequence: i32,
    pub last_sequence: i32,
    pub first_offset: Offset,
    pub last_offset: Offset,
}

/// What is known of one producer (ProducerStateEntry).
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ProducerState {
    pub epoch: i16,
    /// The last five at most, oldest first.
    pub batches: Vec<WrittenBatch>,
    /// The newest timestamp it wrote, in ms.
    pub last_timestamp: u64,
}

/// All producers that wrote to a log.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Producers(Map<ProducerId, ProducerState>);

impl Producers {
    /// The producers with what is known of them.
    pub fn iter(&self) -> impl Iterator<Item = (ProducerId, &ProducerState)> {
        self.0.iter().map(|(id, state)| (*id, state))
    }

    /// Where the very same batch stands already, if it is one of the last five.
    pub fn duplicate(&self, stamp: ProducerStamp, records: usize) -> Option<WrittenBatch> {
        if breaks(Mutant::ForgetsDuplicates) {
            return None;
        }
        let state = self.0.get(&stamp.producer.id)?;
        let last = stamp.last_sequence(records);
        let same = |batch: &&WrittenBatch| {
            batch.first_sequence == stamp.base_sequence && batch.last_sequence == last
        };
        state.batches.iter().find(same).filter(|_| state.epoch == stamp.producer.epoch).copied()
    }

    /// Whether a batch of a client may be written now (ProducerAppendInfo.maybeValidateDataBatch).
    ///
    /// # Errors
    /// An older epoch than the one known; or a sequence number that leaves a gap.
    pub fn validate(&self, stamp: ProducerStamp) -> Result<(), ErrorCode> {
        if breaks(Mutant::NoSequenceCheck) || breaks(Mutant::ForgetsDuplicates) {
            return Ok(());
        }
        let Some(state) = self.0.get(&stamp.producer.id) else { return Ok(()) };
        if stamp.producer.epoch < state.epoch {
            return Err(ErrorCode::InvalidProducerEpoch);
        }
        let expected = match state.batches.last() {
            Some(_) if stamp.producer.epoch > state.epoch => 0,
            Some(last) => crate::sim::wire::increment_sequence(last.last_sequence, 1),
            None => return Ok(()),
        };
        match stamp.base_sequence == expected {
            true => Ok(()),
            false => Err(ErrorCode::OutOfOrderSequenceNumber),
        }
    }

    /// Notes a batch that was written, by a leader or as a follower.
    pub(super) fn note(&mut self, batch: &RecordBatch) {
        let Some(stamp) = batch.producer else { return };
        let epoch = stamp.producer.epoch;
        let empty = || ProducerState { epoch, batches: Vec::new(), last_timestamp: 0 };
        let state = self.0.entry(stamp.producer.id).or_insert_with(empty);
        if state.epoch != epoch {
            *state = empty();
        }
        if state.batches.len() == REMEMBERED {
            state.batches.remove(0);
        }
        state.batches.push(WrittenBatch {
            first_sequence: stamp.base_sequence,
            last_sequence: stamp.last_sequence(batch.records.len()),
            first_offset: batch.base_offset,
            last_offset: batch.last_offset(),
        });
        let newest = batch.records.iter().map(|record| record.timestamp.as_millis()).max();
        state.last_timestamp = newest.unwrap_or(0);
    }

    /// Forgets producers that wrote nothing for so long (`producer.id.expiration.ms`).
    pub(super) fn expire(&mut self, now_ms: u64, after_ms: u64) {
        self.0.retain(|_, state| now_ms.saturating_sub(state.last_timestamp) < after_ms);
    }

    /// The log was cut: what is known is what the batches that are left say. Of producers that
    /// have none left, what retention deleted is remembered still
    /// (ProducerStateManager.truncateAndReload, with its snapshots).
    pub(super) fn reload<'a>(
        &mut self,
        end: Offset,
        batches: impl Iterator<Item = &'a Arc<RecordBatch>>,
    ) {
        if self.0.is_empty() {
            return;
        }
        let mut batches = batches.peekable();
        let start = batches.peek().map_or(end, |batch| batch.base_offset);
        for state in self.0.values_mut() {
            state.batches.retain(|batch| batch.last_offset < start);
        }
        self.0.retain(|_, state| !state.batches.is_empty());
        batches.for_each(|batch| self.note(batch));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::time::Time;
    use crate::sim::wire::{ProducerIdAndEpoch, Record, Value};

    fn stamp(base_sequence: i32) -> ProducerStamp {
        let producer = ProducerIdAndEpoch { id: ProducerId(4), epoch: 0 };
        ProducerStamp { producer, base_sequence }
    }

    /// Batches of one record each, the n-th at offset and sequence number n.
    fn batches(count: i32) -> Vec<Arc<RecordBatch>> {
        let record = Record { id: None, key: None, timestamp: Time(5_000), value: Value::Bytes(1) };
        let batch = |n| RecordBatch {
            base_offset: Offset::from(n),
            leader_epoch: 0,
            producer: Some(stamp(n)),
            records: vec![record.clone()].into(),
            compression: crate::sim::wire::CompressionType::None,
            bytes: 70,
        };
        (0..count).map(batch).map(Arc::new).collect()
    }

    #[test]
    fn a_cut_log_forgets_what_was_cut_and_remembers_what_was_before() {
        let all = batches(8);
        let mut known = Producers::default();
        all.iter().for_each(|batch| known.note(batch));
        assert_eq!(known.duplicate(stamp(2), 1), None, "more than five ago");
        known.reload(5, all[..5].iter());
        assert_eq!(known.duplicate(stamp(5), 1), None, "cut off");
        assert_eq!(known.duplicate(stamp(0), 1).map(|batch| batch.first_offset), Some(0));
        assert_eq!(known.validate(stamp(5)), Ok(()));
        assert_eq!(known.validate(stamp(6)), Err(ErrorCode::OutOfOrderSequenceNumber));
    }

    #[test]
    fn what_retention_deleted_is_remembered() {
        let all = batches(3);
        let mut known = Producers::default();
        all.iter().for_each(|batch| known.note(batch));
        known.reload(2, all[1..2].iter());
        assert_eq!(known.duplicate(stamp(0), 1).map(|batch| batch.first_offset), Some(0));
        assert_eq!(known.validate(stamp(2)), Ok(()));
    }

    #[test]
    fn quiet_producers_are_forgotten() {
        let mut known = Producers::default();
        batches(1).iter().for_each(|batch| known.note(batch));
        known.expire(1_004, 1_000);
        assert_eq!(known.iter().count(), 1);
        known.expire(1_005, 1_000);
        assert_eq!(known.validate(stamp(9)), Ok(()), "a log takes any number from a stranger");
    }
}
