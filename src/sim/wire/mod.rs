//! What lives here: the protocol as data, with Kafka's API and field names.
//! Who may knock: every room of `sim`, and whoever draws or tells messages.
//! Never here: behaviour. A struct that decides something is in the wrong room.

mod admin;
mod brokers;
mod compression;
mod consumer_group;
mod error;
mod fetch;
mod groups;
mod metadata;
mod offsets;
mod produce;
mod producer_ids;
mod quotas;
mod raft;
mod record_key;
mod refusal;
mod share_group;
mod share_state;
mod transactions;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use admin::*;
pub use brokers::*;
pub use compression::*;
pub use consumer_group::*;
pub use error::ErrorCode;
pub use fetch::*;
pub use groups::*;
pub use metadata::*;
pub use offsets::*;
pub use produce::*;
pub use producer_ids::*;
pub use quotas::*;
pub use raft::*;
pub use record_key::RecordKey;
pub use share_group::*;
pub use share_state::*;
pub use transactions::*;

use super::id::{Node, Seq};
use super::time::Time;

/// Which of the TCP connections between two nodes: each thread of Kafka's clients and brokers has
/// its own, and order is kept within one only.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Channel {
    /// Producer and consumer data, metadata.
    Client,
    /// The data of a producer that shares its process with a consumer.
    Producer,
    /// A consumer to its group coordinator (a connection of its own, as in ConsumerNetworkClient).
    Coordinator,
    /// A follower's fetcher thread to a leader.
    Replica,
    /// The quorum: votes, and fetching the metadata log (the Raft client).
    Raft,
    /// Registration and heartbeats.
    Lifecycle,
    /// AlterPartition.
    AlterPartition,
    /// A partition's leader to the share coordinator (PersisterStateManager).
    SharePersister,
    /// A coordinator of transactions to the leaders of their partitions
    /// (TransactionMarkerChannelManager).
    TxnMarkers,
    /// A partition's leader to a coordinator of transactions (AddPartitionsToTxnManager).
    AddPartitionsToTxn,
    /// What a broker forwards for others, and the person's own admin client.
    Admin,
    /// A stream processor's consumer that reads its changelogs.
    Restore,
}

