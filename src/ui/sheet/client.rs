//! A producer's sheet and a consumer's.

use super::{Application, Clerk, Deed, Mood, Part, Share, Sheet};
use crate::scene::view::Entity;
use crate::sim::client::processor::stores::Stores;
use crate::sim::client::{Client, Consumer, Processor, Producer};
use crate::sim::command::ConfigTarget;
use crate::sim::config::Scope;
use crate::sim::id::{ClientId, Node, Partition};
use crate::sim::processing::{ProcessingGuarantee, Transform};
use crate::sim::time::Time;
use crate::sim::wire::QuotaType;

impl Clerk<'_> {
    pub(super) fn client(self, id: ClientId) -> Option<Sheet> {
        let words = self.words;
        let client = self.world().clients.get(&id)?;
        let (kind, parts, mut own) = match client {
            Client::Producer(producer) => {
                let deeds = vec![
                    Deed::Produce { client: id, keys: producer.workload.keys },
                    Deed::configs(
                        ConfigTarget::Client(id),
                        Scope::Producer,
                        &["acks", "enable.idempotence", "linger.ms", "batch.size"],
                        |name| producer.config.get(name),
                    ),
                    Deed::Workload { client: id, workload: producer.workload },
                ];
                let deeds = [self.transaction_deeds(producer), deeds].concat();
                (words.ui_kind_producer(), self.producer(producer), deeds)
            }
            Client::Processor(processor) => {
                (words.ui_kind_processor(), self.processor(processor), Vec::new())
            }
            Client::Consumer(consumer) => {
                let deeds = vec![
                    Deed::configs(
                        ConfigTarget::Client(id),
                        Scope::Consumer,
                        &[
                            "max.poll.records",
                            "max.poll.interval.ms",
                            "auto.offset.reset",
                            "isolation.level",
                        ],
                        |name| consumer.config.get(name),
                    ),
                    Deed::Processing { client: id, processing: consumer.processing },
                    self.application(consumer),
                ];
                (words.ui_kind_consumer(), self.consumer(consumer), deeds)
            }
        };
        let mut deeds = self.process_deeds(Node::Client(id));
        deeds.append(&mut own);
        deeds.push(self.quota(id, client));
        Some(Sheet { title: client.name().to_string(), kind: kind.to_owned(), parts, deeds })
    }

    fn application(self, consumer: &Consumer) -> Deed {
        let shares = consumer.readings().filter_map(|(partition, reading)| {
            let topic = self.world().metadata().topics.get(&partition.topic)?;
            let (topic, index) = (topic.name.clone(), partition.index);
            Some(Share { topic, index, name: self.part(partition), paused: reading.paused })
        });
        Deed::Application(Application {
            client: consumer.id,
            handling: consumer.handling,
            auto_commit: consumer.config.enable_auto_commit != 0,
            shares: shares.collect(),
        })
    }

    fn producer(self, producer: &Producer) -> Vec<Part> {
        let words = self.words;
        let mut own = Part::default();
        let (state, mood) = self.power(Node::Client(producer.id));
        own.fact(words.ui_fact_state(), state).mood(mood);
        own.fact(words.ui_fact_writes_to(), &*producer.topic);
        let rate = words.rate(u64::from(producer.workload.rate) * 1000);
        own.fact(words.ui_fact_rate(), rate);
        own.fact(words.ui_produced(), words.number(producer.made() as i64));
        let memory = producer.config.buffer_memory.max(0) as u64;
        let buffer = words.ui_of(&words.bytes(producer.buffer_used()), &words.bytes(memory));
        own.fact(words.ui_fact_buffer(), buffer);
        self.identity(&mut own, producer);
        if let Some(blocked) = producer.blocked() {
            own.fact(words.ui_fact_blocked(), self.ago(blocked.since)).mood(Mood::Bad);
        }
        self.quotas(&mut own, producer.id, &[QuotaType::Produce]);
        self.trouble(&mut own, Node::Client(producer.id));
        let transactions = self.transacting(producer);
        let more = [self.bins(producer), self.in_flight(producer)];
        [own].into_iter().chain(transactions).chain(more).collect()
    }

    /// An application that reads, transforms and writes: its own, then its two clients'.
    fn processor(self, processor: &Processor) -> Vec<Part> {
        let words = self.words;
        let mut own = Part::default();
        let names = ProcessingGuarantee::NAMES;
        let guarantee = names.get(processor.guarantee as usize).copied().unwrap_or_default();
        own.fact("processing.guarantee", guarantee);
        let transform = Transform::NAMES.get(processor.transform as usize).copied();
        own.fact(words.ui_fact_transform(), transform.unwrap_or_default());
        own.fact(words.ui_fact_stage(), self.stage(processor.stage()));
        own.fact(words.ui_fact_reads_from(), processor.consumer().topics.join(", "));
        own.fact(words.ui_fact_writes_to(), &*processor.producer().topic);
        let stores = processor.stores().map(|stores| self.stores(stores));
        let transactions = self.transacting(processor.producer());
        let reads = self.consumer(processor.consumer());
        [own].into_iter().chain(stores).chain(transactions).chain(reads).collect()
    }

    /// What it has counted, for each partition that it reads, or how far that is restored.
    fn stores(self, stores: &Stores) -> Part {
        let words = self.words;
        let mut part = Part::new(words.ui_stream_store());
        part.fact(words.ui_fact_changelog(), &*stores.changelog);
        for (partition, task) in stores.tasks() {
            let keys = words.ui_stream_store_keys(task.counts().count() as i64);
            match task.restoring() {
                Some((at, end)) => {
                    let told = words.ui_stream_store_restoring(at, end);
                    part.fact(self.part(partition), told).mood(Mood::Doubt);
                }
                None => drop(part.fact(self.part(partition), keys)),
            }
        }
        part
    }

    /// What the brokers let it send or read, and how long it has to wait for that.
    fn quotas(self, part: &mut Part, id: ClientId, kinds: &[QuotaType]) {
        let (words, world) = (self.words, self.world());
        for kind in kinds {
            if let Some(limit) = world.metadata().client_quotas.limit(id, *kind) {
                part.fact(kind.config(), format!("{}/s", words.bytes(limit)));
            }
        }
        let told = world.clients.get(&id).map(|client| client.throttled()).unwrap_or_default();
        for (broker, until) in told.into_iter().filter(|(_, until)| *until > world.now) {
            let left = words.ui_throttled(&words.span(until.since(world.now).0));
            let node = Node::Broker(broker);
            part.fact(self.node(node), left).mood(Mood::Doubt).at_node(node);
        }
    }

    fn quota(self, id: ClientId, client: &Client) -> Deed {
        let quotas = &self.world().metadata().client_quotas;
        let own = |kind| quotas.of(Some(id), kind);
        Deed::Quota {
            client: id,
            produce: !matches!(client, Client::Consumer(_)),
            fetch: !matches!(client, Client::Producer(_)),
            now: [own(QuotaType::Produce), own(QuotaType::Fetch)],
        }
    }

    /// Who it is for the brokers; or why it is nobody, though it asked.
    fn identity(self, part: &mut Part, producer: &Producer) {
        let words = self.words;
        if let Some(sequences) = producer.sequences() {
            let known = sequences.producer();
            let id = known.map(|known| known.id.to_string());
            part.fact("producerId", id.unwrap_or_else(|| words.ui_fact_none().to_owned()));
            if let Some(known) = known {
                part.fact("producerEpoch", known.epoch.to_string());
            }
        } else if producer.config.enable_idempotence != 0 {
            part.fact("enable.idempotence", words.ui_idempotence_off());
        }
    }

    /// What waits, and for how long still.
    fn bins(self, producer: &Producer) -> Part {
        let (words, world) = (self.words, self.world());
        let mut part = Part::new(words.ui_fact_waiting());
        for bin in producer.bins() {
            let records: usize = bin.batches.iter().map(|batch| batch.records().len()).sum();
            let bytes = bin.batches.iter().map(|batch| u64::from(batch.bytes())).sum();
            let left = match bin.due {
                due if due > world.now => words.ui_in_span(&words.span(due.since(world.now).0)),
                _ => words.ui_due_now().to_owned(),
            };
            let records = words.ui_records(records as i64);
            let value = format!("{records} · {} · {left}", words.bytes(bytes));
            part.fact(self.part(bin.partition), value);
        }
        self.or_none(part, words.ui_fact_waiting())
    }

    fn in_flight(self, producer: &Producer) -> Part {
        let words = self.words;
        let mut part = Part::new(words.ui_fact_in_flight());
        for (id, flight) in producer.in_flight() {
            let envelope = self.world().wire.get(&id);
            let name = envelope.map_or_else(
                || self.node(Node::Broker(flight.to)),
                |envelope| super::message::title(&envelope.body),
            );
            let fact = part.fact(name, words.ui_waits_since(&self.ago(flight.sent_at)));
            if envelope.is_some() {
                fact.to(Entity::Message(id));
            }
        }
        self.or_none(part, words.ui_fact_in_flight())
    }

    /// Nothing is a fact too.
    fn or_none(self, mut part: Part, name: &str) -> Part {
        if part.facts.is_empty() {
            part.heading = None;
            part.fact(name, self.words.ui_fact_none());
        }
        part
    }

    fn consumer(self, consumer: &Consumer) -> Vec<Part> {
        let (words, world) = (self.words, self.world());
        let membership = consumer.membership();
        let mut own = Part::default();
        let (state, mood) = self.power(Node::Client(consumer.id));
        own.fact(words.ui_fact_state(), state).mood(mood);
        own.fact("group.id", &*consumer.group).to(Entity::Group(consumer.group.clone()));
        if let Some(rack) = &consumer.rack {
            own.fact("client.rack", &**rack);
        }
        let member = membership.generation.member;
        let member = member.map(|member| format!("{}-{}", consumer.name, member.serial));
        own.fact("member.id", member.unwrap_or_else(|| words.ui_fact_none().to_owned()));
        own.fact("generation", membership.generation.id.to_string());
        if let Some(coordinator) = membership.coordinator {
            let node = Node::Broker(coordinator);
            own.fact(words.ui_coordinator(), self.node(node)).at_node(node);
        }
        if let Some(instance) = &consumer.instance {
            own.fact("group.instance.id", &**instance);
        }
        own.fact(words.ui_fact_subscription(), consumer.topics.join(", "));
        if consumer.config.isolation_level != 0 {
            own.fact("isolation.level", "read_committed");
        }
        own.fact(words.ui_form_processing(), words.span(consumer.processing.0));
        let polled = consumer.last_poll(world.now);
        if polled > Time::ZERO {
            own.fact(words.ui_fact_last_poll(), self.ago(polled));
        }
        self.quotas(&mut own, consumer.id, &[QuotaType::Fetch]);
        self.trouble(&mut own, Node::Client(consumer.id));
        let mut parts = vec![own];
        for (partition, reading) in consumer.readings() {
            let mut part = Part::new(self.part(partition));
            let told = |offset: Option<i64>| {
                offset.map_or_else(|| words.ui_fact_none().to_owned(), |o| o.to_string())
            };
            part.fact("position", told(reading.position));
            if reading.paused {
                part.fact("paused", self.yes(true)).mood(Mood::Doubt);
            }
            part.fact("committed", told(reading.committed));
            if let Some(preferred) = reading.preferred {
                let node = Node::Broker(preferred.broker);
                part.fact("preferred_read_replica", self.node(node)).at_node(node);
            }
            part.fact(words.ui_fact_fetched(), self.fetched(consumer, partition));
            if let Some((high, position)) = reading.high_watermark.zip(reading.position) {
                let lag = words.number((high - position).max(0));
                part.fact("records-lag", lag);
            }
            parts.push(part);
        }
        if parts.len() == 1 {
            let mut part = Part::new(words.ui_fact_assignment());
            part.fact(words.ui_fact_partitions(), words.ui_fact_none());
            parts.push(part);
        }
        parts
    }

    fn fetched(self, consumer: &Consumer, partition: Partition) -> String {
        self.words.ui_records(consumer.fetched().buffered(partition) as i64)
    }
}
