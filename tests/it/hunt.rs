//! "Run until": the moment that the look ahead finds is the first at which it is so, and the tape
//! gets there by itself.

use kafkascope::metrics::gauges::{health, lags};
use kafkascope::metrics::ledger::Told;
use kafkascope::session::hunt::{Fate, REACH, Search, Sight, Until};
use kafkascope::session::mark::Kind;
use kafkascope::session::subject::Subject;
use kafkascope::session::{Pace, Ratio, Session, Timed};
use kafkascope::sim::id::{ClientId, RecordId};
use kafkascope::sim::scenario::Scenario;
use kafkascope::sim::{Command, Event, Node, Time};

use crate::cluster::b;

fn opened(commands: Vec<Timed>) -> Session {
    let scenario = Scenario::opening("orders", ["checkout", "app"], "billing");
    let mut session = Session::scripted(scenario, commands).unwrap();
    session.open();
    session
}

/// Looks to the end.
fn found(session: &Session, until: Until) -> Search {
    let mut hunt = session.hunt(until).unwrap();
    loop {
        match hunt.go_on(500) {
            Search::Going(part) => assert!(part <= 1_000),
            search => return search,
        }
    }
}

fn moment(search: &Search) -> Time {
    match search {
        Search::Found(at, _) => *at,
        other => panic!("{other:?}"),
    }
}

/// The first moment from now on at which a plain run finds it so.
fn plainly(session: &Session, mut is_so: impl FnMut(&Session) -> bool) -> Time {
    let mut run = session.clone();
    loop {
        let at = run.timeline().next_at().unwrap();
        assert!(at <= session.clock().now + REACH, "never");
        run.run_to(at);
        if is_so(&run) {
            return at;
        }
    }
}

fn crash(at: u64) -> Timed {
    (Time(at), Command::Crash(b(2)))
}

#[test]
fn an_event_of_a_kind_is_found_at_its_first_moment() {
    let session = opened(vec![crash(20_000_000)]);
    let search = found(&session, Until::Event(Kind::Down));
    assert_eq!(moment(&search), Time(20_000_000));
    let Search::Found(_, Sight::Event(stamped)) = &search else { panic!("{search:?}") };
    assert_eq!(stamped.event, Event::Crashed);
    let elected = moment(&found(&session, Until::Event(Kind::Election)));
    let marks = |it: &Session| it.marks().filter(|(_, it)| it.at > session.clock().now).count();
    let plain = plainly(&session, |run| {
        marks(run) > 0
            && run.marks().any(|(_, it)| {
                it.at == run.clock().now && matches!(it.event, Event::LeaderElected { .. })
            })
    });
    assert_eq!(elected, plain);
}

