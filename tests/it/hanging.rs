//! Stories about transactions that hang: how they come about, how they are found, and how they end.

use kafkascope::metrics::hanging::hanging;
use kafkascope::sim::id::{Key, Offset};
use kafkascope::sim::scenario::LinkSpec;
use kafkascope::sim::transacting::TransactionAct;
use kafkascope::sim::wire::TransactionState;
use kafkascope::sim::{Command, Event, Node, Partition, Refusal, Span};

use crate::cluster::{Told, secs};
use crate::transactions::{
    OF_0, OF_1, act, at_work, at_work_in, begin_in_both, coordinator, setting, stable, state, steps,
};

/// Its marker cannot be brought for longer than any transaction may take. It is still due.
#[test]
fn a_transaction_whose_marker_is_late_does_not_hang() {
    let setting = setting("2").cluster_config("transaction.max.timeout.ms", "60000");
    let mut told = at_work_in(setting, &[]);
    begin_in_both(&mut told);
    let coordinator = coordinator(&told);
    let apart = |index: &u32| told.leader(told.orders(*index)) != Some(coordinator);
    let partition = told.orders([0, 1].into_iter().find(apart).expect("not all is led by it"));
    let leader = Node::Broker(told.leader(partition).expect("it is led"));
    told.does(Command::CutLink(Node::Broker(coordinator), leader));
    act(&mut told, "p", TransactionAct::Commit);
    told.run(secs(100));
    assert_eq!(state(&told), Some(TransactionState::PrepareCommit), "{}", told.text());
    let (stable_offset, high_watermark) = stable(&told, partition);
    assert!(stable_offset < high_watermark, "it is open there");
    assert_eq!(hanging(&told.world, partition), []);
}

/// A write is under way for so long that its transaction is over when it arrives (KIP-890). Where
/// it went, and the first offset of what is open there, if anything is.
fn late_write(verification: &str) -> (Told, Partition) {
    let setting =
        setting("0").cluster_config("transaction.partition.verification.enable", verification);
    let patience = [("request.timeout.ms", "1000"), ("delivery.timeout.ms", "1500")];
    let mut told = at_work_in(setting, &patience);
    begin_in_both(&mut told);
    act(&mut told, "p", TransactionAct::Commit);
    told.run(secs(1));
    let coordinator = coordinator(&told);
    let apart = |(index, _): &(u32, Key)| told.leader(told.orders(*index)) != Some(coordinator);
    let (index, key) =
        [(0, OF_0), (1, OF_1)].into_iter().find(apart).expect("not all is led by it");
    let partition = told.orders(index);
    let leader = Node::Broker(told.leader(partition).expect("it is led"));
    let client = told.client("p");
    let slow = LinkSpec { latency: secs(5), jitter: Span::ZERO, bandwidth: 0 };
    told.does(Command::SetDirection { from: Node::Client(client), to: leader, spec: slow });
    act(&mut told, "p", TransactionAct::Begin);
    told.does(Command::Produce { client, key: Some(key) }).run(secs(2));
    act(&mut told, "p", TransactionAct::Abort);
    told.run(secs(10));
    (told, partition)
}

#[test]
fn a_write_that_is_late_hangs_where_nobody_asks_its_coordinator() {
    let (told, partition) = late_write("true");
    let (stable_offset, high_watermark) = stable(&told, partition);
    assert_eq!(stable_offset, high_watermark, "it was refused: {}", told.text());
    let (mut told, partition) = late_write("false");
    assert_ne!(state(&told), Some(TransactionState::Ongoing), "its coordinator knows of nothing");
    told.run(secs(100));
    let (start_offset, high_watermark) = stable(&told, partition);
    assert!(start_offset < high_watermark, "no timeout ends it: {}", told.text());
    assert_eq!(hanging(&told.world, partition), [], "others may take that long");
    told.run(secs(900));
    let found: Vec<Offset> =
        hanging(&told.world, partition).into_iter().map(|it| it.start_offset).collect();
    assert_eq!(found, [start_offset]);
    let abort = |start_offset| Command::AbortHangingTransaction {
        topic: "orders".into(),
        partition: partition.index,
        start_offset,
    };
    let refused = |told: &Told| {
        let refused = |it: &Event| matches!(it, Event::AdminRefused { .. });
        told.events().any(|stamped| refused(&stamped.event))
    };
    told.does(abort(start_offset + 1)).run(secs(1));
    assert!(refused(&told), "no transaction begins there");
    told.begin();
    told.does(abort(start_offset)).run(secs(2));
    assert!(!refused(&told), "{}", told.text());
    let (stable_offset, high_watermark) = stable(&told, partition);
    assert_eq!(stable_offset, high_watermark);
    assert_eq!(hanging(&told.world, partition), []);
    assert_eq!(steps(&told), ["abort marker"]);
}

#[test]
fn who_aborts_a_hanging_transaction_names_a_partition_that_exists() {
    let mut told = at_work("2", &[]);
    let abort = |partition, start_offset| {
        let topic = "orders".into();
        Command::AbortHangingTransaction { topic, partition, start_offset }
    };
    let refusal = told.submit(abort(2, 0));
    let topic = "orders".into();
    assert_eq!(refusal, Err(Refusal::UnknownPartition { topic, index: 2 }));
    assert!(matches!(told.submit(abort(0, -1)), Err(Refusal::OutOfBounds { .. })));
    let written = "abort-hanging-transaction = 'orders'\npartition = 1\noffset = 7";
    assert_eq!(crate::scenario_files::meaning(written), [abort(1, 7)]);
}
