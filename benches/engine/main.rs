//! How fast the world runs: due things handled and events told per second of real time, on the
//! reference scenario. `cargo bench --no-default-features --bench engine`
//!
//! Prints figures and judges nothing: a shared machine's clock is no gate. With a rate and a
//! number of seconds as its arguments it runs only that and tells how many events there were;
//! `scripts/instructions.sh` counts the instructions that each took.

mod reference;

use kafkascope::sim::Span;
use reference::{HEAD, RATES, go_on, line, settled};

fn main() {
    let numbers: Vec<u32> = std::env::args().filter_map(|word| word.parse().ok()).collect();
    match numbers[..] {
        [rate, seconds] => count(rate, seconds),
        _ => table(),
    }
}

fn count(rate: u32, seconds: u32) {
    let Some(mut world) = settled(rate) else { return };
    let (_, events) = go_on(&mut world, Span::secs(seconds.into()));
    println!("{events}");
}

#[allow(clippy::disallowed_types, reason = "a benchmark is about real time")]
fn table() {
    println!("{HEAD}");
    for rate in RATES {
        let seconds = |run: &mut dyn FnMut()| {
            let started = std::time::Instant::now();
            run();
            started.elapsed().as_secs_f64()
        };
        println!("{}", line(rate, 30, seconds));
    }
}
