//! Where things stand: placed by identity, so that adding one moves no other more than it must.

use super::cast::Cast;
use super::flow::flow;
use super::geometry::{Point, Rect, Size, at, rect, within};
use super::glyph::node::Nose;
use super::item::sans;
use super::letter;
use super::store;
use super::view::View;
use crate::sim::Partition;
use crate::sim::id::{BrokerId, ClientId, ControllerId, Name};
use crate::sim::ordered::Map;

/// Which way the picture is built.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// Producers left, brokers in the middle, consumers right.
    Columns,
    /// Producers above, brokers in the middle, consumers below; one partition at a time.
    Flow,
}

/// How finely a row of a log is drawn. Rows have a fixed pitch: becoming leader changes the height
/// of the cells, not the row, so that an election moves nothing.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Grain {
    /// From row to row.
    pub pitch: f32,
    /// Width of a cell.
    pub cell: f32,
    /// Height of a leader's cells.
    pub leader: f32,
    /// Height of a follower's cells.
    pub follower: f32,
    /// Whether leaders print offsets, and the size of the figures.
    pub figures: Option<f32>,
    /// Whether the marks have their words.
    pub named: bool,
    /// Whether roles have their words; otherwise the sign stands alone.
    pub roles: bool,
    /// Columns of partitions inside a broker.
    pub columns: u32,
    /// Whether a replica is no tape at all but a ticket: its name on the sign of its role.
    pub tickets: bool,
}

pub(super) const fn grain(
    pitch: f32,
    cell: f32,
    leader: f32,
    follower: f32,
    columns: u32,
) -> Grain {
    let (figures, named, roles, tickets) = (None, false, false, false);
    Grain { pitch, cell, leader, follower, figures, named, roles, columns, tickets }
}

/// The steps of a column, finest first; the first that fits is taken.
const GRAINS: [Grain; 10] = [
    Grain { figures: Some(14.0), named: true, roles: true, ..grain(52.0, 28.0, 26.0, 22.0, 1) },
    Grain { figures: Some(14.0), named: true, roles: true, ..grain(46.0, 28.0, 24.0, 20.0, 1) },
    Grain { figures: Some(14.0), roles: true, ..grain(40.0, 28.0, 24.0, 20.0, 1) },
    Grain { roles: true, ..grain(28.0, 22.0, 18.0, 15.0, 1) },
    grain(28.0, 20.0, 18.0, 15.0, 2),
    grain(24.0, 18.0, 15.0, 12.0, 2),
    grain(20.0, 16.0, 13.0, 11.0, 2),
    grain(24.0, 12.0, 15.0, 12.0, 3),
    grain(18.0, 10.0, 11.0, 9.0, 3),
    grain(28.0, 16.0, 18.0, 15.0, 1),
];

/// Where no tape fits any more.
const TICKETS: Grain = Grain { tickets: true, ..grain(22.0, 0.0, 18.0, 18.0, 1) };
/// A tape that shows fewer cells than this says nothing.
const FEWEST_CELLS: f32 = 5.0;
/// Width of a cell with offsets of three digits.
const LONG_CELL: f32 = 33.0;

/// How much of a client is shown.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Detail {
    /// Name, config, and a line or two for each partition.
    Full,
    /// A line or a box for each partition.
    Compact,
    /// The name.
    Name,
}

/// A replica's row.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Row {
    /// The whole row.
    pub place: Rect,
    /// Left edge of the first cell; the same for every replica of the partition.
    pub tape: f32,
}

impl Row {
    /// Height of the row's middle.
    pub fn middle(&self) -> f32 {
        self.place.y + self.place.h / 2.0 - 1.0
    }
}

