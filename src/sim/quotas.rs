//! A person's wish for quotas: what can be said before the controller is asked.

use super::command::{Quantity, Refusal};
use super::id::{ClientId, Name, Node};
use super::scenario::limits;
use super::wire::{AlterClientQuotasRequest, ClientQuota, QuotaType, Request};
use super::world::World;

/// What the default entity is called where clients are named (`--entity-default`).
pub const DEFAULT_ENTITY: &str = "<default>";

impl World {
    /// Each rate must be above 0 (ClientQuotaControlManager.validateQuotaKeyValue), and low enough
    /// to be reckoned with.
    pub(super) fn check_quotas(
        &self,
        client: Option<ClientId>,
        rates: [Option<u64>; 2],
    ) -> Result<(), Refusal> {
        if let Some(id) = client {
            self.known(Node::Client(id))?;
        }
        for rate in rates.into_iter().flatten() {
            if !(1..=limits::BYTE_RATE).contains(&rate) {
                let number = |rate: u64| i64::try_from(rate).unwrap_or(i64::MAX);
                let (value, max) = (number(rate), number(limits::BYTE_RATE));
                return Err(Refusal::OutOfBounds { what: Quantity::ByteRate, value, min: 1, max });
            }
        }
        Ok(())
    }

    pub(super) fn ask_for_quotas(
        &mut self,
        client: Option<ClientId>,
        [produce, fetch]: [Option<u64>; 2],
    ) {
        let alterations = [(QuotaType::Produce, produce), (QuotaType::Fetch, fetch)]
            .map(|(quota, limit)| ClientQuota { client, quota, limit })
            .into();
        let named = client.and_then(|id| self.clients.get(&id));
        let subject = named.map_or_else(|| Name::from(DEFAULT_ENTITY), |it| it.name().clone());
        self.ask_admin(
            Request::AlterClientQuotas(AlterClientQuotasRequest { alterations }),
            subject,
        );
    }
}
