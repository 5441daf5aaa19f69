//! What happened, as a sentence: for the list of events, the narration and screen readers.

mod coordination;
mod log_life;
mod quotas;
mod remote;
mod share;
mod stream;
mod transactions;

use super::Words;
use super::names::Names;
use crate::sim::event::{Departure, Event, RebalanceCause, Stamped};
use crate::sim::id::{BrokerId, ClientId, Node, Offset, Partition};
use crate::sim::raft::QuorumRole;
use crate::sim::wire::{Body, Envelope, ErrorCode, JoinReason, MemberId, Record, RecordBatch};

impl Words {
    /// One or two sentences with `**strong**` names (see [`super::rich`]); none for what a person
    /// did, since they know.
    pub fn tell(self, happened: &Stamped, names: &dyn Names) -> Option<String> {
        let teller = Teller { words: self, names, me: self.node(happened.node, names) };
        teller.tell(&happened.event)
    }
}

/// One event being told.
struct Teller<'a> {
    words: Words,
    names: &'a dyn Names,
    /// Where it happened.
    me: String,
}

impl Teller<'_> {
    /// Each kind of event has its teller; what none of them tells, nobody needs to be told.
    fn tell(&self, event: &Event) -> Option<String> {
        let tellers: [fn(&Self, &Event) -> Option<String>; 13] = [
            Self::wire,
            Self::process,
            Self::cable,
            Self::controller,
            Self::replica,
            Self::producer,
            Self::group,
            Self::consumer,
            Self::quorum,
            Self::coordination,
            Self::quota,
            Self::remote_log,
            Self::store,
        ];
        tellers.into_iter().find_map(|teller| teller(self, event))
    }

    fn wire(&self, event: &Event) -> Option<String> {
        let words = self.words;
        let (Event::Sent(envelope) | Event::Arrived(envelope) | Event::Lost(envelope)) = event
        else {
            return None;
        };
        let Envelope { from, to, body, .. } = &**envelope;
        let (from, to) = (&self.node(*from), &self.node(*to));
        Some(match (event, &**body) {
            (_, Body::Disconnect) => words.event_disconnected(from, to),
            (Event::Sent(_), Body::Request(request)) => words.event_sent(from, request.api(), to),
            (Event::Sent(_), Body::Response(response)) => match response.error() {
                None => words.event_answered(from, response.api(), to),
                Some(error) => words.event_answered_error(from, response.api(), to, error.name()),
            },
            (Event::Arrived(_), Body::Request(request)) => {
                words.event_arrived(to, request.api(), from)
            }
            (Event::Arrived(_), Body::Response(response)) => {
                words.event_arrived_answer(to, response.api(), from)
            }
            (_, Body::Request(request)) => words.event_message_lost(request.api(), from, to),
            (_, Body::Response(response)) => words.event_message_lost(response.api(), from, to),
        })
    }

    fn quorum(&self, event: &Event) -> Option<String> {
        let (words, me) = (self.words, &self.me);
        Some(match event {
            Event::ControllerActive { epoch } => words.event_quorum_active(me, i64::from(*epoch)),
            Event::QuorumRole { role, epoch } => {
                let epoch = i64::from(*epoch);
                match role {
                    QuorumRole::Prospective => words.event_quorum_prospective(me),
                    QuorumRole::Candidate => words.event_quorum_candidate(me, epoch),
                    QuorumRole::Leader => words.event_quorum_leader(me, epoch),
                    QuorumRole::Resigned => words.event_quorum_resigned(me),
                    QuorumRole::Follower => words.event_quorum_follower(me, epoch),
                    QuorumRole::Unattached => words.event_quorum_unattached(me, epoch),
                }
            }
            _ => return None,
        })
    }

    fn process(&self, event: &Event) -> Option<String> {
        let (words, me) = (self.words, &self.me);
        Some(match event {
            Event::Started => words.event_started(me),
            Event::Crashed => words.event_crashed(me),
            Event::PowerLost => words.event_power_lost(me),
            Event::Stopped => words.event_stopped(me),
            Event::Paused => words.event_paused(me),
            Event::Resumed => words.event_resumed(me),
            Event::Slowed(span) if span.0 == 0 => words.event_full_speed(me),
            Event::Slowed(span) => words.event_slowed(me, &words.span(span.0)),
            Event::ClockSet(0) => words.event_clock_right(me),
            Event::ClockSet(ahead_ms) => words.event_clock_wrong(me, &words.clock_error(*ahead_ms)),
            Event::DiskSlowed(span) if span.0 == 0 => words.event_disk_quick(me),
            Event::DiskSlowed(span) => words.event_disk_slowed(me, &words.span(span.0)),
            Event::DiskFilled => words.event_disk_filled(me),
            Event::DiskFreed => words.event_disk_freed(me),
            Event::StorageFailed => words.event_storage_failed(me),
            _ => return None,
        })
    }

    fn cable(&self, event: &Event) -> Option<String> {
        let (words, me) = (self.words, &self.me);
        Some(match event {
            Event::LinkCut(other) => words.event_link_cut(me, &self.node(*other)),
            Event::LinkHealed(other) => words.event_link_healed(me, &self.node(*other)),
            Event::DirectionCut(to) => words.event_direction_cut(me, &self.node(*to)),
            Event::DirectionHealed(to) => words.event_direction_healed(me, &self.node(*to)),
            Event::LinkSet(other, latency) => {
                words.event_link_set(me, &self.node(*other), &words.span(latency.0))
            }
            Event::DirectionSet(to, latency) => {
                words.event_direction_set(me, &self.node(*to), &words.span(latency.0))
            }
            Event::NetworkSplit(island) => {
                let all: Vec<String> = island.iter().map(|node| self.node(*node)).collect();
                words.event_network_split(&all.join(", "))
            }
            Event::NetworkHealed => words.event_network_healed().to_owned(),
            Event::ConnectionReset(to) => words.event_connection_reset(me, &self.node(*to)),
            _ => return None,
        })
    }

    fn controller(&self, event: &Event) -> Option<String> {
        let words = self.words;
        Some(match event {
            Event::BrokerRegistered { broker, .. } => {
                words.event_registered(&words.broker(*broker))
            }
            Event::BrokerFenced(broker) => words.event_fenced(&words.broker(*broker)),
            Event::BrokerUnfenced(broker) => words.event_unfenced(&words.broker(*broker)),
            Event::TopicCreated { name, partitions, .. } => {
                words.event_topic_created(name, i64::from(*partitions))
            }
            Event::PartitionsAdded { topic, count } => {
                words.event_partitions_added(&words.topic(*topic, self.names), i64::from(*count))
            }
            Event::TopicConfigChanged { topic, name, value } => {
                let topic = &words.topic(*topic, self.names);
                match value {
                    Some(value) => words.event_topic_config(topic, name, value),
                    None => words.event_topic_config_default(topic, name),
                }
            }
            Event::AdminRefused { .. } => return self.log_life(event),
            Event::LeaderElected { partition, leader, epoch, unclean } => {
                let (partition, epoch) = (&self.partition(*partition), i64::from(*epoch));
                match leader.map(|leader| words.broker(leader)) {
                    None => words.event_leader_none(partition, epoch),
                    Some(leader) if *unclean => {
                        words.event_leader_unclean(partition, &leader, epoch)
                    }
                    Some(leader) => words.event_leader_elected(partition, &leader, epoch),
                }
            }
            Event::IsrShrank { partition, isr, .. } if isr.is_empty() => {
                words.event_isr_empty(&self.partition(*partition))
            }
            Event::IsrShrank { partition, isr, removed } => {
                let (removed, isr) = (self.brokers(removed), self.brokers(isr));
                words.event_isr_shrank(&removed, &self.partition(*partition), &isr)
            }
            Event::IsrGrew { partition, added, .. } => {
                words.event_isr_grew(&self.brokers(added), &self.partition(*partition))
            }
            Event::BrokerUnregistered(broker) => words.event_unregistered(&words.broker(*broker)),
            Event::ReassignmentBegun { partition, replicas, adding, .. } => {
                let (partition, replicas) = (&self.partition(*partition), self.brokers(replicas));
                match &adding[..] {
                    [] => words.event_reassigning_fewer(partition, &replicas),
                    adding => words.event_reassigning(partition, &replicas, &self.brokers(adding)),
                }
            }
            Event::ReassignmentDone { partition, replicas } => {
                words.event_reassigned(&self.partition(*partition), &self.brokers(replicas))
            }
            Event::ReassignmentCancelled { partition, replicas } => {
                let replicas = self.brokers(replicas);
                words.event_reassignment_cancelled(&self.partition(*partition), &replicas)
            }
            Event::ElrChanged { partition, elr } if elr.is_empty() => {
                words.event_elr_empty(&self.partition(*partition))
            }
            Event::ElrChanged { partition, elr } => {
                let count = elr.len() as i64;
                words.event_elr(&self.brokers(elr), &self.partition(*partition), count)
            }
            _ => return None,
        })
    }

    fn replica(&self, event: &Event) -> Option<String> {
        let (words, me) = (self.words, &self.me);
        Some(match event {
            Event::BecameLeader { partition, epoch, log_end } => {
                let partition = &self.partition(*partition);
                words.event_became_leader(me, partition, i64::from(*epoch), *log_end)
            }
            Event::DuplicateFound { partition, base_offset } => {
                words.event_duplicate(me, &self.partition(*partition), *base_offset)
            }
            Event::BecameFollower { partition, epoch, leader } => {
                let (partition, epoch) = (&self.partition(*partition), i64::from(*epoch));
                match leader {
                    None => words.event_became_orphan(me, partition, epoch),
                    Some(leader) => {
                        words.event_became_follower(me, &words.broker(*leader), partition, epoch)
                    }
                }
            }
            Event::Appended { partition, batch, as_leader } => {
                self.appended(&self.partition(*partition), batch, *as_leader)
            }
            Event::UnflushedLost { partition, from, to } => {
                words.event_unflushed(me, &self.partition(*partition), *from, *to)
            }
            Event::Truncated { partition, from, to } => {
                words.event_truncated(me, *from, *to, &self.partition(*partition))
            }
            Event::HighWatermarkMoved { partition, from, to, as_leader } => {
                let partition = &self.partition(*partition);
                match as_leader {
                    true => words.event_high_watermark(partition, *from, *to),
                    false => words.event_high_watermark_follower(me, partition, *to),
                }
            }
            Event::ReplicaDeleted { partition } => {
                words.event_replica_deleted(me, &self.partition(*partition))
            }
            Event::SegmentRolled { partition, base } => {
                words.event_segment_rolled(me, &self.partition(*partition), *base)
            }
            Event::LogStartMoved { partition, to, .. } => {
                words.event_log_start(me, &self.partition(*partition), *to)
            }
            _ => return self.log_life(event),
        })
    }

    fn appended(&self, partition: &str, batch: &RecordBatch, as_leader: bool) -> String {
        let (words, me) = (self.words, &self.me);
        let (first, last) = (batch.base_offset, batch.last_offset());
        match (as_leader, first == last) {
            (true, true) => words.event_appended_one(me, first, partition),
            (true, false) => words.event_appended(me, first, last, partition),
            (false, true) => words.event_copied_one(me, first, partition),
            (false, false) => words.event_copied(me, first, last, partition),
        }
    }

    fn producer(&self, event: &Event) -> Option<String> {
        let (words, me) = (self.words, &self.me);
        let count = |records: &[Record]| records.len() as i64;
        Some(match event {
            Event::Produced { partition, key: None, .. } => {
                words.event_produced(me, &self.partition(*partition))
            }
            Event::Produced { partition, key: Some(key), .. } => {
                words.event_produced_key(me, &key.text(), &self.partition(*partition))
            }
            Event::SendFailed { error, .. } => words.event_send_failed(me, error.name()),
            Event::Acked { partition, base_offset, records } => {
                let (partition, count) = (&self.partition(*partition), count(records));
                match *base_offset {
                    ..0 => words.event_acked_unheard(me, count, partition),
                    _ => words.event_acked(me, count, partition),
                }
            }
            Event::ProduceFailed { partition, records, error } => {
                let partition = &self.partition(*partition);
                // By its application's own wish.
                if *error == ErrorCode::None {
                    return Some(words.event_produce_aborted(me, count(records), partition));
                }
                words.event_produce_failed(me, count(records), partition, error.name())
            }
            Event::ProduceRetried { partition, records, error } => {
                let partition = &self.partition(*partition);
                words.event_produce_retried(me, count(records), partition, error.name())
            }
            _ => return self.transactions(event),
        })
    }

    fn group(&self, event: &Event) -> Option<String> {
        let (words, me) = (self.words, &self.me);
        Some(match event {
            Event::CoordinatorLoaded { index } => {
                words.event_coordinator_loaded(me, i64::from(*index))
            }
            Event::GroupRebalancing { group, cause } => self.rebalancing(group, *cause),
            Event::GroupEpochBumped { group, epoch, cause } => {
                let epoch = words.event_group_epoch(i64::from(*epoch));
                format!("{} {epoch}", self.rebalancing(group, *cause))
            }
            Event::MemberReturned { group, member } => {
                words.event_member_returned(&self.member(*member), group)
            }
            Event::MemberJoined { group, member } => {
                words.event_member_joined(&self.member(*member), group)
            }
            Event::MemberGone { group, member, why } => {
                let member = &self.member(*member);
                match why {
                    Departure::Left => words.event_member_left(member, group),
                    Departure::SessionExpired => words.event_member_expired(member, group),
                    Departure::MissedRebalance => words.event_member_late(member, group),
                }
            }
            Event::GroupFormed { group, generation, members } => {
                words.event_group_formed(group, i64::from(*generation), i64::from(*members))
            }
            Event::OffsetsExpired { group, group_gone: true, .. } => words.event_group_gone(group),
            Event::OffsetsExpired { group, partitions, .. } => {
                words.event_offsets_expired(group, &self.partitions(partitions))
            }
            _ => return self.share(event),
        })
    }

    fn rebalancing(&self, group: &str, cause: RebalanceCause) -> String {
        let words = self.words;
        match cause {
            RebalanceCause::Joined(member) => {
                words.event_group_rebalancing_joined(group, &self.member(member))
            }
            RebalanceCause::Returned(member) => {
                words.event_group_rebalancing_returned(group, &self.member(member))
            }
            RebalanceCause::Gone { member, .. } => {
                words.event_group_rebalancing_gone(group, &self.member(member))
            }
            RebalanceCause::NotStored(error) => {
                words.event_group_rebalancing_not_stored(group, error.name())
            }
            RebalanceCause::Rejoined { member, reason } => {
                let member = &self.member(member);
                match reason {
                    JoinReason::Revoked => words.event_group_rebalancing_revoked(group, member),
                    JoinReason::Topics => words.event_group_rebalancing_topics(group, member),
                    JoinReason::Subscription => {
                        words.event_group_rebalancing_subscription(group, member)
                    }
                    JoinReason::Newcomer | JoinReason::Rebalance | JoinReason::Failed => {
                        words.event_group_rebalancing_anew(group, member)
                    }
                }
            }
        }
    }

    fn assigned(
        &self,
        generation: i32,
        partitions: &[Partition],
        added: &[Partition],
        cooperative: bool,
    ) -> String {
        let (words, me) = (self.words, &self.me);
        let generation = i64::from(generation);
        if partitions.is_empty() && cooperative {
            return words.event_assigned_nothing(me, generation);
        }
        if partitions.is_empty() {
            return words.event_assigned_none(me, generation);
        }
        let kept: Vec<Partition> =
            partitions.iter().filter(|partition| !added.contains(partition)).copied().collect();
        match (added.is_empty(), kept.is_empty()) {
            (_, true) => words.event_assigned(me, &self.partitions(partitions), generation),
            (true, false) => {
                words.event_assigned_same(me, &self.partitions(partitions), generation)
            }
            (false, false) => words.event_assigned_more(
                me,
                &self.partitions(added),
                &self.partitions(&kept),
                generation,
            ),
        }
    }

    /// What `poll()` throws, and what would have to be otherwise.
    fn refused(&self, group: &str, error: ErrorCode) -> String {
        let words = self.words;
        let remedy = match error {
            ErrorCode::InconsistentGroupProtocol => words.event_refused_protocol(group),
            ErrorCode::GroupIdNotFound => words.event_refused_kind(group),
            ErrorCode::GroupMaxSizeReached => words.event_refused_full(group),
            ErrorCode::UnreleasedInstanceId => words.event_refused_instance().to_owned(),
            ErrorCode::UnsupportedAssignor => words.event_refused_assignor().to_owned(),
            ErrorCode::InvalidSessionTimeout => words.event_refused_session().to_owned(),
            _ => words.event_refused_closes().to_owned(),
        };
        words.event_membership_refused(&self.me, group, error.name(), &remedy)
    }

    fn consumer(&self, event: &Event) -> Option<String> {
        let (words, me) = (self.words, &self.me);
        Some(match event {
            Event::Assigned { generation, partitions, added, cooperative, .. } => {
                self.assigned(*generation, partitions, added, *cooperative)
            }
            Event::InstanceFenced { group } => words.event_instance_fenced(me, group),
            Event::MembershipRefused { group, error } => self.refused(group, *error),
            Event::Revoked { partitions, .. } => {
                words.event_revoked(me, &self.partitions(partitions))
            }
            Event::PartitionsLost { partitions, .. } => {
                words.event_partitions_lost(me, &self.partitions(partitions))
            }
            Event::PositionSet { partition, offset, by_reset } => {
                let partition = &self.partition(*partition);
                match by_reset {
                    true => words.event_position_reset(me, *offset, partition),
                    false => words.event_position(me, *offset, partition),
                }
            }
            Event::NoOffset { partition } => words.event_no_offset(me, &self.partition(*partition)),
            Event::OffsetOutOfRange { partition, offset } => {
                words.event_out_of_range(me, *offset, &self.partition(*partition))
            }
            Event::Sought { partition, offset } => {
                words.event_sought(me, *offset, &self.partition(*partition))
            }
            Event::HandlingFailed { partition, offset, .. } => {
                words.event_handling_failed(me, *offset, &self.partition(*partition))
            }
            Event::Polled { records } => words.event_polled(me, i64::from(*records)),
            Event::Processed { partition, offset, .. } => {
                words.event_processed(me, *offset, &self.partition(*partition))
            }
            Event::Committed { offsets, .. } => words.event_committed(me, &self.offsets(offsets)),
            Event::CommitFailed { error, .. } => words.event_commit_failed(me, error.name()),
            Event::PollTimedOut { group } => words.event_poll_timed_out(me, group),
            _ => return None,
        })
    }

    fn node(&self, node: Node) -> String {
        self.words.node(node, self.names)
    }

    fn member(&self, member: MemberId) -> String {
        let client: ClientId = member.client;
        self.words.client(client, self.names)
    }

    fn partition(&self, partition: Partition) -> String {
        self.words.partition(partition, self.names)
    }

    fn partitions(&self, partitions: &[Partition]) -> String {
        self.words.partitions(partitions, self.names)
    }

    fn brokers(&self, brokers: &[BrokerId]) -> String {
        self.words.brokers(brokers)
    }

    /// `P0 31, P1 12`: each partition with its offset.
    fn offsets(&self, offsets: &[(Partition, Offset)]) -> String {
        let each = |(partition, offset): &(Partition, Offset)| {
            let mut text = self.partition(*partition);
            text.push_str(" **");
            super::numbers::push_bare(&mut text, *offset);
            text.push_str("**");
            text
        };
        let all: Vec<String> = offsets.iter().map(each).collect();
        all.join(", ")
    }
}
