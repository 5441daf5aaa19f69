//! Histories that people tell of Kafka: how records were lost or logs diverged, and which KIP put
//! an end to it. Each has a name in [`HISTORIES`] and a test.

use kafkascope::sim::id::{BrokerId, ControllerId, Epoch, Offset};
use kafkascope::sim::wire::ErrorCode;
use kafkascope::sim::{Command, Event, Node, Partition, Span};

use crate::cluster::{Told, b, ms, secs, story};
use crate::ledger::books;

const NOW: (&str, &str) = ("linger.ms", "0");
/// Before KIP-966.
const NO_ELR: (&str, &str) = ("eligible.leader.replicas.version", "0");

/// Every history by the name under which people know it, and the test that lives through it.
const HISTORIES: [(&str, &str, &str); 20] = [
    ("KIP-101, scenario 1", "histories", "a_follower_keeps_what_it_does_not_know_to_be_committed"),
    ("KIP-101, scenario 2", "histories", "logs_do_not_diverge_after_two_hard_failures"),
    ("KIP-279, fast successive elections", "histories", "an_epoch_that_the_leader_never_had"),
    ("last replica standing", "elections", "without_its_isr_a_partition_waits"),
    ("last replica standing with ELR", "elections", "an_eligible_replica_leads_from_an_empty_isr"),
    ("acked but invisible", "produce", "min_insync_replicas_is_a_gate_and_a_brake"),
    ("error, yet written", "produce", "a_failed_produce_may_be_in_the_log"),
    ("zombie leader, fenced", "histories", "a_zombie_leader_commits_nothing"),
    ("zombie leader, acks=1", "ledger", "what_a_deposed_leader_acknowledges_is_lost"),
    ("beyond the end", "histories", "a_consumer_finds_itself_beyond_the_end"),
    ("loss with acks=1", "ledger", "with_acks_1_exactly_the_acked_tail_is_lost"),
    ("loss with acks=all", "histories", "acks_all_of_an_isr_of_one_is_one_copy"),
    ("quorum lost and back", "quorum", "without_a_majority_metadata_stands_still_and_data_flows"),
    ("zombie controller", "quorum", "a_zombie_controller_learns_that_it_was_replaced"),
    (
        "idempotent, yet twice",
        "histories",
        "what_an_idempotent_producer_gives_up_may_cost_a_duplicate",
    ),
    ("six in flight", "histories", "a_leader_knows_five_batches_of_a_producer"),
    (
        "auto-commit ahead of the work",
        "delivery",
        "auto_commit_with_an_asynchronous_handler_and_a_crash_loses",
    ),
    ("commit, then crash", "delivery", "a_commit_before_processing_and_a_crash_loses"),
    ("processed, then crash", "delivery", "a_crash_before_the_commit_repeats_and_loses_nothing"),
    ("power loss of all", "power", "a_power_loss_of_all_replicas_loses_what_was_acknowledged"),
];

#[test]
fn every_history_has_its_test() {
    for (name, file, test) in HISTORIES {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/");
        let text = std::fs::read_to_string(format!("{folder}{file}.rs")).unwrap_or_default();
        let head = format!("#[test]\nfn {test}() {{");
        assert!(text.contains(&head), "{name}: no test {file}::{test}");
    }
}

/// First offset and epoch of each batch of a log.
type Batches = Vec<(Offset, Epoch)>;

fn batches(told: &Told, broker: BrokerId, partition: Partition) -> Batches {
    let log = &told.world.brokers[&broker].disk.logs[&partition];
    log.batches_from(0).map(|batch| (batch.base_offset, batch.leader_epoch)).collect()
}

/// KIP-101, scenario 1: a follower has a record, its leader has committed it, and the follower has
/// not heard of that yet. Whoever cuts a log to its own high watermark throws the record away, and
/// if the leader dies before it is fetched again, it is gone for good. By leader epochs it stays.
///
/// In KRaft a broker that restarts leaves the ISR, so it is not a restart that makes the follower
/// think of truncation here but a new leader.
#[test]
fn a_follower_keeps_what_it_does_not_know_to_be_committed() {
    assert_eq!(scenario_1(), (2, 0));
}

