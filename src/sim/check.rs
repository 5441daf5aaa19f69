//! Invariants of the whole cluster, looked at after every event in the swarm. Their names are those
//! of the TLA+ specifications of Kafka's replication (hachikuji/kafka-specification,
//! Vanlightly/kafka-tlaplus).

mod compaction;
mod groups;
mod isolation;
mod processing;
mod producers;
mod quorum;
mod quotas;
mod replicas;
mod share;
mod transactions;

use std::sync::Arc;

use self::compaction::CompactionChecker;
use self::groups::GroupChecker;
use self::isolation::IsolationChecker;
use self::processing::ProcessingChecker;
use self::producers::ProducerChecker;
use self::quorum::QuorumChecker;
use self::quotas::QuotaChecker;
use self::replicas::ReplicaChecker;
use self::share::ShareChecker;
use self::transactions::TransactionChecker;

use super::broker::{Leader, Replica};
use super::client::{Client, Consumer};
use super::event::{Event, Stamped};
use super::id::{BrokerId, Epoch, Node, Offset, Partition};
use super::image::MetadataImage;
use super::log::Log;
use super::wire::RecordBatch;
use super::world::World;
use crate::sim::ordered::{Map, Set};

/// An invariant that does not hold.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Broken {
    pub invariant: &'static str,
    pub partition: Option<Partition>,
    pub what: String,
}

/// Remembers what was promised, to see that it stays so.
#[derive(Clone, Debug, Default)]
pub struct Checker {
    /// The highest high watermark that any leader ever had, and the last batch below it.
    committed: Map<Partition, (Offset, Arc<RecordBatch>)>,
    /// Who led in which epoch.
    leaders: Map<(Partition, Epoch), BrokerId>,
    /// Partitions of which a machine without power had a replica, or whose leader committed by a
    /// minimum that was out of date, or without somebody who is eligible all the same.
    excused: Set<Partition>,
    producers: ProducerChecker,
    /// Where the high watermark of each leader is.
    high: Map<(Partition, BrokerId), (Epoch, Offset)>,
    quorum: QuorumChecker,
    groups: GroupChecker,
    shares: ShareChecker,
    compaction: CompactionChecker,
    transactions: TransactionChecker,
    isolation: IsolationChecker,
    processing: ProcessingChecker,
    replicas: ReplicaChecker,
    quotas: QuotaChecker,
}

impl Checker {
    /// Checks everything that `events` may have touched. To be called after every step.
    pub fn check(&mut self, world: &World, events: &[Stamped]) -> Result<(), Broken> {
        let mut touched = Set::new();
        for stamped in events {
            self.quorum.check(world, stamped)?;
            touched.extend(partition_of(&stamped.event));
            if let Event::BecameLeader { partition, epoch, .. } = stamped.event
                && let Some(broker) = stamped.node.broker()
            {
                self.one_leader_per_epoch(partition, epoch, broker)?;
            }
            if let Event::Appended { partition, batch, as_leader: true } = &stamped.event
                && let Some(log) = log_of(world, stamped.node, *partition)
            {
                self.producers.in_order(*partition, log, batch)?;
            }
            // Who moved it may have halted in the same moment.
            if let Event::HighWatermarkMoved { partition, to, as_leader: true, .. } = stamped.event
                && let Some(log) = log_of(world, stamped.node, partition)
            {
                self.note_committed(partition, log, to);
            }
            match stamped.event {
                Event::PowerLost => self.excuse(world, stamped.node),
                Event::HighWatermarkMoved { partition, as_leader: true, .. }
                    if minimum_is_news(world, stamped.node, partition)
                        || others_stay_eligible(world, stamped.node, partition) =>
                {
                    self.excused.insert(partition);
                }
                Event::LeaderElected { partition, unclean: true, .. } => {
                    self.producers.loses(partition);
                }
                Event::ProduceFailed { partition, .. } => {
                    self.producers.gives_up(partition, stamped.node);
                }
                _ => {}
            }
            if !is_of_share_group(world, stamped.node) {
                self.groups.check(world, stamped, &self.excused)?;
            }
            self.shares.check(world, stamped, &self.excused)?;
            self.compaction.check(world, stamped, &self.excused)?;
            let committed =
                |it: Partition| self.committed.get(&it).map_or(0, |(offset, _)| *offset);
            self.transactions.check(world, stamped, committed, &self.excused)?;
            self.isolation.check(world, stamped, &self.excused)?;
            self.processing.check(world, stamped, &self.excused)?;
            self.replicas.check(world, stamped, &self.excused)?;
            self.quotas.check(world, stamped)?;
        }
        for partition in touched {
            self.check_partition(world, partition)?;
        }
        for stamped in events {
            if let Event::Acked { partition, base_offset, records } = &stamped.event {
                let next = base_offset + records.len() as Offset;
                self.acked_is_committed(world, stamped.node, *partition, next)?;
            }
        }
        Ok(())
    }

