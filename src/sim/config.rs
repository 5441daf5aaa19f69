//! Kafka's configs under their real names: type, default and bounds, one table per scope.
//!
//! Defaults are those of Apache Kafka 4.x; bounds are those of its config registries.

use serde::{Deserialize, Serialize};

use super::wire::IsolationLevel;

/// Whose config it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Scope {
    /// `server.properties`, the same on every broker and controller.
    Cluster,
    Topic,
    Producer,
    Consumer,
}

/// What values a config takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Int {
        min: i64,
        max: i64,
    },
    Bool,
    /// From 0 to 1, in millionths.
    Ratio,
    Choice(&'static [&'static str]),
    /// `latest`, `earliest`, `none`, or `by_duration:` with a time such as `PT1H30M` (KIP-1106).
    OffsetReset,
}

/// One config: everything a panel needs but its meaning, which is prose.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Spec {
    pub name: &'static str,
    pub kind: Kind,
    pub default: i64,
}

impl Spec {
    /// Reads a value as written in a `.properties` file; none if it is not one of this kind or
    /// out of bounds.
    pub fn parse(&self, text: &str) -> Option<i64> {
        match self.kind {
            Kind::Int { min, max } => text.parse().ok().filter(|value| (min..=max).contains(value)),
            Kind::Bool => match text {
                "true" => Some(1),
                "false" => Some(0),
                _ => None,
            },
            Kind::Ratio => ratio(text),
            Kind::Choice(names) => {
                names.iter().position(|name| *name == text).map(|index| index as i64)
            }
            Kind::OffsetReset => match text.strip_prefix("by_duration:") {
                Some(duration) => duration_ms(duration)?.checked_add(BY_DURATION),
                None => OFFSET_RESET.iter().position(|name| *name == text).map(|at| at as i64),
            },
        }
    }

    /// Writes a value as in a `.properties` file.
    pub fn show(&self, value: i64) -> String {
        match self.kind {
            Kind::Int { .. } => value.to_string(),
            Kind::Bool => if value == 0 { "false" } else { "true" }.to_owned(),
            Kind::Ratio => show_ratio(value),
            Kind::OffsetReset if value >= BY_DURATION => show_duration(value - BY_DURATION),
            Kind::OffsetReset => nth(OFFSET_RESET, value),
            Kind::Choice(names) => nth(names, value),
        }
    }
}

fn nth(names: &[&str], value: i64) -> String {
    let name = usize::try_from(value).ok().and_then(|index| names.get(index));
    name.map_or_else(String::new, |name| (*name).to_owned())
}

/// One, as a config of [`Kind::Ratio`] counts it.
pub const RATIO: u64 = 1_000_000;

/// Millionths of a decimal number from 0 to 1.
fn ratio(text: &str) -> Option<i64> {
    let (whole, digits) = text.split_once('.').unwrap_or((text, "0"));
    if digits.len() > 6 {
        return None;
    }
    let part: u64 = digits.parse().ok()?;
    let scale = 10u64.checked_pow(6 - u32::try_from(digits.len()).ok()?)?;
    let value = whole.parse::<u64>().ok()?.checked_mul(RATIO)? + part * scale;
    i64::try_from(value).ok().filter(|_| value <= RATIO)
}

fn show_ratio(value: i64) -> String {
    let digits = (value + 2 * RATIO.cast_signed()).to_string();
    let part = digits.get(1..).unwrap_or_default().trim_end_matches('0');
    let whole = if value < RATIO.cast_signed() { "0." } else { "1." };
    [whole, if part.is_empty() { "0" } else { part }].concat()
}

