//! What groups promise: one owner for each partition, committed offsets that never go back, and
//! nothing left out or done twice where the application sees to that.

use std::sync::Arc;

use super::Broken;
use super::isolation::{is_hidden, is_strict};
use crate::sim::broker::{Group, GroupState, Member, Replica};
use crate::sim::client::Consumer;
use crate::sim::event::{Event, Stamped};
use crate::sim::handling::{CommitMode, Handler, PollMode};
use crate::sim::id::{Name, Node, Offset, Partition, Seq};
use crate::sim::image::OFFSETS_TOPIC;
use crate::sim::java_hash::partition_for;
use crate::sim::ordered::{Map, Set};
use crate::sim::wire::{
    Assignor, BatchKind, Body, Envelope, ErrorCode, MemberId, MemberMetadata, Request, Response,
};
use crate::sim::world::World;

/// A group's view of a partition.
pub(super) type Key = (Name, Partition);

/// Offsets in stretches, each from its first to after its last.
#[derive(Clone, Debug, Default)]
pub(super) struct Stretches(Vec<(Offset, Offset)>);

impl Stretches {
    pub(super) fn add(&mut self, from: Offset, to: Offset) {
        let (mut from, mut to) = (from, to);
        self.0.retain(|(a, b)| {
            let apart = *b < from || *a > to;
            if !apart {
                (from, to) = (from.min(*a), to.max(*b));
            }
            apart
        });
        let at = self.0.partition_point(|(a, _)| *a < from);
        self.0.insert(at, (from, to));
    }

    pub(super) fn covers_all(&self, from: Offset, to: Offset) -> bool {
        self.end_of(from) >= to
    }

    fn covers(&self, to: Offset) -> bool {
        self.end_of(0) >= to
    }

    pub(super) fn contains(&self, offset: Offset) -> bool {
        self.0.iter().any(|(a, b)| (*a..*b).contains(&offset))
    }

    /// Where the stretch ends that an offset is in; the offset itself if it is in none.
    pub(super) fn end_of(&self, offset: Offset) -> Offset {
        let stretch = self.0.iter().find(|(a, b)| (*a..*b).contains(&offset));
        stretch.map_or(offset, |(_, end)| *end)
    }

    fn forget_from(&mut self, offset: Offset) {
        self.0.retain(|(a, _)| *a < offset);
        for (_, b) in &mut self.0 {
            *b = offset.min(*b);
        }
    }
}

/// A commit that is not answered.
#[derive(Clone, Debug)]
struct Asked {
    from: Node,
    to: Node,
    connection: u32,
    group: Name,
    offsets: Arc<[(Partition, Offset)]>,
}

/// Remembers who read what.
#[derive(Clone, Debug, Default)]
pub(super) struct GroupChecker {
    owners: Map<Key, (Node, i32)>,
    committed: Map<Key, Offset>,
    /// Where somebody began anew: the next commit may go back as far as that.
    resets: Map<Key, Offset>,
    /// What the group is done with, or never had to do.
    done: Map<Key, Stretches>,
    /// What the group has worked on and should not again.
    once: Map<Key, Stretches>,
    /// Where transactions have ended, be their markers still there or not.
    marked: Set<Partition>,
    /// By the number of the request.
    asked: Map<Seq, Asked>,
    /// The newest connection on which a member has asked a coordinator for a commit.
    newest: Map<(Node, Node), u32>,
}

