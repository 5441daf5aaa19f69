//! The transactions in a log: which are open, which are over, and how far a reader may go who wants
//! nothing that is undecided (ProducerStateManager.firstUnstableOffset, TransactionIndex).

use serde::Serialize;

use super::producers::EndedTransaction;
use crate::sim::id::Offset;
use crate::sim::mutant::{Mutant, breaks};
use crate::sim::ordered::Map;
use crate::sim::wire::{AbortedTransaction, BatchKind, ProducerId, RecordBatch};

/// A transaction that was aborted (AbortedTxn).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Aborted {
    pub producer: ProducerId,
    pub first_offset: Offset,
    /// Where its marker is.
    pub last_offset: Offset,
    /// What was decided when it ended: all before it.
    pub last_stable_offset: Offset,
}

/// All transactions of a log that still matter to readers.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Transactions {
    /// Open ones, by where they begin.
    ongoing: Map<Offset, ProducerId>,
    /// Those that ended: where they begin, and where their marker is. As long as that is not
    /// committed itself, they hold readers back like open ones (unreplicatedTxns).
    unreplicated: Map<Offset, Offset>,
    /// In the order of their markers.
    aborted: Vec<Aborted>,
}

impl Transactions {
    /// Open ones: where they begin, and whose they are.
    pub fn ongoing(&self) -> impl Iterator<Item = (Offset, ProducerId)> {
        self.ongoing.iter().map(|(first, producer)| (*first, *producer))
    }

    /// Those that were aborted, in the order of their markers.
    pub fn aborted(&self) -> &[Aborted] {
        &self.aborted
    }

    /// The end of what is decided and committed (UnifiedLog.fetchLastStableOffsetMetadata).
    pub fn last_stable_offset(&self, high_watermark: Offset, log_start: Offset) -> Offset {
        if breaks(Mutant::LastStableOffsetIsHighWatermark) {
            return high_watermark;
        }
        let open = self.ongoing.keys().next().copied();
        let mut ended = self.unreplicated.iter();
        let ended = ended.find(|(_, marker)| **marker >= high_watermark).map(|(first, _)| *first);
        let unstable = open.into_iter().chain(ended).min();
        unstable.map_or(high_watermark, |first| first.max(log_start).min(high_watermark))
    }

    /// What is committed of them holds nobody back any more
    /// (ProducerStateManager.onHighWatermarkUpdated).
    pub fn high_watermark_moved(&mut self, to: Offset) {
        if !self.unreplicated.is_empty() {
            self.unreplicated.retain(|_, marker| *marker >= to);
        }
    }

    /// The aborted transactions that a reader must know who gets what is between two offsets
    /// (TransactionIndex.collectAbortedTxns).
    pub fn aborted_between(&self, from: Offset, to: Offset) -> Vec<AbortedTransaction> {
        let mut found = Vec::new();
        for it in self.aborted.iter().filter(|_| !breaks(Mutant::ForgetsTheAborted)) {
            if it.last_offset >= from && it.first_offset < to {
                let (producer, first_offset) = (it.producer, it.first_offset);
                found.push(AbortedTransaction { producer, first_offset });
            }
            if it.last_stable_offset >= to {
                break;
            }
        }
        found
    }

    /// Notes a batch that was written, and what it ended
    /// (ProducerStateManager.completeTxn, lastStableOffset).
    pub(super) fn note(&mut self, batch: &RecordBatch, ended: Option<EndedTransaction>) {
        let Some(stamp) = batch.producer else { return };
        let producer = stamp.producer.id;
        let Some(ended) = ended else {
            let begins = batch.kind == BatchKind::Transactional;
            if begins && !self.ongoing.values().any(|open| *open == producer) {
                self.ongoing.insert(batch.base_offset, producer);
            }
            return;
        };
        self.ongoing.remove(&ended.first_offset);
        let last_offset = batch.last_offset();
        self.unreplicated.insert(ended.first_offset, last_offset);
        if !ended.committed {
            let open = self.ongoing.keys().next().copied();
            self.aborted.push(Aborted {
                producer,
                first_offset: ended.first_offset,
                last_offset,
                last_stable_offset: open.unwrap_or(last_offset + 1),
            });
        }
    }

    /// The log now begins there: of transactions that ended before, nothing is left to skip.
    pub(super) fn advance_start(&mut self, start: Offset) {
        self.aborted.retain(|it| it.last_offset >= start);
    }

    /// A cleaner has passed up to there; of what was aborted before, readers must be told these.
    pub(super) fn were_cleaned(&mut self, end: Offset, left: &[Aborted]) {
        self.aborted.retain(|it| it.last_offset >= end || left.contains(it));
    }

    /// The log was cut; what is left of it from `start` on is noted again next. Of what began
    /// before, the producers' states remember what is open.
    pub(super) fn reload(
        &mut self,
        start: Offset,
        open: impl Iterator<Item = (Offset, ProducerId)>,
    ) {
        let mut before = std::mem::take(self);
        before.aborted.retain(|it| it.last_offset < start);
        self.aborted = before.aborted;
        self.ongoing.extend(open.filter(|(first, _)| *first < start));
    }
}
