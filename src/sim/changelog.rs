//! The topics behind the stores of stream processors (InternalTopicManager.makeReady).

use super::id::Name;
use super::scenario::{ProcessorSpec, Scenario, TopicSpec};
use super::world::World;

impl World {
    /// A topic is asked for that all stores of an application share: as many partitions as the
    /// topic has that it reads, compacted, and as many replicas as brokers give by default
    /// (`replication.factor=-1`).
    // Simplified: it is asked for when a processor is added or its topic is created, not by the
    // leader of the group when it assigns; more partitions later make no more of it.
    fn ask_for_changelog(&mut self, changelog: Name, partitions: u32) {
        let config = [("cleanup.policy".to_owned(), "compact".to_owned())].into();
        let (name, partitions) = (changelog, Some(partitions));
        let assignment = Vec::new();
        self.ask_for_topic(&TopicSpec {
            name,
            partitions,
            replication_factor: None,
            assignment,
            config,
        });
    }

    /// Those that a scenario does not name itself.
    pub(super) fn ask_for_changelogs(&mut self, scenario: &Scenario) {
        let mut known: Vec<Name> = scenario.topics.iter().map(|it| it.name.clone()).collect();
        for spec in scenario.processors.iter().filter(|it| it.transform.has_store()) {
            let input = scenario.topics.iter().find(|it| spec.topics.first() == Some(&it.name));
            let Some(input) = input.filter(|_| !known.contains(&spec.changelog())) else {
                continue;
            };
            known.push(spec.changelog());
            self.ask_for_changelog(spec.changelog(), self.partitions_of(input));
        }
    }

    /// How many partitions a topic will have.
    fn partitions_of(&self, spec: &TopicSpec) -> u32 {
        let default = u32::try_from(self.config.num_partitions).unwrap_or(1);
        match spec.assignment.len() as u32 {
            0 => spec.partitions.unwrap_or(default),
            assigned => assigned,
        }
    }

    /// A processor was added.
    pub(super) fn ask_for_changelog_of(&mut self, spec: &ProcessorSpec) {
        let there = |name: &str| {
            let found = self.metadata().topic_named(name);
            found.map(|(_, topic)| topic.partitions.len() as u32)
        };
        let partitions = spec.topics.first().and_then(|topic| there(topic));
        let lacks = spec.transform.has_store() && there(&spec.changelog()).is_none();
        if let Some(partitions) = partitions.filter(|_| lacks) {
            self.ask_for_changelog(spec.changelog(), partitions);
        }
    }

    /// A topic was asked for: processors may wait for it.
    pub(super) fn ask_for_changelogs_of(&mut self, spec: &TopicSpec) {
        let mut lacking: Vec<Name> = Vec::new();
        for processor in self.clients.values().filter_map(|it| it.as_processor()) {
            let Some(stores) = processor.stores() else { continue };
            let reads = processor.consumer().topics.first() == Some(&spec.name);
            let known = self.metadata().topic_named(&stores.changelog).is_some();
            if reads && !known && !lacking.contains(&stores.changelog) {
                lacking.push(stores.changelog.clone());
            }
        }
        for changelog in lacking {
            self.ask_for_changelog(changelog, self.partitions_of(spec));
        }
    }
}
