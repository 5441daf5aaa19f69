//! Real clusters that somebody drove step by step, driven again: what they decided, kept and told
//! must be the same, and the controller's records must come in the same order.

use std::collections::BTreeMap;

use kafkascope::sim::id::{BrokerId, RecordId};
use kafkascope::sim::image::PartitionState;
use kafkascope::sim::scenario::{ConsumerSpec, Properties, TopicSpec};
use kafkascope::sim::wire::{Body, ElectionType, ErrorCode, Response};
use kafkascope::sim::{Command, Event, Node, Partition, Span};
use serde::Deserialize;
use serde_json::Value;

use super::cluster_conditions::holds;
use super::cluster_quorum::Quorum;
use super::rebuilt::{Rebuilt, acked};
use super::{Verdict, metadata_records, same};

#[derive(Deserialize)]
pub struct Case {
    #[serde(rename = "id")]
    _id: String,
    brokers: u32,
    controllers: u32,
    broker_config: Properties,
    timeline: Vec<Value>,
    metadata_records: Vec<Value>,
}

/// One thing done or seen. A field that nobody knows here would be compared by nobody.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    t_ms_approx: u64,
    action: Option<String>,
    node: Option<u32>,
    assignment: Option<String>,
    configs: Option<String>,
    observe: Option<String>,
    #[serde(rename = "waited_ms_approx")]
    _waited: Option<u64>,
    note: Option<String>,
    // What a producer was told.
    sent: Option<u64>,
    acked: Option<i64>,
    first_offset: Option<i64>,
    last_offset: Option<i64>,
    error: Option<String>,
    took_ms_approx: Option<u64>,
    // What a consumer read.
    records: Option<Vec<(i64, String)>>,
    // What the controller and the brokers had.
    leader: Option<i64>,
    replicas: Option<Vec<u32>>,
    isr: Option<Vec<u32>>,
    elr: Option<Vec<u32>>,
    last_known_elr: Option<Vec<u32>>,
    offsets: Option<Offsets>,
    // What the quorum was.
    leader_changed: Option<bool>,
    epoch: Option<i32>,
    voters: Option<usize>,
    observers: Option<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Offsets {
    leo: BTreeMap<String, i64>,
    hw: Option<i64>,
    lso: Option<i64>,
    log_start: Option<i64>,
}

/// What an observer of a real cluster sees comes this late: brokers are polled.
const POLL: Span = Span::ms(200);
/// How an entry begins that says with what a wish ended.
const REFUSED: &str = "create topic without quorum: ";
/// Nothing that a trace waits for takes longer.
const PATIENCE: Span = Span::secs(120);

/// The times of a trace are rounded to 50 ms, and now and then less decides: whether a follower that
/// was frozen still had a fetch in flight, which waits for 500 ms. So every span of time may have
/// been this much shorter, the same in the whole trace.
const ROUNDING: [u64; 3] = [0, 10, 25];

/// Plays a timeline and compares everything that was seen.
pub fn cluster(case: &Case) -> Verdict {
    let timeline = case.timeline.iter().map(Entry::deserialize).collect::<Result<Vec<_>, _>>();
    let timeline = timeline.map_err(|error| error.to_string())?;
    let verdicts = ROUNDING.map(|shorter| replay(case, &timeline, shorter));
    let [first, ..] = &verdicts;
    if verdicts.iter().any(Verdict::is_ok) { Ok(()) } else { first.clone() }
}

fn replay(case: &Case, timeline: &[Entry], shorter: u64) -> Verdict {
    let mut run = Run::new(case, timeline, shorter)?;
    for (index, entry) in timeline.iter().enumerate() {
        let name = entry.action.as_ref().or(entry.observe.as_ref());
        let name = name.ok_or(format!("entry {index} is neither done nor seen"))?;
        let what = |what| format!("at {} ms, {name:?}: {what}", entry.t_ms_approx);
        run.play(index, entry).map_err(what)?;
    }
    // What was decided at the end is still on its way to the controller's log.
    run.cluster.run(Span::secs(2));
    super::cluster_times::check(&run.cluster)?;
    metadata_records::compare(&run.cluster.world, &case.metadata_records)
}

