//! Brokers and transactions, asked by hand: what each request is answered, and what is in the logs.

use super::transaction_rig::{Rig, TX};
use crate::sim::command::Command;
use crate::sim::event::Event;
use crate::sim::id::{BrokerId, Node};
use crate::sim::time::Span;
use crate::sim::wire::{
    AddOffsetsToTxnRequest, BatchKind, CoordinatorKey, DescribeProducersRequest, EndTxnRequest,
    ErrorCode, PartitionProduce, ProducerId, ProducerIdAndEpoch, Record, Request, Response,
    TransactionState, TxnMarker, Value, WriteTxnMarkersRequest,
};
use TransactionState::{CompleteCommit, Empty, Ongoing, PrepareCommit};

const V0: (&str, &str) = ("transaction.version", "0");

#[test]
fn a_commit_reaches_all_partitions() {
    let mut rig = Rig::new(&[V0]);
    let producer = rig.init();
    let both = [rig.orders(0), rig.orders(1)];
    assert_eq!(rig.add(producer, &both), ErrorCode::None);
    for partition in both {
        assert_eq!(rig.produce(producer, partition, 0), Ok(0));
        assert_eq!(rig.stable(partition), (0, 1), "it is open");
    }
    let answer = rig.end(producer, true);
    assert_eq!((answer.error, answer.producer), (ErrorCode::None, None));
    for partition in both {
        assert_eq!((rig.kinds(partition).as_str(), rig.stable(partition)), ("t0 C0", (2, 2)));
    }
    let steps = [(Empty, 0, 0), (Ongoing, 0, 2), (PrepareCommit, 0, 2), (CompleteCommit, 0, 0)];
    assert_eq!(rig.states(), steps);
    // It may be asked again, and says the same.
    assert_eq!(rig.end(producer, true).error, ErrorCode::None);
    assert_eq!(rig.end(producer, false).error, ErrorCode::InvalidTxnState);
}

#[test]
fn with_version_2_writing_adds_and_every_end_raises_the_epoch() {
    let mut rig = Rig::new(&[]);
    let mut producer = rig.init();
    let partition = rig.orders(0);
    for (epoch, committed) in [(0, true), (1, false), (2, true)] {
        assert_eq!(producer.epoch, epoch);
        rig.produce(producer, partition, 0).expect("the leader adds the partition");
        let answer = rig.end(producer, committed);
        assert_eq!(answer.error, ErrorCode::None);
        let next = answer.producer.expect("it is told");
        assert_eq!(next, ProducerIdAndEpoch { epoch: epoch + 1, ..producer });
        // A late record of the transaction before is not taken into the next one.
        let late = rig.produce(producer, partition, 1);
        assert_eq!(late, Err(ErrorCode::InvalidProducerEpoch));
        producer = next;
    }
    assert_eq!(rig.kinds(partition), "t0 C1 t1 A2 t2 C3");
    // The answer was lost: the producer asks again as who it was.
    let again = rig.end(ProducerIdAndEpoch { epoch: 2, ..producer }, true);
    assert_eq!((again.error, again.producer), (ErrorCode::None, Some(producer)));
}

#[test]
fn a_second_producer_fences_the_first() {
    for (version, ended, second) in [("0", "t0 A1", 2), ("2", "t0 A2", 3)] {
        let mut rig = Rig::new(&[("transaction.version", version)]);
        let first = rig.init();
        let partition = rig.orders(0);
        assert_eq!(rig.add(first, &[partition]), ErrorCode::None);
        rig.produce(first, partition, 0).expect("it is added");
        assert_eq!(rig.init_once().error, ErrorCode::ConcurrentTransactions);
        assert_eq!(rig.init(), ProducerIdAndEpoch { epoch: second, ..first });
        assert_eq!(rig.kinds(partition), ended);
        assert_eq!(rig.produce(first, partition, 1), Err(ErrorCode::InvalidProducerEpoch));
        assert_eq!(rig.add(first, &[partition]), ErrorCode::ProducerFenced);
        assert_eq!(rig.end(first, true).error, ErrorCode::ProducerFenced);
        assert_eq!(rig.told(|it| matches!(it, Event::TransactionFenced { .. })), 1);
    }
}

#[test]
fn what_is_open_too_long_is_aborted() {
    let mut rig = Rig::new(&[V0]);
    let producer = rig.init();
    let partition = rig.orders(0);
    rig.add(producer, &[partition]);
    rig.produce(producer, partition, 0).expect("it is added");
    rig.run(Span::secs(19));
    assert_eq!(rig.kinds(partition), "t0");
    rig.run(Span::secs(11));
    assert_eq!((rig.kinds(partition).as_str(), rig.stable(partition)), ("t0 A1", (2, 2)));
    assert_eq!(rig.end(producer, true).error, ErrorCode::ProducerFenced);
    assert_eq!(rig.told(|it| matches!(it, Event::TransactionTimedOut { .. })), 1);
}

