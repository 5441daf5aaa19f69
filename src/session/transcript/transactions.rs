//! What coordinators of transactions tell, and the leaders of their partitions, one line each.

use super::Transcript;
use crate::sim::event::Event;
use crate::sim::wire::WriteTxnMarkersRequest;

impl Transcript<'_> {
    pub(super) fn coordination_fact(&self, event: &Event) -> Option<String> {
        Some(match event {
            Event::TransactionalIdInitialized { transactional_id, producer } => {
                format!("{transactional_id} is producer {}, epoch {}", producer.id, producer.epoch)
            }
            Event::TransactionPartitionsAdded { transactional_id, partitions, begins } => {
                let what = if *begins { "begins" } else { "goes on" };
                format!("{transactional_id} {what} in {}", self.partitions(partitions))
            }
            Event::TransactionFenced { transactional_id, producer } => {
                format!("{transactional_id} fences epoch {}", producer.epoch)
            }
            Event::TransactionTimedOut { transactional_id, producer } => {
                format!("{transactional_id} times out in epoch {}", producer.epoch)
            }
            Event::TransactionPrepared { transactional_id, committed } => {
                format!("{transactional_id} will {}", how(*committed))
            }
            Event::TransactionMarkerWritten { partition, producer, committed } => {
                let (how, epoch) = (how(*committed), producer.epoch);
                format!("{} {how} marker, epoch {epoch}", self.partition(*partition))
            }
            Event::TransactionCompleted { transactional_id, committed } => {
                format!("{transactional_id} {} is complete", how(*committed))
            }
            _ => return None,
        })
    }

    pub(super) fn markers(&self, request: &WriteTxnMarkersRequest) -> String {
        let mut text = "WriteTxnMarkers".to_owned();
        for marker in &request.markers {
            text += &format!(" {} {}", how(marker.committed), self.partitions(&marker.partitions));
        }
        text
    }
}

fn how(committed: bool) -> &'static str {
    if committed { "commit" } else { "abort" }
}
