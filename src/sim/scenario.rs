//! Genesis: the seed, the machines, their configs and what the applications do.
//!
//! The same types are read from a scenario file, where times are text (`"5ms"`) and everything
//! left out has Kafka's default.

use serde::{Deserialize, Deserializer, Serialize, de};

use super::handling::Handling;
use super::id::{BrokerId, Name};
use super::processing::{ProcessingGuarantee, Transform};
use super::time::{Span, Time};
use super::transacting::Transacting;
use crate::sim::ordered::Map;

/// Config overrides as in a `.properties` file.
pub type Properties = Map<String, String>;

/// Reads properties as people write them: a value is text, a whole number, or true or false.
///
/// # Errors
/// If a value is something else.
pub fn properties<'de, D: Deserializer<'de>>(from: D) -> Result<Properties, D::Error> {
    if !from.is_human_readable() {
        return Properties::deserialize(from);
    }
    let written = Map::<String, Written>::deserialize(from)?;
    Ok(written.into_iter().map(|(name, Written(value))| (name, value)).collect())
}

/// A config value as text, however it was written.
struct Written(String);

impl<'de> Deserialize<'de> for Written {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Written, D::Error> {
        from.deserialize_any(WrittenVisitor)
    }
}

struct WrittenVisitor;

impl de::Visitor<'_> for WrittenVisitor {
    type Value = Written;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a config value: text, a whole number, true or false")
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Written, E> {
        Ok(Written(value.to_owned()))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Written, E> {
        Ok(Written(value.to_string()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Written, E> {
        Ok(Written(value.to_string()))
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Written, E> {
        Ok(Written(value.to_string()))
    }
}

/// The most of each thing that a world may hold. They keep every picture and every frame within
/// its budget, and a hostile link from eating the memory.
pub mod limits {
    /// Brokers.
    pub const BROKERS: usize = 100;
    /// Topics that people make.
    pub const TOPICS: usize = 64;
    /// Partitions of one topic.
    pub const PARTITIONS: u32 = 1000;
    /// Partitions in all.
    pub const PARTITIONS_IN_ALL: u64 = 10_000;
    /// Producers and consumers in all.
    pub const CLIENTS: usize = 128;
    /// Voters of the quorum.
    pub const CONTROLLERS: u32 = 5;
    /// Records per second of one producer.
    pub const RATE: u32 = 10_000;
    /// Bytes per second of a quota.
    pub const BYTE_RATE: u64 = 1_000_000_000_000;
    /// Different keys of one producer.
    pub const KEYS: u32 = 10_000;
    /// Bytes of one record's value.
    pub const RECORD_BYTES: u32 = 1_000_000;
    /// Records of one transaction.
    pub const TRANSACTION: u32 = 10_000;
    /// How often one command may be repeated.
    pub const REPETITIONS: u32 = 1000;
    /// Characters of a name; Kafka's own limit for topics.
    pub const NAME: usize = 249;
    /// The longest time that one thing may be told to take: a day.
    pub const SPAN: super::Span = super::Span::secs(86_400);
    /// Seconds by which a clock may be wrong, either way: thirty days.
    pub const CLOCK: i64 = 30 * 86_400;
}

/// A whole world before its first moment.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    #[serde(default)]
    pub seed: u64,
    #[serde(default)]
    pub cluster: ClusterSpec,
    #[serde(default, rename = "topic")]
    pub topics: Vec<TopicSpec>,
    #[serde(default, rename = "producer")]
    pub producers: Vec<ProducerSpec>,
    #[serde(default, rename = "consumer")]
    pub consumers: Vec<ConsumerSpec>,
    #[serde(default, rename = "processor")]
    pub processors: Vec<ProcessorSpec>,
}

/// The machines and the network between them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClusterSpec {
    /// How many controllers make up the quorum: 1, 3 or 5.
    pub controllers: u32,
    /// Controller n runs in the process of broker n (`process.roles=broker,controller`).
    pub combined: bool,
    pub brokers: Vec<BrokerSpec>,
    #[serde(deserialize_with = "properties")]
    pub config: Properties,
    /// Between brokers and controllers.
    pub network: LinkSpec,
    /// Between clients and brokers.
    pub client_network: LinkSpec,
}

impl Default for ClusterSpec {
    fn default() -> Self {
        ClusterSpec {
            controllers: 1,
            combined: false,
            brokers: (1..=3).map(|id| BrokerSpec { id: BrokerId(id), rack: None }).collect(),
            config: Properties::new(),
            network: LinkSpec::default(),
            client_network: LinkSpec { latency: Span::ms(2), ..LinkSpec::default() },
        }
    }
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BrokerSpec {
    pub id: BrokerId,
    #[serde(default)]
    pub rack: Option<Name>,
}

/// How a link behaves, in each direction.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LinkSpec {
    /// One way.
    pub latency: Span,
    /// Added at random, uniform from nothing to this.
    pub jitter: Span,
    /// Bytes per second; 0 is unlimited.
    pub bandwidth: u64,
}

impl Default for LinkSpec {
    fn default() -> Self {
        LinkSpec { latency: Span::ms(1), jitter: Span::us(200), bandwidth: 125_000_000 }
    }
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopicSpec {
    pub name: Name,
    /// None takes `num.partitions`.
    #[serde(default)]
    pub partitions: Option<u32>,
    /// None takes `default.replication.factor`.
    #[serde(default, rename = "replication-factor")]
    pub replication_factor: Option<u32>,
    /// Replicas per partition, chosen by hand; stands for the two numbers above.
    #[serde(default, rename = "replica-assignment")]
    pub assignment: Vec<Vec<BrokerId>>,
    #[serde(default, deserialize_with = "properties")]
    pub config: Properties,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProducerSpec {
    pub name: Name,
    pub topic: Name,
    #[serde(default)]
    pub workload: Workload,
    #[serde(default, deserialize_with = "properties")]
    pub config: Properties,
    /// When the application starts.
    #[serde(default = "after_boot")]
    pub start: Time,
    /// `transactional.id`: all that it sends is part of transactions.
    #[serde(default)]
    pub transactional: Option<Name>,
    /// When they end, if it has that.
    #[serde(default)]
    pub transaction: Transacting,
}

/// What a producing application does.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Workload {
    /// Records per second; 0 sends nothing by itself.
    pub rate: u32,
    /// Records have one of this many keys at random; 0 is no key.
    pub keys: u32,
    /// Bytes of each record's value.
    pub bytes: u32,
    /// So many of a hundred records with a key have no value: they are tombstones.
    pub tombstones: u32,
}

impl Default for Workload {
    fn default() -> Self {
        Workload { rate: 5, keys: 6, bytes: 100, tombstones: 0 }
    }
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsumerSpec {
    pub name: Name,
    pub group: Name,
    pub topics: Vec<Name>,
    /// How long the application works on one record.
    #[serde(default = "one_millisecond")]
    pub processing: Span,
    #[serde(default, deserialize_with = "properties")]
    pub config: Properties,
    /// When the application starts.
    #[serde(default = "after_boot")]
    pub start: Time,
    /// `client.rack`: where it stands (KIP-392).
    #[serde(default)]
    pub rack: Option<Name>,
    /// `group.instance.id`: a static member, which may be away for a while (KIP-345).
    #[serde(default)]
    pub instance: Option<Name>,
    /// How the application goes about its records.
    #[serde(default)]
    pub handling: Handling,
    /// Its group is a share group, and it a KafkaShareConsumer (KIP-932).
    #[serde(default)]
    pub share: bool,
}

/// An application that reads, transforms and writes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProcessorSpec {
    pub name: Name,
    /// Its group: `application.id`, which all its instances share.
    pub group: Name,
    /// What it reads.
    pub topics: Vec<Name>,
    /// The topic of its results.
    pub to: Name,
    /// `processing.guarantee`
    #[serde(default)]
    pub guarantee: ProcessingGuarantee,
    #[serde(default)]
    pub transform: Transform,
    /// The store that it counts in, if it does.
    #[serde(default = "counts")]
    pub store: Name,
    /// How long it works on one record.
    #[serde(default = "one_millisecond")]
    pub processing: Span,
    /// Configs of its consumer and of its producer.
    #[serde(default, deserialize_with = "properties")]
    pub consumer: Properties,
    #[serde(default, deserialize_with = "properties")]
    pub producer: Properties,
    /// When the application starts.
    #[serde(default = "after_boot")]
    pub start: Time,
}

impl ProcessorSpec {
    /// Its own among all instances of the application, and the same after a restart.
    pub fn transactional_id(&self) -> Name {
        [&*self.group, "-", &*self.name].concat().into()
    }

    /// The topic behind its store (ProcessorStateManager.storeChangelogTopic).
    pub fn changelog(&self) -> Name {
        [&*self.group, "-", &*self.store, "-changelog"].concat().into()
    }
}

/// The name of a store, if nobody says.
pub fn counts() -> Name {
    "counts".into()
}

/// Brokers have registered and topics stand by then; clients that come earlier only retry.
pub fn after_boot() -> Time {
    Time::ZERO + Span::secs(1)
}

/// How long an application works on one record, if nobody says.
pub fn one_millisecond() -> Span {
    Span::ms(1)
}

impl Scenario {
    /// What the page opens on: three brokers, one topic, two producers and a group of two.
    pub fn opening(topic: &str, producers: [&str; 2], group: &str) -> Scenario {
        let name = |text: &str| -> Name { text.into() };
        let producer = |text: &str, rate| ProducerSpec {
            name: name(text),
            topic: name(topic),
            workload: Workload { rate, ..Workload::default() },
            config: Properties::new(),
            start: after_boot(),
            transactional: None,
            transaction: Transacting::default(),
        };
        let consumer = |text: &str| ConsumerSpec {
            name: name(text),
            group: name(group),
            topics: vec![name(topic)],
            processing: Span::ms(20),
            config: Properties::new(),
            start: after_boot(),
            rack: None,
            instance: None,
            handling: Handling::default(),
            share: false,
        };
        Scenario {
            seed: 7,
            cluster: ClusterSpec::default(),
            topics: vec![TopicSpec {
                name: name(topic),
                partitions: Some(3),
                replication_factor: Some(3),
                assignment: Vec::new(),
                config: [("min.insync.replicas".to_owned(), "2".to_owned())].into(),
            }],
            producers: vec![producer(producers[0], 4), producer(producers[1], 3)],
            consumers: vec![consumer("C1"), consumer("C2")],
            processors: Vec::new(),
        }
    }
}
