//! Messages in flight: exactly what is on the wire, each where it is between sender and receiver.

mod look; // by what it carries
mod markers; // of transactions

pub use self::look::{alarming, key_mark};
pub(super) use self::markers::{Marker, markers};

use self::look::{Look, Seats, look};
use super::caption::{self, Name};
use super::change::{Changes, Rest};
use super::draft::Draft;
use super::geometry::{Curve, Point, Rect, at, within};
use super::glyph::message::{Heading, Wagon};
use super::glyph::{badge, link as rail, mark, message as glyph, transaction};
use super::ink::{Ink, KeyMark};
use super::item::{Coat, Layer};
use super::layout::{Form, Layout};
use super::link;
use super::log::Rulers;
use super::view::{Entity, Motion, View};
use crate::sim::wire::{Body, Channel, Envelope, Request, Response};
use crate::sim::{Partition, Time, World};

/// Flights that the eye would see for less than this, in milliseconds, become ribbons.
const SEEN: f32 = 120.0;
/// With more flights than this in the air, they are drawn with less detail.
const CROWD: usize = 60;
/// With more flights than this in the air, none has its name.
const NAMED: usize = 10;

/// One message, placed.
struct Flight<'a> {
    envelope: &'a Envelope,
    look: Look,
    way: Curve,
    at: Point,
    heading: Heading,
    name: Option<Name>,
    ink: Ink,
}

impl Flight<'_> {
    fn place(&self) -> Rect {
        let (w, h) = match &self.look {
            Look::Wagon { keys, count, upright } => {
                let wagon = wagon(self, keys.keys(), *count, *upright);
                let body = Rect::around(self.at, wagon.length() + 6.0, wagon.height + 6.0);
                return match self.heading {
                    Heading::Down => Rect { h: body.h + 8.0, ..body },
                    Heading::Up => Rect { y: body.y - 8.0, h: body.h + 8.0, ..body },
                    Heading::Left | Heading::Right => body,
                };
            }
            Look::Beat => (38.0, 16.0),
            _ => (24.0, 24.0),
        };
        Rect::around(self.at, w, h)
    }
}

/// Draws everything that is under way, and what has just arrived.
pub fn draw(
    draft: &mut Draft,
    world: &World,
    layout: &Layout,
    rulers: &Rulers,
    changes: &Changes,
    view: &View,
) {
    if view.motion == Motion::Full {
        ribbons(draft, world, layout, changes, view);
    }
    let mut flights = Vec::with_capacity(world.wire.len());
    for envelope in world.wire.values() {
        place(&mut flights, envelope, world.now, layout, rulers, view);
    }
    let mut taken: Vec<Rect> = flights.iter().map(Flight::place).collect();
    let lifts = lifts(&taken);
    let crowd = flights.len() > CROWD;
    let window = view.window(layout.extent);
    for ((flight, place), lift) in flights.iter().zip(&taken).zip(&lifts) {
        draft.on(Layer::Wire).lift(*lift);
        // In a crowd only its guide or its arrow reaches farther than a flight itself.
        let alone = crowd && view.motion == Motion::Full && !flight.look.is_guided();
        if !alone || place.overlaps(window) {
            one(draft, flight, crowd, view);
        }
        draft.spot(Entity::Message(flight.envelope.id), *place);
    }
    for rest in changes.rests() {
        resting(draft, rest, layout, &mut taken);
    }
    if flights.len() <= NAMED {
        names(draft, &flights, layout, &mut taken);
    }
}

/// How far a message is on its way, 0 to 1. Behind a cut it waits near its sender.
fn progress(envelope: &Envelope, now: Time) -> f32 {
    if envelope.arrives_at == Time::NEVER {
        return 0.12;
    }
    let whole = envelope.arrives_at.since(envelope.sent_at).0.max(1);
    (now.since(envelope.sent_at).0 as f32 / whole as f32).clamp(0.0, 1.0)
}

/// Whether the eye can follow a flight at this pace.
fn followed(envelope: &Envelope, view: &View) -> bool {
    if envelope.arrives_at == Time::NEVER || view.motion == Motion::Steps {
        return true;
    }
    let whole = envelope.arrives_at.since(envelope.sent_at).0 as f32 / 1000.0;
    whole / view.pace.max(1e-6) >= SEEN
}

