//! Stories about producing: acks, admission, batching, partitioning.

use expect_test::{Expect, expect};
use kafkascope::sim::client::Client;
use kafkascope::sim::command::ConfigTarget;
use kafkascope::sim::id::{ClientId, Key};
use kafkascope::sim::scenario::Workload;
use kafkascope::sim::{Command, Event, Node};

use crate::cluster::{Told, ms, secs, story};

fn check(told: &Told, expected: Expect) {
    expected.assert_eq(&told.text());
}

const NOW: (&str, &str) = ("linger.ms", "0");

/// The first record waits 4 ms for its connection. acks=0: told before anything has left the
/// machine.
#[test]
fn acks_0_is_told_at_once() {
    let mut told = story().producer("app", &[("acks", "0"), NOW]).boot();
    told.produce("app").run(ms(8));
    check(
        &told,
        expect![[r#"
            +0.000000 admin     ·           Produce { client: ClientId(1), key: None }
            +0.000000 app       ·           send #0 no key to orders-0
            +0.004000 app       → b3        Produce orders-0×1 acks=0
            +0.004000 app       ·           acked orders-0×1, offset unknown
            +0.006000 b3        ·           orders-0 append [0..1)
            +0.006000 b3        → b1        Fetch: orders-0[0..1) hw=0
            +0.006000 b3        → b2        Fetch: orders-0[0..1) hw=0
            +0.007000 b1        ·           orders-0 append [0..1)
            +0.007000 b1        → b3        Fetch orders-0@1
            +0.007000 b2        ·           orders-0 append [0..1)
            +0.007000 b2        → b3        Fetch orders-0@1
            +0.008000 b3        ·           orders-0 HW 0 → 1
        "#]],
    );
}

/// acks=1: the leader has it, nobody else does.
#[test]
fn acks_1_waits_for_the_leader() {
    let mut told = story().producer("app", &[("acks", "1"), NOW]).boot();
    told.produce("app").run(ms(9));
    check(
        &told,
        expect![[r#"
            +0.000000 admin     ·           Produce { client: ClientId(1), key: None }
            +0.000000 app       ·           send #0 no key to orders-0
            +0.004000 app       → b3        Produce orders-0×1 acks=1
            +0.006000 b3        ·           orders-0 append [0..1)
            +0.006000 b3        → b1        Fetch: orders-0[0..1) hw=0
            +0.006000 b3        → b2        Fetch: orders-0[0..1) hw=0
            +0.006000 b3        → app       Produce: orders-0@0 ok
            +0.007000 b1        ·           orders-0 append [0..1)
            +0.007000 b1        → b3        Fetch orders-0@1
            +0.007000 b2        ·           orders-0 append [0..1)
            +0.007000 b2        → b3        Fetch orders-0@1
            +0.008000 app       ·           acked orders-0[0..1)
            +0.008000 b3        ·           orders-0 HW 0 → 1
        "#]],
    );
}

/// acks=all: every member of the ISR has asked for what comes after it.
#[test]
fn acks_all_waits_for_the_isr() {
    let mut told = story().producer("app", &[("acks", "all"), NOW]).boot();
    told.produce("app").run(ms(11));
    check(
        &told,
        expect![[r#"
            +0.000000 admin     ·           Produce { client: ClientId(1), key: None }
            +0.000000 app       ·           send #0 no key to orders-0
            +0.004000 app       → b3        Produce orders-0×1 acks=all
            +0.006000 b3        ·           orders-0 append [0..1)
            +0.006000 b3        → b1        Fetch: orders-0[0..1) hw=0
            +0.006000 b3        → b2        Fetch: orders-0[0..1) hw=0
            +0.007000 b1        ·           orders-0 append [0..1)
            +0.007000 b1        → b3        Fetch orders-0@1
            +0.007000 b2        ·           orders-0 append [0..1)
            +0.007000 b2        → b3        Fetch orders-0@1
            +0.008000 b3        ·           orders-0 HW 0 → 1
            +0.008000 b3        → app       Produce: orders-0@0 ok
            +0.010000 app       ·           acked orders-0[0..1)
        "#]],
    );
}

/// Under min.insync.replicas the leader does not even append for acks=all, and for acks=1 it does;
/// but the high watermark stands still, so nobody can read it (misconceptions 7 and 8).
#[test]
fn min_insync_replicas_is_a_gate_and_a_brake() {
    let mut told = story()
        .topic_config("min.insync.replicas", "2")
        .producer("safe", &[("acks", "all"), ("retries", "0"), NOW])
        .producer("fast", &[("acks", "1"), NOW])
        .boot();
    let orders = told.orders(0);
    let leader = told.leader(orders).expect("it has a leader");
    for follower in told.replicas(orders).into_iter().filter(|id| *id != leader) {
        told.crash(Node::Broker(follower));
    }
    told.run(secs(12)).begin();
    told.produce("safe").produce("fast").run(ms(10));
    check(
        &told,
        expect![[r#"
        +0.000000 admin     ·           Produce { client: ClientId(1), key: None }
        +0.000000 safe      ·           send #0 no key to orders-0
        +0.000000 safe      → b3        Produce orders-0×1 acks=all
        +0.000000 admin     ·           Produce { client: ClientId(2), key: None }
        +0.000000 fast      ·           send #0 no key to orders-0
        +0.000000 fast      → b3        Produce orders-0×1 acks=1
        +0.002000 b3        → safe      Produce: orders-0 NOT_ENOUGH_REPLICAS
        +0.002000 b3        ·           orders-0 append [0..1)
        +0.002000 b3        → fast      Produce: orders-0@0 ok
        +0.004000 safe      ·           orders-0×1 failed: NOT_ENOUGH_REPLICAS
        +0.004000 fast      ·           acked orders-0[0..1)
    "#]],
    );
    assert_eq!(told.high_watermark(leader, orders), 0);
    assert_eq!(told.log_end(leader, orders), 1);
}

/// The ISR shrinks between append and commit: the producer gives up, and yet the record is in the
/// log and becomes readable when the followers are back (misconception 9).
#[test]
fn a_failed_produce_may_be_in_the_log() {
    let mut told = story()
        .topic_config("min.insync.replicas", "2")
        .producer(
            "app",
            &[
                ("acks", "all"),
                ("retries", "0"),
                ("request.timeout.ms", "3000"),
                ("delivery.timeout.ms", "20000"),
                NOW,
            ],
        )
        .boot();
    let orders = told.orders(0);
    let leader = told.leader(orders).expect("it has a leader");
    let followers: Vec<_> =
        told.replicas(orders).into_iter().filter(|id| *id != leader).map(Node::Broker).collect();
    // The in-flight fetches must not carry it away: the followers are cut off, then it is produced.
    for follower in &followers {
        told.crash(*follower);
    }
    told.begin().produce("app").run(secs(4));
    expect![[r#"
        +0.006000 b3        ·           orders-0 append [0..1)
        +3.004000 app       ·           orders-0×1 failed: REQUEST_TIMED_OUT
    "#]]
    .assert_eq(&told.text_of(|e| {
        matches!(e, Event::Appended { .. } | Event::ProduceFailed { .. } | Event::Acked { .. })
    }));
    for follower in &followers {
        told.start(*follower);
    }
    told.run(secs(30));
    assert_eq!(told.high_watermark(leader, orders), 1, "the failed record is committed now");
}

/// linger.ms: the batch waits for company, then leaves with all of it.
#[test]
fn linger_collects_a_batch() {
    let mut told = story().producer("app", &[("linger.ms", "20")]).boot();
    told.produce("app").run(ms(8)).produce("app").run(ms(8)).produce("app").run(ms(20));
    expect![[r#"
        +0.000000 app       ·           send #0 no key to orders-0
        +0.008000 app       ·           send #1 no key to orders-0
        +0.016000 app       ·           send #2 no key to orders-0
        +0.024000 app       → b3        Produce orders-0×3 acks=all
        +0.026000 b3        ·           orders-0 append [0..3)
        +0.026000 b3        → b1        Fetch: orders-0[0..3) hw=0
        +0.026000 b3        → b2        Fetch: orders-0[0..3) hw=0
        +0.027000 b1        → b3        Fetch orders-0@3
        +0.027000 b2        → b3        Fetch orders-0@3
        +0.028000 b3        → app       Produce: orders-0@0 ok
    "#]]
    .assert_eq(&told.text_of(|e| {
        matches!(
            e,
            Event::Produced { .. } | Event::Sent(_) | Event::Appended { as_leader: true, .. }
        )
    }));
}

/// batch.size: a full batch does not wait for linger.ms.
#[test]
fn a_full_batch_leaves_early() {
    let mut told = story().producer("app", &[("linger.ms", "1000"), ("batch.size", "250")]).boot();
    told.produce("app").run(ms(2)).produce("app").run(ms(2)).produce("app").run(ms(10));
    expect![[r#"
        +0.000000 app       ·           send #0 no key to orders-0
        +0.002000 app       ·           send #1 no key to orders-0
        +0.004000 app       ·           send #2 no key to orders-0
        +0.006000 app       → b3        Produce orders-0×1 acks=all
        +0.006000 app       → b3        Produce orders-0×1 acks=all
        +0.008000 b3        ·           orders-0 append [0..1)
        +0.008000 b3        → b1        Fetch: orders-0[0..1) hw=0
        +0.008000 b3        → b2        Fetch: orders-0[0..1) hw=0
        +0.009000 b1        → b3        Fetch orders-0@1
        +0.009000 b2        → b3        Fetch orders-0@1
        +0.010000 b3        → app       Produce: orders-0@0 ok
        +0.010000 b3        ·           orders-0 append [1..2)
        +0.010000 b3        → b1        Fetch: orders-0[1..2) hw=1
        +0.010000 b3        → b2        Fetch: orders-0[1..2) hw=1
        +0.011000 b1        → b3        Fetch orders-0@2
        +0.011000 b2        → b3        Fetch orders-0@2
        +0.012000 b3        → app       Produce: orders-0@1 ok
    "#]]
    .assert_eq(&told.text_of(|e| {
        matches!(
            e,
            Event::Produced { .. } | Event::Sent(_) | Event::Appended { as_leader: true, .. }
        )
    }));
}

/// A key always goes to its partition, by murmur2; no key sticks to one partition for a batch.
#[test]
fn keys_have_their_partition_and_the_keyless_stick() {
    let mut told = story().partitions(3).producer("app", &[NOW]).boot();
    let client = told.client("app");
    for key in [0, 1, 2, 0, 1, 2] {
        told.does(Command::Produce { client, key: Some(Key(key)) });
    }
    for _ in 0..4 {
        told.does(Command::Produce { client, key: None });
    }
    told.run(ms(20));
    expect![[r#"
        +0.000000 app       ·           send #0 k0 to orders-2
        +0.000000 app       ·           send #1 k1 to orders-2
        +0.000000 app       ·           send #2 k2 to orders-0
        +0.000000 app       ·           send #3 k0 to orders-2
        +0.000000 app       ·           send #4 k1 to orders-2
        +0.000000 app       ·           send #5 k2 to orders-0
        +0.000000 app       ·           send #6 no key to orders-2
        +0.000000 app       ·           send #7 no key to orders-2
        +0.000000 app       ·           send #8 no key to orders-2
        +0.000000 app       ·           send #9 no key to orders-2
    "#]]
    .assert_eq(&told.text_of(|e| matches!(e, Event::Produced { .. })));
}

/// The keyless switch partitions when about batch.size has been produced to one (KIP-794).
#[test]
fn the_keyless_switch_after_a_batch() {
    let workload = Workload { rate: 500, keys: 0, bytes: 100, ..Workload::default() };
    let config = [("batch.size", "1000"), ("linger.ms", "5")];
    let mut told = story().partitions(3).busy_producer("app", workload, &config).boot();
    told.run(secs(2));
    let mut visits: Vec<u32> = Vec::new();
    for stamped in told.events() {
        if let Event::Produced { partition, .. } = stamped.event {
            visits.push(partition.index);
        }
    }
    let switches = visits.windows(2).filter(|pair| pair[0] != pair[1]).count();
    let share = |index| visits.iter().filter(|p| **p == index).count() * 100 / visits.len();
    assert!(switches > 20, "it never stays for good: {switches} switches");
    assert!(switches < visits.len() / 3, "it sticks for a batch: {switches} switches");
    assert!((0..3).all(|index| share(index) > 20), "{} {} {}", share(0), share(1), share(2));
}

/// A batch that is larger than max.message.bytes is refused for good.
#[test]
fn a_record_that_is_too_large_fails_at_once() {
    let mut told = story().topic_config("max.message.bytes", "120").producer("app", &[NOW]).boot();
    told.produce("app").run(ms(10));
    expect![[r#"
        +0.008000 app       ·           orders-0×1 failed: MESSAGE_TOO_LARGE
    "#]]
    .assert_eq(
        &told.text_of(|e| matches!(e, Event::ProduceFailed { .. } | Event::ProduceRetried { .. })),
    );
}

/// A config is changed while running: the next record obeys it.
#[test]
fn acks_can_change_while_running() {
    let mut told = story().producer("app", &[("acks", "all"), NOW]).boot();
    let client = told.client("app");
    told.set(ConfigTarget::Client(client), "acks", "1").begin();
    told.produce("app").run(ms(9));
    expect![[r#"
        +0.006000 b3        ·           orders-0 append [0..1)
        +0.007000 b1        ·           orders-0 append [0..1)
        +0.007000 b2        ·           orders-0 append [0..1)
        +0.008000 app       ·           acked orders-0[0..1)
    "#]]
    .assert_eq(&told.text_of(|e| matches!(e, Event::Acked { .. } | Event::Appended { .. })));
}

/// Brokers hand out producer ids from blocks of a thousand that the controller gives them; after a
/// restart an application has another id.
#[test]
fn producer_ids_come_in_blocks() {
    let mut told = story().producer("p1", &[]).producer("p2", &[]).producer("p3", &[]).boot();
    let mut ids = producer_ids(&told);
    assert!(ids.iter().all(Option::is_some), "{ids:?}");
    for client in [1, 2, 3].map(|id| Node::Client(ClientId(id))) {
        told.crash(client).run(secs(1)).start(client).run(secs(2));
    }
    ids.extend(producer_ids(&told));
    let blocks = told.world.metadata().next_producer_id.0 / 1000;
    let mut ids: Vec<i64> = ids.into_iter().flatten().collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 6, "nobody has the id of another, or of a former life: {ids:?}");
    assert!((1..=3).contains(&blocks), "each broker has one block at most: {blocks}");
    assert!(ids.iter().all(|id| id % 1000 < 6 && id / 1000 < blocks), "{ids:?}");
}

fn producer_ids(told: &Told) -> Vec<Option<i64>> {
    let id = |client: &Client| match client {
        Client::Producer(producer) => Some(producer.sequences()?.producer()?.id.0),
        Client::Consumer(_) | Client::Processor(_) => None,
    };
    told.world.clients.values().map(id).collect()
}
