//! Logs: each replica a punched tape, all replicas of a partition on one ruler of offsets.

mod readers; // where members of groups are
pub(super) mod segments; // what becomes of old records
mod suffix; // what the leader does not have
pub(super) mod transactions; // brackets, markers, the last stable offset

use super::cast::Cast;
use super::change::Changes;
use super::draft::Draft;
use super::geometry::{Rect, at, lerp, rect};
use super::glyph::mark::HighWatermark;
use super::glyph::record::Cell;
use super::glyph::role::Role;
use super::glyph::{mark, record, role};
use super::ink::Ink;
use super::item::{Coat, Layer, sans};
use super::layout::{Form, Layout, Row};
use super::letter;
use super::message::key_mark;
use super::replica::{Replica, diverges};
use super::view::{Entity, View};
use crate::sim::id::{BrokerId, Node, Offset};
use crate::sim::ordered::Map;
use crate::sim::wire::Value;
use crate::sim::{Partition, World};

/// A tape's window moves by so many offsets at a time, where it shows enough of them.
const STEP: i64 = 4;
/// So many slots stay free at its end: there the log end has its words.
const FREE: i64 = 2;

/// The first offset that each partition's window shows; between two while it glides.
#[derive(Clone, Debug, Default)]
pub struct Rulers {
    starts: Map<Partition, f32>,
    longest: Map<Partition, Offset>,
    /// Without what the leader does not have: nobody waits for that.
    ends: Map<Partition, Offset>,
}

impl Rulers {
    /// Reads off how far each partition's longest copy goes.
    pub fn of(world: &World, layout: &Layout, changes: &Changes) -> Rulers {
        let mut rulers = Rulers::default();
        for (broker, partition) in layout.rows.keys() {
            let end = Replica::of(world, *broker, *partition).map_or(0, |copy| copy.end);
            let longest = rulers.longest.entry(*partition).or_default();
            *longest = (*longest).max(end);
            let same = diverges(world, *broker, *partition).unwrap_or(end);
            let most = rulers.ends.entry(*partition).or_default();
            *most = (*most).max(same);
        }
        let first = |end: Offset, same: Offset| first(end, same, layout) as f32;
        let cells = layout.cells as f32;
        for (partition, end) in &rulers.longest {
            let same = rulers.end(*partition);
            let now = first(*end, same);
            let start = match changes.grown(*partition) {
                // Of two logs that part, it is not known which of them grew.
                Some((before, moved)) if *end == same => lerp(first(before, before), now, moved),
                _ => now,
            };
            // A log that grows faster than the eye follows is not glided after.
            let near = now - start <= cells * 0.5;
            rulers.starts.insert(*partition, if near { start } else { now });
        }
        rulers
    }

    /// The first offset that a partition's window shows.
    pub fn start(&self, partition: Partition) -> Option<f32> {
        self.starts.get(&partition).copied()
    }

    /// Up to where the partition's longest copy holds what its leader does, too.
    pub fn end(&self, partition: Partition) -> Offset {
        self.ends.get(&partition).copied().unwrap_or_default()
    }
}

/// The window's first offset when the log ends at `end`, and what the leader has of it at `same`.
fn first(end: Offset, same: Offset, layout: &Layout) -> Offset {
    let cells = i64::from(layout.cells);
    let step = if cells >= 10 { STEP } else { (cells / 4).max(1) };
    let free = if layout.grain.named || cells >= 10 { FREE } else { 1 };
    let most = (cells - free).max(1);
    // However long a suffix is that the leader does not have: the leader's log stays in sight.
    let over = (end.min(same + (most - step).max(1)) - most).max(0);
    (over + step - 1) / step * step
}

/// What a replica is now.
pub fn role_of(world: &World, broker: BrokerId, partition: Partition) -> Role {
    let image = world.metadata();
    let Some(state) = image.partition(partition) else { return Role::Offline };
    if state.elr.contains(&broker) {
        Role::Eligible
    } else if !world.is_up(Node::Broker(broker)) {
        Role::Offline
    } else if state.leader == Some(broker) {
        Role::Leader
    } else if state.isr.contains(&broker) {
        Role::InSync
    } else if state.adding.contains(&broker) {
        Role::Joining
    } else {
        Role::OutOfSync
    }
}