    /// What is promised only of the end, when everything is whole and nothing comes any more: all
    /// replicas are the same, all transactions are decided, and stream processors have done all
    /// there was.
    pub fn finished(&self, world: &World) -> Result<(), Broken> {
        self.replicas.finished(world, &self.excused)?;
        self.transactions.finished(world, &self.excused)?;
        self.processing.finished(world, &self.excused)
    }

    /// A machine lost its power: what was committed on it alone, or on others that crash later,
    /// may be lost. Its partitions are watched for nothing that is gone.
    fn excuse(&mut self, world: &World, node: Node) {
        let broker = node.broker().and_then(|id| world.brokers.get(&id));
        for partition in broker.into_iter().flat_map(|broker| broker.disk.logs.keys()) {
            self.excused.insert(*partition);
            self.committed.remove(partition);
        }
    }

    fn one_leader_per_epoch(
        &mut self,
        partition: Partition,
        epoch: Epoch,
        broker: BrokerId,
    ) -> Result<(), Broken> {
        let known = *self.leaders.entry((partition, epoch)).or_insert(broker);
        if known == broker {
            return Ok(());
        }
        broken(
            "NeverTwoLeadersInSameEpoch",
            partition,
            format!("brokers {known} and {broker} both led in epoch {epoch}"),
        )
    }

    fn check_partition(&mut self, world: &World, partition: Partition) -> Result<(), Broken> {
        leader_in_isr(world, partition)?;
        isr_is_active(world, partition)?;
        let replicas: Vec<(BrokerId, &Log, Option<&Replica>)> = world
            .brokers
            .iter()
            .filter_map(|(id, broker)| {
                let replica = broker.live.as_ref().and_then(|l| l.replicas.get(&partition));
                Some((*id, broker.disk.logs.get(&partition)?, replica))
            })
            .collect();
        let topic = world.metadata().topics.get(&partition.topic);
        let unclean = topic.is_some_and(|it| it.config.unclean_leader_election_enable != 0);
        for (id, log, replica) in &replicas {
            let Some(replica) = replica else { continue };
            offsets_are_ordered(partition, *id, log, replica)?;
            if !unclean && !self.excused.contains(&partition) {
                at_batch_boundary(partition, *id, log, replica.high_watermark)?;
            }
            if let Some(leader) = replica.as_leader() {
                quorum_is_superset(world, partition, *id, (replica.leader_epoch, leader))?;
                self.never_falls(partition, *id, replica)?;
                self.note_committed(partition, log, replica.high_watermark);
            }
        }
        if !unclean && !self.excused.contains(&partition) {
            self.strong_isr(world, partition, &replicas)?;
        }
        every_change_is_told(world, partition)
    }

    /// In one epoch a leader's high watermark only rises.
    fn never_falls(
        &mut self,
        partition: Partition,
        leader: BrokerId,
        replica: &Replica,
    ) -> Result<(), Broken> {
        let (epoch, now) = (replica.leader_epoch, replica.high_watermark);
        match self.high.insert((partition, leader), (epoch, now)) {
            Some((known, before)) if known == epoch && before > now => broken(
                "HighWatermarkNeverFalls",
                partition,
                format!("broker {leader} in epoch {epoch}: from {before} to {now}"),
            ),
            _ => Ok(()),
        }
    }

    /// What a producer with acks=all is told to be written is committed (LeaderHasAllAckedValues).
    fn acked_is_committed(
        &self,
        world: &World,
        node: Node,
        partition: Partition,
        next: Offset,
    ) -> Result<(), Broken> {
        let client = node.client().and_then(|id| world.clients.get(&id));
        let Some(Client::Producer(producer)) = client else { return Ok(()) };
        let committed = self.committed.get(&partition).map_or(0, |(offset, _)| *offset);
        let excused = self.excused.contains(&partition);
        if producer.config.acks != 2 || next <= committed || excused {
            return Ok(());
        }
        let what = format!("{} is told {next}, committed is {committed}", producer.name);
        broken("AckedIsCommitted", partition, what)
    }

    fn note_committed(&mut self, partition: Partition, log: &Log, high_watermark: Offset) {
        let known = self.committed.get(&partition).map_or(0, |(offset, _)| *offset);
        if high_watermark > known
            && let Some(batch) = log.batch_at(high_watermark - 1)
        {
            self.committed.insert(partition, (high_watermark, Arc::clone(batch)));
        }
    }

