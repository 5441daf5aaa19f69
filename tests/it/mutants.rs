//! The checker bites: each rule of Kafka's, broken on purpose, is found by the swarm.
//! `cargo test --no-default-features --features mutants mutants`
//!
//! `KAFKASCOPE_MUTANTS=<part of a name>` tries only some of them.

use kafkascope::sim::mutant::{Mutant, set};

use crate::swarm::first_broken;

/// Within so many seeds.
const SEEDS: u64 = 400;

/// What some are to be found by: no other mutant breaks that invariant first.
const MEANT: [(Mutant, &str); 3] = [
    (Mutant::WritesForZombies, "ZombiesAreFenced"),
    (Mutant::BeginsWhileItEnds, "OneTransactionAtATime"),
    (Mutant::TakesOffsetsOfFormerMembers, "ProcessedAtMostOnce"),
];

#[test]
#[allow(clippy::disallowed_methods, reason = "which mutants is for whoever runs the tests to say")]
fn every_broken_rule_is_found() {
    let mut found = String::new();
    let mut escaped = Vec::new();
    let wanted = std::env::var("KAFKASCOPE_MUTANTS").unwrap_or_default();
    for mutant in Mutant::ALL.into_iter().filter(|it| format!("{it:?}").contains(&wanted)) {
        set(Some(mutant));
        let meant = MEANT.iter().find(|(it, _)| *it == mutant).map(|(_, invariant)| *invariant);
        let found_by = |seed| {
            let broken = first_broken(seed)?;
            meant.is_none_or(|meant| meant == broken.invariant).then_some((seed, broken))
        };
        match (0..SEEDS).find_map(found_by) {
            Some((seed, broken)) => {
                found += &format!("{mutant:?}: seed {seed}, {}\n", broken.invariant);
            }
            None => escaped.push(mutant),
        }
        set(None);
    }
    assert!(escaped.is_empty(), "not found: {escaped:?}; found:\n{found}");
    println!("{found}");
}
