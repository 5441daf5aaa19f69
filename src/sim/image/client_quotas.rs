//! Which quotas clients have, as the metadata log says (ClientQuotasImage).

use serde::Serialize;

use crate::sim::id::ClientId;
use crate::sim::wire::{ClientQuota, QuotaType};

/// All quotas that are set, in the order in which they were set last.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct ClientQuotas(Vec<ClientQuota>);

impl ClientQuotas {
    pub(in crate::sim) const NONE: ClientQuotas = ClientQuotas(Vec::new());

    /// Every quota that is set.
    pub fn iter(&self) -> impl Iterator<Item = &ClientQuota> {
        self.0.iter()
    }

    /// The quota of this very client, or the default: bytes per second on each broker.
    pub fn of(&self, client: Option<ClientId>, quota: QuotaType) -> Option<u64> {
        self.0.iter().find(|it| it.client == client && it.quota == quota)?.limit
    }

    /// What holds for a client: its own quota, else the default.
    pub fn limit(&self, client: ClientId, quota: QuotaType) -> Option<u64> {
        self.of(Some(client), quota).or_else(|| self.of(None, quota))
    }

    pub(super) fn replay(&mut self, record: ClientQuota) {
        self.0.retain(|it| (it.client, it.quota) != (record.client, record.quota));
        if record.limit.is_some() {
            self.0.push(record);
        }
    }
}
