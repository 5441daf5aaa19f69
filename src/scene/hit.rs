//! What is under a point, and what can be reached by keyboard.

use super::geometry::{Point, Rect};
use super::item::{Scene, Spot};
use super::view::Entity;

/// Fingers and small things: a spot is at least this wide and high to the touch, in pixels.
const REACH: f32 = 24.0;

impl Scene {
    /// What lies topmost under a point of the window.
    pub fn hit(&self, window: Point) -> Option<&Entity> {
        let point = self.camera.scene_point(window);
        // Small things win over the plates that they lie on even where one misses them narrowly.
        let near = |spot: &&Spot| reach(spot.place).contains(point);
        self.spots.iter().rev().find(near).map(|spot| &spot.entity)
    }

    /// What keyboard focus can visit, with its place in the window: everything but single records
    /// and messages, which are reached through what holds them.
    pub fn stops(&self) -> impl Iterator<Item = (&Entity, Rect)> {
        let fixed = |spot: &&Spot| !matches!(spot.entity, Entity::Record(..) | Entity::Message(_));
        self.spots.iter().filter(fixed).map(|spot| (&spot.entity, self.window_place(spot.place)))
    }

    /// Where a thing is in the window, if it is drawn.
    pub fn place_of(&self, entity: &Entity) -> Option<Rect> {
        let spot = self.spots.iter().rev().find(|spot| spot.entity == *entity)?;
        Some(self.window_place(spot.place))
    }

    fn window_place(&self, place: Rect) -> Rect {
        let (pan, zoom) = (self.camera.pan, self.camera.zoom);
        Rect {
            x: (place.x - pan.x) * zoom,
            y: (place.y - pan.y) * zoom,
            w: place.w * zoom,
            h: place.h * zoom,
        }
    }
}

fn reach(place: Rect) -> Rect {
    Rect::around(place.centre(), place.w.max(REACH), place.h.max(REACH))
}
