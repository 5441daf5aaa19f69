//! What clients do that the opening does not need: groups of KIP-848, share groups, transactions
//! (see `sim::extension`).

use super::Consumer;
use super::batch::Batch;
use super::processor::{Happens, Processor};
use super::producer::Producer;
use super::transactions::TxnRequest;
use crate::sim::effect::Ctx;
use crate::sim::id::{BrokerId, Partition};
use crate::sim::time::Time;
use crate::sim::transacting::TransactionAct;
use crate::sim::wire::{ErrorCode, Response};

/// The table of it.
#[derive(Debug)]
pub(in crate::sim) struct ClientExtension {
    /// The group half of `poll()`, of a member of a group of KIP-848.
    pub coordinate: fn(&mut Consumer, &mut Ctx<'_>),
    /// One round of its thread that sends heartbeats.
    pub beat: fn(&mut Consumer, &mut Ctx<'_>),
    /// The answer to a heartbeat.
    pub on_heartbeat: fn(&mut Consumer, &mut Ctx<'_>, &Response),
    /// There will be no answer.
    pub heartbeat_failed: fn(&mut Consumer, &mut Ctx<'_>),
    /// Says good-bye; whether there was somebody to say it to.
    pub leave: fn(&mut Consumer, &mut Ctx<'_>) -> bool,
    /// `poll()` of a member of a share group.
    pub share_poll: fn(&mut Consumer, &mut Ctx<'_>) -> bool,
    /// Its `commitSync()` goes on.
    pub share_commit: fn(&mut Consumer, &mut Ctx<'_>) -> bool,
    /// A broker has answered it, or will not; whether acknowledgements rode along with a fetch.
    pub share_answer: fn(&mut Consumer, &mut Ctx<'_>, BrokerId, bool, Option<&Response>),
    /// An application with transactions is about to call `send()`; why that throws, if it does.
    pub before_send: fn(&mut Producer, &mut Ctx<'_>) -> Result<(), ErrorCode>,
    /// It has called it; whether the sender must know.
    pub after_send: fn(&mut Producer, &mut Ctx<'_>, Partition) -> bool,
    /// It has called it, and the record will not be sent.
    pub send_failed: fn(&mut Producer, ErrorCode),
    /// Its thread goes on; whether the sender must know.
    pub call_transactions: fn(&mut Producer, &mut Ctx<'_>) -> bool,
    /// The sender's round; until when it sends no batches, if so.
    pub run_transactions: fn(&mut Producer, &mut Ctx<'_>) -> Option<Time>,
    /// A coordinator has answered, or will not.
    pub transaction_answered: fn(&mut Producer, &mut Ctx<'_>, TxnRequest, Option<&Response>),
    /// A batch of a transaction was given up; whether it surely was not written.
    pub batch_failed: fn(&mut Producer, &Batch, ErrorCode, bool),
    /// A person wants something of its transaction.
    pub transact: fn(&mut Producer, &mut Ctx<'_>, TransactionAct),
    /// Something happens to a stream processor.
    pub processor: fn(&mut Processor, &mut Ctx<'_>, Happens<'_>),
}

/// All of it.
pub(in crate::sim) const CLIENT_EXTENSION: ClientExtension = ClientExtension {
    coordinate: Consumer::coordinate_modern,
    beat: |consumer, ctx| {
        consumer.beat_modern(ctx);
        consumer.send_share_acknowledges(ctx, false);
    },
    on_heartbeat: |consumer, ctx, response| match response {
        Response::ConsumerGroupHeartbeat(response) => consumer.on_modern_heartbeat(ctx, response),
        Response::ShareGroupHeartbeat(response) => {
            consumer.on_modern_heartbeat(ctx, &response.clone().into());
        }
        _ => {}
    },
    heartbeat_failed: Consumer::modern_heartbeat_failed,
    leave: Consumer::leave_modern,
    share_poll: Consumer::poll_share,
    share_commit: Consumer::share_commit_goes_on,
    share_answer: Consumer::on_share_answer,
    before_send: Producer::before_send,
    after_send: Producer::after_send,
    send_failed: Producer::send_failed,
    call_transactions: Producer::call_transactions,
    run_transactions: Producer::run_transactions,
    transaction_answered: Producer::on_transaction_answer,
    batch_failed: Producer::batch_failed,
    transact: Producer::transact,
    processor: Processor::on,
};
