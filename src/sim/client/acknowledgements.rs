//! What a member of a share group says of the records it got: along with its next fetch, or in a
//! request of its own, which is repeated while that may help (ShareConsumeRequestManager,
//! AcknowledgeRequestState).

use super::consumer::{Ask, Consumer};
use super::share::Share;
use crate::sim::effect::Ctx;
use crate::sim::event::Event;
use crate::sim::id::{BrokerId, Offset, Partition};
use crate::sim::ordered::{self, Set};
use crate::sim::time::{Span, Time};
use crate::sim::wire::{
    AcknowledgePartition, AcknowledgeType, AcknowledgementBatch, Channel, ErrorCode, Request,
    ShareAcknowledgeRequest, ShareAcknowledgeResponse, ShareSessionEpoch,
};

/// `default.api.timeout.ms`: how long a request with acknowledgements is repeated.
const DEFAULT_API_TIMEOUT: Span = Span::secs(60);

/// What is said of records, to the broker that they came from and to nobody else.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Said {
    pub to: BrokerId,
    pub partition: Partition,
    pub first: Offset,
    /// Included.
    pub last: Offset,
    pub kind: AcknowledgeType,
}

/// What has to go to one broker by itself (AcknowledgeRequestState).
#[derive(Clone, Debug)]
pub(super) struct Committing {
    to_send: Vec<Said>,
    in_flight: Vec<Said>,
    /// To be sent again, before anything else.
    incomplete: Vec<Said>,
    attempts: u32,
    not_before: Time,
    deadline: Time,
}

impl Committing {
    fn since(now: Time) -> Committing {
        Committing {
            to_send: Vec::new(),
            in_flight: Vec::new(),
            incomplete: Vec::new(),
            attempts: 0,
            not_before: now,
            deadline: now + DEFAULT_API_TIMEOUT,
        }
    }

    fn is_empty(&self) -> bool {
        self.to_send.is_empty() && self.in_flight.is_empty() && self.incomplete.is_empty()
    }
}

impl Share {
    /// What is to be told of the last `poll()`: what the application said itself, or that all is
    /// done.
    pub(super) fn take_said(&mut self, explicit: bool) -> Vec<Said> {
        if !explicit {
            return std::mem::take(&mut self.delivered);
        }
        let mut all = Vec::new();
        for (partition, offset, kind) in std::mem::take(&mut self.said) {
            let is_it = |it: &Said| it.partition == partition && offset <= it.last;
            let Some(at) = self.delivered.iter().position(is_it) else { continue };
            let to = self.delivered[at].to;
            if self.delivered[at].last == offset {
                self.delivered.remove(at);
            }
            all.push(Said { to, partition, first: offset, last: offset, kind });
        }
        all
    }

    /// commitAsync(), or the first step of commitSync().
    pub(super) fn commit(&mut self, explicit: bool) {
        let said = self.take_said(explicit);
        self.to_commit.extend(said);
    }

    /// Takes what is to be said to a broker along with a fetch.
    pub(super) fn take_riding(&mut self, broker: BrokerId) -> Vec<Said> {
        let (own, others) =
            std::mem::take(&mut self.riding).into_iter().partition(|it| it.to == broker);
        self.riding = others;
        own
    }
}

/// In the order of their offsets, neighbours of one kind as one.
pub(super) fn batches(mut said: Vec<Said>) -> Vec<AcknowledgePartition> {
    ordered::sort_by_key(&mut said, |it| (it.partition, it.first));
    let mut all: Vec<AcknowledgePartition> = Vec::new();
    for Said { partition, first, last, kind, .. } in said {
        let batch = AcknowledgementBatch {
            first_offset: first,
            last_offset: last,
            acknowledge_types: vec![kind],
        };
        match all.last_mut().filter(|last| last.partition == partition) {
            Some(known) => match known.acknowledgement_batches.last_mut() {
                Some(last)
                    if last.last_offset + 1 == first
                        && last.acknowledge_types == batch.acknowledge_types =>
                {
                    last.last_offset = batch.last_offset;
                }
                _ => known.acknowledgement_batches.push(batch),
            },
            None => {
                let acknowledgement_batches = vec![batch];
                all.push(AcknowledgePartition { partition, acknowledgement_batches });
            }
        }
    }
    all
}

impl Consumer {
    /// The application is told that its acknowledgements came to nothing: once for each partition.
    pub(super) fn acknowledgements_failed(
        &self,
        ctx: &mut Ctx<'_>,
        said: &[Said],
        error: ErrorCode,
    ) {
        let partitions: Set<Partition> = said.iter().map(|it| it.partition).collect();
        for _ in &partitions {
            ctx.tell(Event::CommitFailed { group: self.group.clone(), error });
        }
    }

    /// Sorts out those whose broker is known to lead no longer: their locks went with it
    /// (isLeaderKnownToHaveChanged).
    pub(super) fn still_led(&mut self, ctx: &mut Ctx<'_>, said: Vec<Said>) -> Vec<Said> {
        let metadata = &mut self.metadata;
        let (mut led, mut lost) = (Vec::new(), Vec::new());
        for it in said {
            match metadata.leader(it.partition).and_then(|leader| leader.broker) {
                Some(broker) if broker != it.to => lost.push(it),
                Some(_) => led.push(it),
                None => {
                    metadata.request_update(false);
                    led.push(it);
                }
            }
        }
        self.acknowledgements_failed(ctx, &lost, ErrorCode::NotLeaderOrFollower);
        led
    }

