//! Transactions on a log: the bracket over their records, the marker that ends them, and records
//! that were aborted.

use super::super::draft::{Draft, decimal};
use super::super::geometry::{Point, Rect, at, rect};
use super::super::ink::Ink;
use super::super::item::{Coat, Dash, Lettering, Weight, mono, sans};

/// How a transaction ended, if it has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fate {
    /// It has not: its records are undecided.
    Open,
    /// Its records count.
    Committed,
    /// Its records are to be skipped.
    Aborted,
}

/// A bracket from `from` to `to`, its ends reaching down from `y`: open ones are arrows, aborted
/// ones dashed.
pub fn bracket(draft: &mut Draft, fate: Fate, from: f32, to: f32, y: f32) {
    let mut pen = Ink::Twice.stroke(2.0);
    if fate == Fate::Aborted {
        pen = pen.dashed(Dash::Sign);
    }
    let tick = 3.5;
    draft.polyline(Coat::Detail, pen, &[at(from, y + tick), at(from, y), at(to, y)]);
    match fate {
        Fate::Open => {
            let head = [at(to - 5.0, y - 3.5), at(to + 1.0, y), at(to - 5.0, y + 3.5)];
            draft.polyline(Coat::Detail, Ink::Twice.stroke(2.0), &head);
        }
        Fate::Committed | Fate::Aborted => {
            draft.line(Coat::Detail, Ink::Twice.stroke(2.0), at(to, y), at(to, y + tick));
        }
    }
}

/// The stretch of a bracket that stands over its own records, where others' lie between them.
pub fn own(draft: &mut Draft, from: f32, to: f32, y: f32) {
    draft.line(Coat::Body, Ink::Twice.stroke(4.0), at(from, y), at(to, y));
}

/// A marker in its place on the log: it takes an offset as records do. As long as it is `wet`, not
/// committed itself, its edge is dashed.
pub fn marker(draft: &mut Draft, place: Rect, committed: bool, wet: bool) {
    let body = rect(place.x + 1.5, place.y + 0.5, place.w - 3.0, place.h - 1.0);
    // What a record without a key looks like lies beneath.
    draft.slab(Coat::Inlay, Ink::Stage.fill(), body, 3.0);
    if wet {
        let edge = Ink::Twice.stroke(1.75).dashed(Dash::Sign);
        draft.slab(Coat::Rim, edge, body.inset(0.75), 3.0);
        letter(draft, body, committed, Ink::Twice);
    } else {
        flag(draft, body, committed);
    }
}

/// A marker on its way.
pub fn flying(draft: &mut Draft, centre: Point, committed: bool) {
    let place = Rect::around(centre, 20.0, 20.0);
    draft.slab(Coat::Halo, Ink::Stage.fill(), place.inset(-2.0), 4.0);
    flag(draft, place, committed);
}

fn flag(draft: &mut Draft, body: Rect, committed: bool) {
    let ink = match committed {
        true => {
            draft.slab(Coat::Inlay, Ink::Twice.fill(), body, 3.0);
            Ink::Inverse
        }
        false => {
            draft.slab(Coat::Rim, Ink::Twice.stroke(1.75), body.inset(0.75), 3.0);
            Ink::Twice
        }
    };
    letter(draft, body, committed, ink);
}

/// C for commit or A for abort, where there is room.
fn letter(draft: &mut Draft, body: Rect, committed: bool, ink: Ink) {
    if body.w >= 9.0 {
        let size = (body.w * 0.8).min(body.h * 0.7).min(16.0);
        let style = sans(size).bold().middle();
        let text = if committed { "C" } else { "A" };
        draft.label(body.centre().by(0.0, size * 0.36), text, style, ink);
    }
}

/// A record of an aborted transaction: grey, struck through, with its offset where there is room.
pub fn aborted(draft: &mut Draft, place: Rect, offset: Option<(u64, f32)>) {
    let body = rect(place.x + 1.5, place.y + 0.5, place.w - 3.0, place.h - 1.0);
    draft.slab(Coat::Inlay, Ink::Stage.fill(), body, 3.0);
    draft.slab(Coat::Rim, Ink::Muted.stroke(1.25), body, 3.0);
    let (from, to) = (at(body.x + 3.0, body.bottom() - 3.0), at(body.right() - 3.0, body.y + 3.0));
    draft.line(Coat::Strike, Ink::Muted.stroke(1.5), from, to);
    if let Some((offset, size)) = offset {
        let mut digits = [0u8; 20];
        let text = decimal(offset, &mut digits);
        let text = text.get(text.len().saturating_sub(3)..).unwrap_or(text);
        let style = Lettering { weight: Weight::Regular, ..mono(size) };
        let foot = at(body.centre().x, body.centre().y + size * 0.35);
        draft.label(foot, text, style.halo(Ink::Stage), Ink::Muted);
    }
}
