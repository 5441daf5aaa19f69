//! From plain values to a scenario file. A table is read key by key, and nothing may be left over.

use super::ScenarioFile;
use super::acts::read_handling;
use super::plain::Plain;
use super::wrong::{Expected, Problem, Wrong};
use crate::sim::handling::Handling;
use crate::sim::id::{BrokerId, Key, Name};
use crate::sim::processing::{ProcessingGuarantee, Transform};
use crate::sim::scenario::{
    BrokerSpec, ClusterSpec, ConsumerSpec, LinkSpec, ProcessorSpec, ProducerSpec, Properties,
    TopicSpec, Workload, after_boot, counts, one_millisecond,
};
use crate::sim::transacting::Transacting;
use crate::sim::{Span, Time};

/// What can be read from a plain value at a place of the file.
pub(super) trait Read: Sized {
    fn read(value: &Plain, place: &str) -> Result<Self, Wrong>;
}

/// A table that is being read.
pub(super) struct Table<'a> {
    place: &'a str,
    entries: &'a [(String, Plain)],
    /// The keys that were asked for.
    known: Vec<&'static str>,
}

pub(super) fn wrong(place: &str, problem: Problem) -> Wrong {
    Wrong { place: place.to_owned(), problem }
}

pub(super) fn not(expected: Expected, place: &str) -> Wrong {
    wrong(place, Problem::Not { expected })
}

/// The place of a key within a table.
pub(super) fn below(place: &str, key: &str) -> String {
    if place.is_empty() { key.to_owned() } else { [place, ".", key].concat() }
}

impl<'a> Table<'a> {
    pub(super) fn of(value: &'a Plain, place: &'a str) -> Result<Table<'a>, Wrong> {
        match value {
            Plain::Table(entries) => Ok(Table { place, entries, known: Vec::new() }),
            _ => Err(not(Expected::Table, place)),
        }
    }

    fn find(&mut self, key: &'static str) -> Option<(&'a Plain, String)> {
        self.known.push(key);
        let found = self.entries.iter().find(|(name, _)| name == key);
        found.map(|(_, value)| (value, below(self.place, key)))
    }

    /// Whether a key is there, asked for or not.
    pub(super) fn holds(&self, key: &str) -> bool {
        self.entries.iter().any(|(name, _)| name == key)
    }

    /// Takes note of a key that may be there.
    pub(super) fn know(&mut self, key: &'static str) {
        // Several verbs may take the same key.
        if !self.known.contains(&key) {
            self.known.push(key);
        }
    }

    /// What a key holds, if it is there.
    pub(super) fn get<T: Read>(&mut self, key: &'static str) -> Result<Option<T>, Wrong> {
        self.find(key).map(|(value, place)| T::read(value, &place)).transpose()
    }

    /// What a key holds; `into` stays as it is without it.
    pub(super) fn set<T: Read>(&mut self, key: &'static str, into: &mut T) -> Result<(), Wrong> {
        if let Some(value) = self.get(key)? {
            *into = value;
        }
        Ok(())
    }

    /// What a key holds that must be there.
    pub(super) fn need<T: Read>(&mut self, key: &'static str) -> Result<T, Wrong> {
        self.get(key)?.ok_or_else(|| wrong(self.place, Problem::Missing { key }))
    }

    /// Nothing was asked for under another key.
    pub(super) fn end(self) -> Result<(), Wrong> {
        let stray = self.entries.iter().find(|(name, _)| !self.known.contains(&name.as_str()));
        match stray {
            None => Ok(()),
            Some((name, _)) => {
                Err(wrong(&below(self.place, name), Problem::Unknown { known: self.known }))
            }
        }
    }
}

fn text<'a>(value: &'a Plain, expected: Expected, place: &str) -> Result<&'a str, Wrong> {
    match value {
        Plain::Text(text) => Ok(text),
        _ => Err(not(expected, place)),
    }
}

fn whole(value: &Plain, most: u64, place: &str) -> Result<u64, Wrong> {
    let number = match value {
        Plain::Whole(number) => u64::try_from(*number).ok().filter(|number| *number <= most),
        _ => None,
    };
    number.ok_or_else(|| not(Expected::Number { most }, place))
}

