//! Scenes against the pictures in `tests/pictures`: open one in a browser to see what it shows.

use std::cell::RefCell;
use std::path::PathBuf;

use kafkascope::locale::{Lang, Words};
use kafkascope::scene::cast::Cast;
use kafkascope::scene::change::{moved, soon};
use kafkascope::scene::extension::EXTENSION;
use kafkascope::scene::geometry::{Rect, Size, rect};
use kafkascope::scene::item::{Anchor, Manner, Scene, Shape};
use kafkascope::scene::layout::Layout;
use kafkascope::scene::svg::svg;
use kafkascope::scene::view::{Entity, Ledger, View};
use kafkascope::scene::{letter, scene};
use kafkascope::session::Session;
use kafkascope::sim::id::{BrokerId, ClientId, ControllerId, Node, TopicId};
use kafkascope::sim::scenario::{BrokerSpec, ConsumerSpec, LinkSpec, ProducerSpec, TopicSpec};
use kafkascope::sim::wire::{Body, Request, Response};
use kafkascope::sim::{Command, Event, Partition, Scenario, Span, Stamped, Time, World};

use crate::legend::legend;

mod log_life;

const STYLE: &str = concat!(
    include_str!("../../styles/ink.css"),
    ":root{--sans:'Atkinson Hyperlegible Next',sans-serif;\
     --mono:'Atkinson Hyperlegible Mono',monospace}"
);

/// Compares a scene with its picture; with `UPDATE_EXPECT` set it becomes the picture.
fn check(name: &str, scene: &Scene) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/pictures")
        .join(name)
        .with_extension("svg");
    let seen = svg(scene, STYLE);
    #[allow(clippy::disallowed_methods, reason = "how a test is run, not what it checks")]
    if std::env::var("UPDATE_EXPECT").is_ok() {
        std::fs::write(&path, &seen).unwrap();
        return;
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    if seen != expected {
        let line = seen.lines().zip(expected.lines()).take_while(|(a, b)| a == b).count();
        panic!(
            "{} differs from its picture at line {}:\n  seen     {:?}\n  expected {:?}\n\
             Look at it, then run again with UPDATE_EXPECT=1 if it is right.",
            path.display(),
            line + 1,
            seen.lines().nth(line).unwrap_or("(end)"),
            expected.lines().nth(line).unwrap_or("(end)"),
        );
    }
}

/// A world and all that has happened in it.
struct Story {
    world: World,
    log: Vec<Stamped>,
}

impl Story {
    fn of(scenario: &Scenario) -> Story {
        Story { world: World::new(scenario).unwrap(), log: Vec::new() }
    }

    fn opening() -> Story {
        Story::of(&Scenario::opening("orders", ["checkout", "web-app"], "billing"))
    }

    fn run(mut self, span: Span) -> Story {
        let until = self.world.now + span;
        self.world.run_until(until, &mut self.log);
        self
    }

    /// Until something is so, looking every tenth of a millisecond; then a little longer.
    fn until(mut self, so: impl Fn(&World) -> bool, then: Span) -> Story {
        let end = self.world.now + Span::secs(60);
        while !so(&self.world) {
            assert!(self.world.now < end, "it never came to be");
            self = self.run(Span::us(100));
        }
        self.run(then)
    }

    fn does(mut self, command: Command) -> Story {
        self.world.submit(&command, &mut self.log).unwrap();
        self
    }

    fn seen(&self, view: &View) -> Scene {
        scene(&self.world, self.log.iter().rev(), view)
    }
}

fn view(w: f32, h: f32) -> View {
    let ledger = Some(Ledger { acked: 91, in_doubt: 3, lost: 0, duplicated: 0 });
    let plain = View::new(Size { w, h }, Words(Lang::En));
    View { ledger, pace: 0.0025, extension: Some(&EXTENSION), ..plain }
}

fn producing(world: &World) -> bool {
    world.wire.values().any(|e| matches!(*e.body, Body::Request(Request::Produce(_))))
}

#[test]
fn grammar() {
    check("grammar", &legend());
}

