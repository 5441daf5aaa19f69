//! Producers with their batches in the making, and consumers with what they still have to read.

use super::cast::Cast;
use super::draft::Draft;
use super::geometry::{Rect, at, rect};
use super::glyph::node::{self, Bin, Lag, Presence};
use super::ink::{Ink, KeyMark};
use super::item::{Layer, sans};
use super::layout::{BINS_IN_ROW, COMPACT_LINES, Detail, Form, Layout};
use super::letter;
use super::message::key_mark;
use super::reading::{self, Gathered, Reader};
use super::view::{Entity, Motion, View};
use crate::sim::client::{Consumer, Producer};
use crate::sim::id::{ClientId, Node};
use crate::sim::process::Power;
use crate::sim::{Partition, World};

/// Draws all producers and consumers.
pub fn draw(draft: &mut Draft, world: &World, cast: &Cast, layout: &Layout, view: &View) {
    for (id, place) in &layout.producers {
        if let Some(producer) = world.clients.get(id).and_then(|client| client.as_producer()) {
            self::producer(draft, world, *id, producer, *place, layout, view);
        }
    }
    for (id, place) in &layout.consumers {
        if let Some(consumer) = world.clients.get(id).and_then(|client| client.as_consumer()) {
            self::consumer(draft, world, cast, *id, consumer, *place, layout, view);
        }
    }
}

fn presence(world: &World, id: ClientId) -> Presence {
    match world.power(Node::Client(id)) {
        Power::Up => Presence::Active,
        Power::Paused => Presence::Paused,
        Power::Down => Presence::Gone,
    }
}

fn producer(
    draft: &mut Draft,
    world: &World,
    id: ClientId,
    producer: &Producer,
    place: Rect,
    layout: &Layout,
    view: &View,
) {
    draft.on(Layer::Plate);
    draft.spot(Entity::Client(id), place);
    let presence = presence(world, id);
    node::producer(draft, place, layout.nose, presence);
    let room = place.w - 14.0 - if layout.form == Form::Columns { 24.0 } else { 8.0 };
    let ink = if presence == Presence::Gone { Ink::Muted } else { Ink::Text };
    let x = place.x + if layout.form == Form::Flow { 12.0 } else { 14.0 };
    match layout.form {
        Form::Flow => {
            draft.label(at(x, place.y + 20.0), &producer.name, sans(15.0).bold().room(84.0), ink);
            // What is special takes the place of what waits: there is room for one of them.
            if let Some(state) = state_words(world, id, view).or_else(|| at_work(world, id, view)) {
                draft.label(at(x, place.y + 38.0), &state, sans(14.0).room(room), Ink::Muted);
                return;
            }
            let acks = config_line(producer, false);
            draft.label(at(x, place.y + 38.0), &acks, sans(14.0).room(84.0), Ink::Muted);
            waiting(draft, producer, rect(place.x + 100.0, place.y + 14.0, place.w - 108.0, 21.0));
        }
        Form::Columns => {
            draft.label(at(x, place.y + 24.0), &producer.name, sans(16.0).bold().room(room), ink);
            if layout.producing == Detail::Name {
                return;
            }
            if place.w > 140.0 {
                let special = state_words(world, id, view).or_else(|| at_work(world, id, view));
                let line = special.unwrap_or_else(|| config_line(producer, true));
                draft.label(at(x, place.y + 44.0), &line, sans(14.0).room(room), Ink::Muted);
            }
            bins(draft, world, producer, place, layout, view);
        }
    }
}

/// What it does that takes the place of its config.
fn at_work(world: &World, id: ClientId, view: &View) -> Option<String> {
    (view.extension?.at_work)(world, id, view)
}

/// `acks=all · linger 5`: what decides when and how safely it sends.
fn config_line(producer: &Producer, linger: bool) -> String {
    let mut line = "acks=".to_owned();
    line.push_str(reading::acks(producer));
    if linger {
        line.push_str(" · linger ");
        let mut digits = [0u8; 20];
        let millis = u64::try_from(producer.config.linger_ms).unwrap_or_default();
        line.push_str(super::draft::decimal(millis, &mut digits));
    }
    line
}

/// What is special about a client's process, in words.
fn state_words(world: &World, id: ClientId, view: &View) -> Option<String> {
    let process = world.processes.get(&Node::Client(id))?;
    let since = super::broker::rounded(world.now.since(process.since));
    let since = view.words.span(since.0);
    match process.power {
        Power::Down if world.now.0 == 0 => None,
        Power::Down if process.since.0 == 0 => Some(view.words.ui_starting().to_owned()),
        Power::Down if process.crashed => Some(view.words.ui_crashed_since(&since)),
        Power::Down => Some(view.words.ui_stopped_since(&since)),
        Power::Paused => Some(view.words.ui_paused_since(&since)),
        Power::Up => match world.clock_ahead(Node::Client(id)) {
            0 => None,
            ahead_ms => Some(view.words.clock_error(ahead_ms)),
        },
    }
}

