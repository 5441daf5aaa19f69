//! One of many: the browser's own list.

use wasm_bindgen::JsCast;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// A list that drops down: what is picked, what there is, which one it is now, and who is told
/// which one is wanted.
pub fn pick(
    label: &'static str,
    options: &[AttrValue],
    chosen: usize,
    on_choose: Callback<usize>,
) -> Html {
    let onchange = Callback::from(move |event: Event| {
        let select = event.target().and_then(|t| t.dyn_into::<HtmlSelectElement>().ok());
        if let Some(index) = select.and_then(|s| usize::try_from(s.selected_index()).ok()) {
            on_choose.emit(index);
        }
    });
    let option = |(index, option): (usize, &AttrValue)| {
        html! { <option key={&**option} selected={index == chosen}>{ option }</option> }
    };
    html! {
        <label class="field pick">
            <span class="label">{ label }</span>
            <select {onchange}>{ for options.iter().enumerate().map(option) }</select>
        </label>
    }
}
