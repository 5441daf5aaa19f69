//! Branches under random hands: whatever is done, undone, switched, named and deleted, each branch
//! is what its own commands make of it, and none is lost but those that somebody deletes.

use kafkascope::session::branches::BranchView;
use kafkascope::session::{Session, Timed};
use kafkascope::sim::scenario::Scenario;
use kafkascope::sim::{Command, Time};
use proptest::prelude::*;
use proptest::sample::Index;

use crate::cluster::ms;
use crate::swarm::storm;
use crate::time::{at, digest, straight};

/// How many branches there are at most.
const MOST: usize = 16;

/// What a person may do to a tape and its branches.
#[derive(Clone, Debug)]
enum Doing {
    Submit(Index),
    Plan(Index, u16),
    Unplan(Index),
    RunOn(u16),
    Seek(Index),
    Frames(u16),
    Undo,
    Redo,
    Switch(Index),
    Name(Index, String),
    Delete(Index),
}

fn doing() -> impl Strategy<Value = Doing> {
    let index = any::<Index>;
    prop_oneof![
        4 => index().prop_map(Doing::Submit),
        1 => (index(), 1u16..5_000).prop_map(|(which, after)| Doing::Plan(which, after)),
        1 => index().prop_map(Doing::Unplan),
        3 => (1u16..4_000).prop_map(Doing::RunOn),
        3 => index().prop_map(Doing::Seek),
        1 => (1u16..40).prop_map(Doing::Frames),
        3 => Just(Doing::Undo),
        3 => Just(Doing::Redo),
        3 => index().prop_map(Doing::Switch),
        1 => (index(), ".{0,80}").prop_map(|(which, name)| Doing::Name(which, name)),
        1 => index().prop_map(Doing::Delete),
    ]
}

fn views(session: &Session) -> Vec<BranchView> {
    session.branches().collect()
}

fn current(session: &Session) -> u32 {
    views(session).iter().find(|it| it.is_current).expect("one is shown").branch.id
}

/// A branch, whichever it is, and sometimes one that is not there.
fn some(session: &Session, which: Index) -> u32 {
    let ids: Vec<u32> = session.branches().map(|it| it.branch.id).chain([9_999]).collect();
    ids[which.index(ids.len())]
}

/// Does it, and looks whether it did what it says.
fn act(session: &mut Session, doing: &Doing, pool: &[Timed]) {
    let (before, can) = (views(session), session.can_undo_redo());
    match doing {
        Doing::Submit(which) => {
            let _ = session.submit(pool[which.index(pool.len())].1.clone());
        }
        Doing::Plan(which, after) => {
            let command = &pool[which.index(pool.len())].1;
            session.plan(command, ms((*after).into()), None, None).unwrap();
        }
        Doing::Unplan(which) => {
            let planned = session.planned();
            if !planned.is_empty() {
                session.unplan(&planned[which.index(planned.len())].command);
            }
        }
        Doing::RunOn(millis) => session.run_to(session.clock().now + ms((*millis).into())),
        Doing::Seek(to) => {
            let to = Time(to.index(session.reach().0 as usize + 1) as u64);
            session.seek(to);
            assert_eq!(session.clock().now, to);
        }
        Doing::Frames(count) => (0..*count).for_each(|_| _ = session.advance(16.0)),
        Doing::Undo => assert_eq!(session.undo(), can.0),
        Doing::Redo => assert_eq!(session.redo(), can.1),
        Doing::Switch(which) => {
            let to = some(session, *which);
            let there = before.iter().find(|it| it.branch.id == to);
            assert_eq!(session.switch(to), there.is_some());
            if let Some(there) = there {
                assert_eq!((current(session), session.clock().now), (to, there.now));
                assert_eq!(session.reach(), there.reach);
            }
        }
        Doing::Name(which, name) => session.name_branch(some(session, *which), name),
        Doing::Delete(which) => {
            let gone = some(session, *which);
            let may = before.iter().any(|it| it.branch.id == gone && !it.is_current);
            assert_eq!(session.delete_branch(gone), may);
            assert!(!may || session.branches().all(|it| it.branch.id != gone));
        }
    }
}

