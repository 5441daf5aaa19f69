//! Stories about compression: batches are smaller on the wire and on disk, and somebody's processor
//! pays for it.

use expect_test::{Expect, expect};
use kafkascope::sim::command::ConfigTarget;
use kafkascope::sim::scenario::Workload;
use kafkascope::sim::wire::{Body, CompressionType, RecordBatch, Request};
use kafkascope::sim::{Event, Refusal, Time};

use crate::cluster::{Told, ms, secs, story};

const BUSY: Workload = Workload { rate: 1000, keys: 0, bytes: 1000, tombstones: 0 };

/// What one producer of a megabyte per second wrote in a few seconds.
fn written(producer: &str, topic: &str, config: &[(&str, &str)]) -> Told {
    let mut all = vec![("compression.type", producer), ("linger.ms", "20"), ("acks", "1")];
    all.extend_from_slice(config);
    let story = story().topic_config("compression.type", topic);
    let mut told = story.busy_producer("app", BUSY, &all).boot();
    told.run(secs(3));
    told
}

/// All batches that the leader ever appended.
fn appended(told: &Told) -> Vec<&RecordBatch> {
    let each = told.log.iter().filter_map(|it| match &it.event {
        Event::Appended { batch, as_leader: true, partition } if *partition == told.orders(0) => {
            Some(&**batch)
        }
        _ => None,
    });
    each.collect()
}

/// Codec and bytes for each record of the last batch: as it was sent, on the leader, on a follower.
fn last_batch(told: &Told) -> String {
    let per_record = |bytes: u32, count: usize| bytes / count.max(1) as u32;
    let sent = told.events().filter_map(|it| match &it.event {
        Event::Arrived(envelope) => match &*envelope.body {
            Body::Request(Request::Produce(request)) => request.partitions.last(),
            _ => None,
        },
        _ => None,
    });
    let sent = sent.last().expect("something was sent");
    let on = |leads: bool| {
        let batches = told.events().filter_map(move |it| match &it.event {
            Event::Appended { batch, as_leader, .. } if *as_leader == leads => Some(batch),
            _ => None,
        });
        batches.last().expect("something was appended")
    };
    let bytes = per_record(sent.bytes, sent.records.len());
    let mut text = format!("sent {:?} {bytes} B\n", sent.compression);
    for (who, batch) in [("leader", on(true)), ("follower", on(false))] {
        let bytes = per_record(batch.bytes, batch.records.len());
        text += &format!("{who} {:?} {bytes} B\n", batch.compression);
    }
    text
}

fn check(told: &Told, expected: Expect) {
    expected.assert_eq(&last_batch(told));
}

