//! The tape: pace changes nothing that happens, story pace keeps its promises, scripts replay.

use kafkascope::session::verification::{Progress, Verification};
use kafkascope::session::{NotDone, Pace, Phase, Ratio, Session, Timed, Timeline};
use kafkascope::sim::command::Quantity;
use kafkascope::sim::event::Event;
use kafkascope::sim::id::BrokerId;
use kafkascope::sim::scenario::{LinkSpec, Scenario, Workload};
use kafkascope::sim::wire::{Body, Request};
use kafkascope::sim::{Command, Node, Refusal, Span, Stamped, Time};

use crate::cluster::{b, ms, secs, story};

const FRAME_MS: f64 = 1000.0 / 60.0;

fn opening() -> Scenario {
    Scenario::opening("orders", ["checkout", "app"], "billing")
}

fn opened() -> Session {
    let mut session = Session::new(opening()).unwrap();
    session.open();
    session
}

fn events(session: &Session) -> Vec<Stamped> {
    session.journal().read(0).map(|(_, stamped)| stamped.clone()).collect()
}

/// The page opens on a world that nobody looked through and whose engine is not whole yet.
#[test]
fn the_opening_is_the_world_of_its_scenario() {
    let mut bare = Session::opening(opening());
    bare.open();
    let mut whole = opened();
    assert!(events(&bare) == events(&whole));
    let crash = Command::Crash(b(1));
    assert!(bare.submit(crash.clone()).is_err(), "it cannot take commands yet");
    bare.complete();
    for session in [&mut bare, &mut whole] {
        session.submit(crash.clone()).unwrap();
        session.run_to(Time(30_000_000));
    }
    assert!(events(&bare) == events(&whole));
}

/// Before the engine is whole nobody looks ahead, but time goes on.
#[test]
fn the_tape_runs_before_the_engine_is_whole() {
    let mut bare = Session::opening(opening());
    bare.open();
    let from = bare.clock().now;
    for _ in 0..300 {
        bare.advance(FRAME_MS);
    }
    let passed = bare.clock().now.since(from);
    assert!(passed > ms(300) && passed < secs(20), "{passed:?} in 5 s");
}

/// Plays in frames of these lengths, over and over, up to a time; then exactly to it.
fn play(session: &mut Session, frames: &[f64], until: Time) {
    for frame in frames.iter().cycle() {
        if session.clock().now + secs(1) > until {
            break;
        }
        session.advance(*frame);
    }
    session.run_to(until);
}

#[test]
fn pace_changes_nothing_that_happens() {
    let script: Vec<Timed> = vec![
        (Time::ZERO + secs(9), Command::Crash(b(1))),
        (Time::ZERO + secs(20), Command::Start(b(1))),
        (Time::ZERO + secs(20), Command::Slow { node: b(2), delay: ms(3) }),
    ];
    let until = Time::ZERO + secs(24);
    let run = |pace: Pace, frames: &[f64]| {
        let mut session = Session::scripted(opening(), script.clone()).unwrap();
        session.open();
        session.set_pace(pace);
        play(&mut session, frames, until);
        (session.journal().total(), events(&session))
    };
    let at_once = run(Pace::Fixed(Ratio::REAL), &[100.0]);
    assert_eq!(at_once.0, at_once.1.len() as u64, "nothing is forgotten yet");
    assert!(at_once.0 > 4_000, "{} events", at_once.0);
    for (pace, frames) in [
        (Pace::Story, &[16.7][..]),
        (Pace::Story, &[3.1, 90.0, 0.4, 33.0]),
        (Pace::Fixed(Ratio::FASTEST), &[16.7]),
        (Pace::Fixed(Ratio::new(0.3)), &[7.0, 80.0]),
    ] {
        assert!(run(pace, frames) == at_once, "{pace:?} in frames of {frames:?}");
    }
}

