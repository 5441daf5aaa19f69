//! What is worth a mark on the tape, by kind.

use crate::sim::Event;
use crate::sim::raft::QuorumRole;
use crate::sim::wire::ErrorCode;

/// What a mark tells, the gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Records went, or an application was refused.
    Trouble,
    /// A process or a machine went down, or a link.
    Down,
    /// A leader or a controller was elected.
    Election,
    /// An ISR changed, or a broker was fenced.
    Isr,
    /// A group shares out its partitions anew.
    Rebalance,
    /// A person did something.
    Command,
    /// Something came back.
    Up,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Trouble,
        Self::Down,
        Self::Election,
        Self::Isr,
        Self::Rebalance,
        Self::Command,
        Self::Up,
    ];

    /// What a notable event is marked as; many are notable and not worth a mark.
    pub fn of(event: &Event) -> Option<Self> {
        Some(match event {
            Event::SendFailed { .. }
            | Event::Truncated { .. }
            | Event::UnflushedLost { .. }
            | Event::OffsetOutOfRange { .. }
            | Event::HandlingFailed { .. }
            | Event::PartitionsLost { .. }
            | Event::InstanceFenced { .. }
            | Event::TransactionTimedOut { .. }
            | Event::TransactionFailed { .. }
            | Event::ProducerFenced { .. }
            | Event::AdminRefused { .. } => Self::Trouble,
            Event::ProduceFailed { error, .. } if *error != ErrorCode::None => Self::Trouble,
            Event::Crashed
            | Event::PowerLost
            | Event::StorageFailed
            | Event::Stopped
            | Event::Paused
            | Event::LinkCut(_)
            | Event::DirectionCut(_)
            | Event::NetworkSplit(_) => Self::Down,
            Event::IsrShrank { .. } | Event::IsrGrew { .. } | Event::BrokerFenced(_) => Self::Isr,
            Event::LeaderElected { .. }
            | Event::ControllerActive { .. }
            | Event::QuorumRole { role: QuorumRole::Candidate, .. } => Self::Election,
            Event::GroupRebalancing { .. } => Self::Rebalance,
            Event::Commanded(_) => Self::Command,
            Event::Started
            | Event::Resumed
            | Event::BrokerUnfenced(_)
            | Event::LinkHealed(_)
            | Event::DirectionHealed(_)
            | Event::NetworkHealed => Self::Up,
            _ => return None,
        })
    }
}
