//! Panels as HTML: rendered natively, without a browser.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;

use kafkascope::lens::Lens;
use kafkascope::lens::begin::begin;
use kafkascope::lens::handle::Handle;
use kafkascope::lens::look::Look;
use kafkascope::locale::{Lang, Words};
use kafkascope::scene::view::Entity;
use kafkascope::session::Session;
use kafkascope::session::causes::{Causes, Question, Search};
use kafkascope::session::delivery::Guarantee;
use kafkascope::sim::handling::{Act, CommitMode, Handler, Handling};
use kafkascope::sim::id::{BrokerId, ClientId, ControllerId, Name, Node, TopicId};
use kafkascope::sim::scenario::BrokerSpec;
use kafkascope::sim::{Command, Partition, Scenario, Time};
use kafkascope::ui::app::{App, Props};
use kafkascope::ui::desk::Desk;
use kafkascope::ui::hud::{Reader, Slice};
use kafkascope::ui::inspector::inspector;
use kafkascope::ui::sheet::{Clerk, Deed, Mood, Sheet};
use kafkascope::ui::state::{Ui, UiState};
use kafkascope::ui::switchboard::{Switchboard, delivered};
use yew::prelude::*;

#[path = "panels/groups.rs"]
mod groups;
#[path = "panels/processors.rs"]
mod processors;
#[path = "panels/log_life.rs"]
mod log_life;

/// Waits for a future on this thread.
fn wait<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let (mut future, mut context) = (pin!(future), Context::from_waker(&waker));
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(value) => return value,
            Poll::Pending => std::thread::park(),
        }
    }
}

fn page(address: &'static str) -> String {
    let props = move || {
        let lens = begin(address);
        lens.handle().complete();
        Props { lens, lost: false }
    };
    wait(yew::ServerRenderer::<App>::with_props(props).hydratable(false).render())
}

/// The opening scenario at 8 s, with these commands.
fn session(commands: &[(u64, Command)]) -> Session {
    let scenario = Scenario::opening("orders", ["checkout", "web-app"], "billing");
    let commands = commands.iter().map(|(s, c)| (Time(s * 1_000_000), c.clone())).collect();
    Session::scripted(scenario, commands).unwrap()
}

fn at(seconds: u64, commands: &[(u64, Command)]) -> Session {
    let mut session = session(commands);
    session.run_to(Time(seconds * 1_000_000));
    session
}

fn sheet(session: &Session, lang: Lang, entity: Entity) -> Sheet {
    Clerk { words: Words(lang), session }.sheet(&entity).unwrap()
}

fn fact<'a>(sheet: &'a Sheet, name: &str) -> (&'a str, Mood) {
    let facts = sheet.parts.iter().flat_map(|part| &part.facts);
    let fact = facts.into_iter().find(|fact| fact.name == name);
    fact.map(|fact| (fact.value.as_str(), fact.mood))
        .unwrap_or_else(|| panic!("{name}: {sheet:#?}"))
}

const P0: Partition = Partition { topic: TopicId(1), index: 0 };

fn first_partition(session: &Session) -> Partition {
    let image = session.world().metadata();
    let (topic, _) = image.topic_named("orders").unwrap();
    Partition { topic, ..P0 }
}

#[test]
fn the_page_opens_on_a_running_cluster_in_both_languages() {
    let pt = page("?lang=pt-BR");
    for word in ["Livro de promessas", "Inspetor", "Configuração", "Eventos", "Adicionar", "P0"] {
        assert!(pt.contains(word), "{word}");
    }
    assert!(pt.contains("faturamento"), "names are of the language");
    let en = page("?lang=en");
    for word in ["Promise ledger", "Inspector", "Config", "Events", "Add", "billing"] {
        assert!(en.contains(word), "{word}");
    }
    assert!(!en.contains("Livro de promessas"));
}

#[test]
fn a_frozen_page_stands_still_where_its_address_says() {
    let html = page("?lang=en&freeze=9000");
    assert!(html.contains("00:09.000"), "{html}");
    assert!(html.contains("aria-label=\"Play\""));
    assert_eq!(html, page("?lang=en&freeze=9000"), "it repeats");
}