#[test]
fn a_session_replays_from_its_commands() {
    let mut live = opened();
    live.set_pace(Pace::Fixed(Ratio::REAL));
    let orders = |live: &Session, client: &str| {
        let client = live.world().client_named(client).unwrap();
        Command::Produce { client, key: None }
    };
    for round in 0..20 {
        live.advance(37.0);
        // Two at the same moment, where the first already has consequences.
        live.submit(orders(&live, "checkout")).unwrap();
        live.submit(orders(&live, "app")).unwrap();
        match round {
            5 => live.submit(Command::Crash(b(3))).unwrap(),
            9 => live.submit(Command::Start(b(3))).unwrap(),
            12 => live.submit(Command::CutLink(b(1), b(2))).unwrap(),
            _ => {}
        }
    }
    let now = live.clock().now;
    let script = live.timeline().commands().to_vec();
    assert_eq!(script.len(), 43);
    let mut replayed = Session::scripted(opening(), script).unwrap();
    replayed.run_to(now);
    assert!(events(&replayed) == events(&live));
    assert!(replayed.timeline().refused().is_empty());
}

#[test]
fn what_cannot_be_done_changes_nothing_and_is_told() {
    let mut session = opened();
    let before = session.journal().total();
    let refusal = session.submit(Command::Start(b(1))).unwrap_err();
    assert_eq!(refusal, Refusal::AlreadyRunning(b(1)));
    assert_eq!(session.journal().total(), before);
    assert!(session.timeline().commands().is_empty());

    let script = vec![
        (Time::ZERO + secs(3), Command::Start(b(2))),
        (Time::ZERO + secs(2), Command::Crash(b(2))),
        (Time::ZERO + secs(4), Command::Start(b(2))),
    ];
    let mut session = Session::scripted(opening(), script).unwrap();
    session.open();
    let refused = session.timeline().refused();
    assert_eq!(refused, [(2, Refusal::AlreadyRunning(b(2)))]);
}

/// What a person saw: at each frame the time, the phase and the momentary ratio.
fn watch(session: &mut Session, wall_secs: f64) -> Vec<(Time, Phase, f64)> {
    let frames = (wall_secs * 1000.0 / FRAME_MS) as u32;
    let one = |_| {
        session.advance(FRAME_MS);
        let clock = session.clock();
        (clock.now, clock.phase.unwrap(), clock.ratio)
    };
    (0..frames).map(one).collect()
}

#[test]
fn at_story_pace_flights_can_be_followed() {
    let mut session = opened();
    let seen = watch(&mut session, 40.0);
    let crawls = seen.iter().filter(|(_, phase, _)| *phase == Phase::Crawl).count();
    assert!(crawls * 2 > seen.len(), "{crawls} of {} frames crawl", seen.len());
    // Eye time of each produce request that set out in a crawl.
    let mut flights = 0;
    for (_, stamped) in session.journal().read(0) {
        let Event::Sent(envelope) = &stamped.event else { continue };
        let crawls_at = |at: Time| {
            let next = seen.partition_point(|(now, ..)| *now < at);
            seen.get(next).is_some_and(|(_, phase, _)| *phase == Phase::Crawl)
        };
        let (from, to) = (envelope.sent_at, envelope.arrives_at);
        if !session.interest().follows(envelope.id) && crawls_at(from) && crawls_at(to) {
            let frames = seen.iter().filter(|(now, ..)| (from..to).contains(now)).count();
            let eye_ms = frames as f64 * FRAME_MS;
            assert!((380.0..1_200.0).contains(&eye_ms), "{eye_ms} ms for {envelope:?}");
            flights += 1;
        }
    }
    assert!(flights > 30, "{flights} flights");
}

#[test]
fn at_story_pace_the_ratio_never_jumps() {
    let mut session = opened();
    let seen = watch(&mut session, 90.0);
    let steepest = seen.windows(2).map(|pair| (pair[1].2 / pair[0].2).ln().abs());
    let steepest = steepest.fold(0.0, f64::max);
    assert!(steepest < 0.4, "{steepest} between frames on a log scale");
    let fastest = seen.iter().map(|(_, _, ratio)| *ratio).fold(0.0, f64::max);
    assert!(fastest > 5.0, "quiet time passes at {fastest}");
}

