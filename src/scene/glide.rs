//! How things move when the layout changes: everything glides to its new place.

use std::borrow::Cow;

use super::cast::Cast;
use super::geometry::{Rect, ease_in_out};
use super::item::Scene;
use super::layout::{Layout, Row};
use super::view::{Motion, View};
use crate::sim::ordered::Map;
use crate::sim::{Stamped, World};

/// A change of layout takes so long, in milliseconds of the eye.
const GLIDE: f32 = 350.0;

/// Remembers where things stood, and nothing else: it belongs to the looker, not to the world.
#[derive(Clone, Debug, Default)]
pub struct Glide {
    from: Option<Layout>,
    to: Option<Layout>,
    window: Option<(f32, f32)>,
    progress: f32,
}

impl Glide {
    /// The picture of a moment, `elapsed` milliseconds of the eye after the one before.
    pub fn scene<'a>(
        &mut self,
        world: &World,
        recent: impl IntoIterator<Item = &'a Stamped>,
        view: &View,
        elapsed: f32,
    ) -> Scene {
        let cast = Cast::of(world);
        let target = Layout::of(&cast, view);
        self.step(target, view, elapsed);
        match self.shown() {
            Some(layout) => super::drawn(world, recent, view, &cast, &layout),
            None => super::scene(world, recent, view),
        }
    }

    /// Whether something still moves: then the next picture differs though nothing happened.
    pub fn is_moving(&self) -> bool {
        self.progress < 1.0
    }

    fn step(&mut self, target: Layout, view: &View, elapsed: f32) {
        let window = Some((view.size.w, view.size.h));
        // A window that is being resized is followed at once: there the viewer moves things.
        let at_once = self.to.is_none() || self.window != window || view.motion == Motion::Steps;
        self.window = window;
        if at_once {
            self.from = None;
            self.to = Some(target);
            self.progress = 1.0;
            return;
        }
        if self.to.as_ref() != Some(&target) {
            self.from = self.shown().map(Cow::into_owned);
            self.to = Some(target);
            self.progress = 0.0;
        }
        self.progress = (self.progress + elapsed / GLIDE).min(1.0);
    }

    fn shown(&self) -> Option<Cow<'_, Layout>> {
        let to = self.to.as_ref()?;
        Some(match &self.from {
            Some(from) if self.progress < 1.0 => {
                Cow::Owned(between(from, to, ease_in_out(self.progress)))
            }
            _ => Cow::Borrowed(to),
        })
    }
}

/// What stood somewhere is on its way; what is new is there at once.
fn between(from: &Layout, to: &Layout, t: f32) -> Layout {
    let mut layout = to.clone();
    if from.form != to.form {
        return layout;
    }
    rects(&from.brokers, &mut layout.brokers, t);
    rects(&from.producers, &mut layout.producers, t);
    rects(&from.consumers, &mut layout.consumers, t);
    rects(&from.groups, &mut layout.groups, t);
    rects(&from.stores, &mut layout.stores, t);
    rects(&from.chips, &mut layout.chips, t);
    for (key, row) in &mut layout.rows {
        if let Some(before) = from.rows.get(key) {
            let tape = before.tape + (row.tape - before.tape) * t;
            *row = Row { place: before.place.toward(row.place, t), tape };
        }
    }
    for (id, centre) in &mut layout.controllers {
        if let Some(before) = from.controllers.get(id) {
            *centre = before.toward(*centre, t);
        }
    }
    layout
}

fn rects<K: Ord>(from: &Map<K, Rect>, to: &mut Map<K, Rect>, t: f32) {
    for (key, place) in to {
        if let Some(before) = from.get(key) {
            *place = before.toward(*place, t);
        }
    }
}
