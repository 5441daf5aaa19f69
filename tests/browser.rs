//! The page's parts in a real browser, without its styles: it mounts and takes
//! clicks. Journeys through the built page are in `tests/e2e`.

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

#[wasm_bindgen_test]
async fn mounts_and_pauses() {
    // The runner writes its report into the body: the page gets a place of its own.
    let place = document().create_element("div").unwrap();
    place.set_id("app");
    place.set_inner_html("<canvas id='stage'></canvas>");
    document().body().unwrap().append_child(&place).unwrap();
    kafkascope::ui::mount();
    let play = wait(|| element("#play")).await;
    assert!(element(".app #stage").is_some(), "the panels took over the canvas");
    let before = play.get_attribute("aria-label");
    play.click();
    wait(|| (element("#play")?.get_attribute("aria-label") != before).then_some(())).await;
}
