//! Stories about replication: the high watermark, the ISR, truncation.

use expect_test::expect;
use kafkascope::sim::{Command, Event, Node};

use crate::cluster::{facts, ms, secs, story};

const NOW: (&str, &str) = ("linger.ms", "0");

/// A follower learns of a new high watermark with its next fetch: one behind, or when the long
/// poll ends (misconception 10).
#[test]
fn the_high_watermark_is_one_fetch_behind() {
    let mut told = story().producer("app", &[NOW]).boot();
    told.produce("app").run(ms(20)).produce("app").run(ms(600));
    expect![[r#""#]].assert_eq(&told.text_of(|e| matches!(e, Event::HighWatermarkMoved { .. })));
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
    expect![[r#""#]].assert_eq(&told.text_of(|e| {
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
    // Both followers freeze with their fetches answered; the next record reaches the leader alone.
    for follower in &replicas[1..] {
        told.does(Command::CutLink(leader, Node::Broker(*follower)));
    }
    told.begin().produce("app").run(ms(10)).crash(leader);
    for follower in &replicas[1..] {
        told.does(Command::HealLink(leader, Node::Broker(*follower)));
    }
    told.run(secs(12)).produce("app").run(secs(2)).start(leader).run(secs(15));
    expect![[r#""#]].assert_eq(&told.text_of(|e| {
        facts(e) && !matches!(e, Event::HighWatermarkMoved { .. } | Event::Commanded(_))
    }));
}
