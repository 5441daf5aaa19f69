//! Ctx and Effect: all that a handler may see and do. No world in it, on purpose: the engine
//! performs the effects after the handler has returned.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::connection::{Connection, ConnectionKey};
use super::dice::Dice;
use super::event::Event;
use super::extension::Extension;
use super::handling::Act;
use super::id::{BrokerId, Key, Name, Node, Partition, Seq};
use super::log::remote::RemoteStorage;
use super::ordered::Map;
use super::scenario::Workload;
use super::time::{Span, Time};
use super::transacting::TransactionAct;
use super::wire::{Body, Channel, Envelope, Request, Response};

/// A node's own alarm clock; arming one again replaces it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Timer {
    // Broker.
    /// Next registration or heartbeat to the controller (BrokerLifecycleManager).
    Lifecycle,
    /// The request in flight to the controller on this channel took too long, or its retry is due.
    ToController(Channel),
    /// Look for followers that lag (ReplicaManager.maybeShrinkIsr).
    IsrShrink,
    /// Write high watermarks to disk (ReplicaManager.checkpointHighWatermarks).
    HighWatermarkCheckpoint,
    /// Look for segments to delete (LogManager.cleanupLogs).
    Retention,
    /// Look for logs to compact (LogCleaner).
    LogCleaner,
    /// The operating system writes what has been in the page cache for long.
    WriteBack,
    /// Look for producers that have gone quiet.
    ProducerIdExpiration,
    /// Fetch from this leader: retry after a failure, or give up waiting for the answer.
    ReplicaFetch(BrokerId),
    /// The earliest deadline of requests that wait.
    Purgatory,
    /// The earliest deadline of the groups this broker coordinates.
    Groups,
    /// The earliest end of an acquisition lock (SharePartition).
    ShareLocks,
    /// A request to a share coordinator is due again, or has waited too long.
    SharePersister,
    /// Look for transactions that have been open for too long
    /// (TransactionCoordinator.abortTimedOutTransactions).
    AbortTimedOutTransactions,
    /// Look for transactional ids that nobody has used for long
    /// (TransactionStateManager.removeExpiredTransactionalIds).
    RemoveExpiredTransactionalIds,
    /// A marker is due again, or has waited too long for its answer.
    TxnMarkers,
    /// The same of partitions that are to be added to a transaction, or verified.
    AddPartitionsToTxn,
    /// Look for offsets and groups that nobody has used for long
    /// (GroupCoordinatorShard.cleanupGroupMetadata).
    GroupMetadataExpiration,
    // Controller.
    /// The earliest broker session may have expired.
    Sessions,
    /// Time to give leaderships back to preferred replicas (`auto.leader.rebalance.enable`).
    LeaderBalance,
    /// Time to look for partitions that may have any leader (`unclean.leader.election.enable`).
    UncleanElections,
    /// Timeouts of the quorum (KafkaRaftClient.poll).
    Quorum,
    /// A controller that was told to end does not wait any longer for a successor.
    Shutdown,
    // Clients.
    /// The application hands over its next record.
    Workload,
    /// The sender thread has something to look at (Sender.runOnce).
    Sender,
    /// Metadata is due for a refresh or a retry.
    Metadata,
    /// The earliest deadline of requests in flight.
    Requests,
    /// The poll loop goes round again.
    Poll,
    /// The application has finished a record.
    Processed,
    /// The heartbeat thread wakes up.
    Heartbeat,
    /// A retry of the group protocol or of an offset request.
    Coordinator,
    /// A retry of fetching after an error.
    Fetch,
    /// The same as Metadata and Requests, for the producer within a stream processor.
    ProducerMetadata,
    ProducerRequests,
    // More of brokers.
    /// The earliest end of the time for which a client's connection is not read.
    Throttling,
    /// A task of the RemoteLogManager is due, or remote storage has done something.
    RemoteLog,
    // More of clients.
    /// The same as Metadata, Requests, Fetch and Poll, for the consumer that restores the stores of
    /// a stream processor.
    RestoreMetadata,
    RestoreRequests,
    RestoreFetch,
    RestorePoll,
}

/// Whom to answer: kept by a server with a request that waits.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ReplyTo {
    pub node: Node,
    pub channel: Channel,
    pub connection: u32,
    pub request: Seq,
}

impl ReplyTo {
    /// The return address of a request.
    pub fn of(request: &Envelope) -> ReplyTo {
        ReplyTo {
            node: request.from,
            channel: request.channel,
            connection: request.connection,
            request: request.id,
        }
    }
}

/// What a handler wants done. What it says goes to the heap at once, where its envelope finds it.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Put a request on the wire.
    Request {
        id: Seq,
        to: Node,
        channel: Channel,
        body: Arc<Body>,
    },
    /// Answer a request.
    Reply {
        to: ReplyTo,
        body: Arc<Body>,
    },
    /// Close a connection that this node opened; what is under way on it is lost.
    Close {
        to: Node,
        channel: Channel,
    },
    /// Tell this node when the opener of a connection has hung up.
    Watch(ReplyTo),
    Arm {
        timer: Timer,
        at: Time,
    },
    Disarm(Timer),
    /// Something happened that people or gauges may want to know.
    Tell(Event),
    /// The process ends by itself, as after a controlled shutdown.
    Exit,
    /// It ends at once (Exit.halt, or an exception that nobody catches): nothing that it was
    /// about to do is done.
    Halt,
}

