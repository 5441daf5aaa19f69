//! What becomes of old records: the segments of a tape, how near each is to its end, what nobody
//! can read any more, and what went just now.

use std::ops::Range;

use super::super::change::{Changes, How, LINGER, fading};
use super::super::draft::Draft;
use super::super::geometry::{Rect, at, ease_out, lerp, rect};
use super::super::glyph::role::Role;
use super::super::glyph::segment::{self, Tray};
use super::super::ink::Ink;
use super::super::item::{Layer, sans};
use super::super::layout::Layout;
use super::super::letter;
use super::super::replica::Replica;
use super::super::view::{Motion, View};
use super::Tape;
use crate::sim::World;
use crate::sim::config::TopicConfig;
use crate::sim::id::{Node, Offset};
use crate::sim::log::retention::{Lease, SegmentDeletion};

/// A segment falls so far, in pixels...
const FALL: f32 = 14.0;
/// ... in so many milliseconds of the eye.
const FALLING: f32 = 450.0;
/// The cleaner passes over a tape in this time.
const PASS: f32 = 900.0;

/// Draws the segments of a replica that runs, and what is left of what went.
pub(in crate::scene) fn draw(
    draft: &mut Draft,
    world: &World,
    layout: &Layout,
    changes: &Changes,
    view: &View,
    tape: &Tape,
) {
    let Some(copy) = tape.copy.as_ref().filter(|_| tape.up) else { return };
    let Some(topic) = world.metadata().topics.get(&tape.partition.topic) else { return };
    let segments = copy.log.segments();
    let base = segments.first().map_or(0, |segment| segment.base);
    // A log that has never been cut is one segment without end: nothing to be told of.
    if segments.len() == 1 && base == 0 && copy.start == 0 {
        return;
    }
    draft.on(Layer::Tape);
    let now_ms = world.wall(Node::Broker(tape.broker)).as_millis();
    trays(draft, layout, tape, copy, (&topic.config, now_ms));
    holes(draft, layout, tape, copy);
    remote(draft, world, layout, tape, copy);
    let window = tape.window();
    for offset in base.max(window)..copy.start.min(tape.until(layout)) {
        segment::gone(draft, tape.place(layout, offset));
    }
    let mut words = true;
    for (went, age) in changes.went(tape.broker, tape.partition) {
        match &went.how {
            How::Deleted { reason, from, to } => {
                // What goes from a disk and stays in remote storage has its place on the tape.
                let stays =
                    !world.remote.segments(tape.partition).is_empty() && tape.role == Role::Leader;
                if !stays {
                    falling(draft, layout, view, tape, *from..*to, age);
                }
                // It is said where they were, once they are out of the way.
                let fallen = view.motion == Motion::Steps || age > FALLING;
                if fallen && std::mem::take(&mut words) {
                    taken_by(draft, layout, tape, copy, *reason, age);
                }
            }
            How::Compacted { to, removed } => {
                compacted(draft, layout, view, tape, *to, removed, age);
            }
        }
    }
}

/// Offsets that nothing is left of: compaction took their records.
fn holes(draft: &mut Draft, layout: &Layout, tape: &Tape, copy: &Replica) {
    let shown = shown(layout, tape, copy.start..copy.end);
    let mut next = shown.start;
    for (offset, _) in copy.records(shown.start).take_while(|(offset, _)| *offset < shown.end) {
        (next..offset).for_each(|hole| segment::hole(draft, tape.place(layout, hole)));
        next = offset + 1;
    }
    (next..shown.end).for_each(|hole| segment::hole(draft, tape.place(layout, hole)));
}

/// What is in remote storage: a cloud over each segment, and a place for each record that is left
/// nowhere else.
fn remote(draft: &mut Draft, world: &World, layout: &Layout, tape: &Tape, copy: &Replica) {
    if tape.role != Role::Leader {
        return;
    }
    let figures = layout.grain.figures;
    let begins = copy.log.start();
    for segment in world.remote.segments(tape.partition) {
        let all = shown(layout, tape, segment.base().max(begins)..segment.end + 1);
        if all.is_empty() {
            continue;
        }
        for offset in all.start..all.end.min(copy.start) {
            let number = figures.map(|size| (offset as u64, size));
            segment::remote(draft, tape.place(layout, offset), number);
        }
        let (first, last) = (tape.place(layout, all.start), tape.place(layout, all.end - 1));
        let over = at((first.x + last.right()) / 2.0, first.y - 5.0);
        draft.on(Layer::Mark);
        segment::cloud(draft, over);
        draft.on(Layer::Tape);
    }
}

