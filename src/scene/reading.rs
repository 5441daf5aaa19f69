//! What clients are about: the batches that producers gather, the offsets that consumers are at.

use super::group;
use super::replica::Replica;
use crate::sim::broker::Live;
use crate::sim::broker::share::in_flight::{InFlightBatch, RecordState};
use crate::sim::client::consumer::Standing;
use crate::sim::client::offsets::Reading;
use crate::sim::client::{Consumer, Producer};
use crate::sim::config::ACKS;
use crate::sim::id::{ClientId, Name, Node, Offset};
use crate::sim::wire::Record;
use crate::sim::{Partition, Time, World};

/// The value of `acks` as it is written.
pub fn acks(producer: &Producer) -> &'static str {
    let index = usize::try_from(producer.config.acks).unwrap_or_default();
    ACKS.get(index).copied().unwrap_or_default()
}

/// What a producer has gathered for one partition and not sent yet.
#[derive(Clone, Debug, Default)]
pub struct Gathered<'a> {
    /// The first few records, oldest first.
    pub records: Vec<&'a Record>,
    /// How many there are in all.
    pub count: usize,
    /// How near the first batch is to being sent, 0 to 1: the nearer of time and bytes.
    pub full: f32,
}

/// Records that a bin can show.
const SHOWN: usize = 5;

/// What waits in a producer for one partition.
pub fn gathered(producer: &Producer, partition: Partition, now: Time) -> Gathered<'_> {
    let Some(bin) = producer.bins().find(|bin| bin.partition == partition) else {
        return Gathered::default();
    };
    let records = bin.batches.iter().flat_map(|batch| batch.records());
    let count = bin.batches.iter().map(|batch| batch.records().len()).sum();
    let full = bin.batches.front().map_or(0.0, |batch| {
        let bytes = batch.bytes() as f32 / batch.capacity().max(1) as f32;
        let whole = bin.due.since(batch.waits_since()).0;
        let waited = now.since(batch.waits_since()).0;
        let time = if whole == 0 { 1.0 } else { waited as f32 / whole as f32 };
        bytes.max(time).clamp(0.0, 1.0)
    });
    Gathered { records: records.take(SHOWN).collect(), count, full }
}

/// The first few records that wait in a producer, of all partitions.
pub fn waiting(producer: &Producer) -> Vec<&Record> {
    let batches = producer.bins().flat_map(|bin| bin.batches);
    batches.flat_map(|batch| batch.records()).take(SHOWN).collect()
}

/// Where a member of a group is in one partition.
#[derive(Clone, Debug)]
pub struct Reader {
    /// The member's application.
    pub name: Name,
    /// The partition.
    pub partition: Partition,
    /// What the group has committed, as its coordinator knows.
    pub committed: Option<Offset>,
    /// The next offset that the application will be given.
    pub position: Offset,
    /// Up to where it could read: the high watermark.
    pub end: Offset,
    /// Of a share group, where nobody has a place of its own: between `committed` and `position`
    /// lie as many records as it works on, and as many as it could get come after them.
    pub shares: bool,
}

impl Reader {
    /// The first of its two marks.
    pub fn first(&self) -> Offset {
        self.committed.map_or(self.position, |committed| committed.min(self.position))
    }

    /// How many records it has yet to be given; in a share group, how many it works on.
    pub fn behind(&self) -> i64 {
        if self.shares { self.position } else { (self.end - self.position).max(0) }
    }
}

/// All members that read a partition.
pub fn readers(world: &World, partition: Partition) -> Vec<Reader> {
    let running = |id: &ClientId| world.is_up(Node::Client(*id));
    let consumers = world.clients.iter().filter(|(id, _)| running(id));
    consumers
        .filter_map(|(id, client)| {
            // In a share group nobody has a place of its own.
            let consumer = client.as_consumer().filter(|consumer| !consumer.is_share())?;
            let (_, reading) = consumer.readings().find(|(p, _)| *p == partition)?;
            Some(reader(world, *id, consumer, partition, reading))
        })
        .collect()
}

/// Everything that a member reads; nothing while it is down.
pub fn readers_of(world: &World, id: ClientId, consumer: &Consumer) -> Vec<Reader> {
    if !world.is_up(Node::Client(id)) {
        return Vec::new();
    }
    let own = consumer.readings();
    own.map(|(partition, reading)| reader(world, id, consumer, partition, reading)).collect()
}

/// The phase of a member that waits for its group to share out anew, or is no member yet; none
/// while it may read, even where it has lost sight of its coordinator.
pub fn phase(consumer: &Consumer) -> Option<&'static str> {
    match consumer.standing() {
        Standing::Stable => None,
        Standing::FindingCoordinator => consumer.readings().next().is_none().then_some("finding"),
        Standing::Outside => Some("outside"),
        Standing::Preparing => Some("preparing"),
        Standing::Joining => Some("joining"),
        Standing::Syncing => Some("syncing"),
        Standing::Leaving => Some("leaving"),
    }
}

fn reader(
    world: &World,
    id: ClientId,
    consumer: &Consumer,
    partition: Partition,
    reading: &Reading,
) -> Reader {
    let leader = world.metadata().partition(partition).and_then(|state| state.leader);
    let high = leader.and_then(|broker| Replica::of(world, broker, partition));
    let high = high.map(|replica| replica.high_watermark);
    let (name, shares) = (consumer.name.clone(), consumer.is_share());
    if shares {
        let live = leader.and_then(|broker| world.brokers.get(&broker)?.live.as_ref());
        let (acquired, available) = shared(live, id, consumer, partition, high.unwrap_or_default());
        let (position, end) = (acquired, acquired + available);
        return Reader { name, partition, committed: Some(0), position, end, shares };
    }
    let kept = group::coordinator(world, &consumer.group)
        .and_then(|broker| world.brokers.get(&broker)?.live.as_ref())
        .and_then(|live| Some(live.committed(&consumer.group)?.get(&partition)?.offset));
    let committed = kept.or(reading.committed);
    let position = reading.position.or(committed).unwrap_or_default();
    let end = high.or(reading.high_watermark).unwrap_or(position);
    Reader { name, partition, committed, position, end, shares }
}

/// How many records of a partition a member of a share group works on, and how many more it could
/// get, as the partition's leader knows.
fn shared(
    leader: Option<&Live>,
    id: ClientId,
    consumer: &Consumer,
    partition: Partition,
    high_watermark: Offset,
) -> (i64, i64) {
    let (mut acquired, mut available) = (0, 0);
    for (key, own) in leader.into_iter().flat_map(Live::share_partitions) {
        if key.partition != partition || key.group != consumer.group {
            continue;
        }
        available += (high_watermark - own.next_offset()).max(0);
        for (first, last, state) in own.in_flight().iter().flat_map(InFlightBatch::runs) {
            match state.state {
                RecordState::Acquired { by, .. } if by.client == id => acquired += last - first + 1,
                RecordState::Available => available += last - first + 1,
                _ => {}
            }
        }
    }
    (acquired, available)
}
