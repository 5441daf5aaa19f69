//! What happened, newest first; each line leads to the thing that it is about.

use std::rc::Rc;

use yew::prelude::*;

use super::kit::Sentence;
use super::state::{UiAction, use_ui};
use super::telling::Line;
use crate::locale::Words;

/// What the list needs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The language.
    pub words: Words,
    /// The lines.
    pub lines: Rc<Vec<Line>>,
}

/// The list of notable events.
#[component]
pub fn Events(props: &Props) -> Html {
    let Some(ui) = use_ui() else { return Html::default() };
    if props.lines.is_empty() {
        return html! { <p class="empty">{ props.words.ui_events_empty() }</p> };
    }
    let line = |line: &Line| {
        let said = html! {
            <>
                <time>{ &line.at }</time>
                <span><Sentence text={line.text.clone()} /></span>
            </>
        };
        let class = classes!("event", line.alarm.then_some("alarm"));
        let Some(about) = line.about.clone() else {
            return html! { <li key={line.number} {class}>{ said }</li> };
        };
        let ui = ui.dispatcher();
        let onclick = Callback::from(move |_: MouseEvent| {
            ui.dispatch(UiAction::Choose(Some(about.clone())));
        });
        html! {
            <li key={line.number} {class}><button type="button" {onclick}>{ said }</button></li>
        }
    };
    html! { <ol class="events">{ for props.lines.iter().map(line) }</ol> }
}
