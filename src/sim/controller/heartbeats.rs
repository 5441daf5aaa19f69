//! Registration, heartbeats, fencing (ClusterControlManager, BrokerHeartbeatManager).

use crate::sim::effect::{Ctx, ReplyTo, Timer};
use crate::sim::event::Event;
use crate::sim::id::{BrokerId, Offset};
use crate::sim::time::{Span, Time};
use crate::sim::wire::{
    BrokerHeartbeatRequest, BrokerHeartbeatResponse, BrokerRegistrationRequest,
    BrokerRegistrationResponse, ErrorCode, MetadataRecord, RegistrationChange, Response,
    UnregisterBrokerRequest, UnregisterBrokerResponse,
};

use super::Controller;

/// What the controller remembers of a broker's heartbeats.
#[derive(Clone, Copy, Debug)]
pub(super) struct Session {
    last_contact: Time,
    metadata_offset: Offset,
    /// A controlled shutdown is granted when all active brokers have read this far.
    shutdown_offset: Option<Offset>,
}

impl Session {
    pub(super) fn begun(now: Time) -> Session {
        Session { last_contact: now, metadata_offset: -1, shutdown_offset: None }
    }
}

pub(super) fn tell(ctx: &mut Ctx<'_>, broker: BrokerId, change: RegistrationChange) {
    match change {
        RegistrationChange::Fence => ctx.tell(Event::BrokerFenced(broker)),
        RegistrationChange::Unfence => ctx.tell(Event::BrokerUnfenced(broker)),
        RegistrationChange::ControlledShutdown => {}
    }
}

impl Controller {
    fn session_timeout(&self) -> Span {
        Span::from_config_ms(self.config.broker_session_timeout_ms)
    }

    /// Unfenced and heard of within the session timeout.
    fn has_valid_session(&self, broker: BrokerId, now: Time) -> bool {
        let unfenced = self.image.brokers.get(&broker).is_some_and(|r| !r.fenced);
        unfenced
            && self
                .sessions
                .get(&broker)
                .is_some_and(|s| now.since(s.last_contact) <= self.session_timeout())
    }

    pub(super) fn register(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        request: &BrokerRegistrationRequest,
    ) {
        let broker = request.broker;
        // A broker that restarts fast waits until the session of its former life has expired.
        if self.has_valid_session(broker, ctx.now) {
            let error = ErrorCode::DuplicateBrokerRegistration;
            let response = BrokerRegistrationResponse { error, broker_epoch: -1 };
            return ctx.reply(to, Response::BrokerRegistration(response));
        }
        let known = self.image.brokers.get(&broker).map(|r| r.broker_epoch);
        self.forget_former_life(ctx, broker, known == Some(request.previous_broker_epoch));
        let broker_epoch = self.end();
        let rack = request.rack.clone();
        self.write(ctx, MetadataRecord::RegisterBroker { broker, broker_epoch, rack });
        self.sessions.insert(broker, Session::begun(ctx.now));
        let response = BrokerRegistrationResponse { error: ErrorCode::None, broker_epoch };
        ctx.reply(to, Response::BrokerRegistration(response));
    }

    /// ReplicationControlManager.unregisterBroker.
    pub(super) fn unregister(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        request: UnregisterBrokerRequest,
    ) {
        let broker = request.broker;
        let error = match self.image.brokers.get(&broker).map(|r| r.broker_epoch) {
            None => ErrorCode::BrokerIdNotRegistered,
            Some(broker_epoch) => {
                self.remove_from_isrs(ctx, broker);
                self.write(ctx, MetadataRecord::UnregisterBroker { broker, broker_epoch });
                self.sessions.remove(&broker);
                ErrorCode::None
            }
        };
        ctx.reply(to, Response::UnregisterBroker(UnregisterBrokerResponse { error }));
    }

    pub(super) fn heartbeat(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        request: &BrokerHeartbeatRequest,
    ) {
        let broker = request.broker;
        let known = self.image.brokers.get(&broker).map(|r| r.broker_epoch);
        if known != Some(request.broker_epoch) {
            let error = match known {
                None => ErrorCode::BrokerIdNotRegistered,
                Some(_) => ErrorCode::StaleBrokerEpoch,
            };
            return ctx
                .reply(to, Response::BrokerHeartbeat(BrokerHeartbeatResponse::refused(error)));
        }
        let session = self.sessions.entry(broker).or_insert_with(|| Session::begun(ctx.now));
        session.last_contact = ctx.now;
        session.metadata_offset = request.current_metadata_offset;
        let should_shut_down = self.next_state(ctx, request);
        let fenced = self.image.brokers.get(&broker).is_none_or(|r| r.fenced);
        let response = BrokerHeartbeatResponse {
            error: ErrorCode::None,
            is_caught_up: request.current_metadata_offset >= request.broker_epoch,
            is_fenced: fenced,
            should_shut_down,
        };
        ctx.reply(to, Response::BrokerHeartbeat(response));
        self.arm_sessions(ctx);
    }

