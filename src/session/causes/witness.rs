//! One record's story as it goes by: who wrote it, who was told, what took it away or wrote it anew.

use super::Question;
use super::faults::Numbered;
use super::reign::Reign;
use super::step::{Role, Step, What};
use crate::metrics::ledger::{Entry, Place};
use crate::metrics::loss::How;
use crate::sim::id::{BrokerId, Name, Node, Offset, RecordId, Seq};
use crate::sim::wire::{Acks, Body, Envelope, ErrorCode, Record, RecordBatch, Request};
use crate::sim::{Event, Partition, Stamped, Time, World};

/// So many steps are kept while the tape plays; of more, those in the middle go.
const KEPT: usize = 200;
/// So many are told.
const TOLD: usize = 40;
/// Between the numbers of two events, for what is told before or after one.
const ROOM: u64 = 4;

/// What is known so far.
pub(super) struct Witness {
    question: Question,
    entry: Entry,
    partition: Partition,
    producer: Node,
    /// The group that worked on it again.
    group: Option<Name>,
    reign: Reign,
    /// Who holds replicas of its partition.
    replicas: Vec<Node>,
    number: u64,
    /// Where it stands now.
    copies: Vec<(Node, Offset)>,
    written: u32,
    /// When a leader first wrote it.
    first_written: Option<u64>,
    committed: bool,
    /// Produce requests that carried it.
    attempts: Vec<Seq>,
    acks: Acks,
    processed: u32,
    first_processed: Option<u64>,
    /// What befell its group between, one of each kind.
    regrouped: Vec<Numbered>,
    steps: Vec<Numbered>,
    omitted: u32,
    fact: Option<u64>,
}

impl Witness {
    pub(super) fn new(entry: &Entry, question: Question) -> Witness {
        let again = entry.processed.iter().find(|(_, times)| *times > 1);
        let nowhere = Partition { topic: crate::sim::id::TopicId(u32::MAX), index: 0 };
        Witness {
            question,
            partition: entry.partition.unwrap_or(nowhere),
            producer: Node::Client(entry.record.client),
            group: again.map(|(group, _)| group.clone()),
            entry: entry.clone(),
            reign: Reign::default(),
            replicas: Vec::new(),
            number: ROOM,
            copies: Vec::new(),
            written: 0,
            first_written: None,
            committed: false,
            attempts: Vec::new(),
            acks: Acks::All,
            processed: 0,
            first_processed: None,
            regrouped: Vec::new(),
            steps: Vec::new(),
            omitted: 0,
            fact: None,
        }
    }

    /// Who holds replicas, as far as a look from time to time tells.
    pub(super) fn look_around(&mut self, world: &World) {
        if let Some(state) = world.metadata().partition(self.partition) {
            self.replicas = state.replicas.iter().map(|id| Node::Broker(*id)).collect();
        }
    }

    pub(super) fn is_done(&self) -> bool {
        self.fact.is_some()
    }

    /// Takes note of what happened next.
    pub(super) fn see(&mut self, stamped: &Stamped) {
        if self.is_done() {
            return;
        }
        self.number += ROOM;
        self.reign.note(self.number, stamped, self.partition);
        match &stamped.event {
            Event::Sent(_) | Event::Lost(_) => self.wire(stamped),
            Event::Appended { .. }
            | Event::Truncated { .. }
            | Event::UnflushedLost { .. }
            | Event::ReplicaDeleted { .. }
            | Event::HighWatermarkMoved { .. }
            | Event::BecameLeader { .. } => self.log(stamped),
            Event::Produced { .. }
            | Event::SendFailed { .. }
            | Event::Acked { .. }
            | Event::ProduceFailed { .. }
            | Event::ProduceRetried { .. } => self.producer(stamped),
            _ => self.group(stamped),
        }
    }

    /// The steps in order, up to what was asked about.
    pub(super) fn account(&mut self, now: Time) -> Vec<Step> {
        if self.fact.is_none() && self.question == Question::InDoubt {
            self.number += ROOM;
            let nodes = self.concerned();
            self.troubles(&nodes);
            self.tell(0, Step::new(now, self.producer, What::Untold));
        }
        crate::sim::ordered::sort_by_key(&mut self.steps, |(number, _)| *number);
        let last = self.fact.unwrap_or(u64::MAX);
        let mut told: Vec<Step> = Vec::new();
        let mut before = 0;
        for (number, step) in std::mem::take(&mut self.steps) {
            let again = number == before && !step.is_of_broker();
            if number <= last && !again && !told.iter().any(|it| it.is_same_word(&step)) {
                told.push(step);
            }
            before = number;
        }
        if let Some(fact) = told.last_mut() {
            fact.role = Role::Fact;
        }
        let more = told.len().saturating_sub(TOLD);
        if more > 0 {
            let left_out = told.drain(TOLD / 2..TOLD / 2 + more + 1).next();
            if let Some(Step { at, node, .. }) = left_out {
                let omitted = self.omitted + more as u32 + 1;
                told.insert(TOLD / 2, Step::new(at, node, What::Omitted(omitted)));
            }
        }
        told
    }

