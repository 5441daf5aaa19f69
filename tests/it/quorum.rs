//! Stories about the quorum of controllers: elections with pre-vote, loss of the majority, zombies.

use expect_test::expect;
use kafkascope::sim::raft::QuorumRole;
use kafkascope::sim::scenario::TopicSpec;
use kafkascope::sim::{Command, Event, Node, Time};

use crate::cluster::{Story, Told, b, c, ms, secs, story};

const NOW: (&str, &str) = ("linger.ms", "0");

fn quorum(event: &Event) -> bool {
    matches!(
        event,
        Event::QuorumRole { .. }
            | Event::ControllerActive { .. }
            | Event::Crashed
            | Event::Stopped
            | Event::Paused
            | Event::Resumed
            | Event::Started
            | Event::LinkCut(_)
            | Event::LinkHealed(_)
            | Event::AdminRefused { .. }
            | Event::TopicCreated { .. }
            | Event::LeaderElected { .. }
            | Event::BrokerFenced(_)
            | Event::Acked { .. }
    )
}

fn three() -> Story {
    story().controllers(3).producer("app", &[NOW])
}

/// Time for an election, for brokers to register and for the topic.
fn booted(story: Story) -> Told {
    let told = story.run_to(Time::ZERO + secs(6));
    assert!(told.leader(told.orders(0)).is_some(), "the cluster is up");
    told
}

fn other_than(node: Node) -> [Node; 2] {
    let mut others = (1..=3).map(c).filter(|other| *other != node);
    [others.next().unwrap(), others.next().unwrap()]
}

/// Every controller has applied the metadata log to the same end.
fn assert_controllers_agree(told: &Told) {
    let ends: Vec<i64> = told.world.controllers.values().map(|it| it.image().next_offset).collect();
    assert!(ends.iter().all(|end| *end == ends[0]), "{ends:?}");
}

fn topic(name: &str) -> Command {
    Command::CreateTopic(TopicSpec {
        name: name.into(),
        partitions: Some(1),
        replication_factor: Some(3),
        assignment: Vec::new(),
        config: Default::default(),
    })
}

