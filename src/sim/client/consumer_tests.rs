//! The consumer alone: the group protocol's errors, positions, polling and closing, with the test
//! as the brokers.

use std::sync::Arc;

use super::Client;
use super::consumer::{Consumer, Standing};
use super::membership::MemberState;
use super::poll::Work;
use super::rig::{ME, Rig, Sent, no_topic};
use crate::sim::config::ConsumerConfig;
use crate::sim::event::Event;
use crate::sim::handling::Handling;
use crate::sim::id::{BrokerId, Offset, Partition, TopicId};
use crate::sim::scenario::ConsumerSpec;
use crate::sim::time::{Span, Time};
use crate::sim::wire::{
    Assignor, BatchKind, Channel, CommittedOffset, ErrorCode, FetchPartitionResponse,
    FetchResponse, FindCoordinatorResponse, HeartbeatResponse, JoinGroupResponse,
    LeaveGroupResponse, ListOffsetsResponse, ListedOffset, MemberId, OffsetCommitResponse,
    OffsetFetchResponse, Record, RecordBatch, Request, Response, SyncGroupResponse, Value,
};

const MEMBER: MemberId = MemberId { client: ME, serial: 1 };

pub(super) fn t(index: u32) -> Partition {
    Partition { topic: TopicId(1), index }
}

/// A consumer of topic `t` that works 10 ms on a record, up to its first Metadata request.
pub(super) fn rig(configs: &[(&str, i64)]) -> Rig {
    let mut config = ConsumerConfig::default();
    for (name, value) in configs {
        config.set(name, *value);
    }
    let spec = ConsumerSpec {
        name: "c".into(),
        group: "g".into(),
        topics: vec!["t".into()],
        processing: Span::ms(10),
        config: Default::default(),
        start: Time::ZERO,
        rack: None,
        instance: None,
        handling: Handling::default(),
        share: false,
    };
    let bootstrap: Arc<[BrokerId]> = [BrokerId(1), BrokerId(2), BrokerId(3)].into();
    let mut rig = Rig::new(Client::Consumer(Box::new(Consumer::new(ME, &spec, config, bootstrap))));
    rig.start();
    rig
}

pub(super) fn consumer(rig: &Rig) -> &Consumer {
    rig.client.as_consumer().expect("a consumer")
}

pub(super) fn find_coordinator(rig: &mut Rig, broker: u32) {
    let sent = rig.take("FindCoordinator");
    let coordinator = Some(BrokerId(broker));
    let response = FindCoordinatorResponse { error: ErrorCode::None, coordinator };
    rig.answer(&sent, Response::FindCoordinator(response));
}

pub(super) fn join_answer(rig: &mut Rig, error: ErrorCode, generation: i32) {
    let sent = rig.take("JoinGroup");
    let Request::JoinGroup(request) = &sent.request else { panic!("{sent:?}") };
    let members = vec![(MEMBER, Arc::clone(&request.metadata))];
    let response = JoinGroupResponse {
        error,
        generation,
        protocol: Some(Assignor::Range),
        leader: Some(MEMBER),
        member: Some(MEMBER),
        skip_assignment: false,
        members,
    };
    rig.answer(&sent, Response::JoinGroup(response));
}

/// Hands back what the leader itself assigned.
pub(super) fn sync_answer(rig: &mut Rig) {
    let sent = rig.take("SyncGroup");
    let Request::SyncGroup(request) = &sent.request else { panic!("{sent:?}") };
    let assignment = Arc::clone(&request.assignments[0].1);
    let response = SyncGroupResponse { error: ErrorCode::None, assignment };
    rig.answer(&sent, Response::SyncGroup(response));
}

pub(super) fn offsets_answer(rig: &mut Rig, committed: Option<Offset>) {
    let sent = rig.take("OffsetFetch");
    let Request::OffsetFetch(request) = &sent.request else { panic!("{sent:?}") };
    let offsets = request.partitions.iter().map(|p| (*p, committed)).collect();
    let response = OffsetFetchResponse { error: ErrorCode::None, offsets };
    rig.answer(&sent, Response::OffsetFetch(response));
}

