//! One record's story as it goes by: who wrote it, who was told, what took it or wrote it anew.

use super::Question;
use super::faults::Numbered;
use super::reign::Reign;
use super::step::{Role, Step, What};
use crate::metrics::ledger::{Entry, Place};
use crate::metrics::loss::{How, Loss};
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
    record: RecordId,
    told_at: Time,
    loss: Option<Loss>,
    /// Where it was ever written.
    places: Vec<Place>,
    partition: Partition,
    producer: Node,
    /// The group that worked on it again.
    group: Option<Name>,
    reign: Reign,
    /// Who holds replicas of its partition today.
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
    pub(super) fn new(entry: &Entry, question: Question, world: &World) -> Witness {
        let again = entry.processed.iter().find(|(_, times)| *times > 1);
        let nowhere = Partition { topic: crate::sim::id::TopicId(u32::MAX), index: 0 };
        let partition = entry.partition.unwrap_or(nowhere);
        let replicas = world.metadata().partition(partition).map(|state| &state.replicas);
        let replicas = replicas.into_iter().flatten().map(|id| Node::Broker(*id)).collect();
        Witness {
            question,
            partition,
            producer: Node::Client(entry.record.client),
            group: again.map(|(group, _)| group.clone()),
            record: entry.record,
            told_at: entry.told_at,
            loss: entry.loss,
            places: entry.places.clone(),
            reign: Reign::default(),
            replicas,
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
            self.add(vec![(self.number, Step::new(now, self.producer, What::Untold))]);
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

    /// What happened, as it is told everywhere.
    fn tell(&mut self, stamped: &Stamped) {
        self.say(stamped, What::Event(stamped.event.clone()));
    }

    /// What it means for this record; causes that are no events come before it.
    // Not inlined: steps are large, and made in many places.
    #[inline(never)]
    fn say(&mut self, stamped: &Stamped, what: What) {
        let before = u64::from(matches!(what, What::Workload | What::NoAnswer));
        self.add(vec![(self.number - before, Step::new(stamped.at, stamped.node, what))]);
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
            self.tell(stamped);
        }
        let ours = |id: &Seq| self.attempts.contains(id);
        if ours(&envelope.id) || envelope.answers.as_ref().is_some_and(ours) {
            if let Event::Lost(_) = stamped.event {
                self.troubles(&[envelope.from, envelope.to]);
                self.tell(stamped);
            } else if let Body::Disconnect = *envelope.body {
                self.tell(stamped);
            }
        }
    }

    /// If it is a produce request with the record.
    fn acks_of(&self, envelope: &Envelope) -> Option<Acks> {
        let Body::Request(Request::Produce(request)) = &*envelope.body else { return None };
        let own = |batch: &[Record]| has(batch, self.record);
        request.partitions.iter().any(|batch| own(&batch.records)).then_some(request.acks)
    }

    fn producer(&mut self, stamped: &Stamped) {
        let own = self.record;
        match &stamped.event {
            Event::Produced { record, .. } if *record == own => {
                match self.reign.faults.command_to(stamped.node, stamped.at) {
                    Some(command) => self.add(vec![command]),
                    None => self.say(stamped, What::Workload),
                }
                self.tell(stamped);
            }
            Event::SendFailed { record, .. } if *record == own => self.tell(stamped),
            Event::Acked { records, .. } if has(records, own) => self.acked(stamped),
            Event::ProduceFailed { records, .. } if has(records, own) => {
                self.answer(stamped);
                self.tell(stamped);
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
                self.tell(stamped);
            }
            _ => {}
        }
    }

    fn acked(&mut self, stamped: &Stamped) {
        self.hop(stamped);
        self.say(stamped, What::Confirmed { acks: self.acks });
        if self.question != Question::Lost {
            return;
        }
        if self.acks == Acks::All {
            self.outsiders(None);
        }
        // The next leader does not have it: something kept it from copying.
        if let Some(next) = self.loss.map(|loss| loss.node).filter(|it| !self.holds(*it)) {
            let mut nodes: Vec<Node> = self.copies.iter().map(|(node, _)| *node).collect();
            nodes.push(next);
            self.troubles(&nodes);
        }
        let gone = self.loss.is_some_and(|loss| loss.at < stamped.at);
        self.conclude(gone && self.told_at == stamped.at);
    }

    /// Why a producer tries again or gives up: an answer, or none.
    fn answer(&mut self, stamped: &Stamped) {
        if stamped.cause.is_some() {
            self.hop(stamped);
        } else {
            self.say(stamped, What::NoAnswer);
        }
        let nodes = self.concerned();
        self.troubles(&nodes);
    }

    /// The producer, the leader, and the followers that do not have it.
    fn concerned(&self) -> Vec<Node> {
        let leader = self.reign.leader.map(Node::Broker);
        let mut nodes = vec![self.producer];
        nodes.extend(self.replicas.iter().copied().filter(|it| !self.holds(*it)));
        nodes.extend(leader);
        nodes
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
                match records.find(|(_, record)| record.id == Some(self.record)) {
                    Some((offset, _)) if *as_leader => self.written(stamped, batch, offset),
                    Some((offset, _)) => {
                        self.copies.push((node, offset));
                        let what = What::Copied { partition: own, offset };
                        self.say(stamped, what);
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
                    self.say(stamped, what);
                }
            }
            Event::BecameLeader { partition, epoch, log_end } if *partition == own => {
                let what = What::Lacking { partition: own, epoch: *epoch, from: *log_end };
                let lost = self.loss.is_some_and(|loss| {
                    (loss.at, loss.node) == (stamped.at, node)
                        && loss.how == How::Led { epoch: *epoch }
                });
                if lost && self.question == Question::Lost {
                    self.deposed(stamped);
                    self.say(stamped, what);
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
        self.say(stamped, what);
        let is = |place: Option<&Place>| {
            place.is_some_and(|place| (place.offset, place.epoch) == (offset, epoch))
        };
        let stands = |nth: usize| self.places.iter().filter(|it| it.survives).nth(nth);
        let holds = match self.question {
            Question::WrittenAgain => is(stands(1)),
            Question::OutOfOrder => is(self.places.first()),
            _ => false,
        };
        self.conclude(holds);
    }

    /// A later record of the same producer is written while this one is not.
    fn overtaken(&mut self, stamped: &Stamped, batch: &RecordBatch, as_leader: bool) {
        let asked = self.question == Question::OutOfOrder && as_leader && self.written == 0;
        let RecordId { client, number } = self.record;
        let later = |id: &RecordId| id.client == client && id.number > number;
        let found = batch.iter().find_map(|(at, record)| Some((at, record.id.filter(later)?)));
        if let Some((offset, by)) = found.filter(|_| asked) {
            let what = What::Overtaken { by, partition: self.partition, offset };
            self.say(stamped, what);
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
                self.say(stamped, What::Cut { partition, to });
                self.gone(stamped, How::Cut);
            }
            Event::UnflushedLost { .. } => {
                self.troubles(&[node]);
                self.tell(stamped);
            }
            _ => self.tell(stamped),
        }
    }

    /// What made another lead: all elections since the record was written.
    fn deposed(&mut self, stamped: &Stamped) {
        self.hop(stamped);
        self.elected(self.first_written.unwrap_or(0));
        self.outsiders(stamped.node.broker());
    }

    /// The last copy that counted is gone; a fact once it was promised.
    fn gone(&mut self, stamped: &Stamped, how: How) {
        let asked = self.question == Question::Lost && self.told_at <= stamped.at;
        let holds = self
            .loss
            .is_some_and(|loss| (loss.at, loss.node, loss.how) == (stamped.at, stamped.node, how));
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
                if own(group) && *record == Some(self.record) {
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
            self.say(stamped, what);
        }
        self.conclude(times == 2);
    }
}

fn has(records: &[Record], wanted: RecordId) -> bool {
    records.iter().any(|record| record.id == Some(wanted))
}
