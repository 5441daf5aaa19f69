//! Plates and signs of nodes: brokers, producers, consumers, controller and coordinator.

use super::super::draft::Draft;
use super::super::geometry::{Point, Rect, at, lerp, rect};
use super::super::ink::{Ink, KeyMark};
use super::super::item::{Coat, Dash, Paint, Segment, sans};
use super::badge::diamond;
use super::record::inlaid;

/// How a broker is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// In service.
    Up,
    /// The controller does not let it serve.
    Fenced,
    /// Not running.
    Dead,
}

/// A broker's number on a square sign, `side` pixels wide.
pub fn sign(draft: &mut Draft, corner: Point, side: f32, number: &str, standing: Standing) {
    let whole = rect(corner.x, corner.y, side, side);
    let inner = whole.inset(1.0);
    let ink = match standing {
        Standing::Up => {
            draft.slab(Coat::Inlay, Ink::Text.fill(), whole, 3.0);
            Ink::Inverse
        }
        Standing::Fenced => {
            draft.slab(Coat::Inlay, Ink::Stage.fill(), inner, 3.0);
            draft.slab(Coat::Rim, Ink::Text.stroke(2.5).dashed(Dash::Sign), inner, 3.0);
            Ink::Text
        }
        Standing::Dead => {
            draft.slab(Coat::Inlay, Ink::Stage.fill(), inner, 3.0);
            draft.slab(Coat::Rim, Ink::Bad.stroke(2.5), inner, 3.0);
            Ink::Muted
        }
    };
    let size = if number.len() > 2 { side * 0.48 } else { side * 0.68 };
    let place = at(whole.centre().x, whole.centre().y + size * 0.36);
    draft.label(place, number, sans(size).bold().middle(), ink);
    if standing == Standing::Dead {
        struck(draft, inner);
    }
}

/// The stroke across a dead broker's sign, over its number.
fn struck(draft: &mut Draft, sign: Rect) {
    let (from, to) = (at(sign.x + 2.0, sign.bottom() - 2.0), at(sign.right() - 2.0, sign.y + 2.0));
    draft.line(Coat::Strike, Ink::Bad.stroke(2.5), from, to);
}

/// A broker's plate.
pub fn plate(draft: &mut Draft, place: Rect, standing: Standing) {
    draft.slab(Coat::Body, Ink::Panel.fill(), place, 5.0);
    let edge = match standing {
        Standing::Up => Ink::Line.stroke(1.25),
        Standing::Fenced | Standing::Dead => Ink::Rule.stroke(1.25).dashed(Dash::Plate),
    };
    draft.slab(Coat::Edge, edge, place, 5.0);
}

/// The corners of a hexagon that stands on a side, clockwise.
pub fn hexagon(c: Point, r: f32) -> [Point; 6] {
    // cos 60° and sin 60°; `f32::cos` may differ between machines.
    let (half, high) = (r * 0.5, r * 0.866_025_4);
    [
        at(c.x + r, c.y),
        at(c.x + half, c.y + high),
        at(c.x - half, c.y + high),
        at(c.x - r, c.y),
        at(c.x - half, c.y - high),
        at(c.x + half, c.y - high),
    ]
}

/// What a controller is to the quorum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Office {
    /// Decides.
    Active,
    /// Follows the leader.
    Standby,
    /// Knows of no leader, or stands for election.
    Seeking,
    /// Not running.
    Down,
}

/// One controller of several: a hexagon with its number; solid while it is the active one.
pub fn voter(draft: &mut Draft, c: Point, r: f32, number: &str, office: Office) {
    let shape = hexagon(c, r);
    let ink = match office {
        Office::Active => {
            draft.polygon(Coat::Inlay, Ink::Text.fill(), &shape);
            Ink::Inverse
        }
        Office::Standby => {
            draft.polygon(Coat::Inlay, Ink::Stage.fill(), &shape);
            draft.polygon(Coat::Rim, Ink::Text.stroke(2.0), &shape);
            Ink::Text
        }
        Office::Seeking => {
            draft.polygon(Coat::Inlay, Ink::DoubtGround.fill(), &shape);
            draft.polygon(Coat::Rim, Ink::Doubt.stroke(2.0).dashed(Dash::Doubt), &shape);
            Ink::Text
        }
        Office::Down => {
            controller_down(draft, c, r);
            Ink::Muted
        }
    };
    let size = r * 1.15;
    draft.label(c.by(0.0, size * 0.36), number, sans(size).bold().middle(), ink);
}

