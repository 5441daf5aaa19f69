//! Delivery guarantees: what the configs of a group and of the producers that write for it amount
//! to, and what has to be set for one of the two that plain configs give.

use super::Session;
use crate::sim::client::{Client, Consumer, Processor, Producer};
use crate::sim::command::ConfigTarget;
use crate::sim::config::ACKS;
use crate::sim::handling::{Act, CommitMode, Handler, Handling, OnError};
use crate::sim::id::{ClientId, Name, Node};
use crate::sim::process::Power;
use crate::sim::processing::ProcessingGuarantee;
use crate::sim::{Command, Refusal, Span, World};

/// A processor that is stopped for its configs is started again after so long.
const REST: Span = Span::secs(2);

/// How often a record has its effect, whatever fails.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Guarantee {
    /// It may be lost, and is never repeated.
    AtMostOnce,
    /// It may be repeated, and is never lost.
    AtLeastOnce,
    /// Neither, for what is read with read_committed: results and offsets are one transaction.
    /// Plain configs cannot give it to an application whose effect is outside of Kafka.
    ExactlyOnce,
}

/// One thing that a guarantee wants of a client.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Setting {
    /// A config, and its value as in a `.properties` file.
    Config(&'static str, &'static str),
    Commit(CommitMode),
    Handler(Handler),
    OnError(OnError),
    /// `processing.guarantee` of a stream processor.
    Processing(ProcessingGuarantee),
}

/// A setting at one client.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Wish {
    pub client: ClientId,
    pub setting: Setting,
    /// It is so, or as good.
    pub granted: bool,
}

/// Why a record may be lost or repeated.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Risk {
    /// `acks=0`: nobody hears of what was not written.
    Unasked,
    /// `acks=1`: the leader dies before its followers have it.
    LeaderAlone,
    /// `retries=0`: what failed once is not sent again.
    SentOnce,
    /// It is sent again without `enable.idempotence`, and may be written twice.
    SentAgain,
    /// Offsets are committed before the records are worked on.
    CommitsBefore,
    /// `poll()` goes on while another thread works: what is committed may not be done.
    HandsOver,
    /// A record that throws is left out.
    Skips,
    /// What is done and not yet committed comes again.
    CommitsAfter,
    /// Nothing is committed unless somebody asks.
    CommitsNever,
}

impl Risk {
    /// Whether a record may never have its effect.
    pub fn loses(self) -> bool {
        self <= Risk::Skips && self != Risk::SentAgain
    }

    /// Whether a record may have its effect again.
    pub fn repeats(self) -> bool {
        matches!(self, Risk::SentAgain | Risk::HandsOver | Risk::CommitsAfter | Risk::CommitsNever)
    }
}

impl Guarantee {
    /// All, in the order in which they are offered.
    pub const ALL: [Guarantee; 3] =
        [Guarantee::AtMostOnce, Guarantee::AtLeastOnce, Guarantee::ExactlyOnce];

    // In an order in which no value is refused because of another.
    fn of_producers(self) -> &'static [Setting] {
        match self {
            Guarantee::AtMostOnce => &[
                Setting::Config("enable.idempotence", "false"),
                Setting::Config("acks", "0"),
                Setting::Config("retries", "0"),
            ],
            Guarantee::AtLeastOnce | Guarantee::ExactlyOnce => &[
                Setting::Config("acks", "all"),
                Setting::Config("retries", "2147483647"),
                Setting::Config("max.in.flight.requests.per.connection", "5"),
                Setting::Config("enable.idempotence", "true"),
            ],
        }
    }

    fn of_consumers(self) -> &'static [Setting] {
        match self {
            Guarantee::AtMostOnce => &[
                Setting::Config("enable.auto.commit", "false"),
                Setting::Commit(CommitMode::SyncBefore),
            ],
            // Of what happens outside of Kafka no transaction knows.
            Guarantee::ExactlyOnce => &[],
            Guarantee::AtLeastOnce => &[
                Setting::Config("enable.auto.commit", "false"),
                Setting::Handler(Handler::InPoll),
                Setting::Commit(CommitMode::Sync),
                Setting::OnError(OnError::Die),
            ],
        }
    }

    fn of_processors(self) -> &'static [Setting] {
        match self {
            // Results are flushed before offsets are committed: it cannot be had.
            Guarantee::AtMostOnce => &[],
            Guarantee::AtLeastOnce => &[Setting::Processing(ProcessingGuarantee::AtLeastOnce)],
            Guarantee::ExactlyOnce => &[Setting::Processing(ProcessingGuarantee::ExactlyOnceV2)],
        }
    }

    /// Whether a group can have it: exactly once wants stream processors and no other members,
    /// at most once the opposite.
    pub fn is_for(self, world: &World, group: &str) -> bool {
        let mut members = concerned(world, group).filter_map(|(_, client)| match client {
            Client::Producer(_) => None,
            Client::Consumer(_) => Some(false),
            Client::Processor(_) => Some(true),
        });
        match self {
            Guarantee::AtMostOnce => members.all(|processes| !processes),
            Guarantee::AtLeastOnce => true,
            Guarantee::ExactlyOnce => members.all(|processes| processes),
        }
    }

    /// What it wants of a group, and of the producers that write to the group's topics.
    pub fn wishes(self, world: &World, group: &str) -> Vec<Wish> {
        let mut wishes = Vec::new();
        for (id, client) in concerned(world, group) {
            let settings = match client {
                Client::Producer(_) => self.of_producers(),
                Client::Consumer(_) => self.of_consumers(),
                Client::Processor(_) => self.of_processors(),
            };
            for setting in settings {
                let granted = grants(client, *setting);
                wishes.push(Wish { client: *id, setting: *setting, granted });
            }
        }
        wishes
    }
}

