//! Stories about quotas: who moves more bytes than allowed waits, and nobody else does.

use expect_test::{Expect, expect};
use kafkascope::locale::{Lang, Words};
use kafkascope::sim::command::Quantity;
use kafkascope::sim::id::{BrokerId, ClientId, Key};
use kafkascope::sim::scenario::{Workload, limits};
use kafkascope::sim::wire::{Body, ElectionType, QuotaType, Response};
use kafkascope::sim::{Command, Event, Node, Refusal, Span, Time};

use crate::cluster::{Told, consumer, ms, secs, story};

const NOW: (&str, &str) = ("linger.ms", "0");
const ACKS_1: &[(&str, &str)] = &[("acks", "1"), NOW];

fn check(told: &Told, expected: Expect) {
    expected.assert_eq(&told.text());
}

/// Only what the client and its broker say and do.
fn talk(told: &Told, expected: Expect) {
    let of_clients = |event: &Event| match event {
        Event::Sent(envelope) => envelope.from.client().or(envelope.to.client()).is_some(),
        Event::Appended { as_leader, .. } => *as_leader,
        Event::Throttled { .. } | Event::Acked { .. } | Event::Produced { .. } => true,
        _ => false,
    };
    expected.assert_eq(&told.text_of(of_clients));
}

fn quota(told: &Told, client: &str, produce: Option<u64>, fetch: Option<u64>) -> Command {
    let client = Some(told.client(client));
    Command::SetClientQuota { client, producer_byte_rate: produce, consumer_byte_rate: fetch }
}

fn by_default(produce: Option<u64>, fetch: Option<u64>) -> Command {
    let (producer_byte_rate, consumer_byte_rate) = (produce, fetch);
    Command::SetClientQuota { client: None, producer_byte_rate, consumer_byte_rate }
}

/// Every throttle so far: when after the beginning, by which broker, of whom, for how long.
fn throttles(told: &Told) -> Vec<(Span, Node, ClientId, Span)> {
    let from = told.events().next().map_or(Time::ZERO, |first| first.at);
    let each = told.events().filter_map(|it| match it.event {
        Event::Throttled { client, time, .. } => Some((it.at.since(from), it.node, client, time)),
        _ => None,
    });
    each.collect()
}

