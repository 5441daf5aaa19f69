//! Up, paused, down: what a process is, apart from what it knows.

use super::agenda::Due;
use super::id::Node;
use super::ordered::Map;
use super::time::{Span, Time};
use super::wire::{Body, Channel, Envelope, Request, Response};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Power {
    Up,
    /// Stopped by SIGSTOP: holds its connections and its memory, does nothing.
    Paused,
    Down,
}

/// What a slow disk is busy with.
#[derive(Clone, Debug, Default)]
pub(super) struct DiskQueue {
    /// It writes what came earlier until then.
    pub free_at: Time,
    /// On these connections nothing is handled before that.
    pub lanes: Map<(Node, Channel), Time>,
}

/// One process of the world.
#[derive(Clone, Debug)]
pub struct Process {
    pub power: Power,
    /// Since when it is in this state.
    pub since: Time,
    /// Extra time per message; the mark of a slow machine.
    pub delay: Span,
    /// A slow node works on earlier messages until then.
    pub(super) busy_until: Time,
    /// Its slow disk takes so much longer for everything that is written.
    pub disk_delay: Span,
    pub(super) disk: DiskQueue,
    /// What came due while it was paused.
    pub(super) held: Vec<Due>,
    /// It is down because it ended without a word.
    pub crashed: bool,
    /// The same, and its machine lost its power.
    pub lost_power: bool,
    /// It was told to end in good order and has not yet.
    pub stopping: bool,
    /// It was told so while it was paused: SIGTERM waits until it runs again.
    pub(super) told_to_stop: bool,
    /// It is to be taken away once it has ended.
    pub(super) leaving: bool,
}

impl Process {
    pub(super) fn down() -> Process {
        Process {
            power: Power::Down,
            since: Time::ZERO,
            delay: Span::ZERO,
            busy_until: Time::ZERO,
            disk_delay: Span::ZERO,
            disk: DiskQueue::default(),
            held: Vec::new(),
            crashed: false,
            lost_power: false,
            stopping: false,
            told_to_stop: false,
            leaving: false,
        }
    }

    /// Whether it handles messages.
    pub fn is_up(&self) -> bool {
        self.power == Power::Up
    }

    /// When a message that arrives now will be handled, if that is later.
    ///
    /// `work` is what its thread needs for this message alone, and holds up what is behind it on
    /// its connection.
    ///
    /// A slow process takes messages one after another. A slow disk holds up what is written: the
    /// thread that serves the connection waits in the write, and all behind it on its connection
    /// waits, too; other connections have other threads (`num.io.threads`, a fetcher for each
    /// leader). So heartbeats go on, and the controller notices nothing.
    // Simplified: a write is quick until it is in the page cache, however large it is; a slow disk
    // takes the same time for each message, one after another, and what a group coordinator
    // writes when a rebalance ends is not held up.
    pub(super) fn queue(&mut self, envelope: &Envelope, work: Span, now: Time) -> Option<Time> {
        let mut at = now;
        if self.delay > Span::ZERO {
            self.busy_until = self.busy_until.max(now) + self.delay;
            at = self.busy_until;
        }
        let lane = (envelope.from, envelope.channel);
        if work > Span::ZERO {
            at = self.disk.lanes.get(&lane).copied().unwrap_or(at).max(at) + work;
            self.disk.lanes.insert(lane, at);
        }
        if self.disk_delay > Span::ZERO && is_written(&envelope.body) {
            self.disk.free_at = self.disk.free_at.max(at) + self.disk_delay;
            at = self.disk.free_at;
            self.disk.lanes.insert(lane, at);
        } else if let Some(before) = self.disk.lanes.get(&lane).copied() {
            if before > at {
                at = before;
            } else if before <= now {
                self.disk.lanes.remove(&lane);
            }
        }
        (at > now).then_some(at)
    }
}

/// Whether who gets this appends to a log.
fn is_written(body: &Body) -> bool {
    match body {
        Body::Request(Request::Produce(_) | Request::OffsetCommit(_)) => true,
        Body::Response(Response::Fetch(fetched)) => {
            fetched.partitions.iter().any(|partition| !partition.batches.is_empty())
        }
        Body::Response(Response::FetchMetadataLog(fetched)) => !fetched.records.is_empty(),
        _ => false,
    }
}
