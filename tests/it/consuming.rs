//! Stories about consuming applications: when they commit, who works on records, what they lose
//! and what they do twice.

use expect_test::expect;
use kafkascope::metrics::gauges::lags;
use kafkascope::sim::handling::{Act, CommitMode, Handler, Handling, OnError, SeekTo};
use kafkascope::sim::id::{ClientId, Key};
use kafkascope::sim::scenario::ConsumerSpec;
use kafkascope::sim::{Command, Event, Node, Span};

use crate::cluster::{Told, consumer, ms, secs, story};

/// What people follow in these stories.
pub fn told_of(event: &Event) -> bool {
    matches!(
        event,
        Event::PositionSet { .. }
            | Event::Sought { .. }
            | Event::NoOffset { .. }
            | Event::OffsetOutOfRange { .. }
            | Event::Polled { .. }
            | Event::Processed { .. }
            | Event::HandlingFailed { .. }
            | Event::Committed { .. }
            | Event::CommitFailed { .. }
            | Event::PollTimedOut { .. }
            | Event::PartitionsLost { .. }
            | Event::OffsetsExpired { .. }
            | Event::Crashed
            | Event::Stopped
    )
}

/// An application that commits by itself and works so long on each record.
pub fn application(commit: CommitMode, processing: Span, config: &[(&str, &str)]) -> ConsumerSpec {
    let mut spec = consumer("c1", &[("auto.offset.reset", "earliest")]);
    spec.config.insert("enable.auto.commit".into(), "false".into());
    spec.config.insert("session.timeout.ms".into(), "6000".into());
    let config = config.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    spec.config.extend(config);
    spec.processing = processing;
    spec.handling.commit = commit;
    spec
}

/// So many records are there when the application starts; the story begins with its first one.
pub fn with_records(records: u32, spec: ConsumerSpec) -> (Told, ClientId) {
    let mut told = story()
        .cluster_config("offsets.topic.num.partitions", "1")
        .cluster_config("group.initial.rebalance.delay.ms", "0")
        .producer("app", &[("linger.ms", "0")])
        .boot();
    for _ in 0..records {
        told.produce("app").run(ms(50));
    }
    told.begin();
    told.does(Command::AddConsumer(spec));
    let client = told.client("c1");
    until(&mut told, |event| matches!(event, Event::Polled { .. }));
    told.begin();
    (told, client)
}

/// Runs until something happens, from now on.
pub fn until(told: &mut Told, happens: impl Fn(&Event) -> bool) {
    let from = told.log.len();
    for _ in 0..20_000 {
        told.run(ms(5));
        if told.log[from..].iter().any(|stamped| happens(&stamped.event)) {
            return;
        }
    }
    panic!("it never happened");
}

pub fn crash_and_start(told: &mut Told, client: ClientId) {
    told.crash(Node::Client(client)).run(ms(100)).start(Node::Client(client)).run(secs(20));
}

pub fn tell(told: &mut Told, client: ClientId, act: Act) {
    told.does(Command::Consume { client, act });
}

