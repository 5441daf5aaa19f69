//! The sheets of logs: their segments, what keeps them, what was deleted and compacted.

use kafkascope::locale::{Lang, Words};
use kafkascope::scene::view::Entity;
use kafkascope::session::Session;
use kafkascope::sim::id::BrokerId;
use kafkascope::sim::{Command, Partition, Scenario, Time};
use kafkascope::ui::sheet::figure::{Figure, SegmentRow};
use kafkascope::ui::sheet::{Deed, Mood, Sheet};

use super::{fact, first_partition, sheet};

/// The opening with segments of a few records, at this time.
fn session(config: &[(&str, &str)], at: u64, commands: &[(u64, Command)]) -> Session {
    let mut scenario = Scenario::opening("orders", ["checkout", "web-app"], "billing");
    let cluster = [
        ("log.initial.task.delay.ms", "1000"),
        ("log.retention.check.interval.ms", "1000"),
        ("log.cleaner.backoff.ms", "1000"),
    ];
    let put = |map: &mut kafkascope::sim::scenario::Properties, all: &[(&str, &str)]| {
        map.extend(all.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    };
    put(&mut scenario.cluster.config, &cluster);
    put(&mut scenario.topics[0].config, &[("segment.bytes", "600")]);
    put(&mut scenario.topics[0].config, config);
    scenario.topics[0].partitions = Some(1);
    let commands = commands.iter().map(|(s, c)| (Time(s * 1_000_000), c.clone())).collect();
    let mut session = Session::scripted(scenario, commands).unwrap();
    session.run_to(Time(at * 1_000_000));
    session
}

fn replica(session: &Session) -> Entity {
    let partition: Partition = first_partition(session);
    let leader = session.world().metadata().partition(partition).unwrap().leader;
    Entity::Replica(leader.unwrap_or(BrokerId(1)), partition)
}

fn rows(sheet: &Sheet) -> &[SegmentRow] {
    let figures = sheet.parts.iter().filter_map(|part| part.figure.as_ref());
    let rows = figures.into_iter().find_map(|figure| match figure {
        Figure::Segments(rows) => Some(rows),
        Figure::Bands(_) | Figure::Curves(..) => None,
    });
    rows.unwrap_or_else(|| panic!("{sheet:#?}"))
}

/// Each closed segment says when it goes; the active one is named so; deleted files are still there.
#[test]
fn a_log_tells_what_keeps_its_segments() {
    let session = session(&[("retention.ms", "5000"), ("segment.bytes", "2000")], 20, &[]);
    let en = sheet(&session, Lang::En, replica(&session));
    let told = rows(&en);
    let (active, closed) = told.split_last().unwrap();
    assert_eq!(active.fate, "active");
    assert!(closed.len() >= 2, "{told:#?}");
    for row in closed {
        let waits = row.fate.starts_with("goes in ") && row.mood == Mood::Plain;
        assert!(waits || (row.fate == "due" && row.mood == Mood::Doubt), "{row:?}");
    }
    let bases: Vec<u32> = told.iter().map(|row| row.base.parse().unwrap()).collect();
    assert!(bases.is_sorted() && bases[0] > 0, "older ones are gone: {bases:?}");
    assert!(fact(&en, "Last deletion").0.contains("retention.ms"));
    assert!(fact(&en, "Deleted files still on disk").0.contains(", for "));
    assert_eq!(fact(&en, "cleanup.policy").0, "delete");
    let pt = sheet(&session, Lang::PtBr, replica(&session));
    assert_eq!(rows(&pt).last().map(|row| &*row.fate), Some("ativo"));
}

/// Of many segments the oldest are told, and the active one.
#[test]
fn a_long_log_is_told_in_short() {
    let session = session(&[], 20, &[]);
    let told = sheet(&session, Lang::En, replica(&session));
    let [oldest @ .., more, active] = rows(&told) else { panic!() };
    assert_eq!((oldest.len(), &*oldest[0].base, &*active.fate), (8, "0", "active"));
    assert!(more.base.ends_with(" more"), "{more:?}");
    assert!(oldest.iter().all(|row| row.fate.starts_with("goes in 6\u{a0}d")), "{oldest:#?}");
}

/// A broker's bytes are those of its files, the deleted ones that are still there included.
#[test]
fn a_broker_tells_what_its_disk_holds() {
    let session = session(&[("retention.bytes", "1000")], 20, &[]);
    let Entity::Replica(id, _) = replica(&session) else { panic!() };
    let told = sheet(&session, Lang::En, Entity::Broker(id));
    let world = session.world();
    let bytes = world.brokers[&id].disk.logs.values().map(|log| log.bytes_on_disk(world.now));
    assert_eq!(fact(&told, "Bytes on disk").0, Words(Lang::En).bytes(bytes.sum()));
    assert!(fact(&told, "Deleted files still on disk").0.contains(", for "));
    assert!(fact(&told, "of them, internal topics").0.ends_with("B"));
}

/// How dirty a compacted log is, what the cleaner did, and which segments it has passed.
#[test]
fn a_compacted_log_tells_what_is_dirty() {
    let compacted = [("cleanup.policy", "compact"), ("min.cleanable.dirty.ratio", "0.5")];
    let session = session(&compacted, 20, &[]);
    let told = sheet(&session, Lang::En, replica(&session));
    assert!(fact(&told, "Dirty ratio").0.ends_with("(above 0.50 it is cleaned)"));
    assert!(fact(&told, "Last cleaning").0.contains(" records became "));
    let first_dirty: u32 = fact(&told, "First dirty offset").0.parse().unwrap();
    assert!(first_dirty > 0);
    for row in rows(&told).iter().filter(|row| row.fate != "active") {
        let clean = row.base.parse::<u32>().unwrap() < first_dirty;
        assert_eq!(row.fate, if clean { "clean" } else { "dirty" }, "{row:?}");
    }
}

/// Before the log's start, and still there until the next look; and the deed that deletes records.
#[test]
fn records_are_deleted_from_the_sheet() {
    let before = session(&[], 10, &[]);
    let told = sheet(&before, Lang::En, replica(&before));
    let deed = told.deeds.iter().find_map(|deed| match deed {
        Deed::OldRecords { partition, keys, .. } => Some((partition.clone(), keys.len())),
        _ => None,
    });
    assert_eq!(deed, Some((Some(("orders".into(), 0)), 9)));
    let delete = Command::DeleteRecords { topic: "orders".into(), partition: 0, offset: 7 };
    let after = session(&[("file.delete.delay.ms", "2000")], 12, &[(10, delete)]);
    let told = sheet(&after, Lang::En, replica(&after));
    assert_eq!(fact(&told, "LogStartOffset").0, "7");
    assert!(fact(&told, "Last deletion").0.contains("before the log's start"));
}
