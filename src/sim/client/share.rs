//! A consumer as a member of a share group (KIP-932): it fetches records that are its own for a
//! while, and says what it has done with each (ShareConsumerImpl, ShareConsumeRequestManager).

use std::collections::VecDeque;
use std::sync::Arc;

use super::acknowledgements::{Committing, Said, batches};
use super::consumer::{Ask, Consumer};
use super::poll::Portion;
use crate::sim::effect::Ctx;
use crate::sim::event::Event;
use crate::sim::handling::CommitMode;
use crate::sim::id::{BrokerId, Offset, Partition};
use crate::sim::ordered::{Map, Set};
use crate::sim::time::Span;
use crate::sim::wire::{
    AcknowledgeType, Channel, ErrorCode, Request, Response, ShareFetchPartitionResponse,
    ShareFetchRequest, ShareFetchResponse, ShareSessionEpoch,
};

/// A share session with one broker (ShareSessionHandler).
#[derive(Clone, Debug)]
pub(super) struct Session {
    /// Of the next request.
    pub epoch: ShareSessionEpoch,
    partitions: Set<Partition>,
    /// The request under way is its last.
    pub ends: bool,
}

impl Default for Session {
    fn default() -> Session {
        Session { epoch: ShareSessionEpoch::INITIAL, partitions: Set::new(), ends: false }
    }
}

/// What it has of records that it shares with others.
#[derive(Clone, Debug, Default)]
pub struct Share {
    /// Whether its group is a share group.
    pub(super) chosen: bool,
    pub(super) sessions: Map<BrokerId, Session>,
    /// What was fetched, from whom, and waits for `poll()`.
    buffer: VecDeque<(BrokerId, Portion)>,
    /// What the last `poll()` returned, as if all of it were done.
    pub(super) delivered: Vec<Said>,
    /// What the application said of that, record by record.
    pub(super) said: Vec<(Partition, Offset, AcknowledgeType)>,
    /// What rides along with the next fetch.
    pub(super) riding: Vec<Said>,
    /// What has to go by itself.
    pub(super) to_commit: Vec<Said>,
    /// The same on its way.
    pub(super) committing: Map<BrokerId, Committing>,
}

impl Share {
    /// Out of the box, or after its process has ended.
    pub(super) fn new(chosen: bool) -> Share {
        Share { chosen, ..Share::default() }
    }
}

impl Consumer {
    /// Whether its group is a share group.
    pub fn is_share(&self) -> bool {
        self.share.chosen
    }

    /// Whether the application says of each record what it has done with it
    /// (`share.acknowledgement.mode`).
    pub(super) fn acknowledges_explicitly(&self) -> bool {
        self.share.chosen && self.config.share_acknowledgement_mode != 0
    }

    /// A broker has answered, or will not.
    pub(super) fn share_answered(
        &mut self,
        ctx: &mut Ctx<'_>,
        broker: BrokerId,
        acknowledges: bool,
        response: Option<&Response>,
    ) {
        if let Some(extension) = ctx.extension {
            (extension.client.share_answer)(self, ctx, broker, acknowledges, response);
        }
    }

    /// One round of KafkaShareConsumer.poll; true when the application got records and is done with
    /// them already.
    pub(super) fn poll_share(&mut self, ctx: &mut Ctx<'_>) -> bool {
        self.coordinate(ctx);
        if self.is_closing() {
            return true; // An exception nobody catches.
        }
        let explicit = self.acknowledges_explicitly();
        let said = self.share.take_said(explicit);
        let portions = self.collect_share();
        if portions.is_empty() {
            self.share.riding.extend(said);
        } else {
            self.share.to_commit.extend(said);
        }
        self.send_share_acknowledges(ctx, false);
        if portions.is_empty() {
            // Acknowledgements come first, whoever they go to.
            if self.share.committing.is_empty() {
                self.send_share_fetches(ctx);
            }
            return self.poll_times_out(ctx);
        }
        let records = portions.iter().map(|portion| (portion.end - portion.next) as u32).sum();
        ctx.tell(Event::Polled { records });
        self.application.last_poll = ctx.now;
        if self.handling.commit == CommitMode::SyncBefore && !self.auto_commits() {
            self.application.work = self.committing(ctx, Arc::from([]), portions);
            return true;
        }
        self.handle(ctx, portions)
    }

