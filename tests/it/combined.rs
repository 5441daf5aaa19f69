//! Stories about combined mode: controller n and broker n are one process on one machine.

use expect_test::expect;
use kafkascope::sim::id::{BrokerId, ControllerId};
use kafkascope::sim::process::Power;
use kafkascope::sim::scenario::LinkSpec;
use kafkascope::sim::{Command, Event, Node, Refusal, Span, Time, World};

use crate::cluster::{Story, Told, b, c, ms, secs, story};

fn combined() -> Story {
    story().controllers(3).combined().producer("app", &[("linger.ms", "0")])
}

fn booted() -> Told {
    let told = combined().run_to(Time::ZERO + secs(6));
    assert!(told.leader(told.orders(0)).is_some(), "the cluster is up");
    told
}

fn offices(event: &Event) -> bool {
    matches!(
        event,
        Event::ControllerActive { .. }
            | Event::Crashed
            | Event::Stopped
            | Event::Started
            | Event::PowerLost
            | Event::StorageFailed
            | Event::BrokerFenced(_)
            | Event::BrokerUnfenced(_)
            | Event::LeaderElected { .. }
    )
}

fn active(told: &Told) -> u32 {
    let found = told.world.controllers.iter().find(|(_, it)| it.is_active());
    found.map(|(id, _)| id.0).expect("one is active")
}

fn power(told: &Told, node: Node) -> Power {
    told.world.power(node)
}

