//! An idempotent producer alone with brokers that a test plays: ids, sequence numbers, epochs.

use super::rig::{Rig, Sent};
use crate::sim::config::ProducerConfig;
use crate::sim::effect::Order;
use crate::sim::event::Event;
use crate::sim::id::Offset;
use crate::sim::time::{Span, Time};
use crate::sim::wire::{
    ErrorCode, InitProducerIdResponse, PartitionProduceResponse, ProduceResponse, ProducerId,
    ProducerIdAndEpoch, Request, Response,
};

const FIRST: ProducerIdAndEpoch = ProducerIdAndEpoch { id: ProducerId(7), epoch: 0 };

/// A producer that sends at once what it is told to, and knows a topic with one partition.
fn rig(configs: &[(&str, i64)]) -> Rig {
    let mut config = ProducerConfig { linger_ms: 0, ..ProducerConfig::default() };
    for (name, value) in configs {
        config.set(name, *value);
    }
    let mut rig = Rig::producer(config);
    rig.answer_metadata(&[Some(1)], 0);
    rig
}

/// The same, and it has its id.
fn known(configs: &[(&str, i64)]) -> Rig {
    let mut rig = rig(configs);
    let asked = rig.take("InitProducerId");
    name(&mut rig, &asked, Some(FIRST));
    rig
}

fn name(rig: &mut Rig, asked: &Sent, producer: Option<ProducerIdAndEpoch>) {
    let error = producer.map_or(ErrorCode::CoordinatorLoadInProgress, |_| ErrorCode::None);
    rig.answer(asked, Response::InitProducerId(InitProducerIdResponse { error, producer }));
}

fn send(rig: &mut Rig, count: u32) {
    for _ in 0..count {
        rig.order(&Order::Produce(None));
    }
}

/// Epoch and sequence number of a request's batch.
fn stamp(sent: &Sent) -> (i16, i32) {
    match &sent.request {
        Request::Produce(request) => {
            let stamp = request.partitions[0].producer.expect("it is idempotent");
            (stamp.producer.epoch, stamp.base_sequence)
        }
        other => panic!("{other:?}"),
    }
}

fn respond(rig: &mut Rig, sent: &Sent, error: ErrorCode, base_offset: Offset) {
    let Request::Produce(request) = &sent.request else { panic!("no Produce") };
    let partition = request.partitions[0].partition;
    let answer = PartitionProduceResponse { partition, error, base_offset };
    rig.answer(
        sent,
        Response::Produce(ProduceResponse { partitions: vec![answer], throttle_time_ms: 0 }),
    );
}

fn acked(rig: &Rig) -> Vec<Offset> {
    let offset = |event: &Event| match event {
        Event::Acked { base_offset, .. } => Some(*base_offset),
        _ => None,
    };
    rig.told.iter().filter_map(|(_, event)| offset(event)).collect()
}

#[test]
fn nothing_goes_before_there_is_an_id() {
    let mut rig = rig(&[]);
    send(&mut rig, 1);
    let asked = rig.take("InitProducerId");
    name(&mut rig, &asked, None);
    rig.pass(Span::ms(99));
    assert!(rig.sent.is_empty(), "{:?}", rig.sent);
    rig.pass(Span::ms(1));
    let again = rig.take("InitProducerId");
    name(&mut rig, &again, Some(FIRST));
    assert_eq!(stamp(&rig.take("Produce")), (0, 0));
}

#[test]
fn five_in_flight_come_back_in_order() {
    let mut rig = known(&[]);
    send(&mut rig, 3);
    let sent: Vec<Sent> = (0..3).map(|_| rig.take("Produce")).collect();
    assert_eq!(sent.iter().map(stamp).collect::<Vec<_>>(), [(0, 0), (0, 1), (0, 2)]);
    // The first fails, the others leave a gap and are refused.
    respond(&mut rig, &sent[0], ErrorCode::NotEnoughReplicas, -1);
    respond(&mut rig, &sent[1], ErrorCode::OutOfOrderSequenceNumber, -1);
    respond(&mut rig, &sent[2], ErrorCode::OutOfOrderSequenceNumber, -1);
    let mut order = Vec::new();
    for offset in 0..3 {
        rig.pass(Span::secs(2));
        let next = rig.take("Produce");
        assert!(rig.sent.is_empty(), "one at a time");
        order.push(stamp(&next));
        respond(&mut rig, &next, ErrorCode::None, offset);
    }
    assert_eq!(order, [(0, 0), (0, 1), (0, 2)]);
    assert_eq!(acked(&rig), [0, 1, 2]);
}

