//! The producer alone: batching, blocking, retries and closing, with the test as the broker.

use super::Client;
use super::producer::Producer;
use super::rig::{Rig, Sent};
use crate::sim::config::ProducerConfig;
use crate::sim::effect::Order;
use crate::sim::event::Event;
use crate::sim::id::{BrokerId, Key, Offset, Partition, TopicId};
use crate::sim::scenario::Workload;
use crate::sim::time::{Span, Time};
use crate::sim::wire::{
    Channel, ErrorCode, PartitionProduceResponse, ProduceRequest, ProduceResponse, Request,
    Response,
};

/// A producer to topic `t` that sends only what it is told to.
fn rig(configs: &[(&str, i64)]) -> Rig {
    let mut config = ProducerConfig { enable_idempotence: 0, ..ProducerConfig::default() };
    for (name, value) in configs {
        config.set(name, *value);
    }
    Rig::producer(config)
}

/// The same, and it knows a topic with one partition on broker 1.
fn knowing(configs: &[(&str, i64)]) -> Rig {
    let mut rig = rig(configs);
    rig.answer_metadata(&[Some(1)], 0);
    rig
}

fn send(rig: &mut Rig, count: u32) {
    for _ in 0..count {
        rig.order(&Order::Produce(None));
    }
}

fn produce(sent: &Sent) -> &ProduceRequest {
    match &sent.request {
        Request::Produce(request) => request,
        other => panic!("{other:?}"),
    }
}

/// Numbers of the records in a Produce request.
fn numbers(sent: &Sent) -> Vec<u64> {
    let parts = produce(sent).partitions.iter();
    parts.flat_map(|p| p.records.iter()).filter_map(|r| r.id).map(|id| id.number).collect()
}

fn respond(rig: &mut Rig, sent: &Sent, error: ErrorCode, base_offset: Offset) {
    let partitions = produce(sent)
        .partitions
        .iter()
        .map(|p| PartitionProduceResponse { partition: p.partition, error, base_offset })
        .collect();
    rig.answer(sent, Response::Produce(ProduceResponse { partitions, throttle_time_ms: 0 }));
}

fn acked(rig: &Rig) -> Vec<(Offset, usize)> {
    rig.events(|event| match event {
        Event::Acked { base_offset, records, .. } => Some((*base_offset, records.len())),
        _ => None,
    })
}

fn failed(rig: &Rig) -> Vec<(ErrorCode, usize)> {
    rig.events(|event| match event {
        Event::ProduceFailed { error, records, .. } => Some((*error, records.len())),
        _ => None,
    })
}

fn send_failures(rig: &Rig) -> Vec<ErrorCode> {
    rig.events(|event| match event {
        Event::SendFailed { error, .. } => Some(*error),
        _ => None,
    })
}

fn producer(rig: &Rig) -> &Producer {
    rig.client.as_producer().expect("a producer")
}

#[test]
fn records_linger_and_travel_together() {
    let mut rig = knowing(&[]);
    send(&mut rig, 3);
    rig.pass(Span::us(4999));
    assert!(rig.try_take("Produce").is_none());
    rig.pass(Span::us(1));
    let sent = rig.take("Produce");
    assert_eq!(numbers(&sent), [0, 1, 2]);
    assert_eq!((sent.to, sent.channel), (BrokerId(1), Channel::Client));
    respond(&mut rig, &sent, ErrorCode::None, 42);
    assert_eq!(acked(&rig), [(42, 3)]);
    assert_eq!(producer(&rig).buffer_used(), 0);
}

#[test]
fn a_full_batch_does_not_linger() {
    // 61 bytes of header, then 108 a record: two fit into 300, the third opens another batch.
    let mut rig = knowing(&[("batch.size", 300), ("linger.ms", 10_000)]);
    send(&mut rig, 2);
    assert!(rig.try_take("Produce").is_none());
    send(&mut rig, 1);
    assert_eq!(numbers(&rig.take("Produce")), [0, 1]);
    rig.pass(Span::secs(10));
    assert_eq!(numbers(&rig.take("Produce")), [2]);
}

#[test]
fn with_one_request_in_flight_the_next_batch_waits_and_order_is_kept() {
    let mut rig = knowing(&[("linger.ms", 0), ("max.in.flight.requests.per.connection", 1)]);
    send(&mut rig, 1);
    let first = rig.take("Produce");
    send(&mut rig, 2);
    assert!(rig.try_take("Produce").is_none());
    respond(&mut rig, &first, ErrorCode::NotEnoughReplicas, -1);
    rig.pass(Span::ms(200));
    assert_eq!(numbers(&rig.take("Produce")), [0]);
}

