//! Time: any moment of a tape can be gone to and is what it was; acting in the past keeps the old
//! future; what is undone can be done again.

use std::fmt::Write;
use std::hash::{DefaultHasher, Hash, Hasher};

use kafkascope::session::branches::Why;
use kafkascope::session::twin::{Comparison, Pair};
use kafkascope::session::{Pace, Ratio, Session, Timed};
use kafkascope::sim::scenario::Scenario;
use kafkascope::sim::{Command, Event, Span, Stamped, Time};
use proptest::prelude::*;

use crate::cluster::{b, ms, secs};
use crate::swarm::storm;

/// Hashes what is written to it.
#[derive(Default)]
struct Digest(DefaultHasher);

impl Write for Digest {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        text.hash(&mut self.0);
        Ok(())
    }
}

/// Everything that is known of a moment: the world to its last field, what it adds up to, what is
/// refused, and what a person would mark.
pub fn digest(session: &Session) -> u64 {
    let mut digest = Digest::default();
    let marks: Vec<_> = session.journal().notable().collect();
    let sums = (session.ledger(), session.gauges(), session.stoppages(), session.backlogs());
    let refused = session.timeline().refused();
    let interest = session.interest();
    write!(digest, "{:?}{sums:?}{refused:?}{marks:?}{interest:?}", session.world()).unwrap();
    digest.0.finish()
}

pub fn at(millis: u64) -> Time {
    Time::ZERO + Span::ms(millis)
}

fn opening() -> Scenario {
    Scenario::opening("orders", ["checkout", "app"], "billing")
}

fn opened() -> Session {
    let mut session = Session::new(opening()).unwrap();
    session.open();
    session
}

/// The digests of a straight run at these moments, which are in order.
pub fn straight(scenario: &Scenario, commands: &[Timed], moments: &[Time]) -> Vec<u64> {
    let mut session = Session::scripted(scenario.clone(), commands.to_vec()).unwrap();
    let mut look = |moment: &Time| {
        session.run_to(*moment);
        digest(&session)
    };
    moments.iter().map(&mut look).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(12) })]

    #[test]
    fn a_moment_is_the_same_however_one_comes_there(
        seed in 0u64..3_000,
        mut moments in prop::collection::vec(0u64..45_000, 4..8),
        order in prop::collection::vec(any::<prop::sample::Index>(), 10),
    ) {
        let (scenario, commands) = storm(seed);
        moments.sort_unstable();
        let moments: Vec<Time> = moments.into_iter().map(at).collect();
        let expected = straight(&scenario, &commands, &moments);
        let mut session = Session::scripted(scenario, commands).unwrap();
        session.run_to(at(45_000));
        for index in order {
            let place = index.index(moments.len());
            session.seek(moments[place]);
            prop_assert_eq!(session.clock().now, moments[place]);
            prop_assert_eq!(digest(&session), expected[place], "at {:?}", moments[place]);
            prop_assert_eq!(session.reach(), at(45_000));
        }
    }

    /// What a person does with the clock between two moments changes nothing.
    #[test]
    fn frames_pace_and_pauses_change_nothing(
        seed in 0u64..3_000,
        doings in prop::collection::vec((0u8..8, 1u16..2_000), 20..60),
    ) {
        let (scenario, commands) = storm(seed);
        let mut session = Session::scripted(scenario.clone(), commands.clone()).unwrap();
        for (what, amount) in doings {
            match what {
                0 => session.seek(at(u64::from(amount) * 15)),
                1 => session.set_pace(Pace::Fixed(Ratio::new(f64::from(amount) / 100.0))),
                2 => session.set_pace(Pace::Story),
                3 if amount % 2 == 0 => session.pause(),
                3 => session.play(),
                4 => drop(session.step()),
                5 if amount % 2 == 0 => _ = session.step_back(),
                5 => session.play_back(),
                _ => drop(session.advance(f64::from(amount) / 20.0)),
            }
        }
        let now = session.clock().now;
        prop_assert_eq!(digest(&session), straight(&scenario, &commands, &[now])[0]);
    }
}

/// What is seen for a moment is there, too: as much of the journal as a picture reads.
#[test]
fn a_picture_has_its_traces_after_a_seek() {
    let lately = |session: &Session| -> Vec<_> {
        let now = session.clock().now;
        let since = Time(now.0 - ms(1_600).0);
        session.journal().since(since).map(|it| (it.at, it.node, it.cause)).collect()
    };
    let mut session = opened();
    session.run_to(at(40_000));
    let before = lately(&session);
    assert!(before.len() > 100, "a lively picture: {}", before.len());
    session.seek(at(12_345));
    session.seek(at(40_000));
    assert_eq!(lately(&session), before);
}

