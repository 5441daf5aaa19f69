//! How a consuming application goes about its records, and what it can be told to do.

use serde::{Deserialize, Serialize};

use super::id::{Name, Offset};
use super::time::Span;

/// What an application does with what `poll()` gives it.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Handling {
    pub commit: CommitMode,
    pub handler: Handler,
    pub on_error: OnError,
    pub poll: PollMode,
}

/// When an application commits, with `enable.auto.commit=false`.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub enum CommitMode {
    /// commitSync() when all records of a `poll()` are done: at least once.
    #[default]
    Sync,
    /// commitSync() after each record.
    SyncPerRecord,
    /// commitSync() before the first record is worked on: at most once.
    SyncBefore,
    /// commitAsync() when all records of a `poll()` are done.
    Async,
    /// Never, unless it is told to.
    None,
}

/// Who works on the records.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub enum Handler {
    /// The thread that polls.
    #[default]
    InPoll,
    /// Another thread, with a queue before it: `poll()` goes on at once, and what it returned
    /// counts as consumed.
    Async,
}

/// What an application does when the handling of a record throws.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub enum OnError {
    /// Nobody catches it: the process ends without `close()`.
    #[default]
    Die,
    /// It goes on with the next record.
    Skip,
    /// It tries the same record again and again.
    Retry,
}

/// When an application polls.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub enum PollMode {
    /// As soon as it is done with what it got.
    #[default]
    Loop,
    /// When it is told to.
    OnCommand,
}

impl CommitMode {
    /// All, in the order of [`CommitMode::NAMES`].
    pub const ALL: [CommitMode; 5] = [
        CommitMode::Sync,
        CommitMode::SyncPerRecord,
        CommitMode::SyncBefore,
        CommitMode::Async,
        CommitMode::None,
    ];
    pub const NAMES: &[&str] = &["sync", "sync-per-record", "sync-before", "async", "none"];
}

impl Handler {
    /// All, in the order of [`Handler::NAMES`].
    pub const ALL: [Handler; 2] = [Handler::InPoll, Handler::Async];
    pub const NAMES: &[&str] = &["in-poll", "async"];
}

impl OnError {
    /// All, in the order of [`OnError::NAMES`].
    pub const ALL: [OnError; 3] = [OnError::Die, OnError::Skip, OnError::Retry];
    pub const NAMES: &[&str] = &["die", "skip", "retry"];
}

impl PollMode {
    /// All, in the order of [`PollMode::NAMES`].
    pub const ALL: [PollMode; 2] = [PollMode::Loop, PollMode::OnCommand];
    pub const NAMES: &[&str] = &["loop", "on-command"];
}

/// Where to seek.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum SeekTo {
    /// KafkaConsumer.seek.
    Offset(Offset),
    /// KafkaConsumer.seekToBeginning.
    Beginning,
    /// KafkaConsumer.seekToEnd.
    End,
    /// The first record that is not older than this (offsetsForTimes, then seek).
    Ago(Span),
}

/// What the code of a consuming application does out of its usual order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Act {
    /// poll(timeout) once, of an application that polls on command.
    Poll(Span),
    /// commitSync() of its positions, of an application that polls on command.
    Commit,
    Seek {
        topic: Name,
        partition: u32,
        to: SeekTo,
    },
    /// KafkaConsumer.pause: `poll()` returns nothing of it; it stays assigned.
    Pause {
        topic: Name,
        partition: u32,
    },
    Resume {
        topic: Name,
        partition: u32,
    },
    /// The next record that it begins takes this long.
    SlowRecord(Span),
    /// Each record of a partition takes this long; zero: as long as all others.
    SlowPartition {
        topic: Name,
        partition: u32,
        time: Span,
    },
    /// It works in another way from the next record on.
    Handle(Handling),
}

impl Act {
    /// The partition that it is about, if it is about one.
    pub fn partition(&self) -> Option<(&Name, u32)> {
        match self {
            Act::Seek { topic, partition, .. }
            | Act::Pause { topic, partition }
            | Act::Resume { topic, partition }
            | Act::SlowPartition { topic, partition, .. } => Some((topic, *partition)),
            Act::Poll(_) | Act::Commit | Act::SlowRecord(_) | Act::Handle(_) => None,
        }
    }
}