pub(super) fn commit_answer(rig: &mut Rig, error: ErrorCode) -> Vec<(Partition, Offset)> {
    let sent = rig.take("OffsetCommit");
    let Request::OffsetCommit(request) = &sent.request else { panic!("{sent:?}") };
    let offsets = request.offsets.clone();
    let partitions =
        offsets.iter().map(|(partition, _)| CommittedOffset { partition: *partition, error });
    let response = OffsetCommitResponse { partitions: partitions.collect() };
    rig.answer(&sent, Response::OffsetCommit(response));
    offsets
}

fn heartbeat_answer(rig: &mut Rig, error: ErrorCode) {
    let sent = rig.take("Heartbeat");
    rig.answer(&sent, Response::Heartbeat(HeartbeatResponse { error }));
}

pub(super) fn fetches(sent: &Sent) -> Vec<(u32, Offset)> {
    let Request::Fetch(request) = &sent.request else { panic!("{sent:?}") };
    request.partitions.iter().map(|p| (p.partition.index, p.fetch_offset)).collect()
}

/// Answers a Fetch of one partition with so many records from the offset asked for.
pub(super) fn fetch_answer(rig: &mut Rig, sent: &Sent, records: i64, error: ErrorCode) {
    let (index, offset) = fetches(sent)[0];
    let record = Record { id: None, key: None, timestamp: Time::ZERO, value: Value::Bytes(100) };
    let batch = RecordBatch {
        producer: None,
        kind: BatchKind::Plain,
        cleaned: None,
        base_offset: offset,
        leader_epoch: 0,
        records: (0..records).map(|_| record.clone()).collect(),
        compression: crate::sim::wire::CompressionType::None,
        bytes: 100,
    };
    let partition = FetchPartitionResponse {
        partition: t(index),
        error,
        high_watermark: offset + records,
        last_stable_offset: offset + records,
        log_start_offset: 0,
        diverging_epoch: None,
        preferred_read_replica: None,
        aborted: Vec::new(),
        batches: if records > 0 { vec![Arc::new(batch)] } else { Vec::new() },
    };
    rig.answer(
        sent,
        Response::Fetch(FetchResponse {
            error: ErrorCode::None,
            session: 0,
            partitions: vec![partition],
            throttle_time_ms: 0,
        }),
    );
}

/// A stable member that leads, with partition 0 on broker 1, at this offset; coordinator 2.
pub(super) fn stable(configs: &[(&str, i64)]) -> Rig {
    let mut rig = rig(configs);
    rig.answer_metadata(&[Some(1)], 0);
    find_coordinator(&mut rig, 2);
    join_answer(&mut rig, ErrorCode::MemberIdRequired, -1);
    join_answer(&mut rig, ErrorCode::None, 1);
    sync_answer(&mut rig);
    offsets_answer(&mut rig, Some(5));
    rig
}

pub(super) fn processed(rig: &Rig) -> Vec<Offset> {
    rig.events(|event| match event {
        Event::Processed { offset, .. } => Some(*offset),
        _ => None,
    })
}

pub(super) fn names(rig: &Rig) -> Vec<&'static str> {
    rig.events(|event| match event {
        Event::Assigned { .. } => Some("assigned"),
        Event::Revoked { .. } => Some("revoked"),
        Event::PartitionsLost { .. } => Some("lost"),
        Event::PollTimedOut { .. } => Some("poll timed out"),
        Event::CommitFailed { .. } => Some("commit failed"),
        Event::NoOffset { .. } => Some("no offset"),
        Event::OffsetOutOfRange { .. } => Some("out of range"),
        _ => None,
    })
}

#[test]
fn it_joins_twice_assigns_syncs_and_reads_from_the_committed_offset() {
    let mut rig = stable(&[]);
    assert_eq!(consumer(&rig).membership().state, MemberState::Stable);
    assert!(consumer(&rig).membership().leads);
    let sent = rig.take("Fetch");
    assert_eq!((sent.to, fetches(&sent)), (BrokerId(1), vec![(0, 5)]));
}

