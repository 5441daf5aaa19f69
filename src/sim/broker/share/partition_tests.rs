//! Stories of one share-partition: a log, members, and the share coordinator that remembers.

use std::slice;
use std::sync::Arc;

use super::ShareGroupConfig;
use super::acquire::FetchLimits;
use super::coordinator::ShareCoordinator;
use super::in_flight::RecordState;
use super::partition::{SharePartition, StateWrite};
use crate::sim::id::{ClientId, Offset, Partition, TopicId};
use crate::sim::time::{Span, Time};
use crate::sim::wire::AcknowledgeType::{self, Accept, Gap, Reject, Release};
use crate::sim::wire::{
    AcknowledgementBatch, BatchKind, ErrorCode, MemberId, ReadShareGroupStateRequest, Record,
    RecordBatch, SharePartitionKey, Value, WriteShareGroupStateRequest,
};

pub(super) const A: MemberId = MemberId { client: ClientId(1), serial: 0 };
pub(super) const B: MemberId = MemberId { client: ClientId(2), serial: 0 };

/// What is delivered: an offset, and for the how manieth time.
type Deliveries = Vec<(Offset, u16)>;

/// A partition's log, a group's view of it, and where that is persisted.
pub(super) struct Story {
    pub log: Vec<Arc<RecordBatch>>,
    pub share: SharePartition,
    pub coordinator: ShareCoordinator,
    pub now: Time,
    pub config: ShareGroupConfig,
    pub leader_epoch: i32,
}

impl Story {
    pub(super) fn new(config: ShareGroupConfig) -> Story {
        let coordinator = ShareCoordinator::default();
        let share = SharePartition::new(config, 0, &<_>::default(), 0);
        Story { log: Vec::new(), share, coordinator, now: Time::ZERO, config, leader_epoch: 0 }
    }

    fn key() -> SharePartitionKey {
        SharePartitionKey {
            group: "workers".into(),
            partition: Partition { topic: TopicId(0), index: 0 },
        }
    }

    fn log_end(&self) -> Offset {
        self.log.last().map_or(0, |batch| batch.next_offset())
    }

    /// One batch of so many records.
    pub(super) fn produce(&mut self, records: u32) {
        let value = Value::Bytes(1);
        let record = Record { id: None, key: None, timestamp: self.now, value };
        self.log.push(Arc::new(RecordBatch {
            base_offset: self.log_end(),
            leader_epoch: 0,
            producer: None,
            kind: BatchKind::Plain,
            cleaned: None,
            records: vec![record; records as usize].into(),
            compression: crate::sim::wire::CompressionType::None,
            bytes: 61,
        }));
    }

    /// What a member gets of what is in the log.
    pub(super) fn fetch_some(&mut self, member: MemberId, limits: FetchLimits) -> Deliveries {
        if !self.share.can_acquire_records() {
            return Vec::new();
        }
        let from = self.share.next_fetch_offset();
        let read = self.log.iter().filter(|batch| batch.last_offset() >= from);
        let read: Vec<Arc<RecordBatch>> = read.cloned().collect();
        let acquired = self.share.acquire(member, &read, limits, self.now);
        let offsets = acquired.iter().flat_map(|records| {
            (records.first_offset..=records.last_offset).map(|o| (o, records.delivery_count))
        });
        offsets.collect()
    }

    fn fetch(&mut self, member: MemberId) -> Deliveries {
        self.fetch_some(member, FetchLimits { max_records: 500, batch_size: 500 })
    }

    /// An acknowledgement that is persisted.
    fn say(
        &mut self,
        member: MemberId,
        first_offset: Offset,
        last_offset: Offset,
        types: &[AcknowledgeType],
    ) -> Result<(), ErrorCode> {
        let acknowledge_types = types.to_vec();
        let batch = AcknowledgementBatch { first_offset, last_offset, acknowledge_types };
        let write = self.share.acknowledge(member, &[batch])?;
        self.persist(write);
        Ok(())
    }

    pub(super) fn persist(&mut self, write: Option<StateWrite>) {
        let Some(StateWrite { id, change }) = write else { return };
        let request = WriteShareGroupStateRequest { key: Self::key(), change };
        let record = self.coordinator.write_state(&request, 3).unwrap();
        self.coordinator.replay(&record);
        self.share.written(id, true);
    }

