//! The display list: what to paint, where, over what, and with which ink.

use super::geometry::{Point, Rect, Size};
use super::ink::Ink;
use super::view::{Camera, Entity};

/// A finished picture: everything a pen needs, and nothing that it must decide.
///
/// Paths and words lie in two arenas beside the items, so that a frame allocates a handful of times
/// however much it shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scene {
    /// The window's extent.
    pub size: Size,
    /// From which place and how near the window shows the picture.
    pub camera: Camera,
    /// What can be pointed at, bottom first.
    pub spots: Vec<Spot>,
    /// What the whole picture needs; larger than the window where it must be scrolled.
    pub extent: Size,
    pub(super) items: Vec<Item>,
    pub(super) segments: Vec<Segment>,
    pub(super) words: String,
    /// Sort key of each item with its index in the low [`INDEX_BITS`]; sorted when finished.
    pub(super) order: Vec<u64>,
}

/// How many bits of a sort key hold the item's index: at most 2^20 items a picture.
pub(super) const INDEX_BITS: u32 = 20;

impl Scene {
    /// The items in painting order, cut into runs that share ink, manner and fade, so that a pen
    /// changes its state once a run.
    pub fn runs(&self) -> impl Iterator<Item = Run<'_>> {
        let runs = self.order.chunk_by(|a, b| a >> INDEX_BITS == b >> INDEX_BITS);
        runs.scan(0, |place, keys| {
            let run = Run { scene: self, keys, place: *place };
            *place += keys.len();
            Some(run)
        })
    }

    /// How many items, from the bottom, stand still while messages fly over them: links and plates.
    pub fn still(&self) -> usize {
        let still = |key: &u64| self.item(*key).is_some_and(|item| item.layer <= Layer::Plate);
        self.order.partition_point(still)
    }

    /// The item that a sort key belongs to.
    pub(super) fn item(&self, key: u64) -> Option<&Item> {
        self.items.get((key & ((1 << INDEX_BITS) - 1)) as usize)
    }

    /// How many items the picture has.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether nothing is drawn.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The items in the order they were drawn, for tests.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// The segments of a path.
    pub fn path(&self, span: Span) -> &[Segment] {
        self.segments.get(span.range()).unwrap_or_default()
    }

    /// The text of a label.
    pub fn text(&self, span: Span) -> &str {
        self.words.get(span.range()).unwrap_or_default()
    }
}

/// A thing and where it can be touched, in scene pixels.
#[derive(Clone, Debug, PartialEq)]
pub struct Spot {
    /// What is there.
    pub entity: Entity,
    /// Where it is.
    pub place: Rect,
}

/// Items that share everything but their shape.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    scene: &'a Scene,
    keys: &'a [u64],
    /// How many items lie beneath it.
    pub place: usize,
}

impl<'a> Run<'a> {
    /// How many items it has; never none.
    pub fn count(self) -> usize {
        self.keys.len()
    }

    /// The items of the run, in painting order.
    pub fn items(self) -> impl Iterator<Item = &'a Item> {
        self.keys.iter().filter_map(move |key| self.scene.item(*key))
    }
}

/// One shape with its paint and its place in the pile.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Item {
    /// What is drawn.
    pub shape: Shape,
    /// How it is drawn.
    pub paint: Paint,
    /// Which layer of the picture it lies on.
    pub layer: Layer,
    /// Height within the layer: things that overlap on one layer are lifted over one another.
    pub lift: u8,
    /// Which coat of its glyph it is.
    pub coat: Coat,
    /// Opacity: 255 is solid.
    pub fade: u8,
}

/// The layers of the picture, bottom first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Layer {
    /// Links and ribbons.
    Rail,
    /// Bodies of nodes and their words.
    Plate,
    /// Grounds inside a plate: just changed, in doubt.
    Ground,
    /// Logs: slots and cells.
    Tape,
    /// Marks on logs: high watermark, log end, positions, roles.
    Mark,
    /// Dotted guides between replicas.
    Guide,
    /// Messages in flight.
    Wire,
    /// Selection.
    Frame,
    /// Notes that must stay on top.
    Note,
}

/// The coats of one glyph, bottom first: glyphs of one lift are painted coat by coat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Coat {
    /// Clears what lies beneath.
    Halo,
    /// The filled body.
    Body,
    /// The outline.
    Edge,
    /// Bodies inside the body: cells of a wagon, fill of a bar.
    Inlay,
    /// Their outlines.
    Rim,
    /// Punches, ticks, strokes.
    Detail,
    /// Clears the ground of words.
    WordHalo,
    /// Words.
    Word,
    /// A stroke across the words.
    Strike,
}

/// A path's or a label's stretch of its arena.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub(super) start: u32,
    pub(super) end: u32,
}

impl Span {
    fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// What is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shape {
    /// A circle.
    Disc {
        /// Centre.
        at: Point,
        /// Radius.
        radius: f32,
    },
    /// A rectangle with round corners.
    Slab {
        /// Its place.
        rect: Rect,
        /// Corner radius; 0 is square.
        radius: f32,
    },
    /// A stretch of a circle; only ever stroked.
    Arc {
        /// Centre.
        at: Point,
        /// Radius.
        radius: f32,
        /// Where it starts, in turns clockwise from 12 o'clock.
        from: f32,
        /// Where it ends, the same way; greater than `from`.
        to: f32,
    },
    /// Lines and curves.
    Path(Span),
    /// Words.
    Label {
        /// The anchor, on the baseline.
        at: Point,
        /// The text's place in the arena.
        text: Span,
        /// Size, weight, face, alignment and room.
        lettering: Lettering,
    },
}