/// What may happen to the records of a group because of each client, and so what the configs
/// amount to; nothing where records may be lost and repeated.
pub fn amounts_to(risks: &[(ClientId, Risk)]) -> Option<Guarantee> {
    if !risks.iter().any(|(_, risk)| risk.loses()) {
        return Some(Guarantee::AtLeastOnce);
    }
    let repeats = risks.iter().any(|(_, risk)| risk.repeats());
    if repeats { None } else { Some(Guarantee::AtMostOnce) }
}

/// What the configs of a group and of those who produce for it amount to. Exactly once is more
/// than that nothing may happen: somebody has to write results with their offsets.
pub fn guaranteed(world: &World, group: &str) -> Option<Guarantee> {
    let risks = risks(world, group);
    let processes = |(_, client): (&ClientId, &Client)| client.as_processor().is_some();
    match risks.is_empty() && concerned(world, group).any(processes) {
        true => Some(Guarantee::ExactlyOnce),
        false => amounts_to(&risks),
    }
}

/// Why records of a group may be lost or repeated, as everything is set now.
pub fn risks(world: &World, group: &str) -> Vec<(ClientId, Risk)> {
    let mut all = Vec::new();
    for (id, client) in concerned(world, group) {
        let own = match client {
            Client::Producer(producer) => of_producer(producer),
            Client::Consumer(consumer) => of_consumer(consumer),
            Client::Processor(processor) => of_processor(processor),
        };
        all.extend(own.into_iter().map(|risk| (*id, risk)));
    }
    all
}

fn of_producer(producer: &Producer) -> Vec<Risk> {
    let config = &producer.config;
    let acks = usize::try_from(config.acks).ok().and_then(|index| ACKS.get(index));
    let mut risks = Vec::new();
    match acks.copied() {
        Some("0") => return vec![Risk::Unasked],
        Some("1") => risks.push(Risk::LeaderAlone),
        _ => {}
    }
    if config.retries == 0 {
        risks.push(Risk::SentOnce);
    } else if producer.sequences().is_none() {
        risks.push(Risk::SentAgain);
    }
    risks
}

/// With exactly_once_v2 what is done and not committed was never done, for readers of
/// read_committed.
fn of_processor(processor: &Processor) -> Vec<Risk> {
    match processor.configured() {
        ProcessingGuarantee::AtLeastOnce => vec![Risk::CommitsAfter],
        ProcessingGuarantee::ExactlyOnceV2 => Vec::new(),
    }
}

fn of_consumer(consumer: &Consumer) -> Vec<Risk> {
    let (auto, handling) = (consumer.config.enable_auto_commit != 0, consumer.handling);
    let mut risks = match (auto, handling.commit, handling.handler) {
        (false, CommitMode::SyncBefore, _) => vec![Risk::CommitsBefore],
        (false, CommitMode::None, _) => vec![Risk::CommitsNever],
        (_, _, Handler::Async) => vec![Risk::HandsOver],
        (_, _, Handler::InPoll) => vec![Risk::CommitsAfter],
    };
    if handling.on_error == OnError::Skip {
        risks.push(Risk::Skips);
    }
    risks
}

