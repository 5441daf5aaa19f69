//! A word above the stage about the session itself: a key that was refused, a tape that was
//! rescued.

use yew::prelude::*;

use super::drop::Opened;
use super::handle::use_handle;
use super::kit::{Button, Sentence, Sign};
use super::state::{UiAction, use_ui};
use super::submit::explain;
use super::tape;
use crate::locale::Words;

/// What the notice needs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The language.
    pub words: Words,
    /// What became of a file.
    pub opened: Opened,
    /// Told when its notice is to go.
    pub on_done: Callback<()>,
}

/// The notice; a place that is announced when it is filled.
#[component]
pub fn Notice(props: &Props) -> Html {
    let Props { words, opened, on_done } = props;
    let words = *words;
    let rescued = use_state_eq(tape::has_rescued);
    let (Some(ui), Some(handle)) = (use_ui(), use_handle()) else { return Html::default() };
    let body = if let Some(refusal) = &ui.refused {
        let ui = ui.dispatcher();
        let on_close = Callback::from(move |()| ui.dispatch(UiAction::Refused(None)));
        note(words, "bad", explain(&handle, words, refusal), Html::default(), on_close)
    } else if *rescued {
        let answer = |play: bool| {
            let (rescued, handle) = (rescued.clone(), handle.clone());
            Callback::from(move |()| {
                let session = tape::rescued().filter(|_| play);
                tape::discard();
                rescued.set(false);
                if let Some(session) = session {
                    handle.replace(session);
                }
            })
        };
        let restore = html! {
            <Button label={words.ui_rescue_restore()} class="strong" on_press={answer(true)} />
        };
        note(words, "plain", words.ui_rescue().to_owned(), restore, answer(false))
    } else {
        file(words, opened, &handle, on_done)
    };
    html! { <div class="notices" role="status">{ body }</div> }
}

fn file(
    words: Words,
    opened: &Opened,
    handle: &super::handle::Handle,
    on_done: &Callback<()>,
) -> Html {
    match opened {
        Opened::Nothing | Opened::Hovering => Html::default(),
        Opened::Bad(name, why) => {
            let text = words.ui_file_is_bad(name, why);
            note(words, "bad", text, Html::default(), on_done.clone())
        }
        Opened::Good(name) => {
            let (handle, on_done) = (handle.clone(), on_done.clone());
            let undo = {
                let on_done = on_done.clone();
                Callback::from(move |()| {
                    handle.undo();
                    on_done.emit(());
                })
            };
            let undo = html! {
                <Button label={words.ui_undo()} sign={Sign::Undo} on_press={undo} />
            };
            note(words, "plain", words.ui_file_good(name), undo, on_done)
        }
    }
}

fn note(
    words: Words,
    class: &'static str,
    text: String,
    deed: Html,
    on_close: Callback<()>,
) -> Html {
    html! {
        <div class={classes!("notice", class)}>
            <p><Sentence {text} /></p>
            { deed }
            <Button label={words.ui_close()} sign={Sign::Close} bare=true class="quiet"
                on_press={on_close} />
        </div>
    }
}
