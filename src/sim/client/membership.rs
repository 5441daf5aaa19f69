//! A consumer's membership in its group: when it must join anew, and what it gives up before
//! (AbstractCoordinator, ConsumerCoordinator; the classic protocol).

use std::sync::Arc;

use super::consumer::Consumer;
use super::coordinator::{Heartbeat, Lookup};
use super::offsets::Purpose;
use crate::sim::effect::Ctx;
use crate::sim::event::Event;
use crate::sim::id::{BrokerId, Name, Partition};
use crate::sim::mutant::{Mutant, breaks};
use crate::sim::time::{Span, Time};
use crate::sim::wire::{Assignor, ErrorCode, JoinReason, MemberId, MemberMetadata};

/// The values of `partition.assignment.strategy`, in the order of
/// [`crate::sim::config::ASSIGNMENT_STRATEGIES`].
const ASSIGNORS: &[&[Assignor]] = &[
    &[Assignor::Range, Assignor::CooperativeSticky],
    &[Assignor::Range],
    &[Assignor::RoundRobin],
    &[Assignor::Sticky],
    &[Assignor::CooperativeSticky],
];

/// AbstractCoordinator.MemberState.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Debug)]
pub enum MemberState {
    #[default]
    Unjoined,
    /// JoinGroup is under way.
    PreparingRebalance,
    /// SyncGroup is under way.
    CompletingRebalance,
    Stable,
}

/// What a member calls itself (AbstractCoordinator.Generation).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Generation {
    /// -1 outside of a group.
    pub id: i32,
    pub member: Option<MemberId>,
}

impl Generation {
    /// Not in a group.
    pub const NONE: Generation = Generation { id: -1, member: None };
}

/// The last commit before partitions are given up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Preparing {
    /// `max.poll.interval.ms` after it began it goes on without.
    until: Time,
    retry_at: Time,
    in_flight: bool,
    done: bool,
}

/// The members to assign to, as soon as the leader knows all their topics.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Waiting {
    pub assignor: Assignor,
    pub members: Vec<(MemberId, Arc<MemberMetadata>)>,
    pub metadata_version: u64,
}

/// A consumer's place in its group, as it sees it.
#[derive(Clone, Debug)]
pub struct Membership {
    pub state: MemberState,
    pub generation: Generation,
    /// None while it must be found.
    pub coordinator: Option<BrokerId>,
    /// Whether it is the one that assigns.
    pub leads: bool,
    pub heartbeat: Heartbeat,
    pub(super) lookup: Lookup,
    pub(super) rejoin_needed: bool,
    /// What it will say when it joins.
    pub(super) reason: JoinReason,
    /// What must happen once before the next JoinGroup has not happened yet.
    pub(super) needs_prepare: bool,
    /// From JoinGroup until the assignment is taken in.
    pub(super) joining: bool,
    pub(super) retry_at: Time,
    preparing: Option<Preparing>,
    pub(super) waiting: Option<Waiting>,
    /// As leader: the topics with their partitions that the assignment was made for.
    pub(super) assigned_from: Option<Vec<(Name, u32)>>,
    pub(super) checked_version: u64,
    /// The topics that it last joined with.
    pub(super) joined_topics: Option<Vec<Name>>,
    /// Its last assignment, and of which generation: what the sticky assignor goes by.
    pub(super) remembered: Option<(Arc<[Partition]>, i32)>,
    pub(super) offsets_attempts: u32,
    pub(super) offsets_retry_at: Time,
}

impl Default for Membership {
    fn default() -> Self {
        Membership {
            state: MemberState::Unjoined,
            generation: Generation::NONE,
            coordinator: None,
            leads: false,
            heartbeat: Heartbeat::default(),
            lookup: Lookup::default(),
            rejoin_needed: true,
            reason: JoinReason::Newcomer,
            needs_prepare: true,
            joining: false,
            retry_at: Time::ZERO,
            preparing: None,
            waiting: None,
            assigned_from: None,
            checked_version: 0,
            joined_topics: None,
            remembered: None,
            offsets_attempts: 0,
            offsets_retry_at: Time::ZERO,
        }
    }
}

impl Membership {
    /// Whether it knows that it has to join again, or is about to.
    pub fn must_rejoin(&self) -> bool {
        self.rejoin_needed
    }

    /// Whether it commits before it gives up its partitions; nothing is handed to the application
    /// meanwhile.
    pub fn is_preparing(&self) -> bool {
        self.preparing.is_some()
    }

