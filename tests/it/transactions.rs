//! Stories about transactions (KIP-98, KIP-890): they are committed as a whole or not at all,
//! whoever crashes, and who reads only what is committed sees nothing else.

use kafkascope::sim::id::{BrokerId, Key, Offset};
use kafkascope::sim::transacting::{Transacting, TransactionAct};
use kafkascope::sim::wire::{Body, ErrorCode, TransactionState};
use kafkascope::sim::{Command, Event, Node, Partition, Span, Time};

use crate::cluster::{Story, Told, ms, secs, story};

/// Keys of partitions 0 and 1.
pub const OF_0: Key = Key(3);
pub const OF_1: Key = Key(0);

/// A producer that begins and ends its transactions when it is told to.
fn transactional(mut setting: Story, name: &str, config: &[(&str, &str)]) -> Story {
    let config: Vec<_> = [("linger.ms", "0")].iter().chain(config).copied().collect();
    setting = setting.producer(name, &config);
    let spec = setting.scenario.producers.last_mut().expect("it was just added");
    spec.transactional = Some("tx".into());
    spec.transaction = Transacting { records: 0, time: Span::ZERO, aborts: 0 };
    setting
}

/// Two partitions, a producer `p` and a consumer `c` that reads only what is committed; internal
/// topics have one partition each. It has run until both are at work.
pub fn at_work(version: &str, config: &[(&str, &str)]) -> Told {
    at_work_in(setting(version), config)
}

pub fn setting(version: &str) -> Story {
    let reads = [
        ("isolation.level", "read_committed"),
        ("auto.offset.reset", "earliest"),
        ("enable.auto.commit", "false"),
    ];
    story()
        .partitions(2)
        .topic_config("min.insync.replicas", "2")
        .cluster_config("transaction.version", version)
        .cluster_config("offsets.topic.num.partitions", "1")
        .cluster_config("transaction.state.log.num.partitions", "1")
        .consumer("c", &reads)
}

pub fn at_work_in(setting: Story, config: &[(&str, &str)]) -> Told {
    let mut told = transactional(setting, "p", config).run_to(Time::ZERO + secs(20));
    told.begin();
    told
}

pub fn act(told: &mut Told, producer: &str, act: TransactionAct) {
    let client = told.client(producer);
    told.does(Command::Transact { client, act });
}

/// Begins a transaction and writes one record to each partition.
pub fn begin_in_both(told: &mut Told) {
    act(told, "p", TransactionAct::Begin);
    for key in [OF_0, OF_1] {
        let client = told.client("p");
        told.does(Command::Produce { client, key: Some(key) }).run(ms(100));
    }
    for index in [0, 1] {
        let partition = told.orders(index);
        let leader = told.leader(partition).expect("it is led");
        assert_eq!(told.log_end(leader, partition), 1, "one record each");
    }
}

/// What `c` has read, as (partition, offset), however often.
pub fn read(told: &Told) -> Vec<(u32, Offset)> {
    let read = told.events().filter_map(|stamped| match stamped.event {
        Event::Processed { partition, offset, .. } => Some((partition.index, offset)),
        _ => None,
    });
    let mut read: Vec<_> = read.collect();
    read.sort_unstable();
    read.dedup();
    read
}

/// The last stable offset and the high watermark of a partition, at its leader.
pub fn stable(told: &Told, partition: Partition) -> (Offset, Offset) {
    let leader = told.leader(partition).expect("it is led");
    let high_watermark = told.high_watermark(leader, partition);
    let log = &told.world.brokers[&leader].disk.logs[&partition];
    (log.last_stable_offset(high_watermark), high_watermark)
}

pub fn coordinator(told: &Told) -> BrokerId {
    let (topic, _) = told.world.metadata().topic_named("__transaction_state").expect("it exists");
    told.leader(Partition { topic, index: 0 }).expect("it is led")
}

pub fn state(told: &Told) -> Option<TransactionState> {
    let live = told.world.brokers[&coordinator(told)].live.as_ref()?;
    live.transactions().next().map(|(_, known)| known.value.state)
}

fn failures(told: &Told, of: &str) -> Vec<ErrorCode> {
    let node = Node::Client(told.client(of));
    let mine = told.events().filter(|stamped| stamped.node == node);
    mine.filter_map(|stamped| match stamped.event {
        Event::ProducerFenced { error, .. } | Event::ProduceFailed { error, .. } => Some(error),
        _ => None,
    })
    .collect()
}

