//! A divergent suffix: records at a copy's end that the leader does not have and will have cut off.

use super::super::draft::{Draft, decimal};
use super::super::geometry::{Rect, at};
use super::super::glyph::{mark, record};
use super::super::ink::Ink;
use super::super::item::{Coat, Layer, sans};
use super::super::layout::Layout;
use super::super::letter;
use super::super::view::View;
use super::Tape;
use crate::sim::id::Offset;

/// So wide are the words beside a suffix that goes on beyond the window.
const WORDS: f32 = 84.0;

/// How many cells give way to those words, where there are any.
pub(super) fn words(layout: &Layout) -> Option<Offset> {
    layout.grain.roles.then(|| (WORDS / layout.grain.cell).ceil() as Offset)
}

/// Hatches the cells from the one on where the logs part, and tears the tape there.
pub(super) fn draw(draft: &mut Draft, layout: &Layout, view: &View, tape: &Tape) {
    let (Some(from), Some(copy)) = (tape.diverges, &tape.copy) else { return };
    let window = tape.window();
    let end = copy.end.min(tape.until(layout));
    if end <= window {
        return;
    }
    draft.on(Layer::Tape);
    for offset in from.max(window)..end {
        record::divergent(draft, tape.place(layout, offset));
    }
    draft.on(Layer::Mark);
    if from >= window {
        let x = tape.x(layout, from as f32);
        mark::tear(draft, x, tape.top, tape.height, layout.grain.cell);
    }
    if !layout.grain.roles {
        return;
    }
    let (mut word, mut digits) = (String::new(), [0; 20]);
    if end < copy.end {
        word.push('+');
        word.push_str(decimal((copy.end - end) as u64, &mut digits));
        word.push(' ');
    }
    word.push_str(view.words.ui_diverges());
    let style = sans(14.0).strong();
    let place = at(tape.x(layout, end as f32) + 8.0, tape.row.middle() + 4.9);
    let wide = letter::width(&word, style);
    if place.x + wide > tape.row.place.right() - 4.0 {
        return; // the hatching says it
    }
    // Dotted places may lie beneath.
    let ground = Rect { x: place.x - 6.0, y: place.y - 18.0, w: wide + 12.0, h: 26.0 };
    draft.slab(Coat::Body, Ink::Panel.fill(), ground, 0.0);
    draft.label(place, &word, style, Ink::Bad);
}
