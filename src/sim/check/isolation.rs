//! What readers are promised: with `read_committed` nobody is given what is undecided or aborted,
//! and nobody is given what its application was told to be aborted.

use std::sync::Arc;

use super::transactions::{any_state, says};
use super::{Broken, broken, spoilt};
use crate::sim::client::Consumer;
use crate::sim::event::{Event, Stamped};
use crate::sim::id::{ClientId, Node, Offset, Partition, RecordId};
use crate::sim::log::Log;
use crate::sim::ordered::{Map, Set};
use crate::sim::wire::{BatchKind, RecordBatch};
use crate::sim::world::World;

/// A transaction as its application lives through it.
#[derive(Clone, Copy, Debug)]
struct Lived {
    /// The number of its first record.
    first: u64,
    /// abortTransaction() has returned.
    aborted: bool,
    /// Somebody with `read_committed` was given some of it.
    read: bool,
}

/// Remembers whose transactions were aborted, and which were read.
#[derive(Clone, Debug, Default)]
pub(super) struct IsolationChecker {
    /// Of each producer, in order; those without a record are left out.
    lived: Map<ClientId, Vec<Lived>>,
    /// Whose transactions have begun without a record yet.
    begun: Set<ClientId>,
}

impl IsolationChecker {
    pub(super) fn check(
        &mut self,
        world: &World,
        stamped: &Stamped,
        excused: &Set<Partition>,
    ) -> Result<(), Broken> {
        let Some(client) = stamped.node.client() else { return Ok(()) };
        match &stamped.event {
            Event::TransactionBegun { .. } => {
                self.begun.insert(client);
                Ok(())
            }
            Event::Produced { record, .. } if self.begun.remove(&client) => {
                let begun = Lived { first: record.number, aborted: false, read: false };
                self.lived.entry(client).or_default().push(begun);
                Ok(())
            }
            // Without a record there is nothing to read, and the last one is another.
            Event::TransactionAborted { .. } if !self.begun.remove(&client) => {
                let last = self.lived.get_mut(&client).and_then(|all| all.last_mut());
                let Some(last) = last else { return Ok(()) };
                last.aborted = true;
                let kept = !any_state(world).any(|partition| excused.contains(&partition));
                if kept { said(client, last, None) } else { Ok(()) }
            }
            Event::Processed { partition, offset, record: Some(record), .. } => {
                let is_strict = reader(world, stamped.node).is_some_and(is_strict);
                if !is_strict || spoilt(world, *partition, excused) {
                    return Ok(());
                }
                self.given(world, *partition, *offset, *record, excused)
            }
            _ => Ok(()),
        }
    }

    fn given(
        &mut self,
        world: &World,
        partition: Partition,
        offset: Offset,
        record: RecordId,
        excused: &Set<Partition>,
    ) -> Result<(), Broken> {
        match outcome(world, partition, offset, record) {
            Some(Outcome::Aborted) => {
                return broken("AbortedIsNeverRead", partition, format!("{offset} is read"));
            }
            Some(Outcome::Open) => {
                return broken("UndecidedIsNeverRead", partition, format!("{offset} is read"));
            }
            Some(Outcome::Committed) => {}
            None => return Ok(()),
        }
        let Some(all) = self.lived.get_mut(&record.client) else { return Ok(()) };
        let place = all.partition_point(|it| it.first <= record.number).checked_sub(1);
        match place.and_then(|place| all.get_mut(place)) {
            Some(lived) => {
                lived.read = true;
                // With its power a machine may lose a decision, and another one is made.
                let kept = !any_state(world).any(|partition| excused.contains(&partition));
                if kept { said(record.client, lived, Some(partition)) } else { Ok(()) }
            }
            None => Ok(()),
        }
    }
}

fn said(client: ClientId, lived: &Lived, partition: Option<Partition>) -> Result<(), Broken> {
    if !(lived.aborted && lived.read) {
        return Ok(());
    }
    let what = format!("client {client} aborted what it began with record {}", lived.first);
    Err(Broken { invariant: "AbortedIsNeverRead", partition, what })
}