    /// A step at this event, or just before it.
    fn tell(&mut self, before: u64, step: Step) {
        self.add(vec![(self.number - before, step)]);
    }

    fn add(&mut self, steps: Vec<Numbered>) {
        for step in steps {
            if self.steps.len() == KEPT {
                self.steps.remove(KEPT / 2);
                self.omitted += 1;
            }
            self.steps.push(step);
        }
    }

    /// What is broken of these nodes and between them.
    fn troubles(&mut self, nodes: &[Node]) {
        let mut steps = Vec::new();
        self.reign.faults.among(nodes, &mut steps);
        self.add(steps);
    }

    /// Why this broker is out of the ISR, or why each is that is.
    fn outsiders(&mut self, of: Option<BrokerId>) {
        let mut steps = Vec::new();
        self.reign.out(of, &mut steps);
        self.add(steps);
    }

    /// The elections from this event on.
    fn elected(&mut self, since: u64) {
        let mut steps = Vec::new();
        for election in self.reign.elections.iter().filter(|it| it.number >= since) {
            steps.extend_from_slice(&election.steps);
        }
        self.add(steps);
    }

    fn conclude(&mut self, holds: bool) {
        if holds {
            self.fact = Some(self.number);
        }
    }

    /// The messages between producer and leader.
    fn wire(&mut self, stamped: &Stamped) {
        let (Event::Sent(envelope) | Event::Lost(envelope)) = &stamped.event else { return };
        let carries = self.acks_of(envelope);
        if let (Event::Sent(_), Some(acks)) = (&stamped.event, carries) {
            self.acks = acks;
            self.attempts.push(envelope.id);
            self.tell(0, Step::of(stamped));
        }
        let ours = |id: &Seq| self.attempts.contains(id);
        if ours(&envelope.id) || envelope.answers.as_ref().is_some_and(ours) {
            if let Event::Lost(_) = stamped.event {
                self.troubles(&[envelope.from, envelope.to]);
                self.tell(0, Step::of(stamped));
            } else if let Body::Disconnect = *envelope.body {
                self.tell(0, Step::of(stamped));
            }
        }
    }

    /// If it is a produce request with the record.
    fn acks_of(&self, envelope: &Envelope) -> Option<Acks> {
        let Body::Request(Request::Produce(request)) = &*envelope.body else { return None };
        let own = |batch: &[Record]| has(batch, self.entry.record);
        request.partitions.iter().any(|batch| own(&batch.records)).then_some(request.acks)
    }

    fn producer(&mut self, stamped: &Stamped) {
        let own = self.entry.record;
        match &stamped.event {
            Event::Produced { record, .. } if *record == own => {
                match self.reign.faults.command_to(stamped.node, stamped.at) {
                    Some(command) => self.add(vec![command]),
                    None => self.tell(1, Step::new(stamped.at, stamped.node, What::Workload)),
                }
                self.tell(0, Step::of(stamped));
            }
            Event::SendFailed { record, .. } if *record == own => self.tell(0, Step::of(stamped)),
            Event::Acked { records, .. } if has(records, own) => self.acked(stamped),
            Event::ProduceFailed { records, .. } if has(records, own) => {
                self.answer(stamped);
                self.tell(0, Step::of(stamped));
                self.conclude(self.question == Question::InDoubt);
            }
            Event::ProduceRetried { records, error, .. } if has(records, own) => {
                self.answer(stamped);
                let short = [ErrorCode::NotEnoughReplicas, ErrorCode::NotEnoughReplicasAfterAppend];
                if short.contains(error) {
                    self.outsiders(None);
                }
                if *error == ErrorCode::NotLeaderOrFollower {
                    self.elected(self.reign.elections.back().map_or(0, |it| it.number));
                }
                self.tell(0, Step::of(stamped));
            }
            _ => {}
        }
    }

