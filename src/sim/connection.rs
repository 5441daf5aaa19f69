//! Connections as the two kernels know them: who hung up, who still reads, who can write.

use super::id::{Node, Seq};
use super::time::Time;
use super::wire::Channel;

/// A connection that a node opened to a server.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct ConnectionKey {
    pub client: Node,
    pub server: Node,
    pub channel: Channel,
}

/// A connection's current incarnation; messages of an earlier one are lost.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Connection {
    pub incarnation: u32,
    pub open: bool,
    /// The handshake waits for a cut to heal: it needs both directions.
    pub connecting: bool,
    /// This incarnation was reset: its requests from this one on find nobody.
    pub reset: Option<(u32, Seq)>,
    /// The opener hung up on this incarnation, and an answer to it came back as RST: since when
    /// the server cannot write on it any more.
    pub deaf: Option<(u32, Time)>,
    /// The server closed this incarnation and all before it: their requests are not read.
    pub closed: Option<u32>,
    /// The server wants to hear when the opener hangs up on this incarnation.
    pub watched: Option<u32>,
}

impl Connection {
    /// Whether an answer on an incarnation still leaves the server.
    pub fn hears(&self, incarnation: u32, now: Time) -> bool {
        self.deaf.is_none_or(|(which, since)| incarnation > which || now < since)
    }
}
