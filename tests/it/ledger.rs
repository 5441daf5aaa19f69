//! The promise ledger on real runs: what was promised, what is gone, what is there twice.

use kafkascope::metrics::ledger::{Entry, Ledger, Sums, Told as Answer};
use kafkascope::metrics::loss::{Allowed, How};
use kafkascope::metrics::{Metrics, gauges};
use kafkascope::sim::command::ConfigTarget;
use kafkascope::sim::id::{ControllerId, RecordId};
use kafkascope::sim::scenario::Workload;
use kafkascope::sim::{Command, Event, Node, Partition, Time, World};

use crate::cluster::{Told, ms, secs, story};
use crate::swarm;

const NOW: (&str, &str) = ("linger.ms", "0");

pub fn books(told: &Told) -> Metrics {
    let mut metrics = Metrics::default();
    told.log.iter().for_each(|stamped| metrics.fold(stamped));
    metrics
}

/// How often a record stands in the log of its partition's leader, by looking.
fn copies(world: &World, partition: Partition, record: RecordId) -> Option<usize> {
    let leader = world.metadata().partition(partition)?.leader?;
    let broker = &world.brokers[&leader];
    broker.live.as_ref()?.replicas.get(&partition)?.as_leader()?;
    let log = broker.disk.logs.get(&partition)?;
    // What retention or compaction took is no loss, nor what is in remote storage only.
    if log.local_start() > 0 || log.first_dirty_offset() > 0 {
        return None;
    }
    let batches = log.batches_from(0);
    Some(batches.flat_map(|b| b.records.iter()).filter(|r| r.id == Some(record)).count())
}

/// The ledger knows from events alone what a look into the leaders' logs shows.
fn agrees_with_the_logs(world: &World, ledger: &Ledger) -> usize {
    let mut looked = 0;
    for entry in ledger.entries() {
        let Some(partition) = entry.partition else { continue };
        if let Some(copies) = copies(world, partition, entry.record) {
            assert_eq!(entry.copies(), copies, "{entry:#?}");
            looked += 1;
        }
    }
    looked
}

/// Produces to a leader whose followers are frozen, kills it, and lets a follower lead.
fn leader_dies_alone(acks: &str) -> (Told, Metrics) {
    let mut told = story().producer("app", &[("acks", acks), NOW]).boot();
    let replicas = told.replicas(told.orders(0));
    told.produce("app").run(secs(1));
    for follower in &replicas[1..] {
        told.does(Command::Pause(Node::Broker(*follower)));
    }
    told.run(ms(900));
    for _ in 0..3 {
        told.produce("app").run(ms(10));
    }
    told.crash(Node::Broker(replicas[0]));
    for follower in &replicas[1..] {
        told.does(Command::Resume(Node::Broker(*follower)));
    }
    told.run(secs(15));
    let metrics = books(&told);
    agrees_with_the_logs(&told.world, metrics.ledger());
    (told, metrics)
}

#[test]
fn with_acks_1_exactly_the_acked_tail_is_lost() {
    let (mut told, metrics) = leader_dies_alone("1");
    let sums = metrics.ledger().sums();
    let expected = Sums { produced: 4, acked: 4, lost: 3, ..Sums::default() };
    assert_eq!(sums, expected);
    let lost: Vec<u64> =
        metrics.ledger().entries().filter(|e| e.is_lost()).map(|e| e.record.number).collect();
    assert_eq!(lost, [1, 2, 3]);
    let entry = metrics.ledger().entries().find(|entry| entry.is_lost()).unwrap();
    assert_eq!(entry.allowed(Some(1)), Allowed::LeaderAlone);
    let loss = entry.loss.expect("it is known how it went");
    assert_eq!(loss.broker(), told.leader(told.orders(0)));
    assert_eq!((loss.how, loss.unclean), (How::Led { epoch: 1 }, false));
    // The old leader comes back and truncates: the same records are lost, not more.
    let old = told.replicas(told.orders(0))[0];
    told.start(Node::Broker(old)).run(secs(20));
    let metrics = books(&told);
    assert_eq!(metrics.ledger().sums(), expected);
    agrees_with_the_logs(&told.world, metrics.ledger());
}

