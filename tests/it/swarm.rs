//! Seeds times random commands times invariants: what no story thought of.
//!
//! `KAFKASCOPE_SWARM=<seeds>` runs more of them, from seed `KAFKASCOPE_SWARM_FROM`. A failure prints
//! the seed and the fewest commands that still break the invariant; with `KAFKASCOPE_SWARM_SURVEY`
//! all seeds are run and each that fails is named in a line, which is much faster.

mod limits;
mod share;
mod table;
mod transactions;

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use kafkascope::sim::broker::Broker;
use kafkascope::sim::check::{Broken, Checker};
use kafkascope::sim::client::Consumer;
use kafkascope::sim::command::ConfigTarget;
use kafkascope::sim::config::{ASSIGNMENT_STRATEGIES, REPLICA_SELECTORS};
use kafkascope::sim::dice::Stream;
use kafkascope::sim::handling::{CommitMode, Handling};
use kafkascope::sim::id::{BrokerId, ControllerId, Name, Partition, Seq};
use kafkascope::sim::scenario::{BrokerSpec, ConsumerSpec, LinkSpec, Scenario, Workload};
use kafkascope::sim::{Command, Node, Span, Stamped, Time, World};

use crate::cluster::{b, consumer, ms, secs, story};
use crate::swarm_file;

/// How long faults are thrown at a cluster, and how long it then has to become whole again, each time.
const STORM: Span = Span::secs(60);
const PATIENCE: [Span; 3] = [Span::secs(10), Span::secs(20), Span::secs(70)];
/// Three replicas of everything, and one broker that may become one.
const BROKERS: u32 = 4;
/// All of it together.
const LIFE: Span = Span(STORM.0 + PATIENCE[0].0 + PATIENCE[1].0 + PATIENCE[2].0);

/// What may be thrown at a cluster.
fn random_command(dice: &mut Stream, world: &World) -> Command {
    let broker = |dice: &mut Stream| b(1 + dice.below(BROKERS.into()) as u32);
    let client = |dice: &mut Stream| {
        let ids: Vec<_> = world.clients.keys().copied().collect();
        Node::Client(ids[dice.below(ids.len() as u64) as usize])
    };
    let controller = |dice: &mut Stream| {
        Node::Controller(ControllerId(1 + dice.below(world.controllers.len() as u64) as u32))
    };
    let any = |dice: &mut Stream| match dice.below(5) {
        0 => controller(dice),
        1 => client(dice),
        _ => broker(dice),
    };
    match dice.below(31) {
        17 => Command::CutDirection { from: any(dice), to: any(dice) },
        18 => Command::HealDirection { from: any(dice), to: any(dice) },
        19 => {
            let latency = ms([0, 1, 30, 400][dice.below(4) as usize]);
            let bandwidth = [0, 0, 20_000][dice.below(3) as usize];
            let spec = LinkSpec { latency, jitter: Span::ms(dice.below(3)), bandwidth };
            Command::SetDirection { from: any(dice), to: any(dice), spec }
        }
        20 => Command::Split((0..=dice.below(2)).map(|_| any(dice)).collect()),
        21 => Command::HealAll,
        22 => Command::ResetConnection(Seq(dice.below(1_000))),
        23 => {
            let delay = ms([0, 5, 200, 3_000][dice.below(4) as usize]);
            Command::SlowDisk { broker: BrokerId(1 + dice.below(BROKERS.into()) as u32), delay }
        }
        24 => match (BrokerId(1 + dice.below(BROKERS.into()) as u32), dice.below(2)) {
            (id, 0) => Command::FillDisk(id),
            (id, _) => Command::FreeDisk(id),
        },
        25 => Command::Crash(controller(dice)),
        26 => Command::Start(controller(dice)),
        27 => match dice.below(5) {
            0 => Command::Pause(controller(dice)),
            1 => Command::Resume(controller(dice)),
            2 => Command::Stop(controller(dice)),
            3 => Command::CutLink(controller(dice), controller(dice)),
            _ => Command::HealLink(controller(dice), controller(dice)),
        },
        28 => {
            Command::CancelReassignment { topic: "orders".into(), partition: dice.below(2) as u32 }
        }
        29 => reassignment(dice),
        30 => {
            let hours = [0, 2, -2, 240, -240][dice.below(5) as usize];
            Command::SetClock { node: any(dice), ahead_ms: hours * 3_600_000 }
        }
        16 => Command::PowerLoss(BrokerId(1 + dice.below(BROKERS.into()) as u32)),
        0..=2 => Command::Crash(broker(dice)),
        3..=6 => Command::Start(broker(dice)),
        7 => Command::Stop(broker(dice)),
        8 => Command::Pause(broker(dice)),
        9 => Command::Resume(broker(dice)),
        10 => Command::CutLink(broker(dice), broker(dice)),
        11 => Command::HealLink(broker(dice), broker(dice)),
        12 => Command::Slow { node: broker(dice), delay: ms(dice.below(40)) },
        13 => Command::Crash(client(dice)),
        14 => Command::Start(client(dice)),
        _ => match dice.below(3) {
            0 => Command::CutLink(broker(dice), controller(dice)),
            1 => Command::HealLink(broker(dice), controller(dice)),
            _ => Command::SetConfig {
                target: ConfigTarget::Topic("orders".into()),
                name: "min.insync.replicas".into(),
                value: ["1", "2", "3"][dice.below(3) as usize].into(),
            },
        },
    }
}

