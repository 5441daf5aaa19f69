//! Where a replica's log parts from its leader's: what the picture hatches.

use kafkascope::scene::replica::diverges;
use kafkascope::sim::id::{BrokerId, ControllerId, Offset};
use kafkascope::sim::{Command, Event, Node, Span};

use crate::cluster::{Told, ms, secs, story};

const NOW: (&str, &str) = ("linger.ms", "0");
const ALONE: (&str, &str) = ("acks", "1");

/// Where a broker's log parts from its leader's, by caches of epochs; looked at batch by batch, too,
/// once the leader is in office.
fn parts(told: &Told, broker: BrokerId) -> Option<Offset> {
    let orders = told.orders(0);
    let found = diverges(&told.world, broker, orders);
    let state = told.world.metadata().partition(orders).expect("it exists");
    let Some(leader) = state.leader.filter(|leader| *leader != broker) else { return found };
    let log = |id: BrokerId| &told.world.brokers[&id].disk.logs[&orders];
    if log(leader).last_epoch() == Some(state.leader_epoch) {
        let has = |offset| log(leader).batch_at(offset).map(|it| (it.base_offset, it.leader_epoch));
        let own = log(broker).batches_from(0).map(|it| (it.base_offset, it.leader_epoch));
        let other = own.filter(|own| has(own.0) != Some(*own)).map(|(base, _)| base).next();
        let waits = log(broker).last_epoch() == log(leader).last_epoch();
        assert_eq!(found, other.filter(|_| !waits), "broker {broker}");
    }
    found
}

/// Lets time pass, a little at a time, and looks at every replica.
fn watched(told: &mut Told, span: Span) {
    let until = told.world.now + span;
    while told.world.now < until {
        told.run(ms(3));
        for broker in told.replicas(told.orders(0)) {
            parts(told, broker);
        }
    }
}

/// Where the last truncation of a broker cut its log.
fn cut_at(told: &Told, broker: BrokerId) -> Option<Offset> {
    let of_broker = told.events().filter(|stamped| stamped.node == Node::Broker(broker));
    let cuts = of_broker.filter_map(|stamped| match stamped.event {
        Event::Truncated { to, .. } => Some(to),
        _ => None,
    });
    cuts.last()
}

/// The leader of the time before writes on where nobody hears it: all that is beyond its
/// successor's start diverges, and that is what it cuts off when it hears of it.
#[test]
fn a_zombie_leaders_records_diverge() {
    let mut told = story().producer("app", &[ALONE, NOW]).boot();
    let [zombie, second, third] = told.replicas(told.orders(0))[..] else { panic!("three") };
    told.produce("app").run(secs(1));
    let node = Node::Broker(zombie);
    let cuts = [Node::Broker(second), Node::Broker(third), Node::Controller(ControllerId(1))];
    for other in cuts {
        told.does(Command::CutLink(node, other));
    }
    told.produce("app").run(ms(500));
    assert_eq!(parts(&told, zombie), None, "it leads: the others are behind");
    assert_eq!((parts(&told, second), parts(&told, third)), (None, None), "lag is no difference");
    watched(&mut told, secs(20));
    assert_eq!(parts(&told, zombie), Some(1));
    told.produce("app").run(secs(1));
    assert_eq!((told.log_end(zombie, told.orders(0)), parts(&told, zombie)), (3, Some(1)));
    assert_eq!((parts(&told, second), parts(&told, third)), (None, None));
    for other in cuts {
        told.does(Command::HealLink(node, other));
    }
    watched(&mut told, secs(30));
    assert_eq!((cut_at(&told, zombie), parts(&told, zombie)), (Some(1), None));
}

/// Who leads uncleanly lacks what the dead leader has; it stays on that one's disk until it is back.
#[test]
fn a_dead_leaders_records_diverge_after_an_unclean_election() {
    let mut told = story()
        .topic_config("unclean.leader.election.enable", "true")
        .producer("app", &[ALONE, NOW])
        .boot();
    let [leader, behind, third] = told.replicas(told.orders(0))[..] else { panic!("three") };
    told.produce("app").run(secs(1)).crash(Node::Broker(behind)).run(secs(12));
    told.produce("app").produce("app").run(secs(1));
    told.crash(Node::Broker(third)).crash(Node::Broker(leader));
    watched(&mut told, secs(12));
    told.start(Node::Broker(behind));
    watched(&mut told, secs(30));
    assert_eq!(told.leader(told.orders(0)), Some(behind));
    assert_eq!((parts(&told, leader), parts(&told, third)), (Some(1), Some(1)));
    // As long as the other and longer: what counts is who wrote it.
    told.produce("app").produce("app").run(secs(2));
    let ends = [leader, behind].map(|id| told.log_end(id, told.orders(0)));
    assert_eq!(ends, [3, 3]);
    assert_eq!(parts(&told, leader), Some(1), "as long, of another epoch");
    told.produce("app").run(secs(2));
    assert_eq!(parts(&told, leader), Some(1), "shorter, of another epoch");
    told.start(Node::Broker(leader)).start(Node::Broker(third));
    watched(&mut told, secs(30));
    assert_eq!((cut_at(&told, leader), parts(&told, leader)), (Some(1), None));
}

/// A follower that is cut off from its leader lags; when it fetches again it has nothing to cut.
#[test]
fn a_follower_that_lags_does_not_diverge() {
    let mut told = story().producer("app", &[ALONE, NOW]).boot();
    let [leader, follower, _] = told.replicas(told.orders(0))[..] else { panic!("three") };
    told.produce("app").run(secs(1));
    told.does(Command::CutLink(Node::Broker(leader), Node::Broker(follower)));
    told.produce("app").produce("app");
    watched(&mut told, secs(45));
    assert_eq!(told.log_end(follower, told.orders(0)), 1);
    assert_eq!(parts(&told, follower), None);
    told.does(Command::HealLink(Node::Broker(leader), Node::Broker(follower)));
    watched(&mut told, secs(10));
    assert_eq!((cut_at(&told, follower), told.log_end(follower, told.orders(0))), (None, 3));
}
