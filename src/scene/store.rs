//! What applications do outside of Kafka: the database of each group, with a row for each record
//! that it processed.

use super::cast::Cast;
use super::draft::Draft;
use super::geometry::{Curve, Point, Rect, Size, at, rect};
use super::glyph::badge;
use super::ink::Ink;
use super::item::{Coat, Layer, sans};
use super::layout::Layout;
use super::view::{Entity, View};
use crate::metrics::effects::Effect;

/// Height of a database.
const HEIGHT: f32 = 44.0;
/// Free ground above it.
const GAP: f32 = 14.0;
/// Width of its cylinder.
const WIDE: f32 = 26.0;
/// Half the height of the cylinder's ends.
const BEND: f32 = 4.5;

/// Puts a database below the members of each group, if there is room for all of them; returns where
/// the column ends then.
pub(super) fn place(layout: &mut Layout, cast: &Cast, bottom: f32, size: Size) -> f32 {
    let each = HEIGHT + GAP;
    let end = bottom + each * cast.groups.len() as f32;
    if end > size.h - 8.0 {
        return bottom;
    }
    let mut pushed = 0.0;
    for (name, members, _) in &cast.groups {
        let Some(head) = layout.groups.get_mut(name) else { continue };
        head.y += pushed;
        let mut last = *head;
        for member in members {
            if let Some(plate) = layout.consumers.get_mut(member) {
                plate.y += pushed;
                last = *plate;
            }
        }
        layout.stores.insert(name.clone(), rect(last.x, last.bottom() + GAP, last.w, HEIGHT));
        pushed += each;
    }
    end
}

/// Draws the databases.
pub fn draw(draft: &mut Draft, layout: &Layout, view: &View) {
    let Some(effects) = &view.effects else { return };
    for (name, place) in &layout.stores {
        draft.on(Layer::Plate);
        draft.spot(Entity::Group(name.clone()), *place);
        let effect = effects.iter().find(|(group, _)| group == name);
        let effect = effect.map(|(_, effect)| *effect).unwrap_or_default();
        cylinder(draft, *place);
        rows(draft, *place, effect, view);
    }
}

/// The cylinder, and the way into it from the members above.
fn cylinder(draft: &mut Draft, place: Rect) {
    let (left, right) = (place.x + 24.0, place.x + 24.0 + WIDE);
    let (top, bottom) = (place.y + 4.0 + BEND, place.bottom() - 4.0 - BEND);
    let edge = Ink::Text.stroke(1.75);
    let middle = (left + right) / 2.0;
    draft.line(
        Coat::Edge,
        Ink::Rule.stroke(1.75),
        at(middle, place.y - GAP),
        at(middle, top - BEND),
    );
    draft.slab(Coat::Body, Ink::Panel.fill(), rect(left, top, WIDE, bottom - top), 0.0);
    for x in [left, right] {
        draft.line(Coat::Edge, edge, at(x, top), at(x, bottom));
    }
    let bow = |from: Point, to: Point, by: f32| Curve {
        from,
        lead: from.by(0.0, by),
        trail: to.by(0.0, by),
        to,
    };
    // The ends of the cylinder: an arc is a third higher than its curve.
    let by = BEND * 4.0 / 3.0;
    draft.curve(Coat::Edge, edge, bow(at(left, top), at(right, top), -by));
    for y in [top, (top + bottom) / 2.0, bottom] {
        draft.curve(Coat::Edge, edge, bow(at(left, y), at(right, y), by));
    }
}

/// How many rows; below, which of them are there twice, and which are missing.
fn rows(draft: &mut Draft, place: Rect, effect: Effect, view: &View) {
    let x = place.x + 24.0 + WIDE + 10.0;
    let room = place.right() - x;
    let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let words = view.words.ui_store_rows(count(effect.processed));
    draft.label(at(x, place.y + 17.0), &words, sans(14.0).strong().room(room), Ink::Text);
    let y = place.y + 37.0;
    if effect.repeated == 0 && effect.missing == 0 {
        draft.label(at(x, y), view.words.ui_store(), sans(14.0).room(room), Ink::Muted);
        return;
    }
    let mut left = x;
    if effect.repeated > 0 {
        badge::duplicated(draft, at(left + 8.0, y - 5.0), 8.0);
        let number = view.words.number(count(effect.repeated));
        left += 22.0 + draft.label(at(left + 20.0, y), &number, sans(14.0).bold(), Ink::Twice);
        left += 10.0;
    }
    if effect.missing > 0 {
        badge::lost(draft, at(left + 8.0, y - 5.0), 7.5);
        let number = view.words.number(count(effect.missing));
        draft.label(at(left + 20.0, y), &number, sans(14.0).bold(), Ink::Bad);
    }
}
