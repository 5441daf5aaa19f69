//! The scenarios about groups: members come and go, and each must be called back with the same
//! partitions in the same order.

use std::collections::{BTreeMap, BTreeSet};

use kafkascope::sim::id::Partition;
use kafkascope::sim::scenario::{ConsumerSpec, Properties};
use kafkascope::sim::{Command, Event, Node, Span, Stamped, Time};
use serde::Deserialize;
use serde_json::Value;

use super::client_traces::Case;
use super::rebuilt::{Rebuilt, one_broker};
use super::{Verdict, same};

/// Long enough for every member to get where it shall be.
const SETTLED: Span = Span::secs(40);

#[derive(Deserialize, Clone, PartialEq, Default, Debug)]
#[serde(deny_unknown_fields)]
struct Seen {
    assignment: String,
    generation_or_member_epoch: i32,
    callbacks_since_last_step: Vec<Callback>,
}

#[derive(Deserialize, Clone, PartialEq, Default, Debug)]
#[serde(deny_unknown_fields)]
struct Callback {
    callback: String,
    partitions: String,
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
struct Step {
    step: String,
    #[serde(default, rename = "settled")]
    _settled: bool,
    #[serde(default)]
    members: BTreeMap<String, Seen>,
    #[serde(rename = "B_close_callbacks")]
    closed: Option<Seen>,
    #[serde(rename = "A")]
    a: Option<Seen>,
    #[serde(rename = "B")]
    b: Option<Seen>,
}

/// Partitions are sets: their order says nothing.
fn set(list: &str) -> BTreeSet<u32> {
    let index = |name: &str| name.rsplit('-').next()?.parse().ok();
    list.split(',').filter_map(index).collect()
}

type Facts = (BTreeSet<u32>, i32, Vec<(String, BTreeSet<u32>)>);

impl Seen {
    fn facts(&self) -> Facts {
        let calls = &self.callbacks_since_last_step;
        let calls = calls.iter().map(|call| (call.callback.clone(), set(&call.partitions)));
        (set(&self.assignment), self.generation_or_member_epoch, calls.collect())
    }
}

/// Who gets which partition hangs on the order of member ids, which are random in Kafka: some
/// order must make everything agree.
pub fn members(case: &Case) -> Verdict {
    const ORDERS: [[&str; 3]; 6] = [
        ["A", "B", "C"],
        ["A", "C", "B"],
        ["B", "A", "C"],
        ["B", "C", "A"],
        ["C", "A", "B"],
        ["C", "B", "A"],
    ];
    let mut first = Ok(());
    for order in ORDERS {
        let verdict = play_members(case, order);
        if verdict.is_ok() {
            return verdict;
        }
        first = first.and(verdict);
    }
    first
}

fn play_members(case: &Case, order: [&str; 3]) -> Verdict {
    let mut run =
        Run::new(case.partitions, &case.consumer_config, &order.map(|name| (name, None)))?;
    for step in &case.steps {
        let step = Step::deserialize(step).map_err(|error| error.to_string())?;
        run.mark();
        match step.step.as_str() {
            "A joins" => run.cluster.start("A")?,
            "B joins" => run.cluster.start("B")?,
            "C joins" => run.cluster.start("C")?,
            "B closes (leaves)" => run.cluster.stop("B")?,
            text if text.starts_with("topic grows by 2") => {
                run.cluster.submit(Command::AddPartitions {
                    topic: "t".into(),
                    count: case.partitions + 2,
                })?;
            }
            other => return Err(format!("{other}: nobody knows what to do")),
        }
        run.cluster.run(SETTLED);
        for (name, seen) in &step.members {
            same(format!("{}, {name}", step.step), run.seen(name)?, seen.facts())?;
        }
        if let Some(closed) = &step.closed {
            let (_, _, calls) = closed.facts();
            same(format!("{}, B as it closes", step.step), run.calls("B")?, calls)?;
        }
    }
    Ok(())
}

pub fn static_members(case: &Case) -> Verdict {
    let config = Properties::from([("session.timeout.ms".to_owned(), "6000".to_owned())]);
    let names = [("A", Some("i1")), ("B", Some("i2")), ("B2", Some("i2"))];
    let mut run = Run::new(4, &config, &names)?;
    for step in &case.steps {
        let step = Step::deserialize(step).map_err(|error| error.to_string())?;
        run.mark();
        match step.step.as_str() {
            text if text.starts_with("static members A(i1) and B(i2) join") => {
                run.cluster.start("A")?;
                run.cluster.run(SETTLED);
                run.cluster.start("B")?;
                run.cluster.run(SETTLED);
            }
            text if text.starts_with("B closed (static member: no LeaveGroup)") => {
                run.cluster.stop("B")?;
                run.cluster.run(Span::ms(1500));
            }
            text if text.starts_with("B2 with the same group.instance.id") => {
                run.cluster.start("B2")?;
                run.cluster.run(Span::secs(3));
            }
            text if text.starts_with("B2 closed and stayed away longer") => {
                run.cluster.stop("B2")?;
                run.cluster.run(SETTLED);
            }
            other => return Err(format!("{other}: nobody knows what to do")),
        }
        let mut all = step.members.clone();
        all.extend(step.a.clone().map(|seen| ("A".to_owned(), seen)));
        if let Some(seen) = &step.b {
            let (_, _, calls) = seen.facts();
            same(format!("{}, B", step.step), run.calls("B")?, calls)?;
        }
        for (name, seen) in &all {
            same(format!("{}, {name}", step.step), run.seen(name)?, seen.facts())?;
        }
    }
    Ok(())
}

struct Run {
    cluster: Rebuilt,
    mark: usize,
}

impl Run {
    /// One broker; consumers that are down, in this order of ids.
    fn new(
        partitions: u32,
        config: &Properties,
        consumers: &[(&str, Option<&str>)],
    ) -> Result<Run, String> {
        let down = |(name, instance): &(&str, Option<&str>)| ConsumerSpec {
            name: (*name).into(),
            group: "g".into(),
            topics: vec!["t".into()],
            processing: Span::ms(1),
            config: config.clone(),
            // Nobody waits for that: they are started by command.
            start: Time(3_600_000_000),
            rack: None,
            instance: instance.map(Into::into),
            handling: Default::default(),
            share: false,
        };
        let consumers = consumers.iter().map(down).collect();
        let delay = ("group.initial.rebalance.delay.ms", "0");
        let cluster = one_broker(partitions, &[delay], consumers)?;
        Ok(Run { cluster, mark: 0 })
    }

