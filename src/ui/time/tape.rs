//! What the scrubber shows, read from the session and kept while it stays the same.

use std::fmt::Write;

use super::axis::Axis;
use super::marks::{Mark, marks};
use crate::locale::{Lang, Words};
use crate::session::Session;
use crate::session::branches::BranchView;
use crate::session::seek::Glimpse;
use crate::sim::Time;
use crate::ui::hud::Slice;

/// The tape.
#[derive(Clone, Debug, PartialEq)]
pub struct Tape {
    /// How far it was played.
    pub reach: Time,
    /// What of it is shown.
    pub axis: Axis,
    /// What happened.
    pub marks: Slice<Marks>,
    /// Whether there is something to undo, and to redo.
    pub undo: (bool, bool),
    /// All branches, in the order in which they began.
    pub branches: Vec<BranchView>,
}

/// Marks and the curve, which take some time to read.
#[derive(Debug, PartialEq)]
pub struct Marks {
    key: (Axis, Lang, u32, Option<u64>, usize),
    pub all: Vec<Mark>,
    /// How many records were acknowledged per second, as an SVG path on 1000 by 100; none as long
    /// as there is too little to tell.
    pub curve: Option<String>,
}

impl Tape {
    /// The tape as it is now, looked at so closely.
    pub fn read(session: &Session, words: Words, zoom: u8, before: Option<&Self>) -> Self {
        let reach = session.reach();
        let axis = Axis::new(reach, session.clock().now, zoom);
        let branches: Vec<BranchView> = session.branches().collect();
        let current = branches.iter().find(|it| it.is_current).map_or(0, |it| it.branch.id);
        let last = session.marks().next_back().map(|(number, _)| number);
        let key = (axis, words.0, current, last, session.course().count());
        let known = before.map(|tape| &tape.marks).filter(|marks| marks.key == key);
        let marks = known.cloned().unwrap_or_else(|| {
            let events = session.marks().map(|(_, stamped)| stamped);
            let all = marks(words, session.world(), axis, events);
            let curve = curve(axis, &session.course().collect::<Vec<_>>());
            Slice::renewed(Marks { key, all, curve }, None)
        });
        Self { reach, axis, marks, undo: session.can_undo_redo(), branches }
    }
}

/// Steps from moment to moment, as high as records were acknowledged quickly.
fn curve(axis: Axis, course: &[Glimpse]) -> Option<String> {
    let rates = course.windows(2).map(|pair| {
        let span = pair[1].at.since(pair[0].at).0.max(1);
        (pair[0].at, pair[1].at, (pair[1].sums.acked - pair[0].sums.acked) as f64 / span as f64)
    });
    let seen: Vec<_> = rates.filter(|(from, to, _)| *from < axis.to && *to > axis.from).collect();
    let most = seen.iter().map(|(.., rate)| *rate).fold(0.0, f64::max);
    let first = seen.first().filter(|_| seen.len() > 1 && most > 0.0)?;
    let mut path = format!("M{:.0} 100", axis.place_beyond(first.0));
    for (from, to, rate) in &seen {
        let (from, to) = (axis.place_beyond(*from), axis.place_beyond(*to));
        let height = 100.0 - rate / most * 100.0;
        // Writing to a string cannot fail.
        let _ = write!(path, "L{from:.0} {height:.0}L{to:.0} {height:.0}");
    }
    let end = seen.last().map_or(0.0, |(_, to, _)| axis.place_beyond(*to));
    let _ = write!(path, "L{end:.0} 100z");
    Some(path)
}