/// Milliseconds of a time such as `P1DT2H3M4.5S` (java.time.Duration.parse); none if it is no such
/// time, or negative, which Kafka refuses.
fn duration_ms(text: &str) -> Option<i64> {
    let mut rest = text.strip_prefix('P')?;
    let (mut total, mut smallest, mut in_day) = (0i64, i64::MAX, false);
    while !rest.is_empty() {
        if let Some(time) = rest.strip_prefix('T').filter(|time| !in_day && !time.is_empty()) {
            (rest, in_day) = (time, true);
            continue;
        }
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, tail) = rest.split_at_checked(end)?;
        let unit = match (tail.chars().next()?, in_day) {
            ('D', false) => DAY,
            ('H', true) => 60 * MINUTE,
            ('M', true) => MINUTE,
            ('S', true) => SECOND,
            _ => return None,
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
        if unit >= smallest || (number.contains('.') && unit != SECOND) || fraction.len() > 9 {
            return None;
        }
        let part = whole.parse::<i64>().ok()?.checked_mul(unit)?;
        total = total.checked_add(part)?.checked_add(fraction_ms(fraction)?)?;
        (rest, smallest) = (tail.get(1..)?, unit);
    }
    (smallest < i64::MAX).then_some(total)
}

/// Milliseconds of the digits behind the point of a second.
fn fraction_ms(digits: &str) -> Option<i64> {
    let number: i64 = digits.parse().ok()?;
    let scale = 10i64.checked_pow(u32::try_from(digits.len()).ok()?)?;
    Some(number.checked_mul(SECOND)? / scale)
}

fn show_duration(ms: i64) -> String {
    let mut text = "by_duration:PT".to_owned();
    let (hours, minutes) = (ms / (60 * MINUTE), ms / MINUTE % 60);
    let (seconds, rest) = (ms / SECOND % 60, ms % SECOND);
    for (number, unit) in [(hours, "H"), (minutes, "M")] {
        if number > 0 {
            text += &number.to_string();
            text += unit;
        }
    }
    if seconds > 0 || rest > 0 || ms == 0 {
        text += &seconds.to_string();
        if rest > 0 {
            text += ".";
            text += &(SECOND + rest).to_string()[1..];
        }
        text += "S";
    }
    text
}

const fn int(min: i64, max: i64) -> Kind {
    Kind::Int { min, max }
}

const I32: i64 = i32::MAX as i64;
const I64: i64 = i64::MAX;
const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const DAY: i64 = 24 * 60 * MINUTE;

macro_rules! configs {
    ($(#[$doc:meta])* $type:ident {
        $($field:ident $name:literal $kind:expr, $default:expr;)*
    }) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
        pub struct $type { $(#[doc = concat!("`", $name, "`")] pub $field: i64,)* }

        impl Default for $type {
            fn default() -> Self {
                $type { $($field: $default,)* }
            }
        }

        impl $type {
            /// Every config of this scope, in the order of a panel.
            pub const SPECS: &'static [Spec] = &[
                $(Spec { name: $name, kind: $kind, default: $default },)*
            ];

            /// The value of the config called `name`.
            pub fn get(&self, name: &str) -> Option<i64> {
                match name {
                    $($name => Some(self.$field),)*
                    _ => None,
                }
            }

            /// Sets the config called `name`; the value must come from [`Spec::parse`].
            pub fn set(&mut self, name: &str, value: i64) {
                match name {
                    $($name => self.$field = value,)*
                    _ => {}
                }
            }
        }
    };
}

/// The values of `replica.selector.class`, by index; without a class consumers read from leaders.
pub const REPLICA_SELECTORS: &[&str] =
    &["null", "org.apache.kafka.common.replica.RackAwareReplicaSelector"];

/// The values of `share.auto.offset.reset`, by index.
pub const SHARE_OFFSET_RESET: &[&str] = &["latest", "earliest"];