    /// Time passes, and locks with it.
    pub(super) fn wait(&mut self, span: Span) {
        self.now += span;
        let write = self.share.release_expired_locks(self.now);
        self.persist(write);
    }

    /// The partition gets another leader.
    pub(super) fn fail_over(&mut self) {
        self.leader_epoch += 1;
        let leader_epoch = self.leader_epoch;
        let request = ReadShareGroupStateRequest { key: Self::key(), leader_epoch };
        let (state, record) = self.coordinator.read_state(&request, 500).unwrap();
        record.iter().for_each(|record| self.coordinator.replay(record));
        self.share = SharePartition::new(self.config, leader_epoch, &state, self.log_end());
    }

    fn state(&self, offset: Offset) -> Option<RecordState> {
        self.share.state_at(offset).map(|state| state.state)
    }
}

fn story(batches: &[u32]) -> Story {
    let mut story = Story::new(ShareGroupConfig::default());
    batches.iter().for_each(|records| story.produce(*records));
    story
}

/// The steps of the scenario `share-group` that real clients and brokers went through.
#[test]
fn accepted_released_rejected_and_released_for_ever() {
    let mut story = story(&[3]);
    assert_eq!(story.fetch(A), [(0, 1), (1, 1), (2, 1)]);
    // The consumer has asked for more before the application is done with these.
    story.produce(5);
    assert_eq!(story.fetch(A), [(3, 1), (4, 1), (5, 1), (6, 1), (7, 1)]);
    story.say(A, 0, 2, &[Accept, Release, Reject]).unwrap();
    assert_eq!((story.share.start_offset(), story.share.next_fetch_offset()), (1, 1));
    assert_eq!(story.fetch(A), [(1, 2)]);
    story.say(A, 1, 1, &[Accept]).unwrap();
    story.say(A, 3, 7, &[Accept]).unwrap();
    assert_eq!((story.share.start_offset(), story.share.in_flight().len()), (8, 0));

    let mut delivered = Vec::new();
    for batches in [1, 1, 0, 0, 0, 0, 0] {
        (0..batches).for_each(|_| story.produce(1));
        let got = story.fetch(A);
        for (offset, _) in &got {
            story.say(A, *offset, *offset, &[Release]).unwrap();
        }
        delivered.extend(got);
    }
    let expected = [(8, 1), (8, 2), (9, 1), (8, 3), (9, 2), (8, 4), (9, 3), (8, 5), (9, 4), (9, 5)];
    assert_eq!(delivered, expected);
    assert_eq!((story.share.start_offset(), story.share.next_offset()), (10, 10));
}

#[test]
fn a_lock_that_ends_gives_the_records_to_somebody_else() {
    let mut story = story(&[2]);
    assert_eq!(story.fetch(A), [(0, 1), (1, 1)]);
    assert_eq!(story.share.next_deadline(), Some(Time::ZERO + Span::secs(30)));
    story.wait(Span::secs(29));
    assert_eq!(story.fetch(B), []);
    story.wait(Span::secs(1));
    assert_eq!((story.share.next_deadline(), story.fetch(B)), (None, vec![(0, 2), (1, 2)]));
    // Who was too slow is told so, and the other's work stands.
    assert_eq!(story.say(A, 0, 1, &[Accept]), Err(ErrorCode::InvalidRecordState));
    story.say(B, 0, 1, &[Accept]).unwrap();
    assert_eq!(story.share.start_offset(), 2);
}

#[test]
fn the_fifth_lock_that_ends_is_the_last() {
    let mut story = story(&[1]);
    for count in 1..=5 {
        assert_eq!(story.fetch(A), [(0, count)]);
        story.wait(Span::secs(30));
    }
    assert_eq!((story.fetch(A), story.share.start_offset()), (vec![], 1));
}

