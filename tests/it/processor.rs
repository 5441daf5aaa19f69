//! Stories of stream processors: what a crash repeats under each `processing.guarantee`, what a
//! transaction covers and what it does not, and how a zombie is kept out.

use kafkascope::metrics::effects::Effect;
use kafkascope::sim::handling::Act;
use kafkascope::sim::id::{ClientId, Key};
use kafkascope::sim::processing::{ProcessingGuarantee, Transform};
use kafkascope::sim::scenario::{ProcessorSpec, TopicSpec, Workload};
use kafkascope::sim::transacting::{Transacting, TransactionAct};
use kafkascope::sim::{Command, Event, Node, Refusal, Span, Stamped, Time};

use crate::cluster::{Story, Told, consumer, ms, secs, story};
use crate::ledger::books;
use crate::scenario_files::{meaning, script};

pub const BOTH: [ProcessingGuarantee; 2] = ProcessingGuarantee::ALL;

/// An instance of the application `shop` that reads `orders` and writes `results`, and takes so
/// long for each record.
pub fn instance(name: &str, guarantee: ProcessingGuarantee, processing: Span) -> ProcessorSpec {
    ProcessorSpec {
        name: name.into(),
        group: "shop".into(),
        topics: vec!["orders".into()],
        to: "results".into(),
        guarantee,
        transform: Transform::Map,
        store: "counts".into(),
        processing,
        consumer: [("session.timeout.ms".to_owned(), "6000".to_owned())].into(),
        producer: [("linger.ms".to_owned(), "0".to_owned())].into(),
        start: Time::ZERO + secs(2),
    }
}

/// A cluster with a producer, a reader of what is committed in `results`, and nothing else yet.
pub fn shop(transaction_version: &str) -> Story {
    let mut setting = story()
        .cluster_config("offsets.topic.num.partitions", "1")
        .cluster_config("transaction.state.log.num.partitions", "1")
        .cluster_config("transaction.version", transaction_version)
        .cluster_config("group.initial.rebalance.delay.ms", "0")
        .producer("app", &[("linger.ms", "0")]);
    let results = TopicSpec { name: "results".into(), ..setting.scenario.topics[0].clone() };
    setting.scenario.topics.push(results);
    let configs = [("isolation.level", "read_committed"), ("auto.offset.reset", "earliest")];
    let mut audit = consumer("audit", &configs);
    audit.group = "audit".into();
    audit.topics = vec!["results".into()];
    setting.scenario.consumers.push(audit);
    setting
}

/// The same with one instance, and five orders for it to work on.
pub fn with(guarantee: ProcessingGuarantee, version: &str) -> Told {
    let mut setting = shop(version);
    setting.scenario.processors.push(instance("P", guarantee, ms(100)));
    let mut told = setting.run_to(Time::ZERO + secs(8));
    orders(&mut told);
    told
}

pub fn orders(told: &mut Told) {
    let client = told.client("app");
    for key in 0..5 {
        told.does(Command::Produce { client, key: Some(Key(key)) });
    }
}

/// How often the group has processed records.
fn processed(told: &Told, of: &str) -> usize {
    let by = |event: &Event| matches!(event, Event::Processed { group, .. } if &**group == of);
    told.log.iter().filter(|stamped| by(&stamped.event)).count()
}

/// The keys of the results that the reader got, in order.
pub fn audited(told: &Told) -> Vec<u32> {
    let results = told.world.metadata().topic_named("results").expect("it exists").0;
    let mut keys = Vec::new();
    for stamped in &told.log {
        let Event::Processed { group, partition, offset, .. } = &stamped.event else { continue };
        if &**group == "audit" && partition.topic == results {
            let leader = told.leader(*partition).expect("it has a leader");
            let log = &told.world.brokers[&leader].disk.logs[partition];
            let batch = log.batch_at(*offset).expect("it is there");
            keys.push(batch.at(*offset).and_then(|record| record.key).expect("a key").0);
        }
    }
    keys.sort_unstable();
    keys
}

/// Runs on until this has happened, once more than before.
pub fn until(told: &mut Told, what: impl Fn(&Stamped) -> bool) {
    let from = told.log.len();
    for _ in 0..60_000 {
        told.run(ms(1));
        if told.log[from..].iter().any(&what) {
            return;
        }
    }
    panic!("it never happened:\n{}", told.text_of(crate::cluster::facts));
}

pub fn is_third_order(stamped: &Stamped) -> bool {
    matches!(&stamped.event, Event::Processed { group, offset: 2, .. } if &**group == "shop")
}