    pub(super) fn request_rejoin(&mut self, reason: JoinReason) {
        self.rejoin_needed = true;
        self.reason = reason;
    }

    /// Whether it is between JoinGroup and its assignment.
    pub(super) fn is_rebalancing(&self) -> bool {
        matches!(self.state, MemberState::PreparingRebalance | MemberState::CompletingRebalance)
    }

    /// AbstractCoordinator.resetStateAndRejoin: no longer a member; its partitions count as lost
    /// at the next `poll()`.
    pub(super) fn reset(&mut self, forget_member: bool) {
        self.state = MemberState::Unjoined;
        self.generation.id = -1;
        if forget_member {
            self.generation.member = None;
        }
        self.request_rejoin(JoinReason::Newcomer);
        self.needs_prepare = true;
    }

    /// The last commit is done, or of no use any more.
    pub(super) fn end_preparing(&mut self) {
        self.preparing = None;
    }

    /// Whether the group still knows it, as far as it knows.
    pub(super) fn is_member(&self) -> bool {
        self.generation.id >= 0 && self.generation.member.is_some()
    }

    /// Whether heartbeats are due at all.
    pub(super) fn has_joined(&self) -> bool {
        matches!(self.state, MemberState::CompletingRebalance | MemberState::Stable)
    }
}

impl Consumer {
    /// The group half of ConsumerCoordinator.poll; whether it is an active member, which is when
    /// positions are looked for and auto-commits go.
    pub(super) fn coordinate(&mut self, ctx: &mut Ctx<'_>) -> bool {
        if self.group.is_empty() {
            return true; // Its partitions were given to it by hand (KafkaConsumer.assign).
        }
        if self.is_modern() {
            if let Some(extension) = ctx.extension {
                (extension.client.coordinate)(self, ctx);
            }
            return true;
        }
        self.check_subscription();
        if self.coordinator(ctx).is_none() {
            return false;
        }
        if !self.membership.rejoin_needed {
            return true;
        }
        if self.membership.joining {
            self.assign_when_topics_are_known(ctx);
            return false;
        }
        let retry_at = self.membership.retry_at;
        if !self.group_may(ctx, retry_at) {
            return false;
        }
        if self.membership.needs_prepare {
            if !self.prepare_to_join(ctx) {
                return false;
            }
            self.membership.needs_prepare = false;
        }
        self.send_join_group(ctx);
        false
    }

    /// The leader of a group sees to it that new partitions and topics are assigned; everyone
    /// joins anew when it subscribes to other topics (ConsumerCoordinator.rejoinNeededOrPending).
    fn check_subscription(&mut self) {
        if self.membership.joined_topics.as_ref().is_some_and(|topics| *topics != self.topics) {
            self.rejoin_if_necessary(JoinReason::Subscription);
            return;
        }
        let version = self.metadata.version();
        if self.membership.checked_version == version {
            return;
        }
        let changed = self.membership.assigned_from.as_ref().is_some_and(|then| {
            then.iter().any(|(name, count)| self.partitions_of(name) != *count)
        });
        if changed {
            self.rejoin_if_necessary(JoinReason::Topics);
        } else {
            self.membership.checked_version = version;
        }
    }

    fn rejoin_if_necessary(&mut self, reason: JoinReason) {
        if !self.membership.rejoin_needed {
            self.membership.request_rejoin(reason);
        }
    }

