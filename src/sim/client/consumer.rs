//! (being written)

use std::sync::Arc;

use crate::sim::config::ConsumerConfig;
use crate::sim::effect::{Ctx, Order, Timer};
use crate::sim::id::{BrokerId, ClientId, Name};
use crate::sim::scenario::ConsumerSpec;
use crate::sim::wire::Envelope;

/// (being written)
#[derive(Clone, Debug)]
pub struct Consumer {
    pub id: ClientId,
    pub name: Name,
    pub config: ConsumerConfig,
    pub group: Name,
    pub topics: Vec<Name>,
    pub processing: crate::sim::time::Span,
}

impl Consumer {
    /// A client that is down. `bootstrap` stands for bootstrap.servers.
    pub fn new(
        id: ClientId,
        spec: &ConsumerSpec,
        config: ConsumerConfig,
        bootstrap: Arc<[BrokerId]>,
    ) -> Consumer {
        let _ = bootstrap;
        Consumer {
            id,
            name: spec.name.clone(),
            config,
            group: spec.group.clone(),
            topics: spec.topics.clone(),
            processing: spec.processing,
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
