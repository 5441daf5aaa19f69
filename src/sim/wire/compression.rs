//! By which codec the records of a batch are compressed.

use serde::{Deserialize, Serialize};

/// The codec in a batch's attributes, in the order of Kafka's numbers for them (CompressionType).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
pub enum CompressionType {
    #[default]
    None,
    Gzip,
    Snappy,
    Lz4,
    Zstd,
}
