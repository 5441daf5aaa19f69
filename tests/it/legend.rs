//! The grammar as one picture: every glyph beside its name, to be looked at.

use kafkascope::scene::draft::Draft;
use kafkascope::scene::geometry::{Curve, Point, Rect, Size, at, rect};
use kafkascope::scene::glyph::mark::{HighWatermark, Reading};
use kafkascope::scene::glyph::message::{Heading, Wagon};
use kafkascope::scene::glyph::node::{Bin, Lag, Nose, Office, Presence, Standing};
use kafkascope::scene::glyph::record::Cell;
use kafkascope::scene::glyph::role::Role;
use kafkascope::scene::glyph::{badge, link, mark, message, node, record, role};
use kafkascope::scene::ink::{Ink, KeyMark};
use kafkascope::scene::item::{Coat, Layer, Scene, sans};

const COLUMNS: [f32; 4] = [28.0, 344.0, 660.0, 976.0];

/// Draws the legend.
pub fn legend() -> Scene {
    let mut draft = Draft::new(Size { w: 1280.0, h: 1026.0 });
    let d = &mut draft;
    d.label(at(28.0, 48.0), "The grammar", sans(28.0).bold(), Ink::Text);
    let subtitle = "one shape, one meaning, in every view";
    d.label(at(216.0, 48.0), subtitle, sans(17.0), Ink::Muted);
    records(d);
    logs(d);
    messages(d);
    nodes(d);
    draft.finish()
}

fn head(d: &mut Draft, column: usize, y: f32, title: &str) {
    d.on(Layer::Plate);
    let x = COLUMNS[column];
    d.label(at(x, y), title, sans(16.0).bold(), Ink::Text);
    d.line(Coat::Body, Ink::Text.stroke(1.5), at(x, y + 9.0), at(x + 280.0, y + 9.0));
}

fn name(d: &mut Draft, column: usize, y: f32, word: &str, gloss: &str) {
    d.on(Layer::Plate);
    let x = COLUMNS[column] + 104.0;
    d.label(at(x, y - 2.0), word, sans(15.0).bold(), Ink::Text);
    d.label(at(x, y + 17.0), gloss, sans(14.0).room(186.0), Ink::Muted);
}

fn key(rank: u32) -> KeyMark {
    KeyMark::of(rank)
}

fn one(d: &mut Draft, x: f32, y: f32, offset: u64, rank: u32, dry: f32) {
    let place = rect(x, y - 15.0, 32.0, 30.0);
    record::cell(d, Cell { place, key: key(rank), offset: Some((offset, 14.0)), dry });
}

fn bare(d: &mut Draft, x: f32, y: f32, key: KeyMark, dry: f32) {
    let place = rect(x, y - 13.0, 28.0, 26.0);
    record::cell(d, Cell { place, key, offset: None, dry });
}

