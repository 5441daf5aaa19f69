//! Leaders and ISRs: what follows when a broker goes or comes, and what leaders propose
//! (ReplicationControlManager).

use crate::sim::effect::{Ctx, ReplyTo, Timer};
use crate::sim::event::Event;
use crate::sim::id::{BrokerId, Partition};
use crate::sim::image::{MetadataImage, PartitionState};
use crate::sim::time::Span;
use crate::sim::wire::{
    AlterPartition, AlterPartitionRequest, AlterPartitionResponse, AlteredPartition,
    ElectLeadersRequest, ElectLeadersResponse, ElectionType, ErrorCode, MetadataRecord,
    PartitionChangeRecord, Response,
};

use super::Controller;
use super::election::{Election, change};

/// Tells people what a change record means, before it is applied.
pub(super) fn tell(image: &MetadataImage, ctx: &mut Ctx<'_>, change: &PartitionChangeRecord) {
    let partition = change.partition;
    let Some(before) = image.partition(partition) else { return };
    if let Some(isr) = &change.isr {
        let missing = |from: &[BrokerId], other: &[BrokerId]| -> Vec<BrokerId> {
            from.iter().copied().filter(|id| !other.contains(id)).collect()
        };
        let (removed, added) = (missing(&before.isr, isr), missing(isr, &before.isr));
        if !removed.is_empty() {
            ctx.tell(Event::IsrShrank { partition, isr: isr.clone(), removed });
        }
        if !added.is_empty() {
            ctx.tell(Event::IsrGrew { partition, isr: isr.clone(), added });
        }
    }
    if let Some(leader) = change.leader {
        let unclean = change.recovering == Some(true);
        let epoch = before.leader_epoch + 1;
        ctx.tell(Event::LeaderElected { partition, leader, epoch, unclean });
    }
}

impl Controller {
    pub(super) fn leads_anything(&self, broker: BrokerId) -> bool {
        self.image.partitions().any(|(_, state)| state.leader == Some(broker))
    }

    fn election_for(&self, partition: Partition) -> Election {
        let unclean = self
            .image
            .topics
            .get(&partition.topic)
            .is_some_and(|topic| topic.config.unclean_leader_election_enable != 0);
        if unclean { Election::Unclean } else { Election::Online }
    }

    /// Takes a broker out of every ISR it is in and moves its leaderships
    /// (generateLeaderAndIsrUpdates).
    pub(super) fn remove_from_isrs(&mut self, ctx: &mut Ctx<'_>, gone: BrokerId) {
        let touched: Vec<Partition> = self
            .image
            .partitions()
            .filter(|(_, state)| state.isr.contains(&gone))
            .map(|(partition, _)| partition)
            .collect();
        for partition in touched {
            let Some(state) = self.image.partition(partition) else { continue };
            let target: Vec<BrokerId> =
                state.isr.iter().copied().filter(|id| *id != gone).collect();
            let acceptable = |id: BrokerId| id != gone && self.image.is_active(id);
            let election = self.election_for(partition);
            let record = change(partition, state, &target, election, false, acceptable);
            if let Some(record) = record {
                self.write(ctx, MetadataRecord::PartitionChange(record));
            }
        }
    }

    /// A broker came back: partitions without a leader may have one again.
    pub(super) fn elect_leaderless(&mut self, ctx: &mut Ctx<'_>) {
        let leaderless: Vec<Partition> = self
            .image
            .partitions()
            .filter(|(_, state)| state.leader.is_none())
            .map(|(partition, _)| partition)
            .collect();
        for partition in leaderless {
            let Some(state) = self.image.partition(partition) else { continue };
            let election = self.election_for(partition);
            let acceptable = |id: BrokerId| self.image.is_active(id);
            let record = change(partition, state, &state.isr, election, false, acceptable);
            if let Some(record) = record {
                self.write(ctx, MetadataRecord::PartitionChange(record));
            }
        }
    }

    pub(super) fn elect_leaders(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        request: &ElectLeadersRequest,
    ) {
        let (error, partitions) = match self.image.topic_named(&request.topic) {
            None => (ErrorCode::UnknownTopicOrPartition, Vec::new()),
            Some((topic, state)) => {
                let count = state.partitions.len() as u32;
                let each = (0..count).map(|index| Partition { topic, index });
                let each: Vec<Partition> = each.collect();
                let elect = |partition| self.elect_by_hand(ctx, partition, request.election);
                (ErrorCode::None, each.into_iter().map(elect).collect())
            }
        };
        ctx.reply(to, Response::ElectLeaders(ElectLeadersResponse { error, partitions }));
    }

    /// ReplicationControlManager.electLeader.
    fn elect_by_hand(
        &mut self,
        ctx: &mut Ctx<'_>,
        partition: Partition,
        kind: ElectionType,
    ) -> ErrorCode {
        let Some(state) = self.image.partition(partition) else {
            return ErrorCode::UnknownTopicOrPartition;
        };
        let (needed, election, unavailable) = match kind {
            ElectionType::Preferred => (
                state.leader != state.replicas.first().copied(),
                Election::Preferred,
                ErrorCode::PreferredLeaderNotAvailable,
            ),
            ElectionType::Unclean => {
                (state.leader.is_none(), Election::Unclean, ErrorCode::EligibleLeadersNotAvailable)
            }
        };
        if !needed {
            return ErrorCode::ElectionNotNeeded;
        }
        let acceptable = |id: BrokerId| self.image.is_active(id);
        match change(partition, state, &state.isr, election, false, acceptable) {
            None => unavailable,
            Some(record) => {
                self.write(ctx, MetadataRecord::PartitionChange(record));
                ErrorCode::None
            }
        }
    }

