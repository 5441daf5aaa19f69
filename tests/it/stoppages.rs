//! Stories about what a rebalance costs: which partitions nobody read, and for how long.

use kafkascope::metrics::Metrics;
use kafkascope::metrics::backlog::Outlook;
use kafkascope::metrics::stoppage::{Reader, Vacancy};
use kafkascope::sim::scenario::{ConsumerSpec, Workload};
use kafkascope::sim::{Command, Node, Span, Time};

use crate::cluster::{Told, consumer, secs, story};

const COOPERATIVE: (&str, &str) = (
    "partition.assignment.strategy",
    "org.apache.kafka.clients.consumer.CooperativeStickyAssignor",
);

fn measured(told: &Told) -> Metrics {
    let mut metrics = Metrics::default();
    told.log.iter().for_each(|stamped| metrics.fold(stamped));
    metrics
}

/// For each partition: how long it stood still in the last stoppage, in milliseconds.
fn stood(told: &Told) -> Vec<u64> {
    let metrics = measured(told);
    let course = metrics.stoppages().group("billing").expect("the group has assigned");
    course.tracks().map(|(_, track)| track.stood_lately(told.world.now).0 / 1_000).collect()
}

/// The bands of one partition: who, and since when in milliseconds after `from`.
fn bands(told: &Told, index: u32, from: Time) -> Vec<(u64, String)> {
    let metrics = measured(told);
    let course = metrics.stoppages().group("billing").expect("the group has assigned");
    let track = course.tracks().find(|(partition, _)| partition.index == index).expect("it is").1;
    let since = track.bands().filter(|band| band.from >= from);
    since
        .map(|band| {
            let who = match band.reader {
                Reader::Member(id) => told.world.clients[&id].name().to_string(),
                Reader::Nobody(why) => format!("{why:?}"),
            };
            (band.from.since(from).0 / 1_000, who)
        })
        .collect()
}

fn band(at: u64, who: &str) -> (u64, String) {
    (at, who.to_owned())
}

/// c2 joins c1, which has three partitions.
fn joined(config: &[(&str, &str)]) -> (Told, Time) {
    let mut told = story().partitions(3).consumer("c1", config).run_to(Time::ZERO + secs(9));
    let from = told.world.now;
    told.does(Command::AddConsumer(consumer("c2", config))).run(secs(10));
    (told, from)
}

/// Eager: nobody reads anything from the moment c1 gives all back until both know where to begin.
#[test]
fn an_eager_rebalance_stops_everything() {
    let (told, from) = joined(&[]);
    assert!(stood(&told).iter().all(|ms| *ms > 0), "{:?}", stood(&told));
    for (index, owner) in [(0, "c1"), (1, "c1"), (2, "c2")] {
        let bands = bands(&told, index, from);
        assert_eq!(bands[0], band(1_139, "HandedBack"));
        assert_eq!(bands[1], band(1_149, "Seeking"));
        assert_eq!((bands.len(), &*bands[2].1), (3, owner));
        assert_eq!(stood(&told)[index as usize], bands[2].0 - 1_139, "to the position");
    }
}

/// Cooperative: only what moves stands still, through both rebalances.
#[test]
fn a_cooperative_rebalance_stops_what_moves() {
    let (told, from) = joined(&[COOPERATIVE]);
    assert_eq!((bands(&told, 0, from), bands(&told, 1, from)), (vec![], vec![]));
    let moved = bands(&told, 2, from);
    assert_eq!(moved[..2], [band(1_149, "HandedBack"), band(4_157, "Seeking")]);
    assert_eq!(moved[2].1, "c2");
    assert_eq!(stood(&told), [0, 0, moved[2].0 - 1_149]);
}

/// Without its owner, a partition stands still from the crash on, long before anybody rebalances.
#[test]
fn a_crash_stops_from_its_moment() {
    let quick = [("session.timeout.ms", "6000")];
    let mut base = story().partitions(2).consumer("c1", &quick);
    base = base.consumer("c2", &quick);
    let mut told = base.run_to(Time::ZERO + secs(12));
    let from = told.world.now;
    told.crash(Node::Client(told.client("c2"))).run(Span::secs(3));
    let metrics = measured(&told);
    let course = metrics.stoppages().group("billing").expect("it has assigned");
    assert_eq!(course.stoppage().map(|it| (it.from, it.to)), Some((from, None)));
    assert_eq!(stood(&told), [0, 3_000]);
    told.run(secs(12));
    let bands = bands(&told, 1, from);
    assert_eq!(bands[0].1, "Ended");
    assert_eq!(bands.last().map(|band| &*band.1), Some("c1"));
    let metrics = measured(&told);
    let course = metrics.stoppages().group("billing").expect("it has assigned");
    assert!(course.stoppage().expect("there was one").to.is_some());
    assert_eq!(course.rebalances().last().map(|it| it.at > from + secs(3)), Some(true));
}

