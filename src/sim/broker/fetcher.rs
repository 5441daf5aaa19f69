//! Following: one fetcher per leader copies all partitions that it leads (ReplicaFetcherThread,
//! AbstractFetcherThread). Followers pull; leaders never push.

use std::sync::Arc;

use super::Running;
use super::replica::Role;
use crate::sim::effect::{Ctx, Timer};
use crate::sim::event::Event;
use crate::sim::id::{BrokerId, Epoch, Node, Offset, Partition, Seq};
use crate::sim::mutant::{Mutant, breaks};
use crate::sim::ordered::{Map, Set};
use crate::sim::time::{Span, Time};
use crate::sim::wire::{
    Channel, Envelope, ErrorCode, FetchPartition, FetchPartitionResponse, FetchRequest,
    FetchResponse, FetchSessionState, IsolationLevel, Request,
};

/// The fetcher for one leader, and its half of the fetch session (FetchSessionHandler).
#[derive(Clone, Debug)]
pub(super) struct Fetcher {
    in_flight: Option<Seq>,
    session: FetchSessionState,
    /// As the leader was last asked.
    asked: Map<Partition, FetchPartition>,
    /// What may have to be asked otherwise now.
    stale: Set<Partition>,
    /// Partitions that had an error rest until then.
    delayed: Map<Partition, Time>,
}

impl Default for Fetcher {
    fn default() -> Self {
        Fetcher {
            in_flight: None,
            session: FetchSessionState { id: 0, epoch: FetchSessionState::INITIAL },
            asked: Map::new(),
            stale: Set::new(),
            delayed: Map::new(),
        }
    }
}

impl Fetcher {
    /// What was asked of a partition may be no longer right.
    pub(super) fn ask_anew(&mut self, partition: Partition) {
        self.stale.insert(partition);
    }

    fn delay(&mut self, partition: Partition, until: Time) {
        self.delayed.insert(partition, until);
        self.stale.insert(partition);
    }

    /// The next fetch names everything; the leader forgets the session there was
    /// (FetchMetadata.nextCloseExistingAttemptNew).
    fn begin_anew(&mut self) {
        self.session.epoch = FetchSessionState::INITIAL;
    }
}

