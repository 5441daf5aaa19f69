//! The same tapes give the same bytes in wasm as natively: in Node, or in the browser whose driver
//! is named from outside (`WASM_BINDGEN_USE_BROWSER`). Natively, `tests/it/fingerprints.rs` says
//! which tapes there are and what comes of them.

#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

#[path = "fingerprints/tape.rs"]
mod tape;

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{console_log, wasm_bindgen_test};

const TAPES: &str = include_str!("fingerprints/tapes.txt");
const DIGESTS: &str = include_str!("fingerprints/digests.txt");

/// Lets a browser do what else it has to do: one that does not answer is taken for dead.
async fn breathe() {
    let later = |resolve: Function, _: Function| {
        let global = js_sys::global();
        let wait: Function = Reflect::get(&global, &"setTimeout".into()).unwrap().unchecked_into();
        wait.call2(&JsValue::NULL, &resolve, &0.into()).unwrap();
    };
    JsFuture::from(Promise::new(&mut { later })).await.unwrap();
}

#[wasm_bindgen_test]
async fn every_tape_is_played_as_it_is_natively() {
    let (mut tapes, mut wrong) = (0, Vec::new());
    for (tape, digest) in TAPES.lines().zip(DIGESTS.lines()) {
        let (name, line) = tape.split_once(' ').unwrap();
        let found = format!("{} {name}", tape::print(line));
        if found != digest {
            wrong.push(format!("{found}, but natively {digest}"));
        }
        tapes += 1;
        breathe().await;
    }
    assert_eq!(TAPES.lines().count(), DIGESTS.lines().count(), "each tape has a digest");
    assert!(tapes >= 50, "only {tapes} tapes");
    assert!(wrong.is_empty(), "{} of {tapes} differ:\n{}", wrong.len(), wrong.join("\n"));
    console_log!("{tapes} tapes were played as they are natively");
}