configs! {
    /// Brokers and controllers (ServerConfigs, ReplicationConfigs, KRaftConfigs,
    /// GroupCoordinatorConfig).
    ClusterConfig {
        num_partitions "num.partitions" int(1, I32), 1;
        default_replication_factor "default.replication.factor" int(1, 32767), 1;
        replica_lag_time_max_ms "replica.lag.time.max.ms" int(0, I64), 30 * SECOND;
        replica_fetch_wait_max_ms "replica.fetch.wait.max.ms" int(0, I32), 500;
        replica_fetch_min_bytes "replica.fetch.min.bytes" int(0, I32), 1;
        replica_fetch_max_bytes "replica.fetch.max.bytes" int(0, I32), 1_048_576;
        replica_fetch_response_max_bytes
            "replica.fetch.response.max.bytes" int(0, I32), 10_485_760;
        replica_fetch_backoff_ms "replica.fetch.backoff.ms" int(0, I32), SECOND;
        replica_socket_timeout_ms "replica.socket.timeout.ms" int(0, I32), 30 * SECOND;
        replica_high_watermark_checkpoint_interval_ms
            "replica.high.watermark.checkpoint.interval.ms" int(0, I64), 5 * SECOND;
        replica_selector_class "replica.selector.class" Kind::Choice(REPLICA_SELECTORS), 0;
        broker_heartbeat_interval_ms "broker.heartbeat.interval.ms" int(1, I32), 2 * SECOND;
        broker_session_timeout_ms "broker.session.timeout.ms" int(1, I32), 9 * SECOND;
        // A feature level, not a config: kafka-features.sh changes it.
        eligible_leader_replicas_version "eligible.leader.replicas.version" int(0, 1), 1;
        // Another feature level: 0 as of KIP-98, 2 as of KIP-890.
        transaction_version "transaction.version" int(0, 2), 2;
        auto_leader_rebalance_enable "auto.leader.rebalance.enable" Kind::Bool, 1;
        leader_imbalance_check_interval_seconds
            "leader.imbalance.check.interval.seconds" int(1, I64), 300;
        unclean_leader_election_interval_ms
            "unclean.leader.election.interval.ms" int(1, I64), 5 * MINUTE;
        remote_log_storage_system_enable "remote.log.storage.system.enable" Kind::Bool, 0;
        remote_log_manager_task_interval_ms
            "remote.log.manager.task.interval.ms" int(1, I64), 30 * SECOND;
        remote_fetch_max_wait_ms "remote.fetch.max.wait.ms" int(1, I32), 500;
        // An internal one of Kafka's: the first look for old segments.
        log_initial_task_delay_ms "log.initial.task.delay.ms" int(0, I64), 30 * SECOND;
        log_cleaner_backoff_ms "log.cleaner.backoff.ms" int(0, I64), 15 * SECOND;
        log_retention_check_interval_ms
            "log.retention.check.interval.ms" int(1, I64), 5 * MINUTE;
        producer_id_expiration_ms "producer.id.expiration.ms" int(1, I32), DAY;
        group_initial_rebalance_delay_ms
            "group.initial.rebalance.delay.ms" int(0, I32), 3 * SECOND;
        group_consumer_session_timeout_ms
            "group.consumer.session.timeout.ms" int(1, I32), 45 * SECOND;
        group_consumer_heartbeat_interval_ms
            "group.consumer.heartbeat.interval.ms" int(1, I32), 5 * SECOND;
        group_consumer_max_size "group.consumer.max.size" int(1, I32), I32;
        group_share_session_timeout_ms
            "group.share.session.timeout.ms" int(1, I32), 45 * SECOND;
        group_share_heartbeat_interval_ms
            "group.share.heartbeat.interval.ms" int(1, I32), 5 * SECOND;
        group_share_record_lock_duration_ms
            "group.share.record.lock.duration.ms" int(SECOND, 60 * MINUTE), 30 * SECOND;
        group_share_delivery_count_limit "group.share.delivery.count.limit" int(2, 10), 5;
        group_share_partition_max_record_locks
            "group.share.partition.max.record.locks" int(100, 10_000), 200;
        group_share_max_size "group.share.max.size" int(10, 1000), 200;
        // A config of each group in Kafka (kafka-configs.sh --group); here one for all groups.
        share_auto_offset_reset "share.auto.offset.reset" Kind::Choice(SHARE_OFFSET_RESET), 0;
        share_coordinator_state_topic_num_partitions
            "share.coordinator.state.topic.num.partitions" int(1, I32), 50;
        share_coordinator_state_topic_replication_factor
            "share.coordinator.state.topic.replication.factor" int(1, 32767), 3;
        share_coordinator_snapshot_update_records_per_snapshot
            "share.coordinator.snapshot.update.records.per.snapshot" int(0, I32), 500;
        group_min_session_timeout_ms "group.min.session.timeout.ms" int(1, I32), 6 * SECOND;
        group_max_session_timeout_ms "group.max.session.timeout.ms" int(1, I32), 30 * MINUTE;
        offsets_topic_num_partitions "offsets.topic.num.partitions" int(1, I32), 50;
        offsets_topic_segment_bytes "offsets.topic.segment.bytes" int(1, I32), 104_857_600;
        offsets_topic_replication_factor "offsets.topic.replication.factor" int(1, 32767), 3;
        offsets_commit_timeout_ms "offsets.commit.timeout.ms" int(1, I32), 5 * SECOND;
        offsets_retention_minutes "offsets.retention.minutes" int(1, I32), 7 * 24 * 60;
        offsets_retention_check_interval_ms
            "offsets.retention.check.interval.ms" int(1, I64), 10 * MINUTE;
        transaction_state_log_num_partitions
            "transaction.state.log.num.partitions" int(1, I32), 50;
        transaction_state_log_replication_factor
            "transaction.state.log.replication.factor" int(1, 32767), 3;
        transaction_state_log_segment_bytes
            "transaction.state.log.segment.bytes" int(1, I32), 104_857_600;
        transaction_state_log_min_isr "transaction.state.log.min.isr" int(1, I32), 2;
        transaction_max_timeout_ms "transaction.max.timeout.ms" int(1, I32), 15 * MINUTE;
        transaction_abort_timed_out_transaction_cleanup_interval_ms
            "transaction.abort.timed.out.transaction.cleanup.interval.ms"
            int(1, I32), 10 * SECOND;
        transactional_id_expiration_ms "transactional.id.expiration.ms" int(1, I32), 7 * DAY;
        transaction_remove_expired_transaction_cleanup_interval_ms
            "transaction.remove.expired.transaction.cleanup.interval.ms"
            int(1, I32), 60 * MINUTE;
        transaction_partition_verification_enable
            "transaction.partition.verification.enable" Kind::Bool, 1;
    }
}

