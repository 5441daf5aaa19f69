//! The leader of a group shares the partitions out (ConsumerCoordinator.onLeaderElected).

use std::sync::Arc;

use super::assignor::{self, Assignment, Member, Topic};
use super::consumer::Consumer;
use super::membership::Waiting;
use crate::sim::effect::Ctx;
use crate::sim::id::{Name, Partition};
use crate::sim::mutant::{Mutant, breaks};
use crate::sim::ordered::Set;
use crate::sim::wire::{Assignor, JoinGroupResponse, MemberId, MemberMetadata};

/// What every assignor is given, and what it returns.
pub(in crate::sim) type Assign =
    for<'a> fn(Assignor, &[Topic<'_, &'a str>], &[Member<'_, &'a str>]) -> Assignment<&'a str>;

/// All assignors but the one that a group begins with.
pub(in crate::sim) fn assign<'a>(
    assignor: Assignor,
    topics: &[Topic<'_, &'a str>],
    members: &[Member<'_, &'a str>],
) -> Assignment<&'a str> {
    match assignor {
        Assignor::Range => assignor::range(topics, members),
        Assignor::RoundRobin => assignor::round_robin(topics, members),
        Assignor::Sticky => assignor::sticky(topics, members),
        Assignor::CooperativeSticky => assignor::cooperative_sticky(topics, members),
    }
}

impl Consumer {
    /// This member assigns. It asks for the topics of all members first, if need be.
    pub(super) fn lead(&mut self, ctx: &mut Ctx<'_>, response: &JoinGroupResponse) {
        let topics: Set<&Name> =
            response.members.iter().flat_map(|(_, metadata)| &metadata.topics).collect();
        let topics: Vec<Name> = topics.into_iter().cloned().collect();
        self.metadata.want_only(&topics);
        self.membership.leads = true;
        if response.skip_assignment {
            self.membership.assigned_from = Some(self.counted(topics));
            self.membership.checked_version = self.metadata.version();
            return self.send_sync_group(ctx, Vec::new());
        }
        let metadata_version = self.metadata.version();
        let assignor = response.protocol.unwrap_or(Assignor::Range);
        self.membership.waiting =
            Some(Waiting { assignor, members: response.members.clone(), metadata_version });
        self.assign_when_topics_are_known(ctx);
    }

    pub(super) fn assign_when_topics_are_known(&mut self, ctx: &mut Ctx<'_>) {
        let version = self.metadata.version();
        let stale = self.metadata.is_stale();
        let ready = |waiting: &mut Waiting| !stale || version > waiting.metadata_version;
        let Some(waiting) = self.membership.waiting.take_if(ready) else { return };
        let members = waiting.members;
        let names: Set<&Name> = members.iter().flat_map(|(_, metadata)| &metadata.topics).collect();
        let names: Vec<Name> = names.into_iter().cloned().collect();
        let assignments = self.assign(ctx, waiting.assignor, &members, &names);
        self.membership.assigned_from = Some(self.counted(names));
        self.membership.checked_version = version;
        self.send_sync_group(ctx, assignments);
    }

    /// These topics with how many partitions each has now.
    fn counted(&self, topics: Vec<Name>) -> Vec<(Name, u32)> {
        topics.into_iter().map(|name| (name.clone(), self.partitions_of(&name))).collect()
    }

    /// Runs the assignor that the group has chosen.
    // Simplified: client.rack is no part of a subscription, so that racks do not decide who gets
    // which partition (KIP-881).
    fn assign(
        &self,
        ctx: &Ctx<'_>,
        assignor: Assignor,
        members: &[(MemberId, Arc<MemberMetadata>)],
        names: &[Name],
    ) -> Vec<(MemberId, Arc<[Partition]>)> {
        let topics: Vec<Topic<'_, &str>> = names
            .iter()
            .map(|name| Topic { topic: &**name, partitions: self.partitions_of(name), racks: &[] })
            .collect();
        // member.id is client.id and a random UUID; the serial number stands for the latter.
        let ids: Vec<String> = members
            .iter()
            .map(|(id, metadata)| format!("{}-{:010}", metadata.client_id, id.serial))
            .collect();
        let subscribed: Vec<Vec<&str>> = members
            .iter()
            .map(|(_, metadata)| metadata.topics.iter().map(|name| &**name).collect())
            .collect();
        let owned: Vec<(Vec<(&str, u32)>, i32)> =
            members.iter().map(|(_, metadata)| self.owned(assignor, metadata, names)).collect();
        let mut subscribers: Vec<Member<'_, &str>> = Vec::new();
        for (index, (_, metadata)) in members.iter().enumerate() {
            let (Some(id), Some(topics), Some((owned, generation))) =
                (ids.get(index), subscribed.get(index), owned.get(index))
            else {
                continue;
            };
            subscribers.push(Member {
                id,
                instance_id: metadata.instance_id.as_deref(),
                rack: None,
                topics,
                owned,
                generation: Some(*generation),
            });
        }
        let assignor = match assignor {
            Assignor::CooperativeSticky if breaks(Mutant::CooperativeGivesAtOnce) => {
                Assignor::Sticky
            }
            other => other,
        };
        let mut shares = match ctx.extension {
            Some(extension) => (extension.assign)(assignor, &topics, &subscribers),
            None => assignor::range(&topics, &subscribers),
        };
        if breaks(Mutant::LeavesAPartitionOut) {
            shares.iter_mut().for_each(|share| share.retain(|(_, index)| *index > 0));
        }
        if breaks(Mutant::GivesAPartitionTwice)
            && let Some(own) = shares.iter().find_map(|share| share.first().copied())
        {
            shares.iter_mut().for_each(|share| share.push(own));
        }
        let placed = |(topic, index): &(&str, u32)| {
            let topic = self.metadata.topic_named(topic)?.topic;
            Some(Partition { topic, index: *index })
        };
        members
            .iter()
            .zip(shares)
            .map(|((id, _), share)| (*id, share.iter().filter_map(placed).collect()))
            .collect()
    }

    /// What a member had before by its own account, and in which generation: the sticky assignor
    /// goes by what its other half remembers, the cooperative one by what is still owned.
    fn owned<'a>(
        &self,
        assignor: Assignor,
        metadata: &MemberMetadata,
        names: &'a [Name],
    ) -> (Vec<(&'a str, u32)>, i32) {
        let (partitions, generation) = match (assignor, &metadata.remembered) {
            (Assignor::Sticky, Some((partitions, generation))) => (partitions, *generation),
            (Assignor::Sticky, None) => return (Vec::new(), -1),
            _ => (&metadata.owned, metadata.generation),
        };
        let named = |partition: &Partition| {
            let mut names = names.iter().map(|name| &**name);
            let topic = names.find(|name| {
                let known = self.metadata.topic_named(name);
                known.is_some_and(|known| known.topic == partition.topic)
            });
            Some((topic?, partition.index))
        };
        (partitions.iter().filter_map(named).collect(), generation)
    }
}
