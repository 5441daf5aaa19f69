//! A group with its coordinator's clock and log, and consumers that a test plays.

use super::{ConsumerGroup, CoordinatorView};
use crate::sim::event::Departure;
use crate::sim::id::{ClientId, Epoch, Name, Partition, TopicId};
use crate::sim::ordered::{Map, Set};
use crate::sim::time::{Span, Time};
use crate::sim::wire::{
    ConsumerGroupHeartbeatRequest, ConsumerGroupHeartbeatResponse, ErrorCode, MemberId,
    ModernRecord, SubscribedTopicMetadata,
};

pub const SESSION: Span = Span::secs(45);
pub const REBALANCE: Span = Span::secs(300);

type Answer = Result<ConsumerGroupHeartbeatResponse, ErrorCode>;

/// A coordinator with one group.
pub struct Rig {
    pub group: ConsumerGroup,
    /// All that it ever wrote.
    pub log: Vec<ModernRecord>,
    pub now: Time,
    pub max_size: u32,
    topics: Map<Name, SubscribedTopicMetadata>,
}

impl Rig {
    /// An empty group, and topics with so many partitions.
    pub fn new(topics: &[(&str, u32)]) -> Rig {
        let mut rig = Rig {
            group: ConsumerGroup::new("readers".into()),
            log: Vec::new(),
            now: Time::ZERO,
            max_size: u32::MAX,
            topics: Map::new(),
        };
        for (name, partitions) in topics {
            rig.set_partitions(name, *partitions);
        }
        rig
    }

    pub fn set_partitions(&mut self, name: &str, num_partitions: u32) {
        let next = TopicId(self.topics.len() as u32);
        let topic = self.topics.get(name).map_or(next, |topic| topic.topic);
        self.topics.insert(name.into(), SubscribedTopicMetadata { topic, num_partitions });
    }

    /// A heartbeat arrives, and what it brings about is written.
    pub fn send(&mut self, request: &ConsumerGroupHeartbeatRequest) -> Answer {
        let topics = |name: &str| self.topics.get(name).copied();
        let view = CoordinatorView {
            heartbeat_interval: Span::secs(5),
            max_size: self.max_size,
            topics: &topics,
            new_member: MemberId { client: ClientId(99), serial: 0 },
        };
        let transition = self.group.heartbeat(request, view)?;
        self.group.apply(&transition, self.now, SESSION);
        self.log.extend(transition.records);
        Ok(transition.response)
    }

    /// Time passes; who is fenced meanwhile, and why.
    pub fn pass(&mut self, span: Span) -> Vec<(MemberId, Departure)> {
        self.now += span;
        let mut gone = Vec::new();
        while let Some((id, why)) = self.group.expired(self.now) {
            let topics = |name: &str| self.topics.get(name).copied();
            for record in self.group.fence(id, &topics) {
                self.group.replay(&record);
                self.log.push(record);
            }
            gone.push((id, why));
        }
        gone
    }

    /// The group as another coordinator loads it.
    pub fn reloaded(&self) -> ConsumerGroup {
        let mut group = ConsumerGroup::new("readers".into());
        for record in &self.log {
            group.replay(record);
        }
        group.loaded(self.now, SESSION);
        group
    }
}

/// Everything that records say of a group.
pub fn persisted(group: &ConsumerGroup) -> impl PartialEq + std::fmt::Debug + use<> {
    let epochs = (group.group_epoch, group.assignment_epoch);
    let ours = (group.members.clone(), group.target_assignment.clone());
    (epochs, ours, group.subscription_metadata.clone(), group.state())
}

/// One consumer: what it wants, and what it was told.
#[derive(Clone, Debug)]
pub struct Consumer {
    pub id: MemberId,
    pub epoch: Epoch,
    pub instance: Option<Name>,
    pub assignor: Option<Name>,
    pub topics: Set<Name>,
    pub owned: Set<Partition>,
    /// An answer has not come: the next heartbeat says everything again.
    pub in_doubt: bool,
}

impl Consumer {
    pub fn new(client: u32, topics: &[&str]) -> Consumer {
        Consumer {
            id: MemberId { client: ClientId(client), serial: 0 },
            epoch: 0,
            instance: None,
            assignor: None,
            topics: topics.iter().map(|name| Name::from(*name)).collect(),
            owned: Set::new(),
            in_doubt: false,
        }
    }

    /// A consumer with a `group.instance.id`; each start has a serial number of its own.
    pub fn of_instance(instance: &str, client: u32, serial: u32, topics: &[&str]) -> Consumer {
        let mut consumer = Consumer::new(client, topics);
        consumer.id.serial = serial;
        consumer.instance = Some(instance.into());
        consumer
    }

    /// All that it could say, as in its first heartbeat.
    pub fn full(&self) -> ConsumerGroupHeartbeatRequest {
        ConsumerGroupHeartbeatRequest {
            group: "readers".into(),
            member: Some(self.id),
            member_epoch: self.epoch,
            instance_id: self.instance.clone(),
            rebalance_timeout: Some(REBALANCE),
            subscribed_topic_names: Some(self.topics.clone()),
            server_assignor: self.assignor.clone(),
            topic_partitions: Some(self.owned.clone()),
        }
    }

    /// Only who it is and what it owns.
    pub fn brief(&self) -> ConsumerGroupHeartbeatRequest {
        ConsumerGroupHeartbeatRequest {
            instance_id: None,
            rebalance_timeout: None,
            subscribed_topic_names: None,
            server_assignor: None,
            ..self.full()
        }
    }

    /// A heartbeat whose answer it follows at once.
    pub fn beat(&mut self, rig: &mut Rig) -> Answer {
        let full = self.epoch == 0 || std::mem::take(&mut self.in_doubt);
        let request = if full { self.full() } else { self.brief() };
        let answer = rig.send(&request);
        if let Ok(response) = &answer {
            self.epoch = response.member_epoch;
            if let Some(assignment) = &response.assignment {
                self.owned.clone_from(assignment);
            }
        }
        answer
    }

    /// Leaves: for good (-1) or for a while (-2).
    pub fn leave(&mut self, rig: &mut Rig, epoch: Epoch) -> Answer {
        let answer =
            rig.send(&ConsumerGroupHeartbeatRequest { member_epoch: epoch, ..self.by_name() });
        self.epoch = 0;
        self.owned = Set::new();
        answer
    }

    fn by_name(&self) -> ConsumerGroupHeartbeatRequest {
        ConsumerGroupHeartbeatRequest { instance_id: self.instance.clone(), ..self.brief() }
    }

    /// What it owns of the first topic.
    pub fn owns(&self) -> Vec<u32> {
        let of_first = self.owned.iter().filter(|partition| partition.topic == TopicId(0));
        of_first.map(|partition| partition.index).collect()
    }
}
