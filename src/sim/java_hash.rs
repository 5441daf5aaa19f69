//! Java's string hash and hash-map order, which Kafka's outcomes quietly depend on.

use crate::sim::ordered;
/// Java's `String.hashCode`: over UTF-16 code units, wrapping at 32 bits.
pub fn java_hash(text: &str) -> i32 {
    text.encode_utf16().fold(0i32, |hash, unit| hash.wrapping_mul(31).wrapping_add(i32::from(unit)))
}

/// The partition of `__consumer_offsets` (or `__transaction_state`) whose leader coordinates `id`
/// (`GroupCoordinatorService.partitionFor`). Kafka's `Utils.abs` takes the smallest hash to 0.
/// A topic has at least one partition; `partitions` of 0 is read as 1.
pub fn partition_for(id: &str, partitions: u32) -> u32 {
    let hash = java_hash(id).checked_abs().unwrap_or(0);
    hash.cast_unsigned() % partitions.max(1)
}

/// The order in which a `java.util.HashMap` walks keys with these hashes, given in order of
/// insertion: indices into `hashes`.
///
/// The table starts at 16 buckets and doubles beyond three quarters; a bucket keeps insertion
/// order. Simplified: a bucket of eight or more keys in a large table would become a tree.
pub fn hash_map_order(hashes: &[i32]) -> Vec<usize> {
    let mut buckets = 16u32;
    while hashes.len() as u64 * 4 > u64::from(buckets) * 3 {
        buckets *= 2;
    }
    let bucket = |index: usize| {
        let hash = hashes[index].cast_unsigned();
        (hash ^ (hash >> 16)) & (buckets - 1)
    };
    ordered::order(hashes.len(), &|a, b| bucket(a).cmp(&bucket(b)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_like_java() {
        assert_eq!(java_hash(""), 0);
        assert_eq!(java_hash("app"), 96_801);
        assert_eq!(java_hash("estoque"), -1_448_508_808);
        // Outside the basic plane a character is two code units.
        assert_eq!(java_hash("\u{1F600}"), 0xD83D * 31 + 0xDE00);
    }

    #[test]
    fn smallest_hash_goes_to_partition_zero() {
        let id = "polygenelubricants";
        assert_eq!(java_hash(id), i32::MIN);
        assert_eq!(partition_for(id, 50), 0);
        assert_eq!(partition_for(id, 0), 0);
    }

    #[test]
    fn walks_buckets_in_order_and_grows() {
        assert_eq!(hash_map_order(&[3, 17, 1, 16]), [3, 1, 2, 0]);
        // Thirteen keys need 32 buckets: 16 no longer shares the bucket of 0.
        let hashes: Vec<i32> = (1..13).rev().chain([16]).collect();
        assert_eq!(hash_map_order(&hashes).last(), Some(&12));
        assert_eq!(hash_map_order(&[]), [0usize; 0]);
    }
}
