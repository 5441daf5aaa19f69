//! Stories of a group: who joins, who gives up what, who is late, who is gone.

use super::rig::{Consumer, REBALANCE, Rig, SESSION, persisted};
use super::{ConsumerGroup, ConsumerGroupState as State};
use crate::sim::event::Departure;
use crate::sim::time::Span;
use crate::sim::wire::{ErrorCode, MemberState, ModernRecord};

/// A group in which one member has all four partitions, in epoch 1.
fn alone() -> (Rig, Consumer) {
    let mut rig = Rig::new(&[("orders", 4)]);
    let mut a = Consumer::new(1, &["orders"]);
    a.beat(&mut rig).unwrap();
    (rig, a)
}

/// Two members with two partitions each, in epoch 2.
fn pair() -> (Rig, Consumer, Consumer) {
    let (mut rig, mut a) = alone();
    let mut b = Consumer::new(2, &["orders"]);
    b.beat(&mut rig).unwrap();
    for _ in 0..2 {
        a.beat(&mut rig).unwrap();
        b.beat(&mut rig).unwrap();
    }
    assert_eq!((a.owns(), b.owns()), (vec![0, 1], vec![2, 3]));
    assert_eq!((rig.group.state(), a.epoch, b.epoch), (State::Stable, 2, 2));
    (rig, a, b)
}

fn state_of(rig: &Rig, consumer: &Consumer) -> MemberState {
    rig.group.members[&consumer.id].current.state
}

#[test]
fn the_first_member_gets_everything_at_once() {
    let (mut rig, mut a) = alone();
    assert_eq!((a.epoch, a.owns()), (1, vec![0, 1, 2, 3]));
    assert_eq!((rig.group.state(), rig.group.group_epoch), (State::Stable, 1));
    let kinds: Vec<u32> = rig.log.iter().map(kind).collect();
    // Member, topics, group epoch, target, its epoch, assignment.
    assert_eq!(kinds, [5, 4, 3, 7, 6, 8]);

    let quiet = a.beat(&mut rig).unwrap();
    assert_eq!((quiet.assignment, quiet.heartbeat_interval), (None, Span::secs(5)));
    assert_eq!(rig.log.len(), 6, "a heartbeat without news writes nothing");
}

/// The version of the record's key, which tells its kind in Kafka.
fn kind(record: &ModernRecord) -> u32 {
    match record {
        ModernRecord::GroupMetadata { .. } => 3,
        ModernRecord::PartitionMetadata { .. } => 4,
        ModernRecord::MemberMetadata { .. } => 5,
        ModernRecord::TargetAssignmentMetadata { .. } => 6,
        ModernRecord::TargetAssignmentMember { .. } => 7,
        ModernRecord::CurrentMemberAssignment { .. } => 8,
    }
}

#[test]
fn a_partition_is_revoked_before_it_is_given_away() {
    let (mut rig, mut a) = alone();
    let mut b = Consumer::new(2, &["orders"]);

    // The second member is in the new epoch at once, but with nothing.
    b.beat(&mut rig).unwrap();
    assert_eq!((b.epoch, b.owns()), (2, vec![]));
    assert_eq!(state_of(&rig, &b), MemberState::UnreleasedPartitions);
    assert_eq!(rig.group.state(), State::Reconciling);

    // The first is asked to give up two and stays in its epoch until it says it has.
    a.beat(&mut rig).unwrap();
    assert_eq!((a.epoch, a.owns()), (1, vec![0, 1]));
    assert_eq!(state_of(&rig, &a), MemberState::UnrevokedPartitions);
    b.beat(&mut rig).unwrap();
    assert_eq!(b.owns(), Vec::<u32>::new(), "nobody has said that they are free");

    a.beat(&mut rig).unwrap();
    assert_eq!((a.epoch, state_of(&rig, &a)), (2, MemberState::Stable));
    b.beat(&mut rig).unwrap();
    assert_eq!((b.epoch, b.owns()), (2, vec![2, 3]));
    assert_eq!(rig.group.state(), State::Stable);
}

