//! THE PICTURE. What a moment looks like: a display list made of shapes and meanings.
//! Who may knock: `stage` to paint it, `ui` to ask for it, tests and slides through [`svg`].
//! Never here: a colour, a browser, or a decision about what happens.

pub mod geometry; // points, rectangles, easing
pub mod ink; // what a thing is painted with, by meaning
pub mod item; // the display list
pub mod letter; // how wide words are
pub mod draft; // a picture being drawn
mod piles; // its items in painting order
pub mod glyph; // the grammar: one shape, one meaning
pub mod view; // how one looks at the world
pub mod cast; // who is there
pub mod layout; // where things stand
mod flow; // the same on a narrow screen
pub mod glide; // how they move when the layout changes
pub mod change; // how recent events look while they fade
pub mod replica; // what a copy holds
mod reading; // what clients are about
pub mod extension; // what of it may come later
mod broker;
mod log;
mod client;
mod group;
mod controller;
mod store; // what applications do outside
mod link;
mod message;
pub mod transaction; // beside the logs
mod caption; // words beside what moves
pub mod tiles; // what of it has changed
pub mod hit; // what is under a point
pub mod svg; // the second pen

use cast::Cast;
use change::Changes;
use draft::Draft;
use geometry::{at, rect};
use glyph::{badge, mark};
use ink::Ink;
use item::{Layer, Scene, sans};
use layout::{Form, Layout};
use log::Rulers;
use view::{Entity, View};

use crate::sim::{Stamped, World};

/// The picture of a moment: a pure function of the world, its last events (newest first) and how
/// one looks at it.
pub fn scene<'a>(
    world: &World,
    recent: impl IntoIterator<Item = &'a Stamped>,
    view: &View,
) -> Scene {
    let cast = Cast::of(world);
    let layout = Layout::of(&cast, view);
    drawn(world, recent, view, &cast, &layout)
}

/// The picture of a moment, with everything standing where `layout` says.
pub fn drawn<'a>(
    world: &World,
    recent: impl IntoIterator<Item = &'a Stamped>,
    view: &View,
    cast: &Cast,
    layout: &Layout,
) -> Scene {
    let changes = Changes::of(world.now, recent, view);
    let rulers = Rulers::of(world, layout, &changes);
    let mut draft = Draft::new(view.size);
    link::draw(&mut draft, world, layout, view);
    headings(&mut draft, world, cast, layout, view);
    if !layout.combined {
        controller::draw(&mut draft, world, layout, &changes, view);
    }
    group::draw(&mut draft, world, layout, view);
    broker::draw(&mut draft, world, layout, &changes, view);
    if layout.combined {
        controller::draw(&mut draft, world, layout, &changes, view);
    }
    client::draw(&mut draft, world, cast, layout, view);
    store::draw(&mut draft, layout, view);
    log::draw(&mut draft, world, cast, layout, &rulers, &changes, view);
    message::draw(&mut draft, world, layout, &rulers, &changes, view);
    ledger(&mut draft, layout, view);
    frames(&mut draft, layout, view);
    draft.shown(view.seen_from(layout.extent), layout.extent);
    draft.finish()
}

/// Headings of the columns, and the chips of a small screen.
fn headings(draft: &mut Draft, world: &World, cast: &Cast, layout: &Layout, view: &View) {
    draft.on(Layer::Plate);
    let words = view.words;
    if !layout.producers.is_empty() {
        let word = words.ui_heading_producers();
        draft.label(layout.producers_head, word, sans(14.0).bold(), Ink::Muted);
    }
    let head = layout.topic_head;
    if layout.form == Form::Flow {
        chips(draft, cast, layout, view);
        return;
    }
    let (mut x, y) = (head.x, head.y);
    let word = words.ui_heading_topic();
    if !cast.topics.is_empty() {
        x += draft.label(at(x, y), word, sans(14.0).bold(), Ink::Muted) + 8.0;
    }
    for (id, name) in &cast.topics {
        let room = (head.right() - x).max(0.0);
        if room < 40.0 {
            return;
        }
        let wide = draft.label(at(x, y), name, sans(15.0).bold().room(room), Ink::Text);
        draft.spot(Entity::Topic(*id), rect(x - 2.0, y - 16.0, wide + 4.0, 22.0));
        x += wide + 12.0;
    }
    let [(id, _)] = cast.topics.as_slice() else { return };
    let Some(topic) = world.metadata().topics.get(id) else { return };
    let factor = topic.partitions.first().map_or(0, |state| state.replication_factor());
    let shape = words.ui_topic_shape(
        topic.partitions.len() as i64,
        factor as i64,
        topic.config.min_insync_replicas,
    );
    draft.label(at(x, y), &shape, sans(14.0).room((head.right() - x).max(0.0)), Ink::Muted);
}

