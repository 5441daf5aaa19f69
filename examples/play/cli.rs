//! What the arguments mean, and which exit code the end has.

use std::io::Write;

use kafkascope::session::transcript::Detail;

use super::read::{self, Report};
use super::{run, state};

/// What `--help` prints.
pub const HELP: &str = "\
Plays a scenario file and prints what happens, one line an event.

    cargo run --no-default-features --example play -- [--full | --state] FILE

    --full    every message, also heartbeats, metadata and empty polls
    --state   instead of the transcript the final state, as JSON
    --help    this

A scenario file is TOML. Whatever is left out has Kafka's default.

    seed = 7
    end = \"20s\"                  # until when it is played; 30s if left out

    [cluster]                    # three brokers 1, 2, 3 if left out
    brokers = [{ id = 1 }, { id = 2, rack = \"b\" }]
    config = { \"replica.lag.time.max.ms\" = 10000 }
    network = { latency = \"1ms\", jitter = \"200us\", bandwidth = 125000000 }
    client_network = { latency = \"2ms\" }

    [[topic]]
    name = \"orders\"
    partitions = 3
    replication-factor = 3
    config = { \"min.insync.replicas\" = 2 }

    [[producer]]
    name = \"checkout\"
    topic = \"orders\"
    workload = { rate = 5, keys = 6, bytes = 100 }
    config = { acks = \"all\" }
    start = \"1s\"
    transactional = \"till-1\"    # transactional.id; none if left out
    transaction = { records = 10, aborts = 20 }    # ends after 10 records, or a time = \"1s\";
                                 # 20 of 100 are aborted; records = 0 alone: on command

    [[consumer]]
    name = \"C1\"
    group = \"billing\"
    topics = [\"orders\"]
    processing = \"20ms\"
    rack = \"b\"                   # client.rack; none if left out
    config = { \"auto.offset.reset\" = \"earliest\" }
    commit = \"sync\"             # or sync-per-record, sync-before, async, none: what it does
                                 # with enable.auto.commit = false
    handler = \"in-poll\"         # or async: another thread works, poll() goes on
    on-error = \"die\"            # or skip, retry: when handling a record throws
    poll = \"loop\"               # or on-command

    [[processor]]                # consumes, transforms and produces
    name = \"P1\"
    group = \"shop\"
    topics = [\"orders\"]
    to = \"results\"
    guarantee = \"exactly_once_v2\"    # or at_least_once
    transform = \"map\"          # or filter: only keys that are even; count: per key
    store = \"counts\"            # of count; its changelog is shop-counts-changelog
    processing = \"20ms\"
    consumer = { \"max.poll.records\" = 10 }
    producer = { \"linger.ms\" = 0 }

    [[command]]                  # at a time, one verb and what goes with it
    at = \"5s\"
    crash = \"broker 1\"
    every = \"10s\"              # again and again, if it is there
    until = \"60s\"              # the end of the file if left out

Nodes are \"controller\", \"broker N\" or a client's name. Verbs:

    crash, start, stop, pause, resume = NODE
    power-loss = BROKER-ID       what was not on disk yet is lost, too
    slow = NODE, delay = \"50ms\"
    set-clock = NODE, ahead = \"90min\" or behind = \"90min\"; right again without
    slow-disk = BROKER-ID, delay = \"50ms\"
    fill-disk, free-disk = BROKER-ID
    cut, heal = [NODE, NODE]
    link = [NODE, NODE], latency, jitter, bandwidth
    cut-direction, heal-direction = [FROM, TO]
    direction = [FROM, TO], latency, jitter, bandwidth
    split = [NODE, ...]          an island      heal-all = \"network\"
    reset = [FROM, TO]           the connection of what arrives there next
    set = \"cluster\" | \"topic NAME\" | CLIENT, config = { NAME = VALUE }
    create-topic = { as in [[topic]] }
    add-partitions = TOPIC, count = N
    elect-leaders = TOPIC, election = \"preferred\" | \"unclean\"
    quota = CLIENT | \"<default>\", producer_byte_rate, consumer_byte_rate; no limit without
    reassign = TOPIC, partition = N, replicas = [ID, ...]
    cancel-reassignment = TOPIC, partition = N        spread = TOPIC
    delete-records = TOPIC, partition = N, before = OFFSET; all that are committed without
    abort-hanging-transaction = TOPIC, partition = N, offset = where it begins
    add-broker = ID, rack = NAME        remove-broker = ID
    add-producer = { as in [[producer]] }
    add-consumer = { as in [[consumer]] }
    add-processor = { as in [[processor]] }
    remove = CLIENT
    workload = PRODUCER, rate, keys, bytes, tombstones (in percent)
    processing = CONSUMER, time = \"20ms\"
    processing-guarantee = PROCESSOR, guarantee = \"at_least_once\" | \"exactly_once_v2\"
    produce = PRODUCER, key = N
    produce-poison = PRODUCER, key = N        a record that makes every application throw
    begin-transaction, commit-transaction, abort-transaction = PRODUCER
    divide = PRODUCER, records = N, time = \"1s\", aborts = N    when its transactions end
    produce-tombstone = PRODUCER, key = N     a record without a value
    handling = CONSUMER, commit, handler, on-error, poll as in [[consumer]]
    poll-once = CONSUMER, timeout = \"2s\"      commit-sync = CONSUMER
    seek = CONSUMER, topic, partition, offset = N or to = \"beginning\" | \"end\" or ago = \"5s\"
    pause-partition, resume-partition = CONSUMER, topic, partition
    slow-record = CONSUMER, time = \"5s\"
    slow-partition = CONSUMER, topic, partition, time = \"1s\"

The state, all keys always there and in this order:

    at          microseconds
    replicas    broker, topic, partition, role (leader, follower, offline), leader_epoch,
                log_start, high_watermark, log_end, epochs [[epoch, start]],
                batches [[first, last, leader epoch]]
    partitions  topic, partition, leader, leader_epoch, partition_epoch, isr, replicas
    groups      group, coordinator, state, generation, members (member, client, assignment
                [[topic, partition]]), offsets (topic, partition, committed, high_watermark,
                lag)
    records     client, number, key, topic, partition, offsets (where it is in its log), stored
                (everywhere it was written: offset, epoch, survives), told (waiting, acked,
                failed, aborted), offset (as told), error, processed {group: times}, lost, in_doubt,
                duplicated
    sums        produced, acked, failed, aborted, in_doubt, lost, duplicated,
                consumed

Ends with 0 when it was played, 1 when the file is wrong, 2 when it cannot be read or the
arguments mean nothing.
";

/// It was played.
pub const PLAYED: u8 = 0;
/// The file is wrong.
pub const WRONG: u8 = 1;
/// The file cannot be read, or the arguments mean nothing.
pub const UNUSABLE: u8 = 2;

#[derive(Clone, Copy)]
enum Print {
    Transcript(Detail),
    State,
}

/// Does what the arguments say; the exit code.
pub fn cli(
    arguments: impl Iterator<Item = String>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> u8 {
    let mut print = Print::Transcript(Detail::Story);
    let mut file = None;
    for argument in arguments {
        match argument.as_str() {
            "--help" | "-h" => {
                let _ = out.write_all(HELP.as_bytes());
                return PLAYED;
            }
            "--full" => print = Print::Transcript(Detail::Full),
            "--state" => print = Print::State,
            option if option.starts_with('-') => {
                return fail(err, UNUSABLE, &format!("there is no option {option}; see --help"));
            }
            path if file.is_none() => file = Some(path.to_owned()),
            more => return fail(err, UNUSABLE, &format!("one file at a time, not {more} as well")),
        }
    }
    let Some(file) = file else { return fail(err, UNUSABLE, "which file? See --help") };
    let text = match std::fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) => return fail(err, UNUSABLE, &format!("{file}: {error}")),
    };
    match play(&text, print, out) {
        Ok(()) => PLAYED,
        Err(report) => fail(err, WRONG, &report.text(&file)),
    }
}

fn play(text: &str, print: Print, out: &mut dyn Write) -> Result<(), Report> {
    let script = read::read(text)?;
    match print {
        Print::Transcript(detail) => {
            run::run(text, script, Some(detail), out)?;
        }
        Print::State => {
            let played = run::run(text, script, None, out)?;
            let state = state::State::of(&played.world, &played.ledger);
            // Whoever reads the other end may have had enough; that is no fault of the file.
            let _ = out.write_all(state.json().as_bytes());
        }
    }
    Ok(())
}

fn fail(err: &mut dyn Write, code: u8, text: &str) -> u8 {
    let _ = writeln!(err, "play: {text}");
    code
}
