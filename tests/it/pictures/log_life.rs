//! What becomes of old records, in pictures.

use kafkascope::scene::view::{Motion, View};
use kafkascope::sim::{Command, Event, Scenario, Span, Time};

use super::{Story, check, view, words};

/// A topic whose segments hold two records, and a world that looks for old ones each second.
fn short_lived(policy: &str, rate: u32) -> Scenario {
    let mut scenario = Scenario::opening("orders", ["checkout", "web-app"], "billing");
    let config = &mut scenario.cluster.config;
    config.insert("log.initial.task.delay.ms".into(), "1000".into());
    config.insert("log.retention.check.interval.ms".into(), "1000".into());
    config.insert("log.cleaner.backoff.ms".into(), "3000".into());
    let topic = &mut scenario.topics[0];
    topic.config.insert("segment.bytes".into(), "400".into());
    topic.config.insert("cleanup.policy".into(), policy.into());
    topic.config.insert("retention.ms".into(), "4000".into());
    topic.config.insert("min.cleanable.dirty.ratio".into(), "0.3".into());
    for producer in &mut scenario.producers {
        producer.workload.rate = rate;
        producer.workload.keys = 3;
        producer.workload.tombstones = 30;
    }
    scenario
}

/// Until something has just happened to old records on a broker.
fn until_went(mut story: Story, so: fn(&Event) -> bool) -> Story {
    let began = story.log.len();
    while !story.log[began..].iter().any(|it| so(&it.event)) {
        assert!(story.world.now < Time(60_000_000), "it never came to be");
        story = story.run(Span::ms(10));
    }
    story
}

/// Segments in their trays: closed ones with what is left of their time, the active one open. One
/// is falling off, and what took it is said.
#[test]
fn segments_age_and_go() {
    let deleted = |event: &Event| matches!(event, Event::SegmentsDeleted { .. });
    let story = Story::of(&short_lived("delete", 2)).run(Span::ms(9_000));
    let story = until_went(story, deleted).run(Span::ms(15));
    check("segments", &story.seen(&View { pace: 0.1, ..view(976.0, 636.0) }));
    let gone = |view: &View| {
        let scene = story.seen(view);
        words(&scene).iter().filter(|(_, word)| word.ends_with("retention.ms")).count()
    };
    let later = View { pace: 0.001, ..view(976.0, 636.0) };
    let steps = View { motion: Motion::Steps, pace: 0.1, ..later.clone() };
    assert!(gone(&steps) > 0, "where nothing moves it is said at once");
    assert_eq!(gone(&View { pace: 0.1, ..later.clone() }), 0, "they are still falling");
    assert!(gone(&View { pace: 0.01, ..later.clone() }) > 0);
    assert_eq!(gone(&later), 0, "the mark stays for some seconds of the eye");
}

/// Records before the log's start that are still in its first segment: there, and nobody can read
/// them.
#[test]
fn deleted_records_wait_for_their_segment() {
    let mut scenario = short_lived("delete", 2);
    scenario.topics[0].config.insert("retention.ms".into(), "-1".into());
    scenario.topics[0].config.insert("segment.bytes".into(), "800".into());
    let delete =
        |partition| Command::DeleteRecords { topic: "orders".into(), partition, offset: 6 };
    let story = Story::of(&scenario).run(Span::secs(8)).does(delete(0)).does(delete(2));
    let story = story.run(Span::ms(900));
    check("deleted-records", &story.seen(&View { pace: 0.1, ..view(976.0, 636.0) }));
}

/// The cleaner passes: what it takes is seen for a while, and then there are holes.
#[test]
fn compaction_leaves_holes() {
    let cleaned = |event: &Event| matches!(event, Event::CleanerRan { .. });
    let story = until_went(Story::of(&short_lived("compact", 1)).run(Span::secs(10)), cleaned);
    let story = story.run(Span::ms(40));
    check("compacted", &story.seen(&View { pace: 0.1, ..view(976.0, 636.0) }));
}