/// Three controllers start knowing nobody. The first whose election timeout passes asks whether it
/// would win, asks for votes, and is active once a majority has its first record.
#[test]
fn a_new_quorum_elects_a_leader() {
    let told = three().run_to(Time::ZERO);
    let mut told = told;
    told.run(secs(3));
    expect![[r#"
        +1.396376 ctrl2     ·           Prospective in epoch 0
        +1.398376 ctrl2     ·           Candidate in epoch 1
        +1.399376 ctrl1     ·           Unattached in epoch 1
        +1.399376 ctrl3     ·           Unattached in epoch 1
        +1.400376 ctrl2     ·           Leader in epoch 1
        +1.401376 ctrl1     ·           Follower in epoch 1
        +1.401376 ctrl3     ·           Follower in epoch 1
        +1.404376 ctrl2     ·           active in epoch 1
        +1.635000 ctrl2     ·           topic orders created, 1 partitions
    "#]]
    .assert_eq(&told.text_of(|event| quorum(event) && *event != Event::Started));
}

/// The active controller is killed. The others find out when their fetch timeouts pass; meanwhile
/// producing goes on, because nobody needs a controller for that.
#[test]
fn another_controller_takes_over() {
    let mut told = booted(three());
    let first = told.active().unwrap();
    told.begin().crash(first).run(ms(100)).produce("app").run(secs(7));
    expect![[r#"
        +0.000000 ctrl2     ·           crashed
        +0.106000 app       ·           acked orders-0[0..1)
        +1.652000 ctrl1     ·           Prospective in epoch 1
        +1.652000 ctrl3     ·           Prospective in epoch 1
        +1.654000 ctrl1     ·           Candidate in epoch 2
        +1.654000 ctrl3     ·           Candidate in epoch 2
        +2.690737 ctrl3     ·           Prospective in epoch 2
        +2.692737 ctrl3     ·           Candidate in epoch 3
        +2.693737 ctrl1     ·           Unattached in epoch 3
        +2.694737 ctrl3     ·           Leader in epoch 3
        +2.695737 ctrl1     ·           Follower in epoch 3
        +2.698737 ctrl3     ·           active in epoch 3
    "#]]
    .assert_eq(&told.text_of(quorum));
    assert_ne!(told.active().unwrap(), first);
    told.begin().does(topic("audit")).run(secs(1));
    expect![[r#"
        +0.003000 ctrl3     ·           topic audit created, 1 partitions
    "#]]
    .assert_eq(&told.text_of(quorum));
    // The former leader comes back as a follower and learns what it missed.
    told.begin().start(first).run(secs(3));
    expect![[r#"
        +0.000000 ctrl2     ·           started
        +0.002000 ctrl2     ·           Follower in epoch 3
    "#]]
    .assert_eq(&told.text_of(quorum));
    assert_controllers_agree(&told);
}

/// With two of three controllers down nothing can be decided: no topic, no new leader for a broker
/// that is dead. Producing to leaders that live goes on. When a second voter is back, all that was
/// wanted happens.
#[test]
fn without_a_majority_metadata_stands_still_and_data_flows() {
    let mut told = booted(three().cluster_config("broker.session.timeout.ms", "3000"));
    let active = told.active().unwrap();
    let [second, _] = other_than(active);
    told.crash(second).crash(active).run(secs(5)).begin();
    assert_eq!(told.active(), None);
    let orders = told.orders(0);
    told.produce("app").does(topic("audit")).run(secs(2));
    let follower = told.replicas(orders)[2];
    told.crash(Node::Broker(follower)).run(secs(20));
    assert_eq!(told.isr(orders), [1, 2, 3], "nobody can change the ISR");
    expect![[r#"
        +0.006000 app       ·           acked orders-0[0..1)
        +0.817948 ctrl3     ·           Follower in epoch 1
        +2.000000 b1        ·           crashed
        +2.817948 ctrl3     ·           Prospective in epoch 1
        +4.124179 ctrl3     ·           Follower in epoch 1
        +6.124179 ctrl3     ·           Prospective in epoch 1
        +7.651575 ctrl3     ·           Follower in epoch 1
        +9.651575 ctrl3     ·           Prospective in epoch 1
        +11.262071 ctrl3     ·           Follower in epoch 1
        +13.262071 ctrl3     ·           Prospective in epoch 1
        +15.171751 ctrl3     ·           Follower in epoch 1
        +17.171751 ctrl3     ·           Prospective in epoch 1
        +18.187754 ctrl3     ·           Follower in epoch 1
        +20.187754 ctrl3     ·           Prospective in epoch 1
    "#]]
    .assert_eq(&told.text_of(quorum));
    told.begin().start(active).run(secs(10));
    expect![[r#"
        +0.000000 ctrl2     ·           started
        +0.097683 ctrl3     ·           Follower in epoch 1
        +1.662441 ctrl2     ·           Unattached in epoch 2
        +1.662441 ctrl2     ·           Prospective in epoch 2
        +1.663441 ctrl3     ·           Unattached in epoch 2
        +1.664441 ctrl2     ·           Candidate in epoch 3
        +1.665441 ctrl3     ·           Unattached in epoch 3
        +1.666441 ctrl2     ·           Leader in epoch 3
        +1.667441 ctrl3     ·           Follower in epoch 3
        +1.670441 ctrl2     ·           active in epoch 3
        +1.973000 ctrl2     ·           topic audit created, 1 partitions
        +4.672442 ctrl2     ·           b1 fenced
    "#]]
    .assert_eq(&told.text_of(quorum));
    assert!(!told.isr(orders).contains(&follower.0), "the dead broker has left the ISR");
}

/// Who asks for a topic while there is no majority is told so after a minute.
#[test]
fn a_wish_that_nobody_can_grant_times_out() {
    let mut told = booted(three());
    let active = told.active().unwrap();
    let [second, third] = other_than(active);
    told.crash(second).crash(third).run(secs(5)).begin();
    told.does(topic("audit")).run(secs(100));
    expect![[r#"
        +60.080000 admin     ·           audit refused: REQUEST_TIMED_OUT
    "#]]
    .assert_eq(&told.text_of(|event| matches!(event, Event::AdminRefused { .. })));
}

/// A controller that is cut off asks for pre-votes in vain. It never raises the epoch, so nothing
/// happens to the others when it comes back (KIP-996).
#[test]
fn an_island_of_one_does_not_disturb_the_quorum() {
    let mut told = booted(three());
    let active = told.active().unwrap();
    let epoch = told.world.active_controller().unwrap().raft().epoch();
    let [lonely, other] = other_than(active);
    told.does(Command::CutLink(lonely, active)).does(Command::CutLink(lonely, other));
    told.run(secs(20));
    let Node::Controller(id) = lonely else { unreachable!() };
    let raft = told.world.controllers[&id].raft();
    assert_eq!((raft.epoch(), raft.role().name() == QuorumRole::Leader), (epoch, false));
    told.does(Command::HealLink(lonely, active)).does(Command::HealLink(lonely, other));
    told.run(secs(5));
    assert_eq!(told.active(), Some(active));
    assert_eq!(told.world.active_controller().unwrap().raft().epoch(), epoch);
}

/// A leader on the wrong side of a cut gives up when no majority has fetched for a while (check
/// quorum); on the other side a new one is elected. What the old one decided alone never was.
#[test]
fn a_leader_without_its_majority_resigns() {
    let mut told = booted(three());
    let active = told.active().unwrap();
    let [second, third] = other_than(active);
    told.begin().does(Command::CutLink(active, second)).does(Command::CutLink(active, third));
    told.does(topic("lost")).run(secs(10));
    expect![[r#"
        +0.000000 ctrl2     ·           link to ctrl1 cut
        +0.000000 ctrl2     ·           link to ctrl3 cut
        +1.652000 ctrl1     ·           Prospective in epoch 1
        +1.652000 ctrl3     ·           Prospective in epoch 1
        +1.654000 ctrl1     ·           Candidate in epoch 2
        +1.654000 ctrl3     ·           Candidate in epoch 2
        +2.888196 ctrl1     ·           Prospective in epoch 2
        +2.890196 ctrl1     ·           Candidate in epoch 3
        +2.891196 ctrl3     ·           Unattached in epoch 3
        +2.892196 ctrl1     ·           Leader in epoch 3
        +2.893196 ctrl3     ·           Follower in epoch 3
        +2.896196 ctrl1     ·           active in epoch 3
        +3.001000 ctrl2     ·           Resigned in epoch 1
        +3.207000 ctrl1     ·           topic lost created, 1 partitions
        +4.593314 ctrl2     ·           Unattached in epoch 2
        +4.593314 ctrl2     ·           Prospective in epoch 2
        +6.523159 ctrl2     ·           Unattached in epoch 2
        +6.523159 ctrl2     ·           Prospective in epoch 2
        +8.266549 ctrl2     ·           Unattached in epoch 2
        +8.266549 ctrl2     ·           Prospective in epoch 2
        +9.553970 ctrl2     ·           Unattached in epoch 2
        +9.553970 ctrl2     ·           Prospective in epoch 2
    "#]]
    .assert_eq(&told.text_of(quorum));
    assert_ne!(told.active(), Some(active));
    told.begin().does(Command::HealLink(active, second)).does(Command::HealLink(active, third));
    told.run(secs(5));
    expect![[r#"
        +0.000000 ctrl2     ·           link to ctrl1 healed
        +0.000000 ctrl2     ·           link to ctrl3 healed
        +0.001000 ctrl2     ·           Follower in epoch 3
    "#]]
    .assert_eq(&told.text_of(quorum));
    assert_controllers_agree(&told);
}

/// A controller that is told to end hands over: its first choice stands for election at once.
#[test]
fn a_leader_that_stops_hands_over() {
    let mut told = booted(three());
    let active = told.active().unwrap();
    told.begin().does(Command::Stop(active)).run(secs(3));
    expect![[r#"
        +0.000000 ctrl2     ·           Resigned in epoch 1
        +0.001000 ctrl1     ·           Prospective in epoch 1
        +0.003000 ctrl1     ·           Candidate in epoch 2
        +0.004000 ctrl2     ·           Unattached in epoch 2
        +0.004000 ctrl3     ·           Unattached in epoch 2
        +0.005000 ctrl1     ·           Leader in epoch 2
        +0.006000 ctrl2     ·           Follower in epoch 2
        +0.006000 ctrl2     ·           stopped
        +0.006000 ctrl3     ·           Follower in epoch 2
        +0.009000 ctrl1     ·           active in epoch 2
    "#]]
    .assert_eq(&told.text_of(quorum));
}

/// A frozen controller believes that it is active when it wakes. Nobody else does, and it learns.
#[test]
fn a_zombie_controller_learns_that_it_was_replaced() {
    let mut told = booted(three());
    let active = told.active().unwrap();
    told.begin().does(Command::Pause(active)).run(secs(6));
    let next = told.active().unwrap();
    assert_ne!(next, active);
    told.does(Command::Resume(active)).run(secs(3));
    expect![[r#"
        +0.000000 ctrl2     ·           paused
        +1.652000 ctrl1     ·           Prospective in epoch 1
        +1.652000 ctrl3     ·           Prospective in epoch 1
        +1.654000 ctrl1     ·           Candidate in epoch 2
        +1.654000 ctrl3     ·           Candidate in epoch 2
        +2.888196 ctrl1     ·           Prospective in epoch 2
        +2.890196 ctrl1     ·           Candidate in epoch 3
        +2.891196 ctrl3     ·           Unattached in epoch 3
        +2.892196 ctrl1     ·           Leader in epoch 3
        +2.893196 ctrl3     ·           Follower in epoch 3
        +2.896196 ctrl1     ·           active in epoch 3
        +6.000000 ctrl2     ·           resumed
        +6.000000 ctrl2     ·           Resigned in epoch 1
        +6.000000 ctrl2     ·           Unattached in epoch 2
        +6.000000 ctrl2     ·           Unattached in epoch 3
        +6.000000 ctrl2     ·           Follower in epoch 3
    "#]]
    .assert_eq(&told.text_of(quorum));
    assert_eq!(told.active(), Some(next));
}

/// A broker that hears nothing from the controller it knows asks others who leads, and does not
/// lose its session.
#[test]
fn brokers_find_the_new_controller() {
    let mut told = booted(three());
    let active = told.active().unwrap();
    told.begin().crash(active).run(secs(20));
    let fenced = told.events().any(|it| matches!(it.event, Event::BrokerFenced(_)));
    assert!(!fenced, "every broker has found the new controller in time");
    for broker in told.world.brokers.values() {
        assert_eq!(broker.raft().leader().map(Node::Controller), told.active());
    }
    told.begin().crash(b(1)).run(secs(12));
    assert!(told.events().any(|it| matches!(it.event, Event::BrokerFenced(_))));
}
