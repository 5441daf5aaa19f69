//! The scenario about transactions as of version 0: producers go through the same steps, and what
//! is in the logs, what consumers see of it and what the calls threw must be the same.

use std::collections::BTreeSet;

use kafkascope::sim::id::{BrokerId, Offset};
use kafkascope::sim::scenario::{ConsumerSpec, ProducerSpec, Workload};
use kafkascope::sim::transacting::{Transacting, TransactionAct};
use kafkascope::sim::wire::{BatchKind, CoordinatorRecord, ErrorCode, RecordBatch, Value};
use kafkascope::sim::{Command, Event, Partition, Span};
use serde::Deserialize;

use super::rebuilt::{Rebuilt, one_broker};
use super::{Verdict, same};

/// One step: what was done, and what was seen.
#[derive(Deserialize, Clone, PartialEq, Default, Debug)]
#[serde(deny_unknown_fields)]
struct Step {
    step: String,
    result: Option<String>,
    second_init: Option<String>,
    offsets: Option<Ends>,
    visible_read_uncommitted: Option<Vec<Offset>>,
    visible_read_committed: Option<Vec<Offset>>,
    send: Option<String>,
    commit: Option<String>,
    late_commit: Option<String>,
    // Of a consumer whose offsets are part of transactions: see below.
    polled_offsets: Option<Vec<Offset>>,
    committed_offset_after_abort: Option<serde_json::Value>,
    committed_offset_after_commit: Option<serde_json::Value>,
}

#[derive(Deserialize, Clone, PartialEq, Debug)]
#[serde(deny_unknown_fields)]
struct Ends {
    hw: Offset,
    lso: Offset,
    log_start: Offset,
    leo: Offset,
}

/// A batch as it stood in the partition in the end.
#[derive(Deserialize, Clone, PartialEq, Debug)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    base_offset: Offset,
    last_offset: Offset,
    control: bool,
    transactional: bool,
    producer_epoch: i16,
    base_sequence: i32,
    #[serde(default)]
    marker: Option<String>,
}

/// A record of `__transaction_state`.
#[derive(Deserialize, Clone, PartialEq, Debug)]
#[serde(deny_unknown_fields)]
pub struct State {
    transactional_id: String,
    state: String,
    producer_epoch: i16,
    partitions: BTreeSet<String>,
}

const CONFIG: &[(&str, &str)] = &[
    ("transaction.version", "0"),
    ("transaction.state.log.num.partitions", "1"),
    ("transaction.state.log.replication.factor", "1"),
    ("transaction.state.log.min.isr", "1"),
    ("group.initial.rebalance.delay.ms", "0"),
];

pub fn transactions(steps: &[serde_json::Value], batches: &[Batch], states: &[State]) -> Verdict {
    let mut run = Run { cluster: one_broker(1, CONFIG, Vec::new())? };
    run.producer("plain", None, &[])?;
    run.producer("tx-1", Some("tx-1"), &[])?;
    for (name, isolation) in [("all", "read_uncommitted"), ("committed", "read_committed")] {
        run.consumer(name, isolation)?;
    }
    run.cluster.run(Span::secs(5));
    for step in steps {
        let step = Step::deserialize(step).map_err(|error| error.to_string())?;
        let mut seen = run.play(&step).map_err(|why| format!("{}: {why}", step.step))?;
        seen.step.clone_from(&step.step);
        if step.offsets.is_some() {
            run.look(&mut seen)?;
        }
        // sendOffsetsToTransaction() takes a consumer's offsets, which a producer alone has not
        // got; what it leads to is asked for by hand in `sim::engine::transaction_tests`.
        let mut right = step.clone();
        right.polled_offsets = None;
        right.committed_offset_after_abort = None;
        right.committed_offset_after_commit = None;
        same(&step.step, seen, right)?;
    }
    same("batches", run.batches()?, batches.to_vec())?;
    let states = states.iter().filter(|it| !(adds_offsets(it) && it.state == "Ongoing"));
    let without = |state: &State| {
        let mut state = state.clone();
        state.partitions = state.partitions.iter().map(|it| topic(it).to_owned()).collect();
        state.partitions.remove("__consumer_offsets");
        state
    };
    // Which of two producers' records is first is up to their threads, here and there.
    let by_producer = |mut states: Vec<State>| {
        states.sort_by(|a, b| a.transactional_id.cmp(&b.transactional_id));
        states
    };
    same("states", by_producer(run.states()?), by_producer(states.map(without).collect()))
}

fn adds_offsets(state: &State) -> bool {
    state.partitions.iter().any(|partition| topic(partition) == "__consumer_offsets")
}

