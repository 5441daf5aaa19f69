//! Links between nodes: where they run, and how they are.

use super::draft::Draft;
use super::geometry::{Curve, Point, Rect, at, rect};
use super::glyph::link;
use super::ink::Ink;
use super::item::{Layer, sans};
use super::layout::{Form, Layout};
use super::view::{Entity, View};
use crate::sim::id::{BrokerId, ClientId, Node};
use crate::sim::ordered::{Map, Set};
use crate::sim::{Partition, Span, Time, World};

/// With more links than this they are drawn as threads.
const CROWDED: usize = 12;
/// A link that takes longer than this, one way, is drawn as slow.
const SLOW: Span = Span::ms(20);

/// So much room is left of the brokers where a mark fits beside their signs.
const ROOM_FOR_A_MARK: f32 = 60.0;

/// The way between a client and a broker, from the client.
pub fn client_way(layout: &Layout, client: ClientId, broker: BrokerId) -> Option<Curve> {
    let plate = layout.brokers.get(&broker)?;
    let depth = match layout.nose {
        super::glyph::node::Nose::Right(depth) | super::glyph::node::Nose::Down(depth) => depth,
    };
    if let Some(place) = layout.producers.get(&client) {
        return Some(match layout.form {
            Form::Columns => {
                let from = at(place.right(), place.centre().y);
                Curve::level(from, at(plate.x, plate.centre().y))
            }
            Form::Flow => {
                let all = layout.brokers_box();
                // Links end at the chips, or at the first broker where there is none.
                let top = layout.chips.values().map(|chip| chip.y - 6.0).fold(all.y, f32::min);
                let from = at(place.centre().x, place.bottom());
                Curve::upright(from, at(lean(from.x, all.centre().x), top))
            }
        });
    }
    let place = layout.consumers.get(&client)?;
    Some(match layout.form {
        Form::Columns => {
            let from = at(place.x + depth * 0.8, place.centre().y);
            Curve::level(from, at(plate.right(), plate.centre().y))
        }
        Form::Flow => {
            let all = layout.brokers_box();
            let from = at(place.centre().x, place.y + depth * 0.8);
            Curve::upright(from, at(lean(from.x, all.centre().x), all.bottom()))
        }
    })
}

/// A little towards the middle, so that links do not run on top of one another.
fn lean(x: f32, middle: f32) -> f32 {
    x + (middle - x) * 0.35
}

/// The way between any two nodes that stand in the picture.
pub fn way(layout: &Layout, from: Node, to: Node) -> Option<Curve> {
    match (from, to) {
        (Node::Client(client), Node::Broker(broker)) => client_way(layout, client, broker),
        (Node::Broker(broker), Node::Client(client)) => {
            client_way(layout, client, broker).map(Curve::reversed)
        }
        (Node::Broker(a), Node::Broker(b)) => {
            let (a, b) = (gutter(layout, a)?, gutter(layout, b)?);
            let bend = a.x - 26.0;
            Some(Curve { from: a, lead: at(bend, a.y), trail: at(bend, b.y), to: b })
        }
        (Node::Controller(_), Node::Controller(_) | Node::Broker(_)) if layout.combined => {
            let (from, to) = (berth(layout, from)?, berth(layout, to)?);
            let bend = gutter(layout, layout.brokers.keys().next().copied()?)?.x - 26.0;
            Some(match from.y == to.y {
                true => Curve::straight(from, to),
                false => Curve { from, lead: at(bend, from.y), trail: at(bend, to.y), to },
            })
        }
        (Node::Controller(a), Node::Controller(b)) => {
            let (from, to) = (*layout.controllers.get(&a)?, *layout.controllers.get(&b)?);
            let high = from.y - 17.0;
            Some(Curve { from, lead: at(from.x, high), trail: at(to.x, high), to })
        }
        (Node::Controller(id), Node::Broker(broker)) => {
            let from = *layout.controllers.get(&id)?;
            let to = gutter(layout, broker)?;
            Some(Curve { from, lead: at(from.x, to.y - 10.0), trail: at(from.x, to.y), to })
        }
        (Node::Broker(_), Node::Controller(_)) => way(layout, to, from).map(Curve::reversed),
        (Node::Admin, Node::Controller(id)) => {
            let to = *layout.controllers.get(&id)?;
            Some(Curve::straight(at(to.x, -12.0), to))
        }
        (Node::Admin, Node::Broker(broker)) => {
            let to = gutter(layout, broker)?;
            Some(Curve::straight(at(to.x, -12.0), to))
        }
        (Node::Broker(_), Node::Admin) => way(layout, to, from).map(Curve::reversed),
        (Node::Controller(_), Node::Admin) => way(layout, to, from).map(Curve::reversed),
        _ => None,
    }
}