fn records(d: &mut Draft) {
    let x = COLUMNS[0];
    head(d, 0, 92.0, "Record");
    let mut y = 132.0;
    type Glyph = fn(&mut Draft, f32, f32);
    let rows: [(&str, &str, Glyph); 11] = [
        ("committed", "filled: dry ink", |d, x, y| one(d, x + 20.0, y, 27, 5, 1.0)),
        ("not committed", "outline: wet ink", |d, x, y| one(d, x + 20.0, y, 28, 3, 0.0)),
        ("being committed", "fills from its left", |d, x, y| one(d, x + 20.0, y, 29, 1, 0.6)),
        ("missing here", "dotted slot", |d, x, y| {
            record::slot(d, rect(x + 20.0, y - 15.0, 32.0, 30.0));
        }),
        ("divergent", "hatched: not the leader's", |d, x, y| {
            one(d, x + 20.0, y, 17, 4, 0.0);
            record::divergent(d, rect(x + 20.0, y - 15.0, 32.0, 30.0));
            mark::tear(d, x + 20.0, y - 15.0, 30.0, 32.0);
        }),
        ("truncated", "dashed, struck", |d, x, y| {
            record::truncated(d, rect(x + 20.0, y - 15.0, 32.0, 30.0), Some((17, 14.0)));
        }),
        ("in doubt", "no answer yet", |d, x, y| {
            one(d, x + 4.0, y, 16, 4, 0.0);
            badge::in_doubt(d, at(x + 56.0, y), 10.0, 0.0);
        }),
        ("acked", "producer was told ok", |d, x, y| {
            one(d, x + 4.0, y, 24, 0, 1.0);
            badge::acked(d, at(x + 56.0, y), 10.0);
        }),
        ("lost after ack", "the broken promise", |d, x, y| {
            one(d, x + 4.0, y, 13, 2, 0.0);
            badge::lost(d, at(x + 56.0, y), 10.0);
        }),
        ("duplicated", "same record twice", |d, x, y| {
            one(d, x + 4.0, y, 31, 1, 1.0);
            badge::duplicated(d, at(x + 56.0, y), 10.0);
        }),
        ("tombstone", "null value: hollow centre", |d, x, y| {
            let place = rect(x + 20.0, y - 15.0, 32.0, 30.0);
            record::tombstone(d, Cell { place, key: key(2), offset: Some((21, 14.0)), dry: 1.0 });
        }),
    ];
    for (word, gloss, glyph) in rows {
        d.on(Layer::Tape);
        glyph(d, x, y);
        name(d, 0, y, word, gloss);
        y += 66.0;
    }
    head(d, 0, y + 8.0, "Batch forming");
    d.on(Layer::Plate);
    let place = rect(x + 4.0, y + 36.0, 66.0, 21.0);
    node::bin(d, Bin { place, keys: &[key(3), key(0)], count: 2, full: 0.35 });
    name(d, 0, y + 46.0, "bin and ring", "nearer of time and bytes");
    let place = rect(x + 4.0, y + 70.0, 66.0, 21.0);
    node::bin(d, Bin { place, keys: &[key(3), key(0), key(5)], count: 128, full: 0.9 });
    let place = rect(x + 4.0, y + 104.0, 66.0, 21.0);
    node::bin(d, Bin { place, keys: &[], count: 0, full: 0.0 });
    name(d, 0, y + 114.0, "empty bin", "nothing waits");
}

fn logs(d: &mut Draft) {
    let x = COLUMNS[1];
    head(d, 1, 92.0, "Marks on a log");
    let mut y = 132.0;
    d.on(Layer::Tape);
    bare(d, x + 4.0, y, key(0), 1.0);
    bare(d, x + 34.0, y, key(1), 0.0);
    let bar = HighWatermark {
        x: x + 33.0,
        y: y - 13.0,
        height: 26.0,
        leading: true,
        small: false,
        label: None,
    };
    mark::high_watermark(d.on(Layer::Mark), bar);
    name(d, 1, y, "HW", "what is below is readable");
    y += 58.0;
    bare(d.on(Layer::Tape), x + 4.0, y, key(1), 0.0);
    mark::log_end(d.on(Layer::Mark), x + 34.0, y - 13.0, 26.0, 5.0, None);
    name(d, 1, y, "LEO", "the pen: next offset");
    y += 58.0;
    bare(d.on(Layer::Tape), x + 4.0, y, key(2), 1.0);
    bare(d, x + 36.0, y, key(5), 1.0);
    mark::last_stable(d.on(Layer::Mark), x + 34.0, y - 13.0, 26.0);
    name(d, 1, y, "LSO", "first open transaction");
    y += 58.0;
    let both = Reading {
        committed: Some(x + 12.0),
        position: x + 58.0,
        y: y + 4.0,
        half: 6.0,
        name: None,
    };
    mark::reading(d.on(Layer::Mark), both);
    name(d, 1, y, "committed / position", "dotted part is read again");
    y += 58.0;
    d.on(Layer::Tape);
    record::tape(d, rect(x + 26.0, y - 13.0, 40.0, 26.0));
    record::log_start(d, x + 26.0, y - 13.0, 26.0);
    bare(d, x + 30.0, y, KeyMark::NONE, 1.0);
    name(d, 1, y, "log start", "older segments deleted");
    y += 66.0;
    head(d, 1, y, "Replica");
    y += 38.0;
    let roles = [
        ("leader", "large, offsets printed", Role::Leader, "leader"),
        ("follower in ISR", "small cells, ring", Role::InSync, "in ISR"),
        ("out of ISR", "broken ring, words, count", Role::OutOfSync, "out"),
        ("eligible", "ring with a point", Role::Eligible, "ELR"),
        ("offline", "cross, grey outline", Role::Offline, "offline"),
    ];
    for (word, gloss, what, label) in roles {
        role::role(d.on(Layer::Mark), at(x + 4.0, y), what, label, 14.0);
        name(d, 1, y, word, gloss);
        y += 54.0;
    }
    record::unreachable(
        d.on(Layer::Tape),
        rect(x + 4.0, y - 15.0, 28.0, 22.0),
        Some((22, 14.0)),
        false,
    );
    name(d, 1, y, "unreachable record", "grey outline");
    y += 62.0;
    head(d, 1, y, "Key");
    y += 34.0;
    d.on(Layer::Tape);
    for rank in 0..14 {
        let place =
            rect(x + (rank % 7) as f32 * 40.0, y - 14.0 + (rank / 7) as f32 * 36.0, 34.0, 30.0);
        let key = if rank == 13 { KeyMark::NONE } else { key(rank) };
        record::cell(d, Cell { place, key, offset: None, dry: 1.0 });
    }
}

