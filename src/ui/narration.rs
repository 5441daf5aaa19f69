//! One sentence under the stage: who does what now, and why it matters.

use yew::prelude::*;

use super::desk::Desk;
use super::kit::sentence;
use super::telling::Said;

/// The line, a button to what it speaks of, and the same aloud for those who listen.
pub fn narration(desk: &Desk, said: &Said) -> Html {
    let words = desk.words;
    let line = match said.line.is_empty() {
        true => html! { <span>{ words.ui_narration_quiet() }</span> },
        false => sentence(&said.line),
    };
    html! {
        <section class={if said.alarm { "narration alarm" } else { "narration" }}
            aria-label={words.ui_narration()}>
            <p>{ line }</p>
            if let Some(about) = &said.about {
                <button type="button" class="button quiet"
                    onclick={desk.choose(about.clone())}>{ words.ui_show() }</button>
            }
            <p class="unseen" role="status" aria-live="polite">{ &said.aloud }</p>
        </section>
    }
}
