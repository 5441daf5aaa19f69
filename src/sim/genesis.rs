//! From a scenario to a world: checks everything first, then sets up machines and applications.

use std::sync::Arc;

use super::admin::Admin;
use super::broker::Broker;
use super::check_spec as check;
use super::client::{Client, Consumer, Processor, Producer};
use super::command::{Quantity, Refusal};
use super::config::{ClusterConfig, ConsumerConfig, ProducerConfig, Scope};
use super::controller::Controller;
use super::effect::Timer;
use super::id::{BrokerId, ClientId, ControllerId, Name, Node};
use super::processing::ProcessingGuarantee;
use super::scenario::{
    BrokerSpec, ConsumerSpec, ProcessorSpec, ProducerSpec, Properties, Scenario, TopicSpec, limits,
};
use super::time::Time;
use super::wire::{CreateTopicsRequest, Request};
use super::world::World;

/// When topics are wished for in combined mode. The broker in the process of the active controller
/// is in service before all others, and would lead every partition that is made in between.
const ALL_IN_SERVICE: Time = Time(2_500_000);

/// `transaction.timeout.ms` of processors with exactly_once_v2
/// (StreamsConfig.DEFAULT_TRANSACTION_TIMEOUT).
pub(super) const EOS_TRANSACTION_TIMEOUT_MS: i64 = 10_000;

/// Where in a scenario something is wrong, and what.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Flaw {
    /// As in a scenario file: `producer[1].config`.
    pub place: String,
    pub refusal: Refusal,
}

impl World {
    /// The opening scenario at its first moment, without the engine's extension. As its clients
    /// keep to Kafka's defaults and nobody from outside has written it, it is not looked through.
    pub fn opening(scenario: &Scenario) -> World {
        let mut world = World::empty(scenario, default_config(scenario));
        world.add_controllers(scenario.cluster.controllers);
        scenario.cluster.brokers.iter().for_each(|spec| world.add_broker(spec));
        scenario.topics.iter().for_each(|spec| world.ask_for_topic(spec));
        for spec in &scenario.producers {
            world.add_producer(spec, ProducerConfig::default(), spec.start);
        }
        for spec in &scenario.consumers {
            world.add_consumer(spec, ConsumerConfig::default(), spec.start);
        }
        world
    }

    /// The world at its first moment: nothing has happened yet.
    ///
    /// # Errors
    /// If the scenario cannot be: where in it, and why.
    pub fn new(scenario: &Scenario) -> Result<World, Flaw> {
        let config = cluster_config(scenario).map_err(at("cluster.config"))?;
        let mut world = World::empty(scenario, config);
        world.complete();
        let controllers = scenario.cluster.controllers;
        check::bounds(Quantity::Controllers, controllers, 1, limits::CONTROLLERS)
            .map_err(at("cluster.controllers"))?;
        world.add_controllers(controllers);
        check::count(Quantity::Brokers, scenario.cluster.brokers.len(), limits::BROKERS)
            .map_err(at("cluster.brokers"))?;
        for (index, spec) in scenario.cluster.brokers.iter().enumerate() {
            world.check_broker(spec).map_err(at_index("cluster.brokers", index))?;
            world.add_broker(spec);
        }
        world.check_combined().map_err(at("cluster.combined"))?;
        for link in [&scenario.cluster.network, &scenario.cluster.client_network] {
            check::link(link).map_err(at("cluster.network"))?;
        }
        for (index, spec) in scenario.topics.iter().enumerate() {
            world.check_topic(spec).map_err(at_index("topic", index))?;
            let repeated = scenario.topics[..index].iter().any(|other| other.name == spec.name);
            if repeated {
                return Err(at_index("topic", index)(Refusal::NameTaken(spec.name.clone())));
            }
            world.ask_for_topic(spec);
        }
        world.ask_for_changelogs(scenario);
        if world.network.is_combined() {
            let seq = world.take_seq();
            world.agenda.arm(Node::Admin, Timer::Sender, ALL_IN_SERVICE, seq);
        }
        for (index, spec) in scenario.producers.iter().enumerate() {
            let config = world.check_producer(spec).map_err(at_index("producer", index))?;
            world.add_producer(spec, config, spec.start);
        }
        for (index, spec) in scenario.consumers.iter().enumerate() {
            let config = world.check_consumer(spec).map_err(at_index("consumer", index))?;
            world.add_consumer(spec, config, spec.start);
        }
        for (index, spec) in scenario.processors.iter().enumerate() {
            let configs = world.check_processor(spec).map_err(at_index("processor", index))?;
            world.add_processor(spec, configs, spec.start);
        }
        Ok(world)
    }

