//! Stories of a share group's members, and of the coordinator that takes over.

use super::ShareGroupConfig;
use super::group::{ShareGroup, ShareHeartbeat};
use super::session::ShareSessions;
use crate::sim::effect::ReplyTo;
use crate::sim::id::{ClientId, Node, Partition, Seq, TopicId};
use crate::sim::time::{Span, Time};
use crate::sim::wire::{
    AcknowledgePartition, Channel, ErrorCode, MemberId, ShareFetchRequest,
    ShareGroupHeartbeatRequest, ShareRecord, ShareSessionEpoch,
};

const A: MemberId = MemberId { client: ClientId(1), serial: 0 };
const B: MemberId = MemberId { client: ClientId(2), serial: 0 };

/// Topics are called by their number of partitions: `t3` has three.
struct Story {
    group: ShareGroup,
    /// Those that exist.
    topics: Vec<u32>,
    log: Vec<ShareRecord>,
    now: Time,
    config: ShareGroupConfig,
}

impl Story {
    fn new() -> Story {
        let config = ShareGroupConfig { max_size: 2, ..ShareGroupConfig::default() };
        let (group, log) = <_>::default();
        Story { group, topics: vec![1, 2], log, now: Time::ZERO, config }
    }

    fn heartbeat(
        &mut self,
        member: MemberId,
        member_epoch: i32,
        topics: &[&str],
    ) -> Result<(i32, Option<usize>), ErrorCode> {
        let names = topics.iter().map(|name| (*name).into()).collect();
        let request = ShareGroupHeartbeatRequest {
            group: "workers".into(),
            member,
            member_epoch,
            rack: None,
            subscribed_topic_names: (!topics.is_empty()).then_some(names),
        };
        let known = self.topics.clone();
        let find = |name: &str| find(&known, name);
        let answer = self.group.heartbeat(&request, &self.config, &find, self.now)?;
        let ShareHeartbeat { response, records } = answer;
        self.log.extend(records);
        Ok((response.member_epoch, response.assignment.map(|partitions| partitions.len())))
    }

    fn wait(&mut self, span: Span) -> usize {
        self.now += span;
        let known = self.topics.clone();
        let mut records = Vec::new();
        while let Some(member) = self.group.silent(self.now) {
            records.append(&mut self.group.fence(member, &|name| find(&known, name)));
        }
        let count = records.len();
        self.log.extend(records);
        count
    }

    /// Another coordinator reads what was written.
    fn fail_over(&mut self) {
        let mut loaded = ShareGroup::default();
        self.log.iter().for_each(|record| loaded.replay(record));
        loaded.loaded(&self.config, self.now);
        self.group = loaded;
    }
}

fn find(topics: &[u32], name: &str) -> Option<(TopicId, u32)> {
    let count: u32 = name.trim_start_matches('t').parse().ok()?;
    topics.contains(&count).then_some((TopicId(count), count))
}

#[test]
fn everybody_gets_everything_at_once() {
    let mut story = Story::new();
    assert_eq!(story.heartbeat(A, 0, &["t1", "t2"]), Ok((1, Some(3))));
    assert_eq!(story.heartbeat(B, 0, &["t2"]), Ok((2, Some(2))));
    // A hears of the new epoch with its next heartbeat, and keeps what it has.
    assert_eq!(story.heartbeat(A, 1, &[]), Ok((2, None)));
    assert_eq!(story.heartbeat(A, 2, &[]), Ok((2, None)));
    // The answer was lost: the epoch before is as good.
    assert_eq!(story.heartbeat(A, 1, &[]), Ok((2, None)));
    assert_eq!(story.heartbeat(B, 2, &["t1", "t2"]), Ok((3, Some(3))));
    assert_eq!((story.group.group_epoch, story.group.assignment_epoch), (3, 3));
}

#[test]
fn a_topic_that_comes_later_is_noticed() {
    let mut story = Story::new();
    assert_eq!(story.heartbeat(A, 0, &["t1", "t4"]), Ok((1, Some(1))));
    story.topics.push(4);
    assert_eq!(story.heartbeat(A, 1, &[]), Ok((2, Some(5))));
}