/// What brokers told of transactions, in order.
pub fn steps(told: &Told) -> Vec<&'static str> {
    let steps = told.events().filter_map(|stamped| match stamped.event {
        Event::TransactionPartitionsAdded { begins: true, .. } => Some("begins"),
        Event::TransactionPartitionsAdded { begins: false, .. } => Some("grows"),
        Event::TransactionPrepared { committed: true, .. } => Some("will commit"),
        Event::TransactionPrepared { committed: false, .. } => Some("will abort"),
        Event::TransactionMarkerWritten { committed: true, .. } => Some("commit marker"),
        Event::TransactionMarkerWritten { committed: false, .. } => Some("abort marker"),
        Event::TransactionCompleted { .. } => Some("complete"),
        Event::TransactionFenced { .. } => Some("fenced"),
        Event::TransactionTimedOut { .. } => Some("timed out"),
        _ => None,
    });
    steps.collect()
}

/// How often a request of this name was sent.
fn sent(told: &Told, api: &str) -> usize {
    let sent = told.events().filter(|stamped| match &stamped.event {
        Event::Sent(envelope) => match &*envelope.body {
            Body::Request(request) => request.api() == api,
            _ => false,
        },
        _ => false,
    });
    sent.count()
}

#[test]
fn a_commit_across_two_partitions() {
    let mut told = at_work("2", &[]);
    begin_in_both(&mut told);
    assert_eq!(read(&told), [], "it is not decided");
    act(&mut told, "p", TransactionAct::Commit);
    told.run(secs(1));
    assert_eq!(read(&told), [(0, 0), (1, 0)]);
    let right = ["begins", "grows", "will commit", "commit marker", "commit marker", "complete"];
    assert_eq!(steps(&told), right);
    assert_eq!(sent(&told, "AddPartitionsToTxn"), 2, "one of each leader");
}

/// Before KIP-890 the producer itself says where it is going to write.
#[test]
fn a_commit_as_of_version_0() {
    let mut told = at_work("0", &[]);
    begin_in_both(&mut told);
    act(&mut told, "p", TransactionAct::Commit);
    told.run(secs(1));
    assert_eq!(read(&told), [(0, 0), (1, 0)]);
    let right = ["begins", "grows", "will commit", "commit marker", "commit marker", "complete"];
    assert_eq!(steps(&told), right);
    assert_eq!(sent(&told, "AddPartitionsToTxn"), 4, "two of the producer, two to verify them");
}

#[test]
fn what_is_aborted_is_never_read() {
    for version in ["0", "2"] {
        let mut told = at_work(version, &[]);
        begin_in_both(&mut told);
        act(&mut told, "p", TransactionAct::Abort);
        told.run(secs(1));
        for index in [0, 1] {
            assert_eq!(stable(&told, told.orders(index)), (2, 2), "a record and its marker");
        }
        assert_eq!(read(&told), []);
        act(&mut told, "p", TransactionAct::Begin);
        let client = told.client("p");
        told.does(Command::Produce { client, key: Some(OF_0) }).run(ms(100));
        act(&mut told, "p", TransactionAct::Commit);
        told.run(secs(1));
        assert_eq!(read(&told), [(0, 2)], "version {version}");
    }
}

/// A second group that reads everything is given what was aborted; only markers are for nobody.
#[test]
fn what_is_aborted_is_read_by_who_wants_everything() {
    let mut told = at_work("2", &[]);
    let all = [("isolation.level", "read_uncommitted"), ("auto.offset.reset", "earliest")];
    let careless = kafkascope::sim::scenario::ConsumerSpec {
        group: "careless".into(),
        ..crate::cluster::consumer("u", &all)
    };
    told.does(Command::AddConsumer(careless)).run(secs(10));
    begin_in_both(&mut told);
    act(&mut told, "p", TransactionAct::Abort);
    told.run(secs(1));
    let given = told.events().filter_map(|stamped| match &stamped.event {
        Event::Processed { group, partition, offset, .. } => {
            Some((&**group, partition.index, *offset))
        }
        _ => None,
    });
    assert_eq!(given.collect::<Vec<_>>(), [("careless", 0, 0), ("careless", 1, 0)]);
}

