//! Stories of stream processors that count: the changelog behind the store, how it is restored, and
//! what a crash does to the counts under each `processing.guarantee`.

use kafkascope::metrics::provenance::totals;
use kafkascope::sim::client::processor::stores::Progress;
use kafkascope::sim::event::StreamEvent;
use kafkascope::sim::id::Key;
use kafkascope::sim::processing::{ProcessingGuarantee, Transform};
use kafkascope::sim::scenario::ProcessorSpec;
use kafkascope::sim::wire::Value;
use kafkascope::sim::{Command, Event, Node, Partition, Stamped, Time};

use crate::cluster::{Story, Told, ms, secs};
use crate::processor::{BOTH, Step, instance, is_third_order, orders, shop, steps, until};

fn counter(name: &str, guarantee: ProcessingGuarantee) -> ProcessorSpec {
    ProcessorSpec { transform: Transform::Count, ..instance(name, guarantee, ms(100)) }
}

fn counting(guarantee: ProcessingGuarantee, names: &[&str]) -> Story {
    let mut setting = shop("2");
    for name in names {
        setting.scenario.processors.push(counter(name, guarantee));
    }
    setting
}

/// With one instance, and five orders with keys of their own.
fn with(guarantee: ProcessingGuarantee) -> Told {
    let mut told = counting(guarantee, &["P"]).run_to(Time::ZERO + secs(8));
    orders(&mut told);
    told
}

/// What readers of what is committed see of a topic: key and count, in the order of the log.
fn said(told: &Told, topic: &str) -> Vec<(u32, u64)> {
    let (topic, state) = told.world.metadata().topic_named(topic).expect("it exists");
    let mut said = Vec::new();
    for index in 0..state.partitions.len() as u32 {
        let partition = Partition { topic, index };
        let leader = told.leader(partition).expect("it has a leader");
        let log = &told.world.brokers[&leader].disk.logs[&partition];
        for batch in log.batches_from(0) {
            let producer = batch.producer.map(|stamp| stamp.producer.id);
            let gone = |at: i64| {
                let aborted = log.transactions().aborted().iter();
                let mut own = aborted.filter(|it| Some(it.producer) == producer);
                own.any(|it| (it.first_offset..=it.last_offset).contains(&at))
            };
            for (offset, record) in batch.iter().filter(|(offset, _)| !gone(*offset)) {
                if let (Some(Key(key)), Value::Derived(derived)) = (record.key, &record.value) {
                    said.push((key, derived.count.expect("a count"), index, offset));
                }
            }
        }
    }
    said.into_iter().map(|(key, count, ..)| (key, count)).collect()
}

/// The last count of each key.
fn counts(told: &Told, topic: &str) -> Vec<(u32, u64)> {
    let mut last = std::collections::BTreeMap::new();
    for (key, count) in said(told, topic) {
        last.insert(key, count);
    }
    last.into_iter().collect()
}

/// What the stores of an instance hold, all tasks together.
fn stored(told: &Told, name: &str) -> Vec<(u32, u64)> {
    let client = told.client(name);
    let processor = told.world.clients[&client].as_processor().expect("a processor");
    let tasks = processor.stores().expect("it counts").tasks();
    let mut all: Vec<(u32, u64)> =
        tasks.flat_map(|(_, task)| task.counts()).map(|(key, count)| (key.0, count)).collect();
    all.sort_unstable();
    all
}

fn stores(event: &Event) -> bool {
    matches!(event, Event::Stream(_))
}

fn restored(stamped: &Stamped) -> bool {
    matches!(stamped.event, Event::Stream(StreamEvent::RestoreEnded { .. }))
}

fn each(times: u64) -> Vec<(u32, u64)> {
    (0..5).map(|key| (key, times)).collect()
}

#[test]
fn counts_go_to_the_changelog_and_to_the_results() {
    for guarantee in BOTH {
        let mut told = with(guarantee);
        told.run(secs(5));
        orders(&mut told);
        told.run(secs(5));
        let mut all = said(&told, "results");
        all.sort_unstable();
        let both: Vec<_> = (0..5).flat_map(|key| [(key, 1), (key, 2)]).collect();
        assert_eq!(all, both, "{guarantee:?}: {}", told.text());
        assert_eq!(said(&told, "shop-counts-changelog"), said(&told, "results"));
        assert_eq!(stored(&told, "P"), each(2));
        let (topic, state) =
            told.world.metadata().topic_named("shop-counts-changelog").expect("it was asked for");
        let orders = told.world.metadata().topic_named("orders").expect("it exists").1;
        assert!(state.config.compacts(), "{topic:?}");
        assert_eq!(state.partitions.len(), orders.partitions.len());
        let all = totals(&told.world, "shop").expect("it has a processor");
        assert_eq!((all.once, all.records()), (10, 10), "each order caused one result");
    }
}