/// Where everything stands.
#[derive(Clone, PartialEq, Debug)]
pub struct Layout {
    /// Which way it is built.
    pub form: Form,
    /// How finely rows are drawn.
    pub grain: Grain,
    /// Cells that a tape shows.
    pub cells: u32,
    /// What the picture needs; larger than its window where it must be scrolled.
    pub extent: Size,
    /// The controllers' signs (centre of the hexagon).
    pub controllers: Map<ControllerId, Point>,
    /// Whether they sit on the plates of brokers.
    pub combined: bool,
    /// Plates of brokers.
    pub brokers: Map<BrokerId, Rect>,
    /// Rows of replicas.
    pub rows: Map<(BrokerId, Partition), Row>,
    /// Plates of producers.
    pub producers: Map<ClientId, Rect>,
    /// How much of each producer is shown.
    pub producing: Detail,
    /// Plates of consumers.
    pub consumers: Map<ClientId, Rect>,
    /// How much of each consumer is shown.
    pub consuming: Detail,
    /// Headings of groups: left end of the first baseline, and how wide it may be.
    pub groups: Map<Name, Rect>,
    /// Databases of groups, where there is room for them.
    pub stores: Map<Name, Rect>,
    /// Heading of the producers, on its baseline.
    pub producers_head: Point,
    /// Heading of the topic or topics, on its baseline, and its room.
    pub topic_head: Rect,
    /// What chooses the partition on a small screen.
    pub chips: Map<Partition, Rect>,
    /// Where the ledger stands, if there is room for it.
    pub ledger: Option<Rect>,
    /// Nose of the producers and notch of the consumers.
    pub nose: Nose,
    /// Width of a row's label.
    pub label: f32,
}

/// Below this many pixels the picture flows from top to bottom.
const FLOW_BELOW: f32 = 600.0;
/// The widest a row's label may be.
const LABEL: f32 = 104.0;
/// Room above the plates for the headings.
const HEAD: f32 = 36.0;
/// Height of a broker's own line.
const BROKER_HEAD: f32 = 32.0;

impl Layout {
    /// Lays out a cast for a view.
    pub fn of(cast: &Cast, view: &View) -> Layout {
        let size = Size { w: view.size.w / view.scale, h: view.size.h / view.scale };
        if size.w < FLOW_BELOW { flow(cast, view, size) } else { columns(cast, view, size) }
    }

    /// Where an offset stands on a partition's ruler, when the first cell holds `start`.
    pub fn offset_x(&self, row: &Row, start: i64, offset: i64) -> f32 {
        row.tape + (offset - start) as f32 * self.grain.cell
    }

    /// Height of a replica's cells.
    pub fn cell_height(&self, leading: bool) -> f32 {
        if leading { self.grain.leader } else { self.grain.follower }
    }

    /// How far a broker's own line is pushed by the controller on its plate.
    pub fn indent(&self, broker: BrokerId) -> f32 {
        let shared = self.combined && self.controllers.contains_key(&ControllerId(broker.0));
        if shared { SEAT_ROOM } else { 0.0 }
    }

    /// The smallest rectangle around all brokers.
    pub fn brokers_box(&self) -> Rect {
        let mut all = self.brokers.values().copied();
        let first = all.next().unwrap_or_default();
        all.fold(first, Rect::with)
    }
}

/// Widths of the columns of a wide picture.
struct Widths {
    clients: f32,
    air: f32,
    brokers: f32,
}

impl Widths {
    /// 1280 shows a stage of 976: clients 166, air 82, brokers 446. Room to spare goes to the air
    /// first, where messages fly, then to the tapes, by whole cells, then to the air again.
    fn of(width: f32) -> Widths {
        let margins = 40.0;
        if width < 900.0 {
            let (clients, air) = (120.0, 56.0);
            return Widths { clients, air, brokers: width - margins - 2.0 * (clients + air) };
        }
        let (clients, least, most) = (166.0, 62.0, 140.0);
        let rest = width - margins - 2.0 * clients;
        let air = within((rest - 446.0) / 2.0, least, most);
        let grown = (rest - 2.0 * air - 446.0).clamp(-120.0, 336.0);
        let brokers = 446.0 + (grown / 28.0).floor() * 28.0;
        Widths { clients, air: (rest - brokers) / 2.0, brokers }
    }
}

/// From one controller's sign to the next.
const VOTERS_APART: f32 = 32.0;
/// From a broker's left edge to the middle of the controller in the same process.
const SEAT: f32 = 48.0;
/// What that takes of the broker's own line.
const SEAT_ROOM: f32 = 30.0;

