//! The same tape with one thing changed from its first moment on: a config, or something that was
//! done and is left out. All else, and all luck, stays as it was.

use super::branches::{BranchId, Why};
use super::{Session, Timed};
use crate::sim::command::ConfigTarget;
use crate::sim::id::Name;
use crate::sim::scenario::{ConsumerSpec, ProducerSpec, Properties, TopicSpec};
use crate::sim::{Command, Flaw, Scenario};

/// Whose config is another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Whose {
    /// All topics'.
    Topics,
    /// All producers'.
    Producers,
    /// All consumers'.
    Consumers,
    /// This one's.
    Of(ConfigTarget),
}

/// A config that is another from the beginning.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Variation {
    pub whose: Whose,
    /// As Kafka calls it.
    pub name: Name,
    /// As in a `.properties` file.
    pub value: Name,
    /// The client's name, where it is one's own.
    pub client: Option<Name>,
}

impl Variation {
    /// Of this session.
    pub fn of(session: &Session, whose: Whose, name: Name, value: Name) -> Variation {
        let client = match &whose {
            Whose::Of(ConfigTarget::Client(id)) => session.world().clients.get(id),
            _ => None,
        };
        let client = client.map(|client| client.name().clone());
        Variation { whose, name, value, client }
    }

    fn set(&self, config: &mut Properties) {
        config.insert(self.name.to_string(), self.value.to_string());
    }

    fn topic(&self, spec: &mut TopicSpec) {
        match &self.whose {
            Whose::Topics => self.set(&mut spec.config),
            Whose::Of(ConfigTarget::Topic(name)) if *name == spec.name => {
                self.set(&mut spec.config);
            }
            _ => {}
        }
    }

    fn producer(&self, spec: &mut ProducerSpec) {
        if self.whose == Whose::Producers || self.client.as_ref() == Some(&spec.name) {
            self.set(&mut spec.config);
        }
    }

    fn consumer(&self, spec: &mut ConsumerSpec) {
        if self.whose == Whose::Consumers || self.client.as_ref() == Some(&spec.name) {
            self.set(&mut spec.config);
        }
    }

    fn scenario(&self, scenario: &mut Scenario) {
        if self.whose == Whose::Of(ConfigTarget::Cluster) {
            self.set(&mut scenario.cluster.config);
        }
        scenario.topics.iter_mut().for_each(|spec| self.topic(spec));
        scenario.producers.iter_mut().for_each(|spec| self.producer(spec));
        scenario.consumers.iter_mut().for_each(|spec| self.consumer(spec));
    }

    /// Whoever came later has it from the beginning, too.
    fn command(&self, command: &mut Command) {
        match command {
            Command::CreateTopic(spec) => self.topic(spec),
            Command::AddProducer(spec) => self.producer(spec),
            Command::AddConsumer(spec) => self.consumer(spec),
            _ => {}
        }
    }
}

impl Session {
    /// A branch of the same tape on which a config was another from the beginning. Nobody is on it
    /// yet.
    ///
    /// # Errors
    /// If the scenario cannot be so: where, and why. Then there is no such branch.
    pub fn vary(&mut self, variation: Variation) -> Result<BranchId, Flaw> {
        let mut scenario = self.timeline.scenario().clone();
        variation.scenario(&mut scenario);
        let mut commands: Vec<Timed> = self.timeline.commands().to_vec();
        commands.iter_mut().for_each(|(_, command)| variation.command(command));
        let tape = self.timeline.of_scenario(scenario, commands)?;
        Ok(self.add_branch(tape, Why::Varied(variation)))
    }

    /// A branch of the same tape without one of its commands, and what was done with it; what came
    /// later stays. None if there is no such command.
    ///
    /// # Errors
    /// If the scenario cannot be; it could before.
    pub fn leave_out(&mut self, place: usize) -> Result<Option<BranchId>, Flaw> {
        let Some((tape, command)) = self.timeline.without(place)? else { return Ok(None) };
        Ok(Some(self.add_branch(tape, Why::Without(command))))
    }
}
