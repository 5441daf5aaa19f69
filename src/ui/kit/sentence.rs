//! A sentence with strong words.

use yew::prelude::*;

use crate::locale::rich;

/// What a sentence needs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Its text, with `**strong**` words.
    pub text: AttrValue,
}

/// A sentence; nothing in it is ever markup but the strong words.
#[component]
pub fn Sentence(props: &Props) -> Html {
    let part = |(strong, words): (bool, &str)| match strong {
        true => html! { <strong>{ words }</strong> },
        false => html! { { words } },
    };
    html! { <>{ for rich(&props.text).into_iter().map(part) }</> }
}
