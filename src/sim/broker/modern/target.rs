//! Who is in a group from now on, and what the group's epoch and target assignment become of it
//! (GroupMetadataManager.updateTargetAssignment, TargetAssignmentBuilder).

use super::assignor::{ASSIGNORS, Assignor, GroupSpec, MemberSpec};
use super::group::ConsumerGroup;
use super::heartbeat::Topics;
use crate::sim::id::{Epoch, Name, Partition, TopicId};
use crate::sim::ordered::{Map, Set};
use crate::sim::wire::{
    ConsumerGroupMemberMetadataValue, MemberId, ModernRecord, SubscribedTopicMetadata,
};

/// No partitions at all.
static NOTHING: Set<Partition> = Set::new();

/// Somebody who is a member once the records at hand are written.
struct Enrolled<'a> {
    id: MemberId,
    metadata: &'a ConsumerGroupMemberMetadataValue,
    target: &'a Set<Partition>,
}

/// Everybody who is, in the order of their ids.
// Simplified: assignors see members in the order of their ids, and topics in the order of their
// names; Kafka's hash maps have orders of their own.
pub(super) struct Roster<'a> {
    group: &'a ConsumerGroup,
    members: Vec<Enrolled<'a>>,
}

impl<'a> Roster<'a> {
    /// The group's members without `gone`.
    pub fn of(group: &'a ConsumerGroup, gone: Option<MemberId>) -> Self {
        let stay = group.members.iter().filter(|(id, _)| Some(**id) != gone);
        let members = stay.map(|(id, member)| {
            let target = group.target_assignment.get(id).unwrap_or(&NOTHING);
            Enrolled { id: *id, metadata: &member.metadata, target }
        });
        Roster { group, members: members.collect() }
    }

    /// Enrols somebody, or anew; a newcomer inherits the target of whom it replaces.
    pub fn enrol(
        &mut self,
        id: MemberId,
        metadata: &'a ConsumerGroupMemberMetadataValue,
        replaced: Option<MemberId>,
    ) {
        let target = self.group.target_assignment.get(&replaced.unwrap_or(id));
        let enrolled = Enrolled { id, metadata, target: target.unwrap_or(&NOTHING) };
        match self.members.binary_search_by(|other| other.id.cmp(&id)) {
            Ok(at) => self.members[at] = enrolled,
            Err(at) => self.members.insert(at, enrolled),
        }
    }

    /// The topics that they subscribe to and that exist (ModernGroup.computeSubscriptionMetadata),
    /// and the record of it if that is news.
    pub fn subscription_metadata(
        &self,
        topics: Topics<'_>,
        records: &mut Vec<ModernRecord>,
    ) -> Map<Name, SubscribedTopicMetadata> {
        let mut metadata = Map::new();
        for name in self.members.iter().flat_map(|m| &m.metadata.subscribed_topic_names) {
            if let Some(topic) = topics(name) {
                metadata.insert(name.clone(), topic);
            }
        }
        if metadata != self.group.subscription_metadata {
            records.push(ModernRecord::PartitionMetadata { topics: Some(metadata.clone()) });
        }
        metadata
    }

    /// What a member shall have by the last target assignment.
    pub fn target_of(&self, id: MemberId) -> Set<Partition> {
        let enrolled = self.members.iter().find(|member| member.id == id);
        enrolled.map(|member| member.target.clone()).unwrap_or_default()
    }

    /// Makes the target assignment of this epoch and records what differs. What `id` shall have.
    pub fn assign(
        &self,
        assignment_epoch: Epoch,
        metadata: &Map<Name, SubscribedTopicMetadata>,
        id: MemberId,
        records: &mut Vec<ModernRecord>,
    ) -> Set<Partition> {
        let topics: Vec<SubscribedTopicMetadata> = metadata.values().copied().collect();
        let id_of = |name: &Name| metadata.get(name).map(|topic| topic.topic);
        let specs = self.members.iter().map(|member| {
            let names = &member.metadata.subscribed_topic_names;
            let topics: Vec<TopicId> = names.iter().filter_map(id_of).collect();
            let instance_id = member.metadata.instance_id.as_deref();
            MemberSpec { id: member.id, instance_id, topics, target: member.target }
        });
        let spec = GroupSpec {
            members: specs.collect(),
            topics: &topics,
            homogeneous: self.is_homogeneous(),
        };
        let mut its_own = Set::new();
        for (enrolled, partitions) in self.members.iter().zip(self.preferred_assignor()(&spec)) {
            let (member, target) = (enrolled.id, partitions.into_iter().collect());
            if member == id {
                its_own = Set::clone(&target);
            }
            if self.group.target_assignment.get(&member) != Some(&target) {
                let topic_partitions = Some(target);
                records.push(ModernRecord::TargetAssignmentMember { member, topic_partitions });
            }
        }
        let assignment_epoch = Some(assignment_epoch);
        records.push(ModernRecord::TargetAssignmentMetadata { assignment_epoch });
        its_own
    }

    /// ModernGroup.subscriptionType. Names count, whether there are such topics or not.
    fn is_homogeneous(&self) -> bool {
        let names = |at: usize| &self.members[at].metadata.subscribed_topic_names;
        (1..self.members.len()).all(|at| names(at) == names(0))
    }

    /// What most members ask for (ConsumerGroup.computePreferredServerAssignor). Of two that are
    /// asked for as often the first is taken; in Kafka it is up to a hash map.
    fn preferred_assignor(&self) -> Assignor {
        let (mut preferred, mut most) = (ASSIGNORS[0].1, 0);
        for (name, assignor) in ASSIGNORS {
            let asks = |m: &&Enrolled<'_>| m.metadata.server_assignor.as_deref() == Some(name);
            let votes = self.members.iter().filter(asks).count();
            if votes > most {
                (preferred, most) = (assignor, votes);
            }
        }
        preferred
    }
}
