//! Which batches stand in each partition's log as its leaders have it: events alone tell it, also
//! when a deposed leader writes on or an unclean election brings back what was gone.

use std::sync::Arc;

use super::ledger::Place;
use crate::sim::id::{Epoch, Node, Offset, RecordId};
use crate::sim::ordered::Map;
use crate::sim::shelf::Shelf;
use crate::sim::wire::RecordBatch;
use crate::sim::{Event, Partition, Stamped};

/// Told of every record whose place was written, or survives or not from now on.
type Report<'a> = &'a mut dyn FnMut(RecordId, Place);

/// One replica's log, as far back as is kept.
type Tail = Shelf<Arc<RecordBatch>>;

/// The logs of one partition.
#[derive(Clone, Debug, Default)]
struct History {
    /// By the node that holds it.
    replicas: Map<Node, Tail>,
    /// Who leads or led last, and since which epoch.
    leader: Option<(Node, Epoch)>,
    /// What the last leader lost with its power, newest first: others may have it, the next leader
    /// will tell.
    unflushed: Vec<Arc<RecordBatch>>,
}

/// The logs of all partitions, replica by replica.
// Retention takes nothing away here: what has expired is not lost.
#[derive(Clone, Debug, Default)]
pub(super) struct Histories {
    partitions: Map<Partition, History>,
}

impl Histories {
    pub(super) fn fold(&mut self, stamped: &Stamped, report: Report<'_>) {
        let node = stamped.node;
        match &stamped.event {
            // The cluster's own records are nobody's promise.
            Event::Appended { partition, batch, as_leader }
                if batch.records.iter().any(|record| record.id.is_some()) =>
            {
                let history = self.partitions.entry(*partition).or_default();
                if *as_leader {
                    tell(batch, history.leads(node), report);
                }
                history.replicas.entry(node).or_default().push_back(Arc::clone(batch));
            }
            Event::UnflushedLost { partition, to, .. } => {
                if let Some(history) = self.partitions.get_mut(partition) {
                    history.lose_unflushed(node, *to);
                }
            }
            // It may be taken away before the next leader is heard of.
            Event::ReplicaDeleted { partition } => {
                if let Some(history) = self.partitions.get_mut(partition) {
                    history.lose_unflushed(node, 0);
                }
            }
            Event::Truncated { partition, to, .. } => {
                if let Some(history) = self.partitions.get_mut(partition) {
                    history.truncate(node, *to, report);
                }
            }
            Event::BecameLeader { partition, epoch, .. } => {
                let history = self.partitions.entry(*partition).or_default();
                history.enthrone(node, *epoch, report);
            }
            _ => {}
        }
    }

    /// After a batch was written: old ones of that log whose records have no account any more go.
    pub(super) fn forget(&mut self, stamped: &Stamped, kept: impl Fn(RecordId) -> bool) {
        let Event::Appended { partition, .. } = &stamped.event else { return };
        let Some(history) = self.partitions.get_mut(partition) else { return };
        let Some(tail) = history.replicas.get_mut(&stamped.node) else { return };
        let lives = |batch: &RecordBatch| {
            batch.records.iter().rev().filter_map(|record| record.id).any(&kept)
        };
        while tail.front().is_some_and(|batch| !lives(batch)) {
            tail.pop_front();
        }
    }
}

impl History {
    /// A leader that was deposed and does not know it does not: what it writes will be thrown away.
    fn leads(&self, node: Node) -> bool {
        self.leader.is_some_and(|(leader, _)| leader == node)
    }

    fn truncate(&mut self, node: Node, to: Offset, report: Report<'_>) {
        let leads = self.leads(node);
        let Some(tail) = self.replicas.get_mut(&node) else { return };
        for batch in cut(tail, to).filter(|_| leads) {
            tell(&batch, false, report);
        }
    }

    fn lose_unflushed(&mut self, node: Node, to: Offset) {
        let leads = self.leads(node);
        let Some(tail) = self.replicas.get_mut(&node) else { return };
        self.unflushed.extend(cut(tail, to).filter(|_| leads));
    }

    /// From now on this node's log is the partition's: what only the old leader's had is gone,
    /// what only the new one's has is back.
    fn enthrone(&mut self, node: Node, epoch: Epoch, report: Report<'_>) {
        if self.leader.is_some_and(|(_, present)| present >= epoch) {
            return; // A broker that is late to hear of its own past.
        }
        let old = self.leader.replace((node, epoch)).map(|(leader, _)| leader);
        let unflushed = std::mem::take(&mut self.unflushed);
        let Some(old) = old.filter(|old| *old != node || !unflushed.is_empty()) else { return };
        let mut old = self.replicas.get(&old).cloned().unwrap_or_default();
        old.extend(unflushed.into_iter().rev());
        let none = Tail::default();
        let new = self.replicas.get(&node).unwrap_or(&none);
        let parted = parting(&old, new);
        old.iter().filter(|b| b.base_offset >= parted).for_each(|b| tell(b, false, report));
        new.iter().filter(|b| b.base_offset >= parted).for_each(|b| tell(b, true, report));
    }
}

/// Takes away what does not lie wholly before an offset, newest first, as far as it is asked for.
fn cut(tail: &mut Tail, to: Offset) -> impl Iterator<Item = Arc<RecordBatch>> {
    std::iter::from_fn(move || {
        tail.back().is_some_and(|batch| batch.next_offset() > to).then(|| tail.pop_back())?
    })
}

/// The offset up to which two logs are the same: what has the same offset and epoch is the same
/// batch, and so is all before it (the log matching property).
fn parting(a: &Tail, b: &Tail) -> Offset {
    let same = a.iter().rev().find(|batch| holds(b, batch));
    same.map_or(Offset::MIN, |batch| batch.next_offset())
}

fn holds(tail: &Tail, batch: &RecordBatch) -> bool {
    let at = tail.partition_point(|b| b.base_offset < batch.base_offset);
    let there = tail.get(at).filter(|b| b.base_offset == batch.base_offset);
    there.is_some_and(|b| b.leader_epoch == batch.leader_epoch)
}

fn tell(batch: &RecordBatch, survives: bool, report: Report<'_>) {
    for (offset, record) in batch.iter() {
        if let Some(id) = record.id {
            report(id, Place { offset, epoch: batch.leader_epoch, survives });
        }
    }
}
