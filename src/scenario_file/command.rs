//! One command as people write it: a time, one verb, and what goes with it.

use serde::{Deserialize, Deserializer};

use super::names::Names;
use super::wrong::Problem;
use crate::sim::command::{Command, ConfigTarget};
use crate::sim::id::{BrokerId, Key, Name};
use crate::sim::scenario::{
    BrokerSpec, ConsumerSpec, LinkSpec, ProducerSpec, Properties, TopicSpec, Workload, properties,
};
use crate::sim::wire::ElectionType;
use crate::sim::{Span, Time};

/// Which leaders to elect by hand.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Election {
    Preferred,
    Unclean,
}

macro_rules! command_line {
    ($($(#[$meta:meta])* $verb:ident $name:literal: $type:ty
        $(, with { $($(#[$key_meta:meta])* $key:ident $key_name:literal: $key_type:ty),* $(,)? })?;
    )*) => {
        /// A `[[command]]` of a scenario file. Exactly one verb is there, and beside it only keys
        /// that go with it. Nodes are `"controller"`, `"broker 2"` or a client's name.
        #[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct CommandLine {
            /// When: after everything else that is due at that time.
            pub at: Time,
            $(
                $(#[$meta])*
                #[serde(default, rename = $name)]
                pub $verb: Option<$type>,
                $($(
                    $(#[$key_meta])*
                    #[serde(default, rename = $key_name)]
                    pub $key: Option<$key_type>,
                )*)?
            )*
        }

        /// Every verb, in the order of [`CommandLine`].
        pub const VERBS: &[&str] = &[$($name),*];

        impl CommandLine {
            /// The verb, or what is wrong with it; and with which key.
            fn verb(&self) -> Result<&'static str, (&'static str, Problem)> {
                let mut found: Option<&'static str> = None;
                $(if self.$verb.is_some() {
                    if let Some(first) = found {
                        return Err(($name, Problem::TwoVerbs { first }));
                    }
                    found = Some($name);
                })*
                let verb = found.ok_or(("at", Problem::NoVerb { verbs: VERBS }))?;
                $($($(if self.$key.is_some() && verb != $name {
                    let belongs_to = $name;
                    return Err(($key_name, Problem::Stray { verb, belongs_to }));
                })*)?)*
                Ok(verb)
            }
        }
    };
}

command_line! {
    /// kill -9.
    crash "crash": String;
    /// Starts what is down.
    start "start": String;
    /// In good order.
    stop "stop": String;
    /// SIGSTOP.
    pause "pause": String;
    /// SIGCONT.
    resume "resume": String;
    /// Every message takes `delay` longer; `"0ms"` heals.
    slow "slow": String, with { delay "delay": Span };
    /// Nothing passes between the two.
    cut "cut": [String; 2];
    heal "heal": [String; 2];
    /// A link of its own for two nodes; what is left out is as the scenario has it.
    link "link": [String; 2], with {
        latency "latency": Span,
        jitter "jitter": Span,
        /// Bytes per second; 0 is unlimited.
        bandwidth "bandwidth": u64,
    };
    /// Of `"cluster"`, `"topic orders"` or a client.
    set "set": String, with {
        #[serde(deserialize_with = "some_properties")]
        config "config": Properties
    };
    create_topic "create-topic": TopicSpec;
    /// `count` in all.
    add_partitions "add-partitions": Name, with { count "count": u32 };
    elect_leaders "elect-leaders": Name, with { election "election": Election };
    add_broker "add-broker": BrokerId, with { rack "rack": Name };
    remove_broker "remove-broker": BrokerId;
    add_producer "add-producer": ProducerSpec;
    add_consumer "add-consumer": ConsumerSpec;
    /// Closes a client and takes it away.
    remove "remove": String;
    /// What a producer does; what is left out stays as it was.
    workload "workload": String, with {
        rate "rate": u32,
        keys "keys": u32,
        bytes "bytes": u32,
    };
    /// A consumer works `time` on each record.
    processing "processing": String, with { time "time": Span };
    /// One record of a producer; without a key if none is named.
    produce "produce": String, with { key "key": Key };
}

fn some_properties<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Properties>, D::Error> {
    properties(from).map(Some)
}

/// The key that is wrong, and why.
type Fault = (&'static str, Problem);

impl CommandLine {
    /// The verb and the commands that it stands for; takes note of who comes and goes.
    pub(super) fn meaning(&self, names: &mut Names) -> Result<(&'static str, Vec<Command>), Fault> {
        let verb = self.verb()?;
        let at = |problem| (verb, problem);
        if let Some(commands) = self.config_commands(names) {
            return Ok((verb, commands.map_err(at)?));
        }
        let command = self
            .node_command(names)
            .or_else(|| self.link_command(names))
            .or_else(|| self.client_command(names))
            .or_else(|| self.cluster_command(names));
        Ok((verb, command.transpose().map_err(at)?.into_iter().collect()))
    }

    fn node_command(&self, names: &Names) -> Option<Result<Command, Problem>> {
        if let Some(slow) = &self.slow {
            let delay = self.delay.ok_or(Problem::Needs { keys: &["delay"] });
            let slow = |delay| Ok(Command::Slow { node: names.node(slow)?, delay });
            return Some(delay.and_then(slow));
        }
        let simple = [&self.crash, &self.start, &self.stop, &self.pause, &self.resume];
        let name = simple.into_iter().find_map(Option::as_ref)?;
        Some(names.node(name).map(match self {
            CommandLine { crash: Some(_), .. } => Command::Crash,
            CommandLine { start: Some(_), .. } => Command::Start,
            CommandLine { stop: Some(_), .. } => Command::Stop,
            CommandLine { pause: Some(_), .. } => Command::Pause,
            _ => Command::Resume,
        }))
    }

    fn link_command(&self, names: &Names) -> Option<Result<Command, Problem>> {
        let both = |[a, b]: &[String; 2]| Ok((names.node(a)?, names.node(b)?));
        let command = if let Some(ends) = &self.cut {
            both(ends).map(|(a, b)| Command::CutLink(a, b))
        } else if let Some(ends) = &self.heal {
            both(ends).map(|(a, b)| Command::HealLink(a, b))
        } else {
            let ends = self.link.as_ref()?;
            if self.latency.is_none() && self.jitter.is_none() && self.bandwidth.is_none() {
                let keys = &["latency", "jitter", "bandwidth"];
                return Some(Err(Problem::Needs { keys }));
            }
            both(ends).map(|(a, b)| {
                let before = names.link(a, b);
                let spec = LinkSpec {
                    latency: self.latency.unwrap_or(before.latency),
                    jitter: self.jitter.unwrap_or(before.jitter),
                    bandwidth: self.bandwidth.unwrap_or(before.bandwidth),
                };
                Command::SetLink { a, b, spec }
            })
        };
        Some(command)
    }

    /// One command for each config.
    fn config_commands(&self, names: &Names) -> Option<Result<Vec<Command>, Problem>> {
        let whose = self.set.as_ref()?;
        let target = match whose.strip_prefix("topic ") {
            _ if whose == "cluster" => Some(ConfigTarget::Cluster),
            Some(topic) => Some(ConfigTarget::Topic(topic.trim().into())),
            None => names.client(whose).map(|known| ConfigTarget::Client(known.id)),
        };
        let target = match target {
            Some(target) => target,
            None => return Some(Err(Problem::NoTarget { name: whose.clone() })),
        };
        let Some(config) = self.config.as_ref().filter(|config| !config.is_empty()) else {
            return Some(Err(Problem::Needs { keys: &["config"] }));
        };
        let set = |(name, value): (&String, &String)| Command::SetConfig {
            target: target.clone(),
            name: name.as_str().into(),
            value: value.as_str().into(),
        };
        Some(Ok(config.iter().map(set).collect()))
    }

    fn cluster_command(&self, names: &mut Names) -> Option<Result<Command, Problem>> {
        if let Some(spec) = &self.create_topic {
            return Some(Ok(Command::CreateTopic(spec.clone())));
        }
        if let Some(topic) = &self.add_partitions {
            let count = self.count.ok_or(Problem::Needs { keys: &["count"] });
            let topic = topic.clone();
            return Some(count.map(|count| Command::AddPartitions { topic, count }));
        }
        if let Some(topic) = &self.elect_leaders {
            let election = match self.election {
                Some(Election::Unclean) => ElectionType::Unclean,
                Some(Election::Preferred) | None => ElectionType::Preferred,
            };
            return Some(Ok(Command::ElectLeaders { topic: topic.clone(), election }));
        }
        if let Some(id) = self.add_broker {
            names.add_broker(id);
            return Some(Ok(Command::AddBroker(BrokerSpec { id, rack: self.rack.clone() })));
        }
        self.remove_broker.map(|id| Ok(Command::RemoveBroker(id)))
    }

    fn client_command(&self, names: &mut Names) -> Option<Result<Command, Problem>> {
        if let Some(spec) = &self.add_producer {
            names.add_producer(spec);
            return Some(Ok(Command::AddProducer(spec.clone())));
        }
        if let Some(spec) = &self.add_consumer {
            names.add_consumer(spec);
            return Some(Ok(Command::AddConsumer(spec.clone())));
        }
        if let Some(name) = &self.remove {
            let none = || Problem::NoClient { name: name.clone() };
            return Some(names.client(name).ok_or_else(none).map(|known| {
                names.remove_client(known.id);
                Command::RemoveClient(known.id)
            }));
        }
        if let Some(name) = &self.workload {
            return Some(self.new_workload(name, names));
        }
        if let Some(name) = &self.processing {
            let time = self.time.ok_or(Problem::Needs { keys: &["time"] });
            return Some(time.and_then(|processing| {
                Ok(Command::SetProcessing { client: names.consumer(name)?, processing })
            }));
        }
        let name = self.produce.as_ref()?;
        let produce = |(client, _)| Command::Produce { client, key: self.key };
        Some(names.producer(name).map(produce))
    }

    fn new_workload(&self, name: &str, names: &mut Names) -> Result<Command, Problem> {
        if self.rate.is_none() && self.keys.is_none() && self.bytes.is_none() {
            return Err(Problem::Needs { keys: &["rate", "keys", "bytes"] });
        }
        let (client, before) = names.producer(name)?;
        let workload = Workload {
            rate: self.rate.unwrap_or(before.rate),
            keys: self.keys.unwrap_or(before.keys),
            bytes: self.bytes.unwrap_or(before.bytes),
        };
        names.set_workload(client, workload);
        Ok(Command::SetWorkload { client, workload })
    }
}
