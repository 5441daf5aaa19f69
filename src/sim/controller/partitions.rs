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
use super::election::{Election, PartitionChange};
use crate::sim::mutant::{Mutant, breaks};

/// Tells people what a change record means, before it is applied.
pub(super) fn tell(image: &MetadataImage, ctx: &mut Ctx<'_>, change: &PartitionChangeRecord) {
    let partition = change.partition;
    let Some(before) = image.partition(partition) else { return };
    super::reassignment::tell(image, ctx, change);
    if let Some(isr) = &change.isr {
        let missing = |from: &[BrokerId], other: &[BrokerId]| -> Vec<BrokerId> {
            from.iter().copied().filter(|id| !other.contains(id)).collect()
        };
        let (mut removed, added) = (missing(&before.isr, isr), missing(isr, &before.isr));
        // Who is no replica any more has not fallen behind.
        removed.retain(|id| change.replicas.as_ref().is_none_or(|all| all.contains(id)));
        if !removed.is_empty() {
            ctx.tell(Event::IsrShrank { partition, isr: isr.clone(), removed });
        }
        if !added.is_empty() {
            ctx.tell(Event::IsrGrew { partition, isr: isr.clone(), added });
        }
    }
    if let Some(elr) = &change.elr {
        ctx.tell(Event::ElrChanged { partition, elr: elr.clone() });
    }
    // A reassignment raises the epoch of a leader that stays; nobody is elected then.
    let elected = change.leader.filter(|leader| *leader != before.leader);
    if let Some(leader) = elected {
        let knows = |id: &BrokerId| before.isr.contains(id) || before.elr.contains(id);
        // Who completes a reassignment by being in sync is no stranger.
        let recovering = change.recovering.unwrap_or(before.recovering);
        let unclean = recovering && leader.is_some_and(|id| !knows(&id));
        let epoch = before.leader_epoch + 1;
        ctx.tell(Event::LeaderElected { partition, leader, epoch, unclean });
    }
}

impl Controller {
    pub(super) fn leads_anything(&self, broker: BrokerId) -> bool {
        self.image.partitions().any(|(_, state)| state.leader == Some(broker))
    }

