//! How small codecs make records, and how long that takes.
//!
//! All figures here are the model's, not Kafka's: real ones depend on what is in the records, on
//! levels and on machines. They are of the order that text such as JSON or log lines gives, and
//! what matters is how the codecs compare: gzip and zstd are tight, lz4 and snappy are quick.

use super::size::{BATCH_OVERHEAD, BatchSize, RecordSize, millis};
use crate::sim::time::Span;
use crate::sim::wire::{CompressionType, Record};

/// What one codec does.
struct Figures {
    /// Bytes that are left of 1000.
    permille: u32,
    /// Microseconds to compress a thousand bytes, and to get them back.
    compress_us_per_kb: u64,
    decompress_us_per_kb: u64,
}

// Simplified: a codec makes all records smaller by the same ratio, whatever they say and however
// many there are (gzip to 30 %, zstd to 32 %, lz4 to 48 %, snappy to 50 %), and takes the same
// time for each kB (gzip 25 µs to compress and 4 µs to decompress, zstd 4 and 2, lz4 and snappy
// 3 and 1). These figures are not Kafka's. Levels (compression.gzip.level and so on) are as by
// default, and a topic that says nothing has compression.type=producer, whatever its brokers say.
const FIGURES: [Figures; 5] = [
    Figures { permille: 1000, compress_us_per_kb: 0, decompress_us_per_kb: 0 },
    Figures { permille: 300, compress_us_per_kb: 25, decompress_us_per_kb: 4 },
    Figures { permille: 500, compress_us_per_kb: 3, decompress_us_per_kb: 1 },
    Figures { permille: 480, compress_us_per_kb: 3, decompress_us_per_kb: 1 },
    Figures { permille: 320, compress_us_per_kb: 4, decompress_us_per_kb: 2 },
];

/// How fast an estimate of the ratio gets better, and how fast at least it gets worse, in
/// thousandths (CompressionRatioEstimator).
const IMPROVING_STEP: u32 = 5;
const DETERIORATE_STEP: u32 = 50;

/// What a producer begins with: that records cannot be compressed.
pub const INITIAL_ESTIMATION: u32 = 1000;

impl CompressionType {
    /// The codec of a producer's `compression.type`.
    pub fn of_producer(config: i64) -> CompressionType {
        match config {
            1 => CompressionType::Gzip,
            2 => CompressionType::Snappy,
            3 => CompressionType::Lz4,
            4 => CompressionType::Zstd,
            _ => CompressionType::None,
        }
    }

    /// The codec in which a topic of this `compression.type` keeps a batch that comes so
    /// (BrokerCompressionType.targetCompression).
    pub fn in_topic(self, config: i64) -> CompressionType {
        match config {
            0 => CompressionType::None,
            1 => CompressionType::Zstd,
            2 => CompressionType::Lz4,
            3 => CompressionType::Snappy,
            4 => CompressionType::Gzip,
            _ => self,
        }
    }

    fn figures(self) -> &'static Figures {
        let [none, gzip, snappy, lz4, zstd] = &FIGURES;
        match self {
            CompressionType::None => none,
            CompressionType::Gzip => gzip,
            CompressionType::Snappy => snappy,
            CompressionType::Lz4 => lz4,
            CompressionType::Zstd => zstd,
        }
    }

    /// Bytes that are left of 1000.
    pub fn permille(self) -> u32 {
        self.figures().permille
    }

    /// Size of a batch whose records take so many bytes as they are; its header is not compressed.
    pub fn batch_bytes(self, records: u32) -> u32 {
        let left = (u64::from(records) * u64::from(self.permille())).div_ceil(1000);
        BATCH_OVERHEAD.saturating_add(u32::try_from(left).unwrap_or(u32::MAX))
    }

    /// How long it takes to compress so many bytes of records.
    pub fn compress_time(self, records: u32) -> Span {
        Span(u64::from(records) * self.figures().compress_us_per_kb / 1000)
    }

    /// How long it takes to get the records of a batch of this size back.
    pub fn decompress_time(self, batch_bytes: u32) -> Span {
        if self == CompressionType::None {
            return Span::ZERO;
        }
        let left = u64::from(batch_bytes.saturating_sub(BATCH_OVERHEAD));
        let records = left * 1000 / u64::from(self.permille()).max(1);
        Span(records * self.figures().decompress_us_per_kb / 1000)
    }
}

/// Bytes of these records as they are, one after another in a batch.
pub fn records_bytes(records: &[Record]) -> u32 {
    let mut size = BatchSize::open(0, RecordSize::default());
    for record in records {
        size.append(RecordSize::of(record), millis(record.timestamp));
    }
    size.records_bytes()
}

/// What a producer expects after a batch was compressed to so many thousandths: it takes a worse
/// ratio at its word and a better one step by step (CompressionRatioEstimator.updateEstimation).
pub fn update_estimation(estimation: u32, observed: u32) -> u32 {
    if observed > estimation {
        (estimation + DETERIORATE_STEP).max(observed)
    } else {
        estimation.saturating_sub(IMPROVING_STEP).max(observed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [CompressionType; 5] = [
        CompressionType::None,
        CompressionType::Gzip,
        CompressionType::Snappy,
        CompressionType::Lz4,
        CompressionType::Zstd,
    ];

    /// The values of both configs, in their order.
    #[test]
    fn codecs_go_by_their_names() {
        use crate::sim::config::{BROKER_COMPRESSION_TYPES, COMPRESSION_TYPES};
        let name = |codec: CompressionType| format!("{codec:?}").to_lowercase();
        for (value, expected) in (0..).zip(COMPRESSION_TYPES) {
            assert_eq!(name(CompressionType::of_producer(value)), *expected);
        }
        for (value, expected) in (0..).zip(BROKER_COMPRESSION_TYPES) {
            let kept = ALL.map(|codec| codec.in_topic(value));
            match *expected {
                "producer" => assert_eq!(kept, ALL),
                "uncompressed" => assert_eq!(kept, [CompressionType::None; 5]),
                expected => assert!(kept.iter().all(|codec| name(*codec) == expected)),
            }
        }
    }

    /// Only records are compressed, and without a codec nothing is.
    #[test]
    fn the_header_stays_as_it_is() {
        assert_eq!(ALL.map(|codec| codec.batch_bytes(0)), [BATCH_OVERHEAD; 5]);
        assert_eq!(CompressionType::None.batch_bytes(1001), BATCH_OVERHEAD + 1001);
        assert_eq!(CompressionType::Gzip.batch_bytes(1001), BATCH_OVERHEAD + 301);
    }

    /// A megabyte, there and back: nothing takes no time but no codec.
    #[test]
    fn tight_codecs_take_longer() {
        let time = |codec: CompressionType| {
            let there = codec.compress_time(1_000_000);
            (there.0, codec.decompress_time(codec.batch_bytes(1_000_000)).0)
        };
        let expected = [(0, 0), (25_000, 4000), (3000, 1000), (3000, 1000), (4000, 2000)];
        assert_eq!(ALL.map(time), expected);
    }

    /// Half a percent at a time on the way down, all at once on the way up, and then a bit more.
    #[test]
    fn the_estimate_improves_slowly() {
        assert_eq!(update_estimation(1000, 300), 995);
        assert_eq!(update_estimation(302, 300), 300);
        assert_eq!(update_estimation(300, 300), 300);
        assert_eq!(update_estimation(300, 320), 350);
        assert_eq!(update_estimation(300, 500), 500);
    }
}