/// One to three of the brokers, in any order.
fn reassignment(dice: &mut Stream) -> Command {
    let mut rest: Vec<BrokerId> = (1..=BROKERS).map(BrokerId).collect();
    let count = 1 + dice.below(3);
    let mut one = |_| rest.remove(dice.below(rest.len() as u64) as usize);
    let replicas = (0..count).map(&mut one).collect();
    let partition = dice.below(2) as u32;
    Command::ReassignPartition { topic: "orders".into(), partition, replicas }
}

fn scenario(seed: u64, dice: &mut Stream) -> Scenario {
    let workload =
        Workload { rate: 20, keys: dice.below(4) as u32, bytes: 100, ..Workload::default() };
    let mut any = |values: &[&'static str]| values[dice.below(values.len() as u64) as usize];
    let controllers = any(&["1", "1", "3"]).parse().expect("a number");
    let first = [
        ("acks", any(&["0", "1", "all"])),
        ("max.in.flight.requests.per.connection", any(&["1", "5", "5", "8"])),
    ];
    let second = [
        ("acks", "all"),
        ("linger.ms", any(&["0", "20"])),
        ("request.timeout.ms", any(&["1500", "30000"])),
        ("delivery.timeout.ms", any(&["30020", "120000"])),
        ("enable.idempotence", any(&["true", "true", "false"])),
    ];
    let mut scenario = story()
        .controllers(controllers)
        .partitions(2)
        .topic_config("unclean.leader.election.enable", any(&["false", "false", "false", "true"]))
        .cluster_config("eligible.leader.replicas.version", any(&["0", "1"]))
        .cluster_config("replica.fetch.max.bytes", any(&["400", "1048576"]))
        .cluster_config("offsets.topic.num.partitions", "2")
        .cluster_config("replica.lag.time.max.ms", any(&["2000", "5000"]))
        .cluster_config("broker.session.timeout.ms", "4000")
        .cluster_config("group.consumer.session.timeout.ms", "6000")
        .cluster_config("group.consumer.heartbeat.interval.ms", "2000")
        .busy_producer("p1", workload, &first)
        .busy_producer("p2", workload, &second)
        .scenario;
    scenario.seed = seed;
    scenario.cluster.combined = Stream::new(seed, &[78]).below(3) == 0;
    let selector = any(REPLICA_SELECTORS);
    let mut rack = || Some(any(&["", "a", "b", "c"])).filter(|rack| !rack.is_empty());
    let mut racks = std::iter::repeat_with(|| rack().map(Into::into));
    scenario.cluster.config.insert("replica.selector.class".into(), selector.into());
    let brokers = (1..=BROKERS).map(BrokerId).zip(&mut racks);
    scenario.cluster.brokers = brokers.map(|(id, rack)| BrokerSpec { id, rack }).collect();
    scenario.cluster.network.jitter = Span::us(500);
    let racks: Vec<_> = racks.by_ref().take(3).collect();
    scenario.consumers = members(seed, racks);
    share::add_members(seed, &mut scenario);
    table::add(seed, &mut scenario);
    transactions::add(seed, &mut scenario);
    limits::add(seed, &mut scenario);
    scenario
}

/// Two or three members of a group, of one protocol and with one way to commit.
fn members(seed: u64, racks: Vec<Option<Name>>) -> Vec<ConsumerSpec> {
    let mut dice = Stream::new(seed, &[79]);
    let mut any = |count: u64| dice.below(count) as usize;
    let strategies = ASSIGNMENT_STRATEGIES;
    let configs = [
        ("session.timeout.ms", "6000"),
        ("metadata.max.age.ms", "10000"),
        // One poll's worth of work stays within max.poll.interval.ms.
        ("max.poll.records", "100"),
        ("group.protocol", ["classic", "classic", "consumer"][any(3)]),
        ("partition.assignment.strategy", strategies[any(strategies.len() as u64)]),
        ("auto.offset.reset", ["latest", "earliest"][any(2)]),
        ("enable.auto.commit", ["true", "false"][any(2)]),
        ("auto.commit.interval.ms", ["200", "5000"][any(2)]),
        ("max.poll.interval.ms", ["8000", "300000"][any(2)]),
    ];
    let commit = [CommitMode::Sync, CommitMode::SyncBefore, CommitMode::Async][any(3)];
    let statically = any(3) == 0;
    let processing = [Span::ms(1), Span::ms(5), Span::ms(20)][any(3)];
    let handling = Handling { commit, ..Handling::default() };
    let names = ["c1", "c2", "c3"].into_iter().take(2 + any(2));
    names
        .zip(racks)
        .map(|(name, rack)| ConsumerSpec {
            rack,
            handling,
            processing,
            instance: statically.then(|| name.into()),
            ..consumer(name, &configs)
        })
        .collect()
}

/// Plays commands at their times and checks after every event; also says what was done, the healing
/// at the end included.
fn play(scenario: &Scenario, commands: &[(Time, Command)]) -> (Outcome, Vec<(Time, Command)>) {
    let mut watched = Watched {
        world: World::new(scenario).expect("the swarm's scenario is valid"),
        checker: Checker::default(),
        log: Vec::new(),
        done: Vec::new(),
    };
    (live(&mut watched, commands), watched.done)
}

fn live(watched: &mut Watched, commands: &[(Time, Command)]) -> Outcome {
    for (at, command) in commands {
        watched.run_until(*at)?;
        watched.submit(&aimed(command, &watched.world))?;
    }
    watched.run_until(Time::ZERO + STORM)?;
    // Several times: a controlled shutdown that was under way ends only after the first; and where
    // it took the quorum along, only after the others are back.
    for patience in PATIENCE {
        for command in healing(&watched.world) {
            watched.submit(&command)?;
        }
        watched.run_until(watched.world.now + patience)?;
    }
    if let Some(until) = limits::silent_until(&watched.world) {
        watched.run_until(until + PATIENCE[1])?;
    }
    // A group commits now and then: that may be under way at this very moment.
    for _ in 0..5 {
        if watched.finished().is_ok() {
            return Ok(());
        }
        watched.run_until(watched.world.now + ms(300))?;
    }
    watched.finished().map_err(|broken| (watched.world.now, broken))
}

/// Which message flies then is not known before: a number stands for one of those that do.
fn aimed(command: &Command, world: &World) -> Command {
    let flying: Vec<Seq> = world.wire.keys().copied().collect();
    match command {
        Command::ResetConnection(Seq(number)) if !flying.is_empty() => {
            Command::ResetConnection(flying[*number as usize % flying.len()])
        }
        other => other.clone(),
    }
}

/// A world that is checked after everything that happens.
struct Watched {
    world: World,
    checker: Checker,
    log: Vec<Stamped>,
    done: Vec<(Time, Command)>,
}

/// When something broke, and what.
type Outcome = Result<(), (Time, Broken)>;

impl Watched {
    fn check(&mut self) -> Outcome {
        let checked = self.checker.check(&self.world, &self.log);
        self.log.clear();
        checked.map_err(|broken| (self.world.now, broken))
    }

    fn run_until(&mut self, until: Time) -> Outcome {
        while self.world.step(until, &mut self.log) {
            self.check()?;
        }
        self.world.run_until(until, &mut self.log);
        self.check()
    }

    fn finished(&self) -> Result<(), Broken> {
        converged(&self.world)?;
        self.checker.finished(&self.world)
    }

    fn submit(&mut self, command: &Command) -> Outcome {
        // Some make no sense at that moment; the refusal is the right answer then.
        if self.world.submit(command, &mut self.log).is_ok() {
            self.done.push((self.world.now, command.clone()));
        }
        self.check()
    }
}

/// What heals and starts everything: in the end every ISR is whole and all replicas are equal.
fn healing(world: &World) -> Vec<Command> {
    let cuts = world.network.cuts().map(|((a, b), _)| Command::HealLink(a, b));
    let all: Vec<Node> = world.processes.keys().copied().collect();
    let pairs = all.iter().flat_map(|a| all.iter().map(move |b| (*a, *b))).filter(|(a, b)| a < b);
    let spec = LinkSpec { latency: ms(1), jitter: Span::us(500), bandwidth: 0 };
    let links = pairs.map(|(a, b)| Command::SetLink { a, b, spec }).collect::<Vec<_>>();
    let disks = world.brokers.keys().copied();
    let disks = disks.flat_map(|broker| {
        [Command::FreeDisk(broker), Command::SlowDisk { broker, delay: Span::ZERO }]
    });
    let nodes = world.processes.keys().copied();
    let starts = nodes.flat_map(|node| {
        let slow = Command::Slow { node, delay: Span::ZERO };
        [Command::Resume(node), Command::Start(node), slow]
    });
    let workload = Workload { rate: 0, keys: 0, bytes: 100, ..Workload::default() };
    let clients = world.clients.keys().copied();
    let rest = clients.map(|client| Command::SetWorkload { client, workload });
    // What is stamped an hour ahead is refused (message.timestamp.after.max.ms), so that stream
    // processors get nowhere; and by a clock that was set back no transaction times out.
    let transacts = world.clients.values().any(|client| {
        let producer = client.as_producer().and_then(|producer| producer.transactions());
        producer.is_some() || client.as_processor().is_some()
    });
    let wrong = all.iter().filter(|node| transacts && world.clock_ahead(**node) != 0);
    let clocks = wrong.map(|node| Command::SetClock { node: *node, ahead_ms: 0 });
    let quotas = limits::lifting(world);
    let all = cuts.chain(links).chain(disks).chain(clocks).chain(starts).chain(rest);
    all.chain(quotas).collect()
}

fn converged(world: &World) -> Result<(), Broken> {
    if let Some((id, _)) = world.brokers.iter().find(|(_, it)| it.disk.image != *world.metadata()) {
        return Err(Broken {
            invariant: "EventuallyTheSameMetadata",
            partition: None,
            what: format!("broker {id} sees another cluster"),
        });
    }
    everything_is_read(world)?;
    for (partition, state) in world.metadata().partitions() {
        let ends: Vec<_> = state
            .replicas
            .iter()
            .map(|id| world.brokers[id].disk.logs.get(&partition).map(|log| log.end()))
            .collect();
        let whole = state.isr.len() == state.replicas.len() && state.leader.is_some();
        let whole = whole && !state.is_reassigning();
        let holds = |(id, broker): (&BrokerId, &Broker)| {
            broker.disk.logs.contains_key(&partition) && !state.replicas.contains(id)
        };
        if world.brokers.iter().any(holds) {
            return Err(Broken {
                invariant: "NobodyElseHoldsALog",
                partition: Some(partition),
                what: format!("{state:?}"),
            });
        }
        if !whole || ends.windows(2).any(|pair| pair[0] != pair[1]) {
            return Err(Broken {
                invariant: "EventuallyReplicated",
                partition: Some(partition),
                what: format!("{state:?}, logs end at {ends:?}"),
            });
        }
    }
    Ok(())
}

/// Every partition of the topic is read by one member of the group, and a share group is done with
/// all of its records.
fn everything_is_read(world: &World) -> Result<(), Broken> {
    let Some((topic, state)) = world.metadata().topic_named("orders") else { return Ok(()) };
    let consumers = world.clients.values().filter_map(|client| client.as_consumer());
    let consumers = consumers.filter(|it| it.topics.iter().any(|name| &**name == "orders"));
    let (sharers, members): (Vec<_>, Vec<_>) = consumers.partition(|it| it.is_share());
    for index in 0..state.partitions.len() as u32 {
        let partition = Partition { topic, index };
        if !sharers.is_empty() {
            share::everything_is_consumed(world, partition)?;
        }
        if members.is_empty() {
            continue;
        }
        let reads = |it: &&&Consumer| it.readings().any(|(read, _)| read == partition);
        let readers = members.iter().filter(reads).count();
        if readers != 1 {
            return Err(Broken {
                invariant: "EventuallyConverges",
                partition: Some(partition),
                what: format!("{readers} members read it"),
            });
        }
    }
    Ok(())
}

/// Leaves out commands as long as the same still breaks.
fn shrink(
    scenario: &Scenario,
    mut commands: Vec<(Time, Command)>,
    invariant: &str,
) -> Vec<(Time, Command)> {
    let mut index = 0;
    while index < commands.len() {
        let mut fewer = commands.clone();
        fewer.remove(index);
        if play(scenario, &fewer).0.is_err_and(|(_, broken)| broken.invariant == invariant) {
            commands = fewer;
        } else {
            index += 1;
        }
    }
    commands
}

/// A world and what is thrown at it.
pub fn storm(seed: u64) -> (Scenario, Vec<(Time, Command)>) {
    let mut dice = Stream::new(seed, &[77]);
    let scenario = scenario(seed, &mut dice);
    let template = World::new(&scenario).expect("valid");
    let mut at = Time::ZERO + secs(3);
    let mut commands = Vec::new();
    while at < Time::ZERO + secs(50) {
        commands.push((at, random_command(&mut dice, &template)));
        at += Span(dice.below(3_000_000));
    }
    commands.extend(table::commands(seed, &scenario));
    commands.extend(transactions::commands(seed, &template));
    transactions::add_zombies(seed, &template, &mut commands);
    commands.extend(limits::commands(seed, &template));
    commands.sort_by_key(|(at, _)| *at);
    (scenario, commands)
}

/// What this seed breaks, if anything.
pub fn first_broken(seed: u64) -> Option<Broken> {
    let (scenario, commands) = storm(seed);
    play(&scenario, &commands).0.err().map(|(_, broken)| broken)
}

fn run(seed: u64) {
    let (scenario, commands) = storm(seed);
    if let (Err((_, broken)), _) = play(&scenario, &commands) {
        let fewest = shrink(&scenario, commands, broken.invariant);
        let (Err((at, broken)), done) = play(&scenario, &fewest) else { return };
        let file = std::env::temp_dir().join(format!("kafkascope-seed-{seed}.toml"));
        // A little beyond, so that it can be seen.
        let text = swarm_file::text(&scenario, &done, at + secs(1));
        let written = std::fs::write(&file, text);
        let file = match written {
            Ok(()) => format!("drop {} on the page to see it", file.display()),
            Err(error) => format!("{} cannot be written: {error}", file.display()),
        };
        panic!("seed {seed} breaks {broken:?} at {at}; {file}; fewest commands: {fewest:#?}");
    }
}

#[test]
#[allow(clippy::disallowed_methods, reason = "how many seeds is for whoever runs the tests to say")]
fn nothing_breaks_an_invariant() {
    let seeds = std::env::var("KAFKASCOPE_SWARM").ok().and_then(|text| text.parse().ok());
    let seeds: u64 = seeds.unwrap_or(12);
    let first = std::env::var("KAFKASCOPE_SWARM_FROM").ok().and_then(|text| text.parse().ok());
    let first: u64 = first.unwrap_or(0);
    let survey = std::env::var("KAFKASCOPE_SWARM_SURVEY").is_ok();
    let (next, failed) = (AtomicU64::new(first), AtomicU64::new(0));
    let work = || {
        while let Some(seed) = Some(next.fetch_add(1, Relaxed)).filter(|it| *it < first + seeds) {
            match survey.then(|| first_broken(seed)).flatten() {
                Some(broken) => {
                    failed.fetch_add(1, Relaxed);
                    println!("seed {seed} breaks {broken:?}");
                }
                None if survey => {}
                None => run(seed),
            }
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        (0..threads).for_each(|_| {
            scope.spawn(work);
        });
    });
    assert_eq!(failed.into_inner(), 0, "seeds that break something");
    println!("{} cluster-minutes without a violation", seeds * LIFE.0 / 60_000_000);
}

/// The swarm can fail: without the rule that only ISR members lead, committed records go.
#[test]
fn an_unclean_election_breaks_what_the_checker_watches() {
    let mut told = story().producer("app", &[("acks", "1"), ("linger.ms", "0")]).boot();
    let orders = told.orders(0);
    let leader = told.leader(orders).expect("it has a leader");
    let mut checker = Checker::default();
    told.produce("app").run(secs(1));
    assert_eq!(checker.check(&told.world, &told.log), Ok(()));
    // Somebody loses a disk behind everyone's back.
    let broker = told.world.brokers.get_mut(&leader).expect("it exists");
    broker.disk.logs.get_mut(&orders).expect("it leads").truncate_to(0);
    let found = checker.check(&told.world, &told.log).map_err(|broken| broken.invariant);
    assert!(matches!(found, Err("ValidReplicaState" | "StrongIsr")), "{found:?}");
}
