//! Commands: each is checked whole, then done. A refusal leaves the world as it was.

use std::sync::Arc;

use super::check_spec as check;
use super::command::{Command, ConfigTarget, Quantity, Refusal};
use super::config::Scope;
use super::effect::Order;
use super::engine::Input;
use super::event::{Event, Stamped};
use super::id::{BrokerId, ClientId, Key, Name, Node, Offset, Partition};
use super::image::Topic;
use super::process::Power;
use super::scenario::limits;
use super::wire::{
    CreatePartitionsRequest, DeleteRecordsRequest, DescribeProducersRequest, ElectLeadersRequest,
    IncrementalAlterConfigsRequest, Request, UnregisterBrokerRequest,
};
use super::world::World;

impl World {
    /// Checks a command and does it.
    pub(super) fn obey(
        &mut self,
        command: &Command,
        log: &mut Vec<Stamped>,
    ) -> Result<(), Refusal> {
        self.check(command)?;
        self.stamp(Node::Admin, Event::Commanded(Arc::new(command.clone())), log);
        self.execute(command, log);
        Ok(())
    }

    /// Whether a command would be done; why not, if not.
    pub fn check(&self, command: &Command) -> Result<(), Refusal> {
        match command {
            Command::Crash(_)
            | Command::Stop(_)
            | Command::PowerLoss(_)
            | Command::Start(_)
            | Command::Pause(_)
            | Command::Resume(_)
            | Command::Slow { .. }
            | Command::SetClock { .. }
            | Command::SlowDisk { .. }
            | Command::FillDisk(_)
            | Command::FreeDisk(_) => self.check_machine(command),
            Command::CutLink(..)
            | Command::HealLink(..)
            | Command::SetLink { .. }
            | Command::CutDirection { .. }
            | Command::HealDirection { .. }
            | Command::SetDirection { .. }
            | Command::Split(_)
            | Command::HealAll
            | Command::ResetConnection(_)
            | Command::ResetNext { .. } => self.check_cable(command),
            Command::AddBroker(spec) => {
                check::count(Quantity::Brokers, self.brokers.len() + 1, limits::BROKERS)?;
                self.check_broker(spec)
            }
            Command::RemoveBroker(id) => self.check_removal(*id),
            Command::CreateTopic(spec) => self.check_topic(spec),
            Command::AddPartitions { topic, count } => self.check_partitions(topic, *count),
            Command::SetConfig { target, name, value } => self.check_config(target, name, value),
            Command::AddProducer(_)
            | Command::AddConsumer(_)
            | Command::AddProcessor(_)
            | Command::RemoveClient(_)
            | Command::SetWorkload { .. }
            | Command::SetProcessing { .. } => self.check_client(command),
            Command::Consume { client, act } => self.check_act(*client, act),
            Command::Transact { .. } | Command::SetGuarantee { .. } => {
                self.check_transacts(command)
            }
            Command::ElectLeaders { topic, .. } => self.known_topic(topic).map(|_| ()),
            Command::ReassignPartition { topic, partition, replicas } => {
                self.check_reassignment(topic, *partition, replicas)
            }
            Command::CancelReassignment { topic, partition } => {
                self.check_cancel(topic, *partition)
            }
            Command::SpreadReplicas { topic } => self.check_spread(topic),
            Command::DeleteRecords { topic, partition, offset } => {
                self.check_partition(topic, *partition)?;
                check::offset(*offset, DeleteRecordsRequest::HIGH_WATERMARK)
            }
            Command::AbortHangingTransaction { topic, partition, start_offset } => {
                self.check_partition(topic, *partition)?;
                check::offset(*start_offset, 0)
            }
            Command::ProduceTombstone { client, key } => self.check_produce(*client, Some(*key)),
            Command::SetClientQuota { client, producer_byte_rate, consumer_byte_rate } => {
                self.check_quotas(*client, [*producer_byte_rate, *consumer_byte_rate])
            }
            Command::Produce { client, key } | Command::ProducePoison { client, key } => {
                self.check_produce(*client, *key)
            }
        }
    }

