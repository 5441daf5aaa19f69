//! What lives here: the cluster. Deterministic: the same scenario and commands give the same bytes.
//! Who may knock: everyone may look; only commands and the passing of time change it.
//! Never here: a picture, a person's language, a browser, a float, a wall clock.

pub mod time; // the only clock
pub mod id; // names of things
pub mod config; // Kafka's configs under their real names
pub mod scenario; // genesis as data
pub mod handling; // how a consuming application works
pub mod transacting; // how a producing application uses transactions
pub mod processing; // what stream processors do
pub mod command; // what a person can do
pub mod event; // what happened
pub mod wire; // the protocol as data
pub mod ordered; // maps, sets and sorting
pub mod dice; // seeded chance
pub mod agenda; // what is due when
mod connection; // what two kernels know of each other
pub mod effect; // all that a handler may see and do
pub mod network; // links
pub mod process; // up, paused, down
pub mod java_hash; // Java's hash, which some of Kafka's outcomes depend on
pub mod log; // what is on disk
pub mod image; // what the metadata log says
pub mod raft; // the quorum
pub mod broker;
pub mod controller;
pub mod client;
mod admin; // the person's admin client
mod codecs; // how long decompressing takes
mod engine; // one due thing at a time
mod power; // starting, stopping, freezing
pub mod shelf; // queues whose copies share what they hold
mod sockets; // answering and hanging up
pub mod machine; // two roles in one process
mod cables; // cutting, healing, resetting
mod faults; // what may break and heal
mod check_spec; // bounds and names
mod changelog; // topics behind stores
mod genesis; // from a scenario to a world
pub mod spread; // replicas over brokers, as the reassignment tool proposes
mod submit; // commands, checked and done
mod extension; // what the opening does not need
mod acts; // what consuming applications are told
mod transact; // what producing applications are told of transactions
pub mod quotas; // wishes for quotas
mod reassign; // wishes for other replicas
pub mod check; // what must always hold
pub mod mutant; // what breaks it, for tests of the checker
pub mod world; // everything there is

pub use command::{Command, Refusal};
pub use event::{Event, Stamped};
pub use genesis::Flaw;
pub use id::{Node, Partition};
pub use scenario::Scenario;
pub use time::{Span, Time};
pub use world::World;
