//! Stories about consumers that read from the closest replica (KIP-392).

use expect_test::expect;
use kafkascope::sim::Event;
use kafkascope::sim::id::{BrokerId, ClientId};
use kafkascope::sim::wire::Channel;

use crate::cluster::{Story, Told, b, ms, secs, story};

/// A leader in rack a, followers in b and c, and a consumer in rack b.
fn racks() -> Story {
    let reads = [("auto.offset.reset", "earliest"), ("metadata.max.age.ms", "20000")];
    let mut story = story().racks().producer("app", &[("linger.ms", "0")]).consumer("c", &reads);
    story.scenario.topics[0].assignment = vec![[1, 2, 3].map(BrokerId).into()];
    story.scenario.consumers[0].rack = Some("b".into());
    story
}

/// What the consumer fetches and what it is handed, and who knows what is committed.
fn fetching(told: &Told) -> String {
    let c = told.client("c");
    told.text_of(|event| match event {
        Event::Sent(envelope) | Event::Arrived(envelope) => {
            let with = |id: ClientId| envelope.from.client().or(envelope.to.client()) == Some(id);
            envelope.channel == Channel::Client && with(c)
        }
        Event::HighWatermarkMoved { .. } | Event::Processed { .. } => true,
        _ => false,
    })
}

/// Whom the consumer asks.
fn read_from(told: &Told) -> Option<BrokerId> {
    let consumer = told.world.clients[&told.client("c")].as_consumer().unwrap();
    consumer.readings().find_map(|(_, reading)| reading.preferred).map(|it| it.broker)
}

/// The leader sends the consumer to the follower in its rack, and the follower shows a record only
/// when it knows that it is committed: one fetch later than the leader.
#[test]
fn a_follower_in_the_rack_serves_what_it_knows_to_be_committed() {
    let mut told = racks().run_to(kafkascope::sim::Time::ZERO + secs(8));
    assert_eq!(read_from(&told), Some(BrokerId(2)));
    told.produce("app").run(ms(600));
    expect![[r#"
        +0.008000 b1        ·           orders-0 HW 0 → 1
        +0.178112 c         → b2        Fetch orders-0@0
        +0.509000 b2        ·           orders-0 HW 0 → 1
        +0.509000 b2        → c         Fetch: orders-0[0..1) hw=1
        +0.509000 b3        ·           orders-0 HW 0 → 1
        +0.511000 c         → b2        Fetch orders-0@1
        +0.512000 c         ·           processed orders-0@0
    "#]]
    .assert_eq(&fetching(&told));
}

/// The follower crashes. The leader goes on to name it until the controller has fenced it, and the
/// consumer reads nothing; then the leader serves it, and names the follower again when that is
/// back in the ISR.
#[test]
fn a_follower_that_crashes_is_left_and_found_again() {
    let mut told = racks().run_to(kafkascope::sim::Time::ZERO + secs(8));
    told.crash(b(2)).produce("app").run(ms(60));
    let crashed = fetching(&told);
    told.run(secs(15));
    assert_eq!(read_from(&told), None);
    told.begin().produce("app").run(ms(40));
    let alone = fetching(&told);
    told.start(b(2)).run(secs(10));
    assert_eq!(read_from(&told), Some(BrokerId(2)));
    told.begin().produce("app").run(ms(600));
    let again = fetching(&told);
    expect![[r#"
        +0.000000 b2        → c         disconnect
        +0.002000 c         → b1        Fetch orders-0@0
        +0.004000 b1        → c         Fetch: orders-0 from b2, rather

        +0.004000 b1        ·           orders-0 HW 1 → 2
        +0.004000 b1        → c         Fetch: orders-0[1..2) hw=2
        +0.006000 c         → b1        Fetch orders-0@2
        +0.007000 c         ·           processed orders-0@1

        +0.006000 b1        ·           orders-0 HW 2 → 3
        +0.058000 c         → b2        Fetch orders-0@2
        +0.505000 b2        ·           orders-0 HW 2 → 3
        +0.505000 b2        → c         Fetch: orders-0[2..3) hw=3
        +0.507000 c         → b2        Fetch orders-0@3
        +0.507000 b3        ·           orders-0 HW 2 → 3
        +0.508000 c         ·           processed orders-0@2
    "#]]
    .assert_eq(&[crashed, alone, again].join("\n"));
}

/// The lease of metadata.max.age.ms ends: the leader is asked once, and names the replica anew.
#[test]
fn a_lease_ends() {
    let mut told = racks().run_to(kafkascope::sim::Time::ZERO + secs(8));
    told.run(secs(20));
    let all = fetching(&told);
    let leader: Vec<&str> = all.lines().filter(|line| line.contains("b1")).collect();
    expect![[r#"
        +16.306112 c         → b1        Fetch orders-0@0
        +16.308112 b1        → c         Fetch: orders-0 from b2, rather"#]]
    .assert_eq(&leader.join("\n"));
}
