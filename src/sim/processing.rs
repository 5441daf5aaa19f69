//! What stream processors do with records, and how sure they are of each being processed.

use serde::{Deserialize, Serialize};

use super::id::Key;
use super::wire::{Record, Value};

/// `processing.guarantee`
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub enum ProcessingGuarantee {
    /// Results are written, then offsets are committed: a crash between the two repeats results.
    #[default]
    AtLeastOnce,
    /// Results and offsets are one transaction (KIP-447).
    ExactlyOnceV2,
}

impl ProcessingGuarantee {
    /// All, in the order of [`ProcessingGuarantee::NAMES`].
    pub const ALL: [ProcessingGuarantee; 2] =
        [ProcessingGuarantee::AtLeastOnce, ProcessingGuarantee::ExactlyOnceV2];
    pub const NAMES: &[&str] = &["at_least_once", "exactly_once_v2"];
}

/// What becomes of a record.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub enum Transform {
    /// One result with the same key (KStream.mapValues).
    #[default]
    Map,
    /// One result with the same key if that is even, else none (KStream.filter).
    Filter,
    /// One result with the same key: how many records there were with it
    /// (KStream.groupByKey().count().toStream()).
    Count,
}

impl Transform {
    /// All, in the order of [`Transform::NAMES`].
    pub const ALL: [Transform; 3] = [Transform::Map, Transform::Filter, Transform::Count];
    pub const NAMES: &[&str] = &["map", "filter", "count"];

    /// Whether it keeps something between two records.
    pub fn has_store(self) -> bool {
        self == Transform::Count
    }

    /// Whether a record has a result.
    pub fn answers(self, record: &Record) -> bool {
        self.takes(record.key, record.value == Value::Null)
    }

    /// The same of a record with this key, and with a value or none. What has no key or no value
    /// is not counted (KStreamAggregate).
    pub(super) fn takes(self, key: Option<Key>, is_null: bool) -> bool {
        match self {
            Transform::Map => true,
            Transform::Filter => key.is_some_and(|key| key.0 % 2 == 0),
            Transform::Count => key.is_some() && !is_null,
        }
    }
}
