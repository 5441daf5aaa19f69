//! Families about which member of a classic group reads which partitions.

use super::{Verdict, same};
use kafkascope::sim::client::assignor::{self, Assignment, Member, Topic};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
pub struct Case {
    #[serde(default)]
    partition_replica_racks: BTreeMap<String, Vec<Vec<String>>>,
    rounds: Vec<Round>,
}

#[derive(Deserialize)]
struct Round {
    op: Op,
    topics: BTreeMap<String, u32>,
    members: BTreeMap<String, Subscription>,
    assignment: BTreeMap<String, BTreeSet<String>>,
}

#[derive(Deserialize)]
struct Op {
    r#type: String,
}

#[derive(Deserialize)]
struct Subscription {
    topics: Vec<String>,
    group_instance_id: Option<String>,
    rack: Option<String>,
}

type Assignor<'a> = fn(&[Topic<'_, &'a str>], &[Member<'_, &'a str>]) -> Assignment<&'a str>;

pub fn range(case: &Case) -> Verdict {
    check(case, assignor::range)
}

pub fn round_robin(case: &Case) -> Verdict {
    check(case, assignor::round_robin)
}

fn check<'a>(case: &'a Case, assignor: Assignor<'a>) -> Verdict {
    case.rounds.iter().enumerate().try_for_each(|(index, round)| {
        let ours = assign(case, round, assignor);
        same(format_args!("round {index} ({})", round.op.r#type), &ours, &round.assignment)
    })
}

fn assign<'a>(
    case: &'a Case,
    round: &'a Round,
    assignor: Assignor<'a>,
) -> BTreeMap<String, BTreeSet<String>> {
    let racks_of = |topic: &String| {
        let racks = case.partition_replica_racks.get(topic).map_or(&[][..], Vec::as_slice);
        racks.iter().map(|racks| racks.iter().map(String::as_str).collect()).collect()
    };
    let racks: Vec<Vec<Vec<&str>>> = round.topics.keys().map(racks_of).collect();
    let topics: Vec<_> = (round.topics.iter().zip(&racks))
        .map(|((topic, &partitions), racks)| Topic { topic: topic.as_str(), partitions, racks })
        .collect();
    let subscriptions: Vec<Vec<&str>> = round
        .members
        .values()
        .map(|member| member.topics.iter().map(String::as_str).collect())
        .collect();
    let members: Vec<_> = (round.members.iter().zip(&subscriptions))
        .map(|((id, member), topics)| Member {
            id,
            instance_id: member.group_instance_id.as_deref(),
            rack: member.rack.as_deref(),
            topics,
        })
        .collect();
    let partitions = assignor(&topics, &members).into_iter().map(|partitions| {
        partitions.iter().map(|(topic, partition)| format!("{topic}-{partition}")).collect()
    });
    round.members.keys().cloned().zip(partitions).collect()
}
