//! Stories of delivery: what the effects of records come to when applications crash, by ledger.

use kafkascope::locale::{Lang, Words};
use kafkascope::metrics::effects::Effect;
use kafkascope::scene::cast::Cast;
use kafkascope::scene::geometry::Size;
use kafkascope::scene::layout::Layout;
use kafkascope::scene::svg::svg;
use kafkascope::scene::view::View;
use kafkascope::session::delivery::{Guarantee, Risk, amounts_to, guaranteed, risks};
use kafkascope::session::worst::Between;
use kafkascope::session::{Pace, Session};
use kafkascope::sim::handling::{Act, CommitMode, Handler, Handling, OnError, SeekTo};
use kafkascope::sim::id::{ClientId, Name};
use kafkascope::sim::{Command, Node, Scenario, Span, Time};

use crate::cluster::{Told, ms, secs};
use crate::consuming::{application, committed_by_itself, crash_and_start, tell, with_records};
use crate::ledger::books;
use crate::scenario_files::read;

fn effect(told: &Told) -> Effect {
    books(told).ledger().effect(&told.world, "billing")
}

fn counts(processed: u64, repeated: u64, missing: u64) -> Effect {
    Effect { processed, repeated, missing }
}

#[test]
fn auto_commit_with_an_asynchronous_handler_and_a_crash_loses() {
    let (mut told, c1) = committed_by_itself();
    assert_eq!(effect(&told), counts(1, 0, 0), "what is committed is being worked on");
    told.crash(Node::Client(c1));
    assert_eq!(effect(&told), counts(1, 0, 4));
    told.start(Node::Client(c1)).run(secs(20));
    assert_eq!(effect(&told), counts(1, 0, 4), "nobody gives them again");
    let books = books(&told);
    let missed = books.ledger().entries();
    let missed = missed.filter(|it| books.ledger().misses(&told.world, "billing", it));
    let offsets: Vec<i64> = missed.map(|entry| entry.places[0].offset).collect();
    assert_eq!(offsets, [1, 2, 3, 4]);
}

#[test]
fn a_commit_before_processing_and_a_crash_loses() {
    let (mut told, c1) = with_records(3, application(CommitMode::SyncBefore, secs(1), &[]));
    told.run(ms(1500));
    assert_eq!(effect(&told), counts(1, 0, 0));
    crash_and_start(&mut told, c1);
    assert_eq!(effect(&told), counts(1, 0, 2));
}

#[test]
fn a_crash_before_the_commit_repeats_and_loses_nothing() {
    let (mut told, c1) = with_records(3, application(CommitMode::Sync, secs(1), &[]));
    told.run(ms(2500));
    crash_and_start(&mut told, c1);
    assert_eq!(effect(&told), counts(3, 2, 0));
}

/// A record that throws and is skipped had no effect, though the group commits past it.
#[test]
fn a_record_that_is_skipped_is_missing() {
    let mut spec = application(CommitMode::Sync, ms(10), &[]);
    spec.handling.on_error = OnError::Skip;
    let (mut told, _) = with_records(1, spec);
    let app = told.client("app");
    told.run(secs(1)).does(Command::ProducePoison { client: app, key: None }).run(secs(1));
    told.produce("app").run(secs(1));
    assert_eq!(effect(&told), counts(2, 0, 1));
}

/// What was there before a group began is not missing; what it seeks over is, until it seeks back.
#[test]
fn a_group_answers_for_what_comes_after_its_beginning() {
    let (mut told, _) = with_records(2, application(CommitMode::Sync, ms(10), &[]));
    let mut spec = application(CommitMode::Sync, ms(10), &[("auto.offset.reset", "latest")]);
    (spec.name, spec.group) = ("late".into(), "audit".into());
    told.does(Command::AddConsumer(spec)).run(secs(10));
    let late = told.client("late");
    let effect = |told: &Told| books(told).ledger().effect(&told.world, "audit");
    assert_eq!(effect(&told), counts(0, 0, 0));
    let seek = |to| Act::Seek { topic: "orders".into(), partition: 0, to };
    tell(&mut told, late, Act::Pause { topic: "orders".into(), partition: 0 });
    for _ in 0..3 {
        told.produce("app").run(ms(100));
    }
    tell(&mut told, late, seek(SeekTo::End));
    tell(&mut told, late, Act::Resume { topic: "orders".into(), partition: 0 });
    told.run(secs(1)).produce("app").run(secs(1));
    assert_eq!(effect(&told), counts(1, 0, 3));
    tell(&mut told, late, seek(SeekTo::Beginning));
    told.run(secs(2));
    assert_eq!(effect(&told), counts(6, 1, 0));
}