    /// ShareFetchCollector.collect: up to `max.poll.records` of what waits.
    fn collect_share(&mut self) -> VecDeque<Portion> {
        let mut room = self.config.max_poll_records;
        let mut portions = VecDeque::new();
        while room > 0
            && let Some((broker, mut front)) = self.share.buffer.pop_front()
        {
            let end = front.end.min(front.next + room);
            room -= end - front.next;
            self.share.delivered.push(Said {
                to: broker,
                partition: front.partition,
                first: front.next,
                last: end - 1,
                kind: AcknowledgeType::Accept,
            });
            portions.push_back(Portion { end, ..front.clone() });
            if end < front.end {
                front.next = end;
                self.share.buffer.push_front((broker, front));
            }
        }
        portions
    }

    pub(super) fn is_busy_sharing(&self, broker: BrokerId) -> bool {
        let shares = |ask: &Ask| matches!(ask, Ask::ShareFetch { .. } | Ask::ShareAcknowledge(_));
        self.network.asks().any(|(to, ask)| to == broker && shares(ask))
    }

    /// ShareConsumeRequestManager.poll: one request to each broker that leads something and has
    /// none under way.
    fn send_share_fetches(&mut self, ctx: &mut Ctx<'_>) {
        let mut wanted: Map<BrokerId, Vec<Partition>> = Map::new();
        let version = self.metadata.version();
        for (partition, reading) in &self.readings {
            if reading.retry_at > ctx.now && reading.failed_at_version == version {
                self.later.fetch = self.later.fetch.min(reading.retry_at);
                continue;
            }
            let leader = self.metadata.leader(*partition).and_then(|leader| leader.broker);
            let Some(broker) = leader else {
                self.metadata.request_update(false);
                continue;
            };
            let open_at = self.network.available_at(broker, Channel::Client);
            if open_at > ctx.now {
                self.later.fetch = self.later.fetch.min(open_at);
                continue;
            }
            wanted.entry(broker).or_default().push(*partition);
        }
        let riding = std::mem::take(&mut self.share.riding);
        for said in self.still_led(ctx, riding) {
            // Even where there is nothing to fetch.
            if self.network.available_at(said.to, Channel::Client) <= ctx.now {
                wanted.entry(said.to).or_default();
            }
            self.share.riding.push(said);
        }
        for (broker, partitions) in wanted {
            if !self.is_busy_sharing(broker) {
                self.send_share_fetch(ctx, broker, partitions);
            }
        }
    }

    fn send_share_fetch(&mut self, ctx: &mut Ctx<'_>, broker: BrokerId, wanted: Vec<Partition>) {
        let Some(member) = self.modern.member() else { return };
        let mut said = self.share.take_riding(broker);
        let session = self.share.sessions.get(&broker);
        if session.is_none_or(|session| session.epoch == ShareSessionEpoch::INITIAL) {
            // A session cannot begin with acknowledgements.
            self.acknowledgements_failed(ctx, &said, ErrorCode::InvalidShareSessionEpoch);
            said.clear();
            if wanted.is_empty() {
                return;
            }
        }
        let acknowledgements = batches(said);
        let session = self.share.sessions.entry(broker).or_default();
        let new = |partition: &&Partition| !session.partitions.contains(partition);
        let partitions = wanted.iter().filter(new).copied().collect();
        let old = |partition: &&Partition| !wanted.contains(partition);
        let forgotten = session.partitions.iter().filter(old).copied().collect();
        session.partitions = wanted.iter().copied().collect();
        let bytes = |config: i64| u32::try_from(config).unwrap_or(u32::MAX);
        let ask = Ask::ShareFetch { broker, acknowledges: !acknowledgements.is_empty() };
        let request = Request::ShareFetch(ShareFetchRequest {
            group: self.group.clone(),
            member,
            share_session_epoch: session.epoch,
            max_wait: Span::from_config_ms(self.config.fetch_max_wait_ms),
            min_bytes: bytes(self.config.fetch_min_bytes),
            max_bytes: bytes(self.config.fetch_max_bytes),
            max_records: bytes(self.config.max_poll_records),
            batch_size: bytes(self.config.max_poll_records),
            partitions,
            forgotten,
            acknowledgements,
        });
        let timeout = self.request_timeout();
        self.network.send(ctx, (broker, Channel::Client), request, timeout, ask);
    }

