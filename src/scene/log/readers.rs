//! Where the members of the groups are in a leader's log: committed offset and position.

use super::super::draft::Draft;
use super::super::geometry::{at, within};
use super::super::glyph::mark::{self, Reading};
use super::super::ink::Ink;
use super::super::item::sans;
use super::super::layout::Layout;
use super::super::letter;
use super::super::reading::readers;
use super::Tape;
use crate::sim::World;
use crate::sim::id::Offset;
use crate::sim::ordered;

/// Where the members of the groups are in a leader's log.
pub(super) fn draw(draft: &mut Draft, world: &World, layout: &Layout, tape: &Tape) {
    let half = match layout.grain.pitch {
        p if p >= 52.0 => 4.8,
        p if p >= 28.0 => 3.6,
        _ => return,
    };
    let left = tape.row.tape - 4.0;
    let right = tape.row.tape + layout.cells as f32 * layout.grain.cell;
    let y = tape.top - 3.0;
    let spot = |offset: Offset| within(tape.x(layout, offset as f32), left, right);
    let mut readers = readers(world, tape.partition);
    ordered::sort_by_key(&mut readers, |reader| reader.first());
    // Of members of several groups that are close together, the names stand in one place.
    let mut named: Option<(f32, String)> = None;
    let mut named_to = f32::NEG_INFINITY;
    for reader in readers {
        let (committed, position) = (reader.committed.map(spot), spot(reader.position));
        mark::reading(draft, Reading { committed, position, y, half, name: None });
        let starts = spot(reader.first()) - half - 5.0;
        let wide = letter::width(&reader.name, sans(14.0).strong());
        if let Some((_, names)) = &mut named
            && starts - wide <= named_to + 4.0
        {
            names.push(' ');
            names.push_str(&reader.name);
        } else {
            read_by(draft, layout, tape, named.take());
            named = Some((starts, reader.name.to_string()));
        }
        named_to = named_to.max(position + half);
    }
    read_by(draft, layout, tape, named);
}

/// The names of those who read, left of their marks, if there is room for them.
fn read_by(draft: &mut Draft, layout: &Layout, tape: &Tape, named: Option<(f32, String)>) {
    let Some((ends, names)) = named.filter(|_| layout.grain.named) else { return };
    let room = ends - tape.row.place.x - 4.0;
    let style = sans(14.0).strong().end();
    if letter::width(&names, style) <= room {
        draft.label(at(ends, tape.top - 3.5), &names, style.halo(Ink::Panel), Ink::Text);
    }
}
