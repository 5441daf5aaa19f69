//! Sentences about quotas: who may move how much, and who has to wait.

use super::Teller;
use crate::sim::event::Event;
use crate::sim::wire::{ClientQuota, QuotaType};

impl Teller<'_> {
    pub(super) fn quota(&self, event: &Event) -> Option<String> {
        let words = self.words;
        Some(match event {
            Event::ClientQuotaChanged(ClientQuota { client, quota, limit }) => {
                let who = &match client {
                    Some(client) => words.client(*client, self.names),
                    None => words.ui_quota_default().to_owned(),
                };
                match limit.map(|limit| i64::try_from(limit).unwrap_or(i64::MAX)) {
                    Some(limit) => words.event_quota_set(who, quota.config(), limit),
                    None => words.event_quota_removed(who, quota.config()),
                }
            }
            Event::Throttled { client, quota, time } => {
                let (client, time) = (&words.client(*client, self.names), &words.span(time.0));
                match quota {
                    QuotaType::Produce => words.event_throttled_produce(&self.me, client, time),
                    QuotaType::Fetch => words.event_throttled_fetch(&self.me, client, time),
                }
            }
            _ => return None,
        })
    }
}