    /// The answer to a ShareFetch, with which acknowledgements may have gone, or to a
    /// ShareAcknowledge; none if there will be none. What went with a fetch is not sent again.
    pub(super) fn on_share_answer(
        &mut self,
        ctx: &mut Ctx<'_>,
        broker: BrokerId,
        acknowledges: bool,
        response: Option<&Response>,
    ) {
        match response {
            Some(Response::ShareFetch(response)) => {
                if acknowledges {
                    self.acknowledgement_failed(ctx, response.error);
                }
                self.on_share_fetch(ctx, broker, response);
            }
            Some(Response::ShareAcknowledge(response)) => {
                self.on_share_acknowledge(ctx, broker, Some(response));
            }
            _ => {
                self.on_share_acknowledge(ctx, broker, None);
                if acknowledges {
                    self.acknowledgement_failed(ctx, ErrorCode::NetworkException);
                }
            }
        }
    }

    fn acknowledgement_failed(&self, ctx: &mut Ctx<'_>, error: ErrorCode) {
        if error != ErrorCode::None {
            ctx.tell(Event::CommitFailed { group: self.group.clone(), error });
        }
    }

    /// ShareSessionHandler.handleResponse; whether the session goes on.
    pub(super) fn session_goes_on(&mut self, broker: BrokerId, error: ErrorCode) -> bool {
        if error != ErrorCode::None {
            self.share.sessions.remove(&broker);
        } else if let Some(session) = self.share.sessions.get_mut(&broker) {
            session.epoch = session.epoch.next();
        }
        error == ErrorCode::None
    }

    fn on_share_fetch(
        &mut self,
        ctx: &mut Ctx<'_>,
        broker: BrokerId,
        response: &ShareFetchResponse,
    ) {
        if !self.session_goes_on(broker, response.error) {
            return;
        }
        let retry_at = ctx.now + self.retry_backoff();
        let version = self.metadata.version();
        for said in &response.partitions {
            self.acknowledgement_failed(ctx, said.acknowledge_error);
            let Some(reading) = self.readings.get_mut(&said.partition) else { continue };
            if said.error != ErrorCode::None {
                reading.retry_at = retry_at;
                reading.failed_at_version = version;
                self.metadata.request_update(false);
            }
            self.share.buffer.extend(portions(said).into_iter().map(|it| (broker, it)));
        }
    }

    /// KafkaShareConsumer.commitSync, and the end of all sessions in close().
    pub(super) fn share_commit_goes_on(&mut self, ctx: &mut Ctx<'_>) -> bool {
        let explicit = self.acknowledges_explicitly();
        self.share.commit(explicit);
        let last = self.closes_sessions();
        if last {
            let riding = std::mem::take(&mut self.share.riding);
            self.share.to_commit.extend(riding);
        }
        if self.close_is_late(ctx.now) {
            return self.commit_over(ctx, false);
        }
        self.send_share_acknowledges(ctx, last);
        let under_way = |ask: &Ask| matches!(ask, Ask::ShareAcknowledge(_));
        let waits = self.network.asks().any(|(_, ask)| under_way(ask));
        if waits || !self.share.committing.is_empty() || last && !self.share.sessions.is_empty() {
            let at = ctx.now + self.retry_backoff();
            self.later.fetch = self.later.fetch.min(at);
            return false;
        }
        self.commit_over(ctx, true)
    }
}

/// What was acquired of a partition, batch by batch.
fn portions(said: &ShareFetchPartitionResponse) -> Vec<Portion> {
    let mut all = Vec::new();
    for acquired in &said.acquired_records {
        for batch in &said.batches {
            let next = batch.base_offset.max(acquired.first_offset);
            let end = batch.next_offset().min(acquired.last_offset + 1);
            if next < end {
                let (partition, batch) = (said.partition, Arc::clone(batch));
                all.push(Portion { partition, batch, next, end });
            }
        }
    }
    all
}