/// Where the last replica's log ends, and how much is lost.
fn scenario_1() -> (Offset, u64) {
    let mut told = story().producer("app", &[NOW]).boot();
    let orders = told.orders(0);
    let [first, second, third] = told.replicas(orders)[..] else { panic!("three replicas") };
    told.produce("app").run(secs(1)).produce("app").run(ms(10));
    assert_eq!(told.high_watermark(first, orders), 2, "committed, and the producer knows it");
    assert_eq!(told.high_watermark(third, orders), 1, "the follower does not");
    // The leader hands over; the next one dies before anything was fetched from it.
    let heard = Span::us(2_500);
    told.does(Command::Stop(Node::Broker(first))).run(heard).crash(Node::Broker(second));
    told.run(secs(15));
    assert_eq!(told.leader(orders), Some(third));
    (told.log_end(third, orders), books(&told).ledger().sums().lost)
}

/// KIP-101, scenario 2: two replicas fail hard, and the one that lacks the last record (its machine
/// lost its power) leads again first. It writes another record at that offset. By its high
/// watermark the other one would keep its own, and the logs would differ for good.
#[test]
fn logs_do_not_diverge_after_two_hard_failures() {
    let (one, other) = scenario_2();
    assert_eq!(one.len(), 2);
    assert_eq!(one, other);
}

/// The logs of both.
fn scenario_2() -> (Batches, Batches) {
    let mut story = story().cluster_config(NO_ELR.0, NO_ELR.1).producer("app", &[NOW]);
    story.scenario.topics[0].replication_factor = Some(2);
    let mut told = story.boot();
    let orders = told.orders(0);
    let [leader, follower] = told.replicas(orders)[..] else { panic!("two replicas") };
    // The first is on all disks, the second in all memories, the high watermark is written down.
    told.produce("app").run(secs(40)).produce("app").run(secs(7));
    told.crash(Node::Broker(leader)).run(secs(3)).does(Command::PowerLoss(follower));
    told.run(secs(20));
    assert_eq!((told.log_end(leader, orders), told.log_end(follower, orders)), (2, 1));
    told.start(Node::Broker(follower)).run(secs(5)).produce("app").run(secs(5));
    assert_eq!(told.leader(orders), Some(follower));
    told.start(Node::Broker(leader)).run(secs(20));
    assert_eq!(told.isr(orders).len(), 2);
    (batches(&told, leader, orders), batches(&told, follower, orders))
}

/// KIP-279: after unclean elections in quick succession a follower has an epoch of which its leader
/// has never heard. What the leader answers is of an earlier epoch, which the follower may not
/// know in turn: it steps back until both know one, and only what is the same stays.
#[test]
fn an_epoch_that_the_leader_never_had() {
    let mut story = story().cluster_config(NO_ELR.0, NO_ELR.1);
    story.scenario.topics[0].replication_factor = Some(2);
    let story = story.topic_config("unclean.leader.election.enable", "true");
    let mut told = story.producer("app", &[("acks", "1"), NOW]).boot();
    let orders = told.orders(0);
    let [one, other] = told.replicas(orders)[..] else { panic!("two replicas") };
    told.produce("app").run(secs(2));
    // Only one of them is ever up, each leads in turn, and none hears of what the other wrote.
    told.crash(Node::Broker(other)).run(secs(12)).crash(Node::Broker(one)).run(secs(12));
    for up in [one, other, one] {
        told.start(Node::Broker(up)).run(secs(12));
        assert_eq!(told.leader(orders), Some(up));
        told.produce("app").produce("app").run(secs(5));
        told.crash(Node::Broker(up)).run(secs(12));
    }
    let apart = (batches(&told, one, orders), batches(&told, other, orders));
    assert_ne!(apart.0, apart.1);
    let known = |log: &[(Offset, Epoch)]| log.iter().map(|(_, epoch)| *epoch).collect::<Vec<_>>();
    let (ones, others) = (known(&apart.0), known(&apart.1));
    assert_eq!((ones, others), (vec![0, 2, 6], vec![0, 4]));
    told.start(Node::Broker(one)).run(secs(12)).start(Node::Broker(other)).run(secs(30));
    assert_eq!(told.isr(orders).len(), 2);
    assert_eq!(batches(&told, one, orders), batches(&told, other, orders));
}

