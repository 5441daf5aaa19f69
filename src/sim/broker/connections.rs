//! One request at a time per connection: the next is read only when the one before is answered
//! (SocketServer mutes the channel). So five produce requests in flight still append in order.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::sim::effect::ReplyTo;
use crate::sim::id::Node;
use crate::sim::ordered::Map;
use crate::sim::wire::{Channel, Envelope};

/// Connections with a request in the works, and what waits behind it.
#[derive(Clone, Debug, Default)]
pub(super) struct Connections {
    muted: Map<(Node, Channel, u32), VecDeque<Arc<Envelope>>>,
    admitted: VecDeque<Arc<Envelope>>,
}

impl Connections {
    /// Whether a request may be handled now; otherwise it is kept for later.
    pub(super) fn admit(&mut self, envelope: &Arc<Envelope>) -> bool {
        let key = (envelope.from, envelope.channel, envelope.connection);
        match self.muted.get_mut(&key) {
            Some(queue) => {
                queue.push_back(Arc::clone(envelope));
                false
            }
            None => {
                self.muted.insert(key, VecDeque::new());
                true
            }
        }
    }

    /// A request was answered: the next one of its connection is admitted.
    pub(super) fn release(&mut self, to: ReplyTo) {
        let key = (to.node, to.channel, to.connection);
        if let Some(queue) = self.muted.get_mut(&key) {
            match queue.pop_front() {
                Some(next) => self.admitted.push_back(next),
                None => {
                    self.muted.remove(&key);
                }
            }
        }
    }

    /// The connection is closed: what waits on it is never read.
    pub(super) fn close(&mut self, to: ReplyTo) {
        self.muted.remove(&(to.node, to.channel, to.connection));
    }

    pub(super) fn next_admitted(&mut self) -> Option<Arc<Envelope>> {
        self.admitted.pop_front()
    }
}
