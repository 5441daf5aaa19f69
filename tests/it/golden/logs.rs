//! The families about logs: what is written, cut off and found again, by epochs of leaders and by
//! sequence numbers of producers.

use super::{Verdict, same};
use kafkascope::sim::Time;
use kafkascope::sim::config::TopicConfig;
use kafkascope::sim::id::{Epoch, Offset, Partition, TopicId};
use kafkascope::sim::log::Log;
use kafkascope::sim::wire::{
    BatchKind, CompressionType, ErrorCode, PartitionProduce, ProducerId, ProducerIdAndEpoch,
    ProducerStamp, Record, Value,
};
use serde::Deserialize;

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
                let batch = batch(None, op.records.ok_or_else(missing)?);
                let epoch = op.leader_epoch.ok_or_else(missing)?;
                let (batch, _) = log.append_as_leader(&batch, epoch, &TopicConfig::default());
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

fn batch(producer: Option<ProducerStamp>, count: usize) -> PartitionProduce {
    let record = Record { id: None, key: None, timestamp: Time::ZERO, value: Value::Bytes(10) };
    let partition = Partition { topic: TopicId(0), index: 0 };
    let kind = BatchKind::Plain;
    let compression = CompressionType::None;
    let records = vec![record; count].into();
    PartitionProduce { partition, producer, kind, records, compression, bytes: 100 }
}

#[derive(Deserialize)]
pub struct Idempotent {
    appends: Vec<Append>,
}

#[derive(Deserialize)]
struct Append {
    producer_id: i64,
    producer_epoch: i16,
    base_sequence: i32,
    records: usize,
    first_offset: Option<Offset>,
    #[serde(default)]
    appended: bool,
    #[serde(default)]
    duplicate: bool,
    error: Option<String>,
    leo_after: Offset,
}

/// What a log answers to a batch: written, written before, or why not.
#[derive(PartialEq, Debug)]
enum Answer {
    Written(Offset),
    Known(Offset),
    Refused(String),
}

pub fn idempotent(case: &Idempotent) -> Verdict {
    let mut log = Log::default();
    for (step, append) in case.appends.iter().enumerate() {
        let producer =
            ProducerIdAndEpoch { id: ProducerId(append.producer_id), epoch: append.producer_epoch };
        let stamp = ProducerStamp { producer, base_sequence: append.base_sequence };
        let ours = match log.producers().duplicate(stamp, append.records) {
            Some(written) => Answer::Known(written.first_offset),
            None => match log.producers().validate(stamp) {
                Err(error) => Answer::Refused(exception(error)?.to_owned()),
                Ok(()) => {
                    let batch = batch(Some(stamp), append.records);
                    let (batch, _) = log.append_as_leader(&batch, 0, &TopicConfig::default());
                    Answer::Written(batch.base_offset)
                }
            },
        };
        let kafka = match (append.first_offset, append.appended, append.duplicate, &append.error) {
            (Some(offset), true, false, None) => Answer::Written(offset),
            (Some(offset), false, true, None) => Answer::Known(offset),
            (_, false, false, Some(error)) => Answer::Refused(error.clone()),
            _ => return Err(format!("append {step} is not understood")),
        };
        same(format!("append {step}"), ours, kafka)?;
        same(format!("log end after append {step}"), log.end(), append.leo_after)?;
    }
    Ok(())
}

fn exception(error: ErrorCode) -> Result<&'static str, String> {
    match error {
        ErrorCode::OutOfOrderSequenceNumber => Ok("OutOfOrderSequenceException"),
        ErrorCode::InvalidProducerEpoch => Ok("InvalidProducerEpochException"),
        other => Err(format!("{other} is no answer to a sequence number")),
    }
}
