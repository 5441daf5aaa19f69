//! How fast the world runs: due things handled and events told per second of real time, on the
//! reference scenario. `cargo bench --no-default-features --bench engine`
//!
//! Prints figures and judges nothing: a shared machine's clock is no gate.

mod reference;

use reference::{HEAD, RATES, line};

#[allow(clippy::disallowed_types, reason = "a benchmark is about real time")]
fn main() {
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
