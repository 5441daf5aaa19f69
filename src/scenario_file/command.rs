//! One command as people write it: a time, one verb, and what goes with it.

use super::names::Names;
use super::plain::Plain;
use super::read::{Read, Table, below, not, wrong};
use super::wrong::{Expected, Problem, Wrong};
use crate::sim::command::{Command, ConfigTarget};
use crate::sim::id::{BrokerId, Name, Offset};
use crate::sim::scenario::{
    BrokerSpec, ConsumerSpec, LinkSpec, ProcessorSpec, ProducerSpec, Properties, Workload, limits,
};
use crate::sim::time::Repeated;
use crate::sim::wire::{DeleteRecordsRequest, ElectionType};
use crate::sim::{Node, Span, Time};

/// Every verb, and the keys that may stand beside it. Nodes are `"controller"`, `"broker 2"` or a
/// client's name.
pub const VERBS: &[(&str, &[&str])] = &[
    ("crash", &[]),
    ("start", &[]),
    ("stop", &[]),
    ("pause", &[]),
    ("resume", &[]),
    // Every message takes `delay` longer; `"0ms"` heals.
    ("slow", &["delay"]),
    ("cut", &[]),
    ("heal", &[]),
    // One way: from the first to the second.
    ("cut-direction", &[]),
    ("heal-direction", &[]),
    // A list of nodes: an island, out of reach of all others.
    ("split", &[]),
    // `"network"`: every cut.
    ("heal-all", &[]),
    // The connection of the message from the first to the second that arrives next.
    ("reset", &[]),
    // A link of its own for two nodes; what is left out is as the scenario has it.
    ("link", &["latency", "jitter", "bandwidth"]),
    // The same for what the first sends to the second.
    ("direction", &["latency", "jitter", "bandwidth"]),
    // Of `"cluster"`, `"topic orders"` or a client.
    ("set", &["config"]),
    ("create-topic", &[]),
    // `count` in all.
    ("add-partitions", &["count"]),
    ("elect-leaders", &["election"]),
    ("add-broker", &["rack"]),
    ("remove-broker", &[]),
    ("power-loss", &[]),
    // Whatever this broker writes takes `delay` longer; `"0ms"` heals.
    ("slow-disk", &["delay"]),
    // A wall clock that is wrong by a time, one way or the other; right again without.
    ("set-clock", &["ahead", "behind"]),
    ("fill-disk", &[]),
    ("free-disk", &[]),
    // How many bytes a second a client, or `"<default>"`, may move; what is left out has no limit.
    ("quota", &["producer_byte_rate", "consumer_byte_rate"]),
    // These `replicas` for a `partition` of a topic, the preferred one first.
    ("reassign", &["partition", "replicas"]),
    ("cancel-reassignment", &["partition"]),
    // The replicas of a topic over all brokers in service.
    ("spread", &[]),
    // The records of a `partition` of a topic that are `before` an offset; all that are committed
    // without one.
    ("delete-records", &["partition", "before"]),
    // The transaction that is open in a `partition` of a topic since an `offset`.
    ("abort-hanging-transaction", &["partition", "offset"]),
    ("add-producer", &[]),
    ("add-consumer", &[]),
    ("add-processor", &[]),
    ("remove", &[]),
    // What a producer does; what is left out stays as it was.
    ("workload", &["rate", "keys", "bytes", "tombstones"]),
    // A consumer works `time` on each record.
    ("processing", &["time"]),
    // What a stream processor's process begins with when it starts next.
    ("processing-guarantee", &["guarantee"]),
    // One record of a producer; without a key if none is named.
    ("produce", &["key"]),
    // The same with a record that makes every application throw.
    ("produce-poison", &["key"]),
    // Of a producer with a transactional id, whose transactions have neither records nor time.
    ("begin-transaction", &[]),
    ("commit-transaction", &[]),
    ("abort-transaction", &[]),
    // When a producer ends its transactions, and how many of a hundred it aborts.
    ("divide", &["records", "time", "aborts"]),
    // The same without a value, for a `key`.
    ("produce-tombstone", &["key"]),
    // How a consumer goes about its records; what is left out stays as it was.
    ("handling", &["commit", "handler", "on-error", "poll"]),
    // Of a consumer that polls on command.
    ("poll-once", &["timeout"]),
    ("commit-sync", &[]),
    // `to = "beginning"` or `"end"`, or an `offset`, or what was written so long `ago`.
    ("seek", &["topic", "partition", "offset", "to", "ago"]),
    ("pause-partition", &["topic", "partition"]),
    ("resume-partition", &["topic", "partition"]),
    // A consumer works `time` on its next record.
    ("slow-record", &["time"]),
    // And on each record of a partition; `"0ms"` heals.
    ("slow-partition", &["topic", "partition", "time"]),
];

