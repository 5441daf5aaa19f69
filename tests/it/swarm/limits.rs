//! Codecs, quotas and remote storage in the swarm: who has which, and what an administrator changes.

use kafkascope::sim::dice::Stream;
use kafkascope::sim::id::ClientId;
use kafkascope::sim::scenario::{Scenario, Workload};
use kafkascope::sim::{Command, Time, World};

use crate::cluster::secs;

/// Records a second of whoever sends too much, for a while.
const EAGER: u32 = 150;

/// Some clusters compress, some have quotas, and some keep a part of their logs elsewhere.
pub fn add(seed: u64, scenario: &mut Scenario) {
    let mut dice = Stream::new(seed, &[84]);
    let mut any = |values: &[&'static str]| values[dice.below(values.len() as u64) as usize];
    if any(&["plain", "codecs"]) == "codecs" {
        let codecs = ["none", "gzip", "snappy", "lz4", "zstd"];
        for producer in &mut scenario.producers {
            producer.config.insert("compression.type".into(), any(&codecs).into());
        }
        let kept = ["producer", "producer", "zstd", "uncompressed"];
        for topic in &mut scenario.topics {
            topic.config.insert("compression.type".into(), any(&kept).into());
        }
    }
    let shares = scenario.consumers.iter().any(|it| it.share);
    if has_quotas(seed) && !shares && any(&["calm", "eager"]) == "eager" {
        // Somebody sends too much for any quota.
        scenario.producers[0].workload = Workload { rate: EAGER, ..scenario.producers[0].workload };
    }
    if any(&["here", "here", "tiered"]) == "tiered" {
        add_remote_storage(&mut dice, scenario, shares);
    }
    fit_batches(scenario);
}

/// Whose batches no segment takes (RECORD_LIST_TOO_LARGE) gets nowhere: a stream processor does the
/// same again, or dies of it. What waits for a leader may fill a batch, so those stay small.
fn fit_batches(scenario: &mut Scenario) {
    let Scenario { topics, processors, .. } = scenario;
    for processor in processors {
        let changelog = format!("{}-{}-changelog", processor.group, processor.store);
        let own = topics.iter().filter(|it| it.name == processor.to || *it.name == *changelog);
        let segments = own.filter_map(|it| it.config.get("segment.bytes")?.as_str().parse().ok());
        if let Some(smallest) = segments.min().filter(|bytes: &u32| *bytes < 20_000) {
            let batch = (smallest - 100).to_string();
            processor.producer.insert("batch.size".into(), batch.as_str().into());
        }
    }
}

/// Share groups read nothing that is in remote storage only (DelayedShareFetch reads what a replica
/// has itself), so theirs is not copied there; nor is what may be lost in unclean elections.
fn add_remote_storage(dice: &mut Stream, scenario: &mut Scenario, shares: bool) {
    let mut any = |values: &[&'static str]| values[dice.below(values.len() as u64) as usize];
    for (name, value) in [
        ("remote.log.storage.system.enable", "true"),
        ("remote.log.manager.task.interval.ms", any(&["300", "2000"])),
        ("remote.fetch.max.wait.ms", any(&["500", "500", "100"])),
        ("log.initial.task.delay.ms", "1000"),
        ("log.retention.check.interval.ms", any(&["500", "3000"])),
    ] {
        scenario.cluster.config.insert(name.into(), value.into());
    }
    for topic in &mut scenario.topics {
        let unclean = topic.config.get("unclean.leader.election.enable");
        let unclean = unclean.is_some_and(|it| it.as_str() == "true");
        let kept = &*topic.name == "orders" && (shares || unclean) || &*topic.name == "table";
        if kept || any(&["tiered", "tiered", "not"]) == "not" {
            continue;
        }
        // A leader that was followed by another one deletes from remote storage by its own view for
        // a while, and nobody tells its successor; so with retention nothing is promised of what is
        // there (RLMExpirationTask).
        for (name, value) in [
            ("remote.storage.enable", "true"),
            ("retention.ms", "-1"),
            ("segment.bytes", any(&["1000", "4000"])),
            ("local.retention.bytes", any(&["0", "500", "3000"])),
        ] {
            topic.config.insert(name.into(), value.into());
        }
    }
}

fn has_quotas(seed: u64) -> bool {
    Stream::new(seed, &[85]).below(3) == 0
}

/// Quotas come and go; now and then somebody deletes what is old.
pub fn commands(seed: u64, world: &World) -> Vec<(Time, Command)> {
    let mut dice = Stream::new(seed, &[86]);
    let clients: Vec<_> = world.clients.keys().copied().collect();
    let mut commands = Vec::new();
    let mut at = Time::ZERO + secs(3 + dice.below(6));
    while has_quotas(seed) && at < Time::ZERO + secs(50) {
        let one = clients[dice.below(clients.len() as u64) as usize];
        // The first is the one who may send too much.
        let client = [None, clients.first().copied(), Some(one)][dice.below(3) as usize];
        let rates = [None, Some(200), Some(1_000), Some(20_000)];
        let mut rate = || rates[dice.below(4) as usize];
        let (producer_byte_rate, consumer_byte_rate) = (rate(), rate());
        let set = Command::SetClientQuota { client, producer_byte_rate, consumer_byte_rate };
        commands.push((at, set));
        at += secs(2 + dice.below(25));
    }
    let eager = |id: &&ClientId| {
        let producer = world.clients[*id].as_producer();
        producer.is_some_and(|it| it.workload.rate == EAGER)
    };
    if let Some(client) = clients.iter().find(eager).copied() {
        let workload = Workload { rate: 20, keys: 0, bytes: 100, ..Workload::default() };
        commands.push((Time::ZERO + secs(30), Command::SetWorkload { client, workload }));
    }
    if dice.below(4) == 0 {
        let at = Time::ZERO + secs(10 + dice.below(30));
        let (topic, partition) = ("orders".into(), dice.below(2) as u32);
        let offset = [-1, 50, 300][dice.below(3) as usize];
        commands.push((at, Command::DeleteRecords { topic, partition, offset }));
    }
    commands
}

/// What lifts all quotas again.
pub fn lifting(world: &World) -> Vec<Command> {
    let set = world.metadata().client_quotas.iter().map(|it| it.client);
    let lifted = set.map(|client| Command::SetClientQuota {
        client,
        producer_byte_rate: None,
        consumer_byte_rate: None,
    });
    lifted.collect()
}

/// Until when somebody was told to be silent, be there still a quota or not: a small one makes that
/// long (ClientQuotaManager.throttleTime knows no bound), and what is under way then is waited for
/// as long (NetworkClient.maybeThrottle), so that a member may not hear of its group meanwhile.
pub fn silent_until(world: &World) -> Option<Time> {
    let told = world.clients.values().flat_map(|client| client.throttled());
    told.map(|(_, until)| until).max().filter(|until| *until > world.now)
}
