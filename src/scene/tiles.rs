//! Where a picture differs from the one before: only there must a pen paint it anew.
//!
//! The window is cut into tiles, and each tile keeps a digest of what lies on it, in painting
//! order. A tile whose digest stays shows the same pixels as before.
//!
//! What stands still and rests is told apart, so that a pen can keep it as a ground.

use super::geometry::{Point, Rect, at, rect};
use super::item::{Anchor, INDEX_BITS, Item, Manner, Scene, Segment, Shape};
use super::letter;
use super::view::Camera;

/// Side of a tile in window pixels, where the window is not too wide for its rows of bits.
const SIDE: f32 = 32.0;
/// Tiles of a row: one bit each.
const MOST: f32 = 64.0;
/// What has not changed for so many pictures rests.
const RESTING: u32 = 32;

/// What lies on each tile of a window, and what has changed there.
#[derive(Default)]
pub struct Tiles {
    grid: Grid,
    /// Of the things that stand still.
    still: Vec<u64>,
    /// Of all.
    all: Vec<u64>,
    /// Of all, in the picture before; the room is used again.
    before: Vec<u64>,
    /// Of the things that stood still when somebody last looked whether they do.
    seen: Vec<u64>,
    /// Of what the ground shows.
    ground: Vec<u64>,
    /// The tiles under each item, in painting order, and a digest of its shape alone.
    under: Vec<(Block, u64)>,
    pictures: u32,
}

/// Some tiles of a window: a row in one number.
#[derive(Default)]
pub struct Patch {
    rows: Vec<u64>,
    side: f32,
    tiles: u32,
}

/// How a window is cut: the same as long as nobody moves it.
#[derive(Clone, Copy, Default, PartialEq)]
struct Grid {
    camera: Camera,
    /// Device pixels of a scene pixel.
    zoom: f32,
    /// Side of a tile in device pixels.
    side: f32,
    columns: u8,
    rows: u8,
}

/// A block of tiles, both ends included; none where it begins after its end.
#[derive(Clone, Copy)]
struct Block {
    left: u8,
    right: u8,
    top: u8,
    bottom: u8,
}

impl Tiles {
    /// Reads a picture that is shown at `ratio` device pixels per window pixel. Nothing of the
    /// pictures before is left where this one is to be painted `afresh`.
    pub fn read(&mut self, scene: &Scene, ratio: f32, afresh: bool) {
        let grid = Grid::of(scene, ratio);
        if afresh || grid != self.grid {
            self.grid = grid;
            self.all.clear();
            self.ground.clear();
        }
        let count = usize::from(grid.columns) * usize::from(grid.rows);
        std::mem::swap(&mut self.all, &mut self.before);
        self.under.clear();
        self.still.clear();
        self.still.resize(count, 1);
        let (still, moving) = scene.order.split_at_checked(scene.still()).unwrap_or_default();
        grid.digest(scene, still, &mut self.still, &mut self.under);
        self.all.clone_from(&self.still);
        grid.digest(scene, moving, &mut self.all, &mut self.under);
        for old in [&mut self.before, &mut self.seen, &mut self.ground] {
            old.resize(count, 0);
        }
    }

    /// Where the picture differs from the one before.
    pub fn changed(&self) -> Patch {
        self.patch(|tile| self.all.get(tile) != self.before.get(tile))
    }

    /// Where the ground does not show what stands still; among these places `patch` matters.
    pub fn bare(&self, patch: &Patch) -> Patch {
        let bare = self.patch(|tile| self.still.get(tile) != self.ground.get(tile));
        let both = bare.rows.iter().zip(&patch.rows).map(|(bare, wanted)| bare & wanted);
        Patch::of(both.collect(), self.grid.side)
    }

    /// Where the ground must be painted because what it does not show has come to rest: looked at
    /// now and then only, because whoever changes the ground has it copied.
    pub fn settled(&mut self) -> Option<Patch> {
        self.pictures = self.pictures.wrapping_add(1);
        if !self.pictures.is_multiple_of(RESTING) {
            return None;
        }
        let rests = |tile| self.still.get(tile) == self.seen.get(tile);
        let patch = self.patch(|tile| rests(tile) && self.still.get(tile) != self.ground.get(tile));
        for ((ground, seen), still) in self.ground.iter_mut().zip(&mut self.seen).zip(&self.still) {
            if seen == still {
                *ground = *still;
            }
            *seen = *still;
        }
        (patch.tiles > 0).then_some(patch)
    }

    /// Whether the item over so many others lies on a patch.
    pub fn touches(&self, patch: &Patch, place: usize) -> bool {
        self.under.get(place).is_none_or(|(block, _)| patch.touches(*block))
    }

    /// A digest of the shapes of `count` items from that over so many others on.
    pub fn shapes(&self, place: usize, count: usize) -> u64 {
        let items = self.under.iter().skip(place).take(count);
        items.fold(Digest::default(), |digest, (_, shape)| digest.with(*shape)).0
    }

