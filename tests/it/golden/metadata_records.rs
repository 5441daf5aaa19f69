//! The controller's log of a real cluster beside ours, record by record from the first topic on.

use std::collections::BTreeMap;

use kafkascope::sim::World;
use kafkascope::sim::controller::Controller;
use kafkascope::sim::id::{BrokerId, TopicId};
use kafkascope::sim::wire::{MetadataRecord, RegistrationChange};
use serde_json::Value;

use super::{Verdict, same};

/// Compares in order. What either cluster wrote after the other was stopped is nobody's fault, but
/// ours must have all that the real one had.
pub fn compare(world: &World, theirs: &[Value]) -> Verdict {
    let theirs = read(theirs)?;
    let ours = our_records(world)?;
    for (index, record) in theirs.iter().enumerate() {
        let ours = ours.get(index).map(String::as_str);
        same(format!("metadata record {index}"), ours, Some(record.as_str()))?;
    }
    Ok(())
}

/// Which registration of which broker an epoch stands for: `2#1` is the first of broker 2.
#[derive(Default)]
struct Registrations(BTreeMap<(u32, i64), u32>);

impl Registrations {
    fn register(&mut self, broker: u32, epoch: i64) -> String {
        let before = self.0.keys().filter(|(id, _)| *id == broker).count() as u32;
        self.0.insert((broker, epoch), before + 1);
        self.name(broker, epoch)
    }

    fn name(&self, broker: u32, epoch: i64) -> String {
        match self.0.get(&(broker, epoch)) {
            Some(nth) => format!("{broker}#{nth}"),
            None => format!("{broker} with epoch {epoch} of nobody"),
        }
    }
}

/// Controllers in the order in which they first led: their ids hang on chance.
#[derive(Default)]
struct Leaders(Vec<i64>);

impl Leaders {
    fn nth(&mut self, id: i64) -> usize {
        self.0.iter().position(|known| *known == id).unwrap_or_else(|| {
            self.0.push(id);
            self.0.len() - 1
        })
    }
}

fn read(records: &[Value]) -> Result<Vec<String>, String> {
    let mut known = Registrations::default();
    let mut leaders = Leaders::default();
    let mut lines = Vec::new();
    let mut begun = false;
    for record in records {
        let (kind, data) = (record["type"].as_str().unwrap_or(""), &record["data"]);
        let number = |name: &str| data[name].as_i64().ok_or(format!("{kind} has no {name}"));
        let broker = || number("brokerId").map(|id| u32::try_from(id).unwrap_or(u32::MAX));
        let line = match kind {
            "FEATURE_LEVEL_RECORD" if !begun => continue,
            // Which epoch it is hangs on how many elections nobody won.
            "QUORUM_LEADER_CHANGE" => {
                let nth = leaders.nth(record["leader"].as_i64().ok_or("nobody leads")?);
                if !begun {
                    continue;
                }
                format!("quorum leader #{nth}")
            }
            "REGISTER_BROKER_RECORD" => {
                // Ours has no such fields: whoever registers is fenced until it has caught up.
                let begins = (data["fenced"].as_bool(), data["inControlledShutdown"].as_bool());
                same("how a registration begins", begins, (Some(true), Some(false)))?;
                format!("register {}", known.register(broker()?, number("brokerEpoch")?))
            }
            "BROKER_REGISTRATION_CHANGE_RECORD" => {
                let who = known.name(broker()?, number("brokerEpoch")?);
                let change = (data["fenced"].as_i64(), data["inControlledShutdown"].as_i64());
                let change = match change {
                    (Some(1), None) => "fence",
                    (Some(-1), None) => "unfence",
                    (None, Some(1)) => "controlled shutdown",
                    other => return Err(format!("{other:?} is no change of a registration")),
                };
                format!("{change} {who}")
            }
            "TOPIC_RECORD" => {
                begun = true;
                format!("topic {}", data["name"].as_str().unwrap_or(""))
            }
            "PARTITION_RECORD" | "PARTITION_CHANGE_RECORD" => partition_line(data)?,
            other => return Err(format!("nobody here knows {other}")),
        };
        if begun {
            lines.push(line);
        }
    }
    Ok(lines)
}