#[test]
fn without_faults_each_order_has_one_result() {
    for guarantee in BOTH {
        for version in ["0", "2"] {
            let mut told = with(guarantee, version);
            told.run(secs(5));
            orders(&mut told);
            told.run(secs(5));
            let twice = [0, 0, 1, 1, 2, 2, 3, 3, 4, 4];
            assert_eq!(audited(&told), twice, "{guarantee:?} {version}: {}", told.text());
            assert_eq!(processed(&told, "shop"), 10);
        }
    }
}

#[test]
fn a_crash_before_the_commit_repeats_results_unless_they_are_a_transaction() {
    for (guarantee, results) in
        BOTH.into_iter().zip([vec![0, 0, 1, 1, 2, 2, 3, 4], vec![0, 1, 2, 3, 4]])
    {
        for version in ["0", "2"] {
            let mut told = with(guarantee, version);
            let node = Node::Client(told.client("P"));
            until(&mut told, is_third_order);
            told.run(ms(20));
            told.crash(node).run(secs(1));
            told.start(node).run(secs(25));
            assert_eq!(audited(&told), results, "{guarantee:?} {version}: {}", told.text());
            // What it does outside of Kafka no transaction takes back.
            assert_eq!(processed(&told, "shop"), 3 + 5, "{guarantee:?} {version}");
        }
    }
}

#[test]
fn a_crash_after_the_commit_repeats_nothing() {
    for guarantee in BOTH {
        let mut told = with(guarantee, "2");
        let node = Node::Client(told.client("P"));
        let committed = |stamped: &Stamped| match &stamped.event {
            Event::Committed { group, offsets } => &**group == "shop" && offsets[0].1 == 5,
            _ => false,
        };
        until(&mut told, committed);
        told.crash(node).run(secs(1));
        told.start(node).run(secs(25));
        assert_eq!(audited(&told), [0, 1, 2, 3, 4], "{guarantee:?}: {}", told.text());
        assert_eq!(processed(&told, "shop"), 5);
    }
}

/// A moment in a processor's cycle.
pub type Step = fn(&Event) -> bool;

const STEPS: [Step; 10] = [
    |it| matches!(it, Event::Polled { .. }),
    |it| matches!(it, Event::Processed { group, .. } if &**group == "shop"),
    |it| matches!(it, Event::Produced { .. }),
    |it| matches!(it, Event::Acked { .. }),
    |it| matches!(it, Event::Committed { group, .. } if &**group == "shop"),
    |it| matches!(it, Event::TransactionBegun { .. }),
    |it| matches!(it, Event::OffsetsSentToTransaction { .. }),
    |it| matches!(it, Event::TransactionPrepared { .. }),
    |it| matches!(it, Event::TransactionMarkerWritten { .. }),
    |it| matches!(it, Event::TransactionCompleted { .. }),
];

/// The steps at which a processor may die: the last five are of transactions alone.
pub fn steps(guarantee: ProcessingGuarantee) -> &'static [Step] {
    match guarantee {
        ProcessingGuarantee::AtLeastOnce => &STEPS[..5],
        ProcessingGuarantee::ExactlyOnceV2 => &STEPS,
    }
}

/// Whenever it dies, nothing is left out, and with transactions nothing is there twice.
#[test]
fn a_crash_at_any_step_leaves_nothing_out() {
    for guarantee in BOTH {
        let exactly = guarantee == ProcessingGuarantee::ExactlyOnceV2;
        for (index, step) in steps(guarantee).iter().enumerate() {
            let mut told = with(guarantee, "2");
            let node = Node::Client(told.client("P"));
            let own = |it: &Stamped| it.node == node || it.node.broker().is_some();
            until(&mut told, |it| own(it) && step(&it.event));
            told.crash(node).run(secs(1));
            told.start(node).run(secs(25));
            let mut results = audited(&told);
            if !exactly {
                results.dedup();
            }
            assert_eq!(results, [0, 1, 2, 3, 4], "{guarantee:?}, step {index}: {}", told.text());
        }
    }
}

#[test]
fn what_is_decided_is_done_although_nobody_hears_of_it() {
    let mut told = with(ProcessingGuarantee::ExactlyOnceV2, "2");
    let node = Node::Client(told.client("P"));
    let decided =
        |it: &Stamped| matches!(&it.event, Event::TransactionPrepared { committed: true, .. });
    until(&mut told, decided);
    let heard = |it: &&Stamped| matches!(it.event, Event::TransactionCommitted { .. });
    let before = told.log.iter().filter(heard).count();
    told.crash(node).run(secs(1));
    told.start(node).run(secs(25));
    assert_eq!(before, 0, "its producer had not heard of the last one");
    assert_eq!(audited(&told), [0, 1, 2, 3, 4], "{}", told.text());
    assert_eq!(processed(&told, "shop"), 5, "the next life begins behind it");
}

