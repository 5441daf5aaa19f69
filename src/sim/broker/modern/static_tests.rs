//! Stories of static members (KIP-345 in KIP-848): who is back, and who is an impostor.

use super::ConsumerGroupState as State;
use super::rig::{Consumer, Rig, SESSION, persisted};
use crate::sim::event::Departure;
use crate::sim::time::Span;
use crate::sim::wire::ErrorCode;

fn start(instance: &str, client: u32, serial: u32) -> Consumer {
    Consumer::of_instance(instance, client, serial, &["orders"])
}

/// Two static members with two partitions each, in epoch 2.
fn pair() -> (Rig, Consumer, Consumer) {
    let mut rig = Rig::new(&[("orders", 4)]);
    let (mut a, mut b) = (start("first", 1, 0), start("second", 2, 0));
    for _ in 0..3 {
        a.beat(&mut rig).unwrap();
        b.beat(&mut rig).unwrap();
    }
    assert_eq!((rig.group.state(), a.epoch, b.epoch), (State::Stable, 2, 2));
    (rig, a, b)
}

#[test]
fn who_said_it_would_be_back_finds_its_partitions() {
    let (mut rig, mut a, mut b) = pair();
    let had = b.owns();
    let farewell = b.leave(&mut rig, -2).unwrap();
    assert_eq!(farewell.member_epoch, -2);
    assert_eq!(rig.group.group_epoch, 2, "nobody else hears of it");

    rig.pass(Span::secs(30));
    a.beat(&mut rig).unwrap();
    let mut back = start("second", 2, 1);
    back.beat(&mut rig).unwrap();
    assert_eq!((back.epoch, back.owns()), (2, had));
    assert_eq!((rig.group.state(), rig.group.members.len()), (State::Stable, 2));
    assert!(!rig.group.members.contains_key(&b.id));
    assert_eq!(persisted(&rig.reloaded()), persisted(&rig.group));
}

#[test]
fn who_does_not_come_back_is_fenced_with_its_session() {
    let (mut rig, mut a, mut b) = pair();
    b.leave(&mut rig, -2).unwrap();
    rig.pass(Span::secs(40));
    a.beat(&mut rig).unwrap();
    assert_eq!(rig.pass(Span::secs(5)), [(b.id, Departure::SessionExpired)]);
    a.beat(&mut rig).unwrap();
    assert_eq!(a.owns(), [0, 1, 2, 3]);
    assert_eq!(rig.group.next_deadline(), Some(rig.now + SESSION));
}

#[test]
fn an_instance_id_in_use_is_not_released() {
    let (mut rig, _, mut b) = pair();
    let mut impostor = start("second", 2, 1);
    assert_eq!(impostor.beat(&mut rig), Err(ErrorCode::UnreleasedInstanceId));

    // Once replaced, the first one is the impostor.
    let old = b.clone();
    b.leave(&mut rig, -2).unwrap();
    impostor.beat(&mut rig).unwrap();
    assert_eq!(rig.send(&old.full()), Err(ErrorCode::FencedInstanceId));
    let mut farewell = old.full();
    farewell.member_epoch = -1;
    assert_eq!(rig.send(&farewell), Err(ErrorCode::FencedInstanceId));
    let mut stranger = start("third", 2, 1);
    stranger.epoch = 2;
    assert_eq!(rig.send(&stranger.full()), Err(ErrorCode::UnknownMemberId));
}

#[test]
fn who_leaves_while_it_revokes_gives_back_what_it_had_to() {
    let (mut rig, mut a, mut b) = pair();
    let mut c = start("third", 3, 0);
    c.beat(&mut rig).unwrap();
    // The target takes one partition from one of the two.
    b.beat(&mut rig).unwrap();
    a.beat(&mut rig).unwrap();
    let giver = if a.owns().len() < 2 { &mut a } else { &mut b };
    let (left, instance) = (giver.owns(), giver.instance.clone().unwrap());
    giver.leave(&mut rig, -2).unwrap();
    c.beat(&mut rig).unwrap();
    assert_eq!(c.owns().len(), 1, "what was to be revoked is free");

    let mut back = start(&instance, 9, 1);
    back.beat(&mut rig).unwrap();
    assert_eq!((back.epoch, back.owns()), (3, left));
}

#[test]
fn who_is_away_has_nothing_to_revoke_in_time() {
    let mut rig = Rig::new(&[("orders", 4)]);
    let (mut a, mut b) = (start("first", 1, 0), start("second", 2, 0));
    a.beat(&mut rig).unwrap();
    b.beat(&mut rig).unwrap();
    let mut stuck = a.brief();
    stuck.topic_partitions = None;
    for _ in 0..29 {
        rig.send(&stuck).unwrap();
        b.beat(&mut rig).unwrap();
        assert_eq!(rig.pass(Span::secs(10)), []);
    }
    // Ten seconds before it would be fenced it stops: what counts now is its session.
    a.leave(&mut rig, -2).unwrap();
    b.beat(&mut rig).unwrap();
    assert_eq!(rig.pass(Span::secs(34)), []);
    assert_eq!(rig.pass(Span::secs(1)), [(a.id, Departure::SessionExpired)]);
}

#[test]
fn who_leaves_for_good_is_replaced_by_nobody() {
    let (mut rig, mut a, mut b) = pair();
    b.leave(&mut rig, -1).unwrap();
    a.beat(&mut rig).unwrap();
    assert_eq!((a.epoch, a.owns()), (3, vec![0, 1, 2, 3]));
}