/// The one topic that is written to has another name here.
fn topic(partition: &str) -> &str {
    let name = partition.split('[').next().unwrap_or_default();
    if name.starts_with("__") { name } else { "t" }
}

struct Run {
    cluster: Rebuilt,
}

/// As Java calls what is thrown.
fn exception(error: ErrorCode) -> Option<String> {
    let name = match error {
        ErrorCode::InvalidProducerEpoch => "InvalidProducerEpochException",
        ErrorCode::ProducerFenced => "ProducerFencedException",
        other => other.name(),
    };
    Some(name.to_owned())
}

impl Run {
    /// What is seen when a step is done.
    fn play(&mut self, step: &Step) -> Result<Step, String> {
        use TransactionAct::{Abort, Commit};
        let does = |prefix: &str| step.step.starts_with(prefix);
        let mut seen = Step::default();
        if does("tx-1 initTransactions") {
            return Ok(seen); // done when it was started
        } else if does("tx-1 begin, send 1, second producer") {
            seen.result = self.begin_and_send("tx-1", 1)?;
            self.producer("second", Some("tx-1"), &[])?;
            let second = self.cluster.client("second")?;
            let inits = |event: &Event| matches!(event, Event::TransactionsInitialized { .. });
            let told = self.cluster.told_by(second, 0).any(|stamped| inits(&stamped.event));
            seen.second_init = told.then(|| "ok".to_owned());
        } else if does("zombie tx-1") {
            seen.send = self.send("tx-1")?;
            seen.commit = self.act("tx-1", Commit)?;
        } else if does("new tx-1 begin, send 1, commit") {
            seen.result = self.begin_and_send("second", 1)?;
            self.act("second", Commit)?;
        } else if does("tx-1 begin send 1; tx-2 begin send 1; tx-2 commits first") {
            seen.result = self.begin_and_send("second", 1)?;
            self.producer("tx-2", Some("tx-2"), &[])?;
            self.begin_and_send("tx-2", 1)?;
            self.act("tx-2", Commit)?;
        } else if does("tx-1 aborts") {
            self.act("second", Abort)?;
        } else if does("consumer polls under read_committed") {
            seen.result = self.begin_and_send("tx-2", 1)?;
            self.act("tx-2", Abort)?;
        } else if does("same, then commits") {
            seen.result = self.begin_and_send("tx-2", 1)?;
            self.act("tx-2", Commit)?;
        } else if does("tx-3") {
            self.producer("tx-3", Some("tx-3"), &[("transaction.timeout.ms", "2000")])?;
            seen.result = self.begin_and_send("tx-3", 1)?;
        } else if does("after the coordinator's timeout abort") {
            self.cluster.run(Span::secs(15));
            seen.late_commit = self.act("tx-3", Commit)?;
        } else if does("plain producer sends 1") {
            seen.result = self.send("plain")?.or(Some("ok".to_owned()));
        } else if let Some(count) = step.step.strip_prefix("tx-1 begin, send ") {
            let count = count.parse().map_err(|_| "how many?")?;
            seen.result = self.begin_and_send("tx-1", count)?;
        } else if does("tx-1 commit") {
            self.act("tx-1", Commit)?;
        } else if does("tx-1 abort") {
            self.act("tx-1", Abort)?;
        } else {
            return Err("nobody knows how".into());
        }
        Ok(seen)
    }

    fn begin_and_send(&mut self, name: &str, records: u32) -> Result<Option<String>, String> {
        self.act(name, TransactionAct::Begin)?;
        for _ in 0..records {
            if let Some(thrown) = self.send(name)? {
                return Ok(Some(thrown));
            }
        }
        Ok(Some("ok".to_owned()))
    }

    /// One record: what its future throws, if anything.
    fn send(&mut self, name: &str) -> Result<Option<String>, String> {
        let since = self.cluster.log.len();
        let client = self.cluster.client(name)?;
        self.cluster.submit(Command::Produce { client, key: None })?;
        self.cluster.run(Span::secs(1));
        let failed = self.cluster.told_by(client, since).find_map(|it| match it.event {
            Event::ProduceFailed { error, .. } | Event::SendFailed { error, .. } => Some(error),
            _ => None,
        });
        Ok(failed.and_then(exception))
    }

    /// A call about the transaction: what it throws, if anything.
    fn act(&mut self, name: &str, act: TransactionAct) -> Result<Option<String>, String> {
        let since = self.cluster.log.len();
        let client = self.cluster.client(name)?;
        self.cluster.submit(Command::Transact { client, act })?;
        self.cluster.run(Span::secs(1));
        let thrown = self.cluster.told_by(client, since).find_map(|it| match it.event {
            Event::TransactionFailed { error, .. } | Event::ProducerFenced { error, .. } => {
                Some(error)
            }
            _ => None,
        });
        Ok(thrown.and_then(exception))
    }

