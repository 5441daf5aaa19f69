//! The family about compaction: what is cleaned, and what is left of it.

use super::{Verdict, same};
use kafkascope::sim::config::TopicConfig;
use kafkascope::sim::id::{Key, Offset, Partition, TopicId};
use kafkascope::sim::log::Log;
use kafkascope::sim::log::retention::Moment;
use kafkascope::sim::wire::{BatchKind, CompressionType, PartitionProduce, Record, Value};
use kafkascope::sim::{Span, Time};
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Compaction {
    delete_retention_ms: i64,
    ops: Vec<Op>,
    final_log: Vec<Left>,
}

#[derive(Deserialize)]
struct Op {
    op: String,
    key: Option<String>,
    value: Option<String>,
    first_offset: Option<Offset>,
    #[serde(default)]
    rolled: bool,
    #[serde(default)]
    ms: u64,
    first_dirty_offset: Option<Offset>,
    first_uncleanable_offset: Option<Offset>,
    next_dirty_offset: Option<Offset>,
    #[serde(default)]
    skipped: bool,
    now: Option<u64>,
    log: Option<Vec<Left>>,
}

/// A record that is still there.
#[derive(Deserialize, PartialEq, Clone, Debug)]
struct Left {
    offset: Offset,
    key: String,
    value: Option<String>,
    delete_horizon: Option<u64>,
}

/// A log, and what its records say: here a value is but its length.
struct Run {
    log: Log,
    config: TopicConfig,
    said: Vec<(String, Option<String>)>,
    now: u64,
}

pub fn compaction(case: &Compaction) -> Verdict {
    let config = TopicConfig {
        cleanup_policy: 1,
        delete_retention_ms: case.delete_retention_ms,
        ..TopicConfig::default()
    };
    let mut run = Run { log: Log::default(), config, said: Vec::new(), now: 0 };
    for (step, op) in case.ops.iter().enumerate() {
        let at = |what: &str| format!("op {step} ({}), {what}", op.op);
        match op.op.as_str() {
            "append" => same(at("offset"), Some(run.append(op)?), op.first_offset)?,
            "roll_segment" if op.rolled => {
                run.log.roll();
            }
            "roll_segment" => {}
            "advance_time" => run.now += op.ms,
            "clean" => {
                same(at("now"), Some(run.now), op.now)?;
                let range = run.log.to_clean(run.now, run.log.end(), &run.config);
                let ours = (range.first_dirty_offset, range.first_uncleanable_offset);
                let kafka = op.first_dirty_offset.zip(op.first_uncleanable_offset);
                same(at("range"), Some(ours), kafka)?;
                let nothing = range.cleanable_bytes == 0;
                same(at("skipped"), nothing, op.skipped)?;
                if !nothing {
                    let moment = Moment { now: Time::ZERO, wall_ms: run.now };
                    run.log.clean(&range, moment, &run.config);
                    same(at("next"), Some(run.log.first_dirty_offset()), op.next_dirty_offset)?;
                }
                same(at("log"), Some(&run.left()), op.log.as_ref())?;
            }
            other => return Err(format!("op {step}: {other} is not known")),
        }
    }
    same("log in the end", &run.left(), &case.final_log)
}

impl Run {
    fn append(&mut self, op: &Op) -> Result<Offset, String> {
        let key = op.key.as_deref().unwrap_or_default();
        let number = key.strip_prefix('k').and_then(|number| number.parse().ok());
        let key = Key(number.ok_or_else(|| format!("{key} is no key"))?);
        let value = op.value.as_ref().map_or(Value::Null, |it| Value::Bytes(it.len() as u32));
        let timestamp = Time::ZERO + Span::ms(self.now);
        let record = Record { id: None, key: Some(key), timestamp, value };
        let produce = PartitionProduce {
            partition: Partition { topic: TopicId(0), index: 0 },
            producer: None,
            kind: BatchKind::Plain,
            records: vec![record].into(),
            compression: CompressionType::None,
            bytes: 70,
        };
        let (batch, _) = self.log.append_as_leader(&produce, 0, &self.config);
        self.said.push((key.text(), op.value.clone()));
        Ok(batch.base_offset)
    }

    fn left(&self) -> Vec<Left> {
        let batches = self.log.batches_from(0);
        let records = batches.flat_map(|batch| batch.iter().map(move |it| (batch, it)));
        let left = records.map(|(batch, (offset, record))| {
            let (key, value) = self.said[usize::try_from(offset).unwrap_or(0)].clone();
            let delete_horizon = batch.delete_horizon().filter(|_| record.is_tombstone());
            Left { offset, key, value, delete_horizon }
        });
        left.collect()
    }
}