/// A `[[command]]` of a scenario file. Exactly one verb is there, and beside it only keys that go
/// with it.
#[derive(Clone, PartialEq, Debug)]
pub struct CommandLine {
    /// When: after everything else that is due at that time.
    pub at: Time,
    /// And again and again after this time.
    pub every: Option<Span>,
    /// The last time at which it may be done again; to the end of the file without it.
    pub until: Option<Time>,
    pub verb: &'static str,
    table: Plain,
}

impl Read for CommandLine {
    fn read(value: &Plain, place: &str) -> Result<Self, Wrong> {
        let mut table = Table::of(value, place)?;
        let at = table.need("at")?;
        let (every, until) = (table.get("every")?, table.get("until")?);
        if until.is_some() && every.is_none() {
            return Err(wrong(&below(place, "until"), Problem::Needs { keys: &["every"] }));
        }
        let mut found: Option<(&'static str, &'static [&'static str])> = None;
        for (verb, keys) in VERBS {
            table.know(verb);
            keys.iter().for_each(|key| table.know(key));
            if table.holds(verb) {
                if let Some((first, _)) = found {
                    return Err(wrong(&below(place, verb), Problem::TwoVerbs { first }));
                }
                found = Some((verb, keys));
            }
        }
        table.end()?;
        let Some((verb, own)) = found else {
            let verbs = VERBS.iter().map(|(verb, _)| *verb).collect();
            return Err(wrong(&below(place, "at"), Problem::NoVerb { verbs }));
        };
        let table = Table::of(value, place)?;
        let stray = VERBS.iter().flat_map(|(verb, keys)| keys.iter().map(move |key| (*verb, *key)));
        let mut stray = stray.filter(|(_, key)| !own.contains(key));
        match stray.find(|(_, key)| table.holds(key)) {
            Some((belongs_to, key)) => {
                Err(wrong(&below(place, key), Problem::Stray { verb, belongs_to }))
            }
            None => Ok(CommandLine { at, every, until, verb, table: value.clone() }),
        }
    }
}

impl Read for ElectionType {
    fn read(value: &Plain, place: &str) -> Result<Self, Wrong> {
        match value {
            Plain::Text(text) if text == "preferred" => Ok(ElectionType::Preferred),
            Plain::Text(text) if text == "unclean" => Ok(ElectionType::Unclean),
            _ => Err(not(Expected::OneOf(&["preferred", "unclean"]), place)),
        }
    }
}

impl CommandLine {
    /// All times at which it is done, in a file that ends then.
    pub(super) fn times(&self, place: &str, end: Time) -> Result<Vec<Time>, Wrong> {
        let after = |key: &str| wrong(&below(place, key), Problem::AfterTheEnd { end });
        if self.at > end {
            return Err(after("at"));
        }
        let Some(every) = self.every else { return Ok(vec![self.at]) };
        let until = self.until.unwrap_or(end);
        if until > end {
            return Err(after("until"));
        }
        if until < self.at {
            return Err(wrong(&below(place, "until"), Problem::UntilBefore { at: self.at }));
        }
        let most = limits::REPETITIONS;
        let times = Repeated { at: self.at, every, until };
        times.all(most).ok_or_else(|| wrong(&below(place, "every"), Problem::TooOften { most }))
    }

    /// The commands that it stands for; takes note of who comes and goes.
    pub(super) fn meaning(&self, place: &str, names: &mut Names) -> Result<Vec<Command>, Wrong> {
        let table = Table::of(&self.table, place)?;
        Sentence { verb: self.verb, place: below(place, self.verb), table, names }.commands()
    }
}

/// A command while its meaning is found.
pub(super) struct Sentence<'a> {
    pub(super) verb: &'static str,
    /// Of the verb.
    place: String,
    pub(super) table: Table<'a>,
    pub(super) names: &'a mut Names,
}

impl Sentence<'_> {
    fn commands(mut self) -> Result<Vec<Command>, Wrong> {
        let command = match self.verb {
            "set" => return self.set(),
            "crash" => Command::Crash(self.node()?),
            "power-loss" => Command::PowerLoss(self.object::<BrokerId>()?),
            "start" => Command::Start(self.node()?),
            "stop" => Command::Stop(self.node()?),
            "pause" => Command::Pause(self.node()?),
            "resume" => Command::Resume(self.node()?),
            "slow" => {
                let delay = self.beside("delay", &["delay"])?;
                Command::Slow { node: self.node()?, delay }
            }
            "cut" | "heal" | "cut-direction" | "heal-direction" | "reset" | "split"
            | "heal-all" | "link" | "direction" => self.cable_command()?,
            "set-clock" => {
                let ahead_ms = self.clock_error()?;
                Command::SetClock { node: self.node()?, ahead_ms }
            }
            "slow-disk" => {
                let delay = self.beside("delay", &["delay"])?;
                Command::SlowDisk { broker: self.object()?, delay }
            }
            "fill-disk" => Command::FillDisk(self.object()?),
            "free-disk" => Command::FreeDisk(self.object()?),
            "create-topic" => Command::CreateTopic(self.object()?),
            "add-partitions" => {
                let count = self.beside("count", &["count"])?;
                Command::AddPartitions { topic: self.object()?, count }
            }
            "elect-leaders" => {
                let election = self.table.get("election")?.unwrap_or(ElectionType::Preferred);
                Command::ElectLeaders { topic: self.object()?, election }
            }
            "add-broker" => {
                let id = self.object()?;
                self.names.add_broker(id);
                Command::AddBroker(BrokerSpec { id, rack: self.table.get("rack")? })
            }
            "reassign" => {
                let partition = self.beside("partition", &["partition"])?;
                let replicas = self.beside("replicas", &["replicas"])?;
                Command::ReassignPartition { topic: self.object()?, partition, replicas }
            }
            "cancel-reassignment" => {
                let partition = self.beside("partition", &["partition"])?;
                Command::CancelReassignment { topic: self.object()?, partition }
            }
            "delete-records" => {
                let partition = self.beside("partition", &["partition"])?;
                let before = self.table.get::<u64>("before")?;
                let before = before.map(|offset| Offset::try_from(offset).unwrap_or(Offset::MAX));
                let offset = before.unwrap_or(DeleteRecordsRequest::HIGH_WATERMARK);
                Command::DeleteRecords { topic: self.object()?, partition, offset }
            }
            "abort-hanging-transaction" => {
                let partition = self.beside("partition", &["partition"])?;
                let start = self.beside::<u64>("offset", &["offset"])?;
                let start_offset = Offset::try_from(start).unwrap_or(Offset::MAX);
                let topic = self.object()?;
                Command::AbortHangingTransaction { topic, partition, start_offset }
            }
            "spread" => Command::SpreadReplicas { topic: self.object()? },
            "remove-broker" => Command::RemoveBroker(self.object::<BrokerId>()?),
            _ => self.client_command()?,
        };
        Ok(vec![command])
    }

