//! What quotas promise: in the long run nobody writes more to a broker than allowed.

use super::{Broken, broken};
use crate::sim::event::{Event, Stamped};
use crate::sim::id::{BrokerId, ClientId};
use crate::sim::ordered::Map;
use crate::sim::time::Time;
use crate::sim::wire::QuotaType;
use crate::sim::world::World;

/// A record takes at least so many bytes, whichever codec there is.
const LEAST: u64 = 35;
/// The seconds of all windows (quota.window.num): what they allow may come in one moment.
const WINDOWS: u64 = 11;
/// So many bytes may come on top: of whoever connects anew, which is no connection that waits, one
/// request is read all the same.
const SLACK: u64 = 60_000;

/// What one client has written to a broker under one quota.
#[derive(Clone, Copy, Debug)]
struct Written {
    /// How often the broker had been started, its clock, and the quota: if any of that changes, it
    /// is counted anew.
    under: (u32, i64, u64),
    since: Time,
    records: u64,
}

/// Remembers who wrote how much.
#[derive(Clone, Debug, Default)]
pub(super) struct QuotaChecker {
    written: Map<(BrokerId, ClientId), Written>,
}

impl QuotaChecker {
    pub(super) fn check(&mut self, world: &World, stamped: &Stamped) -> Result<(), Broken> {
        let Event::Appended { partition, batch, as_leader: true } = &stamped.event else {
            return Ok(());
        };
        let Some(id) = stamped.node.broker() else { return Ok(()) };
        let Some(broker) = world.brokers.get(&id) else { return Ok(()) };
        let Some(record) = batch.records.iter().find_map(|it| it.id) else { return Ok(()) };
        let client = record.client;
        let quotas = &broker.disk.image.client_quotas;
        let Some(limit) = quotas.limit(client, QuotaType::Produce) else {
            self.written.remove(&(id, client));
            return Ok(());
        };
        // By whoever loses patience early, a new connection is made again and again.
        let producer = world.clients.get(&client).and_then(|it| it.as_producer());
        if producer.is_none_or(|it| it.config.request_timeout_ms < 30_000) {
            return Ok(());
        }
        let under = (broker.incarnation, world.clock_ahead(stamped.node), limit);
        let fresh = Written { under, since: stamped.at, records: 0 };
        let known = self.written.entry((id, client)).or_insert(fresh);
        if known.under != under {
            *known = fresh;
        }
        known.records += batch.records.len() as u64;
        let seconds = stamped.at.since(known.since).0 / 1_000_000 + WINDOWS;
        let (least, most) = (known.records * LEAST, limit * seconds + SLACK);
        if least > most {
            let what = format!("client {client} wrote {least} bytes or more, {most} are allowed");
            return broken("QuotasAreKept", *partition, what);
        }
        Ok(())
    }
}
