//! A message's sheet: what flies, from where to where, with Kafka's field names.

use std::sync::Arc;

use super::{Clerk, Deed, Mood, Part, Sheet};
use crate::sim::config::COMPRESSION_TYPES;
use crate::sim::id::{BrokerId, Node, Seq};
use crate::sim::time::Time;
use crate::sim::wire::{
    Acks, Body, CompressionType, CoordinatorKey, Envelope, ProduceRequest, Request, Response,
};
use crate::sim::{Command, Event};

/// What a message is called: its API, and whether it is the answer.
pub fn title(body: &Body) -> String {
    match body {
        Body::Request(request) => format!("{} request", request.api()),
        Body::Response(response) => format!("{} response", response.api()),
        Body::Disconnect => "FIN".to_owned(),
    }
}

impl Clerk<'_> {
    pub(super) fn message(self, id: Seq) -> Option<Sheet> {
        let (words, world) = (self.words, self.world());
        let envelope = self.envelope(id)?;
        let mut own = Part::default();
        own.fact(words.ui_fact_from(), self.node(envelope.from)).at_node(envelope.from);
        own.fact(words.ui_fact_to(), self.node(envelope.to)).at_node(envelope.to);
        let clock = |at: Time| {
            let (clock, small) = words.clock(at.0);
            clock + &small
        };
        own.fact(words.ui_fact_sent(), clock(envelope.sent_at));
        match envelope.arrives_at {
            Time::NEVER => own.fact(words.ui_fact_arrives(), words.ui_stuck()).mood(Mood::Bad),
            at if world.wire.contains_key(&id) => own.fact(words.ui_fact_arrives(), clock(at)),
            at => own.fact(words.ui_fact_arrived(), clock(at)),
        };
        own.fact(words.ui_fact_size(), words.bytes(u64::from(envelope.bytes)));
        let connection = format!("{:?} #{}", envelope.channel, envelope.connection);
        own.fact(words.ui_fact_connection(), connection);
        if let Some(asked) = envelope.answers {
            own.fact(words.ui_fact_answers(), format!("#{}", asked.0));
        }
        let parts = match self.fields(&envelope) {
            part if part.facts.is_empty() => vec![own],
            part => vec![own, part],
        };
        let kind = words.ui_kind_message().to_owned();
        let command = Command::ResetConnection(id);
        let reset = Deed::Now {
            label: words.ui_reset_connection(),
            hint: Some(words.ui_reset_connection_hint()),
            command,
            breaks: true,
        };
        let flies = world.check(&Command::ResetConnection(id)).is_ok();
        let deeds = if flies { vec![reset] } else { Vec::new() };
        Some(Sheet { title: title(&envelope.body), kind, parts, deeds })
    }

    /// Its API, and who sends it to whom.
    pub(super) fn message_name(self, id: Seq) -> String {
        let Some(envelope) = self.envelope(id) else { return String::new() };
        let (from, to) = (self.node(envelope.from), self.node(envelope.to));
        format!("{}, {from} – {to}", title(&envelope.body))
    }

    /// A message that flies, or one that did not long ago.
    fn envelope(self, id: Seq) -> Option<Arc<Envelope>> {
        if let Some(flying) = self.world().wire.get(&id) {
            return Some(Arc::clone(flying));
        }
        let past = self.session.journal().read(0).rev();
        past.map(|(_, stamped)| &stamped.event).find_map(|event| match event {
            Event::Arrived(envelope) | Event::Lost(envelope) if envelope.id == id => {
                Some(Arc::clone(envelope))
            }
            _ => None,
        })
    }

    fn fields(self, envelope: &Envelope) -> Part {
        let mut part = Part::new(self.words.ui_fact_fields());
        match &*envelope.body {
            Body::Request(request) => self.request(&mut part, request),
            Body::Response(response) => {
                if let Some(error) = response.error() {
                    part.fact("error_code", error.name()).mood(Mood::Bad);
                }
                self.response(&mut part, response);
            }
            Body::Disconnect => {}
        }
        part
    }

    fn produce(self, part: &mut Part, request: &ProduceRequest) {
        let words = self.words;
        let acks = match request.acks {
            Acks::None => "0",
            Acks::Leader => "1",
            Acks::All => "-1 (all)",
        };
        part.fact("acks", acks);
        part.fact("timeout_ms", words.span(request.timeout.0));
        for batch in &request.partitions {
            let records = words.ui_records(batch.records.len() as i64);
            let bytes = words.bytes(u64::from(batch.bytes));
            let codec = COMPRESSION_TYPES
                .get(batch.compression as usize)
                .filter(|_| batch.compression != CompressionType::None);
            let mut value = format!("{records} · {bytes}");
            if let Some(codec) = codec {
                value = format!("{value} · {codec}");
            }
            if let Some(stamp) = batch.producer {
                value = format!("{value} · baseSequence {}", stamp.base_sequence);
            }
            part.fact(self.part(batch.partition), value);
        }
        if let Some(stamp) = request.partitions.iter().find_map(|batch| batch.producer) {
            part.fact("producerId", stamp.producer.id.to_string());
            part.fact("producerEpoch", stamp.producer.epoch.to_string());
        }
    }

    fn request(self, part: &mut Part, request: &Request) {
        let words = self.words;
        match request {
            Request::Produce(request) => self.produce(part, request),
            Request::Fetch(request) => {
                if let Some((replica, _)) = request.replica {
                    part.fact("replica_id", replica.0.to_string());
                }
                if let Some(rack) = &request.rack {
                    part.fact("rack_id", &**rack);
                }
                part.fact("max_wait_ms", words.span(request.max_wait.0));
                part.fact("min_bytes", words.number(i64::from(request.min_bytes)));
                for asked in &request.partitions {
                    let value = format!("fetch_offset {}", asked.fetch_offset);
                    part.fact(self.part(asked.partition), value);
                }
            }
            Request::OffsetCommit(request) => {
                part.fact("group_id", &*request.group);
                part.fact("generation_id", request.generation.to_string());
                for (partition, offset) in &request.offsets {
                    part.fact(self.part(*partition), offset.to_string());
                }
            }
            Request::OffsetFetch(request) => {
                part.fact("group_id", &*request.group);
            }
            Request::FindCoordinator(request) => {
                let (key_type, key) = match &request.key {
                    CoordinatorKey::Group(group) => ("group", group),
                    CoordinatorKey::Transaction(id) => ("transaction", id),
                };
                part.fact("key", &**key);
                part.fact("key_type", key_type);
            }
            Request::JoinGroup(request) => {
                part.fact("group_id", &*request.group);
                part.fact("session_timeout_ms", words.span(request.metadata.session_timeout.0));
                let protocols = request.metadata.protocols.iter().map(|protocol| protocol.name());
                part.fact("protocols", protocols.collect::<Vec<_>>().join(", "));
            }
            Request::SyncGroup(request) => {
                part.fact("group_id", &*request.group);
                part.fact("generation_id", request.generation.to_string());
            }
            Request::Heartbeat(request) => {
                part.fact("group_id", &*request.group);
                part.fact("generation_id", request.generation.to_string());
            }
            Request::ConsumerGroupHeartbeat(request) => {
                part.fact("group_id", &*request.group);
                part.fact("member_epoch", request.member_epoch.to_string());
                for partition in request.topic_partitions.iter().flatten() {
                    part.fact("topic_partitions", self.part(*partition));
                }
            }
            Request::AlterPartition(request) => {
                for change in &request.partitions {
                    let isr: Vec<BrokerId> = change.new_isr.iter().map(|(id, _)| *id).collect();
                    part.fact(self.part(change.partition), self.numbers(&isr));
                }
            }
            request => self.transaction_request(part, request),
        }
    }

    fn response(self, part: &mut Part, response: &Response) {
        let words = self.words;
        match response {
            Response::Produce(response) => {
                for told in &response.partitions {
                    let value = format!("base_offset {}", told.base_offset);
                    part.fact(self.part(told.partition), value);
                }
            }
            Response::Fetch(response) => {
                for told in &response.partitions {
                    let records: usize = told.batches.iter().map(|batch| batch.records.len()).sum();
                    let records = words.ui_records(records as i64);
                    let value = format!("{records} · {}", words.ui_hw(told.high_watermark));
                    part.fact(self.part(told.partition), value);
                    if let Some(replica) = told.preferred_read_replica {
                        part.fact("preferred_read_replica", self.node(Node::Broker(replica)));
                    }
                }
            }
            Response::JoinGroup(response) => {
                part.fact("generation_id", response.generation.to_string());
                part.fact(words.ui_fact_members(), response.members.len().to_string());
            }
            Response::SyncGroup(response) => {
                let parts: Vec<String> =
                    response.assignment.iter().map(|p| self.part(*p)).collect();
                part.fact(words.ui_fact_assignment(), parts.join(", "));
            }
            _ => {}
        }
    }
}