#[test]
fn who_says_nothing_of_what_it_owns_has_not_revoked_it() {
    let (mut rig, mut a) = alone();
    Consumer::new(2, &["orders"]).beat(&mut rig).unwrap();
    a.beat(&mut rig).unwrap();

    let mut silent = a.brief();
    silent.topic_partitions = None;
    let answer = rig.send(&silent).unwrap();
    assert_eq!((answer.member_epoch, answer.assignment), (1, None));
    assert_eq!(state_of(&rig, &a), MemberState::UnrevokedPartitions);
}

#[test]
fn who_leaves_leaves_its_partitions_to_the_next_who_is_heard_of() {
    let (mut rig, mut a, mut b) = pair();
    let farewell = b.leave(&mut rig, -1).unwrap();
    assert_eq!((farewell.member_epoch, farewell.member), (-1, Some(b.id)));
    assert_eq!((rig.group.state(), rig.group.group_epoch), (State::Assigning, 3));

    a.beat(&mut rig).unwrap();
    assert_eq!((a.epoch, a.owns()), (3, vec![0, 1, 2, 3]));
    a.leave(&mut rig, -1).unwrap();
    assert_eq!((rig.group.state(), rig.group.group_epoch), (State::Empty, 4));
    assert!(rig.group.target_assignment.is_empty());
}

#[test]
fn a_crashed_member_is_gone_when_its_session_is_over() {
    let (mut rig, mut a, b) = pair();
    assert_eq!(rig.pass(Span::secs(20)), []);
    a.beat(&mut rig).unwrap();
    assert_eq!(rig.pass(Span::secs(24)), []);
    a.beat(&mut rig).unwrap();
    assert_eq!(rig.pass(Span::secs(1)), [(b.id, Departure::SessionExpired)]);

    a.beat(&mut rig).unwrap();
    assert_eq!((a.epoch, a.owns()), (3, vec![0, 1, 2, 3]));
    assert_eq!(rig.group.next_deadline(), Some(rig.now + SESSION));
    // It was only slow: it has to begin again.
    assert_eq!(rig.send(&b.brief()), Err(ErrorCode::UnknownMemberId));
}

#[test]
fn who_does_not_revoke_in_time_is_fenced() {
    let (mut rig, mut a) = alone();
    let mut b = Consumer::new(2, &["orders"]);
    b.beat(&mut rig).unwrap();
    a.beat(&mut rig).unwrap();

    // Its heartbeats go on, but its application is stuck with what it owned.
    let mut stuck = a.brief();
    stuck.topic_partitions = None;
    let asked = rig.now;
    while rig.now < asked + REBALANCE {
        rig.send(&stuck).unwrap();
        b.beat(&mut rig).unwrap();
        let due = rig.now + Span::secs(10) >= asked + REBALANCE;
        let gone = rig.pass(Span::secs(10));
        assert_eq!(gone, if due { vec![(a.id, Departure::MissedRebalance)] } else { vec![] });
    }
    b.beat(&mut rig).unwrap();
    assert_eq!(b.owns(), [0, 1, 2, 3]);
}

#[test]
fn who_revokes_late_but_in_time_stays() {
    let (mut rig, mut a) = alone();
    let mut b = Consumer::new(2, &["orders"]);
    b.beat(&mut rig).unwrap();
    a.beat(&mut rig).unwrap();
    for _ in 0..29 {
        assert_eq!(rig.pass(Span::secs(10)), []);
        let mut stuck = a.brief();
        stuck.topic_partitions = None;
        rig.send(&stuck).unwrap();
        b.beat(&mut rig).unwrap();
    }
    a.beat(&mut rig).unwrap();
    assert_eq!(rig.pass(Span::secs(20)), [], "the deadline was for the epoch it has left");
}

