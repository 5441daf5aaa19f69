//! What a record is about: of all with the same key, compaction leaves the last one.

use super::{
    CoordinatorRecord, MemberId, ModernRecord, Record, ShareRecord, ShareStateKind, Value,
};
use crate::sim::id::{Key, Name, Partition};

/// A key as compaction compares them.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum RecordKey {
    /// An application's own.
    Application(Key),
    /// A coordinator's, with the fields of all kinds of it.
    Coordinator {
        /// Of its key's schema: it tells the kinds of one topic apart.
        version: i16,
        name: Name,
        member: Option<MemberId>,
        partition: Option<Partition>,
    },
}

impl Record {
    /// What compaction goes by; none where a record has no key.
    pub fn compaction_key(&self) -> Option<RecordKey> {
        match &self.value {
            Value::Coordinator(record) => Some(record.compaction_key()),
            _ => self.key.map(RecordKey::Application),
        }
    }

    /// Whether it says that its key has no value any more.
    pub fn is_tombstone(&self) -> bool {
        match &self.value {
            Value::Null => true,
            Value::Coordinator(record) => record.is_tombstone(),
            Value::Bytes(_) | Value::Poison(_) | Value::Derived(_) => false,
            Value::EndTransaction { .. } => false,
        }
    }
}

impl CoordinatorRecord {
    fn compaction_key(&self) -> RecordKey {
        let (version, name, member, partition) = match self {
            // OffsetCommitKey, GroupMetadataKey.
            CoordinatorRecord::Offset { group, partition, .. } => {
                (1, group, None, Some(*partition))
            }
            CoordinatorRecord::Group(value) => (2, &value.group, None, None),
            CoordinatorRecord::GroupTombstone(group) => (2, group, None, None),
            CoordinatorRecord::ConsumerGroup { group, record } => {
                let (version, member) = modern_key(record);
                (version, group, member, None)
            }
            CoordinatorRecord::ShareGroup { group, record } => {
                let (version, member) = share_key(record);
                (version, group, member, None)
            }
            // ShareSnapshotKey, ShareUpdateKey.
            CoordinatorRecord::ShareState(record) => {
                let version = match record.kind {
                    ShareStateKind::ShareSnapshot => 0,
                    ShareStateKind::ShareUpdate => 1,
                };
                (version, &record.key.group, None, Some(record.key.partition))
            }
            // TransactionLogKey.
            CoordinatorRecord::Transaction(record) => (0, &record.transactional_id, None, None),
        };
        RecordKey::Coordinator { version, name: name.clone(), member, partition }
    }

    fn is_tombstone(&self) -> bool {
        match self {
            CoordinatorRecord::Offset { committed, .. } => committed.is_none(),
            CoordinatorRecord::GroupTombstone(_) => true,
            CoordinatorRecord::ConsumerGroup { record, .. } => match &**record {
                ModernRecord::MemberMetadata { value, .. } => value.is_none(),
                ModernRecord::TargetAssignmentMember { topic_partitions, .. } => {
                    topic_partitions.is_none()
                }
                ModernRecord::CurrentMemberAssignment { value, .. } => value.is_none(),
                _ => false,
            },
            CoordinatorRecord::ShareGroup { record, .. } => matches!(
                &**record,
                ShareRecord::MemberMetadata(_, None)
                    | ShareRecord::TargetAssignmentMember(_, None)
                    | ShareRecord::CurrentMemberAssignment(_, None)
            ),
            CoordinatorRecord::Transaction(record) => record.value.is_none(),
            CoordinatorRecord::Group(_) | CoordinatorRecord::ShareState(_) => false,
        }
    }
}

fn modern_key(record: &ModernRecord) -> (i16, Option<MemberId>) {
    match record {
        ModernRecord::GroupMetadata { .. } => (3, None),
        ModernRecord::PartitionMetadata { .. } => (4, None),
        ModernRecord::MemberMetadata { member, .. } => (5, Some(*member)),
        ModernRecord::TargetAssignmentMetadata { .. } => (6, None),
        ModernRecord::TargetAssignmentMember { member, .. } => (7, Some(*member)),
        ModernRecord::CurrentMemberAssignment { member, .. } => (8, Some(*member)),
    }
}

fn share_key(record: &ShareRecord) -> (i16, Option<MemberId>) {
    match record {
        ShareRecord::PartitionMetadata(_) => (9, None),
        ShareRecord::MemberMetadata(member, _) => (10, Some(*member)),
        ShareRecord::GroupMetadata(_) => (11, None),
        ShareRecord::TargetAssignmentMetadata(_) => (12, None),
        ShareRecord::TargetAssignmentMember(member, _) => (13, Some(*member)),
        ShareRecord::CurrentMemberAssignment(member, _) => (14, Some(*member)),
    }
}
