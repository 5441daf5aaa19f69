//! What a log remembers of the idempotent producers that write to it, so that a batch that comes
//! again is known and one that is missing is missed (ProducerStateManager, ProducerAppendInfo).

use std::sync::Arc;

use serde::Serialize;

use crate::sim::id::{Epoch, Offset};
use crate::sim::mutant::{Mutant, breaks};
use crate::sim::ordered::Map;
use crate::sim::wire::{
    BatchKind, ErrorCode, NO_SEQUENCE, ProducerId, ProducerIdAndEpoch, ProducerStamp, RecordBatch,
    Value,
};

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
    /// Where its open transaction begins, if it has one here (currentTxnFirstOffset).
    pub transaction: Option<Offset>,
    /// The epoch of the coordinator that ended its last transaction; -1 before.
    pub coordinator_epoch: Epoch,
}

impl ProducerState {
    fn unknown() -> ProducerState {
        let (batches, transaction) = (Vec::new(), None);
        ProducerState { epoch: -1, batches, last_timestamp: 0, transaction, coordinator_epoch: -1 }
    }
}

/// A marker has ended a transaction that began here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct EndedTransaction {
    pub first_offset: Offset,
    pub committed: bool,
}

/// All producers that wrote to a log.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Producers(Map<ProducerId, ProducerState>);

impl Producers {
    /// The producers with what is known of them.
    pub fn iter(&self) -> impl Iterator<Item = (ProducerId, &ProducerState)> {
        self.0.iter().map(|(id, state)| (*id, state))
    }

    /// What is known of one of them.
    pub fn get(&self, id: ProducerId) -> Option<&ProducerState> {
        self.0.get(&id)
    }

    /// Where the very same batch stands already, if it is one of the last five.
    pub fn duplicate(&self, stamp: ProducerStamp, records: usize) -> Option<WrittenBatch> {
        if breaks(Mutant::ForgetsDuplicates) || stamp.base_sequence == NO_SEQUENCE {
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
            return match breaks(Mutant::WritesForZombies) {
                true => Ok(()),
                false => Err(ErrorCode::InvalidProducerEpoch),
            };
        }
        if stamp.base_sequence == NO_SEQUENCE {
            return Ok(()); // written by a coordinator, in a producer's name
        }
        let expected = match state.batches.last() {
            Some(last) if stamp.producer.epoch == state.epoch => {
                crate::sim::wire::increment_sequence(last.last_sequence, 1)
            }
            _ => 0,
        };
        match stamp.base_sequence == expected {
            true => Ok(()),
            false => Err(ErrorCode::OutOfOrderSequenceNumber),
        }
    }

    /// Whether this producer has a transaction open here, and may write such a batch in it
    /// (ProducerAppendInfo.appendDataBatch).
    ///
    /// # Errors
    /// INVALID_TXN_STATE: a plain batch while a transaction is open.
    pub fn validate_kind(&self, producer: ProducerId, kind: BatchKind) -> Result<(), ErrorCode> {
        let open = self.0.get(&producer).is_some_and(|state| state.transaction.is_some());
        match open && kind == BatchKind::Plain {
            true => Err(ErrorCode::InvalidTxnState),
            false => Ok(()),
        }
    }

    /// Whether a marker of this coordinator may be written (ProducerAppendInfo.appendEndTxnMarker).
    ///
    /// # Errors
    /// INVALID_PRODUCER_EPOCH, TRANSACTION_COORDINATOR_FENCED.
    pub fn validate_marker(
        &self,
        producer: ProducerIdAndEpoch,
        coordinator_epoch: Epoch,
    ) -> Result<(), ErrorCode> {
        match self.0.get(&producer.id) {
            Some(state) if producer.epoch < state.epoch => Err(ErrorCode::InvalidProducerEpoch),
            Some(state) if coordinator_epoch < state.coordinator_epoch => {
                Err(ErrorCode::TransactionCoordinatorFenced)
            }
            _ => Ok(()),
        }
    }