/// How a transaction ended, by what a log says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Outcome {
    Open,
    Committed,
    Aborted,
}

/// How the transaction ended of which a record is; none if it is of none, or nobody has it any
/// more. Where one replica knows, others may not have heard yet.
fn outcome(
    world: &World,
    partition: Partition,
    offset: Offset,
    record: RecordId,
) -> Option<Outcome> {
    let mut found = None;
    for log in world.brokers.values().filter_map(|it| it.disk.logs.get(&partition)) {
        if (log.start()..log.local_start()).contains(&offset) {
            return None; // Only what is decided is copied to remote storage.
        }
        let Some(batch) = log.batch_at(offset) else { continue };
        if batch.at(offset).is_none_or(|it| it.id != Some(record)) {
            continue;
        }
        match outcome_in(log, batch) {
            Some(Outcome::Open) => found = found.or(Some(Outcome::Open)),
            other => return other,
        }
    }
    found
}

/// The same of a batch in one log.
pub(super) fn outcome_in(log: &Log, batch: &RecordBatch) -> Option<Outcome> {
    // Compaction takes markers, too, in the end.
    if batch.kind != BatchKind::Transactional || log.first_dirty_offset() > batch.base_offset {
        return None;
    }
    let producer = batch.producer?.producer.id;
    let rest = log.batches_from(batch.next_offset());
    let mut own = rest.filter(|it| it.producer.is_some_and(|stamp| stamp.producer.id == producer));
    Some(match own.find_map(|it| says(it)) {
        Some(true) => Outcome::Committed,
        Some(false) => Outcome::Aborted,
        None => Outcome::Open,
    })
}

/// Whether nobody of a group is given what is at an offset: a marker, a gap of compaction, or what
/// was aborted if they do not read that.
pub(super) fn is_hidden(world: &World, partition: Partition, offset: Offset, strict: bool) -> bool {
    let mut logs = world.brokers.values().filter_map(|it| it.disk.logs.get(&partition));
    if is_hidden_there(world, partition, offset, strict) {
        return true;
    }
    logs.any(|log| {
        let Some(batch) = log.batch_at(offset) else {
            return offset >= log.start() && offset < log.first_dirty_offset();
        };
        let aborted = || strict && outcome_in(log, batch) == Some(Outcome::Aborted);
        batch.kind == BatchKind::Control || batch.at(offset).is_none() || aborted()
    })
}

/// The same of what is in remote storage.
fn is_hidden_there(world: &World, partition: Partition, offset: Offset, strict: bool) -> bool {
    let segments = world.remote.segments(partition);
    let holds = |it: &&Arc<RecordBatch>| it.base_offset <= offset && offset < it.next_offset();
    segments.iter().filter(|it| it.base() <= offset && offset <= it.end).any(|segment| {
        let Some(batch) = segment.segment.batches.iter().find(holds) else { return false };
        let producer = batch.producer.map(|stamp| stamp.producer.id);
        let aborted = || {
            let here = world.brokers.values().filter_map(|it| it.disk.logs.get(&partition));
            let here = here.flat_map(|log| log.transactions().aborted());
            let mut all = segments.iter().flat_map(|it| &it.aborted).chain(here);
            all.any(|it| {
                Some(it.producer) == producer && (it.first_offset..it.last_offset).contains(&offset)
            })
        };
        let transactional = batch.kind == BatchKind::Transactional;
        batch.kind == BatchKind::Control || strict && transactional && aborted()
    })
}

fn reader(world: &World, node: Node) -> Option<&Consumer> {
    world.clients.get(&node.client()?)?.as_consumer()
}

/// Whether a consumer reads only what is committed.
pub(super) fn is_strict(consumer: &Consumer) -> bool {
    consumer.config.isolation_level == 1 && !consumer.is_share()
}