/// What the instance had counted is gone with it; its next life reads it from the changelog.
#[test]
fn a_store_is_restored_after_a_crash() {
    let mut told = with(ProcessingGuarantee::ExactlyOnceV2);
    told.run(secs(5));
    let node = Node::Client(told.client("P"));
    let from = told.log.len();
    told.crash(node).run(secs(1));
    assert!(stored(&told, "P").is_empty(), "it was in memory");
    told.start(node).run(secs(20));
    assert_eq!(stored(&told, "P"), each(1));
    let tail: Vec<Stamped> = told.log[from..].to_vec();
    let stream: Vec<String> = tail
        .iter()
        .filter_map(|stamped| match &stamped.event {
            Event::Stream(StreamEvent::RestoreStarted { from, to, .. }) => {
                Some(format!("from {from} to {to}"))
            }
            Event::Stream(StreamEvent::RestoreEnded { records, keys, .. }) => {
                Some(format!("{records} records, {keys} keys"))
            }
            _ => None,
        })
        .collect();
    // Five records and the marker of their transaction.
    assert_eq!(stream, ["from 0 to 6", "5 records, 5 keys"], "{}", told.text_of(stores));
    orders(&mut told);
    told.run(secs(5));
    assert_eq!(counts(&told, "results"), each(2), "{}", told.text());
}

/// The story: between what it wrote and its commit it dies. Under at_least_once the changelog has
/// what the offsets do not cover, and it is counted again.
#[test]
fn a_crash_before_the_commit_counts_twice_unless_it_is_one_transaction() {
    let [once, exactly] = BOTH.map(|guarantee| {
        let mut told = with(guarantee);
        let node = Node::Client(told.client("P"));
        until(&mut told, is_third_order);
        told.run(ms(20));
        told.crash(node).run(secs(1));
        told.start(node).run(secs(25));
        let results = counts(&told, "results");
        assert_eq!(results, counts(&told, "shop-counts-changelog"), "{guarantee:?}");
        assert_eq!(results, stored(&told, "P"), "{guarantee:?}");
        results
    });
    assert_eq!(once, [(0, 2), (1, 2), (2, 2), (3, 1), (4, 1)], "too high, and nobody can tell");
    assert_eq!(exactly, each(1));
}

/// Whenever it dies: never too low, and with transactions never too high.
#[test]
fn a_crash_at_any_step_keeps_the_counts() {
    let restores: Step = |it| matches!(it, Event::Stream(StreamEvent::RestoreStarted { .. }));
    for guarantee in BOTH {
        let exactly = guarantee == ProcessingGuarantee::ExactlyOnceV2;
        let all = steps(guarantee).iter().chain([&restores]);
        for (index, step) in all.enumerate() {
            // It happens once, at its start.
            let first = index == steps(guarantee).len();
            let mut told = match first {
                true => counting(guarantee, &["P"]).run_to(Time::ZERO + secs(2)),
                false => with(guarantee),
            };
            let node = Node::Client(told.client("P"));
            let own = |it: &Stamped| it.node == node || it.node.broker().is_some();
            until(&mut told, |it| own(it) && step(&it.event));
            told.crash(node).run(secs(1));
            told.start(node).run(secs(25));
            if first {
                orders(&mut told);
                told.run(secs(5));
            }
            let results = counts(&told, "results");
            let name = format!("{guarantee:?}, step {index}: {results:?}: {}", told.text());
            assert_eq!(results.len(), 5, "{name}");
            assert!(results.iter().all(|(_, count)| *count >= 1), "{name}");
            assert!(!exactly || results == each(1), "{name}");
            assert_eq!(stored(&told, "P"), results, "{name}");
        }
    }
}

/// Another instance takes over: it restores what the first one counted, waits until the open
/// transaction of the dead one is aborted, and goes on.
#[test]
fn another_instance_restores_the_store() {
    for guarantee in BOTH {
        let exactly = guarantee == ProcessingGuarantee::ExactlyOnceV2;
        let mut told = counting(guarantee, &["P1", "P2"]).run_to(Time::ZERO + secs(8));
        orders(&mut told);
        told.run(secs(5));
        orders(&mut told);
        until(&mut told, |it| is_order(it, 7));
        let who = told.log.iter().rev().find(|stamped| is_order(stamped, 7));
        let dead = who.map(|stamped| stamped.node).expect("somebody works");
        let other = if dead == Node::Client(told.client("P1")) { "P2" } else { "P1" };
        assert!(stored(&told, other).is_empty(), "it has another partition, or none");
        told.crash(dead).run(secs(40));
        let results = counts(&told, "results");
        assert_eq!(stored(&told, other), results, "{guarantee:?}: {}", told.text());
        if exactly {
            assert_eq!(results, each(2), "{}", told.text_of(stores));
        } else {
            assert!(results.iter().all(|(_, count)| *count >= 2), "{results:?}");
            assert!(results.iter().any(|(_, count)| *count == 3), "{results:?}");
        }
    }
}

