//! The document around the picture: its language, title and theme, and what the screen prefers.

use wasm_bindgen::JsCast;
use web_sys::{Document, Element, HtmlCanvasElement, MediaQueryList};

use super::look::Theme;
use crate::locale::{Lang, Words};

/// The element that holds the page: first what index.html put there, then the panels.
pub const PAGE: &str = "app";
/// The canvas.
const STAGE: &str = "stage";
/// The query that tells whether things should not fly.
pub const CALM: &str = "(prefers-reduced-motion: reduce)";

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

/// The element with this id.
pub fn element(id: &str) -> Option<Element> {
    document()?.get_element_by_id(id)
}

/// The canvas of the picture.
pub fn canvas() -> Option<HtmlCanvasElement> {
    element(STAGE)?.dyn_into().ok()
}

/// Says which language the page speaks, its title, and what the canvas shows.
pub fn speak(lang: Lang) {
    let Some(document) = document() else { return };
    // An attribute of a plain name is never refused.
    if let Some(root) = document.document_element() {
        let _ = root.set_attribute("lang", lang.tag());
    }
    if let Some(canvas) = canvas() {
        let _ = canvas.set_attribute("aria-label", Words(lang).ui_stage());
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

/// Takes away what stands in the picture's place until it runs.
pub fn clear_still() {
    if let Some(still) = element("still") {
        still.remove();
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

/// Whether the screen is as this query says.
pub fn prefers(query: &str) -> bool {
    media(query).is_some_and(|list| list.matches())
}

/// What the screen says to a query.
#[cfg(target_arch = "wasm32")]
pub fn media(query: &str) -> Option<MediaQueryList> {
    web_sys::window()?.match_media(query).ok()?
}

/// What the screen says to a query.
#[cfg(not(target_arch = "wasm32"))]
pub fn media(_query: &str) -> Option<MediaQueryList> {
    None
}
