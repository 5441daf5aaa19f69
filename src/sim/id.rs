//! Names of things: nodes, topics, partitions, records, and Kafka's counters.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A name that many hold and nobody changes: topic, group, client, rack.
pub type Name = Arc<str>;
/// A position in a partition's log; Kafka's int64.
pub type Offset = i64;
/// A leader, partition, broker or controller epoch; Kafka's int32 (broker epochs are int64).
pub type Epoch = i32;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u32);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.0)
            }
        }
    )*};
}

ids! {
    /// A broker's `node.id`.
    BrokerId;
    /// A controller's `node.id`; counted apart from brokers.
    ControllerId;
    /// A producer or consumer of the scenario, in order of appearance.
    ClientId;
    /// A topic, in order of creation. Stands for Kafka's topic UUID.
    TopicId;
    /// A record key: number `n` is the UTF-8 string `k<n>`.
    Key;
}

impl Key {
    /// The bytes that the partitioner hashes.
    pub fn text(self) -> String {
        // Each record with a key asks for it: no need to go through `format!`.
        let mut unit = 10u32.pow(self.0.checked_ilog10().unwrap_or(0));
        let mut text = String::with_capacity(11);
        text.push('k');
        while unit > 0 {
            text.extend(char::from_digit(self.0 / unit % 10, 10));
            unit /= 10;
        }
        text
    }
}

/// One partition of one topic.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Partition {
    pub topic: TopicId,
    pub index: u32,
}

impl Partition {
    #[inline(always)]
    fn rank(self) -> u64 {
        u64::from(self.topic.0) << 32 | u64::from(self.index)
    }
}

/// A process of the simulated world.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Node {
    /// The person at the keyboard, as an admin client.
    Admin,
    Controller(ControllerId),
    Broker(BrokerId),
    Client(ClientId),
}

impl Node {
    /// Below 2^34.
    #[inline(always)]
    pub(super) fn rank(self) -> u64 {
        let (kind, id) = match self {
            Node::Admin => (0, 0),
            Node::Controller(id) => (1, id.0),
            Node::Broker(id) => (2, id.0),
            Node::Client(id) => (3, id.0),
        };
        kind << 32 | u64::from(id)
    }

    /// The broker's id, if this is a broker.
    pub fn broker(self) -> Option<BrokerId> {
        match self {
            Node::Broker(id) => Some(id),
            _ => None,
        }
    }

    /// The client's id, if this is a producer or consumer.
    pub fn client(self) -> Option<ClientId> {
        match self {
            Node::Client(id) => Some(id),
            _ => None,
        }
    }
}

/// Field by field, as if derived, but in one comparison of numbers: these are the keys of nearly
/// all maps there are.
macro_rules! in_order_of_rank {
    ($($name:ident)*) => {$(
        impl Ord for $name {
            #[inline(always)]
            fn cmp(&self, other: &Self) -> Ordering {
                self.rank().cmp(&other.rank())
            }
        }

        impl PartialOrd for $name {
            #[inline(always)]
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                Some(self.cmp(other))
            }
        }
    )*};
}

in_order_of_rank!(Partition Node);

/// What an application sent: the `number`-th record of a client, whatever happens to it later.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct RecordId {
    pub client: ClientId,
    pub number: u64,
}

/// Order of birth of messages and due things; ties in time are broken by it.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Seq(pub u64);

#[cfg(test)]
mod tests {
    use super::*;

    /// Maps are gone through in this order, so that another one would tell other stories.
    #[test]
    fn nodes_and_partitions_are_in_the_order_of_their_fields() {
        let nodes = |id| {
            [
                Node::Controller(ControllerId(id)),
                Node::Broker(BrokerId(id)),
                Node::Client(ClientId(id)),
            ]
        };
        let ids = [0, 1, u32::MAX];
        let by_kind = (0..3).flat_map(|kind| ids.map(|id| nodes(id)[kind]));
        let nodes: Vec<Node> = std::iter::once(Node::Admin).chain(by_kind).collect();
        assert!(nodes.is_sorted_by(|a, b| a < b), "{nodes:?}");
        let in_topic = |topic| ids.map(|index| Partition { topic: TopicId(topic), index });
        let partitions = ids.map(in_topic).concat();
        assert!(partitions.is_sorted_by(|a, b| a < b), "{partitions:?}");
    }
}