/// What a role is called.
pub fn role_name(role: Role, view: &View) -> &'static str {
    match role {
        Role::Leader => view.words.ui_leader(),
        Role::InSync => view.words.ui_in_isr(),
        Role::OutOfSync => view.words.ui_out_of_isr(),
        Role::Offline => view.words.ui_offline(),
        Role::Joining => view.words.ui_joining(),
        Role::Eligible => "ELR",
    }
}

/// Everything about one row that its drawing needs.
#[derive(Debug)]
pub(super) struct Tape<'a> {
    broker: BrokerId,
    partition: Partition,
    row: &'a Row,
    role: Role,
    /// Its broker runs.
    up: bool,
    /// A reassignment takes it away.
    leaving: bool,
    copy: Option<Replica<'a>>,
    /// From where on it is not the leader's log.
    diverges: Option<Offset>,
    /// First offset shown, between two while the window glides.
    start: f32,
    /// Up to where there are records to wait for.
    longest: Offset,
    /// Top of the cells.
    top: f32,
    /// Height of the cells.
    height: f32,
}

impl Tape<'_> {
    /// The first offset that the window shows whole.
    fn window(&self) -> Offset {
        self.start.ceil() as Offset
    }

    /// The first offset beyond the window.
    fn until(&self, layout: &Layout) -> Offset {
        let until = (self.start + layout.cells as f32).floor() as Offset;
        let more = self.copy.as_ref().is_some_and(|copy| copy.end > until);
        until - suffix::words(layout).filter(|_| more && self.diverges.is_some()).unwrap_or(0)
    }

    fn x(&self, layout: &Layout, offset: f32) -> f32 {
        self.row.tape + (offset - self.start) * layout.grain.cell
    }

    /// Where a record's cell is.
    fn place(&self, layout: &Layout, offset: Offset) -> Rect {
        rect(self.x(layout, offset as f32), self.top, layout.grain.cell, self.height)
    }
}

/// Draws every replica's row.
pub fn draw(
    draft: &mut Draft,
    world: &World,
    cast: &Cast,
    layout: &Layout,
    rulers: &Rulers,
    changes: &Changes,
    view: &View,
) {
    for ((broker, partition), row) in &layout.rows {
        let role = role_of(world, *broker, *partition);
        let leading = role == Role::Leader;
        let height = layout.cell_height(leading);
        let tape = Tape {
            broker: *broker,
            partition: *partition,
            row,
            role,
            up: world.is_up(Node::Broker(*broker)),
            leaving: world
                .metadata()
                .partition(*partition)
                .is_some_and(|state| state.removing.contains(broker)),
            copy: Replica::of(world, *broker, *partition),
            diverges: diverges(world, *broker, *partition),
            start: rulers.start(*partition).unwrap_or_default(),
            longest: rulers.end(*partition),
            top: row.middle() - height / 2.0,
            height,
        };
        draft.spot(Entity::Replica(*broker, *partition), row.place);
        if layout.grain.tickets {
            ticket(draft, cast, changes, view, &tape);
            continue;
        }
        head(draft, cast, layout, changes, view, &tape);
        cells(draft, layout, changes, view, &tape);
        if let Some(extension) = view.extension {
            (extension.old_records)(draft, world, layout, changes, view, &tape);
        }
        suffix::draw(draft, layout, view, &tape);
        if let Some(extension) = view.extension {
            (extension.transactions)(draft, world, layout, changes, view, &tape);
        }
        marks(draft, world, layout, changes, view, &tape);
    }
}

