//! The metadata image: what the records of `__cluster_metadata` add up to
//! (org.apache.kafka.image.MetadataImage). The controller and every broker each hold their own.

mod client_quotas;

use serde::Serialize;

pub use self::client_quotas::ClientQuotas;

use super::config::{Scope, TopicConfig, spec};
use super::id::{BrokerId, Epoch, Name, Offset, Partition, TopicId};
use super::scenario::Properties;
use super::wire::{
    ErrorCode, MetadataRecord, MetadataResponse, PartitionChangeRecord, PartitionMetadata,
    ProducerId, RegistrationChange, TopicMetadata,
};
use crate::sim::mutant::{Mutant, breaks};
use crate::sim::ordered::Map;

/// The topic that holds committed offsets.
pub const OFFSETS_TOPIC: &str = "__consumer_offsets";
/// The topic whose partitions' leaders are the share coordinators (KIP-932).
pub const SHARE_GROUP_STATE_TOPIC: &str = "__share_group_state";

/// The topic whose partitions' leaders are the coordinators of transactions (KIP-98).
pub const TRANSACTION_STATE_TOPIC: &str = "__transaction_state";

/// Whether a topic is the cluster's own (Topic.isInternal).
pub fn is_internal(topic: &str) -> bool {
    [OFFSETS_TOPIC, SHARE_GROUP_STATE_TOPIC, TRANSACTION_STATE_TOPIC].contains(&topic)
}

/// A broker as the cluster knows it (BrokerRegistration).
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Registration {
    pub broker_epoch: i64,
    pub rack: Option<Name>,
    pub fenced: bool,
    pub in_controlled_shutdown: bool,
}

/// A partition as the cluster knows it (PartitionRegistration).
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct PartitionState {
    /// In order of preference.
    pub replicas: Vec<BrokerId>,
    pub isr: Vec<BrokerId>,
    pub leader: Option<BrokerId>,
    pub leader_epoch: Epoch,
    pub partition_epoch: Epoch,
    /// Elected unclean and not yet recovered.
    pub recovering: bool,
    /// Eligible Leader Replicas: left the ISR while it was below min.insync.replicas (KIP-966).
    pub elr: Vec<BrokerId>,
    /// Who led when the ISR became empty.
    pub last_known_elr: Vec<BrokerId>,
    /// Replicas that a reassignment brings.
    pub adding: Vec<BrokerId>,
    /// Replicas that a reassignment takes away.
    pub removing: Vec<BrokerId>,
}

impl PartitionState {
    /// A partition on these replicas, with nobody in sync and nobody leading.
    pub fn new(replicas: Vec<BrokerId>) -> Self {
        Self {
            replicas,
            isr: Vec::new(),
            leader: None,
            leader_epoch: 0,
            partition_epoch: 0,
            recovering: false,
            elr: Vec::new(),
            last_known_elr: Vec::new(),
            adding: Vec::new(),
            removing: Vec::new(),
        }
    }

    /// How many replicas it has, not counting those that a reassignment brings, as
    /// kafka-topics.sh tells it.
    pub fn replication_factor(&self) -> usize {
        self.replicas.len().saturating_sub(self.adding.len())
    }

    /// Whether replicas come or go (PartitionReassignmentReplicas.isReassignmentInProgress).
    pub fn is_reassigning(&self) -> bool {
        !self.adding.is_empty() || !self.removing.is_empty()
    }

    /// Applies a change record (PartitionRegistration.merge).
    pub fn merge(&mut self, change: &PartitionChangeRecord) {
        let lists = [
            (&mut self.isr, &change.isr),
            (&mut self.elr, &change.elr),
            (&mut self.last_known_elr, &change.last_known_elr),
            (&mut self.replicas, &change.replicas),
            (&mut self.adding, &change.adding),
            (&mut self.removing, &change.removing),
        ];
        for (list, new) in lists {
            if let Some(new) = new {
                list.clone_from(new);
            }
        }
        if let Some(leader) = change.leader {
            self.leader = leader;
            self.leader_epoch += Epoch::from(!breaks(Mutant::EpochStays));
        }
        if let Some(recovering) = change.recovering {
            self.recovering = recovering;
        }
        self.partition_epoch += 1;
    }
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Topic {
    pub name: Name,
    /// By index.
    pub partitions: Vec<PartitionState>,
    /// Overrides as set.
    pub overrides: Properties,
    /// Overrides and defaults as numbers.
    pub config: TopicConfig,
}

/// Everything the metadata log says, up to an offset.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct MetadataImage {
    /// The next record to apply.
    pub next_offset: Offset,
    pub brokers: Map<BrokerId, Registration>,
    /// By id.
    pub topics: Map<TopicId, Topic>,
    /// The first producer id that no broker was given yet.
    pub next_producer_id: ProducerId,
    pub client_quotas: ClientQuotas,
}