#[test]
fn no_view_is_offered_that_is_not_there() {
    let html = page("?lang=en");
    for word in ["Space-time", "Lessons"] {
        assert!(!html.contains(word), "{word}");
    }
}

#[test]
fn a_partition_says_what_the_controller_says() {
    let session = at(9, &[]);
    let partition = first_partition(&session);
    let state = session.world().metadata().partition(partition).unwrap();
    let sheet = sheet(&session, Lang::En, Entity::Partition(partition));
    assert_eq!(sheet.title, "orders-0");
    assert_eq!(fact(&sheet, "Leader").0, state.leader.unwrap().to_string());
    assert_eq!(fact(&sheet, "LeaderEpoch").0, state.leader_epoch.to_string());
    let leader = &session.world().brokers[&state.leader.unwrap()];
    assert_eq!(fact(&sheet, "HighWatermark").0, leader.high_watermark(partition).to_string());
    assert_eq!(fact(&sheet, "LogEndOffset").0, leader.disk.logs[&partition].end().to_string());
}

#[test]
fn a_partition_that_moves_says_from_where_to_where() {
    let four = BrokerSpec { id: BrokerId(4), rack: None };
    let replicas = {
        let session = at(8, &[]);
        session.world().metadata().partition(first_partition(&session)).unwrap().replicas.clone()
    };
    let wanted = vec![BrokerId(4), replicas[1]];
    let (topic, partition) = (Name::from("orders"), 0);
    let commands = [
        (5, Command::AddBroker(four)),
        (9, Command::Crash(Node::Broker(BrokerId(4)))),
        (10, Command::ReassignPartition { topic, partition, replicas: wanted.clone() }),
    ];
    let session = at(12, &commands);
    let sheet = sheet(&session, Lang::En, Entity::Partition(first_partition(&session)));
    assert_eq!(fact(&sheet, "AddingReplicas").0, "4");
    assert_eq!(fact(&sheet, "Isr").1, Mood::Plain, "who comes is not missed");
    let cancels =
        |deed: &Deed| matches!(deed, Deed::Now { command: Command::CancelReassignment { .. }, .. });
    assert!(sheet.deeds.iter().any(cancels));
    let offered = sheet.deeds.iter().find_map(|deed| match deed {
        Deed::Replicas { brokers, replicas, .. } => Some((brokers.len(), replicas.clone())),
        _ => None,
    });
    assert_eq!(offered, Some((4, wanted)));
}

#[test]
fn a_crashed_leader_is_seen_in_every_sheet() {
    let leader = {
        let session = at(8, &[]);
        session.world().metadata().partition(first_partition(&session)).unwrap().leader.unwrap()
    };
    let crash = (9, Command::Crash(Node::Broker(leader)));
    let session = at(25, std::slice::from_ref(&crash));
    let broker = sheet(&session, Lang::En, Entity::Broker(leader));
    assert_eq!(fact(&broker, "State"), ("down for 16\u{a0}s", Mood::Bad));
    assert_eq!(fact(&broker, "Fenced"), ("yes", Mood::Bad));
    let starts = |deed: &Deed| matches!(deed, Deed::Now { command: Command::Start(_), .. });
    assert!(broker.deeds.iter().any(starts));
    let partition = sheet(&session, Lang::En, Entity::Partition(first_partition(&session)));
    assert_ne!(fact(&partition, "Leader").0, leader.to_string());
    assert_eq!(fact(&partition, "Isr").1, Mood::Bad);
}

