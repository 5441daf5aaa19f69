//! What the swarm has found, as a scenario file that the page opens and the player plays.

use kafkascope::sim::command::ConfigTarget;
use kafkascope::sim::handling::CommitMode;
use kafkascope::sim::processing::{ProcessingGuarantee, Transform};
use kafkascope::sim::scenario::{LinkSpec, ProcessorSpec, Properties, Scenario, Workload};
use kafkascope::sim::transacting::{Transacting, TransactionAct};
use kafkascope::sim::{Command, Node, Span, Time};

/// The file of a scenario and what is done to it; it ends at `end`. A reset of one chosen message
/// has no words in a file: nobody could choose it.
pub fn text(scenario: &Scenario, commands: &[(Time, Command)], end: Time) -> String {
    let cluster = &scenario.cluster;
    let mut lines = vec![
        format!("seed = {}", scenario.seed),
        format!("end = {}", time(end)),
        String::new(),
        "[cluster]".to_owned(),
        format!("controllers = {}", cluster.controllers),
        format!("combined = {}", cluster.combined),
    ];
    let brokers = cluster.brokers.iter().map(|it| match &it.rack {
        Some(rack) => format!("{{ id = {}, rack = {rack:?} }}", it.id),
        None => format!("{{ id = {} }}", it.id),
    });
    lines.push(format!("brokers = [{}]", brokers.collect::<Vec<_>>().join(", ")));
    lines.push(format!("config = {}", properties(&cluster.config)));
    lines.push(format!("network = {}", link(&cluster.network)));
    lines.push(format!("client_network = {}", link(&cluster.client_network)));
    for topic in &scenario.topics {
        lines.extend([String::new(), "[[topic]]".to_owned(), format!("name = {:?}", topic.name)]);
        lines.extend(topic.partitions.map(|count| format!("partitions = {count}")));
        lines.extend(topic.replication_factor.map(|count| format!("replication-factor = {count}")));
        lines.push(format!("config = {}", properties(&topic.config)));
    }
    for it in &scenario.producers {
        lines.extend([String::new(), "[[producer]]".to_owned(), format!("name = {:?}", it.name)]);
        lines.push(format!("topic = {:?}", it.topic));
        let Workload { rate, keys, bytes, tombstones } = it.workload;
        let sizes = format!("rate = {rate}, keys = {keys}, bytes = {bytes}");
        lines.push(format!("workload = {{ {sizes}, tombstones = {tombstones} }}"));
        lines.push(format!("config = {}", properties(&it.config)));
        lines.push(format!("start = {}", time(it.start)));
        if let Some(id) = &it.transactional {
            lines.push(format!("transactional = {id:?}"));
            lines.push(format!("transaction = {{ {} }}", divided(it.transaction).join(", ")));
        }
    }
    for it in &scenario.consumers {
        lines.extend([String::new(), "[[consumer]]".to_owned(), format!("name = {:?}", it.name)]);
        let instance = it.instance.as_ref().map(|id| format!("instance = {id:?}"));
        lines.extend(instance);
        let commit = CommitMode::ALL.iter().position(|mode| *mode == it.handling.commit);
        lines.extend(commit.map(|at| format!("commit = {:?}", CommitMode::NAMES[at])));
        lines.push(format!("group = {:?}", it.group));
        lines.push(format!("share = {}", it.share));
        lines.push(format!("topics = {:?}", it.topics));
        lines.push(format!("processing = {}", span(it.processing)));
        lines.extend(it.rack.as_ref().map(|rack| format!("rack = {rack:?}")));
        lines.push(format!("config = {}", properties(&it.config)));
        lines.push(format!("start = {}", time(it.start)));
    }
    scenario.processors.iter().for_each(|it| lines.extend(processor(it)));
    for (at, command) in commands {
        let Some(done) = Names(scenario).line(command) else { continue };
        lines.extend([String::new(), "[[command]]".to_owned(), format!("at = {}", time(*at))]);
        lines.push(done);
    }
    lines.push(String::new());
    lines.join("\n")
}

