//! Messages: wagons that carry records, chevrons that ask for them, beats and controls.

use super::super::draft::Draft;
use super::super::geometry::{Point, at, rect};
use super::super::ink::{Ink, KeyMark};
use super::super::item::{Coat, Segment, sans};
use super::node::hexagon;
use super::record::inlaid;

/// Which way a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heading {
    /// To greater x.
    Right,
    /// To smaller x.
    Left,
    /// To greater y.
    Down,
    /// To smaller y.
    Up,
}

impl Heading {
    fn along(self) -> (f32, f32) {
        match self {
            Heading::Right => (1.0, 0.0),
            Heading::Left => (-1.0, 0.0),
            Heading::Down => (0.0, 1.0),
            Heading::Up => (0.0, -1.0),
        }
    }
}

/// A wagon: a batch on its way.
#[derive(Clone, Copy, Debug)]
pub struct Wagon<'a> {
    /// Its centre.
    pub at: Point,
    /// Where its nose points.
    pub heading: Heading,
    /// Its records, first first; at most [`Wagon::SEATS`] are shown.
    pub keys: &'a [KeyMark],
    /// How many records it carries in all.
    pub count: usize,
    /// Width of a seat in pixels, 14 in the air.
    pub seat: f32,
    /// Height of the wagon in pixels, 20 in the air.
    pub height: f32,
    /// Whether dashes behind it tell that it moves.
    pub trail: bool,
    /// Whether it is one of very many: then it has no halo, and its cells have hue alone.
    pub crowded: bool,
}

impl Wagon<'_> {
    /// How many records a wagon shows; more are told by a number.
    pub const SEATS: usize = 5;

    /// Width over all, nose and number included.
    pub fn length(&self) -> f32 {
        let (body, nose) = self.measure();
        body + if self.upright() { 0.0 } else { nose }
    }

    fn upright(&self) -> bool {
        matches!(self.heading, Heading::Down | Heading::Up)
    }

    fn measure(&self) -> (f32, f32) {
        let shown = self.keys.len().clamp(1, Self::SEATS) as f32;
        let more = if self.count > Self::SEATS { more_width(self.count) } else { 0.0 };
        (shown * self.seat + 8.0 + more, if self.upright() { 8.0 } else { self.height * 0.45 })
    }
}

fn more_width(count: usize) -> f32 {
    let digits = if count >= 1000 {
        4
    } else if count >= 100 {
        3
    } else {
        2
    };
    digits as f32 * 8.0 + 4.0
}

/// Draws a wagon with its cells.
pub fn wagon(draft: &mut Draft, wagon: Wagon) {
    let (body, nose) = wagon.measure();
    let c = wagon.at;
    let h = wagon.height / 2.0;
    let (left, points, corners) = outline(wagon);
    let outline = points.get(..corners).unwrap_or(&points);
    if wagon.trail {
        let half = if wagon.upright() { h } else { (body + nose) / 2.0 };
        trail(draft, c, half, wagon.heading);
    }
    if !wagon.crowded {
        draft.polygon(Coat::Halo, Ink::Stage.stroke(5.75), outline);
    }
    draft.polygon(Coat::Body, Ink::Stage.fill(), outline);
    draft.polygon(Coat::Edge, Ink::Text.stroke(1.75), outline);
    seats(draft, wagon, left);
}

/// Where the body begins at the left, and the polygon around it with its nose: so many corners.
fn outline(wagon: Wagon) -> (f32, [Point; 7], usize) {
    let (body, nose) = wagon.measure();
    let c = wagon.at;
    let h = wagon.height / 2.0;
    let (top, bottom) = (c.y - h, c.y + h);
    let half = match wagon.heading {
        Heading::Right => (body + nose) / 2.0,
        Heading::Left => (body + nose) / 2.0 - nose,
        Heading::Down | Heading::Up => body / 2.0,
    };
    let l = c.x - half;
    let r = l + body;
    let corners = [at(l, top), at(r, top), at(r, bottom), at(l, bottom)];
    let [a, b, d, e] = corners;
    match wagon.heading {
        Heading::Right => (l, [a, b, at(r + nose, c.y), d, e, e, e], 5),
        Heading::Left => (l, [a, b, d, e, at(l - nose, c.y), e, e], 5),
        Heading::Down => {
            let tip = at(c.x, bottom + nose);
            (l, [a, b, d, at(c.x + 9.0, bottom), tip, at(c.x - 9.0, bottom), e], 7)
        }
        Heading::Up => {
            let tip = at(c.x, top - nose);
            (l, [a, at(c.x - 9.0, top), tip, at(c.x + 9.0, top), b, d, e], 7)
        }
    }
}

