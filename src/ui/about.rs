//! What this page is, and whose the names are.

use yew::prelude::*;

use super::kit::Dialog;
use super::state::{UiAction, use_ui};
use crate::locale::Words;

/// Where the source is.
const SOURCE: &str = env!("CARGO_PKG_REPOSITORY");

/// What the box needs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The language.
    pub words: Words,
}

/// The about box.
#[component]
pub fn About(props: &Props) -> Html {
    let words = props.words;
    let Some(ui) = use_ui() else { return Html::default() };
    let on_close = Callback::from(move |()| ui.dispatch(UiAction::Lay(None)));
    let limits = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/docs/not-modelled.md");
    html! {
        <Dialog id="about" title={words.ui_about()} close={words.ui_close()} {on_close}>
            <p>{ words.ui_about_what() }</p>
            <p>{ words.ui_about_version() }</p>
            <p>{ words.ui_about_independent() }</p>
            <p>{ words.ui_about_licence() }</p>
            <ul class="links">
                <li><a href={SOURCE} rel="noopener">{ words.ui_about_source() }</a></li>
                <li><a href={limits} rel="noopener">{ words.ui_about_limits() }</a></li>
            </ul>
        </Dialog>
    }
}
