//! A transactional producer alone with brokers and coordinators that a test plays: what it asks and
//! in which order, what it tries again, and what it gives up.

use super::producer::Producer;
use super::rig::{Rig, Sent, metadata};
use super::transactions::{ConsumerGroupMetadata, State};
use crate::sim::config::ProducerConfig;
use crate::sim::effect::Order;
use crate::sim::event::Event;
use crate::sim::id::{BrokerId, Key, Offset, Partition, TopicId};
use crate::sim::time::Span;
use crate::sim::transacting::{Transacting, TransactionAct};
use crate::sim::wire::{
    AddOffsetsToTxnResponse, AddPartitionsToTxnResponse, BatchKind, Channel, CoordinatorKey,
    EndTxnResponse, ErrorCode, FindCoordinatorResponse, InitProducerIdResponse,
    PartitionProduceResponse, ProduceRequest, ProduceResponse, ProducerId, ProducerIdAndEpoch,
    Request, Response, TxnOffsetCommitResponse,
};

const ON_COMMAND: Transacting = Transacting { records: 0, time: Span::ZERO, aborts: 0 };
const COORDINATOR: BrokerId = BrokerId(3);

fn known(epoch: i16) -> ProducerIdAndEpoch {
    ProducerIdAndEpoch { id: ProducerId(7), epoch }
}

fn t(index: u32) -> Partition {
    Partition { topic: TopicId(1), index }
}

/// A producer with the transactional id `app`, on its way to broker 1 alone.
fn rig(version: i16, transacting: Transacting) -> Rig {
    let config = ProducerConfig { linger_ms: 0, ..ProducerConfig::default() };
    let mut rig = Rig::transactional(config, "app", transacting, version);
    rig.answer_metadata(&[Some(1), Some(1)], 0);
    rig
}

/// The same, after initTransactions().
fn ready(version: i16, transacting: Transacting) -> Rig {
    let mut rig = rig(version, transacting);
    find(&mut rig, ErrorCode::None);
    init(&mut rig, Ok(0));
    rig
}

/// Answers the search for a coordinator; whose.
fn find(rig: &mut Rig, error: ErrorCode) -> CoordinatorKey {
    let sent = rig.take("FindCoordinator");
    let Request::FindCoordinator(request) = &sent.request else { panic!("{sent:?}") };
    let key = request.key.clone();
    let coordinator = (error == ErrorCode::None).then_some(COORDINATOR);
    rig.answer(&sent, Response::FindCoordinator(FindCoordinatorResponse { error, coordinator }));
    key
}

/// Answers InitProducerId with an epoch; who the producer said it was.
fn init(rig: &mut Rig, answer: Result<i16, ErrorCode>) -> Option<ProducerIdAndEpoch> {
    let sent = rig.take("InitProducerId");
    let Request::InitProducerId(request) = &sent.request else { panic!("{sent:?}") };
    assert_eq!(request.transactional_id.as_deref(), Some("app"));
    let before = request.producer;
    let (error, producer) = match answer {
        Ok(epoch) => (ErrorCode::None, Some(known(epoch))),
        Err(error) => (error, None),
    };
    rig.answer(&sent, Response::InitProducerId(InitProducerIdResponse { error, producer }));
    before
}

fn act(rig: &mut Rig, act: TransactionAct) {
    rig.order(&Order::Transact(act));
}

/// A record for a partition, by a key that goes there.
fn send(rig: &mut Rig, partition: u32) {
    let key = if partition == 0 { Key(3) } else { Key(0) };
    rig.order(&Order::Produce(Some(key)));
}

fn produce(sent: &Sent) -> &ProduceRequest {
    match &sent.request {
        Request::Produce(request) => request,
        other => panic!("{other:?}"),
    }
}

/// Epoch and sequence number of a request's first batch.
fn stamp(sent: &Sent) -> (i16, i32) {
    let stamp = produce(sent).partitions[0].producer.expect("it is idempotent");
    (stamp.producer.epoch, stamp.base_sequence)
}

