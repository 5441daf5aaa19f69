//! Blocks of producer ids for brokers (ProducerIdControlManager).

use super::Controller;
use crate::sim::effect::{Ctx, ReplyTo};
use crate::sim::wire::{
    AllocateProducerIdsRequest, AllocateProducerIdsResponse, ErrorCode, MetadataRecord, ProducerId,
    Response,
};

/// How many ids a broker gets at once (ProducerIdsBlock.PRODUCER_ID_BLOCK_SIZE).
const BLOCK: i64 = 1000;

impl Controller {
    pub(super) fn allocate_producer_ids(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        request: &AllocateProducerIdsRequest,
    ) {
        let (broker, broker_epoch) = (request.broker, request.broker_epoch);
        let error = match self.image.brokers.get(&broker).map(|r| r.broker_epoch) {
            None => ErrorCode::BrokerIdNotRegistered,
            Some(known) if known != broker_epoch => ErrorCode::StaleBrokerEpoch,
            Some(_) => ErrorCode::None,
        };
        let first = self.image.next_producer_id;
        if error == ErrorCode::None {
            let next = ProducerId(first.0 + BLOCK);
            self.write(ctx, MetadataRecord::ProducerIds { broker, broker_epoch, next });
        }
        let response = AllocateProducerIdsResponse { error, first, count: BLOCK };
        ctx.reply(to, Response::AllocateProducerIds(response));
    }
}