#[test]
fn without_the_coordinators_word_nothing_is_written() {
    let mut rig = Rig::new(&[V0]);
    let producer = rig.init();
    let partition = rig.orders(0);
    assert_eq!(rig.produce(producer, partition, 0), Err(ErrorCode::TransactionAbortable));
    let stranger = ProducerIdAndEpoch { id: ProducerId(99_999), epoch: 0 };
    assert_eq!(rig.produce(stranger, partition, 0), Err(ErrorCode::InvalidProducerIdMapping));
    // Markers are not for clients to write.
    let value = Value::EndTransaction { committed: true, coordinator_epoch: 0 };
    let mut marker = rig.batch(producer, partition, -1);
    marker.kind = BatchKind::Control;
    marker.records = [Record { value, ..marker.records[0].clone() }].into();
    let request = rig.produce_request(marker);
    let answer = rig.ask(rig.leader(partition), request);
    assert_eq!(answer.error(), Some(ErrorCode::InvalidRecord));
    assert_eq!(rig.kinds(partition), "");
    // Its own, without a transaction, while one is open.
    rig.add(producer, &[partition]);
    rig.produce(producer, partition, 0).expect("it is added");
    let plain = PartitionProduce { kind: BatchKind::Plain, ..rig.batch(producer, partition, 1) };
    let request = rig.produce_request(plain);
    let answer = rig.ask(rig.leader(partition), request);
    assert_eq!(answer.error(), Some(ErrorCode::InvalidTxnState));
}

#[test]
fn a_new_coordinator_ends_what_the_old_one_had_decided() {
    let mut rig = Rig::new(&[V0]);
    let producer = rig.init();
    let old = rig.coordinator();
    // Leaders that are not the coordinator, so that markers have to travel.
    let partition = [rig.orders(0), rig.orders(1)].into_iter().find(|it| rig.leader(*it) != old);
    let partition = partition.expect("partitions are spread");
    rig.add(producer, &[partition]);
    rig.produce(producer, partition, 0).expect("it is added");
    let cut = Command::CutLink(Node::Broker(old), Node::Broker(rig.leader(partition)));
    let id = {
        let request = Request::EndTxn(EndTxnRequest {
            transactional_id: TX.into(),
            producer,
            committed: true,
        });
        rig.send(old, request)
    };
    while rig.answer(id).is_none() {
        rig.run(Span::us(200));
    }
    rig.world.submit(&cut, &mut rig.log).expect("it is whole");
    rig.crash(old);
    assert_eq!(rig.kinds(partition), "t0", "no marker has arrived");
    rig.run(Span::secs(20));
    assert_ne!(rig.coordinator(), old);
    assert_eq!((rig.kinds(partition).as_str(), rig.stable(partition)), ("t0 C0", (2, 2)));
    assert_eq!(rig.states().last(), Some(&(CompleteCommit, 0, 0)));
    let next = rig.init();
    assert_eq!(next, ProducerIdAndEpoch { epoch: 1, ..producer });
}

#[test]
fn an_open_transaction_outlives_its_leader() {
    let mut rig = Rig::new(&[]);
    let producer = rig.init();
    let old = rig.coordinator();
    let partition = [rig.orders(0), rig.orders(1)].into_iter().find(|it| rig.leader(*it) != old);
    let partition = partition.expect("partitions are spread");
    rig.produce(producer, partition, 0).expect("the leader adds it");
    rig.crash(rig.leader(partition));
    rig.run(Span::secs(15));
    assert_eq!(rig.stable(partition), (0, 1));
    rig.produce(producer, partition, 1).expect("it goes on");
    assert_eq!(rig.end(producer, true).error, ErrorCode::None);
    assert_eq!((rig.kinds(partition).as_str(), rig.stable(partition)), ("t0 t0 C1", (3, 3)));
}

