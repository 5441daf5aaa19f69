//! Where a consumer reads, where it begins, and what it commits (SubscriptionState,
//! OffsetFetcher, the offset half of ConsumerCoordinator).

use std::sync::Arc;

use super::consumer::{Ask, Consumer};
use super::membership::{Generation, MemberState};
use super::metadata::Leader;
use crate::sim::config::BY_DURATION;
use crate::sim::effect::Ctx;
use crate::sim::event::Event;
use crate::sim::id::{BrokerId, Epoch, Offset, Partition};
use crate::sim::ordered::Map;
use crate::sim::time::{Span, Time};
use crate::sim::wire::{
    Channel, ErrorCode, IsolationLevel, JoinReason, ListOffsetsRequest, ListOffsetsResponse,
    OffsetCommitRequest, OffsetFetchRequest, OffsetFetchResponse, OffsetSpec, Request,
};

/// How far the search for a position has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phase {
    /// Just assigned: the committed offset is asked for.
    Initializing,
    /// Nothing committed, or out of range: an end of the log is asked for.
    AwaitingReset(Reset),
    /// It has a position.
    Fetching,
}

/// Where a position is set that is in no log (AutoOffsetResetStrategy).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Reset {
    Earliest,
    Latest,
    /// At the first record that is not older than this (KIP-1106).
    ByDuration(Span),
}

/// One assigned partition.
// Simplified: positions are not validated against the leader's epochs (KIP-320): after an unclean
// election a consumer may go on at an offset that holds another record now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reading {
    pub phase: Phase,
    /// `poll()` returns nothing of it (KafkaConsumer.pause).
    pub paused: bool,
    /// The application asked for the reset (seekToBeginning, seekToEnd).
    by_seek: bool,
    /// The next offset to hand to the application.
    pub position: Option<Offset>,
    /// The group's committed offset, as far as this consumer knows.
    pub committed: Option<Offset>,
    /// As whoever it was fetched from last said.
    pub high_watermark: Option<Offset>,
    /// As whoever it was fetched from last said.
    pub log_start: Option<Offset>,
    /// Whom the leader told it to fetch from.
    pub preferred: Option<PreferredReplica>,
    /// No request before then, unless the metadata has changed since the failure.
    pub(super) retry_at: Time,
    pub(super) failed_at_version: u64,
    /// Its place in the line of partitions to fetch.
    pub(super) line: u64,
}

/// A follower that a consumer fetches from instead of the leader (KIP-392).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PreferredReplica {
    pub broker: BrokerId,
    /// After that the leader is asked again.
    pub until: Time,
    /// Who led when it was named: another leader may name another.
    pub(super) leader: Leader,
}

impl Reading {
    pub(super) fn new() -> Reading {
        Reading {
            phase: Phase::Initializing,
            paused: false,
            by_seek: false,
            position: None,
            committed: None,
            high_watermark: None,
            log_start: None,
            preferred: None,
            retry_at: Time::ZERO,
            failed_at_version: 0,
            line: 0,
        }
    }
}

/// Who commits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Purpose {
    /// `auto.commit.interval.ms` has passed.
    Auto,
    /// Partitions are about to be revoked.
    BeforeRebalance,
    /// `commitSync()`, by the application or by `close()`.
    Sync,
    /// `commitAsync()` by the application.
    Async,
}

impl Consumer {
    /// KafkaConsumer.updateFetchPositions: sees to it that each partition gets a position.
    pub(super) fn update_positions(&mut self, ctx: &mut Ctx<'_>) {
        if self.readings.values().all(|r| r.phase == Phase::Fetching) {
            return;
        }
        self.fetch_committed(ctx);
        self.list_offsets(ctx);
    }