#[test]
fn a_record_says_what_became_of_its_promise() {
    let session = at(9, &[]);
    let partition = first_partition(&session);
    let leader = session.world().metadata().partition(partition).unwrap().leader.unwrap();
    // The group begins at the end of the log: what was there before is nobody's.
    let consumers = session.world().clients.values().filter_map(|client| client.as_consumer());
    let mut readings = consumers.flat_map(|consumer| consumer.readings());
    let (_, reading) = readings.find(|(other, _)| *other == partition).unwrap();
    let offset = reading.position.unwrap() - 1;
    let unread = sheet(&session, Lang::En, Entity::Record(leader, partition, 0));
    assert_eq!(fact(&unread, "The producer was told"), ("acked", Mood::Good));
    assert!(!format!("{unread:?}").contains("billing"));
    let read = sheet(&session, Lang::En, Entity::Record(leader, partition, offset));
    assert_eq!(fact(&read, "Copies in the log").0, "1");
    assert_eq!(fact(&read, "Processed by billing").0, "once");
}

#[test]
fn what_is_no_more_has_no_sheet() {
    let session = at(8, &[]);
    let clerk = Clerk { words: Words(Lang::PtBr), session: &session };
    assert_eq!(clerk.sheet(&Entity::Broker(BrokerId(9))), None);
    assert_eq!(clerk.sheet(&Entity::Client(ClientId(99))), None);
}

#[test]
fn every_thing_has_a_sheet_and_a_name_in_every_language() {
    let session = at(9, &[]);
    let partition = first_partition(&session);
    let world = session.world();
    let mut things = vec![
        Entity::Partition(partition),
        Entity::Topic(partition.topic),
        Entity::Group("billing".into()),
        Entity::Link(Node::Broker(BrokerId(1)), Node::Broker(BrokerId(2))),
    ];
    things.extend(world.brokers.keys().map(|id| Entity::Broker(*id)));
    things.extend(world.brokers.keys().map(|id| Entity::Replica(*id, partition)));
    things.extend(world.controllers.keys().map(|id| Entity::Controller(*id)));
    things.extend(world.clients.keys().map(|id| Entity::Client(*id)));
    things.extend(world.wire.keys().map(|id| Entity::Message(*id)));
    for lang in Lang::ALL {
        for thing in &things {
            let clerk = Clerk { words: Words(lang), session: &session };
            let sheet = clerk.sheet(thing).unwrap_or_else(|| panic!("{thing:?}"));
            assert!(!sheet.title.is_empty() && !sheet.kind.is_empty(), "{thing:?}");
            assert!(sheet.parts.iter().any(|part| !part.facts.is_empty()), "{thing:?}");
            assert!(!clerk.name(thing).is_empty(), "{thing:?}");
        }
    }
}

/// What a markup test shows: a page whose session has a name with markup in it.
#[component]
fn Marked() -> Html {
    let look = Look::wished("?lang=en");
    let ui: Ui = use_reducer_eq(|| UiState::new(&look));
    let handle = Handle::new(at(8, &[]), look);
    let hud = Reader::new(Lens::new(handle.clone())).read(&ui);
    let mut panels = hud.panels;
    let sheet = Sheet {
        title: "<b>bold</b>".into(),
        kind: "**strong**".into(),
        parts: Vec::new(),
        deeds: Vec::new(),
    };
    panels.sheet = Some(Slice::renewed(sheet, None));
    inspector(&Desk::new(ui, handle), &panels, &hud.numbers, hud.sums)
}

#[test]
fn names_with_markup_stay_text() {
    let html = wait(yew::ServerRenderer::<Marked>::new().hydratable(false).render());
    assert!(html.contains("&lt;b&gt;bold"), "{html}");
    assert!(!html.contains("<b>bold"));
}

#[test]
fn a_flying_message_can_be_reset_and_one_that_arrived_cannot() {
    let mut session = at(9, &[]);
    while session.world().wire.is_empty() {
        session.step();
    }
    let resettable = |session: &Session| {
        let world = session.world();
        let mut flying = world.wire.keys().copied();
        flying.find(|id| world.check(&Command::ResetConnection(*id)).is_ok())
    };
    while resettable(&session).is_none() {
        session.step();
    }
    let id = resettable(&session).unwrap();
    let deeds = sheet(&session, Lang::En, Entity::Message(id)).deeds;
    assert!(matches!(&deeds[..], [Deed::Now { command: Command::ResetConnection(it), .. }]
        if *it == id));
    session.run_to(session.clock().now + kafkascope::sim::Span::secs(1));
    assert_eq!(sheet(&session, Lang::En, Entity::Message(id)).deeds, []);
}