fn chips(draft: &mut Draft, cast: &Cast, layout: &Layout, view: &View) {
    let focus = flow::focus(cast, view);
    let topic = focus.and_then(|p| cast.topics.iter().find(|(id, _)| *id == p.topic));
    if let Some((id, name)) = topic {
        let head = layout.topic_head;
        let style = sans(16.0).bold().room(head.w);
        draft.label(at(head.x, head.y), name, style, Ink::Text);
        draft.spot(Entity::Topic(*id), rect(head.x, head.y - 18.0, head.w, 24.0));
    }
    for (partition, place) in &layout.chips {
        let chosen = focus == Some(*partition);
        let style = mark::CHIP.room(place.w - 6.0);
        let name = match topic {
            Some((id, _)) if *id == partition.topic => {
                view.words.ui_partition_short(i64::from(partition.index))
            }
            _ => cast.row_name(*partition, view, style),
        };
        mark::chip(draft, *place, &name, chosen);
        draft.spot(Entity::Partition(*partition), *place);
    }
}

/// What was promised to the producers, and what became of it.
fn ledger(draft: &mut Draft, layout: &Layout, view: &View) {
    let (Some(place), Some(ledger)) = (layout.ledger, view.ledger) else { return };
    let words = view.words;
    draft.on(Layer::Plate);
    let head = words.ui_heading_ledger();
    draft.label(at(place.x, place.y), head, sans(14.0).bold().room(place.w), Ink::Muted);
    let lines = [
        (words.ui_ledger_acked(), ledger.acked),
        (words.ui_ledger_doubt(), ledger.in_doubt),
        (words.ui_ledger_lost(), ledger.lost),
        (words.ui_ledger_duplicated(), ledger.duplicated),
    ];
    for (i, (word, count)) in lines.into_iter().enumerate() {
        let y = place.y + 25.0 + i as f32 * 25.0;
        let centre = at(place.x + 10.0, y - 5.0);
        match i {
            0 => badge::acked(draft, centre, 8.5),
            1 => badge::in_doubt(draft, centre, 8.5, 0.0),
            2 => badge::lost(draft, centre, 8.5),
            _ => badge::duplicated(draft, centre, 8.5),
        }
        draft.label(at(place.x + 27.0, y), word, sans(14.0).room(90.0), Ink::Text);
        let number = words.number(i64::try_from(count).unwrap_or(i64::MAX));
        draft.label(at(place.right() - 4.0, y), &number, sans(15.0).bold().end(), Ink::Text);
    }
}

/// Frames around what is selected, and what the pointer is over.
fn frames(draft: &mut Draft, layout: &Layout, view: &View) {
    draft.on(Layer::Frame);
    let place = |entity: &Entity| match entity {
        Entity::Broker(id) => layout.brokers.get(id).copied(),
        Entity::Client(id) => {
            layout.producers.get(id).or_else(|| layout.consumers.get(id)).copied()
        }
        Entity::Controller(id) => {
            layout.controllers.get(id).map(|c| geometry::Rect::around(*c, 20.0, 20.0))
        }
        Entity::Replica(broker, partition) => {
            layout.rows.get(&(*broker, *partition)).map(|row| row.place.inset(2.0))
        }
        _ => None,
    };
    if let Some(place) = view.selection.as_ref().and_then(place) {
        mark::selected(draft, place.inset(-4.0), 8.0);
    }
    if view.hover != view.selection
        && let Some(place) = view.hover.as_ref().and_then(place)
    {
        mark::pointed_at(draft, place.inset(-3.0), 7.0);
    }
}