    /// In combined mode every controller has its broker.
    fn check_combined(&self) -> Result<(), Refusal> {
        let hosts = self.controllers.keys().map(|id| BrokerId(id.0));
        let mut missing = hosts.filter(|id| !self.brokers.contains_key(id));
        match missing.next() {
            Some(id) if self.network.is_combined() => Err(Refusal::NoHost(id)),
            _ => Ok(()),
        }
    }

    fn add_controllers(&mut self, count: u32) {
        let voters: Arc<[ControllerId]> = (1..=count).map(ControllerId).collect();
        self.admin = Admin::new(Arc::clone(&voters));
        for id in voters.iter().copied() {
            let controller = Controller::new(id, Arc::clone(&voters), self.config.clone());
            self.controllers.insert(id, controller);
            self.add_process(Node::Controller(id));
            self.start_at(Node::Controller(id), Time::ZERO);
        }
    }

    pub(super) fn add_broker(&mut self, spec: &BrokerSpec) {
        let voters = self.controllers.keys().copied().collect();
        let broker = Broker::new(spec.id, spec.rack.clone(), self.config.clone(), voters);
        self.brokers.insert(spec.id, broker);
        self.add_process(Node::Broker(spec.id));
        self.start_at(Node::Broker(spec.id), self.now);
    }

    /// Sends the wish to the controller by way of the person's admin client.
    pub(super) fn ask_for_topic(&mut self, spec: &TopicSpec) {
        let count = |value: i64| u32::try_from(value).unwrap_or(u32::MAX);
        let request = CreateTopicsRequest {
            name: spec.name.clone(),
            partitions: spec.partitions.unwrap_or(count(self.config.num_partitions)),
            replication_factor: spec
                .replication_factor
                .unwrap_or(count(self.config.default_replication_factor)),
            assignments: spec.assignment.clone(),
            configs: spec
                .config
                .iter()
                .map(|(n, v)| (n.as_str().into(), v.as_str().into()))
                .collect(),
        };
        self.ask_admin(Request::CreateTopics(request), spec.name.clone());
    }

    pub(super) fn ask_admin(&mut self, request: Request, subject: Name) {
        self.admin.ask(request, subject);
        let (now, seq) = (self.now, self.take_seq());
        self.agenda.arm(Node::Admin, Timer::Sender, now, seq);
    }

    fn bootstrap(&self) -> Arc<[BrokerId]> {
        self.brokers.keys().copied().collect()
    }

    fn next_client_id(&mut self) -> ClientId {
        let id = ClientId(self.next_client);
        self.next_client += 1;
        id
    }

    pub(super) fn add_producer(
        &mut self,
        spec: &ProducerSpec,
        config: ProducerConfig,
        start: Time,
    ) {
        let id = self.next_client_id();
        let producer = Producer::new(id, spec, config, self.bootstrap());
        self.clients.insert(id, Client::Producer(Box::new(producer)));
        self.add_process(Node::Client(id));
        self.start_at(Node::Client(id), start.max(self.now));
    }

    pub(super) fn add_consumer(
        &mut self,
        spec: &ConsumerSpec,
        config: ConsumerConfig,
        start: Time,
    ) {
        let id = self.next_client_id();
        let consumer = Consumer::new(id, spec, config, self.bootstrap());
        self.clients.insert(id, Client::Consumer(Box::new(consumer)));
        self.add_process(Node::Client(id));
        self.start_at(Node::Client(id), start.max(self.now));
    }