fn respond(rig: &mut Rig, sent: &Sent, error: ErrorCode, base_offset: Offset) {
    let partitions = produce(sent).partitions.iter();
    let each = |partition| PartitionProduceResponse { partition, error, base_offset };
    let partitions = partitions.map(|it| each(it.partition)).collect();
    rig.answer(sent, Response::Produce(ProduceResponse { partitions, throttle_time_ms: 0 }));
}

/// Answers AddPartitionsToTxn; the partitions.
fn add(rig: &mut Rig, error: ErrorCode) -> Vec<Partition> {
    let sent = rig.take("AddPartitionsToTxn");
    let Request::AddPartitionsToTxn(request) = &sent.request else { panic!("{sent:?}") };
    let asked = request.partitions.clone();
    let partitions = asked.iter().map(|partition| (*partition, error)).collect();
    rig.answer(&sent, Response::AddPartitionsToTxn(AddPartitionsToTxnResponse { partitions }));
    asked
}

/// Answers EndTxn; the epoch it came with, and whether it commits.
fn end(rig: &mut Rig, error: ErrorCode, epoch: Option<i16>) -> (i16, bool) {
    let sent = rig.take("EndTxn");
    let Request::EndTxn(request) = &sent.request else { panic!("{sent:?}") };
    let asked = (request.producer.epoch, request.committed);
    rig.answer(&sent, Response::EndTxn(EndTxnResponse { error, producer: epoch.map(known) }));
    asked
}

fn producer(rig: &Rig) -> &Producer {
    rig.client.as_producer().expect("a producer")
}

fn state(rig: &Rig) -> State {
    producer(rig).transactions().expect("it has a transactional.id").state()
}

/// What the application lived through, in a word each.
fn lived(rig: &Rig) -> Vec<&'static str> {
    rig.events(|event| match event {
        Event::TransactionsInitialized { .. } => Some("initialized"),
        Event::TransactionBegun { .. } => Some("begun"),
        Event::TransactionCommitted { .. } => Some("committed"),
        Event::TransactionAborted { .. } => Some("aborted"),
        Event::TransactionFailed { .. } => Some("failed"),
        Event::ProducerFenced { .. } => Some("fenced"),
        Event::OffsetsSentToTransaction { .. } => Some("offsets"),
        Event::SendFailed { .. } => Some("not sent"),
        _ => None,
    })
}

#[test]
fn it_looks_for_its_coordinator_and_is_initialized_before_anything_is_sent() {
    let mut rig = rig(2, Transacting::default());
    send(&mut rig, 0);
    assert_eq!(find(&mut rig, ErrorCode::CoordinatorNotAvailable), key());
    rig.pass(Span::ms(99));
    assert!(rig.sent.is_empty(), "{:?}", rig.sent);
    rig.pass(Span::ms(1));
    find(&mut rig, ErrorCode::None);
    let sent = &rig.sent[0];
    assert_eq!((sent.to, sent.channel), (COORDINATOR, Channel::Client));
    assert_eq!(init(&mut rig, Ok(4)), None);
    let sent = rig.take("Produce");
    assert_eq!(stamp(&sent), (4, 0));
    assert_eq!(produce(&sent).transactional_id.as_deref(), Some("app"));
    assert_eq!(produce(&sent).partitions[0].kind, BatchKind::Transactional);
    assert_eq!(lived(&rig), ["initialized", "begun"]);
}

fn key() -> CoordinatorKey {
    CoordinatorKey::Transaction("app".into())
}