    /// What is done to a link, or to all of them.
    fn cable_command(&mut self) -> Result<Command, Wrong> {
        match self.verb {
            "split" => return self.island().map(Command::Split),
            "heal-all" => return self.heal_all(),
            "link" => {
                let (a, b, spec) = self.link()?;
                return Ok(Command::SetLink { a, b, spec });
            }
            "direction" => {
                let (from, to, spec) = self.link()?;
                return Ok(Command::SetDirection { from, to, spec });
            }
            _ => {}
        }
        let (from, to) = self.ends()?;
        Ok(match self.verb {
            "cut" => Command::CutLink(from, to),
            "heal" => Command::HealLink(from, to),
            "cut-direction" => Command::CutDirection { from, to },
            "heal-direction" => Command::HealDirection { from, to },
            _ => Command::ResetNext { from, to },
        })
    }

    fn client_command(&mut self) -> Result<Command, Wrong> {
        Ok(match self.verb {
            "add-producer" => {
                let spec: ProducerSpec = self.object()?;
                self.names.add_producer(&spec);
                Command::AddProducer(spec)
            }
            "add-consumer" => {
                let spec: ConsumerSpec = self.object()?;
                self.names.add_consumer(&spec);
                Command::AddConsumer(spec)
            }
            "add-processor" => {
                let spec: ProcessorSpec = self.object()?;
                self.names.add_processor(&spec);
                Command::AddProcessor(spec)
            }
            "remove" => {
                let name: String = self.object()?;
                let known = self.names.client(&name);
                let known = known.ok_or_else(|| self.wrong(Problem::NoClient { name }))?;
                self.names.remove_client(known.id);
                Command::RemoveClient(known.id)
            }
            "workload" => self.workload()?,
            "processing" => {
                let processing = self.beside("time", &["time"])?;
                let name: String = self.object()?;
                let client = self.names.consumer(&name).map_err(|it| self.wrong(it))?;
                Command::SetProcessing { client, processing }
            }
            "processing-guarantee" => {
                let guarantee = self.beside("guarantee", &["guarantee"])?;
                let name: String = self.object()?;
                let client = self.names.consumer(&name).map_err(|it| self.wrong(it))?;
                Command::SetGuarantee { client, guarantee }
            }
            "produce-tombstone" => {
                let key = self.beside("key", &["key"])?;
                let name: String = self.object()?;
                let (client, _) = self.names.producer(&name).map_err(|it| self.wrong(it))?;
                Command::ProduceTombstone { client, key }
            }
            "produce" | "produce-poison" => {
                let name: String = self.object()?;
                let (client, _) = self.names.producer(&name).map_err(|it| self.wrong(it))?;
                let key = self.table.get("key")?;
                match self.verb {
                    "produce" => Command::Produce { client, key },
                    _ => Command::ProducePoison { client, key },
                }
            }
            "begin-transaction" | "commit-transaction" | "abort-transaction" | "divide" => {
                self.transact()?
            }
            "quota" => self.quota()?,
            _ => self.act()?,
        })
    }

