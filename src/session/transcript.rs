//! Events as aligned text, one line each: for stories in tests, for the native player, for export.
//! Written with Kafka's own names in plain English, as a log file is.

mod clients; // what they tell
mod log_life;
mod transactions; // what their coordinators tell

use std::fmt::Write;

use crate::sim::event::{Event, Stamped};
use crate::sim::id::{BrokerId, ClientId, Node, Partition};
use crate::sim::quotas::DEFAULT_ENTITY;
use crate::sim::time::Time;
use crate::sim::wire::{
    Acks, Body, Channel, ClientQuota, Envelope, FetchRequest, FetchResponse, Request, Response,
};
use crate::sim::world::World;

/// What to leave out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Detail {
    /// What a student watches: data, replication, elections, groups. No heartbeats, no metadata,
    /// no empty long polls, nothing of internal topics.
    Story,
    /// Everything.
    Full,
}

/// Writes events of one world.
pub struct Transcript<'a> {
    world: &'a World,
    detail: Detail,
    /// Times count from here.
    from: Time,
}

impl<'a> Transcript<'a> {
    /// Names come from `world`; times are relative to `from`.
    pub fn new(world: &'a World, detail: Detail, from: Time) -> Transcript<'a> {
        Transcript { world, detail, from }
    }

    /// All lines that `events` give.
    pub fn text<'e>(&self, events: impl IntoIterator<Item = &'e Stamped>) -> String {
        let mut text = String::new();
        for stamped in events {
            if let Some(line) = self.line(stamped) {
                text.push_str(&line);
                text.push('\n');
            }
        }
        text
    }

    /// One event; none if it is left out at this detail.
    pub fn line(&self, stamped: &Stamped) -> Option<String> {
        let (arrow, what) = self.tell(stamped)?;
        let at = Time(stamped.at.0.saturating_sub(self.from.0));
        let node = match &stamped.event {
            // Lost is where the connection ended; the reader wants to know who lost it.
            Event::Lost(envelope) => self.node(envelope.from),
            _ => self.node(stamped.node),
        };
        let mut line = String::new();
        let _ = write!(line, "+{at:<11} {node:<9} {arrow:<11} {what}");
        Some(line.trim_end().to_owned())
    }

    /// A node's short name.
    pub fn node(&self, node: Node) -> String {
        match node {
            Node::Admin => "admin".to_owned(),
            Node::Controller(_) if self.world.controllers.len() == 1 => "ctrl".to_owned(),
            Node::Controller(id) => format!("ctrl{id}"),
            Node::Broker(id) => format!("b{id}"),
            Node::Client(id) => self.client(id),
        }
    }

    fn client(&self, id: ClientId) -> String {
        self.world.clients.get(&id).map_or_else(|| format!("client{id}"), |c| c.name().to_string())
    }

    /// `orders-0`.
    pub fn partition(&self, partition: Partition) -> String {
        let topics = &self.world.metadata().topics;
        match topics.get(&partition.topic) {
            Some(topic) => format!("{}-{}", topic.name, partition.index),
            None => format!("topic{}-{}", partition.topic, partition.index),
        }
    }

    fn partitions(&self, partitions: &[Partition]) -> String {
        let names: Vec<String> = partitions.iter().map(|p| self.partition(*p)).collect();
        if names.is_empty() { "nothing".to_owned() } else { names.join(" ") }
    }

    fn is_internal(&self, partition: Partition) -> bool {
        let topics = &self.world.metadata().topics;
        topics.get(&partition.topic).is_some_and(|topic| topic.name.starts_with("__"))
    }

    fn hidden(&self, partition: Partition) -> bool {
        self.detail == Detail::Story && self.is_internal(partition)
    }

    fn tell(&self, stamped: &Stamped) -> Option<(String, String)> {
        let here = "·".to_owned();
        match &stamped.event {
            Event::Sent(envelope) => {
                Some((format!("→ {}", self.node(envelope.to)), self.message(envelope)?))
            }
            Event::Arrived(_) if self.detail == Detail::Story => None,
            Event::Arrived(envelope) => {
                Some((format!("← {}", self.node(envelope.from)), self.message(envelope)?))
            }
            Event::Lost(envelope) => {
                let what = self.message(envelope)?;
                Some((format!("× {}", self.node(envelope.to)), format!("{what} (lost)")))
            }
            other => Some((here, self.fact(other)?)),
        }
    }