#[test]
fn a_zombie_is_fenced() {
    for (guarantee, results) in
        BOTH.into_iter().zip([vec![0, 0, 1, 1, 2, 2, 3, 3, 4, 4], vec![0, 1, 2, 3, 4]])
    {
        let mut setting = shop("2");
        for name in ["P1", "P2"] {
            setting.scenario.processors.push(instance(name, guarantee, ms(100)));
        }
        let mut told = setting.run_to(Time::ZERO + secs(8));
        orders(&mut told);
        until(&mut told, is_third_order);
        let who = told.log.iter().rev().find(|stamped| is_third_order(stamped));
        let zombie = who.map(|stamped| stamped.node).expect("somebody works");
        told.does(Command::Pause(zombie)).run(secs(40));
        let others = told.log.iter().filter(|it| it.node != zombie && is_third_order(it));
        assert_eq!(others.count(), 1, "the other has taken over: {}", told.text());
        told.does(Command::Resume(zombie)).run(secs(30));
        assert_eq!(audited(&told), results, "{guarantee:?}: {}", told.text());
        let given_up = |it: &&Stamped| {
            let failed =
                matches!(it.event, Event::TransactionFailed { .. } | Event::ProducerFenced { .. });
            failed && it.node == zombie
        };
        let fenced = told.log.iter().filter(given_up).count() > 0;
        assert_eq!(fenced, guarantee == ProcessingGuarantee::ExactlyOnceV2, "{}", told.text());
    }
}

#[test]
fn a_filter_commits_what_it_drops() {
    let mut setting = shop("2");
    let spec = instance("P", ProcessingGuarantee::ExactlyOnceV2, ms(10));
    setting.scenario.processors.push(ProcessorSpec { transform: Transform::Filter, ..spec });
    let mut told = setting.run_to(Time::ZERO + secs(8));
    orders(&mut told);
    told.run(secs(5));
    assert_eq!(audited(&told), [0, 2, 4]);
    let node = Node::Client(told.client("P"));
    told.crash(node).run(secs(1));
    told.start(node).run(secs(15));
    assert_eq!(processed(&told, "shop"), 5, "{}", told.text());
}

#[test]
fn a_processor_closes_in_order() {
    for guarantee in BOTH {
        let mut told = with(guarantee, "2");
        let node = Node::Client(told.client("P"));
        until(&mut told, is_third_order);
        told.does(Command::Stop(node)).run(secs(5));
        let stopped = |it: &Stamped| it.node == node && it.event == Event::Stopped;
        assert!(told.log.iter().any(stopped), "{}", told.text());
        assert_eq!(audited(&told), [0, 1, 2, 3, 4], "what it had begun is committed");
        let left = |it: &Stamped| match &it.event {
            Event::MemberGone { group, .. } => &**group == "shop",
            _ => false,
        };
        assert!(told.log.iter().any(left), "{}", told.text());
    }
}

/// A producer with the transactional id `till` whose transactions are a matter of commands.
fn till(transacting: Transacting, rate: u32) -> Told {
    let mut setting = shop("2");
    let producer = &mut setting.scenario.producers[0];
    producer.topic = "results".into();
    producer.transactional = Some("till".into());
    producer.transaction = transacting;
    producer.workload = Workload { rate, keys: 4, bytes: 100, ..Default::default() };
    setting.run_to(Time::ZERO + secs(8))
}

fn transact(told: &mut Told, act: TransactionAct) -> Result<(), Refusal> {
    let client = told.client("app");
    told.submit(Command::Transact { client, act })
}

#[test]
fn a_lecturer_drives_a_transaction_by_hand() {
    let on_command = Transacting { records: 0, time: Span::ZERO, aborts: 0 };
    let mut told = till(on_command, 0);
    let client = told.client("app");
    let node = Node::Client(client);
    let produce = Command::Produce { client, key: Some(Key(1)) };
    assert_eq!(told.submit(produce.clone()), Err(Refusal::NoTransaction(node)));
    let commit = TransactionAct::Commit;
    assert_eq!(transact(&mut told, commit), Err(Refusal::NoTransaction(node)));
    assert_eq!(transact(&mut told, TransactionAct::Begin), Ok(()));
    assert_eq!(transact(&mut told, TransactionAct::Begin), Err(Refusal::TransactionOpen(node)));
    told.does(produce.clone()).run(secs(1));
    assert!(audited(&told).is_empty(), "an open transaction is not read");
    assert_eq!(transact(&mut told, commit), Ok(()));
    assert_eq!(transact(&mut told, commit), Err(Refusal::InTransactionCall(node)));
    told.run(secs(1));
    assert_eq!(audited(&told), [1]);
    assert_eq!(transact(&mut told, TransactionAct::Begin), Ok(()));
    told.does(produce).run(secs(1));
    assert_eq!(transact(&mut told, TransactionAct::Abort), Ok(()));
    told.run(secs(1));
    assert_eq!(audited(&told), [1], "what is aborted is never read");
}