    /// Notes a batch that was written, by a leader or as a follower; what of its producer's
    /// transaction that ended.
    pub(super) fn note(&mut self, batch: &RecordBatch) -> Option<EndedTransaction> {
        let stamp = batch.producer?;
        let state = self.0.entry(stamp.producer.id).or_insert_with(ProducerState::unknown);
        if state.epoch != stamp.producer.epoch {
            // A transaction that is open goes on, whoever ends it.
            state.epoch = stamp.producer.epoch;
            state.batches.clear();
        }
        state.last_timestamp = batch.max_timestamp();
        if batch.kind == BatchKind::Control {
            let Some(Value::EndTransaction { committed, coordinator_epoch }) =
                batch.records.first().map(|record| &record.value)
            else {
                return None; // Compaction has taken it, and the transaction with it.
            };
            state.coordinator_epoch = *coordinator_epoch;
            let first_offset = state.transaction.take()?;
            return Some(EndedTransaction { first_offset, committed: *committed });
        }
        if state.batches.len() == REMEMBERED {
            state.batches.remove(0);
        }
        let span = usize::try_from(batch.next_offset() - batch.base_offset).unwrap_or(1);
        state.batches.push(WrittenBatch {
            first_sequence: stamp.base_sequence,
            last_sequence: stamp.last_sequence(span),
            first_offset: batch.base_offset,
            last_offset: batch.last_offset(),
        });
        if batch.kind == BatchKind::Transactional {
            state.transaction.get_or_insert(batch.base_offset);
        }
        None
    }

    /// Forgets producers that wrote nothing for so long (`producer.id.expiration.ms`).
    pub(super) fn expire(&mut self, now_ms: u64, after_ms: u64) {
        self.0.retain(|_, state| {
            state.transaction.is_some() || now_ms.saturating_sub(state.last_timestamp) < after_ms
        });
    }

    /// The log was cut: what is known is what retention or a cleaner has deleted, before `start`,
    /// and what the batches that are left say: those from there on are noted again next, and
    /// `before` are those that a cleaner has left before it. Whoever is only remembered by what is
    /// cut has the epoch again that these say (ProducerStateManager.truncateAndReload, with its
    /// snapshots).
    pub(super) fn reload<'a>(
        &mut self,
        start: Offset,
        before: impl Iterator<Item = &'a Arc<RecordBatch>>,
    ) {
        for state in self.0.values_mut() {
            state.batches.retain(|batch| batch.last_offset < start);
            state.transaction = state.transaction.filter(|first| *first < start);
        }
        self.0.retain(|_, state| !state.batches.is_empty() || state.transaction.is_some());
        let mut left = Producers::default();
        for batch in before {
            left.note(batch);
            // What is empty has ended, its marker may be gone.
            if batch.records.is_empty()
                && let Some(state) = batch.producer.and_then(|it| left.0.get_mut(&it.producer.id))
            {
                state.transaction = state.transaction.filter(|first| *first < batch.base_offset);
            }
        }
        for (id, state) in left.0 {
            if self.0.get(&id).is_none_or(|known| known.epoch != state.epoch) {
                self.0.insert(id, state);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::time::Time;
    use crate::sim::wire::Record;

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
            kind: BatchKind::Plain,
            cleaned: None,
            records: vec![record.clone()].into(),
            compression: crate::sim::wire::CompressionType::None,
            bytes: 70,
        };
        (0..count).map(batch).map(Arc::new).collect()
    }

    fn note(known: &mut Producers, batches: &[Arc<RecordBatch>]) {
        for batch in batches {
            assert_eq!(known.note(batch), None, "there are no transactions");
        }
    }

    #[test]
    fn a_cut_log_forgets_what_was_cut_and_remembers_what_was_before() {
        let all = batches(8);
        let mut known = Producers::default();
        note(&mut known, &all);
        assert_eq!(known.duplicate(stamp(2), 1), None, "more than five ago");
        known.reload(0, [].iter());
        note(&mut known, &all[..5]);
        assert_eq!(known.duplicate(stamp(5), 1), None, "cut off");
        assert_eq!(known.duplicate(stamp(0), 1).map(|batch| batch.first_offset), Some(0));
        assert_eq!(known.validate(stamp(5)), Ok(()));
        assert_eq!(known.validate(stamp(6)), Err(ErrorCode::OutOfOrderSequenceNumber));
    }

    #[test]
    fn what_retention_deleted_is_remembered() {
        let all = batches(3);
        let mut known = Producers::default();
        note(&mut known, &all);
        known.reload(1, [].iter());
        note(&mut known, &all[1..2]);
        assert_eq!(known.duplicate(stamp(0), 1).map(|batch| batch.first_offset), Some(0));
        assert_eq!(known.validate(stamp(2)), Ok(()));
    }

    #[test]
    fn quiet_producers_are_forgotten() {
        let mut known = Producers::default();
        note(&mut known, &batches(1));
        known.expire(1_004, 1_000);
        assert_eq!(known.iter().count(), 1);
        known.expire(1_005, 1_000);
        assert_eq!(known.validate(stamp(9)), Ok(()), "a log takes any number from a stranger");
    }
}