/// The topic keeps what the producer made: on the wire, on the leader's disk and on all others.
#[test]
fn a_topic_keeps_the_codec_of_its_producer() {
    check(
        &written("none", "producer", &[]),
        expect![[r#"
            sent None 1012 B
            leader None 1012 B
            follower None 1012 B
        "#]],
    );
    check(
        &written("zstd", "producer", &[]),
        expect![[r#"
            sent Zstd 325 B
            leader Zstd 325 B
            follower Zstd 325 B
        "#]],
    );
    check(
        &written("gzip", "gzip", &[]),
        expect![[r#"
            sent Gzip 305 B
            leader Gzip 305 B
            follower Gzip 305 B
        "#]],
    );
}

/// A topic with a codec of its own has the leader do the work again, whatever came.
#[test]
fn a_topic_with_a_codec_of_its_own_compresses_anew() {
    check(
        &written("gzip", "lz4", &[]),
        expect![[r#"
            sent Gzip 305 B
            leader Lz4 487 B
            follower Lz4 487 B
        "#]],
    );
    check(
        &written("none", "zstd", &[]),
        expect![[r#"
            sent None 1012 B
            leader Zstd 326 B
            follower Zstd 326 B
        "#]],
    );
    check(
        &written("snappy", "uncompressed", &[]),
        expect![[r#"
            sent Snappy 507 B
            leader None 1011 B
            follower None 1011 B
        "#]],
    );
}

/// A producer does not know beforehand how well its records compress. It begins as if not at all,
/// so that batches are sent far from full; each makes it bolder by half a percent.
#[test]
fn a_producer_learns_how_many_records_fit() {
    let told = written("gzip", "producer", &[("linger.ms", "1000"), ("batch.size", "16384")]);
    let appended = appended(&told);
    let counts: Vec<usize> = appended.iter().map(|batch| batch.records.len()).collect();
    let (first, last) = (counts[0], counts[counts.len() - 1]);
    assert!(first <= 16, "sixteen records of a thousand bytes: {first}");
    assert!(last > first + 5, "it has learned: {first} and then {last}");
    assert!(counts.is_sorted(), "step by step: {counts:?}");
    assert!(appended.iter().all(|batch| batch.bytes <= 16_384));
}

/// Who compresses needs time: the same batch leaves later by gzip than by lz4, and by none at once.
#[test]
fn compressing_takes_time() {
    let leaves = |codec: &str| {
        let config = [("compression.type", codec), ("linger.ms", "0"), ("acks", "1")];
        let large = Workload { rate: 0, keys: 0, bytes: 100_000, tombstones: 0 };
        let mut told = story().busy_producer("app", large, &config).boot();
        told.produce("app").run(secs(1)).begin();
        told.produce("app").run(ms(100));
        let from = told.events().next().map_or(Time::ZERO, |it| it.at);
        let mut moments = ["", "", ""].map(|_| 0);
        for it in told.events() {
            let at = it.at.since(from).0;
            match &it.event {
                Event::Sent(envelope) => {
                    if let Body::Request(Request::Produce(_)) = &*envelope.body {
                        moments[0] = at;
                    }
                }
                Event::Appended { as_leader: true, .. } => moments[1] = at,
                Event::Acked { .. } => moments[2] = at,
                _ => {}
            }
        }
        format!("{codec}: sent {}, appended {}, acked {} µs", moments[0], moments[1], moments[2])
    };
    let all = ["none", "lz4", "gzip"].map(leaves).join("\n");
    expect![[r#"
        none: sent 0, appended 2000, acked 4000 µs
        lz4: sent 300, appended 2400, acked 4400 µs
        gzip: sent 2500, appended 4900, acked 6900 µs"#]]
    .assert_eq(&all);
}

/// Consumers need time, too, before they can hand records over.
#[test]
fn decompressing_takes_time() {
    let polled = |codec: &str| {
        let config = [("compression.type", codec), ("linger.ms", "0"), ("acks", "1")];
        let large = Workload { rate: 0, keys: 0, bytes: 500_000, tombstones: 0 };
        let mut told =
            story().busy_producer("app", large, &config).consumer("C1", &[]).run_to(at(8));
        told.produce("app").run(secs(2)).begin();
        let mut fetched = Time::ZERO;
        let mut handed = Time::ZERO;
        told.produce("app").run(secs(1));
        let client = kafkascope::sim::Node::Client(told.client("C1"));
        for it in told.events() {
            match &it.event {
                Event::Sent(envelope) if envelope.to == client && envelope.bytes > 1000 => {
                    fetched = it.at;
                }
                Event::Polled { records: 1 } => handed = it.at,
                _ => {}
            }
        }
        handed.since(fetched).0
    };
    let way = polled("none");
    assert_eq!(polled("gzip") - way, 500_010 * 4 / 1000);
    assert_eq!(polled("snappy") - way, 500_010 / 1000);
}

/// A batch that is too large as it is may go through compressed: limits are about what is written.
#[test]
fn limits_count_compressed_bytes() {
    let large = Workload { rate: 0, keys: 0, bytes: 900_000, tombstones: 0 };
    let fate = |codec: &str, topic: &str| {
        let config = [("compression.type", codec), ("linger.ms", "0"), ("acks", "1")];
        let mut told = story()
            .topic_config("max.message.bytes", "500000")
            .topic_config("compression.type", topic)
            .busy_producer("app", large, &config)
            .boot();
        told.produce("app").run(secs(1));
        told.events().any(|it| matches!(it.event, Event::Acked { .. }))
    };
    assert!(!fate("none", "producer"));
    assert!(fate("gzip", "producer"));
    assert!(!fate("gzip", "uncompressed"), "what the leader makes of it is too large");
    assert!(!fate("none", "gzip"), "what came was too large");
}

/// Each of the two configs of one name has its own values.
#[test]
fn what_is_no_codec() {
    let mut told = story().producer("app", &[]).boot();
    let app = ConfigTarget::Client(told.client("app"));
    let topic = ConfigTarget::Topic("orders".into());
    let mut set = |target: &ConfigTarget, value: &str| {
        let (target, name) = (target.clone(), "compression.type".into());
        told.submit(kafkascope::sim::Command::SetConfig { target, name, value: value.into() })
    };
    let refused = |value: &str| {
        Err(Refusal::InvalidConfig { name: "compression.type".into(), value: value.into() })
    };
    assert_eq!(set(&app, "lz4"), Ok(()));
    assert_eq!(set(&app, "producer"), refused("producer"));
    assert_eq!(set(&topic, "producer"), Ok(()));
    assert_eq!(set(&topic, "none"), refused("none"));
    let pt = kafkascope::locale::Words(kafkascope::locale::Lang::PtBr);
    let said = |value: &str| refused(value).map_err(|it| pt.refusal(&it, &told.world)).err();
    assert!(said("producer").is_some_and(|it| it.contains("none, gzip, snappy, lz4, zstd")));
    assert!(said("none").is_some_and(|it| it.contains("uncompressed, zstd")));
}

/// What one codec saves: the same records, and what they take on the wire.
#[test]
fn quotas_and_links_count_what_travels() {
    let bytes = |codec: &str| {
        let told = written(codec, "producer", &[]);
        let sent = told.events().filter_map(|it| match &it.event {
            Event::Arrived(envelope) => match &*envelope.body {
                Body::Request(Request::Produce(_)) => Some(u64::from(envelope.bytes)),
                _ => None,
            },
            _ => None,
        });
        sent.sum::<u64>()
    };
    let (none, gzip) = (bytes("none"), bytes("gzip"));
    assert!((28..=34).contains(&(gzip * 100 / none)), "{gzip} of {none} bytes");
    let kinds = [CompressionType::None, CompressionType::Gzip];
    assert_eq!(kinds.map(CompressionType::permille), [1000, 300]);
}

fn at(seconds: u64) -> Time {
    Time::ZERO + secs(seconds)
}
