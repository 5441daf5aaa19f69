//! Families about which member of a classic group reads which partitions.

use super::{Verdict, same};
use kafkascope::sim::client::assignor::{self, Assignment, Member, Topic, partitions_lost};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
pub struct Case {
    #[serde(default)]
    partition_replica_racks: BTreeMap<String, Vec<Vec<String>>>,
    /// Whether the answer does not depend on the order of Java's hash maps.
    exact: bool,
    rounds: Vec<Round>,
}

#[derive(Deserialize)]
struct Round {
    op: Op,
    topics: BTreeMap<String, u32>,
    members: BTreeMap<String, Subscription>,
    member_hash_order: Option<Vec<String>>,
    assignment: Shares,
    partitions_lost_by_previous_owners: Option<u32>,
    triggers_follow_up_rebalance: Option<bool>,
}

#[derive(Deserialize, Debug)]
#[serde(untagged)]
enum Op {
    Name(String),
    Of { r#type: String },
}

#[derive(Deserialize)]
struct Subscription {
    topics: Vec<String>,
    group_instance_id: Option<String>,
    rack: Option<String>,
    /// Absent where the assignor does not ask: then it is what the round before gave.
    owned: Option<BTreeSet<String>>,
    generation: Option<i32>,
}

type Shares = BTreeMap<String, BTreeSet<String>>;
type Assignor<'a> = fn(&[Topic<'_, &'a str>], &[Member<'_, &'a str>]) -> Assignment<&'a str>;

pub fn range(case: &Case) -> Verdict {
    check(case, assignor::range)
}

pub fn round_robin(case: &Case) -> Verdict {
    check(case, assignor::round_robin)
}

pub fn sticky(case: &Case) -> Verdict {
    check(case, assignor::sticky)
}

pub fn cooperative_sticky(case: &Case) -> Verdict {
    check(case, assignor::cooperative_sticky)
}

fn check<'a>(case: &'a Case, assignor: Assignor<'a>) -> Verdict {
    case.rounds.iter().enumerate().try_for_each(|(index, round)| {
        let (Op::Name(op) | Op::Of { r#type: op }) = &round.op;
        let before = index.checked_sub(1).map(|before| &case.rounds[before].assignment);
        let (ours, lost) = assign(case, round, before, assignor)?;
        let what = |part| format!("round {index} ({op}), {part}");
        if case.exact || round.member_hash_order.is_some() {
            same(what("assignment"), &ours, &round.assignment)?;
        } else {
            same(what("loads"), loads(&ours), loads(&round.assignment))?;
        }
        let kafka = round.partitions_lost_by_previous_owners;
        same(what("lost"), kafka.map(|_| lost), kafka)?;
        let kafka = round.triggers_follow_up_rebalance;
        same(what("follow-up"), kafka.map(|_| lost > 0), kafka)
    })
}

/// How many partitions members have, without who has them.
fn loads(shares: &Shares) -> Vec<usize> {
    let mut loads: Vec<usize> = shares.values().map(BTreeSet::len).collect();
    loads.sort_unstable();
    loads
}

/// What our assignor says, and how many partitions it takes from who had them.
fn assign<'a>(
    case: &'a Case,
    round: &'a Round,
    before: Option<&'a Shares>,
    assignor: Assignor<'a>,
) -> Result<(Shares, u32), String> {
    let racks_of = |topic: &String| {
        let racks = case.partition_replica_racks.get(topic).map_or(&[][..], Vec::as_slice);
        racks.iter().map(|racks| racks.iter().map(String::as_str).collect()).collect()
    };
    let racks: Vec<Vec<Vec<&str>>> = round.topics.keys().map(racks_of).collect();
    let topics: Vec<_> = (round.topics.iter().zip(&racks))
        .map(|((topic, &partitions), racks)| Topic { topic: topic.as_str(), partitions, racks })
        .collect();
    let ids: Vec<&String> = match &round.member_hash_order {
        Some(order) => order.iter().collect(),
        None => round.members.keys().collect(),
    };
    same("members", ids.iter().copied().collect(), round.members.keys().collect::<BTreeSet<_>>())?;
    let subscriptions: Vec<Vec<&str>> = ids
        .iter()
        .map(|id| round.members[*id].topics.iter().map(String::as_str).collect())
        .collect();
    let had = |id: &&String| {
        let owned = round.members[*id].owned.as_ref().or_else(|| before?.get(*id));
        owned.into_iter().flatten().map(|name| partition(name)).collect()
    };
    let owned: Option<Vec<Vec<(&str, u32)>>> = ids.iter().map(had).collect();
    let owned = owned.ok_or("a partition without a number")?;
    let members: Vec<_> = (ids.iter().zip(&subscriptions).zip(&owned))
        .map(|((id, topics), owned)| Member {
            id,
            instance_id: round.members[*id].group_instance_id.as_deref(),
            rack: round.members[*id].rack.as_deref(),
            topics,
            owned,
            generation: round.members[*id].generation,
        })
        .collect();
    let assignment = assignor(&topics, &members);
    let lost = partitions_lost(&members, &assignment);
    let named = assignment.into_iter().map(|partitions| {
        partitions.iter().map(|(topic, partition)| format!("{topic}-{partition}")).collect()
    });
    Ok((ids.into_iter().cloned().zip(named).collect(), lost))
}

/// A topic and a number from `topic-number`.
fn partition(name: &str) -> Option<(&str, u32)> {
    let (topic, number) = name.rsplit_once('-')?;
    Some((topic, number.parse().ok()?))
}

#[test]
fn without_an_order_only_loads_count() {
    let judge = |exact: bool, first: &str, second: &str| {
        let case = serde_json::json!({"exact": exact, "rounds": [{
            "op": "start",
            "topics": {"t": 4},
            "members": {"a": {"topics": ["t"]}, "b": {"topics": ["t"]}},
            "assignment": {"a": first.split(' ').collect::<Vec<_>>(), "b": [second, "t-3"]},
            "partitions_lost_by_previous_owners": 0,
        }]});
        sticky(&serde_json::from_value(case).unwrap())
    };
    assert_eq!(judge(true, "t-0 t-2", "t-1"), Ok(()));
    assert!(judge(true, "t-0 t-1", "t-2").is_err());
    assert_eq!(judge(false, "t-0 t-1", "t-2"), Ok(()));
    assert!(judge(false, "t-0 t-1 t-2", "t-2").is_err());
}
