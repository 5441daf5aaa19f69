//! What is shown when the page breaks down: it never fails silently.

use std::panic::PanicHookInfo;

use web_sys::{Document, Element};

use super::store::{self, key};
use super::{document, tape};
use crate::locale::{Lang, Words};

/// From now on a panic shows a card and rescues what was done so far.
pub fn prepare() {
    std::panic::set_hook(Box::new(|info| {
        tape::rescue();
        log(info);
        if let Some(document) = document::document() {
            // The page is broken: if even a card is too much there is nothing left to try.
            let _ = card(&document, info);
        }
    }));
}

#[cfg(target_arch = "wasm32")]
fn log(info: &PanicHookInfo<'_>) {
    web_sys::console::error_1(&info.to_string().into());
}

#[cfg(not(target_arch = "wasm32"))]
fn log(_info: &PanicHookInfo<'_>) {}

/// Plain DOM: the components may be what broke.
fn card(document: &Document, info: &PanicHookInfo<'_>) -> Option<()> {
    if document.get_element_by_id("wreck").is_some() {
        return None;
    }
    let lang = document.document_element().and_then(|root| root.get_attribute("lang"));
    let lang = lang.and_then(|tag| Lang::from_tag(&tag)).unwrap_or(Lang::PtBr);
    let words = Words(lang);
    let card = document.create_element("section").ok()?;
    for (name, value) in
        [("id", "wreck"), ("role", "alertdialog"), ("aria-labelledby", "wreck-title")]
    {
        card.set_attribute(name, value).ok()?;
    }
    let add = |tag: &str, text: &str| -> Option<Element> {
        let element = document.create_element(tag).ok()?;
        element.set_text_content(Some(text));
        card.append_child(&element).ok()?;
        Some(element)
    };
    add("h2", words.ui_crash_title())?.set_id("wreck-title");
    add("p", words.ui_crash_text())?;
    if store::get(key::TAPE).is_some() {
        add("p", words.ui_crash_kept())?;
    }
    add("pre", &info.to_string())?;
    let again = add("a", words.ui_crash_reload())?;
    // An empty address is this page: no handler of a broken program is needed to reload.
    again.set_attribute("href", "").ok()?;
    again.set_class_name("button strong");
    document.body()?.append_child(&card).ok()?;
    Some(())
}
