//! Fetching: one request per broker at a time, for every partition of which nothing is buffered,
//! and handing what came to the application (AbstractFetch, FetchCollector).

use std::collections::VecDeque;
use std::sync::Arc;

use super::consumer::{Ask, Consumer};
use super::isolation::Hidden;
use super::offsets::{Phase, PreferredReplica};
use super::poll::Portion;
use crate::sim::effect::Ctx;
use crate::sim::id::{BrokerId, Offset, Partition};
use crate::sim::ordered::{self, Map};
use crate::sim::time::Span;
use crate::sim::wire::{
    Channel, ErrorCode, FetchPartition, FetchPartitionResponse, FetchRequest, FetchResponse,
    FetchSessionState, RecordBatch, Request,
};

/// What came back for one partition and waits for the next `poll()` (CompletedFetch).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Completed {
    pub partition: Partition,
    /// The next record to hand over.
    pub next: Offset,
    /// What is left of it; at its front is something to hand over.
    pub batches: VecDeque<Arc<RecordBatch>>,
    hidden: Hidden,
    error: ErrorCode,
    high_watermark: Offset,
    log_start: Offset,
    preferred: Option<BrokerId>,
    /// Whether the application's thread has looked at it.
    opened: bool,
}

impl Completed {
    /// Up to so many records that follow each other. What no application may see is passed over:
    /// markers, and what was aborted (CompletedFetch.nextFetchedRecord).
    fn next_portion(&mut self, room: i64) -> Option<Portion> {
        while let Some(batch) = self.batches.front().cloned() {
            let run = batch.run_from(self.next).filter(|_| !self.hidden.hides(&batch));
            let Some((next, end)) = run else {
                self.next = batch.next_offset();
                self.batches.pop_front();
                continue;
            };
            let end = end.min(next + room);
            self.next = end;
            if batch.run_from(end).is_none() {
                self.next = batch.next_offset();
                self.batches.pop_front();
            }
            return Some(Portion { partition: self.partition, batch, next, end });
        }
        None
    }

    /// Records not yet handed over.
    pub fn records(&self) -> u64 {
        let end = self.batches.back().map_or(self.next, |batch| batch.next_offset());
        u64::try_from(end - self.next).unwrap_or(0)
    }
}

/// What was fetched and waits for the application.
#[derive(Clone, Debug, Default)]
pub struct Fetcher {
    buffer: VecDeque<Completed>,
    /// Counts up whenever a partition goes to the end of the line.
    line: u64,
}

impl Fetcher {
    /// What waits, in the order in which it will be handed over.
    pub fn buffer(&self) -> impl Iterator<Item = &Completed> {
        self.buffer.iter()
    }

    /// Records of this partition that wait.
    pub fn buffered(&self, partition: Partition) -> u64 {
        let waits = self.buffer.iter().filter(|completed| completed.partition == partition);
        waits.map(Completed::records).sum()
    }

    fn holds(&self, partition: Partition) -> bool {
        self.buffer.iter().any(|completed| completed.partition == partition)
    }

    pub(super) fn on_response(&mut self, asked: &[(Partition, Offset)], response: &FetchResponse) {
        for said in &response.partitions {
            let Some((_, offset)) = asked.iter().find(|(asked, _)| *asked == said.partition) else {
                continue;
            };
            self.buffer.push_back(complete(said, *offset));
        }
    }

    /// The place at the end of the line, so that partitions take turns when limits bite.
    fn end_of_line(&mut self) -> u64 {
        self.line += 1;
        self.line
    }
}

fn complete(said: &FetchPartitionResponse, asked: Offset) -> Completed {
    Completed {
        partition: said.partition,
        next: asked,
        // A batch that begins before the offset asked for still holds it.
        batches: said.batches.iter().filter(|b| b.next_offset() > asked).cloned().collect(),
        hidden: Hidden::new(&said.aborted),
        error: said.error,
        high_watermark: said.high_watermark,
        log_start: said.log_start_offset,
        preferred: said.preferred_read_replica,
        opened: false,
    }
}