#[test]
fn two_hundred_in_flight_are_enough() {
    let mut story = story(&[50; 5]);
    assert_eq!(story.fetch(A).len(), 200);
    assert!(!story.share.can_acquire_records());
    assert_eq!(story.fetch(B), []);
    // One that is released is delivered again, but no lock is free for a new one.
    story.say(A, 120, 120, &[Release]).unwrap();
    assert_eq!(story.fetch(B), [(120, 2)]);
    // Nor does it help to finish in the middle: the start offset has to move.
    story.say(A, 150, 199, &[Accept]).unwrap();
    assert_eq!(story.fetch(B), []);
    story.say(A, 0, 49, &[Accept]).unwrap();
    assert_eq!(story.fetch(B).first(), Some(&(200, 1)));
}

#[test]
fn whole_batches_are_acquired_even_if_that_is_more_than_was_asked_for() {
    let mut story = story(&[4, 4, 4]);
    let limits = FetchLimits { max_records: 5, batch_size: 4 };
    assert_eq!(story.fetch_some(A, limits).len(), 8);
    let batches: Vec<_> =
        story.share.in_flight().iter().map(|b| (b.first_offset, b.last_offset)).collect();
    assert_eq!(batches, [(0, 3), (4, 7)]);
    assert_eq!(story.fetch_some(B, limits), [(8, 1), (9, 1), (10, 1), (11, 1)]);
}

#[test]
fn who_has_no_lock_has_no_say() {
    let mut story = story(&[4, 4]);
    let limits = FetchLimits { max_records: 4, batch_size: 4 };
    story.fetch_some(A, limits);
    story.fetch_some(B, limits);
    for (member, first, last) in [(B, 0, 3), (B, 1, 2), (A, 4, 7), (A, 2, 5)] {
        let refused = story.say(member, first, last, &[Accept]);
        assert_eq!(refused, Err(ErrorCode::InvalidRecordState), "{member} {first}..={last}");
    }
    // Everything or nothing: what of it was A's is A's still.
    story.say(A, 0, 3, &[Accept]).unwrap();
    assert_eq!(story.share.start_offset(), 4);
    // Once more is too late, and no harm; nobody got what lies beyond.
    assert_eq!(story.say(A, 0, 3, &[Accept]), Ok(()));
    assert_eq!(story.say(B, 4, 8, &[Accept]), Err(ErrorCode::InvalidRequest));
    assert_eq!(story.say(B, 8, 9, &[Accept]), Err(ErrorCode::InvalidRequest));
}

#[test]
fn contradictions_are_refused() {
    let mut story = story(&[4]);
    story.fetch(A);
    for (first, last, types) in
        [(2, 1, vec![Accept]), (0, 3, vec![]), (0, 3, vec![Accept, Accept]), (0, 0, vec![Gap; 2])]
    {
        let refused = story.say(A, first, last, &types);
        assert_eq!(refused, Err(ErrorCode::InvalidRequest), "{first}..={last} {types:?}");
    }
    let batch = |first_offset, last_offset| AcknowledgementBatch {
        first_offset,
        last_offset,
        acknowledge_types: vec![Accept],
    };
    let backwards = story.share.acknowledge(A, &[batch(2, 3), batch(0, 1)]);
    assert_eq!(backwards, Err(ErrorCode::InvalidRequest));
    // Twice the same record: the second has no lock any more, and so the first is undone.
    let twice = story.share.acknowledge(A, &[batch(0, 1), batch(1, 2)]);
    assert_eq!(twice, Err(ErrorCode::InvalidRecordState));
    story.say(A, 0, 3, &[Accept]).unwrap();
}

#[test]
fn who_goes_gives_back_and_that_delivery_does_not_count() {
    let mut story = story(&[3, 3]);
    story.fetch_some(A, FetchLimits { max_records: 3, batch_size: 3 });
    story.fetch_some(B, FetchLimits { max_records: 3, batch_size: 3 });
    story.say(A, 0, 0, &[Accept]).unwrap();
    let write = story.share.release_acquired_records(A);
    // Not before that is persisted.
    assert_eq!(story.fetch(B), []);
    story.persist(write);
    assert_eq!(story.fetch(B), [(1, 1), (2, 1)]);
    assert_eq!(story.share.release_acquired_records(A), None);
}

