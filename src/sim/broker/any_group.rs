//! A group as its coordinator sees it, whichever protocol it speaks: for pictures and panels.

use super::classic::{Group, GroupState};
use super::modern::{ConsumerGroup, ConsumerGroupState};
use crate::sim::id::{Name, Partition};
use crate::sim::ordered::Set;
use crate::sim::wire::MemberId;

/// One of the kinds of groups.
#[derive(Clone, Copy, Debug)]
pub enum AnyGroup<'a> {
    Classic(&'a Group),
    /// Of KIP-848.
    Consumer(&'a ConsumerGroup),
}

impl<'a> AnyGroup<'a> {
    /// `group.id`
    pub fn name(self) -> &'a Name {
        match self {
            AnyGroup::Classic(group) => &group.name,
            AnyGroup::Consumer(group) => &group.name,
        }
    }

    /// The generation, or the group epoch.
    pub fn number(self) -> i32 {
        match self {
            AnyGroup::Classic(group) => group.generation,
            AnyGroup::Consumer(group) => group.group_epoch,
        }
    }

    /// The member that assigns; in a group of KIP-848 that is the coordinator.
    pub fn leader(self) -> Option<MemberId> {
        match self {
            AnyGroup::Classic(group) => group.leader,
            AnyGroup::Consumer(_) => None,
        }
    }

    /// Who makes the assignment, if somebody asked for one.
    pub fn assignor(self) -> Option<&'a str> {
        match self {
            AnyGroup::Classic(group) => group.protocol.map(|assignor| assignor.name()),
            AnyGroup::Consumer(group) => {
                let mut members = group.members.values();
                members.find_map(|member| member.metadata.server_assignor.as_deref())
            }
        }
    }

    /// What sets it apart from other groups: its assignor if members assign, else its protocol.
    pub fn protocol(self) -> Option<&'a str> {
        match self {
            AnyGroup::Classic(_) => self.assignor(),
            AnyGroup::Consumer(_) => Some("consumer"),
        }
    }

    /// Kafka's name of its state.
    pub fn state(self) -> &'static str {
        match self {
            AnyGroup::Classic(group) => match group.state {
                GroupState::Empty => "Empty",
                GroupState::PreparingRebalance => "PreparingRebalance",
                GroupState::CompletingRebalance => "CompletingRebalance",
                GroupState::Stable => "Stable",
            },
            AnyGroup::Consumer(group) => match group.state() {
                ConsumerGroupState::Empty => "Empty",
                ConsumerGroupState::Assigning => "Assigning",
                ConsumerGroupState::Reconciling => "Reconciling",
                ConsumerGroupState::Stable => "Stable",
            },
        }
    }

    /// Every partition that some member has.
    pub fn assigned(self) -> Set<Partition> {
        match self {
            AnyGroup::Classic(group) => {
                let members = group.members.values();
                members.flat_map(|member| member.assignment.iter().copied()).collect()
            }
            AnyGroup::Consumer(group) => {
                let current = group.members.values().map(|member| &member.current);
                current.flat_map(|it| it.assigned_partitions.iter().copied()).collect()
            }
        }
    }
}