impl MetadataImage {
    /// Applies the next record of the log.
    pub fn apply(&mut self, record: &MetadataRecord) {
        self.next_offset += 1;
        match record {
            MetadataRecord::RegisterBroker { broker, broker_epoch, rack } => {
                let registration = Registration {
                    broker_epoch: *broker_epoch,
                    rack: rack.clone(),
                    fenced: true,
                    in_controlled_shutdown: false,
                };
                self.brokers.insert(*broker, registration);
            }
            MetadataRecord::BrokerRegistrationChange { broker, change, .. } => {
                if let Some(registration) = self.brokers.get_mut(broker) {
                    match change {
                        RegistrationChange::Fence => registration.fenced = true,
                        RegistrationChange::Unfence => registration.fenced = false,
                        RegistrationChange::ControlledShutdown => {
                            registration.in_controlled_shutdown = true;
                        }
                    }
                }
            }
            MetadataRecord::UnregisterBroker { broker, .. } => {
                self.brokers.remove(broker);
            }
            MetadataRecord::Topic { topic, name } => {
                let empty = Topic {
                    name: name.clone(),
                    partitions: Vec::new(),
                    overrides: Properties::new(),
                    config: TopicConfig::default(),
                };
                self.topics.insert(*topic, empty);
            }
            MetadataRecord::Partition(record) => {
                if let Some(topic) = self.topics.get_mut(&record.partition.topic) {
                    topic.partitions.push(PartitionState {
                        isr: record.isr.clone(),
                        leader: record.leader,
                        leader_epoch: record.leader_epoch,
                        partition_epoch: record.partition_epoch,
                        ..PartitionState::new(record.replicas.clone())
                    });
                }
            }
            MetadataRecord::PartitionChange(change) => {
                if let Some(state) = self.partition_mut(change.partition) {
                    state.merge(change);
                }
            }
            MetadataRecord::ProducerIds { next, .. } => self.next_producer_id = *next,
            MetadataRecord::LeaderChange { .. } => {}
            MetadataRecord::ClientQuota(record) => self.client_quotas.replay(*record),
            MetadataRecord::Config { topic, name, value } => {
                self.set_config(*topic, name, value.as_deref());
            }
        }
    }

    fn set_config(&mut self, topic: TopicId, name: &str, value: Option<&str>) {
        let Some(topic) = self.topics.get_mut(&topic) else { return };
        let Some(spec) = spec(Scope::Topic, name) else { return };
        match value {
            Some(value) => topic.overrides.insert(name.to_owned(), value.to_owned()),
            None => topic.overrides.remove(name),
        };
        let value = value.and_then(|text| spec.parse(text)).unwrap_or(spec.default);
        topic.config.set(name, value);
    }

    /// The state of a partition.
    pub fn partition(&self, partition: Partition) -> Option<&PartitionState> {
        self.topics.get(&partition.topic)?.partitions.get(partition.index as usize)
    }

    fn partition_mut(&mut self, partition: Partition) -> Option<&mut PartitionState> {
        self.topics.get_mut(&partition.topic)?.partitions.get_mut(partition.index as usize)
    }

    /// A topic by its name.
    pub fn topic_named(&self, name: &str) -> Option<(TopicId, &Topic)> {
        self.topics.iter().find(|(_, topic)| &*topic.name == name).map(|(id, topic)| (*id, topic))
    }

    /// All partitions of all topics with their states.
    pub fn partitions(&self) -> impl Iterator<Item = (Partition, &PartitionState)> {
        self.topics.iter().flat_map(|(topic, state)| {
            (0..)
                .zip(&state.partitions)
                .map(|(index, state)| (Partition { topic: *topic, index }, state))
        })
    }

    /// Registered, not fenced and not on its way out.
    pub fn is_active(&self, broker: BrokerId) -> bool {
        self.brokers.get(&broker).is_some_and(|r| !r.fenced && !r.in_controlled_shutdown)
    }

    /// What a client is told (KRaftMetadataCache.getTopicMetadata): leaders that are fenced are not
    /// named.
    pub fn describe(&self, names: Option<&[Name]>) -> MetadataResponse {
        let brokers = self.brokers.iter().filter(|(_, r)| !r.fenced).map(|(id, _)| *id).collect();
        let topics = match names {
            None => self.topics.iter().map(|(id, topic)| self.describe_topic(*id, topic)).collect(),
            Some(names) => names
                .iter()
                .map(|name| match self.topic_named(name) {
                    Some((id, topic)) => self.describe_topic(id, topic),
                    None => TopicMetadata {
                        error: ErrorCode::UnknownTopicOrPartition,
                        name: name.clone(),
                        topic: None,
                        partitions: Vec::new(),
                    },
                })
                .collect(),
        };
        MetadataResponse { brokers, topics }
    }

    fn describe_topic(&self, id: TopicId, topic: &Topic) -> TopicMetadata {
        let alive = |broker: &BrokerId| self.brokers.get(broker).is_some_and(|r| !r.fenced);
        let partitions = (0..)
            .zip(&topic.partitions)
            .map(|(index, state)| PartitionMetadata {
                index,
                leader: state.leader.filter(alive),
                leader_epoch: state.leader_epoch,
                replicas: state.replicas.clone(),
                isr: state.isr.clone(),
            })
            .collect();
        TopicMetadata {
            error: ErrorCode::None,
            name: topic.name.clone(),
            topic: Some(id),
            partitions,
        }
    }
}