/// The votes of a nominee: one dot for each that is needed, full where it is granted.
pub fn votes(draft: &mut Draft, c: Point, granted: usize, needed: usize) {
    for place in 0..needed {
        let dot = c.by((place as f32 - (needed - 1) as f32 / 2.0) * 8.0, 0.0);
        if place < granted {
            draft.disc(Coat::Inlay, Ink::Doubt.fill(), dot, 3.0);
        } else {
            draft.disc(Coat::Rim, Ink::Doubt.stroke(1.25), dot, 2.5);
        }
    }
}

/// The ring around a controller that took office just now.
pub fn in_office(draft: &mut Draft, c: Point, r: f32) {
    draft.polygon(Coat::Rim, Ink::Focus.stroke(2.0), &hexagon(c, r));
}

/// The only controller: a solid hexagon.
pub fn controller(draft: &mut Draft, c: Point, r: f32) {
    draft.polygon(Coat::Inlay, Ink::Text.fill(), &hexagon(c, r));
}

/// A controller that is down: the hexagon hollow, dashed and struck.
pub fn controller_down(draft: &mut Draft, c: Point, r: f32) {
    draft.polygon(Coat::Inlay, Ink::Stage.fill(), &hexagon(c, r));
    draft.polygon(Coat::Rim, Ink::Bad.stroke(2.0).dashed(Dash::Torn), &hexagon(c, r));
    draft.line(
        Coat::Detail,
        Ink::Bad.stroke(2.0),
        c.by(-r * 0.7, r * 0.7),
        c.by(r * 0.7, -r * 0.7),
    );
}

/// A group's coordinator: a hollow diamond.
pub fn coordinator(draft: &mut Draft, c: Point, r: f32) {
    draft.polygon(Coat::Inlay, Ink::Stage.fill(), &diamond(c, r));
    draft.polygon(Coat::Rim, Ink::Text.stroke(2.0), &diamond(c, r));
}

/// A coordinator of transactions: the same in their colour, with a dot.
pub fn transaction_coordinator(draft: &mut Draft, c: Point, r: f32) {
    draft.polygon(Coat::Inlay, Ink::Stage.fill(), &diamond(c, r));
    draft.polygon(Coat::Rim, Ink::Twice.stroke(2.0), &diamond(c, r));
    draft.disc(Coat::Detail, Ink::Twice.fill(), c, r * 0.28);
}

/// How a client's plate is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// At work.
    Active,
    /// In a rebalance: paused.
    Paused,
    /// Has nothing to do.
    Idle,
    /// Not running.
    Gone,
}

impl Presence {
    fn edge(self) -> Paint {
        match self {
            Presence::Active => Ink::Text.stroke(1.75),
            Presence::Paused => Ink::Text.stroke(1.75).dashed(Dash::Sign),
            Presence::Idle => Ink::Rule.stroke(1.75).dashed(Dash::Sign),
            Presence::Gone => Ink::Bad.stroke(1.75).dashed(Dash::Sign),
        }
    }
}

/// A producer's plate: its nose points the way its records go.
pub fn producer(draft: &mut Draft, place: Rect, nose: Nose, presence: Presence) {
    let outline = nose.producer(place);
    draft.path(Coat::Body, Ink::Panel.fill(), outline.iter().copied());
    draft.path(Coat::Edge, presence.edge(), outline);
}

/// A consumer's plate: notched where records come in.
pub fn consumer(draft: &mut Draft, place: Rect, nose: Nose, presence: Presence) {
    let outline = nose.consumer(place);
    draft.path(Coat::Body, Ink::Panel.fill(), outline.iter().copied());
    draft.path(Coat::Edge, presence.edge(), outline);
}

/// Which way data flows past a client: rightwards on a wide screen, downwards on a phone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Nose {
    /// Producers left, consumers right; depth of nose or notch in pixels.
    Right(f32),
    /// Producers above, consumers below.
    Down(f32),
}

