//! A broker's sheet.

use super::{Clerk, Deed, Mood, Part, Sheet};
use crate::scene::replica::diverges;
use crate::scene::view::Entity;
use crate::sim::broker::{Broker, LifecycleState};
use crate::sim::command::ConfigTarget;
use crate::sim::id::{BrokerId, Node, Partition};
use crate::sim::image::is_internal;
use crate::sim::process::Power;

impl Clerk<'_> {
    pub(super) fn broker(self, id: BrokerId) -> Option<Sheet> {
        let (words, world) = (self.words, self.world());
        let (broker, node) = (world.brokers.get(&id)?, Node::Broker(id));
        let mut own = Part::default();
        own.fact("node.id", id.0.to_string());
        self.roles_fact(&mut own, Node::Broker(id));
        if let Some(rack) = &broker.rack {
            own.fact("broker.rack", &**rack);
        }
        let (state, mood) = self.broker_state(broker);
        own.fact(words.ui_fact_state(), state).mood(mood);
        if let Some(known) = world.metadata().brokers.get(&id) {
            own.fact("BrokerEpoch", known.broker_epoch.to_string());
            let mood = if known.fenced { Mood::Bad } else { Mood::Plain };
            own.fact("Fenced", self.yes(known.fenced)).mood(mood);
        }
        self.trouble(&mut own, node);
        let mut deeds = self.process_deeds(node);
        deeds.push(Deed::Configs { target: ConfigTarget::Cluster, keys: Vec::new() });
        Some(Sheet {
            title: self.node(node),
            kind: words.ui_kind_broker().to_owned(),
            parts: [own, self.work(broker)]
                .into_iter()
                .chain(self.coordinates_transactions(id))
                .chain([self.replicas(id)])
                .collect(),
            deeds,
        })
    }

    fn broker_state(self, broker: &Broker) -> (String, Mood) {
        let words = self.words;
        let node = Node::Broker(broker.id);
        let state = broker.live.as_ref().map(|live| live.state());
        match (self.world().power(node), state) {
            (Power::Up, Some(LifecycleState::Starting | LifecycleState::Recovery)) => {
                (words.ui_starting().to_owned(), Mood::Doubt)
            }
            (Power::Up, Some(LifecycleState::ControlledShutdown)) => {
                (words.ui_stopping().to_owned(), Mood::Doubt)
            }
            _ => self.power(node),
        }
    }

    /// What it does for the cluster.
    fn work(self, broker: &Broker) -> Part {
        let (words, image) = (self.words, self.world().metadata());
        let mut part = Part::default();
        let leads = image.partitions().filter(|(_, state)| state.leader == Some(broker.id)).count();
        part.fact(words.ui_fact_leaderships(), words.number(leads as i64));
        self.disk_use(&mut part, broker);
        if let Some(live) = &broker.live {
            let groups: Vec<&str> = live.any_groups().map(|group| &**group.name()).collect();
            if !groups.is_empty() {
                part.fact(words.ui_coordinator(), groups.join(", "));
            }
            part.fact(words.ui_fact_purgatory(), words.number(live.waiting() as i64));
        }
        part
    }

    /// Its replicas of people's topics.
    fn replicas(self, id: BrokerId) -> Part {
        let (words, image) = (self.words, self.world().metadata());
        let mut part = Part::new(words.ui_fact_replicas());
        for (partition, state) in image.partitions() {
            let internal = image.topics.get(&partition.topic);
            if internal.is_some_and(|topic| is_internal(&topic.name))
                || !state.replicas.contains(&id)
            {
                continue;
            }
            let (role, mood) = self.role(id, partition);
            part.fact(self.part(partition), role).mood(mood).to(Entity::Replica(id, partition));
        }
        if part.facts.is_empty() {
            part.fact(words.ui_fact_partitions(), words.ui_fact_none());
        }
        part
    }

    /// What a broker is to a partition, and from where on its log is not the leader's.
    pub(super) fn role(self, id: BrokerId, partition: Partition) -> (String, Mood) {
        let (role, mood) = self.plain_role(id, partition);
        match diverges(self.world(), id, partition) {
            Some(from) => (format!("{role} · {}", self.words.ui_diverges_at(from)), Mood::Bad),
            None => (role, mood),
        }
    }

    fn plain_role(self, id: BrokerId, partition: Partition) -> (String, Mood) {
        let (words, world) = (self.words, self.world());
        let Some(state) = world.metadata().partition(partition) else {
            return (words.ui_fact_none().to_owned(), Mood::Plain);
        };
        if !world.is_up(Node::Broker(id)) {
            (words.ui_offline().to_owned(), Mood::Bad)
        } else if state.leader == Some(id) {
            (words.ui_leader().to_owned(), Mood::Plain)
        } else if state.isr.contains(&id) {
            (words.ui_in_isr().to_owned(), Mood::Plain)
        } else if state.adding.contains(&id) {
            (words.ui_joining().to_owned(), Mood::Plain)
        } else {
            (words.ui_out_of_isr().to_owned(), Mood::Bad)
        }
    }
}
