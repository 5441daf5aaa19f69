//! Who looks at the cluster: where from, at what, and what they saw last.

use std::cell::RefCell;
use std::rc::Rc;

use super::handle::Handle;
use super::look::{Look, Theme};
use crate::scene::change;
use crate::scene::extension::Extension;
use crate::scene::geometry::{Point, Size};
use crate::scene::glide::Glide;
use crate::scene::item::Scene;
use crate::scene::view::{Camera, Entity, Motion, View};
use crate::session::Session;
use crate::sim::Partition;
use crate::stage::Frame;
use crate::stage::gesture::Gesture;

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
    extension: Option<&'static Extension>,
}

impl Looker {
    /// Whether the picture must be drawn although no time has passed.
    pub fn is_restless(&self, size: Size) -> bool {
        self.stale || self.glide.is_moving() || self.scene.is_none() || self.size != size
    }

    /// The rest of the picture is here now.
    pub fn complete(&mut self, extension: &'static Extension) {
        self.extension = Some(extension);
    }

    /// Draws what there is to see.
    pub fn draw(&mut self, session: &Session, look: &Look, frame: Frame) -> Rc<Scene> {
        let world = session.world();
        if let Some(partition) = look.chosen.as_ref().and_then(Entity::partition) {
            self.focus = Some(partition);
        }
        let clock = session.clock();
        let mut view = View::new(frame.size, look.words());
        view.scale = scale(look.theme, frame.size);
        view.selection.clone_from(&look.chosen);
        view.hover.clone_from(&self.hover);
        view.focus = self.focus;
        view.pace = clock.ratio as f32;
        view.motion = if look.still || look.calm { Motion::Steps } else { Motion::Full };
        view.effects = Some(session.ledger().effects(world));
        view.camera = self.camera;
        view.extension = self.extension;
        let (now, pace) = (world.now, view.pace);
        let recent = session.journal().seen(change::soon(now, pace), change::moved(now, pace));
        let recent = recent.filter(|stamped| stamped.at >= session.opened());
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

    /// What the pointer is over.
    pub fn hover(&self) -> Option<&Entity> {
        self.hover.as_ref()
    }

    /// The size of what was seen last, in pixels, and how much larger than in themselves its things
    /// were.
    pub const fn size(&self) -> (Size, f32) {
        (self.size, self.scale)
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
