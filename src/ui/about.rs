//! What this page is, and whose the names are.

use yew::prelude::*;

use crate::locale::Words;

/// Where the source is.
const SOURCE: &str = env!("CARGO_PKG_REPOSITORY");
/// What is simpler than in Kafka.
const LIMITS: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/docs/not-modelled.md");

/// What the about box says.
pub fn about(words: Words) -> Html {
    html! {
        <>
            <p>{ words.ui_about_what() }</p>
            <p>{ words.ui_about_version() }</p>
            <p>{ words.ui_about_independent() }</p>
            <p>{ words.ui_about_licence() }</p>
            <ul class="links">
                <li><a href={SOURCE} rel="noopener">{ words.ui_about_source() }</a></li>
                <li><a href={LIMITS} rel="noopener">{ words.ui_about_limits() }</a></li>
            </ul>
        </>
    }
}
