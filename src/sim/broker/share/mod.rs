//! What lives here: share groups (KIP-932): who is a member, what each record's state is, and what
//! of that outlives a leader.
//! Who may knock: the broker, which leads partitions and coordinates groups; pictures to look.
//! Never here: wires, timers and logs, but in `fetch`, `persister` and `serve`: all others are
//! state machines that say what to send or write.

mod acknowledge;
pub mod acquire; // giving records to members
mod fetch; // ShareFetch and ShareAcknowledge
pub mod coordinator; // the share coordinator: what is persisted
pub mod group; // members, epochs, assignments
pub mod in_flight; // records between fetched and done
mod persister; // between leaders and share coordinators
mod role; // what a broker keeps of all this
mod serve; // heartbeats and states
pub mod partition; // one group's view of one partition
pub mod session; // which partitions a member fetches
pub mod state_batches; // persisted states laid over each other

#[cfg(test)]
mod group_tests;
#[cfg(test)]
mod partition_properties;
#[cfg(test)]
mod partition_tests;

pub(in crate::sim::broker) use self::role::ShareRole;
use crate::sim::time::Span;

/// Configs of share groups (ShareGroupConfig, GroupConfig, ShareCoordinatorConfig), with the
/// defaults of Kafka 4.0.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ShareGroupConfig {
    /// `group.share.record.lock.duration.ms`, or the group's `share.record.lock.duration.ms`.
    pub record_lock_duration: Span,
    /// `group.share.partition.max.record.locks`
    pub partition_max_record_locks: u32,
    /// `group.share.delivery.count.limit`
    pub delivery_count_limit: u16,
    /// `group.share.session.timeout.ms`
    pub session_timeout: Span,
    /// `group.share.heartbeat.interval.ms`
    pub heartbeat_interval: Span,
    /// `group.share.max.size`
    pub max_size: u32,
    /// `share.coordinator.snapshot.update.records.per.snapshot`
    pub snapshot_update_records_per_snapshot: u32,
}

impl Default for ShareGroupConfig {
    fn default() -> Self {
        ShareGroupConfig {
            record_lock_duration: Span::secs(30),
            partition_max_record_locks: 200,
            delivery_count_limit: 5,
            session_timeout: Span::secs(45),
            heartbeat_interval: Span::secs(5),
            max_size: 200,
            snapshot_update_records_per_snapshot: 500,
        }
    }
}
