//! The page's parts in a real browser, without its styles: it mounts, takes clicks and keys, and
//! changes its language. Journeys through the built page are in `tests/e2e`.

#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use js_sys::{Function, Promise};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Document, HtmlElement};

wasm_bindgen_test_configure!(run_in_browser);

fn document() -> Document {
    web_sys::window().unwrap().document().unwrap()
}

/// Lets the page do what it has to do.
async fn breathe() {
    let after = |resolve: Function, _: Function| {
        let window = web_sys::window().unwrap();
        window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, 50).unwrap();
    };
    JsFuture::from(Promise::new(&mut { after })).await.unwrap();
}

/// Waits until `found` gives something; the runner's own limit ends it otherwise.
async fn wait<T>(found: impl Fn() -> Option<T>) -> T {
    loop {
        if let Some(found) = found() {
            return found;
        }
        breathe().await;
    }
}

fn element(selector: &str) -> Option<HtmlElement> {
    document().query_selector(selector).unwrap().map(JsCast::unchecked_into)
}

fn labelled(selector: &str, label: &str) -> Option<HtmlElement> {
    let all = document().query_selector_all(selector).unwrap();
    (0..all.length())
        .filter_map(|index| all.item(index))
        .map(JsCast::unchecked_into::<HtmlElement>)
        .find(|element| {
            let said = element.get_attribute("aria-label").unwrap_or_default();
            said.starts_with(label) || element.text_content().unwrap_or_default().starts_with(label)
        })
}

#[wasm_bindgen_test]
async fn mounts_pauses_and_crashes_a_broker() {
    kafkascope::ui::mount();
    let play = wait(|| element("#play")).await;
    wait(|| element("canvas")).await;
    let before = play.get_attribute("aria-label");
    play.click();
    wait(|| (element("#play")?.get_attribute("aria-label") != before).then_some(())).await;

    wait(|| labelled("button", "broker 2")).await.click();
    // The browser decides on the language.
    let crash =
        wait(|| labelled("button", "Crash").or_else(|| labelled("button", "Derrubar"))).await;
    crash.click();
    wait(|| labelled("button", "Start").or_else(|| labelled("button", "Ligar"))).await;
}