#[test]
fn init_is_tried_again_while_the_transaction_before_is_being_aborted() {
    let mut rig = rig(2, Transacting::default());
    find(&mut rig, ErrorCode::None);
    init(&mut rig, Err(ErrorCode::ConcurrentTransactions));
    rig.pass(Span::ms(99));
    assert!(rig.try_take("InitProducerId").is_none());
    rig.pass(Span::ms(1));
    init(&mut rig, Err(ErrorCode::NotCoordinator));
    find(&mut rig, ErrorCode::None);
    rig.pass(Span::ms(100));
    init(&mut rig, Ok(2));
    assert_eq!(state(&rig), State::Ready);
}

#[test]
fn by_version_two_no_partition_is_added_and_each_transaction_has_its_epoch() {
    let mut rig = ready(2, Transacting { records: 2, ..Transacting::default() });
    send(&mut rig, 0);
    send(&mut rig, 0);
    let (first, second) = (rig.take("Produce"), rig.take("Produce"));
    assert_eq!((stamp(&first), stamp(&second)), ((0, 0), (0, 1)));
    respond(&mut rig, &first, ErrorCode::None, 0);
    assert!(rig.try_take("EndTxn").is_none(), "a batch is under way");
    respond(&mut rig, &second, ErrorCode::None, 1);
    send(&mut rig, 0);
    assert!(rig.try_take("Produce").is_none(), "the application waits for the commit");
    assert_eq!(end(&mut rig, ErrorCode::None, Some(1)), (0, true));
    let third = rig.take("Produce");
    assert_eq!(stamp(&third), (1, 0));
    respond(&mut rig, &third, ErrorCode::None, 3);
    assert_eq!(lived(&rig), ["initialized", "begun", "committed", "begun"]);
}

#[test]
fn by_version_zero_partitions_are_added_first_and_the_epoch_stays() {
    let mut rig = ready(0, Transacting { records: 2, ..Transacting::default() });
    send(&mut rig, 0);
    assert!(rig.try_take("Produce").is_none(), "its partition is not added yet");
    assert_eq!(add(&mut rig, ErrorCode::None), [t(0)]);
    let first = rig.take("Produce");
    respond(&mut rig, &first, ErrorCode::None, 0);
    send(&mut rig, 0);
    let second = rig.take("Produce");
    assert!(rig.sent.is_empty(), "it is added once");
    respond(&mut rig, &second, ErrorCode::None, 1);
    assert_eq!(end(&mut rig, ErrorCode::None, None), (0, true));
    send(&mut rig, 0);
    assert_eq!(add(&mut rig, ErrorCode::None), [t(0)]);
    assert_eq!(stamp(&rig.take("Produce")), (0, 2));
}

#[test]
fn the_first_partition_hurries_behind_a_transaction_that_is_being_completed() {
    let mut rig = ready(0, ON_COMMAND);
    act(&mut rig, TransactionAct::Begin);
    send(&mut rig, 0);
    add(&mut rig, ErrorCode::ConcurrentTransactions);
    rig.pass(Span::ms(20));
    add(&mut rig, ErrorCode::None);
    send(&mut rig, 1);
    assert_eq!(add(&mut rig, ErrorCode::ConcurrentTransactions), [t(1)]);
    rig.pass(Span::ms(99));
    assert!(rig.try_take("AddPartitionsToTxn").is_none(), "only the first one hurries");
    rig.pass(Span::ms(1));
    add(&mut rig, ErrorCode::None);
}

#[test]
fn an_empty_transaction_is_nobody_elses_business() {
    let mut rig = ready(2, ON_COMMAND);
    act(&mut rig, TransactionAct::Begin);
    act(&mut rig, TransactionAct::Commit);
    assert!(rig.sent.is_empty(), "{:?}", rig.sent);
    assert_eq!(lived(&rig), ["initialized", "begun", "committed"]);
}

