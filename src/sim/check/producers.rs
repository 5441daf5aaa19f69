//! What must always hold of idempotent producers: what they write comes once, and in its order.

use super::{Broken, broken};
use crate::sim::id::{Node, Offset, Partition, RecordId};
use crate::sim::log::Log;
use crate::sim::ordered::Set;
use crate::sim::wire::{ProducerId, ProducerStamp, RecordBatch};

/// How far back a batch that came twice is looked for, in records.
const HORIZON: Offset = 200;
/// So many batches of a producer does a log remember (ProducerStateEntry.NUM_BATCHES_TO_RETAIN).
const REMEMBERED: usize = 5;

/// Remembers which producers Kafka itself lets repeat themselves.
#[derive(Clone, Debug, Default)]
pub(super) struct ProducerChecker {
    /// Producers that a log knows only from some batch on.
    begun_late: Set<(Partition, ProducerId)>,
    /// Producers whose later epochs may hold again what an earlier one does.
    starts_over: Set<(Partition, Node)>,
    /// Partitions of which some that was written went, and may have come back.
    lost: Set<Partition>,
}

impl ProducerChecker {
    /// A producer gave up a batch. Although that may be written, it goes on with a new epoch, in
    /// which a log takes what it had taken before (TransactionManager.handleFailedBatch).
    pub(super) fn gives_up(&mut self, partition: Partition, producer: Node) {
        self.starts_over.insert((partition, producer));
    }

    /// An unclean election: what the new leader lacks is a gap to producers, who begin new epochs;
    /// and another one may bring back what was taken for lost.
    pub(super) fn loses(&mut self, partition: Partition) {
        self.lost.insert(partition);
    }

    /// What an idempotent producer wrote comes after all that it wrote before, and comes once.
    ///
    /// As in Kafka a log takes any sequence number from a producer that it does not know. So if
    /// its very first batches are refused (NOT_ENOUGH_REPLICAS) and a later one is not, there is
    /// no order to keep (KAFKA-14359).
    pub(super) fn in_order(
        &mut self,
        partition: Partition,
        log: &Log,
        batch: &RecordBatch,
    ) -> Result<(), Broken> {
        let Some(stamp) = batch.producer else { return Ok(()) };
        if log.batch_at(batch.base_offset).is_none_or(|found| **found != *batch) {
            return Ok(()); // cut off again meanwhile
        }
        let Some(first) = batch.records.iter().find_map(|record| record.id) else {
            return Ok(());
        };
        let id = stamp.producer.id;
        let producer = (partition, Node::Client(first.client));
        let one_epoch = self.lost.contains(&partition) || self.starts_over.contains(&producer);
        let last = between(log, batch.base_offset - HORIZON, batch.base_offset)
            .filter(|(_, it)| it.producer.id == id && (!one_epoch || it.producer == stamp.producer))
            .flat_map(|(other, _)| other.records.iter())
            .filter_map(|record| record.id)
            // Several share an id, one after the other, if they have the same `transactional.id`.
            .filter(|it| it.client == first.client)
            .max();
        if last.is_none() && stamp.base_sequence > 0 {
            self.begun_late.insert((partition, id));
        }
        if Some(first) > last || self.begun_late.contains(&(partition, id)) {
            return Ok(());
        }
        if is_forgotten(log, batch, stamp, first) {
            self.starts_over.insert(producer);
            return Ok(());
        }
        let what = format!("{first:?} is written at {} after {last:?}", batch.base_offset);
        broken("IdempotentProducersKeepOrder", partition, what)
    }
}

/// Batches of idempotent producers from one offset to another.
pub(super) fn between(
    log: &Log,
    start: Offset,
    end: Offset,
) -> impl Iterator<Item = (&RecordBatch, ProducerStamp)> {
    let all = log.batches_from(start).take_while(move |other| other.base_offset < end);
    all.filter_map(|other| Some((&**other, other.producer?)))
}

/// Whether a batch is there in an earlier epoch of its producer, with so many after it that the log
/// had forgotten it when it came again: after a change of leaders more than five may be in flight.
/// That looks like a gap, and the producer begins a new epoch (TransactionManager.canRetry).
fn is_forgotten(log: &Log, batch: &RecordBatch, stamp: ProducerStamp, first: RecordId) -> bool {
    let earlier = |it: &ProducerStamp| {
        it.producer.id == stamp.producer.id && it.producer.epoch < stamp.producer.epoch
    };
    let all = between(log, 0, batch.base_offset).filter(|(_, it)| earlier(it));
    let lacks = |other: &RecordBatch| other.records.iter().all(|it| it.id != Some(first));
    all.skip_while(|(other, _)| lacks(other)).count() > REMEMBERED
}
