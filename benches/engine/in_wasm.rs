//! The same as `main.rs`, in wasm, as the page has it:
//! `cargo bench --target wasm32-unknown-unknown --bench engine_in_wasm`

#![cfg(target_arch = "wasm32")]

mod reference;

use reference::{HEAD, RATES, line};
use wasm_bindgen_test::{Criterion, console_log, wasm_bindgen_bench};

#[wasm_bindgen_bench]
fn engine(_: &mut Criterion) {
    console_log!("{HEAD}");
    for rate in RATES {
        let seconds = |run: &mut dyn FnMut()| {
            let started = js_sys::Date::now();
            run();
            (js_sys::Date::now() - started) / 1000.0
        };
        console_log!("{}", line(rate, 60, seconds));
    }
}
