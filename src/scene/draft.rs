//! A picture being drawn: glyphs put their shapes here, and `finish` sorts them for the pens.

use super::geometry::{Curve, Point, Rect, Size};
use super::ink::Ink;
use super::item::{
    Coat, INDEX_BITS, Item, Layer, Lettering, Manner, Paint, Scene, Segment, Shape, Span, Spot,
};
use super::letter;
use super::piles::Piles;
use super::view::{Camera, Entity};

/// Collects the items of a [`Scene`]. Layer, lift and fade hold until they are set anew.
#[derive(Debug)]
pub struct Draft {
    scene: Scene,
    piles: Piles,
    layer: Layer,
    lift: u8,
    fade: u8,
}

impl Draft {
    /// An empty picture of this size.
    pub fn new(size: Size) -> Draft {
        // Room for a lively picture at once: growing step by step copies everything each time.
        const ITEMS: usize = 4096;
        let scene = Scene {
            size,
            extent: size,
            items: Vec::with_capacity(ITEMS),
            segments: Vec::with_capacity(2 * ITEMS),
            ..Scene::default()
        };
        let piles = Piles::with_capacity(ITEMS);
        Draft { scene, piles, layer: Layer::Plate, lift: 0, fade: u8::MAX }
    }

    /// The picture's extent.
    pub fn size(&self) -> Size {
        self.scene.size
    }

    /// This can be pointed at; what comes later lies above what came before.
    pub fn spot(&mut self, entity: Entity, place: Rect) {
        self.scene.spots.push(Spot { entity, place });
    }

    /// What follows lies on this layer, at its ground level, solid.
    pub fn on(&mut self, layer: Layer) -> &mut Draft {
        self.layer = layer;
        self.lift = 0;
        self.fade = u8::MAX;
        self
    }

    /// What follows lies this high over the layer (at most 15).
    pub fn lift(&mut self, lift: u8) -> &mut Draft {
        self.lift = lift.min(15);
        self
    }

    /// What follows is this solid: 255 fully.
    pub fn fade(&mut self, fade: u8) -> &mut Draft {
        self.fade = fade;
        self
    }

    /// Draws something fainter by `fade` (255 leaves it as it is), then goes on as before.
    pub fn faint(&mut self, fade: u8, draw: impl FnOnce(&mut Draft)) {
        let before = self.fade;
        self.fade = ((u16::from(before) * u16::from(fade) + 127) / 255) as u8;
        draw(self);
        self.fade = before;
    }

    /// A circle.
    pub fn disc(&mut self, coat: Coat, paint: Paint, at: Point, radius: f32) {
        self.put(coat, paint, Shape::Disc { at, radius });
    }

    /// A rectangle with round corners.
    pub fn slab(&mut self, coat: Coat, paint: Paint, rect: Rect, radius: f32) {
        self.put(coat, paint, Shape::Slab { rect, radius });
    }

    /// A stretch of a circle, in turns clockwise from 12 o'clock.
    pub fn arc(&mut self, coat: Coat, paint: Paint, at: Point, radius: f32, from: f32, to: f32) {
        self.put(coat, paint, Shape::Arc { at, radius, from, to });
    }

    /// A straight line.
    pub fn line(&mut self, coat: Coat, paint: Paint, from: Point, to: Point) {
        self.path(coat, paint, [Segment::Move(from), Segment::Line(to)]);
    }

    /// A curve.
    pub fn curve(&mut self, coat: Coat, paint: Paint, c: Curve) {
        self.path(coat, paint, [Segment::Move(c.from), Segment::Curve(c.lead, c.trail, c.to)]);
    }

    /// Straight lines through the points.
    pub fn polyline(&mut self, coat: Coat, paint: Paint, points: &[Point]) {
        let lines = points.iter().enumerate().map(|(i, &p)| match i {
            0 => Segment::Move(p),
            _ => Segment::Line(p),
        });
        self.path(coat, paint, lines);
    }

