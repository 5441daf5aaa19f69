//! A whole number: a field to type it and a slider to feel it.

use yew::prelude::*;

use super::text::typed;
use super::{from_scale, to_scale};

/// What is measured.
#[derive(Clone, Copy, PartialEq)]
pub struct Measure {
    /// What is asked for.
    pub label: &'static str,
    /// Hides the label from sight.
    pub bare: bool,
    /// What follows the field.
    pub unit: Option<&'static str>,
    /// What it is now.
    pub value: i64,
    /// The least that the slider reaches.
    pub min: i64,
    /// The most that the slider reaches; the field takes anything.
    pub max: i64,
}

/// What a number needs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What is measured.
    pub of: Measure,
    /// Told the text that is wanted, when the field is left or the slider let go.
    pub on_set: Callback<String>,
}

/// A field with a slider below it.
#[component]
pub fn Number(props: &Props) -> Html {
    // What is being typed; none while it shows the value.
    let draft = use_state(|| None::<AttrValue>);
    let Measure { label, bare, unit, value, min, max } = props.of;
    let oninput = {
        let draft = draft.clone();
        Callback::from(move |event: InputEvent| draft.set(typed(&event).map(AttrValue::from)))
    };
    let set = {
        let (draft, on_set) = (draft.clone(), props.on_set.clone());
        Callback::from(move |event: Event| {
            draft.set(None);
            if let Some(text) = typed(&event) {
                on_set.emit(text);
            }
        })
    };
    let slid = {
        let on_set = props.on_set.clone();
        Callback::from(move |event: Event| {
            if let Some(place) = typed(&event).and_then(|text| text.parse().ok()) {
                on_set.emit(from_scale(place, min, max).to_string());
            }
        })
    };
    let now = AttrValue::from(value.to_string());
    let shown = (*draft).clone().unwrap_or_else(|| now.clone());
    let (place, last) = to_scale(value, min, max);
    html! {
        <div class="number">
            <label class="field">
                <span class={if bare { "label unseen" } else { "label" }}>{ label }</span>
                <span class="entry">
                    <input type="text" inputmode="numeric" autocomplete="off" value={shown}
                        {oninput} onchange={set} />
                    if let Some(unit) = unit {
                        <span class="unit">{ unit }</span>
                    }
                </span>
            </label>
            <input type="range" aria-label={label} aria-valuetext={now} min="0"
                max={last.to_string()} value={place.to_string()} onchange={slid} />
        </div>
    }
}