    fn message(&self, envelope: &Envelope) -> Option<String> {
        let story = self.detail == Detail::Story;
        let routine = matches!(
            envelope.channel,
            Channel::Raft | Channel::Lifecycle | Channel::Admin | Channel::AlterPartition
        );
        match &*envelope.body {
            Body::Disconnect if story && routine => None,
            Body::Disconnect => Some("disconnect".to_owned()),
            Body::Request(request) => self.request(request),
            Body::Response(response) => self.response(response),
        }
    }

    fn request(&self, request: &Request) -> Option<String> {
        let story = self.detail == Detail::Story;
        match request {
            Request::Produce(produce) => {
                let acks = match produce.acks {
                    Acks::None => "0",
                    Acks::Leader => "1",
                    Acks::All => "all",
                };
                let batches: Vec<String> = produce
                    .partitions
                    .iter()
                    .map(|p| format!("{}×{}", self.partition(p.partition), p.records.len()))
                    .collect();
                Some(format!("Produce {} acks={acks}", batches.join(" ")))
            }
            Request::Fetch(fetch) => self.fetch(fetch),
            Request::DeleteRecords(wish) => {
                Some(format!("DeleteRecords {}@{}", self.partition(wish.partition), wish.offset))
            }
            Request::ApiVersions
            | Request::Heartbeat(_)
            | Request::ConsumerGroupHeartbeat(_)
            | Request::ShareGroupHeartbeat(_)
            | Request::ReadShareGroupState(_)
            | Request::WriteShareGroupState(_)
            | Request::Metadata(_)
            | Request::BrokerHeartbeat(_)
            | Request::FetchMetadataLog(_)
            | Request::BrokerRegistration(_)
            | Request::AlterPartition(_)
            | Request::CreateTopics(_)
            | Request::CreatePartitions(_)
            | Request::IncrementalAlterConfigs(_)
            | Request::ElectLeaders(_)
            | Request::AlterPartitionReassignments(_)
            | Request::UnregisterBroker(_)
            | Request::AlterClientQuotas(_)
            | Request::OffsetFetch(_)
            | Request::ListOffsets(_)
            | Request::FindCoordinator(_)
                if story =>
            {
                None
            }
            Request::OffsetCommit(commit) => {
                Some(format!("OffsetCommit {}", self.offsets(&commit.offsets)))
            }
            Request::TxnOffsetCommit(commit) => {
                Some(format!("TxnOffsetCommit {}", self.offsets(&commit.offsets)))
            }
            Request::AddPartitionsToTxn(request) => {
                Some(format!("AddPartitionsToTxn {}", self.partitions(&request.partitions)))
            }
            Request::EndTxn(request) => {
                let how = if request.committed { "commit" } else { "abort" };
                Some(format!("EndTxn {how}, epoch {}", request.producer.epoch))
            }
            Request::WriteTxnMarkers(request) => Some(self.markers(request)),
            other => Some(other.api().to_owned()),
        }
    }

    fn fetch(&self, fetch: &FetchRequest) -> Option<String> {
        let parts: Vec<String> = fetch
            .partitions
            .iter()
            .filter(|p| !self.hidden(p.partition))
            .map(|p| format!("{}@{}", self.partition(p.partition), p.fetch_offset))
            .collect();
        let nothing = parts.is_empty() && self.detail == Detail::Story;
        (!nothing).then(|| format!("Fetch {}", parts.join(" ")))
    }

    fn response(&self, response: &Response) -> Option<String> {
        let said = self.said(response);
        match response.throttle_time_ms() {
            0 => said,
            ms => {
                let said = said.unwrap_or_else(|| format!("{}:", response.api()));
                Some(format!("{} throttled {ms} ms", said.trim_end()))
            }
        }
    }

