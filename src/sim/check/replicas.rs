//! What replicas and remote storage promise: in an epoch a leader's log only begins later; what is
//! not with a leader any more is in remote storage; in the end all replicas are the same.

use super::groups::Stretches;
use super::{Broken, broken, log_of, spoilt};
use crate::sim::broker::Replica;
use crate::sim::event::{Event, RemoteLogEvent, Stamped};
use crate::sim::id::{BrokerId, Epoch, Node, Offset, Partition};
use crate::sim::log::Log;
use crate::sim::log::retention::SegmentDeletion;
use crate::sim::ordered::{Map, Set};
use crate::sim::world::World;

/// Remembers where logs begin.
#[derive(Clone, Debug, Default)]
pub(super) struct ReplicaChecker {
    starts: Map<(Partition, BrokerId), (Epoch, Offset)>,
    /// What was ever copied to remote storage.
    copied: Map<Partition, Stretches>,
}

impl ReplicaChecker {
    pub(super) fn check(
        &mut self,
        world: &World,
        stamped: &Stamped,
        excused: &Set<Partition>,
    ) -> Result<(), Broken> {
        let Some(broker) = stamped.node.broker() else { return Ok(()) };
        match &stamped.event {
            Event::LogStartMoved { partition, .. } => self.never_falls(world, *partition, broker),
            Event::RemoteLog(RemoteLogEvent::SegmentCopied { partition, base, end, .. }) => {
                self.copied.entry(*partition).or_default().add(*base, *end + 1);
                Ok(())
            }
            Event::SegmentsDeleted { partition, reason, from, to, .. }
                if is_local(*reason) && !spoilt(world, *partition, excused) =>
            {
                // What an administrator has deleted is copied by nobody (RLMCopyTask begins at the
                // log's start), and a replica that has not heard of it deletes what lies below the
                // highest offset that was copied (UnifiedLog.deletableSegments).
                let logs = world.brokers.values().filter_map(|it| it.disk.logs.get(partition));
                let start = logs.map(Log::start).max().unwrap_or(0);
                let from = start.max(*from);
                let copied = self.copied.entry(*partition).or_default();
                if from >= *to || copied.covers_all(from, *to) {
                    return Ok(());
                }
                let what = format!("broker {broker} deletes {from} to {to}");
                broken("NothingGoesUncopied", *partition, what)
            }
            _ => Ok(()),
        }
    }

    fn never_falls(
        &mut self,
        world: &World,
        partition: Partition,
        broker: BrokerId,
    ) -> Result<(), Broken> {
        let live = world.brokers.get(&broker).and_then(|it| it.live.as_ref());
        let replica: Option<&Replica> = live.and_then(|live| live.replicas.get(&partition));
        let Some(replica) = replica.filter(|it| it.as_leader().is_some()) else { return Ok(()) };
        let Some(log) = log_of(world, Node::Broker(broker), partition) else { return Ok(()) };
        let (epoch, start) = (replica.leader_epoch, log.start());
        match self.starts.insert((partition, broker), (epoch, start)) {
            Some((known, before)) if known == epoch && start < before => {
                let what = format!("broker {broker} in epoch {epoch}: from {before} to {start}");
                broken("LogStartNeverFalls", partition, what)
            }
            _ => Ok(()),
        }
    }

    /// When everything is whole, members of the ISR have the same from where both begin, as far as
    /// neither was compacted.
    pub(super) fn finished(&self, world: &World, excused: &Set<Partition>) -> Result<(), Broken> {
        for (partition, state) in world.metadata().partitions() {
            let log = |id: &BrokerId| world.brokers.get(id)?.disk.logs.get(&partition);
            let Some((leader, leading)) = state.leader.and_then(|id| Some((id, log(&id)?))) else {
                continue;
            };
            if !spoilt(world, partition, excused) {
                is_readable(world, partition, leading)?;
            }
            for id in state.isr.iter().filter(|id| **id != leader) {
                let Some(other) = log(id) else { continue };
                if let Some(offset) = part(leading, other) {
                    let what = format!("{leader} leads, {id} has something else at {offset}");
                    return broken("EventuallyTheSameRecords", partition, what);
                }
            }
        }
        Ok(())
    }
}

/// Where two logs hold different batches first, if they do.
fn part(one: &Log, other: &Log) -> Option<Offset> {
    if one.first_dirty_offset() > 0 || other.first_dirty_offset() > 0 {
        return None;
    }
    let from = one.local_start().max(other.local_start());
    let (mut a, mut b) = (one.batches_from(from), other.batches_from(from));
    loop {
        match (a.next(), b.next()) {
            (None, None) => return None,
            (Some(a), Some(b)) if a == b => {}
            (a, b) => return a.or(b).map(|batch| batch.base_offset),
        }
    }
}

/// Whether a broker deletes of its own copy alone.
fn is_local(reason: SegmentDeletion) -> bool {
    use SegmentDeletion::{LocalRetentionMsBreach, LocalRetentionSizeBreach};
    matches!(reason, LocalRetentionMsBreach | LocalRetentionSizeBreach)
}

/// Whatever lies between the start of a leader's log and its own first segment is in remote
/// storage, in segments of its lineage (RemoteLogManager.read). With retention, that is not
/// promised: a leader that was followed by another one deletes by its own view for a while
/// (RLMExpirationTask), and nobody tells its successor.
fn is_readable(world: &World, partition: Partition, log: &Log) -> Result<(), Broken> {
    let config = world.metadata().topics.get(&partition.topic).map(|it| &it.config);
    if config.is_none_or(|it| it.retention_bytes >= 0 || it.retention_ms >= 0) {
        return Ok(());
    }
    let mut offset = log.start();
    while offset < log.local_start() {
        let Some(found) = log.remote_segment(partition, offset, &world.remote) else {
            let (start, here) = (log.start(), log.local_start());
            let what = format!("{offset} is nowhere: start {start}, here from {here} on");
            return broken("RemoteIsReadable", partition, what);
        };
        offset = found.end + 1;
    }
    Ok(())
}
