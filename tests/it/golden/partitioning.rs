//! Families about which partition a key, a record or a group goes to.

use super::{Verdict, same};
use kafkascope::sim::client::partitioner::{
    LoadTable, RoundRobin, Sticky, murmur2 as hash, partition_for_key, uniform,
};
use kafkascope::sim::java_hash::{java_hash, partition_for};
use serde::Deserialize;
use std::collections::BTreeMap;

/// JSON writes numbers that are keys as text.
type ByCount = BTreeMap<String, u32>;

fn for_each_count(expected: &ByCount, partition: impl Fn(u32) -> u32) -> Verdict {
    expected.iter().try_for_each(|(count, &kafka)| {
        let count: u32 = count.parse().map_err(|_| format!("not a partition count: {count}"))?;
        same(format_args!("partition of {count}"), partition(count), kafka)
    })
}

#[derive(Deserialize)]
pub struct Murmur2 {
    key: Option<String>,
    hex: String,
    murmur2: i32,
    positive: i32,
    partition_for: ByCount,
}

pub fn murmur2(case: &Murmur2) -> Verdict {
    let digits = case.hex.as_bytes().chunks(2).map(|pair| {
        let pair = std::str::from_utf8(pair).map_err(|error| error.to_string())?;
        u8::from_str_radix(pair, 16).map_err(|error| format!("{pair}: {error}"))
    });
    let bytes = digits.collect::<Result<Vec<u8>, String>>()?;
    if let Some(key) = &case.key {
        same("bytes of the key", key.as_bytes(), &bytes[..])?;
    }
    same("murmur2", hash(&bytes), case.murmur2)?;
    same("positive", hash(&bytes) & i32::MAX, case.positive)?;
    for_each_count(&case.partition_for, |count| partition_for_key(&bytes, count))
}

#[derive(Deserialize)]
pub struct Coordinator {
    id: String,
    java_hash: i32,
    coordinator_partition_for: ByCount,
}

pub fn coordinator(case: &Coordinator) -> Verdict {
    same("hash", java_hash(&case.id), case.java_hash)?;
    for_each_count(&case.coordinator_partition_for, |count| partition_for(&case.id, count))
}

#[derive(Deserialize)]
pub struct StickySwitching {
    num_partitions: u32,
    sticky_batch_size: u32,
    available_partitions: Vec<u32>,
    randoms: Vec<i32>,
    steps: Vec<Append>,
}

#[derive(Deserialize)]
struct Append {
    partition: u32,
    appended_bytes: u32,
    switch_enabled: bool,
    switched: bool,
}

pub fn sticky(case: &StickySwitching) -> Verdict {
    let mut draws = case.randoms.iter();
    let mut choose = || {
        let draw = draws.next().copied().unwrap_or(-1);
        uniform(&case.available_partitions, case.num_partitions, draw)
    };
    let mut sticky = Sticky::new(case.sticky_batch_size);
    case.steps.iter().enumerate().try_for_each(|(step, append)| {
        let partition = sticky.partition(&mut choose);
        same(format_args!("step {step}, partition"), partition, append.partition)?;
        let moved = sticky.on_append(append.appended_bytes, append.switch_enabled, &mut choose);
        same(format_args!("step {step}, switched"), moved, append.switched)
    })
}

#[derive(Deserialize)]
pub struct Adaptive {
    num_partitions: u32,
    queue_sizes: Vec<u32>,
    partition_ids: Vec<u32>,
    length: usize,
    adaptive: bool,
    range_end: Option<u32>,
    picks: Vec<Pick>,
}

#[derive(Deserialize)]
struct Pick {
    random: i32,
    partition: u32,
}

pub fn adaptive(case: &Adaptive) -> Verdict {
    let ids = case.partition_ids.iter().copied();
    let queues: Vec<_> = ids.zip(case.queue_sizes.iter().copied()).take(case.length).collect();
    let table = LoadTable::new(&queues, case.queue_sizes.len() as u32);
    same("adaptive", table.is_some(), case.adaptive)?;
    same("range end", table.as_ref().map(LoadTable::range_end), case.range_end)?;
    case.picks.iter().try_for_each(|pick| {
        let all: Vec<u32> = (0..case.num_partitions).collect();
        let ours = match &table {
            Some(table) => table.pick(pick.random),
            None => uniform(&all, case.num_partitions, pick.random),
        };
        same(format_args!("pick for {}", pick.random), ours, pick.partition)
    })
}

#[derive(Deserialize)]
pub struct InTurn {
    num_partitions: u32,
    available_in_metadata_order: Vec<u32>,
    calls: Vec<u32>,
}

pub fn round_robin(case: &InTurn) -> Verdict {
    let mut turns = RoundRobin::default();
    let next = |_| turns.next(&case.available_in_metadata_order, case.num_partitions);
    let ours: Vec<u32> = (0..case.calls.len()).map(next).collect();
    same("calls", &ours, &case.calls)
}
