//! Leader and follower state of one partition on one broker; high watermark and ISR (Partition,
//! Replica).

use super::Running;
use crate::sim::effect::Ctx;
use crate::sim::event::Event;
use crate::sim::id::{BrokerId, Epoch, Offset, Partition};
use crate::sim::image::PartitionState;
use crate::sim::log::Log;
use crate::sim::mutant::{Mutant, breaks};
use crate::sim::ordered::Map;
use crate::sim::time::{Span, Time};

/// One replica as its broker sees it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Replica {
    /// Everything below is committed, as far as this replica knows.
    pub high_watermark: Offset,
    pub leader_epoch: Epoch,
    pub role: Role,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Role {
    Leader(Leader),
    /// Copies this leader; none while there is none.
    Follower {
        leader: Option<BrokerId>,
    },
}

/// What only a leader knows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Leader {
    pub partition_epoch: Epoch,
    /// As the controller has it.
    pub isr: Vec<BrokerId>,
    /// Proposed to the controller and not yet answered.
    pub proposed_isr: Option<Vec<BrokerId>>,
    /// Where the log ended when this leader took office.
    pub epoch_start: Offset,
    pub recovering: bool,
    /// All other replicas of the partition.
    pub followers: Map<BrokerId, FollowerState>,
}

/// What a leader knows of a follower, from its fetches alone (ReplicaState).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FollowerState {
    /// None before its first fetch.
    pub log_end: Option<Offset>,
    /// Where its log begins.
    pub log_start: Option<Offset>,
    last_fetch_leader_end: Offset,
    last_fetch: Option<Time>,
    /// Last moment at which it is known to have had everything; none is long ago.
    pub last_caught_up: Option<Time>,
    /// The broker epoch of its last fetch.
    pub broker_epoch: Option<i64>,
}

impl FollowerState {
    /// Has everything, or had everything not longer ago than `most` (Replica.isCaughtUp).
    pub fn is_caught_up(&self, leader_end: Offset, now: Time, most: Span) -> bool {
        self.log_end == Some(leader_end)
            || self.last_caught_up.is_some_and(|at| now.since(at) <= most)
    }

    /// A fetch at `offset` says that all before it is there (Replica.updateFetchStateOrThrow).
    pub(super) fn fetched(
        &mut self,
        offset: Offset,
        now: Time,
        leader_end: Offset,
        broker_epoch: i64,
    ) {
        if offset >= leader_end {
            self.last_caught_up = self.last_caught_up.max(Some(now));
        } else if offset >= self.last_fetch_leader_end {
            // It had all that there was when it fetched before.
            self.last_caught_up = self.last_caught_up.max(self.last_fetch);
        }
        self.log_end = Some(offset);
        self.last_fetch_leader_end = self.last_fetch_leader_end.max(leader_end);
        self.last_fetch = Some(now);
        self.broker_epoch = Some(broker_epoch);
    }
}

impl Leader {
    /// The ISR with everyone who may be in it already: growth counts at once, shrinking only when
    /// the controller has agreed (KIP-497).
    pub fn maximal_isr(&self) -> &[BrokerId] {
        match &self.proposed_isr {
            Some(proposed) if breaks(Mutant::ShrinkCountsAtOnce) => proposed,
            Some(proposed) if proposed.len() > self.isr.len() => proposed,
            _ => &self.isr,
        }
    }
}

impl Replica {
    /// The leader's state, if this replica leads.
    pub fn as_leader(&self) -> Option<&Leader> {
        match &self.role {
            Role::Leader(leader) => Some(leader),
            Role::Follower { .. } => None,
        }
    }

    /// Whether it copies this leader.
    pub(super) fn follows(&self, whom: BrokerId) -> bool {
        matches!(self.role, Role::Follower { leader: Some(leader) } if leader == whom)
    }

    pub(super) fn as_leader_mut(&mut self) -> Option<&mut Leader> {
        match &mut self.role {
            Role::Leader(leader) => Some(leader),
            Role::Follower { .. } => None,
        }
    }
}