impl Running<'_> {
    /// Fetches from every leader that has something for this broker and no fetch under way.
    pub(super) fn start_fetchers(&mut self, ctx: &mut Ctx<'_>) {
        let leaders: Set<BrokerId> = self
            .live
            .replicas
            .values()
            .filter_map(|replica| match replica.role {
                Role::Follower { leader } => leader,
                Role::Leader(_) => None,
            })
            .collect();
        for leader in leaders {
            let fetcher = self.live.fetchers.entry(leader).or_default();
            if fetcher.in_flight.is_none() {
                self.send_fetch(ctx, leader);
            }
        }
    }

    /// What this broker would ask that leader of a partition now.
    fn wanted(&self, leader: BrokerId, partition: Partition) -> Option<FetchPartition> {
        let (replica, log) = self.replica_and_log(partition)?;
        let rests =
            self.live.fetchers.get(&leader).is_some_and(|f| f.delayed.contains_key(&partition));
        if !replica.follows(leader) || rests {
            return None;
        }
        Some(FetchPartition {
            partition,
            fetch_offset: log.end(),
            current_leader_epoch: replica.leader_epoch,
            last_fetched_epoch: log.last_epoch(),
            log_start_offset: log.start(),
            max_bytes: config_u32(self.config.replica_fetch_max_bytes),
        })
    }

    /// FetchSessionHandler.Builder.build: what has changed since that leader was last asked.
    fn changes(&mut self, leader: BrokerId) -> (Vec<FetchPartition>, Vec<Partition>) {
        let Some(fetcher) = self.live.fetchers.get_mut(&leader) else { return Default::default() };
        let mut stale = std::mem::take(&mut fetcher.stale);
        let mut asked = std::mem::take(&mut fetcher.asked);
        if fetcher.session.epoch == FetchSessionState::INITIAL {
            asked.clear();
            stale = self.live.replicas.keys().copied().collect();
        }
        let (mut changed, mut forgotten) = (Vec::new(), Vec::new());
        for partition in stale {
            match self.wanted(leader, partition) {
                Some(fetch) => {
                    let known = asked.get_near_mut(partition.index, &partition);
                    match known {
                        Some(known) if *known == fetch => continue,
                        Some(known) => *known = fetch,
                        None => {
                            asked.insert(partition, fetch);
                        }
                    }
                    changed.push(fetch);
                }
                None => {
                    if asked.remove(&partition).is_some() {
                        forgotten.push(partition);
                    }
                }
            }
        }
        if let Some(fetcher) = self.live.fetchers.get_mut(&leader) {
            fetcher.asked = asked;
        }
        (changed, forgotten)
    }

    fn send_fetch(&mut self, ctx: &mut Ctx<'_>, leader: BrokerId) {
        let fetcher = self.live.fetchers.entry(leader).or_default();
        let Fetcher { delayed, stale, .. } = fetcher;
        delayed.retain(|partition, until| {
            let rests = *until > ctx.now;
            if !rests {
                stale.insert(*partition);
            }
            rests
        });
        let wake = fetcher.delayed.values().min().copied();
        let (partitions, forgotten) = self.changes(leader);
        let Some(fetcher) = self.live.fetchers.get_mut(&leader) else { return };
        if fetcher.asked.is_empty() && forgotten.is_empty() {
            if let Some(at) = wake {
                ctx.arm(Timer::ReplicaFetch(leader), at);
            }
            return;
        }
        let session = fetcher.session;
        let request = Request::Fetch(FetchRequest {
            replica: Some((self.id, self.broker_epoch())),
            max_wait: Span::from_config_ms(self.config.replica_fetch_wait_max_ms),
            min_bytes: config_u32(self.config.replica_fetch_min_bytes),
            max_bytes: config_u32(self.config.replica_fetch_response_max_bytes),
            session,
            partitions,
            forgotten,
            rack: None,
            isolation: IsolationLevel::default(),
        });
        let seq = ctx.request(Node::Broker(leader), Channel::Replica, request);
        if let Some(fetcher) = self.live.fetchers.get_mut(&leader) {
            fetcher.in_flight = Some(seq);
        }
        let timeout = Span::from_config_ms(self.config.replica_socket_timeout_ms);
        ctx.arm_in(Timer::ReplicaFetch(leader), timeout);
    }

    pub(super) fn on_fetcher_timer(&mut self, ctx: &mut Ctx<'_>, leader: BrokerId) {
        let Some(fetcher) = self.live.fetchers.get(&leader) else { return };
        if fetcher.in_flight.is_some() {
            ctx.close(Node::Broker(leader), Channel::Replica);
            self.fetch_failed(ctx, leader);
        } else {
            self.send_fetch(ctx, leader);
        }
    }

    /// The connection ended or nothing came: all that was asked for rests for the backoff.
    pub(super) fn fetch_failed(&mut self, ctx: &mut Ctx<'_>, leader: BrokerId) {
        let until = ctx.now + self.fetch_backoff();
        let Some(fetcher) = self.live.fetchers.get_mut(&leader) else { return };
        if fetcher.in_flight.take().is_none() {
            return;
        }
        fetcher.begin_anew();
        let asked: Vec<Partition> = fetcher.asked.keys().copied().collect();
        for partition in asked {
            fetcher.delay(partition, until);
        }
        ctx.arm(Timer::ReplicaFetch(leader), until);
    }

    fn fetch_backoff(&self) -> Span {
        Span::from_config_ms(self.config.replica_fetch_backoff_ms)
    }

    pub(super) fn on_fetched(
        &mut self,
        ctx: &mut Ctx<'_>,
        envelope: &Arc<Envelope>,
        response: &FetchResponse,
    ) {
        let Some(leader) = envelope.from.broker() else { return };
        let Some(fetcher) = self.live.fetchers.get_mut(&leader) else { return };
        if fetcher.in_flight != envelope.answers {
            return;
        }
        fetcher.in_flight = None;
        // FetchSessionHandler.handleResponse.
        if response.error == ErrorCode::None {
            fetcher.session.id = response.session;
            fetcher.session.epoch = FetchSessionState::next_epoch(fetcher.session.epoch);
        } else {
            fetcher.begin_anew();
        }
        let until = ctx.now + self.fetch_backoff();
        let mut moved = Vec::new();
        for answer in &response.partitions {
            let Some(fetcher) = self.live.fetchers.get_mut(&leader) else { return };
            let near = answer.partition.index;
            let asked = fetcher.asked.get_near(near, &answer.partition);
            let Some(fetch) = asked.map(|(_, fetch)| *fetch) else { continue };
            if !self.still_wanted(leader, &fetch) {
                continue;
            }
            match answer.error {
                ErrorCode::None => {
                    if self.take_records(ctx, leader, answer) {
                        moved.push(fetch.partition);
                    }
                }
                ErrorCode::OffsetOutOfRange => self.on_out_of_range(ctx, leader, &fetch, answer),
                ErrorCode::OffsetMovedToTieredStorage if self.begins_behind(ctx, answer) => {}
                _ => {
                    if let Some(fetcher) = self.live.fetchers.get_mut(&leader) {
                        fetcher.delay(fetch.partition, until);
                    }
                }
            }
        }
        // Consumers may wait here for the high watermark (KIP-392).
        moved.into_iter().for_each(|partition| self.check_waiting(ctx, partition));
        self.send_fetch(ctx, leader);
    }

    /// Whether it could go on behind what is in remote storage only
    /// (AbstractFetcherThread.handleOffsetsMovedToTieredStorage).
    fn begins_behind(&mut self, ctx: &mut Ctx<'_>, answer: &FetchPartitionResponse) -> bool {
        let extension = ctx.extension;
        extension.is_some_and(|it| (it.broker.remote_state)(self, ctx, answer))
    }

    /// The partition may have changed its leader, epoch or end while the fetch was under way.
    fn still_wanted(&self, leader: BrokerId, fetch: &FetchPartition) -> bool {
        self.replica_and_log(fetch.partition).is_some_and(|(replica, log)| {
            log.end() == fetch.fetch_offset
                && replica.leader_epoch == fetch.current_leader_epoch
                && replica.follows(leader)
        })
    }

    /// True if the high watermark moved.
    fn take_records(
        &mut self,
        ctx: &mut Ctx<'_>,
        leader: BrokerId,
        answer: &FetchPartitionResponse,
    ) -> bool {
        let partition = answer.partition;
        if let Some((epoch, end)) = answer.diverging_epoch {
            self.truncate_to_epoch(ctx, partition, epoch, end);
            return false;
        }
        if !answer.batches.is_empty() && !self.can_write(ctx) {
            return false;
        }
        let Some(topic) = self.disk.image.topics.get(&partition.topic) else { return false };
        let config = topic.config.clone();
        // Nobody else is asked for it.
        if let Some(fetcher) = self.live.fetchers.get_mut(&leader) {
            fetcher.ask_anew(partition);
        }
        self.stir_followers(partition);
        let (replica, log) = self.replica_mut(partition);
        for batch in &answer.batches {
            if let Some(base) = log.append_as_follower(batch, &config) {
                ctx.tell(Event::SegmentRolled { partition, base });
            }
            let batch = Arc::clone(batch);
            ctx.tell(Event::Appended { partition, batch, as_leader: false });
        }
        // What the leader says, as far as it is here.
        let from = replica.high_watermark;
        let most = match breaks(Mutant::FollowerHighWatermarkUnbounded) {
            true => Offset::MAX,
            false => log.end(),
        };
        let to = answer.high_watermark.min(most);
        let moved = to > from;
        if moved {
            replica.high_watermark = to;
            log.high_watermark_moved(to);
            ctx.tell(Event::HighWatermarkMoved { partition, from, to, as_leader: false });
        }
        let start = log.start();
        if answer.log_start_offset > start && answer.log_start_offset <= log.end() {
            log.advance_start(answer.log_start_offset);
            let to = log.start();
            ctx.tell(Event::LogStartMoved { partition, from: start, to });
        }
        moved
    }

    /// The logs part: what the leader never had goes
    /// (AbstractFetcherThread.getOffsetTruncationState).
    fn truncate_to_epoch(
        &mut self,
        ctx: &mut Ctx<'_>,
        partition: Partition,
        epoch: Epoch,
        leader_end: Offset,
    ) {
        let (_, log) = self.replica_mut(partition);
        let end = log.end();
        let to = match log.epochs().end_offset_for(epoch, end) {
            None => leader_end,
            // An epoch that the leader named is unknown here: cut to the end of the one before
            // and ask again.
            Some((own_epoch, own_end)) if own_epoch != epoch => own_end,
            Some((_, own_end)) => own_end.min(leader_end),
        };
        self.truncate(ctx, partition, to.min(end));
    }

    pub(super) fn truncate(&mut self, ctx: &mut Ctx<'_>, partition: Partition, to: Offset) {
        self.stir(partition);
        let Some(extension) = ctx.extension else { return };
        let (replica, log) = self.replica_mut(partition);
        let from = log.end();
        (extension.truncate)(log, to);
        let to = log.end();
        // A log that is cut before its own first segment begins anew there
        // (UnifiedLog.truncateFullyAndStartAt).
        replica.high_watermark = replica.high_watermark.clamp(log.start(), to);
        if to < from {
            ctx.tell(Event::Truncated { partition, from, to });
        }
    }

    /// The leader has nothing at the end of this log. If it ends earlier, as after an unclean
    /// election, what is beyond goes; if it begins later, this log starts afresh there; otherwise
    /// it is tried again (AbstractFetcherThread.fetchOffsetAndApplyTruncateAndBuild).
    // Simplified: where the leader's log starts and ends comes with the error; Kafka asks for both
    // by ListOffsets, and tries again without a pause.
    fn on_out_of_range(
        &mut self,
        ctx: &mut Ctx<'_>,
        leader: BrokerId,
        fetch: &FetchPartition,
        answer: &FetchPartitionResponse,
    ) {
        let (partition, end) = (fetch.partition, fetch.fetch_offset);
        let leader_end = answer.diverging_epoch.map_or(end, |(_, end)| end);
        if leader_end < end {
            return self.truncate(ctx, partition, leader_end);
        }
        if answer.log_start_offset > end {
            self.stir(partition);
            let (replica, log) = self.replica_mut(partition);
            let from = log.start();
            log.restart_at(answer.log_start_offset);
            replica.high_watermark = answer.log_start_offset;
            ctx.tell(Event::LogStartMoved { partition, from, to: answer.log_start_offset });
            return;
        }
        let until = ctx.now + self.fetch_backoff();
        if let Some(fetcher) = self.live.fetchers.get_mut(&leader) {
            fetcher.delay(partition, until);
        }
    }
}

/// A config that fits in 32 bits by its bounds.
fn config_u32(value: i64) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
