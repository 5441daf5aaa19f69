//! Stories about faults of the network and of disks: what each does, and how it heals.

use expect_test::expect;
use kafkascope::sim::id::{BrokerId, ControllerId, Partition, Seq};
use kafkascope::sim::scenario::{LinkSpec, Workload};
use kafkascope::sim::wire::{Body, Request, Response};
use kafkascope::sim::{Command, Event, Node, Refusal, Span, Time};

use crate::cluster::{Told, b, facts, ms, secs, story};

const NOW: (&str, &str) = ("linger.ms", "0");

/// A producer that waits for all replicas, and the broker that leads.
fn one_producer() -> (Told, Partition, Node) {
    let told = story().producer("app", &[NOW]).boot();
    let orders = told.orders(0);
    let leader = Node::Broker(told.leader(orders).expect("it has a leader"));
    (told, orders, leader)
}

fn app(told: &Told) -> Node {
    Node::Client(told.client("app"))
}

/// What producers and the controller say, and what broke.
fn headlines(event: &Event) -> bool {
    matches!(
        event,
        Event::Acked { .. }
            | Event::ProduceRetried { .. }
            | Event::ProduceFailed { .. }
            | Event::DuplicateFound { .. }
            | Event::BrokerFenced(_)
            | Event::BrokerUnfenced(_)
            | Event::LeaderElected { .. }
            | Event::IsrShrank { .. }
            | Event::IsrGrew { .. }
            | Event::DirectionCut(_)
            | Event::DirectionHealed(_)
            | Event::DirectionSet(..)
            | Event::NetworkSplit(_)
            | Event::NetworkHealed
            | Event::ConnectionReset(_)
            | Event::DiskSlowed(_)
            | Event::DiskFilled
            | Event::DiskFreed
            | Event::StorageFailed
            | Event::Started
    )
}

