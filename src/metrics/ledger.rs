//! The promise ledger: for every record what its application was told, where it is stored, and how
//! often it was processed.

use std::collections::VecDeque;
use std::sync::Arc;

use super::effects::{Effect, Effects};
use super::history::Histories;
use super::loss::{Allowed, Circumstances, Loss};
pub use super::sums::Sums;
use crate::sim::id::{ClientId, Epoch, Key, Name, Offset, RecordId, Seq};
use crate::sim::ordered::Map;
use crate::sim::shelf::Shelf;
use crate::sim::wire::{
    Acks, BatchKind, Body, Envelope, ErrorCode, ProduceRequest, ProducerId, Record, RecordBatch,
    Request, Value,
};
use crate::sim::{Event, Partition, Stamped, Time, World};

/// Of how many records each detail is kept; the sums go on.
const KEPT: usize = 20_000;

/// How many arrived requests with acks=0 are remembered, to see whether one is turned away.
const UNANSWERED: usize = 64;

/// What an application was told about a record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Told {
    /// Nothing yet.
    Waiting,
    /// All is well. The offset is -1 with acks=0, where nobody checks.
    Acked(Offset),
    /// It failed. It may be in the log all the same.
    Failed(ErrorCode),
    /// It threw it away itself, unsent, with the transaction that it aborted.
    Aborted,
}

/// A place in a log where a leader wrote a record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    pub offset: Offset,
    /// Of the leader that wrote it.
    pub epoch: Epoch,
    /// It is in the log of the present leader, or of the last one there was.
    pub survives: bool,
}

/// One record's account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    pub record: RecordId,
    pub key: Option<Key>,
    /// None if `send()` failed before one was chosen.
    pub partition: Option<Partition>,
    /// When the application handed it over.
    pub produced_at: Time,
    pub told: Told,
    /// When it was told so.
    pub told_at: Time,
    /// Every place where it was ever written, oldest first; more than one after a retry.
    pub places: Vec<Place>,
    /// How often each group processed it.
    pub processed: Vec<(Name, u32)>,
    /// How its last copy went.
    pub loss: Option<Loss>,
    /// With acks=0: its request is known to have come to nothing.
    dropped: bool,
    /// A later record of the same producer was written to its partition before it.
    overtaken: bool,
    /// It stands in a transaction that was aborted.
    aborted: bool,
    /// Its leader was the whole ISR when the application was told.
    alone: bool,
}

impl Entry {
    /// How many times it is in its partition's log.
    pub fn copies(&self) -> usize {
        self.places.iter().filter(|place| place.survives).count()
    }

    /// How often a group processed it.
    pub fn processed_by(&self, group: &str) -> u32 {
        self.processed.iter().find(|(name, _)| &**name == group).map_or(0, |(_, times)| *times)
    }

    /// Its transaction was aborted: nothing was promised, whatever was told before.
    pub fn is_aborted(&self) -> bool {
        self.aborted || self.told == Told::Aborted
    }

    /// Promised, and gone.
    pub fn is_lost(&self) -> bool {
        let gone = !self.aborted && (!self.places.is_empty() || self.dropped);
        matches!(self.told, Told::Acked(_)) && gone && self.copies() == 0
    }

    /// What allows a loss, given the producer's acks (as an index of its config).
    pub fn allowed(&self, acks: Option<i64>) -> Allowed {
        let unclean = self.loss.is_some_and(|loss| loss.unclean);
        let powerless = self.loss.is_some_and(|loss| loss.powerless);
        match (self.told, acks) {
            (Told::Acked(-1), _) | (_, Some(0)) => Allowed::Unasked,
            (_, Some(1)) => Allowed::LeaderAlone,
            _ if powerless => Allowed::Power,
            _ if unclean => Allowed::Unclean,
            _ if self.alone => Allowed::AloneInIsr,
            _ => Allowed::Not,
        }
    }

    /// Nobody told the application, or it was told that it failed and it is in the log.
    pub fn is_in_doubt(&self) -> bool {
        match self.told {
            _ if self.aborted => false,
            Told::Waiting => true,
            Told::Failed(_) => self.copies() > 0,
            Told::Acked(_) | Told::Aborted => false,
        }
    }

    /// Twice in its log, or processed again by the same group.
    pub fn is_duplicated(&self) -> bool {
        self.copies() > 1 || self.processed.iter().any(|(_, times)| *times > 1)
    }

