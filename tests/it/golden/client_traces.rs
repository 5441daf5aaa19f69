//! What real clients went through with a real broker, one scenario after another; each kind has a
//! file of its own.

use kafkascope::sim::scenario::Properties;
use serde::Deserialize;
use serde_json::Value;

use super::{Verdict, client_groups, client_offsets, client_share};

#[derive(Deserialize)]
pub struct Case {
    pub id: String,
    pub steps: Vec<Value>,
    #[serde(default)]
    pub partitions: u32,
    #[serde(default)]
    pub consumer_config: Properties,
}

/// Scenarios about what the model does not have yet.
const NOT_YET: &[&str] = &["transactions-transaction_version_0"];

pub fn client(case: &Case) -> Verdict {
    match case.id.as_str() {
        "offsets" => client_offsets::offsets(&case.steps),
        "share-group" => client_share::share_group(&case.steps),
        "static-membership-classic" => client_groups::static_members(case),
        id if id.starts_with("classic-") || id.starts_with("kip848-") => {
            client_groups::members(case)
        }
        id if NOT_YET.contains(&id) => Ok(()),
        _ => Err("nobody replays it".into()),
    }
}