/// A follower's fetch is being answered with records.
fn copying(world: &World) -> bool {
    world.wire.values().any(|envelope| {
        let between = envelope.from.broker().is_some() && envelope.to.broker().is_some();
        match &*envelope.body {
            Body::Response(Response::Fetch(fetch)) => {
                between && fetch.partitions.iter().any(|partition| !partition.batches.is_empty())
            }
            _ => false,
        }
    })
}

const BROKER: fn(u32) -> Node = |id| Node::Broker(BrokerId(id));

#[test]
fn running() {
    let story = Story::opening().run(Span::secs(9)).until(copying, Span::us(500));
    let partition = Some(Entity::Partition(Partition { topic: TopicId(0), index: 0 }));
    check("running", &story.seen(&View { selection: partition, ..view(976.0, 636.0) }));
}

#[test]
fn leader_crashed() {
    let story = Story::opening()
        .run(Span::secs(8))
        .does(Command::Crash(BROKER(1)))
        .run(Span::ms(9_600))
        .until(producing, Span::us(900));
    check("crashed", &story.seen(&View { pace: 0.1, ..view(976.0, 636.0) }));
}

#[test]
fn follower_out_of_isr() {
    let story = Story::opening()
        .run(Span::secs(5))
        .does(Command::CutLink(BROKER(2), BROKER(3)))
        .run(Span::secs(70))
        .until(producing, Span::us(900));
    check("out-of-isr", &story.seen(&view(976.0, 636.0)));
}

#[test]
fn group_rebalances() {
    let story = Story::opening().run(Span::ms(3_500));
    check("rebalance", &story.seen(&View { pace: 0.1, ..view(976.0, 636.0) }));
}

#[test]
fn twelve_partitions() {
    let mut scenario = Scenario::opening("orders", ["checkout", "web-app"], "billing");
    scenario.topics[0].partitions = Some(12);
    for producer in &mut scenario.producers {
        producer.workload.rate = 200;
    }
    let story = Story::of(&scenario).run(Span::secs(9)).until(copying, Span::us(400));
    check("twelve", &story.seen(&view(976.0, 556.0)));
}

#[test]
fn phone() {
    let story = Story::opening().run(Span::secs(9)).until(copying, Span::us(500));
    check("phone", &story.seen(&view(390.0, 575.0)));
}

/// A partition that goes from its leader to a broker that cannot fetch from it.
fn moving() -> Story {
    let story = Story::opening().run(Span::secs(5));
    let (topic, orders) = story.world.metadata().topic_named("orders").unwrap();
    let replicas = orders.partitions[0].replicas.clone();
    let (leader, new) = (Node::Broker(replicas[0]), BrokerId(4));
    let state = |world: &World| {
        let partition = Partition { topic, index: 0 };
        world.metadata().partition(partition).is_some_and(|state| state.is_reassigning())
    };
    story
        .does(Command::AddBroker(BrokerSpec { id: new, rack: None }))
        .run(Span::secs(3))
        .does(Command::CutLink(leader, Node::Broker(new)))
        .does(Command::ReassignPartition {
            topic: "orders".into(),
            partition: 0,
            replicas: vec![replicas[1], new],
        })
        .until(state, Span::secs(10))
}

/// A partition that moves says so in its rows.
#[test]
fn who_comes_and_who_goes_has_a_word() {
    let scene = moving().seen(&view(1240.0, 900.0));
    let words: Vec<String> = words(&scene).into_iter().map(|(_, word)| word).collect();
    assert_eq!(words.iter().filter(|word| *word == "joining").count(), 1);
    assert!(words.iter().any(|word| word == "leaving"));
}

