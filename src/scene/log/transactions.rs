//! Transactions on the tapes: brackets over their records, the markers that end them, what was
//! aborted, and how far a reader gets who wants nothing undecided.

use super::super::change::Changes;
use super::super::draft::Draft;
use super::super::geometry::at;
use super::super::glyph::mark;
use super::super::glyph::transaction::{self as glyph, Fate};
use super::super::ink::Ink;
use super::super::item::{Layer, sans};
use super::super::layout::Layout;
use super::super::letter;
use super::super::reading::readers;
use super::super::transaction::transactional_id;
use super::super::view::View;
use super::{Role, Tape};
use crate::sim::World;
use crate::sim::id::Offset;
use crate::sim::wire::{BatchKind, ProducerId, RecordBatch, Value};

/// A transaction in a log, as far as it is looked at.
#[derive(Debug)]
pub(super) struct Span {
    pub producer: ProducerId,
    pub first: Offset,
    /// Its marker, or the last of its records.
    pub last: Offset,
    pub fate: Fate,
    /// Where its own records are: first and last of each run.
    pub own: Vec<(Offset, Offset)>,
}

/// The transactions of a copy from an offset on, in the order in which they began.
pub(super) fn spans(tape: &Tape, from: Offset) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    let Some(copy) = &tape.copy else { return spans };
    for batch in copy.batches(from) {
        let Some(stamp) = batch.producer else { continue };
        let producer = stamp.producer.id;
        let (first, last) = (batch.base_offset, batch.last_offset());
        let open = spans.iter_mut().find(|it| it.producer == producer && it.fate == Fate::Open);
        match (batch.kind, open) {
            (BatchKind::Plain, _) => {}
            (BatchKind::Transactional, Some(span)) => {
                span.last = last;
                match span.own.last_mut() {
                    Some(run) if run.1 + 1 == first => run.1 = last,
                    _ => span.own.push((first, last)),
                }
            }
            (BatchKind::Transactional, None) => {
                let own = vec![(first, last)];
                spans.push(Span { producer, first, last, fate: Fate::Open, own });
            }
            (BatchKind::Control, Some(span)) => {
                span.last = last;
                span.fate =
                    if commits(batch.records.first()) { Fate::Committed } else { Fate::Aborted };
            }
            // What it ended lies before what is looked at.
            (BatchKind::Control, None) => {}
        }
    }
    spans
}

fn commits(record: Option<&crate::sim::wire::Record>) -> bool {
    record.is_some_and(|it| matches!(it.value, Value::EndTransaction { committed: true, .. }))
}

/// Draws what a replica's log has of transactions.
pub(in crate::scene) fn draw(
    draft: &mut Draft,
    world: &World,
    layout: &Layout,
    changes: &Changes,
    view: &View,
    tape: &Tape<'_>,
) {
    let Some(copy) = &tape.copy else { return };
    if !tape.up {
        return;
    }
    let window = tape.window();
    let until = tape.until(layout).min(copy.end);
    // Twice what is seen: most transactions that reach into the window begin there.
    let from = (window - 2 * i64::from(layout.cells)).max(copy.start);
    let spans = spans(tape, from);
    let ended = |batch: &&RecordBatch| batch.kind == BatchKind::Control;
    if spans.is_empty() && copy.batches(window).find(ended).is_none() {
        return;
    }
    let seen = |offset: Offset| offset >= window.max(copy.start) && offset < until;
    let leading = tape.role == Role::Leader;
    let figures = layout.grain.figures.filter(|_| leading);
    draft.on(Layer::Tape).lift(1);
    for span in spans.iter().filter(|span| span.fate == Fate::Aborted) {
        for (first, last) in &span.own {
            // Compaction may have taken some of them.
            let own = copy.records(*first).take_while(|(offset, _)| offset <= last);
            for (offset, _) in own.filter(|(offset, _)| seen(*offset)) {
                let number = figures.map(|size| (offset as u64, size));
                glyph::aborted(draft, tape.place(layout, offset), number);
            }
        }
    }
    for batch in copy.batches(window).filter(|batch| batch.kind == BatchKind::Control) {
        if seen(batch.base_offset) {
            let place = tape.place(layout, batch.base_offset);
            let wet = batch.base_offset >= copy.high_watermark;
            glyph::marker(draft, place, commits(batch.records.first()), wet);
        }
    }
    draft.lift(0);
    if leading && layout.grain.pitch >= 28.0 {
        brackets(draft, layout, tape, &spans, (window, until));
        stable(draft, world, layout, changes, view, tape);
    }
}