/// The batches that a producer is filling, one bin a partition.
fn bins(
    draft: &mut Draft,
    world: &World,
    producer: &Producer,
    place: Rect,
    layout: &Layout,
    view: &View,
) {
    let image = world.metadata();
    let Some((topic, state)) = image.topic_named(&producer.topic) else { return };
    let x = place.x + 14.0;
    for index in 0..state.partitions.len() as u32 {
        let partition = Partition { topic, index };
        let gathered = reading::gathered(producer, partition, world.now);
        let name = view.words.ui_partition_short(i64::from(index));
        if layout.producing == Detail::Full {
            let y = place.y + 57.0 + 25.0 * index as f32;
            draft.label(at(x, y + 15.0), &name, sans(14.0).strong().room(26.0), Ink::Text);
            let wide = (place.w - 100.0).clamp(30.0, 66.0);
            bin(draft, &gathered, rect(x + 23.0, y, wide, 21.0));
        } else {
            if index >= BINS_IN_ROW * 3 {
                return;
            }
            let (column, row) = (index % BINS_IN_ROW, index / BINS_IN_ROW);
            let pitch = (place.w - 34.0) / BINS_IN_ROW as f32;
            let left = x + column as f32 * pitch;
            let box_ = rect(left, place.y + 54.0 + row as f32 * 24.0, pitch - 3.0, 19.0);
            small_bin(draft, &gathered, box_);
        }
    }
}

fn bin(draft: &mut Draft, gathered: &Gathered, place: Rect) {
    let keys: Vec<KeyMark> = gathered.records.iter().map(|r| key_mark(r)).collect();
    node::bin(draft, Bin { place, keys: &keys, count: gathered.count, full: gathered.full });
}

/// A bin with room for one record or a number.
fn small_bin(draft: &mut Draft, gathered: &Gathered, place: Rect) {
    let few: Vec<KeyMark> = gathered.records.iter().take(1).map(|r| key_mark(r)).collect();
    node::small_bin(draft, place, few.first().copied(), gathered.count);
}

/// On a small screen: what waits, of all partitions together.
fn waiting(draft: &mut Draft, producer: &Producer, place: Rect) {
    let records = reading::waiting(producer);
    let seats = (place.w / 19.0) as usize;
    for (i, record) in records.iter().take(seats).enumerate() {
        let cell = rect(place.x + i as f32 * 19.0, place.y, 17.0, 18.0);
        super::glyph::record::inlaid(draft, cell, key_mark(record), true);
    }
}

#[allow(clippy::too_many_arguments, reason = "a drawing's whole context, spelled out")]
fn consumer(
    draft: &mut Draft,
    world: &World,
    cast: &Cast,
    id: ClientId,
    consumer: &Consumer,
    place: Rect,
    layout: &Layout,
    view: &View,
) {
    let readers = reading::readers_of(world, id, consumer);
    let phase = reading::phase(consumer);
    let presence = match presence(world, id) {
        Presence::Active if phase.is_some() => Presence::Paused,
        Presence::Active if readers.is_empty() => Presence::Idle,
        other => other,
    };
    draft.on(Layer::Plate);
    draft.spot(Entity::Client(id), place);
    node::consumer(draft, place, layout.nose, presence);
    let ink =
        if matches!(presence, Presence::Gone | Presence::Idle) { Ink::Muted } else { Ink::Text };
    let (left, top) = match layout.form {
        Form::Columns => (place.x + 24.0, place.y + (place.h * 0.5 + 5.0).min(24.0)),
        Form::Flow => (place.x + 12.0, place.y + 32.0),
    };
    let right = place.right() - 12.0;
    let wide = draft.label(at(left, top), &consumer.name, sans(16.0).bold().room(90.0), ink);
    let note = match (state_words(world, id, view), phase) {
        (Some(state), _) => state,
        (None, Some(phase)) => view.words.ui_phase_short(phase),
        (None, None) if readers.is_empty() => view.words.ui_idle().to_owned(),
        (None, None) => match at_work(world, id, view) {
            Some(state) => state,
            None => partitions(cast, &readers, view),
        },
    };
    if presence == Presence::Paused && phase.is_some() && readers.is_empty() {
        turning(draft, world, place, layout, view);
    }
    let room = right - left - wide - 10.0;
    let style = sans(14.0);
    if letter::width(&note, style) <= room {
        draft.label(at(right, top), &note, style.end(), Ink::Muted);
    } else if readers.is_empty() && layout.form == Form::Columns {
        // A low plate has its second line close below the first.
        let line = top + (place.h - 29.0).min(20.0);
        draft.label(at(left, line), &note, style.room(right - left), Ink::Muted);
    } else if layout.consuming == Detail::Name || layout.form == Form::Flow {
        // Elsewhere the lines below tell the same, one by one.
        draft.label(at(right, top), &note, style.end().room(room), Ink::Muted);
    }
    match (layout.form, layout.consuming) {
        (Form::Flow, _) | (_, Detail::Name) => total(draft, &readers, place, layout, view),
        (_, Detail::Full) => lines(draft, cast, &readers, place, view),
        (_, Detail::Compact) => compact(draft, cast, &readers, place, view),
    }
}

