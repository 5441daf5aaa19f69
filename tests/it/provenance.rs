//! The proof per record: each record that stream processors read, what they made of it, and which
//! of that counts, whatever crashed on the way.

use kafkascope::metrics::provenance::{Fate, Seen, Totals, applications, results, results_at};
use kafkascope::metrics::provenance::{seen, totals};
use kafkascope::sim::id::{Key, RecordId};
use kafkascope::sim::processing::{ProcessingGuarantee, Transform};
use kafkascope::sim::{Command, Event, Node, Time};

use crate::cluster::{Told, ms, secs};
use crate::processor::{BOTH, instance, is_third_order, orders, shop, until, with};

/// The order with this number.
fn order(told: &Told, number: u64) -> RecordId {
    RecordId { client: told.client("app"), number }
}

fn fates(told: &Told, number: u64) -> Vec<Fate> {
    results(&told.world, order(told, number)).iter().map(|it| it.fate).collect()
}

#[test]
fn without_faults_each_record_has_one_result() {
    for guarantee in BOTH {
        let mut told = with(guarantee, "2");
        told.run(secs(5));
        let five = Totals { once: 5, ..Totals::default() };
        let five = Totals { results: Seen { committed: 5, ..Seen::default() }, ..five };
        assert_eq!(totals(&told.world, "shop"), Some(five), "{guarantee:?}");
        assert_eq!(applications(&told.world), ["shop".into()]);
        assert_eq!(totals(&told.world, "audit"), None, "it has no stream processors");
        for number in 0..5 {
            let made = results(&told.world, order(&told, number));
            let [one] = made[..] else { panic!("{guarantee:?}: {made:?}") };
            assert_eq!(one.from.record, Some(order(&told, number)));
            assert_eq!(one.record.map(|it| it.client), Some(told.client("P")));
            assert_eq!(one.fate, Fate::Committed);
            assert_eq!(results_at(&told.world, one.from.partition, one.from.offset), made);
            // It is where it says: the same key stands there.
            let leader = told.leader(one.partition).expect("it has a leader");
            let log = &told.world.brokers[&leader].disk.logs[&one.partition];
            let record = log.batch_at(one.offset).and_then(|it| it.at(one.offset));
            assert_eq!(record.and_then(|it| it.key), Some(Key(number as u32)));
        }
    }
}

/// A crash between the results and the commit: what was begun is done again, and either both
/// results count, or the first one stands in an aborted transaction.
#[test]
fn a_crash_before_the_commit_is_told_per_record() {
    for guarantee in BOTH {
        let exactly = guarantee == ProcessingGuarantee::ExactlyOnceV2;
        let mut told = with(guarantee, "2");
        let node = Node::Client(told.client("P"));
        until(&mut told, is_third_order);
        told.run(ms(20));
        told.crash(node).run(secs(1));
        let first = if exactly { Fate::Undecided } else { Fate::Committed };
        assert_eq!(fates(&told, 0), [first], "{}", told.text());
        let due = totals(&told.world, "shop").expect("it has a processor");
        let (done, waiting) = if exactly { (0, 5) } else { (3, 2) };
        assert_eq!((due.once, due.waiting), (done, waiting), "{due:?}");
        told.start(node).run(secs(25));
        let (first, second) = match exactly {
            true => (Fate::Aborted, Seen { committed: 1, aborted: 1, ..Seen::default() }),
            false => (Fate::Committed, Seen { committed: 2, ..Seen::default() }),
        };
        assert_eq!(fates(&told, 0), [first, Fate::Committed], "{}", told.text());
        let found = seen(&told.world, order(&told, 0));
        assert_eq!(found, second);
        assert_eq!((found.read_committed(), found.read_uncommitted()), (found.committed, 2));
        assert_eq!(fates(&told, 4), [Fate::Committed]);
        let all = totals(&told.world, "shop").expect("it has a processor");
        let counts = (all.once, all.repeated, all.waiting, all.missing, all.records());
        assert_eq!(counts, if exactly { (5, 0, 0, 0, 5) } else { (2, 3, 0, 0, 5) });
        assert_eq!(all.results.aborted, if exactly { 3 } else { 0 });
    }
}

/// Until a commit is replicated, readers of what is committed are given nothing.
#[test]
fn a_result_counts_when_its_transaction_is_committed() {
    let mut told = with(ProcessingGuarantee::ExactlyOnceV2, "2");
    until(&mut told, is_third_order);
    told.run(ms(20));
    assert_eq!(fates(&told, 0), [Fate::Undecided]);
    let marked = |it: &kafkascope::sim::Stamped| {
        let event = &it.event;
        matches!(event, Event::TransactionMarkerWritten { committed: true, .. })
    };
    until(&mut told, marked);
    told.run(secs(2));
    assert_eq!(fates(&told, 0), [Fate::Committed]);
}

/// To what a filter drops no result is due.
#[test]
fn what_is_dropped_is_no_loss() {
    let mut setting = shop("2");
    let mut spec = instance("P", ProcessingGuarantee::ExactlyOnceV2, ms(10));
    spec.transform = Transform::Filter;
    setting.scenario.processors.push(spec);
    let mut told = setting.run_to(Time::ZERO + secs(8));
    orders(&mut told);
    told.run(secs(5));
    let all = totals(&told.world, "shop").expect("it has a processor");
    assert_eq!((all.once, all.dropped, all.missing, all.waiting), (3, 2, 0, 0));
    assert!(fates(&told, 1).is_empty());
}

/// What an application has not committed past it will get to.
#[test]
fn what_waits_is_not_missing() {
    let mut told = with(ProcessingGuarantee::ExactlyOnceV2, "2");
    until(&mut told, is_third_order);
    let node = Node::Client(told.client("P"));
    told.crash(node).run(secs(15));
    let all = totals(&told.world, "shop").expect("it has a processor");
    assert_eq!((all.waiting, all.missing), (5, 0), "nothing was committed");
    let made = results_at(&told.world, told.orders(0), 0);
    assert_eq!(made.iter().map(|it| it.fate).collect::<Vec<_>>(), [Fate::Aborted]);
    told.does(Command::Start(node)).run(secs(20));
    let all = totals(&told.world, "shop").expect("it has a processor");
    assert_eq!((all.once, all.waiting, all.missing), (5, 0, 0));
}

/// Who begins at the end commits past what was there before.
#[test]
fn what_is_skipped_is_missing() {
    let mut setting = shop("2");
    let mut spec = instance("P", ProcessingGuarantee::AtLeastOnce, ms(10));
    spec.consumer.insert("auto.offset.reset".into(), "latest".into());
    spec.start = Time::ZERO + secs(10);
    setting.scenario.processors.push(spec);
    let mut told = setting.run_to(Time::ZERO + secs(8));
    orders(&mut told);
    told.run(secs(8));
    orders(&mut told);
    told.run(secs(5));
    let all = totals(&told.world, "shop").expect("it has a processor");
    assert_eq!((all.once, all.missing, all.waiting), (5, 5, 0), "{all:?}");
}
