//! What the coordinators of transactions promise: one transaction of an id at a time, a decision
//! that is final, asked for by who may, and told to every partition.

use super::producers::between;
use super::{Broken, broken, log_of, spoilt};
use crate::sim::broker::Replica;
use crate::sim::client::Producer;
use crate::sim::client::transactions::State;
use crate::sim::event::{Event, Stamped};
use crate::sim::id::{Epoch, Name, Node, Offset, Partition};
use crate::sim::image::TRANSACTION_STATE_TOPIC;
use crate::sim::java_hash::partition_for;
use crate::sim::log::Log;
use crate::sim::ordered::{Map, Set};
use crate::sim::wire::{
    BatchKind, CoordinatorRecord, ProducerId, ProducerIdAndEpoch, RecordBatch, TransactionLogValue,
    TransactionState, Value,
};
use crate::sim::world::World;

/// How far back a later epoch of a producer is looked for, in records.
const HORIZON: Offset = 200;

/// Where the transactions of an id have come to, by their newest coordinator.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Phase {
    /// None is open.
    Over,
    /// The beginning is committed, or was only read by a coordinator so far.
    Open { certain: bool },
    /// Not all partitions are told yet.
    Decided { committed: bool },
}

/// Remembers what was decided.
#[derive(Clone, Debug, Default)]
pub(super) struct TransactionChecker {
    phases: Map<Name, Phase>,
    /// The same by what is committed: whatever a coordinator has read beyond that may be gone when
    /// it dies, but not this.
    kept: Map<Name, Phase>,
    /// The newest epoch in which a partition of `__transaction_state` was led.
    led: Map<Partition, Epoch>,
    /// The last marker that a leader wrote of a producer: where, and what it says.
    markers: Map<(Partition, ProducerId), (Offset, bool)>,
    /// Who wrote in transactions that a coordinator had read and not committed, and that no later
    /// one knows.
    unknown: Set<ProducerId>,
}

impl TransactionChecker {
    /// `committed` is how far each partition was ever committed.
    pub(super) fn check(
        &mut self,
        world: &World,
        stamped: &Stamped,
        committed: impl Fn(Partition) -> Offset,
        excused: &Set<Partition>,
    ) -> Result<(), Broken> {
        let node = stamped.node;
        match &stamped.event {
            Event::Appended { partition, batch, as_leader: true } => {
                self.written(world, node, *partition, batch)
            }
            Event::BecameLeader { partition, epoch, log_end } if is_state(world, *partition) => {
                self.led.insert(*partition, *epoch);
                self.loads(world, node, (*partition, *log_end), committed, excused)
            }
            Event::TransactionalIdInitialized { transactional_id: id, .. } => {
                self.moves(world, node, id, Phase::Over, excused)
            }
            Event::TransactionPartitionsAdded { transactional_id: id, begins: true, .. } => {
                self.moves(world, node, id, Phase::Open { certain: true }, excused)
            }
            Event::TransactionPrepared { transactional_id: id, committed } => {
                let decided = Phase::Decided { committed: *committed };
                self.moves(world, node, id, decided, excused)?;
                if *committed { is_asked_for(world, node, id) } else { Ok(()) }
            }
            Event::TransactionCompleted { transactional_id: id, committed } => {
                self.completed(world, node, id, *committed, excused)
            }
            _ => Ok(()),
        }
    }

    /// Behind what an epoch of a producer has written, nothing of an older one is. Of markers it
    /// is remembered where they are.
    fn written(
        &mut self,
        world: &World,
        node: Node,
        partition: Partition,
        batch: &RecordBatch,
    ) -> Result<(), Broken> {
        let Some(stamp) = batch.producer else { return Ok(()) };
        let ProducerIdAndEpoch { id, epoch } = stamp.producer;
        if let Some(committed) = says(batch) {
            self.markers.insert((partition, id), (batch.base_offset, committed));
        }
        let Some(log) = log_of(world, node, partition) else { return Ok(()) };
        if batch.kind != BatchKind::Transactional {
            return Ok(());
        }
        let before = between(log, batch.base_offset - HORIZON, batch.base_offset);
        let epochs = before.map(|(_, other)| other.producer).filter(|other| other.id == id);
        match epochs.map(|other| other.epoch).max() {
            Some(newest) if newest > epoch => {
                let what = format!("{id:?} at {}: {epoch} after {newest}", batch.base_offset);
                broken("ZombiesAreFenced", partition, what)
            }
            _ => Ok(()),
        }
    }