#[test]
fn who_has_no_transactional_id_has_no_transactions() {
    let mut told = shop("2").boot();
    let node = Node::Client(told.client("app"));
    let refusal = transact(&mut told, TransactionAct::Begin);
    assert_eq!(refusal, Err(Refusal::NotTransactional(node)));
    let audit: ClientId = told.client("audit");
    let act = TransactionAct::Begin;
    let refusal = told.submit(Command::Transact { client: audit, act });
    assert_eq!(refusal, Err(Refusal::NotPossible(Node::Client(audit))));
}

#[test]
fn an_application_that_divides_its_records_reads_back_what_it_committed() {
    let mut told = till(Transacting { records: 4, time: Span::ZERO, aborts: 50 }, 20);
    let node = Node::Client(told.client("app"));
    let begin = transact(&mut told, TransactionAct::Begin);
    assert_eq!(begin, Err(Refusal::TransactsByItself(node)));
    told.run(secs(20));
    told.does(Command::Stop(node)).run(secs(5));
    let count =
        |pick: fn(&Event) -> bool| told.log.iter().filter(|stamped| pick(&stamped.event)).count();
    let committed = count(|event| matches!(event, Event::TransactionCommitted { .. }));
    let aborted = count(|event| matches!(event, Event::TransactionAborted { .. }));
    assert!(committed > 20 && aborted > 20, "{committed} and {aborted}");
    assert_eq!(audited(&told).len(), committed * 4);
}

#[test]
fn transactions_need_idempotence() {
    let mut setting = shop("2");
    let producer = &mut setting.scenario.producers[0];
    producer.transactional = Some("till".into());
    producer.config.insert("acks".into(), "1".into());
    let flaw = kafkascope::sim::World::new(&setting.scenario).expect_err("acks=1");
    assert_eq!(flaw.place, "producer[0]");
    assert_eq!(flaw.refusal, Refusal::TransactionsNeedIdempotence);
}

#[test]
fn transactions_are_written_down_and_told_to_end() {
    let producer = |keys: &str| {
        script(&format!("producer = [{{ name = 'p', topic = 't'{keys} }}]")).scenario.producers
    };
    let of = |keys: &str| {
        let spec = &producer(keys)[0];
        (spec.transactional.as_deref().map(str::to_owned), spec.transaction)
    };
    assert_eq!(of(""), (None, Transacting::default()));
    let id = ", transactional = 'a'";
    assert_eq!(of(id), (Some("a".to_owned()), Transacting::default()));
    let keys = format!("{id}, transaction = {{ time = '2s', aborts = 20 }}");
    let timed = Transacting { records: 0, time: ms(2000), aborts: 20 };
    assert_eq!(of(&keys).1, timed, "who names a time does not count records");
    let client = ClientId(1);
    let act = |act| [Command::Transact { client, act }];
    assert_eq!(meaning("begin-transaction = 'app'"), act(TransactionAct::Begin));
    assert_eq!(meaning("commit-transaction = 'app'"), act(TransactionAct::Commit));
    assert_eq!(meaning("abort-transaction = 'app'"), act(TransactionAct::Abort));
    let some = Transacting { records: 5, time: Span::ZERO, aborts: 50 };
    let divide = "divide = 'app'\nrecords = 5\naborts = 50";
    assert_eq!(meaning(divide), act(TransactionAct::Divide(some)));
}

#[test]
fn a_processor_is_written_down() {
    let text = "processor = [{ name = 'P', group = 'shop', topics = ['orders'], to = 'results', \
                guarantee = 'exactly_once_v2', transform = 'filter', processing = '9ms', \
                consumer = { 'max.poll.records' = 5 }, producer = { 'linger.ms' = 0 } }]";
    let spec = &script(text).scenario.processors[0];
    assert_eq!(spec.guarantee, ProcessingGuarantee::ExactlyOnceV2);
    assert_eq!((spec.transform, spec.processing), (Transform::Filter, ms(9)));
    assert_eq!(spec.consumer["max.poll.records"], "5");
    assert_eq!(spec.producer["linger.ms"], "0");
    assert_eq!(&*spec.transactional_id(), "shop-P");
}

