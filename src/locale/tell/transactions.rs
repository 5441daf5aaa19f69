//! Sentences about transactions, from the producers that make them.

use super::Teller;
use crate::sim::event::Event;
use crate::sim::wire::ErrorCode;

impl Teller<'_> {
    pub(super) fn transactions(&self, event: &Event) -> Option<String> {
        let (words, me) = (self.words, &self.me);
        Some(match event {
            Event::TransactionsInitialized { transactional_id, producer } => {
                let epoch = i64::from(producer.epoch);
                words.event_transactions_initialized(transactional_id, me, epoch)
            }
            Event::TransactionBegun { .. } => words.event_transaction_begun(me),
            Event::OffsetsSentToTransaction { group, offsets, .. } => {
                words.event_offsets_sent(me, &self.offsets(offsets), group)
            }
            Event::TransactionCommitted { .. } => words.event_transaction_committed(me),
            Event::TransactionAborted { .. } => words.event_transaction_aborted(me),
            Event::TransactionFailed { error, .. } => {
                words.event_transaction_failed(me, error.name())
            }
            Event::ProducerFenced { transactional_id, error: ErrorCode::ProducerFenced } => {
                words.event_producer_fenced(me, transactional_id)
            }
            Event::ProducerFenced { error, .. } => {
                words.event_transactions_broken(me, error.name())
            }
            _ => return None,
        })
    }
}
