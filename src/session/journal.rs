//! Recent events in order, for pictures, lists and narration; the notable ones are kept longer.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::sim::image;
use crate::sim::raft::QuorumRole;
use crate::sim::wire::{Body, Request, Response};
use crate::sim::{Event, Partition, Stamped, Time, World};

/// How many events are kept; at a lively pace of the opening scenario about half a minute.
const RECENT: usize = 20_000;
/// How many notable events are kept.
const NOTABLE: usize = 2_000;

/// What happened lately.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    recent: VecDeque<Arc<Stamped>>,
    notable: VecDeque<(u64, Arc<Stamped>)>,
    /// What is seen for seconds in a picture.
    lingering: VecDeque<Arc<Stamped>>,
    /// What is seen in one at all while it is new, by number: messages and what lingers...
    fresh: VecDeque<u64>,
    /// ... and what moves on a log, which is over sooner.
    moves: VecDeque<u64>,
    /// How many events there were since the beginning.
    total: u64,
}

impl Journal {
    pub(super) fn note(&mut self, stamped: Stamped, world: &World) {
        let stamped = Arc::new(stamped);
        if self.recent.len() == RECENT {
            self.recent.pop_front();
            let first = self.first();
            for numbers in [&mut self.fresh, &mut self.moves] {
                numbers.pop_front_if(|number| *number < first);
            }
        }
        if is_notable(&stamped.event, world) {
            if self.notable.len() == NOTABLE {
                self.notable.pop_front();
            }
            self.notable.push_back((self.total, Arc::clone(&stamped)));
        }
        if lingers(&stamped.event) {
            if self.lingering.len() == NOTABLE {
                self.lingering.pop_front();
            }
            self.lingering.push_back(Arc::clone(&stamped));
        }
        if moves(&stamped.event) {
            self.moves.push_back(self.total);
        } else if lingers(&stamped.event) || flies(&stamped.event) {
            self.fresh.push_back(self.total);
        }
        self.recent.push_back(stamped);
        self.total += 1;
    }

    /// What is worth keeping for a whole tape: what is seen for a moment only comes again when the
    /// moment is played again.
    pub(super) fn without_moments(&self) -> Journal {
        let (notable, lingering) = (self.notable.clone(), self.lingering.clone());
        Journal { notable, lingering, total: self.total, ..Journal::default() }
    }

    /// How many events there were since the beginning; the next one has this number.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// The kept events from number `number` on, oldest first, each with its number. A reader that
    /// remembers [`Journal::total`] sees each event once.
    pub fn read(&self, number: u64) -> impl DoubleEndedIterator<Item = (u64, &Stamped)> {
        let first = self.first();
        let skip = usize::try_from(number.saturating_sub(first)).unwrap_or(usize::MAX);
        let skip = skip.min(self.recent.len());
        let kept = self.recent.range(skip..).map(Arc::as_ref).enumerate();
        kept.map(move |(index, stamped)| (first + (skip + index) as u64, stamped))
    }

    /// The kept events at or after `at`, oldest first.
    pub fn since(&self, at: Time) -> impl DoubleEndedIterator<Item = &Stamped> {
        let skip = self.recent.partition_point(|stamped| stamped.at < at);
        self.recent.range(skip..).map(Arc::as_ref)
    }

    /// For a picture: what moved on logs at or after `moved`, then what else is seen at or after
    /// `soon`, and what lingers from before; each newest first.
    pub fn seen(&self, soon: Time, moved: Time) -> impl Iterator<Item = &Stamped> {
        let before = self.lingering.iter().rev().filter(move |stamped| stamped.at < soon);
        let new = self.newest(&self.moves, moved).chain(self.newest(&self.fresh, soon));
        new.chain(before.map(Arc::as_ref))
    }

    /// Of some kept events those at or after `at`, newest first.
    fn newest<'a>(
        &'a self,
        numbers: &'a VecDeque<u64>,
        at: Time,
    ) -> impl Iterator<Item = &'a Stamped> {
        let first = self.first();
        let kept = move |number: &u64| self.recent.get((*number - first) as usize);
        let events = numbers.iter().rev().filter_map(kept).map(Arc::as_ref);
        events.take_while(move |stamped| stamped.at >= at)
    }

    /// The number of the oldest event that is kept.
    fn first(&self) -> u64 {
        self.total - self.recent.len() as u64
    }

    /// The kept events at or after `from` and before `to`, oldest first.
    pub fn between(&self, from: Time, to: Time) -> impl DoubleEndedIterator<Item = &Stamped> {
        let skip = self.recent.partition_point(|stamped| stamped.at < from);
        let end = self.recent.partition_point(|stamped| stamped.at < to);
        self.recent.range(skip..end.max(skip)).map(Arc::as_ref)
    }

    /// What a person would mark on the tape, oldest first, each with its number: elections, ISR
    /// changes, fencing, crashes and starts, rebalances, errors, losses, commands.
    pub fn notable(&self) -> impl DoubleEndedIterator<Item = (u64, &Stamped)> {
        self.notable.iter().map(|(number, stamped)| (*number, &**stamped))
    }
}

/// Whether an event belongs on the scrubber and into the narration, and ends a glide. What happens
/// to the fifty partitions of `__consumer_offsets` does not.
pub fn is_notable(event: &Event, world: &World) -> bool {
    let notable = is_of_process(event) || is_of_cluster(event) || is_of_clients(event);
    notable && !partition_of(event).is_some_and(|partition| is_internal(partition, world))
}

