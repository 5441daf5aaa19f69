//! What a person can do to the cluster, and why a wish may be refused.
//!
//! A command is checked whole before anything changes: a refusal leaves the world as it was.

use serde::{Deserialize, Serialize};

use super::handling::Act;
use super::id::{BrokerId, ClientId, Key, Name, Node, Offset, Seq};
use super::processing::ProcessingGuarantee;
use super::scenario::{
    BrokerSpec, ConsumerSpec, LinkSpec, ProcessorSpec, ProducerSpec, TopicSpec, Workload,
};
use super::time::Span;
use super::transacting::TransactionAct;
use super::wire::ElectionType;

/// Whose config is changed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum ConfigTarget {
    /// All brokers and controllers.
    Cluster,
    Topic(Name),
    Client(ClientId),
}

/// One thing done by a person. Variants are only ever added at the end: links hold them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Command {
    /// kill -9: memory is gone, what was written stays.
    Crash(Node),
    /// Starts what is down.
    Start(Node),
    /// A controlled shutdown of a broker; a client closes in good order.
    Stop(Node),
    /// SIGSTOP: the process freezes with its connections open.
    Pause(Node),
    Resume(Node),
    /// Every message takes this much longer to handle; zero heals.
    Slow {
        node: Node,
        delay: Span,
    },
    /// Nothing passes between the two, either way, until healed. TCP keeps trying.
    CutLink(Node, Node),
    HealLink(Node, Node),
    SetLink {
        a: Node,
        b: Node,
        spec: LinkSpec,
    },
    AddBroker(BrokerSpec),
    /// Only a broker that is down and holds no replica can go.
    RemoveBroker(BrokerId),
    CreateTopic(TopicSpec),
    /// To this many in all.
    AddPartitions {
        topic: Name,
        count: u32,
    },
    /// A value as in a `.properties` file.
    SetConfig {
        target: ConfigTarget,
        name: Name,
        value: Name,
    },
    AddProducer(ProducerSpec),
    AddConsumer(ConsumerSpec),
    /// Closes the client in good order and takes it away.
    RemoveClient(ClientId),
    SetWorkload {
        client: ClientId,
        workload: Workload,
    },
    /// How long a consumer works on one record.
    SetProcessing {
        client: ClientId,
        processing: Span,
    },
    /// One record now.
    Produce {
        client: ClientId,
        key: Option<Key>,
    },
    /// kafka-leader-election.sh for all partitions of a topic.
    ElectLeaders {
        topic: Name,
        election: ElectionType,
    },
    /// The machine of a broker loses its power: the process and what the disk had not yet got.
    PowerLoss(BrokerId),
    /// What the one sends does not reach the other any more.
    CutDirection {
        from: Node,
        to: Node,
    },
    HealDirection {
        from: Node,
        to: Node,
    },
    /// How messages travel one way.
    SetDirection {
        from: Node,
        to: Node,
        spec: LinkSpec,
    },
    /// Cuts every link between these nodes and all others: two islands.
    Split(Vec<Node>),
    /// Heals every cut.
    HealAll,
    /// The connection on which this message flies is reset; it and all behind it are lost.
    ResetConnection(Seq),
    /// Whatever a broker writes takes this much longer; zero heals.
    SlowDisk {
        broker: BrokerId,
        delay: Span,
    },
    /// Nothing more can be written to the disk of a broker.
    FillDisk(BrokerId),
    FreeDisk(BrokerId),
    /// As ResetConnection, for the message from the one to the other that arrives next.
    ResetNext {
        from: Node,
        to: Node,
    },
    /// kafka-reassign-partitions.sh --execute for one partition: these replicas, the preferred one
    /// first.
    ReassignPartition {
        topic: Name,
        partition: u32,
        replicas: Vec<BrokerId>,
    },
    /// kafka-reassign-partitions.sh --cancel for one partition.
    CancelReassignment {
        topic: Name,
        partition: u32,
    },
    /// kafka-reassign-partitions.sh --generate for all brokers in service, then --execute.
    SpreadReplicas {
        topic: Name,
    },
    /// A wall clock that is ahead, or behind below zero; zero sets it right.
    SetClock {
        node: Node,
        ahead_ms: i64,
    },
    /// What the code of a consuming application does out of its usual order.
    Consume {
        client: ClientId,
        act: Act,
    },
    /// One record now that no application can work on: a poison pill.
    ProducePoison {
        client: ClientId,
        key: Option<Key>,
    },
    /// Another `processing.guarantee` in a stream processor's configs: its process reads them when
    /// it starts.
    SetGuarantee {
        client: ClientId,
        guarantee: ProcessingGuarantee,
    },
    /// What the code of a producing application does with its transaction.
    Transact {
        client: ClientId,
        act: TransactionAct,
    },
    /// One record now without a value: where a topic is compacted, its key goes in the end.
    ProduceTombstone {
        client: ClientId,
        key: Key,
    },
    /// kafka-delete-records.sh for one partition: its log begins at this offset, or at the high
    /// watermark for -1.
    DeleteRecords {
        topic: Name,
        partition: u32,
        offset: Offset,
    },
    /// kafka-configs.sh --alter for a client id, or with `--entity-default` for all that have no
    /// quota of their own. Bytes per second on each broker; what is none is not limited any more.
    SetClientQuota {
        client: Option<ClientId>,
        producer_byte_rate: Option<u64>,
        consumer_byte_rate: Option<u64>,
    },
    /// kafka-transactions.sh abort: writes an abort marker for the transaction that is open in a
    /// partition since this offset, whatever its coordinator knows of it (KIP-664).
    AbortHangingTransaction {
        topic: Name,
        partition: u32,
        start_offset: Offset,
    },
    /// Another instance of an application that reads, transforms and writes.
    AddProcessor(ProcessorSpec),
}