    fn patch(&self, on: impl Fn(usize) -> bool) -> Patch {
        let columns = usize::from(self.grid.columns);
        let rows = (0..usize::from(self.grid.rows)).map(|row| {
            let tiles = row * columns..(row + 1) * columns;
            tiles.rev().fold(0, |bits, tile| bits << 1 | u64::from(on(tile)))
        });
        Patch::of(rows.collect(), self.grid.side)
    }
}

impl Patch {
    fn of(rows: Vec<u64>, side: f32) -> Patch {
        let tiles = rows.iter().map(|row| row.count_ones()).sum();
        Patch { rows, side, tiles }
    }

    /// Whether it has no tile.
    pub fn is_empty(&self) -> bool {
        self.tiles == 0
    }

    /// Its places, in device pixels; they do not overlap.
    pub fn places(&self) -> impl Iterator<Item = Rect> {
        let side = self.side;
        self.rows.iter().enumerate().flat_map(move |(row, bits)| {
            let (mut bits, mut column) = (*bits, 0);
            std::iter::from_fn(move || {
                if bits == 0 {
                    return None;
                }
                let gap = bits.trailing_zeros();
                let run = (bits >> gap).trailing_ones();
                column += gap;
                let place = rect(column as f32 * side, row as f32 * side, run as f32 * side, side);
                column += run;
                bits = bits.checked_shr(gap + run).unwrap_or(0);
                Some(place)
            })
        })
    }

    fn touches(&self, block: Block) -> bool {
        let rows = self.rows.get(usize::from(block.top)..=usize::from(block.bottom));
        let bits = block.bits();
        rows.is_some_and(|rows| rows.iter().any(|row| row & bits != 0))
    }
}

impl Grid {
    /// Adds items to the digests of the tiles they lie on, and notes which these are.
    fn digest(
        self,
        scene: &Scene,
        keys: &[u64],
        digests: &mut [u64],
        under: &mut Vec<(Block, u64)>,
    ) {
        for key in keys {
            let Some(item) = scene.item(*key) else { continue };
            let (shape, bounds) = read(scene, item);
            let block = self.block(bounds);
            under.push((block, shape.0));
            let digest = shape.with(key >> INDEX_BITS);
            for row in block.top..=block.bottom {
                let start = usize::from(row) * usize::from(self.columns);
                let (left, right) = (usize::from(block.left), usize::from(block.right));
                let tiles = digests.get_mut(start + left..=start + right);
                for tile in tiles.into_iter().flatten() {
                    *tile = Digest(*tile).with(digest.0).0;
                }
            }
        }
    }

    fn of(scene: &Scene, ratio: f32) -> Grid {
        let (w, h) = (scene.size.w * ratio + 1.0, scene.size.h * ratio + 1.0);
        let side = (SIDE * ratio).max(w.max(h) / MOST).ceil();
        let count = |length: f32| (length / side).ceil().clamp(1.0, MOST) as u8;
        Grid {
            camera: scene.camera,
            zoom: ratio * scene.camera.zoom,
            side,
            columns: count(w),
            rows: count(h),
        }
    }

    /// The tiles that a part of the scene touches.
    fn block(&self, place: Rect) -> Block {
        let pan = self.camera.pan;
        let tile =
            |scene: f32, pan: f32, margin: f32| ((scene - pan) * self.zoom + margin) / self.side;
        // One pixel more on each side: edges are blurred over it.
        let first = |scene: f32, pan: f32| tile(scene, pan, -1.0).max(0.0) as u8;
        let last = |scene: f32, pan: f32, count: u8| {
            let tile = tile(scene, pan, 1.0);
            if tile < 0.0 { None } else { Some((tile as u8).min(count - 1)) }
        };
        let right = last(place.right(), pan.x, self.columns);
        let bottom = last(place.bottom(), pan.y, self.rows);
        let (left, top) = (first(place.x, pan.x), first(place.y, pan.y));
        match (right, bottom) {
            (Some(right), Some(bottom)) if left <= right => Block { left, right, top, bottom },
            _ => Block { left: 1, right: 0, top: 1, bottom: 0 },
        }
    }
}

impl Block {
    fn bits(self) -> u64 {
        let upto = u64::MAX >> (63 - self.right.min(63));
        upto & (u64::MAX << self.left.min(63))
    }
}

/// A digest of numbers in their order.
#[derive(Clone, Copy, Default)]
struct Digest(u64);

impl Digest {
    fn with(self, number: u64) -> Digest {
        Digest((self.0.rotate_left(5) ^ number).wrapping_mul(0x517c_c1b7_2722_0a95))
    }

    fn pair(self, a: f32, b: f32) -> Digest {
        self.with(u64::from(a.to_bits()) << 32 | u64::from(b.to_bits()))
    }

    fn point(self, p: Point) -> Digest {
        self.pair(p.x, p.y)
    }
}

