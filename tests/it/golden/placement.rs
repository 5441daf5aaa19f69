//! The family about where the controller puts replicas.

use std::collections::BTreeMap;

use super::{Verdict, same};
use kafkascope::sim::controller::placement::{JavaRandom, Unplaceable, UsableBroker, place};
use kafkascope::sim::id::BrokerId;
use kafkascope::sim::java_hash::{hash_map_order, java_hash};
use kafkascope::sim::spread::{Start, spread};
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Case {
    brokers_in_registration_order: Vec<Broker>,
    java_random_seed: i64,
    num_partitions: u32,
    replication_factor: u32,
    rack_hash_order: Vec<Option<String>>,
    placements: Option<Vec<Vec<u32>>>,
    message: Option<String>,
}

#[derive(Deserialize)]
struct Broker {
    id: u32,
    rack: Option<String>,
    fenced: bool,
}

pub fn kraft(case: &Case) -> Verdict {
    same("order of racks", rack_order(case), case.rack_hash_order.clone())?;
    let brokers: Vec<_> = (case.brokers_in_registration_order.iter())
        .map(|b| UsableBroker { id: b.id, rack: b.rack.as_deref(), fenced: b.fenced })
        .collect();
    let random = &mut JavaRandom::new(case.java_random_seed);
    let ours = place(&brokers, case.num_partitions, case.replication_factor, random);
    let kafka = case.placements.clone().ok_or(case.message.clone().unwrap_or_default());
    let replicas = case.replication_factor;
    same("placements", ours.map_err(|refusal| in_kafkas_words(refusal, replicas)), kafka)
}

#[derive(Deserialize)]
pub struct Spread {
    brokers: Vec<RackedBroker>,
    num_partitions: u32,
    replication_factor: u32,
    fixed_start_index: u32,
    start_partition_id: u32,
    placements: Option<BTreeMap<u32, Vec<u32>>>,
    error: Option<String>,
}

#[derive(Deserialize)]
struct RackedBroker {
    id: u32,
    rack: Option<String>,
}

pub fn legacy(case: &Spread) -> Verdict {
    let brokers: Vec<(BrokerId, Option<&str>)> =
        case.brokers.iter().map(|it| (BrokerId(it.id), it.rack.as_deref())).collect();
    let (index, partition) = (case.fixed_start_index, case.start_partition_id);
    let start = Start { index, shift: index, partition };
    let ours = spread(&brokers, case.num_partitions, case.replication_factor, start);
    let ours = ours.map(|placed| {
        let placed = placed.into_iter().map(|ids| ids.into_iter().map(|id| id.0).collect());
        (partition..).zip(placed).collect()
    });
    if let Some(error) = &case.error {
        same("the error", "InvalidReplicationFactorException", error.as_str())?;
    }
    same("placements", ours, case.placements.clone())
}

/// The racks in the order in which Java walks them: a step on the way to the placements.
fn rack_order(case: &Case) -> Vec<Option<String>> {
    let mut racks: Vec<&Option<String>> = Vec::new();
    for broker in &case.brokers_in_registration_order {
        if !racks.contains(&&broker.rack) {
            racks.push(&broker.rack);
        }
    }
    let hash = |rack: &&Option<String>| rack.as_deref().map_or(0, java_hash);
    let hashes: Vec<i32> = racks.iter().map(hash).collect();
    hash_map_order(&hashes).into_iter().map(|index| racks[index].clone()).collect()
}

fn in_kafkas_words(refusal: Unplaceable, replicas: u32) -> String {
    match refusal {
        Unplaceable::NotPositive => {
            format!(
                "Invalid replication factor {replicas}: the replication factor must be positive."
            )
        }
        Unplaceable::AllFenced => "All brokers are currently fenced.".into(),
        Unplaceable::TooFewBrokers { registered } => format!(
            "The target replication factor of {replicas} cannot be reached because only \
             {registered} broker(s) are registered.",
        ),
    }
}
