//! A consumer's membership in its group: joining, assigning, syncing, losing
//! (AbstractCoordinator, ConsumerCoordinator; the classic protocol).

use std::sync::Arc;

use super::assignor::{Member, Topic, range};
use super::consumer::{Ask, Consumer};
use super::coordinator::{Heartbeat, Lookup};
use super::offsets::{Purpose, Reading, is_coordinator_gone};
use crate::sim::effect::Ctx;
use crate::sim::event::Event;
use crate::sim::id::{BrokerId, Name, Partition};
use crate::sim::ordered::Set;
use crate::sim::time::{Span, Time};
use crate::sim::wire::{
    Channel, ErrorCode, JoinGroupRequest, JoinGroupResponse, MemberId, MemberMetadata, Request,
    SyncGroupRequest, SyncGroupResponse,
};

/// What the client waits longer for a JoinGroup than the group does
/// (AbstractCoordinator.JOIN_GROUP_TIMEOUT_LAPSE).
const JOIN_GROUP_TIMEOUT_LAPSE: Span = Span::secs(5);

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
struct Waiting {
    members: Vec<(MemberId, Arc<MemberMetadata>)>,
    metadata_version: u64,
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
    rejoin_needed: bool,
    /// What must happen once before the next JoinGroup has not happened yet.
    needs_prepare: bool,
    /// From JoinGroup until the assignment is taken in.
    joining: bool,
    retry_at: Time,
    preparing: Option<Preparing>,
    waiting: Option<Waiting>,
    /// As leader: the topics with their partitions that the assignment was made for.
    assigned_from: Option<Vec<(Name, u32)>>,
    checked_version: u64,
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
            needs_prepare: true,
            joining: false,
            retry_at: Time::ZERO,
            preparing: None,
            waiting: None,
            assigned_from: None,
            checked_version: 0,
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

    pub(super) fn request_rejoin(&mut self) {
        self.rejoin_needed = true;
    }

    /// AbstractCoordinator.resetStateAndRejoin: no longer a member; its partitions count as lost
    /// at the next `poll()`.
    pub(super) fn reset(&mut self, forget_member: bool) {
        self.state = MemberState::Unjoined;
        self.generation.id = -1;
        if forget_member {
            self.generation.member = None;
        }
        self.rejoin_needed = true;
        self.needs_prepare = true;
    }

    /// Whether heartbeats are due at all.
    pub(super) fn has_joined(&self) -> bool {
        matches!(self.state, MemberState::CompletingRebalance | MemberState::Stable)
    }
}

impl Consumer {
    /// The group half of ConsumerCoordinator.poll.
    pub(super) fn coordinate(&mut self, ctx: &mut Ctx<'_>) {
        self.check_assigned_topics();
        if self.coordinator(ctx).is_none() || !self.membership.rejoin_needed {
            return;
        }
        if self.membership.joining {
            self.assign_when_topics_are_known(ctx);
            return;
        }
        let retry_at = self.membership.retry_at;
        if !self.group_may(ctx, retry_at) {
            return;
        }
        if self.membership.needs_prepare {
            if !self.prepare_to_join(ctx) {
                return;
            }
            self.membership.needs_prepare = false;
        }
        self.send_join_group(ctx);
    }

    /// The leader of a group sees to it that new partitions and topics are assigned.
    fn check_assigned_topics(&mut self) {
        let version = self.metadata.version();
        if self.membership.checked_version == version {
            return;
        }
        let changed = self.membership.assigned_from.as_ref().is_some_and(|then| {
            then.iter().any(|(name, count)| self.partitions_of(name) != *count)
        });
        if changed {
            self.membership.request_rejoin();
        } else {
            self.membership.checked_version = version;
        }
    }

    fn partitions_of(&self, topic: &str) -> u32 {
        self.metadata.topic_named(topic).map_or(0, |topic| topic.leaders.len() as u32)
    }

    /// Whether records may go to the application: not while partitions are being given up.
    pub(super) fn may_hand_over(&self) -> bool {
        !self.membership.is_preparing()
    }

    /// ConsumerCoordinator.onJoinPrepare: a last commit, then everything is given up (eager
    /// protocol). False while the commit is under way.
    fn prepare_to_join(&mut self, ctx: &mut Ctx<'_>) -> bool {
        if self.auto_commits() && !self.last_commit_done(ctx) {
            return false;
        }
        self.membership.preparing = None;
        self.give_up_assignment(ctx);
        self.membership.leads = false;
        self.metadata.want_only(&self.topics);
        true
    }