/// An item's shape, in short, and where the item lies.
fn read(scene: &Scene, item: &Item) -> (Digest, Rect) {
    let digest = Digest::default();
    let (digest, place) = match item.shape {
        Shape::Disc { at, radius } => {
            (digest.point(at).pair(radius, 0.0), Rect::around(at, 2.0 * radius, 2.0 * radius))
        }
        Shape::Slab { rect, radius } => {
            (digest.pair(rect.x, rect.y).pair(rect.w, rect.h).pair(radius, 1.0), rect)
        }
        Shape::Arc { at, radius, from, to } => (
            digest.point(at).pair(radius, 2.0).pair(from, to),
            Rect::around(at, 2.0 * radius, 2.0 * radius),
        ),
        Shape::Path(span) => path(scene.path(span), digest),
        Shape::Label { at, text, lettering } => {
            let text = scene.text(text);
            // Widths are good to a few per cent, and to a fifth where the page's faces are missing.
            let size = lettering.size;
            let wide = letter::width(text, lettering).min(lettering.room) * 1.25 + size * 0.5;
            let x = match lettering.anchor {
                Anchor::Start => at.x - size * 0.25,
                Anchor::Middle => at.x - wide / 2.0,
                Anchor::End => at.x + size * 0.25 - wide,
            };
            let place = rect(x, at.y - size, wide, size * 1.35);
            let digest = digest.point(at).pair(lettering.size, lettering.room);
            (text.bytes().fold(digest, |digest, byte| digest.with(u64::from(byte))), place)
        }
    };
    match item.paint.manner {
        Manner::Fill => (digest, place),
        // All joins are round: nothing reaches farther than half the width.
        Manner::Stroke { width, .. } => (digest, place.inset(-width / 2.0)),
    }
}

fn path(segments: &[Segment], mut digest: Digest) -> (Digest, Rect) {
    let (mut least, mut most) = (at(f32::MAX, f32::MAX), at(f32::MIN, f32::MIN));
    let mut reach = |p: Point| {
        (least.x, least.y) = (least.x.min(p.x), least.y.min(p.y));
        (most.x, most.y) = (most.x.max(p.x), most.y.max(p.y));
    };
    for segment in segments {
        digest = match *segment {
            Segment::Move(p) | Segment::Line(p) => {
                reach(p);
                digest.point(p)
            }
            Segment::Curve(a, b, p) => {
                // A curve stays within its control points.
                [a, b, p].into_iter().for_each(&mut reach);
                digest.point(a).point(b).point(p)
            }
            Segment::Close => digest.with(1),
        };
    }
    (digest, rect(least.x, least.y, most.x - least.x, most.y - least.y))
}

#[cfg(test)]
mod tests {
    use super::super::draft::Draft;
    use super::super::geometry::Size;
    use super::super::ink::Ink;
    use super::super::item::{Coat, Layer};
    use super::*;

    /// A plate that stands still and a disc that flies over it.
    fn scene(plate: f32, disc: f32) -> Scene {
        let mut draft = Draft::new(Size { w: 640.0, h: 320.0 });
        draft.on(Layer::Plate);
        draft.slab(Coat::Body, Ink::Panel.fill(), rect(40.0, 40.0, plate, 100.0), 4.0);
        draft.on(Layer::Wire);
        draft.disc(Coat::Body, Ink::Good.fill(), at(disc, 240.0), 9.0);
        draft.finish()
    }

    fn holds(patch: &Patch, p: Point) -> bool {
        patch.places().any(|place| place.contains(p))
    }

    #[test]
    fn what_moved_is_painted_where_it_was_and_where_it_is() {
        let mut tiles = Tiles::default();
        tiles.read(&scene(100.0, 50.0), 2.0, true);
        let all: f32 = tiles.changed().places().map(|place| place.w * place.h).sum();
        assert!(all >= 1280.0 * 640.0, "at first all is painted, not {all}");
        tiles.read(&scene(100.0, 50.0), 2.0, false);
        assert!(tiles.changed().is_empty());
        tiles.read(&scene(100.0, 450.0), 2.0, false);
        let changed = tiles.changed();
        assert!(holds(&changed, at(100.0, 480.0)) && holds(&changed, at(900.0, 480.0)));
        assert!(!holds(&changed, at(500.0, 480.0)) && !holds(&changed, at(100.0, 100.0)));
        assert!(!tiles.touches(&changed, 0) && tiles.touches(&changed, 1));
    }

    #[test]
    fn the_ground_is_bare_until_what_stands_there_rests() {
        let mut tiles = Tiles::default();
        let mut shown = None;
        for picture in 0..3 * RESTING {
            tiles.read(&scene(100.0, picture as f32), 1.0, picture == 0);
            shown = tiles.settled().or(shown);
        }
        assert!(shown.is_some_and(|patch| holds(&patch, at(60.0, 60.0))));
        let whole = |tiles: &Tiles| Patch::of(vec![u64::MAX; 20], tiles.grid.side);
        assert!(tiles.bare(&whole(&tiles)).is_empty());
        tiles.read(&scene(200.0, 0.0), 1.0, false);
        assert!(holds(&tiles.bare(&whole(&tiles)), at(200.0, 60.0)));
        assert!(!holds(&tiles.bare(&whole(&tiles)), at(400.0, 240.0)));
    }
}