#[test]
fn with_five_in_flight_a_retry_is_overtaken() {
    let mut rig = knowing(&[("linger.ms", 0)]);
    send(&mut rig, 3);
    let sent: Vec<Sent> = (0..3).map(|_| rig.take("Produce")).collect();
    respond(&mut rig, &sent[0], ErrorCode::NotEnoughReplicas, -1);
    respond(&mut rig, &sent[1], ErrorCode::None, 0);
    respond(&mut rig, &sent[2], ErrorCode::None, 1);
    rig.pass(Span::ms(200));
    let retry = rig.take("Produce");
    assert_eq!(numbers(&retry), [0]);
    assert!((80_000..=120_000).contains(&retry.at.0), "retried at {}", retry.at);
}

#[test]
fn acks_0_is_done_when_sent() {
    let mut rig = knowing(&[("linger.ms", 0), ("acks", 0)]);
    send(&mut rig, 2);
    assert_eq!(acked(&rig), [(-1, 1), (-1, 1)]);
    assert_eq!(producer(&rig).in_flight().count(), 0);
}

#[test]
fn an_unknown_topic_blocks_send_for_max_block_ms() {
    let mut rig = rig(&[("max.block.ms", 3000)]);
    send(&mut rig, 2);
    assert!(producer(&rig).blocked().is_some());
    rig.pass(Span::secs(7));
    assert_eq!(send_failures(&rig), [ErrorCode::RequestTimedOut; 2]);
    let at: Vec<Time> = rig.told.iter().map(|(at, _)| *at).collect();
    assert_eq!(at, [Time::ZERO + Span::secs(3), Time::ZERO + Span::secs(6)]);
}

#[test]
fn a_topic_that_appears_unblocks_send() {
    let mut rig = rig(&[]);
    send(&mut rig, 2);
    rig.pass(Span::ms(50));
    rig.answer_metadata(&[Some(1)], 0);
    rig.pass(Span::ms(5));
    assert_eq!(numbers(&rig.take("Produce")), [0, 1]);
}

#[test]
fn exhausted_memory_blocks_send_and_flushes_everything() {
    let mut rig = knowing(&[("batch.size", 300), ("buffer.memory", 600), ("linger.ms", 60_000)]);
    send(&mut rig, 4);
    // The first batch is full and away; memory for a third one is lacking after two.
    let first = rig.take("Produce");
    assert!(producer(&rig).blocked().is_none());
    send(&mut rig, 1);
    assert!(producer(&rig).blocked().is_some());
    assert_eq!(producer(&rig).buffer_used(), 600);
    let second = rig.take("Produce");
    assert_eq!((numbers(&first), numbers(&second)), (vec![0, 1], vec![2, 3]));
    respond(&mut rig, &first, ErrorCode::None, 0);
    assert!(producer(&rig).blocked().is_none());
    assert_eq!(producer(&rig).buffer_used(), 600);
}

#[test]
fn delivery_timeout_fails_what_waits_for_a_leader_and_what_is_in_flight() {
    let mut rig = rig(&[("delivery.timeout.ms", 40_000), ("linger.ms", 0)]);
    rig.answer_metadata(&[Some(1), None], 0);
    rig.order(&Order::Produce(Some(Key(0))));
    rig.order(&Order::Produce(Some(Key(1))));
    rig.order(&Order::Produce(Some(Key(2))));
    rig.pass(Span::secs(39));
    assert_eq!(failed(&rig), []);
    rig.pass(Span::secs(2));
    let lost: usize = failed(&rig).iter().map(|(_, count)| count).sum();
    assert_eq!(lost, 3);
    assert_eq!(producer(&rig).buffer_used(), 0);
}

#[test]
fn a_request_without_answer_closes_the_connection_and_is_retried() {
    let mut rig = knowing(&[("linger.ms", 0), ("request.timeout.ms", 5000)]);
    send(&mut rig, 2);
    let sent = [rig.take("Produce"), rig.take("Produce")];
    rig.pass(Span::ms(5500));
    // Both come back; the later one first, as each is put at the head of the queue.
    assert_eq!(numbers(&rig.take("Produce")), [1]);
    assert_eq!(numbers(&rig.take("Produce")), [0]);
    // Too late.
    respond(&mut rig, &sent[0], ErrorCode::None, 0);
    assert_eq!(acked(&rig), []);
    assert!(rig.try_take("Metadata").is_some());
}

#[test]
fn a_crashed_leader_is_left_for_the_new_one_as_soon_as_it_is_known() {
    let mut rig = knowing(&[("linger.ms", 0)]);
    rig.pass(Span::secs(1));
    send(&mut rig, 1);
    let _ = rig.take("Produce");
    rig.kill(1, &[Channel::Client]);
    let ask = rig.take("Metadata");
    assert_ne!(ask.to, BrokerId(1), "the broken connection rests for reconnect.backoff.ms");
    rig.answer(&ask, super::rig::metadata(&[Some(2)], 1));
    // A new leader is tried at once, without waiting for retry.backoff.ms (KAFKA-15415).
    let retry = rig.take("Produce");
    assert_eq!((retry.to, retry.at), (BrokerId(2), rig.now));
}

