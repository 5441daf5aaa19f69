//! What a person asked for, in few words: for the list of what is planned.

use super::Words;
use super::names::Names;
use crate::sim::Command;
use crate::sim::command::ConfigTarget;
use crate::sim::id::{BrokerId, Node};

impl Words {
    /// `Crash: broker 2`.
    pub fn command(self, command: &Command, names: &dyn Names) -> String {
        let node = |node: Node| self.node(node, names);
        let broker = |id: &BrokerId| self.broker(*id);
        let two = |a: &Node, b: &Node| [&node(*a), " – ", &node(*b)].concat();
        let way = |from: &Node, to: &Node| [&node(*from), " → ", &node(*to)].concat();
        let (verb, thing) = match command {
            Command::Crash(it) => (self.ui_crash(), node(*it)),
            Command::Start(it) => (self.ui_start(), node(*it)),
            Command::Stop(it) => (self.ui_stop(), node(*it)),
            Command::Pause(it) => (self.ui_freeze(), node(*it)),
            Command::Resume(it) => (self.ui_resume(), node(*it)),
            Command::Slow { node: it, .. } => (self.ui_slow(), node(*it)),
            Command::PowerLoss(id) => (self.ui_power_loss(), broker(id)),
            Command::SlowDisk { broker: id, .. } => (self.ui_slow_disk(), broker(id)),
            Command::FillDisk(id) => (self.ui_fill_disk(), broker(id)),
            Command::FreeDisk(id) => (self.ui_free_disk(), broker(id)),
            Command::CutLink(a, b) => (self.ui_cut_link(), two(a, b)),
            Command::HealLink(a, b) => (self.ui_heal_link(), two(a, b)),
            Command::SetLink { a, b, .. } => (self.ui_fact_latency(), two(a, b)),
            Command::SetDirection { from, to, .. } => (self.ui_fact_latency(), way(from, to)),
            Command::CutDirection { from, to } => (self.ui_cut_way(), way(from, to)),
            Command::HealDirection { from, to } => (self.ui_heal_way(), way(from, to)),
            Command::ResetNext { from, to } => (self.ui_reset_next(), way(from, to)),
            Command::Split(island) => {
                let all: Vec<String> = island.iter().map(|it| node(*it)).collect();
                (self.ui_split(), all.join(", "))
            }
            Command::HealAll => return self.ui_heal_all().to_owned(),
            Command::ResetConnection(_) => return self.ui_reset_connection().to_owned(),
            other => return self.wish(other, names),
        };
        self.ui_verb_of(verb, &thing)
    }

    /// What breaks nothing.
    fn wish(self, command: &Command, names: &dyn Names) -> String {
        let client = |id| self.node(Node::Client(id), names);
        let (verb, thing) = match command {
            Command::AddBroker(spec) => (self.ui_add_broker(), self.broker(spec.id)),
            Command::RemoveBroker(id) => (self.ui_remove(), self.broker(*id)),
            Command::CreateTopic(spec) => (self.ui_add_topic(), spec.name.to_string()),
            Command::AddPartitions { topic, .. } => {
                (self.ui_form_partitions_in_all(), topic.to_string())
            }
            Command::SetConfig { target, name, .. } => {
                let whose = match target {
                    ConfigTarget::Cluster => String::new(),
                    ConfigTarget::Topic(topic) => topic.to_string(),
                    ConfigTarget::Client(id) => client(*id),
                };
                (self.ui_configs(), [&whose, " ", &**name].concat())
            }
            Command::AddProducer(spec) => (self.ui_add_producer(), spec.name.to_string()),
            Command::AddConsumer(spec) => (self.ui_add_consumer(), spec.name.to_string()),
            Command::RemoveClient(id) => (self.ui_remove(), client(*id)),
            Command::SetWorkload { client: id, .. } => (self.ui_form_rate(), client(*id)),
            Command::SetProcessing { client: id, .. } => (self.ui_form_processing(), client(*id)),
            Command::Produce { client: id, .. } => (self.ui_produce_one(), client(*id)),
            Command::ElectLeaders { topic, .. } => (self.ui_elect_leaders(), topic.to_string()),
            _ => return String::new(),
        };
        self.ui_verb_of(verb, &thing)
    }
}