impl GroupChecker {
    pub fn check(
        &mut self,
        world: &World,
        stamped: &Stamped,
        excused: &Set<Partition>,
    ) -> Result<(), Broken> {
        match &stamped.event {
            Event::Assigned { group, generation, partitions, .. } => {
                no_double_assignment(world)?;
                // What a machine without power forgot of a group may count from one again.
                let stored = stored_in(world, group);
                let kept = stored.is_some_and(|stored| !excused.contains(&stored));
                self.claim(stamped.node, group, *generation, partitions, kept)?;
            }
            Event::GroupFormed { .. } | Event::GroupEpochBumped { .. } => {
                no_double_assignment(world)?;
            }
            Event::Appended { partition, batch, as_leader: true }
                if batch.kind == BatchKind::Control =>
            {
                self.marked.insert(*partition);
            }
            Event::CoordinatorLoaded { index } => {
                self.nothing_is_missing(world, stamped.node, *index, excused)?;
            }
            Event::Sent(envelope) => {
                self.asks(envelope);
                let client = envelope.to.client().and_then(|id| world.clients.get(&id));
                if let Some(consumer) = client.and_then(|client| client.as_consumer()) {
                    let group = (stamped.node, &consumer.group);
                    self.answered(world, group, &envelope.body, excused)?;
                }
            }
            Event::PositionSet { partition, offset, by_reset: true }
            | Event::Sought { partition, offset } => {
                self.begins_anew(world, stamped.node, *partition, *offset);
            }
            Event::Processed { group, partition, offset, .. } => {
                self.worked_on(world, group, *partition, *offset, excused)?;
            }
            Event::HandlingFailed { group, partition, offset, .. } => {
                let key = (group.clone(), *partition);
                self.done.entry(key).or_default().add(*offset, *offset + 1);
            }
            Event::OffsetsExpired { group, partitions, .. } => {
                for partition in partitions.iter() {
                    self.committed.remove(&(group.clone(), *partition));
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Within a generation, or an epoch, a partition has one owner.
    fn claim(
        &mut self,
        node: Node,
        group: &Name,
        generation: i32,
        partitions: &[Partition],
        kept: bool,
    ) -> Result<(), Broken> {
        for partition in partitions {
            let owner =
                self.owners.entry((group.clone(), *partition)).or_insert((node, generation));
            if kept && owner.0 != node && owner.1 == generation {
                let what = format!("{:?} and {node:?} in generation {generation}", owner.0);
                return super::broken("NoDoubleClientAssignment", *partition, what);
            }
            *owner = (node, generation);
        }
        Ok(())
    }

    /// Keeps what is to be committed until that is answered.
    fn asks(&mut self, envelope: &Envelope) {
        match &*envelope.body {
            Body::Request(Request::OffsetCommit(request)) => {
                let Envelope { from, to, connection, .. } = *envelope;
                let (group, offsets) = (request.group.clone(), request.offsets.clone().into());
                self.newest.insert((from, to), connection);
                self.asked.insert(envelope.id, Asked { from, to, connection, group, offsets });
            }
            Body::Response(Response::OffsetCommit(_)) => {
                envelope.answers.and_then(|id| self.asked.remove(&id));
            }
            _ => {}
        }
    }

    /// Whether an offset may be one that a member gave up to commit, hanging up on a coordinator
    /// that had it before it on the old connection. It reads on there when it has answered what was
    /// before (SocketServer.Processor.processCompletedSends), until it hears of the end; and of two
    /// commits of one generation the later one counts, whatever they say
    /// (OffsetMetadataManager.commitOffset).
    fn is_late(&self, key: &Key, offset: Offset) -> bool {
        let given_up = |it: &Asked| self.newest.get(&(it.from, it.to)) > Some(&it.connection);
        let mut same = self.asked.values().filter(|it| it.group == key.0);
        same.any(|it| it.offsets.contains(&(key.1, offset)) && given_up(it))
    }

    /// A coordinator has told a member that a commit has succeeded, or what is committed.
    ///
    /// Who is no coordinator any more may not know it, and tells old offsets of a time when nothing
    /// was on its way; but it cannot have any committed.
    fn answered(
        &mut self,
        world: &World,
        (node, group): (Node, &Name),
        body: &Body,
        excused: &Set<Partition>,
    ) -> Result<(), Broken> {
        let Some(stored) = stored_in(world, group).filter(|it| !excused.contains(it)) else {
            return Ok(());
        };
        let broker = node.broker().and_then(|id| world.brokers.get(&id)?.live.as_ref());
        let Some(live) = broker else { return Ok(()) };
        match body {
            Body::Response(Response::OffsetCommit(response))
                if response.partitions.iter().all(|it| it.error == ErrorCode::None) =>
            {
                for (partition, committed) in live.committed(group).into_iter().flatten() {
                    let key = (group.clone(), *partition);
                    self.told(world, key, committed.offset, excused)?;
                }
            }
            Body::Response(Response::OffsetFetch(response))
                if response.error == ErrorCode::None && leads(world, node, stored) =>
            {
                for (partition, offset) in &response.offsets {
                    let key = (group.clone(), *partition);
                    match (offset, self.committed.get(&key)) {
                        (Some(offset), _) => self.told(world, key, *offset, excused)?,
                        (None, Some(known)) => {
                            let what = format!("group {group}: {known} is not told");
                            return super::broken("CommittedOffsetsNeverGoBack", *partition, what);
                        }
                        (None, None) => {}
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Nothing that a coordinator has said is overtaken by the past.
    fn told(
        &mut self,
        world: &World,
        key: Key,
        offset: Offset,
        excused: &Set<Partition>,
    ) -> Result<(), Broken> {
        let (group, partition) = (&key.0, key.1);
        let known = *self.committed.entry(key.clone()).or_insert(offset);
        let from = if offset < known { self.resets.remove(&key) } else { Some(known) };
        if from.is_none_or(|from| offset < from) && !self.is_late(&key, offset) {
            let what = format!("group {group}: from {known} to {offset}");
            return super::broken("CommittedOffsetsNeverGoBack", partition, what);
        }
        let careful = at_least_once(world, group);
        let done = self.done.entry(key.clone()).or_default();
        if careful && offset > known {
            let strict = all(world, group, is_strict);
            // Some of a log is not for applications.
            while !done.covers(offset) && is_hidden(world, partition, done.end_of(0), strict) {
                done.add(done.end_of(0), done.end_of(0) + 1);
            }
        }
        // With its power a machine loses markers, too: nobody can tell any more what was for
        // applications.
        let unclear = excused.contains(&partition) && self.marked.contains(&partition);
        if careful && offset > known && !unclear && !done.covers(offset) {
            let what = format!("group {group} commits {offset} and has not done it all");
            return super::broken("AtLeastOnce", partition, what);
        }
        self.committed.insert(key, offset);
        Ok(())
    }

    /// A new coordinator counts with an offset of every partition that the last one knew one of,
    /// and with none from before it; whether more is committed it need not know yet.
    fn nothing_is_missing(
        &self,
        world: &World,
        node: Node,
        index: u32,
        excused: &Set<Partition>,
    ) -> Result<(), Broken> {
        let broker = node.broker().and_then(|id| world.brokers.get(&id)?.live.as_ref());
        let Some(live) = broker else { return Ok(()) };
        for (key, known) in &self.committed {
            let (group, partition) = (&key.0, key.1);
            let stored = stored_in(world, group).filter(|stored| !excused.contains(stored));
            if stored.is_none_or(|stored| stored.index != index) {
                continue;
            }
            let from = self.resets.get(key).map_or(*known, |reset| *reset.min(known));
            let found = live.latest_offset(group, partition);
            let late = |offset| offset >= from || self.is_late(key, offset);
            if !found.is_some_and(late) {
                let what = format!("group {group}: {known} is forgotten, {found:?} is read");
                return super::broken("CommittedOffsetsNeverGoBack", partition, what);
            }
        }
        Ok(())
    }

    /// A position was set that is no committed offset: what is before it is nobody's business.
    fn begins_anew(&mut self, world: &World, node: Node, partition: Partition, offset: Offset) {
        let client = node.client().and_then(|id| world.clients.get(&id)?.as_consumer());
        let Some(consumer) = client else { return };
        let key = (consumer.group.clone(), partition);
        self.resets.insert(key.clone(), offset);
        self.done.entry(key.clone()).or_default().add(0, offset);
        self.once.entry(key).or_default().forget_from(offset);
    }

    fn worked_on(
        &mut self,
        world: &World,
        group: &Name,
        partition: Partition,
        offset: Offset,
        excused: &Set<Partition>,
    ) -> Result<(), Broken> {
        let key = (group.clone(), partition);
        self.done.entry(key.clone()).or_default().add(offset, offset + 1);
        let once = self.once.entry(key).or_default();
        let kept = stored_in(world, group).is_some_and(|stored| !excused.contains(&stored));
        if kept && at_most_once(world, group) && once.contains(offset) {
            let what = format!("group {group} works on {offset} again");
            return super::broken("AtMostOnce", partition, what);
        }
        once.add(offset, offset + 1);
        Ok(())
    }
}

/// The partition of `__consumer_offsets` that keeps a group's offsets.
fn stored_in(world: &World, group: &str) -> Option<Partition> {
    let (topic, state) = world.metadata().topic_named(OFFSETS_TOPIC)?;
    let index = partition_for(group, state.partitions.len() as u32);
    Some(Partition { topic, index })
}

/// Whether a broker leads a partition, and nobody has followed it yet.
fn leads(world: &World, node: Node, partition: Partition) -> bool {
    let live = node.broker().and_then(|id| world.brokers.get(&id)?.live.as_ref());
    let replica: Option<&Replica> = live.and_then(|live| live.replicas.get(&partition));
    let state = world.metadata().partition(partition);
    replica.filter(|it| it.as_leader().is_some()).map(|it| it.leader_epoch)
        == state.map(|state| state.leader_epoch)
}

fn all(world: &World, group: &str, is: impl Fn(&Consumer) -> bool) -> bool {
    let mut members = world.clients.values().filter_map(|client| client.as_consumer());
    members.all(|consumer| *consumer.group != *group || is(consumer))
}

/// Whether every application of a group commits only what it is done with.
fn at_least_once(world: &World, group: &str) -> bool {
    all(world, group, |consumer| {
        let handling = consumer.handling;
        let before = handling.commit == CommitMode::SyncBefore;
        let orderly = handling.handler == Handler::InPoll && handling.poll == PollMode::Loop;
        orderly && (consumer.config.enable_auto_commit != 0 || !before)
    })
}

/// Whether every application of a group commits before it begins.
fn at_most_once(world: &World, group: &str) -> bool {
    all(world, group, |consumer| {
        let handling = consumer.handling;
        let before = handling.commit == CommitMode::SyncBefore;
        before && consumer.config.enable_auto_commit == 0 && handling.poll == PollMode::Loop
    })
}

/// By its coordinator, no partition of a group has two owners: in a stable classic group, and at
/// any time in a group of KIP-848 (NoDoubleClientAssignment).
fn no_double_assignment(world: &World) -> Result<(), Broken> {
    for live in world.brokers.values().filter_map(|broker| broker.live.as_ref()) {
        for group in live.groups().filter(|group| group.state == GroupState::Stable) {
            let owned = group.members.values().flat_map(|member| member.assignment.iter());
            owned_once(&group.name, owned)?;
            revoked_before_given_away(group)?;
        }
        for group in live.consumer_groups() {
            let owned = group.members.values().flat_map(|member| {
                let current = &member.current;
                current.assigned_partitions.iter().chain(&current.partitions_pending_revocation)
            });
            owned_once(&group.name, owned)?;
        }
    }
    Ok(())
}

/// With the cooperative protocol nobody gets what another member still had when it joined; that
/// waits for the next generation (ConsumerPartitionAssignor.RebalanceProtocol.COOPERATIVE).
fn revoked_before_given_away(group: &Group) -> Result<(), Broken> {
    if group.protocol != Some(Assignor::CooperativeSticky) {
        return Ok(());
    }
    let claims = || group.members.values().map(|member| &*member.metadata);
    for (id, member) in &group.members {
        for partition in member.metadata.owned.iter() {
            // Who was away too long claims what has long been somebody else's.
            let rivals = |other: &&MemberMetadata| {
                other.owned.contains(partition) && other.generation >= member.metadata.generation
            };
            let alone = claims().filter(rivals).count() == 1;
            let gets = |(other, it): (&MemberId, &Member)| {
                other != id && it.assignment.contains(partition)
            };
            if alone && group.members.iter().any(gets) {
                let what = format!("group {} gave it away before {id:?} let it go", group.name);
                return super::broken("RevokedBeforeGivenAway", *partition, what);
            }
        }
    }
    Ok(())
}

fn owned_once<'a>(
    group: &Name,
    partitions: impl Iterator<Item = &'a Partition>,
) -> Result<(), Broken> {
    let mut owned = Set::new();
    for partition in partitions {
        if !owned.insert(*partition) {
            let what = format!("group {group} gave it to two members");
            return super::broken("NoDoubleClientAssignment", *partition, what);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_grow_together() {
        let mut all = Stretches::default();
        all.add(0, 2);
        all.add(4, 6);
        assert!(all.covers(2) && !all.covers(3) && all.contains(5) && !all.contains(6));
        all.add(2, 4);
        assert_eq!(all.0, [(0, 6)]);
        all.forget_from(3);
        assert!(all.covers(3) && !all.covers(4));
    }
}
