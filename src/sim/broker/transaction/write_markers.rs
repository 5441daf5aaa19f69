//! A leader writes how a transaction ended (KafkaApis.handleWriteTxnMarkersRequest).

use std::sync::Arc;

use super::later::{Later, REQUEST_TIMEOUT};
use crate::sim::broker::Running;
use crate::sim::broker::purgatory::Then;
use crate::sim::effect::{Ctx, ReplyTo};
use crate::sim::event::Event;
use crate::sim::id::Partition;
use crate::sim::time::Time;
use crate::sim::wire::{
    BatchKind, CompressionType, ErrorCode, NO_SEQUENCE, PartitionProduce, ProducerStamp, Record,
    Response, TxnMarker, Value, WriteTxnMarkersRequest, WriteTxnMarkersResponse,
};

/// Encoded size of a marker: 61 bytes of batch header; a record of 17, with 4 of key (version and
/// type) and 6 of value (version and coordinator epoch).
const MARKER_BYTES: u32 = 61 + 17;

/// Its partitions, each with whether the marker was written, once known.
type Fates = Vec<(Partition, Option<ErrorCode>)>;

/// A request with what became of its markers, as far as that is known.
#[derive(Clone, Debug)]
pub(super) struct Writing {
    to: ReplyTo,
    markers: Vec<(TxnMarker, Fates)>,
}

impl Running<'_> {
    pub(in crate::sim::broker) fn write_txn_markers(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        request: &WriteTxnMarkersRequest,
    ) {
        let number = self.live.transactions.take_number();
        let unknown = |marker: &TxnMarker| -> Fates {
            marker.partitions.iter().map(|partition| (*partition, None)).collect()
        };
        let markers = request.markers.iter().map(|it| (it.clone(), unknown(it))).collect();
        self.live.transactions.writing.insert(number, Writing { to, markers });
        for (marker, index) in request.markers.iter().zip(0..) {
            for partition in &marker.partitions {
                let later = Later::Marker { request: number, marker: index, partition: *partition };
                self.write_marker(ctx, marker, *partition, later);
            }
        }
        self.answer_markers(ctx, number);
    }

    fn write_marker(
        &mut self,
        ctx: &mut Ctx<'_>,
        marker: &TxnMarker,
        partition: Partition,
        later: Later,
    ) {
        let number = self.live.transactions.keep(later);
        if !self.live.replicas.contains_key(&partition) {
            return self.later_settled(ctx, number, ErrorCode::UnknownTopicOrPartition);
        }
        let end = self.disk.logs.get(&partition).map_or(0, |log| log.end());
        let batch = marker_batch(marker, partition, ctx.wall());
        self.write_batch(ctx, &batch, REQUEST_TIMEOUT, Then::Later(number));
        if self.disk.logs.get(&partition).is_some_and(|log| log.end() > end) {
            let (producer, committed) = (marker.producer, marker.committed);
            self.live.transactions.verifications.forget(partition, producer.id);
            ctx.tell(Event::TransactionMarkerWritten { partition, producer, committed });
        }
    }

    /// A marker is committed, or could not be.
    pub(super) fn marker_settled(
        &mut self,
        ctx: &mut Ctx<'_>,
        request: u64,
        marker: u32,
        partition: Partition,
        error: ErrorCode,
    ) {
        let Some(writing) = self.live.transactions.writing.get_mut(&request) else { return };
        let Some((_, fates)) = writing.markers.get_mut(marker as usize) else { return };
        for (of, fate) in fates {
            if *of == partition {
                fate.get_or_insert(error);
            }
        }
        self.answer_markers(ctx, request);
    }

    /// Answers once the fate of all is known.
    fn answer_markers(&mut self, ctx: &mut Ctx<'_>, request: u64) {
        let writing = &mut self.live.transactions.writing;
        let fates = |it: &Writing| it.markers.iter().flat_map(|(_, f)| f).all(|(_, f)| f.is_some());
        if !writing.get(&request).is_some_and(fates) {
            return;
        }
        let Some(Writing { to, markers }) = writing.remove(&request) else { return };
        let error = |fate: Option<ErrorCode>| fate.unwrap_or(ErrorCode::None);
        let markers = markers.into_iter().map(|(marker, fates)| {
            let fates = fates.into_iter().map(|(partition, fate)| (partition, error(fate)));
            (marker.producer.id, fates.collect())
        });
        let response = WriteTxnMarkersResponse { markers: markers.collect() };
        self.reply(ctx, to, Response::WriteTxnMarkers(response));
    }
}

/// The end of a transaction as a batch (MemoryRecords.withEndTransactionMarker).
fn marker_batch(marker: &TxnMarker, partition: Partition, timestamp: Time) -> PartitionProduce {
    let TxnMarker { producer, committed, coordinator_epoch, .. } = *marker;
    let value = Value::EndTransaction { committed, coordinator_epoch };
    let record = Record { id: None, key: None, timestamp, value };
    PartitionProduce {
        partition,
        producer: Some(ProducerStamp { producer, base_sequence: NO_SEQUENCE }),
        kind: BatchKind::Control,
        records: Arc::from([record]),
        compression: CompressionType::None,
        bytes: MARKER_BYTES,
    }
}