/// The values of a topic's `compression.type`, by index.
pub const BROKER_COMPRESSION_TYPES: &[&str] =
    &["uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"];

configs! {
    /// Topics (LogConfig, TopicConfig).
    TopicConfig {
        min_insync_replicas "min.insync.replicas" int(1, I32), 1;
        retention_ms "retention.ms" int(-1, I64), 7 * DAY;
        retention_bytes "retention.bytes" int(-1, I64), -1;
        remote_storage_enable "remote.storage.enable" Kind::Bool, 0;
        local_retention_ms "local.retention.ms" int(-2, I64), -2;
        local_retention_bytes "local.retention.bytes" int(-2, I64), -2;
        // Kafka 4.0 raised the minimum to 1 MiB (KIP-1030); the old one stays possible here, so
        // that segments can be seen to roll at the scale of a lecture.
        segment_bytes "segment.bytes" int(14, I32), 1_073_741_824;
        segment_ms "segment.ms" int(1, I64), 7 * DAY;
        segment_index_bytes "segment.index.bytes" int(4, I32), 10_485_760;
        index_interval_bytes "index.interval.bytes" int(0, I32), 4_096;
        cleanup_policy "cleanup.policy" Kind::Choice(CLEANUP_POLICIES), 0;
        min_cleanable_dirty_ratio "min.cleanable.dirty.ratio" Kind::Ratio, 500_000;
        min_compaction_lag_ms "min.compaction.lag.ms" int(0, I64), 0;
        max_compaction_lag_ms "max.compaction.lag.ms" int(1, I64), I64;
        delete_retention_ms "delete.retention.ms" int(0, I64), DAY;
        file_delete_delay_ms "file.delete.delay.ms" int(0, I64), MINUTE;
        flush_messages "flush.messages" int(1, I64), I64;
        max_message_bytes "max.message.bytes" int(0, I32), 1_048_588;
        message_timestamp_before_max_ms "message.timestamp.before.max.ms" int(0, I64), I64;
        message_timestamp_after_max_ms
            "message.timestamp.after.max.ms" int(0, I64), 60 * MINUTE;
        unclean_leader_election_enable "unclean.leader.election.enable" Kind::Bool, 0;
        compression_type "compression.type" Kind::Choice(BROKER_COMPRESSION_TYPES), 5;
    }
}

