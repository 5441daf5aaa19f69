//! ConsumerGroupHeartbeat at the broker: writes what a heartbeat means, and answers once that is
//! committed (GroupCoordinatorService.consumerGroupHeartbeat).

use std::cmp::Ordering;
use std::sync::Arc;

use super::group::ConsumerGroup;
use super::heartbeat::{CoordinatorView, refused};
use crate::sim::broker::Running;
use crate::sim::broker::classic::GroupState;
use crate::sim::broker::coordinator::TIMER_RETRY_BACKOFF;
use crate::sim::broker::purgatory::{Then, WhyNot};
use crate::sim::effect::{Ctx, ReplyTo};
use crate::sim::event::{Departure, Event, RebalanceCause};
use crate::sim::id::{Epoch, Name};
use crate::sim::image::MetadataImage;
use crate::sim::time::Span;
use crate::sim::wire::{
    ConsumerGroupHeartbeatRequest, CoordinatorRecord, ErrorCode, JOIN_GROUP_MEMBER_EPOCH,
    JoinReason, MemberId, ModernRecord, Response, SubscribedTopicMetadata,
};

fn topic(image: &MetadataImage, name: &str) -> Option<SubscribedTopicMetadata> {
    let (id, topic) = image.topic_named(name)?;
    Some(SubscribedTopicMetadata { topic: id, num_partitions: topic.partitions.len() as u32 })
}

fn answer(error: ErrorCode) -> Response {
    Response::ConsumerGroupHeartbeat(refused(error))
}

/// The epoch that these records bring a group to, if they do.
fn bumped(records: &[ModernRecord]) -> Option<Epoch> {
    records.iter().rev().find_map(|record| match record {
        ModernRecord::GroupMetadata { epoch } => *epoch,
        _ => None,
    })
}

/// What a heartbeat or a silence has made of a group.
pub(in crate::sim::broker) struct Membership {
    pub before: usize,
    pub after: usize,
    /// The group epoch, if it is a new one.
    pub epoch: Option<Epoch>,
}

impl Membership {
    /// Tells who came or went, and what that means for the group.
    pub fn tell(
        &self,
        ctx: &mut Ctx<'_>,
        group: &Name,
        member: MemberId,
        why: Departure,
        subscribes: bool,
    ) {
        let cause = match self.after.cmp(&self.before) {
            Ordering::Greater => {
                ctx.tell(Event::MemberJoined { group: group.clone(), member });
                RebalanceCause::Joined(member)
            }
            Ordering::Less => {
                ctx.tell(Event::MemberGone { group: group.clone(), member, why });
                RebalanceCause::Gone { member, why }
            }
            Ordering::Equal if subscribes => {
                RebalanceCause::Rejoined { member, reason: JoinReason::Subscription }
            }
            Ordering::Equal => RebalanceCause::Rejoined { member, reason: JoinReason::Topics },
        };
        if let Some(epoch) = self.epoch {
            ctx.tell(Event::GroupEpochBumped { group: group.clone(), epoch, cause });
        }
    }
}

