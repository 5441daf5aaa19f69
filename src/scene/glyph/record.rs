//! Records as punched cells: wet until committed, dry after; and the places where they are missing.

use super::super::draft::{Draft, decimal};
use super::super::geometry::{Point, Rect, at, rect};
use super::super::ink::{Ink, KeyMark};
use super::super::item::{Coat, Dash, Lettering, Weight, mono};

/// One record of a log, as a cell.
#[derive(Clone, Copy, Debug)]
pub struct Cell {
    /// The cell's whole pitch; the drawn box is a little smaller.
    pub place: Rect,
    /// Its key.
    pub key: KeyMark,
    /// Its offset, where it is printed, and the size of the figures.
    pub offset: Option<(u64, f32)>,
    /// How much of it is committed: 0 is wet (outline), 1 is dry (filled), between it fills from
    /// its left.
    pub dry: f32,
}

/// Draws a record.
pub fn cell(draft: &mut Draft, cell: Cell) {
    let ink = if cell.dry < 0.5 { Ink::Text } else { Ink::CellText };
    body(draft, &cell);
    print(draft, &cell, [ink; 2]);
}

/// Draws a record without a value: the cell with a hollow centre.
pub fn tombstone(draft: &mut Draft, cell: Cell) {
    let Cell { place, key, offset, dry } = cell;
    body(draft, &cell);
    let (over, under) = match offset {
        Some(_) => (3.0, 10.0),
        None => (4.0, 4.0),
    };
    let side = (place.w * 0.16).min(5.0);
    let hollow = rect(
        place.x + side,
        place.y + over,
        place.w - 2.0 * side,
        (place.h - over - under).max(4.0),
    );
    draft.slab(Coat::Inlay, Ink::Stage.fill(), hollow, 2.0);
    draft.slab(Coat::Rim, key.edge.stroke(1.5), hollow, 2.0);
    // What stands in the hollow stands on the ground of the picture.
    let on_key = if dry < 0.5 { Ink::Text } else { Ink::CellText };
    print(draft, &cell, [Ink::Text, if offset.is_some() { on_key } else { Ink::Text }]);
}

/// The box of a record.
fn body(draft: &mut Draft, cell: &Cell) {
    let Cell { place, key, dry, .. } = *cell;
    let wet = dry <= 0.0;
    let corner = (place.w * 0.15).clamp(0.5, 3.0);
    if wet {
        let body = rect(place.x + 1.75, place.y + 0.75, place.w - 3.5, place.h - 1.5);
        draft.slab(Coat::Body, Ink::Stage.fill(), body, corner);
        draft.slab(Coat::Edge, key.edge.stroke(1.75), body, corner);
    } else {
        let body = rect(place.x + 1.5, place.y + 0.5, place.w - 3.0, place.h - 1.0);
        if dry < 1.0 {
            draft.slab(Coat::Body, Ink::Stage.fill(), body, corner);
            let filled = rect(body.x, body.y, body.w * dry, body.h);
            draft.slab(Coat::Inlay, key.fill.fill(), filled, corner);
            draft.slab(Coat::Rim, key.edge.stroke(1.75), body, corner);
        } else {
            draft.slab(Coat::Body, key.fill.fill(), body, corner);
            draft.slab(Coat::Edge, key.edge.stroke(1.0), body, corner);
        }
    }
}

/// The offset and the holes of a record: the ink of each.
fn print(draft: &mut Draft, cell: &Cell, [figures, holes]: [Ink; 2]) {
    let Cell { place, key, offset, .. } = *cell;
    let middle = place.x + place.w / 2.0;
    let hole = Hole::of(place.w);
    match offset {
        Some((offset, size)) => {
            let baseline = place.y + size * 0.98 + (place.h - 28.0) * 0.12;
            let mut digits = [0u8; 20];
            draft.label(at(middle, baseline), ruler(offset, &mut digits), mono(size), figures);
            hole.punch(draft, at(middle, place.bottom() - hole.radius * 3.0), key, holes);
        }
        None => hole.punch(draft, at(middle, place.y + place.h / 2.0), key, holes),
    }
}

/// An offset as a ruler prints it: its last three digits. More would not fit a cell; the marks
/// beside the tape give the whole number.
fn ruler(offset: u64, digits: &mut [u8; 20]) -> &str {
    let text = decimal(offset, digits);
    text.get(text.len().saturating_sub(3)..).unwrap_or(text)
}

/// Size and gap of the holes that tell a key.
#[derive(Clone, Copy, Debug)]
pub struct Hole {
    /// Radius of one hole.
    pub radius: f32,
    /// From hole to hole.
    pub gap: f32,
}

impl Hole {
    /// Holes for a cell this wide.
    pub fn of(width: f32) -> Hole {
        match width {
            w if w >= 32.0 => Hole { radius: 2.4, gap: 7.5 },
            w if w >= 26.0 => Hole { radius: 2.1, gap: 6.4 },
            w if w >= 20.0 => Hole { radius: 1.7, gap: 5.0 },
            w if w >= 14.0 => Hole { radius: 1.5, gap: 3.9 },
            w if w >= 11.0 => Hole { radius: 1.1, gap: 2.9 },
            _ => Hole { radius: 0.0, gap: 0.0 },
        }
    }

