//! Remote storage: segments that were copied there, with what is kept beside them, and how they
//! are found by leader epochs (RemoteLogSegmentMetadata, RemoteLogMetadataCache; KIP-405).

use std::sync::Arc;

use super::epochs::EpochCache;
use super::producers::Producers;
use super::segment::Segment;
use super::transactions::Aborted;
use crate::sim::id::{Epoch, Offset, Partition};
use crate::sim::ordered::Map;
use crate::sim::time::Span;
use crate::sim::wire::RecordBatch;

/// A closed segment as it was copied.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RemoteSegment {
    pub segment: Arc<Segment>,
    /// Its last offset.
    pub end: Offset,
    /// The leader epochs that wrote it, each with its first offset in it.
    pub epochs: EpochCache,
    /// All epochs of the log up to its end.
    pub(super) lineage: EpochCache,
    /// What was known of producers at its end.
    pub(super) producers: Producers,
    /// Its transaction index.
    pub(in crate::sim) aborted: Vec<Aborted>,
}

impl RemoteSegment {
    /// Its first offset.
    pub fn base(&self) -> Offset {
        self.segment.base
    }

    pub fn bytes(&self) -> u64 {
        self.segment.bytes
    }

    /// Where an epoch begins and ends in it, both included.
    fn span_of(&self, epoch: Epoch) -> Option<(Offset, Offset)> {
        let entries = self.epochs.entries();
        let at = entries.iter().position(|(known, _)| *known == epoch)?;
        let end = entries.get(at + 1).map_or(self.end, |(_, next)| next - 1);
        Some((entries.get(at)?.1, end))
    }

    /// Whole batches from `offset` up to its end within `max_bytes`; with `at_least_one` the first
    /// even if it is larger (RemoteLogManager.read).
    pub fn read(
        &self,
        offset: Offset,
        max_bytes: u64,
        at_least_one: bool,
    ) -> Vec<Arc<RecordBatch>> {
        let (mut found, mut taken) = (Vec::new(), 0);
        for batch in self.segment.batches.iter().skip(self.segment.before(offset)) {
            taken += u64::from(batch.bytes);
            if taken > max_bytes && !(found.is_empty() && at_least_one) {
                break;
            }
            found.push(Arc::clone(batch));
        }
        found
    }

    /// Whether it is a piece of a log of this lineage that ends at `log_end`: its epochs are the
    /// log's, between its first and its last one with the same offsets
    /// (RemoteLogManager.isRemoteSegmentWithinLeaderEpochs).
    pub(super) fn is_within(&self, lineage: &[(Epoch, Offset)], log_end: Offset) -> bool {
        let own = with_records(self.epochs.entries());
        let (Some(first), Some(last)) = (lineage.first(), lineage.last()) else { return false };
        let Some((last_epoch, _)) = own.last().copied() else { return false };
        if last_epoch < first.0 || last_epoch > last.0 {
            return false;
        }
        let valid = own.iter().position(|(epoch, _)| *epoch >= first.0).unwrap_or(own.len());
        for (place, (epoch, offset)) in own.iter().enumerate().skip(valid) {
            let Some(at) = lineage.iter().position(|(known, _)| known == epoch) else {
                return false;
            };
            let begins = lineage.get(at).map_or(0, |(_, begins)| *begins);
            if place == valid && at > 0 && *offset < begins {
                return false;
            }
            let next = lineage.get(at + 1);
            let fits = match *epoch == last_epoch {
                true => next.is_none_or(|(_, next)| self.end < *next),
                false => next == own.get(place + 1),
            };
            if !fits {
                return false;
            }
        }
        self.end < log_end
    }
}

/// Without epochs that wrote nothing (buildFilteredLeaderEpochMap).
pub(super) fn with_records(epochs: &[(Epoch, Offset)]) -> Vec<(Epoch, Offset)> {
    let mut left = Vec::with_capacity(epochs.len());
    for (at, entry) in epochs.iter().enumerate() {
        if epochs.get(at + 1).is_none_or(|next| next.1 != entry.1) {
            left.push(*entry);
        }
    }
    left
}

#[derive(Clone, Debug, Default)]
struct RemotePartition {
    /// In the order in which they came.
    segments: Vec<Arc<RemoteSegment>>,
    /// The last offset of each epoch that ever came; deleting forgets nothing of it.
    highest: Vec<(Epoch, Offset)>,
    /// Of each epoch, which segment is read from an offset on (RemoteLogLeaderEpochState).
    referenced: Vec<(Epoch, Offset, Arc<RemoteSegment>)>,
}