fn place<'a>(
    flights: &mut Vec<Flight<'a>>,
    envelope: &'a Envelope,
    now: Time,
    layout: &Layout,
    rulers: &Rulers,
    view: &View,
) {
    let watched = view.chatter
        || view.watches(envelope.from)
        || view.watches(envelope.to)
        || view.selects(&Entity::Message(envelope.id));
    if envelope.channel == Channel::Replica {
        replication(flights, envelope, now, layout, rulers, view);
        return;
    }
    if envelope.channel == Channel::TxnMarkers
        && let Some(extension) = view.extension
    {
        let all = (extension.markers)(envelope);
        if !all.is_empty() {
            return marked(flights, envelope, &all, now, (layout, rulers, view));
        }
    }
    let Some((look, name)) = look(envelope, watched) else { return };
    let grave = matches!(look, Look::Error);
    if !grave && !followed(envelope, view) {
        return;
    }
    let Some(way) = link::way(layout, envelope.from, envelope.to) else { return };
    let ink = match look {
        Look::Error => Ink::Bad,
        Look::Ack => Ink::Good,
        _ => Ink::Text,
    };
    flights.push(flight(envelope, look, name, ink, way, now, view));
}

/// Markers fly from their coordinator's sign to where they will be written.
fn marked<'a>(
    flights: &mut Vec<Flight<'a>>,
    envelope: &'a Envelope,
    markers: &[Marker],
    now: Time,
    (layout, rulers, view): (&Layout, &Rulers, &View),
) {
    let Some(broker) = envelope.to.broker().filter(|_| followed(envelope, view)) else { return };
    let sender = envelope.from.broker().and_then(|broker| link::gutter(layout, broker));
    let Some(from) = sender else { return };
    for Marker { partition, committed } in markers {
        let Some(row) = layout.rows.get(&(broker, *partition)) else { continue };
        let end = rulers.end(*partition) as f32 - rulers.start(*partition).unwrap_or_default();
        let x = match layout.grain.tickets {
            true => row.place.centre().x,
            false => {
                row.tape + within(end + 0.5, 0.5, layout.cells as f32 - 0.5) * layout.grain.cell
            }
        };
        let to = at(x, row.middle());
        let way = Curve { from, lead: at(from.x - 26.0, to.y), trail: at(from.x, to.y), to };
        let name = Some(Name::Word("WriteTxnMarkers"));
        let look = Look::Marker { committed: *committed };
        flights.push(flight(envelope, look, name, Ink::Twice, way, now, view));
    }
}

fn flight<'a>(
    envelope: &'a Envelope,
    look: Look,
    name: Option<Name>,
    ink: Ink,
    way: Curve,
    now: Time,
    view: &View,
) -> Flight<'a> {
    let t = match view.motion {
        Motion::Full => progress(envelope, now),
        Motion::Steps => 0.5,
    };
    let heading = heading(&way);
    Flight { envelope, look, at: way.point(t), way, heading, name, ink }
}

/// Where a message's nose points: along the way's ends, which run level or upright.
fn heading(way: &Curve) -> Heading {
    let level = (way.lead.y - way.from.y).abs() < (way.lead.x - way.from.x).abs();
    let (dx, dy) = (way.to.x - way.from.x, way.to.y - way.from.y);
    if level {
        if dx >= 0.0 { Heading::Right } else { Heading::Left }
    } else if dy >= 0.0 {
        Heading::Down
    } else {
        Heading::Up
    }
}

/// Between replicas messages run upright: requests and copies stand over the offset that they are
/// about, on the one ruler of the partition.
fn replication<'a>(
    flights: &mut Vec<Flight<'a>>,
    envelope: &'a Envelope,
    now: Time,
    layout: &Layout,
    rulers: &Rulers,
    view: &View,
) {
    if !followed(envelope, view) {
        return;
    }
    let mut put = |partition: Partition, offset: i64, look: Look, name, ink| {
        if let Some(way) = copy_way(layout, rulers, envelope, partition, offset) {
            flights.push(flight(envelope, look, name, ink, way, now, view));
        }
    };
    match &*envelope.body {
        Body::Request(Request::Fetch(fetch)) => {
            // One request asks for many partitions; it is drawn where it is looked at, or where
            // the most is missing.
            let chosen = view.selection.as_ref().and_then(Entity::partition).or(view.focus);
            let asked =
                fetch.partitions.iter().filter(|p| rulers.start(p.partition).is_some()).max_by_key(
                    |p| {
                        let missing = rulers.end(p.partition) - p.fetch_offset;
                        (Some(p.partition) == chosen, missing, std::cmp::Reverse(p.partition))
                    },
                );
            if let Some(asked) = asked {
                let look = Look::Chevrons { upright: true };
                let name = Name::Fetch { offset: Some(asked.fetch_offset) };
                put(asked.partition, asked.fetch_offset, look, Some(name), Ink::Text);
            }
        }
        Body::Response(Response::Fetch(fetch)) => {
            for answer in &fetch.partitions {
                let Some(first) = answer.batches.first() else { continue };
                let records = answer.batches.iter().flat_map(|batch| batch.records.iter());
                let count = answer.batches.iter().map(|batch| batch.records.len()).sum();
                let look = Look::Wagon { keys: Seats::of(records), count, upright: true };
                let middle = first.base_offset + (count.min(Wagon::SEATS) as i64 - 1) / 2;
                put(answer.partition, middle, look, None, Ink::Text);
            }
        }
        Body::Disconnect => {
            if let Some(way) = link::way(layout, envelope.from, envelope.to) {
                let name = Some(Name::Word("disconnect"));
                flights.push(flight(envelope, Look::Error, name, Ink::Bad, way, now, view));
            }
        }
        _ => {}
    }
}

