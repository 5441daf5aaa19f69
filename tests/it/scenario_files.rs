//! Scenario files: every verb, every mistake with its line, and the player with its exit codes.

#[path = "../../examples/play/cli.rs"]
mod cli;
#[path = "../../examples/play/read.rs"]
pub mod read;
#[path = "../../examples/play/run.rs"]
mod run;
#[path = "../../examples/play/state.rs"]
mod state;

use expect_test::expect;
use kafkascope::locale::{Lang, Words};
use kafkascope::scenario_file::Script;
use kafkascope::sim::command::ConfigTarget;
use kafkascope::sim::handling::{Act, CommitMode, Handler, Handling, OnError, PollMode, SeekTo};
use kafkascope::sim::id::{BrokerId, ClientId, Key, Name};
use kafkascope::sim::scenario::{LinkSpec, Scenario, Workload};
use kafkascope::sim::{Command, Node, Span, Time};
use serde_json::Value;

use crate::cluster::{b, ms, secs};

fn path(name: &str) -> String {
    format!("{}/tests/scenarios/{name}.toml", env!("CARGO_MANIFEST_DIR"))
}

/// Exit code, standard output and standard error.
fn play(arguments: &[&str]) -> (u8, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let arguments = arguments.iter().map(|argument| (*argument).to_owned());
    let code = cli::cli(arguments, &mut out, &mut err);
    (code, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

fn state(name: &str) -> Value {
    let (code, out, err) = play(&["--state", &path(name)]);
    assert_eq!((code, err.as_str()), (cli::PLAYED, ""));
    serde_json::from_str(&out).unwrap()
}

pub fn script(text: &str) -> Script {
    read::read(text).unwrap_or_else(|report| panic!("{}", report.text("file")))
}

const CLIENTS: &str = r#"
    [[topic]]
    name = "orders"
    [[producer]]
    name = "app"
    topic = "orders"
    [[consumer]]
    name = "C1"
    group = "billing"
    topics = ["orders"]
"#;

/// What one command, at 5 s, means.
pub fn meaning(command: &str) -> Vec<Command> {
    let script = script(&format!("{CLIENTS}\n[[command]]\nat = \"5s\"\n{command}"));
    assert!(script.steps.iter().all(|step| step.at == Time::ZERO + secs(5)));
    script.steps.into_iter().map(|step| step.command).collect()
}

#[test]
fn applications_are_told_what_to_do() {
    let (app, c1) = (ClientId(1), ClientId(2));
    let poison = Command::ProducePoison { client: app, key: None };
    assert_eq!(meaning("produce-poison = 'app'"), [poison]);
    let act = |act: Act| [Command::Consume { client: c1, act }];
    assert_eq!(meaning("poll-once = 'C1'\ntimeout = '2s'"), act(Act::Poll(ms(2000))));
    assert_eq!(meaning("commit-sync = 'C1'"), act(Act::Commit));
    assert_eq!(meaning("slow-record = 'C1'\ntime = '5s'"), act(Act::SlowRecord(ms(5000))));
    let (topic, partition) = (Name::from("orders"), 1);
    let of = |verb: &str| meaning(&format!("{verb}\ntopic = 'orders'\npartition = 1"));
    let seek = |to| act(Act::Seek { topic: topic.clone(), partition, to });
    assert_eq!(of("seek = 'C1'\noffset = 4"), seek(SeekTo::Offset(4)));
    assert_eq!(of("seek = 'C1'\nto = 'beginning'"), seek(SeekTo::Beginning));
    assert_eq!(of("seek = 'C1'\nto = 'end'"), seek(SeekTo::End));
    assert_eq!(of("seek = 'C1'\nago = '3s'"), seek(SeekTo::Ago(ms(3000))));
    let pause = Act::Pause { topic: topic.clone(), partition };
    assert_eq!(of("pause-partition = 'C1'"), act(pause));
    let resume = Act::Resume { topic: topic.clone(), partition };
    assert_eq!(of("resume-partition = 'C1'"), act(resume));
    let slow = Act::SlowPartition { topic: topic.clone(), partition, time: ms(9) };
    assert_eq!(of("slow-partition = 'C1'\ntime = '9ms'"), act(slow));
    let handling = Handling { handler: Handler::Async, ..Handling::default() };
    assert_eq!(meaning("handling = 'C1'\nhandler = 'async'"), act(Act::Handle(handling)));
}

#[test]
fn applications_go_about_their_records() {
    let consumer = |keys: &str| {
        let text = format!("consumer = [{{ name = 'c', group = 'g', topics = ['t']{keys} }}]");
        script(&text).scenario.consumers[0].handling
    };
    assert_eq!(consumer(""), Handling::default());
    let keys =
        ", commit = 'sync-before', handler = 'async', on-error = 'retry', poll = 'on-command'";
    let all = Handling {
        commit: CommitMode::SyncBefore,
        handler: Handler::Async,
        on_error: OnError::Retry,
        poll: PollMode::OnCommand,
    };
    assert_eq!(consumer(keys), all);
    for (index, name) in CommitMode::NAMES.iter().enumerate() {
        let handling = consumer(&format!(", commit = '{name}'"));
        assert_eq!(handling.commit, CommitMode::ALL[index]);
    }
}

#[test]
fn every_verb_means_a_command() {
    let (app, c1) = (ClientId(1), ClientId(2));
    assert_eq!(meaning("crash = 'broker 1'"), [Command::Crash(b(1))]);
    assert_eq!(meaning("power-loss = 1"), [Command::PowerLoss(BrokerId(1))]);
    assert_eq!(meaning("start = 'C1'"), [Command::Start(Node::Client(c1))]);
    assert_eq!(meaning("stop = 'client app'"), [Command::Stop(Node::Client(app))]);
    let controller = Node::Controller(kafkascope::sim::id::ControllerId(1));
    assert_eq!(meaning("pause = 'controller'"), [Command::Pause(controller)]);
    assert_eq!(meaning("resume = 'broker 2'"), [Command::Resume(b(2))]);
    let slow = Command::Slow { node: b(2), delay: ms(50) };
    assert_eq!(meaning("slow = 'broker 2'\ndelay = '50ms'"), [slow]);
    let clock = |ahead_ms| Command::SetClock { node: b(2), ahead_ms };
    assert_eq!(meaning("set-clock = 'broker 2'\nahead = '90min'"), [clock(5_400_000)]);
    assert_eq!(meaning("set-clock = 'broker 2'\nbehind = '2s'"), [clock(-2_000)]);
    assert_eq!(meaning("set-clock = 'broker 2'"), [clock(0)]);
    let (app_node, cut) = (Node::Client(app), "['broker 1', 'app']");
    assert_eq!(meaning(&format!("cut = {cut}")), [Command::CutLink(b(1), app_node)]);
    assert_eq!(meaning(&format!("heal = {cut}")), [Command::HealLink(b(1), app_node)]);
    let spec = LinkSpec { latency: ms(80), jitter: Span::us(200), bandwidth: 125_000_000 };
    let link = Command::SetLink { a: b(1), b: app_node, spec };
    assert_eq!(meaning(&format!("link = {cut}\nlatency = '80ms'")), [link]);
    let one_way = Command::SetDirection { from: b(1), to: app_node, spec };
    assert_eq!(meaning(&format!("direction = {cut}\nlatency = '80ms'")), [one_way]);
    let (from, to) = (b(1), app_node);
    let mean_ways = |verb: &str| meaning(&format!("{verb} = {cut}"));
    assert_eq!(mean_ways("cut-direction"), [Command::CutDirection { from, to }]);
    assert_eq!(mean_ways("heal-direction"), [Command::HealDirection { from, to }]);
    assert_eq!(mean_ways("reset"), [Command::ResetNext { from, to }]);
    assert_eq!(mean_ways("split"), [Command::Split(vec![from, to])]);
    assert_eq!(meaning("heal-all = 'network'"), [Command::HealAll]);
    let slow_disk = Command::SlowDisk { broker: BrokerId(2), delay: ms(50) };
    assert_eq!(meaning("slow-disk = 2\ndelay = '50ms'"), [slow_disk]);
    assert_eq!(meaning("fill-disk = 2"), [Command::FillDisk(BrokerId(2))]);
    assert_eq!(meaning("free-disk = 2"), [Command::FreeDisk(BrokerId(2))]);
    let set = |target: &ConfigTarget, name: &str, value: &str| Command::SetConfig {
        target: target.clone(),
        name: name.into(),
        value: value.into(),
    };
    let client = ConfigTarget::Client(app);
    let both = "set = 'app'\nconfig = { acks = 1, 'linger.ms' = '0' }";
    assert_eq!(meaning(both), [set(&client, "acks", "1"), set(&client, "linger.ms", "0")]);
    let topic = ConfigTarget::Topic("orders".into());
    let unclean = "unclean.leader.election.enable";
    let text = format!("set = 'topic orders'\nconfig = {{ '{unclean}' = true }}");
    assert_eq!(meaning(&text), [set(&topic, unclean, "true")]);
    let lag = "set = 'cluster'\nconfig = { 'replica.lag.time.max.ms' = 9000 }";
    let cluster = set(&ConfigTarget::Cluster, "replica.lag.time.max.ms", "9000");
    assert_eq!(meaning(lag), [cluster]);
    let more = Command::AddPartitions { topic: "orders".into(), count: 6 };
    assert_eq!(meaning("add-partitions = 'orders'\ncount = 6"), [more]);
    let [Command::CreateTopic(spec)] =
        &meaning("create-topic = { name = 'b', partitions = 2 }")[..]
    else {
        panic!("no topic");
    };
    assert_eq!((&*spec.name, spec.partitions), ("b", Some(2)));
    let [Command::ElectLeaders { election, .. }] =
        meaning("elect-leaders = 'orders'\nelection = 'unclean'")[..]
    else {
        panic!("no election");
    };
    assert_eq!(election, kafkascope::sim::wire::ElectionType::Unclean);
    let [Command::AddBroker(spec)] = &meaning("add-broker = 4\nrack = 'b'")[..] else {
        panic!("no broker");
    };
    assert_eq!((spec.id, spec.rack.as_deref()), (BrokerId(4), Some("b")));
    let [Command::ReassignPartition { topic, partition: 1, replicas }] =
        &meaning("reassign = 'orders'\npartition = 1\nreplicas = [3, 1]")[..]
    else {
        panic!("no reassignment");
    };
    assert_eq!((&**topic, &replicas[..]), ("orders", &[BrokerId(3), BrokerId(1)][..]));
    let cancel = Command::CancelReassignment { topic: topic.clone(), partition: 1 };
    assert_eq!(meaning("cancel-reassignment = 'orders'\npartition = 1"), [cancel]);
    assert_eq!(meaning("remove-broker = 3"), [Command::RemoveBroker(BrokerId(3))]);
    assert_eq!(meaning("remove = 'C1'"), [Command::RemoveClient(c1)]);
    let workload = Workload { rate: 9, ..Workload::default() };
    assert_eq!(
        meaning("workload = 'app'\nrate = 9"),
        [Command::SetWorkload { client: app, workload }]
    );
    assert_eq!(
        meaning("processing = 'C1'\ntime = '7ms'"),
        [Command::SetProcessing { client: c1, processing: ms(7) }]
    );
    assert_eq!(meaning("produce = 'app'"), [Command::Produce { client: app, key: None }]);
    let keyed = Command::Produce { client: app, key: Some(Key(3)) };
    assert_eq!(meaning("produce = 'app'\nkey = 3"), [keyed]);
    let producer = "add-producer = { name = 'p', topic = 'orders' }";
    assert!(matches!(&meaning(producer)[..], [Command::AddProducer(_)]));
    let consumer = "add-consumer = { name = 'c', group = 'g', topics = ['orders'] }";
    assert!(matches!(&meaning(consumer)[..], [Command::AddConsumer(_)]));
    let processor = "add-processor = { name = 'x', group = 'g', topics = ['orders'], to = 'r' }";
    let [Command::AddProcessor(spec)] = &meaning(processor)[..] else { panic!("no processor") };
    assert_eq!((&*spec.name, &*spec.to), ("x", "r"));
}

/// Names are those of the moment, whatever the order in the file; and they can be used again.
#[test]
fn names_follow_the_time() {
    let script = script(&format!(
        "{CLIENTS}
        [[command]]
        at = '8s'
        crash = 'app'
        [[command]]
        at = '3s'
        remove = 'app'
        [[command]]
        at = '4s'
        add-producer = {{ name = 'app', topic = 'orders', workload = {{ rate = 3, keys = 2 }} }}
        [[command]]
        at = '6s'
        workload = 'app'
        bytes = 7
        [[command]]
        at = '7s'
        workload = 'app'
        rate = 8
        "
    ));
    let places: Vec<&str> = script.steps.iter().map(|step| step.place.as_str()).collect();
    expect![[r#"
        [
            "command[1].remove",
            "command[2].add-producer",
            "command[3].workload",
            "command[4].workload",
            "command[0].crash",
        ]
    "#]]
    .assert_debug_eq(&places);
    let again = ClientId(3);
    let workload = Workload { rate: 8, keys: 2, bytes: 7, ..Workload::default() };
    assert_eq!(script.steps[3].command, Command::SetWorkload { client: again, workload });
    assert_eq!(script.steps[4].command, Command::Crash(Node::Client(again)));
}

/// What the player says of a wrong file.
fn wrong(text: &str) -> String {
    static NEXT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let number = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let file = format!("{}/wrong-{number}.toml", env!("CARGO_TARGET_TMPDIR"));
    std::fs::write(&file, text).unwrap();
    let (code, _, err) = play(&[&file]);
    assert_eq!(code, cli::WRONG, "{err}");
    err.replace(&file, "file").trim_end().to_owned()
}

#[test]
fn a_wrong_file_names_line_key_and_what_was_expected() {
    let command = |text: &str| wrong(&format!("{CLIENTS}\n[[command]]\nat = '5s'\n{text}"));
    let list = [
        wrong("seed = 1\nend = soon"),
        wrong("seed = 'x'"),
        wrong("end = 20"),
        wrong("end = '20 parsecs'"),
        wrong("[cluster]\nbroker = 3"),
        wrong("[[topic]]\nname = 'a'\n\n[[topic]]\nname = 'b'\npartitions = -1"),
        wrong("[[topic]]\npartitions = 3"),
        wrong("[[topic]]\nname = 'a'\nconfig = { 'retention.ms' = 1.5 }"),
        wrong("[[topic]]\nname = 'a'\nconfig = { 'retention.ns' = 1 }"),
        wrong("[[topic]]\nname = 'a'\nconfig = { 'min.insync.replicas' = 0 }"),
        wrong("[[topic]]\nname = 'a b'"),
        wrong("[[topic]]\nname = 'a'\n[[topic]]\npartitions = 2\nname = 'a'"),
        wrong("[[topic]]\nname = 'a'\n\nreplication-factor = 4"),
        wrong("[[topic]]\nname = 'a'\npartitions = 0"),
        wrong("[[producer]]\nname = 'a'\ntopic = 'o'\n[producer.workload]\nrate = 1000000\n"),
        wrong("[[consumer]]\nname = 'c'\ngroup = 'g'\ntopics = ['o']\nprocessing = '2 days'"),
        wrong("[[command]]\ncrash = 'broker 1'"),
        command(""),
        command("crsh = 'broker 1'"),
        command("crash = 'broker 9'"),
        command("crash = 'nobody'"),
        command("crash = 'broker 1'\nstart = 'broker 2'"),
        command("crash = 'broker 1'\n\ndelay = '5ms'"),
        command("slow = 'broker 1'"),
        command("cut = ['broker 1']"),
        command("link = ['broker 1', 'broker 2']"),
        command("set = 'orders'\nconfig = { acks = 1 }"),
        command("set = 'app'"),
        command("set = 'app'\nconfig = { acks = 2 }"),
        command("start = 'broker 1'"),
        command("add-partitions = 'orders'\ncount = 1"),
        command("produce = 'C1'"),
        command("processing = 'app'\ntime = '1ms'"),
        command("remove = 'broker 1'"),
        command("workload = 'app'"),
        wrong("end = '3s'\n[[command]]\nat = '4s'\ncrash = 'broker 1'"),
        command("split = ['broker 1', 'broker 9']"),
        command("heal-all = 'broker 1'"),
        command("heal-all = 'network'"),
        command("reset = ['broker 1', 'broker 1']"),
        command("crash = 'broker 1'\nuntil = '8s'"),
        command("crash = 'broker 1'\nevery = '1s'\nuntil = '0s'"),
        command("crash = 'broker 1'\nevery = '1s'\nuntil = '9min'"),
        command("crash = 'broker 1'\nevery = '0s'"),
        command("crash = 'broker 1'\nevery = '1ms'"),
    ];
    expect![[r#"
        play: file:2: string values must be quoted, expected literal string
        play: file:1: seed: This should be a whole number that is not negative.
        play: file:1: end: This should be a length of time such as "850us", "5ms", "2s" or "3min".
        play: file:1: end: This should be a length of time such as "850us", "5ms", "2s" or "3min".
        play: file:2: cluster.broker: This is not known here. One of: controllers, combined, brokers, config, network, client_network.
        play: file:6: topic[1].partitions: This should be a whole number from 0 to 4,294,967,295.
        play: file:1: topic[0]: name is missing.
        play: file:3: topic[0].config.retention.ms: This should be text, a whole number, true or false.
        play: file:3: topic[0].config.retention.ns: There is no config named retention.ns here.
        play: file:3: topic[0].config.min.insync.replicas: min.insync.replicas must be a whole number from 1 to 2,147,483,647, not 0.
        play: file:2: topic[0].name: a b is not a valid name: 1 to 249 letters without accents, digits, dots, hyphens and underscores, and neither “.” nor “..”.
        play: file:5: topic[1].name: There already is something named a.
        play: file:4: topic[0].replication-factor: A replication factor of 4 needs as many brokers, and only 3 are up.
        play: file:3: topic[0].partitions: The number of partitions must be from 1 to 1,000, not 0.
        play: file:5: producer[0].workload.rate: The rate must be from 0 to 10,000, not 1,000,000.
        play: file:5: consumer[0].processing: This should be a length of time such as "850us", "5ms", "2s" or "3min".
        play: file:1: command[0]: at is missing.
        play: file:13: command[0].at: A command needs a verb. One of: crash, start, stop, pause, resume, slow, cut, heal, cut-direction, heal-direction, split, heal-all, reset, link, direction, set, create-topic, add-partitions, elect-leaders, add-broker, remove-broker, power-loss, slow-disk, set-clock, fill-disk, free-disk, quota, reassign, cancel-reassignment, spread, delete-records, abort-hanging-transaction, add-producer, add-consumer, add-processor, remove, workload, processing, processing-guarantee, produce, produce-poison, begin-transaction, commit-transaction, abort-transaction, divide, produce-tombstone, handling, poll-once, commit-sync, seek, pause-partition, resume-partition, slow-record, slow-partition.
        play: file:14: command[0].crsh: This is not known here. One of: at, every, until, crash, start, stop, pause, resume, slow, delay, cut, heal, cut-direction, heal-direction, split, heal-all, reset, link, latency, jitter, bandwidth, direction, set, config, create-topic, add-partitions, count, elect-leaders, election, add-broker, rack, remove-broker, power-loss, slow-disk, set-clock, ahead, behind, fill-disk, free-disk, quota, producer_byte_rate, consumer_byte_rate, reassign, partition, replicas, cancel-reassignment, spread, delete-records, before, abort-hanging-transaction, offset, add-producer, add-consumer, add-processor, remove, workload, rate, keys, bytes, tombstones, processing, time, processing-guarantee, guarantee, produce, key, produce-poison, begin-transaction, commit-transaction, abort-transaction, divide, records, aborts, produce-tombstone, handling, commit, handler, on-error, poll, poll-once, timeout, commit-sync, seek, topic, to, ago, pause-partition, resume-partition, slow-record, slow-partition.
        play: file:14: command[0].crash: There is no broker 9 at that time. One of: controller, broker 1, broker 2, broker 3, C1, app.
        play: file:14: command[0].crash: There is no nobody at that time. One of: controller, broker 1, broker 2, broker 3, C1, app.
        play: file:15: command[0].start: There already is crash: make it two commands.
        play: file:16: command[0].delay: This goes with slow, not with crash.
        play: file:14: command[0].slow: One of these is needed beside it: delay.
        play: file:14: command[0].cut: This should be a list of two names.
        play: file:14: command[0].link: One of these is needed beside it: latency, jitter, bandwidth.
        play: file:14: command[0].set: orders has no configs. Write cluster, topic and its name, or the name of a client.
        play: file:14: command[0].set: One of these is needed beside it: config.
        play: file:15: command[0].config.acks: acks cannot be 2; it is one of: 0, 1, all.
        play: file:14: command[0].start: broker 1 is already running.
        play: file:14: command[0].add-partitions: orders has 1 partition, and partitions can only be added: taking one away would lose its records.
        play: file:14: command[0].produce: A producer is needed, and C1 is none.
        play: file:14: command[0].processing: A consumer is needed, and app is none.
        play: file:14: command[0].remove: A producer or a consumer is needed, and broker 1 is neither.
        play: file:14: command[0].workload: One of these is needed beside it: rate, keys, bytes, tombstones.
        play: file:3: command[0].at: The file ends before that, at 3 s.
        play: file:14: command[0].split: There is no broker 9 at that time. One of: controller, broker 1, broker 2, broker 3, C1, app.
        play: file:14: command[0].heal-all: This should be one of: network.
        play: file:14: command[0].heal-all: No link is cut.
        play: file:14: command[0].reset: A link joins two different nodes.
        play: file:15: command[0].until: One of these is needed beside it: every.
        play: file:16: command[0].until: That is before the first time, 5 s.
        play: file:16: command[0].until: The file ends before that, at 30 s.
        play: file:15: command[0].every: A command may be repeated at most 1,000 times: give it more time in between, or an earlier end.
        play: file:15: command[0].every: A command may be repeated at most 1,000 times: give it more time in between, or an earlier end."#]].assert_eq(&list.join("\n"));
}

/// A command again and again, among others, in order of time.
#[test]
fn a_command_may_be_repeated() {
    let text = "[[command]]\nat = '5s'\nevery = '10s'\nuntil = '25s'\ncrash = 'broker 1'\n\
                [[command]]\nat = '8s'\nevery = '10s'\nstart = 'broker 1'";
    let steps = script(text).steps;
    let steps: Vec<_> = steps.iter().map(|it| (it.at.0 / 1_000_000, it.command.clone())).collect();
    let (crash, start) = (Command::Crash(b(1)), Command::Start(b(1)));
    let both = [(5, &crash), (8, &start), (15, &crash), (18, &start), (25, &crash), (28, &start)];
    assert_eq!(steps, both.map(|(at, command)| (at, command.clone())));
}

#[test]
fn problems_are_told_in_every_language() {
    let text = format!("{CLIENTS}\n[[command]]\nat = '1s'\ncrash = 'nobody'");
    let wrong = read::script(toml::from_str(&text).unwrap()).unwrap_err();
    assert_eq!(wrong.place, "command[0].crash");
    for lang in Lang::ALL {
        let told = Words(lang).problem(&wrong.problem);
        assert!(told.contains("**nobody**") && told.contains("broker 1, broker 2"), "{told}");
    }
}

#[test]
fn the_player_says_what_it_can_do() {
    let (code, out, _) = play(&["--help"]);
    assert_eq!(code, cli::PLAYED);
    for (verb, _) in kafkascope::scenario_file::VERBS {
        assert!(out.contains(verb), "--help does not tell of {verb}");
    }
    for (arguments, said) in [
        (&[][..], "which file?"),
        (&["--fast", "x"][..], "there is no option --fast"),
        (&["a", "b"][..], "not b as well"),
        (&["/nowhere/at/all.toml"][..], "/nowhere/at/all.toml"),
    ] {
        let (code, out, err) = play(arguments);
        assert_eq!((code, out.as_str()), (cli::UNUSABLE, ""));
        assert!(err.contains(said), "{err}");
    }
}

#[test]
fn the_opening_file_is_the_opening_scenario() {
    let text = std::fs::read_to_string(path("opening")).unwrap();
    let opening = Scenario::opening("orders", ["checkout", "app"], "billing");
    assert_eq!(script(&text).scenario, opening);
}

#[test]
fn the_opening_plays() {
    let state = state("opening");
    assert_eq!(state["at"], 12_000_000);
    let orders = |list: &str| {
        let rows = state[list].as_array().unwrap().iter();
        rows.filter(|row| row["topic"] == "orders").cloned().collect::<Vec<Value>>()
    };
    assert_eq!(orders("partitions").len(), 3);
    assert!(orders("partitions").iter().all(|row| row["isr"].as_array().unwrap().len() == 3));
    assert_eq!(orders("replicas").len(), 9);
    let leaders = orders("replicas").iter().filter(|row| row["role"] == "leader").count();
    assert_eq!(leaders, 3);
    let group = &state["groups"][0];
    assert_eq!((&group["group"], &group["state"]), (&"billing".into(), &"Stable".into()));
    assert_eq!(group["members"].as_array().unwrap().len(), 2);
    let sums = &state["sums"];
    assert!(sums["produced"].as_u64() > Some(60), "{sums}");
    assert_eq!((&sums["lost"], &sums["failed"]), (&0.into(), &0.into()));
    let records = state["records"].as_array().unwrap();
    assert_eq!(records.len() as u64, sums["produced"].as_u64().unwrap());
    let keys: Vec<&String> = records[0].as_object().unwrap().keys().collect();
    assert_eq!(keys.len(), 14, "{keys:?}");
}

#[test]
fn acks_decide_what_a_dead_leader_takes_along() {
    for (name, lost) in [("leader-crash-acks-all", 0), ("leader-crash-acks-1", 2)] {
        let state = state(name);
        let sums = &state["sums"];
        assert_eq!((&sums["produced"], &sums["acked"]), (&3.into(), &3.into()), "{name}");
        assert_eq!(sums["lost"], lost, "{name}");
        // The old leader is back, and all three logs are the same.
        let replicas = state["replicas"].as_array().unwrap();
        assert_eq!(replicas.len(), 3);
        for replica in replicas {
            assert_eq!(replica["log_end"], 3 - lost, "{name}: {replica}");
            assert_eq!(replica["batches"], replicas[0]["batches"], "{name}");
            // The old leader was told the high watermark along with where its log diverges, and a
            // fetch session does not tell it twice: it learns it with the next record.
            let told = lost == 0 || replica["broker"] != 1;
            let expected = if told { 3 - lost } else { 0 };
            assert_eq!(replica["high_watermark"], expected, "{name}: {replica}");
        }
        assert_eq!(state["partitions"][0]["isr"].as_array().unwrap().len(), 3, "{name}");
        assert!(state["partitions"][0]["leader_epoch"].as_i64() >= Some(1), "{name}");
    }
}

#[test]
fn a_consumer_reads_in_its_rack() {
    let (code, transcript, _) = play(&[&path("closest-replica")]);
    assert_eq!(code, cli::PLAYED);
    let from = |broker: &str, second: &str| {
        let records = |line: &&str| line.starts_with(second) && line.contains("→ C1");
        let mut lines = transcript.lines().filter(records);
        lines.any(|line| line.contains(&format!(" {broker} ")) && line.contains("hw="))
    };
    // Before the crash, when the follower is fenced, and when it is back.
    for (second, follower) in [("+15.", true), ("+33.", false), ("+55.", true)] {
        assert_eq!((from("b1", second), from("b2", second)), (!follower, follower), "{second}");
    }
}

#[test]
fn a_slow_follower_leaves_the_isr_and_comes_back() {
    let (code, transcript, _) = play(&[&path("slow-follower")]);
    assert_eq!(code, cli::PLAYED);
    let isr = |line: &&str| line.contains("ISR") && line.contains("orders");
    let lines: Vec<&str> = transcript.lines().filter(isr).collect();
    expect![[r#"
        +22.501123 ctrl      ·           orders-0 ISR shrinks to {1,2}
        +30.361469 ctrl      ·           orders-0 ISR grows to {1,2,3}"#]]
    .assert_eq(&lines.join("\n"));
    let (_, full, _) = play(&["--full", &path("slow-follower")]);
    assert!(full.lines().count() > transcript.lines().count());
}
