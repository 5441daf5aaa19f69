//! How many bytes records take in a batch of format v2, byte for byte as Kafka writes them.

use serde::{Deserialize, Serialize};

use crate::sim::time::Time;
use crate::sim::wire::{Record, Value};

/// Bytes of a batch before its first record (`DefaultRecordBatch.RECORD_BATCH_OVERHEAD`).
pub const BATCH_OVERHEAD: u32 = 61;

/// The most that a record's own framing can take (`DefaultRecord.MAX_RECORD_OVERHEAD`).
const MAX_RECORD_OVERHEAD: u32 = 21;

/// What an estimate is multiplied with (`COMPRESSION_RATE_ESTIMATION_FACTOR`).
const SAFETY_PERCENT: u64 = 105;

/// Bytes of a zigzag varint, as used for lengths and offset deltas.
fn varint(value: i32) -> u32 {
    varlong(i64::from(value))
}

/// Bytes of a zigzag varlong, as used for timestamp deltas: seven bits a byte.
fn varlong(value: i64) -> u32 {
    let zigzag = (value << 1 ^ value >> 63).cast_unsigned();
    (64 - (zigzag | 1).leading_zeros()).div_ceil(7)
}

/// Bytes of a nullable field with its length before it.
fn field(len: Option<u32>) -> u32 {
    match len {
        None => varint(-1),
        Some(len) => varlong(i64::from(len)) + len,
    }
}

/// The lengths of one record's parts, in bytes; `None` is a null key or value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordSize {
    /// Length of the key.
    pub key: Option<u32>,
    /// Length of the value; a null value is a tombstone.
    pub value: Option<u32>,
    /// How many headers the record carries.
    pub headers: u32,
    /// What [`header`] gives for each header, added up.
    pub header_bytes: u32,
}

/// Bytes of one header with key and value of these lengths.
pub fn header(key: u32, value: Option<u32>) -> u32 {
    field(Some(key)) + field(value)
}

impl RecordSize {
    /// A record without headers.
    pub fn new(key: Option<u32>, value: Option<u32>) -> Self {
        Self { key, value, headers: 0, header_bytes: 0 }
    }

    /// The lengths of an application's record.
    pub fn of(record: &Record) -> Self {
        let key = record.key.map(|key| 2 + key.0.checked_ilog10().unwrap_or(0));
        let value = match &record.value {
            Value::Bytes(bytes) | Value::Poison(bytes) => Some(*bytes),
            Value::Derived(derived) => Some(derived.bytes),
            Value::Null | Value::EndTransaction { .. } | Value::Coordinator(_) => None,
        };
        Self::new(key, value)
    }

    fn fields(self) -> u32 {
        let headers = varlong(i64::from(self.headers)) + self.header_bytes;
        field(self.key) + field(self.value) + headers
    }

    /// Bytes of the record at this place of a batch (`DefaultRecord.sizeInBytes`).
    /// `timestamp_delta` is in ms from the batch's first record.
    pub fn in_batch(self, offset_delta: u32, timestamp_delta: i64) -> u32 {
        const ATTRIBUTES: u32 = 1;
        let deltas = varlong(i64::from(offset_delta)) + varlong(timestamp_delta);
        let body = ATTRIBUTES + deltas + self.fields();
        varlong(i64::from(body)) + body
    }

    /// What a producer reserves for a batch that must hold at least this record
    /// (`AbstractRecords.estimateSizeInBytesUpperBound`).
    pub fn upper_bound(self) -> u32 {
        BATCH_OVERHEAD + MAX_RECORD_OVERHEAD + self.fields()
    }
}

/// Kafka's record timestamps count milliseconds.
pub fn millis(time: Time) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

/// A batch being filled: the arithmetic of `MemoryRecordsBuilder`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchSize {
    limit: u32,
    /// Header and records as they are.
    bytes: u32,
    records: u32,
    first_timestamp: i64,
    /// To how many thousandths the records are expected to be compressed; none without a codec.
    estimation: Option<u32>,
}

impl BatchSize {
    /// An empty batch in a buffer that fits `batch_size` bytes, or `first` when that needs more.
    pub fn open(batch_size: u32, first: RecordSize) -> Self {
        let limit = batch_size.max(first.upper_bound());
        Self { limit, bytes: BATCH_OVERHEAD, records: 0, first_timestamp: 0, estimation: None }
    }

    /// The same for records that will be compressed, to so many thousandths as is expected.
    pub fn compressed(self, estimation: u32) -> Self {
        Self { estimation: Some(estimation), ..self }
    }

    /// Bytes of the buffer, which the producer takes from `buffer.memory`.
    pub fn buffer(&self) -> u32 {
        self.limit
    }

    /// Bytes of the batch so far, its header included. Of records that will be compressed it is
    /// an estimate on the safe side (MemoryRecordsBuilder.estimatedBytesWritten).
    pub fn bytes(&self) -> u32 {
        match self.estimation {
            None => self.bytes,
            Some(estimation) => {
                let estimated = u64::from(self.records_bytes()) * u64::from(estimation);
                let safe = estimated * SAFETY_PERCENT / 100_000;
                BATCH_OVERHEAD.saturating_add(u32::try_from(safe).unwrap_or(u32::MAX))
            }
        }
    }

    /// Bytes of the records as they are.
    pub fn records_bytes(&self) -> u32 {
        self.bytes - BATCH_OVERHEAD
    }

    /// How many records it holds.
    pub fn records(&self) -> u32 {
        self.records
    }

    /// Whether nothing more fits, whatever its size. An empty batch is never full.
    pub fn is_full(&self) -> bool {
        self.records > 0 && self.limit <= self.bytes()
    }

    /// Whether this record, stamped with `timestamp` (ms), still fits. The first always does.
    pub fn has_room_for(&self, record: RecordSize, timestamp: i64) -> bool {
        self.records == 0
            || !self.is_full()
                && self.bytes().saturating_add(self.next(record, timestamp)) <= self.limit
    }

    /// Adds a record stamped with `timestamp` (ms); returns the bytes it took.
    pub fn append(&mut self, record: RecordSize, timestamp: i64) -> u32 {
        if self.records == 0 {
            self.first_timestamp = timestamp;
        }
        let size = self.next(record, timestamp);
        self.bytes = self.bytes.saturating_add(size);
        self.records += 1;
        size
    }

    fn next(&self, record: RecordSize, timestamp: i64) -> u32 {
        let delta = match self.records {
            0 => 0,
            _ => timestamp - self.first_timestamp,
        };
        record.in_batch(self.records, delta)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn varints_grow_every_seven_bits() {
        let sizes = [0, -1, 63, 64, -64, -65, 8191, 8192].map(varint);
        assert_eq!(sizes, [1, 1, 1, 2, 1, 2, 2, 3]);
        assert_eq!(varint(i32::MIN), 5);
        assert_eq!(varlong(i64::MAX), 10);
    }

    #[test]
    fn a_batch_size_of_zero_still_takes_one_record() {
        let record = RecordSize::new(None, Some(20));
        let mut batch = BatchSize::open(0, record);
        assert!(batch.has_room_for(record, 5));
        assert!(!batch.is_full());
        batch.append(record, 5);
        assert!(!batch.has_room_for(record, 5));
    }
}