/// A static member is away: the group is stable, and its partition stands still all the same.
#[test]
fn a_static_member_away_stops_its_own() {
    let mut base = story().partitions(2);
    for (name, id) in [("c1", "i1"), ("c2", "i2")] {
        let spec = consumer(name, &[]);
        base.scenario.consumers.push(ConsumerSpec { instance: Some(id.into()), ..spec });
    }
    let mut told = base.run_to(Time::ZERO + secs(12));
    let (from, c2) = (told.world.now, Node::Client(told.client("c2")));
    told.does(Command::Stop(c2)).run(secs(5)).start(c2).run(secs(5));
    let bands = bands(&told, 1, from);
    assert_eq!(bands[..2], [band(6, "HandedBack"), band(5_022, "Seeking")]);
    assert_eq!(stood(&told), [0, bands[2].0 - 6]);
    let metrics = measured(&told);
    let rebalances = metrics.stoppages().group("billing").expect("it has assigned").rebalances();
    assert_eq!(rebalances.filter(|it| it.at > from).count(), 0);
}

/// Who was frozen and comes back reads what is another's by now, until it hears of it.
#[test]
fn a_thawed_member_reads_on_until_it_knows() {
    let quick = [("session.timeout.ms", "6000")];
    let mut told = story().partitions(1).consumer("c1", &quick).run_to(Time::ZERO + secs(12));
    let (from, c1) = (told.world.now, Node::Client(told.client("c1")));
    told.does(Command::Pause(c1)).run(secs(2)).does(Command::Resume(c1)).run(secs(2));
    assert_eq!(bands(&told, 0, from), [band(0, "Frozen"), band(2_000, "c1")]);
    assert_eq!(stood(&told), [2_000]);
    assert!(matches!(
        measured(&told).stoppages().group("billing").map(|course| course.stoppage()),
        Some(Some(stoppage)) if stoppage.from == from
    ));
    told.does(Command::Pause(c1)).does(Command::AddConsumer(consumer("c2", &quick)));
    told.run(secs(20));
    let all = bands(&told, 0, from);
    assert!(all.iter().any(|(_, who)| *who == format!("{:?}", Vacancy::Frozen)), "{all:?}");
    assert_eq!(all.last().map(|(_, who)| &**who), Some("c2"));
}

/// One partition gets more than its reader can take: lag is a number for each partition.
#[test]
fn a_slow_reader_falls_behind_and_catches_up() {
    let workload = Workload { rate: 40, keys: 0, bytes: 100, ..Workload::default() };
    let mut base = story().busy_producer("app", workload, &[("linger.ms", "0")]);
    base.scenario.consumers.push(consumer("c1", &[("auto.offset.reset", "earliest")]));
    let mut told = base.run_to(Time::ZERO + secs(20));
    let (c1, app) = (told.client("c1"), told.client("app"));
    let (partition, group) = (told.orders(0), "billing".into());
    let outlook = |told: &Told, behind: u64| {
        measured(told).backlogs().outlook(&group, partition, told.world.now, behind)
    };
    assert_eq!(outlook(&told, 30), Outlook::Level);
    told.does(Command::SetProcessing { client: c1, processing: Span::ms(100) }).run(secs(25));
    let Outlook::Grows(by) = outlook(&told, 300) else { panic!("{:?}", outlook(&told, 300)) };
    assert!((27_000..33_000).contains(&by), "40 come in a second, 10 go: {by}");
    let lags = measured(&told).backlogs().lags(&group, partition, told.world.now, secs(30));
    assert_eq!(lags.len(), 31);
    assert!(lags[30] > lags[15] && lags[15] > lags[6], "{lags:?}");
    let idle = Workload { rate: 0, ..workload };
    told.does(Command::SetWorkload { client: app, workload: idle }).run(secs(15));
    let Outlook::Clears(after) = outlook(&told, 300) else { panic!("{:?}", outlook(&told, 300)) };
    assert_eq!(after.0 / 1_000_000, 30, "300 records at 10 a second");
}
