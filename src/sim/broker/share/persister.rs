//! A partition's leader and the share coordinators: reading what its predecessors left, and having
//! written what its members have done (DefaultStatePersister, PersisterStateManager).

use super::ShareGroupConfig;
use super::partition::{SharePartition, StateWrite};
use crate::sim::broker::Running;
use crate::sim::effect::{Ctx, Timer};
use crate::sim::event::Event;
use crate::sim::id::{BrokerId, Epoch, Node, Offset, Seq};
use crate::sim::image::SHARE_GROUP_STATE_TOPIC;
use crate::sim::mutant::{Mutant, breaks};
use crate::sim::ordered::Map;
use crate::sim::time::{Span, Time};
use crate::sim::wire::{
    Body, Channel, Envelope, ErrorCode, MemberId, ReadShareGroupStateRequest, Request, Response,
    SharePartitionKey, ShareState, WriteShareGroupStateRequest,
};

/// REQUEST_BACKOFF_MS and REQUEST_BACKOFF_MAX_MS.
const BACKOFF: (Span, Span) = (Span::secs(1), Span::secs(30));
/// MAX_FIND_COORD_ATTEMPTS, and as many of each request.
const ATTEMPTS: u32 = 5;
/// `request.timeout.ms` between brokers.
const REQUEST_TIMEOUT: Span = Span::secs(30);

#[derive(Clone, Debug)]
enum Wish {
    Read(Epoch),
    /// For whom, and the request that waits for it.
    Write(StateWrite, Option<(MemberId, Option<u64>)>),
}

#[derive(Clone, Debug)]
struct Pending {
    key: SharePartitionKey,
    wish: Wish,
    attempts: u32,
    not_before: Time,
}

/// What is to be asked of share coordinators, in order, and what is under way.
// Simplified: each request is about one partition; Kafka puts those of a group together.
#[derive(Clone, Debug, Default)]
pub(super) struct Persister {
    queue: Vec<Pending>,
    in_flight: Map<Seq, (BrokerId, Time, Pending)>,
}

impl Persister {
    /// What was to be asked about a partition of which this broker knows nothing any more.
    pub(super) fn forget(&mut self, key: &SharePartitionKey) {
        self.queue.retain(|pending| pending.key != *key);
    }

    fn is_busy_with(&self, key: &SharePartitionKey) -> bool {
        self.in_flight.values().any(|(_, _, pending)| pending.key == *key)
    }

    /// What was under way to a broker whose connection has ended.
    fn take_from(&mut self, broker: BrokerId) -> Vec<Pending> {
        let (gone, kept) =
            std::mem::take(&mut self.in_flight).into_iter().partition(|(_, it)| it.0 == broker);
        self.in_flight = kept;
        let gone: Map<Seq, (BrokerId, Time, Pending)> = gone;
        gone.into_values().map(|(_, _, pending)| pending).collect()
    }
}

