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

/// The world of the reference scenario when everybody has found everybody.
pub fn settled(rate: u32) -> Option<World> {
    let mut world = World::new(&reference(rate)).ok()?;
    world.run_until(Time::ZERO + Span::secs(8), &mut Vec::new());
    Some(world)
}

/// Goes on for so long: how many due things were handled, and how many events told.
///
/// In one piece, so that it can be found in a profile by its name.
#[inline(never)]
pub fn go_on(world: &mut World, span: Span) -> (u64, u64) {
    let (mut due, mut events) = (0u64, 0u64);
    let mut log = Vec::new();
    let until = world.now + span;
    while world.step(until, &mut log) {
        due += 1;
        events += log.len() as u64;
        log.clear();
    }
    (due, events)
}

/// A line of the table; `seconds` tells the real time of its argument.
pub fn line(rate: u32, virtual_seconds: u64, seconds: impl Fn(&mut dyn FnMut()) -> f64) -> String {
    let Some(mut world) = settled(rate) else { return String::new() };
    let (mut due, mut events) = (0, 0);
    let real = seconds(&mut || (due, events) = go_on(&mut world, Span::secs(virtual_seconds)));
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
