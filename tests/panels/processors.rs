//! Stream processors in the panels: what they made of each record, and what that proves.

use kafkascope::lens::handle::Handle;
use kafkascope::lens::look::Look;
use kafkascope::locale::{Lang, Words};
use kafkascope::metrics::provenance::{Fate, results};
use kafkascope::scene::view::Entity;
use kafkascope::session::Session;
use kafkascope::sim::command::ConfigTarget;
use kafkascope::sim::processing::{ProcessingGuarantee, Transform};
use kafkascope::sim::scenario::{ProcessorSpec, Properties, TopicSpec};
use kafkascope::sim::time::Span;
use kafkascope::sim::{Command, Time};
use kafkascope::ui::desk::Desk;
use kafkascope::ui::hud::Slice;
use kafkascope::ui::sheet::{Clerk, Mood};
use kafkascope::ui::state::{Ui, UiState};
use kafkascope::ui::switchboard::{Switchboard, delivered};
use yew::prelude::*;

use super::{at, fact, first_partition, sheet, wait};

/// The opening with a stream processor that writes to a topic of its own, for some seconds.
fn working(transform: Transform) -> Session {
    let bills = TopicSpec {
        name: "bills".into(),
        partitions: Some(1),
        replication_factor: Some(3),
        config: Properties::new(),
        assignment: Vec::new(),
    };
    let processor = ProcessorSpec {
        name: "pay".into(),
        group: "pay".into(),
        topics: vec!["orders".into()],
        to: "bills".into(),
        guarantee: ProcessingGuarantee::ExactlyOnceV2,
        transform,
        store: "counts".into(),
        processing: Span::ms(1),
        consumer: Properties::from([("auto.offset.reset".to_owned(), "earliest".to_owned())]),
        producer: Properties::new(),
        start: Time::ZERO,
    };
    at(20, &[(3, Command::CreateTopic(bills)), (4, Command::AddProcessor(processor))])
}

#[test]
fn a_record_tells_its_results_and_a_result_its_record() {
    let session = working(Transform::Map);
    let partition = first_partition(&session);
    let leader = session.world().metadata().partition(partition).unwrap().leader.unwrap();
    let source = Entity::Record(leader, partition, 0);
    let shown = sheet(&session, Lang::En, source.clone());
    assert_eq!(fact(&shown, "For readers of read_committed"), ("1", Mood::Plain));
    let log = &session.world().brokers[&leader].disk.logs[&partition];
    let id = log.batch_at(0).unwrap().iter().next().unwrap().1.id.unwrap();
    let made = results(session.world(), id);
    assert_eq!(made.iter().map(|it| it.fate).collect::<Vec<_>>(), [Fate::Committed]);
    let place = format!("bills-0 @ {}", made[0].offset);
    assert_eq!(fact(&shown, &place), ("committed", Mood::Good));
    let facts = || shown.parts.iter().flat_map(|part| &part.facts);
    let result = facts().find(|fact| fact.name == place).unwrap().to.clone().unwrap();
    let back = sheet(&session, Lang::En, result);
    assert_eq!(fact(&back, "Made from").0, "orders-0 @ 0");
    let leads_back = back.parts.iter().flat_map(|part| &part.facts);
    let mut leads_back = leads_back.filter_map(|fact| fact.to.clone());
    assert!(leads_back.any(|to| to == source), "and it leads there");
}

/// The switchboard of the processor's group.
#[component]
fn Board() -> Html {
    let look = Look { lang: Lang::En, ..Look::wished("") };
    let ui: Ui = use_reducer_eq(|| UiState {
        chosen: Some(Entity::Group("pay".into())),
        ..UiState::new(&look)
    });
    let session = working(Transform::Map);
    let groups = Slice::renewed(delivered(Words(Lang::En), &session), None);
    let desk = Desk::new(ui, Handle::new(session, look));
    html! { <Switchboard {desk} {groups} /> }
}

#[test]
fn the_board_proves_exactly_once_record_by_record() {
    let session = working(Transform::Map);
    let board = wait(yew::ServerRenderer::<Board>::new().hydratable(false).render());
    assert!(board.contains("What pay made of each record"), "{board}");
    let totals = kafkascope::metrics::provenance::totals(session.world(), "pay").unwrap();
    let line = format!("exactly one result</dt><dd>{}<", totals.once);
    assert!(board.contains(&line), "{line}: {board}");
    assert!(totals.once > 50 && totals.missing == 0, "{totals:?}");
}

#[test]
fn a_processor_that_counts_shows_its_store() {
    let session = working(Transform::Count);
    let pay = Entity::Client(session.world().client_named("pay").unwrap());
    let shown = sheet(&session, Lang::En, pay);
    assert_eq!(fact(&shown, "Transforms with").0, "count");
    assert_eq!(fact(&shown, "Changelog").0, "pay-counts-changelog");
    let counts = shown.parts.iter().find(|part| part.heading.as_deref() == Some("Counts"));
    let facts = &counts.unwrap().facts;
    assert_eq!(facts.len(), 4, "the changelog, and a line for each partition: {facts:?}");
    assert!(facts[1].value.ends_with(" keys") && facts[1].value != "0 keys", "{facts:?}");
}

#[test]
fn a_stream_processor_is_called_one() {
    let session = working(Transform::Map);
    let pay = Entity::Client(session.world().client_named("pay").unwrap());
    let clerk = |lang| Clerk { words: Words(lang), session: &session };
    assert_eq!(clerk(Lang::En).name(&pay), "stream processor pay");
    assert_eq!(clerk(Lang::PtBr).name(&pay), "processador de stream pay");
}

#[test]
fn a_batch_names_its_codec() {
    let checkout = at(1, &[]).world().client_named("checkout").unwrap();
    let set = Command::SetConfig {
        target: ConfigTarget::Client(checkout),
        name: "compression.type".into(),
        value: "gzip".into(),
    };
    let session = at(12, &[(2, set)]);
    let world = session.world();
    let named =
        world.metadata().topics.keys().flat_map(|topic| {
            (0..3).map(|index| kafkascope::sim::Partition { topic: *topic, index })
        });
    let mut codecs = named.filter_map(|partition| {
        let leader = world.metadata().partition(partition)?.leader?;
        let log = world.brokers[&leader].disk.logs.get(&partition)?;
        let batch = log.batches_from(0).find(|it| it.compression as usize == 1)?;
        let record = Entity::Record(leader, partition, batch.base_offset);
        Some(fact(&sheet(&session, Lang::En, record), "compression.type").0.to_owned())
    });
    let told = codecs.next().expect("somebody compressed");
    assert!(told.starts_with("gzip, of ") && told.ends_with("(a model's ratio)"), "{told}");
}
