//! The family about configs: every one of ours has Kafka's name, default and bounds.

use super::{Verdict, same};
use kafkascope::sim::config::{Kind, Scope, Spec, specs};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// One registry of Kafka's.
#[derive(Deserialize)]
pub struct Definition {
    #[serde(rename = "type")]
    kind: String,
    default: Option<Value>,
    valid: Option<String>,
}

/// The whole file: it is one case.
#[derive(Deserialize)]
pub struct Registries {
    producer: BTreeMap<String, Definition>,
    consumer: BTreeMap<String, Definition>,
    broker: BTreeMap<String, Definition>,
    topic: BTreeMap<String, Definition>,
}

/// Where ours are not the snapshot's: what Kafka 4.0 changed (KIP-1030), what a lecture needs, and
/// what is a feature level.
const LATER: &[(&str, &str)] = &[
    ("linger.ms", "5"),
    ("message.timestamp.after.max.ms", "3600000"),
    ("auto.offset.reset", "latest"),
    ("eligible.leader.replicas.version", "1"),
    ("transaction.version", "2"),
    ("share.auto.offset.reset", "latest"),
    ("share.acknowledgement.mode", "implicit"),
];

pub fn defaults(file: &Registries) -> Verdict {
    let scopes = [
        (Scope::Producer, &file.producer),
        (Scope::Consumer, &file.consumer),
        (Scope::Cluster, &file.broker),
        (Scope::Topic, &file.topic),
    ];
    for (scope, registry) in scopes {
        for spec in specs(scope) {
            agree(spec, registry)?;
        }
    }
    Ok(())
}

fn agree(spec: &Spec, registry: &BTreeMap<String, Definition>) -> Verdict {
    let ours = spec.show(spec.default);
    if let Some((_, later)) = LATER.iter().find(|(name, _)| *name == spec.name) {
        return same(spec.name, ours.as_str(), later);
    }
    let Some(kafka) = registry.get(spec.name) else {
        return Err(format!("{} is not a config of Kafka", spec.name));
    };
    let default = match &kafka.default {
        // Its registry writes lists of classes as Java does.
        Some(Value::String(text)) => text.replace("class ", ""),
        None => "null".to_owned(),
        other => format!("{other:?}"),
    };
    same(format!("default of {}", spec.name), ours, default)?;
    match (spec.kind, kafka.kind.as_str()) {
        (Kind::Int { min, max }, "INT" | "LONG" | "SHORT") => bounds(spec.name, min, max, kafka),
        (Kind::Ratio, "DOUBLE") => {
            same(format!("bounds of {}", spec.name), Some("[0,...,1]"), kafka.valid.as_deref())
        }
        (Kind::Bool, "BOOLEAN") | (Kind::Choice(_), "STRING" | "LIST") => Ok(()),
        (ours, theirs) => Err(format!("{}: we say {ours:?}, Kafka said {theirs}", spec.name)),
    }
}

/// Bounds are written `[1,...]` or `[1,...,100]`. Where Kafka checks nothing, we may refuse what
/// makes no sense.
fn bounds(name: &str, min: i64, max: i64, kafka: &Definition) -> Verdict {
    let Some(text) = kafka.valid.as_deref() else { return Ok(()) };
    let ends = text.trim_matches(['[', ']']).split_once(",...");
    let most = match kafka.kind.as_str() {
        "INT" => i64::from(i32::MAX),
        "SHORT" => i64::from(i16::MAX),
        _ => i64::MAX,
    };
    let number = |text: &str| text.parse::<i64>().ok();
    let end = |text: &str| match text.trim_start_matches(',') {
        "" => Some(most),
        text => number(text),
    };
    let kafka = ends.and_then(|(least, most)| Some((number(least)?, end(most)?)));
    same(format!("bounds of {name}, {text}"), Some((min, max)), kafka)
}