impl RemotePartition {
    /// RemoteLogLeaderEpochState.handleSegmentWithCopySegmentFinishedState: what a new leader has
    /// cut otherwise replaces what lies within it.
    fn refer(&mut self, epoch: Epoch, (begins, end): (Offset, Offset), to: &Arc<RemoteSegment>) {
        let highest = self.highest.iter_mut().find(|(it, _)| *it == epoch);
        let before = highest.as_ref().map(|(_, highest)| *highest);
        if before.is_some_and(|highest| highest <= end) {
            self.referenced.retain(|(of, from, _)| *of != epoch || *from < begins);
        }
        self.referenced.retain(|(of, from, _)| (*of, *from) != (epoch, begins));
        self.referenced.push((epoch, begins, Arc::clone(to)));
        match highest {
            Some((_, highest)) => *highest = end.max(*highest),
            None => self.highest.push((epoch, end)),
        }
    }
}

/// One remote storage for all brokers.
// Simplified: all brokers see at once what one has copied or deleted; in Kafka they hear of it by
// the topic __remote_log_metadata. The storage never fails, and a copy that is not finished leaves
// nothing behind.
#[derive(Clone, Debug, Default)]
pub struct RemoteStorage {
    partitions: Map<Partition, RemotePartition>,
}

impl RemoteStorage {
    /// The segments of a partition, in the order in which they came.
    pub fn segments(&self, partition: Partition) -> &[Arc<RemoteSegment>] {
        self.partitions.get(&partition).map_or(&[], |it| &it.segments)
    }

    /// Bytes of a partition's segments.
    pub fn bytes(&self, partition: Partition) -> u64 {
        self.segments(partition).iter().map(|it| it.bytes()).sum()
    }

    pub(in crate::sim) fn add(&mut self, partition: Partition, segment: RemoteSegment) {
        let known = self.partitions.entry(partition).or_default();
        let segment = Arc::new(segment);
        for (epoch, _) in segment.epochs.entries() {
            if let Some(span) = segment.span_of(*epoch) {
                known.refer(*epoch, span, &segment);
            }
        }
        known.segments.push(segment);
    }

    pub(in crate::sim) fn remove(&mut self, partition: Partition, gone: &Arc<RemoteSegment>) {
        if let Some(known) = self.partitions.get_mut(&partition) {
            known.segments.retain(|it| !Arc::ptr_eq(it, gone));
            known.referenced.retain(|(.., it)| !Arc::ptr_eq(it, gone));
        }
    }

    /// The segments that an epoch wrote to, by where it does (listRemoteLogSegments).
    pub(super) fn of_epoch(&self, partition: Partition, epoch: Epoch) -> Vec<&Arc<RemoteSegment>> {
        let mut found: Vec<(Offset, &Arc<RemoteSegment>)> = Vec::new();
        for segment in self.segments(partition) {
            if let Some((begins, _)) = segment.span_of(epoch) {
                let at = found.partition_point(|(other, _)| *other <= begins);
                found.insert(at, (begins, segment));
            }
        }
        found.into_iter().map(|(_, segment)| segment).collect()
    }

    /// The segment that holds an offset of an epoch (remoteLogSegmentMetadata).
    pub fn segment_at(
        &self,
        partition: Partition,
        epoch: Epoch,
        offset: Offset,
    ) -> Option<&Arc<RemoteSegment>> {
        let known = self.partitions.get(&partition)?;
        let before = known.referenced.iter().filter(|(of, at, _)| *of == epoch && *at <= offset);
        let (.., floor) = before.max_by_key(|(_, at, _)| *at)?;
        floor.span_of(epoch).is_some_and(|(_, end)| offset <= end).then_some(floor)
    }

    /// Up to where a log of this lineage is here, that offset included; -1 if nothing of it is
    /// (RemoteLogManager.findHighestRemoteOffset).
    pub fn highest_offset(
        &self,
        partition: Partition,
        lineage: &EpochCache,
        log_end: Offset,
    ) -> Offset {
        let Some(known) = self.partitions.get(&partition) else { return -1 };
        for (epoch, _) in lineage.entries().iter().rev() {
            let highest = known.highest.iter().find(|(it, _)| it == epoch);
            if let Some((_, highest)) = highest {
                let end = lineage.end_offset_for(*epoch, log_end).map_or(log_end, |(_, end)| end);
                return (*highest).min(end - 1);
            }
        }
        -1
    }

    /// Where what is here of a log of this lineage begins (RemoteLogManager.findLogStartOffset).
    pub fn start_offset(&self, partition: Partition, lineage: &EpochCache) -> Option<Offset> {
        let mut epochs = lineage.entries().iter();
        epochs.find_map(|(epoch, _)| Some(self.of_epoch(partition, *epoch).first()?.base()))
    }
}

// Simplified: how long remote storage takes is the model's figure: 100 ms for each copy and 100 ms
// more for each MB, 50 ms for each read and 10 ms more for each MB of what is read.
/// How long it takes to copy so many bytes there.
pub fn copy_time(bytes: u64) -> Span {
    Span::ms(100) + Span(bytes / 10)
}

