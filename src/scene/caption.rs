//! Words beside what moves: each where it covers nothing.

use super::draft::Draft;
use super::geometry::{Rect, at, within};
use super::ink::Ink;
use super::item::sans;
use super::layout::Layout;
use super::letter;
use crate::sim::id::{Node, Offset};
use crate::sim::wire::FetchRequest;

/// What a message is called: its text is made only where it is shown.
#[derive(Clone, Copy, Debug)]
pub enum Name {
    /// This.
    Word(&'static str),
    /// Fetch, and from where if it asks for one partition.
    Fetch { offset: Option<Offset> },
}

impl Name {
    /// What a fetch request is called.
    pub fn of_fetch(fetch: &FetchRequest) -> Name {
        let one = <&[_; 1]>::try_from(fetch.partitions.as_slice());
        Name::Fetch { offset: one.ok().map(|[one]| one.fetch_offset) }
    }

    /// The name in full.
    pub fn text(self) -> String {
        let (word, offset) = match self {
            Name::Word(word) => (word, None),
            Name::Fetch { offset } => ("Fetch", offset),
        };
        let mut text = word.to_owned();
        if let Some(offset) = offset {
            let mut digits = [0u8; 20];
            text.push(' ');
            let offset = u64::try_from(offset).unwrap_or_default();
            text.push_str(super::draft::decimal(offset, &mut digits));
        }
        text
    }
}

/// A name beside something that moves, where it covers nothing; left out where there is no room.
pub fn beside(
    draft: &mut Draft,
    thing: Rect,
    text: &str,
    ink: Ink,
    layout: &Layout,
    taken: &mut Vec<Rect>,
) {
    let style = sans(14.0).strong().middle();
    let wide = letter::width(text, style);
    let c = thing.centre();
    let places = [
        at(c.x, thing.y - 5.0),
        at(c.x, thing.bottom() + 14.0),
        at(thing.right() + wide / 2.0 + 5.0, c.y + 5.0),
        at(thing.x - wide / 2.0 - 5.0, c.y + 5.0),
    ];
    let size = draft.size();
    for p in places {
        let place = Rect { x: p.x - wide / 2.0 - 2.0, y: p.y - 12.0, w: wide + 4.0, h: 16.0 };
        let inside = place.x >= 0.0 && place.y >= 0.0 && place.right() <= size.w;
        if inside && !blocked(place, layout) && !taken.iter().any(|t| t.overlaps(place)) {
            draft.label(p, text, style.halo(Ink::Stage), ink);
            taken.push(place);
            return;
        }
    }
}

/// Whether words there would cover something that stands.
fn blocked(place: Rect, layout: &Layout) -> bool {
    let plates = layout.producers.values().chain(layout.consumers.values());
    let rows = layout.rows.values().map(|row| row.place);
    // A plate's own line is free right of its words; a group's heading has two lines.
    let lines = layout.brokers.values().map(|plate| Rect { h: 32.0, w: plate.w * 0.62, ..*plate });
    let heads = layout.groups.values().map(|head| Rect {
        x: head.x - 60.0,
        y: head.y - 16.0,
        w: head.w + 60.0,
        h: 46.0,
    });
    let standing = plates.copied().chain(layout.chips.values().copied()).chain(rows);
    standing.chain(lines).chain(heads).any(|standing| standing.overlaps(place)) || place.y < 30.0
}

/// The name of an error, below the client that was told it: the air is too narrow for most.
pub fn fault(draft: &mut Draft, client: Node, text: &str, layout: &Layout, taken: &mut Vec<Rect>) {
    let Some(client) = client.client() else { return };
    let style = sans(14.0).strong().halo(Ink::Stage);
    let wide = letter::width(text, style);
    let (start, y) = match (layout.producers.get(&client), layout.consumers.get(&client)) {
        (Some(plate), _) => (plate.x, plate.bottom() + 16.0),
        (_, Some(plate)) => (plate.right() - wide, plate.bottom() + 16.0),
        _ => return,
    };
    let start = within(start, 2.0, (draft.size().w - wide - 2.0).max(2.0));
    let place = Rect { x: start, y: y - 12.0, w: wide, h: 15.0 };
    let free = !taken.iter().any(|other| other.overlaps(place));
    if free && !blocked(place, layout) {
        draft.label(at(start, y), text, style, Ink::Bad);
        taken.push(place);
    }
}