impl Read for String {
    fn read(value: &Plain, place: &str) -> Result<Self, Wrong> {
        text(value, Expected::Text, place).map(str::to_owned)
    }
}

impl Read for Name {
    fn read(value: &Plain, place: &str) -> Result<Self, Wrong> {
        text(value, Expected::Text, place).map(Name::from)
    }
}

impl Read for u64 {
    fn read(value: &Plain, place: &str) -> Result<Self, Wrong> {
        whole(value, u64::MAX, place)
    }
}

impl Read for u32 {
    fn read(value: &Plain, place: &str) -> Result<Self, Wrong> {
        whole(value, u32::MAX.into(), place).map(|number| number as u32)
    }
}

impl Read for bool {
    fn read(value: &Plain, place: &str) -> Result<Self, Wrong> {
        match value {
            Plain::Bool(value) => Ok(*value),
            _ => Err(not(Expected::OneOf(&["true", "false"]), place)),
        }
    }
}

impl Read for BrokerId {
    fn read(value: &Plain, place: &str) -> Result<Self, Wrong> {
        u32::read(value, place).map(BrokerId)
    }
}

impl Read for Key {
    fn read(value: &Plain, place: &str) -> Result<Self, Wrong> {
        u32::read(value, place).map(Key)
    }
}

impl Read for Span {
    fn read(value: &Plain, place: &str) -> Result<Self, Wrong> {
        let span = text(value, Expected::Time, place).map(Span::parse)?;
        span.ok_or_else(|| not(Expected::Time, place))
    }
}

