//! What of the picture the opening does not need: the life of old records. The page fetches it
//! after the first picture, with the panels, and hands it to the view; the scene reaches it only
//! through this table (see "Small enough" in ARCHITECTURE.md).

use super::change::Changes;
use super::draft::Draft;
use super::glyph::record::{self, Cell};
use super::layout::Layout;
use super::log::{Tape, segments};
use super::view::View;
use crate::sim::World;

/// A part of the picture that may come later.
#[derive(Debug)]
pub struct Extension {
    /// Draws what becomes of a replica's old records.
    pub(super) old_records: fn(&mut Draft, &World, &Layout, &Changes, &View, &Tape<'_>),
    /// Draws a record without a value.
    pub(super) tombstone: fn(&mut Draft, Cell),
}

/// All of it.
pub static EXTENSION: Extension =
    Extension { old_records: segments::draw, tombstone: record::tombstone };

/// There is but one.
impl PartialEq for Extension {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}