    /// Whatever was committed is in the log of every member of the controller's ISR, with the same
    /// content; so any of them may lead (StrongIsr, NoCommittedRecordLost). Where somebody has
    /// compacted, the same batch with other records left, or none, is the same content.
    fn strong_isr(
        &self,
        world: &World,
        partition: Partition,
        replicas: &[(BrokerId, &Log, Option<&Replica>)],
    ) -> Result<(), Broken> {
        let Some((end, batch)) = self.committed.get(&partition) else { return Ok(()) };
        let Some(state) = world.metadata().partition(partition) else { return Ok(()) };
        for (id, log, _) in replicas {
            if !state.isr.contains(id) || log.local_start() >= *end {
                continue;
            }
            let there = match log.batch_at(end - 1) {
                Some(found) => is_same(found, batch),
                None => log.end() >= *end && was_cleaned(replicas, *end),
            };
            if !there {
                let log_end = log.end();
                return broken(
                    "StrongIsr",
                    partition,
                    format!("broker {id} is in the ISR, ends at {log_end}, lacks {}", end - 1),
                );
            }
        }
        Ok(())
    }
}

/// Members of share groups own no partitions and commit no offsets.
fn is_of_share_group(world: &World, node: Node) -> bool {
    let client = node.client().and_then(|id| world.clients.get(&id)?.as_consumer());
    client.is_some_and(Consumer::is_share)
}

/// Whether two batches are one, of which compaction may have left more or less.
fn is_same(a: &RecordBatch, b: &RecordBatch) -> bool {
    match a.cleaned.is_some() || b.cleaned.is_some() {
        true => {
            (a.base_offset, a.last_offset(), a.leader_epoch)
                == (b.base_offset, b.last_offset(), b.leader_epoch)
        }
        false => a == b,
    }
}

/// Whether any replica has been compacted that far; others may have copied it so.
fn was_cleaned(replicas: &[(BrokerId, &Log, Option<&Replica>)], end: Offset) -> bool {
    replicas.iter().any(|(_, log, _)| log.first_dirty_offset() >= end)
}

/// Whether Kafka promises nothing of a partition.
fn spoilt(world: &World, partition: Partition, excused: &Set<Partition>) -> bool {
    let topic = world.metadata().topics.get(&partition.topic);
    topic.is_none_or(|it| it.config.unclean_leader_election_enable != 0)
        || excused.contains(&partition)
}

fn log_of(world: &World, node: Node, partition: Partition) -> Option<&Log> {
    world.brokers.get(&node.broker()?)?.disk.logs.get(&partition)
}

/// Whether a leader has not heard yet of another min.insync.replicas: it commits by the old one,
/// while the controller counts with the new one who is eligible. What it commits until then was
/// promised by the old minimum alone.
fn minimum_is_news(world: &World, node: Node, partition: Partition) -> bool {
    let minimum = |image: &MetadataImage| {
        Some(image.topics.get(&partition.topic)?.config.min_insync_replicas)
    };
    let broker = node.broker().and_then(|id| world.brokers.get(&id));
    broker.is_some_and(|broker| minimum(&broker.disk.image) != minimum(world.metadata()))
}

/// Whether the controller still calls somebody eligible for whom the leader need not wait. Kafka
/// counts who is eligible before it elects one of them: so after min.insync.replicas was lowered
/// while the ISR was empty, the others stay eligible although the new ISR is large enough.
fn others_stay_eligible(world: &World, node: Node, partition: Partition) -> bool {
    let image = world.metadata();
    let (Some(topic), Some(state)) =
        (image.topics.get(&partition.topic), image.partition(partition))
    else {
        return false;
    };
    let broker = node.broker().and_then(|id| world.brokers.get(&id));
    let replica = broker.and_then(|broker| broker.live.as_ref()?.replicas.get(&partition));
    let Some(leader) = replica.and_then(Replica::as_leader) else { return false };
    let counts = |id: &BrokerId| state.replicas.contains(id) && !leader.maximal_isr().contains(id);
    state.isr.len() as i64 >= topic.config.min_insync_replicas && state.elr.iter().any(counts)
}

/// A fetch session looks only at what may have changed: nothing may have changed unnoticed.
fn every_change_is_told(world: &World, partition: Partition) -> Result<(), Broken> {
    let mut leaders = world.brokers.iter();
    match leaders.find_map(|(id, broker)| Some((id, broker.forgotten_follower(partition)?))) {
        None => Ok(()),
        Some((leader, follower)) => broken(
            "EveryChangeIsTold",
            partition,
            format!("{leader} would not tell {follower} what changed"),
        ),
    }
}