pub struct Run<'a> {
    timeline: &'a [Entry],
    cluster: Rebuilt,
    /// Where the real cluster's clock stands.
    clock: u64,
    /// Every span is this much shorter.
    shorter: u64,
    /// Every record that a producer was given, in order.
    sent: Vec<RecordId>,
    /// Labels of records that were read, and which record of ours that is.
    read: BTreeMap<u64, usize>,
    quorum: Quorum,
}

impl<'a> Run<'a> {
    fn new(case: &Case, timeline: &'a [Entry], shorter: u64) -> Result<Run<'a>, String> {
        let mut config = case.broker_config.clone();
        // A real consumer was given its partition by hand; ours come in groups, whose offsets must
        // not depend on the brokers that are killed.
        config.insert("offsets.topic.replication.factor".into(), "1".into());
        let cluster = Rebuilt::new((case.controllers, case.brokers), &config, Vec::new())?;
        Ok(Run {
            timeline,
            cluster,
            clock: 0,
            shorter,
            sent: Vec::new(),
            read: BTreeMap::new(),
            quorum: Quorum::default(),
        })
    }

    /// Lets as much time pass as did there.
    fn reach(&mut self, at: u64) {
        self.cluster.run(Span::ms(at.saturating_sub(self.clock + self.shorter)));
        self.clock = at;
    }

    fn play(&mut self, index: usize, entry: &Entry) -> Verdict {
        self.prepare_producers(index)?;
        let took = entry.took_ms_approx.unwrap_or(0);
        let condition =
            entry.observe.as_deref().and_then(|o| o.strip_prefix("condition reached: "));
        if let Some(condition) = condition {
            self.wait_for(condition)?;
        } else if index > 0 {
            self.reach(entry.t_ms_approx.saturating_sub(took));
        }
        self.clock = entry.t_ms_approx;
        if let Some(action) = &entry.action {
            return self.act(action, entry);
        }
        if entry.sent.is_some() {
            self.produce(index, entry)?;
        }
        if let Some(records) = &entry.records {
            self.consume(index, records)?;
        }
        if let Some(note) = &entry.note {
            same("the note", note.as_str(), "no broker alive")?;
            let up = self.cluster.world.brokers.keys().find(|id| self.is_up(**id));
            same("a broker that is up", up, None)?;
        }
        match entry.observe.as_deref() {
            Some("quorum") => return self.compare_quorum(entry),
            Some(refused) if refused.starts_with(REFUSED) => {
                return self.compare_refusal(&refused[REFUSED.len()..]);
            }
            _ => {}
        }
        self.compare_state(entry)?;
        entry.offsets.as_ref().map_or(Ok(()), |offsets| self.compare_offsets(offsets))
    }

    fn is_up(&self, id: BrokerId) -> bool {
        self.cluster.world.is_up(Node::Broker(id))
    }

    fn act(&mut self, action: &str, entry: &Entry) -> Verdict {
        if let Some(command) = self.quorum.act(action, entry.node) {
            return self.cluster.submit(command?);
        }
        let node = entry.node.map(|id| Node::Broker(BrokerId(id)));
        let node = || node.ok_or(format!("{action} names no node"));
        let elect = |election| Command::ElectLeaders { topic: "t".into(), election };
        let command = match action {
            "create topic t" => create_topic(entry)?,
            "pause process (SIGSTOP)" => Command::Pause(node()?),
            "resume process (SIGCONT)" => Command::Resume(node()?),
            "kill -9 broker" => Command::Crash(node()?),
            "start broker" => Command::Start(node()?),
            "controlled shutdown (SIGTERM)" => Command::Stop(node()?),
            "preferred leader election" => elect(ElectionType::Preferred),
            "unclean election t-0 -> ok" => elect(ElectionType::Unclean),
            other => return Err(format!("nobody here knows how to {other}")),
        };
        let since = self.cluster.log.len();
        let elects = matches!(command, Command::ElectLeaders { .. });
        self.cluster.submit(command)?;
        if elects {
            self.cluster.run(Span::ms(20));
            let answer = self.cluster.log[since..].iter().find_map(|it| elected(&it.event));
            same("the election's answer", answer, Some(ErrorCode::None))?;
        }
        Ok(())
    }

    fn state(&self) -> Result<(Partition, &PartitionState), String> {
        let partition = self.cluster.partition(0)?;
        let state = self.cluster.world.metadata().partition(partition).ok_or("no partition")?;
        Ok((partition, state))
    }

    fn wait_for(&mut self, condition: &str) -> Verdict {
        if condition.contains("quorum") {
            let end = self.cluster.world.now + PATIENCE;
            while self.cluster.world.active_controller().is_none() {
                if self.cluster.world.now > end {
                    return Err("nobody is elected".to_owned());
                }
                self.cluster.run(Span::ms(10));
            }
            self.cluster.run(POLL);
            return Ok(());
        }
        let before = self.state()?.1.leader;
        let end = self.cluster.world.now + PATIENCE;
        while !holds(condition, before, self.state()?.1)? {
            if self.cluster.world.now > end {
                return Err(format!("it never comes; now there is {:?}", self.state()?.1));
            }
            self.cluster.run(Span::ms(10));
        }
        self.cluster.run(POLL);
        Ok(())
    }

    /// Who is to send next starts now, and before a process is frozen everyone who is to send while
    /// it is: they must know the cluster by then.
    fn prepare_producers(&mut self, next: usize) -> Verdict {
        let mut frozen = 0;
        for (index, entry) in self.timeline.iter().enumerate().skip(next) {
            match entry.action.as_deref() {
                Some("pause process (SIGSTOP)") => frozen += 1,
                Some("resume process (SIGCONT)") => frozen -= 1,
                _ if entry.sent.is_some() => self.prepare_producer(index)?,
                _ => {}
            }
            if frozen <= 0 {
                break;
            }
        }
        Ok(())
    }

    /// A fresh producer for one entry.
    fn prepare_producer(&mut self, index: usize) -> Verdict {
        let name = format!("p{index}");
        if self.cluster.client(&name).is_ok() {
            return Ok(());
        }
        let observe = self.timeline[index].observe.as_deref().unwrap_or("");
        let acks = observe.split_once("acks=").map_or("", |(_, rest)| rest);
        let acks = ["all", "1", "0"].into_iter().find(|value| acks.starts_with(value));
        let acks = acks.ok_or("nobody says what acks is")?;
        // linger.ms was 0 by default before Kafka 4.0.
        let config = [("acks", acks), ("retries", "0"), ("linger.ms", "0")];
        self.cluster.add_producer(&name, &config)
    }

    /// Sends, waits until the producer has been told of everything, and compares.
    fn produce(&mut self, index: usize, entry: &Entry) -> Verdict {
        let client = self.cluster.client(&format!("p{index}"))?;
        let since = self.cluster.log.len();
        let count = entry.sent.unwrap_or(0);
        for _ in 0..count {
            self.cluster.submit(Command::Produce { client, key: None })?;
        }
        let end = self.cluster.world.now + PATIENCE;
        let mut told = Told::default();
        while told.acked + told.failed < count as i64 && self.cluster.world.now < end {
            self.cluster.run(Span::ms(5));
            told = Told::default();
            self.cluster.told_by(client, since).for_each(|stamped| told.hear(&stamped.event));
        }
        self.sent.extend(&told.sent);
        same("acked", told.acked, entry.acked.unwrap_or(0))?;
        same("first offset", told.first, entry.first_offset)?;
        same("last offset", told.last, entry.last_offset)?;
        same("error", told.error, entry.error.clone())
    }

    /// A new consumer reads everything that it is given, from the start of the log.
    fn consume(&mut self, index: usize, expected: &[(i64, String)]) -> Verdict {
        let name = format!("r{index}");
        let since = self.cluster.log.len();
        let config = [("auto.offset.reset".to_owned(), "earliest".to_owned())];
        self.cluster.submit(Command::AddConsumer(ConsumerSpec {
            name: name.as_str().into(),
            group: name.as_str().into(),
            topics: vec!["t".into()],
            processing: Span::ZERO,
            config: config.into(),
            start: self.cluster.world.now,
            rack: None,
            instance: None,
            handling: Default::default(),
            share: false,
        }))?;
        let client = self.cluster.client(&name)?;
        let read = |event: &Event| match event {
            Event::Processed { offset, record, .. } => Some((*offset, *record)),
            _ => None,
        };
        // Long enough for whatever else it could be given.
        self.cluster.run(Span::secs(10));
        let ours = self.cluster.told_by(client, since).filter_map(|it| read(&it.event));
        let ours: Vec<(i64, Option<RecordId>)> = ours.collect();
        let offsets = |all: &[(i64, String)]| all.iter().map(|(it, _)| *it).collect::<Vec<_>>();
        let our_offsets: Vec<i64> = ours.iter().map(|(offset, _)| *offset).collect();
        same("offsets read", our_offsets, offsets(expected))?;
        for ((offset, record), (_, label)) in ours.iter().zip(expected) {
            self.compare_record(*offset, *record, label)?;
        }
        self.cluster.submit(Command::RemoveClient(client))
    }

    /// A label is the number of the record among all that were sent, or a number above all of
    /// them: then at least the order must be that of the labels, and a label always the same.
    fn compare_record(&mut self, offset: i64, record: Option<RecordId>, label: &str) -> Verdict {
        let place = self.sent.iter().position(|sent| Some(*sent) == record);
        let place = place.ok_or(format!("nobody sent what is at {offset}"))?;
        let number = label.strip_prefix('m').and_then(|number| number.parse::<u64>().ok());
        let number = number.ok_or(format!("{label} is no label"))?;
        if number < self.sent.len() as u64 {
            same(format!("the record at {offset}"), place as u64, number)?;
        }
        let known = *self.read.entry(number).or_insert(place);
        same(format!("the record called {label}"), place, known)?;
        let below = self.read.range(..number).all(|(_, other)| *other < place);
        same(format!("{label} comes after all that were sent before it"), below, true)
    }

    fn compare_quorum(&mut self, seen: &Entry) -> Verdict {
        let world = &self.cluster.world;
        if let Some(leader) = seen.leader {
            self.quorum.compare(world, leader, seen.leader_changed, seen.epoch)?;
        }
        let active = world.active_controller().ok_or("nobody is active")?;
        let voters = seen.voters.map(|_| active.raft().voters().len());
        same("voters", voters, seen.voters)?;
        let follows = |id: &&BrokerId| world.brokers[*id].raft().leader() == Some(active.id);
        let observers = seen.observers.map(|_| world.brokers.keys().filter(follows).count());
        same("observers", observers, seen.observers)
    }

    /// Nobody can grant this wish. A real admin client was told to wait shorter than by default.
    fn compare_refusal(&mut self, expected: &str) -> Verdict {
        let since = self.cluster.log.len();
        let config = Properties::new();
        self.cluster.submit(Command::CreateTopic(TopicSpec {
            name: "t2".into(),
            partitions: Some(1),
            replication_factor: Some(1),
            assignment: Vec::new(),
            config,
        }))?;
        self.cluster.run(Span::secs(100));
        let refused = self.cluster.log[since..].iter().find_map(|it| match &it.event {
            Event::AdminRefused { error, .. } => Some(exception(*error)),
            _ => None,
        });
        same("what became of the wish", refused.as_deref(), Some(expected))
    }

    fn compare_state(&self, entry: &Entry) -> Verdict {
        let Some(leader) = entry.leader else { return Ok(()) };
        let (_, state) = self.state()?;
        let numbers = |ids: &[BrokerId]| -> Vec<u32> { ids.iter().map(|id| id.0).collect() };
        let sorted = |ids: &[BrokerId]| {
            let mut numbers = numbers(ids);
            numbers.sort_unstable();
            Some(numbers)
        };
        same("leader", state.leader.map_or(-1, |id| i64::from(id.0)), leader)?;
        same("replicas", Some(numbers(&state.replicas)), entry.replicas.clone())?;
        same("ISR", sorted(&state.isr), entry.isr.clone())?;
        same("ELR", sorted(&state.elr), entry.elr.clone())?;
        same("last known ELR", sorted(&state.last_known_elr), entry.last_known_elr.clone())
    }

    fn compare_offsets(&self, seen: &Offsets) -> Verdict {
        let (partition, state) = self.state()?;
        let up = self.cluster.world.brokers.keys().copied().filter(|id| self.is_up(*id));
        let ends = up.map(|id| (format!("broker{id}"), self.cluster.log_end(id, partition)));
        same("log ends", ends.collect::<BTreeMap<_, _>>(), seen.leo.clone())?;
        let leader = state.leader.and_then(|id| Some((id, self.cluster.world.brokers.get(&id)?)));
        let high_watermark = leader.map(|(_, broker)| broker.high_watermark(partition));
        let start = leader.map(|(id, _)| self.cluster.log_start(id, partition));
        // Without transactions the last stable offset is the high watermark.
        let offsets = [
            ("HW", high_watermark, seen.hw),
            ("LSO", high_watermark, seen.lso),
            ("log start", start, seen.log_start),
        ];
        let seen = offsets.into_iter().filter(|(_, _, theirs)| theirs.is_some());
        seen.into_iter().try_for_each(|(name, ours, theirs)| same(name, ours, theirs))
    }
}

/// What a producer was told of what it sent.
#[derive(Default)]
struct Told {
    sent: Vec<RecordId>,
    acked: i64,
    failed: i64,
    first: Option<i64>,
    last: Option<i64>,
    error: Option<String>,
}

impl Told {
    fn hear(&mut self, event: &Event) {
        if let Some((_, base, count)) = acked(event) {
            self.acked += count;
            self.first = self.first.or(Some(base));
            self.last = Some(base + count - 1);
        }
        match event {
            Event::Produced { record, .. } => self.sent.push(*record),
            Event::ProduceFailed { records, error, .. } => {
                self.failed += records.len() as i64;
                self.error = Some(exception(*error));
            }
            Event::SendFailed { error, .. } => {
                self.failed += 1;
                self.error = Some(exception(*error));
            }
            _ => {}
        }
    }
}

/// The class that Kafka's clients throw for an error.
fn exception(error: ErrorCode) -> String {
    if error == ErrorCode::RequestTimedOut {
        return "TimeoutException".to_owned();
    }
    let words = error.name().split('_').map(|word| {
        let (first, rest) = word.split_at(1);
        format!("{first}{}", rest.to_lowercase())
    });
    words.chain(["Exception".to_owned()]).collect()
}

/// What the controller answered to an election of a single partition.
fn elected(event: &Event) -> Option<ErrorCode> {
    let Event::Arrived(envelope) = event else { return None };
    match &*envelope.body {
        Body::Response(Response::ElectLeaders(answer)) => answer.partitions.first().copied(),
        _ => None,
    }
}

/// `{0=[1, 2, 3]}` and `{min.insync.replicas=1}`, as Java prints its maps.
fn create_topic(entry: &Entry) -> Result<Command, String> {
    let inner = |text: &Option<String>| {
        let text = text.as_deref().unwrap_or("{}").strip_prefix('{')?;
        text.strip_suffix('}').map(str::to_owned)
    };
    let assignment = inner(&entry.assignment).ok_or("the assignment is no map")?;
    let replicas = assignment.strip_prefix("0=[").and_then(|rest| rest.strip_suffix(']'));
    let replicas = replicas.ok_or("the assignment is not of one partition")?;
    let replicas: Result<Vec<BrokerId>, _> =
        replicas.split(", ").map(|id| id.parse().map(BrokerId)).collect();
    let configs = inner(&entry.configs).ok_or("the configs are no map")?;
    let configs = configs.split(", ").filter_map(|pair| pair.split_once('='));
    Ok(Command::CreateTopic(TopicSpec {
        name: "t".into(),
        partitions: None,
        replication_factor: None,
        assignment: vec![replicas.map_err(|error| error.to_string())?],
        config: configs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
    }))
}