#[test]
fn an_abort_drops_what_was_never_sent() {
    let mut rig = ready(2, ON_COMMAND);
    rig.configure("linger.ms", 1000);
    act(&mut rig, TransactionAct::Begin);
    send(&mut rig, 0);
    rig.pass(Span::secs(1));
    let sent = rig.take("Produce");
    send(&mut rig, 1);
    act(&mut rig, TransactionAct::Abort);
    assert!(rig.try_take("EndTxn").is_none(), "what is under way is waited for");
    respond(&mut rig, &sent, ErrorCode::None, 0);
    assert_eq!(end(&mut rig, ErrorCode::None, Some(1)), (0, false));
    let dropped = |event: &Event| match event {
        Event::ProduceFailed { partition, records, .. } => Some((*partition, records.len())),
        _ => None,
    };
    assert_eq!(rig.events(dropped), [(t(1), 1)]);
    assert_eq!(lived(&rig), ["initialized", "begun", "aborted"]);
    assert_eq!(producer(&rig).buffer_used(), 0);
}

#[test]
fn a_commit_does_not_linger() {
    let mut rig = ready(2, ON_COMMAND);
    rig.configure("linger.ms", 60_000);
    act(&mut rig, TransactionAct::Begin);
    send(&mut rig, 0);
    act(&mut rig, TransactionAct::Commit);
    let sent = rig.take("Produce");
    respond(&mut rig, &sent, ErrorCode::None, 0);
    end(&mut rig, ErrorCode::None, Some(1));
}

#[test]
fn the_end_is_tried_again_at_a_new_coordinator() {
    let mut rig = ready(2, Transacting { records: 1, ..Transacting::default() });
    send(&mut rig, 0);
    let sent = rig.take("Produce");
    respond(&mut rig, &sent, ErrorCode::None, 0);
    end(&mut rig, ErrorCode::NotCoordinator, None);
    find(&mut rig, ErrorCode::None);
    rig.pass(Span::ms(100));
    end(&mut rig, ErrorCode::ConcurrentTransactions, None);
    rig.pass(Span::ms(100));
    rig.take("EndTxn");
    rig.kill(3, &[Channel::Client]);
    rig.dead.clear();
    find(&mut rig, ErrorCode::None);
    rig.pass(Span::secs(1));
    assert_eq!(end(&mut rig, ErrorCode::None, Some(1)), (0, true));
    assert_eq!(lived(&rig), ["initialized", "begun", "committed"]);
}

#[test]
fn who_is_fenced_closes() {
    let mut rig = ready(2, Transacting { records: 1, ..Transacting::default() });
    send(&mut rig, 0);
    let sent = rig.take("Produce");
    respond(&mut rig, &sent, ErrorCode::None, 0);
    end(&mut rig, ErrorCode::ProducerFenced, None);
    assert_eq!(lived(&rig), ["initialized", "begun", "fenced"]);
    assert!(rig.exited);
}

#[test]
fn an_old_epoch_at_a_leader_is_found_out_at_the_coordinator() {
    let mut rig = ready(2, ON_COMMAND);
    act(&mut rig, TransactionAct::Begin);
    send(&mut rig, 0);
    let sent = rig.take("Produce");
    respond(&mut rig, &sent, ErrorCode::InvalidProducerEpoch, -1);
    assert_eq!(state(&rig), State::AbortableError);
    act(&mut rig, TransactionAct::Commit);
    assert_eq!(end(&mut rig, ErrorCode::InvalidProducerEpoch, None), (0, false));
    assert_eq!(lived(&rig), ["initialized", "begun", "failed", "fenced"]);
    assert!(rig.exited);
}

#[test]
fn what_failed_is_aborted_and_the_next_transaction_has_another_epoch() {
    for version in [0, 2] {
        let mut rig = ready(version, ON_COMMAND);
        act(&mut rig, TransactionAct::Begin);
        send(&mut rig, 0);
        if version == 0 {
            add(&mut rig, ErrorCode::None);
        }
        let sent = rig.take("Produce");
        respond(&mut rig, &sent, ErrorCode::RecordListTooLarge, -1);
        send(&mut rig, 0);
        assert_eq!(lived(&rig), ["initialized", "begun", "failed", "not sent"]);
        if version == 0 {
            end(&mut rig, ErrorCode::None, None);
            assert_eq!(init(&mut rig, Ok(1)), Some(known(0)), "it asks for the next epoch itself");
        } else {
            end(&mut rig, ErrorCode::None, Some(1));
        }
        act(&mut rig, TransactionAct::Begin);
        send(&mut rig, 0);
        if version == 0 {
            add(&mut rig, ErrorCode::None);
        }
        assert_eq!(stamp(&rig.take("Produce")), (1, 0));
    }
}