    /// In its log, but after a record that its application sent later.
    pub fn is_reordered(&self) -> bool {
        self.overtaken && self.copies() > 0
    }

    /// Its part of the sums that may still change.
    fn sums(&self) -> Sums {
        Sums {
            produced: 1,
            acked: u64::from(matches!(self.told, Told::Acked(_))),
            failed: u64::from(matches!(self.told, Told::Failed(_))),
            aborted: u64::from(self.is_aborted()),
            in_doubt: u64::from(self.is_in_doubt()),
            lost: u64::from(self.is_lost()),
            duplicated: u64::from(self.is_duplicated()),
            reordered: u64::from(self.is_reordered()),
            consumed: 0,
        }
    }
}

/// The accounts of all records.
// Only the newest are kept one by one. What becomes of an older one still counts where an event
// tells it (acked, failed, processed), but no longer as lost or duplicated.
#[derive(Clone, Debug)]
pub struct Ledger {
    /// By client, in order of number.
    entries: Map<ClientId, Shelf<Entry>>,
    /// How many are kept, and at most.
    held: usize,
    kept: usize,
    sums: Map<ClientId, Sums>,
    histories: Histories,
    circumstances: Circumstances,
    effects: Effects,
    /// The latest record of each producer that stands in each partition.
    latest: Map<(ClientId, Partition), u64>,
    /// What stands in transactions that are still open.
    open: Vec<(Partition, ProducerId, RecordId)>,
    /// Arrived lately with acks=0: only a closed connection tells that a broker did not want it.
    unanswered: VecDeque<Arc<Envelope>>,
}

impl Default for Ledger {
    fn default() -> Self {
        Ledger::keeping(KEPT)
    }
}

impl Ledger {
    /// Keeps the details of the newest `kept` records.
    pub fn keeping(kept: usize) -> Ledger {
        Ledger {
            entries: Map::new(),
            held: 0,
            kept: kept.max(1),
            sums: Map::new(),
            histories: Histories::default(),
            circumstances: Circumstances::default(),
            effects: Effects::default(),
            latest: Map::new(),
            open: Vec::new(),
            unanswered: VecDeque::new(),
        }
    }

    /// One record's account, if it is still kept.
    pub fn entry(&self, record: RecordId) -> Option<&Entry> {
        let entries = self.entries.get(&record.client)?;
        entries.get(find(entries, record.number)?)
    }

