//! Lessons: the scenario files of the page, and what each is to show.

use expect_test::expect;
use kafkascope::metrics::stoppage::Course;
use kafkascope::scenario_file::Script;
use kafkascope::session::Session;
use kafkascope::sim::handling::Act;
use kafkascope::sim::{Command, Span};

use crate::scenario_files::read;

fn lesson(name: &str) -> Script {
    let path = format!("{}/lessons/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).expect("the lesson is there");
    read::read(&text).unwrap_or_else(|report| panic!("{}", report.text(name)))
}

/// A lesson, played to its end, with those of its commands that are wanted.
fn played(script: &Script, wanted: fn(&Command) -> bool) -> Session {
    let mut commands = script.commands();
    commands.retain(|(_, command)| wanted(command));
    let mut session = Session::scripted(script.scenario.clone(), commands)
        .unwrap_or_else(|flaw| panic!("{flaw:?}"));
    session.run_to(script.end);
    assert!(session.timeline().refused().is_empty(), "every command was possible in its time");
    session
}

const GROUPS: [&str; 3] = ["eager", "cooperative", "consumer"];

/// How long nobody read, added up over the six partitions of each group.
fn stood(session: &Session) -> [Span; 3] {
    let now = session.world().now;
    GROUPS.map(|group| {
        let course: &Course = session.stoppages().group(group).expect("it has shared out");
        assert_eq!(course.tracks().count(), 6);
        Span(course.tracks().map(|(_, track)| track.stood(now).0).sum())
    })
}

fn told(stood: [Span; 3]) -> String {
    let lines = GROUPS.iter().zip(stood);
    lines.map(|(group, span)| format!("{group}: {} ms\n", span.0 / 1_000)).collect()
}

/// The same joins, departures, crashes and restarts, each while a member works on a long record:
/// under the eager protocol everybody waits for that member, under the cooperative one only the
/// partitions that move, and under KIP-848 only those that it has itself.
#[test]
fn eager_rebalancing_stands_still_for_longest() {
    let session = played(&lesson("rebalances"), |_| true);
    let stood = stood(&session);
    expect![[r#"
        eager: 74269 ms
        cooperative: 41538 ms
        consumer: 28944 ms
    "#]]
    .assert_eq(&told(stood));
    let [eager, cooperative, consumer] = stood;
    assert!(eager > cooperative && cooperative > consumer);
}

/// If everybody comes back to `poll()` at once, it is the second rebalance that costs: a partition
/// that moves cooperatively stands still until all have joined again.
#[test]
fn cooperative_rebalancing_is_not_for_free() {
    let brief =
        |command: &Command| !matches!(command, Command::Consume { act: Act::SlowRecord(_), .. });
    let session = played(&lesson("rebalances"), brief);
    let stood = stood(&session);
    expect![[r#"
        eager: 15546 ms
        cooperative: 29945 ms
        consumer: 25756 ms
    "#]]
    .assert_eq(&told(stood));
    let [eager, cooperative, _] = stood;
    assert!(cooperative > eager);
}
