//! The controller's sheet.

use super::{Clerk, Deed, Mood, Part, Sheet};
use crate::sim::command::ConfigTarget;
use crate::sim::id::{ControllerId, Node};

impl Clerk<'_> {
    pub(super) fn controller(self, id: ControllerId) -> Option<Sheet> {
        let words = self.words;
        let (controller, node) = (self.world().controllers.get(&id)?, Node::Controller(id));
        let image = controller.image();
        let mut own = Part::default();
        own.fact("node.id", id.0.to_string());
        let (state, mood) = self.power(node);
        own.fact(words.ui_fact_state(), state).mood(mood);
        own.fact(words.ui_fact_metadata_offset(), image.next_offset.to_string());
        own.fact(words.ui_fact_topics(), words.number(image.topics.len() as i64));
        let partitions = image.partitions().count();
        own.fact(words.ui_fact_partitions(), words.number(partitions as i64));
        let leaderless = image.partitions().filter(|(_, state)| state.leader.is_none()).count();
        let mood = if leaderless > 0 { Mood::Bad } else { Mood::Plain };
        own.fact(words.ui_without_leader(), words.number(leaderless as i64)).mood(mood);
        self.trouble(&mut own, node);
        let mut brokers = Part::new(words.ui_brokers());
        for (id, known) in &image.brokers {
            let (value, mood) = if known.fenced {
                (words.ui_fenced(), Mood::Bad)
            } else if known.in_controlled_shutdown {
                (words.ui_stopping(), Mood::Doubt)
            } else {
                (words.ui_in_service(), Mood::Plain)
            };
            let broker = Node::Broker(*id);
            brokers.fact(self.node(broker), value).mood(mood).at_node(broker);
        }
        let mut deeds = self.process_deeds(node);
        deeds.push(Deed::Configs { target: ConfigTarget::Cluster, keys: Vec::new() });
        let kind = words.ui_kind_controller().to_owned();
        Some(Sheet { title: self.node(node), kind, parts: vec![own, brokers], deeds })
    }
}
