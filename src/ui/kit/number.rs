//! A whole number: a field to type it and a slider to feel it.

use yew::prelude::*;

use super::text::typed;
use super::{from_scale, to_scale};

/// What a number needs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What is asked for.
    pub label: AttrValue,
    /// What it is now.
    pub value: i64,
    /// The least that the slider reaches.
    pub min: i64,
    /// The most that the slider reaches; the field takes anything.
    pub max: i64,
    /// Told the text that is wanted, when the field is left or the slider let go.
    pub on_set: Callback<String>,
    /// What follows the field, such as a unit.
    #[prop_or_default]
    pub unit: Option<AttrValue>,
    /// Hides the label from sight.
    #[prop_or_default]
    pub bare: bool,
}

/// A field with a slider below it.
#[component]
pub fn Number(props: &Props) -> Html {
    // What is being typed; none while it shows the value.
    let draft = use_state_eq(|| None::<String>);
    let oninput = {
        let draft = draft.clone();
        Callback::from(move |event: InputEvent| draft.set(typed(&event)))
    };
    let set = {
        let (draft, on_set) = (draft.clone(), props.on_set.clone());
        move |event: Event| {
            draft.set(None);
            if let Some(text) = typed(&event) {
                on_set.emit(text);
            }
        }
    };
    let (min, max) = (props.min, props.max);
    let on_set = props.on_set.clone();
    let slid = Callback::from(move |event: Event| {
        if let Some(place) = typed(&event).and_then(|text| text.parse().ok()) {
            on_set.emit(from_scale(place, min, max).to_string());
        }
    });
    let shown = (*draft).clone().unwrap_or_else(|| props.value.to_string());
    let (place, last) = to_scale(props.value, min, max);
    let slid_to = props.value.to_string();
    html! {
        <div class="number">
            <label class="field">
                <span class={classes!("label", props.bare.then_some("unseen"))}>
                    { &props.label }
                </span>
                <span class="entry">
                    <input type="text" inputmode="numeric" autocomplete="off" value={shown}
                        {oninput} onchange={Callback::from(set)} />
                    if let Some(unit) = &props.unit {
                        <span class="unit">{ unit }</span>
                    }
                </span>
            </label>
            <input type="range" aria-label={&props.label} aria-valuetext={slid_to} min="0"
                max={last.to_string()} value={place.to_string()} onchange={slid} />
        </div>
    }
}