#[test]
fn a_poll_hands_over_max_poll_records_and_fetches_only_what_is_not_buffered() {
    let mut rig = stable(&[("max.poll.records", 2)]);
    let sent = rig.take("Fetch");
    fetch_answer(&mut rig, &sent, 5, ErrorCode::None);
    let polled = |rig: &Rig| {
        rig.events(|event| match event {
            Event::Polled { records } => Some(*records),
            _ => None,
        })
    };
    assert!(rig.try_take("Fetch").is_none(), "three records still wait");
    let (_, reading) = consumer(&rig).readings().next().expect("one partition");
    assert_eq!((reading.position, reading.high_watermark), (Some(7), Some(10)));
    assert_eq!(consumer(&rig).fetched().buffered(t(0)), 3);
    rig.pass(Span::ms(50));
    assert_eq!(polled(&rig), [2, 2, 1]);
    assert_eq!(processed(&rig), [5, 6, 7, 8, 9]);
    assert_eq!(fetches(&rig.take("Fetch")), [(0, 10)]);
}

#[test]
fn auto_commit_commits_positions_within_poll_only() {
    let mut rig = stable(&[("auto.commit.interval.ms", 15)]);
    let sent = rig.take("Fetch");
    fetch_answer(&mut rig, &sent, 3, ErrorCode::None);
    rig.pass(Span::ms(29));
    assert!(rig.try_take("OffsetCommit").is_none(), "the application is busy");
    rig.pass(Span::ms(1));
    assert_eq!(commit_answer(&mut rig, ErrorCode::None), [(t(0), 8)]);
    let (_, reading) = consumer(&rig).readings().next().expect("one partition");
    assert_eq!(reading.committed, Some(8));
}

#[test]
fn without_auto_commit_the_application_commits_what_it_has_processed() {
    let mut rig = stable(&[("enable.auto.commit", 0)]);
    let sent = rig.take("Fetch");
    fetch_answer(&mut rig, &sent, 2, ErrorCode::None);
    rig.pass(Span::ms(20));
    assert!(matches!(consumer(&rig).work(), Work::Committing { .. }));
    assert_eq!(commit_answer(&mut rig, ErrorCode::CoordinatorLoadInProgress), [(t(0), 7)]);
    rig.pass(Span::ms(200));
    assert_eq!(commit_answer(&mut rig, ErrorCode::None), [(t(0), 7)]);
    assert_eq!(*consumer(&rig).work(), Work::Polling);
}

#[test]
fn a_rebalance_is_joined_at_the_next_poll_after_a_last_commit() {
    let mut rig = stable(&[]);
    let sent = rig.take("Fetch");
    rig.pass(Span::ms(2995));
    fetch_answer(&mut rig, &sent, 3, ErrorCode::None);
    rig.pass(Span::ms(5));
    heartbeat_answer(&mut rig, ErrorCode::RebalanceInProgress);
    rig.pass(Span::ms(24));
    assert!(rig.try_take("OffsetCommit").is_none(), "the application is busy");
    rig.pass(Span::ms(1));
    assert_eq!(consumer(&rig).standing(), Standing::Preparing);
    assert!(rig.try_take("JoinGroup").is_none(), "the commit comes first");
    assert_eq!(commit_answer(&mut rig, ErrorCode::None), [(t(0), 8)]);
    assert_eq!(names(&rig), ["assigned", "revoked"]);
    join_answer(&mut rig, ErrorCode::None, 2);
    sync_answer(&mut rig);
    assert_eq!(names(&rig), ["assigned", "revoked", "assigned"]);
}

#[test]
fn a_member_unknown_to_the_coordinator_loses_its_partitions_and_starts_over() {
    let mut rig = stable(&[]);
    rig.pass(Span::secs(3));
    heartbeat_answer(&mut rig, ErrorCode::UnknownMemberId);
    assert_eq!(names(&rig), ["assigned", "lost"]);
    let sent = rig.take("JoinGroup");
    let Request::JoinGroup(request) = &sent.request else { panic!("{sent:?}") };
    assert_eq!(request.member, None);
}

#[test]
fn an_illegal_generation_keeps_the_member_id() {
    let mut rig = stable(&[]);
    rig.pass(Span::secs(3));
    heartbeat_answer(&mut rig, ErrorCode::IllegalGeneration);
    let sent = rig.take("JoinGroup");
    let Request::JoinGroup(request) = &sent.request else { panic!("{sent:?}") };
    assert_eq!(request.member, Some(MEMBER));
    assert_eq!(names(&rig), ["assigned", "lost"]);
}