#[test]
fn who_has_to_revoke_more_meanwhile_comes_one_epoch_on() {
    let (mut rig, mut a) = alone();
    let mut others: Vec<Consumer> = (2..5).map(|n| Consumer::new(n, &["orders"])).collect();
    others[0].beat(&mut rig).unwrap();
    a.beat(&mut rig).unwrap();
    assert_eq!((a.epoch, a.owns()), (1, vec![0, 1]));

    // By the time that it has given up two, the group is in epoch 4 and wants another.
    others[1].beat(&mut rig).unwrap();
    others[2].beat(&mut rig).unwrap();
    a.beat(&mut rig).unwrap();
    assert_eq!((a.epoch, a.owns(), rig.group.group_epoch), (2, vec![0], 4));
    assert_eq!(state_of(&rig, &a), MemberState::UnrevokedPartitions);
    a.beat(&mut rig).unwrap();
    assert_eq!((a.epoch, state_of(&rig, &a)), (4, MemberState::Stable));
}

#[test]
fn a_lost_answer_is_given_again_to_who_owns_no_more() {
    let (mut rig, mut a, mut b) = pair();
    b.leave(&mut rig, -1).unwrap();
    rig.send(&a.brief()).unwrap();
    assert_eq!(rig.group.members[&a.id].current.member_epoch, 3);

    // It does not know epoch 3, and says all that it knows after a time-out.
    let again = rig.send(&a.full()).unwrap();
    assert_eq!((again.member_epoch, again.assignment.map(|owned| owned.len())), (3, Some(4)));

    let mut boastful = a.brief();
    boastful.topic_partitions = None;
    assert_eq!(rig.send(&boastful), Err(ErrorCode::FencedMemberEpoch));
    a.epoch = 1;
    assert_eq!(rig.send(&a.brief()), Err(ErrorCode::FencedMemberEpoch), "two epochs ago");
    a.epoch = 4;
    assert_eq!(rig.send(&a.brief()), Err(ErrorCode::FencedMemberEpoch), "from the future");
}

/// Who was fenced joins again under its own name, and need not wait for its session to end
/// (KAFKA-19233).
#[test]
fn a_fenced_member_joins_again() {
    let (mut rig, mut a, mut b) = pair();
    b.leave(&mut rig, -1).unwrap();
    rig.send(&a.brief()).unwrap();
    a.epoch = 7;
    assert_eq!(rig.send(&a.brief()), Err(ErrorCode::FencedMemberEpoch));
    a.epoch = 0;
    let mut anew = a.full();
    anew.topic_partitions = Some([].into_iter().collect());
    let again = rig.send(&anew).unwrap();
    assert_eq!((again.member_epoch, again.assignment.map(|owned| owned.len())), (3, Some(4)));
}

#[test]
fn new_partitions_and_other_subscriptions_move_the_group_on() {
    let (mut rig, mut a, mut b) = pair();
    rig.set_partitions("orders", 6);
    a.beat(&mut rig).unwrap();
    b.beat(&mut rig).unwrap();
    assert_eq!((a.epoch, a.owns(), b.owns()), (3, vec![0, 1, 4], vec![2, 3, 5]));

    // A topic that is not there yet changes a subscription, and nothing else.
    b.topics.insert("returns".into());
    rig.send(&b.full()).unwrap();
    assert_eq!(rig.group.group_epoch, 4);
    a.beat(&mut rig).unwrap();
    b.beat(&mut rig).unwrap();
    assert_eq!((a.owns().len(), b.owns().len(), b.epoch), (3, 3, 4));

    rig.set_partitions("returns", 2);
    for _ in 0..3 {
        a.beat(&mut rig).unwrap();
        b.beat(&mut rig).unwrap();
    }
    assert_eq!((rig.group.group_epoch, rig.group.state()), (5, State::Stable));
    assert_eq!((a.owned.len(), b.owned.len()), (4, 4));
    assert_eq!(a.owns().len(), 4, "only the other reads returns");
}