#[test]
fn a_link_tells_each_way_where_they_differ() {
    let (a, b) = (Node::Broker(BrokerId(1)), Node::Broker(BrokerId(2)));
    let link = |commands: &[(u64, Command)]| sheet(&at(9, commands), Lang::En, Entity::Link(a, b));
    assert_eq!(link(&[]).parts.len(), 2);
    let cut = link(&[(8, Command::CutDirection { from: b, to: a })]);
    let headings: Vec<_> = cut.parts.iter().filter_map(|part| part.heading.as_deref()).collect();
    assert_eq!(headings[..2], ["broker 1 → broker 2", "broker 2 → broker 1"]);
    assert_eq!(cut.parts[0].facts[0].value, "up");
    assert_eq!(cut.parts[1].facts[0].value, "cut for 1\u{a0}s");
    let ways = cut.deeds.iter().filter(|deed| matches!(deed, Deed::Way { cut: true, .. }));
    assert_eq!(ways.count(), 1);
}

#[test]
fn what_is_planned_is_named_in_both_languages() {
    let mut session = at(9, &[]);
    let one = kafkascope::sim::Span::secs(1);
    session.plan(&Command::Crash(Node::Broker(BrokerId(1))), one, Some(one), None).unwrap();
    for (lang, says) in [(Lang::En, "Crash: broker 1"), (Lang::PtBr, "Derrubar: broker 1")] {
        let planned = &session.planned()[0];
        assert_eq!(Words(lang).command(&planned.command, session.world()), says);
    }
}

/// A leader that nobody but producers hears goes on writing what its successor will never have.
#[test]
fn a_divergent_suffix_is_explained_in_both_languages() {
    let zombie = BrokerId(2);
    let controller = Node::Controller(ControllerId(1));
    let others = [Node::Broker(BrokerId(1)), Node::Broker(BrokerId(3)), controller];
    let cuts = others.map(|other| (8, Command::CutLink(Node::Broker(zombie), other)));
    let session = at(22, &cuts);
    let partition = Partition { topic: TopicId(0), index: 0 };
    let says = [
        (Lang::En, "State", "out of ISR · diverges from ", "**Why does it diverge?**"),
        (Lang::PtBr, "Estado", "fora do ISR · diverge a partir de ", "**Por que diverge?**"),
    ];
    for (lang, name, state, why) in says {
        let sheet = sheet(&session, lang, Entity::Replica(zombie, partition));
        let (value, mood) = fact(&sheet, name);
        assert!(value.starts_with(state), "{value}");
        assert_eq!(mood, Mood::Bad);
        assert!(sheet.brief().contains(state), "pointing at it says the same");
        assert!(sheet.parts[0].why.as_deref().is_some_and(|it| it.starts_with(why)));
    }
    let end = session.world().brokers[&zombie].disk.logs[&partition].end();
    let record = sheet(&session, Lang::En, Entity::Record(zombie, partition, end - 1));
    assert_eq!(fact(&record, "State"), ("diverges", Mood::Bad));
    assert_eq!(record.brief(), "State: diverges");
}