impl Running<'_> {
    pub(in crate::sim::broker) fn consumer_group_heartbeat(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        request: &ConsumerGroupHeartbeatRequest,
    ) {
        if let Err(error) = self.try_consumer_group_heartbeat(ctx, to, request) {
            self.reply(ctx, to, answer(error));
        }
        self.arm_groups(ctx);
    }

    /// Ok when the answer comes later.
    fn try_consumer_group_heartbeat(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        request: &ConsumerGroupHeartbeatRequest,
    ) -> Result<(), ErrorCode> {
        if !self.coordinates(&request.group) {
            return Err(ErrorCode::NotCoordinator);
        }
        let name = &request.group;
        let joins = request.member_epoch == JOIN_GROUP_MEMBER_EPOCH;
        let fresh = ConsumerGroup::new(name.clone());
        let known = self.live.coordinator.consumer_groups.contains_key(name);
        let taken = self.live.coordinator.share_groups.contains_key(name);
        let makes = joins && !taken && self.is_free(name);
        if !known && !makes {
            return Err(ErrorCode::GroupIdNotFound);
        }
        let group = self.live.coordinator.consumer_groups.get(name).unwrap_or(&fresh);
        let image = &self.disk.image;
        let client = to.node.client().ok_or(ErrorCode::InvalidRequest)?;
        let serial = u32::try_from(ctx.now.as_millis()).unwrap_or(u32::MAX);
        let max_size = u32::try_from(self.config.group_consumer_max_size).unwrap_or(u32::MAX);
        let view = CoordinatorView {
            heartbeat_interval: Span::from_config_ms(
                self.config.group_consumer_heartbeat_interval_ms,
            ),
            max_size,
            topics: &|name| topic(image, name),
            new_member: MemberId { client, serial },
        };
        let before = group.members.len();
        let transition = group.heartbeat(request, view)?;
        let records = &transition.records;
        let bumps = bumped(records);
        let good = Response::ConsumerGroupHeartbeat(transition.response.clone());
        let then = Then::Answer { to, good: Box::new(good), bad: WhyNot(answer) };
        if records.is_empty() {
            self.when_all_is_committed(ctx, name, then);
        } else if !self.write_modern(ctx, name, records.clone(), then) {
            return Ok(());
        }
        let session = self.consumer_session_timeout();
        let groups = &mut self.live.coordinator.consumer_groups;
        let group = groups.entry(name.clone()).or_insert_with(|| ConsumerGroup::new(name.clone()));
        group.apply(&transition, ctx.now, session);
        let after = group.members.len();
        let Some(member) = transition.response.member else { return Ok(()) };
        let change = Membership { before, after, epoch: bumps };
        let subscribes = request.subscribed_topic_names.is_some();
        change.tell(ctx, name, member, Departure::Left, subscribes);
        Ok(())
    }

    /// Whether no classic group of this name is in the way; an empty one gives way
    /// (GroupMetadataManager.maybeDeleteEmptyClassicGroup).
    pub(in crate::sim::broker) fn is_free(&mut self, name: &Name) -> bool {
        let groups = &mut self.live.coordinator.groups;
        let empty = groups.get(name).is_none_or(|group| group.state == GroupState::Empty);
        if empty {
            groups.remove(name);
        }
        empty
    }

    fn consumer_session_timeout(&self) -> Span {
        Span::from_config_ms(self.config.group_consumer_session_timeout_ms)
    }

    /// Whether they are in the log.
    fn write_modern(
        &mut self,
        ctx: &mut Ctx<'_>,
        name: &Name,
        records: Vec<ModernRecord>,
        then: Then,
    ) -> bool {
        let wrapped = records.into_iter().map(|record| {
            let group = name.clone();
            CoordinatorRecord::ConsumerGroup { group, record: Box::new(record) }
        });
        self.write_coordinator_records(ctx, name, wrapped.collect(), then)
    }

    /// Fences members whose session or whose time to revoke partitions is over.
    pub(in crate::sim::broker) fn expire_consumer_group_members(&mut self, ctx: &mut Ctx<'_>) {
        let names: Vec<Name> = self.live.coordinator.consumer_groups.keys().cloned().collect();
        for name in names {
            while let Some((member, why)) = self.expired_member(&name, ctx) {
                let Some(group) = self.live.coordinator.consumer_groups.get(&name) else { break };
                let image = &self.disk.image;
                let records = group.fence(member, &|name| topic(image, name));
                let bumps = bumped(&records);
                let written = self.write_modern(ctx, &name, records.clone(), Then::Nothing);
                if let Some(group) = self.live.coordinator.consumer_groups.get_mut(&name) {
                    if !written {
                        group.postpone(member, ctx.now + TIMER_RETRY_BACKOFF);
                        continue;
                    }
                    records.iter().for_each(|record| group.replay(record));
                }
                let after = self.live.coordinator.consumer_groups.get(&name);
                let after = after.map_or(0, |group| group.members.len());
                let change = Membership { before: after + 1, after, epoch: bumps };
                change.tell(ctx, &name, member, why, false);
            }
        }
    }

    fn expired_member(&self, name: &Name, ctx: &Ctx<'_>) -> Option<(MemberId, Departure)> {
        self.live.coordinator.consumer_groups.get(name)?.expired(ctx.now)
    }

    /// A coordinator reads what another one wrote.
    pub(in crate::sim::broker) fn load_consumer_groups(
        &mut self,
        ctx: &mut Ctx<'_>,
        records: &[Arc<CoordinatorRecord>],
    ) {
        let session = self.consumer_session_timeout();
        let coordinator = &mut self.live.coordinator;
        let mut loaded: Vec<&Name> = Vec::new();
        for record in records {
            match &**record {
                // What was written last says which protocol the group speaks.
                CoordinatorRecord::Group(value) => {
                    coordinator.consumer_groups.remove(&value.group);
                    loaded.retain(|name| **name != value.group);
                }
                CoordinatorRecord::ConsumerGroup { group: name, record }
                    if matches!(**record, ModernRecord::GroupMetadata { epoch: None }) =>
                {
                    coordinator.consumer_groups.remove(name);
                    loaded.retain(|other| *other != name);
                }
                CoordinatorRecord::ConsumerGroup { group: name, record } => {
                    let groups = &mut coordinator.consumer_groups;
                    let group = groups
                        .entry(name.clone())
                        .or_insert_with(|| ConsumerGroup::new(name.clone()));
                    group.replay(record);
                    if !loaded.contains(&name) {
                        loaded.push(name);
                    }
                }
                _ => {}
            }
        }
        for name in loaded {
            coordinator.groups.remove(name);
            if let Some(group) = coordinator.consumer_groups.get_mut(name) {
                group.loaded(ctx.now, session);
            }
        }
    }
}
