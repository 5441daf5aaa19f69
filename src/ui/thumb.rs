//! The tabs below the thumb: shown on phones only.

use yew::prelude::*;

use super::desk::Desk;
use super::state::{Tab, UiAction};

/// The tabs.
pub fn tabs(desk: &Desk) -> Html {
    let (words, ui) = (desk.words, &desk.ui);
    let out = |tab: Tab| ui.drawer && ui.tab == tab;
    let tabs = [
        (words.ui_view_cluster(), UiAction::Drawer(false), !ui.drawer),
        (words.ui_inspector(), UiAction::Open(Tab::Inspector), out(Tab::Inspector)),
        (words.ui_configs(), UiAction::Open(Tab::Configs), out(Tab::Configs)),
        (words.ui_events(), UiAction::Open(Tab::Events), out(Tab::Events)),
    ];
    let tab = |(name, action, on): (&'static str, UiAction, bool)| {
        html! {
            <button type="button" class="tab" onclick={desk.press(action)}
                aria-current={on.then_some("true")}>{ name }</button>
        }
    };
    html! {
        <nav class="phone-tabs" aria-label={words.ui_views()}>
            { for tabs.into_iter().map(tab) }
        </nav>
    }
}