fn leader_in_isr(world: &World, partition: Partition) -> Result<(), Broken> {
    let Some(state) = world.metadata().partition(partition) else { return Ok(()) };
    match state.leader {
        Some(leader) if !state.isr.contains(&leader) => {
            broken("LeaderInIsr", partition, format!("{leader} leads, ISR is {:?}", state.isr))
        }
        _ => Ok(()),
    }
}

/// Whoever is fenced is in no ISR; but without ELR the last one stays (ValidControllerState).
fn isr_is_active(world: &World, partition: Partition) -> Result<(), Broken> {
    let image = world.metadata();
    let Some(state) = image.partition(partition) else { return Ok(()) };
    let fenced = |id: &&BrokerId| image.brokers.get(id).is_none_or(|r| r.fenced);
    match state.isr.iter().find(fenced) {
        Some(id) if state.isr.len() > 1 => {
            broken("IsrIsActive", partition, format!("{id} is fenced, ISR is {:?}", state.isr))
        }
        _ => Ok(()),
    }
}

/// A leader waits for everyone whom the controller may elect (ReplicationQuorumSuperset).
fn quorum_is_superset(
    world: &World,
    partition: Partition,
    id: BrokerId,
    (epoch, leader): (Epoch, &Leader),
) -> Result<(), Broken> {
    let Some(state) = world.metadata().partition(partition) else { return Ok(()) };
    let waits = leader.maximal_isr();
    if state.leader != Some(id)
        || state.leader_epoch != epoch
        || state.isr.iter().all(|member| waits.contains(member))
    {
        return Ok(());
    }
    let what = format!("{id} waits for {waits:?}, ISR is {:?}", state.isr);
    broken("ReplicationQuorumSuperset", partition, what)
}

/// log start <= last stable offset <= high watermark <= log end.
fn offsets_are_ordered(
    partition: Partition,
    id: BrokerId,
    log: &Log,
    replica: &Replica,
) -> Result<(), Broken> {
    let (start, high_watermark, end) = (log.start(), replica.high_watermark, log.end());
    if high_watermark < start || high_watermark > end {
        return broken(
            "ValidReplicaState",
            partition,
            format!("broker {id}: start {start}, HW {high_watermark}, end {end}"),
        );
    }
    let stable = log.last_stable_offset(high_watermark);
    if stable < start || stable > high_watermark {
        let what = format!("broker {id}: start {start}, LSO {stable}, HW {high_watermark}");
        return broken("ValidReplicaState", partition, what);
    }
    Ok(())
}

/// The high watermark lies between batches. After an unclean election a checkpoint may be of
/// batches that are no more.
fn at_batch_boundary(
    partition: Partition,
    id: BrokerId,
    log: &Log,
    high_watermark: Offset,
) -> Result<(), Broken> {
    let batch = log.batch_at(high_watermark);
    if batch.is_none_or(|batch| batch.base_offset >= high_watermark) {
        return Ok(());
    }
    let what = format!("broker {id}: HW {high_watermark} lies inside a batch");
    broken("HighWatermarkAtBatchBoundary", partition, what)
}

fn broken(invariant: &'static str, partition: Partition, what: String) -> Result<(), Broken> {
    Err(Broken { invariant, partition: Some(partition), what })
}

fn partition_of(event: &Event) -> Option<Partition> {
    match event {
        Event::LeaderElected { partition, .. }
        | Event::IsrShrank { partition, .. }
        | Event::IsrGrew { partition, .. }
        | Event::ElrChanged { partition, .. }
        | Event::ReassignmentBegun { partition, .. }
        | Event::ReassignmentDone { partition, .. }
        | Event::ReassignmentCancelled { partition, .. }
        | Event::ReplicaDeleted { partition, .. }
        | Event::DuplicateFound { partition, .. }
        | Event::BecameLeader { partition, .. }
        | Event::BecameFollower { partition, .. }
        | Event::Appended { partition, .. }
        | Event::Truncated { partition, .. }
        | Event::UnflushedLost { partition, .. }
        | Event::HighWatermarkMoved { partition, .. }
        | Event::CleanerRan { partition, .. }
        | Event::LogStartMoved { partition, .. } => Some(*partition),
        Event::RemoteLog(event) => Some(event.partition()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_leaders_in_one_epoch_are_found() {
        let partition = Partition { topic: super::super::id::TopicId(0), index: 0 };
        let mut checker = Checker::default();
        assert_eq!(checker.one_leader_per_epoch(partition, 3, BrokerId(1)), Ok(()));
        assert_eq!(checker.one_leader_per_epoch(partition, 4, BrokerId(2)), Ok(()));
        let found = checker.one_leader_per_epoch(partition, 3, BrokerId(2));
        assert_eq!(found.map_err(|b| b.invariant), Err("NeverTwoLeadersInSameEpoch"));
    }
}