fn wagon(d: &mut Draft, place: Point, heading: Heading, ranks: &[u32], count: usize) {
    let keys: Vec<KeyMark> = ranks.iter().map(|&rank| key(rank)).collect();
    let (seat, height) = (14.0, 20.0);
    let (trail, crowded) = (true, false);
    message::wagon(
        d,
        Wagon { at: place, heading, keys: &keys, count, seat, height, trail, crowded },
    );
}

fn messages(d: &mut Draft) {
    let x = COLUMNS[2];
    head(d, 2, 92.0, "Message");
    let mut y = 132.0;
    type Glyph = fn(&mut Draft, Point);
    let rows: [(&str, &str, Glyph); 11] = [
        ("Produce request", "wagon, nose forward", |d, c| {
            wagon(d, c.by(16.0, 0.0), Heading::Right, &[0, 1, 4], 3);
        }),
        ("many records", "five, then their number", |d, c| {
            wagon(d, c.by(-4.0, 0.0), Heading::Right, &[0, 1, 4, 2, 3], 240);
        }),
        ("Fetch request", "chevrons, carries nothing", |d, c| {
            message::fetch(d, c, Heading::Left, 8.0);
        }),
        ("Fetch reply", "wagon of records", |d, c| {
            wagon(d, c.by(12.0, 0.0), Heading::Right, &[2, 5], 2);
        }),
        ("to a follower", "straight down", |d, c| {
            wagon(d, c.by(0.0, 2.0), Heading::Down, &[1, 4], 2);
            message::fetch(d, c.by(44.0, 0.0), Heading::Up, 7.0);
        }),
        ("Ok reply", "disc with tick", |d, c| badge::acked(d, c, 10.0)),
        ("Error reply", "diamond, error name", |d, c| badge::error(d, c, 12.0)),
        ("Heartbeat", "dot with a beat line", |d, c| message::beat(d, c, true)),
        ("Control", "hexagon, label", |d, c| message::control(d, c, 10.0)),
        ("its reply", "filled", |d, c| message::control_reply(d, c, 6.0)),
        ("Many per second", "ribbon, width is rate", |d, c| {
            let (from, to) = (c.by(-34.0, 8.0), c.by(32.0, -6.0));
            link::ribbon(d.on(Layer::Rail), Curve::level(from, to), 14.0);
        }),
    ];
    for (word, gloss, glyph) in rows {
        d.on(Layer::Wire);
        glyph(d, at(x + 40.0, y));
        name(d, 2, y, word, gloss);
        y += 52.0;
    }
    y += 4.0;
    head(d, 2, y, "Link");
    y += 36.0;
    let rows: [(&str, &str, Glyph); 5] = [
        ("up", "twin rail", |d, c| link::rails(d, across(c))),
        ("slow", "hourglass, ms label", |d, c| {
            link::rails(d, across(c));
            link::slow(d.on(Layer::Plate), c);
        }),
        ("cut", "two buffer stops", |d, c| {
            link::rails(d, across(c));
            link::cut(d.on(Layer::Plate), c, false);
        }),
        ("cut one way", "runs into a stop", |d, c| {
            link::rails(d, across(c));
            link::cut_way(d.on(Layer::Plate), c, at(1.0, 0.0));
        }),
        ("closed", "dotted", |d, c| link::closed(d, across(c))),
    ];
    for (word, gloss, glyph) in rows {
        d.on(Layer::Rail);
        glyph(d, at(x + 42.0, y));
        name(d, 2, y, word, gloss);
        y += 44.0;
    }
}

