//! Transactions in the swarm: who writes in them, who processes and who reads, and what happens to
//! them besides.

use kafkascope::sim::dice::Stream;
use kafkascope::sim::id::ClientId;
use kafkascope::sim::processing::{ProcessingGuarantee, Transform};
use kafkascope::sim::scenario::{ConsumerSpec, ProcessorSpec, ProducerSpec, Scenario, Workload};
use kafkascope::sim::transacting::{Transacting, TransactionAct};
use kafkascope::sim::{Command, Node, Span, Time, World};

use crate::cluster::{consumer, ms, secs};

/// As long as no wall clock can be wrong by: what expires then is nobody's promise.
const NEVER: &str = "2147483647";

/// Half of the clusters have a topic of payments: of transactions, processed, or both.
pub fn add(seed: u64, scenario: &mut Scenario) {
    let mut dice = Stream::new(seed, &[82]);
    let mut any = |values: &[&'static str]| values[dice.below(values.len() as u64) as usize];
    let how = any(&["none", "none", "none", "transactions", "processor", "both"]);
    if how == "none" {
        return;
    }
    for (name, value) in [
        ("transaction.version", any(&["0", "1", "2", "2"])),
        ("transaction.state.log.num.partitions", "2"),
        ("transaction.state.log.min.isr", any(&["1", "2"])),
        ("transaction.state.log.segment.bytes", any(&["3000", "104857600"])),
        ("transaction.abort.timed.out.transaction.cleanup.interval.ms", any(&["1000", "10000"])),
        ("transactional.id.expiration.ms", NEVER),
        ("producer.id.expiration.ms", NEVER),
        ("offsets.retention.minutes", NEVER),
    ] {
        scenario.cluster.config.insert(name.into(), value.into());
    }
    let config = [("retention.ms", "-1"), ("min.insync.replicas", any(&["1", "2", "2"]))];
    for name in ["payments", "results"] {
        let mut topic = scenario.topics[0].clone();
        topic.name = name.into();
        topic.config = config.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        scenario.topics.push(topic);
    }
    if how != "transactions" {
        add_processors(&mut dice, scenario);
    }
    add_writers(&mut dice, scenario, how);
    if scenario.processors.iter().any(|it| it.transform == Transform::Count) {
        // Of most keys there are several.
        let own = |it: &&mut ProducerSpec| &*it.topic == "payments";
        scenario.producers.iter_mut().filter(own).for_each(|it| it.workload.keys = 20);
    }
    for (name, level) in [("a1", "read_committed"), ("a2", "read_uncommitted")] {
        let configs = [
            ("isolation.level", level),
            ("auto.offset.reset", "earliest"),
            ("session.timeout.ms", "6000"),
            ("max.poll.records", "100"),
        ];
        let topics = vec!["payments".into(), "results".into()];
        let group = ["audit-", name].concat().as_str().into();
        scenario.consumers.push(ConsumerSpec { group, topics, ..consumer(name, &configs) });
    }
}

/// Two with one transactional id, of which the later one takes over, and one without.
fn add_writers(dice: &mut Stream, scenario: &mut Scenario, how: &str) {
    let template = scenario.producers[0].clone();
    let timeout = ["2000", "6000", "60000"][dice.below(3) as usize];
    let linger = ["0", "20"][dice.below(2) as usize];
    let patience = ["1500", "30000"][dice.below(2) as usize];
    let workload = Workload {
        rate: 15,
        keys: [5, 10_000][dice.below(2) as usize],
        bytes: 100,
        ..Workload::default()
    };
    let config = [
        ("linger.ms", linger),
        ("request.timeout.ms", patience),
        ("delivery.timeout.ms", "30020"),
        ("transaction.timeout.ms", timeout),
    ];
    let config = config.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let mut writer = |name: &str, start: Span, id: Option<&str>| {
        let mut spec = template.clone();
        (spec.name, spec.topic) = (name.into(), "payments".into());
        (spec.workload, spec.config) = (workload, config.clone().into());
        (spec.start, spec.transactional) = (Time::ZERO + start, id.map(Into::into));
        spec.transaction = if id.is_some() { transacting(dice) } else { Transacting::default() };
        scenario.producers.push(spec);
    };
    if how != "transactions" {
        writer("p4", secs(1), None);
    }
    if how != "processor" {
        writer("t1", secs(1), Some("tx"));
        writer("t2", secs(8), Some("tx"));
        writer("t3", secs(1), Some("ty"));
    }
}

/// Every transaction ends some time.
fn transacting(dice: &mut Stream) -> Transacting {
    let records = [0, 3, 30][dice.below(3) as usize];
    let time = ms([300, 1500, 5000][dice.below(3) as usize]);
    Transacting { records, time, aborts: [0, 30, 60][dice.below(3) as usize] }
}

fn add_processors(dice: &mut Stream, scenario: &mut Scenario) {
    let guarantee = match dice.below(4) {
        0 => ProcessingGuarantee::AtLeastOnce,
        _ => ProcessingGuarantee::ExactlyOnceV2,
    };
    let protocol = ["classic", "classic", "consumer"][dice.below(3) as usize];
    let mut processing = ms([0, 1, 5, 20][dice.below(4) as usize]);
    let records = ["5", "100"][dice.below(2) as usize];
    let mut timeout = ["3000", "10000"][dice.below(2) as usize];
    let count = 1 + dice.below(2) as usize;
    if count == 2 && has_zombies(scenario.seed) {
        // Seldom idle, and with time to come back: who stands still becomes a zombie.
        (processing, timeout) = (ms(25), "20000");
    }
    let consumer = [
        ("session.timeout.ms", "6000"),
        ("group.protocol", protocol),
        ("max.poll.records", records),
        ("metadata.max.age.ms", "10000"),
    ];
    let mut producer = vec![("linger.ms", "0"), ("delivery.timeout.ms", "30020")];
    if guarantee == ProcessingGuarantee::ExactlyOnceV2 {
        producer.push(("transaction.timeout.ms", timeout));
    }
    let pairs = |all: &[(&str, &str)]| {
        let owned = all.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        owned.collect()
    };
    let mut own = Stream::new(scenario.seed, &[84]);
    let transform = [Transform::Map, Transform::Count][own.below(2) as usize];
    if transform == Transform::Count {
        // With as many replicas as the others: by default there would be one.
        let mut changelog = scenario.topics[0].clone();
        changelog.name = "shop-counts-changelog".into();
        let mut config = |name: &str, values: [&str; 2]| {
            let value = values[own.below(2) as usize];
            changelog.config.insert(name.to_owned(), value.to_owned());
        };
        config("cleanup.policy", ["compact", "compact"]);
        config("segment.bytes", ["4000", "104857600"]);
        config("min.cleanable.dirty.ratio", ["0.01", "0.5"]);
        config("min.insync.replicas", ["1", "2"]);
        scenario.topics.push(changelog);
    }
    for name in ["s1", "s2"].into_iter().take(count) {
        scenario.processors.push(ProcessorSpec {
            name: name.replace('s', "app").as_str().into(),
            group: "shop".into(),
            topics: vec!["payments".into()],
            to: "results".into(),
            guarantee,
            transform,
            store: "counts".into(),
            processing,
            consumer: pairs(&consumer),
            producer: pairs(&producer),
            start: Time::ZERO + secs(1),
        });
    }
}

/// What happens to those applications besides: they stand still for a while, are gone for a while,
/// or end their transactions in another way.
pub fn commands(seed: u64, world: &World) -> Vec<(Time, Command)> {
    let mut dice = Stream::new(seed, &[83]);
    let names = ["t1", "t2", "t3", "app1", "app2"];
    let there: Vec<ClientId> = names.iter().filter_map(|name| world.client_named(name)).collect();
    let mut commands = Vec::new();
    let mut at = Time::ZERO + secs(4);
    while !there.is_empty() && at < Time::ZERO + secs(50) {
        let client = there[dice.below(there.len() as u64) as usize];
        let node = Node::Client(client);
        let later = (at + ms(200 + dice.below(15_000))).min(Time::ZERO + secs(58));
        match dice.below(5) {
            0 | 1 => {
                commands.push((at, Command::Pause(node)));
                commands.push((later, Command::Resume(node)));
            }
            2 => {
                commands.push((at, Command::Crash(node)));
                commands.push((later, Command::Start(node)));
            }
            3 => commands.push((at, Command::Start(node))),
            _ if world.clients[&client].as_producer().is_some() => {
                let act = match dice.below(3) {
                    0 => TransactionAct::Commit,
                    1 => TransactionAct::Abort,
                    _ => TransactionAct::Divide(transacting(&mut dice)),
                };
                commands.push((at, Command::Transact { client, act }));
            }
            _ => {}
        }
        at += Span(500_000 + dice.below(5_000_000));
    }
    commands
}

/// Most clusters with two stream processors are about those that stand still; no machine loses
/// its power there, because nothing would be promised any more.
fn has_zombies(seed: u64) -> bool {
    Stream::new(seed, &[88]).below(4) > 0
}

/// Now and then one of two stream processors stands still for longer than its session, so that the
/// other one has its partitions, but for less than the longer `transaction.timeout.ms`.
pub fn add_zombies(seed: u64, world: &World, commands: &mut Vec<(Time, Command)>) {
    let mut dice = Stream::new(seed, &[87]);
    let both: Vec<ClientId> =
        ["app1", "app2"].iter().filter_map(|name| world.client_named(name)).collect();
    if both.len() < 2 || !has_zombies(seed) {
        return;
    }
    commands.retain(|(_, command)| !matches!(command, Command::PowerLoss(_)));
    let mut at = Time::ZERO + secs(8 + dice.below(6));
    while at < Time::ZERO + secs(45) {
        let node = Node::Client(both[dice.below(2) as usize]);
        commands.push((at, Command::Pause(node)));
        commands.push((at + ms(10_000 + dice.below(4_000)), Command::Resume(node)));
        at += secs(15 + dice.below(6));
    }
}
