//! What a broker does beyond the classic protocols: the wider part of it, which may come later.

use std::sync::Arc;

use super::Running;
use super::coordinator::Replayed;
use super::retention::WaitingDelete;
use crate::sim::effect::{Ctx, ReplyTo, Timer};
use crate::sim::id::{Offset, Partition};
use crate::sim::wire::{
    Channel, CoordinatorRecord, Envelope, ErrorCode, FetchPartitionResponse, FetchRequest,
    ProduceRequest, ProducerId, QuotaType, Record, Request,
};

/// The ways into it.
#[derive(Debug)]
pub(in crate::sim) struct BrokerExtension {
    /// Answers a request.
    pub serve: fn(&mut Running<'_>, &mut Ctx<'_>, ReplyTo, &Request),
    /// Reads what a former coordinator wrote.
    pub load: fn(&mut Running<'_>, &mut Ctx<'_>, &[Arc<CoordinatorRecord>]),
    /// A record of `__consumer_offsets` that may have to do with a transaction counts.
    pub replay: fn(&mut Running<'_>, Replayed, Option<ProducerId>, (Offset, &Record)),
    /// Something of a group may be due.
    pub tend: fn(&mut Running<'_>, &mut Ctx<'_>),
    /// Offsets or groups may have expired.
    pub clean_up: fn(&mut Running<'_>, &mut Ctx<'_>),
    /// It leads a partition from now on, or no longer.
    pub leadership: fn(&mut Running<'_>, &mut Ctx<'_>, Partition, bool),
    /// Whether a share fetch that waits is done; if it is late it has to be.
    pub share_fetch: fn(&mut Running<'_>, &mut Ctx<'_>, u64, bool) -> bool,
    /// Takes the records of a producer with transactions.
    pub produce: fn(&mut Running<'_>, &mut Ctx<'_>, ReplyTo, &ProduceRequest),
    /// What was kept for later under this number is committed, or could not be.
    pub settled: fn(&mut Running<'_>, &mut Ctx<'_>, u64, ErrorCode),
    /// The connection that a request came on has ended.
    pub disconnected: fn(&mut Running<'_>, &mut Ctx<'_>, ReplyTo),
    /// Whether a deletion that waits is done; if it is late it has to be.
    pub delete_records: fn(&mut Running<'_>, &mut Ctx<'_>, WaitingDelete, bool) -> bool,
    /// So many bytes count for a quota; how many ms the client must wait.
    pub count: fn(&mut Running<'_>, &mut Ctx<'_>, ReplyTo, QuotaType, u32) -> u32,
    /// Replicas or their roles may have changed: some may be in remote storage, too.
    pub remote_logs: fn(&mut Running<'_>, &mut Ctx<'_>),
    /// Whether a consumer's fetch waits for remote storage.
    pub remote_fetch: fn(
        &mut Running<'_>,
        &mut Ctx<'_>,
        ReplyTo,
        &FetchRequest,
        &[FetchPartitionResponse],
    ) -> bool,
    /// What a follower needs is in remote storage; whether it could begin behind that.
    pub remote_state: fn(&mut Running<'_>, &mut Ctx<'_>, &FetchPartitionResponse) -> bool,
    /// A timer of its own rang.
    pub timer: fn(&mut Running<'_>, &mut Ctx<'_>, Timer),
    /// Another broker answered on a channel of its own, or that connection ended.
    pub answered: fn(&mut Running<'_>, &mut Ctx<'_>, &Envelope),
}

/// All of it.
pub(in crate::sim) const BROKER_EXTENSION: BrokerExtension = BrokerExtension {
    serve,
    load,
    replay: |broker, at, producer, record| broker.replay_transactional(at, producer, record),
    tend,
    clean_up: |broker, ctx| broker.clean_up_consumer_groups(ctx),
    leadership: |broker, ctx, it, leads| {
        broker.share_leadership_changed(ctx, it, leads);
        broker.transaction_leadership_changed(ctx, it, leads);
    },
    share_fetch: |broker, ctx, request, late| broker.try_share_fetch(ctx, request, late),
    produce: |broker, ctx, to, request| broker.transactional_produce(ctx, to, request),
    settled: |broker, ctx, number, error| broker.later_settled(ctx, number, error),
    disconnected: |broker, ctx, from| broker.share_connection_ended(ctx, from),
    delete_records: |broker, ctx, waiting, late| broker.try_delete(ctx, waiting, late),
    count: |broker, ctx, to, quota, bytes| broker.count_bytes(ctx, to, quota, bytes),
    remote_logs: |broker, ctx| broker.remote_logs_changed(ctx),
    remote_fetch: |broker, ctx, to, request, found| broker.remote_fetch(ctx, to, request, found),
    remote_state: |broker, ctx, answer| broker.build_remote_state(ctx, answer),
    timer,
    answered,
};

/// Whether answers on a channel are for the wider part.
pub(super) fn speaks_on(channel: Channel) -> bool {
    matches!(channel, Channel::SharePersister | Channel::TxnMarkers | Channel::AddPartitionsToTxn)
}

fn answered(broker: &mut Running<'_>, ctx: &mut Ctx<'_>, envelope: &Envelope) {
    match envelope.channel {
        Channel::TxnMarkers => broker.on_txn_markers(ctx, envelope),
        Channel::AddPartitionsToTxn => broker.on_add_partitions_to_txn(ctx, envelope),
        _ => broker.on_share_persister(ctx, envelope),
    }
}

fn timer(broker: &mut Running<'_>, ctx: &mut Ctx<'_>, timer: Timer) {
    match timer {
        Timer::ShareLocks | Timer::SharePersister => broker.on_share_timer(ctx, timer),
        Timer::Throttling => broker.end_throttling(ctx),
        Timer::RemoteLog => broker.on_remote_log_timer(ctx),
        Timer::Retention => broker.clean_up_logs(ctx),
        Timer::LogCleaner => broker.clean_logs(ctx),
        Timer::AbortTimedOutTransactions => broker.abort_timed_out_transactions(ctx),
        Timer::RemoveExpiredTransactionalIds => broker.remove_expired_transactional_ids(ctx),
        Timer::TxnMarkers => broker.on_txn_markers_timer(ctx),
        Timer::AddPartitionsToTxn => broker.on_add_partitions_timer(ctx),
        _ => {}
    }
}

fn serve(broker: &mut Running<'_>, ctx: &mut Ctx<'_>, to: ReplyTo, request: &Request) {
    match request {
        Request::ConsumerGroupHeartbeat(request) => {
            broker.consumer_group_heartbeat(ctx, to, request);
        }
        Request::ShareGroupHeartbeat(request) => broker.share_group_heartbeat(ctx, to, request),
        Request::ShareFetch(request) => broker.share_fetch(ctx, to, request),
        Request::ShareAcknowledge(request) => broker.share_acknowledge(ctx, to, request),
        Request::ReadShareGroupState(request) => broker.read_share_state(ctx, to, request),
        Request::WriteShareGroupState(request) => broker.write_share_state(ctx, to, request),
        Request::InitProducerId(request) => broker.init_transactional_id(ctx, to, request),
        Request::AddPartitionsToTxn(request) => broker.add_partitions_to_txn(ctx, to, request),
        Request::AddOffsetsToTxn(request) => broker.add_offsets_to_txn(ctx, to, request),
        Request::EndTxn(request) => broker.end_txn(ctx, to, request),
        Request::WriteTxnMarkers(request) => broker.write_txn_markers(ctx, to, request),
        Request::TxnOffsetCommit(request) => broker.txn_offset_commit(ctx, to, request),
        Request::DescribeProducers(request) => broker.describe_producers(ctx, to, request),
        Request::DeleteRecords(request) => broker.delete_records(ctx, to, request),
        // The controller's own; a broker is never asked.
        _ => broker.hang_up(ctx, to),
    }
}

fn load(broker: &mut Running<'_>, ctx: &mut Ctx<'_>, records: &[Arc<CoordinatorRecord>]) {
    broker.load_consumer_groups(ctx, records);
    broker.load_share_groups(ctx, records);
}

fn tend(broker: &mut Running<'_>, ctx: &mut Ctx<'_>) {
    broker.expire_consumer_group_members(ctx);
    broker.expire_share_group_members(ctx);
}
