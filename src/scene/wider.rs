//! What pictures show that the opening does not have: it is fetched with the panels, and reached
//! through this table only (see `sim::extension`).

use super::change::Changes;
use super::draft::Draft;
use super::geometry::Point;
use super::layout::Layout;
use super::log::{self, Tape};
use super::message::{self, Marker};
use super::transaction;
use super::view::View;
use crate::sim::World;
use crate::sim::id::{BrokerId, ClientId};
use crate::sim::wire::Envelope;

/// The ways into it.
#[derive(Debug)]
pub struct Wider {
    /// What lies on and over a replica's cells.
    pub(super) tape: fn(&mut Draft, &World, &Layout, &Changes, &View, &Tape<'_>),
    /// What else a broker does, beside its name, in this room; how much of it that takes.
    pub(super) broker: fn(&mut Draft, &World, BrokerId, Point, f32, &View) -> f32,
    /// What a client is at, instead of its config.
    pub(super) client: fn(&World, ClientId, &View) -> Option<String>,
    /// The markers that a message between brokers carries.
    pub(super) markers: fn(&Envelope) -> Vec<Marker>,
}

static WIDER: Wider = Wider {
    tape: log::transactions::draw,
    broker: transaction::coordinated,
    client: transaction::line,
    markers: message::markers,
};

/// Whether a view has it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Beyond(Option<&'static Wider>);

impl Beyond {
    /// All of it.
    pub fn all() -> Beyond {
        Beyond(Some(&WIDER))
    }

    pub(super) fn get(self) -> Option<&'static Wider> {
        self.0
    }
}

impl PartialEq for Beyond {
    fn eq(&self, other: &Beyond) -> bool {
        self.0.is_some() == other.0.is_some()
    }
}