/// So far over the cells, and so far over one another.
const OVER: f32 = 3.5;
const LANE: f32 = 4.0;

fn brackets(
    draft: &mut Draft,
    layout: &Layout,
    tape: &Tape,
    spans: &[Span],
    (window, until): (Offset, Offset),
) {
    draft.on(Layer::Mark);
    // The first offset that is free on each of two lanes.
    let mut free = [Offset::MIN; 2];
    for span in spans {
        let lane = usize::from(free[0] > span.first);
        if let Some(free) = free.get_mut(lane) {
            *free = (*free).max(span.last + 1);
        }
        let y = tape.top - OVER - LANE * lane as f32;
        let (first, last) = (span.first.max(window), (span.last + 1).min(until));
        if first >= last {
            continue;
        }
        let (left, right) = (tape.x(layout, first as f32), tape.x(layout, last as f32));
        glyph::bracket(draft, span.fate, left + 2.0, right - 2.0, y);
        if span.own.len() > 1 {
            for (from, to) in &span.own {
                let (from, to) = ((*from).max(window), (*to + 1).min(until));
                if from < to {
                    let (left, right) = (tape.x(layout, from as f32), tape.x(layout, to as f32));
                    glyph::own(draft, left + 2.0, right - 2.0, y);
                }
            }
        }
    }
}

/// The last stable offset, where it is held back, and by whom.
fn stable(
    draft: &mut Draft,
    world: &World,
    layout: &Layout,
    changes: &Changes,
    view: &View,
    tape: &Tape,
) {
    let Some(copy) = &tape.copy else { return };
    let stable = copy.last_stable_offset();
    if stable >= copy.high_watermark {
        return;
    }
    // It slides no farther than the high watermark that it follows.
    let high = changes.high_watermark(tape.broker, tape.partition, copy.high_watermark);
    let x = tape.x(layout, (stable as f32).min(high));
    let right = tape.row.tape + layout.cells as f32 * layout.grain.cell;
    if x > right {
        return;
    }
    draft.on(Layer::Mark);
    if x >= tape.row.tape - 1.0 {
        mark::last_stable(draft, x, tape.top, tape.height);
    }
    if !layout.grain.named {
        return;
    }
    let mut text = view.words.ui_lso(stable);
    let holder = copy.first_unstable().and_then(|producer| transactional_id(world, producer));
    if let Some(id) = holder {
        text.push_str(" · ");
        text.push_str(id);
    }
    let style = sans(14.0).strong();
    let end = tape.x(layout, copy.end as f32) + 12.0;
    let wide = letter::width(&text, style);
    let left = if x >= tape.row.tape { end } else { end.max(tape.row.tape) };
    // Names of readers stand on the same line, left of their marks.
    let half = 12.0;
    let taken = readers(world, tape.partition).iter().any(|reader| {
        let name = letter::width(&reader.name, style) + half;
        let (first, last) = (
            tape.x(layout, reader.first() as f32) - name,
            tape.x(layout, reader.position as f32) + half,
        );
        first < left + wide && last > left
    });
    if !taken && left + wide <= tape.row.place.right() - 4.0 {
        draft.label(at(left, tape.top - 3.5), &text, style, Ink::Twice);
    }
}
