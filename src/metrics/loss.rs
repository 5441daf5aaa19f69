//! How a record that was promised came to be gone, and whether the configuration allows that.

use crate::sim::id::{BrokerId, Epoch, Node};
use crate::sim::ordered::{Map, Set};
use crate::sim::{Event, Partition, Stamped, Time};

/// What took a record away.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum How {
    /// A broker that lacks it became leader.
    Led { epoch: Epoch },
    /// The leader's log was cut.
    Cut,
}

/// When and where a record was last seen to go.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Loss {
    pub at: Time,
    /// Where it happened.
    pub node: Node,
    pub how: How,
    /// The leader came from outside the ISR and the ELR.
    pub unclean: bool,
    /// A machine with a replica had lost its power before.
    pub powerless: bool,
}

/// Which choice of a person allows a record to be lost after its acknowledgement.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Allowed {
    /// acks=0: nobody was asked.
    Unasked,
    /// acks=1: the leader's copy was all that was promised.
    LeaderAlone,
    /// `unclean.leader.election.enable`.
    Unclean,
    /// More machines than one lost what was not flushed.
    Power,
    /// acks=all meant one replica: the ISR was the leader, and min.insync.replicas let it.
    AloneInIsr,
    /// Nothing allows it: a promise is broken.
    Not,
}

/// What the cluster went through, as far as it explains losses.
#[derive(Clone, Debug, Default)]
pub(super) struct Circumstances {
    unclean: Set<(Partition, Epoch)>,
    /// Replicas whose machine lost its power, until they are in sync again.
    powerless: Set<(Partition, Node)>,
    /// Members of the ISR, once it has changed.
    isr: Map<Partition, u32>,
}

impl Circumstances {
    pub(super) fn fold(&mut self, stamped: &Stamped) {
        match &stamped.event {
            Event::LeaderElected { partition, epoch, unclean: true, .. } => {
                self.unclean.insert((*partition, *epoch));
            }
            Event::UnflushedLost { partition, .. } => {
                self.powerless.insert((*partition, stamped.node));
            }
            Event::IsrShrank { partition, isr, .. } => {
                self.isr.insert(*partition, isr.len() as u32);
            }
            Event::IsrGrew { partition, isr, added } => {
                self.isr.insert(*partition, isr.len() as u32);
                for broker in added {
                    self.powerless.remove(&(*partition, Node::Broker(*broker)));
                }
            }
            _ => {}
        }
    }

    /// Whether the ISR is one broker now.
    pub(super) fn is_alone(&self, partition: Partition) -> bool {
        self.isr.get(&partition).is_some_and(|members| *members <= 1)
    }

    /// What `stamped` did to the records that it took away.
    pub(super) fn loss(&self, stamped: &Stamped) -> Option<Loss> {
        let (partition, how) = match stamped.event {
            Event::BecameLeader { partition, epoch, .. } => (partition, How::Led { epoch }),
            Event::Truncated { partition, .. } => (partition, How::Cut),
            _ => return None,
        };
        let epoch = match how {
            How::Led { epoch } => epoch,
            How::Cut => -1,
        };
        Some(Loss {
            at: stamped.at,
            node: stamped.node,
            how,
            unclean: self.unclean.contains(&(partition, epoch)),
            powerless: self.powerless.iter().any(|(of, _)| *of == partition),
        })
    }
}

impl Loss {
    /// The broker at which it was lost.
    pub fn broker(&self) -> Option<BrokerId> {
        self.node.broker()
    }
}
