//! One line of a chain of causes: when, where, what.

use crate::sim::id::{BrokerId, Epoch, Name, Node, Offset, Partition, RecordId};
use crate::sim::wire::Acks;
use crate::sim::{Event, Stamped, Time};

/// A moment of a record's story.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    pub at: Time,
    /// Where it happened.
    pub node: Node,
    pub what: What,
    pub role: Role,
}

/// What a step is in its chain.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// Nothing in the cluster caused it: a command, or a clock.
    Beginning,
    /// One thing led to another.
    Link,
    /// What was asked about.
    Fact,
}

/// What happened, as far as this record is concerned.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum What {
    /// As it is told everywhere.
    Event(Event),
    /// An application produces by its own clock.
    Workload,
    /// A timer that says no more about itself.
    Timer,
    /// The controller has heard nothing of this broker for a whole session.
    SessionOver(BrokerId),
    /// A leader looked at its followers, and these had fallen behind.
    Lagging(Vec<BrokerId>),
    /// `request.timeout.ms` went by.
    NoAnswer,
    /// A leader wrote the record, for the `times`-th time.
    Written { partition: Partition, offset: Offset, epoch: Epoch, times: u32 },
    /// A follower has it.
    Copied { partition: Partition, offset: Offset },
    /// The whole ISR has it.
    Committed { partition: Partition, offset: Offset },
    /// The application was told that all is well.
    Confirmed { acks: Acks },
    /// A later record of the same producer was written first.
    Overtaken { by: RecordId, partition: Partition, offset: Offset },
    /// Who leads from now on does not have it.
    Lacking { partition: Partition, epoch: Epoch, from: Offset },
    /// It was cut off the leader's log.
    Cut { partition: Partition, to: Offset },
    /// A group worked on it, for the `times`-th time.
    Processed { group: Name, partition: Partition, offset: Offset, times: u32 },
    /// Until now the application has been told nothing.
    Untold,
    /// The messages lead back further than they are followed.
    Further,
    /// So many messages or attempts are left out here.
    Omitted(u32),
}

impl Step {
    pub(super) fn new(at: Time, node: Node, what: What) -> Step {
        let begins = match &what {
            What::Workload | What::Timer | What::SessionOver(_) | What::Lagging(_) => true,
            What::Event(event) => matches!(event, Event::Commanded(_)),
            What::NoAnswer => true,
            _ => false,
        };
        let role = if begins { Role::Beginning } else { Role::Link };
        Step { at, node, what, role }
    }

    /// What a controller finds or says of a broker.
    fn word(&self) -> Option<(u32, BrokerId)> {
        match self.what {
            What::SessionOver(broker) => Some((0, broker)),
            What::Event(Event::BrokerFenced(broker)) => Some((1, broker)),
            What::Event(Event::BrokerUnfenced(broker)) => Some((2, broker)),
            _ => None,
        }
    }

    pub(super) fn is_of_broker(&self) -> bool {
        self.word().is_some()
    }

    /// Said once, it may explain several things.
    pub(super) fn is_same_word(&self, other: &Step) -> bool {
        let same = self.word().is_some_and(|word| other.word() == Some(word));
        same && (self.at, self.node) == (other.at, other.node)
    }

    pub(super) fn of(stamped: &Stamped) -> Step {
        Step::new(stamped.at, stamped.node, What::Event(stamped.event.clone()))
    }
}
