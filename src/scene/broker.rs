//! Brokers: plates with a number, and what is the matter with them.

use super::change::Changes;
use super::draft::{Draft, decimal};
use super::geometry::{Point, Rect, at};
use super::glyph::node::Standing;
use super::glyph::{link, node};
use super::ink::Ink;
use super::item::{Layer, Lettering, sans};
use super::layout::{Form, Layout};
use super::letter;
use super::view::{Entity, View};
use crate::sim::id::{BrokerId, Node};
use crate::sim::process::Power;
use crate::sim::{Span, World};

/// How a broker is to be drawn: what its process does, and what the controller thinks of it.
pub fn standing(world: &World, broker: BrokerId) -> Standing {
    match world.power(Node::Broker(broker)) {
        Power::Down => Standing::Dead,
        Power::Paused => Standing::Fenced,
        Power::Up => {
            let registration = world.metadata().brokers.get(&broker);
            let serves = registration.is_some_and(|registration| !registration.fenced);
            if serves { Standing::Up } else { Standing::Fenced }
        }
    }
}

/// Draws the plates, signs and headings of all brokers.
pub fn draw(draft: &mut Draft, world: &World, layout: &Layout, changes: &Changes, view: &View) {
    for (id, place) in &layout.brokers {
        let standing = standing(world, *id);
        draft.on(Layer::Plate);
        draft.spot(Entity::Broker(*id), *place);
        node::plate(draft, *place, standing);
        let side = if layout.form == Form::Flow { 30.0 } else { 31.0 };
        let mut digits = [0u8; 20];
        let number = decimal(u64::from(id.0), &mut digits);
        node::sign(draft, at(place.x - 1.0, place.y - 1.0), side, number, standing);
        let taken = epochs(draft, world, *id, *place, layout, changes, view);
        draft.on(Layer::Plate).fade(u8::MAX);
        let until = place.right() - 8.0 - taken;
        match layout.form {
            Form::Columns => line(draft, world, *id, (*place, until), standing, layout, view),
            Form::Flow => narrow_line(draft, world, *id, (*place, until), standing, layout, view),
        }
    }
}

/// A broker's own line: its name, then what is special about it.
fn line(
    draft: &mut Draft,
    world: &World,
    id: BrokerId,
    (place, until): (Rect, f32),
    standing: Standing,
    layout: &Layout,
    view: &View,
) {
    let indent = layout.indent(id);
    let y = place.y + 20.0;
    let mut x = place.x + 40.0 + indent;
    let ink = if standing == Standing::Up { Ink::Text } else { Ink::Muted };
    let name = view.words.ui_broker(i64::from(id.0));
    x += draft.label(at(x, y), &name, sans(15.0).strong(), ink) + 14.0;
    specials(draft, world, id, at(x, y), until, standing, view);
}

/// The same without the name, right of the role of the one row shown.
fn narrow_line(
    draft: &mut Draft,
    world: &World,
    id: BrokerId,
    (place, until): (Rect, f32),
    standing: Standing,
    layout: &Layout,
    view: &View,
) {
    let own = layout.rows.keys().find(|(broker, _)| *broker == id);
    let after = own.map_or(0.0, |(broker, partition)| {
        let role = super::log::role_of(world, *broker, *partition);
        let word = super::log::role_name(role, view);
        super::glyph::role::role_width(role, word, 14.0) + 14.0
    });
    let start = at(place.x + 38.0 + layout.indent(id) + after, place.y + 21.0);
    specials(draft, world, id, start, until, standing, view);
}

fn specials(
    draft: &mut Draft,
    world: &World,
    id: BrokerId,
    start: Point,
    until: f32,
    standing: Standing,
    view: &View,
) {
    let mut x = start.x;
    let left = |x: f32| (until - x).max(0.0);
    let strong = sans(14.0).strong();
    if let Some((text, ink)) = trouble(world, id, standing, view) {
        x += draft.label(at(x, start.y), &text, strong.room(left(x)), ink) + 14.0;
    }
    let process = world.processes.get(&Node::Broker(id));
    let delay = process.map_or(Span::ZERO, |process| process.delay);
    if delay > Span::ZERO && left(x) > 60.0 {
        link::slow(draft, at(x + 8.0, start.y - 5.0));
        let text = view.words.span(delay.0);
        x += 22.0 + draft.label(at(x + 20.0, start.y), &text, strong, Ink::Doubt) + 12.0;
    }
    let ahead_ms = world.clock_ahead(Node::Broker(id));
    if ahead_ms != 0 && left(x) > 60.0 {
        let text = view.words.clock_error(ahead_ms);
        x += draft.label(at(x, start.y), &text, strong.room(left(x)), Ink::Doubt) + 14.0;
    }
    x += disk(draft, world, id, at(x, start.y), left(x), view);
    if let Some(extension) = view.extension.filter(|_| standing == Standing::Up) {
        let taken = (extension.coordinated)(draft, world, id, at(x, start.y), left(x), view);
        x += if taken > 0.0 { taken + 12.0 } else { 0.0 };
    }
    if standing == Standing::Up && super::group::coordinates(world, id) {
        let word = view.words.ui_coordinator();
        let style: Lettering = sans(14.0);
        if left(x) > 14.0 {
            node::coordinator(draft, at(x + 6.0, start.y - 5.0), 7.5);
        }
        if left(x) > letter::width(word, style) + 20.0 {
            draft.label(at(x + 18.0, start.y), word, style, Ink::Muted);
        }
    }
}

