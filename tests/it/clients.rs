//! After any storm the clients come to rest: every record has one fate, every lock is let go, the
//! group stands and has read to the end.

use std::collections::BTreeMap;

use kafkascope::sim::client::membership::MemberState;
use kafkascope::sim::client::poll::Work;
use kafkascope::sim::client::producer::Ask;
use kafkascope::sim::dice::Stream;
use kafkascope::sim::handling::{CommitMode, Handler};
use kafkascope::sim::id::{RecordId, Seq};
use kafkascope::sim::scenario::{Scenario, Workload};
use kafkascope::sim::{Command, Event, Node, Span, Stamped, Time, World};

use crate::cluster::{b, consumer, ms, secs, story};

/// Producers of each kind and a group of three.
fn scenario(seed: u64, dice: &mut Stream) -> Scenario {
    let mut pick = |choices: &[&'static str]| choices[dice.below(choices.len() as u64) as usize];
    let in_flight = pick(&["1", "5"]);
    let auto_commit = pick(&["true", "false"]);
    let acks = pick(&["1", "all"]);
    let busy = |rate, keys| Workload { rate, keys, bytes: 100, ..Workload::default() };
    let mut scenario = story()
        .partitions(4)
        .cluster_config("offsets.topic.num.partitions", "2")
        .cluster_config("broker.session.timeout.ms", "4000")
        .busy_producer(
            "p1",
            busy(30, 0),
            &[("acks", acks), ("max.in.flight.requests.per.connection", in_flight)],
        )
        .busy_producer(
            "p2",
            busy(20, 5),
            &[("buffer.memory", "4000"), ("batch.size", "500"), ("linger.ms", "200")],
        )
        .scenario;
    scenario.seed = seed;
    for name in ["c1", "c2", "c3"] {
        let mut spec = consumer(
            name,
            &[
                ("session.timeout.ms", "6000"),
                ("metadata.max.age.ms", "20000"),
                ("auto.offset.reset", "earliest"),
                ("enable.auto.commit", auto_commit),
            ],
        );
        spec.processing = [Span::ZERO, ms(1), ms(20)][dice.below(3) as usize];
        spec.handling.commit = CommitMode::ALL[dice.below(3) as usize];
        spec.handling.handler = Handler::ALL[dice.below(2) as usize];
        scenario.consumers.push(spec);
    }
    scenario
}

fn trouble(dice: &mut Stream, world: &World) -> Command {
    let broker = b(1 + dice.below(3) as u32);
    let ids: Vec<_> = world.clients.keys().copied().collect();
    let id = ids[dice.below(ids.len() as u64) as usize];
    let client = Node::Client(id);
    let id_of = |node: Node| node.broker().expect("a broker");
    let flying: Vec<Seq> = world.wire.keys().copied().collect();
    match dice.below(21) {
        15 => Command::CutDirection { from: client, to: broker },
        16 => Command::CutDirection { from: broker, to: client },
        17 | 18 if !flying.is_empty() => {
            Command::ResetConnection(flying[dice.below(flying.len() as u64) as usize])
        }
        19 => Command::SlowDisk { broker: id_of(broker), delay: ms(dice.below(2000)) },
        20 => Command::FillDisk(id_of(broker)),
        0 | 1 => Command::Crash(broker),
        2 | 3 => Command::Start(broker),
        4 => Command::Pause(broker),
        5 => Command::Resume(broker),
        6 => Command::CutLink(client, broker),
        7 => Command::HealLink(client, broker),
        8 => Command::Crash(client),
        9 => Command::Stop(client),
        10 => Command::Start(client),
        11 => Command::Pause(client),
        12 => Command::Resume(client),
        13 => Command::AddPartitions { topic: "orders".into(), count: 4 + dice.below(3) as u32 },
        _ => Command::SetProcessing { client: id, processing: ms(dice.below(30)) },
    }
}

/// Undoes all trouble and stops making records.
fn calm(world: &mut World, log: &mut Vec<Stamped>) {
    let clients: Vec<_> = world.clients.keys().copied().collect();
    let _ = world.submit(&Command::HealAll, log);
    for broker in (1..=3).map(b) {
        let id = broker.broker().expect("a broker");
        let _ = world.submit(&Command::FreeDisk(id), log);
        let _ = world.submit(&Command::SlowDisk { broker: id, delay: Span::ZERO }, log);
        let _ = world.submit(&Command::Resume(broker), log);
        let _ = world.submit(&Command::Start(broker), log);
    }
    for id in clients {
        let _ = world.submit(&Command::Resume(Node::Client(id)), log);
        let _ = world.submit(&Command::Start(Node::Client(id)), log);
        let workload = Workload { rate: 0, keys: 0, bytes: 100, ..Workload::default() };
        let _ = world.submit(&Command::SetWorkload { client: id, workload }, log);
    }
}

/// How often the application was told a record's end. None may be told twice.
fn fates(log: &[Stamped]) -> BTreeMap<RecordId, u32> {
    let mut fates: BTreeMap<RecordId, u32> = BTreeMap::new();
    let mut end = |id: RecordId| *fates.entry(id).or_default() += 1;
    for stamped in log {
        match &stamped.event {
            Event::SendFailed { record, .. } => end(*record),
            Event::Acked { records, .. } | Event::ProduceFailed { records, .. } => {
                records.iter().filter_map(|record| record.id).for_each(&mut end);
            }
            _ => {}
        }
    }
    fates
}

/// What is not at rest, if anything.
fn unrest(world: &World, log: &[Stamped], seed: u64) -> Vec<String> {
    let mut found = Vec::new();
    let fates = fates(log);
    for (id, count) in fates.iter().filter(|(_, count)| **count > 1) {
        found.push(format!("{seed}: {id:?} ended {count} times"));
    }
    let crashed: Vec<Node> =
        log.iter().filter(|s| matches!(s.event, Event::Crashed)).map(|s| s.node).collect();
    let mut owned = Vec::new();
    for (id, client) in &world.clients {
        let name = client.name();
        if let Some(producer) = client.as_producer() {
            let produces = |ask: &Ask| matches!(ask, Ask::Produce(_));
            let flights = producer.in_flight().filter(|(_, f)| produces(&f.ask)).count();
            let bins = producer.bins().count();
            let used = producer.buffer_used();
            if (bins, flights, used) != (0, 0, 0) || producer.blocked().is_some() {
                found.push(format!("{seed}: {name} has {bins} bins, {flights} flights, {used} B"));
            }
            let told = fates.keys().filter(|record| record.client == *id).count() as u64;
            if told != producer.made() && !crashed.contains(&Node::Client(*id)) {
                found.push(format!("{seed}: {name} made {} but ended {told}", producer.made()));
            }
        }
        if let Some(consumer) = client.as_consumer() {
            let state = consumer.membership().state;
            if state != MemberState::Stable || *consumer.work() != Work::Polling {
                found.push(format!("{seed}: {name} is {state:?}, {:?}", consumer.work()));
            }
            for (partition, reading) in consumer.readings() {
                owned.push(partition.index);
                let leader = world.metadata().partition(partition).and_then(|p| p.leader);
                let end = leader.map(|leader| world.brokers[&leader].high_watermark(partition));
                // An application that commits by itself has nothing to commit of nothing.
                let nothing = reading.committed.is_none() && end == Some(0);
                if reading.position != end || (reading.committed != end && !nothing) {
                    found.push(format!("{seed}: {name} {partition:?} {reading:?}, end {end:?}"));
                }
            }
        }
    }
    owned.sort_unstable();
    let (_, orders) = world.metadata().topic_named("orders").expect("orders exists");
    if !owned.iter().copied().eq(0..orders.partitions.len() as u32) {
        found.push(format!("{seed}: the group owns {owned:?}"));
    }
    found
}

fn storm(seed: u64) -> Vec<String> {
    let mut dice = Stream::new(seed, &[77]);
    let scenario = scenario(seed, &mut dice);
    let mut world = World::new(&scenario).expect("valid");
    let mut log = Vec::new();
    let mut at = Time::ZERO + secs(6);
    for _ in 0..12 {
        at += ms(dice.below(6000));
        world.run_until(at, &mut log);
        let command = trouble(&mut dice, &world);
        let _ = world.submit(&command, &mut log);
    }
    calm(&mut world, &mut log);
    // Who was closing meanwhile, for close() may take its time, starts again too.
    world.run_until(at + secs(130), &mut log);
    calm(&mut world, &mut log);
    // delivery.timeout.ms, and a rebalance or two.
    world.run_until(at + secs(300), &mut log);
    unrest(&world, &log, seed)
}

#[test]
#[allow(clippy::disallowed_methods, reason = "how many seeds is for whoever runs the tests to say")]
fn clients_come_to_rest_after_a_storm() {
    let seeds = std::env::var("KAFKASCOPE_SWARM").ok().and_then(|text| text.parse().ok());
    let seeds = seeds.unwrap_or(12);
    let found: Vec<String> = (0..seeds).flat_map(storm).collect();
    assert!(found.is_empty(), "{found:#?}");
}
