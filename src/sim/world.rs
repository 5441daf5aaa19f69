//! World: all nodes, the wire, the agenda; read by whoever draws or measures, changed only by
//! commands and by the engine.

use std::sync::Arc;

use super::admin::Admin;
use super::agenda::Agenda;
use super::broker::Broker;
use super::broker::transaction::metadata::TransactionMetadata;
use super::client::Client;
use super::command::{Command, Refusal};
use super::config::ClusterConfig;
use super::connection::{Connection, ConnectionKey};
use super::controller::Controller;
use super::dice::Dice;
use super::effect::Effect;
use super::event::Stamped;
use super::extension::{EXTENSION, Extension};
use super::id::{BrokerId, ClientId, ControllerId, Name, Node, Seq};
use super::image::MetadataImage;
use super::log::remote::RemoteStorage;
use super::network::Network;
use super::process::{Power, Process};
use super::scenario::Scenario;
use super::time::Time;
use super::wire::Envelope;
use crate::sim::ordered::{Map, Set};

/// Everything there is.
#[derive(Clone, Debug)]
pub struct World {
    pub now: Time,
    pub config: ClusterConfig,
    pub controllers: Map<ControllerId, Controller>,
    pub brokers: Map<BrokerId, Broker>,
    pub clients: Map<ClientId, Client>,
    pub processes: Map<Node, Process>,
    pub network: Network,
    /// Wall clocks that are wrong: milliseconds ahead.
    pub(super) clocks: Map<Node, i64>,
    /// In flight now, in order of birth; the picture draws exactly this.
    pub wire: Map<Seq, Arc<Envelope>>,
    pub(super) admin: Admin,
    pub(super) agenda: Agenda,
    pub(super) dice: Dice,
    pub(super) next: Seq,
    pub(super) next_client: u32,
    pub(super) connections: Map<ConnectionKey, Connection>,
    /// Remote storage: segments of partitions with `remote.storage.enable`.
    pub remote: RemoteStorage,
    /// Reused between handlers.
    pub(super) effects: Effects,
    /// What is being handled now; the cause of all that follows from it.
    pub(super) cause: Option<Seq>,
    /// None as long as it is not here yet.
    pub(super) extension: Option<&'static Extension>,
}

/// Room for a handler's effects. Between two steps there are none: a copy of the world has its own
/// room and nothing to copy into it.
#[derive(Debug, Default)]
pub(super) struct Effects(pub(super) Vec<Effect>);

impl Clone for Effects {
    fn clone(&self) -> Self {
        Effects::default()
    }
}

impl World {
    /// Milliseconds by which a node's wall clock is ahead; behind, if below zero.
    pub fn clock_ahead(&self, node: Node) -> i64 {
        self.clocks.get(&node).copied().unwrap_or(0)
    }

    /// What a node's wall clock shows.
    pub fn wall(&self, node: Node) -> Time {
        self.now.on_wall(self.clock_ahead(node))
    }

    /// Whose wall clock matters: a producer stamps records with it, a broker judges them by it.
    /// Sessions, timeouts and elections go by clocks that nobody sets (System.nanoTime).
    pub fn has_wall_clock(&self, node: Node) -> bool {
        let client = node.client().and_then(|id| self.clients.get(&id));
        let stamps = client.is_some_and(|it| !matches!(it, Client::Consumer(_)));
        node.broker().is_some() || stamps
    }

    /// The world at its first moment. Nothing has happened yet: machines boot and applications
    /// start as time goes on. A scenario is validated by [`super::genesis`].
    pub(super) fn empty(scenario: &Scenario, config: ClusterConfig) -> World {
        World {
            now: Time::ZERO,
            config,
            controllers: Map::new(),
            brokers: Map::new(),
            clients: Map::new(),
            processes: Map::new(),
            clocks: Map::new(),
            network: Network::new(scenario.seed, &scenario.cluster),
            wire: Map::new(),
            admin: Admin::default(),
            agenda: Agenda::default(),
            dice: Dice::new(scenario.seed),
            next: Seq(1),
            next_client: 1,
            connections: Map::new(),
            remote: RemoteStorage::default(),
            effects: Effects::default(),
            cause: None,
            extension: None,
        }
    }

    /// The rest of the engine is here now.
    pub fn complete(&mut self) {
        self.extension = Some(&EXTENSION);
    }

    /// Does what a person asks, now; or says why not.
    ///
    /// # Errors
    /// If it cannot be done; then nothing has changed.
    pub fn submit(&mut self, command: &Command, log: &mut Vec<Stamped>) -> Result<(), Refusal> {
        let extension = self.extension.ok_or(Refusal::NotPossible(Node::Admin))?;
        (extension.obey)(self, command, log)
    }

    /// The active controller: of several that think so, the one of the newest epoch is right.
    pub fn active_controller(&self) -> Option<&Controller> {
        let active = self.controllers.values().filter(|controller| controller.is_active());
        active.max_by_key(|controller| controller.raft().epoch())
    }

    /// Whether somebody waits for a topic or for partitions to be made or moved.
    pub fn is_asked(&self) -> bool {
        self.admin.is_busy()
    }

    /// What is committed in the metadata log: the truth about topics, leaders and ISRs.
    pub fn metadata(&self) -> &MetadataImage {
        static NOTHING: MetadataImage = MetadataImage {
            next_offset: 0,
            brokers: Map::new(),
            topics: Map::new(),
            next_producer_id: super::wire::ProducerId(0),
            client_quotas: super::image::ClientQuotas::NONE,
        };
        let images = self.controllers.values().map(Controller::image);
        images.max_by_key(|image| image.next_offset).unwrap_or(&NOTHING)
    }

    /// Whether a node's process runs (and is not paused).
    pub fn is_up(&self, node: Node) -> bool {
        node == Node::Admin || self.processes.get(&node).is_some_and(Process::is_up)
    }

    /// A node's power; what does not exist is down.
    pub fn power(&self, node: Node) -> Power {
        self.processes.get(&node).map_or(Power::Down, |process| process.power)
    }

    /// A client by its name.
    pub fn client_named(&self, name: &str) -> Option<ClientId> {
        self.clients.iter().find(|(_, client)| &**client.name() == name).map(|(id, _)| *id)
    }

    /// All that coordinators which run know of transactional ids, and who coordinates each.
    pub fn coordinated(&self) -> impl Iterator<Item = (BrokerId, &Name, &TransactionMetadata)> {
        let lives = self.brokers.values().filter_map(|it| Some((it.id, it.live.as_ref()?)));
        lives.flat_map(|(broker, live)| live.transactions().map(move |(id, it)| (broker, id, it)))
    }

    /// The names of all groups, each once, in order.
    pub fn group_names(&self) -> Set<Name> {
        let consumers = self.clients.values().filter_map(|client| client.as_consumer());
        consumers.map(|consumer| consumer.group.clone()).collect()
    }

    /// When something will happen next.
    pub fn next_at(&self) -> Option<Time> {
        self.agenda.next_at()
    }
}