    fn acked(&mut self, stamped: &Stamped) {
        self.hop(stamped);
        self.tell(0, Step::new(stamped.at, stamped.node, What::Confirmed { acks: self.acks }));
        if self.question != Question::Lost {
            return;
        }
        if self.acks == Acks::All {
            self.outsiders(None);
        }
        // The next leader does not have it: something kept it from copying.
        if let Some(next) = self.entry.loss.map(|loss| loss.node).filter(|it| !self.holds(*it)) {
            let mut nodes: Vec<Node> = self.copies.iter().map(|(node, _)| *node).collect();
            nodes.push(next);
            self.troubles(&nodes);
        }
        let gone = self.entry.loss.is_some_and(|loss| loss.at < stamped.at);
        self.conclude(gone && self.entry.told_at == stamped.at);
    }

    /// Why a producer tries again or gives up: an answer, or none.
    fn answer(&mut self, stamped: &Stamped) {
        if stamped.cause.is_some() {
            self.hop(stamped);
        } else {
            self.tell(1, Step::new(stamped.at, stamped.node, What::NoAnswer));
        }
        let nodes = self.concerned();
        self.troubles(&nodes);
    }

    /// The producer, the leader, and the followers that do not have it.
    fn concerned(&self) -> Vec<Node> {
        let leader = self.reign.leader.map(Node::Broker);
        let missing = self.replicas.iter().copied().filter(|it| !self.holds(*it));
        missing.chain(leader).chain([self.producer]).collect()
    }

    /// The message that was being handled.
    fn hop(&mut self, stamped: &Stamped) {
        let hop = stamped.cause.and_then(|message| self.reign.traffic.hop(message));
        if let Some((number, step)) = hop.map(|hop| (hop.number, hop.step())) {
            self.add(vec![(number, step)]);
        }
    }

    fn holds(&self, node: Node) -> bool {
        self.copies.iter().any(|(holder, _)| *holder == node)
    }

    fn log(&mut self, stamped: &Stamped) {
        let (node, own) = (stamped.node, self.partition);
        match &stamped.event {
            Event::Appended { partition, batch, as_leader } if *partition == own => {
                let mut records = batch.iter();
                match records.find(|(_, record)| record.id == Some(self.entry.record)) {
                    Some((offset, _)) if *as_leader => self.written(stamped, batch, offset),
                    Some((offset, _)) => {
                        self.copies.push((node, offset));
                        let what = What::Copied { partition: own, offset };
                        self.tell(0, Step::new(stamped.at, node, what));
                    }
                    None => self.overtaken(stamped, batch, *as_leader),
                }
            }
            Event::Truncated { partition, to, .. } if *partition == own => {
                self.shortened(stamped, *to);
            }
            Event::UnflushedLost { partition, to, .. } if *partition == own => {
                self.shortened(stamped, *to);
            }
            Event::ReplicaDeleted { partition } if *partition == own => self.shortened(stamped, 0),
            Event::HighWatermarkMoved { partition, from, to, as_leader: true }
                if *partition == own && !self.committed =>
            {
                let mut passed = self.copies.iter().filter(|(holder, _)| *holder == node);
                if let Some((_, offset)) = passed.find(|(_, offset)| (*from..*to).contains(offset))
                {
                    let what = What::Committed { partition: own, offset: *offset };
                    self.committed = true;
                    self.tell(0, Step::new(stamped.at, node, what));
                }
            }
            Event::BecameLeader { partition, epoch, log_end } if *partition == own => {
                let what = What::Lacking { partition: own, epoch: *epoch, from: *log_end };
                let lost = self.entry.loss.is_some_and(|loss| {
                    (loss.at, loss.node) == (stamped.at, node)
                        && loss.how == How::Led { epoch: *epoch }
                });
                if lost && self.question == Question::Lost {
                    self.deposed(stamped, node.broker());
                    self.tell(0, Step::new(stamped.at, node, what));
                    self.gone(stamped, How::Led { epoch: *epoch });
                }
            }
            _ => {}
        }
    }

    /// A leader wrote it.
    fn written(&mut self, stamped: &Stamped, batch: &RecordBatch, offset: Offset) {
        let (partition, epoch) = (self.partition, batch.leader_epoch);
        self.written += 1;
        self.copies.push((stamped.node, offset));
        self.first_written = self.first_written.or(Some(self.number));
        // Another leads already, and what a deposed leader writes will be thrown away.
        let reign = self.reign.elections.back();
        if let Some(reign) = reign.filter(|it| it.leader.map(Node::Broker) != Some(stamped.node)) {
            self.elected(reign.number);
        }
        let what = What::Written { partition, offset, epoch, times: self.written };
        self.tell(0, Step::new(stamped.at, stamped.node, what));
        let is = |place: Option<&Place>| {
            place.is_some_and(|place| (place.offset, place.epoch) == (offset, epoch))
        };
        let stands = |nth: usize| self.entry.places.iter().filter(|it| it.survives).nth(nth);
        let holds = match self.question {
            Question::WrittenAgain => is(stands(1)),
            Question::OutOfOrder => is(self.entry.places.first()),
            _ => false,
        };
        self.conclude(holds);
    }

