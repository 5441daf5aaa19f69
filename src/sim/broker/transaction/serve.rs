//! The coordinator's answers: who a producer is, and what belongs to its transaction
//! (TransactionCoordinator, KafkaApis).

use super::later::Asker;
use super::metadata::TransactionMetadata;
use crate::sim::broker::Running;
use crate::sim::effect::{Ctx, ReplyTo, Timer};
use crate::sim::id::{Name, Partition};
use crate::sim::image::TRANSACTION_STATE_TOPIC;
use crate::sim::java_hash::partition_for;
use crate::sim::mutant::{Mutant, breaks};
use crate::sim::ordered::Set;
use crate::sim::time::Span;
use crate::sim::wire::{
    AddOffsetsToTxnRequest, AddPartitionsToTxnRequest, AddPartitionsToTxnResponse, CoordinatorKey,
    CoordinatorRecord, ErrorCode, InitProducerIdRequest, ProducerId, ProducerIdAndEpoch, Response,
    TransactionState, Value,
};

impl Running<'_> {
    /// InitProducerId with a `transactional.id`.
    pub(in crate::sim::broker) fn init_transactional_id(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        request: &InitProducerIdRequest,
    ) {
        if let Err(error) = self.try_init_transactional_id(ctx, to, request) {
            self.answer_asker(ctx, Asker::InitProducerId(to), Err(error));
        }
    }

    /// Ok when the answer comes later.
    fn try_init_transactional_id(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        request: &InitProducerIdRequest,
    ) -> Result<(), ErrorCode> {
        let id = request.transactional_id.as_ref().filter(|id| !id.is_empty());
        let id = id.ok_or(ErrorCode::InvalidRequest)?;
        let (timeout, now) = (request.transaction_timeout, ctx.wall());
        let most = Span::from_config_ms(self.config.transaction_max_timeout_ms);
        if timeout == Span::ZERO || timeout > most {
            return Err(ErrorCode::InvalidTransactionTimeout);
        }
        self.coordinated(id)?;
        if !self.live.transactions.known.contains_key(id) {
            let first =
                self.generate_producer_id(ctx).ok_or(ErrorCode::CoordinatorLoadInProgress)?;
            let new = TransactionMetadata::new(first, timeout, now);
            self.live.transactions.known.insert(id.clone(), new);
        }
        let wants = self.transactional(id)?.wants_new_id(request.producer);
        let new_id = self.new_producer_id(ctx, wants);
        let known = self.transactional(id)?;
        match known.init_producer_id(request.producer, new_id, timeout, now)? {
            Some(value) => {
                self.write_transition(ctx, id, value, Asker::InitProducerId(to));
                Ok(())
            }
            None => self.fence_transaction(ctx, id, Asker::Fence(to)),
        }
    }

    /// One of its block, if one is wanted and at hand.
    pub(super) fn new_producer_id(
        &mut self,
        ctx: &mut Ctx<'_>,
        wanted: bool,
    ) -> Option<ProducerId> {
        if wanted { self.generate_producer_id(ctx) } else { None }
    }

    /// AddPartitionsToTxn: of a producer, or of a leader that was written to.
    pub(in crate::sim::broker) fn add_partitions_to_txn(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        request: &AddPartitionsToTxnRequest,
    ) {
        let AddPartitionsToTxnRequest { transactional_id: id, producer, partitions, .. } = request;
        let exists = |partition: &Partition| self.disk.image.partition(*partition).is_some();
        if !partitions.iter().all(exists) {
            let errors = partitions.iter().map(|it| match exists(it) {
                true => (*it, ErrorCode::OperationNotAttempted),
                false => (*it, ErrorCode::UnknownTopicOrPartition),
            });
            let partitions = errors.collect();
            let response = AddPartitionsToTxnResponse { partitions };
            return self.reply(ctx, to, Response::AddPartitionsToTxn(response));
        }
        if request.verify_only {
            let known = self.transactional(id).map(|known| &*known);
            let verify = |it: &Partition| known.and_then(|known| known.verify(*producer, *it));
            let error = |it: &Partition| verify(it).err().unwrap_or(ErrorCode::None);
            let partitions = partitions.iter().map(|it| (*it, error(it))).collect();
            let response = AddPartitionsToTxnResponse { partitions };
            return self.reply(ctx, to, Response::AddPartitionsToTxn(response));
        }
        // Only leaders add what is written to without a word (KIP-890, version 2).
        let version_two = to.node.broker().is_some();
        let asker = Asker::AddPartitions(to, partitions.clone());
        self.add_to_transaction(ctx, id, *producer, (partitions, version_two), asker);
    }

    fn add_to_transaction(
        &mut self,
        ctx: &mut Ctx<'_>,
        id: &Name,
        producer: ProducerIdAndEpoch,
        (partitions, version_two): (&[Partition], bool),
        asker: Asker,
    ) {
        let now = ctx.wall();
        let known = self.transactional(id);
        let next =
            known.and_then(|known| known.add_partitions(producer, partitions, version_two, now));
        match next {
            Ok(Some(value)) => self.write_transition(ctx, id, value, asker),
            Ok(None) => self.answer_asker(ctx, asker, Ok(None)),
            Err(error) => self.answer_asker(ctx, asker, Err(error)),
        }
    }

    /// AddOffsetsToTxn: the group's partition of `__consumer_offsets` belongs to the transaction.
    // Simplified: while `__consumer_offsets` does not exist, it is created first; Kafka adds what
    // will be the group's partition.
    pub(in crate::sim::broker) fn add_offsets_to_txn(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        request: &AddOffsetsToTxnRequest,
    ) {
        let asker = Asker::AddOffsets(to);
        let Some(partition) = self.partition_of_group(&request.group) else {
            self.create_topic_of(ctx, &CoordinatorKey::Group(request.group.clone()));
            return self.answer_asker(ctx, asker, Err(ErrorCode::CoordinatorNotAvailable));
        };
        let id = &request.transactional_id;
        self.add_to_transaction(ctx, id, request.producer, (&[partition], false), asker);
    }

    /// This broker leads a partition in a new epoch, or no longer.
    pub(in crate::sim::broker) fn transaction_leadership_changed(
        &mut self,
        ctx: &mut Ctx<'_>,
        partition: Partition,
        leads: bool,
    ) {
        self.live.transactions.verifications.forget_partition(partition);
        if self.offsets_topic().is_some_and(|(topic, _)| topic == partition.topic) {
            if !leads {
                self.live.transactions.offsets.forget(partition);
            }
            return;
        }
        let Some((topic, state)) = self.disk.image.topic_named(TRANSACTION_STATE_TOPIC) else {
            return;
        };
        if topic != partition.topic {
            return;
        }
        let count = state.partitions.len() as u32;
        let epoch = self.live.replicas.get(&partition).map_or(-1, |it| it.leader_epoch);
        let role = &mut self.live.transactions;
        let lost = |id: &Name| partition_for(id, count) == partition.index;
        role.known.retain(|id, _| !lost(id));
        role.markers.forget(lost);
        if !leads {
            role.led.remove(&partition.index);
            return;
        }
        if role.led.is_empty() {
            self.begin_transaction_timers(ctx);
        }
        self.live.transactions.led.insert(partition.index, epoch);
        self.load_transactions(ctx, partition);
    }

    fn begin_transaction_timers(&self, ctx: &mut Ctx<'_>) {
        ctx.arm_in(Timer::AbortTimedOutTransactions, self.abort_interval());
        ctx.arm_in(Timer::RemoveExpiredTransactionalIds, self.remove_expired_interval());
    }

    /// Reads where transactions stand; those whose end is decided are ended.
    fn load_transactions(&mut self, ctx: &mut Ctx<'_>, partition: Partition) {
        let Some(log) = self.disk.logs.get(&partition) else { return };
        let known = &mut self.live.transactions.known;
        let mut loaded: Set<Name> = Set::new();
        for record in log.batches_from(log.start()).flat_map(|batch| batch.records.iter()) {
            let Value::Coordinator(record) = &record.value else { continue };
            let CoordinatorRecord::Transaction(record) = &**record else { continue };
            let id = &record.transactional_id;
            match &record.value {
                Some(value) => {
                    known.insert(id.clone(), TransactionMetadata::loaded(value.clone()));
                    loaded.insert(id.clone());
                }
                None => {
                    known.remove(id);
                }
            }
        }
        let now = ctx.wall();
        for id in loaded {
            let known = self.live.transactions.known.get_mut(&id);
            let ending = known.filter(|it| {
                let state = it.value.state;
                matches!(state, TransactionState::PrepareCommit | TransactionState::PrepareAbort)
            });
            if let Some(known) = ending {
                if breaks(Mutant::ForgetsDecisions) {
                    known.value.state = TransactionState::Ongoing;
                    continue;
                }
                let marker = known.marker();
                let completed = known.prepare_complete(now);
                self.send_markers(ctx, &id, marker, completed);
            }
        }
    }
}
