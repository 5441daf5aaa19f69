//! The scenario about positions and commits: consumers that poll on command go through the same
//! steps, and everything that was seen of them must be seen again.

use kafkascope::sim::handling::{Act, CommitMode, Handling, PollMode, SeekTo};
use kafkascope::sim::id::{BrokerId, Offset};
use kafkascope::sim::scenario::{ConsumerSpec, Properties, TopicSpec};
use kafkascope::sim::wire::ErrorCode;
use kafkascope::sim::{Command, Event, Node, Partition, Span};
use serde::Deserialize;
use serde_json::Value;

use super::rebuilt::Rebuilt;
use super::{Verdict, same};

/// One step: what was done, and what was seen. A field that nobody knows here would be compared by
/// nobody.
#[derive(Deserialize, Clone, PartialEq, Default, Debug)]
#[serde(deny_unknown_fields)]
struct Step {
    step: String,
    offsets: Option<Vec<Offset>>,
    position: Option<Offset>,
    committed: Option<Offset>,
    result: Option<String>,
    offsets_after: Option<After>,
    first_poll: Option<Vec<Offset>>,
    committed_right_after: Option<Offset>,
    committed_after_interval_without_poll: Option<Offset>,
    second_poll: Option<Vec<Offset>>,
    committed_after_second_poll: Option<Offset>,
    committed_after_close: Option<Offset>,
    commit: Option<String>,
    next_polls: Option<Vec<Offset>>,
    callbacks: Option<Vec<String>>,
}

#[derive(Deserialize, Clone, PartialEq, Debug)]
#[serde(deny_unknown_fields)]
struct After {
    hw: Offset,
    lso: Offset,
    log_start: Offset,
}

/// Long enough to join a group, whoever is still in it.
const PATIENCE: Span = Span::secs(20);
/// Where a consumer of the scenario has what it wants.
const CONFIG: &[(&str, &str)] = &[
    ("offsets.topic.num.partitions", "1"),
    ("offsets.topic.replication.factor", "1"),
    ("group.initial.rebalance.delay.ms", "0"),
];

pub fn offsets(steps: &[Value]) -> Verdict {
    let steps = steps.iter().map(Step::deserialize).collect::<Result<Vec<_>, _>>();
    let mut run = Run::new()?;
    for step in steps.map_err(|error| error.to_string())? {
        let mut seen = run.play(&step.step).map_err(|why| format!("{}: {why}", step.step))?;
        seen.step.clone_from(&step.step);
        same(&step.step, seen, step.clone())?;
    }
    Ok(())
}