fn is_order(stamped: &Stamped, order: i64) -> bool {
    match &stamped.event {
        Event::Processed { group, offset, .. } => &**group == "shop" && *offset == order,
        _ => false,
    }
}

/// A changelog whose last transaction is open holds the restoration (KAFKA-10167): the store is
/// complete only when that is decided.
#[test]
fn an_open_transaction_holds_the_restoration() {
    let mut told =
        counting(ProcessingGuarantee::ExactlyOnceV2, &["P1", "P2"]).run_to(Time::ZERO + secs(8));
    orders(&mut told);
    until(&mut told, is_third_order);
    told.run(ms(20));
    let dead = told.log.iter().rev().find(|it| is_third_order(it)).expect("somebody works").node;
    let from = told.log.len();
    told.crash(dead).run(secs(40));
    let tail = &told.log[from..];
    let at = |pick: &dyn Fn(&Event) -> bool| {
        tail.iter().find(|it| it.node != dead && pick(&it.event)).map(|it| it.at)
    };
    let started = at(&|it| match it {
        Event::Stream(StreamEvent::RestoreStarted { from, to, .. }) => to > from,
        _ => false,
    });
    let ended = at(&|it| matches!(it, Event::Stream(StreamEvent::RestoreEnded { records: 0, .. })));
    let aborted = at(&|it| matches!(it, Event::TransactionMarkerWritten { committed: false, .. }));
    assert!(started.is_some() && started < aborted, "{}", told.text_of(stores));
    assert!(aborted <= ended, "{aborted:?} {ended:?}");
    assert_eq!(counts(&told, "results"), each(1), "{}", told.text());
}

/// A zombie's transaction is aborted, and with it what it wrote to the changelog; when it is back
/// it is fenced.
#[test]
fn a_zombie_that_counts_is_fenced() {
    let exactly = ProcessingGuarantee::ExactlyOnceV2;
    let mut told = counting(exactly, &["P1", "P2"]).run_to(Time::ZERO + secs(8));
    orders(&mut told);
    until(&mut told, is_third_order);
    let zombie = told.log.iter().rev().find(|it| is_third_order(it)).expect("one works").node;
    told.does(Command::Pause(zombie)).run(secs(40));
    assert_eq!(counts(&told, "results"), each(1), "the other has taken over: {}", told.text());
    let from = told.log.len();
    told.does(Command::Resume(zombie)).run(secs(30));
    let ended = |it: &Stamped| it.node == zombie && it.event == Event::Stopped;
    assert!(told.log[from..].iter().any(ended), "{}", told.text());
    for name in ["P1", "P2"] {
        let there = if Node::Client(told.client(name)) == zombie { Vec::new() } else { each(1) };
        assert_eq!(stored(&told, name), there, "{name}");
    }
    assert_eq!(counts(&told, "results"), each(1), "{}", told.text());
    assert_eq!(counts(&told, "shop-counts-changelog"), each(1));
}

/// A record without a key cannot be grouped: it is left out, and committed.
#[test]
fn what_has_no_key_is_not_counted() {
    let mut told =
        counting(ProcessingGuarantee::ExactlyOnceV2, &["P"]).run_to(Time::ZERO + secs(8));
    let client = told.client("app");
    told.does(Command::Produce { client, key: None });
    orders(&mut told);
    told.run(secs(5));
    assert_eq!(counts(&told, "results"), each(1), "{}", told.text());
    let all = totals(&told.world, "shop").expect("it has a processor");
    assert_eq!((all.once, all.dropped), (5, 1));
}

/// Until the store is restored nothing of the partition is processed.
#[test]
fn what_comes_meanwhile_waits() {
    let mut told = with(ProcessingGuarantee::AtLeastOnce);
    told.run(secs(5));
    let node = Node::Client(told.client("P"));
    told.crash(node).run(secs(1));
    orders(&mut told);
    told.start(node);
    until(&mut told, restored);
    let client = &told.world.clients[&told.client("P")];
    let tasks = client.as_processor().and_then(|it| it.stores()).expect("it counts").tasks();
    let running = tasks.filter(|(_, task)| task.progress == Progress::Running).count();
    assert_eq!(running, 1, "of the one partition that there is");
    let place = told.log.iter().rposition(restored).expect("it was");
    let started = told.log.iter().rposition(|it| it.node == node && it.event == Event::Started);
    let early = told.log[started.expect("it has")..place].iter();
    let works = |it: &&Stamped| matches!(&it.event, Event::Processed { .. }) && it.node == node;
    assert_eq!(early.filter(works).count(), 0);
    told.run(secs(5));
    assert_eq!(counts(&told, "results"), each(2), "{}", told.text());
}