/// The producers that write to the topics of a group, and its members.
fn concerned<'a>(
    world: &'a World,
    group: &'a str,
) -> impl Iterator<Item = (&'a ClientId, &'a Client)> {
    let reads = move |topic: &Name| {
        let members = world.clients.values().filter_map(|client| client.as_consumer());
        members.filter(|it| &*it.group == group).any(|member| member.topics.contains(topic))
    };
    world.clients.iter().filter(move |(_, client)| match client {
        Client::Producer(producer) => reads(&producer.topic),
        Client::Consumer(consumer) => &*consumer.group == group,
        Client::Processor(processor) => &*processor.consumer().group == group,
    })
}

/// Whether a client is set so, or in a way that serves as well.
fn grants(client: &Client, setting: Setting) -> bool {
    match (client, setting) {
        (Client::Producer(producer), Setting::Config(name, value)) => {
            let now = producer.config.get(name).unwrap_or_default();
            match name {
                "acks" => usize::try_from(now).ok().and_then(|at| ACKS.get(at)) == Some(&value),
                "enable.idempotence" => producer.sequences().is_some() == (value == "true"),
                "retries" => (now > 0) == (value != "0"),
                _ => value.parse().is_ok_and(|most: i64| now <= most),
            }
        }
        (Client::Consumer(consumer), Setting::Config(_, value)) => {
            (consumer.config.enable_auto_commit != 0) == (value == "true")
        }
        (Client::Consumer(consumer), Setting::Commit(mode)) => {
            let after = [CommitMode::Sync, CommitMode::SyncPerRecord, CommitMode::Async];
            let now = consumer.handling.commit;
            now == mode || (mode == CommitMode::Sync && after.contains(&now))
        }
        (Client::Consumer(consumer), Setting::Handler(handler)) => {
            consumer.handling.handler == handler
        }
        (Client::Consumer(consumer), Setting::OnError(_)) => {
            consumer.handling.on_error != OnError::Skip
        }
        (Client::Processor(processor), Setting::Processing(guarantee)) => {
            processor.configured() == guarantee
        }
        (Client::Producer(_) | Client::Consumer(_) | Client::Processor(_), _) => true,
    }
}

impl Session {
    /// Sets what a guarantee wants of a group and of those who produce for it, by ordinary
    /// commands; what is so already stays as it is.
    ///
    /// # Errors
    /// The first refusal; what was set before it stays set.
    pub fn deliver(&mut self, group: &str, guarantee: Guarantee) -> Result<(), Refusal> {
        self.joined = Some(false);
        let done = self.grant(guarantee.wishes(self.world(), group));
        self.joined = None;
        done
    }

    fn grant(&mut self, wishes: Vec<Wish>) -> Result<(), Refusal> {
        for wish in wishes.into_iter().filter(|wish| !wish.granted) {
            if let Some(command) = self.granting(wish) {
                self.submit(command)?;
            }
            if matches!(wish.setting, Setting::Processing(_)) {
                self.begin_again(wish.client)?;
            }
        }
        Ok(())
    }

    /// A process reads its configs when it starts: it is stopped in good order, and started.
    fn begin_again(&mut self, client: ClientId) -> Result<(), Refusal> {
        let node = Node::Client(client);
        if self.world().power(node) == Power::Up {
            self.submit(Command::Stop(node))?;
            self.plan(&Command::Start(node), REST, None, None)?;
        }
        Ok(())
    }

    fn granting(&self, Wish { client, setting, .. }: Wish) -> Option<Command> {
        let handle = |change: &dyn Fn(&mut Handling)| {
            let mut handling = self.world().clients.get(&client)?.as_consumer()?.handling;
            change(&mut handling);
            Some(Command::Consume { client, act: Act::Handle(handling) })
        };
        match setting {
            Setting::Config(name, value) => {
                let (target, name, value) =
                    (ConfigTarget::Client(client), name.into(), value.into());
                Some(Command::SetConfig { target, name, value })
            }
            Setting::Commit(mode) => handle(&|it| it.commit = mode),
            Setting::Handler(handler) => handle(&|it| it.handler = handler),
            Setting::OnError(on_error) => handle(&|it| it.on_error = on_error),
            Setting::Processing(guarantee) => Some(Command::SetGuarantee { client, guarantee }),
        }
    }
}