    fn last_commit_done(&mut self, ctx: &mut Ctx<'_>) -> bool {
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
            preparing.done = !error.retriable();
            preparing.retry_at = retry_at;
        }
    }

    /// Revokes all partitions, or counts them as lost if the membership is gone already.
    pub(super) fn give_up_assignment(&mut self, ctx: &mut Ctx<'_>) {
        let partitions: Arc<[Partition]> = self.readings.keys().copied().collect();
        self.readings.clear();
        if partitions.is_empty() {
            return;
        }
        let group = self.group.clone();
        let generation = self.membership.generation;
        ctx.tell(if generation.id < 0 || generation.member.is_none() {
            Event::PartitionsLost { group, partitions }
        } else {
            Event::Revoked { group, partitions }
        });
    }

    fn send_join_group(&mut self, ctx: &mut Ctx<'_>) {
        let Some(coordinator) = self.membership.coordinator else { return };
        let rebalance_timeout = Span::from_config_ms(self.config.max_poll_interval_ms);
        let metadata = MemberMetadata {
            client_id: self.name.clone(),
            session_timeout: Span::from_config_ms(self.config.session_timeout_ms),
            rebalance_timeout,
            // Simplified: partition.assignment.strategy is [range]; Kafka's default names
            // cooperative-sticky as the second.
            protocols: vec!["range".into()],
            topics: self.topics.clone(),
            owned: Vec::new(),
        };
        let generation = self.membership.generation;
        let request = Request::JoinGroup(JoinGroupRequest {
            group: self.group.clone(),
            member: generation.member,
            metadata: Arc::new(metadata),
        });
        let timeout = self.request_timeout().max(rebalance_timeout + JOIN_GROUP_TIMEOUT_LAPSE);
        let to = (coordinator, Channel::Coordinator);
        self.network.send(ctx, to, request, timeout, Ask::JoinGroup(generation));
        self.membership.state = MemberState::PreparingRebalance;
        self.membership.joining = true;
    }

    pub(super) fn on_join_group(
        &mut self,
        ctx: &mut Ctx<'_>,
        sent: Generation,
        response: &JoinGroupResponse,
    ) {
        let membership = &mut self.membership;
        match response.error {
            ErrorCode::None if membership.state == MemberState::PreparingRebalance => {
                membership.state = MemberState::CompletingRebalance;
                membership.generation =
                    Generation { id: response.generation, member: response.member };
                self.enable_heartbeat(ctx);
                if response.leader.is_some() && response.leader == response.member {
                    self.lead(ctx, response);
                } else {
                    self.send_sync_group(ctx, Vec::new());
                }
            }
            // It left the group meanwhile (UnjoinedGroupException).
            ErrorCode::None => self.join_failed(ctx, ErrorCode::NetworkException),
            ErrorCode::MemberIdRequired => {
                membership.generation = Generation { id: -1, member: response.member };
                self.join_failed(ctx, response.error);
            }
            error => {
                if error == ErrorCode::UnknownMemberId && sent == membership.generation {
                    membership.reset(true);
                }
                if is_coordinator_gone(error) {
                    self.coordinator_unknown(ctx);
                }
                self.join_failed(ctx, error);
            }
        }
    }

    /// JoinGroup or SyncGroup came to nothing: at once or after a pause it starts over.
    pub(super) fn join_failed(&mut self, ctx: &mut Ctx<'_>, error: ErrorCode) {
        let at_once = matches!(
            error,
            ErrorCode::MemberIdRequired
                | ErrorCode::UnknownMemberId
                | ErrorCode::IllegalGeneration
                | ErrorCode::RebalanceInProgress
        );
        let retry_backoff = self.retry_backoff();
        let membership = &mut self.membership;
        membership.joining = false;
        membership.waiting = None;
        membership.rejoin_needed = true;
        if at_once {
            membership.retry_at = ctx.now;
        } else if error.retriable() {
            membership.retry_at = ctx.now + retry_backoff;
        } else {
            // poll() throws, and the application does not catch it.
            self.begin_close(ctx);
        }
    }

    /// This member assigns. It asks for the topics of all members first, if need be.
    fn lead(&mut self, ctx: &mut Ctx<'_>, response: &JoinGroupResponse) {
        let topics: Set<&Name> =
            response.members.iter().flat_map(|(_, metadata)| &metadata.topics).collect();
        let topics: Vec<Name> = topics.into_iter().cloned().collect();
        self.metadata.want_only(&topics);
        self.membership.leads = true;
        let metadata_version = self.metadata.version();
        self.membership.waiting =
            Some(Waiting { members: response.members.clone(), metadata_version });
        self.assign_when_topics_are_known(ctx);
    }

    fn assign_when_topics_are_known(&mut self, ctx: &mut Ctx<'_>) {
        let version = self.metadata.version();
        let stale = self.metadata.is_stale();
        let ready = |waiting: &mut Waiting| !stale || version > waiting.metadata_version;
        let Some(waiting) = self.membership.waiting.take_if(ready) else { return };
        let members = waiting.members;
        let names: Set<&Name> = members.iter().flat_map(|(_, metadata)| &metadata.topics).collect();
        let assigned_from =
            names.iter().map(|name| ((*name).clone(), self.partitions_of(name))).collect();
        let assignments = self.assign(&members, &names);
        self.membership.assigned_from = Some(assigned_from);
        self.membership.checked_version = version;
        self.send_sync_group(ctx, assignments);
    }

    /// Runs the range assignor.
    // Simplified: client.rack is no part of a subscription, so that racks do not decide who gets
    // which partition (KIP-881).
    fn assign(
        &self,
        members: &[(MemberId, Arc<MemberMetadata>)],
        names: &Set<&Name>,
    ) -> Vec<(MemberId, Arc<[Partition]>)> {
        let topics: Vec<Topic<'_, &str>> = names
            .iter()
            .map(|name| Topic { topic: &***name, partitions: self.partitions_of(name), racks: &[] })
            .collect();
        // member.id is client.id and a random UUID; the serial number stands for the latter.
        let ids: Vec<String> = members
            .iter()
            .map(|(id, metadata)| format!("{}-{:010}", metadata.client_id, id.serial))
            .collect();
        let subscribed: Vec<Vec<&str>> = members
            .iter()
            .map(|(_, metadata)| metadata.topics.iter().map(|name| &**name).collect())
            .collect();
        let subscribers: Vec<Member<'_, &str>> = ids
            .iter()
            .zip(&subscribed)
            .map(|(id, topics)| Member {
                id,
                instance_id: None,
                rack: None,
                topics,
                owned: &[],
                generation: None,
            })
            .collect();
        let shares = range(&topics, &subscribers);
        let placed = |(topic, index): &(&str, u32)| {
            let topic = self.metadata.topic_named(topic)?.topic;
            Some(Partition { topic, index: *index })
        };
        members
            .iter()
            .zip(shares)
            .map(|((id, _), share)| (*id, share.iter().filter_map(placed).collect()))
            .collect()
    }

    fn send_sync_group(
        &mut self,
        ctx: &mut Ctx<'_>,
        assignments: Vec<(MemberId, Arc<[Partition]>)>,
    ) {
        let generation = self.membership.generation;
        let (Some(coordinator), Some(member)) = (self.membership.coordinator, generation.member)
        else {
            self.join_failed(ctx, ErrorCode::CoordinatorNotAvailable);
            return;
        };
        let request = Request::SyncGroup(SyncGroupRequest {
            group: self.group.clone(),
            generation: generation.id,
            member,
            assignments,
        });
        let to = (coordinator, Channel::Coordinator);
        let timeout = self.request_timeout();
        self.network.send(ctx, to, request, timeout, Ask::SyncGroup(generation));
    }

    pub(super) fn on_sync_group(
        &mut self,
        ctx: &mut Ctx<'_>,
        sent: Generation,
        response: &SyncGroupResponse,
    ) {
        let membership = &mut self.membership;
        let completing = membership.state == MemberState::CompletingRebalance;
        match response.error {
            ErrorCode::None if completing && membership.generation.id >= 0 => {
                membership.state = MemberState::Stable;
                membership.rejoin_needed = false;
                self.take_assignment(ctx, &response.assignment);
            }
            // The heartbeat thread reset the generation meanwhile.
            ErrorCode::None => self.join_failed(ctx, ErrorCode::IllegalGeneration),
            error => {
                let lost =
                    matches!(error, ErrorCode::UnknownMemberId | ErrorCode::IllegalGeneration);
                if lost && sent == membership.generation {
                    membership.reset(error != ErrorCode::IllegalGeneration);
                }
                if is_coordinator_gone(error) {
                    self.coordinator_unknown(ctx);
                }
                self.join_failed(ctx, error);
            }
        }
    }

    /// ConsumerCoordinator.onJoinComplete.
    fn take_assignment(&mut self, ctx: &mut Ctx<'_>, assignment: &Arc<[Partition]>) {
        self.membership.joining = false;
        self.membership.needs_prepare = true;
        if !self.membership.leads {
            self.membership.assigned_from = None;
        }
        self.membership.offsets_attempts = 0;
        self.membership.offsets_retry_at = ctx.now;
        let interval = Span::from_config_ms(self.config.auto_commit_interval_ms);
        self.application.next_commit = ctx.now + interval;
        self.readings = assignment.iter().map(|partition| (*partition, Reading::new())).collect();
        ctx.tell(Event::Assigned {
            group: self.group.clone(),
            generation: self.membership.generation.id,
            partitions: Arc::clone(assignment),
        });
    }
}