#[test]
fn with_acks_all_nothing_is_lost() {
    let (_, metrics) = leader_dies_alone("all");
    let sums = metrics.ledger().sums();
    assert_eq!(sums, Sums { produced: 4, acked: 4, ..Sums::default() });
}

/// A leader that nobody follows any more and that does not know it: acks=1 is broken at once.
#[test]
fn what_a_deposed_leader_acknowledges_is_lost() {
    let mut told = story().producer("app", &[("acks", "1"), NOW]).boot();
    let replicas = told.replicas(told.orders(0));
    told.produce("app").run(secs(1));
    let old = Node::Broker(replicas[0]);
    let others = replicas[1..].iter().map(|id| Node::Broker(*id));
    for other in others.chain([Node::Controller(ControllerId(1))]) {
        told.does(Command::CutLink(old, other));
    }
    told.run(ms(100)).produce("app").run(ms(100));
    assert_eq!(books(&told).ledger().sums().lost, 0, "its leader still leads");
    told.run(secs(10));
    assert_eq!(books(&told).ledger().sums().lost, 1, "another leads without it");
    let ledger_before = books(&told).ledger().sums();
    told.produce("app").run(ms(100));
    let sums = books(&told).ledger().sums();
    assert_eq!((sums.acked, sums.lost), (ledger_before.acked + 1, 2));
    for other in told.world.network.cuts().map(|(pair, _)| pair).collect::<Vec<_>>() {
        told.does(Command::HealLink(other.0, other.1));
    }
    told.run(secs(40));
    let metrics = books(&told);
    assert_eq!(metrics.ledger().sums().lost, 2);
    assert!(agrees_with_the_logs(&told.world, metrics.ledger()) >= 3);
}

/// The answer is late, the batch is tried again: it stands twice in the log, unless the producer
/// is idempotent.
#[test]
fn a_retry_after_a_timeout_is_a_duplicate() {
    let told = retried_after_a_timeout("false");
    let metrics = books(&told);
    let sums = metrics.ledger().sums();
    assert_eq!((sums.produced, sums.acked, sums.lost), (2, 2, 0));
    assert_eq!((sums.duplicated, sums.in_doubt), (1, 0));
    let entry = metrics.ledger().entries().nth(1).unwrap();
    assert!(entry.copies() >= 2, "{entry:#?}");
    agrees_with_the_logs(&told.world, metrics.ledger());

    let told = retried_after_a_timeout("true");
    let metrics = books(&told);
    let sums = metrics.ledger().sums();
    assert_eq!((sums.acked, sums.lost, sums.duplicated, sums.in_doubt), (2, 0, 0, 0));
    assert!(told.log.iter().any(|stamped| matches!(stamped.event, Event::DuplicateFound { .. })));
    agrees_with_the_logs(&told.world, metrics.ledger());
}

fn retried_after_a_timeout(idempotence: &str) -> Told {
    let short = ("request.timeout.ms", "1000");
    let config = [("enable.idempotence", idempotence), ("acks", "all"), short, NOW];
    let mut told = story().producer("app", &config).boot();
    let replicas = told.replicas(told.orders(0));
    told.produce("app").run(secs(1));
    told.does(Command::Pause(Node::Broker(replicas[1]))).run(ms(900));
    told.produce("app").run(ms(500));
    let waiting = books(&told).ledger().sums();
    assert_eq!((waiting.in_doubt, waiting.acked), (1, 1), "it is written and nobody is told");
    told.run(ms(1_300)).does(Command::Resume(Node::Broker(replicas[1]))).run(secs(10));
    told
}

/// delivery.timeout.ms is over, but the record is in the log: the application was told a failure
/// that is none.
#[test]
fn a_failure_that_is_in_the_log_is_in_doubt() {
    let config = [("acks", "all"), NOW, ("request.timeout.ms", "1000"), ("retries", "0")];
    let mut told = story().producer("app", &config).boot();
    let replicas = told.replicas(told.orders(0));
    told.produce("app").run(secs(1));
    told.does(Command::Pause(Node::Broker(replicas[1]))).run(ms(900));
    told.produce("app").run(secs(3));
    let sums = books(&told).ledger().sums();
    assert_eq!((sums.failed, sums.in_doubt, sums.acked), (1, 1, 1));
}

