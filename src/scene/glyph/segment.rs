//! Segments of a log: trays that hold the cells, closed on both sides once they are full, and what
//! is left to be seen when one goes.

use super::super::draft::{Draft, decimal};
use super::super::geometry::{Point, Rect, at, rect};
use super::super::ink::Ink;
use super::super::item::{Coat, Dash, Lettering, Weight, mono};

/// A segment, as the tray under its cells.
#[derive(Clone, Copy, Debug)]
pub struct Tray {
    /// Its cells: where they begin and end.
    pub cells: Rect,
    /// Whether it begins here; otherwise to the left of what is shown.
    pub begins: bool,
    /// Nothing more is written to it. The active segment is open on its right.
    pub closed: bool,
    /// How much of its time is over, from its left: dots where it is.
    pub over: f32,
    /// Whether compaction has not passed yet: a rough floor.
    pub dirty: bool,
}

/// The pitch of the teeth of a rough floor.
const TOOTH: f32 = 4.0;

/// Draws a tray.
pub fn tray(draft: &mut Draft, tray: Tray) {
    let Rect { x, y, w, h } = tray.cells;
    let line = Ink::Muted.stroke(1.6);
    let dots = line.dashed(Dash::Dots);
    let (left, right, top, floor) = (x + 0.8, x + w - 0.8, y - 3.0, y + h + 2.0);
    // Whole pixels: what creeps would be painted anew in every frame.
    let burnt = (left + (right - left) * tray.over).round();
    let is_due = tray.over >= 1.0;
    if tray.begins {
        draft.line(Coat::Halo, if is_due { dots } else { line }, at(left, floor), at(left, top));
    }
    if tray.closed {
        draft.line(Coat::Halo, if is_due { dots } else { line }, at(right, floor), at(right, top));
    }
    if burnt > left + 1.0 {
        draft.line(Coat::Halo, dots, at(left, floor), at(burnt.min(right), floor));
    }
    if !tray.closed || burnt > right - 1.0 {
        return;
    }
    match tray.dirty {
        false => draft.line(Coat::Halo, line, at(burnt, floor), at(right, floor)),
        true => rough(draft, at(burnt, floor), right),
    }
}

fn rough(draft: &mut Draft, from: Point, until: f32) {
    let mut teeth = [from; 64];
    let mut count = 1;
    for (index, tooth) in teeth.iter_mut().enumerate().skip(1) {
        let x = from.x + index as f32 * TOOTH / 2.0;
        if x > until {
            break;
        }
        *tooth = at(x, from.y - if index % 2 == 1 { 1.6 } else { -1.2 });
        count = index + 1;
    }
    let teeth = teeth.get(..count).unwrap_or_default();
    draft.polyline(Coat::Halo, Ink::Muted.stroke(1.2), teeth);
}

/// A place whose record nobody can read any more: deleted, or taken by compaction.
pub fn gone(draft: &mut Draft, place: Rect) {
    let body = rect(place.x + 2.0, place.y + 1.0, place.w - 4.0, place.h - 2.0);
    draft.slab(Coat::Body, Ink::Stage.fill(), body, 3.0);
    draft.slab(Coat::Edge, Ink::Muted.stroke(1.2).dashed(Dash::Torn), body, 3.0);
}

/// A place whose record is in remote storage only: the leader reads it from there for consumers.
pub fn remote(draft: &mut Draft, place: Rect, offset: Option<(u64, f32)>) {
    let body = rect(place.x + 2.0, place.y + 1.0, place.w - 4.0, place.h - 2.0);
    draft.slab(Coat::Body, Ink::Stage.fill(), body, 3.0);
    draft.slab(Coat::Edge, Ink::Text.stroke(1.2).dashed(Dash::Dots), body, 3.0);
    if let Some((offset, size)) = offset {
        let mut digits = [0u8; 20];
        let text = decimal(offset, &mut digits);
        let text = text.get(text.len().saturating_sub(3)..).unwrap_or(text);
        let style = Lettering { weight: Weight::Regular, ..mono(size) };
        draft.label(at(body.centre().x, body.centre().y + size * 0.35), text, style, Ink::Text);
    }
}

/// A cloud: what is under it is in remote storage (KIP-405). `centre` is in the middle of its foot.
pub fn cloud(draft: &mut Draft, centre: Point) {
    let puffs = [(-4.5, -2.6, 2.8), (0.2, -4.4, 4.2), (4.8, -2.8, 3.0)];
    for (x, y, radius) in puffs {
        let puff = Rect::around(centre.by(x, y), 2.0 * radius, 2.0 * radius);
        draft.slab(Coat::Rim, Ink::Text.fill(), puff, radius);
    }
    draft.slab(Coat::Rim, Ink::Text.fill(), rect(centre.x - 6.6, centre.y - 3.0, 13.6, 3.2), 1.6);
}

/// An offset that nothing is left of.
pub fn hole(draft: &mut Draft, place: Rect) {
    let centre = place.centre();
    let reach = (place.w * 0.12).min(3.5);
    let line = Ink::SlotLine.stroke(1.6);
    draft.line(Coat::Body, line, centre.by(-reach, 0.0), centre.by(reach, 0.0));
}

/// The cleaner on its way through a log: a bar with bristles.
pub fn cleaner(draft: &mut Draft, x: f32, y: f32, height: f32) {
    let (top, bottom) = (y - 6.0, y + height + 6.0);
    draft.line(Coat::Detail, Ink::Focus.stroke(2.5), at(x, top), at(x, bottom));
    for bristle in 0..4 {
        let y = bottom - 1.0 - bristle as f32 * 4.0;
        draft.line(Coat::Detail, Ink::Focus.stroke(1.5), at(x, y), at(x - 5.0, y + 2.0));
    }
}
