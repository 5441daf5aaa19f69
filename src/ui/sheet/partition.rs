//! A partition's sheet, a replica's and a topic's.

use super::deed::chosen;
use super::{Clerk, Deed, Mood, Part, Sheet};
use crate::scene::replica::diverges;
use crate::scene::view::Entity;
use crate::sim::command::{Command, ConfigTarget};
use crate::sim::config::Scope;
use crate::sim::id::{BrokerId, Name, Node, Offset, Partition, TopicId};
use crate::sim::image::PartitionState;

/// The configs that decide about old records.
const OLD_RECORDS: [&str; 9] = [
    "cleanup.policy",
    "retention.ms",
    "retention.bytes",
    "segment.bytes",
    "segment.ms",
    "min.cleanable.dirty.ratio",
    "min.compaction.lag.ms",
    "delete.retention.ms",
    "file.delete.delay.ms",
];

impl Clerk<'_> {
    pub(super) fn topic(self, id: TopicId) -> Option<Sheet> {
        let (words, world) = (self.words, self.world());
        let topic = world.metadata().topics.get(&id)?;
        let mut own = Part::default();
        own.fact(words.ui_fact_partitions(), words.number(topic.partitions.len() as i64));
        let factor = topic.partitions.first().map_or(0, |state| state.replication_factor());
        own.fact(words.ui_form_replication(), factor.to_string());
        own.fact("min.insync.replicas", topic.config.min_insync_replicas.to_string());
        let mut parts = Part::new(words.ui_fact_partitions());
        for (index, state) in (0..).zip(&topic.partitions) {
            let partition = Partition { topic: id, index };
            let (value, mood) = match state.leader {
                Some(leader) => (words.ui_led_by(i64::from(leader.0)), Mood::Plain),
                None => (words.ui_without_leader().to_owned(), Mood::Bad),
            };
            let fact = parts.fact(self.part(partition), value).mood(mood);
            if let Some(broker) = state.leader.or_else(|| state.replicas.first().copied()) {
                fact.to(Entity::Replica(broker, partition));
            }
        }
        Some(Sheet {
            title: topic.name.to_string(),
            kind: words.ui_kind_topic().to_owned(),
            parts: vec![own, parts],
            deeds: self.topic_deeds(id, None),
        })
    }

    fn topic_deeds(self, id: TopicId, partition: Option<u32>) -> Vec<Deed> {
        let Some(topic) = self.world().metadata().topics.get(&id) else { return Vec::new() };
        let (name, count) = (topic.name.clone(), topic.partitions.len() as u32);
        let keys = ["min.insync.replicas", "unclean.leader.election.enable"];
        let target = ConfigTarget::Topic(name.clone());
        let get = |name: &str| topic.config.get(name);
        let old_records = Deed::OldRecords {
            partition: partition.map(|index| (name.clone(), index)),
            target: target.clone(),
            keys: chosen(Scope::Topic, &OLD_RECORDS, get),
        };
        let configs = Deed::configs(target, Scope::Topic, &keys, get);
        let words = self.words;
        let spread = Deed::Now {
            label: words.ui_spread(),
            hint: Some(words.ui_spread_hint()),
            command: Command::SpreadReplicas { topic: name.clone() },
            breaks: false,
        };
        vec![spread, Deed::Partitions { topic: name, count }, old_records, configs]
    }

    /// A partition; with `on`, as this broker's replica has it.
    pub(super) fn partition(self, partition: Partition, on: Option<BrokerId>) -> Option<Sheet> {
        let (words, world) = (self.words, self.world());
        let state = world.metadata().partition(partition)?;
        // What was pointed at comes first.
        let follower = on.filter(|broker| state.leader != Some(*broker));
        let mut parts: Vec<Part> =
            follower.map(|id| self.replica(partition, id)).into_iter().collect();
        parts.push(self.registered(partition, state));
        parts.push(self.followers(partition, state));
        let looked_at = on.or(state.leader);
        parts.extend(looked_at.and_then(|broker| self.undecided(partition, broker)));
        parts.extend(self.log_life(partition, looked_at));
        parts.extend(self.producers(partition, looked_at));
        let mut deeds = Vec::new();
        let leader = state.leader.map(Node::Broker).filter(|node| world.is_up(*node));
        if let Some(leader) = leader {
            deeds.push(Deed::Now {
                label: words.ui_crash_its_leader(),
                hint: Some(words.ui_crash_hint()),
                command: Command::Crash(leader),
                breaks: true,
            });
        }
        let topic = &world.metadata().topics.get(&partition.topic)?.name;
        deeds.extend(self.hanging_deeds(topic, partition));
        deeds.extend(self.reassignment(topic, partition, state));
        deeds.extend(self.topic_deeds(partition.topic, Some(partition.index)));
        let title = format!("{topic}-{}", partition.index);
        Some(Sheet { title, kind: words.ui_kind_partition().to_owned(), parts, deeds })
    }

    /// Where else it could be, and the way back while it moves.
    fn reassignment(self, topic: &Name, at: Partition, state: &PartitionState) -> Vec<Deed> {
        let brokers = self.world().brokers.keys().copied().collect();
        let stays = state.replicas.iter().copied().filter(|id| !state.removing.contains(id));
        let mut deeds = vec![Deed::Replicas {
            topic: topic.clone(),
            partition: at,
            brokers,
            replicas: stays.collect(),
        }];
        if state.is_reassigning() {
            deeds.push(Deed::Now {
                label: self.words.ui_cancel_reassignment(),
                hint: None,
                command: Command::CancelReassignment { topic: topic.clone(), partition: at.index },
                breaks: false,
            });
        }
        deeds
    }

    /// What the controller says, and the leader's two marks.
    fn registered(self, partition: Partition, state: &PartitionState) -> Part {
        let words = self.words;
        let mut part = Part::default();
        match state.leader {
            Some(leader) => {
                let broker = Node::Broker(leader);
                part.fact("Leader", leader.0.to_string()).at_node(broker);
            }
            None => {
                part.fact("Leader", words.ui_fact_none()).mood(Mood::Bad);
            }
        }
        part.fact("LeaderEpoch", state.leader_epoch.to_string());
        part.fact("PartitionEpoch", state.partition_epoch.to_string());
        part.fact("Replicas", self.numbers(&state.replicas));
        let short = state.isr.len() < state.replication_factor();
        let mood = if short { Mood::Bad } else { Mood::Plain };
        part.fact("Isr", self.numbers(&state.isr)).mood(mood);
        if !state.adding.is_empty() {
            part.fact("AddingReplicas", self.numbers(&state.adding));
        }
        if !state.removing.is_empty() {
            part.fact("RemovingReplicas", self.numbers(&state.removing));
        }
        if !state.elr.is_empty() {
            part.fact("Elr", self.numbers(&state.elr));
        }
        if !state.last_known_elr.is_empty() {
            part.fact("LastKnownElr", self.numbers(&state.last_known_elr));
        }
        let led = state.leader.and_then(|id| self.marks(partition, id));
        if let Some(marks) = led {
            part.fact("HighWatermark", marks.high_watermark.to_string());
            part.fact("LogStartOffset", marks.start.to_string());
            self.tier(&mut part, partition, marks);
            part.fact("LogEndOffset", marks.end.to_string());
            part.fact(words.ui_fact_size(), words.bytes(marks.bytes));
            part.fact(words.ui_fact_segments(), marks.segments.to_string());
        }
        part.why = self.why(partition, state, led);
        part
    }

    /// What of it is in remote storage, if anything is (KIP-405).
    fn tier(self, part: &mut Part, partition: Partition, marks: Marks) {
        let (words, remote) = (self.words, &self.world().remote);
        let segments = remote.segments(partition).len();
        if segments > 0 {
            part.fact("LocalLogStartOffset", marks.local_start.to_string());
            let bytes = words.bytes(remote.bytes(partition));
            part.fact(words.ui_fact_remote(), format!("{segments} · {bytes}"));
        }
    }

    /// The one thing about it that asks for an explanation.
    fn why(
        self,
        partition: Partition,
        state: &PartitionState,
        led: Option<Marks>,
    ) -> Option<String> {
        let (words, world) = (self.words, self.world());
        let (Some(leader), Some(marks)) = (state.leader, led) else {
            let eligible = [&state.isr[..], &state.elr].concat();
            return Some(match eligible[..] {
                [] => words.ui_why_last_known(&self.numbers(&state.last_known_elr)),
                _ => words.ui_why_no_leader(&self.numbers(&eligible)),
            });
        };
        let minimum = world.metadata().topics.get(&partition.topic)?.config.min_insync_replicas;
        if (state.isr.len() as i64) < minimum {
            return Some(words.ui_why_under_minimum(state.isr.len() as i64, minimum));
        }
        if marks.end <= marks.high_watermark {
            return None;
        }
        let live = world.brokers.get(&leader)?.live.as_ref()?;
        let followers = &live.replicas.get(&partition)?.as_leader()?.followers;
        let in_isr = followers.iter().filter(|(id, _)| state.isr.contains(id));
        let (slowest, _) = in_isr.min_by_key(|(_, follower)| follower.log_end)?;
        let slowest = self.node(Node::Broker(*slowest));
        Some(words.ui_why_hw(marks.high_watermark, marks.end, &slowest))
    }

    /// One replica's own view.
    fn replica(self, partition: Partition, broker: BrokerId) -> Part {
        let words = self.words;
        let mut part = Part::new(words.ui_replica_on(i64::from(broker.0)));
        let (role, mood) = self.role(broker, partition);
        part.fact(words.ui_fact_state(), role).mood(mood);
        if let Some(marks) = self.marks(partition, broker) {
            part.fact("HighWatermark", marks.high_watermark.to_string());
            part.fact("LogStartOffset", marks.start.to_string());
            part.fact("LogEndOffset", marks.end.to_string());
            part.fact(words.ui_fact_size(), words.bytes(marks.bytes));
        }
        let leader = self.world().metadata().partition(partition).and_then(|state| state.leader);
        let marks = self.marks(partition, broker).zip(diverges(self.world(), broker, partition));
        if let (Some(leader), Some((marks, from))) = (leader, marks) {
            let leader = self.node(Node::Broker(leader));
            part.why = Some(words.ui_why_diverges(from, &leader, marks.end - from));
        }
        part
    }

    /// What the leader knows of its followers, from their fetches alone.
    fn followers(self, partition: Partition, state: &PartitionState) -> Part {
        let (words, world) = (self.words, self.world());
        let mut part = Part::new(words.ui_fact_followers());
        let live = state.leader.and_then(|id| world.brokers.get(&id)?.live.as_ref());
        let leader = live.and_then(|live| live.replicas.get(&partition)?.as_leader());
        for id in state.replicas.iter().filter(|id| Some(**id) != state.leader) {
            let (role, mood) = self.role(*id, partition);
            let mut value = role;
            if let Some(follower) = leader.and_then(|leader| leader.followers.get(id)) {
                if let Some(end) = follower.log_end {
                    value = format!("{value} · {}", words.ui_leo(end));
                }
                if let Some(at) = live.and_then(|live| live.caught_up_at(partition, *id)) {
                    value = format!("{value} · {}", self.ago(at));
                }
            }
            part.fact(self.node(Node::Broker(*id)), value)
                .mood(mood)
                .to(Entity::Replica(*id, partition));
        }
        if !part.facts.is_empty() {
            part.why = Some(words.ui_why_caught_up().to_owned());
        }
        part
    }

    /// The idempotent producers that a log remembers.
    fn producers(self, partition: Partition, on: Option<BrokerId>) -> Option<Part> {
        let log = self.world().brokers.get(&on?)?.disk.logs.get(&partition)?;
        let mut part = Part::new(self.words.ui_fact_producers());
        for (id, state) in log.producers().iter() {
            let last = state.batches.last().map_or(-1, |batch| batch.last_sequence);
            let value = format!("producerEpoch {} · lastSequence {last}", state.epoch);
            part.fact(format!("producerId {id}"), value);
        }
        (!part.facts.is_empty()).then_some(part)
    }

    fn marks(self, partition: Partition, broker: BrokerId) -> Option<Marks> {
        let broker = self.world().brokers.get(&broker)?;
        let log = broker.disk.logs.get(&partition)?;
        Some(Marks {
            high_watermark: broker.high_watermark(partition),
            start: log.start(),
            local_start: log.local_start(),
            end: log.end(),
            bytes: log.bytes(),
            segments: log.segments().len(),
        })
    }
}

/// Where one replica's log begins and ends.
#[derive(Clone, Copy)]
struct Marks {
    high_watermark: Offset,
    start: Offset,
    local_start: Offset,
    end: Offset,
    bytes: u64,
    segments: usize,
}