/// With the process of the active controller goes a broker: the quorum elects, then the new
/// controller fences the broker. One start brings both back.
#[test]
fn a_crash_takes_controller_and_broker() {
    let mut told = booted();
    let one = active(&told);
    told.begin();
    told.crash(b(one)).run(secs(20));
    assert_eq!((power(&told, b(one)), power(&told, c(one))), (Power::Down, Power::Down));
    assert_ne!(active(&told), one);
    told.does(Command::Start(c(one))).run(secs(5));
    assert_eq!((power(&told, b(one)), power(&told, c(one))), (Power::Up, Power::Up));
    expect![[r#"
        +0.000000 ctrl2     ·           crashed
        +0.000000 b2        ·           crashed
        +2.664737 ctrl3     ·           active in epoch 3
        +11.666738 ctrl3     ·           orders-0 leader b3, epoch 1
        +11.666738 ctrl3     ·           b2 fenced
        +20.000000 ctrl2     ·           started
        +20.000000 b2        ·           started
        +20.081100 ctrl3     ·           b2 unfenced
    "#]]
    .assert_eq(&told.text_of(offices));
}

/// A controlled shutdown: the broker hands its partitions over while its own controller still
/// decides; then that one ends, too (KafkaRaftServer.shutdown).
#[test]
fn a_stop_ends_the_broker_first() {
    let mut told = booted();
    let one = active(&told);
    told.begin();
    told.does(Command::Stop(c(one))).run(secs(10));
    assert_eq!(told.submit(Command::Stop(b(one))), Err(Refusal::NotRunning(b(one))));
    expect![[r#"
        +0.002050 ctrl2     ·           orders-0 leader b3, epoch 1
        +1.557150 ctrl2     ·           b2 fenced
        +1.557200 b2        ·           stopped
        +1.563200 ctrl2     ·           stopped
        +1.566200 ctrl1     ·           active in epoch 2
    "#]]
    .assert_eq(&told.text_of(offices));
}

/// Frozen between the end of its broker and that of its controller, it is down when it thaws.
#[test]
fn a_process_that_ends_is_frozen_half_way() {
    let mut told = booted();
    let one = active(&told);
    told.does(Command::Stop(b(one)));
    while power(&told, b(one)) != Power::Down {
        told.run(ms(1));
    }
    told.does(Command::Pause(c(one))).run(secs(1));
    assert_eq!((power(&told, b(one)), power(&told, c(one))), (Power::Down, Power::Paused));
    told.does(Command::Resume(b(one))).run(secs(5));
    assert_eq!((power(&told, b(one)), power(&told, c(one))), (Power::Down, Power::Down));
}

/// Told to stop while it is frozen, it stops when it thaws: SIGTERM waits.
#[test]
fn a_frozen_process_stops_when_it_thaws() {
    let mut told = booted();
    told.does(Command::Pause(b(2))).does(Command::Stop(b(2))).run(secs(3));
    assert_eq!((power(&told, b(2)), power(&told, c(2))), (Power::Paused, Power::Paused));
    told.does(Command::Resume(b(2))).run(secs(5));
    assert_eq!((power(&told, b(2)), power(&told, c(2))), (Power::Down, Power::Down));
}

/// Frozen, slowed and run full as one.
#[test]
fn a_process_has_one_fate() {
    let mut told = booted();
    told.does(Command::Pause(b(2)));
    assert_eq!(power(&told, c(2)), Power::Paused);
    told.does(Command::Resume(c(2)));
    assert_eq!(power(&told, b(2)), Power::Up);
    told.does(Command::Slow { node: c(3), delay: ms(20) });
    told.does(Command::SlowDisk { broker: BrokerId(3), delay: ms(30) });
    for role in [b(3), c(3)] {
        let process = &told.world.processes[&role];
        assert_eq!((process.delay, process.disk_delay), (ms(20), ms(30)));
    }
    told.does(Command::PowerLoss(BrokerId(1)));
    assert_eq!(power(&told, c(1)), Power::Down);
    told.run(secs(20)).does(Command::Start(b(1))).run(secs(5));
    let leader = told.leader(told.orders(0)).expect("it has a leader");
    told.does(Command::FillDisk(leader)).produce("app").run(ms(10));
    assert_eq!(power(&told, c(leader.0)), Power::Down, "the process halts, whatever it is");
}

/// A machine has one cable to each other, for both its roles; to itself it needs none.
#[test]
fn a_machine_has_one_cable() {
    let mut told = booted();
    told.does(Command::CutLink(c(1), b(2)));
    assert_eq!(told.submit(Command::CutLink(b(1), c(2))), Err(Refusal::LinkAlreadyCut));
    assert!(told.world.network.cut_since(c(1), c(2)).is_some());
    assert_eq!(told.world.network.cut_since(c(1), b(1)), None);
    told.does(Command::HealLink(c(2), c(1)));
    assert_eq!(told.submit(Command::HealAll), Err(Refusal::NothingCut));
    assert_eq!(told.submit(Command::CutLink(c(1), b(1))), Err(Refusal::LinkToItself));
    let loopback = told.world.network.spec(b(1), c(1));
    assert!(loopback.latency < ms(1));
    let spec = LinkSpec { latency: ms(7), jitter: Span::ZERO, bandwidth: 0 };
    told.does(Command::SetLink { a: b(1), b: b(2), spec });
    assert_eq!(told.world.network.spec(c(2), b(1)), spec);
}

/// An island is made of machines: a broker alone on one takes its controller along.
#[test]
fn an_island_is_made_of_machines() {
    let mut told = booted();
    let one = active(&told);
    told.does(Command::Split(vec![b(one)])).run(secs(20));
    assert!(!told.world.controllers[&ControllerId(one)].is_active(), "it has lost its majority");
    let other = active(&told);
    assert_ne!(other, one);
    assert!(told.world.metadata().brokers[&BrokerId(one)].fenced);
    told.does(Command::HealAll).run(secs(20));
    assert_eq!(told.isr(told.orders(0)), [1, 2, 3]);
}

/// Voters are fixed: their machines stay. And every controller needs its broker.
#[test]
fn what_combined_mode_refuses() {
    let mut told = booted();
    told.crash(b(2));
    let refused = told.submit(Command::RemoveBroker(BrokerId(2)));
    assert_eq!(refused, Err(Refusal::HostsController(BrokerId(2))));
    let flaw = World::new(&combined().controllers(5).scenario).map(|_| ()).expect_err("too few");
    assert_eq!((&*flaw.place, flaw.refusal), ("cluster.combined", Refusal::NoHost(BrokerId(4))));
}
