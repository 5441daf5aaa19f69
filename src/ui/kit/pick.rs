//! One of many: the browser's own list.

use wasm_bindgen::JsCast;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// What a list needs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What is picked.
    pub label: AttrValue,
    /// What there is.
    pub options: Vec<AttrValue>,
    /// Which one it is now.
    pub chosen: usize,
    /// Told which one is wanted.
    pub on_choose: Callback<usize>,
    /// Hides the label from sight.
    #[prop_or_default]
    pub bare: bool,
}

/// A list that drops down.
#[component]
pub fn Pick(props: &Props) -> Html {
    let on_choose = props.on_choose.clone();
    let onchange = Callback::from(move |event: Event| {
        let select = event.target().and_then(|t| t.dyn_into::<HtmlSelectElement>().ok());
        if let Some(index) = select.and_then(|s| usize::try_from(s.selected_index()).ok()) {
            on_choose.emit(index);
        }
    });
    let option = |(index, option): (usize, &AttrValue)| {
        html! {
            <option key={format!("{index}{option}")} selected={index == props.chosen}>
                { option }
            </option>
        }
    };
    html! {
        <label class="field pick">
            <span class={classes!("label", props.bare.then_some("unseen"))}>{ &props.label }</span>
            <select {onchange}>{ for props.options.iter().enumerate().map(option) }</select>
        </label>
    }
}
