//! A line of text to type.

use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// What a line of text needs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What is asked for.
    pub label: AttrValue,
    /// What it says now.
    pub value: AttrValue,
    /// Told with every letter.
    pub on_input: Callback<String>,
    /// The keyboard that a phone shows: `numeric` for whole numbers.
    #[prop_or_default]
    pub mode: Option<AttrValue>,
    /// What follows the field, such as a unit.
    #[prop_or_default]
    pub unit: Option<AttrValue>,
    /// More about it, below.
    #[prop_or_default]
    pub hint: Option<AttrValue>,
}

/// What the input of an event says.
pub fn typed(event: &Event) -> Option<String> {
    let input = event.target().and_then(|t| t.dyn_into::<HtmlInputElement>().ok());
    input.map(|input| input.value())
}

/// A field for a line of text.
#[component]
pub fn Text(props: &Props) -> Html {
    let on_input = props.on_input.clone();
    let oninput = Callback::from(move |event: InputEvent| {
        if let Some(text) = typed(&event) {
            on_input.emit(text);
        }
    });
    html! {
        <label class="field">
            <span class="label">{ &props.label }</span>
            <span class="entry">
                <input type="text" autocomplete="off" autocapitalize="off" spellcheck="false"
                    inputmode={props.mode.clone()} value={&props.value} {oninput} />
                if let Some(unit) = &props.unit {
                    <span class="unit">{ unit }</span>
                }
            </span>
            if let Some(hint) = &props.hint {
                <small>{ hint }</small>
            }
        </label>
    }
}