    /// A new coordinator goes on where the last one was. Of what it has read it is sure at once,
    /// committed or not (TransactionStateManager.loadTransactionMetadata reads up to the end of the
    /// log): it tells partitions of a decision that may be gone when it dies, and its successor
    /// decides again.
    fn loads(
        &mut self,
        world: &World,
        node: Node,
        (partition, log_end): (Partition, Offset),
        committed: impl Fn(Partition) -> Offset,
        excused: &Set<Partition>,
    ) -> Result<(), Broken> {
        let broker = node.broker().and_then(|id| world.brokers.get(&id)?.live.as_ref());
        let Some((live, log)) = broker.zip(log_of(world, node, partition)) else { return Ok(()) };
        let kept = !excused.contains(&partition);
        let mut all: Map<Name, (&TransactionLogValue, TransactionState)> = Map::new();
        for (id, known) in live.transactions() {
            if kept_in(world, id) == Some(partition) {
                all.insert(id.clone(), (&known.value, loaded(log, log_end, id, &known.value)));
            }
        }
        for (id, phase) in &self.kept {
            if !kept || kept_in(world, id) != Some(partition) {
                continue;
            }
            let now = all.get(id).map(|(_, state)| *state);
            if !follows(*phase, now) {
                return broken(
                    "DecisionIsFinal",
                    partition,
                    format!("{id}: {phase:?}, then {now:?}"),
                );
            }
        }
        for (id, (value, state)) in &all {
            let read = log.batches_from(log.start()).take_while(|it| it.base_offset < log_end);
            let last = read.filter(|batch| has(batch, id)).last();
            let certain = last.is_some_and(|it| it.base_offset < committed(partition));
            let phase = match state {
                TransactionState::Ongoing => Phase::Open { certain },
                TransactionState::PrepareCommit => Phase::Decided { committed: true },
                TransactionState::PrepareAbort => Phase::Decided { committed: false },
                _ => Phase::Over,
            };
            if certain {
                self.kept.insert(id.clone(), phase);
            }
            let before = self.phases.insert(id.clone(), phase);
            if before == Some(Phase::Open { certain: false }) && phase == Phase::Over {
                self.unknown.insert(value.producer_id);
            }
        }
        Ok(())
    }

    /// When everything is whole, and all timeouts have passed, no transaction holds a reader back.
    ///
    /// Of what a coordinator has read it is sure at once, committed or not
    /// (TransactionStateManager.loadTransactionMetadata reads up to the log's end): partitions that
    /// it knows of already may be written to (handleAddPartitionsToTransaction). If it dies then,
    /// and its record with it, nobody knows of that transaction any more.
    pub(super) fn finished(&self, world: &World, excused: &Set<Partition>) -> Result<(), Broken> {
        if self.led.keys().any(|partition| spoilt(world, *partition, excused)) {
            return Ok(());
        }
        for (partition, state) in world.metadata().partitions() {
            let broker = state.leader.and_then(|id| world.brokers.get(&id));
            let Some(broker) = broker.filter(|_| !spoilt(world, partition, excused)) else {
                continue;
            };
            let Some(log) = broker.disk.logs.get(&partition) else { continue };
            let known = |open: &(Offset, ProducerId)| !self.unknown.contains(&open.1);
            if let Some((first, producer)) = log.transactions().ongoing().find(known) {
                let what = format!("{producer:?} has had one open since {first}");
                return broken("EventuallyDecided", partition, what);
            }
        }
        Ok(())
    }

