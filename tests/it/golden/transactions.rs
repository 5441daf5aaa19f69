//! The family about transactions in a log: how far it is decided, which were aborted, and what a
//! consumer gets that reads what is committed.

use kafkascope::sim::Time;
use kafkascope::sim::client::isolation::Hidden;
use kafkascope::sim::config::TopicConfig;
use kafkascope::sim::id::{Offset, Partition, TopicId};
use kafkascope::sim::log::Log;
use kafkascope::sim::ordered::Map;
use kafkascope::sim::wire::{
    AbortedTransaction, BatchKind, CompressionType, PartitionProduce, ProducerId,
    ProducerIdAndEpoch, ProducerStamp, Record, Value,
};
use serde::Deserialize;

use super::{Verdict, same};

#[derive(Deserialize)]
pub struct Case {
    ops: Vec<Op>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Op {
    op: String,
    producer_id: Option<i64>,
    producer_epoch: Option<i16>,
    records: Option<usize>,
    had_open_transaction: Option<bool>,
    first_offset: Option<Offset>,
    last_offset: Option<Offset>,
    to: Option<Offset>,
    state: State,
    read_committed_offsets: Vec<Offset>,
    aborted_transactions: Vec<Aborted>,
}

#[derive(Deserialize, PartialEq, Debug)]
struct State {
    log_start: Offset,
    leo: Offset,
    hw: Offset,
    lso: Offset,
}

#[derive(Deserialize, PartialEq, Debug)]
struct Aborted {
    producer_id: i64,
    first_offset: Offset,
}

/// A log and how far it is committed.
#[derive(Default)]
struct Run {
    log: Log,
    hw: Offset,
    sequences: Map<i64, i32>,
}

pub fn last_stable_offset(case: &Case) -> Verdict {
    let mut run = Run::default();
    run.log.begin_epoch(0);
    for (step, op) in case.ops.iter().enumerate() {
        let at = |what: &str| format!("op {step} ({}), {what}", op.op);
        let written = run.play(op).map_err(|error| format!("op {step}: {error}"))?;
        same(at("offsets"), written, op.first_offset.zip(op.last_offset))?;
        let ours = State {
            log_start: run.log.start(),
            leo: run.log.end(),
            hw: run.hw,
            lso: run.log.last_stable_offset(run.hw),
        };
        same(at("state"), &ours, &op.state)?;
        let (offsets, aborted) = run.read_committed();
        same(at("what is read"), &offsets, &op.read_committed_offsets)?;
        same(at("aborted"), &aborted, &op.aborted_transactions)?;
    }
    Ok(())
}

impl Run {
    /// The first and last offset of what was written.
    fn play(&mut self, op: &Op) -> Result<Option<(Offset, Offset)>, String> {
        let count = op.records.unwrap_or(1);
        let marker = |committed| Value::EndTransaction { committed, coordinator_epoch: 0 };
        let (kind, value) = match op.op.as_str() {
            "append_plain" => (BatchKind::Plain, Value::Bytes(10)),
            "append_txn" => (BatchKind::Transactional, Value::Bytes(10)),
            "commit_marker" => (BatchKind::Control, marker(true)),
            "abort_marker" => (BatchKind::Control, marker(false)),
            "advance_hw" => {
                self.hw = op.to.ok_or("how far?")?;
                self.log.high_watermark_moved(self.hw);
                return Ok(None);
            }
            other => return Err(format!("{other} is not known")),
        };
        let producer = match (kind, op.producer_id.zip(op.producer_epoch)) {
            (BatchKind::Plain, _) => None,
            (_, None) => return Err("whose is it?".into()),
            (kind, Some((id, epoch))) => {
                let open = self.log.producers().iter().any(|(producer, state)| {
                    producer == ProducerId(id) && state.transaction.is_some()
                });
                if op.had_open_transaction.is_some_and(|told| told != open) {
                    return Err(format!("whether a transaction is open: {open}"));
                }
                let next = self.sequences.entry(id).or_default();
                let data = kind == BatchKind::Transactional;
                let base_sequence = if data { *next } else { -1 };
                *next += if data { count as i32 } else { 0 };
                let producer = ProducerIdAndEpoch { id: ProducerId(id), epoch };
                Some(ProducerStamp { producer, base_sequence })
            }
        };
        let record = Record { id: None, key: None, timestamp: Time::ZERO, value };
        let partition = Partition { topic: TopicId(0), index: 0 };
        let records = vec![record; count].into();
        let compression = CompressionType::None;
        let batch =
            PartitionProduce { partition, producer, kind, records, compression, bytes: 100 };
        let (batch, _) = self.log.append_as_leader(&batch, 0, &TopicConfig::default());
        Ok(Some((batch.base_offset, batch.last_offset())))
    }

    /// What a consumer gets that begins at 0, and which transactions it is told of.
    fn read_committed(&self) -> (Vec<Offset>, Vec<Aborted>) {
        let to = self.log.last_stable_offset(self.hw);
        let batches = self.log.read(0, to, u64::MAX, true);
        let last = batches.last().map(|batch| batch.last_offset());
        let aborted = last.map(|last| self.log.aborted_from(0, last)).unwrap_or_default();
        let mut hidden = Hidden::new(&aborted);
        let seen = batches.iter().filter(|batch| !hidden.hides(batch));
        let offsets = seen.flat_map(|batch| batch.iter().map(|(offset, _)| offset)).collect();
        let told = |it: &AbortedTransaction| Aborted {
            producer_id: it.producer.0,
            first_offset: it.first_offset,
        };
        (offsets, aborted.iter().map(told).collect())
    }
}