/// A leader that only a producer with acks=1 still reaches: it goes on writing in its old epoch.
fn zombie(then: Span) -> (Story, Node, Vec<Node>) {
    let mut scenario = Scenario::opening("orders", ["checkout", "web-app"], "billing");
    scenario.producers[0].config.insert("acks".into(), "1".into());
    scenario.producers[0].workload.rate = 1;
    let mut story = Story::of(&scenario).run(Span::secs(8));
    let partition = Partition { topic: TopicId(0), index: 0 };
    let state = story.world.metadata().partition(partition).unwrap();
    let zombie = Node::Broker(state.leader.unwrap());
    let others = state.replicas[1..].iter().map(|id| Node::Broker(*id));
    let cuts: Vec<Node> = others.chain([Node::Controller(ControllerId(1))]).collect();
    for other in &cuts {
        story = story.does(Command::CutLink(zombie, *other));
    }
    (story.run(then), zombie, cuts)
}

/// Leaders that died with more than the one who leads now has ever had.
fn unclean(then: Span) -> Story {
    let mut scenario = Scenario::opening("orders", ["checkout", "web-app"], "billing");
    scenario.topics[0].config.insert("unclean.leader.election.enable".into(), "true".into());
    scenario.producers.truncate(1);
    scenario.producers[0].config.insert("acks".into(), "1".into());
    scenario.producers[0].workload.rate = 1;
    Story::of(&scenario)
        .run(Span::secs(8))
        .does(Command::Crash(BROKER(3)))
        .run(Span::secs(14))
        .does(Command::Crash(BROKER(1)))
        .does(Command::Crash(BROKER(2)))
        .run(Span::secs(1))
        .does(Command::Start(BROKER(3)))
        .run(then)
}

/// What only the dead have is on their plates.
#[test]
fn what_dead_leaders_had_diverges() {
    check("unclean", &unclean(Span::secs(12)).seen(&view(976.0, 636.0)));
}

/// The suffix of a zombie leader is seen before it is cut off, and how it is cut off.
#[test]
fn a_zombie_leaders_suffix_diverges() {
    let (mut story, zombie, cuts) = zombie(Span::secs(14));
    check("diverges", &story.seen(&view(976.0, 636.0)));
    for other in cuts {
        story = story.does(Command::HealLink(zombie, other));
    }
    let cut = |story: &Story| {
        let of_zombie = story.log.iter().filter(|stamped| stamped.node == zombie);
        of_zombie.filter(|it| matches!(it.event, Event::Truncated { .. })).count()
    };
    while cut(&story) == 0 {
        story = story.run(Span::ms(1));
    }
    check("diverged", &story.seen(&view(976.0, 636.0)));
}

/// Worlds of many shapes, at moments of many kinds.
fn worlds() -> Vec<(&'static str, Story)> {
    let busy = |partitions: u32| {
        let mut scenario = Scenario::opening("orders", ["checkout", "web-app"], "billing");
        scenario.topics[0].partitions = Some(partitions);
        for producer in &mut scenario.producers {
            producer.workload.rate = 60;
        }
        Story::of(&scenario).run(Span::secs(9)).until(producing, Span::us(700))
    };
    let mut large = Scenario::opening("orders", ["checkout", "web-app"], "billing");
    large.cluster.brokers = (1..=6).map(|id| BrokerSpec { id: BrokerId(id), rack: None }).collect();
    large.topics.push(TopicSpec { name: "payments-eu".into(), ..large.topics[0].clone() });
    for name in ["sensors", "a-producer-with-a-very-long-name", "mobile"] {
        let producer = ProducerSpec { name: name.into(), ..large.producers[0].clone() };
        large.producers.push(producer);
    }
    for name in ["X1", "X2", "X3"] {
        let topics = vec!["orders".into(), "payments-eu".into()];
        let group = "fraud-detection".into();
        let consumer = large.consumers[0].clone();
        large.consumers.push(ConsumerSpec { name: name.into(), group, topics, ..consumer });
    }
    vec![
        ("opening", Story::opening().run(Span::secs(9)).until(producing, Span::us(900))),
        ("boot", Story::opening().run(Span::ms(1_050))),
        ("joining", Story::opening().run(Span::ms(2_500))),
        ("twelve partitions", busy(12)),
        ("forty partitions", busy(40)),
        ("large", Story::of(&large).run(Span::secs(9)).until(producing, Span::us(900))),
        (
            "crash",
            Story::opening()
                .run(Span::secs(8))
                .until(producing, Span::us(500))
                .does(Command::Crash(BROKER(1)))
                .run(Span::ms(1)),
        ),
        ("moving", moving()),
        (
            "cut",
            Story::opening()
                .run(Span::secs(5))
                .does(Command::CutLink(BROKER(2), BROKER(3)))
                .run(Span::secs(70)),
        ),
        ("faults", faults()),
        ("zombie", zombie(Span::secs(14)).0),
        ("zombie, later", zombie(Span::secs(90)).0),
        ("dead leaders", unclean(Span::secs(12))),
        ("dead leaders, later", unclean(Span::secs(40))),
        (
            "islands",
            Story::opening()
                .run(Span::secs(8))
                .does(Command::Split(vec![BROKER(1), Node::Client(ClientId(1))]))
                .run(Span::secs(4)),
        ),
    ]
}