#[test]
fn an_isr_below_the_minimum_is_found_when_it_becomes_so() {
    let mut session = opened(vec![crash(12_000_000), (Time(13_000_000), Command::Crash(b(3)))]);
    let until = || Until::UnderMinIsr;
    let at = moment(&found(&session, until()));
    let under = |run: &Session| health(run.world()).under_min_isr > 0;
    assert_eq!(at, plainly(&session, under));
    // There it is so: what is found from there is another time.
    session.run_to(at);
    assert!(under(&session));
    match found(&session, until()) {
        Search::Nothing(end) => assert_eq!(end, at + REACH),
        Search::Found(later, _) => assert!(later > at),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_lag_is_found_when_it_passes_the_limit() {
    let stop = (Time(15_000_000), Command::Pause(Node::Client(reader())));
    let session = opened(vec![stop]);
    let at = moment(&found(&session, Until::Lag { group: Some("billing".into()), above: 10 }));
    let behind = |run: &Session| {
        lags(run.world()).iter().any(|lag| lag.records().is_some_and(|records| records > 10))
    };
    assert!(!behind(&session));
    assert_eq!(at, plainly(&session, behind));
    let nobody = Until::Lag { group: Some("nobody".into()), above: 0 };
    assert!(matches!(found(&session, nobody), Search::Nothing(_)));
}

/// One that reads.
fn reader() -> ClientId {
    let world = opened(Vec::new());
    let mut clients = world.world().clients.iter();
    *clients.find(|(_, client)| client.as_consumer().is_some()).unwrap().0
}

#[test]
fn a_record_passes_through_its_life_in_order() {
    let session = opened(Vec::new());
    let client = session.ledger().entries().next().unwrap().record.client;
    let last = session.ledger().entries_of(client).next_back().unwrap().record;
    let next = RecordId { client, number: last.number + 1 };
    let of = |fate| moment(&found(&session, Until::Record(next, fate)));
    let (acked, committed) = (of(Fate::Acked), of(Fate::Committed));
    let (visible, processed) = (of(Fate::Visible), of(Fate::Processed));
    assert!(committed <= acked, "acks=all: told when it is committed");
    assert_eq!(visible, committed, "no transaction is open");
    assert!(processed > committed);
    let told = |run: &Session| {
        run.ledger().entry(next).is_some_and(|it| matches!(it.told, Told::Acked(_)))
    };
    assert_eq!(acked, plainly(&session, told));
    assert!(matches!(found(&session, Until::Record(next, Fate::Lost)), Search::Nothing(_)));
    // What is so already is said to be.
    let mut later = session;
    later.run_to(processed);
    let search = found(&later, Until::Record(next, Fate::Processed));
    assert!(matches!(search, Search::Already(_)), "{search:?}");
}

#[test]
fn the_next_message_of_a_thing_is_its_own() {
    let session = opened(Vec::new());
    let node = b(3);
    let search = found(&session, Until::Message(Subject::Node(node)));
    let Search::Found(at, Sight::Event(stamped)) = search else { panic!("{search:?}") };
    let (Event::Sent(envelope) | Event::Arrived(envelope)) = stamped.event else { panic!() };
    assert!([envelope.from, envelope.to].contains(&node));
    let own = |run: &Session| {
        run.journal().since(at).any(|it| match &it.event {
            Event::Sent(it) | Event::Arrived(it) => [it.from, it.to].contains(&node),
            _ => false,
        })
    };
    assert_eq!(at, plainly(&session, own));
    // And the message itself: it arrives, and is answered.
    let search = found(&session, Until::Message(Subject::Message(envelope.id)));
    let Search::Found(_, Sight::Event(stamped)) = search else { panic!("{search:?}") };
    let (Event::Sent(it) | Event::Arrived(it)) = stamped.event else { panic!() };
    assert!(it.id == envelope.id || it.answers == Some(envelope.id));
}

#[test]
fn time_is_held_at_the_stop_whatever_the_pace() {
    for pace in [Pace::Story, Pace::Fixed(Ratio::REAL), Pace::Fixed(Ratio::FASTEST)] {
        let mut session = opened(Vec::new());
        session.set_pace(pace);
        let stop = session.clock().now + kafkascope::sim::Span::ms(1_234);
        session.play_until(stop);
        assert_eq!(session.clock().stop, stop);
        for _ in 0..60_000 {
            if !session.clock().playing {
                break;
            }
            session.advance(16.0);
        }
        assert_eq!((session.clock().now, session.clock().playing), (stop, false), "{pace:?}");
        assert_eq!(session.clock().stop, Time::NEVER);
        session.play();
        session.advance(50.0);
        assert!(session.clock().now > stop, "it was held once");
    }
}

#[test]
fn whoever_interferes_is_not_held_any_more() {
    let mut session = opened(Vec::new());
    let stop = session.clock().now + kafkascope::sim::Span::secs(5);
    session.play_until(stop);
    session.submit(Command::Crash(b(1))).unwrap();
    assert_eq!(session.clock().stop, Time::NEVER);
    session.play_until(stop);
    session.seek(Time(9_000_000));
    session.seek(Time(1_000_000));
    assert_eq!(session.clock().stop, Time::NEVER);
}
