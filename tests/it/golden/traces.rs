//! Random fault schedules on real clusters, lived through again by the simulated one: leaders,
//! epochs, ISRs, high watermarks, log ends and what producers were told must be the same.

use std::collections::BTreeMap;

use kafkascope::sim::client::partitioner::partition_for_key;
use kafkascope::sim::id::{BrokerId, ClientId, Key};
use kafkascope::sim::scenario::{Properties, TopicSpec};
use kafkascope::sim::wire::ElectionType;
use kafkascope::sim::{Command, Node, Partition, Span};
use serde::Deserialize;

use super::Verdict;
use super::rebuilt::{Rebuilt, acked};

#[derive(Deserialize)]
pub struct Case {
    pub id: String,
    brokers: u32,
    topic_config: Properties,
    broker_config: Properties,
    assignment: BTreeMap<u32, Vec<u32>>,
    steps: Vec<Step>,
    final_batches: BTreeMap<u32, Vec<(i64, i64, i32)>>,
}

#[derive(Deserialize)]
struct Step {
    op: String,
    node: Option<u32>,
    acks: Option<String>,
    #[serde(default)]
    count: u32,
    #[serde(default)]
    idempotent: bool,
    partitions: Option<Vec<u32>>,
    settled: bool,
    wait_ms_approx: Option<u64>,
    #[serde(default)]
    observe: Observe,
    #[serde(default)]
    not_comparable: Vec<String>,
}

#[derive(Deserialize, Default)]
struct Observe {
    #[serde(default)]
    partitions: BTreeMap<u32, Seen>,
    #[serde(default)]
    produce: BTreeMap<u32, Produced>,
}

#[derive(Deserialize)]
struct Seen {
    leader: i64,
    leader_epoch: i32,
    partition_epoch: i32,
    isr: Vec<u32>,
    hw: Option<i64>,
    log_start: Option<i64>,
    leo: BTreeMap<u32, Option<i64>>,
}

#[derive(Deserialize)]
struct Produced {
    acked: i64,
    first_offset: Option<i64>,
}

/// Plays the schedule and compares every settled step and the logs at the end.
pub fn cluster_random(case: &Case) -> Verdict {
    let mut run = Run::new(case)?;
    let mut epochs_before: BTreeMap<u32, (i64, i64)> = BTreeMap::new();
    for (index, step) in case.steps.iter().enumerate() {
        if index == 0 || case.steps[index - 1].settled {
            run.prepare_producers(&case.steps[index..])?;
        }
        run.act(step)?;
        let name = format!("{} step {index} ({} {:?})", case.id, step.op, step.node);
        run.compare(step, &mut epochs_before).map_err(|what| format!("{name}: {what}"))?;
    }
    run.compare_logs(case).map_err(|what| format!("{} at the end: {what}", case.id))
}

struct Run {
    cluster: Rebuilt,
    partitions: u32,
    prepared: u32,
    producers: u32,
    told: BTreeMap<u32, (i64, Option<i64>)>,
}

impl Run {
    fn new(case: &Case) -> Result<Run, String> {
        let replicas = |ids: &Vec<u32>| ids.iter().copied().map(BrokerId).collect();
        let topic = TopicSpec {
            name: "t".into(),
            partitions: None,
            replication_factor: None,
            assignment: case.assignment.values().map(replicas).collect(),
            config: case.topic_config.clone(),
        };
        let cluster = Rebuilt::new((1, case.brokers), &case.broker_config, vec![topic])?;
        let partitions = case.assignment.len() as u32;
        Ok(Run { cluster, partitions, prepared: 0, producers: 0, told: BTreeMap::new() })
    }

    fn act(&mut self, step: &Step) -> Result<(), String> {
        let node = Node::Broker(BrokerId(step.node.unwrap_or(0)));
        match step.op.as_str() {
            "create_topic" => {}
            "kill" => self.cluster.submit(Command::Crash(node))?,
            "start" => self.cluster.submit(Command::Start(node))?,
            "pause" => self.cluster.submit(Command::Pause(node))?,
            "resume" => self.cluster.submit(Command::Resume(node))?,
            "produce" => self.produce(step)?,
            "preferred_election" => self.elect(ElectionType::Preferred)?,
            "unclean_election" => self.elect(ElectionType::Unclean)?,
            other => return Err(format!("unknown operation {other}")),
        }
        self.cluster.run(Span::ms(step.wait_ms_approx.unwrap_or(0)));
        if step.settled {
            self.cluster.run(Span::secs(40));
        } else {
            self.cluster.run(Span::ms(20));
        }
        Ok(())
    }

    fn elect(&mut self, election: ElectionType) -> Result<(), String> {
        self.cluster.submit(Command::ElectLeaders { topic: "t".into(), election })
    }

    /// Producers for this step and the burst it begins, early enough to know current metadata.
    fn prepare_producers(&mut self, steps: &[Step]) -> Result<(), String> {
        let settled = steps.iter().position(|step| step.settled).unwrap_or(0);
        let burst = &steps[..=settled];
        for step in burst.iter().filter(|step| step.op == "produce") {
            self.prepared += 1;
            let retries = if step.idempotent { "2147483647" } else { "0" };
            let config = [
                ("acks", step.acks.as_deref().unwrap_or("all")),
                ("retries", retries),
                ("linger.ms", "100"),
                ("request.timeout.ms", "9000"),
                ("delivery.timeout.ms", "9500"),
            ];
            self.cluster.add_producer(&format!("p{}", self.prepared), &config)?;
            self.cluster.run(Span::secs(30));
        }
        Ok(())
    }

