//! Who reads each partition for its group, and for how long nobody did: bands over virtual time.

use std::collections::VecDeque;

use super::sharing::Deliveries;
use crate::sim::event::RebalanceCause;
use crate::sim::id::{ClientId, Name, Node};
use crate::sim::ordered::Map;
use crate::sim::{Event, Partition, Span, Stamped, Time};

/// How far back bands and rebalances are kept; the totals go on.
pub const WINDOW: Span = Span::secs(300);

/// The most bands of one partition that are kept, and the most rebalances of one group.
const KEPT: usize = 128;

/// Why nobody reads a partition.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Vacancy {
    /// Its member gave it back (ConsumerRebalanceListener.onPartitionsRevoked).
    HandedBack,
    /// Its member learned that it was no member any more (onPartitionsLost).
    Lost,
    /// Its member's process ended without a word.
    Ended,
    /// Its member's process does not run for now.
    Frozen,
    /// It is assigned; where to begin is still being asked.
    Seeking,
}

/// Who reads.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reader {
    Member(ClientId),
    Nobody(Vacancy),
}

/// From then on this was so: until the next band, the last one until now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Band {
    pub from: Time,
    pub reader: Reader,
}

/// A coordinator began to share out anew.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rebalance {
    pub at: Time,
    pub cause: RebalanceCause,
}

/// A time in which a group rebalanced or a partition of it was not read, from one calm to the next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stoppage {
    pub from: Time,
    /// None while it goes on.
    pub to: Option<Time>,
}

/// What a member takes for its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Claim {
    member: ClientId,
    /// It knows from which offset on.
    placed: bool,
    /// Its process runs.
    runs: bool,
}

/// One partition as one group has it, since it was first assigned.
#[derive(Clone, Debug)]
pub struct Track {
    /// The newest last. A member that was frozen may come back and read what is another's by now.
    claims: Vec<Claim>,
    /// How the last claim ended.
    vacancy: Vacancy,
    bands: VecDeque<Band>,
    /// Bands of nobody that are over.
    stood: Span,
    /// Of these, what belongs to the group's last stoppage.
    lately: Span,
}

impl Track {
    fn new() -> Track {
        let vacancy = Vacancy::HandedBack;
        let (bands, claims) = (VecDeque::new(), Vec::new());
        Track { claims, vacancy, bands, stood: Span::ZERO, lately: Span::ZERO }
    }

    /// Oldest first, without a gap, as far back as [`WINDOW`].
    pub fn bands(&self) -> impl DoubleEndedIterator<Item = Band> + '_ {
        self.bands.iter().copied()
    }

    /// Who reads it now.
    pub fn reader(&self) -> Reader {
        match self.claims.iter().rev().find(|claim| claim.placed && claim.runs) {
            Some(claim) => Reader::Member(claim.member),
            None => Reader::Nobody(match self.claims.last() {
                None => self.vacancy,
                Some(claim) if claim.runs => Vacancy::Seeking,
                Some(_) => Vacancy::Frozen,
            }),
        }
    }

    /// How long nobody has read it, since it was first assigned.
    pub fn stood(&self, now: Time) -> Span {
        self.stood + self.stands(now)
    }

    /// How long nobody read it in the group's last stoppage.
    pub fn stood_lately(&self, now: Time) -> Span {
        self.lately + self.stands(now)
    }

    /// How long it has been standing still by now.
    fn stands(&self, now: Time) -> Span {
        let nobody = |band: &&Band| matches!(band.reader, Reader::Nobody(_));
        self.bands.back().filter(nobody).map_or(Span::ZERO, |band| now.since(band.from))
    }

    fn is_read(&self) -> bool {
        matches!(self.reader(), Reader::Member(_))
    }

    fn claim(&mut self, member: ClientId) {
        self.claims.push(Claim { member, placed: false, runs: true });
    }

    fn claim_of(&mut self, member: ClientId) -> Option<&mut Claim> {
        self.claims.iter_mut().find(|claim| claim.member == member)
    }

    fn vacate(&mut self, member: ClientId, why: Vacancy) {
        if self.claim_of(member).is_some() {
            self.claims.retain(|claim| claim.member != member);
            self.vacancy = why;
        }
    }

    /// Begins a band where another reads than before.
    fn note(&mut self, now: Time) {
        let reader = self.reader();
        if self.bands.back().is_some_and(|band| band.reader == reader) {
            return;
        }
        let stands = self.stands(now);
        self.stood = self.stood + stands;
        self.lately = self.lately + stands;
        // What lasted for no time was not.
        self.bands.pop_back_if(|band| band.from == now);
        let same = self.bands.back().is_some_and(|band| band.reader == reader);
        if !(same && self.is_read()) {
            self.bands.push_back(Band { from: now, reader });
        }
        let old = |next: &Band| now.since(next.from) > WINDOW;
        while self.bands.len() > KEPT || self.bands.get(1).is_some_and(old) {
            self.bands.pop_front();
        }
    }
}

/// What a group went through.
#[derive(Clone, Debug, Default)]
pub struct Course {
    tracks: Map<Partition, Track>,
    rebalances: VecDeque<Rebalance>,
    /// It gathers its members, or shares out.
    rebalancing: bool,
    stoppage: Option<Stoppage>,
    deliveries: Deliveries,
}

impl Course {
    /// Of a share group: what became of the records that it was given.
    pub fn deliveries(&self) -> Deliveries {
        self.deliveries
    }

