//! What stream processors do with records, and how sure they are of each being processed.

use serde::{Deserialize, Serialize};

use super::id::Key;
use super::wire::Record;

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
}

impl Transform {
    /// All, in the order of [`Transform::NAMES`].
    pub const ALL: [Transform; 2] = [Transform::Map, Transform::Filter];
    pub const NAMES: &[&str] = &["map", "filter"];

    /// Whether a record has a result.
    pub fn answers(self, record: &Record) -> bool {
        self.takes(record.key)
    }

    /// The same of a record with this key.
    pub(super) fn takes(self, key: Option<Key>) -> bool {
        match self {
            Transform::Map => true,
            Transform::Filter => key.is_some_and(|key| key.0 % 2 == 0),
        }
    }
}
