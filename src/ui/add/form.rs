//! What all forms share: fields, one button, and why it was refused.

use yew::prelude::*;

use crate::locale::Words;
use crate::sim::command::Command;
use crate::ui::kit::{Dialog, Refused};
use crate::ui::state::{UiAction, use_ui};
use crate::ui::submit::use_submit;

/// What a form needs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The language.
    pub words: Words,
    /// Its heading.
    pub title: AttrValue,
    /// What it asks for; or why it cannot be read.
    pub wanted: Result<Command, String>,
    /// Its fields.
    pub children: Html,
}

/// A form on a plate. It closes when what it asks for is done.
#[component]
pub fn Form(props: &Props) -> Html {
    let words = props.words;
    let hand = use_submit(words);
    let Some(ui) = use_ui() else { return Html::default() };
    let close = {
        let ui = ui.dispatcher();
        Callback::from(move |()| ui.dispatch(UiAction::Lay(None)))
    };
    let onsubmit = {
        let (submit, wanted, close) = (hand.submit, props.wanted.clone(), close.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if submit.emit(wanted.clone()) {
                close.emit(());
            }
        })
    };
    let on_cancel = {
        let close = close.clone();
        Callback::from(move |_: MouseEvent| close.emit(()))
    };
    html! {
        <Dialog id="add" title={&props.title} close={words.ui_close()} on_close={close}>
            <form {onsubmit}>
                { props.children.clone() }
                <Refused why={hand.why} />
                <div class="buttons">
                    <button type="submit" class="button strong">{ words.ui_add() }</button>
                    <button type="button" class="button" onclick={on_cancel}>
                        { words.ui_cancel() }
                    </button>
                </div>
            </form>
        </Dialog>
    }
}

/// What a field says, and a hand to change it.
#[hook]
pub fn use_field(first: impl FnOnce() -> String) -> (String, Callback<String>) {
    let text = use_state_eq(first);
    let value = (*text).clone();
    (value, Callback::from(move |typed: String| text.set(typed)))
}