/// The record arrives and is committed, but the answer does not come: the producer times out and
/// tries again. Its new connection cannot be made before both directions are open; then the leader
/// knows the batch.
#[test]
fn an_answer_behind_a_one_way_cut_makes_a_retry() {
    let (mut told, orders, leader) = one_producer();
    told.produce("app").run(secs(1)).begin();
    let to = app(&told);
    told.does(Command::CutDirection { from: leader, to }).produce("app").run(secs(1));
    assert_eq!(told.high_watermark(leader.broker().unwrap(), orders), 2, "it is committed");
    told.run(secs(50));
    told.does(Command::HealDirection { from: leader, to }).run(secs(10));
    expect![[r#"
        +0.000000 b3        ·           nothing reaches app
        +30.000000 app       ·           orders-0×1 retries: REQUEST_TIMED_OUT
        +51.000000 b3        ·           reaches app again
        +51.006000 b3        ·           orders-0 duplicate of [1..
        +51.008000 app       ·           acked orders-0[1..2)
    "#]]
    .assert_eq(&told.text_of(headlines));
    assert_eq!(told.log_end(leader.broker().unwrap(), orders), 2, "and written once");
}

/// Heartbeats that reach the controller are not enough: no answer comes, the broker hangs up, and
/// a new connection needs both directions. So the controller fences it.
#[test]
fn a_broker_that_does_not_hear_the_controller_is_fenced() {
    let (mut told, orders, leader) = one_producer();
    let from = Node::Controller(ControllerId(1));
    told.begin();
    told.does(Command::CutDirection { from, to: leader }).run(secs(30));
    assert_ne!(told.leader(orders).map(Node::Broker), Some(leader));
    told.does(Command::HealDirection { from, to: leader }).run(secs(30));
    expect![[r#"
        +0.000000 ctrl      ·           nothing reaches b3
        +9.129001 ctrl      ·           orders-0 ISR shrinks to {1,2}
        +9.129001 ctrl      ·           orders-0 leader b1, epoch 1
        +9.129001 ctrl      ·           b3 fenced
        +30.000000 ctrl      ·           reaches b3 again
        +30.001000 ctrl      ·           b3 unfenced
        +30.004000 ctrl      ·           orders-0 ISR grows to {1,2,3}
    "#]]
    .assert_eq(&told.text_of(headlines));
    assert_eq!(told.isr(orders), [1, 2, 3]);
}

/// A cut both ways may come and go by halves.
#[test]
fn directions_and_links_are_cut_and_healed_together() {
    let (mut told, ..) = one_producer();
    let (from, to) = (b(1), b(2));
    told.does(Command::CutDirection { from, to });
    assert_eq!(told.submit(Command::CutDirection { from, to }), Err(Refusal::LinkAlreadyCut));
    assert_eq!(
        told.submit(Command::HealDirection { from: to, to: from }),
        Err(Refusal::LinkNotCut)
    );
    told.does(Command::CutLink(from, to));
    assert_eq!(told.submit(Command::CutLink(to, from)), Err(Refusal::LinkAlreadyCut));
    told.does(Command::HealDirection { from, to });
    assert_eq!(told.world.network.cuts().count(), 1);
    assert!(told.world.network.cut_from(to, from).is_some());
    told.does(Command::HealLink(from, to));
    assert_eq!(told.world.network.cuts().count(), 0);
}

/// Requests arrive as ever, answers take a second more.
#[test]
fn one_direction_may_be_slow() {
    let (mut told, _, leader) = one_producer();
    told.produce("app").run(secs(1)).begin();
    let spec = LinkSpec { latency: secs(1), jitter: Span::ZERO, bandwidth: 0 };
    let to = app(&told);
    told.does(Command::SetDirection { from: leader, to, spec }).produce("app").run(secs(2));
    let flight = |answer: bool| {
        let mut arrived = told.events().filter_map(|stamped| match &stamped.event {
            Event::Arrived(it) if (it.to == to) == answer && (it.from == to) != answer => {
                let produce = matches!(
                    &*it.body,
                    Body::Request(Request::Produce(_)) | Body::Response(Response::Produce(_))
                );
                produce.then(|| it.arrives_at.since(it.sent_at))
            }
            _ => None,
        });
        arrived.next()
    };
    assert_eq!((flight(false), flight(true)), (Some(ms(2)), Some(secs(1))));
}

/// The leader is alone on an island with the producer: it is fenced, the others elect one of
/// them, and what only the old leader has was never acknowledged.
#[test]
fn islands_elect_and_come_together_again() {
    let (mut told, orders, leader) = one_producer();
    told.produce("app").run(secs(1)).begin();
    let island = vec![leader, app(&told)];
    told.does(Command::Split(island)).produce("app").run(secs(20));
    let new = told.leader(orders).expect("the others elected one");
    assert_ne!(Node::Broker(new), leader);
    assert_eq!(told.log_end(leader.broker().unwrap(), orders), 2);
    assert_eq!(told.log_end(new, orders), 1);
    told.does(Command::HealAll).run(secs(60));
    expect![[r#"
        +0.000000 admin     ·           an island of b3 app
        +8.129001 ctrl      ·           orders-0 ISR shrinks to {1,2}
        +8.129001 ctrl      ·           orders-0 leader b1, epoch 1
        +8.129001 ctrl      ·           b3 fenced
        +20.000000 admin     ·           all links healed
        +20.004000 app       ·           orders-0×1 retries: NOT_LEADER_OR_FOLLOWER
        +20.018000 app       ·           acked orders-0[1..2)
        +20.535782 ctrl      ·           b3 unfenced
        +21.021000 ctrl      ·           orders-0 ISR grows to {1,2,3}
    "#]]
    .assert_eq(&told.text_of(headlines));
    assert_eq!(told.isr(orders), [1, 2, 3]);
}

#[test]
fn an_island_needs_a_shore() {
    let (mut told, ..) = one_producer();
    let all: Vec<Node> = told.world.processes.keys().copied().collect();
    assert_eq!(told.submit(Command::Split(all)), Err(Refusal::NoIsland));
    assert_eq!(told.submit(Command::Split(Vec::new())), Err(Refusal::NoIsland));
    assert_eq!(told.submit(Command::Split(vec![b(9)])), Err(Refusal::UnknownNode(b(9))));
    assert_eq!(told.submit(Command::Split(vec![b(1); 99])), {
        let (what, most) = (kafkascope::sim::command::Quantity::Nodes, 5);
        Err(Refusal::TooMany { what, most })
    });
    assert_eq!(told.submit(Command::HealAll), Err(Refusal::NothingCut));
    told.does(Command::Split(vec![b(1)]));
    assert_eq!(told.submit(Command::Split(vec![b(1)])), Err(Refusal::LinkAlreadyCut));
    // One more island: three in all.
    told.does(Command::Split(vec![b(2)])).does(Command::HealAll);
}

fn flying(told: &Told, which: impl Fn(&Body) -> bool) -> Option<Seq> {
    told.world.wire.iter().find(|(_, it)| which(&it.body)).map(|(seq, _)| *seq)
}

fn is_produce(body: &Body) -> bool {
    matches!(body, Body::Request(Request::Produce(_)))
}

fn is_produced(body: &Body) -> bool {
    matches!(body, Body::Response(Response::Produce(_)))
}

/// The request is gone before it was read; the producer learns it at once and sends it again.
#[test]
fn a_reset_request_is_lost_and_sent_again() {
    let (mut told, orders, leader) = one_producer();
    told.produce("app").run(secs(1)).begin();
    told.produce("app").produce("app").run(ms(1));
    let first = flying(&told, is_produce).expect("it flies");
    told.does(Command::ResetConnection(first));
    assert_eq!(flying(&told, is_produce), None, "the one behind it is lost, too");
    assert_eq!(told.submit(Command::ResetConnection(first)), Err(Refusal::NotInFlight));
    told.run(secs(1));
    expect![[r#"
        +0.000000 admin     ·           Produce { client: ClientId(1), key: None }
        +0.000000 app       ·           send #1 no key to orders-0
        +0.000000 app       → b3        Produce orders-0×1 acks=all
        +0.000000 admin     ·           Produce { client: ClientId(1), key: None }
        +0.000000 app       ·           send #2 no key to orders-0
        +0.000000 app       → b3        Produce orders-0×1 acks=all
        +0.001000 admin     ·           ResetConnection(Seq(398))
        +0.001000 app       ·           connection to b3 reset
        +0.001000 app       × b3        Produce orders-0×1 acks=all (lost)
        +0.001000 app       × b3        Produce orders-0×1 acks=all (lost)
        +0.001000 b3        → app       disconnect
        +0.002000 app       ·           orders-0×1 retries: NETWORK_EXCEPTION
        +0.002000 app       ·           orders-0×1 retries: NETWORK_EXCEPTION
        +0.120796 app       → b3        Produce orders-0×1 acks=all
        +0.122796 b3        ·           orders-0 append [1..2)
        +0.122796 b3        → b1        Fetch: orders-0[1..2) hw=1
        +0.122796 b3        → b2        Fetch: orders-0[1..2) hw=1
        +0.123796 b1        ·           orders-0 append [1..2)
        +0.123796 b1        → b3        Fetch orders-0@2
        +0.123796 b2        ·           orders-0 append [1..2)
        +0.123796 b2        → b3        Fetch orders-0@2
        +0.124796 b3        ·           orders-0 HW 1 → 2
        +0.124796 b3        → app       Produce: orders-0@1 ok
        +0.126796 app       ·           acked orders-0[1..2)
        +0.126796 app       → b3        Produce orders-0×1 acks=all
        +0.128796 b3        ·           orders-0 append [2..3)
        +0.128796 b3        → b1        Fetch: orders-0[2..3) hw=2
        +0.128796 b3        → b2        Fetch: orders-0[2..3) hw=2
        +0.129796 b1        ·           orders-0 append [2..3)
        +0.129796 b1        ·           orders-0 HW 1 → 2
        +0.129796 b1        → b3        Fetch orders-0@3
        +0.129796 b2        ·           orders-0 append [2..3)
        +0.129796 b2        ·           orders-0 HW 1 → 2
        +0.129796 b2        → b3        Fetch orders-0@3
        +0.130796 b3        ·           orders-0 HW 2 → 3
        +0.130796 b3        → app       Produce: orders-0@2 ok
        +0.132796 app       ·           acked orders-0[2..3)
        +0.631796 b1        ·           orders-0 HW 2 → 3
        +0.631796 b2        ·           orders-0 HW 2 → 3
    "#]]
    .assert_eq(&told.text());
    assert_eq!(told.log_end(leader.broker().unwrap(), orders), 3);
}

/// The record is written and only the answer is lost: the leader knows the batch when it comes
/// again.
#[test]
fn a_reset_answer_makes_a_duplicate_that_is_found() {
    let (mut told, orders, leader) = one_producer();
    told.produce("app").run(secs(1)).begin();
    told.produce("app").run(ms(5));
    let answer = flying(&told, is_produced).expect("it flies");
    told.does(Command::ResetConnection(answer)).run(secs(1));
    expect![[r#"
        +0.005000 b3        ·           connection to app reset
        +0.006000 app       ·           orders-0×1 retries: NETWORK_EXCEPTION
        +0.126796 b3        ·           orders-0 duplicate of [1..
        +0.128796 app       ·           acked orders-0[1..2)
    "#]]
    .assert_eq(&told.text_of(headlines));
    assert_eq!(told.log_end(leader.broker().unwrap(), orders), 2);
}

/// What is sent on a connection whose opener has not heard of the RST finds nobody.
#[test]
fn what_is_sent_behind_a_reset_is_lost() {
    let (mut told, orders, leader) = one_producer();
    told.produce("app").run(secs(1));
    told.produce("app").run(Span::us(1_999));
    let first = flying(&told, is_produce).expect("it flies");
    told.begin();
    told.does(Command::ResetConnection(first)).produce("app").run(secs(1));
    let lost = |stamped: &&kafkascope::sim::Stamped| matches!(&stamped.event, Event::Lost(it) if is_produce(&it.body));
    assert_eq!(told.events().filter(lost).count(), 2);
    assert_eq!(told.log_end(leader.broker().unwrap(), orders), 3);
}

/// A slow disk of a follower: the controller hears its heartbeats, the leader waits for it.
#[test]
fn a_slow_disk_leaves_the_isr_while_heartbeats_go_on() {
    let workload = Workload { rate: 5, keys: 0, bytes: 100, ..Workload::default() };
    let mut told = story()
        .cluster_config("replica.lag.time.max.ms", "4000")
        .busy_producer("app", workload, &[NOW])
        .boot();
    let orders = told.orders(0);
    let follower = told.replicas(orders)[1];
    told.run(secs(2)).begin();
    told.does(Command::SlowDisk { broker: follower, delay: secs(6) }).run(secs(20));
    let fenced = told.events().any(|it| matches!(it.event, Event::BrokerFenced(_)));
    assert!(!fenced && !told.isr(orders).contains(&follower.0));
    told.does(Command::SlowDisk { broker: follower, delay: Span::ZERO }).run(secs(30));
    let notable = |event: &Event| headlines(event) && !matches!(event, Event::Acked { .. });
    expect![[r#"
        +0.000000 b1        ·           disk slowed by 6s
        +4.001000 ctrl      ·           orders-0 ISR shrinks to {3,2}
        +20.000000 b1        ·           disk slowed by 0s
        +20.004000 ctrl      ·           orders-0 ISR grows to {3,2,1}
    "#]]
    .assert_eq(&told.text_of(notable));
}

/// A slow disk of the leader: the answer waits for the write.
#[test]
fn a_slow_disk_of_the_leader_holds_back_answers() {
    let (mut told, _, leader) = one_producer();
    told.produce("app").run(secs(1)).begin();
    let broker = leader.broker().unwrap();
    told.does(Command::SlowDisk { broker, delay: ms(500) });
    told.produce("app").run(ms(10)).produce("app").run(secs(2));
    expect![[r#"
        +0.000000 b3        ·           disk slowed by 500ms
        +0.502000 b3        ·           orders-0 append [1..2)
        +0.503000 b1        ·           orders-0 append [1..2)
        +0.503000 b2        ·           orders-0 append [1..2)
        +0.506000 app       ·           acked orders-0[1..2)
        +1.002000 b3        ·           orders-0 append [2..3)
        +1.003000 b1        ·           orders-0 append [2..3)
        +1.003000 b2        ·           orders-0 append [2..3)
        +1.006000 app       ·           acked orders-0[2..3)
    "#]]
    .assert_eq(&told.text_of(|e| headlines(e) || matches!(e, Event::Appended { .. })));
}

/// A quick disk again: what waited is written at once.
#[test]
fn a_healed_disk_writes_what_waited() {
    let (mut told, orders, leader) = one_producer();
    let broker = leader.broker().unwrap();
    told.produce("app").run(secs(1));
    told.does(Command::SlowDisk { broker, delay: secs(20) });
    told.produce("app").produce("app").run(secs(1));
    assert_eq!(told.log_end(broker, orders), 1);
    told.does(Command::SlowDisk { broker, delay: Span::ZERO }).run(ms(1));
    assert_eq!(told.log_end(broker, orders), 2, "the second waits for the answer to the first");
    told.run(ms(100));
    assert_eq!(told.log_end(broker, orders), 3);
}

/// A producer gives up on five requests that a slow disk holds, and sends them on a new connection.
/// When the disk is quick again the leader reads the old connection until an answer on it fails:
/// two are written to nobody before the RST to the first is back. So three records are there twice.
#[test]
fn what_waits_on_a_closed_connection_is_read_until_an_answer_fails() {
    let config = [NOW, ("enable.idempotence", "false"), ("request.timeout.ms", "1000")];
    let mut told = story().producer("app", &config).boot();
    let orders = told.orders(0);
    let broker = told.leader(orders).expect("it has a leader");
    told.produce("app").run(secs(1)).begin();
    told.does(Command::SlowDisk { broker, delay: secs(60) });
    (0..5).for_each(|_| {
        told.produce("app");
    });
    told.run(ms(1_500)).does(Command::SlowDisk { broker, delay: Span::ZERO }).run(secs(1));
    assert_eq!(told.log_end(broker, orders), 1 + 3 + 5);
    let notable = |event: &Event| headlines(event) || matches!(event, Event::Appended { .. });
    expect![[r#"
        +0.000000 b3        ·           disk slowed by 60s
        +1.000000 app       ·           orders-0×1 retries: REQUEST_TIMED_OUT
        +1.000000 app       ·           orders-0×1 retries: REQUEST_TIMED_OUT
        +1.000000 app       ·           orders-0×1 retries: REQUEST_TIMED_OUT
        +1.000000 app       ·           orders-0×1 retries: REQUEST_TIMED_OUT
        +1.000000 app       ·           orders-0×1 retries: REQUEST_TIMED_OUT
        +1.500000 b3        ·           disk slowed by 0s
        +1.500000 b3        ·           orders-0 append [1..2)
        +1.501000 b1        ·           orders-0 append [1..2)
        +1.501000 b2        ·           orders-0 append [1..2)
        +1.502000 b3        ·           orders-0 append [2..3)
        +1.503000 b1        ·           orders-0 append [2..3)
        +1.503000 b2        ·           orders-0 append [2..3)
        +1.504000 b3        ·           orders-0 append [3..4)
        +1.504000 b3        ·           orders-0 append [4..5)
        +1.505000 b1        ·           orders-0 append [3..4)
        +1.505000 b2        ·           orders-0 append [3..4)
        +1.506000 b3        ·           orders-0 append [5..6)
        +1.507000 b1        ·           orders-0 append [4..5)
        +1.507000 b2        ·           orders-0 append [4..5)
        +1.508000 app       ·           acked orders-0[3..4)
        +1.509000 b1        ·           orders-0 append [5..6)
        +1.509000 b2        ·           orders-0 append [5..6)
        +1.510000 b3        ·           orders-0 append [6..7)
        +1.511000 b1        ·           orders-0 append [6..7)
        +1.511000 b2        ·           orders-0 append [6..7)
        +1.512000 app       ·           acked orders-0[5..6)
        +1.512000 b3        ·           orders-0 append [7..8)
        +1.513000 b1        ·           orders-0 append [7..8)
        +1.513000 b2        ·           orders-0 append [7..8)
        +1.514000 app       ·           acked orders-0[6..7)
        +1.514000 b3        ·           orders-0 append [8..9)
        +1.515000 b1        ·           orders-0 append [8..9)
        +1.515000 b2        ·           orders-0 append [8..9)
        +1.516000 app       ·           acked orders-0[7..8)
        +1.518000 app       ·           acked orders-0[8..9)
    "#]]
    .assert_eq(&told.text_of(notable));
}

/// Requests that nobody is answered have no answer that could fail: all of them are read.
#[test]
fn what_waits_unanswered_on_a_closed_connection_is_written() {
    let mut told = story().producer("app", &[NOW, ("acks", "0")]).boot();
    let orders = told.orders(0);
    let broker = told.leader(orders).expect("it has a leader");
    told.produce("app").run(secs(1));
    told.does(Command::SlowDisk { broker, delay: secs(60) });
    (0..5).for_each(|_| {
        told.produce("app");
    });
    let to = app(&told);
    told.run(secs(1)).does(Command::Crash(to)).run(secs(1));
    assert_eq!(told.log_end(broker, orders), 1);
    told.does(Command::SlowDisk { broker, delay: Span::ZERO }).run(secs(1));
    assert_eq!(told.log_end(broker, orders), 6);
}

/// The next write fails: the broker halts without an answer, and halts again at its start until
/// there is space. Others lead meanwhile, and nothing is lost.
#[test]
fn a_full_disk_halts_the_broker_until_there_is_space() {
    let (mut told, orders, leader) = one_producer();
    told.produce("app").run(secs(1)).begin();
    let broker = leader.broker().unwrap();
    told.does(Command::FillDisk(broker)).produce("app").run(secs(15));
    assert_eq!(told.submit(Command::FillDisk(broker)), Err(Refusal::DiskIsFull(broker)));
    assert_eq!(told.log_end(broker, orders), 1, "nothing was written");
    told.start(leader).run(secs(1));
    assert!(!told.world.is_up(leader), "its recovery cannot write");
    told.does(Command::FreeDisk(broker)).start(leader).run(secs(20));
    assert_eq!(told.submit(Command::FreeDisk(broker)), Err(Refusal::DiskNotFull(broker)));
    expect![[r#"
        +0.000000 b3        ·           disk full
        +0.002000 b3        ·           cannot write, halts
        +0.004000 app       ·           orders-0×1 retries: NETWORK_EXCEPTION
        +8.129001 ctrl      ·           orders-0 ISR shrinks to {1,2}
        +8.129001 ctrl      ·           orders-0 leader b1, epoch 1
        +8.129001 ctrl      ·           b3 fenced
        +8.492659 app       ·           acked orders-0[1..2)
        +15.000000 b3        ·           started
        +15.000000 b3        ·           cannot write, halts
        +16.000000 b3        ·           disk has space
        +16.000000 b3        ·           started
        +16.027000 ctrl      ·           b3 unfenced
        +16.522000 ctrl      ·           orders-0 ISR grows to {1,2,3}
    "#]]
    .assert_eq(&told.text_of(headlines));
    assert_eq!(told.isr(orders), [1, 2, 3]);
    assert_eq!(told.log_end(broker, orders), 2);
}

/// Nobody produces: the high watermark checkpoint is a write, too.
#[test]
fn a_full_disk_is_found_by_the_next_checkpoint() {
    let (mut told, ..) = one_producer();
    told.does(Command::FillDisk(BrokerId(2))).run(secs(6));
    assert!(!told.world.is_up(b(2)));
    let full = told.world.brokers[&BrokerId(2)].disk.full;
    assert!(full && told.world.processes[&b(2)].crashed);
}

/// Stopped in order on a full disk, it has no clean shutdown file.
#[test]
fn a_stop_on_a_full_disk_is_no_clean_stop() {
    let (mut told, ..) = one_producer();
    told.does(Command::FillDisk(BrokerId(2))).does(Command::Stop(b(2))).run(secs(3));
    assert!(!told.world.is_up(b(2)));
    told.start(b(2)).run(ms(100));
    assert!(!told.world.is_up(b(2)));
    told.does(Command::FreeDisk(BrokerId(2))).start(b(2)).run(secs(5));
    assert!(told.world.is_up(b(2)));
    assert!(told.events().all(|it| it.at <= told.world.now && it.at >= Time::ZERO));
}

/// Without a fault nothing of all this is told.
#[test]
fn nothing_breaks_by_itself() {
    let (mut told, ..) = one_producer();
    told.begin();
    told.produce("app").run(secs(2));
    let broke = |event: &Event| facts(event) && matches!(event, Event::StorageFailed);
    assert_eq!(told.text_of(broke), "");
}
