//! Which messages a person follows: data and its consequences, not heartbeats and empty polls.

use std::collections::VecDeque;

use crate::sim::id::{ClientId, Seq};
use crate::sim::ordered::Set;
use crate::sim::wire::{
    Body, Channel, Envelope, FetchResponse, InitProducerIdRequest, Request, Response,
};
use crate::sim::{Event, Span, Stamped, Time, World};

/// How many flights tell what is typical.
const FLIGHTS: usize = 32;

/// A batch that waits longer than this for company is no message yet.
const LONGEST_LINGER: Span = Span::ms(20);

/// The messages of interest that are under way.
#[derive(Clone, Debug, Default)]
pub struct Interest {
    flying: Set<Seq>,
    /// How long the latest ones fly.
    flights: VecDeque<Span>,
    busy_until: Time,
    /// Answers to followers that carry records: the fetch that follows tells the leader that they
    /// have arrived, and moves the high watermark.
    carried: Set<Seq>,
}

impl Interest {
    /// Takes note of an event. True if a person who steps would stop here: a message of interest
    /// is sent or arrives, or something happens at a node.
    pub(super) fn see(&mut self, stamped: &Stamped, world: &World) -> bool {
        match &stamped.event {
            Event::Produced { record, .. } => {
                let departs = stamped.at + linger(world, record.client);
                self.busy_until = self.busy_until.max(departs);
                true
            }
            Event::Sent(envelope) => {
                let confirms = stamped.cause.is_some_and(|cause| self.carried.contains(&cause));
                let follows = is_follower_fetch(envelope) && confirms;
                if carries_to_follower(envelope) {
                    self.carried.insert(envelope.id);
                }
                let interesting = follows || is_of_interest(envelope);
                if interesting {
                    self.take_off(envelope);
                }
                interesting
            }
            Event::Arrived(envelope) | Event::Lost(envelope) => {
                // What follows from an arrival is told before any later one.
                let id = envelope.id;
                self.carried.retain(|other| *other >= id);
                self.flying.remove(&id)
            }
            _ => true,
        }
    }

    /// Whether a message that is under way is of interest.
    pub fn follows(&self, message: Seq) -> bool {
        self.flying.contains(&message)
    }

    /// From now until then messages of interest fly, or a record waits in a batch that is about to
    /// leave.
    pub fn busy_until(&self) -> Time {
        self.busy_until
    }

    /// How long a message of interest flies on the quicker links.
    pub fn typical_flight(&self) -> Span {
        self.flights.iter().copied().min().unwrap_or(Span::ms(1))
    }

    fn take_off(&mut self, envelope: &Envelope) {
        self.flying.insert(envelope.id);
        if envelope.arrives_at == Time::NEVER {
            return; // Behind a cut.
        }
        self.busy_until = self.busy_until.max(envelope.arrives_at);
        if self.flights.len() == FLIGHTS {
            self.flights.pop_front();
        }
        self.flights.push_back(envelope.arrives_at.since(envelope.sent_at));
    }
}

/// How long a new record waits for company at most.
fn linger(world: &World, client: ClientId) -> Span {
    let producer = world.clients.get(&client).and_then(|client| client.as_producer());
    let linger = producer.map_or(0, |producer| producer.config.linger_ms);
    Some(Span::from_config_ms(linger))
        .filter(|linger| *linger <= LONGEST_LINGER)
        .unwrap_or_default()
}

/// Whether a message is of interest whatever came before it. A follower's fetch is so only when it
/// confirms records: [`Interest::follows`] knows.
pub fn is_of_interest(envelope: &Envelope) -> bool {
    if envelope.channel == Channel::Raft {
        return decides_an_election(&envelope.body);
    }
    match &*envelope.body {
        Body::Request(request) => matches!(
            request,
            Request::Produce(_)
                | Request::OffsetCommit(_)
                | Request::InitProducerId(InitProducerIdRequest { transactional_id: Some(_), .. })
                | Request::AddPartitionsToTxn(_)
                | Request::AddOffsetsToTxn(_)
                | Request::TxnOffsetCommit(_)
                | Request::EndTxn(_)
                | Request::WriteTxnMarkers(_)
                | Request::FindCoordinator(_)
                | Request::JoinGroup(_)
                | Request::SyncGroup(_)
                | Request::LeaveGroup(_)
                | Request::AlterPartition(_)
                | Request::CreateTopics(_)
                | Request::CreatePartitions(_)
                | Request::IncrementalAlterConfigs(_)
                | Request::AlterPartitionReassignments(_)
                | Request::AlterClientQuotas(_)
        ),
        Body::Response(response) => match response {
            _ if response.error().is_some() => true,
            _ if response.throttle_time_ms() > 0 => true,
            Response::Fetch(response) => carries(response),
            _ => matches!(
                response,
                Response::Produce(_)
                    | Response::OffsetCommit(_)
                    | Response::AddPartitionsToTxn(_)
                    | Response::AddOffsetsToTxn(_)
                    | Response::TxnOffsetCommit(_)
                    | Response::EndTxn(_)
                    | Response::FindCoordinator(_)
                    | Response::JoinGroup(_)
                    | Response::SyncGroup(_)
                    | Response::LeaveGroup(_)
                    | Response::AlterPartition(_)
                    | Response::CreateTopics(_)
                    | Response::CreatePartitions(_)
                    | Response::IncrementalAlterConfigs(_)
                    | Response::AlterPartitionReassignments(_)
                    | Response::AlterClientQuotas(_)
            ),
        },
        Body::Disconnect => true,
    }
}

/// Votes that count, and pre-votes that let somebody stand. All else that voters say to one another
/// they say all the time.
fn decides_an_election(body: &Body) -> bool {
    match body {
        Body::Request(Request::Vote(vote)) => !vote.pre_vote,
        Body::Response(Response::Vote(vote)) => vote.granted,
        _ => false,
    }
}

fn carries(response: &FetchResponse) -> bool {
    let partitions = &response.partitions;
    partitions.iter().any(|p| !p.batches.is_empty() || p.diverging_epoch.is_some())
}

fn carries_to_follower(envelope: &Envelope) -> bool {
    let Body::Response(Response::Fetch(response)) = &*envelope.body else { return false };
    envelope.to.broker().is_some() && carries(response)
}

fn is_follower_fetch(envelope: &Envelope) -> bool {
    matches!(&*envelope.body, Body::Request(Request::Fetch(request)) if request.replica.is_some())
}
