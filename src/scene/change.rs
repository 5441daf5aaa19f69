//! How recent events look while they fade: elections, ISR changes, marks that slide, answers that
//! rest a moment where they arrived.
//!
//! Nothing here is stored: it is read anew from the last events for each picture, so it plays
//! backwards, scrubs and exports for free. Lengths of time are the eye's: they are the same at any
//! pace.

use std::sync::Arc;

use super::geometry::{ease_out, lerp};
use super::view::View;
use crate::sim::id::{BrokerId, ControllerId, Epoch, Node, Offset};
use crate::sim::log::retention::SegmentDeletion;
use crate::sim::ordered::Map;
use crate::sim::wire::{Body, Channel, Envelope, Request, Response};
use crate::sim::{Event, Partition, Stamped, Time};

/// What a change leaves behind lingers so long, in milliseconds of the eye.
pub const LINGER: f32 = 4_000.0;
/// Then it fades for so long.
const FADE: f32 = 600.0;
/// Cells land and marks slide in this time.
const SLIDE: f32 = 250.0;
/// Marks slide over at most so many offsets.
const FURTHEST: Offset = 6;
/// An ISR changes its look in this time.
const SWITCH: f32 = 300.0;
/// A tape's window moves in this time.
const GLIDE: f32 = 350.0;
/// An ok rests so long where it arrived.
const REST: f32 = 1_000.0;
/// Messages are counted over this time.
const COUNTED: f32 = 1_000.0;

/// An answer that has arrived and is still seen.
#[derive(Clone, Debug)]
pub struct Rest {
    /// What arrived.
    pub envelope: Arc<Envelope>,
    /// How solid it still is.
    pub fade: u8,
}

/// What became of old records of a replica just now.
#[derive(Clone, Debug)]
pub struct Went {
    replica: (BrokerId, Partition),
    at: Time,
    /// How they went.
    pub how: How,
}

/// How old records went.
#[derive(Clone, Debug)]
pub enum How {
    /// With their segments.
    Deleted {
        /// What took them.
        reason: SegmentDeletion,
        /// The first of their offsets.
        from: Offset,
        /// The offset after the last of them.
        to: Offset,
    },
    /// By compaction: up to here, and which.
    Compacted {
        /// Where what cannot be cleaned begins.
        to: Offset,
        /// Their offsets, in order.
        removed: Arc<[Offset]>,
    },
}

/// Recent changes, by what changed.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    now: Time,
    pace: f32,
    leaders: Map<Partition, (Time, Epoch)>,
    left: Map<(BrokerId, Partition), Time>,
    high: Map<(BrokerId, Partition), (Time, Offset)>,
    ends: Map<(BrokerId, Partition), Time>,
    grown: Map<Partition, (Time, Offset)>,
    cut_off: Map<(BrokerId, Partition), (Time, Offset, Offset)>,
    went: Vec<Went>,
    office: Option<(Time, ControllerId, Epoch)>,
    rests: Vec<Rest>,
    rates: Map<(Node, Node), u32>,
}

/// Since when every event may be seen in a picture. Of what was earlier only elections, lost ISR
/// members, truncations and errors are.
pub fn soon(now: Time, pace: f32) -> Time {
    before(now, (REST + FADE).max(COUNTED), pace)
}

/// Since when what moves on a log may be seen in a picture: records that land, high watermarks.
pub fn moved(now: Time, pace: f32) -> Time {
    before(now, SLIDE.max(GLIDE), pace)
}

/// So many milliseconds of the eye before now, and a little: an event on the edge is not left out.
fn before(now: Time, eye_ms: f32, pace: f32) -> Time {
    Time(now.0.saturating_sub((eye_ms * 1000.0 * pace) as u64 + 1))
}