    /// The state of an id is another one now. A coordinator that was followed by another may still
    /// hear that what it wrote is committed: its successor has read that already.
    fn moves(
        &mut self,
        world: &World,
        node: Node,
        id: &Name,
        to: Phase,
        excused: &Set<Partition>,
    ) -> Result<(), Broken> {
        let Some(partition) = kept_in(world, id) else { return Ok(()) };
        if !self.is_newest(world, node, partition) {
            return Ok(());
        }
        self.kept.insert(id.clone(), to);
        let from = self.phases.insert(id.clone(), to).unwrap_or(Phase::Over);
        let what = || format!("{id}: from {from:?} to {to:?}");
        match (from, to) {
            _ if excused.contains(&partition) => Ok(()),
            (Phase::Decided { .. }, Phase::Decided { .. }) => {
                broken("DecisionIsFinal", partition, what())
            }
            (Phase::Open { .. }, Phase::Open { .. } | Phase::Over) | (Phase::Decided { .. }, _) => {
                broken("OneTransactionAtATime", partition, what())
            }
            _ => Ok(()),
        }
    }

    fn is_newest(&self, world: &World, node: Node, partition: Partition) -> bool {
        let broker = node.broker().and_then(|id| world.brokers.get(&id)?.live.as_ref());
        let replica: Option<&Replica> = broker.and_then(|live| live.replicas.get(&partition));
        replica.map(|it| it.leader_epoch) == self.led.get(&partition).copied()
    }

    /// All partitions have been told the same, and it is what was decided.
    fn completed(
        &mut self,
        world: &World,
        node: Node,
        id: &Name,
        committed: bool,
        excused: &Set<Partition>,
    ) -> Result<(), Broken> {
        let Some(state) = kept_in(world, id) else { return Ok(()) };
        if !self.is_newest(world, node, state) {
            return Ok(());
        }
        self.kept.insert(id.clone(), Phase::Over);
        let from = self.phases.insert(id.clone(), Phase::Over);
        if excused.contains(&state) {
            return Ok(());
        }
        let decided =
            |it: &Phase| matches!(it, Phase::Decided { committed: to } if *to == committed);
        if !from.as_ref().is_some_and(decided) {
            let what = format!("{id}: {from:?}, completed is {committed}");
            return broken("DecisionIsFinal", state, what);
        }
        let Some(value) = log_of(world, node, state).and_then(|log| decision(log, id)) else {
            return Ok(());
        };
        for partition in value.partitions.iter().copied() {
            if spoilt(world, partition, excused) {
                continue;
            }
            let key = (partition, value.producer_id);
            let known = self.markers.get(&key).copied();
            if let Some(last) = last_marker(world, key, known)
                && last != Some(committed)
            {
                let what = format!("{id}: completed is {committed}, the last marker {last:?}");
                return broken("AllPartitionsAreTold", partition, what);
            }
        }
        Ok(())
    }
}

/// Whether a new coordinator may find an id so.
fn follows(phase: Phase, now: Option<TransactionState>) -> bool {
    use TransactionState as State;
    match (phase, now) {
        (Phase::Decided { committed: true }, now) => {
            matches!(now, Some(State::PrepareCommit | State::CompleteCommit))
        }
        (Phase::Decided { committed: false }, now) => {
            matches!(now, Some(State::PrepareAbort | State::CompleteAbort))
        }
        (Phase::Open { .. }, now) => !matches!(now, None | Some(State::Empty | State::Dead)),
        (Phase::Over, _) => true,
    }
}

/// What a marker says: whether the transaction was committed.
pub(super) fn says(batch: &RecordBatch) -> Option<bool> {
    match batch.records.first().map(|record| &record.value) {
        Some(Value::EndTransaction { committed, .. }) => Some(*committed),
        _ => None,
    }
}

/// What the last marker of a producer says in the log of a partition's leader, if one is there;
/// none if nobody can say.
fn last_marker(
    world: &World,
    (partition, producer): (Partition, ProducerId),
    known: Option<(Offset, bool)>,
) -> Option<Option<bool>> {
    let leader = world.metadata().partition(partition)?.leader?;
    let log = world.brokers.get(&leader)?.disk.logs.get(&partition)?;
    let of_producer =
        |batch: &RecordBatch| batch.producer.is_some_and(|stamp| stamp.producer.id == producer);
    let (offset, committed) = known?;
    let there = log.batch_at(offset).filter(|batch| of_producer(batch));
    if offset < log.local_start() || there.and_then(|batch| says(batch)) == Some(committed) {
        return Some(Some(committed));
    }
    if log.first_dirty_offset() > offset {
        return None;
    }
    let all = log.batches_from(log.start()).filter(|batch| of_producer(batch));
    Some(all.filter_map(|batch| says(batch)).last())
}

