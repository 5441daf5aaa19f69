//! The story vocabulary: a small cluster, things done to it, and what it told, as a transcript.

use kafkascope::session::transcript::{Detail, Transcript};
use kafkascope::sim::command::ConfigTarget;
use kafkascope::sim::config::REPLICA_SELECTORS;
use kafkascope::sim::id::{BrokerId, ClientId, ControllerId, Offset};
use kafkascope::sim::scenario::{
    ClusterSpec, ConsumerSpec, LinkSpec, ProducerSpec, Scenario, TopicSpec, Workload,
};
use kafkascope::sim::{Command, Event, Node, Partition, Refusal, Span, Stamped, Time, World};

pub fn ms(n: u64) -> Span {
    Span::ms(n)
}

pub fn secs(n: u64) -> Span {
    Span::secs(n)
}

/// Broker n.
pub fn b(n: u32) -> Node {
    Node::Broker(BrokerId(n))
}

/// Controller n.
pub fn c(n: u32) -> Node {
    Node::Controller(ControllerId(n))
}

/// A world with steady links (1 ms between servers, 2 ms to clients, no jitter, no bandwidth
/// limit), so that transcripts read well.
pub struct Story {
    pub scenario: Scenario,
}

/// Three brokers, the topic `orders` with one partition on all of them.
pub fn story() -> Story {
    let steady = LinkSpec { latency: ms(1), jitter: Span::ZERO, bandwidth: 0 };
    Story {
        scenario: Scenario {
            seed: 1,
            cluster: ClusterSpec {
                network: steady,
                client_network: LinkSpec { latency: ms(2), ..steady },
                ..ClusterSpec::default()
            },
            topics: vec![TopicSpec {
                name: "orders".into(),
                partitions: Some(1),
                replication_factor: Some(3),
                assignment: Vec::new(),
                config: Default::default(),
            }],
            producers: Vec::new(),
            processors: Vec::new(),
            consumers: Vec::new(),
        },
    }
}

impl Story {
    pub fn cluster_config(mut self, name: &str, value: &str) -> Story {
        self.scenario.cluster.config.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Brokers 1, 2 and 3 in the racks a, b and c, where consumers may read from followers.
    pub fn racks(mut self) -> Story {
        for (broker, rack) in self.scenario.cluster.brokers.iter_mut().zip(["a", "b", "c"]) {
            broker.rack = Some(rack.into());
        }
        self.cluster_config("replica.selector.class", REPLICA_SELECTORS[1])
    }

    pub fn topic_config(mut self, name: &str, value: &str) -> Story {
        self.scenario.topics[0].config.insert(name.to_owned(), value.to_owned());
        self
    }

    /// A quorum of this many.
    pub fn controllers(mut self, count: u32) -> Story {
        self.scenario.cluster.controllers = count;
        self
    }

    /// Controller n and broker n are one process.
    pub fn combined(mut self) -> Story {
        self.scenario.cluster.combined = true;
        self
    }

    pub fn partitions(mut self, count: u32) -> Story {
        self.scenario.topics[0].partitions = Some(count);
        self
    }

    /// A producer that sends only when told.
    pub fn producer(self, name: &str, config: &[(&str, &str)]) -> Story {
        self.busy_producer(
            name,
            Workload { rate: 0, keys: 0, bytes: 100, ..Workload::default() },
            config,
        )
    }

    pub fn busy_producer(
        mut self,
        name: &str,
        workload: Workload,
        config: &[(&str, &str)],
    ) -> Story {
        self.scenario.producers.push(ProducerSpec {
            name: name.into(),
            topic: "orders".into(),
            workload,
            config: config.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
            start: Time::ZERO + secs(1),
            transactional: None,
            transaction: Default::default(),
        });
        self
    }

    pub fn consumer(mut self, name: &str, config: &[(&str, &str)]) -> Story {
        self.scenario.consumers.push(consumer(name, config));
        self
    }

    /// Lets the world boot and run to 2 s: brokers unfenced, topics there, producers started.
    pub fn boot(self) -> Told {
        self.run_to(Time::ZERO + secs(2))
    }

    pub fn run_to(self, until: Time) -> Told {
        let mut told = Told {
            world: World::new(&self.scenario).expect("a story's scenario is valid"),
            log: Vec::new(),
            mark: 0,
            from: Time::ZERO,
        };
        told.world.run_until(until, &mut told.log);
        told.begin();
        told
    }
}

pub fn consumer(name: &str, config: &[(&str, &str)]) -> ConsumerSpec {
    ConsumerSpec {
        name: name.into(),
        group: "billing".into(),
        topics: vec!["orders".into()],
        processing: ms(1),
        config: config.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
        start: Time::ZERO + secs(1),
        rack: None,
        instance: None,
        handling: Default::default(),
        share: false,
    }
}

/// A running world and all that it told so far.
pub struct Told {
    pub world: World,
    pub log: Vec<Stamped>,
    mark: usize,
    from: Time,
}

impl Told {
    /// Transcripts begin here, at time zero.
    pub fn begin(&mut self) -> &mut Told {
        self.mark = self.log.len();
        self.from = self.world.now;
        self
    }

