//! What a broker's copy of a partition holds, whether its process runs or not.

use crate::sim::id::{BrokerId, Offset};
use crate::sim::log::Log;
use crate::sim::wire::{ProducerId, Record, RecordBatch};
use crate::sim::{Partition, World};

/// One broker's copy of a partition.
#[derive(Clone, Copy, Debug)]
pub struct Replica<'a> {
    /// First offset that the broker itself still has; what is before it may be in remote storage.
    pub start: Offset,
    /// The offset that its next record will get (LEO).
    pub end: Offset,
    /// Its high watermark, as the broker knows it or last wrote it down.
    pub high_watermark: Offset,
    /// The log itself.
    pub log: &'a Log,
}

impl<'a> Replica<'a> {
    /// The copy that a broker has, if it has one.
    pub fn of(world: &'a World, broker: BrokerId, partition: Partition) -> Option<Replica<'a>> {
        let broker = world.brokers.get(&broker)?;
        let log = broker.disk.logs.get(&partition)?;
        Some(Replica {
            start: log.local_start(),
            end: log.end(),
            high_watermark: broker.high_watermark(partition),
            log,
        })
    }

    /// Its batches from the one with an offset on.
    pub fn batches(&self, from: Offset) -> impl Iterator<Item = &'a RecordBatch> {
        self.log.batches_from(from).map(|batch| &**batch)
    }

    /// Up to where everything is committed and decided (LSO).
    pub fn last_stable_offset(&self) -> Offset {
        self.log.last_stable_offset(self.high_watermark)
    }

    /// Whose transaction holds that back.
    pub fn first_unstable(&self) -> Option<ProducerId> {
        self.log.transactions().ongoing().next().map(|(_, producer)| producer)
    }

    /// Its records from an offset on, each with its own.
    pub fn records(&self, from: Offset) -> impl Iterator<Item = (Offset, &'a Record)> {
        let batches = self.log.batches_from(from);
        batches.flat_map(|batch| batch.iter()).skip_while(move |(offset, _)| *offset < from)
    }
}

/// From where on a broker's copy holds what the partition's leader does not have: a divergent
/// suffix, which will be cut off when the broker follows that leader.
pub fn diverges(world: &World, broker: BrokerId, partition: Partition) -> Option<Offset> {
    let leader = world.metadata().partition(partition)?.leader.filter(|id| *id != broker)?;
    let log = |id: BrokerId| world.brokers.get(&id)?.disk.logs.get(&partition);
    log(broker)?.parts_from(log(leader)?)
}