#[test]
fn moments_that_are_kept_are_few_however_long_the_tape() {
    let mut session = opened();
    session.run_to(at(3_600_000));
    let glimpses: Vec<_> = session.course().collect();
    assert!((256..=1_100).contains(&glimpses.len()), "{}", glimpses.len());
    assert!(glimpses.is_sorted_by_key(|it| it.at));
    assert!(glimpses.is_sorted_by_key(|it| it.sums.produced));
    let apart = glimpses.windows(2).map(|pair| pair[1].at.since(pair[0].at)).max();
    assert!(apart < Some(secs(20)), "{apart:?}");
}

/// Long ways are gone in slices, so that a page does not freeze.
#[test]
fn a_long_way_can_be_gone_in_slices() {
    let mut session = opened();
    session.run_to(at(600_000));
    let expected = digest(&session);
    session.seek(at(10_000));
    let slices = (1..).find(|_| session.seek_on(at(600_000), 100)).unwrap();
    assert_eq!(digest(&session), expected);
    assert!(slices < 60, "a kept moment is near: {slices} slices of 100");
    let slices = (1..).find(|_| session.seek_on(at(700_000), 1_000)).unwrap();
    assert!(slices > 5, "nobody has been there: {slices}");
    assert_eq!((session.clock().now, session.reach()), (at(700_000), at(700_000)));
}

#[test]
fn acting_in_the_past_begins_a_branch_and_keeps_the_old_future() {
    let mut session = opened();
    session.submit(Command::Crash(b(1))).unwrap();
    session.run_to(at(30_000));
    let old = digest(&session);
    session.seek(at(20_000));
    session.submit(Command::Crash(b(2))).unwrap();
    session.run_to(at(30_000));
    let new = digest(&session);
    assert_ne!(old, new);

    let branches: Vec<_> = session.branches().collect();
    let [first, second] = &branches[..] else { panic!("{branches:?}") };
    assert_eq!((second.branch.parent, second.branch.parted), (Some(first.branch.id), at(20_000)));
    assert_eq!(second.branch.why, Some(Why::Done(Command::Crash(b(2)))));
    assert!(second.is_current && !first.is_current);
    assert_eq!((first.now, first.reach), (at(20_000), at(30_000)));

    let (first, second) = (first.branch.id, second.branch.id);
    assert!(session.switch(first));
    assert_eq!(session.clock().now, at(20_000));
    session.seek(at(30_000));
    assert_eq!(digest(&session), old);
    assert!(session.switch(second));
    assert_eq!(digest(&session), new);
    assert_eq!(session.timeline().commands().len(), 2);
}

#[test]
fn a_plan_stays_on_both_branches_if_it_was_made_before_they_parted() {
    let mut session = opened();
    session.plan(&Command::Crash(b(3)), secs(20), None, None).unwrap();
    session.run_to(at(12_000));
    session.plan(&Command::Crash(b(2)), secs(20), None, None).unwrap();
    session.run_to(at(40_000));
    session.seek(at(10_000));
    session.submit(Command::Slow { node: b(1), delay: ms(1) }).unwrap();
    let planned: Vec<_> = session.planned().into_iter().map(|it| it.command).collect();
    assert_eq!(planned, [Command::Crash(b(3))]);
}

#[test]
fn what_is_refused_in_the_past_parts_nothing() {
    let mut session = opened();
    session.run_to(at(20_000));
    session.seek(at(10_000));
    session.submit(Command::Start(b(1))).unwrap_err();
    assert_eq!((session.branches().count(), session.reach()), (1, at(20_000)));
}

#[test]
fn undo_takes_the_last_deed_away_and_redo_brings_it_back() {
    let mut session = opened();
    session.run_to(at(10_000));
    let bare = digest(&session);
    session.submit(Command::Crash(b(1))).unwrap();
    session.submit(Command::Crash(b(2))).unwrap();
    session.run_to(at(15_000));
    let both = digest(&session);

    assert!(session.undo() && session.undo());
    assert_eq!((session.clock().now, digest(&session)), (at(10_000), bare));
    assert!(session.timeline().commands().is_empty());
    assert!(!session.undo(), "nothing else was done");
    assert_eq!(session.can_undo_redo(), (false, true));

    assert!(session.redo() && session.redo());
    assert_eq!((session.clock().now, digest(&session)), (at(15_000), both));
    assert!(!session.redo());
    assert_eq!(session.branches().count(), 1, "what was only passed through is gone");
}

/// To have watched what would have happened without it is a branch worth keeping.
#[test]
fn what_was_watched_without_a_deed_is_kept() {
    let mut session = opened();
    session.submit(Command::Crash(b(1))).unwrap();
    session.run_to(at(20_000));
    assert!(session.undo());
    session.run_to(at(25_000));
    assert!(session.redo());
    let branches: Vec<_> = session.branches().collect();
    assert_eq!(branches.len(), 2);
    assert_eq!(branches[1].branch.why, Some(Why::Undone(Command::Crash(b(1)))));
    assert_eq!(branches[1].reach, at(25_000));
}

