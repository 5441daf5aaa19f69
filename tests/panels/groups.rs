//! The sheets of groups: who reads what, what stands still, how the lag goes.

use kafkascope::locale::Lang;
use kafkascope::scene::view::Entity;
use kafkascope::session::Session;
use kafkascope::sim::{Command, Node, Scenario, Span, Time};
use kafkascope::ui::sheet::figure::{Chart, Curve, Figure};
use kafkascope::ui::sheet::{Mood, Sheet};

use super::{at, fact, sheet};

fn chart(sheet: &Sheet) -> &Chart {
    let figures = sheet.parts.iter().filter_map(|part| part.figure.as_ref());
    let chart = figures.into_iter().find_map(|figure| match figure {
        Figure::Bands(chart) => Some(chart),
        Figure::Curves(..) | Figure::Segments(_) => None,
    });
    chart.unwrap_or_else(|| panic!("{sheet:#?}"))
}

fn curves(sheet: &Sheet) -> &[Curve] {
    let figures = sheet.parts.iter().filter_map(|part| part.figure.as_ref());
    let curves = figures.into_iter().find_map(|figure| match figure {
        Figure::Bands(_) | Figure::Segments(_) => None,
        Figure::Curves(curves, _) => Some(curves),
    });
    curves.unwrap_or_else(|| panic!("{sheet:#?}"))
}

fn consumer(session: &Session, name: &str) -> Node {
    Node::Client(session.world().client_named(name).unwrap())
}

/// A group whose member crashed: what it read stands still, from that moment to the takeover.
#[test]
fn a_group_shows_who_reads_and_what_stands_still() {
    let group = || Entity::Group("billing".into());
    let c2 = consumer(&at(8, &[]), "C2");
    let session = at(12, &[(9, Command::Crash(c2))]);
    let en = sheet(&session, Lang::En, group());
    let rows = &chart(&en).rows;
    assert_eq!(rows.len(), 3);
    let still: Vec<_> = rows.iter().filter(|row| row.reader.1 == Mood::Bad).collect();
    assert_eq!(still.len(), 1, "{rows:#?}");
    assert_eq!(still[0].reader.0, "nobody (its process ended)");
    assert_eq!(
        (&*still[0].lately, still[0].stretches.last().map(|it| it.unread)),
        ("3\u{a0}s", Some(1_000))
    );
    assert!(still[0].told.contains("C2 from 00:07"), "{}", still[0].told);
    let says = |sheet: &Sheet, words: &str| {
        sheet.parts.iter().any(|part| part.why.as_deref().is_some_and(|why| why.contains(words)))
    };
    assert!(says(&en, "**1 of 3** partitions stands still right now"));
    assert!(says(&en, "shares its partitions out anew because **C"), "why it rebalanced last");
    let pt = sheet(&session, Lang::PtBr, group());
    assert!(says(&pt, "**1 de 3** partições está parada agora"));
    assert_eq!(chart(&pt).ticks.len(), chart(&en).ticks.len());
    assert_eq!(fact(&en, "C1").0, "stable · P0 P1");
    assert_eq!(fact(&en, "C2 (leads the group)"), ("down for 3\u{a0}s", Mood::Bad));
    assert_eq!(rows[0].lately, "–", "others read on");
    let tags = en.parts.iter().flat_map(|part| &part.facts).filter_map(|fact| fact.tag.as_ref());
    assert_eq!(tags.map(|tag| (&*tag.text, tag.hue)).collect::<Vec<_>>(), [("C1", 0), ("C2", 1)]);
}

/// One key, one partition: the lag of the group is in one place, and more readers are no help.
#[test]
fn a_hot_partition_stands_out() {
    let mut scenario = Scenario::opening("orders", ["checkout", "web-app"], "billing");
    for producer in &mut scenario.producers {
        producer.workload.keys = 1;
        producer.workload.rate = 50;
    }
    for consumer in &mut scenario.consumers {
        consumer.processing = kafkascope::sim::Span::ms(40);
    }
    let mut session = Session::scripted(scenario, Vec::new()).unwrap();
    session.run_to(Time(40_000_000));
    let sheet = sheet(&session, Lang::En, Entity::Group("billing".into()));
    let curves = curves(&sheet);
    let hot: Vec<_> = curves.iter().filter(|curve| curve.hot).collect();
    assert_eq!((curves.len(), hot.len()), (3, 1), "{curves:#?}");
    assert!(hot[0].outlook.starts_with("grows by "), "{}", hot[0].outlook);
    assert!(hot[0].outlook.ends_with(" · most of the lag"));
    assert_eq!(hot[0].heights.iter().flatten().max(), Some(&1_000), "it sets the scale");
}

/// Two processes with one group.instance.id: the sheet says who was put out, and who waits.
#[test]
fn members_are_told_with_their_phase() {
    let opening = Scenario::opening("orders", ["checkout", "web-app"], "billing");
    let twin = |name: &str| {
        let mut spec = opening.consumers[0].clone();
        (spec.name, spec.instance) = (name.into(), Some("i1".into()));
        Command::AddConsumer(spec)
    };
    let commands = [(9, twin("S1")), (20, twin("S2"))];
    let joining = sheet(&at(10, &commands), Lang::En, Entity::Group("billing".into()));
    let (value, mood) = fact(&joining, "S1");
    assert_eq!((value, mood), ("joins (JoinGroup) · group.instance.id i1", Mood::Doubt));
    let fenced = sheet(&at(40, &commands), Lang::PtBr, Entity::Group("billing".into()));
    let (value, mood) = fact(&fenced, "S1");
    assert!(value.starts_with("barrado: outro tem o mesmo"), "{value}");
    assert_eq!(mood, Mood::Bad);
    assert!(fact(&fenced, "S2").0.starts_with("estável · P"));
}

/// A share group: who works on how much, what became of the rest, and each record in between.
#[test]
fn a_share_group_tells_what_became_of_its_deliveries() {
    let mut scenario = Scenario::opening("orders", ["checkout", "web-app"], "billing");
    for consumer in &mut scenario.consumers {
        consumer.share = true;
        consumer.processing = Span::ms(400);
    }
    let mut session = Session::scripted(scenario, Vec::new()).unwrap();
    session.run_to(Time(20_000_000));
    let books = session.stoppages().group("billing").unwrap().deliveries();
    assert!(books.acknowledged > 10 && books.redelivered == 0, "{books:?}");
    let told = sheet(&session, Lang::En, Entity::Group("billing".into()));
    assert_eq!(fact(&told, "acquired so far").0, books.acquired.to_string());
    assert_eq!(fact(&told, "acknowledged").0, books.acknowledged.to_string());
    assert_eq!(fact(&told, "archived"), ("0", Mood::Plain));
    // What the members have is all there is.
    let held = |name: &str| {
        let (_, held) = fact(&told, name).0.rsplit_once(" · ").expect("partitions come first");
        held.strip_suffix(" acquired").and_then(|held| held.parse::<u64>().ok()).expect("a number")
    };
    let now = held("C1") + held("C2");
    assert!(now > 0 && fact(&told, "acquired now").0 == now.to_string());
    let in_flight = told.parts.iter().flat_map(|part| &part.facts);
    let acquired: Vec<_> = in_flight.filter(|it| it.name.ends_with(" Acquired")).collect();
    assert!(!acquired.is_empty());
    for record in acquired {
        assert!(record.value.contains("delivery 1 · lock "), "{record:?}");
    }
}
