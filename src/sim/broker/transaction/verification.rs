//! Before the first write of a transaction to a partition, its leader makes sure that the
//! coordinator knows of it (KIP-890; VerificationStateEntry, VerificationGuard).

use crate::sim::broker::Running;
use crate::sim::id::Partition;
use crate::sim::log::Log;
use crate::sim::log::producers::ProducerState;
use crate::sim::mutant::{Mutant, breaks};
use crate::sim::ordered::Map;
use crate::sim::wire::{
    BatchKind, ErrorCode, NO_SEQUENCE, PartitionProduce, ProducerId, ProducerStamp,
};

/// A question that is asked of a coordinator before a producer's write is let through.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Verification {
    /// Tells this question from later ones: an answer that is older than a marker says nothing.
    guard: u64,
    epoch: i16,
    /// Nothing behind it may be written before it.
    lowest_sequence: i32,
    version_two: bool,
}

/// All that are open, of partitions that this broker leads.
#[derive(Clone, Debug, Default)]
pub(super) struct Verifications {
    open: Map<(Partition, ProducerId), Verification>,
    next: u64,
}

impl Verifications {
    /// Begins one, or goes on with it; its guard.
    fn begin(&mut self, partition: Partition, stamp: ProducerStamp, version_two: bool) -> u64 {
        let ProducerStamp { producer, base_sequence } = stamp;
        let next = &mut self.next;
        let entry = self.open.entry((partition, producer.id)).or_insert_with(|| {
            *next += 1;
            let (guard, epoch) = (*next, producer.epoch);
            Verification { guard, epoch, lowest_sequence: base_sequence, version_two }
        });
        // maybeUpdateLowestSequenceAndEpoch
        if producer.epoch > entry.epoch {
            (entry.epoch, entry.lowest_sequence) = (producer.epoch, base_sequence);
        } else if producer.epoch == entry.epoch {
            entry.lowest_sequence = entry.lowest_sequence.min(base_sequence);
        }
        entry.guard
    }

    /// The transaction is in the log now, or over.
    pub(super) fn forget(&mut self, partition: Partition, producer: ProducerId) {
        self.open.remove(&(partition, producer));
    }

    /// Another leader has to ask anew.
    pub(super) fn forget_partition(&mut self, partition: Partition) {
        self.open.retain(|(of, _), _| *of != partition);
    }
}

fn is_ongoing(state: Option<&ProducerState>, epoch: i16) -> bool {
    let same = |state: &ProducerState| state.epoch == epoch || breaks(Mutant::WritesForZombies);
    state.is_some_and(|state| state.transaction.is_some() && same(state))
}

impl Running<'_> {
    fn producer_state(&self, partition: Partition, id: ProducerId) -> Option<&ProducerState> {
        self.disk.logs.get(&partition).map(Log::producers)?.get(id)
    }

    /// Asks whether a write needs the coordinator's word; the guard of that question
    /// (UnifiedLog.maybeStartTransactionVerification).
    ///
    /// # Errors
    /// UNKNOWN_TOPIC_OR_PARTITION, NOT_LEADER_OR_FOLLOWER; INVALID_PRODUCER_EPOCH if there is a
    /// newer one.
    pub(super) fn begin_verification(
        &mut self,
        partition: Partition,
        stamp: ProducerStamp,
        version_two: bool,
    ) -> Result<Option<u64>, ErrorCode> {
        if self.disk.image.partition(partition).is_none() {
            return Err(ErrorCode::UnknownTopicOrPartition);
        }
        if self.live.replicas.get(&partition).is_none_or(|it| it.as_leader().is_none()) {
            return Err(ErrorCode::NotLeaderOrFollower);
        }
        let state = self.producer_state(partition, stamp.producer.id);
        let stale = state.is_some_and(|state| stamp.producer.epoch < state.epoch);
        if stale && !breaks(Mutant::WritesForZombies) {
            return Err(ErrorCode::InvalidProducerEpoch);
        }
        if is_ongoing(state, stamp.producer.epoch) {
            return Ok(None);
        }
        Ok(Some(self.live.transactions.verifications.begin(partition, stamp, version_two)))
    }

    /// Why a batch may not be written although the coordinator did not object, if so
    /// (UnifiedLog.analyzeAndValidateProducerState, ProducerAppendInfo.checkSequence).
    pub(super) fn unverified(
        &self,
        batch: &PartitionProduce,
        guard: Option<u64>,
    ) -> Option<ErrorCode> {
        let stamp = batch.producer.filter(|_| batch.kind == BatchKind::Transactional)?;
        if matches!(self.written_before(batch), Ok(Some(_))) {
            return None;
        }
        let ProducerStamp { producer, base_sequence } = stamp;
        let state = self.producer_state(batch.partition, producer.id);
        let open = self.live.transactions.verifications.open.get(&(batch.partition, producer.id));
        let stale = state.is_some_and(|state| producer.epoch < state.epoch);
        let verified = guard.is_some() && open.map(|it| it.guard) == guard;
        if !stale && !verified && !is_ongoing(state, producer.epoch) {
            return Some(ErrorCode::InvalidTxnState);
        }
        let known = state.is_some_and(|state| !state.batches.is_empty());
        let gap = |it: &Verification| {
            let begins_late = it.version_two && base_sequence != 0 && !known;
            base_sequence != NO_SEQUENCE && (begins_late || base_sequence > it.lowest_sequence)
        };
        open.is_some_and(gap).then_some(ErrorCode::OutOfOrderSequenceNumber)
    }

    /// Once something of the transaction is in the log, nobody need be asked again.
    pub(super) fn end_verification(&mut self, partition: Partition, stamp: Option<ProducerStamp>) {
        let Some(ProducerStamp { producer, .. }) = stamp else { return };
        if is_ongoing(self.producer_state(partition, producer.id), producer.epoch) {
            self.live.transactions.verifications.forget(partition, producer.id);
        }
    }
}
