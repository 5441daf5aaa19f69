//! The family about logs and their leader epochs: what is written, cut off and found again.

use super::{Verdict, same};
use kafkascope::sim::Time;
use kafkascope::sim::config::TopicConfig;
use kafkascope::sim::id::{Epoch, Offset};
use kafkascope::sim::log::Log;
use kafkascope::sim::wire::{Record, Value};
use serde::Deserialize;
use std::sync::Arc;

#[derive(Deserialize)]
pub struct Epochs {
    initial_epoch: Epoch,
    ops: Vec<Op>,
}

#[derive(Deserialize)]
struct Op {
    op: String,
    leader_epoch: Option<Epoch>,
    records: Option<usize>,
    first_offset: Option<Offset>,
    epoch: Option<Epoch>,
    result_epoch: Option<Epoch>,
    result_end_offset: Option<Offset>,
    to: Option<Offset>,
    offset: Option<Offset>,
    error: Option<String>,
    state: State,
}

#[derive(Deserialize, PartialEq, Debug)]
struct State {
    log_start: Offset,
    leo: Offset,
    hw: Offset,
    epochs: Vec<(Epoch, Offset)>,
}

pub fn epochs(case: &Epochs) -> Verdict {
    let mut log = Log::default();
    log.begin_epoch(case.initial_epoch);
    let mut hw = 0;
    for (step, op) in case.ops.iter().enumerate() {
        let at = |what: &str| format!("op {step} ({}), {what}", op.op);
        let missing = || format!("op {step} ({}) lacks what it needs", op.op);
        match op.op.as_str() {
            "become_leader" => log.begin_epoch(op.leader_epoch.ok_or_else(missing)?),
            "append" => {
                let records = records(op.records.ok_or_else(missing)?);
                let epoch = op.leader_epoch.ok_or_else(missing)?;
                let config = TopicConfig::default();
                let (batch, _) = log.append_as_leader(&records, 100, epoch, &config);
                same(at("first offset"), Some(batch.base_offset), op.first_offset)?;
            }
            "end_offset_for_epoch" => {
                let found = log.epochs().end_offset_for(op.epoch.ok_or_else(missing)?, log.end());
                same(at("end"), found, op.result_epoch.zip(op.result_end_offset))?;
            }
            "truncate_to" => {
                log.truncate_to(op.offset.ok_or_else(missing)?);
                hw = hw.min(log.end());
            }
            "advance_hw" => hw = op.to.ok_or_else(missing)?,
            // Whoever asks checks the high watermark: a log does not know it.
            "delete_records_before" if op.error.is_some() => {
                same(at("beyond the high watermark"), op.offset.is_some_and(|to| to > hw), true)?;
            }
            "delete_records_before" => log.advance_start(op.offset.ok_or_else(missing)?),
            other => return Err(format!("op {step}: {other} is not known")),
        }
        let epochs = log.epochs().entries().to_vec();
        let ours = State { log_start: log.start(), leo: log.end(), hw, epochs };
        same(at("state"), &ours, &op.state)?;
    }
    Ok(())
}

fn records(count: usize) -> Arc<[Record]> {
    let record = Record { id: None, key: None, timestamp: Time::ZERO, value: Value::Bytes(10) };
    vec![record; count].into()
}