/// A replica without a tape: its name on the sign of its role.
fn ticket(draft: &mut Draft, cast: &Cast, changes: &Changes, view: &View, tape: &Tape) {
    let place = tape.row.place;
    if tape.role == Role::Leader
        && let Some((fade, _)) = changes.new_leader(tape.partition)
    {
        draft.on(Layer::Ground).fade(fade);
        mark::fresh(draft, place.inset(-3.0));
    }
    let style = sans(14.0).strong().middle().room(place.w - 6.0);
    let name = cast.row_name(tape.partition, view, style);
    role::ticket(draft.on(Layer::Mark), place, tape.role, &name, style);
    if tape.diverges.is_some() {
        mark::tear(draft.lift(1), place.right() - 7.0, place.y + 6.0, place.h - 12.0, 20.0);
    }
    if view.selection.as_ref().and_then(Entity::partition) == Some(tape.partition) {
        draft.on(Layer::Frame);
        mark::selected(draft, place.inset(-2.5), 5.0);
    }
}

/// Ground, name and role of a row.
fn head(
    draft: &mut Draft,
    cast: &Cast,
    layout: &Layout,
    changes: &Changes,
    view: &View,
    tape: &Tape,
) {
    let place = tape.row.place;
    let middle = tape.row.middle();
    let leading = tape.role == Role::Leader;
    if leading && let Some((fade, _)) = changes.new_leader(tape.partition) {
        let reach = (tape.height / 2.0 + 11.0).min(layout.grain.pitch / 2.0);
        let ground = rect(place.x + 9.0, middle - reach, place.w - 18.0, 2.0 * reach);
        draft.on(Layer::Ground).fade(fade);
        mark::fresh(draft, ground);
    }
    if view.selection.as_ref().and_then(Entity::partition) == Some(tape.partition) {
        draft.on(Layer::Mark);
        let reach = (tape.height / 2.0 + 7.0).min(layout.grain.pitch / 2.0 - 1.0);
        mark::selected_row(draft, place.x + 5.0, middle - reach, 2.0 * reach);
    }
    draft.on(Layer::Mark);
    if layout.form == Form::Flow {
        let x = place.x + 38.0 + layout.indent(tape.broker);
        role_word(draft, layout, changes, view, tape, at(x, place.y - 16.0));
        return;
    }
    let size = if layout.grain.pitch >= 28.0 { 16.0 } else { 14.0 };
    let ink = if !tape.up { Ink::Muted } else { Ink::Text };
    let style = sans(size).bold().room(layout.label + 2.0);
    let name = cast.row_name(tape.partition, view, style);
    draft.label(at(place.x + 12.0, middle + size * 0.35), &name, style, ink);
    let sign = at(place.x + 12.0 + layout.label + 8.0, middle);
    role_word(draft, layout, changes, view, tape, sign);
}

fn role_word(
    draft: &mut Draft,
    layout: &Layout,
    changes: &Changes,
    view: &View,
    tape: &Tape,
    start: super::geometry::Point,
) {
    if !layout.grain.roles {
        role_sign(draft, changes, tape, start);
        return;
    }
    let word = match tape.role {
        Role::InSync | Role::OutOfSync if tape.leaving => view.words.ui_leaving(),
        role => role_name(role, view),
    };
    if tape.role == Role::Leader {
        let shown = changes.unrolled(tape.partition);
        if shown < 1.0 {
            // A flag that unrolls: its solid ground first, its word when there is room for it.
            let wide = role::role_width(Role::Leader, word, 14.0) * shown;
            let cloth = rect(start.x, start.y - 10.5, wide, 21.0);
            draft.slab(Coat::Body, Ink::Text.fill(), cloth, 0.0);
            return;
        }
    }
    if tape.role == Role::OutOfSync {
        role::broken_ring(draft, start.by(5.0, 0.0), changes.apart(tape.broker, tape.partition));
        let style = sans(14.0).strong();
        draft.label(start.by(16.0, 4.9), word, style, Ink::Bad);
        return;
    }
    role::role(draft, start, tape.role, word, 14.0);
}

