//! The canvas' calls that come by the thousand, bound without what wasm-bindgen does for calls that
//! may fail or that copy strings.

use js_sys::{Object, Reflect};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

#[wasm_bindgen]
extern "C" {
    /// What takes the steps of a path, a context or a `Path2D`. None of these steps fails.
    pub type Track;
    /// Lifts the pen and puts it down there.
    #[wasm_bindgen(method, js_name = moveTo)]
    pub fn move_to(this: &Track, x: f32, y: f32);
    /// A straight line.
    #[wasm_bindgen(method, js_name = lineTo)]
    pub fn line_to(this: &Track, x: f32, y: f32);
    /// A cubic curve.
    #[wasm_bindgen(method, js_name = bezierCurveTo)]
    pub fn curve_to(this: &Track, ax: f32, ay: f32, bx: f32, by: f32, x: f32, y: f32);
    /// Back to where the pen was put down.
    #[wasm_bindgen(method, js_name = closePath)]
    pub fn close(this: &Track);
    /// A stretch of a circle.
    #[wasm_bindgen(method)]
    pub fn arc(this: &Track, x: f32, y: f32, radius: f32, from: f32, to: f32);
    /// A rectangle.
    #[wasm_bindgen(method)]
    pub fn rect(this: &Track, x: f32, y: f32, w: f32, h: f32);
    /// A rectangle with round corners.
    #[wasm_bindgen(method, js_name = roundRect)]
    pub fn round_rect(this: &Track, x: f32, y: f32, w: f32, h: f32, radius: f32);

    /// A context that is set by strings of the page, without a copy of each.
    pub type Looks;
    /// The colour of insides.
    #[wasm_bindgen(method, setter, js_name = fillStyle)]
    pub fn set_fill(this: &Looks, colour: &JsValue);
    /// The colour of lines.
    #[wasm_bindgen(method, setter, js_name = strokeStyle)]
    pub fn set_stroke(this: &Looks, colour: &JsValue);
    /// The ends of lines.
    #[wasm_bindgen(method, setter, js_name = lineCap)]
    pub fn set_cap(this: &Looks, cap: &JsValue);
    /// The letters of words.
    #[wasm_bindgen(method, setter, js_name = font)]
    pub fn set_font(this: &Looks, font: &JsValue);
    /// Words. Where the place is finite nothing fails.
    #[wasm_bindgen(method, js_name = fillText)]
    pub fn fill_text(this: &Looks, words: &JsValue, x: f32, y: f32);
    /// Words that are squeezed into their room.
    #[wasm_bindgen(method, js_name = fillText)]
    pub fn fill_text_within(this: &Looks, words: &JsValue, x: f32, y: f32, room: f32);
    /// The ground around words.
    #[wasm_bindgen(method, js_name = strokeText)]
    pub fn stroke_text(this: &Looks, words: &JsValue, x: f32, y: f32);
    /// The ground around words that are squeezed into their room.
    #[wasm_bindgen(method, js_name = strokeText)]
    pub fn stroke_text_within(this: &Looks, words: &JsValue, x: f32, y: f32, room: f32);
}

/// The context of a canvas; none where the browser gives none.
pub fn context(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    let options = Object::new();
    // The scene covers its canvas: an opaque one composes faster.
    Reflect::set(&options, &JsValue::from_str("alpha"), &JsValue::FALSE).ok()?;
    canvas.get_context_with_context_options("2d", &options).ok()??.dyn_into().ok()
}

/// Sets what a context fills with.
pub fn fill(context: &CanvasRenderingContext2d, colour: &JsValue) {
    context.unchecked_ref::<Looks>().set_fill(colour);
}