#[test]
fn a_processor_polls_by_itself() {
    let mut told = with(ProcessingGuarantee::AtLeastOnce, "2");
    let client = told.client("P");
    let refusal = told.submit(Command::Consume { client, act: Act::Commit });
    assert_eq!(refusal, Err(Refusal::PollsByItself(Node::Client(client))));
}

/// One that comes later shares the work of its application, and takes it over.
#[test]
fn an_instance_is_added_while_the_others_work() {
    for guarantee in BOTH {
        let mut told = with(guarantee, "2");
        let another = instance("P2", guarantee, ms(100));
        told.run(secs(3)).does(Command::AddProcessor(another)).run(secs(5));
        let first = Node::Client(told.client("P"));
        told.does(Command::Stop(first)).run(secs(2));
        orders(&mut told);
        told.run(secs(10));
        let twice = [0, 0, 1, 1, 2, 2, 3, 3, 4, 4];
        assert_eq!(audited(&told), twice, "{guarantee:?}: {}", told.text());
        let second = Node::Client(told.client("P2"));
        let by = |node: Node| told.log.iter().filter(move |it| it.node == node);
        let works = |it: &&Stamped| matches!(it.event, Event::Processed { .. });
        assert!(by(second).any(|it| works(&it)), "{guarantee:?}: {}", told.text());
        let initialized = |it: &Stamped| match &it.event {
            Event::TransactionsInitialized { transactional_id, .. } => {
                &**transactional_id == "shop-P2"
            }
            _ => false,
        };
        let exactly = guarantee == ProcessingGuarantee::ExactlyOnceV2;
        assert_eq!(by(second).any(initialized), exactly, "a transactional.id of its own");
    }
}

#[test]
fn who_cannot_be_added() {
    let exactly = instance("P2", ProcessingGuarantee::ExactlyOnceV2, ms(100));
    let mut told = with(ProcessingGuarantee::ExactlyOnceV2, "2");
    let mut refused = |change: fn(&mut ProcessorSpec)| {
        let mut spec = exactly.clone();
        change(&mut spec);
        told.submit(Command::AddProcessor(spec)).expect_err("it cannot be")
    };
    assert_eq!(refused(|it| it.name = "P".into()), Refusal::NameTaken("P".into()));
    assert_eq!(refused(|it| it.name = "app".into()), Refusal::NameTaken("app".into()));
    assert_eq!(refused(|it| it.to = "<b>".into()), Refusal::InvalidName("<b>".into()));
    assert_eq!(refused(|it| it.topics[0] = "a b".into()), Refusal::InvalidName("a b".into()));
    let unsure = refused(|it| drop(it.producer.insert("acks".into(), "1".into())));
    assert_eq!(unsure, Refusal::TransactionsNeedIdempotence);
    let unknown = refused(|it| drop(it.consumer.insert("acks".into(), "1".into())));
    assert_eq!(unknown, Refusal::UnknownConfig("acks".into()));
    let long = refused(|it| it.processing = secs(1_000_000));
    assert!(matches!(long, Refusal::OutOfBounds { .. }), "{long:?}");
}

/// A crash between work and commit: each result counts once, but what was done outside of Kafka
/// was done twice, as no transaction knows of it.
#[test]
fn exactly_once_ends_where_kafka_ends() {
    let mut told = with(ProcessingGuarantee::ExactlyOnceV2, "2");
    let node = Node::Client(told.client("P"));
    until(&mut told, is_third_order);
    told.crash(node).run(secs(1));
    told.start(node).run(secs(25));
    let outside = |order: i64| {
        let of_it = |event: &Event| match event {
            Event::Processed { group, offset, .. } => &**group == "shop" && *offset == order,
            _ => false,
        };
        told.log.iter().filter(|stamped| of_it(&stamped.event)).count()
    };
    assert_eq!([0, 1, 2, 3, 4].map(outside), [2, 2, 2, 1, 1], "{}", told.text());
    assert_eq!(audited(&told), [0, 1, 2, 3, 4], "{}", told.text());
    let effect = books(&told).ledger().effect(&told.world, "shop");
    assert_eq!(effect, Effect { processed: 5, repeated: 3, missing: 0 });
    let aborted =
        |it: &Stamped| matches!(it.event, Event::TransactionMarkerWritten { committed: false, .. });
    assert!(told.log.iter().any(aborted), "what it had begun is aborted: {}", told.text());
}
