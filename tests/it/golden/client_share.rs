//! The scenario about a share group: what each step delivered, and for the how-manieth time. Its
//! first step is taken as a member would live through it that polls three records of one batch and
//! calls commitSync() after each `poll()`.

use std::collections::BTreeMap;

use kafkascope::sim::handling::{Act, CommitMode, Handling, OnError};
use kafkascope::sim::id::Offset;
use kafkascope::sim::scenario::{ConsumerSpec, Properties};
use kafkascope::sim::{Command, Event, Span, Stamped};
use serde::Deserialize;
use serde_json::Value;

use super::rebuilt::{Rebuilt, one_broker};
use super::{Verdict, same};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    step: String,
    delivered_offset_hash_deliverycount: Vec<String>,
}

/// How long the application works on a record: time enough to change its mind before the next.
const WORK: Span = Span::secs(1);

pub fn share_group(steps: &[Value]) -> Verdict {
    let mut run = Run::new()?;
    for step in steps {
        let step = Step::deserialize(step).map_err(|error| error.to_string())?;
        run.mark = run.cluster.log.len();
        match step.step.as_str() {
            text if text.starts_with("share partition initialised at the log end") => {
                run.first_batch()?;
            }
            "A continues, accepting everything" => run.rest()?,
            text if text.starts_with("2 more records; A releases every time") => run.release()?,
            other => return Err(format!("{other}: nobody knows what to do")),
        }
        same(step.step, run.delivered(), step.delivered_offset_hash_deliverycount)?;
    }
    Ok(())
}

struct Run {
    cluster: Rebuilt,
    mark: usize,
}

impl Run {
    /// One broker with one partition. Somebody else came first, so that the group began at the end
    /// of the empty log, and went; since Kafka 4.1 a group that has acknowledged nothing begins
    /// anew after that, so here it begins at the start.
    fn new() -> Result<Run, String> {
        let cluster = one_broker(
            1,
            &[
                ("share.coordinator.state.topic.num.partitions", "1"),
                ("share.coordinator.state.topic.replication.factor", "1"),
                ("share.auto.offset.reset", "earliest"),
            ],
            Vec::new(),
        )?;
        let mut run = Run { cluster, mark: 0 };
        run.cluster.add_producer("p", &[])?;
        run.cluster.run(Span::secs(15));
        Ok(run)
    }

    fn join(&mut self, name: &str) -> Result<(), String> {
        let config = [
            ("share.acknowledgement.mode", "explicit"),
            ("enable.auto.commit", "false"),
            ("max.poll.records", "3"),
        ];
        let config = config.map(|(name, value)| (name.to_owned(), value.to_owned()));
        self.cluster.submit(Command::AddConsumer(ConsumerSpec {
            name: name.into(),
            group: "g".into(),
            topics: vec!["t".into()],
            processing: WORK,
            config: Properties::from(config),
            start: self.cluster.world.now,
            rack: None,
            instance: None,
            handling: Handling { commit: CommitMode::Sync, ..Handling::default() },
            share: true,
        }))
    }

    /// One record that the application cannot handle: what it says then is up to
    /// [`Run::on_error`].
    fn poison(&mut self) -> Result<(), String> {
        let client = self.cluster.client("p")?;
        self.cluster.submit(Command::ProducePoison { client, key: None })
    }

    fn on_error(&mut self, on_error: OnError) -> Result<(), String> {
        let client = self.cluster.client("A")?;
        let handling = Handling { on_error, commit: CommitMode::Sync, ..Handling::default() };
        self.cluster.submit(Command::Consume { client, act: Act::Handle(handling) })
    }

    /// All in one batch; `poll()` returns three of it, and the application changes its mind between
    /// the second and the third.
    fn first_batch(&mut self) -> Verdict {
        let client = self.cluster.client("p")?;
        let good = Command::Produce { client, key: None };
        self.cluster.submit(good.clone())?;
        self.poison()?;
        self.poison()?;
        for _ in 0..5 {
            self.cluster.submit(good.clone())?;
        }
        self.cluster.run(Span::ms(500));
        self.join("A")?;
        self.on_error(OnError::Retry)?;
        self.until_failed(1)?;
        self.on_error(OnError::Skip)?;
        self.until_failed(2)
    }

    fn until_failed(&mut self, wanted: Offset) -> Verdict {
        for _ in 0..20_000 {
            let failed = |it: &Stamped| matches!(it.event, Event::HandlingFailed { offset, .. } if offset == wanted);
            if self.cluster.log[self.mark..].iter().any(failed) {
                return Ok(());
            }
            self.cluster.run(Span::ms(5));
        }
        Err(format!("{wanted} was never delivered"))
    }

    fn rest(&mut self) -> Verdict {
        self.cluster.run(WORK * 30);
        Ok(())
    }

    fn release(&mut self) -> Verdict {
        self.on_error(OnError::Retry)?;
        self.poison()?;
        self.cluster.run(Span::ms(500));
        self.poison()?;
        self.cluster.run(WORK * 60);
        Ok(())
    }

    /// What the application got from `poll()`, record by record, with the count that the leader
    /// had given it.
    fn delivered(&self) -> Vec<String> {
        let mut counts = BTreeMap::new();
        let mut all = Vec::new();
        for (index, stamped) in self.cluster.log.iter().enumerate() {
            match &stamped.event {
                Event::RecordsAcquired { records, .. } => {
                    let offsets = records.first_offset..=records.last_offset;
                    counts.extend(offsets.map(|offset| (offset, records.delivery_count)));
                }
                Event::Processed { offset, .. } | Event::HandlingFailed { offset, .. }
                    if index >= self.mark =>
                {
                    all.push(format!("{offset}#{}", counts.get(offset).unwrap_or(&0)));
                }
                _ => {}
            }
        }
        all
    }
}

/// A trace that does not agree is found.
#[test]
fn a_changed_share_trace_is_found() {
    let step = "share partition initialised at the log end, and so on";
    let case = |delivered: &[&str]| {
        let seen = serde_json::json!({
            "step": step, "delivered_offset_hash_deliverycount": delivered
        });
        share_group(&[seen])
    };
    assert_eq!(case(&["0#1", "1#1", "2#1"]), Ok(()));
    assert!(case(&["0#1", "1#1", "2#2"]).is_err());
}