    pub(super) fn add_processor(
        &mut self,
        spec: &ProcessorSpec,
        (consumer, producer): (ConsumerConfig, ProducerConfig),
        start: Time,
    ) {
        let id = self.next_client_id();
        let processor = Processor::new(id, spec, consumer, producer, self.bootstrap());
        self.clients.insert(id, Client::Processor(Box::new(processor)));
        self.add_process(Node::Client(id));
        self.start_at(Node::Client(id), start.max(self.now));
    }

    pub(super) fn check_broker(&self, spec: &BrokerSpec) -> Result<(), Refusal> {
        if self.brokers.contains_key(&spec.id) {
            return Err(Refusal::NameTaken(spec.id.to_string().as_str().into()));
        }
        spec.rack.as_ref().map_or(Ok(()), check::name)
    }

    /// What can be said of a topic before the controller is asked.
    pub(super) fn check_topic(&self, spec: &TopicSpec) -> Result<(), Refusal> {
        check::name(&spec.name)?;
        if spec.name.starts_with("__") {
            return Err(Refusal::NameReserved(spec.name.clone()));
        }
        if self.metadata().topic_named(&spec.name).is_some() {
            return Err(Refusal::NameTaken(spec.name.clone()));
        }
        check::count(Quantity::Topics, self.metadata().topics.len() + 1, limits::TOPICS)?;
        if !spec.assignment.is_empty() {
            self.check_assignment(&spec.assignment)?;
            return check::properties(Scope::Topic, &spec.config);
        }
        if let Some(partitions) = spec.partitions {
            check::bounds(Quantity::Partitions, partitions, 1, limits::PARTITIONS)?;
        }
        let wanted = spec
            .replication_factor
            .unwrap_or(u32::try_from(self.config.default_replication_factor).unwrap_or(u32::MAX));
        check::bounds(Quantity::ReplicationFactor, wanted, 1, 32767)?;
        let brokers = self.brokers.len() as u32;
        if wanted > brokers {
            return Err(Refusal::ReplicationFactorAboveBrokers { wanted, brokers });
        }
        check::properties(Scope::Topic, &spec.config)
    }

    fn check_assignment(&self, assignment: &[Vec<BrokerId>]) -> Result<(), Refusal> {
        let partitions = u32::try_from(assignment.len()).unwrap_or(u32::MAX);
        check::bounds(Quantity::Partitions, partitions, 1, limits::PARTITIONS)?;
        assignment.iter().try_for_each(|replicas| self.check_replicas(replicas))
    }

    pub(super) fn check_producer(&self, spec: &ProducerSpec) -> Result<ProducerConfig, Refusal> {
        self.check_client_name(&spec.name)?;
        check::name(&spec.topic)?;
        check::workload(&spec.workload)?;
        check::properties(Scope::Producer, &spec.config)?;
        let mut config = ProducerConfig::default();
        set_all(Scope::Producer, &spec.config, |name, value| config.set(name, value));
        check::producer(&config)?;
        check::idempotence(&config, spec.config.contains_key("enable.idempotence"))?;
        spec.transactional.as_ref().map_or(Ok(()), check::name)?;
        check::transactional(&config, spec.transactional.is_some())?;
        check::transacting(&spec.transaction)?;
        Ok(config)
    }

    pub(super) fn check_consumer(&self, spec: &ConsumerSpec) -> Result<ConsumerConfig, Refusal> {
        self.check_client_name(&spec.name)?;
        check::name(&spec.group)?;
        spec.topics.iter().try_for_each(check::name)?;
        spec.rack.as_ref().map_or(Ok(()), check::name)?;
        spec.instance.as_ref().map_or(Ok(()), check::name)?;
        check::span(Quantity::Processing, spec.processing)?;
        check::properties(Scope::Consumer, &spec.config)?;
        let mut config = ConsumerConfig::default();
        set_all(Scope::Consumer, &spec.config, |name, value| config.set(name, value));
        check::consumer(&config)?;
        Ok(config)
    }