#[test]
fn records_wait_for_a_connection_without_using_up_attempts() {
    let mut rig = knowing(&[("linger.ms", 0), ("retries", 0)]);
    rig.pass(Span::secs(1));
    rig.kill(1, &[Channel::Client]);
    send(&mut rig, 2);
    rig.pass(Span::secs(20));
    assert!(rig.try_take("Produce").is_none());
    rig.dead.clear();
    rig.pass(Span::secs(2));
    assert_eq!(numbers(&rig.take("Produce")), [0, 1]);
    assert_eq!(failed(&rig), []);
}

#[test]
fn an_error_that_is_not_retriable_fails_at_once() {
    let mut rig = knowing(&[("linger.ms", 0)]);
    send(&mut rig, 1);
    let sent = rig.take("Produce");
    respond(&mut rig, &sent, ErrorCode::RecordListTooLarge, -1);
    assert_eq!(failed(&rig), [(ErrorCode::RecordListTooLarge, 1)]);
}

#[test]
fn a_batch_too_large_for_the_broker_is_split() {
    let mut rig = knowing(&[]);
    send(&mut rig, 4);
    rig.configure("batch.size", 300);
    rig.pass(Span::ms(5));
    let sent = rig.take("Produce");
    assert_eq!(numbers(&sent), [0, 1, 2, 3]);
    respond(&mut rig, &sent, ErrorCode::MessageTooLarge, -1);
    assert_eq!(numbers(&rig.take("Produce")), [0, 1]);
    assert_eq!(numbers(&rig.take("Produce")), [2, 3]);
    assert_eq!(producer(&rig).buffer_used(), 0, "split batches are not of the pool");
}

#[test]
fn a_record_above_max_request_size_is_refused() {
    let mut rig = knowing(&[("max.request.size", 150)]);
    send(&mut rig, 1);
    assert_eq!(send_failures(&rig), [ErrorCode::MessageTooLarge]);
}

#[test]
fn closing_sends_the_rest_and_waits_for_it() {
    let mut rig = knowing(&[("linger.ms", 60_000)]);
    send(&mut rig, 1);
    rig.close();
    let sent = rig.take("Produce");
    assert!(!rig.exited);
    respond(&mut rig, &sent, ErrorCode::None, 0);
    assert!(rig.exited);
}

#[test]
fn a_restart_goes_on_counting_records() {
    let mut rig = knowing(&[("linger.ms", 0)]);
    send(&mut rig, 2);
    rig.sent.clear();
    match &mut rig.client {
        Client::Producer(producer) => producer.power_off(),
        Client::Consumer(_) | Client::Processor(_) => {}
    }
    rig.start();
    rig.answer_metadata(&[Some(1)], 0);
    send(&mut rig, 1);
    assert_eq!(numbers(&rig.take("Produce")), [2]);
}

#[test]
fn the_workload_keeps_its_rate_and_stands_still_while_blocked() {
    let mut rig = knowing(&[]);
    rig.order(&Order::Workload(Workload { rate: 300, keys: 6, bytes: 100, ..Workload::default() }));
    rig.pass(Span::secs(10));
    let made = producer(&rig).made();
    assert!((2990..=3001).contains(&made), "{made} records in 10 s at 300/s");
    let keys = rig.events(|event| match event {
        Event::Produced { key, .. } => Some(*key),
        _ => None,
    });
    assert!((0..6).all(|key| keys.contains(&Some(Key(key)))));
}

#[test]
fn keyless_records_move_on_at_a_batch_boundary_past_batch_size() {
    let mut rig = rig(&[("batch.size", 1000), ("linger.ms", 60_000)]);
    rig.answer_metadata(&[Some(1), Some(2), Some(3)], 0);
    send(&mut rig, 320);
    let mut runs: Vec<(Partition, u32)> = Vec::new();
    for partition in rig.events(|event| match event {
        Event::Produced { partition, .. } => Some(*partition),
        _ => None,
    }) {
        match runs.last_mut() {
            Some((last, count)) if *last == partition => *count += 1,
            _ => runs.push((partition, 1)),
        }
    }
    assert!(runs.iter().all(|(partition, _)| partition.topic == TopicId(1)));
    assert!(runs.len() > 3, "{runs:?}");
    let last = runs.len() - 1;
    // 8 records of 108 bytes make a batch of less than 1000 bytes: not yet time to move on. The
    // next batch boundary is the one.
    assert!(runs[..last].iter().all(|(_, count)| count % 16 == 0), "{runs:?}");
}
