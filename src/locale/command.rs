//! What a person asked for, in few words: for the list of what is planned.

use super::Words;
use super::names::Names;
use crate::sim::Command;
use crate::sim::command::ConfigTarget;
use crate::sim::handling::Act;
use crate::sim::id::Node;
use crate::sim::transacting::TransactionAct;

impl Words {
    /// `Crash: broker 2`.
    pub fn command(self, command: &Command, names: &dyn Names) -> String {
        match self.thing(command, names) {
            thing if thing.is_empty() => self.verb(command).to_owned(),
            thing => self.ui_verb_of(self.verb(command), &thing),
        }
    }

    fn verb(self, command: &Command) -> &'static str {
        match command {
            Command::Crash(_) => self.ui_crash(),
            Command::Start(_) => self.ui_start(),
            Command::Stop(_) => self.ui_stop(),
            Command::Pause(_) => self.ui_freeze(),
            Command::Resume(_) => self.ui_resume(),
            Command::Slow { .. } => self.ui_slow(),
            Command::SetClock { .. } => self.ui_wall_clock(),
            Command::PowerLoss(_) => self.ui_power_loss(),
            Command::SlowDisk { .. } => self.ui_slow_disk(),
            Command::FillDisk(_) => self.ui_fill_disk(),
            Command::FreeDisk(_) => self.ui_free_disk(),
            Command::CutLink(..) => self.ui_cut_link(),
            Command::HealLink(..) => self.ui_heal_link(),
            Command::SetLink { .. } | Command::SetDirection { .. } => self.ui_fact_latency(),
            Command::CutDirection { .. } => self.ui_cut_way(),
            Command::HealDirection { .. } => self.ui_heal_way(),
            Command::ResetNext { .. } => self.ui_reset_next(),
            Command::ResetConnection(_) => self.ui_reset_connection(),
            Command::Split(_) => self.ui_split(),
            Command::HealAll => self.ui_heal_all(),
            Command::AddBroker(_) => self.ui_add_broker(),
            Command::RemoveBroker(_) | Command::RemoveClient(_) => self.ui_remove(),
            Command::CreateTopic(_) => self.ui_add_topic(),
            Command::AddPartitions { .. } => self.ui_form_partitions_in_all(),
            Command::SetConfig { .. } => self.ui_configs(),
            Command::AddProducer(_) => self.ui_add_producer(),
            Command::AddConsumer(_) => self.ui_add_consumer(),
            Command::AddProcessor(_) => self.ui_add_processor(),
            Command::SetWorkload { .. } => self.ui_form_rate(),
            Command::SetProcessing { .. } => self.ui_form_processing(),
            Command::SetGuarantee { .. } => "processing.guarantee",
            Command::Produce { .. } => self.ui_produce_one(),
            Command::ElectLeaders { .. } => self.ui_elect_leaders(),
            Command::ReassignPartition { .. } => self.ui_reassign(),
            Command::CancelReassignment { .. } => self.ui_cancel_reassignment(),
            Command::SpreadReplicas { .. } => self.ui_spread(),
            Command::SetClientQuota { .. } => self.ui_set_quota(),
            Command::ProducePoison { .. } => self.ui_produce_poison(),
            Command::ProduceTombstone { .. } => self.ui_produce_tombstone(),
            Command::DeleteRecords { .. } => self.ui_delete_records(),
            Command::AbortHangingTransaction { .. } => self.ui_abort_hanging_transaction(),
            Command::Consume { act, .. } => self.act(act),
            Command::Transact { act, .. } => self.transaction_act(*act),
        }
    }

    fn act(self, act: &Act) -> &'static str {
        match act {
            Act::Poll(_) => self.ui_act_poll(),
            Act::Commit => self.ui_act_commit(),
            Act::Seek { .. } => self.ui_act_seek(),
            Act::Pause { .. } => self.ui_act_pause(),
            Act::Resume { .. } => self.ui_act_resume(),
            Act::SlowRecord(_) => self.ui_act_slow_record(),
            Act::SlowPartition { .. } => self.ui_act_slow_partition(),
            Act::Handle(_) => self.ui_act_handle(),
        }
    }

    fn transaction_act(self, act: TransactionAct) -> &'static str {
        match act {
            TransactionAct::Begin => self.ui_act_begin_transaction(),
            TransactionAct::Commit => self.ui_act_commit_transaction(),
            TransactionAct::Abort => self.ui_act_abort_transaction(),
            TransactionAct::Divide(_) => self.ui_act_divide(),
        }
    }

    /// What it is done to.
    fn thing(self, command: &Command, names: &dyn Names) -> String {
        let (nodes, between): (&[Node], &str) = match command {
            Command::Crash(it)
            | Command::Start(it)
            | Command::Stop(it)
            | Command::Pause(it)
            | Command::Resume(it)
            | Command::Slow { node: it, .. }
            | Command::SetClock { node: it, .. } => (&[*it], ""),
            Command::PowerLoss(id)
            | Command::SlowDisk { broker: id, .. }
            | Command::FillDisk(id)
            | Command::FreeDisk(id)
            | Command::RemoveBroker(id) => (&[Node::Broker(*id)], ""),
            Command::CutLink(a, b) | Command::HealLink(a, b) | Command::SetLink { a, b, .. } => {
                (&[*a, *b], " – ")
            }
            Command::SetDirection { from, to, .. }
            | Command::CutDirection { from, to }
            | Command::HealDirection { from, to }
            | Command::ResetNext { from, to } => (&[*from, *to], " → "),
            Command::Split(island) => (island, ", "),
            Command::RemoveClient(id)
            | Command::SetWorkload { client: id, .. }
            | Command::SetProcessing { client: id, .. }
            | Command::ProducePoison { client: id, .. }
            | Command::ProduceTombstone { client: id, .. }
            | Command::Consume { client: id, .. }
            | Command::Transact { client: id, .. }
            | Command::SetGuarantee { client: id, .. }
            | Command::Produce { client: id, .. } => (&[Node::Client(*id)], ""),
            Command::AddBroker(spec) => (&[Node::Broker(spec.id)], ""),
            Command::SetConfig { target: ConfigTarget::Client(id), .. } => {
                (&[Node::Client(*id)], "")
            }
            Command::CreateTopic(spec) => return spec.name.to_string(),
            Command::AddProducer(spec) => return spec.name.to_string(),
            Command::AddConsumer(spec) => return spec.name.to_string(),
            Command::AddProcessor(spec) => return spec.name.to_string(),
            Command::AddPartitions { topic, .. }
            | Command::ElectLeaders { topic, .. }
            | Command::SpreadReplicas { topic }
            | Command::SetConfig { target: ConfigTarget::Topic(topic), .. } => {
                return topic.to_string();
            }
            Command::SetConfig { name, .. } => return name.to_string(),
            Command::ReassignPartition { topic, partition, .. }
            | Command::DeleteRecords { topic, partition, .. }
            | Command::AbortHangingTransaction { topic, partition, .. }
            | Command::CancelReassignment { topic, partition } => {
                let mut name = topic.to_string();
                name.push('-');
                super::numbers::push_bare(&mut name, i64::from(*partition));
                return name;
            }
            Command::SetClientQuota { client: Some(id), .. } => (&[Node::Client(*id)], ""),
            Command::SetClientQuota { .. } => return self.ui_quota_default().to_owned(),
            Command::HealAll | Command::ResetConnection(_) => return String::new(),
        };
        let nodes: Vec<String> = nodes.iter().map(|node| self.node(*node, names)).collect();
        nodes.join(between)
    }
}
