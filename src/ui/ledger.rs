//! The promise ledger: what producers were told, and what became of it.

use yew::prelude::*;

use super::desk::Desk;
use super::kit::{Button, Sign};
use super::state::{Plate, UiAction};
use crate::lens::looker::Looker;
use crate::locale::Words;
use crate::metrics::ledger::Sums;
use crate::scene::view::Entity;

/// Free ground that the ledger needs under the producers, in pixels; and that of its first lines.
const ROOM: f32 = 280.0;
const BRIEF_ROOM: f32 = 188.0;
/// Below this width the ledger has no place on the stage.
const WIDTH: f32 = 880.0;

/// How much of the picture's lower left corner is free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// Room for the whole ledger.
    Free,
    /// Room for its most important lines.
    Scarce,
    /// No room.
    Taken,
}

/// How free it is now.
pub fn ground(looker: &Looker) -> Ground {
    let Some(scene) = looker.scene() else { return Ground::Taken };
    let (size, scale) = looker.size();
    let left = scene
        .stops()
        .filter(|(entity, place)| matches!(entity, Entity::Client(_)) && place.x < size.w / 4.0);
    let lowest = left.map(|(_, place)| place.bottom()).fold(0.0, f32::max);
    let room = (size.h - lowest) / scale.max(1.0);
    match size.w >= WIDTH {
        true if room >= ROOM => Ground::Free,
        true if room >= BRIEF_ROOM => Ground::Scarce,
        _ => Ground::Taken,
    }
}

/// The line of what was aborted with its transaction.
const ABORTED: &str = "aborted";

/// A line of the ledger.
struct Promise {
    class: &'static str,
    /// The badge of the picture's grammar.
    badge: &'static str,
    name: &'static str,
    hint: &'static str,
    count: u64,
}

/// What producers were told.
fn told(words: Words, sums: Sums) -> [Promise; 5] {
    [
        Promise {
            class: "produced",
            badge: r#"<path d="M3 5.5h9l5 4.5-5 4.5H3z"/>"#,
            name: words.ui_produced(),
            hint: words.ui_produced_hint(),
            count: sums.produced,
        },
        Promise {
            class: "acked",
            badge: r#"<circle class="body" cx="10" cy="10" r="8"/>
                <path class="mark" d="M6.4 10.2l2.6 2.8 4.8-5.8"/>"#,
            name: words.ui_ledger_acked(),
            hint: words.ui_ledger_acked_hint(),
            count: sums.acked,
        },
        Promise {
            class: "doubt",
            badge: r#"<circle class="dashed" cx="10" cy="10" r="8"/><path class="mark"
                d="M7.6 7.9a2.5 2.5 0 1 1 3.7 2.2c-.9.5-1.3.9-1.3 1.8M10 14.4v.1"/>"#,
            name: words.ui_ledger_doubt(),
            hint: words.ui_ledger_doubt_hint(),
            count: sums.in_doubt,
        },
        Promise {
            class: "failed",
            badge: r#"<path class="body" d="M10 1.5l8.5 8.5-8.5 8.5L1.5 10z"/>
                <path class="mark" d="M10 6v4.6M10 13.6v.1"/>"#,
            name: words.ui_ledger_failed(),
            hint: words.ui_ledger_failed_hint(),
            count: sums.failed,
        },
        Promise {
            class: ABORTED,
            badge: r#"<path class="body" d="M2.5 2.5h15v15h-15z"/>
                <path class="mark" d="M6.2 14.5L10 5.5l3.8 9M7.6 11.3h4.8"/>"#,
            name: words.ui_ledger_aborted(),
            hint: words.ui_ledger_aborted_hint(),
            count: sums.aborted,
        },
    ]
}

/// What became of it.
fn became(words: Words, sums: Sums, missing: u64) -> [Promise; 5] {
    [
        Promise {
            class: "lost",
            badge: r#"<path d="M2.5 2.5h15v15h-15z"/>
                <path class="mark" d="M6.4 6.4l7.2 7.2M13.6 6.4l-7.2 7.2"/>"#,
            name: words.ui_ledger_lost(),
            hint: words.ui_ledger_lost_hint(),
            count: sums.lost,
        },
        Promise {
            class: "twice",
            badge: r#"<path d="M6.5 2h11.5v11.5h-3.5V5.5h-8z"/><path d="M2 6h12v12H2z"/>
                <path class="mark" d="M6 10.4a2 2 0 1 1 3.4 1.6L6 15.2h4"/>"#,
            name: words.ui_ledger_duplicated(),
            hint: words.ui_ledger_duplicated_hint(),
            count: sums.duplicated,
        },
        Promise {
            class: "twice",
            badge: r#"<path class="mark" d="M3 7h11l-3.5-3.5M17 13H6l3.5 3.5"/>"#,
            name: words.ui_ledger_reordered(),
            hint: words.ui_ledger_reordered_hint(),
            count: sums.reordered,
        },
        Promise {
            class: "consumed",
            badge: r#"<path d="M3 5.5h14v9H3l4.5-4.5z"/>"#,
            name: words.ui_consumed(),
            hint: words.ui_consumed_hint(),
            count: sums.consumed,
        },
        Promise {
            class: "lost missing",
            badge: r#"<path d="M3 5.5h14v9H3l4.5-4.5z" stroke-dasharray="3 2.2"/>
                <path class="mark" d="M8.5 7.5l5 5M13.5 7.5l-5 5"/>"#,
            name: words.ui_ledger_missing(),
            hint: words.ui_ledger_missing_hint(),
            count: missing,
        },
    ]
}

/// The ledger, on the stage's lower left.
pub fn ledger(desk: &Desk, sums: Sums, missing: u64) -> Html {
    let words = desk.words;
    let promises = told(words, sums).into_iter().chain(became(words, sums, missing));
    // Who has no transactions is not told of them.
    let promises = promises.filter(|it| it.count > 0 || it.class != ABORTED);
    html! {
        <section class="ledger" aria-labelledby="ledger-heading">
            <h2 id="ledger-heading" title={words.ui_ledger_hint()}>{ words.ui_ledger() }</h2>
            <dl>{ for promises.map(|promise| line(words, &promise)) }</dl>
            { shield(desk, sums) }
        </section>
    }
}

/// The way to the accounts; it says how things stand. Where the ledger has no place, the overview
/// has it.
pub fn shield(desk: &Desk, sums: Sums) -> Html {
    let words = desk.words;
    let (class, label) = match sums.lost {
        0 => ("shield", words.ui_shield_kept().to_owned()),
        lost => ("shield some", words.ui_shield_lost(lost as i64)),
    };
    let press = desk.press(UiAction::Toggle(Plate::Promises));
    Button::new(label, press).sign(Sign::Shield).class(class).html()
}

fn line(words: Words, promise: &Promise) -> Html {
    let Promise { class, badge, name, hint, count } = *promise;
    // A broken promise is only marked where there is one.
    let class = ["promise ", class, if count > 0 { " some" } else { "" }].concat();
    let open = r#"<svg class="badge" viewBox="0 0 20 20" aria-hidden="true">"#;
    let badge = Html::from_html_unchecked([open, badge, "</svg>"].concat().into());
    html! {
        <div {class} title={hint}>
            <dt>{ badge }<span>{ name }</span></dt>
            <dd>{ words.number(count as i64) }</dd>
        </div>
    }
}
