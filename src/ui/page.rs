//! The page around the panels: its language, title and theme, the focus, what the screen prefers.

use std::rc::Rc;

use gloo_events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::{Document, Element, HtmlElement, KeyboardEvent};

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

/// The element with this id.
pub fn element(id: &str) -> Option<Element> {
    document()?.get_element_by_id(id)
}

/// Puts the focus on the element with this id.
pub fn focus(id: &str) {
    focus_on(element(id));
}

/// Puts the focus on a child of the element with this id; of a list's line, on what is in it.
pub fn focus_within(id: &str, index: usize) {
    let child = element(id).and_then(|it| it.children().item(u32::try_from(index).ok()?));
    focus_on(child.map(|child| child.first_element_child().unwrap_or(child)));
}

fn focus_on(element: Option<Element>) {
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // A place that cannot take the focus leaves it where it is.
        let _ = element.focus();
    }
}

/// Where a pressed key leads in a row of so many; the first key goes back, the second forth.
pub fn moved(event: &KeyboardEvent, keys: [&str; 2], at: usize, count: usize) -> Option<usize> {
    let key = event.key();
    let to = match key.as_str() {
        key if key == keys[0] => (at + count - 1) % count,
        key if key == keys[1] => (at + 1) % count,
        "Home" => 0,
        "End" => count - 1,
        _ => return None,
    };
    event.prevent_default();
    Some(to)
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

/// Says why there can be no page.
pub fn fail(why: &str) {
    if let Some(root) = element("app") {
        root.set_text_content(Some(why));
        clear_shell();
    }
}

/// Takes the static first paint away.
pub fn clear_shell() {
    if let Some(shell) = element("shell") {
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

/// What the screen is, and what it prefers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Screen {
    /// There is room for the inspector and another panel at once.
    pub wide: bool,
    /// It is a phone's.
    pub phone: bool,
    /// Things should not fly.
    pub calm: bool,
}

/// The queries that tell.
const QUERIES: [&str; 3] =
    ["(min-width: 1600px)", "(max-width: 599px)", "(prefers-reduced-motion: reduce)"];

fn screen() -> Screen {
    let [wide, phone, calm] = QUERIES.map(|query| media(query).is_some_and(|list| list.matches()));
    Screen { wide, phone, calm }
}

/// Tells what the screen is, now and whenever that changes, while what it returns is kept.
pub fn watch_screen(tell: impl Fn(Screen) + 'static) -> Vec<EventListener> {
    tell(screen());
    let tell = Rc::new(tell);
    let lists = QUERIES.iter().filter_map(|query| media(query));
    let listen = |list: web_sys::MediaQueryList| {
        let (tell, target) = (tell.clone(), list.clone());
        // A list that nobody holds may stop telling.
        EventListener::new(&target, "change", move |_| {
            let _ = &list;
            tell(screen());
        })
    };
    lists.map(listen).collect()
}

#[cfg(target_arch = "wasm32")]
fn media(query: &str) -> Option<web_sys::MediaQueryList> {
    web_sys::window()?.match_media(query).ok()?
}

#[cfg(not(target_arch = "wasm32"))]
fn media(_query: &str) -> Option<web_sys::MediaQueryList> {
    None
}
