//! The help: keys, signs, glossary.

use yew::prelude::*;

use super::desk::Desk;
use super::keys::KEYS;
use super::signs::signs;
use super::state::UiAction;
use super::time::marks::{drawing, name};
use crate::session::mark::Kind;

/// Keys, signs and glossary.
pub fn help(desk: &Desk) -> Html {
    let words = desk.words;
    let on_shortcuts = {
        let (ui, on) = (desk.ui.dispatcher(), desk.ui.shortcuts);
        Callback::from(move |_: Event| ui.dispatch(UiAction::Shortcuts(!on)))
    };
    html! {
        <>
            <h3>{ words.ui_keys() }</h3>
            <label class="check">
                <input type="checkbox" checked={desk.ui.shortcuts} onchange={on_shortcuts} />
                <span>{ words.ui_keys_on() }</span>
            </label>
            <dl class="keys">{ for KEYS.iter().map(|binding| html! {
                <div>
                    <dt>{ for binding.shown.iter().map(|key| html! { <kbd>{ *key }</kbd> }) }</dt>
                    <dd>{ (binding.says)(words) }</dd>
                </div>
            }) }</dl>
            <h3>{ words.ui_signs() }</h3>
            { signs(words) }
            <h3>{ words.ui_marks() }</h3>
            <ul class="signs">{ for Kind::ALL.iter().map(|kind| {
                let (path, class) = drawing(*kind);
                html! {
                    <li>
                        <span class={[class, " shown"].concat()}>
                            <svg viewBox="0 0 20 20" aria-hidden="true"><path d={path} /></svg>
                        </span>
                        <span>{ name(*kind, words) }</span>
                    </li>
                }
            }) }</ul>
            <h3>{ words.ui_glossary() }</h3>
            <dl class="glossary">{ for words.glossary().map(|term| html! {
                <div><dt>{ term.name }</dt><dd>{ term.meaning }</dd></div>
            }) }</dl>
        </>
    }
}
