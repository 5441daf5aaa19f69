//! Who writes to a partition, for administrators who look for a transaction that hangs
//! (ReplicaManager.activeProducerState, KIP-664).

use crate::sim::broker::Running;
use crate::sim::effect::{Ctx, ReplyTo};
use crate::sim::id::Partition;
use crate::sim::log::producers::ProducerState;
use crate::sim::wire::{
    ActiveProducer, DescribeProducersRequest, DescribeProducersResponse, ErrorCode, NO_SEQUENCE,
    ProducerId, ProducerIdAndEpoch, Response,
};

impl Running<'_> {
    pub(in crate::sim::broker) fn describe_producers(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        request: &DescribeProducersRequest,
    ) {
        let (error, producers) = match self.active_producers(request.partition) {
            Ok(producers) => (ErrorCode::None, producers),
            Err(error) => (error, Vec::new()),
        };
        let response = DescribeProducersResponse { error, producers };
        self.reply(ctx, to, Response::DescribeProducers(response));
    }

    fn active_producers(&self, partition: Partition) -> Result<Vec<ActiveProducer>, ErrorCode> {
        if self.disk.image.partition(partition).is_none() {
            return Err(ErrorCode::UnknownTopicOrPartition);
        }
        let replica = self.live.replicas.get(&partition);
        if replica.and_then(|replica| replica.as_leader()).is_none() {
            return Err(ErrorCode::NotLeaderOrFollower);
        }
        let Some(log) = self.disk.logs.get(&partition) else { return Ok(Vec::new()) };
        Ok(log.producers().iter().map(|(id, state)| active(id, state)).collect())
    }
}

fn active(id: ProducerId, state: &ProducerState) -> ActiveProducer {
    ActiveProducer {
        producer: ProducerIdAndEpoch { id, epoch: state.epoch },
        last_sequence: state.batches.last().map_or(NO_SEQUENCE, |batch| batch.last_sequence),
        last_timestamp: state.last_timestamp,
        coordinator_epoch: state.coordinator_epoch,
        transaction_start: state.transaction,
    }
}