#[test]
fn offsets_count_with_their_transaction() {
    for version in ["0", "2"] {
        let mut rig = Rig::new(&[("transaction.version", version)]);
        let mut producer = rig.init();
        rig.find(CoordinatorKey::Group("billing".into()));
        for (offset, committed, counts) in
            [(5, false, None), (6, true, Some(6)), (9, false, Some(6))]
        {
            if version == "0" {
                assert_eq!(rig.commit_offset(producer, offset), ErrorCode::TransactionAbortable);
                let request = Request::AddOffsetsToTxn(AddOffsetsToTxnRequest {
                    transactional_id: TX.into(),
                    producer,
                    group: "billing".into(),
                });
                let coordinator = rig.coordinator();
                assert_eq!(rig.ask(coordinator, request).error(), None);
            }
            let before = rig.committed(true).expect("nothing is pending");
            assert_eq!(rig.commit_offset(producer, offset), ErrorCode::None);
            assert_eq!(rig.committed(true), Err(ErrorCode::UnstableOffsetCommit));
            assert_eq!(rig.committed(false), Ok(before));
            let answer = rig.end(producer, committed);
            assert_eq!(answer.error, ErrorCode::None);
            producer = answer.producer.unwrap_or(producer);
            assert_eq!(rig.committed(true), Ok(counts), "version {version}");
        }
        // Whoever coordinates the group next reads the same, and what is open.
        let last = rig.partition("__consumer_offsets", 0);
        rig.crash(rig.leader(last));
        rig.run(Span::secs(20));
        assert_eq!(rig.committed(true), Ok(Some(6)));
    }
}

#[test]
fn pending_offsets_outlive_the_groups_coordinator() {
    let mut rig = Rig::new(&[]);
    let producer = rig.init();
    assert_eq!(rig.commit_offset(producer, 5), ErrorCode::None);
    let offsets = rig.partition("__consumer_offsets", 0);
    let (old, coordinator) = (rig.leader(offsets), rig.coordinator());
    rig.crash(old);
    rig.run(Span::secs(15));
    assert_eq!(rig.committed(true), Err(ErrorCode::UnstableOffsetCommit));
    if old != coordinator {
        assert_eq!(rig.coordinator(), coordinator);
    }
    assert_eq!(rig.end(producer, true).error, ErrorCode::None);
    assert_eq!(rig.committed(true), Ok(Some(5)));
}

#[test]
fn who_wants_stable_offsets_waits_until_they_are_committed() {
    let mut rig = Rig::new(&[]);
    let producer = rig.init();
    let group = rig.find(CoordinatorKey::Group("billing".into()));
    let needed = [group, rig.coordinator()];
    rig.set_topic("__consumer_offsets", "min.insync.replicas", "3");
    let spare = (1..=3).map(BrokerId).find(|id| !needed.contains(id)).expect("there are three");
    rig.crash(spare);
    rig.run(Span::secs(40));
    // Two of three are not enough: it is in the log, but it is not committed in time.
    let error = |answer: Option<Response>| answer.and_then(|it| it.error());
    let commit = rig.send(group, rig.commit_request(producer, 5));
    rig.run(Span::secs(6));
    assert_eq!(error(rig.answer(commit)), Some(ErrorCode::CoordinatorNotAvailable));
    assert_eq!(rig.committed(false), Ok(None));
    let stable = rig.send(group, rig.fetch_request(true));
    rig.run(Span::secs(4));
    assert_eq!(rig.answer(stable), None, "it waits");
    rig.run(Span::secs(2));
    assert_eq!(error(rig.answer(stable)), Some(ErrorCode::NotCoordinator));
    rig.start(spare);
    rig.run(Span::secs(5));
    assert_eq!(rig.committed(true), Err(ErrorCode::UnstableOffsetCommit));
    assert_eq!(rig.end(producer, true).error, ErrorCode::None);
    assert_eq!(rig.committed(true), Ok(Some(5)), "it counts, although it has failed");
}

#[test]
fn an_administrator_sees_who_writes_and_ends_what_hangs() {
    let mut rig = Rig::new(&[("transaction.partition.verification.enable", "false"), V0]);
    let producer = rig.init();
    let partition = rig.orders(0);
    let leader = rig.leader(partition);
    // Nobody verifies, so this is in no transaction that the coordinator knows of.
    assert_eq!(rig.produce(producer, partition, 0), Ok(0));
    let describe = Request::DescribeProducers(DescribeProducersRequest { partition });
    let Response::DescribeProducers(described) = rig.ask(leader, describe.clone()) else {
        panic!("another answer");
    };
    let found = described.producers[0];
    assert_eq!((found.producer, found.last_sequence), (producer, 0));
    assert_eq!((found.transaction_start, found.coordinator_epoch), (Some(0), -1));
    let marker = TxnMarker {
        producer,
        committed: false,
        coordinator_epoch: found.coordinator_epoch.max(0),
        partitions: vec![partition],
    };
    let markers = vec![marker];
    let request = Request::WriteTxnMarkers(WriteTxnMarkersRequest { markers });
    assert_eq!(rig.ask(leader, request).error(), None);
    assert_eq!((rig.kinds(partition).as_str(), rig.stable(partition)), ("t0 A0", (2, 2)));
}
