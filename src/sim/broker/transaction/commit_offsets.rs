//! Offsets as part of a transaction, at the group's coordinator
//! (OffsetMetadataManager.commitTransactionalOffset).

use super::add_partitions::Write;
use super::later::Later;
use crate::sim::broker::Running;
use crate::sim::broker::classic::GroupState;
use crate::sim::broker::coordinator::coordinator_batch;
use crate::sim::broker::purgatory::Then;
use crate::sim::effect::{Ctx, ReplyTo};
use crate::sim::id::Partition;
use crate::sim::mutant::{Mutant, breaks};
use crate::sim::time::Span;
use crate::sim::wire::{
    BatchKind, CoordinatorRecord, ErrorCode, NO_SEQUENCE, OffsetAndMetadata, PartitionProduce,
    ProducerStamp, Response, TxnOffsetCommitRequest, TxnOffsetCommitResponse,
};

impl Running<'_> {
    pub(in crate::sim::broker) fn txn_offset_commit(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        request: &TxnOffsetCommitRequest,
    ) {
        if !self.coordinates(&request.group) {
            let partitions: Vec<Partition> = request.offsets.iter().map(|(it, _)| *it).collect();
            return self.answer_txn_offsets(ctx, to, &partitions, ErrorCode::NotCoordinator);
        }
        self.verify_and_write(ctx, to, Write::Offsets(request.clone()));
    }

    pub(super) fn answer_txn_offsets(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        partitions: &[Partition],
        error: ErrorCode,
    ) {
        let partitions = partitions.iter().map(|partition| (*partition, error)).collect();
        self.reply(ctx, to, Response::TxnOffsetCommit(TxnOffsetCommitResponse { partitions }));
    }

    /// Writes them, unless somebody has refused; with the guard of the coordinator's word, if it
    /// had to be asked at all.
    pub(super) fn write_txn_offsets(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        request: &TxnOffsetCommitRequest,
        refusal: Option<ErrorCode>,
        guard: Option<Option<u64>>,
    ) {
        let partitions: Vec<Partition> = request.offsets.iter().map(|(it, _)| *it).collect();
        let allowed = refusal.map_or_else(|| self.validate_txn_offsets(request), Err);
        let batch = allowed.and_then(|()| {
            let partition = self.partition_of_group(&request.group);
            let partition = partition.ok_or(ErrorCode::NotCoordinator)?;
            let batch = offsets_batch(request, partition, ctx.wall());
            match guard.and_then(|guard| self.unverified(&batch, guard)) {
                Some(error) => Err(error),
                None => Ok(batch),
            }
        });
        let batch = match batch {
            Ok(batch) => batch,
            Err(error) => return self.answer_txn_offsets(ctx, to, &partitions, error),
        };
        let timeout = Span::from_config_ms(self.config.offsets_commit_timeout_ms);
        let number = self.live.transactions.keep(Later::Offsets { to, partitions });
        if self.write_batch(ctx, &batch, timeout, Then::Later(number)) {
            self.end_verification(batch.partition, batch.producer);
        }
    }

    /// validateTransactionalOffsetCommit: the consumer that read them is still who it was.
    fn validate_txn_offsets(&self, request: &TxnOffsetCommitRequest) -> Result<(), ErrorCode> {
        let TxnOffsetCommitRequest { group, generation, member, instance_id, .. } = request;
        if !self.coordinates(group) {
            return Err(ErrorCode::NotCoordinator);
        }
        if breaks(Mutant::TakesOffsetsOfFormerMembers) {
            return Ok(());
        }
        let coordinator = &self.live.coordinator;
        if let Some(group) = coordinator.consumer_groups.get(group) {
            let allowed = group.validate_offset_commit(*member, *generation);
            return allowed.map_err(|error| match error {
                ErrorCode::StaleMemberEpoch => ErrorCode::IllegalGeneration,
                other => other,
            });
        }
        let Some(group) = coordinator.groups.get(group) else {
            return match *generation < 0 {
                true => Ok(()),
                false => Err(ErrorCode::IllegalGeneration),
            };
        };
        let nobody = *generation < 0 && member.is_none() && instance_id.is_none();
        if nobody || *generation < 0 && group.state == GroupState::Empty {
            return Ok(());
        }
        group.validate(member.ok_or(ErrorCode::UnknownMemberId)?, instance_id.as_ref())?;
        match *generation == group.generation {
            true => Ok(()),
            false => Err(ErrorCode::IllegalGeneration),
        }
    }
}

fn offsets_batch(
    request: &TxnOffsetCommitRequest,
    partition: Partition,
    now: crate::sim::time::Time,
) -> PartitionProduce {
    let mut records = Vec::with_capacity(request.offsets.len());
    for (partition, offset) in &request.offsets {
        let committed = Some(OffsetAndMetadata { offset: *offset, commit_timestamp: now });
        let group = request.group.clone();
        records.push(CoordinatorRecord::Offset { group, partition: *partition, committed });
    }
    let stamp = ProducerStamp { producer: request.producer, base_sequence: NO_SEQUENCE };
    PartitionProduce {
        producer: Some(stamp),
        kind: BatchKind::Transactional,
        ..coordinator_batch(partition, records, now)
    }
}
