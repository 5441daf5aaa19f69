//! How fast the world runs: due things handled and events told per second of real time, on the
//! reference scenario. `cargo bench --no-default-features --bench engine`
//!
//! Prints figures and judges nothing: a shared machine's clock is no gate.

use std::hint::black_box;

use kafkascope::sim::scenario::{Scenario, Workload};
use kafkascope::sim::{Span, Time, World};

/// Three brokers, twelve partitions, two busy producers, a group of two.
fn reference(rate: u32) -> Scenario {
    let mut scenario = Scenario::opening("orders", ["checkout", "web-app"], "billing");
    scenario.topics[0].partitions = Some(12);
    for producer in &mut scenario.producers {
        producer.workload = Workload { rate, keys: 64, bytes: 100 };
    }
    for consumer in &mut scenario.consumers {
        consumer.processing = Span::us(100);
    }
    scenario
}

#[allow(clippy::disallowed_types, reason = "a benchmark is about real time")]
fn main() {
    println!("{:>12} {:>14} {:>14} {:>12}", "records/s", "due things/s", "events/s", "x real time");
    for rate in [5, 100, 1000] {
        let Ok(mut world) = World::new(&reference(rate)) else { return };
        let mut log = Vec::new();
        world.run_until(Time::ZERO + Span::secs(8), &mut log);
        let (mut due, mut events) = (0u64, 0u64);
        let (from, until) = (world.now, world.now + Span::secs(30));
        let started = std::time::Instant::now();
        while world.step(until, &mut log) {
            due += 1;
            events += log.len() as u64;
            log.clear();
        }
        let real = started.elapsed().as_secs_f64();
        black_box(&world);
        let virtual_seconds = until.since(from).0 as f64 / 1e6;
        println!(
            "{:>12} {:>14.0} {:>14.0} {:>12.1}",
            rate * 2,
            due as f64 / real,
            events as f64 / real,
            virtual_seconds / real
        );
    }
}
