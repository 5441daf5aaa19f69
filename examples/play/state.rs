//! The final state: every replica, partition, group and record, in a stable order.

use std::collections::BTreeMap;

use kafkascope::metrics::gauges;
use kafkascope::metrics::ledger::{Entry, Ledger, Told};
use kafkascope::sim::World;
use kafkascope::sim::broker::{Broker, Group, GroupState, Member};
use kafkascope::sim::id::{Epoch, Name, Offset, Partition};
use kafkascope::sim::log::Log;
use kafkascope::sim::wire::MemberId;
use serde::Serialize;

/// Everything; `--help` says what the keys mean.
pub struct State {
    at: u64,
    replicas: Vec<ReplicaState>,
    partitions: Vec<PartitionState>,
    groups: Vec<GroupSummary>,
    records: Vec<RecordState>,
    sums: SumsState,
}

#[derive(Serialize)]
struct ReplicaState {
    broker: u32,
    topic: Name,
    partition: u32,
    role: &'static str,
    leader_epoch: Option<Epoch>,
    log_start: Offset,
    high_watermark: Offset,
    log_end: Offset,
    epochs: Vec<(Epoch, Offset)>,
    batches: Vec<(Offset, Offset, Epoch)>,
}

#[derive(Serialize)]
struct PartitionState {
    topic: Name,
    partition: u32,
    leader: Option<u32>,
    leader_epoch: Epoch,
    partition_epoch: Epoch,
    isr: Vec<u32>,
    replicas: Vec<u32>,
}

#[derive(Serialize)]
struct GroupSummary {
    group: Name,
    coordinator: u32,
    state: &'static str,
    generation: i32,
    members: Vec<MemberState>,
    offsets: Vec<OffsetState>,
}

#[derive(Serialize)]
struct MemberState {
    member: String,
    client: Name,
    assignment: Vec<(Name, u32)>,
}

#[derive(Serialize)]
struct OffsetState {
    topic: Name,
    partition: u32,
    committed: Option<Offset>,
    high_watermark: Offset,
    lag: Option<u64>,
}

#[derive(Serialize)]
struct RecordState {
    client: Name,
    number: u64,
    key: Option<u32>,
    topic: Option<Name>,
    partition: Option<u32>,
    offsets: Vec<Offset>,
    stored: Vec<PlaceState>,
    told: &'static str,
    offset: Option<Offset>,
    error: Option<&'static str>,
    processed: BTreeMap<Name, u32>,
    lost: bool,
    in_doubt: bool,
    duplicated: bool,
}

#[derive(Serialize)]
struct PlaceState {
    offset: Offset,
    epoch: Epoch,
    survives: bool,
}

#[derive(Serialize)]
struct SumsState {
    produced: u64,
    acked: u64,
    failed: u64,
    aborted: u64,
    in_doubt: u64,
    lost: u64,
    duplicated: u64,
    consumed: u64,
}

impl State {
    /// Of a world and its ledger, as they stand.
    pub fn of(world: &World, ledger: &Ledger) -> State {
        let sums = ledger.sums();
        State {
            at: world.now.0,
            replicas: world.brokers.values().flat_map(|b| replicas(world, b)).collect(),
            partitions: partitions(world),
            groups: groups(world),
            records: ledger.entries().map(|entry| record(world, entry)).collect(),
            sums: SumsState {
                produced: sums.produced,
                acked: sums.acked,
                failed: sums.failed,
                aborted: sums.aborted,
                in_doubt: sums.in_doubt,
                lost: sums.lost,
                duplicated: sums.duplicated,
                consumed: sums.consumed,
            },
        }
    }
}

impl State {
    /// One line for each replica, partition, group and record.
    pub fn json(&self) -> String {
        let rows = [
            ("replicas", lines(&self.replicas)),
            ("partitions", lines(&self.partitions)),
            ("groups", lines(&self.groups)),
            ("records", lines(&self.records)),
        ];
        let mut text = format!("{{\n\"at\": {}", self.at);
        for (name, rows) in rows {
            text.push_str(&format!(",\n\"{name}\": [\n{rows}\n]"));
        }
        text.push_str(&format!(",\n\"sums\": {}\n}}\n", json(&self.sums)));
        text
    }
}

fn lines<T: Serialize>(rows: &[T]) -> String {
    rows.iter().map(json).collect::<Vec<String>>().join(",\n")
}

/// None of these types can fail to be JSON: all keys are text.
fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn topic(world: &World, partition: Partition) -> Name {
    let topic = world.metadata().topics.get(&partition.topic);
    topic.map_or_else(|| partition.topic.to_string().into(), |topic| topic.name.clone())
}

