//! A member of a consumer group as its coordinator knows it (ConsumerGroupMember).

use crate::sim::id::{Epoch, Partition};
use crate::sim::ordered::Set;
use crate::sim::time::Time;
use crate::sim::wire::{
    ConsumerGroupCurrentMemberAssignmentValue, ConsumerGroupHeartbeatRequest,
    ConsumerGroupMemberMetadataValue, ErrorCode, JOIN_GROUP_MEMBER_EPOCH, LEAVE_GROUP_MEMBER_EPOCH,
    MemberState,
};

/// Both halves are as the records of it say.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConsumerGroupMember {
    pub metadata: ConsumerGroupMemberMetadataValue,
    pub current: ConsumerGroupCurrentMemberAssignmentValue,
}

/// When a member is fenced; not in any record, so whoever loads a group begins them anew.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deadlines {
    /// Gone if not heard of by then.
    pub session: Time,
    /// Gone if it is in this epoch still by then: it has to revoke partitions.
    pub rebalance: Option<(Time, Epoch)>,
}

impl ConsumerGroupMember {
    /// Somebody of whom nothing is known yet.
    pub(super) fn unknown() -> ConsumerGroupMember {
        ConsumerGroupMember {
            metadata: ConsumerGroupMemberMetadataValue::default(),
            current: at_epoch(0, LEAVE_GROUP_MEMBER_EPOCH),
        }
    }

    /// Whether it has all of the target assignment of this epoch, and nothing else.
    pub fn is_reconciled_to(&self, assignment_epoch: Epoch) -> bool {
        self.current.state == MemberState::Stable && self.current.member_epoch == assignment_epoch
    }

    /// Whether a partition is the member's, or was and has not been given back.
    pub fn holds(&self, partition: Partition) -> bool {
        self.current.assigned_partitions.contains(&partition)
            || self.current.partitions_pending_revocation.contains(&partition)
    }

    /// Whether this member may speak with this epoch: its own, or the one before if the answer
    /// that told it the new one may have been lost; or none, if it was fenced and joins again under
    /// its own name (KAFKA-19233).
    ///
    /// # Errors
    /// FENCED_MEMBER_EPOCH: it must abandon its partitions and join again.
    pub(super) fn validate_epoch(
        &self,
        received: Epoch,
        owned: Option<&Set<Partition>>,
    ) -> Result<(), ErrorCode> {
        let assigned = &self.current.assigned_partitions;
        let has_no_more = |owned: &Set<Partition>| owned.iter().all(|p| assigned.contains(p));
        let missed_an_answer = received < self.current.member_epoch
            && received == self.current.previous_member_epoch
            && owned.is_some_and(has_no_more);
        let joins_again = received == JOIN_GROUP_MEMBER_EPOCH;
        if received == self.current.member_epoch || missed_an_answer || joins_again {
            Ok(())
        } else {
            Err(ErrorCode::FencedMemberEpoch)
        }
    }

    /// What it says about itself after this heartbeat.
    pub(super) fn updated(
        &self,
        request: &ConsumerGroupHeartbeatRequest,
    ) -> ConsumerGroupMemberMetadataValue {
        let mut metadata = self.metadata.clone();
        if request.instance_id.is_some() {
            metadata.instance_id.clone_from(&request.instance_id);
        }
        if let Some(timeout) = request.rebalance_timeout {
            metadata.rebalance_timeout = timeout;
        }
        if let Some(topics) = &request.subscribed_topic_names {
            metadata.subscribed_topic_names.clone_from(topics);
        }
        if request.server_assignor.is_some() {
            metadata.server_assignor.clone_from(&request.server_assignor);
        }
        metadata
    }
}

/// A member without partitions.
pub(super) fn at_epoch(
    member_epoch: Epoch,
    previous_member_epoch: Epoch,
) -> ConsumerGroupCurrentMemberAssignmentValue {
    ConsumerGroupCurrentMemberAssignmentValue {
        member_epoch,
        previous_member_epoch,
        state: MemberState::Stable,
        assigned_partitions: Set::new(),
        partitions_pending_revocation: Set::new(),
    }
}