    /// A processor's configs: what its guarantee asks for, nobody can change; the rest has the
    /// defaults of StreamsConfig where those are not the clients' own.
    pub(super) fn check_processor(
        &self,
        spec: &ProcessorSpec,
    ) -> Result<(ConsumerConfig, ProducerConfig), Refusal> {
        self.check_client_name(&spec.name)?;
        check::name(&spec.group)?;
        check::name(&spec.to)?;
        spec.topics.iter().try_for_each(check::name)?;
        if spec.transform.has_store() {
            check::name(&spec.store)?;
            check::name(&spec.changelog())?;
            // Two partitions with one number would share one of the changelog.
            check::bounds(Quantity::Topics, spec.topics.len() as u32, 1, 1)?;
        }
        check::span(Quantity::Processing, spec.processing)?;
        check::properties(Scope::Consumer, &spec.consumer)?;
        check::properties(Scope::Producer, &spec.producer)?;
        let exactly_once = spec.guarantee == ProcessingGuarantee::ExactlyOnceV2;
        let mut consumer = ConsumerConfig { auto_offset_reset: 1, ..ConsumerConfig::default() };
        set_all(Scope::Consumer, &spec.consumer, |name, value| consumer.set(name, value));
        consumer.enable_auto_commit = 0;
        consumer.isolation_level = if exactly_once { 1 } else { consumer.isolation_level };
        check::consumer(&consumer)?;
        let mut producer = ProducerConfig::default();
        if exactly_once {
            producer.transaction_timeout_ms = EOS_TRANSACTION_TIMEOUT_MS;
        }
        set_all(Scope::Producer, &spec.producer, |name, value| producer.set(name, value));
        check::producer(&producer)?;
        check::idempotence(&producer, spec.producer.contains_key("enable.idempotence"))?;
        check::transactional(&producer, exactly_once)?;
        Ok((consumer, producer))
    }

    fn check_client_name(&self, name: &Name) -> Result<(), Refusal> {
        check::name(name)?;
        check::count(Quantity::Clients, self.clients.len() + 1, limits::CLIENTS)?;
        match self.client_named(name) {
            Some(_) => Err(Refusal::NameTaken(name.clone())),
            None => Ok(()),
        }
    }
}

/// As in the properties that ship with Kafka for a single broker, the offsets topic gets no more
/// replicas than there are brokers, unless the scenario says otherwise.
fn default_config(scenario: &Scenario) -> ClusterConfig {
    let config = ClusterConfig::default();
    let brokers = scenario.cluster.brokers.len() as i64;
    let offsets_topic_replication_factor =
        config.offsets_topic_replication_factor.min(brokers).max(1);
    ClusterConfig { offsets_topic_replication_factor, ..config }
}

fn cluster_config(scenario: &Scenario) -> Result<ClusterConfig, Refusal> {
    let mut config = default_config(scenario);
    check::properties(Scope::Cluster, &scenario.cluster.config)?;
    set_all(Scope::Cluster, &scenario.cluster.config, |name, value| config.set(name, value));
    Ok(config)
}

fn set_all(scope: Scope, properties: &Properties, mut set: impl FnMut(&str, i64)) {
    for (name, value) in properties {
        if let Some(value) = super::config::spec(scope, name).and_then(|spec| spec.parse(value)) {
            set(name, value);
        }
    }
}

fn at(place: &str) -> impl FnOnce(Refusal) -> Flaw + '_ {
    move |refusal| Flaw { place: place.to_owned(), refusal }
}

fn at_index(place: &str, index: usize) -> impl FnOnce(Refusal) -> Flaw + '_ {
    move |refusal| Flaw { place: format!("{place}[{index}]"), refusal }
}
