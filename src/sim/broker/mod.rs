//! (being written)
use super::effect::{Ctx, Timer};
use super::wire::Envelope;
use std::sync::Arc;
/// (being written)
#[derive(Clone, Debug)]
pub struct Broker {}
impl Broker {
    pub(super) fn on_start(&mut self, _ctx: &mut Ctx<'_>) {}
    pub(super) fn on_message(&mut self, _ctx: &mut Ctx<'_>, _e: &Arc<Envelope>) {}
    pub(super) fn on_timer(&mut self, _ctx: &mut Ctx<'_>, _t: Timer) {}
    pub(super) fn on_close(&mut self, _ctx: &mut Ctx<'_>) {}
    pub(super) fn power_off(&mut self, _clean: bool) {}
}
