//! Why something happened to a group, as its events say it.

use serde::{Deserialize, Serialize};

use crate::sim::wire::{ErrorCode, JoinReason, MemberId};

/// Why a member is no longer in its group.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Departure {
    /// It said good-bye (LeaveGroup).
    Left,
    /// No heartbeat within `session.timeout.ms`.
    SessionExpired,
    /// It did not come to the rebalance in time.
    MissedRebalance,
}

/// Why a group rebalances.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum RebalanceCause {
    /// Somebody new.
    Joined(MemberId),
    /// A static member came back when the group could not just go on.
    Returned(MemberId),
    /// A member has something to say, or the leader wants to share out anew.
    Rejoined { member: MemberId, reason: JoinReason },
    /// Somebody is missing.
    Gone { member: MemberId, why: Departure },
    /// The assignment could not be written to `__consumer_offsets`.
    NotStored(ErrorCode),
}
