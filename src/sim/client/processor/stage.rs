//! The application's thread: it polls, works on what it got, and ends each piece of work as its
//! `processing.guarantee` asks for.

use std::sync::Arc;

use super::Processor;
use crate::sim::client::offsets::Phase;
use crate::sim::client::poll::Work;
use crate::sim::client::transactions::{ConsumerGroupMetadata, State};
use crate::sim::effect::{Ctx, Order};
use crate::sim::event::Event;
use crate::sim::handling::Act;
use crate::sim::mutant::{Mutant, breaks};
use crate::sim::processing::ProcessingGuarantee;
use crate::sim::scenario::limits;
use crate::sim::time::Time;

/// What the application's thread does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Debug)]
pub enum Stage {
    /// It is in initTransactions(), if it has any.
    #[default]
    Starting,
    /// It polls, or works on what `poll()` returned.
    Working,
    /// It waits until all results are written.
    Flushing,
    /// It is in sendOffsetsToTransaction().
    SendingOffsets,
    /// It is in commitSync() or commitTransaction().
    Committing,
    /// It is in abortTransaction(); then it goes back to what is committed.
    Aborting,
    ClosingConsumer,
    ClosingProducer,
}

impl Processor {
    pub(super) fn close_consumer(&mut self, ctx: &mut Ctx<'_>) {
        if self.stage < Stage::ClosingConsumer {
            self.stage = Stage::ClosingConsumer;
            self.drop_work();
            self.consuming(ctx, |consumer, ctx| consumer.on_close(ctx));
        }
    }

    pub(super) fn consumer_closed(&mut self, ctx: &mut Ctx<'_>) {
        if self.producer.is_closing() {
            ctx.exit();
        } else {
            self.stage = Stage::ClosingProducer;
            self.producing(ctx, |producer, ctx| producer.on_close(ctx));
        }
    }

    /// The application's thread does all that it can.
    pub(super) fn go_on(&mut self, ctx: &mut Ctx<'_>) {
        while self.stage < Stage::ClosingConsumer && self.step(ctx) {
            // In poll() partitions come and go.
            self.mind_stores(ctx);
        }
    }

    fn step(&mut self, ctx: &mut Ctx<'_>) -> bool {
        if std::mem::take(&mut self.thrown) {
            self.drop_work();
            self.stage = Stage::Aborting;
        }
        match self.stage {
            Stage::Starting => match self.producer.transactions() {
                Some(it) if it.state() != State::Ready || it.call().is_some() => false,
                _ => self.poll(ctx),
            },
            Stage::Working => self.work(ctx),
            Stage::Flushing if self.failed && self.producer.transactions().is_none() => {
                // Nobody catches what the future of send() throws.
                ctx.halt();
                false
            }
            Stage::Flushing => {
                let flushed = self.producer.has_flushed();
                if flushed && self.producer.transactions().is_some() {
                    self.send_offsets(ctx);
                } else if flushed {
                    self.stage = Stage::Committing;
                    let order = Order::Act(Act::Commit, None);
                    self.consuming(ctx, |consumer, ctx| consumer.on_order(ctx, &order));
                }
                flushed
            }
            Stage::SendingOffsets | Stage::Committing | Stage::Aborting => self.conclude(ctx),
            Stage::ClosingConsumer | Stage::ClosingProducer => false,
        }
    }

    /// The next piece of work, unless it closes.
    fn poll(&mut self, ctx: &mut Ctx<'_>) -> bool {
        self.worked = false;
        if self.closing {
            self.close_consumer(ctx);
            return false;
        }
        self.stage = Stage::Working;
        // Simplified: it polls with a short timeout, again and again; here one call waits.
        let order = Order::Act(Act::Poll(limits::SPAN), None);
        self.consuming(ctx, |consumer, ctx| consumer.on_order(ctx, &order));
        true
    }