/// Something else was done: there is nothing to redo, and the branch with the old deed is kept.
#[test]
fn a_deed_after_undo_is_another_branch() {
    let mut session = opened();
    session.submit(Command::Crash(b(1))).unwrap();
    session.run_to(at(20_000));
    session.undo();
    session.submit(Command::Crash(b(3))).unwrap();
    assert!(!session.redo());
    assert_eq!(session.branches().count(), 2);
    assert_eq!(session.timeline().commands(), [(at(8_000), Command::Crash(b(3)))]);
}

/// A script is the scenario's; only what a person did can be undone.
#[test]
fn a_script_is_not_undone_but_a_tape_is() {
    let commands = vec![(at(9_000), Command::Crash(b(1))), (at(9_000), Command::Crash(b(2)))];
    let mut session = Session::scripted(opening(), commands.clone()).unwrap();
    session.run_to(at(12_000));
    assert!(!session.undo());
    let mut session = Session::taped(opening(), commands.clone(), at(12_000)).unwrap();
    session.run_to(at(12_000));
    assert!(session.undo());
    assert_eq!(session.timeline().commands(), &commands[..1]);
}

#[test]
fn branches_can_be_named_and_deleted() {
    let mut session = opened();
    session.run_to(at(20_000));
    for second in [10, 11] {
        session.seek(at(second * 1_000));
        session.submit(Command::Slow { node: b(1), delay: ms(second) }).unwrap();
        session.run_to(at(20_000));
    }
    let ids =
        |session: &Session| -> Vec<u32> { session.branches().map(|it| it.branch.id).collect() };
    assert_eq!(ids(&session), [0, 1, 2]);
    session.name_branch(1, "  acks=1, crash  ");
    let name = session.branches().nth(1).unwrap().branch.name;
    assert_eq!(name.as_deref(), Some("acks=1, crash"));
    session.name_branch(1, &"é".repeat(500));
    let name = session.branches().nth(1).unwrap().branch.name.unwrap();
    assert_eq!(name.chars().count(), 60);
    assert!(session.delete_branch(1));
    assert!(!session.delete_branch(2), "the one that is shown");
    assert!(!session.delete_branch(9));
    let views: Vec<_> = session.branches().collect();
    assert_eq!((views.len(), views[1].branch.parent), (2, Some(0)), "its child went to its parent");
}

fn compared(session: &Session, with: u32) -> Comparison {
    let mut twin = session.twin(with).unwrap().expect("there is such a branch");
    (0..1_000).find_map(|_| twin.go_on(200)).expect("it comes to an end")
}

/// Only what was changed differs: the worlds are the same up to the deed.
#[test]
fn twins_differ_from_the_deed_on() {
    let mut session = opened();
    session.run_to(at(30_000));
    let without = session.ledger().sums();
    session.seek(at(12_000));
    session.submit(Command::Crash(b(2))).unwrap();
    session.run_to(at(20_000));
    let here = session.ledger().sums();
    let found = compared(&session, 0);
    assert_eq!(found.until, at(20_000));
    let Some([Some(first), None]) = &found.first else { panic!("{:?}", found.first) };
    assert_eq!(
        (first.at, &first.event),
        (at(12_000), &Event::Commanded(Command::Crash(b(2)).into()))
    );
    assert_eq!(found.sums[0], here);
    assert!(found.sums[1].produced < without.produced, "seen at the same moment");
    assert!(found.sums[0].consumed < found.sums[1].consumed, "it led a partition");
    session.run_to(at(25_000));
    let found = compared(&session, 0);
    let elected = |it: &&Pair| {
        let told = |it: &Option<Stamped>| {
            it.as_ref().is_some_and(|it| matches!(it.event, Event::LeaderElected { .. }))
        };
        told(&it[0]) && it[1].is_none()
    };
    assert!(found.notable.iter().filter(elected).count() >= 1);
    assert!(session.twin(9).unwrap().is_none());
    assert!(session.twin(1).unwrap().is_none(), "it is its own");
}

/// A fault on one node leaves the dice of all others as they were.
#[test]
fn twins_without_a_difference_are_found_equal() {
    let mut session = opened();
    session.submit(Command::Crash(b(1))).unwrap();
    session.run_to(at(20_000));
    session.seek(at(10_000));
    session.unplan(&Command::Crash(b(1)));
    session.run_to(at(20_000));
    let found = compared(&session, 0);
    assert_eq!((found.first, found.notable), (None, Vec::new()));
    assert_eq!(found.sums[0], found.sums[1]);
}
