//! Which partitions a member fetches from a broker, so that it names them once only
//! (ShareSession, SharePartitionManager.newContext).

use crate::sim::effect::ReplyTo;
use crate::sim::id::{Name, Node, Partition};
use crate::sim::ordered::{Map, Set};
use crate::sim::wire::{Channel, ErrorCode, MemberId, ShareFetchRequest, ShareSessionEpoch};

/// What one member fetches.
#[derive(Clone, PartialEq, Eq, Debug)]
struct ShareSession {
    /// Of its next request.
    epoch: ShareSessionEpoch,
    partitions: Set<Partition>,
}

/// The share sessions of a broker (ShareSessionCache), by group and member.
// Simplified: there is room for as many sessions as there are members.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ShareSessions {
    sessions: Map<(Name, MemberId), ShareSession>,
    /// Whose session was last opened on a connection, and may be over by now.
    connections: Map<(Node, Channel, u32), (Name, MemberId)>,
}

impl ShareSessions {
    /// Opens a session or goes on with it; the partitions to fetch from. With the final epoch there
    /// are none, and the session stays until [`Self::release`], so that acknowledgements come
    /// first.
    ///
    /// # Errors
    /// INVALID_REQUEST for acknowledgements without a session and for fetching at its end,
    /// SHARE_SESSION_NOT_FOUND, INVALID_SHARE_SESSION_EPOCH.
    pub fn fetch(
        &mut self,
        request: &ShareFetchRequest,
        from: ReplyTo,
    ) -> Result<Set<Partition>, ErrorCode> {
        let key = (request.group.clone(), request.member);
        let epoch = request.share_session_epoch;
        if epoch == ShareSessionEpoch::INITIAL {
            if !request.acknowledgements.is_empty() {
                return Err(ErrorCode::InvalidRequest);
            }
            let partitions: Set<Partition> = request.partitions.iter().copied().collect();
            let session = ShareSession { epoch: epoch.next(), partitions: partitions.clone() };
            self.connections.insert((from.node, from.channel, from.connection), key.clone());
            self.sessions.insert(key, session);
            return Ok(partitions);
        }
        if epoch == ShareSessionEpoch::FINAL {
            if !request.partitions.is_empty() {
                return Err(ErrorCode::InvalidRequest);
            }
            return self.check(&key, epoch).map(|_| Set::new());
        }
        let session = self.check(&key, epoch)?;
        session.partitions.extend(request.partitions.iter().copied());
        session.partitions.retain(|partition| !request.forgotten.contains(partition));
        Ok(session.partitions.clone())
    }

    /// A ShareAcknowledge belongs to a session, too, and counts in it; the final one may follow.
    ///
    /// # Errors
    /// SHARE_SESSION_NOT_FOUND, INVALID_SHARE_SESSION_EPOCH.
    pub fn acknowledge(
        &mut self,
        group: &Name,
        member: MemberId,
        epoch: ShareSessionEpoch,
    ) -> Result<(), ErrorCode> {
        if epoch == ShareSessionEpoch::INITIAL {
            return Err(ErrorCode::InvalidShareSessionEpoch);
        }
        self.check(&(group.clone(), member), epoch).map(|_| ())
    }

    /// The session is over: the partitions whose records the member has to give back.
    pub fn release(&mut self, group: &Name, member: MemberId) -> Set<Partition> {
        let session = self.sessions.remove(&(group.clone(), member));
        session.map(|session| session.partitions).unwrap_or_default()
    }

    /// A connection has ended: whose session was opened on it, if any was. Even if that member has
    /// opened another one since, on a new connection, it is this one that ends.
    pub fn disconnected(&mut self, from: ReplyTo) -> Option<(Name, MemberId)> {
        self.connections.remove(&(from.node, from.channel, from.connection))
    }

    /// Whether any member of a group has a session.
    pub fn serves(&self, group: &Name) -> bool {
        self.sessions.keys().any(|(other, _)| other == group)
    }

    /// The session of a request, moved on by it.
    fn check(
        &mut self,
        key: &(Name, MemberId),
        epoch: ShareSessionEpoch,
    ) -> Result<&mut ShareSession, ErrorCode> {
        let session = self.sessions.get_mut(key).ok_or(ErrorCode::ShareSessionNotFound)?;
        if epoch != ShareSessionEpoch::FINAL {
            if session.epoch != epoch {
                return Err(ErrorCode::InvalidShareSessionEpoch);
            }
            session.epoch = epoch.next();
        }
        Ok(session)
    }
}