fn across(c: Point) -> Curve {
    Curve::straight(c.by(-38.0, 0.0), c.by(38.0, 0.0))
}

fn nodes(d: &mut Draft) {
    let x = COLUMNS[3];
    head(d, 3, 92.0, "Node");
    let mut y = 134.0;
    type Glyph = fn(&mut Draft, Point);
    fn client(c: Point) -> Rect {
        rect(c.x - 32.0, c.y - 16.0, 60.0, 32.0)
    }
    const NOSE: Nose = Nose::Right(13.0);
    let rows: [(&str, &str, Glyph); 12] = [
        ("broker", "square sign", |d, c| {
            node::sign(d, c.by(-18.0, -17.0), 34.0, "1", Standing::Up);
        }),
        ("fenced", "dashed sign", |d, c| {
            node::sign(d, c.by(-18.0, -17.0), 34.0, "2", Standing::Fenced);
        }),
        ("dead", "struck sign", |d, c| {
            node::sign(d, c.by(-18.0, -17.0), 34.0, "3", Standing::Dead);
        }),
        ("controller", "solid hexagon; struck: down", |d, c| {
            node::controller(d, c.by(-16.0, 0.0), 12.0);
            node::controller_down(d, c.by(18.0, 0.0), 12.0);
        }),
        ("quorum", "active; stands by; seeks", |d, c| {
            node::voter(d, c.by(-26.0, 0.0), 11.0, "1", Office::Active);
            node::voter(d, c, 11.0, "2", Office::Standby);
            node::voter(d, c.by(26.0, 0.0), 11.0, "3", Office::Seeking);
            node::votes(d, c.by(26.0, 15.0), 1, 2);
        }),
        ("coordinator", "hollow diamond", |d, c| node::coordinator(d, c, 13.0)),
        ("producer", "nose to the right", |d, c| {
            node::producer(d, client(c), NOSE, Presence::Active);
        }),
        ("consumer", "notch on the left", |d, c| {
            node::consumer(d, client(c), NOSE, Presence::Active);
        }),
        ("rebalancing", "turning arrow, paused", |d, c| {
            node::consumer(d, client(c), NOSE, Presence::Paused);
            node::turning(d, c.by(4.0, 1.0), 0.0);
        }),
        ("idle member", "no partition", |d, c| {
            node::consumer(d, client(c), NOSE, Presence::Idle);
        }),
        ("gone", "not running", |d, c| node::consumer(d, client(c), NOSE, Presence::Gone)),
        ("lag", "done, in process, waiting", |d, c| {
            let bar = rect(c.x - 36.0, c.y - 4.0, 76.0, 8.0);
            node::lag(d, Lag { bar, committed: 0.45, position: 0.8 });
        }),
    ];
    for (word, gloss, glyph) in rows {
        d.on(Layer::Plate);
        glyph(d, at(x + 40.0, y));
        name(d, 3, y, word, gloss);
        y += 52.0;
    }
    y += 4.0;
    head(d, 3, y, "Attention");
    y += 38.0;
    let place = rect(x + 10.0, y - 15.0, 58.0, 30.0);
    mark::selected_row(d.on(Layer::Mark), x + 10.0, y - 15.0, 30.0);
    mark::selected(d.on(Layer::Frame), rect(x + 20.0, y - 15.0, 48.0, 30.0), 4.0);
    name(d, 3, y, "selected", "blue bar, blue frame");
    mark::fresh(d.on(Layer::Ground), place.moved(0.0, 54.0));
    name(d, 3, y + 54.0, "just changed", "blue ground, 4 s for the eye");
    y += 90.0;
    head(d, 3, y, "Disk");
    for (full, word, gloss) in
        [(false, "slow disk", "ms more per write"), (true, "full disk", "the broker halts")]
    {
        y += 38.0;
        node::disk(d.on(Layer::Plate), at(x + 40.0, y), full);
        name(d, 3, y, word, gloss);
    }
}