#[test]
fn what_is_surely_not_written_leaves_no_gap_for_what_follows() {
    let mut rig = ready(2, ON_COMMAND);
    act(&mut rig, TransactionAct::Begin);
    send(&mut rig, 0);
    send(&mut rig, 0);
    let (first, second) = (rig.take("Produce"), rig.take("Produce"));
    respond(&mut rig, &first, ErrorCode::RecordListTooLarge, -1);
    respond(&mut rig, &second, ErrorCode::NotEnoughReplicas, -1);
    rig.pass(Span::ms(200));
    assert_eq!(stamp(&rig.take("Produce")), (0, 0), "it moves up, and is settled before the end");
}

#[test]
fn offsets_go_to_the_coordinator_of_their_group() {
    for version in [0, 2] {
        let mut rig = ready(version, ON_COMMAND);
        act(&mut rig, TransactionAct::Begin);
        rig.send_offsets(vec![(t(0), 5), (t(1), 9)], metadata_of("g"));
        if version == 0 {
            let sent = rig.take("AddOffsetsToTxn");
            let response = AddOffsetsToTxnResponse { error: ErrorCode::None };
            rig.answer(&sent, Response::AddOffsetsToTxn(response));
        }
        assert_eq!(find(&mut rig, ErrorCode::None), CoordinatorKey::Group("g".into()));
        rig.pass(Span::ms(100));
        let (all, implicit) = commit(&mut rig, [ErrorCode::None, ErrorCode::NotCoordinator]);
        assert_eq!((all, implicit), (vec![(t(0), 5), (t(1), 9)], version == 2));
        find(&mut rig, ErrorCode::None);
        rig.pass(Span::ms(100));
        let (rest, _) = commit(&mut rig, [ErrorCode::None; 2]);
        assert_eq!(rest, [(t(1), 9)]);
        act(&mut rig, TransactionAct::Commit);
        end(&mut rig, ErrorCode::None, (version == 2).then_some(1));
        assert_eq!(lived(&rig), ["initialized", "begun", "offsets", "committed"]);
    }
}

#[test]
fn offsets_of_another_generation_abort() {
    let mut rig = ready(2, ON_COMMAND);
    act(&mut rig, TransactionAct::Begin);
    rig.send_offsets(vec![(t(0), 5)], metadata_of("g"));
    find(&mut rig, ErrorCode::None);
    rig.pass(Span::ms(100));
    commit(&mut rig, [ErrorCode::IllegalGeneration; 2]);
    assert_eq!(end(&mut rig, ErrorCode::None, Some(1)), (0, false));
    assert_eq!(lived(&rig), ["initialized", "begun", "failed", "aborted"]);
}

fn metadata_of(group: &str) -> ConsumerGroupMetadata {
    ConsumerGroupMetadata { group: group.into(), generation: 3, member: None, instance_id: None }
}

/// Answers TxnOffsetCommit partition by partition; what it held.
fn commit(rig: &mut Rig, errors: [ErrorCode; 2]) -> (Vec<(Partition, Offset)>, bool) {
    let sent = rig.take("TxnOffsetCommit");
    let Request::TxnOffsetCommit(request) = &sent.request else { panic!("{sent:?}") };
    assert_eq!(request.generation, 3);
    let held = (request.offsets.clone(), request.implicit);
    let partitions = held.0.iter().zip(errors).map(|((it, _), error)| (*it, error)).collect();
    rig.answer(&sent, Response::TxnOffsetCommit(TxnOffsetCommitResponse { partitions }));
    held
}

