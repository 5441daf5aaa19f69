//! Why something was not done, right where it was tried.

use yew::prelude::*;

use super::Sentence;

/// What a refusal needs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The reason; none while all is well.
    pub why: Option<AttrValue>,
}

/// A line that stays in the page, so that its words are announced when they come.
#[component]
pub fn Refused(props: &Props) -> Html {
    html! {
        <p class="refused" role="status">
            if let Some(why) = &props.why {
                <Sentence text={why.clone()} />
            }
        </p>
    }
}