    /// All kept accounts, by client and number.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.values().flat_map(Shelf::iter)
    }

    /// The kept accounts of one producer, oldest first.
    pub fn entries_of(&self, client: ClientId) -> impl DoubleEndedIterator<Item = &Entry> {
        self.entries.get(&client).into_iter().flat_map(Shelf::iter)
    }

    /// All records together.
    pub fn sums(&self) -> Sums {
        let mut sums = Sums::default();
        self.sums.values().for_each(|of_one| sums.replace(Sums::default(), *of_one));
        sums
    }

    /// The records of one producer.
    pub fn sums_of(&self, client: ClientId) -> Sums {
        self.sums.get(&client).copied().unwrap_or_default()
    }

    /// What the applications of each group have done outside of Kafka, as the world stands: the
    /// one whose events were folded.
    pub fn effects(&self, world: &World) -> Vec<(Name, Effect)> {
        self.effects.of(world)
    }

    /// The same of one group.
    pub fn effect(&self, world: &World, group: &str) -> Effect {
        let mut all = self.effects(world).into_iter();
        all.find(|(name, _)| &**name == group).map(|(_, effect)| effect).unwrap_or_default()
    }

    /// Whether a group has committed past a record that it never processed.
    pub fn misses(&self, world: &World, group: &str, entry: &Entry) -> bool {
        self.effects.misses(world, group, entry)
    }

    /// Records that groups have committed past and never processed, of all groups together.
    pub fn missing(&self, world: &World) -> u64 {
        self.effects(world).iter().map(|(_, effect)| effect.missing).sum()
    }

    /// Takes one event into account.
    pub(super) fn fold(&mut self, stamped: &Stamped) {
        self.circumstances.fold(stamped);
        if let Some(partition) = self.effects.fold(stamped) {
            let Ledger { entries, effects, .. } = self;
            let there =
                entries.values().flat_map(Shelf::iter).filter(|it| it.partition == Some(partition));
            for entry in there {
                entry.places.iter().for_each(|place| effects.stands(entry, *place));
            }
        }
        match &stamped.event {
            Event::Produced { record, partition, key } => {
                self.open(*record, *key, Some(*partition), stamped.at);
            }
            Event::SendFailed { record, error } => {
                self.open(*record, None, None, stamped.at);
                self.tell(*record, Told::Failed(*error), stamped.at, false);
            }
            Event::Acked { partition, base_offset, records } => {
                let alone = self.circumstances.is_alone(*partition);
                for (offset, id) in (*base_offset..).zip(ids(records)) {
                    let offset = if *base_offset < 0 { -1 } else { offset };
                    id.into_iter()
                        .for_each(|id| self.tell(id, Told::Acked(offset), stamped.at, alone));
                }
            }
            Event::ProduceFailed { records, error, .. } => {
                let told = match error {
                    ErrorCode::None => Told::Aborted,
                    error => Told::Failed(*error),
                };
                ids(records).flatten().for_each(|id| self.tell(id, told, stamped.at, false));
            }
            Event::Processed { group, record: Some(record), .. } => {
                self.processed(*record, group);
            }
            Event::Lost(envelope) => self.dropped(envelope),
            Event::Arrived(envelope) => self.arrived(envelope),
            Event::Sent(envelope) => {
                if let (Body::Disconnect, Some(request)) = (&*envelope.body, envelope.answers) {
                    self.turned_away(request);
                }
            }
            _ => self.write(stamped),
        }
        if let Event::Appended { partition, batch, as_leader: true } = &stamped.event {
            self.transact(*partition, batch);
        }
    }

    /// A leader has written a part of a transaction, or how it ended.
    fn transact(&mut self, partition: Partition, batch: &RecordBatch) {
        let Some(stamp) = batch.producer.filter(|_| batch.kind != BatchKind::Plain) else { return };
        let producer = stamp.producer.id;
        if batch.kind == BatchKind::Transactional {
            let written = ids(&batch.records).flatten();
            return self.open.extend(written.map(|id| (partition, producer, id)));
        }
        let end = batch.records.first().map(|record| &record.value);
        let aborts = matches!(end, Some(Value::EndTransaction { committed: false, .. }));
        let Ledger { entries, sums, effects, open, .. } = self;
        open.retain(|(at, by, id)| {
            let ended = (*at, *by) == (partition, producer);
            if ended && aborts {
                change(entries, sums, *id, |entry| {
                    entry.aborted = true;
                    entry.places.iter().for_each(|place| effects.stands(entry, *place));
                });
            }
            !ended
        });
    }

    /// What changes logs changes which records survive.
    fn write(&mut self, stamped: &Stamped) {
        let Ledger { histories, entries, sums, circumstances, latest, effects, .. } = self;
        let loss = circumstances.loss(stamped);
        histories.fold(stamped, &mut |id, place| {
            change(entries, sums, id, |entry| {
                let known = entry
                    .places
                    .iter_mut()
                    .find(|p| p.offset == place.offset && p.epoch == place.epoch);
                match known {
                    Some(known) => known.survives = place.survives,
                    None => {
                        note_order(latest, entry, place);
                        entry.places.push(place);
                    }
                }
                entry.loss = if place.survives { None } else { loss.or(entry.loss) };
                effects.stands(entry, place);
            });
        });
        histories.forget(stamped, |id| {
            let entries = entries.get(&id.client);
            entries.is_some_and(|entries| find(entries, id.number).is_some())
        });
    }

    fn open(
        &mut self,
        record: RecordId,
        key: Option<Key>,
        partition: Option<Partition>,
        produced_at: Time,
    ) {
        if self.held == self.kept {
            self.forget_oldest();
        }
        self.held += 1;
        let entry = Entry {
            record,
            key,
            partition,
            produced_at,
            told: Told::Waiting,
            told_at: produced_at,
            places: Vec::new(),
            processed: Vec::new(),
            loss: None,
            dropped: false,
            aborted: false,
            overtaken: false,
            alone: false,
        };
        self.sums.entry(record.client).or_default().replace(Sums::default(), entry.sums());
        self.entries.entry(record.client).or_default().push_back(entry);
    }

    fn forget_oldest(&mut self) {
        let born =
            |entries: &Shelf<Entry>| entries.front().map_or(Time::NEVER, |it| it.produced_at);
        let oldest = self.entries.values_mut().min_by_key(|entries| born(entries));
        if let Some(forgotten) = oldest.and_then(Shelf::pop_front) {
            self.effects.forget(&forgotten);
            self.held -= 1;
        }
    }

    fn tell(&mut self, record: RecordId, told: Told, at: Time, alone: bool) {
        let Ledger { entries, sums, .. } = self;
        if change(entries, sums, record, |entry| {
            (entry.told, entry.told_at, entry.alone) = (told, at, alone);
        }) {
            return;
        }
        // So old that it is forgotten: it was waiting until now.
        let sums = sums.entry(record.client).or_default();
        sums.in_doubt = sums.in_doubt.saturating_sub(1);
        match told {
            Told::Acked(_) => sums.acked += 1,
            Told::Failed(_) => sums.failed += 1,
            Told::Aborted => sums.aborted += 1,
            Told::Waiting => {}
        }
    }

    fn processed(&mut self, record: RecordId, group: &Name) {
        let Ledger { entries, sums, .. } = self;
        change(entries, sums, record, |entry| {
            match entry.processed.iter_mut().find(|(name, _)| name == group) {
                Some((_, times)) => *times += 1,
                None => entry.processed.push((Arc::clone(group), 1)),
            }
        });
        self.sums.entry(record.client).or_default().consumed += 1;
        let entries = self.entries.get(&record.client);
        let entry = entries.and_then(|all| all.get(find(all, record.number)?));
        self.effects.processed(group, entry);
    }

    /// A request with acks=0 that never arrives takes its records with it, and nobody is told.
    fn dropped(&mut self, envelope: &Envelope) {
        let Some(request) = unconfirmed(envelope) else { return };
        let Ledger { entries, sums, .. } = self;
        for id in request.partitions.iter().flat_map(|p| ids(&p.records)).flatten() {
            change(entries, sums, id, |entry| entry.dropped = true);
        }
    }

    fn arrived(&mut self, envelope: &Arc<Envelope>) {
        if unconfirmed(envelope).is_some() {
            if self.unanswered.len() == UNANSWERED {
                self.unanswered.pop_front();
            }
            self.unanswered.push_back(Arc::clone(envelope));
        }
    }

    /// The broker hung up instead of writing.
    fn turned_away(&mut self, request: Seq) {
        let place = self.unanswered.iter().position(|envelope| envelope.id == request);
        if let Some(envelope) = place.and_then(|place| self.unanswered.remove(place)) {
            self.dropped(&envelope);
        }
    }
}