    fn check_client(&self, command: &Command) -> Result<(), Refusal> {
        match command {
            Command::AddProducer(spec) => self.check_producer(spec).map(|_| ()),
            Command::AddConsumer(spec) => self.check_consumer(spec).map(|_| ()),
            Command::AddProcessor(spec) => self.check_processor(spec).map(|_| ()),
            Command::RemoveClient(id) => self.known(Node::Client(*id)).map(|_| ()),
            Command::SetWorkload { client, workload } => {
                self.producer(*client)?;
                check::workload(workload)
            }
            Command::SetProcessing { client, processing } => {
                self.consumer(*client)?;
                check::span(Quantity::Processing, *processing)
            }
            _ => Ok(()),
        }
    }

    fn execute(&mut self, command: &Command, log: &mut Vec<Stamped>) {
        match command {
            Command::Crash(_)
            | Command::Stop(_)
            | Command::PowerLoss(_)
            | Command::Start(_)
            | Command::Pause(_)
            | Command::Resume(_)
            | Command::Slow { .. }
            | Command::SetClock { .. }
            | Command::SlowDisk { .. }
            | Command::FillDisk(_)
            | Command::FreeDisk(_) => self.do_to_machine(command, log),
            Command::CutLink(..)
            | Command::HealLink(..)
            | Command::SetLink { .. }
            | Command::CutDirection { .. }
            | Command::HealDirection { .. }
            | Command::SetDirection { .. }
            | Command::Split(_)
            | Command::HealAll
            | Command::ResetConnection(_)
            | Command::ResetNext { .. } => self.do_to_cable(command, log),
            Command::AddBroker(spec) => self.add_broker(spec),
            Command::RemoveBroker(id) => self.remove_broker(*id),
            Command::CreateTopic(spec) => {
                self.ask_for_topic(spec);
                self.ask_for_changelogs_of(spec);
            }
            Command::SetConfig { target, name, value } => self.set_config(target, name, value, log),
            Command::AddProducer(_) | Command::AddConsumer(_) | Command::AddProcessor(_) => {
                self.add_client(command);
            }
            Command::RemoveClient(id) => self.remove_client(*id, log),
            Command::SetWorkload { client, workload } => {
                self.order(*client, &Order::Workload(*workload), log);
            }
            Command::SetProcessing { client, processing } => {
                self.order(*client, &Order::Processing(*processing), log);
            }
            Command::Produce { client, key } => self.order(*client, &Order::Produce(*key), log),
            Command::ProducePoison { client, key } => {
                self.order(*client, &Order::ProducePoison(*key), log);
            }
            Command::ProduceTombstone { client, key } => {
                self.order(*client, &Order::ProduceTombstone(*key), log);
            }
            Command::Consume { client, act } => self.act(*client, act, log),
            Command::Transact { .. } | Command::SetGuarantee { .. } => self.transact(command, log),
            Command::AddPartitions { .. }
            | Command::ElectLeaders { .. }
            | Command::ReassignPartition { .. }
            | Command::CancelReassignment { .. }
            | Command::SpreadReplicas { .. }
            | Command::DeleteRecords { .. }
            | Command::AbortHangingTransaction { .. }
            | Command::SetClientQuota { .. } => self.ask_for_more(command),
        }
    }

    /// It starts at once, whatever its spec says.
    fn add_client(&mut self, command: &Command) {
        match command {
            Command::AddProducer(spec) => {
                if let Ok(config) = self.check_producer(spec) {
                    self.add_producer(spec, config, self.now);
                }
            }
            Command::AddConsumer(spec) => {
                if let Ok(config) = self.check_consumer(spec) {
                    self.add_consumer(spec, config, self.now);
                }
            }
            Command::AddProcessor(spec) => {
                if let Ok(configs) = self.check_processor(spec) {
                    self.add_processor(spec, configs, self.now);
                    self.ask_for_changelog_of(spec);
                }
            }
            _ => {}
        }
    }

