//! How one looks at the world: through which window, at what, in which language, how fast.

use super::extension::Extension;
use super::geometry::{Point, Rect, Size, rect, within};
use crate::locale::Words;
use crate::metrics::effects::Effect;
use crate::sim::Partition;
use crate::sim::id::{BrokerId, ClientId, ControllerId, Name, Node, Offset, Seq, TopicId};

/// A thing in the picture that one can point at.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Entity {
    /// The controller's sign.
    Controller(ControllerId),
    /// A broker's plate.
    Broker(BrokerId),
    /// A topic's heading.
    Topic(TopicId),
    /// A partition as a whole: a chip, a bin.
    Partition(Partition),
    /// One broker's copy of a partition.
    Replica(BrokerId, Partition),
    /// One record of one copy.
    Record(BrokerId, Partition, Offset),
    /// A producer or a consumer.
    Client(ClientId),
    /// A group's heading.
    Group(Name),
    /// The link between two nodes, in their order.
    Link(Node, Node),
    /// A message in flight.
    Message(Seq),
}

impl Entity {
    /// The partition that this is, or is about.
    pub fn partition(&self) -> Option<Partition> {
        match self {
            Entity::Partition(p) | Entity::Replica(_, p) | Entity::Record(_, p, _) => Some(*p),
            _ => None,
        }
    }

    /// The node that this is, or stands on.
    pub fn node(&self) -> Option<Node> {
        match self {
            Entity::Controller(id) => Some(Node::Controller(*id)),
            Entity::Broker(id) | Entity::Replica(id, _) | Entity::Record(id, _, _) => {
                Some(Node::Broker(*id))
            }
            Entity::Client(id) => Some(Node::Client(*id)),
            _ => None,
        }
    }
}

/// How things move.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Motion {
    /// Messages fly, marks slide.
    #[default]
    Full,
    /// Messages are arrows with their glyph midway, changes cut (`prefers-reduced-motion`).
    Steps,
}

/// Where one stands: what is shown larger, and moved.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Camera {
    /// How much of the picture is left of and above the window, in scene pixels.
    pub pan: Point,
    /// Window pixels per scene pixel; 1 shows the picture as it was laid out.
    pub zoom: f32,
}

impl Default for Camera {
    fn default() -> Self {
        Camera { pan: Point { x: 0.0, y: 0.0 }, zoom: 1.0 }
    }
}

impl Camera {
    /// Smallest and largest zoom.
    pub const ZOOM: (f32, f32) = (0.5, 4.0);

    /// The scene point under a point of the window.
    pub fn scene_point(self, window: Point) -> Point {
        Point { x: window.x / self.zoom + self.pan.x, y: window.y / self.zoom + self.pan.y }
    }

    /// Moved by a drag of so many window pixels.
    pub fn panned(self, by: Point) -> Camera {
        let pan = self.pan.by(-by.x / self.zoom, -by.y / self.zoom);
        Camera { pan, ..self }
    }

    /// Nearer (`factor` above 1) or farther, with the window point `at` staying where it is.
    pub fn zoomed(self, at: Point, factor: f32) -> Camera {
        let zoom = (self.zoom * factor).clamp(Camera::ZOOM.0, Camera::ZOOM.1);
        let held = self.scene_point(at);
        Camera { pan: held.by(-at.x / zoom, -at.y / zoom), zoom }
    }

    /// Kept so that a picture of this extent does not leave a window of this size.
    pub fn kept(self, extent: Size, window: Size) -> Camera {
        let most = |extent: f32, window: f32| (extent - window / self.zoom).max(0.0);
        let pan = Point {
            x: within(self.pan.x, 0.0, most(extent.w, window.w)),
            y: within(self.pan.y, 0.0, most(extent.h, window.h)),
        };
        Camera { pan, ..self }
    }
}

/// How records fared, as the ledger at the picture's foot counts them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Ledger {
    /// The application was told ok.
    pub acked: u64,
    /// Sent, and no answer yet.
    pub in_doubt: u64,
    /// Told ok, and no longer in any log.
    pub lost: u64,
    /// In the log more than once.
    pub duplicated: u64,
}

/// Everything about the looker that the picture depends on.
#[derive(Clone, PartialEq, Debug)]
pub struct View {
    /// The window, in CSS pixels.
    pub size: Size,
    /// Where one stands.
    pub camera: Camera,
    /// How large everything is, text included: 1 on a screen, about 1.7 on a projector.
    pub scale: f32,
    /// The language.
    pub words: Words,
    /// What is selected.
    pub selection: Option<Entity>,
    /// What the pointer is over.
    pub hover: Option<Entity>,
    /// The partition that a small screen shows.
    pub focus: Option<Partition>,
    /// Virtual microseconds that pass in one microsecond of the eye.
    pub pace: f32,
    /// Whether things fly.
    pub motion: Motion,
    /// Whether heartbeats and empty polls are drawn too.
    pub chatter: bool,
    /// What the ledger says, where there is one.
    pub ledger: Option<Ledger>,
    /// What groups did outside of Kafka, where that is shown.
    pub effects: Option<Vec<(Name, Effect)>>,
    /// None as long as it is not here yet.
    pub extension: Option<&'static Extension>,
}

impl View {
    /// The plain view of a window: nothing selected, at a hundredth of the real pace.
    pub fn new(size: Size, words: Words) -> View {
        View {
            size,
            camera: Camera::default(),
            scale: 1.0,
            words,
            selection: None,
            hover: None,
            focus: None,
            pace: 0.01,
            motion: Motion::Full,
            chatter: false,
            ledger: None,
            effects: None,
            extension: None,
        }
    }

    /// From where and how near a picture of this extent is seen.
    pub fn seen_from(&self, extent: Size) -> Camera {
        let zoom = self.camera.zoom * self.scale;
        Camera { zoom, ..self.camera }.kept(extent, self.size)
    }

    /// What is seen of a picture of this extent, in scene pixels.
    pub fn window(&self, extent: Size) -> Rect {
        let Camera { pan, zoom } = self.seen_from(extent);
        rect(pan.x, pan.y, self.size.w / zoom, self.size.h / zoom)
    }

    /// Whether a thing is selected.
    pub fn selects(&self, entity: &Entity) -> bool {
        self.selection.as_ref() == Some(entity)
    }

    /// Whether someone looks at this node more closely than at others.
    pub fn watches(&self, node: Node) -> bool {
        let about = |entity: &Option<Entity>| {
            entity.as_ref().is_some_and(|entity| match entity {
                Entity::Link(a, b) => *a == node || *b == node,
                Entity::Broker(_) | Entity::Client(_) | Entity::Controller(_) => {
                    entity.node() == Some(node)
                }
                _ => false,
            })
        };
        about(&self.selection) || about(&self.hover)
    }
}
