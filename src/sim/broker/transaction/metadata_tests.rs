//! The state machine of a transaction as tables: who may do what where, and what epoch comes of it.

use super::metadata::{Ending, TransactionMetadata};
use crate::sim::id::{Partition, TopicId};
use crate::sim::time::{Span, Time};
use crate::sim::wire::{
    ErrorCode, ProducerId, ProducerIdAndEpoch, TransactionLogValue, TransactionState,
};

use ErrorCode::{
    ConcurrentTransactions, CoordinatorLoadInProgress, InvalidProducerIdMapping, ProducerFenced,
    TransactionAbortable,
};
use TransactionState::{
    CompleteAbort, CompleteCommit, Empty, Ongoing, PrepareAbort, PrepareCommit,
};

const P0: Partition = Partition { topic: TopicId(0), index: 0 };
const P1: Partition = Partition { topic: TopicId(0), index: 1 };
const MAX: i16 = i16::MAX;
const TIMEOUT: Span = Span::secs(60);
const NOW: Time = Time(5_000_000);
const STATES: [TransactionState; 6] =
    [Empty, Ongoing, PrepareCommit, PrepareAbort, CompleteCommit, CompleteAbort];

fn of(id: i64, epoch: i16) -> ProducerIdAndEpoch {
    ProducerIdAndEpoch { id: ProducerId(id), epoch }
}

fn new() -> TransactionMetadata {
    TransactionMetadata::new(ProducerId(7), TIMEOUT, NOW)
}

/// Producer 7 in an epoch, with a transaction in some state.
fn at(state: TransactionState, epoch: i16) -> TransactionMetadata {
    let mut value = new().value;
    (value.state, value.producer_epoch, value.start) = (state, epoch, Some(NOW));
    if matches!(state, Ongoing | PrepareCommit | PrepareAbort) {
        value.partitions = [P0].into();
    }
    TransactionMetadata::loaded(value)
}

fn who(value: &TransactionLogValue) -> (i64, i16, i16) {
    (value.producer_id.0, value.producer_epoch, value.last_producer_epoch)
}

/// Who comes of InitProducerId; none if a transaction has to be fenced first.
fn init(
    mut known: TransactionMetadata,
    expected: Option<ProducerIdAndEpoch>,
) -> Result<Option<(i64, i16, i16)>, ErrorCode> {
    let next = known.init_producer_id(expected, Some(ProducerId(8)), TIMEOUT, NOW)?;
    Ok(next.map(|value| who(&value)))
}

#[test]
fn every_new_producer_has_the_next_epoch() {
    let cases = [
        (new(), None, Ok(Some((7, 0, -1)))),
        (at(Empty, 0), None, Ok(Some((7, 1, -1)))),
        (at(CompleteCommit, 3), None, Ok(Some((7, 4, -1)))),
        (at(CompleteAbort, 3), Some(of(7, 3)), Ok(Some((7, 4, 3)))),
        // It did not hear that it has epoch 3; or somebody else has.
        (retried(3, 2), Some(of(7, 2)), Ok(Some((7, 3, 2)))),
        (at(Empty, 3), Some(of(7, 2)), Err(ProducerFenced)),
        (at(Empty, 3), Some(of(6, 3)), Err(ProducerFenced)),
        (at(Ongoing, 3), None, Ok(None)),
        (at(PrepareCommit, 3), None, Err(ConcurrentTransactions)),
        (at(PrepareAbort, 3), None, Err(ConcurrentTransactions)),
        // The last epoch is for fencing; then there is another id.
        (at(Empty, MAX - 2), None, Ok(Some((7, MAX - 1, -1)))),
        (at(Empty, MAX - 1), None, Ok(Some((8, 0, -1)))),
        (at(CompleteAbort, MAX), None, Ok(Some((8, 0, -1)))),
        (at(Empty, MAX - 1), Some(of(7, MAX - 1)), Ok(Some((8, 0, MAX - 1)))),
    ];
    for (known, expected, right) in cases {
        let told = format!("{:?} {:?} {expected:?}", known.value.state, known.producer());
        assert_eq!(init(known, expected), right, "{told}");
    }
    let mut busy = at(Empty, 3);
    busy.prepare_dead();
    assert_eq!(init(busy, None), Err(ConcurrentTransactions));
    let mut poor = at(Empty, MAX - 1);
    assert_eq!(poor.init_producer_id(None, None, TIMEOUT, NOW), Err(CoordinatorLoadInProgress));
    assert_eq!(poor.pending, None);
}

