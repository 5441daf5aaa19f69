//! What compaction promises: of each key the last committed record is still there, where it was;
//! what stands in a transaction counts once that is committed.

use super::transactions::says;
use super::{Broken, broken, log_of};
use crate::sim::event::{Event, Stamped};
use crate::sim::id::{Key, Offset, Partition};
use crate::sim::log::Log;
use crate::sim::ordered::{Map, Set};
use crate::sim::wire::{BatchKind, ProducerId};
use crate::sim::world::World;

/// A key, where a record of it is, and whether that is a tombstone.
type Noted = (Key, Offset, bool);

/// Remembers what is committed of each key.
#[derive(Clone, Debug, Default)]
pub(super) struct CompactionChecker {
    /// Where the last one is; none if it is a tombstone, which may go, too.
    last: Map<(Partition, Key), (Offset, bool)>,
    /// What stands in transactions that are open.
    open: Map<(Partition, ProducerId), Vec<Noted>>,
}

impl CompactionChecker {
    pub(super) fn check(
        &mut self,
        world: &World,
        stamped: &Stamped,
        excused: &Set<Partition>,
    ) -> Result<(), Broken> {
        match stamped.event {
            Event::HighWatermarkMoved { partition, from, to, as_leader: true } => {
                if let Some(log) = log_of(world, stamped.node, partition) {
                    self.note_committed(partition, log, from, to);
                }
                Ok(())
            }
            Event::CleanerRan { partition, to, .. } if !excused.contains(&partition) => {
                match log_of(world, stamped.node, partition) {
                    Some(log) => self.last_of_each_key_stays(partition, log, to),
                    None => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }

    fn note_committed(&mut self, partition: Partition, log: &Log, from: Offset, to: Offset) {
        // A new leader's high watermark may begin further back: what is there is noted again.
        for (_, noted) in self.open.iter_mut().filter(|((of, _), _)| *of == partition) {
            noted.retain(|(_, offset, _)| *offset < from);
        }
        for batch in log.batches_from(from).take_while(|batch| batch.base_offset < to) {
            let all = batch
                .iter()
                .filter_map(|(offset, record)| Some((record.key?, offset, record.is_tombstone())));
            let stamp = batch.producer.filter(|_| batch.kind != BatchKind::Plain);
            let Some(producer) = stamp.map(|stamp| stamp.producer.id) else {
                all.for_each(|it| self.note(partition, it));
                continue;
            };
            if batch.kind == BatchKind::Transactional {
                self.open.entry((partition, producer)).or_default().extend(all);
                continue;
            }
            let ended = self.open.remove(&(partition, producer)).unwrap_or_default();
            if says(batch) == Some(true) {
                ended.into_iter().for_each(|it| self.note(partition, it));
            }
        }
    }

    fn note(&mut self, partition: Partition, (key, offset, is_tombstone): Noted) {
        let known = self.last.entry((partition, key)).or_insert((-1, false));
        if offset >= known.0 {
            *known = (offset, is_tombstone);
        }
    }

    fn last_of_each_key_stays(
        &self,
        partition: Partition,
        log: &Log,
        end: Offset,
    ) -> Result<(), Broken> {
        for ((of, key), (offset, is_tombstone)) in &self.last {
            if *of != partition || *is_tombstone || *offset >= end || *offset < log.start() {
                continue;
            }
            let found = log.batch_at(*offset).and_then(|batch| batch.at(*offset));
            if found.is_none_or(|record| record.key != Some(*key)) {
                let what = format!("{} at {offset} is gone, cleaned up to {end}", key.text());
                return broken("LastOfEachKeyStays", partition, what);
            }
        }
        Ok(())
    }
}
