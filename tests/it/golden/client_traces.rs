//! What real clients went through with a real broker, one scenario after another; each kind has a
//! file of its own.

use kafkascope::sim::scenario::Properties;
use serde::Deserialize;
use serde_json::Value;

use super::{Verdict, client_groups, client_offsets, client_share, client_transactions};

#[derive(Deserialize)]
pub struct Case {
    pub id: String,
    pub steps: Vec<Value>,
    #[serde(default)]
    pub partitions: u32,
    #[serde(default)]
    pub consumer_config: Properties,
    #[serde(default)]
    pub partition_batches: Vec<client_transactions::Batch>,
    #[serde(default)]
    pub transaction_state_log: Vec<client_transactions::State>,
}

pub fn client(case: &Case) -> Verdict {
    match case.id.as_str() {
        "offsets" => client_offsets::offsets(&case.steps),
        "share-group" => client_share::share_group(&case.steps),
        "static-membership-classic" => client_groups::static_members(case),
        id if id.starts_with("classic-") || id.starts_with("kip848-") => {
            client_groups::members(case)
        }
        "transactions-transaction_version_0" => client_transactions::transactions(
            &case.steps,
            &case.partition_batches,
            &case.transaction_state_log,
        ),
        _ => Err("nobody replays it".into()),
    }
}