/// What is the matter with a broker, in words.
fn trouble(world: &World, id: BrokerId, standing: Standing, view: &View) -> Option<(String, Ink)> {
    let words = view.words;
    let process = world.processes.get(&Node::Broker(id))?;
    let since = words.span(rounded(world.now.since(process.since)).0);
    match (process.power, standing) {
        (Power::Down, _) if process.since.0 == 0 => None,
        (Power::Down, _) if process.lost_power => {
            Some((words.ui_unpowered_since(&since), Ink::Bad))
        }
        (Power::Down, _) if process.crashed => Some((words.ui_crashed_since(&since), Ink::Bad)),
        (Power::Down, _) => Some((words.ui_stopped_since(&since), Ink::Bad)),
        (Power::Paused, _) => Some((words.ui_paused_since(&since), Ink::Doubt)),
        (Power::Up, _) if process.stopping => Some((words.ui_stopping().to_owned(), Ink::Doubt)),
        (Power::Up, Standing::Up) => None,
        (Power::Up, _) if world.metadata().brokers.contains_key(&id) => {
            Some((words.ui_fenced().to_owned(), Ink::Doubt))
        }
        (Power::Up, _) => Some((words.ui_starting().to_owned(), Ink::Doubt)),
    }
}

/// To tenths of a second above one second: a running clock in a label would flicker.
pub fn rounded(span: Span) -> Span {
    let step = if span >= Span::secs(1) { 100_000 } else { 10_000 };
    Span((span.0 / step * step).max(1_000))
}

/// The epoch of a leader that was elected a moment ago; how much room that takes.
fn epochs(
    draft: &mut Draft,
    world: &World,
    id: BrokerId,
    place: Rect,
    layout: &Layout,
    changes: &Changes,
    view: &View,
) -> f32 {
    let image = world.metadata();
    let led = layout.rows.keys().filter(|(broker, _)| *broker == id).map(|(_, p)| *p);
    let mine = led.filter(|p| image.partition(*p).is_some_and(|state| state.leader == Some(id)));
    // The one of highest epoch stands for all: there is room for one.
    let new = mine.filter_map(|p| changes.new_leader(p)).max_by_key(|(_, epoch)| *epoch);
    let Some((fade, epoch)) = new else { return 0.0 };
    let text = view.words.ui_epoch(i64::from(epoch));
    draft.on(Layer::Mark).fade(fade);
    let style = sans(14.0).strong().end();
    draft.label(at(place.right() - 12.0, place.y + 20.0), &text, style, Ink::Focus) + 12.0
}

/// What is the matter with a broker's disk; how much room that takes.
fn disk(draft: &mut Draft, world: &World, id: BrokerId, at: Point, room: f32, view: &View) -> f32 {
    let delay = world.processes.get(&Node::Broker(id)).map_or(Span::ZERO, |it| it.disk_delay);
    let full = world.brokers.get(&id).is_some_and(|broker| broker.disk.full);
    let (text, ink) = match (full, delay) {
        (true, _) => (view.words.ui_disk_full().to_owned(), Ink::Bad),
        (false, Span::ZERO) => return 0.0,
        (false, delay) => (view.words.ui_disk_slow(&view.words.span(delay.0)), Ink::Doubt),
    };
    if room < 24.0 {
        return 0.0;
    }
    node::disk(draft, at.by(8.0, -5.0), full);
    let style = sans(14.0).strong();
    if letter::width(&text, style) + 34.0 > room {
        return 30.0;
    }
    draft.label(at.by(20.0, 0.0), &text, style, ink) + 32.0
}