/// A record is written for the first time: is a later one of its producer there already?
fn note_order(latest: &mut Map<(ClientId, Partition), u64>, entry: &mut Entry, place: Place) {
    let Some(partition) = entry.partition.filter(|_| place.survives) else { return };
    if entry.places.is_empty() {
        let RecordId { client, number } = entry.record;
        let latest = latest.entry((client, partition)).or_insert(number);
        entry.overtaken = number < *latest;
        *latest = number.max(*latest);
    }
}

/// A produce request with acks=0.
fn unconfirmed(envelope: &Envelope) -> Option<&ProduceRequest> {
    match &*envelope.body {
        Body::Request(Request::Produce(request)) if request.acks == Acks::None => Some(request),
        _ => None,
    }
}

/// Changes an account and keeps the sums right; false if it is not kept any more.
fn change(
    entries: &mut Map<ClientId, Shelf<Entry>>,
    sums: &mut Map<ClientId, Sums>,
    record: RecordId,
    how: impl FnOnce(&mut Entry),
) -> bool {
    let Some(entries) = entries.get_mut(&record.client) else { return false };
    let Some(entry) = find(entries, record.number).and_then(|at| entries.get_mut(at)) else {
        return false;
    };
    let before = entry.sums();
    how(entry);
    sums.entry(record.client).or_default().replace(before, entry.sums());
    true
}

/// Where a number is: nearly always as far from the first as the numbers are apart.
fn find(entries: &Shelf<Entry>, number: u64) -> Option<usize> {
    let first = entries.front()?.record.number;
    let guess = usize::try_from(number.checked_sub(first)?).ok()?;
    if entries.get(guess).is_some_and(|entry| entry.record.number == number) {
        return Some(guess);
    }
    let at = entries.partition_point(|entry| entry.record.number < number);
    entries.get(at).is_some_and(|entry| entry.record.number == number).then_some(at)
}

fn ids(records: &[Record]) -> impl Iterator<Item = Option<RecordId>> {
    records.iter().map(|record| record.id)
}