/// Whoever got no answer says everything again, and is told everything again.
#[test]
fn an_assignment_that_got_lost_is_told_again() {
    let mut story = Story::new();
    story.heartbeat(A, 0, &["t1", "t4"]).unwrap();
    story.topics.push(4);
    assert_eq!(story.heartbeat(A, 1, &[]), Ok((2, Some(5))));
    assert_eq!(story.heartbeat(A, 1, &["t1", "t4"]), Ok((2, Some(5))));
}

#[test]
fn who_is_refused() {
    let mut story = Story::new();
    assert_eq!(story.heartbeat(A, 0, &[]), Err(ErrorCode::InvalidRequest));
    assert_eq!(story.heartbeat(A, -2, &["t1"]), Err(ErrorCode::InvalidRequest));
    assert_eq!(story.heartbeat(A, 1, &["t1"]), Err(ErrorCode::UnknownMemberId));
    assert_eq!(story.heartbeat(A, -1, &[]), Err(ErrorCode::UnknownMemberId));
    assert!(story.log.is_empty());
    story.heartbeat(A, 0, &["t1"]).unwrap();
    assert_eq!(story.heartbeat(A, 2, &[]), Err(ErrorCode::FencedMemberEpoch));
    story.heartbeat(B, 0, &["t1"]).unwrap();
    story.heartbeat(A, 1, &[]).unwrap();
    story.heartbeat(A, 2, &["t2"]).unwrap();
    assert_eq!(story.heartbeat(A, 1, &[]), Err(ErrorCode::FencedMemberEpoch));
    let c = MemberId { client: ClientId(3), serial: 0 };
    assert_eq!(story.heartbeat(c, 0, &["t1"]), Err(ErrorCode::GroupMaxSizeReached));
}

/// It was fenced, or knows nothing of its answers: it is given all it had (KAFKA-19233).
#[test]
fn a_member_joins_again_under_its_own_name() {
    let mut story = Story::new();
    story.topics.push(4);
    story.heartbeat(A, 0, &["t1"]).unwrap();
    story.heartbeat(B, 0, &["t1"]).unwrap();
    story.heartbeat(A, 1, &["t4"]).unwrap();
    assert_eq!(story.heartbeat(A, 7, &[]), Err(ErrorCode::FencedMemberEpoch));
    assert_eq!(story.heartbeat(A, 0, &["t4"]), Ok((3, Some(4))));
}

#[test]
fn who_leaves_and_who_is_silent_is_out() {
    let mut story = Story::new();
    story.heartbeat(A, 0, &["t1"]).unwrap();
    story.heartbeat(B, 0, &["t1"]).unwrap();
    assert_eq!(story.heartbeat(B, -1, &[]), Ok((-1, None)));
    assert_eq!(story.group.group_epoch, 3);
    assert_eq!(story.wait(Span::secs(44)), 0);
    story.heartbeat(A, 1, &[]).unwrap();
    assert_eq!(story.wait(Span::secs(44)), 0);
    assert_eq!(story.group.next_deadline(), Some(Time::ZERO + Span::secs(89)));
    assert_ne!(story.wait(Span::secs(1)), 0);
    assert!(story.group.members.is_empty());
    assert_eq!(story.heartbeat(A, 3, &[]), Err(ErrorCode::UnknownMemberId));
}

#[test]
fn a_new_coordinator_knows_what_was_written() {
    let mut story = Story::new();
    for (member, epoch, topics) in [
        (A, 0, &["t1", "t2"][..]),
        (B, 0, &["t2"]),
        (A, 1, &[]),
        (B, 2, &["t1"]),
        (A, -1, &[]),
        (B, 3, &[]),
    ] {
        story.heartbeat(member, epoch, topics).unwrap();
        let before = story.group.clone();
        story.fail_over();
        assert_eq!(story.group, before);
    }
    assert_eq!(story.heartbeat(B, 4, &[]), Ok((4, None)));
}

