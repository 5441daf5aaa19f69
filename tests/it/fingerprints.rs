//! Fingerprints: tapes of every kind as lines, and a digest of what happens on each, which
//! `tests/fingerprint.rs` finds in Node and in browsers, too. UPDATE_EXPECT=1 writes both anew.

#[path = "../fingerprints/tape.rs"]
mod tape;

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use expect_test::expect_file;
use kafkascope::scenario_file::Script;
use kafkascope::session::Timed;
use kafkascope::session::link::{Saved, View};
use kafkascope::sim::command::ConfigTarget;
use kafkascope::sim::id::ClientId;
use kafkascope::sim::scenario::{ProducerSpec, Scenario, Workload};
use kafkascope::sim::{Command, Span, Time};

use crate::cluster::{b, secs};
use crate::scenario_files::read;
use crate::swarm::storm;

/// A name without spaces, and what is played under it.
type Tape = (String, Scenario, Vec<Timed>, Time);

/// Every scenario file that comes with the project, by its name.
pub fn scripts() -> Vec<(String, Script)> {
    ["tests/scenarios", "lessons"].into_iter().flat_map(scripts_in).collect()
}

fn scripts_in(folder: &str) -> Vec<(String, Script)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let files = std::fs::read_dir(path).unwrap().map(|file| file.unwrap().path());
    let mut files: Vec<_> =
        files.filter(|it| it.extension().is_some_and(|it| it == "toml")).collect();
    files.sort_unstable();
    let script = |file: PathBuf| {
        let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
        let script = read::read(&std::fs::read_to_string(&file).unwrap());
        (name.clone(), script.unwrap_or_else(|report| panic!("{}", report.text(&name))))
    };
    files.into_iter().map(script).collect()
}

/// Each with its own seed and another one.
fn files(tapes: &mut Vec<Tape>) {
    for (name, script) in scripts() {
        for seed in [script.scenario.seed, 4242] {
            let scenario = Scenario { seed, ..script.scenario.clone() };
            tapes.push((format!("{name}/{seed}"), scenario, script.commands(), script.end));
        }
    }
}

fn opening() -> Scenario {
    Scenario::opening("orders", ["checkout", "web-app"], "billing")
}

/// The opening with a crash, a restart and a change of config on the way, on several seeds.
fn openings(tapes: &mut Vec<Tape>) {
    let at = |second| Time::ZERO + secs(second);
    let set = Command::SetConfig {
        target: ConfigTarget::Client(ClientId(1)),
        name: "acks".into(),
        value: "1".into(),
    };
    for seed in 0..4 {
        let commands = vec![
            (at(8), set.clone()),
            (at(9), Command::Crash(b(1))),
            (at(14), Command::Start(b(1))),
        ];
        let scenario = Scenario { seed, ..opening() };
        tapes.push((format!("crash/{seed}"), scenario, commands, at(20)));
    }
}

/// The busy scenario of the benches, processes of two roles, and a cluster that nobody uses.
fn worlds(tapes: &mut Vec<Tape>) {
    let mut busy = opening();
    busy.topics[0].partitions = Some(12);
    let workload = Workload { rate: 125, keys: 64, bytes: 100, ..Workload::default() };
    let loaded = |it: ProducerSpec| ProducerSpec { workload, ..it };
    busy.producers = busy.producers.into_iter().map(loaded).collect();
    busy.consumers.iter_mut().for_each(|it| it.processing = Span::us(100));
    let mut combined = opening();
    (combined.cluster.controllers, combined.cluster.combined) = (3, true);
    let crash = vec![(Time::ZERO + secs(12), Command::Crash(b(1)))];
    let none = Scenario { producers: Vec::new(), consumers: Vec::new(), ..opening() };
    for (name, scenario, commands, end) in [
        ("busy", busy, Vec::new(), 15),
        ("combined", combined, crash, 30),
        ("nobody", none, Vec::new(), 60),
    ] {
        tapes.push((name.to_owned(), scenario, commands, Time::ZERO + secs(end)));
    }
}

/// What the swarm throws at random clusters.
fn storms(tapes: &mut Vec<Tape>) {
    tapes.extend((0..40).map(|seed| {
        let (scenario, commands) = storm(seed);
        (format!("storm/{seed}"), scenario, commands, Time::ZERO + secs(60))
    }));
}

fn tapes() -> Vec<Tape> {
    let mut tapes = Vec::new();
    files(&mut tapes);
    openings(&mut tapes);
    worlds(&mut tapes);
    storms(&mut tapes);
    tapes
}

fn line((_, scenario, commands, at): &Tape) -> String {
    let (scenario, commands, at) = (scenario.clone(), commands.clone(), *at);
    let (opened, view) = (Time::ZERO, View::default());
    let saved = Saved { scenario, commands, at, playing: true, pace: None, opened, view };
    saved.write().expect("a tape is not too long for a line")
}

/// As many at once as there are processors.
fn prints(lines: &[String]) -> Vec<String> {
    let (next, found) = (AtomicUsize::new(0), Mutex::new(vec![String::new(); lines.len()]));
    let work = || {
        while let Some((at, line)) =
            Some(next.fetch_add(1, Relaxed)).and_then(|at| Some((at, lines.get(at)?)))
        {
            let print = tape::print(line);
            found.lock().unwrap()[at] = print;
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        (0..threads).for_each(|_| drop(scope.spawn(work)));
    });
    found.into_inner().unwrap()
}

#[test]
fn every_tape_has_its_digest() {
    let tapes = tapes();
    assert!(tapes.len() >= 50, "{}", tapes.len());
    let lines: Vec<String> = tapes.iter().map(line).collect();
    let told = |all: &[String], told: &dyn Fn(&str, &str) -> String| -> String {
        tapes.iter().zip(all).map(|((name, ..), it)| told(name, it)).collect()
    };
    expect_file!["../fingerprints/tapes.txt"]
        .assert_eq(&told(&lines, &|name, line| format!("{name} {line}\n")));
    expect_file!["../fingerprints/digests.txt"]
        .assert_eq(&told(&prints(&lines), &|name, print| format!("{print} {name}\n")));
}

/// One thing done differently gives another digest: it does look at what happens.
#[test]
fn another_seed_and_another_deed_give_other_digests() {
    let end = Time::ZERO + secs(12);
    let tape = |seed, commands| {
        let tape = (String::new(), Scenario { seed, ..opening() }, commands, end);
        tape::print(&line(&tape))
    };
    let plain = tape(0, Vec::new());
    assert_eq!(plain, tape(0, Vec::new()));
    assert_ne!(plain, tape(1, Vec::new()));
    assert_ne!(plain, tape(0, vec![(end, Command::Crash(b(1)))]), "only the last moment differs");
    // What is told is the same, and the world is not: it has refused something.
    assert_ne!(plain, tape(0, vec![(end, Command::Start(b(1)))]));
}
