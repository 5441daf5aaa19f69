//! The same as `main.rs`, in wasm, as the page has it:
//! `cargo bench --target wasm32-unknown-unknown --bench seek_in_wasm`

#![cfg(target_arch = "wasm32")]

mod measure;

use measure::{HEAD, line};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{Criterion, console_log, wasm_bindgen_bench};

#[wasm_bindgen_bench]
fn seek(_: &mut Criterion) {
    console_log!("{HEAD} {:>12}", "memory (MB)");
    let performance = js_sys::Reflect::get(&js_sys::global(), &"performance".into());
    let clock = performance.unwrap_or_default().unchecked_into::<web_sys::Performance>();
    for hours in [1, 10] {
        let millis = |run: &mut dyn FnMut()| {
            let started = clock.now();
            run();
            clock.now() - started
        };
        let memory = wasm_bindgen::memory().unchecked_into::<js_sys::WebAssembly::Memory>();
        let bytes = || memory.buffer().unchecked_into::<js_sys::ArrayBuffer>().byte_length();
        console_log!("{}", line(hours, millis, || bytes().into()));
    }
}