    fn producer(&mut self, name: &str, id: Option<&str>, config: &[(&str, &str)]) -> Verdict {
        let all = [("linger.ms", "0")];
        let all = all.iter().chain(config).map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        self.cluster.submit(Command::AddProducer(ProducerSpec {
            name: name.into(),
            topic: "t".into(),
            workload: Workload { rate: 0, keys: 0, bytes: 20, ..Default::default() },
            config: all.collect(),
            start: self.cluster.world.now,
            transactional: id.map(Into::into),
            transaction: Transacting { records: 0, time: Span::ZERO, aborts: 0 },
        }))?;
        self.cluster.run(Span::secs(3));
        Ok(())
    }

    fn consumer(&mut self, name: &str, isolation: &str) -> Verdict {
        let config = [
            ("isolation.level", isolation),
            ("auto.offset.reset", "earliest"),
            ("enable.auto.commit", "false"),
        ];
        let config = config.map(|(name, value)| (name.to_owned(), value.to_owned()));
        self.cluster.submit(Command::AddConsumer(ConsumerSpec {
            name: name.into(),
            group: name.into(),
            topics: vec!["t".into()],
            processing: Span::ZERO,
            config: config.into_iter().collect(),
            start: self.cluster.world.now,
            rack: None,
            instance: None,
            share: false,
            handling: Default::default(),
        }))
    }

    /// Where the log ends, and what consumers have seen of it.
    fn look(&self, seen: &mut Step) -> Verdict {
        let partition = self.cluster.partition(0)?;
        let broker = &self.cluster.world.brokers[&BrokerId(1)];
        let log = &broker.disk.logs[&partition];
        let hw = broker.high_watermark(partition);
        let (lso, log_start, leo) = (log.last_stable_offset(hw), log.start(), log.end());
        seen.offsets = Some(Ends { hw, lso, log_start, leo });
        seen.visible_read_uncommitted = Some(self.read_by("all")?);
        seen.visible_read_committed = Some(self.read_by("committed")?);
        Ok(())
    }

    fn read_by(&self, consumer: &str) -> Result<Vec<Offset>, String> {
        let client = self.cluster.client(consumer)?;
        let read = self.cluster.told_by(client, 0).filter_map(|it| match it.event {
            Event::Processed { offset, .. } => Some(offset),
            _ => None,
        });
        Ok(read.collect())
    }

    fn log(&self, partition: Partition) -> impl Iterator<Item = &RecordBatch> {
        let log = &self.cluster.world.brokers[&BrokerId(1)].disk.logs[&partition];
        log.batches_from(log.start()).map(|batch| &**batch)
    }

    fn batches(&self) -> Result<Vec<Batch>, String> {
        let marker = |batch: &RecordBatch| match batch.records[0].value {
            Value::EndTransaction { committed: true, .. } => Some("COMMIT".to_owned()),
            Value::EndTransaction { committed: false, .. } => Some("ABORT".to_owned()),
            _ => None,
        };
        let all = self.log(self.cluster.partition(0)?).filter_map(|batch| {
            let stamp = batch.producer?;
            Some(Batch {
                base_offset: batch.base_offset,
                last_offset: batch.last_offset(),
                control: batch.kind == BatchKind::Control,
                transactional: batch.kind != BatchKind::Plain,
                producer_epoch: stamp.producer.epoch,
                base_sequence: stamp.base_sequence,
                marker: marker(batch),
            })
        });
        Ok(all.collect())
    }

    fn states(&self) -> Result<Vec<State>, String> {
        let image = self.cluster.world.metadata();
        let (topic, _) = image.topic_named("__transaction_state").ok_or("no such topic")?;
        let name = |partition: &Partition| image.topics[&partition.topic].name.to_string();
        let records = self.log(Partition { topic, index: 0 }).flat_map(|it| it.records.iter());
        let states = records.filter_map(|record| match &record.value {
            Value::Coordinator(record) => match &**record {
                CoordinatorRecord::Transaction(record) => {
                    let value = record.value.as_ref()?;
                    Some(State {
                        transactional_id: record.transactional_id.to_string(),
                        state: format!("{:?}", value.state),
                        producer_epoch: value.producer_epoch,
                        partitions: value.partitions.iter().map(name).collect(),
                    })
                }
                _ => None,
            },
            _ => None,
        });
        Ok(states.collect())
    }
}