/// The decision is made, and one leader cannot be told: what it has is undecided for its readers,
/// while the others see their part.
#[test]
fn a_marker_that_does_not_come_holds_readers_back() {
    let mut told = at_work("2", &[]);
    begin_in_both(&mut told);
    let coordinator = coordinator(&told);
    let apart = |index| told.leader(told.orders(index)).filter(|led| *led != coordinator);
    let (index, dead) = [0, 1]
        .into_iter()
        .find_map(|index| Some((index, apart(index)?)))
        .expect("not all is led by the coordinator");
    act(&mut told, "p", TransactionAct::Commit);
    while state(&told) != Some(TransactionState::PrepareCommit) {
        told.run(Span::us(100));
    }
    told.crash(Node::Broker(dead)).run(secs(3));
    assert_eq!(state(&told), Some(TransactionState::PrepareCommit), "{}", told.text());
    assert!(!read(&told).contains(&(index, 0)), "{:?}", read(&told));
    let commits = |told: &Told| steps(told).contains(&"complete");
    assert!(!commits(&told));
    told.run(secs(20));
    assert!(commits(&told), "another leader has written it");
    assert_eq!(read(&told), [(0, 0), (1, 0)]);
}

/// All that brokers know of producers is in their logs: after a crash of all of them at once the
/// open transaction is still open, and a zombie still is one.
#[test]
fn a_cluster_comes_back_with_its_transactions() {
    for version in ["0", "2"] {
        let mut told = at_work(version, &[]);
        begin_in_both(&mut told);
        let brokers: Vec<Node> = told.world.brokers.keys().copied().map(Node::Broker).collect();
        for broker in &brokers {
            told.crash(*broker);
        }
        told.run(secs(1));
        for broker in brokers {
            told.start(broker);
        }
        told.run(secs(15));
        assert_eq!(state(&told), Some(TransactionState::Ongoing));
        assert_eq!(stable(&told, told.orders(0)), (0, 1), "version {version}");
        assert_eq!(read(&told), []);
        act(&mut told, "p", TransactionAct::Commit);
        told.run(secs(5));
        assert_eq!(read(&told), [(0, 0), (1, 0)], "version {version}: {}", told.text());
    }
}

/// What was written without a transaction behind an open one waits for it, too.
#[test]
fn an_open_transaction_holds_readers_back() {
    let mut told = at_work("2", &[]);
    begin_in_both(&mut told);
    let plain = kafkascope::sim::scenario::ProducerSpec {
        name: "plain".into(),
        transactional: None,
        ..told_producer(&told)
    };
    told.does(Command::AddProducer(plain)).run(secs(2));
    let client = told.client("plain");
    told.does(Command::Produce { client, key: Some(OF_0) }).run(secs(1));
    let partition = told.orders(0);
    assert_eq!((stable(&told, partition), read(&told)), ((0, 2), vec![]));
    act(&mut told, "p", TransactionAct::Abort);
    told.run(secs(1));
    assert_eq!((stable(&told, partition), read(&told)), ((3, 3), vec![(0, 1)]));
}

/// Acknowledged is not promised: a record counts with its transaction. Who reads only what is
/// committed misses nothing of one that was aborted.
#[test]
fn what_is_aborted_is_no_promise() {
    let mut told = at_work("2", &[]);
    for (name, isolation) in [("strict", "read_committed"), ("careless", "read_uncommitted")] {
        let reads = [("isolation.level", isolation), ("auto.offset.reset", "earliest")];
        let spec = kafkascope::sim::scenario::ConsumerSpec {
            group: name.into(),
            ..crate::cluster::consumer(name, &reads)
        };
        told.does(Command::AddConsumer(spec));
    }
    told.run(secs(10));
    begin_in_both(&mut told);
    act(&mut told, "p", TransactionAct::Abort);
    told.run(secs(1));
    begin_once(&mut told);
    act(&mut told, "p", TransactionAct::Commit);
    told.run(secs(10));
    let metrics = crate::ledger::books(&told);
    let sums = metrics.ledger().sums();
    assert_eq!((sums.produced, sums.acked, sums.failed, sums.aborted), (3, 3, 0, 2));
    assert_eq!((sums.lost, sums.in_doubt), (0, 0));
    for (group, processed) in [("strict", 1), ("careless", 3)] {
        let effect = metrics.ledger().effect(&told.world, group);
        assert_eq!((effect.processed, effect.missing), (processed, 0), "{group}");
    }
}

fn begin_once(told: &mut Told) {
    act(told, "p", TransactionAct::Begin);
    let client = told.client("p");
    told.does(Command::Produce { client, key: Some(OF_0) }).run(ms(100));
}