fn opening() -> Session {
    let mut scenario = Scenario::opening("orders", ["checkout", "web-app"], "billing");
    for consumer in &mut scenario.consumers {
        consumer.config.insert("session.timeout.ms".into(), "6000".into());
    }
    let mut session = Session::new(scenario).expect("it can be");
    session.set_pace(Pace::Story);
    session.run_to(Time::ZERO + secs(10));
    session
}

fn billing() -> Name {
    "billing".into()
}

fn members(session: &Session) -> Vec<ClientId> {
    let clients = session.world().clients.iter();
    clients.filter(|(_, client)| client.as_consumer().is_some()).map(|(id, _)| *id).collect()
}

/// Each choice is recognised as what it is, and says what it set.
#[test]
fn the_choices_set_what_they_promise() {
    let mut session = opening();
    for guarantee in [Guarantee::AtMostOnce, Guarantee::AtLeastOnce] {
        session.deliver("billing", guarantee).expect("nothing is refused");
        session.run_to(session.clock().now + secs(1));
        let risks = risks(session.world(), "billing");
        assert_eq!(amounts_to(&risks), Some(guarantee), "{risks:?}");
        let wishes = guarantee.wishes(session.world(), "billing");
        assert!(wishes.len() > 8 && wishes.iter().all(|wish| wish.granted), "{wishes:?}");
        let done = session.timeline().commands().len();
        session.deliver("billing", guarantee).expect("there is nothing to do");
        assert_eq!(session.timeline().commands().len(), done);
    }
}

/// Configs that lose and repeat are neither, and it is told who makes them so.
#[test]
fn a_handler_of_its_own_thread_is_neither() {
    let mut session = opening();
    let client = members(&session)[0];
    let handling = Handling { handler: Handler::Async, ..Handling::default() };
    session.submit(Command::Consume { client, act: Act::Handle(handling) }).expect("it is up");
    let risks = risks(session.world(), "billing");
    assert_eq!(amounts_to(&risks), None);
    assert!(risks.contains(&(client, Risk::HandsOver)), "{risks:?}");
}

fn worst(guarantee: Guarantee, processing: Span) -> Session {
    let mut session = opening();
    for client in members(&session) {
        session.submit(Command::SetProcessing { client, processing }).expect("it exists");
    }
    session.deliver("billing", guarantee).expect("nothing is refused");
    session.run_to(session.clock().now + secs(2));
    assert_eq!(session.crash_at_worst(&billing()), Ok(true));
    session
}

fn cost_after(session: &mut Session, span: Span) -> Effect {
    session.run_to(session.clock().now + span);
    let trial = session.trial().expect("there was one").clone();
    session.cost(&trial)
}

#[test]
fn the_worst_moment_of_at_least_once_repeats_what_it_says() {
    for processing in [Span::ZERO, ms(20), ms(600)] {
        let mut session = worst(Guarantee::AtLeastOnce, processing);
        let trial = session.trial().expect("there was one").clone();
        assert_eq!(trial.between, Between::ProcessingAndCommit);
        assert!(trial.at_stake > 0);
        let cost = cost_after(&mut session, secs(60));
        assert_eq!((cost.repeated, cost.missing), (trial.at_stake, 0), "{processing:?}");
    }
}

#[test]
fn the_worst_moment_of_at_most_once_loses_what_it_says() {
    for processing in [ms(20), ms(600)] {
        let mut session = worst(Guarantee::AtMostOnce, processing);
        let trial = session.trial().expect("there was one").clone();
        assert_eq!(trial.between, Between::CommitAndProcessing);
        assert!(trial.at_stake > 0);
        let cost = cost_after(&mut session, secs(60));
        assert_eq!((cost.repeated, cost.missing), (0, trial.at_stake), "{processing:?}");
    }
}

/// Right after the switch there is work in hand from before it: the moment is still the guarantee's.
#[test]
fn the_worst_moment_is_that_of_the_guarantee() {
    let mut session = opening();
    session.deliver("billing", Guarantee::AtMostOnce).expect("nothing is refused");
    assert_eq!(session.crash_at_worst(&billing()), Ok(true));
    let between = session.trial().map(|trial| trial.between);
    assert_eq!(between, Some(Between::CommitAndProcessing));
}

/// The crash is on the tape like any other command: played again, it costs the same.
#[test]
fn the_worst_moment_is_on_the_tape() {
    let mut session = worst(Guarantee::AtLeastOnce, ms(300));
    let paid = cost_after(&mut session, secs(60));
    let tape = session.timeline();
    let mut again = Session::scripted(tape.scenario().clone(), tape.commands().to_vec())
        .expect("it could be before");
    again.run_to(session.clock().now);
    let effect = |session: &Session| session.ledger().effect(session.world(), "billing");
    assert_eq!(effect(&again), effect(&session));
    assert!(paid.repeated > 0);
}

