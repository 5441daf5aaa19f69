//! The reference scenario and the measuring of it, with whatever clock there is.

use std::hint::black_box;

use kafkascope::sim::scenario::{Scenario, Workload};
use kafkascope::sim::{Span, Time, World};

/// Three brokers, twelve partitions, two busy producers, a group of two.
fn reference(rate: u32) -> Scenario {
    let mut scenario = Scenario::opening("orders", ["checkout", "web-app"], "billing");
    scenario.topics[0].partitions = Some(12);
    for producer in &mut scenario.producers {
        producer.workload = Workload { rate, keys: 64, bytes: 100, ..Workload::default() };
    }
    for consumer in &mut scenario.consumers {
        consumer.processing = Span::us(100);
    }
    scenario
}

/// A line of the table; `seconds` tells the real time of its argument.
pub fn line(rate: u32, virtual_seconds: u64, seconds: impl Fn(&mut dyn FnMut()) -> f64) -> String {
    let Ok(mut world) = World::new(&reference(rate)) else { return String::new() };
    let mut log = Vec::new();
    world.run_until(Time::ZERO + Span::secs(8), &mut log);
    log.clear();
    let (mut due, mut events) = (0u64, 0u64);
    let until = world.now + Span::secs(virtual_seconds);
    let real = seconds(&mut || {
        while world.step(until, &mut log) {
            due += 1;
            events += log.len() as u64;
            log.clear();
        }
    });
    black_box(&world);
    format!(
        "{:>12} {:>14.0} {:>14.0} {:>12.1}",
        rate * 2,
        due as f64 / real,
        events as f64 / real,
        virtual_seconds as f64 / real
    )
}

/// Above the table.
pub const HEAD: &str = "   records/s   due things/s       events/s  x real time";
/// Records per second and producer.
pub const RATES: [u32; 3] = [5, 100, 1000];
