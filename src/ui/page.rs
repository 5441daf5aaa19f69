//! The page around the panels: its language, title and theme, the focus, what the screen prefers.

use std::rc::Rc;

use gloo_events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::{Document, HtmlElement};
use yew::prelude::*;

use super::state::Theme;
use crate::locale::{Lang, Words};

/// The document, where there is one.
#[cfg(target_arch = "wasm32")]
pub fn document() -> Option<Document> {
    web_sys::window()?.document()
}

/// The document, where there is one.
#[cfg(not(target_arch = "wasm32"))]
pub fn document() -> Option<Document> {
    None
}

/// What has the focus now.
pub fn focused() -> Option<HtmlElement> {
    document()?.active_element()?.dyn_into().ok()
}

/// Puts the focus on the element with this id.
pub fn focus(id: &str) {
    let element = document().and_then(|document| document.get_element_by_id(id));
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // A place that cannot take the focus leaves it where it is.
        let _ = element.focus();
    }
}

/// Says which language the page speaks, and its title.
pub fn speak(lang: Lang) {
    let Some(document) = document() else { return };
    if let Some(root) = document.document_element() {
        // An attribute of a plain name is never refused.
        let _ = root.set_attribute("lang", lang.tag());
    }
    document.set_title(Words(lang).ui_title());
}

/// Wears a theme; the system's is the absence of a choice.
pub fn wear(theme: Theme) {
    let Some(root) = document().and_then(|document| document.document_element()) else { return };
    // As above: never refused.
    let _ = match theme.tag() {
        Some(tag) => root.set_attribute("data-theme", tag),
        None => root.remove_attribute("data-theme"),
    };
}

/// Takes the static first paint away.
pub fn clear_shell() {
    if let Some(shell) = document().and_then(|document| document.get_element_by_id("shell")) {
        shell.remove();
    }
}

/// The languages that the browser would like, best first.
pub fn wanted_languages() -> Vec<String> {
    #[cfg(target_arch = "wasm32")]
    if let Some(window) = web_sys::window() {
        let languages = window.navigator().languages();
        return languages.iter().filter_map(|tag| tag.as_string()).collect();
    }
    Vec::new()
}

/// Whether a media query holds, now and whenever that changes.
#[hook]
pub fn use_media(query: &'static str) -> bool {
    let holds = use_state_eq(|| media(query).is_some_and(|list| list.matches()));
    {
        let holds = holds.clone();
        use_effect_with(query, move |query| {
            let list = media(query).map(Rc::new);
            let listener = list.map(|list| {
                holds.set(list.matches());
                let (target, seen) = (list.clone(), list);
                EventListener::new(&target, "change", move |_| holds.set(seen.matches()))
            });
            move || drop(listener)
        });
    }
    *holds
}

#[cfg(target_arch = "wasm32")]
fn media(query: &str) -> Option<web_sys::MediaQueryList> {
    web_sys::window()?.match_media(query).ok()?
}

#[cfg(not(target_arch = "wasm32"))]
fn media(_query: &str) -> Option<web_sys::MediaQueryList> {
    None
}
