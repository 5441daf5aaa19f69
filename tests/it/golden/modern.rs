//! Families about groups of KIP-848: which member shall own which partitions, and how it comes to.

use super::{Verdict, same};
use kafkascope::sim::broker::modern::ConsumerGroup;
use kafkascope::sim::broker::modern::assignor::{self, Assignor, GroupSpec, MemberSpec};
use kafkascope::sim::broker::modern::reconciliation::{Target, next_assignment};
use kafkascope::sim::id::{ClientId, Partition, TopicId};
use kafkascope::sim::ordered::Set;
use kafkascope::sim::wire::{MemberId, MemberState, ModernRecord, SubscribedTopicMetadata};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
pub struct Assignment {
    rounds: Vec<Round>,
}

#[derive(Deserialize)]
struct Round {
    op: Op,
    topics: BTreeMap<String, u32>,
    topic_ids: BTreeMap<String, String>,
    topic_hash_order: Vec<String>,
    members: BTreeMap<String, Subscription>,
    member_hash_order: Vec<String>,
    subscription_type: String,
    assignment: BTreeMap<String, BTreeSet<String>>,
}

#[derive(Deserialize)]
struct Op {
    r#type: String,
}

#[derive(Deserialize)]
struct Subscription {
    topics: Vec<String>,
    instance_id: Option<String>,
    /// In the order in which Kafka went through it.
    previous_target: Vec<String>,
}

pub fn uniform(case: &Assignment) -> Verdict {
    check(case, assignor::uniform)
}

pub fn range(case: &Assignment) -> Verdict {
    check(case, assignor::range)
}

pub fn share_simple(case: &Assignment) -> Verdict {
    check(case, assignor::simple)
}