impl Read for Time {
    fn read(value: &Plain, place: &str) -> Result<Self, Wrong> {
        Span::read(value, place).map(|span| Time::ZERO + span)
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(value: &Plain, place: &str) -> Result<Self, Wrong> {
        let Plain::List(list) = value else { return Err(not(Expected::List, place)) };
        let mut all = Vec::with_capacity(list.len());
        for (index, value) in list.iter().enumerate() {
            all.push(T::read(value, &[place, "[", &index.to_string(), "]"].concat())?);
        }
        Ok(all)
    }
}

/// Two ends of a link.
impl Read for [String; 2] {
    fn read(value: &Plain, place: &str) -> Result<Self, Wrong> {
        <[String; 2]>::try_from(Vec::read(value, place)?).map_err(|_| not(Expected::Two, place))
    }
}

/// A value is text, a whole number, or true or false.
impl Read for Properties {
    fn read(value: &Plain, place: &str) -> Result<Self, Wrong> {
        let mut all = Properties::new();
        for (name, value) in Table::of(value, place)?.entries {
            let value = match value {
                Plain::Text(text) => text.clone(),
                Plain::Whole(number) => number.to_string(),
                Plain::Bool(flag) => flag.to_string(),
                _ => return Err(not(Expected::Config, &below(place, name))),
            };
            all.insert(name.clone(), value);
        }
        Ok(all)
    }
}

impl Read for Workload {
    fn read(value: &Plain, place: &str) -> Result<Self, Wrong> {
        let (mut table, mut workload) = (Table::of(value, place)?, Workload::default());
        table.set("rate", &mut workload.rate)?;
        table.set("keys", &mut workload.keys)?;
        table.set("bytes", &mut workload.bytes)?;
        table.set("tombstones", &mut workload.tombstones)?;
        table.end().map(|()| workload)
    }
}

impl Read for LinkSpec {
    fn read(value: &Plain, place: &str) -> Result<Self, Wrong> {
        let (mut table, mut spec) = (Table::of(value, place)?, LinkSpec::default());
        table.set("latency", &mut spec.latency)?;
        table.set("jitter", &mut spec.jitter)?;
        table.set("bandwidth", &mut spec.bandwidth)?;
        table.end().map(|()| spec)
    }
}

impl Read for BrokerSpec {
    fn read(value: &Plain, place: &str) -> Result<Self, Wrong> {
        let mut table = Table::of(value, place)?;
        let spec = BrokerSpec { id: table.need("id")?, rack: table.get("rack")? };
        table.end().map(|()| spec)
    }
}

impl Read for ClusterSpec {
    fn read(value: &Plain, place: &str) -> Result<Self, Wrong> {
        let (mut table, mut spec) = (Table::of(value, place)?, ClusterSpec::default());
        table.set("controllers", &mut spec.controllers)?;
        table.set("combined", &mut spec.combined)?;
        table.set("brokers", &mut spec.brokers)?;
        table.set("config", &mut spec.config)?;
        table.set("network", &mut spec.network)?;
        table.set("client_network", &mut spec.client_network)?;
        table.end().map(|()| spec)
    }
}

impl Read for TopicSpec {
    fn read(value: &Plain, place: &str) -> Result<Self, Wrong> {
        let mut table = Table::of(value, place)?;
        let mut spec = TopicSpec {
            name: table.need("name")?,
            partitions: table.get("partitions")?,
            replication_factor: table.get("replication-factor")?,
            assignment: Vec::new(),
            config: Properties::new(),
        };
        table.set("replica-assignment", &mut spec.assignment)?;
        table.set("config", &mut spec.config)?;
        table.end().map(|()| spec)
    }
}

impl Read for ProducerSpec {
    fn read(value: &Plain, place: &str) -> Result<Self, Wrong> {
        let mut table = Table::of(value, place)?;
        let mut spec = ProducerSpec {
            name: table.need("name")?,
            topic: table.need("topic")?,
            workload: Workload::default(),
            config: Properties::new(),
            start: after_boot(),
            transactional: table.get("transactional")?,
            transaction: Transacting::default(),
        };
        if table.holds("transaction") && spec.transactional.is_none() {
            let keys = &["transactional"];
            return Err(wrong(&below(place, "transaction"), Problem::Needs { keys }));
        }
        table.set("transaction", &mut spec.transaction)?;
        table.set("workload", &mut spec.workload)?;
        table.set("config", &mut spec.config)?;
        table.set("start", &mut spec.start)?;
        table.end().map(|()| spec)
    }
}

impl Read for ConsumerSpec {
    fn read(value: &Plain, place: &str) -> Result<Self, Wrong> {
        let mut table = Table::of(value, place)?;
        let mut spec = ConsumerSpec {
            name: table.need("name")?,
            group: table.need("group")?,
            topics: table.need("topics")?,
            processing: one_millisecond(),
            config: Properties::new(),
            start: after_boot(),
            rack: table.get("rack")?,
            instance: table.get("instance")?,
            handling: Handling::default(),
            share: false,
        };
        read_handling(&mut table, &mut spec.handling)?;
        table.set("share", &mut spec.share)?;
        table.set("processing", &mut spec.processing)?;
        table.set("config", &mut spec.config)?;
        table.set("start", &mut spec.start)?;
        table.end().map(|()| spec)
    }
}

impl Read for ProcessorSpec {
    fn read(value: &Plain, place: &str) -> Result<Self, Wrong> {
        let mut table = Table::of(value, place)?;
        let mut spec = ProcessorSpec {
            name: table.need("name")?,
            group: table.need("group")?,
            topics: table.need("topics")?,
            to: table.need("to")?,
            guarantee: ProcessingGuarantee::default(),
            transform: Transform::default(),
            store: counts(),
            processing: one_millisecond(),
            consumer: Properties::new(),
            producer: Properties::new(),
            start: after_boot(),
        };
        table.set("guarantee", &mut spec.guarantee)?;
        table.set("transform", &mut spec.transform)?;
        table.set("store", &mut spec.store)?;
        table.set("processing", &mut spec.processing)?;
        table.set("consumer", &mut spec.consumer)?;
        table.set("producer", &mut spec.producer)?;
        table.set("start", &mut spec.start)?;
        table.end().map(|()| spec)
    }
}

impl ScenarioFile {
    /// Reads a file's table.
    ///
    /// # Errors
    /// The first place that holds something else than it should, and what it should hold.
    pub fn read(value: &Plain) -> Result<ScenarioFile, Wrong> {
        let (mut table, mut file) = (Table::of(value, "")?, ScenarioFile::default());
        table.set("seed", &mut file.seed)?;
        table.set("cluster", &mut file.cluster)?;
        table.set("topic", &mut file.topics)?;
        table.set("producer", &mut file.producers)?;
        table.set("consumer", &mut file.consumers)?;
        table.set("processor", &mut file.processors)?;
        table.set("command", &mut file.commands)?;
        table.set("end", &mut file.end)?;
        table.end().map(|()| file)
    }
}