#[test]
fn with_acks_0_a_record_that_never_arrives_is_lost() {
    let mut told = story().producer("app", &[("acks", "0"), NOW]).boot();
    let leader = Node::Broker(told.replicas(told.orders(0))[0]);
    told.produce("app").run(secs(1));
    assert_eq!(books(&told).ledger().sums().lost, 0);
    told.produce("app").crash(leader).run(ms(100));
    let metrics = books(&told);
    let entry = metrics.ledger().entries().nth(1).unwrap();
    assert_eq!((entry.told, entry.is_lost()), (Answer::Acked(-1), true), "{entry:#?}");
    assert_eq!(metrics.ledger().sums().acked, 2);
}

/// An unclean election gives up what was committed; a clean one later does not bring it back.
#[test]
fn an_unclean_election_loses_and_the_ledger_says_what() {
    let mut told = story()
        .topic_config("unclean.leader.election.enable", "true")
        .producer("app", &[NOW])
        .boot();
    let replicas = told.replicas(told.orders(0));
    let behind = Node::Broker(replicas[1]);
    told.crash(behind).run(secs(12)).produce("app").run(secs(1));
    told.crash(Node::Broker(replicas[0])).crash(Node::Broker(replicas[2])).run(secs(12));
    assert_eq!(books(&told).ledger().sums().lost, 0, "somebody still has it");
    told.start(behind).run(secs(5));
    assert_eq!(books(&told).ledger().sums().lost, 1);
    told.start(Node::Broker(replicas[0])).run(secs(20));
    let metrics = books(&told);
    assert_eq!(metrics.ledger().sums().lost, 1);
    assert_eq!(agrees_with_the_logs(&told.world, metrics.ledger()), 1);
}

/// Read and worked on, but not committed: after a crash the group works on it again.
#[test]
fn what_a_group_processes_again_is_duplicated() {
    let config = [("auto.offset.reset", "earliest"), ("session.timeout.ms", "6000")];
    let mut told =
        story().producer("app", &[NOW]).consumer("c1", &config).run_to(Time::ZERO + secs(8));
    let consumer = Node::Client(told.client("c1"));
    told.produce("app").run(secs(1));
    let once = books(&told);
    assert_eq!((once.ledger().sums().consumed, once.ledger().sums().duplicated), (1, 0));
    told.crash(consumer).run(secs(1)).start(consumer).run(secs(30));
    let metrics = books(&told);
    let sums = metrics.ledger().sums();
    assert_eq!((sums.produced, sums.consumed, sums.duplicated), (1, 2, 1));
    let entry = metrics.ledger().entries().next().unwrap();
    assert_eq!(entry.processed_by("billing"), 2);
}

/// Whatever happens: crashes, cuts, pauses, any acks.
#[test]
fn the_ledger_agrees_with_the_logs_after_every_storm() {
    let (mut looked, mut lost) = (0, 0);
    for seed in 0..40 {
        let (scenario, commands) = swarm::storm(seed);
        let mut world = World::new(&scenario).unwrap();
        let mut log = Vec::new();
        let mut metrics = Metrics::default();
        for (at, command) in commands {
            world.run_until(at, &mut log);
            let _ = world.submit(&command, &mut log);
            log.drain(..).for_each(|stamped| metrics.fold(&stamped));
            looked += agrees_with_the_logs(&world, metrics.ledger());
        }
        let sums = metrics.ledger().sums();
        assert_eq!(sums.produced, metrics.ledger().entries().count() as u64);
        lost += sums.lost;
        // Every loss has its permission in the configuration: else a promise is broken.
        for entry in metrics.ledger().entries().filter(|entry| entry.is_lost()) {
            let producer = world.clients[&entry.record.client].as_producer().unwrap();
            let allowed = entry.allowed(Some(producer.config.acks));
            assert_ne!(allowed, Allowed::Not, "seed {seed}: {entry:#?}");
        }
    }
    assert!(looked > 10_000 && lost > 0, "{looked} looked at, {lost} lost");
}

