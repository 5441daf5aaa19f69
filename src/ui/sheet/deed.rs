//! What one can do to a thing.

use super::Clerk;
use crate::sim::command::{Command, ConfigTarget};
use crate::sim::config::{Scope, Spec, spec};
use crate::sim::handling::Handling;
use crate::sim::id::{BrokerId, ClientId, Name, Node, Partition};
use crate::sim::process::Power;
use crate::sim::scenario::{LinkSpec, Workload};
use crate::sim::time::Span;
use crate::sim::transacting::Transacting;

/// One thing to do, with all that its control needs to know.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    /// At the press of a button.
    Now {
        /// What the button says.
        label: &'static str,
        /// More about it.
        hint: Option<&'static str>,
        /// What it does.
        command: Command,
        /// Whether it breaks something.
        breaks: bool,
    },
    /// Every message takes this much longer to handle.
    Slow {
        node: Node,
        delay: Span,
    },
    /// Cut or heal the link to one of these, by name; and whether it is cut now.
    Links {
        node: Node,
        others: Vec<(Node, String, bool)>,
    },
    /// What a producing application does.
    Workload {
        client: ClientId,
        workload: Workload,
    },
    /// When a producing application ends its transactions, and how many of them it aborts.
    Divide {
        client: ClientId,
        transacting: Transacting,
    },
    /// What brokers let a client write and read, in bytes per second on each of them.
    Quota {
        client: ClientId,
        produce: bool,
        fetch: bool,
        now: [Option<u64>; 2],
    },
    /// How long a consumer works on one record.
    Processing {
        client: ClientId,
        processing: Span,
    },
    /// What a consuming application can be told.
    Application(Application),
    /// One record now, with one of this many keys.
    Produce {
        client: ClientId,
        keys: u32,
    },
    /// More partitions.
    Partitions {
        topic: Name,
        count: u32,
    },
    /// Begin again with another number of controllers.
    Quorum {
        controllers: u32,
        combined: bool,
    },
    /// What goes one way of a link: by name, whether that is cut, and how it is.
    Way {
        from: Node,
        to: Node,
        name: String,
        cut: bool,
        spec: LinkSpec,
    },
    /// What a broker writes takes this much longer.
    Clock {
        node: Node,
        ahead_ms: i64,
    },
    SlowDisk {
        broker: BrokerId,
        delay: Span,
    },
    /// One of these after a while, once or again and again.
    Later(Vec<(String, Command)>),
    /// Put it on other brokers: which there are, and on which it is or shall be.
    Replicas {
        topic: Name,
        partition: Partition,
        brokers: Vec<BrokerId>,
        replicas: Vec<BrokerId>,
    },
    /// What decides about old records: these configs, and of a partition the offset before which
    /// records can be deleted on demand.
    OldRecords {
        partition: Option<(Name, u32)>,
        target: ConfigTarget,
        keys: Vec<(&'static Spec, i64)>,
    },
    /// Change these of its configs, or see all.
    Configs {
        target: ConfigTarget,
        keys: Vec<(&'static Spec, i64)>,
    },
}

/// A consuming application, as far as it can be told things.
#[derive(Clone, Debug, PartialEq)]
pub struct Application {
    /// Which one.
    pub client: ClientId,
    /// How it works.
    pub handling: Handling,
    /// `enable.auto.commit`
    pub auto_commit: bool,
    /// What it is assigned.
    pub shares: Vec<Share>,
}

/// A partition of an application's own.
#[derive(Clone, Debug, PartialEq)]
pub struct Share {
    /// Its topic.
    pub topic: Name,
    /// Its number.
    pub index: u32,
    /// As it is called.
    pub name: String,
    /// Whether `poll()` returns nothing of it.
    pub paused: bool,
}

impl Deed {
    /// The configs of a thing; `keys` are those that tell most about it.
    pub(super) fn configs(
        target: ConfigTarget,
        scope: Scope,
        keys: &[&str],
        get: impl Fn(&str) -> Option<i64>,
    ) -> Deed {
        Deed::Configs { target, keys: chosen(scope, keys, get) }
    }
}

/// Some configs of a thing, by name.
pub(super) fn chosen(
    scope: Scope,
    keys: &[&str],
    get: impl Fn(&str) -> Option<i64>,
) -> Vec<(&'static Spec, i64)> {
    keys.iter().filter_map(|name| Some((spec(scope, name)?, get(name)?))).collect()
}

impl Clerk<'_> {
    /// What can be done to any process.
    pub(super) fn process_deeds(self, node: Node) -> Vec<Deed> {
        let words = self.words;
        let world = self.session.world();
        let now = |label, hint, command, breaks| Deed::Now { label, hint, command, breaks };
        let mut deeds = match world.power(node) {
            Power::Down => vec![now(words.ui_start(), None, Command::Start(node), false)],
            Power::Paused => vec![
                now(words.ui_resume(), None, Command::Resume(node), false),
                now(words.ui_crash(), Some(words.ui_crash_hint()), Command::Crash(node), true),
            ],
            Power::Up => vec![
                now(words.ui_crash(), Some(words.ui_crash_hint()), Command::Crash(node), true),
                now(words.ui_stop(), Some(words.ui_stop_hint()), Command::Stop(node), false),
                now(words.ui_freeze(), Some(words.ui_freeze_hint()), Command::Pause(node), true),
            ],
        };
        match node {
            Node::Client(id) => {
                deeds.push(now(words.ui_remove(), None, Command::RemoveClient(id), true));
            }
            Node::Broker(id) if world.power(node) != Power::Down => {
                let hint = Some(words.ui_power_loss_hint());
                deeds.push(now(words.ui_power_loss(), hint, Command::PowerLoss(id), true));
            }
            Node::Broker(id) => {
                deeds.push(now(words.ui_remove(), None, Command::RemoveBroker(id), true));
            }
            _ => {}
        }
        if let Node::Broker(id) = node {
            deeds.push(self.disk_space(id));
        }
        let process = world.processes.get(&node);
        let delay = process.map_or(Span::ZERO, |process| process.delay);
        deeds.push(Deed::Slow { node, delay });
        if let Node::Broker(broker) = node {
            let delay = process.map_or(Span::ZERO, |process| process.disk_delay);
            deeds.push(Deed::SlowDisk { broker, delay });
        }
        if world.has_wall_clock(node) {
            deeds.push(Deed::Clock { node, ahead_ms: world.clock_ahead(node) });
        }
        deeds.push(self.links(node));
        deeds.push(self.later(node));
        deeds
    }

    fn disk_space(self, id: BrokerId) -> Deed {
        let words = self.words;
        let full = self.session.world().brokers.get(&id).is_some_and(|it| it.disk.full);
        let (label, hint, command) = match full {
            true => (words.ui_free_disk(), None, Command::FreeDisk(id)),
            false => (words.ui_fill_disk(), Some(words.ui_fill_disk_hint()), Command::FillDisk(id)),
        };
        Deed::Now { label, hint, command, breaks: !full }
    }

    /// What may be done to a process later: whatever it does now.
    fn later(self, node: Node) -> Deed {
        let words = self.words;
        let mut all = vec![
            (words.ui_crash(), Command::Crash(node)),
            (words.ui_start(), Command::Start(node)),
            (words.ui_stop(), Command::Stop(node)),
            (words.ui_freeze(), Command::Pause(node)),
            (words.ui_resume(), Command::Resume(node)),
        ];
        if let Node::Broker(id) = node {
            all.push((words.ui_power_loss(), Command::PowerLoss(id)));
            all.push((words.ui_fill_disk(), Command::FillDisk(id)));
            all.push((words.ui_free_disk(), Command::FreeDisk(id)));
        }
        Deed::Later(all.into_iter().map(|(name, it)| (name.to_owned(), it)).collect())
    }

    /// What may be done to a link, now and later.
    pub(super) fn link_deeds(self, a: Node, b: Node) -> Vec<Deed> {
        let (words, network) = (self.words, &self.session.world().network);
        let cut = |from, to| network.cut_from(from, to).is_some();
        let (label, command, breaks) = match cut(a, b) || cut(b, a) {
            false => (words.ui_cut_link(), Command::CutLink(a, b), true),
            true => (words.ui_heal_link(), Command::HealLink(a, b), false),
        };
        let mut deeds = vec![Deed::Now { label, hint: None, command, breaks }];
        let mut later = vec![
            (words.ui_cut_link().to_owned(), Command::CutLink(a, b)),
            (words.ui_heal_link().to_owned(), Command::HealLink(a, b)),
        ];
        for (from, to) in [(a, b), (b, a)] {
            let name = [&self.node(from), " → ", &self.node(to)].concat();
            let verb = |label: &str| words.ui_verb_of(label, &name);
            later.push((verb(words.ui_cut_way()), Command::CutDirection { from, to }));
            later.push((verb(words.ui_heal_way()), Command::HealDirection { from, to }));
            later.push((verb(words.ui_reset_next()), Command::ResetNext { from, to }));
            let (cut, spec) = (cut(from, to), network.spec(from, to));
            deeds.push(Deed::Way { from, to, name, cut, spec });
        }
        deeds.push(Deed::Later(later));
        deeds
    }

    fn links(self, node: Node) -> Deed {
        let world = self.session.world();
        let meets = |other: &Node| match (node, *other) {
            _ if node == *other => false,
            // Clients talk to brokers alone.
            (Node::Client(_), other) | (other, Node::Client(_)) => other.broker().is_some(),
            _ => true,
        };
        let others = world.processes.keys().copied().filter(meets);
        let others = others
            .map(|other| (other, self.node(other), world.network.cut_since(node, other).is_some()));
        Deed::Links { node, others: others.collect() }
    }
}
