//! The family about how many bytes records take and where one batch ends.

use super::{Verdict, same};
use kafkascope::sim::log::size::{BatchSize, RecordSize, header};
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Case {
    batch_size: u32,
    records: Vec<Record>,
    batches: Vec<Batch>,
}

#[derive(Deserialize)]
struct Record {
    key_len: i64,
    value_len: i64,
    header_key: Option<String>,
    #[serde(default)]
    header_value_len: i64,
    ts_delta_from_case_start: i64,
    estimated_upper_bound_single_batch: u32,
    opens_batch_with_buffer: Option<u32>,
    estimated_bytes_written_after: u32,
    is_full_after: bool,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Batch {
    first_record: usize,
    record_count: u32,
    size_in_bytes: u32,
}

impl Record {
    fn size(&self) -> RecordSize {
        // Kafka writes a null as length -1.
        let len = |len: i64| u32::try_from(len).ok();
        let plain = RecordSize::new(len(self.key_len), len(self.value_len));
        match &self.header_key {
            None => plain,
            Some(key) => {
                let bytes = header(key.len() as u32, len(self.header_value_len));
                RecordSize { headers: 1, header_bytes: bytes, ..plain }
            }
        }
    }
}

pub fn packing(case: &Case) -> Verdict {
    let mut batches: Vec<(usize, BatchSize)> = Vec::new();
    for (index, record) in case.records.iter().enumerate() {
        let size = record.size();
        let upper_bound = record.estimated_upper_bound_single_batch;
        same(format_args!("record {index}, upper bound"), size.upper_bound(), upper_bound)?;

        let timestamp = record.ts_delta_from_case_start;
        let last = batches.last().map(|(_, batch)| batch);
        let opens = last.is_none_or(|batch| !batch.has_room_for(size, timestamp));
        if opens {
            batches.push((index, BatchSize::open(case.batch_size, size)));
        }
        let Some((_, batch)) = batches.last_mut() else { continue };
        let buffer = opens.then(|| batch.buffer());
        same(format_args!("record {index}, buffer"), buffer, record.opens_batch_with_buffer)?;
        batch.append(size, timestamp);
        let written = record.estimated_bytes_written_after;
        same(format_args!("record {index}, bytes after"), batch.bytes(), written)?;
        same(format_args!("record {index}, full after"), batch.is_full(), record.is_full_after)?;
    }
    let ours = batches.iter().map(|(first_record, batch)| Batch {
        first_record: *first_record,
        record_count: batch.records(),
        size_in_bytes: batch.bytes(),
    });
    same("batches", &ours.collect::<Vec<_>>(), &case.batches)
}