    pub fn run(&mut self, span: Span) -> &mut Told {
        let until = self.world.now + span;
        self.world.run_until(until, &mut self.log);
        self
    }

    pub fn submit(&mut self, command: Command) -> Result<(), Refusal> {
        self.world.submit(&command, &mut self.log)
    }

    pub fn does(&mut self, command: Command) -> &mut Told {
        self.submit(command).expect("the story's command is possible");
        self
    }

    pub fn crash(&mut self, node: Node) -> &mut Told {
        self.does(Command::Crash(node))
    }

    pub fn start(&mut self, node: Node) -> &mut Told {
        self.does(Command::Start(node))
    }

    /// One record without a key.
    pub fn produce(&mut self, producer: &str) -> &mut Told {
        let client = self.client(producer);
        self.does(Command::Produce { client, key: None })
    }

    pub fn set(&mut self, target: ConfigTarget, name: &str, value: &str) -> &mut Told {
        self.does(Command::SetConfig { target, name: name.into(), value: value.into() })
    }

    pub fn client(&self, name: &str) -> ClientId {
        self.world.client_named(name).expect("the story has this client")
    }

    /// A partition of the topic `orders`.
    pub fn orders(&self, index: u32) -> Partition {
        let (topic, _) = self.world.metadata().topic_named("orders").expect("orders exists");
        Partition { topic, index }
    }

    /// The active controller, if there is one.
    pub fn active(&self) -> Option<Node> {
        self.world.active_controller().map(|controller| Node::Controller(controller.id))
    }

    /// The broker that leads a partition now.
    pub fn leader(&self, partition: Partition) -> Option<BrokerId> {
        self.world.metadata().partition(partition)?.leader
    }

    /// The replicas of a partition, the preferred one first.
    pub fn replicas(&self, partition: Partition) -> Vec<BrokerId> {
        self.world.metadata().partition(partition).expect("it exists").replicas.clone()
    }

    pub fn isr(&self, partition: Partition) -> Vec<u32> {
        let state = self.world.metadata().partition(partition).expect("it exists");
        let mut isr: Vec<u32> = state.isr.iter().map(|id| id.0).collect();
        isr.sort_unstable();
        isr
    }

    pub fn log_end(&self, broker: BrokerId, partition: Partition) -> Offset {
        self.world.brokers[&broker].disk.logs.get(&partition).map_or(0, |log| log.end())
    }

    pub fn high_watermark(&self, broker: BrokerId, partition: Partition) -> Offset {
        self.world.brokers[&broker].high_watermark(partition)
    }

    /// Everything told since [`Told::begin`], as a student would follow it.
    pub fn text(&self) -> String {
        let transcript = Transcript::new(&self.world, Detail::Story, self.from);
        transcript.text(&self.log[self.mark..])
    }

    /// Only lines about events that `keep` picks.
    pub fn text_of(&self, keep: impl Fn(&Event) -> bool) -> String {
        let transcript = Transcript::new(&self.world, Detail::Story, self.from);
        transcript.text(self.log[self.mark..].iter().filter(|stamped| keep(&stamped.event)))
    }

    pub fn events(&self) -> impl Iterator<Item = &Stamped> {
        self.log[self.mark..].iter()
    }
}

/// Facts without the messages: what changed, not who spoke.
pub fn facts(event: &Event) -> bool {
    !matches!(event, Event::Sent(_) | Event::Arrived(_) | Event::Lost(_))
}
