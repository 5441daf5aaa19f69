//! Lessons: scenario files that come with the page, opened like anybody's.

use yew::prelude::*;

use super::desk::Desk;
use super::files;
use super::kit::{Button, Sign};
use super::state::UiAction;

/// The same churn under three group protocols.
const REBALANCES: &str = include_str!("../../lessons/rebalances.toml");
/// Records go by age and by size, and somebody reads too late.
const RETENTION: &str = include_str!("../../lessons/retention.toml");
/// Of each key the last record stays.
const COMPACTION: &str = include_str!("../../lessons/compaction.toml");
/// Old records move to remote storage, and are read from there.
const TIERED: &str = include_str!("../../lessons/tiered.toml");
/// Transactions end whoever crashes.
const TRANSACTIONS: &str = include_str!("../../lessons/transactions.toml");

/// The lesson about transactions.
pub fn transactions(desk: &Desk) -> Html {
    let words = desk.words;
    lesson(desk, words.ui_lesson_transactions(), words.ui_lesson_transactions_hint(), TRANSACTIONS)
}

/// The lesson about groups.
pub fn rebalances(desk: &Desk) -> Html {
    let words = desk.words;
    lesson(desk, words.ui_lesson_rebalances(), words.ui_lesson_rebalances_hint(), REBALANCES)
}

/// The lessons about what becomes of old records.
pub fn old_records(desk: &Desk) -> Html {
    let words = desk.words;
    html! {
        <>
            { lesson(desk, words.ui_lesson_retention(), words.ui_lesson_retention_hint(),
                RETENTION) }
            { lesson(desk, words.ui_lesson_compaction(), words.ui_lesson_compaction_hint(),
                COMPACTION) }
            { lesson(desk, words.ui_lesson_tiered(), words.ui_lesson_tiered_hint(), TIERED) }
        </>
    }
}

/// What it shows, and a button that plays it.
fn lesson(desk: &Desk, title: &'static str, hint: &'static str, text: &'static str) -> Html {
    let play = {
        let desk = desk.clone();
        Callback::from(move |_: MouseEvent| {
            files::open_text(&desk, title, text);
            if desk.ui.screen.phone {
                // There it would cover what is to be seen.
                desk.ui.dispatch(UiAction::Drawer(false));
            }
        })
    };
    html! {
        <div class="lesson">
            { Button::new(title, play).sign(Sign::Open).html() }
            <p class="why">{ hint }</p>
        </div>
    }
}
