//! AlterClientQuotas: how many bytes a second a client may move (KIP-13, KIP-546).

use serde::{Deserialize, Serialize};

use super::ErrorCode;
use crate::sim::id::ClientId;

/// What a quota limits (ClientQuotaType).
// Simplified: quotas are set for client ids and for all of them; users and addresses are not
// modelled, nor are quotas of processor time (request_percentage), of changes to topics and of
// replication. What members of share groups fetch is not counted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum QuotaType {
    /// Bytes per second of Produce requests.
    Produce,
    /// Bytes per second of answers to Fetch.
    Fetch,
}

impl QuotaType {
    /// Kafka's name of the config (QuotaConfig).
    pub fn config(self) -> &'static str {
        match self {
            QuotaType::Produce => "producer_byte_rate",
            QuotaType::Fetch => "consumer_byte_rate",
        }
    }
}

/// One quota of one entity, as an admin asks for it and as the metadata log has it
/// (ClientQuotaRecord).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ClientQuota {
    /// None is the default: it holds for every client that has no quota of its own.
    pub client: Option<ClientId>,
    pub quota: QuotaType,
    /// Bytes per second on each broker; none takes the quota away.
    pub limit: Option<u64>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AlterClientQuotasRequest {
    pub alterations: Vec<ClientQuota>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AlterClientQuotasResponse {
    pub error: ErrorCode,
}
