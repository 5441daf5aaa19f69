//! How a transaction ended, told to the leaders of all its partitions, as long as it takes
//! (TransactionMarkerChannelManager, TransactionMarkerRequestCompletionHandler).

use super::later::{Asker, REQUEST_TIMEOUT};
use super::metadata::TransactionMetadata;
use crate::sim::broker::Running;
use crate::sim::effect::{Ctx, Timer};
use crate::sim::id::{BrokerId, Name, Node, Partition, Seq};
use crate::sim::mutant::{Mutant, breaks};
use crate::sim::ordered::Map;
use crate::sim::time::{Span, Time};
use crate::sim::wire::{
    Body, Channel, Envelope, ErrorCode, Request, Response, TransactionLogValue, TransactionState,
    TxnMarker, WriteTxnMarkersRequest,
};

/// Who has no leader to send to, or was refused, tries again after that long.
// Simplified: Kafka's sender thread tries again at once, as often as answers come.
const RETRY: Span = Span::ms(100);

/// A marker for some partitions, of the transaction of an id.
#[derive(Clone, Debug)]
struct Queued {
    id: Name,
    marker: TxnMarker,
    not_before: Time,
}

/// What is to be sent, what is under way, and what is to be written when all is done.
#[derive(Clone, Debug, Default)]
pub(super) struct Markers {
    queue: Vec<Queued>,
    /// One request per broker at a time.
    in_flight: Map<Seq, (BrokerId, Time, Vec<Queued>)>,
    /// Until all markers are written (transactionsWithPendingMarkers).
    completing: Map<Name, TransactionLogValue>,
    /// Those that could not be written.
    again: Vec<(Time, Name, TransactionLogValue)>,
}

impl Markers {
    /// Somebody else coordinates these now.
    pub(super) fn forget(&mut self, lost: impl Fn(&Name) -> bool) {
        self.queue.retain(|queued| !lost(&queued.id));
        self.completing.retain(|id, _| !lost(id));
        self.again.retain(|(_, id, _)| !lost(id));
    }

    /// What was under way to a broker that is silent, or gone.
    fn take_from(&mut self, broker: BrokerId) -> Vec<Queued> {
        let mut taken = Vec::new();
        self.in_flight.retain(|_, (to, _, queued)| {
            if *to == broker {
                taken.append(queued);
            }
            *to != broker
        });
        taken
    }
}

impl TransactionMetadata {
    /// What its partitions are told.
    pub(super) fn marker(&self) -> TxnMarker {
        TxnMarker {
            producer: self.producer(),
            committed: self.value.state == TransactionState::PrepareCommit,
            coordinator_epoch: -1,
            partitions: self.value.partitions.to_vec(),
        }
    }
}

