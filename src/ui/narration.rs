//! One sentence under the stage: who does what now, and why it matters.

use std::rc::Rc;

use yew::prelude::*;

use super::kit::Sentence;
use super::state::{UiAction, use_ui};
use super::telling::Said;
use crate::locale::Words;

/// What the narration needs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The language.
    pub words: Words,
    /// What is said.
    pub said: Rc<Said>,
}

/// The line, a button to what it speaks of, and the same aloud for those who listen.
#[component]
pub fn Narration(props: &Props) -> Html {
    let (words, said) = (props.words, &props.said);
    let ui = use_ui();
    let onclick = {
        let (ui, about) = (ui.map(|ui| ui.dispatcher()), said.about.clone());
        Callback::from(move |_: MouseEvent| {
            if let Some(ui) = &ui {
                ui.dispatch(UiAction::Choose(about.clone()));
            }
        })
    };
    let line = match said.line.is_empty() {
        true => html! { <span>{ words.ui_narration_quiet() }</span> },
        false => html! { <Sentence text={said.line.clone()} /> },
    };
    html! {
        <section class={classes!("narration", said.alarm.then_some("alarm"))}
            aria-label={words.ui_narration()}>
            <p>{ line }</p>
            if said.about.is_some() {
                <button type="button" class="button quiet" {onclick}>{ words.ui_show() }</button>
            }
            <p class="unseen" role="status" aria-live="polite">{ &said.aloud }</p>
        </section>
    }
}
