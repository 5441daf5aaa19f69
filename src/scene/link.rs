//! Links between nodes: where they run, and how they are.

use super::draft::Draft;
use super::geometry::{Curve, Point, at, rect};
use super::glyph::link;
use super::ink::Ink;
use super::item::{Layer, sans};
use super::layout::{Form, Layout};
use super::view::{Entity, View};
use crate::sim::id::{BrokerId, ClientId, Node};
use crate::sim::ordered::{Map, Set};
use crate::sim::{Partition, Span, World};

/// With more links than this they are drawn as threads.
const CROWDED: usize = 12;
/// A link that takes longer than this, one way, is drawn as slow.
const SLOW: Span = Span::ms(20);

/// The way between a client and a broker, from the client.
pub fn client_way(layout: &Layout, client: ClientId, broker: BrokerId) -> Option<Curve> {
    let plate = layout.brokers.get(&broker)?;
    let all = layout.brokers_box();
    // On a narrow screen links end at the chips, or at the first broker where there is none.
    let top = layout.chips.values().map(|chip| chip.y - 6.0).fold(all.y, f32::min);
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
        (Node::Controller(_), Node::Admin) => way(layout, to, from).map(Curve::reversed),
        _ => None,
    }
}

/// Where control messages enter a broker: at its sign.
fn gutter(layout: &Layout, broker: BrokerId) -> Option<Point> {
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
            let own = consumer.readings().map(|(partition, _)| partition);
            pairs.extend(own.filter_map(leader).map(|broker| (*id, broker)));
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
        let spec = world.network.spec(ends.0, ends.1);
        if world.network.cut_since(ends.0, ends.1).is_some() {
            link::cut(draft, middle, layout.form == Form::Flow);
        } else if spec.latency >= SLOW {
            link::slow(draft, middle);
            let text = view.words.span(spec.latency.0);
            let style = sans(14.0).strong().middle().halo(Ink::Stage);
            draft.label(middle.by(0.0, 24.0), &text, style, Ink::Doubt);
        }
    }
    server_cuts(draft, world, layout, view);
}

/// Cuts between brokers, in the gap above the lower one.
fn server_cuts(draft: &mut Draft, world: &World, layout: &Layout, view: &View) {
    let mut at_broker = Map::new();
    for ((a, b), since) in world.network.cuts() {
        let (Some(a), Some(b)) = (a.broker(), b.broker()) else { continue };
        let (Some(pa), Some(pb)) = (layout.brokers.get(&a), layout.brokers.get(&b)) else {
            continue;
        };
        let (upper, lower) = if pa.y <= pb.y { ((a, pa), (b, pb)) } else { ((b, pb), (a, pa)) };
        let shift: &mut f32 = at_broker.entry(lower.0).or_default();
        let place = at(lower.1.x + 14.0 + *shift, lower.1.y - 7.0);
        draft.on(Layer::Note);
        link::stops(draft, place);
        let mut text = super::broker::pair_name(upper.0, lower.0);
        text.push(' ');
        text.push_str(&view.words.ui_cut_since(&view.words.span(world.now.since(since).0)));
        let style = sans(14.0).strong().halo(Ink::Stage);
        let wide = draft.label(place.by(16.0, 5.0), &text, style, Ink::Bad);
        let ends = (Node::Broker(a), Node::Broker(b));
        draft.spot(
            Entity::Link(ends.0, ends.1),
            rect(place.x - 10.0, place.y - 10.0, wide + 26.0, 20.0),
        );
        *shift += wide + 40.0;
    }
}
