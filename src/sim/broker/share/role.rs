//! What a broker keeps of share groups: the partitions it leads, sessions, requests that wait, and
//! the states that it is the coordinator of.

use super::ShareGroupConfig;
use super::coordinator::ShareCoordinator;
use super::partition::SharePartition;
use super::persister::Persister;
use super::session::ShareSessions;
use crate::sim::config::ClusterConfig;
use crate::sim::effect::ReplyTo;
use crate::sim::id::{Epoch, Name, Partition};
use crate::sim::ordered::{Map, Set};
use crate::sim::time::Span;
use crate::sim::wire::{ErrorCode, MemberId, ShareFetchPartitionResponse, SharePartitionKey};

/// A group's view of a partition that this broker leads.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub leader_epoch: Epoch,
    /// None while its state is read.
    pub partition: Option<SharePartition>,
}

/// The half of a ShareFetch that asks for records.
#[derive(Clone, Debug)]
pub(super) struct ShareFetching {
    pub min_bytes: u32,
    pub max_bytes: u32,
    pub max_records: u32,
    pub batch_size: u32,
    /// In the order in which they are served.
    pub wanted: Vec<Partition>,
    /// None while it waits.
    pub answers: Option<Vec<ShareFetchPartitionResponse>>,
}

/// A ShareFetch or ShareAcknowledge that is not answered yet.
#[derive(Clone, Debug)]
pub(super) struct ShareRequest {
    pub to: ReplyTo,
    pub group: Name,
    pub member: MemberId,
    /// What became of its acknowledgements, as soon as that is known.
    pub acknowledged: Vec<(Partition, Option<ErrorCode>)>,
    /// The session ends with it.
    pub closes: bool,
    /// None of a ShareAcknowledge.
    pub fetch: Option<ShareFetching>,
}

impl ShareRequest {
    /// Whether everything is known that the answer says.
    pub fn is_complete(&self) -> bool {
        self.acknowledged.iter().all(|(_, fate)| fate.is_some())
            && self.fetch.as_ref().is_none_or(|fetch| fetch.answers.is_some())
    }
}

/// All of it.
#[derive(Clone, Debug, Default)]
pub(in crate::sim::broker) struct ShareRole {
    pub(super) coordinator: ShareCoordinator,
    /// The partitions of `__share_group_state` that it leads.
    pub(super) led: Set<u32>,
    pub(super) sessions: ShareSessions,
    pub(super) held: Map<SharePartitionKey, Held>,
    pub(super) requests: Map<u64, ShareRequest>,
    pub(super) next_request: u64,
    pub(super) persister: Persister,
}

impl ShareRole {
    /// The partitions whose state is known.
    pub fn partitions(&self) -> impl Iterator<Item = (&SharePartitionKey, &SharePartition)> {
        self.held.iter().filter_map(|(key, held)| Some((key, held.partition.as_ref()?)))
    }

    /// Whether a share fetch that waits has to do with a partition.
    pub fn concerns(&self, request: u64, partition: Partition) -> bool {
        let fetch = self.requests.get(&request).and_then(|request| request.fetch.as_ref());
        fetch.is_none_or(|fetch| fetch.wanted.contains(&partition))
    }

    pub(super) fn admit(&mut self, request: ShareRequest) -> u64 {
        let id = self.next_request;
        self.next_request += 1;
        self.requests.insert(id, request);
        id
    }

    pub(super) fn partition_mut(&mut self, key: &SharePartitionKey) -> Option<&mut SharePartition> {
        self.held.get_mut(key)?.partition.as_mut()
    }

    /// Notes what became of the acknowledgements of one partition.
    pub(super) fn settle(&mut self, request: u64, partition: Partition, error: ErrorCode) {
        let Some(request) = self.requests.get_mut(&request) else { return };
        for (acknowledged, fate) in &mut request.acknowledged {
            if *acknowledged == partition {
                fate.get_or_insert(error);
            }
        }
    }
}

impl ShareGroupConfig {
    /// As a broker is configured.
    pub fn of(config: &ClusterConfig) -> ShareGroupConfig {
        let count = |value: i64| u32::try_from(value).unwrap_or(u32::MAX);
        ShareGroupConfig {
            record_lock_duration: Span::from_config_ms(config.group_share_record_lock_duration_ms),
            partition_max_record_locks: count(config.group_share_partition_max_record_locks),
            delivery_count_limit: u16::try_from(config.group_share_delivery_count_limit)
                .unwrap_or(u16::MAX),
            session_timeout: Span::from_config_ms(config.group_share_session_timeout_ms),
            heartbeat_interval: Span::from_config_ms(config.group_share_heartbeat_interval_ms),
            max_size: count(config.group_share_max_size),
            snapshot_update_records_per_snapshot: count(
                config.share_coordinator_snapshot_update_records_per_snapshot,
            ),
        }
    }
}
