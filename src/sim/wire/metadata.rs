//! Metadata: what clients know of the cluster, and the controller's log that brokers follow.

use serde::{Deserialize, Serialize};

use super::{ClientQuota, ErrorCode, ProducerId};
use crate::sim::id::{BrokerId, ControllerId, Epoch, Name, Partition, TopicId};

/// Topics by name; empty asks for the brokers alone, none for all topics.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct MetadataRequest {
    pub topics: Option<Vec<Name>>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PartitionMetadata {
    pub index: u32,
    /// None while there is no leader.
    pub leader: Option<BrokerId>,
    pub leader_epoch: Epoch,
    pub replicas: Vec<BrokerId>,
    pub isr: Vec<BrokerId>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TopicMetadata {
    pub error: ErrorCode,
    pub name: Name,
    /// None when the topic is unknown.
    pub topic: Option<TopicId>,
    pub partitions: Vec<PartitionMetadata>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct MetadataResponse {
    /// Brokers that are registered and not fenced.
    pub brokers: Vec<BrokerId>,
    pub topics: Vec<TopicMetadata>,
}

/// One record of `__cluster_metadata`, in the terms of Kafka's metadata schema.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum MetadataRecord {
    RegisterBroker {
        broker: BrokerId,
        broker_epoch: i64,
        rack: Option<Name>,
    },
    BrokerRegistrationChange {
        broker: BrokerId,
        broker_epoch: i64,
        change: RegistrationChange,
    },
    Topic {
        topic: TopicId,
        name: Name,
    },
    Partition(PartitionRecord),
    PartitionChange(PartitionChangeRecord),
    /// The ids below this one are given to brokers.
    ProducerIds {
        broker: BrokerId,
        broker_epoch: i64,
        next: ProducerId,
    },
    /// A topic's config override; no value removes it.
    Config {
        topic: TopicId,
        name: Name,
        value: Option<Name>,
    },
    /// The first record of every epoch of the quorum (LeaderChangeMessage).
    LeaderChange {
        leader: ControllerId,
    },
    UnregisterBroker {
        broker: BrokerId,
        broker_epoch: i64,
    },
    ClientQuota(ClientQuota),
}

/// What a registration change says (`fenced`, `inControlledShutdown`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum RegistrationChange {
    Fence,
    Unfence,
    ControlledShutdown,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PartitionRecord {
    pub partition: Partition,
    /// In order of preference.
    pub replicas: Vec<BrokerId>,
    pub isr: Vec<BrokerId>,
    pub leader: Option<BrokerId>,
    pub leader_epoch: Epoch,
    pub partition_epoch: Epoch,
}

/// Fields that are absent stay as they are; a leader (even the same) raises the leader epoch, and
/// every record raises the partition epoch (PartitionRegistration.merge).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PartitionChangeRecord {
    pub partition: Partition,
    pub isr: Option<Vec<BrokerId>>,
    pub leader: Option<Option<BrokerId>>,
    /// LeaderRecoveryState: true after an unclean election, false when recovered.
    pub recovering: Option<bool>,
    /// EligibleLeaderReplicas.
    pub elr: Option<Vec<BrokerId>>,
    /// LastKnownElr: who led when the ISR became empty.
    pub last_known_elr: Option<Vec<BrokerId>>,
    /// The replicas, those included that a reassignment brings or takes away.
    pub replicas: Option<Vec<BrokerId>>,
    /// AddingReplicas.
    pub adding: Option<Vec<BrokerId>>,
    /// RemovingReplicas.
    pub removing: Option<Vec<BrokerId>>,
}

impl PartitionChangeRecord {
    /// Whether it changes nothing (changeRecordIsNoOp).
    pub fn is_empty(&self) -> bool {
        let lists = [
            &self.isr,
            &self.elr,
            &self.last_known_elr,
            &self.replicas,
            &self.adding,
            &self.removing,
        ];
        let lists = lists.into_iter().all(Option::is_none);
        lists && self.leader.is_none() && self.recovering.is_none()
    }
}