impl Changes {
    /// Reads the last events; of each kind the newest first.
    pub fn of<'a>(
        now: Time,
        recent: impl IntoIterator<Item = &'a Stamped>,
        view: &View,
    ) -> Changes {
        let mut changes = Changes { now, pace: view.pace.max(1e-6), ..Changes::default() };
        for stamped in recent {
            let age = changes.age(stamped.at);
            if age > LINGER + FADE {
                break;
            }
            changes.read(stamped, age);
        }
        changes
    }

    fn read(&mut self, stamped: &Stamped, age: f32) {
        let Stamped { at, node, event, .. } = stamped;
        let broker = node.broker();
        match event {
            Event::Sent(envelope) if age <= COUNTED && of_client(envelope) && carries(envelope) => {
                *self.rates.entry((envelope.from, envelope.to)).or_default() += 1;
            }
            Event::Arrived(envelope) => self.rest(envelope, age),
            Event::LeaderElected { partition, leader: Some(_), epoch, .. } => {
                self.leaders.entry(*partition).or_insert((*at, *epoch));
            }
            Event::ControllerActive { epoch } if self.office.is_none() => {
                if let Node::Controller(id) = *node {
                    self.office = Some((*at, id, *epoch));
                }
            }
            Event::IsrShrank { partition, removed, .. } => {
                for broker in removed {
                    self.left.entry((*broker, *partition)).or_insert(*at);
                }
            }
            Event::HighWatermarkMoved { partition, from, .. } if age <= SLIDE => {
                if let Some(broker) = broker {
                    self.high.entry((broker, *partition)).or_insert((*at, *from));
                }
            }
            Event::Appended { partition, batch, .. } if age <= GLIDE => {
                if let Some(broker) = broker {
                    self.ends.entry((broker, *partition)).or_insert(*at);
                    // The oldest within the glide: the tape's window before all of them.
                    let newest = self.grown.get(partition).map_or(*at, |(newest, _)| *newest);
                    self.grown.insert(*partition, (newest, batch.base_offset));
                }
            }
            Event::Truncated { partition, from, to }
            | Event::UnflushedLost { partition, from, to } => {
                if let Some(broker) = broker {
                    self.cut_off.entry((broker, *partition)).or_insert((*at, *from, *to));
                }
            }
            Event::SegmentsDeleted { partition, reason, from, to, .. } => {
                let how = How::Deleted { reason: *reason, from: *from, to: *to };
                self.went.extend(broker.map(|id| Went { replica: (id, *partition), at: *at, how }));
            }
            Event::CleanerRan { partition, to, removed, .. } => {
                let how = How::Compacted { to: *to, removed: removed.clone() };
                self.went.extend(broker.map(|id| Went { replica: (id, *partition), at: *at, how }));
            }
            _ => {}
        }
    }

    fn rest(&mut self, envelope: &Arc<Envelope>, age: f32) {
        let Body::Response(response) = &*envelope.body else { return };
        // Voters and brokers tell one another all the time who does not lead.
        if envelope.channel == Channel::Raft {
            return;
        }
        // One answer rests at a place: the newest, which was read first.
        if age > LINGER + FADE || self.rests.iter().any(|rest| rest.envelope.to == envelope.to) {
            return;
        }
        let to_producer = matches!(response, Response::Produce(_));
        let time = match response.error() {
            Some(error) if super::message::alarming(error) => LINGER,
            None if to_producer => REST,
            _ => return,
        };
        if age <= time + FADE {
            let fade = fading(age, time);
            self.rests.push(Rest { envelope: envelope.clone(), fade });
        }
    }

    /// How long ago something was, in milliseconds of the eye.
    pub fn age(&self, at: Time) -> f32 {
        self.now.since(at).0 as f32 / 1000.0 / self.pace
    }

    /// How solid the ground of a newly elected leader still is, and its epoch.
    pub fn new_leader(&self, partition: Partition) -> Option<(u8, Epoch)> {
        let (at, epoch) = self.leaders.get(&partition)?;
        let fade = fading(self.age(*at), LINGER);
        (fade > 0).then_some((fade, *epoch))
    }

    /// How solid the mark of a controller that took office just now still is, and its epoch.
    pub fn new_controller(&self, id: ControllerId) -> Option<(u8, Epoch)> {
        let (at, _, epoch) = self.office.filter(|(_, active, _)| *active == id)?;
        let fade = fading(self.age(at), LINGER);
        (fade > 0).then_some((fade, epoch))
    }

    /// How far the flag of a newly elected leader is unrolled, 0 to 1.
    pub fn unrolled(&self, partition: Partition) -> f32 {
        self.leaders.get(&partition).map_or(1.0, |(at, _)| ease_out(self.age(*at) / SWITCH))
    }

    /// How far the ring of a replica that left its ISR has come apart, 0 to 1.
    pub fn apart(&self, broker: BrokerId, partition: Partition) -> f32 {
        let left = self.left.get(&(broker, partition));
        left.map_or(1.0, |at| ease_out(self.age(*at) / SWITCH))
    }

    /// Where a replica's high watermark is seen while it slides to `now`.
    pub fn high_watermark(&self, broker: BrokerId, partition: Partition, now: Offset) -> f32 {
        match self.high.get(&(broker, partition)) {
            Some((at, from)) => {
                // What moves on faster than the eye follows is not slid after.
                let from = (*from).max(now - FURTHEST);
                lerp(from as f32, now as f32, ease_out(self.age(*at) / SLIDE))
            }
            None => now as f32,
        }
    }

    /// How solid the newest cells of a replica are, while they land.
    pub fn landing(&self, broker: BrokerId, partition: Partition) -> u8 {
        let at = self.ends.get(&(broker, partition));
        at.map_or(u8::MAX, |at| (95.0 + 160.0 * ease_out(self.age(*at) / SLIDE)) as u8)
    }

    /// The partition's log end before it grew just now, and how far its window has moved since.
    pub fn grown(&self, partition: Partition) -> Option<(Offset, f32)> {
        let (at, before) = self.grown.get(&partition)?;
        Some((*before, super::geometry::ease_in_out(self.age(*at) / GLIDE)))
    }

    /// The records that were cut off a replica's end just now, and how solid they still are.
    pub fn cut_off(&self, broker: BrokerId, partition: Partition) -> Option<(Offset, Offset, u8)> {
        let (at, from, to) = self.cut_off.get(&(broker, partition))?;
        let fade = fading(self.age(*at), LINGER);
        (fade > 0).then_some((*to, *from, fade))
    }

    /// What became of a replica's old records just now, newest first, and for how long that has
    /// been seen.
    pub fn went(
        &self,
        broker: BrokerId,
        partition: Partition,
    ) -> impl Iterator<Item = (&Went, f32)> {
        let own = self.went.iter().filter(move |went| went.replica == (broker, partition));
        own.map(|went| (went, self.age(went.at)))
    }

    /// Answers that rest where they arrived.
    pub fn rests(&self) -> &[Rest] {
        &self.rests
    }

    /// How many messages with records were sent between a client and a broker in the last second of
    /// the eye, one way, for each pair that sent any.
    pub fn rates(&self) -> impl Iterator<Item = ((Node, Node), u32)> + '_ {
        self.rates.iter().map(|(pair, count)| (*pair, *count))
    }
}

/// Whether a client sends or receives a message.
fn of_client(envelope: &Envelope) -> bool {
    let client = |node: Node| matches!(node, Node::Client(_));
    client(envelope.from) || client(envelope.to)
}

/// Whether a message carries records: what ribbons count.
fn carries(envelope: &Envelope) -> bool {
    match &*envelope.body {
        Body::Request(Request::Produce(_)) => true,
        Body::Response(Response::Fetch(fetch)) => {
            fetch.partitions.iter().any(|partition| !partition.batches.is_empty())
        }
        _ => false,
    }
}

/// Solid for `time`, then fading.
pub(super) fn fading(age: f32, time: f32) -> u8 {
    let left = 1.0 - (age - time).max(0.0) / FADE;
    (left.clamp(0.0, 1.0) * 255.0) as u8
}
