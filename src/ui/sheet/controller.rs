//! The controller's sheet.

use super::{Clerk, Deed, Mood, Part, Sheet};
use crate::sim::command::ConfigTarget;
use crate::sim::controller::Controller;
use crate::sim::id::{ControllerId, Node};
use crate::sim::raft::Role;

impl Clerk<'_> {
    pub(super) fn controller(self, id: ControllerId) -> Option<Sheet> {
        let words = self.words;
        let (controller, node) = (self.world().controllers.get(&id)?, Node::Controller(id));
        let image = controller.image();
        let mut own = Part::default();
        own.fact("node.id", id.0.to_string());
        self.roles_fact(&mut own, node);
        let (state, mood) = self.power(node);
        own.fact(words.ui_fact_state(), state).mood(mood);
        if controller.raft().voters().len() > 1 {
            self.vote_facts(&mut own, controller);
        }
        own.fact(words.ui_fact_metadata_offset(), controller.raft().log().end().to_string());
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
        let controllers = controller.raft().voters().len() as u32;
        let combined = self.world().network.is_combined();
        deeds.push(Deed::Quorum { controllers, combined });
        deeds.push(Deed::Configs { target: ConfigTarget::Cluster, keys: Vec::new() });
        let kind = words.ui_kind_controller().to_owned();
        Some(Sheet { title: self.node(node), kind, parts: vec![own, brokers], deeds })
    }

    /// What else the same process is, with a way there.
    pub(super) fn roles_fact(self, own: &mut Part, node: Node) {
        if let Some(twin) = self.world().twin(node) {
            own.fact("process.roles", "broker,controller").at_node(twin);
        }
    }

    /// Its part in the quorum.
    fn vote_facts(self, own: &mut Part, controller: &Controller) {
        let (words, raft) = (self.words, controller.raft());
        if self.world().is_up(Node::Controller(controller.id)) {
            let (role, mood) = match raft.role() {
                _ if controller.is_active() => (words.ui_quorum_active(), Mood::Good),
                Role::Leader(_) => (words.ui_quorum_leader(), Mood::Doubt),
                Role::Follower { .. } => (words.ui_quorum_follower(), Mood::Plain),
                Role::Prospective { .. } => (words.ui_quorum_prospective(), Mood::Doubt),
                Role::Candidate { .. } => (words.ui_quorum_candidate(), Mood::Doubt),
                Role::Resigned { .. } => (words.ui_quorum_resigned(), Mood::Doubt),
                Role::Unattached { .. } => (words.ui_quorum_unattached(), Mood::Doubt),
            };
            own.fact(words.ui_fact_role(), role).mood(mood);
        }
        own.fact("leaderEpoch", raft.epoch().to_string());
        for (name, id) in [("leaderId", raft.leader()), ("votedId", raft.voted_for())] {
            let Some(id) = id else { continue };
            let other = Node::Controller(id);
            own.fact(name, self.node(other)).at_node(other);
        }
        if let Some(end) = raft.high_watermark() {
            own.fact("high watermark", end.to_string());
        }
    }
}