    /// A later record of the same producer is written while this one is not.
    fn overtaken(&mut self, stamped: &Stamped, batch: &RecordBatch, as_leader: bool) {
        let asked = self.question == Question::OutOfOrder && as_leader && self.written == 0;
        let RecordId { client, number } = self.entry.record;
        let later = |id: &RecordId| id.client == client && id.number > number;
        let found = batch.iter().find_map(|(at, record)| Some((at, record.id.filter(later)?)));
        if let Some((offset, by)) = found.filter(|_| asked) {
            let what = What::Overtaken { by, partition: self.partition, offset };
            self.tell(0, Step::new(stamped.at, stamped.node, what));
        }
    }

    /// A log ends earlier now: the record may have stood behind that.
    fn shortened(&mut self, stamped: &Stamped, to: Offset) {
        let (node, before) = (stamped.node, self.copies.len());
        self.copies.retain(|(holder, offset)| *holder != node || *offset < to);
        if self.copies.len() == before {
            return;
        }
        match stamped.event {
            Event::Truncated { partition, .. } => {
                self.tell(0, Step::new(stamped.at, node, What::Cut { partition, to }));
                self.gone(stamped, How::Cut);
            }
            Event::UnflushedLost { .. } => {
                self.troubles(&[node]);
                self.tell(0, Step::of(stamped));
            }
            _ => self.tell(0, Step::of(stamped)),
        }
    }

    /// What made another lead: all elections since the record was written.
    fn deposed(&mut self, stamped: &Stamped, next: Option<BrokerId>) {
        self.hop(stamped);
        let since = self.first_written.unwrap_or(0);
        self.elected(since);
        if next.is_some() {
            self.outsiders(next);
        }
    }

    /// The last copy that counted is gone; a fact once it was promised.
    fn gone(&mut self, stamped: &Stamped, how: How) {
        let asked = self.question == Question::Lost && self.entry.told_at <= stamped.at;
        let this =
            |at: Time, node: Node, it: How| (at, node) == (stamped.at, stamped.node) && it == how;
        let holds = self.entry.loss.is_some_and(|loss| this(loss.at, loss.node, loss.how));
        self.conclude(asked && holds);
    }

    /// What befalls a group between two times that it works on the record.
    fn group(&mut self, stamped: &Stamped) {
        if self.question != Question::ProcessedAgain {
            return;
        }
        let own = |group: &Name| self.group.as_ref() == Some(group);
        let here = |partitions: &[Partition]| partitions.contains(&self.partition);
        let told = match &stamped.event {
            Event::Processed { group, record, offset, .. } => {
                if own(group) && *record == Some(self.entry.record) {
                    self.worked(stamped, *offset);
                }
                return;
            }
            Event::MemberGone { group, member, .. } if own(group) => {
                if self.first_processed.is_some() {
                    self.troubles(&[Node::Client(member.client), stamped.node]);
                }
                true
            }
            Event::PollTimedOut { group } | Event::CommitFailed { group, .. } => own(group),
            Event::Assigned { group, partitions, .. }
            | Event::Revoked { group, partitions }
            | Event::PartitionsLost { group, partitions } => own(group) && here(partitions),
            Event::PositionSet { partition, .. } => *partition == self.partition,
            _ => false,
        };
        if told && self.first_processed.is_some() {
            let kind = |step: &Step| match &step.what {
                What::Event(event) => Some(std::mem::discriminant(event)),
                _ => None,
            };
            let new = Step::of(stamped);
            self.regrouped.retain(|(_, old)| kind(old) != kind(&new));
            self.regrouped.push((self.number, new));
        }
    }

    fn worked(&mut self, stamped: &Stamped, offset: Offset) {
        self.processed += 1;
        if self.processed == 2 {
            let first = self.first_processed.unwrap_or(0);
            let mut lives = Vec::new();
            self.reign.faults.life_after(stamped.node, first, &mut lives);
            self.add(lives);
            let regrouped = std::mem::take(&mut self.regrouped);
            self.add(regrouped);
        }
        self.first_processed = self.first_processed.or(Some(self.number));
        let (partition, times) = (self.partition, self.processed);
        if let Some(group) = self.group.clone() {
            let what = What::Processed { group, partition, offset, times };
            self.tell(0, Step::new(stamped.at, stamped.node, what));
        }
        self.conclude(times == 2);
    }
}

fn has(records: &[Record], wanted: RecordId) -> bool {
    records.iter().any(|record| record.id == Some(wanted))
}
