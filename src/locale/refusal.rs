//! Why a command changed nothing, as a sentence.

use super::Words;
use super::names::Names;
use crate::sim::command::{Quantity, Refusal};
use crate::sim::config::{self, Kind, Scope, Spec};

impl Words {
    /// What a person reads when a command is refused.
    pub fn refusal(self, refusal: &Refusal, names: &dyn Names) -> String {
        match refusal {
            Refusal::UnknownNode(node) => self.error_node_unknown(&self.node(*node, names)),
            Refusal::UnknownTopic(name) => self.error_topic_unknown(name),
            Refusal::NotRunning(node) => self.error_not_running(&self.node(*node, names)),
            Refusal::AlreadyRunning(node) => self.error_running(&self.node(*node, names)),
            Refusal::AlreadyPaused(node) => self.error_paused(&self.node(*node, names)),
            Refusal::NotPaused(node) => self.error_not_paused(&self.node(*node, names)),
            Refusal::NotPossible(node) => self.error_not_possible(&self.node(*node, names)),
            Refusal::LinkToItself => self.error_link_to_itself().into(),
            Refusal::LinkAlreadyCut => self.error_link_cut().into(),
            Refusal::LinkNotCut => self.error_link_not_cut().into(),
            Refusal::InvalidName(name) if name.is_empty() => self.error_name_empty().into(),
            Refusal::InvalidName(name) => self.error_name_invalid(name),
            Refusal::NameTaken(name) => self.error_name_taken(name),
            Refusal::NameReserved(name) => self.error_name_reserved(name),
            Refusal::OutOfBounds { what, value, min, max } => {
                self.error_out_of_bounds(self.quantity(*what), *value, *min, *max)
            }
            Refusal::ReplicationFactorAboveBrokers { wanted, brokers } => {
                self.error_replication_above(i64::from(*wanted), i64::from(*brokers))
            }
            Refusal::PartitionsOnlyGrow { topic, have } => {
                self.error_partitions_shrink(topic, i64::from(*have))
            }
            Refusal::UnknownConfig(name) => self.error_config_unknown(name),
            Refusal::InvalidConfig { name, value } => self.invalid_config(name, value),
            Refusal::IdempotenceImpossible => self.error_idempotence().into(),
            Refusal::DeliveryTimeoutTooShort => self.error_delivery_timeout().into(),
            Refusal::HeartbeatNotBelowSession => self.error_heartbeat_session().into(),
            Refusal::TooMany { what, most } => {
                self.error_too_many(self.quantity(*what), i64::from(*most))
            }
            Refusal::ReplicaTwice(broker) => self.error_replica_twice(&self.broker(*broker)),
            Refusal::HoldsReplicas(broker) => self.error_holds_replicas(&self.broker(*broker)),
            Refusal::NoHost(broker) => self.error_no_host(&self.broker(*broker)),
            Refusal::HostsController(broker) => self.error_hosts_controller(&self.broker(*broker)),
            Refusal::NoIsland => self.error_no_island().into(),
            Refusal::NothingCut => self.error_nothing_cut().into(),
            Refusal::NothingInFlight => self.error_nothing_in_flight().into(),
            Refusal::NotInFlight => self.error_not_in_flight().into(),
            Refusal::DiskIsFull(broker) => self.error_disk_full(&self.broker(*broker)),
            Refusal::DiskNotFull(broker) => self.error_disk_not_full(&self.broker(*broker)),
            Refusal::UnknownPartition { topic, index } => {
                self.error_partition_unknown(topic, i64::from(*index))
            }
            Refusal::NothingToReassign { topic, index } => {
                self.error_nothing_to_reassign(topic, i64::from(*index))
            }
            Refusal::NotReassigning { topic, index } => {
                self.error_not_reassigning(topic, i64::from(*index))
            }
            Refusal::NotAssigned { topic, index } => {
                self.error_not_assigned(topic, i64::from(*index))
            }
            Refusal::PollsByItself(node) => self.error_polls_by_itself(&self.node(*node, names)),
            Refusal::Busy(node) => self.error_busy(&self.node(*node, names)),
            Refusal::TransactionsNeedIdempotence => self.error_transactional_idempotence().into(),
            Refusal::NotTransactional(node)
            | Refusal::NoTransaction(node)
            | Refusal::InTransactionCall(node)
            | Refusal::TransactionOpen(node)
            | Refusal::TransactsByItself(node) => {
                self.transaction_refusal(refusal, &self.node(*node, names))
            }
        }
    }