/// Why a command changes nothing. Each carries what a person needs to do better.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, thiserror::Error)]
pub enum Refusal {
    #[error("{0:?} does not exist")]
    UnknownNode(Node),
    #[error("topic {0} does not exist")]
    UnknownTopic(Name),
    #[error("{0:?} is down")]
    NotRunning(Node),
    #[error("{0:?} is running")]
    AlreadyRunning(Node),
    #[error("{0:?} is paused")]
    AlreadyPaused(Node),
    #[error("{0:?} is not paused")]
    NotPaused(Node),
    /// The command makes no sense for this kind of node.
    #[error("that cannot be done to {0:?}")]
    NotPossible(Node),
    #[error("a link needs two different nodes")]
    LinkToItself,
    #[error("that link is cut already")]
    LinkAlreadyCut,
    #[error("that link is not cut")]
    LinkNotCut,
    /// Kafka's rule: letters, digits, `.`, `_` and `-`, at most 249, not `.` or `..`.
    #[error("{0:?} is no valid name: letters, digits, '.', '_' and '-' only, 1 to 249 of them")]
    InvalidName(Name),
    #[error("the name {0} is taken")]
    NameTaken(Name),
    #[error("the name {0} is reserved for Kafka itself")]
    NameReserved(Name),
    /// A number outside its bounds; `what` is a key of the locale.
    #[error("{what} must be from {min} to {max}, not {value}")]
    OutOfBounds { what: Quantity, value: i64, min: i64, max: i64 },
    #[error("replication factor {wanted} is more than the {brokers} brokers that are up")]
    ReplicationFactorAboveBrokers { wanted: u32, brokers: u32 },
    /// Partitions can only be added.
    #[error("{topic} has {have} partitions; it can only get more")]
    PartitionsOnlyGrow { topic: Name, have: u32 },
    #[error("there is no config {0} here")]
    UnknownConfig(Name),
    #[error("{value:?} is no value for {name}")]
    InvalidConfig { name: Name, value: Name },
    /// `delivery.timeout.ms` must be at least `linger.ms` + `request.timeout.ms`.
    #[error("delivery.timeout.ms must be at least linger.ms + request.timeout.ms")]
    DeliveryTimeoutTooShort,
    /// `enable.idempotence` needs acks=all, retries and at most five requests in flight.
    #[error("enable.idempotence needs acks=all, retries above 0 and at most 5 requests in flight")]
    IdempotenceImpossible,
    /// `heartbeat.interval.ms` must be below `session.timeout.ms`.
    #[error("heartbeat.interval.ms must be below session.timeout.ms")]
    HeartbeatNotBelowSession,
    #[error("at most {most} of these are possible")]
    TooMany { what: Quantity, most: u32 },
    #[error("broker {0} still holds replicas")]
    HoldsReplicas(BrokerId),
    /// In combined mode each controller shares the process of a broker.
    #[error("there is no broker {0} for the controller of that number")]
    NoHost(BrokerId),
    /// The voters of a quorum are fixed.
    #[error("broker {0} is a controller, too")]
    HostsController(BrokerId),
    #[error("broker {0} is named twice for one partition")]
    ReplicaTwice(BrokerId),
    #[error("an island needs a node inside and one outside that it could talk to")]
    NoIsland,
    #[error("no link is cut")]
    NothingCut,
    /// It has arrived or was lost, or its connection is closing or not open yet.
    #[error("that message is not on its way on an open connection")]
    NotInFlight,
    #[error("nothing is on its way there on an open connection")]
    NothingInFlight,
    #[error("the disk of broker {0} is full already")]
    DiskIsFull(BrokerId),
    #[error("the disk of broker {0} is not full")]
    DiskNotFull(BrokerId),
    #[error("{topic} has no partition {index}")]
    UnknownPartition { topic: Name, index: u32 },
    #[error("{topic}-{index} is on these replicas already")]
    NothingToReassign { topic: Name, index: u32 },
    #[error("{topic}-{index} is not being reassigned")]
    NotReassigning { topic: Name, index: u32 },
    /// KafkaConsumer throws IllegalStateException.
    #[error("{topic}-{index} is not assigned to that consumer now")]
    NotAssigned { topic: Name, index: u32 },
    #[error("{0:?} polls by itself")]
    PollsByItself(Node),
    /// Its thread is in `poll()`, at work or in a commit.
    #[error("{0:?} is busy")]
    Busy(Node),
    /// It has no `transactional.id`.
    #[error("{0:?} has no transactional.id")]
    NotTransactional(Node),
    /// KafkaProducer throws IllegalStateException.
    #[error("{0:?} has no open transaction")]
    NoTransaction(Node),
    /// Its thread is in initTransactions(), commitTransaction() or abortTransaction().
    #[error("{0:?} is in a call about transactions")]
    InTransactionCall(Node),
    #[error("{0:?} has an open transaction already")]
    TransactionOpen(Node),
    #[error("{0:?} begins and ends its transactions by itself")]
    TransactsByItself(Node),
    /// A `transactional.id` needs idempotence (ProducerConfig).
    #[error("transactional.id needs enable.idempotence, which other configs make impossible")]
    TransactionsNeedIdempotence,
}