#[test]
fn a_whole_failover_can_be_watched_without_touching_anything() {
    let mut session = opened();
    watch(&mut session, 20.0);
    session.submit(Command::Crash(b(1))).unwrap();
    let crashed = session.clock().now;
    assert_eq!(session.clock().phase, Some(Phase::Crawl));
    assert!(session.clock().ratio < 0.003);
    let mut wall = 0.0;
    let fenced = |session: &Session| {
        let mut notable = session.journal().notable();
        notable.find(|(_, s)| s.event == Event::BrokerFenced(BrokerId(1))).map(|(_, s)| s.at)
    };
    while fenced(&session).is_none() && wall < 120_000.0 {
        session.advance(FRAME_MS);
        wall += FRAME_MS;
    }
    let at = fenced(&session).expect("the controller notices");
    assert!(at.since(crashed) > secs(6), "a session timeout of 9 s, less since the last heartbeat");
    assert!(wall < 45_000.0, "{wall} ms");
    // The glide ends there, to the microsecond, at a crawl.
    assert_eq!(session.clock().now, at);
    session.advance(FRAME_MS);
    let clock = session.clock();
    assert_eq!(clock.phase, Some(Phase::Crawl));
    assert!(clock.ratio < 0.005, "{}", clock.ratio);
}

#[test]
fn trying_again_and_again_does_not_hold_the_tape() {
    let mut session = opened();
    session.submit(Command::Crash(b(1))).unwrap();
    session.submit(Command::Crash(b(2))).unwrap();
    let from = session.clock().now;
    // min.insync.replicas=2 and one broker: produce requests are refused for ever.
    watch(&mut session, 120.0);
    let retried = session.journal().notable();
    let retried = retried.filter(|(_, s)| matches!(s.event, Event::ProduceRetried { .. }));
    assert!(retried.count() > 20);
    assert!(session.clock().now.since(from) > secs(40), "{:?}", session.clock());
}

#[test]
fn an_empty_world_glides_on() {
    let mut session = Session::new(story().scenario).unwrap();
    session.run_to(Time::ZERO + secs(5));
    let seen = watch(&mut session, 30.0);
    let now = session.clock().now;
    assert!(now > Time::ZERO + secs(60), "{now}");
    let glides = seen.iter().filter(|(_, phase, _)| *phase == Phase::Glide).count();
    assert!(glides * 10 > seen.len() * 9, "{glides} of {}", seen.len());
}

#[test]
fn a_step_stops_where_a_person_would_look_up() {
    let mut session = opened();
    let mut at = session.clock().now;
    for _ in 0..200 {
        let before = session.journal().total();
        assert!(session.step());
        let clock = session.clock();
        assert!(!clock.playing && clock.now > at);
        at = clock.now;
        let last = session.journal().read(before).filter(|(_, s)| s.at == at);
        assert!(last.into_iter().any(|(_, stamped)| match &stamped.event {
            Event::Sent(message) | Event::Arrived(message) | Event::Lost(message) => {
                !matches!(*message.body, Body::Request(Request::Heartbeat(_)))
            }
            _ => true,
        }));
    }
    assert!(!session.advance(FRAME_MS), "it is held");
    session.play();
    session.set_pace(Pace::Fixed(Ratio::REAL));
    assert!(session.advance(FRAME_MS));
}

#[test]
fn too_much_for_a_frame_slows_time_down_and_says_so() {
    let mut scenario = opening();
    for producer in &mut scenario.producers {
        producer.workload = Workload { rate: 10_000, keys: 100, bytes: 100, ..Workload::default() };
    }
    let mut session = Session::new(scenario).unwrap();
    session.run_to(Time::ZERO + secs(2));
    session.set_pace(Pace::Fixed(Ratio::FASTEST));
    let before = session.clock().now;
    let total = session.journal().total();
    session.advance(FRAME_MS);
    let clock = session.clock();
    assert!(clock.lagging);
    assert!(clock.now > before && clock.now.since(before) < ms(900));
    assert!(session.journal().total() - total < 40_000);
    session.set_pace(Pace::Fixed(Ratio::SLOWEST));
    session.advance(FRAME_MS);
    assert!(!session.clock().lagging);
}

#[test]
fn wild_frames_do_no_harm() {
    let mut session = opened();
    let before = session.clock().now;
    for wall in [f64::NAN, -5.0, 0.0] {
        assert!(!session.advance(wall));
    }
    assert_eq!(session.clock().now, before);
    session.set_pace(Pace::Fixed(Ratio::new(f64::INFINITY)));
    session.advance(f64::INFINITY);
    assert!(session.clock().now.since(before) <= secs(6), "a frame stands for 100 ms at most");
}