fn columns(cast: &Cast, view: &View, size: Size) -> Layout {
    let widths = Widths::of(size.w);
    let brokers_x = 22.0 + widths.clients + widths.air;
    let label = label_width(cast, view);
    let room = size.h - HEAD - 8.0;
    let grain = choose(cast, widths.brokers, label, room);
    let label = label_in(grain, label);
    let column = widths.brokers / grain.columns as f32;
    let tape = tape_start(grain, label);
    let cells = if grain.tickets { 0 } else { cells(column, tape, grain) as u32 };
    let mut layout = Layout {
        form: Form::Columns,
        grain,
        cells,
        extent: size,
        controllers: Map::new(),
        combined: cast.combined,
        brokers: Map::new(),
        rows: Map::new(),
        producers: Map::new(),
        producing: Detail::Full,
        consumers: Map::new(),
        consuming: Detail::Full,
        groups: Map::new(),
        stores: Map::new(),
        producers_head: at(22.0, 23.0),
        topic_head: rect(brokers_x, 23.0, widths.brokers + widths.air - 12.0, 0.0),
        chips: Map::new(),
        ledger: None,
        nose: Nose::Right(if size.w < 900.0 { 14.0 } else { 20.0 }),
        label,
    };
    let mut bottom = brokers_column(&mut layout, cast, brokers_x, widths.brokers);
    seat_controllers(&mut layout, cast, at(brokers_x - 22.0, 18.0));
    let end = producers_column(&mut layout, cast, widths.clients, size.h);
    if size.h - end >= 124.0 && size.w >= 900.0 {
        layout.ledger = Some(rect(24.0, size.h - 108.0, 166.0, 100.0));
    }
    let consumers_x = brokers_x + widths.brokers + widths.air;
    let mut served = consumers_column(&mut layout, cast, consumers_x, size);
    if view.effects.is_some() {
        served = store::place(&mut layout, cast, served, size);
    }
    bottom = bottom.max(end).max(served);
    layout.extent.h = size.h.max(bottom + 8.0);
    layout
}

/// Controllers of their own stand in a row that ends here, others beside their brokers' signs.
pub(super) fn seat_controllers(layout: &mut Layout, cast: &Cast, end: Point) {
    for (i, id) in (0u8..).zip(&cast.controllers) {
        let plate = layout.brokers.get(&BrokerId(id.0)).filter(|_| cast.combined);
        let seat = match plate {
            Some(plate) => at(plate.x + SEAT, plate.y + 15.0),
            None => at(end.x - f32::from(i) * VOTERS_APART, end.y),
        };
        layout.controllers.insert(*id, seat);
    }
}

/// The finest grain that fits, by height and by width.
fn choose(cast: &Cast, width: f32, label: f32, room: f32) -> Grain {
    let grains = GRAINS.into_iter().map(|grain| match grain.figures {
        Some(_) if cast.long_offsets => Grain { cell: LONG_CELL, ..grain },
        _ => grain,
    });
    let mut fitting = grains.filter(|grain| {
        let column = width / grain.columns as f32;
        let label = label_in(*grain, label);
        brokers_height(cast, *grain, width, label) <= room
            && cells(column, tape_start(*grain, label), *grain) >= FEWEST_CELLS
    });
    fitting.next().unwrap_or(TICKETS)
}

/// In several columns labels make room for the tapes.
fn label_in(grain: Grain, label: f32) -> f32 {
    if grain.columns > 1 { label.min(84.0) } else { label }
}

/// Cells that fit a column; a little room is left for the end of the log.
fn cells(column: f32, tape: f32, grain: Grain) -> f32 {
    ((column - tape - if grain.roles { 2.0 } else { 8.0 }) / grain.cell).floor()
}

/// Width of a ticket.
fn ticket_width(label: f32) -> f32 {
    label + 14.0
}

fn label_width(cast: &Cast, view: &View) -> f32 {
    let style = sans(16.0).bold().room(LABEL);
    let name = |p: &Partition| letter::width(&cast.row_name(*p, view, style), style);
    cast.partitions.iter().map(name).fold(18.0, f32::max).min(LABEL).ceil()
}

