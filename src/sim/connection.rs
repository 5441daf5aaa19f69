//! Connections as the two kernels know them: who hung up, who still reads, who can write.

use std::cmp::Ordering;

use super::id::{Node, Seq};
use super::time::Time;
use super::wire::Channel;

/// A connection that a node opened to a server.
#[derive(Clone, Copy, Debug)]
pub(super) struct ConnectionKey {
    pub client: Node,
    pub server: Node,
    pub channel: Channel,
    /// All of it in two numbers: each message is looked up by its connection several times.
    rank: (u64, u64),
}

impl ConnectionKey {
    pub fn new(client: Node, server: Node, channel: Channel) -> ConnectionKey {
        let rank = (client.rank(), server.rank() << 8 | channel as u64);
        ConnectionKey { client, server, channel, rank }
    }
}

impl PartialEq for ConnectionKey {
    #[inline(always)]
    fn eq(&self, other: &Self) -> bool {
        self.rank == other.rank
    }
}

impl Eq for ConnectionKey {}

/// Client, server, channel.
impl Ord for ConnectionKey {
    #[inline(always)]
    fn cmp(&self, other: &Self) -> Ordering {
        let ((client, rest), (other_client, other_rest)) = (self.rank, other.rank);
        match client == other_client {
            true => rest.cmp(&other_rest),
            false => client.cmp(&other_client),
        }
    }
}

impl PartialOrd for ConnectionKey {
    #[inline(always)]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
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