    /// Milliseconds by which a clock is ahead.
    fn clock_error(&mut self) -> Result<i64, Wrong> {
        let ms = |span: Option<Span>| span.map(|it| i64::try_from(it.0 / 1000).unwrap_or(i64::MAX));
        match (ms(self.table.get("ahead")?), ms(self.table.get("behind")?)) {
            (Some(_), Some(_)) => Err(self.wrong(Problem::TwoVerbs { first: "ahead" })),
            (ahead, behind) => Ok(ahead.unwrap_or(0) - behind.unwrap_or(0)),
        }
    }

    pub(super) fn wrong(&self, problem: Problem) -> Wrong {
        wrong(&self.place, problem)
    }

    /// What the verb is about.
    pub(super) fn object<T: Read>(&mut self) -> Result<T, Wrong> {
        self.table.need(self.verb)
    }

    /// What goes with the verb, and must.
    pub(super) fn beside<T: Read>(
        &mut self,
        key: &'static str,
        keys: &'static [&'static str],
    ) -> Result<T, Wrong> {
        self.table.get(key)?.ok_or_else(|| self.wrong(Problem::Needs { keys }))
    }

    fn named(&self, name: &str) -> Result<Node, Wrong> {
        self.names.node(name).map_err(|problem| self.wrong(problem))
    }

    fn node(&mut self) -> Result<Node, Wrong> {
        let name: String = self.object()?;
        self.named(&name)
    }

    fn ends(&mut self) -> Result<(Node, Node), Wrong> {
        let [a, b] = self.object::<[String; 2]>()?;
        Ok((self.named(&a)?, self.named(&b)?))
    }

    fn island(&mut self) -> Result<Vec<Node>, Wrong> {
        let names: Vec<String> = self.object()?;
        names.iter().map(|name| self.named(name)).collect()
    }

    fn heal_all(&mut self) -> Result<Command, Wrong> {
        let what: String = self.object()?;
        match what.as_str() {
            "network" => Ok(Command::HealAll),
            _ => Err(not(Expected::OneOf(&["network"]), &self.place)),
        }
    }

    fn link(&mut self) -> Result<(Node, Node, LinkSpec), Wrong> {
        let keys = &["latency", "jitter", "bandwidth"];
        if !keys.iter().any(|key| self.table.holds(key)) {
            return Err(self.wrong(Problem::Needs { keys }));
        }
        let (a, b) = self.ends()?;
        let mut spec: LinkSpec = self.names.link(a, b);
        self.table.set("latency", &mut spec.latency)?;
        self.table.set("jitter", &mut spec.jitter)?;
        self.table.set("bandwidth", &mut spec.bandwidth)?;
        Ok((a, b, spec))
    }

    /// One command for each config.
    fn set(&mut self) -> Result<Vec<Command>, Wrong> {
        let whose: String = self.object()?;
        let target = match whose.strip_prefix("topic ") {
            _ if whose == "cluster" => Some(ConfigTarget::Cluster),
            Some(topic) => Some(ConfigTarget::Topic(topic.trim().into())),
            None => self.names.client(&whose).map(|known| ConfigTarget::Client(known.id)),
        };
        let target = target.ok_or_else(|| self.wrong(Problem::NoTarget { name: whose }))?;
        let config: Properties = self.table.get("config")?.unwrap_or_default();
        if config.is_empty() {
            return Err(self.wrong(Problem::Needs { keys: &["config"] }));
        }
        let set = |(name, value): (&String, &String)| Command::SetConfig {
            target: target.clone(),
            name: Name::from(name.as_str()),
            value: Name::from(value.as_str()),
        };
        Ok(config.iter().map(set).collect())
    }

    fn workload(&mut self) -> Result<Command, Wrong> {
        let keys = &["rate", "keys", "bytes", "tombstones"];
        if !keys.iter().any(|key| self.table.holds(key)) {
            return Err(self.wrong(Problem::Needs { keys }));
        }
        let name: String = self.object()?;
        let known = self.names.producer(&name).map_err(|problem| self.wrong(problem))?;
        let (client, mut workload): (_, Workload) = known;
        self.table.set("rate", &mut workload.rate)?;
        self.table.set("keys", &mut workload.keys)?;
        self.table.set("bytes", &mut workload.bytes)?;
        self.table.set("tombstones", &mut workload.tombstones)?;
        self.names.set_workload(client, workload);
        Ok(Command::SetWorkload { client, workload })
    }
}