/// A quota is a record of the metadata log; brokers know it when they have read that.
#[test]
fn a_quota_goes_through_the_metadata_log() {
    let mut told = story().producer("app", ACKS_1).boot();
    let set = quota(&told, "app", Some(1000), None);
    told.does(set.clone()).run(secs(1));
    check(
        &told,
        expect![[r#"
        +0.000000 admin     ·           SetClientQuota { client: Some(ClientId(1)), producer_byte_rate: Some(1000), consumer_byte_rate: None }
        +0.001000 ctrl      ·           quota of app: producer_byte_rate=1000
    "#]],
    );
    let app = told.client("app");
    for broker in told.world.brokers.values() {
        let known = &broker.disk.image.client_quotas;
        assert_eq!(known.limit(app, QuotaType::Produce), Some(1000), "broker {}", broker.id);
        assert_eq!(known.limit(app, QuotaType::Fetch), None);
    }
    // What is so already is not written again.
    let end = told.world.metadata().next_offset;
    told.does(set).run(ms(50));
    assert_eq!(told.world.metadata().next_offset, end);
    let lift = quota(&told, "app", None, None);
    told.does(lift).run(secs(1));
    let image = &told.world.brokers[&BrokerId(1)].disk.image;
    assert_eq!(image.client_quotas.limit(app, QuotaType::Produce), None);
}

/// All that ten seconds allow may be sent in one moment. The request that goes beyond is appended
/// and answered like any other; only then the producer sends nothing until its time is up
/// (KIP-219).
#[test]
fn a_producer_beyond_its_quota_waits_after_the_answer() {
    let mut told = story().producer("app", ACKS_1).boot();
    told.produce("app").run(secs(1));
    let set = quota(&told, "app", Some(100), None);
    told.does(set).run(secs(1)).begin();
    for _ in 0..6 {
        told.produce("app").run(ms(10));
    }
    told.run(secs(4));
    talk(
        &told,
        expect![[r#"
        +0.000000 app       ·           send #1 no key to orders-0
        +0.000000 app       → b3        Produce orders-0×1 acks=1
        +0.002000 b3        ·           orders-0 append [1..2)
        +0.002000 b3        → app       Produce: orders-0@1 ok
        +0.004000 app       ·           acked orders-0[1..2)
        +0.010000 app       ·           send #2 no key to orders-0
        +0.010000 app       → b3        Produce orders-0×1 acks=1
        +0.012000 b3        ·           orders-0 append [2..3)
        +0.012000 b3        → app       Produce: orders-0@2 ok
        +0.014000 app       ·           acked orders-0[2..3)
        +0.020000 app       ·           send #3 no key to orders-0
        +0.020000 app       → b3        Produce orders-0×1 acks=1
        +0.022000 b3        ·           orders-0 append [3..4)
        +0.022000 b3        → app       Produce: orders-0@3 ok
        +0.024000 app       ·           acked orders-0[3..4)
        +0.030000 app       ·           send #4 no key to orders-0
        +0.030000 app       → b3        Produce orders-0×1 acks=1
        +0.032000 b3        ·           orders-0 append [4..5)
        +0.032000 b3        → app       Produce: orders-0@4 ok
        +0.034000 app       ·           acked orders-0[4..5)
        +0.040000 app       ·           send #5 no key to orders-0
        +0.040000 app       → b3        Produce orders-0×1 acks=1
        +0.042000 b3        ·           orders-0 append [5..6)
        +0.042000 b3        ·           app exceeds producer_byte_rate, throttled 2260ms
        +0.042000 b3        → app       Produce: orders-0@5 ok throttled 2260 ms
        +0.044000 app       ·           acked orders-0[5..6)
        +0.050000 app       ·           send #6 no key to orders-0
        +2.304000 app       → b3        Produce orders-0×1 acks=1
        +2.306000 b3        ·           orders-0 append [6..7)
        +2.306000 b3        ·           app exceeds producer_byte_rate, throttled 4456ms
        +2.306000 b3        → app       Produce: orders-0@6 ok throttled 4456 ms
        +2.308000 app       ·           acked orders-0[6..7)
    "#]],
    );
}

/// With acks=0 nobody tells the producer: it goes on, and what it sends is not read.
#[test]
fn with_acks_0_only_the_broker_waits() {
    let mut told = story().producer("app", &[("acks", "0"), NOW]).boot();
    told.produce("app").run(secs(1));
    let set = quota(&told, "app", Some(100), None);
    told.does(set).run(secs(1)).begin();
    for _ in 0..6 {
        told.produce("app").run(ms(10));
    }
    let leader = told.leader(told.orders(0)).expect("it has a leader");
    let live = told.world.brokers[&leader].live.as_ref().expect("it runs");
    let app = told.client("app");
    let until: Vec<ClientId> = live.throttled().map(|(client, _)| client).collect();
    assert_eq!(until, [app]);
    assert_eq!(told.world.clients[&app].throttled(), []);
    told.run(secs(4));
    talk(
        &told,
        expect![[r#"
        +0.000000 app       ·           send #1 no key to orders-0
        +0.000000 app       → b3        Produce orders-0×1 acks=0
        +0.000000 app       ·           acked orders-0×1, offset unknown
        +0.002000 b3        ·           orders-0 append [1..2)
        +0.010000 app       ·           send #2 no key to orders-0
        +0.010000 app       → b3        Produce orders-0×1 acks=0
        +0.010000 app       ·           acked orders-0×1, offset unknown
        +0.012000 b3        ·           orders-0 append [2..3)
        +0.020000 app       ·           send #3 no key to orders-0
        +0.020000 app       → b3        Produce orders-0×1 acks=0
        +0.020000 app       ·           acked orders-0×1, offset unknown
        +0.022000 b3        ·           orders-0 append [3..4)
        +0.030000 app       ·           send #4 no key to orders-0
        +0.030000 app       → b3        Produce orders-0×1 acks=0
        +0.030000 app       ·           acked orders-0×1, offset unknown
        +0.032000 b3        ·           orders-0 append [4..5)
        +0.040000 app       ·           send #5 no key to orders-0
        +0.040000 app       → b3        Produce orders-0×1 acks=0
        +0.040000 app       ·           acked orders-0×1, offset unknown
        +0.042000 b3        ·           orders-0 append [5..6)
        +0.042000 b3        ·           app exceeds producer_byte_rate, throttled 2260ms
        +0.050000 app       ·           send #6 no key to orders-0
        +0.050000 app       → b3        Produce orders-0×1 acks=0
        +0.050000 app       ·           acked orders-0×1, offset unknown
        +2.302000 b3        ·           orders-0 append [6..7)
        +2.302000 b3        ·           app exceeds producer_byte_rate, throttled 4460ms
    "#]],
    );
}

/// With acks=all the request counts when it is answered, not when it is appended.
#[test]
fn with_acks_all_the_answer_counts() {
    let mut told = story().producer("app", &[("acks", "all"), NOW]).boot();
    told.produce("app").run(secs(1));
    let set = quota(&told, "app", Some(10), None);
    told.does(set).run(secs(1)).begin();
    told.produce("app").run(ms(20));
    talk(
        &told,
        expect![[r#"
        +0.000000 app       ·           send #1 no key to orders-0
        +0.000000 app       → b3        Produce orders-0×1 acks=all
        +0.002000 b3        ·           orders-0 append [1..2)
        +0.004000 b3        ·           app exceeds producer_byte_rate, throttled 14600ms
        +0.004000 b3        → app       Produce: orders-0@1 ok throttled 14600 ms
        +0.006000 app       ·           acked orders-0[1..2)
    "#]],
    );
}

/// A consumer beyond its quota gets an empty answer and asks again when its time is up. What it did
/// not get does not count.
#[test]
fn a_consumer_beyond_its_quota_gets_nothing() {
    let config = [("auto.offset.reset", "earliest"), ("enable.auto.commit", "false")];
    let busy = Workload { rate: 10, keys: 0, bytes: 1000, tombstones: 0 };
    let mut told = story()
        .busy_producer("app", busy, ACKS_1)
        .consumer("C1", &config)
        .run_to(Time::ZERO + secs(8));
    let set = quota(&told, "C1", None, Some(5000));
    told.does(set).run(secs(8)).begin();
    told.run(secs(10));
    let app = told.client("app");
    let client = told.client("C1");
    let throttles = throttles(&told);
    assert!(throttles.iter().all(|(_, _, who, _)| *who == client && *who != app));
    // At about half of what is produced, it falls behind.
    let got: u64 = told
        .events()
        .filter_map(|it| match &it.event {
            Event::Arrived(envelope) if envelope.to == Node::Client(client) => Some(envelope),
            _ => None,
        })
        .map(|envelope| u64::from(envelope.bytes))
        .sum();
    assert!((30_000..=60_000).contains(&got), "{got} bytes in ten seconds at 5000 a second");
    let first = told.events().find(|it| matches!(it.event, Event::Throttled { .. }));
    assert!(first.is_some());
    let empty = told.events().filter(|it| match &it.event {
        Event::Sent(envelope) => match &*envelope.body {
            Body::Response(Response::Fetch(fetch)) if fetch.throttle_time_ms > 0 => {
                assert!(fetch.partitions.is_empty(), "a throttled answer carries nothing");
                true
            }
            _ => false,
        },
        _ => false,
    });
    assert_eq!(empty.count(), throttles.len());
}

/// Followers fetch as much as ever: replication has quotas of its own.
#[test]
fn followers_are_not_throttled() {
    let busy = Workload { rate: 50, keys: 0, bytes: 1000, tombstones: 0 };
    let mut told = story().busy_producer("app", busy, ACKS_1).boot();
    told.begin().does(by_default(None, Some(1))).run(secs(15));
    assert_eq!(throttles(&told), []);
    assert_eq!(told.isr(told.orders(0)), [1, 2, 3]);
}

/// The default holds for everybody but those who have a quota of their own.
#[test]
fn a_quota_of_ones_own_counts_before_the_default() {
    let busy = Workload { rate: 10, keys: 0, bytes: 1000, tombstones: 0 };
    let told = story().busy_producer("rich", busy, ACKS_1).busy_producer("poor", busy, ACKS_1);
    let told = &mut told.boot();
    told.does(by_default(Some(1000), None));
    let own = quota(told, "rich", Some(1_000_000), None);
    told.does(own).run(secs(1)).begin();
    told.run(secs(10));
    let poor = told.client("poor");
    assert!(throttles(told).iter().all(|(_, _, client, _)| *client == poor));
    assert!(!throttles(told).is_empty());
}

/// Each broker counts for itself: what was too much for one is nothing to another.
#[test]
fn each_broker_counts_for_itself() {
    let mut told = story().partitions(3).producer("app", ACKS_1).boot();
    let client = told.client("app");
    let with_key = |key| Command::Produce { client, key: Some(Key(key)) };
    // It talks to all three of them.
    for key in 0..12 {
        told.does(with_key(key)).run(ms(100));
    }
    told.does(by_default(Some(200), None)).run(secs(1)).begin();
    for _ in 0..20 {
        told.does(with_key(0)).run(ms(10));
    }
    let broker = throttles(&told).first().map(|(_, broker, ..)| *broker);
    let silent: Vec<BrokerId> = told.world.clients[&client]
        .throttled()
        .into_iter()
        .filter(|(_, until)| *until > told.world.now)
        .map(|(broker, _)| broker)
        .collect();
    assert_eq!(silent.len(), 1, "{silent:?}");
    assert_eq!(broker, Some(Node::Broker(silent[0])));
}

/// Who has much to catch up with gets as much at once as ten seconds of the quota allow, and not
/// more, since that would be too much for ever.
#[test]
fn a_backlog_comes_in_portions_that_the_quota_allows() {
    let busy = Workload { rate: 50, keys: 0, bytes: 1000, tombstones: 0 };
    let mut told = story().busy_producer("app", busy, ACKS_1).boot();
    told.run(secs(8));
    let client = told.client("app");
    told.does(Command::SetWorkload { client, workload: Workload { rate: 0, ..busy } });
    told.does(by_default(None, Some(5000))).run(secs(1)).begin();
    let config = [("auto.offset.reset", "earliest"), ("enable.auto.commit", "false")];
    told.does(Command::AddConsumer(consumer("C1", &config))).run(secs(60));
    let reader = Node::Client(told.client("C1"));
    let got = told.events().filter_map(|it| match &it.event {
        Event::Arrived(envelope) if envelope.to == reader => Some(envelope.bytes),
        _ => None,
    });
    let got: Vec<u32> = got.filter(|bytes| *bytes > 1000).collect();
    assert!(got.iter().all(|bytes| *bytes <= 50_000), "{got:?}");
    let sum: u32 = got.iter().sum();
    assert!((150_000..=350_000).contains(&sum), "{sum} bytes in a minute at 5000 a second");
}

/// One batch that is larger than ten seconds of the quota can never be read: each time the answer
/// would be too much, so it is empty, and the next one is the same.
#[test]
fn a_batch_beyond_the_whole_window_is_never_read() {
    let config = [("auto.offset.reset", "earliest"), ("enable.auto.commit", "false")];
    let one = Workload { rate: 0, keys: 0, bytes: 20_000, tombstones: 0 };
    let mut told = story()
        .busy_producer("app", one, ACKS_1)
        .consumer("C1", &config)
        .run_to(Time::ZERO + secs(8));
    let set = quota(&told, "C1", None, Some(1000));
    told.does(set).run(secs(30)).begin();
    told.produce("app").run(secs(60));
    let waits: Vec<Span> = throttles(&told).into_iter().map(|(_, _, _, time)| time).collect();
    assert!(waits.len() > 4, "{waits:?}");
    assert!(!told.events().any(|it| matches!(it.event, Event::Processed { .. })));
}

/// A broker that starts anew knows the quotas from the metadata, and has forgotten who moved what.
#[test]
fn a_restart_forgets_the_bytes_but_not_the_quota() {
    let mut told = story().producer("app", ACKS_1).boot();
    told.does(by_default(Some(100), None)).run(secs(1));
    let leader = Node::Broker(told.leader(told.orders(0)).expect("it has a leader"));
    for _ in 0..4 {
        told.produce("app").run(ms(10));
    }
    told.begin();
    told.does(Command::Stop(leader)).run(secs(5));
    told.start(leader).run(secs(10));
    assert_eq!(throttles(&told), []);
    let (topic, election) = ("orders".into(), ElectionType::Preferred);
    told.does(Command::ElectLeaders { topic, election }).run(secs(1));
    assert_eq!(told.leader(told.orders(0)).map(Node::Broker), Some(leader));
    for _ in 0..5 {
        told.produce("app").run(ms(10));
    }
    assert_eq!(throttles(&told).len(), 1);
}

/// How people write it in a file, and read of it.
#[test]
fn quotas_are_written_and_told() {
    let producer = "[[topic]]\nname = 'orders'\n[[producer]]\nname = 'app'\ntopic = 'orders'";
    let text = format!("{producer}\n[[command]]\nat = '5s'\n");
    let meaning = |verb: &str| {
        let script = crate::scenario_files::read::read(&format!("{text}{verb}"));
        script.ok().map(|script| script.steps.into_iter().map(|it| it.command).collect::<Vec<_>>())
    };
    let own = Command::SetClientQuota {
        client: Some(ClientId(1)),
        producer_byte_rate: Some(1000),
        consumer_byte_rate: None,
    };
    assert_eq!(meaning("quota = 'app'\nproducer_byte_rate = 1000"), Some(vec![own]));
    let default = by_default(None, Some(20));
    assert_eq!(meaning("quota = '<default>'\nconsumer_byte_rate = 20"), Some(vec![default]));
    assert_eq!(
        meaning("quota = 'app'"),
        Some(vec![Command::SetClientQuota {
            client: Some(ClientId(1)),
            producer_byte_rate: None,
            consumer_byte_rate: None,
        }])
    );
    assert_eq!(meaning("quota = 'nobody'\nconsumer_byte_rate = 20"), None);
    let mut told = story().producer("app", ACKS_1).boot();
    told.does(by_default(Some(10), None)).run(secs(1)).begin();
    told.produce("app").run(ms(20));
    let throttled = told.events().find(|it| matches!(it.event, Event::Throttled { .. }));
    let throttled = throttled.expect("ten bytes a second are not enough");
    let told_in = |lang| {
        let sentence = Words(lang).tell(throttled, &told.world).unwrap_or_default();
        sentence.replace(": ", ":\n")
    };
    expect![[r#"
        **broker 3** answers at once, but what **app** sent is more than its quota allows:
        nothing more is read from it for **14.6 s**."#]]
    .assert_eq(&told_in(Lang::En));
    expect![[r#"
        O **broker 3** responde na hora, mas o que **app** mandou passou da cota:
        nada mais é lido dele por **14,6 s**."#]]
    .assert_eq(&told_in(Lang::PtBr));
}

/// Why a wish for a quota is refused.
#[test]
fn what_cannot_be_a_quota() {
    let mut told = story().producer("app", ACKS_1).boot();
    let max = i64::try_from(limits::BYTE_RATE).expect("it is a small number");
    let beyond = |value| Refusal::OutOfBounds { what: Quantity::ByteRate, value, min: 1, max };
    assert_eq!(told.submit(by_default(Some(0), None)), Err(beyond(0)));
    let too_much = by_default(None, Some(limits::BYTE_RATE + 1));
    assert_eq!(told.submit(too_much), Err(beyond(max + 1)));
    let nobody = ClientId(77);
    let command = Command::SetClientQuota {
        client: Some(nobody),
        producer_byte_rate: Some(1),
        consumer_byte_rate: None,
    };
    assert_eq!(told.submit(command), Err(Refusal::UnknownNode(Node::Client(nobody))));
}
