//! A line of text to type.

use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// What a line of text needs.
pub struct Text {
    /// What is asked for.
    pub label: &'static str,
    /// What it says now.
    pub value: AttrValue,
    /// Whether it is a whole number: the keyboard that a phone shows.
    pub numeric: bool,
    /// What follows the field, such as a unit.
    pub unit: Option<&'static str>,
    /// More about it, below.
    pub hint: Option<&'static str>,
    /// Told with every letter.
    pub oninput: Callback<InputEvent>,
}

/// What the input of an event says.
pub fn typed(event: &Event) -> Option<String> {
    let input = event.target().and_then(|t| t.dyn_into::<HtmlInputElement>().ok());
    input.map(|input| input.value())
}

/// A field for a line of text.
pub fn text(text: Text) -> Html {
    let Text { label, value, numeric, unit, hint, oninput } = text;
    html! {
        <label class="field">
            <span class="label">{ label }</span>
            <span class="entry">
                <input type="text" autocomplete="off" autocapitalize="off" spellcheck="false"
                    inputmode={numeric.then_some("numeric")} {value} {oninput} />
                if let Some(unit) = unit {
                    <span class="unit">{ unit }</span>
                }
            </span>
            if let Some(hint) = hint {
                <small>{ hint }</small>
            }
        </label>
    }
}
