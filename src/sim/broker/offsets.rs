//! Committed offsets, and where logs begin and end for those who ask (OffsetMetadataManager,
//! KafkaApis.handleListOffset).

use super::Running;
use super::classic::GroupState;
use super::purgatory::{Then, WhyNot};
use crate::sim::effect::{Ctx, ReplyTo};
use crate::sim::id::{Offset, Partition};
use crate::sim::mutant::{Mutant, breaks};
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
        let then = Then::Commit { to, offsets };
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

    pub(super) fn answer_commit(
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

    /// Who wants what is stable is told all that counts, once that is committed; anybody else what
    /// is committed by now (GroupCoordinatorService.fetchOffsets).
    pub(super) fn offset_fetch(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        request: &OffsetFetchRequest,
    ) {
        let allowed = match self.coordinates(&request.group) {
            true => self.validate_fetch(request),
            false => Err(ErrorCode::NotCoordinator),
        };
        if let Err(error) = allowed {
            return self.reply(ctx, to, unfetched(error));
        }
        let response = Response::OffsetFetch(self.fetched_offsets(request));
        if request.require_stable {
            let then = Then::Answer { to, good: Box::new(response), bad: WhyNot(unfetched) };
            self.when_all_is_committed(ctx, &request.group, then);
        } else {
            self.reply(ctx, to, response);
        }
    }

    fn validate_fetch(&self, request: &OffsetFetchRequest) -> Result<(), ErrorCode> {
        let groups = &self.live.coordinator.consumer_groups;
        groups.get(&request.group).map_or(Ok(()), |group| {
            group.validate_offset_fetch(request.member, request.member_epoch)
        })
    }

    fn fetched_offsets(&self, request: &OffsetFetchRequest) -> OffsetFetchResponse {
        let OffsetFetchRequest { group, require_stable, partitions, .. } = request;
        let pending = &self.live.transactions.offsets;
        if *require_stable && partitions.iter().any(|it| pending.is_pending(group, *it)) {
            let error = ErrorCode::UnstableOffsetCommit;
            return OffsetFetchResponse { error, offsets: Vec::new() };
        }
        let known = &self.live.coordinator.offsets;
        let offset = |of: Partition| match require_stable {
            true => known.latest(group, of).map(|it| it.offset),
            false => known.committed(group)?.get(&of).map(|it| it.offset),
        };
        let offsets = partitions.iter().map(|it| (*it, offset(*it))).collect();
        OffsetFetchResponse { error: ErrorCode::None, offsets }
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

/// What could not be committed in time is for the next coordinator to say: older consumers know no
/// better error (GroupCoordinatorService.handleOffsetFetchException).
fn unfetched(error: ErrorCode) -> Response {
    let error = match error {
        ErrorCode::CoordinatorNotAvailable => ErrorCode::NotCoordinator,
        other => other,
    };
    Response::OffsetFetch(OffsetFetchResponse { error, offsets: Vec::new() })
}