/// The sign alone, where rows are low.
fn role_sign(draft: &mut Draft, changes: &Changes, tape: &Tape, start: super::geometry::Point) {
    let centre = start.by(5.0, 0.0);
    match tape.role {
        Role::Leader => {
            let (l, t, r, b) = (start.x, start.y - 5.5, start.x + 7.0, start.y + 5.5);
            let flag = [at(l, t), at(r, t), at(r + 5.0, start.y), at(r, b), at(l, b)];
            draft.polygon(Coat::Body, Ink::Text.fill(), &flag);
        }
        Role::InSync => role::ring(draft, centre),
        Role::Joining => role::dotted_ring(draft, centre),
        Role::OutOfSync => {
            role::broken_ring(draft, centre, changes.apart(tape.broker, tape.partition));
        }
        Role::Eligible => role::eligible_ring(draft, centre),
        Role::Offline => role::cross(draft, centre),
    }
}

fn cells(draft: &mut Draft, layout: &Layout, changes: &Changes, view: &View, tape: &Tape) {
    let Some(copy) = &tape.copy else { return };
    let grain = layout.grain;
    let leading = tape.role == Role::Leader;
    let window = tape.window();
    let (first, end) = (window.max(copy.start), copy.end.min(tape.until(layout)));
    draft.on(Layer::Tape);
    ground(draft, layout, tape, first, end);
    let high = changes.high_watermark(tape.broker, tape.partition, copy.high_watermark);
    let landing = changes.landing(tape.broker, tape.partition);
    let figures = grain.figures.filter(|_| leading || layout.form == Form::Flow);
    // What compaction took leaves bare ground: nothing moves up.
    for (offset, record) in copy.records(first).take_while(|(offset, _)| *offset < end) {
        let place = tape.place(layout, offset);
        let number = figures.map(|size| (offset as u64, size));
        draft.fade(if offset + 1 == copy.end { landing } else { u8::MAX });
        if !tape.up {
            let size = grain.figures.map(|size| (offset as u64, size));
            let hatched = tape.diverges.is_some_and(|from| from <= offset);
            record::unreachable(draft, place, size, hatched);
        } else {
            let dry = (high - offset as f32).clamp(0.0, 1.0);
            let cell = Cell { place, key: key_mark(record), offset: number, dry };
            match view.extension.filter(|_| matches!(record.value, Value::Null)) {
                None => record::cell(draft, cell),
                Some(extension) => (extension.tombstone)(draft, cell),
            }
        }
        draft.spot(Entity::Record(tape.broker, tape.partition, offset), place);
    }
    draft.fade(u8::MAX);
    missing(draft, layout, tape, first.max(end));
    if let Some((from, to, fade)) = changes.cut_off(tape.broker, tape.partition) {
        draft.on(Layer::Mark).lift(1).fade(fade);
        for offset in from.max(window)..to.min(tape.until(layout)) {
            let place = tape.place(layout, offset);
            record::truncated(draft, place, figures.map(|size| (offset as u64, size)));
        }
    }
}

/// The ground under the cells, and stripes that tell of records to its left.
fn ground(draft: &mut Draft, layout: &Layout, tape: &Tape, first: Offset, end: Offset) {
    let x = tape.x(layout, first as f32);
    if end > first {
        let wide = (end - first) as f32 * layout.grain.cell;
        record::tape(draft, rect(x - 5.0, tape.top, wide + 5.0, tape.height));
    }
    let Some(copy) = &tape.copy else { return };
    let base = copy.log.segments().first().map_or(0, |segment| segment.base);
    if base < copy.start && copy.start >= first {
        // Deleted records that are still in its first segment are drawn there.
    } else if copy.log.start() < copy.start && copy.start >= first {
        // The rest is in remote storage.
    } else if copy.start > 0 && copy.start >= first && end > first {
        record::log_start(draft, x - 5.0, tape.top, tape.height);
    } else if end > first && tape.role != Role::OutOfSync {
        // The words of that role need the room.
        record::earlier(draft, x, tape.top, tape.height);
    }
}