/// Where a role of a process of both is spoken to.
fn berth(layout: &Layout, node: Node) -> Option<Point> {
    match node {
        Node::Controller(id) => layout.controllers.get(&id).copied(),
        Node::Broker(id) => gutter(layout, id),
        Node::Admin | Node::Client(_) => None,
    }
}

/// Where control messages enter a broker: at its sign.
pub(super) fn gutter(layout: &Layout, broker: BrokerId) -> Option<Point> {
    let plate = layout.brokers.get(&broker)?;
    Some(at(plate.x, plate.y + 15.0))
}

/// Pairs of client and broker that have to do with each other now.
fn pairs(world: &World, layout: &Layout) -> Set<(ClientId, BrokerId)> {
    let image = world.metadata();
    let mut pairs = Set::new();
    let leader = |p: Partition| image.partition(p).and_then(|state| state.leader);
    for (id, client) in &world.clients {
        if let Some(producer) = client.as_producer()
            && let Some((topic, state)) = image.topic_named(&producer.topic)
        {
            let all = (0..state.partitions.len() as u32).map(|index| Partition { topic, index });
            // Where nobody leads, the link to the last one that may is drawn: closed.
            let any = |p| leader(p).or(image.partition(p).and_then(|s| s.isr.first().copied()));
            pairs.extend(all.filter_map(any).map(|broker| (*id, broker)));
        }
        if let Some(consumer) = client.as_consumer() {
            // From a follower it may read, too (KIP-392); the leader it asks again after that.
            for (partition, reading) in consumer.readings() {
                let followed = reading.preferred.map(|preferred| preferred.broker);
                pairs.extend(leader(partition).into_iter().chain(followed).map(|b| (*id, b)));
            }
        }
    }
    for envelope in world.wire.values() {
        match (envelope.from, envelope.to) {
            (Node::Client(client), Node::Broker(broker))
            | (Node::Broker(broker), Node::Client(client)) => pairs.insert((client, broker)),
            _ => false,
        };
    }
    pairs.retain(|(_, broker)| layout.brokers.contains_key(broker));
    pairs
}

/// Draws the links of clients, and every cut.
pub fn draw(draft: &mut Draft, world: &World, layout: &Layout, view: &View) {
    let pairs = pairs(world, layout);
    let crowded = pairs.len() > CROWDED;
    for (client, broker) in pairs {
        let Some(curve) = client_way(layout, client, broker) else { continue };
        let ends = (Node::Client(client), Node::Broker(broker));
        draft.on(Layer::Rail);
        if !world.is_up(ends.0) || !world.is_up(ends.1) {
            link::closed(draft, curve);
            continue;
        }
        let watched = view.watches(ends.0) || view.watches(ends.1);
        if crowded && !watched {
            link::thread(draft, curve);
        } else {
            link::rails(draft, curve);
        }
        let middle = curve.point(0.5);
        draft
            .spot(Entity::Link(ends.0, ends.1), rect(middle.x - 12.0, middle.y - 12.0, 24.0, 24.0));
        draft.on(Layer::Plate);
        let upright = layout.form == Form::Flow;
        let way = step(curve, upright);
        let cut = |from, to| world.network.cut_from(from, to).is_some();
        match (cut(ends.0, ends.1), cut(ends.1, ends.0)) {
            (true, true) => link::cut(draft, middle, upright),
            (true, false) => link::cut_way(draft, middle, way),
            (false, true) => link::cut_way(draft, middle, at(-way.x, -way.y)),
            (false, false) => {
                if let Some(text) = slowness(world, ends.0, ends.1, way, view) {
                    link::slow(draft, middle);
                    let style = sans(14.0).strong().middle().halo(Ink::Stage);
                    draft.label(middle.by(0.0, 24.0), &text, style, Ink::Doubt);
                }
            }
        }
    }
    server_links(draft, world, layout, view);
}

/// One step along a link, level or upright.
fn step(curve: Curve, upright: bool) -> Point {
    match upright {
        true => at(0.0, (curve.to.y - curve.from.y).signum()),
        false => at((curve.to.x - curve.from.x).signum(), 0.0),
    }
}

/// An arrow that points this way.
const fn arrow(way: Point) -> &'static str {
    match way {
        Point { x, .. } if x > 0.0 => "→",
        Point { x, .. } if x < 0.0 => "←",
        Point { y, .. } if y > 0.0 => "↓",
        _ => "↑",
    }
}

/// How slow a link is, and which way, if it is slow.
fn slowness(world: &World, a: Node, b: Node, way: Point, view: &View) -> Option<String> {
    let there = world.network.spec(a, b).latency;
    let back = world.network.spec(b, a).latency;
    let said = |latency: Span| view.words.span(latency.0);
    let one = |latency: Span, way: Point| [arrow(way), " ", &said(latency)].concat();
    let home = at(-way.x, -way.y);
    match (there >= SLOW, back >= SLOW) {
        (false, false) => None,
        (true, true) if there == back => Some(said(there)),
        (true, true) => Some([&one(there, way), " ", &one(back, home)].concat()),
        (true, false) => Some(one(there, way)),
        (false, true) => Some(one(back, home)),
    }
}

