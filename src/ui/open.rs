//! A button that opens a scenario file.

use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement};
use yew::prelude::*;

use super::desk::Desk;
use super::files;
use super::kit::{Button, Sign};
use crate::lens::document;

/// The id of the browser's own field, which is out of sight.
const FIELD: &str = "open-file-field";

/// The button and its field.
pub fn open_file(desk: &Desk) -> Html {
    let press = Callback::from(|_| {
        let field = document::element(FIELD).and_then(|it| it.dyn_into::<HtmlElement>().ok());
        if let Some(field) = field {
            field.click();
        }
    });
    let onchange = {
        let desk = desk.clone();
        Callback::from(move |event: Event| {
            let field = event.target().and_then(|t| t.dyn_into::<HtmlInputElement>().ok());
            let Some(field) = field else { return };
            let file = field.files().and_then(|files| files.item(0));
            // The same file may be opened again.
            field.set_value("");
            if let Some(file) = file {
                files::open(&desk, file);
            }
        })
    };
    let label = desk.words.ui_open_file();
    html! {
        <>
            { Button::bare(Sign::Open, label, press).id("open-file").html() }
            <input type="file" accept=".toml,.kafkascope" hidden=true aria-label={label} id={FIELD}
                {onchange} />
        </>
    }
}
