//! What lives here: the classic group protocol at its coordinator (GroupMetadataManager).
//! Who may knock: the broker's dispatch of requests and timers; pictures and panels to look.
//! Never here: what members do with their partitions, or offsets.

mod group; // a group and its members
mod join; // JoinGroup
mod rebalance; // barriers
mod sync; // SyncGroup, Heartbeat, LeaveGroup

pub use self::group::{Group, GroupState, Member};