    /// The assignors of `partition.assignment.strategy`, preferred first.
    pub(super) fn assignors(&self) -> &'static [Assignor] {
        let listed = usize::try_from(self.config.partition_assignment_strategy).ok();
        listed.and_then(|index| ASSIGNORS.get(index)).copied().unwrap_or(&[Assignor::Range])
    }

    /// Whether partitions are kept while the group rebalances: only if all assignors can do that
    /// (ConsumerPartitionAssignor.RebalanceProtocol).
    pub fn is_cooperative(&self) -> bool {
        self.assignors().iter().all(|assignor| *assignor == Assignor::CooperativeSticky)
    }

    pub(super) fn partitions_of(&self, topic: &str) -> u32 {
        self.metadata.topic_named(topic).map_or(0, |topic| topic.leaders.len() as u32)
    }

    /// Whether it is a member of a group of KIP-848 (`group.protocol=consumer`).
    pub fn is_modern(&self) -> bool {
        self.modern.chosen
    }

    /// Whether records of a partition may go to the application: not while it is about to be
    /// given up (ConsumerCoordinator.maybeMarkPartitionsPendingRevocation).
    pub(super) fn may_hand_over(&self, partition: Partition) -> bool {
        match self.is_modern() {
            true => !self.modern.pending_revocation.contains(&partition),
            false => !self.membership.is_preparing() || self.is_cooperative(),
        }
    }

    /// ConsumerCoordinator.onJoinPrepare: a last commit, then what must be given up is: all of it
    /// under the eager protocol, under the cooperative one only topics it no longer subscribes to.
    /// False while the commit is under way.
    fn prepare_to_join(&mut self, ctx: &mut Ctx<'_>) -> bool {
        if self.auto_commits() && !self.last_commit_done(ctx) {
            return false;
        }
        self.membership.preparing = None;
        if self.is_cooperative() && self.membership.is_member() {
            self.give_up_unsubscribed(ctx);
        } else {
            self.give_up_assignment(ctx);
        }
        self.membership.leads = false;
        self.metadata.want_only(&self.topics);
        true
    }

    fn give_up_unsubscribed(&mut self, ctx: &mut Ctx<'_>) {
        let subscribed = |partition: &Partition| {
            let names = &mut self.topics.iter();
            names.any(|name| {
                let known = self.metadata.topic_named(name);
                known.is_some_and(|known| known.topic == partition.topic)
            })
        };
        let gone: Arc<[Partition]> =
            self.readings.keys().filter(|partition| !subscribed(partition)).copied().collect();
        self.revoke(ctx, &gone);
    }

    pub(super) fn last_commit_done(&mut self, ctx: &mut Ctx<'_>) -> bool {
        let longest = Span::from_config_ms(self.config.max_poll_interval_ms);
        let fresh = Preparing {
            until: ctx.now + longest,
            retry_at: ctx.now,
            in_flight: false,
            done: false,
        };
        let preparing = *self.membership.preparing.get_or_insert(fresh);
        if preparing.done || preparing.until <= ctx.now {
            return true;
        }
        self.later.group = self.later.group.min(preparing.until);
        if preparing.in_flight || !self.group_may(ctx, preparing.retry_at) {
            return false;
        }
        let offsets = self.consumed();
        if offsets.is_empty() || self.send_commit(ctx, &offsets, Purpose::BeforeRebalance).is_err()
        {
            return true;
        }
        if let Some(preparing) = &mut self.membership.preparing {
            preparing.in_flight = true;
        }
        false
    }

    pub(super) fn commit_before_rebalance_answered(&mut self, ctx: &mut Ctx<'_>, error: ErrorCode) {
        let retry_at = ctx.now + self.retry_backoff();
        if let Some(preparing) = &mut self.membership.preparing {
            preparing.in_flight = false;
            // An epoch that is over is only too early: the next heartbeat brings the new one.
            preparing.done = !error.retriable() && error != ErrorCode::StaleMemberEpoch;
            preparing.retry_at = retry_at;
        }
    }

    /// Revokes all partitions, or counts them as lost if the membership is gone already.
    pub(super) fn give_up_assignment(&mut self, ctx: &mut Ctx<'_>) {
        let partitions: Arc<[Partition]> = self.readings.keys().copied().collect();
        if self.membership.is_member() {
            return self.revoke(ctx, &partitions);
        }
        self.lose(ctx, partitions);
    }

    /// KafkaConsumer.close: in the middle of a rebalance all counts as lost
    /// (ConsumerCoordinator.onLeavePrepare).
    pub(super) fn give_up_for_good(&mut self, ctx: &mut Ctx<'_>) {
        if self.membership.is_rebalancing() {
            let partitions = self.readings.keys().copied().collect();
            return self.lose(ctx, partitions);
        }
        self.give_up_assignment(ctx);
    }

    fn lose(&mut self, ctx: &mut Ctx<'_>, partitions: Arc<[Partition]>) {
        self.readings.clear();
        if !partitions.is_empty() {
            ctx.tell(Event::PartitionsLost { group: self.group.clone(), partitions });
        }
    }

    /// ConsumerRebalanceListener.onPartitionsRevoked.
    pub(super) fn revoke(&mut self, ctx: &mut Ctx<'_>, partitions: &Arc<[Partition]>) {
        if partitions.is_empty() {
            return;
        }
        if !breaks(Mutant::KeepsWhatItHandedBack) {
            self.readings.retain(|partition, _| !partitions.contains(partition));
        }
        let (group, partitions) = (self.group.clone(), Arc::clone(partitions));
        ctx.tell(Event::Revoked { group, partitions });
    }
}