/// What a person wants of one application.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Order {
    /// One record now, with this key or none.
    Produce(Option<Key>),
    /// The same with a record that nobody can work on.
    ProducePoison(Option<Key>),
    /// The same with a record that says that the key has no value any more.
    ProduceTombstone(Key),
    /// A new rate, size or number of keys.
    Workload(Workload),
    /// A new processing time per record.
    Processing(Span),
    /// A config value, checked already.
    Configure { name: Name, value: i64 },
    /// Something that a producing application does with its transaction.
    Transact(TransactionAct),
    /// Something for a consuming application, with the partition that it is about.
    Act(Act, Option<Partition>),
}

/// The only window that a handler has.
pub struct Ctx<'a> {
    pub now: Time,
    pub(super) me: Node,
    pub(super) dice: &'a mut Dice,
    pub(super) next: &'a mut Seq,
    pub(super) out: &'a mut Vec<Effect>,
    /// Milliseconds by which this node's wall clock is ahead.
    pub(super) clock_ahead: i64,
    pub(super) connections: &'a Map<ConnectionKey, Connection>,
    /// Remote storage, which all brokers share.
    pub(super) remote: &'a mut RemoteStorage,
    /// None as long as it is not here yet.
    pub(super) extension: Option<&'static Extension>,
}

impl Ctx<'_> {
    /// What this node's wall clock shows: CreateTime of records, and the age of old ones.
    pub fn wall(&self) -> Time {
        self.now.on_wall(self.clock_ahead)
    }

    /// Sends a request; the returned number is its correlation id.
    pub fn request(&mut self, to: Node, channel: Channel, request: Request) -> Seq {
        self.request_again(to, channel, Arc::new(Body::Request(request)))
    }

    /// Sends a request that was sent before.
    pub fn request_again(&mut self, to: Node, channel: Channel, body: Arc<Body>) -> Seq {
        let id = *self.next;
        self.next.0 += 1;
        self.out.push(Effect::Request { id, to, channel, body });
        id
    }

    /// Answers a request.
    pub fn reply(&mut self, to: ReplyTo, response: Response) {
        self.out.push(Effect::Reply { to, body: Arc::new(Body::Response(response)) });
    }

    /// Whether the kernel takes an answer: the other end has not refused an earlier one.
    pub fn can_answer(&self, to: ReplyTo) -> bool {
        let key = ConnectionKey::new(to.node, self.me, to.channel);
        self.connections.get(&key).is_none_or(|it| it.hears(to.connection, self.now))
    }

    /// Closes the connection that a request came on, instead of an answer.
    pub fn hang_up(&mut self, to: ReplyTo) {
        self.out.push(Effect::Reply { to, body: Arc::new(Body::Disconnect) });
    }

    /// Lets this node hear of it when the opener of a connection hangs up: it gets what the
    /// opener's kernel sends then, behind all requests (ConnectionDisconnectListener).
    pub fn watch(&mut self, to: ReplyTo) {
        self.out.push(Effect::Watch(to));
    }

    /// Closes a connection that this node opened.
    pub fn close(&mut self, to: Node, channel: Channel) {
        self.out.push(Effect::Close { to, channel });
    }

    /// Lets a timer ring at `at` (or at once, if that is past).
    pub fn arm(&mut self, timer: Timer, at: Time) {
        self.out.push(Effect::Arm { timer, at });
    }

    /// Lets a timer ring after `span`.
    pub fn arm_in(&mut self, timer: Timer, span: Span) {
        self.arm(timer, self.now + span);
    }

    pub fn disarm(&mut self, timer: Timer) {
        self.out.push(Effect::Disarm(timer));
    }

    pub fn tell(&mut self, event: Event) {
        self.out.push(Effect::Tell(event));
    }

    /// Ends this process in good order.
    pub fn exit(&mut self) {
        self.out.push(Effect::Exit);
    }

    /// Ends this process at once: a broker that cannot write, an application that threw.
    pub fn halt(&mut self) {
        self.out.push(Effect::Halt);
    }

    /// Uniform in `0..bound`, from this node's own stream of chance.
    pub fn chance(&mut self, bound: u64) -> u64 {
        self.dice.of(self.me).below(bound)
    }

    /// Kafka's ExponentialBackoff: `base * 2^attempts` up to `most`, with 20 % jitter either way.
    pub fn backoff(&mut self, base: Span, most: Span, attempts: u32) -> Span {
        let grown = base.0.saturating_mul(1u64 << attempts.min(20));
        let term = grown.min(most.0.max(base.0));
        let jitter = self.chance(term.saturating_mul(2) / 5 + 1);
        Span((term - term / 5 + jitter).min(most.0.max(base.0)))
    }
}