fn retried(epoch: i16, last: i16) -> TransactionMetadata {
    let mut known = at(Empty, epoch);
    known.value.last_producer_epoch = last;
    known
}

#[test]
fn partitions_are_added_where_a_transaction_is_open_or_may_begin() {
    for state in STATES {
        let mut known = at(state, 3);
        let right = match state {
            PrepareCommit | PrepareAbort => Err(ConcurrentTransactions),
            Ongoing => Ok(vec![P0, P1]),
            _ => Ok(vec![P1]),
        };
        let added = known.add_partitions(of(7, 3), &[P1], false, NOW);
        let added = added.map(|it| it.expect("it is new").partitions.to_vec());
        assert_eq!(added, right, "{state:?}");
    }
    let add = |mut known: TransactionMetadata, producer| {
        known.add_partitions(producer, &[P0], false, NOW).map(|it| it.is_some())
    };
    assert_eq!(add(at(Ongoing, 3), of(7, 3)), Ok(false), "it is there already");
    assert_eq!(add(at(Ongoing, 3), of(6, 3)), Err(InvalidProducerIdMapping));
    for epoch in [2, 4] {
        assert_eq!(add(at(Ongoing, 3), of(7, epoch)), Err(ProducerFenced));
    }
    let verify = |state, partition| at(state, 3).verify(of(7, 3), partition);
    assert_eq!(verify(Ongoing, P0), Ok(()));
    assert_eq!(verify(Ongoing, P1), Err(TransactionAbortable));
    assert_eq!(verify(CompleteCommit, P0), Err(TransactionAbortable));
    assert_eq!(verify(PrepareCommit, P0), Err(ConcurrentTransactions));
}

/// A short word for what comes of EndTxn.
fn end(mut known: TransactionMetadata, producer: ProducerIdAndEpoch, two: bool) -> [String; 2] {
    let show = |ending: Result<Ending, ErrorCode>| match ending {
        Ok(Ending::Write(value)) => format!("{:?} {}", value.state, value.producer_epoch),
        Ok(Ending::Done(producer)) => format!("done {}", producer.epoch),
        Err(error) => error.name().to_owned(),
    };
    let mut same = known.clone();
    [
        show(known.end(producer, true, two, Some(ProducerId(8)), NOW)),
        show(same.end(producer, false, two, Some(ProducerId(8)), NOW)),
    ]
}