/// Memory is bounded, the sums are not touched by it.
#[test]
fn forgetting_details_keeps_the_sums() {
    let busy = Workload { rate: 200, keys: 5, bytes: 10, ..Workload::default() };
    let config = [("auto.offset.reset", "earliest")];
    let mut told = story()
        .busy_producer("p1", busy, &[("acks", "1")])
        .busy_producer("p2", busy, &[("acks", "all")])
        .consumer("c1", &config)
        .run_to(Time::ZERO + secs(20));
    told.run(secs(1));
    let all = books(&told);
    let mut few = Metrics::keeping(300);
    told.log.iter().for_each(|stamped| few.fold(stamped));
    assert_eq!(few.ledger().entries().count(), 300);
    assert!(all.ledger().entries().count() > 7_000);
    assert_eq!(few.ledger().sums(), all.ledger().sums());
    let newest = |metrics: &Metrics| -> Vec<Entry> {
        let mut entries: Vec<Entry> = metrics.ledger().entries().cloned().collect();
        entries.sort_by_key(|e| (e.produced_at, e.record));
        entries.split_off(entries.len() - 50)
    };
    assert_eq!(newest(&few), newest(&all));
}

#[test]
fn gauges_follow_what_happens() {
    let busy = Workload { rate: 50, keys: 5, bytes: 10, ..Workload::default() };
    let config = [("auto.offset.reset", "earliest")];
    let mut told = story()
        .busy_producer("app", busy, &[("acks", "all"), NOW])
        .consumer("c1", &config)
        .run_to(Time::ZERO + secs(40));
    let metrics = books(&told);
    let (now, gauges_) = (told.world.now, metrics.gauges());
    let per_second = gauges_.produced.sum(now, secs(10)) / 10;
    assert!((49..=51).contains(&per_second), "{per_second}");
    assert!((48..=52).contains(&(gauges_.consumed.sum(now, secs(10)) / 10)));
    assert!((48..=52).contains(&(gauges_.acked.sum(now, secs(10)) / 10)));
    // send() → 2 ms → leader → 1 ms → followers → 1 ms → high watermark → 2 ms → told.
    let acked = gauges_.ack_latency.percentiles().unwrap();
    assert!(acked.p50 >= ms(6) && acked.p50 < ms(10), "{acked:?}");
    let end_to_end = gauges_.end_to_end.percentiles().unwrap();
    assert!(end_to_end.p50 >= ms(6) && end_to_end.p99 < secs(1), "{end_to_end:?}");

    let lags = gauges::lags(&told.world);
    assert_eq!(lags.len(), 1);
    let lag = lags[0].records().unwrap();
    assert!(lag <= 50 * 6, "auto.commit.interval.ms is 5 s: {lag}");
    assert_eq!(&*lags[0].group, "billing");
    assert_eq!(gauges::health(&told.world).under_replicated, 0);
    let follower = told.replicas(told.orders(0))[1];
    told.crash(Node::Broker(follower)).run(secs(12));
    let health = gauges::health(&told.world);
    assert_eq!((health.partitions, health.under_replicated, health.offline), (1, 1, 0));
    assert!(told.log.iter().any(|s| matches!(s.event, Event::IsrShrank { .. })));
}

/// Two in flight and no idempotence: the first is refused and tried again, the second gets through
/// meanwhile. Both are written, in the wrong order.
#[test]
fn a_retry_that_is_overtaken_is_out_of_order() {
    let config = [("enable.idempotence", "false"), ("retry.backoff.ms", "2000"), NOW];
    let mut told = story()
        .topic_config("min.insync.replicas", "3")
        .cluster_config("broker.session.timeout.ms", "2000")
        .producer("app", &config)
        .boot();
    let orders = told.orders(0);
    let follower = told.replicas(orders)[2];
    told.crash(Node::Broker(follower)).run(secs(6));
    assert_eq!(told.isr(orders).len(), 2);
    told.produce("app").run(ms(100));
    told.set(ConfigTarget::Topic("orders".into()), "min.insync.replicas", "1").run(ms(100));
    told.produce("app").run(secs(5));
    let metrics = books(&told);
    let sums = metrics.ledger().sums();
    assert_eq!((sums.acked, sums.reordered, sums.duplicated, sums.lost), (2, 1, 0, 0));
    let late = metrics.ledger().entries().find(|entry| entry.is_reordered()).unwrap();
    assert_eq!((late.record.number, late.places[0].offset), (0, 1));
}
