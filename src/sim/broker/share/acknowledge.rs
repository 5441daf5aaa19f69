//! Hearing from a member what it has done with its records (SharePartition.acknowledge).

use std::ops::Range;

use super::in_flight::{WriteId, state_batch};
use super::partition::{SharePartition, StateWrite};
use crate::sim::wire::{
    AcknowledgeType, AcknowledgementBatch, DeliveryState, ErrorCode, MemberId, StateBatch,
};

impl SharePartition {
    /// Everything or nothing of what a member says of its records. None if there is nothing to be
    /// persisted; else it takes effect with [`SharePartition::written`], and the member is answered
    /// then.
    ///
    /// # Errors
    /// INVALID_REQUEST if the batches contradict themselves or reach beyond what was delivered,
    /// INVALID_RECORD_STATE if the member has no lock on a record, or has it no longer.
    pub fn acknowledge(
        &mut self,
        member: MemberId,
        batches: &[AcknowledgementBatch],
    ) -> Result<Option<StateWrite>, ErrorCode> {
        validate(batches)?;
        let write = self.next_write();
        let mut changed = Vec::new();
        for batch in batches {
            if let Err(error) = self.acknowledge_batch(member, batch, write, &mut changed) {
                for batch in &mut self.in_flight {
                    batch.runs_mut().for_each(|(_, _, state)| state.complete(write, false));
                }
                return Err(error);
            }
        }
        Ok(self.persist(changed))
    }

    fn acknowledge_batch(
        &mut self,
        member: MemberId,
        batch: &AcknowledgementBatch,
        write: WriteId,
        changed: &mut Vec<StateBatch>,
    ) -> Result<(), ErrorCode> {
        let start = self.start_offset;
        if batch.last_offset < start {
            // Too late, and no harm: it is all archived.
            return Ok(());
        }
        let concerned = self.concerned(batch)?;
        let limit = self.config.delivery_count_limit;
        for in_flight in &mut self.in_flight[concerned] {
            if in_flight.last_offset < start {
                continue;
            }
            let one_by_one = !in_flight.lies_within(batch.first_offset, batch.last_offset)
                || batch.acknowledge_types.len() > 1
                || in_flight.is_divided_by(start);
            if let Some(state) = in_flight.batch_state()
                && !state.state.is_acquired_by(member)
            {
                return Err(ErrorCode::InvalidRecordState);
            }
            if one_by_one {
                in_flight.split();
            }
            let from = batch.first_offset.max(start);
            for (first, last, state) in in_flight.runs_mut() {
                if first < from || last > batch.last_offset {
                    continue;
                }
                if !state.state.is_acquired_by(member) {
                    return Err(ErrorCode::InvalidRecordState);
                }
                let to = match batch.type_at(first) {
                    AcknowledgeType::Accept => DeliveryState::Acknowledged,
                    AcknowledgeType::Release if state.delivery_count < limit => {
                        DeliveryState::Available
                    }
                    AcknowledgeType::Release | AcknowledgeType::Reject | AcknowledgeType::Gap => {
                        DeliveryState::Archived
                    }
                };
                state.begin(write, to);
                changed.push(state_batch(first, last, to, state.delivery_count));
            }
        }
        Ok(())
    }

    /// Which batches in flight are spoken of (fetchSubMapForAcknowledgementBatch).
    fn concerned(&self, batch: &AcknowledgementBatch) -> Result<Range<usize>, ErrorCode> {
        let after = |offset| self.in_flight.partition_point(|b| b.first_offset <= offset);
        let from = match after(batch.first_offset) {
            // The head of the batch is gone; what is left begins at the start offset.
            0 if batch.first_offset < self.start_offset => after(self.start_offset),
            number => number,
        };
        let from = from.checked_sub(1).ok_or(ErrorCode::InvalidRecordState)?;
        let to = after(batch.last_offset);
        let reach = self.in_flight[from..to].last().map(|last| last.last_offset);
        if reach.is_none_or(|reach| batch.last_offset > reach) {
            return Err(ErrorCode::InvalidRequest);
        }
        Ok(from..to)
    }
}

/// What is wrong with a request whatever the records' states
/// (KafkaApis.validateAcknowledgementBatches).
fn validate(batches: &[AcknowledgementBatch]) -> Result<(), ErrorCode> {
    let mut previous = -1;
    for batch in batches {
        let (first, last) = (batch.first_offset, batch.last_offset);
        let types = batch.acknowledge_types.len() as i64;
        let types_fit = types == 1 || types > 1 && types == last - first + 1;
        if first > last || first < previous || !types_fit {
            return Err(ErrorCode::InvalidRequest);
        }
        previous = last;
    }
    Ok(())
}
