//! Handing out producer ids from blocks that the controller gives (RPCProducerIdManager), and
//! forgetting producers that have gone quiet.

use super::Running;
use crate::sim::effect::{Ctx, ReplyTo, Timer};
use crate::sim::time::{Span, Time};
use crate::sim::wire::{
    AllocateProducerIdsRequest, AllocateProducerIdsResponse, Channel, ErrorCode,
    InitProducerIdResponse, ProducerId, ProducerIdAndEpoch, Request, Response,
};

/// How long to wait after the controller has refused (ProducerIdManager.RetryBackoffMs).
const RETRY_BACKOFF: Span = Span::ms(50);
/// How often producers that are quiet are looked for
/// (`producer.id.expiration.check.interval.ms`, internal).
pub(super) const EXPIRATION_CHECK: Span = Span::secs(600);

/// Ids from `next` up to, not including, `end`.
#[derive(Clone, Copy, Debug, Default)]
struct Block {
    first: i64,
    next: i64,
    end: i64,
}

impl Block {
    fn claim(&mut self) -> Option<ProducerId> {
        let id = (self.next < self.end).then_some(ProducerId(self.next))?;
        self.next += 1;
        Some(id)
    }

    /// The id at which the next block is asked for: nine tenths are gone.
    fn prefetch_at(&self) -> i64 {
        self.first + (self.end - self.first) * 9 / 10
    }
}

/// The blocks of ids that this process holds.
#[derive(Clone, Debug, Default)]
pub(super) struct ProducerIds {
    current: Block,
    following: Option<Block>,
    in_flight: bool,
    not_before: Time,
}

impl Running<'_> {
    /// InitProducerId without a transactional id. While no id is at hand the producer must try
    /// again.
    pub(super) fn init_producer_id(&mut self, ctx: &mut Ctx<'_>, to: ReplyTo) {
        let id = self.generate_producer_id(ctx);
        let response = InitProducerIdResponse {
            error: id.map_or(ErrorCode::CoordinatorLoadInProgress, |_| ErrorCode::None),
            producer: id.map(|id| ProducerIdAndEpoch { id, epoch: 0 }),
        };
        self.reply(ctx, to, Response::InitProducerId(response));
    }

    pub(super) fn generate_producer_id(&mut self, ctx: &mut Ctx<'_>) -> Option<ProducerId> {
        let ids = &mut self.live.producer_ids;
        let mut id = ids.current.claim();
        if id.is_none()
            && let Some(block) = ids.following.take()
        {
            ids.current = block;
            ids.in_flight = false;
            id = ids.current.claim();
        }
        let prefetch_at = ids.current.prefetch_at();
        if id.is_none_or(|id| id.0 == prefetch_at) {
            self.request_producer_ids(ctx);
        }
        id
    }

    fn request_producer_ids(&mut self, ctx: &mut Ctx<'_>) {
        let (broker, broker_epoch) = (self.id, self.broker_epoch());
        let controller = self.controller();
        let ids = &mut self.live.producer_ids;
        if ids.in_flight || ctx.now < ids.not_before {
            return;
        }
        let Some(controller) = controller else { return };
        ids.in_flight = true;
        let request = AllocateProducerIdsRequest { broker, broker_epoch };
        ctx.request(controller, Channel::Admin, Request::AllocateProducerIds(request));
    }

    pub(super) fn on_producer_ids(
        &mut self,
        ctx: &mut Ctx<'_>,
        response: &AllocateProducerIdsResponse,
    ) {
        let ids = &mut self.live.producer_ids;
        if response.error == ErrorCode::None {
            let first = response.first.0;
            ids.following = Some(Block { first, next: first, end: first + response.count });
        } else {
            ids.in_flight = false;
            ids.not_before = ctx.now + RETRY_BACKOFF;
        }
    }

    /// The connection to the controller ended: what was asked is asked again when it is needed.
    pub(super) fn producer_ids_failed(&mut self) {
        let ids = &mut self.live.producer_ids;
        ids.in_flight &= ids.following.is_some();
    }

    /// Forgets producers that wrote nothing for `producer.id.expiration.ms`.
    pub(super) fn expire_producers(&mut self, ctx: &mut Ctx<'_>) {
        ctx.arm_in(Timer::ProducerIdExpiration, EXPIRATION_CHECK);
        let now_ms = ctx.wall().as_millis();
        let after_ms = self.config.producer_id_expiration_ms.unsigned_abs();
        for log in self.disk.logs.values_mut() {
            log.expire_producers(now_ms, after_ms);
        }
    }
}