#[test]
fn the_slider_is_even_on_a_log_scale() {
    assert!((Ratio::on_slider(0.0).get() - 0.001).abs() < 1e-9);
    assert!((Ratio::on_slider(1.0).get() - 60.0).abs() < 1e-9);
    for place in [0.0, 0.25, 0.5, 0.99] {
        assert!((Ratio::on_slider(place).place() - place).abs() < 1e-9);
    }
    assert_eq!(Ratio::new(1e9), Ratio::FASTEST);
}

#[test]
fn links_without_latency_do_not_stop_time() {
    let mut scenario = opening();
    let none = LinkSpec { latency: Span::ZERO, jitter: Span::ZERO, bandwidth: 0 };
    scenario.cluster.network = none;
    scenario.cluster.client_network = none;
    let now = ("replica.fetch.wait.max.ms".to_owned(), "0".to_owned());
    scenario.cluster.config.extend([now]);
    let mut timeline = Timeline::new(scenario, Vec::new()).unwrap();
    let mut log = Vec::new();
    timeline.advance(Time::ZERO + secs(3), 20_000, &mut log);
    assert!(timeline.now() > Time::ZERO && !log.is_empty());
    assert!(timeline.world().is_up(Node::Broker(BrokerId(1))));
}

/// What was done is played again, with the checker looking on: every rule held, up to now.
#[test]
fn a_verification_plays_the_tape_again() {
    let scenario = story().producer("app", &[("linger.ms", "0")]).scenario;
    let mut session = Session::new(scenario).unwrap();
    session.run_to(Time::ZERO + secs(3));
    session.submit(Command::Crash(b(1))).unwrap();
    session.run_to(Time::ZERO + secs(20));
    let mut verification = Verification::of(session.timeline()).unwrap();
    let mut last = 0;
    let kept = loop {
        match verification.go_on(50) {
            Progress::Going(part) => {
                assert!((last..=1000).contains(&part), "{part} after {last}");
                last = part;
            }
            done => break done,
        }
    };
    let Progress::Kept { until, events } = kept else { panic!("{kept:?}") };
    assert_eq!(until, session.world().now);
    assert!(events > 500, "{events} events");
}

/// What is planned happens at its time and is on the tape: the same as a script of it.
#[test]
fn plans_are_part_of_the_tape() {
    let mut live = opened();
    let now = live.clock().now;
    let (crash, start) = (Command::Crash(b(1)), Command::Start(b(1)));
    live.plan(&crash, secs(1), Some(secs(4)), None).unwrap();
    live.plan(&start, secs(3), Some(secs(4)), None).unwrap();
    live.plan(&Command::Pause(b(2)), secs(2), None, None).unwrap();
    let planned = live.planned();
    let next: Vec<_> = planned.iter().map(|it| (it.at.since(now), it.every, it.left)).collect();
    let (most, every) = (1000, Some(secs(4)));
    assert_eq!(next, [(secs(1), every, most), (secs(2), None, 1), (secs(3), every, most)]);

    live.run_to(now + secs(10));
    assert!(live.timeline().refused().is_empty());
    let happened =
        |what: &Event| live.journal().read(0).filter(|(_, it)| it.event == *what).count();
    assert_eq!((happened(&Event::Crashed), happened(&Event::Paused)), (3, 1));
    live.unplan(&crash);
    live.run_to(now + secs(30));
    assert_eq!(live.planned().len(), 1, "starting goes on, though there is nothing to start");

    let mut replayed = Session::scripted(opening(), live.timeline().commands().to_vec()).unwrap();
    replayed.run_to(live.clock().now);
    assert!(events(&replayed) == events(&live));
}

/// A person may do things between what is planned; the plans stay where they are.
#[test]
fn plans_and_deeds_do_not_disturb_each_other() {
    let mut live = opened();
    live.plan(&Command::Crash(b(1)), secs(2), None, None).unwrap();
    live.run_to(live.clock().now + secs(1));
    live.submit(Command::Crash(b(2))).unwrap();
    assert_eq!(live.timeline().done(), 1);
    assert_eq!(live.planned().len(), 1);
    live.unplan(&Command::Crash(b(2)));
    assert_eq!(live.timeline().commands().len(), 2, "what is done is done");
    live.run_to(live.clock().now + secs(2));
    assert_eq!(live.planned(), []);
    assert!(!live.world().is_up(b(1)));
}