    /// Punches a key's holes around `centre`.
    pub fn punch(self, draft: &mut Draft, centre: Point, key: KeyMark, ink: Ink) {
        if self.radius <= 0.0 {
            return; // too small to punch: the hue is left
        }
        for (place, _) in key.punch.iter().enumerate().filter(|(_, hole)| **hole) {
            let x = centre.x + (place as f32 - 1.0) * self.gap;
            draft.disc(Coat::Detail, ink.fill(), at(x, centre.y), self.radius);
        }
    }
}

/// The ground of a tape: from the first cell's left edge, this wide.
pub fn tape(draft: &mut Draft, place: Rect) {
    draft.slab(
        Coat::Halo,
        Ink::Slot.fill(),
        rect(place.x, place.y - 3.0, place.w, place.h + 6.0),
        0.0,
    );
}

/// Stripes before the first cell: older records exist, or existed, to the left.
pub fn earlier(draft: &mut Draft, x: f32, y: f32, height: f32) {
    for i in 0..2 {
        let stripe = rect(x - 10.0 - i as f32 * 5.0, y - 3.0, 3.0, height + 6.0);
        draft.slab(Coat::Halo, Ink::Slot.fill(), stripe, 0.0);
    }
}

/// Bold stripes before the first cell: what was there has been deleted.
pub fn log_start(draft: &mut Draft, x: f32, y: f32, height: f32) {
    draft.faint(128, |draft| {
        for i in 0..3 {
            let stripe = rect(x - 6.0 - i as f32 * 7.0, y - 3.0, 4.0, height + 6.0);
            draft.slab(Coat::Halo, Ink::SlotLine.fill(), stripe, 0.0);
        }
    });
}

/// An empty place where a record is missing or will come.
pub fn slot(draft: &mut Draft, place: Rect) {
    let hollow = rect(place.x + 2.0, place.y + 1.0, place.w - 4.0, place.h - 2.0);
    draft.slab(Coat::Edge, Ink::SlotLine.stroke(1.2).dashed(Dash::Dots), hollow, 3.0);
}

/// A record on a replica that cannot be reached: a grey outline. Where it will be `hatched` its
/// offset is to be read through that.
pub fn unreachable(draft: &mut Draft, place: Rect, offset: Option<(u64, f32)>, hatched: bool) {
    let body = rect(place.x + 1.5, place.y + 0.5, place.w - 3.0, place.h - 1.0);
    draft.slab(Coat::Body, Ink::Stage.fill(), body, 3.0);
    draft.slab(Coat::Edge, Ink::Rule.stroke(1.0), body, 3.0);
    if let Some((offset, size)) = offset {
        let mut digits = [0u8; 20];
        let text = ruler(offset, &mut digits);
        let style = Lettering { weight: Weight::Regular, ..mono(size) };
        let ink = if hatched { Ink::Text } else { Ink::Muted };
        draft.label(at(body.centre().x, body.centre().y + size * 0.35), text, style, ink);
    }
}

/// A record that was cut off: dashed and struck through.
pub fn truncated(draft: &mut Draft, place: Rect, offset: Option<(u64, f32)>) {
    let body = rect(place.x + 1.5, place.y + 1.0, place.w - 3.0, place.h - 2.0);
    draft.slab(Coat::Body, Ink::Stage.fill(), body, 3.0);
    draft.slab(Coat::Edge, Ink::Bad.stroke(1.8).dashed(Dash::Torn), body, 3.0);
    if let Some((offset, size)) = offset {
        let y = body.centre().y + size * 0.35;
        let mut digits = [0u8; 20];
        draft.label(at(body.centre().x, y), ruler(offset, &mut digits), mono(size), Ink::Bad);
    }
    let (from, to) = (at(body.x + 3.5, body.bottom() - 3.0), at(body.right() - 3.5, body.y + 3.0));
    draft.line(Coat::Strike, Ink::Bad.stroke(2.0), from, to);
}

/// A record that the leader does not have: hatched, whatever its cell looks like otherwise.
pub fn divergent(draft: &mut Draft, place: Rect) {
    let body = rect(place.x + 1.5, place.y + 0.5, place.w - 3.0, place.h - 1.0);
    draft.slab(Coat::Rim, Ink::Bad.stroke(1.8), body, 3.0);
    // Strokes along one diagonal, from the left or the lower edge to the upper or the right one.
    let step = (4.0 / body.h).max(0.4);
    let mut way = step;
    while way < 2.0 {
        let far = way.min(1.0);
        let near = way - far;
        let from = at(body.x + near * body.w, body.y + far * body.h);
        let to = at(body.x + far * body.w, body.y + near * body.h);
        draft.line(Coat::Detail, Ink::Bad.stroke(1.4), from, to);
        way += step;
    }
}

/// A small cell inside something else: a wagon, a bin.
pub fn inlaid(draft: &mut Draft, place: Rect, key: KeyMark, wet: bool) {
    if wet {
        draft.slab(Coat::Inlay, Ink::Stage.fill(), place, 2.0);
        draft.slab(Coat::Rim, key.edge.stroke(1.6), place, 2.0);
    } else {
        draft.slab(Coat::Inlay, key.fill.fill(), place, 2.0);
        draft.slab(Coat::Rim, key.edge.stroke(1.0), place, 2.0);
    }
    let hole = match place.w {
        w if w >= 20.0 => Hole { radius: 1.7, gap: 5.0 },
        w if w >= 15.0 => Hole { radius: 1.6, gap: 4.4 },
        _ => Hole { radius: 1.5, gap: 3.8 },
    };
    hole.punch(draft, place.centre(), key, if wet { Ink::Text } else { Ink::CellText });
}