fn partitions(cast: &Cast, readers: &[Reader], view: &View) -> String {
    let mut text = String::new();
    for reader in readers {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&cast.row_name(reader.partition, view, sans(14.0)));
    }
    text
}

/// The arrow of a member that waits for its share, where the plate has room for it.
fn turning(draft: &mut Draft, world: &World, place: Rect, layout: &Layout, view: &View) {
    if layout.form == Form::Flow || layout.consuming == Detail::Name || place.h < 72.0 {
        return;
    }
    // Once in three seconds of virtual time, as long as an eye can follow that.
    let turns = view.motion == Motion::Full && view.pace <= 1.0;
    let turn = if turns { (world.now.0 % 3_000_000) as f32 / 3_000_000.0 } else { 0.0 };
    node::turning(draft, at(place.right() - 24.0, place.bottom() - 20.0), turn);
}

/// Two lines a partition: its name and how far behind, then the bar.
fn lines(draft: &mut Draft, cast: &Cast, readers: &[Reader], place: Rect, view: &View) {
    let (left, right) = (place.x + 24.0, place.right() - 12.0);
    for (i, reader) in readers.iter().enumerate() {
        let y = place.y + 36.0 + i as f32 * 40.0;
        if y + 34.0 > place.bottom() {
            return;
        }
        let words = lag_words(reader.behind(), reader.shares, view);
        let wide = draft.label(at(right, y + 14.0), &words, sans(14.0).end().room(84.0), Ink::Text);
        let style = sans(14.0).strong().room(right - left - wide - 8.0);
        let name = cast.row_name(reader.partition, view, style);
        draft.label(at(left, y + 14.0), &name, style, Ink::Text);
        bar(draft, reader, rect(left, y + 21.0, right - left, 8.0));
    }
}

/// One line a partition.
fn compact(draft: &mut Draft, cast: &Cast, readers: &[Reader], place: Rect, view: &View) {
    let (left, right) = (place.x + 24.0, place.right() - 12.0);
    let names = if cast.topics.len() > 1 { 62.0 } else { 32.0 };
    for (i, reader) in readers.iter().take(COMPACT_LINES as usize).enumerate() {
        let y = place.y + 34.0 + i as f32 * 22.0;
        if y + 18.0 > place.bottom() {
            return;
        }
        let style = sans(14.0).strong().room(names);
        let name = cast.row_name(reader.partition, view, style);
        draft.label(at(left, y + 13.0), &name, style, Ink::Text);
        let number = view.words.number(reader.behind());
        draft.label(at(right, y + 13.0), &number, sans(14.0).end().room(34.0), Ink::Text);
        let x = left + names + 4.0;
        bar(draft, reader, rect(x, y + 5.0, right - x - 38.0, 8.0));
    }
}

/// One bar for all partitions together.
fn total(draft: &mut Draft, readers: &[Reader], place: Rect, layout: &Layout, view: &View) {
    if readers.is_empty() || place.h < 41.0 {
        return;
    }
    let behind = readers.iter().map(Reader::behind).sum();
    let (x, y, wide) = match layout.form {
        Form::Flow => (place.x + 12.0, place.y + 40.0, 60.0),
        Form::Columns => (place.x + 24.0, place.y + 31.0, place.w - 36.0),
    };
    let most = readers.iter().max_by_key(|reader| reader.behind());
    if let Some(reader) = most {
        bar(draft, reader, rect(x, y, wide, 8.0));
    }
    if layout.form == Form::Flow {
        let words = lag_words(behind, readers.iter().any(|it| it.shares), view);
        let style = sans(14.0).strong().end().room(place.w - 92.0);
        draft.label(at(place.right() - 12.0, place.y + 50.0), &words, style, Ink::Text);
    }
}

fn lag_words(behind: i64, shares: bool, view: &View) -> String {
    match behind {
        _ if shares => view.words.ui_share_held(behind),
        0 => view.words.ui_up_to_date().to_owned(),
        _ => view.words.ui_behind(behind),
    }
}

/// Solid what is committed, hatched what is in process, white what waits.
fn bar(draft: &mut Draft, reader: &Reader, place: Rect) {
    // The bar's left end lies a little before what is committed, so that lag has a measure.
    let from = reader.committed.unwrap_or(reader.position).min(reader.position);
    let length = (reader.end - from + SHOWN_DONE).max(1) as f32;
    let share = |offset: i64| (offset - from + SHOWN_DONE) as f32 / length;
    let committed = reader.committed.map_or(0.0, share);
    node::lag(draft, Lag { bar: place, committed, position: share(reader.position) });
}

/// Records before the committed offset that a bar shows.
const SHOWN_DONE: i64 = 5;