    fn fetch_committed(&mut self, ctx: &mut Ctx<'_>) {
        let partitions: Vec<Partition> = self
            .readings
            .iter()
            .filter(|(_, reading)| reading.phase == Phase::Initializing)
            .map(|(partition, _)| *partition)
            .collect();
        let generation = self.membership.generation;
        let asked = |ask: &Ask| matches!(ask, Ask::OffsetFetch(sent) if *sent == generation);
        if partitions.is_empty() || self.network.asks().any(|(_, ask)| asked(ask)) {
            return;
        }
        let retry_at = self.membership.offsets_retry_at;
        if !self.group_may(ctx, retry_at) {
            return;
        }
        let Some(coordinator) = self.coordinator(ctx) else { return };
        let group = self.group.clone();
        let request = Request::OffsetFetch(OffsetFetchRequest {
            group,
            member: generation.member.filter(|_| self.is_modern()),
            member_epoch: if self.is_modern() { generation.id } else { -1 },
            require_stable: true,
            partitions,
        });
        let ask = Ask::OffsetFetch(generation);
        let to = (coordinator, Channel::Coordinator);
        self.network.send(ctx, to, request, self.request_timeout(), ask);
    }

    pub(super) fn on_offset_fetch(
        &mut self,
        ctx: &mut Ctx<'_>,
        sent: Generation,
        response: &OffsetFetchResponse,
    ) {
        if response.error != ErrorCode::None {
            if is_coordinator_gone(response.error) {
                self.coordinator_unknown(ctx);
            }
            self.offset_fetch_failed(ctx);
            return;
        }
        self.membership.offsets_attempts = 0;
        if sent != self.membership.generation {
            return;
        }
        for (partition, committed) in &response.offsets {
            let Some(reading) = self.readings.get_mut(partition) else { continue };
            if reading.phase != Phase::Initializing {
                continue;
            }
            reading.committed = *committed;
            match committed {
                Some(offset) => self.set_position(ctx, *partition, *offset, false),
                None => self.no_offset(ctx, *partition),
            }
        }
    }

    pub(super) fn offset_fetch_failed(&mut self, ctx: &mut Ctx<'_>) {
        let pause = self.backoff(ctx, self.membership.offsets_attempts);
        self.membership.offsets_attempts += 1;
        self.membership.offsets_retry_at = ctx.now + pause;
    }

    fn set_position(
        &mut self,
        ctx: &mut Ctx<'_>,
        partition: Partition,
        offset: Offset,
        by_reset: bool,
    ) {
        if let Some(reading) = self.readings.get_mut(&partition) {
            reading.phase = Phase::Fetching;
            reading.position = Some(offset);
            reading.retry_at = ctx.now;
            ctx.tell(match reading.by_seek && by_reset {
                true => Event::Sought { partition, offset },
                false => Event::PositionSet { partition, offset, by_reset },
            });
        }
    }

    /// Nothing is committed: `auto.offset.reset` decides
    /// (SubscriptionState.resetInitializingPositions).
    fn no_offset(&mut self, ctx: &mut Ctx<'_>, partition: Partition) {
        match self.default_reset() {
            Some(reset) => self.await_reset(ctx, partition, reset, false),
            None => {
                // poll() throws NoOffsetForPartitionException, and the application does not catch
                // it.
                ctx.tell(Event::NoOffset { partition });
                self.begin_close(ctx);
            }
        }
    }

    /// The position is not in the log of the leader (FetchCollector.handleInitializeErrors).
    pub(super) fn out_of_range(&mut self, ctx: &mut Ctx<'_>, partition: Partition, offset: Offset) {
        match self.default_reset() {
            Some(reset) => self.await_reset(ctx, partition, reset, false),
            None => {
                ctx.tell(Event::OffsetOutOfRange { partition, offset });
                self.begin_close(ctx);
            }
        }
    }

    /// `auto.offset.reset`; nothing for `none`.
    fn default_reset(&self) -> Option<Reset> {
        match self.config.auto_offset_reset {
            0 => Some(Reset::Latest),
            1 => Some(Reset::Earliest),
            2 => None,
            coded => Some(Reset::ByDuration(Span::from_config_ms(coded - BY_DURATION))),
        }
    }

    pub(super) fn await_reset(
        &mut self,
        ctx: &Ctx<'_>,
        partition: Partition,
        reset: Reset,
        by_seek: bool,
    ) {
        if let Some(reading) = self.readings.get_mut(&partition) {
            reading.phase = Phase::AwaitingReset(reset);
            reading.by_seek = by_seek;
            reading.retry_at = ctx.now;
        }
    }