/// Every field that a record of a partition names, in one order.
const FIELDS: [&str; 12] = [
    "partitionId",
    "replicas",
    "isr",
    "leader",
    "leaderEpoch",
    "partitionEpoch",
    "leaderRecoveryState",
    "eligibleLeaderReplicas",
    "lastKnownElr",
    "addingReplicas",
    "removingReplicas",
    "directories",
];

fn partition_line(data: &Value) -> Result<String, String> {
    let object = data.as_object().ok_or("a record of a partition has no data")?;
    if let Some(unknown) = object.keys().find(|name| !FIELDS.contains(&name.as_str())) {
        return Err(format!("nobody here knows the field {unknown}"));
    }
    let named = FIELDS.iter().filter_map(|name| Some((name, object.get(*name)?)));
    Ok(named.map(|(name, value)| format!("{name} {value} ")).collect())
}

fn our_records(world: &World) -> Result<Vec<String>, String> {
    let (topic, _) = world.metadata().topic_named("t").ok_or("no topic")?;
    let mut controllers = world.controllers.values();
    let whole = |it: &&Controller| it.image().next_offset == world.metadata().next_offset;
    let log = controllers.find(whole).ok_or("no controller")?.metadata_log();
    let mut leaders = Leaders::default();
    let mut known = Registrations::default();
    let mut lines = Vec::new();
    let mut begun = false;
    for (offset, record) in log.iter().enumerate() {
        let line = match &record.record {
            MetadataRecord::LeaderChange { leader } => {
                let nth = leaders.nth(leader.0.into());
                if !begun {
                    continue;
                }
                format!("quorum leader #{nth}")
            }
            MetadataRecord::RegisterBroker { broker, broker_epoch, .. } => {
                same("the epoch of a registration", *broker_epoch, offset as i64)?;
                format!("register {}", known.register(broker.0, *broker_epoch))
            }
            MetadataRecord::BrokerRegistrationChange { broker, broker_epoch, change } => {
                let change = match change {
                    RegistrationChange::Fence => "fence",
                    RegistrationChange::Unfence => "unfence",
                    RegistrationChange::ControlledShutdown => "controlled shutdown",
                };
                format!("{change} {}", known.name(broker.0, *broker_epoch))
            }
            MetadataRecord::Topic { topic: it, name } if *it == topic => {
                begun = true;
                format!("topic {name}")
            }
            other => match data_of(other, topic) {
                Some(data) => partition_line(&data)?,
                None => continue,
            },
        };
        if begun {
            lines.push(line);
        }
    }
    Ok(lines)
}

/// A record of a partition in the spelling of Kafka's schemas; absent fields are left out.
fn data_of(record: &MetadataRecord, topic: TopicId) -> Option<Value> {
    let ids = |ids: &[BrokerId]| Value::from(ids.iter().map(|id| id.0).collect::<Vec<u32>>());
    let leader = |id: &Option<BrokerId>| Value::from(id.map_or(-1, |id| i64::from(id.0)));
    let fields: Vec<(&str, Option<Value>)> = match record {
        MetadataRecord::Partition(it) if it.partition.topic == topic => vec![
            ("partitionId", Some(it.partition.index.into())),
            ("replicas", Some(ids(&it.replicas))),
            ("isr", Some(ids(&it.isr))),
            ("leader", Some(leader(&it.leader))),
            ("leaderEpoch", Some(it.leader_epoch.into())),
            ("partitionEpoch", Some(it.partition_epoch.into())),
            ("addingReplicas", Some(ids(&[]))),
            ("removingReplicas", Some(ids(&[]))),
        ],
        MetadataRecord::PartitionChange(it) if it.partition.topic == topic => vec![
            ("partitionId", Some(it.partition.index.into())),
            ("replicas", it.replicas.as_deref().map(ids)),
            ("isr", it.isr.as_deref().map(ids)),
            ("leader", it.leader.as_ref().map(leader)),
            ("leaderRecoveryState", it.recovering.map(|it| u32::from(it).into())),
            ("eligibleLeaderReplicas", it.elr.as_deref().map(ids)),
            ("lastKnownElr", it.last_known_elr.as_deref().map(ids)),
            ("addingReplicas", it.adding.as_deref().map(ids)),
            ("removingReplicas", it.removing.as_deref().map(ids)),
        ],
        _ => return None,
    };
    let named = fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Some(Value::Object(named.collect()))
}