    fn work(&mut self, ctx: &mut Ctx<'_>) -> bool {
        let done = self.consumer.done.as_mut().map(std::mem::take).unwrap_or_default();
        let busy = matches!(self.consumer.work(), Work::Processing { .. });
        let state = self.producer.transactions().map(|it| it.state());
        if (busy || !done.is_empty()) && state == Some(State::Ready) {
            self.producing(ctx, |producer, ctx| producer.begin(ctx));
        }
        self.worked |= !done.is_empty();
        for done in done {
            self.answer(ctx, done);
        }
        match self.consumer.work() {
            _ if self.thrown => true,
            // send() has not returned.
            Work::Waiting if self.worked && self.producer.is_sending() => false,
            Work::Waiting if self.worked => self.end_work(ctx),
            Work::Waiting => self.poll(ctx),
            // KafkaConsumer.wakeup()
            Work::Polling if self.closing => self.poll(ctx),
            _ => false,
        }
    }

    /// All of a `poll()` is processed: offsets, then the end. What has stores flushes first, so
    /// that whoever is given its partitions next finds in the changelog what the offsets cover
    /// (StreamTask.prepareCommit).
    fn end_work(&mut self, ctx: &mut Ctx<'_>) -> bool {
        if self.guarantee == ProcessingGuarantee::AtLeastOnce || self.stores.is_some() {
            self.stage = Stage::Flushing;
            self.producing(ctx, |producer, ctx| producer.flush(ctx));
        } else {
            self.send_offsets(ctx);
        }
        true
    }

    /// sendOffsetsToTransaction()
    fn send_offsets(&mut self, ctx: &mut Ctx<'_>) {
        self.offsets = self.consumer.consumed();
        let offsets = self.offsets.to_vec();
        let metadata = self.group_metadata();
        self.stage = Stage::SendingOffsets;
        if breaks(Mutant::CommitsOutside) {
            let order = Order::Act(Act::Commit, None);
            return self.consuming(ctx, |consumer, ctx| consumer.on_order(ctx, &order));
        }
        self.producing(ctx, |producer, ctx| {
            // Of what was taken away meanwhile there is nothing to say.
            if !offsets.is_empty() {
                producer.send_offsets(offsets, metadata);
            }
            producer.run_sender(ctx);
        });
    }

    /// A call that ends a piece of work has returned, perhaps.
    fn conclude(&mut self, ctx: &mut Ctx<'_>) -> bool {
        let Some(transactions) = self.producer.transactions() else {
            return self.consumer.is_waiting() && self.poll(ctx);
        };
        match (transactions.state(), transactions.call(), self.stage) {
            (State::InTransaction, None, Stage::SendingOffsets) => {
                self.stage = Stage::Committing;
                self.producing(ctx, |producer, ctx| {
                    producer.end(true);
                    producer.run_sender(ctx);
                });
                true
            }
            (State::Ready, None, Stage::Committing) => {
                let (group, offsets) = (self.consumer.group.clone(), Arc::clone(&self.offsets));
                for (partition, offset) in offsets.iter() {
                    if let Some(reading) = self.consumer.readings.get_mut(partition) {
                        reading.committed = Some(*offset);
                    }
                }
                ctx.tell(Event::Committed { group, offsets });
                self.poll(ctx)
            }
            (State::Ready, None, Stage::Aborting) => {
                self.rewind();
                if let Some(stores) = &mut self.stores {
                    stores.corrupted(ctx);
                }
                self.poll(ctx)
            }
            _ => false,
        }
    }

    /// What it had begun is of no use any more.
    fn drop_work(&mut self) {
        self.producer.drop_orders();
        self.worked = false;
        if let Some(done) = &mut self.consumer.done {
            done.clear();
        }
        if !self.consumer.application.is_polling() {
            self.consumer.application.work = Work::Waiting;
        }
    }

    /// ExactlyOnceMessageProcessor.resetToLastCommittedPositions: it asks what is committed, as if
    /// its partitions were new to it.
    fn rewind(&mut self) {
        for reading in self.consumer.readings.values_mut() {
            reading.phase = Phase::Initializing;
            reading.position = None;
            reading.retry_at = Time::ZERO;
        }
    }

    /// KafkaConsumer.groupMetadata.
    fn group_metadata(&self) -> ConsumerGroupMetadata {
        ConsumerGroupMetadata {
            group: self.consumer.group.clone(),
            generation: self.joined.id,
            member: self.joined.member,
            instance_id: self.consumer.instance.clone(),
        }
    }
}