    /// OffsetFetcher.resetPositionsIfNeeded: asks the leaders for the ends of their logs.
    fn list_offsets(&mut self, ctx: &mut Ctx<'_>) {
        type Asked = Vec<(Partition, Epoch)>;
        let mut wanted: Map<(BrokerId, Reset), Asked> = Map::new();
        let version = self.metadata.version();
        for (partition, reading) in &self.readings {
            let Phase::AwaitingReset(reset) = reading.phase else { continue };
            if reading.retry_at > ctx.now && reading.failed_at_version == version {
                self.later.fetch = self.later.fetch.min(reading.retry_at);
                continue;
            }
            let asks = |ask: &Ask| match ask {
                Ask::ListOffsets(asked, all) => *asked == reset && all.contains(partition),
                _ => false,
            };
            if self.network.asks().any(|(_, ask)| asks(ask)) {
                continue;
            }
            let leader = self.metadata.leader(*partition);
            let Some((broker, epoch)) = leader.and_then(|l| Some((l.broker?, l.epoch))) else {
                self.metadata.request_update(true);
                continue;
            };
            let open_at = self.network.available_at(broker, Channel::Client);
            if open_at > ctx.now {
                self.later.fetch = self.later.fetch.min(open_at);
                continue;
            }
            wanted.entry((broker, reset)).or_default().push((*partition, epoch));
        }
        for ((broker, reset), partitions) in wanted {
            let spec = match reset {
                Reset::Earliest => OffsetSpec::Earliest,
                Reset::Latest => OffsetSpec::Latest,
                Reset::ByDuration(time) => {
                    OffsetSpec::Timestamp(ctx.wall().as_millis().saturating_sub(time.0 / 1000))
                }
            };
            let asked = partitions.iter().map(|(partition, _)| *partition).collect();
            let request = Request::ListOffsets(ListOffsetsRequest {
                spec,
                // Kafka asks with an admin client for the end of a changelog: with all that is
                // undecided, as what is committed may not count as such yet (KAFKA-10167).
                isolation: match self.group.is_empty() {
                    true => IsolationLevel::default(),
                    false => self.config.isolation(),
                },
                partitions,
            });
            let (to, timeout) = ((broker, Channel::Client), self.request_timeout());
            self.network.send(ctx, to, request, timeout, Ask::ListOffsets(reset, asked));
        }
    }

    pub(super) fn on_list_offsets(
        &mut self,
        ctx: &mut Ctx<'_>,
        reset: Reset,
        asked: &[Partition],
        response: &ListOffsetsResponse,
    ) {
        let mut failed = Vec::new();
        for partition in asked {
            let said = response.partitions.iter().find(|said| said.partition == *partition);
            let awaits = self
                .readings
                .get(partition)
                .is_some_and(|reading| reading.phase == Phase::AwaitingReset(reset));
            match said {
                _ if !awaits => {}
                // No record is that young yet: it asks again after request.timeout.ms.
                Some(said) if said.error == ErrorCode::None && said.offset < 0 => {
                    let later = ctx.now + self.request_timeout();
                    self.hold_back(&[*partition], later);
                }
                Some(said) if said.error == ErrorCode::None => {
                    self.set_position(ctx, *partition, said.offset, true);
                }
                _ => failed.push(*partition),
            }
        }
        if !failed.is_empty() {
            self.metadata.request_update(false);
            self.list_offsets_failed(ctx, &failed);
        }
    }

    pub(super) fn list_offsets_failed(&mut self, ctx: &mut Ctx<'_>, partitions: &[Partition]) {
        self.hold_back(partitions, ctx.now + self.retry_backoff());
    }

    fn hold_back(&mut self, partitions: &[Partition], retry_at: Time) {
        let version = self.metadata.version();
        for partition in partitions {
            if let Some(reading) = self.readings.get_mut(partition) {
                reading.retry_at = retry_at;
                reading.failed_at_version = version;
            }
        }
    }

    /// SubscriptionState.allConsumed: the positions to commit.
    pub(super) fn consumed(&self) -> Arc<[(Partition, Offset)]> {
        self.readings
            .iter()
            .filter(|(_, reading)| reading.phase == Phase::Fetching)
            .filter_map(|(partition, reading)| Some((*partition, reading.position?)))
            .collect()
    }

