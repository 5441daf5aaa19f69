//! Stories about replication: the high watermark, the ISR, truncation.

use expect_test::expect;
use kafkascope::sim::wire::{Body, Request, Response};
use kafkascope::sim::{Command, Event, Node};

use crate::cluster::{Told, facts, ms, secs, story};

const NOW: (&str, &str) = ("linger.ms", "0");

/// A follower learns of a new high watermark with its next fetch: one behind, or when the long
/// poll ends (misconception 10).
#[test]
fn the_high_watermark_is_one_fetch_behind() {
    let mut told = story().producer("app", &[NOW]).boot();
    told.produce("app").run(ms(20)).produce("app").run(ms(600));
    expect![[r#"
        +0.008000 b3        ·           orders-0 HW 0 → 1
        +0.023000 b1        ·           orders-0 HW 0 → 1
        +0.023000 b2        ·           orders-0 HW 0 → 1
        +0.024000 b3        ·           orders-0 HW 1 → 2
        +0.525000 b1        ·           orders-0 HW 1 → 2
        +0.525000 b2        ·           orders-0 HW 1 → 2
    "#]]
    .assert_eq(&told.text_of(|e| matches!(e, Event::HighWatermarkMoved { .. })));
}

/// Followers fetch in sessions (KIP-227): an idle fetch names no partition and is told of none;
/// after a record only its partition is named, and told of once more when the high watermark moves.
#[test]
fn a_fetch_names_what_has_changed() {
    let mut told = story().producer("app", &[NOW]).boot();
    let orders = told.orders(0);
    let leader = Node::Broker(told.leader(orders).unwrap());
    let follower = Node::Broker(told.replicas(orders)[1]);
    told.run(secs(1)).produce("app").run(ms(1_200));
    let lines = told.log.iter().filter_map(|stamped| {
        let Event::Sent(envelope) = &stamped.event else { return None };
        let way = (envelope.from, envelope.to);
        match &*envelope.body {
            Body::Request(Request::Fetch(fetch)) if way == (follower, leader) => {
                Some(format!("fetch {} names {}", fetch.session.epoch, fetch.partitions.len()))
            }
            Body::Response(Response::Fetch(fetch)) if way == (leader, follower) => {
                Some(format!("  is told of {}", fetch.partitions.len()))
            }
            _ => None,
        }
    });
    expect![[r#"
        fetch 0 names 1
          is told of 1
        fetch 1 names 0
          is told of 0
        fetch 2 names 0
          is told of 0
        fetch 3 names 0
          is told of 0
        fetch 4 names 0
          is told of 0
        fetch 5 names 0
          is told of 1
        fetch 6 names 1
          is told of 1
        fetch 7 names 0
          is told of 0
        fetch 8 names 0"#]]
    .assert_eq(&lines.collect::<Vec<_>>().join("\n"));
}

/// A follower that is cut off from its leader stays in the ISR until replica.lag.time.max.ms has
/// passed without it having had everything; the check runs every half of that.
#[test]
fn a_lagging_follower_leaves_the_isr_and_comes_back() {
    let mut told = story().producer("app", &[("acks", "1"), NOW]).boot();
    let orders = told.orders(0);
    let replicas = told.replicas(orders);
    let (leader, lagging) = (Node::Broker(replicas[0]), Node::Broker(replicas[1]));
    told.does(Command::CutLink(leader, lagging)).produce("app").run(secs(60));
    told.does(Command::HealLink(leader, lagging)).run(secs(40));
    expect![[r#"
        +0.000000 b3        ·           link to b1 cut
        +0.006000 b3        ·           orders-0 append [0..1)
        +0.007000 b2        ·           orders-0 append [0..1)
        +43.001000 ctrl      ·           orders-0 ISR shrinks to {3,2}
        +43.002000 b3        ·           orders-0 HW 0 → 1
        +60.000000 b3        ·           link to b1 healed
        +60.002000 b1        ·           orders-0 append [0..1)
        +60.004000 ctrl      ·           orders-0 ISR grows to {3,2,1}
    "#]]
    .assert_eq(&told.text_of(|e| {
        matches!(
            e,
            Event::IsrShrank { .. }
                | Event::IsrGrew { .. }
                | Event::Appended { .. }
                | Event::LinkCut(_)
                | Event::LinkHealed(_)
                | Event::HighWatermarkMoved { as_leader: true, .. }
        )
    }));
}

/// A follower without anything to fetch does not lag, however long it is silent.
#[test]
fn silence_is_not_lag() {
    let mut told = story().producer("app", &[NOW]).boot();
    let orders = told.orders(0);
    let replicas = told.replicas(orders);
    let (leader, cut_off) = (Node::Broker(replicas[0]), Node::Broker(replicas[1]));
    told.does(Command::CutLink(leader, cut_off)).run(secs(120));
    assert_eq!(told.isr(orders), [1, 2, 3]);
}

/// An old leader that comes back throws away what the new one never had (KIP-101): with acks=1 a
/// record that was acknowledged is lost.
#[test]
fn a_former_leader_truncates_what_was_never_replicated() {
    let mut told = story().producer("app", &[("acks", "1"), NOW]).boot();
    let orders = told.orders(0);
    let replicas = told.replicas(orders);
    let leader = Node::Broker(replicas[0]);
    told.produce("app").run(secs(1));
    // Both followers freeze; their open fetches end empty; the next record reaches the leader alone.
    for follower in &replicas[1..] {
        told.does(Command::Pause(Node::Broker(*follower)));
    }
    told.run(ms(900)).begin().produce("app").run(ms(10)).crash(leader);
    for follower in &replicas[1..] {
        told.does(Command::Resume(Node::Broker(*follower)));
    }
    told.run(secs(12)).produce("app").run(secs(2)).start(leader).run(secs(15));
    expect![[r#"
        +0.000000 app       ·           send #1 no key to orders-0
        +0.002000 b3        ·           orders-0 append [1..2)
        +0.004000 app       ·           acked orders-0[1..2)
        +0.010000 b3        ·           crashed
        +0.010000 b1        ·           resumed
        +0.010000 b2        ·           resumed
        +7.229001 ctrl      ·           orders-0 ISR shrinks to {1,2}
        +7.229001 ctrl      ·           orders-0 leader b1, epoch 1
        +7.229001 ctrl      ·           b3 fenced
        +7.230001 b1        ·           orders-0 leads from 1, epoch 1
        +7.230001 b2        ·           orders-0 follows b1, epoch 1
        +12.010000 app       ·           send #2 no key to orders-0
        +12.024000 b1        ·           orders-0 append [1..2)
        +12.025000 b2        ·           orders-0 append [1..2)
        +12.026000 app       ·           acked orders-0[1..2)
        +14.010000 b3        ·           started
        +14.011000 ctrl      ·           b3 registered, broker epoch 11
        +14.026000 b3        ·           orders-0 follows b1, epoch 1
        +14.028000 b3        ·           orders-0 truncate 2 → 1
        +14.030000 b3        ·           orders-0 append [1..2)
        +14.037000 ctrl      ·           b3 unfenced
        +14.534000 ctrl      ·           orders-0 ISR grows to {1,2,3}
    "#]]
    .assert_eq(&told.text_of(|e| {
        facts(e) && !matches!(e, Event::HighWatermarkMoved { .. } | Event::Commanded(_))
    }));
}

/// A follower that has nothing but an offset, because its log began anew there, ends beyond a leader
/// that was elected uncleanly. No epoch tells where they part, so it is cut to the leader's end.
#[test]
fn a_follower_without_records_is_cut_to_its_leaders_end() {
    let unclean = ("unclean.leader.election.enable", "true");
    let story = story().topic_config(unclean.0, unclean.1).producer("app", &[NOW]);
    let mut told = story.boot();
    let orders = told.orders(0);
    let [leader, empty, behind] = told.replicas(orders)[..] else { panic!("there are three") };
    let node = Node::Broker;
    told.produce("app").run(secs(1)).crash(node(empty)).crash(node(behind)).run(secs(12));
    for _ in 0..4 {
        told.produce("app").run(ms(100));
    }
    let all = Command::DeleteRecords { topic: "orders".into(), partition: 0, offset: -1 };
    told.does(all).run(secs(1)).start(node(empty)).run(secs(10));
    let log = |told: &Told| {
        let log = &told.world.brokers[&empty].disk.logs[&orders];
        (log.start(), log.end(), log.last_epoch())
    };
    assert_eq!(log(&told), (5, 5, None), "it has an offset and nothing else");
    told.crash(node(leader)).crash(node(empty)).run(secs(12));
    told.start(node(behind)).run(secs(10)).start(node(empty)).run(secs(10));
    assert_eq!((told.leader(orders), told.log_end(behind, orders)), (Some(behind), 1));
    assert_eq!(log(&told).1, 1, "it ends where its leader does");
    told.produce("app").run(secs(2));
    assert_eq!(log(&told).1, told.log_end(behind, orders));
}
