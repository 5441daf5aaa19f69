//! Who is there, and in which order: what the layout is made for.

use super::item::Lettering;
use super::letter;
use super::view::View;
use crate::sim::id::{BrokerId, ClientId, ControllerId, Name, TopicId};
use crate::sim::{Partition, World};

/// Who is there, in order of identity: all that the layout depends on besides the window.
#[derive(Clone, PartialEq, Debug)]
pub struct Cast {
    /// Controllers.
    pub controllers: Vec<ControllerId>,
    /// Whether controller n is in the process of broker n.
    pub combined: bool,
    /// Every broker with the partitions it holds.
    pub brokers: Vec<(BrokerId, Vec<Partition>)>,
    /// Every partition that is shown.
    pub partitions: Vec<Partition>,
    /// The topics that are shown.
    pub topics: Vec<(TopicId, Name)>,
    /// Producers, each with its number of bins.
    pub producers: Vec<(ClientId, u32)>,
    /// Whether some offset has three digits: then cells must be wider.
    pub long_offsets: bool,
    /// Groups, each with its members and how many partitions one of them may have to show.
    pub groups: Vec<(Name, Vec<ClientId>, u32)>,
}

impl Cast {
    /// Who is in this world. Kafka's internal topics stay behind the scenes.
    pub fn of(world: &World) -> Cast {
        let image = world.metadata();
        let shown = |topic: &TopicId| {
            image.topics.get(topic).is_some_and(|topic| !topic.name.starts_with("__"))
        };
        let partitions: Vec<Partition> =
            image.partitions().map(|(p, _)| p).filter(|p| shown(&p.topic)).collect();
        let holds = |broker: BrokerId| -> Vec<Partition> {
            let held = partitions.iter().filter(|p| {
                image.partition(**p).is_some_and(|state| state.replicas.contains(&broker))
            });
            held.copied().collect()
        };
        let bins = |topic: &str| {
            image.topic_named(topic).map_or(0, |(_, topic)| topic.partitions.len() as u32)
        };
        let producers = world
            .clients
            .iter()
            .filter_map(|(id, client)| Some((*id, bins(&client.as_producer()?.topic))));
        let groups = world.group_names().into_iter().map(|name| {
            let members = world.clients.iter().filter_map(|(id, client)| {
                client.as_consumer().filter(|c| c.group == name).map(|c| (*id, c))
            });
            let members: Vec<_> = members.collect();
            let topics = members.iter().flat_map(|(_, consumer)| &consumer.topics);
            let most = topics.map(|topic| bins(topic)).max().unwrap_or(0);
            // Members of a share group may all be at one partition.
            let alone = members.iter().any(|(_, consumer)| !consumer.is_share());
            let readers = if alone { members.len().max(1) as u32 } else { 1 };
            let share = most.div_ceil(readers).max(1);
            (name, members.into_iter().map(|(id, _)| id).collect(), share)
        });
        let logs = world.brokers.values().flat_map(|broker| &broker.disk.logs);
        let long_offsets = logs.filter(|(p, _)| shown(&p.topic)).any(|(_, log)| log.end() > 100);
        Cast {
            long_offsets,
            controllers: world.controllers.keys().copied().collect(),
            combined: world.network.is_combined(),
            brokers: world.brokers.keys().map(|id| (*id, holds(*id))).collect(),
            topics: image
                .topics
                .iter()
                .filter(|(id, _)| shown(id))
                .map(|(id, topic)| (*id, topic.name.clone()))
                .collect(),
            producers: producers.collect(),
            groups: groups.collect(),
            partitions,
        }
    }

    /// What a row of this partition is called, in this room: short where there is one topic only.
    /// A long topic is shortened, never the number.
    pub fn row_name(&self, partition: Partition, view: &View, style: Lettering) -> String {
        if self.topics.len() < 2 {
            return view.words.ui_partition_short(i64::from(partition.index));
        }
        let name = self.topics.iter().find(|(id, _)| *id == partition.topic);
        let mut digits = [0u8; 20];
        let mut number = "-".to_owned();
        number.push_str(super::draft::decimal(u64::from(partition.index), &mut digits));
        let room = style.room - letter::width(&number, style);
        let mut text = match name {
            Some((_, name)) => letter::fit(name, style.room(room)).into_owned(),
            None => String::new(),
        };
        text.push_str(&number);
        text
    }
}