/// What a number counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Quantity {
    Rate,
    Keys,
    RecordBytes,
    Partitions,
    ReplicationFactor,
    Brokers,
    Clients,
    Topics,
    /// Milliseconds.
    Processing,
    /// Milliseconds.
    Delay,
    /// Milliseconds.
    Latency,
    /// Seconds, ahead or behind.
    Clock,
    Controllers,
    Nodes,
    Repetitions,
    /// Milliseconds.
    Jitter,
    /// Bytes per second.
    Bandwidth,
    /// Seconds.
    Later,
    /// Seconds.
    Until,
    Offset,
    /// Of a hundred.
    Aborts,
    /// Of one transaction.
    Records,
    /// Percent.
    Tombstones,
    /// Bytes per second.
    ByteRate,
}

impl std::fmt::Display for Quantity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Quantity::Rate => "rate",
            Quantity::Keys => "keys",
            Quantity::RecordBytes => "record bytes",
            Quantity::Partitions => "partitions",
            Quantity::ReplicationFactor => "replication factor",
            Quantity::Brokers => "brokers",
            Quantity::Clients => "clients",
            Quantity::Topics => "topics",
            Quantity::Processing => "processing time in ms",
            Quantity::Delay => "delay in ms",
            Quantity::Latency => "latency in ms",
            Quantity::Clock => "clock in s",
            Quantity::Controllers => "controllers",
            Quantity::Nodes => "nodes",
            Quantity::Repetitions => "repetitions",
            Quantity::Jitter => "jitter in ms",
            Quantity::Bandwidth => "bandwidth in B/s",
            Quantity::Later => "time in s",
            Quantity::Until => "end in s",
            Quantity::Offset => "offset",
            Quantity::Aborts => "aborts in a hundred",
            Quantity::Records => "records of a transaction",
            Quantity::Tombstones => "tombstones in percent",
            Quantity::ByteRate => "byte rate",
        })
    }
}
