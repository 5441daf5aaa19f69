//! Rebalances: who begins one, the barrier that members wait at, and who is left behind
//! (GroupMetadataManager.prepareRebalance, completeClassicGroupJoin, expirations).

use std::sync::Arc;

use super::group::{Group, GroupState, InitialDelay, Member};
use super::join::join_error;
use super::sync::sync_error;
use crate::sim::broker::Running;
use crate::sim::broker::modern::ConsumerGroup;
use crate::sim::broker::purgatory::Then;
use crate::sim::broker::share::group::ShareGroup;
use crate::sim::effect::{Ctx, ReplyTo, Timer};
use crate::sim::event::{Departure, Event, RebalanceCause};
use crate::sim::id::Name;
use crate::sim::time::{Span, Time};
use crate::sim::wire::{CoordinatorRecord, ErrorCode, MemberId, Response};

impl Running<'_> {
    /// Everyone has to join again (GroupMetadataManager.prepareRebalance), or just did.
    pub(super) fn rebalance(&mut self, ctx: &mut Ctx<'_>, name: &Name, cause: RebalanceCause) {
        let delay = Span::from_config_ms(self.config.group_initial_rebalance_delay_ms);
        let Some(group) = self.live.coordinator.groups.get_mut(name) else { return };
        let mut syncing = Vec::new();
        if group.state != GroupState::PreparingRebalance {
            for member in group.members.values_mut() {
                syncing.extend(member.syncing.take());
                if group.state == GroupState::CompletingRebalance {
                    member.assignment = Arc::from([]);
                }
            }
            let timeout = group.rebalance_timeout();
            if group.state == GroupState::Empty {
                let remaining = timeout - delay;
                let until = ctx.now + delay;
                group.initial = Some(InitialDelay { until, remaining, newcomer: false });
                group.barrier = None;
            } else {
                group.barrier = Some(ctx.now + timeout);
            }
            group.state = GroupState::PreparingRebalance;
            ctx.tell(Event::GroupRebalancing { group: name.clone(), cause });
        }
        let complete = group.initial.is_none() && group.everyone_joined();
        for to in syncing {
            self.reply(ctx, to, Response::SyncGroup(sync_error(ErrorCode::RebalanceInProgress)));
        }
        if complete {
            self.complete_join(ctx, name);
        }
    }

    /// The barrier falls: whoever joined is the next generation (completeClassicGroupJoin).
    fn complete_join(&mut self, ctx: &mut Ctx<'_>, name: &Name) {
        let Some(group) = self.live.coordinator.groups.get_mut(name) else { return };
        let absent = |member: &Member| member.joining.is_none();
        let dynamic = |(_, m): &(_, &Member)| absent(m) && m.metadata.instance_id.is_none();
        let late: Vec<MemberId> = group.members.iter().filter(dynamic).map(|(id, _)| *id).collect();
        for id in late {
            group.remove(id);
            ctx.tell(member_gone(name, id, Departure::MissedRebalance));
        }
        group.initial = None;
        if !group.elect_leader() && !group.members.is_empty() {
            // Only static members that are away: it waits for one to come or to expire.
            group.barrier = Some(ctx.now + group.rebalance_timeout());
            return;
        }
        group.generation += 1;
        if group.members.is_empty() {
            group.state = GroupState::Empty;
            group.empty_since = Some(ctx.wall());
            group.protocol = None;
            group.leader = None;
            group.barrier = None;
            let (generation, record) = (group.generation, group.as_record());
            let then = Then::Sync { group: name.clone(), generation };
            let records = vec![CoordinatorRecord::Group(record)];
            self.write_coordinator_records(ctx, name, records, then);
            return;
        }
        group.protocol = group.choose_protocol();
        group.state = GroupState::CompletingRebalance;
        group.barrier = Some(ctx.now + group.rebalance_timeout());
        let (generation, members) = (group.generation, group.members.len() as u32);
        ctx.tell(Event::GroupFormed { group: name.clone(), generation, members });
        let joined: Vec<(MemberId, ReplyTo)> = group
            .members
            .iter_mut()
            .filter_map(|(id, member)| {
                member.heard_of(ctx.now);
                Some((*id, member.joining.take()?))
            })
            .collect();
        for (id, to) in joined {
            self.answer_join(ctx, name, id, to, false);
        }
    }

    /// Takes a member out; the others rebalance. False if there is no such member.
    pub(super) fn expel(
        &mut self,
        ctx: &mut Ctx<'_>,
        name: &Name,
        id: MemberId,
        why: Departure,
    ) -> bool {
        let Some(group) = self.live.coordinator.groups.get_mut(name) else { return false };
        let pending = group.pending.remove(&id).is_some();
        let member = group.remove(id);
        let state = group.state;
        let complete = group.initial.is_none() && group.everyone_joined();
        if member.is_some() {
            ctx.tell(member_gone(name, id, why));
        } else if !pending {
            return false;
        }
        if let Some(to) = member.as_ref().and_then(|member| member.joining) {
            self.reply(ctx, to, Response::JoinGroup(join_error(ErrorCode::UnknownMemberId, None)));
        }
        match state {
            GroupState::Stable | GroupState::CompletingRebalance if member.is_some() => {
                self.rebalance(ctx, name, RebalanceCause::Gone { member: id, why });
            }
            GroupState::PreparingRebalance if complete => self.complete_join(ctx, name),
            _ => {}
        }
        true
    }

    pub(in crate::sim::broker) fn on_groups_timer(&mut self, ctx: &mut Ctx<'_>) {
        let now = ctx.now;
        let names: Vec<Name> = self.live.coordinator.groups.keys().cloned().collect();
        for name in names {
            self.expire_members(ctx, &name, now);
            self.expire_barriers(ctx, &name, now);
        }
        if let Some(extension) = ctx.extension {
            (extension.broker.tend)(self, ctx);
        }
        self.arm_groups(ctx);
    }

    fn expire_members(&mut self, ctx: &mut Ctx<'_>, name: &Name, now: Time) {
        let Some(group) = self.live.coordinator.groups.get(name) else { return };
        let silent = group
            .members
            .iter()
            .filter(|(_, m)| m.may_expire() && m.session_deadline <= now)
            .map(|(id, _)| *id);
        let never_came = group.pending.iter().filter(|(_, at)| **at <= now).map(|(id, _)| *id);
        let gone: Vec<MemberId> = silent.chain(never_came).collect();
        for id in gone {
            self.expel(ctx, name, id, Departure::SessionExpired);
        }
    }

    fn expire_barriers(&mut self, ctx: &mut Ctx<'_>, name: &Name, now: Time) {
        let delay = Span::from_config_ms(self.config.group_initial_rebalance_delay_ms);
        let Some(group) = self.live.coordinator.groups.get_mut(name) else { return };
        if let Some(initial) = &mut group.initial
            && initial.until <= now
        {
            if initial.newcomer && initial.remaining > Span::ZERO {
                // Someone came while it waited: it waits once more for the next.
                let longer = delay.min(initial.remaining);
                initial.remaining = initial.remaining - longer;
                initial.until = now + longer;
                initial.newcomer = false;
            } else {
                self.complete_join(ctx, name);
            }
            return;
        }
        if group.barrier.is_none_or(|at| at > now) {
            return;
        }
        group.barrier = None;
        match group.state {
            GroupState::PreparingRebalance => self.complete_join(ctx, name),
            GroupState::CompletingRebalance => {
                let late: Vec<MemberId> = group
                    .members
                    .iter()
                    .filter(|(_, m)| m.syncing.is_none())
                    .map(|(id, _)| *id)
                    .collect();
                for id in late {
                    self.expel(ctx, name, id, Departure::MissedRebalance);
                }
            }
            GroupState::Empty | GroupState::Stable => {}
        }
    }

    pub(in crate::sim::broker) fn arm_groups(&self, ctx: &mut Ctx<'_>) {
        let groups = self.live.coordinator.groups.values();
        let modern = self.live.coordinator.consumer_groups.values();
        let share = self.live.coordinator.share_groups.values();
        let deadlines = groups
            .filter_map(Group::next_deadline)
            .chain(modern.filter_map(ConsumerGroup::next_deadline))
            .chain(share.filter_map(ShareGroup::next_deadline));
        if let Some(at) = deadlines.min() {
            ctx.arm(Timer::Groups, at);
        }
    }

    /// This broker no longer coordinates the group: answers all who wait with an error.
    pub(in crate::sim::broker) fn dismiss(
        &mut self,
        ctx: &mut Ctx<'_>,
        group: Group,
        error: ErrorCode,
    ) {
        for member in group.members.into_values() {
            if let Some(to) = member.joining {
                self.reply(ctx, to, Response::JoinGroup(join_error(error, None)));
            }
            if let Some(to) = member.syncing {
                self.reply(ctx, to, Response::SyncGroup(sync_error(error)));
            }
        }
    }
}

fn member_gone(group: &Name, member: MemberId, why: Departure) -> Event {
    Event::MemberGone { group: group.clone(), member, why }
}
