//! Share groups in the swarm: who is in them, and what becomes of all records in the end.

use kafkascope::sim::World;
use kafkascope::sim::check::Broken;
use kafkascope::sim::dice::Stream;
use kafkascope::sim::handling::{CommitMode, Handling};
use kafkascope::sim::id::Partition;
use kafkascope::sim::scenario::{ConsumerSpec, Scenario};

use crate::cluster::{consumer, ms};

/// Some clusters have members of a share group, too, or nothing else.
pub fn add_members(seed: u64, scenario: &mut Scenario) {
    let mut dice = Stream::new(seed, &[80]);
    let mut any = |values: &[&'static str]| values[dice.below(values.len() as u64) as usize];
    let how = any(&["none", "none", "beside", "instead"]);
    let members = match how {
        "none" => return,
        "beside" => ["s1", "s2"].as_slice(),
        _ => ["s1", "s2", "s3"].as_slice(),
    };
    for (name, value) in [
        ("share.coordinator.state.topic.num.partitions", "2"),
        ("share.coordinator.snapshot.update.records.per.snapshot", any(&["5", "500"])),
        ("share.auto.offset.reset", any(&["earliest", "latest"])),
        ("group.share.record.lock.duration.ms", any(&["2000", "4000"])),
        ("group.share.delivery.count.limit", any(&["2", "5"])),
        ("group.share.partition.max.record.locks", any(&["100", "200"])),
    ] {
        scenario.cluster.config.insert(name.into(), value.into());
    }
    let configs = [
        ("metadata.max.age.ms", "10000"),
        ("share.acknowledgement.mode", any(&["implicit", "explicit"])),
        // Otherwise nothing is committed but with the next fetch.
        ("enable.auto.commit", any(&["true", "false"])),
        ("max.poll.records", any(&["10", "100"])),
        ("max.poll.interval.ms", any(&["8000", "300000"])),
    ];
    let commit = match any(&["sync", "before", "async", "none"]) {
        "sync" => CommitMode::Sync,
        "before" => CommitMode::SyncBefore,
        "async" => CommitMode::Async,
        _ => CommitMode::None,
    };
    // Whoever takes longer than the locks last gets nowhere.
    let processing = if any(&["slow", "fast"]) == "slow" { ms(5) } else { ms(1) };
    if how == "instead" {
        scenario.consumers.clear();
    }
    scenario.consumers.extend(members.iter().map(|name| ConsumerSpec {
        group: "pool".into(),
        handling: Handling { commit, ..Handling::default() },
        processing,
        share: true,
        ..consumer(name, &configs)
    }));
}

/// Whatever is committed of a partition is consumed or archived.
pub fn everything_is_consumed(world: &World, partition: Partition) -> Result<(), Broken> {
    let leader = world.metadata().partition(partition).and_then(|state| state.leader);
    let live = leader.and_then(|id| world.brokers[&id].live.as_ref());
    let shares = live.and_then(|live| {
        live.share_partitions().find(|(key, _)| key.partition == partition).map(|(_, it)| it)
    });
    let end = live.and_then(|live| live.replicas.get(&partition)).map(|it| it.high_watermark);
    let start = shares.map(|it| it.start_offset());
    if start < end || start.is_none() {
        return Err(Broken {
            invariant: "EventuallyConsumed",
            partition: Some(partition),
            what: format!("the share group has come to {start:?} of {end:?}"),
        });
    }
    Ok(())
}