#[test]
fn a_release_counts_once_it_is_persisted() {
    let mut story = story(&[2]);
    story.fetch(A);
    let release =
        AcknowledgementBatch { first_offset: 0, last_offset: 1, acknowledge_types: vec![Release] };
    let write = story.share.acknowledge(A, slice::from_ref(&release)).unwrap().unwrap();
    assert_eq!(story.share.next_fetch_offset(), 2);
    assert_eq!(story.share.acknowledge(A, &[release]), Err(ErrorCode::InvalidRecordState));
    // It could not be persisted: A has its records still, and its lock.
    story.share.written(write.id, false);
    assert_eq!(story.fetch(B), []);
    assert!(story.state(0).unwrap().is_acquired_by(A));
    story.say(A, 0, 1, &[Release]).unwrap();
    assert_eq!(story.fetch(B), [(0, 2), (1, 2)]);
}

#[test]
fn the_start_does_not_move_past_what_is_not_persisted() {
    let mut story = story(&[2]);
    story.fetch(A);
    let accept = |offset| AcknowledgementBatch {
        first_offset: offset,
        last_offset: offset,
        acknowledge_types: vec![Accept],
    };
    let first = story.share.acknowledge(A, &[accept(0)]).unwrap().unwrap();
    let second = story.share.acknowledge(A, &[accept(1)]).unwrap();
    story.persist(second);
    assert_eq!(story.share.start_offset(), 0);
    story.share.written(first.id, false);
    story.say(A, 0, 0, &[Accept]).unwrap();
    assert_eq!(story.share.start_offset(), 2);
}

#[test]
fn what_the_log_has_lost_is_archived() {
    let mut story = story(&[10]);
    story.fetch(A);
    story.say(A, 2, 9, &[Release]).unwrap();
    story.share.move_log_start(5);
    assert_eq!((story.share.start_offset(), story.share.next_fetch_offset()), (5, 5));
    assert_eq!(story.state(4), Some(RecordState::Archived));
    // A still works on 0 and 1; when its lock ends, nobody gets them.
    assert!(story.state(0).unwrap().is_acquired_by(A));
    story.wait(Span::secs(30));
    assert_eq!(story.fetch(B), [(5, 2), (6, 2), (7, 2), (8, 2), (9, 2)]);
    story.say(B, 5, 9, &[Accept]).unwrap();
    assert_eq!((story.share.start_offset(), story.share.in_flight().len()), (10, 0));
    // Backwards it does not go; forwards beyond everything it does.
    story.share.move_log_start(3);
    story.share.move_log_start(20);
    assert_eq!((story.share.start_offset(), story.share.next_fetch_offset()), (20, 20));
}

#[test]
fn a_new_leader_goes_on_where_the_old_one_was() {
    let mut story = story(&[4, 4, 4]);
    story.fetch_some(A, FetchLimits { max_records: 12, batch_size: 4 });
    story.say(A, 0, 3, &[Accept]).unwrap();
    story.say(A, 8, 11, &[Accept, Release, Release, Reject]).unwrap();
    story.fail_over();
    // Nothing was heard of 4..=7: that delivery is forgotten with the leader that made it.
    assert_eq!((story.share.start_offset(), story.share.next_offset()), (4, 12));
    assert_eq!(story.fetch(B), [(4, 1), (5, 1), (6, 1), (7, 1), (9, 2), (10, 2)]);
    assert_eq!(story.say(A, 4, 7, &[Accept]), Err(ErrorCode::InvalidRecordState));
    story.say(B, 4, 7, &[Accept]).unwrap();
    story.say(B, 9, 10, &[Accept]).unwrap();
    story.fail_over();
    assert_eq!((story.share.start_offset(), story.share.in_flight().len()), (12, 0));
}

#[test]
fn a_group_without_a_past_begins_at_the_end() {
    let mut story = story(&[4]);
    story.fail_over();
    assert_eq!((story.share.start_offset(), story.fetch(A)), (4, vec![]));
}

#[test]
fn an_old_leader_can_persist_nothing_more() {
    let mut story = story(&[4]);
    story.fetch(A);
    story.say(A, 0, 0, &[Accept]).unwrap();
    let late = story.share.release_acquired_records(A).unwrap();
    story.fail_over();
    let request = WriteShareGroupStateRequest { key: Story::key(), change: late.change };
    let refused = story.coordinator.write_state(&request, 500);
    assert_eq!(refused, Err(ErrorCode::FencedLeaderEpoch));
}