impl Consumer {
    /// FetchCollector.collectFetch: up to `max.poll.records` of what waits. Positions move on.
    pub(super) fn collect(&mut self, ctx: &mut Ctx<'_>) -> VecDeque<Portion> {
        let mut room = self.config.max_poll_records;
        let mut portions = VecDeque::new();
        let mut paused = VecDeque::new();
        while room > 0
            && let Some(mut front) = self.fetcher.buffer.pop_front()
        {
            if !front.opened && !self.open(ctx, &mut front) {
                continue;
            }
            let fetchable = self.may_hand_over(front.partition);
            let Some(reading) = self.readings.get_mut(&front.partition) else { continue };
            if reading.paused {
                paused.push_back(front);
                continue;
            }
            let current = reading.phase == Phase::Fetching && reading.position == Some(front.next);
            if !fetchable || !current {
                continue; // Left over from before a rebalance or a reset.
            }
            while room > 0
                && let Some(portion) = front.next_portion(room)
            {
                room -= portion.end - portion.next;
                portions.push_back(portion);
            }
            reading.position = Some(front.next);
            if front.batches.is_empty() {
                reading.line = self.fetcher.end_of_line();
            } else {
                self.fetcher.buffer.push_front(front);
            }
        }
        // They wait behind all others until they are resumed.
        self.fetcher.buffer.extend(paused);
        portions
    }

    /// FetchCollector.initialize: whether a completed fetch is worth handing over.
    fn open(&mut self, ctx: &mut Ctx<'_>, completed: &mut Completed) -> bool {
        completed.opened = true;
        let partition = completed.partition;
        let Some(reading) = self.readings.get_mut(&partition) else { return false };
        if reading.phase != Phase::Fetching || reading.position != Some(completed.next) {
            return false;
        }
        if completed.error == ErrorCode::None {
            reading.high_watermark = Some(completed.high_watermark);
            reading.log_start = Some(completed.log_start);
            if let Some(broker) = completed.preferred {
                self.prefer(ctx, partition, broker);
            }
            return true;
        }
        reading.line = self.fetcher.end_of_line();
        if completed.error == ErrorCode::OffsetOutOfRange {
            // A follower may be behind; only the leader knows what is out of range.
            if reading.preferred.take().is_none() {
                self.out_of_range(ctx, partition, completed.next);
            }
            return false;
        }
        if completed.error != ErrorCode::UnknownLeaderEpoch {
            reading.preferred = None;
            self.metadata.request_update(false);
        }
        // Simplified: Kafka's consumer asks the same leader again at once until its metadata is
        // refreshed; here it waits for new metadata, or for retry.backoff.ms.
        let retry_at = ctx.now + self.retry_backoff();
        let version = self.metadata.version();
        if let Some(reading) = self.readings.get_mut(&partition) {
            reading.retry_at = retry_at;
            reading.failed_at_version = version;
        }
        false
    }

    /// SubscriptionState.updatePreferredReadReplica: the lease is the age that metadata may have.
    fn prefer(&mut self, ctx: &Ctx<'_>, partition: Partition, broker: BrokerId) {
        let until = ctx.now + self.manners().max_age;
        let Some(leader) = self.metadata.leader(partition) else { return };
        let Some(reading) = self.readings.get_mut(&partition) else { return };
        if reading.preferred.is_none_or(|preferred| preferred.broker != broker) {
            reading.preferred = Some(PreferredReplica { broker, until, leader });
        }
    }

    /// AbstractFetch.handleFetchFailure: the next fetch goes to the leader again.
    pub(super) fn forget_preferred(&mut self, asked: &[(Partition, Offset)]) {
        for (partition, _) in asked {
            if let Some(reading) = self.readings.get_mut(partition) {
                reading.preferred = None;
            }
        }
    }

