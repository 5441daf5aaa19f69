//! How long whoever gets a message has to do with codecs before it can handle it.

use super::id::Node;
use super::time::Span;
use super::wire::{Body, Envelope, PartitionProduce, RecordBatch, Request, Response};
use super::world::World;

impl World {
    /// A leader looks into the batches that it gets, and compresses them anew if its topic has
    /// another codec (LogValidator); a consumer gets its records back; a follower keeps them as
    /// they are.
    // Simplified: a consumer decompresses what it gets at once, and not while it polls.
    pub(super) fn codec_work(&self, envelope: &Envelope) -> Span {
        match (&*envelope.body, envelope.to) {
            (Body::Request(Request::Produce(request)), Node::Broker(_)) => {
                let all =
                    request.partitions.iter().map(|batch| self.work_of_leader(envelope, batch));
                all.fold(Span::ZERO, |sum, time| sum + time)
            }
            (Body::Response(Response::Fetch(response)), Node::Client(_)) => {
                let all = response.partitions.iter().flat_map(|partition| &partition.batches);
                all.fold(Span::ZERO, |sum, batch| sum + decompress(batch))
            }
            (Body::Response(Response::ShareFetch(response)), Node::Client(_)) => {
                let all = response.partitions.iter().flat_map(|partition| &partition.batches);
                all.fold(Span::ZERO, |sum, batch| sum + decompress(batch))
            }
            _ => Span::ZERO,
        }
    }

    fn work_of_leader(&self, envelope: &Envelope, batch: &PartitionProduce) -> Span {
        let broker = envelope.to.broker().and_then(|id| self.brokers.get(&id));
        let topic = broker.and_then(|it| it.disk.image.topics.get(&batch.partition.topic));
        let kept = topic.map_or(batch.compression, |topic| {
            batch.compression.in_topic(topic.config.compression_type)
        });
        let looks = batch.compression.decompress_time(batch.bytes);
        if kept == batch.compression {
            return looks;
        }
        looks + kept.compress_time(super::log::compression::records_bytes(&batch.records))
    }
}

fn decompress(batch: &RecordBatch) -> Span {
    batch.compression.decompress_time(batch.bytes)
}
