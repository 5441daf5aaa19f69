//! What a client knows of the cluster: brokers, topics, leaders with their epochs, and when it
//! asks again (Metadata, NetworkClient.DefaultMetadataUpdater).

use std::sync::Arc;

use super::alarm::Alarm;
use super::in_flight::InFlight;
use crate::sim::effect::{Ctx, Timer};
use crate::sim::id::{BrokerId, Epoch, Name, Partition, TopicId};
use crate::sim::ordered::{Map, Set};
use crate::sim::time::{Span, Time};
use crate::sim::wire::{
    Channel, ErrorCode, MetadataRequest, MetadataResponse, PartitionMetadata, Request,
};

/// Who leads a partition, as far as a client knows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Leader {
    /// None while there is no leader that can be reached.
    pub broker: Option<BrokerId>,
    pub epoch: Epoch,
}

/// A topic as a client knows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KnownTopic {
    pub topic: TopicId,
    pub name: Name,
    /// By partition index.
    pub leaders: Vec<Leader>,
    /// All replicas, by partition index.
    pub(super) replicas: Vec<Vec<BrokerId>>,
}

/// How a client asks for metadata: its configs, and how busy a connection may be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manners {
    pub max_age: Span,
    pub retry_backoff: Span,
    pub retry_backoff_max: Span,
    pub request_timeout: Span,
    /// `max.in.flight.requests.per.connection`.
    pub max_in_flight: u32,
}

/// A client's cache of the cluster's metadata.
#[derive(Clone, Debug)]
pub struct Metadata {
    bootstrap: Arc<[BrokerId]>,
    brokers: Vec<BrokerId>,
    topics: Map<TopicId, KnownTopic>,
    /// The topics to ask for.
    wanted: Set<Name>,
    /// Grows with every answer that was taken in.
    version: u64,
    /// An answer as soon as possible, instead of when the age limit is reached.
    requested: bool,
    in_flight: bool,
    /// A topic became wanted while an answer without it was under way.
    wanted_more: bool,
    /// Failed requests in a row.
    attempts: u32,
    /// Answers in a row that said nothing new.
    equivalent: u32,
    refreshed: Time,
    /// The backoff ends then; with and without regard to answers that said nothing new.
    not_before: Time,
    not_before_new: Time,
    alarm: Alarm,
}

impl Metadata {
    /// Knows nothing but `bootstrap.servers`.
    pub(super) fn new(bootstrap: Arc<[BrokerId]>) -> Metadata {
        Metadata {
            brokers: bootstrap.to_vec(),
            bootstrap,
            topics: Map::new(),
            wanted: Set::new(),
            version: 0,
            requested: true,
            in_flight: false,
            wanted_more: false,
            attempts: 0,
            equivalent: 0,
            refreshed: Time::ZERO,
            not_before: Time::ZERO,
            not_before_new: Time::ZERO,
            alarm: Alarm::new(Timer::Metadata),
        }
    }

    /// Forgets everything, as a restart does.
    pub(super) fn forget(&mut self) {
        *self = Metadata::new(Arc::clone(&self.bootstrap));
    }

    /// The brokers it knows; those of `bootstrap.servers` at first.
    pub fn brokers(&self) -> &[BrokerId] {
        &self.brokers
    }

    /// The topics it knows.
    pub fn topics(&self) -> impl Iterator<Item = &KnownTopic> {
        self.topics.values()
    }

    /// A topic that it knows by this name.
    pub fn topic_named(&self, name: &str) -> Option<&KnownTopic> {
        self.topics.values().find(|topic| &*topic.name == name)
    }

    /// A topic that it knows.
    pub fn topic(&self, topic: TopicId) -> Option<&KnownTopic> {
        self.topics.get(&topic)
    }

    /// Who leads a partition; none if the partition is not known.
    pub fn leader(&self, partition: Partition) -> Option<Leader> {
        // Most clients know one topic.
        let (_, topic) = self.topics.get_near(0, &partition.topic)?;
        topic.leaders.get(partition.index as usize).copied()
    }

    /// Whether that broker can be reached and has a replica of it (Cluster.nodeIfOnline).
    pub(super) fn is_online(&self, partition: Partition, broker: BrokerId) -> bool {
        let topic = self.topics.get(&partition.topic);
        let replicas = topic.and_then(|topic| topic.replicas.get(partition.index as usize));
        replicas.is_some_and(|all| all.contains(&broker)) && self.brokers.contains(&broker)
    }

    /// How many answers were taken in so far.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// When the last answer came.
    pub fn refreshed(&self) -> Time {
        self.refreshed
    }

    /// Whether an answer is awaited or wished for.
    pub fn is_stale(&self) -> bool {
        self.requested
    }

    /// Asks for one more topic from now on; at once if it is new.
    pub(super) fn want(&mut self, name: &Name) {
        if self.wanted.insert(name.clone()) {
            self.requested = true;
            self.wanted_more = self.in_flight;
            self.equivalent = 0;
            self.not_before = Time::ZERO;
            self.not_before_new = Time::ZERO;
        }
    }

    /// Asks for these topics alone.
    pub(super) fn want_only(&mut self, names: &[Name]) {
        self.wanted.retain(|name| names.contains(name));
        for name in names {
            self.want(name);
        }
    }

    /// Something points to stale metadata. With `anew` the wish has nothing to do with earlier
    /// answers, so that their sameness does not slow it down.
    pub(super) fn request_update(&mut self, anew: bool) {
        self.requested = true;
        if anew {
            self.equivalent = 0;
            self.not_before = self.not_before_new;
        }
    }

