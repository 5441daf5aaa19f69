//! What share groups promise: no record is with two members at once, none comes again after it was
//! done, none too often, and no start offset goes back.

use super::Broken;
use super::groups::{Key, Stretches};
use crate::sim::broker::Replica;
use crate::sim::event::{Event, Stamped};
use crate::sim::id::{BrokerId, Epoch, Offset, Partition};
use crate::sim::image::SHARE_GROUP_STATE_TOPIC;
use crate::sim::ordered::{Map, Set};
use crate::sim::wire::{AcquiredRecords, DeliveryState, MemberId, SharePartitionKey, StateBatch};
use crate::sim::world::World;

/// What a leader has given away since it took up a share-partition.
#[derive(Clone, Debug, Default)]
struct Given {
    acquired: Map<Offset, MemberId>,
    /// Where it began, and where the group has come to since.
    start: Offset,
}

/// What is done with, as the leader in an epoch was told that it is persisted.
#[derive(Clone, Debug, Default)]
struct Done {
    epoch: Epoch,
    /// Where the group began by what is persisted.
    start: Offset,
    records: Stretches,
}

/// Remembers who got what.
#[derive(Clone, Debug, Default)]
pub(super) struct ShareChecker {
    given: Map<(Key, BrokerId), Given>,
    done: Map<Key, Vec<Done>>,
}

impl ShareChecker {
    pub fn check(
        &mut self,
        world: &World,
        stamped: &Stamped,
        excused: &Set<Partition>,
    ) -> Result<(), Broken> {
        let Some(broker) = stamped.node.broker() else { return Ok(()) };
        match &stamped.event {
            Event::SharePartitionInitialized { group, partition, start_offset } => {
                let key = (group.clone(), *partition);
                self.begins(world, broker, &key, *start_offset, excused)
            }
            Event::RecordsAcquired { group, member, partition, records } => {
                let key = (group.clone(), *partition);
                self.delivered(world, broker, &key, (*member, *records), excused)
            }
            Event::RecordsAcknowledged { group, partition, batch, .. } => {
                let key = (group.clone(), *partition);
                self.given_back(broker, &key, batch);
                if batch.delivery_state != DeliveryState::Available {
                    self.is_done(world, broker, &key, batch);
                }
                self.moves_on(world, broker, &key)
            }
            Event::AcquisitionLockTimedOut { group, partition, batch } => {
                let key = (group.clone(), *partition);
                self.given_back(broker, &key, batch);
                self.moves_on(world, broker, &key)
            }
            _ => Ok(()),
        }
    }

    fn begins(
        &mut self,
        world: &World,
        broker: BrokerId,
        key: &Key,
        start: Offset,
        excused: &Set<Partition>,
    ) -> Result<(), Broken> {
        self.given.insert((key.clone(), broker), Given { acquired: Map::new(), start });
        let epoch = epoch_of(world, broker, key.1);
        for done in self.done.get(key).into_iter().flatten().filter(|it| it.epoch <= epoch) {
            let reached = done.records.end_of(done.start);
            if start < reached && !may_be_forgotten(world, excused) {
                let what = format!("{}: done up to {reached}, begins at {start}", key.0);
                return super::broken("ShareStartOffsetNeverGoesBack", key.1, what);
            }
        }
        Ok(())
    }

    fn delivered(
        &mut self,
        world: &World,
        broker: BrokerId,
        key: &Key,
        (member, records): (MemberId, AcquiredRecords),
        excused: &Set<Partition>,
    ) -> Result<(), Broken> {
        let given = self.given.entry((key.clone(), broker)).or_default();
        let limit =
            world.brokers.get(&broker).map_or(0, |it| it.config.group_share_delivery_count_limit);
        if i64::from(records.delivery_count) > limit {
            let what = format!("{}: {records:?} of at most {limit} deliveries", key.0);
            return super::broken("NeverDeliveredTooOften", key.1, what);
        }
        let epoch = epoch_of(world, broker, key.1);
        for offset in records.first_offset..=records.last_offset {
            if let Some(other) = given.acquired.insert(offset, member) {
                let what = format!("{}: {offset} is with {other} and with {member}", key.0);
                return super::broken("NeverAcquiredTwice", key.1, what);
            }
            let before = self.done.get(key).into_iter().flatten();
            let mut before = before.filter(|it| it.epoch <= epoch);
            if before.any(|it| it.records.contains(offset)) && !may_be_forgotten(world, excused) {
                let what = format!("{}: {offset} was done, {member} gets it", key.0);
                return super::broken("NeverAfterAcknowledgement", key.1, what);
            }
        }
        Ok(())
    }

    fn given_back(&mut self, broker: BrokerId, key: &Key, batch: &StateBatch) {
        if let Some(given) = self.given.get_mut(&(key.clone(), broker)) {
            let within = batch.first_offset..=batch.last_offset;
            given.acquired.retain(|offset, _| !within.contains(offset));
        }
    }

    /// A leader that was followed by another one may have been told by its own time that something
    /// is done: that binds those who come after it.
    fn is_done(&mut self, world: &World, broker: BrokerId, key: &Key, batch: &StateBatch) {
        let start = self.given.get(&(key.clone(), broker)).map_or(0, |given| given.start);
        let epoch = epoch_of(world, broker, key.1);
        let all = self.done.entry(key.clone()).or_default();
        if all.last().is_none_or(|last| last.epoch != epoch) {
            all.push(Done { epoch, start, records: Stretches::default() });
        }
        if let Some(done) = all.last_mut() {
            done.records.add(batch.first_offset, batch.last_offset + 1);
        }
    }

    fn moves_on(&mut self, world: &World, broker: BrokerId, key: &Key) -> Result<(), Broken> {
        let Some(given) = self.given.get_mut(&(key.clone(), broker)) else { return Ok(()) };
        let Some(start) = start_offset(world, broker, key) else { return Ok(()) };
        if start < given.start {
            let what = format!("{}: from {} to {start}", key.0, given.start);
            return super::broken("ShareStartOffsetNeverGoesBack", key.1, what);
        }
        given.start = start;
        Ok(())
    }
}

/// From where on a leader shares out a partition, as far as it knows that.
pub(super) fn start_offset(world: &World, broker: BrokerId, key: &Key) -> Option<Offset> {
    let live = world.brokers.get(&broker)?.live.as_ref()?;
    let key = SharePartitionKey { group: key.0.clone(), partition: key.1 };
    let mut known = live.share_partitions().filter(|(other, _)| **other == key);
    known.next().map(|(_, partition)| partition.start_offset())
}

fn epoch_of(world: &World, broker: BrokerId, partition: Partition) -> Epoch {
    let live = world.brokers.get(&broker).and_then(|broker| broker.live.as_ref());
    let replica: Option<&Replica> = live.and_then(|live| live.replicas.get(&partition));
    replica.map_or(0, |replica| replica.leader_epoch)
}

/// Whether a machine without power had any state of a share group.
fn may_be_forgotten(world: &World, excused: &Set<Partition>) -> bool {
    let Some((topic, _)) = world.metadata().topic_named(SHARE_GROUP_STATE_TOPIC) else {
        return false;
    };
    excused.iter().any(|partition| partition.topic == topic)
}