/// Cuts and slow links between servers, in the gap above the lower one.
fn server_links(draft: &mut Draft, world: &World, layout: &Layout, view: &View) {
    let mut taken = Map::new();
    let changed = world.network.changed();
    for (a, b) in changed.into_iter().filter(|(a, b)| a.client().or(b.client()).is_none()) {
        server_link(draft, world, layout, view, (a, b), &mut taken);
    }
}

fn server_link(
    draft: &mut Draft,
    world: &World,
    layout: &Layout,
    view: &View,
    (a, b): (Node, Node),
    taken: &mut Map<BrokerId, f32>,
) {
    let cut = |from, to| world.network.cut_from(from, to);
    let ways = (cut(a, b), cut(b, a));
    let slow = slowness(world, a, b, at(1.0, 0.0), view);
    let (Some((upper, lower)), true) =
        (in_order(layout, a, b), ways.0.or(ways.1).is_some() || slow.is_some())
    else {
        return;
    };
    let Some(plate) = layout.brokers.get(&lower) else { return };
    if let (Node::Controller(_), true) = (upper, plate.x > ROOM_FOR_A_MARK) {
        control_link(draft, at(plate.x - 16.0, plate.y + 15.0), (a, b), ways, a == upper);
        return;
    }
    let shift: &mut f32 = taken.entry(lower).or_default();
    // On the seam of the two plates, right of the sign of the lower one.
    let place = at(plate.x + 48.0 + *shift, plate.y - 7.0);
    let up_first = a == upper;
    let name = |node: Node| match node.broker() {
        Some(id) => super::draft::decimal(u64::from(id.0), &mut [0; 20]).to_owned(),
        None => view.words.ui_controller().to_owned(),
    };
    let (first, second) = match up_first {
        true => (a, b),
        false => (b, a),
    };
    let since = |since: Time| view.words.ui_cut_since(&view.words.span(world.now.since(since).0));
    let (between, said, ink) = match ways {
        (Some(one), Some(other)) => ("–", since(one.min(other)), Ink::Bad),
        (Some(one), None) => (if up_first { " → " } else { " ← " }, since(one), Ink::Bad),
        (None, Some(one)) => (if up_first { " ← " } else { " → " }, since(one), Ink::Bad),
        (None, None) => {
            let text = slowness(world, first, second, at(1.0, 0.0), view).unwrap_or_default();
            ("–", text, Ink::Doubt)
        }
    };
    let text = [&name(first), between, &name(second), " ", &said].concat();
    let style = sans(14.0).strong();
    let wide = super::letter::width(&text, style);
    // Where there is no room left for words, the mark says it alone.
    let fits = place.x + 16.0 + wide <= plate.right();
    if !fits && place.x + 10.0 > plate.right() {
        return;
    }
    let wide = if fits { wide + 16.0 } else { 0.0 };
    let tag = rect(place.x - 13.0, place.y - 11.0, wide + 22.0, 22.0);
    draft.on(Layer::Note);
    link::tag(draft, tag, ink);
    match ways {
        (None, None) => link::slow(draft, place),
        _ => link::stops(draft, place),
    }
    if fits {
        draft.label(place.by(16.0, 5.0), &text, style, ink);
    }
    draft.spot(Entity::Link(a, b), tag);
    *shift += tag.w + 8.0;
}

/// What is the matter with the link to a controller: where control messages enter, at the broker's
/// sign.
fn control_link(
    draft: &mut Draft,
    place: Point,
    (a, b): (Node, Node),
    ways: (Option<Time>, Option<Time>),
    inward: bool,
) {
    draft.on(Layer::Note);
    let into = if inward { at(1.0, 0.0) } else { at(-1.0, 0.0) };
    match ways {
        (Some(_), Some(_)) => link::cut(draft, place, false),
        (Some(_), None) => link::cut_way(draft, place, into),
        (None, Some(_)) => link::cut_way(draft, place, at(-into.x, -into.y)),
        (None, None) => link::slow(draft, place),
    }
    draft.spot(Entity::Link(a, b), Rect::around(place, 24.0, 24.0));
}

/// Of two servers the one that stands higher, and the broker that stands lower.
fn in_order(layout: &Layout, a: Node, b: Node) -> Option<(Node, BrokerId)> {
    match (a.broker(), b.broker()) {
        (Some(one), Some(other)) => {
            let (pa, pb) = (layout.brokers.get(&one)?, layout.brokers.get(&other)?);
            Some(if pa.y <= pb.y { (a, other) } else { (b, one) })
        }
        (Some(one), None) => Some((b, one)),
        (None, Some(other)) => Some((a, other)),
        (None, None) => None,
    }
}