    /// What the admin client is asked for that the opening does not need.
    fn ask_for_more(&mut self, command: &Command) {
        match command {
            Command::AddPartitions { topic, count } => {
                let request = CreatePartitionsRequest { name: topic.clone(), count: *count };
                self.ask_admin(Request::CreatePartitions(request), topic.clone());
            }
            Command::ReassignPartition { topic, partition, replicas } => {
                self.ask_for_reassignment(topic, *partition, Some(replicas.clone()));
            }
            Command::CancelReassignment { topic, partition } => {
                self.ask_for_reassignment(topic, *partition, None);
            }
            Command::SpreadReplicas { topic } => self.spread_replicas(topic),
            Command::ElectLeaders { topic, election } => {
                let request = ElectLeadersRequest { topic: topic.clone(), election: *election };
                self.ask_admin(Request::ElectLeaders(request), topic.clone());
            }
            Command::DeleteRecords { topic, partition, offset } => {
                self.ask_to_delete(topic, *partition, *offset);
            }
            Command::SetClientQuota { client, producer_byte_rate, consumer_byte_rate } => {
                self.ask_for_quotas(*client, [*producer_byte_rate, *consumer_byte_rate]);
            }
            Command::AbortHangingTransaction { topic, partition, start_offset } => {
                self.ask_to_abort(topic, *partition, *start_offset);
            }
            _ => {}
        }
    }

    fn remove_broker(&mut self, id: BrokerId) {
        self.agenda.silence(Node::Broker(id));
        self.brokers.remove(&id);
        self.processes.remove(&Node::Broker(id));
        self.clocks.remove(&Node::Broker(id));
        // A broker that never registered is known to nobody.
        if self.metadata().brokers.contains_key(&id) {
            let request = Request::UnregisterBroker(UnregisterBrokerRequest { broker: id });
            self.ask_admin(request, id.to_string().as_str().into());
        }
    }

    /// Asks the partition's leader, whoever that is by then.
    fn ask_to_delete(&mut self, name: &Name, index: u32, offset: Offset) {
        let known = self.metadata().topic_named(name);
        let Some(topic) = known.map(|(topic, _)| topic) else { return };
        let (partition, timeout) = (Partition { topic, index }, super::admin::API_TIMEOUT);
        self.admin.know(self.brokers.keys().copied().collect());
        let request = DeleteRecordsRequest { partition, offset, timeout };
        self.ask_admin(Request::DeleteRecords(request), name.clone());
    }

    /// Asks the partition's leader whose transaction it is, then tells it how that ends.
    fn ask_to_abort(&mut self, name: &Name, index: u32, start_offset: Offset) {
        let known = self.metadata().topic_named(name);
        let Some(topic) = known.map(|(topic, _)| topic) else { return };
        self.admin.know(self.brokers.keys().copied().collect());
        self.admin.seek_open_transaction(start_offset);
        let request = DescribeProducersRequest { partition: Partition { topic, index } };
        self.ask_admin(Request::DescribeProducers(request), name.clone());
    }

    pub(super) fn known_topic(&self, name: &Name) -> Result<&Topic, Refusal> {
        let known = self.metadata().topic_named(name);
        known.map(|(_, topic)| topic).ok_or_else(|| Refusal::UnknownTopic(name.clone()))
    }

    pub(super) fn known(&self, node: Node) -> Result<Power, Refusal> {
        self.process_power(node).ok_or(Refusal::UnknownNode(node))
    }

    pub(super) fn check_running(&self, node: Node) -> Result<(), Refusal> {
        match self.known(node)? {
            Power::Down => Err(Refusal::NotRunning(node)),
            Power::Up | Power::Paused => Ok(()),
        }
    }

    fn check_produce(&self, client: ClientId, key: Option<Key>) -> Result<(), Refusal> {
        self.producer(client)?;
        self.check_running(Node::Client(client))?;
        self.check_may_send(client)?;
        check::bounds(Quantity::Keys, key.map_or(0, |key| key.0), 0, limits::KEYS)
    }

    fn check_removal(&self, id: BrokerId) -> Result<(), Refusal> {
        let node = Node::Broker(id);
        if self.known(node)? != Power::Down {
            return Err(Refusal::AlreadyRunning(node));
        }
        if self.twin(node).is_some() {
            return Err(Refusal::HostsController(id));
        }
        let holds = self.metadata().partitions().any(|(_, state)| state.replicas.contains(&id));
        if holds { Err(Refusal::HoldsReplicas(id)) } else { Ok(()) }
    }

