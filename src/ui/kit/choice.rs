//! One of a few: a row of segments, which are radio buttons underneath.

use yew::prelude::*;

/// What a choice needs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What is chosen, for those who listen.
    pub label: AttrValue,
    /// A name that no other choice on the page has.
    pub name: AttrValue,
    /// What there is.
    pub options: Vec<AttrValue>,
    /// Which one it is now.
    pub chosen: Option<usize>,
    /// Told which one is wanted.
    pub on_choose: Callback<usize>,
    /// The language of each option, where they differ from the page's.
    #[prop_or_default]
    pub langs: Vec<AttrValue>,
}

/// A row of segments.
#[component]
pub fn Choice(props: &Props) -> Html {
    let segment = |(index, option): (usize, &AttrValue)| {
        let on_choose = props.on_choose.clone();
        let onchange = Callback::from(move |_: Event| on_choose.emit(index));
        html! {
            <label key={index}>
                <input type="radio" name={&props.name} checked={props.chosen == Some(index)}
                    {onchange} />
                <span lang={props.langs.get(index).cloned()}>{ option }</span>
            </label>
        }
    };
    html! {
        <div class="choice" role="radiogroup" aria-label={&props.label}>
            { for props.options.iter().enumerate().map(segment) }
        </div>
    }
}