    /// Acknowledgements that go by themselves, to each broker that has nothing else to answer; with
    /// `last` they end the sessions.
    pub(super) fn send_share_acknowledges(&mut self, ctx: &mut Ctx<'_>, last: bool) {
        let said = std::mem::take(&mut self.share.to_commit);
        for it in self.still_led(ctx, said) {
            let committing = &mut self.share.committing;
            let known = committing.entry(it.to).or_insert_with(|| Committing::since(ctx.now));
            known.to_send.push(it);
        }
        let mut brokers: Set<BrokerId> = self.share.committing.keys().copied().collect();
        if last {
            brokers.extend(self.share.sessions.keys().copied());
        }
        for broker in &brokers {
            if !self.is_busy_sharing(*broker) {
                self.send_share_acknowledge(ctx, *broker, last);
            }
        }
    }

    fn send_share_acknowledge(&mut self, ctx: &mut Ctx<'_>, broker: BrokerId, last: bool) {
        let open_at = self.network.available_at(broker, Channel::Client);
        let known = self.share.committing.remove(&broker);
        let mut committing = known.unwrap_or_else(|| Committing::since(ctx.now));
        if committing.attempts > 0 && committing.deadline <= ctx.now {
            let late = std::mem::take(&mut committing.incomplete);
            self.acknowledgements_failed(ctx, &late, ErrorCode::RequestTimedOut);
            (committing.attempts, committing.not_before) = (0, ctx.now);
        }
        let at = committing.not_before.max(open_at);
        if at > ctx.now {
            self.later.fetch = self.later.fetch.min(at);
            if !committing.is_empty() {
                self.share.committing.insert(broker, committing);
            }
            return;
        }
        let again = !committing.incomplete.is_empty();
        let next = if again { &mut committing.incomplete } else { &mut committing.to_send };
        let said = std::mem::take(next);
        let last = last && !again;
        let session = self.share.sessions.get_mut(&broker);
        let session = session.filter(|session| session.epoch != ShareSessionEpoch::INITIAL);
        let (Some(session), Some(member)) = (session, self.modern.member()) else {
            // A session cannot begin with acknowledgements.
            self.acknowledgements_failed(ctx, &said, ErrorCode::ShareSessionNotFound);
            if last {
                self.share.sessions.remove(&broker);
            }
            if !committing.is_empty() {
                self.share.committing.insert(broker, committing);
            }
            return;
        };
        if said.is_empty() && !last {
            return;
        }
        session.ends |= last;
        let epoch = if last { ShareSessionEpoch::FINAL } else { session.epoch };
        committing.in_flight.clone_from(&said);
        self.share.committing.insert(broker, committing);
        let request = Request::ShareAcknowledge(ShareAcknowledgeRequest {
            group: self.group.clone(),
            member,
            share_session_epoch: epoch,
            partitions: batches(said),
        });
        let (to, timeout) = ((broker, Channel::Client), self.request_timeout());
        self.network.send(ctx, to, request, timeout, Ask::ShareAcknowledge(broker));
    }

    /// The answer to a ShareAcknowledge, if there is one: what failed and may do better is sent
    /// again after a while (handleShareAcknowledgeSuccess, handleShareAcknowledgeFailure).
    pub(super) fn on_share_acknowledge(
        &mut self,
        ctx: &mut Ctx<'_>,
        broker: BrokerId,
        response: Option<&ShareAcknowledgeResponse>,
    ) {
        // There is no code for a connection that ended (Errors.forException).
        let of_session = response.map_or(ErrorCode::UnknownServerError, |it| it.error);
        let ends = self.share.sessions.get(&broker).is_some_and(|session| session.ends);
        self.session_goes_on(broker, of_session);
        if ends {
            self.share.sessions.remove(&broker);
        }
        let Some(mut committing) = self.share.committing.remove(&broker) else { return };
        for AcknowledgePartition { partition, .. } in batches(committing.in_flight.clone()) {
            let all = committing.in_flight.iter().copied();
            let said: Vec<Said> = all.filter(|it| it.partition == partition).collect();
            let error = match response.map(|response| &response.partitions) {
                Some(answers) if of_session == ErrorCode::None => {
                    let answer = answers.iter().find(|(of, _)| *of == partition);
                    answer.map_or(ErrorCode::InvalidRecordState, |(_, error)| *error)
                }
                _ => of_session,
            };
            if error == ErrorCode::None {
                continue;
            }
            if !ends && response.is_some() && helps_to_repeat(error) {
                committing.incomplete.extend(said);
            } else {
                self.acknowledgements_failed(ctx, &said, error);
            }
        }
        committing.in_flight.clear();
        if !committing.incomplete.is_empty() {
            committing.not_before = ctx.now + self.backoff(ctx, committing.attempts);
            committing.attempts += 1;
        }
        if !committing.is_empty() {
            self.share.committing.insert(broker, committing);
        }
    }
}

/// Another leader has no locks of the former one to be acknowledged, and a topic that is gone has
/// none at all.
fn helps_to_repeat(error: ErrorCode) -> bool {
    let gone = matches!(
        error,
        ErrorCode::NotLeaderOrFollower
            | ErrorCode::FencedLeaderEpoch
            | ErrorCode::UnknownTopicOrPartition
    );
    error.retriable() && !gone
}