#[test]
fn a_slow_application_leaves_the_group_by_itself() {
    let mut rig = stable(&[("max.poll.interval.ms", 25)]);
    let sent = rig.take("Fetch");
    fetch_answer(&mut rig, &sent, 3, ErrorCode::None);
    rig.pass(Span::ms(25));
    let _ = rig.take("LeaveGroup");
    assert_eq!(names(&rig), ["assigned", "poll timed out"]);
    rig.pass(Span::ms(5));
    // The next poll: what it owned is lost, what it processed will be processed again.
    assert_eq!(names(&rig), ["assigned", "poll timed out", "lost"]);
    assert!(rig.try_take("OffsetCommit").is_none());
    let _ = rig.take("JoinGroup");
    assert_eq!(processed(&rig), [5, 6, 7]);
}

#[test]
fn a_lost_coordinator_is_found_again_without_a_rebalance() {
    let mut rig = stable(&[]);
    rig.pass(Span::secs(1));
    rig.kill(2, &[Channel::Coordinator, Channel::Client]);
    assert_eq!(consumer(&rig).standing(), Standing::FindingCoordinator);
    find_coordinator(&mut rig, 3);
    rig.pass(Span::secs(2));
    let sent = rig.take("Heartbeat");
    assert_eq!(sent.to, BrokerId(3));
    assert_eq!(consumer(&rig).membership().state, MemberState::Stable);
    assert_eq!(names(&rig), ["assigned"]);
}

#[test]
fn a_coordinator_that_moved_is_asked_for_after_not_coordinator() {
    let mut rig = stable(&[]);
    rig.pass(Span::secs(3));
    heartbeat_answer(&mut rig, ErrorCode::NotCoordinator);
    rig.pass(Span::ms(1));
    find_coordinator(&mut rig, 1);
    rig.pass(Span::ms(200));
    assert_eq!(rig.take("Heartbeat").to, BrokerId(1));
}

#[test]
fn a_silent_coordinator_counts_as_unknown_after_the_session_timeout() {
    let mut rig = stable(&[("session.timeout.ms", 10_000), ("enable.auto.commit", 0)]);
    rig.pass(Span::ms(9999));
    assert!(rig.try_take("FindCoordinator").is_none());
    rig.pass(Span::ms(1));
    let _ = rig.take("FindCoordinator");
    assert_eq!(names(&rig), ["assigned"]);
}

#[test]
fn nothing_committed_is_up_to_auto_offset_reset() {
    for (policy, found) in [(0, 9), (1, 2)] {
        let mut rig = rig(&[("auto.offset.reset", policy)]);
        rig.answer_metadata(&[Some(1)], 0);
        find_coordinator(&mut rig, 2);
        join_answer(&mut rig, ErrorCode::None, 1);
        sync_answer(&mut rig);
        offsets_answer(&mut rig, None);
        let sent = rig.take("ListOffsets");
        let listed = |error, offset| {
            let partitions = vec![ListedOffset { partition: t(0), error, offset }];
            Response::ListOffsets(ListOffsetsResponse { partitions })
        };
        rig.answer(&sent, listed(ErrorCode::NotLeaderOrFollower, -1));
        rig.pass(Span::ms(100));
        let again = rig.take("ListOffsets");
        rig.answer(&again, listed(ErrorCode::None, found));
        assert_eq!(fetches(&rig.take("Fetch")), [(0, found)]);
    }
}

#[test]
fn without_a_reset_policy_the_application_does_not_survive_a_position_outside_of_the_log() {
    let mut rig = stable(&[("auto.offset.reset", 2), ("enable.auto.commit", 0)]);
    let sent = rig.take("Fetch");
    fetch_answer(&mut rig, &sent, 0, ErrorCode::OffsetOutOfRange);
    assert_eq!(names(&rig), ["assigned", "out of range", "revoked"]);
    assert_eq!(consumer(&rig).standing(), Standing::Leaving);
}

#[test]
fn out_of_range_starts_over_at_an_end_of_the_log() {
    let mut rig = stable(&[("auto.offset.reset", 1)]);
    let sent = rig.take("Fetch");
    fetch_answer(&mut rig, &sent, 0, ErrorCode::OffsetOutOfRange);
    let _ = rig.take("ListOffsets");
    assert_eq!(names(&rig), ["assigned"]);
}

