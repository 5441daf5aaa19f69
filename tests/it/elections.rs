//! Stories about leaders: crashes, controlled shutdown, and who comes next.

use expect_test::expect;
use kafkascope::sim::command::ConfigTarget;
use kafkascope::sim::id::BrokerId;
use kafkascope::sim::scenario::TopicSpec;
use kafkascope::sim::{Command, Event, Node};

use crate::cluster::{facts, ms, secs, story};

const NOW: (&str, &str) = ("linger.ms", "0");

fn changes(event: &Event) -> bool {
    facts(event) && !matches!(event, Event::HighWatermarkMoved { .. } | Event::Produced { .. })
}

/// The leader is killed: after broker.session.timeout.ms the controller fences it and the first
/// live replica of the ISR leads; the producer finds it. With acks=all nothing is lost.
#[test]
fn a_crashed_leader_is_replaced_from_the_isr() {
    let mut told = story().producer("app", &[NOW]).boot();
    let orders = told.orders(0);
    let leader = Node::Broker(told.replicas(orders)[0]);
    told.produce("app").run(secs(1)).begin();
    told.crash(leader).run(ms(100)).produce("app").run(secs(12));
    expect![[r#"
        +0.000000 admin     ·           Crash(Broker(BrokerId(3)))
        +0.000000 b3        ·           crashed
        +0.100000 admin     ·           Produce { client: ClientId(1), key: None }
        +8.129001 ctrl      ·           orders-0 ISR shrinks to {1,2}
        +8.129001 ctrl      ·           orders-0 leader b1, epoch 1
        +8.129001 ctrl      ·           b3 fenced
        +8.130001 b1        ·           orders-0 leads from 1, epoch 1
        +8.130001 b2        ·           orders-0 follows b1, epoch 1
        +8.580202 b1        ·           orders-0 append [1..2)
        +8.581202 b2        ·           orders-0 append [1..2)
        +8.584202 app       ·           acked orders-0[1..2)
    "#]]
    .assert_eq(&told.text_of(changes));
    told.begin().start(leader).run(secs(5));
    expect![[r#"
        +0.000000 admin     ·           Start(Broker(BrokerId(3)))
        +0.000000 b3        ·           started
        +0.001000 ctrl      ·           b3 registered, broker epoch 12
        +0.016000 b3        ·           orders-0 follows b1, epoch 1
        +0.018000 b3        ·           orders-0 append [1..2)
        +0.027000 ctrl      ·           b3 unfenced
        +0.522000 ctrl      ·           orders-0 ISR grows to {1,2,3}
    "#]]
    .assert_eq(&told.text_of(changes));
}

/// A controlled shutdown moves the leadership before the process ends.
#[test]
fn a_controlled_shutdown_hands_over_first() {
    let mut told = story().producer("app", &[NOW]).boot();
    let orders = told.orders(0);
    let leader = Node::Broker(told.replicas(orders)[0]);
    told.does(Command::Stop(leader)).run(secs(5));
    expect![[r#"
        +0.000000 admin     ·           Stop(Broker(BrokerId(3)))
        +0.001000 ctrl      ·           orders-0 ISR shrinks to {1,2}
        +0.001000 ctrl      ·           orders-0 leader b1, epoch 1
        +0.002000 b1        ·           orders-0 leads from 0, epoch 1
        +0.002000 b2        ·           orders-0 follows b1, epoch 1
        +0.002000 b3        ·           orders-0 follows b1, epoch 1
        +0.157000 ctrl      ·           b3 fenced
        +0.158000 b3        ·           stopped
    "#]]
    .assert_eq(&told.text_of(changes));
}

/// A broker that restarts at once has to wait until the session of its former life has expired.
#[test]
fn a_fast_restart_waits_for_its_old_session() {
    let mut told = story().boot();
    let orders = told.orders(0);
    let leader = Node::Broker(told.replicas(orders)[0]);
    told.crash(leader).run(ms(500)).start(leader).run(secs(20));
    expect![[r#"
        +0.000000 admin     ·           Crash(Broker(BrokerId(3)))
        +0.000000 b3        ·           crashed
        +0.500000 admin     ·           Start(Broker(BrokerId(3)))
        +0.500000 b3        ·           started
        +7.127001 ctrl      ·           orders-0 ISR shrinks to {1,2}
        +7.127001 ctrl      ·           orders-0 leader b1, epoch 1
        +7.127001 ctrl      ·           b3 fenced
        +7.128001 b1        ·           orders-0 leads from 0, epoch 1
        +7.128001 b2        ·           orders-0 follows b1, epoch 1
        +7.461535 ctrl      ·           b3 registered, broker epoch 11
        +7.476535 b3        ·           orders-0 follows b1, epoch 1
        +7.487535 ctrl      ·           b3 unfenced
        +7.980535 ctrl      ·           orders-0 ISR grows to {1,2,3}
    "#]]
    .assert_eq(&told.text_of(changes));
}

/// Without ELR the last replica standing keeps its place in the ISR: without it there is no leader.
#[test]
fn without_its_isr_a_partition_waits() {
    let elr = "eligible.leader.replicas.version";
    let mut told = story().cluster_config(elr, "0").producer("app", &[NOW]).boot();
    let orders = told.orders(0);
    let replicas = told.replicas(orders);
    for (pause, id) in [(0, replicas[1]), (12, replicas[2]), (12, replicas[0])] {
        told.run(secs(pause)).crash(Node::Broker(id));
    }
    told.run(secs(12)).begin();
    told.start(Node::Broker(replicas[1])).run(secs(5));
    assert_eq!(told.leader(orders), None, "only the last one of the ISR may lead");
    assert_eq!(told.isr(orders), [replicas[0].0]);
    told.start(Node::Broker(replicas[0])).run(secs(5));
    assert_eq!(told.leader(orders), Some(replicas[0]));
}

/// Who leaves an ISR that is below min.insync.replicas stays eligible: nothing can be committed
/// without it. After a stop in good order it may lead from an empty ISR, and nothing is lost.
#[test]
fn an_eligible_replica_leads_from_an_empty_isr() {
    let mut told = story().topic_config("min.insync.replicas", "2").producer("app", &[NOW]).boot();
    let orders = told.orders(0);
    let replicas = told.replicas(orders);
    told.produce("app").run(secs(1)).begin();
    for id in [replicas[2], replicas[1], replicas[0]] {
        told.does(Command::Stop(Node::Broker(id))).run(secs(5));
    }
    expect![[r#"
        +0.000000 admin     ·           Stop(Broker(BrokerId(2)))
        +0.001000 ctrl      ·           orders-0 ISR shrinks to {3,1}
        +0.001000 ctrl      ·           b2 fenced
        +0.002000 b2        ·           stopped
        +5.000000 admin     ·           Stop(Broker(BrokerId(1)))
        +5.001000 ctrl      ·           orders-0 ISR shrinks to {3}
        +5.001000 ctrl      ·           orders-0 ELR {1}
        +5.001000 ctrl      ·           b1 fenced
        +5.002000 b1        ·           stopped
        +10.000000 admin     ·           Stop(Broker(BrokerId(3)))
        +10.001000 ctrl      ·           orders-0 ISR shrinks to {}
        +10.001000 ctrl      ·           orders-0 ELR {1,3}
        +10.001000 ctrl      ·           orders-0 no leader, epoch 1
        +10.002000 b3        ·           orders-0 follows nobody, epoch 1
        +10.053000 ctrl      ·           b3 fenced
        +10.054000 b3        ·           stopped
    "#]]
    .assert_eq(&told.text_of(changes));
    told.begin().start(Node::Broker(replicas[1])).run(secs(5));
    expect![[r#"
        +0.000000 admin     ·           Start(Broker(BrokerId(1)))
        +0.000000 b1        ·           started
        +0.001000 ctrl      ·           b1 registered, broker epoch 18
        +0.016000 b1        ·           orders-0 follows nobody, epoch 1
        +0.027000 ctrl      ·           b1 unfenced
        +0.027000 ctrl      ·           orders-0 ISR grows to {1}
        +0.027000 ctrl      ·           orders-0 ELR {3}
        +0.027000 ctrl      ·           orders-0 leader b1, epoch 2
        +0.028000 b1        ·           orders-0 leads from 1, epoch 2
    "#]]
    .assert_eq(&told.text_of(changes));
    assert_eq!(told.log_end(replicas[1], orders), 1);
}

/// Who comes back from a crash may have lost something: it is no longer eligible. When nobody is,
/// the last one who led may lead again, and the election counts as unclean.
#[test]
fn after_crashes_the_last_known_leader_leads_again() {
    let mut told = story().topic_config("min.insync.replicas", "2").boot();
    let orders = told.orders(0);
    let replicas = told.replicas(orders);
    for id in [replicas[2], replicas[1], replicas[0]] {
        told.crash(Node::Broker(id)).run(secs(12));
    }
    told.begin();
    for id in [replicas[2], replicas[1], replicas[0]] {
        told.start(Node::Broker(id)).run(secs(5));
    }
    expect![[r#"
        +0.000000 admin     ·           Start(Broker(BrokerId(2)))
        +0.000000 b2        ·           started
        +0.001000 ctrl      ·           b2 registered, broker epoch 16
        +0.016000 b2        ·           orders-0 follows nobody, epoch 1
        +0.027000 ctrl      ·           b2 unfenced
        +5.000000 admin     ·           Start(Broker(BrokerId(1)))
        +5.000000 b1        ·           started
        +5.001000 ctrl      ·           orders-0 ELR {3}
        +5.001000 ctrl      ·           b1 registered, broker epoch 19
        +5.016000 b1        ·           orders-0 follows nobody, epoch 1
        +5.027000 ctrl      ·           b1 unfenced
        +10.000000 admin     ·           Start(Broker(BrokerId(3)))
        +10.000000 b3        ·           started
        +10.001000 ctrl      ·           orders-0 ELR {}
        +10.001000 ctrl      ·           b3 registered, broker epoch 22
        +10.016000 b3        ·           orders-0 follows nobody, epoch 1
        +10.027000 ctrl      ·           b3 unfenced
        +10.027000 ctrl      ·           orders-0 ISR grows to {3}
        +10.027000 ctrl      ·           orders-0 leader b3, epoch 2, unclean
        +10.028000 b2        ·           orders-0 follows b3, epoch 2
        +10.028000 b1        ·           orders-0 follows b3, epoch 2
        +10.028000 b3        ·           orders-0 leads from 0, epoch 2
        +10.030000 ctrl      ·           orders-0 ISR grows to {3,2}
        +10.532000 ctrl      ·           orders-0 ISR grows to {3,2,1}
    "#]]
    .assert_eq(&told.text_of(changes));
    assert_eq!(told.leader(orders), Some(replicas[0]));
}

/// A smaller min.insync.replicas makes an ISR large enough again: nobody else is eligible then.
#[test]
fn another_minimum_makes_another_elr() {
    let mut told = story().topic_config("min.insync.replicas", "3").boot();
    let orders = told.orders(0);
    let behind = told.replicas(orders)[2];
    told.begin().crash(Node::Broker(behind)).run(secs(12));
    told.does(Command::SetConfig {
        target: ConfigTarget::Topic("orders".into()),
        name: "min.insync.replicas".into(),
        value: "2".into(),
    });
    told.run(secs(1));
    expect![[r#"
        +0.000000 admin     ·           Crash(Broker(BrokerId(2)))
        +0.000000 b2        ·           crashed
        +7.127001 ctrl      ·           orders-0 ISR shrinks to {3,1}
        +7.127001 ctrl      ·           orders-0 ELR {2}
        +7.127001 ctrl      ·           b2 fenced
        +12.000000 admin     ·           SetConfig { target: Topic("orders"), name: "min.insync.replicas", value: "2" }
        +12.001000 ctrl      ·           config min.insync.replicas=2
        +12.001000 ctrl      ·           orders-0 ELR {}
    "#]].assert_eq(&told.text_of(changes));
}

/// With unclean.leader.election.enable somebody leads at once, and what only the others had is
/// lost.
#[test]
fn an_unclean_election_loses_what_was_committed() {
    let mut told = story()
        .topic_config("unclean.leader.election.enable", "true")
        .producer("app", &[NOW])
        .boot();
    let orders = told.orders(0);
    let replicas = told.replicas(orders);
    let behind = Node::Broker(replicas[1]);
    told.crash(behind).run(secs(12)).produce("app").run(secs(1));
    told.crash(Node::Broker(replicas[0])).crash(Node::Broker(replicas[2])).run(secs(12)).begin();
    told.start(behind).run(secs(5));
    expect![[r#"
        +0.000000 admin     ·           Start(Broker(BrokerId(1)))
        +0.000000 b1        ·           started
        +0.001000 ctrl      ·           b1 registered, broker epoch 17
        +0.016000 b1        ·           orders-0 follows nobody, epoch 1
        +0.027000 ctrl      ·           b1 unfenced
        +0.027000 ctrl      ·           orders-0 ISR grows to {1}
        +0.027000 ctrl      ·           orders-0 ELR {}
        +0.027000 ctrl      ·           orders-0 leader b1, epoch 2, unclean
        +0.028000 b1        ·           orders-0 leads from 0, epoch 2
    "#]]
    .assert_eq(&told.text_of(changes));
    assert_eq!(told.leader(orders), Some(replicas[1]));
    assert_eq!(told.log_end(replicas[1], orders), 0);
}

/// Unclean elections that are allowed when it is too late already happen within
/// unclean.leader.election.interval.ms.
#[test]
fn an_unclean_election_may_be_allowed_later() {
    let mut told = story()
        .cluster_config("eligible.leader.replicas.version", "0")
        .cluster_config("unclean.leader.election.interval.ms", "60000")
        .boot();
    let orders = told.orders(0);
    let replicas = told.replicas(orders);
    for id in [replicas[1], replicas[2], replicas[0]] {
        told.crash(Node::Broker(id)).run(secs(12));
    }
    told.start(Node::Broker(replicas[1])).run(secs(5));
    told.does(Command::SetConfig {
        target: ConfigTarget::Topic("orders".into()),
        name: "unclean.leader.election.enable".into(),
        value: "true".into(),
    });
    told.run(secs(2));
    assert_eq!(told.leader(orders), None);
    told.run(secs(60));
    assert_eq!(told.leader(orders), Some(replicas[1]));
}

/// A topic created while running is placed by Kafka's algorithm over the live brokers.
#[test]
fn a_new_topic_is_spread_over_the_brokers() {
    let mut told = story().boot();
    let spec = TopicSpec {
        name: "payments".into(),
        partitions: Some(6),
        replication_factor: Some(2),
        assignment: Vec::new(),
        config: Default::default(),
    };
    told.does(Command::CreateTopic(spec)).run(secs(1));
    let (_, topic) = told.world.metadata().topic_named("payments").expect("it was created");
    let mut leads = [0; 4];
    for state in &topic.partitions {
        assert_eq!(state.replicas.len(), 2);
        assert_ne!(state.replicas[0], state.replicas[1]);
        let BrokerId(leader) = state.leader.expect("all brokers are up");
        leads[leader as usize] += 1;
    }
    assert_eq!(leads, [0, 2, 2, 2]);
}