/// One step of a path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Segment {
    /// Lifts the pen and puts it down here.
    Move(Point),
    /// A straight line to here.
    Line(Point),
    /// A cubic curve: two control points and the end.
    Curve(Point, Point, Point),
    /// Back to where the pen was put down.
    Close,
}

/// An ink and how it is laid on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Paint {
    /// With what.
    pub ink: Ink,
    /// Filled or stroked.
    pub manner: Manner,
}

/// Filled or stroked. Joins are always round.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Manner {
    /// The inside.
    Fill,
    /// The outline.
    Stroke {
        /// Width in pixels, at most 63.
        width: f32,
        /// Pattern of the line.
        dash: Dash,
        /// Whether its ends are round; otherwise they are cut.
        round: bool,
    },
}

/// The dash patterns; each says one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Dash {
    /// Not dashed.
    Solid,
    /// Dots: an empty slot, a guide, what would be read again.
    Dots,
    /// A link whose connection is closed.
    Sparse,
    /// Dashes of a plate that is not in service.
    Plate,
    /// Dashes of a sign, an idle member.
    Sign,
    /// Dashes of a truncated record.
    Torn,
    /// Dashes around a doubt.
    Doubt,
}

impl Dash {
    /// Every pattern, in the order of its number.
    pub const ALL: [Dash; 7] =
        [Dash::Solid, Dash::Dots, Dash::Sparse, Dash::Plate, Dash::Sign, Dash::Torn, Dash::Doubt];

    /// Lengths of dash and gap, in pixels.
    pub const fn pattern(self) -> &'static [f32] {
        match self {
            Dash::Solid => &[],
            Dash::Dots => &[2.0, 3.0],
            Dash::Sparse => &[1.5, 5.0],
            Dash::Plate => &[6.0, 4.0],
            Dash::Sign => &[5.0, 3.0],
            Dash::Torn => &[4.0, 2.5],
            Dash::Doubt => &[3.0, 2.2],
        }
    }
}

impl Ink {
    /// The inside, in this ink.
    pub const fn fill(self) -> Paint {
        Paint { ink: self, manner: Manner::Fill }
    }

    /// The outline, in this ink, `width` pixels wide.
    pub const fn stroke(self, width: f32) -> Paint {
        Paint { ink: self, manner: Manner::Stroke { width, dash: Dash::Solid, round: false } }
    }
}

impl Paint {
    /// The same stroke with a pattern.
    pub const fn dashed(self, dash: Dash) -> Paint {
        match self.manner {
            Manner::Fill => self,
            Manner::Stroke { width, round, .. } => {
                Paint { ink: self.ink, manner: Manner::Stroke { width, dash, round } }
            }
        }
    }

    /// The same stroke with round ends.
    pub const fn round(self) -> Paint {
        match self.manner {
            Manner::Fill => self,
            Manner::Stroke { width, dash, .. } => {
                Paint { ink: self.ink, manner: Manner::Stroke { width, dash, round: true } }
            }
        }
    }
}

/// How words are set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lettering {
    /// Text or figures.
    pub face: Face,
    /// How heavy.
    pub weight: Weight,
    /// Size in pixels.
    pub size: f32,
    /// Which end of the text the anchor is.
    pub anchor: Anchor,
    /// The ground that is cleared around the letters, if any.
    pub halo: Option<Ink>,
    /// The widest the text may be; longer text is shortened, then squeezed by the pen.
    pub room: f32,
}

/// The two faces of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Face {
    /// For reading.
    Sans,
    /// For offsets, clocks and values: every figure equally wide.
    Mono,
}

/// The three weights of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Weight {
    /// 400.
    Regular,
    /// 600.
    Strong,
    /// 700.
    Bold,
}

impl Weight {
    /// The weight as CSS counts it.
    pub const fn number(self) -> u16 {
        match self {
            Weight::Regular => 400,
            Weight::Strong => 600,
            Weight::Bold => 700,
        }
    }
}

/// Which end of a label its anchor is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Anchor {
    /// The text starts there.
    Start,
    /// The text is centred there.
    Middle,
    /// The text ends there.
    End,
}

/// Regular sans of this size, starting at its anchor.
pub const fn sans(size: f32) -> Lettering {
    Lettering {
        face: Face::Sans,
        weight: Weight::Regular,
        size,
        anchor: Anchor::Start,
        halo: None,
        room: f32::INFINITY,
    }
}

/// Strong mono of this size, centred at its anchor: an offset.
pub const fn mono(size: f32) -> Lettering {
    Lettering { face: Face::Mono, weight: Weight::Strong, anchor: Anchor::Middle, ..sans(size) }
}

impl Lettering {
    /// At weight 600.
    pub const fn strong(self) -> Lettering {
        Lettering { weight: Weight::Strong, ..self }
    }

    /// At weight 700.
    pub const fn bold(self) -> Lettering {
        Lettering { weight: Weight::Bold, ..self }
    }

    /// Centred.
    pub const fn middle(self) -> Lettering {
        Lettering { anchor: Anchor::Middle, ..self }
    }

    /// Ending at its anchor.
    pub const fn end(self) -> Lettering {
        Lettering { anchor: Anchor::End, ..self }
    }

    /// With the ground cleared around the letters.
    pub const fn halo(self, ink: Ink) -> Lettering {
        Lettering { halo: Some(ink), ..self }
    }

    /// No wider than this.
    pub const fn room(self, room: f32) -> Lettering {
        Lettering { room, ..self }
    }
}