/// Places of records that this copy lacks and another has.
fn missing(draft: &mut Draft, layout: &Layout, tape: &Tape, from: Offset) {
    if !tape.up || tape.role == Role::Leader {
        return;
    }
    let window = tape.window();
    let behind = tape.copy.as_ref().map_or(tape.longest, |copy| tape.longest - copy.end);
    let words = tape.role == Role::OutOfSync && behind > 0 && layout.grain.roles;
    // Where no cell is left in the window, words stand there instead of the first slots.
    let from = if words && from <= window { window + 5 } else { from };
    let until = tape.longest.min(tape.until(layout));
    for offset in from.max(window)..until {
        record::slot(draft, tape.place(layout, offset));
    }
}

fn marks(
    draft: &mut Draft,
    world: &World,
    layout: &Layout,
    changes: &Changes,
    view: &View,
    tape: &Tape,
) {
    let Some(copy) = &tape.copy else { return };
    draft.on(Layer::Mark);
    // Where cells are being struck out there is no room for words.
    let quiet = changes.cut_off(tape.broker, tape.partition).is_none();
    if !tape.up {
        if quiet {
            behind(draft, layout, view, tape, copy);
        }
        return;
    }
    let leading = tape.role == Role::Leader;
    let small = layout.grain.pitch < 28.0;
    let inside = |x: f32| {
        let right = tape.row.tape + layout.cells as f32 * layout.grain.cell + 1.0;
        x >= tape.row.tape - 1.0 && x <= right
    };
    let high = changes.high_watermark(tape.broker, tape.partition, copy.high_watermark);
    let x = tape.x(layout, high);
    let named = layout.grain.named && leading && layout.form == Form::Columns;
    if inside(x) && copy.end > 0 {
        let label = view.words.ui_hw(copy.high_watermark);
        let label = named.then_some((label.as_str(), 14.0));
        let bar = HighWatermark { x, y: tape.top, height: tape.height, leading, small, label };
        mark::high_watermark(draft, bar);
    } else if named && x < tape.row.tape {
        // It lies before the window: the word alone, pointing there.
        let mut label = "‹ ".to_owned();
        label.push_str(&view.words.ui_hw(copy.high_watermark));
        let place = at(tape.row.tape + 2.0, tape.top + tape.height + 12.0);
        draft.label(place, &label, sans(14.0).bold(), Ink::Text);
    }
    if leading {
        let x = tape.x(layout, copy.end as f32);
        if inside(x) {
            let label = view.words.ui_leo(copy.end);
            let nib = if small { 3.0 } else { 5.0 };
            let ends = x + nib + 4.0 + letter::width(&label, sans(14.0));
            let fits = named && ends <= tape.row.place.right();
            let label = fits.then_some((label.as_str(), 14.0));
            mark::log_end(draft, x, tape.top, tape.height, nib, label);
        }
        readers::draw(draft, world, layout, tape);
    }
    if tape.role == Role::OutOfSync && quiet {
        behind(draft, layout, view, tape, copy);
    }
}

/// How far a copy has stayed behind, in words, where none of its cells is left in the window.
fn behind(draft: &mut Draft, layout: &Layout, view: &View, tape: &Tape, copy: &Replica) {
    let behind = tape.longest - copy.end;
    if behind <= 0 || copy.end > tape.window() || !layout.grain.roles {
        return;
    }
    let y = tape.row.middle() + 4.9;
    let room = layout.cells as f32 * layout.grain.cell;
    let text = match tape.diverges {
        Some(from) => view.words.ui_diverges_at(from),
        None => view.words.ui_stuck_at(copy.end, behind),
    };
    let (style, ink) = match tape.role {
        Role::Offline => (sans(14.0).room(room), Ink::Muted),
        _ => (sans(14.0).strong().room(room), Ink::Bad),
    };
    let wide = letter::width(&text, style).min(room);
    let ground = Rect { x: tape.row.tape - 4.0, y: y - 18.0, w: wide + 12.0, h: 26.0 };
    draft.slab(Coat::Body, Ink::Panel.fill(), ground, 0.0);
    draft.label(at(tape.row.tape, y), &text, style, ink);
}
