//! Stories of results that cannot be sent for a while: send() blocks, and what a transaction cannot
//! have all of is aborted.

use kafkascope::sim::processing::ProcessingGuarantee;
use kafkascope::sim::{Command, Event, Stamped};

use crate::cluster::{Told, secs};
use crate::processor::{BOTH, audited, instance, orders, shop};

/// An instance that has five orders to work on and knows of no topic for their results;
/// `max.block.ms` is so long.
fn without_a_topic(guarantee: ProcessingGuarantee, max_block_ms: &str) -> (Told, Command) {
    let mut setting = shop("2");
    let results = setting.scenario.topics.pop().expect("the topic of results");
    let mut processor = instance("P", guarantee, secs(0));
    processor.producer.insert("max.block.ms".into(), max_block_ms.into());
    setting.scenario.processors.push(processor);
    let mut told = setting.run_to(kafkascope::sim::Time::ZERO + secs(8));
    orders(&mut told);
    (told, Command::CreateTopic(results))
}

fn count(told: &Told, what: fn(&Event) -> bool) -> usize {
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
