//! What lives here: the cluster. Deterministic: the same scenario and commands give the same bytes.
//! Who may knock: everyone may look; only commands and the passing of time change it.
//! Never here: a picture, a person's language, a browser, a float, a wall clock.

mod admin; // the person's admin client
pub mod agenda; // what is due when
pub mod broker;
pub mod client;
pub mod command; // what a person can do
pub mod config; // Kafka's configs under their real names
pub mod controller;
pub mod dice; // seeded chance
pub mod effect; // all that a handler may see and do
mod engine; // one due thing at a time
pub mod event; // what happened
pub mod id; // names of things
pub mod image; // what the metadata log says
pub mod network; // links
mod power; // starting, stopping, cutting
pub mod process; // up, paused, down
pub mod scenario; // genesis as data
pub mod time; // the only clock
pub mod wire; // the protocol as data
pub mod world; // everything there is

pub use command::{Command, Refusal};
pub use event::{Event, Stamped};
pub use id::{Node, Partition};
pub use scenario::Scenario;
pub use time::{Span, Time};
pub use world::World;
