//! What lives here: the assignors that a coordinator runs, as pure functions.
//! Who may knock: groups that need a target assignment.
//! Never here: what members own now. An assignor knows only what they shall own.
//!
//! Where Kafka follows the order of its hash maps, members and topics are taken as they are given.

mod range;
mod simple;
mod uniform;
mod uniform_heterogeneous;

pub use self::range::range;
pub use self::simple::simple;
pub use self::uniform::uniform;

use crate::sim::id::{Partition, TopicId};
use crate::sim::wire::{MemberId, SubscribedTopicMetadata};

/// A member as an assignor sees it (MemberSubscription and MemberAssignment).
#[derive(Clone, Debug)]
pub struct MemberSpec<'a> {
    pub id: MemberId,
    /// `group.instance.id` of a static member.
    pub instance_id: Option<&'a str>,
    /// The topics it subscribes to and that exist.
    pub topics: Vec<TopicId>,
    /// What the last target assignment gave it.
    pub target: &'a [Partition],
}

/// What an assignor works on.
#[derive(Clone, Debug)]
pub struct GroupSpec<'a> {
    pub members: Vec<MemberSpec<'a>>,
    /// Every topic that anybody subscribes to.
    pub topics: &'a [SubscribedTopicMetadata],
    /// Whether all members subscribe to the same topics (SubscriptionType.HOMOGENEOUS).
    pub homogeneous: bool,
}

/// The partitions of each member, in the order in which members were given.
pub type GroupAssignment = Vec<Vec<Partition>>;

/// A server-side assignor.
pub type Assignor = fn(&GroupSpec<'_>) -> GroupAssignment;

/// `group.consumer.assignors` by the names that clients ask for; the first is the default.
pub const ASSIGNORS: [(&str, Assignor); 2] = [("uniform", uniform), ("range", range)];

/// Every partition of a topic.
fn partitions(topic: SubscribedTopicMetadata) -> impl Iterator<Item = Partition> {
    (0..topic.num_partitions).map(move |index| Partition { topic: topic.topic, index })
}
