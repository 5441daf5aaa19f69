//! (being written)

use std::sync::Arc;

use crate::sim::config::ProducerConfig;
use crate::sim::effect::{Ctx, Order, Timer};
use crate::sim::id::{BrokerId, ClientId, Name};
use crate::sim::scenario::ProducerSpec;
use crate::sim::wire::Envelope;

/// (being written)
#[derive(Clone, Debug)]
pub struct Producer {
    pub id: ClientId,
    pub name: Name,
    pub config: ProducerConfig,
    pub topic: Name,
    pub workload: crate::sim::scenario::Workload,
}

impl Producer {
    /// A client that is down. `bootstrap` stands for bootstrap.servers.
    pub fn new(
        id: ClientId,
        spec: &ProducerSpec,
        config: ProducerConfig,
        bootstrap: Arc<[BrokerId]>,
    ) -> Producer {
        let _ = bootstrap;
        Producer {
            id,
            name: spec.name.clone(),
            config,
            topic: spec.topic.clone(),
            workload: spec.workload,
        }
    }

    pub(in crate::sim) fn on_start(&mut self, _ctx: &mut Ctx<'_>) {}
    pub(in crate::sim) fn on_message(&mut self, _ctx: &mut Ctx<'_>, _envelope: &Arc<Envelope>) {}
    pub(in crate::sim) fn on_timer(&mut self, _ctx: &mut Ctx<'_>, _timer: Timer) {}
    pub(in crate::sim) fn on_close(&mut self, ctx: &mut Ctx<'_>) {
        ctx.exit();
    }
    pub(in crate::sim) fn on_order(&mut self, _ctx: &mut Ctx<'_>, _order: &Order) {}
    pub(in crate::sim) fn power_off(&mut self) {}
}