/// With no time between commit and processing there is no such moment, and no time passes.
#[test]
fn without_work_there_is_no_worst_moment() {
    let mut session = opening();
    for client in members(&session) {
        session.submit(Command::Stop(Node::Client(client))).expect("it runs");
    }
    session.run_to(session.clock().now + secs(2));
    let now = session.clock().now;
    assert_eq!(session.crash_at_worst(&billing()), Ok(false));
    assert_eq!(session.clock().now, now);
}

/// Each group's database stands below its members, tells what the ledger counts, and is left out
/// where it has no room.
#[test]
fn databases_tell_what_groups_did() {
    let mut session = worst(Guarantee::AtMostOnce, ms(600));
    let lost = cost_after(&mut session, secs(60)).missing;
    let world = session.world();
    let effects = session.ledger().effects(world);
    let view = |h: f32| {
        let (size, effects) = (Size { w: 976.0, h }, Some(effects.clone()));
        View { effects, ..View::new(size, Words(Lang::En)) }
    };
    let layout = Layout::of(&Cast::of(world), &view(700.0));
    let place = layout.stores[&billing()];
    assert!(layout.consumers.values().all(|plate| plate.bottom() < place.y));
    assert!(place.bottom() <= 700.0);
    let drawn = svg(&kafkascope::scene::scene(world, [], &view(700.0)), "");
    let (_, effect) = effects.iter().find(|(group, _)| *group == billing()).expect("it reads");
    assert!(drawn.contains(&format!(">{} rows<", effect.processed)), "{effect:?}");
    assert!(lost > 0 && drawn.contains(&format!(">{lost}<")), "{lost}");
    assert!(Layout::of(&Cast::of(world), &view(260.0)).stores.is_empty());
}

/// The same world, the same crash, and one config or two between them.
#[test]
fn the_scenarios_of_both_guarantees_cost_what_they_say() {
    let played = |name: &str| {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/scenarios/");
        let text = std::fs::read_to_string(format!("{folder}{name}.toml")).expect("it is there");
        let script = read::read(&text).unwrap_or_else(|report| panic!("{}", report.text(name)));
        let steps = script.steps.into_iter().map(|step| (step.at, step.command)).collect();
        let mut session = Session::scripted(script.scenario, steps).expect("it can be");
        session.run_to(Time::ZERO + secs(60));
        let now = amounts_to(&risks(session.world(), "billing"));
        let Effect { repeated, missing, .. } = session.ledger().effect(session.world(), "billing");
        (now, repeated > 0, missing > 0)
    };
    assert_eq!(played("at-most-once"), (Some(Guarantee::AtMostOnce), false, true));
    assert_eq!(played("at-least-once"), (Some(Guarantee::AtLeastOnce), true, false));
}

/// Exactly once is a stream processor's to give, from its next start on; an application with an
/// effect of its own cannot have it.
#[test]
fn exactly_once_is_for_stream_processors() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/lessons/transactions.toml");
    let text = std::fs::read_to_string(path).expect("the lesson is there");
    let script = read::read(&text).expect("it is in order");
    let mut session = Session::scripted(script.scenario, Vec::new()).expect("it has no flaw");
    session.run_to(Time::ZERO + secs(10));
    let at = |session: &Session| guaranteed(session.world(), "pay");
    assert_eq!(at(&session), Some(Guarantee::ExactlyOnce));
    for group in ["billing", "audit"] {
        assert!(!Guarantee::ExactlyOnce.is_for(session.world(), group));
        assert!(guaranteed(session.world(), group) != Some(Guarantee::ExactlyOnce));
    }
    assert!(!Guarantee::AtMostOnce.is_for(session.world(), "pay"));
    for guarantee in [Guarantee::AtLeastOnce, Guarantee::ExactlyOnce] {
        session.deliver("pay", guarantee).expect("nothing is refused");
        session.run_to(session.clock().now + secs(10));
        assert_eq!(at(&session), Some(guarantee));
        let transacts = session.world().clients.values().any(|client| {
            let processor = client.as_processor();
            processor.is_some_and(|it| it.producer().transactions().is_some())
        });
        assert_eq!(transacts, guarantee == Guarantee::ExactlyOnce, "it has started with it");
        let done = session.timeline().commands().len();
        session.deliver("pay", guarantee).expect("there is nothing to do");
        assert_eq!(session.timeline().commands().len(), done);
    }
}