impl Running<'_> {
    /// A transaction's end is decided: all its partitions are told, then it is complete.
    pub(super) fn send_markers(
        &mut self,
        ctx: &mut Ctx<'_>,
        id: &Name,
        mut marker: TxnMarker,
        completed: TransactionLogValue,
    ) {
        let Ok((_, epoch)) = self.coordinated(id) else { return };
        marker.coordinator_epoch = epoch;
        if breaks(Mutant::LeavesAMarkerOut)
            && marker.partitions.len() > 1
            && let Some(left_out) = marker.partitions.pop()
        {
            self.marker_done(id, left_out);
        }
        let markers = &mut self.live.transactions.markers;
        markers.completing.insert(id.clone(), completed);
        markers.queue.push(Queued { id: id.clone(), marker, not_before: ctx.now });
        self.complete_if_told(ctx, id);
        self.pump_markers(ctx);
    }

    /// The leader of a partition, if it can be reached; none at all if there is no such partition.
    fn leader_for_marker(&self, partition: Partition) -> Option<Option<BrokerId>> {
        let image = &self.disk.image;
        let leader = image.partition(partition)?.leader;
        Some(leader.filter(|id| image.brokers.get(id).is_some_and(|it| !it.fenced)))
    }

    /// Sends what can be sent, and waits for the rest.
    fn pump_markers(&mut self, ctx: &mut Ctx<'_>) {
        let mut sending: Map<BrokerId, Vec<Queued>> = Map::new();
        let mut kept: Vec<Queued> = Vec::new();
        for queued in std::mem::take(&mut self.live.transactions.markers.queue) {
            if queued.not_before > ctx.now {
                kept.push(queued);
                continue;
            }
            let mut by_leader: Map<Option<BrokerId>, Vec<Partition>> = Map::new();
            for partition in &queued.marker.partitions {
                match self.leader_for_marker(*partition) {
                    Some(leader) => by_leader.entry(leader).or_default().push(*partition),
                    None => {
                        // It was deleted, and so is what it had of the transaction.
                        self.marker_done(&queued.id, *partition);
                        self.complete_if_told(ctx, &queued.id);
                    }
                }
            }
            for (leader, partitions) in by_leader {
                let marker = TxnMarker { partitions, ..queued.marker.clone() };
                let mut part = Queued { marker, ..queued.clone() };
                let flights = &self.live.transactions.markers.in_flight;
                match leader {
                    Some(leader) if flights.values().any(|(to, _, _)| *to == leader) => {
                        kept.push(part);
                    }
                    Some(leader) => sending.entry(leader).or_default().push(part),
                    None => {
                        part.not_before = ctx.now + RETRY;
                        kept.push(part);
                    }
                }
            }
        }
        for (broker, queued) in sending {
            let markers = queued.iter().map(|queued| queued.marker.clone()).collect();
            let request = Request::WriteTxnMarkers(WriteTxnMarkersRequest { markers });
            let seq = ctx.request(Node::Broker(broker), Channel::TxnMarkers, request);
            let flight = (broker, ctx.now + REQUEST_TIMEOUT, queued);
            self.live.transactions.markers.in_flight.insert(seq, flight);
        }
        let markers = &mut self.live.transactions.markers;
        kept.append(&mut markers.queue);
        markers.queue = kept;
        self.arm_markers(ctx);
    }

    fn arm_markers(&self, ctx: &mut Ctx<'_>) {
        let markers = &self.live.transactions.markers;
        let retries = markers.queue.iter().map(|it| it.not_before);
        let appends = markers.again.iter().map(|(at, _, _)| *at);
        let deadlines = markers.in_flight.values().map(|(_, deadline, _)| *deadline);
        let all = retries.chain(appends).chain(deadlines);
        if let Some(at) = all.filter(|at| *at > ctx.now).min() {
            ctx.arm(Timer::TxnMarkers, at);
        }
    }

    pub(in crate::sim::broker) fn on_txn_markers_timer(&mut self, ctx: &mut Ctx<'_>) {
        let markers = &mut self.live.transactions.markers;
        let flights = markers.in_flight.values();
        let late = flights.filter(|(_, deadline, _)| *deadline <= ctx.now);
        let late: Vec<BrokerId> = late.map(|(broker, _, _)| *broker).collect();
        let mut due = Vec::new();
        for append in std::mem::take(&mut markers.again) {
            if append.0 <= ctx.now { &mut due } else { &mut markers.again }.push(append);
        }
        for broker in late {
            ctx.close(Node::Broker(broker), Channel::TxnMarkers);
            self.markers_lost(ctx, broker);
        }
        for (_, id, value) in due {
            self.write_transition(ctx, &id, value, Asker::Nobody(false));
        }
        self.pump_markers(ctx);
    }

    /// A leader has answered, or its connection has ended.
    pub(in crate::sim::broker) fn on_txn_markers(
        &mut self,
        ctx: &mut Ctx<'_>,
        envelope: &Envelope,
    ) {
        match &*envelope.body {
            Body::Response(Response::WriteTxnMarkers(response)) => {
                let flights = &mut self.live.transactions.markers.in_flight;
                let flight = envelope.answers.and_then(|seq| flights.remove(&seq));
                let Some((_, _, queued)) = flight else { return };
                for (queued, (_, errors)) in queued.into_iter().zip(&response.markers) {
                    self.marker_answered(ctx, queued, errors);
                }
            }
            Body::Disconnect => {
                if let Some(broker) = envelope.from.broker() {
                    self.markers_lost(ctx, broker);
                }
            }
            _ => {}
        }
        self.pump_markers(ctx);
    }

    /// Nobody knows what became of them: they are sent again, perhaps to somebody else.
    fn markers_lost(&mut self, ctx: &mut Ctx<'_>, broker: BrokerId) {
        for mut queued in self.live.transactions.markers.take_from(broker) {
            if self.still_coordinates(&queued) {
                queued.not_before = ctx.now + RETRY;
                self.live.transactions.markers.queue.push(queued);
            }
        }
    }

    fn still_coordinates(&self, queued: &Queued) -> bool {
        let epoch = queued.marker.coordinator_epoch;
        self.coordinated(&queued.id).is_ok_and(|(_, now)| now == epoch)
    }

    fn marker_answered(
        &mut self,
        ctx: &mut Ctx<'_>,
        mut queued: Queued,
        errors: &[(Partition, ErrorCode)],
    ) {
        if !self.still_coordinates(&queued) {
            return;
        }
        let mut again: Vec<Partition> = Vec::new();
        for (partition, error) in errors {
            match error {
                ErrorCode::None => self.marker_done(&queued.id, *partition),
                // Somebody else has ended it, or coordinates it now: nothing is left to do.
                ErrorCode::InvalidProducerEpoch | ErrorCode::TransactionCoordinatorFenced => {
                    self.live.transactions.markers.completing.remove(&queued.id);
                    return;
                }
                _ => again.push(*partition),
            }
        }
        if again.is_empty() {
            return self.complete_if_told(ctx, &queued.id);
        }
        queued.marker.partitions = again;
        queued.not_before = ctx.now + RETRY;
        self.live.transactions.markers.queue.push(queued);
    }

    fn marker_done(&mut self, id: &Name, partition: Partition) {
        if let Some(known) = self.live.transactions.known.get_mut(id) {
            known.remove_partition(partition);
        }
    }

    /// Once no partition is left to be told, the transaction is complete (maybeWriteTxnCompletion).
    fn complete_if_told(&mut self, ctx: &mut Ctx<'_>, id: &Name) {
        let role = &mut self.live.transactions;
        let told = role.known.get(id).is_some_and(|known| known.value.partitions.is_empty());
        if told && let Some(value) = role.markers.completing.remove(id) {
            self.write_transition(ctx, id, value, Asker::Nobody(false));
        }
    }

    /// That could not be written, and is tried again (txnLogAppendRetryQueue).
    pub(super) fn complete_again(
        &mut self,
        ctx: &mut Ctx<'_>,
        id: Name,
        value: TransactionLogValue,
    ) {
        self.live.transactions.markers.again.push((ctx.now + RETRY, id, value));
        self.arm_markers(ctx);
    }
}
