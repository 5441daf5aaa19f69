//! Who is called what at a moment of the script. The world numbers clients in order of appearance,
//! people call them by name.

use super::ScenarioFile;
use super::wrong::Problem;
use crate::sim::Node;
use crate::sim::handling::Handling;
use crate::sim::id::{BrokerId, ClientId, ControllerId, Name};
use crate::sim::ordered::{Map, Set};
use crate::sim::scenario::{ConsumerSpec, LinkSpec, ProcessorSpec, ProducerSpec, Workload};

/// A client that a name stands for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    pub id: ClientId,
    /// What it does now; none for a consumer.
    pub workload: Option<Workload>,
    /// How it goes about records, if it is a consumer.
    handling: Handling,
}

/// The names that there are, as commands add and remove them.
pub(super) struct Names {
    controllers: u32,
    brokers: Set<BrokerId>,
    clients: Map<Name, Known>,
    next_client: u32,
    between_servers: LinkSpec,
    to_clients: LinkSpec,
}

impl Names {
    pub(super) fn of(file: &ScenarioFile) -> Names {
        let mut names = Names {
            controllers: file.cluster.controllers,
            brokers: file.cluster.brokers.iter().map(|spec| spec.id).collect(),
            clients: Map::new(),
            next_client: 1,
            between_servers: file.cluster.network,
            to_clients: file.cluster.client_network,
        };
        file.producers.iter().for_each(|spec| names.add_producer(spec));
        file.consumers.iter().for_each(|spec| names.add_consumer(spec));
        file.processors.iter().for_each(|spec| names.add_processor(spec));
        names
    }

    pub(super) fn add_producer(&mut self, spec: &ProducerSpec) {
        self.add_client(&spec.name, Some(spec.workload), Handling::default());
    }

    pub(super) fn add_consumer(&mut self, spec: &ConsumerSpec) {
        self.add_client(&spec.name, None, spec.handling);
    }

    pub(super) fn add_processor(&mut self, spec: &ProcessorSpec) {
        self.add_client(&spec.name, None, Handling::default());
    }

    fn add_client(&mut self, name: &Name, workload: Option<Workload>, handling: Handling) {
        let id = ClientId(self.next_client);
        self.next_client += 1;
        self.clients.insert(name.clone(), Known { id, workload, handling });
    }

    pub(super) fn add_broker(&mut self, id: BrokerId) {
        self.brokers.insert(id);
    }

    /// A producer or consumer, whether written `C1` or `client C1`.
    pub(super) fn client(&self, written: &str) -> Option<Known> {
        let name = written.strip_prefix("client ").unwrap_or(written);
        self.clients.get(name).copied()
    }

    pub(super) fn producer(&self, name: &str) -> Result<(ClientId, Workload), Problem> {
        let known = self.client(name);
        let producer = known.and_then(|known| Some((known.id, known.workload?)));
        producer.ok_or_else(|| Problem::NoProducer { name: name.to_owned() })
    }

    pub(super) fn consumer(&self, name: &str) -> Result<ClientId, Problem> {
        let consumer = self.client(name).filter(|known| known.workload.is_none());
        let none = || Problem::NoConsumer { name: name.to_owned() };
        consumer.map(|known| known.id).ok_or_else(none)
    }

    /// How a consumer goes about its records now.
    pub(super) fn handling(&self, id: ClientId) -> Handling {
        let known = self.clients.values().find(|known| known.id == id);
        known.map_or_else(Handling::default, |known| known.handling)
    }

    /// A consumer works differently from now on.
    pub(super) fn set_handling(&mut self, id: ClientId, handling: Handling) {
        let known = self.clients.values_mut().find(|known| known.id == id);
        if let Some(known) = known {
            known.handling = handling;
        }
    }

    /// A producer works differently from now on.
    pub(super) fn set_workload(&mut self, id: ClientId, workload: Workload) {
        let known = self.clients.values_mut().find(|known| known.id == id);
        if let Some(known) = known {
            known.workload = Some(workload);
        }
    }

    /// The name is free again.
    pub(super) fn remove_client(&mut self, id: ClientId) {
        self.clients.retain(|_, known| known.id != id);
    }

    /// `controller`, or `controller 2` of several; `broker 2`; or a client by its name.
    pub(super) fn node(&self, name: &str) -> Result<Node, Problem> {
        let number = |kind: &str| name.strip_prefix(kind)?.trim().parse::<u32>().ok();
        let controller = match number("controller ") {
            None if name == "controller" && self.controllers == 1 => Some(1),
            number => number.filter(|id| (1..=self.controllers).contains(id)),
        };
        let broker = number("broker ").map(BrokerId).filter(|id| self.brokers.contains(id));
        let node = controller
            .map(|id| Node::Controller(ControllerId(id)))
            .or(broker.map(Node::Broker))
            .or_else(|| self.client(name).map(|known| Node::Client(known.id)));
        node.ok_or_else(|| Problem::NoSuchNode { name: name.to_owned(), known: self.all() })
    }

    fn all(&self) -> Vec<String> {
        let brokers = self.brokers.iter().map(|id| format!("broker {id}"));
        let clients = self.clients.keys().map(|name| name.to_string());
        let controllers = (1..=self.controllers).map(|id| match self.controllers {
            1 => "controller".to_owned(),
            _ => format!("controller {id}"),
        });
        controllers.chain(brokers).chain(clients).collect()
    }

    /// How the scenario's link between two nodes is, before anyone changes it.
    pub(super) fn link(&self, a: Node, b: Node) -> LinkSpec {
        match (a, b) {
            (Node::Client(_), _) | (_, Node::Client(_)) => self.to_clients,
            _ => self.between_servers,
        }
    }
}
