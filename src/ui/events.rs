//! What happened, newest first; each line leads to its moment and to the thing that it is about.

use yew::prelude::*;

use super::desk::Desk;
use super::kit::{Button, Sign, sentence};
use super::state::{Plate, UiAction};
use super::telling::Line;
use super::time::seeking::go;

/// The list of notable events, and the ways to other moments and other futures.
pub fn events(desk: &Desk, lines: &[Line]) -> Html {
    let words = desk.words;
    let lay = |plate| desk.press(UiAction::Lay(Some(plate)));
    html! {
        <>
            <div class="buttons">
                { Button::new(words.ui_until(), lay(Plate::Until)).sign(Sign::Until)
                    .class("small").html() }
                { Button::new(words.ui_branches(), lay(Plate::Branches)).sign(Sign::Branch)
                    .class("small").html() }
            </div>
            if lines.is_empty() {
                <p class="empty">{ words.ui_events_empty() }</p>
            } else {
                <ol class="events">{ for lines.iter().map(|it| line(desk, it)) }</ol>
            }
        </>
    }
}

/// A line: its time leads to the moment, its words to what they are about.
fn line(desk: &Desk, line: &Line) -> Html {
    let (clock, _) = desk.words.clock(line.at.0);
    let (handle, at) = (desk.handle.clone(), line.at);
    let there = Callback::from(move |_: MouseEvent| go(&handle, at));
    let said = html! { <span>{ sentence(&line.text) }</span> };
    let said = match line.about.clone() {
        None => said,
        Some(about) => {
            html! { <button type="button" onclick={desk.choose(about)}>{ said }</button> }
        }
    };
    html! {
        <li key={line.number} class={if line.alarm { "event alarm" } else { "event" }}>
            <button type="button" class="when" onclick={there} title={desk.words.ui_go_there()}>
                <time>{ clock }</time>
            </button>
            { said }
        </li>
    }
}
