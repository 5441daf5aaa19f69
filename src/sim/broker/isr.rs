//! Leaders watch their followers and propose ISRs to the controller (AlterPartitionManager).

use std::sync::Arc;

use super::Running;
use crate::sim::effect::{Ctx, Timer};
use crate::sim::id::{BrokerId, Node, Partition, Seq};
use crate::sim::mutant::{Mutant, breaks};
use crate::sim::ordered::Set;
use crate::sim::time::Span;
use crate::sim::wire::{
    AlterPartition, AlterPartitionRequest, AlterPartitionResponse, AlteredPartition, Channel,
    Envelope, ErrorCode, Request,
};

/// Proposals that are not answered yet; one request is under way at a time.
#[derive(Clone, Debug, Default)]
pub(super) struct PendingIsr {
    unsent: Set<Partition>,
    in_flight: Option<Proposals>,
}

#[derive(Clone, Debug)]
struct Proposals {
    seq: Seq,
    to: Node,
    sent: Vec<Partition>,
}

impl PendingIsr {
    pub(super) fn forget(&mut self, partition: Partition) {
        self.unsent.remove(&partition);
    }
}

/// Wait after a failure before the proposal is sent again.
const RETRY: Span = Span::ms(50);
/// `controller.socket.timeout.ms`.
const REQUEST_TIMEOUT: Span = Span::secs(30);