fn replicas<'a>(
    world: &'a World,
    broker: &'a Broker,
) -> impl Iterator<Item = ReplicaState> + use<'a> {
    broker.disk.logs.iter().map(|(partition, log)| {
        let live = broker.live.as_ref().and_then(|live| live.replicas.get(partition));
        let role = match live {
            Some(replica) if replica.as_leader().is_some() => "leader",
            Some(_) => "follower",
            None => "offline",
        };
        ReplicaState {
            broker: broker.id.0,
            topic: topic(world, *partition),
            partition: partition.index,
            role,
            leader_epoch: live.map(|replica| replica.leader_epoch),
            log_start: log.start(),
            high_watermark: broker.high_watermark(*partition),
            log_end: log.end(),
            epochs: log.epochs().entries().to_vec(),
            batches: batches(log),
        }
    })
}

fn batches(log: &Log) -> Vec<(Offset, Offset, Epoch)> {
    let all = log.batches_from(log.start());
    all.map(|b| (b.base_offset, b.last_offset(), b.leader_epoch)).collect()
}

fn partitions(world: &World) -> Vec<PartitionState> {
    let all = world.metadata().partitions();
    all.map(|(partition, state)| PartitionState {
        topic: topic(world, partition),
        partition: partition.index,
        leader: state.leader.map(|id| id.0),
        leader_epoch: state.leader_epoch,
        partition_epoch: state.partition_epoch,
        isr: state.isr.iter().map(|id| id.0).collect(),
        replicas: state.replicas.iter().map(|id| id.0).collect(),
    })
    .collect()
}

fn groups(world: &World) -> Vec<GroupSummary> {
    let lags = gauges::lags(world);
    let mut groups = Vec::new();
    for broker in world.brokers.values() {
        for group in broker.live.iter().flat_map(|live| live.groups()) {
            let of_this = lags.iter().filter(|lag| lag.group == group.name);
            let offsets = of_this.map(|lag| OffsetState {
                topic: topic(world, lag.partition),
                partition: lag.partition.index,
                committed: lag.committed,
                high_watermark: lag.high_watermark,
                lag: lag.records(),
            });
            groups.push(GroupSummary {
                group: group.name.clone(),
                coordinator: broker.id.0,
                state: match group.state {
                    GroupState::Empty => "Empty",
                    GroupState::PreparingRebalance => "PreparingRebalance",
                    GroupState::CompletingRebalance => "CompletingRebalance",
                    GroupState::Stable => "Stable",
                },
                generation: group.generation,
                members: members(world, group),
                offsets: offsets.collect(),
            });
        }
    }
    groups.sort_by(|a, b| a.group.cmp(&b.group));
    groups
}

fn members(world: &World, group: &Group) -> Vec<MemberState> {
    let member = |(id, member): (&MemberId, &Member)| {
        let assignment = member.assignment.iter();
        MemberState {
            member: id.to_string(),
            client: member.metadata.client_id.clone(),
            assignment: assignment.map(|p| (topic(world, *p), p.index)).collect(),
        }
    };
    group.members.iter().map(member).collect()
}

fn record(world: &World, entry: &Entry) -> RecordState {
    let client = world.clients.get(&entry.record.client);
    let name = client.map(|client| client.name().clone());
    let (told, offset, error) = match entry.told {
        Told::Waiting => ("waiting", None, None),
        Told::Acked(offset) => ("acked", (offset >= 0).then_some(offset), None),
        Told::Failed(error) => ("failed", None, Some(error.name())),
        Told::Aborted => ("aborted", None, None),
    };
    let places = entry.places.iter();
    RecordState {
        // A client that was removed has no name any more.
        client: name.unwrap_or_else(|| format!("client {}", entry.record.client).into()),
        number: entry.record.number,
        key: entry.key.map(|key| key.0),
        topic: entry.partition.map(|partition| topic(world, partition)),
        partition: entry.partition.map(|partition| partition.index),
        offsets: places.clone().filter(|p| p.survives).map(|p| p.offset).collect(),
        stored: places
            .map(|p| PlaceState { offset: p.offset, epoch: p.epoch, survives: p.survives })
            .collect(),
        told,
        offset,
        error,
        processed: entry.processed.iter().cloned().collect(),
        lost: entry.is_lost(),
        in_doubt: entry.is_in_doubt(),
        duplicated: entry.is_duplicated(),
    }
}