    /// ConsumerCoordinator.maybeAutoCommitOffsetsAsync: within `poll()`, when its time has come.
    pub(super) fn maybe_auto_commit(&mut self, ctx: &mut Ctx<'_>) {
        if !self.auto_commits()
            || self.application.next_commit > ctx.now
            || self.membership.is_preparing()
        {
            return;
        }
        let offsets = self.consumed();
        if !offsets.is_empty() && self.coordinator(ctx).is_none() {
            return; // It goes as soon as the coordinator is found.
        }
        let interval = Span::from_config_ms(self.config.auto_commit_interval_ms);
        self.application.next_commit = ctx.now + interval;
        if !offsets.is_empty()
            && let Err(error) = self.send_commit(ctx, &offsets, Purpose::Auto)
        {
            ctx.tell(Event::CommitFailed { group: self.group.clone(), error });
        }
    }

    /// ConsumerCoordinator.sendOffsetCommitRequest. The coordinator must be known.
    pub(super) fn send_commit(
        &mut self,
        ctx: &mut Ctx<'_>,
        offsets: &Arc<[(Partition, Offset)]>,
        purpose: Purpose,
    ) -> Result<(), ErrorCode> {
        let generation = self.membership.generation;
        let member = match (self.membership.state, generation.member) {
            (MemberState::Stable, Some(member)) => member,
            (MemberState::Unjoined, _) | (_, None) => return Err(ErrorCode::UnknownMemberId),
            _ => return Err(ErrorCode::RebalanceInProgress),
        };
        let Some(coordinator) = self.membership.coordinator else {
            return Err(ErrorCode::CoordinatorNotAvailable);
        };
        let request = Request::OffsetCommit(OffsetCommitRequest {
            group: self.group.clone(),
            generation: generation.id,
            member,
            instance_id: self.instance.clone(),
            offsets: offsets.to_vec(),
        });
        let ask = Ask::OffsetCommit { generation, offsets: Arc::clone(offsets), purpose };
        let to = (coordinator, Channel::Coordinator);
        self.network.send(ctx, to, request, self.request_timeout(), ask);
        Ok(())
    }

    /// The coordinator answered a commit, or will not.
    pub(super) fn on_offset_commit(
        &mut self,
        ctx: &mut Ctx<'_>,
        sent: Generation,
        offsets: &Arc<[(Partition, Offset)]>,
        purpose: Purpose,
        error: ErrorCode,
    ) {
        let group = self.group.clone();
        if error == ErrorCode::None {
            for (partition, offset) in offsets.iter() {
                if let Some(reading) = self.readings.get_mut(partition) {
                    reading.committed = Some(*offset);
                }
            }
            ctx.tell(Event::Committed { group, offsets: Arc::clone(offsets) });
        } else {
            ctx.tell(Event::CommitFailed { group, error });
        }
        match error {
            ErrorCode::CoordinatorNotAvailable
            | ErrorCode::NotCoordinator
            | ErrorCode::RequestTimedOut => self.coordinator_unknown(ctx),
            ErrorCode::RebalanceInProgress => self.membership.request_rejoin(JoinReason::Rebalance),
            ErrorCode::UnknownMemberId | ErrorCode::IllegalGeneration if !self.is_modern() => {
                let stale = sent != self.membership.generation;
                if !(stale && self.membership.state == MemberState::PreparingRebalance) {
                    self.membership.reset(error != ErrorCode::IllegalGeneration);
                }
            }
            ErrorCode::FencedInstanceId => self.maybe_fenced(ctx, error),
            _ => {}
        }
        match purpose {
            Purpose::Auto if error.retriable() => {
                self.application.next_commit = ctx.now + self.retry_backoff();
            }
            Purpose::Auto | Purpose::Async => {}
            Purpose::BeforeRebalance => self.commit_before_rebalance_answered(ctx, error),
            Purpose::Sync => self.commit_answered(ctx, error),
        }
    }
}

/// Errors that say: ask someone else.
pub(super) fn is_coordinator_gone(error: ErrorCode) -> bool {
    matches!(error, ErrorCode::CoordinatorNotAvailable | ErrorCode::NotCoordinator)
}
