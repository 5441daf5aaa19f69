//! A sentence with strong words; and why something was not done, right where it was tried.

use yew::prelude::*;

use crate::locale::rich;

/// A sentence; nothing in it is ever markup but the `**strong**` words.
pub fn sentence(text: &str) -> Html {
    let part = |(strong, words): (bool, &str)| {
        let words = Html::from(words);
        if strong {
            html! { <strong>{ words }</strong> }
        } else {
            words
        }
    };
    rich(text).into_iter().map(part).collect()
}

/// A line that stays in the page, so that its words are announced when they come.
pub fn refused(why: Option<&AttrValue>) -> Html {
    let why = why.map(|why| sentence(why)).unwrap_or_default();
    html! { <p class="refused" role="status">{ why }</p> }
}