    fn mark(&mut self) {
        self.mark = self.cluster.log.len();
    }

    fn seen(&self, name: &str) -> Result<Facts, String> {
        let client = self.cluster.world.clients.get(&self.cluster.client(name)?);
        let consumer = client.and_then(|client| client.as_consumer()).ok_or("no consumer")?;
        let owned = consumer.readings().map(|(partition, _)| partition.index).collect();
        Ok((owned, consumer.membership().generation.id, self.calls(name)?))
    }

    /// The callbacks of ConsumerRebalanceListener since the step began.
    fn calls(&self, name: &str) -> Result<Vec<(String, BTreeSet<u32>)>, String> {
        let node = Node::Client(self.cluster.client(name)?);
        let indices = |partitions: &[Partition]| partitions.iter().map(|p| p.index).collect();
        let call = |stamped: &Stamped| match &stamped.event {
            Event::Assigned { added, .. } => Some(("assigned".to_owned(), indices(added))),
            Event::Revoked { partitions, .. } => Some(("revoked".to_owned(), indices(partitions))),
            Event::PartitionsLost { partitions, .. } => {
                Some(("lost".to_owned(), indices(partitions)))
            }
            _ => None,
        };
        let own = self.cluster.log.iter().skip(self.mark).filter(|stamped| stamped.node == node);
        Ok(own.filter_map(call).collect())
    }
}

/// A trace that nobody could replay is told apart from one that agrees.
#[test]
fn a_changed_trace_is_found() {
    let step = serde_json::json!({
        "step": "A joins", "settled": true,
        "members": {"A": {
            "assignment": "t-0,t-1", "generation_or_member_epoch": 2,
            "callbacks_since_last_step": [{"callback": "assigned", "partitions": "t-0,t-1"}]
        }}
    });
    let case = |step: Value| Case {
        id: "classic-x".to_owned(),
        steps: vec![step],
        partitions: 2,
        consumer_config: Properties::new(),
        partition_batches: Vec::new(),
        transaction_state_log: Vec::new(),
    };
    assert!(members(&case(step.clone())).is_err(), "the generation is 1");
    let mut right = step;
    right["members"]["A"]["generation_or_member_epoch"] = 1.into();
    assert_eq!(members(&case(right)), Ok(()));
}
