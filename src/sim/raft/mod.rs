//! What lives here: the Raft of the metadata log: who leads the quorum, and which records are
//! committed (KafkaRaftClient; KIP-595, KIP-996).
//! Who may knock: controllers, which vote, and brokers, which only follow.
//! Never here: what the records mean.

mod answers;
mod leader;
mod log;
mod requests;
mod role;
mod transitions;

use std::sync::Arc;

pub use self::leader::Leader;
pub use self::log::MetadataLog;
pub use self::role::{ElectionState, QuorumRole, Role, Votes};

use self::requests::Connection;
use super::effect::{Ctx, Timer};
use super::id::{ControllerId, Epoch, Node, Offset};
use super::time::{Span, Time};
use super::wire::MetadataRecord;
use crate::sim::ordered::Map;

/// `controller.quorum.election.timeout.ms`: from this to twice as long, at random.
const ELECTION_TIMEOUT: Span = Span::ms(1000);
/// `controller.quorum.fetch.timeout.ms`.
const FETCH_TIMEOUT: Span = Span::ms(2000);
/// `controller.quorum.request.timeout.ms`.
const REQUEST_TIMEOUT: Span = Span::ms(2000);
/// `controller.quorum.election.backoff.max.ms`.
const ELECTION_BACKOFF_MAX: Span = Span::ms(1000);
/// How long a fetch waits for news (KafkaRaftClient.MAX_FETCH_WAIT_MS).
const FETCH_WAIT: Span = Span::ms(500);

/// A node's part in the quorum. Its log and its election state are on disk, the rest is memory.
// Simplified: no idle leader writes NoOpRecords (metadata.max.idle.interval.ms), and the log is
// never cut into snapshots.
#[derive(Clone, Debug)]
pub struct Raft {
    me: Node,
    voters: Arc<[ControllerId]>,
    election: ElectionState,
    log: MetadataLog,
    /// What lies below is committed, as far as this node knows; none after a start.
    high_watermark: Option<Offset>,
    role: Role,
    connections: Map<ControllerId, Connection>,
    /// When the alarm rings.
    armed: Time,
}

impl Raft {
    pub(super) fn new(me: Node, voters: Arc<[ControllerId]>) -> Raft {
        Raft {
            me,
            voters,
            election: ElectionState::default(),
            log: MetadataLog::default(),
            high_watermark: None,
            role: Role::Unattached { election_at: Time::NEVER },
            connections: Map::new(),
            armed: Time::NEVER,
        }
    }

    pub fn epoch(&self) -> Epoch {
        self.election.epoch
    }

    /// Who leads in this epoch, as far as this node knows.
    pub fn leader(&self) -> Option<ControllerId> {
        self.election.leader
    }

    /// Whom it voted for in this epoch.
    pub fn voted_for(&self) -> Option<ControllerId> {
        self.election.voted
    }

    pub fn role(&self) -> &Role {
        &self.role
    }

    pub fn log(&self) -> &MetadataLog {
        &self.log
    }

    pub fn voters(&self) -> &[ControllerId] {
        &self.voters
    }

    /// What lies below is committed; none while nobody can say.
    pub fn high_watermark(&self) -> Option<Offset> {
        self.high_watermark
    }

    /// The state of the leader, if this node is it.
    pub fn as_leader(&self) -> Option<&Leader> {
        match &self.role {
            Role::Leader(leader) => Some(leader),
            _ => None,
        }
    }

    fn as_leader_mut(&mut self) -> Option<&mut Leader> {
        match &mut self.role {
            Role::Leader(leader) => Some(leader),
            _ => None,
        }
    }

    /// The leader has committed a record of its own epoch: it may decide things from now on.
    pub(super) fn leads_for_sure(&self) -> bool {
        let committed = self.high_watermark.unwrap_or(0);
        self.as_leader().is_some_and(|leader| committed > leader.epoch_start)
    }

    fn voter(&self) -> Option<ControllerId> {
        match self.me {
            Node::Controller(id) => Some(id),
            _ => None,
        }
    }

    fn is_only_voter(&self) -> bool {
        self.voter().is_some() && self.voters.len() == 1
    }

    /// The memory is gone; the disk stays.
    pub(super) fn power_off(&mut self) {
        self.high_watermark = None;
        self.role = Role::Unattached { election_at: Time::NEVER };
        self.connections = Map::new();
        self.armed = Time::NEVER;
    }

    /// The leader writes a record. Alone, it has committed it at once.
    pub(super) fn append(&mut self, record: MetadataRecord) {
        self.log.append(self.election.epoch, record);
        let end = self.log.end();
        if let Some(leader) = self.as_leader_mut() {
            leader.set_own_end(end);
        }
        self.advance_high_watermark();
    }

    /// What lies before has been applied to an image that is on disk.
    pub(super) fn forget_before(&mut self, offset: Offset) {
        self.log.forget_before(offset);
    }

    /// Does what is due, and sets the alarm for what is next (pollCurrentState).
    pub(super) fn poll(&mut self, ctx: &mut Ctx<'_>) {
        while self.expire(ctx) {}
        self.send_what_is_due(ctx);
        self.complete_fetches(ctx);
        let deadlines = self.connections.values().map(|connection| connection.deadline(ctx.now));
        let deadlines = deadlines.chain([self.role.deadline()]);
        let next = deadlines.filter(|at| *at > ctx.now).min().unwrap_or(Time::NEVER);
        if next < self.armed || self.armed <= ctx.now {
            self.armed = next;
            if next != Time::NEVER {
                ctx.arm(Timer::Quorum, next);
            }
        }
    }
}
