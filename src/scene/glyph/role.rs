//! What a replica is to its partition, told by a shape and a word.

use super::super::draft::Draft;
use super::super::geometry::{Point, Rect, at};
use super::super::ink::Ink;
use super::super::item::{Coat, Dash, Lettering, Segment, sans};
use super::super::letter;

/// What a replica is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Takes writes.
    Leader,
    /// Follows, in the ISR.
    InSync,
    /// Follows, but has fallen out of the ISR.
    OutOfSync,
    /// On a broker that cannot be reached.
    Offline,
    /// Out of an ISR that was too small to commit anything since: it may still lead (ELR).
    Eligible,
    /// Brought by a reassignment, and not in the ISR yet.
    Joining,
}

/// Draws the sign and its word from `start` (left, middle height); returns its width.
pub fn role(draft: &mut Draft, start: Point, role: Role, word: &str, size: f32) -> f32 {
    match role {
        Role::Leader => flag(draft, start, word, size),
        Role::InSync => {
            ring(draft, start.by(5.0, 0.0));
            16.0 + draft.label(baseline(start, size), word, sans(size), Ink::Muted)
        }
        Role::OutOfSync => {
            broken_ring(draft, start.by(5.0, 0.0), 1.0);
            16.0 + draft.label(baseline(start, size), word, sans(size).strong(), Ink::Bad)
        }
        Role::Joining => {
            dotted_ring(draft, start.by(5.0, 0.0));
            16.0 + draft.label(baseline(start, size), word, sans(size), Ink::Muted)
        }
        Role::Eligible => {
            eligible_ring(draft, start.by(5.0, 0.0));
            16.0 + draft.label(baseline(start, size), word, sans(size).strong(), Ink::Doubt)
        }
        Role::Offline => {
            cross(draft, start.by(5.0, 0.0));
            16.0 + draft.label(baseline(start, size), word, sans(size), Ink::Muted)
        }
    }
}

/// How wide [`role`] will be.
pub fn role_width(role: Role, word: &str, size: f32) -> f32 {
    match role {
        Role::Leader => letter::width(word, sans(size).bold()) + size * 0.57 * 3.0,
        Role::OutOfSync | Role::Eligible => 16.0 + letter::width(word, sans(size).strong()),
        Role::InSync | Role::Offline | Role::Joining => 16.0 + letter::width(word, sans(size)),
    }
}

fn baseline(start: Point, size: f32) -> Point {
    start.by(16.0, size * 0.35)
}

/// The leader's flag: solid, with a point to the right.
pub fn flag(draft: &mut Draft, start: Point, word: &str, size: f32) -> f32 {
    let tip = size * 0.57;
    let wide = letter::width(word, sans(size).bold()) + tip * 3.0;
    let half = size * 0.75;
    let (top, bottom) = (start.y - half, start.y + half);
    let outline = [
        at(start.x, top),
        at(start.x + wide - tip, top),
        at(start.x + wide, start.y),
        at(start.x + wide - tip, bottom),
        at(start.x, bottom),
    ];
    draft.polygon(Coat::Body, Ink::Text.fill(), &outline);
    let place = at(start.x + tip, start.y + size * 0.35);
    draft.label(place, word, sans(size).bold(), Ink::Inverse);
    wide
}

/// A replica as a ticket, where there is no room for its log: solid for the leader, outlined for a
/// follower, broken and red outside the ISR, dashed and grey where it cannot be reached.
pub fn ticket(draft: &mut Draft, place: Rect, role: Role, name: &str, style: Lettering) {
    let word = match role {
        Role::Leader => {
            draft.slab(Coat::Body, Ink::Text.fill(), place, 3.0);
            Ink::Inverse
        }
        Role::InSync => {
            draft.slab(Coat::Body, Ink::Stage.fill(), place, 3.0);
            draft.slab(Coat::Edge, Ink::Rule.stroke(1.25), place.inset(0.6), 3.0);
            Ink::Text
        }
        Role::OutOfSync => {
            draft.slab(Coat::Body, Ink::BadGround.fill(), place, 3.0);
            let torn = Ink::Bad.stroke(1.8).dashed(Dash::Torn);
            draft.slab(Coat::Edge, torn, place.inset(0.9), 3.0);
            Ink::Bad
        }
        Role::Joining => {
            draft.slab(Coat::Body, Ink::Stage.fill(), place, 3.0);
            let dots = Ink::Muted.stroke(1.25).dashed(Dash::Dots);
            draft.slab(Coat::Edge, dots, place.inset(0.6), 3.0);
            Ink::Muted
        }
        Role::Eligible => {
            draft.slab(Coat::Body, Ink::DoubtGround.fill(), place, 3.0);
            let doubt = Ink::Doubt.stroke(1.8).dashed(Dash::Doubt);
            draft.slab(Coat::Edge, doubt, place.inset(0.9), 3.0);
            Ink::Doubt
        }
        Role::Offline => {
            let dots = Ink::Rule.stroke(1.2).dashed(Dash::Dots);
            draft.slab(Coat::Edge, dots, place.inset(0.6), 3.0);
            Ink::Muted
        }
    };
    let c = place.centre();
    draft.label(at(c.x, c.y + 4.9), name, style, word);
}

/// In the ISR: a whole ring.
pub fn ring(draft: &mut Draft, centre: Point) {
    draft.disc(Coat::Edge, Ink::Text.stroke(2.0), centre, 4.6);
}

/// Out of the ISR but eligible: a ring with a point inside.
pub fn eligible_ring(draft: &mut Draft, centre: Point) {
    draft.disc(Coat::Edge, Ink::Doubt.stroke(2.0), centre, 4.6);
    draft.disc(Coat::Inlay, Ink::Doubt.fill(), centre, 1.8);
}

/// Not in the ISR yet: a ring of dots.
pub fn dotted_ring(draft: &mut Draft, centre: Point) {
    draft.disc(Coat::Edge, Ink::Muted.stroke(2.0).dashed(Dash::Dots), centre, 4.6);
}

/// Out of the ISR: the ring in two halves, `apart` from 0 (just breaking) to 1.
pub fn broken_ring(draft: &mut Draft, centre: Point, apart: f32) {
    let gap = 1.1 * apart;
    let bad = Ink::Bad.stroke(2.0).round();
    draft.arc(Coat::Edge, bad, centre.by(0.0, -gap), 4.6, -0.22, 0.22);
    draft.arc(Coat::Edge, bad, centre.by(0.0, gap), 4.6, 0.28, 0.72);
}

/// Offline: a cross.
pub fn cross(draft: &mut Draft, centre: Point) {
    let strokes = [
        Segment::Move(centre.by(-4.0, -4.0)),
        Segment::Line(centre.by(4.0, 4.0)),
        Segment::Move(centre.by(-4.0, 4.0)),
        Segment::Line(centre.by(4.0, -4.0)),
    ];
    draft.path(Coat::Edge, Ink::Muted.stroke(2.0), strokes);
}