impl Nose {
    fn producer(self, p: Rect) -> Vec<Segment> {
        use Segment::{Close, Line, Move};
        match self {
            Nose::Right(depth) => {
                let shoulder = p.right() - depth;
                let mut path = vec![
                    Move(at(p.x + 5.0, p.y)),
                    Line(at(shoulder, p.y)),
                    Line(at(p.right(), p.y + p.h / 2.0)),
                    Line(at(shoulder, p.bottom())),
                    Line(at(p.x + 5.0, p.bottom())),
                ];
                path.push(corner(at(p.x + 5.0, p.bottom()), at(p.x, p.bottom() - 5.0), false));
                path.push(Line(at(p.x, p.y + 5.0)));
                path.push(corner(at(p.x, p.y + 5.0), at(p.x + 5.0, p.y), true));
                path.push(Close);
                path
            }
            Nose::Down(depth) => vec![
                Move(at(p.x, p.y)),
                Line(at(p.right(), p.y)),
                Line(at(p.right(), p.bottom() - depth)),
                Line(at(p.x + p.w / 2.0, p.bottom())),
                Line(at(p.x, p.bottom() - depth)),
                Close,
            ],
        }
    }

    fn consumer(self, p: Rect) -> Vec<Segment> {
        use Segment::{Close, Line, Move};
        match self {
            Nose::Right(depth) => vec![
                Move(at(p.x, p.y)),
                Line(at(p.right() - 5.0, p.y)),
                corner(at(p.right() - 5.0, p.y), at(p.right(), p.y + 5.0), false),
                Line(at(p.right(), p.bottom() - 5.0)),
                corner(at(p.right(), p.bottom() - 5.0), at(p.right() - 5.0, p.bottom()), true),
                Line(at(p.x, p.bottom())),
                Line(at(p.x + depth, p.y + p.h / 2.0)),
                Close,
            ],
            Nose::Down(depth) => vec![
                Move(at(p.x, p.y)),
                Line(at(p.x + p.w / 2.0, p.y + depth)),
                Line(at(p.right(), p.y)),
                Line(at(p.right(), p.bottom())),
                Line(at(p.x, p.bottom())),
                Close,
            ],
        }
    }
}

/// A round corner as a curve: first level then upright, or the other way.
fn corner(from: Point, to: Point, upright_first: bool) -> Segment {
    let knee = if upright_first { at(from.x, to.y) } else { at(to.x, from.y) };
    Segment::Curve(from.toward(knee, 0.552), to.toward(knee, 0.552), to)
}

/// A batch being filled: its bin, its wet records, and a ring for the nearer of time and bytes.
#[derive(Clone, Copy, Debug)]
pub struct Bin<'a> {
    /// The bin.
    pub place: Rect,
    /// The last records that came in, first first.
    pub keys: &'a [KeyMark],
    /// How many records are in it.
    pub count: usize,
    /// How near it is to being sent, 0 to 1.
    pub full: f32,
}

/// Draws a bin.
pub fn bin(draft: &mut Draft, bin: Bin) {
    let p = bin.place;
    let empty = bin.count == 0;
    draft.slab(Coat::Inlay, Ink::Stage.fill(), p, 3.0);
    let edge = Ink::SlotLine.stroke(1.2);
    draft.slab(Coat::Rim, if empty { edge.dashed(Dash::Dots) } else { edge }, p, 3.0);
    if empty {
        return;
    }
    let pitch = 15.3;
    let seats = (((p.w - 4.0) / pitch) as usize).max(1);
    let more = bin.count > seats;
    let shown = if more { seats.saturating_sub(2) } else { bin.count.min(seats) };
    let height = (p.h - 6.0).max(8.0);
    for (i, key) in bin.keys.iter().take(shown).enumerate() {
        let cell = rect(p.x + 3.0 + i as f32 * pitch, p.y + 3.0, 13.5, height);
        inlaid(draft, cell, *key, true);
    }
    if more {
        let text = at(p.right() - 4.0, p.y + p.h / 2.0 + 4.9);
        draft.number(text, bin.count as u64, sans(14.0).strong().end().room(30.0), Ink::Text);
    }
    let centre = at(p.right() + p.h * 0.5 + 1.5, p.y + p.h / 2.0);
    progress(draft, centre, 7.0, bin.full);
}

