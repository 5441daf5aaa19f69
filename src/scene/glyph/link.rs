//! Links: twin rails, and what is wrong with them; ribbons where messages are too many to tell.

use super::super::draft::Draft;
use super::super::geometry::{Curve, Point, Rect, at};
use super::super::ink::Ink;
use super::super::item::{Coat, Dash};

/// How solid a rail is: 88 %.
const RAIL: u8 = 224;

/// A link in service: a twin rail.
pub fn rails(draft: &mut Draft, curve: Curve) {
    draft.faint(RAIL, |draft| draft.curve(Coat::Body, Ink::Rule.stroke(5.6), curve));
    draft.curve(Coat::Edge, Ink::Stage.stroke(4.1), curve);
}

/// One link of many: a single thread.
pub fn thread(draft: &mut Draft, curve: Curve) {
    draft.faint(RAIL, |draft| draft.curve(Coat::Detail, Ink::Rule.stroke(0.75), curve));
}

/// A link whose connection is closed: dotted.
pub fn closed(draft: &mut Draft, curve: Curve) {
    draft.curve(Coat::Body, Ink::Rule.stroke(1.5).dashed(Dash::Sparse).round(), curve);
}

/// A slow link's hourglass.
pub fn slow(draft: &mut Draft, c: Point) {
    draft.slab(Coat::Halo, Ink::Stage.fill(), Rect::around(c, 18.0, 18.0), 2.0);
    let glass = [c.by(-6.0, -7.0), c.by(6.0, -7.0), c.by(-6.0, 7.0), c.by(6.0, 7.0)];
    draft.polygon(Coat::Body, Ink::DoubtGround.fill(), &glass);
    draft.polygon(Coat::Edge, Ink::Doubt.stroke(1.8), &glass);
}

/// A cut link's two buffer stops, across a link that runs level or upright.
pub fn cut(draft: &mut Draft, c: Point, upright: bool) {
    let gap = Rect::around(c, 18.0, 18.0);
    draft.slab(Coat::Halo, Ink::Stage.fill(), gap, 0.0);
    for side in [-9.0, 9.0] {
        let (from, to) = if upright {
            (at(c.x - 8.0, c.y + side), at(c.x + 8.0, c.y + side))
        } else {
            (at(c.x + side, c.y - 8.0), at(c.x + side, c.y + 8.0))
        };
        draft.line(Coat::Edge, Ink::Bad.stroke(2.8), from, to);
    }
}

/// A link that is cut one way: an arrow that runs into a buffer stop. `toward` is one step in the
/// direction that is cut.
pub fn cut_way(draft: &mut Draft, c: Point, toward: Point) {
    draft.slab(Coat::Halo, Ink::Stage.fill(), Rect::around(c, 30.0, 30.0), 0.0);
    let (x, y) = (toward.x, toward.y);
    let bad = Ink::Bad.stroke(2.8);
    let ahead =
        |along: f32, across: f32| at(c.x + x * along - y * across, c.y + y * along + x * across);
    draft.line(Coat::Edge, bad, ahead(9.0, -9.0), ahead(9.0, 9.0));
    draft.line(Coat::Edge, bad, ahead(-13.0, 0.0), ahead(-2.0, 0.0));
    let head = [ahead(5.0, 0.0), ahead(-4.0, -6.0), ahead(-4.0, 6.0)];
    draft.polygon(Coat::Body, Ink::Bad.fill(), &head);
}

/// The buffer stops of a cut between two plates, one above the other.
pub fn stops(draft: &mut Draft, c: Point) {
    for side in [-1.0, 1.0] {
        let bar = c.y + side * 3.5;
        let bad = Ink::Bad.stroke(2.5);
        draft.line(Coat::Edge, bad, at(c.x - 8.0, bar), at(c.x + 8.0, bar));
        draft.line(Coat::Edge, bad, at(c.x, bar), at(c.x, c.y + side * 7.0));
    }
}

/// A tag that lies over the seam of two plates, for what is the matter between them.
pub fn tag(draft: &mut Draft, place: Rect, ink: Ink) {
    draft.slab(Coat::Body, Ink::Stage.fill(), place, 4.0);
    draft.slab(Coat::Edge, ink.stroke(1.5), place, 4.0);
}

/// Many messages a second: a ribbon whose width is their rate, with a head that tells the way.
pub fn ribbon(draft: &mut Draft, curve: Curve, width: f32) {
    draft.faint(107, |draft| {
        draft.curve(Coat::Inlay, Ink::SlotLine.stroke(width), curve);
    });
    let end = curve.to;
    let half = (width * 0.65).max(5.0);
    // The head follows the curve's last direction, which is level or upright by construction.
    let (dx, dy) = (end.x - curve.trail.x, end.y - curve.trail.y);
    let head = if dx.abs() >= dy.abs() {
        let s = dx.signum();
        clockwise([end.by(0.0, -half), end.by(s * half * 1.1, 0.0), end.by(0.0, half)], s > 0.0)
    } else {
        let s = dy.signum();
        clockwise([end.by(half, 0.0), end.by(0.0, s * half * 1.1), end.by(-half, 0.0)], s > 0.0)
    };
    draft.polygon(Coat::Rim, Ink::SlotLine.fill(), &head);
}

fn clockwise(points: [Point; 3], already: bool) -> [Point; 3] {
    let [a, b, c] = points;
    if already { points } else { [c, b, a] }
}
