//! Who moves more bytes than allowed is told to wait, and its connection is not read meanwhile
//! (ClientQuotaManager, ThrottledChannel).

mod rate;

use self::rate::{Rate, most_at_once};
use super::Running;
use crate::sim::effect::{Ctx, ReplyTo, Timer};
use crate::sim::event::Event;
use crate::sim::id::ClientId;
use crate::sim::mutant::{Mutant, breaks};
use crate::sim::time::{Span, Time};
use crate::sim::wire::{FetchRequest, QuotaType};

/// What one client has moved.
#[derive(Clone, Debug)]
struct Sensor {
    client: ClientId,
    quota: QuotaType,
    rate: Rate,
}

/// What the process remembers of its clients' traffic.
#[derive(Clone, Debug, Default)]
pub(super) struct Quotas {
    /// Types of which there has been a quota in this life of the process. Without one nobody's
    /// bytes are counted (ClientQuotaManager.quotasEnabled).
    enabled: Vec<QuotaType>,
    sensors: Vec<Sensor>,
    throttled: Vec<(Time, ReplyTo)>,
}

impl Quotas {
    pub(super) fn enable(&mut self, quota: QuotaType) {
        if !self.enabled.contains(&quota) {
            self.enabled.push(quota);
        }
    }

    /// The clients of which a connection is not read, with the end of that.
    pub(super) fn throttled(&self) -> impl Iterator<Item = (ClientId, Time)> {
        self.throttled.iter().filter_map(|(until, to)| Some((to.node.client()?, *until)))
    }

    fn mutes(&self, to: ReplyTo) -> bool {
        let same = |it: &ReplyTo| {
            (it.node, it.channel, it.connection) == (to.node, to.channel, to.connection)
        };
        self.throttled.iter().any(|(_, it)| same(it))
    }

    fn rate_of(&mut self, client: ClientId, quota: QuotaType) -> Option<&mut Rate> {
        let known = self.sensors.iter().position(|it| it.client == client && it.quota == quota);
        let at = known.unwrap_or_else(|| {
            self.sensors.push(Sensor { client, quota, rate: Rate::default() });
            self.sensors.len() - 1
        });
        self.sensors.get_mut(at).map(|sensor| &mut sensor.rate)
    }
}

impl Running<'_> {
    /// Counts what a client sent or is about to get, and throttles it if that is too much: for so
    /// many ms, or 0 (KafkaApis.handleProduceRequest, handleFetchRequest).
    pub(super) fn throttle_time_ms(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        quota: QuotaType,
        bytes: u32,
    ) -> u32 {
        match ctx.extension {
            Some(extension) if self.live.quotas.enabled.contains(&quota) => {
                (extension.broker.count)(self, ctx, to, quota, bytes)
            }
            _ => 0,
        }
    }

    /// The same, once it is known that there are quotas.
    pub(super) fn count_bytes(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        quota: QuotaType,
        bytes: u32,
    ) -> u32 {
        let Some(client) = to.node.client() else { return 0 };
        let now = i64::try_from(ctx.wall().as_millis()).unwrap_or(i64::MAX);
        let limit = self.disk.image.client_quotas.limit(client, quota);
        let Some(rate) = self.live.quotas.rate_of(client, quota) else { return 0 };
        rate.record(i64::from(bytes), now);
        let ms = limit.map_or(0, |limit| rate.throttle_time_ms(limit, now));
        if ms == 0 || breaks(Mutant::ThrottlesNobody) {
            return 0;
        }
        if quota == QuotaType::Fetch {
            // It gets nothing now, so nothing is counted.
            rate.record(-i64::from(bytes), now);
        }
        self.live.quotas.throttled.push((ctx.now + Span::ms(ms.into()), to));
        self.arm_throttling(ctx);
        ctx.tell(Event::Throttled { client, quota, time: Span::ms(ms.into()) });
        ms
    }

    /// A reader with a quota gets no more at once than its quota allows in the whole window, since
    /// it would be throttled for that alone again and again.
    pub(super) fn cap_fetch(&self, to: ReplyTo, request: &FetchRequest) -> Option<FetchRequest> {
        if !self.live.quotas.enabled.contains(&QuotaType::Fetch) {
            return None;
        }
        let limit = self.disk.image.client_quotas.limit(to.node.client()?, QuotaType::Fetch)?;
        let most = u32::try_from(most_at_once(limit)).unwrap_or(u32::MAX);
        let max_bytes = request.max_bytes.min(most);
        let min_bytes = request.min_bytes.min(max_bytes);
        Some(FetchRequest { max_bytes, min_bytes, ..request.clone() })
    }

    /// A request was answered: the next one of its connection is read, unless that is throttled
    /// (SocketServer.tryUnmuteChannel).
    pub(super) fn unmute(&mut self, to: ReplyTo) {
        if !self.live.quotas.mutes(to) {
            self.live.connections.release(to);
        }
    }

    /// Connections whose time is up are read again (ThrottledChannel.notifyThrottlingDone).
    pub(super) fn end_throttling(&mut self, ctx: &mut Ctx<'_>) {
        let over = self.live.quotas.throttled.extract_if(.., |(until, _)| *until <= ctx.now);
        for (_, to) in over.collect::<Vec<_>>() {
            self.unmute(to);
        }
        self.arm_throttling(ctx);
    }

    fn arm_throttling(&self, ctx: &mut Ctx<'_>) {
        if let Some(at) = self.live.quotas.throttled.iter().map(|(until, _)| *until).min() {
            ctx.arm(Timer::Throttling, at);
        }
    }

    /// Quotas that were set before this process began count from its beginning.
    pub(super) fn enable_quotas(&mut self) {
        for set in self.disk.image.client_quotas.iter() {
            self.live.quotas.enable(set.quota);
        }
    }
}