    fn transaction_refusal(self, refusal: &Refusal, node: &str) -> String {
        match refusal {
            Refusal::NoTransaction(_) => self.error_no_transaction(node),
            Refusal::InTransactionCall(_) => self.error_in_transaction_call(node),
            Refusal::TransactionOpen(_) => self.error_transaction_open(node),
            Refusal::TransactsByItself(_) => self.error_transacts_by_itself(node),
            _ => self.error_not_transactional(node),
        }
    }

    /// What a number counts, as the beginning of a sentence.
    pub fn quantity(self, quantity: Quantity) -> &'static str {
        match quantity {
            Quantity::Rate => self.error_quantity_rate(),
            Quantity::Keys => self.error_quantity_keys(),
            Quantity::RecordBytes => self.error_quantity_record_bytes(),
            Quantity::Partitions => self.error_quantity_partitions(),
            Quantity::ReplicationFactor => self.error_quantity_replication_factor(),
            Quantity::Brokers => self.error_quantity_brokers(),
            Quantity::Clients => self.error_quantity_clients(),
            Quantity::Topics => self.error_quantity_topics(),
            Quantity::Processing => self.error_quantity_processing(),
            Quantity::Delay => self.error_quantity_delay(),
            Quantity::Latency => self.error_quantity_latency(),
            Quantity::Clock => self.error_quantity_clock(),
            Quantity::Controllers => self.error_quantity_controllers(),
            Quantity::Nodes => self.error_quantity_nodes(),
            Quantity::Repetitions => self.error_quantity_repetitions(),
            Quantity::Jitter => self.error_quantity_jitter(),
            Quantity::Bandwidth => self.error_quantity_bandwidth(),
            Quantity::Later => self.error_quantity_later(),
            Quantity::Until => self.error_quantity_until(),
            Quantity::Offset => self.error_quantity_offset(),
            Quantity::Aborts => self.error_quantity_aborts(),
            Quantity::Records => self.error_quantity_records(),
            Quantity::Tombstones => self.error_quantity_tombstones(),
            Quantity::ByteRate => self.error_quantity_byte_rate(),
        }
    }

    /// Says what values the config does take.
    fn invalid_config(self, name: &str, value: &str) -> String {
        match spec(name, value).map(|spec| spec.kind) {
            None => self.error_config_unknown(name),
            Some(Kind::Int { min, max }) => {
                self.error_config_bounds(name, value, &self.number(min), &self.number(max))
            }
            Some(Kind::Ratio) => {
                self.error_config_bounds(name, value, &self.number(0), &self.number(1))
            }
            Some(Kind::OffsetReset) => {
                let choices = "latest, earliest, none, by_duration:PT1H";
                self.error_config_choice(name, value, choices)
            }
            Some(Kind::Bool) => self.error_config_choice(name, value, "true, false"),
            Some(Kind::Choice(choices)) => {
                self.error_config_choice(name, value, &choices.join(", "))
            }
        }
    }
}

/// Configs that several scopes share have the same bounds in all of them; what they choose from may
/// differ, so that it counts where the value is none.
fn spec(name: &str, value: &str) -> Option<&'static Spec> {
    let scopes = [Scope::Cluster, Scope::Topic, Scope::Producer, Scope::Consumer];
    let mut specs = scopes.into_iter().filter_map(|scope| config::spec(scope, name));
    specs.find(|spec| spec.parse(value).is_none())
}