fn seats(draft: &mut Draft, wagon: Wagon, left: f32) {
    let (y, h) = (wagon.at.y, wagon.height);
    for (i, key) in wagon.keys.iter().take(Wagon::SEATS).enumerate() {
        let x = left + 4.0 + i as f32 * wagon.seat;
        let place = rect(x + 1.0, y - h / 2.0 + 3.5, wagon.seat - 2.0, h - 7.0);
        if wagon.crowded {
            draft.slab(Coat::Inlay, key.fill.fill(), place, 0.0);
        } else {
            inlaid(draft, place, *key, false);
        }
    }
    if wagon.count > Wagon::SEATS {
        let x = left + 5.0 + Wagon::SEATS.min(wagon.keys.len()) as f32 * wagon.seat;
        let style = sans(14.0).strong().room(more_width(wagon.count));
        draft.number(at(x, y + 4.9), wagon.count as u64, style, Ink::Text);
    }
}

/// Three dashes behind something that moves, each fainter.
fn trail(draft: &mut Draft, c: Point, half: f32, heading: Heading) {
    let (dx, dy) = heading.along();
    for (i, (fade, length)) in [(140, 12.0), (76, 10.5), (38, 9.0)].into_iter().enumerate() {
        let start = half + 6.0 + i as f32 * 15.0;
        let from = c.by(-dx * start, -dy * start);
        let to = c.by(-dx * (start + length), -dy * (start + length));
        draft.faint(fade, |draft| {
            draft.line(Coat::Halo, Ink::Text.stroke(2.5).round(), from, to);
        });
    }
}

/// A fetch request: two open chevrons that carry nothing.
pub fn fetch(draft: &mut Draft, c: Point, heading: Heading, k: f32) {
    let (dx, dy) = heading.along();
    for back in [0.0, k * 0.9] {
        let tip = c.by(dx * (k * 0.5 - back), dy * (k * 0.5 - back));
        let (one, other) = if dy == 0.0 {
            (tip.by(-dx * k, -k), tip.by(-dx * k, k))
        } else {
            (tip.by(-k, -dy * k), tip.by(k, -dy * k))
        };
        let halo = Ink::Stage.stroke((k * 0.55).max(7.0)).round();
        draft.polyline(Coat::Halo, halo, &[one, tip, other]);
        let line = Ink::Text.stroke((k * 0.3).max(2.6)).round();
        draft.polyline(Coat::Edge, line, &[one, tip, other]);
    }
}

/// A heartbeat: a beat line with a dot at its front.
pub fn beat(draft: &mut Draft, c: Point, rightward: bool) {
    let s = if rightward { 1.0 } else { -1.0 };
    let start = c.by(-18.0 * s, 0.0);
    let steps = [(10.0, 0.0), (14.0, -7.0), (20.0, 6.0), (24.0, 0.0), (34.0, 0.0)];
    let line = steps.iter().map(|(x, y)| Segment::Line(start.by(x * s, *y)));
    let path: Vec<Segment> = std::iter::once(Segment::Move(start)).chain(line).collect();
    draft.path(Coat::Halo, Ink::Stage.stroke(5.0).round(), path.iter().copied());
    draft.path(Coat::Edge, Ink::Text.stroke(1.8).round(), path);
    draft.disc(Coat::Detail, Ink::Text.fill(), start.by(35.0 * s, 0.0), 3.4);
}

/// A control message, of a group or of the cluster: a hollow hexagon.
pub fn control(draft: &mut Draft, c: Point, radius: f32) {
    draft.polygon(Coat::Halo, Ink::Stage.fill(), &hexagon(c, radius + 2.5));
    draft.polygon(Coat::Body, Ink::Stage.fill(), &hexagon(c, radius));
    draft.polygon(Coat::Edge, Ink::Text.stroke(2.0), &hexagon(c, radius));
}

/// An answer to a control message: the hexagon, small and filled.
pub fn control_reply(draft: &mut Draft, c: Point, radius: f32) {
    draft.polygon(Coat::Halo, Ink::Stage.fill(), &hexagon(c, radius + 2.5));
    draft.polygon(Coat::Body, Ink::Muted.fill(), &hexagon(c, radius));
}