    /// A change of a partition, with what its topic says of elections.
    pub(super) fn change_of<'a>(
        &self,
        partition: Partition,
        state: &'a PartitionState,
    ) -> PartitionChange<'a> {
        let change = PartitionChange::of(state);
        let Some(topic) = self.image.topics.get(&partition.topic) else { return change };
        let unclean = topic.config.unclean_leader_election_enable != 0;
        // The factor that counts is the first partition's (getTopicEffectiveMinIsr).
        let replicas = topic.partitions.first().map_or(1, |state| state.replicas.len() as u32);
        let least = u32::try_from(topic.config.min_insync_replicas).unwrap_or(replicas);
        PartitionChange {
            election: if unclean { Election::Unclean } else { Election::Online },
            min_isr: least.min(replicas),
            elr: self.config.eligible_leader_replicas_version != 0,
            ..change
        }
    }

    /// Gives every partition of a kind the leader and ISR that follow when a broker is gone, or
    /// came back without having said good-bye (generateLeaderAndIsrUpdates).
    fn update_leaders_and_isrs(
        &mut self,
        ctx: &mut Ctx<'_>,
        gone: Option<BrokerId>,
        unclean_shutdown: Option<BrokerId>,
        touches: impl Fn(&PartitionState) -> bool,
    ) {
        let touched = self.image.partitions().filter(|(_, state)| touches(state));
        let touched: Vec<Partition> = touched.map(|(partition, _)| partition).collect();
        let stays = |id: &BrokerId| gone != Some(*id) && unclean_shutdown != Some(*id);
        for partition in touched {
            let Some(state) = self.image.partition(partition) else { continue };
            let isr = state.isr.iter().copied().filter(stays).collect();
            let change = self.change_of(partition, state);
            let unclean_shutdown = unclean_shutdown.into_iter().collect();
            let change = PartitionChange { isr, unclean_shutdown, ..change };
            let acceptable = |id: BrokerId| stays(&id) && self.image.is_active(id);
            if let Some(record) = change.build(partition, acceptable) {
                self.write(ctx, MetadataRecord::PartitionChange(record));
            }
        }
    }

    /// Takes a broker out of every ISR it is in and moves its leaderships.
    pub(super) fn remove_from_isrs(&mut self, ctx: &mut Ctx<'_>, gone: BrokerId) {
        if let Some(extension) = ctx.extension {
            (extension.remove_from_isrs)(self, ctx, gone);
        }
    }

    pub(in crate::sim) fn take_out_of_isrs(&mut self, ctx: &mut Ctx<'_>, gone: BrokerId) {
        self.update_leaders_and_isrs(ctx, Some(gone), None, |state| state.isr.contains(&gone));
    }

    /// A broker registers anew. If it went down without a word, nobody can rely on its log any
    /// more: it is no longer eligible either (handleBrokerShutdown).
    pub(super) fn forget_former_life(
        &mut self,
        ctx: &mut Ctx<'_>,
        broker: BrokerId,
        was_clean: bool,
    ) {
        if was_clean || self.config.eligible_leader_replicas_version == 0 {
            return self.remove_from_isrs(ctx, broker);
        }
        let unclean = Some(broker);
        self.update_leaders_and_isrs(ctx, None, unclean, |state| state.isr.contains(&broker));
        self.update_leaders_and_isrs(ctx, None, unclean, |state| state.elr.contains(&broker));
    }

    /// A broker came back: partitions without a leader may have one again.
    pub(super) fn elect_leaderless(&mut self, ctx: &mut Ctx<'_>) {
        self.update_leaders_and_isrs(ctx, None, None, |state| state.leader.is_none());
    }

    /// Whoever allows unclean elections only when there is no leader any more need not wait for a
    /// broker to come or go (ReplicationControlManager.maybeElectUncleanLeaders).
    pub(super) fn elect_unclean_leaders(&mut self, ctx: &mut Ctx<'_>) {
        self.arm_unclean_elections(ctx);
        let allows = |partition: Partition| {
            let topic = self.image.topics.get(&partition.topic);
            topic.is_some_and(|topic| topic.config.unclean_leader_election_enable != 0)
        };
        let partitions = self.image.partitions();
        let leaderless = partitions.filter(|(it, state)| state.leader.is_none() && allows(*it));
        let leaderless: Vec<Partition> = leaderless.map(|(partition, _)| partition).collect();
        for partition in leaderless {
            self.elect_by_clock(ctx, partition, ElectionType::Unclean);
        }
    }

    pub(super) fn arm_unclean_elections(&self, ctx: &mut Ctx<'_>) {
        let interval = self.config.unclean_leader_election_interval_ms;
        ctx.arm_in(Timer::UncleanElections, Span::from_config_ms(interval));
    }

    /// Another min.insync.replicas makes another ELR (getPartitionElrUpdatesForConfigChanges).
    pub(super) fn update_elrs(&mut self, ctx: &mut Ctx<'_>) {
        self.update_leaders_and_isrs(ctx, None, None, |state| !state.elr.is_empty());
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

    fn elect_by_clock(&mut self, ctx: &mut Ctx<'_>, partition: Partition, kind: ElectionType) {
        if let Some(extension) = ctx.extension {
            (extension.elect)(self, ctx, partition, kind);
        }
    }

    /// ReplicationControlManager.electLeader.
    pub(in crate::sim) fn elect_by_hand(
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
        let change = PartitionChange { election, ..self.change_of(partition, state) };
        match change.build(partition, acceptable) {
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
            self.elect_by_clock(ctx, partition, ElectionType::Preferred);
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
            let isr = wish.new_isr.iter().map(|(id, _)| *id).collect();
            let change = self.change_of(partition, state);
            let change = PartitionChange { isr, recovered: !wish.recovering, ..change };
            let acceptable = |id: BrokerId| self.image.is_active(id);
            if let Some(record) = change.build(partition, acceptable) {
                // It may complete a reassignment that takes the leader away, or raises its epoch.
                if record.leader.is_some_and(|leader| leader != Some(broker)) {
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
        if breaks(Mutant::TakesAnyProposal) {
            return ErrorCode::None;
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