/// From a row's left edge to its first cell.
fn tape_start(grain: Grain, label: f32) -> f32 {
    // Roles without words leave room for their signs alone.
    12.0 + label + 8.0 + if grain.roles { 96.0 } else { 22.0 }
}

fn brokers_gap(count: usize) -> f32 {
    if count > 5 { 8.0 } else { 14.0 }
}

/// Which column and row each partition of a broker has. With tapes a partition's column is the
/// same on every broker, so that the same offset stands at the same place.
fn rows_of(cast: &Cast, held: &[Partition], columns: u32, tickets: bool) -> Vec<Slot> {
    if tickets {
        let slots = (0u32..).zip(held);
        return slots.map(|(i, p)| Slot(*p, i % columns, i / columns)).collect();
    }
    let mut filled = vec![0u32; columns as usize];
    let mut rows = Vec::with_capacity(held.len());
    for (rank, partition) in (0u32..).zip(&cast.partitions) {
        if held.contains(partition) {
            let column = rank % columns;
            if let Some(row) = filled.get_mut(column as usize) {
                rows.push(Slot(*partition, column, *row));
                *row += 1;
            }
        }
    }
    rows
}

/// A partition with its column and its row in a broker.
struct Slot(Partition, u32, u32);

/// Columns of a broker, and their pitch.
fn broker_columns(grain: Grain, width: f32, label: f32) -> (u32, f32) {
    if grain.tickets {
        let pitch = ticket_width(label) + 6.0;
        return (((width - 18.0) / pitch).floor().max(1.0) as u32, pitch);
    }
    (grain.columns, width / grain.columns as f32)
}

fn broker_height(cast: &Cast, held: &[Partition], grain: Grain, width: f32, label: f32) -> f32 {
    let (columns, _) = broker_columns(grain, width, label);
    let slots = rows_of(cast, held, columns, grain.tickets);
    let rows = slots.iter().map(|Slot(_, _, row)| row + 1).max();
    let rows = rows.unwrap_or(if cast.partitions.is_empty() { 1 } else { 0 });
    BROKER_HEAD + rows as f32 * grain.pitch
}

fn brokers_height(cast: &Cast, grain: Grain, width: f32, label: f32) -> f32 {
    let plates = cast.brokers.iter();
    let plates: f32 = plates.map(|(_, held)| broker_height(cast, held, grain, width, label)).sum();
    let gaps = cast.brokers.len().saturating_sub(1) as f32;
    plates + gaps * brokers_gap(cast.brokers.len())
}

fn brokers_column(layout: &mut Layout, cast: &Cast, x: f32, width: f32) -> f32 {
    let grain = layout.grain;
    let (columns, pitch) = broker_columns(grain, width, layout.label);
    let tape = tape_start(grain, layout.label);
    let mut y = HEAD;
    for (id, held) in &cast.brokers {
        let height = broker_height(cast, held, grain, width, layout.label);
        layout.brokers.insert(*id, rect(x, y, width, height));
        for Slot(partition, column, row) in rows_of(cast, held, columns, grain.tickets) {
            let left = x + column as f32 * pitch;
            let top = y + BROKER_HEAD - 2.0 + row as f32 * grain.pitch;
            let place = if grain.tickets {
                rect(left + 10.0, top + 1.0, ticket_width(layout.label), grain.pitch - 4.0)
            } else {
                rect(left, top, pitch, grain.pitch)
            };
            layout.rows.insert((*id, partition), Row { place, tape: left + tape });
        }
        y += height + brokers_gap(cast.brokers.len());
    }
    y
}

/// Height of a producer's plate with so many bins.
fn producer_height(detail: Detail, bins: u32) -> f32 {
    match detail {
        Detail::Full => 57.0 + 25.0 * bins.max(1) as f32 + 8.0,
        Detail::Compact => 52.0 + 24.0 * bins.clamp(1, 15).div_ceil(BINS_IN_ROW) as f32 + 6.0,
        Detail::Name => 34.0,
    }
}