/// Committed after processing: what was worked on since the last commit comes again.
#[test]
fn a_crash_before_the_commit_repeats() {
    let (mut told, c1) = with_records(3, application(CommitMode::Sync, secs(1), &[]));
    told.run(ms(2500));
    crash_and_start(&mut told, c1);
    expect![[r#"
        +0.996112 c1        ·           processed orders-0@0
        +1.996112 c1        ·           processed orders-0@1
        +2.500000 c1        ·           crashed
        +5.994112 c1        ·           position orders-0@0 by reset
        +5.998112 c1        ·           poll: 3 records
        +6.998112 c1        ·           processed orders-0@0
        +7.998112 c1        ·           processed orders-0@1
        +8.998112 c1        ·           processed orders-0@2
        +9.004112 c1        ·           committed orders-0@3
    "#]]
    .assert_eq(&told.text_of(told_of));
}

/// Committed before processing: what was not yet worked on never comes again.
#[test]
fn a_crash_after_an_early_commit_loses() {
    let (mut told, c1) = with_records(3, application(CommitMode::SyncBefore, secs(1), &[]));
    told.run(ms(1500));
    crash_and_start(&mut told, c1);
    expect![[r#"
        +0.002112 c1        ·           committed orders-0@3
        +1.002112 c1        ·           processed orders-0@0
        +1.500000 c1        ·           crashed
        +6.010112 c1        ·           position orders-0@3
    "#]]
    .assert_eq(&told.text_of(told_of));
}

/// A commit for each record: at most one is repeated, and each one costs a round trip.
#[test]
fn a_commit_for_each_record_repeats_one() {
    let (mut told, c1) = with_records(3, application(CommitMode::SyncPerRecord, secs(1), &[]));
    told.run(ms(2500));
    crash_and_start(&mut told, c1);
    expect![[r#"
        +0.996112 c1        ·           processed orders-0@0
        +1.002112 c1        ·           committed orders-0@1
        +2.002112 c1        ·           processed orders-0@1
        +2.008112 c1        ·           committed orders-0@2
        +2.500000 c1        ·           crashed
        +8.016112 c1        ·           position orders-0@2
        +8.020112 c1        ·           poll: 1 records
        +9.020112 c1        ·           processed orders-0@2
        +9.026112 c1        ·           committed orders-0@3
    "#]]
    .assert_eq(&told.text_of(told_of));
}

/// commitAsync() does not wait, and who commits nothing begins anew every time.
#[test]
fn asynchronous_commits_and_none() {
    let (mut told, c1) = with_records(2, application(CommitMode::Async, ms(100), &[]));
    told.run(secs(1));
    tell(&mut told, c1, Act::Handle(Handling { commit: CommitMode::None, ..Handling::default() }));
    told.produce("app").run(secs(1));
    crash_and_start(&mut told, c1);
    expect![[r#"
        +0.096112 c1        ·           processed orders-0@0
        +0.196112 c1        ·           processed orders-0@1
        +0.202112 c1        ·           committed orders-0@2
        +1.008112 c1        ·           poll: 1 records
        +1.108112 c1        ·           processed orders-0@2
        +2.000000 c1        ·           crashed
        +6.210112 c1        ·           position orders-0@2
        +6.214112 c1        ·           poll: 1 records
        +6.314112 c1        ·           processed orders-0@2
    "#]]
    .assert_eq(&told.text_of(told_of));
}

/// Five records are handed to another thread, auto-commit has committed them, and one is done.
pub fn committed_by_itself() -> (Told, ClientId) {
    let config = [("enable.auto.commit", "true"), ("auto.commit.interval.ms", "1000")];
    let mut spec = application(CommitMode::Sync, secs(1), &config);
    spec.handling.handler = Handler::Async;
    let (mut told, c1) = with_records(5, spec);
    until(&mut told, |event| matches!(event, Event::Committed { .. }));
    told.run(secs(1));
    (told, c1)
}

/// Records are handed to another thread and poll() goes on: what auto-commit commits is not
/// processed yet, and a crash loses it.
#[test]
fn auto_commit_with_an_asynchronous_handler_loses() {
    let (mut told, c1) = committed_by_itself();
    crash_and_start(&mut told, c1);
    expect![[r#"
        +0.986112 c1        ·           committed orders-0@5
        +0.996112 c1        ·           processed orders-0@0
        +1.986112 c1        ·           committed orders-0@5
        +1.990000 c1        ·           crashed
        +7.994112 c1        ·           position orders-0@5
        +8.996112 c1        ·           committed orders-0@5
        +9.996112 c1        ·           committed orders-0@5
        +10.996112 c1        ·           committed orders-0@5
        +11.996112 c1        ·           committed orders-0@5
        +12.996112 c1        ·           committed orders-0@5
        +13.996112 c1        ·           committed orders-0@5
        +14.996112 c1        ·           committed orders-0@5
        +15.996112 c1        ·           committed orders-0@5
        +16.996112 c1        ·           committed orders-0@5
        +17.996112 c1        ·           committed orders-0@5
        +18.996112 c1        ·           committed orders-0@5
        +19.996112 c1        ·           committed orders-0@5
        +20.996112 c1        ·           committed orders-0@5
        +21.996112 c1        ·           committed orders-0@5
    "#]]
    .assert_eq(&told.text_of(told_of));
}

/// A full queue holds back the thread that polls, until max.poll.interval.ms makes it leave.
#[test]
fn a_full_queue_holds_back_the_poll() {
    let mut spec = application(CommitMode::Sync, secs(1), &[("max.poll.interval.ms", "10000")]);
    spec.handling.handler = Handler::Async;
    let (mut told, c1) = with_records(1, spec);
    let app = told.client("app");
    for _ in 0..600 {
        told.does(Command::Produce { client: app, key: None });
    }
    until(&mut told, |event| matches!(event, Event::PollTimedOut { .. }));
    let left = told.events().find(|stamped| matches!(stamped.event, Event::PollTimedOut { .. }));
    let last = told.events().filter(|stamped| matches!(stamped.event, Event::Polled { .. })).last();
    let waited = left.zip(last).map(|(left, last)| left.at.since(last.at));
    assert_eq!(waited, Some(secs(10)));
    let c1 = told.world.clients[&c1].as_consumer().expect("it is one");
    assert!(c1.is_waiting(), "{:?}", c1.work());
    let handed: i64 = c1.handed().map(|portion| portion.end - portion.next).sum();
    assert!((500..600).contains(&handed), "{handed} wait");
}

/// One record takes longer than max.poll.interval.ms: the client leaves, commitSync() throws
/// CommitFailedException, and the record comes again.
#[test]
fn a_record_that_takes_too_long_comes_again() {
    let spec = application(CommitMode::Sync, ms(10), &[("max.poll.interval.ms", "10000")]);
    let (mut told, c1) = with_records(1, spec);
    told.run(secs(1));
    tell(&mut told, c1, Act::SlowRecord(secs(15)));
    told.produce("app").run(secs(30));
    expect![[r#"
        +0.006112 c1        ·           processed orders-0@0
        +0.012112 c1        ·           committed orders-0@1
        +1.008112 c1        ·           poll: 1 records
        +11.008112 c1        ·           max.poll.interval.ms passed: leaves the group
        +16.008112 c1        ·           processed orders-0@1
        +16.008112 c1        ·           commit failed: UNKNOWN_MEMBER_ID
        +16.008112 c1        ·           lost orders-0
        +16.026112 c1        ·           position orders-0@1
        +16.030112 c1        ·           poll: 1 records
        +16.040112 c1        ·           processed orders-0@1
        +16.046112 c1        ·           committed orders-0@2
    "#]]
    .assert_eq(&told.text_of(told_of));
}

/// All records of a key are in one partition: the others cannot help, however many there are.
#[test]
fn one_hot_key_holds_up_its_partition() {
    let mut told = story().partitions(3).producer("app", &[]).consumer("c1", &[]).boot();
    told.run(secs(8));
    let (app, c1) = (told.client("app"), told.client("c1"));
    let hot = Key(1);
    told.does(Command::Produce { client: app, key: Some(hot) }).run(secs(1));
    let partition = told
        .events()
        .find_map(|stamped| match stamped.event {
            Event::Produced { partition, .. } => Some(partition),
            _ => None,
        })
        .expect("it was produced");
    let (topic, time) = ("orders".into(), secs(2));
    let slow = Act::SlowPartition { topic, partition: partition.index, time };
    told.does(Command::AddConsumer(consumer("c2", &[])));
    let c2 = told.client("c2");
    tell(&mut told, c1, slow.clone());
    tell(&mut told, c2, slow);
    told.run(secs(12));
    for _ in 0..10 {
        told.does(Command::Produce { client: app, key: Some(hot) }).run(ms(100));
    }
    for key in (2..12).map(Key) {
        told.does(Command::Produce { client: app, key: Some(key) }).run(ms(100));
    }
    told.run(secs(6));
    let behind = lags(&told.world).into_iter().filter_map(|lag| {
        let records = lag.records()?;
        (records > 0).then_some(lag.partition)
    });
    assert_eq!(behind.collect::<Vec<_>>(), [partition]);
}

/// A record that makes the application throw takes down one member after another: nobody ever
/// commits past it, until somebody skips it.
#[test]
fn a_poison_pill_kills_every_member() {
    let (mut told, c1) = with_records(1, application(CommitMode::Sync, ms(10), &[]));
    let mut other = application(CommitMode::Sync, ms(10), &[]);
    other.name = "c2".into();
    told.run(secs(1)).does(Command::AddConsumer(other)).run(secs(5)).begin();
    let app = told.client("app");
    told.does(Command::ProducePoison { client: app, key: None }).run(ms(200));
    told.produce("app").run(secs(10));
    let skip = Handling { on_error: OnError::Skip, ..Handling::default() };
    tell(&mut told, c1, Act::Handle(skip));
    told.start(Node::Client(c1)).run(secs(10));
    expect![[r#"
        +0.006000 c1        ·           poll: 1 records
        +0.016000 c1        ·           throws at orders-0@1
        +0.016000 c1        ·           crashed
        +6.000112 c2        ·           position orders-0@1
        +6.008112 c2        ·           poll: 2 records
        +6.018112 c2        ·           throws at orders-0@1
        +6.018112 c2        ·           crashed
        +12.006112 c1        ·           position orders-0@1
        +12.010112 c1        ·           poll: 2 records
        +12.020112 c1        ·           throws at orders-0@1
        +12.030112 c1        ·           processed orders-0@2
        +12.036112 c1        ·           committed orders-0@3
    "#]]
    .assert_eq(&told.text_of(told_of));
}

/// Who tries the same record for ever does not come back to poll() either.
#[test]
fn a_retry_without_end_leaves_the_group() {
    let config = [("max.poll.interval.ms", "4000")];
    let mut spec = application(CommitMode::Sync, ms(10), &config);
    spec.handling.on_error = OnError::Retry;
    let (mut told, _) = with_records(1, spec);
    told.run(secs(1)).begin();
    let app = told.client("app");
    told.does(Command::ProducePoison { client: app, key: None }).run(secs(6));
    expect![[r#"
        +0.008112 c1        ·           poll: 1 records
        +0.018112 c1        ·           throws at orders-0@1
        +1.028112 c1        ·           throws at orders-0@1
        +2.038112 c1        ·           throws at orders-0@1
        +3.048112 c1        ·           throws at orders-0@1
        +4.008112 c1        ·           max.poll.interval.ms passed: leaves the group
        +4.058112 c1        ·           throws at orders-0@1
        +5.068112 c1        ·           throws at orders-0@1
    "#]]
    .assert_eq(&told.text_of(told_of));
}

/// Seek, pause and resume, while it runs.
#[test]
fn an_application_moves_and_pauses() {
    let (mut told, c1) = with_records(3, application(CommitMode::None, ms(10), &[]));
    told.run(secs(1)).begin();
    let seek = |to| Act::Seek { topic: "orders".into(), partition: 0, to };
    tell(&mut told, c1, seek(SeekTo::Offset(1)));
    told.run(secs(1));
    tell(&mut told, c1, Act::Pause { topic: "orders".into(), partition: 0 });
    told.produce("app").run(secs(1));
    tell(&mut told, c1, Act::Resume { topic: "orders".into(), partition: 0 });
    told.run(secs(1));
    tell(&mut told, c1, seek(SeekTo::Ago(ms(3500))));
    told.run(secs(1));
    tell(&mut told, c1, seek(SeekTo::Beginning));
    told.run(secs(1));
    expect![[r#"
        +0.000000 c1        ·           seek orders-0@1
        +0.008112 c1        ·           poll: 2 records
        +0.018112 c1        ·           processed orders-0@1
        +0.028112 c1        ·           processed orders-0@2
        +2.000000 c1        ·           poll: 1 records
        +2.010000 c1        ·           processed orders-0@3
        +3.008000 c1        ·           seek orders-0@3
        +3.012000 c1        ·           poll: 1 records
        +3.022000 c1        ·           processed orders-0@3
        +4.020000 c1        ·           seek orders-0@0
        +4.024000 c1        ·           poll: 4 records
        +4.034000 c1        ·           processed orders-0@0
        +4.044000 c1        ·           processed orders-0@1
        +4.054000 c1        ·           processed orders-0@2
        +4.064000 c1        ·           processed orders-0@3
    "#]]
    .assert_eq(&told.text_of(told_of));
}