    /// A closed polygon. Give the points clockwise: polygons of one run are one path, and where two
    /// overlap, opposite turns would cut a hole.
    pub fn polygon(&mut self, coat: Coat, paint: Paint, points: &[Point]) {
        let lines = points.iter().enumerate().map(|(i, &p)| match i {
            0 => Segment::Move(p),
            _ => Segment::Line(p),
        });
        self.path(coat, paint, lines.chain([Segment::Close]));
    }

    /// Lines and curves.
    pub fn path(&mut self, coat: Coat, paint: Paint, steps: impl IntoIterator<Item = Segment>) {
        let start = self.scene.segments.len() as u32;
        self.scene.segments.extend(steps);
        let end = self.scene.segments.len() as u32;
        self.put(coat, paint, Shape::Path(Span { start, end }));
    }

    /// Words; returns how wide they are, about.
    pub fn label(&mut self, at: Point, text: &str, lettering: Lettering, ink: Ink) -> f32 {
        let text = letter::fit(text, lettering);
        let wide = letter::width(&text, lettering);
        let start = self.scene.words.len() as u32;
        self.scene.words.push_str(&text);
        let end = self.scene.words.len() as u32;
        let shape = Shape::Label { at, text: Span { start, end }, lettering };
        if let Some(ground) = lettering.halo {
            self.put(Coat::WordHalo, ground.stroke(lettering.size * 0.32), shape);
        }
        self.put(Coat::Word, ink.fill(), shape);
        wide
    }

    /// A number; returns how wide it is.
    pub fn number(&mut self, at: Point, number: u64, lettering: Lettering, ink: Ink) -> f32 {
        let mut digits = [0u8; 20];
        self.label(at, decimal(number, &mut digits), lettering, ink)
    }

    fn put(&mut self, coat: Coat, paint: Paint, shape: Shape) {
        let index = self.scene.items.len();
        if index >> INDEX_BITS != 0 || self.fade == 0 {
            return; // beyond what a key can number nobody could see anything either
        }
        let item = Item { shape, paint, layer: self.layer, lift: self.lift, coat, fade: self.fade };
        self.piles.put(key(&item));
        self.scene.items.push(item);
    }

    /// Shows the picture, of this extent, from there.
    pub fn shown(&mut self, camera: Camera, extent: Size) {
        self.scene.camera = camera;
        self.scene.extent = extent;
    }

    /// Sorts everything by layer, lift, coat and ink, and hands the picture over.
    pub fn finish(mut self) -> Scene {
        self.scene.order = self.piles.in_order();
        self.scene
    }
}

/// Where an item stands in the pile; items of equal key are painted in one go.
///
/// From the top: layer 4 bits, lift 4, coat 4, kind 2, ink 6, fade 8, style 15.
fn key(item: &Item) -> u64 {
    let (kind, style) = match (item.shape, item.paint.manner) {
        (Shape::Label { lettering: l, .. }, manner) => {
            let stroked = u64::from(manner != Manner::Fill);
            let size = (l.size * 8.0) as u64 & 0x3ff;
            let look = (l.weight as u64) << 3 | (l.face as u64) << 2 | l.anchor as u64;
            (2 + stroked, size << 5 | look)
        }
        (_, Manner::Fill) => (0, 0),
        (_, Manner::Stroke { width, dash, round }) => {
            let width = (width * 16.0) as u64 & 0x3ff;
            (1, width << 5 | (dash as u64) << 1 | u64::from(round))
        }
    };
    let pile = (item.layer as u64) << 8 | u64::from(item.lift) << 4 | item.coat as u64;
    let ink = (item.paint.ink as u64) << 8 | u64::from(item.fade);
    ((pile << 2 | kind) << 14 | ink) << 15 | style
}

/// The decimal digits of `number`, in a buffer of the caller.
pub fn decimal(mut number: u64, digits: &mut [u8; 20]) -> &str {
    let mut start = digits.len();
    loop {
        start -= 1;
        digits[start] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    std::str::from_utf8(&digits[start..]).unwrap_or_default()
}