/// Small bins beside each other on a compact producer.
pub const BINS_IN_ROW: u32 = 5;

fn producers_column(layout: &mut Layout, cast: &Cast, width: f32, height: f32) -> f32 {
    let room = height - HEAD - 10.0;
    let fits = |detail: Detail, gap: f32| {
        let plates: f32 = cast.producers.iter().map(|(_, b)| producer_height(detail, *b)).sum();
        plates + gap * cast.producers.len().saturating_sub(1) as f32 <= room
    };
    let few = cast.producers.iter().all(|(_, bins)| *bins <= 6);
    let steps = [
        (Detail::Full, 34.0, few),
        (Detail::Full, 14.0, few),
        (Detail::Compact, 24.0, true),
        (Detail::Compact, 10.0, true),
        (Detail::Name, 8.0, true),
    ];
    let step = steps.into_iter().find(|(detail, gap, sensible)| *sensible && fits(*detail, *gap));
    let (detail, gap, _) = step.unwrap_or(steps[steps.len() - 1]);
    layout.producing = detail;
    let mut y = HEAD + 2.0;
    for (id, bins) in &cast.producers {
        let height = producer_height(detail, *bins);
        layout.producers.insert(*id, rect(22.0, y, width, height));
        y += height + gap;
    }
    y - gap
}

/// Height of a consumer's plate with so many partitions.
fn consumer_height(detail: Detail, share: u32) -> f32 {
    match detail {
        Detail::Full => 36.0 + 40.0 * share as f32 + 14.0,
        Detail::Compact => 34.0 + 22.0 * share.min(COMPACT_LINES) as f32 + 8.0,
        Detail::Name => 44.0,
    }
}

/// Partitions that a compact consumer tells one by one.
pub const COMPACT_LINES: u32 = 8;
/// A plate with a name alone may lose so much of its height.
const MOST_SQUEEZED: f32 = 14.0;
/// Height of a group's two lines.
const GROUP_HEAD: f32 = 30.0;

fn consumers_column(layout: &mut Layout, cast: &Cast, x: f32, size: Size) -> f32 {
    let room = size.h - 10.0;
    let height = |detail: Detail, gap: f32| {
        let groups = cast.groups.iter().map(|(_, members, share)| {
            let plates = members.len() as f32 * (consumer_height(detail, *share) + gap);
            GROUP_HEAD + 13.0 + plates + between(gap) - gap
        });
        23.0 + groups.sum::<f32>() - between(gap)
    };
    let few = cast.groups.iter().all(|(_, _, share)| *share <= 4);
    let steps = [
        (Detail::Full, 40.0, few),
        (Detail::Full, 16.0, few),
        (Detail::Compact, 24.0, true),
        (Detail::Compact, 10.0, true),
        (Detail::Name, 8.0, true),
        (Detail::Name, 4.0, true),
    ];
    let fits = |detail: Detail, gap: f32| height(detail, gap) <= room;
    let step = steps.into_iter().find(|(detail, gap, sensible)| *sensible && fits(*detail, *gap));
    let (detail, gap, _) = step.unwrap_or(steps[steps.len() - 1]);
    layout.consuming = detail;
    // Names alone are squeezed a little, so that the last one is not cut.
    let plates: f32 = cast.groups.iter().map(|(_, members, _)| members.len() as f32).sum();
    let over = (height(detail, gap) - room).max(0.0) / plates.max(1.0);
    let lower = if over <= MOST_SQUEEZED { over } else { 0.0 };
    let width = size.w - 18.0 - x;
    let mut y = 23.0;
    for (name, members, share) in &cast.groups {
        layout.groups.insert(name.clone(), rect(x, y, width, GROUP_HEAD));
        y += GROUP_HEAD + 13.0;
        for id in members {
            let height = consumer_height(detail, *share) - lower;
            layout.consumers.insert(*id, rect(x, y, width, height));
            y += height + gap;
        }
        y += between(gap) - gap;
    }
    y - between(gap)
}

/// Between the last member of a group and the next group's heading.
fn between(gap: f32) -> f32 {
    if gap < 8.0 { 26.0 } else { 40.0 }
}
