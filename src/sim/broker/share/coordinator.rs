//! The share coordinator: what it writes to `__share_group_state` for the leaders of partitions,
//! and what it has read there (ShareCoordinatorShard).

use super::state_batches::combine;
use crate::sim::id::Epoch;
use crate::sim::ordered::Map;
use crate::sim::wire::{
    ErrorCode, ReadShareGroupStateRequest, SharePartitionKey, ShareState, ShareStateChange,
    ShareStateKind, ShareStateRecord, WriteShareGroupStateRequest,
};

/// The topic whose partitions' leaders are the share coordinators.
pub const SHARE_GROUP_STATE_TOPIC: &str = "__share_group_state";

/// All that the records about a share-partition add up to (ShareGroupOffset).
#[derive(Clone, PartialEq, Eq, Debug)]
struct ShareGroupOffset {
    snapshot_epoch: u16,
    /// Since the last snapshot; the first update after the first snapshot begins to count.
    updates: Option<u32>,
    /// Whoever reads or writes with a smaller one leads no longer.
    leader_epoch: Epoch,
    state: ShareStateChange,
}

/// The share-partitions of the partitions of `__share_group_state` that this broker leads.
// Simplified: a share-partition's state begins with the first that is written of it; Kafka's group
// coordinator makes an empty one as soon as a member subscribes (InitializeShareGroupState).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ShareCoordinator {
    states: Map<SharePartitionKey, ShareGroupOffset>,
}

impl ShareCoordinator {
    /// What a partition's leader begins with.
    ///
    /// # Errors
    /// FENCED_LEADER_EPOCH if there is a later leader.
    pub fn read_state(
        &mut self,
        request: &ReadShareGroupStateRequest,
    ) -> Result<ShareState, ErrorCode> {
        let Some(known) = self.states.get_mut(&request.key) else {
            return Ok(ShareState::default());
        };
        if known.leader_epoch > request.leader_epoch {
            return Err(ErrorCode::FencedLeaderEpoch);
        }
        known.leader_epoch = request.leader_epoch;
        let state = known.state.clone();
        Ok(ShareState {
            state_epoch: state.state_epoch,
            start_offset: Some(state.start_offset),
            state_batches: state.state_batches,
        })
    }

    /// The record that keeps what a partition's leader wants kept; it counts once it is replayed.
    ///
    /// # Errors
    /// FENCED_LEADER_EPOCH if there is a later leader, FENCED_STATE_EPOCH if the state has been
    /// set anew meanwhile.
    pub fn write_state(
        &self,
        request: &WriteShareGroupStateRequest,
        updates_per_snapshot: u32,
    ) -> Result<ShareStateRecord, ErrorCode> {
        let WriteShareGroupStateRequest { key, change } = request;
        let mut change = change.clone();
        let (mut kind, mut snapshot_epoch, mut so_far) =
            (ShareStateKind::ShareSnapshot, 0, &[][..]);
        if let Some(known) = self.states.get(key) {
            if known.leader_epoch > change.leader_epoch {
                return Err(ErrorCode::FencedLeaderEpoch);
            }
            if known.state.state_epoch > change.state_epoch {
                return Err(ErrorCode::FencedStateEpoch);
            }
            if known.updates.unwrap_or(0) >= updates_per_snapshot {
                snapshot_epoch = known.snapshot_epoch.wrapping_add(1);
                so_far = &known.state.state_batches;
            } else {
                snapshot_epoch = known.snapshot_epoch;
                kind = ShareStateKind::ShareUpdate;
            }
        }
        change.state_batches = combine(so_far, &change.state_batches, change.start_offset);
        Ok(ShareStateRecord { key: key.clone(), kind, snapshot_epoch, change })
    }

    /// Takes in a record: one that was just written, or one that a new coordinator finds in its
    /// log.
    pub fn replay(&mut self, record: &ShareStateRecord) {
        let ShareStateRecord { key, kind, snapshot_epoch, change } = record;
        let snapshot = ShareGroupOffset {
            snapshot_epoch: *snapshot_epoch,
            updates: None,
            leader_epoch: change.leader_epoch,
            state: change.clone(),
        };
        let Some(known) = self.states.get_mut(key) else {
            self.states.insert(key.clone(), snapshot);
            return;
        };
        known.leader_epoch = known.leader_epoch.max(change.leader_epoch);
        match kind {
            ShareStateKind::ShareSnapshot => {
                known.updates = known.updates.map(|_| 0);
                known.snapshot_epoch = *snapshot_epoch;
                known.state = snapshot.state;
            }
            ShareStateKind::ShareUpdate => {
                known.updates = Some(known.updates.map_or(0, |updates| updates + 1));
                let so_far = &known.state.state_batches;
                let state_batches = combine(so_far, &change.state_batches, change.start_offset);
                let state_epoch = known.state.state_epoch;
                known.state = ShareStateChange { state_epoch, state_batches, ..change.clone() };
            }
        }
    }

    /// Somebody else leads the partitions of `__share_group_state` that these belong to.
    pub fn forget(&mut self, mut lost: impl FnMut(&SharePartitionKey) -> bool) {
        self.states.retain(|key, _| !lost(key));
    }
}