    /// BrokerHeartbeatManager.calculateNextBrokerState: fences, unfences or begins a controlled
    /// shutdown; true when the broker may stop now.
    fn next_state(&mut self, ctx: &mut Ctx<'_>, request: &BrokerHeartbeatRequest) -> bool {
        let broker = request.broker;
        let Some(registration) = self.image.brokers.get(&broker) else { return false };
        if registration.fenced {
            if request.want_shut_down {
                return true;
            }
            let caught_up = request.current_metadata_offset >= request.broker_epoch;
            if !request.want_fence && caught_up {
                self.unfence(ctx, broker);
            }
            return false;
        }
        if request.want_fence {
            self.fence(ctx, broker);
            return request.want_shut_down;
        }
        if !request.want_shut_down {
            return false;
        }
        let leads = self.leads_anything(broker);
        if !registration.in_controlled_shutdown {
            if !leads {
                self.fence(ctx, broker);
                return true;
            }
            self.begin_controlled_shutdown(ctx, broker);
            return false;
        }
        if !leads && self.others_have_read_the_shutdown(broker) {
            self.fence(ctx, broker);
            return true;
        }
        false
    }

    fn others_have_read_the_shutdown(&self, broker: BrokerId) -> bool {
        let Some(mine) = self.sessions.get(&broker).and_then(|s| s.shutdown_offset) else {
            return true;
        };
        self.sessions
            .iter()
            .filter(|(id, _)| self.image.is_active(**id))
            .all(|(_, session)| session.metadata_offset >= mine)
    }

    fn begin_controlled_shutdown(&mut self, ctx: &mut Ctx<'_>, broker: BrokerId) {
        self.write_registration(ctx, broker, RegistrationChange::ControlledShutdown);
        self.remove_from_isrs(ctx, broker);
        let offset = self.end() - 1;
        if let Some(session) = self.sessions.get_mut(&broker) {
            session.shutdown_offset = Some(offset);
        }
    }

    /// Fencing takes the broker out of every ISR first, then says so (handleBrokerFenced).
    fn fence(&mut self, ctx: &mut Ctx<'_>, broker: BrokerId) {
        self.remove_from_isrs(ctx, broker);
        self.write_registration(ctx, broker, RegistrationChange::Fence);
    }

    fn unfence(&mut self, ctx: &mut Ctx<'_>, broker: BrokerId) {
        self.write_registration(ctx, broker, RegistrationChange::Unfence);
        self.elect_leaderless(ctx);
    }

    fn write_registration(
        &mut self,
        ctx: &mut Ctx<'_>,
        broker: BrokerId,
        change: RegistrationChange,
    ) {
        let broker_epoch = self.image.brokers.get(&broker).map_or(-1, |r| r.broker_epoch);
        let record = MetadataRecord::BrokerRegistrationChange { broker, broker_epoch, change };
        self.write(ctx, record);
    }

    pub(super) fn expire_sessions(&mut self, ctx: &mut Ctx<'_>) {
        let timeout = self.session_timeout();
        let silent: Vec<BrokerId> = self
            .sessions
            .iter()
            .filter(|(_, session)| ctx.now.since(session.last_contact) > timeout)
            .map(|(id, _)| *id)
            .filter(|id| self.image.brokers.get(id).is_some_and(|r| !r.fenced))
            .collect();
        for broker in silent {
            self.fence(ctx, broker);
        }
        self.arm_sessions(ctx);
    }

    /// Wakes up just after the earliest session can have expired.
    pub(super) fn arm_sessions(&self, ctx: &mut Ctx<'_>) {
        let earliest = self
            .sessions
            .iter()
            .filter(|(id, _)| self.image.brokers.get(id).is_some_and(|r| !r.fenced))
            .map(|(_, session)| session.last_contact)
            .min();
        if let Some(contact) = earliest {
            ctx.arm(Timer::Sessions, contact + self.session_timeout() + Span::us(1));
        }
    }
}