/// What waits in the producer when its transaction is aborted is thrown away: that is no failure.
#[test]
fn what_is_thrown_away_unsent_has_not_failed() {
    let mut told = at_work("2", &[("linger.ms", "5000")]);
    begin_once(&mut told);
    act(&mut told, "p", TransactionAct::Abort);
    told.run(secs(1));
    assert_eq!(failures(&told, "p"), [ErrorCode::None]);
    let sums = crate::ledger::books(&told).ledger().sums();
    assert_eq!((sums.produced, sums.acked, sums.failed, sums.aborted), (1, 0, 0, 1));
    assert_eq!(sums.in_doubt, 0);
}

/// As `p` is.
fn told_producer(told: &Told) -> kafkascope::sim::scenario::ProducerSpec {
    kafkascope::sim::scenario::ProducerSpec {
        name: "p".into(),
        topic: "orders".into(),
        workload: kafkascope::sim::scenario::Workload {
            rate: 0,
            keys: 0,
            bytes: 100,
            ..Default::default()
        },
        config: [("linger.ms".to_owned(), "0".to_owned())].into_iter().collect(),
        start: told.world.now,
        transactional: Some("tx".into()),
        transaction: Transacting { records: 0, time: Span::ZERO, aborts: 0 },
    }
}

/// A second instance of an application is started while the first, which is taken for dead, is in
/// the middle of a transaction.
#[test]
fn a_zombie_is_fenced() {
    let mut told = at_work("2", &[]);
    begin_in_both(&mut told);
    let second =
        kafkascope::sim::scenario::ProducerSpec { name: "second".into(), ..told_producer(&told) };
    told.does(Command::AddProducer(second)).run(secs(2));
    act(&mut told, "second", TransactionAct::Begin);
    let client = told.client("second");
    told.does(Command::Produce { client, key: Some(OF_0) }).run(ms(100));
    let zombie = told.client("p");
    told.does(Command::Produce { client: zombie, key: Some(OF_0) }).run(secs(1));
    act(&mut told, "second", TransactionAct::Commit);
    told.run(secs(2));
    assert_eq!(read(&told), [(0, 2)], "{}", told.text());
    let why = failures(&told, "p");
    assert!(why.contains(&ErrorCode::InvalidProducerEpoch), "{why:?}");
    assert_eq!(failures(&told, "second"), []);
}

#[test]
fn a_transaction_that_takes_too_long_is_aborted() {
    for version in ["0", "2"] {
        let mut told = at_work(version, &[("transaction.timeout.ms", "2000")]);
        begin_in_both(&mut told);
        told.run(secs(13));
        assert_eq!(stable(&told, told.orders(0)), (2, 2), "version {version}");
        act(&mut told, "p", TransactionAct::Commit);
        told.run(secs(2));
        assert_eq!(failures(&told, "p"), [ErrorCode::ProducerFenced]);
        assert_eq!(read(&told), []);
    }
}

/// The point of no return is a record: the coordinator dies with it written and nobody told.
#[test]
fn a_coordinator_dies_between_its_decision_and_the_markers() {
    for version in ["0", "2"] {
        let mut told = at_work(version, &[]);
        begin_in_both(&mut told);
        let old = coordinator(&told);
        let others: Vec<Node> = told.world.brokers.keys().copied().map(Node::Broker).collect();
        act(&mut told, "p", TransactionAct::Commit);
        while state(&told) != Some(TransactionState::PrepareCommit) {
            told.run(Span::us(100));
        }
        // Markers are on their way, or about to be: none arrives.
        for other in others.iter().filter(|it| **it != Node::Broker(old)) {
            told.does(Command::CutLink(Node::Broker(old), *other));
        }
        told.crash(Node::Broker(old)).run(secs(20));
        assert_ne!(coordinator(&told), old);
        assert_eq!(state(&told), Some(TransactionState::CompleteCommit));
        assert_eq!(read(&told), [(0, 0), (1, 0)], "version {version}");
    }
}

#[test]
fn a_leader_dies_with_an_open_transaction() {
    let mut told = at_work("2", &[]);
    begin_in_both(&mut told);
    let led = told.leader(told.orders(0)).expect("it is led");
    told.crash(Node::Broker(led)).run(secs(15));
    assert_eq!(stable(&told, told.orders(0)), (0, 1), "its successor knows what is open");
    act(&mut told, "p", TransactionAct::Commit);
    told.run(secs(3));
    assert_eq!(read(&told), [(0, 0), (1, 0)], "{}", told.text());
}
