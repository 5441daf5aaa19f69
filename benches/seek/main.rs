//! How long it takes to go to a random moment of a long tape, and how much memory the tape takes:
//! the opening, after an hour and after ten. `cargo bench --no-default-features --bench seek`
//!
//! Prints figures and judges nothing: a shared machine's clock is no gate.

mod measure;

use measure::{HEAD, line};

/// Pages of memory that are the process's own; 0 where nobody tells.
fn resident() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    statm.split(' ').nth(1).and_then(|pages| pages.parse().ok()).unwrap_or(0)
}

#[allow(clippy::disallowed_types, reason = "a benchmark is about real time")]
fn main() {
    println!("{HEAD} {:>12}", "memory (MB)");
    for hours in [1, 10] {
        let before = resident();
        let millis = |run: &mut dyn FnMut()| {
            let started = std::time::Instant::now();
            run();
            started.elapsed().as_secs_f64() * 1000.0
        };
        let line = line(hours, millis, || resident().saturating_sub(before) * 4096);
        println!("{line}");
    }
}
