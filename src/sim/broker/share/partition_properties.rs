//! What holds of a share-partition whatever members, clocks, logs and leaders do.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::ShareGroupConfig;
use super::acquire::FetchLimits;
use super::in_flight::WriteId;
use super::partition::StateWrite;
use super::partition_tests::{A, B, Story};
use crate::sim::id::Offset;
use crate::sim::time::{Span, Time};
use crate::sim::wire::AcknowledgeType::{self, Accept, Gap, Reject, Release};
use crate::sim::wire::{AcknowledgementBatch, DeliveryState, MemberId};

const LOCKS: u32 = 20;
const MOST_DELIVERIES: u16 = 3;
const LARGEST_BATCH: u32 = 6;

/// Who holds which record, and until when.
type Locks = BTreeMap<Offset, (MemberId, Time)>;

#[derive(Clone, Debug)]
enum Step {
    Produce(u32),
    Fetch(MemberId, FetchLimits),
    /// Of the records that a member holds: from which on, how many, what of them.
    Acknowledge(MemberId, u32, u32, Vec<AcknowledgeType>),
    /// Of any records at all.
    Lie(MemberId, Offset, Offset, AcknowledgeType),
    Leave(MemberId),
    Wait(u64),
    /// The oldest write that is under way is persisted.
    Written,
    /// One that is under way fails.
    NotWritten(u32),
    MoveLogStart(Offset),
    FailOver,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let member = || prop_oneof![Just(A), Just(B)];
    let kind = || prop_oneof![Just(Accept), Just(Release), Just(Reject), Just(Gap)];
    let limits = (0..12u32, 0..8u32)
        .prop_map(|(max_records, batch_size)| FetchLimits { max_records, batch_size });
    let types = prop::collection::vec(kind(), 8);
    let step = prop_oneof![
        3 => (1..=LARGEST_BATCH).prop_map(Step::Produce),
        6 => (member(), limits).prop_map(|(m, l)| Step::Fetch(m, l)),
        6 => (member(), 0..9u32, 1..9u32, types)
            .prop_map(|(m, from, count, types)| Step::Acknowledge(m, from, count, types)),
        2 => (member(), 0..40i64, 0..9i64, kind())
            .prop_map(|(m, first, more, kind)| Step::Lie(m, first, first + more, kind)),
        1 => member().prop_map(Step::Leave),
        3 => (0..40u64).prop_map(Step::Wait),
        5 => Just(Step::Written),
        1 => (0..9u32).prop_map(Step::NotWritten),
        1 => (0..30i64).prop_map(Step::MoveLogStart),
        1 => Just(Step::FailOver),
    ];
    prop::collection::vec(step, 1..80)
}

/// A partition, and what an onlooker knows of it from what it has answered alone.
struct Onlooker {
    story: Story,
    held: Locks,
    /// Accepted, and persisted so.
    done: BTreeSet<Offset>,
    /// Writes under way, with the locks that come back if they fail.
    writes: Vec<(StateWrite, Locks)>,
    seen: (Offset, Offset),
}

impl Onlooker {
    fn new() -> Onlooker {
        let config = ShareGroupConfig {
            partition_max_record_locks: LOCKS,
            delivery_count_limit: MOST_DELIVERIES,
            ..ShareGroupConfig::default()
        };
        let (held, done, writes) = <_>::default();
        Onlooker { story: Story::new(config), held, done, writes, seen: (0, 0) }
    }

    fn live(&mut self, step: &Step) {
        match step {
            Step::Produce(records) => self.story.produce(*records),
            Step::Fetch(member, limits) => self.fetch(*member, *limits),
            Step::Acknowledge(member, from, count, types) => {
                let its = self.held.iter().filter(|(_, (owner, _))| owner == member);
                let first = its.map(|(offset, _)| *offset).nth(*from as usize);
                let Some(first) = first else { return };
                let mine = |offset| self.held.get(&offset).is_some_and(|(by, _)| by == member);
                let count = (0..i64::from(*count)).take_while(|n| mine(first + n)).count();
                let types = &types[..if types[0] == types[1] { 1 } else { count }];
                self.acknowledge(*member, first, first + count as i64 - 1, types);
            }
            Step::Lie(member, first, last, kind) => {
                self.acknowledge(*member, *first, *last, &[*kind]);
            }
            Step::Leave(member) => {
                let write = self.story.share.release_acquired_records(*member);
                self.note(write);
            }
            Step::Wait(seconds) => {
                self.story.now += Span::secs(*seconds);
                self.expire();
            }
            Step::Written if self.writes.is_empty() => {}
            Step::Written => {
                let (write, locks) = self.writes.remove(0);
                self.settle(write, locks, true);
            }
            Step::NotWritten(index) => {
                let index = *index as usize;
                if index < self.writes.len() {
                    let (write, locks) = self.writes.remove(index);
                    self.settle(write, locks, false);
                }
            }
            Step::MoveLogStart(offset) => self.move_log_start(*offset),
            Step::FailOver => {
                self.writes.clear();
                self.held.clear();
                self.story.fail_over();
                // What a leader last persisted may lag behind what it knew.
                self.seen = (0, 0);
            }
        }
    }

    fn fetch(&mut self, member: MemberId, limits: FetchLimits) {
        let until = self.story.now + self.story.config.record_lock_duration;
        for (offset, count) in self.story.fetch_some(member, limits) {
            let holder = self.held.insert(offset, (member, until));
            assert_eq!(holder, None, "{offset} is held, and delivered to {member}");
            assert!((1..=MOST_DELIVERIES).contains(&count), "{offset} for the {count}th time");
            assert!(!self.done.contains(&offset), "{offset} was accepted, and delivered again");
        }
    }

