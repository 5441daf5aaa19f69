//! The legend: each glyph of the picture beside what it means.

use yew::prelude::*;

use crate::locale::Words;
use crate::scene::draft::Draft;
use crate::scene::geometry::{Curve, Point, Rect, Size, at, rect};
use crate::scene::glyph::mark::{HighWatermark, Reading};
use crate::scene::glyph::message::{Heading, Wagon};
use crate::scene::glyph::node::{Bin, Lag, Standing};
use crate::scene::glyph::record::Cell;
use crate::scene::glyph::segment::{self, Tray};
use crate::scene::glyph::transaction::{self as transactions, Fate};
use crate::scene::glyph::{badge, link, mark, message, node, record, role};
use crate::scene::ink::KeyMark;
use crate::scene::item::Layer;
use crate::scene::svg::svg;

/// A glyph in the middle of its place, and its meaning.
type Line = (fn(&mut Draft, Point), fn(Words) -> &'static str);

const SIZE: Size = Size { w: 84.0, h: 40.0 };

const LINES: &[Line] = &[
    (|d, c| cells(d, c, 0.0), |words| words.ui_signs_wet()),
    (|d, c| cells(d, c, 1.0), |words| words.ui_signs_dry()),
    (keys, |words| words.ui_signs_key()),
    (missing, |words| words.ui_signs_missing()),
    (divergent, |words| words.ui_signs_diverges()),
    (truncated, |words| words.ui_signs_truncated()),
    (segments, |words| words.ui_signs_segments()),
    (rough, |words| words.ui_signs_dirty()),
    (gone, |words| words.ui_signs_gone()),
    (remote, |words| words.ui_signs_remote()),
    (tombstone, |words| words.ui_signs_tombstone()),
    (|d, c| transaction(d, c, Fate::Open), |words| words.ui_signs_txn_open()),
    (|d, c| transaction(d, c, Fate::Committed), |words| words.ui_signs_txn_committed()),
    (|d, c| transaction(d, c, Fate::Aborted), |words| words.ui_signs_txn_aborted()),
    (coordinates, |words| words.ui_signs_txn_coordinator()),
    (high_watermark, |words| words.ui_signs_hw()),
    (log_end, |words| words.ui_signs_leo()),
    (flag, |words| words.ui_signs_leader()),
    (|d, c| role::ring(d, c), |words| words.ui_signs_isr()),
    (|d, c| role::broken_ring(d, c, 1.0), |words| words.ui_signs_out_of_isr()),
    (|d, c| role::eligible_ring(d, c), |words| words.ui_signs_eligible()),
    (|d, c| sign(d, c, Standing::Fenced), |words| words.ui_signs_fenced()),
    (|d, c| sign(d, c, Standing::Dead), |words| words.ui_signs_dead()),
    (duties, |words| words.ui_signs_duties()),
    (produce, |words| words.ui_signs_produce()),
    (|d, c| message::fetch(d, c, Heading::Left, 8.0), |words| words.ui_signs_fetch()),
    (answers, |words| words.ui_signs_answers()),
    (bin, |words| words.ui_signs_bin()),
    (reading, |words| words.ui_signs_reading()),
    (lag, |words| words.ui_signs_lag()),
    (cut, |words| words.ui_signs_cut()),
    (cut_way, |words| words.ui_signs_cut_way()),
    (slow, |words| words.ui_signs_slow()),
    (disks, |words| words.ui_signs_disk()),
];

/// The legend as a list.
pub fn signs(words: Words) -> Html {
    let line = |(glyph, says): &Line| {
        let mut draft = Draft::new(SIZE);
        draft.on(Layer::Tape);
        glyph(&mut draft, at(SIZE.w / 2.0, SIZE.h / 2.0));
        let picture = svg(&draft.finish(), "");
        // A style inside the page would be everybody's: the page has its own.
        let shapes = picture.split_once("</style>").map_or("", |(_, shapes)| shapes);
        let drawn =
            format!("<svg viewBox=\"0 0 84 40\" fill=\"none\" aria-hidden=\"true\">{shapes}");
        html! {
            <li>
                <span class="glyph">{ Html::from_html_unchecked(drawn.into()) }</span>
                <span>{ says(words) }</span>
            </li>
        }
    };
    html! { <ul class="signs">{ for LINES.iter().map(line) }</ul> }
}

fn cell(d: &mut Draft, place: Rect, rank: u32, offset: u64, dry: f32) {
    record::cell(d, Cell { place, key: KeyMark::of(rank), offset: Some((offset, 14.0)), dry });
}

fn cells(d: &mut Draft, c: Point, dry: f32) {
    cell(d, rect(c.x - 32.0, c.y - 15.0, 32.0, 30.0), 0, 27, dry);
    cell(d, rect(c.x, c.y - 15.0, 32.0, 30.0), 3, 28, dry);
}

fn keys(d: &mut Draft, c: Point) {
    let ranks = [Some(1), Some(5), None];
    for (x, rank) in [-40.0, -13.0, 14.0].into_iter().zip(ranks) {
        let place = rect(c.x + x, c.y - 13.0, 26.0, 26.0);
        let key = rank.map_or(KeyMark::NONE, KeyMark::of);
        record::cell(d, Cell { place, key, offset: None, dry: 1.0 });
    }
}

fn missing(d: &mut Draft, c: Point) {
    record::slot(d, rect(c.x - 15.0, c.y - 13.0, 30.0, 26.0));
}

fn divergent(d: &mut Draft, c: Point) {
    cells(d, c, 0.0);
    record::divergent(d, rect(c.x, c.y - 15.0, 32.0, 30.0));
    mark::tear(d.on(Layer::Mark), c.x, c.y - 13.0, 26.0, 32.0);
}

fn truncated(d: &mut Draft, c: Point) {
    record::truncated(d, rect(c.x - 16.0, c.y - 15.0, 32.0, 30.0), Some((17, 14.0)));
}

/// A segment in remote storage, of which the broker itself has only the last record.
fn remote(d: &mut Draft, c: Point) {
    let place = |x: f32| rect(c.x + x, c.y - 9.0, 26.0, 26.0);
    segment::remote(d, place(-40.0), None);
    segment::remote(d, place(-13.0), None);
    bare(d, place(14.0), 3);
    segment::cloud(d.on(Layer::Mark), c.by(0.0, -13.0));
}

/// Two segments: one near its end, and the active one.
fn segments(d: &mut Draft, c: Point) {
    let tray = |x: f32, closed, over, dirty| Tray {
        cells: rect(c.x + x, c.y - 13.0, 40.0, 26.0),
        begins: true,
        closed,
        over,
        dirty,
    };
    segment::tray(d, tray(-40.0, true, 0.5, false));
    segment::tray(d, tray(0.0, false, 0.0, false));
    for x in [-40.0, -20.0, 0.0, 20.0] {
        let place = rect(c.x + x, c.y - 13.0, 20.0, 26.0);
        let key = KeyMark::of(if x < 0.0 { 1 } else { 4 });
        record::cell(d, Cell { place, key, offset: None, dry: 1.0 });
    }
}

/// What compaction has passed, and what it has not.
fn rough(d: &mut Draft, c: Point) {
    for (x, dirty) in [(-40.0, false), (0.0, true)] {
        let cells = rect(c.x + x, c.y - 13.0, 40.0, 26.0);
        segment::tray(d, Tray { cells, begins: true, closed: true, over: 0.0, dirty });
    }
    segment::hole(d, rect(c.x - 40.0, c.y - 13.0, 20.0, 26.0));
    for x in [-20.0, 0.0, 20.0] {
        let place = rect(c.x + x, c.y - 13.0, 20.0, 26.0);
        record::cell(d, Cell { place, key: KeyMark::of(2), offset: None, dry: 1.0 });
    }
}

fn gone(d: &mut Draft, c: Point) {
    segment::gone(d, rect(c.x - 32.0, c.y - 15.0, 32.0, 30.0));
    cell(d, rect(c.x, c.y - 15.0, 32.0, 30.0), 0, 9, 1.0);
}

fn tombstone(d: &mut Draft, c: Point) {
    let place = rect(c.x - 16.0, c.y - 15.0, 32.0, 30.0);
    let offset = Some((21, 14.0));
    record::tombstone(d, Cell { place, key: KeyMark::of(5), offset, dry: 1.0 });
}

/// Two records of a transaction, and the marker that ends it or the last stable offset before it.
fn transaction(d: &mut Draft, c: Point, fate: Fate) {
    let place = |at: f32| rect(c.x + at * 26.0 - 39.0, c.y - 11.0, 26.0, 26.0);
    for at in [0.0, 1.0] {
        match fate {
            Fate::Aborted => transactions::aborted(d, place(at), None),
            _ => bare(d, place(at), 3),
        }
    }
    match fate {
        Fate::Open => {
            bare(d, place(2.0), 5);
            mark::last_stable(d.on(Layer::Mark), c.x - 39.0, c.y - 11.0, 26.0);
        }
        fate => transactions::marker(d, place(2.0), fate == Fate::Committed, false),
    }
    d.on(Layer::Mark);
    transactions::bracket(d, fate, c.x - 37.0, c.x + 37.0, c.y - 15.0);
}

fn bare(d: &mut Draft, place: Rect, rank: u32) {
    record::cell(d, Cell { place, key: KeyMark::of(rank), offset: None, dry: 1.0 });
}

fn coordinates(d: &mut Draft, c: Point) {
    node::coordinator(d, c.by(-14.0, 0.0), 9.0);
    node::transaction_coordinator(d, c.by(14.0, 0.0), 9.0);
}

fn high_watermark(d: &mut Draft, c: Point) {
    cell(d, rect(c.x - 32.0, c.y - 15.0, 32.0, 30.0), 4, 27, 1.0);
    cell(d, rect(c.x, c.y - 15.0, 32.0, 30.0), 1, 28, 0.0);
    d.on(Layer::Mark);
    let (x, y) = (c.x, c.y - 14.0);
    mark::high_watermark(
        d,
        HighWatermark { x, y, height: 28.0, leading: true, small: false, label: None },
    );
}

fn log_end(d: &mut Draft, c: Point) {
    cell(d, rect(c.x - 32.0, c.y - 16.0, 32.0, 28.0), 2, 30, 0.0);
    mark::log_end(d.on(Layer::Mark), c.x + 3.0, c.y - 16.0, 26.0, 5.0, None);
}

fn flag(d: &mut Draft, c: Point) {
    role::flag(d, c.by(-20.0, 0.0), "P0", 14.0);
}

fn sign(d: &mut Draft, c: Point, standing: Standing) {
    node::sign(d, c.by(-16.0, -16.0), 32.0, "2", standing);
}

fn duties(d: &mut Draft, c: Point) {
    node::controller(d, c.by(-18.0, 0.0), 11.0);
    node::coordinator(d, c.by(18.0, 0.0), 11.0);
}

fn produce(d: &mut Draft, c: Point) {
    let keys = [KeyMark::of(0), KeyMark::of(3)];
    let heading = Heading::Right;
    let (at, seat, height) = (c.by(12.0, 0.0), 14.0, 20.0);
    message::wagon(
        d,
        Wagon { at, heading, keys: &keys, count: 2, seat, height, trail: true, crowded: false },
    );
}

fn answers(d: &mut Draft, c: Point) {
    badge::acked(d, c.by(-20.0, 0.0), 10.0);
    badge::error(d, c.by(20.0, 0.0), 12.0);
}

fn bin(d: &mut Draft, c: Point) {
    let keys = [KeyMark::of(1), KeyMark::of(4)];
    let place = rect(c.x - 42.0, c.y - 10.0, 66.0, 21.0);
    node::bin(d, Bin { place, keys: &keys, count: 2, full: 0.6 });
}

fn reading(d: &mut Draft, c: Point) {
    let (committed, position) = (Some(c.x - 24.0), c.x + 24.0);
    mark::reading(d, Reading { committed, position, y: c.y + 6.0, half: 6.0, name: None });
}

fn lag(d: &mut Draft, c: Point) {
    let bar = rect(c.x - 38.0, c.y - 4.0, 76.0, 8.0);
    node::lag(d, Lag { bar, committed: 0.45, position: 0.8 });
}

fn cut(d: &mut Draft, c: Point) {
    link::rails(d, Curve::straight(c.by(-38.0, 0.0), c.by(38.0, 0.0)));
    link::cut(d, c, false);
}

fn cut_way(d: &mut Draft, c: Point) {
    link::rails(d, Curve::straight(c.by(-38.0, 0.0), c.by(38.0, 0.0)));
    link::cut_way(d, c, at(1.0, 0.0));
}

fn slow(d: &mut Draft, c: Point) {
    link::rails(d, Curve::straight(c.by(-38.0, 0.0), c.by(38.0, 0.0)));
    link::slow(d, c);
}

fn disks(d: &mut Draft, c: Point) {
    node::disk(d, c.by(-18.0, 0.0), false);
    node::disk(d, c.by(18.0, 0.0), true);
}