/// From one replica's row to the other's, straight over an offset.
fn copy_way(
    layout: &Layout,
    rulers: &Rulers,
    envelope: &Envelope,
    partition: Partition,
    offset: i64,
) -> Option<Curve> {
    let from = layout.rows.get(&(envelope.from.broker()?, partition))?;
    let to = layout.rows.get(&(envelope.to.broker()?, partition))?;
    if layout.grain.tickets {
        return Some(Curve::straight(from.place.centre(), to.place.centre()));
    }
    let start = rulers.start(partition)?;
    let cell = layout.grain.cell;
    let last = layout.cells as f32 - 0.5;
    let x = from.tape + within(offset as f32 - start + 0.5, 0.5, last) * cell;
    let reach = layout.grain.leader / 2.0 + 4.0;
    let down = if to.place.y > from.place.y { reach } else { -reach };
    Some(Curve::straight(at(x, from.middle() + down), at(x, to.middle() - down)))
}

/// Flights that overlap are lifted over one another; all others share a level and so a run.
fn lifts(places: &[Rect]) -> Vec<u8> {
    // From top to bottom: what overlaps a place begins above its end, and not far above it.
    let depth = |y: f32| u64::from(y.max(0.0).to_bits()) << 32;
    let mut downward: Vec<u64> =
        places.iter().zip(0u64..).map(|(place, index)| depth(place.y) | index).collect();
    downward.sort_unstable();
    let tallest = places.iter().map(|place| place.h).fold(0.0, f32::max);
    let mut lifts: Vec<u8> = Vec::with_capacity(places.len());
    for place in places {
        let (from, to) = (depth(place.y - tallest - 1.0), depth(place.bottom()));
        let near = downward.partition_point(|other| *other < from);
        let mut top = 0;
        for other in downward.iter().skip(near).take_while(|other| **other < to) {
            let index = (other & u64::from(u32::MAX)) as usize;
            // Only what came before has a lift yet.
            if let (Some(lift), Some(other)) = (lifts.get(index), places.get(index))
                && *lift >= top
                && other.overlaps(*place)
            {
                top = *lift + 1;
            }
        }
        lifts.push(top.min(15));
    }
    lifts
}

fn wagon<'a>(flight: &Flight, keys: &'a [KeyMark], count: usize, upright: bool) -> Wagon<'a> {
    Wagon {
        at: flight.at,
        heading: flight.heading,
        keys,
        count,
        seat: if upright { 22.0 } else { 14.0 },
        height: if upright { 18.0 } else { 20.0 },
        trail: false,
        crowded: false,
    }
}

fn one(draft: &mut Draft, flight: &Flight, crowd: bool, view: &View) {
    if view.motion == Motion::Steps {
        let arrow = Ink::Muted.stroke(1.4);
        draft.curve(Coat::Halo, arrow, flight.way);
    }
    let c = flight.at;
    match &flight.look {
        Look::Wagon { keys, count, upright } => {
            let mut wagon = wagon(flight, keys.keys(), *count, *upright);
            wagon.trail = view.motion == Motion::Full && !crowd;
            wagon.crowded = crowd;
            if *upright {
                mark::guide(draft, c, flight.way.to);
            }
            glyph::wagon(draft, wagon);
        }
        Look::Chevrons { upright } => {
            if *upright {
                mark::guide(draft, flight.way.from, c);
            }
            glyph::fetch(draft, c, flight.heading, if *upright { 7.0 } else { 8.0 });
        }
        Look::Ack => badge::acked(draft, c, 9.0),
        Look::Error => badge::error(draft, c, 11.0),
        Look::Beat => glyph::beat(draft, c, flight.way.to.x >= flight.way.from.x),
        Look::Control => glyph::control(draft, c, 9.0),
        Look::Answer => glyph::control_reply(draft, c, 5.0),
        Look::Marker { committed } => transaction::flying(draft, c, *committed),
    }
}