    /// Sends a Metadata request if one is due and none is under way, else sees to it that the
    /// alarm rings when it will be.
    pub(super) fn maybe_update<T>(
        &mut self,
        ctx: &mut Ctx<'_>,
        network: &mut InFlight<T>,
        manners: &Manners,
        ask: impl FnOnce() -> T,
    ) {
        if self.in_flight {
            self.alarm.set(ctx, Time::NEVER);
            return;
        }
        let expires = if self.requested { Time::ZERO } else { self.refreshed + manners.max_age };
        let due = expires.max(self.not_before);
        if due > ctx.now {
            self.alarm.set_by(ctx, due);
            return;
        }
        let most = manners.max_in_flight;
        let node = network
            .least_loaded(ctx, &self.brokers, Channel::Client, most)
            // KIP-1102: when all that are known are gone, the bootstrap list may still help.
            // Simplified: what is known of the topics is kept meanwhile, and the five minutes of
            // metadata.recovery.rebootstrap.trigger.ms are not waited for.
            .or_else(|| network.least_loaded(ctx, &self.bootstrap, Channel::Client, most));
        let Some(node) = node else {
            let candidates = self.brokers.iter().chain(self.bootstrap.iter());
            let opens = candidates.map(|broker| network.sends_at(*broker, Channel::Client));
            // With an open but busy connection its next answer is waited for instead.
            if let Some(at) = opens.filter(|at| *at > ctx.now).min() {
                self.alarm.set(ctx, at);
            }
            return;
        };
        let topics = Some(self.wanted.iter().cloned().collect());
        let request = Request::Metadata(MetadataRequest { topics });
        let timeout = manners.request_timeout;
        network.send(ctx, (node, Channel::Client), request, timeout, ask());
        self.in_flight = true;
        self.alarm.set(ctx, Time::NEVER);
    }

    /// The alarm rang.
    pub(super) fn on_alarm(&mut self) {
        self.alarm.rang();
    }

    /// The request failed with its connection.
    pub(super) fn on_failure(&mut self, ctx: &mut Ctx<'_>, manners: &Manners) {
        self.in_flight = false;
        self.requested = true;
        self.attempts += 1;
        self.back_off(ctx, manners);
    }

    /// An answer came.
    pub(super) fn on_response(
        &mut self,
        ctx: &mut Ctx<'_>,
        response: &MetadataResponse,
        manners: &Manners,
    ) {
        if response.brokers.is_empty() {
            // A broker that is just starting up knows nobody yet.
            self.on_failure(ctx, manners);
            return;
        }
        self.in_flight = false;
        self.requested = std::mem::take(&mut self.wanted_more);
        self.attempts = 0;
        self.equivalent += 1;
        self.version += 1;
        self.refreshed = ctx.now;
        self.brokers.clone_from(&response.brokers);
        let mut before = std::mem::take(&mut self.topics);
        for topic in &response.topics {
            let Some(id) = topic.topic.filter(|_| topic.error == ErrorCode::None) else {
                self.requested |= is_invalid_metadata(topic.error);
                continue;
            };
            let known = before.remove(&id);
            let (known, mut replicas) =
                known.map(|topic| (topic.leaders, topic.replicas)).unwrap_or_default();
            let leaders = self.merge(&topic.partitions, &known);
            replicas.resize(leaders.len(), Vec::new());
            for (said, index) in topic.partitions.iter().map(|said| (said, said.index as usize)) {
                let newer = leaders.get(index).is_some_and(|l| l.epoch <= said.leader_epoch);
                if let Some(place) = replicas.get_mut(index).filter(|_| newer) {
                    place.clone_from(&said.replicas);
                }
            }
            let name = topic.name.clone();
            self.topics.insert(id, KnownTopic { topic: id, name, leaders, replicas });
        }
        self.back_off(ctx, manners);
    }

    /// For each partition the newer of what was known and what is said now (KIP-320).
    fn merge(&mut self, said: &[PartitionMetadata], known: &[Leader]) -> Vec<Leader> {
        let count = said.iter().map(|partition| partition.index + 1).max().unwrap_or(0);
        let mut leaders = vec![Leader { broker: None, epoch: -1 }; count as usize];
        for partition in said {
            let index = partition.index as usize;
            let reachable = partition.leader.filter(|leader| self.brokers.contains(leader));
            let mut leader = Leader { broker: reachable, epoch: partition.leader_epoch };
            match known.get(index) {
                Some(old) if old.epoch > leader.epoch => leader = *old,
                Some(old) if old.epoch == leader.epoch => {}
                _ => self.equivalent = 0,
            }
            self.requested |= leader.broker.is_none();
            if let Some(place) = leaders.get_mut(index) {
                *place = leader;
            }
        }
        leaders
    }

    fn back_off(&mut self, ctx: &mut Ctx<'_>, manners: &Manners) {
        let (base, most) = (manners.retry_backoff, manners.retry_backoff_max);
        let pause = ctx.backoff(base, most, self.attempts.saturating_sub(1));
        self.not_before_new = ctx.now + pause;
        self.not_before = self.not_before_new;
        if self.equivalent > 1 {
            let longer = ctx.backoff(base, most, self.equivalent - 1);
            self.not_before = self.not_before.max(ctx.now + longer);
        }
    }
}

/// Errors that point to stale metadata (InvalidMetadataException).
pub(super) fn is_invalid_metadata(error: ErrorCode) -> bool {
    matches!(
        error,
        ErrorCode::UnknownTopicOrPartition
            | ErrorCode::LeaderNotAvailable
            | ErrorCode::NotLeaderOrFollower
            | ErrorCode::NetworkException
            | ErrorCode::FencedLeaderEpoch
    )
}
