//! What must always hold in the quorum of controllers (MetadataLogMatching, LeaderCompleteness).

use std::sync::Arc;

use super::Broken;
use crate::sim::controller::Controller;
use crate::sim::event::{Event, Stamped};
use crate::sim::id::{ControllerId, Epoch, Node};
use crate::sim::ordered::Map;
use crate::sim::raft::{QuorumRole, Raft};
use crate::sim::wire::MetadataEntry;
use crate::sim::world::World;

/// Remembers what the quorum decided.
#[derive(Clone, Debug, Default)]
pub(super) struct QuorumChecker {
    leaders: Map<Epoch, ControllerId>,
    /// The metadata log as far as anybody ever took it for committed.
    committed: Vec<Arc<MetadataEntry>>,
}

impl QuorumChecker {
    pub(super) fn check(&mut self, world: &World, stamped: &Stamped) -> Result<(), Broken> {
        match stamped.node {
            Node::Controller(id) => {
                let Some(controller) = world.controllers.get(&id) else { return Ok(()) };
                if let Event::QuorumRole { role: QuorumRole::Leader, epoch } = stamped.event {
                    self.one_leader(id, epoch)?;
                    self.knows_all(controller)?;
                }
                self.agrees(world, stamped.node, controller.raft())?;
                // Who ended within this very step leaves nothing to look at but its log.
                match world.is_up(stamped.node) {
                    true => self.applied(stamped.node, controller.image().next_offset),
                    false => Ok(()),
                }
            }
            Node::Broker(id) => {
                let Some(broker) = world.brokers.get(&id) else { return Ok(()) };
                self.applied(stamped.node, broker.disk.image.next_offset)
            }
            Node::Admin | Node::Client(_) => Ok(()),
        }
    }

    fn one_leader(&mut self, id: ControllerId, epoch: Epoch) -> Result<(), Broken> {
        let known = *self.leaders.entry(epoch).or_insert(id);
        if known == id {
            return Ok(());
        }
        broken("NeverTwoQuorumLeaders", format!("{known} and {id} both led in epoch {epoch}"))
    }

    /// Whoever is elected has every record that was committed.
    fn knows_all(&self, controller: &Controller) -> Result<(), Broken> {
        let log = controller.metadata_log();
        let last = self.committed.len().checked_sub(1);
        if last.is_none_or(|last| log.get(last).is_some_and(|it| it.epoch == self.at(last))) {
            return Ok(());
        }
        let id = controller.id;
        broken("QuorumLeaderCompleteness", format!("{id} leads without record {last:?}"))
    }

    fn at(&self, index: usize) -> Epoch {
        self.committed.get(index).map_or(0, |entry| entry.epoch)
    }

    /// Two nodes never take different records for committed. Where a record of one epoch is the
    /// same, so are all before it: the last is enough.
    fn agrees(&mut self, world: &World, node: Node, raft: &Raft) -> Result<(), Broken> {
        let end = usize::try_from(raft.high_watermark().unwrap_or(0)).unwrap_or(0);
        let entries = raft.log().entries();
        if let Some(last) = end.min(self.committed.len()).checked_sub(1)
            && entries.get(last).is_none_or(|entry| entry.epoch != self.at(last))
        {
            return broken("MetadataLogMatching", format!("{node:?} has another record {last}"));
        }
        if let Some(news) = entries.get(self.committed.len()..end) {
            self.committed.extend_from_slice(news);
            return self.on_a_majority(world);
        }
        Ok(())
    }

    /// Committed is what more than half of the voters have on their disks.
    fn on_a_majority(&self, world: &World) -> Result<(), Broken> {
        let Some(last) = self.committed.len().checked_sub(1) else { return Ok(()) };
        let logs = world.controllers.values().map(Controller::metadata_log);
        let have = logs.filter(|log| log.get(last).is_some_and(|it| it.epoch == self.at(last)));
        let have = have.count();
        if have > world.controllers.len() / 2 {
            return Ok(());
        }
        broken("CommittedIsOnAMajority", format!("{have} voters have record {last}"))
    }

    /// Nobody acts upon what is not committed.
    fn applied(&self, node: Node, next_offset: i64) -> Result<(), Broken> {
        if next_offset <= self.committed.len() as i64 {
            return Ok(());
        }
        let committed = self.committed.len();
        let what = format!("{node:?} applied up to {next_offset}, committed is {committed}");
        broken("OnlyCommittedIsApplied", what)
    }
}

fn broken(invariant: &'static str, what: String) -> Result<(), Broken> {
    Err(Broken { invariant, partition: None, what })
}