impl Running<'_> {
    /// Reads the state of a partition that a group has not asked for before.
    pub(super) fn read_state(&mut self, ctx: &mut Ctx<'_>, key: SharePartitionKey, epoch: Epoch) {
        let wish = Wish::Read(epoch);
        self.ask_coordinator(ctx, Pending { key, wish, attempts: 0, not_before: ctx.now });
    }

    /// Has a change written, if there is one; by whom it was made, and the request that waits.
    pub(super) fn write_state(
        &mut self,
        ctx: &mut Ctx<'_>,
        key: &SharePartitionKey,
        write: Option<StateWrite>,
        of: Option<(MemberId, Option<u64>)>,
    ) {
        let Some(write) = write else { return };
        let wish = Wish::Write(write, of);
        let pending = Pending { key: key.clone(), wish, attempts: 0, not_before: ctx.now };
        self.ask_coordinator(ctx, pending);
    }

    fn ask_coordinator(&mut self, ctx: &mut Ctx<'_>, pending: Pending) {
        self.live.shares.persister.queue.push(pending);
        self.pump(ctx);
    }

    /// Sends what can be sent: for each partition one after another.
    fn pump(&mut self, ctx: &mut Ctx<'_>) {
        let mut held_back: Vec<Pending> = Vec::new();
        for pending in std::mem::take(&mut self.live.shares.persister.queue) {
            let behind = held_back.iter().any(|earlier| earlier.key == pending.key);
            let busy = self.live.shares.persister.is_busy_with(&pending.key);
            if behind || busy || pending.not_before > ctx.now {
                held_back.push(pending);
                continue;
            }
            match self.share_coordinator(ctx, &pending.key) {
                Some(broker) => self.send_wish(ctx, broker, pending),
                None => {
                    let error = ErrorCode::CoordinatorNotAvailable;
                    held_back.extend(self.try_again(ctx, pending, error));
                }
            }
        }
        let persister = &mut self.live.shares.persister;
        // What was asked for meanwhile comes behind.
        held_back.append(&mut persister.queue);
        persister.queue = held_back;
        let retries = persister.queue.iter().map(|it| it.not_before).filter(|at| *at > ctx.now);
        let deadlines = persister.in_flight.values().map(|(_, deadline, _)| *deadline);
        if let Some(at) = retries.chain(deadlines).min() {
            ctx.arm(Timer::SharePersister, at);
        }
    }

    fn send_wish(&mut self, ctx: &mut Ctx<'_>, broker: BrokerId, pending: Pending) {
        let key = pending.key.clone();
        let request = match &pending.wish {
            Wish::Read(leader_epoch) => {
                let leader_epoch = *leader_epoch;
                Request::ReadShareGroupState(ReadShareGroupStateRequest { key, leader_epoch })
            }
            Wish::Write(write, _) => {
                let change = write.change.clone();
                Request::WriteShareGroupState(WriteShareGroupStateRequest { key, change })
            }
        };
        let seq = ctx.request(Node::Broker(broker), Channel::SharePersister, request);
        let deadline = ctx.now + REQUEST_TIMEOUT;
        self.live.shares.persister.in_flight.insert(seq, (broker, deadline, pending));
    }

    /// The leader of the state's partition; without the topic, it is created.
    fn share_coordinator(
        &mut self,
        ctx: &mut Ctx<'_>,
        key: &SharePartitionKey,
    ) -> Option<BrokerId> {
        let Some(partition) = self.state_partition(key) else {
            let partitions = self.config.share_coordinator_state_topic_num_partitions;
            let replicas = self.config.share_coordinator_state_topic_replication_factor;
            let counts = (partitions, replicas);
            self.create_internal_topic(ctx, SHARE_GROUP_STATE_TOPIC, counts);
            return None;
        };
        let image = &self.disk.image;
        let leader = image.partition(partition)?.leader?;
        image.brokers.get(&leader).filter(|it| !it.fenced).map(|_| leader)
    }

    /// What waits for its next attempt, if it has one.
    fn try_again(
        &mut self,
        ctx: &mut Ctx<'_>,
        mut pending: Pending,
        error: ErrorCode,
    ) -> Option<Pending> {
        pending.attempts += 1;
        if pending.attempts > ATTEMPTS {
            self.not_persisted(ctx, pending, error);
            return None;
        }
        let (base, most) = BACKOFF;
        pending.not_before = ctx.now + ctx.backoff(base, most, pending.attempts - 1);
        Some(pending)
    }

    /// A share coordinator answered, or its connection has ended.
    pub(in crate::sim::broker) fn on_share_persister(
        &mut self,
        ctx: &mut Ctx<'_>,
        envelope: &Envelope,
    ) {
        match &*envelope.body {
            Body::Response(response) => {
                let flights = &mut self.live.shares.persister.in_flight;
                let flight = envelope.answers.and_then(|seq| flights.remove(&seq));
                let Some((_, _, pending)) = flight else { return };
                match response {
                    Response::ReadShareGroupState(read) => {
                        self.answered(ctx, pending, read.error, Some(&read.state));
                    }
                    Response::WriteShareGroupState(written) => {
                        self.answered(ctx, pending, written.error, None);
                    }
                    _ => {}
                }
            }
            _ => {
                if let Some(broker) = envelope.from.broker() {
                    self.coordinator_gone(ctx, broker);
                }
            }
        }
        self.pump(ctx);
    }

    fn coordinator_gone(&mut self, ctx: &mut Ctx<'_>, broker: BrokerId) {
        // Whether it was heard nobody knows, and it is not asked again.
        for pending in self.live.shares.persister.take_from(broker) {
            self.not_persisted(ctx, pending, ErrorCode::NetworkException);
        }
    }

    /// Its next attempt comes before whatever else concerns its partition.
    fn put_back(&mut self, ctx: &mut Ctx<'_>, pending: Pending, error: ErrorCode) {
        if let Some(pending) = self.try_again(ctx, pending, error) {
            self.live.shares.persister.queue.insert(0, pending);
        }
    }

    pub(super) fn on_persister_timer(&mut self, ctx: &mut Ctx<'_>) {
        let flights = self.live.shares.persister.in_flight.values();
        let late = flights.filter(|(_, deadline, _)| *deadline <= ctx.now);
        let late: Vec<BrokerId> = late.map(|(broker, _, _)| *broker).collect();
        for broker in late {
            ctx.close(Node::Broker(broker), Channel::SharePersister);
            self.coordinator_gone(ctx, broker);
        }
        self.pump(ctx);
    }

    fn answered(
        &mut self,
        ctx: &mut Ctx<'_>,
        pending: Pending,
        error: ErrorCode,
        state: Option<&ShareState>,
    ) {
        match error {
            ErrorCode::None => match state {
                Some(state) => self.state_read(ctx, &pending, state),
                None => self.persisted(ctx, pending),
            },
            ErrorCode::NotCoordinator
            | ErrorCode::CoordinatorNotAvailable
            | ErrorCode::CoordinatorLoadInProgress => self.put_back(ctx, pending, error),
            error => self.not_persisted(ctx, pending, error),
        }
    }

    /// SharePartition.maybeInitialize.
    fn state_read(&mut self, ctx: &mut Ctx<'_>, pending: &Pending, state: &ShareState) {
        let Wish::Read(leader_epoch) = pending.wish else { return };
        let partition = pending.key.partition;
        let reset = self.share_reset_offset(&pending.key);
        let config = ShareGroupConfig::of(self.config);
        let Some(held) = self.live.shares.held.get_mut(&pending.key) else { return };
        if held.leader_epoch != leader_epoch || held.partition.is_some() {
            return;
        }
        let nothing = ShareState::default();
        let state = if breaks(Mutant::ForgetsAcknowledgements) { &nothing } else { state };
        let known = SharePartition::new(config, leader_epoch, state, reset);
        let start_offset = known.start_offset();
        held.partition = Some(known);
        let group = pending.key.group.clone();
        ctx.tell(Event::SharePartitionInitialized { group, partition, start_offset });
        self.check_waiting(ctx, partition);
    }

    /// Where a group begins that has no state yet (`share.auto.offset.reset`).
    fn share_reset_offset(&self, key: &SharePartitionKey) -> Offset {
        match self.config.share_auto_offset_reset {
            0 => self.live.replicas.get(&key.partition).map_or(0, |it| it.high_watermark),
            _ => self.disk.logs.get(&key.partition).map_or(0, |log| log.start()),
        }
    }

    fn persisted(&mut self, ctx: &mut Ctx<'_>, pending: Pending) {
        let Pending { key, wish: Wish::Write(write, of), .. } = pending else { return };
        let partition = key.partition;
        let held = self.is_held_since(&key, write.change.leader_epoch);
        if let Some(known) = self.live.shares.partition_mut(&key).filter(|_| held) {
            known.written(write.id, true);
        }
        if let Some((member, request)) = of {
            for batch in write.change.state_batches.into_iter().filter(|_| held) {
                let group = key.group.clone();
                ctx.tell(Event::RecordsAcknowledged { group, member, partition, batch });
            }
            self.settle_share(ctx, request, partition, ErrorCode::None);
        }
        self.arm_share_locks(ctx);
        self.check_waiting(ctx, partition);
    }

    fn is_held_since(&self, key: &SharePartitionKey, leader_epoch: Epoch) -> bool {
        self.live.shares.held.get(key).is_some_and(|held| held.leader_epoch == leader_epoch)
    }

    /// It will not be persisted: all is as it was, or a later leader has taken over.
    fn not_persisted(&mut self, ctx: &mut Ctx<'_>, pending: Pending, error: ErrorCode) {
        let Pending { key, wish, .. } = pending;
        let fenced = matches!(error, ErrorCode::FencedLeaderEpoch | ErrorCode::FencedStateEpoch);
        match wish {
            Wish::Read(epoch) if self.is_held_since(&key, epoch) => {
                self.live.shares.held.remove(&key);
            }
            Wish::Write(write, of) => {
                if self.is_held_since(&key, write.change.leader_epoch) {
                    if let Some(known) = self.live.shares.partition_mut(&key) {
                        known.written(write.id, false);
                    }
                    if fenced {
                        self.live.shares.held.remove(&key);
                    }
                    self.arm_share_locks(ctx);
                }
                if let Some((_, request)) = of {
                    self.settle_share(ctx, request, key.partition, as_told(error));
                }
            }
            Wish::Read(_) => {}
        }
        self.check_waiting(ctx, key.partition);
    }
}

/// What a member is told of a write that came to nothing (SharePartition.fetchPersisterError).
fn as_told(error: ErrorCode) -> ErrorCode {
    match error {
        ErrorCode::NotCoordinator
        | ErrorCode::CoordinatorNotAvailable
        | ErrorCode::CoordinatorLoadInProgress => ErrorCode::CoordinatorNotAvailable,
        ErrorCode::FencedLeaderEpoch | ErrorCode::FencedStateEpoch => {
            ErrorCode::NotLeaderOrFollower
        }
        ErrorCode::UnknownTopicOrPartition => error,
        _ => ErrorCode::UnknownServerError,
    }
}