/// What commit and abort come to in each state, of a producer in epoch 3.
#[test]
fn transactions_end_as_their_version_says() {
    let (concurrent, invalid, fenced) =
        ("CONCURRENT_TRANSACTIONS", "INVALID_TXN_STATE", "PRODUCER_FENCED");
    let of_version_0 = [
        (Empty, [invalid, invalid]),
        (Ongoing, ["PrepareCommit 3", "PrepareAbort 3"]),
        (PrepareCommit, [concurrent, invalid]),
        (PrepareAbort, [invalid, concurrent]),
        (CompleteCommit, ["done 3", invalid]),
        (CompleteAbort, [invalid, "done 3"]),
    ];
    for (state, right) in of_version_0 {
        assert_eq!(end(at(state, 3), of(7, 3), false), right, "{state:?}");
        assert_eq!(end(at(state, 4), of(7, 3), false), [fenced, fenced], "{state:?}");
    }
    // In version 2 its epoch is raised as it ends; one that asks again is an epoch behind.
    let of_version_2 = [
        (Empty, [invalid, "PrepareAbort 4"], [fenced, fenced]),
        (Ongoing, ["PrepareCommit 4", "PrepareAbort 4"], [fenced, fenced]),
        (PrepareCommit, [fenced, fenced], [concurrent, invalid]),
        (PrepareAbort, [fenced, fenced], [invalid, concurrent]),
        (CompleteCommit, [invalid, "PrepareAbort 4"], ["done 4", invalid]),
        (CompleteAbort, [invalid, "PrepareAbort 4"], [invalid, "done 4"]),
    ];
    for (state, same, behind) in of_version_2 {
        assert_eq!(end(at(state, 3), of(7, 3), true), same, "{state:?}");
        assert_eq!(end(at(state, 4), of(7, 3), true), behind, "{state:?}, again");
        assert_eq!(end(at(state, 5), of(7, 3), true), [fenced, fenced], "{state:?}, a zombie");
    }
    let another = end(at(Ongoing, 3), of(6, 3), true);
    assert_eq!(another, ["INVALID_PRODUCER_ID_MAPPING", "INVALID_PRODUCER_ID_MAPPING"]);
}

#[test]
fn with_its_last_epoch_a_producer_gets_another_id() {
    let mut known = at(Ongoing, MAX - 1);
    let last = of(7, MAX - 1);
    assert_eq!(known.end(last, true, true, None, NOW), Err(CoordinatorLoadInProgress));
    let ending = known.end(last, true, true, Some(ProducerId(8)), NOW);
    let Ok(Ending::Write(prepared)) = ending else { panic!("{ending:?}") };
    assert_eq!(
        (who(&prepared), prepared.next_producer_id),
        ((7, MAX, MAX - 1), Some(ProducerId(8)))
    );
    known.complete(prepared);
    let completed = known.prepare_complete(NOW);
    known.complete(completed);
    assert_eq!((known.value.state, who(&known.value)), (CompleteCommit, (8, 0, MAX - 1)));
    // The answer was lost.
    assert_eq!(known.end(last, true, true, None, NOW), Ok(Ending::Done(of(8, 0))));
}

#[test]
fn a_fence_takes_an_epoch_that_nobody_has() {
    for (two, epoch, fenced) in [(false, 3, 4), (true, 3, 5), (true, MAX - 1, MAX)] {
        let mut known = at(Ongoing, epoch);
        let prepared = known.fence(two, Some(ProducerId(8)), NOW).expect("there is an id");
        assert_eq!((prepared.state, prepared.producer_epoch), (PrepareAbort, fenced));
        known.complete(prepared);
        let completed = known.prepare_complete(NOW);
        known.complete(completed);
        let id = if epoch == 3 { 7 } else { 8 };
        assert_eq!(known.value.producer_id, ProducerId(id), "version two: {two}");
    }
    // One that could not be written is tried again in the same epoch.
    let mut known = at(Ongoing, 3);
    let first = known.fence(false, None, NOW).expect("it has epochs");
    known.pending = None;
    known.fence_failed();
    assert_eq!(known.fence(false, None, NOW).map(|it| it.producer_epoch), Ok(first.producer_epoch));
}

#[test]
fn time_is_up_for_what_is_open_too_long_and_for_what_nobody_uses() {
    let after = |span| NOW + span;
    for state in STATES {
        let known = at(state, 3);
        let open = state == Ongoing;
        assert_eq!(known.is_timed_out(after(TIMEOUT + Span::us(1))), open, "{state:?}");
        assert!(!known.is_timed_out(after(TIMEOUT)));
        let quiet = matches!(state, Empty | CompleteCommit | CompleteAbort);
        let week = Span::secs(7 * 24 * 3600);
        assert_eq!(known.is_expired(after(week), week), quiet, "{state:?}");
        assert!(!known.is_expired(after(week - Span::us(1)), week));
    }
}
