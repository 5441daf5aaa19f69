//! What of the cluster the opening does not need: commands, and the wider parts of the protocol.
//! The page fetches it after the first picture. The engine reaches it only through this table, so
//! that nothing of it is in the first download (see "Small enough" in ARCHITECTURE.md).

use std::fmt;

use super::broker::{BROKER_EXTENSION, BrokerExtension};
use super::client::extension::{CLIENT_EXTENSION, ClientExtension};
use super::client::leading::{self, Assign};
use super::command::{Command, Refusal};
use super::controller::{self, Controller};
use super::effect::{Ctx, ReplyTo};
use super::event::Stamped;
use super::id::{BrokerId, Offset, Partition};
use super::log::Log;
use super::wire::{ElectionType, ErrorCode, Request};
use super::world::World;

/// A part of the engine that may come later.
pub struct Extension {
    /// Does what a person asks.
    pub(super) obey: fn(&mut World, &Command, &mut Vec<Stamped>) -> Result<(), Refusal>,
    /// The active controller's answers to administrators.
    pub(super) administer: fn(&mut Controller, &mut Ctx<'_>, ReplyTo, &Request),
    /// Elections by hand and by the clock: in the first seconds nobody has to be elected again.
    pub(super) elect: fn(&mut Controller, &mut Ctx<'_>, Partition, ElectionType) -> ErrorCode,
    /// Takes a broker out of every ISR: in the first seconds none leaves.
    pub(super) remove_from_isrs: fn(&mut Controller, &mut Ctx<'_>, BrokerId),
    /// Cuts a log: in the first seconds none diverges.
    pub(super) truncate: fn(&mut Log, Offset),
    /// What brokers do beyond the classic protocols.
    pub(super) broker: BrokerExtension,
    /// What clients do beyond the classic protocol.
    pub(super) client: ClientExtension,
    /// What a group's leader does by assignors other than the first.
    pub(super) assign: Assign,
}

/// Without where its functions lie: what is printed of a world is the same everywhere.
impl fmt::Debug for Extension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Extension")
    }
}

/// All of it.
pub(super) static EXTENSION: Extension = Extension {
    obey: World::obey,
    administer: controller::administer,
    elect: Controller::elect_by_hand,
    remove_from_isrs: Controller::take_out_of_isrs,
    truncate: Log::truncate_to,
    broker: BROKER_EXTENSION,
    client: CLIENT_EXTENSION,
    assign: leading::assign,
};