fn trays(
    draft: &mut Draft,
    layout: &Layout,
    tape: &Tape,
    copy: &Replica,
    (config, now_ms): (&TopicConfig, u64),
) {
    let segments = copy.log.segments();
    let clean = copy.log.first_dirty_offset();
    let (left, until) = (tape.window(), tape.until(layout));
    for (index, (segment, lease)) in copy.log.leases(config).enumerate() {
        let next = segments.get(index + 1).map(|next| next.base);
        let end = next.unwrap_or(copy.end).min(until);
        if end <= left || end <= segment.base {
            continue;
        }
        let first = tape.place(layout, segment.base.max(left));
        let wide = (end - segment.base.max(left)) as f32 * layout.grain.cell;
        let over = match next {
            _ if next.is_some_and(|next| next <= copy.start) => 1.0,
            Some(_) => over(&lease, now_ms, config),
            None => 0.0,
        };
        segment::tray(
            draft,
            Tray {
                cells: rect(first.x, first.y, wide, first.h),
                begins: segment.base >= left,
                closed: next.is_some_and(|next| next <= until),
                over,
                dirty: config.compacts() && next.is_some_and(|next| next > clean),
            },
        );
    }
}

/// Which part of its time a segment has behind it, by age or by size, whichever ends first.
fn over(lease: &Lease, now_ms: u64, config: &TopicConfig) -> f32 {
    let part = |left: u64, of: i64| 1.0 - (left as f32 / of.max(1) as f32).min(1.0);
    let by_age = lease.until_ms.map(|until| match until.checked_sub(now_ms) {
        Some(left) => part(left, config.retention_ms),
        None => 1.0,
    });
    let by_size = lease.room.map(|room| part(room, config.retention_bytes));
    by_age.unwrap_or_default().max(by_size.unwrap_or_default())
}

/// What of a stretch of offsets the window shows.
fn shown(layout: &Layout, tape: &Tape, which: Range<Offset>) -> Range<Offset> {
    which.start.max(tape.window())..which.end.min(tape.until(layout))
}

/// Deleted segments fall off the tape; where nothing moves they fade where they were.
fn falling(
    draft: &mut Draft,
    layout: &Layout,
    view: &View,
    tape: &Tape,
    which: Range<Offset>,
    age: f32,
) {
    let (sunk, fade) = match view.motion {
        Motion::Full => (ease_out(age / FALLING) * FALL, (255.0 * (1.0 - age / FALLING)) as u8),
        Motion::Steps => (0.0, fading(age, LINGER)),
    };
    draft.on(Layer::Tape).lift(1).fade(fade);
    for offset in shown(layout, tape, which) {
        segment::gone(draft, tape.place(layout, offset).moved(0.0, sunk));
    }
}

/// What took them, below the place that they left.
fn taken_by(
    draft: &mut Draft,
    layout: &Layout,
    tape: &Tape,
    copy: &Replica,
    reason: SegmentDeletion,
    age: f32,
) {
    let word = match reason {
        SegmentDeletion::StartOffsetBreach => "log start",
        SegmentDeletion::RetentionSizeBreach => "retention.bytes",
        SegmentDeletion::RetentionMsBreach => "retention.ms",
        SegmentDeletion::LocalRetentionSizeBreach => "local.retention.bytes",
        SegmentDeletion::LocalRetentionMsBreach => "local.retention.ms",
        SegmentDeletion::EpochTruncation => "leader epoch",
    };
    let (left, starts) = (tape.row.tape - 22.0, tape.x(layout, copy.start as f32));
    // Where the log starts before the window, the word points there.
    let text = [if starts < tape.row.tape { "‹ " } else { "" }, word].concat();
    let style = sans(14.0).strong();
    let wide = letter::width(&text, style);
    let place = at((starts - 4.0 - wide).max(left), tape.top + tape.height + 13.0);
    // There the leader may have the words of its marks.
    let marks = tape.x(layout, copy.high_watermark.min(copy.end) as f32) - 62.0;
    let hides = tape.role == Role::Leader && place.x + wide > marks;
    if !layout.grain.named || hides {
        return;
    }
    draft.on(Layer::Mark).fade(fading(age, LINGER));
    draft.label(place, &text, style, Ink::Focus);
}

/// The cleaner passes, and what it takes is seen for a while longer.
fn compacted(
    draft: &mut Draft,
    layout: &Layout,
    view: &View,
    tape: &Tape,
    to: Offset,
    removed: &[Offset],
    age: f32,
) {
    let window = tape.window() as f32;
    let end = shown(layout, tape, 0..to).end as f32;
    let moving = view.motion == Motion::Full && age < PASS && end > window;
    let passed = if moving { lerp(window, end, age / PASS) } else { end };
    draft.on(Layer::Tape).lift(1).fade(fading(age, LINGER));
    let seen = shown(layout, tape, 0..to);
    for offset in removed.iter().filter(|offset| seen.contains(offset)) {
        let place: Rect = tape.place(layout, *offset);
        match *offset as f32 >= passed {
            true => super::record::unreachable(draft, place, None, false),
            false => segment::gone(draft, place),
        }
    }
    if moving {
        draft.on(Layer::Mark);
        segment::cleaner(draft, tape.x(layout, passed), tape.top, tape.height);
    }
}
