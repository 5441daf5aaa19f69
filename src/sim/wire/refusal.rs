//! How a controller that is not the active one answers what it cannot decide.

use super::{
    AllocateProducerIdsResponse, AlterClientQuotasResponse, AlterPartitionResponse,
    BrokerHeartbeatResponse, BrokerRegistrationResponse, CreatePartitionsResponse,
    CreateTopicsResponse, ElectLeadersResponse, ErrorCode, IncrementalAlterConfigsResponse,
    ProducerId, Request, Response,
};

impl Request {
    /// The answer that only carries an error; none for what controllers are never asked.
    pub fn refused(&self, error: ErrorCode) -> Option<Response> {
        Some(match self {
            Request::BrokerRegistration(_) => {
                let broker_epoch = -1;
                Response::BrokerRegistration(BrokerRegistrationResponse { error, broker_epoch })
            }
            Request::BrokerHeartbeat(_) => {
                Response::BrokerHeartbeat(BrokerHeartbeatResponse::refused(error))
            }
            Request::AlterPartition(_) => {
                let partitions = Vec::new();
                Response::AlterPartition(AlterPartitionResponse { error, partitions })
            }
            Request::CreateTopics(request) => {
                let name = request.name.clone();
                Response::CreateTopics(CreateTopicsResponse { name, error })
            }
            Request::CreatePartitions(request) => {
                let name = request.name.clone();
                Response::CreatePartitions(CreatePartitionsResponse { name, error })
            }
            Request::IncrementalAlterConfigs(request) => {
                let topic = request.topic.clone();
                let response = IncrementalAlterConfigsResponse { topic, error };
                Response::IncrementalAlterConfigs(response)
            }
            Request::ElectLeaders(_) => {
                let partitions = Vec::new();
                Response::ElectLeaders(ElectLeadersResponse { error, partitions })
            }
            Request::AllocateProducerIds(_) => {
                let (first, count) = (ProducerId(-1), 0);
                let response = AllocateProducerIdsResponse { error, first, count };
                Response::AllocateProducerIds(response)
            }
            Request::AlterClientQuotas(_) => {
                Response::AlterClientQuotas(AlterClientQuotasResponse { error })
            }
            _ => return None,
        })
    }
}
