//! A line from outside, changed in any way, or a sound one with anything in it: it is read or
//! refused, and what is read can be played for a while.
#![no_main]

use kafkascope::session::link::{Saved, forged};
use kafkascope::sim::Time;
use libfuzzer_sys::fuzz_target;

/// Every so many worlds are made: reading is what is tried, and a world takes a thousand times as
/// long.
const PLAYED: u8 = 16;

fuzz_target!(|data: &[u8]| {
    let Some((first, rest)) = data.split_first() else { return };
    let line = match first % 2 {
        0 => forged(rest.to_vec()),
        _ => String::from_utf8_lossy(rest).into_owned(),
    };
    let Ok(saved) = Saved::read(&line) else { return };
    if first / 2 % PLAYED == 0
        && let Ok(mut session) = saved.session()
    {
        session.approach(Time(1_000_000), 500);
    }
});
