//! Tabs over panels: arrows move between them.

use yew::prelude::*;

use super::told;
use crate::ui::page;

/// What tabs need.
pub struct Tabs {
    /// What they choose between, for those who listen.
    pub label: &'static str,
    /// Their names, and their panels' ids; a tab's own id is its panel's with `-tab`.
    pub tabs: Vec<(&'static str, &'static str)>,
    /// Which one is open.
    pub open: usize,
    /// Told which one is wanted.
    pub on_open: Callback<usize>,
}

/// A row of tabs.
pub fn tabs(tabs: &Tabs) -> Html {
    let count = tabs.tabs.len();
    let tab = |(index, (name, panel)): (usize, &(&'static str, &'static str))| {
        let onclick = {
            let on_open = tabs.on_open.clone();
            Callback::from(move |_: MouseEvent| on_open.emit(index))
        };
        let onkeydown = {
            let on_open = tabs.on_open.clone();
            Callback::from(move |event: KeyboardEvent| {
                if let Some(to) = page::moved(&event, ["ArrowLeft", "ArrowRight"], index, count) {
                    on_open.emit(to);
                    page::focus_within("tabs", to);
                }
            })
        };
        let open = tabs.open == index;
        html! {
            <button type="button" role="tab" class="tab" id={[panel, "-tab"].concat()}
                aria-selected={told(open)} aria-controls={open.then_some(*panel)}
                tabindex={if open { "0" } else { "-1" }} {onclick} {onkeydown}>
                { *name }
            </button>
        }
    };
    html! {
        <div class="tabs" role="tablist" aria-label={tabs.label} id="tabs">
            { for tabs.tabs.iter().enumerate().map(tab) }
        </div>
    }
}