    fn said(&self, response: &Response) -> Option<String> {
        let story = self.detail == Detail::Story;
        match response {
            Response::Produce(produce) => {
                let parts: Vec<String> = produce
                    .partitions
                    .iter()
                    .map(|p| match p.error {
                        crate::sim::wire::ErrorCode::None => {
                            format!("{}@{} ok", self.partition(p.partition), p.base_offset)
                        }
                        error => format!("{} {error}", self.partition(p.partition)),
                    })
                    .collect();
                Some(format!("Produce: {}", parts.join(" ")))
            }
            Response::Fetch(fetch) => self.fetched(fetch),
            Response::FetchMetadataLog(_) if story => None,
            other => match other.error() {
                Some(error) => Some(format!("{}: {error}", other.api())),
                None if story => None,
                None => Some(format!("{}: ok", other.api())),
            },
        }
    }

    fn fetched(&self, fetch: &FetchResponse) -> Option<String> {
        let mut parts = Vec::new();
        for p in &fetch.partitions {
            if self.hidden(p.partition) {
                continue;
            }
            let name = self.partition(p.partition);
            if p.error != crate::sim::wire::ErrorCode::None {
                parts.push(format!("{name} {}", p.error));
            } else if let Some((epoch, end)) = p.diverging_epoch {
                parts.push(format!("{name} diverges: epoch {epoch} ends at {end}"));
            } else if let Some(replica) = p.preferred_read_replica {
                parts.push(format!("{name} from b{replica}, rather"));
            } else if let (Some(first), Some(last)) = (p.batches.first(), p.batches.last()) {
                let (from, to) = (first.base_offset, last.next_offset());
                parts.push(format!("{name}[{from}..{to}) hw={}", p.high_watermark));
            } else if self.detail == Detail::Full {
                parts.push(format!("{name} hw={}", p.high_watermark));
            }
        }
        let nothing = parts.is_empty() && self.detail == Detail::Story;
        (!nothing).then(|| format!("Fetch: {}", parts.join(" ")))
    }

    fn fact(&self, event: &Event) -> Option<String> {
        Some(match event {
            Event::Sent(_) | Event::Arrived(_) | Event::Lost(_) => return None,
            Event::Commanded(command) => format!("{command:?}"),
            Event::Started => "started".to_owned(),
            Event::Crashed => "crashed".to_owned(),
            Event::PowerLost => "lost its power".to_owned(),
            Event::Stopped => "stopped".to_owned(),
            Event::Paused => "paused".to_owned(),
            Event::Resumed => "resumed".to_owned(),
            Event::Slowed(delay) => format!("slowed by {delay}"),
            Event::ClockSet(ahead_ms) => format!("clock ahead by {ahead_ms} ms"),
            Event::LinkCut(to) => format!("link to {} cut", self.node(*to)),
            Event::LinkHealed(to) => format!("link to {} healed", self.node(*to)),
            Event::DirectionCut(to) => format!("nothing reaches {}", self.node(*to)),
            Event::DirectionHealed(to) => format!("reaches {} again", self.node(*to)),
            Event::LinkSet(to, latency) => format!("{latency} from and to {}", self.node(*to)),
            Event::DirectionSet(to, latency) => format!("{latency} to {}", self.node(*to)),
            Event::NetworkSplit(island) => {
                let island: Vec<String> = island.iter().map(|node| self.node(*node)).collect();
                format!("an island of {}", island.join(" "))
            }
            Event::NetworkHealed => "all links healed".to_owned(),
            Event::ConnectionReset(to) => format!("connection to {} reset", self.node(*to)),
            Event::DiskSlowed(delay) => format!("disk slowed by {delay}"),
            Event::DiskFilled => "disk full".to_owned(),
            Event::DiskFreed => "disk has space".to_owned(),
            Event::StorageFailed => "cannot write, halts".to_owned(),
            Event::BrokerRegistered { broker, broker_epoch } => {
                format!("b{broker} registered, broker epoch {broker_epoch}")
            }
            Event::QuorumRole { role, epoch } => format!("{role:?} in epoch {epoch}"),
            Event::ControllerActive { epoch } => format!("active in epoch {epoch}"),
            Event::BrokerFenced(broker) => format!("b{broker} fenced"),
            Event::BrokerUnfenced(broker) => format!("b{broker} unfenced"),
            Event::BrokerUnregistered(broker) => format!("b{broker} unregistered"),
            Event::TopicCreated { name, partitions, .. } => {
                format!("topic {name} created, {partitions} partitions")
            }
            Event::PartitionsAdded { topic, count } => {
                format!("topic {topic} has {count} partitions")
            }
            Event::TopicConfigChanged { name, value, .. } => {
                format!("config {name}={}", value.as_deref().unwrap_or("default"))
            }
            Event::ClientQuotaChanged(ClientQuota { client, quota, limit }) => {
                let who = client.map_or_else(|| DEFAULT_ENTITY.to_owned(), |id| self.client(id));
                let limit = limit.map_or_else(|| "none".to_owned(), |limit| limit.to_string());
                format!("quota of {who}: {}={limit}", quota.config())
            }
            Event::Throttled { client, quota, time } => {
                format!("{} exceeds {}, throttled {time}", self.client(*client), quota.config())
            }
            Event::AdminRefused { error, subject } => format!("{subject} refused: {error}"),
            Event::CoordinatorLoaded { index } => format!("__consumer_offsets-{index} loaded"),
            other => {
                let known = self.partition_fact(other).or_else(|| self.coordination_fact(other));
                return known.or_else(|| self.client_fact(other));
            }
        })
    }

