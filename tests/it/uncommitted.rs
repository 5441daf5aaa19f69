//! Stories of what a stream processor must not commit: results that could not be sent, and work on
//! partitions that are somebody else's by now.

use kafkascope::sim::processing::ProcessingGuarantee;
use kafkascope::sim::wire::{Body, ErrorCode, Response};
use kafkascope::sim::{Command, Event, Node, Stamped, Time};

use crate::cluster::{Told, ms, secs};
use crate::processor::{BOTH, audited, instance, orders, shop, until};

/// An instance that has five orders to work on and knows of no topic for their results;
/// `max.block.ms` is so long.
fn without_a_topic(guarantee: ProcessingGuarantee, max_block_ms: &str) -> (Told, Command) {
    let mut setting = shop("2");
    let results = setting.scenario.topics.pop().expect("the topic of results");
    let mut processor = instance("P", guarantee, secs(0));
    processor.producer.insert("max.block.ms".into(), max_block_ms.into());
    setting.scenario.processors.push(processor);
    let mut told = setting.run_to(Time::ZERO + secs(8));
    orders(&mut told);
    (told, Command::CreateTopic(results))
}

fn count(told: &Told, what: impl Fn(&Event) -> bool) -> usize {
    told.log.iter().filter(|stamped: &&Stamped| what(&stamped.event)).count()
}

fn is_commit(event: &Event) -> bool {
    let own = |group: &str| group == "shop";
    match event {
        Event::Committed { group, offsets } => own(group) && offsets.iter().any(|it| it.1 > 0),
        Event::OffsetsSentToTransaction { group, .. } => own(group),
        _ => false,
    }
}

/// send() blocks until the topic is known (KafkaProducer.waitOnMetadata), and the same thread calls
/// sendOffsetsToTransaction() and flush() after it: nobody commits what has no result yet.
#[test]
fn nothing_is_committed_while_send_blocks() {
    for guarantee in BOTH {
        let (mut told, create) = without_a_topic(guarantee, "60000");
        told.run(secs(6));
        assert_eq!(count(&told, is_commit), 0, "{guarantee:?}: {}", told.text());
        told.does(create).run(secs(30));
        assert_eq!(audited(&told), [0, 1, 2, 3, 4], "{guarantee:?}: {}", told.text());
        assert!(count(&told, is_commit) > 0, "{guarantee:?}");
    }
}

/// A record that could not be sent is missing from its transaction, so that can only be aborted
/// (TransactionManager.maybeTransitionToErrorState): all of it is done again.
#[test]
fn a_send_that_times_out_takes_its_transaction_along() {
    let (mut told, create) = without_a_topic(ProcessingGuarantee::ExactlyOnceV2, "1000");
    told.run(secs(6));
    let failed = count(&told, |it| matches!(it, Event::SendFailed { .. }));
    assert!(failed > 1, "{}", told.text());
    assert!(
        count(&told, |it| matches!(it, Event::TransactionAborted { .. })) > 1,
        "{}",
        told.text()
    );
    assert_eq!(count(&told, is_commit), 0, "{}", told.text());
    told.does(create).run(secs(30));
    assert_eq!(audited(&told), [0, 1, 2, 3, 4], "{}", told.text());
}

/// Its heartbeat thread knows that it is out long before its work is done, but what it commits goes
/// in the name of who it was when it got its partitions (ConsumerCoordinator.onJoinComplete): the
/// coordinator refuses that, and its results with it (KIP-447).
#[test]
fn who_was_thrown_out_while_it_worked_commits_nothing() {
    for protocol in ["classic", "consumer"] {
        let mut setting = shop("2")
            .cluster_config("group.consumer.session.timeout.ms", "6000")
            .cluster_config("group.consumer.heartbeat.interval.ms", "2000");
        for (name, start) in [("P", 2), ("Q", 12)] {
            let guarantee = ProcessingGuarantee::ExactlyOnceV2;
            let mut processor = instance(name, guarantee, ms(700));
            processor.consumer.insert("group.protocol".into(), protocol.into());
            processor.producer.insert("transaction.timeout.ms".into(), "60000".into());
            processor.start = Time::ZERO + secs(start);
            setting.scenario.processors.push(processor);
        }
        let mut told = setting.run_to(Time::ZERO + secs(8));
        orders(&mut told);
        let zombie = Node::Client(told.client("P"));
        until(&mut told, |it| it.node == zombie && matches!(it.event, Event::Processed { .. }));
        told.does(Command::Pause(zombie));
        let other = Node::Client(told.client("Q"));
        until(&mut told, |it| it.node == other && matches!(it.event, Event::Committed { .. }));
        told.does(Command::Resume(zombie)).run(secs(40));
        assert_eq!(audited(&told), [0, 1, 2, 3, 4], "{protocol}: {}", told.text());
        let refused = |event: &Event| {
            let Event::Sent(envelope) = event else { return false };
            let Body::Response(Response::TxnOffsetCommit(it)) = &*envelope.body else {
                return false;
            };
            let why = [ErrorCode::UnknownMemberId, ErrorCode::IllegalGeneration];
            it.partitions.iter().any(|(_, error)| why.contains(error))
        };
        assert!(count(&told, refused) > 0, "{protocol}: {}", told.text());
    }
}
