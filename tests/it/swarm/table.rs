//! A topic whose old records go, in the swarm: what it is, and who deletes from it.

use kafkascope::sim::dice::Stream;
use kafkascope::sim::scenario::{Scenario, Workload};
use kafkascope::sim::{Command, Time};

use crate::cluster::secs;

/// In some worlds there is a second topic, of short segments, of which old records go: by size, by
/// key, or both.
pub fn add(seed: u64, scenario: &mut Scenario) {
    let mut dice = Stream::new(seed, &[80]);
    if dice.below(3) == 0 {
        return;
    }
    let mut any = |values: &[&'static str]| values[dice.below(values.len() as u64) as usize];
    let configs = [
        ("cleanup.policy", any(&["compact", "compact", "compact,delete", "delete"])),
        ("min.cleanable.dirty.ratio", any(&["0.01", "0.5"])),
        ("min.compaction.lag.ms", any(&["0", "3000"])),
        ("delete.retention.ms", any(&["0", "3000", "20000"])),
        ("segment.bytes", any(&["400", "1500"])),
        ("retention.bytes", any(&["-1", "1000", "4000"])),
        ("min.insync.replicas", any(&["1", "2"])),
    ];
    let backoff = any(&["500", "4000"]);
    let config = &mut scenario.cluster.config;
    config.insert("log.cleaner.backoff.ms".into(), backoff.into());
    config.insert("log.initial.task.delay.ms".into(), "1000".into());
    config.insert("log.retention.check.interval.ms".into(), "1000".into());
    config.insert("offsets.topic.segment.bytes".into(), any(&["1000", "104857600"]).into());
    let mut table = scenario.topics[0].clone();
    table.name = "table".into();
    table.partitions = Some(1);
    table.config = configs.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
    scenario.topics.push(table);
    let mut writer = scenario.producers[0].clone();
    (writer.name, writer.topic) = ("p3".into(), "table".into());
    writer.workload = Workload { rate: 20, keys: 5, bytes: 60, tombstones: 20 };
    scenario.producers.push(writer);
}

/// What is deleted from it by hand: once, so that nothing else an administrator wants waits for it
/// for long.
pub fn commands(seed: u64, scenario: &Scenario) -> Option<(Time, Command)> {
    let mut dice = Stream::new(seed, &[81]);
    let there = scenario.topics.iter().any(|topic| &*topic.name == "table");
    if !there || dice.below(2) > 0 {
        return None;
    }
    let offset = [-1, 40, 200][dice.below(3) as usize];
    let at = Time::ZERO + secs(5 + dice.below(20));
    Some((at, Command::DeleteRecords { topic: "table".into(), partition: 0, offset }))
}
