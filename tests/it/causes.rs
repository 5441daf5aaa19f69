//! Why records were lost or written twice: chains from a command to the fact.

mod alone;

use expect_test::{Expect, expect};
use kafkascope::locale::{Lang, Words};
use kafkascope::metrics::ledger::Entry;
use kafkascope::session::causes::{Causes, Question, Role, Search, Step, What};
use kafkascope::session::{Session, Timed};
use kafkascope::sim::command::ConfigTarget;
use kafkascope::sim::id::{BrokerId, ClientId};
use kafkascope::sim::{Command, Event, Stamped, Time, World};

use crate::cluster::{Story, b, story};

const NOW: (&str, &str) = ("linger.ms", "0");
const APP: ClientId = ClientId(1);

fn at(ms: u64, command: Command) -> Timed {
    (Time(ms * 1_000), command)
}

fn produce(ms: u64) -> Timed {
    at(ms, Command::Produce { client: APP, key: None })
}

/// A story with its partition on brokers 1, 2 and 3, in this order, played to its end.
fn played(mut story: Story, commands: Vec<Timed>, until_s: u64) -> Session {
    story.scenario.topics[0].assignment = vec![[1, 2, 3].map(BrokerId).to_vec()];
    (story.scenario.topics[0].partitions, story.scenario.topics[0].replication_factor) =
        (None, None);
    let mut session = Session::scripted(story.scenario, commands).unwrap();
    session.run_to(Time(until_s * 1_000_000));
    assert_eq!(session.timeline().refused(), []);
    session
}

fn entry(session: &Session, number: u64) -> &Entry {
    session.ledger().entries().find(|entry| entry.record.number == number).unwrap()
}

/// The chain, sought in slices of this many due things.
fn sought(session: &Session, entry: &Entry, question: Question, slice: u32) -> Vec<Step> {
    let mut causes = Causes::of(session.timeline(), entry, question).unwrap();
    let mut before = 0;
    loop {
        match causes.go_on(slice) {
            Search::Going(part) => {
                assert!((before..1000).contains(&part), "{part} after {before}");
                before = part;
            }
            Search::Done(steps) => return steps,
        }
    }
}

fn chain(session: &Session, number: u64, question: Question) -> Vec<Step> {
    let entry = entry(session, number);
    assert_eq!(Question::of(entry), Some(question));
    let steps = sought(session, entry, question, 700);
    assert_eq!(steps, sought(session, entry, question, u32::MAX), "slices change nothing");
    assert!(steps.is_sorted_by_key(|step| step.at), "{steps:#?}");
    let first = steps.first().unwrap();
    assert!(first.role == Role::Beginning || first.what == What::Further, "{first:?}");
    let facts = steps.iter().filter(|step| step.role == Role::Fact).count();
    assert_eq!((facts, steps.last().map(|step| step.role)), (1, Some(Role::Fact)));
    steps
}

/// A line a step; beginnings are marked `*`, the fact `=`.
fn text(world: &World, steps: &[Step]) -> String {
    let words = Words(Lang::En);
    let mut text = String::new();
    for Step { at, node, what, role } in steps {
        let mark = match role {
            Role::Beginning => '*',
            Role::Link => ' ',
            Role::Fact => '=',
        };
        let told = match what {
            What::Event(Event::Commanded(command)) => words.command(command, world),
            What::Event(event) => {
                let event = event.clone();
                let stamped = Stamped { at: *at, node: *node, cause: None, event };
                words.tell(&stamped, world).unwrap().replace("**", "")
            }
            other => {
                format!("{other:?}").replace("Partition { topic: TopicId(0), index: 0 }", "P0")
            }
        };
        let node = words.node(*node, world);
        text.push_str(&format!("{mark} {:>9} {node}: {told}\n", at.0 / 1000));
    }
    text
}

fn check(session: &Session, steps: &[Step], expected: Expect) {
    expected.assert_eq(&text(session.world(), steps));
}

fn commands(steps: &[Step]) -> Vec<Command> {
    let commanded = |step: &Step| match &step.what {
        What::Event(Event::Commanded(command)) => Some((**command).clone()),
        _ => None,
    };
    steps.iter().filter_map(commanded).collect()
}