    fn acknowledge(
        &mut self,
        member: MemberId,
        first: Offset,
        last: Offset,
        types: &[AcknowledgeType],
    ) {
        let batch = AcknowledgementBatch {
            first_offset: first,
            last_offset: last,
            acknowledge_types: types.to_vec(),
        };
        let start = self.story.share.start_offset();
        let mut concerned = (first..=last).filter(|offset| *offset >= start);
        let locked = concerned.all(|o| self.held.get(&o).is_some_and(|(by, _)| *by == member));
        match self.story.share.acknowledge(member, &[batch]) {
            Ok(write) => {
                assert!(locked, "{member} has no lock on all of {first}..={last}");
                self.note(write);
            }
            Err(error) => assert!(!locked, "{member} has {first}..={last}: {error}"),
        }
    }

    /// Something is to be persisted: its locks are gone unless that fails.
    fn note(&mut self, write: Option<StateWrite>) {
        let Some(write) = write else { return };
        let spoken_of = write.change.state_batches.iter();
        let offsets = spoken_of.flat_map(|batch| batch.first_offset..=batch.last_offset);
        let locks = offsets.filter_map(|offset| self.held.remove_entry(&offset)).collect();
        self.writes.push((write, locks));
    }

    fn settle(&mut self, write: StateWrite, locks: Locks, committed: bool) {
        if committed {
            for batch in &write.change.state_batches {
                if batch.delivery_state == DeliveryState::Acknowledged {
                    self.done.extend(batch.first_offset..=batch.last_offset);
                }
            }
            self.story.persist(Some(write));
        } else {
            self.story.share.written(write.id, false);
            self.held.extend(locks);
            self.expire();
        }
    }

    fn move_log_start(&mut self, offset: Offset) {
        self.story.share.move_log_start(offset);
        let start = self.story.share.start_offset();
        for (write, locks) in &mut self.writes {
            // A record that was given back and then lost is lost, whether that is persisted or not.
            for batch in &write.change.state_batches {
                let given_back = batch.delivery_state == DeliveryState::Available;
                let offsets = batch.first_offset..=batch.last_offset;
                locks.retain(|o, _| !(given_back && *o < start && offsets.contains(o)));
            }
        }
    }

    /// As a timer would: whatever is due.
    fn expire(&mut self) {
        let now = self.story.now;
        self.held.retain(|_, (_, until)| *until > now);
        let due = self.story.share.next_deadline().is_some_and(|at| at <= now);
        let write = self.story.share.release_expired_locks(now);
        assert_eq!(due, write.is_some());
        let ends = self.held.values().map(|(_, until)| *until).min();
        assert_eq!(self.story.share.next_deadline(), ends);
        // It takes effect whether it is persisted or not.
        self.writes.extend(write.map(|write| (write, Locks::new())));
    }

    fn look(&mut self) {
        let share = &self.story.share;
        let (start, next) = (share.start_offset(), share.next_offset());
        assert!(
            start >= self.seen.0 && next >= self.seen.1,
            "{:?} was {:?}",
            (start, next),
            self.seen
        );
        self.seen = (start, next);
        assert!(next - start <= i64::from(LOCKS + LARGEST_BATCH));
        let mut known = BTreeMap::new();
        for (first, last, state) in share.in_flight().iter().flat_map(|batch| batch.runs()) {
            assert!(state.delivery_count <= MOST_DELIVERIES);
            for offset in first..=last {
                assert_eq!(known.insert(offset, *state), None, "{offset} has two states");
            }
        }
        for offset in start..next {
            assert_eq!(known.get(&offset), share.state_at(offset));
            assert!(known.contains_key(&offset), "{offset} of {start}..{next} has no state");
        }
        assert!((start..=next).contains(&share.next_fetch_offset()));
        let ids: BTreeSet<WriteId> = self.writes.iter().map(|(write, _)| write.id).collect();
        assert_eq!(ids.len(), self.writes.len());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]
    #[test]
    fn one_holder_few_deliveries_and_never_backwards(steps in steps()) {
        let mut onlooker = Onlooker::new();
        for step in &steps {
            onlooker.live(step);
            onlooker.look();
        }
    }

    #[test]
    fn whoever_accepts_everything_has_everything_once(
        batches in prop::collection::vec(1..LARGEST_BATCH, 1..12),
        max_records in 1..12u32,
        batch_size in 0..8u32,
    ) {
        let mut onlooker = Onlooker::new();
        batches.iter().for_each(|records| onlooker.live(&Step::Produce(*records)));
        let limits = FetchLimits { max_records, batch_size };
        for _ in &batches {
            onlooker.live(&Step::Fetch(A, limits));
            while let (Some(first), Some(last)) =
                (onlooker.held.keys().next().copied(), onlooker.held.keys().last().copied())
            {
                onlooker.acknowledge(A, first, last, &[Accept]);
            }
            while !onlooker.writes.is_empty() {
                onlooker.live(&Step::Written);
            }
            onlooker.look();
        }
        let all = i64::from(batches.iter().sum::<u32>());
        prop_assert_eq!(onlooker.story.share.start_offset(), all);
        prop_assert!(onlooker.done.into_iter().eq(0..all));
    }
}