    /// Every partition that was ever assigned.
    pub fn tracks(&self) -> impl Iterator<Item = (Partition, &Track)> {
        self.tracks.iter().map(|(partition, track)| (*partition, track))
    }

    /// Oldest first, as far back as [`WINDOW`].
    pub fn rebalances(&self) -> impl DoubleEndedIterator<Item = Rebalance> + '_ {
        self.rebalances.iter().copied()
    }

    /// The last stoppage, or the one that goes on.
    pub fn stoppage(&self) -> Option<Stoppage> {
        self.stoppage
    }

    fn rebalance(&mut self, at: Time, cause: RebalanceCause) {
        self.rebalancing = true;
        self.rebalances.push_back(Rebalance { at, cause });
        let old = |first: &Rebalance| at.since(first.at) > WINDOW;
        while self.rebalances.len() > KEPT || self.rebalances.front().is_some_and(old) {
            self.rebalances.pop_front();
        }
        self.settle(at);
    }

    fn formed(&mut self, now: Time) {
        self.rebalancing = false;
        self.settle(now);
    }

    fn assign(&mut self, member: ClientId, partitions: &[Partition], added: &[Partition]) {
        for (partition, track) in self.tracks.iter_mut() {
            if !partitions.contains(partition) || added.contains(partition) {
                track.vacate(member, Vacancy::HandedBack);
            }
        }
        for partition in partitions {
            let track = self.tracks.entry(*partition).or_insert_with(Track::new);
            if track.claim_of(member).is_none() {
                track.claim(member);
            }
        }
    }

    /// Begins a stoppage or ends it, when something has changed.
    fn settle(&mut self, now: Time) {
        for track in self.tracks.values_mut() {
            track.note(now);
        }
        let calm = !self.rebalancing && self.tracks.values().all(Track::is_read);
        match &mut self.stoppage {
            Some(stoppage) if stoppage.to.is_none() => {
                if calm {
                    stoppage.to = Some(now);
                }
            }
            _ if calm => {}
            stoppage => {
                *stoppage = Some(Stoppage { from: now, to: None });
                self.tracks.values_mut().for_each(|track| track.lately = Span::ZERO);
            }
        }
    }
}

/// The courses of all groups, from events alone: what a protocol calls its rounds does not matter.
#[derive(Clone, Debug, Default)]
pub struct Stoppages {
    groups: Map<Name, Course>,
}

impl Stoppages {
    /// A group that has rebalanced, or whose members were assigned something.
    pub fn group(&self, name: &str) -> Option<&Course> {
        self.groups.get(name)
    }

    /// Takes one event into account. Events come in the order in which they happened.
    pub(super) fn fold(&mut self, stamped: &Stamped) {
        let now = stamped.at;
        match &stamped.event {
            Event::GroupRebalancing { group, cause } => {
                self.course(group).rebalance(now, *cause);
            }
            Event::GroupFormed { group, .. } => self.course(group).formed(now),
            // Nobody waits for all (KIP-848): it begins and is over.
            Event::GroupEpochBumped { group, cause, .. } => {
                let course = self.course(group);
                course.rebalance(now, *cause);
                course.formed(now);
            }
            event @ (Event::RecordsAcquired { group, .. }
            | Event::RecordsAcknowledged { group, .. }
            | Event::AcquisitionLockTimedOut { group, .. }) => {
                self.course(group).deliveries.fold(event);
            }
            event => {
                if let Node::Client(member) = stamped.node {
                    self.consumer(now, member, event);
                }
            }
        }
    }

    fn consumer(&mut self, now: Time, member: ClientId, event: &Event) {
        match event {
            Event::Assigned { group, partitions, added, .. } => {
                let course = self.course(group);
                course.assign(member, partitions, added);
                course.settle(now);
            }
            Event::Revoked { partitions, .. } => {
                self.vacate(now, member, Some(partitions), Vacancy::HandedBack);
            }
            Event::PartitionsLost { partitions, .. } => {
                self.vacate(now, member, Some(partitions), Vacancy::Lost);
            }
            Event::Crashed | Event::PowerLost | Event::Stopped => {
                self.vacate(now, member, None, Vacancy::Ended);
            }
            Event::Paused => self.each(now, member, None, |claim| claim.runs = false),
            Event::Resumed => self.each(now, member, None, |claim| claim.runs = true),
            Event::PositionSet { partition, .. } => {
                self.each(now, member, Some(*partition), |claim| claim.placed = true);
            }
            _ => {}
        }
    }

    fn course(&mut self, group: &Name) -> &mut Course {
        self.groups.entry(group.clone()).or_default()
    }

    /// A member no longer has these partitions, or none at all.
    fn vacate(&mut self, now: Time, member: ClientId, these: Option<&[Partition]>, why: Vacancy) {
        for course in self.groups.values_mut() {
            for (partition, track) in course.tracks.iter_mut() {
                if these.is_none_or(|these| these.contains(partition)) {
                    track.vacate(member, why);
                }
            }
            course.settle(now);
        }
    }

    /// Changes the claims of a member, on one partition or on all.
    fn each(
        &mut self,
        now: Time,
        member: ClientId,
        only: Option<Partition>,
        change: fn(&mut Claim),
    ) {
        for course in self.groups.values_mut() {
            for (partition, track) in course.tracks.iter_mut() {
                if only.is_none_or(|only| only == *partition)
                    && let Some(claim) = track.claim_of(member)
                {
                    change(claim);
                }
            }
            course.settle(now);
        }
    }
}
