//! The append path (ReplicaManager.appendRecords, Partition.appendRecordsToLeader).

use super::Running;
use super::purgatory::{Waiting, WaitingAppend, WaitingProduce};
use crate::sim::config::TopicConfig;
use crate::sim::effect::{Ctx, ReplyTo};
use crate::sim::event::Event;
use crate::sim::id::{Offset, Partition};
use crate::sim::log::compression::records_bytes;
use crate::sim::log::segment::exceeds_segment;
use crate::sim::mutant::{Mutant, breaks};
use crate::sim::time::Time;
use crate::sim::wire::{
    Acks, BatchKind, ErrorCode, HEADER, PartitionProduce, PartitionProduceResponse, ProduceRequest,
    ProduceResponse, QuotaType, Record, Response, Value,
};

impl Running<'_> {
    pub(super) fn produce(&mut self, ctx: &mut Ctx<'_>, to: ReplyTo, request: &ProduceRequest) {
        match ctx.extension {
            Some(extension) if request.transactional_id.is_some() => {
                (extension.broker.produce)(self, ctx, to, request);
            }
            _ => self.append_produced(ctx, to, request, &[]),
        }
    }

    /// Appends what was asked for, but to partitions that were refused before.
    pub(super) fn append_produced(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        request: &ProduceRequest,
        refused: &[(Partition, ErrorCode)],
    ) {
        let bytes = HEADER + request.bytes();
        let mut appends = Vec::with_capacity(request.partitions.len());
        for batch in &request.partitions {
            let refusal = refused.iter().find(|(partition, _)| *partition == batch.partition);
            appends.push(self.append_for(ctx, batch, request.acks, refusal.map(|it| it.1)));
        }
        match request.acks {
            Acks::None => {
                // Nobody tells the producer to wait, but its next requests are not read.
                self.throttle_time_ms(ctx, to, QuotaType::Produce, bytes);
                // There is no answer to carry an error: the connection says it.
                if appends.iter().any(|a| a.error.is_some_and(|e| e != ErrorCode::None)) {
                    self.hang_up(ctx, to);
                } else {
                    self.unmute(to);
                }
            }
            Acks::Leader => self.answer_produce(ctx, to, bytes, &appends),
            Acks::All if appends.iter().all(|append| append.error.is_some()) => {
                self.answer_produce(ctx, to, bytes, &appends);
            }
            Acks::All => {
                let deadline = ctx.now + request.timeout;
                let waiting = WaitingProduce { to, bytes, appends };
                self.wait(ctx, deadline, Waiting::Produce(waiting));
            }
        }
    }

    pub(super) fn answer_produce(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        bytes: u32,
        appends: &[WaitingAppend],
    ) {
        let partitions = appends
            .iter()
            .map(|append| {
                let error = append.error.unwrap_or(ErrorCode::None);
                let base_offset = if error == ErrorCode::None { append.base_offset } else { -1 };
                PartitionProduceResponse { partition: append.partition, error, base_offset }
            })
            .collect();
        let throttle_time_ms = self.throttle_time_ms(ctx, to, QuotaType::Produce, bytes);
        self.reply(ctx, to, Response::Produce(ProduceResponse { partitions, throttle_time_ms }));
    }

    /// Appends one batch; with acks 0 or 1 its fate is known at once.
    fn append_for(
        &mut self,
        ctx: &mut Ctx<'_>,
        batch: &PartitionProduce,
        acks: Acks,
        refusal: Option<ErrorCode>,
    ) -> WaitingAppend {
        let partition = batch.partition;
        // Markers are not for clients to write (LogValidator).
        let control = (batch.kind == BatchKind::Control).then_some(ErrorCode::InvalidRecord);
        let appended = match refusal.or(control) {
            Some(error) => Err(error),
            None => self.append(ctx, batch, acks),
        };
        let waits = acks == Acks::All && !breaks(Mutant::AcknowledgesTooEarly);
        let (error, base_offset) = match appended {
            Ok(base_offset) => ((!waits).then_some(ErrorCode::None), base_offset),
            Err(error) => (Some(error), -1),
        };
        let required = base_offset + batch.records.len() as Offset;
        WaitingAppend { partition, base_offset, required, error }
    }

    /// Where the very same batch of an idempotent producer was written before, if it was
    /// (UnifiedLog.analyzeAndValidateProducerState).
    pub(super) fn written_before(
        &self,
        batch: &PartitionProduce,
    ) -> Result<Option<Offset>, ErrorCode> {
        let log = self.disk.logs.get_near(batch.partition.index, &batch.partition);
        let known = log.map(|(_, log)| log.producers());
        let Some((stamp, known)) = batch.producer.zip(known) else { return Ok(None) };
        if let Some(Value::EndTransaction { coordinator_epoch, .. }) =
            batch.records.first().map(|record| &record.value)
        {
            return known.validate_marker(stamp.producer, *coordinator_epoch).map(|()| None);
        }
        if let Some(written) = known.duplicate(stamp, batch.records.len()) {
            return Ok(Some(written.first_offset));
        }
        known.validate(stamp)?;
        known.validate_kind(stamp.producer.id, batch.kind).map(|()| None)
    }

    /// Writes records as the leader of a partition and tells who waits for them; the offset of the
    /// first one.
    pub(super) fn append(
        &mut self,
        ctx: &mut Ctx<'_>,
        batch: &PartitionProduce,
        acks: Acks,
    ) -> Result<Offset, ErrorCode> {
        let partition = batch.partition;
        let config = match self.disk.image.topics.get(&partition.topic) {
            Some(topic) => topic.config.clone(),
            None => return Err(ErrorCode::UnknownTopicOrPartition),
        };
        let min_isr = self.min_isr(partition);
        let replica = self.live.replicas.get_near(partition.index, &partition);
        let leads = replica.and_then(|(_, replica)| Some((replica, replica.as_leader()?)));
        let Some((replica, leader)) = leads else {
            return Err(ErrorCode::NotLeaderOrFollower);
        };
        if acks == Acks::All && leader.isr.len() < min_isr {
            return Err(ErrorCode::NotEnoughReplicas);
        }
        let epoch = replica.leader_epoch;
        acceptable(batch, &config, ctx.wall())?;
        let recompressed = recompress(batch, &config);
        if let Some(batch) = &recompressed {
            acceptable(batch, &config, ctx.wall())?;
        }
        let batch = recompressed.as_ref().unwrap_or(batch);
        if let Some(written) = self.written_before(batch)? {
            ctx.tell(Event::DuplicateFound { partition, base_offset: written });
            return Ok(written);
        }
        if !self.can_write(ctx) {
            return Err(ErrorCode::KafkaStorageError);
        }
        self.stir_followers(partition);
        let log = self.disk.logs.entry_near(partition.index, partition).or_default();
        let (batch, rolled) = log.append_as_leader(batch, epoch, &config);
        if let Some(base) = rolled {
            ctx.tell(Event::SegmentRolled { partition, base });
        }
        let base_offset = batch.base_offset;
        ctx.tell(Event::Appended { partition, batch, as_leader: true });
        // Alone in the ISR, a leader commits at once.
        self.advance_high_watermark(ctx, partition);
        self.check_waiting(ctx, partition);
        Ok(base_offset)
    }
}