#[test]
fn a_fetch_to_a_former_leader_waits_for_new_metadata() {
    let mut rig = stable(&[]);
    rig.pass(Span::secs(1));
    let sent = rig.take("Fetch");
    fetch_answer(&mut rig, &sent, 0, ErrorCode::NotLeaderOrFollower);
    assert!(rig.try_take("Fetch").is_none());
    rig.answer_metadata(&[Some(3)], 1);
    assert_eq!(rig.take("Fetch").to, BrokerId(3));
}

#[test]
fn the_leader_of_the_group_rejoins_when_partitions_are_added() {
    let mut rig = stable(&[("metadata.max.age.ms", 10_000), ("enable.auto.commit", 0)]);
    rig.pass(Span::secs(10));
    rig.answer_metadata(&[Some(1), Some(1)], 0);
    assert_eq!(names(&rig), ["assigned", "revoked"]);
    join_answer(&mut rig, ErrorCode::None, 2);
    let sent = rig.take("SyncGroup");
    let Request::SyncGroup(request) = &sent.request else { panic!("{sent:?}") };
    assert_eq!(*request.assignments[0].1, [t(0), t(1)]);
}

#[test]
fn a_topic_that_does_not_exist_yet_is_assigned_once_it_does() {
    let mut rig = rig(&[]);
    let sent = rig.take("Metadata");
    rig.answer(&sent, no_topic());
    find_coordinator(&mut rig, 2);
    join_answer(&mut rig, ErrorCode::None, 1);
    // The group's leader waits for fresh metadata before it assigns.
    rig.pass(Span::ms(200));
    let sent = rig.take("Metadata");
    rig.answer(&sent, no_topic());
    sync_answer(&mut rig);
    assert_eq!(consumer(&rig).readings().count(), 0);
    rig.pass(Span::ms(400));
    rig.answer_metadata(&[Some(1)], 0);
    join_answer(&mut rig, ErrorCode::None, 2);
    sync_answer(&mut rig);
    assert_eq!(consumer(&rig).readings().count(), 1);
}

#[test]
fn closing_finishes_the_records_at_hand_commits_and_leaves() {
    let mut rig = stable(&[]);
    let sent = rig.take("Fetch");
    fetch_answer(&mut rig, &sent, 2, ErrorCode::None);
    rig.close();
    assert!(rig.try_take("OffsetCommit").is_none());
    rig.pass(Span::ms(20));
    assert_eq!(processed(&rig), [5, 6]);
    assert_eq!(commit_answer(&mut rig, ErrorCode::None), [(t(0), 7)]);
    assert_eq!(names(&rig), ["assigned", "revoked"]);
    let sent = rig.take("LeaveGroup");
    assert!(!rig.exited);
    let response = LeaveGroupResponse { error: ErrorCode::None };
    rig.answer(&sent, Response::LeaveGroup(response));
    assert!(rig.exited);
}

#[test]
fn closing_gives_up_after_30_s_without_a_coordinator() {
    let mut rig = stable(&[]);
    for broker in 1..=3 {
        rig.kill(broker, &[Channel::Coordinator, Channel::Client]);
    }
    rig.close();
    rig.pass(Span::ms(29_999));
    assert!(!rig.exited);
    rig.pass(Span::ms(1));
    assert!(rig.exited);
}

#[test]
fn a_config_the_group_refuses_ends_the_application() {
    let mut rig = rig(&[]);
    rig.answer_metadata(&[Some(1)], 0);
    find_coordinator(&mut rig, 2);
    join_answer(&mut rig, ErrorCode::InvalidSessionTimeout, -1);
    assert!(rig.exited);
}

#[test]
fn an_idle_consumer_rings_seldom() {
    let mut rig = stable(&[]);
    let before = rig.rings;
    for _ in 0..20 {
        rig.pass(Span::secs(3));
        while let Some(sent) = rig.try_take("Heartbeat") {
            let error = ErrorCode::None;
            rig.answer(&sent, Response::Heartbeat(HeartbeatResponse { error }));
        }
        while rig.sent.iter().any(|sent| sent.request.api() == "OffsetCommit") {
            commit_answer(&mut rig, ErrorCode::None);
        }
        if let Some(sent) = rig.try_take("Fetch") {
            fetch_answer(&mut rig, &sent, 0, ErrorCode::None);
        }
    }
    // In a minute: 20 heartbeats, 12 commits, the sooner of them for a request's deadline.
    assert!(rig.rings - before <= 40, "{} rings", rig.rings - before);
}