    /// Gives leaderships back to preferred replicas that are well again
    /// (ReplicationControlManager.maybeBalancePartitionLeaders).
    pub(super) fn balance_leaders(&mut self, ctx: &mut Ctx<'_>) {
        self.arm_leader_balance(ctx);
        if self.config.auto_leader_rebalance_enable == 0 {
            return;
        }
        let away: Vec<Partition> = self
            .image
            .partitions()
            .filter(|(_, state)| state.leader != state.replicas.first().copied())
            .map(|(partition, _)| partition)
            .collect();
        for partition in away {
            self.elect_by_hand(ctx, partition, ElectionType::Preferred);
        }
    }

    pub(super) fn arm_leader_balance(&self, ctx: &mut Ctx<'_>) {
        let seconds = self.config.leader_imbalance_check_interval_seconds;
        ctx.arm_in(Timer::LeaderBalance, Span::secs(seconds.unsigned_abs()));
    }

    pub(super) fn alter_partition(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        request: &AlterPartitionRequest,
    ) {
        let known = self.image.brokers.get(&request.broker).map(|r| r.broker_epoch);
        let (error, partitions) = if known == Some(request.broker_epoch) {
            let altered = request.partitions.iter();
            let altered = altered.map(|wish| self.alter_one(ctx, request.broker, wish)).collect();
            (ErrorCode::None, altered)
        } else {
            (ErrorCode::StaleBrokerEpoch, Vec::new())
        };
        let response = AlterPartitionResponse { error, partitions };
        ctx.reply(to, Response::AlterPartition(response));
    }

    fn alter_one(
        &mut self,
        ctx: &mut Ctx<'_>,
        broker: BrokerId,
        wish: &AlterPartition,
    ) -> AlteredPartition {
        let partition = wish.partition;
        let mut error = self.validate(broker, wish);
        if error == ErrorCode::None
            && let Some(state) = self.image.partition(partition)
        {
            let target: Vec<BrokerId> = wish.new_isr.iter().map(|(id, _)| *id).collect();
            let acceptable = |id: BrokerId| self.image.is_active(id);
            let election = self.election_for(partition);
            let recovered = !wish.recovering;
            let record = change(partition, state, &target, election, recovered, acceptable);
            if let Some(record) = record {
                if record.leader.is_some() {
                    error = ErrorCode::NewLeaderElected;
                }
                self.write(ctx, MetadataRecord::PartitionChange(record));
            }
        }
        answer(partition, error, self.image.partition(partition))
    }

    /// ReplicationControlManager.validateAlterPartitionData, check by check in its order.
    fn validate(&self, broker: BrokerId, wish: &AlterPartition) -> ErrorCode {
        let Some(state) = self.image.partition(wish.partition) else {
            return ErrorCode::UnknownTopicOrPartition;
        };
        if wish.leader_epoch > state.leader_epoch || wish.partition_epoch > state.partition_epoch {
            return ErrorCode::NotController;
        }
        if wish.leader_epoch < state.leader_epoch {
            return ErrorCode::FencedLeaderEpoch;
        }
        if state.leader != Some(broker) {
            return ErrorCode::InvalidRequest;
        }
        if wish.partition_epoch < state.partition_epoch {
            return ErrorCode::InvalidUpdateVersion;
        }
        let replicas_only = wish.new_isr.iter().all(|(id, _)| state.replicas.contains(id));
        let has_leader = wish.new_isr.iter().any(|(id, _)| *id == broker);
        let recovering_alone = !wish.recovering || wish.new_isr.len() == 1;
        let recovery_goes_on = state.recovering || !wish.recovering;
        if !(replicas_only && has_leader && recovering_alone && recovery_goes_on) {
            return ErrorCode::InvalidRequest;
        }
        if wish.new_isr.iter().any(|(id, epoch)| !self.eligible(*id, *epoch)) {
            return ErrorCode::IneligibleReplica;
        }
        ErrorCode::None
    }

    fn eligible(&self, broker: BrokerId, broker_epoch: i64) -> bool {
        self.image.is_active(broker)
            && (broker_epoch == -1
                || self.image.brokers.get(&broker).map(|r| r.broker_epoch) == Some(broker_epoch))
    }
}

fn answer(
    partition: Partition,
    error: ErrorCode,
    state: Option<&PartitionState>,
) -> AlteredPartition {
    AlteredPartition {
        partition,
        error,
        leader: state.and_then(|s| s.leader),
        leader_epoch: state.map_or(-1, |s| s.leader_epoch),
        isr: state.map_or_else(Vec::new, |s| s.isr.clone()),
        partition_epoch: state.map_or(-1, |s| s.partition_epoch),
        recovering: state.is_some_and(|s| s.recovering),
    }
}