/// The batch by the codec of the topic, if that is another (LogValidator). Of a coordinator's own
/// records the size is known only as a whole, and they stay as they are.
fn recompress(batch: &PartitionProduce, config: &TopicConfig) -> Option<PartitionProduce> {
    let compression = batch.compression.in_topic(config.compression_type);
    let own = |record: &Record| {
        matches!(record.value, Value::Coordinator(_) | Value::EndTransaction { .. })
    };
    if compression == batch.compression || batch.records.iter().any(own) {
        return None;
    }
    let bytes = compression.batch_bytes(records_bytes(&batch.records));
    Some(PartitionProduce { compression, bytes, ..batch.clone() })
}

/// What any leader of a topic takes (LogValidator, and UnifiedLog.append around it).
fn acceptable(batch: &PartitionProduce, config: &TopicConfig, now: Time) -> Result<(), ErrorCode> {
    let bytes = i64::from(batch.bytes);
    if bytes > config.max_message_bytes {
        return Err(ErrorCode::MessageTooLarge);
    }
    let millis = |time: Time| i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
    let strange = |age: i64| {
        let (before, after) =
            (config.message_timestamp_before_max_ms, config.message_timestamp_after_max_ms);
        age > before || -age > after
    };
    let ages = batch.records.iter().map(|record| millis(now) - millis(record.timestamp));
    if ages.into_iter().any(strange) {
        return Err(ErrorCode::InvalidTimestamp);
    }
    let has_key = |record: &Record| {
        record.key.is_some()
            || matches!(record.value, Value::Coordinator(_) | Value::EndTransaction { .. })
    };
    if config.compacts() && !batch.records.iter().all(has_key) {
        return Err(ErrorCode::InvalidRecord);
    }
    match exceeds_segment(batch.bytes, config) {
        true => Err(ErrorCode::RecordListTooLarge),
        false => Ok(()),
    }
}