/// A plan may end: its last time is not after that moment, and none is before its first.
#[test]
fn a_plan_ends_when_it_is_to() {
    let mut live = opened();
    let (now, crash) = (live.clock().now, Command::Crash(b(1)));
    live.plan(&crash, secs(2), Some(secs(4)), Some(secs(10))).unwrap();
    let planned = &live.planned()[0];
    let last = planned.last.since(now);
    assert_eq!((planned.every, last, planned.left), (Some(secs(4)), secs(10), 3));
    live.unplan(&crash);
    live.plan(&crash, secs(2), Some(secs(4)), Some(secs(2))).unwrap();
    assert_eq!((live.planned()[0].every, live.planned()[0].left), (None, 1), "the first time only");
    live.unplan(&crash);
    let bounds = |value| {
        let (what, min, max) = (Quantity::Until, 2, 86_400);
        Err(Refusal::OutOfBounds { what, value, min, max })
    };
    for until in [0, 1, 86_401] {
        let refused = live.plan(&crash, secs(2), Some(secs(4)), Some(secs(until)));
        assert_eq!(refused, bounds(until as i64));
    }
    let refused = live.plan(&crash, secs(1), Some(Span::ms(1)), Some(secs(600)));
    let (what, most) = (Quantity::Repetitions, 1000);
    assert_eq!(refused, Err(Refusal::TooMany { what, most }));
    assert_eq!(live.planned(), []);
}

/// What was planned and could not be done is told once for each plan, however often it fails.
#[test]
fn a_plan_in_vain_is_told_once() {
    let mut live = opened();
    let now = live.clock().now;
    let (start, pause) = (Command::Start(b(1)), Command::Pause(b(2)));
    let told = |live: &Session| -> Vec<(Command, Span, Refusal)> {
        let all = live.not_done().into_iter();
        all.map(|it| (it.command, it.at.since(now), it.refusal)).collect()
    };
    live.plan(&start, secs(1), Some(secs(2)), None).unwrap();
    live.plan(&pause, secs(2), Some(secs(2)), None).unwrap();
    assert_eq!(told(&live), [], "it is found when its time comes");
    live.run_to(now + Span::ms(1_500));
    let running = (start.clone(), secs(1), Refusal::AlreadyRunning(b(1)));
    assert_eq!(told(&live), std::slice::from_ref(&running));
    live.submit(Command::Crash(b(3))).unwrap();
    live.run_to(now + secs(10));
    let paused = (pause, secs(4), Refusal::AlreadyPaused(b(2)));
    assert_eq!(told(&live), [running.clone(), paused.clone()]);
    assert!(live.timeline().refused().len() > 6);
    // The same planned again is another plan.
    live.unplan(&start);
    live.plan(&start, secs(1), None, None).unwrap();
    live.run_to(now + secs(12));
    let again = (start, secs(11), Refusal::AlreadyRunning(b(1)));
    assert_eq!(told(&live), [running, paused, again]);
}

/// What a script asks for is told in the same way.
#[test]
fn a_script_in_vain_is_told_once() {
    let start = |at| (Time(at), Command::Start(b(2)));
    let script = vec![start(5_000_000), start(6_000_000), start(7_000_000)];
    let mut session = Session::scripted(opening(), script).unwrap();
    session.run_to(Time(10_000_000));
    assert_eq!(session.timeline().refused().len(), 3);
    let refusal = Refusal::AlreadyRunning(b(2));
    let (at, command) = start(5_000_000);
    assert_eq!(session.not_done(), [NotDone { command, at, refusal }]);
}

#[test]
fn too_many_plans_are_refused() {
    let mut live = opened();
    let often = Some(Span::us(999));
    let crash = Command::Crash(b(1));
    assert!(matches!(live.plan(&crash, secs(1), often, None), Err(Refusal::OutOfBounds { .. })));
    let late = secs(100_000);
    assert!(matches!(live.plan(&crash, late, None, None), Err(Refusal::OutOfBounds { .. })));
    assert_eq!(live.planned(), []);
    for _ in 0..10 {
        live.plan(&crash, secs(1), Some(secs(1)), None).unwrap();
    }
    let (what, most) = (Quantity::Repetitions, 10_000);
    assert_eq!(live.plan(&crash, secs(1), None, None), Err(Refusal::TooMany { what, most }));
}
