//! The share coordinator: what it writes to `__share_group_state` for the leaders of partitions,
//! and what it has read there (ShareCoordinatorShard).

use super::state_batches::combine;
use crate::sim::id::Epoch;
use crate::sim::ordered::Map;
use crate::sim::wire::{
    ErrorCode, ReadShareGroupStateRequest, SharePartitionKey, ShareState, ShareStateChange,
    ShareStateKind, ShareStateRecord, WriteShareGroupStateRequest,
};

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

/// A state of which only the leader's epoch is known (PartitionFactory.UNINITIALIZED_START_OFFSET).
const UNINITIALIZED: ShareStateChange = ShareStateChange {
    state_epoch: 0,
    leader_epoch: 0,
    start_offset: -1,
    state_batches: Vec::new(),
};

/// The share-partitions of the partitions of `__share_group_state` that this broker leads.
// Simplified: a share-partition's state begins when a leader first reads it; Kafka's group
// coordinator makes an empty one as soon as a member subscribes (InitializeShareGroupState).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ShareCoordinator {
    states: Map<SharePartitionKey, ShareGroupOffset>,
}

impl ShareCoordinator {
    /// What a partition's leader begins with, and a record of its epoch if that is news: from then
    /// on nobody before it can write (readStateAndMaybeUpdateLeaderEpoch).
    ///
    /// # Errors
    /// FENCED_LEADER_EPOCH if there is a later leader.
    pub fn read_state(
        &self,
        request: &ReadShareGroupStateRequest,
        updates_per_snapshot: u32,
    ) -> Result<(ShareState, Option<ShareStateRecord>), ErrorCode> {
        let ReadShareGroupStateRequest { key, leader_epoch } = request;
        let known = self.states.get(key);
        if known.is_some_and(|known| known.leader_epoch > *leader_epoch) {
            return Err(ErrorCode::FencedLeaderEpoch);
        }
        let state = known.map_or(UNINITIALIZED, |known| known.state.clone());
        let mut record = None;
        if known.is_none_or(|known| known.leader_epoch < *leader_epoch) {
            let change = ShareStateChange {
                leader_epoch: *leader_epoch,
                state_batches: Vec::new(),
                ..state.clone()
            };
            let write = WriteShareGroupStateRequest { key: key.clone(), change };
            record = Some(self.write_state(&write, updates_per_snapshot)?);
        }
        let state = ShareState {
            state_epoch: state.state_epoch,
            start_offset: Some(state.start_offset).filter(|offset| *offset >= 0),
            state_batches: state.state_batches,
        };
        Ok((state, record))
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
        let mut state = change.clone();
        let leader_epoch = change.leader_epoch;
        let Some(known) = self.states.get_mut(key) else {
            let (snapshot_epoch, updates) = (*snapshot_epoch, None);
            let first = ShareGroupOffset { snapshot_epoch, updates, leader_epoch, state };
            self.states.insert(key.clone(), first);
            return;
        };
        match kind {
            ShareStateKind::ShareSnapshot => {
                known.snapshot_epoch = *snapshot_epoch;
                known.updates = known.updates.map(|_| 0);
            }
            ShareStateKind::ShareUpdate => {
                let so_far = &known.state.state_batches;
                state.state_batches = combine(so_far, &state.state_batches, state.start_offset);
                state.state_epoch = known.state.state_epoch;
                known.updates = Some(known.updates.map_or(0, |updates| updates + 1));
            }
        }
        known.leader_epoch = known.leader_epoch.max(leader_epoch);
        known.state = state;
    }

    /// Somebody else leads the partitions of `__share_group_state` that these belong to.
    pub fn forget(&mut self, mut lost: impl FnMut(&SharePartitionKey) -> bool) {
        self.states.retain(|key, _| !lost(key));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::id::{Offset, Partition, TopicId};
    use crate::sim::wire::{DeliveryState, StateBatch};

    fn accepted(offset: Offset, state_epoch: i32) -> WriteShareGroupStateRequest {
        let partition = Partition { topic: TopicId(0), index: 0 };
        WriteShareGroupStateRequest {
            key: SharePartitionKey { group: "workers".into(), partition },
            change: ShareStateChange {
                state_epoch,
                leader_epoch: 0,
                start_offset: 3,
                state_batches: vec![all(offset, offset)],
            },
        }
    }

    #[test]
    fn updates_add_up_to_snapshots_and_a_new_coordinator_reads_them_all() {
        let mut coordinator = ShareCoordinator::default();
        let mut log = Vec::new();
        for offset in 0..10 {
            let record = coordinator.write_state(&accepted(offset, 7), 3).unwrap();
            coordinator.replay(&record);
            log.push(record);
        }
        let kinds: String = log
            .iter()
            .map(|record| match record.kind {
                ShareStateKind::ShareSnapshot => 'S',
                ShareStateKind::ShareUpdate => 'u',
            })
            .collect();
        assert_eq!(kinds, "SuuuuSuuuS");
        let last = &log[9];
        assert_eq!((last.snapshot_epoch, &last.change.state_batches[..]), (2, &[all(3, 9)][..]));

        let mut loaded = ShareCoordinator::default();
        log.iter().for_each(|record| loaded.replay(record));
        assert_eq!(loaded, coordinator);
        // Whoever has not heard that the state was set anew has no say.
        let stale = loaded.write_state(&accepted(10, 6), 3);
        assert_eq!(stale, Err(ErrorCode::FencedStateEpoch));
        loaded.forget(|_| true);
        assert_eq!(loaded, ShareCoordinator::default());
    }

    /// A leader that has read the state locks out those before it, whoever coordinates then.
    #[test]
    fn who_reads_is_the_leader() {
        let mut coordinator = ShareCoordinator::default();
        let key = accepted(0, 0).key;
        let read = |by: &ShareCoordinator, leader_epoch| {
            by.read_state(&ReadShareGroupStateRequest { key: key.clone(), leader_epoch }, 3)
        };
        let (state, record) = read(&coordinator, 4).unwrap();
        assert_eq!(state, ShareState::default());
        let record = record.unwrap();
        coordinator.replay(&record);
        assert_eq!(coordinator.write_state(&accepted(3, 0), 3), Err(ErrorCode::FencedLeaderEpoch));

        let mut loaded = ShareCoordinator::default();
        loaded.replay(&record);
        assert_eq!(loaded.write_state(&accepted(3, 0), 3), Err(ErrorCode::FencedLeaderEpoch));
        assert_eq!(read(&loaded, 3), Err(ErrorCode::FencedLeaderEpoch));
        assert_eq!(read(&loaded, 4), Ok((ShareState::default(), None)));
    }

    fn all(first_offset: Offset, last_offset: Offset) -> StateBatch {
        let (delivery_state, delivery_count) = (DeliveryState::Acknowledged, 1);
        StateBatch { first_offset, last_offset, delivery_state, delivery_count }
    }
}
