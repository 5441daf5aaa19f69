//! The help: keys, signs, glossary.

use yew::prelude::*;

use super::keys::KEYS;
use super::kit::Dialog;
use super::signs::Signs;
use super::state::{UiAction, use_ui};
use crate::locale::Words;

/// What the help needs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The language.
    pub words: Words,
}

/// Keys, signs and glossary on one plate.
#[component]
pub fn Help(props: &Props) -> Html {
    let words = props.words;
    let Some(ui) = use_ui() else { return Html::default() };
    let on_close = {
        let ui = ui.dispatcher();
        Callback::from(move |()| ui.dispatch(UiAction::Lay(None)))
    };
    let on_shortcuts = {
        let (ui, on) = (ui.dispatcher(), ui.shortcuts);
        Callback::from(move |_: Event| ui.dispatch(UiAction::Shortcuts(!on)))
    };
    html! {
        <Dialog id="help" title={words.ui_help()} close={words.ui_close()} {on_close}>
            <h3>{ words.ui_keys() }</h3>
            <label class="check">
                <input type="checkbox" checked={ui.shortcuts} onchange={on_shortcuts} />
                <span>{ words.ui_keys_on() }</span>
            </label>
            <dl class="keys">{ for KEYS.iter().map(|binding| html! {
                <div>
                    <dt>{ for binding.shown.iter().map(|key| html! { <kbd>{ *key }</kbd> }) }</dt>
                    <dd>{ (binding.says)(words) }</dd>
                </div>
            }) }</dl>
            <h3>{ words.ui_signs() }</h3>
            <Signs {words} />
            <h3>{ words.ui_glossary() }</h3>
            <dl class="glossary">{ for words.glossary().map(|term| html! {
                <div key={term.key}><dt>{ term.name }</dt><dd>{ term.meaning }</dd></div>
            }) }</dl>
        </Dialog>
    }
}
