//! A button that opens a scenario file.

use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::kit::{Button, Sign};
use crate::locale::Words;

/// What the button needs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The language.
    pub words: Words,
    /// Told the file that was chosen.
    pub on_file: Callback<web_sys::File>,
}

/// The button; the browser's own field behind it is out of sight.
#[component]
pub fn OpenFile(props: &Props) -> Html {
    let field = use_node_ref();
    let on_press = {
        let field = field.clone();
        Callback::from(move |()| {
            if let Some(field) = field.cast::<HtmlInputElement>() {
                field.click();
            }
        })
    };
    let onchange = {
        let on_file = props.on_file.clone();
        Callback::from(move |event: Event| {
            let field = event.target().and_then(|t| t.dyn_into::<HtmlInputElement>().ok());
            let Some(field) = field else { return };
            let file = field.files().and_then(|files| files.item(0));
            // The same file may be opened again.
            field.set_value("");
            if let Some(file) = file {
                on_file.emit(file);
            }
        })
    };
    let label = props.words.ui_open_file();
    html! {
        <>
            <Button {label} sign={Sign::Open} bare=true id="open-file" {on_press} />
            <input type="file" accept=".toml" hidden=true aria-label={label} ref={field}
                {onchange} />
        </>
    }
}
