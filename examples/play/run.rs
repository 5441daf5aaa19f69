//! Plays a script to its end.

use std::io::Write;

use kafkascope::metrics::{Ledger, Metrics};
use kafkascope::scenario_file::Script;
use kafkascope::session::Timeline;
use kafkascope::session::transcript::{Detail, Transcript};
use kafkascope::sim::{Time, World};

use super::read::{self, Report};

/// How it ended.
pub struct Played {
    pub world: World,
    pub ledger: Ledger,
}

/// How many due things happen before their events are written: few, so that names are still known.
const AT_ONCE: u32 = 64;

/// Plays to the end; writes the transcript on the way, if a detail is given.
pub fn run(
    text: &str,
    script: Script,
    detail: Option<Detail>,
    out: &mut dyn Write,
) -> Result<Played, Report> {
    let commands = script.commands();
    let timeline = Timeline::new(script.scenario, commands);
    let mut timeline = timeline.map_err(|flaw| read::flawed(text, &flaw))?;
    let mut metrics = Metrics::keeping(usize::MAX);
    let mut log = Vec::new();
    let mut ended = false;
    while !ended {
        ended = timeline.advance(script.end, AT_ONCE, &mut log);
        if let Some((index, refusal)) = timeline.refused().first() {
            let place = script.steps.get(*index).map_or("", |step| step.place.as_str());
            return Err(read::refused(text, place, refusal, timeline.world()));
        }
        if let Some(detail) = detail {
            let transcript = Transcript::new(timeline.world(), detail, Time::ZERO);
            if out.write_all(transcript.text(&log).as_bytes()).is_err() {
                break; // Nobody reads any more.
            }
        }
        log.drain(..).for_each(|stamped| metrics.fold(&stamped));
    }
    Ok(Played { world: timeline.world().clone(), ledger: metrics.ledger().clone() })
}