fn check(case: &Assignment, assignor: Assignor) -> Verdict {
    case.rounds.iter().enumerate().try_for_each(|(index, round)| {
        let ours = assign(round, assignor);
        same(format_args!("round {index} ({})", round.op.r#type), &ours, &round.assignment)
    })
}

/// One round, with members and topics in the order of Kafka's hash maps.
fn assign(round: &Round, assignor: Assignor) -> BTreeMap<String, BTreeSet<String>> {
    let by_id = names_by_id(round);
    let id_of = |name: &str| {
        let rank = by_id.iter().position(|other| *other == name);
        TopicId(rank.expect("a topic without an id") as u32)
    };
    let partition = |text: &String| {
        let (topic, index) = text.rsplit_once('-').expect("topic-partition");
        Partition { topic: id_of(topic), index: index.parse().expect("a number") }
    };
    let topics: Vec<_> = (round.topic_hash_order.iter())
        .map(|name| SubscribedTopicMetadata {
            topic: id_of(name),
            num_partitions: round.topics[name],
        })
        .collect();
    let targets: Vec<Vec<Partition>> = (round.member_hash_order.iter())
        .map(|id| round.members[id].previous_target.iter().map(partition).collect())
        .collect();
    let members = round.member_hash_order.iter().zip(&targets).map(|(id, target)| {
        let member = &round.members[id];
        // Names in their order become numbers in the same order.
        let rank = round.members.keys().position(|other| other == id);
        MemberSpec {
            id: MemberId { client: ClientId(rank.expect("a member") as u32), serial: 0 },
            instance_id: member.instance_id.as_deref(),
            topics: member.topics.iter().map(|name| id_of(name)).collect(),
            target,
        }
    });
    let homogeneous = round.subscription_type == "homogeneous";
    let spec = GroupSpec { members: members.collect(), topics: &topics, homogeneous };
    let name = |partition: &Partition| {
        format!("{}-{}", by_id[partition.topic.0 as usize], partition.index)
    };
    let assigned = assignor(&spec).into_iter().map(|owned| owned.iter().map(name).collect());
    round.member_hash_order.iter().cloned().zip(assigned).collect()
}

/// Topics in the order of their ids, which Kafka compares as two signed numbers.
fn names_by_id(round: &Round) -> Vec<&str> {
    let mut names: Vec<&str> = round.topics.keys().map(String::as_str).collect();
    names.sort_by_key(|name| {
        let bytes = base64(&round.topic_ids[*name]);
        let half = |at: usize| i64::from_be_bytes(bytes[at..at + 8].try_into().expect("8 bytes"));
        (half(0), half(8))
    });
    names
}

/// The 16 bytes of a Uuid as Kafka writes it: base64 for URLs, without padding.
fn base64(text: &str) -> [u8; 16] {
    const DIGITS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    assert_eq!(text.len(), 22, "{text} is no Uuid");
    let digit = |c: char| DIGITS.find(c).expect("a digit of base64") as u128;
    // 22 digits are 132 bits: the last four say nothing.
    let (last, most) =
        text.char_indices().next_back().map_or((' ', ""), |(at, c)| (c, &text[..at]));
    let number = most.chars().fold(0, |number, c| number << 6 | digit(c));
    (number << 2 | digit(last) >> 4).to_be_bytes()
}

#[test]
fn uuids_are_read_as_kafka_writes_them() {
    let uuid = [0xfb, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7];
    assert_eq!(base64("-_8AAAAAAAAAAAAAAAAABw"), uuid);
}

#[derive(Deserialize)]
pub struct Reconciliation {
    events: Vec<Event>,
}

#[derive(Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Event {
    Target {
        epoch: i32,
        target: BTreeMap<String, Vec<u32>>,
    },
    Heartbeat {
        member: String,
        owned_sent: Option<Vec<u32>>,
        state: String,
        member_epoch: i32,
        previous_member_epoch: i32,
        assigned: Vec<u32>,
        pending_revocation: Vec<u32>,
    },
}

pub fn reconciliation(case: &Reconciliation) -> Verdict {
    let mut group = ConsumerGroup::new("group".into());
    // A member's place in the target is its id; all of them are in every target.
    let mut names: Vec<&String> = Vec::new();
    for (index, event) in case.events.iter().enumerate() {
        match event {
            Event::Target { epoch, target } => {
                names = target.keys().collect();
                for (place, partitions) in target.values().enumerate() {
                    let topic_partitions = Some(of_one_topic(partitions));
                    let member = id(place);
                    group
                        .replay(&ModernRecord::TargetAssignmentMember { member, topic_partitions });
                }
                let assignment_epoch = Some(*epoch);
                group.replay(&ModernRecord::TargetAssignmentMetadata { assignment_epoch });
            }
            Event::Heartbeat { member, owned_sent, .. } => {
                let place = names.iter().position(|name| *name == member);
                let member = id(place.ok_or("a member without a target")?);
                let owned = owned_sent.as_ref().map(|owned| of_one_topic(owned));
                group.replay(&step(&mut group.clone(), member, owned.as_ref()));
                told(index, event, &group, member)?;
            }
        }
    }
    Ok(())
}

fn id(place: usize) -> MemberId {
    MemberId { client: ClientId(place as u32), serial: 0 }
}

fn of_one_topic(indices: &[u32]) -> Set<Partition> {
    indices.iter().map(|index| Partition { topic: TopicId(0), index: *index }).collect()
}

/// What the group writes of a member that says it owns this.
fn step(
    group: &mut ConsumerGroup,
    member: MemberId,
    owned: Option<&Set<Partition>>,
) -> ModernRecord {
    if !group.members.contains_key(&member) {
        // A member that has just joined.
        let value = Some(Default::default());
        group.replay(&ModernRecord::MemberMetadata { member, value });
    }
    let is_held = &|partition| group.current_partition_epoch(partition).is_some();
    let partitions = &group.target_assignment[&member];
    let target = Target { epoch: group.assignment_epoch, partitions, is_held };
    let value = Some(next_assignment(&group.members[&member].current, target, owned));
    ModernRecord::CurrentMemberAssignment { member, value }
}

/// Compares a member with what Kafka made of it.
fn told(index: usize, event: &Event, group: &ConsumerGroup, id: MemberId) -> Verdict {
    let Event::Heartbeat {
        state,
        member_epoch,
        previous_member_epoch,
        assigned,
        pending_revocation,
        ..
    } = event
    else {
        return Ok(());
    };
    let current = &group.members[&id].current;
    let ours = match current.state {
        MemberState::Stable => "STABLE",
        MemberState::UnrevokedPartitions => "UNREVOKED_PARTITIONS",
        MemberState::UnreleasedPartitions => "UNRELEASED_PARTITIONS",
    };
    let epochs = (current.member_epoch, current.previous_member_epoch);
    same(format_args!("event {index}: state"), ours, state.as_str())?;
    same(format_args!("event {index}: epochs"), epochs, (*member_epoch, *previous_member_epoch))?;
    let (assigned, pending) = (of_one_topic(assigned), of_one_topic(pending_revocation));
    same(format_args!("event {index}: assigned"), &current.assigned_partitions, &assigned)?;
    same(format_args!("event {index}: to revoke"), &current.partitions_pending_revocation, &pending)
}