/// A bin with room for one record, or for a number where there are more.
pub fn small_bin(draft: &mut Draft, place: Rect, first: Option<KeyMark>, count: usize) {
    draft.slab(Coat::Inlay, Ink::Stage.fill(), place, 3.0);
    let edge = Ink::SlotLine.stroke(1.2);
    draft.slab(Coat::Rim, if count == 0 { edge.dashed(Dash::Dots) } else { edge }, place, 3.0);
    match (count, first) {
        (1, Some(key)) => {
            let cell = Rect::around(place.centre(), 13.5, place.h - 5.0);
            inlaid(draft, cell, key, true);
        }
        (0, _) => {}
        _ => {
            let style = sans(14.0).strong().middle().room(place.w - 2.0);
            draft.number(place.centre().by(0.0, 4.9), count as u64, style, Ink::Text);
        }
    }
}

/// A ring that fills clockwise from the top.
pub fn progress(draft: &mut Draft, c: Point, r: f32, full: f32) {
    draft.disc(Coat::Inlay, Ink::Line.stroke(3.0), c, r);
    let full = full.clamp(0.0, 1.0);
    if full > 0.0 {
        draft.arc(Coat::Rim, Ink::Text.stroke(3.0), c, r, 0.0, full);
    }
}

/// How far a member is in one partition: committed, in process, waiting.
#[derive(Clone, Copy, Debug)]
pub struct Lag {
    /// The bar.
    pub bar: Rect,
    /// Share that is committed.
    pub committed: f32,
    /// Share that has been fetched; at least `committed`.
    pub position: f32,
}

/// Draws a lag bar: solid, hatched, white.
pub fn lag(draft: &mut Draft, lag: Lag) {
    let b = lag.bar;
    let x = |share: f32| lerp(b.x, b.right(), share.clamp(0.0, 1.0));
    let (done, seen) = (x(lag.committed), x(lag.position.max(lag.committed)));
    draft.slab(Coat::Inlay, Ink::Stage.fill(), b, 2.0);
    draft.slab(Coat::Rim, Ink::SlotLine.stroke(1.0), b, 2.0);
    draft.slab(Coat::Detail, Ink::Rule.fill(), rect(b.x, b.y, done - b.x, b.h), 2.0);
    let mut hatch = done + 3.0;
    while hatch < seen - 1.0 {
        let end = (hatch + 4.0).min(seen);
        draft.line(Coat::Detail, Ink::Rule.stroke(1.5), at(hatch, b.bottom()), at(end, b.y));
        hatch += 5.0;
    }
    draft.slab(Coat::Detail, Ink::Text.fill(), rect(seen - 1.5, b.y - 3.0, 3.0, b.h + 6.0), 0.0);
}

/// The turning arrow of a member in a rebalance.
pub fn turning(draft: &mut Draft, c: Point, turn: f32) {
    let stroke = Ink::Text.stroke(2.4);
    draft.arc(Coat::Rim, stroke, c, 8.0, turn + 0.22, turn + 1.03);
    // The head stands still while nothing turns; a turning ring needs no head to be read.
    let head = [c.by(8.0, -9.0), c.by(8.0, 0.0), c.by(-0.5, -5.0)];
    if turn == 0.0 {
        draft.polygon(Coat::Detail, Ink::Text.fill(), &head);
    }
}

/// A broker's disk that is full, or slow: three platters, all of them dark when nothing fits any
/// more.
pub fn disk(draft: &mut Draft, c: Point, full: bool) {
    let (ground, edge) = if full { (Ink::Bad, Ink::Bad) } else { (Ink::DoubtGround, Ink::Doubt) };
    for step in [-1.0, 0.0, 1.0] {
        let platter = Rect::around(c.by(0.0, step * 6.0), 16.0, 4.5);
        draft.slab(Coat::Body, ground.fill(), platter, 2.0);
        draft.slab(Coat::Edge, edge.stroke(1.5), platter, 2.0);
    }
}