fn properties(pairs: &[(&str, &str)]) -> Properties {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

struct Run {
    cluster: Rebuilt,
    partition: Partition,
    /// How many consumers there have been.
    consumers: u32,
}

impl Run {
    /// One broker, one partition with ten records, each in a segment of its own.
    fn new() -> Result<Run, String> {
        let topic = TopicSpec {
            name: "t".into(),
            partitions: Some(1),
            replication_factor: Some(1),
            assignment: Vec::new(),
            config: properties(&[("segment.bytes", "100")]),
        };
        let mut cluster = Rebuilt::new((1, 1), &properties(CONFIG), vec![topic])?;
        cluster.add_producer("p", &[("linger.ms", "0")])?;
        cluster.run(Span::secs(1));
        let partition = cluster.partition(0)?;
        let mut run = Run { cluster, partition, consumers: 0 };
        run.produce(10)?;
        Ok(run)
    }

    fn produce(&mut self, records: u32) -> Result<(), String> {
        let client = self.cluster.client("p")?;
        for _ in 0..records {
            self.cluster.submit(Command::Produce { client, key: None })?;
            self.cluster.run(Span::ms(50));
        }
        Ok(())
    }

    /// What is seen when a step is done.
    fn play(&mut self, step: &str) -> Result<Step, String> {
        let latest = [("auto.offset.reset", "latest")];
        let earliest = [("auto.offset.reset", "earliest")];
        let none = [("auto.offset.reset", "none")];
        let by_four = [("auto.offset.reset", "earliest"), ("max.poll.records", "4")];
        let does = |prefix: &str| step.starts_with(prefix);
        let mut seen = Step::default();
        if does("g1 (no auto commit") {
            self.join("g1", &by_four)?;
            seen.offsets = Some(self.poll()?);
            self.commit()?;
            seen.position = Some(self.position()?);
            seen.committed = Some(self.committed("g1"));
        } else if does("g1 second batch processed but NOT committed") {
            seen.offsets = Some(self.poll()?);
            self.close()?;
        } else if does("g1 restarted") {
            self.join("g1", &by_four)?;
            seen.offsets = Some(self.read()?);
        } else if does("g2 commits BEFORE processing") {
            self.join("g2", &by_four)?;
            seen.offsets = Some(self.poll()?);
            self.commit()?;
            self.crash()?;
            seen.committed = Some(self.committed("g2"));
        } else if does("g2 restarted") {
            self.join("g2", &by_four)?;
            seen.offsets = Some(self.read()?);
        } else if does("g3 new group, auto.offset.reset default") {
            self.join("g3", &[])?;
            seen.offsets = Some(self.read()?);
            seen.position = Some(self.position()?);
        } else if does("two more records") {
            self.produce(2)?;
            seen.offsets = Some(self.read()?);
        } else if does("g4 new group, auto.offset.reset=none") {
            self.join("g4", &none)?;
            seen.result = self.throws()?;
        } else if does("DeleteRecords before offset 6") {
            seen.offsets_after = Some(self.delete_up_to(6)?);
        } else if does("group with committed offset 2") && step.ends_with("earliest") {
            self.join_at("below-earliest", 2, &earliest)?;
            seen.offsets = Some(self.read()?);
            seen.position = Some(self.position()?);
        } else if does("group with committed offset 2") && step.ends_with("latest") {
            self.join_at("below-latest", 2, &latest)?;
            seen.offsets = Some(self.read()?);
            seen.position = Some(self.position()?);
        } else if does("group with committed offset 2") && step.ends_with("none") {
            self.join_at("below-none", 2, &none)?;
            seen.result = self.throws()?;
        } else if does("group with committed offset 99") {
            self.join_at("above", 99, &earliest)?;
            seen.offsets = Some(self.read()?);
        } else if does("g7 auto commit every 1000 ms") {
            self.auto_commit(&mut seen)?;
        } else if does("g8 exceeds max.poll.interval.ms=2000") {
            self.poll_too_late(&mut seen)?;
        } else {
            return Err(format!("nobody knows how to do {step:?}"));
        }
        Ok(seen)
    }

    fn auto_commit(&mut self, seen: &mut Step) -> Result<(), String> {
        let config = [
            ("auto.offset.reset", "earliest"),
            ("enable.auto.commit", "true"),
            ("auto.commit.interval.ms", "1000"),
            ("max.poll.records", "3"),
        ];
        self.join("g7", &config)?;
        seen.first_poll = Some(self.poll()?);
        seen.committed_right_after = Some(self.committed("g7"));
        self.cluster.run(Span::ms(1300));
        seen.committed_after_interval_without_poll = Some(self.committed("g7"));
        seen.second_poll = Some(self.poll()?);
        seen.committed_after_second_poll = Some(self.committed("g7"));
        self.close()?;
        seen.committed_after_close = Some(self.committed("g7"));
        Ok(())
    }

    fn poll_too_late(&mut self, seen: &mut Step) -> Result<(), String> {
        let config = [
            ("auto.offset.reset", "earliest"),
            ("max.poll.interval.ms", "2000"),
            ("max.poll.records", "2"),
        ];
        let since = self.cluster.log.len();
        self.join("g8", &config)?;
        seen.offsets = Some(self.poll()?);
        self.cluster.run(Span::secs(3));
        seen.commit = self.commit()?;
        seen.next_polls = Some(self.poll()?);
        let of = |what: &str, all: &[Partition]| {
            let all: Vec<String> = all.iter().map(|it| format!("o-{}", it.index)).collect();
            Some(format!("{what} {}", all.join(" ")))
        };
        seen.callbacks = Some(self.told(since, |event| match event {
            Event::Assigned { partitions, .. } => of("assigned", partitions),
            Event::Revoked { partitions, .. } => of("revoked", partitions),
            Event::PartitionsLost { partitions, .. } => of("lost", partitions),
            _ => None,
        })?);
        Ok(())
    }

    /// A new consumer of a group. It commits only when it is told to, unless its config says so.
    fn join(&mut self, group: &str, config: &[(&str, &str)]) -> Result<(), String> {
        self.consumers += 1;
        let mut all =
            properties(&[("enable.auto.commit", "false"), ("session.timeout.ms", "6000")]);
        all.extend(properties(config));
        self.cluster.submit(Command::AddConsumer(ConsumerSpec {
            name: self.name().as_str().into(),
            group: group.into(),
            topics: vec!["t".into()],
            processing: Span::ZERO,
            config: all,
            start: self.cluster.world.now,
            rack: None,
            instance: None,
            share: false,
            handling: Handling {
                commit: CommitMode::None,
                poll: PollMode::OnCommand,
                ..Handling::default()
            },
        }))?;
        self.cluster.run(Span::ms(500));
        Ok(())
    }

    /// The same after the group has committed this offset.
    fn join_at(&mut self, group: &str, at: Offset, config: &[(&str, &str)]) -> Result<(), String> {
        self.join(group, &[("auto.offset.reset", "latest")])?;
        self.poll()?;
        let (topic, to) = ("t".into(), SeekTo::Offset(at));
        self.act(Act::Seek { topic, partition: 0, to })?;
        self.commit()?;
        self.close()?;
        same("offset committed beforehand", self.committed(group), at)?;
        self.join(group, config)
    }

    fn name(&self) -> String {
        format!("c{}", self.consumers)
    }

    fn act(&mut self, act: Act) -> Result<(), String> {
        let client = self.cluster.client(&self.name())?;
        self.cluster.submit(Command::Consume { client, act })
    }

    /// What the consumer told since a place in the log.
    fn told<T>(&self, since: usize, of: impl Fn(&Event) -> Option<T>) -> Result<Vec<T>, String> {
        let client = self.cluster.client(&self.name())?;
        Ok(self.cluster.told_by(client, since).filter_map(|it| of(&it.event)).collect())
    }

    /// Lets the consumer finish what it does, and a commit on its way arrive.
    fn settle(&mut self) -> Result<(), String> {
        let client = self.cluster.client(&self.name())?;
        for _ in 0..1200 {
            self.cluster.run(Span::ms(50));
            let world = &self.cluster.world;
            let consumer = world.clients.get(&client).and_then(|it| it.as_consumer());
            let up = world.processes.get(&Node::Client(client)).is_some_and(|it| it.is_up());
            if !up || consumer.is_some_and(|it| it.is_waiting()) {
                return Ok(());
            }
        }
        Err(format!("{} does not come to an end", self.name()))
    }

    /// One poll(): the offsets of its records.
    fn poll(&mut self) -> Result<Vec<Offset>, String> {
        self.poll_for(PATIENCE)
    }

    fn poll_for(&mut self, timeout: Span) -> Result<Vec<Offset>, String> {
        let since = self.cluster.log.len();
        self.act(Act::Poll(timeout))?;
        self.settle()?;
        self.told(since, |event| match event {
            Event::Processed { offset, .. } => Some(*offset),
            _ => None,
        })
    }

    /// Polls until nothing comes any more.
    fn read(&mut self) -> Result<Vec<Offset>, String> {
        let mut all = self.poll()?;
        loop {
            let more = self.poll_for(Span::secs(1))?;
            if more.is_empty() {
                return Ok(all);
            }
            all.extend(more);
        }
    }

    /// One poll() that throws: what.
    fn throws(&mut self) -> Result<Option<String>, String> {
        let since = self.cluster.log.len();
        self.poll()?;
        let thrown = self.told(since, |event| match event {
            Event::NoOffset { .. } => Some("NoOffsetForPartitionException"),
            Event::OffsetOutOfRange { .. } => Some("OffsetOutOfRangeException"),
            _ => None,
        })?;
        Ok(thrown.first().map(|what| (*what).to_owned()))
    }

    /// commitSync(): what it throws, if anything.
    fn commit(&mut self) -> Result<Option<String>, String> {
        let since = self.cluster.log.len();
        self.act(Act::Commit)?;
        self.settle()?;
        let errors = self.told(since, |event| match event {
            Event::CommitFailed { error, .. } => Some(*error),
            _ => None,
        })?;
        Ok(errors.first().map(|error| match error {
            ErrorCode::UnknownMemberId | ErrorCode::IllegalGeneration => {
                "CommitFailedException".to_owned()
            }
            other => other.name().to_owned(),
        }))
    }

    fn close(&mut self) -> Result<(), String> {
        let client = self.cluster.client(&self.name())?;
        self.cluster.submit(Command::Stop(Node::Client(client)))?;
        self.cluster.run(Span::secs(2));
        Ok(())
    }

    fn crash(&mut self) -> Result<(), String> {
        let client = self.cluster.client(&self.name())?;
        self.cluster.submit(Command::Crash(Node::Client(client)))
    }

    fn position(&self) -> Result<Offset, String> {
        let client = self.cluster.client(&self.name())?;
        let consumer = self.cluster.world.clients.get(&client).and_then(|it| it.as_consumer());
        let mut readings = consumer.into_iter().flat_map(|it| it.readings());
        readings.find_map(|(_, reading)| reading.position).ok_or("it has no position".into())
    }

    /// As kafka-consumer-groups.sh would say; -1 where nothing is committed.
    fn committed(&self, group: &str) -> Offset {
        let live = self.cluster.world.brokers.values().filter_map(|broker| broker.live.as_ref());
        let mut all = live.filter_map(|live| live.committed(group)?.get(&self.partition));
        all.next().map_or(-1, |committed| committed.offset)
    }

    fn delete_up_to(&mut self, offset: Offset) -> Result<After, String> {
        let broker = BrokerId(1);
        let (topic, partition) = ("t".into(), self.partition.index);
        self.cluster.submit(Command::DeleteRecords { topic, partition, offset })?;
        self.cluster.run(Span::secs(3));
        let hw = self.cluster.world.brokers[&broker].high_watermark(self.partition);
        // Without transactions everything that is committed is stable.
        let log_start = self.cluster.log_start(broker, self.partition);
        Ok(After { hw, lso: hw, log_start })
    }
}