#[test]
fn a_retry_keeps_its_number() {
    let mut rig = known(&[("request.timeout.ms", 1000)]);
    send(&mut rig, 1);
    assert_eq!(stamp(&rig.take("Produce")), (0, 0));
    rig.pass(Span::ms(1500));
    let again = rig.take("Produce");
    assert_eq!(stamp(&again), (0, 0));
    respond(&mut rig, &again, ErrorCode::None, 4);
    send(&mut rig, 1);
    assert_eq!(stamp(&rig.take("Produce")), (0, 1));
}

#[test]
fn a_gap_in_the_log_raises_the_epoch() {
    let mut rig = known(&[]);
    send(&mut rig, 1);
    let first = rig.take("Produce");
    respond(&mut rig, &first, ErrorCode::None, 0);
    send(&mut rig, 2);
    let (second, third) = (rig.take("Produce"), rig.take("Produce"));
    // The new leader lacks the first one: the second is next, and refused all the same.
    respond(&mut rig, &second, ErrorCode::OutOfOrderSequenceNumber, -1);
    respond(&mut rig, &third, ErrorCode::OutOfOrderSequenceNumber, -1);
    rig.pass(Span::secs(1));
    let again = rig.take("Produce");
    assert_eq!(stamp(&again), (1, 0));
    respond(&mut rig, &again, ErrorCode::None, 0);
    rig.pass(Span::secs(1));
    assert_eq!(stamp(&rig.take("Produce")), (1, 1));
}

#[test]
fn what_surely_failed_leaves_no_gap() {
    let mut rig = known(&[]);
    send(&mut rig, 1);
    let refused = rig.take("Produce");
    respond(&mut rig, &refused, ErrorCode::InvalidTopic, -1);
    send(&mut rig, 1);
    assert_eq!(stamp(&rig.take("Produce")), (1, 0));
}

#[test]
fn what_was_given_up_holds_back_the_next_until_it_is_settled() {
    let timeouts = [("request.timeout.ms", 1000), ("delivery.timeout.ms", 1500)];
    let mut rig = known(&timeouts);
    send(&mut rig, 1);
    rig.take("Produce");
    rig.pass(Span::ms(1400));
    rig.take("Produce");
    rig.pass(Span::ms(200));
    let failed = |(_, event): &&(Time, Event)| matches!(event, Event::ProduceFailed { .. });
    assert_eq!(rig.told.iter().filter(failed).count(), 1);
    send(&mut rig, 1);
    rig.pass(Span::ms(1));
    assert_eq!(stamp(&rig.take("Produce")), (1, 0), "whether it was written is not known");
}

#[test]
fn without_all_acks_there_is_no_id() {
    for config in [("acks", 1), ("retries", 0), ("max.in.flight.requests.per.connection", 6)] {
        let rig = rig(&[config]);
        assert!(rig.sent.iter().all(|sent| !matches!(sent.request, Request::InitProducerId(_))));
    }
}

#[test]
fn a_batch_that_is_split_keeps_its_numbers() {
    let mut rig = known(&[("linger.ms", 10), ("batch.size", 500)]);
    send(&mut rig, 3);
    rig.pass(Span::ms(10));
    let large = rig.take("Produce");
    rig.order(&Order::Configure { name: "batch.size".into(), value: 1 });
    respond(&mut rig, &large, ErrorCode::MessageTooLarge, -1);
    let mut order = Vec::new();
    for offset in 0..3 {
        let part = rig.take("Produce");
        order.push(stamp(&part));
        respond(&mut rig, &part, ErrorCode::None, offset);
    }
    assert_eq!(order, [(0, 0), (0, 1), (0, 2)]);
}