/// acks=1: the leader crashes while its followers are frozen.
#[test]
fn a_loss_with_acks_1_goes_back_to_the_crash_of_the_leader() {
    let story = story().producer("app", &[("acks", "1"), NOW]);
    let frozen = [2, 3].map(b);
    let mut script = vec![produce(2_000)];
    script.extend(frozen.map(|node| at(3_000, Command::Pause(node))));
    script.push(produce(4_000));
    script.push(at(4_020, Command::Crash(b(1))));
    script.extend(frozen.map(|node| at(4_020, Command::Resume(node))));
    let session = played(story, script, 30);
    let steps = chain(&session, 1, Question::Lost);
    assert!(commands(&steps).contains(&Command::Crash(b(1))), "{steps:#?}");
    assert!(matches!(steps.last().unwrap().what, What::Lacking { from: 1, .. }));
    check(
        &session,
        &steps,
        expect![[r#"
        *      3000 you: Freeze: broker 2
               3000 broker 2: broker 2 is frozen: it does nothing, but its connections stay open.
        *      4000 you: Produce one record: app
               4000 app: app puts a record into its batch for P0.
               4000 app: app sends Produce to broker 1.
               4002 broker 1: Written { partition: P0, offset: 1, epoch: 0, times: 1 }
               4002 broker 1: broker 1 answers Produce of app.
               4004 app: Confirmed { acks: Leader }
        *      4020 you: Crash: broker 1
               4020 broker 1: broker 1 stopped without a word.
        *     11129 controller: SessionOver(BrokerId(1))
              11129 controller: The controller fences broker 1: it has heard nothing from it.
              11129 controller: P0 now belongs to broker 2, epoch 1.
              11129 controller: controller answers Fetch of broker 2.
        =     11130 broker 2: Lacking { partition: P0, epoch: 1, from: 1 }
    "#]],
    );
}

/// A broker that was out of the ISR leads, because nobody else is there.
#[test]
fn a_loss_by_an_unclean_election_tells_who_allowed_it() {
    let story =
        story().topic_config("unclean.leader.election.enable", "true").producer("app", &[NOW]);
    let script = vec![
        at(2_000, Command::Crash(b(2))),
        produce(14_000),
        at(15_000, Command::Crash(b(1))),
        at(15_000, Command::Crash(b(3))),
        at(27_000, Command::Start(b(2))),
    ];
    let session = played(story, script, 40);
    let steps = chain(&session, 0, Question::Lost);
    let last = steps.last().unwrap();
    assert!(matches!(last.what, What::Lacking { from: 0, .. }) && last.node == b(2));
    for node in [1, 2, 3].map(b) {
        assert!(commands(&steps).contains(&Command::Crash(node)), "{steps:#?}");
    }
    check(
        &session,
        &steps,
        expect![[r#"
        *      2000 you: Crash: broker 2
               2000 broker 2: broker 2 stopped without a word.
        *      9127 controller: SessionOver(BrokerId(2))
               9127 controller: The controller fences broker 2: it has heard nothing from it.
               9127 controller: broker 2 falls out of the ISR of P0. Left: broker 1, broker 3.
        *     14000 you: Produce one record: app
              14000 app: app puts a record into its batch for P0.
              14004 app: app sends Produce to broker 1.
              14006 broker 1: Written { partition: P0, offset: 0, epoch: 0, times: 1 }
              14007 broker 3: Copied { partition: P0, offset: 0 }
              14008 broker 1: Committed { partition: P0, offset: 0 }
              14008 broker 1: broker 1 answers Produce of app.
              14010 app: Confirmed { acks: All }
        *     15000 you: Crash: broker 1
              15000 broker 1: broker 1 stopped without a word.
        *     15000 you: Crash: broker 3
              15000 broker 3: broker 3 stopped without a word.
        *     23141 controller: SessionOver(BrokerId(1))
        *     23141 controller: SessionOver(BrokerId(3))
              23141 controller: The controller fences broker 1: it has heard nothing from it.
              23141 controller: The controller fences broker 3: it has heard nothing from it.
              23141 controller: P0 now belongs to broker 3, epoch 1.
              23141 controller: P0 has no leader in epoch 2: nobody in its ISR is alive.
        *     27000 you: Start: broker 2
              27000 broker 2: broker 2 starts.
        *     27026 broker 2: Timer
              27026 broker 2: broker 2 sends BrokerHeartbeat to controller.
              27027 controller: broker 2 is in service.
              27027 controller: P0 goes to broker 2, epoch 3, which was out of the ISR: committed records may be lost.
              27027 controller: controller answers Fetch of broker 2.
        =     27028 broker 2: Lacking { partition: P0, epoch: 3, from: 0 }
    "#]],
    );
}

/// No answer in time, no idempotence: the batch is written once more.
#[test]
fn a_duplicate_after_a_timeout_goes_back_to_who_was_frozen() {
    let short = ("request.timeout.ms", "1000");
    let config = [("enable.idempotence", "false"), ("acks", "all"), short, NOW];
    let script = vec![
        produce(2_000),
        at(3_000, Command::Pause(b(2))),
        produce(3_900),
        at(5_700, Command::Resume(b(2))),
    ];
    let session = played(story().producer("app", &config), script, 20);
    let steps = chain(&session, 1, Question::WrittenAgain);
    assert!(matches!(steps.last().unwrap().what, What::Written { times: 2, .. }));
    assert!(commands(&steps).contains(&Command::Pause(b(2))), "{steps:#?}");
    check(
        &session,
        &steps,
        expect![[r#"
            *      3000 you: Freeze: broker 2
                   3000 broker 2: broker 2 is frozen: it does nothing, but its connections stay open.
            *      3900 you: Produce one record: app
                   3900 app: app puts a record into its batch for P0.
                   3900 app: app sends Produce to broker 1.
                   3902 broker 1: Written { partition: P0, offset: 1, epoch: 0, times: 1 }
                   3903 broker 3: Copied { partition: P0, offset: 1 }
            *      4900 app: NoAnswer
                   4900 app: app will send 1 record for P0 again: REQUEST_TIMED_OUT.
                   5008 app: app sends Produce to broker 1.
            =      5010 broker 1: Written { partition: P0, offset: 2, epoch: 0, times: 2 }
        "#]],
    );
}

/// The consumer crashed between its work and its commit.
#[test]
fn what_a_group_does_again_goes_back_to_the_crash_of_its_member() {
    let config = [("auto.offset.reset", "earliest"), ("session.timeout.ms", "6000")];
    let story = story().producer("app", &[NOW]).consumer("c1", &config);
    let consumer = kafkascope::sim::Node::Client(ClientId(2));
    let script = vec![
        produce(8_000),
        at(9_000, Command::Crash(consumer)),
        at(10_000, Command::Start(consumer)),
    ];
    let session = played(story, script, 40);
    let steps = chain(&session, 0, Question::ProcessedAgain);
    assert!(commands(&steps).contains(&Command::Crash(consumer)), "{steps:#?}");
    check(
        &session,
        &steps,
        expect![[r#"
            *      8000 you: Produce one record: app
                   8000 app: app puts a record into its batch for P0.
                   8004 app: app sends Produce to broker 1.
                   8006 broker 1: Written { partition: P0, offset: 0, epoch: 0, times: 1 }
                   8007 broker 2: Copied { partition: P0, offset: 0 }
                   8007 broker 3: Copied { partition: P0, offset: 0 }
                   8008 broker 1: Committed { partition: P0, offset: 0 }
                   8008 broker 1: broker 1 answers Produce of app.
                   8010 app: Confirmed { acks: All }
                   8011 c1: Processed { group: "billing", partition: P0, offset: 0, times: 1 }
            *      9000 you: Crash: c1
                   9000 c1: c1 stopped without a word.
            *     10000 you: Start: c1
                  10000 c1: c1 starts.
                  13126 broker 1: Group billing gives c1 up: no heartbeat came.
                  13134 c1: c1 gets P0 in generation 2.
                  13146 c1: c1 has no valid offset for P0 and begins at 0.
            =     13151 c1: Processed { group: "billing", partition: P0, offset: 0, times: 2 }
        "#]],
    );
}

/// Two in flight: the first is refused and tried again, the second gets through meanwhile.
#[test]
fn out_of_order_tells_the_refusal_and_who_was_first() {
    let config = [("enable.idempotence", "false"), ("retry.backoff.ms", "2000"), NOW];
    let story = story()
        .topic_config("min.insync.replicas", "3")
        .cluster_config("broker.session.timeout.ms", "2000")
        .producer("app", &config);
    let target = ConfigTarget::Topic("orders".into());
    let value = ("min.insync.replicas".into(), "1".into());
    let script = vec![
        at(2_000, Command::Crash(b(3))),
        produce(8_000),
        at(8_100, Command::SetConfig { target, name: value.0, value: value.1 }),
        produce(8_200),
    ];
    let session = played(story, script, 14);
    let steps = chain(&session, 0, Question::OutOfOrder);
    assert!(steps.iter().any(|step| matches!(step.what, What::Overtaken { .. })), "{steps:#?}");
    check(
        &session,
        &steps,
        expect![[r#"
            *      2000 you: Crash: broker 3
                   2000 broker 3: broker 3 stopped without a word.
            *      2127 controller: SessionOver(BrokerId(3))
                   2127 controller: The controller fences broker 3: it has heard nothing from it.
                   2127 controller: Nobody is left in the ISR of P0.
            *      8000 you: Produce one record: app
                   8000 app: app puts a record into its batch for P0.
                   8004 app: app sends Produce to broker 1.
                   8006 broker 1: broker 1 answers Produce of app with NOT_ENOUGH_REPLICAS.
                   8008 app: app will send 1 record for P0 again: NOT_ENOUGH_REPLICAS.
            *      8134 broker 2: Timer
                   8134 broker 2: broker 2 sends BrokerHeartbeat to controller.
                   8135 controller: broker 2 is in service.
                   8135 controller: P0 now belongs to broker 2, epoch 13.
                  10008 app: app sends Produce to broker 1.
                  10010 broker 1: broker 1 answers Produce of app with NOT_LEADER_OR_FOLLOWER.
                  10012 app: app will send 1 record for P0 again: NOT_LEADER_OR_FOLLOWER.
                  10016 app: app sends Produce to broker 2.
                  10018 broker 2: Overtaken { by: RecordId { client: ClientId(1), number: 1 }, partition: P0, offset: 0 }
            =     10020 broker 2: Written { partition: P0, offset: 1, epoch: 13, times: 1 }
        "#]],
    );
}

/// An application that has heard nothing asks what it waits for.
#[test]
fn in_doubt_tells_what_keeps_the_answer_back() {
    let story = story().producer("app", &[NOW]);
    let script = vec![produce(2_000), at(3_000, Command::Pause(b(2))), produce(3_900)];
    let session = played(story, script, 6);
    let steps = chain(&session, 1, Question::InDoubt);
    assert_eq!(steps.last().unwrap().what, What::Untold);
    check(
        &session,
        &steps,
        expect![[r#"
            *      3000 you: Freeze: broker 2
                   3000 broker 2: broker 2 is frozen: it does nothing, but its connections stay open.
            *      3900 you: Produce one record: app
                   3900 app: app puts a record into its batch for P0.
                   3900 app: app sends Produce to broker 1.
                   3902 broker 1: Written { partition: P0, offset: 1, epoch: 0, times: 1 }
                   3903 broker 3: Copied { partition: P0, offset: 1 }
            =      6000 app: Untold
        "#]],
    );
}

/// acks=0: the request dies with the broker, and nobody is told.
#[test]
fn a_loss_with_acks_0_ends_where_its_request_did() {
    let story = story().producer("app", &[("acks", "0"), NOW]);
    let script = vec![produce(2_000), produce(3_000), at(3_000, Command::Crash(b(1)))];
    let session = played(story, script, 20);
    let steps = chain(&session, 1, Question::Lost);
    assert!(matches!(steps.last().unwrap().what, What::Event(Event::Lost(_))));
    check(
        &session,
        &steps,
        expect![[r#"
        *      3000 you: Produce one record: app
               3000 app: app puts a record into its batch for P0.
               3000 app: app sends Produce to broker 1.
               3000 app: Confirmed { acks: None }
        *      3000 you: Crash: broker 1
               3000 broker 1: broker 1 stopped without a word.
        =      3002 broker 1: Produce from app to broker 1 is lost with its connection.
    "#]],
    );
}

/// All machines lose their power before anything is on a disk.
#[test]
fn a_loss_by_power_goes_back_to_every_machine_that_had_it() {
    let story = story().producer("app", &[NOW]);
    let all = [1, 2, 3];
    let mut script = vec![produce(2_000)];
    script.extend(all.map(|id| at(4_000, Command::PowerLoss(BrokerId(id)))));
    script.extend(all.map(|id| at(6_000, Command::Start(b(id)))));
    let session = played(story, script, 40);
    let steps = chain(&session, 0, Question::Lost);
    for id in all {
        assert!(commands(&steps).contains(&Command::PowerLoss(BrokerId(id))), "{steps:#?}");
    }
    check(
        &session,
        &steps,
        expect![[r#"
        *      2000 you: Produce one record: app
               2000 app: app puts a record into its batch for P0.
               2004 app: app sends Produce to broker 1.
               2006 broker 1: Written { partition: P0, offset: 0, epoch: 0, times: 1 }
               2007 broker 2: Copied { partition: P0, offset: 0 }
               2007 broker 3: Copied { partition: P0, offset: 0 }
               2008 broker 1: Committed { partition: P0, offset: 0 }
               2008 broker 1: broker 1 answers Produce of app.
               2010 app: Confirmed { acks: All }
        *      4000 you: Cut its power: broker 1
               4000 broker 1: The machine of broker 1 lost its power: what was not on its disk yet is gone.
               4000 broker 1: broker 1 has P0 only up to 0 on disk: it had written up to 1.
        *      4000 you: Cut its power: broker 2
               4000 broker 2: The machine of broker 2 lost its power: what was not on its disk yet is gone.
               4000 broker 2: broker 2 has P0 only up to 0 on disk: it had written up to 1.
        *      4000 you: Cut its power: broker 3
               4000 broker 3: The machine of broker 3 lost its power: what was not on its disk yet is gone.
               4000 broker 3: broker 3 has P0 only up to 0 on disk: it had written up to 1.
        *      6000 you: Start: broker 3
               6000 broker 3: broker 3 starts.
        *     11129 controller: SessionOver(BrokerId(1))
        *     11129 controller: SessionOver(BrokerId(2))
              11129 controller: The controller fences broker 1: it has heard nothing from it.
              11129 controller: The controller fences broker 2: it has heard nothing from it.
              11129 controller: P0 now belongs to broker 2, epoch 1.
        *     11129 controller: SessionOver(BrokerId(3))
              11129 controller: The controller fences broker 3: it has heard nothing from it.
              11129 controller: P0 now belongs to broker 3, epoch 2.
              11129 controller: P0 has no leader in epoch 3: nobody in its ISR is alive.
        *     11955 broker 3: Timer
              11955 broker 3: broker 3 sends BrokerHeartbeat to controller.
              11956 controller: broker 3 is in service.
              11956 controller: P0 goes to broker 3, epoch 4, which was out of the ISR: committed records may be lost.
              11956 controller: controller answers Fetch of broker 3.
        =     11957 broker 3: Lacking { partition: P0, epoch: 4, from: 0 }
    "#]],
    );
}

/// What a quorum decides is known once a majority has it: the chain goes through its messages.
#[test]
fn a_chain_goes_through_the_quorum() {
    let story = story().controllers(3).producer("app", &[("acks", "1"), NOW]);
    let script = vec![
        produce(3_000),
        at(4_000, Command::Pause(b(2))),
        at(4_000, Command::Pause(b(3))),
        produce(5_000),
        at(5_020, Command::Crash(b(1))),
        at(5_020, Command::Resume(b(2))),
        at(5_020, Command::Resume(b(3))),
    ];
    let session = played(story, script, 40);
    let steps = chain(&session, 1, Question::Lost);
    assert!(commands(&steps).contains(&Command::Crash(b(1))), "{steps:#?}");
    let over = |step: &Step| step.what == What::SessionOver(BrokerId(1));
    assert!(steps.iter().any(over), "{steps:#?}");
    check(
        &session,
        &steps,
        expect![[r#"
        *      4000 you: Freeze: broker 2
               4000 broker 2: broker 2 is frozen: it does nothing, but its connections stay open.
        *      5000 you: Produce one record: app
               5000 app: app puts a record into its batch for P0.
               5000 app: app sends Produce to broker 1.
               5002 broker 1: Written { partition: P0, offset: 1, epoch: 0, times: 1 }
               5002 broker 1: broker 1 answers Produce of app.
               5004 app: Confirmed { acks: Leader }
        *      5020 you: Crash: broker 1
               5020 broker 1: broker 1 stopped without a word.
        *     12533 controller 2: SessionOver(BrokerId(1))
              12533 controller 2: controller 2 answers Fetch of controller 1.
              12534 controller 1: controller 1 sends Fetch to controller 2.
              12535 controller 2: controller 2 answers Fetch of broker 2.
              12535 controller 2: The controller fences broker 1: it has heard nothing from it.
              12535 controller 2: P0 now belongs to broker 2, epoch 1.
        =     12536 broker 2: Lacking { partition: P0, epoch: 1, from: 1 }
    "#]],
    );
}
