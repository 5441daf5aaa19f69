//! Following the metadata log, and becoming what it says (BrokerMetadataPublisher,
//! ReplicaManager.applyDelta).

use std::sync::Arc;

use super::Running;
use crate::sim::effect::{Ctx, ReplyTo, Timer};
use crate::sim::id::{Offset, Partition, Seq};
use crate::sim::ordered::Set;
use crate::sim::time::Span;
use crate::sim::wire::{
    Channel, Envelope, FetchMetadataLogRequest, FetchMetadataLogResponse, MetadataRecord,
    MetadataRequest, Request, Response,
};

/// The fetch from the controller that is under way.
#[derive(Clone, Debug, Default)]
pub(super) struct MetadataFetch {
    in_flight: Option<Seq>,
    /// What lies before it has been acted upon; none before the first publishing.
    published: Option<Offset>,
}

/// `controller.quorum.fetch.timeout.ms`.
const FETCH_TIMEOUT: Span = Span::ms(2000);
/// `controller.quorum.retry.backoff.ms`.
const RETRY: Span = Span::ms(20);

impl Running<'_> {
    pub(super) fn fetch_metadata(&mut self, ctx: &mut Ctx<'_>) {
        let fetch_offset = self.disk.image.next_offset;
        let request =
            Request::FetchMetadataLog(FetchMetadataLogRequest { broker: self.id, fetch_offset });
        self.live.metadata.in_flight = Some(ctx.request(self.controller, Channel::Raft, request));
        ctx.arm_in(Timer::ToController(Channel::Raft), FETCH_TIMEOUT);
    }

    pub(super) fn on_metadata_timer(&mut self, ctx: &mut Ctx<'_>) {
        if self.live.metadata.in_flight.take().is_some() {
            ctx.close(self.controller, Channel::Raft);
        }
        self.fetch_metadata(ctx);
    }

    pub(super) fn metadata_fetch_failed(&mut self, ctx: &mut Ctx<'_>) {
        self.live.metadata.in_flight = None;
        ctx.arm_in(Timer::ToController(Channel::Raft), RETRY);
    }

    pub(super) fn on_metadata(
        &mut self,
        ctx: &mut Ctx<'_>,
        envelope: &Arc<Envelope>,
        response: &FetchMetadataLogResponse,
    ) {
        if envelope.answers != self.live.metadata.in_flight {
            return;
        }
        self.live.metadata.in_flight = None;
        let mut touched = Set::new();
        for (offset, record) in (response.base_offset..).zip(response.records.iter()) {
            if offset == self.disk.image.next_offset {
                self.disk.image.apply(record);
                touched.extend(touched_by(record));
            }
        }
        self.fetch_metadata(ctx);
        if self.live.metadata.published.is_some() && !response.records.is_empty() {
            self.live.metadata.published = Some(self.disk.image.next_offset);
            self.publish(ctx, touched);
        }
    }

    /// The first image after boot: every partition at once.
    pub(super) fn publish_everything(&mut self, ctx: &mut Ctx<'_>) {
        self.live.metadata.published = Some(self.disk.image.next_offset);
        let all: Set<Partition> =
            self.disk.image.partitions().map(|(partition, _)| partition).collect();
        // Logs of replicas that were taken away meanwhile go (LogManager.isStrayReplica).
        self.publish(ctx, all);
    }

    fn publish(&mut self, ctx: &mut Ctx<'_>, touched: Set<Partition>) {
        for partition in touched {
            let Some(state) = self.disk.image.partition(partition).cloned() else { continue };
            if !state.replicas.contains(&self.id) {
                self.stop_replica(ctx, partition);
                continue;
            }
            if state.leader == Some(self.id) {
                self.become_leader(ctx, partition, &state);
            } else {
                self.become_follower(ctx, partition, &state);
            }
        }
        self.start_fetchers(ctx);
    }

    pub(super) fn describe(&mut self, ctx: &mut Ctx<'_>, to: ReplyTo, request: &MetadataRequest) {
        let response = self.disk.image.describe(request.topics.as_deref());
        self.reply(ctx, to, Response::Metadata(Arc::new(response)));
    }
}

fn touched_by(record: &MetadataRecord) -> Option<Partition> {
    match record {
        MetadataRecord::Partition(record) => Some(record.partition),
        MetadataRecord::PartitionChange(change) => Some(change.partition),
        _ => None,
    }
}
