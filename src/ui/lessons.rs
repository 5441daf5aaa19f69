//! Lessons: scenario files that come with the page, opened like anybody's.

use yew::prelude::*;

use super::desk::Desk;
use super::files;
use super::kit::{Button, Sign};
use super::state::UiAction;

/// The same churn under three group protocols.
const REBALANCES: &str = include_str!("../../lessons/rebalances.toml");

/// What it shows, and a button that plays it.
pub fn rebalances(desk: &Desk) -> Html {
    let title = desk.words.ui_lesson_rebalances();
    let play = {
        let desk = desk.clone();
        Callback::from(move |_: MouseEvent| {
            files::open_text(&desk, title, REBALANCES);
            if desk.ui.screen.phone {
                // There it would cover what is to be seen.
                desk.ui.dispatch(UiAction::Drawer(false));
            }
        })
    };
    html! {
        <div class="lesson">
            { Button::new(title, play).sign(Sign::Open).html() }
            <p class="why">{ desk.words.ui_lesson_rebalances_hint() }</p>
        </div>
    }
}
