//! Sentences about transactions, from their coordinators and the leaders of their partitions.

use super::Teller;
use crate::sim::event::Event;
use crate::sim::id::Partition;

impl Teller<'_> {
    pub(super) fn coordination(&self, event: &Event) -> Option<String> {
        let words = self.words;
        Some(match event {
            Event::TransactionalIdInitialized { transactional_id, producer } => {
                words.event_transactional_id(transactional_id, i64::from(producer.epoch))
            }
            Event::TransactionPartitionsAdded { transactional_id, partitions, begins } => {
                let partitions = &self.all_of(partitions);
                match begins {
                    true => words.event_transaction_begins(transactional_id, partitions),
                    false => words.event_transaction_grows(transactional_id, partitions),
                }
            }
            Event::TransactionFenced { transactional_id, .. } => {
                words.event_transaction_fenced(transactional_id)
            }
            Event::TransactionTimedOut { transactional_id, .. } => {
                words.event_transaction_timed_out(transactional_id)
            }
            Event::TransactionPrepared { transactional_id, committed: true } => {
                words.event_transaction_prepared_commit(transactional_id)
            }
            Event::TransactionPrepared { transactional_id, committed: false } => {
                words.event_transaction_prepared_abort(transactional_id)
            }
            Event::TransactionMarkerWritten { partition, committed: true, .. } => {
                words.event_marker_commit(&self.me, &self.partition(*partition))
            }
            Event::TransactionMarkerWritten { partition, committed: false, .. } => {
                words.event_marker_abort(&self.me, &self.partition(*partition))
            }
            Event::TransactionCompleted { transactional_id, committed: true } => {
                words.event_transaction_complete_commit(transactional_id)
            }
            Event::TransactionCompleted { transactional_id, committed: false } => {
                words.event_transaction_complete_abort(transactional_id)
            }
            _ => return None,
        })
    }

    fn all_of(&self, partitions: &[Partition]) -> String {
        let names: Vec<String> = partitions.iter().map(|it| self.partition(*it)).collect();
        names.join(", ")
    }
}