/// A leader that is cut off from everybody but its producer goes on as leader of an old epoch. With
/// acks=all it can promise nothing; when it hears of its successor it follows, and what it wrote
/// meanwhile goes.
#[test]
fn a_zombie_leader_commits_nothing() {
    let patient = ("delivery.timeout.ms", "31000");
    let mut told = story().producer("app", &[NOW, patient, ("retries", "0")]).boot();
    let orders = told.orders(0);
    let replicas = told.replicas(orders);
    told.produce("app").run(secs(1));
    let zombie = Node::Broker(replicas[0]);
    let others = replicas[1..].iter().map(|id| Node::Broker(*id));
    let cuts: Vec<Node> = others.chain([Node::Controller(ControllerId(1))]).collect();
    for other in &cuts {
        told.does(Command::CutLink(zombie, *other));
    }
    told.run(ms(200)).produce("app").run(secs(20));
    let successor = told.leader(orders).expect("somebody was elected");
    assert_ne!(Node::Broker(successor), zombie);
    let replica = |told: &Told, id: BrokerId| {
        let live = told.world.brokers[&id].live.as_ref().expect("it runs");
        let replica = &live.replicas[&orders];
        (replica.leader_epoch, replica.as_leader().is_some(), replica.high_watermark)
    };
    let (old, leads, high) = replica(&told, replicas[0]);
    assert!(leads, "it does not know better");
    assert_eq!((high, told.log_end(replicas[0], orders)), (1, 2), "written, never committed");
    assert!(replica(&told, successor).0 > old);
    told.run(secs(20));
    let sums = books(&told).ledger().sums();
    assert_eq!((sums.acked, sums.failed, sums.lost), (1, 1, 0));
    for other in &cuts {
        told.does(Command::HealLink(zombie, *other));
    }
    told.run(secs(30));
    assert!(!replica(&told, replicas[0]).1);
    assert_eq!(told.log_end(replicas[0], orders), 1, "what nobody was promised is cut off");
    assert_eq!(told.isr(orders), [1, 2, 3]);
}

/// An unclean election loses a suffix that a consumer has read: its position lies beyond the end of
/// the new leader's log (OFFSET_OUT_OF_RANGE), and auto.offset.reset decides where it goes on.
#[test]
fn a_consumer_finds_itself_beyond_the_end() {
    let mut told = story()
        .topic_config("unclean.leader.election.enable", "true")
        .producer("app", &[NOW])
        .consumer("c1", &[("auto.offset.reset", "earliest")])
        .run_to(kafkascope::sim::Time::ZERO + secs(15));
    let orders = told.orders(0);
    let [leader, behind, third] = told.replicas(orders)[..] else { panic!("three replicas") };
    told.produce("app").run(secs(1)).crash(Node::Broker(behind)).run(secs(12));
    for _ in 0..4 {
        told.produce("app").run(secs(1));
    }
    told.crash(Node::Broker(leader)).crash(Node::Broker(third)).run(secs(12)).begin();
    told.start(Node::Broker(behind)).run(secs(60));
    assert_eq!(told.leader(orders), Some(behind));
    assert_eq!(told.log_end(behind, orders), 1, "four are lost");
    assert_eq!(books(&told).ledger().sums().lost, 4);
    // Nobody coordinates the group as long as those who have its offsets are down.
    told.start(Node::Broker(leader)).run(secs(30));
    let set: Vec<(Offset, bool)> = told
        .events()
        .filter_map(|stamped| match stamped.event {
            Event::PositionSet { offset, by_reset, .. } => Some((offset, by_reset)),
            _ => None,
        })
        .collect();
    assert_eq!(set, [(0, true)], "it was at 5, and begins again at the start");
}

/// acks=all asks for everybody who is in the ISR, and an ISR may be of one: with
/// min.insync.replicas=1 a single machine without power breaks the promise.
#[test]
fn acks_all_of_an_isr_of_one_is_one_copy() {
    for (minimum, expected) in [("1", (1, 1)), ("2", (0, 0))] {
        let mut told = story()
            .topic_config("min.insync.replicas", minimum)
            .producer("app", &[NOW, ("retries", "0")])
            .boot();
        let orders = told.orders(0);
        let [leader, second, third] = told.replicas(orders)[..] else { panic!("three replicas") };
        told.crash(Node::Broker(second)).crash(Node::Broker(third)).run(secs(12));
        assert_eq!(told.isr(orders), [leader.0]);
        told.produce("app").run(secs(2)).does(Command::PowerLoss(leader)).run(secs(12));
        told.start(Node::Broker(leader)).start(b(second.0)).start(b(third.0)).run(secs(30));
        let sums = books(&told).ledger().sums();
        assert_eq!((sums.acked, sums.lost), expected, "min.insync.replicas={minimum}");
    }
}

