//! The application's side of transactions: it begins one with the first record to send, ends it as
//! it is used to or as it is told, aborts what has failed, and closes when it is fenced.

use super::super::producer::Producer;
use super::{Call, State, Transactions, TxnRequest};
use crate::sim::effect::Ctx;
use crate::sim::event::Event;
use crate::sim::id::Partition;
use crate::sim::transacting::TransactionAct;
use crate::sim::wire::ErrorCode;

impl Producer {
    /// The application's thread goes on where a call has returned; true if the sender must know.
    pub(in crate::sim::client) fn call_transactions(&mut self, ctx: &mut Ctx<'_>) -> bool {
        if self.blocked().is_some() {
            return false;
        }
        let Some(transactions) = &mut self.transactions else { return false };
        let time = transactions.transacting.time;
        match (transactions.state, transactions.call) {
            (State::Uninitialized, _) if !self.closing => {
                transactions.state = State::Initializing;
                transactions.call = Some(Call::InitTransactions);
                transactions.enqueue(TxnRequest::InitProducerId, false);
                true
            }
            (State::FatalError, _) => self.give_up(ctx),
            (State::Ready, Some(call)) => {
                transactions.call = None;
                self.call_returned(ctx, call);
                self.take_orders(ctx);
                true
            }
            (State::InTransaction, Some(Call::SendOffsetsToTransaction)) => self.offsets_sent(ctx),
            (State::AbortableError, Some(_)) => {
                self.abort_what_failed(ctx);
                true
            }
            // Who closes in the middle of a transaction aborts it, as soon as all is settled
            // (Sender.run).
            (State::InTransaction | State::AbortableError, None) if self.closing => {
                let done = self.is_done();
                if done {
                    self.end(false);
                }
                done
            }
            (state @ (State::InTransaction | State::AbortableError), None)
                if time.0 > 0 && transactions.begun_at + time <= ctx.now =>
            {
                match state {
                    State::InTransaction => self.end_by_habit(ctx),
                    _ => drop(self.abort_what_failed(ctx)),
                }
                true
            }
            _ => false,
        }
    }

    /// `send()` is about to be called: a transaction begins, if none is open.
    ///
    /// # Errors
    /// Why it throws, if it does; then the transaction is being aborted.
    pub(in crate::sim::client) fn before_send(
        &mut self,
        ctx: &mut Ctx<'_>,
    ) -> Result<(), ErrorCode> {
        let Some(transactions) = &mut self.transactions else { return Ok(()) };
        match transactions.state {
            State::Ready => {
                self.begin(ctx);
                Ok(())
            }
            State::AbortableError => Err(self.abort_what_failed(ctx)),
            _ => Ok(()),
        }
    }

    /// `send()` has put a record into a batch for a partition; true if the sender must know.
    pub(in crate::sim::client) fn after_send(
        &mut self,
        ctx: &mut Ctx<'_>,
        partition: Partition,
    ) -> bool {
        self.add_partition(partition);
        let Some(transactions) = &mut self.transactions else { return false };
        transactions.records += 1;
        let most = transactions.transacting.records;
        if transactions.state == State::InTransaction && most > 0 && transactions.records >= most {
            self.end_by_habit(ctx);
            return true;
        }
        !transactions.new_partitions.is_empty()
    }

    /// `send()` has failed: nobody may commit the transaction without that record
    /// (KafkaProducer.doSend, TransactionManager.maybeTransitionToErrorState).
    pub(in crate::sim::client) fn send_failed(&mut self, error: ErrorCode) {
        let open = |it: &&mut Box<Transactions>| it.state != State::FatalError;
        if let Some(transactions) = self.transactions.as_mut().filter(open) {
            transactions.doubtful(error);
        }
    }

    /// A person wants something of the application; it was checked.
    pub(in crate::sim::client) fn transact(&mut self, ctx: &mut Ctx<'_>, act: TransactionAct) {
        let Some(transactions) = &mut self.transactions else { return };
        let failed = transactions.state == State::AbortableError;
        match act {
            TransactionAct::Begin => self.begin(ctx),
            TransactionAct::Commit if failed => {
                self.abort_what_failed(ctx);
            }
            TransactionAct::Commit => self.end(true),
            TransactionAct::Abort => self.end(false),
            TransactionAct::Divide(transacting) => transactions.transacting = transacting,
        }
        self.take_orders(ctx);
    }

    /// beginTransaction()
    pub(in crate::sim::client) fn begin(&mut self, ctx: &mut Ctx<'_>) {
        let Some(transactions) = &mut self.transactions else { return };
        transactions.begin(ctx.now);
        ctx.tell(Event::TransactionBegun { transactional_id: transactions.id.clone() });
    }

    /// commitTransaction() or abortTransaction()
    pub(in crate::sim::client) fn end(&mut self, committed: bool) {
        let version = self.network.features.transaction_version;
        let Some(transactions) = &mut self.transactions else { return };
        transactions.begin_completing(committed, version);
        transactions.call = Some(match committed {
            true => Call::CommitTransaction,
            false => Call::AbortTransaction,
        });
    }

    fn end_by_habit(&mut self, ctx: &mut Ctx<'_>) {
        let Some(transactions) = &self.transactions else { return };
        let aborts = u64::from(transactions.transacting.aborts);
        let committed = aborts == 0 || ctx.chance(100) >= aborts;
        self.end(committed);
    }

    /// A call has thrown: abortTransaction(). What it threw.
    fn abort_what_failed(&mut self, ctx: &mut Ctx<'_>) -> ErrorCode {
        let Some(transactions) = &self.transactions else { return ErrorCode::None };
        let error = transactions.last_error.unwrap_or(ErrorCode::TransactionAbortable);
        let transactional_id = transactions.id.clone();
        ctx.tell(Event::TransactionFailed { transactional_id, error });
        self.end(false);
        error
    }

    fn call_returned(&mut self, ctx: &mut Ctx<'_>, call: Call) {
        let Some(transactions) = &mut self.transactions else { return };
        let transactional_id = transactions.id.clone();
        match call {
            Call::CommitTransaction => ctx.tell(Event::TransactionCommitted { transactional_id }),
            Call::AbortTransaction => ctx.tell(Event::TransactionAborted { transactional_id }),
            Call::InitTransactions => {
                if let Some(producer) = self.sequences.as_ref().and_then(|it| it.producer()) {
                    ctx.tell(Event::TransactionsInitialized { transactional_id, producer });
                }
            }
            Call::SendOffsetsToTransaction => {}
        }
    }

    /// Whether sendOffsetsToTransaction() has just returned.
    fn offsets_sent(&mut self, ctx: &mut Ctx<'_>) -> bool {
        let Some(transactions) = &mut self.transactions else { return false };
        let taken = transactions.offsets.take_if(|offsets| offsets.pending.is_empty());
        let Some(offsets) = taken else { return false };
        transactions.call = None;
        ctx.tell(Event::OffsetsSentToTransaction {
            transactional_id: transactions.id.clone(),
            group: offsets.metadata.group,
            offsets: offsets.all.into(),
        });
        true
    }

    /// A call has thrown what nobody can recover from: the application closes.
    fn give_up(&mut self, ctx: &mut Ctx<'_>) -> bool {
        let Some(transactions) = &mut self.transactions else { return false };
        let Some(error) = transactions.last_error.take() else { return false };
        transactions.call = None;
        let transactional_id = transactions.id.clone();
        ctx.tell(Event::ProducerFenced { transactional_id, error });
        self.begin_close();
        true
    }
}