/// An answer that arrived a moment ago, at the client that it told something.
fn resting(draft: &mut Draft, rest: &Rest, layout: &Layout, taken: &mut Vec<Rect>) {
    let envelope = &rest.envelope;
    let Some(way) = link::way(layout, envelope.from, envelope.to) else { return };
    let Body::Response(response) = &*envelope.body else { return };
    let c = way.point(0.9);
    draft.on(Layer::Wire).lift(15).fade(rest.fade);
    let place = Rect::around(c, 24.0, 24.0);
    match response.error() {
        Some(error) => {
            badge::error(draft, c, 11.0);
            taken.push(place);
            caption::fault(draft, envelope.to, error.name(), layout, taken);
        }
        None => {
            badge::acked(draft, c, 9.0);
            taken.push(place);
        }
    }
}

/// Names beside the flights, each where it covers nothing; a name without room is left out.
fn names(draft: &mut Draft, flights: &[Flight], layout: &Layout, taken: &mut Vec<Rect>) {
    for flight in flights {
        if let Some(name) = flight.name {
            draft.on(Layer::Wire).lift(15);
            caption::beside(draft, flight.place(), &name.text(), flight.ink, layout, taken);
        }
    }
}

/// Links that carry more than the eye can follow: a ribbon as wide as the root of their rate.
fn ribbons(draft: &mut Draft, world: &World, layout: &Layout, changes: &Changes, view: &View) {
    for ((from, to), count) in changes.rates() {
        let latency = world.network.spec(from, to).latency.0 as f32 / 1000.0;
        if latency / view.pace.max(1e-6) >= SEEN {
            continue;
        }
        let Some(way) = link::way(layout, from, to) else { continue };
        draft.on(Layer::Rail).lift(1);
        let width = ((count as f32).sqrt() * 2.0 + 2.0).clamp(4.0, 22.0);
        let short = match layout.form {
            Form::Columns => way.head(0.94),
            Form::Flow => way,
        };
        rail::ribbon(draft, short, width);
    }
}

#[cfg(test)]
mod tests {
    use super::super::geometry::Size;
    use super::super::item::{Scene, Shape};
    use super::super::scene;
    use super::*;
    use crate::locale::{Lang, Words};
    use crate::sim::scenario::{ProducerSpec, Scenario};
    use crate::sim::{Span, Stamped};

    /// Twenty producers that batch nothing, more than a low window shows, and slow links.
    fn crowd() -> World {
        let mut scenario = Scenario::opening("orders", ["a", "b"], "g");
        scenario.cluster.client_network.latency = Span::ms(150);
        let mut model = scenario.producers[0].clone();
        model.workload.rate = 50;
        model.config = [("linger.ms".to_owned(), "0".to_owned())].into();
        scenario.producers = (1..=20)
            .map(|number| ProducerSpec { name: format!("app-{number}").into(), ..model.clone() })
            .collect();
        let mut world = World::new(&scenario).unwrap();
        world.run_until(Time(9_000_000), &mut Vec::<Stamped>::new());
        world
    }

    /// Where the discs of acks and the cells of wagons are.
    fn drawn(scene: &Scene) -> Vec<Rect> {
        let flying = scene.items().iter().filter(|item| item.layer == Layer::Wire);
        let places = flying.filter_map(|item| match item.shape {
            Shape::Disc { at, radius } => Some(Rect::around(at, 2.0 * radius, 2.0 * radius)),
            Shape::Slab { rect, .. } => Some(rect),
            _ => None,
        });
        places.collect()
    }

    #[test]
    fn of_a_crowd_only_what_is_seen_is_drawn() {
        let world = crowd();
        let mut view = View::new(Size { w: 976.0, h: 400.0 }, Words(Lang::En));
        view.pace = 0.1;
        let near = scene(&world, [], &view);
        let window = view.window(near.extent);
        view.camera.zoom = 0.4;
        let far = scene(&world, [], &view);
        assert!(near.extent == far.extent && near.extent.h < 1000.0, "all is seen from afar");
        assert_eq!(near.spots.len(), far.spots.len(), "what is not drawn is there all the same");
        let (near, far) = (drawn(&near), drawn(&far));
        let seen = |places: &[Rect]| -> Vec<Rect> {
            places.iter().filter(|place| place.overlaps(window)).copied().collect()
        };
        assert_eq!(seen(&near), seen(&far));
        assert!(near.len() * 10 < far.len() * 9, "{} of {}", near.len(), far.len());
    }
}
