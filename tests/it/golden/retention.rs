//! The family about segments: when they are rolled, and when they go.

use super::{Verdict, same};
use kafkascope::sim::config::TopicConfig;
use kafkascope::sim::id::{Offset, Partition, TopicId};
use kafkascope::sim::log::Log;
use kafkascope::sim::log::retention::Moment;
use kafkascope::sim::log::segment::exceeds_segment;
use kafkascope::sim::wire::{BatchKind, CompressionType, PartitionProduce, Record, Value};
use kafkascope::sim::{Span, Time};
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Segments {
    segment_bytes: i64,
    segment_ms: i64,
    retention_ms: i64,
    retention_bytes: i64,
    ops: Vec<Op>,
}

#[derive(Deserialize)]
struct Op {
    op: String,
    #[serde(default)]
    records: usize,
    #[serde(default)]
    batch_bytes: u32,
    #[serde(default)]
    timestamp: i64,
    first_offset: Option<Offset>,
    last_offset: Option<Offset>,
    #[serde(default)]
    hw_to_leo: bool,
    error: Option<String>,
    deleted_segments: Option<u32>,
    now: i64,
    state: State,
}

#[derive(Deserialize, PartialEq, Debug)]
struct State {
    log_start: Offset,
    leo: Offset,
    hw: Offset,
    segments: Vec<Part>,
}

#[derive(Deserialize, PartialEq, Debug)]
struct Part {
    base: Offset,
    bytes: u64,
}

pub fn segments(case: &Segments) -> Verdict {
    let config = TopicConfig {
        segment_bytes: case.segment_bytes,
        segment_ms: case.segment_ms,
        retention_ms: case.retention_ms,
        retention_bytes: case.retention_bytes,
        ..TopicConfig::default()
    };
    let (mut log, mut hw) = (Log::default(), 0);
    for (step, op) in case.ops.iter().enumerate() {
        let at = |what: &str| format!("op {step} ({}), {what}", op.op);
        match op.op.as_str() {
            "append" => {
                let refused = exceeds_segment(op.batch_bytes, &config);
                let kafka = op.error.as_deref() == Some("RecordBatchTooLargeException");
                same(at("refused"), refused, kafka)?;
                if !refused {
                    let (batch, _) = log.append_as_leader(&batch(op), 0, &config);
                    let ours = (Some(batch.base_offset), Some(batch.last_offset()));
                    same(at("offsets"), ours, (op.first_offset, op.last_offset))?;
                }
                if op.hw_to_leo {
                    hw = log.end();
                }
            }
            "advance_time" => {}
            "retention_check" => {
                let moment = Moment { now: Time::ZERO, wall_ms: later(op.now) };
                let deleted = log.delete_old_segments(moment, hw, &config, None);
                let count = deleted.iter().map(|it| it.segments).sum();
                same(at("deleted"), Some(count), op.deleted_segments)?;
            }
            other => return Err(format!("op {step}: {other} is not known")),
        }
        let parts = log.segments().iter().map(|it| Part { base: it.base, bytes: it.bytes });
        let ours = State { log_start: log.start(), leo: log.end(), hw, segments: parts.collect() };
        same(at("state"), &ours, &op.state)?;
    }
    Ok(())
}

/// Time begins in 1970 here, and some of the vectors are older.
fn later(ms: i64) -> u64 {
    (ms + 1_000_000_000).unsigned_abs()
}

fn batch(op: &Op) -> PartitionProduce {
    let timestamp = Time::ZERO + Span::ms(later(op.timestamp));
    let record = Record { id: None, key: None, timestamp, value: Value::Bytes(10) };
    PartitionProduce {
        partition: Partition { topic: TopicId(0), index: 0 },
        producer: None,
        kind: BatchKind::Plain,
        records: vec![record; op.records].into(),
        compression: CompressionType::None,
        bytes: op.batch_bytes,
    }
}
