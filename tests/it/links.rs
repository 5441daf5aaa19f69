//! Links of sessions that were really lived: what is saved is what is opened, and what was saved
//! long ago opens still.

use std::path::{Path, PathBuf};

use expect_test::expect_file;
use kafkascope::session::link::{COMMANDS, Panel, Saved, Thing, View};
use kafkascope::session::{Pace, Ratio, Session};
use kafkascope::sim::id::{BrokerId, ClientId};
use kafkascope::sim::scenario::Scenario;
use kafkascope::sim::{Command, Time};
use proptest::prelude::*;

use crate::cluster::{b, ms, secs};
use crate::swarm::storm;
use crate::time::{at, digest};

fn view() -> impl Strategy<Value = View> {
    let lang = prop::option::of(prop::sample::select(vec!["en".to_owned(), "pt-BR".to_owned()]));
    let chosen = prop::option::of(prop_oneof![
        (1u32..5).prop_map(|id| Thing::Broker(BrokerId(id))),
        (1u32..9).prop_map(|id| Thing::Client(ClientId(id))),
        "[a-z]{1,12}".prop_map(|name| Thing::Group(name.as_str().into())),
        (1u32..5, 1u32..5).prop_map(|(from, to)| Thing::Link(b(from), b(to))),
    ]);
    let panels = [Panel::Inspector, Panel::Configs, Panel::Events, Panel::Promises, Panel::Help];
    let panel = prop::sample::select(panels.to_vec());
    (lang, chosen, panel).prop_map(|(lang, chosen, panel)| View { lang, chosen, panel })
}

/// Saves it as a line, opens the line as somebody else does, and compares all there is.
fn comes_back(session: &mut Session, view: View) {
    let line = Saved::of(session, view.clone()).write().unwrap();
    let read = Saved::read(&line).unwrap();
    assert_eq!(read.scenario, *session.timeline().scenario());
    assert_eq!(read.commands, session.timeline().commands());
    assert_eq!((read.at, &read.view), (session.clock().now, &view));
    let at = read.at;
    let mut opened = read.session().unwrap();
    opened.run_to(at);
    assert_eq!(digest(&opened), digest(session));
    let clocks = [&opened, session].map(|it| (it.clock().now, it.clock().playing, it.clock().pace));
    assert_eq!(clocks[0], clocks[1]);
    assert_eq!(opened.opened(), session.opened());
    assert_eq!(Saved::of(&opened, view).write().unwrap(), line, "saved again, it is the same line");
    // What is to come comes to both.
    let later = at + secs(5);
    session.run_to(later);
    opened.run_to(later);
    assert_eq!(digest(&opened), digest(session), "5 s later");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(12) })]

    #[test]
    fn a_storm_that_is_saved_opens_as_it_was(
        seed in 0u64..3_000, millis in 0u64..50_000, back in 0u64..50_000, view in view(),
        pace in prop::option::of(1u32..6_000_000), paused: bool,
    ) {
        let (scenario, commands) = storm(seed);
        let mut session = Session::scripted(scenario, commands).unwrap();
        session.run_to(at(millis));
        if back < millis {
            session.seek(at(back));
        }
        if let Some(pace) = pace {
            session.set_pace(Pace::Fixed(Ratio::new(f64::from(pace) / 100_000.0)));
        }
        if paused {
            session.pause();
        }
        comes_back(&mut session, view);
    }

    /// By hand: some is refused, some planned, and some is on another branch.
    #[test]
    fn what_a_person_did_opens_as_it_was(
        seed in 0u64..3_000, deeds in 1usize..15, after in 1u64..9_000, back in any::<bool>(),
        view in view(),
    ) {
        let (scenario, commands) = storm(seed);
        let mut session = Session::new(scenario).unwrap();
        for (at, command) in commands.iter().take(deeds) {
            session.run_to(*at);
            let _ = session.submit(command.clone());
        }
        session.plan(&Command::Crash(b(2)), ms(after), Some(ms(700)), Some(secs(12))).unwrap();
        session.run_to(session.clock().now + ms(3_000));
        if back {
            session.seek(Time(session.clock().now.0 / 2));
            let _ = session.submit(commands[0].1.clone());
            session.run_to(session.clock().now + ms(2_000));
        }
        comes_back(&mut session, view);
    }
}

fn lines() -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/links");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let mut files: Vec<_> =
        files.filter(|it| it.extension().is_some_and(|it| it == "txt")).collect();
    files.sort_unstable();
    files.into_iter().map(|file| (file.clone(), std::fs::read_to_string(file).unwrap())).collect()
}

/// Each is read as it was meant, which stands beside it, and can be played to its moment. What is
/// meant may be printed in another way some day; the lines themselves are never written anew.
#[test]
fn old_lines_open() {
    let lines = lines();
    assert!(lines.len() >= 4, "{}", lines.len());
    for (file, line) in lines {
        let saved = Saved::read(line.trim()).unwrap_or_else(|it| panic!("{file:?}: {it:?}"));
        let commands = saved.commands.iter().map(|(at, command)| format!("{} {command:?}\n", at.0));
        let Saved { scenario, at, playing, pace, opened, view, .. } = &saved;
        let how = format!("{at:?} {playing} {pace:?} {opened:?} {view:?}\n");
        let meant = format!("{how}{scenario:#?}\n{}", commands.collect::<String>());
        expect_file![file.with_extension("meant")].assert_eq(&meant);
        let at = saved.at;
        let mut session = saved.session().unwrap_or_else(|flaw| panic!("{file:?}: {flaw:?}"));
        session.run_to(at);
        assert_eq!(session.clock().now, at);
    }
}

/// Characters of a line: of each scenario at its end, and of the opening with 200 commands. A link
/// longer than 8,000 is not put into the address.
#[test]
fn lines_are_short() {
    let length = |scenario: &Scenario, commands: &[(Time, Command)]| {
        let (scenario, commands) = (scenario.clone(), commands.to_vec());
        let (at, opened, view) = (at(60_000), at(8_000), View::default());
        let saved = Saved { scenario, commands, at, playing: true, pace: None, opened, view };
        saved.write().unwrap().len()
    };
    let mut table = String::new();
    let mut row = |name: &str, scenario: &Scenario, commands: &[(Time, Command)]| {
        let length = length(scenario, commands);
        table += &format!("{length:>6} {:>4} {name}\n", commands.len());
        assert!(length <= 8_000, "{name}: {length}");
    };
    for (name, script) in crate::fingerprints::scripts() {
        row(&name, &script.scenario, &script.commands());
    }
    let opening = Scenario::opening("orders", ["checkout", "web-app"], "billing");
    // The commands of storms, as various as can be, one after the other.
    let (mut various, mut seed) = (Vec::new(), 0);
    while various.len() < 200 {
        let (_, commands) = storm(seed);
        various.extend(commands.into_iter().map(|(_, command)| command));
        seed += 1;
    }
    various.truncate(200);
    assert!(various.len() < COMMANDS);
    let timed = |(n, command): (u64, Command)| (at(8_000 + 250 * n), command);
    let various: Vec<_> = (0..).zip(various).map(timed).collect();
    row("the opening", &opening, &[]);
    row("the opening and a storm", &opening, &various);
    expect_file!["../links/lengths"].assert_eq(&table);
}
