//! Being the active controller: taking office, deciding, waiting until decisions are committed,
//! and losing office (QuorumController).

use std::sync::Arc;

use super::heartbeats::Session;
use super::{Controller, Ctx, Effect, Envelope, ErrorCode, MetadataImage, Offset, Timer};
use crate::sim::effect::ReplyTo;
use crate::sim::event::Event;
use crate::sim::id::BrokerId;
use crate::sim::ordered::Map;
use crate::sim::raft::QuorumRole;
use crate::sim::time::Span;
use crate::sim::wire::Body;

/// How long a controller that ends looks for a successor
/// (RaftManager.shutdown waits as long as this).
const SHUTDOWN_PATIENCE: Span = Span::secs(5);

/// What must not be said before the records it rests on are committed
/// (DeferredEventQueue).
#[derive(Clone, Debug)]
pub(super) struct Deferred {
    /// The log's end when it was decided.
    end: Offset,
    effects: Vec<Effect>,
    /// The request that it answers.
    request: Option<Arc<Envelope>>,
}

impl Controller {
    pub(in crate::sim) fn on_start(&mut self, ctx: &mut Ctx<'_>) {
        self.raft.start(ctx);
        self.follow_quorum(ctx);
    }

    /// Only a leader has to look for a successor before it ends.
    pub(in crate::sim) fn on_close(&mut self, ctx: &mut Ctx<'_>) {
        if self.raft.as_leader().is_none() || self.raft.voters().len() == 1 {
            return ctx.exit();
        }
        self.closing = true;
        ctx.arm_in(Timer::Shutdown, SHUTDOWN_PATIENCE);
        self.raft.resign(ctx);
        self.raft.poll(ctx);
        self.follow_quorum(ctx);
    }

    pub(in crate::sim) fn power_off(&mut self) {
        self.raft.power_off();
        self.forget_office();
        self.closing = false;
    }

    fn forget_office(&mut self) {
        self.active = None;
        self.sessions = Map::new();
        if let Some(committed) = self.committed.take() {
            self.image = committed;
        }
        self.deferred = Vec::new();
    }

    /// Lets the active controller do something, and keeps to itself what it says of it until that
    /// is committed.
    pub(super) fn decide(
        &mut self,
        ctx: &mut Ctx<'_>,
        request: Option<&Arc<Envelope>>,
        act: impl FnOnce(&mut Controller, &mut Ctx<'_>),
    ) {
        let before = ctx.out.len();
        act(self, ctx);
        if self.raft.high_watermark().unwrap_or(0) < self.end() {
            let (said, done) = ctx
                .out
                .drain(before..)
                .partition(|effect| matches!(effect, Effect::Reply { .. } | Effect::Tell(_)));
            let done: Vec<Effect> = done;
            ctx.out.extend(done);
            let request = request.map(Arc::clone);
            self.deferred.push(Deferred { end: self.end(), effects: said, request });
        }
        self.raft.poll(ctx);
    }

    /// Acts upon what became of the quorum: loses office, applies what is committed, takes office.
    pub(super) fn follow_quorum(&mut self, ctx: &mut Ctx<'_>) {
        let leads = self.raft.as_leader().is_some();
        if self.active.is_some() && !(leads && self.active == Some(self.raft.epoch())) {
            self.lose_office(ctx);
        }
        self.apply_committed(ctx);
        if self.active.is_none() && self.raft.leads_for_sure() {
            self.take_office(ctx);
        }
        let succeeded = self.raft.role().name() == QuorumRole::Follower;
        if self.closing && succeeded {
            ctx.exit();
        }
    }

    fn apply_committed(&mut self, ctx: &mut Ctx<'_>) {
        let end = self.raft.high_watermark().unwrap_or(0);
        let image: &mut MetadataImage = self.committed.as_mut().unwrap_or(&mut self.image);
        while image.next_offset < end {
            let Some(entry) = self.raft.log().get(image.next_offset) else { break };
            image.apply(&entry.record);
        }
        let waiting = self.deferred.iter().position(|it| it.end > end);
        let ready = waiting.unwrap_or(self.deferred.len());
        ctx.out.extend(self.deferred.drain(..ready).flat_map(|it| it.effects));
    }

    /// Its first record is committed, so everything before is, and it knows all of it.
    fn take_office(&mut self, ctx: &mut Ctx<'_>) {
        let epoch = self.raft.epoch();
        self.active = Some(epoch);
        if self.raft.voters().len() > 1 {
            self.committed = Some(self.image.clone());
            ctx.tell(Event::ControllerActive { epoch });
        }
        // Every broker gets a whole session to be heard of.
        let unfenced = self.image.brokers.iter().filter(|(_, r)| !r.fenced);
        let unfenced: Vec<BrokerId> = unfenced.map(|(id, _)| *id).collect();
        for broker in unfenced {
            self.sessions.insert(broker, Session::begun(ctx.now));
        }
        self.arm_sessions(ctx);
        self.arm_leader_balance(ctx);
        self.arm_unclean_elections(ctx);
    }

    /// What is not committed was never decided; whoever asked must ask the next one.
    fn lose_office(&mut self, ctx: &mut Ctx<'_>) {
        for deferred in std::mem::take(&mut self.deferred) {
            let Some(envelope) = deferred.request else { continue };
            let Body::Request(request) = &*envelope.body else { continue };
            if let Some(refusal) = request.refused(ErrorCode::NotController) {
                ctx.reply(ReplyTo::of(&envelope), refusal);
            }
        }
        for timer in [Timer::Sessions, Timer::LeaderBalance, Timer::UncleanElections] {
            ctx.disarm(timer);
        }
        self.forget_office();
    }
}