impl Running<'_> {
    pub(super) fn shrink_interval(&self) -> Span {
        // Twice per lag time, so that a follower leaves after 1 to 1.5 times of it.
        Span(Span::from_config_ms(self.config.replica_lag_time_max_ms).0.max(2000) / 2)
    }

    /// ReplicaManager.maybeShrinkIsr.
    pub(super) fn shrink_isrs(&mut self, ctx: &mut Ctx<'_>) {
        ctx.arm_in(Timer::IsrShrink, self.shrink_interval());
        let most = Span::from_config_ms(self.config.replica_lag_time_max_ms);
        let (me, now) = (self.id, ctx.now);
        let mut proposals: Vec<(Partition, Vec<BrokerId>)> = Vec::new();
        for (partition, replica) in &self.live.replicas {
            let Some(leader) = replica.as_leader() else { continue };
            let Some(log) = self.disk.logs.get(partition) else { continue };
            let end = log.end();
            let in_sync = |id: &BrokerId| {
                *id == me
                    || leader.followers.get(id).is_some_and(|f| f.is_caught_up(end, now, most))
            };
            let kept: Vec<BrokerId> = leader.isr.iter().copied().filter(in_sync).collect();
            if leader.proposed_isr.is_none() && kept.len() < leader.isr.len() {
                proposals.push((*partition, kept));
            }
        }
        for (partition, isr) in proposals {
            self.propose(partition, isr);
        }
        self.send_proposals(ctx);
    }

    /// A follower that fetched may be in sync again: it has all that is committed and all that
    /// this leader found in its log (Partition.maybeExpandIsr).
    pub(super) fn expand_isr(
        &mut self,
        ctx: &mut Ctx<'_>,
        partition: Partition,
        follower: BrokerId,
    ) {
        let Some(replica) = self.live.replicas.get(&partition) else { return };
        let Some(leader) = replica.as_leader() else { return };
        let Some(state) = leader.followers.get(&follower) else { return };
        let needed = replica.high_watermark.max(leader.epoch_start);
        if leader.proposed_isr.is_some()
            || leader.isr.contains(&follower)
            || state.log_end.is_none_or(|end| end < needed && !breaks(Mutant::ExpandsTooEarly))
            || !self.eligible(follower, state)
        {
            return;
        }
        let mut isr = leader.isr.clone();
        isr.push(follower);
        self.propose(partition, isr);
        self.send_proposals(ctx);
    }

    fn propose(&mut self, partition: Partition, isr: Vec<BrokerId>) {
        if let Some(leader) = self.live.replicas.get_mut(&partition).and_then(|r| r.as_leader_mut())
        {
            leader.proposed_isr = Some(isr);
            self.live.pending_isr.unsent.insert(partition);
        }
    }

    fn send_proposals(&mut self, ctx: &mut Ctx<'_>) {
        let controller = self.controller();
        let pending = &mut self.live.pending_isr;
        if pending.in_flight.is_some() || pending.unsent.is_empty() {
            return;
        }
        let Some(controller) = controller else {
            return ctx.arm_in(Timer::ToController(Channel::AlterPartition), RETRY);
        };
        let sent: Vec<Partition> = std::mem::take(&mut pending.unsent).into_iter().collect();
        let partitions: Vec<AlterPartition> =
            sent.iter().filter_map(|partition| self.proposal(*partition)).collect();
        if partitions.is_empty() {
            return;
        }
        let (broker, broker_epoch) = (self.id, self.broker_epoch());
        let request =
            Request::AlterPartition(AlterPartitionRequest { broker, broker_epoch, partitions });
        let seq = ctx.request(controller, Channel::AlterPartition, request);
        self.live.pending_isr.in_flight = Some(Proposals { seq, to: controller, sent });
        ctx.arm_in(Timer::ToController(Channel::AlterPartition), REQUEST_TIMEOUT);
    }

    fn proposal(&self, partition: Partition) -> Option<AlterPartition> {
        let replica = self.live.replicas.get(&partition)?;
        let leader = replica.as_leader()?;
        let isr = leader.proposed_isr.as_ref()?;
        let epoch_of = |id: &BrokerId| {
            if *id == self.id {
                return self.broker_epoch();
            }
            leader.followers.get(id).and_then(|f| f.broker_epoch).unwrap_or(-1)
        };
        Some(AlterPartition {
            partition,
            leader_epoch: replica.leader_epoch,
            partition_epoch: leader.partition_epoch,
            new_isr: isr.iter().map(|id| (*id, epoch_of(id))).collect(),
            // A leader of an unclean election says with its first proposal that it has recovered.
            recovering: false,
        })
    }

    pub(super) fn on_altered(
        &mut self,
        ctx: &mut Ctx<'_>,
        envelope: &Arc<Envelope>,
        response: &AlterPartitionResponse,
    ) {
        let pending = &mut self.live.pending_isr;
        if pending.in_flight.as_ref().map(|it| it.seq) != envelope.answers {
            return;
        }
        if response.error != ErrorCode::None {
            return self.alter_partition_failed(ctx);
        }
        pending.in_flight = None;
        ctx.disarm(Timer::ToController(Channel::AlterPartition));
        for altered in &response.partitions {
            self.on_one_altered(ctx, altered);
        }
        self.send_proposals(ctx);
    }

    fn on_one_altered(&mut self, ctx: &mut Ctx<'_>, altered: &AlteredPartition) {
        let partition = altered.partition;
        self.stir(partition);
        let Some(replica) = self.live.replicas.get_mut(&partition) else { return };
        let epoch = replica.leader_epoch;
        let Some(leader) = replica.as_leader_mut() else { return };
        match altered.error {
            ErrorCode::None => {
                let newer = altered.partition_epoch > leader.partition_epoch;
                if altered.leader_epoch == epoch && newer {
                    leader.isr.clone_from(&altered.isr);
                    leader.partition_epoch = altered.partition_epoch;
                    leader.recovering = altered.recovering;
                    leader.proposed_isr = None;
                    self.after_isr_change(ctx, partition);
                } else if altered.partition_epoch == leader.partition_epoch {
                    leader.proposed_isr = None; // Nothing to change: it stands as committed.
                }
            }
            ErrorCode::IneligibleReplica => leader.proposed_isr = None,
            // The metadata log will tell what is true now; until then the proposal stays open.
            ErrorCode::UnknownTopicOrPartition
            | ErrorCode::FencedLeaderEpoch
            | ErrorCode::InvalidUpdateVersion
            | ErrorCode::InvalidRequest
            | ErrorCode::NewLeaderElected => {}
            _ => {
                self.live.pending_isr.unsent.insert(partition);
            }
        }
    }

    /// Everything that was sent is to be sent again.
    pub(super) fn alter_partition_failed(&mut self, ctx: &mut Ctx<'_>) {
        if let Some(lost) = self.live.pending_isr.in_flight.take() {
            self.live.pending_isr.unsent.extend(lost.sent);
            ctx.arm_in(Timer::ToController(Channel::AlterPartition), RETRY);
        }
    }

    pub(super) fn on_alter_partition_timer(&mut self, ctx: &mut Ctx<'_>) {
        if let Some(late) = &self.live.pending_isr.in_flight {
            ctx.close(late.to, Channel::AlterPartition);
            self.alter_partition_failed(ctx);
        } else {
            self.send_proposals(ctx);
        }
    }
}
