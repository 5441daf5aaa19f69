//! The tape and the moments of it, with whatever clock there is.

use kafkascope::session::Session;
use kafkascope::sim::{Scenario, Span, Time};
use rand::{RngExt, SeedableRng};

/// How many moments are gone to.
const SEEKS: usize = 400;

/// Above the table.
pub const HEAD: &str =
    "hours   events  kept  play (s)  seek p50 (ms)       p99       max  step back (ms)";

/// A line of the table; `millis` tells the real time of its argument, `bytes` the memory in use.
pub fn line(
    hours: u64,
    millis: impl Fn(&mut dyn FnMut()) -> f64,
    bytes: impl Fn() -> u64,
) -> String {
    let scenario = Scenario::opening("orders", ["checkout", "web-app"], "billing");
    let Ok(mut session) = Session::new(scenario) else { return String::new() };
    let end = Time::ZERO + Span::secs(hours * 3_600);
    let played = millis(&mut || session.run_to(end));
    let events = session.journal().total();
    let mut dice = rand::rngs::Xoshiro256PlusPlus::seed_from_u64(1);
    let mut seek = |session: &mut Session| {
        let to = Time(dice.random_range(0..end.0));
        millis(&mut || session.seek(to))
    };
    let mut all: Vec<f64> = (0..SEEKS).map(|_| seek(&mut session)).collect();
    all.sort_by(f64::total_cmp);
    let rank = |percent: usize| all[(SEEKS * percent / 100).min(SEEKS - 1)];
    let mut back: Vec<f64> = (0..SEEKS)
        .map(|_| {
            let to = Time(session.clock().now.0.saturating_sub(16_000));
            millis(&mut || session.seek(to))
        })
        .collect();
    back.sort_by(f64::total_cmp);
    format!(
        "{hours:>5} {events:>8} {:>5} {:>9.1} {:>14.2} {:>9.2} {:>9.2} {:>15.2} {:>12.1}",
        session.course().count(),
        played / 1000.0,
        rank(50),
        rank(99),
        rank(100),
        back[SEEKS / 2],
        bytes() as f64 / 1e6,
    )
}
