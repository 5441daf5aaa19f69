//! One of a few: a row of segments, which are radio buttons underneath.

use yew::prelude::*;

/// What there is to choose from.
pub struct Choice<'a> {
    /// What is chosen, for those who listen.
    pub label: &'static str,
    /// A name that no other choice on the page has.
    pub name: AttrValue,
    /// What there is.
    pub options: &'a [&'static str],
    /// Which one it is now.
    pub chosen: Option<usize>,
    /// Told which one is wanted.
    pub on_choose: Callback<usize>,
    /// The language of each option, where they differ from the page's.
    pub langs: &'a [&'static str],
}

/// A row of segments.
pub fn choice(choice: &Choice<'_>) -> Html {
    let segment = |(index, option): (usize, &&'static str)| {
        let on_choose = choice.on_choose.clone();
        let onchange = Callback::from(move |_: Event| on_choose.emit(index));
        html! {
            <label>
                <input type="radio" name={choice.name.clone()}
                    checked={choice.chosen == Some(index)} {onchange} />
                <span lang={choice.langs.get(index).copied()}>{ *option }</span>
            </label>
        }
    };
    html! {
        <div class="choice" role="radiogroup" aria-label={choice.label}>
            { for choice.options.iter().enumerate().map(segment) }
        </div>
    }
}