/// A chain is words in both languages, and each step leads to a thing that is there.
#[test]
fn a_chain_of_causes_reads_in_both_languages() {
    let mut scenario = Scenario::opening("orders", ["checkout", "web-app"], "billing");
    for producer in &mut scenario.producers {
        producer.config.insert("acks".into(), "1".into());
        producer.config.insert("enable.idempotence".into(), "false".into());
    }
    let broker = |id: u32| Node::Broker(BrokerId(id));
    let mut commands: Vec<(Time, Command)> = Vec::new();
    commands.extend([2, 3].map(|id| (Time(9_000_000), Command::Pause(broker(id)))));
    commands.push((Time(10_500_000), Command::Crash(broker(1))));
    commands.extend([2, 3].map(|id| (Time(10_500_000), Command::Resume(broker(id)))));
    let mut session = Session::scripted(scenario, commands).unwrap();
    session.run_to(Time(30_000_000));
    let lost = session.ledger().entries().find(|entry| entry.is_lost()).unwrap();
    let mut causes = Causes::of(session.timeline(), lost, Question::Lost).unwrap();
    let Search::Done(steps) = causes.go_on(u32::MAX) else { panic!("there is a loss") };
    let told = |lang: Lang| Clerk { words: Words(lang), session: &session }.reasons(&steps);
    let (en, pt) = (told(Lang::En), told(Lang::PtBr));
    assert_eq!(en.len(), pt.len());
    assert!(en.iter().zip(&pt).all(|(en, pt)| en.text != pt.text && en.about == pt.about));
    let crash = en.iter().find(|it| it.text.contains("Crash: broker 1")).unwrap();
    assert_eq!(crash.about, Some(Entity::Broker(BrokerId(1))));
    assert!(en.last().unwrap().text.ends_with("without the record: it is lost."));
    assert!(pt.last().unwrap().text.ends_with("sem o registro: ele se perdeu."));
}

fn consumer_of(session: &Session) -> ClientId {
    let mut clients = session.world().clients.iter();
    *clients.find(|(_, client)| client.as_consumer().is_some()).unwrap().0
}

#[test]
fn a_consumer_can_be_told_how_to_work() {
    let told = |commands: &[(u64, Command)]| {
        let session = at(10, commands);
        let deeds = sheet(&session, Lang::En, Entity::Client(consumer_of(&session))).deeds;
        let found = deeds.into_iter().find_map(|deed| match deed {
            Deed::Application(application) => Some(application),
            _ => None,
        });
        found.unwrap()
    };
    let before = told(&[]);
    assert!(before.auto_commit && before.handling == Handling::default());
    assert!(!before.shares.is_empty() && before.shares.iter().all(|share| !share.paused));
    let (client, share) = (before.client, before.shares[0].clone());
    let handling =
        Handling { commit: CommitMode::SyncBefore, handler: Handler::Async, ..before.handling };
    let pause = Act::Pause { topic: share.topic.clone(), partition: share.index };
    let after = told(&[
        (9, Command::Consume { client, act: Act::Handle(handling) }),
        (9, Command::Consume { client, act: pause }),
    ]);
    assert_eq!(after.handling, handling);
    assert!(after.shares[0].paused);
}

/// The switchboard of the opening's group, set to a guarantee.
#[derive(Properties, PartialEq)]
struct Set {
    lang: Lang,
    most: bool,
}

#[component]
fn Switched(set: &Set) -> Html {
    let look = Look { lang: set.lang, ..Look::wished("") };
    let ui: Ui = use_reducer_eq(|| UiState::new(&look));
    let mut session = at(9, &[]);
    let guarantee = if set.most { Guarantee::AtMostOnce } else { Guarantee::AtLeastOnce };
    session.deliver("billing", guarantee).unwrap();
    let groups = Slice::renewed(delivered(Words(set.lang), &session), None);
    let desk = Desk::new(ui, Handle::new(session, look));
    html! { <Switchboard {desk} {groups} /> }
}

#[test]
fn the_switchboard_shows_what_it_set_and_why() {
    let board = |lang: Lang, most: bool| {
        let props = move || Set { lang, most };
        wait(yew::ServerRenderer::<Switched>::with_props(props).hydratable(false).render())
    };
    let most = board(Lang::En, true);
    for says in ["acks=0", "enable.idempotence=false", "retries=0", "This is <strong>at most once"]
    {
        assert!(most.contains(says), "{says}: {most}");
    }
    assert!(!most.contains("<code>acks=all<"));
    let least = board(Lang::PtBr, false);
    for says in ["<code>acks=all<", "enable.idempotence=true", "Isto é <strong>pelo menos uma vez"]
    {
        assert!(least.contains(says), "{says}: {least}");
    }
    assert!(
        least.contains("exactly once"),
        "it is offered, and says what it takes where it is not had"
    );
}
