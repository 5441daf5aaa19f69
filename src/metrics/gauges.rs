//! Throughput and latency as events come in; lag and the health of partitions as the world stands.

use crate::sim::ordered::{self, Set};
use std::collections::VecDeque;

use super::ledger::Ledger;
use super::series::Series;
use crate::sim::id::{Name, Offset};
use crate::sim::image::is_internal;
use crate::sim::wire::ErrorCode;
use crate::sim::{Event, Partition, Span, Stamped, World};

/// How many of the latest latencies count.
const RECENT: usize = 1_000;

/// Rates and latencies.
#[derive(Clone, Debug, Default)]
pub struct Gauges {
    /// Records that applications handed over.
    pub produced: Series,
    /// Records that applications were told are safe.
    pub acked: Series,
    /// Records that applications were told have failed.
    pub failed: Series,
    /// Records that consuming applications processed.
    pub consumed: Series,
    /// From `send()` to the answer.
    pub ack_latency: Latencies,
    /// From `send()` to processed, the first time in a group.
    pub end_to_end: Latencies,
}

impl Gauges {
    /// Takes one event into account; the ledger does not know of it yet.
    pub(super) fn fold(&mut self, stamped: &Stamped, ledger: &Ledger) {
        let now = stamped.at;
        match &stamped.event {
            Event::Produced { .. } => self.produced.add(now, 1),
            Event::SendFailed { .. } => self.failed.add(now, 1),
            Event::Acked { records, base_offset, .. } => {
                self.acked.add(now, records.len() as u32);
                if *base_offset >= 0 {
                    // By the ledger, not by CreateTime: that comes from a clock that may be wrong.
                    let ids = records.iter().filter_map(|record| record.id);
                    for entry in ids.filter_map(|id| ledger.entry(id)) {
                        self.ack_latency.add(now.since(entry.produced_at));
                    }
                }
            }
            Event::ProduceFailed { records, error, .. } if *error != ErrorCode::None => {
                self.failed.add(now, records.len() as u32);
            }
            Event::Processed { group, record, .. } => {
                self.consumed.add(now, 1);
                let entry = record.and_then(|record| ledger.entry(record));
                if let Some(entry) = entry.filter(|entry| entry.processed_by(group) == 0) {
                    self.end_to_end.add(now.since(entry.produced_at));
                }
            }
            _ => {}
        }
    }
}

/// The latest latencies.
#[derive(Clone, Debug, Default)]
pub struct Latencies {
    recent: VecDeque<Span>,
}

/// What most of them took.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Percentiles {
    pub p50: Span,
    pub p95: Span,
    pub p99: Span,
}

impl Latencies {
    fn add(&mut self, latency: Span) {
        if self.recent.len() == RECENT {
            self.recent.pop_front();
        }
        self.recent.push_back(latency);
    }

    /// Over the latest thousand; none before the first. Nearest rank: each is one that was seen.
    pub fn percentiles(&self) -> Option<Percentiles> {
        let mut sorted: Vec<u64> = self.recent.iter().map(|latency| latency.0).collect();
        sorted.sort_unstable();
        let rank = |percent: usize| {
            let rank = (sorted.len() * percent).div_ceil(100);
            sorted.get(rank.saturating_sub(1)).map(|us| Span::us(*us))
        };
        Some(Percentiles { p50: rank(50)?, p95: rank(95)?, p99: rank(99)? })
    }
}

/// How far a group is behind in a partition.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lag {
    pub group: Name,
    pub partition: Partition,
    /// Of the leader.
    pub high_watermark: Offset,
    /// None where the group never committed, or nobody knows.
    pub committed: Option<Offset>,
}

impl Lag {
    /// Records up to the high watermark that the group has not committed
    /// (kafka-consumer-groups.sh, LAG).
    pub fn records(&self) -> Option<u64> {
        let behind = self.high_watermark - self.committed?;
        Some(u64::try_from(behind).unwrap_or(0))
    }
}

/// The lag of every group in every partition that it has committed or been assigned, by group and
/// partition; as their coordinators know it now.
pub fn lags(world: &World) -> Vec<Lag> {
    let mut lags = Vec::new();
    let live = world.brokers.values().filter_map(|broker| broker.live.as_ref());
    for (live, group) in live.flat_map(|live| live.any_groups().map(move |group| (live, group))) {
        let committed = live.committed(group.name());
        let mut partitions: Set<Partition> = group.assigned();
        partitions.extend(committed.into_iter().flat_map(|offsets| offsets.keys()).copied());
        lags.extend(partitions.into_iter().map(|partition| Lag {
            group: group.name().clone(),
            partition,
            high_watermark: high_watermark(world, partition),
            committed: committed.and_then(|all| Some(all.get(&partition)?.offset)),
        }));
    }
    ordered::sort_by(&mut lags, |a, b| (&a.group, a.partition).cmp(&(&b.group, b.partition)));
    lags
}

/// The high watermark that clients see: the leader's, or of nobody the last that was known.
pub fn high_watermark(world: &World, partition: Partition) -> Offset {
    let state = world.metadata().partition(partition);
    let leader = state.and_then(|state| world.brokers.get(&state.leader?));
    match (leader, state) {
        (Some(leader), _) => leader.high_watermark(partition),
        (None, Some(state)) => state
            .replicas
            .iter()
            .filter_map(|id| world.brokers.get(id))
            .map(|broker| broker.high_watermark(partition))
            .max()
            .unwrap_or(0),
        (None, None) => 0,
    }
}

/// How the partitions of people's topics are, counted by trouble; one may have several.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Health {
    pub partitions: u32,
    /// Fewer in the ISR than replicas, not counting those that a reassignment brings
    /// (UnderReplicatedPartitions).
    pub under_replicated: u32,
    /// Fewer in the ISR than `min.insync.replicas` (UnderMinIsrPartitionCount).
    pub under_min_isr: u32,
    /// No leader (OfflinePartitionsCount).
    pub offline: u32,
}

/// As the controller knows it now.
pub fn health(world: &World) -> Health {
    let mut health = Health::default();
    let image = world.metadata();
    for topic in image.topics.values().filter(|topic| !is_internal(&topic.name)) {
        for state in &topic.partitions {
            let isr = state.isr.len();
            let wanted = usize::try_from(topic.config.min_insync_replicas).unwrap_or(usize::MAX);
            health.partitions += 1;
            health.under_replicated += u32::from(isr < state.replication_factor());
            health.under_min_isr += u32::from(isr < wanted.min(state.replicas.len()));
            health.offline += u32::from(state.leader.is_none());
        }
    }
    health
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_nearest_ranks() {
        let mut latencies = Latencies::default();
        assert_eq!(latencies.percentiles(), None);
        for ms in (1..=100).rev() {
            latencies.add(Span::ms(ms));
        }
        let (p50, p95, p99) = (Span::ms(50), Span::ms(95), Span::ms(99));
        assert_eq!(latencies.percentiles(), Some(Percentiles { p50, p95, p99 }));
    }
}
