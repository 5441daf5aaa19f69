//! What stream processors do with records, and how sure they are of each being processed.

use serde::{Deserialize, Serialize};

use super::id::Key;

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

    /// The key of the result, if there is one.
    pub(super) fn apply(self, key: Option<Key>) -> Option<Option<Key>> {
        match self {
            Transform::Map => Some(key),
            Transform::Filter => key.filter(|key| key.0 % 2 == 0).map(Some),
        }
    }
}