#[test]
fn most_votes_choose_the_assignor() {
    let mut rig = Rig::new(&[("orders", 2), ("returns", 3)]);
    let mut a = Consumer::new(1, &["orders", "returns"]);
    let mut b = Consumer::new(2, &["orders", "returns"]);
    (a.assignor, b.assignor) = (Some("range".into()), Some("range".into()));
    for _ in 0..3 {
        a.beat(&mut rig).unwrap();
        b.beat(&mut rig).unwrap();
    }
    assert_eq!((a.owned.len(), b.owned.len()), (3, 2));
    assert_eq!((a.owns(), b.owns()), (vec![0], vec![1]), "a stretch of each topic");

    // Another wish is written down and waits for the next change of the group.
    a.assignor = Some("uniform".into());
    rig.send(&a.full()).unwrap();
    assert_eq!(rig.group.group_epoch, 2);
    a.assignor = Some("sticky".into());
    assert_eq!(rig.send(&a.full()), Err(ErrorCode::UnsupportedAssignor));
}

#[test]
fn a_full_group_takes_nobody_new() {
    let (mut rig, a) = alone();
    rig.max_size = 1;
    let mut b = Consumer::new(2, &["orders"]);
    assert_eq!(b.beat(&mut rig), Err(ErrorCode::GroupMaxSizeReached));
    assert!(rig.send(&a.brief()).is_ok());
}

#[test]
fn who_brings_no_id_is_given_one() {
    let mut rig = Rig::new(&[("orders", 4)]);
    let mut request = Consumer::new(1, &["orders"]).full();
    request.member = None;
    let given = rig.send(&request).unwrap().member.unwrap();
    assert!(rig.group.members.contains_key(&given));
    request.member_epoch = 1;
    assert_eq!(rig.send(&request), Err(ErrorCode::InvalidRequest));
}

#[test]
fn requests_that_make_no_sense_are_invalid() {
    let mut rig = Rig::new(&[("orders", 4)]);
    let good = Consumer::new(1, &["orders"]).full();
    let mut bad = vec![good.clone(); 6];
    bad[0].member_epoch = -3;
    bad[1].rebalance_timeout = None;
    bad[2].subscribed_topic_names = None;
    bad[3].topic_partitions = None;
    bad[4].member_epoch = -2;
    bad[5].instance_id = Some("".into());
    for request in bad {
        assert_eq!(rig.send(&request), Err(ErrorCode::InvalidRequest), "{request:?}");
    }
    assert!(rig.send(&good).is_ok());
}

#[test]
fn offsets_belong_to_members_in_their_epoch() {
    let (rig, _, b) = pair();
    let group = &rig.group;
    let stale = Err(ErrorCode::StaleMemberEpoch);
    let unknown = Err(ErrorCode::UnknownMemberId);
    let stranger = Consumer::new(7, &["orders"]).id;

    assert_eq!(group.validate_offset_commit(Some(b.id), 2), Ok(()));
    assert_eq!(group.validate_offset_commit(Some(b.id), 1), stale);
    assert_eq!(group.validate_offset_commit(Some(stranger), 2), unknown);
    assert_eq!(group.validate_offset_commit(None, -1), unknown, "the group has members");
    assert_eq!(ConsumerGroup::new("none".into()).validate_offset_commit(None, -1), Ok(()));

    assert_eq!(group.validate_offset_fetch(Some(b.id), 2), Ok(()));
    assert_eq!(group.validate_offset_fetch(Some(b.id), 3), stale);
    assert_eq!(group.validate_offset_fetch(Some(stranger), 2), unknown);
    assert_eq!(group.validate_offset_fetch(None, -1), Ok(()));
}

#[test]
fn another_coordinator_finds_the_same_group() {
    let (mut rig, mut a, mut b) = pair();
    let mut c = Consumer::new(3, &["orders"]);
    c.beat(&mut rig).unwrap();
    a.beat(&mut rig).unwrap();
    b.beat(&mut rig).unwrap();
    assert_eq!(rig.group.state(), State::Reconciling);
    let loaded = rig.reloaded();
    assert_eq!(persisted(&loaded), persisted(&rig.group));

    // Nobody was fenced by the failover, and the one that was revoking has to do it still.
    rig.group = loaded;
    for _ in 0..3 {
        a.beat(&mut rig).unwrap();
        b.beat(&mut rig).unwrap();
        c.beat(&mut rig).unwrap();
    }
    assert_eq!(rig.group.state(), State::Stable);
    assert_eq!(a.owned.len() + b.owned.len() + c.owned.len(), 4);
}
