//! A real cluster, rebuilt as a simulated one for whoever replays what it went through.

use kafkascope::sim::config::{Scope, spec};
use kafkascope::sim::id::{BrokerId, ClientId};
use kafkascope::sim::scenario::{
    BrokerSpec, ClusterSpec, ConsumerSpec, LinkSpec, ProducerSpec, Properties, Scenario, TopicSpec,
    Workload,
};
use kafkascope::sim::{Command, Event, Node, Partition, Span, Stamped, Time, World};

/// The running copy and all that it told.
pub struct Rebuilt {
    pub world: World,
    pub log: Vec<Stamped>,
}

impl Rebuilt {
    /// Processes on one machine, with the configs that the model knows. ELR is off unless they
    /// say otherwise: it was on none of these clusters by default.
    pub fn new(
        (controllers, brokers): (u32, u32),
        config: &Properties,
        topics: Vec<TopicSpec>,
    ) -> Result<Self, String> {
        Self::with_consumers((controllers, brokers), config, topics, Vec::new())
    }

    /// The same, with consumers that are started by command.
    fn with_consumers(
        (controllers, brokers): (u32, u32),
        config: &Properties,
        topics: Vec<TopicSpec>,
        consumers: Vec<ConsumerSpec>,
    ) -> Result<Self, String> {
        let mut config = config.clone();
        let elr = config.get("eligible.leader.replicas.enable").is_some_and(|on| on == "true");
        config.retain(|name, _| spec(Scope::Cluster, name).is_some());
        let version = if elr { "1" } else { "0" };
        config.insert("eligible.leader.replicas.version".into(), version.into());
        let steady = LinkSpec { latency: Span::us(500), jitter: Span::ZERO, bandwidth: 0 };
        let brokers = (1..=brokers).map(|id| BrokerSpec { id: BrokerId(id), rack: None });
        let scenario = Scenario {
            seed: 1,
            cluster: ClusterSpec {
                controllers,
                combined: false,
                brokers: brokers.collect(),
                config,
                network: steady,
                client_network: steady,
            },
            topics,
            producers: Vec::new(),
            processors: Vec::new(),
            consumers,
        };
        let mut world = World::new(&scenario).map_err(|flaw| format!("{flaw:?}"))?;
        let mut log = Vec::new();
        world.run_until(Time::ZERO + Span::secs(5), &mut log);
        Ok(Rebuilt { world, log })
    }

    pub fn run(&mut self, span: Span) {
        let until = self.world.now + span;
        self.world.run_until(until, &mut self.log);
    }

    pub fn submit(&mut self, command: Command) -> Result<(), String> {
        self.world.submit(&command, &mut self.log).map_err(|refusal| refusal.to_string())
    }

    /// A producer to the topic `t` that sends only when told.
    pub fn add_producer(&mut self, name: &str, config: &[(&str, &str)]) -> Result<(), String> {
        let config = config.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        self.submit(Command::AddProducer(ProducerSpec {
            name: name.into(),
            topic: "t".into(),
            workload: Workload { rate: 0, keys: 0, bytes: 20, ..Workload::default() },
            config: config.collect(),
            start: self.world.now,
            transactional: None,
            transaction: Default::default(),
        }))
    }

    /// The client that was added by this name begins.
    pub fn start(&mut self, name: &str) -> Result<(), String> {
        self.submit(Command::Start(Node::Client(self.client(name)?)))
    }

    /// It ends in order.
    pub fn stop(&mut self, name: &str) -> Result<(), String> {
        self.submit(Command::Stop(Node::Client(self.client(name)?)))
    }

    pub fn client(&self, name: &str) -> Result<ClientId, String> {
        self.world.client_named(name).ok_or(format!("{name} is not there"))
    }

    /// A partition of the topic `t`.
    pub fn partition(&self, index: u32) -> Result<Partition, String> {
        let (topic, _) = self.world.metadata().topic_named("t").ok_or("no topic")?;
        Ok(Partition { topic, index })
    }

    pub fn log_end(&self, broker: BrokerId, partition: Partition) -> i64 {
        let log = self.world.brokers.get(&broker).map(|b| &b.disk.logs);
        log.and_then(|logs| logs.get(&partition)).map_or(0, |log| log.end())
    }

    pub fn log_start(&self, broker: BrokerId, partition: Partition) -> i64 {
        let log = self.world.brokers.get(&broker).map(|b| &b.disk.logs);
        log.and_then(|logs| logs.get(&partition)).map_or(0, |log| log.start())
    }

    /// What one client told since a place in the log.
    pub fn told_by(&self, client: ClientId, since: usize) -> impl Iterator<Item = &Stamped> {
        self.log[since..].iter().filter(move |stamped| stamped.node == Node::Client(client))
    }
}

/// A topic `t` with one replica, and an internal topic for groups with one partition.
pub fn one_broker(
    partitions: u32,
    config: &[(&str, &str)],
    consumers: Vec<ConsumerSpec>,
) -> Result<Rebuilt, String> {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let groups = [("offsets.topic.num.partitions", "1"), ("offsets.topic.replication.factor", "1")];
    let topic = TopicSpec {
        name: "t".into(),
        partitions: Some(partitions),
        replication_factor: Some(1),
        assignment: Vec::new(),
        config: Properties::new(),
    };
    let config = groups.iter().chain(config).map(owned).collect();
    Rebuilt::with_consumers((1, 1), &config, vec![topic], consumers)
}

/// What a producer was told of one batch: where it begins and how many records are in it.
pub fn acked(event: &Event) -> Option<(Partition, i64, i64)> {
    match event {
        Event::Acked { partition, base_offset, records } => {
            Some((*partition, *base_offset, records.len() as i64))
        }
        _ => None,
    }
}