/// What KIP-101 put an end to: followers that cut their logs to their high watermark.
#[cfg(feature = "mutants")]
mod before_kip_101 {
    use kafkascope::sim::mutant::{Mutant, set};

    #[test]
    fn a_committed_record_was_lost() {
        set(Some(Mutant::TruncatesToHighWatermark));
        let lost = super::scenario_1();
        set(None);
        assert_eq!(lost, (1, 1));
    }

    #[test]
    fn logs_diverged() {
        set(Some(Mutant::TruncatesToHighWatermark));
        let (one, other) = super::scenario_2();
        set(None);
        assert_eq!(one.len(), other.len());
        assert_ne!(one, other);
    }
}

/// Two batches are written, their answers are lost. The first is given up (delivery.timeout.ms): as
/// it has tries left, the producer takes it for not written and raises its epoch
/// (TransactionManager.handleFailedBatch). The second is sent again with the new epoch, in which
/// the leader knows nothing of it. That is why an application whose send failed should look at what
/// is in the log before it goes on (Javadoc of KafkaProducer).
#[test]
fn what_an_idempotent_producer_gives_up_may_cost_a_duplicate() {
    let short = [NOW, ("request.timeout.ms", "1000"), ("delivery.timeout.ms", "1000")];
    let mut told = story().producer("app", &short).boot();
    let orders = told.orders(0);
    let leader = told.leader(orders).expect("it has a leader");
    let (from, to) = (Node::Broker(leader), Node::Client(told.client("app")));
    told.produce("app").run(secs(1)).does(Command::CutDirection { from, to });
    told.produce("app").run(ms(600)).produce("app").run(ms(300));
    assert_eq!(told.high_watermark(leader, orders), 3, "both are committed");
    told.run(ms(200)).does(Command::HealDirection { from, to }).run(secs(5));
    let sums = books(&told).ledger().sums();
    assert_eq!((sums.acked, sums.failed, sums.duplicated), (2, 1, 1));
    let log = &told.world.brokers[&leader].disk.logs[&orders];
    let epochs = log.batches_from(0).filter_map(|batch| batch.producer).map(|it| it.producer.epoch);
    assert_eq!(epochs.collect::<Vec<_>>(), [0, 0, 0, 1]);
}

/// Five batches are written, their answers are lost, and another broker leads. The sixth goes there,
/// on a connection of its own, and is written, and its answer is lost, too: now the leader remembers
/// the last five batches of that producer (ProducerStateEntry), and the first is not among them. When
/// that is sent again it is OUT_OF_ORDER_SEQUENCE_NUMBER, the producer takes that for a gap and raises
/// its epoch (TransactionManager.canRetry), and all six are written once more.
#[test]
fn a_leader_knows_five_batches_of_a_producer() {
    let config = [NOW, ("request.timeout.ms", "5000"), ("metadata.max.age.ms", "1000")];
    let mut told = story().producer("app", &config).boot();
    let orders = told.orders(0);
    let old = told.leader(orders).expect("it has a leader");
    let (from, to) = (Node::Broker(old), Node::Client(told.client("app")));
    told.produce("app").run(secs(1)).does(Command::CutDirection { from, to });
    for _ in 0..5 {
        told.produce("app").run(ms(10));
    }
    told.does(Command::Stop(from)).run(secs(3));
    let leader = told.leader(orders).expect("another one leads");
    assert_ne!(leader, old);
    told.produce("app").run(ms(9));
    assert_eq!(told.high_watermark(leader, orders), 7, "the sixth is written");
    told.does(Command::CutDirection { from: Node::Broker(leader), to }).run(secs(6));
    told.does(Command::HealAll).run(secs(10));
    let sums = books(&told).ledger().sums();
    assert_eq!((sums.acked, sums.failed, sums.duplicated), (7, 0, 6));
    let refused = |stamped: &&kafkascope::sim::Stamped| {
        let error = ErrorCode::OutOfOrderSequenceNumber;
        matches!(&stamped.event, Event::ProduceRetried { error: it, .. } if *it == error)
    };
    assert_eq!(told.events().filter(refused).count(), 1);
}