fn processor(it: &ProcessorSpec) -> Vec<String> {
    let guarantees = ProcessingGuarantee::ALL.iter().zip(ProcessingGuarantee::NAMES);
    let transforms = Transform::ALL.iter().zip(Transform::NAMES);
    let guarantee = guarantees.filter(|(one, _)| **one == it.guarantee);
    let transform = transforms.filter(|(one, _)| **one == it.transform);
    let mut lines = vec![String::new(), "[[processor]]".to_owned()];
    lines.push(format!("name = {:?}\ngroup = {:?}", it.name, it.group));
    lines.push(format!("topics = {:?}\nto = {:?}", it.topics, it.to));
    lines.extend(guarantee.map(|(_, name)| format!("guarantee = {name:?}")));
    lines.extend(transform.map(|(_, name)| format!("transform = {name:?}")));
    lines.push(format!("store = {:?}", it.store));
    lines.push(format!("processing = {}", span(it.processing)));
    lines.push(format!("consumer = {}", properties(&it.consumer)));
    lines.push(format!("producer = {}", properties(&it.producer)));
    lines.push(format!("start = {}", time(it.start)));
    lines
}

/// When transactions end.
fn divided(transaction: Transacting) -> [String; 3] {
    let Transacting { records, time, aborts } = transaction;
    let time = format!("time = {}", span(time));
    [format!("records = {records}"), time, format!("aborts = {aborts}")]
}

fn span(span: Span) -> String {
    format!("\"{}us\"", span.0)
}

fn time(at: Time) -> String {
    span(at.since(Time::ZERO))
}

fn properties(all: &Properties) -> String {
    let pairs = all.iter().map(|(name, value)| format!("{name:?} = {value:?}"));
    format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "))
}

fn link(spec: &LinkSpec) -> String {
    let (latency, jitter) = (span(spec.latency), span(spec.jitter));
    format!("{{ latency = {latency}, jitter = {jitter}, bandwidth = {} }}", spec.bandwidth)
}

/// Who is called what in the file.
struct Names<'a>(&'a Scenario);

