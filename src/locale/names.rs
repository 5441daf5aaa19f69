//! How nodes, topics and partitions are called in a sentence.

use super::Words;
use crate::sim::World;
use crate::sim::id::{BrokerId, ClientId, Node, Partition, TopicId};
use crate::sim::image::is_internal;

/// Who knows the names that people gave.
pub trait Names {
    /// A client's name.
    fn client(&self, id: ClientId) -> Option<&str>;
    /// A topic's name.
    fn topic(&self, id: TopicId) -> Option<&str>;
    /// The topic of people, if there is only one: its partitions need no topic's name.
    fn only_topic(&self) -> Option<TopicId>;
    /// Whether there is one controller only, which then needs no number.
    fn only_controller(&self) -> bool;
}

impl Names for World {
    fn client(&self, id: ClientId) -> Option<&str> {
        self.clients.get(&id).map(|client| &**client.name())
    }

    fn topic(&self, id: TopicId) -> Option<&str> {
        self.metadata().topics.get(&id).map(|topic| &*topic.name)
    }

    fn only_topic(&self) -> Option<TopicId> {
        let topics = &self.metadata().topics;
        let mut own = topics.iter().filter(|(_, topic)| !is_internal(&topic.name));
        let (only, another) = (own.next(), own.next());
        only.filter(|_| another.is_none()).map(|(id, _)| *id)
    }

    fn only_controller(&self) -> bool {
        self.controllers.len() == 1
    }
}

impl Words {
    /// A node: *broker 2*, *controller*, *controller 2* of several, or a client by its name.
    pub fn node(self, node: Node, names: &dyn Names) -> String {
        match node {
            Node::Admin => self.ui_admin().into(),
            Node::Controller(_) if names.only_controller() => self.ui_controller().into(),
            Node::Controller(id) => self.ui_controller_number(i64::from(id.0)),
            Node::Broker(id) => self.broker(id),
            Node::Client(id) => self.client(id, names),
        }
    }

    /// A partition: *P0* while there is one topic, else *orders-0*.
    pub fn partition(self, partition: Partition, names: &dyn Names) -> String {
        if names.only_topic() == Some(partition.topic) {
            return self.ui_partition_short(i64::from(partition.index));
        }
        let mut name = self.topic(partition.topic, names);
        name.push('-');
        super::numbers::push_bare(&mut name, i64::from(partition.index));
        name
    }

    pub(super) fn broker(self, id: BrokerId) -> String {
        self.ui_broker(i64::from(id.0))
    }

    pub(super) fn client(self, id: ClientId, names: &dyn Names) -> String {
        let number = || self.ui_client_number(i64::from(id.0));
        names.client(id).map_or_else(number, str::to_owned)
    }

    pub(super) fn topic(self, id: TopicId, names: &dyn Names) -> String {
        let number = || self.ui_topic_number(i64::from(id.0));
        names.topic(id).map_or_else(number, str::to_owned)
    }

    /// Several brokers: *broker 2, broker 3*.
    pub(super) fn brokers(self, ids: &[BrokerId]) -> String {
        let all: Vec<String> = ids.iter().map(|id| self.broker(*id)).collect();
        all.join(", ")
    }

    /// Several partitions.
    pub(super) fn partitions(self, partitions: &[Partition], names: &dyn Names) -> String {
        let all: Vec<String> = partitions.iter().map(|p| self.partition(*p, names)).collect();
        all.join(", ")
    }
}