/// How a coordinator has found an id that stands as `now`. If there is nobody to be told of the
/// decision it has found, and nobody else in the ISR, it has completed that in the same moment.
fn loaded(log: &Log, log_end: Offset, id: &Name, now: &TransactionLogValue) -> TransactionState {
    let since = log.batches_from(log_end).any(|batch| has(batch, id));
    match now.state {
        TransactionState::CompleteCommit if since => TransactionState::PrepareCommit,
        TransactionState::CompleteAbort if since => TransactionState::PrepareAbort,
        state => state,
    }
}

/// Whether a batch says something of an id.
fn has(batch: &RecordBatch, id: &Name) -> bool {
    batch.records.iter().any(|record| match &record.value {
        Value::Coordinator(record) => match &**record {
            CoordinatorRecord::Transaction(record) => record.transactional_id == *id,
            _ => false,
        },
        _ => false,
    })
}

/// The last decision about an id in a log of `__transaction_state`.
fn decision<'a>(log: &'a Log, id: &Name) -> Option<&'a TransactionLogValue> {
    let records = log.batches_from(log.start()).flat_map(|batch| batch.records.iter());
    let values = records.filter_map(|record| match &record.value {
        Value::Coordinator(record) => match &**record {
            CoordinatorRecord::Transaction(record) if record.transactional_id == *id => {
                record.value.as_ref()
            }
            _ => None,
        },
        _ => None,
    });
    let decided = |it: &&TransactionLogValue| {
        matches!(it.state, TransactionState::PrepareCommit | TransactionState::PrepareAbort)
    };
    values.filter(decided).last()
}

/// A transaction is committed because the application of its producer has said so: nobody else
/// can, and certainly no former instance of it.
fn is_asked_for(world: &World, node: Node, id: &Name) -> Result<(), Broken> {
    let broker = node.broker().and_then(|id| world.brokers.get(&id)?.live.as_ref());
    let known = broker.and_then(|live| live.transactions().find(|(other, _)| *other == id));
    let Some((_, known)) = known else { return Ok(()) };
    let value = &known.value;
    if value.state != TransactionState::PrepareCommit {
        return Ok(());
    }
    let epoch = if value.version_two { value.last_producer_epoch } else { value.producer_epoch };
    let author = ProducerIdAndEpoch { id: value.producer_id, epoch };
    for producer in producers(world) {
        let Some(transactions) = producer.transactions().filter(|it| it.id == *id) else {
            continue;
        };
        let is_author = producer.sequences().and_then(|it| it.producer()) == Some(author);
        if is_author && transactions.state() != State::CommittingTransaction {
            let (name, state) = (&producer.name, transactions.state());
            let what = format!("{id} is committed, but {name} is {state:?}");
            return Err(Broken { invariant: "CommitsAreAskedFor", partition: None, what });
        }
    }
    Ok(())
}

fn producers(world: &World) -> impl Iterator<Item = &Producer> {
    world.clients.values().filter_map(|client| match client.as_processor() {
        Some(processor) => Some(processor.producer()),
        None => client.as_producer(),
    })
}

fn is_state(world: &World, partition: Partition) -> bool {
    let topic = world.metadata().topic_named(TRANSACTION_STATE_TOPIC);
    topic.is_some_and(|(topic, _)| topic == partition.topic)
}

/// All partitions of `__transaction_state`.
pub(super) fn any_state(world: &World) -> impl Iterator<Item = Partition> {
    let topic = world.metadata().topic_named(TRANSACTION_STATE_TOPIC);
    topic.into_iter().flat_map(|(topic, state)| {
        (0..state.partitions.len() as u32).map(move |index| Partition { topic, index })
    })
}

/// The partition of `__transaction_state` that keeps an id.
fn kept_in(world: &World, id: &str) -> Option<Partition> {
    let (topic, state) = world.metadata().topic_named(TRANSACTION_STATE_TOPIC)?;
    let index = partition_for(id, state.partitions.len() as u32);
    Some(Partition { topic, index })
}
