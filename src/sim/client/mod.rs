//! What lives here: producers and consumers, as Kafka's own clients behave.
//! Who may knock: the engine, with one thing to handle at a time; pictures and panels to look.
//! Never here: brokers and controllers. They meet on the wire.

pub mod producer; // the application that sends, KafkaProducer
mod sending; // its pace, and send() that does not return
mod sender; // the producer's thread that talks to brokers
pub mod transactions; // what is written together
pub mod sequences; // idempotence: producer id, sequence numbers
pub mod accumulator; // batches that wait
pub mod batch; // one batch
pub mod partitioner;
pub mod processor; // both in one process
pub mod consumer; // KafkaConsumer
pub mod poll; // the application that polls
pub mod membership; // when it must join anew
pub mod modern; // the protocol of KIP-848
mod acknowledgements; // what members of share groups say of their records
pub mod share; // share groups, KafkaShareConsumer
mod joining; // JoinGroup and SyncGroup
pub(super) mod leading; // sharing out
mod handler; // and works on records
mod acts; // and is told to do other things
pub mod assignor;
pub mod coordinator; // finding it, heartbeats, leaving
pub mod offsets; // positions and commits
pub mod fetcher; // records that wait for poll()
pub mod isolation; // what of it the application gets
pub mod metadata; // what a client knows of the cluster
pub mod in_flight; // requests under way, connections
mod alarm;
pub(super) mod extension; // what the opening does not need
#[cfg(test)]
mod acts_tests;
#[cfg(test)]
mod consumer_tests;
#[cfg(test)]
mod in_flight_tests;
#[cfg(test)]
mod producer_tests;
#[cfg(test)]
mod rig;
#[cfg(test)]
mod sequences_tests;
#[cfg(test)]
mod transactions_tests;

use std::sync::Arc;

use super::effect::{Ctx, Order, Timer};
use super::id::{BrokerId, Name};
use super::time::Time;
use super::wire::Envelope;
pub use consumer::Consumer;
use processor::Happens;
pub use processor::Processor;
pub use producer::Producer;

/// An application with its Kafka client.
#[derive(Clone, Debug)]
pub enum Client {
    Producer(Box<Producer>),
    Consumer(Box<Consumer>),
    Processor(Box<Processor>),
}

impl Client {
    pub fn name(&self) -> &Name {
        match self {
            Client::Producer(producer) => &producer.name,
            Client::Consumer(consumer) => &consumer.name,
            Client::Processor(processor) => &processor.name,
        }
    }

    pub fn as_producer(&self) -> Option<&Producer> {
        match self {
            Client::Producer(producer) => Some(producer),
            Client::Consumer(_) | Client::Processor(_) => None,
        }
    }

    /// A consumer, or what a processor reads with.
    pub fn as_consumer(&self) -> Option<&Consumer> {
        match self {
            Client::Consumer(consumer) => Some(consumer),
            Client::Processor(processor) => Some(processor.consumer()),
            Client::Producer(_) => None,
        }
    }

    pub fn as_processor(&self) -> Option<&Processor> {
        match self {
            Client::Processor(processor) => Some(processor),
            Client::Producer(_) | Client::Consumer(_) => None,
        }
    }

    /// Brokers that told it to send nothing for a while, each with the end of that, which may be
    /// past.
    pub fn throttled(&self) -> Vec<(BrokerId, Time)> {
        match self {
            Client::Producer(producer) => producer.network.throttled().collect(),
            Client::Consumer(consumer) => consumer.network.throttled().collect(),
            Client::Processor(processor) => {
                let consumes = processor.consumer().network.throttled();
                consumes.chain(processor.producer().network.throttled()).collect()
            }
        }
    }

    pub(super) fn on_start(&mut self, ctx: &mut Ctx<'_>) {
        match self {
            Client::Producer(producer) => producer.on_start(ctx),
            Client::Consumer(consumer) => consumer.on_start(ctx),
            Client::Processor(processor) => happens(processor, ctx, Happens::Start),
        }
    }

    pub(super) fn on_message(&mut self, ctx: &mut Ctx<'_>, envelope: &Arc<Envelope>) {
        match self {
            Client::Producer(producer) => producer.on_message(ctx, envelope),
            Client::Consumer(consumer) => consumer.on_message(ctx, envelope),
            Client::Processor(processor) => happens(processor, ctx, Happens::Message(envelope)),
        }
    }

    pub(super) fn on_timer(&mut self, ctx: &mut Ctx<'_>, timer: Timer) {
        match self {
            Client::Producer(producer) => producer.on_timer(ctx, timer),
            Client::Consumer(consumer) => consumer.on_timer(ctx, timer),
            Client::Processor(processor) => happens(processor, ctx, Happens::Timer(timer)),
        }
    }

    /// `close()`: finish what is under way, then exit.
    pub(super) fn on_close(&mut self, ctx: &mut Ctx<'_>) {
        match self {
            Client::Producer(producer) => producer.on_close(ctx),
            Client::Consumer(consumer) => consumer.on_close(ctx),
            Client::Processor(processor) => happens(processor, ctx, Happens::Close),
        }
    }

    pub(super) fn on_order(&mut self, ctx: &mut Ctx<'_>, order: &Order) {
        match self {
            Client::Producer(producer) => producer.on_order(ctx, order),
            Client::Consumer(consumer) => consumer.on_order(ctx, order),
            Client::Processor(processor) => happens(processor, ctx, Happens::Order(order)),
        }
    }

    /// The process is gone and its memory with it.
    pub(super) fn power_off(&mut self) {
        match self {
            Client::Producer(producer) => producer.power_off(),
            Client::Consumer(consumer) => consumer.power_off(),
            Client::Processor(processor) => processor.power_off(),
        }
    }
}

/// Processors come with the extension.
fn happens(processor: &mut Processor, ctx: &mut Ctx<'_>, what: Happens<'_>) {
    if let Some(extension) = ctx.extension {
        (extension.client.processor)(processor, ctx, what);
    }
}
