//! Who looks at the cluster: where from, at what, and what they saw last.

use std::cell::RefCell;
use std::rc::Rc;

use super::handle::Handle;
use super::later;
use super::state::{Theme, UiState};
use super::tooltip::Tip;
use crate::scene;
use crate::scene::geometry::{Point, Size};
use crate::scene::glide::Glide;
use crate::scene::item::Scene;
use crate::scene::view::{Camera, Entity, Motion, View};
use crate::session::Session;
use crate::sim::Partition;
use crate::stage::Frame;
use crate::stage::gesture::Gesture;

/// Free ground that the ledger needs under the producers, in pixels; and that of its first lines.
const LEDGER_ROOM: f32 = 204.0;
const BRIEF_ROOM: f32 = 122.0;
/// Below this width the ledger has no place on the stage.
const LEDGER_WIDTH: f32 = 880.0;

/// How much of the picture's lower left corner is free.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ground {
    /// Room for the whole ledger.
    Free,
    /// Room for its most important lines.
    Scarce,
    /// No room.
    #[default]
    Taken,
}

/// One pair of eyes.
#[derive(Default)]
pub struct Looker {
    camera: Camera,
    hover: Option<Entity>,
    /// The partition that a small screen shows.
    focus: Option<Partition>,
    glide: Glide,
    scene: Option<Rc<Scene>>,
    /// Something about the looker changed since the last picture.
    stale: bool,
    size: Size,
    scale: f32,
}

impl Looker {
    /// Whether the picture must be drawn although no time has passed.
    pub fn is_restless(&self, size: Size) -> bool {
        self.stale || self.glide.is_moving() || self.scene.is_none() || self.size != size
    }

    /// Draws what there is to see.
    pub fn draw(&mut self, session: &Session, ui: &UiState, frame: Frame) -> Rc<Scene> {
        let world = session.world();
        if let Some(partition) = ui.chosen.as_ref().and_then(Entity::partition) {
            self.focus = Some(partition);
        }
        let clock = session.clock();
        let mut view = View::new(frame.size, ui.words());
        view.scale = scale(ui.theme, frame.size);
        view.selection.clone_from(&ui.chosen);
        view.hover.clone_from(&self.hover);
        view.focus = self.focus;
        view.pace = clock.ratio as f32;
        view.motion = if ui.calm() { Motion::Steps } else { Motion::Full };
        view.camera = self.camera;
        let recent = session.journal().seen(scene::change::soon(world.now, view.pace));
        let scene = Rc::new(self.glide.scene(world, recent, &view, frame.elapsed as f32));
        // What was reached by wandering stays in reach when the window or the cluster shrinks.
        self.camera.pan = scene.camera.pan;
        (self.stale, self.size, self.scale) = (false, frame.size, view.scale);
        self.scene = Some(scene.clone());
        scene
    }

    /// What was seen last.
    pub fn scene(&self) -> Option<&Scene> {
        self.scene.as_deref()
    }

    /// What the pointer is over, in words.
    pub fn tip(&self, session: &Session, ui: &UiState) -> Option<Tip> {
        // The panel says all of what is chosen: nothing else need be covered.
        let entity = self.hover.as_ref().filter(|it| ui.chosen.as_ref() != Some(*it))?;
        let place = self.scene.as_ref()?.place_of(entity)?;
        let sheet = later::rest().and_then(|rest| (rest.sheet)(ui.words(), session, entity))?;
        let above = place.y > self.size.h * 0.6;
        let x = place.centre().x.min(self.size.w - 90.0).max(90.0);
        let y = if above { place.y } else { place.bottom() };
        Some(Tip {
            brief: sheet.brief(),
            title: sheet.title,
            kind: sheet.kind,
            x: x as i32,
            y: y as i32,
            above,
        })
    }

    /// How free the lower left corner of the picture is.
    pub fn ground(&self) -> Ground {
        let Some(scene) = &self.scene else { return Ground::Taken };
        let left = scene.stops().filter(|(entity, place)| {
            matches!(entity, Entity::Client(_)) && place.x < self.size.w / 4.0
        });
        let lowest = left.map(|(_, place)| place.bottom()).fold(0.0, f32::max);
        let room = (self.size.h - lowest) / self.scale.max(1.0);
        match self.size.w >= LEDGER_WIDTH {
            true if room >= LEDGER_ROOM => Ground::Free,
            true if room >= BRIEF_ROOM => Ground::Scarce,
            _ => Ground::Taken,
        }
    }
}

/// Things are as large as they can be while the opening's rows keep their offsets and words; on a
/// projector `styles/type.css` lets the page's type grow alike, elsewhere there is an end to it.
fn scale(theme: Theme, size: Size) -> f32 {
    let most = if theme == Theme::Projector { 1.7 } else { 1.25 };
    (size.h / 640.0).min(size.w / 980.0).min(most).max(1.0)
}

/// What a gesture chooses: a thing, nothing any more, or no choice at all.
pub fn pointed(
    handle: &Handle,
    looker: &RefCell<Looker>,
    gesture: Gesture,
) -> Option<Option<Entity>> {
    let mut looker = looker.borrow_mut();
    let hit = |looker: &Looker, point: Point| {
        looker.scene.as_ref().and_then(|scene| scene.hit(point).cloned())
    };
    match gesture {
        Gesture::Tap(point) | Gesture::Menu(point) => return Some(hit(&looker, point)),
        Gesture::DoubleTap(_) => looker.camera = Camera::default(),
        Gesture::Hover(point) => {
            let hover = point.and_then(|point| hit(&looker, point));
            if hover == looker.hover {
                return None;
            }
            looker.hover = hover;
        }
        Gesture::Pan { by } => looker.camera = looker.camera.panned(by),
        Gesture::Zoom { at, factor } => looker.camera = looker.camera.zoomed(at, factor),
    }
    looker.stale = true;
    handle.repaint();
    None
}