/// Whether a picture shows it for seconds.
fn lingers(event: &Event) -> bool {
    match event {
        Event::LeaderElected { .. }
        | Event::ControllerActive { .. }
        | Event::IsrShrank { .. }
        | Event::Truncated { .. }
        | Event::UnflushedLost { .. }
        | Event::SegmentsDeleted { .. }
        | Event::CleanerRan { .. } => true,
        Event::Arrived(envelope) => match &*envelope.body {
            Body::Response(response) => response.error().is_some(),
            _ => false,
        },
        _ => false,
    }
}

/// Whether a picture shows it for a moment, or counts it: messages that carry records, and what
/// producers are told.
fn flies(event: &Event) -> bool {
    match event {
        Event::Sent(envelope) => match &*envelope.body {
            Body::Request(Request::Produce(_)) => true,
            Body::Response(Response::Fetch(_)) => envelope.to.client().is_some(),
            _ => false,
        },
        Event::Arrived(envelope) => {
            matches!(&*envelope.body, Body::Response(Response::Produce(_)))
        }
        _ => false,
    }
}

/// Whether it moves something on a log.
fn moves(event: &Event) -> bool {
    matches!(event, Event::Appended { .. } | Event::HighWatermarkMoved { .. })
}

fn is_internal(partition: Partition, world: &World) -> bool {
    let topic = world.metadata().topics.get(&partition.topic);
    topic.is_some_and(|topic| image::is_internal(&topic.name))
}

/// The partition that an event of the cluster is about.
fn partition_of(event: &Event) -> Option<Partition> {
    match event {
        Event::LeaderElected { partition, .. }
        | Event::IsrShrank { partition, .. }
        | Event::IsrGrew { partition, .. }
        | Event::ElrChanged { partition, .. }
        | Event::ReassignmentBegun { partition, .. }
        | Event::ReassignmentDone { partition, .. }
        | Event::ReassignmentCancelled { partition, .. }
        | Event::ReplicaDeleted { partition, .. }
        | Event::DuplicateFound { partition, .. }
        | Event::Truncated { partition, .. }
        | Event::UnflushedLost { partition, .. }
        | Event::SegmentsDeleted { partition, .. }
        | Event::CleanerRan { partition, .. }
        | Event::LogStartMoved { partition, .. } => Some(*partition),
        Event::RemoteLog(event) => Some(event.partition()),
        Event::Stream(event) => Some(event.changelog()),
        _ => None,
    }
}

fn is_of_process(event: &Event) -> bool {
    matches!(
        event,
        Event::Commanded(_)
            | Event::Started
            | Event::Crashed
            | Event::PowerLost
            | Event::Stopped
            | Event::Paused
            | Event::Resumed
            | Event::Slowed(_)
            | Event::ClockSet(_)
            | Event::LinkCut(_)
            | Event::LinkHealed(_)
            | Event::DirectionCut(_)
            | Event::DirectionHealed(_)
            | Event::LinkSet(..)
            | Event::DirectionSet(..)
            | Event::NetworkSplit(_)
            | Event::NetworkHealed
            | Event::ConnectionReset(_)
            | Event::DiskSlowed(_)
            | Event::DiskFilled
            | Event::DiskFreed
            | Event::StorageFailed
    )
}

fn is_of_cluster(event: &Event) -> bool {
    matches!(
        event,
        Event::BrokerRegistered { .. }
            | Event::BrokerFenced(_)
            | Event::BrokerUnfenced(_)
            | Event::TopicCreated { .. }
            | Event::PartitionsAdded { .. }
            | Event::TopicConfigChanged { .. }
            | Event::AdminRefused { .. }
            | Event::LeaderElected { .. }
            | Event::IsrShrank { .. }
            | Event::IsrGrew { .. }
            | Event::ElrChanged { .. }
            | Event::QuorumRole { role: QuorumRole::Candidate | QuorumRole::Resigned, .. }
            | Event::ControllerActive { .. }
            | Event::ReassignmentBegun { .. }
            | Event::ReassignmentDone { .. }
            | Event::ReassignmentCancelled { .. }
            | Event::ReplicaDeleted { .. }
            | Event::BrokerUnregistered(_)
            | Event::DuplicateFound { .. }
            | Event::Truncated { .. }
            | Event::UnflushedLost { .. }
            | Event::SegmentsDeleted { .. }
            | Event::CleanerRan { .. }
            | Event::LogStartMoved { .. }
            | Event::ClientQuotaChanged(_)
            | Event::RemoteLog(_)
    )
}

fn is_of_clients(event: &Event) -> bool {
    matches!(
        event,
        Event::SendFailed { .. }
            | Event::ProduceFailed { .. }
            | Event::ProduceRetried { .. }
            | Event::Stream(_)
            | Event::TransactionsInitialized { .. }
            | Event::TransactionCommitted { .. }
            | Event::TransactionAborted { .. }
            | Event::TransactionFailed { .. }
            | Event::ProducerFenced { .. }
            | Event::GroupRebalancing { .. }
            | Event::MemberJoined { .. }
            | Event::GroupEpochBumped { .. }
            | Event::MemberReturned { .. }
            | Event::MemberGone { .. }
            | Event::GroupFormed { .. }
            | Event::PartitionsLost { .. }
            | Event::NoOffset { .. }
            | Event::OffsetOutOfRange { .. }
            | Event::HandlingFailed { .. }
            | Event::OffsetsExpired { .. }
            | Event::SharePartitionInitialized { .. }
            | Event::AcquisitionLockTimedOut { .. }
            | Event::CommitFailed { .. }
            | Event::InstanceFenced { .. }
            | Event::TransactionFenced { .. }
            | Event::TransactionTimedOut { .. }
            | Event::MembershipRefused { .. }
            | Event::PollTimedOut { .. }
            | Event::Throttled { .. }
    )
}
