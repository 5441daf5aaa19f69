//! What happened, newest first; each line leads to the thing that it is about.

use yew::prelude::*;

use super::desk::Desk;
use super::kit::sentence;
use super::telling::Line;

/// The list of notable events.
pub fn events(desk: &Desk, lines: &[Line]) -> Html {
    if lines.is_empty() {
        return html! { <p class="empty">{ desk.words.ui_events_empty() }</p> };
    }
    html! { <ol class="events">{ for lines.iter().map(|it| line(desk, it)) }</ol> }
}

fn line(desk: &Desk, line: &Line) -> Html {
    told(desk, line, if line.alarm { "event alarm" } else { "event" })
}

/// A line that leads to the thing that it is about.
pub fn told(desk: &Desk, line: &Line, class: &'static str) -> Html {
    let said = html! { <><time>{ &line.at }</time><span>{ sentence(&line.text) }</span></> };
    let said = match line.about.clone() {
        None => said,
        Some(about) => {
            html! { <button type="button" onclick={desk.choose(about)}>{ said }</button> }
        }
    };
    html! { <li key={line.number} {class}>{ said }</li> }
}