/// A bit of everything that may break by halves.
fn faults() -> Story {
    let spec = |ms: u64| LinkSpec { latency: Span::ms(ms), jitter: Span::ZERO, bandwidth: 0 };
    let controller = Node::Controller(ControllerId(1));
    let (app, reader) = (Node::Client(ClientId(1)), Node::Client(ClientId(3)));
    let slow = |from, to, ms| Command::SetDirection { from, to, spec: spec(ms) };
    Story::opening()
        .run(Span::secs(8))
        .does(Command::CutDirection { from: BROKER(1), to: app })
        .does(Command::CutDirection { from: BROKER(2), to: BROKER(3) })
        .does(Command::CutDirection { from: controller, to: BROKER(2) })
        .does(slow(BROKER(1), BROKER(3), 200))
        .does(slow(BROKER(2), reader, 50))
        .does(slow(app, BROKER(3), 200))
        .does(slow(BROKER(3), app, 30))
        .does(Command::SlowDisk { broker: BrokerId(2), delay: Span::ms(200) })
        .does(Command::FillDisk(BrokerId(3)))
        .run(Span::secs(2))
}

#[test]
fn faults_by_halves() {
    check("faults", &faults().seen(&view(976.0, 636.0)));
}

const WINDOWS: [(f32, f32); 7] = [
    (976.0, 636.0),
    (976.0, 556.0),
    (1240.0, 900.0),
    (1560.0, 1000.0),
    (768.0, 860.0),
    (390.0, 575.0),
    (320.0, 480.0),
];

/// Calls `look` with every world in every window and language, and with its name.
fn everywhere(look: impl Fn(&str, &Scene)) {
    for (name, story) in worlds() {
        for (w, h) in WINDOWS {
            for lang in Lang::ALL {
                let view = View { words: Words(lang), ..view(w, h) };
                let name = format!("{name}, {w}x{h}, {}", lang.tag());
                look(&name, &story.seen(&view));
            }
        }
    }
}

/// The boxes of all words of a scene, with the words.
fn words(scene: &Scene) -> Vec<(Rect, String)> {
    let labels = scene.items().iter().filter_map(|item| match item.shape {
        Shape::Label { at, text, lettering } if item.paint.manner == Manner::Fill => {
            let text = scene.text(text).to_owned();
            let w = letter::width(&text, lettering).min(lettering.room);
            let x = match lettering.anchor {
                Anchor::Start => at.x,
                Anchor::Middle => at.x - w / 2.0,
                Anchor::End => at.x - w,
            };
            let (top, bottom) = (at.y - lettering.size * 0.72, at.y + lettering.size * 0.05);
            Some((rect(x, top, w, bottom - top), text))
        }
        _ => None,
    });
    labels.collect()
}

#[test]
fn words_never_collide() {
    let collisions = RefCell::new(Vec::new());
    everywhere(|name, scene| {
        let words = words(scene);
        for (i, (a, one)) in words.iter().enumerate() {
            for (b, other) in &words[i + 1..] {
                if a.inset(1.0).overlaps(b.inset(1.0)) {
                    let place = format!("{:.0}, {:.0}", a.x, a.y);
                    collisions.borrow_mut().push(format!("{name}: {one:?}, {other:?} at {place}"));
                }
            }
        }
    });
    assert!(collisions.borrow().is_empty(), "{:#?}", collisions.borrow());
}

