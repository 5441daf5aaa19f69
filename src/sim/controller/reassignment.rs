//! Other replicas for a partition (KIP-455): first those that come are added, then, when all that
//! are wanted are in the ISR, those that go are taken away (ReplicationControlManager).

use crate::sim::effect::{Ctx, ReplyTo};
use crate::sim::event::Event;
use crate::sim::id::{BrokerId, Partition};
use crate::sim::image::{MetadataImage, PartitionState};
use crate::sim::ordered;
use crate::sim::wire::{
    AlterPartitionReassignmentsRequest, AlterPartitionReassignmentsResponse, ErrorCode,
    MetadataRecord, PartitionChangeRecord, Response,
};

use super::Controller;
use super::election::{Election, PartitionChange};

/// Those of `all` that are not among `others`.
fn without(all: &[BrokerId], others: &[BrokerId]) -> Vec<BrokerId> {
    all.iter().copied().filter(|id| !others.contains(id)).collect()
}

/// Tells people what becomes of a reassignment by a change record, before it is applied.
pub(super) fn tell(image: &MetadataImage, ctx: &mut Ctx<'_>, change: &PartitionChangeRecord) {
    let partition = change.partition;
    let Some(before) = image.partition(partition) else { return };
    if change.replicas.is_none() && change.adding.is_none() && change.removing.is_none() {
        return;
    }
    let mut after = before.clone();
    after.merge(change);
    let PartitionState { replicas, adding, removing, .. } = after;
    if !adding.is_empty() || !removing.is_empty() {
        let replicas = without(&replicas, &removing);
        ctx.tell(Event::ReassignmentBegun { partition, replicas, adding, removing });
    } else if before.is_reassigning() && replicas == without(&before.replicas, &before.adding) {
        ctx.tell(Event::ReassignmentCancelled { partition, replicas });
    } else {
        ctx.tell(Event::ReassignmentDone { partition, replicas });
    }
}

impl Controller {
    pub(super) fn alter_partition_reassignments(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        request: &AlterPartitionReassignmentsRequest,
    ) {
        let record = self.reassign(request);
        let error = record.as_ref().err().copied().unwrap_or(ErrorCode::None);
        if let Ok(Some(record)) = record {
            self.write(ctx, MetadataRecord::PartitionChange(record));
        }
        let topic = request.topic.clone();
        let response = AlterPartitionReassignmentsResponse { topic, error };
        ctx.reply(to, Response::AlterPartitionReassignments(response));
    }

    /// alterPartitionReassignment; no record where nothing changes.
    fn reassign(
        &self,
        request: &AlterPartitionReassignmentsRequest,
    ) -> Result<Option<PartitionChangeRecord>, ErrorCode> {
        let known = self.image.topic_named(&request.topic);
        let (topic, _) = known.ok_or(ErrorCode::UnknownTopicOrPartition)?;
        let partition = Partition { topic, index: request.partition };
        let state = self.image.partition(partition);
        let state = state.ok_or(ErrorCode::UnknownTopicOrPartition)?;
        let change = match &request.replicas {
            Some(target) => self.changed(partition, state, target)?,
            None => self.cancelled(partition, state)?,
        };
        Ok(change.build(partition, |id| self.image.is_active(id)))
    }

    /// changePartitionReassignment. What an earlier reassignment brought counts as current: it goes
    /// again if it is not wanted now.
    fn changed<'a>(
        &self,
        partition: Partition,
        state: &'a PartitionState,
        target: &[BrokerId],
    ) -> Result<PartitionChange<'a>, ErrorCode> {
        self.check_target(target)?;
        let mut removing = without(&state.replicas, target);
        let mut adding = without(target, &state.replicas);
        ordered::sort(&mut removing);
        ordered::sort(&mut adding);
        let change = self.change_of(partition, state);
        let some = |new: Vec<BrokerId>, old: Vec<BrokerId>| if new.is_empty() { old } else { new };
        Ok(PartitionChange {
            replicas: target.iter().chain(&removing).copied().collect(),
            adding: some(adding, change.adding),
            removing: some(removing, change.removing),
            // As in Kafka, it elects from the ISR alone, whatever the topic allows.
            election: Election::Online,
            ..change
        })
    }

    /// validateManualPartitionAssignment: different brokers that have registered.
    fn check_target(&self, target: &[BrokerId]) -> Result<(), ErrorCode> {
        let known = target.iter().all(|id| self.image.brokers.contains_key(id));
        let twice = (1..target.len()).any(|place| target[..place].contains(&target[place]));
        if target.is_empty() || !known || twice {
            return Err(ErrorCode::InvalidReplicaAssignment);
        }
        Ok(())
    }

    /// cancelPartitionReassignment: those that were to come go, those that were to go stay. If only
    /// newcomers are in sync, that would lose records (PartitionReassignmentRevert).
    fn cancelled<'a>(
        &self,
        partition: Partition,
        state: &'a PartitionState,
    ) -> Result<PartitionChange<'a>, ErrorCode> {
        if !state.is_reassigning() {
            return Err(ErrorCode::NoReassignmentInProgress);
        }
        let change = self.change_of(partition, state);
        let replicas = without(&state.replicas, &state.adding);
        let mut isr = without(&state.isr, &state.adding);
        if isr.is_empty() {
            if change.election != Election::Unclean {
                return Err(ErrorCode::InvalidReplicaAssignment);
            }
            isr.extend(replicas.first());
        }
        let (adding, removing) = (Vec::new(), Vec::new());
        Ok(PartitionChange { isr, replicas, adding, removing, ..change })
    }
}