/// The values of `cleanup.policy`, by index: a list, whose order does not matter.
pub const CLEANUP_POLICIES: &[&str] = &["delete", "compact", "compact,delete", "delete,compact"];

impl TopicConfig {
    /// Whether records go by age and size.
    pub fn deletes(&self) -> bool {
        self.cleanup_policy != 1
    }

    /// Whether of each key only the last record stays.
    pub fn compacts(&self) -> bool {
        self.cleanup_policy != 0
    }
}

/// Kafka's own least value of a config that is allowed to be smaller here, so that a lecture can
/// show in a minute what takes hours: segments of a few records. None where `value` is one that
/// Kafka would take, too.
pub fn teaching_scale(name: &str, value: i64) -> Option<i64> {
    // KIP-1030.
    let least = match name {
        "segment.bytes" => 1_048_576,
        _ => return None,
    };
    (value < least).then_some(least)
}

/// The values of a producer's `compression.type`, by index.
pub const COMPRESSION_TYPES: &[&str] = &["none", "gzip", "snappy", "lz4", "zstd"];
/// The values of `acks`, by index.
pub const ACKS: &[&str] = &["0", "1", "all"];
/// The first values of `auto.offset.reset`, by index.
pub const OFFSET_RESET: &[&str] = &["latest", "earliest", "none"];
/// From this value on of `auto.offset.reset` it is `by_duration`: what is above, in milliseconds.
pub const BY_DURATION: i64 = 3;

configs! {
    /// Producers (ProducerConfig).
    ProducerConfig {
        acks "acks" Kind::Choice(ACKS), 2;
        enable_idempotence "enable.idempotence" Kind::Bool, 1;
        batch_size "batch.size" int(0, I32), 16_384;
        linger_ms "linger.ms" int(0, I64), 5;
        max_in_flight_requests_per_connection
            "max.in.flight.requests.per.connection" int(1, I32), 5;
        retries "retries" int(0, I32), I32;
        retry_backoff_ms "retry.backoff.ms" int(0, I64), 100;
        retry_backoff_max_ms "retry.backoff.max.ms" int(0, I64), SECOND;
        request_timeout_ms "request.timeout.ms" int(0, I32), 30 * SECOND;
        delivery_timeout_ms "delivery.timeout.ms" int(0, I32), 2 * MINUTE;
        buffer_memory "buffer.memory" int(0, I64), 33_554_432;
        max_block_ms "max.block.ms" int(0, I64), MINUTE;
        max_request_size "max.request.size" int(0, I32), 1_048_576;
        metadata_max_age_ms "metadata.max.age.ms" int(0, I64), 5 * MINUTE;
        transaction_timeout_ms "transaction.timeout.ms" int(1, I32), MINUTE;
        partitioner_ignore_keys "partitioner.ignore.keys" Kind::Bool, 0;
        compression_type "compression.type" Kind::Choice(COMPRESSION_TYPES), 0;
    }
}

impl ClusterConfig {
    /// Whether a transaction has an epoch of its own, and partitions join it by being written to
    /// (TransactionVersion.supportsEpochBump, KIP-890).
    pub fn transaction_version_two(&self) -> bool {
        self.transaction_version >= 2
    }
}

impl ConsumerConfig {
    /// Which records it gets.
    pub fn isolation(&self) -> IsolationLevel {
        match self.isolation_level {
            0 => IsolationLevel::ReadUncommitted,
            _ => IsolationLevel::ReadCommitted,
        }
    }
}

impl ProducerConfig {
    /// Whether retries are recognised: asked for, and not made impossible by the other configs.
    /// Then it is off without a word (ProducerConfig.postProcessAndValidateIdempotenceConfigs).
    pub fn is_idempotent(&self) -> bool {
        self.enable_idempotence != 0 && self.allows_idempotence()
    }