    fn partition_fact(&self, event: &Event) -> Option<String> {
        let (partition, text) = match event {
            Event::LeaderElected { partition, leader, epoch, unclean } => {
                let who =
                    leader.map_or_else(|| "no leader".to_owned(), |id| format!("leader b{id}"));
                let how = if *unclean { ", unclean" } else { "" };
                (*partition, format!("{who}, epoch {epoch}{how}"))
            }
            Event::IsrShrank { partition, isr, .. } => {
                (*partition, format!("ISR shrinks to {}", ids(isr)))
            }
            Event::IsrGrew { partition, isr, .. } => {
                (*partition, format!("ISR grows to {}", ids(isr)))
            }
            Event::DuplicateFound { partition, base_offset } => {
                (*partition, format!("duplicate of [{base_offset}.."))
            }
            Event::ReassignmentBegun { partition, replicas, adding, removing } => {
                let wanted = format!("reassigned to {}", list(replicas));
                (*partition, format!("{wanted}: adds {}, removes {}", ids(adding), ids(removing)))
            }
            Event::ReassignmentDone { partition, replicas } => {
                (*partition, format!("reassigned: replicas {}", list(replicas)))
            }
            Event::ReassignmentCancelled { partition, replicas } => {
                (*partition, format!("reassignment cancelled: replicas {}", list(replicas)))
            }
            Event::ReplicaDeleted { partition } => (*partition, "deletes its replica".to_owned()),
            Event::ElrChanged { partition, elr } => (*partition, format!("ELR {}", ids(elr))),
            Event::BecameLeader { partition, epoch, log_end } => {
                (*partition, format!("leads from {log_end}, epoch {epoch}"))
            }
            Event::BecameFollower { partition, epoch, leader } => {
                let who = leader.map_or_else(|| "nobody".to_owned(), |id| format!("b{id}"));
                (*partition, format!("follows {who}, epoch {epoch}"))
            }
            Event::Appended { partition, batch, .. } => {
                (*partition, format!("append [{}..{})", batch.base_offset, batch.next_offset()))
            }
            Event::UnflushedLost { partition, from, to } => {
                (*partition, format!("lost unflushed {from} → {to}"))
            }
            Event::Truncated { partition, from, to } => {
                (*partition, format!("truncate {from} → {to}"))
            }
            Event::HighWatermarkMoved { partition, from, to, .. } => {
                (*partition, format!("HW {from} → {to}"))
            }
            Event::SegmentRolled { partition, base } => {
                (*partition, format!("rolls a segment at {base}"))
            }
            Event::LogStartMoved { partition, from, to } => {
                (*partition, format!("log start {from} → {to}"))
            }
            other => log_life::fact(other)?,
        };
        (!self.hidden(partition)).then(|| format!("{} {text}", self.partition(partition)))
    }
}

/// In order of preference.
fn list(brokers: &[BrokerId]) -> String {
    let ids: Vec<String> = brokers.iter().map(ToString::to_string).collect();
    format!("[{}]", ids.join(","))
}

fn ids(brokers: &[BrokerId]) -> String {
    let ids: Vec<String> = brokers.iter().map(ToString::to_string).collect();
    format!("{{{}}}", ids.join(","))
}