    /// A fresh producer sends one batch to every partition.
    fn produce(&mut self, step: &Step) -> Result<(), String> {
        self.producers += 1;
        let name = format!("p{}", self.producers);
        let client = self.cluster.client(&name)?;
        let mark = self.cluster.log.len();
        let all: Vec<u32> = (0..self.partitions).collect();
        for index in step.partitions.as_ref().unwrap_or(&all) {
            for _ in 0..step.count {
                let key = Some(self.key_for(*index));
                self.cluster.submit(Command::Produce { client, key })?;
            }
        }
        let settle = if step.settled { Span::secs(12) } else { Span::ms(150) };
        self.cluster.run(settle);
        self.told = told(&self.cluster, client, mark);
        Ok(())
    }

    /// A key that murmur2 sends to this partition.
    fn key_for(&self, index: u32) -> Key {
        (0..)
            .map(Key)
            .find(|key| partition_for_key(key.text().as_bytes(), self.partitions) == index)
            .expect("every partition has keys")
    }

    fn compare(
        &self,
        step: &Step,
        epochs_before: &mut BTreeMap<u32, (i64, i64)>,
    ) -> Result<(), String> {
        for (index, produced) in &step.observe.produce {
            let (acked, first) = self.told.get(index).copied().unwrap_or((0, None));
            same(*index, "acked", acked, produced.acked)?;
            if produced.first_offset.is_some() {
                same(*index, "first offset", first, produced.first_offset)?;
            }
        }
        for (index, seen) in &step.observe.partitions {
            let partition = self.cluster.partition(*index)?;
            let state = self.cluster.world.metadata().partition(partition).ok_or("no partition")?;
            let leader = state.leader.map_or(-1, |id| i64::from(id.0));
            same(*index, "leader", leader, seen.leader)?;
            same(*index, "leader epoch", state.leader_epoch, seen.leader_epoch)?;
            let mut isr: Vec<u32> = state.isr.iter().map(|id| id.0).collect();
            isr.sort_unstable();
            same(*index, "ISR", &isr, &seen.isr)?;
            self.compare_epoch(step, *index, state.partition_epoch, seen, epochs_before)?;
            self.compare_replicas(partition, seen)?;
        }
        Ok(())
    }

    /// Where the real cluster took one or two changes for the same thing, only growth compares.
    fn compare_epoch(
        &self,
        step: &Step,
        index: u32,
        ours: i32,
        seen: &Seen,
        before: &mut BTreeMap<u32, (i64, i64)>,
    ) -> Result<(), String> {
        let (ours, theirs) = (i64::from(ours), i64::from(seen.partition_epoch));
        let loose = step.not_comparable.iter().any(|what| what.starts_with(&index.to_string()));
        let known = before.insert(index, (ours, theirs));
        match known {
            _ if !loose => same(index, "partition epoch", ours, theirs),
            _ => Ok(()),
        }
    }

    fn compare_replicas(&self, partition: Partition, seen: &Seen) -> Result<(), String> {
        for (id, leo) in &seen.leo {
            let Some(leo) = leo else { continue };
            let ours = self.cluster.log_end(BrokerId(*id), partition);
            same(partition.index, &format!("LEO of broker {id}"), ours, *leo)?;
        }
        let Ok(leader) = u32::try_from(seen.leader) else { return Ok(()) };
        let Some(broker) = self.cluster.world.brokers.get(&BrokerId(leader)) else { return Ok(()) };
        if let Some(hw) = seen.hw {
            same(partition.index, "HW", broker.high_watermark(partition), hw)?;
        }
        if let Some(start) = seen.log_start {
            let ours = self.cluster.log_start(BrokerId(leader), partition);
            same(partition.index, "log start", ours, start)?;
        }
        Ok(())
    }

    fn compare_logs(&self, case: &Case) -> Result<(), String> {
        for (index, batches) in &case.final_batches {
            let partition = self.cluster.partition(*index)?;
            let state = self.cluster.world.metadata().partition(partition).ok_or("no partition")?;
            let leader = state.leader.ok_or("no leader")?;
            let log =
                self.cluster.world.brokers.get(&leader).and_then(|b| b.disk.logs.get(&partition));
            let log = log.ok_or("no log")?;
            let ours: Vec<(i64, i64, i32)> = log
                .batches_from(log.start())
                .map(|b| (b.base_offset, b.last_offset(), b.leader_epoch))
                .collect();
            same(*index, "batches", &ours, batches)?;
        }
        Ok(())
    }
}

/// What a producer was told per partition: how many records are acked, and the first offset.
fn told(cluster: &Rebuilt, client: ClientId, since: usize) -> BTreeMap<u32, (i64, Option<i64>)> {
    let mut told = BTreeMap::new();
    for stamped in cluster.told_by(client, since) {
        if let Some((partition, base_offset, count)) = acked(&stamped.event) {
            let entry = told.entry(partition.index).or_insert((0, None));
            entry.0 += count;
            entry.1 = entry.1.or((base_offset >= 0).then_some(base_offset));
        }
    }
    told
}

fn same<T: PartialEq + std::fmt::Debug>(
    partition: u32,
    what: &str,
    ours: T,
    theirs: T,
) -> Result<(), String> {
    if ours == theirs {
        return Ok(());
    }
    Err(format!("partition {partition}: {what} is {ours:?}, Kafka's {theirs:?}"))
}