#[test]
fn some_of_a_hundred_are_aborted_and_time_ends_what_records_do_not() {
    let mut rig = ready(2, Transacting { records: 0, time: Span::secs(1), aborts: 100 });
    send(&mut rig, 0);
    let sent = rig.take("Produce");
    respond(&mut rig, &sent, ErrorCode::None, 0);
    rig.pass(Span::ms(999));
    assert!(rig.try_take("EndTxn").is_none());
    rig.pass(Span::ms(1));
    assert_eq!(end(&mut rig, ErrorCode::None, Some(1)), (0, false));
}

/// What send() could not take is missing from the transaction (KafkaProducer.doSend).
#[test]
fn a_transaction_without_all_of_its_records_cannot_be_committed() {
    let mut rig = ready(2, ON_COMMAND);
    act(&mut rig, TransactionAct::Begin);
    send(&mut rig, 0);
    let sent = rig.take("Produce");
    respond(&mut rig, &sent, ErrorCode::None, 0);
    rig.configure("max.request.size", 10);
    send(&mut rig, 0);
    assert_eq!(state(&rig), State::AbortableError);
    act(&mut rig, TransactionAct::Commit);
    assert_eq!(end(&mut rig, ErrorCode::None, Some(1)), (0, false));
    assert_eq!(lived(&rig), ["initialized", "begun", "not sent", "failed", "aborted"]);
}

/// An application that commits after some time finds out then, be there a next record or not.
#[test]
fn what_failed_is_aborted_when_it_would_be_committed() {
    let mut rig = ready(2, Transacting { records: 0, time: Span::secs(3), aborts: 0 });
    send(&mut rig, 0);
    let sent = rig.take("Produce");
    respond(&mut rig, &sent, ErrorCode::InvalidTxnState, -1);
    assert_eq!(state(&rig), State::AbortableError);
    rig.pass(Span::secs(3));
    assert_eq!(end(&mut rig, ErrorCode::None, Some(1)), (0, false));
    assert_eq!(lived(&rig), ["initialized", "begun", "failed", "aborted"]);
}

#[test]
fn who_closes_in_the_middle_aborts() {
    let mut rig = ready(2, Transacting::default());
    send(&mut rig, 0);
    let sent = rig.take("Produce");
    rig.close();
    respond(&mut rig, &sent, ErrorCode::None, 0);
    assert!(!rig.exited);
    assert_eq!(end(&mut rig, ErrorCode::None, Some(1)), (0, false));
    assert!(rig.exited);
    assert_eq!(lived(&rig), ["initialized", "begun", "aborted"]);
}

#[test]
fn a_cluster_that_moves_to_version_two_takes_its_producers_along() {
    let mut rig = ready(0, ON_COMMAND);
    act(&mut rig, TransactionAct::Begin);
    send(&mut rig, 0);
    add(&mut rig, ErrorCode::None);
    rig.take("Produce");
    rig.transaction_version = 2;
    rig.pass(Span::secs(1));
    rig.kill(1, &[Channel::Client]);
    rig.dead.clear();
    let ask = rig.take("Metadata");
    rig.answer(&ask, metadata(&[Some(1), Some(1)], 1));
    rig.pass(Span::secs(2));
    let again = rig.take("Produce");
    respond(&mut rig, &again, ErrorCode::None, 0);
    act(&mut rig, TransactionAct::Commit);
    assert_eq!(end(&mut rig, ErrorCode::None, None), (0, true), "it ends as it began");
    assert_eq!(init(&mut rig, Ok(1)), Some(known(0)));
    act(&mut rig, TransactionAct::Begin);
    send(&mut rig, 0);
    assert_eq!(stamp(&rig.take("Produce")), (1, 0), "and nobody adds a partition any more");
}
