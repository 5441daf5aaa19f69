//! What of the picture the opening does not need: the life of old records, and transactions. The
//! page fetches it after the first picture, with the panels, and hands it to the view; the scene
//! reaches it only through this table (see "Small enough" in ARCHITECTURE.md).

use super::change::Changes;
use super::draft::Draft;
use super::geometry::Point;
use super::glyph::record::{self, Cell};
use super::layout::Layout;
use super::log::{Tape, segments, transactions};
use super::message::{self, Marker};
use super::transaction;
use super::view::View;
use crate::sim::World;
use crate::sim::id::{BrokerId, ClientId};
use crate::sim::wire::Envelope;

/// A part of the picture that may come later.
#[derive(Debug)]
pub struct Extension {
    /// Draws what becomes of a replica's old records.
    pub(super) old_records: fn(&mut Draft, &World, &Layout, &Changes, &View, &Tape<'_>),
    /// Draws a record without a value.
    pub(super) tombstone: fn(&mut Draft, Cell),
    /// Draws transactions over a replica's records, and the last stable offset.
    pub(super) transactions: fn(&mut Draft, &World, &Layout, &Changes, &View, &Tape<'_>),
    /// The transactions that a broker coordinates, beside its name in this room; how much of it
    /// that takes.
    pub(super) coordinated: fn(&mut Draft, &World, BrokerId, Point, f32, &View) -> f32,
    /// What a client waits for because of a quota, or is at with its transaction.
    pub(super) at_work: fn(&World, ClientId, &View) -> Option<String>,
    /// The markers that a message between brokers carries.
    pub(super) markers: fn(&Envelope) -> Vec<Marker>,
}

/// All of it.
pub static EXTENSION: Extension = Extension {
    old_records: segments::draw,
    tombstone: record::tombstone,
    transactions: transactions::draw,
    coordinated: transaction::coordinated,
    at_work: transaction::at_work,
    markers: message::markers,
};

/// There is but one.
impl PartialEq for Extension {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}
