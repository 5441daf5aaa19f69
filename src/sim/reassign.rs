//! A person's wish for other replicas of a partition: what can be said before the controller is
//! asked.

use super::check_spec as check;
use super::command::{Quantity, Refusal};
use super::id::{BrokerId, Name, Node};
use super::image::PartitionState;
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
}
