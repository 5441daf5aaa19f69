//! What a message is about: whose it is, which partition, group or record is in it.

use crate::sim::Partition;
use crate::sim::id::{Name, Node, RecordId, Seq, TopicId};
use crate::sim::wire::{Body, CoordinatorKey, Envelope, RecordBatch, Request, Response};

/// A thing whose messages somebody follows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Subject {
    /// What it sends and what it is sent.
    Node(Node),
    /// What passes between two.
    Link(Node, Node),
    /// What carries records of it, or tells of its ISR or of what became of a write.
    Partition(Partition),
    /// The same of all partitions of a topic.
    Topic(TopicId),
    /// Requests that name it.
    Group(Name),
    /// What carries it.
    Record(RecordId),
    /// Its own arrival, and its answer.
    Message(Seq),
}

impl Subject {
    /// Whether a message concerns it.
    pub fn concerns(&self, envelope: &Envelope) -> bool {
        let ends = [envelope.from, envelope.to];
        match self {
            Subject::Node(node) => ends.contains(node),
            Subject::Link(one, other) => ends.contains(one) && ends.contains(other),
            Subject::Partition(partition) => touches(&envelope.body, |it| it == *partition),
            Subject::Topic(topic) => touches(&envelope.body, |it| it.topic == *topic),
            Subject::Group(group) => named(&envelope.body) == Some(group),
            Subject::Record(record) => carries(&envelope.body, *record),
            Subject::Message(seq) => envelope.id == *seq || envelope.answers == Some(*seq),
        }
    }
}

/// Whether something is said of such a partition. A fetch asks for all that it reads, all the time:
/// that alone is nothing new.
fn touches(body: &Body, is_own: impl Fn(Partition) -> bool) -> bool {
    match body {
        Body::Request(Request::Produce(it)) => it.partitions.iter().any(|p| is_own(p.partition)),
        Body::Request(Request::AlterPartition(it)) => {
            it.partitions.iter().any(|p| is_own(p.partition))
        }
        Body::Response(Response::Produce(it)) => it.partitions.iter().any(|p| is_own(p.partition)),
        Body::Response(Response::Fetch(it)) => it
            .partitions
            .iter()
            .any(|p| is_own(p.partition) && (!p.batches.is_empty() || p.diverging_epoch.is_some())),
        _ => false,
    }
}

/// The group that a request names.
fn named(body: &Body) -> Option<&Name> {
    let Body::Request(request) = body else { return None };
    Some(match request {
        Request::FindCoordinator(it) => match &it.key {
            CoordinatorKey::Group(group) => group,
            CoordinatorKey::Transaction(_) => return None,
        },
        Request::JoinGroup(it) => &it.group,
        Request::SyncGroup(it) => &it.group,
        Request::Heartbeat(it) => &it.group,
        Request::LeaveGroup(it) => &it.group,
        Request::ConsumerGroupHeartbeat(it) => &it.group,
        Request::ShareGroupHeartbeat(it) => &it.group,
        Request::ShareFetch(it) => &it.group,
        Request::ShareAcknowledge(it) => &it.group,
        Request::OffsetCommit(it) => &it.group,
        Request::OffsetFetch(it) => &it.group,
        Request::TxnOffsetCommit(it) => &it.group,
        Request::AddOffsetsToTxn(it) => &it.group,
        _ => return None,
    })
}

fn carries(body: &Body, record: RecordId) -> bool {
    let among = |batch: &RecordBatch| batch.records.iter().any(|it| it.id == Some(record));
    match body {
        Body::Request(Request::Produce(it)) => {
            it.partitions.iter().any(|batch| batch.records.iter().any(|it| it.id == Some(record)))
        }
        Body::Response(Response::Fetch(it)) => {
            it.partitions.iter().any(|p| p.batches.iter().any(|batch| among(batch)))
        }
        _ => false,
    }
}
