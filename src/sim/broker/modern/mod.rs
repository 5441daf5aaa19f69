//! What lives here: consumer groups of KIP-848 (`group.protocol=consumer`) as their coordinator
//! sees them.
//! Who may knock: the coordinator, with heartbeats and with records of `__consumer_offsets`.
//! Never here: sending, writing and timers. Each step says which records it means, and who calls
//! writes them and has them replayed.

pub mod assignor; // who shall own which partitions
pub mod reconciliation; // one member on its way there
pub mod member; // what is known of one
pub mod group; // all of them; rebuilt from records
pub mod heartbeat; // ConsumerGroupHeartbeat
mod expiration; // offsets and groups that end
mod serve; // the broker's half of it
mod target; // who is in the group, and what that makes of it

pub use self::group::{ConsumerGroup, ConsumerGroupState};
pub use self::heartbeat::{CoordinatorView, Topics, Transition, refused};
pub use self::member::ConsumerGroupMember;
pub(in crate::sim::broker) use self::serve::Membership;

#[cfg(test)]
mod convergence_tests;
#[cfg(test)]
mod group_tests;
#[cfg(test)]
mod rig;
#[cfg(test)]
mod static_tests;
