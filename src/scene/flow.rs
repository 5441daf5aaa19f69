//! The narrow picture: from top to bottom, one partition at a time.

use super::cast::Cast;
use super::geometry::{Rect, Size, at, rect};
use super::glyph::mark;
use super::glyph::node::Nose;
use super::item::sans;
use super::layout::{Detail, Form, Grain, Layout, Row, grain, seat_controllers};
use super::letter;
use super::view::View;
use crate::sim::Partition;
use crate::sim::id::ClientId;
use crate::sim::ordered::Map;

/// The one row that is shown of each broker.
const FLOW_GRAIN: Grain =
    Grain { figures: Some(15.0), named: true, roles: true, ..grain(52.0, 36.0, 32.0, 32.0, 1) };

/// Everything below one another.
pub(super) fn flow(cast: &Cast, view: &View, size: Size) -> Layout {
    let wide = size.w - 24.0;
    let grain = FLOW_GRAIN;
    let tape = 34.0;
    let mut layout = Layout {
        form: Form::Flow,
        grain,
        cells: ((wide - tape - 40.0) / grain.cell).floor().max(3.0) as u32,
        extent: size,
        controllers: Map::new(),
        combined: cast.combined,
        brokers: Map::new(),
        rows: Map::new(),
        producers: Map::new(),
        producing: Detail::Compact,
        consumers: Map::new(),
        consuming: Detail::Compact,
        groups: Map::new(),
        stores: Map::new(),
        producers_head: at(16.0, 27.0),
        topic_head: rect(16.0, 0.0, 60.0, 0.0),
        chips: Map::new(),
        ledger: None,
        nose: Nose::Down(15.0),
        label: 0.0,
    };
    let ids: Vec<ClientId> = cast.producers.iter().map(|(id, _)| *id).collect();
    let spare = (size.h - flow_height(cast)).clamp(0.0, 80.0) / 2.0;
    let mut y = in_rows(&ids, 35.0, size.w, &mut layout.producers) + 44.0 + spare;
    y = chips(&mut layout, cast, view, y, size.w) + 12.0;
    let focus = focus(cast, view);
    for (id, held) in &cast.brokers {
        let shown = focus.filter(|partition| held.contains(partition));
        let height = if shown.is_some() { 84.0 } else { 32.0 };
        let plate = rect(12.0, y, wide, height);
        layout.brokers.insert(*id, plate);
        if let Some(partition) = shown {
            let place = rect(12.0, y + 32.0, wide, grain.pitch);
            layout.rows.insert((*id, partition), Row { place, tape: 12.0 + tape });
        }
        y += height + 10.0;
    }
    seat_controllers(&mut layout, cast, at(size.w - 26.0, 22.0));
    y += 12.0 + spare;
    for (name, members, _) in &cast.groups {
        layout.groups.insert(name.clone(), rect(16.0, y + 12.0, wide, 14.0));
        y = in_rows(members, y + 24.0, size.w, &mut layout.consumers) + 16.0;
    }
    layout.extent.h = size.h.max(y);
    layout
}

/// The partition that a small screen shows.
pub fn focus(cast: &Cast, view: &View) -> Option<Partition> {
    let chosen = view.focus.filter(|partition| cast.partitions.contains(partition));
    chosen.or(cast.partitions.first().copied())
}

fn flow_height(cast: &Cast) -> f32 {
    let rows = |count: usize| count.div_ceil(2) as f32 * 66.0;
    let groups: f32 = cast.groups.iter().map(|(_, members, _)| 40.0 + rows(members.len())).sum();
    let brokers = cast.brokers.len() as f32 * 94.0;
    35.0 + rows(cast.producers.len()) + 44.0 + 44.0 + brokers + 12.0 + groups
}

/// Plates side by side, two in a row; returns where they end.
fn in_rows(ids: &[ClientId], y: f32, width: f32, places: &mut Map<ClientId, Rect>) -> f32 {
    let (gap, height) = (10.0, 58.0);
    let each = (width - 32.0 - gap) / 2.0;
    let mut bottom = y;
    for (i, id) in ids.iter().enumerate() {
        let place = rect(
            16.0 + (i % 2) as f32 * (each + gap),
            y + (i / 2) as f32 * (height + 8.0),
            each,
            height,
        );
        bottom = bottom.max(place.bottom());
        places.insert(*id, place);
    }
    bottom
}

/// How wide the chip of a partition of another topic is: it says of which.
fn other_chip(cast: &Cast, view: &View, partition: Partition) -> f32 {
    let style = mark::CHIP.room(112.0);
    letter::width(&cast.row_name(partition, view, style), style).min(style.room) + 14.0
}

/// The topic's name and a chip for each partition; returns where they end.
fn chips(layout: &mut Layout, cast: &Cast, view: &View, y: f32, width: f32) -> f32 {
    let shown = focus(cast, view);
    let name = shown.and_then(|p| cast.topics.iter().find(|(id, _)| *id == p.topic));
    let style = sans(16.0).bold();
    let room = name.map_or(0.0, |(_, name)| letter::width(name, style)).min(width * 0.4);
    layout.topic_head = rect(16.0, y + 22.0, room, 0.0);
    let (mut x, mut top) = (16.0 + room + 10.0, y);
    for partition in &cast.partitions {
        let other = shown.is_some_and(|it| it.topic != partition.topic);
        let wide = if other { other_chip(cast, view, *partition) } else { 48.0 };
        if x + wide > width - 12.0 {
            (x, top) = (16.0, top + 40.0);
        }
        layout.chips.insert(*partition, rect(x, top, wide, 32.0));
        x += wide + 8.0;
    }
    top + 32.0
}
