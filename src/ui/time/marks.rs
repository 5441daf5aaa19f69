//! What is worth a mark on the tape, and which of two that would cover one another is shown.

use super::axis::Axis;
use crate::locale::Words;
use crate::session::mark::Kind;
use crate::sim::{Event, Stamped, Time, World};

/// Into so many columns the axis is parted: each has one mark at most.
const COLUMNS: usize = 64;

/// What it is called.
pub fn name(kind: Kind, words: Words) -> &'static str {
    match kind {
        Kind::Trouble => words.ui_mark_trouble(),
        Kind::Down => words.ui_mark_down(),
        Kind::Isr => words.ui_mark_isr(),
        Kind::Election => words.ui_mark_election(),
        Kind::Rebalance => words.ui_mark_rebalance(),
        Kind::Command => words.ui_mark_command(),
        Kind::Up => words.ui_mark_up(),
    }
}

/// Its strokes on a 20 by 20 grid, and its class.
pub const fn drawing(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Trouble => ("M10 3v9M10 16v.4", "mark bad"),
        Kind::Down => ("M4.5 4.5l11 11M15.5 4.5l-11 11", "mark bad"),
        Kind::Isr => ("M14.5 5.5a6.4 6.4 0 1 0 0 9", "mark doubt"),
        Kind::Election => ("M3 5h9l5 5-5 5H3z", "mark solid"),
        Kind::Rebalance => ("M15.8 8.2A6.3 6.3 0 1 0 16.2 12M16.4 3.8v4.8h-4.8", "mark"),
        Kind::Command => ("M5 5h10v10H5z", "mark"),
        Kind::Up => ("M10 4l6.5 11.5h-13z", "mark"),
    }
}

/// A mark.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// When it happened.
    pub at: Time,
    /// In thousandths of the axis.
    pub place: f32,
    pub kind: Kind,
    /// What happened, in words; and how much else in the same column.
    pub said: String,
}

/// The marks of an axis, in order of time: of each column the gravest, or the first of those.
pub fn marks<'a>(
    words: Words,
    world: &World,
    axis: Axis,
    events: impl Iterator<Item = &'a Stamped>,
) -> Vec<Mark> {
    let mut columns: [Option<(Kind, &Stamped, i64)>; COLUMNS] = [None; COLUMNS];
    for stamped in events {
        let Some(kind) = Kind::of(&stamped.event) else { continue };
        let Some(place) = axis.place(stamped.at) else { continue };
        let column = (place / 1000.0 * COLUMNS as f32) as usize;
        let column = &mut columns[column.min(COLUMNS - 1)];
        let count = column.map_or(0, |(_, _, count)| count) + 1;
        *column = match *column {
            Some((known, first, _)) if known <= kind => Some((known, first, count)),
            _ => Some((kind, stamped, count)),
        };
    }
    let mark = |(kind, stamped, count): (Kind, &Stamped, i64)| {
        let told = match &stamped.event {
            Event::Commanded(command) => Some(words.command(command, world)),
            _ => words.tell(stamped, world),
        };
        let told = told.unwrap_or_else(|| name(kind, words).to_owned());
        let (clock, _) = words.clock(stamped.at.0);
        let said = match count {
            1 => words.ui_mark_said(&clock, &told),
            _ => words.ui_mark_said_more(&clock, &told, count - 1),
        };
        Mark { at: stamped.at, place: axis.place_beyond(stamped.at), kind, said }
    };
    columns.into_iter().flatten().map(mark).collect()
}
