//! Transactions that hang: open in a partition, while no coordinator will ever write their marker
//! (`kafka-transactions.sh find-hanging`, KIP-664).

use crate::sim::id::{Node, Offset};
use crate::sim::wire::ProducerId;
use crate::sim::{Partition, World};

/// A transaction that hangs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hanging {
    pub producer: ProducerId,
    /// Where it begins: what an administrator names to abort it.
    pub start_offset: Offset,
}

/// The transactions that hang in what leads a partition. Like the tool, it looks only at those
/// whose producer has been silent for longer than any transaction may take
/// (`transaction.max.timeout.ms`), and believes the coordinators that run.
// Simplified: it sees them all at once, where the tool asks one after another.
pub fn hanging(world: &World, partition: Partition) -> Vec<Hanging> {
    let leader = world.metadata().partition(partition).and_then(|state| state.leader);
    let Some(broker) = leader.and_then(|id| world.brokers.get(&id)) else { return Vec::new() };
    let Some(log) = broker.disk.logs.get(&partition) else { return Vec::new() };
    let now_ms = world.wall(Node::Broker(broker.id)).as_millis();
    let most_ms = broker.config.transaction_max_timeout_ms.unsigned_abs();
    let silent = |producer: ProducerId, start: Offset| {
        let own = log.batches_from(start);
        let own = own.filter(|it| it.producer.is_some_and(|stamp| stamp.producer.id == producer));
        own.last().is_some_and(|last| now_ms.saturating_sub(last.max_timestamp()) > most_ms)
    };
    let open = log.transactions().ongoing();
    open.filter(|(start, producer)| {
        silent(*producer, *start) && !expected(world, *producer, partition)
    })
    .map(|(start_offset, producer)| Hanging { producer, start_offset })
    .collect()
}

/// Whether a coordinator still has a marker to write there.
fn expected(world: &World, producer: ProducerId, partition: Partition) -> bool {
    world.coordinated().any(|(_, _, it)| {
        it.value.producer_id == producer && it.value.partitions.contains(&partition)
    })
}
