//! Spreading replicas over given brokers, as kafka-reassign-partitions.sh --generate proposes it
//! (org.apache.kafka.admin.AdminUtils.assignReplicasToBrokers).

use super::id::BrokerId;
use super::ordered::{Map, Set};

/// How to begin: a place in the list of brokers, how far followers are shifted at first, and the
/// number of the first partition. Kafka's tool draws the first two by chance.
#[derive(Clone, Copy, Debug)]
pub struct Start {
    pub index: u32,
    pub shift: u32,
    pub partition: u32,
}

/// The replicas of each partition, the preferred leader first; none when there are fewer brokers
/// than replicas, or nothing to place.
///
/// First replicas go round the brokers; the others follow at a distance that grows by one each
/// round. With racks, brokers are taken from each rack in turn, and a rack gets a second replica
/// only when every rack has one.
pub fn spread(
    brokers: &[(BrokerId, Option<&str>)],
    partitions: u32,
    replicas: u32,
    start: Start,
) -> Option<Vec<Vec<BrokerId>>> {
    let count = brokers.len() as u32;
    if partitions == 0 || replicas == 0 || replicas > count {
        return None;
    }
    let racks: Map<BrokerId, &str> = match brokers.iter().map(|(id, rack)| Some((*id, (*rack)?))) {
        each if brokers.iter().all(|(_, rack)| rack.is_some()) => each.flatten().collect(),
        _ => Map::new(),
    };
    let order = if racks.is_empty() {
        brokers.iter().map(|(id, _)| *id).collect()
    } else {
        alternated(&racks)
    };
    let mut shift = start.shift;
    let each = (start.partition..start.partition + partitions).map(|partition| {
        if partition > 0 && partition % count == 0 {
            shift += 1;
        }
        let first = (partition + start.index) % count;
        followers(&order, &racks, replicas, (first, shift))
    });
    Some(each.collect())
}

/// One partition's replicas, beginning with the broker at a place of the list.
fn followers(
    order: &[BrokerId],
    racks: &Map<BrokerId, &str>,
    replicas: u32,
    (first, shift): (u32, u32),
) -> Vec<BrokerId> {
    let all: Set<&str> = racks.values().copied().collect();
    let shift = shift * (all.len() as u32).max(1);
    let mut chosen = vec![order[first as usize]];
    let mut taken: Set<&str> = racks.get(&chosen[0]).copied().into_iter().collect();
    let others = order.len() as u32 - 1;
    let mut step = 0;
    while (chosen.len() as u32) < replicas {
        let place = (first + 1 + (shift + step) % others) % order.len() as u32;
        let broker = order[place as usize];
        let rack = racks.get(&broker).copied();
        let crowded = rack.is_some_and(|rack| taken.contains(rack)) && taken.len() < all.len();
        if !crowded && !chosen.contains(&broker) {
            chosen.push(broker);
            taken.extend(rack);
        }
        step += 1;
    }
    chosen
}

/// A broker of each rack in turn (getRackAlternatedBrokerList).
fn alternated(racks: &Map<BrokerId, &str>) -> Vec<BrokerId> {
    let names: Set<&str> = racks.values().copied().collect();
    let of = |name: &str| -> Vec<BrokerId> {
        racks.iter().filter(|(_, rack)| **rack == name).map(|(id, _)| *id).collect()
    };
    let lists: Vec<Vec<BrokerId>> = names.iter().map(|name| of(name)).collect();
    let longest = lists.iter().map(Vec::len).max().unwrap_or(0);
    (0..longest)
        .flat_map(|place| lists.iter().filter_map(move |it| it.get(place).copied()))
        .collect()
}
