//! Ending transactions: because their producers say so, or against their will
//! (TransactionCoordinator.endTransaction, abortTimedOutTransactions).

use super::later::{Asker, Later, REQUEST_TIMEOUT};
use super::metadata::Ending;
use crate::sim::broker::Running;
use crate::sim::effect::{Ctx, ReplyTo, Timer};
use crate::sim::event::Event;
use crate::sim::id::{Epoch, Name};
use crate::sim::time::Span;
use crate::sim::wire::{EndTxnRequest, ErrorCode, TransactionRecord};

impl Running<'_> {
    pub(in crate::sim::broker) fn end_txn(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        request: &EndTxnRequest,
    ) {
        let asker = Asker::EndTxn(to);
        let two = self.config.transaction_version_two();
        match self.try_end_txn(ctx, request, two) {
            Ok(Ending::Write(value)) => {
                self.write_transition(ctx, &request.transactional_id, value, asker);
            }
            Ok(Ending::Done(producer)) => {
                self.answer_asker(ctx, asker, Ok(two.then_some(producer)));
            }
            Err(error) => self.answer_asker(ctx, asker, Err(error)),
        }
    }

    fn try_end_txn(
        &mut self,
        ctx: &mut Ctx<'_>,
        request: &EndTxnRequest,
        two: bool,
    ) -> Result<Ending, ErrorCode> {
        let id = &request.transactional_id;
        let wants = two && self.transactional(id)?.ends_its_epochs();
        let new_id = self.new_producer_id(ctx, wants);
        let now = ctx.wall();
        let known = self.transactional(id)?;
        known.end(request.producer, request.committed, two, new_id, now)
    }

    /// Aborts an open transaction in an epoch that nobody has.
    ///
    /// # Errors
    /// COORDINATOR_LOAD_IN_PROGRESS for want of an id.
    pub(super) fn fence_transaction(
        &mut self,
        ctx: &mut Ctx<'_>,
        id: &Name,
        asker: Asker,
    ) -> Result<(), ErrorCode> {
        let two = self.config.transaction_version_two();
        let wants = two && self.transactional(id)?.ends_its_epochs();
        let new_id = self.new_producer_id(ctx, wants);
        let now = ctx.wall();
        let known = self.transactional(id)?;
        let producer = known.producer();
        let value = known.fence(two, new_id, now)?;
        let transactional_id = id.clone();
        ctx.tell(match asker {
            Asker::Nobody(_) => Event::TransactionTimedOut { transactional_id, producer },
            _ => Event::TransactionFenced { transactional_id, producer },
        });
        self.write_transition(ctx, id, value, asker);
        Ok(())
    }

    pub(super) fn abort_interval(&self) -> Span {
        Span::from_config_ms(
            self.config.transaction_abort_timed_out_transaction_cleanup_interval_ms,
        )
    }

    pub(super) fn remove_expired_interval(&self) -> Span {
        Span::from_config_ms(self.config.transaction_remove_expired_transaction_cleanup_interval_ms)
    }

    pub(in crate::sim::broker) fn abort_timed_out_transactions(&mut self, ctx: &mut Ctx<'_>) {
        if self.live.transactions.led.is_empty() {
            return;
        }
        ctx.arm_in(Timer::AbortTimedOutTransactions, self.abort_interval());
        let now = ctx.wall();
        let late = self.live.transactions.known.iter().filter(|(_, it)| it.is_timed_out(now));
        let late: Vec<Name> = late.map(|(id, _)| id.clone()).collect();
        for id in late {
            // For want of a producer id it is tried again next time.
            let _ = self.fence_transaction(ctx, &id, Asker::Nobody(true));
        }
    }

    pub(in crate::sim::broker) fn remove_expired_transactional_ids(&mut self, ctx: &mut Ctx<'_>) {
        if self.live.transactions.led.is_empty() {
            return;
        }
        ctx.arm_in(Timer::RemoveExpiredTransactionalIds, self.remove_expired_interval());
        let (now, after) =
            (ctx.wall(), Span::from_config_ms(self.config.transactional_id_expiration_ms));
        let known = self.live.transactions.known.iter();
        let expired = known.filter(|(_, known)| known.is_expired(now, after));
        let expired: Vec<Name> = expired.map(|(id, _)| id.clone()).collect();
        for id in expired {
            let Ok((_, epoch)) = self.coordinated(&id) else { continue };
            if let Some(known) = self.live.transactions.known.get_mut(&id) {
                known.prepare_dead();
            }
            let record = TransactionRecord { transactional_id: id.clone(), value: None };
            let later = Later::Tombstone { id, epoch };
            self.write_transaction_record(ctx, record, REQUEST_TIMEOUT, later);
        }
    }

    pub(super) fn tombstone_settled(&mut self, id: &Name, epoch: Epoch, error: ErrorCode) {
        if self.coordinated(id).map(|(_, now)| now) != Ok(epoch) {
            return;
        }
        let known = &mut self.live.transactions.known;
        if error == ErrorCode::None {
            known.remove(id);
        } else if let Some(known) = known.get_mut(id) {
            known.pending = None;
        }
    }
}