/// One message under way, or on its way through history.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Envelope {
    pub id: Seq,
    pub from: Node,
    pub to: Node,
    pub channel: Channel,
    /// Which incarnation of the connection it belongs to.
    pub connection: u32,
    pub sent_at: Time,
    /// `Time::NEVER` while its link is cut.
    pub arrives_at: Time,
    /// The request that this answers.
    pub answers: Option<Seq>,
    /// Size on the wire in bytes, all headers included.
    pub bytes: u32,
    /// Shared: a message that is held up keeps what it says.
    pub body: Arc<Body>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Body {
    Request(Request),
    Response(Response),
    /// The end of a connection: FIN after a crash, RST where nobody listens.
    Disconnect,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Request {
    /// The first words on every new connection of a client.
    ApiVersions,
    Produce(ProduceRequest),
    Fetch(FetchRequest),
    Metadata(MetadataRequest),
    ListOffsets(ListOffsetsRequest),
    OffsetCommit(OffsetCommitRequest),
    OffsetFetch(OffsetFetchRequest),
    FindCoordinator(FindCoordinatorRequest),
    JoinGroup(JoinGroupRequest),
    SyncGroup(SyncGroupRequest),
    Heartbeat(HeartbeatRequest),
    LeaveGroup(LeaveGroupRequest),
    ConsumerGroupHeartbeat(ConsumerGroupHeartbeatRequest),
    ShareGroupHeartbeat(ShareGroupHeartbeatRequest),
    ShareFetch(ShareFetchRequest),
    ShareAcknowledge(ShareAcknowledgeRequest),
    ReadShareGroupState(ReadShareGroupStateRequest),
    WriteShareGroupState(WriteShareGroupStateRequest),
    BrokerRegistration(BrokerRegistrationRequest),
    BrokerHeartbeat(BrokerHeartbeatRequest),
    FetchMetadataLog(FetchMetadataLogRequest),
    AlterPartition(AlterPartitionRequest),
    CreateTopics(CreateTopicsRequest),
    CreatePartitions(CreatePartitionsRequest),
    IncrementalAlterConfigs(IncrementalAlterConfigsRequest),
    ElectLeaders(ElectLeadersRequest),
    InitProducerId(InitProducerIdRequest),
    AllocateProducerIds(AllocateProducerIdsRequest),
    AddPartitionsToTxn(AddPartitionsToTxnRequest),
    AddOffsetsToTxn(AddOffsetsToTxnRequest),
    TxnOffsetCommit(TxnOffsetCommitRequest),
    EndTxn(EndTxnRequest),
    WriteTxnMarkers(WriteTxnMarkersRequest),
    DescribeProducers(DescribeProducersRequest),
    Vote(VoteRequest),
    BeginQuorumEpoch(BeginQuorumEpochRequest),
    EndQuorumEpoch(EndQuorumEpochRequest),
    AlterPartitionReassignments(AlterPartitionReassignmentsRequest),
    UnregisterBroker(UnregisterBrokerRequest),
    DeleteRecords(DeleteRecordsRequest),
    AlterClientQuotas(AlterClientQuotasRequest),
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Response {
    ApiVersions(ApiVersionsResponse),
    Produce(ProduceResponse),
    Fetch(FetchResponse),
    Metadata(Arc<MetadataResponse>),
    ListOffsets(ListOffsetsResponse),
    OffsetCommit(OffsetCommitResponse),
    OffsetFetch(OffsetFetchResponse),
    FindCoordinator(FindCoordinatorResponse),
    JoinGroup(JoinGroupResponse),
    SyncGroup(SyncGroupResponse),
    Heartbeat(HeartbeatResponse),
    LeaveGroup(LeaveGroupResponse),
    ConsumerGroupHeartbeat(ConsumerGroupHeartbeatResponse),
    ShareGroupHeartbeat(ShareGroupHeartbeatResponse),
    ShareFetch(ShareFetchResponse),
    ShareAcknowledge(ShareAcknowledgeResponse),
    ReadShareGroupState(ReadShareGroupStateResponse),
    WriteShareGroupState(WriteShareGroupStateResponse),
    BrokerRegistration(BrokerRegistrationResponse),
    BrokerHeartbeat(BrokerHeartbeatResponse),
    FetchMetadataLog(FetchMetadataLogResponse),
    AlterPartition(AlterPartitionResponse),
    CreateTopics(CreateTopicsResponse),
    CreatePartitions(CreatePartitionsResponse),
    IncrementalAlterConfigs(IncrementalAlterConfigsResponse),
    ElectLeaders(ElectLeadersResponse),
    InitProducerId(InitProducerIdResponse),
    AllocateProducerIds(AllocateProducerIdsResponse),
    AddPartitionsToTxn(AddPartitionsToTxnResponse),
    AddOffsetsToTxn(AddOffsetsToTxnResponse),
    TxnOffsetCommit(TxnOffsetCommitResponse),
    EndTxn(EndTxnResponse),
    WriteTxnMarkers(WriteTxnMarkersResponse),
    DescribeProducers(DescribeProducersResponse),
    Vote(VoteResponse),
    BeginQuorumEpoch(QuorumView),
    EndQuorumEpoch(QuorumView),
    AlterPartitionReassignments(AlterPartitionReassignmentsResponse),
    UnregisterBroker(UnregisterBrokerResponse),
    DeleteRecords(DeleteRecordsResponse),
    AlterClientQuotas(AlterClientQuotasResponse),
}

impl Request {
    /// Kafka's name of the API.
    pub fn api(&self) -> &'static str {
        match self {
            Request::ApiVersions => "ApiVersions",
            Request::Produce(_) => "Produce",
            Request::Fetch(_) | Request::FetchMetadataLog(_) => "Fetch",
            Request::Metadata(_) => "Metadata",
            Request::ListOffsets(_) => "ListOffsets",
            Request::OffsetCommit(_) => "OffsetCommit",
            Request::OffsetFetch(_) => "OffsetFetch",
            Request::FindCoordinator(_) => "FindCoordinator",
            Request::JoinGroup(_) => "JoinGroup",
            Request::SyncGroup(_) => "SyncGroup",
            Request::Heartbeat(_) => "Heartbeat",
            Request::LeaveGroup(_) => "LeaveGroup",
            Request::ConsumerGroupHeartbeat(_) => "ConsumerGroupHeartbeat",
            Request::ShareGroupHeartbeat(_) => "ShareGroupHeartbeat",
            Request::ShareFetch(_) => "ShareFetch",
            Request::ShareAcknowledge(_) => "ShareAcknowledge",
            Request::ReadShareGroupState(_) => "ReadShareGroupState",
            Request::WriteShareGroupState(_) => "WriteShareGroupState",
            Request::BrokerRegistration(_) => "BrokerRegistration",
            Request::BrokerHeartbeat(_) => "BrokerHeartbeat",
            Request::AlterPartition(_) => "AlterPartition",
            Request::CreateTopics(_) => "CreateTopics",
            Request::CreatePartitions(_) => "CreatePartitions",
            Request::IncrementalAlterConfigs(_) => "IncrementalAlterConfigs",
            Request::ElectLeaders(_) => "ElectLeaders",
            Request::InitProducerId(_) => "InitProducerId",
            Request::AllocateProducerIds(_) => "AllocateProducerIds",
            Request::AddPartitionsToTxn(_) => "AddPartitionsToTxn",
            Request::AddOffsetsToTxn(_) => "AddOffsetsToTxn",
            Request::TxnOffsetCommit(_) => "TxnOffsetCommit",
            Request::EndTxn(_) => "EndTxn",
            Request::WriteTxnMarkers(_) => "WriteTxnMarkers",
            Request::DescribeProducers(_) => "DescribeProducers",
            Request::Vote(_) => "Vote",
            Request::BeginQuorumEpoch(_) => "BeginQuorumEpoch",
            Request::EndQuorumEpoch(_) => "EndQuorumEpoch",
            Request::AlterPartitionReassignments(_) => "AlterPartitionReassignments",
            Request::UnregisterBroker(_) => "UnregisterBroker",
            Request::DeleteRecords(_) => "DeleteRecords",
            Request::AlterClientQuotas(_) => "AlterClientQuotas",
        }
    }

    /// Whether it only keeps a conversation alive.
    pub fn says_nothing_new(&self) -> bool {
        match self {
            Request::Heartbeat(_)
            | Request::BrokerHeartbeat(_)
            | Request::FetchMetadataLog(_)
            | Request::ApiVersions => true,
            Request::ConsumerGroupHeartbeat(beat) => beat.says_nothing_new(),
            Request::ShareGroupHeartbeat(beat) => beat.says_nothing_new(),
            _ => false,
        }
    }

    /// Bytes on the wire. Records are counted exactly; the rest is a typical size.
    pub fn bytes(&self) -> u32 {
        // Simplified: requests without records have a typical size, not their encoded one.
        HEADER
            + match self {
                Request::Produce(request) => request.bytes(),
                Request::Fetch(request) => request.bytes(),
                _ => 64,
            }
    }
}

impl Response {
    /// Kafka's name of the API.
    pub fn api(&self) -> &'static str {
        match self {
            Response::ApiVersions(_) => "ApiVersions",
            Response::Produce(_) => "Produce",
            Response::Fetch(_) | Response::FetchMetadataLog(_) => "Fetch",
            Response::Metadata(_) => "Metadata",
            Response::ListOffsets(_) => "ListOffsets",
            Response::OffsetCommit(_) => "OffsetCommit",
            Response::OffsetFetch(_) => "OffsetFetch",
            Response::FindCoordinator(_) => "FindCoordinator",
            Response::JoinGroup(_) => "JoinGroup",
            Response::SyncGroup(_) => "SyncGroup",
            Response::Heartbeat(_) => "Heartbeat",
            Response::LeaveGroup(_) => "LeaveGroup",
            Response::ConsumerGroupHeartbeat(_) => "ConsumerGroupHeartbeat",
            Response::ShareGroupHeartbeat(_) => "ShareGroupHeartbeat",
            Response::ShareFetch(_) => "ShareFetch",
            Response::ShareAcknowledge(_) => "ShareAcknowledge",
            Response::ReadShareGroupState(_) => "ReadShareGroupState",
            Response::WriteShareGroupState(_) => "WriteShareGroupState",
            Response::BrokerRegistration(_) => "BrokerRegistration",
            Response::BrokerHeartbeat(_) => "BrokerHeartbeat",
            Response::AlterPartition(_) => "AlterPartition",
            Response::CreateTopics(_) => "CreateTopics",
            Response::CreatePartitions(_) => "CreatePartitions",
            Response::IncrementalAlterConfigs(_) => "IncrementalAlterConfigs",
            Response::ElectLeaders(_) => "ElectLeaders",
            Response::InitProducerId(_) => "InitProducerId",
            Response::AllocateProducerIds(_) => "AllocateProducerIds",
            Response::AddPartitionsToTxn(_) => "AddPartitionsToTxn",
            Response::AddOffsetsToTxn(_) => "AddOffsetsToTxn",
            Response::TxnOffsetCommit(_) => "TxnOffsetCommit",
            Response::EndTxn(_) => "EndTxn",
            Response::WriteTxnMarkers(_) => "WriteTxnMarkers",
            Response::DescribeProducers(_) => "DescribeProducers",
            Response::Vote(_) => "Vote",
            Response::BeginQuorumEpoch(_) => "BeginQuorumEpoch",
            Response::EndQuorumEpoch(_) => "EndQuorumEpoch",
            Response::AlterPartitionReassignments(_) => "AlterPartitionReassignments",
            Response::UnregisterBroker(_) => "UnregisterBroker",
            Response::DeleteRecords(_) => "DeleteRecords",
            Response::AlterClientQuotas(_) => "AlterClientQuotas",
        }
    }

    /// Of a coordinator that assigns: whether it does so now.
    pub fn assigns(&self) -> Option<bool> {
        match self {
            Response::ConsumerGroupHeartbeat(beat) => Some(beat.assignment.is_some()),
            Response::ShareGroupHeartbeat(beat) => Some(beat.assignment.is_some()),
            _ => None,
        }
    }

    /// Bytes on the wire; see [`Request::bytes`].
    pub fn bytes(&self) -> u32 {
        HEADER
            + match self {
                Response::Fetch(response) => response.bytes(),
                Response::ShareFetch(response) => response.bytes(),
                _ => 64,
            }
    }

    /// For how long the client must not send anything on this connection, in ms.
    pub fn throttle_time_ms(&self) -> u32 {
        match self {
            Response::Produce(response) => response.throttle_time_ms,
            Response::Fetch(response) => response.throttle_time_ms,
            _ => 0,
        }
    }

    /// The first error that the answer carries, if any.
    pub fn error(&self) -> Option<ErrorCode> {
        let code = match self {
            Response::Produce(r) => first(r.partitions.iter().map(|p| p.error)),
            Response::Fetch(r) if r.error != ErrorCode::None => r.error,
            Response::Fetch(r) => first(r.partitions.iter().map(|p| p.error)),
            Response::ApiVersions(_) | Response::Metadata(_) => ErrorCode::None,
            Response::FetchMetadataLog(r) => r.quorum.error,
            Response::ListOffsets(r) => first(r.partitions.iter().map(|p| p.error)),
            Response::OffsetCommit(r) => first(r.partitions.iter().map(|p| p.error)),
            Response::OffsetFetch(r) => r.error,
            Response::FindCoordinator(r) => r.error,
            Response::JoinGroup(r) => r.error,
            Response::SyncGroup(r) => r.error,
            Response::Heartbeat(r) => r.error,
            Response::LeaveGroup(r) => r.error,
            Response::ConsumerGroupHeartbeat(r) => r.error,
            Response::ShareGroupHeartbeat(r) => r.error,
            Response::ShareFetch(r) => r.first_error(),
            Response::ShareAcknowledge(r) if r.error != ErrorCode::None => r.error,
            Response::ShareAcknowledge(r) => first(r.partitions.iter().map(|(_, error)| *error)),
            Response::ReadShareGroupState(r) => r.error,
            Response::WriteShareGroupState(r) => r.error,
            Response::BrokerRegistration(r) => r.error,
            Response::BrokerHeartbeat(r) => r.error,
            Response::AlterPartition(r) => first(r.partitions.iter().map(|p| p.error)),
            Response::CreateTopics(r) => r.error,
            Response::CreatePartitions(r) => r.error,
            Response::IncrementalAlterConfigs(r) => r.error,
            Response::ElectLeaders(r) => r.error,
            Response::InitProducerId(r) => r.error,
            Response::AllocateProducerIds(r) => r.error,
            Response::AddPartitionsToTxn(r) => first(r.partitions.iter().map(|(_, error)| *error)),
            Response::TxnOffsetCommit(r) => first(r.partitions.iter().map(|(_, error)| *error)),
            Response::AddOffsetsToTxn(r) => r.error,
            Response::EndTxn(r) => r.error,
            Response::WriteTxnMarkers(r) => {
                let all = r.markers.iter().flat_map(|(_, partitions)| partitions);
                first(all.map(|(_, error)| *error))
            }
            Response::DescribeProducers(r) => r.error,
            Response::Vote(r) => r.quorum.error,
            Response::BeginQuorumEpoch(r) | Response::EndQuorumEpoch(r) => r.error,
            Response::AlterPartitionReassignments(r) => r.error,
            Response::UnregisterBroker(r) => r.error,
            Response::DeleteRecords(r) => r.error,
            Response::AlterClientQuotas(r) => r.error,
        };
        (code != ErrorCode::None).then_some(code)
    }
}

/// Frame length, request header and TCP/IP overhead in bytes, roughly.
pub(in crate::sim) const HEADER: u32 = 60;

fn first(mut codes: impl Iterator<Item = ErrorCode>) -> ErrorCode {
    codes.find(|code| *code != ErrorCode::None).unwrap_or(ErrorCode::None)
}
