//! What producers, groups and consumers tell, one line each.

use super::Transcript;
use crate::sim::event::{Event, RebalanceCause};
use crate::sim::id::{Offset, Partition};
use crate::sim::wire::ProducerIdAndEpoch;

impl Transcript<'_> {
    pub(super) fn client_fact(&self, event: &Event) -> Option<String> {
        Some(match event {
            Event::Produced { record, partition, key } => {
                let key = key.map_or_else(|| "no key".to_owned(), |key| key.text());
                format!("send #{} {key} to {}", record.number, self.partition(*partition))
            }
            Event::SendFailed { record, error } => {
                format!("send #{} failed: {error}", record.number)
            }
            Event::Acked { partition, base_offset: -1, records } => {
                format!("acked {}×{}, offset unknown", self.partition(*partition), records.len())
            }
            Event::Acked { partition, base_offset, records } => {
                let end = base_offset + records.len() as i64;
                format!("acked {}[{base_offset}..{end})", self.partition(*partition))
            }
            Event::ProduceFailed { partition, records, error } => {
                format!("{}×{} failed: {error}", self.partition(*partition), records.len())
            }
            Event::ProduceRetried { partition, records, error } => {
                format!("{}×{} retries: {error}", self.partition(*partition), records.len())
            }
            _ => {
                let of_group = self.group_fact(event).or_else(|| self.share_fact(event));
                let of_group = of_group.or_else(|| self.transaction_fact(event));
                return of_group.or_else(|| self.consumer_fact(event));
            }
        })
    }

    fn group_fact(&self, event: &Event) -> Option<String> {
        Some(match event {
            Event::GroupRebalancing { group, cause } => {
                format!("group {group} rebalances: {}", self.cause(*cause))
            }
            Event::GroupEpochBumped { group, epoch, cause } => {
                format!("group {group} epoch {epoch}: {}", self.cause(*cause))
            }
            Event::MemberReturned { group, member } => {
                format!("group {group}: {} is back", self.client(member.client))
            }
            Event::MemberJoined { group, member } => {
                format!("group {group}: {} joins", self.client(member.client))
            }
            Event::MemberGone { group, member, why } => {
                format!("group {group}: {} gone, {why:?}", self.client(member.client))
            }
            Event::GroupFormed { group, generation, members } => {
                format!("group {group} generation {generation}, {members} members")
            }
            Event::Assigned { partitions, generation, added, cooperative, .. } => {
                let new = match cooperative {
                    true => format!(", new {}", self.partitions(added)),
                    false => String::new(),
                };
                let all = self.partitions(partitions);
                format!("assigned {all} in generation {generation}{new}")
            }
            Event::InstanceFenced { group } => format!("fenced in group {group}"),
            Event::MembershipRefused { group, error } => {
                format!("refused by group {group}: {error}")
            }
            Event::Revoked { partitions, .. } => format!("revoked {}", self.partitions(partitions)),
            Event::PartitionsLost { partitions, .. } => {
                format!("lost {}", self.partitions(partitions))
            }
            _ => return None,
        })
    }

    /// What the leader of a partition does for a share group.
    fn share_fact(&self, event: &Event) -> Option<String> {
        let range = |partition: Partition, first: Offset, last: Offset| {
            let partition = self.partition(partition);
            match first == last {
                true => format!("{partition}@{first}"),
                false => format!("{partition}@{first}..{last}"),
            }
        };
        Some(match event {
            Event::SharePartitionInitialized { group, partition, start_offset } => {
                format!(
                    "group {group} begins at {}",
                    range(*partition, *start_offset, *start_offset)
                )
            }
            Event::RecordsAcquired { member, partition, records, .. } => {
                let what = range(*partition, records.first_offset, records.last_offset);
                let member = self.client(member.client);
                format!("{member} acquires {what}, delivery {}", records.delivery_count)
            }
            Event::RecordsAcknowledged { member, partition, batch, .. } => {
                let what = range(*partition, batch.first_offset, batch.last_offset);
                let member = self.client(member.client);
                format!("{what} of {member} is {:?} now", batch.delivery_state)
            }
            Event::AcquisitionLockTimedOut { partition, batch, .. } => {
                let what = range(*partition, batch.first_offset, batch.last_offset);
                format!("the lock on {what} ends: {:?}", batch.delivery_state)
            }
            _ => return None,
        })
    }

    /// What a producer's application lives through with its transactions.
    fn transaction_fact(&self, event: &Event) -> Option<String> {
        Some(match event {
            Event::TransactionsInitialized { transactional_id, producer } => {
                let ProducerIdAndEpoch { id, epoch } = producer;
                format!("writes as {transactional_id}: producer {id}, epoch {epoch}")
            }
            Event::TransactionBegun { .. } => "begins a transaction".to_owned(),
            Event::OffsetsSentToTransaction { offsets, .. } => {
                format!("its transaction has {}", self.offsets(offsets))
            }
            Event::TransactionCommitted { .. } => "transaction committed".to_owned(),
            Event::TransactionAborted { .. } => "transaction aborted".to_owned(),
            Event::TransactionFailed { error, .. } => format!("transaction failed: {error}"),
            Event::ProducerFenced { error, .. } => format!("closes for good: {error}"),
            _ => return None,
        })
    }

    pub(super) fn offsets(&self, offsets: &[(Partition, Offset)]) -> String {
        let each = |(p, o): &(Partition, Offset)| format!("{}@{o}", self.partition(*p));
        offsets.iter().map(each).collect::<Vec<String>>().join(" ")
    }

    fn consumer_fact(&self, event: &Event) -> Option<String> {
        Some(match event {
            Event::PositionSet { partition, offset, by_reset } => {
                let how = if *by_reset { " by reset" } else { "" };
                format!("position {}@{offset}{how}", self.partition(*partition))
            }
            Event::NoOffset { partition } => {
                format!("NoOffsetForPartitionException: {}", self.partition(*partition))
            }
            Event::OffsetOutOfRange { partition, offset } => {
                format!("OffsetOutOfRangeException: {}@{offset}", self.partition(*partition))
            }
            Event::Sought { partition, offset } => {
                format!("seek {}@{offset}", self.partition(*partition))
            }
            Event::HandlingFailed { partition, offset, .. } => {
                format!("throws at {}@{offset}", self.partition(*partition))
            }
            Event::OffsetsExpired { group, partitions, group_gone } => {
                let gone = if *group_gone { ", the group is gone" } else { "" };
                format!("group {group}: offsets of {} expired{gone}", self.partitions(partitions))
            }
            Event::Polled { records } => format!("poll: {records} records"),
            Event::Processed { partition, offset, .. } => {
                format!("processed {}@{offset}", self.partition(*partition))
            }
            Event::Committed { offsets, .. } => {
                format!("committed {}", self.offsets(offsets))
            }
            Event::CommitFailed { error, .. } => format!("commit failed: {error}"),
            Event::PollTimedOut { .. } => {
                "max.poll.interval.ms passed: leaves the group".to_owned()
            }
            _ => return None,
        })
    }

    fn cause(&self, cause: RebalanceCause) -> String {
        match cause {
            RebalanceCause::Joined(member) => format!("{} joins", self.client(member.client)),
            RebalanceCause::Returned(member) => format!("{} is back", self.client(member.client)),
            RebalanceCause::Gone { member, why } => {
                format!("{} gone, {why:?}", self.client(member.client))
            }
            RebalanceCause::Rejoined { member, reason } => {
                format!("{} rejoins, {reason:?}", self.client(member.client))
            }
            RebalanceCause::NotStored(error) => format!("not stored, {error}"),
        }
    }
}
