//! What a picture costs: the time of one display list of the reference scene (three brokers, twelve
//! partitions, about three hundred messages in flight, 1280x720), without painting it; and the time
//! that it takes to find out where it differs from the one before.
//! `cargo bench --no-default-features --bench scene`
//!
//! Prints figures and judges nothing: a shared machine's clock is no gate. With a number as its
//! argument it draws so many pictures; `scripts/instructions.sh` counts what one takes. With paint,
//! in a browser: `benches/frames.mjs`.

use std::hint::black_box;

use kafkascope::locale::{Lang, Words};
use kafkascope::scene::change::{moved, soon};
use kafkascope::scene::geometry::Size;
use kafkascope::scene::item::Scene;
use kafkascope::scene::tiles::Tiles;
use kafkascope::scene::view::View;
use kafkascope::session::Session;
use kafkascope::sim::scenario::{ProducerSpec, Scenario, Workload};
use kafkascope::sim::{Span, Time};

/// Twenty producers that batch nothing, and slow links: much is on its way.
fn reference() -> Scenario {
    let mut scenario = Scenario::opening("orders", ["checkout", "web-app"], "billing");
    scenario.topics[0].partitions = Some(12);
    scenario.cluster.client_network.latency = Span::ms(150);
    let mut model = scenario.producers[0].clone();
    model.workload = Workload { rate: 50, keys: 64, bytes: 100, ..Workload::default() };
    model.config = [("linger.ms".to_owned(), "0".to_owned())].into();
    scenario.producers = (1..=20)
        .map(|number| ProducerSpec { name: format!("app-{number}").into(), ..model.clone() })
        .collect();
    scenario
}

/// One picture of the world as it is now.
///
/// In one piece, so that it can be found in a profile by its name; so is the next.
#[inline(never)]
fn draw(session: &Session, view: &View) -> Scene {
    let now = session.world().now;
    let recent = session.journal().seen(soon(now, view.pace), moved(now, view.pace));
    kafkascope::scene::scene(session.world(), recent, view)
}

/// Where it differs from the one before.
#[inline(never)]
fn compare(tiles: &mut Tiles, scene: &Scene) {
    tiles.read(scene, 1.0, false);
    black_box(tiles.changed());
}

#[allow(clippy::disallowed_types, reason = "a benchmark is about real time")]
fn main() {
    let Ok(mut session) = Session::new(reference()) else { return };
    let view = View { pace: 0.1, ..View::new(Size { w: 1280.0, h: 720.0 }, Words(Lang::En)) };
    let (mut spent, mut read) = (Vec::new(), Vec::new());
    let (mut items, mut wire) = (0, 0);
    let mut tiles = Tiles::default();
    let frames: u64 = std::env::args().find_map(|word| word.parse().ok()).unwrap_or(600);
    for frame in 0..frames {
        session.run_to(Time(20_000_000 + frame * 1_667));
        let started = std::time::Instant::now();
        let scene = draw(&session, &view);
        let drawn = started.elapsed();
        compare(&mut tiles, &scene);
        spent.push(drawn.as_secs_f64() * 1e6);
        read.push((started.elapsed() - drawn).as_secs_f64() * 1e6);
        (items, wire) = (scene.items().len(), session.world().wire.len());
        black_box(scene);
    }
    println!("{wire} messages in flight, {items} items");
    println!("{:<16} {:>8} {:>8} {:>8}", "", "p50 us", "p95 us", "p99 us");
    for (name, mut spent) in [("display list", spent), ("what changed", read)] {
        spent.sort_by(f64::total_cmp);
        let rank = |share: usize| spent.get(spent.len() * share / 100).copied().unwrap_or(0.0);
        println!("{name:<16} {:>8.0} {:>8.0} {:>8.0}", rank(50), rank(95), rank(99));
    }
}
