//! (being written)
pub mod placement;

use super::effect::{Ctx, Timer};
use super::image::MetadataImage;
use super::wire::Envelope;
use std::sync::Arc;
/// (being written)
#[derive(Clone, Debug, Default)]
pub struct Controller {
    image: MetadataImage,
}
impl Controller {
    pub fn image(&self) -> &MetadataImage {
        &self.image
    }
    pub(super) fn on_start(&mut self, _ctx: &mut Ctx<'_>) {}
    pub(super) fn on_message(&mut self, _ctx: &mut Ctx<'_>, _e: &Arc<Envelope>) {}
    pub(super) fn on_timer(&mut self, _ctx: &mut Ctx<'_>, _t: Timer) {}
    pub(super) fn power_off(&mut self) {}
}