fn fetch(epoch: i32, partitions: &[u32], forgotten: &[u32]) -> ShareFetchRequest {
    let all = |indices: &[u32]| {
        indices.iter().map(|index| Partition { topic: TopicId(0), index: *index }).collect()
    };
    ShareFetchRequest {
        group: "workers".into(),
        member: A,
        share_session_epoch: ShareSessionEpoch(epoch),
        max_wait: Span::ms(500),
        min_bytes: 1,
        max_bytes: 52_428_800,
        max_records: 500,
        batch_size: 500,
        partitions: all(partitions),
        forgotten: all(forgotten),
        acknowledgements: Vec::new(),
    }
}

/// Where A's requests come from: its n-th connection.
fn connection(n: u32) -> ReplyTo {
    let (node, channel) = (Node::Client(A.client), Channel::Client);
    ReplyTo { node, channel, connection: n, request: Seq(0) }
}

#[test]
fn a_share_session_names_its_partitions_once() {
    let mut sessions = ShareSessions::default();
    let mut fetched = |request: &ShareFetchRequest| {
        let partitions = sessions.fetch(request, connection(0))?;
        Ok(partitions.iter().map(|partition| partition.index).collect::<Vec<u32>>())
    };
    assert_eq!(fetched(&fetch(1, &[0], &[])), Err(ErrorCode::ShareSessionNotFound));
    assert_eq!(fetched(&fetch(0, &[0, 1], &[])), Ok(vec![0, 1]));
    assert_eq!(fetched(&fetch(1, &[], &[])), Ok(vec![0, 1]));
    assert_eq!(fetched(&fetch(1, &[], &[])), Err(ErrorCode::InvalidShareSessionEpoch));
    assert_eq!(fetched(&fetch(2, &[2], &[0])), Ok(vec![1, 2]));
    assert_eq!(fetched(&fetch(-1, &[2], &[])), Err(ErrorCode::InvalidRequest));
    assert_eq!(fetched(&fetch(-1, &[], &[])), Ok(vec![]));

    let (group, epoch) = ("workers".into(), ShareSessionEpoch);
    assert_eq!(sessions.acknowledge(&group, A, epoch(3)), Ok(()));
    let stale = sessions.acknowledge(&group, A, epoch(3));
    assert_eq!(stale, Err(ErrorCode::InvalidShareSessionEpoch));
    let opening = sessions.acknowledge(&group, A, ShareSessionEpoch::INITIAL);
    assert_eq!(opening, Err(ErrorCode::InvalidShareSessionEpoch));
    assert_eq!(sessions.acknowledge(&group, A, ShareSessionEpoch::FINAL), Ok(()));
    assert_eq!(sessions.release(&group, A).len(), 2);
    let closed = sessions.acknowledge(&group, A, ShareSessionEpoch::FINAL);
    assert_eq!(closed, Err(ErrorCode::ShareSessionNotFound));
}

#[test]
fn nothing_is_acknowledged_as_a_session_opens() {
    let mut request = fetch(0, &[0], &[]);
    let (partition, acknowledgement_batches) = (request.partitions[0], Vec::new());
    request.acknowledgements.push(AcknowledgePartition { partition, acknowledgement_batches });
    let refused = ShareSessions::default().fetch(&request, connection(0));
    assert_eq!(refused, Err(ErrorCode::InvalidRequest));
}

/// Kafka looks for the member whose session began on a connection, not for that session.
#[test]
fn a_share_session_ends_with_the_connection_that_it_began_on_or_an_earlier_one() {
    let mut sessions = ShareSessions::default();
    sessions.fetch(&fetch(0, &[0], &[]), connection(0)).unwrap();
    assert_eq!(sessions.disconnected(connection(1)), None);
    sessions.fetch(&fetch(0, &[0, 1], &[]), connection(1)).unwrap();
    let (group, member) = sessions.disconnected(connection(0)).unwrap();
    assert_eq!(sessions.release(&group, member).len(), 2);
    assert!(!sessions.serves(&group));
    let (group, member) = sessions.disconnected(connection(1)).unwrap();
    assert_eq!(sessions.release(&group, member).len(), 0);
    assert_eq!(sessions.disconnected(connection(1)), None);
}
