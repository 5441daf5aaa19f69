//! The consumer alone, while its application moves and pauses it: positions and buffers.

use super::consumer_tests::{
    commit_answer, consumer, fetch_answer, fetches, find_coordinator, join_answer, offsets_answer,
    processed, rig, stable, sync_answer, t,
};
use super::offsets::{Phase, Reset};
use super::rig::Rig;
use crate::sim::config::BY_DURATION;
use crate::sim::effect::Order;
use crate::sim::handling::{Act, SeekTo};
use crate::sim::id::Partition;
use crate::sim::time::{EPOCH, Span, Time};
use crate::sim::wire::{
    ErrorCode, ListOffsetsResponse, ListedOffset, OffsetSpec, Request, Response,
};

#[test]
fn a_time_that_no_record_has_is_asked_for_again_after_the_request_timeout() {
    let mut rig = rig(&[("auto.offset.reset", BY_DURATION + 60_000)]);
    rig.answer_metadata(&[Some(1)], 0);
    find_coordinator(&mut rig, 2);
    join_answer(&mut rig, ErrorCode::None, 1);
    sync_answer(&mut rig);
    offsets_answer(&mut rig, None);
    let asked = |rig: &mut Rig, offset| {
        let sent = rig.take("ListOffsets");
        let Request::ListOffsets(request) = &sent.request else { panic!("{sent:?}") };
        let partitions = vec![ListedOffset { partition: t(0), error: ErrorCode::None, offset }];
        rig.answer(&sent, Response::ListOffsets(ListOffsetsResponse { partitions }));
        request.spec
    };
    let minute_ago = |at: Time| OffsetSpec::Timestamp(EPOCH.as_millis() + at.as_millis() - 60_000);
    assert_eq!(asked(&mut rig, -1), minute_ago(rig.now));
    rig.pass(Span::ms(29_999));
    assert!(rig.try_take("ListOffsets").is_none());
    rig.pass(Span::ms(1));
    assert_eq!(asked(&mut rig, 4), minute_ago(rig.now));
    assert_eq!(fetches(&rig.take("Fetch")), [(0, 4)]);
}

fn act(rig: &mut Rig, act: Act, partition: Option<Partition>) {
    rig.order(&Order::Act(act, partition));
}

fn seek(rig: &mut Rig, to: SeekTo) {
    act(rig, Act::Seek { topic: "t".into(), partition: 0, to }, Some(t(0)));
}

#[test]
fn a_seek_drops_what_is_buffered() {
    let mut rig = stable(&[("max.poll.records", 2)]);
    let sent = rig.take("Fetch");
    fetch_answer(&mut rig, &sent, 5, ErrorCode::None);
    seek(&mut rig, SeekTo::Offset(1));
    rig.pass(Span::ms(20));
    assert_eq!(processed(&rig), [5, 6], "what poll() had returned is worked on");
    assert_eq!(fetches(&rig.take("Fetch")), [(0, 1)]);
    assert_eq!(consumer(&rig).fetched().buffered(t(0)), 0);
}

#[test]
fn a_paused_partition_keeps_what_is_buffered_and_its_position() {
    let mut rig = stable(&[("max.poll.records", 2), ("enable.auto.commit", 0)]);
    let sent = rig.take("Fetch");
    fetch_answer(&mut rig, &sent, 5, ErrorCode::None);
    act(&mut rig, Act::Pause { topic: "t".into(), partition: 0 }, Some(t(0)));
    rig.pass(Span::ms(20));
    assert_eq!(commit_answer(&mut rig, ErrorCode::None), [(t(0), 7)]);
    rig.pass(Span::secs(1));
    assert_eq!(processed(&rig), [5, 6]);
    assert!(rig.try_take("Fetch").is_none());
    assert_eq!(consumer(&rig).fetched().buffered(t(0)), 3);
    act(&mut rig, Act::Resume { topic: "t".into(), partition: 0 }, Some(t(0)));
    rig.pass(Span::ms(20));
    assert_eq!(processed(&rig), [5, 6, 7, 8]);
}

#[test]
fn an_answer_for_one_end_is_not_taken_for_the_other() {
    let mut rig = stable(&[]);
    seek(&mut rig, SeekTo::End);
    let to_end = rig.take("ListOffsets");
    seek(&mut rig, SeekTo::Beginning);
    let to_beginning = rig.take("ListOffsets");
    let listed = |offset| {
        let partitions = vec![ListedOffset { partition: t(0), error: ErrorCode::None, offset }];
        Response::ListOffsets(ListOffsetsResponse { partitions })
    };
    rig.answer(&to_end, listed(9));
    let position = |rig: &Rig| consumer(rig).readings().next().expect("one").1.phase;
    assert_eq!(position(&rig), Phase::AwaitingReset(Reset::Earliest));
    rig.answer(&to_beginning, listed(2));
    assert_eq!(position(&rig), Phase::Fetching);
}
