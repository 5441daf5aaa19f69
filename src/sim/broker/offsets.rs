//! Committed offsets, and where logs begin and end for those who ask (OffsetMetadataManager,
//! KafkaApis.handleListOffset).

use super::Running;
use super::classic::GroupState;
use super::purgatory::Then;
use crate::sim::effect::{Ctx, ReplyTo};
use crate::sim::id::{Offset, Partition};
use crate::sim::mutant::{Mutant, breaks};
use crate::sim::time::Time;
use crate::sim::wire::{
    CommittedOffset, CoordinatorRecord, ErrorCode, IsolationLevel, ListOffsetsRequest,
    ListOffsetsResponse, ListedOffset, OffsetAndMetadata, OffsetCommitRequest,
    OffsetCommitResponse, OffsetFetchRequest, OffsetFetchResponse, OffsetSpec, Response,
};

impl Running<'_> {
    pub(super) fn offset_commit(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        request: &OffsetCommitRequest,
    ) {
        if let Err(error) = self.validate_commit(ctx, request) {
            return self.answer_commit(ctx, to, &request.offsets, error);
        }
        let (group, at) = (request.group.clone(), ctx.wall());
        let records = request
            .offsets
            .iter()
            .map(|(partition, offset)| CoordinatorRecord::Offset {
                group: group.clone(),
                partition: *partition,
                committed: Some(OffsetAndMetadata { offset: *offset, commit_timestamp: at }),
            })
            .collect();
        let offsets = request.offsets.clone();
        let then = Then::Commit { to, group: group.clone(), offsets, at };
        self.write_coordinator_records(ctx, &group, records, then);
    }

    /// ClassicGroup.validateOffsetCommit.
    fn validate_commit(
        &mut self,
        ctx: &mut Ctx<'_>,
        request: &OffsetCommitRequest,
    ) -> Result<(), ErrorCode> {
        if !self.coordinates(&request.group) {
            return Err(ErrorCode::NotCoordinator);
        }
        if breaks(Mutant::CommitsOfAnybody) {
            return Ok(());
        }
        if let Some(group) = self.live.coordinator.consumer_groups.get(&request.group) {
            return group.validate_offset_commit(Some(request.member), request.generation);
        }
        let Some(group) = self.live.coordinator.groups.get_mut(&request.group) else {
            return Err(ErrorCode::IllegalGeneration);
        };
        let now = ctx.now;
        group.validate(request.member, request.instance_id.as_ref())?;
        let Some(member) = group.members.get_mut(&request.member) else {
            return Err(ErrorCode::UnknownMemberId);
        };
        if request.generation != group.generation {
            return Err(ErrorCode::IllegalGeneration);
        }
        if group.state == GroupState::CompletingRebalance {
            return Err(ErrorCode::RebalanceInProgress);
        }
        member.heard_of(now);
        Ok(())
    }

    pub(super) fn offsets_settled(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        group: &crate::sim::id::Name,
        (offsets, commit_timestamp): (&[(Partition, Offset)], Time),
        error: ErrorCode,
    ) {
        if error == ErrorCode::None {
            let known = self.live.coordinator.offsets.entry(group.clone()).or_default();
            for (partition, offset) in offsets {
                let committed = OffsetAndMetadata { offset: *offset, commit_timestamp };
                known.insert(*partition, committed);
            }
        }
        self.answer_commit(ctx, to, offsets, error);
    }

    fn answer_commit(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        offsets: &[(Partition, Offset)],
        error: ErrorCode,
    ) {
        let partitions =
            offsets.iter().map(|(partition, _)| CommittedOffset { partition: *partition, error });
        let response = OffsetCommitResponse { partitions: partitions.collect() };
        self.reply(ctx, to, Response::OffsetCommit(response));
    }

    pub(super) fn offset_fetch(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        request: &OffsetFetchRequest,
    ) {
        let known = self.live.coordinator.offsets.get(&request.group);
        let groups = &self.live.coordinator.consumer_groups;
        let modern = groups.get(&request.group).map_or(Ok(()), |group| {
            group.validate_offset_fetch(request.member, request.member_epoch)
        });
        let pending = &self.live.transactions.offsets;
        let unstable = |partition: &Partition| pending.is_pending(&request.group, *partition);
        let allowed = match self.coordinates(&request.group) {
            true if request.require_stable && request.partitions.iter().any(unstable) => {
                modern.and(Err(ErrorCode::UnstableOffsetCommit))
            }
            true => modern,
            false => Err(ErrorCode::NotCoordinator),
        };
        let response = if let Err(error) = allowed {
            OffsetFetchResponse { error, offsets: Vec::new() }
        } else {
            let offset = |partition: &Partition| Some(known?.get(partition)?.offset);
            let offsets = request.partitions.iter().map(|p| (*p, offset(p))).collect();
            OffsetFetchResponse { error: ErrorCode::None, offsets }
        };
        self.reply(ctx, to, Response::OffsetFetch(response));
    }

    pub(super) fn list_offsets(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        request: &ListOffsetsRequest,
    ) {
        let partitions = request
            .partitions
            .iter()
            .map(|(partition, epoch)| match self.list_one(ctx, *partition, *epoch, request) {
                Ok(offset) => {
                    ListedOffset { partition: *partition, error: ErrorCode::None, offset }
                }
                Err(error) => ListedOffset { partition: *partition, error, offset: -1 },
            })
            .collect();
        self.reply(ctx, to, Response::ListOffsets(ListOffsetsResponse { partitions }));
    }

    /// Partition.fetchOffsetForTimestamp: a new leader that does not know yet how far its
    /// predecessor had committed says so instead of going back.
    // Simplified: what is in remote storage only is found at once.
    fn list_one(
        &self,
        ctx: &Ctx<'_>,
        partition: Partition,
        epoch: i32,
        request: &ListOffsetsRequest,
    ) -> Result<Offset, ErrorCode> {
        let (replica, log) = self.leader_of(partition, epoch)?;
        let epoch_start = replica.as_leader().map_or(0, |leader| leader.epoch_start);
        let readable = match request.isolation {
            IsolationLevel::ReadUncommitted => replica.high_watermark,
            IsolationLevel::ReadCommitted => log.last_stable_offset(replica.high_watermark),
        };
        match request.spec {
            OffsetSpec::Earliest => Ok(log.start()),
            OffsetSpec::Latest if replica.high_watermark < epoch_start => {
                Err(ErrorCode::OffsetNotAvailable)
            }
            OffsetSpec::Latest => Ok(readable),
            OffsetSpec::Timestamp(ms) => match log.offset_of_tiered(partition, ms, ctx.remote) {
                Some(offset) if offset < readable => Ok(offset),
                _ if replica.high_watermark < epoch_start => Err(ErrorCode::OffsetNotAvailable),
                _ => Ok(-1),
            },
        }
    }
}