    /// acks=all, retries, and not more in flight than brokers remember.
    pub fn allows_idempotence(&self) -> bool {
        self.acks == 2 && self.retries > 0 && self.max_in_flight_requests_per_connection <= 5
    }
}

/// The values of `share.acknowledgement.mode`, by index.
pub const ACKNOWLEDGEMENT_MODES: &[&str] = &["implicit", "explicit"];
/// The values of `isolation.level`, by index.
pub const ISOLATION_LEVELS: &[&str] = &["read_uncommitted", "read_committed"];
/// The values of `group.protocol`, by index.
pub const GROUP_PROTOCOLS: &[&str] = &["classic", "consumer"];
/// The values of `group.remote.assignor`, by index; without one the coordinator chooses.
pub const REMOTE_ASSIGNORS: &[&str] = &["null", "uniform", "range"];
/// The values of `partition.assignment.strategy`, by index.
pub const ASSIGNMENT_STRATEGIES: &[&str] = &[
    "org.apache.kafka.clients.consumer.RangeAssignor,\
     org.apache.kafka.clients.consumer.CooperativeStickyAssignor",
    "org.apache.kafka.clients.consumer.RangeAssignor",
    "org.apache.kafka.clients.consumer.RoundRobinAssignor",
    "org.apache.kafka.clients.consumer.StickyAssignor",
    "org.apache.kafka.clients.consumer.CooperativeStickyAssignor",
];

configs! {
    /// Consumers (ConsumerConfig).
    ConsumerConfig {
        group_protocol "group.protocol" Kind::Choice(GROUP_PROTOCOLS), 0;
        group_remote_assignor "group.remote.assignor" Kind::Choice(REMOTE_ASSIGNORS), 0;
        partition_assignment_strategy
            "partition.assignment.strategy" Kind::Choice(ASSIGNMENT_STRATEGIES), 0;
        share_acknowledgement_mode
            "share.acknowledgement.mode" Kind::Choice(ACKNOWLEDGEMENT_MODES), 0;
        auto_offset_reset "auto.offset.reset" Kind::OffsetReset, 0;
        isolation_level "isolation.level" Kind::Choice(ISOLATION_LEVELS), 0;
        enable_auto_commit "enable.auto.commit" Kind::Bool, 1;
        auto_commit_interval_ms "auto.commit.interval.ms" int(0, I32), 5 * SECOND;
        max_poll_records "max.poll.records" int(1, I32), 500;
        max_poll_interval_ms "max.poll.interval.ms" int(1, I32), 5 * MINUTE;
        session_timeout_ms "session.timeout.ms" int(0, I32), 45 * SECOND;
        heartbeat_interval_ms "heartbeat.interval.ms" int(0, I32), 3 * SECOND;
        fetch_min_bytes "fetch.min.bytes" int(0, I32), 1;
        fetch_max_wait_ms "fetch.max.wait.ms" int(0, I32), 500;
        fetch_max_bytes "fetch.max.bytes" int(0, I32), 52_428_800;
        max_partition_fetch_bytes "max.partition.fetch.bytes" int(0, I32), 1_048_576;
        request_timeout_ms "request.timeout.ms" int(0, I32), 30 * SECOND;
        retry_backoff_ms "retry.backoff.ms" int(0, I64), 100;
        retry_backoff_max_ms "retry.backoff.max.ms" int(0, I64), SECOND;
        metadata_max_age_ms "metadata.max.age.ms" int(0, I64), 5 * MINUTE;
    }
}

/// All configs of a scope.
pub fn specs(scope: Scope) -> &'static [Spec] {
    match scope {
        Scope::Cluster => ClusterConfig::SPECS,
        Scope::Topic => TopicConfig::SPECS,
        Scope::Producer => ProducerConfig::SPECS,
        Scope::Consumer => ConsumerConfig::SPECS,
    }
}

/// The config of a scope by its name.
pub fn spec(scope: Scope, name: &str) -> Option<&'static Spec> {
    specs(scope).iter().find(|spec| spec.name == name)
}