#[test]
fn words_are_never_cut_off_or_small() {
    everywhere(|name, scene| {
        for (place, text) in words(scene) {
            assert!(
                place.x >= -1.0 && place.right() <= scene.extent.w + 1.0 && place.y >= 0.0,
                "{name}: {text:?} leaves the picture at {:.0} to {:.0}",
                place.x,
                place.right()
            );
            assert!(place.bottom() <= scene.extent.h + 1.0, "{name}: {text:?} is below the end");
        }
        let sizes = scene.items().iter().filter_map(|item| match item.shape {
            Shape::Label { lettering, text, .. } => Some((lettering.size, scene.text(text))),
            _ => None,
        });
        for (size, text) in sizes.filter(|(_, text)| !["?", "2"].contains(text)) {
            assert!(size >= 14.0, "{name}: {text:?} is set at {size}");
        }
    });
}

#[test]
fn marks_stay_on_their_plates() {
    for (name, story) in worlds() {
        for (w, h) in WINDOWS {
            let view = view(w, h);
            let layout = Layout::of(&Cast::of(&story.world), &view);
            let scene = story.seen(&view);
            for (place, text) in words(&scene) {
                let on = layout.rows.values().find(|row| row.place.contains(place.centre()));
                let right = on.map_or(f32::INFINITY, |row| row.place.right());
                assert!(place.right() <= right + 1.0, "{name}, {w}x{h}: {text:?} leaves its row");
            }
        }
    }
}

#[test]
fn a_new_broker_moves_no_other() {
    let story = Story::opening().run(Span::secs(5));
    let view = view(1240.0, 900.0);
    let before = Layout::of(&Cast::of(&story.world), &view);
    let spec = BrokerSpec { id: BrokerId(4), rack: None };
    let story = story.does(Command::AddBroker(spec)).run(Span::secs(2));
    let after = Layout::of(&Cast::of(&story.world), &view);
    assert_eq!(after.brokers.len(), 4);
    for (id, place) in &before.brokers {
        assert_eq!(after.brokers.get(id), Some(place), "broker {id}");
    }
    assert_eq!(before.producers, after.producers);
    assert_eq!(before.consumers, after.consumers);
}

#[test]
fn the_same_offset_stands_at_the_same_place() {
    for (name, story) in worlds() {
        let layout = Layout::of(&Cast::of(&story.world), &view(976.0, 636.0));
        for ((broker, partition), row) in &layout.rows {
            let other = layout.rows.iter().find(|((_, p), _)| p == partition);
            let same = other.is_none_or(|(_, other)| other.tape == row.tape);
            assert!(same || layout.grain.tickets, "{name}: broker {broker} {partition:?}");
        }
    }
}

/// What the journal leaves out of a picture is not seen in it.
#[test]
fn old_events_are_seen_only_if_they_linger() {
    let mut session = Session::new(Scenario::opening("orders", ["a", "b"], "g")).unwrap();
    session.run_to(Time(5_000_000));
    session.submit(Command::Crash(BROKER(1))).unwrap();
    let mut differ = 0;
    for ms in (5_000..16_000).step_by(250) {
        session.run_to(Time(ms * 1000));
        let (world, view) = (session.world(), View { pace: 1.0, ..view(976.0, 636.0) });
        let all = session.journal().read(0).rev().map(|(_, stamped)| stamped);
        let since = (soon(world.now, view.pace), moved(world.now, view.pace));
        let seen = session.journal().seen(since.0, since.1);
        assert_eq!(svg(&scene(world, all, &view), ""), svg(&scene(world, seen, &view), ""), "{ms}");
        let short = session.journal().since(since.0).rev();
        differ +=
            u32::from(svg(&scene(world, short, &view), "") != svg(&scene(world, [], &view), ""));
    }
    assert!(differ > 20, "events were to be seen at most moments, not only at {differ}");
}