    fn check_partitions(&self, topic: &Name, count: u32) -> Result<(), Refusal> {
        let state = self.known_topic(topic)?;
        check::bounds(Quantity::Partitions, count, 1, limits::PARTITIONS)?;
        let have = state.partitions.len() as u32;
        if count <= have {
            return Err(Refusal::PartitionsOnlyGrow { topic: topic.clone(), have });
        }
        Ok(())
    }

    pub(super) fn producer(&self, id: ClientId) -> Result<&super::client::Producer, Refusal> {
        let node = Node::Client(id);
        let client = self.clients.get(&id).ok_or(Refusal::UnknownNode(node))?;
        client.as_producer().ok_or(Refusal::NotPossible(node))
    }

    pub(super) fn consumer(&self, id: ClientId) -> Result<&super::client::Consumer, Refusal> {
        let node = Node::Client(id);
        let client = self.clients.get(&id).ok_or(Refusal::UnknownNode(node))?;
        client.as_consumer().ok_or(Refusal::NotPossible(node))
    }

    fn check_config(&self, target: &ConfigTarget, name: &str, value: &str) -> Result<(), Refusal> {
        match target {
            ConfigTarget::Cluster => check::config(Scope::Cluster, name, value).map(|_| ()),
            ConfigTarget::Topic(topic) => {
                self.known_topic(topic)?;
                check::config(Scope::Topic, name, value).map(|_| ())
            }
            ConfigTarget::Client(id) => {
                if let Ok(producer) = self.producer(*id) {
                    let value = check::config(Scope::Producer, name, value)?;
                    let mut config = producer.config.clone();
                    config.set(name, value);
                    check::producer(&config)?;
                    check::transactional(&config, producer.transactions().is_some())?;
                    return check::idempotence(&config, name == "enable.idempotence");
                }
                let value = check::config(Scope::Consumer, name, value);
                let mut config = self.consumer(*id)?.config.clone();
                config.set(name, value?);
                check::consumer(&config)
            }
        }
    }

    fn set_config(
        &mut self,
        target: &ConfigTarget,
        name: &Name,
        value: &Name,
        log: &mut Vec<Stamped>,
    ) {
        match target {
            ConfigTarget::Cluster => {
                let Ok(value) = check::config(Scope::Cluster, name, value) else { return };
                self.config.set(name, value);
                for broker in self.brokers.values_mut() {
                    broker.config.set(name, value);
                }
                for controller in self.controllers.values_mut() {
                    controller.config.set(name, value);
                }
            }
            ConfigTarget::Topic(topic) => {
                let request = IncrementalAlterConfigsRequest {
                    topic: topic.clone(),
                    name: name.clone(),
                    value: Some(value.clone()),
                };
                self.ask_admin(Request::IncrementalAlterConfigs(request), topic.clone());
            }
            ConfigTarget::Client(id) => {
                let producer = self.producer(*id).is_ok();
                let scope = if producer { Scope::Producer } else { Scope::Consumer };
                if let Ok(value) = check::config(scope, name, value) {
                    let order = Order::Configure { name: name.clone(), value };
                    self.order(*id, &order, log);
                }
            }
        }
    }

    pub(super) fn order(&mut self, client: ClientId, order: &Order, log: &mut Vec<Stamped>) {
        self.dispatch(Node::Client(client), Input::Order(order), log);
    }

    pub(super) fn stop(&mut self, node: Node, log: &mut Vec<Stamped>) {
        for role in self.roles(node) {
            if let Some(process) = self.processes.get_mut(&role) {
                process.stopping = true;
            }
        }
        if let Some(process) = self.processes.get_mut(&node).filter(|it| it.power == Power::Paused)
        {
            process.told_to_stop = true;
            return;
        }
        self.dispatch(node, Input::Close, log);
    }

    /// A running client closes first; the picture keeps its place until it is gone.
    fn remove_client(&mut self, id: ClientId, log: &mut Vec<Stamped>) {
        let node = Node::Client(id);
        if self.power(node) == Power::Down {
            self.forget_client(id);
            return;
        }
        if let Some(process) = self.processes.get_mut(&node) {
            process.leaving = true;
        }
        self.stop(node, log);
    }

    pub(super) fn forget_client(&mut self, id: ClientId) {
        let node = Node::Client(id);
        self.agenda.silence(node);
        self.clients.remove(&id);
        self.processes.remove(&node);
    }
}
