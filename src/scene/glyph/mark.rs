//! Marks on a log: the high watermark, the log end, where a consumer is, and change.

use super::super::draft::Draft;
use super::super::geometry::{Point, Rect, at, rect};
use super::super::ink::Ink;
use super::super::item::{Coat, Dash, Lettering, sans};

/// A high watermark: a bar with a foot; what is left of it is readable.
#[derive(Clone, Copy, Debug)]
pub struct HighWatermark<'a> {
    /// Where the bar stands.
    pub x: f32,
    /// Top of the cells.
    pub y: f32,
    /// Height of the cells.
    pub height: f32,
    /// Whether it is the partition's own, on the leader; a follower's is slighter.
    pub leading: bool,
    /// Whether rows are low and marks have to be small.
    pub small: bool,
    /// Its words, set left of the bar, and their size.
    pub label: Option<(&'a str, f32)>,
}

/// Draws a high watermark.
pub fn high_watermark(draft: &mut Draft, mark: HighWatermark) {
    let HighWatermark { x, y, height, leading, small, label } = mark;
    let (over, width) = match (leading, small) {
        (true, false) => (4.0, 4.0),
        (false, false) => (3.0, 3.0),
        (true, true) => (2.0, 3.0),
        (false, true) => (1.5, 2.0),
    };
    let bar = rect(x - width / 2.0, y - over, width, height + 2.0 * over);
    draft.slab(Coat::Detail, Ink::Text.fill(), bar, 1.0);
    let (foot, bottom) = (width * 1.75, y + height + over);
    let thick = width * 0.75;
    let sole = rect(x - foot, bottom - thick / 2.0, 2.0 * foot, thick);
    draft.slab(Coat::Detail, Ink::Text.fill(), sole, thick / 2.0);
    if let Some((text, size)) = label {
        let place = at(x - width * 1.9 - 2.0, bottom + size * 0.56);
        draft.label(place, text, sans(size).bold().end(), Ink::Text);
    }
}

/// A log end: a thin bar on the nib of a pen, where the next record will be written.
/// `nib` is half the pen's width.
pub fn log_end(
    draft: &mut Draft,
    x: f32,
    y: f32,
    height: f32,
    nib: f32,
    label: Option<(&str, f32)>,
) {
    let line = rect(x - 0.75, y - 2.0, 1.5, height + 5.0);
    draft.slab(Coat::Detail, Ink::Text.fill(), line, 0.0);
    let top = y + height + 2.0;
    let tip = [at(x, top), at(x + nib, top + nib * 1.7), at(x - nib, top + nib * 1.7)];
    draft.polygon(Coat::Detail, Ink::Text.fill(), &tip);
    if let Some((text, size)) = label {
        let place = at(x + nib + 3.0, y + height + 4.0 + size * 0.56);
        draft.label(place, text, sans(size), Ink::Text);
    }
}

/// Where a log and its leader's part: the tape is torn, a little right of `x`, where the high
/// watermark often stands. `cell` is the width of a record.
pub fn tear(draft: &mut Draft, x: f32, y: f32, height: f32, cell: f32) {
    let reach = (cell * 0.1).min(2.8);
    let (x, step) = (x + reach * 1.8, (height + 12.0) / 6.0);
    let edge: [Point; 7] = std::array::from_fn(|tooth| {
        let side = if tooth % 2 == 0 { -reach } else { reach };
        at(x + side, y - 6.0 + tooth as f32 * step)
    });
    draft.polyline(Coat::Halo, Ink::Panel.stroke(reach * 2.2), &edge);
    draft.polyline(Coat::Body, Ink::Bad.stroke(2.2), &edge);
}

/// A last stable offset: a dashed bar before the first open transaction.
pub fn last_stable(draft: &mut Draft, x: f32, y: f32, height: f32) {
    let dashed = Ink::Twice.stroke(3.0).dashed(Dash::Sign);
    draft.line(Coat::Detail, dashed, at(x, y - 6.0), at(x, y + height + 6.0));
}

/// Where a member of a group is in a log: what it has committed and what it will fetch next.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'a> {
    /// Where the committed offset stands; none before the first commit.
    pub committed: Option<f32>,
    /// Where the position stands.
    pub position: f32,
    /// The height that the triangles' tips touch.
    pub y: f32,
    /// Half the width of a triangle.
    pub half: f32,
    /// The member's short name and its size, set left of the first triangle.
    pub name: Option<(&'a str, f32)>,
}

/// Draws the two triangles and the stretch that would be read again after a crash.
pub fn reading(draft: &mut Draft, reading: Reading) {
    let Reading { committed, position, y, half: k, name } = reading;
    let triangle = |x: f32| [at(x - k, y - k * 1.7), at(x + k, y - k * 1.7), at(x, y)];
    let first = committed.map_or(position, |c| c.min(position));
    if let Some(c) = committed {
        if position > c + 2.0 * k {
            let dots = Ink::Text.stroke(1.5).dashed(Dash::Dots);
            draft.line(Coat::Body, dots, at(c + k, y - k), at(position - k, y - k));
        }
        draft.polygon(Coat::Inlay, Ink::Stage.fill(), &triangle(c));
        draft.polygon(Coat::Rim, Ink::Text.stroke(1.6), &triangle(c));
    }
    draft.polygon(Coat::Detail, Ink::Text.fill(), &triangle(position));
    draft.polygon(Coat::Detail, Ink::Text.stroke(1.6), &triangle(position));
    if let Some((text, size)) = name {
        draft.label(at(first - k - 5.0, y - 0.5), text, sans(size).strong().end(), Ink::Text);
    }
}

/// The ground of what has just changed.
pub fn fresh(draft: &mut Draft, place: Rect) {
    draft.slab(Coat::Body, Ink::FocusGround.fill(), place, 4.0);
}

/// The frame around the selected thing.
pub fn selected(draft: &mut Draft, place: Rect, radius: f32) {
    draft.slab(Coat::Edge, Ink::Focus.stroke(2.5), place, radius);
}

/// The thinner frame around what the pointer is over.
pub fn pointed_at(draft: &mut Draft, place: Rect, radius: f32) {
    draft.slab(Coat::Edge, Ink::Focus.stroke(1.5), place, radius);
}

/// How a chip is lettered.
pub const CHIP: Lettering = sans(15.0).bold();

/// A chip that chooses a partition on a small screen.
pub fn chip(draft: &mut Draft, place: Rect, name: &str, chosen: bool) {
    let ground = if chosen { Ink::Text } else { Ink::Stage };
    let word = if chosen { Ink::Inverse } else { Ink::Text };
    draft.slab(Coat::Body, ground.fill(), place, 6.0);
    draft.slab(Coat::Edge, Ink::Text.stroke(1.5), place, 6.0);
    let style = CHIP.middle().room(place.w - 6.0);
    draft.label(place.centre().by(0.0, 5.3), name, style, word);
}

/// The bar at the left of every row of the selected partition.
pub fn selected_row(draft: &mut Draft, x: f32, y: f32, height: f32) {
    draft.slab(Coat::Body, Ink::Focus.fill(), rect(x, y, 3.5, height), 1.5);
}

/// A dotted guide between the same offset on two replicas.
pub fn guide(draft: &mut Draft, from: Point, to: Point) {
    draft.line(Coat::Body, Ink::Rule.stroke(1.4).dashed(Dash::Dots), from, to);
}
