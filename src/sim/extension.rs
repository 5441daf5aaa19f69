//! What of the cluster the opening does not need: commands, and the wider parts of the protocol.
//! The page fetches it after the first picture. The engine reaches it only through this table, so
//! that nothing of it is in the first download (see "Small enough" in ARCHITECTURE.md).

use super::client::leading::{self, Assign};
use super::command::{Command, Refusal};
use super::controller::{self, Controller};
use super::effect::{Ctx, ReplyTo};
use super::event::Stamped;
use super::wire::Request;
use super::world::World;

/// A part of the engine that may come later.
#[derive(Debug)]
pub struct Extension {
    /// Does what a person asks.
    pub(super) obey: fn(&mut World, &Command, &mut Vec<Stamped>) -> Result<(), Refusal>,
    /// The active controller's answers to administrators.
    pub(super) administer: fn(&mut Controller, &mut Ctx<'_>, ReplyTo, &Request),
    /// What a group's leader does by assignors other than the first.
    pub(super) assign: Assign,
}

/// All of it.
pub(super) static EXTENSION: Extension =
    Extension { obey: World::obey, administer: controller::administer, assign: leading::assign };