/// What holds of branches after whatever was done.
fn check(session: &Session) {
    let views = views(session);
    assert_eq!(views.iter().filter(|it| it.is_current).count(), 1, "{views:?}");
    assert!(views.len() <= MOST, "{}", views.len());
    let ids: Vec<u32> = views.iter().map(|it| it.branch.id).collect();
    assert!(ids.is_sorted_by(|a, b| a < b), "in the order in which they began: {ids:?}");
    for BranchView { branch, now, reach, .. } in &views {
        assert!(now <= reach, "{branch:?}");
        assert!(branch.parted <= *reach, "{branch:?} was never played until it parted: {reach:?}");
        if let Some(parent) = branch.parent {
            assert!(ids.contains(&parent) && parent < branch.id, "{branch:?} of {ids:?}");
        }
        let name = branch.name.as_deref().unwrap_or("x");
        assert!((1..=60).contains(&name.chars().count()), "{name:?}");
    }
}

/// That where the cursor stands is what the commands of this branch make of the scenario.
fn is_its_own(session: &Session, scenario: &Scenario) {
    let (commands, now) = (session.timeline().commands(), session.clock().now);
    let expected = straight(scenario, commands, &[now])[0];
    assert_eq!(digest(session), expected, "branch {} at {now:?}", current(session));
}

/// Deeds of a storm, done by hand at their times; some are refused.
fn storm_by_hand(seed: u64, deeds: usize) -> (Session, Scenario, Vec<Timed>) {
    let (scenario, commands) = storm(seed);
    let mut session = Session::new(scenario.clone()).unwrap();
    for (at, command) in commands.iter().take(deeds) {
        session.run_to(*at);
        let _ = session.submit(command.clone());
    }
    (session, scenario, commands)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(16) })]

    #[test]
    fn each_branch_is_what_its_commands_make_of_it(
        seed in 0u64..3_000,
        doings in prop::collection::vec(doing(), 10..60),
    ) {
        let (scenario, pool) = storm(seed);
        let mut session = Session::new(scenario.clone()).unwrap();
        session.run_to(at(4_000));
        for doing in &doings {
            act(&mut session, doing, &pool);
            check(&session);
        }
        is_its_own(&session, &scenario);
        for view in views(&session) {
            prop_assert!(session.switch(view.branch.id));
            check(&session);
            is_its_own(&session, &scenario);
            session.seek(view.reach);
            is_its_own(&session, &scenario);
        }
    }

    /// What was done in the past is another future; the old one is as it was.
    #[test]
    fn a_fork_and_back_changes_nothing(
        seed in 0u64..3_000, deeds in 1usize..12, back in any::<Index>(), which in any::<Index>(),
    ) {
        let (mut session, scenario, pool) = storm_by_hand(seed, deeds);
        let end = session.clock().now + ms(3_000);
        session.run_to(end);
        let (first, old) = (current(&session), digest(&session));
        let commands = session.timeline().commands().to_vec();
        let back = Time(back.index(end.0 as usize) as u64);
        session.seek(back);
        let deed = pool[which.index(pool.len())].1.clone();
        if session.submit(deed).is_err() {
            // It parted nothing: there is nowhere to come back from.
            prop_assert_eq!(session.branches().count(), 1);
        } else {
            session.run_to(end);
            is_its_own(&session, &scenario);
            prop_assert_ne!(current(&session), first);
            prop_assert!(session.switch(first));
            prop_assert_eq!(session.clock().now, back);
        }
        session.seek(end);
        prop_assert_eq!(session.timeline().commands(), &commands[..]);
        prop_assert_eq!(digest(&session), old);
    }

    /// As many back as one likes, each without its deed; and all of them again.
    #[test]
    fn undo_takes_deeds_away_one_by_one_and_redo_brings_all_back(
        seed in 0u64..3_000, deeds in 1usize..20, steps in 1usize..12, rest in 0u64..3_000,
    ) {
        let (mut session, scenario, _) = storm_by_hand(seed, deeds);
        session.run_to(session.clock().now + ms(rest));
        let done: Vec<(Time, Command)> = session.timeline().commands().to_vec();
        let mut before = vec![(session.clock().now, digest(&session))];
        for undone in 1..=steps.min(done.len()) {
            prop_assert!(session.undo());
            let left = done.len() - undone;
            prop_assert_eq!(session.timeline().commands(), &done[..left]);
            prop_assert_eq!(session.clock().now, done[left].0);
            is_its_own(&session, &scenario);
            before.push((session.clock().now, digest(&session)));
        }
        while before.pop().is_some() && !before.is_empty() {
            prop_assert!(session.redo());
            let (now, expected) = before[before.len() - 1];
            prop_assert_eq!((session.clock().now, digest(&session)), (now, expected));
        }
        prop_assert!(!session.redo());
        prop_assert_eq!(session.timeline().commands(), &done[..]);
        prop_assert_eq!(session.branches().count(), 1);
    }
}