/// How long it takes to read so many bytes from there.
pub fn read_time(bytes: u64) -> Span {
    Span::ms(50) + Span(bytes / 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cache(entries: &[(Epoch, Offset)]) -> EpochCache {
        let mut cache = EpochCache::default();
        entries.iter().for_each(|(epoch, start)| cache.assign(*epoch, *start));
        cache
    }

    fn segment(base: Offset, end: Offset, epochs: &[(Epoch, Offset)]) -> RemoteSegment {
        RemoteSegment {
            segment: Arc::new(Segment::new(base)),
            end,
            epochs: cache(epochs),
            lineage: cache(epochs),
            producers: Producers::default(),
            aborted: Vec::new(),
        }
    }

    /// Two leaders copied what overlaps; the first piece goes, and the second is still of the log.
    #[test]
    fn a_segment_is_of_a_log_if_its_epochs_are() {
        let lineage = [(5, 10), (7, 15), (9, 100)];
        let first = segment(5, 50, &[(5, 10), (7, 15)]);
        let second = segment(14, 150, &[(5, 14), (7, 15), (9, 100)]);
        assert!(first.is_within(&lineage, 200) && second.is_within(&lineage, 200));
        assert!(second.is_within(&[(7, 51), (9, 100)], 200), "what was before is gone");
        assert!(!second.is_within(&lineage, 150), "it goes beyond the log's end");
        assert!(!segment(15, 120, &[(7, 15)]).is_within(&lineage, 200), "9 wrote from 100 on");
        assert!(!segment(15, 60, &[(7, 15), (8, 40)]).is_within(&lineage, 200), "8 never wrote");
        assert!(!segment(5, 40, &[(5, 10), (7, 20)]).is_within(&lineage, 200), "7 began at 15");
        assert!(!segment(5, 9, &[(3, 5)]).is_within(&lineage, 200), "before its first epoch");
        assert!(!segment(12, 50, &[(7, 12)]).is_within(&lineage, 200), "7 began at 15");
    }

    /// The first leader rolled elsewhere than the second, which copies again what it had: all of
    /// it is found, and both pieces are listed until they are deleted.
    #[test]
    fn what_another_leader_cut_otherwise_replaces_what_lies_within() {
        let partition = Partition { topic: crate::sim::id::TopicId(0), index: 0 };
        let mut remote = RemoteStorage::default();
        for (base, end) in [(0, 11), (12, 15), (10, 19)] {
            remote.add(partition, segment(base, end, &[(1, base)]));
        }
        let base = |offset| remote.segment_at(partition, 1, offset).map(|it| it.base());
        assert_eq!([9, 10, 12, 16].map(base), [Some(0), Some(10), Some(10), Some(10)]);
        assert_eq!(remote.of_epoch(partition, 1).len(), 3);
        // What comes late and ends earlier replaces nothing.
        remote.add(partition, segment(8, 14, &[(1, 8)]));
        let base = |offset| remote.segment_at(partition, 1, offset).map(|it| it.base());
        assert_eq!([9, 13].map(base), [Some(8), Some(10)]);
    }

    #[test]
    fn what_is_there_is_found_by_epochs() {
        let partition = Partition { topic: crate::sim::id::TopicId(0), index: 0 };
        let mut remote = RemoteStorage::default();
        remote.add(partition, segment(0, 9, &[(1, 0), (2, 5)]));
        remote.add(partition, segment(10, 19, &[(2, 10)]));
        remote.add(partition, segment(8, 14, &[(3, 8)]));
        let at = |epoch, offset| remote.segment_at(partition, epoch, offset).map(|it| it.end);
        assert_eq!((at(1, 4), at(1, 5), at(2, 5)), (Some(9), None, Some(9)));
        assert_eq!((at(2, 12), at(2, 20), at(3, 12)), (Some(19), None, Some(14)));
        let highest = |lineage: &[(Epoch, Offset)], end| {
            remote.highest_offset(partition, &cache(lineage), end)
        };
        assert_eq!(highest(&[(1, 0), (2, 5)], 30), 19);
        assert_eq!(highest(&[(1, 0), (2, 5), (4, 12)], 30), 11, "2 ended there in this log");
        assert_eq!(highest(&[(1, 0), (2, 5), (4, 25)], 30), 19, "4 has copied nothing");
        assert_eq!(highest(&[(6, 0)], 30), -1);
        let first = Arc::clone(&remote.segments(partition)[0]);
        let start =
            |remote: &RemoteStorage| remote.start_offset(partition, &cache(&[(1, 0), (2, 5)]));
        assert_eq!(start(&remote), Some(0));
        remote.remove(partition, &first);
        assert_eq!(start(&remote), Some(10));
    }
}
