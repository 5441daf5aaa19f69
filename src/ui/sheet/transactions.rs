//! Transactions in the sheets: of a producer, of their coordinator, of a partition, on the wire.

use super::{Clerk, Deed, Mood, Part};
use crate::metrics::hanging::{Hanging, hanging};
use crate::scene::transaction::transactional_id;
use crate::scene::view::Entity;
use crate::sim::broker::transaction::metadata::TransactionMetadata;
use crate::sim::client::Producer;
use crate::sim::client::processor::Stage;
use crate::sim::client::transactions::State;
use crate::sim::command::Command;
use crate::sim::id::{BrokerId, Name, Node, Partition};
use crate::sim::transacting::TransactionAct;
use crate::sim::wire::{ProducerIdAndEpoch, Request, TransactionState};

impl<'a> Clerk<'a> {
    /// Who coordinates a `transactional.id`, and where its transaction stands there.
    fn coordinated(self, id: &str) -> Option<(BrokerId, &'a TransactionMetadata)> {
        let mut known = self.world().coordinated();
        known.find(|(_, known, _)| &***known == id).map(|(broker, _, it)| (broker, it))
    }
}

impl Clerk<'_> {
    /// A producer's transactions: as it sees them, and as their coordinator does.
    pub(super) fn transacting(self, producer: &Producer) -> Option<Part> {
        let transactions = producer.transactions()?;
        let words = self.words;
        let mut part = Part::new("transactional.id");
        part.fact("transactional.id", &*transactions.id);
        let state = transactions.state();
        let mood = if state.is_error() { Mood::Bad } else { Mood::Plain };
        part.fact(words.ui_fact_state(), state.name()).mood(mood);
        if transactions.is_ongoing() {
            part.fact(words.ui_fact_records(), words.number(i64::from(transactions.records())));
        }
        if let Some((broker, known)) = self.coordinated(&transactions.id) {
            let node = Node::Broker(broker);
            part.fact(words.ui_coordinator(), self.node(node)).at_node(node);
            part.fact("TransactionState", known.value.state.name()).mood(self.weight(known));
            self.described(&mut part, broker, known);
        }
        part.why = Some(words.ui_why_transaction().to_owned());
        Some(part)
    }

    fn weight(self, known: &TransactionMetadata) -> Mood {
        match known.value.state {
            TransactionState::PrepareCommit
            | TransactionState::PrepareAbort
            | TransactionState::PrepareEpochFence => Mood::Doubt,
            _ => Mood::Plain,
        }
    }

    /// The columns of `kafka-transactions.sh describe`.
    fn described(self, part: &mut Part, broker: BrokerId, known: &TransactionMetadata) {
        let (words, value) = (self.words, &known.value);
        part.fact("ProducerId", value.producer_id.to_string());
        part.fact("ProducerEpoch", value.producer_epoch.to_string());
        part.fact("TransactionTimeoutMs", words.span(value.timeout.0));
        if let Some(start) = value.start {
            let wall = self.world().wall(Node::Broker(broker));
            let since = words.ui_ago(&words.span(wall.since(start).0));
            part.fact("TransactionStartTime", since);
        }
        let topics: Vec<String> = value.partitions.iter().map(|it| self.part(*it)).collect();
        if !topics.is_empty() {
            part.fact("TopicPartitions", topics.join(", "));
        }
    }

    /// What a broker coordinates: as `kafka-transactions.sh list` does, with the partitions whose
    /// markers are not written yet.
    pub(super) fn coordinates_transactions(self, broker: BrokerId) -> Option<Part> {
        let words = self.words;
        let live = self.world().brokers.get(&broker)?.live.as_ref()?;
        let mut part = Part::new(words.ui_fact_transactions());
        for (id, known) in live.transactions() {
            let mut value = known.value.state.name().to_owned();
            let waiting: Vec<String> =
                known.value.partitions.iter().map(|it| self.part(*it)).collect();
            if !waiting.is_empty() {
                value.push_str(" · ");
                value.push_str(&waiting.join(", "));
            }
            let fact = part.fact(&**id, value).mood(self.weight(known));
            if let Some(client) = self.client_of(id) {
                fact.at_node(client);
            }
        }
        (!part.facts.is_empty()).then_some(part)
    }

    fn client_of(self, id: &Name) -> Option<Node> {
        let clients = self.world().clients.iter();
        let mut owners = clients.filter_map(|(client, it)| {
            let producer = match it.as_processor() {
                Some(processor) => processor.producer(),
                None => it.as_producer()?,
            };
            (producer.transactions()?.id == *id).then_some(Node::Client(*client))
        });
        owners.next()
    }

    /// What a stream processor's thread does.
    pub(super) fn stage(self, stage: Stage) -> &'static str {
        let words = self.words;
        match stage {
            Stage::Starting => words.ui_stage_starting(),
            Stage::Working => words.ui_stage_working(),
            Stage::Flushing => words.ui_stage_flushing(),
            Stage::SendingOffsets => words.ui_stage_sending_offsets(),
            Stage::Committing => words.ui_stage_committing(),
            Stage::Aborting => words.ui_stage_aborting(),
            Stage::ClosingConsumer | Stage::ClosingProducer => words.ui_stage_closing(),
        }
    }

    /// What is undecided in a replica's log, and what readers of what is committed skip.
    pub(super) fn undecided(self, partition: Partition, broker: BrokerId) -> Option<Part> {
        let (words, world) = (self.words, self.world());
        let on = world.brokers.get(&broker)?;
        let log = on.disk.logs.get(&partition)?;
        let transactions = log.transactions();
        let high = on.high_watermark(partition);
        let stable = log.last_stable_offset(high);
        let hanging = hanging(world, partition);
        let mut part = Part::new(words.ui_fact_transactions());
        let mood = if stable < high { Mood::Doubt } else { Mood::Plain };
        part.fact("LastStableOffset", stable.to_string()).mood(mood);
        for (first, producer) in transactions.ongoing() {
            let id = transactional_id(world, producer);
            let name = id.map_or_else(|| format!("producerId {producer}"), |id| id.to_string());
            let hangs = hanging.iter().any(|it| it.start_offset == first);
            let mut told = words.ui_open_since(first);
            if hangs {
                told.push_str(" · ");
                told.push_str(words.ui_hangs());
            }
            let mood = if hangs { Mood::Bad } else { Mood::Plain };
            let fact = part.fact(name, told).mood(mood);
            if let Some(client) = id.and_then(|id| self.client_of(id)) {
                fact.at_node(client);
            }
        }
        let aborted = transactions.aborted();
        let open = part.facts.len() > 1;
        if let Some(last) = aborted.last() {
            let count = words.number(aborted.len() as i64);
            let newest = format!("{}–{}", last.first_offset, last.last_offset);
            part.fact(words.ui_fact_aborted(), format!("{count} · {newest}")).to(Entity::Record(
                broker,
                partition,
                last.last_offset,
            ));
        } else if !open {
            return None;
        }
        if !hanging.is_empty() {
            part.why = Some(words.ui_why_hangs().to_owned());
        } else if stable < high {
            part.why = Some(words.ui_why_lso(stable, high));
        }
        Some(part)
    }

    /// What an administrator can do about transactions that hang.
    pub(super) fn hanging_deeds(self, topic: &Name, partition: Partition) -> Vec<Deed> {
        let words = self.words;
        let deed = |it: Hanging| Deed::Now {
            label: words.ui_abort_hanging_transaction(),
            hint: Some(words.ui_abort_hanging_hint()),
            command: Command::AbortHangingTransaction {
                topic: topic.clone(),
                partition: partition.index,
                start_offset: it.start_offset,
            },
            breaks: false,
        };
        // The first holds all others back.
        hanging(self.world(), partition).into_iter().take(1).map(deed).collect()
    }

    /// What one can tell a producing application to do with its transactions.
    pub(super) fn transaction_deeds(self, producer: &Producer) -> Vec<Deed> {
        let words = self.words;
        let Some(transactions) = producer.transactions() else { return Vec::new() };
        let client = producer.id;
        let now = |label, hint, act, breaks| Deed::Now {
            label,
            hint: Some(hint),
            command: Command::Transact { client, act },
            breaks,
        };
        let mut deeds = Vec::new();
        if transactions.is_ongoing() {
            deeds.push(now(
                words.ui_commit_transaction(),
                words.ui_commit_transaction_hint(),
                TransactionAct::Commit,
                false,
            ));
            deeds.push(now(
                words.ui_abort_transaction(),
                words.ui_abort_transaction_hint(),
                TransactionAct::Abort,
                false,
            ));
        } else if transactions.transacting.is_on_command()
            && transactions.state() == State::Ready
            && transactions.call().is_none()
        {
            deeds.push(now(
                words.ui_begin_transaction(),
                words.ui_begin_transaction_hint(),
                TransactionAct::Begin,
                false,
            ));
        }
        deeds.push(Deed::Divide { client, transacting: transactions.transacting });
        deeds
    }

    /// The fields of a request about transactions.
    pub(super) fn transaction_request(self, part: &mut Part, request: &Request) {
        let who = |part: &mut Part, id: &Name, producer: ProducerIdAndEpoch| {
            part.fact("transactional_id", &**id);
            part.fact("producer_id", producer.id.to_string());
            part.fact("producer_epoch", producer.epoch.to_string());
        };
        let word = |committed: bool| if committed { "COMMIT" } else { "ABORT" };
        match request {
            Request::AddPartitionsToTxn(request) => {
                who(part, &request.transactional_id, request.producer);
                part.fact("verify_only", request.verify_only.to_string());
                let all: Vec<String> = request.partitions.iter().map(|it| self.part(*it)).collect();
                part.fact("topics", all.join(", "));
            }
            Request::AddOffsetsToTxn(request) => {
                who(part, &request.transactional_id, request.producer);
                part.fact("group_id", &*request.group);
            }
            Request::TxnOffsetCommit(request) => {
                who(part, &request.transactional_id, request.producer);
                part.fact("group_id", &*request.group);
                part.fact("generation_id", request.generation.to_string());
                for (partition, offset) in &request.offsets {
                    part.fact(self.part(*partition), offset.to_string());
                }
            }
            Request::EndTxn(request) => {
                who(part, &request.transactional_id, request.producer);
                part.fact("transaction_result", word(request.committed));
            }
            Request::WriteTxnMarkers(request) => {
                for marker in &request.markers {
                    part.fact("producer_id", marker.producer.id.to_string());
                    part.fact("producer_epoch", marker.producer.epoch.to_string());
                    part.fact("coordinator_epoch", marker.coordinator_epoch.to_string());
                    part.fact("transaction_result", word(marker.committed));
                    let all: Vec<String> =
                        marker.partitions.iter().map(|it| self.part(*it)).collect();
                    part.fact("topics", all.join(", "));
                }
            }
            _ => {}
        }
    }
}