impl Names<'_> {
    fn node(&self, node: Node) -> String {
        let scenario = self.0;
        let producers = scenario.producers.iter().map(|it| &it.name);
        let consumers = scenario.consumers.iter().map(|it| &it.name);
        let processors = scenario.processors.iter().map(|it| &it.name);
        let mut clients = producers.chain(consumers).chain(processors);
        match node {
            Node::Admin => "\"admin\"".to_owned(),
            Node::Controller(_) if scenario.cluster.controllers == 1 => "\"controller\"".into(),
            Node::Controller(id) => format!("\"controller {id}\""),
            Node::Broker(id) => format!("\"broker {id}\""),
            Node::Client(id) => {
                let name = clients.nth(id.0 as usize - 1);
                format!("{:?}", name.map_or("", |name| &**name))
            }
        }
    }

    fn ends(&self, a: Node, b: Node) -> String {
        format!("[{}, {}]", self.node(a), self.node(b))
    }

    fn line(&self, command: &Command) -> Option<String> {
        Some(match command {
            Command::Crash(node) => format!("crash = {}", self.node(*node)),
            Command::Start(node) => format!("start = {}", self.node(*node)),
            Command::Stop(node) => format!("stop = {}", self.node(*node)),
            Command::Pause(node) => format!("pause = {}", self.node(*node)),
            Command::Resume(node) => format!("resume = {}", self.node(*node)),
            Command::Slow { node, delay } => {
                format!("slow = {}\ndelay = {}", self.node(*node), span(*delay))
            }
            Command::SetClock { node, ahead_ms } => {
                let way = if *ahead_ms < 0 { "behind" } else { "ahead" };
                let ms = ahead_ms.unsigned_abs();
                format!("set-clock = {}\n{way} = \"{ms}ms\"", self.node(*node))
            }
            Command::PowerLoss(id) => format!("power-loss = {id}"),
            Command::SlowDisk { broker, delay } => {
                format!("slow-disk = {broker}\ndelay = {}", span(*delay))
            }
            Command::FillDisk(id) => format!("fill-disk = {id}"),
            Command::FreeDisk(id) => format!("free-disk = {id}"),
            Command::CutLink(a, b) => format!("cut = {}", self.ends(*a, *b)),
            Command::HealLink(a, b) => format!("heal = {}", self.ends(*a, *b)),
            Command::CutDirection { from, to } => {
                format!("cut-direction = {}", self.ends(*from, *to))
            }
            Command::HealDirection { from, to } => {
                format!("heal-direction = {}", self.ends(*from, *to))
            }
            Command::SetDirection { from, to, spec } => {
                let LinkSpec { latency, jitter, bandwidth } = *spec;
                let (ends, latency, jitter) = (self.ends(*from, *to), span(latency), span(jitter));
                let way =
                    format!("latency = {latency}\njitter = {jitter}\nbandwidth = {bandwidth}");
                format!("direction = {ends}\n{way}")
            }
            Command::Split(island) => {
                let names: Vec<String> = island.iter().map(|node| self.node(*node)).collect();
                format!("split = [{}]", names.join(", "))
            }
            Command::HealAll => "heal-all = \"network\"".to_owned(),
            Command::ReassignPartition { topic, partition, replicas } => {
                let ids: Vec<String> = replicas.iter().map(ToString::to_string).collect();
                let ids = ids.join(", ");
                format!("reassign = {topic:?}\npartition = {partition}\nreplicas = [{ids}]")
            }
            Command::CancelReassignment { topic, partition } => {
                format!("cancel-reassignment = {topic:?}\npartition = {partition}")
            }
            Command::DeleteRecords { topic, partition, offset } => {
                let before =
                    if *offset < 0 { String::new() } else { format!("\nbefore = {offset}") };
                format!("delete-records = {topic:?}\npartition = {partition}{before}")
            }
            Command::SetClientQuota { client, producer_byte_rate, consumer_byte_rate } => {
                let name = client.map(|id| self.node(Node::Client(id)));
                let mut line = format!("quota = {}", name.as_deref().unwrap_or("\"<default>\""));
                for (what, rate) in
                    [("producer", producer_byte_rate), ("consumer", consumer_byte_rate)]
                {
                    if let Some(rate) = rate {
                        line += &format!("\n{what}_byte_rate = {rate}");
                    }
                }
                line
            }
            Command::SetWorkload { client, workload } => {
                let Workload { rate, keys, bytes, tombstones } = *workload;
                let name = self.node(Node::Client(*client));
                let sizes = format!("rate = {rate}\nkeys = {keys}\nbytes = {bytes}");
                format!("workload = {name}\n{sizes}\ntombstones = {tombstones}")
            }
            Command::SetConfig { target: ConfigTarget::Topic(topic), name, value } => {
                format!("set = \"topic {topic}\"\nconfig = {{ {name:?} = {value:?} }}")
            }
            Command::Transact { client, act } => {
                let name = self.node(Node::Client(*client));
                match act {
                    TransactionAct::Begin => format!("begin-transaction = {name}"),
                    TransactionAct::Commit => format!("commit-transaction = {name}"),
                    TransactionAct::Abort => format!("abort-transaction = {name}"),
                    TransactionAct::Divide(how) => {
                        format!("divide = {name}\n{}", divided(*how).join("\n"))
                    }
                }
            }
            _ => return None,
        })
    }
}

/// What is written is read as what it was.
#[test]
fn storms_are_written_as_they_were() {
    for seed in 0..60 {
        let (scenario, mut commands) = crate::swarm::storm(seed);
        let end = Time::ZERO + Span::secs(60);
        let text = text(&scenario, &commands, end);
        let script = crate::scenario_files::read::read(&text);
        let script = script.unwrap_or_else(|report| panic!("{}\n{text}", report.text("storm")));
        assert_eq!(script.scenario, scenario, "{text}");
        assert_eq!(script.end, end);
        commands.retain(|(_, command)| !matches!(command, Command::ResetConnection(_)));
        assert_eq!(script.commands(), commands, "seed {seed}");
    }
}
