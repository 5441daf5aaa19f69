//! A person's wish for other replicas of a partition: what can be said before the controller is
//! asked.

use super::check_spec as check;
use super::command::{Quantity, Refusal};
use super::id::{BrokerId, Name, Node};
use super::image::PartitionState;
use super::spread::{Start, spread};
use super::wire::{AlterPartitionReassignmentsRequest, Request};
use super::world::World;

impl World {
    pub(super) fn check_partition(
        &self,
        topic: &Name,
        index: u32,
    ) -> Result<&PartitionState, Refusal> {
        let partition = self.known_topic(topic)?.partitions.get(index as usize);
        partition.ok_or_else(|| Refusal::UnknownPartition { topic: topic.clone(), index })
    }

    pub(super) fn check_reassignment(
        &self,
        topic: &Name,
        index: u32,
        replicas: &[BrokerId],
    ) -> Result<(), Refusal> {
        let state = self.check_partition(topic, index)?;
        self.check_replicas(replicas)?;
        if state.replicas == replicas && !state.is_reassigning() {
            return Err(Refusal::NothingToReassign { topic: topic.clone(), index });
        }
        Ok(())
    }

    pub(super) fn check_cancel(&self, topic: &Name, index: u32) -> Result<(), Refusal> {
        if self.check_partition(topic, index)?.is_reassigning() {
            return Ok(());
        }
        Err(Refusal::NotReassigning { topic: topic.clone(), index })
    }

    /// One to as many as there are, each known and named once.
    pub(super) fn check_replicas(&self, replicas: &[BrokerId]) -> Result<(), Refusal> {
        let wanted = u32::try_from(replicas.len()).unwrap_or(u32::MAX);
        check::bounds(Quantity::ReplicationFactor, wanted, 1, self.brokers.len() as u32)?;
        for (index, id) in replicas.iter().enumerate() {
            if !self.brokers.contains_key(id) {
                return Err(Refusal::UnknownNode(Node::Broker(*id)));
            }
            if replicas[..index].contains(id) {
                return Err(Refusal::ReplicaTwice(*id));
            }
        }
        Ok(())
    }

    pub(super) fn ask_for_reassignment(
        &mut self,
        topic: &Name,
        partition: u32,
        replicas: Option<Vec<BrokerId>>,
    ) {
        let topic = topic.clone();
        let request = AlterPartitionReassignmentsRequest { topic, partition, replicas };
        let subject = format!("{}-{partition}", request.topic);
        self.ask_admin(Request::AlterPartitionReassignments(request), subject.as_str().into());
    }

    pub(super) fn check_spread(&self, topic: &Name) -> Result<(), Refusal> {
        let topic = self.known_topic(topic)?;
        let wanted = topic.partitions.first().map_or(1, |it| it.replication_factor() as u32);
        let brokers = self.in_service().len() as u32;
        if wanted > brokers {
            return Err(Refusal::ReplicationFactorAboveBrokers { wanted, brokers });
        }
        Ok(())
    }

    fn in_service(&self) -> Vec<(BrokerId, Option<Name>)> {
        let known = self.metadata().brokers.iter().filter(|(_, it)| !it.fenced);
        known.map(|(id, it)| (*id, it.rack.clone())).collect()
    }

    /// Asks for what the tool would propose now, where that is another place. If some brokers have
    /// racks and others none, racks do not count (--disable-rack-aware).
    pub(super) fn spread_replicas(&mut self, name: &Name) {
        let brokers = self.in_service();
        let Ok(topic) = self.known_topic(name) else { return };
        let wanted = topic.partitions.first().map_or(1, |it| it.replication_factor() as u32);
        let now: Vec<Vec<BrokerId>> =
            topic.partitions.iter().map(|state| state.replicas.clone()).collect();
        let dice = self.dice.of(Node::Admin);
        let mut draw = || dice.below(brokers.len() as u64) as u32;
        let start = Start { index: draw(), shift: draw(), partition: 0 };
        let known: Vec<(BrokerId, Option<&str>)> =
            brokers.iter().map(|(id, rack)| (*id, rack.as_deref())).collect();
        let Some(placed) = spread(&known, now.len() as u32, wanted, start) else { return };
        for (index, (replicas, now)) in (0..).zip(placed.into_iter().zip(now)) {
            if replicas != now {
                self.ask_for_reassignment(name, index, Some(replicas));
            }
        }
    }
}
