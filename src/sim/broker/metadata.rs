//! Following the metadata log, and becoming what it says (BrokerMetadataPublisher,
//! ReplicaManager.applyDelta).

use std::sync::Arc;

use super::Running;
use crate::sim::effect::{Ctx, ReplyTo};
use crate::sim::id::{Node, Partition};
use crate::sim::ordered::Set;
use crate::sim::wire::{Envelope, MetadataRecord, MetadataRequest, Response};

/// What this process has made of the metadata.
#[derive(Clone, Debug, Default)]
pub(super) struct Publisher {
    /// Whether it acts upon records: not before the first image is whole.
    began: bool,
}

impl Running<'_> {
    pub(super) fn on_quorum_timer(&mut self, ctx: &mut Ctx<'_>) {
        self.raft.poll(ctx);
        self.apply_committed(ctx);
    }

    pub(super) fn on_quorum_response(
        &mut self,
        ctx: &mut Ctx<'_>,
        envelope: &Arc<Envelope>,
        response: &Response,
    ) {
        // The metadata log lies in the same directory (metadata.log.dir).
        if let Response::FetchMetadataLog(log) = response
            && !log.records.is_empty()
            && !self.can_write(ctx)
        {
            return;
        }
        if let Node::Controller(from) = envelope.from {
            self.raft.on_response(ctx, from, envelope.answers, response);
        }
        self.apply_committed(ctx);
    }

    /// Records count for a broker once they are committed.
    fn apply_committed(&mut self, ctx: &mut Ctx<'_>) {
        let end = self.raft.high_watermark().unwrap_or(0);
        let image = &mut self.disk.image;
        if image.next_offset >= end {
            return;
        }
        let mut touched = Set::new();
        while image.next_offset < end {
            let Some(entry) = self.raft.log().get(image.next_offset) else { break };
            image.apply(&entry.record);
            if let MetadataRecord::ClientQuota(set) = &entry.record {
                self.live.quotas.enable(set.quota);
            }
            touched.extend(touched_by(&entry.record));
        }
        let applied = image.next_offset;
        self.raft.forget_before(applied);
        if self.live.metadata.began {
            self.publish(ctx, touched);
        }
    }

    /// Some partitions may be in remote storage, too, from now on.
    fn publish_remote_logs(&mut self, ctx: &mut Ctx<'_>) {
        if self.config.remote_log_storage_system_enable != 0
            && let Some(extension) = ctx.extension
        {
            (extension.broker.remote_logs)(self, ctx);
        }
    }

    /// The first image after boot: every partition at once.
    pub(super) fn publish_everything(&mut self, ctx: &mut Ctx<'_>) {
        self.live.metadata.began = true;
        self.enable_quotas();
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
        self.publish_remote_logs(ctx);
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