    /// Preferred replicas whose lease has ended, whose leader is another now, or that are gone from
    /// the metadata are no longer asked (AbstractFetch.selectReadReplica,
    /// SubscriptionState.maybeValidatePosition).
    fn check_preferred(&mut self, ctx: &Ctx<'_>) {
        for (partition, reading) in &mut self.readings {
            let Some(preferred) = reading.preferred else { continue };
            let leader = self.metadata.leader(*partition);
            let led = leader.is_none_or(|l| l.broker.is_none() || l == preferred.leader);
            let online = self.metadata.is_online(*partition, preferred.broker);
            if led && !online {
                self.metadata.request_update(false);
            }
            if !led || !online || ctx.now > preferred.until {
                reading.preferred = None;
            }
        }
    }

    /// AbstractFetch.prepareFetchRequests: one request to each broker that has none under way.
    pub(super) fn send_fetches(&mut self, ctx: &mut Ctx<'_>) {
        self.check_preferred(ctx);
        let mut wanted: Map<BrokerId, Vec<(u64, FetchPartition)>> = Map::new();
        let version = self.metadata.version();
        let busy: Vec<BrokerId> = self.fetching_from().collect();
        for (partition, reading) in &self.readings {
            let fetchable = reading.phase == Phase::Fetching && !reading.paused;
            let Some(position) = reading.position.filter(|_| fetchable) else {
                continue;
            };
            if self.fetcher.holds(*partition) || !self.may_hand_over(*partition) {
                continue;
            }
            if reading.retry_at > ctx.now && reading.failed_at_version == version {
                self.later.fetch = self.later.fetch.min(reading.retry_at);
                continue;
            }
            let leader = self.metadata.leader(*partition);
            let Some((leader, epoch)) = leader.and_then(|l| Some((l.broker?, l.epoch))) else {
                self.metadata.request_update(false);
                continue;
            };
            let broker = reading.preferred.map_or(leader, |preferred| preferred.broker);
            if busy.contains(&broker) {
                continue; // Its connection is open, and one request at a time is enough.
            }
            let open_at = self.network.available_at(broker, Channel::Client);
            if open_at > ctx.now {
                self.later.fetch = self.later.fetch.min(open_at);
                continue;
            }
            let asked = FetchPartition {
                partition: *partition,
                fetch_offset: position,
                current_leader_epoch: epoch,
                last_fetched_epoch: None,
                log_start_offset: -1,
                max_bytes: bytes(self.config.max_partition_fetch_bytes),
            };
            wanted.entry(broker).or_default().push((reading.line, asked));
        }
        for (broker, mut parts) in wanted {
            ordered::sort_by_key(&mut parts, |(line, asked)| (*line, asked.partition));
            self.send_fetch(ctx, broker, parts.into_iter().map(|(_, asked)| asked).collect());
        }
    }

    /// The brokers that have a fetch of this consumer under way.
    fn fetching_from(&self) -> impl Iterator<Item = BrokerId> {
        let fetches = self.network.asks().filter(|(_, ask)| matches!(ask, Ask::Fetch(_)));
        fetches.map(|(broker, _)| broker)
    }

    fn send_fetch(&mut self, ctx: &mut Ctx<'_>, broker: BrokerId, partitions: Vec<FetchPartition>) {
        let asked = partitions.iter().map(|part| (part.partition, part.fetch_offset)).collect();
        let request = Request::Fetch(FetchRequest {
            replica: None,
            max_wait: Span::from_config_ms(self.config.fetch_max_wait_ms),
            min_bytes: bytes(self.config.fetch_min_bytes),
            max_bytes: bytes(self.config.fetch_max_bytes),
            session: FetchSessionState::NONE,
            partitions,
            forgotten: Vec::new(),
            rack: self.rack.clone(),
            isolation: self.config.isolation(),
        });
        let timeout = self.request_timeout();
        self.network.send(ctx, (broker, Channel::Client), request, timeout, Ask::Fetch(asked));
    }
}

fn bytes(config: i64) -> u32 {
    u32::try_from(config).unwrap_or(0)
}