impl Running<'_> {
    /// The replica here and its log; a replica that is new begins with what the disk remembers.
    pub(super) fn replica_mut(&mut self, partition: Partition) -> (&mut Replica, &mut Log) {
        let entry = self.disk.logs.entry_near(partition.index, partition);
        let place = entry.place();
        let log = entry.or_default();
        let checkpoints = &self.disk.high_watermarks;
        let replica = self.live.replicas.entry_near(place, partition).or_insert_with(|| {
            let checkpoint = checkpoints.get(&partition).copied().unwrap_or(0);
            Replica {
                high_watermark: checkpoint.clamp(log.start(), log.end()),
                leader_epoch: -1,
                role: Role::Follower { leader: None },
            }
        });
        (replica, log)
    }

    /// Partition.makeLeader: a new epoch begins at the log's end; an unchanged one may bring a new
    /// ISR.
    pub(super) fn become_leader(
        &mut self,
        ctx: &mut Ctx<'_>,
        partition: Partition,
        state: &PartitionState,
    ) {
        let (me, now) = (self.id, ctx.now);
        self.stir(partition);
        let (replica, log) = self.replica_mut(partition);
        let same_epoch = replica.leader_epoch == state.leader_epoch;
        if let Role::Leader(leader) = &mut replica.role
            && same_epoch
        {
            if leader.partition_epoch >= state.partition_epoch {
                return; // The answer to AlterPartition was faster than the metadata log.
            }
            leader.partition_epoch = state.partition_epoch;
            leader.isr.clone_from(&state.isr);
            leader.proposed_isr = None;
            leader.recovering = state.recovering;
            // Replicas that a reassignment brings come without a new epoch.
            for id in state.replicas.iter().filter(|id| **id != me) {
                leader.followers.entry(*id).or_default();
            }
        } else {
            let was_leader = replica.as_leader().is_some();
            let known = replica.as_leader_mut().map(|l| std::mem::take(&mut l.followers));
            let mut known = known.filter(|_| was_leader).unwrap_or_default();
            log.begin_epoch(state.leader_epoch);
            let epoch_start = log.end();
            let others = state.replicas.iter().copied().filter(|id| *id != me);
            let followers = others
                .map(|id| {
                    let in_isr = state.isr.contains(&id);
                    let mut follower = known.remove(&id).unwrap_or_default();
                    // Replica.resetReplicaState: a member of the ISR gets a whole lag time.
                    follower.last_caught_up = in_isr.then_some(now);
                    follower.last_fetch = in_isr.then_some(now);
                    follower.last_fetch_leader_end = epoch_start;
                    (id, follower)
                })
                .collect();
            replica.leader_epoch = state.leader_epoch;
            replica.role = Role::Leader(Leader {
                partition_epoch: state.partition_epoch,
                isr: state.isr.clone(),
                proposed_isr: None,
                epoch_start,
                recovering: state.recovering,
                followers,
            });
            let epoch = state.leader_epoch;
            ctx.tell(Event::BecameLeader { partition, epoch, log_end: epoch_start });
            self.lead_offsets_partition(ctx, partition);
            self.share_leadership(ctx, partition, true);
        }
        self.after_isr_change(ctx, partition);
    }

    /// Partition.makeFollower.
    pub(super) fn become_follower(
        &mut self,
        ctx: &mut Ctx<'_>,
        partition: Partition,
        state: &PartitionState,
    ) {
        self.stir(partition);
        let (replica, _) = self.replica_mut(partition);
        let was_leader = replica.as_leader().is_some();
        let unchanged = replica.leader_epoch == state.leader_epoch && !was_leader;
        replica.leader_epoch = state.leader_epoch;
        replica.role = Role::Follower { leader: state.leader };
        if unchanged {
            return;
        }
        let (epoch, leader) = (state.leader_epoch, state.leader);
        ctx.tell(Event::BecameFollower { partition, epoch, leader });
        if breaks(Mutant::TruncatesToHighWatermark) {
            let to = self.replica_mut(partition).0.high_watermark;
            self.truncate(ctx, partition, to);
        }
        if was_leader {
            self.live.pending_isr.forget(partition);
            self.resign_offsets_partition(ctx, partition);
            self.share_leadership(ctx, partition, false);
        }
        self.check_waiting(ctx, partition);
    }

    /// It leads a partition from now on, in a new epoch, or no longer: share groups want to know.
    fn share_leadership(&mut self, ctx: &mut Ctx<'_>, partition: Partition, leads: bool) {
        if let Some(extension) = ctx.extension {
            (extension.broker.leadership)(self, ctx, partition, leads);
        }
    }

    /// This broker is no replica any more: it deletes its log (ReplicaManager.stopPartitions).
    pub(super) fn stop_replica(&mut self, ctx: &mut Ctx<'_>, partition: Partition) {
        self.stir(partition);
        let replica = self.live.replicas.remove(&partition);
        let log = self.disk.logs.remove(&partition);
        self.disk.high_watermarks.remove(&partition);
        if replica.is_some_and(|replica| replica.as_leader().is_some()) {
            self.live.pending_isr.forget(partition);
            self.resign_offsets_partition(ctx, partition);
            self.share_leadership(ctx, partition, false);
        }
        if log.is_some() {
            ctx.tell(Event::ReplicaDeleted { partition });
            self.check_waiting(ctx, partition);
        }
    }

    /// The effective minimum: never more than there are replicas (Partition.effectiveMinIsr).
    pub(super) fn min_isr(&self, partition: Partition) -> usize {
        let Some(topic) = self.disk.image.topics.get(&partition.topic) else { return 1 };
        let wanted = usize::try_from(topic.config.min_insync_replicas).unwrap_or(usize::MAX);
        let state = topic.partitions.get(partition.index as usize);
        wanted.min(state.map_or(1, |state| state.replicas.len()))
    }

    /// Whether the metadata allows a follower into the ISR (Partition.isReplicaIsrEligible).
    pub(super) fn eligible(&self, follower: BrokerId, state: &FollowerState) -> bool {
        let registration = self.disk.image.brokers.get(&follower);
        registration.is_some_and(|r| {
            !r.fenced && !r.in_controlled_shutdown && state.broker_epoch == Some(r.broker_epoch)
        })
    }

    /// Moves the high watermark to the smallest log end of the maximal ISR, and of followers that
    /// are about to join it; never while the ISR is below its minimum
    /// (Partition.maybeIncrementLeaderHW). True if it moved.
    pub(super) fn advance_high_watermark(
        &mut self,
        ctx: &mut Ctx<'_>,
        partition: Partition,
    ) -> bool {
        let lag_time = Span::from_config_ms(self.config.replica_lag_time_max_ms);
        let min_isr = self.min_isr(partition);
        let Some((replica, log)) = self.replica_and_log(partition) else { return false };
        let Some(leader) = replica.as_leader() else { return false };
        if leader.isr.len() < min_isr {
            return false;
        }
        let (from, end) = (replica.high_watermark, log.end());
        let to = leader
            .followers
            .iter()
            .filter(|(id, follower)| {
                leader.maximal_isr().contains(id)
                    || (follower.is_caught_up(end, ctx.now, lag_time)
                        && self.eligible(**id, follower))
            })
            .map(|(_, follower)| follower.log_end.unwrap_or(-1))
            .skip(usize::from(breaks(Mutant::HighWatermarkIgnoresAMember)))
            .fold(end, Offset::min);
        let to = if breaks(Mutant::HighWatermarkIsLogEnd) { end } else { to };
        if to <= from {
            return false;
        }
        self.stir_followers(partition);
        let (replica, log) = self.replica_mut(partition);
        replica.high_watermark = to;
        log.high_watermark_moved(to);
        self.offsets_committed(partition);
        ctx.tell(Event::HighWatermarkMoved { partition, from, to, as_leader: true });
        true
    }

    /// A new ISR may free the high watermark and whoever waits for it.
    pub(super) fn after_isr_change(&mut self, ctx: &mut Ctx<'_>, partition: Partition) {
        self.advance_high_watermark(ctx, partition);
        self.check_waiting(ctx, partition);
    }
}
