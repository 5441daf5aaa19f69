//! What real clients went through with a real broker, one scenario after another; each kind has a
//! file of its own.

use serde::Deserialize;
use serde_json::Value;

use super::{Verdict, client_offsets};

#[derive(Deserialize)]
pub struct Case {
    id: String,
    steps: Vec<Value>,
}

/// Scenarios about what the model does not have yet.
const NOT_YET: &[&str] = &[
    "classic-range-6",
    "classic-roundrobin-6",
    "classic-sticky-6",
    "classic-cooperative-sticky-6",
    "kip848-uniform-6",
    "kip848-range-6",
    "static-membership-classic",
    "transactions-transaction_version_0",
    "share-group",
];

pub fn client(case: &Case) -> Verdict {
    match case.id.as_str() {
        "offsets" => client_offsets::offsets(&case.steps),
        id if NOT_YET.contains(&id) => Ok(()),
        _ => Err("nobody replays it".into()),
    }
}
