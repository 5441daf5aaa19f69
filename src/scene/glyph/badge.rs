//! What became of a record's promise: told ok, in doubt, lost after the ack, twice; and errors.

use super::super::draft::Draft;
use super::super::geometry::{Point, Rect, at, rect};
use super::super::ink::Ink;
use super::super::item::{Coat, Dash, Segment, sans};

/// Told ok: a disc with a tick.
pub fn acked(draft: &mut Draft, centre: Point, radius: f32) {
    draft.disc(Coat::Halo, Ink::Stage.fill(), centre, radius + 2.0);
    draft.disc(Coat::Body, Ink::Good.fill(), centre, radius);
    let start = centre.by(-radius * 0.45, radius * 0.02);
    let knee = start.by(radius * 0.33, radius * 0.36);
    let end = knee.by(radius * 0.58, -radius * 0.72);
    let tick = Ink::Inverse.stroke(radius * 0.24).round();
    draft.polyline(Coat::Detail, tick, &[start, knee, end]);
}

/// No answer yet: a dashed disc and a question mark. `turn` is how far it has turned, 0 to 1.
pub fn in_doubt(draft: &mut Draft, centre: Point, radius: f32, turn: f32) {
    draft.disc(Coat::Halo, Ink::Stage.fill(), centre, radius + 2.0);
    draft.disc(Coat::Body, Ink::DoubtGround.fill(), centre, radius);
    let dashed = Ink::Doubt.stroke(1.8).dashed(Dash::Doubt);
    draft.arc(Coat::Edge, dashed, centre, radius, turn, turn + 1.0);
    let word = sans(radius * 1.5).bold().middle();
    draft.label(centre.by(0.0, radius * 0.5), "?", word, Ink::Doubt);
}

/// Acked and gone: a crossed square.
pub fn lost(draft: &mut Draft, centre: Point, radius: f32) {
    let square = Rect::around(centre, 2.0 * radius, 2.0 * radius);
    draft.slab(Coat::Body, Ink::BadGround.fill(), square, 2.0);
    draft.slab(Coat::Edge, Ink::Bad.stroke(1.8), square, 2.0);
    let h = radius * 0.5;
    let strokes = [
        Segment::Move(centre.by(-h, -h)),
        Segment::Line(centre.by(h, h)),
        Segment::Move(centre.by(-h, h)),
        Segment::Line(centre.by(h, -h)),
    ];
    draft.path(Coat::Detail, Ink::Bad.stroke(2.4).round(), strokes);
}

/// In the log more than once: two squares and a 2.
pub fn duplicated(draft: &mut Draft, centre: Point, radius: f32) {
    let side = 2.0 * radius - 3.0;
    let back = rect(centre.x - radius + 4.0, centre.y - radius - 2.0, side, side);
    let front = rect(centre.x - radius, centre.y - radius + 2.0, side, side);
    draft.slab(Coat::Halo, Ink::TwiceGround.fill(), back, 2.0);
    draft.slab(Coat::Edge, Ink::Twice.stroke(1.8), back, 2.0);
    draft.slab(Coat::Inlay, Ink::TwiceGround.fill(), front, 2.0);
    draft.slab(Coat::Rim, Ink::Twice.stroke(1.8), front, 2.0);
    let word = sans(radius * 1.3).bold().middle();
    draft.label(centre.by(-1.2, radius * 0.62), "2", word, Ink::Twice);
}

/// An error: a diamond with an exclamation mark.
pub fn error(draft: &mut Draft, centre: Point, radius: f32) {
    draft.polygon(Coat::Halo, Ink::Stage.fill(), &diamond(centre, radius + 2.5));
    draft.polygon(Coat::Body, Ink::Bad.fill(), &diamond(centre, radius));
    let stroke = Ink::Inverse.stroke(radius * 0.24).round();
    let (top, end) = (centre.by(0.0, -radius * 0.45), centre.by(0.0, radius * 0.1));
    draft.line(Coat::Detail, stroke, top, end);
    let dot = centre.by(0.0, radius * 0.45);
    draft.disc(Coat::Detail, Ink::Inverse.fill(), dot, radius * 0.14);
}

/// The corners of a square on its tip, clockwise from the top.
pub fn diamond(c: Point, r: f32) -> [Point; 4] {
    [at(c.x, c.y - r), at(c.x + r, c.y), at(c.x, c.y + r), at(c.x - r, c.y)]
}
